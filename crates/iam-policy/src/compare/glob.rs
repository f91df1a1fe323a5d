//! Patterns as tokens, so that two of them can be held against each other: does one cover the other, do they meet?
//! A policy variable is one token, equal to itself only: what it stands for is the request's to say.

use std::fmt;

use crate::arn::six_parts;
use crate::arn_pattern::ArnPattern;
use crate::document::Version;
use crate::pattern::{Pattern, Piece, Syntax};
use crate::request::Context;

/// A pattern taken apart.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Glob {
    /// As a document of version 2012-10-17 writes it.
    pub(super) text: String,
    pub(super) tokens: Box<[Token]>,
}

/// One piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// This character.
    Is(char),
    /// This letter in upper or lower case; given in lower case.
    Letter(char),
    /// One character.
    One(Class),
    /// Any number of characters.
    Many(Class),
    /// What a policy variable stands for.
    Variable(Variable),
}

/// Which characters a wildcard stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Any,
    /// The first five parts of an ARN, where each part is matched by itself.
    NoColon,
}

/// A policy variable; with another default it is another one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Variable {
    /// In lower case: keys compare without regard to it.
    pub(super) key: Box<str>,
    pub(super) default: Option<Box<str>>,
}

impl Variable {
    /// What it stands for in a request.
    pub(super) fn value<'v>(&'v self, context: &'v Context) -> Option<&'v str> {
        match context.get(&self.key) {
            Some([single]) => Some(single),
            _ => self.default.as_deref(),
        }
    }
}

impl Variable {
    /// Whether this stands for the same wherever `other` stands for something: without its key, one without a default
    /// stands for nothing (IAM User Guide, "IAM policy elements: Variables and tags", "Specifying default values").
    pub(super) fn covers(&self, other: &Variable) -> bool {
        self.key == other.key && (other.default.is_none() || self.default == other.default)
    }
}

impl Class {
    pub(super) fn has(self, character: char) -> bool {
        self == Class::Any || character != ':'
    }

    fn covers(self, other: Class) -> bool {
        self == Class::Any || self == other
    }
}

impl Glob {
    /// Of actions: upper and lower case are the same, and there are no variables.
    pub(super) fn action(text: &str) -> Glob {
        let syntax = Syntax {
            wildcards: true,
            variables: false,
        };
        let lower = text.to_ascii_lowercase();
        Glob {
            text: text.to_owned(),
            tokens: tokens(&Pattern::compile(&lower, syntax), Class::Any).into(),
        }
    }

    /// Of resources, or of values of conditions; `wildcards`: whether `*` and `?` are any.
    pub(super) fn text(text: &str, version: Version, wildcards: bool) -> Glob {
        Glob {
            text: in_current_version(text, version),
            tokens: tokens(
                &Pattern::compile(text, Syntax::of(version, wildcards)),
                Class::Any,
            )
            .into(),
        }
    }

    /// Of the ARN operators: part by part. `Err` when the parts are known only together with a request.
    pub(super) fn arn(text: &str, version: Version) -> Result<Option<Glob>, UnknownParts> {
        let parts: Vec<Vec<Token>> = match ArnPattern::compile(text, Syntax::of(version, true)) {
            ArnPattern::Never => return Ok(None),
            ArnPattern::Late(_) => return Err(UnknownParts),
            ArnPattern::Any => vec![vec![Token::Many(Class::Any)]; 6],
            ArnPattern::Parts(text) => six_parts(&text)
                .into_iter()
                .flatten()
                .map(|part| {
                    let syntax = Syntax {
                        wildcards: true,
                        variables: false,
                    };
                    tokens(&Pattern::compile(part, syntax), Class::Any)
                })
                .collect(),
            ArnPattern::Templates(templates) => templates
                .iter()
                .map(|template| template.pieces().flat_map(|p| of_piece(p, Class::Any)).collect())
                .collect(),
        };
        let mut all = Vec::new();
        for (place, part) in parts.into_iter().enumerate() {
            if place > 0 {
                all.push(Token::Is(':'));
            }
            let class = if place < 5 { Class::NoColon } else { Class::Any };
            all.extend(part.into_iter().map(|token| match token {
                Token::One(_) => Token::One(class),
                Token::Many(_) => Token::Many(class),
                other => other,
            }));
        }
        Ok(Some(Glob {
            text: in_current_version(text, version),
            tokens: all.into(),
        }))
    }

