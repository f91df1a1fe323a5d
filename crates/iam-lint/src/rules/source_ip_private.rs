//! Private addresses with aws:SourceIp, which is the public address of the caller.
//! IAM User Guide, "IAM policy validation check reference": Private IP address, Private NotIpAddress, and both as subset.

use iam_policy::Comparison;

use super::{Report, Rule};
use crate::Level;
use super::addresses;
use super::conditions;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "source-ip-private",
    level: Level::Warning,
    about: "aws:SourceIp is compared with private addresses.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for (condition, operator) in subject.statements().flat_map(conditions::tested) {
        let on_addresses = matches!(operator.comparison, Comparison::IpAddress | Comparison::NotIpAddress);
        if !on_addresses || !conditions::is_on(condition, "aws:SourceIp") {
            continue;
        }
        for value in condition.values.values.iter().filter(|value| addresses::is_private(&value.text)) {
            report.say(
                value.span,
                format!("`{}` is private, and aws:SourceIp is a public address", value.text),
                "for requests through a VPC endpoint there is aws:VpcSourceIp, beside aws:SourceVpc",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn callers_come_from_public_addresses() {
        let rule = super::RULE.id;
        let text = |key: &str, value: &str| with(&allow("\"s3:*\"", "\"*\"", &format!(r#""NotIpAddress": {{"{key}": ["{value}"]}}"#)));
        for private in ["10.1.0.0/16", "172.16.0.0/12", "192.168.1.1", "fd00::/8", "127.0.0.1"] {
            fires(rule, &text("aws:SourceIp", private), Identity, &[&format!("\"{private}\"")]);
        }
        for public in ["203.0.113.0/24", "0.0.0.0/0", "8.0.0.0/6", "2001:db8::/32"] {
            silent(rule, &text("aws:SourceIp", public), Identity);
        }
        silent(rule, &text("aws:VpcSourceIp", "10.1.0.0/16"), Identity);
    }
}
