//! Roles that deliver grants: made, changed, removed.

use std::collections::BTreeMap;

use super::change::{Change, ChangeKind, Drift, Thing};
use super::difference::{Comparison, bare, change, changed_by, pretty};
use super::mark;
use super::observed::ObservedPrincipal;
use super::operation::Operation;
use super::wanted::WantedRole;
use crate::team::{Grantee, RoleName, TeamName};

impl Comparison<'_> {
    pub(super) fn role(&self, name: &RoleName, wanted: &WantedRole) -> Option<Change> {
        let of_role = |kind, operations| Change {
            operations,
            ..change(
                kind,
                Thing::Role,
                name.as_str(),
                Some(&wanted.grantee),
                &wanted.origin,
            )
        };
        let own = Grantee::Role(name.clone());
        let Some(observed) = self.observed.principals.get(&own) else {
            let mut operations = vec![Operation::CreateRole {
                arn: wanted.arn.clone(),
                trust: wanted.trust.to_minified(),
                description: format!("{} for {}, by daypass", wanted.origin.key, wanted.grantee),
                boundary: wanted.boundary.clone(),
                tags: wanted.tags.clone(),
            }];
            // The end stands before there is anything to end.
            operations.extend(
                wanted
                    .inline
                    .iter()
                    .map(|(policy, document)| Operation::PutInlinePolicy {
                        principal: own.clone(),
                        name: (*policy).to_owned(),
                        document: document.to_minified(),
                    }),
            );
            operations.extend(wanted.attached.iter().map(|arn| Operation::AttachPolicy {
                principal: own.clone(),
                arn: arn.clone(),
            }));
            let mut made = of_role(ChangeKind::Create, operations);
            made.after = Some(shown(&role_text(wanted)));
            return Some(made);
        };
        let operations = updates(&own, name, observed, wanted);
        if operations.is_empty() {
            return None;
        }
        let mut changed = of_role(ChangeKind::Update, operations);
        changed.before = Some(shown(&observed_text(observed)));
        changed.after = Some(shown(&role_text(wanted)));
        changed.drift = Some(Drift {
            changed_by: changed_by(observed),
        });
        Some(changed)
    }

    pub(super) fn role_not_wanted(
        &self,
        role: &Grantee,
        observed: &ObservedPrincipal,
        team: &TeamName,
    ) -> Option<Change> {
        let Grantee::Role(name) = role else { return None };
        if self.wanted.roles.contains_key(name) {
            return None;
        }
        let tag = |key: &str| observed.tags.get(key).cloned();
        let key = tag(mark::TAG_GRANT).unwrap_or_default();
        let end = tag(mark::TAG_EXPIRES).and_then(|end| end.parse().ok());
        let grantee = tag(mark::TAG_GRANTEE).and_then(|text| grantee(&text));
        // A role without our tags is at our path, and still not told whose it was: it is nobody's.
        let of_whom = grantee.as_ref().unwrap_or(role);
        if self.is_held(of_whom, team, &key) {
            return None;
        }
        Some(Change {
            why: self.gone(of_whom, team, &key, end),
            ends_at: end,
            before: Some(shown(&observed_text(observed))),
            operations: removal(role, name, observed),
            ..bare(
                ChangeKind::Remove,
                Thing::Role,
                name.as_str(),
                Some(of_whom),
                team,
                &key,
            )
        })
    }
}

/// The calls that remove a role: all that it has must go before it.
pub(super) fn removal(role: &Grantee, name: &RoleName, observed: &ObservedPrincipal) -> Vec<Operation> {
    let detach = observed.attached.iter().map(|arn| Operation::DetachPolicy {
        principal: role.clone(),
        arn: arn.clone(),
    });
    // The end goes last: until then nothing is allowed that has ended.
    let mut names: Vec<&String> = observed.inline.keys().collect();
    names.sort_by_key(|name| *name == mark::END_POLICY);
    let delete = names.into_iter().map(|policy| Operation::DeleteInlinePolicy {
        principal: role.clone(),
        name: policy.clone(),
    });
    let last = Operation::DeleteRole { role: name.clone() };
    detach.chain(delete).chain([last]).collect()
}

