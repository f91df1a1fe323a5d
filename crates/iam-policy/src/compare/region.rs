//! A set of requests, element by element, as a statement describes one: what is left of it without another's, and a
//! member of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Doubt;
use super::conditions::{self, KeyFinding};
use super::glob::{Glob, Variable};
use super::names::{EXAMPLE, Members, Names};
use super::principals;
use super::search::Symbol;
use super::tied;
use crate::action;
use crate::document::{Effect, Statement, Version};
use crate::pattern::{Pattern, Syntax};
use crate::policy_set::PolicyKind;
use crate::request::{Context, Request};

/// A set of requests.
#[derive(Debug, Clone)]
pub(super) struct Region {
    pub(super) actions: Names,
    pub(super) resources: Names,
    /// Each has to match, or must not.
    pub(super) principals: Vec<principals::Literal>,
    /// Each has to hold, or must not.
    pub(super) conditions: Vec<conditions::Literal>,
}

/// What policy variables stand for in an example.
#[derive(Debug, Clone, Copy)]
enum Values {
    /// Something else each.
    Different,
    /// All the same.
    Same,
    /// Nothing: their keys are missing.
    None,
}

impl Region {
    /// The requests that a statement is about. `None`: an Allow that lacks what it needs, or has what has no place.
    pub(super) fn of(statement: &Statement, version: Version, kind: PolicyKind) -> Option<Region> {
        let denies = statement.effect == Effect::Deny;
        let names_principals = kind.names_principals();
        let resources = match &statement.resource {
            Some(clause) => {
                let globs = clause
                    .resources
                    .texts()
                    .map(|text| Glob::text(text, version, true));
                Names::of(clause.negated, globs.collect())
            }
            None if names_principals || denies => Names::everything(),
            None => return None,
        };
        let principals = match &statement.principal {
            Some(clause) if names_principals => vec![principals::Literal {
                element: Arc::new(principals::Element::of(clause, denies)),
                holds: true,
            }],
            None if names_principals && !denies => return None,
            Some(_) if !denies => return None,
            _ => Vec::new(),
        };
        let mut region = Region {
            actions: Names::of(
                statement.action.negated,
                statement.action.actions.texts().map(Glob::action).collect(),
            ),
            resources,
            principals,
            conditions: Vec::new(),
        };
        for condition in &statement.conditions {
            region.require(conditions::Literal {
                condition: Arc::new(conditions::Condition::of(condition, version, denies)),
                holds: true,
            });
        }
        Some(region)
    }

    fn require(&mut self, literal: conditions::Literal) {
        if self.conditions.iter().any(|own| literal.follows_from(own)) {
            return;
        }
        self.conditions.retain(|own| !own.follows_from(&literal));
        self.conditions.push(literal);
    }

    fn require_principal(&mut self, literal: principals::Literal) {
        if self.principals.iter().any(|own| literal.follows_from(own)) {
            return;
        }
        self.principals.retain(|own| !own.follows_from(&literal));
        self.principals.push(literal);
    }

    /// The requests in both.
    pub(super) fn and(&self, other: &Region) -> Region {
        let mut both = Region {
            actions: self.actions.and(&other.actions),
            resources: self.resources.and(&other.resources),
            principals: self.principals.clone(),
            conditions: self.conditions.clone(),
        };
        for literal in &other.principals {
            both.require_principal(literal.clone());
        }
        for literal in &other.conditions {
            both.require(literal.clone());
        }
        both
    }

    /// Whether it is plain that no request is in it.
    pub(super) fn is_plainly_empty(&self) -> bool {
        let against = |place: usize, literal: &conditions::Literal| {
            let others = self.conditions.get(place + 1..).unwrap_or_default();
            others.iter().any(|other| literal.contradicts(other))
        };
        let against_principal = |place: usize, literal: &principals::Literal| {
            let others = self.principals.get(place + 1..).unwrap_or_default();
            others.iter().any(|other| literal.contradicts(other))
        };
        self.actions.is_plainly_empty()
            || self.resources.is_plainly_empty()
            || self.conditions.iter().enumerate().any(|(place, l)| against(place, l))
            || self.principals.iter().enumerate().any(|(place, l)| against_principal(place, l))
            // Who is not everyone is nobody.
            || self.principals.iter().any(|l| !l.holds && l.element.is_everyone())
    }

