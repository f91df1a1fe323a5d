//! Who asks, and principal elements that name them, nearly name them or name somebody else.

use fastrand::Rng;
use iam_policy::{Principal, PrincipalClause, Span, Statement, Who};

use super::{chance, pick};

const ASKING: &[&str] = &[
    "arn:aws:iam::111122223333:user/bob",
    "arn:aws:iam::111122223333:user/bob",
    "arn:aws:iam::111122223333:user/team/alice",
    "arn:aws:sts::111122223333:assumed-role/app/s1",
    "arn:aws:sts::111122223333:assumed-role/app/s1",
    "arn:aws:sts::111122223333:assumed-role/app/s2",
    "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForSupport/s",
    "arn:aws:iam::111122223333:root",
    "arn:aws:sts::111122223333:federated-user/bob",
    "ec2.amazonaws.com",
    "arn:aws:iam::111122223333:saml-provider/idp",
    "accounts.google.com",
    "anonymous",
];

const LISTED_AS_AWS: &[&str] = &[
    "*",
    "111122223333",
    "arn:aws:iam::111122223333:root",
    "444455556666",
    "arn:aws:iam::111122223333:user/bob",
    "arn:aws:iam::111122223333:user/team/alice",
    "arn:aws:iam::111122223333:user/alice",
    "arn:aws:iam::111122223333:user/*",
    "arn:aws:iam::111122223333:role/app",
    "arn:aws:iam::111122223333:role/team/app",
    "arn:aws:iam::444455556666:role/app",
    "arn:aws:sts::111122223333:assumed-role/app/s1",
    "arn:aws:sts::111122223333:assumed-role/app/s2",
    "arn:aws:sts::111122223333:federated-user/bob",
    "AIDAEXAMPLEEXAMPLE123",
];

/// Who asks.
pub(super) fn asking(rng: &mut Rng) -> Principal {
    let text = pick(rng, ASKING);
    let principal = text.parse().unwrap_or(Principal::Anonymous);
    match principal {
        Principal::RoleSession { session, .. } if chance(rng, 50) => {
            let path = if text.contains("AWSServiceRoleFor") && chance(rng, 70) {
                "aws-service-role/support.amazonaws.com/"
            } else {
                pick(rng, &["", "", "team/"])
            };
            let name = session.iam_name().unwrap_or_default();
            let role = format!("arn:aws:iam::111122223333:role/{path}{name}")
                .parse()
                .ok();
            Principal::RoleSession { session, role }
        }
        Principal::FederatedUser { arn, .. } if chance(rng, 50) => {
            let user = pick(rng, &["user/bob", "user/team/alice"]);
            let user = format!("arn:aws:iam::111122223333:{user}").parse().ok();
            Principal::FederatedUser { arn, user }
        }
        other => other,
    }
}

/// `"*"`.
pub(super) fn everyone() -> PrincipalClause {
    PrincipalClause {
        negated: false,
        who: Who::Everyone(Span::default()),
        key_span: Span::default(),
    }
}

/// A principal element drawn with an eye on who asks.
pub(super) fn clause(rng: &mut Rng, principal: &Principal) -> PrincipalClause {
    let mut clause = if chance(rng, 12) {
        everyone()
    } else {
        let mut statement = Statement::allow();
        for _ in 0..pick(rng, &[1, 1, 2, 3, 4]) {
            let (kind, value) = value(rng, principal);
            statement = statement.with_principal(kind, [value]);
        }
        statement.principal.unwrap_or_else(everyone)
    };
    clause.negated = chance(rng, 12);
    clause
}

fn value(rng: &mut Rng, principal: &Principal) -> (&'static str, String) {
    if chance(rng, 55) {
        let itself = match principal {
            Principal::Service(name) => return ("Service", name.clone()),
            Principal::IdentityProvider(name) => return ("Federated", name.clone()),
            Principal::RoleSession { role: Some(role), .. } if chance(rng, 50) => role.to_string(),
            Principal::RoleSession { session, role: None } if chance(rng, 50) => {
                format!(
                    "arn:aws:iam::111122223333:role/{}",
                    session.iam_name().unwrap_or_default()
                )
            }
            Principal::FederatedUser { user: Some(user), .. } if chance(rng, 50) => user.to_string(),
            Principal::Anonymous => "*".to_owned(),
            other => other.to_string(),
        };
        return ("AWS", itself);
    }
    match rng.u8(..10) {
        0 => (
            "Service",
            pick(
                rng,
                &["ec2.amazonaws.com", "EC2.amazonaws.com", "ecs.amazonaws.com"],
            )
            .to_owned(),
        ),
        1 => (
            "Federated",
            pick(
                rng,
                &[
                    "accounts.google.com",
                    "www.amazon.com",
                    "arn:aws:iam::111122223333:saml-provider/idp",
                ],
            )
            .to_owned(),
        ),
        2 => (
            "CanonicalUser",
            "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be".to_owned(),
        ),
        _ => ("AWS", pick(rng, LISTED_AS_AWS).to_owned()),
    }
}
