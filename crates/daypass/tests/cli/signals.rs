//! Signals without a terminal, as systems send them: everything is removed, or told with the command that removes it.

use crate::support::{World, binary, texts, until};
use iam_sandbox::{Fault, FaultKind};
use rustix::process::{Pid, Signal, kill_process};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A `try` under way, whose stderr goes to a file.
struct Trying {
    process: Child,
    log: PathBuf,
}

impl Trying {
    fn start(world: &World, script: &str) -> Self {
        Trying::start_at(world, &world.url(), script)
    }

    fn start_at(world: &World, url: &str, script: &str) -> Self {
        Trying::start_with(world, url, &[], script)
    }

    fn start_with(world: &World, url: &str, options: &[&str], script: &str) -> Self {
        let policy = world.home.policy();
        let log = world.home.path().join("log");
        let process = Command::new(binary())
            .env_clear()
            .envs(world.variables())
            .env("AWS_ENDPOINT_URL", url)
            .current_dir(world.home.path())
            .arg("try")
            .arg(policy)
            .args(options)
            .args(["--", "sh", "-c", script])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(&log).unwrap())
            // Not in the foreground of a terminal that the tests may run in: there Ctrl-C reaches the child by itself, and
            // is not passed on.
            .process_group(0)
            .spawn()
            .unwrap();
        Trying { process, log }
    }

    fn send(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.process), signal).unwrap();
    }

    fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    fn wait_for(&self, text: &str) {
        until(&format!("it says {text:?}"), || self.said().contains(text));
    }

    fn code(&mut self) -> Option<i32> {
        self.process.wait().unwrap().code()
    }
}

