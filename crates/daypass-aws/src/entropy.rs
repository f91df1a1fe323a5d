//! Random numbers that nobody can guess, from the operating system: for names that must not meet and external ids that
//! are of one run alone.

use daypass_core::lease::LeaseEntropy;

use crate::error::AwsError;

/// What one lease needs.
pub fn lease_entropy() -> Result<LeaseEntropy, AwsError> {
    Ok(LeaseEntropy {
        name: number()?,
        sealed: number()?,
        opened: number()?,
    })
}

pub(crate) fn number() -> Result<u128, AwsError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| AwsError::NoEntropy {
        why: error.to_string(),
    })?;
    Ok(u128::from_ne_bytes(bytes))
}
