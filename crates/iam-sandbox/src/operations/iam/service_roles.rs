//! Service-linked roles ("Create a service-linked role", IAM User Guide): a service's own, which only it can change.

use super::checks::about as about_entity;
use super::described;
use super::entity::{SERVICE_ROLES, newest, remove, write};
use super::policy_text;
use crate::authorization::{Authorization, Check};
use crate::operations::Operation;
use crate::operations::call::Call;
use crate::wire::Service::Iam;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::world::entity::{Policies, Role, arn};
use crate::world::identity::Deletion;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        service: Iam,
        name: "CreateServiceLinkedRole",
        authorize: about_new,
        run: create,
    },
    Operation {
        service: Iam,
        name: "DeleteServiceLinkedRole",
        authorize: about_entity::<Role>,
        run: delete,
    },
    Operation {
        service: Iam,
        name: "GetServiceLinkedRoleDeletionStatus",
        authorize: about_deletion,
        run: deletion_status,
    },
];

/// What services call their roles ("AWS services that work with IAM", IAM User Guide, and the pages it leads to):
/// the principal before `.amazonaws.com`, what follows `AWSServiceRoleFor`, the policy, and whether a suffix is
/// allowed.
const SERVICES: [(&str, &str, &str, bool); 33] = [
    (
        "access-analyzer",
        "AccessAnalyzer",
        "AccessAnalyzerServiceRolePolicy",
        false,
    ),
    ("autoscaling", "AutoScaling", "AutoScalingServiceRolePolicy", true),
    (
        "backup",
        "Backup",
        "AWSBackupServiceLinkedRolePolicyForBackup",
        false,
    ),
    (
        "cks.kms",
        "KeyManagementServiceCustomKeyStores",
        "AWSKeyManagementServiceCustomKeyStoresServiceRolePolicy",
        false,
    ),
    ("cloudtrail", "CloudTrail", "CloudTrailServiceRolePolicy", false),
    ("config", "Config", "AWSConfigServiceRolePolicy", false),
    (
        "dynamodb.application-autoscaling",
        "ApplicationAutoScaling_DynamoDBTable",
        "AWSApplicationAutoscalingDynamoDBTablePolicy",
        false,
    ),
    ("ecs", "ECS", "AmazonECSServiceRolePolicy", false),
    (
        "ecs.application-autoscaling",
        "ApplicationAutoScaling_ECSService",
        "AWSApplicationAutoscalingECSServicePolicy",
        false,
    ),
    ("eks", "AmazonEKS", "AmazonEKSServiceRolePolicy", false),
    (
        "eks-nodegroup",
        "AmazonEKSNodegroup",
        "AWSServiceRoleForAmazonEKSNodegroup",
        false,
    ),
    (
        "elasticache",
        "ElastiCache",
        "ElastiCacheServiceRolePolicy",
        false,
    ),
    (
        "elasticbeanstalk",
        "ElasticBeanstalk",
        "AWSElasticBeanstalkServiceRolePolicy",
        false,
    ),
    (
        "elasticfilesystem",
        "AmazonElasticFileSystem",
        "AmazonElasticFileSystemServiceRolePolicy",
        false,
    ),
    (
        "elasticloadbalancing",
        "ElasticLoadBalancing",
        "AWSElasticLoadBalancingServiceRolePolicy",
        false,
    ),
    (
        "email.cognito-idp",
        "AmazonCognitoIdpEmailService",
        "AmazonCognitoIdpEmailServiceRolePolicy",
        false,
    ),
    (
        "guardduty",
        "AmazonGuardDuty",
        "AmazonGuardDutyServiceRolePolicy",
        false,
    ),
    (
        "inspector2",
        "AmazonInspector2",
        "AmazonInspector2ServiceRolePolicy",
        false,
    ),
    ("macie", "AmazonMacie", "AmazonMacieServiceRolePolicy", false),
    (
        "opensearchservice",
        "AmazonOpenSearchService",
        "AmazonOpenSearchServiceRolePolicy",
        false,
    ),
    (
        "ops.apigateway",
        "APIGateway",
        "APIGatewayServiceRolePolicy",
        false,
    ),
    (
        "organizations",
        "Organizations",
        "AWSOrganizationsServiceTrustPolicy",
        false,
    ),
    ("rds", "RDS", "AmazonRDSServiceRolePolicy", false),
    (
        "redshift",
        "Redshift",
        "AmazonRedshiftServiceLinkedRolePolicy",
        false,
    ),
    (
        "replicator.lambda",
        "LambdaReplicator",
        "AWSLambdaReplicator",
        false,
    ),
    (
        "securityhub",
        "SecurityHub",
        "AWSSecurityHubServiceRolePolicy",
        false,
    ),
    ("spot", "EC2Spot", "AWSEC2SpotServiceRolePolicy", false),
    (
        "spotfleet",
        "EC2SpotFleet",
        "AWSEC2SpotFleetServiceRolePolicy",
        false,
    ),
    ("ssm", "AmazonSSM", "AmazonSSMServiceRolePolicy", false),
    ("sso", "SSO", "AWSSSOServiceRolePolicy", false),
    ("support", "Support", "AWSSupportServiceRolePolicy", false),
    (
        "transitgateway",
        "VPCTransitGateway",
        "AWSVPCTransitGatewayServiceRolePolicy",
        false,
    ),
    (
        "trustedadvisor",
        "TrustedAdvisor",
        "AWSTrustedAdvisorServiceRolePolicy",
        false,
    ),
];

