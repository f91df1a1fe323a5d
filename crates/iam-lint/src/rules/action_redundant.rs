//! An entry of a list of actions that another entry covers.
//! IAM User Guide, "IAM policy validation check reference": Redundant action.

use std::collections::HashMap;

use iam_policy::Value;

use super::{Report, Rule};
use crate::Level;
use super::wildcard::{Case, covers, is_pattern};
use crate::Fix;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "action-redundant",
    level: Level::Note,
    about: "An action stands for nothing that another of the list does not stand for.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for statement in subject.statements() {
        for (value, other) in redundant(&statement.action.actions.values) {
            report.say_with_fix(
                value.span,
                format!("`{}` is covered by `{}`", value.text, other.text),
                "remove it, or remove the wider one if it is more than is wanted",
                Fix::Remove { span: value.span },
            );
        }
    }
}

/// Entries beside one that covers them; of entries that say the same, the first stays.
fn redundant(entries: &[Value]) -> Vec<(&Value, &Value)> {
    let mut found = Vec::new();
    // Only patterns cover others, and only those of their own service.
    let mut patterns: HashMap<String, Vec<(usize, &Value)>> = HashMap::new();
    for (place, entry) in entries.iter().enumerate().filter(|(_, entry)| is_pattern(&entry.text)) {
        patterns.entry(service(&entry.text)).or_default().push((place, entry));
    }
    let mut seen: HashMap<String, &Value> = HashMap::new();
    for (place, entry) in entries.iter().enumerate() {
        let lower = entry.text.to_ascii_lowercase();
        if let Some(first) = seen.get(&lower) {
            found.push((entry, *first));
            continue;
        }
        seen.insert(lower, entry);
        let own = patterns.get(&service(&entry.text));
        let all = patterns.get("*");
        let wider = [own, all].into_iter().flatten().flatten().find(|(at, pattern)| {
            *at != place
                && covers(&pattern.text, &entry.text, Case::Same)
                && (*at < place || !covers(&entry.text, &pattern.text, Case::Same))
        });
        if let Some((_, wider)) = wider {
            found.push((entry, *wider));
        }
    }
    found
}

/// The service of an entry, in lower case; `*` for everything.
fn service(entry: &str) -> String {
    entry.split(':').next().unwrap_or_default().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{allow, fires, found, silent, with};

    #[test]
    fn an_entry_adds_something() {
        let rule = super::RULE.id;
        let text = |actions: &str| with(&allow(actions, "\"*\"", ""));
        // The example of AWS's page.
        fires(
            rule,
            &text(r#"["iam:Get*", "iam:List*", "iam:GetCredentialReport"]"#),
            Identity,
            &["\"iam:GetCredentialReport\""],
        );
        silent(rule, &text(r#"["iam:Get*", "iam:List*", "iam:*CredentialReport"]"#), Identity);
        fires(rule, &text(r#"["s3:GetObject", "S3:getobject"]"#), Identity, &["\"S3:getobject\""]);
        fires(rule, &text(r#"["s3:**", "s3:*"]"#), Identity, &["\"s3:*\""]);
        fires(rule, &text(r#"["s3:*", "*", "ec2:RunInstances"]"#), Identity, &["\"s3:*\"", "\"ec2:RunInstances\""]);
        silent(rule, &text(r#"["s3:Get*", "s3-object-lambda:GetObject"]"#), Identity);
        assert!(found(rule, &text(r#"["s3:*", "s3:GetObject"]"#), Identity)[0].fix.is_some());
    }
}
