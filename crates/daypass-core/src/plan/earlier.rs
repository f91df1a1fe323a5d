//! What the tool that daypass replaces has left in an account, and how it is taken over.
//!
//! That tool named policies `TEAM-POLICY` with dashes for dots, at the path `/`. Such a policy keeps its name and its
//! attachments when it is taken over: it gets a version whose first statement's `Sid` says so, since a policy's path and
//! description never change, and its tags are not in the one listing that tells the rest.

use std::collections::BTreeMap;

use iam_policy::{Arn, Document};

use super::Options;
use super::asked::{AccountAsked, TeamAsked};
use super::mark;
use super::observed::{ObservedAccount, ObservedPolicy};
use crate::team::{Grant, Grantee, PolicyKey, PolicyName, TeamName, Term};

/// Which policy of the account is to hold a document.
pub(super) enum Named {
    /// One of ours, there already or not.
    Ours(Arn),
    /// One at the earlier name, taken over or to be so.
    Earlier(Arn),
    /// None: the name is somebody else's.
    Taken {
        /// What is wrong.
        message: String,
        /// What to do.
        help: String,
    },
}

/// The policy that is to be called `name`.
pub(super) fn named(
    asked: &AccountAsked,
    observed: &ObservedAccount,
    team: &TeamAsked,
    grant: &Grant,
    name: &str,
    options: Options,
) -> Named {
    let path = mark::path_of(&asked.settings, &team.team);
    let Ok(own) = observed.arn("policy", &path, name).parse::<Arn>() else {
        return Named::Taken {
            message: format!("{name} is no name of a policy in {path}"),
            help: "shorten the policy's name, or policy_path in daypass.yaml".to_owned(),
        };
    };
    if observed.policies.contains_key(&own) {
        return Named::Ours(own);
    }
    let is_whole = grant.term == Term::Permanent && name == grant.policy.name.as_str();
    if is_whole
        && let Some(policy) = earlier_policy(asked, observed, &team.team, &grant.policy.key)
        && (options.adopt || is_taken_over(policy, &team.team))
    {
        return Named::Earlier(policy.arn.clone());
    }
    match observed.policy_named(name) {
        None => Named::Ours(own),
        // Ours, from when the files wrote the name in other letters.
        Some(other) if other.arn.iam_path() == Some(&path) => Named::Ours(other.arn.clone()),
        Some(other) => Named::Taken {
            message: format!(
                "the account has a policy of the name {name} already, {}",
                other.arn
            ),
            help: if other.arn.iam_path() == Some("/") {
                "if the earlier tool made it, take it over: daypass plan --adopt".to_owned()
            } else {
                "rename the policy in the files, or remove the other one".to_owned()
            },
        },
    }
}

/// The policies that a plan takes over, and for whom.
pub(super) fn adopted(
    asked: &AccountAsked,
    observed: &ObservedAccount,
    options: Options,
) -> BTreeMap<Arn, TeamName> {
    let mut adopted = BTreeMap::new();
    if !options.adopt {
        return adopted;
    }
    for team in &asked.teams {
        let path = mark::path_of(&asked.settings, &team.team);
        let whole = team.grants.iter().filter(|grant| grant.term == Term::Permanent);
        for policy in whole.map(|grant| &grant.policy) {
            let own = observed.arn("policy", &path, policy.name.as_str()).parse::<Arn>();
            let has_own = own.is_ok_and(|own| observed.policies.contains_key(&own));
            let has_documents = policy.document.is_some() || policy.require_mfa;
            if let Some(earlier) = earlier_policy(asked, observed, &team.team, &policy.key)
                && !has_own
                && has_documents
            {
                adopted.insert(earlier.arn.clone(), team.team.clone());
            }
        }
    }
    adopted
}

/// The permanent grant of a team's whose policy the earlier tool called so.
pub(super) fn key_of<'a>(asked: &'a AccountAsked, team: &TeamName, name: &str) -> Option<&'a PolicyKey> {
    let grants = asked.teams.iter().filter(|asked| asked.team == *team);
    grants
        .flat_map(|asked| &asked.grants)
        .filter(|grant| grant.term == Term::Permanent)
        .map(|grant| &grant.policy.key)
        .find(|key| mark::earlier_policy_name(team, key).eq_ignore_ascii_case(name))
}

