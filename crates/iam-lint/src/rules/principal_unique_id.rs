//! The unique id of a user or role as a principal: what it once stood for is gone, or better named by ARN.
//! IAM User Guide, "IAM policy validation check reference": Invalid role reference, Invalid user reference.

use iam_policy::PrincipalType;

use super::{Report, Rule};
use crate::Level;
use super::principals;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "principal-unique-id",
    level: Level::Warning,
    about: "A principal is named by its unique id.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for value in subject.statements().flat_map(|statement| principals::mentioned(statement, PrincipalType::Aws)) {
        if let Some(kind) = principals::unique_id(&value.text) {
            report.say(
                value.span,
                format!("`{}` is the unique id of a {kind}", value.text),
                format!("write the {kind}'s ARN; IAM shows the id where the {kind} has been deleted"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, trust, with};

    #[test]
    fn principals_have_names() {
        let rule = super::RULE.id;
        let text = |who: &str| with(&trust(&format!(r#"{{"AWS": ["{who}"]}}"#), "\"sts:AssumeRole\"", ""));
        fires(rule, &text("AROACKCEVSQ6C2EXAMPLE"), Trust, &["\"AROACKCEVSQ6C2EXAMPLE\""]);
        fires(rule, &text("AIDACKCEVSQ6C2EXAMPLE"), Trust, &["\"AIDACKCEVSQ6C2EXAMPLE\""]);
        silent(rule, &text("arn:aws:iam::111122223333:role/AROACKCEVSQ6C2EXAMPLE"), Trust);
    }
}
