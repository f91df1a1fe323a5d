//! The JSON Schema of seeds says what the reader takes: key for key, and of whole files.

use iam_policy::syntax::{Node, NodeKind, parse_json};

use super::{Seed, SeedFormat, accounts, entities, identity, organization, resources};
use crate::{Sandbox, Settings};

const SCHEMA: &str = include_str!("../../../../docs/sandbox-seed.schema.json");

fn schema() -> Node {
    parse_json(SCHEMA).unwrap()
}

/// Does a value conform? As much of JSON Schema as this schema uses; anything else in it fails the test.
fn conforms(root: &Node, schema: &Node, value: &Node) -> bool {
    schema.as_object().unwrap().iter().all(|member| {
        let rule = &member.value;
        match member.key.as_str() {
            "$ref" => {
                let name = rule.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                conforms(root, root.get("$defs").unwrap().get(name).unwrap(), value)
            }
            "type" => {
                let types = rule.as_array().unwrap_or(std::slice::from_ref(rule));
                types.iter().any(|one| is_of_type(value, one.as_str().unwrap()))
            }
            "anyOf" => rule
                .as_array()
                .unwrap()
                .iter()
                .any(|one| conforms(root, one, value)),
            "enum" => value.as_str().is_none_or(|text| {
                let words = rule.as_array().unwrap();
                words.iter().any(|word| word.as_str() == Some(text))
            }),
            "required" => value.as_object().is_none_or(|_| {
                let keys = rule.as_array().unwrap();
                keys.iter().all(|key| value.get(key.as_str().unwrap()).is_some())
            }),
            "properties" => rule.as_object().unwrap().iter().all(|property| {
                value
                    .get(&property.key)
                    .is_none_or(|value| conforms(root, &property.value, value))
            }),
            "additionalProperties" => value.as_object().is_none_or(|members| {
                let known = schema.get("properties");
                let mut others = members
                    .iter()
                    .filter(|member| known.is_none_or(|known| known.get(&member.key).is_none()));
                match rule.kind {
                    NodeKind::Bool(may) => may || others.next().is_none(),
                    _ => others.all(|member| conforms(root, rule, &member.value)),
                }
            }),
            "items" => value
                .as_array()
                .is_none_or(|items| items.iter().all(|item| conforms(root, rule, item))),
            "maxItems" => value.as_array().is_none_or(|items| items.len() <= number(rule)),
            "minimum" => {
                matches!(&value.kind, NodeKind::Number(text) if text.parse::<i64>().unwrap() >= bound(rule))
                    || !matches!(value.kind, NodeKind::Number(_))
            }
            "maximum" => {
                matches!(&value.kind, NodeKind::Number(text) if text.parse::<i64>().unwrap() <= bound(rule))
                    || !matches!(value.kind, NodeKind::Number(_))
            }
            // Patterns and formats are for editors; the reader is held to them by its own tests.
            "pattern" | "propertyNames" | "format" | "description" | "title" | "$schema" | "$defs" => true,
            other => panic!("`{other}` is more of JSON Schema than is checked here"),
        }
    })
}

fn bound(rule: &Node) -> i64 {
    match &rule.kind {
        NodeKind::Number(text) => text.parse().unwrap(),
        _ => panic!("{rule:?}"),
    }
}

fn number(rule: &Node) -> usize {
    usize::try_from(bound(rule)).unwrap()
}

fn is_of_type(value: &Node, name: &str) -> bool {
    match (&value.kind, name) {
        (NodeKind::Null, "null")
        | (NodeKind::Bool(_), "boolean")
        | (NodeKind::Number(_), "number")
        | (NodeKind::String(_), "string")
        | (NodeKind::Array(_), "array")
        | (NodeKind::Object(_), "object") => true,
        (NodeKind::Number(text), "integer") => text.parse::<i64>().is_ok(),
        _ => false,
    }
}

