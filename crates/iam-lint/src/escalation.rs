//! The ways from a permission to more permissions, asked of the policy engine: wildcards, NotAction, Deny and conditions
//! count as they do at AWS.
//!
//! The ways are those that Rhino Security Labs ("AWS IAM Privilege Escalation: Methods and Mitigation"), Bishop Fox ("5
//! Privesc Attack Vectors in AWS") and Datadog (pathfinding.cloud) have published, and their like with newer services; of
//! each action the Service Authorization Reference says what it does.

mod ways;

use iam_policy::{AccountId, Arn, Context, Decision, Engine, PolicyKind, Principal, Request};
use jiff::Timestamp;

pub use ways::{On, Way, all};

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
        all().filter(|way| self.can_go(engine, way))
    }

    /// Whether the policies of `engine` open this way.
    pub fn can_go(&self, engine: &Engine, way: &Way) -> bool {
        way.needs.iter().all(|(action, on)| {
            let mut services = passed_to(way).filter(|_| *action == PASS_ROLE);
            self.may(engine, action, *on, None)
                || services.any(|service| self.may(engine, action, *on, Some(&service)))
        })
    }

    /// Whether an action is allowed; a role is passed to `service`, where one is given.
    fn may(&self, engine: &Engine, action: &str, on: On, service: Option<&str>) -> bool {
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
        self.allows(engine, action, resource, service)
    }

    /// Whether an action on this very thing is allowed; a role is passed to `service`, where one is given.
    pub fn allows(&self, engine: &Engine, action: &str, resource: String, service: Option<&str>) -> bool {
        let mut context = self.context.clone();
        if let Some(service) = service {
            context.insert("iam:PassedToService", service);
        }
        let request = Request {
            principal: self.principal.clone(),
            action: action.to_owned(),
            resource,
            resource_account: Some(self.account.clone()),
            context,
        };
        match engine.decide(&request) {
            Decision::Allow => true,
            // Which role trusts whoever asks is not known here: one of them does.
            Decision::ImplicitDeny if action == "sts:AssumeRole" => {
                let blocked_by = engine.explain(&request).blocked_by;
                !blocked_by.is_empty() && blocked_by.iter().all(|kind| *kind == PolicyKind::Trust)
            }
            _ => false,
        }
    }
}

const PASS_ROLE: &str = "iam:PassRole";

/// The services that a way passes a role to, by the actions beside PassRole.
fn passed_to(way: &Way) -> impl Iterator<Item = String> {
    let others = way.needs.iter().filter(|(action, _)| *action != PASS_ROLE);
    others.filter_map(|(action, _)| {
        let (service, _) = action.split_once(':')?;
        let name = match service {
            // Tasks have a principal of their own ("Amazon ECS task IAM role", Amazon ECS Developer Guide).
            "ecs" => "ecs-tasks",
            // What is in an instance profile goes to instances ("Use instance profiles", IAM User Guide).
            "iam" => "ec2",
            other => other,
        };
        Some(format!("{name}.amazonaws.com"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use iam_policy::{Document, PolicySet, Source};

    fn user() -> Asker {
        let arn: Arn = "arn:aws:iam::111122223333:user/ann".parse().unwrap();
        let account = arn.account().unwrap();
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        Asker::new(Principal::User { arn: arn.clone() }, arn, account, now)
    }

    fn engine(statements: &[String]) -> Engine {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[{}]}}"#,
            statements.join(",")
        );
        let identity = vec![Source::new("own", Document::parse(&text).unwrap())];
        Engine::compile(&PolicySet {
            identity,
            ..PolicySet::default()
        })
    }

    fn allow(action: &str, condition: &str) -> String {
        format!(r#"{{"Effect":"Allow","Action":"{action}","Resource":"*"{condition}}}"#)
    }

    /// Every way is found by what it needs alone, and by nothing less.
    #[test]
    fn each_way_is_found_by_what_it_needs() {
        for way in all() {
            let all: Vec<String> = way.needs.iter().map(|(action, _)| allow(action, "")).collect();
            assert!(user().can_go(&engine(&all), way), "{}", way.name);
            for left_out in 0..all.len() {
                let mut less = all.clone();
                less.remove(left_out);
                assert!(
                    !user().can_go(&engine(&less), way),
                    "{} without {left_out}",
                    way.name
                );
            }
        }
    }

    /// Service Authorization Reference: the actions are there, and act on what the way says.
    #[test]
    fn each_way_names_what_there_is() {
        let mut wrong = Vec::new();
        for way in all() {
            for (name, on) in way.needs {
                let action = iam_catalog::action(name);
                // AWS has closed these two, and lists their actions no longer; accounts that had them may keep them.
                let is_closed = name.starts_with("codestar:") || name.starts_with("datapipeline:");
                let Some(action) = action else {
                    assert!(is_closed, "{name}");
                    continue;
                };
                if let On::Any(form) = on {
                    let form = form
                        .replace("PARTITION", "aws")
                        .replace("REGION", "us-east-1")
                        .replace("ACCOUNT", "111122223333");
                    let forms: Vec<_> = action
                        .resource_types()
                        .flat_map(|r| r.resource_type.arn_formats())
                        .map(|format| format.as_str().to_owned())
                        .collect();
                    if !action.resource_types().any(|r| r.resource_type.may_be(&form)) {
                        wrong.push(format!("{name} on {form}, not one of {forms:?}"));
                    }
                }
            }
            let others: Vec<&str> = way.needs.iter().skip(1).map(|(action, _)| *action).collect();
            let (first, _) = way.needs[0];
            let expected = if others.is_empty() {
                first.to_owned()
            } else {
                format!("{first} with {}", others.join(" and "))
            };
            assert_eq!(way.name, expected);
        }
        assert_eq!(wrong, Vec::<String>::new());
        let names: std::collections::BTreeSet<&str> = all().map(|way| way.name).collect();
        assert_eq!(names.len(), all().count(), "each once");
    }

    /// What only reads leads nowhere: "AWS managed policies for job functions", IAM User Guide.
    #[test]
    fn policies_that_read_open_no_way() {
        for name in [
            "ReadOnlyAccess",
            "ViewOnlyAccess",
            "SecurityAudit",
            "IAMReadOnlyAccess",
            "AWSCodeBuildReadOnlyAccess",
            "AWSCloudFormationReadOnlyAccess",
            "AWSSSOReadOnly",
            "AmazonEC2ReadOnlyAccess",
            "Billing",
        ] {
            let policy = iam_catalog::find_managed_policy(name).unwrap_or_else(|| panic!("{name}"));
            let identity = vec![Source::new("own", Document::parse(policy.document()).unwrap())];
            let engine = Engine::compile(&PolicySet {
                identity,
                ..PolicySet::default()
            });
            let open: Vec<&str> = user().ways(&engine).map(|way| way.name).collect();
            assert_eq!(open, Vec::<&str>::new(), "{name}");
        }
    }

    /// "Grant a user permissions to pass a role to an AWS service", IAM User Guide: a role that may be passed to that
    /// service is passed to it.
    #[test]
    fn passing_a_role_to_the_service_that_uses_it_is_a_way() {
        let instances = all().find(|way| way.name.contains("ec2:RunInstances")).unwrap();
        let pass = |service: &str| {
            let condition =
                format!(r#","Condition":{{"StringEquals":{{"iam:PassedToService":"{service}"}}}}"#);
            engine(&[allow("iam:PassRole", &condition), allow("ec2:RunInstances", "")])
        };
        assert!(user().can_go(&pass("ec2.amazonaws.com"), instances));
        assert!(!user().can_go(&pass("lambda.amazonaws.com"), instances));
    }
}
