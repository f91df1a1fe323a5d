//! `demo`: the story, word for word the same each time, and narrow enough for any terminal.

use crate::support::{Home, World, texts};
use iam_sandbox::{Fault, FaultKind};

#[test]
fn the_story_is_told_to_its_end_and_fits() {
    let home = Home::new();
    let told = || {
        let output = home.daypass().arg("demo").output().unwrap();
        let (out, err) = texts(&output);
        assert!(output.status.success(), "{out}{err}");
        assert_eq!(err, "");
        out
    };
    let story = told();
    for line in story.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    for part in [
        "denied  the user lists buckets\n     | implicit deny: no identity policy allows s3:ListAllMyBuckets",
        "allowed the user lists buckets, in the role: archive, logs, reports",
        "allowed list the objects of reports",
        "denied  list the objects of archive\n     | explicit deny: statement 2",
        "allowed 09:00:00",
        "denied  10:00:00",
        "nothing was left behind",
    ] {
        assert!(story.contains(part), "{part} in:\n{story}");
    }
    assert_eq!(story, told());
}

#[test]
fn colour_is_given_when_asked_for_only() {
    let home = Home::new();
    let output = home
        .daypass()
        .args(["demo", "--color", "always"])
        .output()
        .unwrap();
    assert!(texts(&output).0.contains("\u{1b}["));
    let output = home.daypass().env("NO_COLOR", "1").arg("demo").output().unwrap();
    assert!(!texts(&output).0.contains("\u{1b}["));
}

/// A sandbox that daypass does not know to be one is as good as an account.
fn live(world: &World) -> (Option<i32>, String, String) {
    let output = world
        .daypass()
        .args(["demo", "--live", "--yes"])
        .output()
        .unwrap();
    let (out, err) = texts(&output);
    (output.status.code(), out, err)
}

#[test]
fn live_plays_in_an_account_and_takes_everything_down() {
    let world = World::new();
    let before = (
        world.sandbox.user_names(),
        world.sandbox.role_names(),
        world.sandbox.policy_arns(),
    );
    let (code, out, err) = live(&world);
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(
        out.contains("account    111122223333") && out.contains("user/admin"),
        "{out}"
    );
    assert!(
        out.contains("allowed the user lists buckets, in the role: archive, logs, reports"),
        "{out}"
    );
    assert!(out.contains("Done; nothing was left behind."), "{out}");
    let after = (
        world.sandbox.user_names(),
        world.sandbox.role_names(),
        world.sandbox.policy_arns(),
    );
    assert_eq!(before, after);
    assert_eq!(world.calls("CreateUser").len(), 1);
}

#[test]
fn live_takes_down_what_it_made_when_it_fails_half_way() {
    let world = World::new();
    let before = (
        world.sandbox.user_names(),
        world.sandbox.role_names(),
        world.sandbox.policy_arns(),
    );
    let refused = FaultKind::Error {
        status: 409,
        code: "LimitExceeded".to_owned(),
    };
    world.sandbox.inject(Fault {
        operation: Some("CreatePolicy".to_owned()),
        skip: 0,
        times: 1,
        kind: refused,
    });
    let (code, out, err) = live(&world);
    assert_eq!(code, Some(1), "{out}{err}");
    assert!(
        err.contains("CreatePolicy was refused by AWS (LimitExceeded)"),
        "{err}"
    );
    let after = (
        world.sandbox.user_names(),
        world.sandbox.role_names(),
        world.sandbox.policy_arns(),
    );
    assert_eq!(before, after);
    assert_eq!(world.calls("CreateRole").len(), 1);
}

#[test]
fn live_makes_nothing_when_nobody_can_be_asked() {
    let world = World::new();
    let output = world.daypass().args(["demo", "--live"]).output().unwrap();
    let (_, err) = texts(&output);
    assert_eq!(output.status.code(), Some(2), "{err}");
    assert!(err.contains("--yes"), "{err}");
    assert!(world.calls("CreateUser").is_empty());
}
