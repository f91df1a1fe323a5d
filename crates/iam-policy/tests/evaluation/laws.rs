//! Laws that hold for any document and any request.

use iam_policy::{Decision, Document, Engine, Level, PolicySet, Request, Rule, Source};
use proptest::prelude::*;
use proptest::sample::select;

/// A statement as JSON, with or without a principal.
fn statement(with_principal: bool) -> impl Strategy<Value = String> {
    let effect = select(vec!["Allow", "Allow", "Deny"]);
    let action = select(vec![
        "\"s3:*\"",
        "\"*\"",
        "[\"s3:Get*\", \"ec2:*\"]",
        "\"S3:getobject\"",
        "[\"sts:*\"]",
        "[]",
    ]);
    let resource = select(vec![
        "\"*\"",
        "\"arn:aws:s3:::b/*\"",
        "[\"arn:aws:s3:::b/${aws:username}\", \"arn:aws:iam::*:role/r\"]",
        "\"arn:aws:s3:::?/k${*}\"",
        "\"arn:aws:s3:::b/${aws:PrincipalTag/x, 'k'}\"",
    ]);
    let principal = select(vec![
        "\"*\"",
        "{\"AWS\": \"*\"}",
        "{\"AWS\": \"111122223333\"}",
        "{\"AWS\": [\"arn:aws:iam::111122223333:user/bob\", \"arn:aws:iam::444455556666:root\"]}",
        "{\"AWS\": \"arn:aws:iam::111122223333:role/app\", \"Service\": \"ec2.amazonaws.com\"}",
        "{\"AWS\": [\"arn:aws:sts::111122223333:assumed-role/app/s1\"]}",
    ]);
    let condition = select(vec![
        "",
        "",
        "\"StringEquals\": {\"aws:username\": [\"bob\", \"${aws:PrincipalTag/x, 'a'}\"]}",
        "\"StringNotLikeIfExists\": {\"AWS:username\": \"b*\"}, \"Bool\": {\"aws:SecureTransport\": true}",
        "\"NumericLessThan\": {\"aws:MultiFactorAuthAge\": 3600}",
        "\"ForAllValues:StringLike\": {\"aws:TagKeys\": [\"a*\"]}",
        "\"Null\": {\"aws:SecureTransport\": \"true\"}",
        "\"StringNotEquals\": {\"aws:username\": \"${aws:PrincipalTag/x, 'bob'}\"}",
        "\"DateLessThan\": {\"aws:CurrentTime\": \"2026-06-01\"}, \"IpAddress\": {\"aws:SourceIp\": \"10.0.0.0/8\"}",
    ]);
    let sid = proptest::option::of("[A-Za-z0-9]{1,6}");
    (
        sid,
        effect,
        any::<[bool; 3]>(),
        action,
        resource,
        principal,
        condition,
    )
        .prop_map(
            move |(
                sid,
                effect,
                [not_action, not_resource, not_principal],
                action,
                resource,
                principal,
                condition,
            )| {
                let not = |negated: bool| if negated { "Not" } else { "" };
                let mut elements = vec![format!("\"Effect\": \"{effect}\"")];
                elements.extend(sid.map(|sid| format!("\"Sid\": \"{sid}\"")));
                elements.push(format!("\"{}Action\": {action}", not(not_action)));
                elements.push(format!("\"{}Resource\": {resource}", not(not_resource)));
                if with_principal {
                    elements.push(format!("\"{}Principal\": {principal}", not(not_principal)));
                }
                if !condition.is_empty() {
                    elements.push(format!("\"Condition\": {{{condition}}}"));
                }
                format!("{{{}}}", elements.join(", "))
            },
        )
}

fn document(with_principal: bool) -> impl Strategy<Value = Document> {
    let version = select(vec![
        "",
        "\"Version\": \"2012-10-17\", ",
        "\"Version\": \"2008-10-17\", ",
    ]);
    (
        version,
        proptest::collection::vec(statement(with_principal), 0..5),
    )
        .prop_map(|(version, statements)| {
            let text = format!("{{{version}\"Statement\": [{}]}}", statements.join(", "));
            Document::parse(&text).unwrap_or_else(|wrong| panic!("{wrong:?}\n{text}"))
        })
}

fn source(with_principal: bool) -> impl Strategy<Value = Source> {
    document(with_principal).prop_map(|document| Source::new("p", document))
}

fn sources() -> impl Strategy<Value = Vec<Source>> {
    proptest::collection::vec(source(false), 0..3)
}

