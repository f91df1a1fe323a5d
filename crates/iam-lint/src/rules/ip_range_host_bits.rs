//! Bits behind the prefix of a range, which are not looked at.
//! IAM User Guide, "IAM policy validation check reference": Improve IP range.

use iam_policy::Comparison;

use super::{Report, Rule};
use crate::Level;
use super::addresses;
use super::conditions;
use crate::Fix;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "ip-range-host-bits",
    level: Level::Note,
    about: "A range of addresses is written with more than its beginning.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for (condition, operator) in subject.statements().flat_map(conditions::tested) {
        if !matches!(operator.comparison, Comparison::IpAddress | Comparison::NotIpAddress) {
            continue;
        }
        for value in &condition.values.values {
            if let Some(masked) = addresses::without_host_bits(&value.text) {
                report.say_with_fix(
                    value.span,
                    format!("`{}` is the range {masked}", value.text),
                    format!("write {masked}"),
                    Fix::Replace { span: value.span, value: masked },
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{allow, fires, found, silent, with};

    #[test]
    fn ranges_begin_where_they_begin() {
        let rule = super::RULE.id;
        let text = |value: &str| with(&allow("\"s3:*\"", "\"*\"", &format!(r#""IpAddress": {{"aws:SourceIp": "{value}"}}"#)));
        fires(rule, &text("203.0.113.7/24"), Identity, &["\"203.0.113.7/24\""]);
        assert_eq!(
            found(rule, &text("2001:db8::7/32"), Identity)[0].help.as_deref(),
            Some("write 2001:db8::/32")
        );
        for right in ["203.0.113.0/24", "203.0.113.7/32", "203.0.113.7", "2001:DB8::/32"] {
            silent(rule, &text(right), Identity);
        }
    }
}
