//! Principal elements that have to name who asks, or must not: is there somebody?

use super::Doubt;
use crate::arn::Arn;
use crate::document::{PrincipalClause, PrincipalType, Who};
use crate::principal::{PrincipalMatcher, Surroundings};
use crate::request::{Context, Principal};
use std::sync::Arc;

/// A principal element of a statement, and whether it has to match.
#[derive(Debug, Clone)]
pub(super) struct Literal {
    pub(super) element: Arc<Element>,
    pub(super) holds: bool,
}

/// A principal element as written and as the engine has it.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) written: PrincipalClause,
    denies: bool,
    matcher: PrincipalMatcher,
}

/// Who asks where policies do not name principals.
pub(super) const SOMEBODY: &str = "arn:aws:iam::111122223333:user/example";
/// Nobody that a policy is likely to name.
const STRANGERS: [&str; 5] = [
    "arn:aws:iam::999999999999:user/example",
    "arn:aws:sts::999999999999:assumed-role/example/example",
    "example.amazonaws.com",
    "arn:aws:iam::999999999999:saml-provider/example",
    "anonymous",
];

impl Element {
    pub(super) fn of(written: &PrincipalClause, denies: bool) -> Element {
        Element {
            written: written.clone(),
            denies,
            matcher: PrincipalMatcher::compile(written),
        }
    }

    pub(super) fn matches(&self, principal: &Principal, context: &Context) -> bool {
        let around = Surroundings {
            context,
            has_boundary: false,
        };
        self.matcher.matched_by(principal, around, self.denies).any()
    }

    fn listed(&self) -> Vec<(PrincipalType, &str)> {
        match &self.written.who {
            Who::Everyone(_) => vec![(PrincipalType::Aws, "*")],
            Who::Listed(entries) => entries
                .iter()
                .flat_map(|entry| entry.values.texts().map(|text| (entry.kind, text)))
                .collect(),
        }
    }

    /// Whether both match the same, by what is written: an Allow and a Deny read `NotPrincipal` differently.
    fn says_the_same(&self, other: &Element) -> bool {
        let sorted = |element: &Element| {
            let mut listed: Vec<(PrincipalType, String)> = element
                .listed()
                .into_iter()
                .map(|(kind, text)| (kind, text.to_owned()))
                .collect();
            listed.sort();
            listed.dedup();
            listed
        };
        self.written.negated == other.written.negated
            && (!self.written.negated || self.denies == other.denies)
            && sorted(self) == sorted(other)
    }

    /// Whether `other` matches whomever this does, by what is written.
    fn implies(&self, other: &Element) -> bool {
        if self.says_the_same(other) {
            return true;
        }
        if self.written.negated || other.written.negated {
            return other.is_everyone();
        }
        let theirs = other.listed();
        other.is_everyone() || self.listed().iter().all(|entry| theirs.contains(entry))
    }

    pub(super) fn is_everyone(&self) -> bool {
        !self.written.negated && self.listed().contains(&(PrincipalType::Aws, "*"))
    }
}

impl Literal {
    pub(super) fn is_satisfied(&self, principal: &Principal, context: &Context) -> bool {
        self.element.matches(principal, context) == self.holds
    }

    /// The accounts in which whom it names is; `None` where it may be somebody of any account, or of none.
    pub(super) fn accounts(&self) -> Option<Vec<String>> {
        if self.element.written.negated {
            return None;
        }
        let listed = self.element.listed();
        let accounts = listed.iter().map(|(kind, text)| match kind {
            PrincipalType::Aws if *text != "*" => {
                let arn = text.parse::<Arn>().ok();
                Some(arn.as_ref().map_or(*text, Arn::account_part).to_owned())
            }
            _ => None,
        });
        accounts.collect()
    }

    /// The roles that it names; `None` where it names others too.
    pub(super) fn arns(&self) -> Option<Vec<Arn>> {
        if self.element.written.negated {
            return None;
        }
        let listed = self.element.listed();
        let arns = listed.iter().map(|(kind, text)| {
            let arn = text.parse::<Arn>().ok().filter(|arn| arn.is_iam("role"));
            arn.filter(|_| *kind == PrincipalType::Aws)
        });
        arns.collect()
    }

