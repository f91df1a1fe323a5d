//! YAML policy documents as people write them, as they go wrong, and the law that JSON is YAML.

use iam_policy::syntax::{self, Node, NodeKind};
use iam_policy::{Effect, Version};
use proptest::prelude::*;

use super::*;

fn yaml(text: &str) -> Document {
    parse(text, TextFormat::Yaml).unwrap_or_else(|wrong| panic!("{wrong:#?}\n{text}"))
}

/// The only complaint, the text it underlines, and its help.
fn complaint(text: &str) -> (String, String, String) {
    let wrong = parse(text, TextFormat::Yaml).unwrap_err();
    let [only] = wrong.as_slice() else {
        panic!("{wrong:#?}")
    };
    let underlined = only.span.of(text).expect("a span within the text");
    (
        only.message.clone(),
        underlined.to_owned(),
        only.help.clone().unwrap_or_default(),
    )
}

const PLAIN: &str = "\
# two buckets
Version: 2012-10-17
Statement:
  - Sid: ReadOne     # the first
    Effect: Allow
    Action:
      - s3:ListBucket
      - \"s3:GetObject\"   # and read
    Resource: arn:aws:s3:::one
    Condition:
      Bool: { aws:SecureTransport: true }
      NumericLessThan:
        s3:max-keys: 10
  - Effect: Deny
    Action: 's3:*'
    Resource: >-
      arn:aws:s3:::two

# the end
";

#[test]
fn a_document_as_people_write_it() {
    let document = yaml(PLAIN);
    assert_eq!(document.version, Version::V2012);
    assert_eq!(document.version_span.unwrap().of(PLAIN), Some("2012-10-17"));
    let [allow, deny] = document.statements.as_slice() else {
        panic!()
    };
    assert_eq!(allow.sid.as_deref(), Some("ReadOne"));
    assert_eq!(
        allow.action.actions.texts().collect::<Vec<_>>(),
        ["s3:ListBucket", "s3:GetObject"]
    );
    assert_eq!(allow.conditions[0].values.texts().collect::<Vec<_>>(), ["true"]);
    assert_eq!(allow.conditions[1].values.texts().collect::<Vec<_>>(), ["10"]);
    assert_eq!(deny.effect, Effect::Deny);
    assert_eq!(
        deny.resource
            .as_ref()
            .unwrap()
            .resources
            .texts()
            .collect::<Vec<_>>(),
        ["arn:aws:s3:::two"]
    );
}

#[test]
fn spans_are_what_was_written() {
    let document = yaml(PLAIN);
    let [allow, deny] = document.statements.as_slice() else {
        panic!()
    };
    let underlined = |span: iam_policy::Span| span.of(PLAIN).unwrap();
    assert_eq!(underlined(allow.action.key_span), "Action");
    assert_eq!(underlined(allow.action.actions.values[0].span), "s3:ListBucket");
    assert_eq!(
        underlined(allow.action.actions.values[1].span),
        "\"s3:GetObject\""
    );
    assert_eq!(underlined(allow.conditions[0].key_span), "aws:SecureTransport");
    assert_eq!(underlined(allow.conditions[0].values.span), "true");
    assert!(
        underlined(allow.span).starts_with("Sid: ReadOne")
            && underlined(allow.span).ends_with("s3:max-keys: 10")
    );
    // A statement ends with its last value, not where the scanner notices that it has ended.
    assert!(
        underlined(deny.span).ends_with("arn:aws:s3:::two"),
        "{:?}",
        underlined(deny.span)
    );
    assert!(underlined(document.span).ends_with("arn:aws:s3:::two"));
}

#[test]
fn spans_are_bytes_whatever_precedes_them() {
    let text = "\u{feff}# größer 😀\r\nVersion: '2012-10-17'\r\nStatement:\r\n- Sid: Ä\r\n  Effect: Allow\r\n  Action: s3:é*\r\n  Resource: '*'\r\n";
    let document = yaml(text);
    let statement = &document.statements[0];
    assert_eq!(document.version_span.unwrap().of(text), Some("'2012-10-17'"));
    assert_eq!(statement.action.actions.values[0].span.of(text), Some("s3:é*"));
    assert_eq!(
        statement.resource.as_ref().unwrap().resources.span.of(text),
        Some("'*'")
    );
}

#[test]
fn a_comment_is_no_part_of_what_it_follows() {
    let text = "'Version': \"2012-10-17\" # one\nStatement: # two\n- Effect: Allow # three\n  Action: [ \"a:b\" ] # four\n  Resource: |  # five\n    *\n# six\n";
    let root = yaml::load(text).unwrap();
    let mut found = Vec::new();
    places(&root, text, &mut found);
    for place in found.iter().skip(1).filter(|place| !place.contains('\n')) {
        assert!(!place.contains('#') && place.trim() == *place, "{place:?}");
    }
    assert!(
        found.contains(&"'Version'") && found.contains(&"\"2012-10-17\"") && found.contains(&"[ \"a:b\" ]"),
        "{found:?}"
    );
}

