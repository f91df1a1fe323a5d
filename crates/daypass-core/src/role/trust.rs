//! Whom a role trusts, as people write it, and the trust policy that says so.

use std::fmt;
use std::str::FromStr;

use iam_policy::{AccountId, Arn, Document, Statement};
use jiff::Timestamp;
use thiserror::Error;

use crate::expiry::instant;

/// GitHub's identity provider, by the name under which IAM keeps it.
pub const GITHUB_PROVIDER: &str = "token.actions.githubusercontent.com";
/// The audience of the tokens that GitHub Actions ask for AWS (IAM User Guide, "Create a role for OpenID Connect
/// federation", "Configuring a role for GitHub OIDC identity provider").
const GITHUB_AUDIENCE: &str = "sts.amazonaws.com";

/// Who may assume a role: `me`, an ARN, an account, `service:NAME`, `github:OWNER/REPO`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trust {
    /// Whoever makes the role.
    Me,
    /// A user, a role with all of its sessions, a session, or an account by its root's ARN.
    Principal(Arn),
    /// Everybody in the account whose own policies allow it.
    Account(AccountId),
    /// A service of AWS's, by its principal: `ec2.amazonaws.com`.
    Service(String),
    /// Workflows of a repository on GitHub.
    Github {
        /// `OWNER/REPO`.
        repository: String,
        /// What stands behind the repository in the token's subject: `*`, `ref:refs/heads/main`, `environment:prod`.
        filter: String,
    },
}

/// Why a text names nobody who can be trusted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TrustError {
    /// None of the forms.
    #[error("write me, an ARN, an account id, service:NAME, or github:OWNER/REPO")]
    Form,
    /// An ARN of something that assumes no role.
    #[error("{0} assumes no role: name a user, a role, a role's session, or an account")]
    Arn(Arn),
    /// Not the name of a service.
    #[error("`{0}` is no service: write it like service:ec2 or service:lambda.amazonaws.com")]
    Service(String),
    /// Not a repository. The owner must be named: a wildcard there would let in all of GitHub.
    #[error(
        "`{0}` is no repository: write it like github:octo-org/app, github:octo-org/app:ref:refs/heads/main or \
         github:octo-org/app:environment:production"
    )]
    Repository(String),
}

impl FromStr for Trust {
    type Err = TrustError;

    fn from_str(text: &str) -> Result<Self, TrustError> {
        let text = text.trim();
        if text == "me" {
            return Ok(Trust::Me);
        }
        if let Some(service) = text.strip_prefix("service:") {
            return service_principal(service);
        }
        if let Some(repository) = text.strip_prefix("github:") {
            return github(repository);
        }
        if let Ok(account) = text.parse::<AccountId>() {
            return Ok(Trust::Account(account));
        }
        let arn: Arn = text.parse().map_err(|_| TrustError::Form)?;
        let root = arn.service() == "iam" && arn.resource() == "root";
        let known = root || arn.is_iam("user") || arn.is_iam("role") || arn.role_session().is_some();
        match arn.account() {
            Some(account) if root => Ok(Trust::Account(account)),
            Some(_) if known => Ok(Trust::Principal(arn)),
            _ => Err(TrustError::Arn(arn)),
        }
    }
}

fn service_principal(name: &str) -> Result<Trust, TrustError> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    let wrong = name.is_empty() || !name.chars().all(plain) || name.starts_with('.') || name.ends_with('.');
    if wrong {
        return Err(TrustError::Service(name.to_owned()));
    }
    Ok(Trust::Service(if name.contains('.') {
        name.to_owned()
    } else {
        format!("{name}.amazonaws.com")
    }))
}

fn github(text: &str) -> Result<Trust, TrustError> {
    let wrong = || TrustError::Repository(text.to_owned());
    let (repository, filter) = text.split_once(':').unwrap_or((text, "*"));
    let (owner, name) = repository.split_once('/').ok_or_else(wrong)?;
    let of_owner = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let of_name = |c: char| of_owner(c) || c == '_' || c == '.';
    let of_filter = |c: char| c.is_ascii_graphic() && c != '"' && c != '\\' && c != '$';
    let fits = |part: &str, of: &dyn Fn(char) -> bool| !part.is_empty() && part.chars().all(of);
    if fits(owner, &of_owner) && fits(name, &of_name) && fits(filter, &of_filter) {
        Ok(Trust::Github {
            repository: repository.to_owned(),
            filter: filter.to_owned(),
        })
    } else {
        Err(wrong())
    }
}

impl fmt::Display for Trust {
    /// As it is written on the command line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trust::Me => f.pad("me"),
            Trust::Principal(arn) => f.pad(arn.as_str()),
            Trust::Account(account) => f.pad(account.as_str()),
            Trust::Service(name) => write!(f, "service:{name}"),
            Trust::Github { repository, filter } if filter == "*" => write!(f, "github:{repository}"),
            Trust::Github { repository, filter } => write!(f, "github:{repository}:{filter}"),
        }
    }
}

/// What a trust policy asks for beside the principal.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Demands<'a> {
    pub(super) mfa: bool,
    pub(super) external_id: Option<&'a str>,
    pub(super) session_tags: bool,
    pub(super) end: Option<Timestamp>,
}

