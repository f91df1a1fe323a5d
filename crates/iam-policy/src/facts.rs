//! The facts of a request that the combination rules look at: who asks, whose the resource is, and the
//! services' own rules that change what has to allow.

use crate::arn::Arn;
use crate::combine::{Asker, Facts, Rule};
use crate::policy_set::PolicyKind;
use crate::principal::account_of;
use crate::request::{Principal, Request};
use crate::statement::is_role_arn;

/// What the combination rules need to know of a request.
pub(crate) fn facts_of(request: &Request) -> Facts {
    let asker = match &request.principal {
        Principal::User { .. } | Principal::RoleSession { .. } => Asker::Entity,
        Principal::FederatedUser { .. } => Asker::FederatedUser,
        Principal::Root { .. } => Asker::Root,
        Principal::Service(_) | Principal::IdentityProvider(_) | Principal::Anonymous => Asker::Outsider,
    };
    if !has_rules_of_its_own(&request.action) {
        return Facts {
            asker,
            same_account: is_same_account(request),
            grantor_kind: PolicyKind::Resource,
            grantor_required: false,
            refused: of_another_partition(request),
            resource_cannot_deny: false,
            needs_nothing: false,
        };
    }
    let assumes_role = assumes_role(request);
    let same_account = is_same_account(request);
    Facts {
        asker,
        same_account,
        grantor_kind: if assumes_role {
            PolicyKind::Trust
        } else {
            PolicyKind::Resource
        },
        grantor_required: assumes_role || is_kms_key(request),
        refused: of_another_partition(request).or_else(|| refused(&request.principal, &request.action)),
        resource_cannot_deny: asker == Asker::Root
            && same_account
            && is_about_a_bucket_policy(&request.action),
        needs_nothing: needs_no_permission(request),
    }
}

/// Whether the action is of one of the few services for which one of the rules below is written.
fn has_rules_of_its_own(action: &str) -> bool {
    let is_of = |service: &str| {
        action
            .get(..service.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(service))
    };
    ["sts:", "iam:", "kms:", "s3:"].into_iter().any(is_of)
}

/// Whether the target role's trust policy decides. Session tags and a source identity are permissions
/// in the trust policy too (IAM User Guide, "Pass session tags in AWS STS").
fn assumes_role(request: &Request) -> bool {
    let Some((service, operation)) = request.action.split_once(':') else {
        return false;
    };
    if !service.eq_ignore_ascii_case("sts") {
        return false;
    }
    let is = |name: &str| operation.eq_ignore_ascii_case(name);
    is("AssumeRole")
        || is("AssumeRoleWithSAML")
        || is("AssumeRoleWithWebIdentity")
        || ((is("TagSession") || is("SetSourceIdentity") || is("SetContext"))
            && is_role_arn(&request.resource))
}

/// Whether SCPs bear on the request. "SCPs don't affect any service-linked role"; they concern principals of
/// accounts, and services and anonymous callers are none (AWS Organizations User Guide, "Service control
/// policies (SCPs)").
pub(crate) fn scps_bind(request: &Request, facts: Facts) -> bool {
    facts.asker != Asker::Outsider && !request.principal.is_service_linked()
}

/// Whether RCPs bear on the request. They have no effect on service-linked roles, nor on services' ability to
/// assume these (AWS Organizations User Guide, "Resource control policies (RCPs)"). They "do not apply to AWS
/// managed keys", and kms:RetireGrant is not effective in one, whatever its Action matches (AWS KMS Developer
/// Guide, "Resource control policies in AWS KMS").
pub(crate) fn rcps_bind(request: &Request) -> bool {
    let is_linked_role = || {
        let arn = request.resource.parse::<Arn>().ok();
        let path = arn
            .as_ref()
            .filter(|arn| arn.is_iam("role"))
            .and_then(Arn::iam_path);
        path.is_some_and(|path| path.starts_with("/aws-service-role/"))
    };
    let is_aws_managed_key = || {
        crate::arn::six_parts(&request.resource).is_some_and(|[_, _, service, _, _, resource]| {
            service == "kms" && resource.starts_with("alias/aws/")
        })
    };
    let is_spared = request.principal.is_service_linked()
        || request.action.eq_ignore_ascii_case("kms:RetireGrant")
        || is_aws_managed_key()
        || (assumes_role(request) && is_linked_role());
    !is_spared
}

/// "You cannot use IAM credentials from one partition to interact with resources in a different partition"
/// (AWS Fault Isolation Boundaries, "Partitions"). The root user of an account is known by its number alone.
fn of_another_partition(request: &Request) -> Option<Rule> {
    let own = match &request.principal {
        Principal::User { arn }
        | Principal::FederatedUser { arn, .. }
        | Principal::RoleSession { session: arn, .. } => arn.partition(),
        _ => return None,
    };
    let partition = request.resource.strip_prefix("arn:")?.split(':').next()?;
    let is_other = partition != own && !partition.is_empty() && partition != "*";
    is_other.then_some(Rule::OtherPartition)
}

