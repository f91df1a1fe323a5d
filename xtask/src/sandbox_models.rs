//! `cargo xtask sandbox-models`: what botocore's models say of the sandbox's operations, written into its source.
//! Which operations of EC2 and CloudTrail those are stands in `xtask/python/sandbox_models.py`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{self, Error};
use crate::python;

const SERVICES: [&str; 5] = ["iam", "sts", "s3", "ec2", "cloudtrail"];

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing; fail if the files are not what would be written
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let environment = python::environment()?;
    if arguments.check {
        return check(&environment);
    }
    for service in SERVICES {
        let (path, text) = generate(&environment, service)?;
        std::fs::write(&path, text).map_err(|source| Error::File { path, source })?;
    }
    Ok(())
}

/// Fails if a file is not what the pinned botocore says.
pub(crate) fn check(environment: &Path) -> Result<(), Error> {
    for service in SERVICES {
        let (path, text) = generate(environment, service)?;
        if std::fs::read(&path).unwrap_or_default() != text {
            return Err(Error::Differs {
                what: format!("{} is not what botocore's model says", path.display()),
                help: "run `cargo xtask sandbox-models` and commit what it writes".to_owned(),
            });
        }
    }
    Ok(())
}

fn generate(environment: &Path, service: &str) -> Result<(PathBuf, Vec<u8>), Error> {
    let mut script = Command::new(environment.join("bin/python"));
    script
        .arg(process::root().join("xtask/python/sandbox_models.py"))
        .arg(service);
    let path = process::root().join(format!("crates/iam-sandbox/src/models/{service}.tsv"));
    Ok((path, process::output(&mut script)?))
}
