//! Whom a statement names.
//! IAM User Guide, "AWS JSON policy elements: Principal".

use iam_policy::{PrincipalEntry, PrincipalType, Statement, Value, Who};

/// The kinds of principal that a `Principal` (not `NotPrincipal`) lists.
pub(super) fn listed(statement: &Statement) -> &[PrincipalEntry] {
    match &statement.principal {
        Some(clause) if !clause.negated => match &clause.who {
            Who::Listed(entries) => entries,
            Who::Everyone(_) => &[],
        },
        _ => &[],
    }
}

/// The values of one kind that a `Principal` lists.
pub(super) fn of_kind(statement: &Statement, kind: PrincipalType) -> impl Iterator<Item = &Value> {
    listed(statement)
        .iter()
        .filter(move |entry| entry.kind == kind)
        .flat_map(|entry| &entry.values.values)
}

/// The values of one kind in `Principal` and `NotPrincipal`.
pub(super) fn mentioned(statement: &Statement, kind: PrincipalType) -> impl Iterator<Item = &Value> {
    let entries = match statement.principal.as_ref().map(|clause| &clause.who) {
        Some(Who::Listed(entries)) => entries.as_slice(),
        _ => &[],
    };
    entries
        .iter()
        .filter(move |entry| entry.kind == kind)
        .flat_map(|entry| &entry.values.values)
}

/// Whether the statement is about everyone, by `*` or by naming who is not meant.
pub(super) fn is_everyone(statement: &Statement) -> bool {
    statement.principal.as_ref().is_some_and(|clause| {
        clause.negated
            || match &clause.who {
                Who::Everyone(_) => true,
                Who::Listed(_) => of_kind(statement, PrincipalType::Aws).any(|value| value.text == "*"),
            }
    })
}

/// Whether only services of AWS's are named.
pub(super) fn is_services_only(statement: &Statement) -> bool {
    let entries = listed(statement);
    !entries.is_empty() && entries.iter().all(|entry| entry.kind == PrincipalType::Service)
}

/// What the unique id of a principal is of, if the text is one.
/// IAM User Guide, "IAM identifiers": unique ID prefixes.
pub(super) fn unique_id(text: &str) -> Option<&'static str> {
    let is_id = text.len() >= 16
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    match text.get(..4)? {
        "AIDA" if is_id => Some("user"),
        "AROA" if is_id => Some("role"),
        _ => None,
    }
}

/// The domain of an OIDC provider: the prefix of its condition keys.
pub(super) fn oidc_domain(provider: &str) -> Option<&str> {
    match provider.split_once(":oidc-provider/") {
        Some((_, domain)) => Some(domain),
        None if provider.contains('.') && !provider.starts_with("arn:") => Some(provider),
        None => None,
    }
}

/// Whether a condition says for whom a service must be acting.
pub(super) fn asks_for_source(statement: &Statement) -> bool {
    super::conditions::tested(statement).any(|(condition, operator)| {
        super::conditions::holds_back(operator)
            && (super::conditions::is_of_source(condition)
                || super::conditions::is_on(condition, "aws:SourceOwner")
                || super::conditions::is_on(condition, "kms:ViaService")
                || super::conditions::is_on(condition, "sts:ExternalId"))
    })
}
