//! `daypass lint`: which files it looks at, what it ignores and mends, its forms and its exit codes.

use crate::support::{Home, texts};
use serde_json::Value;
use std::fs;

const ADMIN: &str = r#"{"Version": "2012-10-17", "Statement": {"Sid": "Admin", "Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
const TWICE: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
  "Action": ["s3:GetObject", "s3:Get*"], "Resource": "arn:aws:s3:::a/*"}]}"#;
const TRUST: &str = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
  "Principal": {"AWS": "arn:aws:iam::111122223333:role/*"}, "Action": "sts:AssumeRole"}}"#;

/// A home with documents and what are none, in `policies`.
fn home() -> Home {
    let home = Home::new();
    fs::create_dir_all(home.path().join("policies/.hidden")).unwrap();
    fs::create_dir_all(home.path().join("policies/roles")).unwrap();
    home.file("policies/admin.json", ADMIN);
    home.file("policies/roles/trust.json", TRUST);
    home.file("policies/.hidden/x.json", "{\"Statement\": 1}");
    home.file("policies/package.json", r#"{"name": "Statement"}"#);
    home.file("policies/notes.txt", "Statement");
    home
}

/// stdout, stderr and the exit code.
fn run(home: &Home, arguments: &[&str]) -> (String, String, i32) {
    let output = home.daypass().args(arguments).output().unwrap();
    let (said, told) = texts(&output);
    (said, told, output.status.code().unwrap())
}

fn json(home: &Home, arguments: &[&str]) -> Value {
    let all = [&["lint", "--format", "json"], arguments].concat();
    serde_json::from_str(&run(home, &all).0).unwrap()
}

#[test]
fn a_directory_is_looked_through_for_documents() {
    let home = home();
    let (said, told, code) = run(&home, &["lint", "policies"]);
    assert_eq!(
        (said.as_str(), code),
        ("2 documents: 1 error, 1 warning\n", 2),
        "{told}"
    );
    insta::assert_snapshot!(told);
    // The same directory by default.
    let there = home
        .daypass()
        .arg("lint")
        .current_dir(home.path().join("policies"))
        .output()
        .unwrap();
    let (said, told) = texts(&there);
    assert_eq!(said, "2 documents: 1 error, 1 warning\n");
    assert!(told.contains("roles/trust.json:2:"), "{told}");
}

#[test]
fn the_exit_code_says_how_bad_it_is() {
    let home = home();
    assert_eq!(run(&home, &["lint", "policies/admin.json"]).2, 0);
    assert_eq!(
        run(&home, &["lint", "--deny-warnings", "policies/admin.json"]).2,
        1
    );
    // As compilers have it.
    assert_eq!(
        run(&home, &["lint", "--deny", "warnings", "policies/admin.json"]).2,
        1
    );
    assert_eq!(
        run(&home, &["lint", "--deny", "notes", "policies/admin.json"]).2,
        2
    );
    assert_eq!(run(&home, &["lint", "policies/roles"]).2, 2);
    home.file("fine.json", TWICE);
    assert_eq!(run(&home, &["lint", "--deny-warnings", "fine.json"]).2, 0);
}

#[test]
fn the_kind_can_be_told() {
    let home = home();
    let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}}"#;
    home.file("p.json", text);
    let rules = |kind: &str| {
        json(&home, &["--kind", kind, "p.json"])["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| finding["rule"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert!(rules("resource").contains(&"resource-public".to_owned()));
    assert!(rules("identity").contains(&"principal-unsupported".to_owned()));
    assert!(rules("rcp").contains(&"rcp-allow".to_owned()));
}

#[test]
fn stdin_is_a_document_too() {
    let home = home();
    let output = home
        .daypass()
        .args(["lint", "-"])
        .write_stdin(ADMIN)
        .output()
        .unwrap();
    let (said, told) = texts(&output);
    assert_eq!(said, "1 document: 1 warning\n");
    assert!(told.contains("<stdin>:1:"), "{told}");
    let output = home
        .daypass()
        .args(["lint", "--fix", "-"])
        .write_stdin(TWICE)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_list_ignores_with_a_reason() {
    let home = home();
    let list = |entries: &str| home.file("policies/daypass-lint.yaml", format!("ignore:\n{entries}"));
    list("  - {rule: allows-everything, file: admin.json, reason: break glass}\n");
    let (said, told, _) = run(&home, &["lint", "policies"]);
    assert_eq!(said, "2 documents: 1 error, 1 ignored\n", "{told}");
    // From above the directory of the document.
    list("  - {rule: principal-wildcard, file: roles/*.json, reason: a test}\n");
    let (said, told, _) = run(&home, &["lint", "policies"]);
    assert_eq!(said, "2 documents: 1 warning, 1 ignored\n", "{told}");
    // Of what was not looked at nothing is said.
    let (said, told, code) = run(&home, &["lint", "--deny-warnings", "policies/admin.json"]);
    assert_eq!((said.as_str(), code), ("1 document: 1 warning\n", 1), "{told}");
    list("  - {rule: sid-twice, reason: was needed once}\n  - {rule: sid-twice}\n");
    let (said, told, code) = run(&home, &["lint", "policies"]);
    assert_eq!((said.as_str(), code), ("2 documents: 2 errors, 1 warning\n", 2));
    assert!(
        told.contains("error[ignore-wrong]: what is ignored has no reason"),
        "{told}"
    );
    list("  - {rule: sid-twice, reason: was needed once}\n");
    let (_, told, _) = run(&home, &["lint", "policies"]);
    assert!(told.contains("warning[ignore-unused]"), "{told}");
}

#[test]
fn mends_are_written_and_nothing_else() {
    let home = home();
    let path = home.file("twice.json", TWICE);
    let (said, told, code) = run(&home, &["lint", "--fix", "twice.json"]);
    assert_eq!((said.as_str(), code), ("1 document: nothing found\n", 0));
    assert_eq!(told, "note: mended 1 finding in 1 file\n");
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        TWICE.replace("\"s3:GetObject\", ", "")
    );
    // What is broken beside it keeps all of it as it is.
    home.file("twice.json", TWICE);
    home.file("broken.json", "{\"Statement\": [");
    let (_, told, code) = run(&home, &["lint", "--fix", "twice.json", "broken.json"]);
    assert_eq!(code, 2, "{told}");
    assert_eq!(fs::read_to_string(&path).unwrap(), TWICE);
}

#[test]
fn findings_are_data_too() {
    let home = home();
    let found = json(&home, &["policies"]);
    assert_eq!(
        (&found["documents"], &found["errors"], &found["warnings"]),
        (&2.into(), &1.into(), &1.into())
    );
    let first = &found["findings"][0];
    assert_eq!(
        (&first["file"], &first["line"]),
        (&"policies/admin.json".into(), &1.into())
    );
    assert_eq!(
        (&first["rule"], &first["severity"]),
        (&"allows-everything".into(), &"warning".into())
    );
    // GitHub Docs, "Workflow commands for GitHub Actions".
    home.file("twice.json", TWICE);
    let (said, _, _) = run(&home, &["lint", "--format", "github", "twice.json"]);
    assert!(
        said.starts_with(
            "::notice file=twice.json,line=2,endLine=2,col=14,endColumn=28,title=action-redundant::"
        ),
        "{said}"
    );
    let (said, _, _) = run(&home, &["lint", "--format", "sarif", "policies"]);
    let log: Value = serde_json::from_str(&said).unwrap();
    let result = &log["runs"][0]["results"][1];
    assert_eq!(
        (&result["ruleId"], &result["level"]),
        (&"principal-wildcard".into(), &"error".into())
    );
    assert_eq!(
        log["runs"][0]["tool"]["driver"]["rules"][0]["shortDescription"]["text"],
        "Every action on every resource is allowed."
    );
}

#[test]
fn all_rules_are_listed() {
    let home = Home::new();
    let (said, _, code) = run(&home, &["lint", "--rules"]);
    assert_eq!(code, 0);
    assert!(said.lines().count() > 100, "{said}");
    assert!(said.contains("error    action-malformed"), "{said}");
}

#[test]
fn what_is_not_there_is_bad_input() {
    let home = home();
    fs::create_dir(home.path().join("empty")).unwrap();
    for (arguments, told_so) in [
        (&["lint", "nosuch.json"][..], "there is no file nosuch.json"),
        (&["lint", "empty"], "there is no policy document in empty"),
        (&["lint", "policies/package.json"], "not-a-document"),
        (&["lint", "--rules", "policies"], "cannot be used with"),
    ] {
        let (said, told, code) = run(&home, arguments);
        assert_eq!(code, 2, "{told}");
        assert!(told.contains(told_so), "{told}");
        assert!(said.is_empty() || told_so == "not-a-document", "{said}");
    }
}

/// No editor counts a byte order mark, and none shows it.
#[test]
fn a_byte_order_mark_moves_no_place() {
    let home = home();
    for name in ["marked.json", "marked.yaml"] {
        home.file(name, format!("\u{feff}{ADMIN}"));
        home.file("plain.json", ADMIN);
        let places = |name: &str| {
            let told = json(&home, &[name]);
            let finding = &told["findings"][0];
            [
                finding["line"].clone(),
                finding["column"].clone(),
                finding["end_column"].clone(),
            ]
        };
        assert_eq!(places(name), places("plain.json"));
        let shown = |name: &str| run(&home, &["lint", name]).1.replace(name, "FILE");
        assert_eq!(shown(name), shown("plain.json"));
    }
}

/// What was meant to be a document and cannot be read as one is told; files of other kinds are not.
#[test]
fn a_directory_hides_no_document_that_cannot_be_read() {
    let home = home();
    fs::create_dir_all(home.path().join("policies/other")).unwrap();
    let wide: Vec<u8> = format!("\u{feff}{ADMIN}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    home.file("policies/wide.json", wide);
    home.file("policies/empty.json", "");
    home.file("policies/cut.json", r#"{"Version": "2012-10-17", "Statement": ["#);
    home.file("policies/other/empty.yaml", "");
    home.file("policies/other/latin.json", [b'"', 0xe4, b'"']);
    home.file("policies/other/broken.yaml", "a: [");
    let (said, told, code) = run(&home, &["lint", "policies"]);
    assert_eq!(
        (said.as_str(), code),
        ("3 documents: 3 errors, 2 warnings\n", 2),
        "{told}"
    );
    insta::assert_snapshot!(told);
    let files: Vec<Value> = json(&home, &["policies"])["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["file"].clone())
        .collect();
    assert!(files.contains(&Value::from("policies/wide.json")), "{files:?}");
    // Alone it is told as well, and nothing is mended beside it.
    let wide = home.path().join("policies/wide.json");
    fs::create_dir_all(home.path().join("alone")).unwrap();
    fs::copy(wide, home.path().join("alone/wide.json")).unwrap();
    assert_eq!(run(&home, &["lint", "--fix", "alone"]).2, 2);
}

/// `daypass test` tells of test files; among documents they are none that is empty.
#[test]
fn an_empty_test_file_is_no_empty_document() {
    let home = home();
    home.file("policies/admin.test.yaml", "");
    home.file("policies/admin_test.yml", "\n");
    let (_, told, _) = run(&home, &["lint", "policies"]);
    assert!(
        !told.contains("admin.test") && !told.contains("is empty"),
        "{told}"
    );
    home.file("policies/empty.yaml", "");
    assert!(run(&home, &["lint", "policies"]).1.contains("is empty"));
    // A document that is called so is one.
    home.file("policies/admin.test.yaml", ADMIN);
    assert!(run(&home, &["lint", "policies"]).1.contains("admin.test.yaml"));
}

/// Paths too long and links that lead round stand for what may not be read: permissions do not bind root.
#[test]
fn what_cannot_be_read_in_a_directory_stops_nothing_else() {
    let home = Home::new();
    home.bottomless("policies/deep");
    home.loop_at("policies/round.json");
    home.file(
        "policies/good.json",
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}]}"#,
    );
    let (said, told, code) = run(&home, &["lint", "policies"]);
    assert_eq!(code, 0, "{told}");
    assert_eq!(said, "1 document: 2 warnings\n", "{told}");
    assert!(
        told.contains("the directory cannot be read, so nothing in it is looked at: File name too long"),
        "{told}"
    );
    assert!(
        told.contains("policies/round.json") && told.contains("the file cannot be read"),
        "{told}"
    );
    assert!(!told.contains("daypass-lint.yaml"), "{told}");
    assert_eq!(run(&home, &["lint", "--deny-warnings", "policies"]).2, 1);
    // What is to be ignored there is not known.
    home.loop_at("policies/daypass-lint.yaml");
    let (said, told, code) = run(&home, &["lint", "policies"]);
    assert_eq!(code, 2, "{told}");
    assert_eq!(said, "1 document: 1 error, 2 warnings\n", "{told}");
    assert!(
        told.contains("the list of what is to be ignored cannot be read"),
        "{told}"
    );
}
