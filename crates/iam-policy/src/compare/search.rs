//! Is there a text that fits one pattern of each of several lists, and none of another list? Decided exactly, by a
//! walk over the patterns' positions, and the shortest such text found; within a bound on the work.

use std::collections::{BTreeSet, HashMap, VecDeque};

use super::glob::{Class, Glob, Token, Variable};

/// More states than these are for no diff that a person reads.
const MOST_STATES: usize = 20_000;

/// What the search comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// There is no such text.
    Nothing,
    /// The shortest.
    Text(Vec<Symbol>),
    /// Too much work to tell.
    GaveUp,
}

/// A piece of a found text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Symbol {
    /// A character.
    Char(char),
    /// Whatever the variable stands for.
    Variable(Variable),
}

/// Where the text so far stands in the patterns: the pattern, and how many of its tokens are behind it.
type Places = BTreeSet<(usize, usize)>;

/// Searches for a text that fits one pattern of each list of `all`, and none of `none`.
///
/// A variable in the first list is a symbol of the text. It fits itself, and in `none` also `*`; in the other lists,
/// which have no variables, it fits whatever it may stand for. So where nothing is found, there is nothing whatever the
/// variables stand for; what is found may hang on it.
pub(super) fn search(all: &[&[&Glob]], none: &[&Glob]) -> Found {
    let walk = Walk { all, none };
    let start = State {
        all: all.iter().map(|globs| at_start(globs)).collect(),
        none: at_start(none),
    };
    if walk.is_lost(&start) {
        return Found::Nothing;
    }
    let mut seen: HashMap<State, usize> = HashMap::new();
    // How each state was come to: from which, by what.
    let mut steps: Vec<Option<(usize, Symbol)>> = vec![None];
    let mut queue = VecDeque::from([(0, start.clone())]);
    seen.insert(start, 0);
    while let Some((number, state)) = queue.pop_front() {
        if walk.is_end(&state) {
            return Found::Text(text_of(&steps, number));
        }
        for symbol in walk.symbols(&state) {
            let next = walk.step(&state, &symbol);
            if walk.is_lost(&next) || seen.contains_key(&next) {
                continue;
            }
            if seen.len() >= MOST_STATES {
                return Found::GaveUp;
            }
            let reached = steps.len();
            steps.push(Some((number, symbol)));
            seen.insert(next.clone(), reached);
            queue.push_back((reached, next));
        }
    }
    Found::Nothing
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct State {
    all: Vec<Places>,
    none: Places,
}

struct Walk<'g> {
    all: &'g [&'g [&'g Glob]],
    none: &'g [&'g Glob],
}

impl Walk<'_> {
    /// Whether nothing that follows can make the text a wanted one.
    fn is_lost(&self, state: &State) -> bool {
        let takes_the_rest = |(number, place): &(usize, usize)| {
            let rest = self.none.get(*number).and_then(|glob| glob.tokens.get(*place..));
            matches!(rest, Some([Token::Many(Class::Any)]))
        };
        state.all.iter().any(BTreeSet::is_empty) || state.none.iter().any(takes_the_rest)
    }

    fn is_end(&self, state: &State) -> bool {
        let mut groups = self.all.iter().zip(&state.all);
        groups.all(|(globs, places)| at_end(globs, places)) && !at_end(self.none, &state.none)
    }

    /// What to go on with: each character that some pattern waits for, one that none does, and variables.
    fn symbols(&self, state: &State) -> Vec<Symbol> {
        let mut named = BTreeSet::new();
        let mut variables = BTreeSet::new();
        let mut colon_matters = false;
        let wanted = self.all.iter().copied().zip(&state.all);
        for (group, (globs, places)) in wanted.chain([(self.none, &state.none)]).enumerate() {
            for token in waiting(globs, places) {
                match token {
                    Token::Is(character) => drop(named.insert(*character)),
                    Token::Letter(letter) => named.extend([*letter, letter.to_ascii_uppercase()]),
                    Token::One(class) | Token::Many(class) => colon_matters |= *class == Class::NoColon,
                    Token::Variable(variable) if group == 0 => drop(variables.insert(variable.clone())),
                    Token::Variable(_) => {}
                }
            }
        }
        if colon_matters {
            named.insert(':');
        }
        let other = ('a'..='z')
            .rev()
            .skip(2)
            .chain(['y', 'z'])
            .chain('0'..='9')
            .chain('\u{a1}'..='\u{ff}')
            .find(|character| !named.contains(character));
        let characters = other.into_iter().chain(named).map(Symbol::Char);
        characters
            .chain(variables.into_iter().map(Symbol::Variable))
            .collect()
    }

    fn step(&self, state: &State, symbol: &Symbol) -> State {
        let groups = self.all.iter().zip(&state.all);
        State {
            all: groups
                .enumerate()
                .map(|(group, (globs, places))| stepped(globs, places, symbol, group > 0))
                .collect(),
            none: stepped(self.none, &state.none, symbol, false),
        }
    }
}

fn at_start(globs: &[&Glob]) -> Places {
    let mut places = Places::new();
    for number in 0..globs.len() {
        enter(&mut places, globs, number, 0);
    }
    places
}

