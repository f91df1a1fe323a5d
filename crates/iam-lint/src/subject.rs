//! What the rules look at: a document, what it is for, and the moment.

use iam_policy::{Document, DocumentUse, Effect, Statement};
use jiff::Timestamp;

/// Whether a document of this use says by an element of its own to whom it applies.
pub(crate) const fn names_principals(purpose: DocumentUse) -> bool {
    matches!(
        purpose,
        DocumentUse::Trust | DocumentUse::ResourcePolicy | DocumentUse::Rcp
    )
}

pub(crate) struct Subject<'d> {
    pub(crate) document: &'d Document,
    pub(crate) purpose: DocumentUse,
    pub(crate) now: Timestamp,
}

impl<'d> Subject<'d> {
    pub(crate) fn statements(&self) -> impl Iterator<Item = &'d Statement> + use<'d> {
        self.document.statements.iter()
    }

    pub(crate) fn allows(&self) -> impl Iterator<Item = &'d Statement> + use<'d> {
        self.statements()
            .filter(|statement| statement.effect == Effect::Allow)
    }
}
