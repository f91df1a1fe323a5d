//! From what somebody asks for to a plan that AWS will take, or the reason why it will not, before any call.

use iam_policy::{AccountId, Arn, Document};
use jiff::{SignedDuration, Timestamp};
use thiserror::Error;

use super::documents::{SealedTrust, session_document};
use super::name::{LeaseName, TAG_CREATED, TAG_EXPIRES, TAG_OWNER, TAG_VERSION};
use crate::expiry::end_document;
use crate::expiry::{instant, whole_seconds};
use crate::limits::{
    LimitError, MANAGED_POLICIES_PER_ROLE, allowed_in_tag, check_inline, check_session, check_tags,
};

/// The shortest lease.
pub const SHORTEST: SignedDuration = SignedDuration::from_mins(1);
/// The longest lease: AWS's longest role session (`MaxSessionDuration`, IAM API reference, CreateRole).
pub const LONGEST: SignedDuration = SignedDuration::from_hours(12);

const HOUR: i32 = 3_600;
/// AssumeRole takes no less (STS API reference, AssumeRole, `DurationSeconds`).
const SHORTEST_SESSION: i32 = 900;
const OWN_TAGS: usize = 4;
/// Kept free for the policy that ends the role: its size with the longest ARN that a temporary role can have.
const END_POLICY_LIMIT: usize = 519;

/// How the permissions are given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Via {
    /// A temporary role that holds exactly the document's permissions.
    Role,
    /// A session of this role, narrowed by the document as session policy: what both allow.
    Session {
        /// The role to assume.
        role: Arn,
    },
}

/// What somebody wants to hold, and for how long.
#[derive(Debug, Clone)]
pub struct LeaseRequest {
    /// The permissions.
    pub document: Document,
    /// Managed policies beside the document.
    pub managed_policies: Vec<Arn>,
    /// The permissions boundary of the temporary role.
    pub boundary: Option<Arn>,
    /// Tags beside daypass's own.
    pub tags: Vec<(String, String)>,
    /// From now to the deadline.
    pub lasts: SignedDuration,
    /// Role or session.
    pub via: Via,
}

/// Why a request cannot become a lease.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RequestError {
    /// A quota or grammar of AWS's.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// Too short or too long.
    #[error("a lease lasts from 1 minute to 12 hours, not {} s", .0.as_secs())]
    Lasts(SignedDuration),
    /// The caller cannot assume a role at all.
    #[error("{arn} cannot assume a role: AWS refuses it to {what}")]
    Caller {
        /// The caller.
        arn: Arn,
        /// What it is.
        what: &'static str,
    },
    /// A managed policy or boundary that a role in this account cannot have.
    #[error("{arn} is not a managed policy that a role in account {account} can have")]
    ForeignPolicy {
        /// The ARN given.
        arn: Arn,
        /// The account of the lease.
        account: AccountId,
    },
    /// Something that a session cannot have.
    #[error("a session policy takes no {0}: that needs a temporary role")]
    NotForSessions(&'static str),
}

/// A temporary role, decided to the last detail.
#[derive(Debug, Clone)]
pub struct LeasePlan {
    /// The role's name.
    pub name: LeaseName,
    /// Its ARN.
    pub role_arn: Arn,
    /// The account it is made in.
    pub account: AccountId,
    /// Who may assume it.
    pub caller: Arn,
    /// When IAM ends it.
    pub deadline: Timestamp,
    /// The trust policy it is created with: dated, and with an external id that nobody keeps.
    pub sealed: SealedTrust,
    /// The trust policy that lets the caller in.
    pub opened: SealedTrust,
    /// The inline policy that ends it, minified.
    pub end_policy: String,
    /// The user's document, minified.
    pub permissions: String,
    /// Managed policies to attach.
    pub managed_policies: Vec<Arn>,
    /// Permissions boundary.
    pub boundary: Option<Arn>,
    /// All tags.
    pub tags: Vec<(String, String)>,
    /// `MaxSessionDuration`, seconds.
    pub max_session: i32,
    /// `DurationSeconds` of the session, seconds.
    pub session_seconds: i32,
}

/// Random numbers for one lease, drawn by the caller.
#[derive(Debug, Clone, Copy)]
pub struct LeaseEntropy {
    /// For the role's name.
    pub name: u128,
    /// For the external id that is thrown away.
    pub sealed: u128,
    /// For the external id that opens the role.
    pub opened: u128,
}

