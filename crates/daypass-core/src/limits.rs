//! AWS's quotas on what a lease makes, checked before any call is made.
//!
//! Figures: "IAM and AWS STS quotas" in the IAM User Guide.

use iam_policy::{Arn, Document};
use thiserror::Error;

/// All inline policies of one role together, in characters without white space.
pub const ROLE_INLINE_POLICIES: usize = 10_240;
/// A session policy and the ARNs given with it, in characters.
pub const SESSION_POLICY: usize = 2_048;
/// Managed policies attached to one role, by default.
pub const MANAGED_POLICIES_PER_ROLE: usize = 10;
/// Managed policies given as session policies in one AssumeRole.
pub const SESSION_POLICY_ARNS: usize = 10;
/// Tags on one role.
pub const TAGS: usize = 50;
const TAG_KEY: usize = 128;
const TAG_VALUE: usize = 256;

/// A quota or a grammar of AWS's that the request breaks.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LimitError {
    /// The document does not fit into what it is to become.
    #[error("the policy document has {size} characters (white space not counted), {what} may have {limit}")]
    TooLarge {
        /// What the document would become.
        what: &'static str,
        /// Its size as IAM counts it.
        size: usize,
        /// The quota.
        limit: usize,
    },
    /// A character that IAM refuses in documents.
    #[error(
        "the policy document contains {character:?} (U+{code:04X}), which IAM refuses: it takes tab, line ends and U+0020 to U+00FF"
    )]
    Character {
        /// The first offending character.
        character: char,
        /// Its code point.
        code: u32,
    },
    /// More of something than AWS takes.
    #[error("{count} {what} were given, AWS takes {limit}")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many were given.
        count: usize,
        /// The quota.
        limit: usize,
    },
    /// A tag that AWS refuses.
    #[error("tag {key:?}: {why}")]
    Tag {
        /// The tag's key.
        key: String,
        /// What is wrong with it.
        why: &'static str,
    },
}

/// Checks `document` as a role's inline policy that shares the quota with `beside` further characters.
pub fn check_inline(document: &Document, beside: usize) -> Result<(), LimitError> {
    check_characters(document)?;
    let size = document.iam_size();
    let limit = ROLE_INLINE_POLICIES.saturating_sub(beside);
    if size > limit {
        return Err(LimitError::TooLarge {
            what: "a temporary role's inline policy",
            size,
            limit,
        });
    }
    Ok(())
}

/// Checks `document` and the managed policies beside it as the session policy of one AssumeRole.
///
/// "The plaintext that you use for both inline and managed session policies can't exceed 2,048 characters"
/// (STS API reference, AssumeRole).
pub fn check_session(document: &Document, managed: &[Arn]) -> Result<(), LimitError> {
    check_characters(document)?;
    if managed.len() > SESSION_POLICY_ARNS {
        return Err(LimitError::TooMany {
            what: "managed session policies",
            count: managed.len(),
            limit: SESSION_POLICY_ARNS,
        });
    }
    let arns: usize = managed.iter().map(|arn| arn.to_string().len()).sum();
    let size = document.to_minified().chars().count() + arns;
    if size > SESSION_POLICY {
        return Err(LimitError::TooLarge {
            what: "a session policy",
            size,
            limit: SESSION_POLICY,
        });
    }
    Ok(())
}

/// Checks the user's own tags, `reserved` of the 50 places being taken.
pub fn check_tags(tags: &[(String, String)], reserved: usize) -> Result<(), LimitError> {
    if tags.len() > TAGS - reserved {
        return Err(LimitError::TooMany {
            what: "tags",
            count: tags.len(),
            limit: TAGS - reserved,
        });
    }
    for (index, (key, value)) in tags.iter().enumerate() {
        let wrong = |why| {
            Err(LimitError::Tag {
                key: key.clone(),
                why,
            })
        };
        if key.is_empty() {
            return wrong("the key is empty");
        }
        if key.chars().count() > TAG_KEY {
            return wrong("the key is longer than 128 characters");
        }
        if value.chars().count() > TAG_VALUE {
            return wrong("the value is longer than 256 characters");
        }
        if !key.chars().chain(value.chars()).all(allowed_in_tag) {
            return wrong("tags take letters, digits, space and _.:/=+-@");
        }
        let lower = key.to_lowercase();
        if lower.starts_with("aws:") || lower.starts_with("daypass:") {
            return wrong("the prefixes aws: and daypass: are reserved");
        }
        if tags
            .iter()
            .take(index)
            .any(|(earlier, _)| earlier.eq_ignore_ascii_case(key))
        {
            return wrong("the key is given twice (IAM does not tell upper from lower case here)");
        }
    }
    Ok(())
}

/// Whether IAM takes `character` in the key or value of a tag.
pub fn allowed_in_tag(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, ' ' | '_' | '.' | ':' | '/' | '=' | '+' | '-' | '@')
}

fn check_characters(document: &Document) -> Result<(), LimitError> {
    let text = document.to_minified();
    match text
        .chars()
        .find(|&c| u32::from(c) > 0xFF || (c < ' ' && !matches!(c, '\t' | '\n' | '\r')))
    {
        Some(character) => Err(LimitError::Character {
            character,
            code: u32::from(character),
        }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use iam_policy::Statement;

    fn document_of(characters: usize) -> Document {
        let bare = Document::new(vec![
            Statement::allow()
                .with_actions(["s3:GetObject"])
                .with_resources([""]),
        ]);
        let filler = "x".repeat(characters - bare.iam_size());
        Document::new(vec![
            Statement::allow()
                .with_actions(["s3:GetObject"])
                .with_resources([filler]),
        ])
    }

    // "IAM and AWS STS quotas": role inline policies 10,240 characters in total, white space not counted.
    #[test]
    fn an_inline_policy_may_fill_the_quota_to_the_last_character() {
        assert_eq!(check_inline(&document_of(10_240), 0), Ok(()));
        assert!(matches!(
            check_inline(&document_of(10_241), 0),
            Err(LimitError::TooLarge { size: 10_241, .. })
        ));
        assert!(check_inline(&document_of(10_141), 100).is_err());
    }

    // STS API reference, AssumeRole, parameter Policy: 2,048 characters.
    #[test]
    fn a_session_policy_counts_its_arns() {
        let arn: Arn = "arn:aws:iam::aws:policy/ReadOnlyAccess".parse().unwrap();
        assert_eq!(check_session(&document_of(2_048), &[]), Ok(()));
        assert!(check_session(&document_of(2_048), std::slice::from_ref(&arn)).is_err());
        assert_eq!(check_session(&document_of(2_048 - 38), &[arn]), Ok(()));
    }

    #[test]
    fn tags_follow_iams_grammar() {
        let tag = |key: &str, value: &str| vec![(key.to_owned(), value.to_owned())];
        assert_eq!(check_tags(&tag("Team", "pay ments_.:/=+-@"), 4), Ok(()));
        for (key, value) in [
            ("", "x"),
            ("aws:x", "x"),
            ("Daypass:owner", "x"),
            ("a", "b,c"),
            ("a;", "b"),
        ] {
            assert!(check_tags(&tag(key, value), 4).is_err(), "{key} = {value}");
        }
        let twice = vec![("a".to_owned(), "1".to_owned()), ("A".to_owned(), "2".to_owned())];
        assert!(check_tags(&twice, 4).is_err());
    }
}
