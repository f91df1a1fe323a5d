//! The published example of the format, whose access names policies that do not exist; and our own, which are right.

use super::*;
use std::path::{Path, PathBuf};

/// A file of the repository, or one beside it.
#[expect(clippy::disallowed_methods, reason = "the tests' own input")]
fn read(path: &Path) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

/// A copy of the published example's shape.
fn published() -> Team {
    Team::new()
        .named("example-team")
        .accounts(
            "aws-accounts:\n  # Map environment names to AWS Account IDs\n  nonprod: \"123456789012\"\n  acceptance: \"234567890123\"\n  prod: \"345678901234\"\n",
        )
        .policies(
            "aws-policies:\n  developers.read-only:\n    description: \"Read Only\"\n    managed_policies:\n      - \"arn:aws:iam::aws:policy/ReadOnlyAccess\"\n    custom_statements:\n      - effect: \"Allow\"\n        actions:\n          - \"s3:ListBucket\"\n        resources: [\"*\"]\n\n  developers.write-access:\n    managed_policies:\n      - \"arn:aws:iam::aws:policy/PowerUserAccess\"\n\n  system.admin:\n    managed_policies:\n      - \"arn:aws:iam::aws:policy/AdministratorAccess\"\n",
        )
        .permanent(
            "  - description: Team\n    users:\n      - user1@example.com\n      - user2@example.com\n    environments:\n      - nonprod\n      - acceptance\n    grants:\n      - dev.read-only\n\n  - description: Platform\n    users:\n      - platform-admin@example.com\n    environments:\n      - nonprod\n    grants:\n      - platform.admin\n\n  - roles:\n      - github-actions-deployer\n    environments:\n      - nonprod\n    grants:\n      - dev.break-glass\n",
        )
        .temporary(
            &(until("developer@example.com", "prod", "dev.break-glass", "2025-11-30")
                + &until("devops@example.com", "prod", "dev.break-glass", "2025-11-28")),
        )
}

#[test]
fn defect_13_the_published_example_names_grants_that_do_not_exist() {
    insta::assert_snapshot!(published().told().join("\n"));
}

#[test]
fn the_published_example_itself() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/examples/as-published");
    let read = |directory: &str| read(&root.join(directory).join("example-team.yaml"));
    let team = match (
        read("aws-accounts"),
        read("aws-policies"),
        read("permanent-access"),
        read("temporary-access"),
    ) {
        (Some(accounts), Some(policies), permanent, temporary) => Team {
            permanent,
            temporary,
            ..Team::new()
                .named("example-team")
                .accounts(&accounts)
                .policies(&policies)
        },
        // Not everywhere: its copy of the same shape is.
        _ => published(),
    };
    let told = team.told();
    let errors: Vec<_> = told
        .iter()
        .filter(|line| line.starts_with("error unknown-grant "))
        .collect();
    let ended: Vec<_> = told
        .iter()
        .filter(|line| line.starts_with("warning end-passed "))
        .collect();
    assert_eq!((errors.len(), ended.len(), told.len()), (5, 2, 7), "{told:#?}");
}

/// Every team under examples/team.
pub(super) fn examples() -> (FileText, Vec<TeamTexts>) {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/team");
    let file = |path: String| FileText {
        text: read(&root.join(&path)),
        path: path.into(),
    };
    let mut teams = Vec::new();
    for found in std::fs::read_dir(root.join("aws-accounts")).unwrap() {
        let name = found.unwrap().file_name().into_string().unwrap();
        teams.push(TeamTexts {
            team: name.strip_suffix(".yaml").unwrap().parse().unwrap(),
            accounts: file(format!("aws-accounts/{name}")),
            policies: file(format!("aws-policies/{name}")),
            permanent: file(format!("permanent-access/{name}")),
            temporary: file(format!("temporary-access/{name}")),
        });
    }
    (file("daypass.yaml".to_owned()), teams)
}

#[test]
fn our_examples_are_right() {
    let (settings, teams) = examples();
    let checked = check(&settings, &teams, now());
    assert_eq!(checked.findings, []);
    let desired = checked.desired.unwrap();
    assert!(!desired.is_empty() && desired.iter().all(|team| !team.accounts.is_empty()));
    let prod = &desired[0].accounts[0];
    assert_eq!(
        (prod.account.as_str(), prod.environments[0].as_str()),
        ("012345678901", "prod")
    );
}

#[test]
fn the_entry_that_our_example_shows_in_comments_is_right() {
    let (settings, mut teams) = examples();
    let text = teams[0].temporary.text.take().unwrap();
    let entries = text
        .replace("temporary-access: []", "temporary-access:")
        .replace("\n#  ", "\n  ");
    let entries: String = entries
        .split_inclusive('\n')
        .filter(|line| !line.starts_with('#'))
        .collect();
    teams[0].temporary.text = Some(entries);
    let checked = check(&settings, &teams, "2026-11-29T12:00:00Z".parse().unwrap());
    assert_eq!(checked.findings, []);
    let grants: usize = checked.desired.unwrap()[0]
        .accounts
        .iter()
        .map(|account| account.grants.len())
        .sum();
    // Permanent: two users in two accounts, a group and a role in three. Temporary: one, and two of two.
    assert_eq!(
        grants,
        4 + 3 + 3 + 1 + 4 - 1,
        "cora looks at staging permanently: that covers her temporary grant"
    );
}
