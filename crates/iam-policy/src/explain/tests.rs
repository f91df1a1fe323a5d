//! Explanations as a person reads them.

use std::fmt::Write as _;

use crate::{Document, Effect, Element, Engine, Level, PolicyKind, PolicySet, Request, Rule, Source};

const USER: &str = "arn:aws:iam::111122223333:user/bob";
const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/app/s1";

pub(super) fn source(name: &str, statements: &str) -> Source {
    let text = format!("{{\"Version\": \"2012-10-17\", \"Statement\": [{statements}]}}");
    Source::new(name, Document::parse(&text).unwrap())
}

pub(super) fn identity(statements: &str) -> PolicySet {
    PolicySet {
        identity: vec![source("policy.json", statements)],
        ..PolicySet::default()
    }
}

pub(super) fn request(principal: &str, action: &str, resource: &str) -> Request {
    Request::new(principal.parse().unwrap(), action, resource)
}

fn said(set: &PolicySet, request: &Request) -> String {
    Engine::compile(set).explain(request).to_string()
}

const ONE_BUCKET: &str = r#"{"Sid": "OneBucket", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::bucket-a"}"#;
const ALL: &str = r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#;

#[test]
fn an_allow_names_its_statements() {
    let list = request(USER, "s3:ListBucket", "arn:aws:s3:::bucket-a");
    insta::assert_snapshot!("allow", said(&identity(ONE_BUCKET), &list));
    let mut bounded = identity(ONE_BUCKET);
    bounded.boundary = Some(vec![source("limits", ALL)]);
    bounded.scp = Some(vec![Level {
        name: "root".to_owned(),
        policies: vec![source("FullAWSAccess", ALL)],
    }]);
    insta::assert_snapshot!("allow_by_several", said(&bounded, &list));
    let none = PolicySet::default();
    insta::assert_snapshot!(
        "allow_root",
        said(
            &none,
            &request("arn:aws:iam::111122223333:root", "s3:ListBucket", "*")
        )
    );
    insta::assert_snapshot!(
        "allow_without_permission",
        said(&none, &request(USER, "sts:GetCallerIdentity", "*"))
    );
}

