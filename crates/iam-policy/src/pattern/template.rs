//! Text with policy variables, in tokens; their values are put in place while matching.
//! IAM User Guide, "IAM policy elements: Variables and tags".

use super::Syntax;
use crate::request::{Context, LowerKey};

/// Text with at least one variable, or with a wildcard written so that it is none (`${*}`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template(Box<[Token]>);

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
    key: LowerKey,
    written: Box<str>,
    default: Option<Box<str>>,
}

/// One piece of a pattern.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Piece<'p> {
    /// Nothing special.
    Literal(&'p str),
    /// `?`
    AnyOne,
    /// `*`
    AnyRun,
    /// What the key's value, or else the default, is.
    Variable { key: &'p str, default: Option<&'p str> },
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

impl Template {
    pub(crate) fn compile(text: &str, syntax: Syntax) -> Template {
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

    /// The template, taken apart.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = Piece<'_>> {
        self.0.iter().map(|token| match token {
            Token::Literal(text) => Piece::Literal(text),
            Token::AnyOne => Piece::AnyOne,
            Token::AnyRun => Piece::AnyRun,
            Token::Variable(variable) => Piece::Variable {
                key: &variable.written,
                default: variable.default.as_deref(),
            },
        })
    }

    /// The literal text that anything which fits begins with.
    pub(crate) fn literal_head(&self) -> &str {
        match self.0.first() {
            Some(Token::Literal(literal)) => literal,
            _ => "",
        }
    }

    /// Variables whose keys the context has not: the key, and whether a default stands in for it.
    pub(crate) fn missing<'p>(&'p self, context: &'p Context) -> impl Iterator<Item = (&'p str, bool)> {
        self.0.iter().filter_map(|token| match token {
            Token::Variable(variable) if context.get_lower(&variable.key).is_none() => {
                Some((&*variable.written, variable.default.is_some()))
            }
            _ => None,
        })
    }

    /// Condition keys of variables that have no value in this context.
    fn unset<'p>(&'p self, context: &'p Context) -> impl Iterator<Item = &'p str> {
        self.0.iter().filter_map(|token| match token {
            Token::Variable(variable) if variable.value(context).is_none() => Some(&*variable.written),
            _ => None,
        })
    }

    /// The template with a wildcard for each variable whose key is missing.
    pub(crate) fn with_any_value(&self, context: &Context) -> Template {
        let mut tokens = Tokens::default();
        for token in &self.0 {
            match token {
                Token::Literal(literal) => tokens.literal.push_str(literal),
                Token::Variable(variable) if context.get_lower(&variable.key).is_none() => {
                    tokens.push(Token::AnyRun);
                }
                other => tokens.push(other.clone()),
            }
        }
        tokens.finish()
    }

    /// Whether the whole of `text` fits; with an unset variable nothing does.
    ///
    /// A mismatch returns to the last `*` only, so the time is bounded by the product of the lengths.
    pub(crate) fn matches(&self, text: &str, context: &Context) -> bool {
        let tokens = &*self.0;
        if self.unset(context).next().is_some() {
            return false;
        }
        let mut at = 0;
        let mut rest = text;
        // Where to go on after a mismatch: behind the last `*`, and the text it has not swallowed yet.
        let mut retry: Option<(usize, &str)> = None;
        loop {
            let step = match tokens.get(at) {
                None if rest.is_empty() => return true,
                None => None,
                Some(Token::AnyRun) if at + 1 == tokens.len() => return true,
                Some(Token::AnyRun) => {
                    retry = Some((at + 1, rest));
                    Some(rest)
                }
                Some(Token::AnyOne) => without_first(rest),
                Some(Token::Literal(literal)) => rest.strip_prefix(&**literal),
                Some(Token::Variable(variable)) => {
                    variable.value(context).and_then(|value| rest.strip_prefix(value))
                }
            };
            if let Some(after) = step {
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
            let next = match tokens.get(behind) {
                Some(Token::Literal(literal)) => match next.find(&**literal) {
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
    /// For templates compiled without wildcards.
    pub(crate) fn equals_ignoring_case(&self, text: &str, context: &Context) -> bool {
        if self.unset(context).next().is_some() {
            return false;
        }
        let wanted = self
            .0
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
    pub(crate) fn arn_parts(&self) -> Option<[Template; 6]> {
        let mut parts: Vec<Template> = Vec::new();
        let mut part = Tokens::default();
        for token in &self.0 {
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

    /// The template with the values of its variables as literal text; `None` when one is unset.
    pub(crate) fn resolved(&self, context: &Context) -> Option<Template> {
        let mut tokens = Tokens::default();
        for token in &self.0 {
            match token {
                Token::Literal(literal) => tokens.literal.push_str(literal),
                Token::Variable(variable) => tokens.literal.push_str(variable.value(context)?),
                other => tokens.push(other.clone()),
            }
        }
        Some(tokens.finish())
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

    fn finish(mut self) -> Template {
        self.close_literal();
        Template(self.tokens.into())
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
            key: written.into(),
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
