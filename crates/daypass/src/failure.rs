//! Every way in which a command can fail, as the user is told it: what, why, what to do, and the exit code.
//! The one place where errors of the libraries become words.

use crate::child::NotStarted;
use crate::exit::Exit;
use daypass_aws::{AwsError, Leftover, OpenFailure};
use daypass_core::lease::RequestError;
use daypass_core::limits::LimitError;
use daypass_core::role::RoleError;
use iam_lint::Finding;
use iam_policy::Diagnostic;
use std::io;

/// A failed command.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Told in words.
    Told {
        /// How the process ends.
        exit: Exit,
        /// What failed, in one line.
        what: String,
        /// Why, from the outermost cause to the innermost.
        why: Vec<String>,
        /// What to do about it.
        help: Vec<String>,
    },
    /// A policy document that is wrong, shown at each place.
    Document {
        /// What people call the document.
        name: String,
        /// Its text.
        text: String,
        /// What is wrong, all at once.
        diagnostics: Vec<Diagnostic>,
    },
    /// A policy document that AWS would refuse, shown at each place.
    Findings {
        /// What people call the document.
        name: String,
        /// Its text.
        text: String,
        /// What the rules found, the worst being an error.
        findings: Vec<Finding>,
    },
}

impl Failure {
    /// A failure with this exit code.
    pub(crate) fn told(exit: Exit, what: impl Into<String>) -> Self {
        Failure::Told {
            exit,
            what: what.into(),
            why: Vec::new(),
            help: Vec::new(),
        }
    }

    /// The input is wrong; nothing was called.
    pub(crate) fn bad_input(what: impl Into<String>) -> Self {
        Failure::told(Exit::BadInput, what)
    }

    /// Failed, in part or whole.
    pub(crate) fn failed(what: impl Into<String>) -> Self {
        Failure::told(Exit::Failed, what)
    }

    /// Without signals there is no promise of cleanup, so nothing is begun.
    pub(crate) fn no_signals(error: &io::Error) -> Self {
        Failure::failed("cannot listen to signals").why(error.to_string())
    }

    /// Adds a cause.
    pub(crate) fn why(mut self, cause: impl Into<String>) -> Self {
        if let Failure::Told { why, .. } = &mut self {
            why.push(cause.into());
        }
        self
    }

    /// Adds a piece of advice.
    pub(crate) fn help(mut self, advice: impl Into<String>) -> Self {
        if let Failure::Told { help, .. } = &mut self {
            help.push(advice.into());
        }
        self
    }

    /// Adds what can be done about an error of AWS's.
    pub(crate) fn help_of(self, error: &AwsError) -> Self {
        match error.help() {
            Some(advice) => self.help(advice),
            None => self,
        }
    }

    /// How the process ends.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Failure::Told { exit, .. } => *exit,
            Failure::Document { .. } | Failure::Findings { .. } => Exit::BadInput,
        }
    }
}

impl From<AwsError> for Failure {
    fn from(error: AwsError) -> Self {
        let exit = match &error {
            // Nothing was called: what is missing is an input.
            AwsError::NoCredentials { .. } | AwsError::BrokenCredentials { .. } => Exit::BadInput,
            _ => Exit::Failed,
        };
        let mut failure = Failure::told(exit, error.to_string());
        if let AwsError::Refused {
            account, principal, ..
        } = &error
        {
            if let Some(principal) = principal {
                failure = failure.why(format!("principal: {principal}"));
            }
            if let Some(account) = account {
                failure = failure.why(format!("account: {account}"));
            }
        }
        failure.help_of(&error)
    }
}

impl From<RequestError> for Failure {
    fn from(error: RequestError) -> Self {
        let failure = Failure::bad_input(error.to_string());
        match error {
            RequestError::Limit(LimitError::TooLarge { .. }) => failure.help(
                "merge statements, use wildcards, or move parts into managed policies and name them with \
                 --managed-policy",
            ),
            RequestError::NotForSessions(_) => failure.help("leave it out, or use --via role"),
            RequestError::Caller { .. } => failure
                .help("sign in as a user or a role; or name a role that the caller may assume with --role"),
            _ => failure,
        }
    }
}

impl From<RoleError> for Failure {
    fn from(error: RoleError) -> Self {
        let failure = Failure::bad_input(error.to_string());
        match error {
            RoleError::Limit(LimitError::TooLarge { .. }) => {
                failure.help("merge statements, use wildcards, or make managed policies of them and name those with --attach")
            }
            RoleError::Caller { .. } => failure.help("name who is to assume it: --trust ARN, or --trust ACCOUNT"),
            RoleError::Demand { .. } => failure.help("make a role of its own for people, and one without the option"),
            RoleError::Policy(_) => {
                failure.help("daypass policy list PART   lists AWS's own; the account's own are named by ARN or name")
            }
            _ => failure,
        }
    }
}

impl From<&NotStarted> for Failure {
    fn from(not_started: &NotStarted) -> Self {
        let command = not_started.command.display();
        if not_started.why.kind() == io::ErrorKind::NotFound {
            Failure::failed(format!("command not found: {command}"))
        } else {
            Failure::failed(format!("cannot run {command}")).why(not_started.why.to_string())
        }
    }
}

impl From<Leftover> for Failure {
    fn from(leftover: Leftover) -> Self {
        let command = removal_command(&leftover.role_name);
        let failure = Failure::failed(format!(
            "role {} in account {} may be left behind",
            leftover.role_name, leftover.account
        ))
        .why(leftover.why);
        match leftover.deadline {
            Some(deadline) => failure.help(format!(
                "IAM ends it at {deadline} whatever happens; to remove it now: {command}"
            )),
            None => failure.help(format!("to remove it: {command}")),
        }
    }
}

impl From<OpenFailure> for Failure {
    fn from(failure: OpenFailure) -> Self {
        match failure {
            OpenFailure::Request(error) => Failure::from(error),
            OpenFailure::Aws(error) => Failure::from(error),
            OpenFailure::GaveUp { gave_up, last } => {
                let failure = Failure::failed(gave_up.to_string());
                match last {
                    Some(last) => failure.why(last.to_string()).help_of(&last),
                    None => failure,
                }
            }
            OpenFailure::Stopped => interrupted(),
            OpenFailure::Panicked(panic) => {
                Failure::failed("daypass itself failed; this is a bug").why(panic)
            }
        }
    }
}

/// How a command ends that was interrupted and has cleaned up.
pub(crate) fn interrupted() -> Failure {
    Failure::told(Exit::Interrupted, "interrupted; nothing is left behind")
}

/// How a command ends that was interrupted before it changed anything.
pub(crate) fn stopped() -> Failure {
    Failure::told(Exit::Interrupted, "interrupted; nothing was changed")
}

/// The command that removes a lease by its name.
pub(crate) fn removal_command(role_name: &str) -> String {
    format!("daypass cleanup --leases --lease {role_name}")
}
