//! `daypass test`: test files in, results out. Nothing is called, unless `--live` says so.

mod live;
mod watch;

use crate::cli::{TestArgs, TestFormat};
use crate::exit::{Ending, Exit};
use crate::failure::Failure;
use crate::settings::Settings;
use crate::test_files::{self, TestFile};
use crate::test_results::{FileResult, Results};
use crate::view::test as view;
use daypass_core::policy_test::RunSettings;
use jiff::Timestamp;
use std::time::Instant;

/// Runs `daypass test`.
pub(crate) fn run(arguments: &TestArgs, settings: &Settings) -> Result<Ending, Failure> {
    if arguments.watch {
        return super::block_on(watch::run(arguments, settings));
    }
    let files = test_files::read_all(&arguments.paths)?;
    let mut results = results_of(files, arguments);
    if arguments.live {
        live::try_all(&mut results, settings)?;
    }
    show(&results, arguments, settings)
}

/// Runs the cases of all files.
fn results_of(files: Vec<TestFile>, arguments: &TestArgs) -> Results {
    let began = Instant::now();
    let now = Timestamp::now();
    let run_settings = RunSettings {
        coverage: arguments.coverage,
    };
    let files = files
        .into_iter()
        .map(|file| FileResult::of(file, now, run_settings))
        .collect();
    Results {
        files,
        took: began.elapsed(),
    }
}

fn show(results: &Results, arguments: &TestArgs, settings: &Settings) -> Result<Ending, Failure> {
    let written = match arguments.format {
        TestFormat::Human => view::human::show(results, arguments.coverage, settings.verbose),
        TestFormat::Json => view::json::show(results, arguments.coverage),
        TestFormat::Junit => view::junit::show(results),
        TestFormat::Tap => view::tap::show(results),
        TestFormat::Github => view::github::show(results),
    };
    match written {
        Err(error) => super::not_written(&error),
        Ok(()) => Ok(Ending::Own(exit_of(results, arguments))),
    }
}

fn exit_of(results: &Results, arguments: &TestArgs) -> Exit {
    if results.broken() > 0 {
        Exit::BadInput
    } else if results.failed() > 0 || results.contradicted() > 0 {
        Exit::Denied
    } else if arguments.deny_warnings && results.warnings() > 0 {
        Exit::Failed
    } else {
        Exit::Done
    }
}
