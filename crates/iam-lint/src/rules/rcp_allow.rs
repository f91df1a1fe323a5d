//! An Allow in a resource control policy. Only AWS's own RCPFullAWSAccess has one.
//! IAM User Guide, "IAM policy validation check reference": RCP syntax error allow; Organizations, "RCP syntax".

use super::{Report, Rule};
use crate::Level;
use crate::DocumentUse;
use crate::subject::{Subject, is_administrator};

pub(super) static RULE: Rule = Rule {
    id: "rcp-allow",
    level: Level::Error,
    about: "A resource control policy denies only.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.purpose != DocumentUse::Rcp {
        return;
    }
    for statement in subject.allows() {
        // AWS's own, and what AWS takes: everything, for everyone, always.
        let is_full = is_administrator(statement);
        if !is_full {
            report.say(
                statement.span,
                "a resource control policy allows nothing by itself",
                "write it as a Deny of what is not wanted; AWS's RCPFullAWSAccess allows the rest",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with};

    #[test]
    fn it_denies() {
        let rule = super::RULE.id;
        let text = r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}"#;
        fires(rule, &with(text), Rcp, &[text]);
        silent(rule, &with(&text.replace("s3:*", "*")), Rcp);
        silent(rule, &with(&text.replace("Allow", "Deny")), Rcp);
        silent(rule, &with(text), ResourcePolicy);
    }
}