#[test]
fn an_implicit_deny_names_what_came_near() {
    let mut set = identity(&format!(
        r#"{ONE_BUCKET},
        {{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*", "Condition": {{"IpAddress": {{"aws:SourceIp": "203.0.113.0/24"}}}}}},
        {{"Effect": "Allow", "Action": "s3:GetBucketLocation", "Resource": "*"}},
        {{"Effect": "Allow", "Action": ["s3:List*"], "NotResource": ["arn:aws:s3:::bucket-b"]}},
        {{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}}"#
    ));
    let asked = request(USER, "s3:ListBucket", "arn:aws:s3:::bucket-b");
    insta::assert_snapshot!("near_misses", said(&set, &asked));
    let explanation = Engine::compile(&set).explain(&asked);
    let elements: Vec<(usize, Element)> = explanation
        .near_misses
        .iter()
        .map(|m| (m.statement.index, m.element))
        .collect();
    assert_eq!(
        elements,
        [
            (1, Element::Condition),
            (0, Element::Resource),
            (3, Element::Resource),
            (2, Element::Action)
        ]
    );
    let first = &explanation.near_misses[0];
    let text = set.identity[0].document.to_json();
    assert_eq!(
        (first.key.as_deref(), first.wanted.as_slice()),
        (Some("aws:SourceIp"), &["203.0.113.0/24".to_owned()][..])
    );
    assert!(!text.is_empty() && !first.span.is_empty() && !first.statement.span.is_empty());
    assert_eq!(explanation.missing_keys, ["aws:SourceIp"]);
    // Only one bucket, and nothing else to say.
    set = identity(ONE_BUCKET);
    insta::assert_snapshot!("near_miss", said(&set, &asked));
    insta::assert_snapshot!("no_policies", said(&PolicySet::default(), &asked));
}

#[test]
fn conditions_are_told_in_words() {
    let cases = [
        (
            "DateLessThan",
            "aws:CurrentTime",
            "2026-01-01T12:00:00Z",
            "2026-01-01T12:00:01Z",
        ),
        ("StringEquals", "aws:PrincipalTag/Team", "a", "b"),
        ("StringNotLike", "aws:username", "b*", "bob"),
        ("NumericLessThan", "aws:MultiFactorAuthAge", "3600", "7200"),
        ("Bool", "aws:MultiFactorAuthPresent", "true", "false"),
        ("ArnLike", "aws:SourceArn", "arn:aws:s3:::a*", "arn:aws:s3:::b"),
        ("NotIpAddress", "aws:SourceIp", "10.0.0.0/8", "10.1.1.1"),
        ("Null", "aws:TokenIssueTime", "true", "2026-01-01T12:00:00Z"),
        ("ForAllValues:StringEquals", "aws:TagKeys", "a", "b"),
    ];
    let mut all = String::new();
    for (operator, key, wanted, found) in cases {
        let statement = format!(
            r#"{{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {{"{operator}": {{"{key}": "{wanted}"}}}}}}"#
        );
        let asked = request(USER, "s3:GetObject", "arn:aws:s3:::a/b").with_context(key, found);
        let explanation = Engine::compile(&identity(&statement)).explain(&asked);
        writeln!(all, "{}", explanation.near_misses[0]).unwrap();
    }
    insta::assert_snapshot!("conditions", all);
}

/// "You cannot use the Principal element in an identity-based policy"; "You must use the Principal element in
/// resource-based policies" (IAM User Guide, "AWS JSON policy elements: Principal").
#[test]
fn an_element_out_of_place_is_told_as_such() {
    let told = |set: &PolicySet, found: &str| {
        let asked = request(USER, "s3:GetObject", "arn:aws:s3:::a/b");
        let explanation = Engine::compile(set).explain(&asked);
        let miss = &explanation.near_misses[0];
        let text = format!("{{\"Version\": \"2012-10-17\", \"Statement\": [{found}]}}");
        assert!(miss.wanted.is_empty(), "{miss:?}");
        format!("{miss} [{}]", miss.span.of(&text).unwrap())
    };
    let named = r#"{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "s3:*", "Resource": "*"}"#;
    let set = PolicySet {
        identity: vec![source("odd", named)],
        ..PolicySet::default()
    };
    assert_eq!(
        told(&set, named),
        r#"an identity policy takes no Principal, so the statement grants nothing ["Principal"]"#
    );
    let mut set = identity(ALL);
    let excepted = named.replace(r#""Principal""#, r#""NotPrincipal""#);
    set.boundary = Some(vec![source("odd", &excepted)]);
    assert_eq!(
        told(&set, &excepted),
        r#"a permissions boundary takes no NotPrincipal, so the statement grants nothing ["NotPrincipal"]"#
    );
    let bare = r#"{"Effect": "Allow", "Action": "s3:*"}"#;
    let set = PolicySet {
        identity: vec![source("odd", bare)],
        ..PolicySet::default()
    };
    assert_eq!(
        told(&set, bare),
        format!(
            "the statement has no Resource, which an identity policy needs, so it grants nothing [{bare}]"
        )
    );
    let set = PolicySet {
        resource: Some(source("odd", bare)),
        ..PolicySet::default()
    };
    assert_eq!(
        told(&set, bare),
        format!(
            "the statement has no Principal, which a resource policy needs, so it grants nothing [{bare}]"
        )
    );
}

#[test]
fn an_explicit_deny_says_which_and_why() {
    let set = identity(&format!(
        r#"{ALL}, {{"Sid": "EndsAtNoon", "Effect": "Deny", "Action": "*", "Resource": "*",
            "Condition": {{"DateGreaterThanEquals": {{"aws:CurrentTime": "2026-01-01T12:00:00Z"}}}}}}"#
    ));
    let asked = request(SESSION, "s3:GetObject", "arn:aws:s3:::a/b")
        .with_context("aws:CurrentTime", "2026-01-01T12:00:01Z");
    insta::assert_snapshot!("explicit_deny", said(&set, &asked));
    let explanation = Engine::compile(&set).explain(&asked);
    assert_eq!(explanation.deciding.len(), 1);
    assert_eq!(
        (explanation.deciding[0].index, explanation.deciding[0].effect),
        (1, Effect::Deny)
    );
}

#[test]
fn the_kind_of_policy_that_did_not_allow_is_named() {
    let asked = request(SESSION, "s3:GetObject", "arn:aws:s3:::a/b");
    let s3_list = r#"{"Effect": "Allow", "Action": "s3:List*", "Resource": "*"}"#;
    let mut all = String::new();
    let mut add = |title: &str, set: &PolicySet, asked: &Request| {
        writeln!(all, "== {title}\n{}", said(set, asked)).unwrap();
    };
    let mut set = identity(ALL);
    set.boundary = Some(vec![source("limits", s3_list)]);
    add("boundary", &set, &asked);
    set.session = Some(Vec::new());
    add("boundary and session policy", &set, &asked);
    let mut set = identity(ALL);
    set.scp = Some(vec![
        Level {
            name: "root".to_owned(),
            policies: vec![source("FullAWSAccess", ALL)],
        },
        Level {
            name: "ou-sandbox".to_owned(),
            policies: vec![source("list-only", s3_list)],
        },
    ]);
    add("scp", &set, &asked);
    let mut theirs = asked.clone();
    theirs.resource_account = Some("444455556666".parse().unwrap());
    add("another account without a policy", &identity(ALL), &theirs);
    let grant =
        r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "s3:*", "Resource": "*"}"#;
    let mut set = PolicySet {
        resource: Some(source("bucket policy of a", grant)),
        ..PolicySet::default()
    };
    add("another account that allows", &set, &theirs);
    add("the same account, delegated", &set, &asked);
    set.resource = Some(source(
        "bucket policy of a",
        &grant.replace("111122223333", "777788889999"),
    ));
    add("neither side", &set, &asked);
    let kms = request(SESSION, "kms:Decrypt", "arn:aws:kms:us-east-1:111122223333:key/1");
    add("a key", &identity(ALL), &kms);
    let assume = request(USER, "sts:AssumeRole", "arn:aws:iam::111122223333:role/target");
    add("no trust policy", &identity(ALL), &assume);
    let trust = r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/alice"}, "Action": "sts:AssumeRole"}"#;
    let mut set = identity(ALL);
    set.trust = Some(source("trust policy of target", trust));
    add("trust in somebody else", &set, &assume);
    set.trust = Some(source(
        "trust policy of target",
        &trust.replace("arn:aws:iam::111122223333:user/alice", "111122223333"),
    ));
    set.identity.clear();
    add("trust in the account", &set, &assume);
    add(
        "root",
        &PolicySet::default(),
        &request(
            "arn:aws:iam::111122223333:root",
            "sts:AssumeRole",
            "arn:aws:iam::111122223333:role/target",
        ),
    );
    add(
        "federated",
        &identity(ALL),
        &request(
            "arn:aws:sts::111122223333:federated-user/bob",
            "s3:GetObject",
            "*",
        ),
    );
    insta::assert_snapshot!("kinds", all);
}

