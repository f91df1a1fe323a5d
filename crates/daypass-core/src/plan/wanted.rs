//! What an account should hold of ours: every grant turned into policies, attachments and roles that fit into it.

use std::collections::{BTreeMap, BTreeSet};

use iam_policy::{Arn, Document};
use jiff::Timestamp;

use super::asked::{AccountAsked, TeamAsked};
use super::change::{Delivered, Form, Problem, Source};
use super::earlier::{self, Named};
use super::grant_role::GrantRole;
use super::held::Held;
use super::mark;
use super::observed::{ObservedAccount, ObservedPrincipal};
use super::owned::{Marks, Owned};
use super::roles::ROLE_ROOM;
use super::room::{Full, Room};
use super::{Needs, Options};
use crate::expiry::instant;
use crate::packing::{MANAGED_POLICY, packed};
use crate::team::{Delivery, Grant, Grantee, PolicyRef, RoleName, TeamName, TeamPolicy, Term};

/// More documents than this are not put on a principal for one grant, unless policies are asked for.
pub(crate) const DOCUMENTS: usize = 2;
/// "IAM and AWS STS quotas": a trust policy, unless the account's quota was raised.
const TRUST_POLICY: usize = 2_048;

/// What an account should hold of ours.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub(super) policies: BTreeMap<Arn, WantedPolicy>,
    pub(super) attachments: BTreeMap<(Grantee, Arn), WantedAttachment>,
    pub(super) inline: BTreeMap<(Grantee, String), WantedInline>,
    pub(super) roles: BTreeMap<RoleName, WantedRole>,
    pub(super) held: Held,
    /// What has to be asked for before this can be relied on.
    pub(super) needs: Needs,
}

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
///
/// What is there of a grant that cannot be delivered stays, and takes room: with each that is found, the others are
/// looked at anew.
pub(super) fn wanted(
    asked: &AccountAsked,
    observed: &ObservedAccount,
    owned: &Owned<'_>,
    options: Options,
) -> Wanted {
    let mut held = Held::default();
    loop {
        let mut builder = Builder {
            asked,
            observed,
            owned,
            options,
            room: Room::new(observed, owned, &held),
            held: &held,
            found: Vec::new(),
            wanted: Wanted::default(),
        };
        builder.all();
        let Builder { found, wanted, .. } = builder;
        let mut has_more = false;
        for (grantee, team, grant, problem) in found {
            has_more |= held.add(&grantee, team, grant, problem);
        }
        // What has to be asked first decides what can be delivered: nothing is held before it is known.
        if !has_more || !wanted.needs.is_empty() {
            return Wanted { held, ..wanted };
        }
    }
}

struct Builder<'a, 'h> {
    asked: &'a AccountAsked,
    observed: &'a ObservedAccount,
    owned: &'a Owned<'a>,
    options: Options,
    room: Room<'h>,
    /// What is known to be undeliverable.
    held: &'h Held,
    /// What turns out to be.
    found: Vec<(Grantee, &'a TeamName, &'a Grant, Problem)>,
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

impl<'a> Builder<'a, '_> {
    fn all(&mut self) {
        // What is permanent has its room first: it has no other way to be delivered.
        for is_permanent in [true, false] {
            for team in &self.asked.teams {
                let same = |a: &Grant, b: &Grant| (&a.grantee, &a.policy.key) == (&b.grantee, &b.policy.key);
                for grants in team.grants.chunk_by(same) {
                    if let Some(first) = grants.first()
                        && (first.term == Term::Permanent) == is_permanent
                    {
                        self.grants(team, first, grants);
                    }
                }
            }
        }
    }

    fn grants(&mut self, team: &'a TeamAsked, first: &'a Grant, grants: &'a [Grant]) {
        let Some((grantee, principal)) = self.observed.find(&first.grantee) else {
            return self.missing(team, first);
        };
        if self.held.contains(grantee, &team.team, &first.policy.key) {
            return;
        }
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

    fn missing(&mut self, team: &'a TeamAsked, grant: &'a Grant) {
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

    fn problem(
        &mut self,
        team: &'a TeamAsked,
        grant: &'a Grant,
        grantee: &Grantee,
        message: String,
        help: String,
    ) {
        let problem = Problem {
            principal: Some(grantee.clone()),
            team: team.team.clone(),
            grant: grant.policy.key.to_string(),
            source: Some(Source::from(&*grant.why)),
            message,
            help,
        };
        self.found.push((grantee.clone(), &team.team, grant, problem));
    }

    /// A policy of the account's own that is asked for and not there.
    fn is_missing(&self, arn: &Arn) -> bool {
        arn.account_part() != "aws" && !self.observed.policies.contains_key(arn)
    }

    /// Whether all of the account's own policies that a grant takes are there; if not, it is told.
    fn has_all(&mut self, case: Case<'a>, grant: &'a Grant, mut wanted: impl Iterator<Item = Arn>) -> bool {
        let Some(missing) = wanted.find(|arn| self.is_missing(arn)) else {
            return true;
        };
        let message = format!(
            "there is no managed policy {missing}, which {} takes",
            case.policy.key
        );
        let help = "see that its ARN is right, or make it first".to_owned();
        self.problem(case.team, grant, case.grantee, message, help);
        false
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

    fn temporary(&mut self, case: Case<'a>) {
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

    fn by_role(&mut self, case: Case<'a>, first: &'a Grant, why: String) {
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
        if let Some((_, other)) = self.observed.find(&Grantee::Role(RoleName::clone(&name)))
            && other.arn != arn
        {
            let message = format!("the account has a role of the name {name} already, {}", other.arn);
            let help = "rename the policy in the files, or remove the other role".to_owned();
            return self.problem(case.team, first, case.grantee, message, help);
        }
        let mut inline = BTreeMap::from([(mark::END_POLICY, end_policy)]);
        inline.extend(policy.document.clone().map(|own| (mark::PERMISSIONS_POLICY, own)));
        let size: usize = inline.values().map(Document::iam_size).sum();
        // Room for what a revocation puts beside them.
        if size > ROLE_ROOM {
            let message = format!(
                "{} for {}: its statements and their end have {size} characters, a role may have {ROLE_ROOM} beside what revokes them",
                policy.key, case.grantee
            );
            let help = "make the policy smaller, or two of it".to_owned();
            return self.problem(case.team, first, case.grantee, message, help);
        }
        let size = trust.iam_size();
        if size > TRUST_POLICY {
            let message = format!(
                "{} for {}: the trust policy for {} terms has {size} characters, it may have {TRUST_POLICY}",
                policy.key,
                case.grantee,
                terms.len()
            );
            let help = "put the entries together: one end in place of many".to_owned();
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
        tags.insert(mark::TAG_GRANTEE.to_owned(), super::roles::tag_of(case.grantee));
        tags.insert(mark::TAG_EXPIRES.to_owned(), instant(end));
        let boundary = policy
            .boundary
            .as_ref()
            .and_then(|boundary| self.boundary(boundary));
        let taken = policy
            .managed
            .iter()
            .chain(&boundary)
            .cloned()
            .collect::<Vec<_>>();
        if !self.has_all(case, first, taken.into_iter()) {
            return;
        }
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
