//! Roles that stay: read, changed step by step, and waited for.

mod ready;

pub use ready::{Proof, ProofError};

use std::collections::BTreeMap;

use aws_sdk_iam::types::Tag;
use daypass_core::lease::{TAG_CREATED, TAG_EXPIRES};
use daypass_core::role::{Change, GITHUB_PROVIDER, ObservedRole, PATH};
use iam_policy::{Arn, Document};
use jiff::{SignedDuration, Timestamp};

use crate::connection::Connection;
use crate::error::AwsError;
use crate::repeat::repeat;

/// What was made seconds ago is said not to be there: asked again for so long.
const PRINCIPAL_PATIENCE: SignedDuration = SignedDuration::from_secs(10);
const PRINCIPAL_SPACING: std::time::Duration = std::time::Duration::from_millis(500);
const DESCRIPTION: &str = "Made by daypass role create";

/// A role of [`PATH`], briefly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedRole {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// When IAM ends it, by its tag.
    pub expires: Option<Timestamp>,
}

/// Reads a role and everything that is on it; `None` when there is none of this name.
pub async fn observe_role(connection: &Connection, name: &str) -> Result<Option<ObservedRole>, AwsError> {
    let iam = connection.iam();
    // So that an error tells who was refused.
    connection.caller().await?;
    let got = repeat(connection, "GetRole", || iam.get_role().role_name(name).send()).await;
    let role = match got {
        Err(error) if error.code() == Some("NoSuchEntity") => return Ok(None),
        other => other?,
    };
    let role = role.role().ok_or_else(|| unusable("GetRole", "no role"))?;
    let mut inline = BTreeMap::new();
    for policy in inline_names(connection, name).await? {
        let document = repeat(connection, "GetRolePolicy", || {
            iam.get_role_policy().role_name(name).policy_name(&policy).send()
        })
        .await?;
        let document = Document::parse(&decoded(document.policy_document())).ok();
        inline.insert(policy, document);
    }
    Ok(Some(ObservedRole {
        name: role.role_name().to_owned(),
        arn: role.arn().parse().map_err(|_| unusable("GetRole", "no ARN"))?,
        path: role.path().to_owned(),
        created: Timestamp::from_second(role.create_date().secs()).ok(),
        last_used: role
            .role_last_used()
            .and_then(|used| used.last_used_date())
            .and_then(|at| Timestamp::from_second(at.secs()).ok()),
        description: role
            .description()
            .filter(|text| !text.is_empty())
            .map(str::to_owned),
        trust: role
            .assume_role_policy_document()
            .and_then(|text| Document::parse(&decoded(text)).ok()),
        // The default of a role that says nothing (IAM API reference, CreateRole).
        max_session: role.max_session_duration().unwrap_or(3_600),
        boundary: role
            .permissions_boundary()
            .and_then(|boundary| boundary.permissions_boundary_arn())
            .and_then(|arn| arn.parse().ok()),
        attached: attached_policies(connection, name).await?,
        inline,
        tags: role
            .tags()
            .iter()
            .map(|tag| (tag.key().to_owned(), tag.value().to_owned()))
            .collect(),
    }))
}

async fn inline_names(connection: &Connection, role: &str) -> Result<Vec<String>, AwsError> {
    let iam = connection.iam();
    let mut names = Vec::new();
    let mut marker: Option<String> = None;
    loop {
        let page = repeat(connection, "ListRolePolicies", || {
            iam.list_role_policies()
                .role_name(role)
                .set_marker(marker.clone())
                .send()
        })
        .await?;
        names.extend(page.policy_names().iter().cloned());
        marker = page.marker().filter(|_| page.is_truncated()).map(str::to_owned);
        if marker.is_none() {
            return Ok(names);
        }
    }
}

async fn attached_policies(connection: &Connection, role: &str) -> Result<Vec<Arn>, AwsError> {
    let iam = connection.iam();
    let mut arns = Vec::new();
    let mut marker: Option<String> = None;
    loop {
        let page = repeat(connection, "ListAttachedRolePolicies", || {
            iam.list_attached_role_policies()
                .role_name(role)
                .set_marker(marker.clone())
                .send()
        })
        .await?;
        let of_page = page.attached_policies().iter();
        arns.extend(of_page.filter_map(|policy| policy.policy_arn().and_then(|arn| arn.parse().ok())));
        marker = page.marker().filter(|_| page.is_truncated()).map(str::to_owned);
        if marker.is_none() {
            return Ok(arns);
        }
    }
}