fn updates(
    own: &Grantee,
    name: &RoleName,
    observed: &ObservedPrincipal,
    wanted: &WantedRole,
) -> Vec<Operation> {
    let mut operations = Vec::new();
    for (policy, document) in &wanted.inline {
        if !observed
            .inline
            .get(*policy)
            .is_some_and(|text| text.says(document))
        {
            operations.push(Operation::PutInlinePolicy {
                principal: own.clone(),
                name: (*policy).to_owned(),
                document: document.to_minified(),
            });
        }
    }
    if !observed
        .trust
        .as_ref()
        .is_some_and(|text| text.says(&wanted.trust))
    {
        operations.push(Operation::UpdateTrust {
            role: name.clone(),
            trust: wanted.trust.to_minified(),
        });
    }
    if observed.boundary != wanted.boundary {
        operations.push(match &wanted.boundary {
            Some(boundary) => Operation::PutBoundary {
                role: name.clone(),
                boundary: boundary.clone(),
            },
            None => Operation::DeleteBoundary { role: name.clone() },
        });
    }
    let tags: BTreeMap<String, String> = wanted
        .tags
        .iter()
        .filter(|(key, value)| observed.tags.get(*key) != Some(value))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    if !tags.is_empty() {
        operations.push(Operation::Tag {
            principal: own.clone(),
            tags,
        });
    }
    let extra = observed
        .inline
        .keys()
        .filter(|policy| !wanted.inline.contains_key(policy.as_str()));
    operations.extend(extra.map(|policy| Operation::DeleteInlinePolicy {
        principal: own.clone(),
        name: policy.clone(),
    }));
    // First off, then on: there may be no room for more.
    operations.extend(
        observed
            .attached
            .difference(&wanted.attached)
            .map(|arn| Operation::DetachPolicy {
                principal: own.clone(),
                arn: arn.clone(),
            }),
    );
    operations.extend(
        wanted
            .attached
            .difference(&observed.attached)
            .map(|arn| Operation::AttachPolicy {
                principal: own.clone(),
                arn: arn.clone(),
            }),
    );
    operations
}

/// A grantee as the tag of a role tells it.
pub(super) fn grantee(text: &str) -> Option<Grantee> {
    let (kind, name) = text.split_once('/')?;
    match kind {
        "user" => name.parse().ok().map(Grantee::User),
        "role" => name.parse().ok().map(Grantee::Role),
        "group" => name.parse().ok().map(Grantee::Group),
        _ => None,
    }
}

/// What of a role is shown side by side: name and text.
type RoleText = Vec<(String, String)>;

fn role_text(wanted: &WantedRole) -> RoleText {
    let mut text = vec![("trust".to_owned(), wanted.trust.to_json())];
    text.extend(
        wanted
            .attached
            .iter()
            .map(|arn| ("attached".to_owned(), arn.to_string())),
    );
    text.extend(
        wanted
            .boundary
            .iter()
            .map(|arn| ("boundary".to_owned(), arn.to_string())),
    );
    text.extend(
        wanted
            .inline
            .iter()
            .map(|(name, document)| ((*name).to_owned(), document.to_json())),
    );
    text
}

fn observed_text(observed: &ObservedPrincipal) -> RoleText {
    let mut text: RoleText = observed
        .trust
        .iter()
        .map(|trust| ("trust".to_owned(), pretty(&trust.text)))
        .collect();
    text.extend(
        observed
            .attached
            .iter()
            .map(|arn| ("attached".to_owned(), arn.to_string())),
    );
    text.extend(
        observed
            .boundary
            .iter()
            .map(|arn| ("boundary".to_owned(), arn.to_string())),
    );
    text.extend(
        observed
            .inline
            .iter()
            .map(|(name, document)| (name.clone(), pretty(&document.text))),
    );
    text
}

fn shown(text: &RoleText) -> String {
    let lines: Vec<String> = text
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    lines.join("\n")
}
