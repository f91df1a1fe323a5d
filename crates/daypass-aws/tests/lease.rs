//! A lease in use: what its credentials may do, for how long, by role and by session, and what is there afterwards.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "test code")]

mod world;

use daypass_aws::{
    AccountSnapshot, AwsError, Connection, Lease, LeaseSettings, OpenFailure, Probe, Stop, find_leases,
};
use daypass_core::lease::{LeaseRequest, Readiness, RequestError, Via};
use iam_policy::{Arn, Document};
use iam_sandbox::{Fault, FaultKind, Propagation};
use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;
use world::{World, quiet, request};

const SETTINGS: LeaseSettings = LeaseSettings {
    readiness: Readiness::immediate(),
    entropy: None,
};

async fn open(connection: &Connection, request: LeaseRequest) -> Result<Lease, daypass_aws::OpenError> {
    Lease::open(connection, request, &SETTINGS, &mut quiet(), &Stop::default()).await
}

async fn close(lease: Lease) {
    lease
        .close(&mut quiet(), &CancellationToken::new())
        .await
        .unwrap();
}

async fn may_list(connection: &Connection, bucket: &str) -> bool {
    connection
        .probe(&Probe::ListObjects {
            bucket: bucket.to_owned(),
        })
        .await
        .unwrap()
        .allowed
}

fn document(statements: &str) -> Document {
    Document::parse(&format!(
        r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#
    ))
    .unwrap()
}

const ADMIN_ROLE: &str = "arn:aws:iam::111122223333:role/admin";

