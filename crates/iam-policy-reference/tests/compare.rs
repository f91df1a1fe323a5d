//! The difference of two documents against the engine, over drawn documents and requests: what the engine decides
//! differently is in a pattern, and a pattern holds only what the engine decides differently.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

use iam_policy::{
    Difference, Document, Engine, PolicySet, Principal, Request, RequestPattern, Side, Source, compare,
};
use iam_policy_reference::generate;

/// Keys that every request holds one value of, or lacks; the questions are drawn with none and with several as well (IAM
/// User Guide, "AWS global condition context keys", "Value type").
const ONE_VALUE: &[&str] = &[
    "aws:CurrentTime",
    "aws:MultiFactorAuthAge",
    "aws:MultiFactorAuthPresent",
    "aws:PrincipalArn",
    "aws:SecureTransport",
    "aws:SourceArn",
    "aws:SourceIp",
    "aws:TokenIssueTime",
    "aws:username",
];

/// Those that hold `true` or `false`; the questions are drawn with other texts as well (the same page).
const BOOLEAN: &[&str] = &["aws:MultiFactorAuthPresent", "aws:SecureTransport"];

fn can_be(request: &Request) -> bool {
    let values = |key: &&str| request.context.get(key);
    let is_one = |key: &&str| values(key).is_none_or(|values| values.len() == 1);
    let is_boolean = |key: &&str| values(key).is_none_or(|values| values == ["true"] || values == ["false"]);
    (request.resource == "*" || request.resource.starts_with("arn:aws:"))
        && ONE_VALUE.iter().all(is_one)
        && BOOLEAN.iter().all(is_boolean)
}

/// What a document is, and so with what else the engine is asked.
#[derive(Clone, Copy, PartialEq)]
enum As {
    /// The identity-based policy of a user. (`sts:` and `kms:` want another policy's word besides, which is given.)
    Identity,
    /// The resource-based policy of another account's resource: whoever asks is allowed everything by their own.
    Resource,
}

impl As {
    /// What the engine says where the document is the only one that counts.
    fn allows(self, document: &Document, request: &Request) -> bool {
        let own = |text: &str| Source::new("other", Document::parse(text).unwrap());
        let account =
            r#"{"Statement": {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "*"}}"#;
        let everything = r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
        let document = Source::new("document", document.clone());
        let policies = match self {
            As::Identity => PolicySet {
                identity: vec![document],
                resource: Some(own(account)),
                trust: Some(own(account)),
                ..PolicySet::default()
            },
            As::Resource => PolicySet {
                identity: vec![own(everything)],
                resource: Some(document.clone()),
                trust: Some(document),
                ..PolicySet::default()
            },
        };
        Engine::compile(&policies).decide(request).is_allow()
    }

    fn documents(self, question: &generate::Question) -> Vec<Document> {
        let policies = &question.policies;
        let sources: Vec<&Source> = match self {
            As::Identity => policies.identity.iter().collect(),
            As::Resource => policies.resource.iter().chain(&policies.trust).collect(),
        };
        sources
            .into_iter()
            .map(|source| (*source.document).clone())
            .collect()
    }

    /// Whether the document is read as what it is here.
    fn is_right_for(self, document: &Document) -> bool {
        let names = document.statements.iter().any(|s| s.principal.is_some());
        names == (self == As::Resource)
    }

    /// The request, made so that the engine is right to ask the document alone.
    fn asked(self, request: &Request) -> Request {
        let mut request = request.clone();
        let account = match self {
            As::Identity => {
                request.principal = "arn:aws:iam::111122223333:user/bob".parse().unwrap();
                "111122223333"
            }
            As::Resource => "777788889999",
        };
        request.resource_account = Some(account.parse().unwrap());
        request
    }

    /// Whether the engine looks at more than policies: who asks without policies of their own, what needs no
    /// permission, who may not ask at all.
    fn has_other_rules(self, request: &Request) -> bool {
        let action = request.action.to_ascii_lowercase();
        let without_policies = !matches!(
            request.principal,
            Principal::User { .. } | Principal::RoleSession { .. }
        );
        action.starts_with("sts:")
            || request.resource.starts_with("arn:aws-")
            || (self == As::Resource && (without_policies || action.starts_with("kms:")))
    }
}

