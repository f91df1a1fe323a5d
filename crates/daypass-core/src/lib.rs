//! The pure half of daypass: what to do, never how to reach AWS.
//!
//! Nothing here reads a file, a clock, the environment or the network: text, instants and entropy are parameters,
//! so that a whole lease runs in a test, deterministically, with a fault at any call.
//!
//! | module | what it is |
//! |---|---|
//! | [`difference`] | what a change of a document means, in actions that there are |
//! | [`check`] | what must be allowed and denied, the harmless calls that show it, and what the policies predict |
//! | [`deployer`] | the role that daypass is in each account: the least that it needs, and who may be it |
//! | [`expiry`] | stamping documents with the instant at which IAM itself ends them |
//! | [`format`](mod@format) | the canonical text of a policy document, and its size against each quota |
//! | [`lease`] | the temporary role: its documents, its steps, its proof of readiness, its removal |
//! | [`limits`] | AWS's quotas on documents, names and tags, checked before any call |
//! | [`packing`] | statements put into as few documents as hold them |
//! | [`plan`] | what is to change in each account so that it holds what the files ask for |
//! | [`policy_test`] | files that say what documents should allow and deny, and whether they do |
//! | [`linting`] | policy documents held against the rules, what is ignored for a reason, mends |
//! | [`policy_text`] | policy documents from JSON or YAML text |
//! | [`profiles`] | the profiles of `~/.aws`: who one is, which roles are assumed on the way, and ours among them |
//! | [`record`] | from what a program did to the smallest policy that allows it |
//! | [`retry`] | how long to wait before a call is made again |
//! | [`role`] | a role that stays: trust, permissions and end, wanted beside observed |
//! | [`suggest`] | the statement that would allow a denied call |
//! | [`team`] | the files of a team, checked, and the state that they ask for |

pub mod check;
pub mod deployer;
pub mod difference;
pub mod expiry;
pub mod format;
pub mod lease;
pub mod limits;
pub mod linting;
pub mod packing;
pub mod plan;
pub mod policy_test;
pub mod policy_text;
pub mod profiles;
pub mod record;
pub mod retry;
pub mod role;
pub mod suggest;
pub mod team;
