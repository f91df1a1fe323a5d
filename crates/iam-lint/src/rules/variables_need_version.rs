//! Policy variables in a document of version 2008-10-17, where they are literal text and match nothing that is meant.
//! IAM User Guide, "IAM policy elements: Variables and tags"; validation check Variable unsupported in version.

use iam_policy::{Value, Version};

use super::{Report, Rule};
use crate::Level;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "variables-need-version",
    level: Level::Error,
    about: "Policy variables are literal text in version 2008-10-17.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.document.version != Version::V2008 {
        return;
    }
    let help = match subject.document.version_span {
        None => "add \"Version\": \"2012-10-17\": without it the version is 2008-10-17",
        Some(_) => "write \"Version\": \"2012-10-17\"",
    };
    for value in subject.statements().flat_map(|statement| {
        let resources = statement
            .resource
            .iter()
            .flat_map(|clause| &clause.resources.values);
        resources.chain(
            statement
                .conditions
                .iter()
                .flat_map(|condition| &condition.values.values),
        )
    }) {
        if has_variable(value) {
            report.say(
                value.span,
                format!("in version 2008-10-17 `{}` is literal text", value.text),
                help,
            );
        }
    }
}

fn has_variable(value: &Value) -> bool {
    value
        .text
        .split_once("${")
        .is_some_and(|(_, rest)| rest.contains('}'))
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with};

    #[test]
    fn variables_want_the_current_version() {
        let rule = super::RULE.id;
        let statement = r#"{"Effect": "Allow", "Action": "s3:*", "Resource": ["arn:aws:s3:::${aws:username}", "arn:aws:s3:::b"],
            "Condition": {"StringLike": {"s3:prefix": "${aws:username}/*"}}}"#;
        let expected = ["\"arn:aws:s3:::${aws:username}\"", "\"${aws:username}/*\""];
        fires(
            rule,
            &format!(r#"{{"Statement": {statement}}}"#),
            Identity,
            &expected,
        );
        fires(
            rule,
            &format!(r#"{{"Version": "2008-10-17", "Statement": {statement}}}"#),
            ResourcePolicy,
            &expected,
        );
        silent(rule, &with(statement), Identity);
        let literal =
            r#"{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::a$b{c}"}}"#;
        silent(rule, literal, Identity);
    }
}
