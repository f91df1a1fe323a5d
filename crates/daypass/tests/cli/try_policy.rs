//! `try`: what the child gets, what it ends with, and that nothing stays.

use crate::support::{ADMIN_ROLE, ONE_BUCKET, World, texts};
use iam_sandbox::{Fault, FaultKind};
use jiff::{SignedDuration, Timestamp};
use std::process::Output;

fn run(world: &World, options: &[&str], script: &str) -> Output {
    let policy = world.home.policy();
    world
        .daypass()
        .arg("try")
        .arg(policy)
        .args(options)
        .args(["--", "sh", "-c", script])
        .output()
        .unwrap()
}

#[test]
fn the_childs_code_is_ours_and_nothing_stays() {
    let world = World::new();
    for (script, code) in [
        ("exit 0", 0),
        ("exit 3", 3),
        ("kill -TERM $$", 143),
        ("kill -KILL $$", 137),
    ] {
        let output = run(&world, &[], script);
        assert_eq!(output.status.code(), Some(code), "{script}: {}", texts(&output).1);
        assert!(world.leases().is_empty(), "{script}");
    }
    assert_eq!(world.calls("CreateRole").len(), 4);
}

#[test]
fn stdout_is_the_childs_alone() {
    let world = World::new();
    let output = run(&world, &[], "echo out; echo err >&2");
    let (out, err) = texts(&output);
    assert_eq!(out, "out\n");
    assert!(
        err.contains("err\n") && err.contains("creating the temporary role"),
        "{err}"
    );
}

#[test]
fn nothing_of_aws_but_the_lease_reaches_the_child() {
    let world = World::new();
    let policy = world.home.policy();
    let output = world
        .daypass()
        .envs([
            ("AWS_PROFILE", ""),
            ("AWS_SESSION_TOKEN", ""),
            ("AWS_WEB_IDENTITY_TOKEN_FILE", "/old/token"),
        ])
        .envs([
            ("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/old"),
            ("AWS_SECURITY_TOKEN", "old-token"),
        ])
        .arg("try")
        .arg(policy)
        .args(["--tag", "team=payments", "--", "env"])
        .output()
        .unwrap();
    let (out, err) = texts(&output);
    assert!(output.status.success(), "{err}");
    let admin = world.sandbox.admin();
    assert!(
        !out.contains(&admin.id) && !out.contains(&admin.secret) && !out.contains("old"),
        "{out}"
    );
    for line in [
        "AWS_ACCESS_KEY_ID=ASIA",
        "AWS_SESSION_TOKEN=",
        "AWS_CONFIG_FILE=/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE=/dev/null",
        "AWS_EC2_METADATA_DISABLED=true",
        "AWS_REGION=us-east-1",
        "AWS_DEFAULT_REGION=us-east-1",
        "AWS_CSM_ENABLED=true",
        "DAYPASS_ROLE_ARN=arn:aws:iam::111122223333:role/daypass/try/daypass-try-admin-",
        "DAYPASS_EXPIRES_AT=",
    ] {
        assert!(out.lines().any(|own| own.starts_with(line)), "{line} in {out}");
    }
    // The lease's secret is nowhere but there.
    let secret = out
        .lines()
        .find_map(|line| line.strip_prefix("AWS_SECRET_ACCESS_KEY="))
        .unwrap();
    assert!(!err.contains(secret));
}

#[test]
fn what_only_a_profile_says_reaches_the_child_too() {
    let world = World::new();
    let policy = world.home.policy();
    let admin = world.sandbox.admin();
    let profile = format!(
        "[profile work]\nregion = eu-west-1\nendpoint_url = {}\naws_access_key_id = {}\naws_secret_access_key = {}\n",
        world.url(),
        admin.id,
        admin.secret
    );
    std::fs::create_dir(world.home.path().join(".aws")).unwrap();
    world.home.file(".aws/config", profile);
    let output = world
        .home
        .daypass()
        .args(["try", "--profile", "work"])
        .arg(policy)
        .args(["--", "env"])
        .output()
        .unwrap();
    let (out, err) = texts(&output);
    assert!(output.status.success(), "{err}");
    assert!(out.contains("AWS_REGION=eu-west-1\n"), "{out}");
    assert!(
        out.contains(&format!("AWS_ENDPOINT_URL={}\n", world.url())),
        "{out}"
    );
    assert!(
        !out.contains("AWS_PROFILE") && !out.contains(&admin.secret),
        "{out}"
    );
}

