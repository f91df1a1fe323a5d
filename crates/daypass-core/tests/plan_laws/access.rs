//! What people may do: a second before an end what the grant says, at the end no longer, and nothing besides changed. Told
//! by the policy engine from the account's own documents, and held against a plain reading of the files.

use std::collections::BTreeSet;

use daypass_core::plan::{AccountPlan, ObservedAccount, ObservedPrincipal, Operation, mark};
use daypass_core::team::{Grant, Grantee, TeamName, Term};
use daypass_drawn::{Scene, now};
use iam_policy::{Arn, Document, Effect, Engine, PolicySet, Principal, Request, Source};
use jiff::{SignedDuration, Timestamp};

use crate::reached::Reached;
use crate::{calls, carry_out, done, ours, plan, scenes};

/// What is asked about: an action and a resource.
type Question = (&'static str, String);

fn questions(scene: &Scene) -> Vec<Question> {
    let mut questions = vec![
        ("sqs:ListQueues", "*".to_owned()),
        ("iam:ListUsers", "*".to_owned()),
        ("ec2:RunInstances", "*".to_owned()),
        ("s3:GetObject", "arn:aws:s3:::local-tools/x".to_owned()),
    ];
    for team in &scene.teams {
        for (key, _) in &team.policies {
            let bucket = format!("{}.{key}", team.name)
                .to_ascii_lowercase()
                .replace(',', ".");
            questions.push(("s3:GetObject", format!("arn:aws:s3:::{bucket}/secret/x")));
            questions.push(("s3:GetObject", format!("arn:aws:s3:::{bucket}/x")));
        }
    }
    questions
}

/// The answers of one set of documents, at one moment, with MFA or without.
fn allowed(
    documents: &[Document],
    boundary: Option<&Document>,
    principal: &Principal,
    at: Timestamp,
    mfa: bool,
    questions: &[Question],
) -> Vec<bool> {
    let source = |document: &Document| Source::new("policy", document.clone());
    let engine = Engine::compile(&PolicySet {
        identity: documents.iter().map(source).collect(),
        boundary: boundary.map(|boundary| vec![source(boundary)]),
        ..PolicySet::default()
    });
    let ask = |(action, resource): &Question| {
        let mut request = Request::new(principal.clone(), *action, resource.clone())
            .with_context("aws:MultiFactorAuthPresent", mfa.to_string())
            .with_context("aws:SourceIp", "192.0.2.7");
        request.context.fill_in(principal, at);
        engine.decide(&request).is_allow()
    };
    questions.iter().map(ask).collect()
}

fn documents_of(account: &ObservedAccount, principal: &ObservedPrincipal) -> Vec<Document> {
    let inline = principal.inline.values().filter_map(|text| text.document.clone());
    let attached = principal
        .attached
        .iter()
        .filter_map(|arn| account.managed_document(arn));
    inline.chain(attached).collect()
}

/// Who asks with a principal's policies; for a group one of its members, who has nothing else.
fn asker(who: &Grantee, principal: &ObservedPrincipal) -> Principal {
    match who {
        Grantee::User(_) => Principal::User {
            arn: principal.arn.clone(),
        },
        Grantee::Group(_) => "arn:aws:iam::111122223333:user/member".parse().unwrap(),
        Grantee::Role(_) => Principal::session_of(&principal.arn, "s").unwrap(),
    }
}

fn is_on(term: Term, at: Timestamp) -> bool {
    match term {
        Term::Permanent => true,
        Term::Until { start, end } => start.is_none_or(|start| start <= at) && at < end,
    }
}

/// The documents of a grant as the files mean it, without any of its dates: its own statements and managed policies'.
fn meant(account: &ObservedAccount, grant: &Grant) -> Vec<Document> {
    let managed = grant
        .policy
        .managed
        .iter()
        .filter_map(|arn| account.managed_document(arn));
    grant.policy.document.clone().into_iter().chain(managed).collect()
}

/// Of a document, what holds at a moment: its Denies always, its Allows while the grant is on and with MFA if asked for.
fn in_force(grant: &Grant, document: &Document, at: Timestamp, mfa: bool) -> Document {
    let is_allowing = is_on(grant.term, at) && (mfa || !grant.policy.require_mfa);
    let mut document = document.clone();
    document
        .statements
        .retain(|statement| statement.effect == Effect::Deny || is_allowing);
    document
}

struct Case<'a> {
    seed: u64,
    scene: &'a Scene,
    plan: &'a AccountPlan,
    after: &'a ObservedAccount,
    teams: Vec<TeamName>,
}

