//! The AWS IAM policy language: parse with spans, evaluate, explain.
#![doc = include_str!("../README.md")]

mod arn;
mod build;
mod document;
mod meaning;
mod nearest;
mod operator;
mod parse;
mod policy_set;
mod print;
mod request;
mod span;
pub mod syntax;

pub use arn::{AccountId, AccountIdError, Arn, ArnError};
pub use document::{
    ActionClause, Condition, Document, Effect, PrincipalClause, PrincipalEntry, PrincipalType,
    ResourceClause, Statement, Value, ValueForm, ValueList, Version, Who,
};
pub use operator::{Comparison, Operator, SetOperator};
pub use policy_set::{Level, PolicyKind, PolicySet, Source};
pub use request::{Context, Principal, PrincipalError, Request, Values};
pub use span::{Diagnostic, Span};
