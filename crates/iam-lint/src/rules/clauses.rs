//! Whether one statement's elements stand for everything that another's stand for.

use iam_policy::{PrincipalClause, Statement, ValueList, Who};

use super::conditions;
use super::wildcard::{Case, covers, overlap};

/// Whether `wide`, negated or not, stands for all that `narrow` stands for. `true` is certain.
pub(super) fn list_covers(wide: (bool, &ValueList), narrow: (bool, &ValueList), case: Case) -> bool {
    let ((wide_negated, wide), (narrow_negated, narrow)) = (wide, narrow);
    match (wide_negated, narrow_negated) {
        (false, false) => narrow
            .texts()
            .all(|text| wide.texts().any(|pattern| covers(pattern, text, case))),
        (true, false) => narrow
            .texts()
            .all(|text| !text.contains("${") && !wide.texts().any(|except| overlap(except, text, case))),
        (true, true) => wide
            .texts()
            .all(|except| narrow.texts().any(|pattern| covers(pattern, except, case))),
        (false, true) => wide.texts().any(|pattern| pattern == "*"),
    }
}

/// Whether `wide` is about every action of `narrow`.
pub(super) fn actions_cover(wide: &Statement, narrow: &Statement) -> bool {
    list_covers(
        (wide.action.negated, &wide.action.actions),
        (narrow.action.negated, &narrow.action.actions),
        Case::Same,
    )
}

/// Whether `wide` is about every resource of `narrow`.
pub(super) fn resources_cover(wide: &Statement, narrow: &Statement) -> bool {
    match (&wide.resource, &narrow.resource) {
        (Some(wide), Some(narrow)) => list_covers(
            (wide.negated, &wide.resources),
            (narrow.negated, &narrow.resources),
            Case::Differs,
        ),
        (None, None) => true,
        _ => false,
    }
}

/// Whether `wide` is about every principal of `narrow`.
pub(super) fn principals_cover(wide: &Statement, narrow: &Statement) -> bool {
    match (&wide.principal, &narrow.principal) {
        (None, None) => true,
        (Some(wide), Some(narrow)) => is_anyone(wide) || same_principals(wide, narrow),
        _ => false,
    }
}

fn is_anyone(clause: &PrincipalClause) -> bool {
    !clause.negated && matches!(clause.who, Who::Everyone(_))
}

fn same_principals(a: &PrincipalClause, b: &PrincipalClause) -> bool {
    let names = |clause: &PrincipalClause| match &clause.who {
        Who::Everyone(_) => vec![("AWS", "*".to_owned())],
        Who::Listed(entries) => {
            let mut names: Vec<_> = entries
                .iter()
                .flat_map(|entry| {
                    entry
                        .values
                        .texts()
                        .map(|text| (entry.kind.as_str(), text.to_owned()))
                })
                .collect();
            names.sort_unstable();
            names.dedup();
            names
        }
    };
    a.negated == b.negated && names(a) == names(b)
}

/// Whether `wide` applies whenever `narrow` does: each of its conditions is one of `narrow`'s.
pub(super) fn conditions_cover(wide: &Statement, narrow: &Statement) -> bool {
    wide.conditions.iter().all(|condition| {
        narrow
            .conditions
            .iter()
            .any(|other| conditions::same(condition, other))
    })
}
