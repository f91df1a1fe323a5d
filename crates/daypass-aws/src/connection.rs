//! An AWS to talk to, and somebody to be there.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::region::EnvironmentVariableRegionProvider;
use aws_config::identity::IdentityCache;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::profile::region::ProfileFileRegionProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityOutput;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_http_client::Builder as HttpClientBuilder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use iam_policy::{AccountId, Arn};
use jiff::Timestamp;

use crate::clock::Clock;
use crate::credentials::Credentials;
use crate::error::AwsError;
use crate::provider::{AskedOnce, PATIENCE};
use crate::repeat::{Asker, repeat};

/// Where IAM is asked when nobody names a region: it is one global service, signed for here.
pub(crate) const HOME_REGION: &str = "us-east-1";
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// How to reach AWS, and as whom. The default is what every AWS tool does: the environment, then the profile files, then
/// what the machine itself offers.
#[derive(Debug, Clone)]
pub struct ConnectionSettings {
    /// The region; `None`: the environment's or the profile's.
    pub region: Option<String>,
    /// Another endpoint for every service, such as the sandbox's.
    pub endpoint_url: Option<String>,
    /// The profile in `~/.aws`.
    pub profile: Option<String>,
    /// Who to be; `None`: the default credential chain.
    pub credentials: Option<Credentials>,
    /// Be who the machine itself says, and nobody else.
    pub machine: Option<MachineCredentials>,
    /// One attempt at a call takes no longer.
    pub call_timeout: Duration,
    /// Another way to send requests than over the network.
    pub http_client: Option<SharedHttpClient>,
    /// The time.
    pub clock: Clock,
}

impl Default for ConnectionSettings {
    fn default() -> Self {
        ConnectionSettings {
            region: None,
            endpoint_url: None,
            profile: None,
            credentials: None,
            machine: None,
            call_timeout: Duration::from_secs(10),
            http_client: None,
            clock: Clock::system(),
        }
    }
}

/// What a machine offers by itself (`credential_source` of a profile).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MachineCredentials {
    /// The role of the EC2 instance.
    Instance,
    /// The role of the container, by `AWS_CONTAINER_CREDENTIALS_*`.
    Container,
}

/// Who AWS says we are (`GetCallerIdentity`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The account.
    pub account: AccountId,
    /// The user, role session or root.
    pub arn: Arn,
    /// The unique id, for a session with the session's name.
    pub user_id: String,
}

impl Caller {
    /// Who an answer says that we are.
    pub(crate) fn read(answer: &GetCallerIdentityOutput) -> Result<Caller, AwsError> {
        let unusable = |what: &str| AwsError::Unusable {
            operation: "GetCallerIdentity",
            what: what.to_owned(),
        };
        Ok(Caller {
            account: answer
                .account()
                .and_then(|id| id.parse().ok())
                .ok_or_else(|| unusable("no account"))?,
            arn: answer
                .arn()
                .and_then(|arn| arn.parse().ok())
                .ok_or_else(|| unusable("no ARN"))?,
            user_id: answer.user_id().unwrap_or_default().to_owned(),
        })
    }
}

/// A way to one AWS as one principal. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Connection {
    config: SdkConfig,
    provider: SharedCredentialsProvider,
    http_client: SharedHttpClient,
    named_region: Option<String>,
    clock: Clock,
    caller: Arc<OnceLock<Caller>>,
}

