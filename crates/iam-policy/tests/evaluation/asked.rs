//! A question in the making: policies as text, then the request.

use iam_policy::{Context, Decision, Document, Engine, Level, PolicySet, Principal, Request, Source, Values};

pub(crate) const ACCOUNT: &str = "111122223333";
pub(crate) const OTHER: &str = "444455556666";
pub(crate) const USER: &str = "arn:aws:iam::111122223333:user/dev/bob";
pub(crate) const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/app/s1";
pub(crate) const ROLE: &str = "arn:aws:iam::111122223333:role/app";
pub(crate) const ROOT: &str = "arn:aws:iam::111122223333:root";
pub(crate) const BUCKET: &str = "arn:aws:s3:::amzn-s3-demo-bucket";
pub(crate) const ALLOW_ALL: &str = r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#;
pub(crate) const ALLOW_S3: &str = r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#;
pub(crate) const ALLOW_EC2: &str = r#"{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}"#;
pub(crate) const DENY_S3: &str = r#"{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}"#;

/// A document of statements, of the current version.
pub(crate) fn document(statements: &str) -> Document {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
    Document::parse(&text).unwrap_or_else(|wrong| panic!("{wrong:?}\n{text}"))
}

/// A statement of a resource policy that allows all of S3 to a principal element's value.
pub(crate) fn grant_to(principal: &str) -> String {
    format!(r#"{{"Effect": "Allow", "Principal": {principal}, "Action": "s3:*", "Resource": "*"}}"#)
}

/// `{"AWS": "..."}`
pub(crate) fn aws(name: &str) -> String {
    format!(r#"{{"AWS": "{name}"}}"#)
}

/// A role's trust in a principal.
pub(crate) fn trust_in(principal: &str) -> String {
    format!(r#"{{"Effect": "Allow", "Principal": {principal}, "Action": "sts:AssumeRole"}}"#)
}

#[derive(Clone, Default)]
pub(crate) struct Asked {
    pub(crate) set: PolicySet,
    context: Context,
    resource_account: Option<String>,
    role: Option<String>,
}

fn source(statements: &str) -> Source {
    Source::new("policy", document(statements))
}

fn levels(all: &[&[&str]]) -> Vec<Level> {
    let level = |(nth, policies): (usize, &&[&str])| Level {
        name: format!("level {nth}"),
        policies: policies.iter().map(|statements| source(statements)).collect(),
    };
    all.iter().enumerate().map(level).collect()
}

impl Asked {
    pub(crate) fn new() -> Asked {
        Asked::default()
    }

    pub(crate) fn identity(mut self, statements: &str) -> Self {
        self.set.identity.push(source(statements));
        self
    }

    pub(crate) fn old_identity(mut self, statements: &str) -> Self {
        let text = format!(r#"{{"Statement": [{statements}]}}"#);
        self.set
            .identity
            .push(Source::new("old", Document::parse(&text).unwrap()));
        self
    }

    pub(crate) fn resource(mut self, statements: &str) -> Self {
        self.set.resource = Some(source(statements));
        self
    }

    pub(crate) fn trust(mut self, statements: &str) -> Self {
        self.set.trust = Some(source(statements));
        self
    }

    pub(crate) fn boundary(mut self, statements: &str) -> Self {
        self.set.boundary = Some(vec![source(statements)]);
        self
    }

    pub(crate) fn session(mut self, statements: &str) -> Self {
        self.set.session = Some(vec![source(statements)]);
        self
    }

    pub(crate) fn endpoint(mut self, statements: &str) -> Self {
        self.set.endpoint = Some(source(statements));
        self
    }

    pub(crate) fn scp(mut self, all: &[&[&str]]) -> Self {
        self.set.scp = Some(levels(all));
        self
    }

    pub(crate) fn rcp(mut self, all: &[&[&str]]) -> Self {
        self.set.rcp = Some(levels(all));
        self
    }

    pub(crate) fn context(mut self, key: &str, values: impl Into<Values>) -> Self {
        self.context.insert(key, values);
        self
    }

    pub(crate) fn owned_by(mut self, account: &str) -> Self {
        self.resource_account = Some(account.to_owned());
        self
    }

    pub(crate) fn with_role(mut self, role: &str) -> Self {
        self.role = Some(role.to_owned());
        self
    }

    pub(crate) fn request(&self, principal: &str, action: &str, resource: &str) -> Request {
        let mut principal: Principal = principal.parse().unwrap();
        if let (Principal::RoleSession { role, .. }, Some(arn)) = (&mut principal, &self.role) {
            *role = Some(arn.parse().unwrap());
        }
        let mut request = Request::new(principal, action, resource);
        request.context = self.context.clone();
        request.resource_account = self
            .resource_account
            .as_ref()
            .map(|account| account.parse().unwrap());
        request
    }

    /// The decision; the explanation must agree.
    pub(crate) fn ask(&self, principal: &str, action: &str, resource: &str) -> Decision {
        let engine = Engine::compile(&self.set);
        let request = self.request(principal, action, resource);
        let decision = engine.decide(&request);
        let explanation = engine.explain(&request);
        assert_eq!(decision, explanation.decision, "{explanation}");
        assert_eq!(
            explanation.decision == Decision::ExplicitDeny,
            explanation
                .deciding
                .iter()
                .any(|s| s.effect == iam_policy::Effect::Deny)
        );
        decision
    }

    /// Whether the principal may get an object of the bucket.
    pub(crate) fn get(&self, principal: &str) -> Decision {
        self.ask(principal, "s3:GetObject", &format!("{BUCKET}/key"))
    }
}
