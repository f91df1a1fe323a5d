//! Credentials for programs that outlive a session: the endpoint of a container ("Container credential provider", AWS SDKs
//! and Tools Reference Guide), on loopback, for whoever has its token. Every AWS SDK asks it again before they end.

use super::sessions::Sessions;
use super::{Wanted, told};
use crate::child::{self, Access, Identity, NotRun};
use crate::cli::{AssumeArgs, Shell};
use crate::commands::completions::deliver;
use crate::exit::{Ending, Exit};
use crate::failure::{Failure, interrupted};
use crate::interrupt::Interrupts;
use crate::session_cache::Session;
use crate::settings::Settings;
use crate::view::{self, credentials};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use jiff::{SignedDuration, Timestamp};
use ring::rand::{SecureRandom, SystemRandom};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Mutex;

const PATH: &str = "/credentials";
/// A renewal that failed is tried again after this time; until it succeeds the old session is good.
const AGAIN: Duration = Duration::from_secs(30);

/// Runs a command with a server beside it, or the server alone until Ctrl-C.
pub(super) async fn run(
    mut sessions: Sessions,
    arguments: &AssumeArgs,
    settings: &Settings,
) -> Result<Ending, Failure> {
    let mut interrupts = Interrupts::listen().map_err(|error| Failure::no_signals(&error))?;
    let Ok(first) = interrupts.unless(sessions.obtain(arguments.cache.refresh)).await else {
        return Err(interrupted());
    };
    let first = first?;
    sessions.in_background();
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.delivery.port));
    let listener = TcpListener::bind(address).await.map_err(|error| {
        Failure::failed(format!("cannot listen on {address}"))
            .why(error.to_string())
            .help("leave out --port to take a free one")
    })?;
    let address = listener.local_addr().unwrap_or(address);
    let token = token()?;
    let url = format!("http://{address}{PATH}");
    let plan = sessions.plan().clone();
    let wanted = Wanted {
        arguments,
        settings,
        plan: &plan,
        session: &first,
    };
    let source = Arc::new(Source::new(first.clone(), move || {
        let sessions = &sessions;
        // A session that is due is no longer fresh, so that none of the cache is taken for a new one.
        tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(sessions.obtain(false)))
    }));
    let serving = tokio::spawn(serve(listener, Arc::clone(&source), token.clone()));
    let renewing = tokio::spawn(renew(source));
    let access = Access {
        identity: Identity::Server {
            url: &url,
            token: &token,
        },
        region: wanted.region(),
        endpoint: wanted.endpoint(),
        monitor: None,
    };
    let ending = if arguments.command.is_empty() {
        alone(&wanted, &url, &token, &mut interrupts).await
    } else {
        let environment = wanted.environment(&access);
        match child::run(&arguments.command, &environment, &mut interrupts).await {
            Ok(ran) => Ok(Ending::of_child(ran.status)),
            Err(NotRun::Interrupted) => Err(interrupted()),
            Err(NotRun::NotStarted(not_started)) => Ok(told(&not_started)),
        }
    };
    serving.abort();
    renewing.abort();
    ending
}

async fn alone(
    wanted: &Wanted<'_>,
    url: &str,
    token: &SecretString,
    interrupts: &mut Interrupts,
) -> Result<Ending, Failure> {
    view::say(format_args!(
        "Credentials of {}, renewed until Ctrl-C, for whoever has these variables:",
        wanted.who()
    ));
    let mut variables = vec![
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", url.to_owned()),
        (
            "AWS_CONTAINER_AUTHORIZATION_TOKEN",
            token.expose_secret().to_owned(),
        ),
    ];
    if let Some(region) = wanted.region() {
        variables.push(("AWS_REGION", region.to_owned()));
        variables.push(("AWS_DEFAULT_REGION", region.to_owned()));
    }
    // Whatever else there is of credentials comes before these, for SDKs: keys, a profile, the files' default.
    for name in ["AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"] {
        variables.push((name, "/dev/null".to_owned()));
    }
    let unset = "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_PROFILE AWS_DEFAULT_PROFILE \
                 AWS_WEB_IDENTITY_TOKEN_FILE AWS_ROLE_ARN";
    deliver(&format!("{unset}\n{}", credentials::lines(Shell::Sh, &variables)))?;
    interrupts.next().await;
    Ok(Ending::Own(Exit::Done))
}

