//! Where an embedded table comes from.

/// Where an embedded table comes from, and as of when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provenance {
    /// The package that it was taken from and its version, such as `moto 5.2.5`.
    pub package: &'static str,
    /// The day that the table speaks of, `YYYY-MM-DD`: that of its newest entry, else of the package.
    pub as_of: &'static str,
}
