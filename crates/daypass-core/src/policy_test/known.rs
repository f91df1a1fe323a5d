//! Policies that AWS keeps, by name, and principals as people write them.

use iam_policy::{Arn, Principal, PrincipalError};

/// A policy of AWS's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownPolicy {
    /// Such as `ReadOnlyAccess`.
    pub name: &'static str,
    /// Its document, JSON without white space.
    pub document: &'static str,
    /// Its ARN, where principals can have it.
    pub arn: Option<&'static str>,
}

/// What is attached to every level of an organization unless somebody detaches it (AWS Organizations User Guide, "SCP
/// evaluation"; "RCP evaluation").
const OF_ORGANIZATIONS: [KnownPolicy; 2] = [
    KnownPolicy {
        name: "FullAWSAccess",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
        arn: None,
    },
    KnownPolicy {
        name: "RCPFullAWSAccess",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#,
        arn: None,
    },
];

/// AWS's policy of this name or ARN: a managed policy, or one of the two that every organization has.
pub fn aws_policy(name_or_arn: &str) -> Option<KnownPolicy> {
    if let Some(known) = OF_ORGANIZATIONS
        .into_iter()
        .find(|policy| policy.name == name_or_arn)
    {
        return Some(known);
    }
    let managed = iam_catalog::find_managed_policy(name_or_arn)?;
    Some(KnownPolicy {
        name: managed.name,
        document: managed.document(),
        arn: Some(managed.arn),
    })
}

/// Who asks, told from a text. A role's ARN stands for a session of it that is called `session`: so its path is known,
/// which no session's ARN has.
pub fn principal(text: &str) -> Result<Principal, PrincipalError> {
    match text.parse::<Principal>() {
        Err(PrincipalError::RoleWithoutSession { role, .. }) => of_role(&role),
        other => other,
    }
}

fn of_role(role: &Arn) -> Result<Principal, PrincipalError> {
    Principal::session_of(role, "session")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_by_name() {
        assert_eq!(aws_policy("FullAWSAccess").unwrap().arn, None);
        let managed = aws_policy("arn:aws:iam::aws:policy/ReadOnlyAccess").unwrap();
        assert_eq!(managed.name, "ReadOnlyAccess");
        assert_eq!(aws_policy("NoSuchPolicy"), None);
        for policy in OF_ORGANIZATIONS {
            iam_policy::Document::parse(policy.document).unwrap();
        }
    }

    #[test]
    fn a_role_is_a_session_of_it() {
        let session = principal("arn:aws:iam::111122223333:role/team/app").unwrap();
        assert_eq!(
            session.to_string(),
            "arn:aws:sts::111122223333:assumed-role/app/session"
        );
        assert!(principal("bob").is_err());
    }
}
