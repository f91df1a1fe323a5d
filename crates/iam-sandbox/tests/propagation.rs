//! Eventual consistency, as callers see it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

mod common;

use common::{ACCOUNT, Cloud, allow, trust};
use iam_sandbox::{Propagation, Settings};
use jiff::SignedDuration;

fn slow(entropy: u64) -> Cloud {
    Cloud::with(Settings {
        entropy,
        propagation: Propagation::realistic(),
    })
}

/// Works, fails, works again: what `AssumeRole` on a fresh role does, once a second for a minute.
fn story(entropy: u64) -> (Vec<bool>, usize) {
    let cloud = slow(entropy);
    let admin = cloud.admin();
    let role = cloud.role("fresh", &trust(ACCOUNT), None);
    let settles = cloud.sandbox.role_settles_at("fresh").unwrap();
    let mut story = Vec::new();
    let mut settled_at = usize::MAX;
    for second in 0..70 {
        if settled_at == usize::MAX && cloud.now.get() >= settles {
            settled_at = second;
        }
        let answer = cloud.assume(&admin, &role, &[]);
        if answer.status != 200 {
            answer.refused(403, "AccessDenied");
        }
        story.push(answer.status == 200);
        cloud.wait(SignedDuration::from_secs(1));
    }
    (story, settled_at)
}

#[test]
fn assume_role_fails_works_and_fails_again_until_all_replicas_know() {
    let mut flapped = 0;
    for entropy in 0..40 {
        let (story, settled_at) = story(entropy);
        assert!(settled_at <= 60, "seed {entropy} settles within a minute");
        assert!(
            story[settled_at..].iter().all(|works| *works),
            "seed {entropy}: {story:?}"
        );
        let first = story.iter().position(|works| *works).unwrap();
        flapped += usize::from(story[first..].contains(&false));
    }
    assert!(
        (10..=40).contains(&flapped),
        "{flapped} of 40 seeds failed once more after they had worked"
    );
}

#[test]
fn the_same_seed_tells_the_same_story() {
    assert_eq!(story(3), story(3));
    assert_ne!(story(3), story(4));
}

#[test]
fn writes_see_the_newest_state_at_once() {
    let cloud = slow(1);
    let admin = cloud.admin();
    cloud.role("fresh", &trust(ACCOUNT), Some(&allow("s3:*", "*")));
    let again = cloud.iam(
        &admin,
        "CreateRole",
        &[
            ("RoleName", "FRESH"),
            ("AssumeRolePolicyDocument", &trust(ACCOUNT)),
        ],
    );
    again.refused(409, "EntityAlreadyExists");
    cloud
        .iam(&admin, "DeleteRole", &[("RoleName", "fresh")])
        .refused(409, "DeleteConflict");
    cloud
        .iam(
            &admin,
            "DeleteRolePolicy",
            &[("RoleName", "fresh"), ("PolicyName", "inline")],
        )
        .ok();
    cloud.iam(&admin, "DeleteRole", &[("RoleName", "fresh")]).ok();
    assert!(!cloud.sandbox.role_names().contains(&"fresh".to_owned()));
}

#[test]
fn reads_lag_and_then_agree() {
    let cloud = slow(5);
    let admin = cloud.admin();
    cloud.role("fresh", &trust(ACCOUNT), None);
    cloud
        .iam(&admin, "GetRole", &[("RoleName", "fresh")])
        .refused(404, "NoSuchEntity");
    cloud.wait(SignedDuration::from_secs(61));
    for _ in 0..20 {
        cloud.iam(&admin, "GetRole", &[("RoleName", "fresh")]).ok();
    }
    cloud.iam(&admin, "DeleteRole", &[("RoleName", "fresh")]).ok();
    cloud.iam(&admin, "GetRole", &[("RoleName", "fresh")]).ok();
    cloud.wait(SignedDuration::from_secs(61));
    cloud
        .iam(&admin, "GetRole", &[("RoleName", "fresh")])
        .refused(404, "NoSuchEntity");
}

#[test]
fn a_fresh_key_is_unknown_for_a_while() {
    let cloud = slow(2);
    let key = cloud.user("ann", None);
    cloud
        .ask(&key, "sts", "GetCallerIdentity", &[])
        .refused(403, "InvalidClientTokenId");
    cloud.wait(SignedDuration::from_secs(61));
    cloud.ask(&key, "sts", "GetCallerIdentity", &[]).ok();
}

