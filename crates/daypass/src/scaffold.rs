//! The files that `daypass init` writes: a team to begin with, schemas for editors, and what runs it all in CI.
//! Only texts are made here; nothing is written.

mod lambda;

use daypass_core::team::{TeamFile, TeamName};
use std::path::{Path, PathBuf};

pub(crate) use lambda::lambda;

/// A file to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewFile {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// Where CI runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ci {
    GitHub,
    GitLab,
}

/// Where things go.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// The directory of the team files.
    pub(crate) directory: PathBuf,
    /// The root of the repository, where CI looks for its files.
    pub(crate) root: PathBuf,
    /// The way from the root to the directory, such as `aws`; empty where they are the same.
    pub(crate) below: String,
}

/// The team's files, the settings, and a schema for each.
pub(crate) fn team(layout: &Layout, team: &TeamName) -> Vec<NewFile> {
    let mut files = Vec::new();
    for file in TeamFile::ALL {
        let (template, schema) = match file {
            TeamFile::Settings => (include_str!("../templates/team/daypass.yaml"), "daypass.json"),
            TeamFile::Accounts => (include_str!("../templates/team/accounts.yaml"), "accounts.json"),
            TeamFile::Policies => (include_str!("../templates/team/policies.yaml"), "policies.json"),
            TeamFile::Permanent => (include_str!("../templates/team/permanent.yaml"), "permanent.json"),
            TeamFile::Temporary => (include_str!("../templates/team/temporary.yaml"), "temporary.json"),
        };
        let path = match file.directory() {
            Some(directory) => Path::new(directory).join(format!("{team}.yaml")),
            None => PathBuf::from("daypass.yaml"),
        };
        files.push(NewFile {
            path: layout.directory.join(path),
            text: template.replace("@TEAM@", team.as_str()),
        });
        files.push(NewFile {
            path: layout.directory.join(".schemas").join(schema),
            text: format!("{:#}\n", file.schema()),
        });
    }
    files.sort_by_key(|file| file.path.components().any(|part| part.as_os_str() == ".schemas"));
    files
}

/// What runs daypass on changes and every day, and who has to agree to changes.
pub(crate) fn ci(layout: &Layout, ci: Ci, team: &TeamName) -> Vec<NewFile> {
    let (pipeline, codeowners) = match ci {
        Ci::GitHub => (".github/workflows/daypass.yml", ".github/CODEOWNERS"),
        Ci::GitLab => (".gitlab-ci.yml", ".gitlab/CODEOWNERS"),
    };
    let (pipeline_text, owners_text) = match ci {
        Ci::GitHub => (
            include_str!("../templates/github/workflow.yaml"),
            include_str!("../templates/github/codeowners"),
        ),
        Ci::GitLab => (
            include_str!("../templates/gitlab/pipeline.yaml"),
            include_str!("../templates/gitlab/codeowners"),
        ),
    };
    let option = match layout.below.as_str() {
        "" => String::new(),
        below => format!(" --dir {}", crate::view::credentials::shell_word(below)),
    };
    let root = match layout.below.as_str() {
        "" => "/".to_owned(),
        below => format!("/{}/", below.replace(' ', "\\ ")),
    };
    let install = indented(10, include_str!("../templates/github/install.sh"));
    let note = indented(8, include_str!("../templates/gitlab/note.sh"));
    vec![
        NewFile {
            path: layout.root.join(pipeline),
            text: pipeline_text
                .replace("@INSTALL@", &install)
                .replace("@NOTE@", &note)
                .replace("@PATHS@", &paths(layout))
                .replace("@DIR@", &option),
        },
        NewFile {
            path: layout.root.join(codeowners),
            text: owners_text
                .replace("@ALL@", if root == "/" { "*" } else { &root })
                .replace("@ROOT@", &root)
                .replace("@TEAM@", team.as_str()),
        },
    ]
}

/// The lines of a script within YAML.
fn indented(blanks: usize, script: &str) -> String {
    let lines: Vec<String> = script
        .lines()
        .map(|line| format!("{:blanks$}{line}", ""))
        .collect();
    lines.join("\n")
}

/// The changes that concern daypass, as a list for the workflow.
fn paths(layout: &Layout) -> String {
    if layout.below.is_empty() {
        let mut paths: Vec<String> = TeamFile::ALL
            .into_iter()
            .filter_map(TeamFile::directory)
            .map(|directory| format!("{directory}/**"))
            .collect();
        paths.push("daypass.yaml".to_owned());
        paths.push(".github/workflows/daypass.yml".to_owned());
        return listed(&paths);
    }
    listed(&[
        format!("{}/**", layout.below),
        ".github/workflows/daypass.yml".to_owned(),
    ])
}

fn listed(paths: &[String]) -> String {
    let quoted: Vec<String> = paths.iter().map(|path| format!("{path:?}")).collect();
    format!("[{}]", quoted.join(", "))
}