/// What credentials cannot call, or what cannot be called without any: "AssumeRole", "GetCallerIdentity" and the rest
/// of STS but for the two operations to which an identity provider's word is enough. "You cannot call AssumeRole by using AWS account root user credentials"
/// (AWS STS API Reference, AssumeRole), nor AssumeRoot (its page). Those of a role "cannot call GetFederationToken or GetSessionToken";
/// those of GetFederationToken "cannot call IAM using the AWS CLI or AWS API" nor "AWS STS operations except
/// GetCallerIdentity" (IAM User Guide, "Compare AWS STS credentials").
fn refused(principal: &Principal, action: &str) -> Option<Rule> {
    let (service, operation) = action.split_once(':')?;
    let of = |name: &str| service.eq_ignore_ascii_case(name);
    let is = |name: &str| of("sts") && operation.eq_ignore_ascii_case(name);
    match principal {
        Principal::Root { .. } if is("AssumeRole") || is("AssumeRoot") => Some(Rule::RootCannotAssumeRoles),
        Principal::RoleSession { .. } if is("GetFederationToken") || is("GetSessionToken") => {
            Some(Rule::SessionCannotCall)
        }
        Principal::FederatedUser { .. } if of("iam") || (of("sts") && !is("GetCallerIdentity")) => {
            Some(Rule::SessionCannotCall)
        }
        Principal::Anonymous | Principal::IdentityProvider(_) if of("sts") => {
            let vouched = [
                "AssumeRoleWithSAML",
                "AssumeRoleWithWebIdentity",
                "TagSession",
                "SetSourceIdentity",
                "SetContext",
            ];
            let needs_none = vouched.into_iter().any(is);
            (!needs_none).then_some(Rule::CredentialsNeeded)
        }
        _ => None,
    }
}

/// "The root principal in a bucket owner's AWS account can perform the GetBucketPolicy, PutBucketPolicy, and
/// DeleteBucketPolicy API actions, even if their bucket policy explicitly denies the root principal's access",
/// blocked only "by VPC endpoint policies and AWS Organizations policies" (Amazon S3 API Reference,
/// PutBucketPolicy).
fn is_about_a_bucket_policy(action: &str) -> bool {
    [
        "s3:GetBucketPolicy",
        "s3:PutBucketPolicy",
        "s3:DeleteBucketPolicy",
    ]
    .iter()
    .any(|name| action.eq_ignore_ascii_case(name))
}

/// "No AWS principal ... has any permissions to a KMS key unless that permission is explicitly allowed ... in
/// a key policy, IAM policy, or grant", and IAM policies count only if the key policy lets them
/// (AWS KMS Developer Guide, "Key policies in AWS KMS").
fn is_kms_key(request: &Request) -> bool {
    let kms_action = request
        .action
        .get(..4)
        .is_some_and(|service| service.eq_ignore_ascii_case("kms:"));
    kms_action
        && crate::arn::six_parts(&request.resource)
            .is_some_and(|[_, _, service, _, _, resource]| service == "kms" && resource.starts_with("key/"))
}

/// "No permissions are required to perform this operation" even if a policy denies it
/// (AWS STS API Reference, GetCallerIdentity); "you cannot use policies to control authentication
/// operations" (IAM User Guide, "Permissions for GetSessionToken"), for the users who may call it.
fn needs_no_permission(request: &Request) -> bool {
    let is = |name: &str| request.action.eq_ignore_ascii_case(name);
    match request.principal {
        Principal::Anonymous | Principal::IdentityProvider(_) => false,
        Principal::User { .. } | Principal::Root { .. } => {
            is("sts:GetCallerIdentity") || is("sts:GetSessionToken")
        }
        _ => is("sts:GetCallerIdentity"),
    }
}

/// Whether principal and resource belong to one account. Outsiders belong to none. The root user that
/// sts:AssumeRoot is about has no policy of its own, so that the caller's side decides alone.
fn is_same_account(request: &Request) -> bool {
    let Some(own) = account_of(&request.principal) else {
        return false;
    };
    if request.action.eq_ignore_ascii_case("sts:AssumeRoot") {
        return true;
    }
    if let Some(account) = &request.resource_account {
        return account.as_str() == own;
    }
    match crate::arn::six_parts(&request.resource) {
        Some([.., account, _]) if crate::arn::is_account_id(account) => account == own,
        _ => true,
    }
}
