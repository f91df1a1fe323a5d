//! From the syntax tree to a document, gathering everything that is wrong on the way.
//! IAM User Guide, "Grammar of the IAM JSON policy language".

use std::borrow::Cow;

use crate::arn::is_account_id;
use crate::document::{
    ActionClause, Condition, Document, Effect, PrincipalClause, PrincipalEntry, PrincipalType,
    ResourceClause, Statement, Value, ValueForm, ValueList, Version, Who,
};
use crate::nearest::nearest;
use crate::operator::{Comparison, Operator};
use crate::span::{Diagnostic, Span};
use crate::syntax::{self, Member, Node, NodeKind};

const DOCUMENT_ELEMENTS: [&str; 3] = ["Version", "Id", "Statement"];
const STATEMENT_ELEMENTS: [&str; 10] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
    "Statement",
];

impl Document {
    /// Reads a document from JSON text.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the text. Text that is not JSON gives one diagnostic.
    pub fn parse(text: &str) -> Result<Document, Vec<Diagnostic>> {
        let root = syntax::parse_json(text)?;
        let strangers = strange_characters(text);
        match document(&root) {
            Ok(document) if strangers.is_empty() => Ok(document),
            Ok(_) => Err(strangers),
            Err(mut wrong) => {
                wrong.extend(strangers);
                wrong.sort_by_key(|diagnostic| diagnostic.span);
                Err(wrong)
            }
        }
    }

    /// Builds a document from a tree, which may come from another format than JSON.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the text.
    pub fn from_node(root: &Node) -> Result<Document, Vec<Diagnostic>> {
        document(root)
    }
}

fn document(root: &Node) -> Result<Document, Vec<Diagnostic>> {
    let mut reader = Reader { wrong: Vec::new() };
    let document = reader.document(root);
    match document {
        Some(document) if reader.wrong.is_empty() => Ok(document),
        _ => {
            reader.wrong.sort_by_key(|diagnostic| diagnostic.span);
            Err(reader.wrong)
        }
    }
}

/// Characters that AWS refuses in the text of a document; in an escape (`\u20ac`) they pass.
/// IAM API Reference, CreatePolicy: `[\u0009\u000A\u000D\u0020-\u00FF]+`.
fn strange_characters(text: &str) -> Vec<Diagnostic> {
    if text.is_ascii() {
        return Vec::new();
    }
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let offset = text.len() - body.len();
    body.char_indices()
        .filter(|(_, c)| *c > '\u{ff}')
        .map(|(at, c)| {
            let span = Span::new(offset + at, offset + at + c.len_utf8());
            let escape = c
                .encode_utf16(&mut [0; 2])
                .iter()
                .fold(String::new(), |escape, unit| escape + &format!("\\u{unit:04x}"));
            Diagnostic::new(span, format!("`{c}` cannot stand in a policy document")).with_help(format!(
                "AWS takes characters up to U+00FF; write {escape} if it must be this one"
            ))
        })
        .collect()
}

/// Which values may stand without quotes: "Quotation marks are optional for numeric and Boolean values".
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unquoted {
    Nothing,
    /// Booleans and numbers, in conditions.
    Scalars,
    /// Account ids, in principals.
    Accounts,
}

/// Reads on after a mistake; what it returns is used only when nothing is wrong.
struct Reader {
    wrong: Vec<Diagnostic>,
}

impl Reader {
    fn say(&mut self, span: Span, message: impl Into<String>) {
        self.wrong.push(Diagnostic::new(span, message));
    }

    fn say_with_help(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.wrong.push(Diagnostic::new(span, message).with_help(help));
    }

    fn document(&mut self, root: &Node) -> Option<Document> {
        let members = self.members(root, "a policy document", "an object")?;
        self.no_strangers(members, "a policy document", &DOCUMENT_ELEMENTS);
        let mut version = Version::V2008;
        let mut version_span = None;
        if let Some(node) = find(members, "Version") {
            version = self.version(node);
            version_span = Some(node.span);
        }
        let id = find(members, "Id").and_then(|node| self.string(node, "Id"));
        let statements = if let Some(node) = find(members, "Statement") {
            self.statements(node)
        } else {
            let help = "a policy document looks like {\"Version\": \"2012-10-17\", \"Statement\": [...]}";
            self.say_with_help(root.span, "the document has no Statement", help);
            Vec::new()
        };
        Some(Document {
            version,
            version_span,
            id,
            statements,
            span: root.span,
        })
    }

