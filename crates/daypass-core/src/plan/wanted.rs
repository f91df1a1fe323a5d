//! What an account should hold of ours: every grant turned into policies, attachments and roles that fit into it.

use std::collections::{BTreeMap, BTreeSet};

use iam_policy::{Arn, Document};
use jiff::Timestamp;

use super::asked::{AccountAsked, TeamAsked};
use super::change::{Delivered, Form, Problem, Source};
use super::earlier::{self, Named};
use super::grant_role::GrantRole;
use super::mark;
use super::observed::{ObservedAccount, ObservedPrincipal};
use super::room::Room;
use super::{Needs, Options};
use crate::expiry::instant;
use crate::packing::{MANAGED_POLICY, packed};
use crate::team::{Delivery, Grant, Grantee, PolicyRef, RoleName, TeamName, TeamPolicy, Term};

/// More documents than this are not put on a principal for one grant, unless policies are asked for.
const DOCUMENTS: usize = 2;
/// "IAM and AWS STS quotas": all inline policies of a role.
const ROLE_INLINE_POLICIES: usize = 10_240;

/// What an account should hold of ours.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub(super) policies: BTreeMap<Arn, WantedPolicy>,
    pub(super) attachments: BTreeMap<(Grantee, Arn), WantedAttachment>,
    pub(super) inline: BTreeMap<(Grantee, String), WantedInline>,
    pub(super) roles: BTreeMap<RoleName, WantedRole>,
    pub(super) problems: Vec<Problem>,
    /// Grants that cannot be delivered: what is there of them stays, nobody asked for it to end.
    pub(super) held: BTreeSet<Held>,
    /// What has to be asked for before this can be relied on.
    pub(super) needs: Needs,
}

/// A grant of which nothing is taken away: grantee, team, the team's policy.
pub(super) type Held = (Grantee, TeamName, String);

/// Which grant something is for.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    pub(super) team: TeamName,
    pub(super) key: String,
    pub(super) why: Vec<Source>,
    pub(super) starts_at: Option<Timestamp>,
    pub(super) ends_at: Option<Timestamp>,
    pub(super) delivery: Option<Delivered>,
}

#[derive(Debug)]
pub(super) struct WantedPolicy {
    pub(super) document: Document,
    pub(super) description: String,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) origin: Origin,
}

#[derive(Debug)]
pub(super) struct WantedAttachment {
    /// The policy is not ours, so these teams have to mark the attachment.
    pub(super) marked_by: BTreeSet<TeamName>,
    pub(super) origin: Origin,
}

#[derive(Debug)]
pub(super) struct WantedInline {
    pub(super) document: Document,
    pub(super) origin: Origin,
}

#[derive(Debug)]
pub(super) struct WantedRole {
    pub(super) arn: Arn,
    pub(super) trust: Document,
    pub(super) inline: BTreeMap<&'static str, Document>,
    pub(super) attached: BTreeSet<Arn>,
    pub(super) boundary: Option<Arn>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) grantee: Grantee,
    pub(super) origin: Origin,
}

/// Turns grants into what delivers them.
pub(super) fn wanted(asked: &AccountAsked, observed: &ObservedAccount, options: Options) -> Wanted {
    let mut builder = Builder {
        asked,
        observed,
        options,
        room: Room::new(asked, observed),
        wanted: Wanted::default(),
    };
    // What is permanent has its room first: it has no other way to be delivered.
    for is_permanent in [true, false] {
        for team in &asked.teams {
            for same in team
                .grants
                .chunk_by(|a, b| (&a.grantee, &a.policy.key) == (&b.grantee, &b.policy.key))
            {
                let Some(first) = same.first() else { continue };
                if (first.term == Term::Permanent) == is_permanent {
                    builder.grants(team, first, same);
                }
            }
        }
    }
    builder.wanted
}

struct Builder<'a> {
    asked: &'a AccountAsked,
    observed: &'a ObservedAccount,
    options: Options,
    room: Room<'a>,
    wanted: Wanted,
}

