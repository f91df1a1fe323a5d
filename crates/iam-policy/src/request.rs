//! What is asked: who wants to do what to which resource, and in which circumstances.
//! IAM User Guide, "Components of a request"; "AWS JSON policy elements: Principal".

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use crate::arn::{AccountId, Arn};
use crate::hash::folded_hash;

/// One authorization question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Who asks.
    pub principal: Principal,
    /// What for, such as `s3:GetObject`; the case does not matter.
    pub action: String,
    /// On what: an ARN, or `*` for actions that take no resource.
    pub resource: String,
    /// The account that owns the resource. Without it, the account in the resource's ARN counts, and for
    /// an ARN without one the principal's.
    pub resource_account: Option<AccountId>,
    /// The request context. Nothing is added to it by the engine.
    pub context: Context,
}

impl Request {
    /// A question with an empty context.
    pub fn new(principal: Principal, action: impl Into<String>, resource: impl Into<String>) -> Request {
        Request {
            principal,
            action: action.into(),
            resource: resource.into(),
            resource_account: None,
            context: Context::default(),
        }
    }

    /// The same question with one more context key.
    #[must_use]
    pub fn with_context(mut self, key: impl Into<String>, values: impl Into<Values>) -> Self {
        self.context.insert(key, values);
        self
    }

    /// The account that owns the resource, found as described at [`resource_account`](Request::resource_account).
    pub fn owner(&self) -> Option<AccountId> {
        let in_arn =
            || crate::arn::six_parts(&self.resource).and_then(|[.., account, _]| account.parse().ok());
        self.resource_account
            .clone()
            .or_else(in_arn)
            .or_else(|| self.principal.account())
    }
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Principal {
    /// An IAM user: `arn:aws:iam::111122223333:user/path/name`.
    User {
        /// The user's ARN.
        arn: Arn,
    },
    /// A session of a role: `arn:aws:sts::111122223333:assumed-role/name/session`.
    RoleSession {
        /// The session's ARN.
        session: Arn,
        /// The role's own ARN, with its path, where it is known: a session's ARN has no path.
        role: Option<Arn>,
    },
    /// The root user of an account.
    Root {
        /// The account.
        account: AccountId,
    },
    /// A session made with GetFederationToken: `arn:aws:sts::111122223333:federated-user/name`.
    FederatedUser {
        /// The session's ARN.
        arn: Arn,
        /// The IAM user who federated, where it is known; otherwise the one of the session's name is taken
        /// for it, as "this session's ARN is based on the original identity that was federated".
        user: Option<Arn>,
    },
    /// A service principal: `ec2.amazonaws.com`.
    Service(String),
    /// Somebody whom an identity provider vouches for, before a role is assumed: the provider's ARN, or
    /// the name of a well-known one (`accounts.google.com`).
    IdentityProvider(String),
    /// Nobody in particular: an unsigned request.
    Anonymous,
}

/// Why a text does not name a principal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrincipalError {
    /// A role acts through a session.
    #[error("`{role}` is a role; what asks is a session of it, such as {session}")]
    RoleWithoutSession {
        /// The role's ARN.
        role: Arn,
        /// What a session's ARN looks like.
        session: String,
    },
    /// Nothing that can make a request.
    #[error(
        "`{text}` is not a principal: a user's, role session's or root ARN, a service such as ec2.amazonaws.com, an identity provider, or `anonymous`"
    )]
    Unknown {
        /// The text as given.
        text: String,
    },
}

/// Identity providers that are named by a domain, not by an ARN.
const KNOWN_PROVIDERS: [&str; 4] = [
    "accounts.google.com",
    "cognito-identity.amazonaws.com",
    "graph.facebook.com",
    "www.amazon.com",
];

impl FromStr for Principal {
    type Err = PrincipalError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || PrincipalError::Unknown {
            text: text.to_owned(),
        };
        if text.eq_ignore_ascii_case("anonymous") {
            return Ok(Principal::Anonymous);
        }
        if KNOWN_PROVIDERS.contains(&text) {
            return Ok(Principal::IdentityProvider(text.to_owned()));
        }
        let Ok(arn) = text.parse::<Arn>() else {
            let service = [".amazonaws.com", ".amazonaws.com.cn", ".amazon.com"]
                .iter()
                .any(|end| text.ends_with(end));
            return if service {
                Ok(Principal::Service(text.to_owned()))
            } else {
                Err(unknown())
            };
        };
        let account = arn.account();
        match (arn.service(), arn.resource_type(), account) {
            ("iam", None, Some(account)) if arn.resource() == "root" => Ok(Principal::Root { account }),
            ("iam", Some("user"), Some(_)) => Ok(Principal::User { arn }),
            ("iam", Some("role"), Some(account)) => {
                let name = arn.iam_name().unwrap_or_default();
                let session = format!(
                    "arn:{}:sts::{account}:assumed-role/{name}/SESSION",
                    arn.partition()
                );
                Err(PrincipalError::RoleWithoutSession { role: arn, session })
            }
            ("iam", Some("saml-provider" | "oidc-provider"), Some(_)) => {
                Ok(Principal::IdentityProvider(text.to_owned()))
            }
            ("sts", Some("assumed-role"), Some(_)) if arn.role_session().is_some() => {
                Ok(Principal::RoleSession {
                    session: arn,
                    role: None,
                })
            }
            ("sts", Some("federated-user"), Some(_)) => Ok(Principal::FederatedUser { arn, user: None }),
            _ => Err(unknown()),
        }
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Principal::User { arn } | Principal::FederatedUser { arn, .. } => f.pad(arn.as_str()),
            Principal::RoleSession { session, .. } => f.pad(session.as_str()),
            Principal::Root { account } => f.pad(Arn::account_root(account).as_str()),
            Principal::Service(name) | Principal::IdentityProvider(name) => f.pad(name),
            Principal::Anonymous => f.pad("anonymous"),
        }
    }
}

