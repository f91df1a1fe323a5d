//! A service principal that has not the form of one, under `"Service"` or as a value of kms:ViaService and its like.
//! IAM User Guide, "IAM policy validation check reference": Invalid service principal format.

use iam_policy::{Comparison, PrincipalType, Value};

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use super::principals;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "service-principal-malformed",
    level: Level::Warning,
    about: "A service is not named as services are.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for value in subject.statements().flat_map(|statement| principals::mentioned(statement, PrincipalType::Service)) {
        say(report, value);
    }
    for (condition, operator) in subject.statements().flat_map(conditions::tested) {
        let names_services = ["kms:ViaService", "iam:PassedToService", "aws:CalledVia", "aws:CalledViaFirst", "aws:CalledViaLast"]
            .iter()
            .any(|key| conditions::is_on(condition, key));
        if names_services && operator.comparison != Comparison::Null {
            condition.values.values.iter().for_each(|value| say(report, value));
        }
    }
}

fn say(report: &mut Report, value: &Value) {
    let text = value.text.as_str();
    let domain = [".amazonaws.com", ".amazonaws.com.cn", ".amazon.com", ".aws.internal", ".amazonaws.eu"]
        .iter()
        .find_map(|domain| text.strip_suffix(domain));
    let is_service = domain.is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-._*?".contains(&byte))
    });
    if !is_service && !text.contains(['*', '?']) && !text.contains("${") {
        report.say(
            value.span,
            format!("`{text}` is no name of a service"),
            "services are named in lower case, such as ec2.amazonaws.com",
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{allow, fires, silent, trust, with};

    #[test]
    fn services_have_their_names() {
        let rule = super::RULE.id;
        let text = |who: &str| with(&trust(&format!(r#"{{"Service": "{who}"}}"#), "\"sts:AssumeRole\"", ""));
        for wrong in ["ec2", "EC2.amazonaws.com", "ec2.aws.com"] {
            fires(rule, &text(wrong), Trust, &[&format!("\"{wrong}\"")]);
        }
        for right in ["ec2.amazonaws.com", "states.us-east-1.amazonaws.com", "ec2.amazonaws.com.cn"] {
            silent(rule, &text(right), Trust);
        }
        let via = |value: &str| with(&allow("\"kms:Decrypt\"", "\"*\"", &format!(r#""StringEquals": {{"kms:ViaService": "{value}"}}"#)));
        fires(rule, &via("s3"), Identity, &["\"s3\""]);
        silent(rule, &via("s3.us-east-1.amazonaws.com"), Identity);
    }
}
