//! `daypass cleanup --leases`: temporary roles that are over, or whose run is dead.

use crate::cli::CleanupArgs;
use crate::exit::{Ending, Exit};
use crate::failure::{Failure, interrupted};
use crate::interrupt::{Insistence, Interrupts};
use crate::lease_lock::{LeaseLocks, Liveness};
use crate::place::Place;
use crate::settings::Settings;
use crate::view;
use crate::view::leases::{Fate, Reason, Row};
use crate::view::progress::Spinner;
use daypass_aws::{Connection, FoundLease, Leftover, Progress, find_leases, remove_lease};
use jiff::Timestamp;
use std::time::Instant;
use tokio_util::sync::CancellationToken;

/// Runs `daypass cleanup --leases`.
pub(super) async fn run(arguments: CleanupArgs, settings: &Settings) -> Result<Ending, Failure> {
    let mut interrupts = Interrupts::listen().map_err(|error| Failure::no_signals(&error))?;
    let Ok(found) = interrupts.unless(look(&arguments, settings)).await else {
        return Err(interrupted());
    };
    let (connection, _place, leases) = found?;
    check_named(&arguments, &leases)?;

    let locks = settings
        .variables
        .state_directory()
        .map(|directory| LeaseLocks::under(&directory));
    let now = Timestamp::now();
    let mut rows = Vec::new();
    let mut stopped = false;
    for lease in leases {
        let liveness = locks
            .as_ref()
            .map_or(Liveness::Unknown, |locks| locks.liveness(&lease.role_name));
        let fate = match reason_to_remove(&lease, liveness, &arguments, now) {
            None => Fate::Kept(liveness),
            Some(reason) if arguments.dry_run => Fate::WouldRemove(reason),
            Some(reason) => {
                // Whoever stops a sweep does not want the next removal to begin.
                stopped = stopped || interrupts.pending().await.is_some();
                if stopped {
                    Fate::NotTried
                } else {
                    match remove(&connection, &lease, &mut stopped, &mut interrupts).await {
                        Ok(()) => {
                            if let Some(locks) = &locks {
                                locks.forget(&lease.role_name);
                            }
                            Fate::Removed(reason)
                        }
                        Err(leftover) => Fate::Left(leftover.why),
                    }
                }
            }
        };
        rows.push(Row { lease, fate });
    }
    if arguments.json {
        view::leases::show_json(&rows);
    } else {
        view::leases::show(&rows, now);
    }
    if stopped {
        return Ok(Ending::Own(Exit::Interrupted));
    }
    let failed = rows.iter().any(|row| matches!(row.fate, Fate::Left(_)));
    Ok(Ending::Own(if failed { Exit::Failed } else { Exit::Done }))
}

async fn look(
    arguments: &CleanupArgs,
    settings: &Settings,
) -> Result<(Connection, Place, Vec<FoundLease>), Failure> {
    let place = Place::open(settings).await?;
    let connection = match &arguments.role {
        Some(role) => place.connection.assume(role).await?,
        None => place.connection.clone(),
    };
    let leases = find_leases(&connection).await?;
    Ok((connection, place, leases))
}

/// A name that is not there is most likely misspelt; nothing is removed then.
fn check_named(arguments: &CleanupArgs, leases: &[FoundLease]) -> Result<(), Failure> {
    let missing = arguments
        .named
        .iter()
        .find(|name| !leases.iter().any(|lease| lease.role_name == **name));
    match missing {
        Some(name) => Err(
            Failure::failed(format!("there is no lease {name} in this account")).help(
                "it may be gone already; see `daypass cleanup --leases --dry-run` for those that are there",
            ),
        ),
        None => Ok(()),
    }
}

fn reason_to_remove(
    lease: &FoundLease,
    liveness: Liveness,
    arguments: &CleanupArgs,
    now: Timestamp,
) -> Option<Reason> {
    if arguments.named.contains(&lease.role_name) {
        Some(Reason::Named)
    } else if lease.is_expired(now) {
        Some(Reason::Expired)
    } else if liveness == Liveness::Dead {
        Some(Reason::Dead)
    } else {
        arguments.now.then_some(Reason::Now)
    }
}

/// Removes one lease. Every signal is noted in `stopped`; a Ctrl-C does not wait for the end of this removal either, which
/// the next sweep can finish.
async fn remove(
    connection: &Connection,
    lease: &FoundLease,
    stopped: &mut bool,
    interrupts: &mut Interrupts,
) -> Result<(), Leftover> {
    let spinner = Spinner::new();
    let give_up = CancellationToken::new();
    let mut watch = |progress: Progress| spinner.show(progress);
    let removing = remove_lease(connection, lease, &mut watch, &give_up);
    let mut insistence = Insistence::new(true);
    interrupts
        .during(removing, |signal, _| {
            *stopped = true;
            if insistence.abandons(signal, Instant::now()) {
                give_up.cancel();
            } else {
                spinner.say("stopping after this one; Ctrl-C stops waiting for that");
            }
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::PaceArgs;

    fn lease(expires_at: Option<&str>) -> FoundLease {
        FoundLease {
            role_name: "daypass-try-ann-x".to_owned(),
            account: "111122223333".parse().unwrap(),
            owner: None,
            created: None,
            expires_at: expires_at.map(|end| end.parse().unwrap()),
        }
    }

    fn arguments(named: &[&str], now: bool) -> CleanupArgs {
        let named = named.iter().map(|&name| name.to_owned()).collect();
        CleanupArgs {
            teams: Vec::new(),
            all: false,
            dir: ".".into(),
            accounts: Vec::new(),
            pace: PaceArgs {
                parallel: 1,
                calls_per_second: 1,
                deadline: jiff::SignedDuration::from_mins(1),
            },
            leases: true,
            dry_run: false,
            now,
            named,
            role: None,
            json: false,
        }
    }

    #[test]
    fn only_what_is_over_or_dead_goes_without_being_asked() {
        let now: Timestamp = "2026-11-22T18:00:00Z".parse().unwrap();
        let plain = arguments(&[], false);
        let past = lease(Some("2026-11-22T18:00:00Z"));
        let future = lease(Some("2026-11-22T18:00:01Z"));
        let reason = |lease: &FoundLease, liveness, arguments: &CleanupArgs| {
            reason_to_remove(lease, liveness, arguments, now)
        };
        assert_eq!(reason(&past, Liveness::Unknown, &plain), Some(Reason::Expired));
        assert_eq!(reason(&past, Liveness::Alive, &plain), Some(Reason::Expired));
        assert_eq!(reason(&future, Liveness::Unknown, &plain), None);
        assert_eq!(reason(&future, Liveness::Alive, &plain), None);
        assert_eq!(reason(&future, Liveness::Dead, &plain), Some(Reason::Dead));
        assert_eq!(
            reason(&lease(None), Liveness::Unknown, &plain),
            None,
            "no end is known: never by itself"
        );
        assert_eq!(
            reason(&future, Liveness::Alive, &arguments(&[], true)),
            Some(Reason::Now)
        );
        let named = arguments(&["daypass-try-ann-x"], false);
        assert_eq!(reason(&future, Liveness::Alive, &named), Some(Reason::Named));
    }
}
