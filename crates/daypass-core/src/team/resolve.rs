//! One team's files checked against each other: names looked up, ends and sizes measured, grants put together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use iam_policy::{AccountId, Engine};
use jiff::Timestamp;

use super::access::{AccessEntry, Lasts};
use super::accounts::Account;
use super::desired::{DesiredAccount, DesiredState, EndedGrant, Grant, TeamPolicy, Term};
use super::escalation;
use super::finding::{Findings, Rule};
use super::known::{fits, joined, listed, suggestion};
use super::moment::latest_end;
use super::names::{Grantee, PolicyName, TeamName};
use super::policies::PolicyDraft;
use super::reader::{At, shortened};
use super::settings::TeamSettings;
use super::sizes::{Sizes, too_many};

/// Everything that is read of one team.
pub(super) struct Read {
    pub(super) team: TeamName,
    pub(super) accounts: Vec<Account>,
    /// Of broken accounts too; `None` where the file could not be read, so that no name is known to be wrong.
    pub(super) environment_names: Option<BTreeSet<String>>,
    pub(super) policies: Vec<PolicyDraft>,
    /// As `environment_names`.
    pub(super) policy_names: Option<BTreeSet<String>>,
    pub(super) access: Vec<AccessEntry>,
}

/// What the files ask for. With an error among the findings it is not to be used.
pub(super) fn resolve(
    read: &Read,
    settings: &Arc<TeamSettings>,
    now: Timestamp,
    findings: &mut Findings,
) -> DesiredState {
    let policies = policies(read, settings, findings);
    let mut resolver = Resolver {
        read,
        settings,
        now,
        policies,
        findings,
        sizes: Sizes::default(),
        engines: BTreeMap::new(),
        accounts: read
            .accounts
            .iter()
            .map(|account| (account.id.value.clone(), Vec::new()))
            .collect(),
        ended: Vec::new(),
    };
    for entry in &read.access {
        resolver.entry(entry);
    }
    let Resolver {
        accounts: granted,
        ended,
        findings,
        ..
    } = resolver;
    let mut accounts = Vec::new();
    for (account, grants) in granted {
        too_many(&grants, &account, findings);
        let names = read.accounts.iter().filter(|one| one.id.value == account);
        accounts.push(DesiredAccount {
            environments: names.map(|one| one.environment.value.clone()).collect(),
            grants: longest(grants.into_iter().map(|granted| granted.value).collect()),
            account,
        });
    }
    DesiredState {
        team: read.team.clone(),
        settings: Arc::clone(settings),
        accounts,
        ended,
    }
}

/// The policies that are whole enough to be granted, by the team's name for them.
pub(super) type Policies<'r> = BTreeMap<&'r str, (&'r PolicyDraft, Option<Arc<TeamPolicy>>)>;

pub(super) fn policies<'r>(read: &'r Read, settings: &TeamSettings, findings: &mut Findings) -> Policies<'r> {
    let mut policies = Policies::new();
    for draft in &read.policies {
        let name = PolicyName::of(&read.team, &draft.key.value).ok();
        if name.is_none() {
            let message = format!(
                "the IAM name of {} would be longer than 128 characters",
                draft.key.value
            );
            findings.error(
                &draft.key.place,
                Rule::WrongName,
                message,
                "shorten it: the team's name stands before it",
            );
        }
        let policy = name.filter(|_| draft.is_whole).map(|name| {
            Arc::new(TeamPolicy {
                key: draft.key.value.clone(),
                name,
                description: draft.description.clone(),
                managed: draft.managed.iter().map(|arn| arn.value.clone()).collect(),
                document: draft.document.as_ref().map(|document| document.value.clone()),
                require_mfa: draft.require_mfa,
                max_days: draft.max_days.unwrap_or(settings.max_days),
                delivery: draft.delivery.value,
                boundary: draft.boundary.clone().or_else(|| settings.boundary.clone()),
                place: draft.key.place.clone(),
            })
        });
        policies
            .entry(draft.key.value.as_str())
            .or_insert((draft, policy));
    }
    policies
}

struct Resolver<'r> {
    read: &'r Read,
    settings: &'r TeamSettings,
    now: Timestamp,
    policies: Policies<'r>,
    findings: &'r mut Findings,
    sizes: Sizes,
    /// By the policy's name; compiled once for all of its grants.
    engines: BTreeMap<String, Engine>,
    accounts: BTreeMap<AccountId, Vec<At<Grant>>>,
    ended: Vec<EndedGrant>,
}

