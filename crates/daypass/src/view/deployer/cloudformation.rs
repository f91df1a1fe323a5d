//! The role as a CloudFormation template. ARNs of the account are put together by CloudFormation, so that one template
//! does for every account, as in a StackSet.

use super::pretty;
use daypass_core::deployer::{DeployerRole, POLICY_NAME};

/// A template in YAML; documents stand in it as JSON, which is YAML too.
pub(super) fn template(role: &DeployerRole) -> String {
    let boundary = match &role.boundary {
        Some(arn) => format!(
            "\n      PermissionsBoundary: {}",
            in_any_account(&format!("\"{arn}\""), role)
        ),
        None => String::new(),
    };
    let (name, description) = (&role.name, role.description);
    let trust = set_in(&pretty(&role.trust), 8);
    let policy = set_in(&in_any_account(&pretty(&role.policy), role), 12);
    format!(
        "\
AWSTemplateFormatVersion: \"2010-09-09\"
Description: {description}
Resources:
  Deployer:
    Type: AWS::IAM::Role
    Properties:
      RoleName: {name}
      Description: {description}{boundary}
      AssumeRolePolicyDocument:
        {trust}
      Policies:
        - PolicyName: {POLICY_NAME}
          PolicyDocument:
            {policy}
      Tags:
        - Key: daypass:deployer
          Value: \"true\"
Outputs:
  RoleArn:
    Value: !GetAtt Deployer.Arn"
    )
}

fn set_in(text: &str, columns: usize) -> String {
    text.replace('\n', &format!("\n{:columns$}", ""))
}

/// The document with ARNs of the role's account, and of its partition, put together where the stack is. Our documents have
/// no quotes inside of their texts.
fn in_any_account(document: &str, role: &DeployerRole) -> String {
    let here = format!("arn:{}:iam::{}:", role.partition(), role.account);
    let aws = format!("arn:{}:iam::aws:", role.partition());
    let texts = document.split('"').enumerate().map(|(number, text)| {
        if number % 2 == 0 {
            return text.to_owned();
        }
        if let Some(rest) = text.strip_prefix(&here) {
            return format!("{{\"Fn::Sub\": \"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:{rest}\"}}");
        }
        match text.strip_prefix(&aws) {
            Some(rest) => format!("{{\"Fn::Sub\": \"arn:${{AWS::Partition}}:iam::aws:{rest}\"}}"),
            None => format!("\"{text}\""),
        }
    });
    texts.collect()
}
