//! Leases on AWS: the steps of `daypass_core::lease`, carried out.

mod calls;
mod drive;
mod found;
mod progress;
mod session;

pub use found::{FoundLease, find_leases, remove_lease};
pub use progress::{Leftover, OpenError, OpenFailure, Progress};

use daypass_core::lease::{
    Closing, LeaseEntropy, LeasePlan, LeaseRequest, Made, Opening, Readiness, SessionPlan, Via,
};
use iam_policy::{AccountId, Arn, Document};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::connection::Connection;
use crate::credentials::Credentials;
use crate::entropy;
use crate::error::AwsError;
use crate::panic::contain_panic;
use calls::Caller;

/// What a lease depends on beside its request.
#[derive(Debug, Clone, Copy, Default)]
pub struct LeaseSettings {
    /// How much proof of readiness is asked for.
    pub readiness: Readiness,
    /// Fixed random numbers, for tests that must be repeatable.
    pub entropy: Option<LeaseEntropy>,
}

/// How somebody stops the opening of a lease: first politely, then for good.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    /// Stops the opening. What was made is removed.
    pub opening: CancellationToken,
    /// Stops waiting for that removal, too. What may be left is told.
    pub removing: CancellationToken,
}

/// Short-lived credentials that hold exactly what was asked for, until the deadline.
///
/// Close it: [`Lease::close`] removes the temporary role. A lease that is dropped without it leaves a role that IAM ends
/// at the deadline and that [`find_leases`] finds.
#[derive(Debug)]
#[must_use = "a lease that is not closed leaves its role behind until somebody sweeps it"]
pub struct Lease {
    credentials: Credentials,
    deadline: Timestamp,
    account: AccountId,
    settings: LeaseSettings,
    connection: Connection,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Role {
        plan: Box<LeasePlan>,
        made_at: Timestamp,
    },
    Session {
        plan: Box<SessionPlan>,
    },
}

impl Lease {
    /// Opens a lease: everything it needs is made, proven to work, and its credentials are in hand. When this fails or
    /// `stop` says so, what was made has been removed again, or is told as [`Leftover`].
    pub async fn open(
        connection: &Connection,
        request: LeaseRequest,
        settings: &LeaseSettings,
        watch: &mut (dyn FnMut(Progress) + Send),
        stop: &Stop,
    ) -> Result<Lease, OpenError> {
        watch(Progress::Identifying);
        let caller = unless_stopped(stop, connection.caller()).await?;
        match &request.via {
            Via::Session { role } => {
                session::open(connection, &request, role, &caller.arn, settings, watch, stop).await
            }
            Via::Role => {
                let now = connection.clock().now();
                let drawn = match settings.entropy {
                    Some(fixed) => fixed,
                    None => entropy::lease_entropy().map_err(OpenFailure::Aws)?,
                };
                let plan = LeasePlan::new(&request, &caller.arn, &caller.account, now, drawn)
                    .map_err(OpenFailure::Request)?;
                Self::open_role(connection, plan, settings, watch, stop).await
            }
        }
    }

    async fn open_role(
        connection: &Connection,
        plan: LeasePlan,
        settings: &LeaseSettings,
        watch: &mut (dyn FnMut(Progress) + Send),
        stop: &Stop,
    ) -> Result<Lease, OpenError> {
        let made_at = connection.clock().now();
        let mut opening = Opening::new(&plan, settings.readiness, made_at);
        let mut caller = Caller::new(connection, &plan);
        let driven = contain_panic(drive::open(&mut opening, &mut caller, watch, stop)).await;
        let driven = driven.unwrap_or_else(|panic| Err(OpenFailure::Panicked(panic)));
        let credentials = caller.into_credentials();
        let failure = match (driven, credentials) {
            (Ok(()), Some(credentials)) => {
                return Ok(Lease {
                    credentials,
                    deadline: plan.deadline,
                    account: plan.account.clone(),
                    settings: *settings,
                    connection: connection.clone(),
                    kind: Kind::Role {
                        plan: Box::new(plan),
                        made_at,
                    },
                });
            }
            (Ok(()), None) => OpenFailure::Stopped,
            (Err(failure), _) => failure,
        };
        if !opening.role_may_exist() {
            return Err(failure.into());
        }
        let removed = remove_role(connection, &plan, opening.made(), made_at, watch, &stop.removing).await;
        Err(OpenError {
            failure,
            leftover: removed.err(),
        })
    }

