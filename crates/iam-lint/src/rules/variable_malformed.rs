//! `${` without its end, without a name, with spaces, or with a default that is not in single quotes: literal text.
//! IAM User Guide, "IAM policy validation check reference": Missing brace, Missing quote, Empty variable, Unsupported space.

use iam_policy::Version;

use super::{Report, Rule};
use crate::Level;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "variable-malformed",
    level: Level::Error,
    about: "A policy variable is not written as one.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.document.version == Version::V2008 {
        return;
    }
    for statement in subject.statements() {
        let resources = statement.resource.iter().flat_map(|clause| &clause.resources.values);
        let values = statement.conditions.iter().flat_map(|condition| &condition.values.values);
        for value in resources.chain(values) {
            if let Some((wrong, help)) = complaint(&value.text) {
                report.say(value.span, format!("the policy variable in `{}` {wrong}", value.text), help);
            }
        }
    }
}

fn complaint(text: &str) -> Option<(&'static str, &'static str)> {
    for rest in text.split("${").skip(1) {
        let Some((inside, _)) = rest.split_once('}') else {
            return Some(("has no closing brace", "write ${aws:username}"));
        };
        if matches!(inside, "*" | "?" | "$") {
            continue;
        }
        let (name, default) = inside.split_once(',').map_or((inside, None), |(name, default)| (name, Some(default.trim())));
        if name.trim().is_empty() {
            return Some(("is empty", "name a condition key, such as ${aws:username}"));
        }
        // Tags may have spaces in their keys.
        let before_tag = name.split('/').next().unwrap_or_default();
        if before_tag.contains(' ') {
            return Some(("has a space in its name", "write it without, such as ${aws:username}"));
        }
        if before_tag.contains(['*', '?', '$', '{', '(', ')', '"']) {
            return Some(("has characters that no condition key has", "write the name of a key, such as ${aws:username}"));
        }
        if default.is_some_and(|default| !(default.len() >= 2 && default.starts_with('\'') && default.ends_with('\''))) {
            return Some((
                "has a default without single quotes",
                "write ${aws:username, 'nobody'}",
            ));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn variables_are_whole() {
        let rule = super::RULE.id;
        let text = |value: &str| with(&allow("\"s3:*\"", &format!("\"arn:aws:s3:::{value}\""), ""));
        for wrong in [
            "${aws:username",
            "${}",
            "${aws: username}",
            "${aws:username, nobody}",
            "${aws:user*}",
        ] {
            fires(rule, &text(wrong), Identity, &[&format!("\"arn:aws:s3:::{wrong}\"")]);
        }
        for right in ["${aws:username}", "${aws:username, 'nobody'}", "${*}", "${aws:PrincipalTag/cost center}", "a$b"] {
            silent(rule, &text(right), Identity);
        }
        silent(rule, &text("${aws:username").replace("2012-10-17", "2008-10-17"), Identity);
    }
}
