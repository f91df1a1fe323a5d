//! The sandbox as an HTTP server, for any program that can be given an endpoint.
//! On hyper itself, since an injected reset must break the connection without an answer.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use jiff::Timestamp;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::admin::Wait;
use crate::sandbox::{Outcome, Sandbox};

/// The largest body that is taken, in bytes.
const LARGEST_BODY: usize = 64 * 1024 * 1024;

/// A server that runs. Dropping it ends it at once.
#[derive(Debug)]
pub struct Running {
    addr: SocketAddr,
    task: JoinHandle<()>,
}

impl Running {
    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The endpoint for clients, such as `http://127.0.0.1:4566`.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Ends it, and waits until the port is free again.
    pub async fn shutdown(mut self) {
        self.task.abort();
        // Ending by abortion is what was asked for.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Serves `sandbox` at `addr` (port 0: any free port). `now` tells the real time. Must be called within a Tokio
/// runtime with I/O and time.
pub async fn start(sandbox: Arc<Sandbox>, addr: SocketAddr, now: fn() -> Timestamp) -> io::Result<Running> {
    let listener = TcpListener::bind(addr).await?;
    let addr = listener.local_addr()?;
    let task = tokio::spawn(accept(listener, sandbox, now));
    Ok(Running { addr, task })
}

async fn accept(listener: TcpListener, sandbox: Arc<Sandbox>, now: fn() -> Timestamp) {
    // Connections end with the set, and the set with the server.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve(stream, sandbox.clone(), now));
                }
                // Out of file descriptors, as a rule: let some connections end first.
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(10)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(stream: TcpStream, sandbox: Arc<Sandbox>, now: fn() -> Timestamp) {
    // Without this, small answers wait for the client's acknowledgement.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| respond(request, sandbox.clone(), now));
    // A connection that breaks is the client's affair.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// How soon a follower of the log sees a call.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Waits until there is one that the follower does not know.
async fn a_new_call(sandbox: &Sandbox, wait: Wait) {
    let none_yet = async {
        while sandbox.log_after(wait.after, 1).calls.is_empty() {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    // Without one, what is there is the answer.
    let _ = tokio::time::timeout(wait.at_most, none_yet).await;
}

/// Why a connection is closed without an answer.
#[derive(Debug, thiserror::Error)]
enum Closed {
    #[error("a reset was asked for")]
    Reset,
    #[error("the body could not be read")]
    Body,
}

async fn respond(
    request: Request<Incoming>,
    sandbox: Arc<Sandbox>,
    now: fn() -> Timestamp,
) -> Result<Response<Full<Bytes>>, Closed> {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, LARGEST_BODY)
        .collect()
        .await
        .map_err(|_| Closed::Body)?
        .to_bytes();
    if let Some(wait) = Wait::of(&parts.uri) {
        a_new_call(&sandbox, wait).await;
    }
    let reply = sandbox.handle(Request::from_parts(parts, body), now());
    if !reply.delay.is_zero() {
        tokio::time::sleep(reply.delay).await;
    }
    match reply.outcome {
        Outcome::Response(response) => Ok(response.map(Full::new)),
        Outcome::Reset => Err(Closed::Reset),
        Outcome::Hang => std::future::pending().await,
    }
}
