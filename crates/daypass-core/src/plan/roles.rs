//! Roles that deliver grants: made, changed, removed.

use std::collections::BTreeMap;

use super::change::{Change, ChangeKind, Drift, Thing};
use super::difference::{Comparison, bare, change, changed_by, pretty};
use super::grant_role::GrantRole;
use super::mark;
use super::observed::{ObservedAccount, ObservedPrincipal, inline_limit};
use super::operation::Operation;
use super::revoke::REVOKED_POLICY_SIZE;
use super::wanted::WantedRole;
use crate::team::{Grantee, RoleName, TeamName, TeamPolicy, Term};

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
        if self.wanted.held.is_role(team, name.as_str()) {
            return None;
        }
        let tag = |key: &str| observed.tags.get(key).cloned();
        let key = tag(mark::TAG_GRANT).unwrap_or_default();
        let end = tag(mark::TAG_EXPIRES).and_then(|end| end.parse().ok());
        let grantee = tag(mark::TAG_GRANTEE).and_then(|text| grantee(self.observed, &text));
        // A role without our tags is at our path, and still not told whose it was: it is nobody's.
        let of_whom = grantee.as_ref().unwrap_or(role);
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

/// What a role is changed by, in an order in which it never has more than a role may have, nor access without its end.
fn updates(
    own: &Grantee,
    name: &RoleName,
    observed: &ObservedPrincipal,
    wanted: &WantedRole,
) -> Vec<Operation> {
    let mut operations = Vec::new();
    // First: a cleanup must not take for ended what goes on from here.
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
    operations.extend(inline_updates(own, observed, wanted));
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

/// The role's inline policies: what is too many goes, then the end is set, and what it ends comes last.
fn inline_updates(own: &Grantee, observed: &ObservedPrincipal, wanted: &WantedRole) -> Vec<Operation> {
    let delete = |policy: &str| Operation::DeleteInlinePolicy {
        principal: own.clone(),
        name: policy.to_owned(),
    };
    let mut operations = Vec::new();
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for (policy, text) in &observed.inline {
        if wanted.inline.contains_key(policy.as_str()) {
            sizes.insert(policy, text.size());
        } else {
            operations.push(delete(policy));
        }
    }
    let limit = inline_limit(own);
    for (policy, document) in &wanted.inline {
        let observed = observed.inline.get(*policy);
        if sizes.contains_key(policy) && observed.is_some_and(|text| text.says(document)) {
            continue;
        }
        sizes.insert(policy, document.iam_size());
        let is_too_much = sizes.values().sum::<usize>() > limit;
        if is_too_much && *policy == mark::END_POLICY && sizes.remove(mark::PERMISSIONS_POLICY).is_some() {
            operations.push(delete(mark::PERMISSIONS_POLICY));
        }
        operations.push(Operation::PutInlinePolicy {
            principal: own.clone(),
            name: (*policy).to_owned(),
            document: document.to_minified(),
        });
    }
    operations
}

/// A grantee as the tag of a role tells it. A tag takes no comma, which a name may have.
pub(super) fn grantee(account: &ObservedAccount, text: &str) -> Option<Grantee> {
    let mut known = account.principals.keys();
    if let Some(known) = known.find(|known| tag_of(known) == text) {
        return Some(known.clone());
    }
    let (kind, name) = text.split_once('/')?;
    match kind {
        "user" => name.parse().ok().map(Grantee::User),
        "role" => name.parse().ok().map(Grantee::Role),
        "group" => name.parse().ok().map(Grantee::Group),
        _ => None,
    }
}

/// The tag of a role that tells for whom it is.
pub(super) fn tag_of(grantee: &Grantee) -> String {
    format!("{}/{}", grantee.kind(), grantee.name()).replace(',', "_")
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

/// The size of the inline policies of a role that delivers a policy for one term, whoever the grantee is, and how large
/// they may be. The longest names there are: a plan's are no longer.
pub(crate) fn role_size(policy: &TeamPolicy, term: Term) -> (usize, usize) {
    let longest = "r".repeat(64);
    let path = "p".repeat(LONGEST_PATH);
    let arn = format!("arn:aws-us-gov:iam::111122223333:role/{path}/{longest}");
    let Ok(grantee) = arn.parse() else {
        return (0, ROLE_ROOM);
    };
    let role = GrantRole {
        arn: &arn,
        grantee: &grantee,
        policy,
        terms: &[term],
    };
    let documents = role.end_policy().into_iter().chain(policy.document.clone());
    (documents.map(|document| document.iam_size()).sum(), ROLE_ROOM)
}

/// Of "role aggregate policy size can't exceed 10,240 characters", what is left beside what a revocation puts there.
pub(super) const ROLE_ROOM: usize = crate::limits::ROLE_INLINE_POLICIES - REVOKED_POLICY_SIZE;
/// What most paths keep below, `/daypass/team/` and the longest team included.
const LONGEST_PATH: usize = 80;
