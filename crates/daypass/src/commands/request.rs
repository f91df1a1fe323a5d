//! `daypass request`: an entry added to a team's file, checked before it is written. Nothing is called.

use crate::cli::RequestArgs;
use crate::exit::{Ending, Exit};
use crate::failure::Failure;
use crate::team_files::{TeamDirectory, TeamsFound};
use crate::view::{self, request as shown};
use crate::whole_file::{self, Readers};
use daypass_core::team::{
    self, AccessEnd, AccessRequest, EditError, FileText, Requested, TeamTexts, WrittenGrantee, request_access,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::path::Path;

/// Runs `daypass request`.
pub(crate) fn run(arguments: RequestArgs) -> Result<Ending, Failure> {
    let directory = TeamDirectory::new(&arguments.dir);
    let mut found = directory.read(std::slice::from_ref(&arguments.team), false)?;
    let now = Timestamp::now();
    let zone = team::settings_of(&found.settings).map_or(TimeZone::UTC, |settings| settings.timezone);
    let dry_run = arguments.dry_run;
    let request = asked(arguments, now, &zone)?;
    let Some(texts) = found.teams.first_mut() else {
        return Err(Failure::failed("the team's files are gone"));
    };
    match request_access(&found.settings, texts, &request, now) {
        Requested::Held(grants) => shown::held(&request, &grants, &found, &zone),
        Requested::NotEdited(EditError::NotYaml(diagnostics)) => {
            return Err(Failure::Document {
                name: texts.temporary.path.to_string(),
                text: texts.temporary.text.clone().unwrap_or_default(),
                diagnostics,
            });
        }
        Requested::NotEdited(error @ EditError::NoPlace { .. }) => {
            return Err(not_edited(&texts.temporary, &error));
        }
        Requested::Wrong { text, findings } => {
            let with_entry = text.is_some();
            if with_entry {
                texts.temporary.text = text;
            }
            view::validate::quote(&found, &findings);
            return Err(refused(&request, with_entry));
        }
        Requested::Added {
            file,
            grants: _,
            extended,
            warnings,
        } => {
            if !dry_run {
                write(texts, &file.text)?;
            }
            texts.temporary.text = Some(file.text.clone());
            view::validate::quote(&found, &warnings);
            let added = shown::Added {
                request: &request,
                file: &file,
                path: path_of(&found),
                extended: &extended,
                dry_run,
                zone: &zone,
            };
            shown::added(&added, &found)
        }
    }
    .or_else(|error| super::not_written(&error).map(|_| ()))?;
    Ok(Ending::Own(Exit::Done))
}

fn asked(arguments: RequestArgs, now: Timestamp, zone: &TimeZone) -> Result<AccessRequest, Failure> {
    let end = match (arguments.until, arguments.lasts) {
        (Some(end), _) => end,
        (None, Some(lasts)) => AccessEnd::after(now, lasts, zone)
            .ok_or_else(|| Failure::bad_input("--for is no time from now that the calendar reaches"))?,
        (None, None) => return Err(Failure::bad_input("name an end with --for or --until")),
    };
    let grantee = match (arguments.user, arguments.role, arguments.group) {
        (Some(user), _, _) => WrittenGrantee::User(user),
        (_, Some(role), _) => WrittenGrantee::Role(role),
        (_, _, Some(group)) => WrittenGrantee::Group(group),
        _ => {
            return Err(Failure::bad_input(
                "name whom it is for with --user, --role or --group",
            ));
        }
    };
    Ok(AccessRequest {
        grantee,
        environments: arguments.environments,
        grants: arguments.grants,
        end,
        description: arguments.description,
        reason: arguments.reason,
        ticket: arguments.ticket,
    })
}

/// Writes the file, unless somebody else has since it was read.
fn write(texts: &TeamTexts, text: &str) -> Result<(), Failure> {
    let file = &texts.temporary;
    let path = Path::new(&*file.path);
    let not_written = |error: &std::io::Error| {
        Failure::failed(format!("cannot write {}", path.display())).why(error.to_string())
    };
    if std::fs::read_to_string(path).ok() != file.text {
        return Err(
            Failure::failed(format!("{} was changed just now", path.display()))
                .help("nothing was written; run this again"),
        );
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| not_written(&error))?;
    }
    whole_file::replace(path, text, Readers::AsBefore).map_err(|error| not_written(&error))
}

fn path_of(found: &TeamsFound) -> &str {
    found.teams.first().map_or("", |texts| &texts.temporary.path)
}

fn refused(request: &AccessRequest, with_entry: bool) -> Failure {
    if !with_entry {
        return Failure::bad_input("the team's files are wrong as they are; nothing was written")
            .help("mend them, and run this again");
    }
    let who = request.grantee.name();
    Failure::bad_input(format!("the entry for {who} would be wrong; nothing was written"))
}

fn not_edited(file: &FileText, error: &EditError) -> Failure {
    let failure = Failure::bad_input(format!("no entry can be added to {}: {error}", file.path));
    match error {
        EditError::NoPlace { entry } => failure.help(format!("add it by hand:\n\n{entry}")),
        EditError::NotYaml(_) => failure,
    }
}
