//! Where a command runs: an account, reached as the user asked, or a fresh embedded AWS in this process.

use crate::child::Endpoint;
use crate::failure::Failure;
use crate::settings::Settings;
use daypass_aws::{Connection, ConnectionSettings, Credentials};
use daypass_core::lease::Readiness;
use iam_sandbox::server::{self, Running};
use iam_sandbox::{Propagation, Sandbox, Seed};
use jiff::Timestamp;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// The region of the embedded AWS where the user names none.
pub(crate) const SANDBOX_REGION: &str = "us-east-1";

/// An open connection, and what serves it.
#[derive(Debug)]
pub(crate) struct Place {
    /// How to reach AWS, as the caller.
    pub(crate) connection: Connection,
    /// How much proof of readiness is asked for.
    pub(crate) readiness: Readiness,
    /// Where every call is to go, if the user or the embedded AWS says so.
    endpoint_url: Option<String>,
    /// The embedded AWS, which ends with this value.
    pub(crate) embedded: Option<Embedded>,
}

/// What an embedded AWS is made of.
pub(crate) struct World {
    /// What is in it; none for the small world.
    pub(crate) seed: Option<Seed>,
    /// Where its ids, keys and delays come from.
    pub(crate) entropy: u64,
    /// How changes travel.
    pub(crate) propagation: Propagation,
}

/// An embedded AWS on loopback.
pub(crate) struct Embedded {
    /// The world.
    pub(crate) sandbox: Arc<Sandbox>,
    server: Running,
}

impl Place {
    /// Opens the place that `settings` name.
    pub(crate) async fn open(settings: &Settings) -> Result<Place, Failure> {
        if settings.sandbox {
            refuse_beside_sandbox(settings)?;
            let embedded = Embedded::start().await?;
            Place::in_sandbox_region(embedded, sandbox_region(settings)).await
        } else {
            Place::in_account(settings).await
        }
    }

    /// The embedded AWS, as its admin.
    pub(crate) async fn in_sandbox(embedded: Embedded) -> Result<Place, Failure> {
        Place::in_sandbox_region(embedded, SANDBOX_REGION).await
    }

    async fn in_sandbox_region(embedded: Embedded, region: &str) -> Result<Place, Failure> {
        let connection = Connection::open(ConnectionSettings {
            region: Some(region.to_owned()),
            endpoint_url: Some(embedded.url()),
            credentials: Some(embedded.admin()),
            ..ConnectionSettings::default()
        })
        .await?;
        let endpoint_url = Some(embedded.url());
        Ok(Place {
            connection,
            readiness: Readiness::immediate(),
            endpoint_url,
            embedded: Some(embedded),
        })
    }

    async fn in_account(settings: &Settings) -> Result<Place, Failure> {
        check_region(settings)?;
        let connection = Connection::open(ConnectionSettings {
            region: settings.region.clone(),
            endpoint_url: settings.endpoint_url.clone(),
            profile: settings.profile.clone(),
            ..ConnectionSettings::default()
        })
        .await?;
        let endpoint_url = settings.endpoint_url.clone();
        Ok(Place {
            connection,
            readiness: Readiness::default(),
            endpoint_url,
            embedded: None,
        })
    }

    /// Where a child's calls are to go.
    pub(crate) fn endpoint(&self) -> Endpoint<'_> {
        match (&self.endpoint_url, self.connection.endpoint_url()) {
            (Some(url), _) => Endpoint::Only(url),
            (None, Some(url)) => Endpoint::OfProfile(url),
            (None, None) => Endpoint::AsConfigured,
        }
    }
}

/// The embedded AWS answers for any region; a user may name one.
pub(crate) fn sandbox_region(settings: &Settings) -> &str {
    settings.region.as_deref().unwrap_or(SANDBOX_REGION)
}

/// Options that name another AWS than the embedded one.
pub(crate) fn refuse_beside_sandbox(settings: &Settings) -> Result<(), Failure> {
    let options = [
        ("--endpoint-url", &settings.endpoint_url),
        ("--profile", &settings.profile),
    ];
    match options.into_iter().find(|(_, value)| value.is_some()) {
        Some((option, _)) => Err(Failure::bad_input(format!(
            "{option} with a sandbox: every call goes to the embedded AWS, as its admin"
        ))
        .help(format!("leave out {option}, or the sandbox"))),
        None => Ok(()),
    }
}

/// The region that the environment names becomes part of addresses; options are looked at when they are read.
fn check_region(settings: &Settings) -> Result<(), Failure> {
    if settings.region.is_some() {
        return Ok(());
    }
    for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
        if let Some(region) = settings.variables.get(name) {
            let region = region.to_string_lossy();
            return match crate::cli::region(&region) {
                Ok(_) => Ok(()),
                Err(wrong) => Err(Failure::bad_input(format!("{name} is {region:?}: {wrong}"))),
            };
        }
    }
    Ok(())
}

impl Embedded {
    /// Starts a fresh one with the small world.
    pub(crate) async fn start() -> Result<Embedded, Failure> {
        let world = World {
            seed: None,
            entropy: fastrand::u64(..),
            propagation: Propagation::none(),
        };
        Embedded::with_world(world, (Ipv4Addr::LOCALHOST, 0).into()).await
    }

    /// Starts one that makes the same ids and keys each time.
    pub(crate) async fn start_repeatable() -> Result<Embedded, Failure> {
        let world = World {
            seed: None,
            entropy: 0,
            propagation: Propagation::none(),
        };
        Embedded::with_world(world, (Ipv4Addr::LOCALHOST, 0).into()).await
    }

    /// Starts one with this world at an address; port 0 is a free one.
    pub(crate) async fn with_world(world: World, address: SocketAddr) -> Result<Embedded, Failure> {
        let settings = iam_sandbox::Settings {
            entropy: world.entropy,
            propagation: world.propagation,
        };
        let sandbox = Arc::new(match &world.seed {
            None => Sandbox::new(settings, Timestamp::now()),
            Some(seed) => Sandbox::from_seed(settings, seed, Timestamp::now()),
        });
        let server = server::start(Arc::clone(&sandbox), address, Timestamp::now)
            .await
            .map_err(|error| {
                Failure::failed(format!("cannot listen on {address}"))
                    .why(error.to_string())
                    .help("leave out --port to take a free one")
            })?;
        Ok(Embedded { sandbox, server })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.server.addr()
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    /// The long-lived key of its admin.
    pub(crate) fn admin(&self) -> Credentials {
        let key = self.sandbox.admin();
        Credentials::from_key(key.id, key.secret)
    }
}

impl std::fmt::Debug for Embedded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Embedded")
            .field("url", &self.url())
            .finish_non_exhaustive()
    }
}
