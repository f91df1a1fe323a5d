//! Sessions kept until shortly before they end, so that the next process need not ask for them: a sealed file each, whose
//! key is elsewhere, and a lock each, so that of many processes one asks.

mod key;
mod seal;

pub(crate) use key::KeyPlace;

use crate::private_directory;
use crate::settings::Variables;
use crate::whole_file::{self, Readers};
use daypass_aws::Credentials;
use jiff::{SignedDuration, Timestamp};
use ring::digest;
use secrecy::ExposeSecret;
use secrecy::zeroize::Zeroizing;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

/// A session with less than this left is renewed; one of less than an hour, with less than a quarter left.
const RENEWED_BEFORE: SignedDuration = SignedDuration::from_mins(15);
/// Marks of processes that are long gone.
const OLD: Duration = Duration::from_hours(48);

/// A session, and when it began and ends.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    /// Its credentials, with their end.
    pub(crate) credentials: Credentials,
    /// The role whose session it is; nothing for a user's.
    pub(crate) role: Option<String>,
    /// When it was asked for.
    pub(crate) began_at: Timestamp,
}

impl Session {
    /// When AWS stops accepting it; nothing for credentials without an end.
    pub(crate) fn ends_at(&self) -> Option<Timestamp> {
        self.credentials.expires_at
    }

    /// When a new one is due.
    pub(crate) fn due_at(&self) -> Option<Timestamp> {
        let ends_at = self.ends_at()?;
        let quarter = ends_at.duration_since(self.began_at) / 4;
        Some(ends_at - quarter.clamp(SignedDuration::ZERO, RENEWED_BEFORE))
    }

    /// Whether it is good to begin something with.
    pub(crate) fn is_fresh(&self, now: Timestamp) -> bool {
        self.due_at().is_none_or(|due_at| now < due_at)
    }
}

/// What tells a session from all others: a digest of whatever it depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SessionName(String);

impl SessionName {
    /// The name of the session that these parts, in this order, ask for.
    pub(crate) fn of<'p>(parts: impl IntoIterator<Item = &'p str>) -> Self {
        let mut digest = digest::Context::new(&digest::SHA256);
        for part in parts {
            // With their lengths, so that no two lists are one text.
            digest.update(&(part.len() as u64).to_be_bytes());
            digest.update(part.as_bytes());
        }
        let hex = digest.finish().as_ref().iter().fold(String::new(), |hex, byte| {
            let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
            hex + &String::from_iter([digit(byte >> 4), digit(byte & 15)])
        });
        SessionName(hex)
    }
}

/// The sessions that this user keeps on this machine.
#[derive(Debug)]
pub(crate) struct SessionCache {
    directory: PathBuf,
    variables: Variables,
    key: OnceLock<key::Key>,
}

/// The right to ask for a session, until it is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    _file: File,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
    role: Option<String>,
    /// Milliseconds since 1970, as is the next.
    began_at: i64,
    ends_at: i64,
}

impl SessionCache {
    /// The user's, if there is a directory for it.
    pub(crate) fn of(variables: &Variables) -> Option<SessionCache> {
        Some(SessionCache {
            directory: variables.cache_directory()?.join("daypass").join("sessions"),
            variables: variables.clone(),
            key: OnceLock::new(),
        })
    }

    /// A session that is kept. What cannot be read, or opened with the key of now, is not there.
    pub(crate) fn get(&self, name: &SessionName) -> Option<Session> {
        let sealed = std::fs::read(self.path(name, "session")).ok()?;
        let opened = self.key(false)?.open(&name.0, sealed)?;
        let kept: Kept = serde_json::from_slice(&opened).ok()?;
        Some(Session {
            credentials: Credentials {
                access_key_id: kept.access_key_id,
                secret_access_key: kept.secret_access_key.into(),
                session_token: kept.session_token.map(Into::into),
                expires_at: Some(Timestamp::from_millisecond(kept.ends_at).ok()?),
            },
            role: kept.role,
            began_at: Timestamp::from_millisecond(kept.began_at).ok()?,
        })
    }

