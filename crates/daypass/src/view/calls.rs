//! The AWS calls of a child: a table, and why each denied one was denied.

use super::columns::{Cell, table};
use super::paint::{ERROR, GOOD, HELP, QUIET, STRONG, WARNING, paint};
use crate::monitoring::{Call, Calls, DenialReason, Outcome};
use crate::policy_file::PolicyText;
use crate::verdict::{Finding, Part, Verdict};
use iam_policy::{Decision, Document, Explanation, Span, Statement, StatementRef};
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

/// How many resources of one denial are shown; the rest are counted.
const SHOWN: usize = 5;

/// Shows the table; nothing when the child made no call that was told of.
pub(crate) fn show(calls: &Calls) {
    let rows: Vec<Vec<Cell>> = calls.iter().map(row).collect();
    if rows.is_empty() {
        return;
    }
    super::say("");
    super::say(paint(STRONG, "AWS calls made"));
    super::say(table(&["times", "service", "operation", "outcome"], &rows));
    if calls.left_out() > 0 {
        super::note(format_args!(
            "{} more calls of other kinds are not shown",
            calls.left_out()
        ));
    }
    if calls.is_cut_off() {
        super::note(
            "calls were still being told of when the command had ended; the numbers are not complete",
        );
    }
}

/// Tells of calls that did not go to the embedded AWS. Whoever makes them has an address of its own for the service: so
/// the AWS CLI, version 1, for a few (its `customizations/overridesslcommonname.py`).
pub(crate) fn past_the_sandbox(calls: &Calls, address: SocketAddr) {
    let address = address.to_string();
    let mut hosts: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for call in calls.past(&address) {
        let names = hosts.entry(&call.host).or_default();
        names.insert(format!("{} {}", call.service, call.operation));
    }
    for (host, names) in hosts {
        let names: Vec<&str> = names.iter().take(SHOWN).map(String::as_str).collect();
        super::warn(format_args!(
            "{} went to {host} and not to the embedded AWS, with keys that are good for the embedded AWS only",
            names.join(", ")
        ));
        super::note(
            "the AWS CLI, version 1, has addresses of its own for sqs, rds, emr, docdb, neptune and health: \
             --endpoint-url \"$AWS_ENDPOINT_URL\" takes it to the embedded AWS",
        );
    }
}

/// Shows why calls were denied and what would allow them.
pub(crate) fn show_verdict(verdict: &Verdict, policy: &PolicyText) {
    super::say("");
    for line in told(verdict, &policy.name) {
        super::say(line);
    }
    let Finding::Explained {
        explanation,
        allowing,
    } = &verdict.finding
    else {
        return;
    };
    if let Some((span, title)) = place(explanation) {
        super::diagnostics::place(&policy.name, &policy.text, span, title);
    }
    if let Some(statement) = allowing {
        suggest(statement, verdict);
    }
}

/// What was denied and why, line by line.
fn told(verdict: &Verdict, policy: &str) -> Vec<String> {
    let mut lines = denied_on(verdict);
    match &verdict.finding {
        Finding::Said(words) => lines.push(format!("  AWS says: {words}")),
        Finding::Anywhere { denying, allowing } => {
            lines.push("  AWS did not say why, nor on which resource.".to_owned());
            lines.extend(listed(denying, &verdict.action, "denies"));
            lines.extend(listed(allowing, &verdict.action, "allows"));
            if denying.is_empty() && allowing.is_empty() {
                lines.push(format!(
                    "  No statement of {policy} allows {} on any resource.",
                    verdict.action
                ));
            }
        }
        Finding::Explained { explanation, .. } => {
            if explanation.decision == Decision::Allow {
                lines.push(format!("  {policy} allows it."));
            } else {
                lines.extend(
                    // What else the call carried, only AWS has seen.
                    explanation
                        .told()
                        .knowing_part("daypass")
                        .to_string()
                        .lines()
                        .map(|line| format!("  {line}")),
                );
            }
            lines.extend(
                beyond_document(verdict, explanation.decision)
                    .into_iter()
                    .map(|line| format!("  {line}")),
            );
        }
    }
    lines
}

