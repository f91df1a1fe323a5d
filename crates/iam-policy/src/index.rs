//! From an action to the statements that may be about it, without looking at any other.
//! Exact names are found by their hash, globs by service and first letter; only `NotAction` and globs with a
//! wildcard in the service's name are looked at for every request.

use std::ops::ControlFlow;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use crate::action;
use crate::document::ActionClause;
use crate::hash::action_hashes;

/// The statements of one effect, by action.
///
/// Lists are chains through `uses` and `globs`: one allocation each, however many there are.
#[derive(Debug)]
pub(crate) struct Index {
    /// Exact names: the first use of each.
    exact: HashTable<u32>,
    /// Globs whose service is plain text, by what they begin with.
    families: HashTable<Family>,
    /// The first of the globs such as `*` and `s*:Get*`.
    anywhere: u32,
    globs: Vec<Glob>,
    uses: Vec<Use>,
    /// Statements with `NotAction`.
    negated: Vec<u32>,
}

/// An action pattern in a statement.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Use {
    pub statement: u32,
    /// Its place in the statement's list of actions.
    pub value: u32,
    /// The next use of the same pattern.
    next: u32,
}

/// The end of a chain.
const END: u32 = u32::MAX;

/// The globs that begin with the same service and letter, or with the same service and a wildcard.
#[derive(Debug)]
struct Family {
    /// Length of what they begin with.
    head: usize,
    first: u32,
}

#[derive(Debug)]
struct Glob {
    pattern: Box<str>,
    /// Its first use.
    first: u32,
    /// The next glob of the same family.
    next: u32,
}

/// An action as asked for, with the hashes by which an index finds it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AskedAction<'r> {
    text: &'r str,
    hash: u64,
    /// `s3:` and `s3:g`, with their hashes.
    heads: [(&'r str, u64); 2],
}

impl<'r> AskedAction<'r> {
    pub(crate) fn of(text: &'r str) -> AskedAction<'r> {
        let service = service_length(text).unwrap_or(text.len());
        let [hash, of_service, of_letter] = action_hashes(text, service);
        let head = |length| text.get(..length).unwrap_or(text);
        AskedAction {
            text,
            hash,
            heads: [(head(service), of_service), (head(service + 1), of_letter)],
        }
    }
}

impl Index {
    /// Indexes the action elements of statements.
    pub(crate) fn compile<'d>(clauses: impl Iterator<Item = (u32, &'d ActionClause)> + Clone) -> Index {
        let count = clauses.clone().map(|(_, clause)| clause.actions.len()).sum();
        let mut builder = Builder {
            index: Index {
                exact: HashTable::new(),
                families: HashTable::new(),
                anywhere: END,
                globs: Vec::new(),
                uses: Vec::with_capacity(count),
                negated: Vec::new(),
            },
            texts: Vec::with_capacity(count),
            known_globs: HashTable::new(),
        };
        for (statement, clause) in clauses {
            if clause.negated {
                builder.index.negated.push(statement);
            } else {
                for (value, text) in (0..).zip(clause.actions.texts()) {
                    builder.add(statement, value, text);
                }
            }
        }
        builder.finish()
    }

    /// Statements with `NotAction`: whether they are about the action is yet to be asked.
    pub(crate) fn negated(&self) -> &[u32] {
        &self.negated
    }

    /// Visits the statements that list the action; one may be visited more than once.
    /// `written` tells the text of a use.
    pub(crate) fn visit<'d>(
        &self,
        asked: &AskedAction<'_>,
        written: impl Fn(Use) -> &'d str,
        mut visit: impl FnMut(u32) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let is_asked = |first: &u32| {
            let found = self.uses.get(*first as usize);
            found.is_some_and(|first| written(*first).eq_ignore_ascii_case(asked.text))
        };
        if let Some(first) = self.exact.find(asked.hash, is_asked) {
            self.visit_uses(*first, &mut visit)?;
        }
        if !self.families.is_empty() {
            for (head, hash) in asked.heads {
                let is_asked = |family: &Family| self.head(family).eq_ignore_ascii_case(head);
                if let Some(family) = self.families.find(hash, is_asked) {
                    self.visit_globs(family.first, asked, &mut visit)?;
                }
            }
        }
        self.visit_globs(self.anywhere, asked, &mut visit)
    }

    fn visit_globs(
        &self,
        first: u32,
        asked: &AskedAction<'_>,
        visit: &mut impl FnMut(u32) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let mut next = first;
        while let Some(glob) = self.globs.get(next as usize) {
            if action::fits(&glob.pattern, asked.text) {
                self.visit_uses(glob.first, visit)?;
            }
            next = glob.next;
        }
        ControlFlow::Continue(())
    }

    fn visit_uses(&self, first: u32, visit: &mut impl FnMut(u32) -> ControlFlow<()>) -> ControlFlow<()> {
        let mut next = first;
        while let Some(found) = self.uses.get(next as usize) {
            visit(found.statement)?;
            next = found.next;
        }
        ControlFlow::Continue(())
    }

    /// What the globs of a family begin with.
    fn head(&self, family: &Family) -> &str {
        let first = self.globs.get(family.first as usize);
        first
            .and_then(|glob| glob.pattern.get(..family.head))
            .unwrap_or_default()
    }
}

