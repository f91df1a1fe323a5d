//! A lease between its two ends, as a command holds it: marked as alive on this machine, stopped by signals, always
//! closed.

use crate::exit::{Ending, Exit};
use crate::failure::{Failure, interrupted};
use crate::interrupt::{Insistence, Interrupts};
use crate::lease_lock::{LeaseLock, LeaseLocks};
use crate::settings::Settings;
use crate::view;
use crate::view::progress::Spinner;
use daypass_aws::{AwsError, Connection, Lease, LeaseSettings, OpenError, OpenFailure, Progress, Stop};
use daypass_core::lease::{LeaseName, LeaseRequest, Readiness, Via};
use iam_policy::Document;
use jiff::Timestamp;
use std::time::Instant;
use tokio_util::sync::CancellationToken;

/// An open lease, and the mark of it.
#[derive(Debug)]
pub(crate) struct HeldLease {
    /// The lease.
    pub(crate) lease: Lease,
    lock: Option<LeaseLock>,
}

/// Opens a lease. A signal stops it, and what was made is removed; a second one stops the removing.
pub(crate) async fn open(
    connection: &Connection,
    request: LeaseRequest,
    readiness: Readiness,
    settings: &Settings,
    interrupts: &mut Interrupts,
) -> Result<HeldLease, Refusal> {
    let caller = match interrupts.unless(connection.caller()).await {
        Ok(caller) => caller.map_err(|error| Refusal::Open(Box::new(OpenFailure::Aws(error))))?,
        Err(_) => return Err(Refusal::Told(interrupted())),
    };
    let entropy =
        daypass_aws::lease_entropy().map_err(|error| Refusal::Open(Box::new(OpenFailure::Aws(error))))?;
    // Marked before it exists, so that no sweep can take the role for a dead run's.
    let name = LeaseName::new(&caller.arn, entropy.name);
    let lock = match request.via {
        Via::Role => hold(settings, name.as_str()),
        Via::Session { .. } => None,
    };
    let lease_settings = LeaseSettings {
        readiness,
        entropy: Some(entropy),
    };
    match drive_open(connection, request, &lease_settings, interrupts).await {
        Ok(lease) => Ok(HeldLease { lease, lock }),
        Err(refusal) => {
            if !matches!(refusal, Refusal::Left(_))
                && let Some(lock) = lock
            {
                lock.release();
            }
            Err(refusal)
        }
    }
}

/// Why there is no lease.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// It could not be opened; nothing is left of it.
    Open(Box<OpenFailure>),
    /// Something is left of it.
    Left(Failure),
    /// Told completely.
    Told(Failure),
}

impl Refusal {
    /// AWS's answer, if it does not let the caller create roles.
    pub(crate) fn create_role_denied(&self) -> Option<&AwsError> {
        let Refusal::Open(failure) = self else {
            return None;
        };
        let OpenFailure::Aws(error) = failure.as_ref() else {
            return None;
        };
        let creating = matches!(
            error,
            AwsError::Refused {
                operation: "CreateRole",
                ..
            }
        );
        (creating && error.is_access_denied()).then_some(error)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Open(failure) => Failure::from(*failure),
            Refusal::Left(failure) | Refusal::Told(failure) => failure,
        }
    }
}

