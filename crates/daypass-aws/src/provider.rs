//! Where credentials come from, once they are needed for longer than one call.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_credential_types::Credentials as SdkCredentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};

/// A program or a person behind a profile (`credential_process`, a token code) may take its time, but not for ever.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// A provider that has been asked once: the first answer is used, then the provider is asked again. So a program behind
/// it does not prompt twice.
#[derive(Debug)]
pub(crate) struct AskedOnce {
    first: Mutex<Option<SdkCredentials>>,
    provider: SharedCredentialsProvider,
}

impl AskedOnce {
    pub(crate) fn new(first: SdkCredentials, provider: SharedCredentialsProvider) -> Self {
        AskedOnce {
            first: Mutex::new(Some(first)),
            provider,
        }
    }
}

impl ProvideCredentials for AskedOnce {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        match self.first.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(first) => future::ProvideCredentials::ready(Ok(first)),
            None => self.provider.provide_credentials(),
        }
    }
}
