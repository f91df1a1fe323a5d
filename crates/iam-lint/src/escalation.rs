//! The ways from a permission to more permissions, asked of the policy engine: wildcards, NotAction, Deny and conditions
//! count as they do at AWS.
//!
//! The ways are those that Rhino Security Labs ("AWS IAM Privilege Escalation: Methods and Mitigation") and Bishop Fox ("5
//! Privesc Attack Vectors in AWS") have published, and their like with newer services; of each action the Service
//! Authorization Reference says what it does.

mod ways;

use iam_policy::{AccountId, Arn, Context, Decision, Engine, Principal, Request};
use jiff::Timestamp;

pub use ways::{On, WAYS, Way};

/// Who asks whether they could have more.
#[derive(Debug, Clone)]
pub struct Asker {
    principal: Principal,
    arn: Arn,
    account: AccountId,
    region: String,
    context: Context,
}

impl Asker {
    /// A user or a session of a role, in `account`; `arn` is the user's or the role's.
    ///
    /// The request carries MFA, the moment and who asks: conditions on these hold nobody back who is meant to have the
    /// access. A condition on anything else does, and is believed to.
    pub fn new(principal: Principal, arn: Arn, account: AccountId, now: Timestamp) -> Self {
        let mut context = Context::new();
        context.fill_in(&principal, now);
        context.insert("aws:MultiFactorAuthPresent", true);
        context.insert("aws:MultiFactorAuthAge", 1);
        context.insert("aws:SecureTransport", true);
        Asker {
            principal,
            arn,
            account,
            region: "us-east-1".to_owned(),
            context,
        }
    }

    /// The same in another region.
    #[must_use]
    pub fn in_region(mut self, region: &str) -> Self {
        region.clone_into(&mut self.region);
        self
    }

    /// The ways that the policies of `engine` open to whoever asks.
    pub fn ways(&self, engine: &Engine) -> impl Iterator<Item = &'static Way> {
        WAYS.iter().filter(|way| self.can_go(engine, way))
    }

    /// Whether the policies of `engine` open this way.
    pub fn can_go(&self, engine: &Engine, way: &Way) -> bool {
        way.needs.iter().all(|(action, on)| self.may(engine, action, *on))
    }

    fn may(&self, engine: &Engine, action: &str, on: On) -> bool {
        let account = &self.account;
        let partition = self.arn.partition();
        let is_user = matches!(self.principal, Principal::User { .. });
        let iam = |resource: &str| format!("arn:{partition}:iam::{account}:{resource}");
        let resource = match on {
            On::Oneself | On::AnyGroup if !is_user => return false,
            On::Oneself => self.arn.to_string(),
            On::AnotherUser => iam("user/somebody-else"),
            On::AnyGroup => iam("group/any-group"),
            On::AnyRole if !is_user => self.arn.to_string(),
            On::AnyRole | On::OtherRole => iam("role/any-role"),
            On::AnyPolicy => iam("policy/daypass/any-policy"),
            On::Everything => "*".to_owned(),
            On::Any(form) => form
                .replace("PARTITION", partition)
                .replace("REGION", &self.region)
                .replace("ACCOUNT", account.as_str()),
        };
        let request = Request {
            principal: self.principal.clone(),
            action: action.to_owned(),
            resource,
            resource_account: Some(account.clone()),
            context: self.context.clone(),
        };
        engine.decide(&request) == Decision::Allow
    }
}
