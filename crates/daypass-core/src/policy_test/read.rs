//! A test file as read: which policies it is about, its defaults and cases. Everything wrong with it is found at once.

mod case;
mod circumstances;

use std::sync::Arc;

use iam_policy::syntax::Node;
use iam_policy::{Decision, PolicyKind, Span};

pub(super) use self::case::CaseDraft;
use self::case::{Fitting, case};
use self::circumstances::circumstances;
use super::documents::{Draftee, LevelDraft, PolicyDraft, PolicyDrafts};
use super::shape::{DEFAULTS, FILE, LEVEL, NAMED_POLICY, POLICIES};
use crate::policy_text;
use crate::team::TeamName;
use crate::team::finding::{Finding, Findings, Place, Rule};
use crate::team::reader::{At, Reader};

/// A test file as read. Its policies are still to be found.
#[derive(Debug)]
pub struct Draft {
    pub(super) path: Arc<str>,
    pub(super) text: Arc<str>,
    pub(super) policies: PolicyDrafts,
    pub(super) cases: Vec<CaseDraft>,
    pub(super) findings: Vec<Finding>,
}

/// What a case expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Expectation {
    /// Allowed.
    Allow,
    /// Denied, for whatever reason.
    Deny,
}

impl Expectation {
    /// As written: `allow`, `deny`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Expectation::Allow => "allow",
            Expectation::Deny => "deny",
        }
    }

    pub(super) fn is_met_by(self, decision: Decision) -> bool {
        (self == Expectation::Allow) == (decision == Decision::Allow)
    }
}

/// Why a decision is expected; what is `None` does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExpectedReason {
    /// The decision.
    pub decision: Option<Decision>,
    /// The Sid of a statement that decides, or for an implicit deny comes near.
    pub statement: Option<String>,
    /// The kind of policy that allows, denies, or does not allow.
    pub policy: Option<PolicyKind>,
    /// The condition key that makes the difference.
    pub key: Option<String>,
}

impl Draft {
    /// Reads a file. What is wrong with it is told by [`Draft::suite`], together with what is wrong with its policies.
    pub fn read(path: &str, text: &str) -> Draft {
        let path: Arc<str> = path.into();
        let mut findings = Findings::default();
        // Places are in the text as it is shown.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let root = match policy_text::tree_of_yaml(text) {
            Ok(root) => Some(root),
            Err(wrong) => {
                let is_comment = |line: &str| line.trim_start().starts_with('#');
                let says_nothing = text
                    .lines()
                    .all(|line| line.trim().is_empty() || is_comment(line));
                for diagnostic in wrong {
                    let diagnostic = if says_nothing {
                        diagnostic.with_help("a test file has `policies` and `cases`")
                    } else {
                        diagnostic
                    };
                    findings.diagnostic(&path, Rule::Syntax, diagnostic);
                }
                None
            }
        };
        let mut reader = Reader {
            file: Arc::clone(&path),
            findings: &mut findings,
        };
        let (policies, cases) = root.map(|root| file(&mut reader, &root)).unwrap_or_default();
        Draft {
            text: text.into(),
            path,
            policies,
            cases,
            findings: findings.in_order(),
        }
    }
}

impl Draft {
    /// What stands for a file, or a directory of files, that could not be read: all that [`Draft::suite`] tells of it is
    /// that.
    pub fn unread(path: &str, message: impl Into<String>, help: &str) -> Draft {
        let place = Place {
            file: path.into(),
            span: Span::default(),
        };
        let mut findings = Findings::default();
        findings.error(&place, Rule::FileUnreadable, message, help);
        Draft {
            text: "".into(),
            path: Arc::clone(&place.file),
            policies: PolicyDrafts::default(),
            cases: Vec::new(),
            findings: findings.in_order(),
        }
    }
}

fn file(reader: &mut Reader<'_>, root: &Node) -> (PolicyDrafts, Vec<CaseDraft>) {
    let Some(fields) = reader.fields(root, "the file", &FILE) else {
        return Default::default();
    };
    let drafts = fields.get("policies").map(|node| policies(reader, node));
    let defaults = fields.get("defaults").and_then(|node| {
        let fields = reader.fields(node, "`defaults`", &DEFAULTS)?;
        Some(circumstances(reader, fields))
    });
    let defaults = defaults.unwrap_or_default();
    let cases = fields
        .get("cases")
        .map(|node| reader.list(node, "cases"))
        .unwrap_or_default();
    let cases = cases.iter().enumerate();
    let mut fitting = Fitting::default();
    let cases = cases
        .filter_map(|(nth, node)| case(reader, node, nth, &defaults, &mut fitting))
        .collect();
    (drafts.unwrap_or_default(), cases)
}

