//! Whether a principal element names the one who asks, and how.
//! IAM User Guide, "AWS JSON policy elements: Principal" and "AWS JSON policy elements: NotPrincipal".

use std::ops::BitOr;

use crate::arn::{Arn, is_account_id};
use crate::document::{PrincipalClause, PrincipalType, Who};
use crate::request::{Context, Principal};

/// The ways in which a principal element matched; several at once when several statements did.
///
/// The combination rules differ by it: within an account a user's or session's own ARN suffices alone, a
/// role's ARN is limited by boundary and session policy, an account only delegates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MatchedBy(u8);

impl MatchedBy {
    /// In no way.
    pub const NOTHING: MatchedBy = MatchedBy(0);
    /// By the user's, session's, service's or provider's own name.
    pub const DIRECTLY: MatchedBy = MatchedBy(1);
    /// By the ARN of the session's role, or of the user who federated.
    pub const ROLE: MatchedBy = MatchedBy(2);
    /// By the account: its id or its root ARN.
    pub const ACCOUNT: MatchedBy = MatchedBy(4);
    /// By `*`, or by not being excepted in `NotPrincipal`.
    pub const STAR: MatchedBy = MatchedBy(8);

    /// Whether it matched in any way.
    pub const fn any(self) -> bool {
        self.0 != 0
    }

    /// Whether it matched in at least one of these ways.
    pub const fn intersects(self, other: MatchedBy) -> bool {
        self.0 & other.0 != 0
    }
}

impl BitOr for MatchedBy {
    type Output = MatchedBy;

    fn bitor(self, other: MatchedBy) -> MatchedBy {
        MatchedBy(self.0 | other.0)
    }
}

/// A compiled `Principal` or `NotPrincipal`.
#[derive(Debug)]
pub(crate) struct PrincipalMatcher {
    negated: bool,
    patterns: Box<[PrincipalPattern]>,
}

#[derive(Debug)]
enum PrincipalPattern {
    Everyone,
    Account(Box<str>),
    Role(Arn),
    User(Arn),
    /// A role session or a federated user. Wildcards within an ARN are literal here.
    Exactly(Box<str>),
    AnyOf(PrincipalType),
    Service(Box<str>),
    Federated(Box<str>),
    /// The request says nothing of canonical ids.
    Canonical,
}

/// What of the policy set bears on `NotPrincipal`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Surroundings<'r> {
    pub context: &'r Context,
    pub has_boundary: bool,
}

impl PrincipalMatcher {
    pub(crate) fn compile(clause: &PrincipalClause) -> PrincipalMatcher {
        let patterns = match &clause.who {
            Who::Everyone(_) => vec![PrincipalPattern::Everyone],
            Who::Listed(entries) => entries
                .iter()
                .flat_map(|entry| {
                    entry
                        .values
                        .texts()
                        .map(|text| PrincipalPattern::compile(entry.kind, text))
                })
                .collect(),
        };
        PrincipalMatcher {
            negated: clause.negated,
            patterns: patterns.into(),
        }
    }

    /// How the element matches the principal, in an Allow or a Deny.
    pub(crate) fn matched_by(
        &self,
        principal: &Principal,
        around: Surroundings<'_>,
        denies: bool,
    ) -> MatchedBy {
        let named = self
            .patterns
            .iter()
            .map(|pattern| pattern.matched_by(principal, around.context))
            .fold(MatchedBy::NOTHING, MatchedBy::bitor);
        let excepted = match (self.negated, denies) {
            (false, _) => return named,
            (true, false) => named.any(),
            (true, true) => self.spares(principal, named, around.has_boundary),
        };
        if excepted {
            MatchedBy::NOTHING
        } else {
            MatchedBy::STAR
        }
    }

    /// A Deny with `NotPrincipal` spares whom it names together with the account, for "AWS might validate
    /// the account first and then the user", or account, role and session; and it never spares a principal
    /// with a permissions boundary (IAM User Guide, "AWS JSON policy elements: NotPrincipal").
    fn spares(&self, principal: &Principal, named: MatchedBy, has_boundary: bool) -> bool {
        if named.intersects(MatchedBy::STAR) {
            return true;
        }
        let with_account = named.intersects(MatchedBy::ACCOUNT);
        match principal {
            Principal::User { .. } => !has_boundary && with_account && named.intersects(MatchedBy::DIRECTLY),
            Principal::RoleSession { .. } => {
                // The page's example spares one session, its advice names role and account: so a session
                // has to be named where sessions of its role are.
                let session_fits =
                    named.intersects(MatchedBy::DIRECTLY) || !self.names_sessions_like(principal);
                !has_boundary && with_account && named.intersects(MatchedBy::ROLE) && session_fits
            }
            Principal::FederatedUser { .. } => with_account && named.intersects(MatchedBy::DIRECTLY),
            Principal::Root { .. } => with_account,
            Principal::Service(_) | Principal::IdentityProvider(_) | Principal::Anonymous => named.any(),
        }
    }

