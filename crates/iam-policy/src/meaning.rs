//! Whether two documents say the same: order, duplicates and single-or-list do not matter.
//! This is about form, not logic: `s3:*` beside `s3:Get*` still differs from `s3:*` alone.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::{Document, Effect, PrincipalType, Statement, ValueList, Version, Who};
use crate::operator::Operator;

impl Document {
    /// Whether both documents say the same in other words: the order of statements and values, a value
    /// written twice, a single value or a list of one, the case of actions and condition keys, quotes
    /// around booleans, a root ARN or its account id, and spans do not matter.
    ///
    /// `Sid` and `Id` do, for people refer to them.
    pub fn same_meaning(&self, other: &Document) -> bool {
        Normal::of(self) == Normal::of(other)
    }
}

#[derive(PartialEq, Eq)]
struct Normal<'d> {
    version: Version,
    id: Option<&'d str>,
    statements: BTreeSet<NormalStatement<'d>>,
}

impl<'d> Normal<'d> {
    fn of(document: &'d Document) -> Normal<'d> {
        Normal {
            version: document.version,
            id: document.id.as_deref(),
            statements: document.statements.iter().map(NormalStatement::of).collect(),
        }
    }
}

/// A statement without what makes no difference.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NormalStatement<'d> {
    sid: Option<&'d str>,
    allows: bool,
    principal: Option<(bool, BTreeMap<PrincipalType, BTreeSet<String>>)>,
    action: (bool, BTreeSet<String>),
    resource: Option<(bool, BTreeSet<String>)>,
    conditions: BTreeSet<(String, String, BTreeSet<String>)>,
}

impl<'d> NormalStatement<'d> {
    pub(crate) fn of(statement: &'d Statement) -> NormalStatement<'d> {
        NormalStatement {
            sid: statement.sid.as_deref(),
            allows: statement.effect == Effect::Allow,
            principal: statement
                .principal
                .as_ref()
                .map(|clause| (clause.negated, principals(&clause.who))),
            action: (
                statement.action.negated,
                mapped(&statement.action.actions, str::to_ascii_lowercase),
            ),
            resource: statement
                .resource
                .as_ref()
                .map(|clause| (clause.negated, mapped(&clause.resources, str::to_owned))),
            conditions: statement
                .conditions
                .iter()
                .map(|condition| {
                    let operator = Operator::parse(&condition.operator)
                        .map_or_else(|| condition.operator.clone(), Operator::name);
                    (
                        operator,
                        condition.key.to_lowercase(),
                        mapped(&condition.values, str::to_owned),
                    )
                })
                .collect(),
        }
    }
}

fn mapped(list: &ValueList, change: impl Fn(&str) -> String) -> BTreeSet<String> {
    list.texts().map(change).collect()
}

/// `"*"` and `{"AWS": "*"}` are equivalent (IAM User Guide, "AWS JSON policy elements: Principal").
fn principals(who: &Who) -> BTreeMap<PrincipalType, BTreeSet<String>> {
    match who {
        Who::Everyone(_) => BTreeMap::from([(PrincipalType::Aws, BTreeSet::from(["*".to_owned()]))]),
        Who::Listed(entries) => entries
            .iter()
            .map(|entry| {
                (
                    entry.kind,
                    mapped(&entry.values, |text| {
                        account_of_root(text).unwrap_or(text).to_owned()
                    }),
                )
            })
            .collect(),
    }
}

/// The account id of `arn:aws:iam::ACCOUNT:root`.
fn account_of_root(text: &str) -> Option<&str> {
    text.strip_prefix("arn:aws:iam::")?
        .strip_suffix(":root")
        .filter(|account| crate::arn::is_account_id(account))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_does_not_matter_but_content_does() {
        let document = |text: &str| Document::parse(text).unwrap();
        let a = document(
            r#"{"Statement": {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "S3:getobject",
                "Resource": ["a", "b"], "Condition": {"Bool": {"aws:SecureTransport": true}}}}"#,
        );
        let b = document(
            r#"{"Version": "2008-10-17", "Statement": [{"Condition": {"Bool": {"AWS:securetransport": ["true"]}},
                "Resource": ["b", "a", "a"], "Action": ["s3:GetObject"], "Effect": "Allow",
                "Principal": {"AWS": ["arn:aws:iam::111122223333:root"]}}]}"#,
        );
        assert!(a.same_meaning(&b));
        for (from, to) in [
            ("\"a\"", "\"A\""),
            ("Allow", "Deny"),
            ("\"Resource\"", "\"NotResource\""),
            ("true", "false"),
        ] {
            let text = a.to_json().replacen(from, to, 1);
            assert!(!a.same_meaning(&document(&text)), "{text}");
        }
    }
}
