//! Ways to permissions of one's own: by policies, boundaries, groups and keys.

use super::{On, Way, certain};

pub(super) const OWN: &[Way] = &[
    certain("iam:AttachUserPolicy", &[("iam:AttachUserPolicy", On::Oneself)]),
    certain("iam:PutUserPolicy", &[("iam:PutUserPolicy", On::Oneself)]),
    certain(
        "iam:DeleteUserPermissionsBoundary",
        &[("iam:DeleteUserPermissionsBoundary", On::Oneself)],
    ),
    certain(
        "iam:PutUserPermissionsBoundary",
        &[("iam:PutUserPermissionsBoundary", On::Oneself)],
    ),
    certain("iam:AddUserToGroup", &[("iam:AddUserToGroup", On::AnyGroup)]),
    certain(
        "iam:AttachGroupPolicy",
        &[("iam:AttachGroupPolicy", On::AnyGroup)],
    ),
    certain("iam:PutGroupPolicy", &[("iam:PutGroupPolicy", On::AnyGroup)]),
    certain("iam:AttachRolePolicy", &[("iam:AttachRolePolicy", On::AnyRole)]),
    certain("iam:PutRolePolicy", &[("iam:PutRolePolicy", On::AnyRole)]),
    certain(
        "iam:UpdateAssumeRolePolicy",
        &[("iam:UpdateAssumeRolePolicy", On::AnyRole)],
    ),
    certain(
        "iam:CreatePolicyVersion",
        &[("iam:CreatePolicyVersion", On::AnyPolicy)],
    ),
    certain(
        "iam:SetDefaultPolicyVersion",
        &[("iam:SetDefaultPolicyVersion", On::AnyPolicy)],
    ),
    certain("iam:CreateAccessKey", &[("iam:CreateAccessKey", On::AnotherUser)]),
    certain(
        "iam:CreateLoginProfile",
        &[("iam:CreateLoginProfile", On::AnotherUser)],
    ),
    certain(
        "iam:UpdateLoginProfile",
        &[("iam:UpdateLoginProfile", On::AnotherUser)],
    ),
    certain(
        "iam:DeleteRolePermissionsBoundary",
        &[("iam:DeleteRolePermissionsBoundary", On::AnyRole)],
    ),
    certain(
        "iam:PutRolePermissionsBoundary",
        &[("iam:PutRolePermissionsBoundary", On::AnyRole)],
    ),
    certain("iam:DeleteUserPolicy", &[("iam:DeleteUserPolicy", On::Oneself)]),
    certain("iam:DetachUserPolicy", &[("iam:DetachUserPolicy", On::Oneself)]),
    certain(
        "iam:DeleteGroupPolicy",
        &[("iam:DeleteGroupPolicy", On::AnyGroup)],
    ),
    certain(
        "iam:DetachGroupPolicy",
        &[("iam:DetachGroupPolicy", On::AnyGroup)],
    ),
    certain(
        "iam:RemoveUserFromGroup",
        &[("iam:RemoveUserFromGroup", On::AnyGroup)],
    ),
    certain("iam:DeleteRolePolicy", &[("iam:DeleteRolePolicy", On::AnyRole)]),
    certain("iam:DetachRolePolicy", &[("iam:DetachRolePolicy", On::AnyRole)]),
];
