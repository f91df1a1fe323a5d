//! Patterns of requests in one line: what, on what, by whom, in which circumstances.

use std::fmt;

use super::{ConditionRule, NamePattern, PrincipalRule, RequestPattern};
use crate::document::{PrincipalClause, Who};

impl fmt::Display for RequestPattern {
    /// `s3:* except s3:Get* on arn:aws:s3:::bucket/*, if aws:SourceIp IpAddress 192.0.2.0/24`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.actions, self.resources)?;
        for rule in &self.principals {
            write!(f, ", {rule}")?;
        }
        for rule in &self.conditions {
            write!(f, ", {rule}")?;
        }
        for (nth, except) in self.except.iter().enumerate() {
            write!(f, "{} {except}", if nth == 0 { "; but not" } else { "; nor" })?;
        }
        Ok(())
    }
}

impl fmt::Display for NamePattern {
    /// `s3:Get*, s3:List* except s3:GetObject`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.any.join(", "))?;
        for group in &self.and {
            write!(f, " that are {} too", group.join(" or "))?;
        }
        if !self.except.is_empty() {
            write!(f, " except {}", self.except.join(", "))?;
        }
        Ok(())
    }
}

impl fmt::Display for PrincipalRule {
    /// `by AWS 111122223333`, `by other than Service ec2.amazonaws.com`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let PrincipalClause { negated, who, .. } = &self.element;
        let named = match who {
            Who::Everyone(_) => "anyone".to_owned(),
            Who::Listed(entries) => {
                let entries = entries.iter().map(|entry| {
                    let values: Vec<&str> = entry.values.texts().collect();
                    format!("{} {}", entry.kind.as_str(), values.join(", "))
                });
                entries.collect::<Vec<_>>().join(", ")
            }
        };
        let other = if *negated == self.holds { "other than " } else { "" };
        write!(f, "by {other}{named}")
    }
}

impl fmt::Display for ConditionRule {
    /// `if aws:SourceIp IpAddress 192.0.2.0/24`, `unless ...`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.holds { "if" } else { "unless" };
        let condition = &self.condition;
        let values: Vec<&str> = condition.values.texts().collect();
        write!(
            f,
            "{word} {} {} {}",
            condition.key,
            condition.operator,
            values.join(" or ")
        )
    }
}
