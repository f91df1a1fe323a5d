//! What was recorded, and how far it can be relied on.

use super::paint::{GOOD, QUIET, paint};
use super::terminal;
use crate::settings::Settings;
use daypass_core::limits::ROLE_INLINE_POLICIES;
use daypass_core::record::Used;
use iam_policy::Document;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::Path;

/// So many are named.
const SHOWN: usize = 8;

/// Calls that were denied are not in the policy.
pub(crate) fn denied(denied: &BTreeSet<String>) {
    if !denied.is_empty() {
        warn(&format!(
            "not in the policy, since it was denied: {}",
            some(denied)
        ));
    }
}

/// Calls that the embedded AWS could not answer.
pub(crate) fn missing(missing: &BTreeSet<String>) {
    if !missing.is_empty() {
        warn(&format!(
            "not in the policy, since the embedded AWS does not have it: {}",
            some(missing)
        ));
    }
}

/// Calls that failed before permissions were looked at.
pub(crate) fn undecided(undecided: &BTreeSet<String>) {
    if !undecided.is_empty() {
        note(&format!(
            "of what these need nothing is known, since they failed before permissions were looked at: {}",
            some(undecided)
        ));
    }
}

/// There is no policy, and why. The embedded AWS sees every call; in an account an SDK has to tell.
pub(crate) fn nothing(called: bool, embedded: bool) {
    let why = match (called, embedded) {
        (true, _) => {
            "none of these calls was allowed by a permission; a few need none, such as GetCallerIdentity"
        }
        (false, true) => "the command made no call to the embedded AWS",
        (false, false) => "the command made no AWS call, or its SDK does not report its calls",
    };
    note(&format!("nothing was recorded: {why}"));
}

/// What the command made itself has another name each time.
pub(crate) fn made(used: &[Used], made: &BTreeSet<String>) {
    let named: BTreeSet<String> = used
        .iter()
        .filter(|one| made.contains(&one.resource))
        .map(|one| one.resource.clone())
        .collect();
    if !named.is_empty() {
        note(&format!(
            "the command made {}, and AWS chose the name: the policy has all of its kind in that place, since the next \
             one has another name",
            some(&named)
        ));
    }
}

/// Calls that others made.
pub(crate) fn others(principals: &BTreeSet<String>) {
    if !principals.is_empty() {
        note(&format!(
            "not in the policy: the calls of {}, which the command has become on the way; their permissions are \
             those of their own policies",
            some(principals)
        ));
    }
}

/// On which resources the calls were, an SDK does not tell.
pub(crate) fn by_type(used: &[Used], perhaps: &BTreeSet<String>) {
    if used.is_empty() {
        return;
    }
    note(
        "SDKs do not report on which resources calls are, but for buckets whose name is in the address: the policy names \
         the types of resource that each action is about, in your account. Narrow them to those that are meant; `daypass \
         record --sandbox` sees the resources themselves.",
    );
    let anywhere: BTreeSet<String> = used
        .iter()
        .filter(|one| one.resource == "*")
        .map(|one| one.action.clone())
        .collect();
    if !anywhere.is_empty() {
        note(&format!(
            "on *, since the action is on no resource or may be on many types: {}",
            some(&anywhere)
        ));
    }
    if !perhaps.is_empty() {
        note(&format!(
            "some requests of these actions need more, which no SDK reports: {}",
            some(perhaps)
        ));
    }
}

/// A policy that does not fit is of no use as it is.
pub(crate) fn sizes(document: &Document) {
    let size = document.iam_size();
    if size > ROLE_INLINE_POLICIES {
        super::warn(format_args!(
            "the policy has {size} characters, a role takes {ROLE_INLINE_POLICIES}: --wildcards makes it shorter"
        ));
    }
}

/// Where the document is, and how it is proven, in the same place as it was recorded in.
pub(crate) fn written(path: &Path, command: &[OsString], settings: &Settings) {
    super::say(format_args!("{} {}", paint(GOOD, "recorded"), path.display()));
    super::say(paint(QUIET, format!("  {}", proof(path, command, settings))));
}

/// The command that proves a recorded document. Without the options that say where, it would run somewhere else: in an
/// account, with what was recorded in the embedded AWS.
fn proof(path: &Path, command: &[OsString], settings: &Settings) -> String {
    let mut words = vec!["daypass".to_owned(), "try".to_owned()];
    words.extend(settings.sandbox.then(|| "--sandbox".to_owned()));
    let named = [
        ("--profile", &settings.profile),
        ("--region", &settings.region),
        ("--endpoint-url", &settings.endpoint_url),
    ];
    for (option, value) in named {
        if let Some(value) = value {
            words.extend([option.to_owned(), quoted(value)]);
        }
    }
    let path = path.to_string_lossy();
    // What begins with a dash would be an option.
    let dash = if path.starts_with('-') { "./" } else { "" };
    words.extend([quoted(&format!("{dash}{path}")), "--".to_owned()]);
    words.extend(command.iter().map(|word| quoted(&word.to_string_lossy())));
    words.join(" ")
}

/// As a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

fn warn(text: &str) {
    // Nine columns are taken by `warning: `.
    let width = terminal::width().map(|width| width.saturating_sub(9));
    super::warn(terminal::wrapped(text, width));
}

fn note(text: &str) {
    // Six columns are taken by `note: `.
    let width = terminal::width().map(|width| width.saturating_sub(6));
    super::note(terminal::wrapped(text, width));
}

fn some(names: &BTreeSet<String>) -> String {
    let shown: Vec<&str> = names.iter().take(SHOWN).map(String::as_str).collect();
    let more = names.len().saturating_sub(SHOWN);
    let tail = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    format!("{}{tail}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Variables;

    #[test]
    fn a_policy_is_proven_where_it_was_recorded() {
        let nowhere = Settings {
            sandbox: false,
            verbose: false,
            region: None,
            endpoint_url: None,
            profile: None,
            variables: Variables::default(),
        };
        let told = |path: &str, settings: &Settings| {
            proof(
                Path::new(path),
                &["sh".into(), "-c".into(), "aws s3 ls".into()],
                settings,
            )
        };
        assert_eq!(
            told("p.json", &nowhere),
            "daypass try p.json -- sh -c 'aws s3 ls'"
        );
        let sandbox = Settings {
            sandbox: true,
            region: Some("eu-west-3".to_owned()),
            ..nowhere.clone()
        };
        assert_eq!(
            told("p.json", &sandbox),
            "daypass try --sandbox --region eu-west-3 p.json -- sh -c 'aws s3 ls'"
        );
        let account = Settings {
            profile: Some("my work".to_owned()),
            endpoint_url: Some("http://127.0.0.1:4566".to_owned()),
            ..nowhere
        };
        assert_eq!(
            told("-p.json", &account),
            "daypass try --profile 'my work' --endpoint-url http://127.0.0.1:4566 ./-p.json -- sh -c 'aws s3 ls'"
        );
    }

    #[test]
    fn words_are_quoted_for_a_shell() {
        assert_eq!(quoted("s3://reports/2026/q1.csv"), "s3://reports/2026/q1.csv");
        assert_eq!(quoted("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(quoted(""), "''");
    }
}
