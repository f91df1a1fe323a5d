//! Text with wildcards and policy variables, compiled into tokens and matched without allocation.
//! IAM User Guide, "IAM policy elements: Variables and tags" and "IAM JSON policy elements: Resource".

use crate::document::Version;
use crate::request::Context;

/// A compiled pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    tokens: Box<[Token]>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Literal(Box<str>),
    /// `?`
    AnyOne,
    /// `*`; two never stand side by side.
    AnyRun,
    Variable(Variable),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Variable {
    /// In lower case.
    key: Box<str>,
    written: Box<str>,
    default: Option<Box<str>>,
}

impl Variable {
    /// The variable's value: only a key with exactly one value can stand in for it.
    fn value<'v>(&'v self, context: &'v Context) -> Option<&'v str> {
        match context.get_lower(&self.key) {
            Some([single]) => Some(single),
            _ => self.default.as_deref(),
        }
    }
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
        let mut tokens = Tokens::default();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if syntax.variables
                && let Some((token, after)) = variable(rest)
            {
                match token {
                    Token::Literal(text) => tokens.literal.push_str(&text),
                    other => tokens.push(other),
                }
                rest = after;
                continue;
            }
            match c {
                '*' if syntax.wildcards => tokens.push(Token::AnyRun),
                '?' if syntax.wildcards => tokens.push(Token::AnyOne),
                _ => tokens.literal.push(c),
            }
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
        tokens.finish()
    }

    /// Whether this is a lone `*`.
    pub(crate) fn is_everything(&self) -> bool {
        matches!(*self.tokens, [Token::AnyRun])
    }

    /// Condition keys of variables that have no value in this context.
    pub(crate) fn unset<'p>(&'p self, context: &'p Context) -> impl Iterator<Item = &'p str> {
        self.tokens.iter().filter_map(|token| match token {
            Token::Variable(variable) if variable.value(context).is_none() => Some(&*variable.written),
            _ => None,
        })
    }

    /// Whether the whole of `text` fits. A pattern with an unset variable fits nothing.
    ///
    /// A mismatch returns to the last `*` only, so the time is bounded by the product of the lengths.
    pub(crate) fn matches(&self, text: &str, context: &Context, case: Case) -> bool {
        let tokens = &*self.tokens;
        if self.unset(context).next().is_some() {
            return false;
        }
        let mut at = 0;
        let mut rest = text;
        // Where to go on after a mismatch: behind the last `*`, and the text it has not swallowed yet.
        let mut retry: Option<(usize, &str)> = None;
        loop {
            let step = match tokens.get(at) {
                None => rest.is_empty().then_some(""),
                Some(Token::AnyRun) if at + 1 == tokens.len() => return true,
                Some(Token::AnyRun) => {
                    retry = Some((at + 1, rest));
                    Some(rest)
                }
                Some(Token::AnyOne) => without_first(rest),
                Some(Token::Literal(literal)) => strip(rest, literal, case),
                Some(Token::Variable(variable)) => {
                    variable.value(context).and_then(|value| strip(rest, value, case))
                }
            };
            if let Some(after) = step {
                if at >= tokens.len() {
                    return true;
                }
                rest = after;
                at += 1;
                continue;
            }
            let Some((behind, swallowed)) = retry else {
                return false;
            };
            let Some(next) = without_first(swallowed) else {
                return false;
            };
            // Jump to the next place where the literal behind the `*` occurs.
            let next = match (tokens.get(behind), case) {
                (Some(Token::Literal(literal)), Case::Differs) => match next.find(&**literal) {
                    Some(found) => next.get(found..).unwrap_or_default(),
                    None => return false,
                },
                _ => next,
            };
            retry = Some((behind, next));
            rest = next;
            at = behind;
        }
    }

    /// Whether the text is the same, letter for letter without regard to case (Unicode).
    /// For patterns compiled without wildcards.
    pub(crate) fn equals_ignoring_case(&self, text: &str, context: &Context) -> bool {
        if self.unset(context).next().is_some() {
            return false;
        }
        let wanted = self
            .tokens
            .iter()
            .filter_map(|token| match token {
                Token::Literal(literal) => Some(&**literal),
                Token::Variable(variable) => variable.value(context),
                Token::AnyOne | Token::AnyRun => None,
            })
            .flat_map(str::chars)
            .flat_map(char::to_lowercase);
        wanted.eq(text.chars().flat_map(char::to_lowercase))
    }

    /// The six parts of an ARN pattern, or `None` where the literal text has not five colons.
    pub(crate) fn arn_parts(&self) -> Option<[Pattern; 6]> {
        let mut parts: Vec<Pattern> = Vec::new();
        let mut part = Tokens::default();
        for token in &self.tokens {
            let Token::Literal(literal) = token else {
                part.push(token.clone());
                continue;
            };
            let mut pieces = literal.as_ref();
            while parts.len() < 5
                && let Some((before, after)) = pieces.split_once(':')
            {
                part.literal.push_str(before);
                parts.push(std::mem::take(&mut part).finish());
                pieces = after;
            }
            part.literal.push_str(pieces);
        }
        parts.push(part.finish());
        parts.try_into().ok()
    }

    /// The pattern with the values of its variables as literal text; `None` when one is unset.
    pub(crate) fn resolved(&self, context: &Context) -> Option<Pattern> {
        let mut tokens = Tokens::default();
        for token in &self.tokens {
            match token {
                Token::Literal(literal) => tokens.literal.push_str(literal),
                Token::Variable(variable) => tokens.literal.push_str(variable.value(context)?),
                other => tokens.push(other.clone()),
            }
        }
        Some(tokens.finish())
    }

    /// Whether there is a variable in it.
    pub(crate) fn has_variables(&self) -> bool {
        self.tokens
            .iter()
            .any(|token| matches!(token, Token::Variable(_)))
    }
}

