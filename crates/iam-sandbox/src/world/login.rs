//! Passwords for the console.

use jiff::Timestamp;

/// A user's password for the console.
#[derive(Clone, Debug)]
pub(crate) struct Login {
    /// The digest of the password.
    pub(crate) digest: String,
    /// Digests of the passwords before it, the latest last.
    pub(crate) earlier: Vec<String>,
    pub(crate) created: Timestamp,
    pub(crate) changed: Timestamp,
    /// The user must choose a new one at the next sign-in.
    pub(crate) is_to_be_reset: bool,
}
