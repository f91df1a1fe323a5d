//! A service prefix that AWS does not have: the entry allows or denies nothing.
//! IAM User Guide, "IAM policy validation check reference": Invalid service in action.

use iam_policy::syntax::nearest;

use super::{Report, Rule};
use crate::Level;
use super::documented;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "service-unknown",
    level: Level::Warning,
    about: "There is no service with this prefix, as far as the catalog knows.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for entry in subject.action_entries() {
        let Some((prefix, _)) = documented::parts(&entry.text) else {
            continue;
        };
        if iam_catalog::service(prefix).is_some() {
            continue;
        }
        let help = match nearest(prefix, iam_catalog::services().map(iam_catalog::Service::prefix)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("a service that AWS has added since {} is unknown here", documented::as_of()),
        };
        report.say(entry.span, format!("no service has the prefix `{prefix}`"), help);
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn services_exist() {
        let rule = super::RULE.id;
        let text = with(&allow(r#"["dynamod:GetItem", "frobnicate:*", "S3:*", "*", "s3"]"#, "\"*\"", ""));
        fires(rule, &text, Identity, &["\"dynamod:GetItem\"", "\"frobnicate:*\""]);
        silent(rule, &with(&allow("\"ec2:Describe*\"", "\"*\"", "")), Identity);
    }
}
