//! `daypass check`: its arguments and its help.

use clap::{Args, ValueEnum};
use daypass_core::check::{Expectation, Expected};
use secrecy::SecretString;
use std::path::PathBuf;

const EXAMPLES: &str = "\
EXAMPLES
  May a developer what they must, and not what they must not?
    $ daypass check --role DeveloperRole --allowed s3:ListAllMyBuckets \\
        --allowed ec2:DescribeInstances --denied iam:ListUsers

  The same as a file, for every commit
    $ daypass check developers.yaml --format junit > report.xml

  With the credentials that there are, such as those of `assume`
    $ daypass assume DeveloperRole --mfa -- daypass check developers.yaml

  On one resource
    $ daypass check --allowed 's3:GetObject on arn:aws:s3:::reports/2026/q1.csv'

  What the policies say, without a call as the role
    $ daypass check developers.yaml --predict

THE FILE
  role: DeveloperRole          its ARN, or its name in the account; may be left out
  allowed:
    - s3:ListAllMyBuckets
    - s3:GetObject on arn:aws:s3:::reports/2026/q1.csv
  denied:
    - iam:ListUsers
  docs/check.md says more, `daypass schema check` is its JSON Schema.

Only calls are made that list, describe or read, and EC2's dry runs. What cannot
be tried so is predicted from the policies, and marked.

EXIT CODE
  0 when all is as it must be; 4 when something differs; 1 when for something
  neither a call nor the policies could tell; 2 when the file is wrong.";

/// Check what a role may and may not do, by trying and by prediction
///
/// Each expectation is tried with the role's credentials through a harmless call, and beside it stands what the role's
/// policies say. Nothing is ever changed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CheckArgs {
    /// The check file, YAML or JSON; `-` reads stdin
    #[arg(required_unless_present_any = ["allowed", "denied"])]
    pub(crate) file: Option<PathBuf>,
    /// Must be allowed (repeatable)
    #[arg(long, value_name = "ACTION[ on RESOURCE]", value_parser = allowed)]
    pub(crate) allowed: Vec<Expectation>,
    /// Must be denied (repeatable)
    #[arg(long, value_name = "ACTION[ on RESOURCE]", value_parser = denied)]
    pub(crate) denied: Vec<Expectation>,
    /// The role, by ARN or name [default: the file's; else whoever you are]
    #[arg(long, value_name = "ROLE")]
    pub(crate) role: Option<String>,
    /// External id that the role's trust policy asks for
    #[arg(long, value_name = "ID")]
    pub(crate) external_id: Option<String>,
    /// The MFA device, where the role takes MFA
    #[arg(long, value_name = "SERIAL", requires = "mfa_code")]
    pub(crate) mfa_serial: Option<String>,
    /// Its present code
    #[arg(long, value_name = "CODE", requires = "mfa_serial")]
    pub(crate) mfa_code: Option<SecretString>,
    /// Make no calls as the role: only tell what its policies say
    #[arg(long)]
    pub(crate) predict: bool,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: CheckFormat,
}

/// How the result is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum CheckFormat {
    /// A table.
    #[default]
    Human,
    /// One JSON object.
    Json,
    /// JUnit XML, for CI.
    Junit,
}

fn allowed(text: &str) -> Result<Expectation, String> {
    Expectation::parse(text, Expected::Allowed).map_err(|error| error.to_string())
}

fn denied(text: &str) -> Result<Expectation, String> {
    Expectation::parse(text, Expected::Denied).map_err(|error| error.to_string())
}
