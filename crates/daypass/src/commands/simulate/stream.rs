//! A scenario on each line, answered on all cores, in order, in bounded memory: batches of lines go round the workers,
//! and their answers are collected in the same round.

use super::Cut;
use super::lines::{LONGEST, Line, Lines};
use super::source::unreadable;
use crate::cli::AnswerFormat;
use crate::failure::Failure;
use crate::simulation::{Answer, Written, answer};
use crate::view::simulate::{self, Tally};
use iam_policy::{Diagnostic, Scenario, Span};
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// How many batches wait before and behind each worker.
const WAITING: usize = 2;

/// The answers to a batch of lines.
struct Answers {
    text: Vec<u8>,
    tally: Tally,
}

/// Answers every line; `write` is given the answers in the order of the lines.
pub(super) fn answer_all<R: Read + Send + 'static>(
    mut lines: Lines<R>,
    format: AnswerFormat,
    several_files: bool,
    mut write: impl FnMut(&[u8]) -> io::Result<()>,
) -> Result<Tally, Cut> {
    let name: Arc<str> = Arc::from(lines.name.as_str());
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let mut to_workers = Vec::new();
    let mut from_workers = Vec::new();
    for _ in 0..workers {
        let (to_worker, batches) = sync_channel(WAITING);
        let (to_writer, answers) = sync_channel(WAITING);
        to_workers.push(to_worker);
        from_workers.push(answers);
        let name = Arc::clone(&name);
        let work = move || {
            for batch in batches {
                let answers = answers_to(&batch, &name, format, several_files);
                if to_writer.send(answers).is_err() {
                    return;
                }
            }
        };
        spawn(work)?;
    }
    // On threads of their own, not scoped ones: a reader that waits for more lines must not hold up the end when nobody
    // wants the answers any more.
    let reader = spawn(move || read(&mut lines, &to_workers))?;
    let tally = collect(&from_workers, &mut write)?;
    match reader.join() {
        Ok(Ok(())) => Ok(tally),
        Ok(Err(error)) => Err(unreadable(&name, &error).into()),
        Err(_) => Err(Failure::failed("daypass itself failed; this is a bug").into()),
    }
}

fn spawn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<thread::JoinHandle<T>, Cut> {
    let cannot = |error: io::Error| Failure::failed("cannot start a thread").why(error.to_string());
    thread::Builder::new()
        .spawn(work)
        .map_err(|error| cannot(error).into())
}

fn read<R: Read>(lines: &mut Lines<R>, to_workers: &[SyncSender<super::lines::Batch>]) -> io::Result<()> {
    for worker in to_workers.iter().cycle() {
        let Some(batch) = lines.next_batch()? else { break };
        if worker.send(batch).is_err() {
            break;
        }
    }
    Ok(())
}

/// Takes the answers in the order in which the batches were given out, until a worker has no more.
fn collect(
    from_workers: &[Receiver<Answers>],
    write: &mut impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<Tally> {
    let mut tally = Tally::default();
    for worker in from_workers.iter().cycle() {
        let Ok(answers) = worker.recv() else { break };
        write(&answers.text)?;
        tally.add(answers.tally);
    }
    Ok(tally)
}

fn answers_to(batch: &super::lines::Batch, file: &str, format: AnswerFormat, several_files: bool) -> Answers {
    let mut answers = Answers {
        text: Vec::new(),
        tally: Tally::default(),
    };
    for (line, bytes) in batch.iter() {
        let (text, error) = match std::str::from_utf8(bytes) {
            Ok(text) => (text, None),
            Err(error) => {
                let (valid, _) = bytes.split_at(error.valid_up_to());
                (std::str::from_utf8(valid).unwrap_or_default(), Some(error))
            }
        };
        let written = Written::new(
            file,
            text.trim_end_matches(['\r', '\n']),
            line.number,
            line.offset,
        );
        let answer = if line.length > LONGEST {
            unread(
                Span::default(),
                format!(
                    "the line has {} bytes, more than the {LONGEST} that are read",
                    line.length
                ),
            )
        } else if error.is_some() {
            let end = written.text.len();
            unread(Span::new(end, end), "the line is not text in UTF-8")
        } else {
            contained(line, &written)
        };
        answers.tally.count(&answer);
        simulate::append(&mut answers.text, format, &answer, &written, several_files);
    }
    answers
}

/// A scenario that breaks daypass is answered as one that cannot be read: the others are worth having.
fn contained(line: &Line, written: &Written<'_>) -> Answer {
    catch_unwind(AssertUnwindSafe(|| answer(Scenario::tree(written.text)))).unwrap_or_else(|_| {
        let message = format!("daypass itself failed on line {}; this is a bug", line.number);
        unread(Span::default(), message)
    })
}

fn unread(span: Span, message: impl Into<String>) -> Answer {
    Answer {
        id: None,
        outcome: Err(vec![Diagnostic::new(span, message)]),
    }
}
