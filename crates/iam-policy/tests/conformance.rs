//! Questions whose answers AWS's documentation gives, as scenarios: one a line, with what is expected and the page.
//! All of them are asked; all that are answered otherwise are printed with their explanation.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

use std::collections::HashSet;
use std::fmt::Write as _;

use iam_policy::syntax::Node;
use iam_policy::{Engine, Scenario};

macro_rules! themes {
    ($($theme:literal),* $(,)?) => {
        [$(($theme, include_str!(concat!("conformance/", $theme, ".jsonl")))),*]
    };
}

const THEMES: [(&str, &str); 10] = themes![
    "elements",
    "variables",
    "conditions",
    "multivalued",
    "accounts",
    "trust",
    "guardrails",
    "services",
    "missing",
    "examples",
];

fn text<'n>(case: &'n Node, key: &str) -> &'n str {
    case.get(key)
        .and_then(Node::as_str)
        .unwrap_or_else(|| panic!("{key} is a string"))
}

/// What is wrong with the answer to a case, if anything.
fn judge(case: &Node) -> Result<(), String> {
    let scenario = Scenario::from_node(case).map_err(|wrong| format!("cannot be read: {wrong:?}"))?;
    let engine = Engine::compile(&scenario.policies);
    let explanation = engine.explain(&scenario.request);
    let expected = text(case, "expect");
    let decided = engine.decide(&scenario.request);
    if decided.as_str() != expected || explanation.decision != decided {
        return Err(format!("expected {expected}, decided {decided}\n{explanation}"));
    }
    let missing = case.get("missing").and_then(Node::as_array).map(|keys| {
        let keys = keys.iter().map(|key| key.as_str().expect("a key"));
        keys.collect::<Vec<_>>()
    });
    match missing {
        Some(expected) if explanation.missing_keys != expected => Err(format!(
            "expected the missing keys {expected:?}, told {:?}\n{explanation}",
            explanation.missing_keys
        )),
        _ => Ok(()),
    }
}

#[test]
fn every_answer_is_that_of_the_documentation() {
    let mut ids = HashSet::new();
    let mut failures = String::new();
    for (theme, lines) in THEMES {
        for line in lines.lines() {
            let case = Scenario::tree(line).unwrap_or_else(|wrong| panic!("{theme}: {wrong:?}\n{line}"));
            let id = text(&case, "id");
            assert!(ids.insert(id.to_owned()), "{id} is there twice");
            assert!(id.starts_with(theme), "{id} stands under {theme}");
            assert!(!text(&case, "page").is_empty(), "{id} names its page");
            if let Err(wrong) = judge(&case) {
                writeln!(failures, "{id}: {wrong}\n  {}\n", text(&case, "page")).unwrap();
            }
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}
