//! Actions and resources of a document as the catalog has them.
//! Service Authorization Reference, "Actions, resources, and condition keys for AWS services".

use iam_catalog::{Action, Service};
use iam_policy::Statement;

use super::wildcard;

/// The parts of a well-formed action: its service's prefix and its name or pattern.
pub(super) fn parts(action: &str) -> Option<(&str, &str)> {
    let (service, name) = action.split_once(':')?;
    let named = !service.is_empty()
        && !name.is_empty()
        && service
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !name.contains(':');
    named.then_some((service, name))
}

/// The service that an action names, if the catalog has it.
pub(super) fn service(action: &str) -> Option<Service> {
    iam_catalog::service(parts(action)?.0)
}

/// Whether it names one action.
pub(super) fn is_exact(action: &str) -> bool {
    !wildcard::is_pattern(action)
}

/// The actions that an entry of `Action` stands for; none for a lone `*`, which stands for those to come too.
pub(super) fn actions(entry: &str) -> impl Iterator<Item = Action> {
    let entry = if parts(entry).is_some() { entry } else { "" };
    iam_catalog::actions_matching(entry)
}

/// Whether an `Allow` or `Deny` of this statement is about the action, by name, pattern or `NotAction`.
pub(super) fn is_about(statement: &Statement, action: &str) -> bool {
    let clause = &statement.action;
    clause
        .actions
        .texts()
        .any(|pattern| wildcard::matches(pattern, action))
        != clause.negated
}

/// The day as of which the catalog is.
pub(super) fn as_of() -> &'static str {
    iam_catalog::source().as_of
}

/// The six parts of an ARN or a pattern of ARNs; a colon within `${...}` parts nothing.
pub(crate) fn arn(text: &str) -> Option<[&str; 6]> {
    let mut parts = [""; 6];
    let mut place = 0;
    let (mut start, mut depth, mut before) = (0, 0_usize, ' ');
    for (at, c) in text.char_indices() {
        match c {
            '{' if before == '$' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ':' if depth == 0 && place < 5 => {
                *parts.get_mut(place)? = text.get(start..at)?;
                place += 1;
                start = at + 1;
            }
            _ => {}
        }
        before = c;
    }
    *parts.get_mut(place)? = text.get(start..)?;
    (place == 5 && parts.first() == Some(&"arn")).then_some(parts)
}

/// A part of an ARN with what policy variables stand for left open.
pub(crate) fn opened(part: &str) -> String {
    let mut open = String::with_capacity(part.len());
    let mut rest = part;
    while let Some((before, behind)) = rest.split_once("${") {
        open.push_str(before);
        open.push('*');
        rest = behind.split_once('}').map_or("", |(_, behind)| behind);
    }
    open.push_str(rest);
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_are_cut_outside_of_variables() {
        assert_eq!(
            arn("arn:aws:s3:::${aws:username}:x/*"),
            Some(["arn", "aws", "s3", "", "", "${aws:username}:x/*"])
        );
        assert_eq!(arn("arn:aws:s3"), None);
        assert_eq!(arn("*"), None);
        assert_eq!(opened("${aws:username}/x"), "*/x");
    }

    #[test]
    fn an_entry_stands_for_actions() {
        assert_eq!(actions("s3:GetObject").count(), 1);
        assert!(actions("s3:Get*").count() > 20);
        assert_eq!(actions("*").count(), 0);
        assert_eq!(actions("s3*:GetObject").count(), 0);
    }
}
