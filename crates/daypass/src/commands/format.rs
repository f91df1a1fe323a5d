//! `daypass fmt`: policy documents in their canonical form.

use crate::cli::FmtArgs;
use crate::commands::completions::deliver;
use crate::exit::{Ending, Exit};
use crate::failure::Failure;
use crate::policy_file::{PolicyFile, PolicyText};
use crate::view::{self, format as shown};
use crate::whole_file::{self, Readers};
use daypass_core::format::{Formatted, Style, formatted, is_policy};
use daypass_core::policy_text::TextFormat;
use std::path::{Path, PathBuf};

/// Directories are not gone into any deeper: a link may lead in a circle.
const DEEPEST: usize = 64;

/// Runs `daypass fmt`.
pub(crate) fn run(arguments: &FmtArgs) -> Result<Ending, Failure> {
    if arguments
        .paths
        .iter()
        .any(|path| PolicyFile::new(path).is_stdin())
    {
        return stdin(arguments);
    }
    let mut files = Vec::new();
    for path in &arguments.paths {
        if path.is_dir() {
            let before = files.len();
            below(path, DEEPEST, &mut files)?;
            if files.len() == before {
                view::note(format_args!(
                    "there are no policy documents in {}",
                    path.display()
                ));
            }
        } else {
            files.push(path.clone());
        }
    }
    let alone = files.len() == 1;
    let mut wrong = false;
    let mut pending = false;
    let mut lines = Vec::new();
    for path in &files {
        match one(path, arguments) {
            Ok((name, form)) => {
                pending |= !form.is_formatted;
                if alone {
                    shown::sizes(&form.document);
                }
                lines.push(shown::line(&name, &form, arguments.check));
            }
            // The others are looked at all the same.
            Err(failure) => {
                view::failure(&failure);
                wrong = true;
            }
        }
    }
    if !lines.is_empty() {
        deliver(&lines.join("\n"))?;
    }
    Ok(Ending::Own(if wrong {
        Exit::BadInput
    } else if pending && arguments.check {
        Exit::Pending
    } else {
        Exit::Done
    }))
}

/// The form of one file, written unless it is only looked at.
fn one(path: &Path, arguments: &FmtArgs) -> Result<(String, Formatted), Failure> {
    let file = PolicyFile::new(path).read()?;
    if arguments.minify && file.format() == TextFormat::Yaml {
        return Err(
            Failure::bad_input(format!("{} is YAML, and the minified form is JSON", file.name)).help(
                format!("daypass fmt --minify - < {}   writes it to stdout", file.name),
            ),
        );
    }
    let form = form(&file, arguments)?;
    if !form.is_formatted && !arguments.check {
        whole_file::replace(path, &form.text, Readers::AsBefore).map_err(|error| {
            Failure::failed(format!("cannot write {}", path.display())).why(error.to_string())
        })?;
    }
    Ok((file.name, form))
}

fn form(file: &PolicyText, arguments: &FmtArgs) -> Result<Formatted, Failure> {
    let style = if arguments.minify {
        Style::Minified
    } else {
        Style::Canonical
    };
    formatted(&file.text, file.format(), style).map_err(|diagnostics| Failure::Document {
        name: file.name.clone(),
        text: file.text.clone(),
        diagnostics,
    })
}

fn stdin(arguments: &FmtArgs) -> Result<Ending, Failure> {
    let [path] = arguments.paths.as_slice() else {
        return Err(Failure::bad_input(
            "`-` stands alone: what is read from stdin goes to stdout",
        ));
    };
    let form = form(&PolicyFile::new(path).read()?, arguments)?;
    shown::sizes(&form.document);
    if !arguments.check {
        return deliver(form.text.trim_end());
    }
    Ok(Ending::Own(if form.is_formatted {
        Exit::Done
    } else {
        Exit::Pending
    }))
}

/// The policy documents below a directory, by name. Hidden directories are passed over.
fn below(directory: &Path, deeper: usize, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::bad_input(format!("cannot read {}", directory.display())).why(error.to_string())
    };
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(unreadable)? {
        entries.push(entry.map_err(unreadable)?.path());
    }
    entries.sort();
    for path in entries {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            if deeper > 0 {
                below(&path, deeper - 1, files)?;
            }
        } else if is_named_so(name)
            && let Ok(file) = PolicyFile::new(&path).read()
            && is_policy(&file.text, file.format())
        {
            files.push(path);
        }
    }
    Ok(())
}

fn is_named_so(name: &str) -> bool {
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase());
    matches!(ending.as_deref(), Some("json" | "yaml" | "yml"))
}
