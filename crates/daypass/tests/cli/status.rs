//! `daypass status`: who has what, told by the accounts themselves, beside what the files say.

use crate::access_world::Access;
use serde_json::Value;

fn applied() -> Access {
    let access = Access::new();
    // Of prod only: dev keeps what was there before.
    let ran = access.run(&["apply", "payments", "--account", "prod", "--yes"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    access
}

#[test]
fn who_has_what_until_when_and_why() {
    let access = applied();
    let ran = access.run(&["status", "payments", "--at", &access.noon()]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let notes: String = ran
        .err
        .lines()
        .filter(|line| line.starts_with("note: "))
        .collect::<Vec<_>>()
        .join("\n");
    insta::assert_snapshot!(format!("{}---\n{notes}", ran.out));
    // It only reads.
    let before = access.world.sandbox.log().len();
    access.run(&["status", "payments"]);
    let calls = access.world.sandbox.log().split_off(before);
    let names: Vec<&str> = calls.iter().map(|call| call.operation.as_str()).collect();
    let reads = [
        "AssumeRole",
        "GetCallerIdentity",
        "GetAccountAuthorizationDetails",
        // For the tags of what is not as the files say.
        "GetPolicy",
    ];
    assert!(names.iter().all(|name| reads.contains(name)), "{names:?}");
}

/// Nobody's files ask for it, and nobody would ever know: whoever looks at all of an account is told.
#[test]
fn what_a_team_has_whose_files_are_gone_is_told() {
    let access = applied();
    let root = access.world.home.path();
    let accounts = std::fs::read_to_string(root.join("aws-accounts/payments.yaml")).unwrap();
    for folder in [
        "aws-accounts",
        "aws-policies",
        "permanent-access",
        "temporary-access",
    ] {
        std::fs::remove_file(root.join(folder).join("payments.yaml")).unwrap();
    }
    std::fs::write(root.join("aws-accounts/other.yaml"), accounts).unwrap();
    for (folder, key) in [
        ("aws-policies", "aws-policies: {}"),
        ("permanent-access", "permanent-access: []"),
        ("temporary-access", "temporary-access: []"),
    ] {
        std::fs::write(root.join(folder).join("other.yaml"), key).unwrap();
    }
    let all = access.run(&["status", "--all"]);
    assert_eq!(all.code, 0, "{}", all.err);
    assert!(
        all.out.contains("in no file any more") && all.out.contains("payments"),
        "{}",
        all.out
    );
    assert!(
        all.out
            .contains("reports of payments  permanent; in no file any more"),
        "{}",
        all.out
    );
    assert!(
        all.err.contains("no files here of payments") && !all.err.contains("daypass apply"),
        "{}",
        all.err
    );
    // Of one team only that is told.
    let other = access.run(&["status", "other"]);
    assert!(!other.out.contains("in no file any more"), "{}", other.out);
    // A plan for all tells it too, and leaves it alone; whoever ends somebody's access everywhere ends it.
    let warning = "team payments has no files here, and still has access in 111122223333, 444455556666";
    for format in ["human", "markdown"] {
        let told = access
            .run(&["plan", "--all", "--format", format])
            .out
            .replace('\n', " ");
        assert!(told.contains(warning), "{told}");
    }
    assert!(!access.run(&["plan", "other"]).out.contains("payments"));
    assert_eq!(
        access.run(&["revoke", "other", "--user", "bert", "--yes"]).code,
        0
    );
    assert!(access.run(&["status", "--all"]).out.contains("user bert"));
    let ran = access.run(&["revoke", "--user", "bert", "--yes"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(!access.run(&["status", "--all"]).out.contains("user bert"));
}

#[test]
fn at_another_moment_and_for_one_person() {
    let access = applied();
    let at = format!("{}T00:00:00Z", access.day(3));
    let ran = access.run(&["status", "payments", "--at", &at, "--user", "bert@example.com"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    insta::assert_snapshot!(ran.out);
}

#[test]
fn a_program_reads_the_same() {
    let access = applied();
    let ran = access.run(&["status", "--all", "--at", &access.noon(), "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let told: Value = serde_json::from_str(&ran.out).unwrap();
    let [dev, prod] = told["accounts"].as_array().unwrap().as_slice() else {
        panic!("{told:#}")
    };
    let states = |account: &Value| {
        let mut states: Vec<String> = account["holdings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| {
                format!(
                    "{} {}",
                    one["grant"].as_str().unwrap(),
                    one["state"].as_str().unwrap()
                )
            })
            .collect();
        states.sort();
        states
    };
    assert_eq!(
        states(dev),
        [
            "break-glass ended",
            "old.logs not-asked",
            "reports active",
            "view missing"
        ]
    );
    assert_eq!(
        states(prod),
        ["break-glass active", "reports active", "view active"]
    );
    assert_eq!(dev["drift"].as_array().unwrap().len(), 1);
    assert_eq!(prod["drift"].as_array().unwrap().len(), 0);
    let until: Vec<i64> = prod["holdings"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["seconds_left"].as_i64())
        .collect();
    assert_eq!(until, [(2 * 24 + 12) * 3600, (4 * 24 + 12) * 3600]);
}

#[test]
fn an_account_that_cannot_be_read_is_told_and_the_others_are_shown() {
    let access = applied();
    access.write(
        "aws-accounts",
        "aws-accounts:\n  dev: \"111122223333\"\n  prod: \"777788889999\"\n",
    );
    let ran = access.run(&["status", "payments", "--deadline", "1s"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("prod (777788889999)\n  error: "), "{}", ran.out);
    assert!(ran.out.contains("old.logs"), "{}", ran.out);
    assert!(ran.out.trim_end().ends_with("1 account not read."), "{}", ran.out);
}
