//! What an account should hold of ours: every grant turned into policies, attachments and roles that fit into it.

mod by_policies;
mod by_role;

use std::collections::{BTreeMap, BTreeSet};

use iam_policy::{Arn, Document};
use jiff::Timestamp;

use super::asked::{AccountAsked, TeamAsked};
use super::change::{Delivered, Problem, Source};
use super::held::Held;
use super::mark;
use super::observed::{ObservedAccount, ObservedPrincipal};
use super::owned::Owned;
use super::room::Room;
use super::{Needs, Options};
use crate::team::{Grant, Grantee, RoleName, TeamName, TeamPolicy, Term};

pub(crate) use by_policies::DOCUMENTS;

/// What an account should hold of ours.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub(super) policies: BTreeMap<Arn, WantedPolicy>,
    pub(super) attachments: BTreeMap<(Grantee, Arn), WantedAttachment>,
    pub(super) inline: BTreeMap<(Grantee, String), WantedInline>,
    pub(super) roles: BTreeMap<RoleName, WantedRole>,
    pub(super) held: Held,
    /// What has to be asked for before this can be relied on.
    pub(super) needs: Needs,
}

/// Which grant something is for.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    pub(super) team: TeamName,
    pub(super) key: String,
    pub(super) why: Vec<Source>,
    pub(super) starts_at: Option<Timestamp>,
    pub(super) ends_at: Option<Timestamp>,
    pub(super) delivery: Option<Delivered>,
}

#[derive(Debug)]
pub(super) struct WantedPolicy {
    pub(super) document: Document,
    pub(super) description: String,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) origin: Origin,
}

#[derive(Debug)]
pub(super) struct WantedAttachment {
    /// The policy is not ours, so these teams have to mark the attachment.
    pub(super) marked_by: BTreeSet<TeamName>,
    pub(super) origin: Origin,
}

#[derive(Debug)]
pub(super) struct WantedInline {
    pub(super) document: Document,
    pub(super) origin: Origin,
}

#[derive(Debug)]
pub(super) struct WantedRole {
    pub(super) arn: Arn,
    pub(super) trust: Document,
    pub(super) inline: BTreeMap<&'static str, Document>,
    pub(super) attached: BTreeSet<Arn>,
    pub(super) boundary: Option<Arn>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) grantee: Grantee,
    pub(super) origin: Origin,
}

/// Turns grants into what delivers them.
///
/// What is there of a grant that cannot be delivered stays, and takes room: with each that is found, the others are
/// looked at anew.
pub(super) fn wanted(
    asked: &AccountAsked,
    observed: &ObservedAccount,
    owned: &Owned<'_>,
    options: Options,
) -> Wanted {
    let mut held = Held::default();
    loop {
        let mut builder = Builder {
            asked,
            observed,
            owned,
            options,
            room: Room::new(observed, owned, &held),
            held: &held,
            found: Vec::new(),
            wanted: Wanted::default(),
        };
        builder.all();
        let Builder { found, wanted, .. } = builder;
        let mut has_more = false;
        for (grantee, team, grant, problem) in found {
            has_more |= held.add(&grantee, team, grant, problem);
        }
        // What has to be asked first decides what can be delivered: nothing is held before it is known.
        if !has_more || !wanted.needs.is_empty() {
            return Wanted { held, ..wanted };
        }
    }
}

struct Builder<'a, 'h> {
    asked: &'a AccountAsked,
    observed: &'a ObservedAccount,
    owned: &'a Owned<'a>,
    options: Options,
    room: Room<'h>,
    /// What is known to be undeliverable.
    held: &'h Held,
    /// What turns out to be.
    found: Vec<(Grantee, &'a TeamName, &'a Grant, Problem)>,
    wanted: Wanted,
}

/// One grantee's grants of one policy of one team: a permanent one alone, or one for each term.
#[derive(Clone, Copy)]
struct Case<'a> {
    team: &'a TeamAsked,
    grantee: &'a Grantee,
    principal: &'a ObservedPrincipal,
    policy: &'a TeamPolicy,
    grants: &'a [Grant],
}

