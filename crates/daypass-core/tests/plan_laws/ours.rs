//! What in an account belongs to the teams that are looked at, as the documentation says: read anew, not by the plan's own
//! means.

use std::collections::BTreeMap;

use daypass_core::plan::{ObservedAccount, ObservedPrincipal, Operation};
use daypass_core::team::{Grantee, TeamName};
use iam_policy::Arn;

/// Whether a path is one of these teams'.
pub(crate) fn is_path(teams: &[TeamName], path: Option<&str>) -> bool {
    teams
        .iter()
        .any(|team| path == Some(&format!("/daypass/team/{team}/")))
}

pub(crate) fn is_policy(teams: &[TeamName], arn: &Arn) -> bool {
    arn.is_iam("policy") && is_path(teams, arn.iam_path())
}

pub(crate) fn is_role(teams: &[TeamName], who: &Grantee, principal: &ObservedPrincipal) -> bool {
    matches!(who, Grantee::Role(_)) && is_path(teams, principal.arn.iam_path())
}

pub(crate) fn is_inline(teams: &[TeamName], name: &str) -> bool {
    let mut prefixes = teams.iter().map(|team| format!("daypass={team}="));
    prefixes.any(|prefix| name.starts_with(&prefix))
}

pub(crate) fn is_tag(teams: &[TeamName], key: &str) -> bool {
    key.starts_with("daypass:attached:") && teams.iter().any(|team| key.ends_with(&format!(":{team}")))
}

/// Whether an attachment of a policy that is not ours carries the mark of one of these teams.
pub(crate) fn is_marked(teams: &[TeamName], principal: &ObservedPrincipal, arn: &Arn) -> bool {
    use daypass_core::plan::mark;
    teams.iter().any(|team| {
        let written = principal.inline.get(&mark::attachments_name(team));
        let written = written.and_then(|text| text.document.as_ref());
        principal.tags.contains_key(&mark::attached_tag(team, arn))
            || written.is_some_and(|document| mark::attachments_in(document).contains(arn))
    })
}

/// Everything in an account that is not theirs, in a form that compares.
pub(crate) fn theirs(teams: &[TeamName], account: &ObservedAccount) -> BTreeMap<String, String> {
    let mut told = BTreeMap::new();
    for (who, principal) in &account.principals {
        if is_role(teams, who, principal) {
            continue;
        }
        let ObservedPrincipal {
            arn,
            inline,
            tags,
            boundary,
            trust,
            attached: _,
        } = principal;
        told.insert(who.to_string(), format!("{arn} {boundary:?} {trust:?}"));
        for (name, text) in inline.iter().filter(|(name, _)| !is_inline(teams, name)) {
            told.insert(format!("{who} {name}"), text.text.clone());
        }
        for (key, value) in tags.iter().filter(|(key, _)| !is_tag(teams, key)) {
            told.insert(format!("{who} {key}"), value.clone());
        }
    }
    for (arn, policy) in account.policies.iter().filter(|(arn, _)| !is_policy(teams, arn)) {
        told.insert(
            arn.to_string(),
            format!("{:?} {:?}", policy.document, policy.versions),
        );
    }
    told
}

/// Attachments that nobody of these teams has made.
pub(crate) fn their_attachments(teams: &[TeamName], account: &ObservedAccount) -> Vec<(Grantee, Arn)> {
    let mut found = Vec::new();
    for (who, principal) in &account.principals {
        if is_role(teams, who, principal) {
            continue;
        }
        for arn in &principal.attached {
            if !is_policy(teams, arn) && !is_marked(teams, principal, arn) {
                found.push((who.clone(), arn.clone()));
            }
        }
    }
    found
}

/// Whether a call is one that these teams may make.
pub(crate) fn may(teams: &[TeamName], account: &ObservedAccount, operation: &Operation) -> bool {
    let is_own_role = |who: &Grantee| {
        let principal = account.principals.get(who);
        principal.is_some_and(|principal| is_role(teams, who, principal))
    };
    match operation {
        Operation::CreatePolicy { arn, .. }
        | Operation::CreatePolicyVersion { arn, .. }
        | Operation::DeletePolicyVersion { arn, .. }
        | Operation::DeletePolicy { arn } => is_policy(teams, arn),
        Operation::CreateRole { arn, .. } => is_path(teams, arn.iam_path()),
        Operation::AttachPolicy { .. } => true,
        Operation::DetachPolicy { principal, arn } => {
            is_policy(teams, arn)
                || is_own_role(principal)
                || account
                    .principals
                    .get(principal)
                    .is_some_and(|own| is_marked(teams, own, arn))
        }
        Operation::PutInlinePolicy { principal, name, .. }
        | Operation::DeleteInlinePolicy { principal, name } => {
            is_inline(teams, name) || is_own_role(principal)
        }
        Operation::Tag { principal, tags } => {
            is_own_role(principal) || tags.keys().all(|key| is_tag(teams, key))
        }
        Operation::Untag { principal, keys } => {
            is_own_role(principal) || keys.iter().all(|key| is_tag(teams, key))
        }
        Operation::UpdateTrust { role, .. }
        | Operation::PutBoundary { role, .. }
        | Operation::DeleteBoundary { role }
        | Operation::DeleteRole { role } => is_own_role(&Grantee::Role(role.clone())),
    }
}
