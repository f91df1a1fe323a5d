//! `daypass validate` and `daypass schema`: team files in, findings or schemas out. Nothing is called.

use crate::cli::{FindingFormat, SchemaArgs, SchemaFile, ValidateArgs};
use crate::exit::{Ending, Exit};
use crate::failure::Failure;
use crate::team_files::TeamDirectory;
use crate::view::validate as view;
use daypass_core::check;
use daypass_core::policy_test;
use daypass_core::team::{self, Severity, TeamFile};
use jiff::Timestamp;

/// Runs `daypass validate`.
pub(crate) fn run(arguments: &ValidateArgs) -> Result<Ending, Failure> {
    let directory = TeamDirectory::new(&arguments.teams.dir);
    let found = directory.read(&arguments.teams.teams, arguments.teams.all)?;
    let now = Timestamp::now();
    let checked = team::check(&found.settings, &found.teams, now);
    let written = match arguments.format {
        FindingFormat::Human => view::human(&found, &checked),
        FindingFormat::Json => view::json(&found, &checked),
        FindingFormat::Github => view::github(&found, &checked),
        FindingFormat::Sarif => view::sarif(&found, &checked),
    };
    if let Err(error) = written {
        return super::not_written(&error);
    }
    let warnings = checked.count(Severity::Warning) + found.ignored.len();
    Ok(Ending::Own(if checked.desired.is_none() {
        Exit::BadInput
    } else if arguments.denied.warnings() && warnings > 0 {
        Exit::Failed
    } else {
        Exit::Done
    }))
}

/// Runs `daypass schema`.
pub(crate) fn schema(arguments: &SchemaArgs) -> Result<Ending, Failure> {
    let schema = match arguments.file {
        SchemaFile::Accounts => TeamFile::Accounts.schema(),
        SchemaFile::Policies => TeamFile::Policies.schema(),
        SchemaFile::Permanent => TeamFile::Permanent.schema(),
        SchemaFile::Temporary => TeamFile::Temporary.schema(),
        SchemaFile::Daypass => TeamFile::Settings.schema(),
        SchemaFile::Test => policy_test::schema(),
        SchemaFile::Check => check::schema(),
    };
    match crate::view::deliver(&format!("{schema:#}")) {
        Ok(()) => Ok(Ending::Own(Exit::Done)),
        Err(error) => super::not_written(&error),
    }
}
