//! The files that `daypass lint` looks at: those that are named, and in directories those that hold policy documents, each
//! with the list of what is to be ignored that is nearest to it.

use crate::failure::Failure;
use crate::policy_file::PolicyFile;
use daypass_core::linting::{self, Candidate, IGNORE_FILE, IgnoreList, Linted};
use daypass_core::policy_test::is_test_file;
use iam_lint::{Finding, Level};
use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Larger files hold something else.
const LARGEST: u64 = 1024 * 1024;
/// Where nobody keeps policies of their own.
const PASSED_BY: [&str; 2] = ["node_modules", "target"];

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct LintFiles {
    pub(crate) documents: Vec<LintFile>,
    pub(crate) lists: Vec<ListFile>,
    /// What was meant to be a document and cannot be read.
    pub(crate) unread: Vec<UnreadFile>,
}

/// A file of which no more is known than that a document was meant.
#[derive(Debug)]
pub(crate) struct UnreadFile {
    pub(crate) name: String,
    pub(crate) findings: Vec<Finding>,
}

/// A policy document.
#[derive(Debug)]
pub(crate) struct LintFile {
    /// Where it is; `None` for stdin.
    pub(crate) path: Option<PathBuf>,
    /// What people call it.
    pub(crate) name: String,
    pub(crate) text: String,
    /// The list that is about it, by its place, and what it is called there.
    pub(crate) list: Option<(usize, String)>,
}

/// A list of what is to be ignored.
#[derive(Debug)]
pub(crate) struct ListFile {
    folder: PathBuf,
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) read: Result<IgnoreList, Vec<Finding>>,
    /// Whether everything that it is about is looked at.
    pub(crate) whole: bool,
}

/// Everything that was found.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) files: LintFiles,
    /// One for each document.
    pub(crate) linted: Vec<Linted>,
    /// One for each list of what is to be ignored.
    pub(crate) of_lists: Vec<Vec<Finding>>,
}

impl Outcome {
    /// How many findings are of this level.
    pub(crate) fn count(&self, level: Level) -> usize {
        let unread = self.files.unread.iter().flat_map(|file| &file.findings);
        let elsewhere = self.of_lists.iter().flatten().chain(unread);
        self.linted
            .iter()
            .map(|linted| linted.count(level))
            .sum::<usize>()
            + elsewhere.filter(|finding| finding.level == level).count()
    }
}

impl LintFiles {
    /// Reads what these paths name.
    pub(crate) fn find(paths: &[PathBuf]) -> Result<Self, Failure> {
        let mut files = LintFiles::default();
        let mut seen = HashSet::new();
        for path in paths {
            if path.is_dir() {
                let entered = files.directory(path, None, &mut seen);
                files.closed(path, true, entered);
                if files.documents.is_empty() && files.unread.is_empty() && paths.len() == 1 {
                    return Err(nothing_in(path));
                }
            } else {
                files.named(path, &mut seen)?;
            }
        }
        Ok(files)
    }

    /// A file by its name: it must be a policy document.
    fn named(&mut self, path: &Path, seen: &mut HashSet<PathBuf>) -> Result<(), Failure> {
        let file = PolicyFile::new(path);
        let read = file.read()?;
        if file.is_stdin() {
            self.documents.push(LintFile {
                path: None,
                name: read.name,
                text: read.text,
                list: None,
            });
            return Ok(());
        }
        let folder = path.parent().unwrap_or(Path::new(""));
        let list = self.list_in(folder, false);
        self.add(path, read.text, list, seen);
        Ok(())
    }

