//! A test file as read: which policies it is about, its defaults and cases. Everything wrong with it is found at once.

use std::sync::Arc;

use iam_policy::syntax::{Node, NodeKind, nearest};
use iam_policy::{AccountId, Decision, PolicyKind, Principal, Span, Values};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::actions::{ActionNames, expand_actions};
use super::documents::{Draftee, LevelDraft, PolicyDraft, PolicyDrafts};
use super::known::principal;
use super::shape::{CASE, DEFAULTS, FILE, LEVEL, NAMED_POLICY, POLICIES, REASON};
use crate::policy_text;
use crate::team::TeamName;
use crate::team::finding::{Finding, Findings, Rule};
use crate::team::reader::{At, Fields, Reader, shortened};

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

/// A case as read.
#[derive(Debug)]
pub(super) struct CaseDraft {
    pub(super) span: Span,
    pub(super) name: Option<String>,
    pub(super) expectation: Expectation,
    pub(super) actions: Vec<String>,
    /// As written, wildcards included.
    pub(super) written_actions: Vec<String>,
    pub(super) resources: Vec<String>,
    pub(super) circumstances: Circumstances,
    pub(super) reason: Option<ExpectedReason>,
}

/// Who asks, when, and in which context.
#[derive(Debug, Clone, Default)]
pub(super) struct Circumstances {
    /// Whether a principal is written, right or wrong.
    names_principal: bool,
    pub(super) principal: Option<Principal>,
    pub(super) resource_account: Option<AccountId>,
    /// A key without values is one that is not in the request.
    pub(super) context: Vec<(String, Option<Values>)>,
    pub(super) at: Option<Timestamp>,
}

