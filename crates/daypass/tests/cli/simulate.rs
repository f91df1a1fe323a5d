//! `daypass simulate`: one scenario as a person reads the answer, many as a program does.

use crate::support::{Home, binary, texts, until};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Output, Stdio};

const OFFICE: &str = "\
# May bob read the report from home?
policies:
  identity:
    - Version: 2012-10-17
      Statement:
        - Sid: Office
          Effect: Allow
          Action: s3:GetObject
          Resource: arn:aws:s3:::reports/*
          Condition:
            IpAddress: { aws:SourceIp: 192.0.2.0/24 }
        - Sid: Logs
          Effect: Allow
          Action: s3:Get*
          Resource: arn:aws:s3:::logs/*
request:
  principal: arn:aws:iam::111122223333:user/bob
  action: s3:GetObject
  resource: arn:aws:s3:::reports/q3.csv
  context:
    aws:SourceIp: 10.1.2.3
";

const ALLOW: &str = r#"{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#;

fn simulate(home: &Home, arguments: &[&str]) -> Output {
    home.daypass().arg("simulate").args(arguments).output().unwrap()
}

/// The exit code and both streams.
fn said(file: &str, text: impl AsRef<[u8]>) -> String {
    let home = Home::new();
    home.file(file, text);
    shown(&simulate(&home, &["--scenario", file]))
}

fn shown(output: &Output) -> String {
    let (out, err) = texts(output);
    let code = output.status.code().unwrap();
    match err.as_str() {
        "" => format!("{out}exit code {code}"),
        err => format!("{out}--- stderr\n{err}exit code {code}"),
    }
}

fn objects(output: &Output) -> Vec<Value> {
    let lines = texts(output).0;
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

fn line(id: &Value, policies: &str, action: &str) -> String {
    format!(
        r#"{{"id": {id}, "policies": {policies}, "request": {{"principal": "arn:aws:iam::111122223333:user/bob", "action": "{action}", "resource": "arn:aws:s3:::amzn-s3-demo-bucket/data.txt"}}}}"#
    )
}

#[test]
fn a_condition_that_failed_is_shown_with_both_values() {
    insta::assert_snapshot!(said("office.yaml", OFFICE));
}

#[test]
fn the_statement_that_denies_is_quoted() {
    insta::assert_snapshot!(said(
        "archive.json",
        r#"{
  "id": "archive",
  "policies": {
    "identity": [
      {
        "Version": "2012-10-17",
        "Statement": [
          {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
          {
            "Sid": "NotArchive",
            "Effect": "Deny",
            "Action": "s3:*",
            "Resource": "arn:aws:s3:::archive/*",
            "Condition": {"NotIpAddressIfExists": {"aws:SourceIp": "192.0.2.0/24"}}
          }
        ]
      }
    ],
    "scp": [{"level": "root", "policies": [{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}]}]
  },
  "request": {
    "principal": "arn:aws:sts::111122223333:assumed-role/app/s1",
    "action": "s3:GetObject",
    "resource": "arn:aws:s3:::archive/x"
  }
}"#
    ));
}

#[test]
fn an_allow_names_its_statements() {
    insta::assert_snapshot!(said(
        "allowed.json",
        line(
            &json!("a"),
            &format!(r#"{{"identity": {ALLOW}}}"#),
            "s3:GetObject"
        )
    ));
}

#[test]
fn an_empty_boundary_and_another_account() {
    let empty = line(
        &json!("b"),
        &format!(r#"{{"identity": {ALLOW}, "boundary": []}}"#),
        "s3:GetObject",
    );
    insta::assert_snapshot!(said("boundary.json", &empty));
    let elsewhere = empty.replace(r#", "boundary": []"#, "").replace(
        r#""request": {"#,
        r#""request": {"resource_account": "444455556666", "#,
    );
    insta::assert_snapshot!("another_account", said("elsewhere.json", elsewhere));
}

#[test]
fn everything_wrong_is_shown_at_its_place() {
    let wrong = OFFICE
        .replace("identity:", "identities:")
        .replace(
            "Effect: Allow\n          Action: s3:Get*",
            "Effect: allow\n          Actions: s3:Get*",
        )
        .replace(
            "principal: arn:aws:iam::111122223333:user/bob",
            "principal: arn:aws:iam::111122223333:role/app",
        );
    insta::assert_snapshot!(said("wrong.yaml", wrong));
}

#[test]
fn one_answer_as_data() {
    let home = Home::new();
    home.file("office.yaml", OFFICE);
    let output = simulate(&home, &["--scenario", "office.yaml", "--format", "json"]);
    assert_eq!((output.status.code(), texts(&output).1.as_str()), (Some(4), ""));
    let [answer] = objects(&output).try_into().unwrap();
    let at = |part: &str| {
        let start = OFFICE.find(part).unwrap();
        let before = &OFFICE[..start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        json!({"start": start, "end": start + part.len(), "line": before.matches('\n').count() + 1, "column": start - line_start + 1})
    };
    assert_eq!(answer.get("id"), None);
    assert_eq!(answer["decision"], "implicit_deny");
    assert_eq!(answer["rule"], "identity_grant");
    assert_eq!(
        answer["page"],
        "IAM User Guide, Policy evaluation for requests within a single account"
    );
    assert_eq!(answer["missing_keys"], json!([]));
    assert_eq!(
        answer["verdicts"],
        json!([{"kind": "identity", "verdict": "none"}])
    );
    let reasons = &answer["reasons"];
    assert_eq!(
        reasons[0],
        json!({"reason": "did_not_allow", "kind": "identity", "in_force": true})
    );
    assert_eq!(reasons[1]["reason"], "came_near");
    assert_eq!(
        [
            &reasons[1]["kind"],
            &reasons[1]["policy_index"],
            &reasons[1]["statement_index"],
            &reasons[1]["sid"],
            &reasons[1]["effect"]
        ],
        [
            &json!("identity"),
            &json!(0),
            &json!(0),
            &json!("Office"),
            &json!("Allow")
        ]
    );
    assert_eq!(
        reasons[1]["failed"],
        json!({"element": "condition", "name": "IpAddress", "key": "aws:SourceIp", "found": ["10.1.2.3"],
            "wanted": ["192.0.2.0/24"], "span": at("aws:SourceIp: 192.0.2.0/24")})
    );
    assert_eq!(reasons[2]["failed"]["span"], at("arn:aws:s3:::logs/*"));
    assert_eq!(reasons[2]["failed"]["element"], "resource");
}

#[test]
fn levels_and_missing_keys_as_data() {
    let home = Home::new();
    let policies = format!(
        r#"{{"identity": [{{}}, {ALLOW}], "scp": [{{"level": "root", "policies": [{ALLOW}]}}, {{"level": "ou", "policies": [{{}}, {}]}}]}}"#,
        ALLOW.replace(
            "\"*\"}",
            "\"*\", \"Condition\": {\"Bool\": {\"aws:ViaAWSService\": true}}}"
        )
    );
    home.file("levels.json", line(&json!(7), &policies, "s3:GetObject"));
    let output = simulate(&home, &["--scenario", "levels.json", "--format", "json"]);
    let [answer] = objects(&output).try_into().unwrap();
    assert_eq!(
        (&answer["id"], &answer["decision"]),
        (&json!(7), &json!("implicit_deny"))
    );
    assert_eq!(answer["missing_keys"], json!(["aws:ViaAWSService"]));
    assert_eq!(
        answer["reasons"][0],
        json!({"reason": "did_not_allow", "kind": "scp", "level": "ou", "level_index": 1, "in_force": true})
    );
    let near = &answer["reasons"][1];
    assert_eq!(
        [
            &near["level"],
            &near["level_index"],
            &near["policy_index"],
            &near["sid"],
            &near["failed"]["found"]
        ],
        [&json!("ou"), &json!(1), &json!(1), &Value::Null, &Value::Null]
    );
}

#[test]
fn there_is_always_a_reason() {
    let home = Home::new();
    home.file("who.json", line(&json!("who"), "{}", "sts:GetCallerIdentity"));
    let output = simulate(&home, &["--scenario", "who.json", "--format", "json"]);
    let [answer] = objects(&output).try_into().unwrap();
    assert_eq!(answer["rule"], "no_permission_needed");
    let reasons = json!([{"reason": "by_rule", "message": "sts:GetCallerIdentity needs no permission"}]);
    assert_eq!(answer["reasons"], reasons);
}

#[test]
fn what_is_wrong_is_data_too() {
    let home = Home::new();
    home.file("wrong.json", r#"{"id": "w", "request": {"principal": 7}}"#);
    let output = simulate(&home, &["--scenario", "wrong.json", "--format", "json"]);
    assert_eq!(output.status.code(), Some(2));
    let [answer] = objects(&output).try_into().unwrap();
    assert_eq!(
        answer,
        json!({"id": "w", "error": {"message": "the request has no action", "help": "add \"action\": what for, such as \"s3:GetObject\"",
            "start": 23, "end": 39, "line": 1, "column": 24,
            "more": [{"message": "principal wants a string, this is a number", "start": 37, "end": 38, "line": 1, "column": 38}]}})
    );
}

/// Answers to a document are the same wherever it is read from.
#[test]
fn files_and_stdin() {
    let home = Home::new();
    let text = line(
        &json!("x"),
        &format!(r#"{{"identity": {ALLOW}}}"#),
        "s3:GetObject",
    );
    let answered = |arguments: &[&str], stdin: &str| {
        let output = home
            .daypass()
            .arg("simulate")
            .args(arguments)
            .write_stdin(stdin)
            .output()
            .unwrap();
        let decisions: Vec<String> = objects(&output)
            .iter()
            .map(|answer| answer["decision"].to_string())
            .collect();
        (output.status.code().unwrap(), decisions.join(" "))
    };
    let from_stdin = ["--scenario", "-", "--format", "json"];
    let one = (0, "\"allow\"".to_owned());
    assert_eq!(answered(&from_stdin, &text), one);
    assert_eq!(
        answered(&from_stdin, &format!("\u{feff}{}", text.replace(", ", ",\r\n"))),
        one
    );
    assert_eq!(answered(&from_stdin, OFFICE), (4, "\"implicit_deny\"".to_owned()));
    let two = (0, "\"allow\" \"allow\"".to_owned());
    assert_eq!(
        answered(&from_stdin, &format!("\u{feff}\r\n{text}\r\n\r\n{text}")),
        two
    );
    home.file("two.json", format!("{text}\n{text}\n"));
    home.file("one.NDJSON", &text);
    assert_eq!(answered(&["--scenario", "two.json", "--format", "json"], ""), two);
    assert_eq!(
        answered(
            &["--scenario", "one.NDJSON", "--scenario", "-", "--format", "json"],
            &text
        ),
        two
    );
    // Denied, but one of many.
    home.file("denied.jsonl", line(&json!("d"), "{}", "s3:GetObject"));
    assert_eq!(
        answered(&["--scenario", "denied.jsonl", "--format", "json"], "").0,
        0
    );
    home.file("empty.jsonl", "\n\n");
    assert_eq!(
        answered(&["--scenario", "empty.jsonl", "--format", "json"], ""),
        (0, String::new())
    );
}

#[test]
fn what_is_no_scenario_file() {
    let home = Home::new();
    home.file("empty.json", "\n");
    home.file("bytes.yaml", [0xff, 0xfe, 0]);
    home.file("long.json", vec![b' '; 16 * 1024 * 1024 + 1]);
    std::fs::create_dir(home.path().join("d.jsonl")).unwrap();
    for (file, part) in [
        ("nowhere.json", "there is no file nowhere.json"),
        ("empty.json", "empty.json is empty"),
        ("bytes.yaml", "bytes.yaml is not text in UTF-8"),
        ("long.json", "long.json is larger than 16 MiB"),
        (".", ". is a directory"),
        ("d.jsonl", "d.jsonl is a directory"),
    ] {
        for format in ["human", "json"] {
            let output = simulate(&home, &["--scenario", file, "--format", format]);
            let (out, err) = texts(&output);
            assert_eq!(
                (output.status.code(), out.as_str()),
                (Some(2), ""),
                "{file}: {err}"
            );
            assert!(err.contains(part) && err.contains("help: "), "{file}: {err}");
        }
    }
    assert_eq!(simulate(&home, &[]).status.code(), Some(2));
}

#[test]
fn many_for_a_person() {
    let home = Home::new();
    let allowed = format!(r#"{{"identity": {ALLOW}}}"#);
    let denied = format!(r#"{{"identity": {}}}"#, ALLOW.replace("Allow", "Deny"));
    let lines = [
        line(&json!("first"), &allowed, "s3:GetObject"),
        line(&json!(2), &denied, "s3:GetObject"),
        String::new(),
        "{\"id\": \"bad\", \"request\": {}}".to_owned(),
        "{\"id\": \"worse\"".to_owned(),
        line(&Value::Null, "{}", "s3:GetObject"),
    ];
    home.file("many.jsonl", lines.join("\r\n"));
    home.file("office.yaml", OFFICE);
    insta::assert_snapshot!(shown(&simulate(
        &home,
        &[
            "--scenario",
            "many.jsonl",
            "--scenario",
            "nowhere.json",
            "--scenario",
            "office.yaml"
        ]
    )));
}

/// Where things stand differs with the line; everything else must not.
fn placeless(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .filter(|(key, _)| !["id", "span", "start", "end", "line", "column"].contains(&key.as_str()))
            .map(|(key, value)| (key, placeless(value)))
            .collect(),
        Value::Array(items) => items.into_iter().map(placeless).collect(),
        other => other,
    }
}

/// Twenty thousand lines: the answers stand in the order of the lines, and each is the one that its scenario gets alone.
#[test]
fn many_are_answered_in_order_and_like_one_alone() {
    const LINES: usize = 20_000;
    let home = Home::new();
    let variants = [
        (format!(r#"{{"identity": {ALLOW}}}"#), "s3:GetObject"),
        ("{}".to_owned(), "s3:GetObject"),
        (
            format!(r#"{{"identity": {}}}"#, ALLOW.replace("Allow", "Deny")),
            "s3:PutObject",
        ),
        (
            format!(
                r#"{{"identity": [{ALLOW}], "boundary": {}}}"#,
                ALLOW.replace("s3:*", "s3:Get*")
            ),
            "s3:PutObject",
        ),
        (
            format!(r#"{{"identity": {ALLOW}, "rcp": [{{"level": "root", "policies": []}}]}}"#),
            "s3:GetObject",
        ),
        ("{}".to_owned(), "sts:GetCallerIdentity"),
        ("{\"identity\": 7}".to_owned(), "s3:GetObject"),
    ];
    let alone: Vec<Value> = variants
        .iter()
        .map(|(policies, action)| {
            home.file("one.json", line(&json!(0), policies, action));
            let output = simulate(&home, &["--scenario", "one.json", "--format", "json"]);
            placeless(objects(&output).remove(0))
        })
        .collect();
    let decisions: Vec<&Value> = alone.iter().map(|answer| &answer["decision"]).collect();
    assert_eq!(decisions[..3], ["allow", "implicit_deny", "explicit_deny"]);
    let mut text = String::new();
    for n in 0..LINES {
        if n == LINES / 2 {
            text.push_str("{\"id\": 10000, \"policies\": {\r\n");
            continue;
        }
        // Lines of different lengths, so that batches end anywhere.
        let (policies, action) = &variants[n % variants.len()];
        text.push_str(&line(&json!(n), policies, action));
        text.push_str(&" ".repeat(n % 97));
        text.push_str(["\n", "\r\n", "\n\n"][n % 3]);
    }
    home.file("many.jsonl", text);
    let output = simulate(&home, &["--scenario", "many.jsonl", "--format", "json"]);
    let warned = texts(&output).1;
    assert_eq!(output.status.code(), Some(2), "{warned}");
    let unread = (0..LINES)
        .filter(|n| n % variants.len() == 6 && *n != LINES / 2)
        .count()
        + 1;
    assert!(
        warned.contains(&format!("{unread} scenarios could not be read")),
        "{warned}"
    );
    let answers = objects(&output);
    assert_eq!(answers.len(), LINES);
    for (n, answer) in answers.into_iter().enumerate() {
        if n == LINES / 2 {
            assert!(
                answer["error"]["message"]
                    .as_str()
                    .unwrap()
                    .contains("end of the text"),
                "{answer}"
            );
            continue;
        }
        assert_eq!(answer["id"], n, "{answer}");
        assert_eq!(placeless(answer), alone[n % variants.len()], "line {n}");
    }
}

fn started(home: &Home, stdout: Stdio) -> std::process::Child {
    std::process::Command::new(binary())
        .env_clear()
        .envs(home.variables())
        .args(["simulate", "--scenario", "-", "--format", "json"])
        .stdin(Stdio::piped())
        .stdout(stdout)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn two_lines() -> String {
    let one = line(&json!(1), "{}", "s3:GetObject");
    format!("{one}\n{one}\n")
}

#[test]
fn answers_come_while_more_is_being_asked_and_ctrl_c_ends_it() {
    let home = Home::new();
    let mut daypass = started(&home, Stdio::piped());
    let mut questions = daypass.stdin.take().unwrap();
    let mut answers = BufReader::new(daypass.stdout.take().unwrap()).lines();
    for _ in 0..3 {
        questions.write_all(two_lines().as_bytes()).unwrap();
        for _ in 0..2 {
            assert!(answers.next().unwrap().unwrap().contains("implicit_deny"));
        }
    }
    let pid = Pid::from_raw(i32::try_from(daypass.id()).unwrap()).unwrap();
    kill_process(pid, Signal::INT).unwrap();
    let status = daypass.wait().unwrap();
    assert_eq!(status.signal(), Some(2), "{status}");
}

#[test]
fn nobody_wants_more_answers() {
    let home = Home::new();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut daypass = started(&home, writer.into());
    // Stdin stays open: the end comes from the answers alone.
    let mut questions = daypass.stdin.take().unwrap();
    let _ = questions.write_all(two_lines().as_bytes());
    let mut status = None;
    until("it ends", || {
        status = daypass.try_wait().unwrap();
        status.is_some()
    });
    let output = daypass.wait_with_output().unwrap();
    assert_eq!((output.status.code(), texts(&output).1.as_str()), (Some(0), ""));
    drop(questions);
}

#[test]
fn answers_that_cannot_be_written_are_a_failure() {
    let home = Home::new();
    for format in ["human", "json"] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        home.file("two.jsonl", two_lines());
        let output = std::process::Command::new(binary())
            .env_clear()
            .envs(home.variables())
            .current_dir(home.path())
            .args(["simulate", "--scenario", "two.jsonl", "--format", format])
            .stdout(full)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{format}");
        assert!(
            texts(&output).1.contains("cannot write to stdout"),
            "{format}: {}",
            texts(&output).1
        );
    }
}
