//! Two statements of one name. AWS refuses it ("Statement IDs (SID) in a single policy must be unique").
//! IAM User Guide, "IAM policy validation check reference": Unique Sids required.

use std::collections::HashSet;

use super::{Report, Rule};
use crate::Level;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "sid-twice",
    level: Level::Error,
    about: "Two statements have one Sid.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    let mut seen = HashSet::new();
    for statement in subject.statements() {
        // An empty Sid is none.
        let Some(sid) = statement.sid.as_deref().filter(|sid| !sid.is_empty()) else {
            continue;
        };
        if !seen.insert(sid) {
            report.say(
                statement.span,
                format!("two statements have the Sid `{sid}`"),
                "name them apart, or leave Sid out",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with};

    #[test]
    fn names_of_statements_are_unique() {
        let rule = super::RULE.id;
        let named =
            |sid: &str| format!(r#"{{"Sid": "{sid}", "Effect": "Allow", "Action": "a:b", "Resource": "*"}}"#);
        let twice = with(&[named("A"), named("B"), named("A")].join(","));
        fires(rule, &twice, Identity, &[&named("A")]);
        silent(
            rule,
            &with(&[named("A"), named("a"), named(""), named("")].join(",")),
            Identity,
        );
    }
}
