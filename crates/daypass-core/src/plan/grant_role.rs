//! The role that delivers a grant which no policy of the grantee's can hold: its documents.

use iam_policy::{Arn, Document, Statement};
use jiff::Timestamp;

use crate::expiry::{end_document, instant};
use crate::team::{TeamPolicy, Term};

/// What the role's documents are made of.
pub(super) struct GrantRole<'a> {
    /// The role itself.
    pub(super) arn: &'a str,
    /// The only one whom it lets in.
    pub(super) grantee: &'a Arn,
    /// What it delivers.
    pub(super) policy: &'a TeamPolicy,
    /// When. In the order of time, none permanent.
    pub(super) terms: &'a [Term],
}

impl GrantRole<'_> {
    /// When all of it is over.
    pub(super) fn end(&self) -> Option<Timestamp> {
        self.terms
            .iter()
            .filter_map(|term| bounds(*term))
            .map(|(_, end)| end)
            .max()
    }

    /// Lets in the grantee, and nobody else, within the terms; with MFA where the policy asks for it, since a role's
    /// sessions do not tell it (IAM User Guide, "Secure API access with MFA").
    ///
    /// `sts:TagSession` and `sts:SetSourceIdentity` come along because AWS refuses an AssumeRole that carries the caller's
    /// transitive session tags or source identity unless the trust policy allows them (IAM User Guide, "Pass session tags
    /// in AWS STS").
    pub(super) fn trust(&self) -> Document {
        let allow = |term: &Term| {
            let (start, end) = bounds(*term)?;
            let mut statement = Statement::allow()
                .with_principal("AWS", [self.grantee.to_string()])
                .with_actions(["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"])
                .with_condition("DateLessThan", "aws:CurrentTime", [instant(end)]);
            if let Some(start) = start {
                statement =
                    statement.with_condition("DateGreaterThanEquals", "aws:CurrentTime", [instant(start)]);
            }
            if self.policy.require_mfa {
                statement = statement.with_condition("Bool", "aws:MultiFactorAuthPresent", ["true"]);
            }
            Some(statement)
        };
        Document::new(self.terms.iter().filter_map(allow).collect())
    }

    /// When it lets them in, for people, where that is more than one time.
    pub(super) fn windows(&self) -> String {
        let windows: Vec<String> = self
            .terms
            .iter()
            .filter_map(|term| bounds(*term))
            .map(|(start, end)| {
                let from = start.map(|start| format!("from {} ", instant(start)));
                format!("{}until {}", from.unwrap_or_default(), instant(end))
            })
            .collect();
        match windows.as_slice() {
            [] | [_] => String::new(),
            several => format!("; it lets them in {}", several.join(", and ")),
        }
    }

    /// Ends the role's sessions with the last term, stops them between terms, and keeps the role from changing itself.
    pub(super) fn end_policy(&self) -> Option<Document> {
        let mut document = end_document(self.arn, self.end()?);
        let mut over: Option<Timestamp> = None;
        for (start, end) in self.terms.iter().filter_map(|term| bounds(*term)) {
            if let Some(start) = start.filter(|start| over.is_none_or(|over| *start > over)) {
                let mut between = Statement::deny()
                    .with_actions(["*"])
                    .with_resources(["*"])
                    .with_condition("DateLessThan", "aws:CurrentTime", [instant(start)]);
                if let Some(over) = over {
                    between =
                        between.with_condition("DateGreaterThanEquals", "aws:CurrentTime", [instant(over)]);
                }
                document.statements.push(between);
            }
            over = over.max(Some(end));
        }
        Some(document)
    }
}

fn bounds(term: Term) -> Option<(Option<Timestamp>, Timestamp)> {
    match term {
        Term::Permanent => None,
        Term::Until { start, end } => Some((start, end)),
    }
}
