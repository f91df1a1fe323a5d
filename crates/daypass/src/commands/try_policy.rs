//! `daypass try`: a lease for a document, the user's command in it, and what became of its calls.

mod lease_use;

use super::lease_run::{self, HeldLease};
use crate::child::{self, NotStarted};
use crate::cli::{TryArgs, ViaChoice};
use crate::exit::{Ending, Exit};
use crate::failure::{Failure, interrupted};
use crate::interrupt::Interrupts;
use crate::place::Place;
use crate::policy_file::{PolicyFile, PolicyText};
use crate::settings::Settings;
use crate::view;
use daypass_core::lease::{self, LeaseRequest, RequestError, Via};
use iam_lint::DocumentUse;
use iam_policy::Document;
use lease_use::LeaseUse;

/// Runs `daypass try`.
pub(crate) async fn run(arguments: TryArgs, settings: &Settings) -> Result<Ending, Failure> {
    check_arguments(&arguments, settings)?;
    let shell = [settings.variables.shell()];
    let subshell = arguments.command.is_empty() && arguments.format.is_none();
    let command = if subshell { &shell[..] } else { &arguments.command };
    if let Err(not_started) = child::find(command, &settings.variables) {
        return Ok(told(&not_started));
    }
    let file = PolicyFile::new(&arguments.policy);
    let policy = file.read()?;
    let document = examined(&policy, &arguments, settings.verbose)?;

    let mut interrupts = Interrupts::listen().map_err(|error| Failure::no_signals(&error))?;
    let Ok(place) = interrupts.unless(Place::open(settings)).await else {
        return Err(interrupted());
    };
    let place = place?;
    let held = open(&arguments, &document, &place, settings, &mut interrupts).await?;
    if settings.verbose {
        let lease = &held.lease;
        view::note(format_args!(
            "{} in account {}, until {}",
            lease.role_arn(),
            lease.account(),
            held.ends_at()
        ));
    }
    if held.ends_at() < held.lease.deadline() {
        view::note(format_args!(
            "these credentials end at {}: AWS gives a session that was begun from a role at most one hour",
            held.ends_at()
        ));
    }

    let mut used = LeaseUse {
        arguments: &arguments,
        settings,
        place: &place,
        file,
        policy,
        document,
        held,
    };
    let outcome = daypass_aws::contain_panic(used.run(&mut interrupts)).await;
    lease_run::conclude(used.held, outcome, &mut interrupts).await
}

/// Combinations that cannot work, before anything is read.
fn check_arguments(arguments: &TryArgs, settings: &Settings) -> Result<(), Failure> {
    if settings.sandbox && arguments.format.is_some() {
        return Err(Failure::bad_input(
            "--format with --sandbox: the embedded AWS is gone when this command ends",
        )
        .help("leave one running with `daypass sandbox start`, and use that"));
    }
    if arguments.via == ViaChoice::Session && arguments.role.is_none() {
        return Err(Failure::bad_input(
            "--via session needs --role: the role that is narrowed by the document",
        ));
    }
    if arguments.watch && PolicyFile::new(&arguments.policy).is_stdin() {
        return Err(Failure::bad_input(
            "--watch needs a file: stdin can be read only once",
        ));
    }
    if arguments.watch {
        PolicyFile::new(&arguments.policy).check_watchable()?;
    }
    Ok(())
}

/// The document, if there is nothing wrong with it that can be known before AWS is asked.
fn examined(policy: &PolicyText, arguments: &TryArgs, verbose: bool) -> Result<Document, Failure> {
    let document = policy.parse()?;
    let session = arguments.via == ViaChoice::Session;
    let purpose = if session {
        DocumentUse::Session
    } else {
        DocumentUse::Identity
    };
    // The size first: nobody wants to read single findings in a megabyte that AWS would not take anyway.
    if session {
        lease::check_for_session(&document, &arguments.managed_policies)
    } else {
        lease::check_for_role(&document)
    }
    .map_err(|error| Failure::from(RequestError::from(error)).why(format!("in {}", policy.name)))?;
    policy.lint(&document, purpose, verbose)?;
    Ok(document)
}

/// Opens the lease in the way that was asked for.
async fn open(
    arguments: &TryArgs,
    document: &Document,
    place: &Place,
    settings: &Settings,
    interrupts: &mut Interrupts,
) -> Result<HeldLease, Failure> {
    let request = |via| LeaseRequest {
        document: document.clone(),
        managed_policies: arguments.managed_policies.clone(),
        boundary: arguments.boundary.clone(),
        tags: arguments.tags.clone(),
        lasts: arguments.lasts,
        via,
    };
    let session = arguments.role.clone().map(|role| request(Via::Session { role }));
    let readiness = place.readiness;
    if let (ViaChoice::Session, Some(session)) = (arguments.via, session.clone()) {
        return Ok(lease_run::open(&place.connection, session, readiness, settings, interrupts).await?);
    }
    let acting = match &arguments.role {
        Some(role) => match interrupts.unless(place.connection.assume(role)).await {
            Ok(assumed) => assumed?,
            Err(_) => return Err(interrupted()),
        },
        None => place.connection.clone(),
    };
    match lease_run::open(&acting, request(Via::Role), readiness, settings, interrupts).await {
        Err(refusal) if arguments.via == ViaChoice::Auto && refusal.create_role_denied().is_some() => {
            let denial = refusal.create_role_denied().map(ToString::to_string);
            let Some(session) = session else {
                return Err(Failure::from(refusal)
                    .help("or narrow a role that you may assume: --via session --role ARN"));
            };
            view::note(
                "AWS does not let this role create roles; going on with --via session: the result is what the \
                 role and the document both allow",
            );
            let narrowed = lease_run::open(&place.connection, session, readiness, settings, interrupts).await;
            narrowed.map_err(|refusal| {
                let failure = Failure::from(refusal);
                match denial {
                    // Whoever only reads the last error has to see that the first way was closed, and how to open it.
                    Some(denial) if failure.exit() != Exit::Interrupted => {
                        failure.why(format!("--via session was tried because of: {denial}"))
                    }
                    _ => failure,
                }
            })
        }
        opened => Ok(opened?),
    }
}

fn told(not_started: &NotStarted) -> Ending {
    view::failure(&Failure::from(not_started));
    not_started.ending()
}
