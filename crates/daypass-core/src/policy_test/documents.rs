//! The policies of a test file: which texts it wants, and the documents in them.

use std::collections::BTreeMap;
use std::sync::Arc;

use iam_policy::syntax::{Node, nearest};
use iam_policy::{Document, Level, PolicyKind, PolicySet, Source, Span};
use jiff::Timestamp;

use super::known::aws_policy;
use super::read::Draft;
use crate::policy_text::{self, TextFormat};
use crate::team::finding::{Findings, Place, Rule};
use crate::team::{FileText, TeamName, TeamPolicy, Term, policies_of};

/// A policy as a test file names it.
#[derive(Debug)]
pub(super) struct PolicyDraft {
    pub(super) span: Span,
    pub(super) which: Draftee,
}

/// Which policy is meant.
#[derive(Debug)]
pub(super) enum Draftee {
    File(String),
    Managed(String),
    Team {
        team: TeamName,
        policy: String,
        dir: Option<String>,
    },
    Inline(Node),
}

/// Policies of one level of an organization.
#[derive(Debug)]
pub(super) struct LevelDraft {
    pub(super) name: String,
    pub(super) policies: Vec<PolicyDraft>,
}

/// All policies of a test file.
#[derive(Debug, Default)]
pub(super) struct PolicyDrafts {
    pub(super) lists: Vec<(PolicyKind, Vec<PolicyDraft>)>,
    pub(super) levels: Vec<(PolicyKind, Vec<LevelDraft>)>,
}

/// A text that a test file wants, as it is written there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wanted {
    /// A policy document's file, relative to the test file.
    File(String),
    /// The policies of a team.
    Team {
        /// Where its files are, relative to the test file; `None`: in the nearest directory above that has such files.
        dir: Option<String>,
        /// Which team.
        team: TeamName,
    },
}

/// The texts that were found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Policy documents, by what the test file calls them; an error says why there is none.
    pub files: BTreeMap<String, Result<FileText, String>>,
    /// The files of teams.
    pub teams: BTreeMap<Wanted, Result<FoundTeam, String>>,
}

/// The files of a team that its policies depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundTeam {
    /// `daypass.yaml`
    pub settings: FileText,
    /// `aws-policies/TEAM.yaml`
    pub policies: FileText,
}

/// A document under test.
#[derive(Debug, Clone)]
pub struct SuiteDocument {
    /// What explanations call it; no other document of the suite is called so.
    pub name: String,
    /// The file that it stands in.
    pub file: Arc<str>,
    /// That file's text, which the document's places point into.
    pub text: Arc<str>,
    /// What it says.
    pub document: Arc<Document>,
    /// Its ARN, when it is a managed policy.
    pub arn: Option<&'static str>,
    /// Whether it is AWS's own, so that nobody tests it for its own sake.
    pub is_of_aws: bool,
    /// What it is used as.
    pub kinds: Vec<PolicyKind>,
}

impl Draft {
    /// The texts that are wanted, each once.
    pub fn wanted(&self) -> Vec<Wanted> {
        let of_levels = self.policies.levels.iter().flat_map(|(_, levels)| levels);
        let policies = self
            .policies
            .lists
            .iter()
            .flat_map(|(_, policies)| policies)
            .chain(of_levels.flat_map(|level| &level.policies));
        let mut wanted: Vec<Wanted> = policies.filter_map(|policy| policy.which.wanted()).collect();
        wanted.sort_unstable();
        wanted.dedup();
        wanted
    }
}

impl Draftee {
    fn wanted(&self) -> Option<Wanted> {
        match self {
            Draftee::File(path) => Some(Wanted::File(path.clone())),
            Draftee::Team { team, dir, .. } => Some(Wanted::Team {
                dir: dir.clone(),
                team: team.clone(),
            }),
            Draftee::Managed(_) | Draftee::Inline(_) => None,
        }
    }
}

/// Makes documents of drafts, each once, however often it is named.
pub(super) struct Library<'f> {
    path: &'f Arc<str>,
    text: &'f Arc<str>,
    found: &'f Found,
    now: Timestamp,
    teams: BTreeMap<Wanted, Vec<Arc<TeamPolicy>>>,
    pub(super) documents: Vec<SuiteDocument>,
    pub(super) findings: Findings,
}

impl<'f> Library<'f> {
    pub(super) fn new(draft: &'f Draft, found: &'f Found, now: Timestamp) -> Self {
        Library {
            path: &draft.path,
            text: &draft.text,
            found,
            now,
            teams: BTreeMap::new(),
            documents: Vec::new(),
            findings: Findings::default(),
        }
    }

