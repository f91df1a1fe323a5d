//! The measured defects of the tool that daypass replaces, each by its number, and the decisions that mend them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

use daypass_core::plan::{
    AccountAsked, AccountPlan, ObservedAccount, Operation, Options, Removals, Revocation, State, Why, effect,
    holdings, mark, plan_account, plan_cleanup, plan_revocation,
};
use daypass_core::team::Grantee;
use daypass_drawn::{Team, account, checked, dev, entry_of, now, refusal::refusal};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

fn reads(bucket: &str) -> Value {
    json!({"custom_statements": [{"effect": "Allow", "actions": ["s3:GetObject"], "resources": [format!("arn:aws:s3:::{bucket}/*")]}]})
}

const VIEW: &str = "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess";

fn team(name: &str, policies: &[(&str, Value)], permanent: &[Value], temporary: &[Value]) -> Team {
    Team {
        name: name.to_owned(),
        policies: policies
            .iter()
            .map(|(key, value)| ((*key).to_owned(), value.clone()))
            .collect(),
        permanent: permanent.to_vec(),
        temporary: temporary.to_vec(),
        accounts: vec![("dev".to_owned(), dev().to_string())],
    }
}

fn asked(teams: &[Team]) -> AccountAsked {
    AccountAsked::of(&checked(teams).unwrap()).remove(0)
}

fn after_days(days: i64) -> Timestamp {
    now() + SignedDuration::from_hours(24 * days)
}

fn plan(teams: &[Team], observed: &ObservedAccount) -> AccountPlan {
    plan_account(&asked(teams), observed, now(), Options::default()).unwrap()
}

fn operations(plan: &AccountPlan) -> Vec<Operation> {
    plan.changes
        .iter()
        .flat_map(|change| change.operations.clone())
        .collect()
}

fn calls(plan: &AccountPlan) -> Vec<String> {
    operations(plan).iter().map(ToString::to_string).collect()
}

fn done(plan: &AccountPlan, observed: &ObservedAccount) -> ObservedAccount {
    let mut after = observed.clone();
    for operation in operations(plan) {
        assert_eq!(refusal(&after, &operation), None, "{operation}");
        effect::apply(&mut after, &operation);
    }
    after
}

fn bert() -> Grantee {
    Grantee::User("bert".parse().unwrap())
}

fn nothing() -> [&'static str; 0] {
    []
}

