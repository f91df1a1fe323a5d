//! Credentials: long-term access keys of users and the account root, and temporary sessions of STS.

use std::sync::Arc;

use iam_policy::AccountId;
use jiff::Timestamp;

use super::entity::{PolicyText, Tags};

/// A long-term access key.
#[derive(Clone, Debug)]
pub(crate) struct AccessKeyRecord {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) account: AccountId,
    /// The user's name; none for a key of the account root.
    pub(crate) user: Option<String>,
    pub(crate) is_active: bool,
    pub(crate) created: Timestamp,
}

/// Temporary credentials.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) secret: String,
    pub(crate) token: String,
    pub(crate) account: AccountId,
    pub(crate) issued: Timestamp,
    pub(crate) expires: Timestamp,
    pub(crate) kind: SessionKind,
    /// Session policies; none at all is not the same as none that allows.
    pub(crate) policies: Option<Vec<SessionPolicy>>,
    pub(crate) tags: Tags,
    /// Keys of the tags that the next role in a chain inherits.
    pub(crate) transitive: Vec<String>,
    pub(crate) source_identity: Option<String>,
    /// When the user proved to have an MFA device, if it did.
    pub(crate) mfa: Option<Timestamp>,
    /// Context keys that every request of the session has, beside those of its principal.
    pub(crate) carried: Vec<(String, Vec<String>)>,
}

/// One session policy and what people call it.
#[derive(Clone, Debug)]
pub(crate) struct SessionPolicy {
    pub(crate) name: String,
    pub(crate) text: PolicyText,
}

/// What a session stands for.
#[derive(Clone, Debug)]
pub(crate) enum SessionKind {
    /// AssumeRole.
    Role {
        role_name: String,
        role_path: String,
        /// The role's unique id: a role deleted and made anew under the same name is another role.
        role_id: String,
        session_name: String,
    },
    /// GetSessionToken: the user itself.
    User { user: String, user_id: String },
    /// GetSessionToken: the account root.
    Root,
    /// GetFederationToken.
    Federated {
        user: String,
        user_id: String,
        name: String,
    },
}

/// Who makes a request, once the signature is proven.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) account: AccountId,
    pub(crate) kind: CallerKind,
    /// The access key that signed.
    pub(crate) access_key: String,
    pub(crate) session: Option<Arc<Session>>,
}

#[derive(Clone, Debug)]
pub(crate) enum CallerKind {
    User {
        name: String,
        path: String,
        id: String,
    },
    Role {
        name: String,
        path: String,
        id: String,
        session_name: String,
    },
    Federated {
        user: String,
        user_id: String,
        name: String,
    },
    /// The account root.
    Root,
    /// A request without a signature, which S3 allows.
    Anonymous,
}

impl Caller {
    pub(crate) fn anonymous(account: AccountId) -> Caller {
        Caller {
            account,
            kind: CallerKind::Anonymous,
            access_key: String::new(),
            session: None,
        }
    }

    /// The ARN that GetCallerIdentity answers and that denials name.
    pub(crate) fn arn(&self) -> String {
        let account = &self.account;
        match &self.kind {
            CallerKind::User { name, path, .. } => super::entity::arn(account, "user", path, name),
            CallerKind::Role {
                name, session_name, ..
            } => {
                format!("arn:aws:sts::{account}:assumed-role/{name}/{session_name}")
            }
            CallerKind::Federated { name, .. } => format!("arn:aws:sts::{account}:federated-user/{name}"),
            CallerKind::Root => format!("arn:aws:iam::{account}:root"),
            CallerKind::Anonymous => "anonymous".to_owned(),
        }
    }

    /// `aws:userid` ("AWS global condition context keys", IAM User Guide: principal key values).
    pub(crate) fn user_id(&self) -> String {
        match &self.kind {
            CallerKind::User { id, .. } => id.clone(),
            CallerKind::Role { id, session_name, .. } => format!("{id}:{session_name}"),
            CallerKind::Federated { name, .. } => format!("{}:{name}", self.account),
            CallerKind::Root => self.account.to_string(),
            CallerKind::Anonymous => "anonymous".to_owned(),
        }
    }
}