async fn drive_open(
    connection: &Connection,
    request: LeaseRequest,
    lease_settings: &LeaseSettings,
    interrupts: &mut Interrupts,
) -> Result<Lease, Refusal> {
    let spinner = Spinner::new();
    let stop = Stop::default();
    let mut watch = |progress: Progress| spinner.show(progress);
    let opening = Lease::open(connection, request, lease_settings, &mut watch, &stop);
    let mut insistence = Insistence::new(false);
    let opened = interrupts
        .during(opening, |signal, signals| {
            if signals == 1 {
                spinner.say("stopping; what was made is removed (Ctrl-C again stops waiting for that)");
                stop.opening.cancel();
            }
            if insistence.abandons(signal, Instant::now()) {
                stop.removing.cancel();
            }
        })
        .await;
    drop(spinner);
    match opened {
        Ok(lease) if stop.opening.is_cancelled() => {
            // The signal came as the last proof did: the lease is open, and nobody wants it.
            let closing = async { lease.close(&mut |_| {}, &stop.removing).await };
            let closed = interrupts
                .during(closing, |signal, _| {
                    if insistence.abandons(signal, Instant::now()) {
                        stop.removing.cancel();
                    }
                })
                .await;
            match closed {
                Ok(()) => Err(Refusal::Told(interrupted())),
                Err(leftover) => Err(Refusal::Left(Failure::from(leftover))),
            }
        }
        Ok(lease) => Ok(lease),
        Err(OpenError {
            failure: OpenFailure::Stopped,
            leftover: None,
        }) => Err(Refusal::Told(interrupted())),
        Err(OpenError {
            failure,
            leftover: None,
        }) => Err(Refusal::Open(Box::new(failure))),
        Err(OpenError {
            failure,
            leftover: Some(leftover),
        }) => {
            view::failure(&Failure::from(failure));
            Err(Refusal::Left(Failure::from(leftover)))
        }
    }
}

impl HeldLease {
    /// When the credentials end: at the deadline, or before it where AWS gives no longer session.
    pub(crate) fn ends_at(&self) -> Timestamp {
        let deadline = self.lease.deadline();
        self.lease
            .credentials()
            .expires_at
            .map_or(deadline, |end| end.min(deadline))
    }

    /// Gives the lease another document. A signal stops the waiting; the lease stays open.
    pub(crate) async fn replace(
        &mut self,
        document: Document,
        interrupts: &mut Interrupts,
    ) -> Result<Result<(), OpenFailure>, Failure> {
        let spinner = Spinner::new();
        let stop = Stop::default();
        let mut watch = |progress: Progress| spinner.show(progress);
        let replacing = self.lease.replace_document(document, &mut watch, &stop);
        match interrupts.during(replacing, |_, _| stop.opening.cancel()).await {
            Err(OpenFailure::Stopped) => Err(interrupted()),
            replaced => Ok(replaced),
        }
    }

    /// Removes everything. A Ctrl-C stops the waiting: with `interrupted_before` the first one, else the second one.
    pub(crate) async fn close(
        self,
        interrupted_before: bool,
        interrupts: &mut Interrupts,
    ) -> Result<(), Failure> {
        let spinner = Spinner::new();
        let give_up = CancellationToken::new();
        let mut watch = |progress: Progress| spinner.show(progress);
        let closing = self.lease.close(&mut watch, &give_up);
        let mut insistence = Insistence::new(interrupted_before);
        let closed = interrupts
            .during(closing, |signal, _| {
                if insistence.abandons(signal, Instant::now()) {
                    give_up.cancel();
                } else {
                    spinner.say("still removing; Ctrl-C again stops waiting for that");
                }
            })
            .await;
        drop(spinner);
        closed.map_err(Failure::from)?;
        self.lock.into_iter().for_each(LeaseLock::release);
        Ok(())
    }

    /// Leaves the lease open on purpose: no mark stays, so that no sweep takes it for a dead run's.
    pub(crate) fn leave_open(self) {
        self.lock.into_iter().for_each(LeaseLock::release);
    }
}

/// How the use of a lease ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// The lease is to be closed, and then the process ends so.
    Ended {
        /// The process's end.
        ending: Ending,
        /// A signal ended it: the next one is the second.
        by_signal: bool,
    },
    /// The credentials were handed out, and are to live until the deadline.
    LeftOpen,
}