impl LeasePlan {
    /// Decides a lease of `caller`'s that is opened at `now`.
    pub fn new(
        request: &LeaseRequest,
        caller: &Arn,
        account: &AccountId,
        now: Timestamp,
        entropy: LeaseEntropy,
    ) -> Result<Self, RequestError> {
        check_lasts(request.lasts)?;
        let chained = check_caller(caller)?;
        let deadline = end_of(now, request.lasts);
        check_for_role(&request.document)?;
        check_tags(&request.tags, OWN_TAGS)?;
        if request.managed_policies.len() > MANAGED_POLICIES_PER_ROLE {
            return Err(RequestError::Limit(LimitError::TooMany {
                what: "managed policies",
                count: request.managed_policies.len(),
                limit: MANAGED_POLICIES_PER_ROLE,
            }));
        }
        check_policies(request.managed_policies.iter().chain(&request.boundary), account)?;
        let name = LeaseName::new(caller, entropy.name);
        let role_arn_text = name.arn(caller.partition(), account);
        let end = end_document(&role_arn_text, deadline);
        let role_arn = role_arn_text.parse().map_err(|_| foreign(caller, account))?;
        let seconds = i32::try_from(request.lasts.as_secs()).unwrap_or(i32::MAX);
        Ok(LeasePlan {
            role_arn,
            account: account.clone(),
            caller: caller.clone(),
            deadline,
            sealed: SealedTrust::new(caller, deadline, entropy.sealed),
            opened: SealedTrust::new(caller, deadline, entropy.opened),
            end_policy: end.to_minified(),
            permissions: request.document.to_minified(),
            managed_policies: request.managed_policies.clone(),
            boundary: request.boundary.clone(),
            tags: tags(request, caller, now, deadline),
            max_session: seconds.max(HOUR),
            session_seconds: session_seconds(seconds, chained),
            name,
        })
    }

    /// The same lease with another document and another external id: what `replace` makes.
    pub fn with_document(&self, document: &Document, entropy: u128) -> Result<Self, RequestError> {
        check_for_role(document)?;
        let mut plan = self.clone();
        plan.permissions = document.to_minified();
        plan.opened = SealedTrust::new(&self.caller, self.deadline, entropy);
        Ok(plan)
    }
}

/// That `document` fits into a temporary role, beside the policy that ends it. Needs no caller and no account, so it can
/// be asked before any call.
pub fn check_for_role(document: &Document) -> Result<(), LimitError> {
    check_inline(document, END_POLICY_LIMIT)
}

/// That `document` fits into a session, with the statement that ends it and the managed policies beside it.
pub fn check_for_session(document: &Document, managed_policies: &[Arn]) -> Result<(), LimitError> {
    check_session(
        &session_document(document, Timestamp::UNIX_EPOCH),
        managed_policies,
    )
}

/// A session of an existing role, narrowed to the document.
#[derive(Debug, Clone)]
pub struct SessionPlan {
    /// The role to assume.
    pub role: Arn,
    /// The session policy, minified: the document, and its end.
    pub document: String,
    /// Managed session policies.
    pub managed_policies: Vec<Arn>,
    /// When IAM ends it.
    pub deadline: Timestamp,
    /// `DurationSeconds`, seconds.
    pub session_seconds: i32,
}

impl SessionPlan {
    /// Decides a session of `role` for `caller` that is opened at `now`.
    pub fn new(
        request: &LeaseRequest,
        role: &Arn,
        caller: &Arn,
        now: Timestamp,
    ) -> Result<Self, RequestError> {
        check_lasts(request.lasts)?;
        let chained = check_caller(caller)?;
        if request.boundary.is_some() {
            return Err(RequestError::NotForSessions("permissions boundary"));
        }
        if !request.tags.is_empty() {
            return Err(RequestError::NotForSessions("tags"));
        }
        let deadline = end_of(now, request.lasts);
        check_for_session(&request.document, &request.managed_policies)?;
        let document = session_document(&request.document, deadline);
        if let Some(account) = role.account() {
            check_policies(request.managed_policies.iter(), &account)?;
        }
        let seconds = i32::try_from(request.lasts.as_secs()).unwrap_or(i32::MAX);
        Ok(SessionPlan {
            role: role.clone(),
            document: document.to_minified(),
            managed_policies: request.managed_policies.clone(),
            deadline,
            session_seconds: session_seconds(seconds, chained),
        })
    }
}