    fn version(&mut self, node: &Node) -> Version {
        // Read on with the current version, so that the rest of the document is checked too.
        let text = self
            .string(node, "Version")
            .unwrap_or_else(|| "2012-10-17".to_owned());
        match text.as_str() {
            "2012-10-17" => Version::V2012,
            "2008-10-17" => Version::V2008,
            other => {
                let message = format!("unknown Version `{other}`");
                let help = "the version of the policy language is \"2012-10-17\"; it is not a date of yours";
                self.say_with_help(node.span, message, help);
                Version::V2012
            }
        }
    }

    fn statements(&mut self, node: &Node) -> Vec<Statement> {
        match &node.kind {
            NodeKind::Array(items) => {
                let mut statements = Vec::with_capacity(items.len());
                statements.extend(items.iter().filter_map(|item| self.statement(item)));
                statements
            }
            NodeKind::Object(_) => self.statement(node).into_iter().collect(),
            _ => {
                self.say(
                    node.span,
                    format!(
                        "Statement wants an object or a list of objects, this is {}",
                        node.described()
                    ),
                );
                Vec::new()
            }
        }
    }

    fn statement(&mut self, node: &Node) -> Option<Statement> {
        let members = self.members(node, "a statement", "an object")?;
        self.no_strangers(members, "a statement", &STATEMENT_ELEMENTS);
        let sid = find(members, "Sid").and_then(|node| self.string(node, "Sid"));
        let effect = self.effect(node, members);
        let action = self
            .either(members, "Action", "NotAction")
            .map(|(member, negated)| ActionClause {
                negated,
                actions: self.strings(&member.value, &member.key),
                key_span: member.key_span,
            });
        if action.is_none() {
            let help = "add \"Action\": the operations that the statement is about, such as \"s3:GetObject\"";
            self.say_with_help(node.span, "the statement has no Action", help);
        }
        let resource = self
            .either(members, "Resource", "NotResource")
            .map(|(member, negated)| ResourceClause {
                negated,
                resources: self.strings(&member.value, &member.key),
                key_span: member.key_span,
            });
        let principal = self
            .either(members, "Principal", "NotPrincipal")
            .and_then(|(member, negated)| self.principal(member, negated));
        let conditions = find(members, "Condition")
            .map(|node| self.conditions(node))
            .unwrap_or_default();
        Some(Statement {
            sid,
            effect: effect?,
            principal,
            action: action?,
            resource,
            conditions,
            span: node.span,
        })
    }

    fn effect(&mut self, statement: &Node, members: &[Member]) -> Option<Effect> {
        let Some(node) = find(members, "Effect") else {
            let help = "add \"Effect\": \"Allow\" or \"Effect\": \"Deny\"";
            self.say_with_help(statement.span, "the statement has no Effect", help);
            return None;
        };
        let text = self.string(node, "Effect")?;
        match text.as_str() {
            "Allow" => Some(Effect::Allow),
            "Deny" => Some(Effect::Deny),
            other => {
                let help = match nearest(other, ["Allow", "Deny"]) {
                    Some(near) => format!("write \"{near}\""),
                    None => "write \"Allow\" or \"Deny\"".to_owned(),
                };
                self.say_with_help(node.span, format!("unknown Effect `{other}`"), help);
                None
            }
        }
    }

    fn principal(&mut self, member: &Member, negated: bool) -> Option<PrincipalClause> {
        let node = &member.value;
        let who = match &node.kind {
            NodeKind::String(text) if text == "*" => Who::Everyone(node.span),
            NodeKind::String(text) => {
                let kind = if text.ends_with(".amazonaws.com") {
                    "Service"
                } else {
                    "AWS"
                };
                let message = format!("{} wants \"*\" or an object", member.key);
                self.say_with_help(node.span, message, format!("write {{\"{kind}\": \"{text}\"}}"));
                return None;
            }
            NodeKind::Object(members) => {
                self.no_duplicates(members, &member.key);
                Who::Listed(
                    members
                        .iter()
                        .filter_map(|member| self.principal_entry(member))
                        .collect(),
                )
            }
            _ => {
                let message = format!(
                    "{} wants \"*\" or an object, this is {}",
                    member.key,
                    node.described()
                );
                self.say(node.span, message);
                return None;
            }
        };
        Some(PrincipalClause {
            negated,
            who,
            key_span: member.key_span,
        })
    }

