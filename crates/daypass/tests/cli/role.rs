//! `role create`, `show` and `delete`: what is made, that it is made once, and that only ours is touched.

use crate::support::{World, texts};
use iam_sandbox::{Fault, FaultKind};
use serde_json::Value;

const ALL: &str = r#"{"Version": "2012-10-17",
 "Statement": {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}}"#;

/// Runs it, and gives exit code, stdout and stderr.
fn role(world: &World, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = world.daypass().arg("role").args(arguments).output().unwrap();
    let (out, err) = texts(&output);
    (output.status.code(), out, err)
}

fn json(world: &World, arguments: &[&str]) -> Value {
    let (code, out, err) = role(world, arguments);
    assert_eq!(code, Some(0), "{arguments:?}: {err}");
    serde_json::from_str(&out).unwrap()
}

fn writes(world: &World) -> usize {
    let reads = ["Get", "List"];
    world
        .sandbox
        .log()
        .iter()
        .filter(|call| !reads.iter().any(|read| call.operation.starts_with(read)))
        .count()
}

#[test]
fn a_role_is_shown_made_proven_and_then_already_so() {
    let world = World::new();
    world.home.file("mine.json", ALL);
    let create = [
        "create",
        "DeveloperRole",
        "--attach",
        "PowerUserAccess",
        "--policy",
        "mine.json",
        "--max-session",
        "4h",
    ];
    let (code, out, err) = role(&world, &create);
    assert_eq!(code, Some(0), "{err}");
    insta::assert_snapshot!("made", format!("{out}---\n{err}"));
    assert!(!world.calls("AssumeRole").is_empty(), "proven by assuming it");
    assert!(world.calls("AssumeRole").iter().all(|call| call.status == 200));

    let before = writes(&world);
    let (code, out, err) = role(&world, &create);
    assert_eq!((code, writes(&world)), (Some(0), before), "{err}");
    assert_eq!(
        out,
        "Role DeveloperRole is already so: arn:aws:iam::111122223333:role/daypass/role/DeveloperRole\n"
    );

    let shown = json(&world, &["show", "DeveloperRole", "--json"]);
    assert_eq!(shown["made_by_daypass"], true);
    assert_eq!(shown["max_session_seconds"], 14_400);
    assert_eq!(
        shown["tags"]["daypass:made-by"],
        "arn:aws:iam::111122223333:user/admin"
    );
    let trust = &shown["trust_policy"]["Statement"][0];
    assert_eq!(trust["Principal"]["AWS"], "arn:aws:iam::111122223333:user/admin");
    let (_, listed, _) = role(&world, &["show"]);
    assert!(
        listed.contains("DeveloperRole") && listed.contains("no end"),
        "{listed}"
    );
}

#[test]
fn what_differs_is_shown_and_changed_only_when_agreed() {
    let world = World::new();
    world.home.file("mine.json", ALL);
    role(
        &world,
        &[
            "create",
            "Dev",
            "--attach",
            "PowerUserAccess",
            "--policy",
            "mine.json",
        ],
    );
    world.home.file(
        "mine.json",
        ALL.replace("s3:ListAllMyBuckets", "ec2:DescribeInstances"),
    );
    let other = [
        "create",
        "Dev",
        "--attach",
        "ReadOnlyAccess",
        "--policy",
        "mine.json",
        "--require-mfa",
        "--max-session",
        "2h",
        "--boundary",
        "PowerUserAccess",
    ];
    let before = writes(&world);
    let (code, out, err) = role(&world, &other);
    assert_eq!(
        (code, out.as_str(), writes(&world)),
        (Some(3), "", before),
        "{err}"
    );
    insta::assert_snapshot!("differs", err);

    let (code, out, err) = role(&world, &[&other[..], &["--yes", "--json"]].concat());
    assert_eq!(code, Some(0), "{err}");
    let changed: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(changed["outcome"], "changed");
    assert_eq!(
        json(&world, &[&other[..], &["--json"]].concat())["outcome"],
        "already_so"
    );
    let shown = json(&world, &["show", "Dev", "--json"]);
    assert_eq!(
        shown["attached_policies"][0],
        "arn:aws:iam::aws:policy/ReadOnlyAccess"
    );
    assert_eq!(shown["boundary"], "arn:aws:iam::aws:policy/PowerUserAccess");
}

#[test]
fn a_dry_run_writes_nothing() {
    let world = World::new();
    let (code, out, _) = role(
        &world,
        &["create", "Dev", "--attach", "PowerUserAccess", "--dry-run"],
    );
    assert_eq!((code, writes(&world)), (Some(0), 0));
    assert!(out.contains("role/daypass/role/Dev"), "{out}");
    role(&world, &["create", "Dev"]);
    let before = writes(&world);
    let (code, _, err) = role(&world, &["delete", "Dev", "--dry-run"]);
    assert_eq!((code, writes(&world)), (Some(0), before));
    assert!(err.contains("Role Dev goes"), "{err}");
}

