//! What explanations say of odd values and of rules that do not ask policies.

use super::tests::{identity, request};
use crate::{Engine, PolicySet, Request};

fn conditioned(effect: &str, operator: &str, wanted: &str) -> Engine {
    let all = r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#;
    let one = format!(
        r#"{{"Effect": "{effect}", "Action": "s3:*", "Resource": "*", "Condition": {{"{operator}": {{"aws:Odd": {wanted}}}}}}}"#
    );
    let before = if effect == "Deny" {
        format!("{all}, ")
    } else {
        String::new()
    };
    Engine::compile(&identity(&format!("{before}{one}")))
}

fn asked() -> Request {
    request(
        "arn:aws:iam::111122223333:user/bob",
        "s3:GetObject",
        "arn:aws:s3:::a/b",
    )
}

fn missed(operator: &str, wanted: &str, found: &[&str]) -> String {
    let found: Vec<String> = found.iter().map(|&text| text.to_owned()).collect();
    let explanation = conditioned("Allow", operator, wanted).explain(&asked().with_context("aws:Odd", found));
    explanation.near_misses[0].to_string()
}

fn denied(operator: &str, wanted: &str, found: &str) -> String {
    let explanation = conditioned("Deny", operator, wanted).explain(&asked().with_context("aws:Odd", found));
    explanation.held_conditions[0].to_string()
}

#[test]
fn what_would_not_be_seen_stands_in_quotes() {
    assert_eq!(
        missed("StringEquals", r#"["", "a"]"#, &[" "]),
        r#"aws:Odd is " ", the statement wants it "" or a"#
    );
    assert_eq!(
        missed("ForAnyValue:StringEquals", r#""""#, &[""]),
        r#"aws:Odd is "" (which counts as no value), the statement wants at least one value """#
    );
}

/// It is the policy that has to be mended then, not the request.
#[test]
fn values_that_are_not_of_the_operators_type_are_told_as_such() {
    for (operator, wanted, expected) in [
        ("NotIpAddress", "10.0.0.0/33", "10.0.0.0/33 is no address range"),
        ("IpAddress", "10.0.0.0/33", "10.0.0.0/33 is no address range"),
        ("DateLessThan", "garbage", "garbage is no date"),
        ("NumericNotEquals", "garbage", "garbage is no number"),
        ("NumericLessThanEquals", "", r#""" is no number"#),
        ("Bool", "yes", "yes is neither true nor false"),
        ("Null", "yes", "yes is neither true nor false"),
        ("BinaryEquals", "?", "? is no base64"),
    ] {
        assert_eq!(
            missed(operator, &format!("{wanted:?}"), &["10.1.1.1"]),
            format!("aws:Odd is 10.1.1.1; {expected}, so no value fits"),
            "{operator}"
        );
    }
    assert_eq!(
        missed(
            "IpAddress",
            r#"["10.0.0.0/8", "10.0.0.0/33", "x"]"#,
            &["192.0.2.1"]
        ),
        "aws:Odd is 192.0.2.1, the statement wants it in 10.0.0.0/8 (10.0.0.0/33 and x are no address ranges)"
    );
    assert_eq!(
        missed("NotIpAddress", r#"["10.0.0.0/8", "x"]"#, &["192.0.2.1"]),
        "aws:Odd is 192.0.2.1; x is no address range, so no value fits"
    );
    assert_eq!(
        denied("NotIpAddress", r#""10.0.0.0/33""#, "10.1.1.1"),
        "aws:Odd is 10.1.1.1; the statement denies whatever it is, for 10.0.0.0/33 is no address range"
    );
    assert_eq!(
        denied("NotIpAddress", r#"["10.0.0.0/8", "x"]"#, "192.0.2.1"),
        "aws:Odd is 192.0.2.1; the statement denies when it is outside of 10.0.0.0/8 (x is no address range)"
    );
}

#[test]
fn null_with_both_is_no_wish_for_one() {
    assert_eq!(
        denied("Null", r#"["TRUE", "false"]"#, "a"),
        "aws:Odd is a; the statement denies when it is absent or present"
    );
}

/// IAM User Guide, "Compare AWS STS credentials".
#[test]
fn a_refusal_names_the_credentials() {
    for (principal, action, expected) in [
        (
            "arn:aws:sts::111122223333:federated-user/bob",
            "iam:ListUsers",
            "implicit deny: a session of GetFederationToken cannot call iam:ListUsers, whatever policies say",
        ),
        (
            "arn:aws:sts::111122223333:assumed-role/app/s1",
            "sts:GetSessionToken",
            "implicit deny: a session of a role cannot call sts:GetSessionToken, whatever policies say",
        ),
        (
            "anonymous",
            "sts:GetCallerIdentity",
            "implicit deny: sts:GetCallerIdentity takes credentials, and there are none here",
        ),
    ] {
        let explanation = Engine::compile(&PolicySet::default()).explain(&request(principal, action, "*"));
        assert_eq!(explanation.to_string(), expected);
    }
}
