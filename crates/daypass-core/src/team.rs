//! The files of a team, read with their places, checked together, and what they ask for.
//! Text comes in; findings and a [`DesiredState`] for each team come out. Nothing is called.

mod access;
mod accounts;
mod desired;
mod escalation;
pub(crate) mod finding;
mod known;
pub(crate) mod moment;
mod names;
mod one_name;
mod policies;
pub(crate) mod reader;
mod request;
mod resolve;
pub(crate) mod schema;
mod settings;
pub(crate) mod shape;
mod sizes;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use iam_policy::Span;
use iam_policy::syntax::{Node, NodeKind};
use jiff::Timestamp;

use crate::policy_text;
use access::Kind;
use finding::Findings;
use reader::Reader;
use resolve::Read;

pub use desired::{Delivery, DesiredAccount, DesiredState, EndedGrant, Entry, Grant, TeamPolicy, Term};
pub use finding::{Finding, Place, Rule, Severity};
pub use names::{
    Environment, Grantee, GroupName, IamPath, NameError, PolicyKey, PolicyName, RoleName, SessionName,
    TeamName, UserName,
};
pub use request::{
    AccessEnd, AccessRequest, EditError, EditedFile, EndError, Requested, WrittenGrantee, request_access,
};
pub use schema::TeamFile;
pub use settings::{PolicyRef, TeamSettings, Usernames};

/// A file as found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileText {
    /// What people call it: its path.
    pub path: Arc<str>,
    /// What it holds; `None` when there is no such file.
    pub text: Option<String>,
}

/// The files of one team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamTexts {
    /// Whose.
    pub team: TeamName,
    /// `aws-accounts/TEAM.yaml`
    pub accounts: FileText,
    /// `aws-policies/TEAM.yaml`
    pub policies: FileText,
    /// `permanent-access/TEAM.yaml`; a team need not have it.
    pub permanent: FileText,
    /// `temporary-access/TEAM.yaml`; a team need not have it.
    pub temporary: FileText,
}

/// What was found, and what is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// Everything, by file and in the order of its text.
    pub findings: Vec<Finding>,
    /// For each team in the order given. `None` when anything at all is wrong: half of what is asked for is not it.
    pub desired: Option<Vec<DesiredState>>,
}

impl Checked {
    /// How many findings are of this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count()
    }
}

/// Checks teams and what they share. `now` is the moment that ends are compared with.
pub fn check(settings: &FileText, teams: &[TeamTexts], now: Timestamp) -> Checked {
    let mut findings = Findings::default();
    let shared = read_settings(settings, &mut findings);
    let mut desired = Vec::new();
    let mut read = Vec::new();
    if let Some(shared) = shared.map(Arc::new) {
        for texts in teams {
            let team = read_team(texts, &shared, now, &mut findings);
            desired.push(resolve::resolve(&team, &shared, now, &mut findings));
            read.push(team);
        }
    }
    one_name::one_user_each(read.iter().flat_map(|team| &team.access), &mut findings);
    one_name::one_policy_each(read.iter(), &mut findings);
    let is_right = !findings.errors_since(0);
    Checked {
        findings: findings.in_order(),
        desired: is_right.then_some(desired),
    }
}

/// The settings, where they can be read; what is wrong with them is [`check`]'s to tell.
pub fn settings_of(settings: &FileText) -> Option<TeamSettings> {
    read_settings(settings, &mut Findings::default())
}

/// The policies of one team by themselves, by the team's names for them; those in which something is wrong are among
/// the findings only.
pub fn policies_of(
    team: &TeamName,
    settings: &FileText,
    policies: &FileText,
    now: Timestamp,
) -> (Vec<Arc<TeamPolicy>>, Vec<Finding>) {
    let mut findings = Findings::default();
    let shared = read_settings(settings, &mut findings);
    let (drafts, policy_names) = content(policies, TeamFile::Policies, &mut findings, |reader, node, _| {
        policies::read(reader, node, now)
    });
    let read = Read {
        team: team.clone(),
        accounts: Vec::new(),
        environment_names: None,
        policies: drafts,
        policy_names,
        access: Vec::new(),
    };
    let whole = shared.map(|shared| {
        let resolved = resolve::policies(&read, &shared, &mut findings).into_values();
        resolved.filter_map(|(_, policy)| policy).collect()
    });
    (whole.unwrap_or_default(), findings.in_order())
}

