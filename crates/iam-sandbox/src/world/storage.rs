//! What S3 and EC2 keep here: buckets with objects, and instances as records.

use std::collections::BTreeMap;

use bytes::Bytes;
use iam_policy::AccountId;
use jiff::{SignedDuration, Timestamp};
use md5::{Digest, Md5};

use super::entity::{PolicyText, Tags};

#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    pub(crate) account: AccountId,
    pub(crate) region: String,
    pub(crate) created: Timestamp,
    pub(crate) policy: Option<PolicyText>,
    pub(crate) tags: Tags,
    pub(crate) objects: BTreeMap<String, Object>,
    /// Multipart uploads in progress, by their id.
    pub(crate) uploads: BTreeMap<String, Upload>,
}

impl Bucket {
    /// An empty bucket.
    pub(crate) fn new(account: AccountId, region: impl Into<String>, created: Timestamp) -> Bucket {
        Bucket {
            account,
            region: region.into(),
            created,
            policy: None,
            tags: Vec::new(),
            objects: BTreeMap::new(),
            uploads: BTreeMap::new(),
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) body: Bytes,
    /// With its quotes.
    pub(crate) etag: String,
    pub(crate) modified: Timestamp,
    pub(crate) traits: Traits,
    pub(crate) tags: Tags,
    pub(crate) checksum: Option<Checksum>,
    /// The sizes of the parts that it was uploaded in; none if in one go.
    pub(crate) parts: Vec<usize>,
}

/// What an object brings along beside its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Traits {
    pub(crate) content_type: String,
    /// `cache-control`, `content-encoding` and the like.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// User metadata: `x-amz-meta-` headers without that prefix.
    pub(crate) metadata: Vec<(String, String)>,
    pub(crate) storage_class: String,
    /// `AES256`, or another of S3's kinds of encryption.
    pub(crate) encryption: String,
    /// The key that the object is encrypted with, where the caller named one.
    pub(crate) encryption_key: Option<String>,
}

impl Default for Traits {
    fn default() -> Traits {
        Traits {
            content_type: "binary/octet-stream".to_owned(),
            headers: Vec::new(),
            metadata: Vec::new(),
            storage_class: "STANDARD".to_owned(),
            // "Amazon S3 now automatically encrypts all new objects" (Amazon S3 User Guide).
            encryption: "AES256".to_owned(),
            encryption_key: None,
        }
    }
}

/// An additional checksum, as the object's owner asked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Checksum {
    /// Such as `crc32`, as in the header's name.
    pub(crate) algorithm: &'static str,
    /// In Base64; that of an object in parts may be of the parts' checksums, with their number behind a hyphen.
    pub(crate) value: String,
    pub(crate) is_composite: bool,
}

/// A multipart upload in progress.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    pub(crate) key: String,
    pub(crate) started: Timestamp,
    pub(crate) initiator: String,
    pub(crate) traits: Traits,
    pub(crate) tags: Tags,
    /// The algorithm that its parts carry a checksum of, and whether the object's is of the parts' checksums.
    pub(crate) checksum: Option<(&'static str, bool)>,
    pub(crate) parts: BTreeMap<u16, Part>,
}

/// One part of an upload.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) body: Bytes,
    pub(crate) etag: String,
    pub(crate) modified: Timestamp,
    pub(crate) checksum: Option<Checksum>,
}

impl Object {
    /// An object as it is uploaded in one go, without tags.
    pub(crate) fn new(body: Bytes, modified: Timestamp, traits: Traits) -> Object {
        Object {
            etag: etag(&body),
            body,
            modified,
            traits,
            tags: Vec::new(),
            checksum: None,
            parts: Vec::new(),
        }
    }

    /// An object of this content type.
    pub(crate) fn of_type(body: Bytes, modified: Timestamp, content_type: &str) -> Object {
        let traits = Traits {
            content_type: content_type.to_owned(),
            ..Traits::default()
        };
        Object::new(body, modified, traits)
    }
}

