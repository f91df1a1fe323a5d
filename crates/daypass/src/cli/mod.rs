//! The command line as clap sees it: names, values, help by example. No decision is made here.

mod actions;
mod apply;
mod assume;
mod bootstrap;
mod catalog;
mod check;
mod cleanup;
mod demo;
mod diff;
mod format;
mod init;
mod lambda;
mod lint;
mod policy;
mod profile;
mod record;
mod request;
mod revoke;
mod role;
mod sandbox;
mod shell;
mod simulate;
mod status;
mod test;
mod try_policy;
mod validate;
mod values;
mod who;

pub(crate) use actions::ActionsArgs;
pub(crate) use apply::{ApplyArgs, OnlyArgs, OutcomeFormat, PaceArgs, PlanArgs, PlanFormat};
pub(crate) use assume::AssumeArgs;
pub(crate) use bootstrap::{BootstrapArgs, DeployerFormat};
pub(crate) use catalog::CatalogArgs;
pub(crate) use check::{CheckArgs, CheckFormat};
pub(crate) use cleanup::CleanupArgs;
pub(crate) use demo::DemoArgs;
pub(crate) use diff::{DiffArgs, DiffFormat};
pub(crate) use format::FmtArgs;
pub(crate) use init::{CiChoice, InitArgs, InitCommand, InitLambdaArgs};
pub(crate) use lambda::LambdaArgs;
pub(crate) use lint::LintArgs;
pub(crate) use policy::{PolicyArgs, PolicyCommand, PolicyListArgs, PolicyShowArgs};
pub(crate) use profile::{ProfileArgs, ProfileCleanArgs, ProfileCommand};
pub(crate) use record::RecordArgs;
pub(crate) use request::RequestArgs;
pub(crate) use revoke::RevokeArgs;
pub(crate) use role::{RoleArgs, RoleCommand, RoleCreateArgs, RoleDeleteArgs, RoleShowArgs};
pub(crate) use sandbox::{
    ClockChange, LogFormat, SandboxArgs, SandboxClockArgs, SandboxCommand, SandboxExecArgs, SandboxLogArgs,
    SandboxStartArgs, Shell, WorldArgs,
};
pub(crate) use shell::{CompletionsArgs, InitShell, ManArgs, ShellInitArgs};
pub(crate) use simulate::{AnswerFormat, LeveledPolicy, QuestionArgs, SimulateArgs};
pub(crate) use status::StatusArgs;
pub(crate) use test::{TestArgs, TestFormat};
pub(crate) use try_policy::{CredentialFormat, TryArgs, ViaChoice};
pub(crate) use validate::{DeniedArgs, FindingFormat, SchemaArgs, SchemaFile, ValidateArgs};
pub(crate) use values::{mfa_code, region, role_arn};
pub(crate) use who::{DoctorArgs, WhoamiArgs};

use crate::exit;
use clap::{Args, Parser, Subcommand, ValueEnum};

const EXAMPLES: &str = "\
EXAMPLES
  See the whole story, offline, in two seconds
    $ daypass demo

  Run a command with exactly one document's permissions, for ten minutes
    $ daypass try policy.json --for 10m -- aws s3 ls

  The same without an account, on an embedded AWS that enforces IAM
    $ daypass try --sandbox policy.json -- aws s3 ls

  May this request be made, and why not? Offline
    $ daypass simulate --identity policy.json --principal $ARN --action s3:PutObject
  Be a role of yours: MFA asked for once, the session kept encrypted until it ends
    $ daypass assume Dev --mfa -- aws s3 ls

  Do the policies here allow and deny what their tests say?
    $ daypass test

  Which policy does a program need? Run it, and prove that it is enough
    $ daypass record --sandbox --out policy.json -- ./backup.sh
    $ daypass try --sandbox policy.json -- ./backup.sh

  What does a change of a document mean? Not as text: what is allowed now
    $ daypass diff old.json new.json

  What AWS would refuse in these documents, or what allows too much
    $ daypass lint policies

  Which actions are there, and what does a managed policy of AWS's allow?
    $ daypass actions 's3:Get*'
    $ daypass policy show ReadOnlyAccess

  A role for yourself that takes MFA, and what it may do
    $ daypass role create DeveloperRole --attach PowerUserAccess --require-mfa
    $ daypass check --allowed ec2:DescribeInstances --denied iam:ListUsers

  Are the access files of all teams right?
    $ daypass validate --all

  Ask for access, for two days
    $ daypass request --team payments --user bert@example.com --env prod \
        --grant developers.break-glass --for 2d --reason 'Replication is stuck'

  What would change in the accounts, and why? Then do it
    $ daypass plan payments
    $ daypass apply payments

  Remove what a crashed run has left
    $ daypass cleanup --leases
";

/// Temporary AWS access, as code: exactly what is needed, exactly as long as it is needed.
#[derive(Debug, Parser)]
#[command(name = "daypass", version, max_term_width = 100, after_help = with_exit_codes(EXAMPLES, exit::HELP))]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) globals: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalArgs {
    /// Run against a fresh embedded AWS instead of an account
    ///
    /// It lives in this process and enforces IAM: an account 111122223333 with an admin, buckets with objects, and
    /// instances. It is gone when the command ends. No account, credentials or network are needed.
    #[arg(long, global = true, conflicts_with_all = ["endpoint_url", "profile"])]
    pub(crate) sandbox: bool,
    /// When to colour (`NO_COLOR` is respected)
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: ColorWhen,
    /// Say more on stderr
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// AWS region [default: as the AWS CLI finds it]
    #[arg(long, global = true, value_parser = values::region)]
    pub(crate) region: Option<String>,
    /// Send every AWS call to this address
    #[arg(long, global = true, alias = "endpoint", value_name = "URL", value_parser = values::endpoint_url)]
    pub(crate) endpoint_url: Option<String>,
    /// Profile of the AWS config files to take credentials from
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,
}

/// When output is coloured.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(crate) enum ColorWhen {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always, also into pipes and files.
    Always,
    /// Never.
    Never,
}

/// How a list is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum ListFormat {
    /// As a table.
    #[default]
    Human,
    /// As one JSON object.
    Json,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Try(TryArgs),
    Record(RecordArgs),
    Simulate(Box<SimulateArgs>),
    Test(TestArgs),
    Diff(DiffArgs),
    Assume(AssumeArgs),
    Profile(ProfileArgs),
    Fmt(FmtArgs),
    Lint(LintArgs),
    Actions(ActionsArgs),
    Policy(PolicyArgs),
    Init(InitArgs),
    Bootstrap(BootstrapArgs),
    Validate(ValidateArgs),
    Plan(PlanArgs),
    Apply(ApplyArgs),
    Status(StatusArgs),
    Request(RequestArgs),
    Revoke(RevokeArgs),
    Role(RoleArgs),
    Check(CheckArgs),
    Whoami(WhoamiArgs),
    Doctor(DoctorArgs),
    Cleanup(CleanupArgs),
    Lambda(LambdaArgs),
    Sandbox(SandboxArgs),
    Demo(DemoArgs),
    Catalog(CatalogArgs),
    Schema(SchemaArgs),
    Completions(CompletionsArgs),
    Man(ManArgs),
    ShellInit(ShellInitArgs),
}

fn with_exit_codes(examples: &str, exit_codes: &str) -> String {
    format!("{examples}\n{exit_codes}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