#[test]
fn an_account_id_keeps_its_zero() {
    let text = "Version: 2012-10-17\nStatement:\n  Effect: Allow\n  Principal: { AWS: 012345678901 }\n  Action: sts:AssumeRole\n";
    let document = yaml(text);
    assert!(
        document.to_minified().contains("\"AWS\":\"012345678901\""),
        "{}",
        document.to_minified()
    );
}

#[test]
fn what_yaml_has_and_a_policy_does_not_want() {
    let (message, underlined, help) = complaint("Version: 2012-10-17\nStatement: &all []\n");
    assert!(message.contains("anchors"), "{message}");
    assert!(underlined.starts_with("&all"), "{underlined}");
    assert!(help.contains("write the value out"));
    assert!(complaint("a: !!str x\n").0.contains("tags"));
    assert!(complaint("a: !Sub '${x}'\n").0.contains("tags"));
    let (message, underlined, _) = complaint("<<: {a: b}\n");
    assert!(message.contains("merge keys"), "{message}");
    assert_eq!(underlined, "<<");
    let (message, underlined, _) = complaint("Version: 2012-10-17\n---\nVersion: 2012-10-17\n");
    assert!(message.contains("second YAML document"), "{message}");
    assert_eq!(underlined, "---");
    assert!(complaint("[a, b]: c\n").0.contains("a key must be text"));
    assert!(complaint("? {a: b}\n: c\n").0.contains("a key must be text"));
    // An alias whose anchor was never written is not even YAML; one with an anchor stops at the anchor.
    assert!(complaint("a: *b\n").0.contains("not YAML"));
}

#[test]
fn a_bomb_stops_at_its_first_anchor() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..40 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb.extend([format!("a{level}: &a{level} [{aliases}]\n")]);
    }
    assert!(complaint(&bomb).0.contains("anchors"));
}

#[test]
fn deep_and_large_input_is_refused_without_trouble() {
    assert!(
        complaint(&format!("{}x\n", "- ".repeat(100_000)))
            .0
            .contains("128 levels")
    );
    // In flow style the scanner has a bound of its own.
    let flow = parse(&"[".repeat(100_000), TextFormat::Yaml).unwrap_err();
    assert!(
        flow[0].message.contains("128 levels") || flow[0].message.contains("not YAML"),
        "{flow:?}"
    );
    assert!(
        complaint(&" ".repeat(1024 * 1024 + 1))
            .0
            .contains("1048577 bytes")
    );
}

#[test]
fn a_tree_holds_what_is_no_policy_document() {
    let text = format!(
        "\u{feff}request:\n  principal: 111122223333 # {}\n",
        " ".repeat(1024 * 1024)
    );
    let tree = tree_of_yaml(&text).unwrap();
    let principal = tree
        .get("request")
        .and_then(|request| request.get("principal"))
        .unwrap();
    assert_eq!(principal.span.of(&text), Some("111122223333"));
    let wrong = tree_of_yaml(&" ".repeat(16 * 1024 * 1024 + 1)).unwrap_err();
    assert!(wrong[0].message.contains("bytes"), "{wrong:?}");
}

#[test]
fn mistakes_by_hand_get_a_help_line() {
    let (message, _, help) = complaint("Statement:\n\t- Effect: Allow\n");
    assert!(message.contains("not YAML"), "{message}");
    assert!(help.contains("spaces"), "{help}");
    for empty in ["", "\n\n", "# only a comment\n", "\u{feff}"] {
        assert_eq!(complaint(empty).0, "the text is empty", "{empty:?}");
    }
    let twice =
        "Version: 2012-10-17\nVersion: 2012-10-17\nStatement: {Effect: Allow, Action: a:b, Resource: '*'}\n";
    let (message, underlined, _) = complaint(twice);
    assert!(message.contains("written twice"), "{message}");
    assert_eq!(underlined, "Version");
    assert_eq!(parse(twice, TextFormat::Yaml).unwrap_err()[0].span.start(), 20);
    for broken in [
        "a: [1, 2",
        "a: 'x",
        "a: b: c",
        "{",
        "a: \"\\q\"",
        "%YAML 9",
        "- a\nb: c",
        "\"\\ud800\"",
    ] {
        assert!(parse(broken, TextFormat::Yaml).is_err(), "{broken}");
    }
}

#[test]
fn the_format_is_told_by_the_name_or_by_the_text() {
    let of = TextFormat::of_name;
    assert_eq!(of(Some("policy.json"), "a: b"), TextFormat::Json);
    assert_eq!(of(Some("dir.json/policy.YML"), "{}"), TextFormat::Yaml);
    assert_eq!(of(Some("policy.yaml"), "{}"), TextFormat::Yaml);
    assert_eq!(
        of(Some("policy"), "\u{feff}\n {\"Version\": 1}"),
        TextFormat::Json
    );
    assert_eq!(of(None, "Version: 2012-10-17"), TextFormat::Yaml);
    assert_eq!(
        of(Some("policy.txt"), "# why\nVersion: 2012-10-17"),
        TextFormat::Yaml
    );
}