/// `any_value`: whether a variable takes the text anywhere.
fn stepped(globs: &[&Glob], places: &Places, symbol: &Symbol, any_value: bool) -> Places {
    let mut next = Places::new();
    for (number, place) in places {
        let tokens = globs.get(*number).map(|glob| &*glob.tokens).unwrap_or_default();
        if any_value && matches!(symbol, Symbol::Variable(_)) {
            next.extend((*place..=tokens.len()).map(|place| (*number, place)));
            continue;
        }
        let Some(token) = tokens.get(*place) else {
            continue;
        };
        let (fits, stays) = match (token, symbol) {
            (Token::Is(wanted), Symbol::Char(character)) => (wanted == character, false),
            (Token::Letter(wanted), Symbol::Char(character)) => {
                (*wanted == character.to_ascii_lowercase(), false)
            }
            (Token::One(class), Symbol::Char(character)) => (class.has(*character), false),
            (Token::Many(class), Symbol::Char(character)) => (class.has(*character), true),
            (Token::Many(class), Symbol::Variable(_)) => (*class == Class::Any, true),
            (Token::Variable(wanted), Symbol::Variable(variable)) => (wanted.covers(variable), false),
            (Token::Is(_) | Token::Letter(_) | Token::One(_), Symbol::Variable(_))
            | (Token::Variable(_), Symbol::Char(_)) => (false, false),
        };
        if fits {
            enter(&mut next, globs, *number, if stays { *place } else { place + 1 });
        }
    }
    next
}

/// Comes to a place, and to those behind it that are reached without any text.
fn enter(places: &mut Places, globs: &[&Glob], number: usize, mut place: usize) {
    places.insert((number, place));
    let tokens = globs.get(number).map(|glob| &*glob.tokens).unwrap_or_default();
    while matches!(tokens.get(place), Some(Token::Many(_))) {
        place += 1;
        places.insert((number, place));
    }
}

fn waiting<'g>(globs: &'g [&'g Glob], places: &'g Places) -> impl Iterator<Item = &'g Token> {
    places
        .iter()
        .filter_map(|(number, place)| globs.get(*number)?.tokens.get(*place))
}

fn at_end(globs: &[&Glob], places: &Places) -> bool {
    places
        .iter()
        .any(|(number, place)| globs.get(*number).is_some_and(|glob| glob.tokens.len() == *place))
}

fn text_of(steps: &[Option<(usize, Symbol)>], mut number: usize) -> Vec<Symbol> {
    let mut text = Vec::new();
    while let Some(Some((before, symbol))) = steps.get(number) {
        text.push(symbol.clone());
        number = *before;
    }
    text.reverse();
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Version;
    use crate::pattern::{Case, glob::fits};
    use proptest::prelude::*;

    fn found(all: &[&[&str]], none: &[&str]) -> Found {
        let compiled = |texts: &[&str]| -> Vec<Glob> {
            texts
                .iter()
                .map(|text| Glob::text(text, Version::V2012, true))
                .collect()
        };
        let all: Vec<Vec<Glob>> = all.iter().map(|texts| compiled(texts)).collect();
        let none = compiled(none);
        let all: Vec<Vec<&Glob>> = all.iter().map(|globs| globs.iter().collect()).collect();
        let all: Vec<&[&Glob]> = all.iter().map(Vec::as_slice).collect();
        search(&all, &none.iter().collect::<Vec<_>>())
    }

    fn text(all: &[&[&str]], none: &[&str]) -> Option<String> {
        match found(all, none) {
            Found::Text(symbols) => Some(
                symbols
                    .into_iter()
                    .map(|symbol| match symbol {
                        Symbol::Char(character) => character.to_string(),
                        Symbol::Variable(variable) => format!("${{{}}}", variable.key),
                    })
                    .collect(),
            ),
            Found::Nothing => None,
            Found::GaveUp => panic!("gave up"),
        }
    }

    #[test]
    fn the_shortest_text_is_found_or_none() {
        assert_eq!(text(&[&["s3:Get*"]], &["s3:Get"]).as_deref(), Some("s3:Getx"));
        assert_eq!(text(&[&["a*"], &["*b"]], &["ab"]).as_deref(), Some("axb"));
        assert_eq!(
            text(&[&["a*"]], &["?", "??*"]),
            None,
            "together they are all that is not empty"
        );
        assert_eq!(text(&[&["a", "b"]], &["a"]).as_deref(), Some("b"));
        assert_eq!(text(&[&["h/${u}/*"]], &["h/*/x*"]).as_deref(), Some("h/${u}/"));
        assert_eq!(text(&[&["h/${u}/*"]], &["h/${u}*"]), None);
        assert_eq!(text(&[&["h/${u}"]], &["h/bob", "h/?"]).as_deref(), Some("h/${u}"));
    }

    proptest! {
        #[test]
        fn it_finds_a_text_exactly_where_there_is_one(
            one in "[ab*?]{0,4}", two in "[ab*?]{0,4}", not in "[ab*?]{0,4}", text in "[abc]{0,4}",
        ) {
            let fits = |pattern: &str, text: &str| fits(pattern, text, Case::Differs);
            let wanted = |text: &str| fits(&one, text) && fits(&two, text) && !fits(&not, text);
            match super::tests::text(&[&[&one], &[&two]], &[&not]) {
                Some(found) => prop_assert!(wanted(&found), "{found}"),
                None => prop_assert!(!wanted(&text)),
            }
        }
    }
}
