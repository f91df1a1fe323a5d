//! An account as a whole without a condition: if it is a third party's, it can be made to act for others (a confused deputy).
//! IAM User Guide, "Access to AWS accounts owned by third parties": the external ID.

use iam_policy::PrincipalType;

use super::{Report, Rule};
use crate::Level;
use super::principals;
use crate::DocumentUse;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "trust-account-open",
    level: Level::Note,
    about: "A whole account may assume the role, with nothing that says for whom.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.purpose != DocumentUse::Trust {
        return;
    }
    for statement in subject.allows().filter(|statement| statement.conditions.is_empty()) {
        for value in principals::of_kind(statement, PrincipalType::Aws).filter(|value| is_account(&value.text)) {
            report.say(
                value.span,
                format!("everybody in `{}` who is allowed to there may assume the role", value.text),
                "for an account that is not yours add StringEquals on sts:ExternalId, for yours name the roles, or add \
                 conditions on aws:PrincipalArn or aws:MultiFactorAuthPresent",
            );
        }
    }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) || text.ends_with(":root")
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, trust, with};

    #[test]
    fn an_account_is_not_trusted_blindly() {
        let rule = super::RULE.id;
        let text = |who: &str, condition: &str| with(&trust(&format!(r#"{{"AWS": "{who}"}}"#), "\"sts:AssumeRole\"", condition));
        fires(rule, &text("111122223333", ""), Trust, &["\"111122223333\""]);
        fires(rule, &text("arn:aws:iam::111122223333:root", ""), Trust, &["\"arn:aws:iam::111122223333:root\""]);
        silent(rule, &text("arn:aws:iam::111122223333:role/ci", ""), Trust);
        silent(rule, &text("111122223333", r#""StringEquals": {"sts:ExternalId": "x"}"#), Trust);
    }
}