    /// The requests that are not in `other`: together, those in all of these.
    pub(super) fn without(&self, other: &Region) -> Vec<Region> {
        if self.and(other).is_plainly_empty() {
            return vec![self.clone()];
        }
        let by_action = self
            .actions
            .without(&other.actions)
            .into_iter()
            .map(|actions| Region {
                actions,
                ..self.clone()
            });
        let resources = self.resources.without(&other.resources);
        let by_resource = resources.into_iter().map(|resources| Region {
            resources,
            ..self.clone()
        });
        let by_principal = other.principals.iter().map(|literal| {
            let mut rest = self.clone();
            rest.require_principal(principals::Literal {
                holds: !literal.holds,
                ..literal.clone()
            });
            rest
        });
        let by_condition = other.conditions.iter().map(|literal| {
            let mut rest = self.clone();
            rest.require(conditions::Literal {
                holds: !literal.holds,
                ..literal.clone()
            });
            rest
        });
        let rests = by_action
            .chain(by_resource)
            .chain(by_principal)
            .chain(by_condition);
        rests.filter(|rest| !rest.is_plainly_empty()).collect()
    }

    /// Whether it is plain that every request of it is in `other`.
    pub(super) fn is_within(&self, other: &Region) -> bool {
        self.without(other).is_empty()
    }

    /// Whether it has requests of an action, by its actions alone.
    pub(super) fn is_about(&self, action: &str) -> bool {
        has(&self.actions, &|glob| action::fits(&glob.text, action))
    }

    /// Whether a request is in it.
    pub(super) fn contains(&self, request: &Request) -> bool {
        let context = &request.context;
        let resource = |glob: &Glob| {
            let pattern = Pattern::compile(&glob.text, Syntax::of(Version::V2012, true));
            pattern.matches(&request.resource, context)
        };
        self.is_about(&request.action)
            && has(&self.resources, &resource)
            && self
                .principals
                .iter()
                .all(|literal| literal.element.matches(&request.principal, context) == literal.holds)
            && self
                .conditions
                .iter()
                .all(|literal| literal.condition.holds(context) == literal.holds)
    }

    /// The keys of its conditions that tell the moment or who asks, as they are written.
    pub(super) fn tied_keys(&self) -> impl Iterator<Item = &str> {
        let conditions = self.conditions.iter().map(|literal| &*literal.condition);
        conditions
            .filter(|condition| tied::is_of_moment(&condition.key) || tied::is_of_asker(&condition.key))
            .map(|condition| condition.written.key.as_str())
    }

    /// A request of it for which `is_right` says so; `Ok(None)` if there is none. Patterns that nothing fits are
    /// left out on the way. It tells its moment and who asks by `tied_keys` at least.
    pub(super) fn member(
        &mut self,
        tied_keys: &[String],
        is_right: impl Fn(&Request) -> bool,
    ) -> Result<Option<Request>, Doubt> {
        let actions = self.actions.settle(&[Glob::action("?*:?*")]);
        let resources = self.resources.settle(&resource_universe());
        if matches!(actions, Members::None) || matches!(resources, Members::None) {
            return Ok(None);
        }
        let mut doubt = Doubt::Variables;
        for values in [Values::Different, Values::Same, Values::None] {
            let mut context = match self.context(values, tied_keys) {
                Ok(Some(context)) => context,
                Ok(None) => return Ok(None),
                Err(why) => {
                    doubt = why;
                    continue;
                }
            };
            let of_asker: Vec<&conditions::Literal> = self
                .conditions
                .iter()
                .filter(|literal| tied::is_of_asker(&literal.condition.key))
                .collect();
            let principal = match tied::asker(&self.principals, &of_asker, tied_keys, &mut context) {
                Ok(Some(principal)) => principal,
                Ok(None) => return Ok(None),
                Err(why) => return Err(why),
            };
            let (Members::Some(action), Members::Some(resource)) = (&actions, &resources) else {
                return Err(if self.variables().is_empty() {
                    Doubt::TooMuch
                } else {
                    Doubt::Variables
                });
            };
            let (Some(action), Some(resource)) = (text_of(action, &context), text_of(resource, &context))
            else {
                continue;
            };
            let mut request = Request::new(principal, action, resource);
            request.context = context;
            if self.contains(&request) && is_right(&request) {
                return Ok(Some(request));
            }
        }
        Err(doubt)
    }

