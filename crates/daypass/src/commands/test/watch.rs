//! `daypass test --watch`: again whenever a file says something else.

use super::{results_of, show};
use crate::cli::TestArgs;
use crate::exit::{Ending, Exit};
use crate::failure::Failure;
use crate::interrupt::Interrupts;
use crate::settings::Settings;
use crate::test_files;
use crate::view;
use std::time::Duration;

/// How often the files are looked at.
const GLANCE: Duration = Duration::from_millis(250);

/// Runs the cases, and again whenever a test file or a policy changes, one is added or removed, until Ctrl-C.
pub(super) async fn run(arguments: &TestArgs, settings: &Settings) -> Result<Ending, Failure> {
    let mut interrupts = Interrupts::listen().map_err(|error| Failure::no_signals(&error))?;
    let mut seen: Option<Vec<String>> = None;
    loop {
        // While an editor saves, a file may be away for a moment: that is looked at again.
        let files = test_files::read_all(&arguments.paths);
        let texts = files.as_ref().map_or_else(
            |failure| vec![format!("{failure:?}")],
            |files| files.iter().flat_map(test_files::TestFile::texts).collect(),
        );
        if seen.as_ref() != Some(&texts) {
            let is_first = seen.is_none();
            seen = Some(texts);
            match files {
                // Nothing to watch is a mistake at the beginning, later something to be mended.
                Err(failure) if is_first => return Err(failure),
                Err(failure) => view::failure(&failure),
                Ok(files) => {
                    let results = results_of(files, arguments);
                    show(&results, arguments, settings)?;
                }
            }
            view::say("\nwatching (Ctrl-C ends)");
        }
        if interrupts.unless(tokio::time::sleep(GLANCE)).await.is_err() {
            return Ok(Ending::Own(Exit::Interrupted));
        }
    }
}
