//! What an account holds against what it should hold of ours: the changes between the two.

use std::collections::{BTreeMap, BTreeSet};

use iam_policy::Arn;
use jiff::Timestamp;

use super::Options;
use super::asked::AccountAsked;
use super::change::{Change, ChangeKind, Drift, Source, Thing, Why};
use super::effect::number;
use super::held::{Held, names};
use super::mark::{self, InlineMark};
use super::observed::{ObservedAccount, ObservedPolicy, ObservedPrincipal};
use super::operation::Operation;
use super::owned::{Marks, Owned};
use super::wanted::{Origin, Wanted, WantedAttachment, WantedPolicy};
use crate::team::{Grantee, TeamName};

/// "IAM and AWS STS quotas": versions of a managed policy.
const VERSIONS: usize = 5;

/// Changes, apart by when they may be made.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Removes what IAM has ended already.
    pub(super) ended: Vec<Change>,
    /// Policies that are made or changed.
    pub(super) policies: Vec<Change>,
    /// What principals get.
    pub(super) given: Vec<Change>,
    /// What is taken from them.
    pub(super) taken: Vec<Change>,
    /// Policies that nobody has any more.
    pub(super) unused: Vec<Change>,
}

/// Compares.
pub(super) struct Comparison<'a> {
    pub(super) asked: &'a AccountAsked,
    pub(super) observed: &'a ObservedAccount,
    pub(super) wanted: &'a Wanted,
    pub(super) owned: &'a Owned<'a>,
    held: &'a Held,
    pub(super) now: Timestamp,
    pub(super) options: Options,
    /// What is delivered one way or another.
    delivered: BTreeSet<(Grantee, TeamName, String)>,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(
        asked: &'a AccountAsked,
        observed: &'a ObservedAccount,
        owned: &'a Owned<'a>,
        wanted: &'a Wanted,
        now: Timestamp,
        options: Options,
    ) -> Comparison<'a> {
        let of =
            |grantee: &Grantee, origin: &Origin| (grantee.clone(), origin.team.clone(), origin.key.clone());
        let attached = wanted
            .attachments
            .iter()
            .map(|((who, _), one)| of(who, &one.origin));
        let inline = wanted.inline.iter().map(|((who, _), one)| of(who, &one.origin));
        let roles = wanted.roles.values().map(|one| of(&one.grantee, &one.origin));
        Comparison {
            asked,
            observed,
            wanted,
            owned,
            held: &wanted.held,
            now,
            options,
            delivered: attached.chain(inline).chain(roles).collect(),
        }
    }

    pub(super) fn changes(&self) -> Changes {
        let mut changes = Changes::default();
        for (arn, wanted) in &self.wanted.policies {
            changes.policies.extend(self.policy(arn, wanted));
        }
        for ((grantee, arn), wanted) in &self.wanted.attachments {
            changes.given.extend(self.attachment(grantee, arn, wanted));
        }
        for ((grantee, name), wanted) in &self.wanted.inline {
            changes.given.extend(self.inline(grantee, name, wanted));
        }
        for (name, wanted) in &self.wanted.roles {
            changes.given.extend(self.role(name, wanted));
        }
        for (grantee, principal) in &self.observed.principals {
            for change in self.not_wanted(grantee, principal) {
                let has_ended = matches!(change.why.first(), Some(Why::Ended { .. }));
                let side = if has_ended {
                    &mut changes.ended
                } else {
                    &mut changes.taken
                };
                side.push(change);
            }
        }
        for policy in self.observed.policies.values() {
            changes.unused.extend(self.unused(policy));
        }
        changes
    }

    fn policy(&self, arn: &Arn, wanted: &WantedPolicy) -> Option<Change> {
        let document = wanted.document.to_minified();
        let Some(observed) = self.observed.policies.get(arn) else {
            return Some(Change {
                after: Some(wanted.document.to_json()),
                operations: vec![Operation::CreatePolicy {
                    arn: arn.clone(),
                    document,
                    description: wanted.description.clone(),
                    tags: wanted.tags.clone(),
                }],
                ..change(
                    ChangeKind::Create,
                    Thing::Policy,
                    &name_of(arn),
                    None,
                    &wanted.origin,
                )
            });
        };
        if observed.document.says(&wanted.document) {
            return None;
        }
        let mut operations = Vec::new();
        // Before the new one is made: five are all that there may be.
        if observed.versions.len() >= VERSIONS {
            let old = observed.versions.iter().filter(|version| !version.is_default);
            let oldest = old.min_by_key(|version| (version.created, number(version)));
            operations.extend(oldest.map(|version| Operation::DeletePolicyVersion {
                arn: arn.clone(),
                version: version.id.clone(),
            }));
        }
        operations.push(Operation::CreatePolicyVersion {
            arn: arn.clone(),
            document,
        });
        let mut changed = Change {
            before: Some(pretty(&observed.document.text)),
            after: Some(wanted.document.to_json()),
            drift: Some(Drift { changed_by: None }),
            operations,
            ..change(
                ChangeKind::Update,
                Thing::Policy,
                &name_of(arn),
                None,
                &wanted.origin,
            )
        };
        if self.owned.is_adopted(arn) {
            changed.why.insert(0, Why::TakenOver);
            changed.drift = None;
        }
        Some(changed)
    }

    fn attachment(&self, grantee: &Grantee, arn: &Arn, wanted: &WantedAttachment) -> Option<Change> {
        let principal = self.observed.principals.get(grantee)?;
        let is_attached = principal.attached.contains(arn);
        let marks = self.owned.marks(principal, arn);
        let marking = self.marking(is_attached, &marks, wanted);
        if is_attached && marking.is_empty() {
            return None;
        }
        let kind = if is_attached {
            ChangeKind::Update
        } else {
            ChangeKind::Attach
        };
        let thing = if is_attached {
            Thing::Mark
        } else {
            Thing::Attachment
        };
        let mut attached = change(kind, thing, &name_of(arn), Some(grantee), &wanted.origin);
        if is_attached && marks == Marks::default() {
            attached.why.insert(0, Why::TakenOver);
        }
        // Marked and gone: somebody has detached it.
        if !is_attached && !marks.ours.is_empty() {
            attached.drift = Some(Drift {
                changed_by: changed_by(principal),
            });
        }
        if !marking.is_empty() && !matches!(grantee, Grantee::Group(_)) {
            attached.operations.push(Operation::Tag {
                principal: grantee.clone(),
                tags: marking
                    .iter()
                    .map(|team| (mark::attached_tag(team, arn), mark::attached_value(arn)))
                    .collect(),
            });
        }
        if !is_attached {
            attached.operations.push(Operation::AttachPolicy {
                principal: grantee.clone(),
                arn: arn.clone(),
            });
        }
        Some(attached)
    }

    /// The teams that still have to mark an attachment of a policy that is not ours.
    ///
    /// What is attached and marked by nobody is somebody else's, and stays theirs when the files stop asking for it.
    pub(super) fn marking(
        &self,
        is_attached: bool,
        marks: &Marks,
        wanted: &WantedAttachment,
    ) -> BTreeSet<TeamName> {
        if is_attached && *marks == Marks::default() && !self.options.adopt {
            return BTreeSet::new();
        }
        wanted.marked_by.difference(&marks.ours).cloned().collect()
    }

    fn inline(&self, grantee: &Grantee, name: &str, wanted: &super::wanted::WantedInline) -> Option<Change> {
        let principal = self.observed.principals.get(grantee)?;
        let observed = principal.inline.get(name);
        if observed.is_some_and(|text| text.says(&wanted.document)) {
            return None;
        }
        let kind = if observed.is_some() {
            ChangeKind::Update
        } else {
            ChangeKind::Create
        };
        Some(Change {
            before: observed.map(|text| pretty(&text.text)),
            after: Some(wanted.document.to_json()),
            drift: observed.map(|_| Drift {
                changed_by: changed_by(principal),
            }),
            operations: vec![Operation::PutInlinePolicy {
                principal: grantee.clone(),
                name: name.to_owned(),
                document: wanted.document.to_minified(),
            }],
            ..change(kind, Thing::InlinePolicy, name, Some(grantee), &wanted.origin)
        })
    }

    /// What a principal has of ours that nobody asks for.
    fn not_wanted(&self, grantee: &Grantee, principal: &ObservedPrincipal) -> Vec<Change> {
        if let Some(team) = self.owned.role(grantee, principal) {
            return self
                .role_not_wanted(grantee, principal, &team)
                .into_iter()
                .collect();
        }
        let mut changes = Vec::new();
        for name in principal.inline.keys() {
            changes.extend(self.inline_not_wanted(grantee, name));
        }
        for arn in &principal.attached {
            changes.extend(self.attachment_not_wanted(grantee, principal, arn));
        }
        changes.extend(self.stale_marks(grantee, principal));
        if self.options.adopt {
            changes.extend(self.earlier(grantee, principal));
        }
        changes
    }

    fn inline_not_wanted(&self, grantee: &Grantee, name: &str) -> Option<Change> {
        let Some(InlineMark::Grant { team, key, end }) = self.owned.inline(name) else {
            return None;
        };
        if self
            .wanted
            .inline
            .contains_key(&(grantee.clone(), name.to_owned()))
            || self.held.is(grantee, &team, &key)
        {
            return None;
        }
        Some(Change {
            why: self.gone(grantee, &team, &key, end),
            ends_at: end,
            operations: vec![Operation::DeleteInlinePolicy {
                principal: grantee.clone(),
                name: name.to_owned(),
            }],
            ..bare(
                ChangeKind::Remove,
                Thing::InlinePolicy,
                name,
                Some(grantee),
                &team,
                &key,
            )
        })
    }

    fn attachment_not_wanted(
        &self,
        grantee: &Grantee,
        principal: &ObservedPrincipal,
        arn: &Arn,
    ) -> Option<Change> {
        let wanted = self.wanted.attachments.get(&(grantee.clone(), arn.clone()));
        let detach = || Operation::DetachPolicy {
            principal: grantee.clone(),
            arn: arn.clone(),
        };
        let name = name_of(arn);
        let marks = self.owned.marks(principal, arn);
        if let Some(team) = self.owned.policy_at(arn) {
            let (key, end) = self.owned.grant_of(&team, arn);
            if wanted.is_some() || !marks.others.is_empty() || self.held.is(grantee, &team, &key) {
                return None;
            }
            return Some(Change {
                why: self.gone(grantee, &team, &key, end),
                ends_at: end,
                operations: vec![detach()],
                ..bare(
                    ChangeKind::Detach,
                    Thing::Attachment,
                    &name,
                    Some(grantee),
                    &team,
                    &key,
                )
            });
        }
        let keeps = |team: &&TeamName| {
            wanted.is_some_and(|wanted| wanted.marked_by.contains(*team))
                || self.held.managed(grantee, team).any(|managed| managed == arn)
        };
        let leaving: Vec<&TeamName> = marks.ours.iter().filter(|team| !keeps(team)).collect();
        let team = *leaving.first()?;
        let is_last = leaving.len() == marks.ours.len() && marks.others.is_empty() && wanted.is_none();
        let (kind, thing) = if is_last {
            (ChangeKind::Detach, Thing::Attachment)
        } else {
            (ChangeKind::Remove, Thing::Mark)
        };
        let mut change = bare(kind, thing, &name, Some(grantee), team, "");
        change.why = vec![Why::NotAsked];
        change.operations.extend(is_last.then(detach));
        if !matches!(grantee, Grantee::Group(_)) {
            change.operations.push(Operation::Untag {
                principal: grantee.clone(),
                keys: leaving.iter().map(|team| mark::attached_tag(team, arn)).collect(),
            });
        }
        Some(change)
    }

    /// Marks of attachments that are no more, and that nobody asks for.
    fn stale_marks(&self, grantee: &Grantee, principal: &ObservedPrincipal) -> Option<Change> {
        let wanted = self.wanted.attachments.keys().filter(|(who, _)| who == grantee);
        let live: BTreeSet<String> = principal
            .attached
            .iter()
            .chain(wanted.map(|(_, arn)| arn))
            .map(|arn| mark::short_hash(arn.as_str()))
            .collect();
        let is_stale = |key: &&String| {
            mark::read_attached_tag(key)
                .is_some_and(|(team, hash)| self.asked.is_of(&team) && !live.contains(hash))
        };
        let keys: Vec<String> = principal.tags.keys().filter(is_stale).cloned().collect();
        let (team, _) = mark::read_attached_tag(keys.first()?)?;
        let name = principal.tags.get(keys.first()?).cloned().unwrap_or_default();
        Some(Change {
            why: vec![Why::NotAsked],
            operations: vec![Operation::Untag {
                principal: grantee.clone(),
                keys,
            }],
            ..bare(ChangeKind::Remove, Thing::Mark, &name, Some(grantee), &team, "")
        })
    }

    /// What the earlier tool has left of temporary grants: its inline policies, which daypass delivers anew, and managed
    /// policies that it attached and that would never end.
    fn earlier(&self, grantee: &Grantee, principal: &ObservedPrincipal) -> Vec<Change> {
        let mut changes: BTreeMap<String, Change> = BTreeMap::new();
        for given in self.owned.earlier(grantee, self.held) {
            if principal.inline.contains_key(&given.inline) {
                let remove = Operation::DeleteInlinePolicy {
                    principal: grantee.clone(),
                    name: given.inline.clone(),
                };
                let change = Change {
                    why: vec![Why::TakenOver],
                    operations: vec![remove],
                    ..bare(
                        ChangeKind::Remove,
                        Thing::InlinePolicy,
                        &given.inline,
                        Some(grantee),
                        given.team,
                        given.key,
                    )
                };
                changes.insert(given.inline.clone(), change);
            }
            for arn in given.managed {
                let is_wanted = self
                    .wanted
                    .attachments
                    .contains_key(&(grantee.clone(), arn.clone()));
                let is_unmarked = self.owned.marks(principal, arn) == Marks::default();
                if principal.attached.contains(arn) && is_unmarked && !is_wanted {
                    let detach = Operation::DetachPolicy {
                        principal: grantee.clone(),
                        arn: arn.clone(),
                    };
                    let change = Change {
                        why: vec![Why::TakenOver],
                        operations: vec![detach],
                        ..bare(
                            ChangeKind::Detach,
                            Thing::Attachment,
                            &name_of(arn),
                            Some(grantee),
                            given.team,
                            given.key,
                        )
                    };
                    changes.insert(arn.to_string(), change);
                }
            }
        }
        changes.into_values().collect()
    }

    fn unused(&self, policy: &ObservedPolicy) -> Option<Change> {
        let team = self.owned.policy(policy)?;
        let name = name_of(&policy.arn);
        let (key, end) = self.owned.grant_of(&team, &policy.arn);
        if self.held.is_for_anybody(&team, &key) || self.wanted.policies.contains_key(&policy.arn) {
            return None;
        }
        let old = policy.versions.iter().filter(|version| !version.is_default);
        let mut operations: Vec<Operation> = old
            .map(|version| Operation::DeletePolicyVersion {
                arn: policy.arn.clone(),
                version: version.id.clone(),
            })
            .collect();
        operations.push(Operation::DeletePolicy {
            arn: policy.arn.clone(),
        });
        let has_ended = end.is_some_and(|end| end <= self.now);
        let why = match end {
            Some(at) if has_ended => Why::Ended { at, entry: None },
            _ => Why::NotAsked,
        };
        Some(Change {
            why: vec![why],
            ends_at: end,
            before: Some(pretty(&policy.document.text)),
            operations,
            ..bare(ChangeKind::Remove, Thing::Policy, &name, None, &team, &key)
        })
    }

    /// Why a delivery of a grant is not wanted.
    pub(super) fn gone(
        &self,
        grantee: &Grantee,
        team: &TeamName,
        key: &str,
        end: Option<Timestamp>,
    ) -> Vec<Why> {
        if let Some(at) = end.filter(|end| *end <= self.now) {
            let ended = self
                .asked
                .teams
                .iter()
                .filter(|asked| asked.team == *team)
                .flat_map(|asked| &asked.ended);
            let is_it = |entry: &&crate::team::EndedGrant| {
                entry.grantee.is_same(grantee) && names(entry.policy.as_str(), key)
            };
            let entry = ended.filter(is_it).find(|entry| entry.end == at);
            let entry = entry.map(|entry| Source::from(&*entry.why));
            return vec![Why::Ended { at, entry }];
        }
        let is_delivered = self
            .delivered
            .iter()
            .any(|(who, of, other)| who == grantee && of == team && names(other, key));
        vec![if is_delivered {
            Why::Replaced
        } else {
            Why::NotAsked
        }]
    }
}

