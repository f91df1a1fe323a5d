//! `daypass whoami` and `daypass doctor`: their arguments and their help.

use super::values;
use clap::Args;
use iam_policy::Arn;

const WHO_EXAMPLES: &str = "\
EXAMPLES
  Account, principal, session, MFA, time left, permissions in short
    $ daypass whoami

  Inside a role
    $ daypass assume DeveloperRole -- daypass whoami

  For a script
    $ daypass whoami --json

Whether a session has MFA and who began it stands in CloudTrail, some minutes
later and for whom cloudtrail:LookupEvents is allowed; else it is not known.";

const DOCTOR_EXAMPLES: &str = "\
EXAMPLES
  Why does nothing work?
    $ daypass doctor

  May the role that daypass is to act as do what daypass needs?
    $ daypass doctor --role arn:aws:iam::111122223333:role/Deployer

  In CI: exit code 1 when something is wrong
    $ daypass doctor --json";

/// Tell who you are: account, principal, session, MFA, time left, permissions
#[derive(Debug, Args)]
#[command(after_help = WHO_EXAMPLES)]
pub(crate) struct WhoamiArgs {
    /// Print the result as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Look for what is wrong with credentials, clock, region, endpoint, permissions
///
/// Each check tells what it found, and what mends it. Nothing is changed.
#[derive(Debug, Args)]
#[command(after_help = DOCTOR_EXAMPLES)]
pub(crate) struct DoctorArgs {
    /// Assume this role first (the deployer role), and look at its permissions
    #[arg(long, value_name = "ARN", value_parser = values::role_arn)]
    pub(crate) role: Option<Arn>,
    /// Print the result as JSON
    #[arg(long)]
    pub(crate) json: bool,
}
