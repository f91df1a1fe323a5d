//! A resource that is neither an ARN nor `*`. AWS refuses it ("Resource ... must be in ARN format or \"*\"").
//! IAM User Guide, "IAM JSON policy elements: Resource"; validation checks Invalid ARN prefix, Missing ARN field.

use super::{Report, Rule};
use crate::Level;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "resource-malformed",
    level: Level::Error,
    about: "A resource is neither an ARN nor `*`.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    let clauses = subject
        .statements()
        .filter_map(|statement| statement.resource.as_ref());
    for resource in clauses.flat_map(|clause| &clause.resources.values) {
        if let Some((wrong, help)) = complaint(&resource.text) {
            report.say(resource.span, format!("`{}` {wrong}", resource.text), help);
        }
    }
}

fn complaint(resource: &str) -> Option<(&'static str, &'static str)> {
    if resource == "*" {
        return None;
    }
    let mut parts = outside_variables(resource).into_iter();
    let mut next = || parts.next();
    if next() != Some("arn") {
        return Some((
            "is no ARN",
            "write arn:partition:service:region:account:resource, or * for all",
        ));
    }
    let (Some(partition), Some(service), Some(_region), Some(account), Some(rest)) =
        (next(), next(), next(), next(), next())
    else {
        return Some((
            "has fewer than six parts",
            "an ARN is arn:partition:service:region:account:resource",
        ));
    };
    if partition.is_empty() || service.is_empty() || rest.is_empty() {
        return Some((
            "has an empty part",
            "only region and account of an ARN may be empty, as in arn:aws:s3:::bucket",
        ));
    }
    if service.contains(['*', '?']) {
        return Some((
            "has a wildcard in the service",
            "name the service: AWS takes no wildcard there",
        ));
    }
    let is_pattern = account.contains(['*', '?', '$']);
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    // `aws` owns AWS managed policies, `cloudfront` its origin access identities.
    if !(account.is_empty()
        || is_pattern
        || is_account
        || account.bytes().all(|byte| byte.is_ascii_lowercase()))
    {
        return Some((
            "has no account id at its place",
            "an account id has twelve digits",
        ));
    }
    None
}

/// The parts between colons, six at most; a colon within `${...}` is none.
fn outside_variables(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    for (at, c) in text.char_indices() {
        match c {
            '{' if text.get(..at).is_some_and(|before| before.ends_with('$')) => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ':' if depth == 0 && parts.len() < 5 => {
                parts.extend(text.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.extend(text.get(start..));
    parts
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with};

    #[test]
    fn a_resource_is_an_arn() {
        let rule = super::RULE.id;
        let text = |resource: &str| {
            with(&format!(
                r#"{{"Effect": "Allow", "Action": "s3:*", "Resource": "{resource}"}}"#
            ))
        };
        for wrong in [
            "my-bucket",
            "arn:aws:s3::my-bucket",
            "arn:aws:s3:::",
            "arn::s3:::b",
            "arn:aws:*:::b",
            "arn:aws:iam::1111222233:role/x",
            "arn:aws:iam::1111-2222-3333:role/x",
            "s3://bucket/key",
            "",
        ] {
            fires(rule, &text(wrong), Identity, &[&format!("\"{wrong}\"")]);
        }
        for right in [
            "*",
            "arn:aws:s3:::my-bucket/*",
            "arn:*:s3:::b",
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
            "arn:aws:iam::*:role/x",
            "arn:aws:dynamodb:${aws:RequestedRegion}:111122223333:table/a",
            "arn:aws:s3:::${aws:username}",
            "arn:aws:sns:us-east-1:111122223333:topic:a:b",
        ] {
            silent(rule, &text(right), Identity);
        }
    }
}
