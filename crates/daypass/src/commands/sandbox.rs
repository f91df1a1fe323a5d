//! `daypass sandbox exec` and `daypass sandbox start`.

use super::completions::deliver;
use crate::child::{self, Access, Endpoint, NotRun};
use crate::cli::{SandboxArgs, SandboxCommand, SandboxExecArgs, SandboxStartArgs};
use crate::exit::{Ending, Exit};
use crate::failure::{Failure, interrupted};
use crate::interrupt::Interrupts;
use crate::place::{Embedded, refuse_beside_sandbox, sandbox_region};
use crate::settings::Settings;
use crate::view::{self, credentials};
use secrecy::ExposeSecret;

/// Runs a `sandbox` command.
pub(crate) async fn run(arguments: SandboxArgs, settings: &Settings) -> Result<Ending, Failure> {
    refuse_beside_sandbox(settings)?;
    match arguments.command {
        SandboxCommand::Exec(arguments) => exec(arguments, settings).await,
        SandboxCommand::Start(arguments) => start(arguments, settings).await,
    }
}

async fn exec(arguments: SandboxExecArgs, settings: &Settings) -> Result<Ending, Failure> {
    if let Err(not_started) = child::find(&arguments.command, &settings.variables) {
        view::failure(&Failure::from(&not_started));
        return Ok(not_started.ending());
    }
    let mut interrupts = Interrupts::listen().map_err(|error| Failure::no_signals(&error))?;
    let embedded = Embedded::start(arguments.propagation, 0).await?;
    let admin = embedded.admin();
    let url = embedded.url();
    let access = Access {
        credentials: &admin,
        region: Some(sandbox_region(settings)),
        endpoint: Endpoint::Only(&url),
        monitor: None,
    };
    let environment = child::environment(&settings.variables, &access);
    match child::run(&arguments.command, &environment, &mut interrupts).await {
        Ok(ran) => Ok(Ending::of_child(ran.status)),
        Err(NotRun::Interrupted) => Err(interrupted()),
        Err(NotRun::NotStarted(not_started)) => {
            view::failure(&Failure::from(&not_started));
            Ok(not_started.ending())
        }
    }
}

async fn start(arguments: SandboxStartArgs, settings: &Settings) -> Result<Ending, Failure> {
    let mut interrupts = Interrupts::listen().map_err(|error| Failure::no_signals(&error))?;
    let embedded = Embedded::start(arguments.propagation, arguments.port).await?;
    let admin = embedded.admin();
    let region = sandbox_region(settings).to_owned();
    view::say(format_args!(
        "An AWS that enforces IAM: account {}, endpoint {}, as admin. Ctrl-C ends it.",
        embedded.sandbox.account(),
        embedded.url()
    ));
    let exports = credentials::exports(&[
        ("AWS_ENDPOINT_URL", embedded.url()),
        ("AWS_ACCESS_KEY_ID", admin.access_key_id.clone()),
        (
            "AWS_SECRET_ACCESS_KEY",
            admin.secret_access_key.expose_secret().to_owned(),
        ),
        ("AWS_REGION", region.clone()),
        ("AWS_DEFAULT_REGION", region),
        ("AWS_CONFIG_FILE", "/dev/null".to_owned()),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null".to_owned()),
    ]);
    // Nobody could use it without these.
    deliver(&exports)?;
    interrupts.next().await;
    // Being stopped is how this command is done.
    Ok(Ending::Own(Exit::Done))
}
