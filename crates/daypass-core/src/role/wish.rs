//! From what somebody asks for to a role that AWS will take, or the reason why it will not, before any call.

use std::fmt;
use std::str::FromStr;

use iam_policy::{AccountId, Arn, Document};
use jiff::{SignedDuration, Timestamp};
use thiserror::Error;

use super::trust::{Demands, Trust, trust_document};
use super::{PATH, TAG_MADE_BY};
use crate::expiry::{end_document, instant, whole_seconds};
use crate::lease::{END_POLICY, PERMISSIONS_POLICY, TAG_CREATED, TAG_EXPIRES, TAG_VERSION};
use crate::limits::{LimitError, allowed_in_tag, check_inline};

/// The shortest `MaxSessionDuration` (IAM API reference, CreateRole).
pub const SHORTEST_SESSION: SignedDuration = SignedDuration::from_hours(1);
/// The longest one.
pub const LONGEST_SESSION: SignedDuration = SignedDuration::from_hours(12);
/// A trust policy's default quota, in characters ("IAM and AWS STS quotas": 2,048, up to 8,192 on request).
const TRUST_POLICY: usize = 2_048;

/// The name of a role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoleName(String);

/// Why a text is no role's name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("a role's name has 1 to 64 letters, digits and _+=,.@-, such as DeveloperRole")]
pub struct RoleNameError;

impl RoleName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The ARN of the role of this name that daypass makes.
    pub fn arn(&self, partition: &str, account: &AccountId) -> String {
        format!("arn:{partition}:iam::{account}:role{PATH}{}", self.0)
    }
}

impl FromStr for RoleName {
    type Err = RoleNameError;

    fn from_str(text: &str) -> Result<Self, RoleNameError> {
        // IAM User Guide, "IAM and AWS STS quotas", "IAM name requirements".
        let fits = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
        if (1..=64).contains(&text.len()) && text.chars().all(fits) {
            Ok(RoleName(text.to_owned()))
        } else {
            Err(RoleNameError)
        }
    }
}

impl fmt::Display for RoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What somebody asks for.
#[derive(Debug, Clone)]
pub struct RoleWish {
    /// The role's name.
    pub name: RoleName,
    /// Who may assume it; at least one.
    pub trusts: Vec<Trust>,
    /// Only with MFA.
    pub require_mfa: bool,
    /// Only with this external id.
    pub external_id: Option<String>,
    /// Whoever assumes it may pass session tags and a source identity.
    pub session_tags: bool,
    /// Managed policies, by ARN or by name: AWS's first, then the account's own.
    pub attach: Vec<String>,
    /// What the role may do beside them.
    pub policy: Option<Document>,
    /// The permissions boundary, by ARN or by name.
    pub boundary: Option<String>,
    /// The longest session.
    pub max_session: SignedDuration,
    /// When IAM ends the role.
    pub expires: Option<Timestamp>,
}

/// Why a wish cannot become a role.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RoleError {
    /// A quota or grammar of AWS's.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// Nobody could assume it.
    #[error("nobody is trusted: the role could never be assumed")]
    Nobody,
    /// `me` is somebody who cannot assume a role.
    #[error("{arn} cannot assume a role: AWS refuses it to {what}")]
    Caller {
        /// The caller.
        arn: Arn,
        /// What it is.
        what: &'static str,
    },
    /// A demand that only people's principals can meet.
    #[error("{demand} cannot be asked of {trust}: {why}")]
    Demand {
        /// Which option.
        demand: &'static str,
        /// Of whom.
        trust: String,
        /// Why not.
        why: &'static str,
    },
    /// Not an external id.
    #[error("an external id has 2 to 1,224 letters, digits and _+=,.@:/-")]
    ExternalId,
    /// Neither a managed policy's ARN nor a name.
    #[error("{0:?} is neither a managed policy's ARN nor the name of one")]
    Policy(String),
    /// A managed policy of another account.
    #[error("{arn} belongs to another account: a role in {account} cannot have it")]
    ForeignPolicy {
        /// The ARN given.
        arn: Arn,
        /// The role's account.
        account: AccountId,
    },
    /// `MaxSessionDuration` out of range.
    #[error("a role's longest session has from 1h to 12h")]
    MaxSession,
    /// It would be over before it began.
    #[error("the end {} is past", instant(*.0))]
    Over(Timestamp),
    /// The trust policy is too long.
    #[error("the trust policy has {0} characters, AWS takes 2,048: trust fewer principals, or an account")]
    TrustTooLarge(usize),
}

