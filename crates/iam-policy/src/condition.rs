//! Conditions: compiled operators and the rules for missing keys and several values.
//! IAM User Guide, "IAM JSON policy elements: Condition operators", "Set operators for multivalued context keys".

use std::cmp::Ordering;
use std::net::IpAddr;

use crate::arn_pattern::ArnPattern;
use crate::document::{self, Version};
use crate::operator::{Comparison, Operator, SetOperator};
use crate::outlook::Outlook;
use crate::pattern::{Pattern, Syntax};
use crate::request::{Context, LowerKey};
use crate::value::date::Instant;
use crate::value::network::Network;
use crate::value::number::Number;
use crate::value::{binary, parse_bool};

/// A compiled condition.
#[derive(Debug)]
pub(crate) struct Condition {
    key: LowerKey,
    set: SetOperator,
    if_exists: bool,
    negated: bool,
    test: Test,
}

/// What one value of the request is compared with. Values of the policy that cannot be read as the
/// operator's type are left out: nothing equals them.
#[derive(Debug)]
enum Test {
    Equal(Box<[Pattern]>),
    EqualIgnoringCase(Box<[Pattern]>),
    Like(Box<[Pattern]>),
    Arn(Box<[ArnPattern]>),
    Number(Order, Box<[Number]>),
    Date(Order, Box<[Instant]>),
    /// What is written out, and what a variable stands for.
    Bool(Box<[bool]>, Box<[Pattern]>),
    Binary(Box<[Vec<u8>]>),
    Address(Box<[Network]>),
    Null(Box<[bool]>),
    /// An operator that does not exist: made by a program, for the parser refuses it.
    Unknown {
        holds: bool,
    },
}