impl Case<'_> {
    fn grants(&self) -> impl Iterator<Item = (&TeamName, &Grant)> {
        let teams = self.scene.asked.teams.iter();
        teams.flat_map(|team| team.grants.iter().map(move |grant| (&team.team, grant)))
    }

    /// The role that delivers a grant, if one does.
    fn role_of(&self, grant: &Grant) -> Option<(&Grantee, &ObservedPrincipal)> {
        let (own, _) = self.after.find(&grant.grantee)?;
        let name = mark::role_name(&grant.policy.name, own);
        self.after
            .principals
            .get_key_value(&Grantee::Role(name.parse().unwrap()))
    }

    fn is_held(&self, who: &Grantee) -> bool {
        self.plan
            .problems
            .iter()
            .any(|problem| problem.principal.as_ref() == Some(who))
    }

    /// What the principal has of others.
    fn of_others(&self, who: &Grantee) -> Vec<Document> {
        let principal = &self.scene.observed.principals[who];
        let is_theirs = |arn: &&Arn| {
            !ours::is_policy(&self.teams, arn)
                && (!ours::is_marked(&self.teams, principal, arn)
                    || is_marked_by_others(&self.teams, principal, arn))
        };
        let inline = principal
            .inline
            .iter()
            .filter(|(name, _)| !ours::is_inline(&self.teams, name));
        let inline = inline.filter_map(|(_, text)| text.document.clone());
        let attached = principal.attached.iter().filter(is_theirs);
        inline
            .chain(attached.filter_map(|arn| self.scene.observed.managed_document(arn)))
            .collect()
    }

    /// By policies of the principal's own.
    fn by_policies(
        &self,
        who: &Grantee,
        at: Timestamp,
        mfa: bool,
        questions: &[Question],
    ) -> (Vec<bool>, Vec<bool>) {
        let principal = &self.after.principals[who];
        let mut expected = self.of_others(who);
        for (_, grant) in self.grants().filter(|(_, grant)| grant.grantee.is_same(who)) {
            if self.role_of(grant).is_none() {
                let meant = meant(self.after, grant);
                expected.extend(meant.iter().map(|document| in_force(grant, document, at, mfa)));
            }
        }
        let asker = asker(who, principal);
        (
            allowed(
                &documents_of(self.after, principal),
                None,
                &asker,
                at,
                mfa,
                questions,
            ),
            allowed(&expected, None, &asker, at, mfa, questions),
        )
    }

    /// By a role that is there for it alone: whether it lets in the grantee, and what its sessions may do.
    fn by_role(&self, grant: &Grant, at: Timestamp, mfa: bool, questions: &[Question]) {
        let seed = self.seed;
        let Some((who, role)) = self.role_of(grant) else {
            return;
        };
        let (own, grantee) = self.after.find(&grant.grantee).unwrap();
        let terms: Vec<Term> = self
            .grants()
            .filter(|(_, other)| {
                other.grantee.is_same(own)
                    && other.policy.key == grant.policy.key
                    && other.policy.name == grant.policy.name
            })
            .map(|(_, other)| other.term)
            .collect();
        let is_on = terms.iter().any(|term| is_on(*term, at));
        let stranger = Principal::User {
            arn: "arn:aws:iam::111122223333:user/stranger".parse().unwrap(),
        };
        for (asks, is_grantee) in [(asker(own, grantee), true), (stranger, false)] {
            let engine = Engine::compile(&PolicySet {
                trust: Some(Source::new(
                    "trust",
                    role.trust.clone().unwrap().document.unwrap(),
                )),
                ..PolicySet::default()
            });
            let mut request = Request::new(asks.clone(), "sts:AssumeRole", role.arn.to_string())
                .with_context("aws:MultiFactorAuthPresent", mfa.to_string());
            request.context.fill_in(&asks, at);
            let lets_in = engine.decide(&request).is_allow();
            let should = is_grantee && is_on && (mfa || !grant.policy.require_mfa);
            assert_eq!(lets_in, should, "seed {seed}: {who} for {asks:?} at {at}");
        }
        let boundary = role
            .boundary
            .as_ref()
            .and_then(|arn| self.after.managed_document(arn));
        let session = asker(who, role);
        let may = allowed(
            &documents_of(self.after, role),
            boundary.as_ref(),
            &session,
            at,
            mfa,
            questions,
        );
        let meant = if is_on {
            meant(self.after, grant)
        } else {
            Vec::new()
        };
        let should = allowed(&meant, boundary.as_ref(), &session, at, mfa, questions);
        assert_eq!(may, should, "seed {seed}: {who} at {at}");
    }
}

fn is_marked_by_others(teams: &[TeamName], principal: &ObservedPrincipal, arn: &Arn) -> bool {
    let all: Vec<TeamName> = ["t", "t-x", "T", "pay.ments"]
        .iter()
        .map(|name| name.parse().unwrap())
        .collect();
    let others: Vec<TeamName> = all.into_iter().filter(|team| !teams.contains(team)).collect();
    ours::is_marked(&others, principal, arn)
}

