//! Everything that is wrong is told at once, each at its place, with what would be right.

use super::*;

#[test]
fn everything_wrong_is_told_at_once() {
    let team = Team::new()
        .settings("max_day: 6\ntimezone: Europe/Berlim\nmax_days: 0\nusernames: strip\npolicy_path: daypass\nboundary: 'a b'\n")
        .accounts("aws-accounts:\n  dev: \"1111 2222 3333\"\n  \"pro d\": \"444455556666\"\n  test: 5\n  test: [1]\naws-account: {}\n")
        .policies(
            "\
aws-policies:
  a=b:
    managed_policies: [ReadOnlyAccess]
  empty:
    description: ''
  lists:
    managed_policies: []
    custom_statements: []
    max_days: two
    delivery: roles
    require_mfa: 'yes'
  statements:
    custom_statements:
      - effect: allow
        action: [s3:GetObject]
        actions: [s3:GetObject]
        resource: '*'
      - actions: [s3:GetObject]
        not_actions: [s3:PutObject]
        resources: [1]
      - effect: Allow
        actions: [s3]
        resources: ['*']
        condition: {StringEqual: {aws:username: x}}
      - effect: Allow
        actions: ['s3:GetObjekt€']
        resources: ['*']
  odd: text
  twice:
    managed_policies: [\"arn:aws:iam::aws:policy/ReadOnlyAcces\", \"arn:aws:iam::aws:policy/ViewOnlyAccess\"]
  twice:
    managed_policies: [\"arn:aws:iam::aws:policy/ReadOnlyAccess\", \"arn:aws:iam::aws:policy/ReadOnlyAccess\"]
",
        )
        .permanent("  - user: [a, b]\n    environment: dev\n    grant: view\n    expiration_date: 2026-11-23\n  - text\n  - users: ['a b', 'arn:aws:iam::111122223333:user/x', a, a]\n    roles: [arn:aws:iam::111122223333:role/p/x]\n    environments: [dev]\n")
        .temporary(&(until("a", "dev", "view", "2d")
            + &until("a", "dev", "view", "2026-11-31")
            + &until("a", "dev", "view", "20261130")
            + &until("a", "dev", "view", "2026-11-30T12:00:00")
            + &until("a", "dev", "view", "soon")
            + &until("a", "dev", "view", "2026-11-25")
            + "    starts_at: 2026-11-26\n"));
    insta::assert_snapshot!(team.told().join("\n"));
}

#[test]
fn an_end_is_at_most_max_days_off() {
    let rules = |end: &str| Team::new().temporary(&until("a", "dev", "view", end)).rules();
    assert_eq!(rules("2026-11-28"), Vec::<&str>::new());
    assert_eq!(rules("2026-11-29T00:00:00Z"), Vec::<&str>::new());
    assert_eq!(rules("2026-11-29"), ["end-too-far"]);
    assert_eq!(rules("2026-11-29T00:00:01Z"), ["end-too-far"]);
    let wide = Team::new()
        .settings("max_days: 30\n")
        .temporary(&until("a", "dev", "view", "2026-12-22"));
    assert_eq!(wide.rules(), Vec::<&str>::new());
    let policies = format!("{POLICIES}    max_days: 2\n");
    let strict = Team::new()
        .policies(&policies)
        .temporary(&until("a", "dev", "view", "2026-11-25"));
    assert_eq!(
        strict.only(),
        "error end-too-far temporary-access/team.yaml `2026-11-25`: the end 2026-11-26T00:00:00Z is too far off: max_days of view is 2 | today the last day is 2026-11-24, that is before 2026-11-25T00:00:00Z"
    );
}

#[test]
fn a_past_end_is_a_warning_and_grants_nothing() {
    let team = Team::new().temporary(&until("a", "dev", "view", "2026-11-21"));
    assert_eq!(
        team.only(),
        "warning end-passed temporary-access/team.yaml `2026-11-21`: this ended at 2026-11-22T00:00:00Z: the entry grants nothing any more | remove the entry, or move its end if the access is still wanted"
    );
    assert_eq!(team.grants(), Vec::<String>::new());
}

#[test]
fn yaml_that_multiplies_is_refused() {
    let bomb = "aws-accounts: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n";
    assert!(
        Team::new()
            .accounts(bomb)
            .only()
            .starts_with("error syntax aws-accounts/team.yaml")
    );
    let merged = "aws-policies:\n  a: {<<: {description: x}}\n";
    assert!(Team::new().policies(merged).only().contains("merge keys"));
    let deep = format!("aws-policies: {}", "[".repeat(100_000));
    assert_eq!(Team::new().policies(&deep).rules(), ["syntax"]);
    let large = format!(
        "aws-accounts:\n# {}\n  dev: '111122223333'\n",
        "x".repeat(17 * 1024 * 1024)
    );
    assert_eq!(Team::new().accounts(&large).rules(), ["syntax"]);
}

fn statement_of(size: usize) -> String {
    let resource = format!("arn:aws:s3:::{}", "x".repeat(size));
    format!("      - effect: Allow\n        actions: [s3:ListBucket]\n        resources: [\"{resource}\"]\n")
}

fn policy_of(statements: usize, size: usize, more: &str) -> String {
    let statements = statement_of(size).repeat(statements);
    format!("aws-policies:\n  big:\n    custom_statements:\n{statements}{more}")
}

// "IAM and AWS STS quotas": 6,144 characters of a managed policy, white space not counted.
#[test]
fn a_permanent_policy_fits_a_managed_policy() {
    let entry = "  - users: [a]\n    environments: [dev, prod]\n    grants: [big]\n";
    let team = |size: usize| Team::new().policies(&policy_of(1, size, "")).permanent(entry);
    let bare = team(1).desired().accounts[0].grants[0]
        .document()
        .unwrap()
        .iam_size()
        - 1;
    assert_eq!(team(6_144 - bare).told(), Vec::<String>::new());
    let told = team(6_145 - bare).only();
    assert!(told.contains("its statements have 6145 characters"), "{told}");
    assert!(
        told.starts_with("error too-large aws-policies/team.yaml `- effect: Allow`"),
        "{told}"
    );
}

// The end costs 60 characters a statement, and counts.
#[test]
fn a_temporary_policy_fits_with_its_end() {
    let entry = until("a", "dev", "big", "2026-11-24");
    let rules = |policies: &str| Team::new().policies(policies).temporary(&entry).rules();
    // More than two managed policies: by a role, which takes 10,240 together with its end and what may revoke it.
    assert_eq!(rules(&policy_of(3, 3_000, "")), Vec::<&str>::new());
    assert_eq!(rules(&policy_of(3, 3_300, "")), ["too-large"]);
    assert_eq!(
        rules(&policy_of(3, 3_300, "    delivery: policy\n")),
        Vec::<&str>::new()
    );
    assert_eq!(rules(&policy_of(3, 3_300, "    delivery: role\n")), ["too-large"]);
    assert_eq!(
        rules(&policy_of(1, 6_100, "    delivery: policy\n")),
        ["too-large"]
    );
    assert_eq!(
        rules(&policy_of(11, 5_000, "    delivery: policy\n")),
        ["too-large"]
    );
}

#[test]
fn a_group_gets_no_role() {
    let policies = format!("{POLICIES}    delivery: role\n");
    let entry = until("a", "dev", "view", "2026-11-24").replace("user: a", "group: g");
    let told = Team::new().policies(&policies).temporary(&entry).only();
    assert!(
        told.starts_with("error not-by-role temporary-access/team.yaml `g`: view is delivered by a role"),
        "{told}"
    );
}

#[test]
fn more_managed_policies_than_attach_by_default() {
    let arns: Vec<String> = iam_catalog::managed_policies()
        .take(11)
        .map(|policy| format!("\"{}\"", policy.arn))
        .collect();
    let policies = |count: usize| {
        format!(
            "aws-policies:\n  many:\n    managed_policies: [{}]\n",
            arns[..count].join(", ")
        )
    };
    let entry = "  - roles: [r]\n    environments: [dev]\n    grants: [many]\n";
    let rules = |count: usize| {
        let mut rules = Team::new().policies(&policies(count)).permanent(entry).rules();
        rules.retain(|rule| *rule == "too-many");
        rules
    };
    assert_eq!(rules(10), Vec::<&str>::new());
    assert_eq!(rules(11), ["too-many"]);
}

#[test]
fn a_customer_managed_policy_stays_in_its_account() {
    let policies =
        "aws-policies:\n  own:\n    managed_policies: [\"arn:aws:iam::111122223333:policy/own\"]\n";
    let entry =
        |environments: &str| format!("  - users: [a]\n    environments: {environments}\n    grants: [own]\n");
    let team = |environments: &str| Team::new().policies(policies).permanent(&entry(environments));
    assert_eq!(team("[dev]").told(), Vec::<String>::new());
    assert!(
        team("['*']")
            .only()
            .contains("belongs to account 111122223333, and the policy is granted in prod (444455556666)")
    );
}

#[test]
fn lints_point_into_the_yaml() {
    let policies = "\
aws-policies:
  all:
    custom_statements:
      - effect: Allow
        actions: ['*']
        resources: ['*']
      - effect: Allow
        actions: [s3GetObject]
        resources: [arn:aws:s3]
";
    insta::assert_snapshot!(Team::new().policies(policies).told().join("\n"));
}

#[test]
fn a_team_without_accounts_is_warned_of() {
    for accounts in ["", "aws-accounts:\n", "# nothing yet\naws-accounts: {}\n"] {
        let told = Team::new()
            .accounts(accounts)
            .policies("aws-policies: {}\n")
            .told();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].starts_with("warning empty-value aws-accounts/team.yaml")
                && told[0].contains("has no account: it gets nothing anywhere"),
            "{told:?}"
        );
    }
}

