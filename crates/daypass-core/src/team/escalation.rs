//! Grants by which a grantee could give themselves more, or longer: asked of the policy engine, so that wildcards,
//! NotAction and Deny count as they do at AWS. The ways are those of AWS's guidance on least privilege for IAM's own
//! actions: IAM User Guide, "Security best practices in IAM", and "Permissions management" actions of the Service
//! Authorization Reference, "Actions, resources, and condition keys for AWS Identity and Access Management (IAM)".

use iam_policy::{
    AccountId, Arn, Context, Decision, Document, Engine, PolicySet, Principal, Request, Source,
};
use jiff::Timestamp;

use super::desired::TeamPolicy;
use super::names::Grantee;

/// On what an action is asked.
#[derive(Clone, Copy)]
enum On {
    /// The grantee.
    Oneself,
    /// Somebody else, whose access may be more.
    AnotherUser,
    AnyGroup,
    AnyRole,
    /// A policy that the grantee may have.
    AnyPolicy,
    Everything,
}

/// Each way is a list of actions that are all needed.
const WAYS: &[(&str, &[(&str, On)])] = &[
    ("iam:AttachUserPolicy", &[("iam:AttachUserPolicy", On::Oneself)]),
    ("iam:PutUserPolicy", &[("iam:PutUserPolicy", On::Oneself)]),
    (
        "iam:DeleteUserPermissionsBoundary",
        &[("iam:DeleteUserPermissionsBoundary", On::Oneself)],
    ),
    (
        "iam:PutUserPermissionsBoundary",
        &[("iam:PutUserPermissionsBoundary", On::Oneself)],
    ),
    ("iam:AddUserToGroup", &[("iam:AddUserToGroup", On::AnyGroup)]),
    (
        "iam:AttachGroupPolicy",
        &[("iam:AttachGroupPolicy", On::AnyGroup)],
    ),
    ("iam:PutGroupPolicy", &[("iam:PutGroupPolicy", On::AnyGroup)]),
    ("iam:AttachRolePolicy", &[("iam:AttachRolePolicy", On::AnyRole)]),
    ("iam:PutRolePolicy", &[("iam:PutRolePolicy", On::AnyRole)]),
    (
        "iam:UpdateAssumeRolePolicy",
        &[("iam:UpdateAssumeRolePolicy", On::AnyRole)],
    ),
    (
        "iam:CreatePolicyVersion",
        &[("iam:CreatePolicyVersion", On::AnyPolicy)],
    ),
    (
        "iam:SetDefaultPolicyVersion",
        &[("iam:SetDefaultPolicyVersion", On::AnyPolicy)],
    ),
    ("iam:CreateAccessKey", &[("iam:CreateAccessKey", On::AnotherUser)]),
    (
        "iam:CreateLoginProfile",
        &[("iam:CreateLoginProfile", On::AnotherUser)],
    ),
    (
        "iam:UpdateLoginProfile",
        &[("iam:UpdateLoginProfile", On::AnotherUser)],
    ),
    (
        "iam:PassRole with lambda:CreateFunction",
        &[
            ("iam:PassRole", On::AnyRole),
            ("lambda:CreateFunction", On::Everything),
        ],
    ),
    (
        "iam:PassRole with ec2:RunInstances",
        &[
            ("iam:PassRole", On::AnyRole),
            ("ec2:RunInstances", On::Everything),
        ],
    ),
    (
        "iam:PassRole with cloudformation:CreateStack",
        &[
            ("iam:PassRole", On::AnyRole),
            ("cloudformation:CreateStack", On::Everything),
        ],
    ),
    (
        "iam:PassRole with glue:CreateDevEndpoint",
        &[
            ("iam:PassRole", On::AnyRole),
            ("glue:CreateDevEndpoint", On::Everything),
        ],
    ),
    (
        "iam:PassRole with ecs:RunTask",
        &[("iam:PassRole", On::AnyRole), ("ecs:RunTask", On::Everything)],
    ),
    (
        "iam:PassRole with sagemaker:CreateNotebookInstance",
        &[
            ("iam:PassRole", On::AnyRole),
            ("sagemaker:CreateNotebookInstance", On::Everything),
        ],
    ),
];

/// The engine over a policy's documents; it is the same for all of its grants.
pub(super) fn engine_of(policy: &TeamPolicy) -> Engine {
    let managed = policy.managed.iter().filter_map(|arn| {
        let document = Document::parse(iam_catalog::managed_policy(arn.as_str())?).ok()?;
        Some(Source::new(arn.to_string(), document))
    });
    let own = policy
        .document
        .iter()
        .map(|document| Source::new(policy.name.as_str(), document.clone()));
    Engine::compile(&PolicySet {
        identity: own.chain(managed).collect(),
        ..PolicySet::default()
    })
}

/// The ways by which `grantee` could extend their own access in `account`.
///
/// The request carries MFA, the moment and who asks: conditions on these hold nobody back who is meant to have the
/// access. A condition on anything else does, and is believed to.
pub(super) fn ways(
    engine: &Engine,
    grantee: &Grantee,
    account: &AccountId,
    now: Timestamp,
) -> Vec<&'static str> {
    let Some(asker) = Asker::of(grantee, account, now) else {
        return Vec::new();
    };
    WAYS.iter()
        .filter(|(_, actions)| actions.iter().all(|(action, on)| asker.may(engine, action, *on)))
        .map(|(way, _)| *way)
        .collect()
}

struct Asker<'a> {
    principal: Principal,
    arn: Arn,
    account: &'a AccountId,
    context: Context,
}

impl<'a> Asker<'a> {
    fn of(grantee: &Grantee, account: &'a AccountId, now: Timestamp) -> Option<Self> {
        let iam = |resource: &str| Arn::from_parts("aws", "iam", "", account.as_str(), resource).ok();
        let (principal, arn) = match grantee {
            Grantee::User(name) => user(iam(&format!("user/{name}"))?),
            // A group's member, whoever that is.
            Grantee::Group(_) => user(iam("user/member")?),
            Grantee::Role(name) => {
                let role = iam(&format!("role/{name}"))?;
                (Principal::session_of(&role, "session").ok()?, role)
            }
        };
        let mut context = Context::new();
        context.fill_in(&principal, now);
        context.insert("aws:MultiFactorAuthPresent", true);
        context.insert("aws:MultiFactorAuthAge", 1);
        context.insert("aws:SecureTransport", true);
        Some(Asker {
            principal,
            arn,
            account,
            context,
        })
    }

    fn may(&self, engine: &Engine, action: &str, on: On) -> bool {
        let account = self.account;
        let is_user = matches!(self.principal, Principal::User { .. });
        let resource = match on {
            On::Oneself | On::AnyGroup if !is_user => return false,
            On::Oneself => self.arn.to_string(),
            On::AnotherUser => format!("arn:aws:iam::{account}:user/somebody-else"),
            On::AnyGroup => format!("arn:aws:iam::{account}:group/any-group"),
            On::AnyRole if !is_user => self.arn.to_string(),
            On::AnyRole => format!("arn:aws:iam::{account}:role/any-role"),
            On::AnyPolicy => format!("arn:aws:iam::{account}:policy/daypass/any-policy"),
            On::Everything => "*".to_owned(),
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

fn user(arn: Arn) -> (Principal, Arn) {
    (Principal::User { arn: arn.clone() }, arn)
}