    /// Every policy of the file in its place.
    pub(super) fn policy_set(&mut self, drafts: &PolicyDrafts) -> PolicySet {
        let mut set = PolicySet::default();
        for (kind, policies) in &drafts.lists {
            let sources = self.sources(policies, *kind);
            match kind {
                PolicyKind::Identity => set.identity = sources,
                PolicyKind::Boundary => set.boundary = Some(sources),
                PolicyKind::Session => set.session = Some(sources),
                PolicyKind::Resource => set.resource = self.only(sources, policies),
                PolicyKind::Trust => set.trust = self.only(sources, policies),
                PolicyKind::Endpoint => set.endpoint = self.only(sources, policies),
                PolicyKind::Scp | PolicyKind::Rcp => {}
            }
        }
        for (kind, levels) in &drafts.levels {
            let levels = levels.iter().map(|level| Level {
                name: level.name.clone(),
                policies: self.sources(&level.policies, *kind),
            });
            let levels = Some(levels.collect());
            match kind {
                PolicyKind::Rcp => set.rcp = levels,
                _ => set.scp = levels,
            }
        }
        set
    }

    /// A team's policy may be several documents; a resource has one.
    fn only(&mut self, mut sources: Vec<Source>, drafts: &[PolicyDraft]) -> Option<Source> {
        if let (true, Some(draft)) = (sources.len() > 1, drafts.first()) {
            let place = self.place(draft.span);
            let message = "this is several documents, and there can be one of them only";
            self.findings
                .error(&place, Rule::WrongValue, message, "name one file");
        }
        sources.pop()
    }

    fn sources(&mut self, drafts: &[PolicyDraft], kind: PolicyKind) -> Vec<Source> {
        let mut sources: Vec<Source> = Vec::new();
        for draft in drafts {
            for document in self.documents_of(draft, kind) {
                let source = Source::new(document.name, document.document);
                if sources.iter().any(|other| other.name == source.name) {
                    let place = self.place(draft.span);
                    let message = format!("{} is listed twice", source.name);
                    self.findings
                        .warning(&place, Rule::Repeated, message, "keep one of them");
                } else {
                    sources.push(source);
                }
            }
        }
        sources
    }

    fn place(&self, span: Span) -> Place {
        Place {
            file: Arc::clone(self.path),
            span,
        }
    }

    fn documents_of(&mut self, draft: &PolicyDraft, kind: PolicyKind) -> Vec<SuiteDocument> {
        match &draft.which {
            Draftee::File(path) => self.file(path, draft.span, kind).into_iter().collect(),
            Draftee::Managed(name) => self.managed(name, draft.span, kind).into_iter().collect(),
            Draftee::Team { policy, .. } => {
                let wanted = draft.which.wanted();
                wanted
                    .map(|team| self.team_policy(&team, policy, draft.span, kind))
                    .unwrap_or_default()
            }
            Draftee::Inline(node) => self.inline(node, kind).into_iter().collect(),
        }
    }

    /// A document that is already there, used once more.
    fn known(&mut self, name: &str, kind: PolicyKind) -> Option<SuiteDocument> {
        let known = self.documents.iter_mut().find(|document| document.name == name)?;
        if !known.kinds.contains(&kind) {
            known.kinds.push(kind);
        }
        Some(known.clone())
    }

    fn add(&mut self, document: SuiteDocument) -> SuiteDocument {
        self.documents.push(document.clone());
        document
    }

    fn file(&mut self, path: &str, span: Span, kind: PolicyKind) -> Option<SuiteDocument> {
        let found = self.found.files.get(path);
        let why = match found {
            Some(Ok(FileText {
                path,
                text: Some(text),
            })) => {
                if let Some(known) = self.known(path, kind) {
                    return Some(known);
                }
                let (path, text) = (Arc::clone(path), text.strip_prefix('\u{feff}').unwrap_or(text));
                return match policy_text::parse(text, TextFormat::of_name(Some(&path), text)) {
                    Ok(document) => Some(self.add(SuiteDocument {
                        name: path.to_string(),
                        file: path,
                        text: text.into(),
                        document: Arc::new(document),
                        arn: None,
                        is_of_aws: false,
                        kinds: vec![kind],
                    })),
                    Err(wrong) => {
                        for diagnostic in wrong {
                            self.findings.diagnostic(&path, Rule::WrongDocument, diagnostic);
                        }
                        None
                    }
                };
            }
            Some(Err(why)) => why.clone(),
            Some(Ok(FileText { text: None, path })) => format!("there is no file {path}"),
            None => format!("{path} was not read"),
        };
        let place = self.place(span);
        let help =
            "write the path from where this file is; a policy of AWS's is named as {managed: ReadOnlyAccess}";
        self.findings.error(&place, Rule::FileMissing, why, help);
        None
    }