#[test]
fn an_end_before_its_start_may_be_too_far_off_besides() {
    let entry = "  - user: a\n    environment: dev\n    grant: view\n    starts_at: 2029-12-01\n    expiration_date: 2029-11-01\n";
    assert_eq!(Team::new().temporary(entry).rules(), ["wrong-end", "end-too-far"]);
}

/// What is warned of where somebody has a policy of these statements.
fn extends(statements: &str, who: &str) -> Vec<String> {
    let policies = format!("aws-policies:\n  p:\n    custom_statements:\n{statements}");
    let entry = format!("  - {who}\n    environments: [dev]\n    grants: [p]\n");
    let mut told = Team::new().policies(&policies).permanent(&entry).told();
    told.retain(|line| line.starts_with("warning extends-own-access"));
    told
}

fn allow(actions: &str, resources: &str) -> String {
    format!("      - effect: Allow\n        actions: {actions}\n        resources: {resources}\n")
}

#[test]
fn grants_of_what_daypass_itself_goes_by_are_warned_of() {
    let user = "users: [bert@example.com]";
    for (actions, resource, who, way) in [
        (
            "[sts:AssumeRole]",
            "role/AWSSelfServe*",
            user,
            "sts:AssumeRole of the deployer role",
        ),
        ("[iam:UntagUser]", "user/bert", user, "iam:UntagUser, by which"),
        (
            "[iam:UntagRole]",
            "role/ci",
            "roles: [ci]",
            "iam:UntagRole, by which",
        ),
    ] {
        let on = |resource: &str| allow(actions, &format!("['arn:aws:iam::*:{resource}']"));
        let warned = extends(&on(resource), who);
        assert!(warned.len() == 1 && warned[0].contains(way), "{warned:?}");
        assert_eq!(
            extends(&on("role/somebody-elses"), who),
            Vec::<String>::new(),
            "{actions}"
        );
    }
}

