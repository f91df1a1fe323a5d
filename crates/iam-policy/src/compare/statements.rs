//! What became of each statement, by what it says: cheap, and enough for a glance.

use crate::document::{Document, Statement};
use crate::meaning::NormalStatement;

/// What became of a statement. A statement that only moved, or is written in other words, did not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatementChange<'d> {
    /// It is new.
    Added(&'d Statement),
    /// It is gone.
    Removed(&'d Statement),
    /// It says something else: told by its `Sid`, or by standing in the same place among those that differ.
    Changed {
        /// As it was.
        old: &'d Statement,
        /// As it is.
        new: &'d Statement,
    },
}

/// What became of each statement, in the order of the new document, what is gone last.
///
/// This compares form, as [`Document::same_meaning`] does: what it comes to is [`compare`](super::compare)'s to say.
pub fn statement_changes<'d>(old: &'d Document, new: &'d Document) -> Vec<StatementChange<'d>> {
    // With variables in it a statement says something else in another version of the language.
    let says = |document: &'d Document, statement: &'d Statement| {
        let version = has_variables(statement).then_some(document.version);
        (NormalStatement::of(statement), version)
    };
    let mut gone: Vec<&Statement> = old.statements.iter().collect();
    let mut come: Vec<&Statement> = Vec::new();
    for statement in &new.statements {
        let same = gone
            .iter()
            .position(|other| says(old, other) == says(new, statement));
        match same {
            Some(place) => drop(gone.remove(place)),
            None => come.push(statement),
        }
    }
    let mut changes = Vec::new();
    let by_sid = |gone: &[&Statement], statement: &Statement| {
        let sid = name(statement)?;
        gone.iter().position(|other| name(other) == Some(sid))
    };
    let mut rest = Vec::new();
    for statement in come {
        match by_sid(&gone, statement) {
            Some(place) => changes.push(StatementChange::Changed {
                old: gone.remove(place),
                new: statement,
            }),
            None => rest.push(statement),
        }
    }
    // Without a name the nearest is one of the same effect about some of the same.
    for statement in rest {
        let alike = |other: &&Statement| {
            let named = name(other).is_some() || name(statement).is_some();
            !named && other.effect == statement.effect && shares_a_value(other, statement)
        };
        match gone.iter().position(alike) {
            Some(place) => changes.push(StatementChange::Changed {
                old: gone.remove(place),
                new: statement,
            }),
            None => changes.push(StatementChange::Added(statement)),
        }
    }
    let place = |change: &StatementChange<'_>| match change {
        StatementChange::Added(statement) | StatementChange::Changed { new: statement, .. } => new
            .statements
            .iter()
            .position(|own| std::ptr::eq(own, *statement)),
        StatementChange::Removed(_) => None,
    };
    changes.sort_by_key(place);
    changes.extend(gone.into_iter().map(StatementChange::Removed));
    changes
}

/// The `Sid`, unless it is empty: that names nothing.
fn name(statement: &Statement) -> Option<&str> {
    statement.sid.as_deref().filter(|sid| !sid.is_empty())
}

fn has_variables(statement: &Statement) -> bool {
    let resources = statement
        .resource
        .iter()
        .flat_map(|clause| clause.resources.texts());
    let values = statement
        .conditions
        .iter()
        .flat_map(|condition| condition.values.texts());
    resources.chain(values).any(|text| text.contains("${"))
}

fn shares_a_value(one: &Statement, other: &Statement) -> bool {
    let actions = |statement: &Statement, text: &str| {
        let mut actions = statement.action.actions.texts();
        actions.any(|action| action.eq_ignore_ascii_case(text))
    };
    let resources = |statement: &Statement, text: &str| {
        let resources = statement
            .resource
            .iter()
            .flat_map(|clause| clause.resources.texts());
        resources
            .into_iter()
            .any(|resource| resource == text && text != "*")
    };
    one.action.actions.texts().any(|text| actions(other, text))
        || one
            .resource
            .iter()
            .flat_map(|clause| clause.resources.texts())
            .any(|text| resources(other, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(statements: &str) -> Document {
        Document::parse(&format!(
            r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#
        ))
        .unwrap()
    }

    #[test]
    fn statements_are_told_by_what_they_say() {
        let old = document(
            r#"{"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
               {"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": "arn:aws:s3:::a"},
               {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"},
               {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}"#,
        );
        let new = document(
            r#"{"Effect": "Allow", "Action": "EC2:*", "Resource": ["*"]},
               {"Sid": "Read", "Effect": "Allow", "Action": "s3:Get*", "Resource": "*"},
               {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"},
               {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::b"}"#,
        );
        let changes = statement_changes(&old, &new);
        let told: Vec<String> = changes
            .iter()
            .map(|change| match change {
                StatementChange::Added(s) => format!("+ {}", s.action.actions.values[0].text),
                StatementChange::Removed(s) => format!("- {}", s.action.actions.values[0].text),
                StatementChange::Changed { old, new } => format!(
                    "~ {} {}",
                    old.action.actions.values[0].text, new.action.actions.values[0].text
                ),
            })
            .collect();
        assert_eq!(
            told,
            [
                "~ s3:GetObject s3:Get*",
                "+ sqs:*",
                "~ s3:ListBucket s3:ListBucket",
                "- iam:*"
            ]
        );
        assert_eq!(statement_changes(&old, &old), []);
    }

    #[test]
    fn an_empty_sid_names_nothing() {
        let old = document(
            r#"{"Sid": "", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
               {"Sid": "", "Effect": "Allow", "Action": "ec2:*", "Resource": "arn:aws:ec2:*:*:vpc/a"}"#,
        );
        let new = document(
            r#"{"Sid": "", "Effect": "Deny", "Action": "iam:*", "Resource": "*"},
               {"Effect": "Allow", "Action": "ec2:*", "Resource": "arn:aws:ec2:*:*:vpc/b"}"#,
        );
        let [
            StatementChange::Added(added),
            StatementChange::Changed { .. },
            StatementChange::Removed(removed),
        ] = statement_changes(&old, &new)[..]
        else {
            panic!("{:?}", statement_changes(&old, &new));
        };
        assert_eq!(added.action.actions.values[0].text, "iam:*");
        assert_eq!(removed.action.actions.values[0].text, "s3:GetObject");
    }
}
