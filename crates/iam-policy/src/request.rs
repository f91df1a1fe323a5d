//! What is asked: who wants to do what to which resource, and in which circumstances.
//! IAM User Guide, "Components of a request"; "AWS JSON policy elements: Principal".

mod asker;
mod context;

pub use asker::{Principal, PrincipalError};
pub(crate) use context::LowerKey;
pub use context::{Context, Values};

use crate::arn::AccountId;

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
}
