//! One account's observation: all of it by `GetAccountAuthorizationDetails`, a thousand entities to the page, and seldom a
//! little more.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_iam::types::{
    AttachedPolicy, EntityType, GroupDetail, ManagedPolicyDetail, PolicyDetail, RoleDetail, SummaryKeyType,
    Tag, UserDetail,
};
use daypass_core::lease::Answer;
use daypass_core::plan::{
    AttachmentLimits, Needs, ObservedAccount, ObservedPolicy, ObservedPrincipal, PolicyText, PolicyVersion,
};
use daypass_core::team::Grantee;
use iam_policy::{Arn, Document};
use jiff::Timestamp;

use super::account::Account;
use super::event::FleetEvent;
use crate::error::AwsError;

const DETAILS: &str = "GetAccountAuthorizationDetails";
/// "IAM API Reference", GetAccountAuthorizationDetails: MaxItems is at most 1,000.
const PAGE: i32 = 1_000;

/// Reads the account.
pub(super) async fn account(account: &Account) -> Result<ObservedAccount, AwsError> {
    let iam = account.connection.iam();
    // AWS's own policies are known offline, and would be most of the answer.
    let kinds = [
        EntityType::User,
        EntityType::Group,
        EntityType::Role,
        EntityType::LocalManagedPolicy,
    ];
    let mut observed = ObservedAccount::empty(account.id.clone());
    let mut marker: Option<String> = None;
    for pages in 1.. {
        let call = || {
            iam.get_account_authorization_details()
                .set_filter(Some(kinds.to_vec()))
                .max_items(PAGE)
                .set_marker(marker.clone())
                .send()
        };
        let page = account.pace.make(&account.connection, DETAILS, call).await;
        let page = page.map_err(|failed| failed.error)?;
        for one in page.user_detail_list() {
            add(&mut observed, user(one)?);
        }
        for one in page.role_detail_list() {
            add(&mut observed, role(one)?);
        }
        for one in page.group_detail_list() {
            add(&mut observed, group(one)?);
        }
        for one in page.policies() {
            let policy = policy(one)?;
            observed.policies.insert(policy.arn.clone(), policy);
        }
        account.pace.watch().tell(FleetEvent::Observing {
            account: account.id.clone(),
            pages,
        });
        marker = page.marker().map(str::to_owned).filter(|_| page.is_truncated());
        if marker.is_none() {
            break;
        }
    }
    Ok(observed)
}

fn add(observed: &mut ObservedAccount, (grantee, principal): (Grantee, ObservedPrincipal)) {
    principal.arn.partition().clone_into(&mut observed.partition);
    observed.principals.insert(grantee, principal);
}

fn user(detail: &UserDetail) -> Result<(Grantee, ObservedPrincipal), AwsError> {
    let principal = ObservedPrincipal {
        arn: arn(detail.arn())?,
        inline: inline(detail.user_policy_list()),
        attached: attached(detail.attached_managed_policies())?,
        tags: tags(detail.tags()),
        boundary: boundary(
            detail
                .permissions_boundary()
                .and_then(|one| one.permissions_boundary_arn()),
        ),
        trust: None,
    };
    Ok((Grantee::User(name(detail.user_name())?), principal))
}

fn role(detail: &RoleDetail) -> Result<(Grantee, ObservedPrincipal), AwsError> {
    let principal = ObservedPrincipal {
        arn: arn(detail.arn())?,
        inline: inline(detail.role_policy_list()),
        attached: attached(detail.attached_managed_policies())?,
        tags: tags(detail.tags()),
        boundary: boundary(
            detail
                .permissions_boundary()
                .and_then(|one| one.permissions_boundary_arn()),
        ),
        trust: detail.assume_role_policy_document().map(text),
    };
    Ok((Grantee::Role(name(detail.role_name())?), principal))
}

fn group(detail: &GroupDetail) -> Result<(Grantee, ObservedPrincipal), AwsError> {
    let principal = ObservedPrincipal {
        arn: arn(detail.arn())?,
        inline: inline(detail.group_policy_list()),
        attached: attached(detail.attached_managed_policies())?,
        tags: BTreeMap::new(),
        boundary: None,
        trust: None,
    };
    Ok((Grantee::Group(name(detail.group_name())?), principal))
}

fn policy(detail: &ManagedPolicyDetail) -> Result<ObservedPolicy, AwsError> {
    let versions = detail.policy_version_list();
    let default = versions.iter().find(|version| version.is_default_version());
    let document = default.and_then(|version| version.document()).unwrap_or_default();
    Ok(ObservedPolicy {
        arn: arn(detail.arn())?,
        document: text(document),
        versions: versions
            .iter()
            .map(|version| PolicyVersion {
                id: version.version_id().unwrap_or_default().to_owned(),
                is_default: version.is_default_version(),
                created: version
                    .create_date()
                    .and_then(|date| Timestamp::new(date.secs(), 0).ok()),
            })
            .collect(),
    })
}

fn inline(policies: &[PolicyDetail]) -> BTreeMap<String, PolicyText> {
    let named = policies.iter().filter_map(|policy| {
        let name = policy.policy_name()?.to_owned();
        Some((name, text(policy.policy_document().unwrap_or_default())))
    });
    named.collect()
}

