//! Who has what in an account, until when and why: the account's own marks, beside what the files say.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;

use super::Options;
use super::asked::AccountAsked;
use super::change::{Form, Source};
use super::held::names;
use super::mark::{self, InlineMark};
use super::observed::{ObservedAccount, ObservedPrincipal};
use super::owned::Owned;
use crate::team::{Grant, Grantee, TeamName, Term};

/// One grantee's access by one policy of a team's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Holding {
    /// Who.
    pub principal: Grantee,
    /// Whose files.
    pub team: TeamName,
    /// The team's name for the policy; for a managed policy whose entry is gone, that policy's own.
    pub grant: String,
    /// How it is delivered; none where it is asked for and not there yet.
    pub form: Option<Form>,
    /// The policies that deliver it, by their names in IAM, or the role, by its ARN: so it can be assumed.
    pub delivered_by: Vec<String>,
    /// When it begins, if not at once.
    pub starts_at: Option<Timestamp>,
    /// When it ends; never, if that is open.
    pub ends_at: Option<Timestamp>,
    /// How it stands at the moment that was asked about.
    pub state: State,
    /// The entries that ask for it; none where no entry does any more.
    pub sources: Vec<Source>,
}

/// How access stands at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It is there, and asked for.
    Active,
    /// It is there, and begins later.
    NotBegun,
    /// It has ended, and is to be tidied away.
    Ended,
    /// It is there, and no entry asks for it.
    NotAsked,
    /// An entry asks for it, and it is not there.
    Missing,
}

/// A holding is told apart by who, whose files, the grant and the end.
type Key = (Grantee, TeamName, String, Option<Timestamp>);

/// Who has what at `at`, by principal, team and grant.
pub fn holdings(asked: &AccountAsked, observed: &ObservedAccount, at: Timestamp) -> Vec<Holding> {
    let mut found: BTreeMap<Key, Holding> = BTreeMap::new();
    let mut roles = Roles::default();
    let owned = Owned::new(asked, observed, Options::default());
    for (grantee, principal) in &observed.principals {
        for (key, form, name) in delivered(asked, observed, &owned, grantee, principal) {
            let found = if form == Form::Role {
                &mut roles.found
            } else {
                &mut found
            };
            let holding = found.entry(key.clone()).or_insert_with(|| held(key, at));
            holding.form = Some(match (holding.form, form) {
                (Some(Form::Policies(many)), Form::Policies(more)) => Form::Policies(many + more),
                (Some(before), Form::Attached) => before,
                _ => form,
            });
            holding.delivered_by.push(name);
        }
    }
    for team in &asked.teams {
        for grant in &team.grants {
            say_why(&mut found, &mut roles, &team.team, grant, observed, at);
        }
    }
    // What no entry of the files names a part of is told as the account has it.
    let unnamed = roles
        .found
        .into_iter()
        .filter(|(key, _)| !roles.told.contains(key));
    found.extend(unnamed);
    for team in &asked.teams {
        for ended in &team.ended {
            let key = (
                ended.grantee.clone(),
                team.team.clone(),
                ended.policy.to_string(),
                Some(ended.end),
            );
            if let Some(holding) = found.get_mut(&key) {
                holding.sources.push(Source::from(&*ended.why));
                // It has ended by now, and had not at the moment that is asked about.
                if holding.state == State::NotAsked {
                    holding.state = State::Active;
                }
            }
        }
    }
    found.into_values().collect()
}

/// Roles that deliver grants. One role delivers all the terms of a grant, each of which is told by itself: between two of
/// them it lets nobody in.
#[derive(Default)]
struct Roles {
    /// Each as its tags tell, with its last end.
    found: BTreeMap<Key, Holding>,
    /// Those of which terms were told.
    told: BTreeSet<Key>,
}

