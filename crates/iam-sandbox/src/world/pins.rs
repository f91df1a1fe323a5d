//! Principals pinned to what they were when a policy was saved. A user or role that is deleted and made anew under
//! its old name is not the one that the policy meant ("AWS JSON policy elements: Principal", IAM User Guide).

use std::borrow::Cow;
use std::sync::Arc;

use iam_policy::{AccountId, Arn, Document, Who};

use super::World;
use super::entity::{Pin, PolicyText};
use crate::history::View;

impl World {
    /// The unique id of the user or role that has this ARN, as one replica knows it.
    pub(crate) fn unique_id(&self, arn: &str, view: View) -> Option<String> {
        let parsed: Arn = arn.parse().ok()?;
        let id = parsed.account()?;
        let account = self.account(&id)?;
        let name = parsed.iam_name()?;
        match (parsed.service(), parsed.resource_type()?) {
            ("iam", "user") => {
                let user = account.users.seen(name, view)?;
                (user.arn(&id) == arn).then(|| user.id.clone())
            }
            ("iam", "role") => {
                let role = account.roles.seen(name, view)?;
                (role.arn(&id) == arn).then(|| role.id.clone())
            }
            _ => None,
        }
    }

    /// The principals that a document names, pinned to what they are.
    pub(crate) fn pins_of(&self, document: &Document, view: View) -> Vec<Pin> {
        let clauses = document
            .statements
            .iter()
            .filter_map(|statement| statement.principal.as_ref());
        let entries = clauses.flat_map(|clause| match &clause.who {
            Who::Listed(entries) => entries.as_slice(),
            Who::Everyone(_) => &[],
        });
        let texts = entries.flat_map(|entry| entry.values.texts());
        texts
            .filter_map(|arn| {
                let id = self.unique_id(arn, view)?;
                let arn = arn.to_owned();
                Some(Pin { arn, id })
            })
            .collect()
    }

    /// What a pinned principal is called by now: another ARN if it was renamed, its id if it is gone.
    /// None while its ARN still means it.
    fn renamed(&self, pin: &Pin, view: View) -> Option<String> {
        if self.unique_id(&pin.arn, view).is_some_and(|id| id == pin.id) {
            return None;
        }
        let account: Option<AccountId> = pin.arn.parse::<Arn>().ok().and_then(|arn| arn.account());
        let by_id = account.and_then(|id| {
            let mut users = self.account(&id)?.users.all_seen(view);
            users.find(|user| user.id == pin.id).map(|user| user.arn(&id))
        });
        Some(by_id.unwrap_or_else(|| pin.id.clone()))
    }
}

impl PolicyText {
    /// The document with every pinned principal as it is called by now. An id in place of an ARN matches nobody.
    pub(crate) fn effective(&self, world: &World, view: View) -> Arc<Document> {
        let mut document = Cow::Borrowed(&*self.document);
        for pin in &self.pins {
            if let Some(name) = world.renamed(pin, view) {
                rename(document.to_mut(), &pin.arn, &name);
            }
        }
        match document {
            Cow::Borrowed(_) => self.document.clone(),
            Cow::Owned(document) => Arc::new(document),
        }
    }

    /// The text as it is answered to those who ask for it.
    pub(crate) fn shown(&self, world: &World, view: View) -> String {
        let mut text = self.text.clone();
        for pin in &self.pins {
            if let Some(name) = world.renamed(pin, view) {
                text = text.replace(&format!("\"{}\"", pin.arn), &format!("\"{name}\""));
            }
        }
        text
    }
}

fn rename(document: &mut Document, from: &str, to: &str) {
    let clauses = document
        .statements
        .iter_mut()
        .filter_map(|statement| statement.principal.as_mut());
    for clause in clauses {
        let Who::Listed(entries) = &mut clause.who else {
            continue;
        };
        let values = entries.iter_mut().flat_map(|entry| &mut entry.values.values);
        for value in values.filter(|value| value.text == from) {
            to.clone_into(&mut value.text);
        }
    }
}
