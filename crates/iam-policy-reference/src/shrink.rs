//! A question made as small as it can be while it stays interesting: one piece less at a time, greedily.

use std::sync::Arc;

use iam_policy::{Document, Level, PolicySet, Principal, Source, Statement, Version, Who};

use crate::generate::Question;

/// The smallest question found by leaving out pieces of one that `is_interesting`.
pub fn shrink(question: &Question, is_interesting: impl Fn(&Question) -> bool) -> Question {
    let mut smallest = question.clone();
    while let Some(smaller) = one_step_smaller(&smallest).into_iter().find(&is_interesting) {
        smallest = smaller;
    }
    smallest
}

fn one_step_smaller(question: &Question) -> Vec<Question> {
    let mut found = Vec::new();
    let with_policies = |policies: PolicySet| Question {
        policies,
        request: question.request.clone(),
    };
    let set = &question.policies;
    for identity in with_one_less(&set.identity) {
        found.push(with_policies(PolicySet {
            identity,
            ..set.clone()
        }));
    }
    if set.resource.is_some() {
        found.push(with_policies(PolicySet {
            resource: None,
            ..set.clone()
        }));
    }
    if set.trust.is_some() {
        found.push(with_policies(PolicySet {
            trust: None,
            ..set.clone()
        }));
    }
    if set.endpoint.is_some() {
        found.push(with_policies(PolicySet {
            endpoint: None,
            ..set.clone()
        }));
    }
    for boundary in optional_with_one_less(set.boundary.as_ref()) {
        found.push(with_policies(PolicySet {
            boundary,
            ..set.clone()
        }));
    }
    for session in optional_with_one_less(set.session.as_ref()) {
        found.push(with_policies(PolicySet {
            session,
            ..set.clone()
        }));
    }
    for scp in optional_with_one_less(set.scp.as_ref()) {
        found.push(with_policies(PolicySet { scp, ..set.clone() }));
    }
    for rcp in optional_with_one_less(set.rcp.as_ref()) {
        found.push(with_policies(PolicySet { rcp, ..set.clone() }));
    }
    for (number, level_policies) in level_lists(set).into_iter().enumerate() {
        for less in with_one_less(&level_policies) {
            let mut policies = set.clone();
            if let Some(place) = level_lists_mut(&mut policies).into_iter().nth(number) {
                *place = less;
            }
            found.push(with_policies(policies));
        }
    }
    let count = sources_mut(&mut set.clone()).len();
    for number in 0..count {
        let mut copy = set.clone();
        let Some(document) = sources_mut(&mut copy)
            .into_iter()
            .nth(number)
            .map(|source| Document::clone(&source.document))
        else {
            continue;
        };
        for smaller in smaller_documents(&document) {
            let mut policies = set.clone();
            if let Some(source) = sources_mut(&mut policies).into_iter().nth(number) {
                source.document = Arc::new(smaller);
            }
            found.push(with_policies(policies));
        }
    }
    found.extend(smaller_requests(question));
    found
}

fn smaller_requests(question: &Question) -> Vec<Question> {
    let mut found = Vec::new();
    let mut request = question.request.clone();
    if request.resource_account.take().is_some() {
        found.push(Question {
            request,
            ..question.clone()
        });
    }
    let mut request = question.request.clone();
    if let Principal::RoleSession { role, .. } = &mut request.principal
        && role.take().is_some()
    {
        found.push(Question {
            request,
            ..question.clone()
        });
    }
    let mut request = question.request.clone();
    if let Principal::FederatedUser { user, .. } = &mut request.principal
        && user.take().is_some()
    {
        found.push(Question {
            request,
            ..question.clone()
        });
    }
    for (key, values) in question.request.context.iter() {
        let mut request = question.request.clone();
        request.context.remove(key);
        found.push(Question {
            request,
            ..question.clone()
        });
        if values.len() > 1 {
            for less in with_one_less(values) {
                let mut request = question.request.clone();
                request.context.insert(key, less);
                found.push(Question {
                    request,
                    ..question.clone()
                });
            }
        }
    }
    found
}

fn smaller_documents(document: &Document) -> Vec<Document> {
    let mut found = Vec::new();
    let with_statements = |statements: Vec<Statement>| Document {
        statements,
        ..document.clone()
    };
    if document.version == Version::V2008 {
        found.push(Document {
            version: Version::V2012,
            ..document.clone()
        });
    }
    found.extend(
        with_one_less(&document.statements)
            .into_iter()
            .map(with_statements),
    );
    for (number, statement) in document.statements.iter().enumerate() {
        for smaller in smaller_statements(statement) {
            let mut statements = document.statements.clone();
            if let Some(place) = statements.get_mut(number) {
                *place = smaller;
            }
            found.push(with_statements(statements));
        }
    }
    found
}

