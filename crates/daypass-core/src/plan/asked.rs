//! What teams ask for, account by account: several teams may share one.

use std::collections::BTreeMap;
use std::sync::Arc;

use iam_policy::AccountId;

use super::observed::ObservedAccount;
use super::teams_in;
use crate::team::{DesiredState, EndedGrant, Environment, Grant, TeamName, TeamSettings};

/// What is asked for in one account.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountAsked {
    /// The account.
    pub account: AccountId,
    /// What the teams call it.
    pub environments: Vec<Environment>,
    /// What holds for all of them.
    pub settings: Arc<TeamSettings>,
    /// Those that are looked at; what other teams have in the account is left alone.
    pub teams: Vec<TeamAsked>,
}

/// What one team asks for in one account.
#[derive(Debug, Clone, PartialEq)]
pub struct TeamAsked {
    /// Whose files.
    pub team: TeamName,
    /// Who is to have what.
    pub grants: Vec<Grant>,
    /// Entries that are over.
    pub ended: Vec<EndedGrant>,
}

impl AccountAsked {
    /// The same, and of every other team whose marks the account carries that it asks for nothing: its files are not here.
    #[must_use]
    pub fn with_every_team(&self, observed: &ObservedAccount) -> AccountAsked {
        let mut asked = self.clone();
        for team in teams_in(observed, &self.settings).into_keys() {
            if !asked.is_of(&team) {
                asked.teams.push(TeamAsked {
                    team,
                    grants: Vec::new(),
                    ended: Vec::new(),
                });
            }
        }
        asked
    }

    /// The accounts of these teams, each once, by id.
    pub fn of(teams: &[DesiredState]) -> Vec<AccountAsked> {
        let mut accounts: BTreeMap<&AccountId, AccountAsked> = BTreeMap::new();
        for state in teams {
            for desired in &state.accounts {
                let asked = accounts.entry(&desired.account).or_insert_with(|| AccountAsked {
                    account: desired.account.clone(),
                    environments: Vec::new(),
                    settings: Arc::clone(&state.settings),
                    teams: Vec::new(),
                });
                for environment in &desired.environments {
                    if !asked.environments.contains(environment) {
                        asked.environments.push(environment.clone());
                    }
                }
                let ended = state
                    .ended
                    .iter()
                    .filter(|ended| ended.account == desired.account);
                asked.teams.push(TeamAsked {
                    team: state.team.clone(),
                    grants: desired.grants.clone(),
                    ended: ended.cloned().collect(),
                });
            }
        }
        let mut accounts: Vec<AccountAsked> = accounts.into_values().collect();
        // Whoever has the room first is not to depend on the order of files.
        for asked in &mut accounts {
            asked.teams.sort_by(|a, b| a.team.cmp(&b.team));
        }
        accounts
    }

    /// Whether a team's marks are ours to change.
    pub fn is_of(&self, team: &TeamName) -> bool {
        self.teams.iter().any(|asked| asked.team == *team)
    }
}