#[test]
fn decision_1_the_grantee_may_do_what_the_grant_says_until_its_end_and_not_at_it() {
    let mut reached = Reached::default();
    for (seed, scene) in scenes() {
        let first = plan(&scene.asked, &scene.observed);
        let after = done(seed, &first, &scene.observed);
        let teams = scene.asked.teams.iter().map(|team| team.team.clone()).collect();
        let case = Case {
            seed,
            scene,
            plan: &first,
            after: &after,
            teams,
        };
        let questions = questions(scene);
        let mut people: BTreeSet<&Grantee> = BTreeSet::new();
        for (_, grant) in case.grants() {
            people.extend(after.find(&grant.grantee).map(|(who, _)| who));
        }
        for who in people {
            if case.is_held(who) {
                reached.note("held", true);
                continue;
            }
            let second = SignedDuration::from_secs(1);
            let mut moments = BTreeSet::from([now()]);
            for (_, grant) in case.grants().filter(|(_, grant)| grant.grantee.is_same(who)) {
                if let Term::Until { start, end } = grant.term {
                    moments.extend([end - second, end]);
                    moments.extend(start.into_iter().flat_map(|start| [start - second, start]));
                }
            }
            for at in moments.into_iter().filter(|at| *at >= now()) {
                for mfa in [true, false] {
                    let (may, should) = case.by_policies(who, at, mfa, &questions);
                    assert_eq!(
                        may,
                        should,
                        "seed {seed}: {who} at {at}, mfa {mfa}\n{questions:#?}\n{:#?}",
                        calls(&first)
                    );
                    reached.note("allowed", may.contains(&true));
                    for (_, grant) in case.grants().filter(|(_, grant)| grant.grantee.is_same(who)) {
                        case.by_role(grant, at, mfa, &questions);
                        reached.note("role", case.role_of(grant).is_some());
                        reached.note("starts", matches!(grant.term, Term::Until { start: Some(_), .. }));
                    }
                }
            }
        }
    }
    reached.assert(50, &["allowed", "role", "starts"]);
}

fn is_grant_role(principal: &ObservedPrincipal) -> bool {
    let path = principal.arn.iam_path();
    path.is_some_and(|path| path.starts_with("/daypass/"))
}

/// Wherever the process stops, nothing is left that allows for ever what was asked for a time.
#[test]
fn decision_1_no_crash_leaves_access_without_an_end() {
    let far = now() + SignedDuration::from_hours(24 * 400);
    let mut many = 0;
    for (seed, scene) in scenes() {
        let first = plan(&scene.asked, &scene.observed);
        let questions = questions(scene);
        let after = done(seed, &first, &scene.observed);
        // Denies apart: in a moment between two calls one may have gone before what it denied.
        let ever = |account: &ObservedAccount, who: &Grantee| {
            let principal = &account.principals[who];
            let mut documents = documents_of(account, principal);
            if !is_grant_role(principal) {
                let allows =
                    |document: &mut Document| document.statements.retain(|one| one.effect == Effect::Allow);
                documents.iter_mut().for_each(allows);
            }
            allowed(&documents, None, &asker(who, principal), far, true, &questions)
        };
        let last = first
            .changes
            .iter()
            .map(|change| change.operations.len())
            .sum::<usize>();
        let mut number = 0;
        let check = |state: &ObservedAccount, who: &Grantee| {
            let principal = &state.principals[who];
            let now_allowed = ever(state, who);
            if is_grant_role(principal) {
                assert!(!now_allowed.contains(&true), "seed {seed}: {who} has no end");
                return;
            }
            let (was, will) = (ever(&scene.observed, who), ever(&after, who));
            for (index, is) in now_allowed.iter().enumerate() {
                assert!(
                    !is || was[index] || will[index],
                    "seed {seed}: {who} {:?} for ever\n{:#?}\n{principal:#?}",
                    questions[index],
                    calls(&first)
                );
            }
        };
        carry_out(seed, &first, &scene.observed, |state, operation| {
            number += 1;
            if let Operation::AttachPolicy { principal, .. } | Operation::PutInlinePolicy { principal, .. } =
                operation
            {
                check(state, principal);
                many += 1;
            }
        });
        assert_eq!(number, last);
        for who in after
            .principals
            .keys()
            .filter(|who| matches!(who, Grantee::Role(_)))
        {
            if after.principals[who]
                .arn
                .iam_path()
                .is_some_and(|path| path.starts_with("/daypass/"))
            {
                check(&after, who);
            }
        }
    }
    assert!(many > 500, "{many}");
}
