//! One HTTP exchange with a host for which there is no SDK client: sent as the SDK sends, within the same times.

use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::http::{Request, Response};
use aws_smithy_types::timeout::TimeoutConfig;

use crate::connection::Connection;
use crate::error::{AwsError, innermost};

/// What an exchange is called, and where it goes.
pub(crate) struct Exchange {
    /// The API operation.
    pub(crate) operation: &'static str,
    /// The service.
    pub(crate) service: &'static str,
    /// Scheme and host, for the client and for messages: it has no secrets.
    pub(crate) endpoint: String,
}

impl Connection {
    /// Sends a complete request once; the status and the body.
    pub(crate) async fn exchange(
        &self,
        exchange: Exchange,
        request: Request,
    ) -> Result<(u16, String), AwsError> {
        let timeouts = self
            .config()
            .timeout_config()
            .cloned()
            .unwrap_or_else(TimeoutConfig::disabled);
        let call = Operation::builder()
            .service_name(exchange.service)
            .operation_name(exchange.operation)
            .behavior_version(BehaviorVersion::v2026_01_12())
            .http_client(self.http_client())
            .endpoint_url(&exchange.endpoint)
            .no_auth()
            .no_retry()
            .timeout_config(timeouts)
            .sleep_impl(TokioSleep::new())
            .time_source(self.clock().clone())
            .serializer(|request: Request| Ok(request))
            .deserializer::<_, std::convert::Infallible>(|response: &Response| {
                let body = response.body().bytes().unwrap_or_default();
                Ok((
                    response.status().as_u16(),
                    String::from_utf8_lossy(body).into_owned(),
                ))
            })
            .build();
        call.invoke(request)
            .await
            .map_err(|error| broken(exchange, &error))
    }
}

fn broken<E>(exchange: Exchange, error: &SdkError<E, Response>) -> AwsError
where
    E: std::error::Error + 'static,
{
    let Exchange {
        operation, endpoint, ..
    } = exchange;
    let timed_out = matches!(error, SdkError::TimeoutError(_))
        || matches!(error, SdkError::DispatchFailure(dispatch) if dispatch.is_timeout());
    if timed_out {
        return AwsError::TimedOut {
            operation,
            endpoint,
            after: std::time::Duration::ZERO,
        };
    }
    let why = match error {
        SdkError::DispatchFailure(dispatch) => dispatch
            .as_connector_error()
            .map_or_else(|| innermost(error), |inner| innermost(inner)),
        _ => innermost(error),
    };
    AwsError::Unreachable {
        operation,
        endpoint,
        why,
    }
}
