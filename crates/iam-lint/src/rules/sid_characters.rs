//! Characters in a statement's name that IAM does not take ("Statement IDs (SID) must be alpha-numeric").
//! IAM User Guide, "IAM JSON policy elements: Sid": letters and digits; other services may take more.

use super::{Report, Rule};
use crate::DocumentUse;
use crate::Level;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "sid-characters",
    level: Level::Error,
    about: "A Sid has other characters than letters and digits.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    // Bucket policies, among others, may have spaces.
    if subject.purpose == DocumentUse::ResourcePolicy {
        return;
    }
    for statement in subject.statements() {
        let Some(sid) = &statement.sid else { continue };
        if !sid.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            let letters: String = sid.chars().filter(char::is_ascii_alphanumeric).collect();
            report.say(
                statement.span,
                format!("the Sid `{sid}` has other characters than letters and digits"),
                format!("write `{letters}`"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with};

    #[test]
    fn letters_and_digits() {
        let rule = super::RULE.id;
        let named =
            |sid: &str| format!(r#"{{"Sid": "{sid}", "Effect": "Allow", "Action": "a:b", "Resource": "*"}}"#);
        fires(rule, &with(&named("read one")), Identity, &[&named("read one")]);
        fires(rule, &with(&named("read-one")), Trust, &[&named("read-one")]);
        silent(rule, &with(&named("Read1")), Identity);
        silent(rule, &with(&named("read one")), ResourcePolicy);
    }
}