fn denied_on(verdict: &Verdict) -> Vec<String> {
    let denied = format!("{} {}", paint(ERROR, "denied"), paint(STRONG, &verdict.action));
    match verdict.resources.as_slice() {
        [] => vec![denied],
        [one] => vec![format!("{denied} on {one}")],
        several => {
            let mut lines = vec![format!("{denied} on {} resources:", several.len())];
            lines.extend(
                several
                    .iter()
                    .take(SHOWN)
                    .map(|resource| format!("    {resource}")),
            );
            if let more @ 1.. = several.len().saturating_sub(SHOWN) {
                lines.push(format!("    ... and {more} more"));
            }
            lines
        }
    }
}

fn listed(statements: &[StatementRef], action: &str, does: &str) -> Vec<String> {
    statements
        .iter()
        .map(|statement| format!("  {statement} {does} {action} on some resources or conditions."))
        .collect()
}

/// AWS's reason and what to do, where it is not what the document says.
fn beyond_document(verdict: &Verdict, decision: Decision) -> Vec<String> {
    let own = verdict.part.in_messages();
    match &verdict.reason {
        None if decision == Decision::Allow => vec![
            "The deny comes from elsewhere: a boundary, the resource's own policy, or the organization."
                .to_owned(),
        ],
        None => Vec::new(),
        Some(DenialReason::DeniedBy(kind)) if kind == own && decision == Decision::ExplicitDeny => Vec::new(),
        Some(DenialReason::NotAllowedBy(kind)) if kind == own && decision == Decision::ImplicitDeny => {
            Vec::new()
        }
        Some(DenialReason::DeniedBy(kind)) => {
            vec![
                format!("AWS names the reason: an explicit deny in a policy of this kind: {kind}."),
                advice(kind, verdict.part, true),
            ]
        }
        Some(DenialReason::NotAllowedBy(kind)) => {
            vec![
                format!("AWS names the reason: no {kind} allows it."),
                advice(kind, verdict.part, false),
            ]
        }
    }
}

/// What to do about a policy that is not the document.
fn advice(kind: &str, part: Part, denies: bool) -> String {
    let text = match (kind, part) {
        ("identity-based policy", Part::OfSession) if denies => {
            "The role given with --role carries that deny, and it binds every session of the role: what is needed \
             is --via role, which makes a role without it."
        }
        ("identity-based policy", Part::OfSession) => {
            "The role given with --role does not allow it, and a session can only do less than its role: --via \
             role makes a role that has what the document allows."
        }
        ("identity-based policy", Part::OfRole) if denies => {
            "Look at the policies attached with --managed-policy; daypass itself denies everything after the \
             deadline."
        }
        ("session policy", Part::OfRole) => {
            "The command has taken on a session with a session policy of its own: look there."
        }
        ("permissions boundary", Part::OfRole) => {
            "Look at the boundary given with --boundary: a role can do nothing beyond it."
        }
        ("permissions boundary", Part::OfSession) => {
            "The role given with --role has that boundary: --via role makes a role without it."
        }
        ("service control policy" | "resource control policy", _) => {
            "It is a policy of the organization and binds every role of the account: only the organization's \
             administrators can change it."
        }
        ("resource-based policy", _) => "Look at the policy of the resource itself.",
        ("VPC endpoint policy", _) => "Look at the policy of the VPC endpoint that the call went through.",
        (_, _) => {
            "It may depend on a condition whose value daypass does not know, or on a change that AWS had not seen yet."
        }
    };
    text.to_owned()
}

fn suggest(statement: &Statement, verdict: &Verdict) {
    // Beside a policy of another kind that does not allow it either, the statement alone is not enough.
    let alone = match &verdict.reason {
        Some(DenialReason::NotAllowedBy(kind)) => kind == verdict.part.in_messages(),
        _ => true,
    };
    let what = if alone {
        "this statement would allow it:"
    } else {
        "the document needs this statement too:"
    };
    super::say(format_args!("{} {what}", paint(HELP, "help:")));
    // A document of one statement, shown without what is around the statement.
    for line in statement_lines(&Document::new(vec![statement.clone()]).to_json()) {
        super::say(format_args!("    {line}"));
    }
    if verdict.resources.is_empty() {
        super::say(paint(
            QUIET,
            "    (AWS did not name the resource; narrow the \"*\" where the action allows it)",
        ));
    }
}

