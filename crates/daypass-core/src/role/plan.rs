//! Wanted beside observed: the changes that make one of the other, in an order that is safe to stop after any of them.

use std::collections::BTreeMap;

use iam_policy::{Arn, Document};
use jiff::Timestamp;

use super::wish::WantedRole;
use super::{PATH, TAG_MADE_BY};
use crate::lease::{END_POLICY, TAG_EXPIRES};

/// A role as AWS tells it.
#[derive(Debug, Clone)]
pub struct ObservedRole {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: Arn,
    /// Its IAM path.
    pub path: String,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// When it was last used, and where, as far as AWS has tracked it.
    pub last_used: Option<Timestamp>,
    /// What it says of itself.
    pub description: Option<String>,
    /// Its trust policy; `None` when it cannot be read as one.
    pub trust: Option<Document>,
    /// `MaxSessionDuration`, seconds.
    pub max_session: i32,
    /// Its permissions boundary.
    pub boundary: Option<Arn>,
    /// Its managed policies.
    pub attached: Vec<Arn>,
    /// Its inline policies; `None` for a document that cannot be read as one.
    pub inline: BTreeMap<String, Option<Document>>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// Whose a role is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Made by `daypass role create`.
    Ours,
    /// Somebody else's: never changed.
    Foreign,
}

impl ObservedRole {
    /// Whose it is: told by path and tag, from any machine.
    pub fn standing(&self) -> Standing {
        if self.path == PATH && self.tags.contains_key(TAG_MADE_BY) {
            Standing::Ours
        } else {
            Standing::Foreign
        }
    }

    /// When IAM ends it, by its tag.
    pub fn expires(&self) -> Option<Timestamp> {
        self.tags.get(TAG_EXPIRES).and_then(|text| text.parse().ok())
    }
}

/// One call that changes a role, with what was there before.
#[derive(Debug, Clone)]
pub enum Change {
    /// `iam:CreateRole`, with the boundary from its first moment.
    Create {
        /// The trust policy.
        trust: Document,
        /// `MaxSessionDuration`, seconds.
        max_session: i32,
        /// The permissions boundary.
        boundary: Option<Arn>,
        /// All tags.
        tags: Vec<(String, String)>,
    },
    /// `iam:PutRolePolicy`.
    PutPolicy {
        /// The inline policy's name.
        name: String,
        /// Its document.
        to: Document,
        /// The document before; `None` when there was none.
        from: Option<Document>,
    },
    /// `iam:DeleteRolePolicy`.
    DeletePolicy {
        /// The inline policy's name.
        name: String,
    },
    /// `iam:AttachRolePolicy`.
    Attach(Arn),
    /// `iam:DetachRolePolicy`.
    Detach(Arn),
    /// `iam:PutRolePermissionsBoundary`.
    SetBoundary {
        /// The boundary.
        to: Arn,
        /// The one before.
        from: Option<Arn>,
    },
    /// `iam:DeleteRolePermissionsBoundary`.
    RemoveBoundary {
        /// The one before.
        from: Arn,
    },
    /// `iam:UpdateRole`.
    SetMaxSession {
        /// Seconds.
        to: i32,
        /// Seconds before.
        from: i32,
    },
    /// `iam:UpdateAssumeRolePolicy`.
    SetTrust {
        /// The trust policy.
        to: Document,
        /// The one before, if it could be read.
        from: Option<Document>,
    },
    /// `iam:TagRole`.
    Tag {
        /// The key.
        key: String,
        /// The value.
        to: String,
        /// The value before.
        from: Option<String>,
    },
    /// `iam:UntagRole`.
    Untag {
        /// The key.
        key: String,
        /// The value before.
        from: String,
    },
    /// `iam:DeleteRole`.
    Delete,
}

impl Change {
    /// The API operation's name, as AWS writes it.
    pub fn operation(&self) -> &'static str {
        match self {
            Change::Create { .. } => "CreateRole",
            Change::PutPolicy { .. } => "PutRolePolicy",
            Change::DeletePolicy { .. } => "DeleteRolePolicy",
            Change::Attach(_) => "AttachRolePolicy",
            Change::Detach(_) => "DetachRolePolicy",
            Change::SetBoundary { .. } => "PutRolePermissionsBoundary",
            Change::RemoveBoundary { .. } => "DeleteRolePermissionsBoundary",
            Change::SetMaxSession { .. } => "UpdateRole",
            Change::SetTrust { .. } => "UpdateAssumeRolePolicy",
            Change::Tag { .. } => "TagRole",
            Change::Untag { .. } => "UntagRole",
            Change::Delete => "DeleteRole",
        }
    }
}

