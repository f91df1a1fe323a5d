//! The policy document that the user names: a JSON or YAML file, or stdin, read within bounds.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::view;
use daypass_core::policy_text::{self, TextFormat};
use iam_lint::{DocumentUse, Level};
use iam_policy::Document;
use jiff::Timestamp;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// No policy document is near this size (10,240 characters and their white space); a file that is, is something else.
const LARGEST: u64 = 1024 * 1024;
const STDIN: &str = "-";

/// Where a policy document comes from.
#[derive(Debug, Clone)]
pub(crate) struct PolicyFile {
    path: PathBuf,
}

/// A policy document as read: its text, what people call it, and what it says.
#[derive(Debug, Clone)]
pub(crate) struct PolicyText {
    /// The file's name, or `<stdin>`.
    pub(crate) name: String,
    /// The text, for messages that point into it.
    pub(crate) text: String,
}

impl PolicyFile {
    /// The file at `path`; `-` is stdin.
    pub(crate) fn new(path: &Path) -> Self {
        PolicyFile {
            path: path.to_owned(),
        }
    }

    /// Whether it is stdin, which can be read once only.
    pub(crate) fn is_stdin(&self) -> bool {
        self.path == Path::new(STDIN)
    }

    /// Refuses to watch what a second reading finds empty or waits for: a pipe, a device, a socket.
    pub(crate) fn check_watchable(&self) -> Result<(), Failure> {
        match std::fs::metadata(&self.path) {
            Ok(found) if !found.is_file() && !found.is_dir() => Err(Failure::bad_input(format!(
                "--watch needs a regular file, and {} is none: it can be read only once",
                self.name()
            ))
            .help("save the document to a file and name that")),
            // What else is wrong is told by whoever reads it.
            _ => Ok(()),
        }
    }

    /// What people call it.
    pub(crate) fn name(&self) -> String {
        if self.is_stdin() {
            "<stdin>".to_owned()
        } else {
            self.path.display().to_string()
        }
    }

    /// Reads the text.
    pub(crate) fn read(&self) -> Result<PolicyText, Failure> {
        let name = self.name();
        let bytes = self.bytes().map_err(|error| self.unreadable(&error))?;
        if bytes.len() as u64 > LARGEST {
            return Err(Failure::bad_input(format!("{name} is larger than 1 MiB"))
                .help("a policy document has at most 10,240 characters; is this the right file?"));
        }
        let text = String::from_utf8(bytes)
            .map_err(|_| Failure::bad_input(format!("{name} is not text in UTF-8")).help(EXPECTED))?;
        if text.trim_start_matches('\u{feff}').trim().is_empty() {
            return Err(Failure::bad_input(format!("{name} is empty")).help(EXPECTED));
        }
        Ok(PolicyText { name, text })
    }

    fn bytes(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        if self.is_stdin() {
            io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes)?;
        } else {
            std::fs::File::open(&self.path)?
                .take(LARGEST + 1)
                .read_to_end(&mut bytes)?;
        }
        Ok(bytes)
    }

    fn unreadable(&self, error: &io::Error) -> Failure {
        let name = self.name();
        match error.kind() {
            io::ErrorKind::NotFound => Failure::bad_input(format!("there is no file {name}"))
                .help("POLICY is the path of a JSON or YAML policy document, or `-` for stdin"),
            io::ErrorKind::IsADirectory => {
                Failure::bad_input(format!("{name} is a directory")).help("name one policy document in it")
            }
            _ => Failure::told(Exit::BadInput, format!("cannot read {name}")).why(error.to_string()),
        }
    }
}

const EXPECTED: &str = "a policy document begins with {\"Version\": \"2012-10-17\", \"Statement\": [...]}";

impl PolicyText {
    /// Parses the text; a failure shows all errors at their places.
    pub(crate) fn parse(&self) -> Result<Document, Failure> {
        policy_text::parse(&self.text, self.format()).map_err(|diagnostics| Failure::Document {
            name: self.name.clone(),
            text: self.text.clone(),
            diagnostics,
        })
    }

    /// Looks for what is plainly wrong in it as `purpose`: errors fail, warnings are shown, notes with `verbose` only.
    pub(crate) fn lint(
        &self,
        document: &Document,
        purpose: DocumentUse,
        verbose: bool,
    ) -> Result<(), Failure> {
        let mut findings = iam_lint::lint(document, purpose, Timestamp::now());
        findings.retain(|finding| verbose || finding.level > Level::Note);
        if findings.iter().any(|finding| finding.level == Level::Error) {
            return Err(Failure::Findings {
                name: self.name.clone(),
                text: self.text.clone(),
                findings,
            });
        }
        view::diagnostics::findings(&self.name, &self.text, &findings);
        Ok(())
    }

    /// How it is written down.
    pub(crate) fn format(&self) -> TextFormat {
        TextFormat::of_name(Some(&self.name), &self.text)
    }
}