    /// Whether nobody satisfies both, by what is written.
    pub(super) fn contradicts(&self, other: &Literal) -> bool {
        match (self.holds, other.holds) {
            (true, false) => self.element.implies(&other.element),
            (false, true) => other.element.implies(&self.element),
            _ => false,
        }
    }

    /// Whether everybody who satisfies `other` satisfies this, by what is written.
    pub(super) fn follows_from(&self, other: &Literal) -> bool {
        match (self.holds, other.holds) {
            (true, true) => other.element.implies(&self.element),
            (false, false) => self.element.implies(&other.element),
            _ => false,
        }
    }
}

/// Somebody who satisfies all of these; `Ok(None)` if there is nobody.
pub(super) fn somebody(literals: &[Literal], context: &Context) -> Result<Option<Principal>, Doubt> {
    let listed: Vec<(PrincipalType, &str)> = literals
        .iter()
        .flat_map(|literal| literal.element.listed())
        .collect();
    let found = candidates(literals).into_iter().find(|candidate| {
        literals
            .iter()
            .all(|literal| literal.is_satisfied(candidate, context))
    });
    // Everything else is told by name and account; these two look at more than who asks.
    let plain = literals.iter().all(|literal| !literal.element.written.negated)
        && listed.iter().all(|(kind, _)| *kind != PrincipalType::Federated);
    match found {
        Some(found) => Ok(Some(found)),
        None if plain => Ok(None),
        None => Err(Doubt::Principal),
    }
}

/// Those whom the elements name, and who is like them, and nobody that they name.
pub(super) fn candidates(literals: &[Literal]) -> Vec<Principal> {
    let mut candidates: Vec<Principal> = Vec::new();
    if literals.is_empty() {
        candidates.extend(SOMEBODY.parse::<Principal>());
    }
    for (kind, text) in literals.iter().flat_map(|literal| literal.element.listed()) {
        candidates.extend(like(kind, text));
    }
    candidates.extend(STRANGERS.iter().filter_map(|text| text.parse::<Principal>().ok()));
    candidates
}

/// Principals of an account.
pub(super) fn of_account(account: &str) -> Vec<Principal> {
    like(PrincipalType::Aws, account)
}

/// The principal of an ARN, a session where that is a role's.
pub(super) fn named(arn: &str) -> Vec<Principal> {
    let parsed = arn.parse::<Arn>().ok();
    let session = parsed.and_then(|role| Principal::session_of(&role, "example").ok());
    session.into_iter().chain(arn.parse()).collect()
}

/// Principals that an entry of an element names, the most usual first, and their neighbours in the account.
fn like(kind: PrincipalType, text: &str) -> Vec<Principal> {
    match kind {
        PrincipalType::Service => vec![Principal::Service(text.to_owned())],
        PrincipalType::Federated => vec![Principal::IdentityProvider(text.to_owned())],
        PrincipalType::CanonicalUser => Vec::new(),
        PrincipalType::Aws => {
            let parsed = text.parse::<Arn>().ok();
            let account = parsed.as_ref().map_or(text, Arn::account_part);
            let partition = parsed.as_ref().map_or("aws", Arn::partition);
            let session = parsed
                .as_ref()
                .and_then(|role| Principal::session_of(role, "example").ok());
            let mut like: Vec<Principal> = session.into_iter().chain(text.parse()).collect();
            // Of a named user there may be sessions too.
            let federated = parsed
                .as_ref()
                .filter(|arn| arn.is_iam("user"))
                .and_then(Arn::iam_name)
                .map(|name| format!("arn:{partition}:sts::{account}:federated-user/{name}"));
            let neighbours = [
                format!("arn:{partition}:iam::{account}:user/example"),
                format!("arn:{partition}:sts::{account}:assumed-role/example/example"),
                format!("arn:{partition}:sts::{account}:federated-user/example"),
                format!("arn:{partition}:iam::{account}:root"),
            ];
            let others = federated.into_iter().chain(neighbours);
            like.extend(others.filter_map(|text| text.parse::<Principal>().ok()));
            like
        }
    }
}
