//! Whole test files: what they find, what they take, and that everything wrong is told at once.

use std::fmt::Write as _;

use iam_policy::Decision;
use jiff::Timestamp;

use super::*;
use crate::team::{FileText, Finding};

fn now() -> Timestamp {
    "2026-11-30T12:00:00Z".parse().unwrap()
}

const REPORTS: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"},
    {"Sid": "Private", "Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::reports/private/*"},
    {"Sid": "Office", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::reports",
     "Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}},
    {"Sid": "Until", "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*",
     "Condition": {"DateLessThan": {"aws:CurrentTime": "2026-12-01T00:00:00Z"}}}
  ]
}"#;

fn found(files: &[(&str, &str)]) -> Found {
    let file = |(path, text): &(&str, &str)| {
        let file = FileText {
            path: (*path).into(),
            text: Some((*text).to_owned()),
        };
        ((*path).to_owned(), Ok(file))
    };
    Found {
        files: files.iter().map(file).collect(),
        ..Found::default()
    }
}

fn suite(cases: &str) -> Suite {
    let text = format!(
        "policies:\n  identity: reports.json\ndefaults:\n  principal: arn:aws:iam::111122223333:user/bob\ncases:\n{cases}"
    );
    Draft::read("reports.test.yaml", &text)
        .suite(&found(&[("reports.json", REPORTS)]), now())
        .unwrap_or_else(|findings| panic!("{findings:#?}"))
}

/// What each failed question is told as.
fn failures(cases: &str) -> Vec<String> {
    let suite = suite(cases);
    let run = suite.run(now(), RunSettings::default());
    let all = suite.cases.iter().zip(&run.cases);
    all.flat_map(|(case, run)| run.failures.iter().map(|failed| failed.told(case.expectation)))
        .collect()
}

fn told(findings: &[Finding], texts: &[(&str, &str)]) -> String {
    let mut out = String::new();
    for finding in findings {
        let text = texts.iter().find(|(path, _)| *path == &*finding.place.file);
        let text = text.map(|(_, text)| *text).unwrap_or_default();
        let (line, column) = finding.place.span.line_and_column(text);
        let quoted = finding
            .place
            .span
            .of(text)
            .unwrap_or_default()
            .lines()
            .next()
            .unwrap_or_default();
        let _ = writeln!(
            out,
            "{} {} {}:{line}:{column} `{quoted}`: {}{}",
            finding.severity,
            finding.rule.id(),
            finding.place.file,
            finding.message,
            finding
                .help
                .as_ref()
                .map(|help| format!(" | {help}"))
                .unwrap_or_default()
        );
    }
    out
}

#[test]
fn every_combination_must_hold() {
    assert_eq!(
        failures(
            "  - allow: [s3:GetObject, s3:PutObject]\n    on: [arn:aws:s3:::reports/a, arn:aws:s3:::logs/a]\n"
        ),
        [
            "s3:PutObject on arn:aws:s3:::reports/a should be allowed, and is not: implicit deny: no identity policy allows s3:PutObject on arn:aws:s3:::reports/a",
            "s3:GetObject on arn:aws:s3:::logs/a should be allowed, and is not: implicit deny: no identity policy allows s3:GetObject on arn:aws:s3:::logs/a",
            "s3:PutObject on arn:aws:s3:::logs/a should be allowed, and is not: implicit deny: no identity policy allows s3:PutObject on arn:aws:s3:::logs/a",
        ]
    );
}

