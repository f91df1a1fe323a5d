//! How long `daypass simulate` and `daypass test` take, from the start of the process to its end. Prints a table.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a benchmark prints, and may stop"
)]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const REPORTS: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"},
    {"Sid": "List", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::reports"},
    {"Sid": "Private", "Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::reports/private/*",
     "Condition": {"StringNotEquals": {"aws:PrincipalTag/team": "audit"}}}
  ]
}"#;

const HEAD: &str = "policies: {identity: reports.json}\ndefaults: {principal: 'arn:aws:iam::111122223333:role/app'}\ncases:\n";

/// A row of the table: what is run, and how often for the percentiles.
struct Row {
    what: &'static str,
    arguments: Vec<&'static str>,
    runs: usize,
}

fn main() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
    write("reports.json", REPORTS);
    write("small.test.yaml", &format!("{HEAD}{}", cases(10)));
    write("thousand.test.yaml", &format!("{HEAD}{}", cases(1_000)));
    write("many.test.yaml", &format!("{HEAD}{}", cases(10_000)));
    write("families.test.yaml", &format!("{HEAD}{}", families(10_000)));
    let one = question("s3:GetObject");
    let matrix = question("s3:*");
    let rows = [
        row("simulate, one question", &one, 100),
        row("simulate, s3:* (a matrix)", &matrix, 100),
        row("test, 10 cases", &["test", "small.test.yaml"], 100),
        row("test, 1,000 cases", &["test", "thousand.test.yaml"], 50),
        row("test, 10,000 cases", &["test", "many.test.yaml"], 10),
        row(
            "the same with --coverage",
            &["test", "many.test.yaml", "--coverage"],
            10,
        ),
        row(
            "test, 10,000 families of resources",
            &["test", "families.test.yaml"],
            10,
        ),
    ];
    println!("milliseconds from the start of the process to its end\n");
    println!("{:<38} {:>8} {:>8} {:>8}", "", "p50", "p90", "worst");
    for row in rows {
        let times = measured(directory.path(), &row);
        println!(
            "{:<38} {:>8} {:>8} {:>8}",
            row.what,
            milliseconds(at(&times, 50)),
            milliseconds(at(&times, 90)),
            milliseconds(at(&times, 100))
        );
    }
}

fn row(what: &'static str, arguments: &[&'static str], runs: usize) -> Row {
    Row {
        what,
        arguments: arguments.to_vec(),
        runs,
    }
}

fn question(action: &'static str) -> [&'static str; 9] {
    [
        "simulate",
        "--identity",
        "reports.json",
        "--principal",
        "arn:aws:iam::111122223333:user/bob",
        "--action",
        action,
        "--resource",
        "arn:aws:s3:::reports/a",
    ]
}

/// Cases about single objects: allows, denies of two actions, and denies with their reason.
fn cases(count: usize) -> String {
    let mut text = String::new();
    for number in 0..count {
        let _ = match number % 3 {
            0 => writeln!(
                text,
                "  - allow: s3:GetObject\n    on: arn:aws:s3:::reports/2026/{number}.csv"
            ),
            1 => writeln!(
                text,
                "  - deny: [s3:PutObject, s3:DeleteObject]\n    on: arn:aws:s3:::reports/{number}"
            ),
            _ => writeln!(
                text,
                "  - name: private {number}\n    deny: s3:GetObject\n    on: arn:aws:s3:::reports/private/{number}\n    \
                 reason: Private"
            ),
        };
    }
    text
}

/// Cases about families, each another one.
fn families(count: usize) -> String {
    let mut text = String::new();
    for number in 0..count {
        let _ = writeln!(
            text,
            "  - allow: s3:GetObject\n    on: arn:aws:s3:::reports/{number}/*"
        );
    }
    text
}

fn measured(directory: &Path, row: &Row) -> Vec<Duration> {
    // Denied is an answer of simulate's; a case that fails would be a mistake of the benchmark's.
    let expected: &[i32] = match row.arguments.first() {
        Some(&"test") => &[0],
        _ => &[0, 4],
    };
    let run = || {
        let began = Instant::now();
        let status = Command::new(env!("CARGO_BIN_EXE_daypass"))
            .args(&row.arguments)
            .current_dir(directory)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        let took = began.elapsed();
        assert!(
            status.code().is_some_and(|code| expected.contains(&code)),
            "{status}"
        );
        took
    };
    // The first one reads the binary from the disk.
    run();
    let mut times: Vec<Duration> = (0..row.runs).map(|_| run()).collect();
    times.sort_unstable();
    times
}

fn at(times: &[Duration], percent: usize) -> Duration {
    let nth = (times.len() * percent).div_ceil(100).max(1) - 1;
    times.get(nth).copied().unwrap_or_default()
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1_000.0)
}
