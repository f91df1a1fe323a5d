//! The table of Access Analyzer's checks, proven: each that is told has a document that the rule named fires on. And of
//! each rule: its example and counter-example, its page, its section.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    missing_docs,
    reason = "test code, which reads the rules' own files"
)]

use std::collections::BTreeSet;

use iam_lint::{DocumentUse, lint, rule_ids};
use iam_policy::Document;
use jiff::Timestamp;

const THE_PARSER: &str = "the parser";

struct Example {
    check: &'static str,
    teller: &'static str,
    purpose: DocumentUse,
    text: &'static str,
}

/// A check, what the document is for, who tells, and the document. IAM User Guide, "IAM policy validation check reference".
fn examples() -> Vec<Example> {
    let lines = include_str!("examples/access_analyzer.txt").lines();
    lines
        .map(|line| {
            let parts: Vec<&str> = line.split(" ¦ ").collect();
            let [check, purpose, teller, text] = parts.as_slice() else {
                panic!("{line}")
            };
            let purpose = match *purpose {
                "identity" => DocumentUse::Identity,
                "trust" => DocumentUse::Trust,
                "resource" => DocumentUse::ResourcePolicy,
                "scp" => DocumentUse::Scp,
                "rcp" => DocumentUse::Rcp,
                other => panic!("{other}"),
            };
            Example {
                check,
                teller,
                purpose,
                text,
            }
        })
        .collect()
}

/// `@100@` is so many letters: nobody reads a document beyond a quota.
fn lengthened(text: &str) -> String {
    let mut parts = text.split('@');
    let mut long = parts.next().unwrap().to_owned();
    while let Some(part) = parts.next() {
        long.push_str(&"x".repeat(part.parse().unwrap()));
        long.push_str(parts.next().unwrap());
    }
    long
}

/// The checks of the page's table that are told, each with one of those who tell.
fn told() -> BTreeSet<(&'static str, &'static str)> {
    let page = include_str!("../../../docs/lint-access-analyzer.md");
    let page = page.split("## Parliament").next().unwrap();
    let mut told = BTreeSet::new();
    for line in page.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<_> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [check, tellers, ..] = cells.as_slice() else {
            panic!("{line}")
        };
        if matches!(*check, "check" | "---") {
            continue;
        }
        if tellers.contains(THE_PARSER) {
            told.insert((*check, THE_PARSER));
        }
        for rule in tellers.split("lint.md#").skip(1) {
            told.insert((*check, rule.split(')').next().unwrap()));
        }
    }
    told
}

#[test]
fn each_check_that_is_told_has_a_document_that_shows_it() {
    let now: Timestamp = "2026-06-01T00:00:00Z".parse().unwrap();
    let mut wrong = Vec::new();
    for example in examples() {
        let Example { check, teller, .. } = example;
        let text = lengthened(example.text);
        let document = Document::parse(&text);
        let tellers: Vec<&str> = match &document {
            Err(_) => vec![THE_PARSER],
            Ok(document) => {
                let found = lint(document, example.purpose, now);
                found.iter().map(|finding| finding.rule).collect()
            }
        };
        if !tellers.contains(&teller) {
            wrong.push(format!(
                "{check}: {teller} is silent, {tellers:?} on {:.300}",
                example.text
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let shown: BTreeSet<_> = examples()
        .iter()
        .map(|example| (example.check, example.teller))
        .collect();
    assert_eq!(shown, told());
}

/// A rule's file, by its id.
fn source(rule: &str) -> String {
    let path = format!(
        "{}/src/rules/{}.rs",
        env!("CARGO_MANIFEST_DIR"),
        rule.replace('-', "_")
    );
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn each_rule_has_its_example_its_counter_example_and_its_page() {
    let pages = [
        "User Guide",
        "Developer Guide",
        "API Reference",
        "Service Authorization Reference",
        "AWS Security Blog",
        "Organizations",
        "Rhino Security Labs",
        "Parliament",
    ];
    for rule in rule_ids() {
        let source = source(rule);
        let (above, tests) = source
            .split_once("#[cfg(test)]")
            .unwrap_or_else(|| panic!("{rule}: no test"));
        for (what, called) in [("example", "fires("), ("counter-example", "silent(")] {
            assert!(tests.contains(called), "{rule}: no {what}");
        }
        assert!(
            above.contains(&format!("id: \"{rule}\"")),
            "{rule}: another's file"
        );
        let head: String = above.lines().take_while(|line| line.starts_with("//!")).collect();
        assert!(
            pages.iter().any(|page| head.contains(page)),
            "{rule}: no page is cited in {head}"
        );
    }
}

#[test]
fn each_section_says_why_and_what_to_do() {
    let page = include_str!("../../../docs/lint.md");
    for rule in rule_ids() {
        let section = page
            .split(&format!("\n### {rule}\n"))
            .nth(1)
            .unwrap_or_else(|| panic!("{rule}"));
        let section = section
            .split("\n## ")
            .next()
            .unwrap()
            .split("\n### ")
            .next()
            .unwrap();
        let (reason, mend) = section
            .split_once("\nMend: ")
            .unwrap_or_else(|| panic!("{rule}: no mend"));
        assert!(
            reason.trim().len() > 20 && mend.trim().len() > 8,
            "{rule}: {section}"
        );
    }
}
