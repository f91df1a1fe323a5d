//! The end of an access, written into IAM itself, so that it ends even if daypass never runs again.
//!
//! Two ways, and when each is right:
//! - [`end_allows`] for access that is put on somebody else's principal: every Allow gets a date condition, nothing else
//!   of theirs is touched.
//! - [`deny_statement_from`] for a role that is ours alone: one statement ends all of its sessions, whatever is attached.

use iam_policy::{Condition, Document, Effect, Statement};
use jiff::{Timestamp, Unit};

/// The condition key that holds the instant of the request (IAM User Guide, "AWS global condition context keys").
const CURRENT_TIME: &str = "aws:CurrentTime";
/// True strictly before the instant (IAM User Guide, "IAM JSON policy elements: Condition operators").
const BEFORE: &str = "DateLessThan";

/// `document` with every Allow ending at `end`: allowed strictly before it, no longer at it.
///
/// A Deny is left as it is: a date condition would *lift* it at the end. A date condition that the document already has
/// stays where it is tighter: of two ends the earlier one wins. Instants are written in whole seconds, rounded down, as
/// AWS compares them.
pub fn end_allows(document: &Document, end: Timestamp) -> Document {
    let mut ended = document.clone();
    for statement in &mut ended.statements {
        if statement.effect == Effect::Allow {
            end_statement(statement, end);
        }
    }
    ended
}

/// A statement that denies everything from `end` on. Only ever for a role that daypass made, or for a session policy.
pub fn deny_statement_from(end: Timestamp) -> Statement {
    Statement::deny()
        .with_sid("DaypassEnd")
        .with_actions(["*"])
        .with_resources(["*"])
        .with_condition("DateGreaterThanEquals", CURRENT_TIME, [instant(end)])
}

/// What ends a role of daypass's: from `end` on nothing is allowed; and until then the role's own sessions cannot touch the
/// role, so that no permission of theirs, not even `*`, lifts that end or widens the role.
pub fn end_document(role_arn: &str, end: Timestamp) -> Document {
    let itself = Statement::deny()
        .with_sid("DaypassItself")
        .with_actions(CHANGES_OF_A_ROLE)
        .with_resources([role_arn]);
    Document::new(vec![deny_statement_from(end), itself])
}

/// What changes a role or what it may do (Service Authorization Reference, "AWS Identity and Access Management").
const CHANGES_OF_A_ROLE: [&str; 8] = [
    "iam:AttachRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PutRole*",
    "iam:DeleteRole*",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole*",
    "iam:TagRole",
    "iam:UntagRole",
];

/// An instant as daypass writes it into policy documents and tags: UTC, whole seconds, `2026-11-22T18:00:00Z`.
pub fn instant(at: Timestamp) -> String {
    whole_seconds(at).to_string()
}

/// An end as people write it: an instant with its zone (`2026-11-30T18:00:00Z`), or a day (`2026-11-30`), which is meant
/// through its end in UTC.
pub fn end_of_text(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(whole_seconds(at));
    }
    let day: jiff::civil::Date = (text.len() == 10).then(|| text.parse().ok()).flatten()?;
    let next = day.tomorrow().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(next.timestamp())
}

/// `at` without its fraction of a second, rounded down: an access may end early by that much, never late.
pub fn whole_seconds(at: Timestamp) -> Timestamp {
    let rounding = jiff::TimestampRound::new()
        .smallest(Unit::Second)
        .mode(jiff::RoundMode::Floor);
    at.round(rounding).unwrap_or(at)
}

