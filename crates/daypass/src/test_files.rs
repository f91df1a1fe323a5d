//! Policy test files and the texts that they want: which there are, and what they hold. Read within bounds.

use crate::failure::Failure;
use daypass_core::policy_test::{Draft, Found, FoundTeam, Wanted, is_test_file};
use daypass_core::team::{FileText, TeamName};
use std::collections::BTreeSet;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

/// What the reader of YAML takes.
const LARGEST: u64 = 16 * 1024 * 1024;
/// Directories below which nobody keeps tests of their own.
const PASSED_OVER: [&str; 2] = ["node_modules", "target"];
const TEAM_POLICIES: &str = "aws-policies";

/// A test file with everything that it wants.
#[derive(Debug)]
pub(crate) struct TestFile {
    /// What people call it.
    pub(crate) path: String,
    /// What it says.
    pub(crate) draft: Draft,
    /// The texts that it wants.
    pub(crate) found: Found,
    /// Its text.
    pub(crate) text: String,
    /// Why it could not be read, if it could not.
    why_unread: Option<String>,
}

impl TestFile {
    /// The text of a file that a finding is in.
    pub(crate) fn text_of<'f>(path: &str, own: (&str, &'f str), found: &'f Found) -> &'f str {
        if path == own.0 {
            return own.1;
        }
        let files = found.files.values().filter_map(|file| file.as_ref().ok());
        let teams = found.teams.values().filter_map(|team| team.as_ref().ok());
        let mut files = files.chain(teams.flat_map(|team| [&team.settings, &team.policies]));
        let file = files.find(|file| &*file.path == path);
        let text = file.and_then(|file| file.text.as_deref()).unwrap_or_default();
        text.strip_prefix('\u{feff}').unwrap_or(text)
    }

    /// Every text that decides what comes of the file, to tell whether something has changed.
    pub(crate) fn texts(&self) -> Vec<String> {
        let file = |file: &FileText| format!("{} {:?}", file.path, file.text);
        let files = self.found.files.values().map(|found| match found {
            Ok(found) => file(found),
            Err(why) => why.clone(),
        });
        let teams = self.found.teams.values().map(|found| match found {
            Ok(found) => file(&found.settings) + &file(&found.policies),
            Err(why) => why.clone(),
        });
        std::iter::once(format!("{} {:?} {}", self.path, self.why_unread, self.text))
            .chain(files)
            .chain(teams)
            .collect()
    }
}

/// Reads all test files that the paths name, each with what it wants. One that cannot be read, and a directory that cannot
/// be looked through, are among them, with what is wrong: they stop no other.
pub(crate) fn read_all(paths: &[PathBuf]) -> Result<Vec<TestFile>, Failure> {
    let mut files: Vec<Met> = Vec::new();
    for path in paths {
        let before = files.len();
        if path.is_dir() {
            below(path, &mut files);
        } else {
            files.push(Met::File(path.clone()));
        }
        if files.len() == before {
            let failure = Failure::bad_input(format!("there are no test files in {}", path.display()));
            return Err(
                failure.help("they are called *.test.yaml or *_test.yaml; `daypass test --help` shows one")
            );
        }
    }
    let mut seen = BTreeSet::new();
    files.retain(|met| seen.insert(tidy(met.path())));
    let read = files.into_iter().map(|met| match met {
        Met::File(path) => read_one(&path),
        Met::Closed(directory, error) => unread(
            &directory,
            format!("the directory cannot be read: {error}"),
            "let yourself read it, or name the files and directories that are meant",
        ),
    });
    Ok(read.collect())
}

/// What a path leads to.
enum Met {
    /// What is named, or called, as a test file is.
    File(PathBuf),
    /// A directory that cannot be looked through.
    Closed(PathBuf, io::Error),
}

impl Met {
    fn path(&self) -> &Path {
        match self {
            Met::File(path) | Met::Closed(path, _) => path,
        }
    }
}

/// The test files in a directory and below it, in the order of their names.
fn below(directory: &Path, files: &mut Vec<Met>) {
    let entries = std::fs::read_dir(directory).and_then(|entries| {
        let kinds = entries.map(|entry| entry.and_then(|entry| Ok((entry.file_type()?, entry.file_name()))));
        kinds.collect::<io::Result<Vec<_>>>()
    });
    let mut entries = match entries {
        Ok(entries) => entries,
        Err(error) => {
            files.push(Met::Closed(directory.to_owned(), error));
            return;
        }
    };
    entries.sort_by(|one, other| one.1.cmp(&other.1));
    for (kind, name) in entries {
        let path = directory.join(&name);
        let name = name.to_string_lossy();
        // A link to a directory above would lead round and round.
        if kind.is_dir() && !name.starts_with('.') && !PASSED_OVER.contains(&&*name) {
            below(&path, files);
        } else if is_test_file(&name) && path.metadata().map_or(true, |found| found.is_file()) {
            // A link to nowhere was meant to be one, too.
            files.push(Met::File(path));
        }
    }
}

