//! What a change of a document means: which requests one document allows that another does not, as patterns.
//!
//! A statement describes a set of requests, element by element; what a document allows is what its Allows describe
//! without what its Denies do. The difference of two documents is computed with such sets, so it is exact: every
//! request that makes a difference is in one of the patterns, and each pattern is shown to hold one. Where neither that
//! nor the contrary can be shown, the pattern is told as undecided.

mod conditions;
mod glob;
mod names;
mod principals;
mod region;
mod search;
mod set;
mod shown;
mod statements;
mod tied;
mod values;

pub use statements::{StatementChange, statement_changes};

use std::sync::Arc;

use crate::document::{Condition, Document, Effect, PrincipalClause};
use crate::group::Group;
use crate::index::AskedAction;
use crate::policy_set::{PolicyKind, Source};
use crate::request::Request;
use crate::statement::Question;
use names::Names;
use region::Region;
use set::{Set, drop_covered};

/// What a new document means beside an old one.
#[derive(Debug, Clone, Default)]
pub struct Difference {
    /// What the new document allows and the old one did not.
    pub gained: Vec<RequestPattern>,
    /// What the old document allowed and the new one does not.
    pub lost: Vec<RequestPattern>,
    /// What the new document denies and the old one did not: whatever else allows it, it is denied now.
    pub denied: Vec<RequestPattern>,
    /// What the old document denied and the new one does not: something else may allow it now.
    pub no_longer_denied: Vec<RequestPattern>,
    /// What may belong to one of them.
    pub undecided: Vec<Undecided>,
}

/// A set of requests of which it cannot be told whether there are any.
#[derive(Debug, Clone)]
pub struct Undecided {
    /// What they would be.
    pub side: Side,
    /// Which they would be.
    pub pattern: RequestPattern,
    /// Why it cannot be told.
    pub doubt: Doubt,
}

/// The ways in which two documents differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// Allowed by the new document only.
    Gained,
    /// Allowed by the old document only.
    Lost,
    /// Denied by the new document only.
    Denied,
    /// Denied by the old document only.
    NoLongerDenied,
}

/// Why it cannot be told whether a pattern holds a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// It hangs on what policy variables stand for.
    #[error("it hangs on what the policy variables stand for")]
    Variables,
    /// It takes a key with several values, and whether it can have several is not known.
    #[error("only a request with several values of {key} is in it, and whether there are such is not known")]
    SeveralValues {
        /// The key.
        key: String,
    },
    /// No value was found that is as the conditions on a key ask, nor that there is none.
    #[error("no value of {key} was found that fits, nor that none does")]
    Condition {
        /// The key.
        key: String,
    },
    /// Nobody was found whom the principal elements leave, nor that there is nobody.
    #[error("nobody was found whom the principals leave over, nor that there is nobody")]
    Principal,
    /// It takes more work than is spent on it.
    #[error("there are too many cases to look at")]
    TooMuch,
}

/// A set of requests.
#[derive(Debug, Clone)]
pub struct RequestPattern {
    /// Their actions.
    pub actions: NamePattern,
    /// Their resources.
    pub resources: NamePattern,
    /// Who asks; without any it is whom the policy is attached to.
    pub principals: Vec<PrincipalRule>,
    /// In which circumstances.
    pub conditions: Vec<ConditionRule>,
    /// All but these: what the other document says the same of.
    pub except: Vec<RequestPattern>,
    /// One of them. A pattern of a [`Difference`] has one, unless it is undecided or an exception.
    pub example: Option<Request>,
    set: Set,
}

/// A set of actions or of resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamePattern {
    /// They fit one of these, with wildcards and policy variables as in a document of version 2012-10-17.
    pub any: Vec<String>,
    /// And one of each of these: where no single pattern says both.
    pub and: Vec<Vec<String>>,
    /// And none of these.
    pub except: Vec<String>,
}

/// A principal element, and whether it has to name who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrincipalRule {
    /// Whether it has to; else it must not.
    pub holds: bool,
    /// The element.
    pub element: PrincipalClause,
}

/// A condition, and whether it has to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionRule {
    /// Whether it has to; else it must not.
    pub holds: bool,
    /// The condition.
    pub condition: Condition,
}

impl Difference {
    /// Whether the documents mean the same, for certain.
    pub fn is_nothing(&self) -> bool {
        self.is_decided()
            && self.gained.is_empty()
            && self.lost.is_empty()
            && self.denied.is_empty()
            && self.no_longer_denied.is_empty()
    }

    /// Whether everything could be told.
    pub fn is_decided(&self) -> bool {
        self.undecided.is_empty()
    }
}

impl RequestPattern {
    /// Whether the request is one of these.
    pub fn matches(&self, request: &Request) -> bool {
        self.set.contains(request)
    }

    /// Whether it has requests of this action, as far as its actions alone say: exceptions that are about resources or
    /// circumstances too are not looked at.
    pub fn is_about(&self, action: &str) -> bool {
        self.set.region.is_about(action)
    }