/// What has to be done so that the role is as wanted; nothing when it is already so.
///
/// A stop after any change leaves no more than one of the two roles allows, nor anything without its end: the end comes
/// first and goes last, permissions go before others come, and who is newly trusted is let in when all else is done.
pub fn plan(wanted: &WantedRole, observed: Option<&ObservedRole>) -> Vec<Change> {
    let Some(observed) = observed else {
        return creation(wanted);
    };
    let is_end = |name: &str| name == END_POLICY;
    let puts = |end: bool| {
        wanted
            .inline
            .iter()
            .filter(move |(name, _)| is_end(name) == end)
            .filter_map(|(name, document)| put(observed, name, document))
    };
    let deletions = |end: bool| {
        let unwanted = |name: &&String| !wanted.inline.iter().any(|(wanted, _)| wanted == name);
        observed
            .inline
            .keys()
            .filter(unwanted)
            .filter(move |name| is_end(name) == end)
            .map(|name| Change::DeletePolicy { name: name.clone() })
    };
    let detached = observed
        .attached
        .iter()
        .filter(|arn| !wanted.attached.contains(arn));
    let attached = wanted
        .attached
        .iter()
        .filter(|arn| !observed.attached.contains(arn));
    puts(true)
        .chain(boundary_set(wanted, observed))
        .chain(detached.cloned().map(Change::Detach))
        .chain(deletions(false))
        .chain(puts(false))
        .chain(attached.cloned().map(Change::Attach))
        .chain(boundary_removed(wanted, observed))
        .chain(max_session(wanted, observed))
        .chain(trust(wanted, observed))
        .chain(end_tag(wanted, observed))
        .chain(deletions(true))
        .collect()
}

/// What removes a role from whatever state it is in: permissions first, its end after them, the role last.
pub fn removal(observed: &ObservedRole) -> Vec<Change> {
    let detached = observed.attached.iter().cloned().map(Change::Detach);
    let of = |end: bool| {
        observed
            .inline
            .keys()
            .filter(move |name| (name.as_str() == END_POLICY) == end)
            .map(|name| Change::DeletePolicy { name: name.clone() })
    };
    detached
        .chain(of(false))
        .chain(of(true))
        .chain([Change::Delete])
        .collect()
}

fn creation(wanted: &WantedRole) -> Vec<Change> {
    let create = Change::Create {
        trust: wanted.trust.clone(),
        max_session: wanted.max_session,
        boundary: wanted.boundary.clone(),
        tags: wanted
            .tags
            .iter()
            .map(|(key, value)| ((*key).to_owned(), value.clone()))
            .collect(),
    };
    let policies = wanted.inline.iter().map(|(name, document)| Change::PutPolicy {
        name: (*name).to_owned(),
        to: document.clone(),
        from: None,
    });
    [create]
        .into_iter()
        .chain(policies)
        .chain(wanted.attached.iter().cloned().map(Change::Attach))
        .collect()
}

fn put(observed: &ObservedRole, name: &str, document: &Document) -> Option<Change> {
    let before = observed.inline.get(name).cloned().flatten();
    let same = before
        .as_ref()
        .is_some_and(|before| before.same_meaning(document));
    (!same).then(|| Change::PutPolicy {
        name: name.to_owned(),
        to: document.clone(),
        from: before,
    })
}

fn boundary_set(wanted: &WantedRole, observed: &ObservedRole) -> Option<Change> {
    let to = wanted.boundary.clone()?;
    (observed.boundary.as_ref() != Some(&to)).then(|| Change::SetBoundary {
        to,
        from: observed.boundary.clone(),
    })
}

fn boundary_removed(wanted: &WantedRole, observed: &ObservedRole) -> Option<Change> {
    let from = observed.boundary.clone()?;
    wanted
        .boundary
        .is_none()
        .then_some(Change::RemoveBoundary { from })
}

fn max_session(wanted: &WantedRole, observed: &ObservedRole) -> Option<Change> {
    let (to, from) = (wanted.max_session, observed.max_session);
    (to != from).then_some(Change::SetMaxSession { to, from })
}

