//! What a temporary role would hold to try a suite on AWS, and which cases can be tried at all.

use std::collections::BTreeSet;
use std::sync::Arc;

use iam_policy::{Arn, Document, PolicyKind, Version};

use super::documents::SuiteDocument;
use super::suite::{Case, Suite};

/// What a role is given so that it holds what the suite's principal would.
#[derive(Debug, Clone, PartialEq)]
pub struct LeaseContents {
    /// The statements of all identity policies that are not managed ones.
    pub document: Document,
    /// Managed policies of AWS's.
    pub managed_policies: Vec<Arn>,
    /// The permissions boundary.
    pub boundary: Option<Arn>,
}

impl Suite {
    /// What a role would hold.
    ///
    /// # Errors
    /// Why no role can: in words that go on from "this file is not tried: ".
    pub fn lease_contents(&self) -> Result<LeaseContents, String> {
        let others = [
            (PolicyKind::Resource, self.policies.resource.is_some()),
            (PolicyKind::Session, self.policies.session.is_some()),
            (PolicyKind::Trust, self.policies.trust.is_some()),
            (PolicyKind::Scp, self.policies.scp.is_some()),
            (PolicyKind::Rcp, self.policies.rcp.is_some()),
            (PolicyKind::Endpoint, self.policies.endpoint.is_some()),
        ];
        if let Some((kind, _)) = others.into_iter().find(|(_, is_there)| *is_there) {
            return Err(format!("a temporary role cannot be given a {kind}"));
        }
        let of = |kind: PolicyKind| {
            let documents = self.documents.iter();
            documents.filter(move |document| document.kinds.contains(&kind))
        };
        let boundary = match of(PolicyKind::Boundary).collect::<Vec<_>>().as_slice() {
            [] => None,
            [only] => match arn_of(only) {
                Some(arn) => Some(arn),
                None => {
                    return Err(
                        "a temporary role has a managed policy of AWS's as its boundary only".to_owned(),
                    );
                }
            },
            _ => return Err("a role has one permissions boundary".to_owned()),
        };
        let (managed, own): (Vec<_>, Vec<_>) =
            of(PolicyKind::Identity).partition(|document| document.arn.is_some());
        let mut managed_policies: Vec<Arn> = managed.iter().filter_map(|document| arn_of(document)).collect();
        let document = match (own.as_slice(), managed.first()) {
            ([], None) => return Err("it has no identity policy".to_owned()),
            // A lease holds a document of its own in any case: it is the first managed policy's.
            ([], Some(first)) => {
                managed_policies.remove(0);
                Document::clone(&first.document)
            }
            (own, _) => one_of(own.iter().map(|document| &document.document))?,
        };
        Ok(LeaseContents {
            document,
            managed_policies,
            boundary,
        })
    }
}

fn arn_of(document: &SuiteDocument) -> Option<Arn> {
    document.arn.and_then(|arn| arn.parse().ok())
}

/// One document with the statements of all: identity policies are united anyway. Sids are unique in a document.
fn one_of<'d>(documents: impl Iterator<Item = &'d Arc<Document>>) -> Result<Document, String> {
    let documents: Vec<&Arc<Document>> = documents.collect();
    let versions = documents.iter().map(|document| document.version.as_str());
    if versions.collect::<BTreeSet<_>>().len() > 1 {
        return Err("its documents are of several versions of the policy language".to_owned());
    }
    let mut seen = BTreeSet::new();
    let mut statements = Vec::new();
    for statement in documents.iter().flat_map(|document| &document.statements) {
        let mut statement = statement.clone();
        statement.sid = statement.sid.filter(|sid| seen.insert(sid.clone()));
        statements.push(statement);
    }
    let version = documents
        .first()
        .map_or(Version::V2012, |document| document.version);
    Ok(Document {
        version,
        ..Document::new(statements)
    })
}

impl Case {
    /// Why the case cannot be tried on AWS, whatever its actions: nobody can choose the circumstances of a real request.
    pub fn obstacle(&self) -> Option<&'static str> {
        if !self.context.is_empty() {
            return Some("a real request has its own context");
        }
        if self.at.is_some() {
            return Some("a real request is made now");
        }
        if self.resource_account.is_some() {
            return Some("a real resource is whose it is");
        }
        None
    }
}
