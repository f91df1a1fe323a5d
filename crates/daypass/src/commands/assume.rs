//! `daypass assume`: a session of a role, from the cache in an instant or from AWS, and what it is wanted for: a command, a
//! subshell, another program, a profile, a server, the console.

mod advice;
mod console;
mod mfa;
mod plan;
mod server;
mod sessions;
mod subshell;

use super::completions::deliver;
use super::{block_on, block_on_result, not_written};
use crate::aws_files::AwsFiles;
use crate::child::{self, Access, Endpoint, Identity, NotRun, NotStarted};
use crate::cli::{AssumeArgs, CredentialFormat};
use crate::exit::{Ending, Exit};
use crate::failure::{Failure, interrupted};
use crate::interrupt::Interrupts;
use crate::place::{Embedded, refuse_beside_sandbox, sandbox_region};
use crate::session_cache::Session;
use crate::settings::Settings;
use crate::view;
use daypass_core::profiles::{self, EditError, Profile, TemporaryProfile};
use mfa::CodeSource;
use plan::Plan;
use sessions::Sessions;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::sync::Arc;

/// Runs `daypass assume`.
///
/// A kept session is answered before there is a runtime: whoever asks for credentials by a process asks often.
pub(crate) fn run(arguments: &AssumeArgs, settings: &Settings) -> Result<Ending, Failure> {
    check_arguments(arguments, settings)?;
    if let Err(not_started) = child::find(&arguments.command, &settings.variables) {
        return Ok(told(&not_started));
    }
    let plan = Plan::of(arguments, settings)?;
    let codes = CodeSource::of(arguments);
    let sessions = Sessions::new(plan, settings, !arguments.cache.no_cache, codes);
    if settings.sandbox {
        return block_on(in_sandbox(sessions, arguments, settings));
    }
    if arguments.delivery.server {
        return block_on(server::run(sessions, arguments, settings));
    }
    let kept = if arguments.cache.refresh {
        None
    } else {
        sessions.kept()
    };
    let session = match kept {
        Some(session) => session,
        None => block_on_result(sessions.obtain(arguments.cache.refresh))?,
    };
    let wanted = Wanted {
        arguments,
        settings,
        plan: sessions.plan(),
        session: &session,
    };
    if let Some(format) = arguments.delivery.format {
        return wanted.print(format);
    }
    if let Some(name) = &arguments.delivery.write_profile {
        return wanted.write_profile(name);
    }
    if arguments.delivery.console {
        return block_on(console::run(&wanted));
    }
    wanted.replace_us()
}

/// Combinations that cannot work, before anything is read.
fn check_arguments(arguments: &AssumeArgs, settings: &Settings) -> Result<(), Failure> {
    if !settings.sandbox {
        return Ok(());
    }
    refuse_beside_sandbox(settings)?;
    let outliving = [
        ("--format", arguments.delivery.format.is_some()),
        ("--write-profile", arguments.delivery.write_profile.is_some()),
        ("--console", arguments.delivery.console),
        ("--server", arguments.delivery.server),
    ];
    match outliving.into_iter().find(|(_, given)| *given) {
        Some((option, _)) => Err(Failure::bad_input(format!(
            "{option} with --sandbox: the embedded AWS is gone when this command ends"
        ))
        .help("leave one running with `daypass sandbox start`, and use that")),
        None => Ok(()),
    }
}

/// The embedded AWS lives in this process, which therefore stays until the command has ended.
async fn in_sandbox(
    mut sessions: Sessions,
    arguments: &AssumeArgs,
    settings: &Settings,
) -> Result<Ending, Failure> {
    let mut interrupts = Interrupts::listen().map_err(|error| Failure::no_signals(&error))?;
    let embedded = Arc::new(Embedded::start().await?);
    let url = embedded.url();
    sessions.in_sandbox(embedded);
    let Ok(session) = interrupts.unless(sessions.obtain(false)).await else {
        return Err(interrupted());
    };
    let session = session?;
    let wanted = Wanted {
        arguments,
        settings,
        plan: sessions.plan(),
        session: &session,
    };
    let access = Access {
        identity: Identity::Credentials(&session.credentials),
        region: Some(sandbox_region(settings)),
        endpoint: Endpoint::Only(&url),
        monitor: None,
    };
    let mut environment = wanted.environment(&access);
    let command = wanted.command(&mut environment);
    match child::run(&command, &environment, &mut interrupts).await {
        Ok(ran) => Ok(Ending::of_child(ran.status)),
        Err(NotRun::Interrupted) => Err(interrupted()),
        Err(NotRun::NotStarted(not_started)) => Ok(told(&not_started)),
    }
}

