//! JSON Schemas of the files, for editors: made of the tables by which the reader knows its keys.

use serde_json::{Map, Value, json};

use super::shape::{
    ACCOUNTS_FILE, Form, LONGEST_TERM, PERMANENT_FILE, POLICIES_FILE, SETTINGS_FILE, Shape, TEMPORARY_FILE,
};

/// The files that have a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TeamFile {
    /// `aws-accounts/TEAM.yaml`
    Accounts,
    /// `aws-policies/TEAM.yaml`
    Policies,
    /// `permanent-access/TEAM.yaml`
    Permanent,
    /// `temporary-access/TEAM.yaml`
    Temporary,
    /// `daypass.yaml`
    Settings,
}

impl TeamFile {
    /// All of them.
    pub const ALL: [TeamFile; 5] = [
        TeamFile::Accounts,
        TeamFile::Policies,
        TeamFile::Permanent,
        TeamFile::Temporary,
        TeamFile::Settings,
    ];

    /// The directory of a team's files of this kind; nothing for the settings, which every team shares.
    pub const fn directory(self) -> Option<&'static str> {
        match self {
            TeamFile::Accounts => Some("aws-accounts"),
            TeamFile::Policies => Some("aws-policies"),
            TeamFile::Permanent => Some("permanent-access"),
            TeamFile::Temporary => Some("temporary-access"),
            TeamFile::Settings => None,
        }
    }

    pub(super) const fn shape(self) -> &'static Shape {
        match self {
            TeamFile::Accounts => &ACCOUNTS_FILE,
            TeamFile::Policies => &POLICIES_FILE,
            TeamFile::Permanent => &PERMANENT_FILE,
            TeamFile::Temporary => &TEMPORARY_FILE,
            TeamFile::Settings => &SETTINGS_FILE,
        }
    }

    /// The file's JSON Schema (draft 2020-12). What it refuses, the reader refuses; the reader knows more.
    pub fn schema(self) -> Value {
        let mut schema = Map::new();
        schema.insert(
            "$schema".to_owned(),
            json!("https://json-schema.org/draft/2020-12/schema"),
        );
        schema.insert("title".to_owned(), json!(self.shape().place));
        if let Value::Object(object) = of_shape(self.shape()) {
            schema.extend(object);
        }
        // A file of comments alone is right.
        schema.insert("type".to_owned(), json!(["object", "null"]));
        Value::Object(schema)
    }
}

pub(crate) fn of_shape(shape: &Shape) -> Value {
    let properties: Map<String, Value> = shape
        .keys
        .iter()
        .map(|key| {
            let mut schema = of_form(&key.form);
            if let Value::Object(object) = &mut schema {
                object.insert("description".to_owned(), json!(key.about));
            }
            (key.name.to_owned(), schema)
        })
        .collect();
    let required: Vec<&str> = shape
        .keys
        .iter()
        .filter(|key| key.required)
        .map(|key| key.name)
        .collect();
    let some: Vec<Value> = shape
        .some_of
        .iter()
        .map(|keys| json!({"anyOf": keys.iter().map(|key| json!({"required": [key]})).collect::<Vec<_>>()}))
        .chain(
            shape
                .not_both
                .iter()
                .map(|(one, other)| json!({"not": {"required": [one, other]}})),
        )
        .collect();
    let mut schema = json!({
        "description": shape.about,
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    if let Value::Object(object) = &mut schema {
        if !required.is_empty() {
            object.insert("required".to_owned(), json!(required));
        }
        if !some.is_empty() {
            object.insert("allOf".to_owned(), json!(some));
        }
    }
    schema
}

fn of_form(form: &Form) -> Value {
    match form {
        Form::Text => json!({"type": "string", "pattern": "\\S"}),
        Form::Pattern(pattern) => json!({"type": "string", "pattern": pattern}),
        Form::Choice(choices) => json!({"enum": choices}),
        // Without quotes a number, if it begins with another digit than 0.
        Form::Account => json!({"anyOf": [
            {"type": "string", "pattern": "^[0-9]{12}$"},
            {"type": "integer", "minimum": 100_000_000_000_u64, "maximum": 999_999_999_999_u64},
        ]}),
        Form::Flag => json!({"type": "boolean"}),
        Form::Days => json!({"type": "integer", "minimum": 1, "maximum": LONGEST_TERM}),
        Form::Moment => json!({
            "type": "string",
            "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]*)?)?([.][0-9]*)?(Z|[+-][0-9]{2}:[0-9]{2}))?$",
        }),
        Form::List(item) => json!({"type": "array", "minItems": 1, "items": of_form(item)}),
        Form::OneOrList(item) => json!({"anyOf": [of_form(item), of_form(&Form::List(item))]}),
        Form::Entries(item) => json!({"type": "array", "items": of_form(item)}),
        Form::Object(shape) => of_shape(shape),
        Form::Map(pattern, value) => json!({
            "type": "object",
            "propertyNames": {"pattern": pattern},
            "additionalProperties": of_form(value),
        }),
        Form::Either(one, other) => json!({"anyOf": [of_form(one), of_form(other)]}),
        Form::OrNothing(form) => json!({"anyOf": [of_form(form), {"type": "null"}]}),
        Form::Document => json!({"type": "object"}),
        Form::Context => {
            let scalar = json!({"type": ["string", "boolean", "number"]});
            let values = json!({"anyOf": [scalar, {"type": "array", "items": scalar}, {"type": "null"}]});
            json!({"type": "object", "propertyNames": {"pattern": ":"}, "additionalProperties": values})
        }
        Form::Conditions => {
            let scalar = json!({"type": ["string", "boolean", "number"]});
            let values = json!({"anyOf": [scalar, {"type": "array", "items": scalar}]});
            json!({
                "type": "object",
                "additionalProperties": {"type": "object", "additionalProperties": values},
            })
        }
    }
}
