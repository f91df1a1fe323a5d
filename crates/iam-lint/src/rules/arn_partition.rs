//! A partition that there is not. AWS refuses it ("Partition ... is not valid for resource").
//! IAM User Guide, "IAM policy validation check reference": Invalid partition; AWS Fault Isolation Boundaries, "Partitions".

use super::{Report, Rule};
use crate::Level;
use super::documented;
use super::wildcard::matches;
use crate::arn_shape::Part;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "arn-partition",
    level: Level::Error,
    about: "An ARN is of a partition that AWS does not have.",
    check,
};

const PARTITIONS: [&str; 8] = [
    "aws",
    "aws-cn",
    "aws-us-gov",
    "aws-eusc",
    "aws-iso",
    "aws-iso-b",
    "aws-iso-e",
    "aws-iso-f",
];

fn check(subject: &Subject<'_>, report: &mut Report) {
    for arn in subject.arns() {
        let partition = arn.part(Part::Partition);
        let pattern = documented::opened(partition);
        // An empty one is `resource-malformed`'s.
        if !partition.is_empty() && !PARTITIONS.iter().any(|known| matches(&pattern, known)) {
            report.say(
                arn.value.span,
                format!("there is no partition `{partition}`"),
                "write aws, aws-cn (China), aws-us-gov (GovCloud), or * for any",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn partitions_exist() {
        let rule = super::RULE.id;
        let text = |resource: &str| with(&allow("\"s3:*\"", &format!("\"{resource}\""), ""));
        fires(rule, &text("arn:amazon:s3:::b"), Identity, &["\"arn:amazon:s3:::b\""]);
        for right in ["arn:aws:s3:::b", "arn:aws-us-gov:s3:::b", "arn:*:s3:::b", "arn:aws*:s3:::b", "arn:${aws:x}:s3:::b"] {
            silent(rule, &text(right), Identity);
        }
    }
}
