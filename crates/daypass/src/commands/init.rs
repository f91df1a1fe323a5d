//! `daypass init`: files that are not there yet are written. Nothing is called.

use crate::cli::{CiChoice, InitArgs, InitCommand, InitLambdaArgs};
use crate::exit::{Ending, Exit};
use crate::failure::Failure;
use crate::scaffold::{self, Ci, Layout, NewFile};
use crate::view::init as shown;
use crate::whole_file::{self, Readers};
use std::io;
use std::path::{Path, PathBuf};

/// Runs `daypass init`.
pub(crate) fn run(arguments: &InitArgs) -> Result<Ending, Failure> {
    if let Some(InitCommand::Lambda(lambda)) = &arguments.command {
        return self::lambda(lambda);
    }
    let layout = layout(&arguments.dir)?;
    let mut files = scaffold::team(&layout, &arguments.team);
    files.extend(match arguments.ci {
        CiChoice::GitHub => scaffold::ci(&layout, Ci::GitHub, &arguments.team),
        CiChoice::GitLab => scaffold::ci(&layout, Ci::GitLab, &arguments.team),
        CiChoice::None => Vec::new(),
    });
    let written = write(&files, arguments.force)?;
    match shown::files(&written).and_then(|()| shown::next(&layout, arguments)) {
        Ok(()) => Ok(Ending::Own(Exit::Done)),
        Err(error) => super::not_written(&error),
    }
}

fn lambda(arguments: &InitLambdaArgs) -> Result<Ending, Failure> {
    let files = scaffold::lambda(&arguments.dir, arguments.fan_out);
    let written = write(&files, arguments.force)?;
    if let Some(bootstrap) = files.iter().find(|file| file.path.ends_with("bootstrap")) {
        make_executable(&bootstrap.path).map_err(|error| {
            Failure::failed(format!("cannot make {} executable", bootstrap.path.display()))
                .why(error.to_string())
        })?;
    }
    match shown::files(&written).and_then(|()| shown::next_for_lambda(&arguments.dir)) {
        Ok(()) => Ok(Ending::Own(Exit::Done)),
        Err(error) => super::not_written(&error),
    }
}

/// Lambda starts it.
fn make_executable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path)?.permissions().mode();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode | 0o111))
}

/// Writes what is not there, or all of it.
fn write(files: &[NewFile], force: bool) -> Result<Vec<(PathBuf, Fate)>, Failure> {
    let mut fates = Vec::new();
    for file in files {
        let fate = write_one(file, force).map_err(|error| {
            Failure::failed(format!("cannot write {}", file.path.display())).why(error.to_string())
        })?;
        fates.push((file.path.clone(), fate));
    }
    Ok(fates)
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is new.
    Written,
    /// It was there, and is new.
    Replaced,
    /// It was there, and is as it was.
    Kept,
    /// It was there, and says the same.
    Same,
}

fn write_one(file: &NewFile, force: bool) -> io::Result<Fate> {
    if let Some(folder) = file.path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    match whole_file::create(&file.path, &file.text) {
        Ok(()) => Ok(Fate::Written),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let is_same = std::fs::read(&file.path).is_ok_and(|old| old == file.text.as_bytes());
            match (is_same, force) {
                (true, _) => Ok(Fate::Same),
                (false, false) => Ok(Fate::Kept),
                (false, true) => {
                    whole_file::replace(&file.path, &file.text, Readers::AsBefore).map(|()| Fate::Replaced)
                }
            }
        }
        Err(error) => Err(error),
    }
}

/// Makes the directory, and looks for the repository that it is in.
fn layout(directory: &Path) -> Result<Layout, Failure> {
    let wrong = |error: io::Error| {
        Failure::failed(format!("cannot use {}", directory.display())).why(error.to_string())
    };
    std::fs::create_dir_all(directory).map_err(wrong)?;
    let whole = std::fs::canonicalize(directory).map_err(wrong)?;
    let root = whole.ancestors().find(|folder| folder.join(".git").exists());
    let below = root.and_then(|root| whole.strip_prefix(root).ok());
    let steps = below.map_or(0, |below| below.components().count());
    // As the user wrote it, and so many steps up.
    let way = match steps {
        0 => directory.to_owned(),
        _ if directory.is_relative()
            && directory.components().count() >= steps
            && directory != Path::new(".") =>
        {
            let mut way = directory.to_owned();
            for _ in 0..steps {
                way.pop();
            }
            way
        }
        _ => root.unwrap_or(directory).to_owned(),
    };
    let clean = |path: PathBuf| {
        if path == Path::new(".") {
            PathBuf::new()
        } else {
            path
        }
    };
    Ok(Layout {
        directory: clean(directory.to_owned()),
        root: clean(way),
        below: below.map(|below| below.display().to_string()).unwrap_or_default(),
    })
}
