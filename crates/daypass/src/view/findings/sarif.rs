//! Findings as a SARIF log, which code scanning takes.
//! OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".

use super::Shown;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// One log of one run.
pub(crate) fn sarif(findings: &[Shown<'_>]) -> String {
    let used: BTreeMap<&str, &str> = findings
        .iter()
        .map(|finding| (finding.rule, finding.about))
        .collect();
    let rules: Vec<Value> = used
        .iter()
        .map(|(rule, about)| json!({"id": rule, "shortDescription": {"text": about}}))
        .collect();
    let results: Vec<Value> = findings
        .iter()
        .map(|finding| result(finding, used.keys().position(|rule| *rule == finding.rule)))
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
    format!("{log:#}")
}

fn result(finding: &Shown<'_>, rule: Option<usize>) -> Value {
    let text = match finding.help {
        Some(help) => format!("{}. Help: {help}", finding.message),
        None => finding.message.to_owned(),
    };
    let mut physical = json!({"artifactLocation": {"uri": uri(finding.file)}});
    if let (Some(region), Some(physical)) = (finding.region(), physical.as_object_mut()) {
        let region = json!({
            "startLine": region.line,
            "startColumn": region.column,
            "endLine": region.end_line,
            "endColumn": region.end_column,
        });
        physical.insert("region".to_owned(), region);
    }
    json!({
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": finding.severity,
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
