//! `daypass diff`: what a change of a document means.

use crate::cli::{DiffArgs, DiffFormat};
use crate::commands::not_written;
use crate::exit::{Ending, Exit};
use crate::failure::Failure;
use crate::policy_file::{PolicyFile, PolicyText};
use crate::view;
use crate::view::difference::{self, Change};
use iam_catalog::find_managed_policy;
use iam_policy::compare;
use std::path::Path;

/// Runs `daypass diff`.
pub(crate) fn run(arguments: &DiffArgs) -> Result<Ending, Failure> {
    if PolicyFile::new(&arguments.old).is_stdin() && PolicyFile::new(&arguments.new).is_stdin() {
        return Err(Failure::bad_input(
            "both documents from stdin: it can be read only once",
        ));
    }
    let old_text = read(&arguments.old)?;
    let new_text = read(&arguments.new)?;
    // What is wrong with one must not hide what is wrong with the other.
    let (old, new) = match (old_text.parse(), new_text.parse()) {
        (Ok(old), Ok(new)) => (old, new),
        (Err(old), Err(new)) => {
            view::failure(&old);
            return Err(new);
        }
        (Err(failure), Ok(_)) | (Ok(_), Err(failure)) => return Err(failure),
    };
    let found = compare(&old, &new);
    let change = Change {
        old_name: &old_text.name,
        new_name: &new_text.name,
        old: &old,
        new: &new,
        difference: &found,
    };
    let text = match arguments.format {
        DiffFormat::Human => difference::human(&change),
        DiffFormat::Json => difference::json(&change),
        DiffFormat::Markdown => difference::markdown(&change),
    };
    if let Err(error) = view::deliver(&text) {
        return not_written(&error);
    }
    Ok(Ending::Own(
        if arguments.detailed_exitcode && !found.is_nothing() {
            Exit::Pending
        } else {
            Exit::Done
        },
    ))
}

/// A file, stdin, or an AWS managed policy of the catalog where there is no file of that name.
fn read(path: &Path) -> Result<PolicyText, Failure> {
    let file = PolicyFile::new(path);
    let managed = path
        .to_str()
        .filter(|_| !file.is_stdin() && !path.exists())
        .and_then(find_managed_policy);
    match managed {
        Some(policy) => Ok(PolicyText {
            name: policy.name.to_owned(),
            text: policy.document().to_owned(),
        }),
        None => file.read(),
    }
}