/// What a principal has of ours: which grant, in what form, by which policy or role.
fn delivered(
    asked: &AccountAsked,
    observed: &ObservedAccount,
    owned: &Owned<'_>,
    grantee: &Grantee,
    principal: &ObservedPrincipal,
) -> Vec<(Key, Form, String)> {
    if let Some(team) = owned.role(grantee, principal) {
        let tag = |key: &str| principal.tags.get(key).cloned();
        let whose = tag(mark::TAG_GRANTEE).and_then(|text| super::roles::grantee(observed, &text));
        let key = (
            whose.unwrap_or_else(|| grantee.clone()),
            team,
            tag(mark::TAG_GRANT).unwrap_or_default(),
            tag(mark::TAG_EXPIRES).and_then(|end| end.parse().ok()),
        );
        return vec![(key, Form::Role, principal.arn.to_string())];
    }
    let mut found = Vec::new();
    for name in principal.inline.keys() {
        if let Some(InlineMark::Grant { team, key, end }) = owned.inline(name) {
            found.push(((grantee.clone(), team, key, end), Form::Inline, name.clone()));
        }
    }
    for arn in &principal.attached {
        let name = arn.iam_name().unwrap_or_default().to_owned();
        if let Some(team) = owned.policy_at(arn) {
            let (key, end) = owned.grant_of(&team, arn);
            let form = if end.is_some() {
                Form::Policies(1)
            } else {
                Form::Attached
            };
            found.push(((grantee.clone(), team, key, end), form, name));
            continue;
        }
        for team in owned.marks(principal, arn).ours {
            let asks = |grant: &&Grant| {
                grant.term == Term::Permanent
                    && grant.grantee.is_same(grantee)
                    && grant.policy.managed.contains(arn)
            };
            let teams = asked.teams.iter().filter(|asked| asked.team == team);
            let by_files = teams.flat_map(|asked| &asked.grants).find(asks);
            let key = by_files.map_or_else(|| name.clone(), |grant| grant.policy.key.to_string());
            found.push(((grantee.clone(), team, key, None), Form::Attached, name.clone()));
        }
    }
    found
}

fn held(key: Key, at: Timestamp) -> Holding {
    let (principal, team, grant, ends_at) = key;
    let has_ended = ends_at.is_some_and(|end| end <= at);
    Holding {
        principal,
        team,
        grant,
        form: None,
        delivered_by: Vec::new(),
        starts_at: None,
        ends_at,
        state: if has_ended { State::Ended } else { State::NotAsked },
        sources: Vec::new(),
    }
}

/// Adds what the files say of a grant.
fn say_why(
    found: &mut BTreeMap<Key, Holding>,
    roles: &mut Roles,
    team: &TeamName,
    grant: &Grant,
    observed: &ObservedAccount,
    at: Timestamp,
) {
    let (starts_at, ends_at) = match grant.term {
        Term::Permanent => (None, None),
        Term::Until { start, end } => (start, Some(end)),
    };
    let who = observed
        .find(&grant.grantee)
        .map_or(&grant.grantee, |(own, _)| own);
    let is_of_it =
        |(of_whom, of, key, _): &Key| of_whom == who && of == team && names(grant.policy.key.as_str(), key);
    let has_ended = ends_at.is_some_and(|end| end <= at);
    let own = (who.clone(), team.clone(), grant.policy.key.to_string(), ends_at);
    let role = roles
        .found
        .iter()
        .find(|(key, _)| is_of_it(key) && ends_at <= key.3);
    if let Some((key, role)) = role.filter(|_| !has_ended) {
        roles.told.insert(key.clone());
        let told = found.entry(own.clone()).or_insert_with(|| Holding {
            ends_at,
            ..role.clone()
        });
        add_source(told, grant, starts_at, at);
        return;
    }
    let is_it = |key: &&Key| is_of_it(key) && key.3 == ends_at;
    let key = found.keys().find(is_it).cloned();
    // What is not there yet, and will have ended by then, is nothing; neither is a term of a role that goes on.
    if key.is_none() && has_ended {
        return;
    }
    let key = key.unwrap_or(own);
    let holding = found.entry(key.clone()).or_insert_with(|| Holding {
        state: State::Missing,
        ..held(key, at)
    });
    add_source(holding, grant, starts_at, at);
}

/// Adds an entry of the files, and what it says of when it begins: the first of several does.
fn add_source(holding: &mut Holding, grant: &Grant, starts_at: Option<Timestamp>, at: Timestamp) {
    let is_first = holding.sources.is_empty();
    holding.starts_at = if is_first {
        starts_at
    } else {
        holding
            .starts_at
            .zip(starts_at)
            .map(|(one, other)| one.min(other))
    };
    holding.sources.push(Source::from(&*grant.why));
    if matches!(holding.state, State::NotAsked | State::NotBegun | State::Active) {
        let begins_later = holding.starts_at.is_some_and(|start| at < start);
        holding.state = if begins_later {
            State::NotBegun
        } else {
            State::Active
        };
    }
}
