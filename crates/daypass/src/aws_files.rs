//! The user's AWS files, `~/.aws/config` and `~/.aws/credentials`: read together, and the second one written.

use crate::failure::Failure;
use crate::settings::Variables;
use crate::whole_file::{self, Readers};
use daypass_core::profiles::{Defect, Profiles};
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// People have hundreds of profiles; a file of this size is something else.
const LARGEST: u64 = 8 * 1024 * 1024;

/// Where the files are ("Location of the shared config and credentials files", AWS SDKs and Tools Reference Guide).
#[derive(Debug, Clone)]
pub(crate) struct AwsFiles {
    config: Option<PathBuf>,
    credentials: Option<PathBuf>,
    state: Option<PathBuf>,
}

impl AwsFiles {
    /// Those that the environment names.
    pub(crate) fn of(variables: &Variables) -> Self {
        let home = variables.get("HOME").map(PathBuf::from);
        let path = |variable: &str, file: &str| {
            let named = variables.get(variable).map(PathBuf::from);
            let named = named.map(|path| match (path.strip_prefix("~"), &home) {
                (Ok(rest), Some(home)) => home.join(rest),
                _ => path,
            });
            named.or_else(|| Some(home.as_ref()?.join(".aws").join(file)))
        };
        AwsFiles {
            config: path("AWS_CONFIG_FILE", "config"),
            credentials: path("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
            state: variables.state_directory(),
        }
    }

    /// Reads both; a file that is not there is empty.
    pub(crate) fn read(&self) -> Result<Profiles, Failure> {
        let (config, credentials) = (text(self.config.as_deref())?, text(self.credentials.as_deref())?);
        let name = |path: &Option<PathBuf>| {
            path.as_ref()
                .map(|path| path.display().to_string())
                .unwrap_or_default()
        };
        Profiles::read(
            (&name(&self.config), &config),
            (&name(&self.credentials), &credentials),
        )
        .map_err(|defects| all(&defects))
    }

    /// The credentials file's path, as it is to be written.
    pub(crate) fn credentials(&self) -> Result<&Path, Failure> {
        self.credentials.as_deref().ok_or_else(|| {
            Failure::bad_input("there is no place for a credentials file: HOME is not set")
                .help("set AWS_SHARED_CREDENTIALS_FILE to its path")
        })
    }

    /// Changes the credentials file, if `change` does: whole, for its owner alone, one process at a time.
    pub(crate) fn change_credentials(
        &self,
        change: impl FnOnce(&str) -> Result<String, Failure>,
    ) -> Result<(), Failure> {
        let path = self.credentials()?;
        let failed = |error: &io::Error| {
            Failure::failed(format!("cannot write {}", path.display())).why(error.to_string())
        };
        if let Some(directory) = path.parent() {
            std::fs::create_dir_all(directory).map_err(|error| failed(&error))?;
        }
        // `/dev/null` stands for "no file" in the environments that we make ourselves.
        if std::fs::metadata(path).is_ok_and(|found| !found.is_file()) {
            return Err(Failure::bad_input(format!(
                "{} is no regular file, and is not replaced",
                path.display()
            ))
            .help("set AWS_SHARED_CREDENTIALS_FILE to the path of a file, or unset it"));
        }
        let lock = self.lock().map_err(|error| failed(&error))?;
        let old = text(Some(path))?;
        let new = change(&old)?;
        if new != old {
            whole_file::replace(path, new.as_bytes(), Readers::Owner).map_err(|error| failed(&error))?;
        }
        drop(lock);
        Ok(())
    }

    /// One for all credentials files: nobody waits long.
    fn lock(&self) -> io::Result<Option<File>> {
        let Some(state) = &self.state else { return Ok(None) };
        let directory = state.join("daypass");
        std::fs::create_dir_all(&directory)?;
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(directory.join("credentials.lock"))?;
        file.lock()?;
        Ok(Some(file))
    }
}

fn text(path: Option<&Path>) -> Result<String, Failure> {
    let Some(path) = path else {
        return Ok(String::new());
    };
    let unreadable = |why: String| Failure::bad_input(format!("cannot read {}", path.display())).why(why);
    let mut text = String::new();
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(text),
        Err(error) => return Err(unreadable(error.to_string())),
    };
    file.take(LARGEST + 1)
        .read_to_string(&mut text)
        .map_err(|error| unreadable(error.to_string()))?;
    if text.len() as u64 > LARGEST {
        return Err(unreadable("it is larger than 8 MiB".to_owned()));
    }
    Ok(text)
}

impl From<Defect> for Failure {
    fn from(defect: Defect) -> Self {
        let failure = Failure::bad_input(defect.to_string());
        match defect.help {
            Some(help) => failure.help(help),
            None => failure,
        }
    }
}

fn all(defects: &[Defect]) -> Failure {
    match defects {
        [only] => Failure::from(only.clone()),
        many => many.iter().fold(
            Failure::bad_input("the AWS files have mistakes"),
            |failure, defect| failure.why(defect.to_string()),
        ),
    }
}