// What was made by a hand, or by another tool, under whatever path, is nobody's but theirs.
#[test]
fn roles_of_others_are_left_alone() {
    let world = World::new();
    let before = writes(&world);
    for (arguments, said) in [
        (&["create", "admin", "--yes"][..], "daypass has not made"),
        (&["delete", "admin", "--yes"], "daypass has not made"),
        (&["delete", "Nobody", "--yes"], "there is no role Nobody"),
    ] {
        let (code, _, err) = role(&world, arguments);
        assert_eq!((code, writes(&world)), (Some(1), before), "{err}");
        assert!(err.contains(said), "{err}");
    }
    let (code, _, err) = role(&world, &["delete", "admin", "--force", "--yes"]);
    assert_eq!(code, Some(0), "{err}");
    assert!(!world.sandbox.role_names().contains(&"admin".to_owned()));
}

#[test]
fn a_role_goes_with_everything_on_it() {
    let world = World::new();
    world.home.file("mine.json", ALL);
    let create = [
        "create",
        "Dev",
        "--attach",
        "PowerUserAccess",
        "--policy",
        "mine.json",
        "--expires",
        "2099-12-31",
    ];
    role(&world, &create);
    let (code, _, err) = role(&world, &["delete", "Dev"]);
    assert_eq!(code, Some(2), "nobody can be asked: {err}");
    let (code, out, err) = role(&world, &["delete", "Dev", "--yes"]);
    assert_eq!((code, out.as_str()), (Some(0), "Deleted role Dev.\n"), "{err}");
    assert!(!world.sandbox.role_names().contains(&"Dev".to_owned()));
}

#[test]
fn what_it_refers_to_must_be_there() {
    let world = World::new();
    for (arguments, said) in [
        (
            &["create", "Dev", "--attach", "NoSuchPolicy"][..],
            "there is no managed policy",
        ),
        (
            &["create", "Dev", "--boundary", "NoSuchPolicy"],
            "there is no managed policy",
        ),
        (
            &["create", "Dev", "--trust", "github:octo-org/app"],
            "create-open-id-connect-provider",
        ),
    ] {
        let (code, _, err) = role(&world, arguments);
        assert_eq!((code, writes(&world)), (Some(1), 0), "{err}");
        assert!(err.contains(said), "{err}");
    }
    for (arguments, said) in [
        (&["create", "a b"][..], "1 to 64 letters"),
        (&["create", "Dev", "--trust", "everybody"], "write me, an ARN"),
        (&["create", "Dev", "--max-session", "13h"], "from 1h to 12h"),
        (&["create", "Dev", "--expires", "2020-01-01"], "is past"),
        (&["create", "Dev", "--expires", "soon"], "write a day like"),
        (
            &["create", "Dev", "--trust", "service:ec2", "--require-mfa"],
            "a service shows neither",
        ),
    ] {
        let (code, _, err) = role(&world, arguments);
        assert_eq!((code, writes(&world)), (Some(2), 0), "{err}");
        assert!(err.contains(said), "{err}");
    }
}

// The end is IAM's: the trust no longer lets in, and what was let in before may do nothing any more.
#[test]
fn the_end_is_in_iam() {
    let world = World::new();
    let (code, _, err) = role(
        &world,
        &[
            "create",
            "Dev",
            "--attach",
            "ReadOnlyAccess",
            "--expires",
            "2099-12-31T10:00:00Z",
        ],
    );
    assert_eq!(code, Some(0), "{err}");
    let shown = json(&world, &["show", "Dev", "--json"]);
    assert_eq!(shown["expires_at"], "2099-12-31T10:00:00Z");
    let trust = &shown["trust_policy"]["Statement"][0]["Condition"];
    assert_eq!(trust["DateLessThan"]["aws:CurrentTime"], "2099-12-31T10:00:00Z");
    let end = shown["inline_policies"]["daypass-end"].to_string();
    assert!(
        end.contains("DateGreaterThanEquals") && end.contains("2099-12-31T10:00:00Z"),
        "{end}"
    );
}

#[test]
fn a_failure_half_way_is_gone_on_from() {
    let world = World::new();
    let create = ["create", "Dev", "--attach", "PowerUserAccess"];
    let kind = FaultKind::Error {
        status: 409,
        code: "LimitExceeded".to_owned(),
    };
    world.sandbox.inject(Fault {
        operation: Some("AttachRolePolicy".to_owned()),
        skip: 0,
        times: 1,
        kind,
    });
    let (code, _, err) = role(&world, &create);
    assert_eq!(code, Some(1), "{err}");
    assert!(
        err.contains("goes on from here") && err.contains("daypass role delete Dev"),
        "{err}"
    );
    let (code, out, err) = role(&world, &[&create[..], &["--yes"]].concat());
    assert_eq!(code, Some(0), "{err}");
    assert!(out.starts_with("Changed role Dev"), "{out}");
    assert_eq!(world.calls("CreateRole").len(), 1);
}

#[test]
fn other_principals_are_not_waited_for() {
    let world = World::new();
    for trust in ["service:lambda", "arn:aws:iam::111122223333:user/developer"] {
        let name = format!("For-{}", trust.len());
        let (code, _, err) = role(&world, &["create", &name, "--trust", trust]);
        assert_eq!(code, Some(0), "{err}");
    }
    assert_eq!(world.calls("AssumeRole").len(), 0);
}
