//! The deployer role: what daypass is in each account. Its policy is the least with which daypass works, made of one table
//! of the operations that it calls; its trust names who may be it.
//!
//! Resources are as narrow as AWS takes them (Service Authorization Reference, "Actions, resources, and condition keys for
//! AWS Identity and Access Management").

#[cfg(test)]
mod tests;

use iam_policy::{AccountId, Arn, Document, Statement};

use crate::team::{NameError, RoleName, TeamSettings};

/// What a permission is given on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// The account as a whole: AWS takes no resource for it.
    Account,
    /// Any managed policy, AWS's as well.
    AnyPolicy,
    /// The customer managed policies under our path.
    OurPolicies,
    /// The roles under our path.
    OurRoles,
    /// Any user: whoever stands in the files.
    Users,
    /// Any role.
    Roles,
    /// Any group.
    Groups,
}

/// An operation of IAM's that daypass calls in an account, and on what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permission {
    /// The operation, which is also its action's name behind `iam:`.
    pub operation: &'static str,
    /// On what.
    pub scope: Scope,
}

const fn on(scope: Scope, operation: &'static str) -> Permission {
    Permission { operation, scope }
}

/// Every operation of IAM's that plan, apply, cleanup, status and revoke call. `TagPolicy` and `TagRole` come along with
/// the tags of CreatePolicy and CreateRole.
pub const PERMISSIONS: &[Permission] = &[
    on(Scope::Account, "GetAccountAuthorizationDetails"),
    on(Scope::Account, "GetAccountSummary"),
    on(Scope::AnyPolicy, "GetPolicy"),
    on(Scope::AnyPolicy, "GetPolicyVersion"),
    on(Scope::OurPolicies, "CreatePolicy"),
    on(Scope::OurPolicies, "CreatePolicyVersion"),
    on(Scope::OurPolicies, "DeletePolicy"),
    on(Scope::OurPolicies, "DeletePolicyVersion"),
    on(Scope::OurPolicies, "ListPolicyVersions"),
    on(Scope::OurPolicies, "TagPolicy"),
    on(Scope::OurRoles, "CreateRole"),
    on(Scope::OurRoles, "DeleteRole"),
    on(Scope::OurRoles, "DeleteRolePermissionsBoundary"),
    on(Scope::OurRoles, "GetRole"),
    on(Scope::OurRoles, "PutRolePermissionsBoundary"),
    on(Scope::OurRoles, "UpdateAssumeRolePolicy"),
    on(Scope::Users, "AttachUserPolicy"),
    on(Scope::Users, "DeleteUserPolicy"),
    on(Scope::Users, "DetachUserPolicy"),
    on(Scope::Users, "PutUserPolicy"),
    on(Scope::Users, "TagUser"),
    on(Scope::Users, "UntagUser"),
    on(Scope::Roles, "AttachRolePolicy"),
    on(Scope::Roles, "DeleteRolePolicy"),
    on(Scope::Roles, "DetachRolePolicy"),
    on(Scope::Roles, "PutRolePolicy"),
    on(Scope::Roles, "TagRole"),
    on(Scope::Roles, "UntagRole"),
    on(Scope::Groups, "AttachGroupPolicy"),
    on(Scope::Groups, "DeleteGroupPolicy"),
    on(Scope::Groups, "DetachGroupPolicy"),
    on(Scope::Groups, "PutGroupPolicy"),
];

/// What a deployer role is to be.
#[derive(Debug, Clone, PartialEq)]
pub struct DeployerOptions {
    /// Its account.
    pub account: AccountId,
    /// AWS's partition, such as `aws`.
    pub partition: String,
    /// Its name; `None`: the settings', with `ReadOnly` behind it for one that may only look.
    pub role_name: Option<RoleName>,
    /// Who may be it: ARNs of users, roles, or accounts' roots.
    pub trusted: Vec<Arn>,
    /// Only from this organization (`aws:PrincipalOrgID`).
    pub organization: Option<String>,
    /// Its permissions boundary.
    pub boundary: Option<Arn>,
    /// It may only look: for plans.
    pub read_only: bool,
    /// It may take over what the tool that daypass replaces made, outside of our path.
    pub adopts: bool,
}