impl<'r> Resolver<'r> {
    fn entry(&mut self, entry: &'r AccessEntry) {
        let accounts = self.environments(entry);
        let term = self.term(entry);
        for name in &entry.grants {
            let Some((draft, policy)) = self.policies.get(name.value.as_str()).cloned() else {
                self.unknown_grant(name);
                continue;
            };
            self.elsewhere(draft, &accounts);
            let (Some(policy), Some(term)) = (policy, term) else {
                continue;
            };
            if self.has_ended(term) {
                self.keep_ended(entry, &accounts, &policy, term);
                continue;
            }
            self.not_too_far(entry, name, &policy);
            self.sizes
                .fits(draft, &policy, term, &entry.grantees, self.findings);
            let engine = self
                .engines
                .entry(name.value.clone())
                .or_insert_with(|| escalation::engine_of(&policy));
            let mut ways = BTreeSet::new();
            for account in &accounts {
                for grantee in &entry.grantees {
                    ways.extend(escalation::ways(
                        engine,
                        &grantee.value,
                        &account.id.value,
                        &self.settings.deployer_role,
                        self.now,
                    ));
                    let grant = Grant {
                        grantee: grantee.value.clone(),
                        policy: Arc::clone(&policy),
                        term,
                        why: Arc::clone(&entry.entry),
                    };
                    let place = name.place.clone();
                    let granted = At { value: grant, place };
                    self.accounts
                        .entry(account.id.value.clone())
                        .or_default()
                        .push(granted);
                }
            }
            self.extends_itself(name, &ways);
        }
    }

