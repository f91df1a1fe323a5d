//! `daypass sandbox log`.

use super::remote::Remote;
use crate::cli::{LogFormat, SandboxLogArgs};
use crate::commands::not_written;
use crate::exit::{Ending, Exit};
use crate::failure::Failure;
use crate::interrupt::Interrupts;
use crate::settings::Settings;
use crate::view;
use crate::view::sandbox_log::Lines;
use serde_json::Value;

/// Seconds that a follower lets the sandbox wait for a call.
const WAIT: u32 = 20;

/// Shows the calls so far, and with `--follow` those to come.
pub(super) async fn run(arguments: &SandboxLogArgs, settings: &Settings) -> Result<Ending, Failure> {
    let remote = Remote::find(settings)?;
    let mut interrupts = Interrupts::listen().map_err(|error| Failure::no_signals(&error))?;
    // Ctrl-C is how following ends.
    match interrupts.unless(show(&remote, arguments)).await {
        Ok(shown) => shown,
        Err(_) if arguments.follow => Ok(Ending::Own(Exit::Done)),
        Err(_) => Err(crate::failure::interrupted()),
    }
}

async fn show(remote: &Remote, arguments: &SandboxLogArgs) -> Result<Ending, Failure> {
    let mut lines = Lines::default();
    let mut after = 0;
    let mut has_answered = false;
    loop {
        let wait = if arguments.follow && has_answered { WAIT } else { 0 };
        let page = match remote.ask(&format!("log?after={after}&wait={wait}"), None).await {
            Ok(page) => page,
            Err(_) if has_answered && arguments.follow => {
                view::note("the sandbox has ended");
                return Ok(Ending::Own(Exit::Done));
            }
            Err(failure) => return Err(failure),
        };
        let number = |key: &str| page.get(key).and_then(Value::as_u64).unwrap_or(0);
        if number("missed") > 0 && has_answered {
            view::warn(format_args!(
                "{} calls came too fast to be shown",
                number("missed")
            ));
        }
        let calls = page.get("calls").and_then(Value::as_array);
        let calls = calls.map(Vec::as_slice).unwrap_or_default();
        for call in calls {
            let line = match arguments.format {
                LogFormat::Json => call.to_string(),
                LogFormat::Human => lines.of(call),
            };
            if let Err(error) = view::deliver(&line) {
                return not_written(&error);
            }
        }
        after = number("next");
        has_answered = true;
        if calls.is_empty() && !arguments.follow {
            return Ok(Ending::Own(Exit::Done));
        }
    }
}
