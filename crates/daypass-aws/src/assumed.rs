//! Being a role: assumed under a name that tells who we are, and again when the session ends.

use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use daypass_core::lease::session_name;
use iam_policy::Arn;
use secrecy::{ExposeSecret, SecretString};

use crate::connection::Connection;
use crate::credentials::Credentials;
use crate::entropy;
use crate::error::AwsError;
use crate::provider::AskedOnce;
use crate::repeat::repeat;

/// What a role's trust policy may ask for. `Debug` redacts the code.
#[derive(Debug, Clone, Default)]
pub struct SessionDemands {
    /// The external id.
    pub external_id: Option<String>,
    /// The serial number of an MFA device, and its present code.
    pub mfa: Option<(String, SecretString)>,
}

impl Connection {
    /// Assumes `role`, again whenever the session ends, under a session name that tells who we are. The account of the new
    /// credentials must be the role's, or nothing is done with them.
    pub async fn assume(&self, role: &Arn) -> Result<Connection, AwsError> {
        let name = session_name(&self.caller().await?.arn, entropy::number()?);
        self.assume_as(role, &name).await
    }

    /// [`Connection::assume`] under a session name of one's own.
    pub async fn assume_as(&self, role: &Arn, session_name: &str) -> Result<Connection, AwsError> {
        // So that an error tells who was refused.
        self.caller().await?;
        let first = self.assume_session(role, session_name).await?;
        let assumed = self.as_role(role, session_name, &first);
        assumed.check_account(role).await?;
        Ok(assumed)
    }

    /// The same AWS as a role whose first session is in hand. Whose account that is in, the caller has to see.
    pub(crate) fn as_role(&self, role: &Arn, session_name: &str, first: &Credentials) -> Connection {
        let again = AssumedAgain {
            connection: self.clone(),
            role: role.clone(),
            session_name: session_name.to_owned(),
        };
        let provider = AskedOnce::new(first.for_sdk(), SharedCredentialsProvider::new(again));
        self.with_provider(SharedCredentialsProvider::new(provider))
    }

    /// One session of `role`, not renewed, with what its trust policy asks for. The account of the new credentials must be
    /// the role's, or nothing is done with them.
    pub async fn assume_session_with(
        &self,
        role: &Arn,
        demands: &SessionDemands,
    ) -> Result<Connection, AwsError> {
        let name = session_name(&self.caller().await?.arn, entropy::number()?);
        let sts = self.sts();
        let (serial, code) = match &demands.mfa {
            Some((serial, code)) => (Some(serial.clone()), Some(code.expose_secret().to_owned())),
            None => (None, None),
        };
        let assume = sts
            .assume_role()
            .role_arn(role.as_str())
            .role_session_name(name)
            .set_external_id(demands.external_id.clone())
            .set_serial_number(serial)
            .set_token_code(code);
        let answer = repeat(self, "AssumeRole", || assume.clone().send()).await?;
        let credentials = answer.credentials().map(Credentials::from_sts);
        let credentials = credentials.ok_or_else(|| AwsError::Unusable {
            operation: "AssumeRole",
            what: "no credentials".to_owned(),
        })?;
        let assumed = self.with_credentials(&credentials);
        assumed.check_account(role).await?;
        Ok(assumed)
    }

    pub(crate) async fn assume_session(&self, role: &Arn, name: &str) -> Result<Credentials, AwsError> {
        let sts = self.sts();
        let call = || {
            sts.assume_role()
                .role_arn(role.to_string())
                .role_session_name(name)
                .send()
        };
        let answer = repeat(self, "AssumeRole", call).await?;
        let credentials = answer.credentials().map(Credentials::from_sts);
        credentials.ok_or_else(|| AwsError::Unusable {
            operation: "AssumeRole",
            what: "no credentials".to_owned(),
        })
    }
}

/// A role that is assumed again when its session ends: what it was assumed for may take longer than one session.
#[derive(Debug)]
pub(crate) struct AssumedAgain {
    pub(crate) connection: Connection,
    pub(crate) role: Arn,
    pub(crate) session_name: String,
}

impl ProvideCredentials for AssumedAgain {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let assumed = self
                .connection
                .assume_session(&self.role, &self.session_name)
                .await;
            assumed
                .map(|credentials| Credentials::for_sdk(&credentials))
                .map_err(CredentialsError::provider_error)
        })
    }
}
