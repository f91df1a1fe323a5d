//! The cast of the demo: a user with a key and no permissions, and a role that may list buckets.
//!
//! Made part by part, so that each can be told; taken down by name, from whatever state it is in.

use std::fmt;

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::http::Response;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use daypass_core::lease::{Proofs, Readiness};
use iam_policy::{Arn, Document, Statement};
use tokio_util::sync::CancellationToken;

use crate::connection::{Caller, Connection};
use crate::credentials::Credentials;
use crate::error::AwsError;
use crate::probe::{Probe, ProbeAnswer};
use crate::repeat::repeat;

const PATH: &str = "/daypass/demo/";
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
}

impl Walkthrough {
    /// Names for a new cast, unique by `suffix` (letters and digits). No call is made but to ask who we are.
    pub async fn new(connection: &Connection, suffix: &str) -> Result<Walkthrough, AwsError> {
        let caller = connection.caller().await?;
        Ok(Walkthrough {
            connection: connection.clone(),
            caller,
            suffix: suffix.to_owned(),
            key: None,
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

    /// Makes one part.
    pub async fn make(&mut self, part: WalkthroughPart) -> Result<(), AwsError> {
        let connection = &self.connection;
        let iam = connection.iam();
        match part {
            WalkthroughPart::User => {
                let call = || iam.create_user().path(PATH).user_name(self.user_name()).send();
                repeat(connection, "CreateUser", call).await?;
            }
            WalkthroughPart::AccessKey => {
                let call = || iam.create_access_key().user_name(self.user_name()).send();
                let answer = repeat(connection, "CreateAccessKey", call).await?;
                self.key = answer
                    .access_key()
                    .map(|key| Credentials::from_key(key.access_key_id(), key.secret_access_key()));
            }
            WalkthroughPart::Role => {
                let trust = Statement::allow()
                    .with_principal("AWS", [self.user_arn()])
                    .with_actions(["sts:AssumeRole"]);
                let trust = Document::new(vec![trust]).to_minified();
                self.create_role(&trust).await?;
            }
            WalkthroughPart::Policy => {
                let list = Statement::allow()
                    .with_actions(["s3:ListAllMyBuckets"])
                    .with_resources(["*"]);
                let document = Document::new(vec![list]).to_minified();
                let call = || {
                    iam.create_policy()
                        .path(PATH)
                        .policy_name(self.policy_name())
                        .policy_document(&document)
                        .send()
                };
                repeat(connection, "CreatePolicy", call).await?;
            }
            WalkthroughPart::Attachment => {
                let call = || {
                    iam.attach_role_policy()
                        .role_name(self.role_name())
                        .policy_arn(self.policy_arn())
                        .send()
                };
                repeat(connection, "AttachRolePolicy", call).await?;
            }
            WalkthroughPart::UserPolicy => {
                let assume = Statement::allow()
                    .with_actions(["sts:AssumeRole"])
                    .with_resources([self.role_arn()]);
                self.put_user_policy(USER_POLICY, &Document::new(vec![assume]))
                    .await?;
            }
        }
        Ok(())
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

    /// Takes down whatever of the cast is there. What could not be removed is told, one line each.
    pub async fn tear_down(&self, tell: &mut (dyn FnMut(String) + Send)) -> Result<(), Vec<String>> {
        let connection = &self.connection;
        let iam = connection.iam();
        let (user, role, policy) = (self.user_name(), self.role_name(), self.policy_arn());
        let mut remaining = Remaining {
            connection,
            left: Vec::new(),
            tell,
        };

        let call = || {
            iam.detach_role_policy()
                .role_name(&role)
                .policy_arn(&policy)
                .send()
        };
        remaining
            .remove(
                "DetachRolePolicy",
                &format!("attachment of {}", self.policy_name()),
                call,
            )
            .await;
        let call = || iam.delete_policy().policy_arn(&policy).send();
        remaining
            .remove(
                "DeletePolicy",
                &format!("managed policy {}", self.policy_name()),
                call,
            )
            .await;
        remaining
            .remove("DeleteRole", &format!("role {role}"), || {
                iam.delete_role().role_name(&role).send()
            })
            .await;
        for name in [USER_POLICY, GRANT_POLICY] {
            let call = || iam.delete_user_policy().user_name(&user).policy_name(name).send();
            remaining
                .remove("DeleteUserPolicy", &format!("inline policy {name}"), call)
                .await;
        }
        let keys = repeat(connection, "ListAccessKeys", || {
            iam.list_access_keys().user_name(&user).send()
        })
        .await;
        for key in keys
            .iter()
            .flat_map(aws_sdk_iam::operation::list_access_keys::ListAccessKeysOutput::access_key_metadata)
            .filter_map(|key| key.access_key_id())
        {
            let call = || iam.delete_access_key().user_name(&user).access_key_id(key).send();
            remaining
                .remove("DeleteAccessKey", &format!("access key {key}"), call)
                .await;
        }
        remaining
            .remove("DeleteUser", &format!("user {user}"), || {
                iam.delete_user().user_name(&user).send()
            })
            .await;
        if remaining.left.is_empty() {
            Ok(())
        } else {
            Err(remaining.left)
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
    async fn create_role(&self, trust: &str) -> Result<(), AwsError> {
        let iam = self.connection.iam();
        let call = || {
            iam.create_role()
                .path(PATH)
                .role_name(self.role_name())
                .assume_role_policy_document(trust)
                .send()
        };
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

struct Remaining<'a> {
    connection: &'a Connection,
    left: Vec<String>,
    tell: &'a mut (dyn FnMut(String) + Send),
}

impl Remaining<'_> {
    async fn remove<T, E, F, Call>(&mut self, operation: &'static str, what: &str, call: F)
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
        F: FnMut() -> Call,
        Call: Future<Output = Result<T, SdkError<E, Response>>>,
    {
        match repeat(self.connection, operation, call).await {
            Ok(_) => (self.tell)(what.to_owned()),
            Err(error) if error.code() == Some("NoSuchEntity") => {}
            Err(error) => self.left.push(format!("{what}: {error}")),
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