fn is_in(patterns: &[RequestPattern], request: &Request) -> bool {
    patterns.iter().any(|pattern| pattern.matches(request))
}

fn may_be_in(difference: &Difference, side: Side, request: &Request) -> bool {
    let mut undecided = difference
        .undecided
        .iter()
        .filter(|undecided| undecided.side == side);
    undecided.any(|undecided| undecided.pattern.matches(request))
}

fn lines(difference: &Difference) -> String {
    let of = |name: &str, patterns: &[RequestPattern]| -> Vec<String> {
        patterns
            .iter()
            .map(|pattern| format!("{name} {pattern}"))
            .collect()
    };
    let undecided = difference.undecided.iter();
    let undecided = undecided.map(|u| format!("{:?}? {}: {}", u.side, u.pattern, u.doubt));
    let mut lines = of("gained", &difference.gained);
    lines.extend(of("lost", &difference.lost));
    lines.extend(undecided);
    lines.join("\n")
}

#[derive(Default)]
struct Seen {
    differing: usize,
    patterns: usize,
    undecided: usize,
}

fn check(seed: u64, count: u64, documents_are: As) -> Seen {
    let mut found = Seen::default();
    for number in 0..count {
        let questions: Vec<_> = (0..4).map(|n| generate::numbered(seed, number * 4 + n)).collect();
        let mut documents = questions
            .iter()
            .flat_map(|question| documents_are.documents(question));
        let (Some(old), Some(mut new)) = (documents.next(), documents.next()) else {
            continue;
        };
        // Changes are small, mostly.
        if number % 3 != 0 {
            new.statements.extend(old.statements.iter().take(2).cloned());
        }
        if !documents_are.is_right_for(&old) || !documents_are.is_right_for(&new) {
            continue;
        }
        let difference = compare(&old, &new);
        let told = || {
            format!(
                "old {}\nnew {}\n{}",
                old.to_json(),
                new.to_json(),
                lines(&difference)
            )
        };
        for question in &questions {
            let request = documents_are.asked(&question.request);
            if !can_be(&request) {
                continue;
            }
            let before = documents_are.allows(&old, &request);
            let after = documents_are.allows(&new, &request);
            for (side, patterns, differs) in [
                (Side::Gained, &difference.gained, after && !before),
                (Side::Lost, &difference.lost, before && !after),
            ] {
                let is_told = is_in(patterns, &request);
                found.differing += usize::from(differs);
                assert!(
                    !differs || is_told || may_be_in(&difference, side, &request),
                    "{side:?} is not told: {request:#?}\n{}",
                    told()
                );
                assert!(
                    differs || !is_told || documents_are.has_other_rules(&request),
                    "{side:?} is told wrongly: {request:#?}\n{}",
                    told()
                );
            }
        }
        for (patterns, from, to) in [(&difference.gained, &old, &new), (&difference.lost, &new, &old)] {
            for pattern in patterns {
                found.patterns += 1;
                let example = pattern.example.as_ref().expect("a pattern has an example");
                assert!(pattern.matches(example));
                let example = documents_are.asked(example);
                assert!(
                    documents_are.has_other_rules(&example)
                        || (documents_are.allows(to, &example) && !documents_are.allows(from, &example)),
                    "{example:#?}\n{}",
                    told()
                );
            }
        }
        found.undecided += difference.undecided.len();
    }
    found
}

fn check_seeds(seeds: std::ops::Range<u64>, documents_are: As) {
    let mut found = Seen::default();
    for seed in seeds {
        let more = check(seed, 300, documents_are);
        found.differing += more.differing;
        found.patterns += more.patterns;
        found.undecided += more.undecided;
    }
    assert!(
        found.differing > 100,
        "the drawn questions differ now and then: {}",
        found.differing
    );
    // Variables are frequent in what is drawn; still nearly all is told for certain.
    assert!(
        found.undecided * 5 < found.patterns,
        "{} of {}",
        found.undecided,
        found.patterns
    );
}

#[test]
fn whatever_an_identity_policy_makes_different_is_told_and_nothing_else() {
    check_seeds(11..13, As::Identity);
}

#[test]
fn whatever_a_resource_policy_makes_different_is_told_and_nothing_else() {
    check_seeds(21..23, As::Resource);
}