struct Builder<'d> {
    index: Index,
    /// The text of each use.
    texts: Vec<&'d str>,
    known_globs: HashTable<u32>,
}

impl<'d> Builder<'d> {
    fn add(&mut self, statement: u32, value: u32, text: &'d str) {
        let new = place(self.index.uses.len());
        self.texts.push(text);
        let next = match text.bytes().position(is_wildcard) {
            None => self.replace_first(text, new),
            Some(wildcard) => {
                let glob = self.glob(text, wildcard);
                match self.index.globs.get_mut(glob as usize) {
                    Some(glob) => std::mem::replace(&mut glob.first, new),
                    None => END,
                }
            }
        };
        self.index.uses.push(Use {
            statement,
            value,
            next,
        });
    }

    /// Makes `new` the first use of an exact name; gives the one that was.
    fn replace_first(&mut self, name: &str, new: u32) -> u32 {
        let texts = &self.texts;
        let text = |first: &u32| texts.get(*first as usize).copied().unwrap_or_default();
        let is_same = |first: &u32| text(first).eq_ignore_ascii_case(name);
        match self
            .index
            .exact
            .entry(hash(name), is_same, |first| hash(text(first)))
        {
            Entry::Occupied(mut known) => std::mem::replace(known.get_mut(), new),
            Entry::Vacant(free) => {
                free.insert(new);
                END
            }
        }
    }

    /// The glob with this text: a known one, or a new one in its family.
    fn glob(&mut self, text: &str, wildcard: usize) -> u32 {
        let Index {
            globs,
            families,
            anywhere,
            ..
        } = &mut self.index;
        let new = place(globs.len());
        let pattern = |glob: &u32| globs.get(*glob as usize).map_or("", |glob| &glob.pattern);
        let is_same = |glob: &u32| pattern(glob).eq_ignore_ascii_case(text);
        match self
            .known_globs
            .entry(hash(text), is_same, |glob| hash(pattern(glob)))
        {
            Entry::Occupied(known) => return *known.get(),
            Entry::Vacant(free) => {
                free.insert(new);
            }
        }
        let next = match service_length(text).filter(|service| *service <= wildcard) {
            None => std::mem::replace(anywhere, new),
            Some(service) => {
                let length = if wildcard == service { service } else { service + 1 };
                // A letter beyond ASCII is no action's; such a glob is looked at with the service's own.
                let head = text
                    .get(..length)
                    .or_else(|| text.get(..service))
                    .unwrap_or_default();
                let head_of = |family: &Family| {
                    let first = globs.get(family.first as usize);
                    first
                        .and_then(|glob| glob.pattern.get(..family.head))
                        .unwrap_or_default()
                };
                let is_same = |family: &Family| head_of(family).eq_ignore_ascii_case(head);
                match families.entry(hash_of_head(head), is_same, |family| {
                    hash_of_head(head_of(family))
                }) {
                    Entry::Occupied(mut known) => std::mem::replace(&mut known.get_mut().first, new),
                    Entry::Vacant(free) => {
                        free.insert(Family {
                            head: head.len(),
                            first: new,
                        });
                        END
                    }
                }
            }
        };
        globs.push(Glob {
            pattern: text.into(),
            first: END,
            next,
        });
        new
    }

    fn finish(self) -> Index {
        let Builder { mut index, texts, .. } = self;
        let text = |first: &u32| texts.get(*first as usize).copied().unwrap_or_default();
        index.exact.shrink_to_fit(|first| hash(text(first)));
        index.globs.shrink_to_fit();
        index
    }
}

/// The hash by which a name or a glob is found.
fn hash(text: &str) -> u64 {
    let [name, ..] = action_hashes(text, service_length(text).unwrap_or(text.len()));
    name
}

/// The hash by which a family is found.
fn hash_of_head(head: &str) -> u64 {
    let [.., of_letter] = action_hashes(head, service_length(head).unwrap_or(head.len()));
    of_letter
}

/// A place in a list as it is kept; past four thousand millions there is no list.
fn place(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(END)
}

fn is_wildcard(byte: u8) -> bool {
    matches!(byte, b'*' | b'?')
}

/// The length of the service and its colon.
fn service_length(action: &str) -> Option<usize> {
    action.bytes().position(|byte| byte == b':').map(|at| at + 1)
}

#[cfg(test)]
#[path = "index_tests.rs"]
mod tests;