impl Case<'_> {
    fn origin(&self, grant: Option<&Grant>, delivery: Option<Delivered>) -> Origin {
        let terms = || {
            self.grants
                .iter()
                .filter(|one| grant.is_none_or(|grant| grant == *one))
        };
        let bounds = |grant: &Grant| match grant.term {
            Term::Permanent => None,
            Term::Until { start, end } => Some((start, end)),
        };
        let starts = terms().map(|one| bounds(one).and_then(|(start, _)| start));
        Origin {
            team: self.team.team.clone(),
            key: self.policy.key.to_string(),
            why: terms().map(|one| Source::from(&*one.why)).collect(),
            // Without a start in one of them it begins at once.
            starts_at: starts.min().flatten(),
            ends_at: terms().filter_map(bounds).map(|(_, end)| end).max(),
            delivery,
        }
    }
}

impl<'a> Builder<'a, '_> {
    fn all(&mut self) {
        // What is permanent has its room first: it has no other way to be delivered.
        for is_permanent in [true, false] {
            for team in &self.asked.teams {
                let same = |a: &Grant, b: &Grant| (&a.grantee, &a.policy.key) == (&b.grantee, &b.policy.key);
                for grants in team.grants.chunk_by(same) {
                    if let Some(first) = grants.first()
                        && (first.term == Term::Permanent) == is_permanent
                    {
                        self.grants(team, first, grants);
                    }
                }
            }
        }
    }

    fn grants(&mut self, team: &'a TeamAsked, first: &'a Grant, grants: &'a [Grant]) {
        let Some((grantee, principal)) = self.observed.find(&first.grantee) else {
            return self.missing(team, first);
        };
        if self.held.contains(grantee, &team.team, &first.policy.key) {
            return;
        }
        let case = Case {
            team,
            grantee,
            principal,
            policy: &first.policy,
            grants,
        };
        if first.term == Term::Permanent {
            self.permanent(case, first);
        } else {
            self.temporary(case);
        }
    }

    fn missing(&mut self, team: &'a TeamAsked, grant: &'a Grant) {
        let name = grant.grantee.name();
        let help = match &grant.grantee {
            Grantee::User(_) => format!("aws iam create-user --user-name {name}"),
            Grantee::Group(_) => format!("aws iam create-group --group-name {name}"),
            Grantee::Role(_) => "make the role first, or take it out of the files".to_owned(),
        };
        self.problem(
            team,
            grant,
            &grant.grantee,
            format!(
                "{} for {}: there is no such {} in account {}",
                grant.policy.key,
                grant.grantee,
                grant.grantee.kind(),
                self.asked.account
            ),
            help,
        );
    }

    fn problem(
        &mut self,
        team: &'a TeamAsked,
        grant: &'a Grant,
        grantee: &Grantee,
        message: String,
        help: String,
    ) {
        let problem = Problem {
            principal: Some(grantee.clone()),
            team: team.team.clone(),
            grant: grant.policy.key.to_string(),
            source: Some(Source::from(&*grant.why)),
            message,
            help,
        };
        self.found.push((grantee.clone(), &team.team, grant, problem));
    }

    /// A policy of the account's own that is asked for and not there.
    fn is_missing(&self, arn: &Arn) -> bool {
        arn.account_part() != "aws" && !self.observed.policies.contains_key(arn)
    }

    /// Whether all of the account's own policies that a grant takes are there; if not, it is told.
    fn has_all(&mut self, case: Case<'a>, grant: &'a Grant, mut wanted: impl Iterator<Item = Arn>) -> bool {
        let Some(missing) = wanted.find(|arn| self.is_missing(arn)) else {
            return true;
        };
        let message = format!(
            "there is no managed policy {missing}, which {} takes",
            case.policy.key
        );
        let help = "see that its ARN is right, or make it first".to_owned();
        self.problem(case.team, grant, case.grantee, message, help);
        false
    }
}

fn tags(origin: &Origin) -> BTreeMap<String, String> {
    let allowed = |c: char| if crate::limits::allowed_in_tag(c) { c } else { '_' };
    BTreeMap::from([
        (mark::TAG_TEAM.to_owned(), origin.team.to_string()),
        (
            mark::TAG_GRANT.to_owned(),
            origin.key.chars().map(allowed).collect(),
        ),
    ])
}