    fn managed(&mut self, name: &str, span: Span, kind: PolicyKind) -> Option<SuiteDocument> {
        let place = self.place(span);
        let Some(policy) = aws_policy(name) else {
            let names = iam_catalog::managed_policies().map(|policy| policy.name);
            let last = name.rsplit('/').next().unwrap_or(name);
            let help = match nearest(last, names) {
                Some(near) => format!("did you mean {near}?"),
                None => "a file is named by its path, such as ./policy.json".to_owned(),
            };
            let as_of = iam_catalog::managed_policies_source().as_of;
            let message = format!("AWS had no managed policy {name} as of {as_of}");
            self.findings
                .error(&place, Rule::ManagedPolicyUnknown, message, help);
            return None;
        };
        self.of_aws(policy.name, policy.document, policy.arn, kind)
    }

    /// AWS's documents have no white space; printed as a person would they can be quoted.
    fn of_aws(
        &mut self,
        name: &str,
        document: &str,
        arn: Option<&'static str>,
        kind: PolicyKind,
    ) -> Option<SuiteDocument> {
        if let Some(known) = self.known(name, kind) {
            return Some(known);
        }
        let text = Document::parse(document).ok()?.to_json();
        let document = Document::parse(&text).ok()?;
        Some(self.add(SuiteDocument {
            name: name.to_owned(),
            file: name.into(),
            text: text.into(),
            document: Arc::new(document),
            arn,
            is_of_aws: true,
            kinds: vec![kind],
        }))
    }

    fn inline(&mut self, node: &Node, kind: PolicyKind) -> Option<SuiteDocument> {
        match Document::from_node(node) {
            Ok(document) => {
                let (line, _) = node.span.line_and_column(self.text);
                let mut name = format!("{}:{line}", self.path);
                while self.documents.iter().any(|document| document.name == name) {
                    name.push('\'');
                }
                Some(self.add(SuiteDocument {
                    name,
                    file: Arc::clone(self.path),
                    text: Arc::clone(self.text),
                    document: Arc::new(document),
                    arn: None,
                    is_of_aws: false,
                    kinds: vec![kind],
                }))
            }
            Err(wrong) => {
                for diagnostic in wrong {
                    self.findings
                        .diagnostic(self.path, Rule::WrongDocument, diagnostic);
                }
                None
            }
        }
    }

    /// The statements and managed policies of a team's policy, held to what it asks for (`require_mfa`).
    fn team_policy(
        &mut self,
        wanted: &Wanted,
        policy: &str,
        span: Span,
        kind: PolicyKind,
    ) -> Vec<SuiteDocument> {
        let Wanted::Team { team, .. } = wanted else {
            return Vec::new();
        };
        let place = self.place(span);
        let found = match self.found.teams.get(wanted) {
            Some(Ok(found)) => found,
            Some(Err(why)) => {
                let help = "name the directory that has aws-policies with `dir`";
                self.findings.error(&place, Rule::FileMissing, why.clone(), help);
                return Vec::new();
            }
            None => return Vec::new(),
        };
        if !self.teams.contains_key(wanted) {
            let (policies, findings) = policies_of(team, &found.settings, &found.policies, self.now);
            self.findings.extend(findings);
            self.teams.insert(wanted.clone(), policies);
        }
        let policies = self.teams.get(wanted).cloned().unwrap_or_default();
        let Some(granted) = policies.iter().find(|granted| granted.key.as_str() == policy) else {
            let help = match nearest(policy, policies.iter().map(|policy| policy.key.as_str())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the policies of the team stand in {}", found.policies.path),
            };
            let message = format!("team {team} has no policy `{policy}`, or it is not right");
            self.findings.error(&place, Rule::UnknownGrant, message, help);
            return Vec::new();
        };
        let mut documents = Vec::new();
        let name = format!("{team} {policy}");
        if let Some(document) = granted.document_for(Term::Permanent) {
            let known = self.known(&name, kind);
            documents.push(known.unwrap_or_else(|| {
                self.add(SuiteDocument {
                    name,
                    file: Arc::clone(&found.policies.path),
                    text: found.policies.text.as_deref().unwrap_or_default().into(),
                    document: Arc::new(document),
                    arn: None,
                    is_of_aws: false,
                    kinds: vec![kind],
                })
            }));
        }
        for arn in &granted.managed {
            let Some(managed) = aws_policy(arn.as_str()) else {
                let message = format!("{arn} belongs to the policy, and what it says is not known here");
                let help = "test its document beside the policy: add it with {file: ...}";
                self.findings
                    .warning(&place, Rule::ManagedPolicyUnknown, message, help);
                continue;
            };
            let Some(mut document) = self.of_aws(managed.name, managed.document, managed.arn, kind) else {
                continue;
            };
            if granted.require_mfa {
                // Another document than the same policy without MFA.
                let held = granted.conditioned(&document.document, Term::Permanent);
                document.name = format!("{} (with MFA)", managed.name);
                document.document = Arc::new(held);
                document.arn = None;
                let known = self.known(&document.name, kind);
                document = known.unwrap_or_else(|| self.add(document));
            }
            documents.push(document);
        }
        documents
    }
}