/// The roles under daypass's path, whoever made them, by name.
pub async fn list_roles(connection: &Connection) -> Result<Vec<ListedRole>, AwsError> {
    let iam = connection.iam();
    let mut roles = Vec::new();
    for role in roles_under(connection, PATH).await? {
        let tags = repeat(connection, "ListRoleTags", || {
            iam.list_role_tags().role_name(role.role_name()).send()
        })
        .await;
        let tags = match tags {
            Ok(answer) => answer.tags().to_vec(),
            // Removed since the list was made.
            Err(error) if error.code() == Some("NoSuchEntity") => continue,
            Err(error) => return Err(error),
        };
        let instant = |key: &str| {
            let tag = tags.iter().find(|tag| tag.key() == key)?;
            tag.value().parse::<Timestamp>().ok()
        };
        roles.push(ListedRole {
            name: role.role_name().to_owned(),
            arn: role.arn().to_owned(),
            created: instant(TAG_CREATED).or_else(|| Timestamp::from_second(role.create_date().secs()).ok()),
            expires: instant(TAG_EXPIRES),
        });
    }
    roles.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(roles)
}

/// The names of the roles under an IAM path; `/` for all.
pub async fn role_names(connection: &Connection, path: &str) -> Result<Vec<String>, AwsError> {
    let roles = roles_under(connection, path).await?;
    Ok(roles.iter().map(|role| role.role_name().to_owned()).collect())
}

/// The ARNs of all roles.
pub async fn list_role_arns(connection: &Connection) -> Result<Vec<String>, AwsError> {
    let roles = roles_under(connection, "/").await?;
    Ok(roles.iter().map(|role| role.arn().to_owned()).collect())
}

async fn roles_under(connection: &Connection, path: &str) -> Result<Vec<aws_sdk_iam::types::Role>, AwsError> {
    let iam = connection.iam();
    let mut roles = Vec::new();
    let mut marker: Option<String> = None;
    loop {
        let page = repeat(connection, "ListRoles", || {
            iam.list_roles()
                .path_prefix(path)
                .set_marker(marker.clone())
                .send()
        })
        .await?;
        roles.extend(page.roles().iter().cloned());
        marker = page.marker().filter(|_| page.is_truncated()).map(str::to_owned);
        if marker.is_none() {
            return Ok(roles);
        }
    }
}