/// A deployer role.
#[derive(Debug, Clone, PartialEq)]
pub struct DeployerRole {
    /// Its account.
    pub account: AccountId,
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: RoleName,
    /// Who may be it.
    pub trust: Document,
    /// What it may do.
    pub policy: Document,
    /// Its permissions boundary.
    pub boundary: Option<Arn>,
    /// For people.
    pub description: &'static str,
}

/// The name of its inline policy.
pub const POLICY_NAME: &str = "daypass-deployer";

impl DeployerRole {
    /// The role that the options describe.
    ///
    /// # Errors
    /// When the settings' name leaves no room for `ReadOnly`.
    pub fn new(settings: &TeamSettings, options: &DeployerOptions) -> Result<DeployerRole, NameError> {
        let name = match &options.role_name {
            Some(name) => name.clone(),
            None if options.read_only => settings.read_only_role()?,
            None => settings.deployer_role.clone(),
        };
        let arn = format!("arn:{}:iam::{}:role/{name}", options.partition, options.account);
        Ok(DeployerRole {
            account: options.account.clone(),
            trust: trust(&options.trusted, options.organization.as_deref()),
            policy: policy(settings, options, &arn),
            boundary: options.boundary.clone(),
            description: if options.read_only {
                "daypass looks at this account through this role"
            } else {
                "daypass gives and ends access in this account through this role"
            },
            name,
            arn,
        })
    }

    /// AWS's partition that it is in.
    pub fn partition(&self) -> &str {
        self.arn.split(':').nth(1).unwrap_or("aws")
    }
}

/// What a role with these options may do.
fn policy(settings: &TeamSettings, options: &DeployerOptions, itself: &str) -> Document {
    let mut statements = Vec::new();
    let scopes = [
        (Scope::Account, "DaypassReads"),
        (Scope::AnyPolicy, "DaypassReadsPolicies"),
        (Scope::OurPolicies, "DaypassPolicies"),
        (Scope::OurRoles, "DaypassRoles"),
        (Scope::Users, "DaypassUsers"),
        (Scope::Roles, "DaypassPrincipalRoles"),
        (Scope::Groups, "DaypassGroups"),
    ];
    for (scope, sid) in scopes {
        if options.read_only && !matches!(scope, Scope::Account | Scope::AnyPolicy) {
            continue;
        }
        let of_scope = PERMISSIONS.iter().filter(|permission| permission.scope == scope);
        let actions: Vec<String> = of_scope
            .map(|permission| format!("iam:{}", permission.operation))
            .collect();
        let statement = Statement::allow().with_sid(sid).with_actions(actions);
        statements.push(statement.with_resources(resources(scope, settings, options)));
    }
    if !options.read_only {
        // Others' access is its work; its own is not.
        statements.push(
            Statement::deny()
                .with_sid("DaypassNotItself")
                .with_actions(["iam:*"])
                .with_resources([itself]),
        );
    }
    Document::new(statements)
}

/// The ARNs of a scope, as IAM matches them.
fn resources(scope: Scope, settings: &TeamSettings, options: &DeployerOptions) -> Vec<String> {
    let partition = &options.partition;
    let own = |what: &str| format!("arn:{partition}:iam::{}:{what}", options.account);
    let path = settings.policy_path.as_str();
    match scope {
        Scope::Account => vec!["*".to_owned()],
        Scope::AnyPolicy => vec![format!("arn:{partition}:iam::aws:policy/*"), own("policy/*")],
        Scope::OurPolicies if options.adopts => vec![own("policy/*")],
        Scope::OurPolicies => vec![own(&format!("policy{path}*"))],
        Scope::OurRoles => vec![own(&format!("role{path}*"))],
        Scope::Users => vec![own("user/*")],
        Scope::Roles => vec![own("role/*")],
        Scope::Groups => vec![own("group/*")],
    }
}

/// Who may be the role.
///
/// `sts:TagSession` and `sts:SetSourceIdentity` come along because AWS refuses an AssumeRole that carries the caller's
/// transitive session tags or source identity unless the trust policy allows them (IAM User Guide, "Pass session tags in
/// AWS STS").
pub fn trust(trusted: &[Arn], organization: Option<&str>) -> Document {
    let statement = Statement::allow()
        .with_sid("DaypassFromHere")
        .with_principal("AWS", trusted.iter().map(ToString::to_string))
        .with_actions(["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]);
    Document::new(vec![match organization {
        Some(id) => statement.with_condition("StringEquals", "aws:PrincipalOrgID", [id]),
        None => statement,
    }])
}
