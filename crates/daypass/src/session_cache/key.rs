//! The key that sessions are sealed with, and where it is: derived from a passphrase; or random, in the kernel's keyring of
//! the user, or where no keyring is to be had in a file that does not outlive the machine.

use super::seal::{self, KeyBytes};
use crate::private_directory;
use crate::settings::Variables;
use crate::whole_file::{self, Readers};
use ring::pbkdf2;
use ring::rand::{SecureRandom, SystemRandom};
use secrecy::zeroize::Zeroizing;
use std::fmt;
use std::fs::OpenOptions;
use std::io;
use std::num::NonZeroU32;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// PBKDF2-HMAC-SHA256 as "Password Storage" of the OWASP Cheat Sheet Series asks for it.
const ROUNDS: NonZeroU32 = NonZeroU32::MIN.saturating_add(599_999);
const SALT: usize = 16;
const PASSPHRASE: &str = "DAYPASS_CACHE_PASSPHRASE";
/// `keyring` or `file`, for whoever wants one of them and no other.
const CHOICE: &str = "DAYPASS_CACHE_KEY";

/// Where a key is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeyPlace {
    /// In somebody's head, and in `DAYPASS_CACHE_PASSPHRASE`.
    Passphrase,
    /// In the kernel's keyring of the user, gone when the machine stops.
    Keyring,
    /// In this file, on a file system in memory where there is one.
    File(PathBuf),
}

impl fmt::Display for KeyPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyPlace::Passphrase => write!(f, "{PASSPHRASE}"),
            KeyPlace::Keyring => f.write_str("the kernel's keyring"),
            KeyPlace::File(path) => path.display().fmt(f),
        }
    }
}

/// A key. `Debug` shows where it is.
pub(super) struct Key {
    bytes: KeyBytes,
    place: KeyPlace,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

impl Key {
    pub(super) fn place(&self) -> KeyPlace {
        self.place.clone()
    }

    pub(super) fn seal(&self, name: &str, plain: &[u8]) -> io::Result<Vec<u8>> {
        seal::seal(&self.bytes, name, plain)
    }