/// One grantee's grants of one policy of one team: a permanent one alone, or one for each term.
#[derive(Clone, Copy)]
struct Case<'a> {
    team: &'a TeamAsked,
    grantee: &'a Grantee,
    principal: &'a ObservedPrincipal,
    policy: &'a TeamPolicy,
    grants: &'a [Grant],
}

impl Case<'_> {
    fn origin(&self, grant: Option<&Grant>, delivery: Option<Delivered>) -> Origin {
        let terms = || {
            self.grants
                .iter()
                .filter(|one| grant.is_none_or(|grant| grant == *one))
        };
        let bounds = |grant: &Grant| match grant.term {
            Term::Permanent => None,
            Term::Until { start, end } => Some((start, end)),
        };
        let starts = terms().map(|one| bounds(one).and_then(|(start, _)| start));
        Origin {
            team: self.team.team.clone(),
            key: self.policy.key.to_string(),
            why: terms().map(|one| Source::from(&*one.why)).collect(),
            // Without a start in one of them it begins at once.
            starts_at: starts.min().flatten(),
            ends_at: terms().filter_map(bounds).map(|(_, end)| end).max(),
            delivery,
        }
    }
}

impl<'a> Builder<'a> {
    fn grants(&mut self, team: &'a TeamAsked, first: &'a Grant, grants: &'a [Grant]) {
        let Some((grantee, principal)) = self.observed.find(&first.grantee) else {
            return self.missing(team, first);
        };
        let case = Case {
            team,
            grantee,
            principal,
            policy: &first.policy,
            grants,
        };
        if first.term == Term::Permanent {
            self.permanent(case, first);
        } else {
            self.temporary(case);
        }
    }

    fn missing(&mut self, team: &TeamAsked, grant: &Grant) {
        let name = grant.grantee.name();
        let help = match &grant.grantee {
            Grantee::User(_) => format!("aws iam create-user --user-name {name}"),
            Grantee::Group(_) => format!("aws iam create-group --group-name {name}"),
            Grantee::Role(_) => "make the role first, or take it out of the files".to_owned(),
        };
        self.problem(
            team,
            grant,
            &grant.grantee,
            format!("there is no {} in account {}", grant.grantee, self.asked.account),
            help,
        );
    }

    fn problem(&mut self, team: &TeamAsked, grant: &Grant, grantee: &Grantee, message: String, help: String) {
        let key = grant.policy.key.to_string();
        self.wanted
            .held
            .insert((grantee.clone(), team.team.clone(), key.clone()));
        self.wanted.problems.push(Problem {
            principal: Some(grantee.clone()),
            team: team.team.clone(),
            grant: key,
            source: Some(Source::from(&*grant.why)),
            message,
            help,
        });
    }

