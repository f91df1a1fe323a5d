//! aws:VpcSourceIp without aws:SourceVpc: every VPC has the same private addresses.
//! IAM User Guide, "IAM policy validation check reference": Missing paired condition keys.

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "vpc-source-ip-alone",
    level: Level::Warning,
    about: "aws:VpcSourceIp without the VPC that it is in.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    let networks = ["aws:SourceVpc", "aws:SourceVpce", "aws:SourceVpcArn", "aws:VpceAccount", "aws:VpceOrgID", "aws:VpceOrgPaths"];
    for statement in subject.statements().filter(|statement| !conditions::any_on(statement, &networks)) {
        let condition = statement.conditions.iter().find(|condition| conditions::is_on(condition, "aws:VpcSourceIp"));
        if let Some(condition) = condition {
            report.say(
                condition.key_span,
                "aws:VpcSourceIp is a private address, which any VPC may have",
                "add a condition on aws:SourceVpc",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn a_private_address_is_in_a_network() {
        let rule = super::RULE.id;
        let text = |more: &str| with(&allow("\"s3:*\"", "\"*\"", &format!(r#""IpAddress": {{"aws:VpcSourceIp": "10.0.0.0/8"}}{more}"#)));
        fires(rule, &text(""), Identity, &["\"aws:VpcSourceIp\""]);
        silent(rule, &text(r#", "StringEquals": {"aws:SourceVpc": "vpc-12345678"}"#), Identity);
    }
}
