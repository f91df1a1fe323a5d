//! Findings as a SARIF log, which code scanning takes.
//! OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".

use super::Region;
use crate::team_files::TeamsFound;
use daypass_core::team::{Checked, Finding, Rule};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io;

/// One log of one run.
pub(crate) fn sarif(found: &TeamsFound, checked: &Checked) -> io::Result<()> {
    let used: BTreeSet<Rule> = checked.findings.iter().map(|finding| finding.rule).collect();
    let rules: Vec<Value> = used
        .iter()
        .map(|rule| json!({"id": rule.id(), "shortDescription": {"text": rule.about()}}))
        .collect();
    let results: Vec<Value> = checked
        .findings
        .iter()
        .map(|finding| result(finding, Region::of(found, finding), &used))
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "daypass",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    crate::view::deliver(&format!("{log:#}"))
}

fn result(finding: &Finding, region: Option<Region>, rules: &BTreeSet<Rule>) -> Value {
    let text = match &finding.help {
        Some(help) => format!("{}. Help: {help}", finding.message),
        None => finding.message.clone(),
    };
    let mut physical = json!({"artifactLocation": {"uri": uri(&finding.place.file)}});
    if let (Some(region), Some(physical)) = (region, physical.as_object_mut()) {
        let region = json!({
            "startLine": region.line,
            "startColumn": region.column,
            "endLine": region.end_line,
            "endColumn": region.end_column,
        });
        physical.insert("region".to_owned(), region);
    }
    json!({
        "ruleId": finding.rule.id(),
        "ruleIndex": rules.iter().position(|rule| *rule == finding.rule),
        "level": finding.severity.as_str(),
        "message": {"text": text},
        "locations": [{"physicalLocation": physical}],
    })
}

/// A path as a URI reference (RFC 3986): everything but what may stand in one is escaped.
fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let relative = path.strip_prefix("./").unwrap_or(path);
    relative.bytes().fold(String::new(), |uri, byte| {
        if plain(byte) {
            uri + &char::from(byte).to_string()
        } else {
            uri + &format!("%{byte:02X}")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_are_uris() {
        assert_eq!(uri("./aws/aws-accounts/team.yaml"), "aws/aws-accounts/team.yaml");
        assert_eq!(uri("my dir/ä.yaml"), "my%20dir/%C3%A4.yaml");
    }
}