impl Connection {
    /// Loads settings and credentials as every AWS tool does. No call is made to AWS, unless the profile itself asks for
    /// one (a role to assume, single sign-on).
    pub async fn open(settings: ConnectionSettings) -> Result<Connection, AwsError> {
        let http_client = settings.http_client.unwrap_or_else(|| {
            HttpClientBuilder::new()
                .tls_provider(Provider::Rustls(CryptoMode::Ring))
                .build_https()
        });
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT.min(settings.call_timeout))
            .operation_attempt_timeout(settings.call_timeout)
            .build();
        let profile = match (settings.profile, &settings.credentials) {
            (None, None) => profile_of_environment(),
            (named, _) => named,
        };
        let providers = ProviderConfig::default()
            .with_http_client(http_client.clone())
            .with_timeout_config(timeouts.clone())
            .with_time_source(settings.clock.clone())
            .with_sleep_impl(TokioSleep::new());
        let named_region = match settings.region {
            Some(region) => Some(region),
            None => region_of_environment(profile.as_deref()).await,
        };
        let region = Region::new(named_region.clone().unwrap_or_else(|| HOME_REGION.to_owned()));
        let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
            .http_client(http_client.clone())
            // We repeat calls ourselves: only so do we know which attempts went unanswered.
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts)
            .sleep_impl(TokioSleep::new())
            .time_source(settings.clock.clone())
            .region(region.clone());
        if let Some(url) = settings.endpoint_url {
            loader = loader.endpoint_url(url);
        }
        if let Some(profile) = &profile {
            loader = loader.profile_name(profile);
        }
        if let Some(credentials) = &settings.credentials {
            loader = loader.credentials_provider(credentials.for_sdk());
        } else if let Some(machine) = settings.machine {
            let providers = providers.with_region(Some(region));
            loader = match machine {
                MachineCredentials::Instance => {
                    let provider = ImdsCredentialsProvider::builder().configure(&providers);
                    loader.credentials_provider(provider.build())
                }
                MachineCredentials::Container => {
                    let provider = EcsCredentialsProvider::builder().configure(&providers);
                    loader.credentials_provider(provider.build())
                }
            };
        } else if let Some(profile) = &profile {
            let named = ProfileFileCredentialsProvider::builder()
                .configure(&providers.with_region(Some(region)))
                .profile_name(profile);
            loader = loader.credentials_provider(named.build());
        }
        let found = loader.load().await;
        let Some(provider) = found.credentials_provider() else {
            return Err(AwsError::NoCredentials {
                why: "no provider is configured".to_owned(),
            });
        };
        let first = tokio::time::timeout(PATIENCE, provider.provide_credentials())
            .await
            .map_err(|_| AwsError::BrokenCredentials {
                why: format!(
                    "no answer within {} s from what they come from",
                    PATIENCE.as_secs()
                ),
            })?
            .map_err(|error| credentials_error(&error, profile.as_deref()))?;
        let provider = SharedCredentialsProvider::new(AskedOnce::new(first, provider));
        Ok(Connection {
            config: found
                .into_builder()
                .credentials_provider(provider.clone())
                .build(),
            provider,
            http_client,
            named_region,
            clock: settings.clock,
            caller: Arc::default(),
        })
    }

    /// The same AWS as somebody else.
    #[must_use]
    pub fn with_credentials(&self, credentials: &Credentials) -> Connection {
        self.with_provider(SharedCredentialsProvider::new(credentials.for_sdk()))
    }

    /// Its cache of credentials is its own: one cache for all of a fleet's accounts would forget some of them (the SDK's
    /// keeps 64), and the roles of those would be assumed anew for every call.
    pub(crate) fn with_provider(&self, provider: SharedCredentialsProvider) -> Connection {
        Connection {
            config: self
                .config
                .to_builder()
                .identity_cache(IdentityCache::lazy().build())
                .credentials_provider(provider.clone())
                .build(),
            provider,
            caller: Arc::default(),
            ..self.clone()
        }
    }

    /// Who we are. Asked once, then remembered.
    pub async fn caller(&self) -> Result<Caller, AwsError> {
        if let Some(known) = self.caller.get() {
            return Ok(known.clone());
        }
        let sts = self.sts();
        let answer = repeat(self, "GetCallerIdentity", || sts.get_caller_identity().send()).await?;
        let caller = Caller::read(&answer)?;
        Ok(self.caller.get_or_init(|| caller).clone())
    }

    /// Who we are, when that was asked already.
    pub(crate) fn remember(&self, caller: Caller) {
        self.caller.get_or_init(|| caller);
    }

    /// That we are in the account of `role`, whose credentials these are said to be.
    pub(crate) async fn check_account(&self, role: &Arn) -> Result<Caller, AwsError> {
        let caller = self.caller().await?;
        match role.account() {
            Some(expected) if expected != caller.account => Err(AwsError::WrongAccount {
                role: role.clone(),
                expected,
                found: caller.account,
            }),
            _ => Ok(caller),
        }
    }

    /// The region that the environment, the profile or the settings name, if any does.
    pub fn region(&self) -> Option<&str> {
        self.named_region.as_deref()
    }

    /// The region that calls are made in: [`Connection::region`], else IAM's home.
    pub(crate) fn effective_region(&self) -> &str {
        self.region().unwrap_or(HOME_REGION)
    }

    /// The endpoint that replaces AWS's own, if there is one.
    pub fn endpoint_url(&self) -> Option<&str> {
        self.config.endpoint_url()
    }

    /// The time here.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn config(&self) -> &SdkConfig {
        &self.config
    }

    pub(crate) fn http_client(&self) -> SharedHttpClient {
        self.http_client.clone()
    }

    pub(crate) async fn sdk_credentials(&self) -> Result<aws_credential_types::Credentials, AwsError> {
        self.provider
            .provide_credentials()
            .await
            .map_err(|error| credentials_error(&error, None))
    }

    pub(crate) fn iam(&self) -> aws_sdk_iam::Client {
        aws_sdk_iam::Client::new(&self.config)
    }

    pub(crate) fn sts(&self) -> aws_sdk_sts::Client {
        aws_sdk_sts::Client::new(&self.config)
    }
}

