//! One change in words: what, why, until when, how.

use super::times::when;
use daypass_core::plan::{Change, ChangeKind, Drift, Form, Problem, Quota, QuotaUse, Source, Thing, Why};
use jiff::Timestamp;

/// `create inline policy daypass=...`
pub(super) fn headline(change: &Change) -> String {
    let thing = match change.thing {
        Thing::Policy => "policy ",
        Thing::InlinePolicy => "inline policy ",
        Thing::Attachment => "",
        Thing::Role => "role ",
        Thing::Mark => "mark of ",
    };
    format!("{} {thing}{}", change.kind.as_str(), change.name)
}

/// The sign before it.
pub(super) fn sign(kind: ChangeKind) -> char {
    match kind {
        ChangeKind::Create | ChangeKind::Attach => '+',
        ChangeKind::Update => '~',
        ChangeKind::Detach | ChangeKind::Remove => '-',
    }
}

/// Everything else that is told of a change, a line each.
pub(super) fn details(change: &Change, now: Timestamp) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(change.why.iter().map(|why| why_told(why, now)));
    if let Some(start) = change.starts_at.filter(|start| *start > now) {
        lines.push(format!("begins {}", when(start, now)));
    }
    let is_given = matches!(
        change.kind,
        ChangeKind::Create | ChangeKind::Update | ChangeKind::Attach
    );
    if let Some(end) = change.ends_at.filter(|_| is_given) {
        lines.push(format!("ends {}", when(end, now)));
    }
    if let Some(delivery) = change
        .delivery
        .as_ref()
        .filter(|delivery| delivery.form != Form::Attached)
    {
        let form = match delivery.form {
            Form::Attached => "attached".to_owned(),
            Form::Inline => "an inline policy".to_owned(),
            Form::Policies(1) => "a managed policy".to_owned(),
            Form::Policies(many) => format!("{many} managed policies"),
            Form::Role => "a role that only they can assume".to_owned(),
        };
        lines.push(format!("as {form}: {}", delivery.why));
    }
    if let Some(drift) = &change.drift {
        lines.push(drift_told(drift));
    }
    lines
}

/// That the account does not have it as the files say, and who has changed it, if that is known.
pub(super) fn drift_told(drift: &Drift) -> String {
    let by = drift.changed_by.as_ref().map(|who| format!(", changed by {who}"));
    format!("the account has it otherwise{}", by.unwrap_or_default())
}

fn why_told(why: &Why, now: Timestamp) -> String {
    match why {
        Why::Asked(source) => format!("{}{}", place(source), said(source)),
        Why::Ended { at, entry } => {
            let entry = entry.as_ref().map(|entry| format!(", {}", place(entry)));
            format!("expired {}{}", when(*at, now), entry.unwrap_or_default())
        }
        Why::NotAsked => "no longer in the files".to_owned(),
        Why::Replaced => "delivered otherwise from now on".to_owned(),
        Why::TakenOver => "made by the tool before daypass, taken over".to_owned(),
        Why::Revoked => "revoked".to_owned(),
    }
}

/// `temporary-access/payments.yaml:7`
pub(crate) fn place(source: &Source) -> String {
    format!("{}:{}", source.file, source.line)
}

/// What an entry says it is for, behind two blanks.
pub(crate) fn said(source: &Source) -> String {
    let told = [&source.description, &source.reason, &source.ticket];
    let told: Vec<&str> = told.into_iter().flatten().map(String::as_str).collect();
    if told.is_empty() {
        String::new()
    } else {
        format!("  {}", told.join("; "))
    }
}

/// What cannot be done, and what to do about it.
pub(super) fn problem(problem: &Problem) -> (String, String) {
    let at = problem
        .source
        .as_ref()
        .map(|source| format!("  ({})", place(source)));
    (
        format!("{}{}", problem.message, at.unwrap_or_default()),
        problem.help.clone(),
    )
}

/// `user bert: inline policies 189 -> 378 of 2048 characters`
pub(super) fn quota(used: &QuotaUse) -> String {
    let (what, unit) = match used.quota {
        Quota::InlineCharacters => ("inline policies", " characters"),
        Quota::AttachedPolicies => ("attached policies", ""),
        Quota::Tags => ("tags", ""),
        Quota::PolicyCharacters => ("size", " characters"),
        Quota::Policies => ("customer managed policies", ""),
        Quota::Roles => ("roles", ""),
    };
    let default = if used.quota.is_default() {
        " (AWS's default)"
    } else {
        ""
    };
    format!(
        "{}: {what} {} -> {} of {}{unit}{default}",
        used.whose, used.before, used.after, used.limit
    )
}
