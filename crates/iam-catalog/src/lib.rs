//! What AWS defines, embedded: its managed policies, and which IAM actions an API call is checked against.
#![doc = include_str!("../README.md")]

mod actions;
mod managed_policies;

pub use actions::{actions_of, service_prefix};
pub use managed_policies::{
    ManagedPolicy, Provenance, find_managed_policy, managed_policies, managed_policies_source, managed_policy,
};
