//! Who used what, and when: what "last used" and "last accessed" are answered from.

use std::collections::BTreeMap;

use iam_policy::AccountId;
use jiff::Timestamp;

use super::credential::{Caller, CallerKind};

/// When an access key was last used, and for what.
#[derive(Clone, Debug)]
pub(crate) struct KeyUse {
    pub(crate) at: Timestamp,
    pub(crate) region: String,
    pub(crate) service: String,
}

/// When an entity last called a service, and which of its actions.
#[derive(Clone, Debug)]
pub(crate) struct ServiceUse {
    pub(crate) at: Timestamp,
    pub(crate) region: String,
    /// By the action's name without the service.
    pub(crate) actions: BTreeMap<String, (Timestamp, String)>,
}

/// Everything that was used.
#[derive(Debug, Default)]
pub(crate) struct Uses {
    /// By access key id.
    pub(crate) keys: BTreeMap<String, KeyUse>,
    /// By the unique id of a user or role, then by the service's prefix.
    entities: BTreeMap<String, BTreeMap<String, ServiceUse>>,
    /// Whose access keys were that are gone.
    pub(crate) deleted_keys: BTreeMap<String, AccountId>,
    /// The steps of MFA codes that were taken, by the device's serial number: a code works once.
    pub(crate) mfa_steps: BTreeMap<String, i64>,
}

/// One authenticated call. Whether it was allowed does not matter ("Refine permissions in AWS using last accessed
/// information", IAM User Guide: attempts count).
pub(crate) struct Use<'a> {
    pub(crate) caller: &'a Caller,
    /// The service's prefix.
    pub(crate) service: &'a str,
    /// The action that was checked, if any.
    pub(crate) action: Option<&'a str>,
    pub(crate) region: &'a str,
    pub(crate) at: Timestamp,
}

impl Uses {
    pub(crate) fn note(&mut self, used: &Use<'_>) {
        let Use {
            caller,
            service,
            action,
            region,
            at,
        } = *used;
        if caller.session.is_none() && !caller.access_key.is_empty() {
            let key = KeyUse {
                at,
                region: region.to_owned(),
                service: service.to_owned(),
            };
            self.keys.insert(caller.access_key.clone(), key);
        }
        let (CallerKind::User { id, .. } | CallerKind::Role { id, .. }) = &caller.kind else {
            return;
        };
        let of_service = self
            .entities
            .entry(id.clone())
            .or_default()
            .entry(service.to_owned())
            .or_insert_with(|| ServiceUse {
                at,
                region: region.to_owned(),
                actions: BTreeMap::new(),
            });
        of_service.at = at;
        region.clone_into(&mut of_service.region);
        if let Some((prefix, name)) = action.and_then(|action| action.split_once(':'))
            && prefix == service
        {
            of_service
                .actions
                .insert(name.to_owned(), (at, region.to_owned()));
        }
    }

    /// What the entity with this unique id did in a service.
    pub(crate) fn of(&self, id: &str, service: &str) -> Option<&ServiceUse> {
        self.entities.get(id)?.get(service)
    }

    /// The last use of a role in any service.
    pub(crate) fn last_of(&self, id: &str) -> Option<&ServiceUse> {
        self.entities.get(id)?.values().max_by_key(|used| used.at)
    }

    pub(crate) fn forget_entity(&mut self, id: &str) {
        self.entities.remove(id);
    }
}
