//! Whether a principal element names who asks, and as what.
//! IAM User Guide, "AWS JSON policy elements: Principal", "AWS JSON policy elements: NotPrincipal".

use iam_policy::{Principal, PrincipalType, Who};

/// As what a principal element names who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    /// By `*`.
    Everyone,
    /// By the account: "this delegates authority to the account".
    Account,
    /// By the ARN of the role whose session asks, or of the user who federated.
    Origin,
    /// By the user's, session's or provider's own ARN or name.
    Itself,
}

/// Every way in which the element names the principal.
pub(crate) fn named_by(who: &Who, principal: &Principal) -> Vec<Named> {
    let entries = match who {
        Who::Everyone(_) => return vec![Named::Everyone],
        Who::Listed(entries) => entries,
    };
    let mut ways = Vec::new();
    for entry in entries {
        for value in entry.values.texts() {
            let way = match entry.kind {
                PrincipalType::Aws => named_by_aws(value, principal),
                PrincipalType::Service => {
                    let named = matches!(principal, Principal::Service(name) if name == value);
                    named.then_some(Named::Itself)
                }
                PrincipalType::Federated => {
                    let named = matches!(principal, Principal::IdentityProvider(name) if name == value);
                    named.then_some(Named::Itself)
                }
                // An account as Amazon S3 names it: a request does not tell whose it is.
                PrincipalType::CanonicalUser => None,
            };
            ways.extend(way);
        }
    }
    ways
}

fn named_by_aws(value: &str, principal: &Principal) -> Option<Named> {
    if value == "*" {
        return Some(Named::Everyone);
    }
    // "The account ARN and the shortened account ID behave the same way."
    if let Some(account) = principal.account() {
        let root_arn = value.split(':').collect::<Vec<_>>();
        let is_root_arn =
            matches!(root_arn.as_slice(), ["arn", _, "iam", "", id, "root"] if *id == account.as_str());
        if value == account.as_str() || is_root_arn {
            return Some(Named::Account);
        }
    }
    match principal {
        Principal::User { arn } => (value == arn.as_str()).then_some(Named::Itself),
        Principal::FederatedUser { arn, user } => {
            if value == arn.as_str() {
                return Some(Named::Itself);
            }
            // "This session's ARN is based on the original identity that was federated."
            let is_user = match user {
                Some(user) => value == user.as_str(),
                None => is_origin_of("user", value, "federated-user", arn.as_str()),
            };
            is_user.then_some(Named::Origin)
        }
        Principal::RoleSession { session, role } => {
            if value == session.as_str() {
                return Some(Named::Itself);
            }
            let is_role = match role {
                Some(role) => value == role.as_str(),
                None => is_origin_of("role", value, "assumed-role", session.as_str()),
            };
            is_role.then_some(Named::Origin)
        }
        _ => None,
    }
}

/// Whether an identity's ARN belongs to a session's: names are unique in an account, whatever their path, and a
/// session's ARN has no path (IAM User Guide, "IAM identifiers").
fn is_origin_of(kind: &str, identity: &str, session_kind: &str, session: &str) -> bool {
    let identity: Vec<&str> = identity.splitn(6, ':').collect();
    let session: Vec<&str> = session.splitn(6, ':').collect();
    let (
        ["arn", its_partition, "iam", "", its_account, identity],
        ["arn", partition, "sts", _, account, session],
    ) = (identity.as_slice(), session.as_slice())
    else {
        return false;
    };
    let mut identity = identity.split('/');
    let mut session = session.split('/');
    its_partition == partition
        && its_account == account
        && identity.next() == Some(kind)
        && session.next() == Some(session_kind)
        && identity
            .next_back()
            .is_some_and(|name| session.next() == Some(name))
}

/// Whether `NotPrincipal` with Deny spares the principal.
///
/// "When you use NotPrincipal, you must also specify the account ARN of the not-denied principal." "AWS might
/// validate the account first, then the role, and then the assumed-role user." "The NotPrincipal element with
/// a Deny effect will always deny any IAM principal that has a permissions boundary policy attached."
pub(crate) fn spared_by(who: &Who, principal: &Principal, has_boundary: bool) -> bool {
    let ways = named_by(who, principal);
    if ways.contains(&Named::Everyone) {
        return true;
    }
    let by = |way| ways.contains(&way);
    match principal {
        Principal::Anonymous => false,
        Principal::Service(_) | Principal::IdentityProvider(_) => by(Named::Itself),
        Principal::Root { .. } => by(Named::Account),
        Principal::User { .. } => !has_boundary && by(Named::Account) && by(Named::Itself),
        // A session of AWS STS, not a user or role of IAM that a boundary is attached to.
        Principal::FederatedUser { .. } => by(Named::Account) && by(Named::Itself),
        Principal::RoleSession { session, .. } => {
            let session_listed = by(Named::Itself) || !lists_a_session_like(who, session.as_str());
            !has_boundary && by(Named::Account) && by(Named::Origin) && session_listed
        }
    }
}

/// Whether the element lists any session of the role that `session` is one of.
fn lists_a_session_like(who: &Who, session: &str) -> bool {
    let Who::Listed(entries) = who else {
        return false;
    };
    let Some((role_part, _)) = session.rsplit_once('/') else {
        return false;
    };
    entries
        .iter()
        .filter(|entry| entry.kind == PrincipalType::Aws)
        .flat_map(|entry| entry.values.texts())
        .any(|value| value.rsplit_once('/').is_some_and(|(role, _)| role == role_part))
}