/// Which of these managed policies are not there; those that we may not look at count as there.
pub async fn missing_policies(connection: &Connection, arns: &[Arn]) -> Result<Vec<Arn>, AwsError> {
    let iam = connection.iam();
    let mut missing = Vec::new();
    for arn in arns {
        let found = repeat(connection, "GetPolicy", || {
            iam.get_policy().policy_arn(arn.as_str()).send()
        })
        .await;
        match found {
            Ok(_) => {}
            Err(error) if error.code() == Some("NoSuchEntity") => missing.push(arn.clone()),
            Err(error) if error.is_access_denied() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(missing)
}

/// Whether the account knows GitHub's identity provider; `None` when we may not look.
pub async fn has_github_provider(connection: &Connection) -> Result<Option<bool>, AwsError> {
    let iam = connection.iam();
    let listed = repeat(connection, "ListOpenIDConnectProviders", || {
        iam.list_open_id_connect_providers().send()
    })
    .await;
    match listed {
        Ok(answer) => Ok(Some(answer.open_id_connect_provider_list().iter().any(
            |provider| {
                provider
                    .arn()
                    .is_some_and(|arn| arn.ends_with(&format!("/{GITHUB_PROVIDER}")))
            },
        ))),
        Err(error) if error.is_access_denied() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Makes one change of a role. All of them may be made twice.
pub async fn change_role(connection: &Connection, role: &str, change: &Change) -> Result<(), AwsError> {
    let iam = connection.iam();
    let name = change.operation();
    match change {
        Change::Create {
            trust,
            max_session,
            boundary,
            tags,
        } => {
            let tags: Result<Vec<Tag>, AwsError> =
                tags.iter().map(|(key, value)| tag(name, key, value)).collect();
            let create = iam
                .create_role()
                .path(PATH)
                .role_name(role)
                .assume_role_policy_document(trust.to_minified())
                .description(DESCRIPTION)
                .max_session_duration(*max_session)
                .set_permissions_boundary(boundary.as_ref().map(ToString::to_string))
                .set_tags(Some(tags?));
            once_known(connection, async || {
                repeat(connection, name, || create.clone().send()).await.map(drop)
            })
            .await
        }
        Change::SetTrust { to, .. } => {
            let update = iam
                .update_assume_role_policy()
                .role_name(role)
                .policy_document(to.to_minified());
            once_known(connection, async || {
                repeat(connection, name, || update.clone().send()).await.map(drop)
            })
            .await
        }
        Change::PutPolicy { name: policy, to, .. } => {
            let put = iam.put_role_policy().role_name(role).policy_name(policy);
            let put = put.policy_document(to.to_minified());
            once_known(connection, async || {
                repeat(connection, name, || put.clone().send()).await.map(drop)
            })
            .await
        }
        Change::DeletePolicy { name: policy } => {
            let delete = iam.delete_role_policy().role_name(role).policy_name(policy);
            gone(repeat(connection, name, || delete.clone().send()).await)
        }
        Change::Attach(arn) => {
            let attach = iam.attach_role_policy().role_name(role).policy_arn(arn.as_str());
            once_known(connection, async || {
                repeat(connection, name, || attach.clone().send()).await.map(drop)
            })
            .await
        }
        Change::Detach(arn) => {
            let detach = iam.detach_role_policy().role_name(role).policy_arn(arn.as_str());
            gone(repeat(connection, name, || detach.clone().send()).await)
        }
        Change::SetBoundary { to, .. } => {
            let put = iam.put_role_permissions_boundary().role_name(role);
            let put = put.permissions_boundary(to.as_str());
            repeat(connection, name, || put.clone().send()).await.map(drop)
        }
        Change::RemoveBoundary { .. } => {
            let delete = iam.delete_role_permissions_boundary().role_name(role);
            gone(repeat(connection, name, || delete.clone().send()).await)
        }
        Change::SetMaxSession { to, .. } => {
            let update = iam.update_role().role_name(role).max_session_duration(*to);
            repeat(connection, name, || update.clone().send()).await.map(drop)
        }
        Change::Tag { key, to, .. } => {
            let put = iam.tag_role().role_name(role).tags(tag(name, key, to)?);
            repeat(connection, name, || put.clone().send()).await.map(drop)
        }
        Change::Untag { key, .. } => {
            let untag = iam.untag_role().role_name(role).tag_keys(key);
            repeat(connection, name, || untag.clone().send()).await.map(drop)
        }
        Change::Delete => gone(repeat(connection, name, || iam.delete_role().role_name(role).send()).await),
    }
}

/// What some replica of IAM says of a principal or a role that was made seconds ago.
fn is_not_known_yet(code: &str, message: &str) -> bool {
    (code == "MalformedPolicyDocument" && message.contains("Invalid principal"))
        || (code == "NoSuchEntity" && message.contains("role with name"))
}

/// Repeats a call that names a principal or a role which IAM may not know yet.
async fn once_known(
    connection: &Connection,
    mut call: impl AsyncFnMut() -> Result<(), AwsError>,
) -> Result<(), AwsError> {
    let clock = connection.clock();
    let until = clock
        .now()
        .saturating_add(PRINCIPAL_PATIENCE)
        .unwrap_or(Timestamp::MAX);
    loop {
        match call().await {
            Err(AwsError::Refused { code, message, .. })
                if is_not_known_yet(&code, &message) && clock.now() < until => {}
            other => return other,
        }
        tokio::time::sleep(PRINCIPAL_SPACING).await;
    }
}

/// What was to be removed and is not there is removed.
fn gone<T>(answer: Result<T, AwsError>) -> Result<(), AwsError> {
    match answer {
        Err(error) if error.code() == Some("NoSuchEntity") => Ok(()),
        other => other.map(drop),
    }
}

fn tag(operation: &'static str, key: &str, value: &str) -> Result<Tag, AwsError> {
    let tag = Tag::builder().key(key).value(value).build();
    tag.map_err(|error| unusable(operation, &error.to_string()))
}

/// IAM answers documents in URL encoding (RFC 3986; IAM API reference, GetRolePolicy).
pub(crate) fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}

fn unusable(operation: &'static str, what: &str) -> AwsError {
    AwsError::Unusable {
        operation,
        what: what.to_owned(),
    }
}