    pub(super) fn open(&self, name: &str, sealed: Vec<u8>) -> Option<Zeroizing<Vec<u8>>> {
        seal::open(&self.bytes, name, sealed)
    }
}

/// The key of sessions under `directory`, made if it is not there and `make` says so.
pub(super) fn find(variables: &Variables, directory: &Path, make: bool) -> Option<Key> {
    if let Some(passphrase) = variables.text(PASSPHRASE) {
        let bytes = derived(&passphrase, &directory.join("salt"), make)?;
        return Some(Key {
            bytes,
            place: KeyPlace::Passphrase,
        });
    }
    let choice = variables.text(CHOICE);
    let wants = |place: &str| choice.as_deref().is_none_or(|choice| choice == place);
    // Two processes that both make one would each lock the other out.
    let _turn = if make { Some(making(directory).ok()?) } else { None };
    if wants("keyring")
        && let Some(bytes) = keyring::key(make)
    {
        return Some(Key {
            bytes,
            place: KeyPlace::Keyring,
        });
    }
    if wants("file") {
        let path = file(variables)?;
        let bytes = in_file(&path, make)?;
        return Some(Key {
            bytes,
            place: KeyPlace::File(path),
        });
    }
    None
}

fn making(directory: &Path) -> io::Result<std::fs::File> {
    private_directory::make(directory)?;
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(directory.join("key-lock"))?;
    file.lock()?;
    Ok(file)
}

fn random<const N: usize>() -> Option<Zeroizing<[u8; N]>> {
    let mut bytes = Zeroizing::new([0; N]);
    SystemRandom::new().fill(bytes.as_mut_slice()).ok()?;
    Some(bytes)
}

fn derived(passphrase: &str, salt: &Path, make: bool) -> Option<KeyBytes> {
    let found = || std::fs::read(salt).ok().filter(|salt| salt.len() == SALT);
    let bytes = match found() {
        Some(bytes) => bytes,
        None if make => {
            let _turn = making(salt.parent()?).ok()?;
            // Somebody else may have made it meanwhile.
            if found().is_none() {
                whole_file::replace(salt, random::<SALT>()?.as_slice(), Readers::Owner).ok()?;
            }
            found()?
        }
        None => return None,
    };
    let mut key = Zeroizing::new([0; 32]);
    pbkdf2::derive(
        pbkdf2::PBKDF2_HMAC_SHA256,
        ROUNDS,
        &bytes,
        passphrase.as_bytes(),
        key.as_mut_slice(),
    );
    Some(key)
}

/// The runtime directory of the login session (XDG Base Directory Specification), or a directory of the user's own on a
/// file system in memory, or the user's own temporary directory (as macOS has it).
fn file(variables: &Variables) -> Option<PathBuf> {
    const NAME: &str = "cache-key";
    let user = rustix::process::geteuid().as_raw();
    let runtime = variables.get("XDG_RUNTIME_DIR").map(PathBuf::from);
    let runtime = runtime.map(|directory| directory.join("daypass"));
    let memory = Path::new("/dev/shm").join(format!("daypass-{user}"));
    let temporary = variables.get("TMPDIR").map(PathBuf::from);
    let temporary = temporary.map(|directory| directory.join(format!("daypass-{user}")));
    let candidates = runtime.into_iter().chain([memory]).chain(temporary);
    candidates
        .filter(|directory| directory.is_absolute() && directory.parent().is_some_and(Path::is_dir))
        .find(|directory| private_directory::make(directory).is_ok())
        .map(|directory| directory.join(NAME))
}

fn in_file(path: &Path, make: bool) -> Option<KeyBytes> {
    if let Ok(found) = std::fs::read(path) {
        let found = Zeroizing::new(found);
        if let Ok(bytes) = found.as_slice().try_into() {
            return Some(Zeroizing::new(bytes));
        }
    }
    if !make {
        return None;
    }
    let bytes = random::<32>()?;
    whole_file::replace(path, bytes.as_slice(), Readers::Owner).ok()?;
    Some(bytes)
}

/// The Linux kernel's keyring ("keyrings(7)", "user-keyring(7)").
#[cfg(target_os = "linux")]
mod keyring {
    use super::{KeyBytes, Zeroizing, random};
    use linux_keyutils::{Key, KeyPermissionsBuilder, KeyRing, KeyRingIdentifier, Permission};

    const DESCRIPTION: &str = "daypass:session-cache";

    pub(super) fn key(make: bool) -> Option<KeyBytes> {
        let ring = KeyRing::from_special_id(KeyRingIdentifier::User, false).ok()?;
        if let Some(bytes) = ring.search(DESCRIPTION).ok().and_then(read) {
            return Some(bytes);
        }
        if !make {
            return None;
        }
        let bytes = random::<32>()?;
        // A key can be opened to the user's other sessions only by who possesses it, and a process possesses what is in
        // its own keyring, which the user's need not be in.
        let ours = KeyRing::from_special_id(KeyRingIdentifier::Process, true).ok()?;
        let key = ours.add_key(DESCRIPTION, bytes.as_slice()).ok()?;
        let permissions = KeyPermissionsBuilder::builder()
            .posessor(Permission::ALL)
            .user(Permission::VIEW | Permission::READ | Permission::SEARCH)
            .build();
        key.set_perms(permissions).ok()?;
        ring.link_key(key).ok()?;
        read(ring.search(DESCRIPTION).ok()?)
    }

    fn read(key: Key) -> Option<KeyBytes> {
        let bytes = Zeroizing::new(key.read_to_vec().ok()?);
        bytes.as_slice().try_into().ok().map(Zeroizing::new)
    }
}

#[cfg(not(target_os = "linux"))]
mod keyring {
    use super::KeyBytes;

    pub(super) fn key(_make: bool) -> Option<KeyBytes> {
        None
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_gives_the_same_key_again() {
        // Where the kernel lends no keyring, as in some containers, there is nothing to compare.
        if let Some(made) = keyring::key(true) {
            assert_eq!(keyring::key(false), Some(made));
        }
    }
}
