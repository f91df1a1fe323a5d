//! What IAM refuses, written from its documentation: nothing of it is the plan's own look ahead.
//! IAM User Guide, "IAM and AWS STS quotas"; IAM API Reference, the errors of each operation.

use daypass_core::plan::{ObservedAccount, ObservedPrincipal, Operation};
use daypass_core::team::Grantee;
use iam_policy::{Arn, Document};

/// Why IAM would refuse `operation` in `account`, if it would.
pub fn refusal(account: &ObservedAccount, operation: &Operation) -> Option<String> {
    match operation {
        Operation::CreatePolicy {
            arn, document, tags, ..
        } => name_is_free(account, arn)
            .or_else(|| too_large(document, 6_144, "a managed policy"))
            .or_else(|| (tags.len() > 50).then(|| "LimitExceeded: tags".to_owned())),
        Operation::CreatePolicyVersion { arn, document } => match account.policies.get(arn) {
            None => none("policy", arn.as_str()),
            Some(policy) if policy.versions.len() >= 5 => Some("LimitExceeded: five versions".to_owned()),
            Some(_) => too_large(document, 6_144, "a managed policy"),
        },
        Operation::DeletePolicyVersion { arn, version } => {
            let policy = account.policies.get(arn);
            let version = policy.and_then(|policy| policy.versions.iter().find(|one| one.id == *version));
            match version {
                None => none("version", arn.as_str()),
                Some(one) if one.is_default => Some("DeleteConflict: the default version".to_owned()),
                Some(_) => None,
            }
        }
        Operation::DeletePolicy { arn } => match account.policies.get(arn) {
            None => none("policy", arn.as_str()),
            Some(policy) if policy.versions.len() > 1 => Some("DeleteConflict: it has versions".to_owned()),
            Some(_) => account
                .principals
                .iter()
                .find(|(_, principal)| {
                    principal.attached.contains(arn) || principal.boundary.as_ref() == Some(arn)
                })
                .map(|(who, _)| format!("DeleteConflict: attached to {who}")),
        },
        Operation::CreateRole {
            arn,
            trust,
            boundary,
            tags,
            ..
        } => create_role(account, arn, trust, boundary.as_ref(), tags.len()),
        Operation::UpdateTrust { role, trust } => role_of(account, role.as_str())
            .err()
            .or_else(|| too_large(trust, 2_048, "a trust policy")),
        Operation::PutBoundary { role, boundary } => role_of(account, role.as_str())
            .err()
            .or_else(|| is_there(account, boundary)),
        Operation::DeleteBoundary { role } => role_of(account, role.as_str()).err(),
        Operation::DeleteRole { role } => match role_of(account, role.as_str()) {
            Err(wrong) => Some(wrong),
            Ok(one) if !one.inline.is_empty() => Some("DeleteConflict: it has inline policies".to_owned()),
            Ok(one) if !one.attached.is_empty() => Some("DeleteConflict: policies are attached".to_owned()),
            Ok(_) => None,
        },
        _ => of_principal(account, operation),
    }
}

fn of_principal(account: &ObservedAccount, operation: &Operation) -> Option<String> {
    let (Operation::AttachPolicy { principal: who, .. }
    | Operation::DetachPolicy { principal: who, .. }
    | Operation::PutInlinePolicy { principal: who, .. }
    | Operation::DeleteInlinePolicy { principal: who, .. }
    | Operation::Tag { principal: who, .. }
    | Operation::Untag { principal: who, .. }) = operation
    else {
        return Some(format!("{operation} is no operation on a principal"));
    };
    let Some(principal) = account.principals.get(who) else {
        return none(who.kind(), who.name());
    };
    match operation {
        Operation::AttachPolicy { arn, .. } => {
            let limit = account.attachments.of(who);
            let is_new = !principal.attached.contains(arn);
            (is_new && principal.attached.len() >= limit)
                .then(|| format!("LimitExceeded: {limit} policies attached to {who}"))
                .or_else(|| is_there(account, arn))
        }
        Operation::DetachPolicy { arn, .. } if !principal.attached.contains(arn) => {
            none("attachment", arn.as_str())
        }
        Operation::DeleteInlinePolicy { name, .. } if !principal.inline.contains_key(name) => {
            none("inline policy", name)
        }
        Operation::PutInlinePolicy { name, document, .. } => put_inline(who, principal, name, document),
        Operation::Tag { tags, .. } => {
            let new = tags
                .keys()
                .filter(|key| !principal.tags.contains_key(*key))
                .count();
            let wrong = tags.iter().find(|(key, value)| !is_tag(key, value));
            match (who, wrong) {
                (Grantee::Group(_), _) => Some("a group takes no tags".to_owned()),
                (_, Some((key, value))) => Some(format!("ValidationError: tag {key}={value}")),
                _ if principal.tags.len() + new > 50 => Some(format!("LimitExceeded: tags of {who}")),
                _ => None,
            }
        }
        Operation::Untag { .. } if matches!(who, Grantee::Group(_)) => Some("a group has no tags".to_owned()),
        _ => None,
    }
}

