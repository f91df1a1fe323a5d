//! Who asks, told from the text of an ARN or a name.
//! IAM User Guide, "AWS JSON policy elements: Principal"; "IAM identifiers".

use std::fmt;
use std::str::FromStr;

use crate::arn::{AccountId, Arn};

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Principal {
    /// An IAM user: `arn:aws:iam::111122223333:user/path/name`.
    User {
        /// The user's ARN.
        arn: Arn,
    },
    /// A session of a role: `arn:aws:sts::111122223333:assumed-role/name/session`.
    RoleSession {
        /// The session's ARN.
        session: Arn,
        /// The role's own ARN, with its path, where it is known: a session's ARN has no path.
        role: Option<Arn>,
    },
    /// The root user of an account.
    Root {
        /// The account.
        account: AccountId,
    },
    /// A session made with GetFederationToken: `arn:aws:sts::111122223333:federated-user/name`.
    FederatedUser {
        /// The session's ARN.
        arn: Arn,
        /// The IAM user who federated, where it is known; otherwise the one of the session's name is taken
        /// for it, as "this session's ARN is based on the original identity that was federated".
        user: Option<Arn>,
    },
    /// A service principal: `ec2.amazonaws.com`.
    Service(String),
    /// Somebody whom an identity provider vouches for, before a role is assumed: the provider's ARN, or
    /// the name of a well-known one (`accounts.google.com`).
    IdentityProvider(String),
    /// Nobody in particular: an unsigned request.
    Anonymous,
}

/// Why a text does not name a principal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrincipalError {
    /// A role acts through a session.
    #[error("`{role}` is a role; what asks is a session of it, such as {session}")]
    RoleWithoutSession {
        /// The role's ARN.
        role: Arn,
        /// What a session's ARN looks like.
        session: String,
    },
    /// Nothing that can make a request.
    #[error(
        "`{text}` is not a principal: a user's, role session's or root ARN, a service such as ec2.amazonaws.com, an identity provider, or `anonymous`"
    )]
    Unknown {
        /// The text as given.
        text: String,
    },
}

/// Identity providers that are named by a domain, not by an ARN.
const KNOWN_PROVIDERS: [&str; 4] = [
    "accounts.google.com",
    "cognito-identity.amazonaws.com",
    "graph.facebook.com",
    "www.amazon.com",
];

impl FromStr for Principal {
    type Err = PrincipalError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || PrincipalError::Unknown {
            text: text.to_owned(),
        };
        if text.eq_ignore_ascii_case("anonymous") {
            return Ok(Principal::Anonymous);
        }
        if KNOWN_PROVIDERS.contains(&text) {
            return Ok(Principal::IdentityProvider(text.to_owned()));
        }
        let Ok(arn) = text.parse::<Arn>() else {
            let service = [".amazonaws.com", ".amazonaws.com.cn", ".amazon.com"]
                .iter()
                .any(|end| text.ends_with(end));
            return if service {
                Ok(Principal::Service(text.to_owned()))
            } else {
                Err(unknown())
            };
        };
        let account = arn.account();
        match (arn.service(), arn.resource_type(), account) {
            ("iam", None, Some(account)) if arn.resource() == "root" => Ok(Principal::Root { account }),
            ("iam", Some("user"), Some(_)) => Ok(Principal::User { arn }),
            ("iam", Some("role"), Some(account)) => {
                let name = arn.iam_name().unwrap_or_default();
                let session = format!(
                    "arn:{}:sts::{account}:assumed-role/{name}/SESSION",
                    arn.partition()
                );
                Err(PrincipalError::RoleWithoutSession { role: arn, session })
            }
            ("iam", Some("saml-provider" | "oidc-provider"), Some(_)) => {
                Ok(Principal::IdentityProvider(text.to_owned()))
            }
            ("sts", Some("assumed-role"), Some(_)) if arn.role_session().is_some() => {
                Ok(Principal::RoleSession {
                    session: arn,
                    role: None,
                })
            }
            ("sts", Some("federated-user"), Some(_)) => Ok(Principal::FederatedUser { arn, user: None }),
            _ => Err(unknown()),
        }
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Principal::User { arn } | Principal::FederatedUser { arn, .. } => f.pad(arn.as_str()),
            Principal::RoleSession { session, .. } => f.pad(session.as_str()),
            Principal::Root { account } => f.pad(Arn::account_root(account).as_str()),
            Principal::Service(name) | Principal::IdentityProvider(name) => f.pad(name),
            Principal::Anonymous => f.pad("anonymous"),
        }
    }
}

