//! An entry of a list of resources that another entry covers.
//! IAM User Guide, "IAM policy validation check reference": Redundant resource.

use super::{Report, Rule};
use crate::Level;
use super::wildcard::{Case, covers, is_pattern};
use crate::Fix;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "resource-redundant",
    level: Level::Note,
    about: "A resource stands for nothing that another of the list does not stand for.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for clause in subject.statements().filter_map(|statement| statement.resource.as_ref()) {
        let entries = &clause.resources.values;
        for (place, entry) in entries.iter().enumerate() {
            let wider = entries.iter().enumerate().find(|(at, other)| {
                let same = other.text == entry.text;
                *at != place
                    && (same && *at < place
                        || !same
                            && is_pattern(&other.text)
                            && covers(&other.text, &entry.text, Case::Differs)
                            && (*at < place || !covers(&entry.text, &other.text, Case::Differs)))
            });
            if let Some((_, wider)) = wider {
                report.say_with_fix(
                    entry.span,
                    format!("`{}` is covered by `{}`", entry.text, wider.text),
                    "remove it, or remove the wider one if it is more than is wanted",
                    Fix::Remove { span: entry.span },
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn an_entry_adds_something() {
        let rule = super::RULE.id;
        let text = |resources: &str| with(&allow("\"iam:GetRole\"", resources, ""));
        // The example of AWS's page.
        fires(
            rule,
            &text(r#"["arn:aws:iam::111122223333:role/jane-admin", "arn:aws:iam::111122223333:role/jane*"]"#),
            Identity,
            &["\"arn:aws:iam::111122223333:role/jane-admin\""],
        );
        fires(rule, &text(r#"["arn:aws:s3:::a", "arn:aws:s3:::a"]"#), Identity, &["\"arn:aws:s3:::a\""]);
        fires(rule, &text(r#"["*", "arn:aws:s3:::a*"]"#), Identity, &["\"arn:aws:s3:::a*\""]);
        silent(rule, &text(r#"["arn:aws:s3:::a*", "arn:aws:s3:::A"]"#), Identity);
        silent(rule, &text(r#"["arn:aws:s3:::${aws:username}", "arn:aws:s3:::a"]"#), Identity);
    }
}
