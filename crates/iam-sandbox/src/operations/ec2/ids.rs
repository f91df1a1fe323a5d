//! Ids of EC2's resources: their form, and the ones that every account has in every region.

use iam_policy::AccountId;
use sha2::{Digest, Sha256};

use crate::operations::call::Call;
use crate::wire::error::ApiError;
use crate::world::storage::Instance;

/// Whether `id` is the prefix, a hyphen and 8 or 17 hexadecimal digits.
pub(super) fn is_id(id: &str, prefix: &str) -> bool {
    id.strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('-'))
        .is_some_and(|digits| {
            matches!(digits.len(), 8 | 17)
                && digits
                    .bytes()
                    .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        })
}

/// What is wrong with an id of another form, in EC2's words.
pub(super) fn malformed(id: &str, prefix: &str) -> String {
    let expected = if id.starts_with(&format!("{prefix}-")) {
        String::new()
    } else {
        format!(" (expecting \"{prefix}-...\")")
    };
    format!("Invalid id: \"{id}\"{expected}")
}

pub(super) fn malformed_instance(id: &str) -> ApiError {
    ApiError::new(400, "InvalidInstanceID.Malformed", malformed(id, "i"))
}

/// The instance ids of a request, each of the right form.
pub(super) fn instances<'c>(call: &'c Call<'_>) -> Result<Vec<&'c str>, ApiError> {
    let ids = call.input.params.list("InstanceId");
    match ids.iter().find(|id| !is_id(id, "i")) {
        Some(bad) => Err(malformed_instance(bad)),
        None => Ok(ids),
    }
}

/// Refuses ids that no instance of the caller's account and region has.
pub(super) fn all_exist(call: &Call<'_>, ids: &[&str]) -> Result<(), ApiError> {
    let here: Vec<&Instance> = here(call)?.collect();
    let unknown: Vec<&str> = ids
        .iter()
        .filter(|id| !here.iter().any(|instance| instance.id == **id))
        .copied()
        .collect();
    let message = match unknown.as_slice() {
        [] => return Ok(()),
        [one] => format!("The instance ID '{one}' does not exist"),
        several => format!("The instance IDs '{}' do not exist", several.join(", ")),
    };
    Err(ApiError::new(400, "InvalidInstanceID.NotFound", message))
}

/// The instances of the caller's account and region that are not forgotten yet.
pub(super) fn here<'c>(call: &'c Call<'_>) -> Result<impl Iterator<Item = &'c Instance>, ApiError> {
    let now = call.now();
    Ok(call
        .account()?
        .instances
        .iter()
        .filter(move |instance| instance.region == call.region && !instance.life.is_gone(now)))
}

/// The default VPC, subnet or security group of an account in a region: there without being made, and always the same.
pub(super) fn default(prefix: &str, account: &AccountId, region: &str) -> String {
    let digest = hex::encode(Sha256::digest(format!("{prefix}/{account}/{region}")));
    format!("{prefix}-{}", digest.get(..17).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_ids() {
        assert!(is_id("i-0123456789abcdef0", "i"));
        assert!(is_id("i-1a2b3c4d", "i"));
        for bad in ["i-", "i-xyz", "vol-1a2b3c4d", "i-1A2B3C4D", "1a2b3c4d", ""] {
            assert!(!is_id(bad, "i"), "{bad}");
        }
        assert!(malformed("web", "i").contains("expecting \"i-...\""));
        let account: AccountId = "111122223333".parse().unwrap();
        let vpc = default("vpc", &account, "us-east-1");
        assert!(is_id(&vpc, "vpc"));
        assert_ne!(vpc, default("vpc", &account, "us-east-2"));
    }
}
