//! `aws-policies/TEAM.yaml`: the policies that can be granted.

use iam_policy::syntax::{Member, Node, NodeKind, nearest};
use iam_policy::{Arn, Document};
use jiff::Timestamp;

use super::desired::Delivery;
use super::finding::{Place, Rule};
use super::names::PolicyKey;
use super::reader::{At, Fields, Reader, shortened};
use super::settings::{PolicyRef, boundary, days, is_managed_policy};
use super::shape::{POLICY, STATEMENT_SHAPE};

/// "IAM API Reference", CreatePolicy: a description has at most 1,000 characters.
const LONGEST_DESCRIPTION: usize = 1_000;

/// A policy as read. With something wrong in it, it still has its name, so that grants of it are not unknown.
#[derive(Debug)]
pub(super) struct PolicyDraft {
    pub(super) key: At<PolicyKey>,
    pub(super) description: Option<String>,
    pub(super) managed: Vec<At<Arn>>,
    pub(super) document: Option<At<Document>>,
    pub(super) require_mfa: bool,
    pub(super) max_days: Option<u16>,
    pub(super) delivery: At<Delivery>,
    pub(super) boundary: Option<PolicyRef>,
    pub(super) is_whole: bool,
}

pub(super) fn read(reader: &mut Reader<'_>, node: &Node, now: Timestamp) -> Vec<PolicyDraft> {
    let members = reader.members(node, "aws-policies", "names of policies and what each holds");
    members
        .iter()
        .filter_map(|member| policy(reader, member, now))
        .collect()
}

fn policy(reader: &mut Reader<'_>, member: &Member, now: Timestamp) -> Option<PolicyDraft> {
    let mark = reader.findings.mark();
    let name = reader.at(member.key.clone(), member.key_span);
    let key: Option<At<PolicyKey>> = reader.parsed(&name, Rule::WrongName);
    let what = format!("policy {}", shortened(&member.key));
    let fields = reader.fields(&member.value, &what, &POLICY);
    let mut draft = PolicyDraft {
        key: key?,
        description: None,
        managed: Vec::new(),
        document: None,
        require_mfa: false,
        max_days: None,
        delivery: reader.at(Delivery::Auto, member.key_span),
        boundary: None,
        is_whole: false,
    };
    if let Some(fields) = fields {
        draft.description = description(reader, fields);
        if let Some(node) = fields.get("managed_policies") {
            draft.managed = managed(reader, node);
        }
        draft.document = fields
            .get("custom_statements")
            .and_then(|node| document(reader, node, now));
        draft.require_mfa = flag(reader, fields, "require_mfa");
        draft.max_days = days(reader, fields, "max_days");
        draft.delivery = delivery(reader, fields).unwrap_or(draft.delivery);
        draft.boundary = boundary(reader, fields);
    }
    draft.is_whole = !reader.findings.errors_since(mark);
    Some(draft)
}

fn description(reader: &mut Reader<'_>, fields: Fields<'_>) -> Option<String> {
    let text = reader.optional_text(fields, "description")?;
    if text.value.chars().count() > LONGEST_DESCRIPTION {
        let message = format!("the description has more than {LONGEST_DESCRIPTION} characters");
        reader.findings.error(
            &text.place,
            Rule::TooLarge,
            message,
            "IAM keeps no longer one; shorten it",
        );
    }
    Some(text.value)
}

fn flag(reader: &mut Reader<'_>, fields: Fields<'_>, key: &str) -> bool {
    let Some(node) = fields.get(key) else { return false };
    if let NodeKind::Bool(value) = node.kind {
        return value;
    }
    reader.wants(node, key, "true or false", "write true or false, without quotes");
    false
}

fn delivery(reader: &mut Reader<'_>, fields: Fields<'_>) -> Option<At<Delivery>> {
    let text = reader.optional_text(fields, "delivery")?;
    let value = match text.value.as_str() {
        "auto" => Delivery::Auto,
        "policy" => Delivery::Policy,
        "role" => Delivery::Role,
        other => {
            let help = match nearest(other, ["auto", "policy", "role"]) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "the deliveries are auto, policy and role".to_owned(),
            };
            let message = format!("unknown delivery `{}`", shortened(other));
            reader
                .findings
                .error(&text.place, Rule::WrongValue, message, help);
            return None;
        }
    };
    Some(At {
        value,
        place: text.place,
    })
}

fn managed(reader: &mut Reader<'_>, node: &Node) -> Vec<At<Arn>> {
    let mut policies: Vec<At<Arn>> = Vec::new();
    for item in reader.list(node, "managed_policies") {
        let Some(text) = reader.text(item, "managed_policies") else {
            continue;
        };
        let Some(arn) = text.value.parse::<Arn>().ok().filter(is_managed_policy) else {
            let help = match iam_catalog::find_managed_policy(&text.value) {
                Some(policy) => format!("write \"{}\"", policy.arn),
                None => "write its ARN, such as \"arn:aws:iam::aws:policy/ReadOnlyAccess\"".to_owned(),
            };
            let message = format!("`{}` is not the ARN of a managed policy", shortened(&text.value));
            reader
                .findings
                .error(&text.place, Rule::WrongValue, message, help);
            continue;
        };
        if policies.iter().any(|other| other.value == arn) {
            let message = format!("{arn} is listed twice");
            reader
                .findings
                .warning(&text.place, Rule::Repeated, message, "keep one of them");
            continue;
        }
        known_to_aws(reader, &arn, &text.place);
        policies.push(At {
            value: arn,
            place: text.place,
        });
    }
    policies
}

