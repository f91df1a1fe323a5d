//! Credentials that never show their secrets by accident.

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

/// An access key, with the session token and the end of it when it is temporary. `Debug` redacts the secrets.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// `AKIA...` or `ASIA...`.
    pub access_key_id: String,
    /// The secret access key.
    pub secret_access_key: SecretString,
    /// The session token of temporary credentials.
    pub session_token: Option<SecretString>,
    /// When AWS stops accepting them.
    pub expires_at: Option<Timestamp>,
}

impl Credentials {
    /// A long-lived access key.
    pub fn from_key(access_key_id: impl Into<String>, secret_access_key: impl Into<SecretString>) -> Self {
        Credentials {
            access_key_id: access_key_id.into(),
            secret_access_key: secret_access_key.into(),
            session_token: None,
            expires_at: None,
        }
    }

    pub(crate) fn for_sdk(&self) -> aws_credential_types::Credentials {
        aws_credential_types::Credentials::new(
            self.access_key_id.clone(),
            self.secret_access_key.expose_secret(),
            self.session_token
                .as_ref()
                .map(|token| token.expose_secret().to_owned()),
            self.expires_at.map(Into::into),
            "daypass",
        )
    }

    pub(crate) fn from_sts(answer: &aws_sdk_sts::types::Credentials) -> Self {
        Credentials {
            access_key_id: answer.access_key_id.clone(),
            secret_access_key: answer.secret_access_key.clone().into(),
            session_token: Some(answer.session_token.clone().into()),
            expires_at: Timestamp::from_second(answer.expiration.secs()).ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_secret() {
        let credentials = Credentials {
            session_token: Some("TOKEN-IN-CLEAR".into()),
            ..Credentials::from_key("AKIAEXAMPLE", "SECRET-IN-CLEAR")
        };
        let shown = format!("{credentials:?}");
        assert!(
            shown.contains("AKIAEXAMPLE") && !shown.contains("IN-CLEAR"),
            "{shown}"
        );
    }
}