impl Principal {
    /// A session of `role`, whose ARN is made from the role's.
    ///
    /// # Errors
    /// When `role` is not a role's ARN or `session_name` is empty.
    pub fn session_of(role: &Arn, session_name: &str) -> Result<Principal, PrincipalError> {
        let unknown = || PrincipalError::Unknown {
            text: format!("{role} {session_name}"),
        };
        let name = role
            .iam_name()
            .filter(|_| role.is_iam("role"))
            .ok_or_else(unknown)?;
        let resource = format!("assumed-role/{name}/{session_name}");
        let session = Arn::from_parts(role.partition(), "sts", "", role.account_part(), &resource)
            .ok()
            .filter(|arn| arn.role_session().is_some())
            .ok_or_else(unknown)?;
        Ok(Principal::RoleSession {
            session,
            role: Some(role.clone()),
        })
    }

    /// The account that the principal belongs to, if it belongs to one.
    pub fn account(&self) -> Option<AccountId> {
        match self {
            Principal::User { arn } | Principal::FederatedUser { arn, .. } => arn.account(),
            Principal::RoleSession { session, .. } => session.account(),
            Principal::Root { account } => Some(account.clone()),
            Principal::Service(_) | Principal::IdentityProvider(_) | Principal::Anonymous => None,
        }
    }

    /// Whether this is a session of a service-linked role: those have the path `/aws-service-role/`, and
    /// names beginning with `AWSServiceRoleFor` (IAM User Guide, "Create a service-linked role").
    pub fn is_service_linked(&self) -> bool {
        match self {
            Principal::RoleSession { role: Some(role), .. } => role
                .iam_path()
                .is_some_and(|path| path.starts_with("/aws-service-role/")),
            Principal::RoleSession { session, role: None } => session
                .iam_name()
                .is_some_and(|name| name.starts_with("AWSServiceRoleFor")),
            _ => false,
        }
    }
}

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
    /// `aws:userid` holds ids that an ARN does not tell; who knows them sets it.
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
    fn principals_are_told_from_their_text() {
        let kind = |text: &str| text.parse::<Principal>().unwrap();
        assert!(matches!(
            kind("arn:aws:iam::111122223333:user/a/b"),
            Principal::User { .. }
        ));
        assert!(matches!(
            kind("arn:aws:sts::111122223333:assumed-role/app/s1"),
            Principal::RoleSession { .. }
        ));
        assert!(matches!(
            kind("arn:aws:iam::111122223333:root"),
            Principal::Root { .. }
        ));
        assert!(matches!(
            kind("arn:aws:sts::111122223333:federated-user/bob"),
            Principal::FederatedUser { .. }
        ));
        assert!(matches!(kind("ec2.amazonaws.com"), Principal::Service(_)));
        assert!(matches!(
            kind("cognito-identity.amazonaws.com"),
            Principal::IdentityProvider(_)
        ));
        assert!(matches!(
            kind("arn:aws:iam::111122223333:saml-provider/x"),
            Principal::IdentityProvider(_)
        ));
        assert!(matches!(kind("anonymous"), Principal::Anonymous));
        let role = "arn:aws:iam::111122223333:role/p/app"
            .parse::<Principal>()
            .unwrap_err();
        assert!(
            role.to_string()
                .contains("arn:aws:sts::111122223333:assumed-role/app/SESSION")
        );
        for text in [
            "",
            "bob",
            "arn:aws:s3:::bucket",
            "arn:aws:sts::111122223333:assumed-role/app",
            "example.com",
        ] {
            assert!(text.parse::<Principal>().is_err(), "{text}");
        }
    }

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
    }

    #[test]
    fn the_owner_of_a_resource() {
        let user: Principal = "arn:aws:iam::111122223333:user/a".parse().unwrap();
        let mut request = Request::new(user, "s3:GetObject", "arn:aws:s3:::bucket/key");
        assert_eq!(request.owner().unwrap().as_str(), "111122223333");
        request.resource = "arn:aws:sqs:us-east-1:444455556666:queue".to_owned();
        assert_eq!(request.owner().unwrap().as_str(), "444455556666");
        request.resource_account = Some("777788889999".parse().unwrap());
        assert_eq!(request.owner().unwrap().as_str(), "777788889999");
    }
}