/// Where to look in the user's document: the statement that denies, else the element that kept an Allow from matching.
fn place(explanation: &Explanation) -> Option<(Span, &'static str)> {
    let denying = explanation
        .deciding
        .first()
        .map(|statement| (statement.span, "this statement denies it"));
    let near = explanation
        .near_misses
        .first()
        .map(|miss| (miss.span, "this came nearest to allowing it"));
    denying.or(near)
}

fn row(call: &Call) -> Vec<Cell> {
    let outcome = match &call.outcome {
        Outcome::Allowed => Cell::styled(GOOD, "allowed"),
        Outcome::Denied(_) => Cell::styled(ERROR, "denied"),
        Outcome::Failed(code) => Cell::styled(WARNING, format!("error {code}")),
        Outcome::NoAnswer(reason) => Cell::styled(WARNING, format!("no answer ({reason})")),
    };
    vec![
        Cell::number(call.times),
        Cell::plain(&call.service),
        Cell::plain(&call.operation),
        outcome,
    ]
}

/// The lines of the statement inside a pretty-printed document, without their common indentation.
fn statement_lines(document: &str) -> Vec<String> {
    let inside: Vec<&str> = document
        .lines()
        .skip_while(|line| line.trim() != "{" || !line.starts_with(' '))
        .collect();
    let Some(indent) = inside.first().map(|line| line.len() - line.trim_start().len()) else {
        return Vec::new();
    };
    let end = inside
        .iter()
        .position(|line| line.trim_end() == format!("{}}}", " ".repeat(indent)));
    let statement = inside.iter().take(end.map_or(inside.len(), |end| end + 1));
    statement
        .map(|line| line.get(indent..).unwrap_or(line).to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitoring::{Call, Denial};
    use crate::verdict::Judge;
    use iam_policy::Principal;
    use jiff::Timestamp;

    const MADE: &str = "arn:aws:iam::111122223333:role/daypass/try/daypass-try-x";
    const ADMIN: &str = "arn:aws:iam::111122223333:role/Admin";

    const POLICY: &str = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::reports/*"},
        {"Sid": "NotArchive", "Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::archive/*"},
        {"Effect": "Allow", "Action": "ec2:*", "Resource": "*",
         "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}]}"#;

    fn denial(action: Option<&str>, resources: &[&str], reason: Option<DenialReason>) -> Denial {
        Denial {
            action: action.map(str::to_owned),
            resources: resources.iter().map(|&resource| resource.to_owned()).collect(),
            reason,
            said: None,
        }
    }

    fn verdicts(role: &str, denial: &Denial) -> Vec<Verdict> {
        let call = Call {
            service: "S3".to_owned(),
            operation: "HeadObject".to_owned(),
            outcome: Outcome::Allowed,
            times: 1,
        };
        let principal = Principal::session_of(&role.parse().unwrap(), "daypass").unwrap();
        let document = Document::parse(POLICY).unwrap();
        Judge::new("policy.json", &document, principal).explain(&call, denial, Timestamp::UNIX_EPOCH)
    }

    fn said(role: &str, denial: &Denial) -> String {
        let lines = verdicts(role, denial)
            .into_iter()
            .flat_map(|verdict| told(&verdict, "policy.json"));
        lines.collect::<Vec<_>>().join("\n")
    }

    fn suggested(verdict: &Verdict) -> Option<&Statement> {
        match &verdict.finding {
            Finding::Explained { allowing, .. } => allowing.as_deref(),
            _ => None,
        }
    }

    fn not_allowed_by(kind: &str) -> DenialReason {
        DenialReason::NotAllowedBy(kind.to_owned())
    }

    fn denied_by(kind: &str) -> DenialReason {
        DenialReason::DeniedBy(kind.to_owned())
    }

    #[test]
    fn of_a_head_request_only_what_is_known_is_told() {
        let head = denial(None, &[], None);
        let text = said(MADE, &head);
        for part in [
            "s3:GetObject",
            "AWS did not say why, nor on which resource",
            "statement 2 `NotArchive` of policy.json denies s3:GetObject",
            "statement 1 of policy.json allows s3:GetObject",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(!text.contains("on *") && !text.contains("statement 3"), "{text}");
        assert!(
            verdicts(MADE, &head)
                .iter()
                .all(|verdict| suggested(verdict).is_none())
        );
    }

    #[test]
    fn other_words_of_aws_are_repeated() {
        let words = "Cannot call GetSessionToken with session credentials";
        let denial = Denial {
            said: Some(words.to_owned()),
            ..denial(None, &[], None)
        };
        let verdicts = verdicts(MADE, &denial);
        assert!(verdicts.len() == 1 && suggested(&verdicts[0]).is_none());
        assert!(said(MADE, &denial).ends_with(&format!("AWS says: {words}")));
    }

    #[test]
    fn aws_reason_is_told_where_the_document_is_not_it() {
        let on = ["arn:aws:s3:::reports/a"];
        for (role, reason, part) in [
            (ADMIN, denied_by("identity-based policy"), "--via role"),
            (
                ADMIN,
                not_allowed_by("identity-based policy"),
                "can only do less than its role",
            ),
            (MADE, denied_by("identity-based policy"), "--managed-policy"),
            (MADE, not_allowed_by("permissions boundary"), "--boundary"),
            (MADE, denied_by("service control policy"), "organization"),
            (
                MADE,
                denied_by("resource-based policy"),
                "policy of the resource itself",
            ),
        ] {
            let text = said(role, &denial(Some("s3:GetObject"), &on, Some(reason.clone())));
            assert!(
                text.contains("policy.json allows it")
                    && text.contains("AWS names the reason")
                    && text.contains(part),
                "{reason:?}: {text}"
            );
        }
        // Both are at fault: both are told.
        let text = said(
            MADE,
            &denial(Some("s3:PutObject"), &on, Some(denied_by("permissions boundary"))),
        );
        assert!(
            text.contains("no identity policy allows") && text.contains("--boundary"),
            "{text}"
        );
    }

    #[test]
    fn of_a_narrowed_role_the_document_is_the_session_policy() {
        let denial = denial(
            Some("s3:PutObject"),
            &["arn:aws:s3:::reports/a"],
            Some(not_allowed_by("session policy")),
        );
        let text = said(ADMIN, &denial);
        assert!(
            text.contains("the session policy does not allow s3:PutObject"),
            "{text}"
        );
        assert!(
            !text.contains("identity") && !text.contains("AWS names"),
            "{text}"
        );
    }

    #[test]
    fn many_resources_are_one_denial_and_one_statement() {
        let names: Vec<String> = (0..60).map(|n| format!("arn:aws:s3:::logs/{n}")).collect();
        let mut on: Vec<&str> = names.iter().map(String::as_str).collect();
        on.push("arn:aws:s3:::archive/x");
        let denial = denial(Some("s3:GetObject"), &on, None);
        let verdicts = verdicts(MADE, &denial);
        assert_eq!(verdicts.len(), 2, "denied explicitly on archive alone");
        assert_eq!(
            suggested(&verdicts[0])
                .unwrap()
                .resource
                .as_ref()
                .unwrap()
                .resources
                .len(),
            60
        );
        assert!(suggested(&verdicts[1]).is_none());
        let text = said(MADE, &denial);
        assert!(
            text.contains("on 60 resources:") && text.contains("... and 55 more"),
            "{text}"
        );
        assert_eq!(text.matches("\n    arn:aws:s3:::logs/").count(), 5, "{text}");
    }

    #[test]
    fn what_daypass_does_not_know_is_not_told_as_missing() {
        let text = said(
            MADE,
            &denial(
                Some("ec2:RunInstances"),
                &["*"],
                Some(not_allowed_by("identity-based policy")),
            ),
        );
        assert!(
            text.contains("daypass does not know aws:SourceIp of that call, the statement wants"),
            "{text}"
        );
        assert!(!text.contains("the request"), "{text}");
    }

    #[test]
    fn a_suggestion_is_a_whole_statement() {
        let statement = Statement::allow()
            .with_actions(["s3:ListBucket"])
            .with_resources(["arn:aws:s3:::reports"]);
        let lines = statement_lines(&Document::new(vec![statement]).to_json());
        let parsed: serde_json::Value = serde_json::from_str(&lines.join("\n")).unwrap();
        assert_eq!(parsed["Effect"], "Allow");
        assert!(
            lines.first().is_some_and(|line| line == "{") && lines.last().is_some_and(|line| line == "}")
        );
    }
}
