//! Members of a family of resources: what a wildcard in a case's resource is asked with.
//!
//! There are no end of objects in `arn:aws:s3:::reports/*`. Asked are: the pattern's own text; the pattern with its
//! wildcards filled in, by nothing, by a character, by a name that nobody has written, by a path; and for each resource
//! pattern of the policies that it has members in common with, one of these. So an Allow that does not cover the family,
//! or a Deny that bites into it, is met with wherever a pattern of the policies makes the difference.

use std::collections::BTreeSet;

use iam_catalog::{Action, ResourceType};
use iam_policy::Arn;

use super::glob::{FRESH, Token, tokens, witness};

/// What a wildcard is filled in with.
const FILLINGS: [&str; 4] = [FRESH, "", "x", "Zq7x0/x.y"];

/// The patterns of the policies' `Resource` and `NotResource`, each once.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    patterns: Vec<(String, Vec<Token>)>,
}

impl Patterns {
    pub(super) fn new<'t>(texts: impl IntoIterator<Item = &'t str>) -> Patterns {
        let unique: BTreeSet<&str> = texts.into_iter().collect();
        Patterns {
            patterns: unique
                .into_iter()
                .map(|text| (text.to_owned(), tokens(text)))
                .collect(),
        }
    }
}

/// A family, and those of its members that are asked about whatever the action.
#[derive(Debug)]
pub(super) struct Family {
    text: String,
    members: Vec<String>,
}

/// Whether a resource is a family.
pub(super) fn is_family(resource: &str) -> bool {
    resource.contains(['*', '?'])
}

impl Family {
    /// `account` is whose the resources are where the pattern leaves it open.
    pub(super) fn new(text: &str, account: &str, patterns: &Patterns) -> Family {
        let wanted = tokens(text);
        let filled = FILLINGS.iter().map(|filling| filled_in(text, account, filling));
        let shared = patterns
            .patterns
            .iter()
            .filter(|(pattern, _)| !pattern.bytes().all(|byte| byte == b'*'))
            .filter_map(|(_, pattern)| witness(&wanted, pattern))
            // A pattern such as `arn:aws:sqs:*:*:a` leaves open what no ARN does.
            .map(|text| with_account(&text, account));
        let mut members: Vec<String> = Vec::new();
        for member in filled.chain(shared) {
            if member != text && member.parse::<Arn>().is_ok() && !members.contains(&member) {
                members.push(member);
            }
        }
        Family {
            text: text.to_owned(),
            members,
        }
    }

    /// The members that an action can be about, the family's own text first. What AWS is known to name otherwise, as a
    /// bucket's name is no object's, is left out.
    pub(super) fn members_for(&self, action: Option<Action>, account: &str) -> Vec<String> {
        let mut all = vec![self.text.clone()];
        let Some(action) = action else {
            all.extend(self.members.iter().cloned());
            return all;
        };
        let types: Vec<ResourceType> = action
            .resource_types()
            .map(|resource| resource.resource_type)
            .collect();
        if types.is_empty() {
            // It acts on no resource: there is nothing but `*` to ask about.
            return all;
        }
        let fits = |member: &&String| types.iter().any(|kind| kind.may_be(member));
        all.extend(self.members.iter().filter(fits).cloned());
        if self.text == "*" {
            let formats = types.iter().flat_map(|kind| kind.arn_formats());
            all.extend(formats.map(|format| of_format(format.as_str(), account)));
        }
        all
    }
}

/// The pattern with its wildcards filled in; partition, region and account with what they can be.
fn filled_in(pattern: &str, account: &str, filling: &str) -> String {
    let mut text = String::new();
    let mut colons = 0;
    for character in pattern.chars() {
        match character {
            '*' => text.push_str(match colons {
                1 => "aws",
                3 => "us-east-1",
                4 => account,
                _ => filling,
            }),
            '?' => text.push('x'),
            other => {
                colons += usize::from(other == ':');
                text.push(other);
            }
        }
    }
    text
}

/// A witness whose region and account were left open, with such as there can be.
fn with_account(text: &str, account: &str) -> String {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    match parts.as_slice() {
        [arn, partition, service, region, owner, rest] => {
            let partition = if *partition == FRESH { "aws" } else { partition };
            let region = if *region == FRESH { "us-east-1" } else { region };
            let owner = if *owner == FRESH { account } else { owner };
            [*arn, partition, service, region, owner, rest].join(":")
        }
        _ => text.to_owned(),
    }
}

/// An ARN of this form.
fn of_format(format: &str, account: &str) -> String {
    let mut text = String::new();
    let mut rest = format;
    while let Some((before, behind)) = rest.split_once("${") {
        let (name, behind) = behind.split_once('}').unwrap_or((behind, ""));
        text.push_str(before);
        text.push_str(match name {
            "Partition" => "aws",
            "Region" => "us-east-1",
            "Account" => account,
            _ => FRESH,
        });
        rest = behind;
    }
    text + &rest.replace('*', FRESH)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = "111122223333";

    fn members(text: &str, patterns: &[&str], action: &str) -> Vec<String> {
        let patterns = Patterns::new(patterns.iter().copied());
        Family::new(text, ACCOUNT, &patterns).members_for(iam_catalog::action(action), ACCOUNT)
    }

    #[test]
    fn a_pattern_of_the_policies_has_a_member() {
        let objects = members(
            "arn:aws:s3:::reports/*",
            &["arn:aws:s3:::reports/private/*", "arn:aws:s3:::logs/*", "*"],
            "s3:GetObject",
        );
        assert_eq!(
            objects,
            [
                "arn:aws:s3:::reports/*",
                "arn:aws:s3:::reports/Zq7x0",
                "arn:aws:s3:::reports/x",
                "arn:aws:s3:::reports/Zq7x0/x.y",
                "arn:aws:s3:::reports/private/Zq7x0",
            ]
        );
    }

    #[test]
    fn only_what_the_action_can_be_about() {
        let buckets = members("arn:aws:s3:::re*", &["arn:aws:s3:::reports/*"], "s3:ListBucket");
        assert!(
            buckets.iter().skip(1).all(|member| !member.contains('/')),
            "{buckets:?}"
        );
        assert!(
            buckets.contains(&"arn:aws:s3:::reZq7x0".to_owned()),
            "{buckets:?}"
        );
        assert_eq!(members("*", &["arn:aws:s3:::a/*"], "s3:ListAllMyBuckets"), ["*"]);
    }

    #[test]
    fn a_star_is_everything_that_the_action_can_be_about() {
        let objects = members("*", &["arn:aws:s3:::a/*"], "s3:GetObject");
        assert!(
            objects.contains(&"arn:aws:s3:::a/Zq7x0".to_owned()),
            "{objects:?}"
        );
        assert!(
            objects.contains(&"arn:aws:s3:::Zq7x0/Zq7x0".to_owned()),
            "{objects:?}"
        );
    }

    #[test]
    fn regions_and_accounts_are_such_as_there_are() {
        let queues = members(
            "arn:aws:sqs:*:*:orders-*",
            &["arn:aws:sqs:*:*:orders-eu"],
            "sqs:SendMessage",
        );
        let wanted = "arn:aws:sqs:us-east-1:111122223333:orders-eu".to_owned();
        assert!(queues.contains(&wanted), "{queues:?}");
    }
}