/// A role, decided to the last detail.
#[derive(Debug, Clone)]
pub struct WantedRole {
    /// The role's name.
    pub name: RoleName,
    /// Its ARN.
    pub arn: String,
    /// Who is let in; `me` is resolved.
    pub trusts: Vec<Trust>,
    /// The trust policy.
    pub trust: Document,
    /// What AssumeRole has to bring.
    pub external_id: Option<String>,
    /// Whether it takes MFA.
    pub require_mfa: bool,
    /// Managed policies, each once.
    pub attached: Vec<Arn>,
    /// Inline policies by name, the one that ends the role first.
    pub inline: Vec<(&'static str, Document)>,
    /// The permissions boundary.
    pub boundary: Option<Arn>,
    /// `MaxSessionDuration`, seconds.
    pub max_session: i32,
    /// When IAM ends it.
    pub expires: Option<Timestamp>,
    /// Tags to make it with. Of these only [`TAG_EXPIRES`] says how the role is to be; the others say how it came to be.
    pub tags: Vec<(&'static str, String)>,
}

impl WantedRole {
    /// Decides the role that `caller` wishes for at `now`, in their account.
    pub fn new(
        wish: &RoleWish,
        caller: &Arn,
        account: &AccountId,
        now: Timestamp,
    ) -> Result<WantedRole, RoleError> {
        let partition = caller.partition();
        let expires = wish.expires.map(whole_seconds);
        if let Some(end) = expires.filter(|end| *end <= now) {
            return Err(RoleError::Over(end));
        }
        if wish.max_session < SHORTEST_SESSION || wish.max_session > LONGEST_SESSION {
            return Err(RoleError::MaxSession);
        }
        let trusts = resolved(wish, caller)?;
        check_demands(wish, &trusts)?;
        let demands = Demands {
            mfa: wish.require_mfa,
            external_id: wish.external_id.as_deref(),
            session_tags: wish.session_tags,
            end: expires,
        };
        let trust = trust_document(&trusts, demands, partition, account);
        if trust.iam_size() > TRUST_POLICY {
            return Err(RoleError::TrustTooLarge(trust.iam_size()));
        }
        let managed = |text: &String| managed_policy(text, partition, account);
        let mut attached: Vec<Arn> = wish.attach.iter().map(managed).collect::<Result<_, _>>()?;
        attached.sort_by(|a, b| a.as_str().cmp(b.as_str()));
        attached.dedup();
        let arn = wish.name.arn(partition, account);
        let end = expires.map(|end| end_document(&arn, end));
        if let Some(policy) = &wish.policy {
            check_inline(policy, end.as_ref().map_or(0, Document::iam_size))?;
        }
        let end = end.map(|document| (END_POLICY, document));
        let policy = wish.policy.clone().map(|document| (PERMISSIONS_POLICY, document));
        Ok(WantedRole {
            name: wish.name.clone(),
            trust,
            trusts,
            external_id: wish.external_id.clone(),
            require_mfa: wish.require_mfa,
            attached,
            inline: end.into_iter().chain(policy).collect(),
            boundary: wish.boundary.as_ref().map(managed).transpose()?,
            max_session: i32::try_from(wish.max_session.as_secs()).unwrap_or(i32::MAX),
            expires,
            tags: tags(caller, now, expires),
            arn,
        })
    }

    /// Whether its trust policy names `caller`, or the account or role that `caller` belongs to.
    pub fn lets_in(&self, caller: &Arn) -> bool {
        self.trusts.iter().any(|trust| match trust {
            Trust::Principal(arn) => arn == caller || is_session_of(caller, arn),
            Trust::Account(account) => caller.account().as_ref() == Some(account),
            _ => false,
        })
    }

    /// Whether it names `caller` by more than the account, so that no policy of the caller's own has to allow it too
    /// (IAM User Guide, "Cross account resource access in IAM": within one account either side suffices).
    pub fn names(&self, caller: &Arn) -> bool {
        let same_account = self.arn.parse::<Arn>().ok().and_then(|arn| arn.account()) == caller.account();
        same_account
            && self.trusts.iter().any(
                |trust| matches!(trust, Trust::Principal(arn) if arn == caller || is_session_of(caller, arn)),
            )
    }

    /// Whether GitHub is trusted, whose provider the account must have.
    pub fn needs_github(&self) -> bool {
        self.trusts
            .iter()
            .any(|trust| matches!(trust, Trust::Github { .. }))
    }
}

/// A session's ARN has its role's name without the path.
fn is_session_of(caller: &Arn, role: &Arn) -> bool {
    let of_session = caller.role_session().map(|(role, _)| role);
    role.is_iam("role")
        && of_session.is_some()
        && of_session == role.iam_name()
        && caller.account() == role.account()
}

fn resolved(wish: &RoleWish, caller: &Arn) -> Result<Vec<Trust>, RoleError> {
    let refuse = |what| {
        Err(RoleError::Caller {
            arn: caller.clone(),
            what,
        })
    };
    let mut trusts: Vec<Trust> = Vec::new();
    for trust in &wish.trusts {
        let trust = match trust {
            Trust::Me => match caller.resource() {
                // STS API reference, AssumeRole: "You cannot use AWS account root user credentials to call AssumeRole."
                "root" => return refuse("the account root user"),
                // IAM User Guide, "Compare AWS STS credentials".
                federated if federated.starts_with("federated-user/") => return refuse("federated users"),
                _ => Trust::Principal(caller.clone()),
            },
            other => other.clone(),
        };
        if !trusts.contains(&trust) {
            trusts.push(trust);
        }
    }
    if trusts.is_empty() {
        return Err(RoleError::Nobody);
    }
    Ok(trusts)
}

fn check_demands(wish: &RoleWish, trusts: &[Trust]) -> Result<(), RoleError> {
    if let Some(id) = &wish.external_id {
        // STS API reference, AssumeRole, `ExternalId`.
        let fits = |c: char| c.is_ascii_alphanumeric() || "_+=,.@:/-".contains(c);
        if !(2..=1224).contains(&id.len()) || !id.chars().all(fits) {
            return Err(RoleError::ExternalId);
        }
    }
    let demands = [
        ("--require-mfa", wish.require_mfa),
        ("--external-id", wish.external_id.is_some()),
        ("--session-tags", wish.session_tags),
    ];
    let Some((demand, _)) = demands.into_iter().find(|(_, asked)| *asked) else {
        return Ok(());
    };
    let unable = trusts.iter().find_map(|trust| match trust {
        Trust::Service(_) => Some((trust, "a service shows neither")),
        Trust::Github { .. } => Some((trust, "a workflow brings its token and nothing else")),
        _ => None,
    });
    match unable {
        Some((trust, why)) => Err(RoleError::Demand {
            demand,
            trust: trust.to_string(),
            why,
        }),
        None => Ok(()),
    }
}

/// A managed policy by ARN or by name: AWS's own of that name, else the account's.
fn managed_policy(text: &str, partition: &str, account: &AccountId) -> Result<Arn, RoleError> {
    let unknown = || RoleError::Policy(text.to_owned());
    if !text.starts_with("arn:") {
        if let Some(known) = iam_catalog::find_managed_policy(text) {
            let of_partition = known.arn.replacen("arn:aws:", &format!("arn:{partition}:"), 1);
            return of_partition.parse().map_err(|_| unknown());
        }
        let fits = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-/".contains(c);
        if text.is_empty() || text.len() > 128 || !text.chars().all(fits) {
            return Err(unknown());
        }
        let own = format!(
            "arn:{partition}:iam::{account}:policy/{}",
            text.trim_start_matches('/')
        );
        return own.parse().map_err(|_| unknown());
    }
    let arn: Arn = text.parse().map_err(|_| unknown())?;
    if !arn.is_iam("policy") {
        return Err(unknown());
    }
    let of_aws = arn.account_part() == "aws";
    if of_aws || arn.account().as_ref() == Some(account) {
        Ok(arn)
    } else {
        Err(RoleError::ForeignPolicy {
            arn,
            account: account.clone(),
        })
    }
}

fn tags(caller: &Arn, now: Timestamp, expires: Option<Timestamp>) -> Vec<(&'static str, String)> {
    let made_by: String = caller
        .to_string()
        .chars()
        .map(|c| if allowed_in_tag(c) { c } else { '_' })
        .take(256)
        .collect();
    let own = [
        (TAG_MADE_BY, made_by),
        (TAG_CREATED, instant(now)),
        (TAG_VERSION, env!("CARGO_PKG_VERSION").to_owned()),
    ];
    own.into_iter()
        .chain(expires.map(|end| (TAG_EXPIRES, instant(end))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expiry::end_of_text;

    const NOW: &str = "2026-11-22T12:00:00Z";

    fn wish() -> RoleWish {
        RoleWish {
            name: "Dev".parse().unwrap(),
            trusts: vec![Trust::Me],
            require_mfa: false,
            external_id: None,
            session_tags: false,
            attach: Vec::new(),
            policy: None,
            boundary: None,
            max_session: SHORTEST_SESSION,
            expires: None,
        }
    }

    fn wanted_by(wish: &RoleWish, caller: &str) -> Result<WantedRole, RoleError> {
        let caller: Arn = caller.parse().unwrap();
        let account = caller.account().unwrap();
        WantedRole::new(wish, &caller, &account, NOW.parse().unwrap())
    }

    fn wrong(change: impl FnOnce(&mut RoleWish)) -> String {
        let mut wish = wish();
        change(&mut wish);
        wanted_by(&wish, "arn:aws:iam::111122223333:user/ann")
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn what_cannot_be_is_told_before_any_call() {
        let told = [
            wrong(|wish| wish.trusts.clear()),
            wrong(|wish| wish.external_id = Some("a b".to_owned())),
            wrong(|wish| wish.max_session = SignedDuration::from_mins(59)),
            wrong(|wish| wish.expires = end_of_text("2026-11-21")),
            wrong(|wish| wish.attach = vec!["no such*".to_owned()]),
            wrong(|wish| wish.attach = vec!["arn:aws:iam::444455556666:policy/x".to_owned()]),
            wrong(|wish| wish.boundary = Some("arn:aws:iam::111122223333:role/x".to_owned())),
            wrong(|wish| {
                wish.trusts = vec!["service:ec2".parse().unwrap()];
                wish.require_mfa = true;
            }),
            wrong(|wish| {
                wish.trusts = vec![Trust::Me, "github:octo-org/app".parse().unwrap()];
                wish.external_id = Some("abc".to_owned());
            }),
            wrong(|wish| {
                let many = (0..60).map(|n| format!("arn:aws:iam::111122223333:user/somebody-{n}"));
                wish.trusts = many.map(|text| text.parse().unwrap()).collect();
            }),
        ];
        insta::assert_snapshot!(told.join("\n"));
        for caller in [
            "arn:aws:iam::111122223333:root",
            "arn:aws:sts::111122223333:federated-user/x",
        ] {
            assert!(
                matches!(wanted_by(&wish(), caller), Err(RoleError::Caller { .. })),
                "{caller}"
            );
        }
    }

    #[test]
    fn managed_policies_are_found_by_name() {
        let mut wish = wish();
        wish.attach = [
            "ReadOnlyAccess",
            "PowerUserAccess",
            "team/Own",
            "ReadOnlyAccess",
            "Billing",
        ]
        .map(str::to_owned)
        .to_vec();
        let wanted = wanted_by(&wish, "arn:aws-cn:iam::111122223333:user/ann").unwrap();
        let arns: Vec<&str> = wanted.attached.iter().map(Arn::as_str).collect();
        assert_eq!(
            arns,
            [
                "arn:aws-cn:iam::111122223333:policy/team/Own",
                "arn:aws-cn:iam::aws:policy/PowerUserAccess",
                "arn:aws-cn:iam::aws:policy/ReadOnlyAccess",
                "arn:aws-cn:iam::aws:policy/job-function/Billing",
            ]
        );
    }

    #[test]
    fn an_end_is_in_the_trust_in_a_policy_and_in_a_tag() {
        let mut wish = wish();
        wish.expires = end_of_text("2026-11-30");
        let wanted = wanted_by(&wish, "arn:aws:iam::111122223333:user/ann").unwrap();
        let end = "2026-12-01T00:00:00Z";
        assert!(
            wanted
                .trust
                .to_minified()
                .contains(&format!(r#""DateLessThan":{{"aws:CurrentTime":"{end}"}}"#))
        );
        let (name, document) = wanted.inline.first().unwrap();
        assert_eq!(*name, END_POLICY);
        assert!(document.to_minified().contains(end) && document.to_minified().contains(&wanted.arn));
        assert!(wanted.tags.contains(&(TAG_EXPIRES, end.to_owned())));
    }

    #[test]
    fn names_follow_iams_grammar() {
        for name in ["a", "Developer+Role=,.@-_", &"x".repeat(64)] {
            assert!(name.parse::<RoleName>().is_ok(), "{name}");
        }
        for name in ["", "a b", "a/b", "ü", "*", &"x".repeat(65)] {
            assert!(name.parse::<RoleName>().is_err(), "{name}");
        }
    }
}
