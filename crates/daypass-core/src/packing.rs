//! Statements put into as few policy documents as hold them.

use std::collections::BTreeSet;

use iam_policy::{Document, Statement, Version};
use thiserror::Error;

/// A customer managed policy, in characters without white space (IAM User Guide, "IAM and AWS STS quotas").
pub const MANAGED_POLICY: usize = 6_144;

/// A statement that fits into no document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("one statement has {size} characters (white space not counted), a policy may have {limit}")]
pub struct StatementTooLarge {
    /// The size of a document with this statement alone.
    pub size: usize,
    /// What a document may have.
    pub limit: usize,
}

/// The statements of documents in as few documents of at most `limit` characters as first fit finds. Statements of another
/// version of the language stay in documents of that version: variables mean something else there. A statement that is too
/// large for a document becomes several of fewer actions each.
///
/// # Errors
/// The first statement that fits into no document at all.
pub fn packed(documents: &[Document], limit: usize) -> Result<Vec<Document>, StatementTooLarge> {
    let mut packed: Vec<Packed> = Vec::new();
    for document in documents {
        let version = meant(document);
        let statements = document.statements.iter().cloned();
        for statement in statements.flat_map(|one| split(one, version, limit)) {
            let size = size_of(&statement, version);
            if bare(version) + size > limit {
                let size = bare(version) + size;
                return Err(StatementTooLarge { size, limit });
            }
            let room = packed
                .iter_mut()
                .find(|one| one.document.version == version && one.size + size < limit);
            match room {
                Some(one) => one.add(statement, size),
                None => packed.push(Packed::of(statement, version, size)),
            }
        }
    }
    Ok(packed.into_iter().map(|one| one.document).collect())
}

/// A document that is being filled.
struct Packed {
    document: Document,
    size: usize,
    sids: BTreeSet<String>,
}

impl Packed {
    fn of(statement: Statement, version: Version, size: usize) -> Packed {
        Packed {
            sids: statement.sid.iter().cloned().collect(),
            document: empty(version, vec![statement]),
            size: bare(version) + size,
        }
    }

    /// Adds a statement; a `Sid` that is taken is left out, for it must be the only one of its name.
    fn add(&mut self, mut statement: Statement, size: usize) {
        if let Some(sid) = &statement.sid
            && !self.sids.insert(sid.clone())
        {
            statement.sid = None;
        }
        self.document.statements.push(statement);
        // With the comma before it.
        self.size += size + 1;
    }
}

/// A statement that fits, or what it becomes: each half of its actions under all else that it says. Not of `NotAction`,
/// where two halves would mean everything.
fn split(statement: Statement, version: Version, limit: usize) -> Vec<Statement> {
    let is_too_large = bare(version) + size_of(&statement, version) > limit;
    let many = statement.action.actions.len();
    if !is_too_large || many < 2 || statement.action.negated {
        return vec![statement];
    }
    let (mut first, mut second) = (statement.clone(), statement);
    first.action.actions.values.truncate(many / 2);
    second.action.actions.values.drain(..many / 2);
    let halves = [first, second].into_iter();
    halves.flat_map(|half| split(half, version, limit)).collect()
}

/// The version that the statements of a document need: the newer one, unless something means less in the older.
fn meant(document: &Document) -> Version {
    match document.version {
        Version::V2008 if document.to_minified().contains("${") => Version::V2008,
        _ => Version::V2012,
    }
}

fn empty(version: Version, statements: Vec<Statement>) -> Document {
    let mut document = Document::new(statements);
    document.version = version;
    document
}

fn bare(version: Version) -> usize {
    empty(version, Vec::new()).iam_size()
}

fn size_of(statement: &Statement, version: Version) -> usize {
    empty(version, vec![statement.clone()]).iam_size() - bare(version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn document(sizes: &[usize]) -> Document {
        let statement = |size: &usize| {
            Statement::allow()
                .with_sid("Same")
                .with_actions(["s3:GetObject"])
                .with_resources(["x".repeat(*size)])
        };
        Document::new(sizes.iter().map(statement).collect())
    }

    #[test]
    fn a_statement_that_fits_nowhere_is_told() {
        let wrong = packed(&[document(&[10, 7_000])], MANAGED_POLICY).unwrap_err();
        assert!(wrong.size > 7_000);
    }

    #[test]
    fn a_statement_of_many_actions_becomes_several() {
        let actions: Vec<String> = (0..500).map(|n| format!("s3:GetSomething{n}")).collect();
        let statement = Statement::allow()
            .with_actions(actions.clone())
            .with_resources(["*"]);
        let packed = packed(&[Document::new(vec![statement.clone()])], MANAGED_POLICY).unwrap();
        assert!(packed.len() > 1 && packed.iter().all(|one| one.iam_size() <= MANAGED_POLICY));
        let all = packed.iter().flat_map(|one| &one.statements);
        let texts: Vec<&str> = all.flat_map(|one| one.action.actions.texts()).collect();
        assert_eq!(texts, actions);
        let but = Statement::allow().with_not_actions(actions).with_resources(["*"]);
        assert!(super::packed(&[Document::new(vec![but])], MANAGED_POLICY).is_err());
    }

    // IAM User Guide, "IAM JSON policy elements: Version": variables are plain text in 2008-10-17.
    #[test]
    fn documents_of_the_older_version_with_variables_stay_apart() {
        let older =
            r#"{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::${aws:username}"}}"#;
        let older = Document::parse(older).unwrap();
        let both = packed(&[document(&[5]), older], MANAGED_POLICY).unwrap();
        assert_eq!(both.len(), 2);
        assert_eq!(both[1].version, Version::V2008);
    }

    proptest! {
        #[test]
        fn every_statement_is_in_one_document_and_all_fit(
            sizes in prop::collection::vec(1usize..3_000, 1..12),
        ) {
            let all = packed(&[document(&sizes)], MANAGED_POLICY).unwrap();
            for one in &all {
                prop_assert!(one.iam_size() <= MANAGED_POLICY);
                let sids: Vec<_> = one.statements.iter().filter(|s| s.sid.is_some()).collect();
                prop_assert_eq!(sids.len(), 1);
            }
            let mut found: Vec<usize> = all
                .iter()
                .flat_map(|one| &one.statements)
                .flat_map(|s| s.resource.as_ref().unwrap().resources.texts().map(str::len).collect::<Vec<_>>())
                .collect();
            let mut sizes = sizes;
            found.sort_unstable();
            sizes.sort_unstable();
            prop_assert_eq!(found, sizes);
        }
    }
}
