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
use std::time::{Duration, Instant};
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// botocore sends no event that is longer.
const LONGEST_EVENT: usize = 8 * 1024;
/// What a child has sent is in the socket when it ends. A process that it left behind may go on sending for ever.
const LAST_EVENTS: usize = 100_000;
/// The same bound, for a slow machine.
const LAST_EVENTS_TIME: Duration = Duration::from_millis(250);

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
    loop {
        tokio::select! {
            // The end first: otherwise whoever sends without a pause would keep us from seeing it.
            biased;
            () = stop.cancelled() => break,
            received = socket.recv(&mut buffer) => match received {
                Ok(length) => note(&mut calls, buffer.get(..length)),
                Err(_) => break,
            },
        }
    }
    // What has arrived but was not announced to us yet; the socket does not block.
    if let Ok(socket) = socket.into_std() {
        let until = Instant::now() + LAST_EVENTS_TIME;
        drain(&mut calls, until, |buffer| socket.recv(buffer));
    }
    calls
}

/// Takes in what `receive` still has, within the bounds; what is beyond them is told as cut off.
fn drain(calls: &mut Calls, until: Instant, mut receive: impl FnMut(&mut [u8]) -> io::Result<usize>) {
    let mut buffer = vec![0; LONGEST_EVENT];
    for _ in 0..LAST_EVENTS {
        let Ok(length) = receive(&mut buffer) else { return };
        note(calls, buffer.get(..length));
        if Instant::now() >= until {
            break;
        }
    }
    calls.cut_off();
}

fn note(calls: &mut Calls, bytes: Option<&[u8]>) {
    if let Some(event) = bytes.and_then(Event::parse) {
        calls.note(event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &[u8] = br#"{"Type":"ApiCall","Service":"S3","Api":"ListBuckets"}"#;

    #[expect(clippy::unnecessary_wraps, reason = "it stands for a socket")]
    fn endless(buffer: &mut [u8]) -> io::Result<usize> {
        buffer[..EVENT.len()].copy_from_slice(EVENT);
        Ok(EVENT.len())
    }

    fn counted(calls: &Calls) -> usize {
        calls.iter().map(|call| call.times).sum()
    }

    #[test]
    fn who_never_stops_sending_is_cut_off() {
        let much_later = Instant::now() + Duration::from_hours(1);
        let mut calls = Calls::default();
        drain(&mut calls, much_later, endless);
        assert_eq!((counted(&calls), calls.is_cut_off()), (LAST_EVENTS, true));

        let mut calls = Calls::default();
        drain(&mut calls, Instant::now(), endless);
        assert_eq!((counted(&calls), calls.is_cut_off()), (1, true));

        let mut calls = Calls::default();
        let mut left = 3;
        drain(&mut calls, much_later, |buffer| {
            if left == 0 {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            left -= 1;
            endless(buffer)
        });
        assert_eq!((counted(&calls), calls.is_cut_off()), (3, false));
    }

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