#[test]
fn grants_that_extend_themselves_are_warned_of() {
    let told = extends;
    let deny = "      - effect: Deny\n        actions: ['iam:*']\n        resources: ['*']\n";
    let user = "users: [bert@example.com]";
    for actions in [
        "['*']",
        "['iam:*']",
        "['IAM:put*']",
        "['iam:*UserPolic?']",
        "[iam:CreatePolicyVersion]",
    ] {
        assert_eq!(told(&allow(actions, "['*']"), user).len(), 1, "{actions}");
        // Not by the text: what is denied is not allowed.
        assert_eq!(
            told(&(allow(actions, "['*']") + deny), user).len(),
            0,
            "{actions}"
        );
    }
    assert_eq!(
        told(
            &allow("[iam:PutUserPolicy]", "['arn:aws:iam::*:user/bert']"),
            user
        )
        .len(),
        1
    );
    assert_eq!(
        told(
            &allow("[iam:PutUserPolicy]", "['arn:aws:iam::*:user/cora']"),
            user
        )
        .len(),
        0
    );
    assert_eq!(
        told(
            &allow("[iam:PutUserPolicy]", "['arn:aws:iam::*:user/${aws:username}']"),
            user
        )
        .len(),
        1
    );
    assert_eq!(
        told(
            &allow("[iam:CreateAccessKey]", "['arn:aws:iam::*:user/${aws:username}']"),
            user
        )
        .len(),
        0
    );
    assert_eq!(told(&allow("['iam:Get*', 'iam:List*']", "['*']"), user).len(), 0);
    assert_eq!(
        told(&allow("[iam:PassRole]", "['*']"), user).len(),
        0,
        "nothing to pass it to"
    );
    assert_eq!(
        told(&allow("[iam:PassRole, ec2:RunInstances]", "['*']"), user).len(),
        1
    );
    assert_eq!(
        told(
            &allow("[iam:PutRolePolicy]", "['arn:aws:iam::*:role/ci']"),
            "roles: [ci]"
        )
        .len(),
        1
    );
    assert_eq!(
        told(
            &allow("[iam:PutRolePolicy]", "['arn:aws:iam::*:role/other']"),
            "roles: [ci]"
        )
        .len(),
        0
    );
    let not_actions = "      - effect: Allow\n        not_actions: ['s3:*']\n        resources: ['*']\n";
    assert_eq!(told(not_actions, user).len(), 1);
    assert!(
        told(&allow("['iam:*']", "['*']"), user)[0].starts_with(
            "warning extends-own-access permanent-access/team.yaml `p`: whoever has `p` can extend their own access: it allows iam:AddUserToGroup, iam:AttachGroupPolicy, iam:AttachRolePolicy and 23 more"
        ),
        "{:?}",
        told(&allow("['iam:*']", "['*']"), user)
    );
}

