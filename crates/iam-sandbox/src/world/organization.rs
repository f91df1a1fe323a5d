//! The organization: who is in it, and which service and resource control policies hold for whom.
//! ("Service control policies", "Resource control policies", AWS Organizations User Guide.)

use std::collections::BTreeMap;
use std::sync::Arc;

use iam_policy::{AccountId, Document, Level, Source};

use super::entity::PolicyText;

/// One organization. All features are on: both kinds of policy are in force.
#[derive(Clone, Debug)]
pub(crate) struct Organization {
    /// `o-` and 10 to 32 letters and digits.
    pub(crate) id: String,
    /// No SCP or RCP holds for this account.
    pub(crate) management: AccountId,
    /// By name.
    pub(crate) policies: BTreeMap<String, ControlPolicy>,
    pub(crate) root: Unit,
}

/// The root or an organizational unit.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    /// `r-` and 4 letters and digits for the root, `ou-`, the same, `-` and 8 more for a unit.
    pub(crate) id: String,
    pub(crate) attached: Attached,
    pub(crate) accounts: BTreeMap<AccountId, Attached>,
    /// By name.
    pub(crate) units: BTreeMap<String, Unit>,
}

/// What is attached to the root, a unit or an account.
#[derive(Clone, Debug)]
pub(crate) struct Attached {
    /// Names of policies.
    pub(crate) scps: Vec<String>,
    pub(crate) rcps: Vec<String>,
    /// Whether `FullAWSAccess` is among the SCPs, as it is unless somebody detaches it. `RCPFullAWSAccess` cannot be
    /// detached.
    pub(crate) has_full_access: bool,
}

/// A policy of the organization.
#[derive(Clone, Debug)]
pub(crate) struct ControlPolicy {
    pub(crate) kind: ControlKind,
    pub(crate) description: Option<String>,
    pub(crate) text: PolicyText,
}

/// The kinds of policy that organizations have here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ControlKind {
    Scp,
    Rcp,
}

const FULL_ACCESS: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
const RCP_FULL_ACCESS: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;

impl Organization {
    /// The SCPs or RCPs in force for an account, from the root down to it; none if no such policy holds for it.
    pub(crate) fn levels(&self, account: &AccountId, kind: ControlKind) -> Option<Vec<Level>> {
        if *account == self.management {
            return None;
        }
        let path = self.path_to(account)?;
        let mut levels: Vec<Level> = path
            .units
            .iter()
            .map(|(name, unit)| self.level((*name).to_owned(), &unit.attached, kind))
            .collect();
        levels.push(self.level(format!("account {account}"), path.attached, kind));
        Some(levels)
    }

    /// `aws:PrincipalOrgPaths` of an account: `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/`.
    pub(crate) fn path_of(&self, account: &AccountId) -> Option<String> {
        let path = self.path_to(account)?;
        let units = path.units.iter().map(|(_, unit)| format!("{}/", unit.id));
        Some(format!("{}/{}", self.id, units.collect::<String>()))
    }

    fn path_to(&self, account: &AccountId) -> Option<Path<'_>> {
        self.root.path_to("root", account)
    }

    fn level(&self, name: String, attached: &Attached, kind: ControlKind) -> Level {
        let (names, full, full_text) = match kind {
            ControlKind::Scp => (
                &attached.scps,
                attached.has_full_access.then_some("FullAWSAccess"),
                FULL_ACCESS,
            ),
            ControlKind::Rcp => (&attached.rcps, Some("RCPFullAWSAccess"), RCP_FULL_ACCESS),
        };
        let given = names.iter().filter_map(|name| {
            let policy = self.policies.get(name)?;
            Some(Source::new(name.clone(), policy.text.document.clone()))
        });
        let full = full.and_then(|name| Some(Source::new(name, Arc::new(Document::parse(full_text).ok()?))));
        let policies = full.into_iter().chain(given).collect();
        Level { name, policies }
    }
}

/// From the root to an account.
struct Path<'a> {
    units: Vec<(&'a str, &'a Unit)>,
    attached: &'a Attached,
}

impl Unit {
    fn path_to<'a>(&'a self, name: &'a str, account: &AccountId) -> Option<Path<'a>> {
        if let Some(attached) = self.accounts.get(account) {
            let units = vec![(name, self)];
            return Some(Path { units, attached });
        }
        let mut units = self.units.iter();
        let mut path = units.find_map(|(name, unit)| unit.path_to(name, account))?;
        path.units.insert(0, (name, self));
        Some(path)
    }
}
