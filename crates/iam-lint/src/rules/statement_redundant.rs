//! A statement that another covers: the same effect, at least its actions and resources, under no more conditions.
//! IAM User Guide, "IAM policy validation check reference": Redundant statement.

use iam_policy::Statement;

use super::{Report, Rule};
use crate::Level;
use super::clauses;
use crate::Fix;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "statement-redundant",
    level: Level::Note,
    about: "Another statement says all that this one says.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    let statements = &subject.document.statements;
    for (place, statement) in statements.iter().enumerate() {
        let wider = statements.iter().enumerate().find(|(at, other)| {
            *at != place && covers(other, statement) && (*at < place || !covers(statement, other))
        });
        if let Some((at, wider)) = wider {
            report.say_with_fix(
                statement.span,
                format!("{} says all that this statement says", subject.named(wider, at)),
                "remove one of them",
                Fix::Remove { span: statement.span },
            );
        }
    }
}

fn covers(wide: &Statement, narrow: &Statement) -> bool {
    wide.effect == narrow.effect
        && clauses::conditions_cover(wide, narrow)
        && clauses::principals_cover(wide, narrow)
        && clauses::resources_cover(wide, narrow)
        && clauses::actions_cover(wide, narrow)
        // Empty lists are told of, and cover nothing that is meant.
        && !narrow.action.actions.is_empty()
        && narrow.resource.as_ref().is_none_or(|clause| !clause.resources.is_empty())
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{allow, deny, fires, silent, with};

    #[test]
    fn a_statement_adds_something() {
        let rule = super::RULE.id;
        let all = |statements: &[&str]| with(&statements.join(","));
        let get = allow("\"s3:GetObject\"", "\"arn:aws:s3:::a/*\"", "");
        let every = allow("\"s3:Get*\"", r#"["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"]"#, "");
        let limited = allow("\"s3:GetObject\"", "\"arn:aws:s3:::a/*\"", r#""Bool": {"aws:SecureTransport": "true"}"#);
        fires(rule, &all(&[&get, &every]), Identity, &[&get]);
        fires(rule, &all(&[&get, &get]), Identity, &[&get]);
        fires(rule, &all(&[&limited, &get]), Identity, &[&limited]);
        silent(rule, &all(&[&every, &limited.replace("a/*", "c/*")]), Identity);
        silent(rule, &all(&[&get, &deny("\"s3:GetObject\"", "\"arn:aws:s3:::a/*\"", "")]), Identity);
        let except = r#"{"Effect": "Deny", "NotAction": ["iam:*", "sts:*"], "Resource": "*"}"#;
        fires(rule, &all(&[except, &deny("\"s3:*\"", "\"*\"", "")]), Identity, &[&deny("\"s3:*\"", "\"*\"", "")]);
        silent(rule, &all(&[except, &deny("\"iam:Get*\"", "\"*\"", "")]), Identity);
    }
}