fn told(not_started: &NotStarted) -> Ending {
    view::failure(&Failure::from(not_started));
    not_started.ending()
}

/// A session, and what it is wanted for.
struct Wanted<'a> {
    arguments: &'a AssumeArgs,
    settings: &'a Settings,
    plan: &'a Plan,
    session: &'a Session,
}

impl Wanted<'_> {
    /// Who one is, for people: the role, or the profile that is somebody without one.
    fn who(&self) -> &str {
        self.session.role.as_deref().unwrap_or(&self.arguments.role)
    }

    fn region(&self) -> Option<&str> {
        self.plan.region.as_deref()
    }

    fn endpoint(&self) -> Endpoint<'_> {
        match (&self.settings.endpoint_url, &self.plan.profile_endpoint) {
            (Some(url), _) => Endpoint::Only(url),
            (None, Some(url)) => Endpoint::OfProfile(url),
            (None, None) => Endpoint::AsConfigured,
        }
    }

    fn print(&self, format: CredentialFormat) -> Result<Ending, Failure> {
        let text = view::credentials::render(
            format,
            &self.session.credentials,
            self.session.ends_at(),
            self.region(),
        );
        deliver(&text)
    }

    fn write_profile(&self, name: &str) -> Result<Ending, Failure> {
        let Some(expires_at) = self.session.ends_at() else {
            return Err(Failure::failed(
                "these credentials have no end: they are not written to a file",
            ));
        };
        let credentials = &self.session.credentials;
        let profile = TemporaryProfile {
            name: name.to_owned(),
            of: self.who().to_owned(),
            access_key_id: credentials.access_key_id.clone(),
            secret_access_key: credentials.secret_access_key.clone(),
            session_token: credentials.session_token.clone(),
            region: self.region().map(str::to_owned),
            expires_at,
        };
        let files = AwsFiles::of(&self.settings.variables);
        let path = files.credentials()?.to_owned();
        // Whoever takes a profile that names a role assumes that role, whatever keys stand beside it.
        if files.read()?.get(name).is_some_and(Profile::names_a_role) {
            return Err(Failure::bad_input(format!(
                "profile {name} names a role of its own in the config file"
            ))
            .help("choose another name"));
        }
        files.change_credentials(|text| {
            profiles::set_temporary(text, &profile).map_err(|error| {
                let failure = Failure::bad_input(format!("{}: {error}", path.display()));
                match error {
                    EditError::NotOurs { .. } => {
                        failure.help("choose another name, or remove that profile yourself")
                    }
                    EditError::Name { .. } => failure,
                }
            })
        })?;
        view::say(format_args!(
            "profile {name} in {} is {} until {expires_at}",
            path.display(),
            self.who()
        ));
        view::note("`daypass profile clean` removes it when it has ended");
        match view::deliver(name) {
            Ok(()) => Ok(Ending::Own(Exit::Done)),
            Err(error) => not_written(&error),
        }
    }

    /// The environment of a command or a subshell.
    fn environment(&self, access: &Access<'_>) -> BTreeMap<OsString, OsString> {
        let mut environment = child::environment(&self.settings.variables, access);
        let mut set = |name: &str, value: &str| environment.insert(name.into(), value.into());
        if let Some(role) = &self.session.role {
            set("DAYPASS_ROLE_ARN", role);
        }
        if let (Some(ends_at), Identity::Credentials(_)) = (self.session.ends_at(), access.identity) {
            set("DAYPASS_EXPIRES_AT", &ends_at.to_string());
            set("AWS_CREDENTIAL_EXPIRATION", &ends_at.to_string());
        }
        environment
    }

    /// The command; where there is none, a subshell with its prompt.
    fn command(&self, environment: &mut BTreeMap<OsString, OsString>) -> Vec<OsString> {
        if self.arguments.command.is_empty() {
            subshell::command(self, environment)
        } else {
            self.arguments.command.clone()
        }
    }

    /// Becomes the command: nothing is left to do after it, and its signals, its terminal and its end are its own.
    fn replace_us(&self) -> Result<Ending, Failure> {
        let access = Access {
            identity: Identity::Credentials(&self.session.credentials),
            region: self.region(),
            endpoint: self.endpoint(),
            monitor: None,
        };
        let mut environment = self.environment(&access);
        let command = self.command(&mut environment);
        let Some((program, rest)) = command.split_first() else {
            return Err(Failure::bad_input("there is no command to run"));
        };
        let why = std::process::Command::new(program)
            .args(rest)
            .env_clear()
            .envs(&environment)
            .exec();
        Ok(told(&NotStarted {
            command: program.clone(),
            why,
        }))
    }
}
