//! `cargo xtask simulate engine`: the policy engine beside the naive reference, on all cores, until a question shows
//! that one of them is wrong.
//!
//! `cargo xtask simulate apply`: applies and cleanups of drawn teams in the sandbox, with calls that fail, are answered late
//! or not at all, and processes that stop; the runs are those of daypass-aws's test `apply_faults`.

use std::io::Write as _;
use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use iam_policy_reference::agreement::{Answers, Mix};
use iam_policy_reference::generate;
use iam_policy_reference::scenario::scenario;
use iam_policy_reference::shrink::shrink;

use crate::process::{self, Error};

/// Questions that a thread takes at once.
const SHARE: u64 = 1_000;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// iam-policy's engine beside iam-policy-reference, over drawn policies and requests
    Engine(EngineArguments),
    /// Applies and cleanups of drawn teams in the sandbox, under faults
    Apply(ApplyArguments),
}

#[derive(clap::Args)]
struct ApplyArguments {
    /// How many runs
    #[arg(long, default_value_t = 10_000, value_name = "N")]
    runs: u64,
    /// The first run's seed: the same seed is the same run
    #[arg(long, default_value_t = 0, value_name = "S")]
    seed: u64,
    /// Without optimization: slower to run, quicker to build
    #[arg(long)]
    debug: bool,
}

#[derive(clap::Args)]
struct EngineArguments {
    /// How many questions
    #[arg(long, default_value_t = 1_000_000, value_name = "N")]
    questions: u64,
    /// Where the drawing begins: the same seed draws the same questions
    #[arg(long, default_value_t = 0, value_name = "S")]
    seed: u64,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    match &arguments.what {
        What::Engine(arguments) if cfg!(debug_assertions) => again_in_release(arguments),
        What::Engine(arguments) => engine(arguments),
        What::Apply(arguments) => apply(arguments),
    }
}

fn apply(arguments: &ApplyArguments) -> Result<(), Error> {
    let mut cargo = process::cargo();
    cargo.args([
        "test",
        "--quiet",
        "--package",
        "daypass-aws",
        "--test",
        "apply_faults",
    ]);
    if !arguments.debug {
        cargo.arg("--release");
    }
    cargo.args(["--", "--ignored", "--exact", "many_runs", "--nocapture"]);
    cargo.env("DAYPASS_RUNS", arguments.runs.to_string());
    cargo.env("DAYPASS_SEED", arguments.seed.to_string());
    process::run(&mut cargo)
}

fn again_in_release(arguments: &EngineArguments) -> Result<(), Error> {
    let mut cargo = process::cargo();
    cargo
        .args(["run", "--quiet", "--release", "--package", "xtask", "--"])
        .args(["simulate", "engine"])
        .args(["--questions", &arguments.questions.to_string()])
        .args(["--seed", &arguments.seed.to_string()]);
    process::run(&mut cargo)
}

/// What all threads share.
struct Run<'a> {
    arguments: &'a EngineArguments,
    /// The first question that nobody has taken.
    next: AtomicU64,
    /// Set when there is a disagreement: what is under way is finished, no more.
    stop: AtomicBool,
    mix: Mutex<Mix>,
    /// The lowest number of a question that was answered differently.
    disagreement: Mutex<Option<u64>>,
}

fn engine(arguments: &EngineArguments) -> Result<(), Error> {
    let run = Run {
        arguments,
        next: AtomicU64::new(0),
        stop: AtomicBool::new(false),
        mix: Mutex::default(),
        disagreement: Mutex::default(),
    };
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let started = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| run.take_shares());
        }
    });
    let elapsed = started.elapsed();
    let mix = *unpoisoned(&run.mix);
    let rate = u128::from(mix.total()) * 1_000 / elapsed.as_millis().max(1);
    let mut out = std::io::stdout().lock();
    // Whoever closed the output early still gets the exit code.
    let _ = writeln!(
        out,
        "{} questions of seed {} in {:.1} s, {rate} a second on {threads} threads: {mix}",
        mix.total(),
        arguments.seed,
        elapsed.as_secs_f64()
    );
    let disagreement = *unpoisoned(&run.disagreement);
    let Some(number) = disagreement else {
        return Ok(());
    };
    let question = generate::numbered(arguments.seed, number);
    let smallest = shrink(&question, |smaller| !Answers::to(smaller).agree());
    let _ = writeln!(out, "{}", scenario(&smallest, Answers::to(&smallest)));
    Err(Error::Differs {
        what: format!(
            "question {number} of seed {} is answered differently by the engine and the reference",
            arguments.seed
        ),
        help: "AWS's documentation says who is right; where it leaves the point open, docs/evaluation.md says what we chose"
            .to_owned(),
    })
}

impl Run<'_> {
    fn take_shares(&self) {
        let mut mix = Mix::default();
        while !self.stop.load(Ordering::Relaxed) {
            let first = self.next.fetch_add(SHARE, Ordering::Relaxed);
            if first >= self.arguments.questions {
                break;
            }
            for number in first..self.arguments.questions.min(first + SHARE) {
                let answers = Answers::to(&generate::numbered(self.arguments.seed, number));
                mix.count(answers.reference);
                if !answers.agree() {
                    self.stop.store(true, Ordering::Relaxed);
                    let mut lowest = unpoisoned(&self.disagreement);
                    *lowest = Some(lowest.map_or(number, |other| other.min(number)));
                    break;
                }
            }
        }
        *unpoisoned(&self.mix) += mix;
    }
}

/// A thread that panicked leaves a count that is whole: additions are not torn.
fn unpoisoned<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