    fn of(set: Set, example: Option<Request>) -> RequestPattern {
        let region = &set.region;
        RequestPattern {
            actions: NamePattern::of(&region.actions),
            resources: NamePattern::of(&region.resources),
            principals: region
                .principals
                .iter()
                .map(|literal| PrincipalRule {
                    holds: literal.holds,
                    element: literal.element.written.clone(),
                })
                .collect(),
            conditions: region
                .conditions
                .iter()
                .map(|literal| ConditionRule {
                    holds: literal.holds,
                    condition: literal.condition.written.clone(),
                })
                .collect(),
            except: set
                .except
                .iter()
                .map(|except| RequestPattern::of(Set::of(except.clone()), None))
                .collect(),
            example,
            set,
        }
    }
}

impl NamePattern {
    fn of(names: &Names) -> NamePattern {
        let (any, none) = names.parts();
        let texts = |globs: &[glob::Glob]| globs.iter().map(|glob| glob.text.clone()).collect();
        let mut groups = any.iter().map(|group| texts(group));
        NamePattern {
            any: groups.next().unwrap_or_default(),
            and: groups.collect(),
            except: texts(none),
        }
    }
}

/// Compares what two documents mean, each by itself: what other policies in force allow or deny is not looked at.
///
/// Documents that name principals are compared as resource-based policies (trust policies among them), others as
/// identity-based ones (boundaries, session policies and SCPs among them). Requests are those that there can be: of an
/// action with a service, on an ARN or `*`.
pub fn compare(old: &Document, new: &Document) -> Difference {
    let names_principals = |document: &Document| document.statements.iter().any(|s| s.principal.is_some());
    let kind = if names_principals(old) || names_principals(new) {
        PolicyKind::Resource
    } else {
        PolicyKind::Identity
    };
    let (old, new) = (Meaning::of(old, kind), Meaning::of(new, kind));
    let mut difference = Difference::default();
    difference.gained = difference.settled(Side::Gained, new.allowed_beside(&old), &old, &new);
    difference.lost = difference.settled(Side::Lost, old.allowed_beside(&new), &old, &new);
    difference.denied = difference.settled(Side::Denied, new.denied_beside(&old), &old, &new);
    difference.no_longer_denied =
        difference.settled(Side::NoLongerDenied, old.denied_beside(&new), &old, &new);
    difference
}

impl Difference {
    /// The patterns that hold a request; those of which it cannot be told go to the undecided ones.
    fn settled(&mut self, side: Side, found: Vec<Set>, old: &Meaning, new: &Meaning) -> Vec<RequestPattern> {
        let mut patterns = Vec::new();
        for mut set in found {
            match set.member(&|request| side.is_of(old.says(request), new.says(request))) {
                Ok(None) => {}
                Ok(example) => patterns.push(RequestPattern::of(set, example)),
                Err(doubt) => self.undecided.push(Undecided {
                    side,
                    pattern: RequestPattern::of(set, None),
                    doubt,
                }),
            }
        }
        patterns
    }
}

impl Side {
    fn is_of(self, old: Says, new: Says) -> bool {
        match self {
            Side::Gained => new.allows && !old.allows,
            Side::Lost => old.allows && !new.allows,
            Side::Denied => new.denies && !old.denies,
            Side::NoLongerDenied => old.denies && !new.denies,
        }
    }
}

/// What a document says of a request, by itself.
#[derive(Debug, Clone, Copy)]
struct Says {
    allows: bool,
    denies: bool,
}

/// A document as sets of requests, and as the engine has it.
struct Meaning {
    allows: Vec<Region>,
    denies: Vec<Region>,
    engine: Group,
}

impl Meaning {
    fn of(document: &Document, kind: PolicyKind) -> Meaning {
        let of_effect = |effect: Effect| {
            let statements = document.statements.iter().filter(|s| s.effect == effect);
            statements
                .filter_map(|statement| Region::of(statement, document.version, kind))
                .filter(|region| !region.is_plainly_empty())
                .collect()
        };
        let source = Source::new("", Arc::new(document.clone()));
        Meaning {
            allows: of_effect(Effect::Allow),
            denies: of_effect(Effect::Deny),
            engine: Group::compile(kind, std::slice::from_ref(&source)),
        }
    }

    fn says(&self, request: &Request) -> Says {
        let question = Question {
            request,
            has_boundary: false,
        };
        let tally = self
            .engine
            .tally(question, &AskedAction::of(&request.action), true);
        Says {
            allows: tally.allows.any() && !tally.denies,
            denies: tally.denies,
        }
    }

    /// What this allows and the other does not: because none of its Allows does, or because one of its Denies
    /// denies it.
    fn allowed_beside(&self, other: &Meaning) -> Vec<Set> {
        let mut found = Vec::new();
        for allow in &self.allows {
            let Some(allowed) = Set::of(allow.clone()).without_all(&self.denies) else {
                continue;
            };
            let denied: Vec<Set> = other.denies.iter().filter_map(|deny| allowed.and(deny)).collect();
            found.extend(allowed.without_all(&other.allows));
            found.extend(denied);
        }
        drop_covered(&mut found);
        found
    }

    /// What this denies and the other does not.
    fn denied_beside(&self, other: &Meaning) -> Vec<Set> {
        let denied = self.denies.iter();
        let mut found = denied
            .filter_map(|deny| Set::of(deny.clone()).without_all(&other.denies))
            .collect();
        drop_covered(&mut found);
        found
    }
}

#[cfg(test)]
mod moment_tests;
#[cfg(test)]
mod tests;
