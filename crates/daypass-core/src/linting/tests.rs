//! Reading, guessing, ignoring and mending.

use iam_lint::{DocumentUse, Level};
use jiff::Timestamp;

use super::{Candidate, IgnoreList, Linted, Task, guess, is_like_a_document, lint, mend};
use crate::policy_text::{self, TextFormat};

fn now() -> Timestamp {
    "2026-06-01T00:00:00Z".parse().unwrap()
}

fn linted(name: &str, text: &str) -> Linted {
    lint(&Task::of(name, text), now())
}

fn rules(name: &str, text: &str) -> Vec<&'static str> {
    linted(name, text)
        .findings
        .iter()
        .map(|finding| finding.rule)
        .collect()
}

const ADMIN: &str = "\
Version: 2012-10-17
Statement:
  - Sid: Admin
    Effect: Allow
    Action: '*'
    Resource: '*'
";

#[test]
fn what_is_no_document_is_told_at_its_place() {
    let found = linted(
        "p.json",
        r#"{"Statement": [{"Effect": "Alow", "Action": "s3:*"}]}"#,
    );
    assert_eq!(found.purpose, None);
    let first = &found.findings[0];
    assert_eq!((first.rule, first.level), ("not-a-document", Level::Error));
    assert_eq!(rules("p.yaml", "a: [b"), ["not-a-document"]);
}

#[test]
fn kinds_are_guessed_by_what_they_say() {
    let kind = |text: &str| guess(&policy_text::parse(text, TextFormat::Yaml).unwrap());
    let statement = |lines: &str| format!("Statement:\n  - Effect: Allow\n{lines}");
    assert_eq!(
        kind(&statement("    Action: s3:*\n    Resource: '*'\n")),
        DocumentUse::Identity
    );
    assert_eq!(
        kind(&statement(
            "    Action: sts:assumerole\n    Principal: {AWS: \"111122223333\"}\n"
        )),
        DocumentUse::Trust
    );
    assert_eq!(
        kind(&statement(
            "    Action: s3:*\n    Resource: '*'\n    Principal: '*'\n"
        )),
        DocumentUse::ResourcePolicy
    );
    assert_eq!(
        kind(&statement("    Action: sts:AssumeRole\n    Resource: '*'\n")),
        DocumentUse::Identity
    );
}