    fn principal_entry(&mut self, member: &Member) -> Option<PrincipalEntry> {
        let kind = PrincipalType::ALL
            .into_iter()
            .find(|kind| kind.as_str() == member.key);
        if kind.is_none() {
            let names = PrincipalType::ALL.map(PrincipalType::as_str);
            let help = match nearest(&member.key, names) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!("the kinds are {}", names.join(", ")),
            };
            self.say_with_help(
                member.key_span,
                format!("unknown kind of principal `{}`", member.key),
                help,
            );
        }
        let values = self.values(&member.value, &member.key, Unquoted::Accounts);
        Some(PrincipalEntry {
            kind: kind?,
            kind_span: member.key_span,
            values,
        })
    }

    fn conditions(&mut self, node: &Node) -> Vec<Condition> {
        let Some(operators) = self.members(node, "Condition", "an object of operators") else {
            return Vec::new();
        };
        self.no_duplicates(operators, "Condition");
        let keys = |operator: &Member| operator.value.as_object().map_or(0, <[Member]>::len);
        let mut conditions = Vec::with_capacity(operators.iter().map(keys).sum());
        for operator in operators {
            self.operator_name(operator);
            let wanted = "an object of condition keys";
            let Some(keys) = self.members(&operator.value, &operator.key, wanted) else {
                continue;
            };
            self.no_duplicate_keys(keys, &operator.key);
            for key in keys {
                conditions.push(Condition {
                    operator: operator.key.clone(),
                    operator_span: operator.key_span,
                    key: key.key.clone(),
                    key_span: key.key_span,
                    values: self.values(&key.value, &key.key, Unquoted::Scalars),
                });
            }
        }
        conditions
    }

    fn operator_name(&mut self, member: &Member) {
        if Operator::parse(&member.key).is_some() {
            return;
        }
        let (set, rest) = member.key.split_once(':').unwrap_or(("", &member.key));
        let (stem, suffix) = match rest.strip_suffix("IfExists") {
            Some(stem) => (stem, "IfExists"),
            None => (rest, ""),
        };
        let help = if stem == "Null" {
            "Null already asks whether the key exists: write \"Null\"".to_owned()
        } else if !set.is_empty() && !matches!(set, "ForAllValues" | "ForAnyValue") {
            "the set operators are ForAllValues: and ForAnyValue:".to_owned()
        } else {
            match nearest(stem, Comparison::ALL.iter().map(|c| c.as_str())) {
                Some(near) if set.is_empty() => format!("did you mean \"{near}{suffix}\"?"),
                Some(near) => format!("did you mean \"{set}:{near}{suffix}\"?"),
                None => "Condition wants {\"operator\": {\"condition key\": \"value\"}}".to_owned(),
            }
        };
        self.say_with_help(
            member.key_span,
            format!("unknown condition operator `{}`", member.key),
            help,
        );
    }

    /// The one of two opposite elements that is written.
    fn either<'m>(
        &mut self,
        members: &'m [Member],
        plain: &str,
        negated: &str,
    ) -> Option<(&'m Member, bool)> {
        let plain_member = members.iter().find(|member| member.key == plain);
        let negated_member = members.iter().find(|member| member.key == negated);
        match (plain_member, negated_member) {
            (Some(member), Some(other)) => {
                let message = format!("a statement has {plain} or {negated}, not both");
                self.say_with_help(other.key_span, message, "make two statements of it");
                // Read on: what is wrong inside is told as well.
                Some((member, false))
            }
            (Some(member), None) => Some((member, false)),
            (None, Some(member)) => Some((member, true)),
            (None, None) => None,
        }
    }

    fn members<'n>(&mut self, node: &'n Node, what: &str, wanted: &str) -> Option<&'n [Member]> {
        let members = node.as_object();
        if members.is_none() {
            self.say(
                node.span,
                format!("{what} must be {wanted}, this is {}", node.described()),
            );
        }
        members
    }

    fn no_strangers(&mut self, members: &[Member], place: &str, known: &[&str]) {
        self.no_duplicates(members, place);
        for member in members {
            // "Statement" is listed for statements so that a misnested one gets its own help.
            let nested = place == "a statement" && member.key == "Statement";
            if known.contains(&member.key.as_str()) && !nested {
                continue;
            }
            let help = match nearest(&member.key, known.iter().copied()) {
                Some("Statement") if place == "a statement" => {
                    "statements stand side by side in one list".to_owned()
                }
                Some(near) => format!("did you mean \"{near}\"?"),
                None if STATEMENT_ELEMENTS.contains(&member.key.as_str()) => {
                    format!("\"{}\" belongs inside a statement", member.key)
                }
                None if DOCUMENT_ELEMENTS.contains(&member.key.as_str()) => {
                    format!("\"{}\" belongs beside \"Statement\"", member.key)
                }
                None => {
                    let names: Vec<&str> = known.iter().copied().filter(|name| *name != place).collect();
                    format!("{place} may have {}", names.join(", "))
                }
            };
            self.say_with_help(
                member.key_span,
                format!("{place} has no element `{}`", member.key),
                help,
            );
        }
    }

    fn no_duplicates(&mut self, members: &[Member], place: &str) {
        let keys = members.iter().map(|member| member.key.as_str().into());
        self.duplicates(members, place, keys.collect());
    }

    /// Condition keys are the same whatever their case.
    fn no_duplicate_keys(&mut self, members: &[Member], place: &str) {
        let keys = members.iter().map(|member| member.key.to_lowercase().into());
        self.duplicates(members, place, keys.collect());
    }

    fn duplicates(&mut self, members: &[Member], place: &str, keys: Vec<Cow<'_, str>>) {
        let mut keys: Vec<_> = keys.into_iter().zip(members).collect();
        // Stable: of the same keys the first one written stays the first.
        keys.sort_by(|(a, _), (b, _)| a.cmp(b));
        for pair in keys.windows(2) {
            let [(first, _), (second, member)] = pair else {
                continue;
            };
            if first == second {
                let message = format!("`{}` is written twice in {place}", member.key);
                self.say_with_help(
                    member.key_span,
                    message,
                    "AWS refuses a document with a key written twice",
                );
            }
        }
    }

    fn string(&mut self, node: &Node, element: &str) -> Option<String> {
        let text = node.as_str();
        if text.is_none() {
            self.say(
                node.span,
                format!("{element} must be a string, this is {}", node.described()),
            );
        }
        text.map(str::to_owned)
    }

    fn strings(&mut self, node: &Node, element: &str) -> ValueList {
        self.values(node, element, Unquoted::Nothing)
    }

    /// A value or a list of values.
    fn values(&mut self, node: &Node, element: &str, unquoted: Unquoted) -> ValueList {
        let (items, written_as_list) = match &node.kind {
            NodeKind::Array(items) => (items.as_slice(), true),
            _ => (std::slice::from_ref(node), false),
        };
        // Exactly as long as it has to be: documents are kept for as long as their engine.
        let mut values = Vec::with_capacity(items.len());
        values.extend(
            items
                .iter()
                .filter_map(|item| self.value(item, element, unquoted)),
        );
        ValueList {
            values,
            written_as_list,
            span: node.span,
        }
    }

    fn value(&mut self, node: &Node, element: &str, unquoted: Unquoted) -> Option<Value> {
        let (text, form) = match &node.kind {
            NodeKind::String(text) => (text.clone(), ValueForm::String),
            NodeKind::Bool(value) if unquoted == Unquoted::Scalars => (value.to_string(), ValueForm::Bool),
            NodeKind::Number(number) if unquoted == Unquoted::Scalars => (number.clone(), ValueForm::Number),
            // Printed in quotes: as a number an account id would lose its zeros.
            NodeKind::Number(digits) if unquoted == Unquoted::Accounts && is_account_id(digits) => {
                (digits.clone(), ValueForm::String)
            }
            _ => {
                let message = format!(
                    "{element} wants a string or a list of strings, this is {}",
                    node.described()
                );
                self.say(node.span, message);
                return None;
            }
        };
        Some(Value {
            text,
            form,
            span: node.span,
        })
    }
}

fn find<'m>(members: &'m [Member], key: &str) -> Option<&'m Node> {
    members
        .iter()
        .find(|member| member.key == key)
        .map(|member| &member.value)
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