/// All reporters show it in one line.
#[test]
fn what_failed_and_why_do_not_run_together() {
    let draft = Draft::read(
        "app.test.yaml",
        "policies:\n  identity: app.json\ndefaults:\n  principal: arn:aws:iam::111122223333:user/bert\n\
         cases:\n  - allow: s3:GetObject\n    on: arn:aws:s3:::app/bert/x\n",
    );
    let document = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
        {"Effect": "Deny", "Action": "s3:*", "Resource": "*",
         "Condition": {"BoolIfExists": {"aws:SecureTransport": "false"}}}]}"#;
    let suite = draft.suite(&found(&[("app.json", document)]), now()).unwrap();
    let run = suite.run(now(), RunSettings::default());
    assert_eq!(
        run.cases[0].failures[0].told(Expectation::Allow),
        "s3:GetObject on arn:aws:s3:::app/bert/x should be allowed, and is not: explicit deny: statement 2 of app.json \
         (identity policy) denies s3:GetObject on arn:aws:s3:::app/bert/x; the request does not carry \
         aws:SecureTransport; the statement denies when it is false"
    );
}

#[test]
fn a_deny_within_a_family_is_found() {
    let failed = failures("  - allow: s3:GetObject\n    on: arn:aws:s3:::reports/*\n");
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert!(
        failed[0].contains("s3:GetObject on arn:aws:s3:::reports/private/"),
        "{failed:?}"
    );
}

#[test]
fn an_allow_within_a_family_is_found() {
    let failed = failures("  - deny: s3:GetObject\n    on: arn:aws:s3:::*\n  - deny: s3:GetObject\n");
    assert_eq!(failed.len(), 2, "{failed:?}");
    assert!(
        failed
            .iter()
            .all(|told| told.contains("arn:aws:s3:::reports/Zq7x0")),
        "{failed:?}"
    );
    assert!(failures("  - deny: s3:GetObject\n    on: arn:aws:s3:::logs*\n").is_empty());
}

#[test]
fn actions_with_wildcards_are_every_such_action() {
    let suite = suite("  - deny: s3:Put*\n");
    assert!(suite.cases[0].actions.len() > 20);
    let run = suite.run(now(), RunSettings::default());
    assert_eq!((run.passed(), run.failed()), (1, 0));
    assert!(run.cases[0].asked > suite.cases[0].actions.len());
}

#[test]
fn context_moment_and_reason() {
    let holds = "
  - allow: s3:ListBucket
    on: arn:aws:s3:::reports
    context: {aws:SourceIp: 192.0.2.9}
    reason: Office
  - deny: s3:ListBucket
    on: arn:aws:s3:::reports
    context: {aws:SourceIp: 10.0.0.1}
    reason: {decision: implicit_deny, statement: Office, policy: identity, key: AWS:sourceip}
  - deny: s3:GetObject
    on: arn:aws:s3:::reports/private/x
    reason: {decision: explicit_deny, statement: Private}
  - allow: sqs:SendMessage
    on: arn:aws:sqs:us-east-1:111122223333:orders
  - deny: sqs:SendMessage
    on: arn:aws:sqs:us-east-1:111122223333:orders
    at: 2026-12-01
";
    assert_eq!(failures(holds), [""; 0]);
    let other_reasons = "
  - deny: s3:GetObject
    on: arn:aws:s3:::reports/private/x
    reason: Read
  - deny: s3:GetObject
    on: arn:aws:s3:::reports/private/x
    reason: {decision: implicit_deny}
  - deny: s3:GetObject
    on: arn:aws:s3:::logs/x
    reason: {policy: boundary}
  - deny: s3:ListBucket
    on: arn:aws:s3:::reports
    context: {aws:SourceIp: 10.0.0.1}
    reason: {key: aws:SourceVpc}
";
    insta::assert_snapshot!(failures(other_reasons).join("\n"));
}

#[test]
fn what_is_not_in_the_context_can_be_said() {
    let cases = "
  - deny: s3:ListBucket
    on: arn:aws:s3:::reports
    principal: arn:aws:iam::111122223333:role/app
    context: {aws:CurrentTime: null}
";
    let suite = suite(cases);
    let request = suite.cases[0].request("s3:ListBucket", "arn:aws:s3:::reports", now());
    assert_eq!(request.context.get("aws:CurrentTime"), None);
    let role = request.context.get("aws:PrincipalArn").unwrap();
    assert_eq!(role, ["arn:aws:iam::111122223333:role/app"]);
}

