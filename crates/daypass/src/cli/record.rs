//! `daypass record`: its arguments and its help.

use clap::Args;
use std::ffi::OsString;
use std::path::PathBuf;

const EXAMPLES: &str = "\
EXAMPLES
  What does this need? Run it against the embedded AWS, and see
    $ daypass record --sandbox -- aws s3 cp s3://reports/2026/q1.csv .

  Into a file; then prove that it is enough
    $ daypass record --sandbox --out policy.json -- ./backup.sh
    $ daypass try --sandbox policy.json -- ./backup.sh

  With your own credentials, in your account
    $ daypass record --out policy.json -- ./backup.sh

  All objects of the buckets, not just those that were read
    $ daypass record --sandbox --wildcards -- aws s3 sync s3://reports .

WHERE THE RESOURCES COME FROM
  With --sandbox every action and resource is the one that the embedded AWS
  decided on. In an account the command's SDK reports its calls (the AWS CLI
  and boto3 do, as do older SDKs), but not on what: there the policy names the
  types of resource that an action is about, in your account and region, and
  where even that is unknown `*`. It says which; narrow these by hand.

The exit code is COMMAND's own.";

/// Write the smallest policy that allows what a command does
///
/// Runs COMMAND, listens to its AWS calls and writes a policy document with the actions and resources that they needed,
/// grouped. The document goes to stdout after COMMAND's own output, or to the file of --out.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RecordArgs {
    /// Write the document to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Allow all resources of a kind, such as all objects of a bucket, where one was used
    #[arg(long)]
    pub(crate) wildcards: bool,
    /// The command to run
    #[arg(last = true, required = true)]
    pub(crate) command: Vec<OsString>,
}
