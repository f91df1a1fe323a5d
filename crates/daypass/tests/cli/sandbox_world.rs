//! A sandbox with a world of one's own: seeds, dumps, shells, addresses; and one that runs: its clock and its log.

use crate::support::{Home, PATIENCE, binary, texts, until};
use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};

const SEED: &str = r#"
accounts:
  111122223333:
    alias: example-main
    policies:
      read-reports:
        document:
          Version: 2012-10-17
          Statement:
            - {Effect: Allow, Action: ["s3:GetObject", "s3:ListBucket"], Resource: "*"}
    users:
      ann:
        attached: [read-reports]
        access_keys:
          - {id: AKIAANNANNANNANNANN1, secret: the secret of ann}
    buckets:
      reports:
        objects:
          q1.csv: "month,orders\n"
"#;

/// A sandbox in a process of its own, until it is told to end.
struct Started {
    child: Child,
    lines: BufReader<ChildStdout>,
    variables: Vec<(String, String)>,
}

impl Started {
    fn new(home: &Home, arguments: &[&str]) -> Started {
        let mut child = Command::new(binary())
            .env_clear()
            .envs(home.variables())
            .current_dir(home.path())
            .args(["sandbox", "start"])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut variables = home.variables();
        for _ in 0..7 {
            let mut line = String::new();
            lines.read_line(&mut line).unwrap();
            let (name, value) = line
                .trim()
                .strip_prefix("export ")
                .unwrap()
                .split_once('=')
                .unwrap();
            variables.push((name.to_owned(), value.trim_matches('\'').to_owned()));
        }
        Started {
            child,
            lines,
            variables,
        }
    }

    fn daypass(&self, home: &Home, arguments: &[&str]) -> (Option<i32>, String, String) {
        let output = home
            .daypass()
            .envs(self.variables.clone())
            .args(arguments)
            .timeout(PATIENCE)
            .output()
            .unwrap();
        let (out, err) = texts(&output);
        (output.status.code(), out, err)
    }

    /// Ctrl-C, and the exit code that follows.
    fn end(mut self) -> Option<i32> {
        kill_process(Pid::from_child(&self.child), Signal::INT).unwrap();
        let code = self.child.wait().unwrap().code();
        let mut rest = String::new();
        self.lines.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "", "nothing but the variables is written to stdout");
        code
    }
}

/// Ends with its test, also when that fails.
impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_seed_is_the_world_and_a_dump_is_what_became_of_it() {
    let home = Home::new();
    let seed = home.file("world.yaml", SEED);
    let dump = home.path().join("after.yaml");
    let exec = |seed: &std::path::Path, dump: &std::path::Path, script: &str| {
        let mut command = home.daypass();
        command
            .args(["sandbox", "exec", "--seed"])
            .arg(seed)
            .arg("--dump")
            .arg(dump);
        command.args(["--", "sh", "-c", script]).output().unwrap()
    };
    let output = exec(&seed, &dump, "exit 5");
    assert_eq!(output.status.code(), Some(5), "{}", texts(&output).1);
    let written = std::fs::read_to_string(&dump).unwrap();
    for part in [
        "alias: example-main",
        "AKIAANNANNANNANNANN1",
        "read-reports:",
        "q1.csv:",
        "  admin:",
    ] {
        assert!(written.contains(part), "no {part} in {written}");
    }
    let mode = std::fs::metadata(&dump).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "secrets stand in it");
    // The dump is a seed of the same world, in YAML as in JSON.
    let again = home.path().join("again.yaml");
    let output = exec(&dump, &again, "true");
    assert!(output.status.success(), "{}", texts(&output).1);
    assert_eq!(std::fs::read_to_string(&again).unwrap(), written);
    let json = home.path().join("again.json");
    assert!(exec(&again, &json, "true").status.success());
    let value: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&json).unwrap()).unwrap();
    assert_eq!(
        value["accounts"]["111122223333"]["users"]["ann"]["access_keys"][0]["secret"],
        "the secret of ann"
    );
    assert!(exec(&json, &again, "true").status.success());
    assert_eq!(std::fs::read_to_string(&again).unwrap(), written);
}

#[test]
fn what_is_wrong_in_a_seed_is_shown_at_its_place() {
    let home = Home::new();
    let wrong = SEED
        .replace("attached: [read-reports]", "attached: [read-report]")
        .replace("access_keys", "acess_keys");
    let seed = home.file("world.yaml", wrong);
    let output = home
        .daypass()
        .args(["sandbox", "exec", "--seed"])
        .arg(seed)
        .args(["--", "true"])
        .output()
        .unwrap();
    let (out, err) = texts(&output);
    assert_eq!((output.status.code(), out.as_str()), (Some(2), ""), "{err}");
    for part in [
        "there is no managed policy `read-report`",
        "did you mean `read-reports`?",
        "world.yaml:13:20",
        "user ann has no key `acess_keys`",
        "did you mean `access_keys`?",
        "world.yaml:14:9",
    ] {
        assert!(err.contains(part), "no {part} in {err}");
    }
}

