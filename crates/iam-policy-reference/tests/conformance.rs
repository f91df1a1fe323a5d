//! The reference's answers to the questions whose answers AWS's documentation gives: iam-policy's own corpus.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

use std::fmt::Write as _;

use iam_policy::Scenario;
use iam_policy::syntax::Node;
use iam_policy_reference::decide;

#[test]
#[expect(clippy::disallowed_methods, reason = "the corpus is files")]
fn every_answer_is_that_of_the_documentation() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../iam-policy/tests/conformance");
    let mut asked = 0;
    let mut failures = String::new();
    for file in std::fs::read_dir(folder).expect(folder) {
        let lines = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for line in lines.lines() {
            let case = Scenario::tree(line).unwrap_or_else(|wrong| panic!("{wrong:?}\n{line}"));
            let scenario = Scenario::from_node(&case).unwrap_or_else(|wrong| panic!("{wrong:?}\n{line}"));
            let text = |key: &str| case.get(key).and_then(Node::as_str).unwrap_or_default();
            let decided = decide(&scenario.policies, &scenario.request).as_str();
            if decided != text("expect") {
                writeln!(failures, "{}: {decided}\n{line}\n", text("id")).unwrap();
            }
            asked += 1;
        }
    }
    assert!(asked >= 700, "{asked}");
    assert!(failures.is_empty(), "\n{failures}");
}
