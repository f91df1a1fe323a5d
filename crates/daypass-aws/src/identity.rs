//! Who we are, as far as AWS and our own credentials tell.

use jiff::Timestamp;

use crate::connection::{Caller, Connection};
use crate::error::AwsError;
use crate::repeat::repeat;

/// Who we are.
#[derive(Debug, Clone)]
pub struct Identity {
    /// Account, ARN, unique id.
    pub caller: Caller,
    /// The account's alias, if it has one that we may read.
    pub alias: Option<String>,
    /// The id of the access key; no secret.
    pub access_key_id: String,
    /// Whether the key is a session's.
    pub is_temporary: bool,
    /// When the session ends, where the credentials say so themselves.
    pub expires_at: Option<Timestamp>,
}

impl Connection {
    /// Asks who we are. Only GetCallerIdentity, which nobody can be denied, has to be answered.
    pub async fn identity(&self) -> Result<Identity, AwsError> {
        let caller = self.caller().await?;
        let credentials = self.sdk_credentials().await?;
        let iam = self.iam();
        let aliases = repeat(self, "ListAccountAliases", || iam.list_account_aliases().send()).await;
        Ok(Identity {
            caller,
            alias: aliases
                .ok()
                .and_then(|listed| listed.account_aliases().first().cloned()),
            access_key_id: credentials.access_key_id().to_owned(),
            is_temporary: credentials.session_token().is_some(),
            expires_at: credentials.expiry().and_then(|end| end.try_into().ok()),
        })
    }
}
