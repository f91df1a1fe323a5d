//! A set of requests less some others: the form in which a difference is told. A person reads "all of this, except
//! that" more easily than the pieces that are left.

use super::Doubt;
use super::region::Region;
use crate::request::Request;

/// The requests of a region that are in none of some others.
#[derive(Debug, Clone)]
pub(super) struct Set {
    pub(super) region: Region,
    pub(super) except: Vec<Region>,
}

/// Pieces that are looked at for a member. Each region that is excepted may double their number.
const MOST_PIECES: usize = 300;

impl Set {
    pub(super) fn of(region: Region) -> Set {
        Set {
            region,
            except: Vec::new(),
        }
    }

    /// The requests that are in none of the others either; `None` if it is plain that there are none.
    pub(super) fn without_all(mut self, others: &[Region]) -> Option<Set> {
        let mut left: Vec<&Region> = others.iter().collect();
        // What can be said by the region itself is, until nothing more can.
        loop {
            let before = left.len();
            let mut kept = Vec::new();
            for other in left {
                let mut pieces = self.region.without(other);
                match (pieces.pop(), pieces.is_empty()) {
                    (None, _) => return None,
                    (Some(rest), true) => self.region = rest,
                    (Some(_), false) => kept.push(other),
                }
            }
            left = kept;
            if left.len() == before {
                break;
            }
        }
        self.except.extend(left.into_iter().cloned());
        Some(self.tidied())
    }

    /// Those that are in `other` as well; `None` if it is plain that there are none.
    pub(super) fn and(&self, other: &Region) -> Option<Set> {
        let region = self.region.and(other);
        if region.is_plainly_empty() {
            return None;
        }
        Set::of(region).without_all(&self.except)
    }

    /// Without exceptions that make no difference.
    fn tidied(mut self) -> Set {
        let region = &self.region;
        self.except
            .retain(|except| !region.and(except).is_plainly_empty());
        let mut place = 0;
        while let Some(except) = self.except.get(place) {
            let covered = self.except.iter().enumerate().any(|(other, wide)| {
                other != place && except.is_within(wide) && (other < place || !wide.is_within(except))
            });
            if covered {
                self.except.remove(place);
            } else {
                place += 1;
            }
        }
        self
    }

    pub(super) fn contains(&self, request: &Request) -> bool {
        self.region.contains(request) && !self.except.iter().any(|except| except.contains(request))
    }

    /// Whether it is plain that every request of it is in `other`.
    fn is_within(&self, other: &Set) -> bool {
        let spared = |except: &Region| {
            let both = self.region.and(except);
            both.is_plainly_empty() || self.except.iter().any(|own| both.is_within(own))
        };
        self.region.is_within(&other.region) && other.except.iter().all(spared)
    }

    /// A request of it for which `is_right` says so; `Ok(None)` if there is none.
    pub(super) fn member(&mut self, is_right: &dyn Fn(&Request) -> bool) -> Result<Option<Request>, Doubt> {
        let tied_keys = self.tied_keys();
        let except = &self.except;
        // What is among the exceptions may be right for another reason: it is an example of another set.
        let is_right =
            &|request: &Request| !except.iter().any(|one| one.contains(request)) && is_right(request);
        // Most often the first one that comes to mind is not among the exceptions.
        match self.region.member(&tied_keys, is_right) {
            Err(_) if !self.except.is_empty() => {
                let mut search = Search {
                    tied_keys: &tied_keys,
                    is_right,
                    pieces: MOST_PIECES,
                };
                search.member_beside(&self.region, &self.except)
            }
            told => told,
        }
    }

    /// The keys of the moment and of who asks that its conditions ask for. Every request has a moment and is somebody's, so
    /// an example that did not tell them would be outside of an exception that it is in whoever asks, and whenever.
    fn tied_keys(&self) -> Vec<String> {
        let regions = std::iter::once(&self.region).chain(&self.except);
        let mut keys: Vec<String> = Vec::new();
        for key in regions.flat_map(Region::tied_keys) {
            if !keys.iter().any(|own| own.eq_ignore_ascii_case(key)) {
                keys.push(key.to_owned());
            }
        }
        keys
    }
}

/// A search for a member in the pieces that are left of a region.
struct Search<'s> {
    tied_keys: &'s [String],
    is_right: &'s dyn Fn(&Request) -> bool,
    /// So many more are looked at.
    pieces: usize,
}

impl Search<'_> {
    fn member_beside(&mut self, region: &Region, except: &[Region]) -> Result<Option<Request>, Doubt> {
        let Some((first, others)) = except.split_first() else {
            return region.clone().member(self.tied_keys, self.is_right);
        };
        let mut doubt = None;
        for mut piece in region.without(first) {
            self.pieces = self.pieces.checked_sub(1).ok_or(Doubt::TooMuch)?;
            let told = match piece.member(self.tied_keys, self.is_right) {
                Err(_) if !others.is_empty() => self.member_beside(&piece, others),
                told => told,
            };
            match told {
                Ok(None) => {}
                Ok(found) => return Ok(found),
                Err(why) => doubt = doubt.or(Some(why)),
            }
        }
        doubt.map_or(Ok(None), Err)
    }
}

/// Drops what lies within another; of two that are the same the first stays.
pub(super) fn drop_covered(sets: &mut Vec<Set>) {
    let mut place = 0;
    while let Some(set) = sets.get(place) {
        let covered = sets.iter().enumerate().any(|(other, wide)| {
            other != place && set.is_within(wide) && (other < place || !wide.is_within(set))
        });
        if covered {
            sets.remove(place);
        } else {
            place += 1;
        }
    }
}
