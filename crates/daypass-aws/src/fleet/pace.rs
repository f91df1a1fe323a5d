//! Calls to one account: one after the other through the bucket, counted, and made again where that helps.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::http::Response;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use daypass_core::lease::Answer;
use daypass_core::retry::backoff;
use iam_policy::AccountId;
use jiff::{SignedDuration, Timestamp};

use super::bucket::Bucket;
use super::event::{FleetEvent, FleetWatch};
use super::{Calls, FleetSettings};
use crate::connection::Connection;
use crate::error::{AwsError, CallFailure, failure};
use crate::repeat::Asker;

/// A call that goes unanswered so often will not be answered.
const UNANSWERED: u32 = 5;

/// How calls to one account are made.
#[derive(Debug)]
pub(super) struct Pace {
    account: AccountId,
    bucket: Bucket,
    calls: Mutex<Calls>,
    /// When the account was come into: its role may be new for a while.
    opened: Timestamp,
    /// When its time began, anew with each thing that is done in it.
    began: Mutex<Timestamp>,
    settings: FleetSettings,
    watch: FleetWatch,
}

impl Pace {
    pub(super) fn new(
        account: &AccountId,
        now: Timestamp,
        settings: FleetSettings,
        watch: &FleetWatch,
    ) -> Pace {
        Pace {
            account: account.clone(),
            bucket: Bucket::new(settings.calls_per_second, settings.burst),
            calls: Mutex::default(),
            opened: now,
            began: Mutex::new(now),
            settings,
            watch: watch.clone(),
        }
    }

    /// The calls that were made so far.
    pub(super) fn calls(&self) -> Calls {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn watch(&self) -> &FleetWatch {
        &self.watch
    }

    /// The account's time begins anew.
    pub(super) fn begin(&self, now: Timestamp) {
        *self.began.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    /// What is left of the account's time.
    ///
    /// # Errors
    /// It is over, and `operation` is not begun.
    pub(super) fn time_left(&self, now: Timestamp, operation: &'static str) -> Result<Duration, AwsError> {
        let began = *self.began.lock().unwrap_or_else(PoisonError::into_inner);
        let left = self.settings.deadline.saturating_sub(elapsed(began, now));
        if left.is_zero() {
            return Err(self.out_of_time(operation));
        }
        Ok(left)
    }

    /// Makes a call that may be made twice, until it is answered or the account's time is over.
    ///
    /// Throttling slows it and is no failure. A denial may come from a replica that does not know the deployer role yet,
    /// while that may be new. A call that is under way when the time is over is given up: nobody knows then whether it
    /// was made, and the next run finds out.
    pub(super) async fn make<T, E, F, Call>(
        &self,
        by: &Connection,
        operation: &'static str,
        mut call: F,
    ) -> Result<T, CallFailure>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
        F: FnMut() -> Call,
        Call: Future<Output = Result<T, SdkError<E, Response>>>,
    {
        let over = |error| CallFailure {
            answer: Answer::Refused,
            error,
        };
        let first = by.clock().now();
        let mut unanswered = 0;
        let mut attempt = 0;
        loop {
            attempt += 1;
            let left = self.time_left(by.clock().now(), operation).map_err(over)?;
            let made = tokio::time::timeout(left, async {
                self.bucket.take().await;
                *self.count().entry(operation).or_default() += 1;
                call().await
            });
            let failed = match made.await {
                Ok(Ok(answer)) => {
                    self.bucket.eased();
                    return Ok(answer);
                }
                Ok(Err(error)) => {
                    let failed = failure(operation, &by.endpoint_for_people(operation), &error);
                    let error = by.complete(failed.error, elapsed(first, by.clock().now()));
                    CallFailure { error, ..failed }
                }
                Err(_) => return Err(over(self.out_of_time(operation))),
            };
            let now = by.clock().now();
            let again = match failed.answer {
                Answer::Busy => {
                    self.bucket.throttled();
                    true
                }
                Answer::Unknown => {
                    unanswered += 1;
                    unanswered < UNANSWERED
                }
                _ => may_be_too_new(&failed.error) && elapsed(self.opened, now) < self.settings.patience,
            };
            if !again || self.time_left(now, operation).is_err() {
                return Err(failed);
            }
            self.wait(attempt, &failed.error).await;
        }
    }

    fn out_of_time(&self, operation: &'static str) -> AwsError {
        AwsError::OutOfTime {
            operation,
            after: self.settings.deadline,
        }
    }

    /// Waits as is usual before the next attempt, and tells why.
    pub(super) async fn wait(&self, attempt: u32, why: &AwsError) {
        self.watch.tell(FleetEvent::Waiting {
            account: self.account.clone(),
            why: why.to_string(),
        });
        self.pause(backoff(attempt, fastrand::u32(..))).await;
    }

    pub(super) async fn pause(&self, pause: SignedDuration) {
        tokio::time::sleep(Duration::try_from(pause).unwrap_or_default()).await;
    }

    fn count(&self) -> std::sync::MutexGuard<'_, BTreeMap<&'static str, u32>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn elapsed(since: Timestamp, now: Timestamp) -> Duration {
    now.duration_since(since).unsigned_abs()
}

/// Whether it may be refused because the role, its trust policy or its session are not known everywhere yet. An explicit
/// deny was known, and stays.
fn may_be_too_new(error: &AwsError) -> bool {
    match error {
        AwsError::Refused { code, message, .. } => match code.as_str() {
            "AccessDenied" => !message.contains("explicit deny"),
            "InvalidClientTokenId" => true,
            _ => false,
        },
        _ => false,
    }
}
