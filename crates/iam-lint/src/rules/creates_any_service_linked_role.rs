//! iam:CreateServiceLinkedRole for every service. By meaning: within wildcards, `NotAction` and `NotResource` too.
//! IAM User Guide, "IAM policy validation check reference": Create SLR with star in resource, and the five like it.

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use super::documented;
use super::wildcard::matches;
use crate::DocumentUse;
use crate::subject::{Subject, is_administrator, place_of};

pub(super) static RULE: Rule = Rule {
    id: "creates-any-service-linked-role",
    level: Level::Warning,
    about: "Service-linked roles of any service can be created.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.purpose != DocumentUse::Identity {
        return;
    }
    for statement in subject.allows().filter(|statement| !is_administrator(statement)) {
        let named = conditions::any_on(statement, &["iam:AWSServiceName"]);
        if named || !documented::is_about(statement, "iam:CreateServiceLinkedRole") {
            continue;
        }
        let open = statement.resource.as_ref().is_some_and(|clause| {
            clause.negated || clause.resources.texts().any(|text| matches(text, ANY_SERVICES_ROLE))
        });
        if open {
            report.say(
                place_of(statement, "iam:CreateServiceLinkedRole"),
                "service-linked roles of every service can be created",
                "name the roles in Resource (arn:aws:iam::*:role/aws-service-role/SERVICE/*), or the service in a \
                 condition on iam:AWSServiceName",
            );
        }
    }
}

const ANY_SERVICES_ROLE: &str = "arn:aws:iam::111122223333:role/aws-service-role/any.amazonaws.com/AWSServiceRoleForAny";

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn the_service_is_named() {
        let rule = super::RULE.id;
        fires(rule, &with(&allow("\"iam:CreateServiceLinkedRole\"", "\"*\"", "")), Identity, &["\"iam:CreateServiceLinkedRole\""]);
        fires(rule, &with(&allow("\"iam:Create*\"", "\"arn:aws:iam::*:role/*\"", "")), Identity, &["\"iam:Create*\""]);
        fires(
            rule,
            &with(r#"{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}"#),
            Identity,
            &["\"NotAction\""],
        );
        silent(
            rule,
            &with(&allow("\"iam:Create*\"", "\"arn:aws:iam::*:role/aws-service-role/ecs.amazonaws.com/*\"", "")),
            Identity,
        );
        silent(
            rule,
            &with(&allow("\"iam:Create*\"", "\"*\"", r#""StringEquals": {"iam:AWSServiceName": "ecs.amazonaws.com"}"#)),
            Identity,
        );
    }
}
