//! `daypass simulate`: questions of flags or of scenarios in, answers out. Nothing is called, unless `--live` says so.

mod lines;
pub(crate) mod live;
mod question;
mod source;
mod stream;

use crate::cli::{AnswerFormat, SimulateArgs};
use crate::exit::{Ending, Exit};
use crate::failure::Failure;
use crate::settings::Settings;
use crate::simulation::{Texts, answer};
use crate::view::simulate::{self, Tally};
use crate::view::{self};
use iam_policy::Decision;
use source::{ScenarioText, Source};
use std::io;

/// Why there are no more answers.
enum Cut {
    /// For a reason that is told.
    Failed(Failure),
    /// Stdout does not take them.
    NotWritten(io::Error),
}

impl From<Failure> for Cut {
    fn from(failure: Failure) -> Self {
        Cut::Failed(failure)
    }
}

impl From<io::Error> for Cut {
    fn from(error: io::Error) -> Self {
        Cut::NotWritten(error)
    }
}

/// Runs `daypass simulate`.
pub(crate) fn run(arguments: &SimulateArgs, settings: &Settings) -> Result<Ending, Failure> {
    let format = arguments.format;
    let answered = match arguments.scenarios.as_slice() {
        [] => question::run(arguments, settings),
        [only] => match source::open(only) {
            Err(failure) => Err(failure.into()),
            Ok(Source::One(text)) => one(&text, format),
            Ok(lines) => many([Ok(lines)], format, false),
        },
        several => many(several.iter().map(|path| source::open(path)), format, true),
    };
    match answered {
        Ok(exit) => Ok(Ending::Own(exit)),
        Err(Cut::Failed(failure)) => Err(failure),
        Err(Cut::NotWritten(error)) => super::not_written(&error),
    }
}

/// A single scenario: the exit code is its answer.
fn one(text: &ScenarioText, format: AnswerFormat) -> Result<Exit, Cut> {
    let written = text.written();
    let answer = answer(text.tree());
    let exit = match &answer.outcome {
        Ok(answered) if answered.explanation.decision == Decision::Allow => Exit::Done,
        Ok(_) => Exit::Denied,
        Err(_) => Exit::BadInput,
    };
    match (format, answer.outcome) {
        (AnswerFormat::Human, Ok(answered)) => {
            view::deliver(&simulate::in_full(&answered, Texts::One(&written)))?;
        }
        (AnswerFormat::Human, Err(diagnostics)) => {
            return Err(Cut::Failed(Failure::Document {
                name: text.name.clone(),
                text: written.text.to_owned(),
                diagnostics,
            }));
        }
        (AnswerFormat::Json, outcome) => {
            let answer = crate::simulation::Answer {
                id: answer.id,
                outcome,
            };
            let mut line = Vec::new();
            simulate::append(&mut line, format, &answer, &written, false);
            simulate::write(format, &line)?;
        }
    }
    Ok(exit)
}

/// Many scenarios: the exit code says whether each has its answer.
fn many(
    sources: impl IntoIterator<Item = Result<Source, Failure>>,
    format: AnswerFormat,
    several_files: bool,
) -> Result<Exit, Cut> {
    let mut tally = Tally::default();
    let mut all_files_read = true;
    for source in sources {
        match source {
            Err(failure) => {
                view::failure(&failure);
                all_files_read = false;
            }
            Ok(Source::One(text)) => {
                let answer = answer(text.tree());
                let mut line = Vec::new();
                simulate::append(&mut line, format, &answer, &text.written(), several_files);
                simulate::write(format, &line)?;
                tally.count(&answer);
            }
            Ok(Source::Lines(lines)) => {
                let write = |answers: &[u8]| simulate::write(format, answers);
                tally.add(stream::answer_all(lines, format, several_files, write)?);
            }
        }
    }
    match format {
        AnswerFormat::Human => view::deliver(&simulate::summary(tally))?,
        AnswerFormat::Json if tally.unread > 0 => {
            let (them, their) = if tally.unread == 1 {
                ("scenario", "it has its")
            } else {
                ("scenarios", "each has its")
            };
            view::warn(format_args!(
                "{} {them} could not be read; {their} `error` in its place",
                tally.unread
            ));
        }
        AnswerFormat::Json => {}
    }
    if all_files_read && tally.unread == 0 {
        Ok(Exit::Done)
    } else {
        Ok(Exit::BadInput)
    }
}
