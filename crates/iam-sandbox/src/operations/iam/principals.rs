//! Do the principals of a policy exist? IAM and S3 refuse documents that name one that does not.

use iam_policy::{AccountId, Arn, PrincipalType, Who};

use crate::operations::call::Call;
use crate::world::entity::Pin;
use crate::world::entity::PolicyText;

/// The policy with its principals pinned; or the first principal that does not exist, in AWS's words. What exists is what the answering replica knows: a
/// principal made a moment ago may be refused ("Invalid principal in policy", IAM User Guide: Troubleshoot IAM).
pub(in crate::operations) fn pin(call: &Call<'_>, mut policy: PolicyText) -> Result<PolicyText, String> {
    for clause in policy
        .document
        .statements
        .iter()
        .filter_map(|statement| statement.principal.as_ref())
    {
        let Who::Listed(entries) = &clause.who else {
            continue;
        };
        for entry in entries {
            let unknown = entry.values.texts().find(|text| !exists(call, entry.kind, text));
            if let Some(text) = unknown {
                let kind = if entry.kind == PrincipalType::Service {
                    "SERVICE"
                } else {
                    entry.kind.as_str()
                };
                return Err(format!("Invalid principal in policy: \"{kind}\":\"{text}\""));
            }
            for arn in entry.values.texts() {
                if let Some(id) = call.world.unique_id(arn, call.view) {
                    policy.pins.push(Pin {
                        arn: arn.to_owned(),
                        id,
                    });
                }
            }
        }
    }
    Ok(policy)
}

fn exists(call: &Call<'_>, kind: PrincipalType, text: &str) -> bool {
    match kind {
        PrincipalType::Aws => text == "*" || text.parse::<AccountId>().is_ok() || is_principal(call, text),
        PrincipalType::Service => {
            let name = text.strip_suffix(".amazonaws.com").unwrap_or_default();
            !name.is_empty()
                && name
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b))
        }
        PrincipalType::Federated | PrincipalType::CanonicalUser => !text.is_empty(),
    }
}

fn is_principal(call: &Call<'_>, text: &str) -> bool {
    let Ok(arn) = text.parse::<Arn>() else {
        return false;
    };
    let Some(id) = arn.account() else { return false };
    // An account outside this world may hold anything.
    let Some(account) = call.world.account(&id) else {
        return true;
    };
    match (arn.service(), arn.resource_type()) {
        ("iam", None) => arn.resource() == "root",
        ("iam", Some("user" | "role")) => call.world.unique_id(text, call.view).is_some(),
        ("sts", Some("assumed-role")) => arn
            .role_session()
            .and_then(|(role, _)| account.roles.seen(role, call.view))
            .is_some(),
        ("sts", Some("federated-user")) => true,
        _ => false,
    }
}
