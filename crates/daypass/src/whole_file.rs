//! Files written whole or not at all: beside their place first, then moved there.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

/// How the names of files begin that are about to be moved into their place.
const BESIDE: &str = ".daypass-";
/// Nobody writes one for so long: whoever wrote it was killed.
const LEFT_BEHIND: Duration = Duration::from_mins(1);

/// Who may read what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Nobody but the owner: there are secrets in it.
    Owner,
    /// Who could before; of a new file whoever may read new files.
    AsBefore,
}

/// Puts a file in place of the one that is there, if any. A link is followed: what it leads to is replaced.
pub(crate) fn replace(path: &Path, text: impl AsRef<[u8]>, readers: Readers) -> io::Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    check_replaceable(&target)?;
    let before = fs::metadata(&target).map(|old| old.permissions());
    let mode = match readers {
        Readers::Owner => 0o600,
        Readers::AsBefore => 0o666,
    };
    sweep(folder(&target));
    let beside = folder(&target).join(format!("{BESIDE}{:016x}", fastrand::u64(..)));
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(&beside)
        .and_then(|mut file| {
            if let (Readers::AsBefore, Ok(before)) = (readers, before) {
                file.set_permissions(Permissions::from_mode(before.mode() & 0o777))?;
            }
            file.write_all(text.as_ref())?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&beside, &target));
    if written.is_err() {
        // What is left of it is of no use to anybody.
        let _ = fs::remove_file(&beside);
    }
    written
}

/// Removes what was left behind by a process that was killed here: there may be secrets in it.
fn sweep(folder: &Path) {
    let Ok(files) = fs::read_dir(folder) else { return };
    for file in files.flatten() {
        let is_ours = file.file_name().to_str().is_some_and(is_beside);
        let age = || {
            file.metadata()
                .and_then(|found| found.modified())
                .ok()?
                .elapsed()
                .ok()
        };
        if is_ours && age().is_some_and(|age| age >= LEFT_BEHIND) {
            // Another process may have done so; whatever it is, it is in nobody's way.
            let _ = fs::remove_file(file.path());
        }
    }
}

/// The name of no file of anybody else's.
fn is_beside(name: &str) -> bool {
    let number = name.strip_prefix(BESIDE);
    number.is_some_and(|number| number.len() == 16 && number.chars().all(|c| c.is_ascii_hexdigit()))
}

/// Who runs as root could otherwise replace a device, `/dev/null` among them, for everybody.
fn check_replaceable(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(found) if !found.is_file() => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is no regular file",
        )),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Writes a file that is not there yet.
pub(crate) fn create(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;

    #[test]
    fn what_a_killed_process_left_behind_goes_with_the_next_write() {
        let home = tempfile::tempdir().unwrap();
        let left = home.path().join(".daypass-0123456789abcdef");
        let fresh = home.path().join(".daypass-fedcba9876543210");
        let theirs = home.path().join(".daypass-notes");
        for path in [&left, &fresh, &theirs] {
            std::fs::write(path, "secret").unwrap();
        }
        let old = std::time::SystemTime::now() - LEFT_BEHIND;
        for path in [&left, &theirs] {
            let file = File::options().write(true).open(path).unwrap();
            file.set_modified(old).unwrap();
        }
        replace(&home.path().join("credentials"), "new", Readers::Owner).unwrap();
        assert!(!left.exists());
        assert!(fresh.exists(), "somebody may be writing it");
        assert!(theirs.exists(), "it is none of ours");
    }

    #[test]
    fn a_file_is_replaced_whole_for_its_owner_alone() {
        let home = tempfile::tempdir().unwrap();
        let real = home.path().join("real");
        std::fs::write(&real, "old").unwrap();
        std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o644)).unwrap();
        let link = home.path().join("link");
        std::os::unix::fs::symlink("real", &link).unwrap();
        replace(&link, "new", Readers::Owner).unwrap();
        assert_eq!(std::fs::read_to_string(&real).unwrap(), "new");
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(
            std::fs::metadata(&real).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(
            std::fs::read_dir(home.path()).unwrap().count(),
            2,
            "nothing else is left"
        );
        assert!(replace(&home.path().join("no/such"), "", Readers::Owner).is_err());
    }

    #[test]
    fn what_is_no_file_is_not_replaced() {
        let home = tempfile::tempdir().unwrap();
        let socket = home.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        let link = home.path().join("link");
        std::os::unix::fs::symlink(&socket, &link).unwrap();
        for path in [&socket, &link, &home.path().to_owned()] {
            assert_eq!(
                replace(path, "x", Readers::Owner).unwrap_err().kind(),
                io::ErrorKind::InvalidInput
            );
        }
        assert!(!std::fs::symlink_metadata(&socket).unwrap().is_file());
    }
}