/// "User aggregate policy size can't exceed 2,048 characters", and so on; "IAM doesn't count white space".
fn put_inline(who: &Grantee, principal: &ObservedPrincipal, name: &str, document: &str) -> Option<String> {
    let limit = match who {
        Grantee::User(_) => 2_048,
        Grantee::Group(_) => 5_120,
        Grantee::Role(_) => 10_240,
    };
    let others = principal.inline.iter().filter(|(other, _)| *other != name);
    let total: usize = others.map(|(_, text)| characters(&text.text)).sum::<usize>() + characters(document);
    let before: usize = principal.inline.values().map(|text| characters(&text.text)).sum();
    if total > limit && total > before {
        return Some(format!(
            "LimitExceeded: {total} characters of inline policies, {who}"
        ));
    }
    if !is_name(name, 128) {
        return Some(format!("ValidationError: {name}"));
    }
    Document::parse(document)
        .err()
        .map(|wrong| format!("MalformedPolicyDocument: {wrong:?}"))
}

fn create_role(
    account: &ObservedAccount,
    arn: &Arn,
    trust: &str,
    boundary: Option<&Arn>,
    tags: usize,
) -> Option<String> {
    let name = arn.iam_name().unwrap_or_default();
    if !is_name(name, 64) {
        return Some(format!("ValidationError: {name}"));
    }
    let mut roles = account
        .principals
        .keys()
        .filter(|who| matches!(who, Grantee::Role(_)));
    if roles.any(|role| role.name().eq_ignore_ascii_case(name)) {
        return Some(format!("EntityAlreadyExists: role {name}"));
    }
    if tags > 50 {
        return Some("LimitExceeded: tags".to_owned());
    }
    too_large(trust, 2_048, "a trust policy").or_else(|| is_there(account, boundary?))
}

fn name_is_free(account: &ObservedAccount, arn: &Arn) -> Option<String> {
    let name = arn.iam_name().unwrap_or_default();
    if !is_name(name, 128) {
        return Some(format!("ValidationError: {name}"));
    }
    let mut names = account.policies.keys().filter_map(Arn::iam_name);
    names
        .any(|other| other.eq_ignore_ascii_case(name))
        .then(|| format!("EntityAlreadyExists: policy {name}"))
}

fn is_there(account: &ObservedAccount, arn: &Arn) -> Option<String> {
    let is_of_aws = arn.account_part() == "aws";
    (!is_of_aws && !account.policies.contains_key(arn)).then(|| format!("NoSuchEntity: {arn}"))
}

fn role_of<'a>(account: &'a ObservedAccount, name: &str) -> Result<&'a ObservedPrincipal, String> {
    let role = account.principals.get(&Grantee::Role(name.parse().unwrap()));
    role.ok_or_else(|| format!("NoSuchEntity: role {name}"))
}

#[expect(clippy::unnecessary_wraps, reason = "it is what the checks return")]
fn none(what: &str, name: &str) -> Option<String> {
    Some(format!("NoSuchEntity: {what} {name}"))
}

fn too_large(document: &str, limit: usize, what: &str) -> Option<String> {
    let size = characters(document);
    if let Err(wrong) = Document::parse(document) {
        return Some(format!("MalformedPolicyDocument: {wrong:?}"));
    }
    (size > limit).then(|| format!("LimitExceeded: {size} characters in {what}"))
}

/// White space is not counted, wherever it stands.
pub(crate) fn characters(document: &str) -> usize {
    document.chars().filter(|c| !c.is_whitespace()).count()
}

fn is_name(name: &str, longest: usize) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "+=,.@_-".contains(c);
    (1..=longest).contains(&name.len()) && name.chars().all(allowed)
}

fn is_tag(key: &str, value: &str) -> bool {
    let allowed = |c: char| c.is_alphanumeric() || " _.:/=+-@".contains(c);
    (1..=128).contains(&key.chars().count())
        && value.chars().count() <= 256
        && key.chars().chain(value.chars()).all(allowed)
}
