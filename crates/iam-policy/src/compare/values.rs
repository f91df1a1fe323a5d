//! Values of condition keys that tell conditions apart: those that policies name, and what lies beside them.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use jiff::{SignedDuration, Timestamp};

use super::glob::Glob;
use crate::document::{self, Version};
use crate::operator::{Comparison, Operator};
use crate::value::date::Instant;
use crate::value::network::Network;
use crate::value::number::Number;

/// What operators take values for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Texts and ARNs, letter by letter.
    Text,
    Number,
    Date,
    Bool,
    Address,
    Binary,
    /// `Null` asks for no value.
    Presence,
}

impl Kind {
    pub(super) fn of(comparison: Comparison) -> Kind {
        use Comparison as C;
        match comparison {
            C::StringEquals
            | C::StringNotEquals
            | C::StringLike
            | C::StringNotLike
            | C::ArnEquals
            | C::ArnNotEquals
            | C::ArnLike
            | C::ArnNotLike
            | C::StringEqualsIgnoreCase
            | C::StringNotEqualsIgnoreCase => Kind::Text,
            C::NumericEquals
            | C::NumericNotEquals
            | C::NumericLessThan
            | C::NumericLessThanEquals
            | C::NumericGreaterThan
            | C::NumericGreaterThanEquals => Kind::Number,
            C::DateEquals
            | C::DateNotEquals
            | C::DateLessThan
            | C::DateLessThanEquals
            | C::DateGreaterThan
            | C::DateGreaterThanEquals => Kind::Date,
            C::Bool => Kind::Bool,
            C::BinaryEquals => Kind::Binary,
            C::IpAddress | C::NotIpAddress => Kind::Address,
            C::Null => Kind::Presence,
        }
    }

    /// Values at and beside those of policies, and whether these are all that make a difference.
    pub(super) fn near(self, texts: &BTreeSet<&str>) -> (Vec<String>, bool) {
        match self {
            // Texts are searched for.
            Kind::Text | Kind::Presence => (Vec::new(), true),
            Kind::Binary => (texts.iter().map(|text| (*text).to_owned()).collect(), false),
            Kind::Bool => (vec!["true".to_owned(), "false".to_owned()], true),
            Kind::Number => numbers(texts),
            Kind::Date => dates(texts),
            Kind::Address => addresses(texts),
        }
    }
}

/// The patterns that a condition on texts or ARNs compares with; `None` where they are not known.
pub(super) fn globs(
    condition: &document::Condition,
    operator: Option<Operator>,
    version: Version,
) -> Option<Vec<Glob>> {
    use Comparison as C;
    let texts = condition.values.texts();
    match operator?.comparison {
        C::StringEquals | C::StringNotEquals => {
            Some(texts.map(|text| Glob::text(text, version, false)).collect())
        }
        C::StringEqualsIgnoreCase | C::StringNotEqualsIgnoreCase => {
            texts.map(|text| Glob::folded(text, version)).collect()
        }
        C::StringLike | C::StringNotLike => Some(texts.map(|text| Glob::text(text, version, true)).collect()),
        C::ArnEquals | C::ArnNotEquals | C::ArnLike | C::ArnNotLike => texts
            .filter_map(|text| Glob::arn(text, version).transpose())
            .collect::<Result<Vec<Glob>, _>>()
            .ok(),
        _ => None,
    }
}

/// Whole numbers have a half on either side; between others there may be more than is looked at.
fn numbers(texts: &BTreeSet<&str>) -> (Vec<String>, bool) {
    let mut values = Vec::new();
    let mut complete = true;
    for text in texts {
        // Nothing compares with what is no number.
        if Number::parse(text).is_none() {
            continue;
        }
        values.push((*text).to_owned());
        match text.parse::<i32>() {
            Ok(number) => {
                values.push((number.saturating_add(1)).to_string());
                values.push((number.saturating_sub(1)).to_string());
                values.push(format!("{}", f64::from(number) + 0.5));
                values.push(format!("{}", f64::from(number) - 0.5));
            }
            Err(_) => complete = false,
        }
    }
    (values, complete)
}

/// Whole seconds have a half on either side.
fn dates(texts: &BTreeSet<&str>) -> (Vec<String>, bool) {
    let mut values = Vec::new();
    let mut complete = true;
    for text in texts {
        // Nothing compares with what is no instant.
        let Some(instant) = Instant::parse(text) else {
            continue;
        };
        let Ok(instant) = Timestamp::from_nanosecond(instant.nanoseconds()) else {
            complete = false;
            continue;
        };
        complete &= instant.subsec_nanosecond() == 0;
        for beside in [0, -1_000, 1_000, -500, 500] {
            let beside = instant.checked_add(SignedDuration::from_millis(beside));
            values.extend(beside.map(|instant| instant.to_string()));
        }
    }
    (values, complete)
}

/// The first and last address of each range, and those just outside of it: ranges lie within each other or apart.
fn addresses(texts: &BTreeSet<&str>) -> (Vec<String>, bool) {
    let mut values = Vec::new();
    for network in texts.iter().filter_map(|text| Network::parse(text)) {
        let (first, last) = network.ends();
        values.extend(
            [Some(first), Some(last), before(first), after(last)]
                .into_iter()
                .flatten(),
        );
    }
    values.extend([
        Ipv4Addr::new(198, 51, 100, 7).into(),
        IpAddr::from(Ipv6Addr::LOCALHOST),
    ]);
    (values.iter().map(IpAddr::to_string).collect(), true)
}

fn before(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(address) => address
            .to_bits()
            .checked_sub(1)
            .map(|bits| Ipv4Addr::from_bits(bits).into()),
        IpAddr::V6(address) => address
            .to_bits()
            .checked_sub(1)
            .map(|bits| Ipv6Addr::from_bits(bits).into()),
    }
}

fn after(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(address) => address
            .to_bits()
            .checked_add(1)
            .map(|bits| Ipv4Addr::from_bits(bits).into()),
        IpAddr::V6(address) => address
            .to_bits()
            .checked_add(1)
            .map(|bits| Ipv6Addr::from_bits(bits).into()),
    }
}