#[test]
fn files_that_cannot_be_are_told_before_anything_runs() {
    let home = Home::new();
    let seed = home.file("world.yaml", SEED);
    for (arguments, told) in [
        (&["--seed", "nothing.yaml"][..], "there is no file nothing.yaml"),
        (&["--dump", "no/such/dump.yaml"], "there is no directory no/such"),
        (&["--dump", "."], "is a directory"),
        (&["--seed", "policy.json"], "a seed has no key `Version`"),
    ] {
        let output = home
            .daypass()
            .args(["sandbox", "exec"])
            .args(arguments)
            .args(["--", "touch", "ran"])
            .output()
            .unwrap();
        let err = texts(&output).1;
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {err}");
        assert!(err.contains(told), "{arguments:?}: {err}");
    }
    assert!(!home.path().join("ran").exists());
    drop(seed);
}

#[test]
fn ctrl_c_ends_it_with_the_dump_written() {
    let home = Home::new();
    home.file("world.yaml", SEED);
    let started = Started::new(&home, &["--seed", "world.yaml", "--dump", "world.yaml"]);
    assert_eq!(started.end(), Some(0));
    let written = std::fs::read_to_string(home.path().join("world.yaml")).unwrap();
    assert!(
        written.contains("AKIAANNANNANNANNANN1") && written.contains("AdministratorAccess"),
        "{written}"
    );
}

#[test]
fn the_same_entropy_makes_the_same_keys() {
    let home = Home::new();
    let key = |entropy: &str| {
        let mut command = home.daypass();
        command.args([
            "sandbox",
            "exec",
            "--entropy",
            entropy,
            "--",
            "sh",
            "-c",
            "echo $AWS_ACCESS_KEY_ID",
        ]);
        texts(&command.output().unwrap()).0
    };
    assert_eq!(key("7"), key("7"));
    assert_ne!(key("7"), key("8"));
}

