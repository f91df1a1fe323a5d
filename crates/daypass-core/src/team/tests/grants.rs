//! What right files ask for.

use super::*;

#[test]
fn several_of_everything_and_globs() {
    let team = Team::new().permanent(
        "  - user: a\n    users: [b]\n    role: r\n    roles: [s]\n    group: g\n    environments: ['*']\n    grant: view\n    grants: [reports]\n",
    );
    let grants = team.grants();
    assert_eq!(grants.len(), 5 * 2 * 2, "{grants:#?}");
    assert_eq!(grants[0], "111122223333 user a reports permanent");
    assert_eq!(grants[19], "444455556666 group g view permanent");
}

#[test]
fn the_order_of_entries_does_not_matter() {
    let entries = [
        until("a@e.com", "dev", "view", "2026-11-23"),
        until("b@e.com", "prod", "view", "2026-11-24T08:00:00Z"),
        until("a@e.com", "'*'", "reports", "2026-11-25"),
    ];
    let grants = |order: [usize; 3]| {
        let text: String = order.iter().map(|at| entries[*at].clone()).collect();
        Team::new().temporary(&text).grants()
    };
    let first = grants([0, 1, 2]);
    assert_eq!(first.len(), 4);
    for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        assert_eq!(grants(order), first);
    }
}

#[test]
fn windows_that_do_not_cover_each_other_are_both_kept() {
    let window =
        |start: &str, end: &str| until("a", "dev", "view", end) + &format!("    starts_at: {start}\n");
    let two = window("2026-11-23", "2026-11-23") + &window("2026-11-25", "2026-11-25");
    assert_eq!(
        Team::new().temporary(&two).grants(),
        [
            "111122223333 user a view 2026-11-23T00:00:00Z until 2026-11-24T00:00:00Z",
            "111122223333 user a view 2026-11-25T00:00:00Z until 2026-11-26T00:00:00Z"
        ]
    );
    let covered = two + &until("a", "dev", "view", "2026-11-26");
    assert_eq!(
        Team::new().temporary(&covered).grants(),
        ["111122223333 user a view until 2026-11-27T00:00:00Z"]
    );
    let permanent = "  - users: [a]\n    environments: [dev]\n    grants: [view]\n";
    assert_eq!(
        Team::new().temporary(&covered).permanent(permanent).grants(),
        ["111122223333 user a view permanent"]
    );
}

#[test]
fn every_grant_knows_the_line_that_asks_for_it() {
    let entry = until("a", "dev", "view", "2026-11-26")
        + "    reason: Stuck\n    ticket: T-1\n    description: Look\n";
    let team = Team::new().temporary(&entry);
    let desired = team.desired();
    let why = &desired.accounts[0].grants[0].why;
    assert_eq!(&*why.place.file, "temporary-access/team.yaml");
    let text = team.temporary.as_deref().unwrap();
    assert_eq!(why.place.span.line_and_column(text), (2, 5));
    assert_eq!(
        (why.reason.as_deref(), why.ticket.as_deref()),
        (Some("Stuck"), Some("T-1"))
    );
}

#[test]
fn windows_line_ends_are_read() {
    let lf = Team::new().temporary(&until("a", "dev", "view", "2026-11-26"));
    let crlf = |text: &str| text.replace('\n', "\r\n");
    let team = Team {
        accounts: crlf(&lf.accounts),
        policies: format!("\u{feff}{}", crlf(&lf.policies)),
        temporary: lf.temporary.as_deref().map(crlf),
        ..lf.clone()
    };
    assert_eq!(team.grants(), lf.grants());
    assert_eq!(team.told(), Vec::<String>::new());
}

#[test]
fn at_the_end_the_access_is_over_and_before_the_start_there_is_none() {
    use iam_policy::{Arn, Decision, Engine, PolicySet, Principal, Request, Source};
    let entry = until("a", "dev", "reports", "2026-11-24") + "    starts_at: 2026-11-23T08:00:00Z\n";
    let desired = Team::new().temporary(&entry).desired();
    let grant = &desired.accounts[0].grants[0];
    let engine = Engine::compile(&PolicySet {
        identity: vec![Source::new("grant", grant.document().unwrap())],
        ..PolicySet::default()
    });
    let arn: Arn = "arn:aws:iam::111122223333:user/a".parse().unwrap();
    let may = |at: &str| {
        let mut request = Request::new(
            Principal::User { arn: arn.clone() },
            "s3:GetObject",
            "arn:aws:s3:::reports/x",
        );
        request.resource_account = Some("111122223333".parse().unwrap());
        request
            .context
            .fill_in(&request.principal.clone(), at.parse().unwrap());
        engine.decide(&request) == Decision::Allow
    };
    assert!(!may("2026-11-23T07:59:59Z"));
    assert!(may("2026-11-23T08:00:00Z"));
    assert!(may("2026-11-24T23:59:59Z"));
    assert!(!may("2026-11-25T00:00:00Z"));
}

#[test]
fn settings_are_read() {
    let text = "max_days: 10\ntimezone: Europe/Berlin\ndeployer_role: Deployer\nusernames: keep\npolicy_path: /dp/\nboundary: Limit\nsession_name: dp\n";
    let desired = Team::new().settings(text).desired();
    let settings = &desired.settings;
    assert_eq!(settings.max_days, 10);
    assert_eq!(settings.timezone.iana_name(), Some("Europe/Berlin"));
    assert_eq!(settings.deployer_role.as_str(), "Deployer");
    assert_eq!(settings.usernames, Usernames::Keep);
    assert_eq!(settings.policy_path.as_str(), "/dp/");
    assert_eq!(settings.boundary, Some(PolicyRef::Name("Limit".to_owned())));
    assert_eq!(settings.session_name.as_str(), "dp");
    let defaults = Team::new().desired().settings;
    assert_eq!(
        (defaults.max_days, defaults.deployer_role.as_str()),
        (6, "AWSSelfServeDeployer")
    );
}
