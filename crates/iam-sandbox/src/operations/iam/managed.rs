//! Managed policies: the account's own and AWS's.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::checks::{about_all_policies, about_new_policy, about_policy};
use super::grammar;
use super::paging::page;
use super::{policy_text, tags};
use crate::authorization::aws_document;
use crate::operations::Operation;
use crate::operations::call::{Call, iso};
use crate::wire::Service::Iam;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::wire::xml::Xml;
use crate::world::PolicyUses;
use crate::world::entity::{ManagedPolicy, PolicyText, PolicyVersion, arn};

/// Characters of a managed policy ("IAM and AWS STS quotas", IAM User Guide).
const LIMIT: usize = 6144;
/// Customer managed policies of an account, by the same page.
pub(super) const MOST: usize = 1500;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        service: Iam,
        name: "CreatePolicy",
        authorize: about_new_policy,
        run: create,
    },
    Operation {
        service: Iam,
        name: "GetPolicy",
        authorize: about_policy,
        run: get,
    },
    Operation {
        service: Iam,
        name: "DeletePolicy",
        authorize: about_policy,
        run: delete,
    },
    Operation {
        service: Iam,
        name: "ListPolicies",
        authorize: about_all_policies,
        run: list,
    },
    Operation {
        service: Iam,
        name: "ListEntitiesForPolicy",
        authorize: about_policy,
        run: list_entities,
    },
];

