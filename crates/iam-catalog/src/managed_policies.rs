//! AWS managed policies: the documents that AWS keeps under `arn:aws:iam::aws:policy`, all of them, in the default
//! version of the day that [`managed_policies_source`] names.

mod embedded;

use crate::Provenance;
use embedded::{Place, embedded};

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
    place: Place,
}

impl ManagedPolicy {
    /// The policy document, JSON without white space. The first one of a block of some hundred takes about two
    /// milliseconds, which unpacks the block; every other is a look-up.
    pub fn document(&self) -> &'static str {
        embedded().document(self.place)
    }
}

/// Where the managed policies come from, and as of when.
pub fn managed_policies_source() -> Provenance {
    embedded().source
}

/// All of them, ordered by name.
pub fn managed_policies() -> impl ExactSizeIterator<Item = ManagedPolicy> {
    embedded().policies.iter().copied()
}

/// Those whose names a pattern stands for, in any case: `*` is any characters, `?` one. Ordered by name.
pub fn managed_policies_matching(pattern: &str) -> impl Iterator<Item = ManagedPolicy> {
    managed_policies().filter(move |policy| crate::glob::matches(pattern, policy.name))
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
    find_managed_policy(name_or_arn).map(|policy| policy.document())
}

fn by_name(name: &str) -> Option<ManagedPolicy> {
    let policies = &embedded().policies;
    let found = policies.binary_search_by_key(&name, |policy| policy.name).ok()?;
    policies.get(found).copied()
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
        assert_eq!(managed_policy("ViewOnlyAccess"), Some(by_name.document()));
        for policy in managed_policies() {
            assert_eq!(find_managed_policy(policy.arn), Some(policy));
            assert_eq!(find_managed_policy(policy.name), Some(policy));
        }
    }

    #[test]
    fn found_by_wildcards_in_any_case() {
        let names = |pattern| {
            managed_policies_matching(pattern)
                .map(|policy| policy.name)
                .collect::<Vec<_>>()
        };
        assert_eq!(names("administratoraccess"), ["AdministratorAccess"]);
        assert!(names("*s3*").contains(&"AmazonS3ReadOnlyAccess"));
        assert!(names("*s3*").len() < names("*").len());
        assert_eq!(names("*").len(), managed_policies().len());
        assert!(names("nosuchpolicy").is_empty());
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
    fn names_are_unique_and_every_document_is_a_policy_in_the_current_language() {
        let mut names: Vec<_> = managed_policies().map(|policy| policy.name).collect();
        assert!(names.len() >= 1_500, "{}", names.len());
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), managed_policies().len());
        for policy in managed_policies() {
            let document = iam_policy::Document::parse(policy.document())
                .unwrap_or_else(|wrong| panic!("{}: {wrong:?}", policy.name));
            assert_eq!(document.version, iam_policy::Version::V2012, "{}", policy.name);
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
            let number = policy.version.strip_prefix('v').unwrap();
            assert!(number.parse::<u32>().unwrap() >= 1, "{}", policy.name);
        }
    }

    /// Paths as the AWS Managed Policy Reference shows them in the policies' ARNs.
    #[test]
    fn arns_have_their_paths() {
        for (name, arn) in [
            (
                "AdministratorAccess",
                "arn:aws:iam::aws:policy/AdministratorAccess",
            ),
            (
                "AWSLambdaBasicExecutionRole",
                "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
            ),
            (
                "AWSSupportServiceRolePolicy",
                "arn:aws:iam::aws:policy/aws-service-role/AWSSupportServiceRolePolicy",
            ),
            (
                "DatabaseAdministrator",
                "arn:aws:iam::aws:policy/job-function/DatabaseAdministrator",
            ),
            (
                "IAMAuditRootUserCredentials",
                "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials",
            ),
        ] {
            assert_eq!(find_managed_policy(name).map(|policy| policy.arn), Some(arn));
        }
    }

    #[test]
    fn the_source_is_told() {
        let source = managed_policies_source();
        assert!(source.package.starts_with("moto "), "{source:?}");
        let newest = managed_policies().map(|policy| policy.updated).max().unwrap();
        assert!(newest.starts_with(source.as_of), "{source:?}");
        assert!(
            include_str!("../data/README.md").contains(source.as_of),
            "{source:?}"
        );
    }

    #[test]
    fn administrator_access_is_everything() {
        assert_eq!(
            managed_policy("AdministratorAccess"),
            Some(r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#)
        );
    }
}
