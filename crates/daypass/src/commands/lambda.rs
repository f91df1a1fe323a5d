//! `daypass lambda`: the same apply and cleanup, asked for by events of AWS Lambda.

use super::access::{self, Planned};
use super::apply::within_bounds;
use crate::cli::{LambdaArgs, PaceArgs};
use crate::exit::{Ending, Exit};
use crate::failure::Failure;
use crate::settings::Settings;
use crate::view::fleet::Accounts;
use crate::view::lambda as view;
use daypass_aws::{AccountOutcome, Instructions, What, Work};
use daypass_core::plan::Options;
use daypass_core::team::{NameError, TeamName};
use jiff::{SignedDuration, Timestamp};
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use serde::Deserialize;
use serde_json::Value;
use std::path::Path;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// What Lambda itself sets ("AWS Lambda Developer Guide", Using the Lambda runtime API for custom runtimes; Defined runtime
/// environment variables), and what the runtime cannot do without.
const SET_BY_LAMBDA: [&str; 4] = [
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
];
/// So long before Lambda ends the function no other call is begun: an answer that says what is left is worth more.
const LEFT_TO_ANSWER: Duration = Duration::from_secs(20);

/// Runs `daypass lambda`, until Lambda ends it.
pub(crate) async fn run(arguments: LambdaArgs, settings: &Settings) -> Result<Ending, Failure> {
    let missing = SET_BY_LAMBDA
        .iter()
        .find(|name| settings.variables.get(name).is_none());
    if let Some(missing) = missing {
        return Err(
            Failure::bad_input(format!("this is no Lambda function: {missing} is not set"))
                .help("daypass init lambda writes a function that runs this"),
        );
    }
    let (dir, settings) = (&arguments.dir, settings);
    let answering = service_fn(move |event: LambdaEvent<Value>| async move {
        answer(event, dir, settings).await.map_err(Refusal)
    });
    lambda_runtime::run(answering)
        .await
        .map(|()| Ending::Own(Exit::Done))
        .map_err(|error| Failure::failed("the Lambda Runtime API does not answer").why(error.to_string()))
}

/// What is asked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Event {
    command: Command,
    #[serde(default)]
    teams: Teams,
    /// In this account alone: its id, or a team's name for it.
    account: Option<String>,
    /// Of `apply`: how much access that no file asks for any more may be taken away.
    max_removals: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Command {
    Accounts,
    Apply,
    Cleanup,
}

/// `"all"`, or names.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
enum Teams {
    Named(Vec<String>),
    Word(String),
}

impl Default for Teams {
    fn default() -> Self {
        Teams::Word("all".to_owned())
    }
}

/// A failure, as Lambda tells it on.
#[derive(Debug)]
struct Refusal(Failure);

impl From<Refusal> for Diagnostic {
    fn from(refusal: Refusal) -> Self {
        let error_type = match refusal.0.exit() {
            Exit::BadInput => "WrongInput",
            _ => "Failed",
        };
        Diagnostic {
            error_type: error_type.to_owned(),
            error_message: view::told(&refusal.0),
        }
    }
}

async fn answer(event: LambdaEvent<Value>, dir: &Path, settings: &Settings) -> Result<Value, Failure> {
    let deadline = Duration::from_millis(event.context.deadline);
    let event: Event = serde_json::from_value(event.payload).map_err(|wrong| {
        Failure::bad_input(format!("the event is none of daypass's: {wrong}"))
            .help("an event is like {\"command\": \"cleanup\", \"teams\": \"all\"}")
    })?;
    let (teams, all) = event.teams.named()?;
    let now = Timestamp::now();
    let mut asked = access::read(dir, &teams, all, now)?;
    asked.only_accounts(event.account.as_slice())?;
    let what = match event.command {
        Command::Accounts => return Ok(view::accounts(&asked.accounts)),
        Command::Apply => What::Apply(Options::default()),
        Command::Cleanup => What::Cleanup { every_team: all },
    };
    let work = Work::of(what);
    let place = access::place(settings, &asked.accounts).await?;
    let shown = Accounts::new(asked.accounts.len());
    let fleet = access::fleet(&place, &pace(), &shown);
    let plans = fleet.plan(&asked.accounts, &work).await;
    let planned: Planned = asked.accounts.iter().cloned().zip(plans).collect();
    if event.command == Command::Apply {
        within_bounds(&access::plan_of(&planned, &asked.teams, now), event.max_removals)?;
    }
    let instructions = planned.iter().filter_map(|(asked, plan)| {
        Some(Instructions {
            asked: asked.clone(),
            plan: plan.as_ref().ok()?.clone(),
            work: Some(work.clone()),
            verify: false,
        })
    });
    let stop = stop_before(deadline);
    let outcomes: Vec<AccountOutcome> = fleet.execute(instructions.collect(), &stop).await;
    shown.done();
    let summary = view::summary(&outcomes, &planned);
    if view::is_complete(&outcomes, &planned) {
        return Ok(summary);
    }
    // The invocation has failed, so that whoever started it notices; what came of it is its message.
    Err(Failure::failed(summary.to_string()))
}

impl Teams {
    fn named(&self) -> Result<(Vec<TeamName>, bool), Failure> {
        let names = match self {
            Teams::Word(word) if word == "all" => return Ok((Vec::new(), true)),
            Teams::Word(name) => std::slice::from_ref(name),
            Teams::Named(names) if names.is_empty() => {
                return Err(Failure::bad_input("teams is an empty list").help("name some, or \"all\""));
            }
            Teams::Named(names) => names.as_slice(),
        };
        let names: Result<Vec<TeamName>, NameError> = names.iter().map(|name| name.parse()).collect();
        let names = names.map_err(|wrong| Failure::bad_input(wrong.to_string()))?;
        Ok((names, false))
    }
}

fn pace() -> PaceArgs {
    PaceArgs {
        parallel: 16,
        calls_per_second: 20,
        deadline: SignedDuration::from_mins(14),
    }
}

/// Stops in time. `deadline` is since the epoch.
fn stop_before(deadline: Duration) -> CancellationToken {
    let stop = CancellationToken::new();
    let now = Timestamp::now().as_duration().unsigned_abs();
    let left = deadline.saturating_sub(now).saturating_sub(LEFT_TO_ANSWER);
    let token = stop.clone();
    tokio::spawn(async move {
        tokio::time::sleep(left).await;
        token.cancel();
    });
    stop
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(text: &str) -> Result<Event, serde_json::Error> {
        serde_json::from_str(text)
    }

    #[test]
    fn events_say_what_is_asked_for() {
        let all = event(r#"{"command": "cleanup"}"#).unwrap();
        assert_eq!(
            (all.command, all.teams.named().unwrap()),
            (Command::Cleanup, (Vec::new(), true))
        );
        let one = event(r#"{"command": "apply", "teams": ["a", "b"], "account": "111122223333"}"#).unwrap();
        assert_eq!(one.teams.named().unwrap().0.len(), 2);
        assert_eq!(one.account.as_deref(), Some("111122223333"));
        for wrong in [
            "{}",
            "[]",
            r#"{"command": "destroy"}"#,
            r#"{"command": "apply", "team": "a"}"#,
        ] {
            assert!(event(wrong).is_err(), "{wrong}");
        }
        assert!(
            event(r#"{"command": "apply", "teams": []}"#)
                .unwrap()
                .teams
                .named()
                .is_err()
        );
        assert!(
            event(r#"{"command": "apply", "teams": ["../a"]}"#)
                .unwrap()
                .teams
                .named()
                .is_err()
        );
    }
}