#[test]
fn a_fresh_principal_is_unknown_to_trust_policies_for_a_while() {
    let cloud = slow(2);
    let admin = cloud.admin();
    cloud.user("ann", None);
    let trust = trust(&format!("arn:aws:iam::{ACCOUNT}:user/ann"));
    let params = [("RoleName", "hers"), ("AssumeRolePolicyDocument", trust.as_str())];
    cloud
        .iam(&admin, "CreateRole", &params)
        .refused(400, "MalformedPolicyDocument");
    cloud.wait(SignedDuration::from_secs(61));
    cloud.iam(&admin, "CreateRole", &params).ok();
}

#[test]
fn moving_the_clock_past_the_lag_is_as_good_as_waiting() {
    let cloud = slow(9);
    cloud.role("fresh", &trust(ACCOUNT), None);
    cloud.sandbox.clock().move_by(SignedDuration::from_secs(61));
    for _ in 0..20 {
        cloud
            .iam(&cloud.admin(), "GetRole", &[("RoleName", "fresh")])
            .ok();
    }
}

fn model(text: &str) -> Cloud {
    Cloud::with(Settings {
        entropy: 3,
        propagation: text.parse().unwrap(),
    })
}

/// Only what the model names is late.
#[test]
fn each_kind_of_change_has_a_lag_of_its_own() {
    let cloud = model("access-keys=30s");
    let key = cloud.user("ann", Some(&allow("s3:*", "*")));
    cloud
        .ask(&key, "sts", "GetCallerIdentity", &[])
        .refused(403, "InvalidClientTokenId");
    cloud.wait(SignedDuration::from_millis(29_900));
    cloud
        .ask(&key, "sts", "GetCallerIdentity", &[])
        .refused(403, "InvalidClientTokenId");
    cloud.wait(SignedDuration::from_millis(100));
    cloud.ask(&key, "sts", "GetCallerIdentity", &[]).ok();
    cloud.s3(&key, "GET", "/", "").ok();

    let cloud = model("permissions=20s");
    let key = cloud.user("ann", Some(&allow("s3:*", "*")));
    cloud.ask(&key, "sts", "GetCallerIdentity", &[]).ok();
    cloud.s3(&key, "GET", "/", "").refused(403, "AccessDenied");
    cloud.wait(SignedDuration::from_secs(20));
    cloud.s3(&key, "GET", "/", "").ok();
}

/// A role that everybody knows, whose trust policy has changed: the old one is in force until the new one has come.
#[test]
fn a_trust_policy_travels_by_itself() {
    let cloud = model("trust=10s");
    let (admin, ann) = (
        cloud.admin(),
        cloud.user("ann", Some(&allow("sts:AssumeRole", "*"))),
    );
    let role = cloud.role("shared", &trust(ACCOUNT), None);
    cloud.assume(&ann, &role, &[]).ok();
    let only_admin = trust(&format!("arn:aws:iam::{ACCOUNT}:user/admin"));
    let params = [("RoleName", "shared"), ("PolicyDocument", only_admin.as_str())];
    cloud.iam(&admin, "UpdateAssumeRolePolicy", &params).ok();
    cloud.assume(&ann, &role, &[]).ok();
    cloud.wait(SignedDuration::from_secs(10));
    cloud.assume(&ann, &role, &[]).refused(403, "AccessDenied");
    cloud.assume(&admin, &role, &[]).ok();
}

/// What is told of the real IAM: it fails, works, fails again. Over a range of seeds it does so for many of them.
#[test]
fn a_lag_for_roles_alone_makes_assume_role_flap() {
    let flaps = |entropy| {
        let cloud = Cloud::with(Settings {
            entropy,
            propagation: "roles=1s..15s".parse().unwrap(),
        });
        let admin = cloud.admin();
        let role = cloud.role("fresh", &trust(ACCOUNT), None);
        let story: Vec<bool> = (0..16)
            .map(|_| {
                let works = cloud.assume(&admin, &role, &[]).status == 200;
                cloud.wait(SignedDuration::from_secs(1));
                works
            })
            .collect();
        assert!(!story[0] && story[15], "seed {entropy}: {story:?}");
        let first = story.iter().position(|works| *works).unwrap();
        story[first..].contains(&false)
    };
    let flapped = (0..20).filter(|entropy| flaps(*entropy)).count();
    assert!((5..=20).contains(&flapped), "{flapped} of 20");
}
