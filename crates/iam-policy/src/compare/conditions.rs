//! Conditions that have to hold, or must not: can they all at once? Conditions on different keys are apart from each
//! other, so each key is looked at by itself: values are tried, and where they are all that can make a difference,
//! none that does means that there is none.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Doubt;
use super::glob::{Glob, Variable};
use super::search::{Found, Symbol, search};
use super::values;
use crate::condition::{self, is_readable};
use crate::document::{self, Version};
use crate::operator::{Comparison, Operator, SetOperator};
use crate::request::Context;

/// A condition of a statement, and whether it has to hold.
#[derive(Debug, Clone)]
pub(super) struct Literal {
    pub(super) condition: Arc<Condition>,
    pub(super) holds: bool,
}

/// A condition as written and as the engine has it.
#[derive(Debug)]
pub(super) struct Condition {
    pub(super) written: document::Condition,
    pub(super) key: String,
    operator: Option<Operator>,
    values: BTreeSet<String>,
    version: Version,
    /// Whether it stands in a Deny: what cannot be read counts otherwise there.
    denies: bool,
    compiled: condition::Condition,
}

/// What can be said of a key.
#[derive(Debug)]
pub(super) enum KeyFinding {
    /// No request satisfies the conditions on it.
    Impossible,
    /// A request does that carries it so, or does not carry it.
    Possible(Option<Vec<String>>),
    /// It cannot be told.
    Unknown(Doubt),
}

/// Keys that hold one value in every request (IAM User Guide, "AWS global condition context keys", "Value type").
const ONE_VALUE: &[&str] = &[
    "aws:currenttime",
    "aws:epochtime",
    "aws:multifactorauthage",
    "aws:multifactorauthpresent",
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalisawsservice",
    "aws:principalorgid",
    "aws:principaltype",
    "aws:requestedregion",
    "aws:resourceaccount",
    "aws:resourceorgid",
    "aws:securetransport",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:tokenissuetime",
    "aws:userid",
    "aws:username",
    "aws:viaawsservice",
    "aws:vpcsourceip",
];

/// Keys that hold `true` or `false` and nothing else (the same page: they work with Boolean operators).
const BOOLEAN: &[&str] = &[
    "aws:multifactorauthpresent",
    "aws:principalisawsservice",
    "aws:securetransport",
    "aws:viaawsservice",
];

impl Condition {
    pub(super) fn of(written: &document::Condition, version: Version, denies: bool) -> Condition {
        Condition {
            written: written.clone(),
            key: written.key.to_lowercase(),
            operator: Operator::parse(&written.operator),
            values: written.values.texts().map(str::to_owned).collect(),
            version,
            denies,
            compiled: condition::Condition::compile(written, version, denies),
        }
    }

    pub(super) fn holds(&self, context: &Context) -> bool {
        self.compiled.holds(context)
    }

    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.values.iter().map(String::as_str)
    }

    /// Whether all of its values say what they are, each by itself.
    pub(super) fn is_plainly_readable(&self) -> bool {
        self.is_readable() && !self.has_variables()
    }

    /// Variables in its values.
    pub(super) fn variables(&self) -> Vec<Variable> {
        if !self.has_variables() {
            return Vec::new();
        }
        let globs = self
            .values
            .iter()
            .map(|text| Glob::text(text, self.version, false));
        globs
            .flat_map(|glob| glob.variables().cloned().collect::<Vec<_>>())
            .collect()
    }

    fn has_variables(&self) -> bool {
        self.version == Version::V2012 && self.values.iter().any(|text| text.contains("${"))
    }

    /// Whether both hold in the same requests, by what is written.
    fn says_the_same(&self, other: &Condition) -> bool {
        self.operator == other.operator && self.values == other.values && self.reads_like(other)
    }

    fn reads_like(&self, other: &Condition) -> bool {
        let dollars = self
            .values
            .iter()
            .chain(&other.values)
            .any(|text| text.contains("${"));
        let odd = !self.is_readable() || !other.is_readable();
        self.key == other.key
            && (!dollars || self.version == other.version)
            && (!odd || self.denies == other.denies)
    }

    fn is_readable(&self) -> bool {
        self.operator.is_some_and(|operator| {
            self.values
                .iter()
                .all(|text| is_readable(operator.comparison, text))
        })
    }

    /// Whether `other` holds wherever this does, by what is written: the same, or a value more that may fit.
    pub(super) fn implies(&self, other: &Condition) -> bool {
        if self.says_the_same(other) {
            return true;
        }
        let (Some(own), Some(theirs)) = (self.operator, other.operator) else {
            return false;
        };
        if !self.reads_like(other) || own.comparison != theirs.comparison || own.set != theirs.set {
            return false;
        }
        if own.if_exists != theirs.if_exists && !theirs.if_exists {
            return false;
        }
        if own.comparison.is_negated() {
            other.values.is_subset(&self.values)
        } else {
            self.values.is_subset(&other.values)
        }
    }
}

