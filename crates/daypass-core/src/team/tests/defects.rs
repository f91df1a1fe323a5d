//! What went wrong with the tool whose file format this is: each defect that the files alone can show is a test.

use super::*;

#[test]
fn defect_1_managed_policies_given_for_a_time_end_with_it() {
    let team = Team::new().temporary(&until("bert@example.com", "prod", "view", "2026-11-24"));
    let desired = team.desired();
    let grant = &desired.accounts[1].grants[0];
    let managed = iam_catalog::managed_policy(grant.policy.managed[0].as_str()).unwrap();
    let document = iam_policy::Document::parse(managed).unwrap();
    let ended = grant.policy.conditioned(&document, grant.term).to_minified();
    let end = r#""Condition":{"DateLessThan":{"aws:CurrentTime":"2026-11-25T00:00:00Z"}}"#;
    assert_eq!(ended.matches(end).count(), document.statements.len(), "{ended}");
}

#[test]
fn defects_2_and_15_a_policy_of_managed_policies_alone_is_granted() {
    let team = Team::new().temporary(&until("bert@example.com", "prod", "view", "2026-11-24"));
    assert_eq!(
        team.grants(),
        ["444455556666 user bert view until 2026-11-25T00:00:00Z"]
    );
    let grant = &team.desired().accounts[1].grants[0];
    assert_eq!(grant.policy.managed.len(), 1);
    assert_eq!(grant.document(), None);
}

#[test]
fn defect_5_policies_that_differ_by_a_dot_stay_two() {
    let policy = "    custom_statements: [{effect: Allow, actions: s3:GetObject, resources: '*'}]\n";
    let entry = "  - users: [bert@example.com]\n    environments: [dev]\n    grants: [a.b, a-b]\n";
    let team = Team::new()
        .policies(&format!("aws-policies:\n  a.b:\n{policy}  a-b:\n{policy}"))
        .permanent(entry);
    let desired = team.desired();
    let names: Vec<_> = desired.accounts[0]
        .grants
        .iter()
        .map(|grant| grant.policy.name.as_str())
        .collect();
    assert_eq!(names, ["team-a-b", "team-a.b"]);
}

#[test]
fn defect_5_teams_with_dashes_have_names_of_their_own() {
    let name = |team: &str, key: &str| PolicyName::of(&team.parse().unwrap(), &key.parse().unwrap()).unwrap();
    assert_eq!(name("payments", "read-only").as_str(), "payments-read-only");
    assert_eq!(name("t", "x-adm").as_str(), "t-x-adm");
    assert_eq!(name("t-x", "adm").as_str(), "t-x=adm");
    assert!(
        "a=b".parse::<PolicyKey>().is_err(),
        "no key can be taken for a team and a key"
    );
}

proptest::proptest! {
    /// IAM tells names apart without regard to case; teams and keys that differ by more never have one name.
    #[test]
    fn defect_5_no_two_policies_of_whatever_teams_have_one_name(
        a in ("[a-c.-]{1,4}", "[a-c.@+,_-]{1,4}"), b in ("[a-c.-]{1,4}", "[a-c.@+,_-]{1,4}"),
    ) {
        let name = |(team, key): &(String, String)| {
            Some(PolicyName::of(&team.parse().ok()?, &key.parse().ok()?).unwrap())
        };
        if let (Some(one), Some(other)) = (name(&a), name(&b)) {
            proptest::prop_assert_eq!(one == other, a == b);
        }
    }
}

#[test]
fn defect_5_two_users_who_become_one_are_an_error() {
    let entry = |users: &str| format!("  - users: {users}\n    environments: [dev]\n    grants: [view]\n");
    let team = Team::new().permanent(&entry("[u1@e.com, u1@evil.com]"));
    assert!(team.only().starts_with(
        "error one-user-name permanent-access/team.yaml `u1@evil.com`: u1@e.com and u1@evil.com become one IAM user, u1"
    ));
    // Over both files, and without regard to case, as IAM has it.
    let team = Team::new().permanent(&entry("[Bert@e.com]")).temporary(&until(
        "bert@e.com",
        "dev",
        "view",
        "2026-11-23",
    ));
    assert_eq!(team.rules(), ["one-user-name"]);
    // Said to be two, they are two.
    let keep = Team::new()
        .settings("usernames: keep\n")
        .permanent(&entry("[u1@e.com, u1@evil.com]"));
    assert_eq!(keep.grants().len(), 2);
    let map = Team::new()
        .settings("usernames:\n  u1@evil.com: u1-evil\n")
        .permanent(&entry("[u1@e.com, u1@evil.com]"));
    assert_eq!(
        map.grants(),
        [
            "111122223333 user u1 view permanent",
            "111122223333 user u1-evil view permanent"
        ]
    );
}

#[test]
fn defect_7_a_renewed_grant_is_not_ended_by_its_older_entry() {
    let old = until("bert@example.com", "prod", "reports", "2026-11-20");
    let new = until("bert@example.com", "prod", "reports", "2026-11-25");
    for text in [old.clone() + &new, new + &old] {
        let team = Team::new().temporary(&text);
        assert_eq!(team.rules(), ["end-passed"]);
        assert_eq!(
            team.grants(),
            ["444455556666 user bert reports until 2026-11-26T00:00:00Z"]
        );
        assert_eq!(team.desired().ended.len(), 1);
    }
}

