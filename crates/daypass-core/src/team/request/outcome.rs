//! What becomes of a request: what is held already, what would be wrong, or the file with the entry and what it grants.

use jiff::Timestamp;

use super::AccessRequest;
use super::insertion::{EditError, EditedFile};
use crate::team::resolve::covers;
use crate::team::{Checked, DesiredState, FileText, Finding, Grant, Rule, Severity, TeamTexts, check};

/// What becomes of a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Requested {
    /// The file with the entry. Nothing is wrong with it.
    Added {
        /// The team's temporary access file.
        file: EditedFile,
        /// What the entry grants.
        grants: Vec<Grant>,
        /// Grants that end earlier, of the same to the same: the entry extends them. Theirs stay in the files.
        extended: Vec<Grant>,
        /// Warnings about the entry.
        warnings: Vec<Finding>,
    },
    /// All of it is granted already, at least as long, by these.
    Held(Vec<Grant>),
    /// The files are wrong, or would be with the entry.
    Wrong {
        /// The temporary access file that the findings are about; `None` where it is the one that is there.
        text: Option<String>,
        /// What is wrong.
        findings: Vec<Finding>,
    },
    /// The entry cannot be put into the file.
    NotEdited(EditError),
}

/// Adds the request to a team's files, and checks them with it. Nothing is written; `now` is the moment that ends are
/// compared with.
pub fn request_access(
    settings: &FileText,
    texts: &TeamTexts,
    request: &AccessRequest,
    now: Timestamp,
) -> Requested {
    let before = check(settings, std::slice::from_ref(texts), now);
    let Some(held) = only(before.desired) else {
        return Requested::Wrong {
            text: None,
            findings: before.findings,
        };
    };
    let file = match request.added_to(texts.temporary.text.as_deref()) {
        Ok(file) => file,
        Err(error) => return Requested::NotEdited(error),
    };
    let mut with = texts.clone();
    with.temporary.text = Some(file.text.clone());
    let Checked { findings, desired } = check(settings, &[with], now);
    let in_entry = |finding: &Finding| {
        finding.place.file == texts.temporary.path && is_in(&file, finding.place.span.start())
    };
    // Stale lines are warned of; nobody asks for one.
    let is_past = |finding: &&Finding| finding.rule == Rule::EndPassed && in_entry(finding);
    if let Some(past) = findings.iter().find(is_past) {
        let findings = vec![Finding {
            severity: Severity::Error,
            help: Some("name an end that is still to come".to_owned()),
            ..past.clone()
        }];
        return Requested::Wrong {
            text: Some(file.text),
            findings,
        };
    }
    let Some(desired) = only(desired) else {
        let is_error = |finding: &Finding| finding.severity == Severity::Error;
        return Requested::Wrong {
            text: Some(file.text),
            findings: findings.into_iter().filter(is_error).collect(),
        };
    };
    let is_new = |grant: &Grant| {
        grant.why.place.file == texts.temporary.path && is_in(&file, grant.why.place.span.start())
    };
    let granted: Vec<(&iam_policy::AccountId, &Grant)> =
        all(&desired).filter(|(_, grant)| is_new(grant)).collect();
    let extended = all(&held).filter(|(account, old)| {
        let is_same = |(other, new): &(&iam_policy::AccountId, &Grant)| {
            account == other && new.grantee == old.grantee && new.policy.key == old.policy.key
        };
        granted.iter().any(is_same)
    });
    let extended: Vec<Grant> = extended.map(|(_, grant)| grant.clone()).collect();
    let grants: Vec<Grant> = granted.iter().map(|(_, grant)| (*grant).clone()).collect();
    if grants.is_empty() {
        return Requested::Held(holding(&held, request));
    }
    Requested::Added {
        warnings: findings.into_iter().filter(in_entry).collect(),
        file,
        grants,
        extended,
    }
}

/// The grants that make the request needless: of its policies, to whom it is for, until its end at least.
fn holding(held: &DesiredState, request: &AccessRequest) -> Vec<Grant> {
    let zone = &held.settings.timezone;
    let written = request.grantee.name();
    let name = match request.grantee.kind() {
        "user" => held.settings.usernames.iam_name(written),
        _ => written,
    };
    let Some(end) = request.end.instant(zone) else {
        return Vec::new();
    };
    let wanted = crate::team::Term::Until { start: None, end };
    let does = |grant: &Grant| {
        grant.grantee.kind() == request.grantee.kind()
            && grant.grantee.name() == name
            && request.grants.iter().any(|key| key == grant.policy.key.as_str())
            && covers(grant.term, wanted)
    };
    all(held)
        .map(|(_, grant)| grant)
        .filter(|grant| does(grant))
        .cloned()
        .collect()
}

fn all(state: &DesiredState) -> impl Iterator<Item = (&iam_policy::AccountId, &Grant)> {
    state
        .accounts
        .iter()
        .flat_map(|account| account.grants.iter().map(move |grant| (&account.account, grant)))
}

fn only(desired: Option<Vec<DesiredState>>) -> Option<DesiredState> {
    desired.and_then(|desired| desired.into_iter().next())
}

fn is_in(file: &EditedFile, at: usize) -> bool {
    file.entry.contains(&at)
}