fn levels(with_principal: bool) -> impl Strategy<Value = Option<Vec<Level>>> {
    let level = proptest::collection::vec(source(with_principal), 0..3).prop_map(|policies| Level {
        name: "l".to_owned(),
        policies,
    });
    proptest::option::weighted(0.2, proptest::collection::vec(level, 0..3))
}

prop_compose! {
    fn policy_set()(
        identity in sources(),
        resource in proptest::option::of(source(true)),
        boundary in proptest::option::weighted(0.3, sources()),
        session in proptest::option::weighted(0.3, sources()),
        trust in proptest::option::of(source(true)),
        scp in levels(false),
        rcp in levels(true),
        endpoint in proptest::option::weighted(0.2, source(true)),
    ) -> PolicySet {
        PolicySet { identity, resource, boundary, session, trust, scp, rcp, endpoint }
    }
}

prop_compose! {
    fn request()(
        principal in select(vec![
            "arn:aws:iam::111122223333:user/bob",
            "arn:aws:sts::111122223333:assumed-role/app/s1",
            "arn:aws:sts::111122223333:federated-user/bob",
            "arn:aws:iam::111122223333:root",
            "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForX/s",
            "ec2.amazonaws.com",
            "arn:aws:iam::111122223333:saml-provider/p",
            "anonymous",
        ]),
        action in select(vec!["s3:GetObject", "s3:PutObject", "ec2:RunInstances", "sts:AssumeRole", "sts:GetCallerIdentity", "kms:Decrypt"]),
        resource in select(vec![
            "*", "arn:aws:s3:::b/k", "arn:aws:s3:::b/bob", "arn:aws:iam::111122223333:role/r", "arn:aws:iam::444455556666:role/r",
            "arn:aws:kms:us-east-1:111122223333:key/1", "not an arn",
        ]),
        theirs in any::<bool>(),
        context in proptest::collection::vec(select(vec![
            ("aws:username", vec!["bob"]),
            ("aws:USERNAME", vec!["alice"]),
            ("aws:SecureTransport", vec!["true"]),
            ("aws:MultiFactorAuthAge", vec!["60"]),
            ("aws:TagKeys", vec!["a", "b"]),
            ("aws:TagKeys", vec![]),
            ("aws:CurrentTime", vec!["2026-05-31T23:59:59Z"]),
            ("aws:SourceIp", vec!["10.1.2.3"]),
        ]), 0..5),
    ) -> Request {
        let mut request = Request::new(principal.parse().unwrap(), action, resource);
        request.context.extend(context);
        request.resource_account = theirs.then(|| "444455556666".parse().unwrap());
        request
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_printed_document_reads_back_the_same(document in document(true)) {
        for text in [document.to_json(), document.to_minified()] {
            let again = Document::parse(&text).unwrap();
            prop_assert!(again.same_meaning(&document), "{text}");
            prop_assert_eq!(again.to_minified(), document.to_minified());
        }
        let without_spaces: String = document.to_json().split_whitespace().collect();
        prop_assert_eq!(document.to_minified().split_whitespace().collect::<String>(), without_spaces);
    }

    #[test]
    fn decide_agrees_with_explain(set in policy_set(), request in request()) {
        let engine = Engine::compile(&set);
        let explanation = engine.explain(&request);
        prop_assert_eq!(engine.decide(&request), explanation.decision);
        let text = explanation.to_string();
        prop_assert!(text.starts_with(&explanation.decision.to_string()));
        match explanation.decision {
            Decision::ExplicitDeny => prop_assert!(!explanation.deciding.is_empty()),
            Decision::Allow => prop_assert!(explanation.blocked_by.is_empty() && explanation.near_misses.is_empty()),
            Decision::ImplicitDeny => prop_assert!(
                !explanation.blocked_by.is_empty()
                    || matches!(
                        explanation.rule,
                        Rule::RootCannotAssumeRoles
                            | Rule::SessionCannotCall
                            | Rule::CredentialsNeeded
                            | Rule::OtherPartition
                    )
            ),
        }
    }

    /// A printed document decides as the one it was printed from.
    #[test]
    fn printing_does_not_change_decisions(set in policy_set(), request in request()) {
        let mut printed = set.clone();
        for source in printed.identity.iter_mut().chain(&mut printed.resource).chain(&mut printed.trust) {
            *source = Source::new("p", Document::parse(&source.document.to_minified()).unwrap());
        }
        prop_assert_eq!(Engine::compile(&printed).decide(&request), Engine::compile(&set).decide(&request));
    }

    /// A key whose value would change the answer is told, and so is one of several that do together.
    #[test]
    fn missing_keys_that_matter_are_told(
        set in policy_set(),
        request in request(),
        given in proptest::collection::vec(select(vec![
            ("aws:username", vec!["bob"]),
            ("aws:username", vec!["alice"]),
            ("aws:PrincipalTag/x", vec!["bob"]),
            ("aws:SecureTransport", vec!["true"]),
            ("aws:SecureTransport", vec!["false"]),
            ("aws:SecureTransport", vec![]),
            ("aws:MultiFactorAuthAge", vec!["60"]),
            ("aws:MultiFactorAuthAge", vec!["7200"]),
            ("aws:TagKeys", vec!["a", "b"]),
            ("aws:TagKeys", vec!["a"]),
            ("aws:CurrentTime", vec!["2026-05-31T23:59:59Z"]),
            ("aws:CurrentTime", vec!["2026-07-01T00:00:00Z"]),
            ("aws:SourceIp", vec!["10.1.2.3"]),
            ("aws:SourceIp", vec!["192.0.2.1"]),
        ]), 1..5),
    ) {
        let engine = Engine::compile(&set);
        let explanation = engine.explain(&request);
        let told = |key: &str| explanation.missing_keys.iter().any(|told| told.eq_ignore_ascii_case(key));
        let missing: Vec<_> = given.into_iter().filter(|(key, _)| request.context.get(key).is_none()).collect();
        for (key, values) in &missing {
            let fuller = request.clone().with_context(*key, values.clone());
            prop_assert!(
                engine.decide(&fuller) == explanation.decision || told(key),
                "{key} {values:?}, told {:?}", explanation.missing_keys
            );
        }
        let mut fuller = request.clone();
        fuller.context.extend(missing.clone());
        prop_assert!(
            engine.decide(&fuller) == explanation.decision || missing.iter().any(|(key, _)| told(key)),
            "{missing:?}, told {:?}", explanation.missing_keys
        );
        for key in &explanation.missing_keys {
            prop_assert!(request.context.get(key).is_none(), "{key} is there");
        }
    }

    /// One more Deny never opens what was closed.
    #[test]
    fn a_deny_never_grants(set in policy_set(), deny in statement(false), request in request()) {
        let text = format!("{{\"Version\": \"2012-10-17\", \"Statement\": {}}}", deny.replace("Allow", "Deny"));
        let before = Engine::compile(&set).decide(&request);
        let mut stricter = set;
        stricter.identity.push(Source::new("deny", Document::parse(&text).unwrap()));
        let after = Engine::compile(&stricter).decide(&request);
        prop_assert!(before.is_allow() || !after.is_allow());
    }

    /// Whatever stands in a text, reading it ends, without a panic and with spans inside of it.
    #[test]
    fn any_text_is_read_or_refused(text in "[\\[\\]{}\":,\\\\ a-zSEA*${}0-9.éu\\n]{0,80}") {
        if let Err(wrong) = Document::parse(&text) {
            prop_assert!(!wrong.is_empty());
            for diagnostic in wrong {
                prop_assert!(diagnostic.span.of(&text).is_some());
            }
        }
    }
}

/// An engine is one for many threads: they all get the same answers from it.
#[test]
fn one_engine_answers_many_threads() {
    let statements: Vec<String> = (0..50)
        .map(|n| format!(r#"{{"Effect": "Allow", "Action": "s{n}:Get*", "Resource": "arn:aws:s{n}:::x/*"}}"#))
        .collect();
    let text = format!(r#"{{"Statement": [{}]}}"#, statements.join(","));
    let engine = Engine::compile(&PolicySet {
        identity: vec![Source::new("policy", Document::parse(&text).unwrap())],
        ..PolicySet::default()
    });
    let ask = || -> Vec<bool> {
        let decide = |n: usize| {
            let resource = format!("arn:aws:s{}:::x/y", n / 2);
            let principal = "arn:aws:iam::111122223333:user/bob".parse().unwrap();
            engine
                .decide(&Request::new(
                    principal,
                    format!("s{}:GetObject", n.div_ceil(2)),
                    resource,
                ))
                .is_allow()
        };
        (0..100).map(decide).collect()
    };
    let alone = ask();
    assert!(alone.contains(&true) && alone.contains(&false));
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(ask)).collect();
        for thread in threads {
            assert_eq!(thread.join().unwrap(), alone);
        }
    });
}