fn policies(reader: &mut Reader<'_>, node: &Node) -> PolicyDrafts {
    let mut drafts = PolicyDrafts::default();
    let Some(fields) = reader.fields(node, "`policies`", &POLICIES) else {
        return drafts;
    };
    for (kind, key) in PolicyKind::ALL.map(|kind| (kind, kind.as_str())) {
        let Some(node) = fields.get(key) else { continue };
        match kind {
            PolicyKind::Identity | PolicyKind::Boundary | PolicyKind::Session => {
                let items = reader.one_or_list(node, key);
                let all: Vec<PolicyDraft> = items
                    .iter()
                    .filter_map(|item| policy(reader, item, key))
                    .collect();
                drafts.lists.push((kind, all));
            }
            PolicyKind::Resource | PolicyKind::Trust | PolicyKind::Endpoint => {
                if node.as_array().is_some() {
                    let help = "put the statements of all of them into one document";
                    reader.wants(node, key, "one policy", help);
                    continue;
                }
                let one = policy(reader, node, key);
                drafts.lists.push((kind, one.into_iter().collect()));
            }
            PolicyKind::Scp | PolicyKind::Rcp => {
                let levels = levels(reader, node, key);
                drafts.levels.push((kind, levels));
            }
        }
    }
    drafts
}

/// Levels, or policies that are all of one.
fn levels(reader: &mut Reader<'_>, node: &Node, key: &str) -> Vec<LevelDraft> {
    let items = reader.one_or_list(node, key);
    let is_level = |node: &Node| node.get("level").is_some() || node.get("policies").is_some();
    if !items.iter().any(is_level) {
        let policies = items
            .iter()
            .filter_map(|item| policy(reader, item, key))
            .collect();
        return vec![LevelDraft {
            name: "account".to_owned(),
            policies,
        }];
    }
    let mut levels = Vec::new();
    for item in items {
        if !is_level(item) {
            let message = format!("this policy of `{key}` stands on no level, others do");
            let help = "write {level: account, policies: [...]}";
            reader.error(item.span, Rule::WrongValue, message, help);
            continue;
        }
        let Some(fields) = reader.fields(item, "the level", &LEVEL) else {
            continue;
        };
        let name = reader.optional_text(fields, "level");
        let nodes = fields
            .get("policies")
            .map(|node| reader.one_or_list(node, "policies"))
            .unwrap_or_default();
        levels.push(LevelDraft {
            name: name.map(|name| name.value).unwrap_or_default(),
            policies: nodes
                .iter()
                .filter_map(|node| policy(reader, node, key))
                .collect(),
        });
    }
    levels
}

/// A policy by its file or name, or with a key that tells which.
fn policy(reader: &mut Reader<'_>, node: &Node, key: &str) -> Option<PolicyDraft> {
    if node.as_object().is_none() {
        let text = reader.text(node, key)?;
        let is_path = text.value.contains(['/', '\\']) && !text.value.starts_with("arn:");
        let has_ending = [".json", ".yaml", ".yml"]
            .iter()
            .any(|end| text.value.ends_with(end));
        return Some(PolicyDraft {
            span: node.span,
            which: if is_path || has_ending {
                Draftee::File(text.value)
            } else {
                Draftee::Managed(text.value)
            },
        });
    }
    let fields = reader.fields(node, "the policy", &NAMED_POLICY)?;
    let mut text = |key: &str| reader.optional_text(fields, key);
    let (file, managed, team, policy, dir) = (
        text("file"),
        text("managed"),
        text("team"),
        text("policy"),
        text("dir"),
    );
    let which = if let Some(team) = team {
        let team: Option<At<TeamName>> = reader.parsed(&team, Rule::WrongName);
        let Some(policy) = policy else {
            let help = "add `policy`: its name in aws-policies/TEAM.yaml";
            reader.error(
                node.span,
                Rule::MissingKey,
                "the policy of the team has no `policy`",
                help,
            );
            return None;
        };
        Draftee::Team {
            team: team?.value,
            policy: policy.value,
            dir: dir.map(|dir| dir.value),
        }
    } else {
        if let Some(stray) = policy.or(dir) {
            let message = "this belongs to a team's policy, and there is no `team`";
            reader
                .findings
                .error(&stray.place, Rule::MissingKey, message, "add `team`");
        }
        match (file, managed, fields.get("document")) {
            (Some(file), ..) => Draftee::File(file.value),
            (_, Some(managed), _) => Draftee::Managed(managed.value),
            (_, _, Some(document)) => Draftee::Inline(document.clone()),
            _ => return None,
        }
    };
    Some(PolicyDraft {
        span: node.span,
        which,
    })
}
