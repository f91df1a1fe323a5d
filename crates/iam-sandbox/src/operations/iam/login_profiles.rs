//! Console passwords of users ("Manage passwords for IAM users", IAM User Guide). There is no console here to sign
//! in to, but the rules for passwords hold.

use std::sync::Arc;

use iam_policy::{Document, Source, Statement};
use jiff::SignedDuration;

use super::checks::{about_user_or_self, check_about};
use super::entity::{not_found, write};
use super::{grammar, passwords};
use crate::authorization::Authorization;
use crate::operations::Operation;
use crate::operations::call::{Call, iso};
use crate::wire::Service::Iam;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::wire::xml::Xml;
use crate::world::credential::CallerKind;
use crate::world::entity::User;
use crate::world::login::Login;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        service: Iam,
        name: "CreateLoginProfile",
        authorize: about_user_or_self,
        run: create,
    },
    Operation {
        service: Iam,
        name: "GetLoginProfile",
        authorize: about_user_or_self,
        run: get,
    },
    Operation {
        service: Iam,
        name: "UpdateLoginProfile",
        authorize: about_user_or_self,
        run: update,
    },
    Operation {
        service: Iam,
        name: "DeleteLoginProfile",
        authorize: about_user_or_self,
        run: delete,
    },
    Operation {
        service: Iam,
        name: "ChangePassword",
        authorize: about_own_password,
        run: change,
    },
];

/// How long a login profile may be in the making.
const LONGEST_MAKING: SignedDuration = SignedDuration::from_secs(60);

fn user(call: &Call<'_>) -> Result<Arc<User>, ApiError> {
    let name = grammar::named_or_self(call)?;
    let user = call.account()?.users.newest(&name);
    user.cloned().ok_or_else(|| not_found::<User>(&name))
}

fn no_login(user: &User) -> ApiError {
    ApiError::no_such_entity(format!("Login Profile for User {} cannot be found.", user.name))
}

/// The user's login, which may not be changed before every replica knows that it was made.
fn settled_login(call: &Call<'_>, user: &User) -> Result<Login, ApiError> {
    let login = user.login.clone().ok_or_else(|| no_login(user))?;
    let now = call.now();
    let is_fresh = now.duration_since(login.created) < LONGEST_MAKING;
    let settles_at = call.account()?.users.settles_at(&user.name);
    if is_fresh && settles_at.is_some_and(|at| at > now) {
        return Err(ApiError::new(
            409,
            "EntityTemporarilyUnmodifiable",
            format!(
                "Login Profile for User {} cannot be modified while login profile is being created.",
                user.name
            ),
        ));
    }
    Ok(login)
}

fn write_login(call: &mut Call<'_>, user: &User, login: Option<Login>) {
    let mut user = user.clone();
    user.login = login;
    write(call, user);
}

fn describe(xml: &mut Xml, user: &User, login: &Login) {
    xml.element("LoginProfile", |xml| {
        xml.text("UserName", &user.name)
            .text("CreateDate", iso(login.created))
            .text("PasswordResetRequired", login.is_to_be_reset);
    });
}

fn create(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let user = user(call)?;
    if user.login.is_some() {
        return Err(ApiError::already_exists(format!(
            "Login Profile for user {} already exists.",
            user.name
        )));
    }
    let password = call.required("Password")?;
    passwords::check(call, &user, password)?;
    let login = Login {
        digest: passwords::digest(&user, password),
        earlier: Vec::new(),
        created: call.now(),
        changed: call.now(),
        is_to_be_reset: call.param("PasswordResetRequired") == Some("true"),
    };
    let answer = Answer::fields(|xml| describe(xml, &user, &login));
    write_login(call, &user, Some(login));
    Ok(answer)
}

fn get(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let name = grammar::named_or_self(call)?;
    let user = call
        .seen(&call.account()?.users, &name)
        .ok_or_else(|| not_found::<User>(&name))?;
    let login = user.login.as_ref().ok_or_else(|| no_login(user))?;
    Ok(Answer::fields(|xml| describe(xml, user, login)))
}

fn update(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let user = user(call)?;
    let mut login = settled_login(call, &user)?;
    if let Some(password) = call.param("Password") {
        passwords::check(call, &user, password)?;
        login = passwords::replace(call, &user, &login, password);
    }
    if let Some(text) = call.param("PasswordResetRequired") {
        login.is_to_be_reset = text == "true";
    }
    write_login(call, &user, Some(login));
    Ok(Answer::Empty)
}

fn delete(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let user = user(call)?;
    settled_login(call, &user)?;
    write_login(call, &user, None);
    Ok(Answer::Empty)
}

/// The account's password policy can let all users change their own passwords, whatever their policies say short
/// of a Deny ("Permit IAM users to change their own passwords", IAM User Guide).
fn about_own_password(call: &Call<'_>) -> Result<Authorization, ApiError> {
    let CallerKind::User { name, .. } = &call.caller.kind else {
        return Err(ApiError::new(
            400,
            "InvalidUserType",
            "Only IAM Users can change their own password.",
        ));
    };
    let mut check = check_about::<User>(call, name)?;
    let policy = call.account()?.password_policy.seen(call.view);
    if policy.is_some_and(|policy| policy.users_may_change) {
        let statement = Statement::allow()
            .with_principal("AWS", [call.caller.arn()])
            .with_actions(["iam:ChangePassword"])
            .with_resources([check.resource.clone()]);
        check.resource_policy = Some(Source::new(
            "password policy of the account",
            Document::new(vec![statement]),
        ));
    }
    Authorization::one(check)
}

fn change(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let CallerKind::User { name, .. } = &call.caller.kind else {
        return Err(not_found::<User>(""));
    };
    let user = call.account()?.users.newest(name).cloned();
    let user = user.ok_or_else(|| not_found::<User>(name))?;
    let login = settled_login(call, &user)?;
    if passwords::digest(&user, call.required("OldPassword")?) != login.digest {
        return Err(ApiError::access_denied("The old password was incorrect."));
    }
    let new = call.required("NewPassword")?;
    passwords::check(call, &user, new)?;
    let mut login = passwords::replace(call, &user, &login, new);
    login.is_to_be_reset = false;
    write_login(call, &user, Some(login));
    Ok(Answer::Empty)
}
