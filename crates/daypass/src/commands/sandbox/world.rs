//! The files of a sandbox's world: the seed that it starts with, and the dump that is written at the end.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::whole_file::{self, Readers};
use daypass_core::policy_text::{TextFormat, tree_of_yaml};
use iam_sandbox::{Sandbox, Seed, SeedFormat};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// A larger file is something else.
const LARGEST: u64 = 16 * 1024 * 1024;
const EXPECTED: &str = "a seed begins with `accounts:`; docs/sandbox.md has the whole of it";

/// Reads a seed file; a failure shows all mistakes at their places.
pub(super) fn read(path: &Path) -> Result<Seed, Failure> {
    let name = path.display().to_string();
    let mut bytes = Vec::new();
    fs::File::open(path)
        .and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Failure::bad_input(format!("there is no file {name}"))
                .help("--seed names a YAML or JSON file"),
            _ => Failure::told(Exit::BadInput, format!("cannot read {name}")).why(error.to_string()),
        })?;
    if bytes.len() as u64 > LARGEST {
        return Err(Failure::bad_input(format!("{name} is larger than 16 MiB")).help(EXPECTED));
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::bad_input(format!("{name} is not text in UTF-8")).help(EXPECTED))?;
    let seed = match TextFormat::of_name(Some(&name), &text) {
        TextFormat::Json => Seed::parse(&text),
        TextFormat::Yaml => tree_of_yaml(&text).and_then(|tree| Seed::from_node(&tree)),
    };
    seed.map_err(|diagnostics| Failure::Document {
        name,
        text,
        diagnostics,
    })
}

/// A file that a world is to be written to.
pub(super) struct Dump {
    path: PathBuf,
    format: SeedFormat,
}

impl Dump {
    /// Told before anything is done: where there is no place for it.
    pub(super) fn to(path: &Path) -> Result<Dump, Failure> {
        let name = path.display();
        if path.is_dir() {
            return Err(Failure::bad_input(format!("{name} is a directory")).help("--dump names a file"));
        }
        if !folder(path).is_dir() {
            let message = format!("there is no directory {}", folder(path).display());
            return Err(Failure::bad_input(message).help("--dump names a file in a directory that is there"));
        }
        let is_json = path
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
        Ok(Dump {
            path: path.to_owned(),
            format: if is_json {
                SeedFormat::Json
            } else {
                SeedFormat::Yaml
            },
        })
    }

    /// For nobody else to read: secrets stand in it.
    pub(super) fn write(&self, sandbox: &Sandbox) -> Result<(), Failure> {
        let text = sandbox.dump(self.format);
        whole_file::replace(&self.path, &text, Readers::Owner).map_err(|error| {
            Failure::failed(format!("cannot write {}", self.path.display())).why(error.to_string())
        })
    }
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}