impl SessionPlan {
    /// The same session with another document, begun anew at `now`: the deadline stays.
    pub fn with_document(&self, document: &Document, now: Timestamp) -> Result<Self, RequestError> {
        check_for_session(document, &self.managed_policies)?;
        let document = session_document(document, self.deadline);
        let left = i32::try_from(self.deadline.duration_since(now).as_secs()).unwrap_or(i32::MAX);
        Ok(SessionPlan {
            document: document.to_minified(),
            session_seconds: left.max(SHORTEST_SESSION).min(self.session_seconds),
            ..self.clone()
        })
    }
}

/// Role chaining limits a session to one hour (IAM User Guide, "Roles terms and concepts").
fn session_seconds(wanted: i32, chained: bool) -> i32 {
    wanted.clamp(SHORTEST_SESSION, if chained { HOUR } else { 12 * HOUR })
}

fn end_of(now: Timestamp, lasts: SignedDuration) -> Timestamp {
    whole_seconds(now.saturating_add(lasts).unwrap_or(Timestamp::MAX))
}

fn check_lasts(lasts: SignedDuration) -> Result<(), RequestError> {
    if lasts < SHORTEST || lasts > LONGEST {
        Err(RequestError::Lasts(lasts))
    } else {
        Ok(())
    }
}

/// Whether the caller is a role session itself; an error for those whom AWS lets assume nothing.
fn check_caller(caller: &Arn) -> Result<bool, RequestError> {
    let refuse = |what| {
        Err(RequestError::Caller {
            arn: caller.clone(),
            what,
        })
    };
    match caller.resource() {
        // STS API reference, AssumeRole: "You cannot use AWS account root user credentials to call AssumeRole."
        "root" => refuse("the account root user"),
        // IAM User Guide, "Compare AWS STS credentials": GetFederationToken credentials call no STS operation but one.
        federated if federated.starts_with("federated-user/") => refuse("federated users"),
        session => Ok(session.starts_with("assumed-role/")),
    }
}

fn check_policies<'a>(arns: impl Iterator<Item = &'a Arn>, account: &AccountId) -> Result<(), RequestError> {
    for arn in arns {
        let of_aws = arn.account_part() == "aws";
        let own = arn.account().is_some_and(|owner| owner == *account);
        if arn.service() != "iam" || !arn.resource().starts_with("policy/") || !(of_aws || own) {
            return Err(foreign(arn, account));
        }
    }
    Ok(())
}

fn foreign(arn: &Arn, account: &AccountId) -> RequestError {
    RequestError::ForeignPolicy {
        arn: arn.clone(),
        account: account.clone(),
    }
}

fn tags(request: &LeaseRequest, caller: &Arn, now: Timestamp, deadline: Timestamp) -> Vec<(String, String)> {
    let owner: String = caller
        .to_string()
        .chars()
        .map(|c| if allowed_in_tag(c) { c } else { '_' })
        .take(256)
        .collect();
    let own = [
        (TAG_OWNER, owner),
        (TAG_CREATED, instant(now)),
        (TAG_EXPIRES, instant(deadline)),
        (TAG_VERSION, env!("CARGO_PKG_VERSION").to_owned()),
    ];
    own.into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .chain(request.tags.iter().cloned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use iam_policy::Statement;

    // A role's longest ARN: partition aws-us-gov, a name of 64 characters.
    #[test]
    fn the_policy_that_ends_the_role_fits_beside_the_largest_document() {
        let arn = format!(
            "arn:aws-us-gov:iam::111122223333:role/daypass/try/{}",
            "x".repeat(64)
        );
        let size = end_document(&arn, Timestamp::MAX).iam_size();
        assert_eq!(size, END_POLICY_LIMIT);
    }

    #[test]
    fn the_quota_is_told_before_any_call() {
        let of = |characters: usize| {
            let action = Statement::allow().with_actions(["s3:GetObject"]);
            let bare = Document::new(vec![action.clone().with_resources([""])]).iam_size();
            Document::new(vec![action.with_resources(["x".repeat(characters - bare)])])
        };
        assert_eq!(check_for_role(&of(10_240 - END_POLICY_LIMIT)), Ok(()));
        assert!(check_for_role(&of(10_241 - END_POLICY_LIMIT)).is_err());
    }
}
