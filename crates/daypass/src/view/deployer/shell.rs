//! The role as commands of the AWS CLI.

use super::super::credentials::shell_word;
use super::pretty;
use daypass_core::deployer::{DeployerRole, POLICY_NAME};

/// A script for a POSIX shell. It stops at the first failure, and where the credentials are of another account.
pub(super) fn commands(role: &DeployerRole) -> String {
    let name = role.name.as_str();
    let boundary = match &role.boundary {
        Some(arn) => format!(" \\\n    --permissions-boundary {}", shell_word(arn.as_str())),
        None => String::new(),
    };
    let account = &role.account;
    let description = shell_word(role.description);
    let (trust, policy) = (pretty(&role.trust), pretty(&role.policy));
    format!(
        "\
# The deployer role of daypass in account {account}. Run this in a shell with that account's admin's credentials.
set -eu
test \"$(aws sts get-caller-identity --query Account --output text)\" = {account}

trust=$(cat <<'JSON'
{trust}
JSON
)
policy=$(cat <<'JSON'
{policy}
JSON
)

aws iam create-role --role-name {name} \\
    --description {description} \\
    --assume-role-policy-document \"$trust\" \\
    --tags Key=daypass:deployer,Value=true{boundary}
aws iam put-role-policy --role-name {name} --policy-name {POLICY_NAME} \\
    --policy-document \"$policy\""
    )
}