impl Circumstances {
    /// These, and where they say nothing, those.
    fn or(self, defaults: &Circumstances) -> Circumstances {
        let mut context = defaults.context.clone();
        for (key, values) in self.context {
            context.retain(|(default, _)| !default.eq_ignore_ascii_case(&key));
            context.push((key, values));
        }
        Circumstances {
            names_principal: self.names_principal || defaults.names_principal,
            principal: self.principal.or_else(|| defaults.principal.clone()),
            resource_account: self
                .resource_account
                .or_else(|| defaults.resource_account.clone()),
            context,
            at: self.at.or(defaults.at),
        }
    }
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
                for diagnostic in wrong {
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
    let cases = cases
        .filter_map(|(nth, node)| case(reader, node, nth, &defaults))
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

fn circumstances(reader: &mut Reader<'_>, fields: Fields<'_>) -> Circumstances {
    let principal = reader
        .optional_text(fields, "principal")
        .and_then(|text| match principal(&text.value) {
            Ok(principal) => Some(principal),
            Err(error) => {
                reader
                    .findings
                    .error(&text.place, Rule::WrongValue, error.to_string(), "");
                None
            }
        });
    Circumstances {
        names_principal: fields.get("principal").is_some(),
        principal,
        resource_account: fields
            .get("resource_account")
            .and_then(|node| account(reader, node)),
        context: fields
            .get("context")
            .map(|node| context(reader, node))
            .unwrap_or_default(),
        at: fields.get("at").and_then(|node| {
            let moment = reader.moment(node, "at")?;
            moment.value.as_start(&TimeZone::UTC)
        }),
    }
}

fn account(reader: &mut Reader<'_>, node: &Node) -> Option<AccountId> {
    let text = match &node.kind {
        NodeKind::String(text) | NodeKind::Number(text) => text.clone(),
        _ => {
            reader.wants(node, "resource_account", "twelve digits", "put them in quotes");
            return None;
        }
    };
    let text = reader.at(text, node.span);
    reader.parsed(&text, Rule::WrongAccount).map(|id| id.value)
}

fn context(reader: &mut Reader<'_>, node: &Node) -> Vec<(String, Option<Values>)> {
    let members = reader.members(node, "context", "condition keys and their values");
    let mut context: Vec<(String, Option<Values>)> = Vec::new();
    for member in members {
        let key = &member.key;
        if !key.contains(':') {
            let message = format!("`{}` is no condition key", shortened(key));
            let help = "condition keys look like aws:SourceIp or s3:prefix";
            reader.error(member.key_span, Rule::WrongName, message, help);
        }
        let is_twice =
            |(other, _): &(String, Option<Values>)| other != key && other.eq_ignore_ascii_case(key);
        if context.iter().any(is_twice) {
            let message = format!("`{}` is written twice: keys have no case", shortened(key));
            reader.error(member.key_span, Rule::DuplicateKey, message, "keep one of them");
        }
        let values = match &member.value.kind {
            NodeKind::Null => None,
            NodeKind::Array(items) => {
                let values: Vec<String> = items
                    .iter()
                    .filter_map(|item| scalar(reader, item, key))
                    .collect();
                Some(Values(values))
            }
            _ => scalar(reader, &member.value, key).map(Values::from),
        };
        context.push((key.clone(), values));
    }
    context
}

fn scalar(reader: &mut Reader<'_>, node: &Node, key: &str) -> Option<String> {
    match &node.kind {
        NodeKind::String(text) | NodeKind::Number(text) => Some(text.clone()),
        NodeKind::Bool(value) => Some(value.to_string()),
        _ => {
            reader.wants(node, key, "a value or a list of values", "");
            None
        }
    }
}

fn case(reader: &mut Reader<'_>, node: &Node, nth: usize, defaults: &Circumstances) -> Option<CaseDraft> {
    let what = format!("case {}", nth + 1);
    let fields = reader.fields(node, &what, &CASE)?;
    let name = reader.optional_text(fields, "name").map(|name| name.value);
    let (expectation, key) = if fields.get("allow").is_some() {
        (Expectation::Allow, "allow")
    } else {
        (Expectation::Deny, "deny")
    };
    let mut written_actions = Vec::new();
    let mut actions: Vec<String> = Vec::new();
    let items = fields
        .get(key)
        .map(|node| reader.one_or_list(node, key))
        .unwrap_or_default();
    for item in items {
        if let Some(text) = reader.text(item, key) {
            for action in expanded(reader, &text) {
                if !actions.contains(&action) {
                    actions.push(action);
                }
            }
            written_actions.push(text.value);
        }
    }
    let items = fields
        .get("on")
        .map(|node| reader.one_or_list(node, "on"))
        .unwrap_or_default();
    let mut resources: Vec<String> = Vec::new();
    for item in items {
        if let Some(text) = reader.text(item, "on") {
            resource(reader, &text);
            resources.push(text.value);
        }
    }
    if resources.is_empty() {
        resources.push("*".to_owned());
    }
    let own = circumstances(reader, fields);
    let circumstances = own.or(defaults);
    if !circumstances.names_principal {
        let help =
            "add `principal` to it, or to `defaults`: arn:aws:iam::111122223333:role/app, for instance";
        reader.error(
            first_line(node),
            Rule::MissingKey,
            format!("{what} has no principal"),
            help,
        );
    }
    let reason = fields
        .get("reason")
        .and_then(|node| reason(reader, node, expectation));
    Some(CaseDraft {
        span: first_line(node),
        name,
        expectation,
        actions,
        written_actions,
        resources,
        circumstances,
        reason,
    })
}

/// The first key and value of a case: enough to find it by.
fn first_line(node: &Node) -> Span {
    let first = node.as_object().and_then(|members| members.first());
    first.map_or(node.span, |member| {
        Span::new(member.key_span.start(), member.value.span.end())
    })
}

/// The actions; a name that is nearly an action's is taken for a mistake: a deny of it would prove nothing.
fn expanded(reader: &mut Reader<'_>, text: &At<String>) -> Vec<String> {
    let quoted = shortened(&text.value);
    let as_of = iam_catalog::source().as_of;
    match expand_actions(&text.value) {
        ActionNames::Known(names) => return names,
        ActionNames::Unknown { near: Some(near) } => {
            let message = format!("AWS had no action `{quoted}` as of {as_of}");
            let help = format!("did you mean {near}?");
            reader
                .findings
                .error(&text.place, Rule::WrongValue, message, help);
        }
        ActionNames::Unknown { near: None } => {
            let message = format!("AWS had no action `{quoted}` as of {as_of}");
            let help = "see that it is right; an action that AWS has added since is not known here";
            reader
                .findings
                .warning(&text.place, Rule::WrongValue, message, help);
            return vec![text.value.clone()];
        }
        ActionNames::None { near } => {
            let message = format!("`{quoted}` stands for no action");
            let help = match near {
                Some(near) => format!("did you mean {near}?"),
                None => "write it as s3:GetObject or s3:Get*; `daypass actions` lists them".to_owned(),
            };
            reader
                .findings
                .error(&text.place, Rule::WrongValue, message, help);
        }
    }
    Vec::new()
}

fn resource(reader: &mut Reader<'_>, text: &At<String>) {
    let is_right = text.value == "*" || text.value.starts_with("arn:") && text.value.split(':').count() >= 6;
    // `arn:aws:s3*` is a pattern of ARNs too.
    let is_pattern = text.value.starts_with("arn:") && text.value.contains('*');
    if !is_right && !is_pattern {
        let message = format!("`{}` is no ARN", shortened(&text.value));
        let help = "write it as arn:aws:s3:::bucket/key, or `*` for every resource that the action has";
        reader
            .findings
            .error(&text.place, Rule::WrongValue, message, help);
    }
}

fn reason(reader: &mut Reader<'_>, node: &Node, expectation: Expectation) -> Option<ExpectedReason> {
    if node.as_object().is_none() {
        let statement = reader.text(node, "reason")?;
        return Some(ExpectedReason {
            statement: Some(statement.value),
            ..ExpectedReason::default()
        });
    }
    let fields = reader.fields(node, "the reason", &REASON)?;
    let decisions = [Decision::Allow, Decision::ImplicitDeny, Decision::ExplicitDeny];
    let decision = choice(reader, fields, "decision", &decisions, Decision::as_str);
    if let Some(decision) = &decision
        && !expectation.is_met_by(decision.value)
    {
        let message = format!(
            "the case expects {}, and its reason says {}",
            expectation.as_str(),
            decision.value
        );
        reader
            .findings
            .error(&decision.place, Rule::WrongValue, message, "");
    }
    Some(ExpectedReason {
        decision: decision.map(|decision| decision.value),
        statement: reader.optional_text(fields, "statement").map(|text| text.value),
        policy: choice(reader, fields, "policy", &PolicyKind::ALL, PolicyKind::as_str).map(|kind| kind.value),
        key: reader.optional_text(fields, "key").map(|text| text.value),
    })
}

/// One of several values, by its name.
fn choice<T: Copy>(
    reader: &mut Reader<'_>,
    fields: Fields<'_>,
    key: &str,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Option<At<T>> {
    let text = reader.optional_text(fields, key)?;
    if let Some(found) = all.iter().find(|value| name(**value) == text.value) {
        return Some(At {
            value: *found,
            place: text.place,
        });
    }
    let names: Vec<&str> = all.iter().map(|value| name(*value)).collect();
    let help = match nearest(&text.value, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it is one of {}", names.join(", ")),
    };
    let message = format!("unknown {key} `{}`", shortened(&text.value));
    reader
        .findings
        .error(&text.place, Rule::WrongValue, message, help);
    None
}
