//! The policies of a user or role, read call by call; what we may not read is told.

use aws_sdk_iam::operation::list_attached_group_policies::ListAttachedGroupPoliciesOutput;
use aws_sdk_iam::operation::list_attached_user_policies::ListAttachedUserPoliciesOutput;
use aws_sdk_iam::operation::list_group_policies::ListGroupPoliciesOutput;
use aws_sdk_iam::operation::list_groups_for_user::ListGroupsForUserOutput;
use aws_sdk_iam::operation::list_user_policies::ListUserPoliciesOutput;
use daypass_core::check::Policies;
use iam_policy::{Arn, Document, Principal, Source};

use crate::connection::Connection;
use crate::error::AwsError;
use crate::repeat::repeat;
use crate::role::{decoded, observe_role};

/// Who asks, with the ARN of the role where it is one, and the policies that bear on it.
#[derive(Debug, Clone)]
pub struct PrincipalPolicies {
    /// Who asks.
    pub principal: Principal,
    /// What is attached and inline, in people's words: `arn:aws:iam::aws:policy/ReadOnlyAccess`, `inline policy x`.
    pub names: Vec<String>,
    /// The policies.
    pub policies: Policies,
}

impl Connection {
    /// The identity policies and the boundary of whoever has this ARN: a user, a role, a role's session. What is not
    /// allowed to be read, or is of no kind that has policies, stands in [`Policies::unread`].
    pub async fn policies_of(&self, arn: &Arn) -> Result<PrincipalPolicies, AwsError> {
        let mut reading = Reading {
            connection: self,
            policies: Policies::default(),
            names: Vec::new(),
        };
        let principal = if arn.is_iam("user") {
            reading.user(arn).await?;
            Some(Principal::User { arn: arn.clone() })
        } else if let Some((name, _)) = arn.role_session() {
            let role = reading.role(name).await?;
            Some(Principal::RoleSession {
                session: arn.clone(),
                role,
            })
        } else if arn.is_iam("role") {
            let role = reading.role(arn.iam_name().unwrap_or_default()).await?;
            Principal::session_of(role.as_ref().unwrap_or(arn), "daypass-check").ok()
        } else {
            None
        };
        let principal = match (principal, arn.account()) {
            (Some(principal), _) => principal,
            (None, Some(account)) if arn.resource() == "root" => Principal::Root { account },
            _ => {
                reading
                    .policies
                    .unread
                    .push(format!("{arn} has no policies of its own"));
                arn.to_string().parse().unwrap_or(Principal::Anonymous)
            }
        };
        Ok(PrincipalPolicies {
            principal,
            names: reading.names,
            policies: reading.policies,
        })
    }
}

struct Reading<'a> {
    connection: &'a Connection,
    policies: Policies,
    names: Vec<String>,
}

