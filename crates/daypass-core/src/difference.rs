//! Which of AWS's actions a pattern of requests stands for: `s3:* except s3:Get*` says less to a person than "56
//! actions, 8 of them change permissions".

use std::collections::HashSet;

use iam_catalog::{AccessLevel, Action, actions_matching};
use iam_policy::{NamePattern, RequestPattern};

/// The actions of a pattern that the catalog has, in its order.
#[derive(Debug, Clone, Default)]
pub struct KnownActions {
    /// Each once.
    pub actions: Vec<Action>,
    /// Those that the pattern names and that act on none of its resources: AWS has no such request.
    pub elsewhere: Vec<Action>,
}

impl KnownActions {
    /// The actions that a pattern is about and that can act on one of its resources.
    pub fn of(pattern: &RequestPattern) -> KnownActions {
        let mut known = KnownActions::default();
        let mut seen = HashSet::new();
        for text in &pattern.actions.any {
            for action in actions_matching(text).filter(|action| pattern.is_about(&action.to_string())) {
                if !seen.insert(action.to_string()) {
                    continue;
                }
                if acts_on(action, &pattern.resources) {
                    known.actions.push(action);
                } else {
                    known.elsewhere.push(action);
                }
            }
        }
        known
    }

    /// How many there are of each level, of those that there are.
    pub fn by_level(&self) -> Vec<(AccessLevel, usize)> {
        AccessLevel::ALL
            .into_iter()
            .map(|level| {
                let of_level = self
                    .actions
                    .iter()
                    .filter(|action| action.access_level() == level);
                (level, of_level.count())
            })
            .filter(|(_, count)| *count > 0)
            .collect()
    }
}

/// Whether the action can be on a resource of these: by the forms of their ARNs, or on `*` if it acts on none.
fn acts_on(action: Action, resources: &NamePattern) -> bool {
    let any = |fits: &dyn Fn(&str) -> bool| resources.any.iter().any(|text| fits(text));
    if any(&|text| text == "*") {
        return true;
    }
    action
        .resource_types()
        .any(|resource| any(&|text| resource.resource_type.may_be(text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use iam_policy::{Document, compare};

    fn gained(statement: &str) -> KnownActions {
        let document = |statements: &str| {
            let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
            Document::parse(&text).unwrap()
        };
        KnownActions::of(&compare(&document(""), &document(statement)).gained[0])
    }

    fn names_of(actions: &[Action]) -> Vec<String> {
        actions.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn actions_are_those_that_there_are_and_that_act_on_the_resource() {
        let names =
            |known: &KnownActions| -> Vec<String> { known.actions.iter().map(ToString::to_string).collect() };
        let objects = gained(
            r#"{"Effect": "Allow", "Action": ["s3:*Tagging", "s3:PutObjectTagging"], "Resource": "arn:aws:s3:::b/*"}"#,
        );
        assert!(
            names(&objects).contains(&"s3:PutObjectTagging".to_owned()),
            "{objects:?}"
        );
        assert!(
            !names(&objects).contains(&"s3:PutBucketTagging".to_owned()),
            "a bucket is no object"
        );
        assert_eq!(
            objects.by_level().iter().map(|(_, count)| count).sum::<usize>(),
            objects.actions.len()
        );
        let none = gained(r#"{"Effect": "Allow", "Action": "s3:Fly", "Resource": "*"}"#);
        assert!(none.actions.is_empty() && none.elsewhere.is_empty());
        let listed =
            gained(r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "arn:aws:s3:::b"}"#);
        assert!(
            listed.actions.is_empty() && names_of(&listed.elsewhere) == ["s3:ListAllMyBuckets"],
            "it acts on no resource, and so never on this one"
        );
    }
}
