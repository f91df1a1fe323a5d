//! `daypass sandbox clock`.

use super::remote::Remote;
use crate::cli::{ClockChange, SandboxClockArgs};
use crate::commands::completions::deliver;
use crate::exit::Ending;
use crate::failure::Failure;
use crate::settings::Settings;
use serde_json::{Value, json};

/// Shows the clock, changed if that is asked for.
pub(super) async fn run(arguments: &SandboxClockArgs, settings: &Settings) -> Result<Ending, Failure> {
    let remote = Remote::find(settings)?;
    let change = arguments.change.as_ref().map(|change| match change {
        ClockChange::Move(by) => json!({"move": by.to_string()}),
        ClockChange::Set(to) => json!({"set": to.to_string()}),
        ClockChange::Freeze => json!({"frozen": true}),
        ClockChange::Run => json!({"frozen": false}),
    });
    let clock = remote.ask("clock", change.as_ref()).await?;
    let now = clock.get("now").and_then(Value::as_str).unwrap_or_default();
    let is_frozen = clock.get("frozen").and_then(Value::as_bool) == Some(true);
    deliver(&format!("{now}{}", if is_frozen { " frozen" } else { "" }))
}
