//! The team files of a directory: which teams there are, and what their files hold. Read within bounds.

use crate::failure::Failure;
use daypass_core::team::{FileText, TeamFile, TeamName, TeamTexts};
use std::collections::BTreeSet;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// What the reader of YAML takes; nobody writes a tenth of it by hand.
const LARGEST: u64 = 16 * 1024 * 1024;
const ENDING: &str = ".yaml";

/// The directory with the team files.
#[derive(Debug, Clone)]
pub(crate) struct TeamDirectory {
    path: PathBuf,
}

/// What is there.
#[derive(Debug, Clone)]
pub(crate) struct TeamsFound {
    /// daypass.yaml
    pub(crate) settings: FileText,
    /// The teams that were asked for.
    pub(crate) teams: Vec<TeamTexts>,
    /// Files beside those of the teams that nobody reads.
    pub(crate) ignored: Vec<String>,
}

impl TeamDirectory {
    pub(crate) fn new(path: &Path) -> Self {
        TeamDirectory {
            path: path.to_owned(),
        }
    }

    /// Reads these teams, or all of them.
    pub(crate) fn read(&self, teams: &[TeamName], all: bool) -> Result<TeamsFound, Failure> {
        let (known, ignored) = self.teams()?;
        if known.is_empty() {
            return Err(self.nothing_there());
        }
        let wanted: Vec<TeamName> = if all {
            known.iter().cloned().collect()
        } else {
            teams.to_vec()
        };
        if let Some(stranger) = wanted.iter().find(|team| !known.contains(team)) {
            let names: Vec<&str> = known.iter().map(TeamName::as_str).collect();
            let near = iam_policy::syntax::nearest(stranger.as_str(), names.iter().copied());
            let help = match near {
                Some(near) => format!("did you mean {near}? The teams are {}", names.join(", ")),
                None => format!("the teams are {}", names.join(", ")),
            };
            let here = self.path.display();
            return Err(Failure::bad_input(format!("team {stranger} has no file in {here}")).help(help));
        }
        Ok(TeamsFound {
            settings: self.file(Path::new("daypass.yaml"))?,
            teams: wanted
                .into_iter()
                .map(|team| self.team(team))
                .collect::<Result<_, _>>()?,
            ignored: if all { ignored } else { Vec::new() },
        })
    }

    /// The teams that have a file, and the files that look like a team's and are none.
    fn teams(&self) -> Result<(BTreeSet<TeamName>, Vec<String>), Failure> {
        let (mut teams, mut ignored) = (BTreeSet::new(), Vec::new());
        for directory in TeamFile::ALL.into_iter().filter_map(TeamFile::directory) {
            let path = self.path.join(directory);
            let files = match std::fs::read_dir(&path) {
                Ok(files) => files,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(unreadable(&path, &error)),
            };
            for file in files {
                let file = file.map_err(|error| unreadable(&path, &error))?;
                let name = file.file_name().to_string_lossy().into_owned();
                let team = name.strip_suffix(ENDING).and_then(|stem| stem.parse().ok());
                match team {
                    Some(team) => drop(teams.insert(team)),
                    None if is_like_a_teams(Path::new(&name)) => {
                        ignored.push(file.path().display().to_string());
                    }
                    // Notes are nobody's mistake.
                    None => {}
                }
            }
        }
        ignored.sort();
        Ok((teams, ignored))
    }

    fn nothing_there(&self) -> Failure {
        let here = self.path.display();
        let failure = Failure::bad_input(format!("there are no team files in {here}"));
        let below = self.path.join("aws");
        if below.join("aws-accounts").is_dir() {
            return failure.help(format!(
                "they are in {}: add --dir {}",
                below.display(),
                below.display()
            ));
        }
        failure
            .help("a team has DIR/aws-accounts/TEAM.yaml and DIR/aws-policies/TEAM.yaml; name DIR with --dir")
    }

    fn team(&self, team: TeamName) -> Result<TeamTexts, Failure> {
        let file = |which: TeamFile| {
            let directory = which.directory().unwrap_or_default();
            self.file(&Path::new(directory).join(format!("{team}{ENDING}")))
        };
        Ok(TeamTexts {
            accounts: file(TeamFile::Accounts)?,
            policies: file(TeamFile::Policies)?,
            permanent: file(TeamFile::Permanent)?,
            temporary: file(TeamFile::Temporary)?,
            team,
        })
    }

    fn file(&self, name: &Path) -> Result<FileText, Failure> {
        let path = if self.path == Path::new(".") {
            name.to_owned()
        } else {
            self.path.join(name)
        };
        let text = match read(&path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(unreadable(&path, &error)),
        };
        Ok(FileText {
            path: path.display().to_string().into(),
            text,
        })
    }
}

impl TeamsFound {
    /// The text of a file, for messages that point into it.
    pub(crate) fn text(&self, path: &str) -> &str {
        let files = self
            .teams
            .iter()
            .flat_map(|team| [&team.accounts, &team.policies, &team.permanent, &team.temporary]);
        let mut files = files.chain([&self.settings]);
        let found = files.find(|file| &*file.path == path);
        found.and_then(|file| file.text.as_deref()).unwrap_or_default()
    }
}

/// Whether a file is YAML by its name.
fn is_like_a_teams(name: &Path) -> bool {
    let ending = name.extension().map(std::ffi::OsStr::to_ascii_lowercase);
    ending.is_some_and(|ending| ending == "yaml" || ending == "yml")
}

fn read(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            "it is larger than 16 MiB",
        ));
    }
    String::from_utf8(bytes)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not text in UTF-8"))
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::bad_input(format!("cannot read {}", path.display())).why(error.to_string())
}
