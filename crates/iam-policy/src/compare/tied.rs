//! Keys whose values one thing decides: the moment of a request, and who asks. What conditions want of them must be had
//! at once, from one moment and from one principal.
//! IAM User Guide, "AWS global condition context keys": `aws:CurrentTime` and `aws:EpochTime` are in every request and tell
//! the same moment, `aws:PrincipalArn` and `aws:PrincipalAccount` the principal.

use jiff::Timestamp;

use super::Doubt;
use super::conditions::Literal;
use super::glob::Glob;
use super::principals;
use super::search::{Found, search};
use crate::arn::Arn;
use crate::document::Version;
use crate::request::{Context, Principal};
use crate::value::date::Instant;

const CURRENT_TIME: &str = "aws:currenttime";
const EPOCH_TIME: &str = "aws:epochtime";
const PRINCIPAL_ARN: &str = "aws:principalarn";
const PRINCIPAL_ACCOUNT: &str = "aws:principalaccount";

/// Some moment, where conditions want none.
const SOME_MOMENT: i64 = 1_767_225_600;
const ACCOUNT: &str = "111122223333";

/// Whether a key, in lower case, tells the moment.
pub(super) fn is_of_moment(key: &str) -> bool {
    key == CURRENT_TIME || key == EPOCH_TIME
}

/// Whether a key, in lower case, tells who asks.
pub(super) fn is_of_asker(key: &str) -> bool {
    key == PRINCIPAL_ARN || key == PRINCIPAL_ACCOUNT
}

/// What a policy variable of this key, in lower case, stands for in an example, where that is no name.
pub(super) fn natural(key: &str) -> Option<&'static str> {
    match key {
        PRINCIPAL_ACCOUNT | "aws:resourceaccount" | "aws:sourceaccount" => Some(ACCOUNT),
        PRINCIPAL_ARN => Some(principals::SOMEBODY),
        _ => None,
    }
}

/// A moment at which these conditions are as they have to be, put into the context; `Ok(false)` if there is none.
///
/// Those of `keys` that tell the moment are told as well: other conditions ask for them, and every request has them.
pub(super) fn moment(literals: &[&Literal], keys: &[String], context: &mut Context) -> Result<bool, Doubt> {
    let texts = || literals.iter().flat_map(|literal| literal.condition.texts());
    let second = 1_000_000_000;
    // Of four digits dates are years, and numbers seconds.
    let dates = texts().filter_map(|text| Some(Instant::parse(text)?.nanoseconds()));
    let numbers = texts().filter_map(|text| Some(i128::from(text.parse::<i64>().ok()?) * second));
    let instants: Vec<i128> = dates.chain(numbers).collect();
    let about = instants.iter().flat_map(|at| {
        let whole = at.div_euclid(second);
        [whole, whole - 1, whole + 1].map(|whole| whole * second)
    });
    // Between two seconds there is a moment too, but none that is told in whole seconds since 1970.
    let between = instants.iter().flat_map(|at| [at + second / 2, at - second / 2]);
    let is_whole = literals.iter().any(|literal| literal.condition.key == EPOCH_TIME);
    let mut tried = about
        .chain([i128::from(SOME_MOMENT) * second])
        .chain(between.filter(|_| !is_whole));
    let found = tried.find_map(|at| {
        let at = Timestamp::from_nanosecond(at).ok()?;
        let mut tried = context.clone();
        let own = literals
            .iter()
            .map(|literal| literal.condition.written.key.as_str());
        let others = keys.iter().map(String::as_str);
        let others = others.filter(|key| is_of_moment(&key.to_lowercase()));
        for key in others.chain(own) {
            let value = if key.eq_ignore_ascii_case(EPOCH_TIME) {
                at.as_second().to_string()
            } else {
                at.to_string()
            };
            tried.insert(key, value);
        }
        let all = literals.iter().all(|literal| literal.is_satisfied(&tried));
        all.then_some(tried)
    });
    if let Some(found) = found {
        *context = found;
        return Ok(true);
    }
    let is_plain = literals
        .iter()
        .all(|literal| literal.condition.is_plainly_readable());
    let key = literals
        .first()
        .map_or("", |literal| &literal.condition.written.key);
    if is_plain {
        Ok(false)
    } else {
        Err(Doubt::Condition { key: key.to_owned() })
    }
}

