//! What stands outside of AWS and is needed to call it: MFA devices and identity providers, played by the sandbox.

use iam_policy::Arn;
use jiff::Timestamp;

use crate::sandbox::Sandbox;
use crate::totp;
use crate::web_identity::{WebIdentity, issue};

impl Sandbox {
    /// The code that a virtual MFA device of any account shows at `now`, the real time; none if there is no device with
    /// this serial number, which is an ARN.
    pub fn mfa_code(&self, serial: &str, now: Timestamp) -> Option<String> {
        let account = serial.parse::<Arn>().ok()?.account()?;
        let state = self.lock();
        let device = state.world.account(&account)?.mfa_devices.newest(serial)?;
        Some(totp::code(&device.seed, totp::step(now)))
    }

    /// A token of an identity provider, for AssumeRoleWithWebIdentity. Any provider will do: which ones an account
    /// believes is for its OpenID Connect providers to say. `now` is the real time; the token goes by the world's.
    ///
    /// It is a JSON Web Token signed with HMAC-SHA-256, which no other verifier knows the key of.
    pub fn web_identity_token(&self, identity: &WebIdentity, now: Timestamp) -> String {
        issue(&self.lock().world.seal, identity, self.clock().now(now))
    }

    /// Makes the identity provider reject a token from now on: AssumeRoleWithWebIdentity answers IDPRejectedClaim.
    pub fn revoke_web_identity_token(&self, token: &str) {
        self.lock().world.revoked_tokens.insert(token.to_owned());
    }
}
