//! A lone `*` as action of a resource control policy, or a service that such policies do not reach.
//! IAM User Guide, "IAM policy validation check reference": RCP syntax error action; Organizations, "Resource control policies
//! (RCPs)": List of AWS services that support RCPs, as of 2026-09-26.

use super::{Report, Rule};
use crate::Level;
use super::documented;
use crate::DocumentUse;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "rcp-action",
    level: Level::Error,
    about: "A resource control policy names services that it can be about.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.purpose != DocumentUse::Rcp {
        return;
    }
    for entry in subject.denies().flat_map(|statement| &statement.action.actions.values) {
        let prefix = entry.text.split(':').next().unwrap_or_default().to_ascii_lowercase();
        if entry.text == "*" {
            report.say(
                entry.span,
                "a resource control policy names the services that it is about",
                "write s3:*, sts:*, kms:* and so on",
            );
        } else if documented::parts(&entry.text).is_some() && !SERVICES.contains(&prefix.as_str()) {
            report.say(
                entry.span,
                format!("resource control policies do not reach `{prefix}`, as far as is known here"),
                "AWS Organizations User Guide, \"Resource control policies (RCPs)\", lists the services",
            );
        }
    }
}

const SERVICES: [&str; 63] = [
    "appstream",
    "dsql",
    "clouddirectory",
    "cloudfront",
    "cloudsearch",
    "logs",
    "networkmonitor",
    "cognito-identity",
    "cognito-idp",
    "comprehend",
    "comprehendmedical",
    "firehose",
    "dynamodb",
    "dax",
    "autoscaling",
    "ecr",
    "ecr-public",
    "gamelift",
    "inspector-scan",
    "kendra",
    "kinesisvideo",
    "memorydb",
    "aoss",
    "personalize",
    "polly",
    "s3",
    "swf",
    "sqs",
    "textract",
    "timestream-influxdb",
    "transcribe",
    "translate",
    "workspaces",
    "appconfig",
    "autoscaling-plans",
    "budgets",
    "servicediscovery",
    "cloudtrail-data",
    "codeartifact",
    "codebuild",
    "codecommit",
    "codepipeline",
    "compute-optimizer",
    "cost-optimization-hub",
    "events",
    "fms",
    "fis",
    "health",
    "rolesanywhere",
    "kms",
    "opensearch",
    "es",
    "pricing",
    "pca-connector-ad",
    "resource-groups",
    "secretsmanager",
    "sts",
    "signin",
    "support",
    "transfer",
    "notifications",
    "wafv2",
    "xray",
];

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with};

    #[test]
    fn services_are_named() {
        let rule = super::RULE.id;
        let text = |action: &str| with(&format!(r#"{{"Effect": "Deny", "Principal": "*", "Action": "{action}", "Resource": "*"}}"#));
        fires(rule, &text("*"), Rcp, &["\"*\""]);
        fires(rule, &text("iam:*"), Rcp, &["\"iam:*\""]);
        silent(rule, &text("S3:*Object"), Rcp);
        silent(rule, &text("*"), ResourcePolicy);
    }
}