#[test]
fn statements_that_no_case_exercises() {
    let suite = suite("  - allow: s3:GetObject\n    on: arn:aws:s3:::reports/a\n");
    let run = suite.run(now(), RunSettings { coverage: true });
    assert_eq!(run.statements, 4);
    let unexercised: Vec<_> = run
        .unexercised
        .iter()
        .map(|one| (one.document, one.statement))
        .collect();
    assert_eq!(unexercised, [(0, 1), (0, 2), (0, 3)]);
}

/// What a boundary holds back comes out the same without the Allow: it is not exercised, though cases are about it.
#[test]
fn an_allow_that_never_prevails_is_not_exercised() {
    let text = "
policies:
  identity: {document: {Statement: {Effect: Allow, Action: 'sqs:*', Resource: '*'}}}
  boundary: {document: {Statement: {Effect: Allow, Action: 's3:*', Resource: '*'}}}
defaults:
  principal: arn:aws:iam::111122223333:role/app
cases:
  - deny: sqs:SendMessage
    reason: {policy: boundary}
";
    let suite = Draft::read("x.test.yaml", text)
        .suite(&Found::default(), now())
        .unwrap();
    let run = suite.run(now(), RunSettings { coverage: true });
    assert_eq!((run.passed(), run.failed()), (1, 0));
    let unexercised: Vec<_> = run
        .unexercised
        .iter()
        .map(|one| (one.document, one.is_overruled))
        .collect();
    assert_eq!(unexercised, [(0, true), (1, false)]);
}

