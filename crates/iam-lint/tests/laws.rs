//! What holds of the rules as a whole.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

use std::collections::BTreeSet;

use iam_lint::{DocumentUse, Level, lint, rule_ids};
use iam_policy::Document;
use jiff::Timestamp;

fn now() -> Timestamp {
    "2026-06-01T00:00:00Z".parse().unwrap()
}

/// AWS accepts what AWS publishes: no rule may call it refused. Of one policy it is true that a resource of it is none.
#[test]
fn no_aws_managed_policy_has_an_error() {
    let mut errors = Vec::new();
    for policy in iam_catalog::managed_policies() {
        let document =
            Document::parse(policy.document()).unwrap_or_else(|wrong| panic!("{}: {wrong:#?}", policy.name));
        for finding in lint(&document, DocumentUse::Identity, now()) {
            if finding.level >= Level::Error {
                errors.push(format!("{}: {}", policy.name, finding.rule));
            }
        }
    }
    // Its second resource is `arn:aws:organizations::*:`, which names nothing.
    assert_eq!(
        errors,
        ["AmazonDevOpsGuruOrganizationsAccess: resource-malformed"]
    );
}

#[test]
fn the_administrator_is_found_among_them() {
    let names: BTreeSet<_> = iam_catalog::managed_policies()
        .filter(|policy| {
            let document = Document::parse(policy.document()).unwrap();
            let findings = lint(&document, DocumentUse::Identity, now());
            findings.iter().any(|finding| finding.rule == "allows-everything")
        })
        .map(|policy| policy.name)
        .collect();
    assert_eq!(names, BTreeSet::from(["AdministratorAccess"]));
}

#[test]
fn every_rule_has_its_section_and_every_section_its_rule() {
    let sections: BTreeSet<_> = include_str!("../../../docs/lint.md")
        .lines()
        .filter_map(|line| line.strip_prefix("### "))
        .collect();
    let rules: BTreeSet<_> = rule_ids().collect();
    assert_eq!(sections, rules);
    assert_eq!(rule_ids().count(), rules.len(), "two rules of one id");
}

/// "Beside Access Analyzer and Parliament" names rules that there are, and each check that is told has one.
#[test]
fn the_table_of_checks_names_rules() {
    let rules: BTreeSet<_> = rule_ids().collect();
    let page = include_str!("../../../docs/lint-access-analyzer.md");
    let mut checks = 0;
    for line in page.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<_> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [check, told, why] = cells.as_slice() else {
            panic!("{line}")
        };
        if matches!(*check, "check" | "finding" | "---") {
            continue;
        }
        checks += 1;
        for rule in told.split("lint.md#").skip(1) {
            let rule = rule.split(')').next().unwrap();
            assert!(rules.contains(rule), "{check}: {rule}");
        }
        assert!(*told != "not told" || !why.is_empty(), "{check}: no reason");
    }
    assert_eq!(checks, 153 + 30);
}

#[test]
fn findings_stand_in_the_order_of_the_text() {
    let text = r#"{"Statement": [
        {"Sid": "a b", "Effect": "Allow", "NotAction": "s3:", "Resource": "x"},
        {"Effect": "Allow", "Principal": "*", "Action": "iam:*", "Resource": ["*", "${aws:username}"]}
    ]}"#;
    let document = Document::parse(text).unwrap();
    let findings = lint(&document, DocumentUse::Identity, now());
    let rules: Vec<_> = findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(
        rules,
        [
            "version-old",
            "sid-characters",
            "allow-not-action",
            "action-malformed",
            "resource-malformed",
            "principal-unsupported",
            "creates-any-service-linked-role",
            "exposes-credentials",
            "manages-permissions",
            "passes-any-role",
            "resource-malformed",
            "resource-redundant",
            "variables-need-version",
        ]
    );
    assert!(
        findings
            .iter()
            .all(|finding| finding.help.is_some() && finding.span.of(text).is_some())
    );
}
