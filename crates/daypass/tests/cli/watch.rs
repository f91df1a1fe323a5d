//! `try --watch`: each save is one more run, with one role for all of them.

use crate::support::{ONE_BUCKET, World, binary, until};
use rustix::process::{Pid, Signal, kill_process};
use std::process::{Command, Stdio};

#[test]
fn each_save_runs_again_with_the_same_role() {
    let world = World::new();
    let policy = world.home.policy();
    let runs = world.home.path().join("runs");
    let log = world.home.path().join("log");
    let script = format!("echo $DAYPASS_ROLE_ARN >> {}", runs.display());
    let mut watching = Command::new(binary())
        .env_clear()
        .envs(world.variables())
        .arg("try")
        .arg(&policy)
        .args(["--watch", "--", "sh", "-c", &script])
        .stderr(std::fs::File::create(&log).unwrap())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let ran = || std::fs::read_to_string(&runs).unwrap_or_default().lines().count();
    let said = |text: &str| std::fs::read_to_string(&log).unwrap_or_default().contains(text);
    until("the first run", || ran() == 1);
    until("it watches", || said("watching"));

    std::fs::write(&policy, "{ not json").unwrap();
    until("the error is shown", || said("error"));
    assert_eq!(ran(), 1, "what is wrong is not run");

    // As editors save: a new file in the place of the old one.
    let new = world
        .home
        .file("policy.json.new", ONE_BUCKET.replace("archive", "logs"));
    std::fs::rename(new, &policy).unwrap();
    until("the second run", || ran() == 2);
    let lines = std::fs::read_to_string(&runs).unwrap();
    let roles: Vec<&str> = lines.lines().collect();
    assert_eq!(roles[0], roles[1]);
    assert_eq!(world.calls("CreateRole").len(), 1);

    until("it watches again", || {
        std::fs::read_to_string(&log).unwrap().matches("watching").count() == 2
    });
    kill_process(Pid::from_child(&watching), Signal::INT).unwrap();
    assert_eq!(watching.wait().unwrap().code(), Some(130));
    assert!(world.leases().is_empty());
}
