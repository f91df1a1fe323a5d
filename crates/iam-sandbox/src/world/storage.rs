//! What S3 and EC2 keep here: buckets with objects, and instances as records.

use std::collections::BTreeMap;

use bytes::Bytes;
use iam_policy::AccountId;
use jiff::Timestamp;

use super::entity::{PolicyText, Tags};

#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    pub(crate) account: AccountId,
    pub(crate) region: String,
    pub(crate) created: Timestamp,
    pub(crate) policy: Option<PolicyText>,
    pub(crate) objects: BTreeMap<String, Object>,
}

#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) body: Bytes,
    pub(crate) etag: String,
    pub(crate) modified: Timestamp,
    pub(crate) content_type: String,
    /// User metadata: `x-amz-meta-` headers without that prefix.
    pub(crate) metadata: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
pub(crate) struct Instance {
    pub(crate) id: String,
    pub(crate) region: String,
    pub(crate) kind: String,
    pub(crate) launched: Timestamp,
    pub(crate) private_address: String,
    pub(crate) tags: Tags,
}
