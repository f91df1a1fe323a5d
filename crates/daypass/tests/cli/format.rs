//! `daypass fmt`: documents in their canonical form, in place, and nothing lost.

use crate::support::{Home, texts};

const WRITTEN: &str =
    r#"{"Statement":[{"Action":["s3:GetObject"],"Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"}"#;
const CANONICAL: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "s3:GetObject",
      "Resource": "*"
    }
  ]
}
"#;

/// The exit code and both streams.
fn said(home: &Home, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = home.daypass().arg("fmt").args(arguments).output().unwrap();
    let (out, err) = texts(&output);
    (output.status.code(), out, err)
}

fn read(home: &Home, name: &str) -> String {
    std::fs::read_to_string(home.path().join(name)).unwrap()
}

#[test]
fn a_document_is_put_in_its_form_in_place() {
    let home = Home::new();
    home.file("a.json", WRITTEN);
    let (code, out, err) = said(&home, &["--check", "a.json"]);
    assert_eq!(
        (code, read(&home, "a.json").as_str()),
        (Some(3), WRITTEN),
        "only looked at"
    );
    insta::assert_snapshot!(format!("{out}--- stderr\n{err}"));
    let (code, out, _) = said(&home, &["a.json"]);
    assert_eq!((code, read(&home, "a.json").as_str()), (Some(0), CANONICAL));
    assert_eq!(out, "a.json: formatted, 96 characters\n");
    let (code, out, _) = said(&home, &["--check", "a.json"]);
    assert_eq!(
        (code, out.as_str()),
        (Some(0), "a.json: in its form, 96 characters\n")
    );
}

#[test]
fn minified_is_what_iam_counts() {
    let home = Home::new();
    home.file("a.json", CANONICAL);
    let (code, _, _) = said(&home, &["--minify", "a.json"]);
    let text = read(&home, "a.json");
    assert_eq!((code, text.trim_end().len()), (Some(0), 96), "{text}");
    home.file(
        "b.yaml",
        "Statement: {Effect: Deny, Action: '*', Resource: '*'}\n",
    );
    let (code, _, err) = said(&home, &["--minify", "b.yaml"]);
    assert_eq!(code, Some(2));
    assert!(
        err.contains("b.yaml is YAML, and the minified form is JSON"),
        "{err}"
    );
}

#[test]
fn a_directory_gives_its_policies_and_leaves_the_rest() {
    let home = Home::new();
    let policies = home.path().join("policies");
    std::fs::create_dir_all(policies.join("deep/.hidden")).unwrap();
    home.file("policies/deep/a.json", WRITTEN);
    home.file("policies/deep/.hidden/a.json", WRITTEN);
    home.file(
        "policies/b.yml",
        "Version: 2012-10-17\nStatement:\n- {Effect: Deny, Action: '*', Resource: '*'}\n",
    );
    home.file("policies/package.json", "{\"name\":   \"x\"}");
    home.file("policies/notes.txt", WRITTEN);
    let (code, out, err) = said(&home, &["policies"]);
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (
            Some(0),
            "policies/b.yml: formatted, 84 characters\npolicies/deep/a.json: formatted, 96 characters\n",
            ""
        )
    );
    assert_eq!(read(&home, "policies/package.json"), "{\"name\":   \"x\"}");
    assert_eq!(read(&home, "policies/deep/.hidden/a.json"), WRITTEN);
    assert_eq!(
        read(&home, "policies/b.yml"),
        "Version: \"2012-10-17\"\nStatement:\n  - Effect: Deny\n    Action: \"*\"\n    Resource: \"*\"\n"
    );
}

/// Paths too long and links that lead round stand for what may not be read: permissions do not bind root.
#[test]
fn what_cannot_be_read_in_a_directory_stops_nothing_else() {
    let home = Home::new();
    home.bottomless("policies");
    home.file("policies/z.json", WRITTEN);
    home.loop_at("policies/round.json");
    std::os::unix::fs::symlink("nowhere.json", home.path().join("policies/link.json")).unwrap();
    let (code, out, err) = said(&home, &["--check", "policies"]);
    assert_eq!(code, Some(2), "{err}");
    assert!(out.starts_with("policies/z.json: "), "{out}");
    assert!(
        err.contains("error: cannot read policies/ddd") && err.contains("File name too long"),
        "{err}"
    );
    assert!(err.contains("error: cannot read policies/round.json"), "{err}");
    assert!(!err.contains("link.json"), "{err}");
    // What can be written is.
    assert_eq!(said(&home, &["policies"]).0, Some(2));
    assert_ne!(read(&home, "policies/z.json"), WRITTEN);
}

#[test]
fn a_comment_is_never_lost() {
    let home = Home::new();
    let text =
        "Statement:   # who\n  - Effect: Deny\n    Action: [s3:PutObject]  # only this\n    Resource: '*'\n";
    home.file("a.yaml", text);
    home.file("b.json", WRITTEN);
    let (code, out, err) = said(&home, &["a.yaml", "b.json"]);
    assert_eq!((code, read(&home, "a.yaml").as_str()), (Some(2), text));
    assert_eq!(out, "b.json: formatted, 96 characters\n", "the others are done");
    insta::assert_snapshot!(err);
}

#[test]
fn stdin_goes_to_stdout() {
    let home = Home::new();
    let output = home
        .daypass()
        .args(["fmt", "-"])
        .write_stdin(WRITTEN)
        .output()
        .unwrap();
    assert_eq!(texts(&output).0, CANONICAL);
    let output = home
        .daypass()
        .args(["fmt", "--minify", "-"])
        .write_stdin("Statement: {Effect: Deny, Action: '*', Resource: '*'}\n")
        .output()
        .unwrap();
    assert_eq!(
        texts(&output).0,
        "{\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}]}\n"
    );
    let output = home
        .daypass()
        .args(["fmt", "-", "a.json"])
        .write_stdin(WRITTEN)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let output = home
        .daypass()
        .args(["fmt", "-"])
        .write_stdin("{\"Statement\": 1}")
        .output()
        .unwrap();
    assert_eq!((output.status.code(), texts(&output).0.as_str()), (Some(2), ""));
}

#[test]
fn what_is_too_large_is_told() {
    let home = Home::new();
    let resources: Vec<String> = (0..100)
        .map(|n| format!("\"arn:aws:s3:::bucket-number-{n:04}/*\""))
        .collect();
    home.file(
        "large.json",
        format!(
            r#"{{"Statement": {{"Effect": "Allow", "Action": "s3:GetObject", "Resource": [{}]}}}}"#,
            resources.join(",")
        ),
    );
    let (code, out, err) = said(&home, &["large.json"]);
    assert_eq!(code, Some(0));
    insta::assert_snapshot!(format!("{out}--- stderr\n{err}"));
}
