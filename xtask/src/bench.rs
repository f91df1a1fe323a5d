//! `cargo xtask bench NAME`: the benchmarks by the names that the docs use.

use std::io::Write as _;

use crate::process::{self, Error};

struct Benchmark {
    name: &'static str,
    package: &'static str,
    bench: &'static str,
    what: &'static str,
}

static BENCHMARKS: &[Benchmark] = &[Benchmark {
    name: "readiness",
    package: "daypass-aws",
    bench: "readiness",
    what: "how long until a new role is ready, over a thousand seeds of the propagation model, beside a fixed sleep",
}];

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Which one
    name: Option<String>,
    /// Passed on to the benchmark
    #[arg(last = true)]
    rest: Vec<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let Some(name) = &arguments.name else {
        let mut out = std::io::stdout().lock();
        for benchmark in BENCHMARKS {
            // Whoever closed the list early has seen enough of it.
            let _ = writeln!(out, "{:<12} {}", benchmark.name, benchmark.what);
        }
        return Ok(());
    };
    let Some(benchmark) = BENCHMARKS.iter().find(|benchmark| benchmark.name == name) else {
        let names: Vec<_> = BENCHMARKS.iter().map(|benchmark| benchmark.name).collect();
        return Err(Error::Missing {
            what: format!("there is no benchmark `{name}`"),
            help: format!("the benchmarks are: {}", names.join(", ")),
        });
    };
    let mut cargo = process::cargo();
    cargo.args([
        "bench",
        "--quiet",
        "--package",
        benchmark.package,
        "--bench",
        benchmark.bench,
    ]);
    if !arguments.rest.is_empty() {
        cargo.arg("--").args(&arguments.rest);
    }
    process::run(&mut cargo)
}
