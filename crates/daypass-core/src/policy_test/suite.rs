//! A test file whose policies are found: everything that running it takes.

use std::sync::Arc;

use iam_policy::{AccountId, PolicySet, Principal, Span, Values};
use jiff::Timestamp;

use super::documents::{Found, Library, SuiteDocument};
use super::read::{Draft, Expectation, ExpectedReason};
use crate::team::{Finding, Severity};

/// A test file that can be run.
#[derive(Debug)]
pub struct Suite {
    /// The file, as people call it.
    pub path: Arc<str>,
    /// Its text.
    pub text: Arc<str>,
    /// The policies under test.
    pub documents: Vec<SuiteDocument>,
    /// The same in their places.
    pub policies: Arc<PolicySet>,
    /// The cases, in the order of the file.
    pub cases: Vec<Case>,
    /// What is probably not what was meant.
    pub warnings: Vec<Finding>,
}

/// What is to be allowed or denied.
#[derive(Debug)]
pub struct Case {
    /// What people call it: its name, or what it says.
    pub name: String,
    /// Where it stands in the file.
    pub span: Span,
    /// What is expected of every action on every resource.
    pub expectation: Expectation,
    /// The actions, wildcards filled in.
    pub actions: Vec<String>,
    /// The resources, as written.
    pub resources: Vec<String>,
    /// Who asks.
    pub principal: Principal,
    /// Whose the resources are, where it is said.
    pub resource_account: Option<AccountId>,
    /// Condition keys: values, or none for a key that is not in the request.
    pub context: Vec<(String, Option<Values>)>,
    /// The moment, where it is said.
    pub at: Option<Timestamp>,
    /// Why, where it is said.
    pub reason: Option<ExpectedReason>,
}

impl Draft {
    /// Puts the file and its policies together.
    ///
    /// # Errors
    /// Everything that is wrong with the file and the policies, by file and in the order of its text; warnings are among
    /// it.
    pub fn suite(self, found: &Found, now: Timestamp) -> Result<Suite, Vec<Finding>> {
        let mut library = Library::new(&self, found, now);
        let policies = library.policy_set(&self.policies);
        let (documents, mut findings) = (library.documents, library.findings);
        findings.extend(self.findings);
        let findings = findings.in_order();
        if findings.iter().any(|finding| finding.severity == Severity::Error) {
            return Err(findings);
        }
        let cases = self.cases.into_iter().filter_map(|draft| {
            let name = draft.name.clone().unwrap_or_else(|| name_of(&draft));
            Some(Case {
                name,
                span: draft.span,
                expectation: draft.expectation,
                actions: draft.actions,
                resources: draft.resources,
                // One without is an error, and we are not here.
                principal: draft.circumstances.principal?,
                resource_account: draft.circumstances.resource_account,
                context: draft.circumstances.context,
                at: draft.circumstances.at,
                reason: draft.reason,
            })
        });
        Ok(Suite {
            cases: cases.collect(),
            path: self.path,
            text: self.text,
            documents,
            policies: Arc::new(policies),
            warnings: findings,
        })
    }
}

/// A case that has no name is called by what it says.
fn name_of(draft: &super::read::CaseDraft) -> String {
    let some = |texts: &[String]| match texts {
        [only] => only.clone(),
        [first, rest @ ..] => format!("{first} and {} more", rest.len()),
        [] => String::new(),
    };
    let actions = some(&draft.written_actions);
    let expectation = draft.expectation.as_str();
    match draft.resources.as_slice() {
        [all] if all == "*" => format!("{expectation} {actions}"),
        resources => format!("{expectation} {actions} on {}", some(resources)),
    }
}
