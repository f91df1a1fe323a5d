//! `daypass lambda`: its arguments and its help.

use clap::Args;
use std::path::PathBuf;

const EXAMPLES: &str = "\
EXAMPLES
  What the file `bootstrap` of the function's package does
    $ daypass lambda --dir \"$LAMBDA_TASK_ROOT/access\"

EVENTS
  {\"command\": \"cleanup\"}                            what has ended, of all teams in all accounts
  {\"command\": \"apply\", \"teams\": [\"payments\"]}       what a team's files ask for
  {\"command\": \"cleanup\", \"account\": \"111122223333\"} in one account
  {\"command\": \"accounts\"}                           the ids of the accounts that the files name

`daypass init lambda` writes the function's CloudFormation template; docs/lambda.md has the rest.";

/// Be an AWS Lambda function: clean up, or apply, on events
///
/// Asks the Lambda Runtime API for events, and answers each, until Lambda ends it.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct LambdaArgs {
    /// Where aws-accounts, aws-policies and the others are
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
}
