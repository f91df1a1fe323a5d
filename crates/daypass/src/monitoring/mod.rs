//! What AWS calls the child made, as its SDK tells it: client-side monitoring, JSON over UDP on loopback.
//!
//! The format is the one that botocore and the older AWS SDKs write (botocore, `botocore/monitoring.py`). It is a
//! courtesy of the child's: nothing is decided on it.

mod calls;
mod denial;
mod event;

pub(crate) use calls::{Call, Calls, Outcome};
pub(crate) use denial::{Denial, DenialReason};

use event::Event;
use std::io;
use std::net::Ipv4Addr;
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// botocore sends no event that is longer.
const LONGEST_EVENT: usize = 8 * 1024;

/// A listener for one run of a child.
#[derive(Debug)]
pub(crate) struct Monitor {
    port: u16,
    stop: CancellationToken,
    listening: JoinHandle<Calls>,
}

impl Monitor {
    /// Listens on a free port of 127.0.0.1 from now on.
    pub(crate) async fn start() -> io::Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = socket.local_addr()?.port();
        let stop = CancellationToken::new();
        let listening = tokio::spawn(listen(socket, stop.clone()));
        Ok(Monitor {
            port,
            stop,
            listening,
        })
    }

    /// Where the child is to send its events.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The calls of a child that has ended: what it had sent is in the socket by now.
    pub(crate) async fn finish(self) -> Calls {
        self.stop.cancel();
        self.listening.await.unwrap_or_default()
    }
}

async fn listen(socket: UdpSocket, stop: CancellationToken) -> Calls {
    let mut calls = Calls::default();
    let mut buffer = vec![0; LONGEST_EVENT];
    let mut note = |bytes: Option<&[u8]>| {
        if let Some(event) = bytes.and_then(Event::parse) {
            calls.note(event);
        }
    };
    loop {
        tokio::select! {
            biased;
            received = socket.recv(&mut buffer) => match received {
                Ok(length) => note(buffer.get(..length)),
                Err(_) => break,
            },
            () = stop.cancelled() => break,
        }
    }
    // What has arrived but was not announced to us yet; the socket does not block.
    if let Ok(socket) = socket.into_std() {
        while let Ok(length) = socket.recv(&mut buffer) {
            note(buffer.get(..length));
        }
    }
    calls
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nothing_that_was_sent_before_the_end_is_missed() {
        let monitor = Monitor::start().await.unwrap();
        let child = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let to = ("127.0.0.1", monitor.port());
        for _ in 0..50 {
            child
                .send_to(br#"{"Type":"ApiCall","Service":"S3","Api":"ListBuckets"}"#, to)
                .unwrap();
        }
        child.send_to(b"not json", to).unwrap();
        let calls = monitor.finish().await;
        assert_eq!(calls.iter().map(|call| call.times).collect::<Vec<_>>(), [50]);
    }
}