    /// Whether a session of the same role is listed.
    fn names_sessions_like(&self, principal: &Principal) -> bool {
        let Some((own, _)) = own_arn(principal).and_then(|arn| arn.rsplit_once('/')) else {
            return false;
        };
        self.patterns.iter().any(|pattern| match pattern {
            PrincipalPattern::Exactly(listed) => listed.rsplit_once('/').is_some_and(|(role, _)| role == own),
            _ => false,
        })
    }
}

impl PrincipalPattern {
    fn compile(kind: PrincipalType, text: &str) -> PrincipalPattern {
        match (kind, text) {
            (PrincipalType::Aws, "*") => PrincipalPattern::Everyone,
            (PrincipalType::Aws, account) if is_account_id(account) => {
                PrincipalPattern::Account(account.into())
            }
            (PrincipalType::Aws, text) => match text.parse::<Arn>() {
                Ok(arn) if arn.service() == "iam" && arn.resource() == "root" => {
                    PrincipalPattern::Account(arn.account_part().into())
                }
                Ok(arn) if arn.is_iam("role") => PrincipalPattern::Role(arn),
                Ok(arn) if arn.is_iam("user") => PrincipalPattern::User(arn),
                _ => PrincipalPattern::Exactly(text.into()),
            },
            (PrincipalType::Service | PrincipalType::Federated, "*") => PrincipalPattern::AnyOf(kind),
            (PrincipalType::Service, name) => PrincipalPattern::Service(name.into()),
            (PrincipalType::Federated, name) => PrincipalPattern::Federated(name.into()),
            (PrincipalType::CanonicalUser, _) => PrincipalPattern::Canonical,
        }
    }

    fn matched_by(&self, principal: &Principal, context: &Context) -> MatchedBy {
        let when = |matched: bool, by: MatchedBy| if matched { by } else { MatchedBy::NOTHING };
        match self {
            PrincipalPattern::Everyone => MatchedBy::STAR,
            PrincipalPattern::Account(wanted) => {
                when(account_of(principal) == Some(&**wanted), MatchedBy::ACCOUNT)
            }
            PrincipalPattern::Role(wanted) => when(is_session_of(principal, wanted), MatchedBy::ROLE),
            PrincipalPattern::User(wanted) => match principal {
                Principal::User { arn } => when(arn == wanted, MatchedBy::DIRECTLY),
                _ => when(is_federated_by(principal, wanted), MatchedBy::ROLE),
            },
            PrincipalPattern::Exactly(wanted) => {
                when(own_arn(principal) == Some(&**wanted), MatchedBy::DIRECTLY)
            }
            PrincipalPattern::AnyOf(kind) => {
                let any = match principal {
                    Principal::Service(_) => *kind == PrincipalType::Service,
                    Principal::IdentityProvider(_) => *kind == PrincipalType::Federated,
                    _ => false,
                };
                when(any, MatchedBy::STAR)
            }
            PrincipalPattern::Service(wanted) => when(
                matches!(principal, Principal::Service(name) if **name == **wanted),
                MatchedBy::DIRECTLY,
            ),
            PrincipalPattern::Federated(wanted) => {
                let vouched = match principal {
                    Principal::IdentityProvider(name) => **name == **wanted,
                    // "AWS STS federated user session principals" and web identity or SAML sessions
                    // carry their provider in the context.
                    Principal::RoleSession { .. } => {
                        matches!(context.get("aws:FederatedProvider"), Some([name]) if **name == **wanted)
                    }
                    _ => false,
                };
                when(vouched, MatchedBy::DIRECTLY)
            }
            PrincipalPattern::Canonical => MatchedBy::NOTHING,
        }
    }
}

/// The account's digits without making an [`AccountId`](crate::AccountId) of them.
pub(crate) fn account_of(principal: &Principal) -> Option<&str> {
    match principal {
        Principal::User { arn }
        | Principal::FederatedUser { arn, .. }
        | Principal::RoleSession { session: arn, .. } => Some(arn.account_part()),
        Principal::Root { account } => Some(account.as_str()),
        Principal::Service(_) | Principal::IdentityProvider(_) | Principal::Anonymous => None,
    }
}

fn own_arn(principal: &Principal) -> Option<&str> {
    match principal {
        Principal::User { arn }
        | Principal::FederatedUser { arn, .. }
        | Principal::RoleSession { session: arn, .. } => Some(arn.as_str()),
        _ => None,
    }
}

