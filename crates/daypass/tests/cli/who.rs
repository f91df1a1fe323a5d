//! `whoami` and `doctor`: what is told of who one is, and of what is wrong.

use crate::support::{World, texts};
use serde_json::Value;

fn run(world: &World, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = world.daypass().args(arguments).output().unwrap();
    let (out, err) = texts(&output);
    (output.status.code(), out, err)
}

fn check<'a>(report: &'a Value, name: &str) -> &'a Value {
    let checks = report["checks"].as_array().unwrap();
    checks
        .iter()
        .find(|check| check["check"] == name)
        .unwrap_or_else(|| panic!("{name} in {report:#}"))
}

#[test]
fn a_user_with_a_key() {
    let world = World::new();
    let (code, out, err) = run(&world, &["whoami"]);
    assert_eq!(code, Some(0), "{err}");
    for line in [
        "account    111122223333",
        "principal  arn:aws:iam::111122223333:user/admin",
        "is         a user",
        "MFA        no: a long-term key brings none",
        "region     us-east-1",
        "policy     arn:aws:iam::aws:policy/AdministratorAccess",
        "permissions management 100 %",
    ] {
        assert!(out.contains(line), "{line} in\n{out}");
    }
    let secret = world.sandbox.admin().secret;
    assert!(!out.contains(&secret) && !err.contains(&secret));
}

// CloudTrail tells who began the session, and when; the policies are those of the role.
#[test]
fn a_session_of_a_role() {
    let world = World::new();
    let (code, _, err) = run(&world, &["role", "create", "Dev", "--attach", "PowerUserAccess"]);
    assert_eq!(code, Some(0), "{err}");
    world.home.file(
        "all.json",
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#,
    );
    let daypass = crate::support::binary();
    let inside = [
        "try",
        "all.json",
        "--via",
        "session",
        "--role",
        "arn:aws:iam::111122223333:role/daypass/role/Dev",
        "--",
        daypass.to_str().unwrap(),
        "whoami",
        "--json",
    ];
    let (_, out, err) = run(&world, &inside);
    let me: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{err}"));
    assert_eq!(me["role_name"], "Dev");
    assert_eq!(
        (&me["temporary"], &me["mfa"]),
        (&Value::from(true), &Value::from(false))
    );
    assert_eq!(me["assumed_by"], "arn:aws:iam::111122223333:user/admin", "{me:#}");
    let left = me["seconds_left"].as_i64().unwrap();
    assert!((3_000..=3_600).contains(&left), "{left}");
    // PowerUserAccess may list users in no way, so its own policies it may not read.
    assert!(me["unread"][0].as_str().unwrap().contains("is refused"), "{me:#}");
}

#[test]
fn all_is_well() {
    let world = World::new();
    let (code, out, err) = run(&world, &["doctor"]);
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(
        !out.contains("WRONG") && out.contains("by AWS's policy simulator"),
        "{out}"
    );
    let (_, out, _) = run(&world, &["doctor", "--json"]);
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["healthy"], true);
    for name in [
        "versions",
        "files",
        "keyring",
        "region",
        "endpoint",
        "clock",
        "credentials",
        "permissions",
    ] {
        assert_eq!(check(&report, name)["status"], "ok", "{name}: {report:#}");
    }
}

#[test]
fn what_is_wrong_is_told_with_what_mends_it() {
    let world = World::new();
    // Nobody.
    let nobody = world.home.daypass().args(["doctor", "--json"]).output().unwrap();
    let report: Value = serde_json::from_slice(&nobody.stdout).unwrap();
    assert_eq!(nobody.status.code(), Some(1));
    assert_eq!(check(&report, "credentials")["status"], "failed");
    assert!(
        check(&report, "credentials")["mend"]
            .as_str()
            .unwrap()
            .contains("AWS_PROFILE")
    );
    // Nowhere.
    let closed = world
        .daypass()
        .args(["doctor", "--json", "--endpoint-url", "http://127.0.0.1:1"])
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&closed.stdout).unwrap();
    assert_eq!(
        (closed.status.code(), &check(&report, "network")["status"]),
        (Some(1), &Value::from("failed"))
    );
    // A key that AWS does not know.
    let unknown = world
        .daypass()
        .env("AWS_ACCESS_KEY_ID", "AKIAUNKNOWNUNKNOWN00")
        .args(["doctor"])
        .output()
        .unwrap();
    let (out, _) = texts(&unknown);
    assert_eq!(unknown.status.code(), Some(1), "{out}");
    assert!(
        out.contains("WRONG  credentials") && out.contains("AWS does not know this access key"),
        "{out}"
    );
    // Files that others can read.
    std::fs::create_dir(world.home.path().join(".aws")).unwrap();
    let file = world.home.file(".aws/credentials", "");
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    let (code, out, _) = run(&world, &["doctor"]);
    assert_eq!(code, Some(0), "{out}");
    assert!(out.contains("look") && out.contains("chmod 600"), "{out}");
}

#[test]
fn the_deployer_roles_permissions_are_looked_at() {
    let world = World::new();
    run(
        &world,
        &["role", "create", "Deployer", "--attach", "ReadOnlyAccess"],
    );
    let role = "arn:aws:iam::111122223333:role/daypass/role/Deployer";
    let (code, out, err) = run(&world, &["doctor", "--json", "--role", role]);
    assert_eq!(code, Some(0), "{out}{err}");
    let report: Value = serde_json::from_str(&out).unwrap();
    let found = check(&report, "permissions");
    assert_eq!(found["status"], "warning", "{report:#}");
    let words = found["found"].as_str().unwrap();
    assert!(
        words.contains("iam:CreateRole") && !words.contains("iam:GetRole,"),
        "{words}"
    );
    let (code, out, _) = run(
        &world,
        &["doctor", "--role", "arn:aws:iam::111122223333:role/Nobody"],
    );
    assert_eq!(code, Some(1), "{out}");
}