/// Which orderings of the request's value to the policy's satisfy a comparison.
#[derive(Debug, Clone, Copy)]
enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Order {
    fn accepts(self, ordering: Ordering) -> bool {
        match self {
            Order::Equal => ordering.is_eq(),
            Order::Less => ordering.is_lt(),
            Order::LessOrEqual => ordering.is_le(),
            Order::Greater => ordering.is_gt(),
            Order::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

impl Condition {
    /// `holds_if_unknown`: what an operator that does not exist comes to, and a negated one with a value that
    /// cannot be read; such a condition must neither widen an Allow nor weaken a Deny.
    pub(crate) fn compile(
        condition: &document::Condition,
        version: Version,
        holds_if_unknown: bool,
    ) -> Condition {
        let key = condition.key.as_str().into();
        let Some(operator) = Operator::parse(&condition.operator) else {
            return Condition {
                key,
                set: SetOperator::Single,
                if_exists: false,
                negated: false,
                test: Test::Unknown {
                    holds: holds_if_unknown,
                },
            };
        };
        let negated = operator.comparison.is_negated();
        let readable = condition
            .values
            .texts()
            .all(|text| is_readable(operator.comparison, text));
        // What "other than" nonsense would be is anything: nothing that an Allow may hang on.
        let test = if negated && !readable && !holds_if_unknown {
            Test::Unknown { holds: false }
        } else {
            Test::compile(operator.comparison, condition, version)
        };
        Condition {
            key,
            set: operator.set,
            if_exists: operator.if_exists,
            negated,
            test,
        }
    }

    /// Whether the condition is satisfied.
    pub(crate) fn holds(&self, context: &Context) -> bool {
        let values = context.get_lower(&self.key);
        match &self.test {
            Test::Null(wanted) => {
                let absent = values.is_none_or(|values| values.iter().all(String::is_empty));
                return wanted.contains(&absent);
            }
            Test::Unknown { holds } => return *holds,
            _ => {}
        }
        let fits = |value: &String| self.test.accepts(value, context) != self.negated;
        // "a null data set, such as an empty string" counts as no value for the set operators.
        let is_null = |values: &[String]| values.iter().all(String::is_empty);
        match (self.set, values) {
            (SetOperator::ForAllValues, None) => true,
            (SetOperator::ForAllValues, Some(values)) => is_null(values) || values.iter().all(fits),
            (SetOperator::ForAnyValue, None) => self.if_exists,
            (SetOperator::ForAnyValue, Some(values)) => !is_null(values) && values.iter().any(fits),
            (SetOperator::Single, None) => self.if_exists || self.negated,
            (SetOperator::Single, Some(values)) => {
                values.iter().any(|value| self.test.accepts(value, context)) != self.negated
            }
        }
    }

    /// Whether the request carries the key.
    pub(crate) fn key_is_missing(&self, context: &Context) -> bool {
        context.get_lower(&self.key).is_none()
    }

    /// What it can come to once the request carries the key with some value.
    pub(crate) fn with_key(&self) -> Outlook {
        match &self.test {
            Test::Null(wanted) => Outlook::settled(wanted.contains(&false)),
            Test::Unknown { holds } => Outlook::settled(*holds),
            test if test.accepts_nothing() => Outlook::settled(self.negated),
            _ => Outlook::OPEN,
        }
    }

    /// What it can come to once variables in its values have a value whose keys are missing.
    pub(crate) fn with_variables(&self, context: &Context) -> Outlook {
        let holds = self.holds(context);
        let mut missing = self.missing_variables(context).peekable();
        let waits = missing.peek().is_some();
        // Where nothing stood in for the variable, a value only makes more values fit.
        if waits && (holds == self.negated || missing.any(|(_, has_default)| has_default)) {
            Outlook::OPEN
        } else {
            Outlook::settled(holds)
        }
    }

    /// Variables in the condition's values whose keys the request does not carry: the key, and whether a
    /// default stands in for it.
    pub(crate) fn missing_variables<'c>(
        &'c self,
        context: &'c Context,
    ) -> Box<dyn Iterator<Item = (&'c str, bool)> + 'c> {
        match &self.test {
            Test::Equal(patterns)
            | Test::EqualIgnoringCase(patterns)
            | Test::Like(patterns)
            | Test::Bool(_, patterns) => {
                Box::new(patterns.iter().flat_map(|pattern| pattern.missing(context)))
            }
            Test::Arn(patterns) => Box::new(patterns.iter().flat_map(|pattern| pattern.missing(context))),
            _ => Box::new(std::iter::empty()),
        }
    }
}

/// Whether a value of the policy is of the operator's type. Any text is a string or a pattern of an ARN; a
/// variable may stand for a boolean.
pub(crate) fn is_readable(comparison: Comparison, text: &str) -> bool {
    use Comparison as C;
    match comparison {
        C::NumericEquals
        | C::NumericNotEquals
        | C::NumericLessThan
        | C::NumericLessThanEquals
        | C::NumericGreaterThan
        | C::NumericGreaterThanEquals => Number::parse(text).is_some(),
        C::DateEquals
        | C::DateNotEquals
        | C::DateLessThan
        | C::DateLessThanEquals
        | C::DateGreaterThan
        | C::DateGreaterThanEquals => Instant::parse(text).is_some(),
        C::IpAddress | C::NotIpAddress => Network::parse(text).is_some(),
        C::Bool => parse_bool(text).is_some() || text.contains("${"),
        C::Null => parse_bool(text).is_some(),
        C::BinaryEquals => binary::decode(text).is_some(),
        _ => true,
    }
}

impl Test {
    fn compile(comparison: Comparison, condition: &document::Condition, version: Version) -> Test {
        use Comparison as C;
        let texts = || condition.values.texts();
        let patterns = |wildcards| {
            texts()
                .map(|text| Pattern::compile(text, Syntax::of(version, wildcards)))
                .collect()
        };
        let numbers = |order| Test::Number(order, texts().filter_map(Number::parse).collect());
        let dates = |order| Test::Date(order, texts().filter_map(Instant::parse).collect());
        match comparison {
            C::StringEquals | C::StringNotEquals => Test::Equal(patterns(false)),
            C::StringEqualsIgnoreCase | C::StringNotEqualsIgnoreCase => {
                Test::EqualIgnoringCase(patterns(false))
            }
            C::StringLike | C::StringNotLike => Test::Like(patterns(true)),
            C::ArnEquals | C::ArnNotEquals | C::ArnLike | C::ArnNotLike => Test::Arn(
                texts()
                    .map(|text| ArnPattern::compile(text, Syntax::of(version, true)))
                    .collect(),
            ),
            C::NumericEquals | C::NumericNotEquals => numbers(Order::Equal),
            C::NumericLessThan => numbers(Order::Less),
            C::NumericLessThanEquals => numbers(Order::LessOrEqual),
            C::NumericGreaterThan => numbers(Order::Greater),
            C::NumericGreaterThanEquals => numbers(Order::GreaterOrEqual),
            C::DateEquals | C::DateNotEquals => dates(Order::Equal),
            C::DateLessThan => dates(Order::Less),
            C::DateLessThanEquals => dates(Order::LessOrEqual),
            C::DateGreaterThan => dates(Order::Greater),
            C::DateGreaterThanEquals => dates(Order::GreaterOrEqual),
            C::Bool => Test::Bool(
                texts().filter_map(parse_bool).collect(),
                texts()
                    .filter(|text| parse_bool(text).is_none())
                    .map(|text| Pattern::compile(text, Syntax::of(version, false)))
                    .collect(),
            ),
            C::BinaryEquals => Test::Binary(texts().filter_map(binary::decode).collect()),
            C::IpAddress | C::NotIpAddress => Test::Address(texts().filter_map(Network::parse).collect()),
            C::Null => Test::Null(texts().filter_map(parse_bool).collect()),
        }
    }

    /// Whether there is nothing to compare with: no value of the policy can be read.
    fn accepts_nothing(&self) -> bool {
        match self {
            Test::Equal(patterns) | Test::EqualIgnoringCase(patterns) | Test::Like(patterns) => {
                patterns.is_empty()
            }
            Test::Arn(patterns) => patterns.is_empty(),
            Test::Number(_, wanted) => wanted.is_empty(),
            Test::Date(_, wanted) => wanted.is_empty(),
            Test::Bool(wanted, patterns) => wanted.is_empty() && patterns.is_empty(),
            Test::Null(wanted) => wanted.is_empty(),
            Test::Binary(wanted) => wanted.is_empty(),
            Test::Address(wanted) => wanted.is_empty(),
            Test::Unknown { .. } => true,
        }
    }

    /// Whether one value of the request fits one of the policy's, by the comparison that is not negated.
    fn accepts(&self, value: &str, context: &Context) -> bool {
        match self {
            Test::Equal(patterns) | Test::Like(patterns) => {
                patterns.iter().any(|pattern| pattern.matches(value, context))
            }
            Test::EqualIgnoringCase(patterns) => patterns
                .iter()
                .any(|pattern| pattern.equals_ignoring_case(value, context)),
            Test::Arn(patterns) => patterns.iter().any(|pattern| pattern.matches(value, context)),
            Test::Number(order, wanted) => {
                Number::parse(value).is_some_and(|found| wanted.iter().any(|w| order.accepts(found.cmp(w))))
            }
            Test::Date(order, wanted) => {
                Instant::parse(value).is_some_and(|found| wanted.iter().any(|w| order.accepts(found.cmp(w))))
            }
            Test::Bool(wanted, variables) => parse_bool(value).is_some_and(|found| {
                wanted.contains(&found)
                    || variables
                        .iter()
                        .any(|pattern| pattern.equals_ignoring_case(value, context))
            }),
            Test::Binary(wanted) => {
                // The request carries the bytes in base64 as well; where it does not, they are the text's own.
                let decoded = binary::decode(value);
                wanted
                    .iter()
                    .any(|w| decoded.as_ref() == Some(w) || w == value.as_bytes())
            }
            Test::Address(wanted) => value
                .trim()
                .parse::<IpAddr>()
                .is_ok_and(|found| wanted.iter().any(|network| network.contains(found))),
            Test::Null(_) | Test::Unknown { .. } => false,
        }
    }
}

#[cfg(test)]
#[path = "condition_tests.rs"]
mod tests;
