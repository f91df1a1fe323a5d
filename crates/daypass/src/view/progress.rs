//! What is being waited for: a spinner on a terminal, a line per step elsewhere.

use super::paint::{QUIET, paint};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::fmt::Display;
use std::io::IsTerminal;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Shows one activity at a time on stderr, until dropped.
#[derive(Debug)]
pub(crate) struct Spinner {
    bar: Option<ProgressBar>,
    said: Mutex<String>,
}

impl Spinner {
    /// Nothing is shown until the first [`Spinner::show`].
    pub(crate) fn new() -> Self {
        let on_terminal = std::io::stderr().is_terminal();
        let bar = on_terminal.then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{spinner:.cyan} {wide_msg}");
            bar.set_style(
                style
                    .unwrap_or_else(|_| ProgressStyle::default_spinner())
                    .tick_chars("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ "),
            );
            bar.enable_steady_tick(Duration::from_millis(80));
            bar
        });
        Spinner {
            bar,
            said: Mutex::default(),
        }
    }

    /// What is going on now. Off a terminal a line is written when the activity changes, not when its count does.
    pub(crate) fn show(&self, activity: impl Display) {
        let activity = activity.to_string();
        if let Some(bar) = &self.bar {
            bar.set_message(activity);
            return;
        }
        let without_count = activity.split(" (").next().unwrap_or_default();
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if *said != without_count {
            without_count.clone_into(&mut said);
            super::say(paint(QUIET, &activity));
        }
    }

    /// Says something that stays, above the spinner.
    pub(crate) fn say(&self, text: impl Display) {
        match &self.bar {
            Some(bar) => bar.suspend(|| super::say(text)),
            None => super::say(text),
        }
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