impl Principal {
    /// A session of `role`, whose ARN is made from the role's.
    ///
    /// # Errors
    /// When `role` is not a role's ARN or `session_name` is empty.
    pub fn session_of(role: &Arn, session_name: &str) -> Result<Principal, PrincipalError> {
        let unknown = || PrincipalError::Unknown {
            text: format!("{role} {session_name}"),
        };
        let name = role
            .iam_name()
            .filter(|_| role.is_iam("role"))
            .ok_or_else(unknown)?;
        let resource = format!("assumed-role/{name}/{session_name}");
        let session = Arn::from_parts(role.partition(), "sts", "", role.account_part(), &resource)
            .ok()
            .filter(|arn| arn.role_session().is_some())
            .ok_or_else(unknown)?;
        Ok(Principal::RoleSession {
            session,
            role: Some(role.clone()),
        })
    }

    /// The account that the principal belongs to, if it belongs to one.
    pub fn account(&self) -> Option<AccountId> {
        match self {
            Principal::User { arn } | Principal::FederatedUser { arn, .. } => arn.account(),
            Principal::RoleSession { session, .. } => session.account(),
            Principal::Root { account } => Some(account.clone()),
            Principal::Service(_) | Principal::IdentityProvider(_) | Principal::Anonymous => None,
        }
    }

    /// Whether this is a session of a service-linked role: those have the path `/aws-service-role/`, and
    /// names beginning with `AWSServiceRoleFor` (IAM User Guide, "Create a service-linked role").
    pub fn is_service_linked(&self) -> bool {
        match self {
            Principal::RoleSession { role: Some(role), .. } => role
                .iam_path()
                .is_some_and(|path| path.starts_with("/aws-service-role/")),
            Principal::RoleSession { session, role: None } => session
                .iam_name()
                .is_some_and(|name| name.starts_with("AWSServiceRoleFor")),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn principals_are_told_from_their_text() {
        let kind = |text: &str| text.parse::<Principal>().unwrap();
        assert!(matches!(
            kind("arn:aws:iam::111122223333:user/a/b"),
            Principal::User { .. }
        ));
        assert!(matches!(
            kind("arn:aws:sts::111122223333:assumed-role/app/s1"),
            Principal::RoleSession { .. }
        ));
        assert!(matches!(
            kind("arn:aws:iam::111122223333:root"),
            Principal::Root { .. }
        ));
        assert!(matches!(
            kind("arn:aws:sts::111122223333:federated-user/bob"),
            Principal::FederatedUser { .. }
        ));
        assert!(matches!(kind("ec2.amazonaws.com"), Principal::Service(_)));
        assert!(matches!(
            kind("cognito-identity.amazonaws.com"),
            Principal::IdentityProvider(_)
        ));
        assert!(matches!(
            kind("arn:aws:iam::111122223333:saml-provider/x"),
            Principal::IdentityProvider(_)
        ));
        assert!(matches!(kind("anonymous"), Principal::Anonymous));
        let role = "arn:aws:iam::111122223333:role/p/app"
            .parse::<Principal>()
            .unwrap_err();
        assert!(
            role.to_string()
                .contains("arn:aws:sts::111122223333:assumed-role/app/SESSION")
        );
        for text in [
            "",
            "bob",
            "arn:aws:s3:::bucket",
            "arn:aws:sts::111122223333:assumed-role/app",
            "example.com",
        ] {
            assert!(text.parse::<Principal>().is_err(), "{text}");
        }
    }
}