impl Literal {
    pub(super) fn is_satisfied(&self, context: &Context) -> bool {
        self.condition.holds(context) == self.holds
    }

    /// Whether there cannot be a request that satisfies both, by what is written.
    pub(super) fn contradicts(&self, other: &Literal) -> bool {
        match (self.holds, other.holds) {
            (true, false) => self.condition.implies(&other.condition),
            (false, true) => other.condition.implies(&self.condition),
            _ => false,
        }
    }

    /// Whether every request that satisfies `other` satisfies this, by what is written.
    pub(super) fn follows_from(&self, other: &Literal) -> bool {
        match (self.holds, other.holds) {
            (true, true) => other.condition.implies(&self.condition),
            (false, false) => self.condition.implies(&other.condition),
            _ => false,
        }
    }

    /// The patterns that the key's one value has to be among, or must not be; `None` where there are no such.
    pub(super) fn single_globs(&self) -> Option<(bool, Vec<Glob>)> {
        let operator = self.condition.operator?;
        let asks = self.asks().filter(|_| operator.set == SetOperator::Single)?;
        let globs = values::globs(&self.condition.written, Some(operator), self.condition.version)?;
        Some((asks.among, globs))
    }

    /// Whether it asks something of some value of the key, not of all of them; and whether that value is to be
    /// among the condition's. `None` for what is no question about values.
    fn asks(&self) -> Option<Asks> {
        let operator = self.condition.operator?;
        if operator.comparison == Comparison::Null {
            return None;
        }
        let negated = operator.comparison.is_negated();
        let (some, among) = match operator.set {
            SetOperator::Single => (!negated, !negated),
            SetOperator::ForAnyValue => (true, !negated),
            SetOperator::ForAllValues => (false, !negated),
        };
        Some(if self.holds {
            Asks { some, among }
        } else {
            Asks {
                some: !some,
                among: !among,
            }
        })
    }
}

#[derive(Debug, Clone, Copy)]
struct Asks {
    some: bool,
    among: bool,
}

/// Whether a request can satisfy all of these, which are about one key. `context`: what it carries besides.
pub(super) fn possible(literals: &[&Literal], context: &Context) -> KeyFinding {
    let Some(key) = literals
        .first()
        .map(|literal| literal.condition.written.key.as_str())
    else {
        return KeyFinding::Possible(None);
    };
    let candidates = Candidates::of(literals, context);
    let with = |values: Option<&[String]>| {
        let mut context = context.clone();
        match values {
            Some(values) => context.insert(key, values.to_vec()),
            None => context.remove(key),
        }
        context
    };
    let satisfied = |values: Option<&[String]>, among: &dyn Fn(&Literal) -> bool| {
        let context = with(values);
        let mut literals = literals.iter().filter(|literal| among(literal));
        literals.all(|literal| literal.is_satisfied(&context))
    };
    let all = |_: &Literal| true;
    let single = candidates
        .values
        .iter()
        .map(std::slice::from_ref)
        .find(|values| satisfied(Some(values), &all));
    if let Some(found) = single {
        return KeyFinding::Possible(Some(found.to_vec()));
    }
    if satisfied(None, &all) {
        return KeyFinding::Possible(None);
    }
    let holds_one = ONE_VALUE.contains(&key.to_lowercase().as_str());
    if !holds_one && satisfied(Some(&[]), &all) {
        return KeyFinding::Possible(Some(Vec::new()));
    }
    // Each value that no condition on all values forbids: if one of several helps, it is among them.
    let of_every_value = |literal: &Literal| literal.asks().is_some_and(|asks| !asks.some);
    let mut several: Vec<String> = candidates
        .values
        .iter()
        .filter(|value| satisfied(Some(std::slice::from_ref(*value)), &of_every_value))
        .cloned()
        .collect();
    let mut together = satisfied(Some(&several), &all);
    if !together {
        several.retain(|value| !value.is_empty());
        together = satisfied(Some(&several), &all);
    }
    if together {
        let sets = |literal: &&Literal| {
            let operator = literal.condition.operator;
            operator.is_some_and(|operator| operator.set != SetOperator::Single)
        };
        return if holds_one && candidates.complete {
            KeyFinding::Impossible
        } else if literals.iter().any(sets) && !holds_one {
            KeyFinding::Possible(Some(several))
        } else {
            KeyFinding::Unknown(Doubt::SeveralValues { key: key.to_owned() })
        };
    }
    if candidates.complete {
        KeyFinding::Impossible
    } else {
        KeyFinding::Unknown(Doubt::Condition { key: key.to_owned() })
    }
}

