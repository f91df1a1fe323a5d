//! What must hold of any text: the bodies of the fuzz targets, which ordinary tests run too.

use iam_policy::{
    AccountId, Arn, Context, Document, DocumentUse, Effect, PolicySet, Principal, Request, Source, Statement,
    Version,
};

use crate::agreement::Answers;
use crate::generate::Question;

/// A text is a document or a list of complaints with places in the text; a document survives printing, and means the
/// same to the engine and to the reference wherever it stands.
///
/// # Panics
/// When that does not hold.
pub fn document(text: &str) {
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(wrong) => {
            assert!(!wrong.is_empty());
            assert!(wrong.iter().all(|diagnostic| diagnostic.span.of(text).is_some()));
            return;
        }
    };
    for printed in [document.to_json(), document.to_minified()] {
        let again = Document::parse(&printed);
        assert!(
            again.is_ok_and(|again| document.same_meaning(&again)),
            "{printed}"
        );
    }
    for place in PLACES {
        let refused = document.check_as(place);
        assert!(
            refused
                .iter()
                .all(|diagnostic| diagnostic.span.of(text).is_some())
        );
    }
    let source = Source::new("p", document);
    let [identity, resource, trust] = [
        PolicySet {
            identity: vec![source.clone()],
            ..PolicySet::default()
        },
        PolicySet {
            resource: Some(source.clone()),
            ..PolicySet::default()
        },
        PolicySet {
            trust: Some(source),
            ..PolicySet::default()
        },
    ];
    for (policies, action, resource) in [
        (identity, "s3:GetObject", "arn:aws:s3:::bucket/key"),
        (resource, "s3:GetObject", "arn:aws:s3:::bucket/key"),
        (trust, "sts:AssumeRole", "arn:aws:iam::111122223333:role/target"),
    ] {
        let request = Request::new(bob(), action, resource)
            .with_context("aws:username", "bob")
            .with_context("aws:CurrentTime", "2026-01-01T00:00:00Z");
        check(&Question { policies, request }, text.len() <= 2_000);
    }
}

const PLACES: [DocumentUse; 7] = [
    DocumentUse::Identity,
    DocumentUse::Trust,
    DocumentUse::ResourcePolicy,
    DocumentUse::Boundary,
    DocumentUse::Session,
    DocumentUse::Scp,
    DocumentUse::Rcp,
];

/// A text is an ARN that prints as it was read and consists of its parts, or it is none.
///
/// # Panics
/// When that does not hold.
pub fn arn(text: &str) {
    if let Ok(account) = text.parse::<AccountId>() {
        assert_eq!(account.to_string(), text);
    }
    if let Ok(principal) = text.parse::<Principal>()
        && principal != Principal::Anonymous
    {
        assert_eq!(principal.to_string(), text);
        assert_eq!(principal.to_string().parse(), Ok(principal));
    }
    let Ok(arn) = text.parse::<Arn>() else {
        return;
    };
    assert_eq!(arn.to_string(), text);
    let put_together = Arn::from_parts(
        arn.partition(),
        arn.service(),
        arn.region(),
        arn.account_part(),
        arn.resource(),
    );
    assert_eq!(put_together, Ok(arn.clone()));
    assert_eq!(
        arn.account().map(|account| account.to_string()),
        arn.account_part()
            .parse::<AccountId>()
            .ok()
            .map(|_| arn.account_part().to_owned())
    );
    if let Some(kind) = arn.resource_type() {
        assert!(arn.resource().starts_with(kind));
    }
    if let (Some(path), Some(name)) = (arn.iam_path(), arn.iam_name()) {
        assert!(arn.resource().ends_with(&format!("{path}{name}")));
    }
    if let Some((role, session)) = arn.role_session() {
        assert_eq!(arn.resource(), format!("assumed-role/{role}/{session}"));
    }
}