#[test]
fn defect_1_a_managed_policy_given_for_a_time_is_never_attached_as_it_is() {
    let view = json!({"managed_policies": [VIEW]});
    let entry = entry_of("user", "bert", "view", Some(after_days(2)));
    let team = team("team", &[("view", view)], &[], &[entry]);
    let after = done(
        &plan(std::slice::from_ref(&team), &account::bare(&dev())),
        &account::bare(&dev()),
    );
    let bert = &after.principals[&bert()];
    assert!(bert.attached.is_empty());
    let inline = bert.inline.values().next().unwrap();
    assert!(
        inline
            .text
            .contains(r#""DateLessThan":{"aws:CurrentTime":"2026-11-24T12:00:00Z"}"#),
        "{}",
        inline.text
    );
    let cleanup = plan_cleanup(&asked(&[team]), &after, after_days(2), false);
    assert_eq!(done(&cleanup, &after), account::bare(&dev()));
}

#[test]
fn defects_2_and_15_a_policy_of_managed_policies_alone_is_granted() {
    let view = json!({"managed_policies": [VIEW]});
    let temporary = entry_of("user", "bert", "view", Some(after_days(2)));
    let team = team(
        "team",
        &[("view", view)],
        &[entry_of("user", "dora", "view", None)],
        &[temporary],
    );
    let after = done(&plan(&[team], &account::bare(&dev())), &account::bare(&dev()));
    let dora = &after.principals[&Grantee::User("dora".parse().unwrap())];
    assert!(dora.attached.contains(&VIEW.parse().unwrap()));
    assert!(
        after.principals[&bert()]
            .inline
            .values()
            .next()
            .unwrap()
            .text
            .contains("sqs:ListQueues")
    );
}

#[test]
fn defect_5_names_that_were_one_are_two() {
    let t = team(
        "t",
        &[
            ("a.b", reads("one")),
            ("a-b", reads("two")),
            ("x.adm", reads("three")),
        ],
        &[
            entry_of("user", "bert", "a.b", None),
            entry_of("user", "dora", "a-b", None),
            entry_of("user", "bert", "x.adm", None),
        ],
        &[],
    );
    let t_x = team(
        "t-x",
        &[("adm", reads("four"))],
        &[entry_of("user", "dora", "adm", None)],
        &[],
    );
    let after = done(&plan(&[t, t_x], &account::bare(&dev())), &account::bare(&dev()));
    let ours = after
        .policies
        .keys()
        .filter(|arn| arn.iam_path().unwrap().starts_with("/daypass/"));
    let names: Vec<&str> = ours.filter_map(|arn| arn.iam_name()).collect();
    assert_eq!(names, ["t-x=adm", "t-a-b", "t-a.b", "t-x.adm"]);
    assert_eq!(after.principals[&bert()].attached.len(), 2);
    let one = after
        .policies
        .iter()
        .find(|(arn, _)| arn.iam_name() == Some("t-a.b"))
        .unwrap()
        .1;
    assert!(one.document.text.contains("arn:aws:s3:::one/*"));
}

#[test]
fn defect_6_a_grant_that_is_gone_from_the_files_is_revoked() {
    let entry = entry_of("user", "bert", "reports", Some(after_days(2)));
    let ever = entry_of("user", "bert", "view", None);
    let policies = [
        ("reports", reads("reports")),
        ("view", json!({"managed_policies": [VIEW]})),
    ];
    let given = team("team", &policies, &[ever], &[entry]);
    let after = done(&plan(&[given], &account::bare(&dev())), &account::bare(&dev()));
    let gone = team("team", &policies, &[], &[]);
    let plan = plan(&[gone], &after);
    assert!(plan.changes.iter().all(|change| change.why == [Why::NotAsked]));
    assert_eq!(Removals::of([&plan]).taken, 2);
    assert_eq!(done(&plan, &after), account::bare(&dev()));
}

#[test]
fn defect_7_a_renewed_grant_is_not_removed_by_its_older_entry() {
    let policies = [
        ("reports", reads("reports")),
        ("by-role", json!({"managed_policies": [VIEW], "delivery": "role"})),
    ];
    for key in ["reports", "by-role"] {
        let old = entry_of("user", "bert", key, Some(now() - SignedDuration::from_hours(1)));
        let new = entry_of("user", "bert", key, Some(after_days(2)));
        let team = [team("team", &policies, &[], &[old, new])];
        let after = done(&plan(&team, &account::bare(&dev())), &account::bare(&dev()));
        assert_ne!(after, account::bare(&dev()));
        let cleanup = plan_cleanup(&asked(&team), &after, now(), false);
        assert_eq!(calls(&cleanup), nothing());
    }
}

#[test]
fn defect_7_of_two_open_entries_the_longer_one_counts() {
    let short = entry_of("user", "bert", "reports", Some(after_days(1)));
    let long = entry_of("user", "bert", "reports", Some(after_days(3)));
    for entries in [[short.clone(), long.clone()], [long, short]] {
        let team = team("team", &[("reports", reads("reports"))], &[], &entries);
        let after = done(&plan(&[team], &account::bare(&dev())), &account::bare(&dev()));
        let names: Vec<&String> = after.principals[&bert()].inline.keys().collect();
        assert_eq!(names, ["daypass=team=reports=20261125T120000Z"]);
    }
}

#[test]
fn defect_7_a_role_that_is_renewed_says_so_before_anything_else_is_changed() {
    let policies = [("by-role", json!({"managed_policies": [VIEW], "delivery": "role"}))];
    let until = |days| {
        [team(
            "team",
            &policies,
            &[],
            &[entry_of("user", "bert", "by-role", Some(after_days(days)))],
        )]
    };
    let mut state = done(&plan(&until(1), &account::bare(&dev())), &account::bare(&dev()));
    let renewal = plan(&until(3), &state);
    assert!(operations(&renewal).len() > 2);
    // Whatever it got to, a cleanup after the older end takes nothing of it away once its end has moved.
    for operation in operations(&renewal) {
        effect::apply(&mut state, &operation);
        assert_eq!(
            calls(&plan_cleanup(&asked(&until(3)), &state, after_days(2), false)),
            nothing()
        );
    }
}

#[test]
fn defect_8_conditions_are_kept() {
    let mut policy = reads("reports");
    policy["custom_statements"][0]["condition"] = json!({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}});
    let team = team(
        "team",
        &[("reports", policy)],
        &[entry_of("user", "dora", "reports", None)],
        &[entry_of("user", "bert", "reports", Some(after_days(1)))],
    );
    let after = done(&plan(&[team], &account::bare(&dev())), &account::bare(&dev()));
    let inline = &after.principals[&bert()].inline.values().next().unwrap().text;
    let made = after
        .policies
        .values()
        .find(|policy| policy.arn.iam_name() == Some("team-reports"))
        .unwrap();
    for text in [inline, &made.document.text] {
        assert!(
            text.contains(r#""IpAddress":{"aws:SourceIp":"192.0.2.0/24"}"#),
            "{text}"
        );
    }
}

#[test]
fn decision_5_and_defect_11_a_policy_with_five_versions_is_updated_and_one_that_says_the_same_is_not() {
    let ever = entry_of("user", "bert", "reports", None);
    let of = |bucket: &str| {
        [team(
            "team",
            &[("reports", reads(bucket))],
            std::slice::from_ref(&ever),
            &[],
        )]
    };
    let mut state = done(
        &plan(&of("bucket-0"), &account::bare(&dev())),
        &account::bare(&dev()),
    );
    for number in 1..8 {
        let update = plan(&of(&format!("bucket-{number}")), &state);
        state = done(&update, &state);
        assert_eq!(calls(&plan(&of(&format!("bucket-{number}")), &state)), nothing());
    }
    let policy = state
        .policies
        .values()
        .find(|policy| policy.arn.iam_name() == Some("team-reports"))
        .unwrap();
    assert_eq!(policy.versions.len(), 5);
    assert!(policy.document.text.contains("bucket-7"));
}

#[test]
fn decision_8_and_defect_14_the_end_in_iam_and_the_end_that_cleanup_goes_by_are_one_instant() {
    let mut entry = entry_of("user", "bert", "reports", None);
    entry["expiration_date"] = json!("2026-11-25");
    let team = [team("team", &[("reports", reads("reports"))], &[], &[entry])];
    let after = done(&plan(&team, &account::bare(&dev())), &account::bare(&dev()));
    assert!(
        after.principals[&bert()]
            .inline
            .values()
            .next()
            .unwrap()
            .text
            .contains("2026-11-26T00:00:00Z")
    );
    let end: Timestamp = "2026-11-26T00:00:00Z".parse().unwrap();
    let at = |at| calls(&plan_cleanup(&asked(&team), &after, at, false)).len();
    assert_eq!((at(end - SignedDuration::from_secs(1)), at(end)), (0, 1));
}

#[test]
fn defect_15_a_plan_does_not_list_what_is_attached_nor_users_who_do_not_exist() {
    let view = json!({"managed_policies": [VIEW]});
    let team = [team(
        "team",
        &[("view", view)],
        &[
            entry_of("user", "bert", "view", None),
            entry_of("user", "emil", "view", None),
        ],
        &[],
    )];
    let mut observed = account::bare(&dev());
    observed
        .principals
        .get_mut(&bert())
        .unwrap()
        .attached
        .insert(VIEW.parse().unwrap());
    let plan = plan(&team, &observed);
    assert_eq!(calls(&plan), nothing());
    assert_eq!(plan.problems.len(), 1);
    assert!(
        plan.problems[0]
            .help
            .contains("aws iam create-user --user-name emil")
    );
}

// The account is the ledger: teams share an attachment, and the last of them takes it away.
#[test]
fn decision_2_an_attachment_that_two_teams_share_goes_with_the_last_mark() {
    let view = || json!({"managed_policies": [VIEW]});
    for (kind, name) in [("user", "bert"), ("group", "crew"), ("role", "robot")] {
        let with = |team_name: &str| {
            team(
                team_name,
                &[("view", view())],
                &[entry_of(kind, name, "view", None)],
                &[],
            )
        };
        let without = |team_name: &str| team(team_name, &[("view", view())], &[], &[]);
        let mut state = account::bare(&dev());
        for one in [with("a"), with("b")] {
            state = done(&plan(&[one], &state), &state);
        }
        let attached = |state: &ObservedAccount| {
            state
                .principals
                .values()
                .any(|one| one.attached.contains(&VIEW.parse().unwrap()))
        };
        state = done(&plan(&[without("a")], &state), &state);
        assert!(attached(&state), "{kind}: b has it still");
        assert_eq!(calls(&plan(&[with("b")], &state)), nothing());
        state = done(&plan(&[without("b")], &state), &state);
        assert!(!attached(&state));
        assert_eq!(state, account::bare(&dev()), "{kind}");
    }
}

#[test]
fn decision_2_what_others_attached_stays_theirs() {
    let view = || json!({"managed_policies": [VIEW]});
    let mut observed = account::bare(&dev());
    observed
        .principals
        .get_mut(&bert())
        .unwrap()
        .attached
        .insert(VIEW.parse().unwrap());
    let with = team(
        "a",
        &[("view", view())],
        &[entry_of("user", "bert", "view", None)],
        &[],
    );
    assert_eq!(calls(&plan(&[with], &observed)), nothing());
    assert_eq!(
        calls(&plan(&[team("a", &[("view", view())], &[], &[])], &observed)),
        nothing()
    );
}

#[test]
fn a_role_of_somebody_elses_at_the_name_of_ours_is_a_problem_and_untouched() {
    let policies = [("by-role", json!({"managed_policies": [VIEW], "delivery": "role"}))];
    let team = [team(
        "team",
        &policies,
        &[],
        &[entry_of("user", "bert", "by-role", Some(after_days(1)))],
    )];
    let first = done(&plan(&team, &account::bare(&dev())), &account::bare(&dev()));
    let (who, mut role) = first
        .principals
        .into_iter()
        .find(|(who, _)| who.name().starts_with("bert-team-by-role"))
        .unwrap();
    let mut observed = account::bare(&dev());
    role.arn = observed.arn("role", "/", who.name()).parse().unwrap();
    observed.principals.insert(who, role);
    let plan = plan(&team, &observed);
    assert_eq!(calls(&plan), nothing());
    assert!(
        plan.problems[0].message.contains("has a role of the name"),
        "{:?}",
        plan.problems
    );
}

#[test]
fn a_key_that_is_written_in_other_letters_keeps_its_policy() {
    let of = |key: &str| {
        [team(
            "team",
            &[(key, reads("reports"))],
            &[entry_of("user", "bert", key, None)],
            &[],
        )]
    };
    let state = done(
        &plan(&of("Reports"), &account::bare(&dev())),
        &account::bare(&dev()),
    );
    assert_eq!(calls(&plan(&of("reports"), &state)), nothing());
}

// AWS ends sessions that began before: the documents go after that.
#[test]
fn a_revocation_denies_live_sessions_first_and_takes_nothing_that_another_entry_asks_for() {
    let policies = [
        ("view", json!({"managed_policies": [VIEW]})),
        (
            "too",
            json!({"managed_policies": [VIEW], "custom_statements": reads("too")["custom_statements"]}),
        ),
        ("by-role", json!({"managed_policies": [VIEW], "delivery": "role"})),
    ];
    let permanent = [
        entry_of("user", "bert", "view", None),
        entry_of("user", "bert", "too", None),
    ];
    let team = [team(
        "team",
        &policies,
        &permanent,
        &[entry_of("user", "bert", "by-role", Some(after_days(1)))],
    )];
    let state = done(&plan(&team, &account::bare(&dev())), &account::bare(&dev()));
    let revoke = |grant: Option<&str>| {
        let revocation = Revocation {
            grantee: bert(),
            grant: grant.map(|key| key.parse().unwrap()),
        };
        plan_revocation(&asked(&team), &state, &revocation, now(), false)
    };
    let too = revoke(Some("too"));
    assert_eq!(
        calls(&too),
        ["DetachUserPolicy bert arn:aws:iam::111122223333:policy/daypass/team/team/team-too"]
    );
    let role = revoke(Some("by-role"));
    let first = &operations(&role)[0];
    assert!(
        matches!(first, Operation::PutInlinePolicy { document, .. } if document.contains("aws:TokenIssueTime"))
    );
    let left = done(&revoke(None), &state);
    assert_eq!(left.principals, account::bare(&dev()).principals);
}

fn adopting(teams: &[Team], observed: &ObservedAccount) -> AccountPlan {
    plan_account(&asked(teams), observed, now(), Options { adopt: true }).unwrap()
}

#[test]
fn what_the_earlier_tool_made_is_taken_over_and_not_made_again() {
    let policies = [
        ("reports.all", reads("reports")),
        ("view", json!({"managed_policies": [VIEW]})),
    ];
    let permanent = [
        entry_of("user", "bert", "reports.all", None),
        entry_of("user", "bert", "view", None),
        entry_of("group", "crew", "view", None),
    ];
    let temporary = [
        entry_of("user", "dora", "reports.all", Some(after_days(1))),
        entry_of("user", "dora", "view", Some(after_days(1))),
    ];
    let team = [team("team", &policies, &permanent, &temporary)];
    let dora = Grantee::User("dora".parse().unwrap());
    let stranger = Grantee::User("stranger".parse().unwrap());
    let mut observed = account::bare(&dev());
    account::policy(&mut observed, "/", "team-reports-all", "older", 5);
    let earlier: iam_policy::Arn = observed.arn("policy", "/", "team-reports-all").parse().unwrap();
    // The stranger had it once, and was never revoked.
    for who in [&bert(), &stranger] {
        observed
            .principals
            .get_mut(who)
            .unwrap()
            .attached
            .insert(earlier.clone());
    }
    for who in [bert(), dora.clone(), Grantee::Group("crew".parse().unwrap())] {
        observed
            .principals
            .get_mut(&who)
            .unwrap()
            .attached
            .insert(VIEW.parse().unwrap());
    }
    let temporary = daypass_core::plan::PolicyText::new(account::reads("reports"));
    observed
        .principals
        .get_mut(&dora)
        .unwrap()
        .inline
        .insert("temp-team-reports-all-dora".to_owned(), temporary);
    let plan = adopting(&team, &observed);
    assert!(
        plan.changes.iter().all(|change| !change.operations.is_empty()),
        "{:#?}",
        calls(&plan)
    );
    let after = done(&plan, &observed);
    assert_eq!(
        after.policies.len(),
        observed.policies.len(),
        "none is duplicated"
    );
    assert!(after.policies[&earlier].document.text.contains(mark::TAKEN_OVER));
    assert!(after.principals[&bert()].attached.contains(&earlier));
    assert!(!after.principals[&stranger].attached.contains(&earlier));
    let names: Vec<&String> = after.principals[&dora].inline.keys().collect();
    assert_eq!(
        names,
        [
            "daypass=team=reports.all=20261123T120000Z",
            "daypass=team=view=20261123T120000Z"
        ]
    );
    assert!(
        after.principals[&dora].attached.is_empty(),
        "what would never end is detached"
    );
    for options in [Options::default(), Options { adopt: true }] {
        let next = plan_account(&asked(&team), &after, now(), options).unwrap();
        assert_eq!(calls(&next), nothing(), "{options:?}");
    }
    for held in holdings(&asked(&team), &after, now()) {
        assert_eq!(held.state, State::Active, "{held:?}");
    }
    let gone = [self::team("team", &policies, &[], &[])];
    let last = done(&self::plan(&gone, &after), &after);
    assert!(
        !last.policies.contains_key(&earlier),
        "it is ours now, and goes when nobody asks for it"
    );
}

#[test]
fn what_two_teams_could_have_named_so_is_taken_over_by_none_of_them_from_the_other() {
    let t_x = || {
        team(
            "t-x",
            &[("adm", reads("four"))],
            &[entry_of("user", "dora", "adm", None)],
            &[],
        )
    };
    let t = || {
        team(
            "t",
            &[("x-adm", reads("one"))],
            &[entry_of("user", "bert", "x-adm", None)],
            &[],
        )
    };
    let mut observed = account::bare(&dev());
    account::policy(&mut observed, "/", "t-x-adm", "older", 1);
    let both = done(&adopting(&[t(), t_x()], &observed), &observed);
    assert_eq!(calls(&adopting(&[t(), t_x()], &both)), nothing());
    let earlier: iam_policy::Arn = observed.arn("policy", "/", "t-x-adm").parse().unwrap();
    assert!(
        both.policies[&earlier]
            .document
            .text
            .contains("arn:aws:s3:::one/*")
    );
    // One after the other: what is taken over stays with whom it is.
    let first = done(&adopting(&[t()], &observed), &observed);
    let second = done(&adopting(&[t_x()], &first), &first);
    assert!(
        second.policies[&earlier]
            .document
            .text
            .contains("arn:aws:s3:::one/*")
    );
    assert_eq!(calls(&plan(&[t()], &second)), nothing());
}
