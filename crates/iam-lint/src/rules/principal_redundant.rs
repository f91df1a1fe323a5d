//! A session of a role beside the role itself, or a principal named twice.
//! IAM User Guide, "IAM policy validation check reference": Redundant principal in role trust policy.

use iam_policy::{PrincipalType, Value};

use super::{Report, Rule};
use crate::{DocumentUse, Level};
use super::documented;
use super::principals;
use crate::Fix;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "principal-redundant",
    level: Level::Note,
    about: "A session is named beside its role.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    // On a resource a session that is named has what its boundary and session policies leave out; its role has not (IAM User
    // Guide, "Policy evaluation for requests within a single account").
    let is_in_trust = subject.purpose == DocumentUse::Trust;
    for statement in subject.allows() {
        let named: Vec<&Value> = principals::of_kind(statement, PrincipalType::Aws).collect();
        for (place, value) in named.iter().enumerate() {
            let other = named.iter().enumerate().find(|(at, other)| {
                *at < place && other.text == value.text
                    || *at != place && is_in_trust && is_session_of(&value.text, &other.text)
            });
            if let Some((_, other)) = other {
                report.say_with_fix(
                    value.span,
                    format!("`{}` is covered by `{}`", value.text, other.text),
                    "remove it, or remove the role if only the session is meant",
                    Fix::Remove { span: value.span },
                );
            }
        }
    }
}

fn is_session_of(session: &str, role: &str) -> bool {
    let cut = |text| documented::arn(text).map(|[_, partition, service, _, account, resource]| (partition, service, account, resource));
    let (Some(session), Some(role)) = (cut(session), cut(role)) else {
        return false;
    };
    let of_session = session.3.strip_prefix("assumed-role/").and_then(|rest| rest.split('/').next());
    let of_role = role.3.strip_prefix("role/").and_then(|path| path.rsplit('/').next());
    role.1 == "iam" && session.0 == role.0 && session.2 == role.2 && of_session.is_some() && of_session == of_role
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, trust, with};

    #[test]
    fn a_principal_adds_somebody() {
        let rule = super::RULE.id;
        let text = |who: &str| with(&trust(&format!(r#"{{"AWS": {who}}}"#), "\"sts:AssumeRole\"", ""));
        let session = "arn:aws:sts::111122223333:assumed-role/app/ann";
        fires(
            rule,
            &text(&format!(r#"["{session}", "arn:aws:iam::111122223333:role/team/app"]"#)),
            Trust,
            &[&format!("\"{session}\"")],
        );
        let beside = with(&format!(
            r#"{{"Effect": "Allow", "Principal": {{"AWS": ["{session}", "arn:aws:iam::111122223333:role/app"]}},
                "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}}"#
        ));
        silent(rule, &beside, ResourcePolicy);
        fires(rule, &text(r#"["111122223333", "111122223333"]"#), Trust, &["\"111122223333\""]);
        silent(rule, &text(&format!(r#"["{session}", "arn:aws:iam::111122223333:role/other"]"#)), Trust);
    }
}
