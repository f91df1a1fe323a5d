//! From the syntax tree to a document, gathering everything that is wrong on the way.
//! IAM User Guide, "Grammar of the IAM JSON policy language".

mod reader;

use self::reader::{DOCUMENT_ELEMENTS, Reader, STATEMENT_ELEMENTS, Unquoted, find};
use crate::document::{
    ActionClause, Condition, Document, Effect, PrincipalClause, PrincipalEntry, PrincipalType,
    ResourceClause, Statement, Version, Who,
};
use crate::nearest::nearest;
use crate::operator::{Comparison, Operator};
use crate::span::{Diagnostic, Span};
use crate::syntax::{self, Member, Node, NodeKind};

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

impl Reader {
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
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
