//! Names that differ in the files and are one in IAM, over all teams that are looked at.

use std::collections::BTreeMap;

use super::access::AccessEntry;
use super::finding::{Findings, Rule};
use super::names::{PolicyName, TeamName};
use super::reader::At;
use super::resolve::Read;

/// Two users who become one, in this team or another.
pub(super) fn one_user_each<'r>(access: impl Iterator<Item = &'r AccessEntry>, findings: &mut Findings) {
    let mut users: BTreeMap<String, &'r At<String>> = BTreeMap::new();
    for user in access.flat_map(|entry| &entry.users) {
        let first = *users
            .entry(user.name.as_str().to_ascii_lowercase())
            .or_insert(&user.written);
        if first.value != user.written.value {
            let message = format!(
                "{} and {} become one IAM user, {}",
                first.value, user.written.value, user.name
            );
            let help = "if it is one person, write them the same everywhere; if not, set `usernames` in daypass.yaml";
            findings.error(&user.written.place, Rule::OneUserName, message, help);
        }
    }
}

/// Two policies that become one, in this team or another: IAM tells names apart without regard to case.
pub(super) fn one_policy_each<'r>(teams: impl Iterator<Item = &'r Read>, findings: &mut Findings) {
    let mut names: BTreeMap<String, (&'r TeamName, &'r str)> = BTreeMap::new();
    for team in teams {
        for draft in &team.policies {
            let Ok(name) = PolicyName::of(&team.team, &draft.key.value) else {
                continue;
            };
            let this = (&team.team, draft.key.value.as_str());
            let first = *names.entry(name.as_str().to_ascii_lowercase()).or_insert(this);
            if first != this {
                let message = format!(
                    "{} of team {} and {} of team {} become one IAM policy, {name}",
                    first.1, first.0, this.1, this.0
                );
                let help = "IAM does not tell upper from lower case in names; rename one of them";
                findings.error(&draft.key.place, Rule::OnePolicyName, message, help);
            }
        }
    }
}
