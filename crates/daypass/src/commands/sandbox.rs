//! `daypass sandbox exec` and `start`, and what is done with one that runs: `clock` and `log`.

mod clock;
mod log;
mod remote;
mod world;

use super::completions::deliver;
use crate::child::{self, Access, Endpoint, Identity, NotRun};
use crate::cli::{SandboxArgs, SandboxCommand, SandboxExecArgs, SandboxStartArgs, WorldArgs};
use crate::exit::{Ending, Exit};
use crate::failure::{Failure, interrupted};
use crate::interrupt::Interrupts;
use crate::place::{Embedded, World, refuse_beside_sandbox, sandbox_region};
use crate::settings::Settings;
use crate::view::{self, credentials};
use secrecy::ExposeSecret;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Runs a `sandbox` command.
pub(crate) async fn run(arguments: SandboxArgs, settings: &Settings) -> Result<Ending, Failure> {
    match arguments.command {
        SandboxCommand::Exec(arguments) => exec(arguments, settings).await,
        SandboxCommand::Start(arguments) => start(arguments, settings).await,
        SandboxCommand::Clock(arguments) => clock::run(&arguments, settings).await,
        SandboxCommand::Log(arguments) => log::run(&arguments, settings).await,
    }
}

/// The world that the arguments ask for, and where it is to be written at the end.
fn world(arguments: &WorldArgs) -> Result<(World, Option<world::Dump>), Failure> {
    let dump = arguments.dump.as_deref().map(world::Dump::to).transpose()?;
    let world = World {
        seed: arguments.seed.as_deref().map(world::read).transpose()?,
        entropy: arguments.entropy.unwrap_or_else(|| fastrand::u64(..)),
        propagation: arguments.propagation,
    };
    Ok((world, dump))
}

async fn exec(arguments: SandboxExecArgs, settings: &Settings) -> Result<Ending, Failure> {
    refuse_beside_sandbox(settings)?;
    if let Err(not_started) = child::find(&arguments.command, &settings.variables) {
        view::failure(&Failure::from(&not_started));
        return Ok(not_started.ending());
    }
    let mut interrupts = Interrupts::listen().map_err(|error| Failure::no_signals(&error))?;
    let (world, dump) = world(&arguments.world)?;
    let embedded = Embedded::with_world(world, (Ipv4Addr::LOCALHOST, 0).into()).await?;
    let admin = embedded.admin();
    let url = embedded.url();
    let access = Access {
        identity: Identity::Credentials(&admin),
        region: Some(sandbox_region(settings)),
        endpoint: Endpoint::Only(&url),
        monitor: None,
    };
    let environment = child::environment(&settings.variables, &access);
    let ending = match child::run(&arguments.command, &environment, &mut interrupts).await {
        Ok(ran) => Ending::of_child(ran.status),
        Err(NotRun::Interrupted) => return Err(interrupted()),
        Err(NotRun::NotStarted(not_started)) => {
            view::failure(&Failure::from(&not_started));
            not_started.ending()
        }
    };
    match dump.map_or(Ok(()), |dump| dump.write(&embedded.sandbox)) {
        Ok(()) => Ok(ending),
        Err(failure) if ending.is_success() => Err(failure),
        // The command's own failure is what whoever ran it waits for.
        Err(failure) => {
            view::failure(&failure);
            Ok(ending)
        }
    }
}

async fn start(arguments: SandboxStartArgs, settings: &Settings) -> Result<Ending, Failure> {
    refuse_beside_sandbox(settings)?;
    let address = SocketAddr::new(arguments.listen, arguments.port);
    if !arguments.listen.is_loopback() {
        if !arguments.expose {
            return Err(Failure::bad_input(format!(
                "other machines may reach {}, and a sandbox is for this one",
                arguments.listen
            ))
            .help("leave out --listen, or add --expose if you mean it"));
        }
        view::warn(format_args!(
            "whoever reaches {address} can move this sandbox's clock and read its log without credentials"
        ));
    }
    let mut interrupts = Interrupts::listen().map_err(|error| Failure::no_signals(&error))?;
    let (world, dump) = world(&arguments.world)?;
    let embedded = Embedded::with_world(world, address).await?;
    let admin = embedded.admin();
    let url = reachable(embedded.address());
    let region = sandbox_region(settings).to_owned();
    view::say(format_args!(
        "An AWS that enforces IAM: account {}, endpoint {url}, as admin. Ctrl-C ends it.",
        embedded.sandbox.account()
    ));
    let lines = credentials::lines(
        arguments.shell,
        &[
            ("AWS_ENDPOINT_URL", url),
            ("AWS_ACCESS_KEY_ID", admin.access_key_id.clone()),
            (
                "AWS_SECRET_ACCESS_KEY",
                admin.secret_access_key.expose_secret().to_owned(),
            ),
            ("AWS_REGION", region.clone()),
            ("AWS_DEFAULT_REGION", region),
            ("AWS_CONFIG_FILE", "/dev/null".to_owned()),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null".to_owned()),
        ],
    );
    // Nobody could use it without these.
    deliver(&lines)?;
    interrupts.next().await;
    if let Some(dump) = dump {
        dump.write(&embedded.sandbox)?;
    }
    // Being stopped is how this command is done.
    Ok(Ending::Own(Exit::Done))
}

/// The endpoint for programs on this machine, also where every address is listened to.
fn reachable(address: SocketAddr) -> String {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(std::net::Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    format!("http://{}", SocketAddr::new(ip, address.port()))
}