/// Whether AWS has the policy, as far as the catalog goes: AWS adds policies all the time.
fn known_to_aws(reader: &mut Reader<'_>, arn: &Arn, place: &Place) {
    if arn.account_part() != "aws" || iam_catalog::find_managed_policy(arn.as_str()).is_some() {
        return;
    }
    let name = arn.iam_name().unwrap_or_default();
    if let Some(policy) = iam_catalog::find_managed_policy(name) {
        let message = format!("AWS has its policy {name} at another path");
        let help = format!("write \"{}\"", policy.arn);
        return reader
            .findings
            .error(place, Rule::ManagedPolicyUnknown, message, help);
    }
    let names = iam_catalog::managed_policies().map(|policy| policy.name);
    let help = match nearest(name, names).and_then(iam_catalog::find_managed_policy) {
        Some(near) => format!("did you mean \"{}\"?", near.arn),
        None => "see that it is right; a policy that AWS has added since is not known here".to_owned(),
    };
    let source = iam_catalog::managed_policies_source();
    let message = format!("AWS had no managed policy {name} as of {}", source.as_of);
    reader
        .findings
        .warning(place, Rule::ManagedPolicyUnknown, message, help);
}

/// The statements as a policy document with the places of the YAML text.
fn document(reader: &mut Reader<'_>, node: &Node, now: Timestamp) -> Option<At<Document>> {
    let mark = reader.findings.mark();
    let statements: Vec<Node> = reader
        .list(node, "custom_statements")
        .iter()
        .filter_map(|item| statement(reader, item))
        .collect();
    let written = |key: &str, value| Member {
        key: key.to_owned(),
        key_span: node.span,
        value,
    };
    let root = |kind| Node {
        span: node.span,
        kind,
    };
    let version = root(NodeKind::String("2012-10-17".to_owned()));
    let statements = root(NodeKind::Array(statements));
    let tree = root(NodeKind::Object(vec![
        written("Version", version),
        written("Statement", statements),
    ]));
    match Document::from_node(&tree) {
        Err(wrong) => {
            for diagnostic in wrong {
                reader
                    .findings
                    .diagnostic(&reader.file, Rule::WrongDocument, diagnostic);
            }
            None
        }
        Ok(_) if reader.findings.errors_since(mark) => None,
        Ok(document) => {
            lint(reader, &document, now);
            Some(reader.at(document, node.span))
        }
    }
}

/// The keys of the files and the elements of the policy language.
const ELEMENTS: [(&str, &str); 7] = [
    ("sid", "Sid"),
    ("effect", "Effect"),
    ("actions", "Action"),
    ("not_actions", "NotAction"),
    ("resources", "Resource"),
    ("not_resources", "NotResource"),
    ("condition", "Condition"),
];

fn statement(reader: &mut Reader<'_>, node: &Node) -> Option<Node> {
    let mark = reader.findings.mark();
    let fields = reader.fields(node, "the statement", STATEMENT_SHAPE)?;
    if let Some(sid) = reader.optional_text(fields, "sid") {
        reader.characters(&sid);
    }
    for key in ["actions", "not_actions", "resources", "not_resources"] {
        for item in fields
            .get(key)
            .map(|node| reader.one_or_list(node, key))
            .unwrap_or_default()
        {
            if let Some(text) = reader.text(item, key) {
                reader.characters(&text);
            }
        }
    }
    if let Some(condition) = fields.get("condition") {
        condition_characters(reader, condition);
    }
    if reader.findings.errors_since(mark) {
        return None;
    }
    let mut members = Vec::new();
    for member in node.as_object()? {
        let (_, element) = ELEMENTS.iter().find(|(key, _)| *key == member.key)?;
        members.push(Member {
            key: (*element).to_owned(),
            ..member.clone()
        });
    }
    Some(Node {
        span: node.span,
        kind: NodeKind::Object(members),
    })
}

fn condition_characters(reader: &mut Reader<'_>, node: &Node) {
    match &node.kind {
        NodeKind::String(text) => {
            let text = reader.at(text.clone(), node.span);
            reader.characters(&text);
        }
        NodeKind::Array(items) => items.iter().for_each(|item| condition_characters(reader, item)),
        NodeKind::Object(members) => {
            for member in members {
                let key = reader.at(member.key.clone(), member.key_span);
                reader.characters(&key);
                condition_characters(reader, &member.value);
            }
        }
        NodeKind::Null | NodeKind::Bool(_) | NodeKind::Number(_) => {}
    }
}

impl Reader<'_> {
    /// Complains of what IAM refuses in documents (IAM API Reference, CreatePolicy, PolicyDocument).
    fn characters(&mut self, text: &At<String>) {
        let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{ff}');
        if let Some(wrong) = text.value.chars().find(|c| !allowed(*c)) {
            let message = format!(
                "{wrong:?} (U+{:04X}) cannot stand in a policy document",
                u32::from(wrong)
            );
            let help = "IAM takes tab, line ends and U+0020 to U+00FF";
            self.findings
                .error(&text.place, Rule::WrongCharacter, message, help);
        }
    }
}

fn lint(reader: &mut Reader<'_>, document: &Document, now: Timestamp) {
    // Sizes are measured as the documents reach AWS, and who has a grant is asked whether they could have more.
    let told_elsewhere = ["size-quota", "escalates-privileges"];
    let mut findings = iam_lint::lint(document, iam_lint::DocumentUse::Identity, now);
    findings.retain(|finding| !told_elsewhere.contains(&finding.rule));
    for finding in findings {
        let rule = Rule::Lint(finding.rule);
        let help = finding.help.unwrap_or_default();
        match finding.level {
            iam_lint::Level::Error => reader.error(finding.span, rule, finding.message, help),
            iam_lint::Level::Warning => reader.warning(finding.span, rule, finding.message, help),
            iam_lint::Level::Note => {}
        }
    }
}
