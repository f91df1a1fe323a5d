//! Keys that tell whose the resource is, in a policy on the resource itself: it is always the same.
//! IAM User Guide, "IAM policy validation check reference": Irrelevant condition key in policy.

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use crate::DocumentUse;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "condition-irrelevant",
    level: Level::Note,
    about: "A condition on the resource's account, in a policy on that resource.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.purpose != DocumentUse::ResourcePolicy {
        return;
    }
    let of_resources = ["s3:ResourceAccount", "aws:ResourceAccount", "aws:ResourceOrgID", "aws:ResourceOrgPaths"];
    for condition in subject.statements().flat_map(|statement| &statement.conditions) {
        // "Of the same account as the resource" compares with the caller.
        let compares = condition.values.texts().any(|text| text.contains("${"));
        if !compares && of_resources.iter().any(|key| conditions::is_on(condition, key)) {
            report.say(
                condition.key_span,
                format!("`{}` is the same for every request to this resource", condition.key),
                "it belongs into policies of identities and organizations",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, trust, with};

    #[test]
    fn the_resource_is_known() {
        let rule = super::RULE.id;
        let text = |key: &str| with(&trust("\"*\"", "\"s3:GetObject\"", &format!(r#""StringEquals": {{"{key}": "111122223333"}}"#)));
        fires(rule, &text("s3:ResourceAccount"), ResourcePolicy, &["\"s3:ResourceAccount\""]);
        silent(rule, &text("aws:SourceAccount"), ResourcePolicy);
        silent(rule, &text("s3:ResourceAccount"), Identity);
    }
}
