//! What happens between opening a lease and closing it: a probe, then the command (again and again with `--watch`), a
//! subshell, or the credentials handed out.

use super::{examined, told};
use crate::child::{self, Access, Identity, NotRun};
use crate::cli::{CredentialFormat, TryArgs};
use crate::commands::lease_run::{HeldLease, Use};
use crate::exit::Ending;
use crate::failure::{Failure, interrupted, removal_command};
use crate::interrupt::Interrupts;
use crate::monitoring::{Calls, Monitor};
use crate::place::Place;
use crate::policy_file::{PolicyFile, PolicyText};
use crate::settings::Settings;
use crate::verdict::Judge;
use crate::view;
use crate::view::progress::Spinner;
use daypass_aws::OpenFailure;
use daypass_core::lease::Readiness;
use iam_policy::{Document, Principal};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::time::Duration;

/// How often the file is looked at.
const GLANCE: Duration = Duration::from_millis(250);
/// How often a probe is tried.
const PROBE_SPACING: Duration = Duration::from_secs(1);

/// One use of a lease.
pub(super) struct LeaseUse<'a> {
    pub(super) arguments: &'a TryArgs,
    pub(super) settings: &'a Settings,
    pub(super) place: &'a Place,
    pub(super) file: PolicyFile,
    pub(super) policy: PolicyText,
    pub(super) document: Document,
    pub(super) held: HeldLease,
}

impl LeaseUse<'_> {
    /// Uses it, to the end.
    pub(super) async fn run(&mut self, interrupts: &mut Interrupts) -> Result<Use, Failure> {
        self.probe(interrupts).await?;
        if let Some(format) = self.arguments.format {
            // Once they are handed out nobody closes the lease: a signal that came before that still counts.
            if interrupts.pending().await.is_some() {
                return Err(interrupted());
            }
            return self.hand_out(format);
        }
        let mut ran = self.run_child(interrupts).await?;
        // Whatever the command made of a Ctrl-C, it is how the watching ends.
        while self.arguments.watch && !ran.signalled {
            self.next_version(interrupts).await?;
            ran = self.run_child(interrupts).await?;
        }
        let by_signal = ran.signalled && ran.ended_by_signal;
        Ok(Use::Ended {
            ending: ran.ending,
            by_signal,
        })
    }

    fn hand_out(&self, format: CredentialFormat) -> Result<Use, Failure> {
        let lease = &self.held.lease;
        let text = view::credentials::render(
            format,
            lease.credentials(),
            Some(self.held.ends_at()),
            self.place.connection.region(),
        );
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
    async fn run_child(&self, interrupts: &mut Interrupts) -> Result<RanOnce, Failure> {
        let monitor = Monitor::start().await.map_err(|error| {
            Failure::failed("cannot listen on loopback for the AWS calls of the command")
                .why(error.to_string())
        })?;
        let environment = self.environment(Some(monitor.port()));
        let subshell = [self.settings.variables.shell()];
        let command = if self.arguments.command.is_empty() {
            self.greet();
            &subshell
        } else {
            self.arguments.command.as_slice()
        };
        let ran = child::run(command, &environment, interrupts).await;
        let calls = monitor.finish().await;
        let ran = match ran {
            Ok(ran) => ran,
            Err(NotRun::Interrupted) => return Err(interrupted()),
            Err(NotRun::NotStarted(not_started)) => {
                let ending = told(&not_started);
                return Ok(RanOnce {
                    ending,
                    signalled: false,
                    ended_by_signal: false,
                });
            }
        };
        view::calls::show(&calls);
        if let Some(embedded) = &self.place.embedded {
            view::calls::past_the_sandbox(&calls, embedded.address());
        }
        if calls.is_empty() && self.settings.verbose {
            view::note("the command told of no AWS calls: none were made, or its SDK does not report them");
        }
        self.explain(&calls);
        let ending = Ending::of_child(ran.status);
        let ended_by_signal = matches!(ending, Ending::Child(129..));
        Ok(RanOnce {
            ending,
            signalled: ran.signalled.is_some(),
            ended_by_signal,
        })
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
                    view::calls::show_verdict(&verdict, &self.policy);
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
            view::whole_minutes(left)
        ));
    }

    fn environment(&self, monitor: Option<u16>) -> BTreeMap<OsString, OsString> {
        let lease = &self.held.lease;
        let access = Access {
            identity: Identity::Credentials(lease.credentials()),
            region: self.place.connection.region(),
            endpoint: self.place.endpoint(),
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
        let spinner = Spinner::new();
        let environment = self.environment(None);
        let since = Timestamp::now();
        let patience = Readiness::default().give_up_after;
        let mut said = "it did not end".to_owned();
        let trying = async {
            loop {
                let waited = Timestamp::now().duration_since(since).as_secs();
                spinner.show(format_args!("waiting until the probe succeeds ({waited} s)"));
                match child::probe(probe, &environment).await {
                    Ok(()) => break,
                    Err(last) => said = last,
                }
                tokio::time::sleep(PROBE_SPACING).await;
            }
        };
        match interrupts
            .unless(tokio::time::timeout(patience.unsigned_abs(), trying))
            .await
        {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => {
                let seconds = patience.as_secs();
                let what = format!("the probe did not succeed within {seconds} s: {probe}");
                Err(Failure::failed(what).why(said))
            }
            Err(_) => Err(interrupted()),
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
                Err(wrong @ OpenFailure::Request(_)) => view::failure(&Failure::from(wrong)),
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

/// One run of the command.
struct RanOnce {
    ending: Ending,
    /// A signal came while it ran.
    signalled: bool,
    /// It ended as programs do that a signal ends.
    ended_by_signal: bool,
}
