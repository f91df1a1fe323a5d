//! A policy variable in a principal: it is literal text there. AWS refuses it ("Invalid principal in policy").
//! IAM User Guide, "IAM policy validation check reference": Variable unsupported in element.

use iam_policy::PrincipalType;

use super::{Report, Rule};
use crate::Level;
use super::principals;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "variable-misplaced",
    level: Level::Error,
    about: "A policy variable where none is replaced.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for value in subject
        .statements()
        .flat_map(|statement| PrincipalType::ALL.into_iter().flat_map(|kind| principals::mentioned(statement, kind)))
    {
        if value.text.contains("${") {
            report.say(
                value.span,
                format!("`{}` is literal text in a principal", value.text),
                "name the principal; who else is meant can be told by a condition on aws:PrincipalArn",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, trust, with};

    #[test]
    fn principals_are_literal() {
        let rule = super::RULE.id;
        let text = |who: &str| with(&trust(&format!(r#"{{"AWS": "{who}"}}"#), "\"sts:AssumeRole\"", ""));
        let variable = "arn:aws:iam::111122223333:user/${aws:username}";
        fires(rule, &text(variable), Trust, &[&format!("\"{variable}\"")]);
        silent(rule, &text("arn:aws:iam::111122223333:user/ann"), Trust);
    }
}