    /// The accounts that the entry names, each once.
    fn environments(&mut self, entry: &AccessEntry) -> Vec<&'r Account> {
        let mut named: Vec<&'r Account> = Vec::new();
        for pattern in &entry.environments {
            let before = named.len();
            let mut fits_any = false;
            for account in &self.read.accounts {
                if fits(&pattern.value, account.environment.value.as_str()) {
                    fits_any = true;
                    if !named.iter().any(|other| other.id.value == account.id.value) {
                        named.push(account);
                    }
                }
            }
            if fits_any && named.len() == before && !pattern.value.contains(['*', '?']) {
                let message = format!("{} is named already", pattern.value);
                self.findings
                    .warning(&pattern.place, Rule::Repeated, message, "remove it");
            }
            if !fits_any {
                self.unknown_environment(pattern);
            }
        }
        named
    }

    fn unknown_environment(&mut self, name: &At<String>) {
        let Some(known) = &self.read.environment_names else {
            return;
        };
        if known.iter().any(|environment| fits(&name.value, environment)) {
            return;
        }
        let known = known.iter().map(String::as_str);
        let (message, help) = if name.value.contains(['*', '?']) {
            let message = format!("no environment fits `{}`", shortened(&name.value));
            (message, listed("the environments are", known))
        } else {
            let message = format!("unknown environment `{}`", shortened(&name.value));
            (message, suggestion(&name.value, known, "the environments are"))
        };
        self.findings
            .error(&name.place, Rule::UnknownEnvironment, message, help);
    }

    fn unknown_grant(&mut self, name: &At<String>) {
        let Some(known) = self
            .read
            .policy_names
            .as_ref()
            .filter(|known| !known.contains(&name.value))
        else {
            return;
        };
        let message = format!(
            "unknown grant `{}`: aws-policies has no such policy",
            shortened(&name.value)
        );
        let help = suggestion(
            &name.value,
            known.iter().map(String::as_str),
            "the team's policies are",
        );
        self.findings
            .error(&name.place, Rule::UnknownGrant, message, help);
    }

    fn term(&mut self, entry: &AccessEntry) -> Option<Term> {
        match &entry.lasts {
            Lasts::Permanent => Some(Term::Permanent),
            Lasts::Unknown => None,
            Lasts::Until { start, end } => {
                let term = Term::Until {
                    start: *start,
                    end: end.value,
                };
                if self.has_ended(term) {
                    let message = format!("this ended at {}: the entry grants nothing any more", end.value);
                    let help = "remove the entry, or move its end if the access is still wanted";
                    self.findings.warning(&end.place, Rule::EndPassed, message, help);
                }
                Some(term)
            }
        }
    }

    fn has_ended(&self, term: Term) -> bool {
        matches!(term, Term::Until { end, .. } if end <= self.now)
    }

    fn not_too_far(&mut self, entry: &AccessEntry, name: &At<String>, policy: &TeamPolicy) {
        let Lasts::Until { end, .. } = &entry.lasts else {
            return;
        };
        let days = policy.max_days;
        let Some(latest) = latest_end(self.now, days, &self.settings.timezone) else {
            return;
        };
        if end.value > latest {
            let limit = if days == self.settings.max_days {
                format!("max_days is {days}")
            } else {
                format!("max_days of {} is {days}", name.value)
            };
            let message = format!("the end {} is too far off: {limit}", end.value);
            let last = latest.to_zoned(self.settings.timezone.clone()).date().yesterday();
            let help = match last {
                Ok(day) => format!("today the last day is {day}, that is before {latest}"),
                Err(_) => format!("today the latest end is {latest}"),
            };
            self.findings.error(&end.place, Rule::EndTooFar, message, help);
        }
    }

    /// Customer managed policies work in their own account alone.
    fn elsewhere(&mut self, draft: &PolicyDraft, accounts: &[&Account]) {
        for arn in &draft.managed {
            let Some(owner) = arn.value.account() else {
                continue;
            };
            let other = accounts.iter().find(|account| account.id.value != owner);
            if let Some(other) = other {
                let message = format!(
                    "{} belongs to account {owner}, and the policy is granted in {} ({})",
                    arn.value, other.environment.value, other.id.value
                );
                let help = "a customer managed policy can be attached in its own account only; make a policy for each account";
                self.findings
                    .error(&arn.place, Rule::ManagedPolicyElsewhere, message, help);
            }
        }
    }

    fn keep_ended(&mut self, entry: &AccessEntry, accounts: &[&Account], policy: &TeamPolicy, term: Term) {
        let Term::Until { end, .. } = term else { return };
        for account in accounts {
            for grantee in &entry.grantees {
                self.ended.push(EndedGrant {
                    account: account.id.value.clone(),
                    grantee: grantee.value.clone(),
                    policy: policy.key.clone(),
                    managed: policy.managed.clone(),
                    end,
                    why: Arc::clone(&entry.entry),
                });
            }
        }
    }

    fn extends_itself(&mut self, name: &At<String>, ways: &BTreeSet<&'static str>) {
        let mut shown: Vec<&str> = ways.iter().copied().take(3).collect();
        let more = format!("{} more", ways.len().saturating_sub(shown.len()));
        match ways.len() {
            0 => return,
            1..=3 => {}
            _ => shown.push(&more),
        }
        let message = format!(
            "whoever has `{}` can extend their own access: it allows {}",
            name.value,
            joined(&shown)
        );
        let help = "narrow the policy's resources, or add a statement that denies these actions";
        self.findings
            .warning(&name.place, Rule::ExtendsOwnAccess, message, help);
    }
}

/// Grants without those that another of the same grantee and policy covers, in an order that the files' does not change.
fn longest(mut grants: Vec<Grant>) -> Vec<Grant> {
    grants.sort_by(|a, b| {
        (&a.grantee, &a.policy.key, a.term, &a.why).cmp(&(&b.grantee, &b.policy.key, b.term, &b.why))
    });
    let mut kept: Vec<Grant> = Vec::new();
    for grant in grants {
        let same = |other: &Grant| other.grantee == grant.grantee && other.policy.key == grant.policy.key;
        if kept
            .iter()
            .rev()
            .take_while(|other| same(other))
            .any(|other| covers(other.term, grant.term))
        {
            continue;
        }
        let covered = kept
            .iter()
            .rev()
            .take_while(|other| same(other) && covers(grant.term, other.term))
            .count();
        kept.truncate(kept.len() - covered);
        kept.push(grant);
    }
    kept
}

/// Whether whoever has `one` has all of `other`.
pub(super) fn covers(one: Term, other: Term) -> bool {
    match (one, other) {
        (Term::Permanent, _) => true,
        (Term::Until { .. }, Term::Permanent) => false,
        (Term::Until { start: a, end: x }, Term::Until { start: b, end: y }) => {
            x >= y && (a.is_none() || b.is_some_and(|b| a.is_some_and(|a| a <= b)))
        }
    }
}

/// Whether a grantee is one that can assume a role.
pub(super) fn assumes_roles(grantee: &Grantee) -> bool {
    !matches!(grantee, Grantee::Group(_))
}