#[test]
fn managed_policies_that_extend_themselves_are_warned_of() {
    let told = |name: &str| {
        let policies =
            format!("aws-policies:\n  p:\n    managed_policies: [\"arn:aws:iam::aws:policy/{name}\"]\n");
        let team = Team::new()
            .policies(&policies)
            .temporary(&until("a", "dev", "p", "2026-11-23"));
        team.rules()
    };
    assert_eq!(told("AdministratorAccess"), ["extends-own-access"]);
    assert_eq!(told("IAMFullAccess"), ["extends-own-access"]);
    assert_eq!(told("PowerUserAccess"), Vec::<&str>::new());
    assert_eq!(told("ReadOnlyAccess"), Vec::<&str>::new());
}

#[test]
fn two_policies_that_differ_by_case_are_one() {
    let policies =
        format!("{POLICIES}  View:\n    managed_policies: [\"arn:aws:iam::aws:policy/ReadOnlyAccess\"]\n");
    let told = Team::new().policies(&policies).only();
    assert!(
        told.starts_with("error one-policy-name aws-policies/team.yaml `View`: view of team team and View of team team become one IAM policy, team-View"),
        "{told}"
    );
    // Over teams too.
    let teams = [Team::new().texts(), Team::new().named("Team").texts()];
    let checked = check(&Team::new().settings_file(), &teams, now());
    let rules: Vec<_> = checked.findings.iter().map(|finding| finding.rule.id()).collect();
    assert_eq!(rules, ["one-policy-name", "one-policy-name"]);
}

#[test]
fn a_team_has_its_files() {
    let mut texts = Team::new().texts();
    texts.policies.text = None;
    let checked = check(&Team::new().settings_file(), &[texts], now());
    let [only] = checked.findings.as_slice() else {
        panic!()
    };
    assert_eq!(
        only.message,
        "team team has no policies file aws-policies/team.yaml"
    );
}

#[test]
fn every_rule_has_an_id_of_its_own() {
    let mut ids: Vec<&str> = Rule::ALL
        .iter()
        .map(|rule| rule.id())
        .chain(iam_lint::rule_ids())
        .collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
}

proptest::proptest! {
    /// Whatever the texts, there is an answer, and every span lies within its text.
    #[test]
    fn no_text_is_trouble(
        text in "(  - |    |user: a\\n|users: \\[|\\]|environment: dev\\n|grants: |view|expiration_date: |2026-11-2|\\n|é|€|\\{|\\}|\\*|: |0){0,40}",
    ) {
        let team = Team::new().temporary(&text);
        let told = team.told();
        proptest::prop_assert!(told.len() < 200);
        let team = Team { accounts: text.clone(), policies: text.clone(), settings: Some(text.clone()), ..Team::new() };
        team.told();
    }
}

#[test]
fn what_is_broken_in_one_file_is_not_told_again_in_another() {
    let entry = "  - users: [a]\n    environments: [dev, prod]\n    grants: [reports, view]\n";
    let team = |accounts: &str, policies: &str| {
        Team::new()
            .accounts(accounts)
            .policies(policies)
            .permanent(entry)
            .rules()
    };
    assert_eq!(team("aws-accounts: [\n", POLICIES), ["syntax"]);
    assert_eq!(team("aws-accounts: 5\n", POLICIES), ["wrong-type"]);
    assert_eq!(
        team("aws-accounts:\n  dev: 5\n  prod: '444455556666'\n", POLICIES),
        ["wrong-account"]
    );
    assert_eq!(team(ACCOUNTS, "aws-policies: &a x\n"), ["syntax"]);
    assert_eq!(
        team(ACCOUNTS, "aws-policies:\n  reports: {}\n  view: {max_days: x}\n").len(),
        3
    );
}