/// The entity tag of bytes that come in one go: their MD5 in quotes.
pub(crate) fn etag(body: &[u8]) -> String {
    format!("\"{}\"", hex::encode(Md5::digest(body)))
}

#[derive(Clone, Debug)]
pub(crate) struct Instance {
    pub(crate) id: String,
    pub(crate) reservation: String,
    pub(crate) region: String,
    pub(crate) kind: String,
    pub(crate) image: String,
    pub(crate) launched: Timestamp,
    pub(crate) private_address: String,
    pub(crate) tags: Tags,
    pub(crate) life: Life,
    pub(crate) details: Details,
}

/// What RunInstances may say about an instance.
#[derive(Clone, Debug, Default)]
pub(crate) struct Details {
    pub(crate) key_name: Option<String>,
    pub(crate) subnet: Option<String>,
    pub(crate) security_groups: Vec<String>,
    /// The ARN of the instance profile.
    pub(crate) profile: Option<String>,
    pub(crate) client_token: Option<String>,
    /// Its place among the instances of its reservation, from 0.
    pub(crate) launch_index: usize,
}

/// Where an instance is between launch and end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Life {
    pub(crate) goal: Goal,
    /// When it set out for its goal.
    pub(crate) since: Timestamp,
    /// How long it takes to get there.
    pub(crate) takes: SignedDuration,
}

/// What an instance was last told to become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    Running,
    Stopped,
    Terminated,
}

impl Life {
    /// The code and name of its state ("InstanceState", Amazon EC2 API Reference).
    pub(crate) fn state(self, now: Timestamp) -> (u16, &'static str) {
        let arrives = self.since.checked_add(self.takes).unwrap_or(Timestamp::MAX);
        match (self.goal, now >= arrives) {
            (goal, false) => goal.on_the_way(),
            (Goal::Running, true) => (16, "running"),
            (Goal::Stopped, true) => (80, "stopped"),
            (Goal::Terminated, true) => (48, "terminated"),
        }
    }

    /// A terminated instance is shown for about an hour ("Terminate Amazon EC2 instances", Amazon EC2 User Guide).
    pub(crate) fn is_gone(self, now: Timestamp) -> bool {
        let end = self
            .since
            .checked_add(SignedDuration::from_hours(1))
            .unwrap_or(Timestamp::MAX);
        self.goal == Goal::Terminated && now > end
    }
}

impl Goal {
    /// The state of an instance that has just set out.
    pub(crate) fn on_the_way(self) -> (u16, &'static str) {
        match self {
            Goal::Running => (0, "pending"),
            Goal::Stopped => (64, "stopping"),
            Goal::Terminated => (32, "shutting-down"),
        }
    }
}

impl Instance {
    /// A running instance.
    pub(crate) fn new(
        id: String,
        region: &str,
        kind: &str,
        launched: Timestamp,
        private_address: &str,
    ) -> Instance {
        Instance {
            reservation: id.replacen("i-", "r-", 1),
            id,
            region: region.to_owned(),
            kind: kind.to_owned(),
            image: "ami-0abcdef1234567890".to_owned(),
            launched,
            private_address: private_address.to_owned(),
            tags: Vec::new(),
            life: Life {
                goal: Goal::Running,
                since: launched,
                takes: SignedDuration::ZERO,
            },
            details: Details::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_gets_where_it_is_told_to_go() {
        let since: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let mut life = Life {
            goal: Goal::Stopped,
            since,
            takes: SignedDuration::from_secs(5),
        };
        assert_eq!(life.state(since), (64, "stopping"));
        assert_eq!(life.state(since + life.takes), (80, "stopped"));
        assert!(!life.is_gone(since + SignedDuration::from_hours(9)));
        life.goal = Goal::Terminated;
        assert_eq!(life.state(since), (32, "shutting-down"));
        assert!(life.is_gone(since + SignedDuration::from_hours(9)));
    }
}
