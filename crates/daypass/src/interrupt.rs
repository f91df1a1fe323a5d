//! Signals that ask daypass to stop, as values: cleanup always runs, so none of them may end the process by itself.

use rustix::process::Signal;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::time::{Duration, Instant};
use tokio::signal::unix::{self, SignalKind};

/// The four signals by which people and systems end a program, listened to from now until the process ends.
#[derive(Debug)]
pub(crate) struct Interrupts {
    interrupt: unix::Signal,
    quit: unix::Signal,
    terminate: unix::Signal,
    /// `None` where whoever started us ignores it.
    hang_up: Option<unix::Signal>,
}

impl Interrupts {
    /// Takes over SIGINT, SIGQUIT, SIGTERM and SIGHUP; the last one not under `nohup`.
    pub(crate) fn listen() -> io::Result<Self> {
        // `nohup` starts a program with SIGHUP ignored so that it outlives its terminal. Listening would undo that for us,
        // and for the child too: exec keeps what is ignored, and resets what is listened to.
        let hang_up = if starts_ignored(Signal::HUP) {
            None
        } else {
            Some(unix::signal(SignalKind::hangup())?)
        };
        Ok(Interrupts {
            interrupt: unix::signal(SignalKind::interrupt())?,
            quit: unix::signal(SignalKind::quit())?,
            terminate: unix::signal(SignalKind::terminate())?,
            hang_up,
        })
    }

    /// The next signal. Cancel safe.
    pub(crate) async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::INT,
            _ = self.quit.recv() => Signal::QUIT,
            _ = self.terminate.recv() => Signal::TERM,
            _ = received(&mut self.hang_up) => Signal::HUP,
        }
    }

    /// The signal that has come and that nobody has taken yet.
    pub(crate) async fn pending(&mut self) -> Option<Signal> {
        // A signal is handed over by the runtime's event loop, which also ends this pause: when it has, whatever came
        // before has been handed over.
        const ONE_TURN: Duration = Duration::from_millis(2);
        tokio::time::timeout(ONE_TURN, self.next()).await.ok()
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

async fn received(signals: &mut Option<unix::Signal>) -> Option<()> {
    match signals {
        Some(signals) => signals.recv().await,
        None => std::future::pending().await,
    }
}

/// Whether we were started with `signal` ignored, where the system tells it (Linux: `proc_pid_status(5)`, `SigIgn`).
fn starts_ignored(signal: Signal) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    ignored_in(&status, signal)
}

fn ignored_in(status: &str, signal: Signal) -> bool {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    let bit = u32::try_from(signal.as_raw() - 1).unwrap_or(u32::MAX);
    mask.and_then(|mask| mask.checked_shr(bit))
        .is_some_and(|mask| mask & 1 == 1)
}

/// A SIGTERM that comes again within this time is the same wish, told twice.
const TERMINATE_AGAIN: Duration = Duration::from_secs(5);

/// Whether signals mean that somebody no longer wants to wait for a removal.
///
/// Only a person's second Ctrl-C (or Ctrl-\) does at once. A terminal that is closed sends SIGHUP more than once (the
/// kernel does, and the shell), and a supervisor may send SIGTERM to each process and to the group: neither knows what
/// would be left behind.
#[derive(Debug)]
pub(crate) struct Insistence {
    asked: bool,
    terminated: Option<Instant>,
}

impl Insistence {
    /// `asked` says whether a signal has asked for the end before.
    pub(crate) fn new(asked: bool) -> Self {
        Insistence {
            asked,
            terminated: None,
        }
    }

    /// Takes in a signal that came at `now`; whether the removal is to be abandoned.
    pub(crate) fn abandons(&mut self, signal: Signal, now: Instant) -> bool {
        let asked = std::mem::replace(&mut self.asked, true);
        match signal {
            Signal::INT | Signal::QUIT => asked,
            Signal::TERM => {
                let first = *self.terminated.get_or_insert(now);
                now.duration_since(first) >= TERMINATE_AGAIN
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_person_abandons_a_removal_at_once() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut insistence = Insistence::new(false);
        assert!(!insistence.abandons(Signal::HUP, start));
        assert!(!insistence.abandons(Signal::HUP, after(60)));
        assert!(insistence.abandons(Signal::INT, after(61)));

        let mut insistence = Insistence::new(true);
        assert!(!insistence.abandons(Signal::TERM, start));
        assert!(!insistence.abandons(Signal::TERM, after(4)));
        assert!(insistence.abandons(Signal::TERM, after(5)));

        let mut insistence = Insistence::new(false);
        assert!(!insistence.abandons(Signal::INT, start), "the first one");
        assert!(insistence.abandons(Signal::QUIT, start), "the second one");
        assert!(Insistence::new(true).abandons(Signal::INT, start));
    }

    #[test]
    fn what_is_ignored_is_read() {
        let status = "Name:\tx\nSigIgn:\t0000000000001001\nSigCgt:\tffffffffffffffff\n";
        assert!(ignored_in(status, Signal::HUP));
        assert!(!ignored_in(status, Signal::INT));
        assert!(!ignored_in("", Signal::HUP));
    }
}