#[test]
fn yaml_and_stdin_are_policies_too() {
    let world = World::new();
    let yaml =
        "Version: 2012-10-17\nStatement:\n  - Effect: Allow\n    Action: s3:ListBucket\n    Resource: '*'\n";
    let file = world.home.file("policy.yaml", yaml);
    let output = world
        .daypass()
        .arg("try")
        .arg(file)
        .args(["--", "true"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", texts(&output).1);
    let output = world
        .daypass()
        .args(["try", "-", "--", "true"])
        .write_stdin(yaml)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", texts(&output).1);
    let output = world
        .daypass()
        .args(["try", "-", "--", "true"])
        .write_stdin(ONE_BUCKET)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", texts(&output).1);
}

#[test]
fn a_subshell_tells_who_one_is() {
    let world = World::new();
    let policy = world.home.policy();
    let output = world
        .daypass()
        .arg("try")
        .arg(policy)
        .args(["--for", "10m"])
        .write_stdin("echo role $DAYPASS_ROLE_ARN; exit 5")
        .output()
        .unwrap();
    let (out, err) = texts(&output);
    assert_eq!(output.status.code(), Some(5), "{err}");
    assert!(
        out.starts_with("role arn:aws:iam::111122223333:role/daypass/try/"),
        "{out}"
    );
    assert!(
        err.contains("You are arn:aws:iam::") && err.contains("9 minutes left"),
        "{err}"
    );
    assert!(world.leases().is_empty());
}

#[test]
fn credentials_are_handed_out_and_the_lease_stays_until_it_is_named() {
    let world = World::new();
    let policy = world.home.policy();
    let handed = |format: &str| {
        let output = world
            .daypass()
            .arg("try")
            .arg(&policy)
            .args(["--for", "10m", "--format", format])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", texts(&output).1);
        texts(&output)
    };
    let (out, err) = handed("json");
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (json["Version"].as_u64(), json["Region"].as_str()),
        (Some(1), Some("us-east-1"))
    );
    let [role] = world.leases().try_into().unwrap();
    let command = format!("daypass cleanup --leases --lease {role}");
    assert!(err.contains(&command), "{err}");

    // Nobody here holds it open, and yet it is nobody's leftover.
    let output = world.daypass().args(["cleanup", "--leases"]).output().unwrap();
    assert!(
        texts(&output).0.contains("kept: has time left"),
        "{}",
        texts(&output).0
    );
    let output = world.daypass().args(command.split(' ').skip(1)).output().unwrap();
    assert!(output.status.success(), "{}", texts(&output).1);
    assert!(world.leases().is_empty());

    let (out, _) = handed("env");
    assert!(
        out.lines().all(|line| line.starts_with("export AWS_")) && out.lines().count() == 6,
        "{out}"
    );
    let (out, _) = handed("credential-process");
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert!(json["Region"].is_null(), "{out}");
    // The lease ends in ten minutes; STS gives no session of less than 15 ("AssumeRole", DurationSeconds).
    let end: Timestamp = json["Expiration"].as_str().unwrap().parse().unwrap();
    let left = end.duration_since(Timestamp::now());
    assert!(left <= SignedDuration::from_mins(10), "{out}");
}

#[test]
fn a_session_makes_no_role() {
    let world = World::new();
    let output = run(
        &world,
        &["--via", "session", "--role", ADMIN_ROLE],
        "echo $DAYPASS_ROLE_ARN",
    );
    let (out, err) = texts(&output);
    assert!(output.status.success(), "{err}");
    assert_eq!(out.trim(), ADMIN_ROLE);
    assert!(world.calls("CreateRole").is_empty() && world.calls("AssumeRole").len() == 1);
}

#[test]
fn auto_goes_on_with_a_session_where_roles_cannot_be_created_and_says_so() {
    let world = World::new();
    let denied = FaultKind::Error {
        status: 403,
        code: "AccessDenied".to_owned(),
    };
    world.sandbox.inject(Fault {
        operation: Some("CreateRole".to_owned()),
        skip: 0,
        times: 2,
        kind: denied,
    });
    let output = run(&world, &["--role", ADMIN_ROLE], "echo $DAYPASS_ROLE_ARN");
    let (out, err) = texts(&output);
    assert!(output.status.success(), "{err}");
    assert_eq!(out.trim(), ADMIN_ROLE);
    assert!(err.contains("going on with --via session"), "{err}");

    let output = run(&world, &[], "true");
    let (_, err) = texts(&output);
    assert_eq!(output.status.code(), Some(1), "{err}");
    assert!(
        err.contains("CreateRole was refused") && err.contains("--via session --role ARN"),
        "{err}"
    );
}

#[test]
fn when_the_session_fails_too_both_reasons_are_told() {
    let world = World::new();
    let kind = FaultKind::Error {
        status: 403,
        code: "AccessDenied".to_owned(),
    };
    world.sandbox.inject(Fault {
        operation: Some("CreateRole".to_owned()),
        skip: 0,
        times: 1,
        kind,
    });
    // A session has no boundary of its own.
    let boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    let output = run(&world, &["--role", ADMIN_ROLE, "--boundary", boundary], "true");
    let (_, err) = texts(&output);
    assert!(!output.status.success(), "{err}");
    let (_, after) = err.split_once("error:").unwrap();
    assert!(
        after.contains("boundary") && after.contains("CreateRole was refused"),
        "{err}"
    );
}

#[test]
fn role_never_falls_back() {
    let world = World::new();
    let denied = FaultKind::Error {
        status: 403,
        code: "AccessDenied".to_owned(),
    };
    world.sandbox.inject(Fault {
        operation: Some("CreateRole".to_owned()),
        skip: 0,
        times: 1,
        kind: denied,
    });
    let output = run(&world, &["--via", "role", "--role", ADMIN_ROLE], "true");
    assert_eq!(output.status.code(), Some(1), "{}", texts(&output).1);
}

#[test]
fn two_at_the_same_moment_do_not_collide() {
    let world = World::new();
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| run(&world, &[], "echo $DAYPASS_ROLE_ARN")))
            .collect();
        let mut roles: Vec<String> = runs
            .into_iter()
            .map(|run| {
                let output = run.join().unwrap();
                let (out, err) = texts(&output);
                assert!(output.status.success() && !out.is_empty(), "{out}{err}");
                out
            })
            .collect();
        roles.sort();
        roles.dedup();
        assert_eq!(roles.len(), 4);
    });
    assert!(world.leases().is_empty());
}

