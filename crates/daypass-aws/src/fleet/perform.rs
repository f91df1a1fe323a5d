//! One write: the call that makes it, and what its errors mean. Every write may be made twice: what is there already, or
//! gone already, is no failure, since another run may be at work on the same account, and since an answer may have been
//! lost.

use std::collections::BTreeSet;

use aws_sdk_iam::types::Tag;
use daypass_core::lease::Answer;
use daypass_core::plan::{Operation, PolicyText};
use daypass_core::team::{Grantee, RoleName};
use iam_policy::{Arn, Document};
use jiff::{SignedDuration, Timestamp};

use super::account::Account;
use crate::error::{AwsError, CallFailure};

/// For so long what was just made or removed may not be known everywhere ("usually under 10 s, a minute at worst").
const SETTLING: SignedDuration = SignedDuration::from_mins(1);

/// Makes writes in one account, and remembers what it made: that may not be seen everywhere yet.
pub(super) struct Performer<'a> {
    account: &'a Account,
    iam: aws_sdk_iam::Client,
    made: BTreeSet<String>,
}

type Done = Result<(), CallFailure>;

/// A call of IAM's: made through the pace of the account, its answer not looked at.
macro_rules! call {
    ($self:ident, $operation:expr, $client:ident => $request:expr) => {{
        let $client = &$self.iam;
        $self
            .account
            .pace
            .make(&$self.account.connection, $operation, || $request.send())
            .await
    }};
}

/// The same call for a user, role or group.
macro_rules! of_principal {
    ($self:ident, $operation:expr, $principal:ident,
     $user:ident, $role:ident, $group:ident, |$request:ident| $rest:expr) => {
        match $principal {
            Grantee::User(name) => call!($self, $operation, iam => {
                let $request = iam.$user().user_name(name.as_str());
                $rest
            })
            .map(|_| ()),
            Grantee::Role(name) => call!($self, $operation, iam => {
                let $request = iam.$role().role_name(name.as_str());
                $rest
            })
            .map(|_| ()),
            Grantee::Group(name) => call!($self, $operation, iam => {
                let $request = iam.$group().group_name(name.as_str());
                $rest
            })
            .map(|_| ()),
        }
    };
}