    /// The credentials.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// The role that the credentials are of.
    pub fn role_arn(&self) -> &Arn {
        match &self.kind {
            Kind::Role { plan, .. } => &plan.role_arn,
            Kind::Session { plan, .. } => &plan.role,
        }
    }

    /// The name of the temporary role; `None` when no role was made.
    pub fn temporary_role(&self) -> Option<&str> {
        match &self.kind {
            Kind::Role { plan, .. } => Some(plan.name.as_str()),
            Kind::Session { .. } => None,
        }
    }

    /// When IAM ends it. The credentials themselves may end earlier (role chaining: one hour).
    pub fn deadline(&self) -> Timestamp {
        self.deadline
    }

    /// The account.
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// Gives the lease another document, waits until it is in force, and renews the credentials. The deadline stays. When
    /// this fails, the lease still has to be closed.
    pub async fn replace_document(
        &mut self,
        document: Document,
        watch: &mut (dyn FnMut(Progress) + Send),
        stop: &Stop,
    ) -> Result<(), OpenFailure> {
        match &mut self.kind {
            Kind::Session { plan } => {
                let now = self.connection.clock().now();
                let replaced = plan.with_document(&document, now).map_err(OpenFailure::Request)?;
                self.credentials = unless_stopped(stop, session::assume(&self.connection, &replaced)).await?;
                **plan = replaced;
                Ok(())
            }
            Kind::Role { plan, .. } => {
                **plan = plan
                    .with_document(&document, entropy::number().map_err(OpenFailure::Aws)?)
                    .map_err(OpenFailure::Request)?;
                let mut opening =
                    Opening::replacing(plan, self.settings.readiness, self.connection.clock().now());
                let mut caller = Caller::new(&self.connection, plan);
                drive::open(&mut opening, &mut caller, watch, stop).await?;
                if let Some(renewed) = caller.into_credentials() {
                    self.credentials = renewed;
                }
                Ok(())
            }
        }
    }

    /// Removes the temporary role. Throttling and conflicts are waited out; `give_up` ends the waiting.
    pub async fn close(
        self,
        watch: &mut (dyn FnMut(Progress) + Send),
        give_up: &CancellationToken,
    ) -> Result<(), Leftover> {
        match &self.kind {
            Kind::Session { .. } => Ok(()),
            Kind::Role { plan, made_at } => {
                remove_role(&self.connection, plan, Made::ALL, *made_at, watch, give_up).await
            }
        }
    }
}

/// Waits for what leaves nothing behind when it is dropped.
async fn unless_stopped<T>(
    stop: &Stop,
    work: impl Future<Output = Result<T, AwsError>>,
) -> Result<T, OpenFailure> {
    tokio::select! {
        done = work => done.map_err(OpenFailure::Aws),
        () = stop.opening.cancelled() => Err(OpenFailure::Stopped),
    }
}

async fn remove_role(
    connection: &Connection,
    plan: &LeasePlan,
    made: Made,
    made_at: Timestamp,
    watch: &mut (dyn FnMut(Progress) + Send),
    give_up: &CancellationToken,
) -> Result<(), Leftover> {
    let now = connection.clock().now();
    let mut closing = Closing::of_own(&plan.managed_policies, made, made_at, now);
    let mut caller = Caller::new(connection, plan);
    drive::close(&mut closing, &mut caller, plan.name.as_str(), watch, give_up)
        .await
        .map_err(|why| Leftover {
            role_name: plan.name.to_string(),
            account: plan.account.clone(),
            deadline: Some(plan.deadline),
            why,
        })
}