/// The name of the policy that an ARN names.
pub(super) fn name(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// The path of the policy that an ARN names.
pub(super) fn path(arn: &str) -> &str {
    let rest = arn.split_once(":policy").map_or(arn, |(_, rest)| rest);
    rest.rfind('/').and_then(|at| rest.get(..=at)).unwrap_or("/")
}

/// Is there such a policy, of this account or of AWS?
pub(super) fn exists(call: &Call<'_>, arn: &str) -> Result<bool, ApiError> {
    let own = call
        .account()?
        .policies
        .newest(name(arn))
        .is_some_and(|policy| policy.arn == arn);
    Ok(own || iam_catalog::find_managed_policy(arn).is_some())
}

/// Services' own policies are for their service-linked roles alone ("AttachRolePolicy", IAM API Reference:
/// PolicyNotAttachable).
pub(super) fn check_attachable(arn: &str) -> Result<(), ApiError> {
    if !arn.starts_with("arn:aws:iam::aws:policy/aws-service-role/") {
        return Ok(());
    }
    Err(ApiError::new(
        400,
        "PolicyNotAttachable",
        "AWS service role policies can only be attached to the service-linked role for that service.",
    ))
}

fn not_found(arn: &str) -> ApiError {
    ApiError::no_such_entity(format!("Policy {arn} was not found."))
}

/// The policy that the request names, as the replica knows it.
pub(super) fn seen(call: &Call<'_>) -> Result<Arc<ManagedPolicy>, ApiError> {
    let arn = grammar::policy_arn(call)?;
    if let Some(policy) = iam_catalog::find_managed_policy(arn) {
        return Ok(Arc::new(of_aws(policy)?));
    }
    let policy = call
        .seen(&call.account()?.policies, name(arn))
        .filter(|policy| policy.arn == arn);
    policy.cloned().ok_or_else(|| not_found(arn))
}

/// The policy that the request wants to change; AWS's cannot be.
pub(super) fn newest(call: &Call<'_>) -> Result<ManagedPolicy, ApiError> {
    let arn = grammar::policy_arn(call)?;
    if iam_catalog::find_managed_policy(arn).is_some() {
        return Err(ApiError::access_denied(format!(
            "Policy is outside your own account: {arn}"
        )));
    }
    let policy = call
        .account()?
        .policies
        .newest(name(arn))
        .filter(|policy| policy.arn == arn);
    policy
        .map(|policy| (**policy).clone())
        .ok_or_else(|| not_found(arn))
}

/// One of AWS's policies, in the one version that the catalog has.
pub(super) fn of_aws(policy: iam_catalog::ManagedPolicy) -> Result<ManagedPolicy, ApiError> {
    let document = aws_document(policy)
        .ok_or_else(|| ApiError::new(500, "ServiceFailure", format!("{} cannot be read", policy.arn)))?;
    let text = PolicyText {
        text: policy.document().to_owned(),
        document,
        pins: Vec::new(),
    };
    let mut described = described_by_aws(policy);
    described.versions.push(PolicyVersion {
        number: described.default,
        text,
        created: described.updated,
    });
    Ok(described)
}

/// The same without the document, which a list of all of them has no time to read.
fn described_by_aws(policy: iam_catalog::ManagedPolicy) -> ManagedPolicy {
    let time = |text: &str| text.parse().unwrap_or(Timestamp::UNIX_EPOCH);
    let number = policy.version.trim_start_matches('v').parse().unwrap_or(1);
    ManagedPolicy {
        name: policy.name.to_owned(),
        path: policy.path.to_owned(),
        id: aws_policy_id(policy.arn),
        arn: policy.arn.to_owned(),
        description: None,
        created: time(policy.created),
        updated: time(policy.updated),
        tags: Vec::new(),
        versions: Vec::new(),
        default: number,
        next: number.saturating_add(1),
    }
}

/// A unique id that is always the same for one ARN; the catalog does not carry AWS's own.
fn aws_policy_id(arn: &str) -> String {
    use sha2::{Digest, Sha256};
    let letters: String =
        hex::encode_upper(Sha256::digest(arn.as_bytes())).replace(['0', '1', '8', '9'], "X");
    format!("ANPA{letters:.17}")
}

pub(super) fn write(call: &mut Call<'_>, policy: ManagedPolicy) {
    call.change(|account, stamp| {
        let name = policy.name.clone();
        account.policies.write(&name, Some(policy), stamp);
    });
}

pub(super) fn document(call: &Call<'_>) -> Result<PolicyText, ApiError> {
    let text = policy_text::managed(call.required("PolicyDocument")?)?;
    if text.size() > LIMIT {
        return Err(ApiError::limit_exceeded(format!(
            "Cannot exceed quota for PolicySize: {LIMIT}"
        )));
    }
    Ok(text)
}

fn create(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let name = grammar::name(call, "PolicyName")?;
    let path = grammar::path(call, "Path");
    let tags = tags::read(call, "Tags")?;
    let text = document(call)?;
    if call.account()?.policies.newest(&name).is_some() {
        return Err(ApiError::already_exists(format!(
            "A policy called {name} already exists. Duplicate names are not allowed."
        )));
    }
    if call.account()?.policies.all_newest().count() >= MOST {
        return Err(ApiError::limit_exceeded(format!(
            "Cannot exceed quota for PoliciesPerAccount: {MOST}"
        )));
    }
    let now = call.now();
    let policy = ManagedPolicy {
        arn: arn(call.account_id(), "policy", &path, &name),
        name,
        path,
        id: call.random.unique_id("ANPA"),
        description: call.param("Description").map(str::to_owned),
        created: now,
        updated: now,
        tags,
        versions: vec![PolicyVersion {
            number: 1,
            text,
            created: now,
        }],
        default: 1,
        next: 2,
    };
    let answer = Answer::fields(|xml| {
        xml.element("Policy", |xml| {
            describe(xml, &policy, PolicyUses::default(), false);
        });
    });
    write(call, policy);
    Ok(answer)
}

/// The fields of a managed policy. Lists leave out description and tags ("ListPolicies", IAM API Reference).
pub(super) fn describe(xml: &mut Xml, policy: &ManagedPolicy, uses: PolicyUses, is_whole: bool) {
    xml.text("PolicyName", &policy.name)
        .text("PolicyId", &policy.id)
        .text("Arn", &policy.arn)
        .text("Path", &policy.path)
        .text("DefaultVersionId", format_args!("v{}", policy.default))
        .text("AttachmentCount", uses.attached)
        .text("PermissionsBoundaryUsageCount", uses.boundaries)
        .text("IsAttachable", true);
    if is_whole {
        xml.optional("Description", policy.description.as_ref());
    }
    xml.text("CreateDate", iso(policy.created))
        .text("UpdateDate", iso(policy.updated));
    if is_whole && !policy.tags.is_empty() {
        tags::write_list(xml, &policy.tags);
    }
}

fn get(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let policy = seen(call)?;
    let uses = call.account()?.uses_of(&policy.arn);
    Ok(Answer::fields(|xml| {
        xml.element("Policy", |xml| describe(xml, &policy, uses, true));
    }))
}

fn delete(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let policy = newest(call)?;
    if call.account()?.uses_of(&policy.arn) != PolicyUses::default() {
        return Err(ApiError::delete_conflict(
            "Cannot delete a policy attached to entities.",
        ));
    }
    if policy.versions.len() > 1 {
        return Err(ApiError::delete_conflict(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's \
             versions. The default version is deleted with the policy.",
        ));
    }
    call.change(|account, stamp| account.policies.write(&policy.name, None, stamp));
    Ok(Answer::Empty)
}

fn list(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let prefix = grammar::path_prefix(call);
    let scope = call.param("Scope").unwrap_or("All");
    let only_attached = call.param("OnlyAttached") == Some("true");
    let usage = call.param("PolicyUsageFilter");
    let account = call.account()?;
    let mut policies: Vec<(Arc<ManagedPolicy>, PolicyUses)> = Vec::new();
    if scope != "AWS" {
        policies.extend(
            account
                .policies
                .all_seen(call.view)
                .map(|p| (p.clone(), account.uses_of(&p.arn))),
        );
    }
    if scope != "Local" {
        for policy in iam_catalog::managed_policies() {
            policies.push((Arc::new(described_by_aws(policy)), account.uses_of(policy.arn)));
        }
    }
    policies.retain(|(policy, uses)| {
        policy.path.starts_with(&prefix)
            && (!only_attached || uses.attached > 0)
            && match usage {
                Some("PermissionsBoundary") => uses.boundaries > 0,
                Some("PermissionsPolicy") => uses.attached > 0,
                _ => true,
            }
    });
    let page = page(call, policies, |(policy, _)| policy.arn.clone())?;
    Ok(Answer::fields(|xml| {
        xml.list("Policies", "member", &page.items, |xml, (policy, uses)| {
            describe(xml, policy, *uses, false);
        });
        page.write_end(xml);
    }))
}

fn list_entities(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let arn = seen(call)?.arn.clone();
    let prefix = grammar::path_prefix(call);
    let usage = call.param("PolicyUsageFilter");
    let filter = call.param("EntityFilter");
    let is_user_of = |attached: &[String], boundary: Option<&String>, path: &str| {
        let as_policy = usage != Some("PermissionsBoundary") && attached.contains(&arn);
        let as_boundary = usage != Some("PermissionsPolicy") && boundary == Some(&arn);
        path.starts_with(&prefix) && (as_policy || as_boundary)
    };
    let wants = |kind: &str| filter.is_none_or(|filter| filter == kind);
    let account = call.account()?;
    let mut found: Vec<(&'static str, String, String)> = Vec::new();
    if wants("Group") {
        for group in account
            .groups
            .all_seen(call.view)
            .filter(|g| is_user_of(&g.policies.attached, None, &g.path))
        {
            found.push(("Group", group.name.clone(), group.id.clone()));
        }
    }
    if wants("User") {
        let users = account.users.all_seen(call.view);
        for user in users.filter(|u| is_user_of(&u.policies.attached, u.boundary.as_ref(), &u.path)) {
            found.push(("User", user.name.clone(), user.id.clone()));
        }
    }
    if wants("Role") {
        let roles = account.roles.all_seen(call.view);
        for role in roles.filter(|r| is_user_of(&r.policies.attached, r.boundary.as_ref(), &r.path)) {
            found.push(("Role", role.name.clone(), role.id.clone()));
        }
    }
    let page = page(call, found, |(kind, name, _)| {
        format!("{kind}/{}", name.to_ascii_lowercase())
    })?;
    let mut by_kind: BTreeMap<&str, Vec<&(&str, String, String)>> = BTreeMap::new();
    for entity in &page.items {
        by_kind.entry(entity.0).or_default().push(entity);
    }
    Ok(Answer::fields(|xml| {
        for kind in ["Group", "User", "Role"] {
            let entities = by_kind.get(kind).into_iter().flatten();
            xml.list(
                &format!("Policy{kind}s"),
                "member",
                entities,
                |xml, (_, name, id)| {
                    xml.text(&format!("{kind}Name"), name)
                        .text(&format!("{kind}Id"), id);
                },
            );
        }
        page.write_end(xml);
    }))
}