#[test]
fn it_has_the_keys_that_the_reader_knows() {
    let schema = schema();
    let object = schema.get("$defs").unwrap().get("object").unwrap();
    let object = &object.get("anyOf").unwrap().as_array().unwrap()[1];
    let definition = |name: &str| match name {
        "object" => object.clone(),
        _ => schema.get("$defs").unwrap().get(name).unwrap().clone(),
    };
    let pairs: [(&str, &[&str]); 20] = [
        ("account", &accounts::KEYS),
        ("user", &entities::USER),
        ("group", &entities::GROUP),
        ("role", &entities::ROLE),
        ("policy", &entities::POLICY),
        ("version", &entities::VERSION),
        ("access_key", &entities::ACCESS_KEY),
        ("login", &identity::LOGIN),
        ("password_policy", &identity::PASSWORD_POLICY),
        ("mfa_device", &identity::MFA_DEVICE),
        ("instance_profile", &identity::INSTANCE_PROFILE),
        ("oidc_provider", &identity::OIDC_PROVIDER),
        ("saml_provider", &identity::SAML_PROVIDER),
        ("bucket", &resources::BUCKET),
        ("object", &resources::OBJECT),
        ("instance", &resources::INSTANCE),
        ("organization", &organization::KEYS),
        ("control_policy", &organization::POLICY),
        ("unit", &organization::UNIT),
        ("attached", &organization::ACCOUNT),
    ];
    for (name, known) in pairs {
        let definition = definition(name);
        let properties = definition.get("properties").unwrap().as_object().unwrap();
        let mut listed: Vec<&str> = properties.iter().map(|member| member.key.as_str()).collect();
        let mut known = known.to_vec();
        listed.sort_unstable();
        known.sort_unstable();
        assert_eq!(listed, known, "{name}");
    }
}

#[test]
fn what_is_read_conforms_and_what_is_dumped_too() {
    let schema = schema();
    let seed = r#"{"accounts": {"111122223333": {
        "users": {"ann": {"access_keys": 2, "groups": "readers", "login": {"password": "x"}}},
        "groups": {"readers": null},
        "buckets": {"reports": {"objects": {"a": "text", "b": {"base64": "eA==", "tags": {"k": "v"}}}}},
        "instances": [{}]}},
        "organization": {"management": 111122223333, "root": {"accounts": [111122223333]},
          "policies": {"p": {"type": "scp", "document": {"Version": "2012-10-17",
            "Statement": [{"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*"}]}}}}}"#;
    let value = parse_json(seed).unwrap();
    assert!(conforms(&schema, &schema, &value));
    let now = "2026-11-22T12:00:00Z".parse().unwrap();
    let sandbox = Sandbox::from_seed(Settings::default(), &Seed::parse(seed).unwrap(), now);
    for sandbox in [sandbox, Sandbox::new(Settings::default(), now)] {
        let dump = sandbox.dump(SeedFormat::Json);
        assert!(conforms(&schema, &schema, &parse_json(&dump).unwrap()), "{dump}");
    }
}

/// Both the schema and the reader refuse each of these.
#[test]
fn what_does_not_conform_is_not_read() {
    let schema = schema();
    let in_account = |inside: &str| format!(r#"{{"accounts": {{"111122223333": {inside}}}}}"#);
    for wrong in [
        "{}".to_owned(),
        r#"{"accounts": [], "x": 1}"#.to_owned(),
        in_account(r#"{"user": {}}"#),
        in_account(r#"{"users": []}"#),
        in_account(r#"{"users": {"ann": {"access_keys": 3}}}"#),
        in_account(r#"{"users": {"ann": {"access_keys": [{}, {}, {}]}}}"#),
        in_account(r#"{"users": {"ann": {"boundary": []}}}"#),
        in_account(r#"{"roles": {"deploy": {}}}"#),
        in_account(r#"{"roles": {"deploy": {"trust": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
            "Principal": "*"}]}, "max_session": 60}}}"#),
        in_account(r#"{"policies": {"p": {"document": {"Version": "2012-10-17"}}}}"#),
        in_account(r#"{"instances": [{"state": "pending"}]}"#),
        in_account(r#"{"saml_providers": {"corp": {"encryption": "Maybe"}}}"#),
        r#"{"accounts": {"111122223333": {}}, "organization": {"policies": {"p": {"type": "tag", "document": "{}"}}}}"#
            .to_owned(),
    ] {
        let value = parse_json(&wrong).unwrap();
        assert!(!conforms(&schema, &schema, &value), "the schema takes {wrong}");
        assert!(Seed::from_node(&value).is_err(), "the reader takes {wrong}");
    }
}
