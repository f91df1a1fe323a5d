//! The circumstances of a request: condition keys and their values.
//! IAM User Guide, "The request context"; "AWS global condition context keys".

use std::fmt;

use jiff::Timestamp;

use super::asker::Principal;
use crate::arn::Arn;
use crate::hash::folded_hash;

/// The values of a context key: none, one or several strings as on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Values(pub Vec<String>);

impl From<&str> for Values {
    fn from(value: &str) -> Self {
        Values(vec![value.to_owned()])
    }
}

impl From<String> for Values {
    fn from(value: String) -> Self {
        Values(vec![value])
    }
}

impl From<bool> for Values {
    fn from(value: bool) -> Self {
        Values(vec![value.to_string()])
    }
}

impl From<i64> for Values {
    fn from(value: i64) -> Self {
        Values(vec![value.to_string()])
    }
}

impl From<Timestamp> for Values {
    fn from(value: Timestamp) -> Self {
        Values(vec![value.to_string()])
    }
}

impl<S: Into<String>> From<Vec<S>> for Values {
    fn from(values: Vec<S>) -> Self {
        Values(values.into_iter().map(Into::into).collect())
    }
}

impl<S: Into<String>, const N: usize> From<[S; N]> for Values {
    fn from(values: [S; N]) -> Self {
        Values(values.into_iter().map(Into::into).collect())
    }
}

/// The request context: condition keys and their values. Keys compare without regard to case, the tag part
/// included (IAM User Guide, "IAM JSON policy elements: Condition").
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Context {
    /// The hashes of the keys, in the order of the entries: a key is looked for here first.
    hashes: Vec<u64>,
    /// In the order of their keys.
    entries: Vec<Entry>,
}

#[derive(Clone, PartialEq, Eq)]
struct Entry {
    /// In lower case.
    key: Box<str>,
    given: String,
    values: Vec<String>,
}

/// A condition key in lower case, with its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LowerKey {
    text: Box<str>,
    hash: u64,
}

impl From<&str> for LowerKey {
    fn from(key: &str) -> LowerKey {
        let text = lower(key);
        LowerKey {
            hash: folded_hash(&text),
            text: text.into(),
        }
    }
}

fn lower(key: &str) -> String {
    if key.is_ascii() {
        key.to_ascii_lowercase()
    } else {
        key.to_lowercase()
    }
}

impl Context {
    /// An empty context.
    pub fn new() -> Context {
        Context::default()
    }

    /// Sets a key, in place of what it held. An empty list says that the key applies but holds no value.
    pub fn insert(&mut self, key: impl Into<String>, values: impl Into<Values>) {
        let given = key.into();
        let LowerKey { text, hash } = given.as_str().into();
        let at = self.place(&text);
        let entry = Entry {
            key: text,
            given,
            values: values.into().0,
        };
        match at {
            Ok(at) => {
                if let Some(old) = self.entries.get_mut(at) {
                    *old = entry;
                }
            }
            Err(at) => {
                self.hashes.insert(at, hash);
                self.entries.insert(at, entry);
            }
        }
    }

    /// Removes a key.
    pub fn remove(&mut self, key: &str) {
        if let Ok(at) = self.place(&lower(key)) {
            self.hashes.remove(at);
            self.entries.remove(at);
        }
    }

    /// The values of a key, or `None` when the request does not carry it.
    pub fn get(&self, key: &str) -> Option<&[String]> {
        let at = self.place(&lower(key)).ok()?;
        self.entries.get(at).map(|entry| entry.values.as_slice())
    }

    fn place(&self, key: &str) -> Result<usize, usize> {
        self.entries.binary_search_by(|entry| (*entry.key).cmp(key))
    }

    /// As [`get`](Context::get), for a key that is prepared. Hashes lie side by side, so that even a long
    /// context is run through faster than keys could be compared.
    pub(crate) fn get_lower(&self, key: &LowerKey) -> Option<&[String]> {
        let mut from = 0;
        loop {
            let found = from
                + self
                    .hashes
                    .get(from..)?
                    .iter()
                    .position(|hash| *hash == key.hash)?;
            let entry = self.entries.get(found)?;
            if entry.key == key.text {
                return Some(&entry.values);
            }
            from = found + 1;
        }
    }

