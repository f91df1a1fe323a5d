//! The Python virtual environment of the tests: the pinned AWS CLI, boto3 and cfn-lint, under `target/py`.
//! Made once, and again when the pins or the Python change; `.pins`, written last, says what a finished one holds.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::process::{self, Error};

/// The oldest Python that the pinned packages take.
const OLDEST: (u32, u32) = (3, 10);

/// The tests' virtual environment, with the AWS CLI and boto3; made unless it is there. Gives its folder.
pub(crate) fn environment() -> Result<PathBuf, Error> {
    made("py", "requirements.txt", "awscli, boto3, cfnlint")
}

/// Another one, with moto's server: a foreign AWS for a test, and for the benchmark of the sandbox.
pub(crate) fn moto() -> Result<PathBuf, Error> {
    made("py-moto", "moto.txt", "moto.server")
}

/// Another one, with Parliament, for the benchmark of the lints.
pub(crate) fn parliament() -> Result<PathBuf, Error> {
    made("py-parliament", "parliament.txt", "parliament")
}

fn made(folder: &str, pins: &str, imports: &str) -> Result<PathBuf, Error> {
    let pins_file = process::root().join("xtask/python").join(pins);
    let pins = std::fs::read_to_string(&pins_file).map_err(|source| file(&pins_file, source))?;
    let folder = process::target().join(folder);
    let python = python()?;
    let wanted = format!("# Python {}.{}\n{pins}", python.version.0, python.version.1);
    if is_finished(&folder, &wanted, imports) {
        return Ok(folder);
    }
    process::say(&format!("Setting up {} (once for these pins)", folder.display()));
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|source| file(&folder, source))?;
    }
    create(&python.program, &folder)?;
    install(&folder, &pins_file)?;
    let mark = folder.join(".pins");
    std::fs::write(&mark, wanted).map_err(|source| file(&mark, source))?;
    Ok(folder)
}

/// The Python to make virtual environments with.
pub(crate) fn program() -> Result<String, Error> {
    python().map(|python| python.program)
}

struct Python {
    program: String,
    version: (u32, u32),
}

fn python() -> Result<Python, Error> {
    let program = std::env::var("DAYPASS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let help = format!(
        "install Python {}.{} or later (Debian and Ubuntu: `apt install python3 python3-venv`; macOS: `brew install \
         python`), or name one in DAYPASS_PYTHON",
        OLDEST.0, OLDEST.1
    );
    let answer = Command::new(&program)
        .args([
            "-c",
            "import sys; print(sys.version_info[0], sys.version_info[1])",
        ])
        .stderr(Stdio::null())
        .output();
    let version = answer
        .ok()
        .filter(|output| output.status.success())
        .and_then(|output| version(&String::from_utf8_lossy(&output.stdout)));
    match version {
        None => Err(Error::Missing {
            what: format!("the tests need Python, and `{program}` does not run"),
            help,
        }),
        Some(version) if version < OLDEST => Err(Error::Missing {
            what: format!(
                "`{program}` is Python {}.{}, too old for the tests",
                version.0, version.1
            ),
            help,
        }),
        Some(version) => Ok(Python { program, version }),
    }
}

/// From `3 11`.
fn version(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.trim().split_once(' ')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// Makes a virtual environment; one that is there is kept.
pub(crate) fn create(python: &str, folder: &Path) -> Result<(), Error> {
    process::run(Command::new(python).args(["-m", "venv"]).arg(folder)).map_err(|error| Error::Missing {
        what: format!("no virtual environment could be made: {error}"),
        help:
            "Python's venv module is a package of its own on some systems (Debian and Ubuntu: `apt install \
               python3-venv`)"
                .to_owned(),
    })
}

fn install(folder: &Path, pins: &Path) -> Result<(), Error> {
    let mut pip = Command::new(folder.join("bin/python"));
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
        "--require-hashes",
    ]);
    process::run(pip.arg("--requirement").arg(pins)).map_err(|error| Error::Missing {
        what: format!("what stands in {} could not be installed: {error}", pins.display()),
        help: "pip needs a package index: check the network, or set PIP_INDEX_URL to a mirror; then run this again"
            .to_owned(),
    })
}

/// Whether the folder holds what is wanted, to the end, and still starts (its Python may have been removed).
fn is_finished(folder: &Path, wanted: &str, imports: &str) -> bool {
    let same_pins = std::fs::read_to_string(folder.join(".pins")).is_ok_and(|pins| pins == wanted);
    same_pins
        && Command::new(folder.join("bin/python"))
            .args(["-c", &format!("import {imports}")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
}

fn file(path: &Path, source: std::io::Error) -> Error {
    Error::File {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        assert_eq!(version("3 9\n"), Some((3, 9)));
        assert!(version("3 9").unwrap() < OLDEST);
        assert!(version("3 10").unwrap() >= OLDEST);
        assert_eq!(version("Python 3"), None);
    }

    #[test]
    fn an_unfinished_environment_is_made_again() {
        let folder = std::env::temp_dir().join(format!("daypass-xtask-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        assert!(!is_finished(&folder, "pins", "awscli"));
        // The right mark without a Python that starts is not enough.
        std::fs::write(folder.join(".pins"), "pins").unwrap();
        assert!(!is_finished(&folder, "pins", "awscli"));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