/// 32 random bytes in hexadecimal: a header takes them as they are.
fn token() -> Result<SecretString, Failure> {
    let mut bytes = [0u8; 32];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| Failure::failed("the operating system gives no random numbers"))?;
    Ok(bytes
        .iter()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
        .into())
}

/// A session that is renewed when it is due: by whoever asks, or by time.
struct Source<Obtain> {
    held: Mutex<Session>,
    obtain: Obtain,
}

impl<Obtain: Fn() -> Result<Session, Failure>> Source<Obtain> {
    fn new(first: Session, obtain: Obtain) -> Self {
        Source {
            held: Mutex::new(first),
            obtain,
        }
    }

    /// The session as of `now`. While a renewal fails the old one is handed out as long as AWS accepts it.
    async fn current(&self, now: Timestamp) -> Result<Session, Failure> {
        let mut held = self.held.lock().await;
        if held.is_fresh(now) {
            return Ok(held.clone());
        }
        match (self.obtain)() {
            Ok(new) => *held = new,
            Err(failure) if held.ends_at().is_some_and(|ends_at| ends_at <= now) => return Err(failure),
            Err(failure) => view::failure(&failure),
        }
        Ok(held.clone())
    }
}

/// Renews in the background, so that nobody waits for it.
async fn renew<Obtain: Fn() -> Result<Session, Failure>>(source: Arc<Source<Obtain>>) {
    loop {
        let due_at = source.held.lock().await.due_at();
        let Some(due_at) = due_at else { return };
        let wait = due_at.duration_since(Timestamp::now()).max(SignedDuration::ZERO);
        tokio::time::sleep(wait.unsigned_abs()).await;
        let renewed = source.current(Timestamp::now()).await;
        let is_fresh = renewed.is_ok_and(|session| session.is_fresh(Timestamp::now()));
        if !is_fresh {
            tokio::time::sleep(AGAIN).await;
        }
    }
}

async fn serve<Obtain>(listener: TcpListener, source: Arc<Source<Obtain>>, token: SecretString)
where
    Obtain: Fn() -> Result<Session, Failure> + Send + Sync + 'static,
{
    let token = Arc::new(token);
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Too many open files: others may be closed soon.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let (source, token) = (Arc::clone(&source), Arc::clone(&token));
        tokio::spawn(async move {
            let answer = |request: Request<Incoming>| {
                let (source, token) = (Arc::clone(&source), Arc::clone(&token));
                async move {
                    let answered = answer(
                        request.method(),
                        request.uri().path(),
                        request.headers(),
                        &source,
                        &token,
                    );
                    Ok::<_, Infallible>(answered.await)
                }
            };
            // A client that goes away is its own affair.
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service_fn(answer))
                .await;
        });
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Handed<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    role_arn: Option<&'a str>,
    access_key_id: &'a str,
    secret_access_key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration: Option<String>,
}

async fn answer<Obtain: Fn() -> Result<Session, Failure>>(
    method: &Method,
    path: &str,
    headers: &HeaderMap,
    source: &Source<Obtain>,
    token: &SecretString,
) -> Response<Full<Bytes>> {
    // A page in a browser can be made to ask a name that leads to loopback; it cannot say that it asked loopback.
    if !is_loopback(headers) || !is_token(headers, token) {
        return refused(
            StatusCode::FORBIDDEN,
            "AccessDenied",
            "the authorization token is wrong",
        );
    }
    if path != PATH || method != Method::GET {
        return refused(StatusCode::NOT_FOUND, "NotFound", "ask GET /credentials");
    }
    let session = match source.current(Timestamp::now()).await {
        Ok(session) => session,
        Err(failure) => {
            view::failure(&failure);
            return refused(
                StatusCode::INTERNAL_SERVER_ERROR,
                "NotRenewed",
                "the session has ended and could not be renewed; daypass tells why",
            );
        }
    };
    let handed = Handed {
        role_arn: session.role.as_deref(),
        access_key_id: &session.credentials.access_key_id,
        secret_access_key: session.credentials.secret_access_key.expose_secret(),
        token: session
            .credentials
            .session_token
            .as_ref()
            .map(ExposeSecret::expose_secret),
        expiration: session.ends_at().map(|ends_at| ends_at.to_string()),
    };
    respond(StatusCode::OK, serde_json::to_vec(&handed).unwrap_or_default())
}