/// Closes a lease after its use, however that ended: well, badly, by a signal, or in a panic.
pub(crate) async fn conclude(
    held: HeldLease,
    outcome: Result<Result<Use, Failure>, String>,
    interrupts: &mut Interrupts,
) -> Result<Ending, Failure> {
    let (ending, by_signal) = match outcome {
        Ok(Ok(Use::LeftOpen)) => {
            held.leave_open();
            return Ok(Ending::Own(Exit::Done));
        }
        Ok(Ok(Use::Ended { ending, by_signal })) => (Ok(ending), by_signal),
        Ok(Err(failure)) => {
            let by_signal = failure.exit() == Exit::Interrupted;
            (Err(failure), by_signal)
        }
        Err(panic) => (
            Err(Failure::failed("daypass itself failed; this is a bug").why(panic)),
            false,
        ),
    };
    match (held.close(by_signal, interrupts).await, ending) {
        (Ok(()), ending) => ending,
        (Err(leftover), Ok(Ending::Child(code))) => {
            Err(leftover.why(format!("the command itself ended with code {code}")))
        }
        (Err(leftover), Ok(Ending::Own(_))) => Err(leftover),
        (Err(leftover), Err(failure)) => {
            if failure.exit() != Exit::Interrupted {
                view::failure(&failure);
            }
            Err(leftover)
        }
    }
}

fn hold(settings: &Settings, role_name: &str) -> Option<LeaseLock> {
    let locks = settings
        .variables
        .state_directory()
        .map(|directory| LeaseLocks::under(&directory))?;
    match locks.hold(role_name) {
        Ok(lock) => Some(lock),
        Err(error) => {
            // Only a convenience is lost: the sweep then waits for the deadline.
            view::warn(format_args!(
                "cannot mark the lease as alive on this machine: {error}"
            ));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Variables;
    use daypass_aws::contain_panic;
    use daypass_aws::{ConnectionSettings, Credentials};
    use iam_sandbox::Sandbox;
    use jiff::SignedDuration;
    use std::sync::Arc;

    #[tokio::test]
    async fn a_panic_while_a_lease_is_open_still_closes_it() {
        let sandbox = Arc::new(Sandbox::new(iam_sandbox::Settings::default(), Timestamp::now()));
        let admin = sandbox.admin();
        let connection = Connection::open(ConnectionSettings {
            region: Some("us-east-1".to_owned()),
            credentials: Some(Credentials::from_key(admin.id, admin.secret)),
            http_client: Some(iam_sandbox::sdk::http_client(
                Arc::clone(&sandbox),
                Timestamp::now,
            )),
            ..ConnectionSettings::default()
        });
        let connection = connection.await.unwrap();
        let home = tempfile::tempdir().unwrap();
        let settings = Settings {
            sandbox: false,
            verbose: false,
            region: None,
            endpoint_url: None,
            profile: None,
            variables: [("HOME", home.path())].into_iter().collect::<Variables>(),
        };
        let text = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;
        let request = LeaseRequest {
            document: Document::parse(text).unwrap(),
            managed_policies: Vec::new(),
            boundary: None,
            tags: Vec::new(),
            lasts: SignedDuration::from_mins(5),
            via: Via::Role,
        };
        let mut interrupts = Interrupts::listen().unwrap();
        let held = open(
            &connection,
            request,
            Readiness::immediate(),
            &settings,
            &mut interrupts,
        )
        .await
        .unwrap();
        let role = held.lease.temporary_role().unwrap().to_owned();
        assert!(sandbox.role_names().contains(&role));
        let marks = home.path().join(".local/state/daypass/leases");
        assert_eq!(std::fs::read_dir(&marks).unwrap().count(), 1, "marked as alive");

        let outcome = contain_panic(async { panic!("of the command's making") }).await;
        let failure = conclude(held, outcome, &mut interrupts).await.unwrap_err();
        assert_eq!(failure.exit(), Exit::Failed);
        assert!(!sandbox.role_names().contains(&role));
        assert_eq!(std::fs::read_dir(&marks).unwrap().count(), 0);
    }
}
