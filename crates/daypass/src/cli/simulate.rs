//! `daypass simulate`: its arguments and its help.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

const EXAMPLES: &str = "\
EXAMPLES
  May this request be made? Ask the policies in a file, offline
    $ daypass simulate --scenario question.yaml

  The same as data, for a program
    $ daypass simulate --scenario question.json --format json

  A million questions, one a line, on all cores
    $ daypass simulate --scenario questions.jsonl --format json > answers.jsonl

  From another program
    $ ./make-questions | daypass simulate --scenario - --format json

SCENARIO FILE
  policies:
    identity:
      - Version: 2012-10-17
        Statement: {Effect: Allow, Action: 's3:Get*', Resource: '*'}
  request:
    principal: arn:aws:iam::111122223333:user/bob
    action: s3:GetObject
    resource: arn:aws:s3:::amzn-s3-demo-bucket/data.txt

More policies: resource, boundary, session, trust, scp, rcp, endpoint. More of a
request: principal_role, resource_account, context. docs/simulate.md has it all.

EXIT CODE
  One scenario: 0 when it is allowed, 4 when it is denied. Many (JSON Lines, or
  several files): 0 when each has its answer, whatever the answers are. 2 when a
  scenario could not be read; the others are answered all the same.";

/// Ask policies whether a request is allowed, and why
///
/// Reads scenarios: a request with every policy that bears on it. Nothing is called and nothing is added: what the
/// scenario says is all there is. The answer names the statement that decided, and for a deny, per statement that came
/// near, the one element that failed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SimulateArgs {
    /// Scenario: .json, .yaml, or .jsonl with one a line; `-` reads stdin (repeatable)
    #[arg(long = "scenario", value_name = "FILE", required = true)]
    pub(crate) scenarios: Vec<PathBuf>,
    /// How the answers are printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: AnswerFormat,
}

/// How answers are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum AnswerFormat {
    /// As a colleague would say it; of many scenarios one line each.
    #[default]
    Human,
    /// One JSON object a line, in the order of the scenarios.
    Json,
}