#[test]
fn missing_keys_are_those_that_could_change_the_answer() {
    let missing = |statements: &str, asked: &Request| {
        Engine::compile(&identity(statements)).explain(asked).missing_keys
    };
    let asked = request(USER, "s3:GetObject", "arn:aws:s3:::home/bob/x");
    let with = |condition: &str| {
        format!(r#"{{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {condition}}}"#)
    };
    // An Allow that waits for keys; one that fails anyway waits for none.
    let two = with(r#"{"Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"aws:username": "bob"}}"#);
    assert_eq!(missing(&two, &asked), ["aws:SecureTransport", "aws:username"]);
    assert!(missing(&two, &asked.clone().with_context("aws:username", "alice")).is_empty());
    assert!(missing(&two.replace("s3:*", "ec2:*"), &asked).is_empty());
    // A variable in the resource or in a value.
    let home = r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::home/${aws:username}/*"}"#;
    assert_eq!(missing(home, &asked), ["aws:username"]);
    let value = with(r#"{"StringLike": {"s3:prefix": "${aws:username}/*"}}"#);
    assert_eq!(
        missing(&value, &asked.clone().with_context("s3:prefix", "bob/")),
        ["aws:username"]
    );
    // A Deny that would come into force, and an Allow that holds for want of a key.
    let deny = format!(
        "{ALL}, {}",
        with(r#"{"Bool": {"aws:ViaAWSService": "false"}}"#).replace("Allow", "Deny")
    );
    assert_eq!(missing(&deny, &asked), ["aws:ViaAWSService"]);
    let if_exists = with(r#"{"StringEqualsIfExists": {"aws:RequestedRegion": "eu-central-1"}}"#);
    assert_eq!(missing(&if_exists, &asked), ["aws:RequestedRegion"]);
    // A Deny for want of a key; with another that holds anyway it does not matter.
    let no_mfa =
        with(r#"{"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}"#).replace("Allow", "Deny");
    assert_eq!(missing(&no_mfa, &asked), ["aws:MultiFactorAuthPresent"]);
    let anyway = r#"{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}"#;
    assert!(missing(&format!("{no_mfa}, {anyway}"), &asked).is_empty());
}

/// A key counts for the whole: what another statement or another kind of policy settles, no key unsettles.
#[test]
fn missing_keys_that_could_not_change_the_answer_are_not_told() {
    let missing = |set: &PolicySet, asked: &Request| Engine::compile(set).explain(asked).missing_keys;
    let asked = request(USER, "s3:GetObject", "arn:aws:s3:::home/bob/x");
    let tagged = r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTag/Team": "a"}}}"#;
    let denies = r#"{"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}"#;
    assert_eq!(missing(&identity(tagged), &asked), ["aws:PrincipalTag/Team"]);
    // Another Allow does anyway; a Deny holds anyway.
    assert!(missing(&identity(&format!("{tagged}, {ALL}")), &asked).is_empty());
    let deny_all = r#"{"Effect": "Deny", "Action": "*", "Resource": "*"}"#;
    assert!(missing(&identity(&format!("{tagged}, {denies}, {deny_all}")), &asked).is_empty());
    // Another kind of policy does not allow, whatever the key is.
    let mut set = identity(tagged);
    set.boundary = Some(Vec::new());
    assert!(missing(&set, &asked).is_empty());
    set.boundary = Some(vec![source("limits", tagged)]);
    assert_eq!(missing(&set, &asked), ["aws:PrincipalTag/Team"]);
    // One level of several.
    let level = |name: &str, statements: &str| Level {
        name: name.to_owned(),
        policies: vec![source(name, statements)],
    };
    let mut set = identity(ALL);
    set.scp = Some(vec![level("root", ALL), level("account", tagged)]);
    assert_eq!(missing(&set, &asked), ["aws:PrincipalTag/Team"]);
    set.scp = Some(vec![level("root", ONE_BUCKET), level("account", tagged)]);
    assert!(missing(&set, &asked).is_empty());
    // The resource's policy grants alone; across accounts both sides must.
    let grant = tagged.replace("\"Action\"", "\"Principal\": \"*\", \"Action\"");
    let mut set = PolicySet {
        resource: Some(source("bucket policy", &grant)),
        ..PolicySet::default()
    };
    assert_eq!(missing(&set, &asked), ["aws:PrincipalTag/Team"]);
    let mut theirs = asked.clone();
    theirs.resource_account = Some("444455556666".parse().unwrap());
    assert!(missing(&set, &theirs).is_empty());
    set.identity = vec![source("policy.json", ALL)];
    assert!(missing(&set, &asked).is_empty());
    assert_eq!(missing(&set, &theirs), ["aws:PrincipalTag/Team"]);
    // A Deny that would come into force, where nothing allows either.
    assert_eq!(missing(&identity(denies), &asked), ["aws:SecureTransport"]);
    // Nothing that the request asks hangs on it, or no value could make it hold.
    let never = r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition":
        {"Null": {"aws:PrincipalTag/Team": "true"}, "StringEquals": {"aws:principaltag/team": "a"}}}"#;
    assert!(missing(&identity(never), &asked).is_empty());
    let garbage = tagged.replace("StringEquals", "NumericEquals");
    assert!(missing(&identity(&garbage), &asked).is_empty());
    let elsewhere =
        r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::other/${aws:username}/*"}"#;
    assert!(missing(&identity(elsewhere), &asked).is_empty());
    let root = request("arn:aws:iam::111122223333:root", "s3:GetObject", "*");
    assert!(missing(&identity(tagged), &root).is_empty());
    assert!(missing(&identity(tagged), &request(USER, "sts:GetCallerIdentity", "*")).is_empty());
}

/// Trust and key policies must allow within the account too, which is another page's rule than across accounts.
#[test]
fn the_rule_names_its_page() {
    let rule = |set: &PolicySet, asked: &Request| Engine::compile(set).explain(asked).rule;
    let assume = request(USER, "sts:AssumeRole", "arn:aws:iam::111122223333:role/target");
    let key = request(USER, "kms:Decrypt", "arn:aws:kms:us-east-1:111122223333:key/1");
    for asked in [&assume, &key] {
        assert_eq!(rule(&identity(ALL), asked), Rule::Delegated);
    }
    assert!(Rule::Delegated.page().contains("enforcement code logic"));
    let theirs = request(USER, "sqs:SendMessage", "arn:aws:sqs:us-east-1:444455556666:q");
    assert_eq!(rule(&identity(ALL), &theirs), Rule::BothSides);
    let root = request(
        "arn:aws:iam::111122223333:root",
        "kms:Decrypt",
        "arn:aws:kms:us-east-1:111122223333:key/1",
    );
    assert_eq!(rule(&PolicySet::default(), &root), Rule::ResourceAlone);
}

/// Twenty thousand statements, each with a key of its own, are no reason to think for minutes.
#[test]
fn many_missing_keys_are_found_in_one_go() {
    let statement = |nth: usize| {
        format!(
            r#"{{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {{"StringEquals": {{"aws:PrincipalTag/{nth}": "a"}}}}}}"#
        )
    };
    let policy = |nth: usize| {
        let statements: Vec<String> = (nth * 5_000..(nth + 1) * 5_000).map(statement).collect();
        source("many", &statements.join(","))
    };
    let set = PolicySet {
        identity: (0..4).map(policy).collect(),
        ..PolicySet::default()
    };
    let asked = request(USER, "s3:GetObject", "arn:aws:s3:::a/b");
    let explanation = Engine::compile(&set).explain(&asked);
    assert_eq!(explanation.missing_keys.len(), 20_000);
}

/// AWS's own consoles write `"Sid": ""`.
#[test]
fn an_empty_sid_names_nothing() {
    let set = identity(&ONE_BUCKET.replace("OneBucket", ""));
    let asked = request(USER, "s3:ListBucket", "arn:aws:s3:::bucket-a");
    let explanation = Engine::compile(&set).explain(&asked);
    assert_eq!(explanation.deciding[0].sid, None);
    assert!(
        explanation
            .to_string()
            .starts_with("allow: statement 1 of policy.json")
    );
}

#[test]
fn verdicts_are_given_for_every_kind_in_force() {
    let mut set = identity(ALL);
    set.boundary = Some(Vec::new());
    set.scp = Some(vec![Level {
        name: "root".to_owned(),
        policies: vec![source("FullAWSAccess", ALL)],
    }]);
    let explanation = Engine::compile(&set).explain(&request(USER, "s3:GetObject", "*"));
    let verdicts: Vec<_> = explanation
        .verdicts
        .iter()
        .map(|v| (v.kind, v.level.as_deref(), v.effect))
        .collect();
    assert_eq!(
        verdicts,
        [
            (PolicyKind::Scp, Some("root"), Some(Effect::Allow)),
            (PolicyKind::Identity, None, Some(Effect::Allow)),
            (PolicyKind::Boundary, None, None),
        ]
    );
    assert_eq!(explanation.blocked_by, [PolicyKind::Boundary]);
    assert_eq!(
        explanation.rule.page(),
        "IAM User Guide, Policy evaluation for requests within a single account"
    );
}

#[test]
fn an_engine_is_asked_from_many_threads() {
    let engine = Engine::compile(&identity(ONE_BUCKET));
    let asked = request(USER, "s3:ListBucket", "arn:aws:s3:::bucket-a");
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| engine.decide(&asked))).collect();
        assert!(
            threads
                .into_iter()
                .all(|thread| thread.join().unwrap().is_allow())
        );
    });
}

#[test]
fn who_knows_a_part_of_the_request_says_so() {
    let office = r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}}"#;
    let asked = request(USER, "s3:GetObject", "arn:aws:s3:::a/b");
    let near = Engine::compile(&identity(office)).explain(&asked);
    let brief = "implicit deny: no identity policy allows s3:GetObject on arn:aws:s3:::a/b";
    assert_eq!(near.told().in_brief().to_string(), brief);
    let in_part = near.told().knowing_part("daypass").to_string();
    assert!(
        in_part.contains(
            "daypass does not know aws:SourceIp of that call, the statement wants it in 192.0.2.0/24"
        )
    );
    assert!(
        in_part
            .ends_with("(daypass does not know these keys of that call, which could matter: aws:SourceIp)")
    );
    assert!(
        near.to_string()
            .contains("the request does not carry aws:SourceIp, the statement")
    );
    let empty = Engine::compile(&identity(office))
        .explain(&asked.clone().with_context("aws:SourceIp", Vec::<String>::new()));
    assert!(
        empty.to_string().contains("aws:SourceIp holds no value"),
        "{empty}"
    );
    assert_eq!(
        (&near.near_misses[0].found, &empty.near_misses[0].found),
        (&None, &Some(Vec::new()))
    );

    let deny = office
        .replace("Allow", "Deny")
        .replace("IpAddress", "NotIpAddressIfExists");
    let denied = Engine::compile(&identity(&deny)).explain(&asked);
    assert!(
        denied
            .to_string()
            .contains("the request does not carry aws:SourceIp; the statement denies when it is outside of")
    );
    assert!(
        denied
            .told()
            .knowing_part("daypass")
            .to_string()
            .contains("daypass does not know aws:SourceIp of that call; the statement denies")
    );
}

/// Where an explanation has one line, nothing of it runs into the next.
#[test]
fn one_line_keeps_its_parts_apart() {
    let told = |statements: &str| {
        let asked = request(USER, "s3:GetObject", "arn:aws:s3:::bucket-a/x");
        let explanation = Engine::compile(&identity(statements)).explain(&asked);
        explanation.told().in_brief().in_one_line().to_string()
    };
    let anything = r#""Action": "*", "Resource": "*""#;
    let insecure = r#""Condition": {"BoolIfExists": {"aws:SecureTransport": "false"}}"#;
    assert_eq!(
        told(&format!(r#"{{"Effect": "Deny", {anything}, {insecure}}}"#)),
        "explicit deny: statement 1 of policy.json (identity policy) denies s3:GetObject on \
         arn:aws:s3:::bucket-a/x; the request does not carry aws:SecureTransport; the statement denies when it is false"
    );
    assert_eq!(
        told(&format!(
            r#"{{"Effect": "Deny", {anything}}}, {{"Effect": "Deny", {anything}}}"#
        )),
        "explicit deny: statement 1 of policy.json (identity policy) denies s3:GetObject on \
         arn:aws:s3:::bucket-a/x and statement 2 of policy.json (identity policy) denies"
    );
    assert_eq!(
        told(&format!(
            r#"{{"Effect": "Allow", {anything}}}, {{"Effect": "Allow", {anything}}}"#
        )),
        "allow: s3:GetObject on arn:aws:s3:::bucket-a/x is allowed by statement 1 of policy.json (identity policy) \
         and by statement 2 of policy.json (identity policy)"
    );
}

#[test]
fn every_condition_that_fails_is_told() {
    let set = identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {
            "IpAddress": {"aws:SourceIp": "192.0.2.0/24"},
            "Bool": {"aws:SecureTransport": "true"},
            "StringEquals": {"aws:PrincipalTag/team": "data"}}}"#,
    );
    let mut asked = request(USER, "s3:GetObject", "arn:aws:s3:::bucket-a/x");
    asked.context.insert("aws:SourceIp", "10.1.2.3");
    asked.context.insert("aws:SecureTransport", "true");
    let explanation = Engine::compile(&set).explain(&asked);
    let miss = &explanation.near_misses[0];
    assert_eq!(
        miss.to_string(),
        "aws:SourceIp is 10.1.2.3, the statement wants it in 192.0.2.0/24; and the request does not carry \
         aws:PrincipalTag/team, the statement wants it data"
    );
    let also: Vec<&str> = miss.also.iter().map(|other| other.key.as_str()).collect();
    assert_eq!(also, ["aws:PrincipalTag/team"], "what holds is not told");
}

#[test]
fn an_allow_that_others_overrule_is_known() {
    let mut set = identity(ONE_BUCKET);
    let list = request(USER, "s3:ListBucket", "arn:aws:s3:::bucket-a");
    let overruled = |set: &PolicySet| -> Vec<usize> {
        let explanation = Engine::compile(set).explain(&list);
        explanation
            .overruled
            .iter()
            .map(|statement| statement.index)
            .collect()
    };
    assert_eq!(overruled(&set), [0_usize; 0], "it prevails");
    set.boundary = Some(Vec::new());
    assert_eq!(overruled(&set), [0]);
    set.boundary = None;
    set.scp = Some(vec![Level {
        name: "root".to_owned(),
        policies: vec![source(
            "none",
            r#"{"Effect": "Deny", "Action": "*", "Resource": "*"}"#,
        )],
    }]);
    assert_eq!(overruled(&set), [0]);
}
