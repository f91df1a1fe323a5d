//! What the user asked for and what the environment says, read once and resolved; commands see nothing rawer.

use crate::cli::{ColorWhen, GlobalArgs};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

/// The settings that every command shares.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// Run against a fresh embedded AWS.
    pub(crate) sandbox: bool,
    /// Say more on stderr.
    pub(crate) verbose: bool,
    /// Region, if the user named one.
    pub(crate) region: Option<String>,
    /// Where AWS calls go, if the user named it.
    pub(crate) endpoint_url: Option<String>,
    /// Profile to take credentials from, if the user named one.
    pub(crate) profile: Option<String>,
    /// daypass's own environment variables.
    pub(crate) variables: Variables,
}

/// Environment variables, as they were when daypass started.
#[derive(Debug, Clone, Default)]
pub(crate) struct Variables(BTreeMap<OsString, OsString>);

impl Settings {
    /// Resolves the global options, and sets the colour of everything that is written from here on.
    pub(crate) fn resolve(globals: &GlobalArgs, variables: Variables) -> Self {
        let color = match globals.color {
            ColorWhen::Auto => anstream::ColorChoice::Auto,
            ColorWhen::Always => anstream::ColorChoice::AlwaysAnsi,
            ColorWhen::Never => anstream::ColorChoice::Never,
        };
        color.write_global();
        Settings {
            sandbox: globals.sandbox,
            verbose: globals.verbose > 0,
            region: globals.region.clone(),
            endpoint_url: globals.endpoint_url.clone(),
            profile: globals.profile.clone(),
            variables,
        }
    }
}

impl Variables {
    /// The variables of this process.
    pub(crate) fn of_this_process() -> Self {
        Variables(std::env::vars_os().collect())
    }

    /// The variable's value, if it is set and not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&OsStr> {
        self.0
            .get(OsStr::new(name))
            .map(OsString::as_os_str)
            .filter(|value| !value.is_empty())
    }

    /// The same for values that must be text.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.get(name).and_then(OsStr::to_str).map(str::to_owned)
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&OsString, &OsString)> {
        self.0.iter()
    }

    /// Where programs keep state of one machine (XDG Base Directory Specification, `XDG_STATE_HOME`).
    pub(crate) fn state_directory(&self) -> Option<PathBuf> {
        let named = self
            .get("XDG_STATE_HOME")
            .map(PathBuf::from)
            .filter(|path| path.is_absolute());
        named.or_else(|| {
            self.get("HOME")
                .map(|home| PathBuf::from(home).join(".local/state"))
        })
    }

    /// Where programs keep what they can make again (XDG Base Directory Specification, `XDG_CACHE_HOME`).
    pub(crate) fn cache_directory(&self) -> Option<PathBuf> {
        let named = self
            .get("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .filter(|path| path.is_absolute());
        named.or_else(|| self.get("HOME").map(|home| PathBuf::from(home).join(".cache")))
    }

    /// The user's shell.
    pub(crate) fn shell(&self) -> OsString {
        self.get("SHELL")
            .map_or_else(|| OsString::from("/bin/sh"), OsStr::to_owned)
    }
}

impl<K: Into<OsString>, V: Into<OsString>> FromIterator<(K, V)> for Variables {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Variables(
            pairs
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }
}
