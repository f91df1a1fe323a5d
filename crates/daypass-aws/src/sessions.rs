//! Sessions exactly as asked for: of a role, or of a user with an MFA device.

use aws_sdk_sts::types::{PolicyDescriptorType, Tag};
use iam_policy::Arn;
use jiff::SignedDuration;
use secrecy::{ExposeSecret, SecretString};

use crate::connection::Connection;
use crate::credentials::Credentials;
use crate::error::AwsError;
use crate::repeat::{Asker, repeat};

/// A session of a role ("AssumeRole", AWS STS API Reference).
#[derive(Debug, Clone)]
pub struct RoleRequest {
    /// The role.
    pub role: Arn,
    /// The session's name.
    pub session_name: String,
    /// How long it lasts; `None`: an hour, AWS's default.
    pub lasts: Option<SignedDuration>,
    /// The external id that the role's trust policy asks for.
    pub external_id: Option<String>,
    /// The text of a session policy.
    pub policy: Option<String>,
    /// Managed policies as session policies.
    pub policy_arns: Vec<Arn>,
    /// Session tags.
    pub tags: Vec<(String, String)>,
    /// The keys of the tags that further roles inherit.
    pub transitive_tags: Vec<String>,
    /// The source identity.
    pub source_identity: Option<String>,
}

/// A session of a role.
#[derive(Debug, Clone)]
pub struct RoleSession {
    /// Its credentials.
    pub credentials: Credentials,
    /// Who one is with them.
    pub arn: Arn,
}

/// A role as IAM knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownRole {
    /// Its ARN, with its path.
    pub arn: Arn,
    /// How long its sessions may last.
    pub longest_session: Option<SignedDuration>,
}

impl Connection {
    /// Assumes a role. The account that AWS names must be the role's, or there are no credentials.
    pub async fn assume_role(&self, request: &RoleRequest) -> Result<RoleSession, AwsError> {
        const OPERATION: &str = "AssumeRole";
        let unusable = |what: &str| AwsError::Unusable {
            operation: OPERATION,
            what: what.to_owned(),
        };
        let tags: Vec<Tag> = request
            .tags
            .iter()
            .map(|(key, value)| Tag::builder().key(key).value(value).build())
            .collect::<Result<_, _>>()
            .map_err(|error| unusable(&error.to_string()))?;
        let arns: Vec<PolicyDescriptorType> = request
            .policy_arns
            .iter()
            .map(|arn| PolicyDescriptorType::builder().arn(arn.to_string()).build())
            .collect();
        let seconds = request
            .lasts
            .and_then(|lasts| i32::try_from(lasts.as_secs()).ok());
        let transitive = &request.transitive_tags;
        let sts = self.sts();
        let call = || {
            sts.assume_role()
                .role_arn(request.role.as_str())
                .role_session_name(&request.session_name)
                .set_duration_seconds(seconds)
                .set_external_id(request.external_id.clone())
                .set_policy(request.policy.clone())
                .set_policy_arns((!arns.is_empty()).then(|| arns.clone()))
                .set_tags((!tags.is_empty()).then(|| tags.clone()))
                .set_transitive_tag_keys((!transitive.is_empty()).then(|| transitive.clone()))
                .set_source_identity(request.source_identity.clone())
                .send()
        };
        let answer = match repeat(self, OPERATION, call).await {
            Ok(answer) => answer,
            Err(error) => return Err(self.refused(error).await),
        };
        let arn: Arn = answer
            .assumed_role_user()
            .and_then(|user| user.arn().parse().ok())
            .ok_or_else(|| unusable("no assumed role"))?;
        match (request.role.account(), arn.account()) {
            (Some(expected), Some(found)) if expected == found => {}
            (Some(expected), Some(found)) => {
                return Err(AwsError::WrongAccount {
                    role: request.role.clone(),
                    expected,
                    found,
                });
            }
            _ => return Err(unusable("an assumed role of no account")),
        }
        let credentials = answer
            .credentials()
            .map(Credentials::from_sts)
            .ok_or_else(|| unusable("no credentials"))?;
        Ok(RoleSession { credentials, arn })
    }

    /// A session of the user that we are; with a code of an MFA device, one that proves it ("GetSessionToken", AWS STS API
    /// Reference).
    pub async fn session_token(
        &self,
        mfa: Option<(&str, &SecretString)>,
        lasts: Option<SignedDuration>,
    ) -> Result<Credentials, AwsError> {
        const OPERATION: &str = "GetSessionToken";
        let sts = self.sts();
        let seconds = lasts.and_then(|lasts| i32::try_from(lasts.as_secs()).ok());
        let call = || {
            let mut call = sts.get_session_token().set_duration_seconds(seconds);
            if let Some((serial, code)) = mfa {
                call = call.serial_number(serial).token_code(code.expose_secret());
            }
            call.send()
        };
        let answer = match repeat(self, OPERATION, call).await {
            Ok(answer) => answer,
            Err(error) => return Err(self.refused(error).await),
        };
        let credentials = answer.credentials().map(Credentials::from_sts);
        credentials.ok_or_else(|| AwsError::Unusable {
            operation: OPERATION,
            what: "no credentials".to_owned(),
        })
    }

    /// The serial numbers of the MFA devices of the user that we are ("ListMFADevices", IAM API Reference).
    pub async fn mfa_devices(&self) -> Result<Vec<String>, AwsError> {
        let iam = self.iam();
        let answer = match repeat(self, "ListMFADevices", || iam.list_mfa_devices().send()).await {
            Ok(answer) => answer,
            Err(error) => return Err(self.refused(error).await),
        };
        let serials = answer.mfa_devices().iter();
        Ok(serials.map(|device| device.serial_number().to_owned()).collect())
    }

    /// The role of this name in our account ("GetRole", IAM API Reference).
    pub async fn role_named(&self, name: &str) -> Result<KnownRole, AwsError> {
        let iam = self.iam();
        let answer = repeat(self, "GetRole", || iam.get_role().role_name(name).send()).await?;
        let role = answer.role();
        let arn = role.and_then(|role| role.arn().parse().ok());
        Ok(KnownRole {
            arn: arn.ok_or_else(|| AwsError::Unusable {
                operation: "GetRole",
                what: "no role".to_owned(),
            })?,
            longest_session: role
                .and_then(aws_sdk_iam::types::Role::max_session_duration)
                .map(|seconds| SignedDuration::from_secs(i64::from(seconds))),
        })
    }

    /// The credentials that we call with.
    pub async fn credentials(&self) -> Result<Credentials, AwsError> {
        let found = self.sdk_credentials().await?;
        Ok(Credentials {
            access_key_id: found.access_key_id().to_owned(),
            secret_access_key: found.secret_access_key().to_owned().into(),
            session_token: found.session_token().map(|token| token.to_owned().into()),
            expires_at: found.expiry().and_then(|end| end.try_into().ok()),
        })
    }

    /// A refusal tells who was refused: that is asked now, since nobody had to know before.
    async fn refused(&self, error: AwsError) -> AwsError {
        if matches!(error, AwsError::Refused { .. }) && self.caller().await.is_ok() {
            return self.complete(error, std::time::Duration::ZERO);
        }
        error
    }
}
