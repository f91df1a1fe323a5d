//! CloudTrail's LookupEvents: who is told of what, how it is asked for, what it says, and what it refuses. The pages are
//! "LookupEvents" (AWS CloudTrail API Reference), "CloudTrail record contents" and "CloudTrail userIdentity element" (AWS
//! CloudTrail User Guide).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

mod common;

use bytes::Bytes;
use common::{Answer, Cloud, Key, allow, query, signed, statement, trust};
use http::Request;
use iam_policy::syntax::{Node, NodeKind, parse_json};
use iam_sandbox::WebIdentity;
use jiff::SignedDuration;

const SHORT: &str = "CloudTrail_20131101.LookupEvents";
const LONG: &str = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents";

fn request(target: &str, body: &str) -> Request<Bytes> {
    Request::builder()
        .method("POST")
        .uri("http://127.0.0.1:4566/")
        .header("host", "127.0.0.1:4566")
        .header("content-type", "application/x-amz-json-1.1")
        .header("user-agent", "tests/1")
        .header("x-amz-target", target)
        .body(Bytes::from(body.to_owned()))
        .unwrap()
}

fn lookup(cloud: &Cloud, key: &Key, body: &str) -> Answer {
    cloud.send(signed(request(SHORT, body), key, &cloud.signing("cloudtrail")))
}

fn at<'n>(node: &'n Node, path: &str) -> Option<&'n Node> {
    path.split('.').try_fold(node, |node, name| match &node.kind {
        NodeKind::Object(members) => members
            .iter()
            .find(|member| member.key == name)
            .map(|member| &member.value),
        NodeKind::Array(items) => items.get(name.parse::<usize>().ok()?),
        _ => None,
    })
}

fn text(node: &Node, path: &str) -> String {
    match at(node, path).map(|node| &node.kind) {
        Some(NodeKind::String(text) | NodeKind::Number(text)) => text.clone(),
        Some(NodeKind::Bool(is)) => is.to_string(),
        Some(NodeKind::Null) => "null".to_owned(),
        Some(_) => "more".to_owned(),
        None => String::new(),
    }
}

/// The events of an answer: their outsides and their whole records.
fn events(answer: Answer) -> Vec<(Node, Node)> {
    let answer = answer.ok();
    assert_eq!(
        answer.response.headers()["content-type"],
        "application/x-amz-json-1.1"
    );
    let body = parse_json(&answer.body).unwrap();
    let NodeKind::Array(items) = at(&body, "Events").unwrap().kind.clone() else {
        panic!("{}", answer.body)
    };
    items
        .into_iter()
        .map(|event| {
            let whole = parse_json(&text(&event, "CloudTrailEvent")).unwrap();
            (event, whole)
        })
        .collect()
}

fn names(answer: Answer) -> Vec<String> {
    events(answer)
        .iter()
        .map(|(event, _)| text(event, "EventName"))
        .collect()
}

fn next(answer: &Answer) -> String {
    text(&parse_json(&answer.body).unwrap(), "NextToken")
}

