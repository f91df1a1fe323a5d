//! Counts of what a law was tried on.

use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub(crate) struct Reached(BTreeMap<String, usize>);

impl Reached {
    pub(crate) fn note(&mut self, what: &str, happened: bool) {
        *self.0.entry(what.to_owned()).or_default() += usize::from(happened);
    }

    /// Each of these at least so many times.
    pub(crate) fn assert(&self, least: usize, of: &[&str]) {
        for what in of {
            let many = self.0.get(*what).copied().unwrap_or_default();
            assert!(many >= least, "{what}: {many} times; {:#?}", self.0);
        }
    }
}
