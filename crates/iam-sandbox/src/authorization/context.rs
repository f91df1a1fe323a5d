//! The context keys that every request has ("AWS global condition context keys", IAM User Guide).

use iam_policy::{AccountId, Context};

use crate::operations::call::{Call, iso};
use crate::wire::Service;
use crate::world::credential::{CallerKind, SessionKind};
use crate::world::entity::{Tags, arn};

/// Where requests come from: the sandbox listens on loopback alone.
pub(crate) const SOURCE_IP: &str = "127.0.0.1";

pub(super) fn of_request(call: &Call<'_>) -> Context {
    let mut context = Context::default();
    let mut set = |key: &str, value: String| {
        context.insert(key, value);
    };
    let now = call.now();
    set("aws:CurrentTime", iso(now));
    set("aws:EpochTime", now.as_second().to_string());
    set("aws:SourceIp", SOURCE_IP.to_owned());
    // The sandbox stands in for endpoints that are reached over TLS.
    set("aws:SecureTransport", "true".to_owned());
    // IAM has one endpoint, in us-east-1, whatever region a client is set to.
    let region = if call.service == Service::Iam {
        "us-east-1"
    } else {
        call.region
    };
    set("aws:RequestedRegion", region.to_owned());
    set("aws:ViaAWSService", "false".to_owned());
    set("aws:PrincipalIsAWSService", "false".to_owned());
    for (header, key) in [("user-agent", "aws:UserAgent"), ("referer", "aws:Referer")] {
        if let Some(value) = call
            .input
            .headers
            .get(header)
            .and_then(|value| value.to_str().ok())
        {
            set(key, value.to_owned());
        }
    }
    of_caller(call, &mut set);
    of_session(call, &mut set);
    for (key, value) in principal_tags(call) {
        set(&format!("aws:PrincipalTag/{key}"), value);
    }
    let carried = call.caller.session.iter().flat_map(|session| &session.carried);
    for (key, values) in carried {
        context.insert(key.as_str(), values.clone());
    }
    if !matches!(call.caller.kind, CallerKind::Anonymous) {
        of_organization(call, call.account_id(), "Principal", &mut context);
    }
    context
}

/// What is known of whom the resource belongs to (the same page: "Properties of the resource").
pub(super) fn of_resource(call: &Call<'_>, owner: &AccountId, context: &mut Context) {
    context.insert("aws:ResourceAccount", owner.to_string());
    of_organization(call, owner, "Resource", context);
}

fn of_organization(call: &Call<'_>, account: &AccountId, whose: &str, context: &mut Context) {
    let organization = call.world.organization.as_ref();
    let Some((organization, path)) =
        organization.and_then(|organization| Some((organization, organization.path_of(account)?)))
    else {
        return;
    };
    context.insert(format!("aws:{whose}OrgID"), organization.id.clone());
    context.insert(format!("aws:{whose}OrgPaths"), vec![path]);
}

fn of_caller(call: &Call<'_>, set: &mut impl FnMut(&str, String)) {
    let caller = &call.caller;
    let (principal_type, principal_arn) = match &caller.kind {
        CallerKind::User { name, .. } => {
            set("aws:username", name.clone());
            ("User", caller.arn())
        }
        // For a session it is the role's ARN, not the session's.
        CallerKind::Role { name, path, .. } => ("AssumedRole", arn(&caller.account, "role", path, name)),
        CallerKind::Federated { .. } => ("FederatedUser", caller.arn()),
        CallerKind::Root => ("Account", caller.arn()),
        // A token proves somebody else than the nobody who did not sign.
        CallerKind::Anonymous if call.service == Service::Sts => return,
        CallerKind::Anonymous => {
            set("aws:PrincipalType", "Anonymous".to_owned());
            return set("aws:userid", caller.user_id());
        }
    };
    set("aws:PrincipalType", principal_type.to_owned());
    set("aws:PrincipalArn", principal_arn);
    set("aws:PrincipalAccount", caller.account.to_string());
    set("aws:userid", caller.user_id());
}

fn of_session(call: &Call<'_>, set: &mut impl FnMut(&str, String)) {
    let Some(session) = &call.caller.session else {
        return;
    };
    set("aws:TokenIssueTime", iso(session.issued));
    // Only temporary credentials carry the key at all. Those of AssumeRole do "not include MFA information in the
    // context" ("Secure API access with MFA", IAM User Guide).
    set("aws:MultiFactorAuthPresent", session.mfa.is_some().to_string());
    if let Some(at) = session.mfa {
        let age = call.now().duration_since(at).as_secs();
        set("aws:MultiFactorAuthAge", age.to_string());
    }
    if let Some(identity) = &session.source_identity {
        set("aws:SourceIdentity", identity.clone());
    }
}

/// The user's or role's tags; a session tag stands before a role's tag of the same key
/// ("Pass session tags in AWS STS", IAM User Guide).
fn principal_tags(call: &Call<'_>) -> Tags {
    let account = call.world.account(&call.caller.account);
    let own = match (&call.caller.kind, account) {
        (CallerKind::User { name, .. }, Some(account)) => {
            account.users.seen(name, call.view).map(|user| user.tags.clone())
        }
        (CallerKind::Role { name, id, .. }, Some(account)) => account
            .roles
            .seen(name, call.view)
            .filter(|role| role.id == *id)
            .map(|role| role.tags.clone()),
        _ => None,
    };
    let mut tags = own.unwrap_or_default();
    let passed = call
        .caller
        .session
        .as_ref()
        .filter(|session| !matches!(session.kind, SessionKind::User { .. }));
    if let Some(session) = passed {
        tags.retain(|(key, _)| {
            !session
                .tags
                .iter()
                .any(|(passed, _)| passed.eq_ignore_ascii_case(key))
        });
        tags.extend(session.tags.iter().cloned());
    }
    tags
}