#[test]
fn the_variables_are_for_the_shell_that_is_named() {
    let home = Home::new();
    for (shell, begin) in [
        ("sh", "export AWS_ENDPOINT_URL="),
        ("fish", "set -gx AWS_ENDPOINT_URL 'http://127.0.0.1:"),
        ("powershell", "$env:AWS_ENDPOINT_URL = 'http://127.0.0.1:"),
    ] {
        let mut child = Command::new(binary())
            .env_clear()
            .envs(home.variables())
            .args(["sandbox", "start", "--shell", shell])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        assert!(line.starts_with(begin), "{shell}: {line}");
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

#[test]
fn only_loopback_unless_it_is_meant() {
    let home = Home::new();
    let output = home
        .daypass()
        .args(["sandbox", "start", "--listen", "0.0.0.0"])
        .output()
        .unwrap();
    let err = texts(&output).1;
    assert_eq!(output.status.code(), Some(2), "{err}");
    assert!(
        err.contains("other machines may reach 0.0.0.0") && err.contains("--expose"),
        "{err}"
    );
    let started = Started::new(&home, &["--listen", "127.0.0.2"]);
    assert!(
        started
            .variables
            .iter()
            .any(|(_, value)| value.starts_with("http://127.0.0.2:"))
    );
    assert_eq!(started.end(), Some(0));
}

#[test]
fn a_propagation_that_is_none_is_bad_input() {
    let home = Home::new();
    for (model, told) in [
        ("fast", "`fast` is no lag"),
        ("rules=5s", "no kind of change `rules`"),
    ] {
        let output = home
            .daypass()
            .args(["sandbox", "exec", "--propagation", model, "--", "true"])
            .output()
            .unwrap();
        let err = texts(&output).1;
        assert_eq!(output.status.code(), Some(2), "{err}");
        assert!(err.contains(told), "{err}");
    }
    let mut exec = home.daypass();
    exec.args([
        "sandbox",
        "exec",
        "--propagation",
        "realistic,access-keys=30s",
        "--",
        "true",
    ]);
    assert!(exec.output().unwrap().status.success());
}

#[test]
fn the_clock_of_a_running_sandbox_is_moved() {
    let home = Home::new();
    let started = Started::new(&home, &[]);
    let clock = |arguments: &[&str]| {
        let (code, out, err) = started.daypass(&home, &[&["sandbox", "clock"], arguments].concat());
        assert_eq!(code, Some(0), "{err}");
        out.trim().to_owned()
    };
    assert_eq!(clock(&["freeze"]).split_once(' ').unwrap().1, "frozen");
    assert_eq!(clock(&["2026-01-01T00:00:00Z"]), "2026-01-01T00:00:00Z frozen");
    assert_eq!(clock(&["+2d"]), "2026-01-03T00:00:00Z frozen");
    assert_eq!(clock(&["-1h30m"]), "2026-01-02T22:30:00Z frozen");
    assert_eq!(clock(&[]), "2026-01-02T22:30:00Z frozen");
    assert!(clock(&["run"]).starts_with("2026-01-02T22:30:"));
    // Signatures are as good as before.
    let (code, _, err) = started.daypass(&home, &["cleanup", "--leases"]);
    assert_eq!(code, Some(0), "{err}");

    let (code, _, err) = started.daypass(&home, &["sandbox", "clock", "tomorrow"]);
    assert_eq!(code, Some(2), "{err}");
    assert!(err.contains("2026-01-01T00:00:00Z, freeze or run"), "{err}");
    let url = started
        .variables
        .iter()
        .find(|(name, _)| name == "AWS_ENDPOINT_URL")
        .unwrap()
        .1
        .clone();
    let output = home
        .daypass()
        .args(["sandbox", "clock", "--endpoint", &url])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", texts(&output).1);
    assert_eq!(started.end(), Some(0));
}

#[test]
fn where_there_is_no_sandbox_it_is_told() {
    let home = Home::new();
    for command in ["clock", "log"] {
        for (arguments, code, told) in [
            (&[][..], 2, "AWS_ENDPOINT_URL is not set"),
            (
                &["--endpoint-url", "http://127.0.0.1:1"],
                1,
                "no sandbox answers at http://127.0.0.1:1",
            ),
            (
                &["--endpoint-url", "https://sts.amazonaws.com"],
                2,
                "is no sandbox",
            ),
        ] {
            let output = home
                .daypass()
                .args(["sandbox", command])
                .args(arguments)
                .output()
                .unwrap();
            let err = texts(&output).1;
            assert_eq!(output.status.code(), Some(code), "{err}");
            assert!(
                err.contains(told) && err.contains("daypass sandbox start"),
                "{err}"
            );
        }
    }
}

#[test]
fn the_log_of_a_running_sandbox_is_shown_and_followed() {
    let home = Home::new();
    home.file("world.yaml", SEED);
    let started = Started::new(&home, &["--seed", "world.yaml"]);
    let mut follower = Command::new(binary())
        .env_clear()
        .envs(started.variables.clone())
        .args(["sandbox", "log", "--follow", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let told_so_far = Arc::new(Mutex::new(String::new()));
    let mut stdout = BufReader::new(follower.stdout.take().unwrap());
    let into = Arc::clone(&told_so_far);
    let reading = std::thread::spawn(move || {
        let mut line = String::new();
        while stdout.read_line(&mut line).is_ok_and(|length| length > 0) {
            into.lock().unwrap().push_str(&std::mem::take(&mut line));
        }
    });

    // As ann, who may read and no more.
    let mut ann = started.variables.clone();
    for (name, value) in &mut ann {
        match name.as_str() {
            "AWS_ACCESS_KEY_ID" => *value = "AKIAANNANNANNANNANN1".to_owned(),
            "AWS_SECRET_ACCESS_KEY" => *value = "the secret of ann".to_owned(),
            _ => {}
        }
    }
    let mut cleanup = home.daypass();
    let output = cleanup.envs(ann).args(["cleanup", "--leases"]).output().unwrap();
    assert_ne!(output.status.code(), Some(0), "ann may not list roles");
    until("the follower has seen the denial", || {
        told_so_far.lock().unwrap().contains("implicitDeny")
    });
    let (code, out, err) = started.daypass(&home, &["sandbox", "log"]);
    assert_eq!(code, Some(0), "{err}");
    let denied = out.lines().find(|line| line.contains("denied")).unwrap();
    for part in [
        "111122223333:user/ann",
        "iam:ListRoles",
        "no identity policy allows it",
    ] {
        assert!(denied.contains(part), "{denied}");
    }
    assert!(!out.contains("the secret of ann"));
    for line in told_so_far.lock().unwrap().lines() {
        let call: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(call["at"].is_string() && call["reason"].is_string(), "{line}");
    }
    // The follower ends with the sandbox.
    assert_eq!(started.end(), Some(0));
    let ended = follower.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(0));
    assert!(
        texts(&ended).1.contains("the sandbox has ended"),
        "{}",
        texts(&ended).1
    );
    reading.join().unwrap();
}