/// Values to try.
struct Candidates {
    /// The most natural first.
    values: Vec<String>,
    /// Whether a value that is not among them makes no difference that one of them does not.
    complete: bool,
}

impl Candidates {
    fn of(literals: &[&Literal], context: &Context) -> Candidates {
        let conditions = || literals.iter().map(|literal| &*literal.condition);
        let comparisons: Vec<Comparison> = conditions()
            .filter_map(|condition| condition.operator)
            .map(|operator| operator.comparison)
            .filter(|comparison| *comparison != Comparison::Null)
            .collect();
        let kinds: BTreeSet<values::Kind> = comparisons.iter().map(|c| values::Kind::of(*c)).collect();
        let mut found = Candidates {
            values: Vec::new(),
            complete: kinds.len() <= 1 && !conditions().any(Condition::has_variables),
        };
        for kind in &kinds {
            let texts = conditions().filter(|condition| {
                let operator = condition.operator;
                operator.is_some_and(|operator| values::Kind::of(operator.comparison) == *kind)
            });
            let texts: BTreeSet<&str> = texts
                .flat_map(|condition| condition.values.iter().map(String::as_str))
                .collect();
            let (mut near, complete) = kind.near(&texts);
            found.values.append(&mut near);
            found.complete &= complete;
        }
        if kinds.contains(&values::Kind::Text) {
            found.search_texts(literals);
        }
        // What a variable stands for in this request.
        for text in conditions().filter(|c| c.has_variables()).flat_map(|c| &c.values) {
            found.values.extend(filled(text, context));
        }
        found.values.extend(["example".to_owned(), String::new()]);
        if conditions().any(|condition| BOOLEAN.contains(&condition.key.as_str())) {
            found.values.extend(["true".to_owned(), "false".to_owned()]);
            // However a policy writes them.
            found.values.retain(|value| is_readable(Comparison::Null, value));
            found.complete = !conditions().any(Condition::has_variables);
        }
        found
    }

    /// Texts that fit and do not fit as the conditions ask; all that are needed, if that can be told.
    fn search_texts(&mut self, literals: &[&Literal]) {
        let mut asked = Vec::new();
        for literal in literals {
            let Some(asks) = literal.asks() else { continue };
            match values::globs(
                &literal.condition.written,
                literal.condition.operator,
                literal.condition.version,
            ) {
                Some(globs) => asked.push((asks, globs)),
                None => self.complete = false,
            }
        }
        // A value with something in it reads better, and an ARN where ARNs are compared.
        let is_of_arns = literals.iter().any(|literal| {
            let operator = literal.condition.operator;
            operator.is_some_and(|operator| operator.comparison.is_of_arns())
        });
        let likely = Glob::text("arn:aws:?*:*:111122223333:?*", Version::V2012, true);
        let something = Glob::text("?*", Version::V2012, true);
        let anything = Glob::everything();
        let mut look = |any: &Glob, chosen: &dyn Fn(usize, Asks) -> bool| {
            let mut all: Vec<Vec<&Glob>> = vec![vec![any]];
            let mut none: Vec<&Glob> = Vec::new();
            for (place, (asks, globs)) in asked.iter().enumerate() {
                if !chosen(place, *asks) {
                    continue;
                }
                if asks.among {
                    all.push(globs.iter().collect());
                } else {
                    none.extend(globs);
                }
            }
            let all: Vec<&[&Glob]> = all.iter().map(Vec::as_slice).collect();
            match search(&all, &none) {
                Found::Text(symbols) => self.values.push(plain(&symbols)),
                Found::Nothing => {}
                Found::GaveUp => self.complete = false,
            }
        };
        if is_of_arns {
            look(&likely, &|_, _| true);
        }
        for any in [&something, &anything] {
            look(any, &|_, _| true);
            look(any, &|_, asks| !asks.some);
            for wanted in 0..asked.len() {
                look(any, &|place, asks| !asks.some || place == wanted);
            }
        }
    }
}

fn plain(symbols: &[Symbol]) -> String {
    let characters = symbols.iter().filter_map(|symbol| match symbol {
        Symbol::Char(character) => Some(*character),
        Symbol::Variable(_) => None,
    });
    characters.collect()
}

/// The text with the values of its variables in place, if they have some; wildcards stand for nothing.
fn filled(text: &str, context: &Context) -> Option<String> {
    use super::glob::Token;
    let glob = Glob::text(text, Version::V2012, true);
    let mut filled = String::new();
    for token in &glob.tokens {
        match token {
            Token::Is(character) | Token::Letter(character) => filled.push(*character),
            Token::One(_) => filled.push('x'),
            Token::Many(_) => {}
            Token::Variable(variable) => filled.push_str(variable.value(context)?),
        }
    }
    Some(filled)
}
