//! Scenarios as people write them, and everything that can be wrong with one.

use std::fmt::Write as _;

use super::*;
use crate::combine::Decision;
use crate::engine::Engine;
use crate::request::Principal;

const REQUEST: &str =
    r#"{"principal": "arn:aws:iam::111122223333:user/bob", "action": "s3:GetObject", "resource": "*"}"#;

fn with_policies(policies: &str) -> Scenario {
    parsed(&format!(r#"{{"policies": {policies}, "request": {REQUEST}}}"#))
}

fn with_request(request: &str) -> Scenario {
    parsed(&format!(r#"{{"request": {request}}}"#))
}

fn parsed(text: &str) -> Scenario {
    Scenario::parse(text).unwrap_or_else(|wrong| panic!("{wrong:?}\n{text}"))
}

fn decided(scenario: &Scenario) -> Decision {
    Engine::compile(&scenario.policies).decide(&scenario.request)
}

fn shown(text: &str) -> String {
    let mut out = String::new();
    for wrong in Scenario::parse(text).unwrap_err() {
        let (line, column) = wrong.span.line_and_column(text);
        let at = wrong.span.of(text).unwrap_or_default();
        let at = at.lines().next().unwrap_or_default();
        writeln!(out, "{line}:{column} {wrong}\n    at: {at}").unwrap();
        if let Some(help) = &wrong.help {
            writeln!(out, "    help: {help}").unwrap();
        }
    }
    out
}

const ALLOW: &str = r#"{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#;

#[test]
fn a_whole_scenario() {
    let text = format!(
        "\u{feff}{{\r\n{}",
        r#"
  "id": "example-1",
  "policies": {
    "identity": [ALLOW],
    "resource": null,
    "boundary": [],
    "session":  [],
    "trust":    null,
    "scp": [ { "level": "root", "policies": [ {} ] }, { "level": "account", "policies": [ {} ] } ],
    "rcp": []
  },
  "request": {
    "principal": "arn:aws:sts::111122223333:assumed-role/app/s1",
    "principal_role": "arn:aws:iam::111122223333:role/team/app",
    "action": "S3:getobject",
    "resource": "arn:aws:s3:::amzn-s3-demo-bucket/data.txt",
    "resource_account": "444455556666",
    "context": { "aws:CurrentTime": "2026-01-01T00:00:00Z", "aws:TagKeys": ["a", "b"], "AWS:multiFactorAuthPresent": true,
      "s3:max-keys": 10, "aws:PrincipalOrgPaths": [], "aws:SourceIp": null }
  }
}"#
        .replace("ALLOW", ALLOW)
    );
    let scenario = parsed(&text);
    assert_eq!(scenario.id, Some(ScenarioId::Text("example-1".to_owned())));
    let set = &scenario.policies;
    assert_eq!(set.identity[0].name, "identity[0]");
    let span = set.identity[0].document.statements[0].span;
    assert!(span.of(&text).unwrap().starts_with(r#"{"Effect": "Allow""#));
    assert_eq!((&set.resource, &set.trust), (&None, &None));
    // Every kind is written out: an empty list is none.
    assert_eq!((&set.boundary, &set.session), (&None, &None));
    let scp = set.scp.as_ref().unwrap();
    assert_eq!((scp[0].name.as_str(), scp[1].name.as_str()), ("root", "account"));
    assert_eq!(scp[1].policies[0].name, "scp[1].policies[0]");
    assert!(scp[1].policies[0].document.statements.is_empty());
    let request = &scenario.request;
    assert!(
        matches!(&request.principal, Principal::RoleSession { role: Some(role), .. }
        if role.as_str() == "arn:aws:iam::111122223333:role/team/app")
    );
    assert_eq!(request.owner().unwrap().as_str(), "444455556666");
    let context: Vec<_> = request
        .context
        .iter()
        .map(|(key, values)| (key, values.join(" ")))
        .collect();
    let expected = [
        ("aws:CurrentTime", "2026-01-01T00:00:00Z"),
        ("AWS:multiFactorAuthPresent", "true"),
        ("aws:PrincipalOrgPaths", ""),
        ("aws:TagKeys", "a b"),
        ("s3:max-keys", "10"),
    ];
    assert_eq!(context, expected.map(|(key, value)| (key, value.to_owned())));
    assert_eq!(request.context.get("aws:principalorgpaths"), Some(&[][..]));
}

#[test]
fn left_out_null_and_empty() {
    let allow = |more: &str| with_policies(&format!(r#"{{"identity": {ALLOW}{more}}}"#));
    assert_eq!(decided(&allow("")), Decision::Allow);
    for kind in ["boundary", "session", "scp", "rcp", "resource", "trust"] {
        assert_eq!(
            decided(&allow(&format!(r#", "{kind}": null"#))),
            Decision::Allow,
            "{kind}"
        );
    }
    for nothing in [
        r#", "boundary": []"#,
        r#", "session": []"#,
        r#", "boundary": [{}]"#,
        r#", "scp": [{"level": "root", "policies": []}]"#,
        r#", "scp": [{"level": "root", "policies": [{"Version": "2012-10-17", "Statement": []}]}]"#,
        r#", "rcp": [{"policies": []}]"#,
        r#", "rcp": [[]]"#,
    ] {
        assert_eq!(decided(&allow(nothing)), Decision::ImplicitDeny, "{nothing}");
    }
    assert_eq!(with_request(REQUEST).policies, PolicySet::default());
    assert_eq!(with_policies("null").policies, PolicySet::default());
    assert!(
        with_policies(r#"{"identity": null}"#)
            .policies
            .identity
            .is_empty()
    );
    assert_eq!(with_request(REQUEST).id, None);
}

#[test]
fn a_list_or_one_alone() {
    let policies = format!(
        r#"{{"identity": {ALLOW}, "boundary": {ALLOW}, "resource": [{ALLOW}], "trust": [], "scp": {ALLOW}, "rcp": [{ALLOW}, {ALLOW}]}}"#
    );
    let set = with_policies(&policies).policies;
    assert_eq!(
        (set.identity.len(), set.boundary.as_ref().map(Vec::len)),
        (1, Some(1))
    );
    assert_eq!(set.resource.as_ref().unwrap().name, "resource");
    assert_eq!(set.trust, None);
    let names = |levels: &Option<Vec<crate::policy_set::Level>>| -> Vec<String> {
        let policies = levels.iter().flatten().flat_map(|level| &level.policies);
        policies.map(|policy| policy.name.clone()).collect()
    };
    assert_eq!(set.scp.as_ref().map(Vec::len), Some(1));
    assert_eq!(set.rcp.as_ref().map(Vec::len), Some(1));
    assert_eq!(names(&set.scp), ["scp[0]"]);
    assert_eq!(names(&set.rcp), ["rcp[0]", "rcp[1]"]);
    let levels = with_policies(&format!(
        r#"{{"scp": {{"policies": {ALLOW}}}, "rcp": [[{ALLOW}], {{"level": 7, "policies": [{ALLOW}, {ALLOW}]}}]}}"#
    ))
    .policies;
    assert_eq!(names(&levels.scp), ["scp[0].policies[0]"]);
    assert_eq!(
        names(&levels.rcp),
        ["rcp[0][0]", "rcp[1].policies[0]", "rcp[1].policies[1]"]
    );
    assert_eq!(levels.rcp.unwrap()[1].name, "7");
}

#[test]
fn everybody_who_can_ask() {
    let asks = |principal: &str| {
        let request = format!(r#"{{"principal": {principal}, "action": "s3:GetObject"}}"#);
        with_request(&request).request
    };
    for (text, shown) in [
        (
            r#""arn:aws:iam::111122223333:user/a/bob""#,
            "arn:aws:iam::111122223333:user/a/bob",
        ),
        (
            r#""arn:aws:sts::111122223333:federated-user/bob""#,
            "arn:aws:sts::111122223333:federated-user/bob",
        ),
        (
            r#""arn:aws:iam::111122223333:root""#,
            "arn:aws:iam::111122223333:root",
        ),
        (r#""111122223333""#, "arn:aws:iam::111122223333:root"),
        ("111122223333", "arn:aws:iam::111122223333:root"),
        (r#""ec2.amazonaws.com""#, "ec2.amazonaws.com"),
        (r#""accounts.google.com""#, "accounts.google.com"),
        (
            r#""cognito-identity.amazonaws.com""#,
            "cognito-identity.amazonaws.com",
        ),
        (
            r#""arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com""#,
            "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com",
        ),
        (r#""anonymous""#, "anonymous"),
    ] {
        assert_eq!(asks(text).principal.to_string(), shown);
    }
    assert_eq!(asks("\"anonymous\"").resource, "*", "left out");
}

#[test]
fn notes_of_the_author_are_left_alone() {
    let text =
        format!(r#"{{"id": 7, "expected": "allow", "page": "x", "policies": {{}}, "request": {REQUEST}}}"#);
    assert_eq!(parsed(&text).id, Some(ScenarioId::Number("7".to_owned())));
    assert_eq!(
        Scenario::id_of(&Scenario::tree(&text).unwrap())
            .unwrap()
            .to_string(),
        "7"
    );
}

#[test]
fn what_aws_would_refuse_for_its_form_but_is_clear() {
    // A Sid used twice, a Sid with a dash, a principal in an identity policy, a character beyond U+00FF.
    let statement = r#"{"Sid": "a-b", "Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b/€*"}"#;
    let named = r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:Put*", "Resource": "*"}"#;
    let scenario = with_policies(&format!(
        r#"{{"identity": [{{"Statement": [{statement}, {statement}, {named}]}}]}}"#
    ));
    assert_eq!(scenario.policies.identity[0].document.statements.len(), 3);
}

#[test]
fn everything_wrong_is_told_at_once() {
    insta::assert_snapshot!(shown(
        r#"{
  "id": ["a"],
  "request": {
    "principal": "arn:aws:iam::111122223333:role/team/app",
    "principal_role": "app",
    "Action": "s3:GetObject",
    "action": "s3:Get*",
    "resource": "bucket",
    "resource_acount": "1",
    "resource_account": 1111,
    "context": {"aws:SourceIp": "10.0.0.1", "AWS:sourceIP": null, "aws:TagKeys": ["a", null, {"b": 1}], "aws:tags": {}}
  },
  "polices": {},
  "policies": {
    "identity": [{"Statement": {"Effect": "Allow", "Actions": "s3:*", "Resource": "*"}}, 7],
    "resources": {},
    "boundary": "arn:aws:iam::aws:policy/ReadOnlyAccess",
    "trust": [{}, {}],
    "scp": [{"level": "root", "policys": []}, {"Statement": []}, {"level": [], "policies": []}],
    "rcp": "FullAWSAccess",
    "rcp": []
  }
}"#
    ));
}

#[test]
fn texts_that_are_no_scenario() {
    let mut all = String::new();
    for text in [
        "",
        " \r\n",
        "[]",
        "{}",
        "{\"policies\": {}",
        "{\"expected\": 1}",
        "{\"request\": {}}",
        "{\"request\": {\"principal\": \"arn:aws:iam::111122223333:user/bob\", \"principal_role\": \"arn:aws:iam::111122223333:role/a\", \"action\": \"GetObject\"}}",
        "{\"request\": {\"principal\": \"arn:aws:sts::111122223333:assumed-role/app/s1\", \"principal_role\": \"arn:aws:iam::111122223333:role/b\", \"action\": \"s3:\"}}",
    ] {
        writeln!(all, "== {text}\n{}", shown(text)).unwrap();
    }
    insta::assert_snapshot!(all);
    let long = " ".repeat(LIMITS.bytes + 1);
    assert!(Scenario::parse(&long).unwrap_err()[0].message.contains("bytes"));
}

const TYPICAL: &str = r#"{"id": "é", "policies": {"identity": [{"Statement": [{"Effect": "Allow", "Action": ["s3:*"], "Resource": "*",
  "Condition": {"Bool": {"aws:SecureTransport": true}}}]}], "scp": [{"level": "root", "policies": [{}]}]},
  "request": {"principal": "arn:aws:iam::111122223333:user/bob", "action": "s3:GetObject", "context": {"aws:TagKeys": ["a"]}}}"#;

proptest::proptest! {
    /// Whatever a slip of the hand makes of a scenario: an answer, or complaints about places that are there.
    #[test]
    fn slips_are_told_at_a_place(slips in proptest::collection::vec((0..TYPICAL.len(), "[\\[\\]{}:,\"*0a]{0,2}", 0..3usize), 1..4)) {
        let mut text = TYPICAL.to_owned();
        for (at, inserted, removed) in slips {
            let start = text.floor_char_boundary(at);
            let end = text.floor_char_boundary(start + removed).max(start);
            text.replace_range(start..end, &inserted);
        }
        match Scenario::parse(&text) {
            Ok(scenario) => drop(decided(&scenario)),
            Err(wrong) => {
                assert!(!wrong.is_empty());
                assert!(wrong.iter().all(|diagnostic| diagnostic.span.of(&text).is_some()), "{wrong:?} {text}");
            }
        }
    }
}