    /// Of values that compare without regard to case. `None` beyond ASCII, where letters change their number with it.
    pub(super) fn folded(text: &str, version: Version) -> Option<Glob> {
        if !text.is_ascii() {
            return None;
        }
        let plain = Glob::text(text, version, false);
        let fold = |token: &Token| match token {
            Token::Is(letter) if letter.is_ascii_alphabetic() => Token::Letter(letter.to_ascii_lowercase()),
            other => other.clone(),
        };
        let tokens: Vec<Token> = plain.tokens.iter().map(fold).collect();
        // What a variable stands for is folded as well, and no token says so.
        let is_known = !plain.has_variables();
        is_known.then(|| Glob {
            text: plain.text,
            tokens: tokens.into(),
        })
    }

    pub(super) fn everything() -> Glob {
        Glob {
            text: "*".to_owned(),
            tokens: [Token::Many(Class::Any)].into(),
        }
    }

    pub(super) fn is_everything(&self) -> bool {
        matches!(&*self.tokens, [Token::Many(Class::Any)])
    }

    pub(super) fn variables(&self) -> impl Iterator<Item = &Variable> {
        self.tokens.iter().filter_map(|token| match token {
            Token::Variable(variable) => Some(variable),
            _ => None,
        })
    }

    pub(super) fn has_variables(&self) -> bool {
        self.variables().next().is_some()
    }

    /// The same with something for each `*`: a prettier example, if there is one.
    pub(super) fn with_stars_filled(&self) -> Glob {
        let fill = |token: &Token| match token {
            Token::Many(class) => vec![Token::One(*class), Token::Many(*class)],
            other => vec![other.clone()],
        };
        Glob {
            text: self.text.clone(),
            tokens: self.tokens.iter().flat_map(fill).collect(),
        }
    }

    /// The same with anything in place of variables: whatever they stand for, it is among what this covers.
    pub(super) fn with_any_value(&self) -> Glob {
        let any = |token: &Token| match token {
            Token::Variable(_) => Token::Many(Class::Any),
            other => other.clone(),
        };
        Glob {
            text: self.text.clone(),
            tokens: self.tokens.iter().map(any).collect(),
        }
    }

    /// The same with this text for every variable.
    pub(super) fn with_value(&self, value: &str) -> Glob {
        let put = |token: &Token| match token {
            Token::Variable(_) => value.chars().map(Token::Is).collect(),
            other => vec![other.clone()],
        };
        Glob {
            text: self.text.clone(),
            tokens: self.tokens.iter().flat_map(put).collect(),
        }
    }

    /// Whether everything that fits `other` fits this, whatever the variables stand for. `false` may also mean that
    /// it takes more than a look at both.
    pub(super) fn covers(&self, other: &Glob) -> bool {
        if self.is_everything() || self.tokens == other.tokens {
            return true;
        }
        if self.differs_at_once(other) {
            return false;
        }
        let (own, tokens) = (&self.tokens, &other.tokens);
        // `open[i]`: what came so far of the other fits the first `i` of our tokens.
        let mut open = vec![false; own.len() + 1];
        mark(&mut open, 0);
        skip(&mut open, own, Token::is_many);
        for theirs in tokens {
            let mut next = vec![false; own.len() + 1];
            for (place, ours) in own.iter().enumerate() {
                if open.get(place) == Some(&true) && ours.takes(theirs) {
                    mark(&mut next, if ours.is_many() { place } else { place + 1 });
                }
            }
            skip(&mut next, own, Token::is_many);
            open = next;
        }
        open.last() == Some(&true)
    }

