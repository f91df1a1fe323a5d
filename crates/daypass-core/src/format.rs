//! The canonical text of a policy document, in the format that it is written in; nothing that was written is lost.

use iam_lint::DocumentUse;
use iam_policy::syntax::{Node, NodeKind};
use iam_policy::{Diagnostic, Document, Effect, Span, Who};

use crate::linting::guess;
use crate::policy_text::{self, TextFormat};

mod yaml;

/// How a document is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// For people: two spaces of indentation, a list of one as the plain value, elements in the order of the user guide.
    Canonical,
    /// Without white space that is not needed, as JSON: what IAM counts.
    Minified,
}

/// A document's canonical text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formatted {
    /// What the file is to hold, with a line end behind it.
    pub text: String,
    /// The document.
    pub document: Document,
    /// Whether the text that was given is in this form already; comments and empty lines do not count.
    pub is_formatted: bool,
}

/// Writes a document in its canonical form.
///
/// # Errors
/// Everything that is wrong with the document; or every comment of a YAML text that is not in the form, for the form has
/// no place for comments.
pub fn formatted(text: &str, format: TextFormat, style: Style) -> Result<Formatted, Vec<Diagnostic>> {
    let document = policy_text::parse(text, format)?;
    let canonical = match (format, style) {
        (_, Style::Minified) => document.to_minified(),
        (TextFormat::Json, Style::Canonical) => document.to_json(),
        (TextFormat::Yaml, Style::Canonical) => yaml::printed(&document),
    };
    let canonical = format!("{}\n", canonical.trim_end());
    let comments = match (format, style) {
        (TextFormat::Yaml, Style::Canonical) => comments(text)?,
        // JSON has no comments: whoever asks for it asks for none.
        _ => Vec::new(),
    };
    let is_formatted = if comments.is_empty() {
        text == canonical
    } else {
        without(text, &comments) == canonical
    };
    if !is_formatted && !comments.is_empty() {
        return Err(comments.into_iter().map(lost).collect());
    }
    Ok(Formatted {
        text: if comments.is_empty() {
            canonical
        } else {
            text.to_owned()
        },
        document,
        is_formatted,
    })
}

fn lost(comment: Span) -> Diagnostic {
    Diagnostic::new(comment, "this comment would be lost: the canonical form has no place for it").with_help(
        "write the form by hand around the comments (then it counts as formatted), or say it in a Sid, or take it out",
    )
}

/// Whether a text holds a policy document at all: among a directory's files there are others.
pub fn is_policy(text: &str, format: TextFormat) -> bool {
    let tree = match format {
        TextFormat::Json => iam_policy::syntax::parse_json(text).ok(),
        TextFormat::Yaml => policy_text::tree_of_yaml(text).ok(),
    };
    let members = tree.map(|node| node.kind);
    matches!(members, Some(NodeKind::Object(members)) if members.iter().any(|member| member.key == "Statement"))
}

/// The comments of a YAML text: `#` after white space or at the beginning of a line, outside of every scalar.
fn comments(text: &str) -> Result<Vec<Span>, Vec<Diagnostic>> {
    let mut scalars = Vec::new();
    scalars_of(&policy_text::tree_of_yaml(text)?, &mut scalars);
    let mut comments: Vec<Span> = Vec::new();
    for (at, _) in text.match_indices('#') {
        let before = text.get(..at).unwrap_or_default();
        let begins = before.is_empty() || before.ends_with(char::is_whitespace);
        let in_scalar = scalars.iter().any(|span| span.start() <= at && at < span.end());
        let in_comment = comments.last().is_some_and(|last| at < last.end());
        if begins && !in_scalar && !in_comment {
            let line = text
                .get(at..)
                .and_then(|rest| rest.lines().next())
                .unwrap_or_default();
            comments.push(Span::new(at, at + line.len()));
        }
    }
    Ok(comments)
}

fn scalars_of(node: &Node, scalars: &mut Vec<Span>) {
    match &node.kind {
        NodeKind::Array(items) => items.iter().for_each(|item| scalars_of(item, scalars)),
        NodeKind::Object(members) => {
            for member in members {
                scalars.push(member.key_span);
                scalars_of(&member.value, scalars);
            }
        }
        _ => scalars.push(node.span),
    }
}

/// The text without these, and without what is left of their lines if that is nothing; without empty lines.
fn without(text: &str, comments: &[Span]) -> String {
    let mut kept = String::new();
    let mut from = 0;
    for comment in comments {
        kept.push_str(text.get(from..comment.start()).unwrap_or_default());
        from = comment.end();
    }
    kept.push_str(text.get(from..).unwrap_or_default());
    let lines = kept.lines().map(str::trim_end).filter(|line| !line.is_empty());
    lines.map(|line| format!("{line}\n")).collect::<Vec<_>>().concat()
}

/// What a document may become, and how many characters it may have then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// What it becomes, and of what it shares the characters with.
    pub what: &'static str,
    /// Characters, white space not counted.
    pub characters: usize,
}

const TRUST: Quota = Quota {
    what: "trust policy",
    characters: 2_048,
};

/// "Bucket policies are limited to 20 KB in size" (Amazon S3 User Guide, "Bucket policies and user policies").
const BUCKET: Quota = Quota {
    what: "bucket policy",
    characters: 20_480,
};

const RCP: Quota = Quota {
    what: "resource control policy",
    characters: 5_120,
};

/// The quotas on documents that name no principals.
const OF_IDENTITIES: [Quota; 6] = [
    Quota {
        what: "inline, all of a user's",
        characters: 2_048,
    },
    Quota {
        what: "inline, all of a group's",
        characters: 5_120,
    },
    Quota {
        what: "inline, all of a role's",
        characters: 10_240,
    },
    Quota {
        what: "managed policy",
        characters: 6_144,
    },
    Quota {
        what: "session policy",
        characters: 2_048,
    },
    Quota {
        what: "service control policy",
        characters: 5_120,
    },
];

/// The quotas on what a document can be: IAM User Guide, "IAM and AWS STS quotas"; AWS Organizations User Guide, "Quotas and
/// service limits for AWS Organizations". One that names principals is a trust policy, or belongs to a resource.
pub fn quotas_of(document: &Document) -> Vec<Quota> {
    match guess(document) {
        DocumentUse::Trust => vec![TRUST],
        DocumentUse::ResourcePolicy if may_be_rcp(document) => vec![BUCKET, RCP],
        DocumentUse::ResourcePolicy => vec![BUCKET],
        _ => OF_IDENTITIES.to_vec(),
    }
}

/// "RCP syntax" (AWS Organizations User Guide): of one's own making there are Denies alone, and `Principal` is `*`.
fn may_be_rcp(document: &Document) -> bool {
    document.statements.iter().all(|statement| {
        let everyone = statement.principal.as_ref().is_some_and(|clause| {
            !clause.negated
                && match &clause.who {
                    Who::Everyone(_) => true,
                    Who::Listed(entries) => entries
                        .iter()
                        .all(|entry| entry.values.texts().all(|text| text == "*")),
                }
        });
        statement.effect == Effect::Deny && everyone
    })
}

#[cfg(test)]
mod tests;