/// Who asks, so that the principal elements and the conditions on who asks are as they have to be; what the conditions ask
/// for is put into the context, and what those of `keys` tell that are about who asks. `Ok(None)` if there is nobody.
pub(super) fn asker(
    elements: &[principals::Literal],
    literals: &[&Literal],
    keys: &[String],
    context: &mut Context,
) -> Result<Option<Principal>, Doubt> {
    let own = literals
        .iter()
        .map(|literal| literal.condition.written.key.as_str());
    let others = keys.iter().map(String::as_str);
    let asked: Vec<&str> = own
        .chain(others.filter(|key| is_of_asker(&key.to_lowercase())))
        .collect();
    if literals.is_empty() {
        let somebody = principals::somebody(elements, context)?;
        if let Some(principal) = &somebody {
            *context = told_of(principal, &asked, context);
        }
        return Ok(somebody);
    }
    let of_values = literals.iter().flat_map(|literal| {
        let texts = literal.condition.texts();
        texts.flat_map(|text| with_value(&literal.condition.key, text))
    });
    let mut candidates = principals::candidates(elements);
    candidates.extend(of_values);
    candidates.extend(
        [
            principals::SOMEBODY,
            "arn:aws:sts::111122223333:assumed-role/example/example",
        ]
        .iter()
        .filter_map(|text| text.parse().ok()),
    );
    for candidate in candidates {
        let told = told_of(&candidate, &asked, context);
        let named = elements
            .iter()
            .all(|element| element.is_satisfied(&candidate, &told));
        if named && literals.iter().all(|literal| literal.is_satisfied(&told)) {
            *context = told;
            return Ok(Some(candidate));
        }
    }
    if is_impossible(elements, literals) {
        Ok(None)
    } else {
        let key = literals
            .first()
            .map_or("", |literal| &literal.condition.written.key);
        Err(Doubt::Condition { key: key.to_owned() })
    }
}

/// The context with what a principal says of these keys.
fn told_of(principal: &Principal, keys: &[&str], context: &Context) -> Context {
    let mut own = Context::new();
    own.fill_in(principal, Timestamp::UNIX_EPOCH);
    let mut told = context.clone();
    for key in keys.iter().copied() {
        match own.get(key) {
            Some(values) => told.insert(key, values.to_vec()),
            None => told.remove(key),
        }
    }
    told
}

/// Principals that have this value of the key, or one that fits it.
fn with_value(key: &str, text: &str) -> Vec<Principal> {
    if key == PRINCIPAL_ACCOUNT {
        return principals::of_account(text);
    }
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let [_, partition, service, _, account, resource] = parts.as_slice() else {
        return Vec::new();
    };
    let or = |text: &str, other: &str| {
        if text.contains(['*', '?']) {
            other.to_owned()
        } else {
            text.to_owned()
        }
    };
    let filled = |resource: &str| resource.replace('*', "example").replace('?', "x");
    let (partition, service, account) = (or(partition, "aws"), or(service, "iam"), or(account, ACCOUNT));
    let resources = if resource.starts_with('*') {
        vec![
            "role/example".to_owned(),
            "user/example".to_owned(),
            filled(resource),
        ]
    } else {
        // With nothing for a star as well.
        vec![filled(resource), resource.replace(['*', '?'], "")]
    };
    let arns = resources
        .iter()
        .map(|resource| format!("arn:{partition}:{service}::{account}:{resource}"));
    arns.flat_map(|arn| principals::named(&arn)).collect()
}

/// Whether it is certain that no principal of an account fits: no ARN does.
fn is_impossible(elements: &[principals::Literal], literals: &[&Literal]) -> bool {
    let in_account = |account: &str| {
        Glob::arn(&format!("arn:*:*:*:{account}:*"), Version::V2012)
            .ok()
            .flatten()
    };
    let mut all: Vec<Vec<Glob>> = in_account("*").map(|any| vec![any]).into_iter().collect();
    let mut none: Vec<Glob> = Vec::new();
    for literal in literals {
        let Some((among, globs)) = literal.single_globs() else {
            continue;
        };
        let globs: Vec<Glob> = if literal.condition.key == PRINCIPAL_ACCOUNT {
            let accounts: Vec<Option<Glob>> = literal
                .condition
                .texts()
                .map(|text| {
                    text.bytes()
                        .all(|b| b.is_ascii_digit())
                        .then(|| in_account(text))
                        .flatten()
                })
                .collect();
            match accounts.into_iter().collect::<Option<Vec<Glob>>>() {
                Some(accounts) => accounts,
                None => continue,
            }
        } else {
            globs
        };
        if globs.iter().any(Glob::has_variables) {
            continue;
        }
        if among {
            all.push(globs);
        } else {
            none.extend(globs);
        }
    }
    for element in elements {
        let listed: Option<Vec<Glob>> = element.accounts().map(|accounts| {
            accounts
                .iter()
                .filter_map(|account| in_account(account))
                .collect()
        });
        match listed {
            Some(globs) if element.holds => all.push(globs),
            _ => {}
        }
        if element.holds
            && let Some(arns) = element.arns()
        {
            let exact = |arn: &Arn| Glob::text(arn.as_ref(), Version::V2008, false);
            all.push(arns.iter().map(exact).collect());
        }
    }
    let all: Vec<Vec<&Glob>> = all.iter().map(|globs| globs.iter().collect()).collect();
    let all: Vec<&[&Glob]> = all.iter().map(Vec::as_slice).collect();
    search(&all, &none.iter().collect::<Vec<_>>()) == Found::Nothing
}