#[test]
fn json_format_reads_json_only() {
    let json = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
    assert_eq!(parse(json, TextFormat::Json), parse(json, TextFormat::Yaml));
    assert!(parse("Version: 2012-10-17", TextFormat::Json).is_err());
}

/// A tree without its places.
fn bare(node: &Node) -> String {
    match &node.kind {
        NodeKind::Null => "null".to_owned(),
        NodeKind::Bool(value) => value.to_string(),
        NodeKind::Number(text) => text.clone(),
        NodeKind::String(text) => format!("{text:?}"),
        NodeKind::Array(items) => format!("[{}]", items.iter().map(bare).collect::<Vec<_>>().join(",")),
        NodeKind::Object(members) => {
            let members: Vec<_> = members
                .iter()
                .map(|member| format!("{:?}:{}", member.key, bare(&member.value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => out.extend([format!("\\u{:04x}", c as u32)]),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

fn json_text() -> impl Strategy<Value = String> {
    // YAML's printable characters, less the byte order mark that it wants escaped.
    let text = "([ -~]|[äß€]|😀|\\n){0,12}".prop_map(|text| quoted(&text));
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|value| value.to_string()),
        "-?(0|[1-9][0-9]{0,12})(\\.[0-9]{1,3})?([eE][+-]?[0-9]{1,2})?",
        text.clone(),
    ];
    leaf.prop_recursive(4, 40, 5, move |inner| {
        let space = prop_oneof![Just(""), Just(" "), Just("\n"), Just("\r\n  ")];
        prop_oneof![
            (prop::collection::vec(inner.clone(), 0..5), space.clone())
                .prop_map(|(items, space)| format!("[{space}{}{space}]", items.join(&format!(",{space}")))),
            (prop::collection::vec((text.clone(), inner), 0..5), space).prop_map(|(members, space)| {
                let members: Vec<_> = members
                    .iter()
                    .map(|(key, value)| format!("{key}:{space}{value}"))
                    .collect();
                format!("{{{space}{}{space}}}", members.join(&format!(",{space}")))
            }),
        ]
    })
}

/// Every node's span as text, in reading order.
fn places<'t>(node: &Node, text: &'t str, out: &mut Vec<&'t str>) {
    out.push(node.span.of(text).expect("a span within the text"));
    match &node.kind {
        NodeKind::Array(items) => items.iter().for_each(|item| places(item, text, out)),
        NodeKind::Object(members) => {
            for member in members {
                out.push(member.key_span.of(text).expect("a span within the text"));
                places(&member.value, text, out);
            }
        }
        _ => {}
    }
}

proptest! {
    /// YAML 1.2, "1.2 YAML and JSON": every JSON text is YAML, and here with the same tree and the same spans.
    #[test]
    fn any_json_is_yaml(text in json_text()) {
        let as_json = syntax::parse_json(&text).expect("the strategy makes JSON");
        let as_yaml = yaml::load(&text).map_err(|wrong| TestCaseError::fail(format!("{wrong:?} in {text}")))?;
        prop_assert_eq!(bare(&as_yaml), bare(&as_json));
        let (mut yaml_places, mut json_places) = (Vec::new(), Vec::new());
        places(&as_yaml, &text, &mut yaml_places);
        places(&as_json, &text, &mut json_places);
        prop_assert_eq!(yaml_places, json_places);
    }

    /// Whatever the text, there is an answer, and its spans lie within the text.
    #[test]
    fn no_text_is_trouble(text in "([ -~é😀]|\\n|\\t|\\r|: |- |\\n  |[\\[\\]{},&*!|>'\"#%@`]){0,60}") {
        if let Err(wrong) = parse(&text, TextFormat::Yaml) {
            prop_assert!(!wrong.is_empty());
            for diagnostic in wrong {
                prop_assert!(diagnostic.span.of(&text).is_some(), "{:?}", diagnostic);
            }
        }
    }

    /// Documents survive a way through YAML.
    #[test]
    fn a_document_printed_as_json_reads_the_same_as_yaml(
        actions in prop::collection::vec("[a-z0-9]{1,8}:[A-Za-z*?]{1,12}", 1..4),
        resources in prop::collection::vec("[ -~]{1,20}", 1..4),
        deny in any::<bool>(),
    ) {
        let statement = if deny { iam_policy::Statement::deny() } else { iam_policy::Statement::allow() };
        let document = Document::new(vec![statement.with_actions(actions).with_resources(resources)]);
        for text in [document.to_json(), document.to_minified()] {
            let as_json = parse(&text, TextFormat::Json).expect("what we print is JSON");
            let as_yaml = parse(&text, TextFormat::Yaml)
                .map_err(|wrong| TestCaseError::fail(format!("{wrong:?} in {text}")))?;
            prop_assert_eq!(as_yaml, as_json);
        }
    }
}