#[test]
fn the_probe_must_succeed_first() {
    let world = World::new();
    let mark = world.home.path().join("ready");
    // Fails until its second run.
    let probe = format!("test -f {0} || {{ touch {0}; exit 1; }}", mark.display());
    let output = run(&world, &["--probe", &probe], "echo done");
    let (out, err) = texts(&output);
    assert_eq!(out, "done\n", "{err}");
    assert!(err.contains("waiting until the probe succeeds"), "{err}");
}

#[test]
fn what_cannot_be_removed_is_told_with_the_command_that_removes_it() {
    let world = World::new();
    let denied = FaultKind::Error {
        status: 403,
        code: "AccessDenied".to_owned(),
    };
    world.sandbox.inject(Fault {
        operation: Some("DeleteRole".to_owned()),
        skip: 0,
        times: 100,
        kind: denied,
    });
    let output = run(&world, &[], "exit 0");
    let (_, err) = texts(&output);
    assert_eq!(output.status.code(), Some(1), "{err}");
    let [role] = world.leases().try_into().unwrap();
    assert!(
        err.contains(&format!("daypass cleanup --leases --lease {role}")),
        "{err}"
    );
    assert!(err.contains("IAM ends it at"), "{err}");
}

#[test]
fn managed_policies_boundary_and_tags_are_taken() {
    let world = World::new();
    let read_only = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    let policy = world.home.policy();
    let output = world
        .daypass()
        .arg("try")
        .arg(policy)
        .args([
            "--managed-policy",
            read_only,
            "--boundary",
            read_only,
            "--tag",
            "team=payments",
            "-v",
        ])
        .args(["--", "true"])
        .output()
        .unwrap();
    let (_, err) = texts(&output);
    assert!(output.status.success(), "{err}");
    assert_eq!(world.calls("AttachRolePolicy").len(), 1);
    assert!(err.contains("in account 111122223333, until"), "{err}");
    assert!(world.leases().is_empty());
}
