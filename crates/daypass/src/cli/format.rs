//! `daypass fmt`: its arguments and its help.

use clap::Args;
use std::path::PathBuf;

const EXAMPLES: &str = "\
EXAMPLES
  Put a document in its canonical form, in place
    $ daypass fmt policy.json

  All policy documents below a directory, JSON and YAML
    $ daypass fmt policies/

  In CI: is anything not in its form? Nothing is written; 3 if so
    $ daypass fmt --check policies/

  As small as it gets, for AWS
    $ daypass fmt --minify - < policy.yaml

  How large is it, and does it fit?
    $ daypass fmt --check policy.json

THE FORM
  Elements in the order of AWS's user guide, two spaces of indentation, a list
  of one value as the value. Values, statements and spelling stay as they are:
  the document says the same. YAML stays YAML; where its comments have no place
  in the form, the file is left alone and each comment is shown.

EXIT CODE
  0 when all is in its form; 2 when a document is wrong or would lose a
  comment: then nothing of that file is written; with --check 3 when something
  is not in its form.";

/// Put policy documents in their canonical form
///
/// Writes JSON and YAML documents in place, each whole or not at all, and tells their sizes against AWS's quotas.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, arg_required_else_help = true)]
pub(crate) struct FmtArgs {
    /// Documents, directories of documents, or `-` for stdin to stdout
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Write nothing, and end with exit code 3 if something is not in its form
    #[arg(long)]
    pub(crate) check: bool,
    /// Without white space that is not needed, as JSON
    #[arg(long)]
    pub(crate) minify: bool,
}
