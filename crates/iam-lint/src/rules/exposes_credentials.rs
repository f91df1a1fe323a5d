//! Actions whose answers are credentials: who may call them can hand them on.
//! Parliament's finding CREDENTIALS_EXPOSURE; Service Authorization Reference: what each action does.

use super::{Report, Rule};
use crate::Level;
use super::wildcard::matches;
use crate::DocumentUse;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "exposes-credentials",
    level: Level::Note,
    about: "An action returns credentials.",
    check,
};

const RETURNING: [&str; 27] = [
    "codepipeline:PollForJobs",
    "cognito-idp:AssociateSoftwareToken",
    "cognito-idp:DescribeUserPoolClient",
    "cognito-identity:GetCredentialsForIdentity",
    "cognito-identity:GetOpenIdToken",
    "cognito-identity:GetOpenIdTokenForDeveloperIdentity",
    "connect:GetFederationToken",
    "ecr:GetAuthorizationToken",
    "gamelift:RequestUploadCredentials",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreateServiceSpecificCredential",
    "iam:ResetServiceSpecificCredential",
    "iam:UpdateAccessKey",
    "lightsail:DownloadDefaultKeyPair",
    "lightsail:GetBucketAccessKeys",
    "lightsail:GetInstanceAccessDetails",
    "lightsail:GetRelationalDatabaseMasterUserPassword",
    "mediapackage:RotateIngestEndpointCredentials",
    "rds-db:connect",
    "redshift:GetClusterCredentials",
    "redshift-serverless:GetCredentials",
    "sso:GetRoleCredentials",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:GetFederationToken",
    "sts:GetSessionToken",
];

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.purpose != DocumentUse::Identity {
        return;
    }
    for statement in subject.allows().filter(|statement| !statement.action.negated) {
        // Of a lone star `allows-everything` speaks.
        for entry in statement.action.actions.values.iter().filter(|entry| entry.text != "*") {
            let returning: Vec<&str> = RETURNING.into_iter().filter(|action| matches(&entry.text, action)).collect();
            let message = match returning.as_slice() {
                [] => continue,
                [one] => format!("{one} returns credentials"),
                [one, rest @ ..] => format!("{one} and {} more return credentials", rest.len()),
            };
            report.say(entry.span, message, "allow it to those only who need the credentials");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn credentials_are_not_handed_out() {
        let rule = super::RULE.id;
        let text = |action: &str| with(&allow(&format!("\"{action}\""), "\"*\"", ""));
        fires(rule, &text("ecr:GetAuthorizationToken"), Identity, &["\"ecr:GetAuthorizationToken\""]);
        fires(rule, &text("sts:Get*"), Identity, &["\"sts:Get*\""]);
        silent(rule, &text("ecr:DescribeImages"), Identity);
        silent(rule, &text("sts:Get*").replace("Allow", "Deny"), Identity);
    }
}
