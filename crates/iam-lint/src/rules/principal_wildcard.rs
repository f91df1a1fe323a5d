//! A wildcard within the ARN of a principal. AWS refuses it: only `*` alone stands for everyone.
//! IAM User Guide, "IAM policy validation check reference": Unsupported wildcard in principal.

use iam_policy::PrincipalType;

use super::{Report, Rule};
use crate::Level;
use super::principals;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "principal-wildcard",
    level: Level::Error,
    about: "A wildcard within a principal, where it is literal.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    let kinds = [PrincipalType::Aws, PrincipalType::Service, PrincipalType::Federated];
    for value in subject.statements().flat_map(|statement| kinds.into_iter().flat_map(|kind| principals::mentioned(statement, kind))) {
        if value.text != "*" && value.text.contains(['*', '?']) && !value.text.contains("${") {
            report.say(
                value.span,
                format!("wildcards are literal in the principal `{}`", value.text),
                "name the account, and match the rest by ArnLike on aws:PrincipalArn in Condition",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, trust, with};

    #[test]
    fn principals_have_no_wildcards() {
        let rule = super::RULE.id;
        let text = |who: &str| with(&trust(&format!(r#"{{"AWS": ["{who}"]}}"#), "\"sts:AssumeRole\"", ""));
        let pattern = "arn:aws:iam::111122223333:role/*";
        fires(rule, &text(pattern), Trust, &[&format!("\"{pattern}\"")]);
        silent(rule, &text("*"), Trust);
        silent(rule, &text("arn:aws:iam::111122223333:role/a"), Trust);
    }
}
