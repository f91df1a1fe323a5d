//! `daypass validate` and `daypass schema`: findings at their places, in four forms, and the exit codes.

use crate::support::{Home, texts};
use serde_json::Value;
use std::path::{Path, PathBuf};

const ACCOUNTS: &str = "aws-accounts:\n  dev: \"111122223333\"\n";
const POLICIES: &str = "\
aws-policies:
  reports.read:
    custom_statements:
      - effect: Allow
        actions: [s3:GetObject]
        resources: [\"arn:aws:s3:::reports/*\"]
";

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/team")
}

/// A team whose permanent access is `text`.
fn with_access(text: &str) -> Home {
    let home = Home::new();
    for directory in [
        "aws-accounts",
        "aws-policies",
        "permanent-access",
        "temporary-access",
    ] {
        std::fs::create_dir(home.path().join(directory)).unwrap();
    }
    home.file("aws-accounts/team.yaml", ACCOUNTS);
    home.file("aws-policies/team.yaml", POLICIES);
    home.file("permanent-access/team.yaml", text);
    home
}

fn wrong() -> Home {
    with_access(
        "permanent-access:\n  - users: u1@e.com\n    environments: [dev]\n    grants: [team.read]\n    reasons: none\n",
    )
}

/// stdout, stderr and the exit code.
fn run(home: &Home, arguments: &[&str]) -> (String, String, i32) {
    let output = home.daypass().args(arguments).output().unwrap();
    let (said, told) = texts(&output);
    (said, told, output.status.code().unwrap())
}

fn json(home: &Home, arguments: &[&str]) -> Value {
    serde_json::from_str(&run(home, arguments).0).unwrap()
}

#[test]
fn our_examples_are_right() {
    let home = Home::new();
    let directory = examples();
    let (said, told, code) = run(
        &home,
        &[
            "validate",
            "--all",
            "--deny-warnings",
            "--dir",
            directory.to_str().unwrap(),
        ],
    );
    assert_eq!(
        said,
        "team payments: right. 3 accounts, 10 permanent and 0 temporary grants\n"
    );
    assert_eq!((told.as_str(), code), ("", 0));
}

#[test]
fn everything_wrong_is_shown_at_its_place() {
    let (said, told, code) = run(&wrong(), &["validate", "team"]);
    assert_eq!((said.as_str(), code), ("team team: 3 errors\n", 2));
    insta::assert_snapshot!(told);
}

#[test]
fn warnings_alone_are_no_failure_unless_denied() {
    let home = with_access("permanent-access:\n");
    home.file(
        "temporary-access/team.yaml",
        "temporary-access:\n  - user: a\n    environment: dev\n    grant: reports.read\n    expiration_date: 2020-01-01\n",
    );
    let (said, told, code) = run(&home, &["validate", "team"]);
    assert_eq!(
        said,
        "team team: right, 1 warning. 1 account, 0 permanent and 0 temporary grants\n"
    );
    assert!(
        told.contains("warning[end-passed]") && told.contains("temporary-access/team.yaml:5:22"),
        "{told}"
    );
    assert_eq!(code, 0);
    assert_eq!(run(&home, &["validate", "team", "--deny-warnings"]).2, 1);
    assert_eq!(run(&home, &["validate", "team", "--deny", "warnings"]).2, 1);
}

#[test]
fn json_has_every_finding() {
    let found = json(&wrong(), &["validate", "team", "--format", "json"]);
    assert_eq!((&found["errors"], &found["warnings"]), (&3.into(), &0.into()));
    let first = &found["findings"][0];
    assert_eq!(first["file"], "permanent-access/team.yaml");
    assert_eq!(
        (&first["line"], &first["column"], &first["end_column"]),
        (&2.into(), &12.into(), &20.into())
    );
    assert_eq!(
        (&first["rule"], &first["severity"]),
        (&"wrong-type".into(), &"error".into())
    );
}

// GitHub Docs, "Workflow commands for GitHub Actions".
#[test]
fn github_gets_annotations() {
    let (said, told, code) = run(&wrong(), &["validate", "team", "--format", "github"]);
    assert_eq!((told.as_str(), code), ("", 2));
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 4, "{said}");
    assert_eq!(
        lines[0],
        "::error file=permanent-access/team.yaml,line=2,endLine=2,col=12,endColumn=20,title=wrong-type::users wants a list, \
         this is a string%0Ahelp: write users: [u1@e.com]"
    );
    assert_eq!(lines[3], "team team: 3 errors");
}

// SARIF 2.1.0: 3.13 sarifLog (version, runs), 3.14 run (tool), 3.19 toolComponent (name), 3.27 result (message, level,
// ruleId), 3.30 region (lines and columns from 1, endColumn behind the last character).
#[test]
fn sarif_has_what_the_standard_requires() {
    let log = json(&wrong(), &["validate", "team", "--format", "sarif"]);
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].as_str().unwrap().contains("sarif-2.1.0"));
    let run = &log["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "daypass");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 3);
    for result in results {
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        assert!(["error", "warning", "note", "none"].contains(&result["level"].as_str().unwrap()));
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "permanent-access/team.yaml");
        assert!(place["region"]["startLine"].as_u64().unwrap() >= 1);
        assert!(
            place["region"]["endColumn"].as_u64().unwrap() > place["region"]["startColumn"].as_u64().unwrap()
        );
    }
}

