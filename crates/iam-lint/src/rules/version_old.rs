//! No version, or the old one. AWS refuses such managed policies ("Policy document must be version 2012-10-17 or
//! greater"). IAM User Guide, "IAM JSON policy elements: Version"; validation check Missing version.

use iam_policy::Version;

use super::{Report, Rule};
use crate::Level;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "version-old",
    level: Level::Warning,
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.document.version != Version::V2008 {
        return;
    }
    match subject.document.version_span {
        None => report.say(
            subject.document.span,
            "the document has no Version, which means 2008-10-17",
            "add \"Version\": \"2012-10-17\"",
        ),
        Some(span) => report.say(
            span,
            "2008-10-17 is the old version of the policy language",
            "write \"2012-10-17\"",
        ),
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with};

    #[test]
    fn the_current_version_is_written() {
        let rule = super::RULE.id;
        let statement = r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#;
        let none = format!(r#"{{"Statement": {statement}}}"#);
        fires(rule, &none, Identity, &[&none]);
        let old = format!(r#"{{"Version": "2008-10-17", "Statement": {statement}}}"#);
        fires(rule, &old, Identity, &["\"2008-10-17\""]);
        silent(rule, &with(statement), Identity);
    }
}
