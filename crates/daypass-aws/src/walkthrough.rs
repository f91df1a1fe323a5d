//! The cast of the demo: a user with a key and no permissions, and a role that may list buckets.
//!
//! Made part by part, so that each can be told; taken down by name, from whatever state it is in.

mod tear_down;

use std::fmt;

use aws_sdk_iam::types::Tag;
use daypass_core::expiry::{end_allows, instant};
use daypass_core::lease::{Proofs, Readiness, TAG_EXPIRES};
use iam_policy::{Arn, Document, Statement};
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use crate::connection::{Caller, Connection};
use crate::credentials::Credentials;
use crate::error::AwsError;
use crate::probe::{Probe, ProbeAnswer};
use crate::repeat::repeat;

const PATH: &str = "/daypass/demo/";
/// Nothing of the cast may do anything after this, even if nobody takes it down.
const LASTS: SignedDuration = SignedDuration::from_hours(1);
const USER_POLICY: &str = "may-assume-the-demo-role";
const GRANT_POLICY: &str = "demo-grant";

/// A part of the cast, in the order of making.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WalkthroughPart {
    /// A user without permissions.
    User,
    /// An access key for the user.
    AccessKey,
    /// A role that trusts the user.
    Role,
    /// A managed policy that allows to list buckets.
    Policy,
    /// The policy on the role.
    Attachment,
    /// An inline policy that lets the user assume the role.
    UserPolicy,
}

impl WalkthroughPart {
    /// All parts, in the order of making.
    pub const ALL: [WalkthroughPart; 6] = [
        Self::User,
        Self::AccessKey,
        Self::Role,
        Self::Policy,
        Self::Attachment,
        Self::UserPolicy,
    ];
}

/// The cast in one account.
#[derive(Debug)]
pub struct Walkthrough {
    connection: Connection,
    caller: Caller,
    suffix: String,
    key: Option<Credentials>,
    ends_at: Timestamp,
    made: Vec<WalkthroughPart>,
}

impl Walkthrough {
    /// Names for a new cast, unique by `suffix` (letters and digits). No call is made but to ask who we are.
    pub async fn new(connection: &Connection, suffix: &str) -> Result<Walkthrough, AwsError> {
        let caller = connection.caller().await?;
        let now = connection.clock().now();
        Ok(Walkthrough {
            connection: connection.clone(),
            caller,
            suffix: suffix.to_owned(),
            key: None,
            ends_at: now.saturating_add(LASTS).unwrap_or(now),
            made: Vec::new(),
        })
    }

    /// The user's name.
    pub fn user_name(&self) -> String {
        format!("demo-user-{}", self.suffix)
    }

    /// The role's name.
    pub fn role_name(&self) -> String {
        format!("demo-role-{}", self.suffix)
    }

    /// The managed policy's name.
    pub fn policy_name(&self) -> String {
        format!("demo-policy-{}", self.suffix)
    }

    /// The user's ARN.
    pub fn user_arn(&self) -> String {
        self.arn("user", &self.user_name())
    }

    /// The role's ARN.
    pub fn role_arn(&self) -> String {
        self.arn("role", &self.role_name())
    }

    fn policy_arn(&self) -> String {
        self.arn("policy", &self.policy_name())
    }

    fn arn(&self, kind: &str, name: &str) -> String {
        format!(
            "arn:{}:iam::{}:{kind}{PATH}{name}",
            self.caller.arn.partition(),
            self.caller.account
        )
    }

    /// Makes one part. Every permission in it is dated.
    pub async fn make(&mut self, part: WalkthroughPart) -> Result<(), AwsError> {
        // From here on it may be there, whatever we hear of it.
        self.made.push(part);
        match self.attempt(part).await {
            // The suffix is ours alone: an attempt without an answer has made it.
            Err(AwsError::Refused { code, .. }) if code == "EntityAlreadyExists" => Ok(()),
            Err(refused @ AwsError::Refused { .. }) => {
                self.made.pop();
                Err(refused)
            }
            other => other,
        }
    }

    async fn attempt(&mut self, part: WalkthroughPart) -> Result<(), AwsError> {
        let connection = self.connection.clone();
        let iam = connection.iam();
        let tags = Some(self.tags()?);
        match part {
            WalkthroughPart::User => {
                let call = || {
                    iam.create_user()
                        .path(PATH)
                        .user_name(self.user_name())
                        .set_tags(tags.clone())
                        .send()
                };
                repeat(&connection, "CreateUser", call).await?;
            }
            WalkthroughPart::AccessKey => {
                let call = || iam.create_access_key().user_name(self.user_name()).send();
                let answer = repeat(&connection, "CreateAccessKey", call).await?;
                let key = answer.access_key();
                self.key = key.map(|key| Credentials::from_key(key.access_key_id(), key.secret_access_key()));
            }
            WalkthroughPart::Role => {
                let trust = Statement::allow().with_principal("AWS", [self.user_arn()]);
                self.create_role(&self.dated(trust.with_actions(["sts:AssumeRole"])))
                    .await?;
            }
            WalkthroughPart::Policy => {
                let list = Statement::allow().with_actions(["s3:ListAllMyBuckets"]);
                let document = self.dated(list.with_resources(["arn:aws:s3:::*"])).to_minified();
                let policy = iam.create_policy().path(PATH).policy_name(self.policy_name());
                let policy = policy.policy_document(document).set_tags(tags);
                repeat(&connection, "CreatePolicy", || policy.clone().send()).await?;
            }
            WalkthroughPart::Attachment => {
                let call = || {
                    iam.attach_role_policy()
                        .role_name(self.role_name())
                        .policy_arn(self.policy_arn())
                        .send()
                };
                repeat(&connection, "AttachRolePolicy", call).await?;
            }
            WalkthroughPart::UserPolicy => {
                let assume = Statement::allow().with_actions(["sts:AssumeRole"]);
                self.put_user_policy(USER_POLICY, &self.dated(assume.with_resources([self.role_arn()])))
                    .await?;
            }
        }
        Ok(())
    }