    /// Keeps a session; what has no end is not kept.
    pub(crate) fn put(&self, name: &SessionName, session: &Session) -> io::Result<()> {
        let Some(ends_at) = session.ends_at() else {
            return Ok(());
        };
        private_directory::make(&self.directory)?;
        let no_key = || io::Error::other("there is no place for its key");
        let key = self.key(true).ok_or_else(no_key)?;
        let credentials = &session.credentials;
        let kept = Kept {
            access_key_id: credentials.access_key_id.clone(),
            secret_access_key: credentials.secret_access_key.expose_secret().to_owned(),
            session_token: credentials
                .session_token
                .as_ref()
                .map(|token| token.expose_secret().to_owned()),
            role: session.role.clone(),
            began_at: session.began_at.as_millisecond(),
            ends_at: ends_at.as_millisecond(),
        };
        let plain = Zeroizing::new(serde_json::to_vec(&kept)?);
        let path = self.path(name, "session");
        whole_file::replace(&path, &key.seal(&name.0, &plain)?, Readers::Owner)?;
        // So that what has ended is found without opening it.
        let ends_at = SystemTime::from(ends_at);
        OpenOptions::new()
            .write(true)
            .open(&path)?
            .set_modified(ends_at)?;
        self.sweep();
        Ok(())
    }

    /// Forgets a session that turned out to be none.
    pub(crate) fn forget(&self, name: &SessionName) {
        let _ = std::fs::remove_file(self.path(name, "session"));
    }

    /// Waits until nobody else is asking for this session. Whoever has waited should look again.
    pub(crate) fn turn(&self, name: &SessionName) -> io::Result<Turn> {
        private_directory::make(&self.directory)?;
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(self.path(name, "lock"))?;
        file.lock()?;
        Ok(Turn { _file: file })
    }

    /// Where the key is, if there is a place for one.
    pub(crate) fn key_place(&self) -> Option<KeyPlace> {
        self.key(true).map(key::Key::place)
    }

    fn key(&self, make: bool) -> Option<&key::Key> {
        if self.key.get().is_none() {
            let found = key::find(&self.variables, &self.directory, make)?;
            return Some(self.key.get_or_init(|| found));
        }
        self.key.get()
    }

    /// Removes what has ended.
    fn sweep(&self) {
        let Ok(entries) = std::fs::read_dir(&self.directory) else {
            return;
        };
        let now = SystemTime::now();
        for entry in entries.flatten() {
            let path = entry.path();
            let modified = entry.metadata().and_then(|found| found.modified());
            let age = modified
                .ok()
                .and_then(|modified| now.duration_since(modified).ok());
            let is_over = match path.extension().and_then(|extension| extension.to_str()) {
                Some("session") => age.is_some(),
                // Two processes with a lock file each would only ask twice.
                Some("lock") => age.is_some_and(|age| age > OLD),
                _ => false,
            };
            if is_over {
                let _ = std::fs::remove_file(path);
            }
        }
    }