fn is_loopback(headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let name = host.map(|host| host.rsplit_once(':').map_or(host, |(name, _)| name));
    matches!(name, Some("127.0.0.1" | "localhost"))
}

fn is_token(headers: &HeaderMap, token: &SecretString) -> bool {
    let given = headers.get(AUTHORIZATION).map(http::HeaderValue::as_bytes);
    let expected = token.expose_secret().as_bytes();
    // In the same time, however much of it is right.
    given.is_some_and(|given| {
        given.len() == expected.len()
            && given
                .iter()
                .zip(expected)
                .fold(0, |differing, (given, expected)| differing | (given ^ expected))
                == 0
    })
}

#[derive(Serialize)]
struct Refusal<'a> {
    code: &'a str,
    message: &'a str,
}

fn refused(status: StatusCode, code: &str, message: &str) -> Response<Full<Bytes>> {
    respond(
        status,
        serde_json::to_vec(&Refusal { code, message }).unwrap_or_default(),
    )
}

fn respond(status: StatusCode, body: Vec<u8>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use daypass_aws::Credentials;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn session(number: usize, began_at: Timestamp) -> Session {
        Session {
            credentials: Credentials {
                expires_at: Some(began_at + SignedDuration::from_hours(1)),
                ..Credentials::from_key(format!("ASIA{number}"), "secret")
            },
            role: None,
            began_at,
        }
    }

    fn after(minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
    }

    #[tokio::test]
    async fn a_session_is_renewed_when_it_is_due_and_not_before() {
        let renewals = AtomicUsize::new(0);
        let source = Source::new(session(0, after(0)), || {
            let number = renewals.fetch_add(1, Ordering::Relaxed) + 1;
            Ok(session(number, after(50)))
        });
        let id = async |minutes| {
            source
                .current(after(minutes))
                .await
                .unwrap()
                .credentials
                .access_key_id
        };
        assert_eq!(id(44).await, "ASIA0");
        assert_eq!(id(46).await, "ASIA1");
        assert_eq!(id(94).await, "ASIA1");
        assert_eq!(id(96).await, "ASIA2");
        assert_eq!(renewals.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn while_renewing_fails_the_old_one_is_good_until_it_ends() {
        let source = Source::new(session(0, after(0)), || Err(Failure::failed("no network")));
        assert!(source.current(after(59)).await.is_ok());
        assert!(source.current(after(60)).await.is_err());
        let token = SecretString::from("token".to_owned());
        let mut headers = HeaderMap::new();
        headers.insert(HOST, http::HeaderValue::from_static("127.0.0.1:80"));
        headers.insert(AUTHORIZATION, http::HeaderValue::from_static("token"));
        let answered = answer(&Method::GET, PATH, &headers, &source, &token).await;
        assert_eq!(answered.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }

    /// The background task, on the real clock: the session is due at once, and once it is renewed it sleeps.
    #[tokio::test]
    async fn nobody_has_to_ask() {
        let renewed = Arc::new(tokio::sync::Notify::new());
        let told = Arc::clone(&renewed);
        let due = session(0, Timestamp::now() - SignedDuration::from_mins(50));
        let source = Arc::new(Source::new(due, move || {
            told.notify_one();
            Ok(session(1, Timestamp::now()))
        }));
        let renewing = tokio::spawn(renew(Arc::clone(&source)));
        tokio::time::timeout(Duration::from_secs(30), renewed.notified())
            .await
            .unwrap();
        let held = source.current(Timestamp::now()).await.unwrap();
        assert_eq!(held.credentials.access_key_id, "ASIA1");
        renewing.abort();
    }
}
