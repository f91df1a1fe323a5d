//! `daypass try`: a lease for a document, the user's command in it, and what became of its calls.

use super::lease_run::{self, HeldLease, interrupted, removal_command};
use crate::child::{self, Access, NotStarted};
use crate::cli::{CredentialFormat, TryArgs, ViaChoice};
use crate::exit::{Ending, Exit};
use crate::failure::Failure;
use crate::interrupt::{Interrupts, contain_panic};
use crate::monitoring::{Calls, Monitor};
use crate::place::Place;
use crate::policy_file::{PolicyFile, PolicyText};
use crate::settings::Settings;
use crate::verdict::Judge;
use crate::view;
use daypass_core::expiry;
use daypass_core::lease::{LeaseRequest, RequestError, Via};
use daypass_core::limits;
use iam_lint::DocumentUse;
use iam_policy::{Document, Principal};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::ffi::OsString;

/// Runs `daypass try`.
pub(crate) async fn run(arguments: TryArgs, settings: &Settings) -> Result<Ending, Failure> {
    check_arguments(&arguments, settings)?;
    if let Err(not_started) = child::find(&arguments.command, &settings.variables) {
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

    let mut run = Run {
        arguments: &arguments,
        settings,
        place: &place,
        file,
        policy,
        document,
        held,
        signalled: false,
    };
    let used = contain_panic(run.use_lease(&mut interrupts)).await;
    let Run { held, signalled, .. } = run;
    match used {
        Ok(Ok(Use::LeftOpen)) => {
            held.leave_open();
            Ok(Ending::Own(Exit::Done))
        }
        Ok(Ok(Use::Ended(ending))) => held.close(signalled, &mut interrupts).await.map(|()| ending),
        Ok(Err(failure)) => {
            let by_signal = failure.exit() == Exit::Interrupted;
            match held.close(signalled || by_signal, &mut interrupts).await {
                Ok(()) => Err(failure),
                Err(leftover) => {
                    view::failure(&failure);
                    Err(leftover)
                }
            }
        }
        Err(panic) => {
            let told = Failure::failed("daypass itself failed; this is a bug").why(panic);
            held.close(signalled, &mut interrupts)
                .await
                .map_or_else(Err, |()| Err(told))
        }
    }
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
    policy.lint(&document, purpose, verbose)?;
    if session {
        limits::check_session(&document, &arguments.managed_policies)
    } else {
        limits::check_inline(&document, expiry::deny_from(Timestamp::UNIX_EPOCH).iam_size())
    }
    .map_err(|error| Failure::from(RequestError::from(error)).why(format!("in {}", policy.name)))?;
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
        Some(role) => match interrupts.unless(place.connection.assume(role, "daypass")).await {
            Ok(assumed) => assumed?,
            Err(_) => return Err(interrupted()),
        },
        None => place.connection.clone(),
    };
    match lease_run::open(&acting, request(Via::Role), readiness, settings, interrupts).await {
        Err(refusal) if arguments.via == ViaChoice::Auto && refusal.is_create_role_denied() => {
            let Some(session) = session else {
                return Err(Failure::from(refusal)
                    .help("or narrow a role that you may assume: --via session --role ARN"));
            };
            view::note(
                "AWS does not let this role create roles; going on with --via session: the result is what the \
                 role and the document both allow",
            );
            Ok(lease_run::open(&place.connection, session, readiness, settings, interrupts).await?)
        }
        opened => Ok(opened?),
    }
}

/// One use of a lease.
struct Run<'a> {
    arguments: &'a TryArgs,
    settings: &'a Settings,
    place: &'a Place,
    file: PolicyFile,
    policy: PolicyText,
    document: Document,
    held: HeldLease,
    /// A signal came while a child ran: the next one is the second.
    signalled: bool,
}

/// How the use of a lease ended.
enum Use {
    /// To be closed, and then the process ends so.
    Ended(Ending),
    /// The credentials were handed out.
    LeftOpen,
}

