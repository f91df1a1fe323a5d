//! The account as a whole: everything in one listing, the summary, its aliases.

use std::sync::Arc;

use super::checks::about_everything;
use super::paging::page;
use super::{attachments, boundaries, groups, instance_profiles, managed, tags, users, versions};
use crate::operations::Operation;
use crate::operations::call::{Call, iso};
use crate::sigv4::encode;
use crate::wire::Service::Iam;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::wire::xml::Xml;
use crate::world::PolicyUses;
use crate::world::entity::{Group, ManagedPolicy, Policies, Role, User};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        service: Iam,
        name: "GetAccountAuthorizationDetails",
        authorize: about_everything,
        run: details,
    },
    Operation {
        service: Iam,
        name: "GetAccountSummary",
        authorize: about_everything,
        run: summary,
    },
];

enum Detail {
    User(Arc<User>),
    Group(Arc<Group>),
    Role(Arc<Role>),
    Policy(Box<ManagedPolicy>, PolicyUses),
}

impl Detail {
    /// Where it stands in the paged order.
    fn key(&self) -> String {
        match self {
            Detail::User(user) => format!("1/{}", user.name.to_ascii_lowercase()),
            Detail::Group(group) => format!("2/{}", group.name.to_ascii_lowercase()),
            Detail::Role(role) => format!("3/{}", role.name.to_ascii_lowercase()),
            Detail::Policy(policy, _) => format!("4/{}", policy.arn),
        }
    }
}

fn details(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let filter = call.input.params.list("Filter");
    let wants = |kind: &str| filter.is_empty() || filter.contains(&kind);
    let account = call.account()?;
    let view = call.view;
    let mut found = Vec::new();
    if wants("User") {
        found.extend(account.users.all_seen(view).cloned().map(Detail::User));
    }
    if wants("Group") {
        found.extend(account.groups.all_seen(view).cloned().map(Detail::Group));
    }
    if wants("Role") {
        found.extend(account.roles.all_seen(view).cloned().map(Detail::Role));
    }
    if wants("LocalManagedPolicy") {
        found.extend(
            account
                .policies
                .all_seen(view)
                .map(|policy| Detail::Policy(Box::new((**policy).clone()), account.uses_of(&policy.arn))),
        );
    }
    if wants("AWSManagedPolicy") {
        // Only those that are in use ("GetAccountAuthorizationDetails", IAM API Reference).
        for policy in iam_catalog::managed_policies() {
            let uses = account.uses_of(policy.arn);
            if uses != PolicyUses::default() {
                found.push(Detail::Policy(Box::new(managed::of_aws(policy)?), uses));
            }
        }
    }
    let page = page(call, found, Detail::key)?;
    Ok(Answer::fields(|xml| {
        xml.element("UserDetailList", |xml| {
            each(xml, &page.items, |xml, detail| user(call, xml, detail));
        });
        xml.element("GroupDetailList", |xml| {
            each(xml, &page.items, |xml, detail| group(call, xml, detail));
        });
        xml.element("RoleDetailList", |xml| {
            each(xml, &page.items, |xml, detail| role(call, xml, detail));
        });
        xml.element("Policies", |xml| each(xml, &page.items, policy));
        page.write_end(xml);
    }))
}

/// A member for each detail that `fill` finds to be of its kind.
fn each(xml: &mut Xml, details: &[Detail], fill: impl Fn(&mut Xml, &Detail) -> bool) {
    for detail in details {
        let mut inner = Xml::default();
        if fill(&mut inner, detail) {
            xml.element("member", |xml| {
                xml.append(&inner);
            });
        }
    }
}

fn user(call: &Call<'_>, xml: &mut Xml, detail: &Detail) -> bool {
    let Detail::User(user) = detail else { return false };
    xml.text("Path", &user.path)
        .text("UserName", &user.name)
        .text("UserId", &user.id)
        .text("Arn", user.arn(call.account_id()))
        .text("CreateDate", iso(user.created));
    write_inline(xml, "UserPolicyList", &user.policies);
    xml.element("GroupList", |xml| {
        for name in &user.groups {
            xml.text("member", name);
        }
    });
    write_attached(xml, &user.policies);
    boundaries::write_xml(xml, user.boundary.as_ref());
    tags::write_list(xml, &user.tags);
    true
}

fn group(call: &Call<'_>, xml: &mut Xml, detail: &Detail) -> bool {
    let Detail::Group(group) = detail else {
        return false;
    };
    groups::describe(call, xml, group);
    write_inline(xml, "GroupPolicyList", &group.policies);
    write_attached(xml, &group.policies);
    true
}

