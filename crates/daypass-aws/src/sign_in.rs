//! From a role's session to the web console ("Enabling custom identity broker access to the AWS console", IAM User Guide).

use aws_smithy_runtime_api::http::Request;
use aws_smithy_types::body::SdkBody;
use secrecy::{ExposeSecret, SecretString};

use crate::connection::Connection;
use crate::credentials::Credentials;
use crate::error::AwsError;
use crate::exchange::Exchange;
use crate::probe::percent_encoded;

const OPERATION: &str = "getSigninToken";

/// Where to sign in.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// The federation endpoint, `https://signin.aws.amazon.com/federation` for AWS's commercial regions.
    pub endpoint: String,
    /// The page of the console to come to.
    pub destination: String,
}

impl SignIn {
    /// The endpoint and the console's first page of a partition ("AWS Management Console endpoints" of each partition's
    /// documentation); nothing for one that has no console.
    pub fn of_partition(partition: &str) -> Option<SignIn> {
        let (endpoint, destination) = match partition {
            "aws" => ("signin.aws.amazon.com", "console.aws.amazon.com"),
            "aws-us-gov" => ("signin.amazonaws-us-gov.com", "console.amazonaws-us-gov.com"),
            "aws-cn" => ("signin.amazonaws.cn", "console.amazonaws.cn"),
            _ => return None,
        };
        Some(SignIn {
            endpoint: format!("https://{endpoint}/federation"),
            destination: format!("https://{destination}/"),
        })
    }
}

impl Connection {
    /// A URL that signs whoever opens it in as the session. It is good for 15 minutes, and as secret as a password.
    ///
    /// The console's session ends with the credentials: `SessionDuration` is not sent, which AWS refuses for roles that
    /// were assumed by roles.
    pub async fn sign_in_url(
        &self,
        credentials: &Credentials,
        to: &SignIn,
    ) -> Result<SecretString, AwsError> {
        let unusable = |what: String| AwsError::Unusable {
            operation: OPERATION,
            what,
        };
        let token = credentials.session_token.as_ref();
        let token = token.ok_or_else(|| unusable("credentials without a session".to_owned()))?;
        // Each is of characters that JSON takes as they are.
        let session = format!(
            r#"{{"sessionId":"{}","sessionKey":"{}","sessionToken":"{}"}}"#,
            credentials.access_key_id,
            credentials.secret_access_key.expose_secret(),
            token.expose_secret(),
        );
        let url = format!(
            "{}?Action=getSigninToken&Session={}",
            to.endpoint,
            percent_encoded(&session, "")
        );
        let request = http::Request::builder()
            .method("GET")
            .uri(url)
            .body(SdkBody::empty())
            .map_err(|error| unusable(error.to_string()))?;
        let request = Request::try_from(request).map_err(|error| unusable(error.to_string()))?;
        let exchange = Exchange {
            operation: OPERATION,
            service: "signin",
            endpoint: origin(&to.endpoint).to_owned(),
        };
        let (status, body) = self.exchange(exchange, request).await?;
        if status != 200 {
            return Err(AwsError::NotAws {
                operation: OPERATION,
                endpoint: to.endpoint.clone(),
                status,
            });
        }
        let token = token_in(&body).ok_or_else(|| unusable("no SigninToken".to_owned()))?;
        Ok(format!(
            "{}?Action=login&Issuer=daypass&Destination={}&SigninToken={}",
            to.endpoint,
            percent_encoded(&to.destination, ""),
            percent_encoded(token, "")
        )
        .into())
    }
}

/// Scheme and host of a URL.
fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    let path = url.get(host..).and_then(|rest| rest.find('/'));
    path.and_then(|at| url.get(..host + at)).unwrap_or(url)
}

/// The one member of the answer, `{"SigninToken":"..."}`; the token is letters, digits, `-` and `_`.
fn token_in(body: &str) -> Option<&str> {
    let (_, rest) = body.split_once("\"SigninToken\"")?;
    let rest = rest.trim_start().strip_prefix(':')?.trim_start();
    let (token, _) = rest.strip_prefix('"')?.split_once('"')?;
    (!token.is_empty() && !token.contains('\\')).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_origin_of_an_endpoint() {
        let to = SignIn::of_partition("aws").unwrap();
        assert_eq!(origin(&to.endpoint), "https://signin.aws.amazon.com");
        assert_eq!(origin("http://127.0.0.1:9"), "http://127.0.0.1:9");
    }

    #[test]
    fn the_token_is_read() {
        assert_eq!(token_in(r#"{"SigninToken":"a-b_c"}"#), Some("a-b_c"));
        assert_eq!(token_in("{ \"SigninToken\" : \"x\" }"), Some("x"));
        for wrong in ["", "{}", r#"{"SigninToken":""}"#, r#"{"SigninToken":"a"#] {
            assert_eq!(token_in(wrong), None, "{wrong}");
        }
    }
}