fn by(key: &str, value: &str) -> String {
    format!(r#"{{"LookupAttributes":[{{"AttributeKey":"{key}","AttributeValue":"{value}"}}]}}"#)
}

#[test]
fn a_call_is_told_with_who_what_and_when() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    cloud
        .as_admin(
            "CreateUser",
            &[
                ("UserName", "ann"),
                ("Tags.member.1.Key", "team"),
                ("Tags.member.1.Value", "a"),
            ],
        )
        .ok();
    cloud
        .as_admin("CreateUser", &[("UserName", "ann")])
        .refused(409, "EntityAlreadyExists");
    let found = events(lookup(&cloud, &admin, "{}"));
    assert_eq!(found.len(), 2);
    let (failed, _) = (&found[0].1, &found[0].0);
    assert_eq!(text(failed, "errorCode"), "EntityAlreadyExists");
    assert!(text(failed, "errorMessage").contains("ann"), "{failed:?}");
    let (event, whole) = &found[1];
    for (path, wanted) in [
        ("EventName", "CreateUser"),
        ("ReadOnly", "false"),
        ("AccessKeyId", &*admin.id),
        ("EventTime", &*cloud.now.get().as_second().to_string()),
        ("EventSource", "iam.amazonaws.com"),
        ("Username", "admin"),
        ("Resources.0.ResourceType", "AWS::IAM::User"),
        ("Resources.0.ResourceName", "ann"),
    ] {
        assert_eq!(text(event, path), wanted, "{path}");
    }
    let arn = "arn:aws:iam::111122223333:user/admin";
    for (path, wanted) in [
        ("eventVersion", "1.11"),
        ("userIdentity.type", "IAMUser"),
        ("userIdentity.arn", arn),
        ("userIdentity.accountId", common::ACCOUNT),
        ("userIdentity.accessKeyId", &*admin.id),
        ("userIdentity.userName", "admin"),
        ("userIdentity.sessionContext", ""),
        ("eventTime", "2026-11-22T12:00:00Z"),
        ("eventSource", "iam.amazonaws.com"),
        ("eventName", "CreateUser"),
        ("awsRegion", "us-east-1"),
        ("sourceIPAddress", "127.0.0.1"),
        ("requestParameters.userName", "ann"),
        ("requestParameters.tags.0.key", "team"),
        ("responseElements", "null"),
        ("errorCode", ""),
        ("readOnly", "false"),
        ("eventType", "AwsApiCall"),
        ("recipientAccountId", common::ACCOUNT),
        ("eventCategory", "Management"),
    ] {
        assert_eq!(text(whole, path), wanted, "{path}");
    }
    assert!(text(whole, "userIdentity.principalId").starts_with("AIDA"));
    assert_eq!(text(whole, "eventID"), text(event, "EventId"));
    assert_eq!(text(whole, "eventID").len(), 36);
    assert_ne!(text(whole, "requestID"), text(whole, "eventID"));
    // Stable, and one for each.
    let again = events(lookup(&cloud, &admin, &by("EventId", &text(event, "EventId"))));
    assert_eq!(again.len(), 1);
    assert_eq!(
        text(&again[0].0, "CloudTrailEvent"),
        text(event, "CloudTrailEvent")
    );
}

#[test]
fn each_attribute_finds_what_has_it() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    let ann = cloud.user("ann", Some(&allow("iam:ListRoles", "*")));
    cloud.iam(&ann, "ListRoles", &[]).ok();
    cloud.iam(&ann, "ListUsers", &[]).refused(403, "AccessDenied");
    cloud.ask(&ann, "sts", "GetCallerIdentity", &[]).ok();
    cloud.ask(&admin, "ec2", "TerminateInstances", &[("InstanceId.1", "i-123")]);
    for (key, value, wanted) in [
        ("EventName", "ListRoles", vec!["ListRoles"]),
        (
            "Username",
            "ann",
            vec!["GetCallerIdentity", "ListUsers", "ListRoles"],
        ),
        (
            "AccessKeyId",
            &ann.id,
            vec!["GetCallerIdentity", "ListUsers", "ListRoles"],
        ),
        ("EventSource", "sts.amazonaws.com", vec!["GetCallerIdentity"]),
        (
            "ResourceName",
            "ann",
            vec!["CreateAccessKey", "PutUserPolicy", "CreateUser"],
        ),
        ("ResourceType", "AWS::EC2::Instance", vec!["TerminateInstances"]),
        (
            "ReadOnly",
            "false",
            vec![
                "TerminateInstances",
                "CreateAccessKey",
                "PutUserPolicy",
                "CreateUser",
            ],
        ),
        ("EventName", "Nothing", vec![]),
    ] {
        assert_eq!(
            names(lookup(&cloud, &admin, &by(key, value))),
            wanted,
            "{key} {value}"
        );
    }
    let found = events(lookup(&cloud, &admin, &by("EventName", "TerminateInstances")));
    assert_eq!(
        text(&found[0].1, "errorCode"),
        "Client.InvalidInstanceID.Malformed"
    );
    // Itself, once it has been.
    assert_eq!(
        names(lookup(
            &cloud,
            &admin,
            &by("EventSource", "cloudtrail.amazonaws.com")
        ))
        .len(),
        9
    );
}

