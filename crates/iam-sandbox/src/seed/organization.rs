//! The organization in a seed: its policies, and what is attached to the root, the units and the accounts.

use std::collections::BTreeMap;

use iam_policy::AccountId;
use iam_policy::Document;
use iam_policy::syntax::{Member, Node, nearest};
use sha2::{Digest, Sha256};

use super::parts::AccountSeed;
use super::policies::document;
use super::reader::{Fields, Reader};
use super::references::References;
use crate::operations::iam::policy_text;
use crate::world::organization::{Attached, ControlKind, ControlPolicy, Organization, Unit};

pub(super) const KEYS: [&str; 4] = ["id", "management", "policies", "root"];
pub(super) const POLICY: [&str; 3] = ["type", "description", "document"];
pub(super) const UNIT: [&str; 6] = ["id", "scps", "rcps", "full_access", "accounts", "units"];
pub(super) const ACCOUNT: [&str; 3] = ["scps", "rcps", "full_access"];

pub(super) fn read(reader: &mut Reader, node: &Node, accounts: &[AccountSeed]) -> Option<Organization> {
    let fields = reader.fields(node, "the organization", &KEYS);
    let policies = match fields.get("policies") {
        Some(node) => policies(reader, node),
        None => BTreeMap::new(),
    };
    let given = fields.get("management").and_then(|node| {
        let given = reader.text_of(node, "management")?;
        known(reader, accounts, &given, node.span)
    });
    let management = given.or_else(|| Some(accounts.first()?.id.clone()))?;
    let id = reader.text(fields, "id").unwrap_or_else(|| {
        // The same each time, so that policies can name it.
        format!("o-{}", letters(management.as_str(), 10))
    });
    let mut tree = Tree {
        accounts,
        policies: &policies,
        placed: Vec::new(),
        organization: id.clone(),
    };
    let mut root = match fields.get("root") {
        Some(node) => tree.unit(reader, node, "root", None),
        None => tree.empty("root", None),
    };
    // Whoever is placed nowhere stands under the root, the management account too.
    for account in accounts
        .iter()
        .filter(|account| !tree.placed.contains(&account.id))
    {
        root.accounts.insert(account.id.clone(), full_access_only());
    }
    Some(Organization {
        id,
        management,
        policies,
        root,
    })
}

fn known(
    reader: &mut Reader,
    accounts: &[AccountSeed],
    given: &str,
    span: iam_policy::Span,
) -> Option<AccountId> {
    let found = accounts.iter().find(|account| account.id.to_string() == given);
    if found.is_none() {
        let help = "add it under `accounts` of the seed";
        reader.say_with_help(span, format!("there is no account `{given}`"), help);
    }
    found.map(|account| account.id.clone())
}

fn policies(reader: &mut Reader, node: &Node) -> BTreeMap<String, ControlPolicy> {
    let members = reader.named(node, "the organization's `policies`");
    let mut read = BTreeMap::new();
    for member in members {
        let place = format!("policy {}", member.key);
        let fields = reader.fields(&member.value, &place, &POLICY);
        let kind = match fields.get("type").map(|node| (node, node.as_str())) {
            Some((_, Some("scp"))) => ControlKind::Scp,
            Some((_, Some("rcp"))) => ControlKind::Rcp,
            Some((node, _)) => {
                reader.wants(node, "type", "scp or rcp");
                continue;
            }
            None => {
                let help = "add `type: scp` or `type: rcp`";
                reader.say_with_help(member.key_span, format!("{place} has no type"), help);
                continue;
            }
        };
        let Some(node) = fields.get("document") else {
            reader.say(member.key_span, format!("{place} has no `document`"));
            continue;
        };
        // Whom an RCP names need not exist.
        let rules = match kind {
            ControlKind::Scp => policy_text::inline,
            ControlKind::Rcp => resource_control,
        };
        if let Some(text) = document(reader, &mut References::default(), node, &rules) {
            let description = reader.text(fields, "description");
            let policy = ControlPolicy {
                kind,
                description,
                text,
            };
            read.insert(member.key.clone(), policy);
        }
    }
    read
}

/// An RCP denies, and says whom with a `Principal` of `*` ("RCP syntax", AWS Organizations User Guide).
fn resource_control(text: &str) -> Result<crate::world::entity::PolicyText, crate::wire::error::ApiError> {
    use crate::wire::error::ApiError;
    let document =
        Document::parse(text).map_err(|_| ApiError::malformed_policy("Syntax errors in policy."))?;
    for statement in &document.statements {
        if statement.effect != iam_policy::Effect::Deny {
            return Err(ApiError::malformed_policy(
                "A resource control policy can only deny.",
            ));
        }
        let is_everybody = statement
            .principal
            .as_ref()
            .is_some_and(|clause| !clause.negated && matches!(clause.who, iam_policy::Who::Everyone(_)));
        if !is_everybody {
            return Err(ApiError::malformed_policy(
                "A statement of a resource control policy has \"Principal\": \"*\".",
            ));
        }
    }
    Ok(crate::world::entity::PolicyText {
        text: text.to_owned(),
        document: std::sync::Arc::new(document),
        pins: Vec::new(),
    })
}