/// What no request of AWS's has is denied by any policy: such a case holds, and proves nothing.
#[test]
fn a_case_that_proves_nothing_is_told() {
    const HEAD: &str = "policies: {identity: {document: {Statement: {Effect: Allow, Action: 'kms:*', Resource: '*'}}}}\n\
                        defaults: {principal: 'arn:aws:iam::111122223333:user/bob'}\ncases:";
    let cases = "
  - deny: s3:GetObject
    on: arn:aws:s3:::reports
  - deny: [s3:GetObject, s3:ListBucket]
    on: [arn:aws:s3:::reports, arn:aws:s3:::reports/*]
  - deny: [s3:PutObject, ec2:DescribeInstances]
    on: [arn:aws:s3:::reports/x, arn:aws:sqs:us-east-1:111122223333:q]
  - deny: s3:GetObject
    on: [arn:aws:s3:::reports/x, arn:aws:s3:::reports]
  - deny: s3:Put*
    on: arn:aws:sqs:us-east-1:111122223333:q
  - deny: s3:GetObject
    context: {aws:SourceIpp: 192.0.2.7, s3:prefixx: a, aws:SourceArn: reports, s3:max-keys: many, www.example.com:aud: x}
";
    let draft = format!("{HEAD}{cases}");
    let suite = Draft::read("x.test.yaml", &draft).suite(&found(&[]), now());
    let suite = suite.unwrap_or_else(|findings| panic!("{findings:#?}"));
    assert_eq!(
        suite.run(now(), RunSettings::default()).failed(),
        0,
        "all of them hold"
    );
    insta::assert_snapshot!(told(&suite.warnings, &[("x.test.yaml", &draft)]));
    // What is certainly wrong is refused.
    let certain = format!(
        "{HEAD}\n  - deny: s3:GetObject\n    context: {{aws:MultiFactorAuthPresent: 'yes', aws:SourceIp: 10.0.0.0/8, aws:PrincipalTag: a}}\n"
    );
    let findings = Draft::read("x.test.yaml", &certain)
        .suite(&found(&[]), now())
        .unwrap_err();
    insta::assert_snapshot!(told(&findings, &[("x.test.yaml", &certain)]));
}

/// "SCP evaluation" (AWS Organizations User Guide): every level must allow. A boundary limits ("Permissions boundaries
/// for IAM entities", IAM User Guide).
#[test]
fn other_kinds_of_policy() {
    let text = "
policies:
  identity: [{managed: AmazonS3FullAccess}, {document: {Statement: {Effect: Allow, Action: 'sqs:*', Resource: '*'}}}]
  boundary: AmazonS3FullAccess
  scp:
    - {level: root, policies: FullAWSAccess}
    - level: account
      policies: [{managed: FullAWSAccess}, {document: {Statement: {Sid: NoDelete, Effect: Deny, Action: 's3:Delete*', Resource: '*'}}}]
defaults:
  principal: arn:aws:iam::111122223333:role/team/app
cases:
  - allow: s3:PutObject
    on: arn:aws:s3:::*
  - deny: s3:DeleteObject
    reason: {decision: explicit_deny, policy: scp, statement: NoDelete}
  - deny: sqs:SendMessage
    reason: {decision: implicit_deny, policy: boundary}
";
    let suite = Draft::read("x.test.yaml", text)
        .suite(&Found::default(), now())
        .unwrap();
    let run = suite.run(now(), RunSettings { coverage: true });
    let failed: Vec<&Failed> = run.cases.iter().flat_map(|case| &case.failures).collect();
    assert_eq!((run.passed(), run.failed()), (3, 0), "{failed:#?}");
    let own: Vec<(&str, bool)> = suite
        .documents
        .iter()
        .map(|document| (document.name.as_str(), document.is_of_aws))
        .collect();
    assert_eq!(
        own,
        [
            ("AmazonS3FullAccess", true),
            ("x.test.yaml:3", false),
            ("FullAWSAccess", true),
            ("x.test.yaml:8", false)
        ]
    );
}

#[test]
fn a_teams_policy_asks_for_what_it_asks_for() {
    let policies = "
aws-policies:
  ops.repair:
    require_mfa: true
    managed_policies: ['arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess']
    custom_statements:
      - {effect: Allow, actions: 'rds:RebootDBInstance', resources: 'arn:aws:rds:*:*:db:*'}
";
    let text = "
policies:
  identity: {team: payments, policy: ops.repair}
defaults:
  principal: arn:aws:iam::111122223333:user/bert
cases:
  - allow: [rds:RebootDBInstance]
    on: arn:aws:rds:*:*:db:*
    context: {aws:MultiFactorAuthPresent: true}
  - allow: sqs:ListQueues
    context: {aws:MultiFactorAuthPresent: true}
  - deny: sqs:ListQueues
    reason: {key: aws:MultiFactorAuthPresent}
  - deny: rds:RebootDBInstance
    on: arn:aws:rds:*:*:db:*
    reason: {key: aws:MultiFactorAuthPresent}
";
    let draft = Draft::read("a/x.test.yaml", text);
    let wanted = draft.wanted();
    assert_eq!(wanted.len(), 1);
    let file = |path: &str, text: Option<&str>| FileText {
        path: path.into(),
        text: text.map(str::to_owned),
    };
    let found = Found {
        teams: [(
            wanted[0].clone(),
            Ok(FoundTeam {
                settings: file("daypass.yaml", None),
                policies: file("aws-policies/payments.yaml", Some(policies)),
            }),
        )]
        .into(),
        ..Found::default()
    };
    let suite = draft
        .suite(&found, now())
        .unwrap_or_else(|wrong| panic!("{wrong:#?}"));
    let run = suite.run(now(), RunSettings::default());
    let failed: Vec<String> = run
        .cases
        .iter()
        .flat_map(|case| &case.failures)
        .map(|failed| format!("{failed:#?}"))
        .collect();
    assert_eq!(run.failed(), 0, "{}", failed.join("\n"));
    let other = text.replace("ops.repair", "ops.repairs");
    let findings = Draft::read("a/x.test.yaml", &other)
        .suite(&found, now())
        .unwrap_err();
    insta::assert_snapshot!(told(&findings, &[("a/x.test.yaml", &other)]));
}

const WRONG: &str = "\
policies:
  identity: [missing.json, broken.json, {managed: ReadOnlyAcess}, {file: a.json, managed: B}, {policy: x}, {team: pay}]
  boundry: a.json
  scp: [{level: root, policies: FullAWSAccess}, FullAWSAccess]
  trust: [a.json, b.json]
defaults:
  principal: bob
  context: {SourceIp: 1.2.3.4}
cases:
  - allow: s3:GetObjct
    deny: s3:PutObject
    on: my-bucket
  - deny: [s3:Xyz*, GetObject, 7]
    at: tomorrow
  - on: arn:aws:s3:::a
  - allow: s3:GetObject
    reason: {decision: explicit_deny, policy: boundary1, statment: x}
    resource_account: 12
    context: {aws:a: 1, AWS:A: 2, aws:b: {c: d}}
  - deny: s3:BrandNewThingOfTomorrow
  - allow: []
  - just text
";

#[test]
fn everything_wrong_is_told_at_once() {
    let broken = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Alow", "Action": "s3:*"}]}"#;
    let findings = Draft::read("x.test.yaml", WRONG)
        .suite(&found(&[("broken.json", broken)]), now())
        .unwrap_err();
    insta::assert_snapshot!(told(
        &findings,
        &[("x.test.yaml", WRONG), ("broken.json", broken)]
    ));
}

/// Places are in the text behind a byte order mark, which is how it is shown.
#[test]
fn a_byte_order_mark_moves_no_place() {
    let text = "policies:\n  identity: missing.json\ncases:\n  - {allow: \"é:*\", on: \"*";
    let spans = |text: &str| {
        let findings = Draft::read("x.test.yaml", text).suite(&Found::default(), now());
        let findings = findings.err().unwrap();
        findings
            .iter()
            .map(|finding| finding.place.span)
            .collect::<Vec<_>>()
    };
    assert_eq!(spans(&format!("\u{feff}{text}")), spans(text));
    let closed = format!("{text}\"}}\n");
    assert_eq!(spans(&format!("\u{feff}{closed}")), spans(&closed));
}

#[test]
fn what_is_no_test_file() {
    for text in [
        "",
        "- a",
        "a: [",
        "policies: {}\ncases: []\n",
        "cases: 7",
        "&a b: *a",
    ] {
        let findings = Draft::read("x.test.yaml", text)
            .suite(&Found::default(), now())
            .unwrap_err();
        assert!(!findings.is_empty(), "{text}");
    }
}

#[test]
fn a_role_that_holds_what_a_suite_is_about() {
    let contents = suite("  - deny: s3:PutObject\n").lease_contents().unwrap();
    assert_eq!(contents.document.statements.len(), 4);
    assert!(contents.managed_policies.is_empty() && contents.boundary.is_none());
    let of = |policies: &str| {
        let text = format!(
            "policies: {policies}\ncases: [{{deny: 's3:PutObject', principal: 'arn:aws:iam::111122223333:user/a'}}]\n"
        );
        let suite = Draft::read("x.test.yaml", &text)
            .suite(&Found::default(), now())
            .unwrap();
        suite.lease_contents()
    };
    let managed = of("{identity: [ReadOnlyAccess, SecurityAudit], boundary: ReadOnlyAccess}").unwrap();
    assert_eq!(managed.managed_policies.len(), 1, "the first is the document");
    assert_eq!(
        managed.boundary.unwrap().as_str(),
        "arn:aws:iam::aws:policy/ReadOnlyAccess"
    );
    assert!(of("{identity: ReadOnlyAccess, scp: FullAWSAccess}").is_err());
    let same_sid = "{document: {Statement: {Sid: A, Effect: Allow, Action: 's3:*', Resource: '*'}}}";
    let united = of(&format!("{{identity: [{same_sid}, {same_sid}]}}")).unwrap();
    let sids: Vec<Option<&str>> = united
        .document
        .statements
        .iter()
        .map(|s| s.sid.as_deref())
        .collect();
    assert_eq!(sids, [Some("A"), None]);
}

#[test]
fn the_schema_takes_what_the_reader_takes() {
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    let tree = |text: &str| -> serde_json::Value {
        let node = crate::policy_text::tree_of_yaml(text).unwrap();
        value_of(&node)
    };
    for text in [
        include_str!("../../../../examples/policies/reports.test.yaml"),
        include_str!("../../../../examples/policies/payments.test.yaml"),
    ] {
        let value = tree(text);
        let wrong: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| error.to_string())
            .collect();
        assert_eq!(wrong, [""; 0]);
    }
    assert!(!validator.is_valid(&tree(WRONG)));
    for text in [
        "policies: {identity: a.json}\n",
        "policies: {identity: a.json}\ncases: []\n",
        "policies: {boundary: a.json}\ncases: [{allow: x}]\n",
        "policies: {identity: a.json}\ncases: [{allow: x, deny: y}]\n",
        "policies: {identity: {team: a, file: b}}\ncases: [{allow: x}]\n",
        "policies: {identity: a.json}\ncases: [{allow: x, at: tomorrow}]\n",
    ] {
        assert!(!validator.is_valid(&tree(text)), "{text}");
        assert!(
            Draft::read("x.test.yaml", text)
                .suite(&Found::default(), now())
                .is_err(),
            "{text}"
        );
    }
}

fn value_of(node: &iam_policy::syntax::Node) -> serde_json::Value {
    use iam_policy::syntax::NodeKind;
    match &node.kind {
        NodeKind::Null => serde_json::Value::Null,
        NodeKind::Bool(value) => (*value).into(),
        NodeKind::Number(text) => serde_json::from_str(text).unwrap(),
        NodeKind::String(text) => text.as_str().into(),
        NodeKind::Array(items) => items.iter().map(value_of).collect(),
        NodeKind::Object(members) => members
            .iter()
            .map(|member| (member.key.clone(), value_of(&member.value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
}

#[test]
fn test_files_by_name() {
    for name in ["a.test.yaml", "a_test.yaml", "a.b.test.yml", "a_test.yml"] {
        assert!(is_test_file(name), "{name}");
    }
    for name in [
        "test.yaml",
        ".test.yaml",
        "a.yaml",
        "a.test.json",
        "_test.yaml",
        "a.test.yaml.bak",
    ] {
        assert!(!is_test_file(name), "{name}");
    }
}

#[test]
fn a_case_without_a_name_is_called_by_what_it_says() {
    let suite = suite(
        "  - deny: [s3:Put*, s3:DeleteObject]\n  - allow: s3:GetObject\n    on: arn:aws:s3:::reports/a\n",
    );
    let names: Vec<&str> = suite.cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "deny s3:Put* and 1 more",
            "allow s3:GetObject on arn:aws:s3:::reports/a"
        ]
    );
}

/// A principal without access of its own gets it from the resource's policy ("Policy evaluation for requests within a
/// single account", IAM User Guide).
#[test]
fn a_resource_policy_by_itself() {
    let policy = "{document: {Version: '2012-10-17', Statement: {Effect: Allow, Principal: {AWS: 'arn:aws:iam::111122223333:user/bob'}, Action: 's3:GetObject', Resource: 'arn:aws:s3:::reports/*'}}}";
    let text = format!(
        "policies: {{resource: {policy}}}\ndefaults: {{principal: 'arn:aws:iam::111122223333:user/bob'}}\ncases:\n  - allow: s3:GetObject\n    on: arn:aws:s3:::reports/*\n  - deny: s3:GetObject\n    on: arn:aws:s3:::reports/*\n    principal: arn:aws:iam::111122223333:user/ann\n"
    );
    let suite = Draft::read("x.test.yaml", &text)
        .suite(&Found::default(), now())
        .unwrap();
    let run = suite.run(now(), RunSettings::default());
    assert_eq!((run.passed(), run.failed()), (2, 0));
    let engine = iam_policy::Engine::compile(&suite.policies);
    let request = suite.cases[1].request("s3:GetObject", "arn:aws:s3:::reports/a", now());
    assert_eq!(engine.decide(&request), Decision::ImplicitDeny);
}