fn attached(policies: &[AttachedPolicy]) -> Result<BTreeSet<Arn>, AwsError> {
    policies.iter().map(|policy| arn(policy.policy_arn())).collect()
}

fn tags(tags: &[Tag]) -> BTreeMap<String, String> {
    let pairs = tags
        .iter()
        .map(|tag| (tag.key().to_owned(), tag.value().to_owned()));
    pairs.collect()
}

fn boundary(policy: Option<&str>) -> Option<Arn> {
    policy?.parse().ok()
}

/// "The policies returned by this operation are URL-encoded compliant with RFC 3986" (IAM API Reference,
/// GetAccountAuthorizationDetails).
fn text(encoded: &str) -> PolicyText {
    let decoded = percent_encoding::percent_decode_str(encoded).decode_utf8_lossy();
    PolicyText::new(decoded)
}

fn arn(text: Option<&str>) -> Result<Arn, AwsError> {
    let text = text.unwrap_or_default();
    text.parse().map_err(|_| unusable(format!("`{text}` is no ARN")))
}

fn name<N: std::str::FromStr>(text: Option<&str>) -> Result<N, AwsError> {
    let text = text.unwrap_or_default();
    text.parse().map_err(|_| unusable(format!("`{text}` is no name")))
}

fn unusable(what: String) -> AwsError {
    AwsError::Unusable {
        operation: DETAILS,
        what,
    }
}

/// What was asked besides the listing.
#[derive(Debug, Default)]
pub(super) struct Learned {
    documents: BTreeMap<Arn, Option<Document>>,
    limits: Option<AttachmentLimits>,
}

impl Learned {
    /// Adds it to an observation.
    pub(super) fn put_into(&self, observed: &mut ObservedAccount) {
        observed.documents.clone_from(&self.documents);
        if let Some(limits) = self.limits {
            observed.attachments = limits;
        }
    }

    /// Asks for what is needed.
    pub(super) async fn learn(&mut self, account: &Account, needs: &Needs) -> Result<(), AwsError> {
        for arn in &needs.documents {
            let document = document(account, arn).await?;
            self.documents.insert(arn.clone(), document);
        }
        if needs.limits {
            self.limits = Some(limits(account).await?);
        }
        Ok(())
    }
}

/// The default version of a managed policy; none where there is no such policy.
async fn document(account: &Account, arn: &Arn) -> Result<Option<Document>, AwsError> {
    let (iam, by) = (account.connection.iam(), &account.connection);
    let call = || iam.get_policy().policy_arn(arn.to_string()).send();
    let policy = match account.pace.make(by, "GetPolicy", call).await {
        Ok(policy) => policy,
        Err(failed) if failed.answer == Answer::NotFound => return Ok(None),
        Err(failed) => return Err(failed.error),
    };
    let version = policy.policy().and_then(|policy| policy.default_version_id());
    let version = version.unwrap_or("v1").to_owned();
    let call = || {
        iam.get_policy_version()
            .policy_arn(arn.to_string())
            .version_id(&version)
            .send()
    };
    let found = account.pace.make(by, "GetPolicyVersion", call).await;
    let found = found.map_err(|failed| failed.error)?;
    let encoded = found.policy_version().and_then(|version| version.document());
    Ok(encoded.and_then(|encoded| text(encoded).document))
}

/// The tags of a customer managed policy, which no listing tells.
pub(super) async fn policy_tags(account: &Account, arn: &Arn) -> Result<BTreeMap<String, String>, AwsError> {
    let (iam, by) = (account.connection.iam(), &account.connection);
    let call = || iam.get_policy().policy_arn(arn.to_string()).send();
    let policy = match account.pace.make(by, "GetPolicy", call).await {
        Ok(policy) => policy,
        // It only tells who was at work: where that may not be asked, nobody is told.
        Err(failed)
            if matches!(failed.answer, Answer::NotFound | Answer::Refused)
                && failed.error.code().is_some() =>
        {
            return Ok(BTreeMap::new());
        }
        Err(failed) => return Err(failed.error),
    };
    let policy = policy.policy();
    let tags = policy.map(aws_sdk_iam::types::Policy::tags).unwrap_or_default();
    let pairs = tags
        .iter()
        .map(|tag| (tag.key().to_owned(), tag.value().to_owned()));
    Ok(pairs.collect())
}

/// The account's own quotas ("IAM API Reference", GetAccountSummary).
async fn limits(account: &Account) -> Result<AttachmentLimits, AwsError> {
    let (iam, by) = (account.connection.iam(), &account.connection);
    let summary = account
        .pace
        .make(by, "GetAccountSummary", || iam.get_account_summary().send())
        .await
        .map_err(|failed| failed.error)?;
    let default = AttachmentLimits::default();
    let quota = |key: SummaryKeyType, default: usize| {
        let told = summary.summary_map().and_then(|map| map.get(&key));
        told.and_then(|&quota| usize::try_from(quota).ok())
            .unwrap_or(default)
    };
    Ok(AttachmentLimits {
        user: quota(SummaryKeyType::AttachedPoliciesPerUserQuota, default.user),
        role: quota(SummaryKeyType::AttachedPoliciesPerRoleQuota, default.role),
        group: quota(SummaryKeyType::AttachedPoliciesPerGroupQuota, default.group),
        is_known: true,
    })
}
