//! `daypass simulate`: its arguments and its help.

use super::values;
use clap::{Args, ValueEnum};
use iam_policy::{AccountId, Principal};
use jiff::Timestamp;
use std::path::PathBuf;

const EXAMPLES: &str = "\
EXAMPLES
  May bob read this object, by this document? Offline, with the reason
    $ daypass simulate --identity policy.json \\
        --principal arn:aws:iam::111122223333:user/bob \\
        --action s3:GetObject --resource arn:aws:s3:::reports/q3.csv

  With a boundary, and from where the request comes
    $ daypass simulate --identity policy.yaml --boundary boundary.json \\
        --principal arn:aws:iam::111122223333:role/app --action 's3:Get*' \\
        --resource arn:aws:s3:::reports/q3.csv --context aws:SourceIp=192.0.2.7

  What does AWS itself say, and does it differ?
    $ daypass simulate --identity ReadOnlyAccess --principal $ARN \\
        --action iam:ListUsers iam:CreateUser --live

  A question with all its policies in one file, or a million of them
    $ daypass simulate --scenario question.yaml
    $ daypass simulate --scenario questions.jsonl --format json > answers.jsonl

POLICIES
  A JSON or YAML file, `-` for stdin, or the name or ARN of a managed policy of
  AWS's. --scp and --rcp take LEVEL=POLICY, too, from the root downwards; without
  LEVEL all are of one level. Nothing is implied: name FullAWSAccess where it is
  attached. docs/simulate.md has the rest, and the scenario files.

CONTEXT
  What follows from principal, resource and moment is filled in: aws:PrincipalArn,
  aws:username, aws:CurrentTime and so on. --context sets the rest; several
  values of a key are given one after the other.

EXIT CODE
  0 when all of it is allowed, 4 when any is denied. For many scenarios (JSON
  Lines, or several files): 0 when each has its answer, whatever the answers are.
  2 when something could not be read.";

/// Ask policies whether a request is allowed, and why
///
/// Offline. The answer names the statement that decided, and for a deny, per statement that came near, the one element
/// that failed. Several actions and resources give a matrix.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SimulateArgs {
    /// Scenario: .json, .yaml, or .jsonl with one a line; `-` reads stdin (repeatable)
    #[arg(long = "scenario", value_name = "FILE", conflicts_with = "question")]
    pub(crate) scenarios: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) question: QuestionArgs,
    /// Ask AWS's policy simulator too, and show where the two differ
    ///
    /// Calls SimulateCustomPolicy with the documents given. Without --identity it calls SimulatePrincipalPolicy: the
    /// answer is AWS's, by the policies that the user or role --principal has in the account.
    #[arg(long, conflicts_with = "scenarios")]
    pub(crate) live: bool,
    /// How the answers are printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: AnswerFormat,
}

/// One question, which is asked for every action on every resource.
#[derive(Debug, Args)]
#[group(id = "question", multiple = true)]
#[command(next_help_heading = "Question")]
pub(crate) struct QuestionArgs {
    /// Policy of the user, its groups or the role (repeatable)
    #[arg(long, value_name = "POLICY")]
    pub(crate) identity: Vec<String>,
    /// Permissions boundary (repeatable)
    #[arg(long, value_name = "POLICY")]
    pub(crate) boundary: Vec<String>,
    /// Session policy (repeatable)
    #[arg(long, value_name = "POLICY")]
    pub(crate) session: Vec<String>,
    /// Policy of the resource
    #[arg(long, value_name = "POLICY")]
    pub(crate) resource_policy: Option<String>,
    /// Trust policy of the role that sts:AssumeRole is about
    #[arg(long, value_name = "POLICY")]
    pub(crate) trust: Option<String>,
    /// Service control policy (repeatable)
    #[arg(long, value_name = "[LEVEL=]POLICY")]
    pub(crate) scp: Vec<LeveledPolicy>,
    /// Resource control policy (repeatable)
    #[arg(long, value_name = "[LEVEL=]POLICY")]
    pub(crate) rcp: Vec<LeveledPolicy>,
    /// Policy of the VPC endpoint that the request comes through
    #[arg(long, value_name = "POLICY")]
    pub(crate) endpoint_policy: Option<String>,
    /// Who asks: ARN of a user, role or session, `anonymous`, or a service
    #[arg(long, value_name = "ARN", required_unless_present = "scenarios", value_parser = values::principal)]
    pub(crate) principal: Option<Principal>,
    /// What for, such as s3:GetObject or 's3:Get*' (several)
    #[arg(long = "action", value_name = "ACTION", num_args = 1.., required_unless_present = "scenarios")]
    pub(crate) actions: Vec<String>,
    /// On what: ARNs [default: `*`, for actions that take none]
    #[arg(long = "resource", value_name = "ARN", num_args = 1..)]
    pub(crate) resources: Vec<String>,
    /// Account that owns the resource, where its ARN does not tell
    #[arg(long, value_name = "ID")]
    pub(crate) resource_account: Option<AccountId>,
    /// Condition key and value, such as aws:SourceIp=192.0.2.7 (repeatable)
    #[arg(long, value_name = "KEY=VALUE", value_parser = values::context_entry)]
    pub(crate) context: Vec<(String, String)>,
    /// Moment of the request, such as 2026-11-30T18:00:00Z, or a day for its beginning in UTC [default: now]
    #[arg(long, value_name = "INSTANT", value_parser = values::moment)]
    pub(crate) at: Option<Timestamp>,
}

/// A policy of an organization, and the level that it is attached to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LeveledPolicy {
    pub(crate) level: String,
    pub(crate) policy: String,
}

impl std::str::FromStr for LeveledPolicy {
    type Err = std::convert::Infallible;

    /// Names of levels have neither slashes nor dots, so that a path with `=` in it stays one.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let leveled = text
            .split_once('=')
            .filter(|(level, _)| !level.is_empty() && !level.contains(['/', '.']));
        let (level, policy) = leveled.unwrap_or(("account", text));
        Ok(LeveledPolicy {
            level: level.to_owned(),
            policy: policy.to_owned(),
        })
    }
}

/// How answers are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum AnswerFormat {
    /// As a colleague would say it; of many scenarios one line each.
    #[default]
    Human,
    /// One JSON object a line, in the order of the questions.
    Json,
}