    /// Whether the plain text at the beginning already differs: so it is with most pairs of a long list.
    fn differs_at_once(&self, other: &Glob) -> bool {
        for (own, theirs) in self.tokens.iter().zip(&other.tokens) {
            match (own, theirs) {
                (Token::Is(own), Token::Is(theirs)) if own == theirs => {}
                (Token::Is(_), Token::Is(_)) => return true,
                _ => return false,
            }
        }
        false
    }

    /// Whether some text fits both; `true` may also mean that it hangs on what variables stand for.
    pub(super) fn meets(&self, other: &Glob) -> bool {
        if self.differs_at_once(other) {
            return false;
        }
        let mut open = vec![false; other.tokens.len() + 1];
        mark(&mut open, 0);
        skip(&mut open, &other.tokens, Token::is_open);
        for ours in &self.tokens {
            if ours.is_open() {
                // It stays for nothing, or takes what the other's next token can be, again and again.
                for (place, theirs) in other.tokens.iter().enumerate() {
                    if open.get(place) == Some(&true) && ours.shares(theirs) {
                        mark(&mut open, place + 1);
                    }
                }
                skip(&mut open, &other.tokens, Token::is_open);
                continue;
            }
            let mut next = vec![false; other.tokens.len() + 1];
            for (place, theirs) in other.tokens.iter().enumerate() {
                if open.get(place) == Some(&true) && ours.shares(theirs) {
                    mark(&mut next, if theirs.is_open() { place } else { place + 1 });
                }
            }
            skip(&mut next, &other.tokens, Token::is_open);
            open = next;
        }
        open.last() == Some(&true)
    }
}

impl fmt::Debug for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

/// The parts of an ARN pattern stand in the value of a variable.
#[derive(Debug, Clone, Copy)]
pub(super) struct UnknownParts;

impl Token {
    fn is_many(&self) -> bool {
        matches!(self, Token::Many(_))
    }

    /// Whether it may stand for no or several characters.
    fn is_open(&self) -> bool {
        matches!(self, Token::Many(_) | Token::Variable(_))
    }

    /// Whether every text of `theirs` is one that this can take (again and again, if it is many).
    fn takes(&self, theirs: &Token) -> bool {
        match (self, theirs) {
            (Token::Is(a), Token::Is(b)) | (Token::Letter(a), Token::Letter(b)) => a == b,
            (Token::Letter(a), Token::Is(b)) => *a == b.to_ascii_lowercase(),
            (Token::One(class) | Token::Many(class), Token::Is(character)) => class.has(*character),
            (Token::One(class), Token::One(other))
            | (Token::Many(class), Token::One(other) | Token::Many(other)) => class.covers(*other),
            (Token::One(class) | Token::Many(class), Token::Letter(letter)) => class.has(*letter),
            (Token::Many(class), Token::Variable(_)) => *class == Class::Any,
            (Token::Variable(a), Token::Variable(b)) => a.covers(b),
            _ => false,
        }
    }

    /// Whether both may stand for the same character at some place.
    fn shares(&self, theirs: &Token) -> bool {
        match (self.class(), theirs.class()) {
            (Err(a), Err(b)) => a == b,
            (Err(character), Ok(class)) | (Ok(class), Err(character)) => class.has(character),
            (Ok(_), Ok(_)) => true,
        }
    }

    fn class(&self) -> Result<Class, char> {
        match self {
            Token::Is(character) => Err(*character),
            Token::One(class) | Token::Many(class) => Ok(*class),
            // Any is more than they can be.
            Token::Letter(_) | Token::Variable(_) => Ok(Class::Any),
        }
    }
}

fn mark(open: &mut [bool], place: usize) {
    if let Some(open) = open.get_mut(place) {
        *open = true;
    }
}