/// A session's ARN has no path; where the role's ARN is not known, account and name decide.
fn is_session_of(principal: &Principal, wanted: &Arn) -> bool {
    match principal {
        Principal::RoleSession { role: Some(role), .. } => role == wanted,
        Principal::RoleSession { session, role: None } => {
            session.partition() == wanted.partition()
                && session.account_part() == wanted.account_part()
                && session.iam_name() == wanted.iam_name()
        }
        _ => false,
    }
}

/// "If a resource-based policy grants permission to the ARN of the IAM user who federated, then requests made
/// by the federated user during the session are limited by an implicit deny in a permission boundary or session
/// policy" (IAM User Guide, "How AWS enforcement code logic evaluates requests to allow or deny access").
fn is_federated_by(principal: &Principal, wanted: &Arn) -> bool {
    match principal {
        Principal::FederatedUser { user: Some(user), .. } => user == wanted,
        Principal::FederatedUser { arn, user: None } => {
            let name = arn.resource().strip_prefix("federated-user/");
            wanted.partition() == arn.partition()
                && wanted.account_part() == arn.account_part()
                && name.is_some_and(|name| wanted.iam_name() == Some(name))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    fn matched(effect: &str, clause: &str, principal: &str, has_boundary: bool) -> MatchedBy {
        let text =
            format!(r#"{{"Statement": {{"Effect": "{effect}", {clause}, "Action": "*", "Resource": "*"}}}}"#);
        let document = Document::parse(&text).unwrap();
        let matcher = PrincipalMatcher::compile(document.statements[0].principal.as_ref().unwrap());
        let context = Context::new();
        let around = Surroundings {
            context: &context,
            has_boundary,
        };
        matcher.matched_by(&principal.parse().unwrap(), around, effect == "Deny")
    }

    const USER: &str = "arn:aws:iam::444455556666:user/bob";
    const SESSION: &str = "arn:aws:sts::444455556666:assumed-role/app/s1";

    // "AWS JSON policy elements: Principal"
    #[test]
    fn how_a_principal_is_named() {
        let by = |clause: &str, principal: &str| matched("Allow", clause, principal, false);
        for everyone in [r#""Principal": "*""#, r#""Principal": {"AWS": "*"}"#] {
            for principal in [
                USER,
                SESSION,
                "anonymous",
                "ec2.amazonaws.com",
                "arn:aws:iam::444455556666:root",
            ] {
                assert_eq!(by(everyone, principal), MatchedBy::STAR);
            }
        }
        for account in [
            r#""Principal": {"AWS": "444455556666"}"#,
            r#""Principal": {"AWS": "arn:aws:iam::444455556666:root"}"#,
        ] {
            assert_eq!(by(account, USER), MatchedBy::ACCOUNT);
            assert_eq!(by(account, SESSION), MatchedBy::ACCOUNT);
            assert_eq!(
                by(account, "arn:aws:iam::111122223333:user/bob"),
                MatchedBy::NOTHING
            );
            assert_eq!(by(account, "anonymous"), MatchedBy::NOTHING);
        }
        let role = r#""Principal": {"AWS": "arn:aws:iam::444455556666:role/path/app"}"#;
        assert_eq!(by(role, SESSION), MatchedBy::ROLE);
        assert_eq!(
            by(role, "arn:aws:sts::444455556666:assumed-role/other/s1"),
            MatchedBy::NOTHING
        );
        let session = format!(r#""Principal": {{"AWS": ["{SESSION}", "{USER}"]}}"#);
        assert_eq!(by(&session, SESSION), MatchedBy::DIRECTLY);
        assert_eq!(by(&session, USER), MatchedBy::DIRECTLY);
        assert_eq!(
            by(&session, "arn:aws:sts::444455556666:assumed-role/app/s2"),
            MatchedBy::NOTHING
        );
        // "You cannot use a wildcard to match part of a principal name or ARN."
        assert_eq!(
            by(
                r#""Principal": {"AWS": "arn:aws:iam::444455556666:user/*"}"#,
                USER
            ),
            MatchedBy::NOTHING
        );
        let service = r#""Principal": {"Service": ["ec2.amazonaws.com"]}"#;
        assert_eq!(by(service, "ec2.amazonaws.com"), MatchedBy::DIRECTLY);
        assert_eq!(by(service, "ecs.amazonaws.com"), MatchedBy::NOTHING);
        let provider = r#""Principal": {"Federated": "arn:aws:iam::444455556666:saml-provider/p"}"#;
        assert_eq!(
            by(provider, "arn:aws:iam::444455556666:saml-provider/p"),
            MatchedBy::DIRECTLY
        );
        assert_eq!(
            by(r#""Principal": {"CanonicalUser": "79a5"}"#, USER),
            MatchedBy::NOTHING
        );
    }

    // "How AWS enforcement code logic evaluates requests to allow or deny access", "IAM federated user sessions"
    #[test]
    fn a_federated_user_is_reached_by_the_user_who_federated() {
        let by = |clause: &str, principal: &str| matched("Allow", clause, principal, false);
        let bob = r#""Principal": {"AWS": "arn:aws:iam::444455556666:user/team/bob"}"#;
        let federated = "arn:aws:sts::444455556666:federated-user/bob";
        assert_eq!(by(bob, federated), MatchedBy::ROLE);
        assert_eq!(
            by(bob, "arn:aws:sts::444455556666:federated-user/alice"),
            MatchedBy::NOTHING
        );
        assert_eq!(
            by(bob, "arn:aws:sts::111122223333:federated-user/bob"),
            MatchedBy::NOTHING
        );
        let session = format!(r#""Principal": {{"AWS": "{federated}"}}"#);
        assert_eq!(by(&session, federated), MatchedBy::DIRECTLY);
        // Who federated is known, and is another than the name says.
        let document = Document::parse(&format!(
            r#"{{"Statement": {{"Effect": "Allow", {bob}, "Action": "*", "Resource": "*"}}}}"#
        ))
        .unwrap();
        let matcher = PrincipalMatcher::compile(document.statements[0].principal.as_ref().unwrap());
        let context = Context::new();
        let around = Surroundings {
            context: &context,
            has_boundary: false,
        };
        let known = |user: &str| Principal::FederatedUser {
            arn: "arn:aws:sts::444455556666:federated-user/guest".parse().unwrap(),
            user: Some(user.parse().unwrap()),
        };
        let by = |user: &str| matcher.matched_by(&known(user), around, false);
        assert_eq!(by("arn:aws:iam::444455556666:user/team/bob"), MatchedBy::ROLE);
        assert_eq!(by("arn:aws:iam::444455556666:user/bob"), MatchedBy::NOTHING);
    }

    #[test]
    fn a_known_role_arn_decides_with_its_path() {
        let document = Document::parse(
            r#"{"Statement": {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:role/path/app"}, "Action": "*"}}"#,
        )
        .unwrap();
        let matcher = PrincipalMatcher::compile(document.statements[0].principal.as_ref().unwrap());
        let context = Context::new();
        let around = Surroundings {
            context: &context,
            has_boundary: false,
        };
        let by = |role: &str| {
            let principal = Principal::session_of(&role.parse().unwrap(), "s").unwrap();
            matcher.matched_by(&principal, around, false)
        };
        assert_eq!(by("arn:aws:iam::444455556666:role/path/app"), MatchedBy::ROLE);
        assert_eq!(by("arn:aws:iam::444455556666:role/app"), MatchedBy::NOTHING);
    }

    // "AWS JSON policy elements: NotPrincipal", key points
    #[test]
    fn a_deny_spares_whom_it_names_with_the_account() {
        let denied =
            |clause: &str, principal: &str, boundary| matched("Deny", clause, principal, boundary).any();
        let bob = format!(r#""NotPrincipal": {{"AWS": ["{USER}", "arn:aws:iam::444455556666:root"]}}"#);
        assert!(!denied(&bob, USER, false));
        assert!(denied(&bob, "arn:aws:iam::444455556666:user/alice", false));
        assert!(denied(&bob, SESSION, false));
        assert!(denied(&bob, "anonymous", false));
        assert!(
            denied(&bob, USER, true),
            "a principal with a boundary is always denied"
        );
        let without_account = format!(r#""NotPrincipal": {{"AWS": "{USER}"}}"#);
        assert!(denied(&without_account, USER, false));
        let role = format!(
            r#""NotPrincipal": {{"AWS": ["{SESSION}", "arn:aws:iam::444455556666:role/app", "arn:aws:iam::444455556666:root"]}}"#
        );
        assert!(!denied(&role, SESSION, false));
        assert!(denied(
            &role,
            "arn:aws:sts::444455556666:assumed-role/other/s",
            false
        ));
        let another = "arn:aws:sts::444455556666:assumed-role/app/s2";
        assert!(denied(&role, another, false), "another session of the role");
        let role_and_account =
            r#""NotPrincipal": {"AWS": ["arn:aws:iam::444455556666:role/app", "444455556666"]}"#;
        assert!(!denied(role_and_account, SESSION, false));
        let service = r#""NotPrincipal": {"Service": "cloudtrail.amazonaws.com"}"#;
        assert!(!denied(service, "cloudtrail.amazonaws.com", false));
        assert!(denied(service, "ec2.amazonaws.com", false));
    }

    #[test]
    fn an_allow_with_not_principal_reaches_everyone_else() {
        let bob = format!(r#""NotPrincipal": {{"AWS": "{USER}"}}"#);
        assert_eq!(matched("Allow", &bob, USER, false), MatchedBy::NOTHING);
        assert_eq!(matched("Allow", &bob, "anonymous", false), MatchedBy::STAR);
    }
}
