//! A value of IpAddress or NotIpAddress that is no address and no range: it matches nothing.
//! IAM User Guide, "IAM policy validation check reference": Type mismatch IP range.

use iam_policy::Comparison;

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "ip-range-malformed",
    level: Level::Error,
    about: "A value of an address operator is no range of addresses.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for (condition, operator) in subject.statements().flat_map(conditions::tested) {
        if !matches!(operator.comparison, Comparison::IpAddress | Comparison::NotIpAddress) {
            continue;
        }
        let unread = condition.values.values.iter().filter(|value| !operator.comparison.reads(&value.text));
        for value in unread.filter(|value| !conditions::has_variable(&value.text)) {
            report.say(
                value.span,
                format!("`{}` is no range of addresses", value.text),
                "write it as CIDR, such as 203.0.113.0/24 or 2001:db8::/32",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn ranges_can_be_read() {
        let rule = super::RULE.id;
        let text = |value: &str| with(&allow("\"s3:*\"", "\"*\"", &format!(r#""IpAddress": {{"aws:SourceIp": ["{value}"]}}"#)));
        for wrong in ["10.0.0", "10.0.0.0/33", "10.0.*"] {
            fires(rule, &text(wrong), Identity, &[&format!("\"{wrong}\"")]);
        }
        silent(rule, &text("203.0.113.0/24"), Identity);
        silent(rule, &text("2001:db8::/32"), Identity);
        silent(rule, &text("203.0.113.7"), Identity);
    }
}