/// Says in a document that its policy was taken over.
pub(super) fn mark_taken_over(document: &mut Document, team: &TeamName) {
    let sid = sid(team);
    // Its own names must stay apart from it.
    if let Some(first) = document.statements.first_mut() {
        first.sid = Some(sid);
    }
}

/// The team that has taken over a policy that is not at a path of ours.
pub(super) fn taken_over_by(asked: &AccountAsked, policy: &ObservedPolicy) -> Option<TeamName> {
    if policy.arn.iam_path() != Some("/") {
        return None;
    }
    let teams = asked.teams.iter().map(|team| &team.team);
    teams
        .into_iter()
        .find(|team| is_taken_over(policy, team))
        .cloned()
}

fn is_taken_over(policy: &ObservedPolicy, team: &TeamName) -> bool {
    let document = policy.document.document.as_ref();
    let first = document.and_then(|document| document.statements.first());
    first.is_some_and(|statement| statement.sid.as_deref() == Some(sid(team).as_str()))
}

/// Letters and digits alone: "The Sid element supports ASCII uppercase letters (A-Z), lowercase letters (a-z), and numbers"
/// (IAM User Guide, "IAM JSON policy elements: Sid").
fn sid(team: &TeamName) -> String {
    format!("{}{}", mark::TAKEN_OVER, mark::short_hash(team.as_str()))
}

/// The policy at the name that the earlier tool gave to `key`, where that name means this key alone: `a.b` and `a-b` of a
/// team had one, and so had `x-a` of team `t` and `a` of team `t-x`. The one that is written so has it. Nor is it one that
/// another team has taken over.
fn earlier_policy<'o>(
    asked: &AccountAsked,
    observed: &'o ObservedAccount,
    team: &TeamName,
    key: &PolicyKey,
) -> Option<&'o ObservedPolicy> {
    let name = mark::earlier_policy_name(team, key);
    let is_other = |(of, other): &(&TeamName, &PolicyKey)| (*of, *other) != (team, key);
    let is_shared = asked
        .teams
        .iter()
        .flat_map(|asked| asked.grants.iter().map(|grant| (&asked.team, &grant.policy.key)))
        .filter(is_other)
        .any(|(of, other)| mark::earlier_policy_name(of, other).eq_ignore_ascii_case(&name));
    let is_own = PolicyName::of(team, key).is_ok_and(|own| own.as_str() == name);
    if is_shared && !is_own {
        return None;
    }
    observed
        .policy_named(&name)
        .filter(|policy| policy.arn.iam_path() == Some("/"))
        .filter(|policy| is_taken_over(policy, team) || !is_taken_over_by_anybody(policy))
}

fn is_taken_over_by_anybody(policy: &ObservedPolicy) -> bool {
    let document = policy.document.document.as_ref();
    let sid = document
        .and_then(|document| document.statements.first())
        .and_then(|statement| statement.sid.as_deref());
    sid.is_some_and(|sid| sid.starts_with(mark::TAKEN_OVER))
}

/// A temporary grant as the earlier tool gave it.
pub(super) struct Given<'a> {
    pub(super) team: &'a TeamName,
    pub(super) key: &'a str,
    /// The inline policy that it wrote.
    pub(super) inline: String,
    /// The managed policies that it attached, without an end.
    pub(super) managed: &'a [Arn],
    /// Whether the entry's end has passed.
    pub(super) has_ended: bool,
}

/// Temporary grants of a user that the files tell of, over or not.
pub(super) fn temporary<'a>(asked: &'a AccountAsked, grantee: &Grantee) -> Vec<Given<'a>> {
    if !matches!(grantee, Grantee::User(_)) {
        return Vec::new();
    }
    let mut given = Vec::new();
    for team in &asked.teams {
        let open = team.grants.iter().filter(|grant| grant.term != Term::Permanent);
        let open = open.map(|grant| {
            let policy = &grant.policy;
            (&grant.grantee, policy.key.as_str(), &policy.managed, false)
        });
        let ended = team
            .ended
            .iter()
            .map(|grant| (&grant.grantee, grant.policy.as_str(), &grant.managed, true));
        for (who, key, managed, has_ended) in open.chain(ended).filter(|(who, ..)| who.is_same(grantee)) {
            given.push(Given {
                team: &team.team,
                key,
                inline: mark::earlier_inline_name(&team.team, key, who.name()),
                managed,
                has_ended,
            });
        }
    }
    given
}