/// A change that a grant asks for.
pub(super) fn change(
    kind: ChangeKind,
    thing: Thing,
    name: &str,
    principal: Option<&Grantee>,
    origin: &Origin,
) -> Change {
    Change {
        why: origin.why.iter().cloned().map(Why::Asked).collect(),
        starts_at: origin.starts_at,
        ends_at: origin.ends_at,
        delivery: origin.delivery.clone(),
        ..bare(kind, thing, name, principal, &origin.team, &origin.key)
    }
}

/// A change of which nothing is told yet but what it is about.
pub(super) fn bare(
    kind: ChangeKind,
    thing: Thing,
    name: &str,
    principal: Option<&Grantee>,
    team: &TeamName,
    grant: &str,
) -> Change {
    Change {
        kind,
        thing,
        name: name.to_owned(),
        principal: principal.cloned(),
        team: team.clone(),
        grant: grant.to_owned(),
        why: Vec::new(),
        starts_at: None,
        ends_at: None,
        delivery: None,
        drift: None,
        before: None,
        after: None,
        operations: Vec::new(),
    }
}

/// Who has changed a principal last, if its tags tell.
pub(super) fn changed_by(principal: &ObservedPrincipal) -> Option<String> {
    told_by(&principal.tags)
}

/// Who has changed something last, if one of the tags that such things are written into tells.
pub(super) fn told_by(tags: &BTreeMap<String, String>) -> Option<String> {
    const KEYS: [&str; 4] = ["lastmodifiedby", "modifiedby", "changedby", "updatedby"];
    let plain = |key: &str| {
        let letters = key.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|c| c.to_ascii_lowercase()).collect::<String>()
    };
    let is_told = |(key, _): &(&String, &String)| KEYS.iter().any(|known| plain(key).ends_with(known));
    tags.iter().find(is_told).map(|(_, value)| value.clone())
}

/// A document as people read it.
pub(super) fn pretty(text: &str) -> String {
    iam_policy::Document::parse(text).map_or_else(|_| text.to_owned(), |document| document.to_json())
}

pub(super) fn name_of(arn: &Arn) -> String {
    arn.iam_name().unwrap_or_default().to_owned()
}