impl Reading<'_> {
    async fn role(&mut self, name: &str) -> Result<Option<Arn>, AwsError> {
        let observed = observe_role(self.connection, name).await;
        let Some(role) = self.read(observed)? else {
            return Ok(None);
        };
        let Some(role) = role else {
            self.policies.unread.push(format!("there is no role {name}"));
            return Ok(None);
        };
        for (policy, document) in role.inline {
            self.identity(format!("inline policy {policy}"), document);
        }
        for arn in &role.attached {
            self.attached(arn).await?;
        }
        if let Some(boundary) = &role.boundary {
            self.boundary(boundary).await?;
        }
        Ok(Some(role.arn))
    }

    async fn user(&mut self, arn: &Arn) -> Result<(), AwsError> {
        let iam = self.connection.iam();
        let name = arn.iam_name().unwrap_or_default();
        let got = repeat(self.connection, "GetUser", || {
            iam.get_user().user_name(name).send()
        })
        .await;
        if let Some(user) = self.read(got)? {
            let boundary = user
                .user()
                .and_then(|user| user.permissions_boundary())
                .and_then(|boundary| boundary.permissions_boundary_arn())
                .and_then(|arn| arn.parse::<Arn>().ok());
            if let Some(boundary) = boundary {
                self.boundary(&boundary).await?;
            }
        }
        let inline = repeat(self.connection, "ListUserPolicies", || {
            iam.list_user_policies().user_name(name).max_items(1000).send()
        })
        .await;
        for policy in self
            .read(inline)?
            .iter()
            .flat_map(ListUserPoliciesOutput::policy_names)
        {
            let got = repeat(self.connection, "GetUserPolicy", || {
                iam.get_user_policy().user_name(name).policy_name(policy).send()
            })
            .await;
            if let Some(got) = self.read(got)? {
                let document = Document::parse(&decoded(got.policy_document())).ok();
                self.identity(format!("inline policy {policy}"), document);
            }
        }
        let attached = repeat(self.connection, "ListAttachedUserPolicies", || {
            iam.list_attached_user_policies()
                .user_name(name)
                .max_items(1000)
                .send()
        })
        .await;
        for policy in self
            .read(attached)?
            .iter()
            .flat_map(ListAttachedUserPoliciesOutput::attached_policies)
        {
            if let Some(arn) = policy.policy_arn().and_then(|arn| arn.parse().ok()) {
                self.attached(&arn).await?;
            }
        }
        let groups = repeat(self.connection, "ListGroupsForUser", || {
            iam.list_groups_for_user().user_name(name).max_items(1000).send()
        })
        .await;
        let groups: Vec<String> = self
            .read(groups)?
            .iter()
            .flat_map(ListGroupsForUserOutput::groups)
            .map(|group| group.group_name().to_owned())
            .collect();
        for group in groups {
            self.group(&group).await?;
        }
        Ok(())
    }

    async fn group(&mut self, name: &str) -> Result<(), AwsError> {
        let iam = self.connection.iam();
        let inline = repeat(self.connection, "ListGroupPolicies", || {
            iam.list_group_policies().group_name(name).max_items(1000).send()
        })
        .await;
        for policy in self
            .read(inline)?
            .iter()
            .flat_map(ListGroupPoliciesOutput::policy_names)
        {
            let got = repeat(self.connection, "GetGroupPolicy", || {
                iam.get_group_policy().group_name(name).policy_name(policy).send()
            })
            .await;
            if let Some(got) = self.read(got)? {
                let document = Document::parse(&decoded(got.policy_document())).ok();
                self.identity(format!("inline policy {policy} of group {name}"), document);
            }
        }
        let attached = repeat(self.connection, "ListAttachedGroupPolicies", || {
            iam.list_attached_group_policies()
                .group_name(name)
                .max_items(1000)
                .send()
        })
        .await;
        for policy in self
            .read(attached)?
            .iter()
            .flat_map(ListAttachedGroupPoliciesOutput::attached_policies)
        {
            if let Some(arn) = policy.policy_arn().and_then(|arn| arn.parse().ok()) {
                self.attached(&arn).await?;
            }
        }
        Ok(())
    }

    async fn attached(&mut self, arn: &Arn) -> Result<(), AwsError> {
        if let Some(document) = self.managed(arn).await? {
            self.identity(arn.to_string(), document);
        }
        Ok(())
    }

    async fn boundary(&mut self, arn: &Arn) -> Result<(), AwsError> {
        match self.managed(arn).await? {
            Some(Some(document)) => {
                self.policies.set.boundary = Some(vec![Source::new(format!("boundary {arn}"), document)]);
            }
            Some(None) => self
                .policies
                .unread
                .push(format!("the document of {arn} cannot be read")),
            None => {}
        }
        Ok(())
    }

    /// The default version's document; `None` when we may not read it.
    async fn managed(&mut self, arn: &Arn) -> Result<Option<Option<Document>>, AwsError> {
        let iam = self.connection.iam();
        let got = repeat(self.connection, "GetPolicy", || {
            iam.get_policy().policy_arn(arn.as_str()).send()
        })
        .await;
        let Some(got) = self.read(got)? else {
            return Ok(None);
        };
        let version = got
            .policy()
            .and_then(|policy| policy.default_version_id())
            .unwrap_or("v1");
        let got = repeat(self.connection, "GetPolicyVersion", || {
            iam.get_policy_version()
                .policy_arn(arn.as_str())
                .version_id(version)
                .send()
        })
        .await;
        let Some(got) = self.read(got)? else {
            return Ok(None);
        };
        let document = got.policy_version().and_then(|version| version.document());
        Ok(Some(
            document.and_then(|text| Document::parse(&decoded(text)).ok()),
        ))
    }

    fn identity(&mut self, name: String, document: Option<Document>) {
        match document {
            Some(document) => self
                .policies
                .set
                .identity
                .push(Source::new(name.clone(), document)),
            None => self
                .policies
                .unread
                .push(format!("the document of {name} cannot be read")),
        }
        self.names.push(name);
    }

    /// A refusal is noted, and is no failure.
    fn read<T>(&mut self, answer: Result<T, AwsError>) -> Result<Option<T>, AwsError> {
        match answer {
            Ok(answer) => Ok(Some(answer)),
            Err(AwsError::Refused { operation, code, .. }) => {
                let unread = format!("iam:{operation} is refused ({code})");
                if !self.policies.unread.contains(&unread) {
                    self.policies.unread.push(unread);
                }
                Ok(None)
            }
            Err(other) => Err(other),
        }
    }
}
