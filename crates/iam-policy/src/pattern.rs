//! Text with wildcards and policy variables, matched without allocation.
//! IAM User Guide, "IAM policy elements: Variables and tags" and "IAM JSON policy elements: Resource".

pub(crate) mod glob;
mod template;

pub(crate) use template::{Piece, Template};

use crate::document::Version;
use crate::request::Context;

/// A compiled pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// A lone `*`.
    Everything,
    /// Nothing special in it: the text itself.
    Exact(Box<str>),
    /// Text with a `*` behind it, which is cut off here.
    Prefix(Box<str>),
    /// Wildcards within the text.
    Glob(Box<str>),
    /// Variables, or escapes for wildcards.
    Template(Template),
}

/// What is special in a pattern's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Syntax {
    /// `*` and `?`.
    pub wildcards: bool,
    /// `${...}`: not in documents of version 2008-10-17, where they are literal text.
    pub variables: bool,
}

impl Syntax {
    pub(crate) fn of(version: Version, wildcards: bool) -> Syntax {
        Syntax {
            wildcards,
            variables: version == Version::V2012,
        }
    }
}

/// Whether upper and lower case are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    Differs,
    /// For ASCII letters; enough for action names.
    Same,
}

impl Pattern {
    pub(crate) fn compile(text: &str, syntax: Syntax) -> Pattern {
        if syntax.variables && text.contains("${") {
            return Pattern::Template(Template::compile(text, syntax));
        }
        let wildcard = |c: char| c == '*' || c == '?';
        match text.find(wildcard).filter(|_| syntax.wildcards) {
            None => Pattern::Exact(text.into()),
            Some(at) => {
                let (head, tail) = text.split_at(at);
                match (head, tail.bytes().all(|b| b == b'*')) {
                    ("", true) => Pattern::Everything,
                    (_, true) => Pattern::Prefix(head.into()),
                    (_, false) => Pattern::Glob(text.into()),
                }
            }
        }
    }

    /// The literal text that anything which fits begins with.
    pub(crate) fn literal_head(&self) -> &str {
        match self {
            Pattern::Everything => "",
            Pattern::Exact(text) | Pattern::Prefix(text) => text,
            Pattern::Glob(text) => text
                .split_once(['*', '?'])
                .map_or(text.as_ref(), |(head, _)| head),
            Pattern::Template(template) => template.literal_head(),
        }
    }

