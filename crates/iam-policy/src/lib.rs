//! The AWS IAM policy language: parse with spans, evaluate, explain.
#![doc = include_str!("../README.md")]

mod action;
mod arn;
mod arn_pattern;
mod build;
mod check;
mod combine;
mod compare;
mod condition;
mod document;
mod engine;
mod explain;
mod facts;
mod group;
mod hash;
mod index;
mod meaning;
mod nearest;
mod operator;
mod outlook;
mod parse;
mod pattern;
mod policy_set;
mod principal;
mod print;
mod request;
mod scenario;
mod span;
mod statement;
pub mod syntax;
mod value;

pub use arn::{AccountId, AccountIdError, Arn, ArnError};
pub use check::DocumentUse;
pub use combine::{Decision, Rule};
pub use compare::{
    ConditionRule, Difference, Doubt, NamePattern, PrincipalRule, RequestPattern, Side, StatementChange,
    Undecided, compare, statement_changes,
};
pub use document::{
    ActionClause, Condition, Document, Effect, PrincipalClause, PrincipalEntry, PrincipalType,
    ResourceClause, Statement, Value, ValueForm, ValueList, Version, Who,
};
pub use engine::Engine;
pub use explain::{
    Explanation, FailedCondition, Flaw, HeldCondition, NearMiss, Note, StatementRef, Telling, Verdict,
};
pub use operator::{Comparison, Operator, SetOperator};
pub use policy_set::{Level, PolicyKind, PolicySet, Source};
pub use principal::MatchedBy;
pub use request::{Context, Principal, PrincipalError, Request, Values};
pub use scenario::{Scenario, ScenarioId};
pub use span::{Diagnostic, Span};
pub use statement::Element;