/// A role that is to be made.
struct Planned {
    service: String,
    name: String,
    path: String,
    policy: String,
}

fn planned(call: &Call<'_>) -> Result<Planned, ApiError> {
    let service = call.required("AWSServiceName")?;
    let known = SERVICES
        .iter()
        .find(|(name, ..)| service.strip_suffix(".amazonaws.com") == Some(*name));
    let Some((_, title, policy, takes_suffix)) = known else {
        return Err(ApiError::invalid_input(format!(
            "Service-linked roles of {service} are not known here. Known services: {}",
            SERVICES
                .map(|(name, ..)| format!("{name}.amazonaws.com"))
                .join(", ")
        )));
    };
    let suffix = match call.param("CustomSuffix") {
        Some(_) if !takes_suffix => {
            return Err(ApiError::invalid_input(format!(
                "Custom suffix is not allowed for {service}"
            )));
        }
        Some(suffix) => format!("_{suffix}"),
        None => String::new(),
    };
    Ok(Planned {
        service: service.to_owned(),
        name: format!("AWSServiceRoleFor{title}{suffix}"),
        path: format!("{SERVICE_ROLES}{service}/"),
        policy: format!("arn:aws:iam::aws:policy{SERVICE_ROLES}{policy}"),
    })
}

fn about_new(call: &Call<'_>) -> Result<Authorization, ApiError> {
    let Planned {
        service, name, path, ..
    } = planned(call)?;
    let resource = arn(call.account_id(), "role", &path, &name);
    Authorization::one(Check::new(call.action(), resource).with("iam:AWSServiceName", service))
}

fn create(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let Planned {
        service,
        name,
        path,
        policy,
    } = planned(call)?;
    if call.account()?.roles.newest(&name).is_some() {
        return Err(ApiError::invalid_input(format!(
            "Service role name {name} has been taken in this account, please try a different suffix."
        )));
    }
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Action":["sts:AssumeRole"],"Effect":"Allow","Principal":{{"Service":["{service}"]}}}}]}}"#
    );
    let has_policy = iam_catalog::find_managed_policy(&policy).is_some();
    let role = Role {
        name,
        path,
        id: call.random.unique_id("AROA"),
        created: call.now(),
        tags: Vec::new(),
        policies: Policies {
            attached: has_policy.then_some(policy).into_iter().collect(),
            ..Policies::default()
        },
        boundary: None,
        trust: policy_text::trust(&trust)?,
        description: call.param("Description").map(str::to_owned),
        max_session: 3600,
    };
    let answer = Answer::fields(|xml| {
        xml.element("Role", |xml| described::role(call, xml, &role, false));
    });
    write(call, role);
    Ok(answer)
}

fn delete(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let role = newest::<Role>(call)?;
    let Some(service) = role.path.strip_prefix(SERVICE_ROLES) else {
        return Err(ApiError::no_such_entity(format!(
            "The service-linked role with name {} cannot be found.",
            role.name
        )));
    };
    let task = format!(
        "task{SERVICE_ROLES}{service}{}/{}",
        role.name,
        call.random.request_id()
    );
    let deletion = Deletion {
        role: role.name.clone(),
    };
    call.change(|account, _| account.reports.deletions.insert(task.clone(), deletion));
    call.world.uses.forget_entity(&role.id);
    remove::<Role>(call, &role.name);
    Ok(Answer::fields(|xml| {
        xml.text("DeletionTaskId", task);
    }))
}

/// A task's id is `task/aws-service-role/SERVICE/ROLE/ID`.
fn about_deletion(call: &Call<'_>) -> Result<Authorization, ApiError> {
    let task = call.required("DeletionTaskId")?;
    let role = task
        .strip_prefix("task/")
        .and_then(|rest| rest.rsplit_once('/'))
        .filter(|(role, _)| role.starts_with("aws-service-role/"));
    let Some((role, _)) = role else {
        return Err(ApiError::invalid_input(format!(
            "Invalid deletion task id: {task}"
        )));
    };
    Authorization::one(Check::new(
        call.action(),
        arn(call.account_id(), "role", "/", role),
    ))
}

fn deletion_status(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let task = call.required("DeletionTaskId")?;
    let account = call.account()?;
    let deletion = account.reports.deletions.get(task).ok_or_else(|| {
        ApiError::no_such_entity(format!("The deletion task with id {task} cannot be found."))
    })?;
    // Done once every replica has forgotten the role.
    let is_travelling = account
        .roles
        .settles_at(&deletion.role)
        .is_some_and(|at| at > call.now());
    Ok(Answer::fields(|xml| {
        xml.text("Status", if is_travelling { "IN_PROGRESS" } else { "SUCCEEDED" });
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A policy that is not there would leave the role without permissions, silently.
    #[test]
    fn the_policies_of_services_are_awss() {
        for (service, _, policy, _) in SERVICES {
            let arn = format!("arn:aws:iam::aws:policy{SERVICE_ROLES}{policy}");
            assert!(
                iam_catalog::find_managed_policy(&arn).is_some(),
                "{service}: there is no {arn}"
            );
        }
    }
}