fn end_statement(statement: &mut Statement, end: Timestamp) {
    let existing = statement
        .conditions
        .iter_mut()
        .find(|condition| is(condition, BEFORE));
    if let Some(existing) = existing {
        // Values of one key are alternatives: the latest of them is the document's own end.
        let ends: Result<Vec<Timestamp>, _> = existing.values.texts().map(str::parse).collect();
        match ends.map(|ends| ends.into_iter().max()) {
            Ok(Some(own_end)) if own_end > end => {
                return existing.values = [instant(end)].into_iter().collect();
            }
            Ok(_) => return,
            // Not an instant that we can compare (a date, a variable): it stays, and ours is added beside it.
            Err(_) => {}
        }
    }
    // All of them mean the same for a key that every request carries exactly once; a document may use the first ones.
    let free = [
        BEFORE,
        "DateLessThanIfExists",
        "ForAnyValue:DateLessThan",
        "ForAllValues:DateLessThan",
    ]
    .into_iter()
    .find(|operator| {
        !statement
            .conditions
            .iter()
            .any(|condition| is(condition, operator))
    });
    let ended = std::mem::replace(statement, Statement::deny());
    *statement = ended.with_condition(
        free.unwrap_or("ForAnyValue:DateLessThanIfExists"),
        CURRENT_TIME,
        [instant(end)],
    );
}

fn is(condition: &Condition, operator: &str) -> bool {
    condition.operator.eq_ignore_ascii_case(operator) && condition.key.eq_ignore_ascii_case(CURRENT_TIME)
}

#[cfg(test)]
mod tests {
    use super::*;

    const END: &str = "2026-11-30T18:00:00Z";

    fn ended(document: &str) -> String {
        end_allows(&Document::parse(document).unwrap(), END.parse().unwrap()).to_minified()
    }

    fn with_condition(effect: &str, condition: &str) -> String {
        let action = r#""Action":"s3:GetObject","Resource":"*""#;
        let condition = if condition.is_empty() {
            String::new()
        } else {
            format!(r#","Condition":{{{condition}}}"#)
        };
        format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"{effect}",{action}{condition}}}]}}"#)
    }

    #[test]
    fn every_allow_ends_and_no_deny_is_lifted() {
        let end = format!(r#""DateLessThan":{{"aws:CurrentTime":"{END}"}}"#);
        assert_eq!(ended(&with_condition("Allow", "")), with_condition("Allow", &end));
        assert_eq!(ended(&with_condition("Deny", "")), with_condition("Deny", ""));
    }

    #[test]
    fn of_two_ends_the_earlier_one_wins() {
        let at = |instant: &str| {
            with_condition(
                "Allow",
                &format!(r#""DateLessThan":{{"aws:CurrentTime":"{instant}"}}"#),
            )
        };
        assert_eq!(ended(&at("2026-11-29T00:00:00Z")), at("2026-11-29T00:00:00Z"));
        assert_eq!(ended(&at("2027-01-01T00:00:00Z")), at(END));
        // The zone counts, not the digits.
        assert_eq!(
            ended(&at("2026-11-30T18:30:00+01:00")),
            at("2026-11-30T18:30:00+01:00")
        );
    }

    #[test]
    fn an_end_that_cannot_be_compared_stays_beside_ours() {
        let own = r#""DateLessThan":{"AWS:currenttime":"2026-12-24"}"#;
        let ours = format!(r#"{own},"DateLessThanIfExists":{{"aws:CurrentTime":"{END}"}}"#);
        assert_eq!(
            ended(&with_condition("Allow", own)),
            with_condition("Allow", &ours)
        );
    }

    #[test]
    fn other_conditions_stay() {
        let ip = r#""IpAddress":{"aws:SourceIp":"192.0.2.0/24"}"#;
        let both = format!(r#"{ip},"DateLessThan":{{"aws:CurrentTime":"{END}"}}"#);
        assert_eq!(
            ended(&with_condition("Allow", ip)),
            with_condition("Allow", &both)
        );
    }

    #[test]
    fn a_day_ends_when_it_is_over() {
        let end = |text| end_of_text(text).map(instant);
        assert_eq!(end("2026-11-30").as_deref(), Some("2026-12-01T00:00:00Z"));
        assert_eq!(
            end("2026-11-30T18:00:00+01:00").as_deref(),
            Some("2026-11-30T17:00:00Z")
        );
        for text in [
            "",
            "tomorrow",
            "2026-11-31",
            "2026-11-30T18:00:00",
            "20261130",
            "2d",
        ] {
            assert_eq!(end(text), None, "{text}");
        }
    }

    #[test]
    fn instants_are_rounded_down_to_seconds() {
        assert_eq!(
            instant("2026-11-30T17:59:59.999Z".parse().unwrap()),
            "2026-11-30T17:59:59Z"
        );
    }
}
