//! A set of actions or of resources: what fits one pattern of each of some lists, and none of another.

use super::glob::{Glob, Token, Variable};
use super::search::{Found, Symbol, search};

/// Names, as a set.
#[derive(Debug, Clone)]
pub(super) struct Names {
    /// One pattern of each list fits. There is one list at least.
    any: Vec<Vec<Glob>>,
    /// None of these fits.
    none: Vec<Glob>,
}

/// What policy variables stand for in examples.
pub(super) const EXAMPLE: &str = "example";

/// Whether a set has a member.
#[derive(Debug, Clone)]
pub(super) enum Members {
    /// It has none.
    None,
    /// It has this one.
    Some(Vec<Symbol>),
    /// It hangs on what variables stand for, or is too much work to tell.
    Unknown,
}

impl Names {
    /// What an element of a statement is about.
    pub(super) fn of(negated: bool, globs: Vec<Glob>) -> Names {
        if negated {
            Names {
                any: vec![vec![Glob::everything()]],
                none: globs,
            }
        } else {
            Names {
                any: vec![globs],
                none: Vec::new(),
            }
        }
    }

    pub(super) fn everything() -> Names {
        Names::of(true, Vec::new())
    }

    /// The lists of which one pattern each has to fit, and what must not.
    pub(super) fn parts(&self) -> (&[Vec<Glob>], &[Glob]) {
        (&self.any, &self.none)
    }

    pub(super) fn variables(&self) -> impl Iterator<Item = &Variable> {
        let globs = self.any.iter().flatten().chain(&self.none);
        globs.flat_map(Glob::variables)
    }

    /// Whether it is plain that there is no member.
    pub(super) fn is_plainly_empty(&self) -> bool {
        self.any.iter().any(Vec::is_empty)
    }

    /// The members that `other` has too.
    pub(super) fn and(&self, other: &Names) -> Names {
        let mut both = self.clone();
        for group in &other.any {
            both.narrow(group.clone());
        }
        both.none.extend(other.none.iter().cloned());
        both.tidy();
        both
    }

    /// The members that `other` has not: together, those of all these sets.
    pub(super) fn without(&self, other: &Names) -> Vec<Names> {
        let mut rests = Vec::new();
        for group in &other.any {
            let mut rest = self.clone();
            rest.none.extend(group.iter().cloned());
            rests.push(rest);
        }
        if !other.none.is_empty() {
            let mut rest = self.clone();
            rest.narrow(other.none.clone());
            rests.push(rest);
        }
        rests.iter_mut().for_each(Names::tidy);
        rests.retain(|rest| !rest.is_plainly_empty());
        rests
    }

    /// Only what fits one of `globs` as well: in one list with what is there, where the patterns have it.
    fn narrow(&mut self, globs: Vec<Glob>) {
        for group in &mut self.any {
            let mut merged: Vec<Glob> = Vec::new();
            let pairs = group
                .iter()
                .flat_map(|own| globs.iter().map(move |other| (own, other)));
            let expressed = pairs.into_iter().all(|(own, other)| {
                let both = if other.covers(own) {
                    own
                } else if own.covers(other) {
                    other
                } else {
                    return !own.meets(other);
                };
                if !merged.contains(both) {
                    merged.push(both.clone());
                }
                true
            });
            if expressed {
                *group = merged;
                return;
            }
        }
        self.any.push(globs);
    }

    /// Leaves out what makes no difference.
    fn tidy(&mut self) {
        for group in &mut self.any {
            group.retain(|glob| !self.none.iter().any(|not| not.covers(glob)));
            keep_widest(group);
        }
        let any = &self.any;
        self.none
            .retain(|not| any.iter().all(|group| group.iter().any(|glob| glob.meets(not))));
        keep_widest(&mut self.none);
    }

    /// Leaves out patterns of the first list that have no member, and tells a member. `universe`: what names there
    /// can be at all.
    pub(super) fn settle(&mut self, universe: &[Glob]) -> Members {
        let Some(first) = self.any.first().cloned() else {
            return Members::None;
        };
        let mut example = None;
        let mut unknown = false;
        let mut kept = Vec::new();
        for glob in first {
            match self.member(&glob, universe) {
                Members::None => continue,
                Members::Some(found) => {
                    example.get_or_insert(found);
                }
                Members::Unknown => unknown = true,
            }
            kept.push(glob);
        }
        if let Some(first) = self.any.first_mut() {
            *first = kept;
        }
        self.tidy();
        match example {
            Some(found) => Members::Some(found),
            None if unknown => Members::Unknown,
            None => Members::None,
        }
    }

    /// A member that fits this pattern of the first list.
    fn member(&self, glob: &Glob, universe: &[Glob]) -> Members {
        let others = self.any.get(1..).unwrap_or_default();
        let none: Vec<&Glob> = self.none.iter().filter(|not| not.meets(glob)).collect();
        let universe: Vec<&Glob> = universe.iter().collect();
        let in_all = |groups: &[Vec<Glob>], glob: &Glob, none: &[&Glob]| {
            let groups: Vec<Vec<&Glob>> = groups.iter().map(|group| group.iter().collect()).collect();
            let mut groups: Vec<&[&Glob]> = groups.iter().map(Vec::as_slice).collect();
            groups.push(&universe);
            member_of(glob, &groups, none)
        };
        if !others.iter().flatten().any(Glob::has_variables) {
            return in_all(others, glob, &none);
        }
        // Several patterns with variables for one name: from any values at all it can be told that there is none, and
        // where all variables stand for the same there may be one.
        let plain: Vec<Vec<Glob>> = others
            .iter()
            .map(|group| group.iter().map(Glob::with_any_value).collect())
            .collect();
        let fixed: Vec<&Glob> = none.iter().copied().filter(|not| !not.has_variables()).collect();
        if let Members::None = in_all(&plain, &glob.with_any_value(), &fixed) {
            return Members::None;
        }
        let valued: Vec<Vec<Glob>> = others
            .iter()
            .map(|group| group.iter().map(|glob| glob.with_value(EXAMPLE)).collect())
            .collect();
        let none: Vec<Glob> = none.iter().map(|not| not.with_value(EXAMPLE)).collect();
        match in_all(
            &valued,
            &glob.with_value(EXAMPLE),
            &none.iter().collect::<Vec<_>>(),
        ) {
            Members::Some(found) => Members::Some(found),
            Members::None | Members::Unknown => Members::Unknown,
        }
    }
}

fn member_of(glob: &Glob, groups: &[&[&Glob]], none: &[&Glob]) -> Members {
    let look = |glob: &Glob| {
        let first = [glob];
        let mut all: Vec<&[&Glob]> = vec![&first];
        all.extend(groups);
        search(&all, none)
    };
    // A name with something in each `*` reads better than `arn:aws:s3:::`.
    if glob.tokens.iter().any(|token| matches!(token, Token::Many(_)))
        && let Found::Text(text) = look(&glob.with_stars_filled())
    {
        return Members::Some(text);
    }
    match look(glob) {
        Found::Nothing => Members::None,
        Found::Text(text) => Members::Some(text),
        Found::GaveUp => Members::Unknown,
    }
}

/// Drops patterns that another covers; of two that cover each other the first stays.
fn keep_widest(globs: &mut Vec<Glob>) {
    let mut place = 0;
    while let Some(glob) = globs.get(place) {
        let covered = globs.iter().enumerate().any(|(other, wide)| {
            other != place && wide.covers(glob) && (other < place || !glob.covers(wide))
        });
        if covered {
            globs.remove(place);
        } else {
            place += 1;
        }
    }
}
