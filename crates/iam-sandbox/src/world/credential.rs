//! Credentials: long-term access keys of users and the account root, and temporary sessions of STS.

use std::collections::BTreeMap;
use std::sync::Arc;

use iam_policy::AccountId;
use jiff::{SignedDuration, Timestamp};

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

/// How many sessions there are before the first look for those that have ended.
const FIRST_SWEEP: usize = 4096;
/// How long a session that has ended is still told apart from one that never was.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(1);

/// The sessions by their access key id. Their number stays within twice that of those alive or only just ended.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    by_key: BTreeMap<String, Arc<Session>>,
    /// How many the last sweep left.
    left: usize,
}

impl Sessions {
    pub(crate) fn get(&self, access_key: &str) -> Option<&Arc<Session>> {
        self.by_key.get(access_key)
    }

    /// All of them, in the order of their keys.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&String, &Arc<Session>)> {
        self.by_key.iter()
    }

    /// Adds one. A sweep goes over all, so it waits until their number has doubled.
    pub(crate) fn add(&mut self, access_key: String, session: Session, now: Timestamp) {
        if self.by_key.len() >= FIRST_SWEEP.max(self.left.saturating_mul(2)) {
            let kept_from = now.checked_sub(REMEMBERED).unwrap_or(Timestamp::MIN);
            self.by_key.retain(|_, session| session.expires > kept_from);
            self.left = self.by_key.len();
        }
        self.by_key.insert(access_key, Arc::new(session));
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_that_have_ended_make_room_and_the_others_stay() {
        let at = |hours: i64| Timestamp::from_second(1_800_000_000 + hours * 3600).unwrap();
        let session = |begins: i64| Session {
            secret: String::new(),
            token: String::new(),
            account: "111122223333".parse().unwrap(),
            issued: at(begins),
            expires: at(begins + 1),
            kind: SessionKind::Root,
            policies: None,
            tags: Vec::new(),
            transitive: Vec::new(),
            source_identity: None,
            mfa: None,
            carried: Vec::new(),
        };
        let mut sessions = Sessions::default();
        // Ten sessions of an hour each, begun every hour for as many hours as fill the store several times.
        let hours = 2000;
        for hour in 0..hours {
            for n in 0..10 {
                sessions.add(format!("{hour}-{n}"), session(hour), at(hour));
            }
            assert!(sessions.get(&format!("{hour}-0")).is_some());
            assert!(
                sessions.get(&format!("{}-9", (hour - 1).max(0))).is_some(),
                "only just ended"
            );
            assert!(sessions.iter().count() <= FIRST_SWEEP);
        }
        // None of them has ended: none goes.
        let mut alive = Sessions::default();
        for n in 0..3 * FIRST_SWEEP {
            alive.add(n.to_string(), session(0), at(0));
        }
        assert_eq!(alive.iter().count(), 3 * FIRST_SWEEP);
    }
}
