//! AWS managed policies: the documents that AWS keeps under `arn:aws:iam::aws:policy`.
//! A choice of them, in the default version of the day that `data/README.md` names.

mod table;

/// An AWS managed policy in its default version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ManagedPolicy {
    /// For example `arn:aws:iam::aws:policy/job-function/ViewOnlyAccess`; always in the partition `aws`.
    pub arn: &'static str,
    /// Begins and ends with `/`.
    pub path: &'static str,
    /// Unique among AWS managed policies, whatever the path.
    pub name: &'static str,
    /// The default version's id, `v1` and up.
    pub version: &'static str,
    /// When AWS first published the policy, RFC 3339 in UTC.
    pub created: &'static str,
    /// When AWS published the default version, RFC 3339 in UTC.
    pub updated: &'static str,
    /// The policy document, JSON.
    pub document: &'static str,
}

/// One line of the table. A macro because `include_str!` and `concat!` want literals.
macro_rules! policy {
    ($path:literal, $name:literal, $version:literal, $created:literal, $updated:literal) => {
        ManagedPolicy {
            arn: concat!("arn:aws:iam::aws:policy", $path, $name),
            path: $path,
            name: $name,
            version: $version,
            created: $created,
            updated: $updated,
            document: include_str!(concat!("../../data/managed-policies/", $name, ".json")),
        }
    };
}
use policy;

/// The embedded policies, ordered by name.
pub fn managed_policies() -> impl Iterator<Item = ManagedPolicy> {
    table::POLICIES.iter().copied()
}

/// The policy with this name, or this ARN in any partition.
pub fn find_managed_policy(name_or_arn: &str) -> Option<ManagedPolicy> {
    let name = match name_or_arn.strip_prefix("arn:") {
        None => name_or_arn,
        Some(rest) => {
            let (partition, rest) = rest.split_once(':')?;
            if !partition.starts_with("aws") {
                return None;
            }
            let path_and_name = rest.strip_prefix("iam::aws:policy")?;
            let name = path_and_name.rsplit('/').next()?;
            let policy = by_name(name)?;
            // A right name under a wrong path is another ARN, and AWS knows no such policy.
            return (path_and_name.strip_suffix(name) == Some(policy.path)).then_some(policy);
        }
    };
    by_name(name)
}

/// The document of the policy with this name or ARN.
pub fn managed_policy(name_or_arn: &str) -> Option<&'static str> {
    find_managed_policy(name_or_arn).map(|policy| policy.document)
}

fn by_name(name: &str) -> Option<ManagedPolicy> {
    managed_policies().find(|policy| policy.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn found_by_name_and_by_arn() {
        let by_name = find_managed_policy("ViewOnlyAccess").unwrap();
        assert_eq!(by_name.arn, "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess");
        assert_eq!(find_managed_policy(by_name.arn), Some(by_name));
        assert_eq!(
            find_managed_policy("arn:aws-cn:iam::aws:policy/job-function/ViewOnlyAccess"),
            Some(by_name)
        );
        assert_eq!(managed_policy("ViewOnlyAccess"), Some(by_name.document));
    }

    #[test]
    fn another_path_or_account_is_another_policy() {
        assert_eq!(
            find_managed_policy("arn:aws:iam::aws:policy/ViewOnlyAccess"),
            None
        );
        assert_eq!(
            find_managed_policy("arn:aws:iam::111122223333:policy/AdministratorAccess"),
            None
        );
        assert_eq!(find_managed_policy("arn:aws:s3:::AdministratorAccess"), None);
        assert_eq!(find_managed_policy("administratoraccess"), None);
    }

    #[test]
    fn names_are_unique_and_every_document_is_current_policy_language() {
        let mut names: Vec<_> = managed_policies().map(|policy| policy.name).collect();
        assert!(names.len() >= 36, "{}", names.len());
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), managed_policies().count());
        for policy in managed_policies() {
            assert!(
                policy.document.contains("\"Version\": \"2012-10-17\""),
                "{}",
                policy.name
            );
            assert!(
                policy.path.starts_with('/') && policy.path.ends_with('/'),
                "{}",
                policy.name
            );
            assert!(
                policy.created.ends_with('Z') && policy.created <= policy.updated,
                "{}",
                policy.name
            );
        }
    }

    #[test]
    fn administrator_access_is_everything() {
        let document: String = managed_policy("AdministratorAccess")
            .unwrap()
            .split_whitespace()
            .collect();
        assert_eq!(
            document,
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#
        );
    }
}
