//! Lines to sections and settings, as every AWS SDK reads them ("Shared config and credentials files", section "Format of
//! the config file"): comments at the start of a line or after white space, indented lines that go on with a setting.

use std::sync::Arc;

use super::{DEFAULT_PROFILE, Defect, Place, Profile, ProfileFile, Profiles, Setting};

const COMMENT: [char; 2] = ['#', ';'];
const BLANK: [char; 2] = [' ', '\t'];
/// More of it teaches nobody anything: this is not such a file.
const MOST_DEFECTS: usize = 20;

/// Where the lines go that are read.
enum Section {
    /// Before the first section.
    None,
    /// A profile, in one of its two spellings in the config file.
    Profile(String),
    SsoSession(String),
    /// One that is of no concern here, or that was not understood.
    Other,
}

/// Adds what one file says.
pub(super) fn read_into(
    profiles: &mut Profiles,
    file: ProfileFile,
    path: &str,
    text: &str,
    defects: &mut Vec<Defect>,
) {
    let path: Arc<str> = path.into();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut section = Section::None;
    let mut setting: Option<String> = None;
    // "[profile default]" replaces what "[default]" says, wherever they stand.
    let has_prefixed_default = file == ProfileFile::Config && text.lines().any(is_prefixed_default);
    for (index, line) in text.lines().enumerate() {
        if defects.len() >= MOST_DEFECTS {
            return;
        }
        let place = Place {
            path: Arc::clone(&path),
            line: index + 1,
        };
        if line.trim_matches(BLANK).is_empty() || line.starts_with(COMMENT) {
            continue;
        }
        if line.starts_with('[') {
            setting = None;
            section = match heading(line, file, &place) {
                Ok(Section::Profile(name)) => {
                    let plain_default =
                        has_prefixed_default && name == DEFAULT_PROFILE && !is_prefixed_default(line);
                    if plain_default {
                        Section::Other
                    } else {
                        profiles
                            .profiles
                            .entry(name.clone())
                            .or_insert_with(|| empty(&name, &place));
                        Section::Profile(name)
                    }
                }
                Ok(Section::SsoSession(name)) => {
                    profiles
                        .sso_sessions
                        .entry(name.clone())
                        .or_insert_with(|| empty(&name, &place));
                    Section::SsoSession(name)
                }
                Ok(other) => other,
                Err(defect) => {
                    defects.push(defect);
                    Section::Other
                }
            };
            continue;
        }
        let target = match &section {
            Section::None => {
                defects.push(
                    Defect::at(&place, "a setting before the first section")
                        .help("settings stand below a line like [default] or [profile NAME]"),
                );
                continue;
            }
            Section::Profile(name) => profiles.profiles.get_mut(name),
            Section::SsoSession(name) => profiles.sso_sessions.get_mut(name),
            Section::Other => None,
        };
        if line.starts_with(BLANK) {
            if setting.is_none() && !matches!(section, Section::Other) {
                defects.push(
                    Defect::at(&place, "an indented line that goes on with nothing")
                        .help("remove the white space at its start"),
                );
            }
            if let (Some(target), Some(name)) = (target, &setting)
                && let Some(setting) = target.settings.get_mut(name)
            {
                setting.value.push('\n');
                setting.value.push_str(line.trim_matches(BLANK));
            }
            continue;
        }
        match name_and_value(line) {
            Ok((name, value)) => {
                if let Some(target) = target {
                    target.settings.insert(
                        name.clone(),
                        Setting {
                            value: value.to_owned(),
                            place,
                        },
                    );
                }
                setting = Some(name);
            }
            Err(message) => {
                setting = None;
                defects.push(Defect::at(&place, message).help("a setting is written NAME = VALUE"));
            }
        }
    }
}

fn empty(name: &str, place: &Place) -> Profile {
    Profile {
        name: name.to_owned(),
        place: place.clone(),
        settings: std::collections::BTreeMap::new(),
    }
}

/// What stands between the brackets, without its comment.
fn bracketed(line: &str) -> Option<&str> {
    let (inside, rest) = line.strip_prefix('[')?.split_once(']')?;
    let rest = rest.trim_matches(BLANK);
    (rest.is_empty() || rest.starts_with(COMMENT)).then(|| inside.trim_matches(BLANK))
}

/// The two words of a section's heading.
fn words(inside: &str) -> (&str, Option<&str>) {
    match inside.split_once(BLANK) {
        Some((first, rest)) => (first, Some(rest.trim_matches(BLANK))),
        None => (inside, None),
    }
}

fn is_prefixed_default(line: &str) -> bool {
    bracketed(line).is_some_and(|inside| {
        let (first, second) = words(inside);
        first == "profile" && second.map(unquoted) == Some(DEFAULT_PROFILE)
    })
}

fn heading(line: &str, file: ProfileFile, place: &Place) -> Result<Section, Defect> {
    let inside = bracketed(line).ok_or_else(|| {
        Defect::at(
            place,
            "this section's heading is not closed, or something stands behind it",
        )
        .help("write it like [default] or [profile NAME]")
    })?;
    let (first, second) = words(inside);
    let second = second.map(unquoted).filter(|name| !name.is_empty());
    match (file, first, second) {
        (_, "", _) => Err(Defect::at(place, "a section without a name")),
        (ProfileFile::Config, "profile", Some(name)) => Ok(Section::Profile(name.to_owned())),
        (ProfileFile::Config, DEFAULT_PROFILE, None) => Ok(Section::Profile(DEFAULT_PROFILE.to_owned())),
        (ProfileFile::Config, "sso-session", Some(name)) => Ok(Section::SsoSession(name.to_owned())),
        // SDKs pass over other sections without a word: `[preview]` and `[plugins]` are the AWS CLI's own. So they do over a
        // heading that is written as in the other file; a profile that is not found tells of that.
        (ProfileFile::Config, ..) | (ProfileFile::Credentials, "profile", Some(_)) => Ok(Section::Other),
        (ProfileFile::Credentials, ..) => Ok(Section::Profile(unquoted(inside).to_owned())),
    }
}

/// `[profile "with quotes"]` is what the AWS CLI writes of names with white space.
fn unquoted(name: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some(inner) = name.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            return inner;
        }
    }
    name
}

fn name_and_value(line: &str) -> Result<(String, &str), &'static str> {
    let (name, value) = without_comment(line)
        .split_once('=')
        .ok_or("a line that is no setting: it has no `=`")?;
    let name = name.trim_matches(BLANK);
    if name.is_empty() {
        return Err("a setting without a name");
    }
    Ok((name.to_ascii_lowercase(), value.trim_matches(BLANK)))
}

/// A comment begins with `#` or `;` behind white space: secret keys have neither, URLs may have both.
fn without_comment(line: &str) -> &str {
    let mut after_blank = false;
    for (at, c) in line.char_indices() {
        if after_blank && COMMENT.contains(&c) {
            return line.get(..at).unwrap_or(line);
        }
        after_blank = c.is_whitespace();
    }
    line
}
