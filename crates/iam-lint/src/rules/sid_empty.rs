//! An empty name of a statement.
//! IAM User Guide, "IAM policy validation check reference": Empty Sid value.

use super::{Report, Rule};
use crate::Level;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "sid-empty",
    level: Level::Note,
    about: "A Sid is empty.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for statement in subject.statements().filter(|statement| statement.sid.as_deref() == Some("")) {
        report.say(statement.span, "the statement's Sid is empty", "name the statement, or leave Sid out");
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with};

    #[test]
    fn a_name_says_something() {
        let rule = super::RULE.id;
        let named = |sid: &str| format!(r#"{{{sid} "Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#);
        fires(rule, &with(&named(r#""Sid": "","#)), Identity, &[&named(r#""Sid": "","#)]);
        silent(rule, &with(&named(r#""Sid": "Read","#)), Identity);
        silent(rule, &with(&named("")), Identity);
    }
}
