//! The ways to more permissions that a document opens, and where it does so.

use std::collections::{BTreeSet, HashMap};

use iam_policy::{AccountId, Arn, Engine, PolicySet, Principal, Source, Span};

use super::{documented, wildcard};
use crate::DocumentUse;
use crate::arn_shape::Part;
use crate::escalation::{self, Asker, Way};
use crate::subject::{Subject, is_administrator};

/// More accounts and regions than this are not tried: what is allowed in one is allowed in others.
const MOST_PLACES: usize = 6;

/// The ways that a user who has the document can go, each with the place that allows its first action.
pub(crate) fn ways_of(subject: &Subject<'_>) -> Vec<(Span, &'static Way)> {
    // Of an administrator there is nothing more to say.
    if subject.purpose != DocumentUse::Identity || subject.allows().any(is_administrator) {
        return Vec::new();
    }
    let likely = likely(subject);
    if likely.is_empty() {
        return Vec::new();
    }
    let engine = Engine::compile(&PolicySet {
        identity: vec![Source::new("the document", subject.document.clone())],
        ..PolicySet::default()
    });
    let askers = askers(subject);
    likely
        .into_iter()
        .filter(|way| askers.iter().any(|asker| asker.can_go(&engine, way)))
        .filter_map(|way| Some((place_of(subject, way)?, way)))
        .collect()
}

/// Those of a kind, by their places.
pub(super) fn by_place(
    subject: &Subject<'_>,
    wanted: impl Fn(&Way) -> bool,
) -> Vec<(Span, Vec<&'static Way>)> {
    let mut found: Vec<(Span, Vec<&'static Way>)> = Vec::new();
    for (span, way) in subject.ways().iter().filter(|(_, way)| wanted(way)) {
        match found.iter_mut().find(|(other, _)| other == span) {
            Some((_, ways)) => ways.push(way),
            None => found.push((*span, vec![way])),
        }
    }
    found
}

/// The names of ways: the first three, and how many more there are.
pub(super) fn joined(ways: &[&Way]) -> String {
    let names: Vec<&str> = ways.iter().map(|way| way.name).collect();
    match names.as_slice() {
        [all @ .., last] if all.len() < 3 && !all.is_empty() => format!("{} and {last}", all.join(", ")),
        [one] => (*one).to_owned(),
        [first, second, third, rest @ ..] => format!("{first}, {second}, {third} and {} more", rest.len()),
        _ => String::new(),
    }
}

/// The ways all of whose actions some statement allows, on whatever: for most documents there are none.
fn likely(subject: &Subject<'_>) -> Vec<&'static Way> {
    let mut known: HashMap<&str, bool> = HashMap::new();
    let mut is_allowed = |action: &'static str| {
        *known.entry(action).or_insert_with(|| {
            subject
                .allows()
                .any(|statement| documented::is_about(statement, action))
        })
    };
    escalation::all()
        .filter(|way| way.needs.iter().all(|(action, _)| is_allowed(action)))
        .collect()
}

/// A user in each account, partition and region that the document names; in an account of no meaning where it names none.
fn askers(subject: &Subject<'_>) -> Vec<Asker> {
    let mut places = BTreeSet::from([(
        "aws".to_owned(),
        "111122223333".to_owned(),
        "us-east-1".to_owned(),
    )]);
    let named = |part: &str| {
        (!part.is_empty() && !wildcard::is_pattern(part) && !part.contains('$')).then(|| part.to_owned())
    };
    for arn in subject.arns() {
        places.insert((
            named(arn.part(Part::Partition)).unwrap_or_else(|| "aws".to_owned()),
            named(arn.part(Part::Account)).unwrap_or_else(|| "111122223333".to_owned()),
            named(arn.part(Part::Region)).unwrap_or_else(|| "us-east-1".to_owned()),
        ));
    }
    // A role of one account goes with a function in a region of the same account.
    let accounts: BTreeSet<_> = places
        .iter()
        .map(|(partition, account, _)| (partition.clone(), account.clone()))
        .collect();
    let regions: BTreeSet<_> = places.iter().map(|(_, _, region)| region.clone()).collect();
    accounts
        .into_iter()
        .flat_map(|(partition, account)| {
            regions
                .iter()
                .map(move |region| (partition.clone(), account.clone(), region))
        })
        .take(MOST_PLACES)
        .filter_map(|(partition, account, region)| {
            let id: AccountId = account.parse().ok()?;
            let arn = Arn::from_parts(&partition, "iam", "", &account, "user/somebody").ok()?;
            let principal = Principal::User { arn: arn.clone() };
            Some(Asker::new(principal, arn, id, subject.now).in_region(region))
        })
        .collect()
}

fn place_of(subject: &Subject<'_>, way: &Way) -> Option<Span> {
    let (action, _) = way.needs.first()?;
    subject
        .allows()
        .find(|statement| documented::is_about(statement, action))
        .map(|statement| crate::subject::place_of(statement, action))
}
