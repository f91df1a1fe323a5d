//! `daypass profile clean`: what `assume --write-profile` wrote is removed from the credentials file when it has ended.

use crate::aws_files::AwsFiles;
use crate::cli::{ProfileArgs, ProfileCleanArgs, ProfileCommand};
use crate::exit::{Ending, Exit};
use crate::failure::Failure;
use crate::settings::Settings;
use crate::view;
use daypass_core::profiles;
use jiff::Timestamp;

/// Runs a `profile` command.
pub(crate) fn run(arguments: &ProfileArgs, settings: &Settings) -> Result<Ending, Failure> {
    match &arguments.command {
        ProfileCommand::Clean(arguments) => clean(arguments, settings),
    }
}

fn clean(arguments: &ProfileCleanArgs, settings: &Settings) -> Result<Ending, Failure> {
    let files = AwsFiles::of(&settings.variables);
    let now = Timestamp::now();
    let is_over = |ends_at: Timestamp| arguments.all || ends_at <= now;
    let (mut removed, mut kept) = (Vec::new(), Vec::new());
    let path = files.credentials()?;
    if path.exists() {
        files.change_credentials(|text| {
            (removed, kept) = profiles::temporary_profiles(text)
                .into_iter()
                .partition(|(_, ends_at)| is_over(*ends_at));
            Ok(profiles::remove_temporary(text, |_, ends_at| is_over(ends_at)))
        })?;
    }
    for (name, ends_at) in &removed {
        let ended = if *ends_at <= now {
            "ended"
        } else {
            "would have ended"
        };
        view::result(format_args!("removed {name}, which {ended} at {ends_at}"));
    }
    for (name, ends_at) in &kept {
        view::note(format_args!("{name} is kept until {ends_at}"));
    }
    if removed.is_empty() && kept.is_empty() {
        view::note(format_args!(
            "daypass has written no profile in {}",
            path.display()
        ));
    }
    Ok(Ending::Own(Exit::Done))
}
