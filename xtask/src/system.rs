//! What the tests need of the system itself: a browser and its driver, and the shells that people use.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use crate::process::{self, Error};

/// What the tests are told of it, by which variable; installed where that can be done without asking.
///
/// Whoever has it not sets the variable to `none`; then it is said aloud which tests are not run.
struct Need {
    variable: &'static str,
    /// The tests that need it.
    tests: &'static str,
    programs: &'static [&'static str],
    /// Debian's packages of it.
    packages: &'static [&'static str],
    help: &'static str,
}

const BROWSER: Need = Need {
    variable: "DAYPASS_TEST_BROWSER",
    tests: "tests in a browser",
    programs: &["chromedriver"],
    packages: &["chromium", "chromium-driver"],
    help: "install them (Debian: `apt install chromium chromium-driver`; macOS: `brew install --cask chromium \
           chromedriver`), name the driver in DAYPASS_TEST_BROWSER, or set that to `none` to leave these tests out",
};

const SHELLS: Need = Need {
    variable: "DAYPASS_TEST_SHELLS",
    tests: "tests in zsh and fish",
    programs: &["zsh", "fish"],
    packages: &["zsh", "fish"],
    help: "install them (Debian: `apt install zsh fish`; macOS: `brew install fish`), or set DAYPASS_TEST_SHELLS to \
           `none` to leave these tests out",
};

/// The variables that tell the tests where to find what they need of the system.
pub(crate) fn variables() -> Result<Vec<(&'static str, OsString)>, Error> {
    [BROWSER, SHELLS]
        .iter()
        .map(|need| Ok((need.variable, need.value()?)))
        .collect()
}

impl Need {
    /// Its first program's path, or what the user has set.
    fn value(&self) -> Result<OsString, Error> {
        if let Some(chosen) = std::env::var_os(self.variable) {
            if chosen == "none" {
                process::say(&format!("NOT RUN: {}, since {}=none", self.tests, self.variable));
            }
            return Ok(chosen);
        }
        if self.missing().is_some() && is_root() && on_path("apt-get").is_some() {
            process::say(&format!(
                "Installing {} for the {} (once)",
                self.packages.join(" "),
                self.tests
            ));
            process::run(Command::new("apt-get").args(["update", "--quiet"]))?;
            let install = ["install", "--yes", "--quiet", "--no-install-recommends"];
            process::run(
                Command::new("apt-get")
                    .env("DEBIAN_FRONTEND", "noninteractive")
                    .args(install)
                    .args(self.packages),
            )?;
        }
        match (self.missing(), self.programs.first().copied().and_then(on_path)) {
            (None, Some(first)) => Ok(first.into()),
            (missing, _) => Err(Error::Missing {
                what: format!(
                    "the {} need {}, and there is no `{}`",
                    self.tests,
                    self.packages.join(" and "),
                    missing.unwrap_or_default()
                ),
                help: self.help.to_owned(),
            }),
        }
    }

    fn missing(&self) -> Option<&'static str> {
        self.programs
            .iter()
            .copied()
            .find(|program| on_path(program).is_none())
    }
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

fn is_root() -> bool {
    let answer = Command::new("id").arg("-u").output();
    answer.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
