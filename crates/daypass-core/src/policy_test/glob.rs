//! Texts that two patterns both stand for: witnesses that what the one is about is what the other is about.

use std::collections::{HashMap, VecDeque};

/// What stands for any text, where both patterns leave it open: nothing that anybody has written.
pub(super) const FRESH: &str = "Zq7x0";

/// A character of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    Is(char),
    One,
    Many,
}

/// The characters of a resource pattern: `*`, `?`, variables as anything, `${*}` and the like as themselves.
pub(super) fn tokens(pattern: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        if let Some((name, behind)) = rest.strip_prefix("${").and_then(|rest| rest.split_once('}')) {
            tokens.push(match name {
                "*" | "?" | "$" => Token::Is(name.chars().next().unwrap_or('$')),
                _ => Token::Many,
            });
            rest = behind;
            continue;
        }
        let token = match first {
            '*' => Token::Many,
            '?' => Token::One,
            other => Token::Is(other),
        };
        if !(token == Token::Many && tokens.last() == Some(&Token::Many)) {
            tokens.push(token);
        }
        rest = rest.get(first.len_utf8()..).unwrap_or_default();
    }
    tokens
}

/// How far into each of the two patterns.
type State = (usize, usize);

/// How each state was first come to: from which, and by which character.
type Ways = HashMap<State, (State, Option<char>)>;

/// A text that both patterns stand for, the shortest but for [`FRESH`] where both leave all open.
pub(super) fn witness(one: &[Token], other: &[Token]) -> Option<String> {
    if !begin_alike(one, other) {
        return None;
    }
    let goal = (one.len(), other.len());
    let mut from = Ways::new();
    let mut queue = VecDeque::from([(0, 0)]);
    while let Some(state) = queue.pop_front() {
        if state == goal {
            return Some(spelt(one, other, &from));
        }
        for (next, by) in steps(one, other, state) {
            if next != (0, 0) && !from.contains_key(&next) {
                from.insert(next, (state, by));
                queue.push_back(next);
            }
        }
    }
    None
}

/// Whether two patterns can have a text in common as far as their literal beginnings tell, which they nearly always do.
fn begin_alike(one: &[Token], other: &[Token]) -> bool {
    let pairs = one.iter().zip(other);
    let mut literal = pairs.map_while(|pair| match pair {
        (Token::Is(x), Token::Is(y)) => Some(x == y),
        _ => None,
    });
    literal.all(|same| same)
}

/// Where one can go from a state: over a `*` that stands for nothing, or by a character that both take.
fn steps(one: &[Token], other: &[Token], (a, b): State) -> Vec<(State, Option<char>)> {
    let (first, second) = (one.get(a), other.get(b));
    let mut steps = Vec::new();
    if let (Some(first), Some(second)) = (first, second) {
        let character = match (first, second) {
            (Token::Is(x), Token::Is(y)) => (x == y).then_some(*x),
            (Token::Is(x), _) | (_, Token::Is(x)) => Some(*x),
            _ => Some('x'),
        };
        let behind = |token: &Token, at: usize| if *token == Token::Many { at } else { at + 1 };
        let next = (behind(first, a), behind(second, b));
        if let Some(character) = character.filter(|_| next != (a, b)) {
            steps.push((next, Some(character)));
        }
    }
    if first == Some(&Token::Many) {
        steps.push(((a + 1, b), None));
    }
    if second == Some(&Token::Many) {
        steps.push(((a, b + 1), None));
    }
    steps
}

fn spelt(one: &[Token], other: &[Token], from: &Ways) -> String {
    let mut way = Vec::new();
    let mut state = (one.len(), other.len());
    while let Some((before, by)) = from.get(&state) {
        way.push((*before, *by));
        state = *before;
    }
    let mut text = String::new();
    for ((a, b), by) in way.into_iter().rev() {
        // Where both go on with anything, something that only a wildcard takes.
        if one.get(a) == Some(&Token::Many) && other.get(b) == Some(&Token::Many) && !text.ends_with(FRESH) {
            text.push_str(FRESH);
        }
        text.extend(by);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shared(one: &str, other: &str) -> Option<String> {
        witness(&tokens(one), &tokens(other))
    }

    #[test]
    fn witnesses() {
        assert_eq!(shared("a/*", "a/b").as_deref(), Some("a/b"));
        assert_eq!(shared("a/*", "*/b").as_deref(), Some("a/b"));
        assert_eq!(shared("a/*", "a/private/*"), Some(format!("a/private/{FRESH}")));
        assert_eq!(shared("a?c", "abc").as_deref(), Some("abc"));
        assert_eq!(shared("a/*", "b/*"), None);
        assert_eq!(shared("a", "a").as_deref(), Some("a"));
        assert_eq!(shared("a?", "a"), None);
        assert_eq!(
            shared("home/*", "home/${aws:username}/x"),
            Some(format!("home/{FRESH}/x"))
        );
        assert_eq!(shared("a*", "a${*}").as_deref(), Some("a*"));
    }

    fn is_of(pattern: &[Token], text: &str) -> bool {
        match (pattern.split_first(), text.chars().next()) {
            (None, first) => first.is_none(),
            (Some((Token::Many, rest)), first) => {
                is_of(rest, text) || first.is_some_and(|c| is_of(pattern, &text[c.len_utf8()..]))
            }
            (Some((token, rest)), Some(c)) => {
                (*token == Token::One || *token == Token::Is(c)) && is_of(rest, &text[c.len_utf8()..])
            }
            (Some(_), None) => false,
        }
    }

    proptest! {
        #[test]
        fn a_witness_is_of_both(one in "[ab*?]{0,8}", other in "[ab*?]{0,8}") {
            let (one, other) = (tokens(&one), tokens(&other));
            match witness(&one, &other) {
                Some(text) => prop_assert!(is_of(&one, &text) && is_of(&other, &text), "{}", text),
                // None of the short texts is of both.
                None => {
                    for number in 0..127_u32 {
                        let text: String = format!("{:b}", number + 1).chars().skip(1)
                            .map(|bit| if bit == '0' { 'a' } else { 'b' }).collect();
                        prop_assert!(!(is_of(&one, &text) && is_of(&other, &text)), "{}", text);
                    }
                }
            }
        }
    }
}