impl<'a> Performer<'a> {
    pub(super) fn new(account: &'a Account) -> Performer<'a> {
        Performer {
            account,
            iam: account.connection.iam(),
            made: BTreeSet::new(),
        }
    }

    /// Makes one write, and waits for what it needs to be known.
    pub(super) async fn perform(&mut self, operation: &Operation) -> Result<(), AwsError> {
        let mut since: Option<Timestamp> = None;
        let mut attempt = 0;
        loop {
            let failed = match self.attempt(operation).await {
                Ok(()) => {
                    self.remember(operation);
                    return Ok(());
                }
                Err(failed) => failed,
            };
            let now = self.account.connection.clock().now();
            let waited = now.duration_since(*since.get_or_insert(now));
            if !self.may_settle(operation, &failed) || waited >= SETTLING {
                return Err(failed.error);
            }
            attempt += 1;
            self.account.pace.wait(attempt, &failed.error).await;
        }
    }

    /// Whether a refusal may be of a replica that has not seen yet what we made or removed.
    fn may_settle(&self, operation: &Operation, failed: &CallFailure) -> bool {
        match failed.answer {
            // The principal in a trust policy is new, or what is deleted seems to be in use.
            Answer::NotYet | Answer::Conflict => true,
            Answer::NotFound | Answer::Refused => {
                failed.error.code() == Some("NoSuchEntity")
                    && needs(operation).iter().any(|need| self.made.contains(need))
            }
            _ => false,
        }
    }

    fn remember(&mut self, operation: &Operation) {
        match operation {
            Operation::CreatePolicy { arn, .. } => {
                self.made.insert(arn.to_string());
            }
            Operation::CreateRole { arn, .. } => {
                self.made.insert(role_key(arn.iam_name().unwrap_or_default()));
            }
            _ => {}
        }
    }

    async fn attempt(&self, operation: &Operation) -> Done {
        let name = operation.api_name();
        match operation {
            Operation::CreatePolicy {
                arn,
                document,
                description,
                tags,
            } => self.create_policy(arn, document, description, tags).await,
            Operation::CreatePolicyVersion { arn, document } => self.create_version(arn, document).await,
            Operation::DeletePolicyVersion { arn, version } => {
                let deleted = call!(self, name, iam => iam.delete_policy_version()
                    .policy_arn(arn.as_str())
                    .version_id(version));
                // Another run may have made it the default version; then it is in use, and stays.
                gone(deleted.map(|_| ())).or_else(|failed| match failed.answer {
                    Answer::Conflict => Ok(()),
                    _ => Err(failed),
                })
            }
            Operation::DeletePolicy { arn } => self.delete_policy(arn).await,
            Operation::AttachPolicy { principal, arn } => {
                of_principal!(
                    self,
                    name,
                    principal,
                    attach_user_policy,
                    attach_role_policy,
                    attach_group_policy,
                    |request| request.policy_arn(arn.as_str())
                )
            }
            Operation::DetachPolicy { principal, arn } => gone(of_principal!(
                self,
                name,
                principal,
                detach_user_policy,
                detach_role_policy,
                detach_group_policy,
                |request| request.policy_arn(arn.as_str())
            )),
            Operation::PutInlinePolicy {
                principal,
                name: policy,
                document,
            } => of_principal!(
                self,
                name,
                principal,
                put_user_policy,
                put_role_policy,
                put_group_policy,
                |request| request.policy_name(policy).policy_document(document)
            ),
            Operation::DeleteInlinePolicy {
                principal,
                name: policy,
            } => gone(of_principal!(
                self,
                name,
                principal,
                delete_user_policy,
                delete_role_policy,
                delete_group_policy,
                |request| request.policy_name(policy)
            )),
            Operation::Tag { .. } | Operation::Untag { .. } => self.tags(operation).await,
            Operation::CreateRole {
                arn,
                trust,
                description,
                boundary,
                tags,
            } => {
                self.create_role(arn, trust, description, boundary.as_ref(), tags)
                    .await
            }
            Operation::UpdateTrust { role, trust } => self.update_trust(role, trust).await,
            Operation::PutBoundary { role, boundary } => {
                let put = call!(self, name, iam => iam.put_role_permissions_boundary()
                    .role_name(role.as_str())
                    .permissions_boundary(boundary.as_str()));
                put.map(|_| ())
            }
            Operation::DeleteBoundary { role } => {
                let deleted =
                    call!(self, name, iam => iam.delete_role_permissions_boundary().role_name(role.as_str()));
                gone(deleted.map(|_| ()))
            }
            Operation::DeleteRole { role } => {
                let deleted = call!(self, name, iam => iam.delete_role().role_name(role.as_str()));
                gone(deleted.map(|_| ()))
            }
        }
    }

    async fn tags(&self, operation: &Operation) -> Done {
        let name = operation.api_name();
        match operation {
            Operation::Tag {
                principal: Grantee::User(user),
                tags,
            } => {
                let tags = sdk_tags(name, tags)?;
                let tagged = call!(self, name, iam => iam.tag_user().user_name(user.as_str()).set_tags(Some(tags.clone())));
                tagged.map(|_| ())
            }
            Operation::Tag {
                principal: Grantee::Role(role),
                tags,
            } => {
                let tags = sdk_tags(name, tags)?;
                let tagged = call!(self, name, iam => iam.tag_role().role_name(role.as_str()).set_tags(Some(tags.clone())));
                tagged.map(|_| ())
            }
            Operation::Untag {
                principal: Grantee::User(user),
                keys,
            } => {
                let untagged = call!(self, name, iam => iam.untag_user().user_name(user.as_str()).set_tag_keys(Some(keys.clone())));
                gone(untagged.map(|_| ()))
            }
            Operation::Untag {
                principal: Grantee::Role(role),
                keys,
            } => {
                let untagged = call!(self, name, iam => iam.untag_role().role_name(role.as_str()).set_tag_keys(Some(keys.clone())));
                gone(untagged.map(|_| ()))
            }
            // A group takes no tags, and none is ever planned.
            _ => Err(refused(name, "a group takes no tags")),
        }
    }

    async fn create_policy(
        &self,
        arn: &Arn,
        document: &str,
        description: &str,
        tags: &std::collections::BTreeMap<String, String>,
    ) -> Done {
        const OPERATION: &str = "CreatePolicy";
        let tags = sdk_tags(OPERATION, tags)?;
        let created = call!(self, OPERATION, iam => iam.create_policy()
            .policy_name(arn.iam_name().unwrap_or_default())
            .set_path(arn.iam_path().map(str::to_owned))
            .policy_document(document)
            .description(description)
            .set_tags(Some(tags.clone())));
        match created {
            Ok(_) => Ok(()),
            // Made by another run, or by an attempt whose answer was lost; or it is another policy of the same name.
            Err(failed) if failed.answer == Answer::Exists => match self.policy_says(arn, document).await {
                Ok(true) => Ok(()),
                Ok(false) => self.create_version(arn, document).await,
                Err(unread) if unread.answer == Answer::NotFound => Err(failed),
                Err(unread) => Err(unread),
            },
            Err(failed) => Err(failed),
        }
    }

    async fn policy_says(&self, arn: &Arn, document: &str) -> Result<bool, CallFailure> {
        let policy = call!(self, "GetPolicy", iam => iam.get_policy().policy_arn(arn.as_str()))?;
        let version = policy
            .policy()
            .and_then(|policy| policy.default_version_id())
            .unwrap_or("v1")
            .to_owned();
        let found = call!(self, "GetPolicyVersion", iam => iam.get_policy_version()
            .policy_arn(arn.as_str())
            .version_id(&version))?;
        let encoded = found
            .policy_version()
            .and_then(|version| version.document())
            .unwrap_or_default();
        let decoded = percent_encoding::percent_decode_str(encoded).decode_utf8_lossy();
        let wanted = Document::parse(document).ok();
        Ok(wanted.is_some_and(|wanted| PolicyText::new(decoded).says(&wanted)))
    }

    async fn create_version(&self, arn: &Arn, document: &str) -> Done {
        const OPERATION: &str = "CreatePolicyVersion";
        let create = || {
            self.account.pace.make(&self.account.connection, OPERATION, || {
                self.iam
                    .create_policy_version()
                    .policy_arn(arn.as_str())
                    .policy_document(document)
                    .set_as_default(true)
                    .send()
            })
        };
        match create().await {
            Ok(_) => Ok(()),
            // Another run has made versions meanwhile, or an attempt of ours whose answer was lost.
            Err(failed) if failed.error.code() == Some("LimitExceeded") => {
                if self.policy_says(arn, document).await? {
                    return Ok(());
                }
                let old = self.versions(arn).await?;
                let Some(oldest) = old.first() else {
                    return Err(failed);
                };
                self.delete_version(arn, oldest).await?;
                create().await.map(|_| ())
            }
            Err(failed) => Err(failed),
        }
    }

    /// The versions that are not in force, the oldest first.
    async fn versions(&self, arn: &Arn) -> Result<Vec<String>, CallFailure> {
        let listed =
            call!(self, "ListPolicyVersions", iam => iam.list_policy_versions().policy_arn(arn.as_str()))?;
        let mut old: Vec<_> = listed
            .versions()
            .iter()
            .filter(|version| !version.is_default_version())
            .collect();
        old.sort_by_key(|version| version.create_date().map(aws_smithy_types::DateTime::secs));
        Ok(old
            .into_iter()
            .filter_map(|version| version.version_id().map(str::to_owned))
            .collect())
    }

    async fn delete_version(&self, arn: &Arn, version: &str) -> Done {
        let deleted = call!(self, "DeletePolicyVersion", iam => iam.delete_policy_version()
            .policy_arn(arn.as_str())
            .version_id(version));
        gone(deleted.map(|_| ()))
    }

    async fn delete_policy(&self, arn: &Arn) -> Done {
        let deleted = call!(self, "DeletePolicy", iam => iam.delete_policy().policy_arn(arn.as_str()));
        match gone(deleted.map(|_| ())) {
            // "has more than one version", made by another run meanwhile.
            Err(failed) if failed.answer == Answer::Conflict => {
                for version in self.versions(arn).await? {
                    self.delete_version(arn, &version).await?;
                }
                Err(failed)
            }
            other => other,
        }
    }

    async fn create_role(
        &self,
        arn: &Arn,
        trust: &str,
        description: &str,
        boundary: Option<&Arn>,
        tags: &std::collections::BTreeMap<String, String>,
    ) -> Done {
        const OPERATION: &str = "CreateRole";
        let tags = sdk_tags(OPERATION, tags)?;
        let name = arn.iam_name().unwrap_or_default();
        let created = call!(self, OPERATION, iam => iam.create_role()
            .role_name(name)
            .set_path(arn.iam_path().map(str::to_owned))
            .assume_role_policy_document(trust)
            .description(description)
            .set_permissions_boundary(boundary.map(ToString::to_string))
            .set_tags(Some(tags.clone())));
        let Err(failed) = created else { return Ok(()) };
        if failed.answer != Answer::Exists {
            return Err(failed);
        }
        // Made by another run, or by an attempt whose answer was lost; at another path it is somebody else's.
        let found = call!(self, "GetRole", iam => iam.get_role().role_name(name))?;
        if found.role().map(aws_sdk_iam::types::Role::arn) != Some(arn.as_str()) {
            return Err(failed);
        }
        let role = name
            .parse()
            .map_err(|_| refused(OPERATION, "the role has no name"))?;
        self.update_trust(&role, trust).await
    }

    async fn update_trust(&self, role: &RoleName, trust: &str) -> Done {
        let updated = call!(self, "UpdateAssumeRolePolicy", iam => iam.update_assume_role_policy()
            .role_name(role.as_str())
            .policy_document(trust));
        updated.map(|_| ())
    }
}

/// What must be there for an operation to be possible.
fn needs(operation: &Operation) -> Vec<String> {
    let of = |principal: &Grantee| match principal {
        Grantee::Role(role) => vec![role_key(role.as_str())],
        _ => Vec::new(),
    };
    match operation {
        Operation::AttachPolicy { principal, arn } => {
            let mut needs = of(principal);
            needs.push(arn.to_string());
            needs
        }
        Operation::PutInlinePolicy { principal, .. } | Operation::Tag { principal, .. } => of(principal),
        Operation::UpdateTrust { role, .. } | Operation::PutBoundary { role, .. } => {
            vec![role_key(role.as_str())]
        }
        Operation::CreatePolicyVersion { arn, .. } => vec![arn.to_string()],
        _ => Vec::new(),
    }
}

/// What is not there need not be removed.
fn gone(result: Done) -> Done {
    match result {
        Err(failed) if failed.answer == Answer::NotFound => Ok(()),
        other => other,
    }
}

fn role_key(name: &str) -> String {
    format!("role/{name}")
}

fn sdk_tags(
    operation: &'static str,
    tags: &std::collections::BTreeMap<String, String>,
) -> Result<Vec<Tag>, CallFailure> {
    let tag = |(key, value): (&String, &String)| {
        let built = Tag::builder().key(key).value(value).build();
        built.map_err(|error| refused(operation, &error.to_string()))
    };
    tags.iter().map(tag).collect()
}

fn refused(operation: &'static str, what: &str) -> CallFailure {
    CallFailure {
        answer: Answer::Refused,
        error: AwsError::Unusable {
            operation,
            what: what.to_owned(),
        },
    }
}