    /// What is in a directory and below it. What cannot be read below it is told, and stops nothing else; it fails where
    /// that is the directory itself.
    fn directory(
        &mut self,
        folder: &Path,
        list: Option<usize>,
        seen: &mut HashSet<PathBuf>,
    ) -> io::Result<()> {
        let mut entries = fs::read_dir(folder).and_then(|entries| {
            let kinds =
                entries.map(|entry| entry.and_then(|entry| Ok((entry.file_name(), entry.file_type()?))));
            kinds.collect::<io::Result<Vec<_>>>()
        })?;
        entries.sort_by(|one, other| one.0.cmp(&other.0));
        // Not asked for where it is not: in a directory that cannot be entered there is no telling.
        let has_list = entries.iter().any(|(name, _)| name == IGNORE_FILE);
        let list = has_list.then(|| self.list_in(folder, true)).flatten().or(list);
        let before = self.documents.len();
        let mut empty = Vec::new();
        let mut below = Vec::new();
        for (file_name, kind) in entries {
            let name = file_name.to_string_lossy();
            let path = if folder == Path::new(".") {
                PathBuf::from(&file_name)
            } else {
                folder.join(&file_name)
            };
            if name.starts_with('.') || name == IGNORE_FILE {
                continue;
            }
            // Links to directories could lead back here; `path.is_dir()` would follow them.
            if kind.is_dir() {
                if !PASSED_BY.contains(&&*name) {
                    below.push(path);
                }
            } else if is_candidate(&path) {
                // What is wrong with it as a whole, `daypass test` tells.
                let is_test = is_test_file(&name);
                let name = path.display().to_string();
                let candidate = match fs::read(&path) {
                    Ok(bytes) => Candidate::of(&name, bytes),
                    Err(error) => Candidate::Unread(linting::unreadable(&error.to_string())),
                };
                match candidate {
                    Candidate::Document(text) => self.add(&path, text, list, seen),
                    Candidate::Unread(_) | Candidate::Empty(_) if is_test => {}
                    Candidate::Unread(finding) => self.unread(name, finding),
                    Candidate::Empty(finding) => empty.push((name, finding)),
                    Candidate::Other => {}
                }
            }
        }
        // Elsewhere an empty file may be anything.
        if self.documents.len() > before {
            for (name, finding) in empty {
                self.unread(name, finding);
            }
        }
        for path in below {
            let entered = self.directory(&path, list, seen);
            self.closed(&path, false, entered);
        }
        Ok(())
    }

    /// Tells of a directory that could not be looked through.
    fn closed(&mut self, folder: &Path, is_named: bool, entered: io::Result<()>) {
        if let Err(error) = entered {
            let finding = linting::unreadable_directory(is_named, &error.to_string());
            self.unread(folder.display().to_string(), finding);
        }
    }

    fn unread(&mut self, name: String, finding: Finding) {
        self.unread.push(UnreadFile {
            name,
            findings: vec![finding],
        });
    }

    fn add(&mut self, path: &Path, text: String, list: Option<usize>, seen: &mut HashSet<PathBuf>) {
        let whole = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if !seen.insert(whole) {
            return;
        }
        let list = list.and_then(|place| {
            let folder = &self.lists.get(place)?.folder;
            let below = path.strip_prefix(folder).unwrap_or(path);
            Some((place, below.to_string_lossy().into_owned()))
        });
        self.documents.push(LintFile {
            path: Some(path.to_owned()),
            name: path.display().to_string(),
            text,
            list,
        });
    }

    /// The list in a directory, read once.
    fn list_in(&mut self, folder: &Path, whole: bool) -> Option<usize> {
        let folder = if folder == Path::new(".") {
            Path::new("")
        } else {
            folder
        };
        if let Some(place) = self.lists.iter().position(|list| list.folder == folder) {
            if let Some(list) = self.lists.get_mut(place) {
                list.whole |= whole;
            }
            return Some(place);
        }
        let path = folder.join(IGNORE_FILE);
        let (text, read) = match fs::read_to_string(&path) {
            Ok(text) => {
                let read = IgnoreList::read(&text);
                (text, read)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound && !path.is_symlink() => return None,
            Err(error) => (
                String::new(),
                Err(vec![linting::unreadable_list(&error.to_string())]),
            ),
        };
        self.lists.push(ListFile {
            folder: folder.to_owned(),
            name: path.display().to_string(),
            read,
            text,
            whole,
        });
        Some(self.lists.len() - 1)
    }
}

/// JSON and YAML of a size that policies have, or of which the size cannot be told. A link to nowhere holds nothing.
fn is_candidate(path: &Path) -> bool {
    let ending = path.extension().map(OsStr::to_ascii_lowercase);
    ending.is_some_and(|ending| ending == "json" || ending == "yaml" || ending == "yml")
        && match fs::metadata(path) {
            Ok(found) => found.is_file() && found.len() <= LARGEST,
            Err(error) => error.kind() != io::ErrorKind::NotFound,
        }
}

fn nothing_in(folder: &Path) -> Failure {
    Failure::bad_input(format!("there is no policy document in {}", folder.display())).help(
        "a policy document is a .json, .yaml or .yml file with `Statement`; team files are checked by `daypass validate`",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Root, as whom tests may run, cannot be kept from reading a directory that is there.
    #[test]
    fn a_directory_that_is_named_and_cannot_be_read_is_an_error() {
        for (is_named, level) in [(true, Level::Error), (false, Level::Warning)] {
            let mut files = LintFiles::default();
            let folder = Path::new("/nowhere/policies");
            let entered = files.directory(folder, None, &mut HashSet::new());
            files.closed(folder, is_named, entered);
            let told: Vec<_> = files
                .unread
                .iter()
                .map(|file| (file.name.as_str(), file.findings[0].level))
                .collect();
            assert_eq!(told, [("/nowhere/policies", level)]);
        }
    }
}
