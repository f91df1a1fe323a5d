//! Reads and other calls that may be made twice, repeated until they are answered or take too long.

use std::time::Duration;

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::http::Response;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use daypass_core::lease::Answer;
use daypass_core::retry::backoff;

use crate::connection::Connection;
use crate::error::{AwsError, failure};

/// How long one such call is tried, all attempts together; an attempt under way is waited for.
const DEADLINE: Duration = Duration::from_secs(20);
/// A broken connection will not mend itself within the deadline: so many attempts are enough to rule out chance.
const UNANSWERED_ATTEMPTS: u32 = 3;

/// Makes a call that may be made twice, until it is answered.
pub(crate) async fn repeat<T, E, F, Call>(
    connection: &Connection,
    operation: &'static str,
    mut call: F,
) -> Result<T, AwsError>
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    F: FnMut() -> Call,
    Call: Future<Output = Result<T, SdkError<E, Response>>>,
{
    let start = connection.clock().now();
    let mut unanswered = 0;
    for attempt in 1.. {
        let failed = match call().await {
            Ok(answer) => return Ok(answer),
            Err(error) => failure(operation, &connection.endpoint_for_people(operation), &error),
        };
        let no_answer = matches!(
            failed.error,
            AwsError::Unreachable { .. } | AwsError::TimedOut { .. }
        );
        unanswered += u32::from(no_answer);
        let took = connection.clock().now().duration_since(start).unsigned_abs();
        let worth_it =
            matches!(failed.answer, Answer::Busy | Answer::Unknown) && unanswered < UNANSWERED_ATTEMPTS;
        if !worth_it || took >= DEADLINE {
            return Err(connection.complete(failed.error, took));
        }
        tokio::time::sleep(backoff(attempt, fastrand::u32(..)).unsigned_abs()).await;
    }
    Err(AwsError::Unusable {
        operation,
        what: "too many attempts".to_owned(),
    })
}
