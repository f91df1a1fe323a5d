//! A grant delivered by policies: attached to its grantee, or inline with it.

use std::collections::BTreeSet;

use iam_policy::{Arn, Document};

use super::{Builder, Case, Origin, WantedAttachment, WantedInline, WantedPolicy, tags};
use crate::expiry::instant;
use crate::packing::{MANAGED_POLICY, packed};
use crate::plan::change::{Delivered, Form};
use crate::plan::earlier::{self, Named};
use crate::plan::mark;
use crate::plan::observed::ObservedPrincipal;
use crate::plan::owned::Marks;
use crate::plan::room::Full;
use crate::team::{Delivery, Grant, Grantee, Term};

/// More documents than this are not put on a principal for one grant, unless policies are asked for.
pub(crate) const DOCUMENTS: usize = 2;

impl<'a> Builder<'a, '_> {
    pub(super) fn permanent(&mut self, case: Case<'a>, grant: &'a Grant) {
        let policy = case.policy;
        // What asks for MFA cannot be attached as it is.
        let copies = policy.require_mfa && !policy.managed.is_empty();
        let documents = if copies {
            match self.copies(case, Term::Permanent) {
                Copies::Documents(documents) => documents,
                Copies::Unknown => return,
                Copies::TooLarge(why) => {
                    let message = format!("{} with MFA for {}: {why}", policy.key, case.grantee);
                    let help = "grant a smaller policy, or leave out require_mfa".to_owned();
                    return self.problem(case.team, grant, case.grantee, message, help);
                }
            }
        } else {
            policy.document_for(Term::Permanent).into_iter().collect()
        };
        let form = Delivered {
            form: Form::Attached,
            why: "permanent access".to_owned(),
        };
        let origin = case.origin(None, Some(form));
        let Some(policies) = self.policies(case, grant, documents, &origin) else {
            return;
        };
        let foreign: &[Arn] = if copies { &[] } else { &policy.managed };
        let all: Vec<Arn> = policies
            .iter()
            .map(|(arn, _)| arn)
            .chain(foreign)
            .cloned()
            .collect();
        if !self.has_all(case, grant, foreign.iter().cloned()) {
            return;
        }
        let marked: Vec<Arn> = foreign
            .iter()
            .filter(|arn| self.is_to_be_marked(case.principal, arn))
            .cloned()
            .collect();
        if let Err(full) = self.room.attach(case.grantee, &all, &case.team.team, &marked) {
            return self.no_room_to_attach(case, grant, all.len(), full);
        }
        self.wanted.policies.extend(policies);
        for arn in all {
            let is_foreign = foreign.contains(&arn);
            self.attach(case, arn, is_foreign, &origin);
        }
    }

    pub(super) fn temporary(&mut self, case: Case<'a>) {
        let room = self.room.clone();
        let by_role = case.policy.delivery == Delivery::Role;
        let mut why = "asked for by `delivery: role`".to_owned();
        if !by_role {
            match self.by_policies(case) {
                Ok(()) => return,
                Err(NotDelivered::Told) => {
                    self.room = room;
                    return;
                }
                Err(NotDelivered::NoRoom(reason)) => why = reason,
            }
            // All of the terms, or none: whoever has a role for one of them would not look for policies for another.
            self.room = room;
        }
        let is_group = matches!(case.grantee, Grantee::Group(_));
        let Some(first) = case.grants.first() else { return };
        if case.policy.delivery == Delivery::Policy || is_group {
            let message = format!("{} for {}: {why}", case.policy.key, case.grantee);
            let help = if is_group {
                "a group cannot assume a role: name users, or make the policy smaller"
            } else {
                "let it be delivered by a role: `delivery: auto`, or make the policy smaller"
            };
            return self.problem(case.team, first, case.grantee, message, help.to_owned());
        }
        self.by_role(case, first, why);
    }

    /// As policies of the grantee's, one delivery for each term.
    fn by_policies(&mut self, case: Case<'a>) -> Result<(), NotDelivered> {
        let mut inline = Vec::new();
        let mut policies = Vec::new();
        for grant in case.grants {
            let documents = match self.copies(case, grant.term) {
                Copies::Documents(documents) => documents,
                Copies::Unknown => return Err(NotDelivered::Told),
                Copies::TooLarge(why) => return Err(NotDelivered::NoRoom(why)),
            };
            let room = self.room.inline(case.grantee);
            if let [document] = documents.as_slice()
                && document.iam_size() <= room
            {
                let size = document.iam_size();
                self.room.put_inline(case.grantee, size);
                let form = Delivered {
                    form: Form::Inline,
                    why: format!(
                        "{size} characters fit into the {}'s inline policies",
                        case.grantee.kind()
                    ),
                };
                let name = mark::inline_name(&case.team.team, &case.policy.key, grant.term);
                let origin = case.origin(Some(grant), Some(form));
                inline.push((
                    name,
                    WantedInline {
                        document: document.clone(),
                        origin,
                    },
                ));
                continue;
            }
            let many = documents.len();
            let size: usize = documents.iter().map(Document::iam_size).sum();
            let is_free =
                case.policy.delivery == Delivery::Policy || matches!(case.grantee, Grantee::Group(_));
            if many > DOCUMENTS && !is_free {
                return Err(NotDelivered::NoRoom(format!(
                    "it would take {many} policies ({size} characters)"
                )));
            }
            let form = Delivered {
                form: Form::Policies(many),
                why: format!(
                    "{size} characters, {room} left of the {}'s inline policies",
                    case.grantee.kind()
                ),
            };
            let origin = case.origin(Some(grant), Some(form));
            let made = self
                .policies(case, grant, documents, &origin)
                .ok_or(NotDelivered::Told)?;
            let arns: Vec<Arn> = made.iter().map(|(arn, _)| arn.clone()).collect();
            if let Err(full) = self.room.attach(case.grantee, &arns, &case.team.team, &[]) {
                self.wanted.needs.limits |= !self.observed.attachments.is_known;
                return Err(NotDelivered::NoRoom(self.no_room(case, many, full)));
            }
            policies.push((made, arns, origin));
        }
        for (name, wanted) in inline {
            self.wanted.inline.insert((case.grantee.clone(), name), wanted);
        }
        for (made, arns, origin) in policies {
            self.wanted.policies.extend(made);
            for arn in arns {
                self.attach(case, arn, false, &origin);
            }
        }
        Ok(())
    }

    /// What is attached and marked by nobody is somebody else's, and stays so.
    fn is_to_be_marked(&self, principal: &ObservedPrincipal, arn: &Arn) -> bool {
        let is_theirs =
            principal.attached.contains(arn) && self.owned.marks(principal, arn) == Marks::default();
        !is_theirs || self.options.adopt
    }

    fn attach(&mut self, case: Case<'_>, arn: Arn, is_foreign: bool, origin: &Origin) {
        let wanted = self
            .wanted
            .attachments
            .entry((case.grantee.clone(), arn))
            .or_insert_with(|| WantedAttachment {
                marked_by: BTreeSet::new(),
                origin: Origin {
                    why: Vec::new(),
                    ..origin.clone()
                },
            });
        for source in &origin.why {
            if !wanted.origin.why.contains(source) {
                wanted.origin.why.push(source.clone());
            }
        }
        if is_foreign {
            wanted.marked_by.insert(case.team.team.clone());
        }
    }

    /// Customer managed policies of these documents, unless a name is taken.
    fn policies(
        &mut self,
        case: Case<'a>,
        grant: &'a Grant,
        documents: Vec<Document>,
        origin: &Origin,
    ) -> Option<Vec<(Arn, WantedPolicy)>> {
        let mut policies = Vec::new();
        for (part, mut document) in documents.into_iter().enumerate() {
            let name = mark::policy_name(&case.policy.name, grant.term, part);
            let arn = match earlier::named(self.asked, self.observed, case.team, grant, &name, self.options) {
                Named::Ours(arn) => arn,
                Named::Earlier(arn) => {
                    earlier::mark_taken_over(&mut document, &case.team.team);
                    arn
                }
                Named::Taken { message, help } => {
                    self.problem(case.team, grant, case.grantee, message, help);
                    return None;
                }
            };
            let ends = origin
                .ends_at
                .map(|end| (mark::TAG_EXPIRES.to_owned(), instant(end)));
            let mut tags = tags(origin);
            tags.extend(ends);
            let described = case.policy.description.as_deref().unwrap_or("by daypass");
            policies.push((
                arn,
                WantedPolicy {
                    document,
                    description: described.to_owned(),
                    tags,
                    // Several may have it: its sources are those of the attachments.
                    origin: origin.clone(),
                },
            ));
        }
        Some(policies)
    }

    /// The policy's own statements and copies of its managed policies, held to the term.
    fn copies(&mut self, case: Case<'a>, term: Term) -> Copies {
        let policy = case.policy;
        let mut documents: Vec<Document> = policy.document_for(term).into_iter().collect();
        for arn in &policy.managed {
            match self.observed.managed_document(arn) {
                Some(document) => documents.push(policy.conditioned(&document, term)),
                None if self.observed.documents.contains_key(arn) => {
                    let Some(first) = case.grants.first() else {
                        return Copies::Unknown;
                    };
                    let message = format!("there is no managed policy {arn}, or it cannot be read");
                    let help = "see that its ARN is right".to_owned();
                    self.problem(case.team, first, case.grantee, message, help);
                    return Copies::Unknown;
                }
                None => {
                    self.wanted.needs.documents.insert(arn.clone());
                    return Copies::Unknown;
                }
            }
        }
        match packed(&documents, MANAGED_POLICY) {
            Ok(documents) => Copies::Documents(documents),
            Err(wrong) => Copies::TooLarge(wrong.to_string()),
        }
    }

    fn no_room(&self, case: Case<'_>, many: usize, full: Full) -> String {
        let kind = case.grantee.kind();
        let policies = if many == 1 { "policy" } else { "policies" };
        match full {
            Full::Attachments => format!(
                "{many} more managed {policies} do not fit: {} of {} can be attached to a {kind}",
                self.room.attached(case.grantee),
                self.observed.attachments.of(case.grantee),
            ),
            Full::Tags => format!(
                "the {kind} has no room for the tags that mark {many} managed {policies} as attached by daypass"
            ),
            Full::Inline => format!(
                "the {kind}'s inline policies have no room to note {many} managed {policies} as attached by daypass"
            ),
        }
    }

    fn no_room_to_attach(&mut self, case: Case<'a>, grant: &'a Grant, many: usize, full: Full) {
        self.wanted.needs.limits |= full == Full::Attachments && !self.observed.attachments.is_known;
        let message = format!(
            "{} for {}: {}",
            case.policy.key,
            case.grantee,
            self.no_room(case, many, full)
        );
        let help = match full {
            Full::Attachments => "put policies together, grant to a group, or raise the account's quota",
            Full::Tags => "remove tags that nobody needs, or grant to a group",
            Full::Inline => "shorten or remove inline policies of the group's",
        };
        self.problem(case.team, grant, case.grantee, message, help.to_owned());
    }
}

enum Copies {
    Documents(Vec<Document>),
    TooLarge(String),
    /// Something is to be asked for first, or was told.
    Unknown,
}

enum NotDelivered {
    /// Policies do not do, for this reason.
    NoRoom(String),
    /// There is nothing to be done, which has been told.
    Told,
}
