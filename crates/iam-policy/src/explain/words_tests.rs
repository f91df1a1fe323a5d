//! What explanations say of odd values and of rules that do not ask policies.

use super::tests::{identity, request, source};
use crate::{Engine, Level, Note, PolicyKind, PolicySet, Request};

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

#[test]
fn rules_beside_the_one_that_decides_are_noted() {
    let all = r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#;
    let user = "arn:aws:iam::111122223333:user/bob";
    let session = "arn:aws:sts::111122223333:assumed-role/app/s1";
    let federated = "arn:aws:sts::111122223333:federated-user/bob";
    let linked = "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForSupport/s1";
    let said = |set: &PolicySet, principal: &str| {
        let explanation =
            Engine::compile(set).explain(&request(principal, "s3:GetObject", "arn:aws:s3:::a/b"));
        (
            explanation.notes.clone(),
            explanation.told().in_brief().to_string(),
        )
    };

    // "The NotPrincipal element with a Deny effect will always deny any IAM principal that has a permissions
    // boundary policy attached" (IAM User Guide, "AWS JSON policy elements: NotPrincipal").
    let mut set = identity(all);
    let spares = format!(
        r#"{{"Effect": "Deny", "NotPrincipal": {{"AWS": ["{user}", "111122223333"]}}, "Action": "*", "Resource": "*"}}"#
    );
    set.resource = Some(source("bucket policy", &spares));
    assert!(said(&set, user).1.starts_with("allow"));
    assert!(said(&set, session).0.is_empty());
    set.boundary = Some(vec![source("limits", all)]);
    assert_eq!(
        said(&set, user),
        (
            vec![Note::BoundaryAgainstNotPrincipal],
            "explicit deny: statement 1 of bucket policy (resource policy) denies s3:GetObject on arn:aws:s3:::a/b\n  \
             a permissions boundary is attached: NotPrincipal with Deny spares nobody who has one"
                .to_owned()
        )
    );
    // It is not the boundary that denies where the principal is not listed.
    assert!(said(&set, session).0.is_empty());

    // "SCPs don't affect any service-linked role" (AWS Organizations User Guide, "Service control policies (SCPs)").
    let mut set = identity(all);
    let level = |name: &str| Level {
        name: name.to_owned(),
        policies: Vec::new(),
    };
    set.scp = Some(vec![level("root")]);
    set.rcp = Some(vec![level("root")]);
    let (notes, told) = said(&set, linked);
    assert_eq!(
        notes,
        [PolicyKind::Scp, PolicyKind::Rcp].map(Note::SparesServiceLinkedRoles)
    );
    assert!(
        told.starts_with("allow: ")
            && told.ends_with("\n  resource control policies do not concern service-linked roles")
    );
    assert!(said(&set, session).0.is_empty());

    // "How AWS enforcement code logic evaluates requests to allow or deny access", on grants to a role, to a
    // session and to the user who federated.
    let grant = |whom: &str| {
        let statement = format!(
            r#"{{"Effect": "Allow", "Principal": {{"AWS": "{whom}"}}, "Action": "*", "Resource": "*"}}"#
        );
        PolicySet {
            resource: Some(source("bucket policy", &statement)),
            boundary: Some(Vec::new()),
            ..PolicySet::default()
        }
    };
    assert_eq!(
        said(&grant("arn:aws:iam::111122223333:role/app"), session),
        (
            vec![Note::GrantToRoleIsLimited(PolicyKind::Boundary)],
            "implicit deny: the permissions boundary does not allow s3:GetObject on arn:aws:s3:::a/b\n  \
             the resource's policy names the role: such a grant is limited by the permissions boundary, one to the \
             session itself would not be"
                .to_owned()
        )
    );
    let (notes, told) = said(&grant(session), session);
    assert!(notes.is_empty() && told.starts_with("allow"), "{told}");
    let (notes, _) = said(&grant(user), federated);
    assert_eq!(
        notes,
        [PolicyKind::Boundary, PolicyKind::Session].map(Note::GrantToFederatingUserIsLimited)
    );
}