    /// The pattern, taken apart.
    pub(crate) fn pieces(&self) -> Vec<Piece<'_>> {
        match self {
            Pattern::Everything => vec![Piece::AnyRun],
            Pattern::Exact(text) => vec![Piece::Literal(text)],
            Pattern::Prefix(head) => vec![Piece::Literal(head), Piece::AnyRun],
            Pattern::Glob(text) => text
                .split_inclusive(['*', '?'])
                .flat_map(|run| {
                    let (literal, wildcard) = match (run.strip_suffix('*'), run.strip_suffix('?')) {
                        (Some(literal), _) => (literal, Some(Piece::AnyRun)),
                        (_, Some(literal)) => (literal, Some(Piece::AnyOne)),
                        (None, None) => (run, None),
                    };
                    std::iter::once(Piece::Literal(literal)).chain(wildcard)
                })
                .collect(),
            Pattern::Template(template) => template.pieces().collect(),
        }
    }

    /// Variables whose keys the context has not: the key, and whether a default stands in for it.
    pub(crate) fn missing<'p>(&'p self, context: &'p Context) -> impl Iterator<Item = (&'p str, bool)> {
        let template = match self {
            Pattern::Template(template) => Some(template),
            _ => None,
        };
        template
            .into_iter()
            .flat_map(move |template| template.missing(context))
    }

    /// Whether the whole of `text` fits. A pattern with an unset variable fits nothing.
    pub(crate) fn matches(&self, text: &str, context: &Context) -> bool {
        match self {
            Pattern::Everything => true,
            Pattern::Exact(wanted) => **wanted == *text,
            Pattern::Prefix(head) => text.starts_with(&**head),
            Pattern::Glob(pattern) => glob::fits(pattern, text, Case::Differs),
            Pattern::Template(template) => template.matches(text, context),
        }
    }

    /// As [`matches`](Pattern::matches), with whatever text in place of variables whose keys are missing.
    pub(crate) fn could_match(&self, text: &str, context: &Context) -> bool {
        match self {
            Pattern::Template(template) => template.with_any_value(context).matches(text, context),
            other => other.matches(text, context),
        }
    }

    /// Whether the text is the same, letter for letter without regard to case (Unicode).
    /// For patterns compiled without wildcards.
    pub(crate) fn equals_ignoring_case(&self, text: &str, context: &Context) -> bool {
        let lower = |text: &'_ str| text.chars().flat_map(char::to_lowercase).collect::<String>();
        match self {
            Pattern::Exact(wanted) if wanted.is_ascii() && text.is_ascii() => {
                wanted.eq_ignore_ascii_case(text)
            }
            Pattern::Exact(wanted) | Pattern::Prefix(wanted) | Pattern::Glob(wanted) => {
                lower(wanted) == lower(text)
            }
            Pattern::Template(template) => template.equals_ignoring_case(text, context),
            Pattern::Everything => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: Syntax = Syntax {
        wildcards: true,
        variables: true,
    };

    fn fits(pattern: &str, text: &str) -> bool {
        Pattern::compile(pattern, FULL).matches(text, &Context::new())
    }

    #[test]
    fn wildcards() {
        for (pattern, text) in [
            ("", ""),
            ("*", ""),
            ("*", "anything:at/all"),
            ("a*", "a"),
            ("a*b*c", "aXbYbZc"),
            ("*a*b", "aab"),
            ("a?c", "aéc"),
            ("**a", "ba"),
            ("*?", "x"),
            ("?*?", "xy"),
            ("*ab?d*", "abcabxd!"),
            ("arn:aws:s3:::b/*", "arn:aws:s3:::b/"),
        ] {
            assert!(fits(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("", "a"),
            ("a", ""),
            ("a", "A"),
            ("?", ""),
            ("a*b", "ac"),
            ("*ab", "abc"),
            ("?*?", "x"),
            ("a?c", "ac"),
        ] {
            assert!(!fits(pattern, text), "{pattern} {text}");
        }
        assert!(glob::fits("s3:g?t*", "S3:GetObject", Case::Same));
        assert!(!glob::fits("s3:get*", "s3:PutObject", Case::Same));
    }

    #[test]
    fn many_stars_cost_no_exponential_time() {
        let text = "a".repeat(20_000);
        assert!(!fits("*a*a*a*a*a*a*a*a*a*b", &text));
        assert!(fits("*a*a*a*a*a*a*a*a*a*a", &text));
        assert!(!fits("*?a?a?a?a?a?b", &text));
    }

    // IAM User Guide, "IAM policy elements: Variables and tags": "Specifying default values", "Special characters".
    #[test]
    fn variables_defaults_and_special_characters() {
        let context: Context = [("aws:username", "bob"), ("aws:PrincipalTag/Team", "a*")]
            .into_iter()
            .collect();
        let with = |pattern: &str, text: &str| Pattern::compile(pattern, FULL).matches(text, &context);
        assert!(with("home/${aws:username}/*", "home/bob/x"));
        assert!(with("home/${AWS:UserName}", "home/bob"));
        assert!(!with("home/${aws:username}/*", "home/alice/x"));
        assert!(with("${aws:PrincipalTag/team, 'company-wide'}", "a*"));
        // A wildcard inside a value is literal.
        assert!(!with("${aws:PrincipalTag/Team}", "abc"));
        assert!(with(
            "${aws:PrincipalTag/Other, 'company-wide'}/x",
            "company-wide/x"
        ));
        assert!(with("${aws:PrincipalTag/Other,''}x", "x"));
        assert!(with("a${*}b${?}c${$}d", "a*b?c$d"));
        assert!(!with("a${*}b", "aXb"));
        // Unset: a value that nothing equals, not even the text of the variable.
        assert!(!with("${aws:userid}", "${aws:userid}"));
        assert!(!with("${aws:userid}*", ""));
        // Not variables: literal text.
        assert!(with("${aws:username", "${aws:username"));
        assert!(with("${}", "${}"));
    }

    #[test]
    fn a_key_with_several_values_is_no_variable() {
        let mut context = Context::new();
        context.insert("aws:PrincipalTag/t", ["a", "b"]);
        context.insert("aws:TagKeys", Vec::<String>::new());
        let pattern = Pattern::compile("${aws:PrincipalTag/t}", FULL);
        assert!(!pattern.matches("a", &context));
        assert_eq!(pattern.missing(&context).count(), 0, "the key is there");
        assert_eq!(
            pattern.missing(&Context::new()).collect::<Vec<_>>(),
            [("aws:PrincipalTag/t", false)]
        );
        assert!(Pattern::compile("${aws:TagKeys, 'd'}", FULL).matches("d", &context));
    }

    // IAM User Guide, "IAM JSON policy elements: Version": variables are literal before 2012-10-17.
    #[test]
    fn variables_are_literal_in_the_old_version() {
        let context: Context = [("aws:username", "bob")].into_iter().collect();
        let old = Pattern::compile("home/${aws:username}", Syntax::of(Version::V2008, true));
        assert!(old.matches("home/${aws:username}", &context));
        assert!(!old.matches("home/bob", &context));
        let star = Pattern::compile("${*}", Syntax::of(Version::V2008, true));
        assert!(star.matches("${abc}", &context));
    }

    #[test]
    fn arn_parts_are_cut_outside_of_variables() {
        let parts = |text: &str| Template::compile(text, FULL).arn_parts();
        assert!(parts("arn:aws:s3:::${aws:username}").is_some());
        assert!(parts("arn:aws:iam::${aws:PrincipalAccount}:role/a:b").is_some());
        assert!(parts("arn:aws:s3::").is_none());
        assert!(parts("${aws:SourceArn}").is_none());
    }
}
