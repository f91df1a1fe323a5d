//! The JSON Schemas say what the reader says: the examples conform, and what a schema refuses the reader refuses.

use super::published::examples;
use super::*;
use iam_policy::syntax::Node;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

fn json_of(node: &Node) -> Value {
    match &node.kind {
        NodeKind::Null => Value::Null,
        NodeKind::Bool(value) => json!(value),
        NodeKind::Number(text) => serde_json::from_str(text).unwrap(),
        NodeKind::String(text) => json!(text),
        NodeKind::Array(items) => items.iter().map(json_of).collect(),
        NodeKind::Object(members) => Value::Object(
            members
                .iter()
                .map(|m| (m.key.clone(), json_of(&m.value)))
                .collect(),
        ),
    }
}

fn conforms(which: TeamFile, value: &Value) -> bool {
    static VALIDATORS: LazyLock<Vec<(TeamFile, jsonschema::Validator)>> = LazyLock::new(|| {
        let validators = TeamFile::ALL.into_iter().map(|which| {
            let schema = which.schema();
            assert!(jsonschema::meta::is_valid(&schema), "{which:?}");
            (which, jsonschema::validator_for(&schema).unwrap())
        });
        validators.collect()
    });
    let (_, validator) = VALIDATORS.iter().find(|(file, _)| *file == which).unwrap();
    validator.is_valid(value)
}

fn files(settings: &FileText, team: &TeamTexts) -> Vec<(TeamFile, String)> {
    [
        (TeamFile::Accounts, &team.accounts),
        (TeamFile::Policies, &team.policies),
        (TeamFile::Permanent, &team.permanent),
        (TeamFile::Temporary, &team.temporary),
        (TeamFile::Settings, settings),
    ]
    .into_iter()
    .map(|(which, file)| (which, file.text.clone().unwrap()))
    .collect()
}

#[test]
fn the_examples_conform() {
    let (settings, teams) = examples();
    for team in &teams {
        for (which, text) in files(&settings, team) {
            let tree = policy_text::tree_of_yaml(&text).unwrap();
            assert!(conforms(which, &json_of(&tree)), "{which:?}");
        }
    }
}

