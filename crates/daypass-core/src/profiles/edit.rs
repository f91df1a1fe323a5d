//! The credentials file with a temporary profile set or removed: every other byte stays as it is.
//!
//! A profile is ours if a comment of ours stands right below its heading; no other is ever replaced or removed.

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;

/// What marks a profile as ours; the instant of its end follows.
const MARK: &str = "# daypass: expires ";

/// A profile to be written.
#[derive(Debug, Clone)]
pub struct TemporaryProfile {
    /// Its name.
    pub name: String,
    /// Whose credentials they are, for people.
    pub of: String,
    /// The access key's id.
    pub access_key_id: String,
    /// The access key's secret.
    pub secret_access_key: SecretString,
    /// The session token.
    pub session_token: Option<SecretString>,
    /// The region, if one is known.
    pub region: Option<String>,
    /// When AWS stops accepting them.
    pub expires_at: Timestamp,
}

/// Why a file is not edited.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EditError {
    /// The profile is somebody else's.
    #[error("line {line}: profile {name} was not written by daypass, and is not overwritten")]
    NotOurs {
        /// The profile.
        name: String,
        /// The line of its heading, from 1.
        line: usize,
    },
    /// A name that would break the file's form.
    #[error("{name:?} cannot be the name of a profile: write letters, digits and _ - . @ / + : %")]
    Name {
        /// The name.
        name: String,
    },
}

/// A section of the file: the bytes from its heading to the next one.
struct Section<'t> {
    name: &'t str,
    line: usize,
    start: usize,
    /// Where what belongs to it ends: comments and blank lines before the next heading are the next one's.
    end: usize,
    expires_at: Option<Timestamp>,
}

fn sections(text: &str) -> Vec<Section<'_>> {
    let mut sections: Vec<Section<'_>> = Vec::new();
    let mut at = 0;
    let mut under_heading = false;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let start = at;
        at += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        let heading = line
            .trim_start_matches('\u{feff}')
            .strip_prefix('[')
            .and_then(|rest| rest.split_once(']'));
        if let Some((name, _)) = heading {
            sections.push(Section {
                name: name.trim().trim_matches('"'),
                line: index + 1,
                start,
                end: at,
                expires_at: None,
            });
            under_heading = true;
            continue;
        }
        let Some(section) = sections.last_mut() else {
            continue;
        };
        let expires_at = line
            .strip_prefix(MARK)
            .and_then(|rest| rest.split(' ').next())
            .and_then(|instant| instant.parse().ok());
        if under_heading && expires_at.is_some() {
            section.expires_at = expires_at;
            section.end = at;
        } else if !line.trim().is_empty() && !line.starts_with(['#', ';']) {
            section.end = at;
        }
        under_heading = false;
    }
    sections
}

/// The text of the credentials file with this profile in it, at its old place if it has one.
pub fn set_temporary(text: &str, profile: &TemporaryProfile) -> Result<String, EditError> {
    let name = &profile.name;
    let fits = |c: char| c.is_ascii_alphanumeric() || "_-.@/+:%".contains(c);
    if name.is_empty() || !name.chars().all(fits) {
        return Err(EditError::Name { name: name.clone() });
    }
    let written = section_of(profile);
    let old: Vec<Section<'_>> = sections(text)
        .into_iter()
        .filter(|section| section.name == name)
        .collect();
    if let Some(theirs) = old.iter().find(|section| section.expires_at.is_none()) {
        return Err(EditError::NotOurs {
            name: name.clone(),
            line: theirs.line,
        });
    }
    if let [only] = old.as_slice() {
        let (before, rest) = text.split_at_checked(only.start).unwrap_or((text, ""));
        let after = rest
            .split_at_checked(only.end - only.start)
            .map_or("", |(_, after)| after);
        return Ok(format!("{before}{written}{after}"));
    }
    let mut out = text.to_owned();
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    if !out.is_empty() && !out.ends_with("\n\n") {
        out.push('\n');
    }
    Ok(out + &written)
}

fn section_of(profile: &TemporaryProfile) -> String {
    let mut text = format!(
        "[{}]\n{MARK}{} ({}); `daypass profile clean` removes it then\naws_access_key_id = {}\naws_secret_access_key = {}\n",
        profile.name,
        profile.expires_at,
        profile.of,
        profile.access_key_id,
        profile.secret_access_key.expose_secret(),
    );
    if let Some(token) = &profile.session_token {
        text.push_str("aws_session_token = ");
        text.push_str(token.expose_secret());
        text.push('\n');
    }
    if let Some(region) = &profile.region {
        text.push_str("region = ");
        text.push_str(region);
        text.push('\n');
    }
    text
}

/// The profiles of ours in the text, and when each ends.
pub fn temporary_profiles(text: &str) -> Vec<(String, Timestamp)> {
    sections(text)
        .into_iter()
        .filter_map(|section| Some((section.name.to_owned(), section.expires_at?)))
        .collect()
}

/// The text without those profiles of ours for which `is_over` holds.
pub fn remove_temporary(text: &str, is_over: impl Fn(&str, Timestamp) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut kept_to = 0;
    for section in sections(text) {
        let over = section
            .expires_at
            .is_some_and(|expires_at| is_over(section.name, expires_at));
        if over {
            out.push_str(text.get(kept_to..section.start).unwrap_or_default());
            kept_to = section.end;
            // The blank line that set it off goes along.
            if out.ends_with("\n\n") {
                out.pop();
            }
        }
    }
    out.push_str(text.get(kept_to..).unwrap_or_default());
    out
}