/// The trust policy that lets in `trusted`, none of whom is [`Trust::Me`]: one statement for each kind of principal.
pub(super) fn trust_document(
    trusted: &[Trust],
    demands: Demands<'_>,
    partition: &str,
    account: &AccountId,
) -> Document {
    let principals: Vec<String> = trusted
        .iter()
        .filter_map(|trust| match trust {
            Trust::Principal(arn) => Some(arn.to_string()),
            Trust::Account(id) => Some(format!("arn:{partition}:iam::{id}:root")),
            _ => None,
        })
        .collect();
    let services: Vec<&str> = trusted
        .iter()
        .filter_map(|trust| match trust {
            Trust::Service(name) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    let subjects: Vec<String> = trusted
        .iter()
        .filter_map(|trust| match trust {
            Trust::Github { repository, filter } => Some(format!("repo:{repository}:{filter}")),
            _ => None,
        })
        .collect();
    let mut statements = Vec::new();
    if !principals.is_empty() {
        statements.push(principals_statement(&principals, demands));
        if demands.session_tags {
            // Worth nothing without the first one; and nothing says that AWS shows these two the external id.
            let tags = Statement::allow()
                .with_sid("DaypassSessionTags")
                .with_principal("AWS", principals)
                .with_actions(["sts:TagSession", "sts:SetSourceIdentity"]);
            statements.push(dated(tags, demands.end));
        }
    }
    if !services.is_empty() {
        // IAM User Guide, "The confused deputy problem", "Cross-service confused deputy prevention": the account on whose
        // behalf the service calls. Not every service tells it, and those that do not could not use the role if it were
        // asked for; whoever does must tell this account.
        let statement = Statement::allow()
            .with_sid("DaypassServices")
            .with_principal("Service", services)
            .with_actions(["sts:AssumeRole"])
            .with_condition("StringEqualsIfExists", "aws:SourceAccount", [account.as_str()]);
        statements.push(dated(statement, demands.end));
    }
    if !subjects.is_empty() {
        // IAM User Guide, "Create a role for OpenID Connect federation": without a condition on `sub` every repository on
        // GitHub could assume the role.
        let statement = Statement::allow()
            .with_sid("DaypassGithub")
            .with_principal(
                "Federated",
                [format!(
                    "arn:{partition}:iam::{account}:oidc-provider/{GITHUB_PROVIDER}"
                )],
            )
            .with_actions(["sts:AssumeRoleWithWebIdentity"])
            .with_condition(
                "StringEquals",
                &format!("{GITHUB_PROVIDER}:aud"),
                [GITHUB_AUDIENCE],
            )
            .with_condition("StringLike", &format!("{GITHUB_PROVIDER}:sub"), subjects);
        statements.push(dated(statement, demands.end));
    }
    Document::new(statements)
}

fn principals_statement(principals: &[String], demands: Demands<'_>) -> Statement {
    let mut statement = Statement::allow()
        .with_sid("DaypassPrincipals")
        .with_principal("AWS", principals)
        .with_actions(["sts:AssumeRole"]);
    if demands.mfa {
        // IAM User Guide, "Secure API access with MFA": the key is absent for long-term keys, where Bool does not hold.
        statement = statement.with_condition("Bool", "aws:MultiFactorAuthPresent", ["true"]);
    }
    if let Some(external_id) = demands.external_id {
        statement = statement.with_condition("StringEquals", "sts:ExternalId", [external_id]);
    }
    dated(statement, demands.end)
}

fn dated(statement: Statement, end: Option<Timestamp>) -> Statement {
    match end {
        Some(end) => statement.with_condition("DateLessThan", "aws:CurrentTime", [instant(end)]),
        None => statement,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use iam_policy::DocumentUse;

    fn document(trusted: &[&str], demands: Demands<'_>) -> String {
        let trusted: Vec<Trust> = trusted.iter().map(|text| text.parse().unwrap()).collect();
        let account = "111122223333".parse().unwrap();
        let document = trust_document(&trusted, demands, "aws", &account);
        assert_eq!(document.check_as(DocumentUse::Trust), Vec::new());
        document.to_json()
    }

    #[test]
    fn trusts_are_written_briefly() {
        for text in [
            "me",
            "111122223333",
            "arn:aws:iam::111122223333:user/teams/ann",
            "arn:aws:iam::111122223333:role/Admin",
            "arn:aws:sts::111122223333:assumed-role/Admin/ann",
            "service:ec2.amazonaws.com",
            "github:octo-org/app",
            "github:octo-org/app:environment:production",
        ] {
            let trust: Trust = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(trust.to_string(), text);
        }
        assert_eq!(
            "service:lambda".parse(),
            Ok(Trust::Service("lambda.amazonaws.com".to_owned()))
        );
        let root = "arn:aws:iam::111122223333:root".parse();
        assert_eq!(root, Ok(Trust::Account("111122223333".parse().unwrap())));
    }

    #[test]
    fn what_would_let_in_everybody_is_refused() {
        for text in [
            "",
            "*",
            "You",
            "arn:aws:iam::111122223333:group/x",
            "arn:aws:s3:::bucket",
            "service:",
            "service:EC2!",
            "github:octo-org",
            "github:*/app",
            "github:octo-org/*",
            "github:octo-org/app:",
            "github:octo-org/app:\"",
        ] {
            assert!(text.parse::<Trust>().is_err(), "{text}");
        }
    }

    // The trust policy of seed-like walkthroughs, nothing more: one principal, one action.
    #[test]
    fn a_user_alone() {
        insta::assert_snapshot!(document(
            &["arn:aws:iam::111122223333:user/ann"],
            Demands::default()
        ));
    }

    #[test]
    fn everything_at_once() {
        let demands = Demands {
            mfa: true,
            external_id: Some("abc"),
            session_tags: true,
            end: Some("2026-12-01T00:00:00.5Z".parse().unwrap()),
        };
        let trusted = [
            "444455556666",
            "arn:aws:iam::111122223333:user/ann",
            "service:ec2",
            "github:octo-org/app",
            "github:octo-org/lib:ref:refs/heads/main",
        ];
        insta::assert_snapshot!(document(&trusted, demands));
    }
}
