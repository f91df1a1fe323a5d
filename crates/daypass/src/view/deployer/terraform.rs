//! The role in Terraform's language.

use super::pretty;
use daypass_core::deployer::{DeployerRole, POLICY_NAME};

/// A configuration, for the provider of the account. It refuses to be planned for another one.
pub(super) fn configuration(role: &DeployerRole) -> String {
    let boundary = match &role.boundary {
        Some(arn) => format!("\n  permissions_boundary = \"{arn}\""),
        None => String::new(),
    };
    let (name, account) = (&role.name, &role.account);
    let description = role.description;
    let (trust, policy) = (heredoc(&pretty(&role.trust)), heredoc(&pretty(&role.policy)));
    format!(
        "\
# The deployer role of daypass in account {account}.
data \"aws_caller_identity\" \"daypass_deployer\" {{
  lifecycle {{
    postcondition {{
      condition     = self.account_id == \"{account}\"
      error_message = \"These credentials are not of account {account}.\"
    }}
  }}
}}

resource \"aws_iam_role\" \"daypass_deployer\" {{
  name                 = \"{name}\"
  description          = \"{description}\"{boundary}
  assume_role_policy   = {trust}
  tags = {{
    \"daypass:deployer\" = \"true\"
  }}

  depends_on = [data.aws_caller_identity.daypass_deployer]
}}

resource \"aws_iam_role_policy\" \"daypass_deployer\" {{
  name   = \"{POLICY_NAME}\"
  role   = aws_iam_role.daypass_deployer.id
  policy = {policy}
}}"
    )
}

/// A text in which nothing is interpolated (Terraform language, "Strings and Templates": `$${{`, `%%{{`).
fn heredoc(text: &str) -> String {
    let escaped = text.replace("${", "$${").replace("%{", "%%{");
    format!("<<-JSON\n{escaped}\n  JSON")
}
