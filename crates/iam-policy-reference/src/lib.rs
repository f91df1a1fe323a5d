//! A second evaluator of IAM policies, as plain as can be, that `iam-policy`'s engine is tested against.
//!
//! It is written from AWS's documentation alone: no index, no compilation, nothing shared with the engine but
//! the types of documents and requests. Where the two disagree, one of them misreads AWS.
//!
//! - [`decide`] answers a question, slowly.
//! - [`generate`] draws questions in which matches, near misses and denies are all frequent.
//! - [`fuzz`] holds what must be true of any text.
//! - [`agreement`] asks both; [`shrink`] makes a disagreement small; [`scenario`] writes it down.

pub mod agreement;
mod condition;
mod decide;
pub mod fuzz;
pub mod generate;
mod glob;
mod principal;
pub mod scenario;
pub mod shrink;
mod statement;
mod value;
mod variable;

pub use decide::decide;
pub use generate::Question;
pub use glob::wildcard_matches;
