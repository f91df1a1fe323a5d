//! No version, or the old one. AWS refuses such managed policies ("Policy document must be version 2012-10-17 or
//! greater"). IAM User Guide, "IAM JSON policy elements: Version"; validation check Missing version.

use iam_policy::{Document, Version};

use super::{Report, Rule};
use crate::{Fix, Level};
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "version-old",
    level: Level::Warning,
    about: "The document is of the old version of the language.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.document.version != Version::V2008 {
        return;
    }
    let (span, message, help, fix) = match subject.document.version_span {
        None => (
            subject.document.span,
            "the document has no Version, which means 2008-10-17",
            "add \"Version\": \"2012-10-17\"",
            Fix::AddVersion {
                span: subject.document.span,
            },
        ),
        Some(span) => (
            span,
            "2008-10-17 is the old version of the policy language",
            "write \"2012-10-17\"",
            Fix::Replace {
                span,
                value: Version::V2012.as_str().to_owned(),
            },
        ),
    };
    // With variables the document would say something else: that is `variables-need-version`'s.
    if has_dollar(subject.document) {
        report.say(span, message, help);
    } else {
        report.say_with_fix(span, message, help, fix);
    }
}

/// Whether some text could be read as a variable.
fn has_dollar(document: &Document) -> bool {
    document.statements.iter().any(|statement| {
        let resources = statement.resource.iter().flat_map(|clause| clause.resources.texts());
        let values = statement
            .conditions
            .iter()
            .flat_map(|condition| condition.values.texts());
        resources.chain(values).any(|text| text.contains("${"))
    })
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
