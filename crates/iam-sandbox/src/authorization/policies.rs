//! Gathers the policies that bear on a call, as one replica knows them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use iam_policy::{Document, PolicySet, Source};

use super::Check;
use crate::history::View;
use crate::operations::call::Call;
use crate::world::Account;
use crate::world::credential::{CallerKind, Session};
use crate::world::entity::Policies;
use crate::world::organization::ControlKind;

pub(super) fn in_force(call: &Call<'_>, check: &Check) -> PolicySet {
    let mut set = PolicySet {
        resource: check.resource_policy.clone(),
        trust: check.trust.clone(),
        ..PolicySet::default()
    };
    of_organization(call, check, &mut set);
    let view = call.view;
    let Some(account) = call.world.account(&call.caller.account) else {
        return set;
    };
    match &call.caller.kind {
        CallerKind::User { name, id, .. } => of_user(account, view, name, id, &mut set),
        CallerKind::Role { name, id, .. } => {
            // A session outlives its role, but the permissions do not.
            let role = account.roles.seen(name, view).filter(|role| role.id == *id);
            if let Some(role) = role {
                add(
                    account,
                    view,
                    &role.policies,
                    &format!("role {name}"),
                    &mut set.identity,
                );
                set.boundary = role.boundary.as_deref().map(|arn| boundary(account, view, arn));
            }
        }
        CallerKind::Federated { user, user_id, .. } => {
            of_user(account, view, user, user_id, &mut set);
            // Without a session policy a federated user has no permissions but what resources give it
            // ("GetFederationToken", AWS STS API Reference).
            set.session = Some(Vec::new());
        }
        CallerKind::Root | CallerKind::Anonymous => {}
    }
    if let Some(policies) = call.caller.session.as_deref().and_then(session_policies) {
        set.session = Some(policies);
    }
    set
}

/// Services whose resources RCPs guard, of those that are here ("Resource control policies (RCPs): List of AWS services
/// that support RCPs", AWS Organizations User Guide).
const GUARDED: [&str; 2] = ["s3", "sts"];

fn of_organization(call: &Call<'_>, check: &Check, set: &mut PolicySet) {
    let Some(organization) = &call.world.organization else {
        return;
    };
    if !matches!(call.caller.kind, CallerKind::Anonymous) {
        set.scp = organization.levels(&call.caller.account, ControlKind::Scp);
    }
    let service = check.action.split_once(':').map_or("", |(service, _)| service);
    if GUARDED.contains(&service) {
        set.rcp = organization.levels(&check.resource_account(call), ControlKind::Rcp);
    }
}

fn of_user(account: &Account, view: View, name: &str, id: &str, set: &mut PolicySet) {
    let Some(user) = account.users.seen(name, view).filter(|user| user.id == id) else {
        return;
    };
    add(
        account,
        view,
        &user.policies,
        &format!("user {name}"),
        &mut set.identity,
    );
    for group in user
        .groups
        .iter()
        .filter_map(|group| account.groups.seen(group, view))
    {
        add(
            account,
            view,
            &group.policies,
            &format!("group {}", group.name),
            &mut set.identity,
        );
    }
    set.boundary = user.boundary.as_deref().map(|arn| boundary(account, view, arn));
}

fn add(account: &Account, view: View, policies: &Policies, owner: &str, into: &mut Vec<Source>) {
    for (name, policy) in &policies.inline {
        into.push(Source::new(
            format!("inline policy {name} of {owner}"),
            policy.document.clone(),
        ));
    }
    for arn in &policies.attached {
        if let Some(document) = attached_document(account, view, arn) {
            into.push(Source::new(format!("managed policy {arn} of {owner}"), document));
        }
    }
}

/// A boundary that cannot be found allows nothing; it does not stop being one.
fn boundary(account: &Account, view: View, arn: &str) -> Vec<Source> {
    attached_document(account, view, arn)
        .map(|document| Source::new(format!("permissions boundary {arn}"), document))
        .into_iter()
        .collect()
}

fn session_policies(session: &Session) -> Option<Vec<Source>> {
    let policies = session.policies.as_ref()?;
    Some(
        policies
            .iter()
            .map(|policy| Source::new(policy.name.clone(), policy.text.document.clone()))
            .collect(),
    )
}

/// The document of a managed policy, the account's own or AWS's, in its default version.
pub(crate) fn attached_document(account: &Account, view: View, arn: &str) -> Option<Arc<Document>> {
    if let Some(policy) = iam_catalog::find_managed_policy(arn) {
        return aws_document(policy);
    }
    let name = arn.rsplit('/').next()?;
    let policy = account
        .policies
        .seen(name, view)
        .filter(|policy| policy.arn == arn)?;
    policy
        .default_version()
        .map(|version| version.text.document.clone())
}

/// The document of one of AWS's policies. They never change while we run, so each is parsed once.
pub(crate) fn aws_document(policy: iam_catalog::ManagedPolicy) -> Option<Arc<Document>> {
    static PARSED: Mutex<BTreeMap<&'static str, Arc<Document>>> = Mutex::new(BTreeMap::new());
    let mut parsed = PARSED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(document) = parsed.get(policy.arn) {
        return Some(document.clone());
    }
    let document = Arc::new(Document::parse(policy.document()).ok()?);
    parsed.insert(policy.arn, document.clone());
    Some(document)
}