    fn path(&self, name: &SessionName, extension: &str) -> PathBuf {
        self.directory.join(format!("{}.{extension}", name.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(lasts: SignedDuration) -> Session {
        let now = Timestamp::now();
        Session {
            credentials: Credentials {
                access_key_id: "ASIAEXAMPLE".to_owned(),
                secret_access_key: "SECRET-IN-CLEAR".into(),
                session_token: Some("TOKEN-IN-CLEAR".into()),
                expires_at: Some(now + lasts),
            },
            role: Some("arn:aws:iam::111122223333:role/Dev".to_owned()),
            began_at: now,
        }
    }

    fn cache(home: &std::path::Path, more: &[(&str, &str)]) -> SessionCache {
        let mut variables = vec![("HOME", home.to_str().unwrap())];
        variables.extend(more);
        SessionCache::of(&variables.into_iter().collect()).unwrap()
    }

    fn all_bytes(directory: &std::path::Path) -> Vec<u8> {
        let mut bytes = Vec::new();
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                bytes.extend(all_bytes(&path));
            } else {
                bytes.extend(std::fs::read(path).unwrap());
            }
        }
        bytes
    }

    #[test]
    fn what_is_kept_is_sealed_and_found_again_with_the_key_alone() {
        for key in [
            &[("DAYPASS_CACHE_KEY", "file")][..],
            &[("DAYPASS_CACHE_PASSPHRASE", "correct horse")],
        ] {
            let home = tempfile::tempdir().unwrap();
            let runtime = tempfile::tempdir().unwrap();
            let mut more = vec![("XDG_RUNTIME_DIR", runtime.path().to_str().unwrap())];
            more.extend(key);
            let (name, other) = (SessionName::of(["a", "b"]), SessionName::of(["ab"]));
            assert_ne!(name, other);
            assert!(cache(home.path(), &more).get(&name).is_none());
            cache(home.path(), &more)
                .put(&name, &session(SignedDuration::from_hours(1)))
                .unwrap();
            let found = cache(home.path(), &more).get(&name).unwrap();
            assert_eq!(
                found.credentials.secret_access_key.expose_secret(),
                "SECRET-IN-CLEAR"
            );
            let bytes = all_bytes(home.path());
            let text = String::from_utf8_lossy(&bytes);
            assert!(
                !text.contains("IN-CLEAR") && !text.contains("ASIAEXAMPLE"),
                "{key:?}"
            );
            // One session's file is no other's.
            let sessions = home.path().join(".cache/daypass/sessions");
            let file = |name: &SessionName| sessions.join(format!("{}.session", name.0));
            std::fs::copy(file(&name), file(&other)).unwrap();
            assert!(cache(home.path(), &more).get(&other).is_none());
            let wrong = [
                ("XDG_RUNTIME_DIR", home.path().to_str().unwrap()),
                ("DAYPASS_CACHE_KEY", "file"),
            ];
            assert!(cache(home.path(), &wrong).get(&name).is_none(), "another key");
            assert!(
                cache(home.path(), &[("DAYPASS_CACHE_PASSPHRASE", "wrong")])
                    .get(&name)
                    .is_none()
            );
        }
    }

    #[test]
    fn what_has_ended_is_swept_away() {
        let home = tempfile::tempdir().unwrap();
        let cache = cache(
            home.path(),
            &[
                ("DAYPASS_CACHE_KEY", "file"),
                ("XDG_RUNTIME_DIR", home.path().to_str().unwrap()),
            ],
        );
        let (over, open) = (SessionName::of(["over"]), SessionName::of(["open"]));
        cache.put(&over, &session(SignedDuration::from_secs(-1))).unwrap();
        cache.put(&open, &session(SignedDuration::from_hours(1))).unwrap();
        assert!(cache.get(&over).is_none() && cache.get(&open).is_some());
        cache.forget(&open);
        assert!(cache.get(&open).is_none());
    }

    #[test]
    fn a_session_is_due_in_time() {
        let due = |lasts: SignedDuration| {
            let session = session(lasts);
            session
                .ends_at()
                .unwrap()
                .duration_since(session.due_at().unwrap())
        };
        assert_eq!(due(SignedDuration::from_hours(12)), SignedDuration::from_mins(15));
        assert_eq!(due(SignedDuration::from_mins(15)), SignedDuration::from_secs(225));
        let endless = Session {
            credentials: Credentials::from_key("AKIA", "s"),
            role: None,
            began_at: Timestamp::now(),
        };
        assert!(endless.is_fresh(Timestamp::now()));
    }

    #[test]
    fn one_at_a_time() {
        let home = tempfile::tempdir().unwrap();
        let cache = cache(home.path(), &[]);
        let name = SessionName::of(["x"]);
        let turn = cache.turn(&name).unwrap();
        let path = cache.path(&name, "lock");
        assert!(File::open(&path).unwrap().try_lock().is_err());
        drop(turn);
        assert!(File::open(&path).unwrap().try_lock().is_ok());
    }
}
