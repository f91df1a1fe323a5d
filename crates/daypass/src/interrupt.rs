//! Signals that ask daypass to stop, as values: cleanup always runs, so none of them may end the process by itself.

use rustix::process::Signal;
use std::future::Future;
use std::io;
use std::pin::pin;
use tokio::signal::unix::{self, SignalKind};

/// The four signals by which people and systems end a program, listened to from now until the process ends.
#[derive(Debug)]
pub(crate) struct Interrupts {
    interrupt: unix::Signal,
    quit: unix::Signal,
    terminate: unix::Signal,
    hang_up: unix::Signal,
}

impl Interrupts {
    /// Takes over SIGINT, SIGQUIT, SIGTERM and SIGHUP.
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Interrupts {
            interrupt: unix::signal(SignalKind::interrupt())?,
            quit: unix::signal(SignalKind::quit())?,
            terminate: unix::signal(SignalKind::terminate())?,
            hang_up: unix::signal(SignalKind::hangup())?,
        })
    }

    /// The next signal. Cancel safe.
    pub(crate) async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::INT,
            _ = self.quit.recv() => Signal::QUIT,
            _ = self.terminate.recv() => Signal::TERM,
            _ = self.hang_up.recv() => Signal::HUP,
        }
    }

    /// Runs `work`, dropping it at the first signal: for work that leaves nothing behind when dropped.
    pub(crate) async fn unless<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Signal> {
        tokio::select! {
            done = work => Ok(done),
            signal = self.next() => Err(signal),
        }
    }

    /// Runs `work` to its end; each signal is told to `on_signal` with its number (from 1), which may cancel tokens
    /// that `work` listens to.
    pub(crate) async fn during<T>(
        &mut self,
        work: impl Future<Output = T>,
        mut on_signal: impl FnMut(Signal, usize),
    ) -> T {
        let mut work = pin!(work);
        let mut signals = 0;
        loop {
            tokio::select! {
                done = &mut work => return done,
                signal = self.next() => {
                    signals += 1;
                    on_signal(signal, signals);
                }
            }
        }
    }
}

/// Runs `work` and turns a panic inside it into an error with the panic's message, so that cleanup can follow.
pub(crate) async fn contain_panic<T>(work: impl Future<Output = T>) -> Result<T, String> {
    let mut work = pin!(work);
    std::future::poll_fn(move |context| {
        // Nothing of `work` is used after a panic but its drop, so no broken invariant can be seen.
        let polled = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work.as_mut().poll(context)));
        match polled {
            Ok(poll) => poll.map(Ok),
            Err(panic) => std::task::Poll::Ready(Err(panic_message(panic.as_ref()))),
        }
    })
    .await
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "panic".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_becomes_an_error() {
        assert_eq!(contain_panic(async { 7 }).await, Ok(7));
        let contained = contain_panic(async {
            tokio::task::yield_now().await;
            panic!("broken {}", 1)
        });
        let outcome: Result<(), String> = contained.await;
        assert_eq!(outcome, Err("broken 1".to_owned()));
    }
}