fn read_settings(file: &FileText, findings: &mut Findings) -> Option<TeamSettings> {
    let root = tree(file, findings);
    let mut reader = Reader {
        file: Arc::clone(&file.path),
        findings,
    };
    settings::read(&mut reader, root.as_ref())
}

fn read_team(texts: &TeamTexts, settings: &TeamSettings, now: Timestamp, findings: &mut Findings) -> Read {
    for (file, what) in [(&texts.accounts, "accounts"), (&texts.policies, "policies")] {
        if file.text.is_none() {
            let place = Place {
                file: Arc::clone(&file.path),
                span: Span::default(),
            };
            let message = format!("team {} has no {what} file {}", texts.team, file.path);
            let help = "a team has aws-accounts/TEAM.yaml and aws-policies/TEAM.yaml";
            findings.error(&place, Rule::FileMissing, message, help);
        }
    }
    let (accounts, environment_names) =
        content(&texts.accounts, TeamFile::Accounts, findings, accounts::read);
    // A file that was cut off looks like this, and asks for nothing anywhere.
    if texts.accounts.text.is_some() && environment_names.as_ref().is_some_and(BTreeSet::is_empty) {
        let place = Place {
            file: Arc::clone(&texts.accounts.path),
            span: Span::default(),
        };
        let message = format!("team {} has no account: it gets nothing anywhere", texts.team);
        let help = "write its accounts, such as `prod: \"111122223333\"` below aws-accounts, or remove the team's files";
        findings.warning(&place, Rule::EmptyValue, message, help);
    }
    let (policies, policy_names) = content(
        &texts.policies,
        TeamFile::Policies,
        findings,
        |reader, node, _| policies::read(reader, node, now),
    );
    let mut access = Vec::new();
    for (file, kind, which) in [
        (&texts.permanent, Kind::Permanent, TeamFile::Permanent),
        (&texts.temporary, Kind::Temporary, TeamFile::Temporary),
    ] {
        let (entries, _) = content(file, which, findings, |reader, node, text| {
            access::read(reader, node, kind, settings, text)
        });
        access.extend(entries);
    }
    Read {
        team: texts.team.clone(),
        accounts,
        environment_names,
        policies,
        policy_names,
        access,
    }
}

/// What stands under the one key of a file, and the names that it gives, those of broken members as well: whoever uses
/// one of these is right. No names at all where the file cannot be read.
///
/// A file, or a key, that holds nothing holds none of it.
fn content<T>(
    file: &FileText,
    which: TeamFile,
    findings: &mut Findings,
    read: impl FnOnce(&mut Reader<'_>, &Node, &str) -> Vec<T>,
) -> (Vec<T>, Option<BTreeSet<String>>) {
    let mark = findings.mark();
    let root = tree(file, findings).filter(|root| root.kind != NodeKind::Null);
    let Some(root) = root else {
        let is_empty = file.text.is_some() && !findings.errors_since(mark);
        return (Vec::new(), is_empty.then(BTreeSet::new));
    };
    let mut reader = Reader {
        file: Arc::clone(&file.path),
        findings,
    };
    let key = which.directory().unwrap_or_default();
    let Some(fields) = reader.fields(&root, "the file", which.shape()) else {
        return (Vec::new(), None);
    };
    let Some(node) = fields.get(key) else {
        let is_right = !findings.errors_since(mark);
        return (Vec::new(), is_right.then(BTreeSet::new));
    };
    let names = node.as_object();
    let names = names.map(|members| members.iter().map(|member| member.key.clone()).collect());
    (
        read(&mut reader, node, file.text.as_deref().unwrap_or_default()),
        names,
    )
}

/// Nothing but comments is nothing: what is left of a file when its last entry has gone.
fn is_bare(text: &str) -> bool {
    let is_bare = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
    text.trim_start_matches('\u{feff}').lines().all(is_bare)
}

fn tree(file: &FileText, findings: &mut Findings) -> Option<Node> {
    let text = file.text.as_deref()?;
    if is_bare(text) {
        return None;
    }
    match policy_text::tree_of_yaml(text) {
        Ok(root) => Some(root),
        Err(wrong) => {
            for diagnostic in wrong {
                findings.diagnostic(&file.path, Rule::Syntax, diagnostic);
            }
            None
        }
    }
}
