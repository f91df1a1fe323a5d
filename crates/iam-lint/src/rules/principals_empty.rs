//! An empty list or object of principals. AWS refuses it.
//! IAM User Guide, "IAM policy validation check reference": Empty array principal, Empty object principal.

use iam_policy::Who;

use super::{Report, Rule};
use crate::Level;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "principals-empty",
    level: Level::Error,
    about: "A principal element lists nobody.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for clause in subject.statements().filter_map(|statement| statement.principal.as_ref()) {
        let Who::Listed(entries) = &clause.who else {
            continue;
        };
        let element = if clause.negated { "NotPrincipal" } else { "Principal" };
        if entries.is_empty() {
            report.say(clause.key_span, format!("{element} names nobody"), "name somebody, or remove the statement");
        }
        for entry in entries.iter().filter(|entry| entry.values.is_empty()) {
            let message = format!("{element} names nobody under {}", entry.kind.as_str());
            report.say(entry.kind_span, message, "name somebody, or remove the list");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, trust, with};

    #[test]
    fn somebody_is_named() {
        let rule = super::RULE.id;
        let text = |who: &str| with(&trust(who, "\"sts:AssumeRole\"", ""));
        fires(rule, &text("{}"), Trust, &["\"Principal\""]);
        fires(rule, &text(r#"{"AWS": []}"#), Trust, &["\"AWS\""]);
        silent(rule, &text(r#"{"AWS": ["111122223333"]}"#), Trust);
        silent(rule, &text("\"*\""), Trust);
    }
}
