//! What AWS defines, embedded: services with their actions, resource types and condition keys, AWS managed policies,
//! and which IAM actions an API call is checked against.
#![doc = include_str!("../README.md")]

mod actions;
mod glob;
mod managed_policies;

mod provenance;
mod services;
mod unpack;

pub use actions::{actions_of, service_prefix};
pub use managed_policies::{
    ManagedPolicy, find_managed_policy, managed_policies, managed_policies_matching, managed_policies_source,
    managed_policy,
};
pub use provenance::Provenance;
pub use services::{
    AccessLevel, Action, ActionResource, ArnFormat, ConditionKey, ResourceType, Service, ValueType, action,
    actions_matching, condition_key, dependent_actions_source, service, services, shared_condition_keys,
    source,
};