fn smaller_statements(statement: &Statement) -> Vec<Statement> {
    let mut found = Vec::new();
    for conditions in with_one_less(&statement.conditions) {
        found.push(Statement {
            conditions,
            ..statement.clone()
        });
    }
    for values in with_fewer(&statement.action.actions.values) {
        let mut smaller = statement.clone();
        smaller.action.actions.values = values;
        found.push(smaller);
    }
    if let Some(clause) = &statement.resource {
        for values in with_fewer(&clause.resources.values) {
            let mut clause = clause.clone();
            clause.resources.values = values;
            found.push(Statement {
                resource: Some(clause),
                ..statement.clone()
            });
        }
    }
    for (number, condition) in statement.conditions.iter().enumerate() {
        for values in with_fewer(&condition.values.values) {
            let mut smaller = statement.clone();
            if let Some(place) = smaller.conditions.get_mut(number) {
                place.values.values = values;
            }
            found.push(smaller);
        }
    }
    if let Some(clause) = &statement.principal
        && let Who::Listed(entries) = &clause.who
    {
        let mut lists = with_fewer(entries);
        for (number, entry) in entries.iter().enumerate() {
            for values in with_fewer(&entry.values.values) {
                let mut entries = entries.clone();
                if let Some(place) = entries.get_mut(number) {
                    place.values.values = values;
                }
                lists.push(entries);
            }
        }
        for entries in lists {
            let mut clause = clause.clone();
            clause.who = Who::Listed(entries);
            found.push(Statement {
                principal: Some(clause),
                ..statement.clone()
            });
        }
    }
    found
}

/// Every list with one item left out.
fn with_one_less<T: Clone>(items: &[T]) -> Vec<Vec<T>> {
    (0..items.len())
        .map(|left_out| {
            let kept = items.iter().enumerate().filter(|(number, _)| *number != left_out);
            kept.map(|(_, item)| item.clone()).collect()
        })
        .collect()
}

/// The same for a list that must keep an item.
fn with_fewer<T: Clone>(items: &[T]) -> Vec<Vec<T>> {
    if items.len() > 1 {
        with_one_less(items)
    } else {
        Vec::new()
    }
}

fn optional_with_one_less<T: Clone>(items: Option<&Vec<T>>) -> Vec<Option<Vec<T>>> {
    let Some(items) = items else {
        return Vec::new();
    };
    std::iter::once(None)
        .chain(with_one_less(items).into_iter().map(Some))
        .collect()
}

fn level_lists(set: &PolicySet) -> Vec<Vec<Source>> {
    let levels = set.scp.iter().chain(&set.rcp).flatten();
    levels.map(|level| level.policies.clone()).collect()
}

fn level_lists_mut(set: &mut PolicySet) -> Vec<&mut Vec<Source>> {
    let levels = set.scp.iter_mut().chain(&mut set.rcp).flatten();
    levels.map(|level: &mut Level| &mut level.policies).collect()
}

fn sources_mut(set: &mut PolicySet) -> Vec<&mut Source> {
    let levels = set.scp.iter_mut().chain(&mut set.rcp).flatten();
    set.identity
        .iter_mut()
        .chain(&mut set.resource)
        .chain(&mut set.trust)
        .chain(&mut set.endpoint)
        .chain(set.boundary.iter_mut().flatten())
        .chain(set.session.iter_mut().flatten())
        .chain(levels.flat_map(|level| &mut level.policies))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate;

    /// What is left of a question is what makes it interesting, and nothing else.
    #[test]
    fn only_the_interesting_part_stays() {
        let mut rng = fastrand::Rng::with_seed(3);
        let has_numeric = |question: &Question| {
            question.policies.identity.iter().any(|source| {
                source
                    .document
                    .statements
                    .iter()
                    .flat_map(|statement| &statement.conditions)
                    .any(|condition| condition.operator.contains("Numeric"))
            })
        };
        let question = std::iter::repeat_with(|| generate::question(&mut rng))
            .take(1_000)
            .find(has_numeric)
            .expect("numbers are compared now and then");
        let smallest = shrink(&question, has_numeric);
        assert_eq!(smallest.policies.identity.len(), 1);
        let [source] = smallest.policies.identity.as_slice() else {
            panic!("one policy is left");
        };
        assert_eq!(source.document.statements.len(), 1);
        assert!(
            source
                .document
                .statements
                .iter()
                .all(|statement| statement.conditions.len() == 1)
        );
        assert_eq!(smallest.policies.resource, None);
        assert_eq!(smallest.request.context.iter().count(), 0);
    }
}
