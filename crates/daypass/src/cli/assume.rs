//! `daypass assume`: its arguments and its help.

use super::CredentialFormat;
use super::values;
use clap::{ArgGroup, Args};
use jiff::SignedDuration;
use secrecy::SecretString;
use std::ffi::OsString;
use std::path::PathBuf;

const EXAMPLES: &str = "\
EXAMPLES
  Run a command as a role: by its ARN, its name in your account, or a profile
    $ daypass assume arn:aws:iam::111122223333:role/Dev -- aws s3 ls
    $ daypass assume Dev -- aws s3 ls
    $ daypass assume dev-profile -- aws s3 ls

  A subshell, its prompt telling the role and the time that is left
    $ daypass assume Dev --for 2h

  With MFA: asked for once, then good for every role until it ends
    $ daypass assume Dev --mfa -- aws s3 ls
    $ daypass assume Dev --mfa-command 'pass otp aws' -- aws s3 ls

  Less than the role may
    $ daypass assume Dev --read-only -- ./look-around.sh
    $ daypass assume Dev --session-policy one-bucket.json -- ./risky.sh

  For a job that outlives one session: an endpoint that renews by itself
    $ daypass assume Dev --server -- ./migrate-everything.sh

  For other programs: in ~/.aws/config, or written to ~/.aws/credentials
    credential_process = daypass assume Dev --format credential-process
    $ daypass assume Dev --write-profile dev-now

  The web console
    $ daypass assume Dev --console

ROLE
  A role's ARN; the name of a profile of ~/.aws/config, with everything that
  it says (role_arn, source_profile, credential_source, mfa_serial,
  external_id, duration_seconds, role_session_name, sso_*), through chains of
  any depth; or a role's name in the account of your credentials. Where a
  profile and a role have the same name the profile is meant; write role/NAME
  for the role.

What is not said by ROLE begins from your own credentials (--profile). When
they cannot assume it, that is the end: no others are ever tried.";

/// Assume a role, with MFA where it is asked for, and use it anywhere
///
/// Runs COMMAND with the role's credentials and nothing else of AWS in its environment; without a command, a subshell.
/// Sessions are kept encrypted until shortly before they end, so the next call is answered at once.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct AssumeArgs {
    /// ARN of a role, a profile, or the name of a role in the current account
    pub(crate) role: String,
    /// How long the session lasts, from 15m to 12h [default: the profile's duration_seconds, or 1h]
    #[arg(long = "for", value_name = "DURATION", value_parser = values::session_lasting)]
    pub(crate) lasts: Option<SignedDuration>,
    /// Narrow the session to what this policy document allows too; `-` reads stdin
    #[arg(long, value_name = "FILE")]
    pub(crate) session_policy: Option<PathBuf>,
    /// Narrow the session to AWS's ReadOnlyAccess
    // AWS allows what either of two session policies allows: together they would be wider than each.
    #[arg(long, conflicts_with = "session_policy")]
    pub(crate) read_only: bool,
    /// External id that the role's trust policy asks for
    #[arg(long, value_name = "ID")]
    pub(crate) external_id: Option<String>,
    /// Name of the session, as CloudTrail shows it [default: yours, and a random end]
    #[arg(long, value_name = "NAME", value_parser = values::session_name)]
    pub(crate) session_name: Option<String>,
    /// Tag the session (repeatable)
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = values::tag)]
    pub(crate) tags: Vec<(String, String)>,
    /// Of the tags, one that roles assumed from this session inherit (repeatable)
    #[arg(long = "transitive-tag", value_name = "KEY", requires = "tags")]
    pub(crate) transitive_tags: Vec<String>,
    /// Source identity, which all sessions that come of this one keep
    #[arg(long, value_name = "NAME", value_parser = values::session_name)]
    pub(crate) source_identity: Option<String>,
    #[command(flatten)]
    pub(crate) mfa: MfaArgs,
    #[command(flatten)]
    pub(crate) delivery: DeliveryArgs,
    #[command(flatten)]
    pub(crate) cache: CacheArgs,
    /// The command to run [default: a subshell]
    #[arg(last = true)]
    pub(crate) command: Vec<OsString>,
}

/// How MFA is proven.
#[derive(Debug, Args)]
#[command(next_help_heading = "MFA")]
pub(crate) struct MfaArgs {
    /// Prove MFA; the device is found by itself if you have one
    #[arg(long)]
    pub(crate) mfa: bool,
    /// The MFA device: its ARN or serial number
    #[arg(long, value_name = "SERIAL")]
    pub(crate) mfa_serial: Option<String>,
    /// The device's code [default: asked for on the terminal]
    #[arg(long, value_name = "CODE", value_parser = values::mfa_code, conflicts_with = "mfa_command")]
    pub(crate) mfa_code: Option<SecretString>,
    /// Shell command that prints the code, such as a password manager's
    #[arg(long, value_name = "CMD")]
    pub(crate) mfa_command: Option<String>,
}

/// What the session is handed out as.
#[derive(Debug, Args)]
#[command(next_help_heading = "Delivery", group = ArgGroup::new("delivery").args(["format", "write_profile", "server", "console"]))]
pub(crate) struct DeliveryArgs {
    /// Print the credentials
    #[arg(long, value_enum, conflicts_with = "command")]
    pub(crate) format: Option<CredentialFormat>,
    /// Write them to the credentials file as this profile, until they end (`daypass profile clean`)
    #[arg(long, value_name = "NAME", conflicts_with = "command")]
    pub(crate) write_profile: Option<String>,
    /// Serve them on loopback, renewed in the background, to COMMAND or until Ctrl-C
    #[arg(long)]
    pub(crate) server: bool,
    /// Port of the server [default: a free one]
    #[arg(long, requires = "server", default_value_t = 0, hide_default_value = true)]
    pub(crate) port: u16,
    /// Open the web console in a browser, or print the URL where there is none to open
    #[arg(long, conflicts_with = "command")]
    pub(crate) console: bool,
    /// Where in the console: a service (`s3`), or a URL
    #[arg(long, value_name = "SERVICE", requires = "console")]
    pub(crate) destination: Option<String>,
    /// AWS's sign-in endpoint, where it is another
    #[arg(long, value_name = "URL", requires = "console", hide = true, value_parser = values::endpoint_url)]
    pub(crate) sign_in_url: Option<String>,
}

/// What is done with sessions that were kept.
#[derive(Debug, Args)]
#[command(next_help_heading = "Cache")]
pub(crate) struct CacheArgs {
    /// Begin a new session, and keep that
    #[arg(long)]
    pub(crate) refresh: bool,
    /// Neither use sessions that were kept nor keep this one
    #[arg(long, conflicts_with = "refresh")]
    pub(crate) no_cache: bool,
}

impl MfaArgs {
    /// Whether MFA is to be proven even where no profile asks for it.
    pub(crate) fn is_wanted(&self) -> bool {
        self.mfa || self.mfa_serial.is_some() || self.mfa_code.is_some() || self.mfa_command.is_some()
    }
}
