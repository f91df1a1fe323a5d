//! Statements made by programs, element by element.
//! What a program builds prints and evaluates like what a person writes.

use crate::document::{
    ActionClause, Condition, Effect, PrincipalClause, PrincipalEntry, PrincipalType, ResourceClause,
    Statement, ValueList, Who,
};
use crate::span::Span;

impl Statement {
    /// An Allow without elements yet: it matches nothing until it has actions.
    pub fn allow() -> Statement {
        Statement::empty(Effect::Allow)
    }

    /// A Deny without elements yet.
    pub fn deny() -> Statement {
        Statement::empty(Effect::Deny)
    }

    fn empty(effect: Effect) -> Statement {
        Statement {
            sid: None,
            effect,
            principal: None,
            action: ActionClause {
                negated: false,
                actions: ValueList::default(),
                key_span: Span::default(),
            },
            resource: None,
            conditions: Vec::new(),
            span: Span::default(),
        }
    }

    /// Names the statement.
    #[must_use]
    pub fn with_sid(mut self, sid: &str) -> Self {
        self.sid = Some(sid.to_owned());
        self
    }

    /// Sets `Action`, in place of what was there.
    #[must_use]
    pub fn with_actions(self, actions: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.action_clause(false, actions.into_iter().collect())
    }

    /// Sets `NotAction`, in place of what was there.
    #[must_use]
    pub fn with_not_actions(self, actions: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.action_clause(true, actions.into_iter().collect())
    }

    fn action_clause(mut self, negated: bool, actions: ValueList) -> Self {
        self.action = ActionClause {
            negated,
            actions,
            key_span: Span::default(),
        };
        self
    }

    /// Sets `Resource`, in place of what was there.
    #[must_use]
    pub fn with_resources(self, resources: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.resource_clause(false, resources.into_iter().collect())
    }

    /// Sets `NotResource`, in place of what was there.
    #[must_use]
    pub fn with_not_resources(self, resources: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.resource_clause(true, resources.into_iter().collect())
    }

    fn resource_clause(mut self, negated: bool, resources: ValueList) -> Self {
        self.resource = Some(ResourceClause {
            negated,
            resources,
            key_span: Span::default(),
        });
        self
    }

    /// Adds principals of a kind (`AWS`, `Service`, `Federated`, `CanonicalUser`) to `Principal`.
    ///
    /// A kind of another name counts as `AWS`. To name everyone, give `AWS` and `*`.
    #[must_use]
    pub fn with_principal(mut self, kind: &str, values: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let kind = PrincipalType::ALL
            .into_iter()
            .find(|k| k.as_str() == kind)
            .unwrap_or(PrincipalType::Aws);
        let values: ValueList = values.into_iter().collect();
        let mut entries = match self.principal.take() {
            Some(PrincipalClause {
                negated: false,
                who: Who::Listed(entries),
                ..
            }) => entries,
            _ => Vec::new(),
        };
        match entries.iter_mut().find(|entry| entry.kind == kind) {
            Some(entry) => {
                entry.values.values.extend(values.values);
                entry.values.written_as_list = true;
            }
            None => entries.push(PrincipalEntry {
                kind,
                kind_span: Span::default(),
                values,
            }),
        }
        self.principal = Some(PrincipalClause {
            negated: false,
            who: Who::Listed(entries),
            key_span: Span::default(),
        });
        self
    }

    /// Adds a condition. One on the same operator and key is replaced: a document cannot hold both.
    #[must_use]
    pub fn with_condition(
        mut self,
        operator: &str,
        key: &str,
        values: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.conditions
            .retain(|c| !(c.operator == operator && c.key.eq_ignore_ascii_case(key)));
        self.conditions.push(Condition {
            operator: operator.to_owned(),
            operator_span: Span::default(),
            key: key.to_owned(),
            key_span: Span::default(),
            values: values.into_iter().collect(),
        });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    #[test]
    fn a_built_document_is_what_a_person_would_write() {
        let built = Document::new(vec![
            Statement::allow()
                .with_sid("Trust")
                .with_principal("AWS", ["arn:aws:iam::111122223333:user/a"])
                .with_principal("Service", ["ec2.amazonaws.com"])
                .with_principal("AWS", ["arn:aws:iam::111122223333:user/b"])
                .with_actions(["sts:AssumeRole"])
                .with_condition("DateLessThan", "aws:CurrentTime", ["2027-01-01T00:00:00Z"])
                .with_condition("DateLessThan", "aws:currenttime", ["2026-01-01T00:00:00Z"]),
            Statement::deny()
                .with_not_actions(["s3:*", "sts:*"])
                .with_not_resources(["arn:aws:s3:::a"]),
        ]);
        let written = Document::parse(
            r#"{"Version": "2012-10-17", "Statement": [
                {"Sid": "Trust", "Effect": "Allow", "Action": "sts:AssumeRole",
                 "Principal": {"Service": "ec2.amazonaws.com",
                    "AWS": ["arn:aws:iam::111122223333:user/a", "arn:aws:iam::111122223333:user/b"]},
                 "Condition": {"DateLessThan": {"aws:currenttime": "2026-01-01T00:00:00Z"}}},
                {"Effect": "Deny", "NotAction": ["s3:*", "sts:*"], "NotResource": ["arn:aws:s3:::a"]}
            ]}"#,
        )
        .unwrap();
        assert!(
            built.same_meaning(&written),
            "{}\n{}",
            built.to_json(),
            written.to_json()
        );
    }
}
