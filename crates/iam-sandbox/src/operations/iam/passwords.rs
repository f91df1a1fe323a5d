//! The rules for passwords: an account's own, or AWS's default ("Set an account password policy for IAM users",
//! IAM User Guide).

use sha2::{Digest, Sha256};

use super::checks::about_everything;
use crate::operations::Operation;
use crate::operations::call::Call;
use crate::wire::Service::Iam;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::world::entity::User;
use crate::world::identity::PasswordPolicy;
use crate::world::login::Login;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        service: Iam,
        name: "UpdateAccountPasswordPolicy",
        authorize: about_everything,
        run: update,
    },
    Operation {
        service: Iam,
        name: "GetAccountPasswordPolicy",
        authorize: about_everything,
        run: get,
    },
    Operation {
        service: Iam,
        name: "DeleteAccountPasswordPolicy",
        authorize: about_everything,
        run: delete,
    },
];

/// Non-alphanumeric characters that count as symbols, by the page above.
const SYMBOLS: &str = "!@#$%^&*()_+-=[]{}|'";

fn not_found(call: &Call<'_>) -> ApiError {
    ApiError::no_such_entity(format!(
        "The Password Policy with domain name {} cannot be found.",
        call.account_id()
    ))
}

#[expect(clippy::unnecessary_wraps, reason = "the table's type")]
fn update(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    // What is not given goes back to its default ("UpdateAccountPasswordPolicy", IAM API Reference).
    let is = |name: &str| call.param(name) == Some("true");
    let size = |name: &str| call.number(name).and_then(|number| usize::try_from(number).ok());
    let policy = PasswordPolicy {
        least_length: size("MinimumPasswordLength").unwrap_or(6),
        needs_symbols: is("RequireSymbols"),
        needs_numbers: is("RequireNumbers"),
        needs_uppercase: is("RequireUppercaseCharacters"),
        needs_lowercase: is("RequireLowercaseCharacters"),
        users_may_change: is("AllowUsersToChangePassword"),
        longest_age: call.number("MaxPasswordAge"),
        remembered: size("PasswordReusePrevention"),
        is_expiry_hard: call.param("HardExpiry").map(|text| text == "true"),
    };
    call.change(|account, stamp| account.password_policy.write(Some(policy), stamp));
    Ok(Answer::Empty)
}

fn get(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let policy = call.account()?.password_policy.seen(call.view);
    let policy = policy.ok_or_else(|| not_found(call))?;
    Ok(Answer::fields(|xml| {
        xml.element("PasswordPolicy", |xml| {
            xml.text("MinimumPasswordLength", policy.least_length)
                .text("RequireSymbols", policy.needs_symbols)
                .text("RequireNumbers", policy.needs_numbers)
                .text("RequireUppercaseCharacters", policy.needs_uppercase)
                .text("RequireLowercaseCharacters", policy.needs_lowercase)
                .text("AllowUsersToChangePassword", policy.users_may_change)
                .text("ExpirePasswords", policy.longest_age.is_some())
                .optional("MaxPasswordAge", policy.longest_age)
                .optional("PasswordReusePrevention", policy.remembered)
                .optional("HardExpiry", policy.is_expiry_hard);
        });
    }))
}

fn delete(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    if call.account()?.password_policy.newest().is_none() {
        return Err(not_found(call));
    }
    call.change(|account, stamp| account.password_policy.write(None, stamp));
    Ok(Answer::Empty)
}

/// What is kept of a password. The user's id makes equal passwords of two users differ.
pub(crate) fn digest(user: &User, password: &str) -> String {
    hex::encode(Sha256::digest(format!("{}\n{password}", user.id)))
}

/// Is the password good enough, and new enough?
pub(super) fn check(call: &Call<'_>, user: &User, password: &str) -> Result<(), ApiError> {
    let policy = call.account()?.password_policy.newest().cloned();
    let has = |is: fn(char) -> bool| password.chars().any(is);
    let kinds = [
        has(|c| c.is_ascii_uppercase()),
        has(|c| c.is_ascii_lowercase()),
        has(|c| c.is_ascii_digit()),
        has(|c| SYMBOLS.contains(c)),
    ];
    let [upper, lower, digit, symbol] = kinds;
    let length = password.chars().count();
    let is_good = match &policy {
        Some(policy) => {
            length >= policy.least_length
                && (upper || !policy.needs_uppercase)
                && (lower || !policy.needs_lowercase)
                && (digit || !policy.needs_numbers)
                && (symbol || !policy.needs_symbols)
        }
        None => length >= 8 && kinds.into_iter().filter(|has| *has).count() >= 3,
    };
    if !is_good {
        return Err(violation(
            "Password does not conform to the account password policy.",
        ));
    }
    let remembered = policy.and_then(|policy| policy.remembered).unwrap_or(0);
    let digest = digest(user, password);
    let is_reused = user.login.as_ref().is_some_and(|login| {
        let known = std::iter::once(&login.digest).chain(login.earlier.iter().rev());
        known.take(remembered).any(|known| *known == digest)
    });
    if is_reused {
        return Err(violation(
            "Policy constraint violation with password reuse prevention during password change.",
        ));
    }
    Ok(())
}

fn violation(message: &str) -> ApiError {
    ApiError::new(400, "PasswordPolicyViolation", message)
}

/// The longest memory that a policy can ask for.
const LONGEST_MEMORY: usize = 24;

/// The login with another password.
pub(super) fn replace(call: &Call<'_>, user: &User, login: &Login, password: &str) -> Login {
    let mut login = login.clone();
    let before = std::mem::replace(&mut login.digest, digest(user, password));
    login.earlier.push(before);
    let surplus = login.earlier.len().saturating_sub(LONGEST_MEMORY);
    login.earlier.drain(..surplus);
    login.changed = call.now();
    login
}
