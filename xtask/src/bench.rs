//! `cargo xtask bench NAME`: the benchmarks by the names that the docs use.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::process::{self, Error};
use crate::python;

struct Benchmark {
    name: &'static str,
    what: &'static str,
    /// Sets up what it needs, and gives what runs it.
    command: fn() -> Result<Command, Error>,
}

static BENCHMARKS: &[Benchmark] = &[
    Benchmark {
        name: "assume",
        what: "how long a kept session takes, from the start of the process to its end, beside the AWS CLI",
        command: assume,
    },
    Benchmark {
        name: "engine",
        what: "nanoseconds per decision, compiling and memory of iam-policy, beside iam-rs and iam-simulate",
        command: engine,
    },
    Benchmark {
        name: "author",
        what: "milliseconds of simulate and test, from the start of the process to its end",
        command: || Ok(package("daypass", "author")),
    },
    Benchmark {
        name: "lint",
        what: "a thousand policy documents through `daypass lint`, beside Parliament",
        command: lint,
    },
    Benchmark {
        name: "apply",
        what: "calls and time of a first apply, one without a change and a cleanup, up to 100 accounts, at 0 and 30 ms a call",
        command: || Ok(package("daypass-aws", "apply")),
    },
    Benchmark {
        name: "readiness",
        what: "how long until a new role is ready, over a thousand seeds of the propagation model, beside a fixed sleep",
        command: || Ok(package("daypass-aws", "readiness")),
    },
    Benchmark {
        name: "sandbox",
        what: "calls per second and memory of the sandbox's server, beside moto's",
        command: sandbox,
    },
];

/// The released program as its users start it, beside Parliament's.
fn lint() -> Result<Command, Error> {
    let mut build = process::cargo();
    build.args(["build", "--quiet", "--release", "--package", "daypass"]);
    process::run(&mut build)?;
    let mut python = Command::new(python::parliament()?.join("bin/python"));
    python
        .arg(process::root().join("xtask/python/lint_bench.py"))
        .arg(process::target().join("release/daypass"))
        .arg(process::target().join("lint-bench"));
    Ok(python)
}

/// The sandbox's server as a process of its own, whose memory can be told, beside moto's.
fn sandbox() -> Result<Command, Error> {
    let mut build = process::cargo();
    build.args([
        "build",
        "--quiet",
        "--release",
        "--package",
        "iam-sandbox",
        "--example",
        "serve",
    ]);
    process::run(&mut build)?;
    let mut bench = package("iam-sandbox", "sandbox");
    bench.env("SANDBOX_SERVER", process::target().join("release/examples/serve"));
    bench.env("MOTO_SERVER", python::moto()?.join("bin/moto_server"));
    Ok(bench)
}

fn assume() -> Result<Command, Error> {
    let mut bench = package("daypass", "assume");
    bench.env("DAYPASS_BENCH_AWS", python::environment()?.join("bin/aws"));
    Ok(bench)
}

/// A benchmark in a package's `benches`.
fn package(package: &str, bench: &str) -> Command {
    let mut cargo = process::cargo();
    cargo.args(["bench", "--quiet", "--package", package, "--bench", bench, "--"]);
    cargo
}

/// A workspace of its own: the other engines are nobody's dependency but its.
fn engine() -> Result<Command, Error> {
    let mut cargo = process::cargo();
    cargo.args([
        "run",
        "--quiet",
        "--release",
        "--manifest-path",
        "benches/engine/Cargo.toml",
        "--",
    ]);
    cargo.env("CARGO_TARGET_DIR", process::target());
    if let Some(folder) = iam_simulate()? {
        cargo.env("IAM_SIMULATE_NODE_MODULES", folder);
    }
    Ok(cargo)
}

/// The npm package's folder, where Node is present.
fn iam_simulate() -> Result<Option<PathBuf>, Error> {
    const PINNED: &str = "@cloud-copilot/iam-simulate@0.1.173";
    let is_there = Command::new("npm")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    if !is_there.is_ok_and(|status| status.success()) {
        return Ok(None);
    }
    let folder = process::target().join("iam-simulate");
    if !folder.join("node_modules/@cloud-copilot/iam-simulate").exists() {
        let mut npm = Command::new("npm");
        npm.args([
            "install",
            "--no-save",
            "--no-audit",
            "--no-fund",
            "--loglevel",
            "error",
            "--prefix",
        ]);
        process::run(npm.arg(&folder).arg(PINNED))?;
    }
    Ok(Some(folder))
}

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
    let mut command = (benchmark.command)()?;
    process::run(command.args(&arguments.rest))
}
