//! AWS STS API Reference, AssumeRole; IAM User Guide, "IAM roles", "How to use an external ID".

use iam_policy::Decision::{self, Allow, ExplicitDeny, ImplicitDeny};

use crate::asked::*;

const TARGET: &str = "arn:aws:iam::111122223333:role/target";
const THEIR_TARGET: &str = "arn:aws:iam::444455556666:role/target";
const MAY_ASSUME: &str =
    r#"{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::*:role/target"}"#;

fn assume(asked: &Asked, principal: &str) -> Decision {
    asked.ask(principal, "sts:AssumeRole", TARGET)
}

/// "A user who wants to access a role in the same account": either the trust policy names the user, or it
/// names the account and the user's own policy allows.
#[test]
fn in_the_same_account_a_trust_policy_that_names_the_caller_suffices() {
    for (named, caller) in [(USER, USER), (SESSION, SESSION), (ROLE, SESSION), ("*", USER)] {
        assert_eq!(
            assume(&Asked::new().trust(&trust_in(&aws(named))), caller),
            Allow,
            "{named}"
        );
    }
    let other_session = "arn:aws:sts::111122223333:assumed-role/app/s2";
    assert_eq!(
        assume(&Asked::new().trust(&trust_in(&aws(SESSION))), other_session),
        ImplicitDeny
    );
    let bounded = Asked::new().trust(&trust_in(&aws(ROLE))).boundary(ALLOW_S3);
    assert_eq!(assume(&bounded, SESSION), ImplicitDeny);
}

#[test]
fn a_trust_policy_that_names_the_account_delegates() {
    let trust = Asked::new().trust(&trust_in(&aws(ROOT)));
    assert_eq!(assume(&trust, USER), ImplicitDeny);
    assert_eq!(assume(&trust.identity(MAY_ASSUME), USER), Allow);
}

/// "Policy evaluation logic": "IAM role trust policies ... must explicitly allow access for principals".
#[test]
fn the_trust_policy_is_always_needed() {
    assert_eq!(assume(&Asked::new().identity(ALLOW_ALL), USER), ImplicitDeny);
    let other = trust_in(&aws("arn:aws:iam::111122223333:user/alice"));
    assert_eq!(
        assume(&Asked::new().identity(ALLOW_ALL).trust(&other), USER),
        ImplicitDeny
    );
    // Another resource policy does not stand in for it.
    let open = r#"{"Effect": "Allow", "Principal": "*", "Action": "sts:*", "Resource": "*"}"#;
    assert_eq!(
        assume(&Asked::new().identity(ALLOW_ALL).resource(open), USER),
        ImplicitDeny
    );
    // Other actions on the role do not ask it.
    let trust = Asked::new().identity(ALLOW_ALL).trust(&trust_in(&aws(OTHER)));
    assert_eq!(trust.ask(USER, "iam:GetRole", TARGET), Allow);
}

#[test]
fn across_accounts_both_sides_must_allow() {
    for named in [USER, ACCOUNT] {
        let trust = Asked::new().trust(&trust_in(&aws(named)));
        assert_eq!(trust.ask(USER, "sts:AssumeRole", THEIR_TARGET), ImplicitDeny);
        assert_eq!(
            trust
                .identity(MAY_ASSUME)
                .ask(USER, "sts:AssumeRole", THEIR_TARGET),
            Allow
        );
    }
}

/// "Access to AWS accounts owned by third parties", the external ID.
#[test]
fn an_external_id_must_be_given() {
    let trust = r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "12345"}}}"#;
    let asked = Asked::new().identity(MAY_ASSUME).trust(trust);
    assert_eq!(asked.ask(USER, "sts:AssumeRole", THEIR_TARGET), ImplicitDeny);
    let with = |id: &str| {
        asked
            .clone()
            .context("sts:ExternalId", id)
            .ask(USER, "sts:AssumeRole", THEIR_TARGET)
    };
    assert_eq!((with("12345"), with("54321")), (Allow, ImplicitDeny));
}

#[test]
fn services_and_identity_providers_are_let_in_by_the_trust_policy_alone() {
    let service = Asked::new().trust(&trust_in(r#"{"Service": "ec2.amazonaws.com"}"#));
    assert_eq!(assume(&service, "ec2.amazonaws.com"), Allow);
    assert_eq!(assume(&service, "ecs.amazonaws.com"), ImplicitDeny);
    let provider = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";
    let trust = format!(
        r#"{{"Effect": "Allow", "Principal": {{"Federated": "{provider}"}}, "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {{"StringLike": {{"token.actions.githubusercontent.com:sub": "repo:org/*"}}}}}}"#
    );
    let asked = Asked::new().trust(&trust);
    let with = |sub: &str| {
        asked
            .clone()
            .context("token.actions.githubusercontent.com:sub", sub)
            .ask(provider, "sts:AssumeRoleWithWebIdentity", TARGET)
    };
    assert_eq!((with("repo:org/x"), with("repo:evil/x")), (Allow, ImplicitDeny));
}

/// "Roles may not be assumed by root accounts": AWS STS API Reference, AssumeRole.
#[test]
fn the_root_user_cannot_assume_roles() {
    assert_eq!(
        assume(&Asked::new().trust(&trust_in(&aws(ROOT))), ROOT),
        ImplicitDeny
    );
}

/// "Pass session tags in AWS STS": sts:TagSession is a permission of the trust policy.
#[test]
fn session_tags_need_the_trust_policy() {
    let trust = Asked::new().trust(&trust_in(&aws(USER)));
    assert_eq!(trust.ask(USER, "sts:TagSession", TARGET), ImplicitDeny);
    let both = r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": ["sts:AssumeRole", "sts:TagSession"]}"#;
    assert_eq!(
        Asked::new()
            .trust(both)
            .identity(ALLOW_ALL)
            .ask(USER, "sts:TagSession", TARGET),
        Allow
    );
}

/// A temporary role's trust ends by its own date.
#[test]
fn dated_trust_ends() {
    let trust = format!(
        r#"{{"Effect": "Allow", "Principal": {{"AWS": "{USER}"}}, "Action": "sts:AssumeRole",
            "Condition": {{"DateLessThan": {{"aws:CurrentTime": "2026-01-01T12:00:00Z"}}}}}}"#
    );
    let at = |time: &str| assume(&Asked::new().trust(&trust).context("aws:CurrentTime", time), USER);
    assert_eq!(at("2026-01-01T11:59:59Z"), Allow);
    assert_eq!(at("2026-01-01T12:00:00Z"), ImplicitDeny);
    let denied = format!(
        r#"{}, {{"Effect": "Deny", "Principal": "*", "Action": "sts:*"}}"#,
        trust_in(&aws(USER))
    );
    assert_eq!(assume(&Asked::new().trust(&denied), USER), ExplicitDeny);
}