impl Asker for Connection {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn endpoint_for_people(&self, operation: &str) -> String {
        match self.endpoint_url() {
            Some(url) => url.to_owned(),
            None if matches!(operation, "AssumeRole" | "GetCallerIdentity" | "GetSessionToken") => {
                format!("AWS STS in {}", self.effective_region())
            }
            None => "AWS IAM".to_owned(),
        }
    }

    fn complete(&self, error: AwsError, took: Duration) -> AwsError {
        match error {
            AwsError::Refused {
                operation,
                code,
                message,
                account,
                principal,
            } => {
                let caller = self.caller.get();
                AwsError::Refused {
                    operation,
                    code,
                    message,
                    account: account.or_else(|| caller.map(|caller| caller.account.clone())),
                    principal: principal.or_else(|| caller.map(|caller| caller.arn.clone())),
                }
            }
            AwsError::TimedOut {
                operation, endpoint, ..
            } => AwsError::TimedOut {
                operation,
                endpoint,
                after: took,
            },
            other => other,
        }
    }
}

/// The partition that a region is in ("AWS General Reference", Amazon Resource Names: aws, aws-cn, aws-us-gov).
pub(crate) fn partition_of_region(region: &str) -> &'static str {
    match region.split('-').next() {
        Some("cn") => "aws-cn",
        Some("us") if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

/// The profile that the environment names, unless it holds an access key, which comes first as in every AWS tool.
///
/// Whoever names a profile means that one: the SDK's own chain would pass over a misspelt name and take the machine's
/// credentials, in whatever account those are.
fn profile_of_environment() -> Option<String> {
    let text = |name| {
        std::env::var(name)
            .ok()
            .filter(|value: &String| !value.is_empty())
    };
    if text("AWS_ACCESS_KEY_ID").is_some() {
        None
    } else {
        text("AWS_PROFILE")
    }
}

/// The region that the environment or the profile names.
async fn region_of_environment(profile: Option<&str>) -> Option<String> {
    let mut files = ProfileFileRegionProvider::builder();
    if let Some(profile) = profile {
        files = files.profile_name(profile);
    }
    let chain =
        RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new()).or_else(files.build());
    chain.region().await.map(|region| region.to_string())
}

fn credentials_error(error: &CredentialsError, profile: Option<&str>) -> AwsError {
    let mut why = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        why = inner.to_string();
        source = inner.source();
    }
    if let Some(profile) = profile {
        let absent = matches!(error, CredentialsError::CredentialsNotLoaded(_));
        let why = if absent {
            "no such profile, or it names no credentials".to_owned()
        } else {
            why
        };
        return AwsError::BrokenCredentials {
            why: format!("profile {profile}: {why}"),
        };
    }
    // The instance metadata service is the last in the chain: that it refuses means that nobody before it had any.
    let nobody = matches!(error, CredentialsError::CredentialsNotLoaded(_)) || why.contains("IMDS");
    if nobody {
        AwsError::NoCredentials { why }
    } else {
        AwsError::BrokenCredentials { why }
    }
}
