//! The bodies of the fuzz targets over their corpus and some thousand texts bent from it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

use fastrand::Rng;
use iam_policy_reference::fuzz;

/// What the grammars of all of them are made of.
const TOKENS: &[&str] = &[
    "\"",
    "[",
    "]",
    "{",
    ",",
    "\"Action\": ",
    "\"NotResource\": \"*\",",
    "\"Condition\": {\"StringLike\": {\"aws:username\": \"b*\"}},",
    "\"Principal\": \"*\",",
    "Deny",
    "2008-10-17",
    "*",
    "?",
    "${",
    "}",
    "${*}",
    "${?}",
    "${$}",
    "${aws:username}",
    ", 'x'",
    "'",
    "$",
    ":",
    "/",
    "arn:",
    "aws",
    "iam",
    "sts",
    "role/",
    "assumed-role/",
    "user/",
    "root",
    "111122223333",
    "\n",
    "\t",
    "=",
    "IfExists",
    "ForAllValues:",
    "ForAnyValue:",
    "Not",
    "String",
    "Equals",
    "Like",
    "Numeric",
    "Date",
    "Bool",
    "Null",
    "IpAddress",
    "true",
    "e",
    ".",
    "-",
    "+",
    "0",
    "9",
    "2026-01-01",
    "T",
    "Z",
    "::",
    "/24",
    "QQ==",
    " ",
    "a",
    "b",
    "é",
    "ÿ",
];

#[expect(clippy::disallowed_methods, reason = "the corpus is files")]
fn corpus(target: &str) -> Vec<String> {
    let folder = format!("{}/../../fuzz/corpus/{target}", env!("CARGO_MANIFEST_DIR"));
    let mut texts: Vec<String> = std::fs::read_dir(&folder)
        .expect(&folder)
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    // What a folder lists first differs between machines.
    texts.sort();
    assert!(texts.len() >= 4, "{folder}");
    texts
}

fn bent(rng: &mut Rng, corpus: &[String]) -> String {
    let mut text: Vec<char> = rng.choice(corpus).unwrap().chars().collect();
    for _ in 0..rng.usize(1..=6) {
        let at = rng.usize(0..=text.len());
        let end = (at + rng.usize(0..=4)).min(text.len());
        match rng.u8(..6) {
            0 => {
                text.drain(at..end);
            }
            1 => {
                let copy = text[at..end].to_vec();
                text.splice(at..at, copy);
            }
            2 => {
                let other: Vec<char> = rng.choice(corpus).unwrap().chars().collect();
                let from = rng.usize(0..=other.len());
                text.splice(at.., other[from..].iter().copied());
            }
            _ => {
                let token: Vec<char> = rng.choice(TOKENS).unwrap().chars().collect();
                text.splice(at..end, token);
            }
        }
    }
    text.into_iter().collect()
}

fn run(target: &str, count: usize, body: fn(&str)) {
    let corpus = corpus(target);
    let mut rng = Rng::with_seed(7);
    for text in &corpus {
        body(text);
    }
    for _ in 0..count {
        let text = bent(&mut rng, &corpus);
        let held = std::panic::catch_unwind(|| body(&text)).is_ok();
        assert!(held, "{target}: {text:?}");
    }
}

#[test]
fn document() {
    run("policy_json", 3_000, fuzz::document);
}

#[test]
fn arn() {
    run("arn", 10_000, fuzz::arn);
}

#[test]
fn condition() {
    run("condition", 5_000, fuzz::condition);
}

#[test]
fn pattern() {
    run("pattern", 2_000, fuzz::pattern);
}