#[test]
fn defect_7_of_two_open_entries_the_longer_one_holds_in_whatever_order() {
    let short = until("bert@example.com", "prod", "reports", "2026-11-23");
    let long = until("bert@example.com", "prod", "reports", "2026-11-25");
    for text in [short.clone() + &long, long + &short] {
        let team = Team::new().temporary(&text);
        assert_eq!(
            team.grants(),
            ["444455556666 user bert reports until 2026-11-26T00:00:00Z"]
        );
    }
}

#[test]
fn defect_8_conditions_are_kept() {
    let policies = "\
aws-policies:
  office:
    custom_statements:
      - sid: Office
        effect: Allow
        not_actions: [iam:*]
        not_resources: [\"arn:aws:s3:::secret/*\"]
        condition:
          IpAddress: { aws:SourceIp: [192.0.2.0/24, 198.51.100.0/24] }
          NumericLessThan: { s3:max-keys: 10 }
    require_mfa: true
";
    let team = Team::new()
        .policies(policies)
        .temporary(&until("bert", "dev", "office", "2026-11-22"));
    let document = team.desired().accounts[0].grants[0].document().unwrap();
    insta::assert_snapshot!(document.to_json());
}

#[test]
fn defect_9_quoted_days_are_days() {
    for day in ["2026-11-24", "\"2026-11-24\"", "'2026-11-24'"] {
        let team = Team::new().temporary(&until("bert@example.com", "dev", "view", day));
        assert_eq!(
            team.grants(),
            ["111122223333 user bert view until 2026-11-25T00:00:00Z"],
            "{day}"
        );
    }
}

#[test]
fn defect_9_a_missing_end_is_told() {
    let team = Team::new().temporary("  - user: bert\n    environment: dev\n    grant: view\n");
    assert!(
        team.only().starts_with(
            "error missing-key temporary-access/team.yaml `user`: the entry has no `expiration_date`"
        ),
        "{}",
        team.only()
    );
    let team = Team::new().temporary(&until("bert", "dev", "view", ""));
    assert_eq!(team.rules(), ["empty-value"]);
}

#[test]
fn defect_9_empty_lists_are_told_and_empty_files_are_not() {
    let entry = |users: &str, grants: &str| {
        Team::new().permanent(&format!(
            "  - users: {users}\n    environments: [dev]\n    grants: {grants}\n"
        ))
    };
    assert!(
        entry("[]", "[view]")
            .only()
            .contains("`[]`: users is an empty list")
    );
    assert!(
        entry("[bert]", "[]")
            .only()
            .contains("`[]`: grants is an empty list")
    );
    let empty = [
        "",
        "# nobody\n",
        "temporary-access:\n",
        "temporary-access: []\n",
        "temporary-access: # none\n\n",
    ];
    for text in empty {
        let team = Team {
            temporary: Some(text.to_owned()),
            ..Team::new()
        };
        assert_eq!(team.told(), Vec::<String>::new(), "{text:?}");
    }
}

#[test]
fn defect_9_unknown_grants_and_environments_are_told() {
    let team = Team::new().permanent(
        "  - users: [bert]\n    environments: [dev, prd, 'test*']\n    grants: [report, nothing]\n",
    );
    insta::assert_snapshot!(team.told().join("\n"));
}

#[test]
fn defect_10_users_are_a_list() {
    let team = Team::new().permanent("  - users: u1@e.com\n    environments: [dev]\n    grants: [view]\n");
    assert_eq!(
        team.only(),
        "error wrong-type permanent-access/team.yaml `u1@e.com`: users wants a list, this is a string | write users: [u1@e.com]"
    );
}

#[test]
fn defect_14_an_end_is_one_instant_for_everybody() {
    let entry = until("bert", "dev", "view", "2026-11-22");
    let utc = Team::new().temporary(&entry);
    assert_eq!(
        utc.grants(),
        ["111122223333 user bert view until 2026-11-23T00:00:00Z"]
    );
    let auckland = Team::new()
        .settings("timezone: Pacific/Auckland\n")
        .temporary(&entry);
    // The day has ended there an hour ago.
    assert_eq!(auckland.rules(), ["end-passed"]);
    assert_eq!(
        auckland.desired().ended[0].end.to_string(),
        "2026-11-22T11:00:00Z"
    );
}

#[test]
fn defect_15_an_account_id_keeps_its_zero() {
    let team = Team::new().accounts("aws-accounts:\n  dev: 012345678901\n");
    assert_eq!(team.desired().accounts[0].account.as_str(), "012345678901");
    assert!(
        team.only().starts_with(
            "warning unquoted-account aws-accounts/team.yaml `012345678901`: account id 012345678901 begins"
        ),
        "{}",
        team.only()
    );
    assert_eq!(
        Team::new()
            .accounts("aws-accounts:\n  dev: \"012345678901\"\n")
            .told(),
        Vec::<String>::new()
    );
    // What another program's octal reading has left behind.
    let team = Team::new().accounts("aws-accounts:\n  dev: 12345678901\n");
    assert!(
        team.only()
            .ends_with("has 11 digits, not twelve | did it lose zeros at its start? \"012345678901\"")
    );
}
