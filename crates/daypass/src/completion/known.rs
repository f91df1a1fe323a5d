//! Names of profiles and teams from files, and of roles from the account, if it answers at once.

use crate::cli::{ColorWhen, GlobalArgs};
use crate::place::Place;
use crate::settings::{Settings, Variables};
use daypass_aws::role_names;
use daypass_core::role::PATH;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Nobody waits longer for a completion.
const PATIENCE: Duration = Duration::from_secs(2);
/// Where the files of teams are.
const TEAM_DIRECTORIES: [&str; 4] = [
    "aws-accounts",
    "aws-policies",
    "permanent-access",
    "temporary-access",
];

/// The profiles of the AWS config files ("Configuration and credential file settings", AWS CLI User Guide).
pub(super) fn profiles() -> Vec<String> {
    let variables = Variables::of_this_process();
    let file = |variable: &str, name: &str| {
        let named = variables.get(variable).map(PathBuf::from);
        let usual = || {
            variables
                .get("HOME")
                .map(|home| Path::new(home).join(".aws").join(name))
        };
        let text = named
            .or_else(usual)
            .and_then(|path| std::fs::read_to_string(path).ok());
        text.unwrap_or_default()
    };
    let config = file("AWS_CONFIG_FILE", "config");
    let credentials = file("AWS_SHARED_CREDENTIALS_FILE", "credentials");
    let of_config = sections(&config).filter_map(|section| match section {
        "default" => Some(section),
        other => other.strip_prefix("profile ").map(str::trim),
    });
    of_config
        .chain(sections(&credentials))
        .map(str::to_owned)
        .collect()
}

fn sections(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let (section, _) = line.trim().strip_prefix('[')?.split_once(']')?;
        Some(section.trim())
    })
}

/// The teams that have a file in the directory that is typed, or in this one.
pub(super) fn teams() -> Vec<String> {
    let directory = typed("--dir").map_or_else(|| PathBuf::from("."), PathBuf::from);
    let files = TEAM_DIRECTORIES
        .iter()
        .filter_map(|name| std::fs::read_dir(directory.join(name)).ok())
        .flatten()
        .filter_map(Result::ok)
        .map(|entry| entry.path());
    files
        .filter(|path| {
            path.extension()
                .is_some_and(|ending| ending == "yaml" || ending == "yml")
        })
        .filter_map(|path| path.file_stem()?.to_str().map(str::to_owned))
        .collect()
}

/// The roles that daypass has made.
pub(super) fn own_roles() -> Vec<String> {
    roles(PATH)
}

/// The roles of the account.
pub(super) fn all_roles() -> Vec<String> {
    roles("/")
}

/// What `assume` takes: roles of the account, and profiles.
pub(super) fn roles_and_profiles() -> Vec<String> {
    let mut names = profiles();
    names.extend(all_roles());
    names
}

/// The roles of the account, by ARN.
pub(super) fn role_arns() -> Vec<String> {
    asked(async |place| {
        let connection = &place.connection;
        daypass_aws::list_role_arns(connection).await.unwrap_or_default()
    })
}

fn roles(path: &'static str) -> Vec<String> {
    asked(async |place| role_names(&place.connection, path).await.unwrap_or_default())
}

/// Asks the account that the typed options name, for so long as a person waits.
fn asked(question: impl AsyncFnOnce(Place) -> Vec<String>) -> Vec<String> {
    let globals = GlobalArgs {
        sandbox: false,
        color: ColorWhen::Never,
        verbose: 0,
        region: typed("--region"),
        endpoint_url: typed("--endpoint-url").or_else(|| typed("--endpoint")),
        profile: typed("--profile"),
    };
    let settings = Settings::resolve(&globals, Variables::of_this_process());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build();
    let Ok(runtime) = runtime else { return Vec::new() };
    let answer = runtime.block_on(async {
        let asking = async {
            match Place::open(&settings).await {
                Ok(place) => question(place).await,
                Err(_) => Vec::new(),
            }
        };
        tokio::time::timeout(PATIENCE, asking).await.unwrap_or_default()
    });
    runtime.shutdown_background();
    answer
}

/// The value of an option on the line that is being typed: this program's own arguments.
fn typed(option: &str) -> Option<String> {
    let words: Vec<String> = std::env::args().collect();
    let with_equals = format!("{option}=");
    words.iter().enumerate().find_map(|(at, word)| {
        let value = match word.strip_prefix(&with_equals) {
            Some(value) => Some(value.to_owned()),
            None if word == option => words.get(at + 1).cloned(),
            None => None,
        };
        value.filter(|value| !value.is_empty())
    })
}