#[test]
fn no_secret_is_in_it() {
    let cloud = Cloud::new();
    cloud.user("ann", None);
    let password = "Correct-Horse-7-Battery";
    cloud
        .as_admin(
            "CreateLoginProfile",
            &[("UserName", "ann"), ("Password", password)],
        )
        .ok();
    let serial = cloud.mfa_device("ann");
    let secret = cloud.admin().secret;
    let answer = lookup(&cloud, &cloud.admin(), "{}").ok();
    assert!(answer.body.contains("CreateLoginProfile") && answer.body.contains(&serial));
    assert!(!answer.body.contains(password) && !answer.body.contains(&secret));
    assert!(!answer.body.contains("authenticationCode"));
    let session = cloud
        .assume(&cloud.admin(), "arn:aws:iam::111122223333:role/admin", &[])
        .credentials();
    cloud.iam(&session, "ListUsers", &[]).ok();
    let answer = lookup(&cloud, &session, "{}").ok();
    assert!(!answer.body.contains(session.token.as_ref().unwrap()) && !answer.body.contains(&session.secret));
    let log = format!("{:?}", cloud.sandbox.log());
    assert!(log.contains("ListUsers"));
    assert!(!log.contains(password) && !log.contains(session.token.as_ref().unwrap()));
    assert!(!log.contains(&session.secret));
}

/// A session by its name, with the role that issued it; both accounts are told of an AssumeRole from one to the other,
/// with one `sharedEventID`; the role's account not by name, and not of a failure.
#[test]
fn sessions_and_accounts() {
    let cloud = Cloud::new();
    let other = "444455556666";
    let stranger: Key = cloud
        .sandbox
        .add_account(&other.parse().unwrap(), cloud.now.get())
        .into();
    let role = cloud.role("open", &trust(&format!("arn:aws:iam::{other}:root")), None);
    let closed = cloud.role("closed", &trust("arn:aws:iam::111122223333:root"), None);
    cloud.assume(&stranger, &closed, &[]).refused(403, "AccessDenied");
    cloud.assume(&stranger, &role, &[]).ok();
    let question = by("EventName", "AssumeRole");
    let theirs = events(lookup(&cloud, &stranger, &question));
    assert_eq!(theirs.len(), 2);
    assert_eq!(text(&theirs[1].1, "errorCode"), "AccessDenied");
    let ours = events(lookup(&cloud, &cloud.admin(), &question));
    assert_eq!(ours.len(), 1);
    let (their, our) = (&theirs[0].1, &ours[0].1);
    assert_eq!(text(their, "userIdentity.type"), "IAMUser");
    assert_eq!(text(their, "recipientAccountId"), other);
    assert_eq!(text(our, "userIdentity.type"), "AWSAccount");
    assert_eq!(text(our, "userIdentity.accountId"), other);
    assert_eq!(text(our, "recipientAccountId"), common::ACCOUNT);
    assert_eq!(text(our, "readOnly"), "true");
    assert_eq!(text(&ours[0].0, "Username"), "");
    assert_eq!(text(our, "sharedEventID"), text(their, "sharedEventID"));
    assert_ne!(text(our, "eventID"), text(their, "eventID"));

    let named = statement(
        r#""Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":["sts:AssumeRole","sts:SetSourceIdentity"]"#,
    );
    let named = cloud.role("named", &named, Some(&allow("*", "*")));
    let session = cloud
        .assume(&cloud.admin(), &named, &[("SourceIdentity", "ann")])
        .credentials();
    cloud.iam(&session, "ListRoles", &[]).ok();
    let found = events(lookup(&cloud, &session, &by("Username", "session")));
    let whole = &found[0].1;
    for (path, wanted) in [
        ("eventName", "ListRoles"),
        ("userIdentity.type", "AssumedRole"),
        (
            "userIdentity.arn",
            "arn:aws:sts::111122223333:assumed-role/named/session",
        ),
        ("userIdentity.accessKeyId", &*session.id),
        ("userIdentity.sessionContext.sessionIssuer.type", "Role"),
        ("userIdentity.sessionContext.sessionIssuer.arn", &named),
        ("userIdentity.sessionContext.sessionIssuer.userName", "named"),
        (
            "userIdentity.sessionContext.attributes.creationDate",
            "2026-11-22T12:00:00Z",
        ),
        ("userIdentity.sessionContext.attributes.mfaAuthenticated", "false"),
        ("userIdentity.sessionContext.sourceIdentity", "ann"),
        ("sharedEventID", ""),
    ] {
        assert_eq!(text(whole, path), wanted, "{path}");
    }
}