    /// Keys, as they were given, and values, in the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.entries
            .iter()
            .map(|entry| (entry.given.as_str(), entry.values.as_slice()))
    }

    /// Sets what follows from the principal and the moment, for keys that are not set yet:
    /// `aws:PrincipalArn`, `aws:PrincipalAccount`, `aws:PrincipalType`, `aws:username`,
    /// `aws:CurrentTime`, `aws:EpochTime`, `aws:PrincipalIsAWSService`
    /// (IAM User Guide, "AWS global condition context keys").
    ///
    /// `aws:userid` is set where the ARN tells it: for root, federated users and nobody (IAM User Guide, "IAM policy
    /// elements: Variables and tags", "Principal key values"). Of users and roles it holds ids that no ARN has; who
    /// knows them sets it.
    pub fn fill_in(&mut self, principal: &Principal, now: Timestamp) {
        let mut derived: Vec<(&str, String)> = vec![
            ("aws:CurrentTime", now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
            ("aws:EpochTime", now.as_second().to_string()),
            (
                "aws:PrincipalIsAWSService",
                matches!(principal, Principal::Service(_)).to_string(),
            ),
        ];
        if let Some(account) = principal.account() {
            derived.push(("aws:PrincipalAccount", account.to_string()));
        }
        let (arn, kind) = match principal {
            Principal::User { arn } => {
                derived.extend(arn.iam_name().map(|name| ("aws:username", name.to_owned())));
                (Some(arn.to_string()), "User")
            }
            Principal::RoleSession { session, role } => {
                (Some(role_arn(session, role.as_ref())), "AssumedRole")
            }
            Principal::Root { account } => (Some(Arn::account_root(account).to_string()), "Account"),
            Principal::FederatedUser { arn, .. } => (Some(arn.to_string()), "FederatedUser"),
            Principal::Anonymous => (None, "Anonymous"),
            Principal::Service(_) | Principal::IdentityProvider(_) => (None, ""),
        };
        derived.extend(arn.map(|arn| ("aws:PrincipalArn", arn)));
        derived.extend(user_id(principal).map(|id| ("aws:userid", id)));
        if !kind.is_empty() {
            derived.push(("aws:PrincipalType", kind.to_owned()));
        }
        for (key, value) in derived {
            if self.get(key).is_none() {
                self.insert(key, value);
            }
        }
    }
}

/// The unique id, where it is made of nothing but what the ARN has.
fn user_id(principal: &Principal) -> Option<String> {
    match principal {
        Principal::Root { account } => Some(account.to_string()),
        Principal::FederatedUser { arn, .. } => {
            let name = arn.resource().strip_prefix("federated-user/")?;
            Some(format!("{}:{name}", arn.account_part()))
        }
        Principal::Anonymous => Some("anonymous".to_owned()),
        _ => None,
    }
}

/// The role's ARN: the one given, or the one without a path that the session's ARN suggests.
fn role_arn(session: &Arn, role: Option<&Arn>) -> String {
    role.map_or_else(
        || {
            let name = session.iam_name().unwrap_or_default();
            format!(
                "arn:{}:iam::{}:role/{name}",
                session.partition(),
                session.account_part()
            )
        },
        Arn::to_string,
    )
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<K: Into<String>, V: Into<Values>> FromIterator<(K, V)> for Context {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut context = Context::default();
        context.extend(entries);
        context
    }
}

impl<K: Into<String>, V: Into<Values>> Extend<(K, V)> for Context {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, values) in entries {
            self.insert(key, values);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn context_keys_have_no_case_and_derived_ones_do_not_replace() {
        let mut context: Context = [
            ("aws:SourceIP", "203.0.113.1"),
            ("AWS:RequestTag/CostCenter", "7"),
        ]
        .into_iter()
        .collect();
        assert_eq!(context.get("aws:sourceip"), Some(&["203.0.113.1".to_owned()][..]));
        assert_eq!(
            context.get("aws:requesttag/costcenter"),
            Some(&["7".to_owned()][..])
        );
        assert_eq!(context.get("aws:RequestTag/Other"), None);
        let role: Arn = "arn:aws:iam::111122223333:role/p/app".parse().unwrap();
        let session = Principal::session_of(&role, "s1").unwrap();
        assert_eq!(
            session.to_string(),
            "arn:aws:sts::111122223333:assumed-role/app/s1"
        );
        context.insert("aws:EpochTime", "7");
        context.fill_in(&session, "2026-01-02T03:04:05.6Z".parse().unwrap());
        assert_eq!(context.get("aws:PrincipalArn"), Some(&[role.to_string()][..]));
        assert_eq!(
            context.get("aws:CurrentTime"),
            Some(&["2026-01-02T03:04:05Z".to_owned()][..])
        );
        assert_eq!(context.get("aws:EpochTime"), Some(&["7".to_owned()][..]));
        assert_eq!(context.get("aws:username"), None);
        assert_eq!(context.get("aws:userid"), None, "a role's id is in no ARN");
    }

    // "IAM policy elements: Variables and tags", "Principal key values".
    #[test]
    fn user_ids_that_an_arn_tells() {
        for (principal, id) in [
            ("arn:aws:iam::111122223333:root", "111122223333"),
            ("arn:aws:sts::111122223333:federated-user/bob", "111122223333:bob"),
            ("anonymous", "anonymous"),
        ] {
            let mut context = Context::default();
            context.fill_in(&principal.parse().unwrap(), Timestamp::UNIX_EPOCH);
            assert_eq!(
                context.get("aws:userid"),
                Some(&[id.to_owned()][..]),
                "{principal}"
            );
        }
    }
}
