//! `daypass lint`: its arguments and their help.

use super::{DeniedArgs, FindingFormat};
use clap::{Args, ValueEnum};
use iam_lint::{DocumentUse, Level};
use std::path::PathBuf;

const EXAMPLES: &str = "\
EXAMPLES
  All policy documents below this directory
    $ daypass lint

  One of them, as a trust policy
    $ daypass lint --kind trust trust.json

  What Terraform or a script prints
    $ terraform output -raw policy | daypass lint -

  Mend what can be said shorter without saying something else
    $ daypass lint --fix policies

  In CI: warnings fail too, annotations on the changed lines
    $ daypass lint --deny-warnings --level warning --format github policies

  Which rules are there?
    $ daypass lint --rules

IGNORING
  In YAML, at the line or above the statement:
    # daypass-lint: ignore allows-everything: break glass, reviewed in June
  For any file, in daypass-lint.yaml beside it or above:
    ignore:
      - rule: allows-everything
        file: admin.json     # and sid: to mean one statement; both may be left out
        reason: break glass, reviewed in June
  What ignores nothing any more is told.

EXIT CODE
  0 when nothing is wrong, warnings and notes or not; 1 for warnings with
  --deny-warnings; 2 when something is wrong.
  docs/lint.md has every rule with its reason and its mend.";

/// Find what is wrong, open or redundant in policy documents, offline
///
/// Holds policy documents (JSON or YAML) against what AWS refuses, what does something else than it seems to, what allows
/// more than was meant, and what can be said shorter. In directories every file is looked at that holds a policy document.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct LintArgs {
    /// Files and directories; - for stdin
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
    /// What the documents are for [default: guessed from what they say]
    #[arg(long, value_enum)]
    pub(crate) kind: Option<Kind>,
    /// How findings are printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: FindingFormat,
    /// The least level that is told
    #[arg(long, value_enum, default_value_t, value_name = "LEVEL")]
    pub(crate) level: LeastLevel,
    #[command(flatten)]
    pub(crate) denied: DeniedArgs,
    /// Mend what can be mended without a change of meaning
    #[arg(long)]
    pub(crate) fix: bool,
    /// List the rules instead
    #[arg(long, conflicts_with_all = ["paths", "fix", "kind", "deny_warnings", "deny"])]
    pub(crate) rules: bool,
}

/// What documents are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// Of a user, group or role.
    Identity,
    /// Who may assume a role.
    Trust,
    /// Of a bucket, queue, key and so on.
    Resource,
    /// A permissions boundary.
    Boundary,
    /// A session policy.
    Session,
    /// A service control policy.
    Scp,
    /// A resource control policy.
    Rcp,
}

impl From<Kind> for DocumentUse {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Identity => DocumentUse::Identity,
            Kind::Trust => DocumentUse::Trust,
            Kind::Resource => DocumentUse::ResourcePolicy,
            Kind::Boundary => DocumentUse::Boundary,
            Kind::Session => DocumentUse::Session,
            Kind::Scp => DocumentUse::Scp,
            Kind::Rcp => DocumentUse::Rcp,
        }
    }
}

/// The least level that is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum LeastLevel {
    /// Everything.
    #[default]
    Note,
    /// What may be a mistake.
    Warning,
    /// What is one.
    Error,
}

impl From<LeastLevel> for Level {
    fn from(level: LeastLevel) -> Self {
        match level {
            LeastLevel::Note => Level::Note,
            LeastLevel::Warning => Level::Warning,
            LeastLevel::Error => Level::Error,
        }
    }
}
