//! One locked file per lease that this machine holds open: the operating system drops the lock when the process dies,
//! whatever killed it, so a sweep can tell a dead run's role from a living one's. The file holds nothing.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// The directory in which leases of this machine and user are marked.
#[derive(Debug, Clone)]
pub(crate) struct LeaseLocks {
    directory: PathBuf,
}

/// A living mark, held until it is released or the process ends.
#[derive(Debug)]
pub(crate) struct LeaseLock {
    file: File,
    path: PathBuf,
}

/// What this machine knows about a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Liveness {
    /// A process here holds it open.
    Alive,
    /// A process here held it, and is dead.
    Dead,
    /// Nothing is known of it here: another machine or user, or a lease that was left open on purpose.
    Unknown,
}

impl LeaseLocks {
    /// Under the user's directory for state.
    pub(crate) fn under(state_directory: &Path) -> Self {
        LeaseLocks {
            directory: state_directory.join("daypass").join("leases"),
        }
    }

    /// Marks the lease of `role_name` as alive.
    pub(crate) fn hold(&self, role_name: &str) -> io::Result<LeaseLock> {
        std::fs::create_dir_all(&self.directory)?;
        let path = self.path(role_name);
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)?;
        file.try_lock()?;
        Ok(LeaseLock { file, path })
    }

    /// Whether the process that holds the lease is alive, as far as this machine knows.
    pub(crate) fn liveness(&self, role_name: &str) -> Liveness {
        let Ok(file) = OpenOptions::new().write(true).open(self.path(role_name)) else {
            return Liveness::Unknown;
        };
        match file.try_lock() {
            Ok(()) => Liveness::Dead,
            Err(TryLockError::WouldBlock) => Liveness::Alive,
            Err(TryLockError::Error(_)) => Liveness::Unknown,
        }
    }

    /// Removes the mark of a lease that is no more.
    pub(crate) fn forget(&self, role_name: &str) {
        // A mark that stays behind does no harm: it names a role that does not exist.
        let _ = std::fs::remove_file(self.path(role_name));
    }

    fn path(&self, role_name: &str) -> PathBuf {
        // IAM's role names have no `/`; what an account answers is still not trusted to be a file name.
        let name: String = role_name
            .chars()
            .map(|c| if c == '/' || c == '\0' { '_' } else { c })
            .collect();
        self.directory.join(format!("{name}.lock"))
    }
}

impl LeaseLock {
    /// The lease is gone: removes its mark.
    pub(crate) fn release(self) {
        let _ = std::fs::remove_file(&self.path);
        let _ = self.file.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_tells_the_living_from_the_dead() {
        let state = tempfile::tempdir().unwrap();
        let locks = LeaseLocks::under(state.path());
        assert_eq!(locks.liveness("role"), Liveness::Unknown);
        let held = locks.hold("role").unwrap();
        assert_eq!(locks.liveness("role"), Liveness::Alive);
        assert!(locks.hold("role").is_err());
        drop(held);
        assert_eq!(
            locks.liveness("role"),
            Liveness::Dead,
            "dropped without release, as when the process dies"
        );
        locks.hold("role").unwrap().release();
        assert_eq!(locks.liveness("role"), Liveness::Unknown);
    }
}