/// What stands for what cannot be read.
fn unread(path: &Path, why: String, help: &str) -> TestFile {
    let name = tidy(path).display().to_string();
    // The working directory itself.
    let name = if name.is_empty() { ".".to_owned() } else { name };
    TestFile {
        draft: Draft::unread(&name, why.as_str(), help),
        path: name,
        found: Found::default(),
        text: String::new(),
        why_unread: Some(why),
    }
}

/// What to do about what kept a file from being read.
fn unread_file(path: &Path, error: &io::Error) -> TestFile {
    let (why, help) = match error.kind() {
        io::ErrorKind::NotFound if path.is_symlink() => (
            "the file cannot be read: it is a link to a file that is not there".to_owned(),
            "remove the link, or put the file where it leads",
        ),
        io::ErrorKind::NotFound => (
            "there is no such file".to_owned(),
            "PATH is a test file, or a directory to look for *.test.yaml in",
        ),
        io::ErrorKind::InvalidData => (
            format!("the file cannot be read: {error}"),
            "save it as UTF-8: editors call it the encoding",
        ),
        io::ErrorKind::FileTooLarge => (
            format!("the file cannot be read: {error}"),
            "a test file is far smaller: is this the right one?",
        ),
        _ => (
            format!("the file cannot be read: {error}"),
            "let yourself read it, or name the files that are meant",
        ),
    };
    unread(path, why, help)
}

fn read_one(path: &Path) -> TestFile {
    let name = tidy(path).display().to_string();
    let text = match read(path) {
        Ok(text) => text,
        Err(error) => return unread_file(path, &error),
    };
    let draft = Draft::read(&name, &text);
    let directory = path.parent().unwrap_or(Path::new("")).to_owned();
    let mut found = Found::default();
    for wanted in draft.wanted() {
        match &wanted {
            Wanted::File(file) => {
                found.files.insert(file.clone(), file_at(&directory.join(file)));
            }
            Wanted::Team { dir, team } => {
                let team = team_files(&directory, dir.as_deref(), team);
                found.teams.insert(wanted, team);
            }
        }
    }
    TestFile {
        path: name,
        text: text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned(),
        draft,
        found,
        why_unread: None,
    }
}

/// A file, or why there is none to be read.
fn file_at(path: &Path) -> Result<FileText, String> {
    let name = tidy(path).display().to_string();
    match read(path) {
        Ok(text) => Ok(FileText {
            path: name.into(),
            text: Some(text),
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(format!("there is no file {name}")),
        Err(error) => Err(format!("cannot read {name}: {error}")),
    }
}

fn team_files(directory: &Path, dir: Option<&str>, team: &TeamName) -> Result<FoundTeam, String> {
    let home = match dir {
        Some(dir) => directory.join(dir),
        None => above(directory).ok_or("there is no directory aws-policies here or above")?,
    };
    let policies = file_at(&home.join(TEAM_POLICIES).join(format!("{team}.yaml")))?;
    let settings = home.join("daypass.yaml");
    let settings = if settings.exists() {
        file_at(&settings)?
    } else {
        FileText {
            path: tidy(&settings).display().to_string().into(),
            text: None,
        }
    };
    Ok(FoundTeam { settings, policies })
}

/// The nearest directory that has teams' policies, from here upwards. Above the working directory too: tests may be run
/// from anywhere.
fn above(directory: &Path) -> Option<PathBuf> {
    let mut up = if directory == Path::new("") {
        PathBuf::from(".")
    } else {
        directory.to_owned()
    };
    let depth = std::path::absolute(&up).ok()?.components().count();
    for _ in 0..depth {
        if up.join(TEAM_POLICIES).is_dir() {
            return Some(up);
        }
        up.push("..");
    }
    None
}

/// A path as people would write it: no `.` in it, and no `x/..`.
fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(tidy.components().next_back(), Some(Component::Normal(_))) => {
                tidy.pop();
            }
            other => tidy.push(other),
        }
    }
    tidy
}

fn read(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            "it is larger than 16 MiB",
        ));
    }
    String::from_utf8(bytes)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not text in UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_as_people_write_them() {
        for (path, told) in [
            ("./a.yaml", "a.yaml"),
            ("tests/../p.json", "p.json"),
            ("../../x/./y", "../../x/y"),
            ("/a/../b", "/b"),
        ] {
            assert_eq!(tidy(Path::new(path)), Path::new(told), "{path}");
        }
    }
}
