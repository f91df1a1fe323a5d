//! The browser of the tests: Chromium and its driver, which are the system's.

use std::path::PathBuf;
use std::process::Command;

use crate::process::{self, Error};

/// The driver's path, which is what the tests are told; installed where that can be done without asking.
///
/// Whoever has no browser says so with `DAYPASS_TEST_BROWSER=none`; then it is said aloud which tests are not run.
pub(crate) fn driver() -> Result<PathBuf, Error> {
    if let Some(chosen) = std::env::var_os("DAYPASS_TEST_BROWSER") {
        if chosen == "none" {
            process::say("NOT RUN: tests in a browser, since DAYPASS_TEST_BROWSER=none");
        }
        return Ok(PathBuf::from(chosen));
    }
    if let Some(found) = found() {
        return Ok(found);
    }
    if is_root() && on_path("apt-get").is_some() {
        process::say("Installing Chromium and its driver for the tests in a browser (once)");
        process::run(Command::new("apt-get").args(["update", "--quiet"]))?;
        process::run(
            Command::new("apt-get")
                .env("DEBIAN_FRONTEND", "noninteractive")
                .args([
                    "install",
                    "--yes",
                    "--quiet",
                    "--no-install-recommends",
                    "chromium",
                    "chromium-driver",
                ]),
        )?;
    }
    found().ok_or_else(|| Error::Missing {
        what: "the tests need Chromium and its driver, and there is no `chromedriver`".to_owned(),
        help: "install them (Debian: `apt install chromium chromium-driver`; macOS: `brew install --cask chromium \
               chromedriver`), name the driver in DAYPASS_TEST_BROWSER, or set that to `none` to leave these tests out"
            .to_owned(),
    })
}

fn found() -> Option<PathBuf> {
    on_path("chromedriver")
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