impl Drop for Trying {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A child that says that it runs, and then runs until it is ended. The shell is replaced: the signal reaches the sleeper.
const SLEEPER: &str = "echo $$ > child; exec sleep 1000";

fn child_of(world: &World) -> Pid {
    let file = world.home.path().join("child");
    let read = || std::fs::read_to_string(&file).unwrap_or_default();
    until("the child runs", || read().ends_with('\n'));
    Pid::from_raw(read().trim().parse().unwrap()).unwrap()
}

fn delayed(operation: &str) -> Fault {
    // Long enough for a signal to come in between, and bounded.
    let kind = FaultKind::Delay(Duration::from_secs(3));
    Fault {
        operation: Some(operation.to_owned()),
        skip: 0,
        times: 1,
        kind,
    }
}

#[test]
fn what_ends_us_ends_the_child_and_then_the_role() {
    for (signal, code) in [
        (Signal::TERM, 143),
        (Signal::HUP, 129),
        (Signal::INT, 130),
        (Signal::QUIT, 131),
    ] {
        let world = World::new();
        let mut trying = Trying::start(&world, SLEEPER);
        child_of(&world);
        assert_eq!(world.leases().len(), 1);
        trying.send(signal);
        assert_eq!(trying.code(), Some(code), "{signal:?}: {}", trying.said());
        assert!(world.leases().is_empty(), "{signal:?}");
    }
}

#[test]
fn a_child_that_goes_on_is_waited_for() {
    let world = World::new();
    let mut trying = Trying::start(
        &world,
        "trap 'echo > caught; exit 4' TERM; echo $$ > child; sleep 1000 & wait",
    );
    child_of(&world);
    trying.send(Signal::TERM);
    assert_eq!(trying.code(), Some(4), "{}", trying.said());
    assert!(world.home.path().join("caught").exists());
    assert!(world.leases().is_empty());
}

#[test]
fn a_signal_during_set_up_stops_it_and_removes_what_was_made() {
    for operation in [
        "CreateRole",
        "PutRolePolicy",
        "UpdateAssumeRolePolicy",
        "AssumeRole",
    ] {
        let world = World::new();
        world.sandbox.inject(delayed(operation));
        let mut trying = Trying::start(&world, SLEEPER);
        world.wait_for_call(operation);
        trying.send(Signal::TERM);
        assert_eq!(trying.code(), Some(130), "{operation}: {}", trying.said());
        assert!(
            trying.said().contains("nothing is left behind"),
            "{}",
            trying.said()
        );
        assert!(world.leases().is_empty(), "{operation}");
        assert!(
            !world.home.path().join("child").exists(),
            "the command was not run"
        );
    }
}

#[test]
fn a_signal_ends_the_waiting_for_an_endpoint_that_never_answers() {
    let world = World::new();
    // Answers to nobody: the operating system takes the connection, and that is all.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let mut trying = Trying::start_at(&world, &url, SLEEPER);
    let (_held_open, _) = silent.accept().unwrap();
    let signalled = Instant::now();
    trying.send(Signal::TERM);
    assert_eq!(trying.code(), Some(130), "{}", trying.said());
    assert!(
        signalled.elapsed() < Duration::from_secs(5),
        "not only when the call has timed out"
    );
    assert!(world.sandbox.log().is_empty());
}

#[test]
fn a_second_signal_during_cleanup_stops_waiting_and_tells_what_is_left() {
    let world = World::new();
    world.sandbox.inject(Fault {
        operation: Some("DeleteRole".to_owned()),
        skip: 0,
        times: usize::MAX,
        kind: FaultKind::Throttle,
    });
    let mut trying = Trying::start(&world, "exit 3");
    world.wait_for_call("DeleteRole");
    trying.send(Signal::INT);
    trying.wait_for("still removing");
    trying.send(Signal::INT);
    assert_eq!(trying.code(), Some(1), "{}", trying.said());
    let [role] = world.leases().try_into().unwrap();
    let command = format!("daypass cleanup --leases --lease {role}");
    assert!(trying.said().contains(&command), "{}", trying.said());
    assert!(
        trying.said().contains("the command itself ended with code 3"),
        "{}",
        trying.said()
    );

    world.sandbox.clear_faults();
    let output = world.daypass().args(command.split(' ').skip(1)).output().unwrap();
    assert!(output.status.success(), "{}", texts(&output).1);
    assert!(world.leases().is_empty());
}

#[test]
fn a_second_signal_during_set_up_does_the_same() {
    let world = World::new();
    world.sandbox.inject(delayed("PutRolePolicy"));
    world.sandbox.inject(Fault {
        operation: Some("DeleteRole".to_owned()),
        skip: 0,
        times: usize::MAX,
        kind: FaultKind::Throttle,
    });
    let mut trying = Trying::start(&world, SLEEPER);
    world.wait_for_call("PutRolePolicy");
    trying.send(Signal::INT);
    world.wait_for_call("DeleteRole");
    trying.send(Signal::INT);
    assert_eq!(trying.code(), Some(1), "{}", trying.said());
    let [role] = world.leases().try_into().unwrap();
    assert!(
        trying
            .said()
            .contains(&format!("daypass cleanup --leases --lease {role}")),
        "{}",
        trying.said()
    );

    // Its process is dead, and known to be: no name is needed.
    world.sandbox.clear_faults();
    let output = world.daypass().args(["cleanup", "--leases"]).output().unwrap();
    assert!(
        texts(&output).0.contains("removed (its run is dead)"),
        "{}",
        texts(&output).0
    );
    assert!(world.leases().is_empty());
}

#[test]
fn what_kill_9_leaves_is_found_and_removed() {
    let world = World::new();
    let mut trying = Trying::start(&world, SLEEPER);
    let child = child_of(&world);
    let sweep = || texts(&world.daypass().args(["cleanup", "--leases"]).output().unwrap()).0;
    assert!(sweep().contains("kept: in use on this machine"), "{}", sweep());

    trying.send(Signal::KILL);
    assert_eq!(trying.code(), None);
    kill_process(child, Signal::KILL).unwrap();
    assert_eq!(world.leases().len(), 1, "nobody could clean up");
    let swept = sweep();
    assert!(swept.contains("removed (its run is dead)"), "{swept}");
    assert!(world.leases().is_empty());
    assert!(sweep().starts_with("Nothing to do"));
    let marks = world.home.path().join(".local/state/daypass/leases");
    assert_eq!(std::fs::read_dir(marks).unwrap().count(), 0);
}

#[test]
fn what_is_told_more_than_once_does_not_stop_the_removal() {
    for signal in [Signal::HUP, Signal::TERM] {
        let world = World::new();
        world.sandbox.inject(Fault {
            operation: Some("DeleteRole".to_owned()),
            skip: 0,
            times: 4,
            kind: FaultKind::Throttle,
        });
        let mut trying = Trying::start(&world, SLEEPER);
        child_of(&world);
        trying.send(signal);
        world.wait_for_call("DeleteRole");
        trying.send(signal);
        trying.wait_for("still removing");
        trying.send(signal);
        assert!(trying.code() > Some(128), "{signal:?}: {}", trying.said());
        assert!(world.leases().is_empty(), "{signal:?}: {}", trying.said());
    }
}

#[test]
fn the_same_during_set_up() {
    let world = World::new();
    world.sandbox.inject(delayed("PutRolePolicy"));
    world.sandbox.inject(Fault {
        operation: Some("DeleteRole".to_owned()),
        skip: 0,
        times: 2,
        kind: FaultKind::Throttle,
    });
    let mut trying = Trying::start(&world, SLEEPER);
    world.wait_for_call("PutRolePolicy");
    trying.send(Signal::HUP);
    world.wait_for_call("DeleteRole");
    trying.send(Signal::HUP);
    assert_eq!(trying.code(), Some(130), "{}", trying.said());
    assert!(world.leases().is_empty());
}

#[test]
fn a_signal_from_before_the_command_is_not_taken_for_the_commands() {
    for options in [&[][..], &["--format", "json"]] {
        let world = World::new();
        let mut options = options.to_vec();
        options.extend(["--probe", "kill -INT $PPID"]);
        let ran = world.home.path().join("ran");
        let mut trying = if options.contains(&"--format") {
            let log = world.home.path().join("log");
            let process = world
                .command()
                .arg("try")
                .arg(world.home.policy())
                .args(&options)
                .stdout(std::fs::File::create(&ran).unwrap())
                .stderr(std::fs::File::create(&log).unwrap())
                .spawn()
                .unwrap();
            Trying { process, log }
        } else {
            Trying::start_with(&world, &world.url(), &options, "echo it ran > ran")
        };
        assert_eq!(trying.code(), Some(130), "{}", trying.said());
        assert_eq!(std::fs::read_to_string(&ran).unwrap_or_default(), "");
        assert!(world.leases().is_empty());
    }
}

/// `SigIgn` tells of it there alone.
#[cfg(target_os = "linux")]
#[test]
fn under_nohup_a_hang_up_ends_neither_us_nor_the_child() {
    let world = World::new();
    let daypass = binary();
    let script = format!(
        "trap '' HUP; exec '{}' try policy.json -- sh -c 'kill -HUP $PPID; kill -HUP $$; exit 7'",
        daypass.display()
    );
    let output = world.shell(&script).output().unwrap();
    assert_eq!(output.status.code(), Some(7), "{}", texts(&output).1);
    assert!(world.leases().is_empty());
}

#[test]
fn a_stopped_sweep_does_not_begin_the_next_removal() {
    let world = World::new();
    for _ in 0..3 {
        world.leave_lease_of_two_hours_ago();
    }
    world.sandbox.inject(Fault {
        operation: Some("DeleteRole".to_owned()),
        skip: 0,
        times: usize::MAX,
        kind: FaultKind::Throttle,
    });
    let log = world.home.path().join("log");
    let out = world.home.path().join("out");
    let process = world
        .command()
        .args(["cleanup", "--leases"])
        .stdout(std::fs::File::create(&out).unwrap())
        .stderr(std::fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let mut sweep = Trying { process, log };
    world.wait_for_call("DeleteRole");
    sweep.send(Signal::INT);
    assert_eq!(sweep.code(), Some(130), "{}", sweep.said());
    let told = std::fs::read_to_string(out).unwrap();
    assert_eq!(told.matches("kept: not tried").count(), 2, "{told}");
    assert_eq!(told.matches("not removed").count(), 1, "{told}");
    assert_eq!(world.leases().len(), 3);
}
