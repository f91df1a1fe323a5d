//! How long a program waits for the credentials of a role that are kept: from the start of the process to its end, daypass
//! beside the AWS CLI, which keeps a role's session too (`~/.aws/cli/cache`) and then makes the call that it is asked for.
//!
//! Run by `cargo xtask bench assume`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a benchmark"
)]

use iam_sandbox::server;
use iam_sandbox::{Sandbox, Settings};
use jiff::Timestamp;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

const ROLE: &str = "arn:aws:iam::111122223333:role/admin";

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let sandbox = Arc::new(Sandbox::new(Settings::default(), Timestamp::now()));
    let server = server::start(Arc::clone(&sandbox), ([127, 0, 0, 1], 0).into(), Timestamp::now);
    let server = runtime.block_on(server).unwrap();
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join(".aws")).unwrap();
    let admin = sandbox.admin();
    std::fs::write(
        home.path().join(".aws/credentials"),
        format!(
            "[default]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
            admin.id, admin.secret
        ),
    )
    .unwrap();
    std::fs::write(
        home.path().join(".aws/config"),
        format!("[profile role]\nrole_arn = {ROLE}\nsource_profile = default\nregion = us-east-1\n"),
    )
    .unwrap();
    let run = |program: OsString, arguments: &[&str]| one(home.path(), &server.url(), &program, arguments);
    let daypass = || OsString::from(env!("CARGO_BIN_EXE_daypass"));
    println!("{:<50} {:>9} {:>9}", "", "median", "p95");
    let kept = ["assume", "role", "--format", "credential-process"];
    report("daypass assume, the first one", 20, || {
        run(daypass(), &[&kept[..], &["--refresh"]].concat())
    });
    report("daypass assume, kept", 300, || run(daypass(), &kept));
    let asked = sandbox.log().len();
    run(daypass(), &kept);
    assert_eq!(sandbox.log().len(), asked, "it was kept");
    report("daypass --version, for comparison", 100, || {
        run(daypass(), &["--version"])
    });
    match std::env::var_os("DAYPASS_BENCH_AWS") {
        Some(aws) => report("aws --profile role sts get-caller-identity, kept", 10, || {
            run(aws.clone(), &["--profile", "role", "sts", "get-caller-identity"])
        }),
        None => println!("(no AWS CLI: run `cargo xtask bench assume`)"),
    }
}

fn one(home: &Path, url: &str, program: &OsString, arguments: &[&str]) -> Duration {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env_clear()
        .env("HOME", home)
        .env("PATH", "/usr/bin:/bin")
        .env("AWS_ENDPOINT_URL", url)
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    let start = Instant::now();
    let status = command.status().unwrap();
    let took = start.elapsed();
    assert!(status.success());
    took
}

fn report(what: &str, runs: usize, mut run: impl FnMut() -> Duration) {
    run();
    let mut took: Vec<Duration> = (0..runs).map(|_| run()).collect();
    took.sort_unstable();
    let milliseconds = |duration: Duration| format!("{:.2} ms", duration.as_secs_f64() * 1e3);
    println!(
        "{what:<50} {:>9} {:>9}",
        milliseconds(took[runs / 2]),
        milliseconds(took[runs * 95 / 100])
    );
}
