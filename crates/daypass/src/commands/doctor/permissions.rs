//! Whether who acts may do what daypass needs: asked of AWS's own policy simulator, else of their policies.

use crate::view::doctor::Finding;
use daypass_aws::{AwsError, Connection, SimulatorQuestion};
use daypass_core::check::{Expectation, Expected, Predictor};
use iam_policy::{Arn, Decision};

/// What `try`, `role`, `plan` and `apply` call (docs/try.md, docs/role.md). Not `sts:AssumeRole`, which the trust policies
/// of the roles allow.
const NEEDED: [&str; 19] = [
    "iam:AttachRolePolicy",
    "iam:CreateRole",
    "iam:DeleteRole",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:GetAccountAuthorizationDetails",
    "iam:GetPolicy",
    "iam:GetPolicyVersion",
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:ListRolePolicies",
    "iam:ListRoleTags",
    "iam:ListRoles",
    "iam:PutRolePolicy",
    "iam:TagRole",
    "iam:UntagRole",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
];

/// Which of them `acting` may not do. `asking` asks where `acting` may not.
pub(super) async fn look(acting: &Connection, asking: &Connection) -> Finding {
    let denied = match acting.caller().await {
        Ok(caller) => denied(acting, asking, &caller.arn).await,
        Err(error) => Err(error),
    };
    match denied {
        Err(error) => unknown(&error.to_string()),
        Ok(Denied::Unknown(why)) => unknown(&why),
        Ok(Denied::These { actions, by }) if actions.is_empty() => Finding::good(
            "permissions",
            format!("all {} that daypass needs, {by}", NEEDED.len()),
        ),
        Ok(Denied::These { actions, by }) => Finding::doubtful(
            "permissions",
            format!("not allowed, {by}: {}", actions.join(", ")),
            "without them some commands are refused; for the roles of daypass they may be limited to \
             arn:aws:iam::ACCOUNT:role/daypass/*"
                .to_owned(),
        ),
    }
}

fn unknown(why: &str) -> Finding {
    Finding::doubtful(
        "permissions",
        format!("not known: {why}"),
        "allow iam:SimulatePrincipalPolicy, or iam:GetRole, iam:ListRolePolicies and their like, on itself"
            .to_owned(),
    )
}

enum Denied {
    These { actions: Vec<String>, by: &'static str },
    Unknown(String),
}

async fn denied(acting: &Connection, asking: &Connection, arn: &Arn) -> Result<Denied, AwsError> {
    let mut read = acting.policies_of(arn).await?;
    if !read.policies.unread.is_empty() {
        read = asking.policies_of(arn).await?;
    }
    let role = match &read.principal {
        iam_policy::Principal::RoleSession { role, .. } => role.clone(),
        iam_policy::Principal::User { arn } => Some(arn.clone()),
        _ => None,
    };
    let under_our_path = format!(
        "arn:{}:iam::{}:role/daypass/any",
        arn.partition(),
        arn.account_part()
    );
    if let Some(source) = role {
        let question = SimulatorQuestion {
            source: Some(source),
            actions: NEEDED.iter().map(|&action| action.to_owned()).collect(),
            resources: vec![under_our_path.clone()],
            ..SimulatorQuestion::default()
        };
        for connection in [acting, asking] {
            match connection.simulate(&question).await {
                Ok(answers) => {
                    let denied = answers
                        .into_iter()
                        .filter(|answer| answer.decision != Decision::Allow);
                    let mut actions: Vec<String> = denied.map(|answer| answer.action).collect();
                    actions.sort();
                    return Ok(Denied::These {
                        actions,
                        by: "by AWS's policy simulator",
                    });
                }
                Err(AwsError::Refused { .. }) => {}
                Err(other) => return Err(other),
            }
        }
    }
    if let Some(unread) = read.policies.unread.first() {
        return Ok(Denied::Unknown(unread.clone()));
    }
    let now = acting.clock().now();
    let predictor = Predictor::new(&read.policies, read.principal, now);
    let refused = |action: &&&str| {
        let expectation = Expectation::new(action, Some(&under_our_path), Expected::Allowed);
        expectation.is_ok_and(|expectation| predictor.predict(&expectation).is_allowed() != Some(true))
    };
    Ok(Denied::These {
        actions: NEEDED
            .iter()
            .filter(refused)
            .map(|&action| action.to_owned())
            .collect(),
        by: "by the policies",
    })
}
