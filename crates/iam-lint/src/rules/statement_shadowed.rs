//! An Allow all of which a Deny without conditions denies: it allows nothing.
//! IAM User Guide, "Policy evaluation logic": an explicit deny overrides any allow.

use iam_policy::{Effect, Statement};

use super::{Report, Rule};
use crate::Level;
use super::clauses;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "statement-shadowed",
    level: Level::Warning,
    about: "A Deny takes back all that an Allow allows.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    let denies: Vec<(usize, &Statement)> = subject
        .statements()
        .enumerate()
        .filter(|(_, statement)| statement.effect == Effect::Deny && statement.conditions.is_empty())
        .collect();
    for statement in subject.allows().filter(|statement| !statement.action.actions.is_empty()) {
        let denying = denies.iter().find(|(_, deny)| {
            clauses::principals_cover(deny, statement)
                && clauses::resources_cover(deny, statement)
                && clauses::actions_cover(deny, statement)
        });
        if let Some((at, deny)) = denying {
            report.say(
                statement.span,
                format!("{} denies all that this statement allows", subject.named(deny, *at)),
                "remove the statement, or narrow the Deny",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{allow, deny, fires, silent, with};

    #[test]
    fn an_allow_is_not_taken_back() {
        let rule = super::RULE.id;
        let all = |statements: &[&str]| with(&statements.join(","));
        let get = allow("\"s3:GetObject\"", "\"arn:aws:s3:::a/*\"", "");
        fires(rule, &all(&[&get, &deny("\"s3:*\"", "\"*\"", "")]), Identity, &[&get]);
        let not = r#"{"Effect": "Deny", "NotAction": "ec2:*", "Resource": "*"}"#;
        fires(rule, &all(&[not, &get]), Identity, &[&get]);
        silent(rule, &all(&[&get, &deny("\"s3:Put*\"", "\"*\"", "")]), Identity);
        silent(rule, &all(&[&get, &deny("\"s3:*\"", "\"*\"", r#""Bool": {"aws:SecureTransport": "false"}"#)]), Identity);
        silent(rule, &all(&[&get, r#"{"Effect": "Deny", "NotAction": "s3:Get*", "Resource": "*"}"#]), Identity);
    }
}