#[test]
fn teams_that_are_not_there() {
    let home = wrong();
    let (_, told, code) = run(&home, &["validate", "teem"]);
    assert_eq!(code, 2);
    assert!(
        told.contains("team teem has no file") && told.contains("did you mean team?"),
        "{told}"
    );
    let (_, told, code) = run(&home, &["validate", "../team"]);
    assert_eq!(code, 2);
    assert!(told.contains("is no team name"), "{told}");
    let empty = Home::new();
    std::fs::create_dir_all(empty.path().join("aws/aws-accounts")).unwrap();
    let (_, told, code) = run(&empty, &["validate", "--all"]);
    assert_eq!(code, 2);
    assert!(told.contains("add --dir ./aws"), "{told}");
    assert_eq!(run(&home, &["validate"]).2, 2);
    assert_eq!(run(&home, &["validate", "team", "--all"]).2, 2);
}

#[test]
fn files_that_nobody_reads_are_told() {
    let home = with_access("permanent-access:\n");
    home.file("aws-accounts/other.yml", ACCOUNTS);
    home.file("aws-accounts/README.md", "notes");
    let (said, told, code) = run(&home, &["validate", "--all"]);
    assert_eq!(code, 0);
    assert!(
        told.contains("aws-accounts/other.yml is not read") && !told.contains("README"),
        "{told}"
    );
    assert!(said.contains("1 warning"), "{said}");
}

#[test]
fn a_team_without_its_policies_is_told() {
    let home = with_access("permanent-access:\n");
    std::fs::remove_file(home.path().join("aws-policies/team.yaml")).unwrap();
    let (said, told, code) = run(&home, &["validate", "team"]);
    assert_eq!((said.as_str(), code), ("team team: 1 error\n", 2));
    assert!(
        told.contains("team team has no policies file aws-policies/team.yaml"),
        "{told}"
    );
    let found = json(&home, &["validate", "team", "--format", "json"]);
    assert_eq!(found["findings"][0]["line"], Value::Null);
}

#[test]
fn a_file_that_is_no_text_is_told() {
    let home = with_access("permanent-access:\n");
    home.file("aws-policies/team.yaml", [0xff, 0xfe, 0x00]);
    let (_, told, code) = run(&home, &["validate", "team"]);
    assert_eq!(code, 2);
    assert!(
        told.contains("aws-policies/team.yaml") && told.contains("not text in UTF-8"),
        "{told}"
    );
}

#[test]
fn schemas_are_printed() {
    let home = Home::new();
    for file in [
        "accounts",
        "policies",
        "permanent",
        "temporary",
        "daypass",
        "check",
    ] {
        let schema = json(&home, &["schema", file]);
        assert_eq!(
            schema["$schema"], "https://json-schema.org/draft/2020-12/schema",
            "{file}"
        );
        assert_eq!(schema["additionalProperties"], false, "{file}");
    }
}

/// Every block of the page that names a file is that file; together they are right.
#[test]
fn the_examples_of_the_page_are_right() {
    let page =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/team-files.md"))
            .unwrap();
    let home = with_access("permanent-access:\n");
    let mut files = 0;
    for block in page.split("```yaml ").skip(1) {
        let (name, rest) = block.split_once('\n').unwrap();
        let (text, _) = rest.split_once("```").unwrap();
        // An end that is near whenever the test runs.
        let tomorrow = (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24))
            .strftime("%Y-%m-%d")
            .to_string();
        let text = text.replace("2026-11-30", &tomorrow);
        home.file(name, text);
        files += 1;
    }
    assert_eq!(files, 5);
    let (said, told, code) = run(&home, &["validate", "team", "--deny-warnings"]);
    assert_eq!(code, 0, "{told}");
    assert!(
        said.contains("temporary grants") && !said.contains(" 0 temporary"),
        "{said}"
    );
}

/// The keys of every object in a schema.
fn keys(schema: &Value, out: &mut Vec<String>) {
    if let Some(properties) = schema["properties"].as_object() {
        out.extend(properties.keys().cloned());
    }
    match schema {
        Value::Object(members) => members.values().for_each(|value| keys(value, out)),
        Value::Array(items) => items.iter().for_each(|value| keys(value, out)),
        _ => {}
    }
}

/// The page has every key of the schemas, and every rule has its line.
#[test]
fn the_page_has_every_key_and_every_rule() {
    let page =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/team-files.md"))
            .unwrap();
    let mut known = Vec::new();
    for file in daypass_core::team::TeamFile::ALL {
        keys(&file.schema(), &mut known);
    }
    for key in known {
        assert!(
            page.contains(&format!("`{key}`")),
            "docs/team-files.md does not have `{key}`"
        );
    }
    for rule in daypass_core::team::Rule::ALL {
        assert!(
            page.contains(&format!("| `{}` |", rule.id())),
            "docs/team-files.md does not have {}",
            rule.id()
        );
    }
}