struct Tree<'a> {
    accounts: &'a [AccountSeed],
    policies: &'a BTreeMap<String, ControlPolicy>,
    /// Accounts that have their place.
    placed: Vec<AccountId>,
    /// The organization's id, from which those of its units are made.
    organization: String,
}

impl Tree<'_> {
    fn empty(&self, path: &str, parent: Option<&str>) -> Unit {
        Unit {
            id: self.id(path, parent),
            attached: full_access_only(),
            accounts: BTreeMap::new(),
            units: BTreeMap::new(),
        }
    }

    /// `path` is how the unit is reached by names, `parent` the id of the root if it is a unit under it.
    fn id(&self, path: &str, root: Option<&str>) -> String {
        match root.and_then(|root| root.strip_prefix("r-")) {
            None => format!("r-{}", letters(&self.organization, 4)),
            Some(root) => format!(
                "ou-{root}-{}",
                letters(&format!("{} {path}", self.organization), 8)
            ),
        }
    }

    fn unit(&mut self, reader: &mut Reader, node: &Node, path: &str, root: Option<&str>) -> Unit {
        let fields = reader.fields(node, &format!("unit {path}"), &UNIT);
        let mut unit = self.empty(path, root);
        if let Some(id) = reader.text(fields, "id") {
            unit.id = id;
        }
        unit.attached = self.attached(reader, fields);
        if let Some(node) = fields.get("accounts") {
            unit.accounts = self.accounts(reader, node);
        }
        let root = root.map_or_else(|| unit.id.clone(), str::to_owned);
        if let Some(node) = fields.get("units") {
            let members = reader.named(node, "`units`");
            for Member { key, value, .. } in members {
                let inner = self.unit(reader, value, &format!("{path}/{key}"), Some(&root));
                unit.units.insert(key.clone(), inner);
            }
        }
        unit
    }

    /// A list of ids, or an object by ids with what is attached to each.
    fn accounts(&mut self, reader: &mut Reader, node: &Node) -> BTreeMap<AccountId, Attached> {
        let mut placed = BTreeMap::new();
        if node.as_object().is_some() {
            let members = reader.named(node, "`accounts`");
            for member in members {
                let fields = reader.fields(&member.value, &format!("account {}", member.key), &ACCOUNT);
                let attached = self.attached(reader, fields);
                if let Some(id) = self.place(reader, &member.key, member.key_span) {
                    placed.insert(id, attached);
                }
            }
            return placed;
        }
        for item in reader.list(node, "accounts") {
            let given = reader.text_of(item, "accounts");
            if let Some(id) = given.and_then(|given| self.place(reader, &given, item.span)) {
                placed.insert(id, full_access_only());
            }
        }
        placed
    }

    fn place(&mut self, reader: &mut Reader, given: &str, span: iam_policy::Span) -> Option<AccountId> {
        let id = known(reader, self.accounts, given, span)?;
        if self.placed.contains(&id) {
            reader.say(
                span,
                format!("account {id} stands in two places of the organization"),
            );
        }
        self.placed.push(id.clone());
        Some(id)
    }

    fn attached(&self, reader: &mut Reader, fields: Fields<'_>) -> Attached {
        Attached {
            scps: self.names(reader, fields, "scps", ControlKind::Scp),
            rcps: self.names(reader, fields, "rcps", ControlKind::Rcp),
            has_full_access: reader.flag(fields, "full_access").unwrap_or(true),
        }
    }

    fn names(&self, reader: &mut Reader, fields: Fields<'_>, key: &str, kind: ControlKind) -> Vec<String> {
        let given = reader.texts(fields, key);
        for (name, span) in &given {
            if self.policies.get(name).is_some_and(|policy| policy.kind == kind) {
                continue;
            }
            let of_kind = self.policies.iter().filter(|(_, policy)| policy.kind == kind);
            let help = match nearest(name, of_kind.map(|(name, _)| name.as_str())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "add it under `policies` of the organization".to_owned(),
            };
            let what = key.trim_end_matches('s').to_uppercase();
            reader.say_with_help(*span, format!("there is no {what} `{name}`"), help);
        }
        given.into_iter().map(|(name, _)| name).collect()
    }
}

fn full_access_only() -> Attached {
    Attached {
        scps: Vec::new(),
        rcps: Vec::new(),
        has_full_access: true,
    }
}

/// Lower-case letters and digits that are always the same for one text.
fn letters(text: &str, count: usize) -> String {
    hex::encode(Sha256::digest(text)).chars().take(count).collect()
}
