//! Taking the cast down: by name, whatever of it is there.

use std::time::Duration;

use aws_sdk_iam::operation::list_access_keys::ListAccessKeysOutput;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::http::Response;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::{GRANT_POLICY, USER_POLICY, Walkthrough, WalkthroughPart};
use crate::connection::Connection;
use crate::repeat::repeat;

impl Walkthrough {
    /// Takes down whatever of the cast is there. What could not be removed is told, one line each.
    pub async fn tear_down(&self, tell: &mut (dyn FnMut(String) + Send)) -> Result<(), Vec<String>> {
        let connection = &self.connection;
        let iam = connection.iam();
        let (user, role, policy) = (self.user_name(), self.role_name(), self.policy_arn());
        let has = |part| self.made.contains(&part);
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
        let what = format!("attachment of {}", self.policy_name());
        remaining
            .remove("DetachRolePolicy", &what, has(WalkthroughPart::Attachment), call)
            .await;
        let call = || iam.delete_policy().policy_arn(&policy).send();
        let what = format!("managed policy {}", self.policy_name());
        remaining
            .remove("DeletePolicy", &what, has(WalkthroughPart::Policy), call)
            .await;
        let call = || iam.delete_role().role_name(&role).send();
        remaining
            .remove(
                "DeleteRole",
                &format!("role {role}"),
                has(WalkthroughPart::Role),
                call,
            )
            .await;
        for (name, there) in [
            (USER_POLICY, has(WalkthroughPart::UserPolicy)),
            (GRANT_POLICY, false),
        ] {
            let call = || iam.delete_user_policy().user_name(&user).policy_name(name).send();
            remaining
                .remove("DeleteUserPolicy", &format!("inline policy {name}"), there, call)
                .await;
        }
        let listed = repeat(connection, "ListAccessKeys", || {
            iam.list_access_keys().user_name(&user).send()
        })
        .await;
        let listed = listed.iter().flat_map(ListAccessKeysOutput::access_key_metadata);
        let mut keys: Vec<_> = listed
            .filter_map(|key| key.access_key_id().map(str::to_owned))
            .collect();
        // A lagging replica may not list the key that we hold.
        keys.extend(self.key.as_ref().map(|key| key.access_key_id.clone()));
        keys.sort();
        keys.dedup();
        for key in keys {
            let call = || {
                iam.delete_access_key()
                    .user_name(&user)
                    .access_key_id(&key)
                    .send()
            };
            remaining
                .remove("DeleteAccessKey", &format!("access key {key}"), true, call)
                .await;
        }
        let call = || iam.delete_user().user_name(&user).send();
        remaining
            .remove(
                "DeleteUser",
                &format!("user {user}"),
                has(WalkthroughPart::User),
                call,
            )
            .await;
        if remaining.left.is_empty() {
            Ok(())
        } else {
            Err(remaining.left)
        }
    }
}

/// How often what should be there is asked for, and how far apart.
const ATTEMPTS: u32 = 4;
const SPACING: Duration = Duration::from_secs(2);

struct Remaining<'a> {
    connection: &'a Connection,
    left: Vec<String>,
    tell: &'a mut (dyn FnMut(String) + Send),
}

impl Remaining<'_> {
    /// Removes one thing. What should be there and is missing, or is still held by something just removed, is asked for
    /// again, spaced: a replica may lag.
    async fn remove<T, E, F, Call>(&mut self, operation: &'static str, what: &str, there: bool, mut call: F)
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
        F: FnMut() -> Call,
        Call: Future<Output = Result<T, SdkError<E, Response>>>,
    {
        for attempt in 1.. {
            let Err(error) = repeat(self.connection, operation, &mut call).await else {
                return (self.tell)(what.to_owned());
            };
            let missing = error.code() == Some("NoSuchEntity");
            let held = error.code() == Some("DeleteConflict");
            if (held || (missing && there)) && attempt < ATTEMPTS {
                tokio::time::sleep(SPACING).await;
                continue;
            }
            if !missing {
                self.left.push(format!("{what}: {error}"));
            }
            return;
        }
    }
}
