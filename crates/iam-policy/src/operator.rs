//! The names of the condition operators, taken apart: set operator, comparison, `IfExists`.
//! IAM User Guide, "IAM JSON policy elements: Condition operators" and "Set operators".

/// A condition operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Operator {
    /// How a key with several values is compared.
    pub set: SetOperator,
    /// What is compared.
    pub comparison: Comparison,
    /// Whether a missing key satisfies the condition.
    pub if_exists: bool,
}

/// How a key with several values is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SetOperator {
    /// No set operator: for keys with one value.
    Single,
    /// `ForAllValues:`: every value of the request must match.
    ForAllValues,
    /// `ForAnyValue:`: at least one must.
    ForAnyValue,
}

macro_rules! comparisons {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// What a condition compares; named as in documents.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Comparison { $(#[doc = concat!("`", stringify!($name), "`")] $name,)* }

        impl Comparison {
            /// All of them.
            pub const ALL: &'static [Comparison] = &[$(Comparison::$name,)*];

            /// As written in documents.
            pub const fn as_str(self) -> &'static str {
                match self { $(Comparison::$name => stringify!($name),)* }
            }
        }
    };
}

comparisons! {
    StringEquals, StringNotEquals, StringEqualsIgnoreCase, StringNotEqualsIgnoreCase, StringLike, StringNotLike,
    NumericEquals, NumericNotEquals, NumericLessThan, NumericLessThanEquals, NumericGreaterThan,
    NumericGreaterThanEquals,
    DateEquals, DateNotEquals, DateLessThan, DateLessThanEquals, DateGreaterThan, DateGreaterThanEquals,
    Bool, BinaryEquals, IpAddress, NotIpAddress,
    ArnEquals, ArnNotEquals, ArnLike, ArnNotLike,
    Null,
}

impl Comparison {
    /// Whether it is the negation of another: then a missing key satisfies it.
    pub const fn is_negated(self) -> bool {
        use Comparison as C;
        matches!(
            self,
            C::StringNotEquals
                | C::StringNotEqualsIgnoreCase
                | C::StringNotLike
                | C::NumericNotEquals
                | C::DateNotEquals
                | C::NotIpAddress
                | C::ArnNotEquals
                | C::ArnNotLike
        )
    }

    /// Whether it compares ARNs, part by part.
    pub(crate) const fn is_of_arns(self) -> bool {
        use Comparison as C;
        matches!(self, C::ArnEquals | C::ArnNotEquals | C::ArnLike | C::ArnNotLike)
    }
}

impl Comparison {
    /// Whether a value of a policy is one that this compares with: a number for the numeric ones, and so on.
    ///
    /// Any text is a string, and a pattern of an ARN; a policy variable may stand for a boolean. A value that cannot be
    /// read equals nothing.
    pub fn reads(self, value: &str) -> bool {
        crate::condition::is_readable(self, value)
    }
}

impl Operator {
    /// Takes an operator's name apart; names compare without regard to case. `None` for an unknown one.
    ///
    /// `NullIfExists` is none: `Null` itself asks whether the key exists.
    pub fn parse(name: &str) -> Option<Operator> {
        let (set, rest) = match name.split_once(':') {
            None => (SetOperator::Single, name),
            Some((set, rest)) if set.eq_ignore_ascii_case("ForAllValues") => {
                (SetOperator::ForAllValues, rest)
            }
            Some((set, rest)) if set.eq_ignore_ascii_case("ForAnyValue") => (SetOperator::ForAnyValue, rest),
            Some(_) => return None,
        };
        let cut = rest.len().checked_sub("IfExists".len());
        let (comparison, if_exists) = match cut.and_then(|at| rest.split_at_checked(at)) {
            Some((before, suffix)) if suffix.eq_ignore_ascii_case("IfExists") => (before, true),
            _ => (rest, false),
        };
        let comparison = Comparison::ALL
            .iter()
            .copied()
            .find(|c| c.as_str().eq_ignore_ascii_case(comparison))?;
        if comparison == Comparison::Null && if_exists {
            return None;
        }
        Some(Operator {
            set,
            comparison,
            if_exists,
        })
    }

    /// The name as it is properly written.
    pub fn name(self) -> String {
        let set = match self.set {
            SetOperator::Single => "",
            SetOperator::ForAllValues => "ForAllValues:",
            SetOperator::ForAnyValue => "ForAnyValue:",
        };
        let if_exists = if self.if_exists { "IfExists" } else { "" };
        format!("{set}{}{if_exists}", self.comparison.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_goes_there_and_back() {
        for comparison in Comparison::ALL {
            for set in [
                SetOperator::Single,
                SetOperator::ForAllValues,
                SetOperator::ForAnyValue,
            ] {
                for if_exists in [false, true] {
                    let operator = Operator {
                        set,
                        comparison: *comparison,
                        if_exists,
                    };
                    let expected = (*comparison != Comparison::Null || !if_exists).then_some(operator);
                    assert_eq!(Operator::parse(&operator.name()), expected);
                }
            }
        }
        assert_eq!(
            Operator::parse("stringequalsifexists"),
            Operator::parse("StringEqualsIfExists")
        );
        for unknown in [
            "",
            "StringEqual",
            "ForSomeValues:StringLike",
            "IfExists",
            "StringLike:ForAnyValue",
            "éIfExist",
        ] {
            assert_eq!(Operator::parse(unknown), None, "{unknown}");
        }
    }
}
