//! Files written whole or not at all: beside their place first, then moved there.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// Who may read what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Nobody but the owner: there are secrets in it.
    Owner,
    /// Who could before; of a new file whoever may read new files.
    AsBefore,
}

/// Puts a file in place of the one that is there, if any. A link is followed: what it leads to is replaced.
pub(crate) fn replace(path: &Path, text: &str, readers: Readers) -> io::Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let before = fs::metadata(&target).map(|old| old.permissions());
    let mode = match readers {
        Readers::Owner => 0o600,
        Readers::AsBefore => 0o666,
    };
    let beside = folder(&target).join(format!(".daypass-{:016x}", fastrand::u64(..)));
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(&beside)
        .and_then(|mut file| {
            if let (Readers::AsBefore, Ok(before)) = (readers, before) {
                file.set_permissions(Permissions::from_mode(before.mode() & 0o777))?;
            }
            file.write_all(text.as_bytes())?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&beside, &target));
    if written.is_err() {
        // What is left of it is of no use to anybody.
        let _ = fs::remove_file(&beside);
    }
    written
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