#[tokio::test(start_paused = true)]
async fn the_credentials_hold_exactly_the_document_until_the_deadline() {
    let world = World::new(1, Propagation::none()).await;
    let before = AccountSnapshot::take(&world.admin).await.unwrap();
    let lease = open(
        &world.admin,
        LeaseRequest {
            managed_policies: Vec::new(),
            ..request()
        },
    )
    .await
    .unwrap();
    let leased = world.admin.with_credentials(lease.credentials());
    assert!(may_list(&leased, "reports").await);
    assert!(!may_list(&leased, "archive").await);
    assert!(leased.probe(&Probe::ListBuckets).await.unwrap().allowed);
    assert!(!leased.probe(&Probe::DescribeRegions).await.unwrap().allowed);

    let left = lease.deadline().duration_since(world.clock.now()) - SignedDuration::from_secs(1);
    tokio::time::advance(left.unsigned_abs()).await;
    assert!(
        may_list(&leased, "reports").await,
        "one second before the deadline"
    );
    tokio::time::advance(std::time::Duration::from_secs(1)).await;
    assert!(!may_list(&leased, "reports").await, "at the deadline");

    close(lease).await;
    let after = AccountSnapshot::take(&world.admin).await.unwrap();
    assert_eq!(before.changes_to(&after), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_short_lease_ends_before_its_session_would() {
    let world = World::new(1, Propagation::none()).await;
    let lease = open(
        &world.admin,
        LeaseRequest {
            lasts: SignedDuration::from_mins(2),
            ..request()
        },
    )
    .await
    .unwrap();
    let leased = world.admin.with_credentials(lease.credentials());
    // AWS makes no session shorter than 15 minutes; the role's own Deny is what ends this one.
    assert!(lease.credentials().expires_at.unwrap() > lease.deadline());
    assert!(may_list(&leased, "reports").await);
    tokio::time::advance(std::time::Duration::from_mins(2)).await;
    assert!(!may_list(&leased, "reports").await);
    close(lease).await;
}

#[tokio::test(start_paused = true)]
async fn nobody_else_can_assume_the_role_not_even_with_all_permissions() {
    let world = World::new(1, Propagation::none()).await;
    let lease = open(&world.admin, request()).await.unwrap();
    // The admin role allows everything in the account, but the trust policy names the admin user alone; and the user
    // itself does not know the external id.
    let role: Arn = lease.role_arn().clone();
    let other = world.admin.assume(&ADMIN_ROLE.parse().unwrap()).await.unwrap();
    for connection in [&other, &world.admin] {
        let refused = connection.assume(&role).await.unwrap_err();
        assert!(refused.is_access_denied(), "{refused}");
    }
    close(lease).await;
}

#[tokio::test(start_paused = true)]
async fn a_role_session_can_lease_and_is_trusted_session_included() {
    let world = World::new(1, Propagation::none()).await;
    let admin = world
        .admin
        .assume_as(&ADMIN_ROLE.parse().unwrap(), "alice")
        .await
        .unwrap();
    let lease = open(
        &admin,
        LeaseRequest {
            lasts: SignedDuration::from_hours(2),
            ..request()
        },
    )
    .await
    .unwrap();
    assert!(may_list(&world.admin.with_credentials(lease.credentials()), "reports").await);
    // Role chaining: one hour, though the lease is for two ("Roles terms and concepts", IAM User Guide).
    let session = lease
        .credentials()
        .expires_at
        .unwrap()
        .duration_since(world.clock.now());
    assert_eq!(session, SignedDuration::from_hours(1));
    let neighbour = world
        .admin
        .assume_as(&ADMIN_ROLE.parse().unwrap(), "bob")
        .await
        .unwrap();
    assert!(neighbour.assume(lease.role_arn()).await.is_err());
    close(lease).await;
}

/// While a lease is open, and after it, nothing else in the account is other than before: neither the role of whoever
/// leases nor its trust policy, and the temporary role trusts that one session.
#[tokio::test(start_paused = true)]
async fn decision_4_the_admin_role_is_never_modified() {
    let world = World::new(1, Propagation::none()).await;
    let admin_role: Arn = ADMIN_ROLE.parse().unwrap();
    let admin = world.admin.assume_as(&admin_role, "alice").await.unwrap();
    let role = async |name: &str| {
        let answer = world.iam().get_role().role_name(name).send().await.unwrap();
        answer.role.unwrap()
    };
    let untouched = role("admin").await;
    let before = AccountSnapshot::take(&world.admin).await.unwrap();
    let lease = open(&admin, request()).await.unwrap();
    let during = AccountSnapshot::take(&world.admin).await.unwrap();
    let changes = before.changes_to(&during);
    assert_eq!(
        role("admin").await.assume_role_policy_document,
        untouched.assume_role_policy_document
    );
    let name = lease.role_arn().to_string();
    let name = name.rsplit('/').next().unwrap();
    assert!(
        !changes.is_empty() && changes.iter().all(|change| change.contains(name)),
        "{changes:#?}"
    );
    let trust = role(name).await.assume_role_policy_document.unwrap();
    let caller = admin.caller().await.unwrap().arn.to_string();
    assert!(
        trust.contains(&caller.replace(':', "%3A").replace('/', "%2F")),
        "{trust}"
    );
    assert!(!trust.contains("%3Arole%2Fadmin"), "{trust}");
    close(lease).await;
    assert_eq!(
        role("admin").await.assume_role_policy_document,
        untouched.assume_role_policy_document
    );
    let after = AccountSnapshot::take(&world.admin).await.unwrap();
    assert_eq!(before.changes_to(&after), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn another_document_takes_the_place_of_the_first() {
    let world = World::new(5, Propagation::realistic()).await;
    let settings = LeaseSettings {
        readiness: Readiness::default(),
        entropy: None,
    };
    let stop = Stop::default();
    let mut lease = Lease::open(&world.admin, request(), &settings, &mut quiet(), &stop)
        .await
        .unwrap();
    let (role, deadline) = (lease.role_arn().clone(), lease.deadline());
    let archive =
        document(r#"{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::archive"}"#);
    lease
        .replace_document(archive, &mut quiet(), &stop)
        .await
        .unwrap();
    assert_eq!(
        (lease.role_arn(), lease.deadline()),
        (&role, deadline),
        "one role, one deadline"
    );
    let leased = world.admin.with_credentials(lease.credentials());
    for _ in 0..20 {
        assert!(
            may_list(&leased, "archive").await,
            "the new document is in force on every replica"
        );
        assert!(!may_list(&leased, "reports").await, "and the old one on none");
    }
    close(lease).await;
}

#[tokio::test(start_paused = true)]
async fn a_session_makes_no_role_and_is_limited_by_both() {
    let world = World::new(1, Propagation::none()).await;
    let role: Arn = ADMIN_ROLE.parse().unwrap();
    let roles = world.sandbox.role_names();
    let lease = open(
        &world.admin,
        LeaseRequest {
            via: Via::Session { role },
            managed_policies: Vec::new(),
            lasts: SignedDuration::from_mins(5),
            ..request()
        },
    )
    .await
    .unwrap();
    assert_eq!(world.sandbox.role_names(), roles);
    assert_eq!(lease.temporary_role(), None);
    let leased = world.admin.with_credentials(lease.credentials());
    assert!(may_list(&leased, "reports").await);
    assert!(!may_list(&leased, "archive").await);
    tokio::time::advance(std::time::Duration::from_mins(5)).await;
    assert!(
        !may_list(&leased, "reports").await,
        "the session policy ends with the lease, not with the session"
    );
    close(lease).await;
}

#[tokio::test(start_paused = true)]
async fn two_at_the_same_moment_do_not_meet() {
    let world = World::new(1, Propagation::none()).await;
    let (one, two) = tokio::join!(open(&world.admin, request()), open(&world.admin, request()));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_ne!(one.role_arn(), two.role_arn());
    close(one).await;
    assert!(may_list(&world.admin.with_credentials(two.credentials()), "reports").await);
    close(two).await;
    assert!(world.temporary_roles().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_role_that_somebody_else_has_under_our_name_is_not_touched() {
    let world = World::new(1, Propagation::none()).await;
    let settings = world::settings();
    let stop = Stop::default();
    let theirs = Lease::open(&world.admin, request(), &settings, &mut quiet(), &stop)
        .await
        .unwrap();
    // The same entropy: the same name.
    let error = Lease::open(&world.admin, request(), &settings, &mut quiet(), &stop)
        .await
        .unwrap_err();
    assert!(
        matches!(&error.failure, OpenFailure::Aws(refused) if refused.code() == Some("EntityAlreadyExists")),
        "{error}"
    );
    assert!(may_list(&world.admin.with_credentials(theirs.credentials()), "reports").await);
    close(theirs).await;
}

#[tokio::test(start_paused = true)]
async fn a_caller_without_permissions_is_told_what_is_missing_and_nothing_is_made() {
    let world = World::new(1, Propagation::none()).await;
    let key = world.sandbox.access_keys("developer").remove(0);
    let developer = world
        .admin
        .with_credentials(&daypass_aws::Credentials::from_key(key.id, key.secret));
    let error = open(&developer, request()).await.unwrap_err();
    let OpenFailure::Aws(refused) = &error.failure else {
        panic!("{error:?}")
    };
    assert!(refused.is_access_denied());
    let told = format!("{refused}\n{}", refused.help().unwrap());
    for part in ["CreateRole", "user/developer", "iam:CreateRole"] {
        assert!(told.contains(part), "{part} is missing in: {told}");
    }
    assert_eq!(error.leftover, None);
    assert!(world.temporary_roles().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_role_that_cannot_be_removed_is_told_and_ends_by_itself() {
    let world = World::new(1, Propagation::none()).await;
    let lease = open(&world.admin, request()).await.unwrap();
    let role = lease.temporary_role().unwrap().to_owned();
    let refuse = FaultKind::Error {
        status: 403,
        code: "AccessDenied".to_owned(),
    };
    world.sandbox.inject(Fault {
        operation: Some("DeleteRole".to_owned()),
        skip: 0,
        times: usize::MAX,
        kind: refuse,
    });
    let leftover = lease
        .close(&mut quiet(), &CancellationToken::new())
        .await
        .unwrap_err();
    assert_eq!(leftover.role_name, role);
    assert!(leftover.why.contains("DeleteRole"), "{leftover}");
    assert!(leftover.deadline.is_some());
    assert_eq!(find_leases(&world.admin).await.unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn stopping_while_it_waits_removes_the_role() {
    let world = World::new(1, Propagation::realistic()).await;
    let stop = Stop::default();
    let mut watch = |progress: daypass_aws::Progress| {
        if matches!(progress, daypass_aws::Progress::Proving { .. }) {
            stop.opening.cancel();
        }
    };
    let settings = LeaseSettings::default();
    let error = Lease::open(&world.admin, request(), &settings, &mut watch, &stop)
        .await
        .unwrap_err();
    assert_eq!(error.failure, OpenFailure::Stopped);
    assert_eq!(error.leftover, None);
    assert!(world.temporary_roles().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_leased_is_refused_before_any_call_that_changes_something() {
    let world = World::new(1, Propagation::none()).await;
    let huge = document(&format!(
        r#"{{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::{}"}}"#,
        "x".repeat(10_300)
    ));
    let foreign: Arn = "arn:aws:iam::999988887777:policy/theirs".parse().unwrap();
    let wrong = [
        LeaseRequest {
            document: huge,
            ..request()
        },
        LeaseRequest {
            lasts: SignedDuration::from_hours(13),
            ..request()
        },
        LeaseRequest {
            managed_policies: vec![foreign.clone()],
            ..request()
        },
        LeaseRequest {
            boundary: Some(foreign),
            ..request()
        },
        LeaseRequest {
            tags: vec![("daypass:owner".to_owned(), "me".to_owned())],
            ..request()
        },
    ];
    for request in wrong {
        let error = open(&world.admin, request).await.unwrap_err();
        assert!(matches!(error.failure, OpenFailure::Request(_)), "{error:?}");
    }
    let made: Vec<_> = world
        .sandbox
        .log()
        .into_iter()
        .map(|call| call.operation)
        .collect();
    assert_eq!(made, ["GetCallerIdentity"]);
    let root = world.sandbox.create_root_key(world.clock.now());
    let root = world
        .admin
        .with_credentials(&daypass_aws::Credentials::from_key(root.id, root.secret));
    let error = open(&root, request()).await.unwrap_err();
    assert!(
        matches!(error.failure, OpenFailure::Request(RequestError::Caller { .. })),
        "{error:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_role_of_another_account_is_refused_and_both_are_named() {
    let world = World::new(1, Propagation::none()).await;
    let role: Arn = "arn:aws:iam::999988887777:role/admin".parse().unwrap();
    let refused = world.admin.assume(&role).await.unwrap_err();
    assert!(refused.is_access_denied(), "{refused:?}");
    let told = format!("{refused} {}", refused.help().unwrap());
    assert!(
        told.contains("999988887777") && told.contains("arn:aws:iam::111122223333:user/admin"),
        "{told}"
    );
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_hangs_is_given_up_in_bounded_time() {
    let world = World::new(1, Propagation::none()).await;
    world.sandbox.inject(Fault {
        operation: None,
        skip: 0,
        times: usize::MAX,
        kind: FaultKind::HangBefore,
    });
    let start = world.clock.now();
    let error = open(&world.admin, request()).await.unwrap_err();
    assert!(
        matches!(error.failure, OpenFailure::Aws(AwsError::TimedOut { .. })),
        "{error:?}"
    );
    assert!(world.clock.now().duration_since(start) <= SignedDuration::from_secs(31));
}

#[tokio::test]
async fn a_profile_that_is_named_is_used_or_it_is_an_error() {
    let settings = daypass_aws::ConnectionSettings {
        profile: Some("no-such-profile".to_owned()),
        ..daypass_aws::ConnectionSettings::default()
    };
    let error = Connection::open(settings).await.unwrap_err();
    assert!(
        matches!(&error, AwsError::BrokenCredentials { why } if why.contains("no-such-profile")),
        "{error:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn no_permission_lifts_the_end_of_the_role_that_holds_it() {
    let world = World::new(1, Propagation::none()).await;
    let all = document(r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#);
    let lease = open(
        &world.admin,
        LeaseRequest {
            document: all,
            ..request()
        },
    )
    .await
    .unwrap();
    let iam = world.iam_as(lease.credentials());
    let role = lease.temporary_role().unwrap();
    let everything = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    assert!(
        iam.list_role_policies().role_name(role).send().await.is_ok(),
        "it may do everything else"
    );
    let refused = [
        iam.delete_role_policy()
            .role_name(role)
            .policy_name("daypass-end")
            .send()
            .await
            .is_err(),
        iam.put_role_policy()
            .role_name(role)
            .policy_name("daypass-end")
            .policy_document(everything)
            .send()
            .await
            .is_err(),
        iam.update_assume_role_policy()
            .role_name(role)
            .policy_document(everything)
            .send()
            .await
            .is_err(),
        iam.attach_role_policy()
            .role_name(role)
            .policy_arn("arn:aws:iam::aws:policy/AdministratorAccess")
            .send()
            .await
            .is_err(),
        iam.untag_role()
            .role_name(role)
            .tag_keys("daypass:expires-at")
            .send()
            .await
            .is_err(),
        iam.update_role()
            .role_name(role)
            .max_session_duration(43_200)
            .send()
            .await
            .is_err(),
    ];
    assert_eq!(refused, [true; 6]);
    close(lease).await;
}

#[tokio::test(start_paused = true)]
async fn a_lease_by_way_of_a_role_is_closed_after_that_roles_session_has_ended() {
    let world = World::new(1, Propagation::none()).await;
    let admin = world.admin.assume(&ADMIN_ROLE.parse().unwrap()).await.unwrap();
    let lease = open(
        &admin,
        LeaseRequest {
            lasts: SignedDuration::from_hours(3),
            ..request()
        },
    )
    .await
    .unwrap();
    tokio::time::advance(std::time::Duration::from_hours(2)).await;
    close(lease).await;
    assert!(world.temporary_roles().is_empty());
}

#[tokio::test(start_paused = true)]
async fn two_people_in_one_role_are_two_principals() {
    let world = World::new(1, Propagation::none()).await;
    let role: Arn = ADMIN_ROLE.parse().unwrap();
    let one = world.admin.assume(&role).await.unwrap().caller().await.unwrap();
    let two = world.admin.assume(&role).await.unwrap().caller().await.unwrap();
    assert!(
        one.arn.to_string().contains("/admin-"),
        "it tells who assumed the role: {}",
        one.arn
    );
    assert_ne!(one.arn, two.arn);
}

#[tokio::test(start_paused = true)]
async fn a_misspelt_policy_is_told_at_once() {
    let world = World::new(1, Propagation::none()).await;
    let nope: Arn = "arn:aws:iam::aws:policy/Nope".parse().unwrap();
    let start = world.clock.now();
    let wrong = [
        LeaseRequest {
            managed_policies: vec![nope.clone()],
            ..request()
        },
        LeaseRequest {
            boundary: Some(nope),
            ..request()
        },
    ];
    for request in wrong {
        let error = open(&world.admin, request).await.unwrap_err();
        assert!(error.to_string().contains("policy/Nope"), "{error}");
    }
    assert!(world.clock.now().duration_since(start) < SignedDuration::from_secs(10));
    assert!(world.temporary_roles().is_empty());
}

#[tokio::test(start_paused = true)]
async fn roles_that_somebody_else_keeps_under_our_path_are_not_ours() {
    let world = World::new(1, Propagation::none()).await;
    let trust = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}"#;
    for (path, name) in [
        ("/daypass/try/", "runner"),
        ("/daypass/try/ci/", "daypass-try-x-aaaaaaaaaaaaaaaa"),
    ] {
        let create = world
            .iam()
            .create_role()
            .path(path)
            .role_name(name)
            .assume_role_policy_document(trust);
        create.send().await.unwrap();
    }
    let lease = open(&world.admin, request()).await.unwrap();
    let found: Vec<_> = find_leases(&world.admin)
        .await
        .unwrap()
        .into_iter()
        .map(|found| found.role_name)
        .collect();
    assert_eq!(found, [lease.temporary_role().unwrap()]);
    close(lease).await;
}
