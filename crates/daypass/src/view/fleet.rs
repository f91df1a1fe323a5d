//! Accounts at work: on a terminal a bar and the accounts that are being worked on, elsewhere a line for each step of
//! each account.

use super::paint::{QUIET, paint};
use daypass_aws::{FleetEvent, FleetWatch};
use iam_policy::AccountId;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Display, Write as _};
use std::io::IsTerminal;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// So many accounts are told by what they do; the bar counts the others.
const SHOWN: usize = 3;

/// Shows what a fleet does, until dropped.
#[derive(Debug, Clone)]
pub(crate) struct Accounts(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    bar: Option<ProgressBar>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    busy: BTreeMap<AccountId, String>,
    finished: BTreeSet<AccountId>,
    /// Changes that were made, by account; counted only while there are changes to make.
    changes: Option<BTreeMap<AccountId, usize>>,
    /// What was said last of an account, off a terminal.
    said: BTreeMap<AccountId, String>,
}

impl Accounts {
    /// For so many accounts, which are read first.
    pub(crate) fn new(accounts: usize) -> Accounts {
        let on_terminal = std::io::stderr().is_terminal();
        let bar = on_terminal.then(|| {
            let target = ProgressDrawTarget::stderr();
            let bar = ProgressBar::with_draw_target(u64::try_from(accounts).ok(), target);
            let style =
                ProgressStyle::with_template("{spinner:.cyan} {bar:20.cyan/dim} {pos}/{len} {wide_msg}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        Accounts(Arc::new(Shared {
            bar,
            state: Mutex::default(),
        }))
    }

    /// The listener for a fleet.
    pub(crate) fn watch(&self) -> FleetWatch {
        let shared = Arc::clone(&self.0);
        FleetWatch::new(move |event| shared.hear(event))
    }

    /// From here on so many changes are made.
    pub(crate) fn changing(&self, changes: usize) {
        let mut state = self.0.lock();
        state.changes = Some(BTreeMap::new());
        state.finished.clear();
        drop(state);
        if let Some(bar) = &self.0.bar {
            bar.reset();
            bar.set_length(u64::try_from(changes).unwrap_or(0));
        }
    }

    /// Says something that stays.
    pub(crate) fn say(&self, text: impl Display) {
        match &self.0.bar {
            Some(bar) => bar.suspend(|| super::say(text)),
            None => super::say(text),
        }
    }

    /// Takes the bar away.
    pub(crate) fn done(&self) {
        if let Some(bar) = &self.0.bar {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hear(&self, event: FleetEvent) {
        let (account, activity, is_over) = match event {
            FleetEvent::Opening { account } => (account, "assuming the deployer role".to_owned(), false),
            FleetEvent::Observing { account, pages } => (account, format!("reading, page {pages}"), false),
            FleetEvent::Changing {
                account,
                done,
                of,
                name,
            } => {
                if let Some(changes) = &mut self.lock().changes {
                    changes.insert(account.clone(), done);
                }
                (account, format!("{} of {of}: {name}", done + 1), false)
            }
            FleetEvent::Waiting { account, why } => (account, format!("asking again: {why}"), false),
            FleetEvent::Finished { account } => (account, String::new(), true),
            FleetEvent::Failed { account, why } => (account, why, true),
        };
        let mut state = self.lock();
        if is_over {
            state.busy.remove(&account);
            state.finished.insert(account.clone());
        } else {
            state.busy.insert(account.clone(), activity.clone());
        }
        match &self.bar {
            Some(bar) => draw(bar, &state),
            None => tell(&mut state, account, &activity),
        }
    }
}

fn draw(bar: &ProgressBar, state: &State) {
    let done = match &state.changes {
        Some(changes) => changes.values().sum(),
        None => state.finished.len(),
    };
    bar.set_position(u64::try_from(done).unwrap_or(0));
    let busy = state
        .busy
        .iter()
        .take(SHOWN)
        .map(|(account, activity)| format!("{account} {activity}"));
    let mut message = busy.collect::<Vec<_>>().join("  ");
    if let Some(more) = state.busy.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        let _ = write!(message, "  and {more} more");
    }
    bar.set_message(message);
}

/// A line where something else begins in an account; a page or a change more is not something else.
fn tell(state: &mut State, account: AccountId, activity: &str) {
    let is_change = activity.contains(" of ");
    let kind = activity.split([',', ':']).next().unwrap_or_default();
    let kind = if is_change { "changing" } else { kind };
    if activity.is_empty() || state.said.get(&account).is_some_and(|said| said == kind) {
        return;
    }
    let line = if is_change { "making its changes" } else { activity };
    super::say(paint(QUIET, format_args!("{account}: {line}")));
    state.said.insert(account, kind.to_owned());
}
