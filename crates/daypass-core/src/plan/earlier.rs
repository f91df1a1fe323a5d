//! What the tool that daypass replaces has left in an account, and how it is taken over.
//!
//! That tool named policies `TEAM-POLICY` with dashes for dots, at the path `/`. Such a policy keeps its name and its
//! attachments when it is taken over: it gets a version whose first statement's `Sid` says so, since a policy's path and
//! description never change, and its tags are not in the one listing that tells the rest.

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
        && let Some(policy) = earlier_policy(observed, team, &grant.policy.key)
        && (options.adopt || is_taken_over(policy, &team.team))
    {
        return Named::Earlier(policy.arn.clone());
    }
    match observed.policy_named(name) {
        None => Named::Ours(own),
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

/// The policy at the name that the earlier tool gave to `key`, where that name means this key alone: `a.b` and `a-b` had
/// one, and the one that is written so has it.
fn earlier_policy<'o>(
    observed: &'o ObservedAccount,
    team: &TeamAsked,
    key: &PolicyKey,
) -> Option<&'o ObservedPolicy> {
    let name = mark::earlier_policy_name(&team.team, key);
    let others = team
        .grants
        .iter()
        .map(|grant| &grant.policy.key)
        .filter(|other| *other != key);
    let is_shared = others
        .into_iter()
        .any(|other| mark::earlier_policy_name(&team.team, other).eq_ignore_ascii_case(&name));
    let is_own = PolicyName::of(&team.team, key).is_ok_and(|own| own.as_str() == name);
    if is_shared && !is_own {
        return None;
    }
    observed
        .policy_named(&name)
        .filter(|policy| policy.arn.iam_path() == Some("/"))
}

/// A temporary grant as the earlier tool gave it.
pub(super) struct Given<'a> {
    pub(super) team: &'a TeamName,
    pub(super) key: &'a str,
    /// The inline policy that it wrote.
    pub(super) inline: String,
    /// The managed policies that it attached, without an end.
    pub(super) managed: &'a [Arn],
}

/// Temporary grants of a user that the files tell of, over or not.
pub(super) fn temporary<'a>(asked: &'a AccountAsked, grantee: &Grantee) -> Vec<Given<'a>> {
    let Grantee::User(user) = grantee else {
        return Vec::new();
    };
    let mut given = Vec::new();
    for team in &asked.teams {
        let open = team.grants.iter().filter(|grant| grant.term != Term::Permanent);
        let open = open.map(|grant| (&grant.grantee, grant.policy.key.as_str(), &grant.policy.managed));
        let ended = team
            .ended
            .iter()
            .map(|grant| (&grant.grantee, grant.policy.as_str(), &grant.managed));
        for (who, key, managed) in open.chain(ended) {
            if who == grantee {
                given.push(Given {
                    team: &team.team,
                    key,
                    inline: mark::earlier_inline_name(&team.team, key, user.as_str()),
                    managed,
                });
            }
        }
    }
    given
}