/// What may stand for nothing is passed over.
fn skip(open: &mut [bool], tokens: &[Token], may_be_nothing: impl Fn(&Token) -> bool) {
    for (place, token) in tokens.iter().enumerate() {
        if may_be_nothing(token) && open.get(place) == Some(&true) {
            mark(open, place + 1);
        }
    }
}

fn tokens(pattern: &Pattern, class: Class) -> Vec<Token> {
    pattern
        .pieces()
        .into_iter()
        .flat_map(|piece| of_piece(piece, class))
        .collect()
}

fn of_piece(piece: Piece<'_>, class: Class) -> Vec<Token> {
    match piece {
        Piece::Literal(text) => text.chars().map(Token::Is).collect(),
        Piece::AnyOne => vec![Token::One(class)],
        Piece::AnyRun => vec![Token::Many(class)],
        Piece::Variable { key, default } => vec![Token::Variable(Variable {
            key: key.to_lowercase().into(),
            default: default.map(Into::into),
        })],
    }
}

/// How a document of the current version writes it, in which `${` begins a variable.
fn in_current_version(text: &str, version: Version) -> String {
    match version {
        Version::V2008 => text.replace("${", "${$}{"),
        Version::V2012 => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn glob(text: &str) -> Glob {
        Glob::text(text, Version::V2012, true)
    }

    #[test]
    fn one_pattern_covers_another() {
        for (wide, narrow) in [
            ("*", ""),
            ("*", "${aws:username}"),
            ("a*", "a"),
            ("a*c", "abc"),
            ("a*", "a*b"),
            ("a?c", "abc"),
            ("?*", "?"),
            ("a/${aws:username}/*", "a/${AWS:UserName}/b"),
            ("a/*", "a/${aws:username}"),
            ("a/${aws:username, 'x'}", "a/${aws:username}"),
        ] {
            assert!(glob(wide).covers(&glob(narrow)), "{wide} {narrow}");
            assert!(glob(wide).meets(&glob(narrow)), "{wide} {narrow}");
        }
        for (wide, narrow) in [
            ("a*b", "a*"),
            ("?", "*"),
            ("a/${aws:username}", "a/bob"),
            ("a/${aws:username}", "a/${aws:userid}"),
            ("a/${aws:username}", "a/${aws:username, 'x'}"),
            ("a/?", "a/${aws:username}"),
        ] {
            assert!(!glob(wide).covers(&glob(narrow)), "{wide} {narrow}");
        }
        assert!(
            glob("a/${aws:username}").meets(&glob("a/bob")),
            "bob may be who asks"
        );
        assert!(!glob("a/${aws:username}").meets(&glob("b/*")));
        assert!(!glob("a*b").meets(&glob("*c")));
    }

    #[test]
    fn parts_of_arns_are_by_themselves() {
        let arn = |text: &str| Glob::arn(text, Version::V2012).unwrap().unwrap();
        assert!(arn("*").covers(&arn("arn:aws:sns:*:*:topic")));
        assert!(
            !arn("arn:aws:*::1:a").covers(&arn("arn:aws:s3:::1:a")),
            "a star keeps to its part"
        );
        assert!(Glob::arn("arn:aws", Version::V2012).unwrap().is_none());
        assert!(Glob::arn("${aws:SourceArn}", Version::V2012).is_err());
    }

    proptest! {
        #[test]
        fn what_covers_and_what_does_not_meet_is_right(
            wide in "[ab*?]{0,5}", narrow in "[ab*?]{0,5}", text in "[abc]{0,5}",
        ) {
            let fits = |pattern: &str| crate::pattern::glob::fits(pattern, &text, crate::pattern::Case::Differs);
            let (w, n) = (glob(&wide), glob(&narrow));
            prop_assert!(!w.covers(&n) || !fits(&narrow) || fits(&wide));
            prop_assert!(w.meets(&n) || !(fits(&narrow) && fits(&wide)));
        }
    }
}
