//! Plans, by example: files and an account in, the calls out.

use iam_policy::AccountId;
use jiff::Timestamp;

use super::*;
use crate::team::{FileText, TeamTexts, check};

const NOW: &str = "2026-11-22T12:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn asked(permanent: &str, temporary: &str) -> AccountAsked {
    let file = |path: &str, text: Option<String>| FileText {
        path: path.into(),
        text,
    };
    let policies = "\
aws-policies:
  reports:
    custom_statements:
      - effect: Allow
        actions: [s3:GetObject]
        resources: [\"arn:aws:s3:::reports/*\"]
  view:
    managed_policies: [\"arn:aws:iam::aws:policy/job-function/ViewOnlyAccess\"]
  big:
    managed_policies: [\"arn:aws:iam::aws:policy/ReadOnlyAccess\"]
";
    let texts = TeamTexts {
        team: "team".parse().unwrap(),
        accounts: file(
            "aws-accounts/team.yaml",
            Some("aws-accounts:\n  dev: \"111122223333\"\n".to_owned()),
        ),
        policies: file("aws-policies/team.yaml", Some(policies.to_owned())),
        permanent: file(
            "permanent-access/team.yaml",
            Some(format!("permanent-access:\n{permanent}")),
        ),
        temporary: file(
            "temporary-access/team.yaml",
            Some(format!("temporary-access:\n{temporary}")),
        ),
    };
    let checked = check(&file("daypass.yaml", None), &[texts], now());
    let desired = checked
        .desired
        .unwrap_or_else(|| panic!("{:#?}", checked.findings));
    AccountAsked::of(&desired).remove(0)
}

fn account(users: &[&str]) -> ObservedAccount {
    let id: AccountId = "111122223333".parse().unwrap();
    let mut account = ObservedAccount::empty(id);
    for user in users {
        account.principals.insert(
            Grantee::User(user.parse().unwrap()),
            ObservedPrincipal {
                arn: format!("arn:aws:iam::111122223333:user/{user}").parse().unwrap(),
                inline: BTreeMap::new(),
                attached: BTreeSet::new(),
                tags: BTreeMap::new(),
                boundary: None,
                trust: None,
            },
        );
    }
    account
}

fn plan(asked: &AccountAsked, observed: &ObservedAccount, at: Timestamp) -> AccountPlan {
    plan_account(asked, observed, at, Options::default()).unwrap()
}

fn done(plan: &AccountPlan, observed: &ObservedAccount) -> ObservedAccount {
    let mut after = observed.clone();
    for operation in plan.changes.iter().flat_map(|change| &change.operations) {
        effect::apply(&mut after, operation);
    }
    after
}

fn calls(plan: &AccountPlan) -> Vec<String> {
    let operations = plan.changes.iter().flat_map(|change| &change.operations);
    operations.map(ToString::to_string).collect()
}

const ALL_FORMS: &str = "  - {user: bert, environment: dev, grant: reports, expiration_date: 2026-11-24}
  - {user: bert, environment: dev, grant: view, expiration_date: 2026-11-24}
  - {user: bert, environment: dev, grant: big, expiration_date: 2026-11-24}
";

#[test]
fn each_grant_is_delivered_as_it_fits_and_then_there_is_nothing_to_do() {
    let asked = asked(
        "  - {users: [bert, cora], environment: dev, grants: [reports, view]}\n",
        "  - {user: cora, environment: dev, grant: big, expiration_date: 2026-11-24}\n",
    );
    let before = account(&["bert", "cora"]);
    let first = plan(&asked, &before, now());
    insta::assert_snapshot!(calls(&first).join("\n"));
    assert_eq!(first.problems, []);
    let after = done(&first, &before);
    assert_eq!(calls(&plan(&asked, &after, now())), [""; 0]);
    // All of it goes when nobody asks for it any more.
    let nothing = self::asked("", "");
    let last = plan(&nothing, &after, now());
    // Two people's two grants, and one more: `view` is an attachment, and so is each of the other grants' policies.
    let removals = Removals::of([&last]);
    assert_eq!((removals.taken, removals.standing), (5, 5));
    assert_eq!(done(&last, &after), before);
}

#[test]
fn temporary_access_is_inline_or_policies_or_a_role_and_ends() {
    let asked = asked("", ALL_FORMS);
    let before = account(&["bert"]);
    let first = plan(&asked, &before, now());
    let forms: Vec<String> = first
        .changes
        .iter()
        .filter_map(|change| Some(format!("{} {:?}", change.name, change.delivery.as_ref()?)))
        .collect();
    insta::assert_snapshot!(forms.join("\n"));
    let after = done(&first, &before);
    assert_eq!(calls(&plan(&asked, &after, now())), [""; 0]);
    let end = "2026-11-25T00:00:00Z".parse().unwrap();
    let cleanup = plan_cleanup(&self::asked("", ""), &after, end, false);
    assert_eq!(done(&cleanup, &after), before);
    let too_early = plan_cleanup(&asked, &after, now(), false);
    assert_eq!(calls(&too_early), [""; 0]);
}

#[test]
fn holdings_are_told_at_any_moment() {
    let entry = "  - {user: bert, environment: dev, grant: reports, expiration_date: 2026-11-24}\n";
    let asked = asked("", entry);
    let before = account(&["bert"]);
    let after = done(&plan(&asked, &before, now()), &before);
    let end: Timestamp = "2026-11-25T00:00:00Z".parse().unwrap();
    let states = |asked: &AccountAsked, observed: &ObservedAccount, at: Timestamp| -> Vec<State> {
        holdings(asked, observed, at)
            .iter()
            .map(|one| one.state)
            .collect()
    };
    let a_second_earlier = end - jiff::SignedDuration::from_secs(1);
    assert_eq!(states(&asked, &after, a_second_earlier), [State::Active]);
    assert_eq!(states(&asked, &after, end), [State::Ended]);
    assert_eq!(states(&asked, &before, a_second_earlier), [State::Missing]);
    assert_eq!(states(&asked, &before, end), [], "it would have ended by then");
    // Looked back at, when its entry has long been stale.
    let mut stale = asked.clone();
    let team = stale.teams.first_mut().unwrap();
    team.ended = team
        .grants
        .drain(..)
        .map(|grant| crate::team::EndedGrant {
            account: asked.account.clone(),
            grantee: grant.grantee,
            policy: grant.policy.key.clone(),
            managed: Vec::new(),
            end,
            why: grant.why,
        })
        .collect();
    assert_eq!(states(&stale, &after, a_second_earlier), [State::Active]);
    assert_eq!(states(&stale, &after, end), [State::Ended]);
    assert_eq!(states(&self::asked("", ""), &after, now()), [State::NotAsked]);
}

/// One role delivers both: between its terms it lets nobody in, and nobody is told that it does.
#[test]
fn terms_of_one_role_are_told_each_by_itself() {
    let entries = "  - {user: bert, environment: dev, grant: big, expiration_date: 2026-11-24}
  - {user: bert, environment: dev, grant: big, starts_at: 2026-11-26, expiration_date: 2026-11-27}
";
    let asked = asked("", entries);
    let before = account(&["bert"]);
    let first = plan(&asked, &before, now());
    let told = first.changes[0].delivery.as_ref().unwrap();
    assert_eq!(told.form, Form::Role);
    assert!(
        told.why.ends_with(
            "; it lets them in until 2026-11-25T00:00:00Z, and from 2026-11-26T00:00:00Z until 2026-11-28T00:00:00Z"
        ),
        "{}",
        told.why
    );
    let after = done(&first, &before);
    let told = |at: &str| -> Vec<String> {
        holdings(&asked, &after, at.parse().unwrap())
            .iter()
            .map(|one| {
                let instant = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
                format!(
                    "{:?} {}..{}",
                    one.state,
                    instant(one.starts_at),
                    instant(one.ends_at)
                )
            })
            .collect()
    };
    let (soon, later) = (
        "..2026-11-25T00:00:00Z",
        "2026-11-26T00:00:00Z..2026-11-28T00:00:00Z",
    );
    let (active, not_begun) = (
        |term: &str| format!("Active {term}"),
        |term: &str| format!("NotBegun {term}"),
    );
    assert_eq!(told("2026-11-23T00:00:00Z"), [active(soon), not_begun(later)]);
    assert_eq!(told("2026-11-25T12:00:00Z"), [not_begun(later)]);
    assert_eq!(told("2026-11-26T00:00:00Z"), [active(later)]);
    assert_eq!(told("2026-11-28T00:00:00Z"), ["Ended ..2026-11-28T00:00:00Z"]);
}