    fn dated(&self, statement: Statement) -> Document {
        end_allows(&Document::new(vec![statement]), self.ends_at)
    }

    fn tags(&self) -> Result<Vec<Tag>, AwsError> {
        let tag = Tag::builder()
            .key(TAG_EXPIRES)
            .value(instant(self.ends_at))
            .build();
        let tag = tag.map_err(|error| AwsError::Unusable {
            operation: "TagUser",
            what: error.to_string(),
        })?;
        Ok(vec![tag])
    }

    /// Gives the user an inline policy, such as a grant with an end.
    pub async fn grant(&self, document: &Document) -> Result<(), AwsError> {
        self.put_user_policy(GRANT_POLICY, document).await
    }

    /// The AWS as the user.
    pub fn as_user(&self) -> Result<Connection, AwsError> {
        let key = self.key.as_ref().ok_or_else(|| AwsError::NoCredentials {
            why: "the user has no key yet".to_owned(),
        })?;
        Ok(self.connection.with_credentials(key))
    }

    /// The AWS as the user in the role.
    pub async fn as_role(&self) -> Result<Connection, AwsError> {
        let role: Arn = self.role_arn().parse().map_err(|_| AwsError::Unusable {
            operation: "AssumeRole",
            what: "the role's ARN".to_owned(),
        })?;
        self.as_user()?.assume_as(&role, "AssumeRoleDemoSession").await
    }

    /// Waits until the user may do, by way of the role, what the role allows: proven by repeated success. `Ok(None)` when
    /// `stop` came first or it took too long.
    pub async fn wait_until_usable(
        &self,
        readiness: Readiness,
        stop: &CancellationToken,
    ) -> Result<Option<ProbeAnswer>, AwsError> {
        let clock = self.connection.clock();
        let mut proofs = Proofs::new(readiness, clock.now());
        loop {
            let tried = match self.as_role().await {
                Ok(role) => role.probe(&Probe::ListBuckets).await,
                Err(error) => Err(error),
            };
            match tried {
                Ok(answer) if answer.allowed => {
                    proofs.succeeded(clock.now());
                    if proofs.complete() {
                        return Ok(Some(answer));
                    }
                }
                // Denied or unknown, until all of IAM knows the user, the key and the role.
                Ok(_) | Err(AwsError::Refused { .. }) => proofs.failed(clock.now()),
                Err(other) => return Err(other),
            }
            if stop.is_cancelled() || proofs.exhausted(clock.now()) {
                return Ok(None);
            }
            let pause = proofs.not_before().duration_since(clock.now());
            if pause.is_positive() {
                tokio::select! {
                    () = tokio::time::sleep(pause.unsigned_abs()) => {}
                    () = stop.cancelled() => {}
                }
            }
        }
    }

    async fn put_user_policy(&self, name: &str, document: &Document) -> Result<(), AwsError> {
        let iam = self.connection.iam();
        let text = document.to_minified();
        let call = || {
            iam.put_user_policy()
                .user_name(self.user_name())
                .policy_name(name)
                .policy_document(&text)
                .send()
        };
        repeat(&self.connection, "PutUserPolicy", call).await.map(|_| ())
    }

    /// "Invalid principal in policy" is said until all of IAM knows the user that the trust policy names.
    async fn create_role(&self, trust: &Document) -> Result<(), AwsError> {
        let iam = self.connection.iam();
        let create = iam
            .create_role()
            .path(PATH)
            .role_name(self.role_name())
            .set_tags(Some(self.tags()?));
        let create = create.assume_role_policy_document(trust.to_minified());
        let call = || create.clone().send();
        let clock = self.connection.clock();
        let mut proofs = Proofs::new(Readiness::default(), clock.now());
        loop {
            match repeat(&self.connection, "CreateRole", call).await {
                Err(AwsError::Refused { code, .. })
                    if code == "MalformedPolicyDocument" && !proofs.exhausted(clock.now()) =>
                {
                    proofs.failed(clock.now());
                    let pause = proofs.not_before().duration_since(clock.now());
                    tokio::time::sleep(pause.unsigned_abs()).await;
                }
                other => return other.map(|_| ()),
            }
        }
    }
}

impl fmt::Display for WalkthroughPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            WalkthroughPart::User => "user",
            WalkthroughPart::AccessKey => "access key",
            WalkthroughPart::Role => "role",
            WalkthroughPart::Policy => "managed policy",
            WalkthroughPart::Attachment => "attachment",
            WalkthroughPart::UserPolicy => "inline policy",
        })
    }
}
