//! Conditions as the rules ask about them: operator, key, and what AWS documents of the key.
//! IAM User Guide, "IAM JSON policy elements: Condition operators", "AWS global condition context keys".

use iam_catalog::ConditionKey;
use iam_policy::{Comparison, Condition, Operator, Statement};

/// The conditions of a statement with their operators taken apart.
pub(super) fn tested(statement: &Statement) -> impl Iterator<Item = (&Condition, Operator)> {
    statement
        .conditions
        .iter()
        .filter_map(|condition| Some((condition, Operator::parse(&condition.operator)?)))
}

/// Whether the condition is on this key.
pub(super) fn is_on(condition: &Condition, key: &str) -> bool {
    condition.key.eq_ignore_ascii_case(key)
}

/// Whether some condition of the statement is on one of these keys.
pub(super) fn any_on(statement: &Statement, keys: &[&str]) -> bool {
    statement
        .conditions
        .iter()
        .any(|condition| keys.iter().any(|key| is_on(condition, key)))
}

/// Whether the condition holds a request back: that a key exists or is absent, or is one of several with `IfExists`,
/// leaves the door open.
pub(super) fn holds_back(operator: Operator) -> bool {
    !operator.if_exists && !operator.comparison.is_negated() && operator.comparison != Comparison::Null
}

/// Whether a condition of the statement tells callers apart, and not by values that let everyone through.
pub(super) fn tells_callers_apart(statement: &Statement) -> bool {
    tested(statement).any(|(condition, operator)| {
        holds_back(operator)
            && NARROWING.iter().any(|key| is_on(condition, key))
            && !condition
                .values
                .texts()
                .any(|value| is_for_everyone(condition, value))
    })
}

/// `*`, an ARN of any account, or half of all addresses and more.
fn is_for_everyone(condition: &Condition, value: &str) -> bool {
    if is_on(condition, "aws:SourceIp") {
        let bits = value
            .split_once('/')
            .and_then(|(_, bits)| bits.parse::<u8>().ok());
        return bits.is_some_and(|bits| bits <= 1);
    }
    let account = || value.strip_prefix("arn:")?.split(':').nth(3);
    value == "*" || account() == Some("*")
}

/// Keys that tell callers apart: those by which Amazon S3 tells a public policy from one that is not.
const NARROWING: [&str; 25] = [
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalArn",
    "aws:PrincipalAccount",
    "aws:SourceIp",
    "aws:SourceArn",
    "aws:SourceAccount",
    "aws:SourceOwner",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:VpceAccount",
    "aws:VpceOrgID",
    "aws:VpceOrgPaths",
    "aws:userid",
    "aws:username",
    "s3:DataAccessPointArn",
    "s3:DataAccessPointAccount",
    "kms:CallerAccount",
    "kms:ViaService",
    "lambda:FunctionUrlAuthType",
    "lambda:EventSourceToken",
    "aws:PrincipalIsAWSService",
    // Of role trust policies: whoever knows it.
    "sts:ExternalId",
];

/// What the catalog has of a key; `None` for what it does not know, and for keys of identity providers, whose prefix is a
/// domain.
pub(super) fn documented(key: &str) -> Option<ConditionKey> {
    if is_of_provider(key) {
        return None;
    }
    iam_catalog::condition_key(key)
}

/// Whether the key's prefix is the domain of an identity provider, such as `accounts.google.com:aud`.
pub(super) fn is_of_provider(key: &str) -> bool {
    key.split_once(':')
        .is_some_and(|(prefix, _)| prefix.contains(['.', '/']))
}

/// Whether the condition is on the resource for which a service acts.
pub(super) fn is_of_source(condition: &Condition) -> bool {
    [
        "aws:SourceArn",
        "aws:SourceAccount",
        "aws:SourceOrgID",
        "aws:SourceOrgPaths",
    ]
    .iter()
    .any(|key| is_on(condition, key))
}

/// Whether the text has a policy variable; `${*}`, `${?}` and `${$}` are the characters themselves.
pub(super) fn has_variable(text: &str) -> bool {
    text.split("${").skip(1).any(|rest| {
        let name = rest.split('}').next().unwrap_or_default();
        !matches!(name, "*" | "?" | "$")
    })
}

/// Whether the text has a wildcard outside of `${...}`.
pub(super) fn has_wildcard(text: &str) -> bool {
    let mut depth = 0_usize;
    let mut before = ' ';
    for c in text.chars() {
        match c {
            '{' if before == '$' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            '*' | '?' if depth == 0 => return true,
            _ => {}
        }
        before = c;
    }
    false
}

/// Whether two conditions say the same.
pub(super) fn same(a: &Condition, b: &Condition) -> bool {
    let values = |condition: &Condition| {
        let mut texts: Vec<String> = condition.values.texts().map(str::to_owned).collect();
        texts.sort_unstable();
        texts.dedup();
        texts
    };
    a.key.eq_ignore_ascii_case(&b.key)
        && a.operator.eq_ignore_ascii_case(&b.operator)
        && values(a) == values(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_and_variables() {
        assert!(has_wildcard("a*") && has_wildcard("${aws:username}?"));
        assert!(!has_wildcard("${*}") && !has_wildcard("a"));
        assert!(has_variable("x${aws:username}") && !has_variable("${*}a${$}") && !has_variable("$a{b}"));
    }

    #[test]
    fn keys_of_providers_are_told_by_their_domain() {
        assert!(is_of_provider("token.actions.githubusercontent.com:sub"));
        assert!(!is_of_provider("aws:SourceIp") && !is_of_provider("aws:ResourceTag/a.b"));
    }
}