    fn variables(&self) -> Vec<Variable> {
        let mut variables: Vec<Variable> = self.resources.variables().cloned().collect();
        for literal in &self.conditions {
            variables.extend(literal.condition.variables());
        }
        variables.sort();
        variables.dedup();
        variables
    }

    /// The key of a variable as the policies write it.
    fn spelt<'s>(&'s self, variable: &'s Variable) -> &'s str {
        let (any, none) = self.resources.parts();
        let resources = any.iter().flatten().chain(none).map(|glob| glob.text.as_str());
        let values = self
            .conditions
            .iter()
            .flat_map(|literal| literal.condition.texts());
        let start = format!("${{{}", variable.key);
        let written = resources.chain(values).find_map(|text| {
            let at = text.to_ascii_lowercase().find(&start)? + "${".len();
            text.get(at..at + variable.key.len())
        });
        written.unwrap_or(&variable.key)
    }

    /// A context in which the conditions are as they have to be; `Ok(None)` if there is none.
    fn context(&self, values: Values, tied_keys: &[String]) -> Result<Option<Context>, Doubt> {
        let mut context = Context::new();
        for (nth, variable) in self.variables().iter().enumerate() {
            let value = match values {
                Values::None => break,
                Values::Different if nth > 0 => format!("{EXAMPLE}{}", nth + 1),
                Values::Different | Values::Same => EXAMPLE.to_owned(),
            };
            let value = tied::natural(&variable.key).map_or(value, str::to_owned);
            context.insert(self.spelt(variable), value);
        }
        let mut by_key: BTreeMap<&str, Vec<&conditions::Literal>> = BTreeMap::new();
        let mut of_moment: Vec<&conditions::Literal> = Vec::new();
        for literal in &self.conditions {
            let key = literal.condition.key.as_str();
            if tied::is_of_moment(key) {
                of_moment.push(literal);
            } else if !tied::is_of_asker(key) {
                by_key.entry(key).or_default().push(literal);
            }
        }
        let mut doubt = None;
        match tied::moment(&of_moment, tied_keys, &mut context) {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(why) => doubt = Some(why),
        }
        for literals in by_key.values() {
            let key = literals
                .first()
                .map_or("", |literal| &literal.condition.written.key);
            match conditions::possible(literals, &context) {
                KeyFinding::Impossible => return Ok(None),
                KeyFinding::Possible(Some(values)) => context.insert(key, values),
                KeyFinding::Possible(None) => context.remove(key),
                // Another key may still show that there is nothing.
                KeyFinding::Unknown(why) => doubt = Some(why),
            }
        }
        doubt.map_or(Ok(Some(context)), Err)
    }
}

fn has(names: &Names, fits: &dyn Fn(&Glob) -> bool) -> bool {
    let (any, none) = names.parts();
    any.iter().all(|group| group.iter().any(fits)) && !none.iter().any(fits)
}

/// AWS's partitions (AWS General Reference, "Amazon Resource Names (ARNs)", and the ones that came later).
const PARTITIONS: [&str; 5] = ["aws", "aws-cn", "aws-us-gov", "aws-eusc", "aws-iso*"];

/// What a request can be about: an ARN, or `*`.
fn resource_universe() -> Vec<Glob> {
    let arns = PARTITIONS.map(|partition| format!("arn:{partition}:?*:*:*:?*"));
    let arns = arns.iter().map(|text| Glob::text(text, Version::V2012, true));
    arns.chain([Glob::text("*", Version::V2012, false)]).collect()
}

fn text_of(symbols: &[Symbol], context: &Context) -> Option<String> {
    let mut text = String::new();
    for symbol in symbols {
        match symbol {
            Symbol::Char(character) => text.push(*character),
            Symbol::Variable(variable) => text.push_str(variable.value(context)?),
        }
    }
    Some(text)
}