fn trust(wanted: &WantedRole, observed: &ObservedRole) -> Option<Change> {
    let same = observed
        .trust
        .as_ref()
        .is_some_and(|trust| trust.same_meaning(&wanted.trust));
    (!same).then(|| Change::SetTrust {
        to: wanted.trust.clone(),
        from: observed.trust.clone(),
    })
}

fn end_tag(wanted: &WantedRole, observed: &ObservedRole) -> Option<Change> {
    let before = observed.tags.get(TAG_EXPIRES).cloned();
    let after = wanted
        .tags
        .iter()
        .find(|(key, _)| *key == TAG_EXPIRES)
        .map(|(_, value)| value.clone());
    let key = TAG_EXPIRES.to_owned();
    match (before, after) {
        (before, after) if before == after => None,
        (from, Some(to)) => Some(Change::Tag { key, to, from }),
        (Some(from), None) => Some(Change::Untag { key, from }),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::role::{RoleWish, SHORTEST_SESSION, Trust};
    use jiff::SignedDuration;
    use proptest::prelude::*;

    const NOW: &str = "2026-11-22T12:00:00Z";
    const ANN: &str = "arn:aws:iam::111122223333:user/ann";

    fn wish(text: &str) -> RoleWish {
        RoleWish {
            name: "Dev".parse().unwrap(),
            trusts: vec![text.parse().unwrap()],
            require_mfa: false,
            external_id: None,
            session_tags: false,
            attach: Vec::new(),
            policy: None,
            boundary: None,
            max_session: SHORTEST_SESSION,
            expires: None,
        }
    }

    fn wanted(wish: &RoleWish) -> WantedRole {
        let account = "111122223333".parse().unwrap();
        WantedRole::new(wish, &ANN.parse().unwrap(), &account, NOW.parse().unwrap()).unwrap()
    }

    /// What AWS would make of the changes.
    fn apply(role: Option<ObservedRole>, changes: &[Change]) -> Option<ObservedRole> {
        let mut now = role;
        for change in changes {
            if let Change::Create {
                trust,
                max_session,
                boundary,
                tags,
            } = change
            {
                assert!(now.is_none());
                now = Some(ObservedRole {
                    name: "Dev".to_owned(),
                    arn: "arn:aws:iam::111122223333:role/daypass/role/Dev".parse().unwrap(),
                    path: PATH.to_owned(),
                    created: None,
                    last_used: None,
                    description: None,
                    trust: Some(trust.clone()),
                    max_session: *max_session,
                    boundary: boundary.clone(),
                    attached: Vec::new(),
                    inline: BTreeMap::new(),
                    tags: tags.iter().cloned().collect(),
                });
                continue;
            }
            if matches!(change, Change::Delete) {
                let role = now.take().unwrap();
                assert!(
                    role.attached.is_empty() && role.inline.is_empty(),
                    "DeleteConflict"
                );
                continue;
            }
            let role = now.as_mut().unwrap();
            match change {
                Change::PutPolicy { name, to, .. } => {
                    drop(role.inline.insert(name.clone(), Some(to.clone())));
                }
                Change::DeletePolicy { name } => assert!(role.inline.remove(name).is_some()),
                Change::Attach(arn) => role.attached.push(arn.clone()),
                Change::Detach(arn) => role.attached.retain(|attached| attached != arn),
                Change::SetBoundary { to, .. } => role.boundary = Some(to.clone()),
                Change::RemoveBoundary { .. } => role.boundary = None,
                Change::SetMaxSession { to, .. } => role.max_session = *to,
                Change::SetTrust { to, .. } => role.trust = Some(to.clone()),
                Change::Tag { key, to, .. } => drop(role.tags.insert(key.clone(), to.clone())),
                Change::Untag { key, .. } => drop(role.tags.remove(key)),
                Change::Create { .. } | Change::Delete => {}
            }
            let has_end = role.inline.contains_key(END_POLICY);
            let has_permissions = role.inline.len() > usize::from(has_end) || !role.attached.is_empty();
            let dated = role.tags.contains_key(TAG_EXPIRES);
            assert!(has_end || !has_permissions || !dated || matches!(change, Change::DeletePolicy { .. }));
        }
        now
    }

    fn any_wish() -> impl Strategy<Value = RoleWish> {
        let trusts = ["me", "444455556666", "service:ec2", "github:octo-org/app"];
        let policies = ["PowerUserAccess", "ReadOnlyAccess", "team/Own"];
        let documents = [
            None,
            Some(r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#),
            Some(
                r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ec2:*","Resource":"*"}}"#,
            ),
        ];
        let ends = [None, Some("2026-12-01T00:00:00Z"), Some("2027-01-01T00:00:00Z")];
        (
            proptest::sample::subsequence(trusts.to_vec(), 1..=4),
            proptest::sample::subsequence(policies.to_vec(), 0..=3),
            proptest::sample::select(documents.to_vec()),
            proptest::sample::select(ends.to_vec()),
            proptest::option::of(proptest::sample::select(policies.to_vec())),
            1..=12_i64,
        )
            .prop_map(|(trusts, attach, document, expires, boundary, hours)| RoleWish {
                trusts: trusts.iter().map(|text| text.parse().unwrap()).collect(),
                attach: attach.into_iter().map(str::to_owned).collect(),
                policy: document.map(|text| Document::parse(text).unwrap()),
                expires: expires.map(|text| text.parse().unwrap()),
                boundary: boundary.map(str::to_owned),
                max_session: SignedDuration::from_hours(hours),
                ..wish("me")
            })
    }

    proptest! {
        // The law: whatever was there, after the changes there is nothing left to change; and removal removes.
        #[test]
        fn after_the_plan_it_is_so(before in any_wish(), after in any_wish()) {
            let (before, after) = (wanted(&before), wanted(&after));
            let made = apply(None, &plan(&before, None)).unwrap();
            prop_assert!(plan(&before, Some(&made)).is_empty());
            let changed = apply(Some(made), &plan(&after, Some(&made_again(&before)))).unwrap();
            prop_assert!(plan(&after, Some(&changed)).is_empty(), "{:?}", plan(&after, Some(&changed)));
            prop_assert!(apply(Some(changed.clone()), &removal(&changed)).is_none());
        }
    }

    fn made_again(wanted: &WantedRole) -> ObservedRole {
        apply(None, &plan(wanted, None)).unwrap()
    }

    fn operations(changes: &[Change]) -> Vec<&'static str> {
        changes.iter().map(Change::operation).collect()
    }

    #[test]
    fn the_end_comes_first_and_goes_last() {
        let mut dated = wish("me");
        dated.expires = Some("2026-12-01T00:00:00Z".parse().unwrap());
        dated.attach = vec!["PowerUserAccess".to_owned()];
        let creation = plan(&wanted(&dated), None);
        assert_eq!(
            operations(&creation),
            ["CreateRole", "PutRolePolicy", "AttachRolePolicy"]
        );
        let role = apply(None, &creation).unwrap();
        assert_eq!(role.expires(), dated.expires);
        assert_eq!(
            operations(&plan(&wanted(&wish("me")), Some(&role))),
            [
                "DetachRolePolicy",
                "UpdateAssumeRolePolicy",
                "UntagRole",
                "DeleteRolePolicy"
            ]
        );
        assert_eq!(
            operations(&removal(&role)),
            ["DetachRolePolicy", "DeleteRolePolicy", "DeleteRole"]
        );
    }

    #[test]
    fn only_what_carries_our_mark_at_our_path_is_ours() {
        let mut role = made_again(&wanted(&wish("me")));
        assert_eq!(role.standing(), Standing::Ours);
        role.path = "/".to_owned();
        assert_eq!(role.standing(), Standing::Foreign);
        role.path = PATH.to_owned();
        role.tags.remove(TAG_MADE_BY);
        assert_eq!(role.standing(), Standing::Foreign);
    }

    #[test]
    fn whom_a_trust_policy_lets_in() {
        let lets = |trust: &str, caller: &str| {
            let wanted = wanted(&wish(trust));
            let caller = caller.parse().unwrap();
            (wanted.lets_in(&caller), wanted.names(&caller))
        };
        let session = "arn:aws:sts::111122223333:assumed-role/Admin/ann";
        assert_eq!(lets("me", ANN), (true, true));
        assert_eq!(lets("me", session), (false, false));
        assert_eq!(lets("111122223333", session), (true, false));
        assert_eq!(lets("444455556666", session), (false, false));
        assert_eq!(
            lets("arn:aws:iam::111122223333:role/team/Admin", session),
            (true, true)
        );
        assert_eq!(
            lets("arn:aws:iam::111122223333:role/Other", session),
            (false, false)
        );
        assert_eq!(lets("service:ec2", ANN), (false, false));
        assert_eq!("me".parse(), Ok(Trust::Me));
    }
}
