//! What an account holds, as one `GetAccountAuthorizationDetails` tells it.

use std::collections::{BTreeMap, BTreeSet};

use iam_policy::{AccountId, Arn, Document};
use jiff::Timestamp;

use crate::team::Grantee;

/// An account, read once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedAccount {
    /// Which.
    pub account: AccountId,
    /// `aws`, `aws-cn` or `aws-us-gov`, as its own ARNs say.
    pub partition: String,
    /// Users, roles and groups, by their names as IAM writes them.
    pub principals: BTreeMap<Grantee, ObservedPrincipal>,
    /// Customer managed policies, by ARN.
    pub policies: BTreeMap<Arn, ObservedPolicy>,
    /// Managed policies that are neither among those nor known offline, asked for by ARN; none where there is no such
    /// policy.
    pub documents: BTreeMap<Arn, Option<Document>>,
    /// How many managed policies the account attaches to one principal.
    pub attachments: AttachmentLimits,
}

/// A user, role or group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedPrincipal {
    /// With its path.
    pub arn: Arn,
    /// Its inline policies by name.
    pub inline: BTreeMap<String, PolicyText>,
    /// The managed policies that are attached.
    pub attached: BTreeSet<Arn>,
    /// Its tags; a group has none.
    pub tags: BTreeMap<String, String>,
    /// Its permissions boundary.
    pub boundary: Option<Arn>,
    /// A role's trust policy.
    pub trust: Option<PolicyText>,
}

/// A customer managed policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedPolicy {
    /// With its path.
    pub arn: Arn,
    /// The default version's document.
    pub document: PolicyText,
    /// All versions, five at the most.
    pub versions: Vec<PolicyVersion>,
}

/// A version of a customer managed policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyVersion {
    /// `v1` and up.
    pub id: String,
    /// Whether it is the one in force.
    pub is_default: bool,
    /// When it was made.
    pub created: Option<Timestamp>,
}

/// A document as AWS told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyText {
    /// Its text, decoded.
    pub text: String,
    /// `None` where it is none that we can read; then nobody but its owner writes it.
    pub document: Option<Document>,
}

/// Managed policies that can be attached to one principal ("IAM and AWS STS quotas": 10, raisable).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttachmentLimits {
    /// To a user.
    pub user: usize,
    /// To a role.
    pub role: usize,
    /// To a group.
    pub group: usize,
    /// Whether the account was asked; else these are AWS's defaults.
    pub is_known: bool,
}

impl Default for AttachmentLimits {
    fn default() -> Self {
        AttachmentLimits {
            user: 10,
            role: 10,
            group: 10,
            is_known: false,
        }
    }
}

impl AttachmentLimits {
    /// For a principal of this kind.
    pub fn of(&self, principal: &Grantee) -> usize {
        match principal {
            Grantee::User(_) => self.user,
            Grantee::Role(_) => self.role,
            Grantee::Group(_) => self.group,
        }
    }
}

/// The quota of all inline policies of one principal ("IAM and AWS STS quotas"), in characters without white space.
pub const fn inline_limit(principal: &Grantee) -> usize {
    match principal {
        Grantee::User(_) => 2_048,
        Grantee::Group(_) => 5_120,
        Grantee::Role(_) => 10_240,
    }
}

impl PolicyText {
    /// A document's text as AWS told it.
    pub fn new(text: impl Into<String>) -> PolicyText {
        let text = text.into();
        let document = Document::parse(&text).ok();
        PolicyText { text, document }
    }

    /// Its size as IAM counts it.
    pub fn size(&self) -> usize {
        match &self.document {
            Some(document) => document.iam_size(),
            None => self.text.chars().filter(|c| !c.is_whitespace()).count(),
        }
    }

    /// Whether it says what `document` says.
    pub fn says(&self, document: &Document) -> bool {
        self.document
            .as_ref()
            .is_some_and(|own| own.same_meaning(document))
    }
}

impl ObservedAccount {
    /// An account that holds nothing.
    pub fn empty(account: AccountId) -> ObservedAccount {
        ObservedAccount {
            account,
            partition: "aws".to_owned(),
            principals: BTreeMap::new(),
            policies: BTreeMap::new(),
            documents: BTreeMap::new(),
            attachments: AttachmentLimits::default(),
        }
    }

    /// The principal that a file names, under its own name: IAM does not tell upper from lower case.
    pub fn find(&self, named: &Grantee) -> Option<(&Grantee, &ObservedPrincipal)> {
        self.principals.get_key_value(named).or_else(|| {
            let same =
                |own: &Grantee| own.kind() == named.kind() && own.name().eq_ignore_ascii_case(named.name());
            self.principals.iter().find(|(own, _)| same(own))
        })
    }

    /// The customer managed policy of this name, at whatever path: names are unique in an account, whatever their case
    /// (IAM API Reference, CreatePolicy).
    pub fn policy_named(&self, name: &str) -> Option<&ObservedPolicy> {
        let is_it = |policy: &&ObservedPolicy| {
            let own = policy.arn.iam_name();
            own.is_some_and(|own| own.eq_ignore_ascii_case(name))
        };
        self.policies.values().find(is_it)
    }

    /// The document of a managed policy: the account's own, AWS's as embedded, or one that was asked for.
    pub fn managed_document(&self, arn: &Arn) -> Option<Document> {
        if let Some(policy) = self.policies.get(arn) {
            return policy.document.document.clone();
        }
        let known = iam_catalog::managed_policy(arn.as_str());
        known
            .and_then(|text| Document::parse(text).ok())
            .or_else(|| self.documents.get(arn).cloned().flatten())
    }

    /// The ARN of something in this account.
    pub fn arn(&self, kind: &str, path: &str, name: &str) -> String {
        format!("arn:{}:iam::{}:{kind}{path}{name}", self.partition, self.account)
    }
}
