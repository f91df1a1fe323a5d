//! A condition key and the type of its values; keys with a variable part are templates.

use crate::glob;
use std::fmt;

/// The type of a condition key's values (IAM User Guide, "IAM JSON policy elements: Condition operators": each type has
/// its operators).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ValueType {
    /// Text.
    String,
    /// The ARN of something.
    Arn,
    /// `true` or `false`.
    Bool,
    /// A number.
    Numeric,
    /// An instant. (`aws:EpochTime` takes numbers as well.)
    Date,
    /// An address of IPv4 or IPv6.
    IpAddress,
}

impl ValueType {
    /// As the reference writes it: `String`, `ARN`, `Bool`, `Numeric`, `Date`, `IPAddress`.
    pub fn as_str(self) -> &'static str {
        match self {
            ValueType::String => "String",
            ValueType::Arn => "ARN",
            ValueType::Bool => "Bool",
            ValueType::Numeric => "Numeric",
            ValueType::Date => "Date",
            ValueType::IpAddress => "IPAddress",
        }
    }

    fn parse(word: &str) -> Option<ValueType> {
        Some(match word {
            "String" => ValueType::String,
            "ARN" => ValueType::Arn,
            "Bool" => ValueType::Bool,
            "Numeric" => ValueType::Numeric,
            "Date" => ValueType::Date,
            "IPAddress" => ValueType::IpAddress,
            _ => return None,
        })
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// A key that a request may carry and a condition may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConditionKey {
    /// As AWS writes it. A variable part stands as `${...}`: `aws:RequestTag/${TagKey}`.
    pub name: &'static str,
    /// The type of its values.
    pub value_type: ValueType,
    /// Whether a request may carry several values; conditions on it need `ForAllValues` or `ForAnyValue`.
    pub multivalued: bool,
}

impl ConditionKey {
    /// A line of the embedded tables: the name, and the type as the reference writes it.
    pub(super) fn read(line: &'static str) -> Option<ConditionKey> {
        let (name, kind) = line.split_once('\t')?;
        let (kind, multivalued) = kind
            .strip_prefix("ArrayOf")
            .map_or((kind, false), |kind| (kind, true));
        Some(ConditionKey {
            name,
            value_type: ValueType::parse(kind)?,
            multivalued,
        })
    }

    /// Whether a part of its name is variable.
    pub fn is_template(self) -> bool {
        self.name.contains("${")
    }

    /// Whether `name` is this key, in any case. A variable part stands for one character at least; the template itself,
    /// as AWS writes it, is the key too.
    pub fn is_named(self, name: &str) -> bool {
        if !self.is_template() {
            return self.name.eq_ignore_ascii_case(name);
        }
        let mut pattern = String::with_capacity(self.name.len());
        let mut rest = self.name;
        while let Some((before, behind)) = rest.split_once("${") {
            pattern.push_str(before);
            pattern.push_str("?*");
            rest = behind.split_once('}').map_or("", |(_, behind)| behind);
        }
        pattern.push_str(rest);
        glob::matches(&pattern, name)
    }

    /// Its type as the reference writes it: `String`, `ArrayOfString`.
    pub fn type_name(self) -> String {
        format!(
            "{}{}",
            if self.multivalued { "ArrayOf" } else { "" },
            self.value_type
        )
    }
}

/// The key of this name among `keys`, which are ordered: the very one, else the first template that it is of.
pub(super) fn find(keys: &[ConditionKey], name: &str) -> Option<ConditionKey> {
    match keys.binary_search_by(|key| glob::order(key.name, name)) {
        Ok(found) => keys.get(found).copied(),
        Err(_) => keys
            .iter()
            .copied()
            .find(|key| key.is_template() && key.is_named(name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_names_many_keys() {
        let tag = ConditionKey::read("aws:RequestTag/${TagKey}\tString").unwrap();
        for name in [
            "aws:RequestTag/project",
            "AWS:requesttag/a/b",
            "aws:RequestTag/${TagKey}",
        ] {
            assert!(tag.is_named(name), "{name}");
        }
        for name in ["aws:RequestTag/", "aws:RequestTag", "aws:ResourceTag/x"] {
            assert!(!tag.is_named(name), "{name}");
        }
        let middle = ConditionKey::read("a:x/${name}.value\tArrayOfARN").unwrap();
        assert!(middle.is_named("a:x/one.value") && !middle.is_named("a:x/.value"));
        assert_eq!(middle.type_name(), "ArrayOfARN");
    }

    #[test]
    fn an_unknown_type_is_no_key() {
        assert_eq!(ConditionKey::read("a:b\tColour"), None);
    }
}
