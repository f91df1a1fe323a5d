//! The combination rules: from each kind of policy's verdict to the decision.
//! IAM User Guide, "Policy evaluation logic", "Policy evaluation for requests within a single account",
//! "Cross-account policy evaluation logic".

use crate::policy_set::PolicyKind;
use crate::principal::MatchedBy;

/// What the policies of one kind say together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tally {
    /// How the principal was matched in the statements that allow; nothing when none does.
    pub allows: MatchedBy,
    pub denies: bool,
}

/// What each kind of policy in force says. `None`: no policy of the kind bears on the request.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Verdicts {
    pub identity: Option<Tally>,
    /// The resource policy, or the trust policy when a role is assumed.
    pub grantor: Option<Tally>,
    pub boundary: Option<Tally>,
    pub session: Option<Tally>,
    /// Over all levels: allows only when every level does.
    pub scp: Option<Tally>,
    pub rcp: Option<Tally>,
    pub endpoint: Option<Tally>,
}

/// Who asks, as far as the rules differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asker {
    /// A user or a role session.
    Entity,
    /// A session made with GetFederationToken.
    FederatedUser,
    Root,
    /// A service, an identity provider or nobody in particular: no account, no policies of its own.
    Outsider,
}

/// The facts of a request that the rules look at.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, each read once by its rule"
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Facts {
    pub asker: Asker,
    pub same_account: bool,
    /// Which policy of the resource's side counts: Resource or Trust.
    pub grantor_kind: PolicyKind,
    /// Whether that policy must allow even within the account: trust policies and KMS key policies.
    pub grantor_required: bool,
    /// Why an operation is refused to credentials of this kind whatever policies say.
    pub refused: Option<Rule>,
    /// The resource's policy cannot deny this: the bucket's owner would lock itself out.
    pub resource_cannot_deny: bool,
    /// No permission is needed.
    pub needs_nothing: bool,
}

impl Facts {
    /// Whether a Deny in a policy of this kind has no effect on the request.
    pub(crate) fn ignores_deny(self, kind: PolicyKind) -> bool {
        self.resource_cannot_deny && kind == self.grantor_kind
    }
}

/// The decision, and what led to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ruling {
    pub decision: Decision,
    pub rule: Rule,
    /// The kinds that had to allow.
    pub required: Kinds,
    /// Those of them that did not.
    pub blocked: Kinds,
}

/// What comes out of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Decision {
    /// The request is allowed.
    Allow,
    /// Denied because nothing that had to allow it did.
    ImplicitDeny,
    /// Denied by a statement.
    ExplicitDeny,
}

impl Decision {
    /// A name for machines: `allow`, `implicit_deny`, `explicit_deny`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Decision::Allow => "allow",
            Decision::ImplicitDeny => "implicit_deny",
            Decision::ExplicitDeny => "explicit_deny",
        }
    }

    /// Whether the request is allowed.
    pub const fn is_allow(self) -> bool {
        matches!(self, Decision::Allow)
    }
}

impl std::fmt::Display for Decision {
    /// A name for people: `allow`, `implicit deny`, `explicit deny`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Decision::Allow => "allow",
            Decision::ImplicitDeny => "implicit deny",
            Decision::ExplicitDeny => "explicit deny",
        })
    }
}

/// The rule by which a request was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// The operation needs no permission.
    NoPermissionNeeded,
    /// A Deny overrides every Allow.
    DenyOverrides,
    /// The root user has all permissions in its own account.
    RootUser,
    /// Roles may not be assumed by the root user.
    RootCannotAssumeRoles,
    /// Temporary credentials of this kind cannot call the operation.
    SessionCannotCall,
    /// The operation takes credentials, and there are none.
    CredentialsNeeded,
    /// The resource is in another partition than the principal.
    OtherPartition,
    /// Within the account, the resource's policy names the principal itself, which suffices.
    ResourceGrant,
    /// Within the account, the resource's policy names the role: boundary and session policy limit it.
    RoleGrant,
    /// The principal's own policies, within its account.
    IdentityGrant,
    /// The resource's policy must allow and the principal's own policies too: another account.
    BothSides,
    /// Within the account too, a trust policy or a KMS key's policy must allow, and the principal's own
    /// policies where it only leaves the matter to the account.
    Delegated,
    /// Nobody's identity policies apply; the resource's policy alone decides.
    ResourceAlone,
}

