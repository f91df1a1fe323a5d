//! Findings as workflow commands, which GitHub Actions shows as annotations of the changed lines.
//! GitHub Docs, "Workflow commands for GitHub Actions": setting an error message, a warning message.

use super::{Region, Shown};

/// A line for each finding.
pub(crate) fn github(findings: &[Shown<'_>]) -> Vec<String> {
    findings
        .iter()
        .map(|finding| command(finding, finding.region()))
        .collect()
}

fn command(finding: &Shown<'_>, region: Option<Region>) -> String {
    let mut properties = vec![format!("file={}", property(finding.file))];
    if let Some(region) = region {
        properties.push(format!("line={},endLine={}", region.line, region.end_line));
        // "col" and "endColumn" are of one line: GitHub drops an annotation that has them over several.
        if region.line == region.end_line {
            properties.push(format!("col={},endColumn={}", region.column, region.end_column));
        }
    }
    properties.push(format!("title={}", property(finding.rule)));
    let text = match finding.help {
        Some(help) => format!("{}\nhelp: {help}", finding.message),
        None => finding.message.to_owned(),
    };
    // "Setting a notice message": GitHub's word for a note.
    let kind = if finding.severity == "note" {
        "notice"
    } else {
        finding.severity
    };
    format!("::{kind} {}::{}", properties.join(","), message(&text))
}

/// What the runner takes for the end of a line or for an escape.
pub(crate) fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The same, and what parts properties.
pub(crate) fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_quoted_becomes_a_command() {
        let finding = Shown {
            file: "a,b:c/x.yaml",
            text: "",
            span: iam_policy::Span::new(0, 1),
            severity: "error",
            rule: "unknown-grant",
            about: "",
            message: "100%\n::warning::no\r",
            help: Some("a, b: c"),
        };
        let region = Region {
            line: 2,
            column: 3,
            end_line: 2,
            end_column: 9,
        };
        assert_eq!(
            command(&finding, Some(region)),
            "::error file=a%2Cb%3Ac/x.yaml,line=2,endLine=2,col=3,endColumn=9,title=unknown-grant::100%25%0A::warning::no%0D%0Ahelp: a, b: c"
        );
        assert_eq!(
            command(
                &finding,
                Some(Region {
                    end_line: 4,
                    ..region
                })
            ),
            "::error file=a%2Cb%3Ac/x.yaml,line=2,endLine=4,title=unknown-grant::100%25%0A::warning::no%0D%0Ahelp: a, b: c"
        );
    }
}