/// Tokens on the way, with the literal text that is not a token yet.
#[derive(Default)]
struct Tokens {
    tokens: Vec<Token>,
    literal: String,
}

impl Tokens {
    fn push(&mut self, token: Token) {
        self.close_literal();
        if token != Token::AnyRun || self.tokens.last() != Some(&Token::AnyRun) {
            self.tokens.push(token);
        }
    }

    fn close_literal(&mut self) {
        if !self.literal.is_empty() {
            self.tokens
                .push(Token::Literal(std::mem::take(&mut self.literal).into()));
        }
    }

    fn finish(mut self) -> Pattern {
        self.close_literal();
        Pattern {
            tokens: self.tokens.into(),
        }
    }
}

/// The variable at the beginning of `text` and what follows it. Text that is no variable is literal.
fn variable(text: &str) -> Option<(Token, &str)> {
    let inner = text.strip_prefix("${")?;
    // A default stands in quotes and may hold a brace.
    let (written, default, after) = match (inner.find('}')?, inner.find(',')) {
        (brace, Some(comma)) if comma < brace => {
            let quoted = inner.get(comma + 1..)?.trim_start().strip_prefix('\'')?;
            let (default, after) = quoted.split_once('\'')?;
            (
                inner.get(..comma)?,
                Some(default),
                after.trim_start().strip_prefix('}')?,
            )
        }
        (brace, _) => (inner.get(..brace)?, None, inner.get(brace + 1..)?),
    };
    let written = written.trim();
    let token = match (written, default) {
        ("*" | "?" | "$", None) => Token::Literal(written.into()),
        ("", _) => return None,
        _ => Token::Variable(Variable {
            key: written.to_lowercase().into(),
            written: written.into(),
            default: default.map(Into::into),
        }),
    };
    Some((token, after))
}

fn without_first(text: &str) -> Option<&str> {
    let mut chars = text.chars();
    chars.next().map(|_| chars.as_str())
}

fn strip<'t>(text: &'t str, prefix: &str, case: Case) -> Option<&'t str> {
    match case {
        Case::Differs => text.strip_prefix(prefix),
        Case::Same => {
            let (head, tail) = text.split_at_checked(prefix.len())?;
            head.eq_ignore_ascii_case(prefix).then_some(tail)
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
        Pattern::compile(pattern, FULL).matches(text, &Context::new(), Case::Differs)
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
        let actions = Pattern::compile("s3:get*", FULL);
        assert!(actions.matches("S3:GetObject", &Context::new(), Case::Same));
        assert!(!actions.matches("s3:PutObject", &Context::new(), Case::Same));
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
        let with = |pattern: &str, text: &str| {
            Pattern::compile(pattern, FULL).matches(text, &context, Case::Differs)
        };
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
        assert!(!pattern.matches("a", &context, Case::Differs));
        assert_eq!(
            pattern.unset(&context).collect::<Vec<_>>(),
            ["aws:PrincipalTag/t"]
        );
        assert!(Pattern::compile("${aws:TagKeys, 'd'}", FULL).matches("d", &context, Case::Differs));
    }

    // IAM User Guide, "IAM JSON policy elements: Version": variables are literal before 2012-10-17.
    #[test]
    fn variables_are_literal_in_the_old_version() {
        let context: Context = [("aws:username", "bob")].into_iter().collect();
        let old = Pattern::compile("home/${aws:username}", Syntax::of(Version::V2008, true));
        assert!(old.matches("home/${aws:username}", &context, Case::Differs));
        assert!(!old.matches("home/bob", &context, Case::Differs));
        let star = Pattern::compile("${*}", Syntax::of(Version::V2008, true));
        assert!(star.matches("${abc}", &context, Case::Differs));
    }

    #[test]
    fn arn_parts_are_cut_outside_of_variables() {
        let parts = |text: &str| Pattern::compile(text, FULL).arn_parts();
        assert!(parts("arn:aws:s3:::bucket").is_some());
        assert!(parts("arn:aws:iam::${aws:PrincipalAccount}:role/a:b").is_some());
        assert!(parts("arn:aws:s3::").is_none());
        assert!(parts("${aws:SourceArn}").is_none());
    }
}
