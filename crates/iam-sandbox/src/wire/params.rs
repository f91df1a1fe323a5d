//! Parameters of the AWS query protocol: a form whose names spell out lists and structures,
//! such as `Tags.member.2.Key=team` (IAM, STS) or `InstanceId.1=i-0` (EC2).

use std::collections::BTreeMap;

use crate::sigv4::query_pairs;

/// The parameters of one request, by their full name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Params {
    values: BTreeMap<String, String>,
}

impl Params {
    pub(crate) fn parse(form: &str) -> Params {
        Params {
            values: query_pairs(form).into_iter().collect(),
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// The names that were given, in their order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// Was anything given of a parameter: a value, an item of a list, a member of a structure?
    pub(crate) fn has(&self, name: &str) -> bool {
        let inner = format!("{name}.");
        self.values.contains_key(name)
            || self
                .values
                .range(inner.clone()..)
                .next()
                .is_some_and(|(key, _)| key.starts_with(&inner))
    }

    /// The values of a list, in the order of their numbers.
    pub(crate) fn list(&self, name: &str) -> Vec<&str> {
        self.members(name)
            .into_iter()
            .filter_map(|member| self.get(&member))
            .collect()
    }

    /// The full names of a list's members: `Tags.member.1`, `Tags.member.2`, or EC2's `Tag.1`.
    pub(crate) fn members(&self, name: &str) -> Vec<String> {
        let prefix = format!("{name}.");
        let mut numbers: Vec<(u32, String)> = self
            .values
            .range(prefix.clone()..)
            .take_while(|(key, _)| key.starts_with(&prefix))
            .filter_map(|(key, _)| {
                let rest = key.get(prefix.len()..)?;
                let (prefix, rest) = match rest.strip_prefix("member.") {
                    Some(rest) => (format!("{prefix}member."), rest),
                    None => (prefix.clone(), rest),
                };
                let number = rest.split('.').next()?;
                Some((number.parse().ok()?, format!("{prefix}{number}")))
            })
            .collect();
        numbers.sort();
        numbers.dedup();
        numbers.into_iter().map(|(_, member)| member).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_come_in_the_order_of_their_numbers() {
        let params = Params::parse(
            "Action=X&PolicyArns.member.10=c&PolicyArns.member.2=b&PolicyArns.member.1=a&InstanceId.1=i\
             &Tags.member.1.Key=k&Tags.member.1.Value=v",
        );
        assert_eq!(params.list("PolicyArns"), ["a", "b", "c"]);
        assert_eq!(params.list("InstanceId"), ["i"]);
        assert_eq!(params.members("Tags"), ["Tags.member.1"]);
        assert_eq!(params.get("Tags.member.1.Value"), Some("v"));
        assert!(params.list("Nothing").is_empty());
    }
}
