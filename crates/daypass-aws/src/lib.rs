//! The half of daypass that calls AWS.
//!
//! Everything here does what `daypass-core` decided and tells what came of it. Against an account and against the
//! sandbox it is the same code; only the endpoint, or in tests the HTTP client, differs.
//!
//! | module | what it is |
//! |---|---|
//! | [`Connection`] | an AWS to talk to and somebody to be: settings, credentials, caller, assumed roles |
//! | [`Fleet`] | many accounts side by side: read, planned, changed, read again |
//! | [`find_deployer`], [`make_deployer_step`] | the role that daypass is in an account, looked at and made |
//! | [`Lease`] | a temporary role, opened, replaced, closed; [`find_leases`] and [`remove_lease`] for leftovers |
//! | [`observe_role`], [`change_role`] | roles that stay, read and changed; [`Connection::wait_for_role`] |
//! | [`Probe`] | harmless signed calls that show what credentials may do |
//! | [`SimulatorQuestion`] | what AWS's own policy simulator is asked, with [`Connection::simulate`] |
//! | [`RoleRequest`], [`SignIn`] | a session of a role exactly as asked, with MFA; the web console with it |
//! | [`Identity`], [`SessionFacts`] | who we are, and what is known of our session |
//! | [`PrincipalPolicies`] | the policies of a user or role, by [`Connection::policies_of`]; [`Connection::try_call`] tries |
//! | [`Walkthrough`] | a user, a role and a policy, made and taken down: the demo's cast |
//! | [`AccountSnapshot`] | what an account holds, to compare before and after |
//! | [`AwsError`] | what went wrong, where, and what to do next |

mod account;
mod assumed;
mod clock;
mod connection;
mod credentials;
mod deployer;
mod entropy;
mod error;
mod exchange;
mod fleet;
mod identity;
mod lease;
mod panic;
mod policies;
mod probe;
mod provider;
mod repeat;
mod role;
mod session_facts;
mod sessions;
mod sign_in;
mod simulator;
mod trial;
mod walkthrough;

pub use account::AccountSnapshot;
pub use assumed::SessionDemands;
pub use clock::Clock;
pub use connection::{Caller, Connection, ConnectionSettings, MachineCredentials};
pub use credentials::Credentials;
pub use deployer::{DeployerFound, DeployerStep, find_deployer, make_deployer_step};
pub use entropy::lease_entropy;
pub use error::AwsError;
pub use fleet::{
    AccountFailure, AccountOutcome, Calls, FailedChange, Fleet, FleetEvent, FleetSettings, FleetWatch,
    Instructions, SkippedChange, What, Work,
};
pub use identity::Identity;
pub use lease::{
    FoundLease, Lease, LeaseSettings, Leftover, OpenError, OpenFailure, Progress, Stop, find_leases,
    remove_lease,
};
pub use panic::contain_panic;
pub use policies::PrincipalPolicies;
pub use probe::{Permission, Probe, ProbeAnswer};
pub use role::{
    ListedRole, Proof, ProofError, change_role, has_github_provider, list_role_arns, list_roles,
    missing_policies, observe_role, role_names,
};
pub use session_facts::SessionFacts;
pub use sessions::{KnownRole, RoleRequest, RoleSession};
pub use sign_in::SignIn;
pub use simulator::{Simulated, SimulatorContext, SimulatorQuestion};
pub use walkthrough::{Walkthrough, WalkthroughPart};
