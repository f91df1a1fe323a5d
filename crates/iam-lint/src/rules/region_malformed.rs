//! A region that is none by its form, in an ARN or as a value of aws:RequestedRegion.
//! IAM User Guide, "IAM policy validation check reference": Invalid ARN Region, Invalid Region.

use iam_policy::Value;

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use crate::arn_shape::Part;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "region-malformed",
    level: Level::Warning,
    about: "A region has not the form that regions have.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for arn in subject.arns() {
        let region = arn.part(Part::Region);
        // The empty region, and what AWS has in this place beside regions.
        if !(region.is_empty() || region == "global" || is_region(region)) {
            say(report, arn.value, region);
        }
    }
    for condition in subject.statements().flat_map(|statement| &statement.conditions) {
        if conditions::is_on(condition, "aws:RequestedRegion") {
            for value in condition.values.values.iter().filter(|value| !is_region(&value.text)) {
                say(report, value, &value.text);
            }
        }
    }
}

fn say(report: &mut Report, place: &Value, region: &str) {
    report.say(
        place.span,
        format!("`{region}` is no region"),
        "regions are such as us-east-1, eu-central-2, us-gov-west-1",
    );
}

/// Letters, a direction, a number; what wildcards and variables stand for is open.
fn is_region(text: &str) -> bool {
    if text.contains(['*', '?', '$']) {
        return true;
    }
    let parts: Vec<&str> = text.split('-').collect();
    let is_word = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    match parts.as_slice() {
        [words @ .., number] if words.len() >= 2 => {
            words.iter().all(is_word) && number.bytes().all(|byte| byte.is_ascii_digit()) && !number.is_empty()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn regions_have_a_form() {
        let rule = super::RULE.id;
        let arn = |region: &str| with(&allow("\"sqs:*\"", &format!("\"arn:aws:sqs:{region}:111122223333:q\""), ""));
        fires(rule, &arn("us-east1"), Identity, &["\"arn:aws:sqs:us-east1:111122223333:q\""]);
        for right in ["us-east-1", "us-gov-west-1", "us-*", "*", "${aws:RequestedRegion}"] {
            silent(rule, &arn(right), Identity);
        }
        let asked = with(&allow("\"*\"", "\"*\"", r#""StringEquals": {"aws:RequestedRegion": ["eu-west-1", "Ireland"]}"#));
        fires(rule, &asked, Identity, &["\"Ireland\""]);
    }
}
