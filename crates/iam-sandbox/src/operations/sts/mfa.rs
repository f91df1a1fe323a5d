//! A one-time code beside a request: proof that the caller has the MFA device of the user that calls.
//! ("Secure API access with MFA", IAM User Guide.)

use crate::operations::call::Call;
use crate::totp;
use crate::wire::error::ApiError;
use crate::world::credential::CallerKind;

/// A code that was good. Each is good once: see [`Proof::take`].
pub(super) struct Proof {
    serial: String,
    step: i64,
}

/// What `SerialNumber` and `TokenCode` prove; nothing where neither is given.
pub(super) fn proof(call: &Call<'_>) -> Result<Option<Proof>, ApiError> {
    let (serial, given) = match (call.param("SerialNumber"), call.param("TokenCode")) {
        (None, None) => return Ok(None),
        (Some(serial), Some(given)) => (serial, given),
        _ => {
            return Err(ApiError::access_denied(
                "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.",
            ));
        }
    };
    let unknown = || {
        ApiError::access_denied(
            "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number \
             is valid and associated with this user.",
        )
    };
    let CallerKind::User { name, .. } = &call.caller.kind else {
        return Err(unknown());
    };
    let device = call.seen(&call.account()?.mfa_devices, serial);
    let device = device.ok_or_else(unknown)?;
    let assignment = device
        .assignment
        .as_ref()
        .filter(|assignment| assignment.user.eq_ignore_ascii_case(name))
        .ok_or_else(unknown)?;
    let serial = device.serial(call.account_id());
    let taken = call.world.uses.mfa_steps.get(&serial).copied();
    let step =
        totp::accept(&device.seed, given, call.real_now, assignment.drift, taken).ok_or_else(|| {
            ApiError::access_denied("MultiFactorAuthentication failed with invalid MFA one time pass code. ")
        })?;
    Ok(Some(Proof { serial, step }))
}

impl Proof {
    /// Uses the code up, and all before it.
    pub(super) fn take(self, call: &mut Call<'_>) {
        call.world.uses.mfa_steps.insert(self.serial, self.step);
    }
}
