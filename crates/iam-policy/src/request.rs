//! What is asked: who wants to do what to which resource, and in which circumstances.
//! IAM User Guide, "Components of a request"; "AWS JSON policy elements: Principal".

mod asker;
mod context;

pub use asker::{Principal, PrincipalError};
pub(crate) use context::LowerKey;
pub use context::{Context, Values};

use jiff::Timestamp;

use crate::arn::{AccountId, six_parts};

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

    /// Sets what follows from the principal, the moment and the resource of a request that the principal itself makes,
    /// for keys that are not set yet: what [`Context::fill_in`] sets, `aws:ResourceAccount`, `aws:ViaAWSService`, and
    /// where the resource's ARN tells it `aws:RequestedRegion`
    /// (IAM User Guide, "AWS global condition context keys").
    pub fn fill_in(&mut self, now: Timestamp) {
        self.context.fill_in(&self.principal, now);
        let mut derived: Vec<(&str, String)> = vec![("aws:ViaAWSService", false.to_string())];
        derived.extend(
            self.owner()
                .map(|owner| ("aws:ResourceAccount", owner.to_string())),
        );
        derived.extend(
            self.region()
                .map(|region| ("aws:RequestedRegion", region.to_owned())),
        );
        for (key, value) in derived {
            if self.context.get(key).is_none() {
                self.context.insert(key, value);
            }
        }
    }

    /// The region that the request goes to, where the resource's ARN tells it. IAM has one endpoint for all regions of
    /// the partition, in us-east-1 ("AWS global condition context keys", `aws:RequestedRegion`).
    fn region(&self) -> Option<&str> {
        let [_, partition, service, region, ..] = six_parts(&self.resource)?;
        let is_one = |text: &str| !text.is_empty() && !text.contains(['*', '?']);
        match (service, partition) {
            ("iam", "aws") => Some("us-east-1"),
            _ => Some(region).filter(|region| is_one(region)),
        }
    }

    /// The account that owns the resource, found as described at [`resource_account`](Request::resource_account).
    pub fn owner(&self) -> Option<AccountId> {
        let in_arn = || six_parts(&self.resource).and_then(|[.., account, _]| account.parse().ok());
        self.resource_account
            .clone()
            .or_else(in_arn)
            .or_else(|| self.principal.account())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn what_follows_from_a_request() {
        let now = "2026-01-02T03:04:05Z".parse().unwrap();
        let user: Principal = "arn:aws:iam::111122223333:user/a".parse().unwrap();
        let filled = |resource: &str| {
            let mut request = Request::new(user.clone(), "x:Y", resource);
            request.context.insert("AWS:ViaAwsService", "true");
            request.fill_in(now);
            let value = |key: &str| request.context.get(key).map(|values| values.join(","));
            assert_eq!(
                value("aws:ViaAWSService").as_deref(),
                Some("true"),
                "what is set stays"
            );
            assert_eq!(value("aws:username").as_deref(), Some("a"));
            (value("aws:RequestedRegion"), value("aws:ResourceAccount"))
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            filled("arn:aws:sqs:eu-central-1:444455556666:q"),
            (some("eu-central-1"), some("444455556666"))
        );
        assert_eq!(filled("arn:aws:s3:::bucket"), (None, some("111122223333")));
        assert_eq!(
            filled("arn:aws:sqs:*:111122223333:q").0,
            None,
            "no region in particular"
        );
        assert_eq!(filled("arn:aws:iam::111122223333:role/r").0, some("us-east-1"));
        assert_eq!(filled("*"), (None, some("111122223333")));
    }
}