/// "Amazon S3 CloudTrail events", Amazon S3 User Guide: the event history has no data events. And it is of one region.
#[test]
fn objects_and_other_regions_are_not_told() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    cloud.s3(&admin, "GET", "/reports/2026/q1.csv", "").ok();
    cloud.s3(&admin, "GET", "/reports?list-type=2", "").ok();
    cloud.s3(&admin, "GET", "/reports?location", "").ok();
    let found = events(lookup(&cloud, &admin, &by("EventSource", "s3.amazonaws.com")));
    assert_eq!(found.len(), 1);
    assert_eq!(text(&found[0].1, "eventName"), "GetBucketLocation");
    assert_eq!(text(&found[0].1, "requestParameters.bucketName"), "reports");
    let mut signing = cloud.signing("cloudtrail");
    signing.region = "eu-west-1";
    let elsewhere = |body: &str| cloud.send(signed(request(LONG, body), &admin, &signing));
    assert_eq!(names(elsewhere("{}")), Vec::<String>::new());
    assert_eq!(names(elsewhere("")), ["LookupEvents"]);
}

#[test]
fn pages_and_times() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    for name in ["a", "b", "c", "d", "e"] {
        cloud.as_admin("CreateUser", &[("UserName", name)]).ok();
        cloud.wait(SignedDuration::from_mins(1));
    }
    let question = r#""LookupAttributes":[{"AttributeKey":"EventName","AttributeValue":"CreateUser"}]"#;
    let users = |answer: Answer| -> Vec<String> {
        let found = events(answer);
        found
            .iter()
            .map(|(_, whole)| text(whole, "requestParameters.userName"))
            .collect()
    };
    let first = lookup(&cloud, &admin, &format!(r#"{{{question},"MaxResults":2}}"#)).ok();
    let token = next(&first);
    assert_eq!(users(first), ["e", "d"]);
    // What comes in between moves nothing.
    cloud.as_admin("CreateUser", &[("UserName", "f")]).ok();
    let second = lookup(
        &cloud,
        &admin,
        &format!(r#"{{{question},"MaxResults":3,"NextToken":"{token}"}}"#),
    );
    assert_eq!(next(&second), "");
    assert_eq!(users(second), ["c", "b", "a"]);
    // For the same question only.
    let other = lookup(&cloud, &admin, &format!(r#"{{"NextToken":"{token}"}}"#));
    refused(&other, "InvalidNextTokenException");

    let start = "2026-11-22T12:01:00Z"
        .parse::<jiff::Timestamp>()
        .unwrap()
        .as_second();
    let end = start + 120;
    let within = lookup(
        &cloud,
        &admin,
        &format!(r#"{{{question},"StartTime":{start},"EndTime":{end}.5}}"#),
    );
    assert_eq!(users(within), ["d", "c", "b"]);
    // "Within the last 90 days", by the world's clock.
    cloud.sandbox.clock().move_by(SignedDuration::from_hours(24 * 90));
    assert_eq!(users(lookup(&cloud, &admin, &format!("{{{question}}}"))), ["f"]);
}

#[track_caller]
fn refused(answer: &Answer, code: &str) -> String {
    let body = parse_json(&answer.body).unwrap();
    assert_eq!(
        (answer.status, text(&body, "__type")),
        (400, code.to_owned()),
        "{}",
        answer.body
    );
    assert_eq!(answer.response.headers()["x-amzn-errortype"], code);
    text(&body, "message")
}

#[test]
fn what_is_wrong_is_told_by_cloudtrails_codes() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    let two = r#"{"LookupAttributes":[{"AttributeKey":"EventName","AttributeValue":"a"},{"AttributeKey":"EventId","AttributeValue":"b"}]}"#;
    let long = by("EventName", &"x".repeat(2001));
    for (body, code) in [
        (r#"{"MaxResults":0}"#, "InvalidMaxResultsException"),
        (r#"{"MaxResults":51}"#, "InvalidMaxResultsException"),
        (r#"{"MaxResults":"5"}"#, "SerializationException"),
        (r#"{"NextToken":"nothing"}"#, "InvalidNextTokenException"),
        (r#"{"StartTime":2,"EndTime":1}"#, "InvalidTimeRangeException"),
        (r#"{"StartTime":"yesterday"}"#, "SerializationException"),
        (
            r#"{"EventCategory":"management"}"#,
            "InvalidEventCategoryException",
        ),
        (two, "InvalidLookupAttributesException"),
        (&by("Colour", "red"), "InvalidLookupAttributesException"),
        (&by("EventName", ""), "InvalidLookupAttributesException"),
        (&long, "InvalidLookupAttributesException"),
        (
            r#"{"LookupAttributes":[{"AttributeKey":"EventName"}]}"#,
            "InvalidLookupAttributesException",
        ),
        (r#"{"LookupAttributes":"x"}"#, "SerializationException"),
        ("[]", "SerializationException"),
        ("{", "SerializationException"),
    ] {
        refused(&lookup(&cloud, &admin, body), code);
    }
    // An encoded authorization message is sealed too, and is no token.
    let stranger = cloud.user("ann", None);
    let message = cloud
        .ask(
            &stranger,
            "ec2",
            "TerminateInstances",
            &[("InstanceId.1", "i-0123456789abcdef0")],
        )
        .message();
    let sealed = message.rsplit(' ').next().unwrap();
    let asked = format!(r#"{{"NextToken":"{sealed}"}}"#);
    refused(&lookup(&cloud, &admin, &asked), "InvalidNextTokenException");
    assert_eq!(
        names(lookup(&cloud, &admin, r#"{"EventCategory":"insight"}"#)),
        Vec::<String>::new()
    );
    assert_eq!(
        names(lookup(
            &cloud,
            &admin,
            r#"{"LookupAttributes":[],"NextToken":null,"MaxResults":1}"#
        ))
        .len(),
        1
    );
}

/// "Troubleshoot Signature Version 4 signing for AWS API requests", IAM User Guide; "Common Error Types", AWS CloudTrail
/// API Reference.
#[test]
fn who_may_not_is_told_in_json() {
    let cloud = Cloud::new();
    let developer = cloud.developer();
    assert_eq!(
        refused(&lookup(&cloud, &developer, "{}"), "AccessDeniedException"),
        "User: arn:aws:iam::111122223333:user/developer is not authorized to perform: cloudtrail:LookupEvents because \
         no identity-based policy allows the cloudtrail:LookupEvents action"
    );
    let ann = cloud.user("ann", Some(&allow("cloudtrail:LookupEvents", "*")));
    assert!(names(lookup(&cloud, &ann, "{}")).contains(&"LookupEvents".to_owned()));

    let mut wrong = cloud.admin();
    wrong.secret = "x".repeat(40);
    refused(&lookup(&cloud, &wrong, "{}"), "InvalidSignatureException");
    let mut unknown = cloud.admin();
    unknown.id = "AKIAAAAAAAAAAAAAAAAA".to_owned();
    refused(&lookup(&cloud, &unknown, "{}"), "UnrecognizedClientException");
    refused(
        &cloud.send(request(LONG, "{}")),
        "MissingAuthenticationTokenException",
    );
    let mut late = cloud.signing("cloudtrail");
    late.at = cloud.now.get() - SignedDuration::from_hours(1);
    let message = refused(
        &cloud.send(signed(request(SHORT, "{}"), &cloud.admin(), &late)),
        "InvalidSignatureException",
    );
    assert!(message.starts_with("Signature expired: "), "{message}");
    let session = cloud
        .assume(&cloud.admin(), "arn:aws:iam::111122223333:role/admin", &[])
        .credentials();
    cloud.sandbox.clock().move_by(SignedDuration::from_hours(2));
    refused(&lookup(&cloud, &session, "{}"), "ExpiredTokenException");

    let target = "CloudTrail_20131101.CreateTrail";
    let answer = cloud.send(signed(
        request(target, "{}"),
        &cloud.admin(),
        &cloud.signing("cloudtrail"),
    ));
    assert_eq!(answer.status, 404);
    assert!(answer.body.contains("UnknownOperationException") && answer.body.contains("CreateTrail"));
}

/// The types of identities beside users and roles' sessions.
#[test]
fn every_kind_of_caller_has_its_identity() {
    let cloud = Cloud::new();
    let root: Key = cloud.sandbox.create_root_key(cloud.now.get()).into();
    cloud.ask(&root, "sts", "GetCallerIdentity", &[]).ok();
    let policy = [("Name", "fed"), ("Policy", &*allow("*", "*"))];
    let federated = cloud
        .ask(&cloud.admin(), "sts", "GetFederationToken", &policy)
        .ok()
        .credentials();
    cloud.ask(&federated, "ec2", "DescribeRegions", &[]).ok();
    let own = cloud
        .ask(&cloud.admin(), "sts", "GetSessionToken", &[])
        .ok()
        .credentials();
    cloud.ask(&own, "sts", "GetCallerIdentity", &[]).ok();
    let provider = [
        ("Url", "https://idp.example.com"),
        ("ClientIDList.member.1", "app"),
    ];
    cloud.as_admin("CreateOpenIDConnectProvider", &provider).ok();
    let trust = statement(
        r#""Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/idp.example.com"},"Action":"sts:AssumeRoleWithWebIdentity""#,
    );
    let role = cloud.role("web", &trust, None);
    let identity = WebIdentity::new("https://idp.example.com", "alice", "app");
    let token = cloud.sandbox.web_identity_token(&identity, cloud.now.get());
    cloud
        .send(query(
            "sts",
            "AssumeRoleWithWebIdentity",
            &[
                ("RoleArn", &role),
                ("RoleSessionName", "web"),
                ("WebIdentityToken", &token),
            ],
        ))
        .ok();
    let found = events(lookup(&cloud, &cloud.admin(), "{}"));
    let identities: Vec<(String, Vec<String>)> = found
        .iter()
        .filter(|(event, _)| {
            text(event, "Username") != "admin" || text(event, "EventName") == "GetCallerIdentity"
        })
        .map(|(event, whole)| {
            let parts = [
                "userIdentity.type",
                "userIdentity.principalId",
                "userIdentity.identityProvider",
                "userIdentity.sessionContext.sessionIssuer.type",
                "userIdentity.sessionContext.attributes.mfaAuthenticated",
            ];
            (
                format!("{} {}", text(event, "EventName"), text(event, "Username")),
                parts.map(|part| text(whole, part)).into(),
            )
        })
        .collect();
    assert!(!format!("{found:?}").contains(&token));
    let admin = cloud.as_admin("GetUser", &[]).ok().text("UserId").unwrap();
    let wanted = [
        (
            "AssumeRoleWithWebIdentity alice",
            [
                "WebIdentityUser",
                "arn:aws:iam::111122223333:oidc-provider/idp.example.com:app:alice",
                "arn:aws:iam::111122223333:oidc-provider/idp.example.com",
                "",
                "",
            ],
        ),
        ("GetCallerIdentity admin", ["IAMUser", &*admin, "", "", "false"]),
        (
            "DescribeRegions fed",
            ["FederatedUser", "111122223333:fed", "", "IAMUser", "false"],
        ),
        ("GetCallerIdentity root", ["Root", common::ACCOUNT, "", "", ""]),
    ];
    let wanted: Vec<_> = wanted
        .map(|(name, parts)| (name.to_owned(), parts.map(str::to_owned).to_vec()))
        .into();
    assert_eq!(identities, wanted);
}
