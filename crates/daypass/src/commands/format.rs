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
use std::io;
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
    let mut found = Found::default();
    for path in &arguments.paths {
        if path.is_dir() {
            let before = found.count();
            found.below(path, DEEPEST);
            if found.count() == before {
                view::note(format_args!(
                    "there are no policy documents in {}",
                    path.display()
                ));
            }
        } else {
            found.files.push(path.clone());
        }
    }
    let Found { files, unread } = found;
    unread.iter().for_each(view::failure);
    let alone = files.len() == 1;
    let mut wrong = !unread.is_empty();
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

/// What the paths lead to.
#[derive(Default)]
struct Found {
    /// What is named, and in directories what holds a policy document.
    files: Vec<PathBuf>,
    /// What in directories may hold one and cannot be read. It stops nothing else.
    unread: Vec<Failure>,
}

impl Found {
    fn count(&self) -> usize {
        self.files.len() + self.unread.len()
    }

    /// The policy documents below a directory, by name. Hidden directories are passed over.
    fn below(&mut self, directory: &Path, deeper: usize) {
        let entries = std::fs::read_dir(directory).and_then(|entries| {
            let kinds = entries.map(|entry| entry.and_then(|entry| Ok((entry.path(), entry.file_type()?))));
            kinds.collect::<io::Result<Vec<_>>>()
        });
        let mut entries = match entries {
            Ok(entries) => entries,
            Err(error) => return self.unread.push(unreadable(directory, &error)),
        };
        entries.sort_by(|one, other| one.0.cmp(&other.0));
        for (path, kind) in entries {
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            if name.starts_with('.') {
                continue;
            }
            // A directory whose kind alone can be told is one that cannot be read.
            if kind.is_dir() || path.is_dir() {
                if deeper > 0 {
                    self.below(&path, deeper - 1);
                }
            } else if is_named_so(name) {
                self.candidate(path);
            }
        }
    }

    /// A file that is called as documents are.
    fn candidate(&mut self, path: PathBuf) {
        if let Ok(file) = PolicyFile::new(&path).read() {
            if is_policy(&file.text, file.format()) {
                self.files.push(path);
            }
            return;
        }
        // What can be opened is something else than a document, and a link to nowhere is nothing.
        if let Err(error) = std::fs::File::open(&path)
            && error.kind() != io::ErrorKind::NotFound
        {
            self.unread.push(unreadable(&path, &error));
        }
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::bad_input(format!("cannot read {}", path.display()))
        .why(error.to_string())
        .help("let yourself read it, or name the files and directories that are meant")
}

fn is_named_so(name: &str) -> bool {
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase());
    matches!(ending.as_deref(), Some("json" | "yaml" | "yml"))
}