    fn permanent(&mut self, case: Case<'a>, grant: &'a Grant) {
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
        if !self.room.attach(case.grantee, &all) {
            return self.no_room_to_attach(case, grant, all.len());
        }
        self.wanted.policies.extend(policies);
        for arn in all {
            let is_foreign = foreign.contains(&arn);
            self.attach(case, arn, is_foreign, &origin);
        }
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
        case: Case<'_>,
        grant: &Grant,
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

    fn temporary(&mut self, case: Case<'a>) {
        let room = self.room.clone();
        let by_role = case.policy.delivery == Delivery::Role;
        let mut why = "asked for by `delivery: role`".to_owned();
        if !by_role {
            match self.by_policies(case) {
                Ok(()) | Err(NotDelivered::Told) => return,
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
            if !self.room.attach(case.grantee, &arns) {
                self.wanted.needs.limits |= !self.observed.attachments.is_known;
                return Err(NotDelivered::NoRoom(self.no_room(case, many)));
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

    fn by_role(&mut self, case: Case<'_>, first: &Grant, why: String) {
        let policy = case.policy;
        let name = mark::role_name(&policy.name, case.grantee);
        let path = mark::path_of(&self.asked.settings, &case.team.team);
        let (Ok(arn), Ok(name)) = (
            self.observed.arn("role", &path, &name).parse::<Arn>(),
            name.parse(),
        ) else {
            return;
        };
        let mut terms: Vec<Term> = case.grants.iter().map(|grant| grant.term).collect();
        terms.sort();
        let role = GrantRole {
            arn: arn.as_str(),
            grantee: &case.principal.arn,
            policy,
            terms: &terms,
        };
        let (trust, Some(end_policy), Some(end)) = (role.trust(), role.end_policy(), role.end()) else {
            return;
        };
        let mut inline = BTreeMap::from([(mark::END_POLICY, end_policy)]);
        inline.extend(policy.document.clone().map(|own| (mark::PERMISSIONS_POLICY, own)));
        let size: usize = inline.values().map(Document::iam_size).sum();
        if size > ROLE_INLINE_POLICIES {
            let message = format!(
                "{} for {}: its statements and their end have {size} characters, a role may have {ROLE_INLINE_POLICIES}",
                policy.key, case.grantee
            );
            let help = "make the policy smaller, or two of it".to_owned();
            return self.problem(case.team, first, case.grantee, message, help);
        }
        if policy.managed.len() > self.observed.attachments.role {
            self.wanted.needs.limits |= !self.observed.attachments.is_known;
            let message = format!(
                "{} for {}: it has {} managed policies, the account attaches {} to a role",
                policy.key,
                case.grantee,
                policy.managed.len(),
                self.observed.attachments.role
            );
            let help = "make two policies of it, or raise the account's quota".to_owned();
            return self.problem(case.team, first, case.grantee, message, help);
        }
        let origin = case.origin(
            None,
            Some(Delivered {
                form: Form::Role,
                why,
            }),
        );
        let mut tags = tags(&origin);
        let grantee = format!("{}/{}", case.grantee.kind(), case.grantee.name()).replace(',', "_");
        tags.insert(mark::TAG_GRANTEE.to_owned(), grantee);
        tags.insert(mark::TAG_EXPIRES.to_owned(), instant(end));
        let boundary = policy
            .boundary
            .as_ref()
            .and_then(|boundary| self.boundary(boundary));
        self.wanted.roles.insert(
            name,
            WantedRole {
                trust,
                inline,
                attached: policy.managed.iter().cloned().collect(),
                boundary,
                tags,
                grantee: case.grantee.clone(),
                origin,
                arn,
            },
        );
    }

    fn boundary(&self, boundary: &PolicyRef) -> Option<Arn> {
        match boundary {
            PolicyRef::Arn(arn) => Some(arn.clone()),
            PolicyRef::Name(name) => self.observed.arn("policy", "/", name).parse().ok(),
        }
    }

    /// The policy's own statements and copies of its managed policies, held to the term.
    fn copies(&mut self, case: Case<'_>, term: Term) -> Copies {
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

    fn no_room(&self, case: Case<'_>, many: usize) -> String {
        format!(
            "{} more managed {} do not fit: {} of {} can be attached to a {}",
            many,
            if many == 1 { "policy" } else { "policies" },
            self.room.attached(case.grantee),
            self.observed.attachments.of(case.grantee),
            case.grantee.kind()
        )
    }

    fn no_room_to_attach(&mut self, case: Case<'_>, grant: &Grant, many: usize) {
        self.wanted.needs.limits |= !self.observed.attachments.is_known;
        let message = format!(
            "{} for {}: {}",
            case.policy.key,
            case.grantee,
            self.no_room(case, many)
        );
        let help = "put policies together, grant to a group, or raise the account's quota".to_owned();
        self.problem(case.team, grant, case.grantee, message, help);
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

fn tags(origin: &Origin) -> BTreeMap<String, String> {
    let allowed = |c: char| if crate::limits::allowed_in_tag(c) { c } else { '_' };
    BTreeMap::from([
        (mark::TAG_TEAM.to_owned(), origin.team.to_string()),
        (
            mark::TAG_GRANT.to_owned(),
            origin.key.chars().map(allowed).collect(),
        ),
    ])
}
