//! What AWS defines, embedded: its managed policies, and which IAM actions an API call is checked against.
//!
//! Nothing here asks a network. The tables come from packages of public registries; their source and version stand in
//! each table's first lines and in `data/README.md`.
//!
//! ```
//! let read_only = iam_catalog::find_managed_policy("AmazonS3ReadOnlyAccess").expect("embedded");
//! assert_eq!(read_only.arn, "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess");
//!
//! // `aws s3api list-objects-v2` needs no `s3:ListObjectsV2`: there is no such action.
//! assert_eq!(iam_catalog::actions_of("S3", "ListObjectsV2"), ["s3:ListBucket"]);
//! ```

mod actions;
mod managed_policies;

pub use actions::{actions_of, service_prefix};
pub use managed_policies::{ManagedPolicy, find_managed_policy, managed_policies, managed_policy};
