//! Accounts at work: on a terminal a bar over all of them and below it a line for each that is being worked on, elsewhere a
//! line for each step of each account.

use super::paint::{QUIET, paint};
use daypass_aws::{FleetEvent, FleetWatch};
use iam_policy::AccountId;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::io::IsTerminal;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// So many accounts have a line of their own; the last line counts the others.
const LINES: usize = 8;
const TICK: Duration = Duration::from_millis(100);

/// Shows what a fleet does, until dropped.
#[derive(Debug, Clone)]
pub(crate) struct Accounts(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    screen: Option<Screen>,
    state: Mutex<State>,
}

/// What is drawn on a terminal.
#[derive(Debug)]
struct Screen {
    all: MultiProgress,
    total: ProgressBar,
    lines: Mutex<Vec<ProgressBar>>,
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
        Accounts(Arc::new(Shared {
            screen: on_terminal.then(|| Screen::new(accounts)),
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
        if let Some(screen) = &self.0.screen {
            screen.begin(changes);
        }
    }

    /// Says something that stays.
    pub(crate) fn say(&self, text: impl Display) {
        match &self.0.screen {
            Some(screen) => screen.all.suspend(|| super::say(text)),
            None => super::say(text),
        }
    }

    /// Takes the lines away, for good or until changes are made.
    pub(crate) fn done(&self) {
        if let Some(screen) = &self.0.screen {
            screen.clear();
        }
    }
}

impl Screen {
    fn new(accounts: usize) -> Screen {
        let all = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        let total = all.add(ProgressBar::new(0));
        let style = ProgressStyle::with_template("{spinner:.cyan} {bar:20.cyan/dim} {pos}/{len}{msg}");
        total.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        let screen = Screen {
            all,
            total,
            lines: Mutex::default(),
        };
        screen.begin(accounts);
        screen
    }

    fn begin(&self, length: usize) {
        self.total.reset();
        self.total.set_length(u64::try_from(length).unwrap_or(0));
        self.total.enable_steady_tick(TICK);
    }

    fn clear(&self) {
        for line in self.lines().drain(..) {
            line.finish_and_clear();
            self.all.remove(&line);
        }
        self.total.disable_steady_tick();
        self.total.finish_and_clear();
    }

    /// Whoever was interrupted while drawing leaves lines that can be drawn again.
    fn lines(&self) -> std::sync::MutexGuard<'_, Vec<ProgressBar>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn draw(&self, state: &State) {
        let done = match &state.changes {
            Some(changes) => changes.values().sum(),
            None => state.finished.len(),
        };
        self.total.set_position(u64::try_from(done).unwrap_or(0));
        let unit = if state.changes.is_some() {
            " changes"
        } else {
            " accounts"
        };
        self.total.set_message(unit);
        let told = state.told();
        let mut lines = self.lines();
        while lines.len() > told.len() {
            if let Some(line) = lines.pop() {
                line.finish_and_clear();
                self.all.remove(&line);
            }
        }
        while lines.len() < told.len() {
            let line = self.all.add(ProgressBar::new_spinner());
            let style = ProgressStyle::with_template("  {wide_msg}");
            line.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
            lines.push(line);
        }
        for (line, text) in lines.iter().zip(told) {
            line.set_message(text);
        }
    }
}

impl State {
    /// A line for each account that is being worked on, as far as there is room.
    fn told(&self) -> Vec<String> {
        let busy = self.busy.iter();
        let mut lines: Vec<String> = busy
            .take(LINES)
            .map(|(account, activity)| format!("{account}  {activity}"))
            .collect();
        if let Some(more) = self.busy.len().checked_sub(LINES).filter(|more| *more > 0) {
            lines.push(format!("and {more} more"));
        }
        lines
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        if let Some(screen) = &self.screen {
            screen.clear();
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
        match &self.screen {
            Some(screen) => screen.draw(&state),
            None => tell(&mut state, account, &activity),
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_account_at_work_has_a_line_as_far_as_there_is_room() {
        let account = |number: usize| -> AccountId { format!("{number:012}").parse().unwrap() };
        let busy = |number| State {
            busy: (0..number)
                .map(|one| (account(one), "3 of 20: reports".to_owned()))
                .collect(),
            ..State::default()
        };
        assert_eq!(busy(0).told(), [""; 0]);
        assert_eq!(
            busy(2).told(),
            ["000000000000  3 of 20: reports", "000000000001  3 of 20: reports"]
        );
        assert_eq!(busy(8).told().len(), 8);
        assert_eq!(busy(11).told().last().map(String::as_str), Some("and 3 more"));
    }
}
