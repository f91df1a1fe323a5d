//! `daypass revoke`: access ends now, and what cannot be recalled or would come back is told.

use crate::access_world::Access;

fn applied() -> Access {
    let access = Access::new();
    let ran = access.run(&["apply", "payments", "--yes"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    access
}

fn said_of(err: &str) -> String {
    let lines = err.lines().filter(|line| {
        ["note:", "warning:", "  "]
            .iter()
            .any(|start| line.starts_with(start))
            && !line.contains("about the files")
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn all_of_a_persons_access_ends() {
    let access = applied();
    let shown = access.run(&["revoke", "--user", "cora@example.com", "--dry-run"]);
    assert_eq!(shown.code, 0, "{}", shown.err);
    insta::assert_snapshot!(format!("{}---\n{}", shown.out, said_of(&shown.err)));
    assert!(access.world.calls("DeleteRole").is_empty());
    let nobody = access.run(&["revoke", "--user", "cora@example.com"]);
    assert_eq!(nobody.code, 2, "{}", nobody.err);
    let ran = access.run(&["revoke", "--user", "cora@example.com", "--yes"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert_eq!(access.world.calls("DeleteRole").len(), 1);
    // Its sessions were denied before it went.
    let calls: Vec<String> = access
        .world
        .sandbox
        .log()
        .iter()
        .map(|call| call.operation.clone())
        .collect();
    let denied = calls.iter().rposition(|name| name == "PutRolePolicy").unwrap();
    let gone = calls.iter().position(|name| name == "DeleteRole").unwrap();
    assert!(denied < gone);
    let status = access.run(&["status", "payments", "--user", "cora"]);
    assert!(status.out.contains("1 not applied yet."), "{}", status.out);
    // Others keep what they have, and nothing is left to do for her.
    let bert = access.run(&["status", "payments", "--user", "bert", "--account", "prod"]);
    assert!(bert.out.contains("2 active."), "{}", bert.out);
    let again = access.run(&["revoke", "--user", "cora@example.com", "--yes"]);
    assert_eq!(again.code, 0);
    assert!(
        again
            .err
            .contains("user cora has nothing that daypass gave in 2 accounts"),
        "{}",
        again.err
    );
}

#[test]
fn one_grant_in_one_environment() {
    let access = applied();
    let only = [
        "revoke",
        "--user",
        "bert",
        "--grant",
        "break-glass",
        "--env",
        "prod",
        "--yes",
        "payments",
    ];
    let ran = access.run(&only);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("1 change made."), "{}", ran.out);
    assert!(
        ran.err
            .contains("  temporary-access/payments.yaml:2  Repair the payments database"),
        "{}",
        ran.err
    );
    let status = access.run(&["status", "payments", "--user", "bert", "--account", "prod"]);
    assert!(
        status.out.contains("1 active, 1 not applied yet."),
        "{}",
        status.out
    );
}
