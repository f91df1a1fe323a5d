//! `daypass lint`: policy documents in, findings out. Nothing is called.

use crate::cli::{FindingFormat, LintArgs};
use crate::exit::{Ending, Exit};
use crate::failure::Failure;
use crate::lint_files::{LintFile, LintFiles, Outcome};
use crate::view::lint as view;
use crate::whole_file::{self, Readers};
use daypass_core::linting::{self, Task};
use iam_lint::{DocumentUse, Finding, Level};
use jiff::Timestamp;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Fewer documents than this are done before other threads have begun.
const FEW: usize = 16;

/// Runs `daypass lint`.
pub(crate) fn run(arguments: &LintArgs) -> Result<Ending, Failure> {
    if arguments.rules {
        return match view::rules(arguments.format) {
            Ok(()) => Ok(Ending::Own(Exit::Done)),
            Err(error) => super::not_written(&error),
        };
    }
    let now = Timestamp::now();
    let purpose = arguments.kind.map(DocumentUse::from);
    let mut files = LintFiles::find(&arguments.paths)?;
    if arguments.fix {
        let mends = mend(&mut files, purpose, now)?;
        view::mended(mends);
    }
    let outcome = lint(files, purpose, now);
    let least = Level::from(arguments.level);
    let written = match arguments.format {
        FindingFormat::Human => view::human(&outcome, least),
        FindingFormat::Json => view::json(&outcome, least),
        FindingFormat::Github => view::github(&outcome, least),
        FindingFormat::Sarif => view::sarif(&outcome, least),
    };
    if let Err(error) = written {
        return super::not_written(&error);
    }
    Ok(Ending::Own(if outcome.count(Level::Error) > 0 {
        Exit::BadInput
    } else if arguments.denied.warnings() && outcome.count(Level::Warning) > 0 {
        Exit::Failed
    } else {
        Exit::Done
    }))
}

fn lint(files: LintFiles, purpose: Option<DocumentUse>, now: Timestamp) -> Outcome {
    let linted = each(&files.documents, |file| {
        linting::lint(&task(&files, file, purpose), now)
    });
    let of_lists = files
        .lists
        .iter()
        .enumerate()
        .map(|(place, list)| match &list.read {
            Err(wrong) => wrong.clone(),
            Ok(read) => {
                let (mut used, mut names) = (Vec::new(), Vec::new());
                for (file, linted) in files.documents.iter().zip(&linted) {
                    if let Some((_, name)) = file.list.as_ref().filter(|(list, _)| *list == place) {
                        used.extend(&linted.used);
                        names.push(name.as_str());
                    }
                }
                read.unused(&used, &names, list.whole)
            }
        })
        .collect();
    Outcome {
        files,
        linted,
        of_lists,
    }
}

fn task<'t>(files: &'t LintFiles, file: &'t LintFile, purpose: Option<DocumentUse>) -> Task<'t> {
    let ignore = file.list.as_ref().and_then(|(place, name)| {
        let list = files.lists.get(*place)?.read.as_ref().ok()?;
        Some((list, name.as_str()))
    });
    Task {
        name: &file.name,
        text: &file.text,
        purpose,
        ignore,
    }
}

/// Mends the files in place, and gives how many findings are gone in how many files. Nothing is written while some text is
/// no document, or some list of what to ignore is wrong: what is meant is not known.
fn mend(
    files: &mut LintFiles,
    purpose: Option<DocumentUse>,
    now: Timestamp,
) -> Result<(usize, usize), Failure> {
    if files.documents.iter().any(|file| file.path.is_none()) {
        return Err(Failure::bad_input("--fix writes into files, and stdin is none")
            .help("save the document to a file and name that"));
    }
    let is_error = |finding: &Finding| finding.level == Level::Error;
    let unread = files.unread.iter().flat_map(|file| &file.findings);
    if files.lists.iter().any(|list| list.read.is_err()) || unread.into_iter().any(is_error) {
        return Ok((0, 0));
    }
    let mended = each(&files.documents, |file| {
        let task = task(files, file, purpose);
        let is_document = linting::lint(&task, now).purpose.is_some();
        is_document.then(|| linting::mend(&task, now))
    });
    let Some(mended) = mended.into_iter().collect::<Option<Vec<_>>>() else {
        return Ok((0, 0));
    };
    let mut done = (0, 0);
    for (file, mended) in files.documents.iter_mut().zip(mended) {
        let (Some(mended), Some(path)) = (mended, &file.path) else {
            continue;
        };
        whole_file::replace(path, &mended.text, Readers::AsBefore)
            .map_err(|error| Failure::failed(format!("cannot write {}", file.name)).why(error.to_string()))?;
        file.text = mended.text;
        done = (done.0 + mended.mends, done.1 + 1);
    }
    Ok(done)
}

/// What `work` makes of each of the files, in their order, on all cores.
fn each<T: Send>(files: &[LintFile], work: impl Fn(&LintFile) -> T + Sync) -> Vec<T> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    if files.len() < FEW || cores < 2 {
        return files.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let mut done: Vec<(usize, T)> = thread::scope(|scope| {
        let threads: Vec<_> = (0..cores)
            .map(|_| {
                scope.spawn(|| {
                    let places = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
                    places
                        .map_while(|place| Some((place, work(files.get(place)?))))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| {
                thread
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .collect()
    });
    done.sort_unstable_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, made)| made).collect()
}
