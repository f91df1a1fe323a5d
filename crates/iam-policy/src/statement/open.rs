//! Statements that hang on keys which the request does not carry.
//! Each condition is looked at by itself, so that a value is taken to exist wherever one could.

use super::{Question, Resources, Scope, Statement};
use crate::action;
use crate::document;
use crate::outlook::Outlook;
use crate::pattern::Pattern;
use crate::principal::MatchedBy;
use crate::request::{Context, Request};

/// What is known of a statement that may hold or not, by what missing keys are.
#[derive(Debug)]
pub(crate) struct Open {
    /// How it matches the principal when it holds.
    pub by: MatchedBy,
    /// The missing keys that it hangs on, as written.
    pub keys: Vec<String>,
}

/// A part of a statement: a resource element, the conditions on one key.
struct Part {
    outlook: Outlook,
    keys: Vec<String>,
}

/// The conditions on one missing key.
struct OnKey {
    key: String,
    absent: Outlook,
    given: Outlook,
    keys: Vec<String>,
}

impl Statement {
    /// On which missing keys it hangs whether the statement, written so, holds; `None` when on none.
    pub(crate) fn open(&self, written: &document::Statement, question: Question<'_>) -> Option<Open> {
        if !action::fits_clause(&written.action, &question.request.action) {
            return None;
        }
        let by = self.principal_fits(question);
        if !by.any() {
            return None;
        }
        let mut parts = vec![self.resource_part(question)];
        parts.extend(self.condition_parts(written, &question.request.context));
        let whole = parts
            .iter()
            .fold(Outlook::settled(true), |whole, part| whole.and(part.outlook));
        if !whole.is_open() {
            return None;
        }
        let open = parts.into_iter().filter(|part| part.outlook.is_open());
        Some(Open {
            by,
            keys: open.flat_map(|part| part.keys).collect(),
        })
    }

    fn resource_part(&self, question: Question<'_>) -> Part {
        let settled = Part {
            outlook: Outlook::settled(self.resource_fits(question)),
            keys: Vec::new(),
        };
        let Scope::Only(Resources { patterns, .. }) = &self.resource else {
            return settled;
        };
        let Request {
            resource, context, ..
        } = question.request;
        // With one pattern that fits whatever the keys are there is nothing to wait for.
        let fits_anyway = |pattern: &Pattern| {
            pattern.missing(context).next().is_none() && pattern.matches(resource, context)
        };
        let keys: Vec<String> = patterns
            .iter()
            .filter(|pattern| pattern.could_match(resource, context))
            .flat_map(|pattern| pattern.missing(context))
            .map(|(key, _)| key.to_owned())
            .collect();
        if keys.is_empty() || patterns.iter().any(fits_anyway) {
            return settled;
        }
        Part {
            outlook: Outlook::OPEN,
            keys,
        }
    }

    fn condition_parts(&self, written: &document::Statement, context: &Context) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        let mut on_missing: Vec<OnKey> = Vec::new();
        for (condition, written) in self.conditions.iter().zip(&written.conditions) {
            let variables = condition
                .missing_variables(context)
                .map(|(key, _)| key.to_owned());
            if !condition.key_is_missing(context) {
                parts.push(Part {
                    outlook: condition.with_variables(context),
                    keys: variables.collect(),
                });
                continue;
            }
            let absent = Outlook::settled(condition.holds(context));
            let given = condition.with_key();
            let key = written.key.to_lowercase();
            match on_missing.iter_mut().find(|known| known.key == key) {
                Some(known) => {
                    known.absent = known.absent.and(absent);
                    known.given = known.given.and(given);
                    known.keys.extend(variables);
                }
                None => on_missing.push(OnKey {
                    key,
                    absent,
                    given,
                    keys: std::iter::once(written.key.clone()).chain(variables).collect(),
                }),
            }
        }
        parts.extend(on_missing.into_iter().map(|on| Part {
            outlook: on.absent.or_else(on.given),
            keys: on.keys,
        }));
        parts
    }
}
