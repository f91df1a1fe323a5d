//! `cleanup --leases`: finds leases by path and tags, and removes only what is over, dead or named.

use crate::support::{World, texts};
use iam_sandbox::{Fault, FaultKind};

fn leave_open(world: &World, lasts: &str) {
    let policy = world.home.policy();
    let output = world
        .daypass()
        .arg("try")
        .arg(policy)
        .args(["--for", lasts, "--format", "json"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", texts(&output).1);
}

fn cleanup(world: &World, options: &[&str]) -> (i32, String, String) {
    let output = world
        .daypass()
        .args(["cleanup", "--leases"])
        .args(options)
        .output()
        .unwrap();
    let (out, err) = texts(&output);
    (output.status.code().unwrap(), out, err)
}

#[test]
fn nothing_to_do_is_one_line() {
    let world = World::new();
    let (code, out, err) = cleanup(&world, &[]);
    assert_eq!((code, out.lines().count(), err.as_str()), (0, 1, ""), "{out}");
    assert!(out.starts_with("Nothing to do"), "{out}");
    let (_, out, _) = cleanup(&world, &["--json"]);
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&out).unwrap()["leases"],
        serde_json::json!([])
    );
}

#[test]
fn what_has_time_left_is_kept_unless_all_are_asked_for() {
    let world = World::new();
    leave_open(&world, "10m");
    leave_open(&world, "3h");
    let (code, out, err) = cleanup(&world, &[]);
    assert_eq!(code, 0, "{err}");
    assert_eq!(out.matches("kept: has time left").count(), 2, "{out}");
    assert!(err.contains("--now all of them"), "{err}");
    assert_eq!(world.leases().len(), 2);

    let (_, out, _) = cleanup(&world, &["--now", "--dry-run", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(json["leases"][0]["outcome"], "would_remove");
    assert_eq!(json["leases"][0]["account"], "111122223333");
    assert_eq!(json["leases"][0]["owner"], "arn:aws:iam::111122223333:user/admin");
    assert_eq!(world.leases().len(), 2, "a dry run removes nothing");

    let (code, out, err) = cleanup(&world, &["--now"]);
    assert_eq!(code, 0, "{err}");
    assert_eq!(out.matches("removed (all now)").count(), 2, "{out}");
    assert!(world.leases().is_empty());
}

#[test]
fn what_is_over_is_always_removed() {
    let world = World::new();
    world.leave_lease_of_two_hours_ago();
    leave_open(&world, "10m");
    let (_, out, _) = cleanup(&world, &["--dry-run"]);
    assert!(
        out.contains("past") && out.contains("would be removed (over)"),
        "{out}"
    );
    assert_eq!(world.leases().len(), 2);
    let (code, out, err) = cleanup(&world, &[]);
    assert_eq!(code, 0, "{err}");
    assert!(
        out.contains("removed (over)") && out.contains("kept: has time left"),
        "{out}"
    );
    assert_eq!(world.leases().len(), 1);
}

#[test]
fn what_cannot_be_removed_is_a_failure() {
    let world = World::new();
    world.leave_lease_of_two_hours_ago();
    let kind = FaultKind::Error {
        status: 403,
        code: "AccessDenied".to_owned(),
    };
    world.sandbox.inject(Fault {
        operation: Some("DeleteRole".to_owned()),
        skip: 0,
        times: 100,
        kind,
    });
    let (code, out, err) = cleanup(&world, &[]);
    assert_eq!(code, 1, "{out}");
    assert!(
        out.contains("not removed") && err.contains("may be left behind: DeleteRole was refused"),
        "{err}"
    );
}

#[test]
fn a_name_that_is_not_there_removes_nothing() {
    let world = World::new();
    leave_open(&world, "10m");
    let (code, _, err) = cleanup(&world, &["--lease", "daypass-try-admin-aaaaaaaaaaaaaaaa"]);
    assert_eq!(code, 1);
    assert!(
        err.contains("there is no lease daypass-try-admin-aaaaaaaaaaaaaaaa"),
        "{err}"
    );
    assert_eq!(world.leases().len(), 1);
}