/// Everything that the format has, in right files.
fn whole() -> Team {
    Team::new()
        .settings("max_days: 10\ntimezone: Europe/Berlin\ndeployer_role: D\nusernames: {a@b.c: a}\npolicy_path: /dp/\nboundary: Limit\nsession_name: dp\n")
        .accounts("aws-accounts:\n  dev: \"111122223333\"\n  prod: 444455556666\n")
        .policies(
            "\
aws-policies:
  all:
    description: d
    managed_policies: [\"arn:aws:iam::aws:policy/IAMUserChangePassword\"]
    custom_statements:
      - sid: A
        effect: Deny
        not_actions: s3:GetObject
        not_resources: [\"arn:aws:s3:::x/*\"]
        condition: {Bool: {aws:SecureTransport: true}, NumericLessThan: {s3:max-keys: [1, 2]}}
      - effect: Allow
        actions: [s3:PutObject]
        resources: \"arn:aws:s3:::x/*\"
    require_mfa: true
    max_days: 9
    delivery: auto
    boundary: arn:aws:iam::aws:policy/PowerUserAccess
",
        )
        .permanent("  - description: d\n    user: a@b.c\n    users: [b]\n    role: r\n    roles: [s]\n    group: g\n    groups: [h]\n    environment: dev\n    environments: ['*']\n    grant: all\n    grants: [all]\n    reason: r\n    ticket: t\n")
        .temporary("  - user: c\n    environment: dev\n    grant: all\n    expiration_date: 2026-11-25\n    starts_at: 2026-11-24T10:00:00+01:00\n")
}

/// The keys of every object in a schema.
fn keys(schema: &Value, out: &mut Vec<String>) {
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        out.extend(properties.keys().cloned());
    }
    match schema {
        Value::Object(object) => object.values().for_each(|value| keys(value, out)),
        Value::Array(items) => items.iter().for_each(|value| keys(value, out)),
        _ => {}
    }
}

#[test]
fn every_key_stands_in_files_that_are_right() {
    let team = whole();
    assert_eq!(
        team.rules().iter().filter(|rule| **rule != "repeated").count(),
        0,
        "{:#?}",
        team.told()
    );
    let all: String = files(&team.settings_file(), &team.texts())
        .into_iter()
        .map(|(_, text)| text)
        .collect();
    let mut known = Vec::new();
    for which in TeamFile::ALL {
        keys(&which.schema(), &mut known);
    }
    assert!(known.len() > 40, "{known:?}");
    for key in known {
        assert!(
            all.contains(&format!("{key}:")),
            "`{key}` is in a schema, and in no file that the reader takes"
        );
    }
    for (which, text) in files(&team.settings_file(), &team.texts()) {
        assert!(
            conforms(which, &json_of(&policy_text::tree_of_yaml(&text).unwrap())),
            "{which:?}"
        );
    }
}

/// A value somewhere in a tree, replaced, removed, or given a stranger beside it.
fn mutated(value: &Value, path: &mut impl Iterator<Item = usize>, change: &Value) -> Value {
    let at = path.next().unwrap_or(0);
    match value {
        Value::Object(members) if !members.is_empty() && at % 7 != 6 => {
            let mut members: Vec<(String, Value)> = members.clone().into_iter().collect();
            let chosen = at % members.len();
            match path.next().unwrap_or(0) % 9 {
                0 => drop(members.remove(chosen)),
                1 => members.push(("stranger".to_owned(), change.clone())),
                2 => members[chosen].0.push('!'),
                _ => members[chosen].1 = mutated(&members[chosen].1, path, change),
            }
            Value::Object(members.into_iter().collect::<Map<_, _>>())
        }
        Value::Array(items) if !items.is_empty() && at % 7 != 6 => {
            let mut items = items.clone();
            let chosen = at % items.len();
            items[chosen] = mutated(&items[chosen], path, change);
            Value::Array(items)
        }
        _ => change.clone(),
    }
}

fn changes() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!(null),
        json!(true),
        json!(0),
        json!(7),
        json!(1.5),
        json!(123_456_789_012_u64),
        json!(""),
        json!(" "),
        json!("x"),
        json!("a b"),
        json!("a/b"),
        json!("2026-11-24"),
        json!("2026-11-24T10:00"),
        json!("2026-11-24T10:00Z"),
        json!("2026-11-24 10:00:00Z"),
        json!("111122223333"),
        json!("arn:aws:iam::aws:policy/ReadOnlyAccess"),
        json!("arn:aws:iam::aws:role/x"),
        json!("keep"),
        json!("Allow"),
        json!("role"),
        json!([]),
        json!([[]]),
        json!(["x"]),
        json!([1]),
        json!({}),
        json!({"x": "y"}),
        json!({"x": {"y": null}}),
        json!({"x": {"y": {}}}),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    /// What the schema refuses, the reader refuses.
    #[test]
    fn the_reader_refuses_what_the_schema_refuses(
        which in prop::sample::select(TeamFile::ALL.to_vec()),
        path in prop::collection::vec(0_usize..1_000, 12),
        change in changes(),
    ) {
        let team = whole();
        let text = files(&team.settings_file(), &team.texts())
            .into_iter()
            .find_map(|(file, text)| (file == which).then_some(text))
            .unwrap();
        let right = json_of(&policy_text::tree_of_yaml(&text).unwrap());
        let changed = mutated(&right, &mut path.into_iter(), &change);
        let text = serde_json::to_string_pretty(&changed).unwrap();
        let mut team = whole();
        match which {
            TeamFile::Accounts => team.accounts = text.clone(),
            TeamFile::Policies => team.policies = text.clone(),
            TeamFile::Permanent => team.permanent = Some(text.clone()),
            TeamFile::Temporary => team.temporary = Some(text.clone()),
            TeamFile::Settings => team.settings = Some(text.clone()),
        }
        if !conforms(which, &changed) {
            let errors = team.check().count(Severity::Error);
            prop_assert!(errors > 0, "the schema refuses and the reader takes {text}");
        }
    }
}