/// The engine and the reference agree on a condition. A text's lines are the operator, the key, the values between
/// tabs, and a context: `key=value`, again with tabs.
///
/// # Panics
/// When they do not agree.
pub fn condition(text: &str) {
    let mut lines = text.lines();
    let (Some(operator), Some(key)) = (lines.next(), lines.next()) else {
        return;
    };
    let values: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let mut context = Context::new();
    for line in lines {
        let (key, given) = line.split_once('=').unwrap_or((line, ""));
        let given: Vec<&str> = given.split('\t').collect();
        context.insert(key, given);
    }
    let is_comparable = {
        let given = context.get(key).unwrap_or_default().iter().map(String::as_str);
        let numbers_in_range = values.iter().copied().chain(given).all(is_of_modest_size);
        text.chars().count() <= 2_000 && (numbers_in_range || !operator.contains("Numeric"))
    };
    for effect in [Effect::Allow, Effect::Deny] {
        for version in [Version::V2012, Version::V2008] {
            let statement = with_effect(effect).with_resources(["*"]).with_condition(
                operator,
                key,
                values.iter().copied(),
            );
            let question = question(statement, version, "*", context.clone());
            check(&question, is_comparable);
        }
    }
}

/// Numbers of more digits are cut off or refused: docs/evaluation.md.
fn is_of_modest_size(text: &str) -> bool {
    let (_, power) = text.split_once(['e', 'E']).unwrap_or((text, ""));
    text.len() <= 16 && power.len() <= 1
}

/// The engine and the reference agree on a pattern, the first line, and a text, the others; and the engine is done
/// with a long text of the same in bounded time.
///
/// # Panics
/// When they do not agree.
pub fn pattern(text: &str) {
    let (pattern, text) = text.split_once('\n').unwrap_or((text, ""));
    let pattern: String = pattern.chars().take(64).collect();
    let text: String = text.chars().take(256).collect();
    let long = text.repeat(16);
    for version in [Version::V2012, Version::V2008] {
        let as_resource = with_effect(Effect::Allow).with_resources([&pattern]);
        check(
            &question(as_resource.clone(), version, &text, Context::new()),
            true,
        );
        check(&question(as_resource, version, &long, Context::new()), false);
        let in_condition = with_effect(Effect::Allow)
            .with_resources(["*"])
            .with_condition("StringLike", "app:Text", [&pattern])
            .with_condition("ArnLikeIfExists", "app:Arn", [&pattern]);
        for key in ["app:Text", "app:Arn"] {
            let mut context = Context::new();
            context.insert(key, text.as_str());
            check(&question(in_condition.clone(), version, "*", context), true);
        }
    }
    if pattern.is_ascii() && text.is_ascii() {
        let mut question = question(
            Statement::allow().with_actions([&pattern]).with_resources(["*"]),
            Version::V2012,
            "*",
            Context::new(),
        );
        question.request.action = text;
        check(&question, true);
    }
}

fn with_effect(effect: Effect) -> Statement {
    let statement = match effect {
        Effect::Allow => Statement::allow(),
        Effect::Deny => Statement::deny(),
    };
    statement.with_actions(["*"])
}

fn question(statement: Statement, version: Version, resource: &str, context: Context) -> Question {
    let mut document = Document::new(vec![statement]);
    document.version = version;
    let mut request = Request::new(bob(), "app:Do", resource);
    request.resource_account = request.principal.account();
    request.context = context;
    Question {
        policies: PolicySet {
            identity: vec![Source::new("p", document)],
            ..PolicySet::default()
        },
        request,
    }
}

fn bob() -> Principal {
    "arn:aws:iam::111122223333:user/bob"
        .parse()
        .unwrap_or(Principal::Anonymous)
}

/// Asks the engine, for it must not panic whatever it is asked; compares where the reference is fast enough.
fn check(question: &Question, compare: bool) {
    if compare {
        let answers = Answers::to(question);
        assert!(
            answers.agree(),
            "{}",
            crate::scenario::scenario(question, answers)
        );
    } else {
        let engine = iam_policy::Engine::compile(&question.policies);
        assert_eq!(
            engine.decide(&question.request),
            engine.explain(&question.request).decision
        );
    }
}
