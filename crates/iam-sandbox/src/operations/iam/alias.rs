//! The account's alias, one at most ("Create an AWS account alias", IAM User Guide).

use super::checks::about_everything;
use crate::operations::Operation;
use crate::operations::call::Call;
use crate::wire::Service::Iam;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::world::identity::AccountAlias;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        service: Iam,
        name: "CreateAccountAlias",
        authorize: about_everything,
        run: create,
    },
    Operation {
        service: Iam,
        name: "DeleteAccountAlias",
        authorize: about_everything,
        run: delete,
    },
    Operation {
        service: Iam,
        name: "ListAccountAliases",
        authorize: about_everything,
        run: list,
    },
];

/// The model's pattern looks ahead, which the regular expressions of the check of inputs cannot.
fn alias(call: &Call<'_>) -> Result<String, ApiError> {
    let alias = call.required("AccountAlias")?;
    let is_alias = alias
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !alias.starts_with('-')
        && !alias.ends_with('-')
        && !alias.contains("--");
    if is_alias {
        return Ok(alias.to_owned());
    }
    let rule = r"Member must satisfy regular expression pattern: ^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$";
    Err(ApiError::constraint(alias, "accountAlias", rule))
}

/// A new alias takes the place of the old; no two accounts have the same.
fn create(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let alias = alias(call)?;
    let mut accounts = call.world.accounts.iter();
    let is_taken = accounts.any(|(id, account)| {
        let has_it = account.alias.newest().is_some_and(|own| own.0 == alias);
        has_it && id != call.account_id()
    });
    if is_taken {
        return Err(ApiError::already_exists(format!(
            "The account alias {alias} already exists."
        )));
    }
    call.change(|account, stamp| account.alias.write(Some(AccountAlias(alias)), stamp));
    Ok(Answer::Empty)
}

fn delete(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let alias = alias(call)?;
    let own = call.account()?.alias.newest();
    if own.is_none_or(|own| own.0 != alias) {
        return Err(ApiError::no_such_entity(format!(
            "The account alias {alias} does not exist."
        )));
    }
    call.change(|account, stamp| account.alias.write(None, stamp));
    Ok(Answer::Empty)
}

fn list(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let alias = call.account()?.alias.seen(call.view);
    Ok(Answer::fields(|xml| {
        xml.element("AccountAliases", |xml| {
            xml.optional("member", alias.map(|alias| &alias.0));
        });
        xml.text("IsTruncated", false);
    }))
}
