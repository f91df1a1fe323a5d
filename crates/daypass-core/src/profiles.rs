//! The profiles of `~/.aws/config` and `~/.aws/credentials`: read with their places, resolved to who one is to begin with
//! and which roles are assumed on the way, and written without touching what is somebody else's.
//!
//! What the files mean follows the "Shared config and credentials files" and "Assume role credential provider" pages of
//! the AWS SDKs and Tools Reference Guide. Secrets are never part of an error: of a line only its number is told.

mod chain;
mod edit;
mod parse;

pub use chain::{Base, ProfileChain, ProfileHop};
pub use edit::{EditError, TemporaryProfile, remove_temporary, set_temporary, temporary_profiles};

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// The profile that is meant where none is named.
pub const DEFAULT_PROFILE: &str = "default";

/// Which of the two files a text is: they write the names of profiles differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProfileFile {
    /// `~/.aws/config`: `[profile NAME]`, `[default]`, `[sso-session NAME]`, `[services NAME]`.
    Config,
    /// `~/.aws/credentials`: `[NAME]`.
    Credentials,
}

/// A line of one of the files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, as people call it.
    pub path: Arc<str>,
    /// The line, from 1.
    pub line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.path, self.line)
    }
}

/// Something wrong in the files, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect {
    /// Where; nothing for a profile that is in neither file.
    pub place: Option<Place>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Defect {
    fn at(place: &Place, message: impl Into<String>) -> Self {
        Defect {
            place: Some(place.clone()),
            message: message.into(),
            help: None,
        }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{place}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

/// A setting of a profile. `Debug` does not show its value, which may be a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Setting {
    value: String,
    place: Place,
}

impl fmt::Debug for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setting")
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

/// A profile: the settings that both files have for its name.
#[derive(Debug, Clone)]
pub struct Profile {
    name: String,
    place: Place,
    settings: BTreeMap<String, Setting>,
}

impl Profile {
    /// The value of a setting, if it is there and not empty.
    pub fn get(&self, setting: &str) -> Option<&str> {
        self.setting(setting).map(|setting| setting.value.as_str())
    }

    /// Whether it is a role that is assumed, whatever keys stand beside that.
    pub fn names_a_role(&self) -> bool {
        self.setting("role_arn").is_some()
    }

    /// Whether it says anything of who one is: `[default]` is often only a region.
    pub fn names_credentials(&self) -> bool {
        [
            "role_arn",
            "credential_source",
            "credential_process",
            "aws_access_key_id",
            "aws_secret_access_key",
            "web_identity_token_file",
            "login_session",
            "sso_session",
            "sso_start_url",
        ]
        .iter()
        .any(|name| self.setting(name).is_some())
    }

    fn setting(&self, name: &str) -> Option<&Setting> {
        self.settings
            .get(name)
            .filter(|setting| !setting.value.is_empty())
    }
}

/// The profiles of both files.
#[derive(Debug, Clone, Default)]
pub struct Profiles {
    profiles: BTreeMap<String, Profile>,
    sso_sessions: BTreeMap<String, Profile>,
}

impl Profiles {
    /// Reads the two files; one that is not there is an empty text. What the credentials file says of a profile wins.
    /// All that is wrong comes at once.
    ///
    /// `config` and `credentials` are each the name that people know the file by, and its text.
    pub fn read(config: (&str, &str), credentials: (&str, &str)) -> Result<Profiles, Vec<Defect>> {
        let mut profiles = Profiles::default();
        let mut defects = Vec::new();
        for (file, (path, text)) in [
            (ProfileFile::Config, config),
            (ProfileFile::Credentials, credentials),
        ] {
            parse::read_into(&mut profiles, file, path, text, &mut defects);
        }
        if defects.is_empty() {
            Ok(profiles)
        } else {
            Err(defects)
        }
    }

    /// The profile of this name.
    pub fn get(&self, name: &str) -> Option<&Profile> {
        self.profiles.get(name)
    }

    /// The names of all profiles, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.profiles.keys().map(String::as_str)
    }

    /// The profile that was most likely meant by a name that is none.
    fn nearest(&self, name: &str) -> Option<&str> {
        iam_policy::syntax::nearest(name, self.names())
    }
}

#[cfg(test)]
mod tests;
