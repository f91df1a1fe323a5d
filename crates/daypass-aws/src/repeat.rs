//! Reads and other calls that may be made twice, repeated until they are answered or take too long.

use std::time::Duration;

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::http::Response;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use daypass_core::lease::Answer;
use daypass_core::retry::backoff;
use jiff::Timestamp;

use crate::error::{AwsError, failure};

/// How long one such call is tried, all attempts together; an attempt under way is waited for.
const DEADLINE: Duration = Duration::from_secs(20);
/// A broken connection will not mend itself within the deadline: so many attempts are enough to rule out chance.
const UNANSWERED_ATTEMPTS: u32 = 3;

/// What the repeating of calls has to know of who makes them.
pub(crate) trait Asker {
    /// The time.
    fn now(&self) -> Timestamp;
    /// Where a call goes, for messages.
    fn endpoint_for_people(&self, operation: &str) -> String;
    /// Adds to an error what only the asker knows: who asked, in which account, and how long it took.
    fn complete(&self, error: AwsError, took: Duration) -> AwsError;
}

/// Makes a call that may be made twice, until it is answered.
pub(crate) async fn repeat<T, E, F, Call>(
    asker: &impl Asker,
    operation: &'static str,
    mut call: F,
) -> Result<T, AwsError>
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    F: FnMut() -> Call,
    Call: Future<Output = Result<T, SdkError<E, Response>>>,
{
    let start = asker.now();
    let mut unanswered = 0;
    for attempt in 1.. {
        let failed = match call().await {
            Ok(answer) => return Ok(answer),
            Err(error) => failure(operation, &asker.endpoint_for_people(operation), &error),
        };
        let no_answer = matches!(
            failed.error,
            AwsError::Unreachable { .. } | AwsError::TimedOut { .. }
        );
        unanswered += u32::from(no_answer);
        let took = asker.now().duration_since(start).unsigned_abs();
        let worth_it =
            matches!(failed.answer, Answer::Busy | Answer::Unknown) && unanswered < UNANSWERED_ATTEMPTS;
        if !worth_it || took >= DEADLINE {
            return Err(asker.complete(failed.error, took));
        }
        tokio::time::sleep(backoff(attempt, fastrand::u32(..)).unsigned_abs()).await;
    }
    Err(AwsError::Unusable {
        operation,
        what: "too many attempts".to_owned(),
    })
}