/// How often the file is looked at, and how often a probe is tried.
const GLANCE: std::time::Duration = std::time::Duration::from_millis(250);
const PROBE_SPACING: std::time::Duration = std::time::Duration::from_secs(1);

impl Run<'_> {
    async fn use_lease(&mut self, interrupts: &mut Interrupts) -> Result<Use, Failure> {
        self.probe(interrupts).await?;
        if let Some(format) = self.arguments.format {
            return self.hand_out(format);
        }
        let mut ending = self.run_child(interrupts).await?;
        while self.arguments.watch && !self.signalled {
            self.next_version(interrupts).await?;
            ending = self.run_child(interrupts).await?;
        }
        Ok(Use::Ended(ending))
    }

    fn hand_out(&self, format: CredentialFormat) -> Result<Use, Failure> {
        let lease = &self.held.lease;
        let text = view::credentials::render(format, lease.credentials(), self.place.region());
        view::deliver(&text)
            .map_err(|error| Failure::failed("cannot write the credentials").why(error.to_string()))?;
        match lease.temporary_role() {
            Some(role_name) => view::note(format_args!(
                "IAM ends these credentials at {}; to end them and remove the role earlier: {}",
                self.held.ends_at(),
                removal_command(role_name)
            )),
            None => view::note(format_args!(
                "IAM ends these credentials at {}",
                self.held.ends_at()
            )),
        }
        Ok(Use::LeftOpen)
    }

    /// Runs the command or a subshell once, then tells which AWS calls it made.
    async fn run_child(&mut self, interrupts: &mut Interrupts) -> Result<Ending, Failure> {
        let monitor = Monitor::start().await.map_err(|error| {
            Failure::failed("cannot listen on loopback for the AWS calls of the command")
                .why(error.to_string())
        })?;
        let environment = self.environment(Some(monitor.port()));
        let subshell = self.arguments.command.is_empty();
        let command = if subshell {
            vec![self.settings.variables.shell()]
        } else {
            self.arguments.command.clone()
        };
        if subshell {
            self.greet();
        }
        let ran = child::run(&command, &environment, interrupts).await;
        let calls = monitor.finish().await;
        let ran = match ran {
            Ok(ran) => ran,
            Err(not_started) => return Ok(told(&not_started)),
        };
        self.signalled |= ran.signalled.is_some();
        view::calls::show(&calls);
        self.explain(&calls);
        Ok(Ending::of_child(ran.status))
    }

    fn explain(&self, calls: &Calls) {
        let now = Timestamp::now();
        let deadline = self.held.ends_at();
        if deadline <= now {
            view::note(format_args!(
                "the lease ended at {deadline}: since then IAM denies everything"
            ));
        }
        let Ok(principal) = Principal::session_of(self.held.lease.role_arn(), "daypass") else {
            return;
        };
        let judge = Judge::new(&self.policy.name, &self.document, principal);
        let mut shown: Vec<(String, Option<String>)> = Vec::new();
        for (call, denial) in calls.denials() {
            for verdict in judge.explain(call, denial, now) {
                let key = (verdict.action.clone(), verdict.resource.clone());
                if !shown.contains(&key) {
                    view::calls::show_verdict(&verdict, &self.policy.name);
                    shown.push(key);
                }
            }
        }
    }

    fn greet(&self) {
        let lease = &self.held.lease;
        let left = self.held.ends_at().duration_since(Timestamp::now());
        view::say(format_args!(
            "You are {} until {} ({} left). `exit` ends it.",
            lease.role_arn(),
            self.held.ends_at(),
            whole_minutes(left)
        ));
    }

    fn environment(&self, monitor: Option<u16>) -> BTreeMap<OsString, OsString> {
        let lease = &self.held.lease;
        let access = Access {
            credentials: lease.credentials(),
            region: self.place.region(),
            endpoint_url: self.place.endpoint_url.as_deref(),
            monitor,
        };
        let mut environment = child::environment(&self.settings.variables, &access);
        environment.insert("DAYPASS_ROLE_ARN".into(), lease.role_arn().to_string().into());
        environment.insert(
            "DAYPASS_EXPIRES_AT".into(),
            self.held.ends_at().to_string().into(),
        );
        environment
    }

    /// The user's own proof of readiness: tried until it succeeds, as long as readiness may take.
    async fn probe(&self, interrupts: &mut Interrupts) -> Result<(), Failure> {
        let Some(probe) = &self.arguments.probe else {
            return Ok(());
        };
        let spinner = view::progress::Spinner::new();
        let since = Timestamp::now();
        let environment = self.environment(None);
        loop {
            let waited = Timestamp::now().duration_since(since);
            spinner.show(format_args!(
                "waiting until the probe succeeds ({} s)",
                waited.as_secs()
            ));
            let attempt = child::probe(probe, &environment);
            let Ok(attempt) = interrupts.unless(attempt).await else {
                return Err(interrupted());
            };
            let said = match attempt {
                Ok(()) => return Ok(()),
                Err(said) => said,
            };
            if Timestamp::now().duration_since(since) > self.place.readiness.give_up_after {
                let seconds = self.place.readiness.give_up_after.as_secs();
                return Err(Failure::failed(format!(
                    "the probe did not succeed within {seconds} s: {probe}"
                ))
                .why(said));
            }
            if interrupts
                .unless(tokio::time::sleep(PROBE_SPACING))
                .await
                .is_err()
            {
                return Err(interrupted());
            }
        }
    }

    /// Waits until the file says something else that is a policy document, and gives it to the lease.
    async fn next_version(&mut self, interrupts: &mut Interrupts) -> Result<(), Failure> {
        view::say(format_args!("\nwatching {} (Ctrl-C ends)", self.policy.name));
        loop {
            let (policy, document) = self.changed_file(interrupts).await?;
            self.policy = policy;
            view::say(format_args!("{} has changed", self.policy.name));
            match self.held.replace(document.clone(), interrupts).await? {
                Ok(()) => {
                    self.document = document;
                    return Ok(());
                }
                // The file can be corrected; what is wrong with AWS cannot be waited out by watching a file.
                Err(wrong @ daypass_aws::OpenFailure::Request(_)) => view::failure(&Failure::from(wrong)),
                Err(failure) => return Err(Failure::from(failure)),
            }
        }
    }

    async fn changed_file(&self, interrupts: &mut Interrupts) -> Result<(PolicyText, Document), Failure> {
        // What was complained about last, so that it is complained about once.
        let mut seen = self.policy.text.clone();
        loop {
            if interrupts.unless(tokio::time::sleep(GLANCE)).await.is_err() {
                return Err(interrupted());
            }
            if self.held.lease.deadline() <= Timestamp::now() {
                return Err(
                    Failure::failed("the lease has reached its deadline").help("ask for longer with --for")
                );
            }
            // Some editors remove the file for a moment while saving, or empty it first: look again.
            let Ok(policy) = self.file.read() else { continue };
            if policy.text == seen {
                continue;
            }
            seen.clone_from(&policy.text);
            match examined(&policy, self.arguments, self.settings.verbose) {
                Ok(document) => return Ok((policy, document)),
                Err(failure) => view::failure(&failure),
            }
        }
    }
}

fn told(not_started: &NotStarted) -> Ending {
    view::failure(&Failure::from(not_started));
    not_started.ending()
}

fn whole_minutes(left: SignedDuration) -> String {
    match left.as_mins() {
        0 => "less than a minute".to_owned(),
        1 => "1 minute".to_owned(),
        minutes if minutes < 120 => format!("{minutes} minutes"),
        minutes => format!("{} hours", minutes / 60),
    }
}
