//! Policy sets, compiled once and kept: the same principal asks again and again under the same documents.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use iam_policy::{Engine, Explanation, Level, PolicySet, Request, Source};

/// How many sets are kept. A full store is emptied: what is in use comes back at once.
const MOST_SETS: usize = 512;
/// How many explanations of one set are shared by calls that are alike.
const MOST_EXPLANATIONS: usize = 8;

/// The sets that are in use, by what they are made of.
#[derive(Debug, Default)]
pub(crate) struct Compiled {
    sets: Mutex<HashMap<u64, Arc<CompiledSet>>>,
}

/// One set, as it was gathered and as it is asked.
#[derive(Debug)]
pub(crate) struct CompiledSet {
    /// Holds the documents, so that none of their addresses is given to another.
    pub(crate) policies: PolicySet,
    engine: Engine,
    explanations: Mutex<Vec<Arc<Explanation>>>,
}

impl Compiled {
    /// The set, compiled now or before.
    pub(crate) fn of(&self, policies: PolicySet) -> Arc<CompiledSet> {
        let print = print(&policies);
        let mut sets = self.sets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = sets.get(&print).filter(|known| same(&known.policies, &policies)) {
            return known.clone();
        }
        if sets.len() >= MOST_SETS {
            sets.clear();
        }
        let compiled = Arc::new(CompiledSet {
            engine: Engine::compile(&policies),
            policies,
            explanations: Mutex::default(),
        });
        sets.insert(print, compiled.clone());
        compiled
    }
}

impl CompiledSet {
    /// The decision and its reasons. Calls that are alike share them, which keeps the log small.
    pub(crate) fn explain(&self, request: &Request) -> Arc<Explanation> {
        let explanation = self.engine.explain(request);
        let mut known = self.explanations.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(same) = known.iter().find(|known| ***known == explanation) {
            return same.clone();
        }
        if known.len() >= MOST_EXPLANATIONS {
            known.remove(0);
        }
        let explanation = Arc::new(explanation);
        known.push(explanation.clone());
        explanation
    }
}

/// A set's sources in their order; what stands between them tells the kinds apart, and none from empty.
fn walk<'s>(set: &'s PolicySet, mut visit: impl FnMut(Result<&'s Source, &'s str>)) {
    let PolicySet {
        identity,
        resource,
        boundary,
        session,
        trust,
        scp,
        rcp,
        endpoint,
    } = set;
    let mut all = |mark: &'static str, sources: Option<&'s [Source]>| {
        if let Some(sources) = sources {
            visit(Err(mark));
            for source in sources {
                visit(Ok(source));
            }
        }
    };
    all("identity", Some(identity));
    all("resource", resource.as_ref().map(std::slice::from_ref));
    all("boundary", boundary.as_deref());
    all("session", session.as_deref());
    all("trust", trust.as_ref().map(std::slice::from_ref));
    all("endpoint", endpoint.as_ref().map(std::slice::from_ref));
    for (mark, levels) in [("scp", scp), ("rcp", rcp)] {
        let Some(levels) = levels else { continue };
        visit(Err(mark));
        for Level { name, policies } in levels {
            visit(Err(name));
            for source in policies {
                visit(Ok(source));
            }
        }
    }
}

fn print(set: &PolicySet) -> u64 {
    let mut hasher = DefaultHasher::new();
    walk(set, |part| match part {
        Ok(source) => (&source.name, Arc::as_ptr(&source.document)).hash(&mut hasher),
        Err(mark) => mark.hash(&mut hasher),
    });
    hasher.finish()
}

/// Whether two sets are made of the very same documents under the same names.
fn same(one: &PolicySet, other: &PolicySet) -> bool {
    let parts = |set| {
        let mut parts = Vec::new();
        walk(set, |part| parts.push(part));
        parts
    };
    let (one, other) = (parts(one), parts(other));
    one.len() == other.len()
        && one.iter().zip(&other).all(|pair| match pair {
            (Ok(one), Ok(other)) => one.name == other.name && Arc::ptr_eq(&one.document, &other.document),
            (Err(one), Err(other)) => one == other,
            _ => false,
        })
}

#[cfg(test)]
mod tests {
    use iam_policy::Document;

    use super::*;

    #[test]
    fn a_set_is_compiled_once_and_another_document_is_another_set() {
        let document = |effect: &str| {
            let text = format!(
                r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"{effect}","Action":"*","Resource":"*"}}]}}"#
            );
            Arc::new(Document::parse(&text).unwrap())
        };
        let allow = Source::new("p", document("Allow"));
        let set = |identity: &Source, session: Option<Vec<Source>>| PolicySet {
            identity: vec![identity.clone()],
            session,
            ..PolicySet::default()
        };
        let compiled = Compiled::default();
        let first = compiled.of(set(&allow, None));
        assert!(Arc::ptr_eq(&first, &compiled.of(set(&allow, None))));
        for other in [
            set(&Source::new("p", document("Deny")), None),
            // The same text read again is another document.
            set(&Source::new("p", document("Allow")), None),
            set(&Source::new("q", allow.document.clone()), None),
            // No session policy is not the same as none that allows.
            set(&allow, Some(Vec::new())),
            set(&allow, Some(vec![allow.clone()])),
        ] {
            assert!(!Arc::ptr_eq(&first, &compiled.of(other)));
        }
        for _ in 0..2 * MOST_SETS {
            compiled.of(set(&Source::new("p", document("Allow")), None));
        }
        assert!(compiled.sets.lock().unwrap().len() <= MOST_SETS);
    }
}
