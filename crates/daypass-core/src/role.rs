//! A role that stays: who may assume it, what it may do, and until when; wanted beside observed, and the steps between.
//!
//! Pure: [`WantedRole`] is made of what somebody asked for, [`ObservedRole`] of what AWS told, and [`plan`] says which
//! [`Change`]s lead from one to the other. When there are none the role is already so, and nothing is called.
//!
//! Ours are the roles at exactly [`PATH`] that carry [`TAG_MADE_BY`]; no other role is ever changed.

mod plan;
mod trust;
mod wish;

pub use plan::{Change, ObservedRole, Standing, plan, removal};
pub use trust::{GITHUB_PROVIDER, Trust, TrustError};
pub use wish::{LONGEST_SESSION, RoleError, RoleName, RoleNameError, RoleWish, SHORTEST_SESSION, WantedRole};

/// Where the roles of `daypass role create` live (an IAM path).
pub const PATH: &str = "/daypass/role/";
/// Tag: who made the role, the ARN of the principal.
pub const TAG_MADE_BY: &str = "daypass:made-by";