#[test]
fn files_that_nobody_names_must_look_like_documents() {
    assert!(is_like_a_document("p.yaml", ADMIN));
    assert!(is_like_a_document("p.json", r#"{"Statement": [{"Effect": }]}"#));
    assert!(is_like_a_document("p.yaml", "Statement:\n  - [\n"));
    for (name, text) in [
        ("x.json", r#"{"name": "Statement"}"#),
        (
            "t.json",
            r#"{"Resources": {"A": {"PolicyDocument": {"Statement": [{"Effect": }]}}}}"#,
        ),
        (
            "t.yaml",
            "Resources:\n  A:\n    PolicyDocument:\n      Statement: !Sub x\n",
        ),
        ("team.yaml", "aws-policies:\n  a: {}\n"),
    ] {
        assert!(!is_like_a_document(name, text), "{text}");
    }
}

/// What is passed over in silence looks as if it were right.
#[test]
fn broken_documents_are_documents_too() {
    for (name, text) in [
        ("p.json", r#"{"Version": "2012-10-17", "Statement": ["#),
        (
            "p.json",
            "{'Version': '2012-10-17', 'Statement': {'Effect': 'Allow'}}",
        ),
        ("p.json", r#"{"Version": "2012-10-17", "Statements": []}"#),
        ("p.json", r#"{"Version": "2012-10-17", "statement": []}"#),
        ("p.yaml", "Version: 2012-10-17\n\"Statement\":\n\t- x\n"),
        ("p.yaml", "{\"Version\": \"2012-10-17\", \"Statement\": [\n"),
        ("p.yaml", "\u{feff}Statement:\n  - [\n"),
    ] {
        assert!(is_like_a_document(name, text), "{text}");
        assert!(!linted(name, text).findings.is_empty(), "{text}");
    }
    for (name, text) in [
        ("x.json", r#"{"statements": 3, "branches": 4}"#),
        ("x.json", r#"{"version": "1.0", "statement": "x""#),
        ("c.yaml", "on:\n  statement: [\n"),
        (
            "t.json",
            r#"{"Resources": {"P": {"Statement": [{"Effect": "Allow", }]}}}"#,
        ),
    ] {
        assert!(!is_like_a_document(name, text), "{text}");
    }
}

#[test]
fn what_looks_like_a_document_and_is_no_text_is_told() {
    let wide = |text: &str, order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let text = format!("\u{feff}{text}");
        text.encode_utf16().flat_map(order).collect()
    };
    let message = |name: &str, bytes: Vec<u8>| match Candidate::of(name, bytes) {
        Candidate::Unread(finding) | Candidate::Empty(finding) => (finding.level, finding.message),
        other => panic!("{other:?}"),
    };
    for order in [u16::to_le_bytes, u16::to_be_bytes] {
        let (level, told) = message("p.yaml", wide(ADMIN, order));
        assert_eq!(level, Level::Error);
        assert!(told.contains("UTF-16"), "{told}");
        assert_eq!(
            Candidate::of("x.json", wide(r#"{"name": 1}"#, order)),
            Candidate::Other
        );
    }
    let latin: Vec<u8> = ADMIN.replace("Admin", "Ämter").chars().map(|c| c as u8).collect();
    assert!(message("p.yaml", latin).1.contains("not text in UTF-8"));
    assert_eq!(Candidate::of("x.json", vec![0xff, 0, 1]), Candidate::Other);
    assert_eq!(message("p.json", b" \n".to_vec()).0, Level::Warning);
    assert_eq!(
        Candidate::of("p.yaml", ADMIN.into()),
        Candidate::Document(ADMIN.to_owned())
    );
}

#[test]
fn a_comment_ignores_with_a_reason() {
    assert_eq!(rules("p.yaml", ADMIN), ["allows-everything"]);
    let above = ADMIN.replace(
        "  - Sid",
        "  # daypass-lint: ignore allows-everything: break glass, reviewed in June\n  - Sid",
    );
    let found = linted("p.yaml", &above);
    assert_eq!((found.findings.len(), found.ignored), (0, 1));
    let behind = ADMIN.replace(
        "Action: '*'",
        "Action: '*' # daypass-lint: ignore allows-everything: break glass",
    );
    assert_eq!(rules("p.yaml", &behind), Vec::<&str>::new());
    let elsewhere = ADMIN.replace(
        "Effect: Allow",
        "Effect: Allow # daypass-lint: ignore allows-everything: no",
    );
    assert_eq!(
        rules("p.yaml", &elsewhere),
        ["ignore-unused", "allows-everything"]
    );
}

#[test]
fn a_comment_that_is_wrong_is_told() {
    let with = |comment: &str| format!("# daypass-lint: {comment}\n{ADMIN}");
    assert_eq!(
        rules("p.yaml", &with("ignore allows-everything")),
        ["ignore-wrong", "allows-everything"]
    );
    assert_eq!(
        rules("p.yaml", &with("ignore allows-everthing: why not")),
        ["ignore-wrong", "allows-everything"]
    );
    assert_eq!(
        linted("p.yaml", &with("ignore allows-everthing: why not")).findings[0]
            .help
            .as_deref(),
        Some("did you mean `allows-everything`?")
    );
    assert_eq!(
        rules("p.yaml", &with("skip")),
        ["ignore-wrong", "allows-everything"]
    );
    // In text it is none.
    let quoted = ADMIN.replace("Sid: Admin", "Sid: x# daypass-lint: skip");
    assert!(!rules("p.yaml", &quoted).contains(&"ignore-wrong"));
}

#[test]
fn a_file_ignores_by_rule_file_and_sid() {
    let read = |entry: &str| {
        IgnoreList::read(&format!(
            "ignore:\n  - rule: allows-everything\n    reason: break glass\n{entry}"
        ))
        .unwrap()
    };
    let left = |list: &IgnoreList, file: &str| {
        let task = Task {
            ignore: Some((list, file)),
            ..Task::of("admin.yaml", ADMIN)
        };
        lint(&task, now()).findings.len()
    };
    assert_eq!(left(&read(""), "admin.yaml"), 0);
    assert_eq!(left(&read("    file: roles/*.yaml\n"), "roles/admin.yaml"), 0);
    assert_eq!(left(&read("    file: roles/*.yaml\n"), "admin.yaml"), 1);
    assert_eq!(left(&read("    sid: Admin\n"), "admin.yaml"), 0);
    assert_eq!(left(&read("    sid: Other\n"), "admin.yaml"), 1);
    let list = read("    file: other.yaml\n");
    assert_eq!(list.unused(&[], &["admin.yaml"], false).len(), 0, "not looked at");
    assert_eq!(list.unused(&[], &["other.yaml"], false).len(), 1);
    assert_eq!(list.unused(&[], &[], true).len(), 1);
    assert_eq!(list.unused(&[0], &[], true).len(), 0);
}

#[test]
fn a_list_that_is_wrong_is_told_at_each_place() {
    let text = "\
ignores: 1
ignore:
  - rule: allows-everthing
    reason: x
  - rule: sid-twice
  - rul: sid-twice
    reason: ''
  - sid-twice
";
    let found = IgnoreList::read(text).unwrap_err();
    let told: Vec<_> = found
        .iter()
        .map(|finding| {
            (
                finding.span.of(text).unwrap().lines().next().unwrap().to_owned(),
                finding.message.clone(),
            )
        })
        .collect();
    insta::assert_debug_snapshot!(told);
    assert!(IgnoreList::read("[").is_err());
    assert!(IgnoreList::read("ignore: []\n").is_ok());
}

fn mended(name: &str, text: &str) -> (String, usize) {
    let mended = mend(&Task::of(name, text), now()).unwrap();
    (mended.text, mended.mends)
}

#[test]
fn json_is_mended_in_place() {
    let text = r#"{
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["s3:GetObject", "s3:Get*", "s3:GetBucketAcl"],
      "Resource": "arn:aws:s3:::a/*",
      "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.7/24"}}
    },
    {"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::a/*"}
  ]
}
"#;
    let (mended, mends) = mended("p.json", text);
    insta::assert_snapshot!(mended);
    assert_eq!(mends, 2, "the statement goes, and what is in it with it");
    assert_eq!(mend(&Task::of("p.json", &mended), now()), None);
}

#[test]
fn yaml_is_mended_with_its_comments() {
    let text = "\
# who reads reports
Statement:
  - Effect: Allow
    Action:
      - s3:GetObject # the object
      - s3:Get* # and what is about it
    Resource: ['arn:aws:s3:::a', 'arn:aws:s3:::a*', 'arn:aws:s3:::ab']
    Condition:
      IpAddress: {'aws:SourceIp': '203.0.113.7/24'}
";
    let (mended, mends) = mended("p.yaml", text);
    insta::assert_snapshot!(mended);
    assert_eq!(mends, 5);
}

#[test]
fn what_is_ignored_is_not_mended() {
    let text = "\
Version: 2012-10-17
Statement:
  - Effect: Allow
    Action:
      # daypass-lint: ignore action-redundant: shows what is meant
      - s3:GetObject
      - s3:Get*
    Resource: 'arn:aws:s3:::a/*'
";
    assert_eq!(mend(&Task::of("p.yaml", text), now()), None);
}

/// Whatever AWS publishes says the same to the engine after its mends, and has nothing left to mend.
#[test]
fn mends_keep_the_meaning() {
    use iam_policy::{Document, Engine, PolicySet, Principal, Request, Source};
    let compiled = |document: Document| {
        Engine::compile(&PolicySet {
            identity: vec![Source::new("p", document)],
            ..PolicySet::default()
        })
    };
    let principal = || Principal::User {
        arn: "arn:aws:iam::111122223333:user/ann".parse().unwrap(),
    };
    let mut mended = 0;
    for policy in iam_catalog::managed_policies().step_by(5) {
        let text = policy.document();
        let Some(after) = mend(&Task::of("p.json", text), now()) else {
            continue;
        };
        mended += 1;
        let before = Document::parse(text).unwrap();
        let changed = Document::parse(&after.text).unwrap();
        assert!(changed.iam_size() < before.iam_size(), "{}", policy.name);
        let resources: Vec<String> = before
            .statements
            .iter()
            .flat_map(|statement| {
                statement
                    .resource
                    .iter()
                    .flat_map(|clause| clause.resources.texts())
            })
            .map(|text| text.replace('*', "x"))
            .chain(["*".to_owned()])
            .collect();
        let actions: Vec<String> = before
            .statements
            .iter()
            .flat_map(|statement| statement.action.actions.texts())
            .map(|text| text.replace('*', "x"))
            .collect();
        let (old, new) = (compiled(before.clone()), compiled(changed));
        for action in &actions {
            for resource in &resources {
                let request = Request::new(principal(), action.as_str(), resource.as_str());
                assert_eq!(
                    old.decide(&request),
                    new.decide(&request),
                    "{}: {action} on {resource}",
                    policy.name
                );
            }
        }
    }
    assert!(mended >= 5, "{mended}");
}

proptest::proptest! {
    /// Whatever the text, findings have their places in it, and a mended text is mended for good.
    #[test]
    fn no_text_is_trouble(
        text in "(Statement:\\n|  - |    |Effect: Allow\\n|Action: |s3:Get\\*|, |\\[|\\]|Resource: '\\*'\\n|# daypass-lint: ignore |action-redundant|: why\\n|é|\\n){0,30}",
    ) {
        for finding in linted("p.yaml", &text).findings {
            proptest::prop_assert!(finding.span.of(&text).is_some());
        }
        if let Some(mended) = mend(&Task::of("p.yaml", &text), now()) {
            proptest::prop_assert_eq!(mend(&Task::of("p.yaml", &mended.text), now()), None);
        }
        drop(IgnoreList::read(&text));
    }
}
