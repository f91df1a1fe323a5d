//! What a scenario file is: one document, or a scenario on each line. Told by its name, else by how it begins.

use super::lines::{LONGEST, Lines, is_blank};
use crate::failure::Failure;
use crate::simulation::Written;
use daypass_core::policy_text::{self, TextFormat};
use iam_policy::syntax::{self, Node};
use iam_policy::{Diagnostic, Scenario};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;

/// How much is read at once.
const CHUNK: usize = 256 * 1024;
const STDIN: &str = "-";

type Bytes = Box<dyn Read + Send>;

/// Scenarios to be answered.
pub(super) enum Source {
    /// One, which fills its file.
    One(ScenarioText),
    /// One a line.
    Lines(Lines<Bytes>),
}

/// The text of a scenario that fills its file.
#[derive(Debug)]
pub(super) struct ScenarioText {
    pub(super) name: String,
    text: String,
    format: TextFormat,
}

impl ScenarioText {
    pub(super) fn written(&self) -> Written<'_> {
        Written::new(&self.name, &self.text, 1, 0)
    }

    pub(super) fn tree(&self) -> Result<Node, Vec<Diagnostic>> {
        match self.format {
            TextFormat::Json => Scenario::tree(self.written().text),
            TextFormat::Yaml => policy_text::tree_of_yaml(self.written().text),
        }
    }
}

/// Opens a file and tells what it is; `-` is stdin.
pub(super) fn open(path: &Path) -> Result<Source, Failure> {
    let name = if path == Path::new(STDIN) {
        "<stdin>".to_owned()
    } else {
        path.display().to_string()
    };
    let opened = if path == Path::new(STDIN) {
        Ok(Box::new(io::stdin()) as Bytes)
    } else {
        File::open(path).map(|file| Box::new(file) as Bytes)
    };
    opened
        .and_then(|bytes| told(name.clone(), path, bytes))
        .map_err(|error| unreadable(&name, &error))
}

/// What cannot be read, and what to do about it.
pub(super) fn unreadable(name: &str, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::NotFound => Failure::bad_input(format!("there is no file {name}"))
            .help("--scenario takes the path of a .json, .yaml or .jsonl file, or `-` for stdin"),
        io::ErrorKind::IsADirectory => {
            Failure::bad_input(format!("{name} is a directory")).help("name the scenario files in it")
        }
        // Said by us, of a text that is too long or none.
        io::ErrorKind::InvalidData | io::ErrorKind::FileTooLarge => {
            Failure::bad_input(format!("{name} {error}")).help(
                "a scenario is JSON or YAML with `policies` and `request`; many stand one a line in a .jsonl file",
            )
        }
        _ => Failure::bad_input(format!("cannot read {name}")).why(error.to_string()),
    }
}

fn told(name: String, path: &Path, bytes: Bytes) -> io::Result<Source> {
    let ending = path
        .extension()
        .map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    let mut bytes = BufReader::with_capacity(CHUNK, bytes);
    let is_yaml = matches!(ending.as_deref(), Some("yaml" | "yml"));
    let head = match ending.as_deref() {
        Some("jsonl" | "ndjson") => {
            // A directory opens, and fails to be read: told now, not from within.
            bytes.fill_buf()?;
            Vec::new()
        }
        _ if is_yaml => Vec::new(),
        _ => two_lines(&mut bytes)?,
    };
    if matches!(ending.as_deref(), Some("jsonl" | "ndjson")) || is_lines(&head) {
        let all = Box::new(Cursor::new(head).chain(bytes)) as Bytes;
        return Ok(Source::Lines(Lines::new(
            name,
            BufReader::with_capacity(CHUNK, all),
        )));
    }
    let mut all = head;
    let rest = (LONGEST + 1).saturating_sub(all.len()) as u64;
    bytes.take(rest).read_to_end(&mut all)?;
    if all.len() > LONGEST {
        let message = "is larger than 16 MiB";
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    let text = String::from_utf8(all)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "is not text in UTF-8"))?;
    if text.trim_start_matches('\u{feff}').trim().is_empty() {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "is empty"));
    }
    let format = TextFormat::of_name(path.to_str(), &text);
    Ok(Source::One(ScenarioText { name, text, format }))
}

/// The beginning of a file, up to the end of the second line that says something.
fn two_lines(bytes: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    let mut lines = 0;
    while lines < 2 && head.len() <= LONGEST {
        let before = head.len();
        bytes.take(LONGEST as u64).read_until(b'\n', &mut head)?;
        match head.get(before..) {
            None | Some([]) => break,
            Some(line) if is_blank(line) => {}
            Some(_) => lines += 1,
        }
    }
    Ok(head)
}

/// Whether a text with this beginning is a scenario on each line: its first line is a whole object, or looks like one,
/// and another follows. No JSON document of several lines begins so.
fn is_lines(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head);
    let mut lines = text
        .trim_start_matches('\u{feff}')
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let (Some(first), Some(second)) = (lines.next(), lines.next()) else {
        return false;
    };
    let looks_like = first.starts_with('{') && first.ends_with('}') && second.starts_with('{');
    looks_like || first.starts_with('{') && syntax::parse_json(first).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_from_a_document() {
        for lines in [
            "{\"a\": 1}\n{\"a\": 2}\n",
            "\u{feff}\r\n{\"a\": 1}\r\n\r\n{\r\n",
            "{bad}\n{\"a\": 2}",
            "{\"a\": 1}\nnothing",
        ] {
            let head = two_lines(&mut lines.as_bytes()).unwrap();
            assert!(is_lines(&head), "{lines:?}");
        }
        for document in [
            "",
            "{\"a\": 1}",
            "{\"a\": 1}\n\n",
            "{\n  \"a\": 1\n}\n",
            "{ \"a\":\n{\"b\": 1}}",
            "{\"a\": [{},\n{}]}",
            "request:\n  principal: x\n",
            "{a: 1, b: 2}\nc",
        ] {
            let head = two_lines(&mut document.as_bytes()).unwrap();
            assert!(!is_lines(&head), "{document:?}");
        }
        let head = two_lines(&mut &b"\n{1}\n\n{2}\n{3}\n"[..]).unwrap();
        assert_eq!(head, b"\n{1}\n\n{2}\n", "no more is read than is needed");
    }
}