fn role(call: &Call<'_>, xml: &mut Xml, detail: &Detail) -> bool {
    let Detail::Role(role) = detail else { return false };
    let account = call.world.account(call.account_id());
    let profiles = account
        .into_iter()
        .flat_map(|account| account.instance_profiles.all_seen(call.view))
        .filter(|profile| instance_profiles::holds(profile, &role.name));
    xml.text("Path", &role.path)
        .text("RoleName", &role.name)
        .text("RoleId", &role.id)
        .text("Arn", role.arn(call.account_id()))
        .text("CreateDate", iso(role.created))
        .text(
            "AssumeRolePolicyDocument",
            encode(&role.trust.shown(call.world, call.view)),
        )
        .list("InstanceProfileList", "member", profiles, |xml, profile| {
            instance_profiles::describe(call, xml, profile, false);
        });
    write_inline(xml, "RolePolicyList", &role.policies);
    write_attached(xml, &role.policies);
    boundaries::write_xml(xml, role.boundary.as_ref());
    tags::write_list(xml, &role.tags);
    xml.element("RoleLastUsed", |xml| {
        if let Some(used) = call.world.uses.last_of(&role.id) {
            xml.text("LastUsedDate", iso(used.at))
                .text("Region", &used.region);
        }
    });
    true
}

fn policy(xml: &mut Xml, detail: &Detail) -> bool {
    let Detail::Policy(policy, uses) = detail else {
        return false;
    };
    managed::describe(xml, policy, *uses, false);
    xml.optional("Description", policy.description.as_ref());
    xml.list("PolicyVersionList", "member", &policy.versions, |xml, version| {
        versions::describe_version(xml, policy, version, true);
    });
    true
}

fn write_inline(xml: &mut Xml, name: &str, policies: &Policies) {
    xml.list(name, "member", &policies.inline, |xml, (name, policy)| {
        xml.text("PolicyName", name)
            .text("PolicyDocument", encode(&policy.text));
    });
}

fn write_attached(xml: &mut Xml, policies: &Policies) {
    xml.list(
        "AttachedManagedPolicies",
        "member",
        &policies.attached,
        |xml, arn| {
            xml.text("PolicyName", managed::name(arn)).text("PolicyArn", arn);
        },
    );
}

fn summary(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let account = call.account()?;
    let view = call.view;
    let policies: Vec<_> = account.policies.all_seen(view).collect();
    let versions: usize = policies.iter().map(|policy| policy.versions.len()).sum();
    let devices: Vec<_> = account.mfa_devices.all_seen(view).collect();
    let providers =
        account.oidc_providers.all_seen(view).count() + account.saml_providers.all_seen(view).count();
    let has_root_key = call
        .world
        .keys
        .values()
        .filter_map(|h| h.seen(view))
        .any(|k| k.user.is_none() && k.account == *call.account_id());
    // Quotas by the page "IAM and AWS STS quotas", IAM User Guide.
    let entries: [(&str, usize); 34] = [
        ("Users", account.users.all_seen(view).count()),
        ("UsersQuota", users::MOST),
        ("Groups", account.groups.all_seen(view).count()),
        ("GroupsQuota", groups::MOST),
        ("Roles", account.roles.all_seen(view).count()),
        ("RolesQuota", 1000),
        ("Policies", policies.len()),
        ("PoliciesQuota", managed::MOST),
        ("PolicySizeQuota", 6144),
        ("PolicyVersionsInUse", versions),
        ("PolicyVersionsInUseQuota", 10_000),
        ("VersionsPerPolicyQuota", 5),
        ("AttachedPoliciesPerUserQuota", attachments::MOST),
        ("AttachedPoliciesPerGroupQuota", attachments::MOST),
        ("AttachedPoliciesPerRoleQuota", attachments::MOST),
        ("UserPolicySizeQuota", 2048),
        ("GroupPolicySizeQuota", 5120),
        ("RolePolicySizeQuota", 10_240),
        ("AssumeRolePolicySizeQuota", 2048),
        ("GroupsPerUserQuota", 10),
        ("AccessKeysPerUserQuota", 2),
        ("AccountAccessKeysPresent", usize::from(has_root_key)),
        // The root user has no MFA device here.
        ("AccountMFAEnabled", 0),
        ("AccountPasswordPresent", 0),
        ("AccountSigningCertificatesPresent", 0),
        ("MFADevices", devices.len()),
        (
            "MFADevicesInUse",
            devices
                .iter()
                .filter(|device| device.assignment.is_some())
                .count(),
        ),
        ("Providers", providers),
        (
            "InstanceProfiles",
            account.instance_profiles.all_seen(view).count(),
        ),
        ("InstanceProfilesQuota", 1000),
        ("ServerCertificates", 0),
        ("ServerCertificatesQuota", 20),
        ("SigningCertificatesPerUserQuota", 2),
        ("GlobalEndpointTokenVersion", 1),
    ];
    Ok(Answer::fields(|xml| {
        xml.list("SummaryMap", "entry", entries, |xml, (key, value)| {
            xml.text("key", key).text("value", value);
        });
    }))
}
