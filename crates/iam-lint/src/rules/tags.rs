//! Tags of resources in conditions, and which actions support them.
//! Service Authorization Reference: the condition keys of each action and resource type.

use iam_policy::{Comparison, Condition, Operator, Statement};

use super::{conditions, documented};

/// The conditions on tags of resources that want a value.
pub(super) fn of_resources(statement: &Statement) -> impl Iterator<Item = (&Condition, Operator)> {
    conditions::tested(statement).filter(|(condition, operator)| {
        operator.comparison != Comparison::Null
            && condition
                .key
                .get(.."aws:ResourceTag/".len())
                .is_some_and(|start| start.eq_ignore_ascii_case("aws:ResourceTag/"))
    })
}

/// Whether an entry stands for documented actions of which none supports tags of resources. The reference lists the key
/// with some types of resource, with some actions, and with the service.
pub(super) fn are_unsupported(entry: &str) -> bool {
    let is_tag = |key: iam_catalog::ConditionKey| key.name == "aws:ResourceTag/${TagKey}";
    let mut actions = documented::actions(entry).peekable();
    actions.peek().is_some()
        && actions.all(|action| {
            !action.condition_keys().any(is_tag)
                && !action.resource_types().any(|acted| {
                    acted
                        .condition_keys()
                        .chain(acted.resource_type.condition_keys())
                        .any(is_tag)
                })
        })
}
