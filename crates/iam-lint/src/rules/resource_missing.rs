//! No resource where a policy needs one. AWS refuses it ("Policy statement must contain resources").
//! IAM User Guide, "IAM policy validation check reference": Missing resource.

use super::{Report, Rule};
use crate::DocumentUse;
use crate::Level;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "resource-missing",
    level: Level::Error,
    about: "A statement does not say on what.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    // Some resource-based policies stand on their one resource and name none, as those of Amazon ECR repositories do.
    if matches!(subject.purpose, DocumentUse::Trust | DocumentUse::ResourcePolicy) {
        return;
    }
    for statement in subject
        .statements()
        .filter(|statement| statement.resource.is_none())
    {
        report.say(
            statement.span,
            "the statement has no Resource",
            "add \"Resource\": the ARNs that it is about, or \"*\" for all",
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with};

    #[test]
    fn an_identity_says_on_what() {
        let rule = super::RULE.id;
        let statement = r#"{"Effect": "Allow", "Action": "s3:GetObject"}"#;
        fires(rule, &with(statement), Identity, &[statement]);
        fires(rule, &with(statement), Session, &[statement]);
        silent(rule, &with(statement), ResourcePolicy);
        silent(rule, &with(statement), Trust);
        silent(
            rule,
            &with(r#"{"Effect": "Allow", "Action": "s3:GetObject", "NotResource": "arn:aws:s3:::a/*"}"#),
            Identity,
        );
    }
}
