//! `daypass plan`, `apply` and `cleanup` of a team, on two accounts that the test can look into.

use crate::access_world::Access;
use crate::support::{texts, until};
use iam_sandbox::{Fault, FaultKind};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::process::Stdio;
use std::time::Duration;

const WRITES: [&str; 6] = ["Create", "Delete", "Put", "Attach", "Detach", "Tag"];

fn writes(access: &Access) -> usize {
    let log = access.world.sandbox.log();
    let is_write = |name: &str| WRITES.iter().any(|verb| name.starts_with(verb));
    log.iter().filter(|call| is_write(&call.operation)).count()
}

fn applied() -> Access {
    let access = Access::new();
    let ran = access.run(&["apply", "payments", "--yes"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    access
}

#[test]
fn a_plan_tells_what_why_and_until_when() {
    let access = Access::new();
    let ran = access.run(&["plan", "payments"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    insta::assert_snapshot!(far_from_now(&ran.out));
    assert_eq!(access.run(&["plan", "payments", "--detailed-exitcode"]).code, 3);
    // seed 3's spelling shows the same.
    let dry = access.run(&["apply", "payments", "--dry-run"]);
    assert_eq!((dry.code, far_from_now(&dry.out)), (0, far_from_now(&ran.out)));
    assert_eq!(writes(&access), 0);
}

#[test]
fn a_plan_of_one_account_and_one_person() {
    let access = Access::new();
    let ran = access.run(&[
        "plan",
        "payments",
        "--account",
        "prod",
        "--user",
        "cora@example.com",
    ]);
    insta::assert_snapshot!(far_from_now(&ran.out));
    let ran = access.run(&["plan", "payments", "--account", "prd"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("did you mean prod?"), "{}", ran.err);
}

#[test]
fn a_pull_request_gets_a_comment_that_fits() {
    let access = Access::new();
    let ran = access.run(&["plan", "payments", "--format", "markdown"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    insta::assert_snapshot!(far_from_now(&ran.out));
}

#[test]
fn a_comment_fits_however_much_there_is_to_do() {
    // In prod they are users, in dev they are not: changes in one account, problems in the other.
    let people: Vec<String> = (0..400)
        .map(|number| format!("somebody.with.a.name{number}"))
        .collect();
    let access = Access::with_people(&people);
    let granting = format!(
        "permanent-access:\n  - users: [{}]\n    environments: [dev, prod]\n    grants: [reports, view]\n    description: \"a \
         ```fence``` |\\n</details><b>\"\n",
        people.join(", ")
    );
    access.write("permanent-access", &granting);
    let ran = access.run(&["plan", "payments", "--format", "markdown"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.out.len() < 65_536 && ran.out.len() > 30_000,
        "{}",
        ran.out.len()
    );
    for part in [
        "#### dev (111122223333)",
        "#### prod (444455556666)",
        ":x: and 780 more that cannot be done",
        "\nMore does not fit into a comment; `daypass plan` shows it all.\n",
    ] {
        assert!(ran.out.contains(part), "{part}\n{}", ran.out);
    }
    // What people write is neither markup nor the end of a block.
    let in_order = |what: &str| ran.out.matches(what).count();
    assert_eq!(in_order("\n```"), 2 * in_order("\n```diff"));
    assert_eq!(in_order("<details>"), in_order("\n</details>"));
    assert!(!ran.out.contains("|\n</details><b>"), "{}", ran.out);
}

/// How far away an end is hangs on the time of the day.
fn far_from_now(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let told = line.split_once("Z (").and_then(|(before, rest)| {
            let (time, behind) = rest.split_once(')')?;
            let is_time = time.starts_with("in ") || time.ends_with(" ago");
            is_time.then(|| format!("{before}Z (TIME){behind}"))
        });
        out.push_str(told.as_deref().unwrap_or(line));
        out.push('\n');
    }
    out
}

#[test]
fn an_apply_does_it_and_the_next_one_only_reads() {
    let access = Access::new();
    let ran = access.run(&["apply", "payments", "--yes"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.trim_end().ends_with("8 changes made."), "{}", ran.out);
    let ran = access.run(&["apply", "payments", "--yes"]);
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (0, "Nothing to do in 2 accounts.\n")
    );
    let before = writes(&access);
    let ran = access.run(&["apply", "payments", "--yes", "--format", "json"]);
    let told: Value = serde_json::from_str(&ran.out).unwrap();
    for account in told["accounts"].as_array().unwrap() {
        assert_eq!(
            account["calls"],
            json!({ "AssumeRole": 1, "GetAccountAuthorizationDetails": 1, "GetCallerIdentity": 1 })
        );
        assert_eq!(account["complete"], json!(true));
    }
    assert_eq!(told["accounts"].as_array().unwrap().len(), 2);
    assert_eq!(writes(&access), before);
    assert_eq!(access.run(&["plan", "payments", "--detailed-exitcode"]).code, 0);
}

#[test]
fn an_update_shows_its_statements_and_what_they_mean() {
    let access = applied();
    access.write(
        "aws-policies",
        "aws-policies:\n  reports:\n    custom_statements:\n      - sid: Reports\n        effect: Allow\n        actions: [s3:GetObject]\n        \
         resources: [\"arn:aws:s3:::payments-reports/*\"]\n  view:\n    managed_policies: \
         [\"arn:aws:iam::aws:policy/job-function/ViewOnlyAccess\"]\n  break-glass:\n    custom_statements:\n      - effect: Allow\n        \
         actions: [rds:ModifyDBInstance, rds:RebootDBInstance]\n        resources: [\"arn:aws:rds:*:*:db:payments-*\"]\n",
    );
    let ran = access.run(&["plan", "payments", "--account", "dev"]);
    insta::assert_snapshot!(ran.out);
}

#[test]
fn a_plan_file_is_done_exactly_and_refused_when_its_account_has_moved() {
    let access = Access::new();
    let ran = access.run(&["plan", "payments", "--out", "plan.json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    // Meanwhile somebody changes one of the accounts otherwise.
    let before = access.read("aws-policies");
    access.write(
        "aws-policies",
        &before.replace("s3:GetObject", "s3:GetObjectTagging"),
    );
    assert_eq!(
        access
            .run(&["apply", "payments", "--account", "prod", "--yes"])
            .code,
        0
    );
    access.write("aws-policies", &before);
    let ran = access.run(&["apply", "plan.json", "--yes"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(
        ran.err
            .contains("has changed since the plan was made: nothing was done there"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("account 444455556666: "), "{}", ran.err);
    // The other one is as planned.
    let ran = access.run(&["plan", "payments", "--account", "dev"]);
    assert_eq!(ran.out, "Nothing to do in 1 account.\n");
    access
        .world
        .home
        .file("other.json", "{\"format\": \"daypass-plan/0\", \"plan\": {}}");
    assert_eq!(access.run(&["apply", "other.json", "--yes"]).code, 2);
}

#[test]
fn a_plan_file_that_failed_in_part_goes_on_when_it_is_run_again() {
    let access = Access::new();
    assert_eq!(access.run(&["plan", "payments", "--out", "plan.json"]).code, 0);
    access.world.sandbox.inject(Fault {
        operation: Some("PutUserPolicy".to_owned()),
        skip: 0,
        times: 1,
        kind: FaultKind::Error {
            status: 409,
            code: "LimitExceeded".to_owned(),
        },
    });
    let ran = access.run(&["apply", "plan.json", "--yes"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    let made = writes(&access);
    // The rest, and nothing twice.
    let ran = access.run(&["apply", "plan.json", "--yes"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.out.ends_with("1 change made; 7 had been made before.\n"),
        "{}",
        ran.out
    );
    assert_eq!(writes(&access), made + 1);
    let ran = access.run(&["apply", "plan.json", "--yes"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.out
            .ends_with("Nothing left to do: all 8 changes had been made before.\n"),
        "{}",
        ran.out
    );
    assert_eq!(
        access.run(&["plan", "payments"]).out,
        "Nothing to do in 2 accounts.\n"
    );
}

#[test]
fn decision_10_an_error_of_aws_tells_operation_account_principal_code_and_what_to_do() {
    let access = Access::new();
    access.world.sandbox.inject(Fault {
        operation: Some("PutUserPolicy".to_owned()),
        skip: 0,
        times: 1,
        kind: FaultKind::Error {
            status: 409,
            code: "LimitExceeded".to_owned(),
        },
    });
    let ran = access.run(&["apply", "payments", "--account", "prod", "--yes"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    let error = ran.err.lines().find(|line| line.starts_with("error:")).unwrap();
    for part in ["account 444455556666", "PutUserPolicy", "bert", "LimitExceeded"] {
        assert!(error.contains(part), "{part}: {error}");
    }
    assert!(
        ran.err.contains("\nhelp: a quota of the account is used up"),
        "{}",
        ran.err
    );
}

#[test]
fn an_account_that_cannot_be_entered_holds_up_no_other() {
    let access = Access::new();
    access.write(
        "aws-accounts",
        "aws-accounts:\n  dev: \"777788889999\"\n  prod: \"444455556666\"\n",
    );
    let ran = access.run(&["apply", "payments", "--yes", "--deadline", "1s"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("dev (777788889999)\n  error: "), "{}", ran.out);
    assert!(
        ran.out.contains("1 of 2 accounts not as it should be"),
        "{}",
        ran.out
    );
    assert_eq!(
        access
            .run(&["plan", "payments", "--account", "prod", "--detailed-exitcode"])
            .code,
        0
    );
    // Nothing was written anywhere else: not with the caller's own credentials either.
    let accounts: Vec<String> = access
        .world
        .sandbox
        .log()
        .iter()
        .filter(|call| WRITES.iter().any(|verb| call.operation.starts_with(verb)))
        .map(|call| call.principal.clone())
        .collect();
    assert!(!accounts.is_empty());
    assert!(
        accounts
            .iter()
            .all(|who| who.contains("444455556666:assumed-role/AWSSelfServeDeployer/daypass")),
        "{accounts:?}"
    );
}

#[test]
fn a_user_that_does_not_exist_is_told_with_the_line_that_makes_it() {
    let access = Access::new();
    access.write(
        "permanent-access",
        "permanent-access:\n  - users: [nobody@example.com, bert@example.com]\n    environment: prod\n    grant: reports\n",
    );
    let ran = access.run(&["apply", "payments", "--yes"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.out.contains("aws iam create-user --user-name nobody"),
        "{}",
        ran.out
    );
    let status = access.run(&[
        "status",
        "payments",
        "--account",
        "prod",
        "--user",
        "bert@example.com",
    ]);
    assert!(status.out.contains("reports  permanent\n"), "{}", status.out);
}

#[test]
fn a_mass_revocation_is_stopped_unless_it_is_meant() {
    let access = Access::new();
    let policies: Vec<String> = (0..8)
        .map(|number| {
            format!(
                "  p{number}:\n    custom_statements:\n      - {{effect: Allow, actions: [s3:GetObject], resources: \
                 [\"arn:aws:s3:::bucket-{number}/*\"]}}\n"
            )
        })
        .collect();
    access.write("aws-policies", &format!("aws-policies:\n{}", policies.concat()));
    let names: Vec<String> = (0..8).map(|number| format!("p{number}")).collect();
    access.write("temporary-access", "temporary-access: []\n");
    let granting = format!(
        "permanent-access:\n  - users: [bert@example.com]\n    environment: prod\n    grants: [{}]\n",
        names.join(", ")
    );
    access.write("permanent-access", &granting);
    let ran = access.run(&["apply", "payments", "--account", "prod", "--yes"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    access.write("permanent-access", "permanent-access: []\n");
    let before = writes(&access);
    let ran = access.run(&["apply", "payments", "--account", "prod", "--yes"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("--max-removals 8"), "{}", ran.err);
    assert_eq!(writes(&access), before);
    let meant = [
        "apply",
        "payments",
        "--account",
        "prod",
        "--yes",
        "--max-removals",
        "8",
    ];
    assert_eq!(access.run(&meant).code, 0);
    assert_eq!(
        access
            .run(&["plan", "payments", "--account", "prod", "--detailed-exitcode"])
            .code,
        0
    );
}

#[test]
fn nobody_who_can_be_asked_is_an_error() {
    let access = Access::new();
    let ran = access.run(&["apply", "payments"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("add --yes"), "{}", ran.err);
    assert_eq!(writes(&access), 0);
}

#[test]
fn cleanup_removes_what_has_ended_and_nothing_else() {
    let access = Access::new();
    let ran = access.run(&["cleanup", "payments", "--dry-run"]);
    assert_eq!((ran.code, writes(&access)), (0, 0), "{}", ran.err);
    assert!(
        ran.out.contains("daypass=payments=break-glass=20200101T000000Z"),
        "{}",
        ran.out
    );
    let ran = access.run(&["cleanup", "payments"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(access.world.calls("DeleteUserPolicy").len(), 1);
    assert_eq!(
        writes(&access),
        1,
        "what no file asks for is not ended, and stays"
    );
    let ran = access.run(&["cleanup", "payments"]);
    assert_eq!((ran.code, writes(&access)), (0, 1), "{}", ran.out);
}

#[test]
fn ctrl_c_lets_the_call_end_and_the_next_run_goes_on() {
    let access = Access::new();
    access.world.sandbox.inject(Fault {
        operation: Some("CreatePolicy".to_owned()),
        skip: 0,
        times: 1,
        kind: FaultKind::Delay(Duration::from_secs(3)),
    });
    let mut command = access.world.command();
    command
        .args(["apply", "payments", "--yes"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let process = command.spawn().unwrap();
    access.world.wait_for_call("CreatePolicy");
    kill_process(Pid::from_child(&process), Signal::INT).unwrap();
    let output = process.wait_with_output().unwrap();
    let (out, err) = texts(&output);
    assert_eq!(output.status.code(), Some(130), "{out}{err}");
    assert!(out.contains("run it again to continue"), "{out}");
    assert!(err.contains("stopping after the calls under way"), "{err}");
    let ran = access.run(&["apply", "payments", "--yes"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    until("nothing is left", || {
        access.run(&["plan", "payments", "--detailed-exitcode"]).code == 0
    });
}
