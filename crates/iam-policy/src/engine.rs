//! Compiled policy sets: which policies bear on a request, and what they come to together.
//! What is compiled is immutable and can be asked from many threads at once.

use crate::combine::{Asker, Decision, Facts, Ruling, Tally, Verdicts, combine};
use crate::facts::{facts_of, rcps_bind, scps_bind};
use crate::group::{Group, Watch};
use crate::index::AskedAction;
use crate::policy_set::{Level, PolicyKind, PolicySet, Source};
use crate::principal::MatchedBy;
use crate::request::Request;
use crate::statement::Question;

/// A policy set, compiled.
///
/// Deciding costs as much as the statements that may be about the action, however many others there are.
#[derive(Debug)]
pub struct Engine {
    identity: Group,
    resource: Option<Group>,
    boundary: Option<Group>,
    session: Option<Group>,
    trust: Option<Group>,
    scp: Option<Box<[Group]>>,
    rcp: Option<Box<[Group]>>,
    endpoint: Option<Group>,
}

/// The policies that bear on one request.
struct Bearing<'e> {
    rcp: Option<&'e [Group]>,
    scp: Option<&'e [Group]>,
    endpoint: Option<&'e Group>,
    grantor: Option<&'e Group>,
    identity: Option<&'e Group>,
    boundary: Option<&'e Group>,
    session: Option<&'e Group>,
}

impl Engine {
    /// Compiles a policy set.
    pub fn compile(set: &PolicySet) -> Engine {
        let one = |kind, source: &Option<Source>| {
            source
                .as_ref()
                .map(|source| Group::compile(kind, std::slice::from_ref(source)))
        };
        let many = |kind, sources: &Option<Vec<Source>>| {
            sources.as_ref().map(|sources| Group::compile(kind, sources))
        };
        let levels = |kind, levels: &Option<Vec<Level>>| {
            levels.as_ref().map(|levels| Group::compile_levels(kind, levels))
        };
        Engine {
            identity: Group::compile(PolicyKind::Identity, &set.identity),
            resource: one(PolicyKind::Resource, &set.resource),
            boundary: many(PolicyKind::Boundary, &set.boundary),
            session: many(PolicyKind::Session, &set.session),
            trust: one(PolicyKind::Trust, &set.trust),
            scp: levels(PolicyKind::Scp, &set.scp),
            rcp: levels(PolicyKind::Rcp, &set.rcp),
            endpoint: one(PolicyKind::Endpoint, &set.endpoint),
        }
    }

    /// Decides a request.
    pub fn decide(&self, request: &Request) -> Decision {
        let facts = facts_of(request);
        let question = self.question(request);
        let asked = AskedAction::of(&request.action);
        let mut denied = false;
        let verdicts = self.bearing(request, facts).verdicts(|group| {
            // A Deny anywhere settles it: what the rest says makes no difference.
            if denied {
                return Tally::default();
            }
            let grants = group.kind == facts.grantor_kind;
            let tally = group.tally(question, &asked, grants);
            denied = tally.denies && !facts.ignores_deny(group.kind);
            tally
        });
        combine(facts, &verdicts).decision
    }

    /// As [`decide`](Engine::decide), telling `watch` of every statement.
    pub(crate) fn rule<'e, W: Watch<'e>>(&'e self, request: &Request, watch: &mut W) -> Ruling {
        let facts = facts_of(request);
        let question = self.question(request);
        let verdicts = self
            .bearing(request, facts)
            .verdicts(|group| group.watched_tally(question, watch));
        combine(facts, &verdicts)
    }

    pub(crate) fn question<'r>(&self, request: &'r Request) -> Question<'r> {
        Question {
            request,
            has_boundary: self.boundary.is_some(),
        }
    }

    /// The kinds of an organization's policies that are in force, whether or not they bear on a request.
    pub(crate) fn organization_policies(&self) -> impl Iterator<Item = PolicyKind> {
        let scp = self.scp.as_ref().map(|_| PolicyKind::Scp);
        let rcp = self.rcp.as_ref().map(|_| PolicyKind::Rcp);
        scp.into_iter().chain(rcp)
    }

    fn bearing(&self, request: &Request, facts: Facts) -> Bearing<'_> {
        let has_own_policies = matches!(facts.asker, Asker::Entity | Asker::FederatedUser);
        let own = |group| if has_own_policies { group } else { None };
        Bearing {
            rcp: self.rcp.as_deref().filter(|_| rcps_bind(request)),
            scp: self.scp.as_deref().filter(|_| scps_bind(request, facts)),
            endpoint: self.endpoint.as_ref(),
            grantor: match facts.grantor_kind {
                PolicyKind::Trust => self.trust.as_ref(),
                _ => self.resource.as_ref(),
            },
            identity: own(Some(&self.identity)),
            boundary: own(self.boundary.as_ref()),
            session: own(self.session.as_ref()),
        }
    }
}

impl<'e> Bearing<'e> {
    fn verdicts(&self, mut tally: impl FnMut(&'e Group) -> Tally) -> Verdicts {
        Verdicts {
            rcp: self.rcp.map(|levels| all_levels(levels, &mut tally)),
            scp: self.scp.map(|levels| all_levels(levels, &mut tally)),
            endpoint: self.endpoint.map(&mut tally),
            grantor: self.grantor.map(&mut tally),
            identity: self.identity.map(&mut tally),
            boundary: self.boundary.map(&mut tally),
            session: self.session.map(&mut tally),
        }
    }
}

/// Every level must allow; one Deny at any of them denies.
fn all_levels<'e>(levels: &'e [Group], mut tally: impl FnMut(&'e Group) -> Tally) -> Tally {
    let mut all = Tally {
        allows: MatchedBy::DIRECTLY,
        denies: false,
    };
    for level in levels {
        let tally = tally(level);
        if !tally.allows.any() {
            all.allows = MatchedBy::NOTHING;
        }
        all.denies |= tally.denies;
    }
    all
}
