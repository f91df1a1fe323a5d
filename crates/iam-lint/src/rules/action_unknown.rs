//! An action that its service does not have: the entry allows or denies nothing.
//! IAM User Guide, "IAM policy validation check reference": Invalid action.

use iam_policy::syntax::nearest;

use super::{Report, Rule};
use crate::Level;
use super::documented;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "action-unknown",
    level: Level::Warning,
    about: "The service has no such action, as far as the catalog knows.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for entry in subject.action_entries().filter(|entry| documented::is_exact(&entry.text)) {
        let (Some((_, name)), Some(service)) = (documented::parts(&entry.text), documented::service(&entry.text)) else {
            continue;
        };
        if service.action(name).is_some() {
            continue;
        }
        let near = nearest(name, service.actions().map(iam_catalog::Action::name));
        let help = match near {
            Some(near) => format!("did you mean `{}:{near}`?", service.prefix()),
            None => format!(
                "`daypass actions '{}:*'` lists those there are; one that AWS has added since {} is unknown here",
                service.prefix(),
                documented::as_of()
            ),
        };
        report.say(entry.span, format!("{} has no action `{}`", service.name(), entry.text), help);
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{allow, fires, found, silent, with};

    #[test]
    fn actions_exist() {
        let rule = super::RULE.id;
        let text = with(&allow(r#"["s3:GetObjekt", "s3:getobject", "s3:Frobnicate*", "nosuch:Thing", "*"]"#, "\"*\"", ""));
        fires(rule, &text, Identity, &["\"s3:GetObjekt\""]);
        assert_eq!(
            found(rule, &text, Identity)[0].help.as_deref(),
            Some("did you mean `s3:GetObject`?")
        );
        silent(rule, &with(&allow(r#"["sts:AssumeRole", "iam:PassRole"]"#, "\"*\"", "")), Identity);
    }
}