impl Rule {
    /// A name for machines, such as `deny_overrides`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Rule::NoPermissionNeeded => "no_permission_needed",
            Rule::DenyOverrides => "deny_overrides",
            Rule::RootUser => "root_user",
            Rule::RootCannotAssumeRoles => "root_cannot_assume_roles",
            Rule::SessionCannotCall => "session_cannot_call",
            Rule::CredentialsNeeded => "credentials_needed",
            Rule::OtherPartition => "other_partition",
            Rule::ResourceGrant => "resource_grant",
            Rule::RoleGrant => "role_grant",
            Rule::IdentityGrant => "identity_grant",
            Rule::BothSides => "both_sides",
            Rule::Delegated => "delegated",
            Rule::ResourceAlone => "resource_alone",
        }
    }

    /// The page of AWS's documentation that states the rule: its title.
    pub const fn page(self) -> &'static str {
        match self {
            Rule::NoPermissionNeeded => "AWS STS API Reference, GetCallerIdentity",
            Rule::DenyOverrides | Rule::RootUser | Rule::ResourceAlone | Rule::Delegated => {
                "IAM User Guide, How AWS enforcement code logic evaluates requests to allow or deny access"
            }
            Rule::RootCannotAssumeRoles => "AWS STS API Reference, AssumeRole",
            Rule::SessionCannotCall | Rule::CredentialsNeeded => {
                "IAM User Guide, Compare AWS STS credentials"
            }
            Rule::OtherPartition => "AWS Fault Isolation Boundaries, Partitions",
            Rule::ResourceGrant | Rule::RoleGrant | Rule::IdentityGrant => {
                "IAM User Guide, Policy evaluation for requests within a single account"
            }
            Rule::BothSides => "IAM User Guide, Cross-account policy evaluation logic",
        }
    }
}

/// A set of kinds of policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Kinds(u8);

impl Kinds {
    fn with(self, kind: PolicyKind) -> Kinds {
        Kinds(self.0 | 1 << kind as u8)
    }

    pub(crate) fn contains(self, kind: PolicyKind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = PolicyKind> {
        PolicyKind::ALL
            .into_iter()
            .filter(move |kind| self.contains(*kind))
    }

    fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// Gathers what must allow and what of it does not.
#[derive(Default)]
struct Ledger {
    required: Kinds,
    blocked: Kinds,
}

impl Ledger {
    fn require(&mut self, kind: PolicyKind, allows: bool) {
        self.required = self.required.with(kind);
        if !allows {
            self.blocked = self.blocked.with(kind);
        }
    }

    /// A limit counts only where one is in force.
    fn limit(&mut self, kind: PolicyKind, verdict: Option<Tally>) {
        if let Some(tally) = verdict {
            self.require(kind, tally.allows.any());
        }
    }

    fn rule(self, rule: Rule) -> Ruling {
        let decision = if self.blocked.is_empty() {
            Decision::Allow
        } else {
            Decision::ImplicitDeny
        };
        Ruling {
            decision,
            rule,
            required: self.required,
            blocked: self.blocked,
        }
    }
}

/// Decides. The order of the rules is that of the evaluation flow charts.
pub(crate) fn combine(facts: Facts, verdicts: &Verdicts) -> Ruling {
    let Verdicts {
        identity,
        mut grantor,
        boundary,
        session,
        scp,
        rcp,
        endpoint,
    } = *verdicts;
    let mut ledger = Ledger::default();
    if facts.needs_nothing {
        return ledger.rule(Rule::NoPermissionNeeded);
    }
    if facts.resource_cannot_deny
        && let Some(tally) = &mut grantor
    {
        tally.denies = false;
    }
    if [identity, grantor, boundary, session, scp, rcp, endpoint]
        .into_iter()
        .flatten()
        .any(|tally| tally.denies)
    {
        let Ledger { required, blocked } = ledger;
        return Ruling {
            decision: Decision::ExplicitDeny,
            rule: Rule::DenyOverrides,
            required,
            blocked,
        };
    }
    if let Some(rule) = facts.refused {
        let Ledger { required, blocked } = ledger;
        return Ruling {
            decision: Decision::ImplicitDeny,
            rule,
            required,
            blocked,
        };
    }
    ledger.limit(PolicyKind::Endpoint, endpoint);
    ledger.limit(PolicyKind::Rcp, rcp);
    ledger.limit(PolicyKind::Scp, scp);
    let granted = grantor.map_or(MatchedBy::NOTHING, |tally| tally.allows);
    match facts.asker {
        Asker::Root if facts.same_account && !facts.grantor_required => return ledger.rule(Rule::RootUser),
        Asker::Outsider | Asker::Root => {
            ledger.require(facts.grantor_kind, granted.any());
            return ledger.rule(Rule::ResourceAlone);
        }
        Asker::Entity | Asker::FederatedUser => {}
    }
    let mut rule = Rule::IdentityGrant;
    if facts.same_account {
        if granted.intersects(MatchedBy::DIRECTLY | MatchedBy::STAR) {
            ledger.require(facts.grantor_kind, true);
            return ledger.rule(Rule::ResourceGrant);
        }
        if granted.intersects(MatchedBy::ROLE) {
            ledger.require(facts.grantor_kind, true);
            rule = Rule::RoleGrant;
        }
    }
    if rule == Rule::IdentityGrant {
        if !facts.same_account || facts.grantor_required {
            ledger.require(facts.grantor_kind, granted.any());
            rule = if facts.same_account {
                Rule::Delegated
            } else {
                Rule::BothSides
            };
        }
        ledger.require(
            PolicyKind::Identity,
            identity.is_some_and(|tally| tally.allows.any()),
        );
    }
    ledger.limit(PolicyKind::Boundary, boundary);
    ledger.limit(PolicyKind::Session, session);
    // Without a session policy "the resulting federated user session has no permissions", save those
    // of a resource policy that names the session (AWS STS API Reference, GetFederationToken).
    if facts.asker == Asker::FederatedUser && session.is_none() {
        ledger.require(PolicyKind::Session, false);
    }
    ledger.rule(rule)
}
