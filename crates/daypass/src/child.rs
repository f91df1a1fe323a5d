//! The user's command: an environment in which only our credentials can be found, and its signals.

use crate::exit::Ending;
use crate::interrupt::Interrupts;
use crate::settings::Variables;
use daypass_aws::Credentials;
use rustix::process::{Pid, Signal};
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};

/// AWS settings that say *how* to call, never *as whom*: these alone reach the child.
const KEPT: &[&str] = &[
    "AWS_CA_BUNDLE",
    "AWS_CLI_AUTO_PROMPT",
    "AWS_CLI_FILE_ENCODING",
    "AWS_DEFAULT_OUTPUT",
    "AWS_DEFAULT_REGION",
    "AWS_DEFAULTS_MODE",
    "AWS_ENDPOINT_URL",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_MAX_ATTEMPTS",
    "AWS_PAGER",
    "AWS_REGION",
    "AWS_REQUEST_CHECKSUM_CALCULATION",
    "AWS_RESPONSE_CHECKSUM_VALIDATION",
    "AWS_RETRY_MODE",
    "AWS_STS_REGIONAL_ENDPOINTS",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
];
/// Service-specific endpoints, `AWS_ENDPOINT_URL_S3` and so on.
const KEPT_PREFIX: &str = "AWS_ENDPOINT_URL_";
/// Where the SDKs look for profiles, sent to where there are none.
const NOWHERE: &str = "/dev/null";

/// What the child is to have of AWS.
#[derive(Debug)]
pub(crate) struct Access<'a> {
    /// Who it is: the only credentials that it can find.
    pub(crate) identity: Identity<'a>,
    /// Its region, if known.
    pub(crate) region: Option<&'a str>,
    /// Where its calls go.
    pub(crate) endpoint: Endpoint<'a>,
    /// The UDP port on loopback to which its SDK reports its calls.
    pub(crate) monitor: Option<u16>,
}

/// How a child comes to its credentials.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Identity<'a> {
    /// They stand in its environment.
    Credentials(&'a Credentials),
    /// It asks for them, and again before they end ("Container credential provider", AWS SDKs and Tools Reference Guide).
    Server {
        /// Where.
        url: &'a str,
        /// What it proves itself with.
        token: &'a SecretString,
    },
}

/// Where a child's AWS calls go.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Endpoint<'a> {
    /// Where the environment says; without it, to AWS.
    AsConfigured,
    /// As before, and without a word in the environment to here: a profile said so, which the child cannot read.
    OfProfile(&'a str),
    /// Every call to here, whatever the environment says of single services.
    Only(&'a str),
}

/// A complete environment for a child: `ours` without anything of AWS that is not in `access`.
pub(crate) fn environment(ours: &Variables, access: &Access<'_>) -> BTreeMap<OsString, OsString> {
    let elsewhere = matches!(access.endpoint, Endpoint::Only(_));
    let mut theirs: BTreeMap<OsString, OsString> = ours
        .iter()
        .filter(|(name, _)| is_kept(name, elsewhere))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let mut set = |name: &str, value: &str| {
        theirs.insert(name.into(), value.into());
    };

    match access.identity {
        Identity::Credentials(credentials) => {
            set("AWS_ACCESS_KEY_ID", &credentials.access_key_id);
            set(
                "AWS_SECRET_ACCESS_KEY",
                credentials.secret_access_key.expose_secret(),
            );
            if let Some(token) = &credentials.session_token {
                set("AWS_SESSION_TOKEN", token.expose_secret());
            }
        }
        Identity::Server { url, token } => {
            set("AWS_CONTAINER_CREDENTIALS_FULL_URI", url);
            set("AWS_CONTAINER_AUTHORIZATION_TOKEN", token.expose_secret());
        }
    }
    if let Some(region) = access.region {
        set("AWS_REGION", region);
        set("AWS_DEFAULT_REGION", region);
    }
    set("AWS_CONFIG_FILE", NOWHERE);
    set("AWS_SHARED_CREDENTIALS_FILE", NOWHERE);
    set("AWS_EC2_METADATA_DISABLED", "true");
    match access.endpoint {
        Endpoint::AsConfigured => {}
        Endpoint::OfProfile(_) if ours.get("AWS_ENDPOINT_URL").is_some() => {}
        Endpoint::OfProfile(url) | Endpoint::Only(url) => set("AWS_ENDPOINT_URL", url),
    }
    if let Some(port) = access.monitor {
        report_to(&mut theirs, port);
    }
    if elsewhere || matches!(access.identity, Identity::Server { .. }) {
        past_the_proxy(&mut theirs, ours);
    }
    theirs
}

/// Makes an SDK report its calls to this port on loopback.
pub(crate) fn report_to(environment: &mut BTreeMap<OsString, OsString>, port: u16) {
    for (name, value) in [
        ("AWS_CSM_ENABLED", "true"),
        ("AWS_CSM_HOST", "127.0.0.1"),
        ("AWS_CSM_PORT", &port.to_string()),
        ("AWS_CSM_CLIENT_ID", "daypass"),
    ] {
        environment.insert(name.into(), value.into());
    }
}

/// A named endpoint may be on loopback, where no proxy can reach; a server of credentials is.
fn past_the_proxy(theirs: &mut BTreeMap<OsString, OsString>, ours: &Variables) {
    for name in ["NO_PROXY", "no_proxy"] {
        let direct = match ours.text(name) {
            Some(hosts) => format!("{hosts},127.0.0.1,localhost"),
            None => "127.0.0.1,localhost".to_owned(),
        };
        theirs.insert(name.into(), direct.into());
    }
}

fn is_kept(name: &OsStr, elsewhere: bool) -> bool {
    let Some(name) = name.to_str() else { return true };
    if !name.starts_with("AWS_") && !name.starts_with("DAYPASS_") {
        return true;
    }
    // Settings that could send a call past the endpoint that it is meant for.
    let by_endpoint = name.starts_with(KEPT_PREFIX) || name == "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";
    (KEPT.contains(&name) || name.starts_with(KEPT_PREFIX)) && !(elsewhere && by_endpoint)
}

/// Why a command could not be started, with the exit code a shell gives for it.
#[derive(Debug)]
pub(crate) struct NotStarted {
    /// The command.
    pub(crate) command: OsString,
    /// The operating system's reason.
    pub(crate) why: io::Error,
}

impl NotStarted {
    /// 127 not found, 126 found but not to be run (POSIX shell, "Exit Status for Commands").
    pub(crate) fn ending(&self) -> Ending {
        Ending::Child(if self.why.kind() == io::ErrorKind::NotFound {
            127
        } else {
            126
        })
    }
}

/// Looks for the command as exec would, so that a misspelt one is told before anything is made.
pub(crate) fn find(command: &[OsString], variables: &Variables) -> Result<(), NotStarted> {
    let Some(program) = command.first() else {
        return Ok(());
    };
    let is_path = program.as_encoded_bytes().contains(&b'/');
    let candidates: Vec<_> = if is_path {
        vec![Path::new(program).to_owned()]
    } else {
        let path = variables
            .get("PATH")
            .unwrap_or(OsStr::new("/usr/local/bin:/usr/bin:/bin"));
        std::env::split_paths(path)
            .map(|directory| directory.join(program))
            .collect()
    };
    if candidates.iter().any(|candidate| candidate.is_file()) {
        return Ok(());
    }
    Err(NotStarted {
        command: program.clone(),
        why: io::ErrorKind::NotFound.into(),
    })
}

/// Why a command did not run.
#[derive(Debug)]
pub(crate) enum NotRun {
    /// It could not be started.
    NotStarted(NotStarted),
    /// A signal had come before it was started: a terminal's Ctrl-C did not reach it, and never will.
    Interrupted,
}

impl From<NotStarted> for NotRun {
    fn from(not_started: NotStarted) -> Self {
        NotRun::NotStarted(not_started)
    }
}

/// Runs `command` with exactly `environment` to its end, and returns how it ended.
///
/// SIGTERM and SIGHUP are passed on. A Ctrl-C reaches the child from the terminal itself and is passed on only where
/// the child does not share our place in the foreground; either way the child decides what it means.
pub(crate) async fn run(
    command: &[OsString],
    environment: &BTreeMap<OsString, OsString>,
    interrupts: &mut Interrupts,
) -> Result<Ran, NotRun> {
    let Some((program, arguments)) = command.split_first() else {
        return Err(NotRun::NotStarted(NotStarted {
            command: OsString::new(),
            why: io::ErrorKind::NotFound.into(),
        }));
    };
    let not_started = |why| NotStarted {
        command: program.clone(),
        why,
    };
    let terminal = Terminal::remember();
    if interrupts.pending().await.is_some() {
        return Err(NotRun::Interrupted);
    }
    let mut child = tokio::process::Command::new(program)
        .args(arguments)
        .env_clear()
        .envs(environment)
        .spawn()
        .map_err(not_started)?;
    let pid = pid_of(&child);
    let mut signalled = None;
    let waited = interrupts
        .during(child.wait(), |signal, _| {
            signalled = Some(signal);
            let by_terminal = matches!(signal, Signal::INT | Signal::QUIT) && terminal.reaches_children();
            if let (Some(pid), false) = (pid, by_terminal) {
                // The child may be gone already; then there is nobody to tell.
                let _ = rustix::process::kill_process(pid, signal);
            }
        })
        .await;
    terminal.restore();
    Ok(Ran {
        status: waited.map_err(not_started)?,
        signalled,
    })
}

/// Of what a probe says, its end is kept, up to this many bytes.
const KEPT_OF_A_PROBE: usize = 64 * 1024;
/// What a probe has written is in the pipe when it ends; a process that it left behind may hold that open for ever.
const LAST_WORDS: Duration = Duration::from_millis(100);

/// Runs a shell command quietly; what it said last, when it does not succeed. Everything that it started is killed when it
/// has ended, or when this is dropped.
pub(crate) async fn probe(script: &str, environment: &BTreeMap<OsString, OsString>) -> Result<(), String> {
    let mut child = tokio::process::Command::new("/bin/sh")
        .args(["-c", script])
        .env_clear()
        .envs(environment)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| error.to_string())?;
    let group = Group::of(&child);
    let mut said = Vec::new();
    let status = match child.stderr.take() {
        Some(mut stderr) => {
            let ended = tokio::select! {
                status = child.wait() => Some(status),
                () = keep_end(&mut stderr, &mut said) => None,
            };
            match ended {
                Some(status) => {
                    // Not finished in time: what it said so far is enough.
                    let _ = tokio::time::timeout(LAST_WORDS, keep_end(&mut stderr, &mut said)).await;
                    status
                }
                None => child.wait().await,
            }
        }
        None => child.wait().await,
    };
    drop(group);
    let status = status.map_err(|error| error.to_string())?;
    if status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&said);
    let last = said.trim().lines().last().unwrap_or_default();
    Err(if last.is_empty() {
        status.to_string()
    } else {
        last.to_owned()
    })
}

/// Reads to the end and keeps at least the last half of [`KEPT_OF_A_PROBE`], never more than all of it. Cancel safe.
async fn keep_end(from: &mut (impl AsyncRead + Unpin), kept: &mut Vec<u8>) {
    let mut chunk = [0; 4096];
    while let Ok(length @ 1..) = from.read(&mut chunk).await {
        if kept.len() + length > KEPT_OF_A_PROBE {
            kept.drain(..kept.len() / 2);
        }
        kept.extend(chunk.iter().take(length));
    }
}

/// A probe's process group, killed when dropped: the shell alone would leave its children running.
struct Group(Option<Pid>);

impl Group {
    fn of(child: &tokio::process::Child) -> Self {
        Group(pid_of(child))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // Mostly there is nobody left in it.
            let _ = rustix::process::kill_process_group(group, Signal::KILL);
        }
    }
}

fn pid_of(child: &tokio::process::Child) -> Option<Pid> {
    let id = child.id().and_then(|id| i32::try_from(id).ok());
    id.and_then(Pid::from_raw)
}

/// How the child ended.
#[derive(Debug)]
pub(crate) struct Ran {
    /// As the operating system tells it.
    pub(crate) status: ExitStatus,
    /// The last signal that we got while it ran.
    pub(crate) signalled: Option<Signal>,
}

/// The terminal that we share with the child, if any, in the state in which it was before.
struct Terminal {
    device: Option<std::fs::File>,
    modes: Option<rustix::termios::Termios>,
}

impl Terminal {
    fn remember() -> Self {
        let device = std::fs::File::open("/dev/tty").ok();
        let modes = device
            .as_ref()
            .and_then(|device| rustix::termios::tcgetattr(device).ok());
        Terminal { device, modes }
    }

    /// Whether the terminal sends its Ctrl-C to our process group, and so to the child.
    fn reaches_children(&self) -> bool {
        let foreground = self
            .device
            .as_ref()
            .and_then(|device| rustix::termios::tcgetpgrp(device).ok());
        foreground == Some(rustix::process::getpgrp())
    }

    /// A child that was killed may have left the terminal without echo or in raw mode.
    fn restore(&self) {
        if let (Some(device), Some(modes), true) = (&self.device, &self.modes, self.reaches_children()) {
            let _ = rustix::termios::tcsetattr(device, rustix::termios::OptionalActions::Drain, modes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials() -> Credentials {
        Credentials {
            access_key_id: "ASIAEXAMPLE".to_owned(),
            secret_access_key: "secret".to_owned().into(),
            session_token: Some("token".to_owned().into()),
            expires_at: None,
        }
    }

    fn aws_names(theirs: &BTreeMap<OsString, OsString>) -> Vec<&str> {
        theirs
            .keys()
            .filter_map(|name| name.to_str())
            .filter(|name| name.starts_with("AWS_"))
            .collect()
    }

    #[test]
    fn nothing_of_aws_leaks_into_the_child() {
        let ours: Variables = [
            ("PATH", "/bin"),
            ("HOME", "/home/ann"),
            ("AWS_PROFILE", "prod"),
            ("AWS_DEFAULT_PROFILE", "prod"),
            ("AWS_SESSION_TOKEN", "old"),
            ("AWS_SECURITY_TOKEN", "older"),
            ("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"),
            ("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/x"),
            ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/creds"),
            ("AWS_CONFIG_FILE", "/home/ann/.aws/config"),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_PAGER", ""),
            ("AWS_ENDPOINT_URL_S3", "http://s3.example"),
        ]
        .into_iter()
        .collect();
        let credentials = credentials();
        let access = Access {
            identity: Identity::Credentials(&credentials),
            region: Some("eu-west-1"),
            endpoint: Endpoint::AsConfigured,
            monitor: Some(31000),
        };
        let theirs = environment(&ours, &access);
        assert_eq!(
            aws_names(&theirs),
            [
                "AWS_ACCESS_KEY_ID",
                "AWS_CONFIG_FILE",
                "AWS_CSM_CLIENT_ID",
                "AWS_CSM_ENABLED",
                "AWS_CSM_HOST",
                "AWS_CSM_PORT",
                "AWS_DEFAULT_REGION",
                "AWS_EC2_METADATA_DISABLED",
                "AWS_ENDPOINT_URL_S3",
                "AWS_PAGER",
                "AWS_REGION",
                "AWS_SECRET_ACCESS_KEY",
                "AWS_SESSION_TOKEN",
                "AWS_SHARED_CREDENTIALS_FILE",
            ]
        );
        assert_eq!(theirs[OsStr::new("AWS_CONFIG_FILE")], "/dev/null");
        assert_eq!(theirs[OsStr::new("AWS_SESSION_TOKEN")], "token");
        assert_eq!(theirs[OsStr::new("HOME")], "/home/ann");
    }

    #[test]
    fn a_named_endpoint_gets_every_call() {
        let ours: Variables = [
            ("AWS_ENDPOINT_URL_S3", "http://s3.example"),
            ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"),
            ("NO_PROXY", "internal"),
        ]
        .into_iter()
        .collect();
        let credentials = credentials();
        let access = Access {
            identity: Identity::Credentials(&credentials),
            region: None,
            endpoint: Endpoint::Only("http://127.0.0.1:9"),
            monitor: None,
        };
        let theirs = environment(&ours, &access);
        assert_eq!(theirs[OsStr::new("AWS_ENDPOINT_URL")], "http://127.0.0.1:9");
        assert_eq!(theirs[OsStr::new("NO_PROXY")], "internal,127.0.0.1,localhost");
        assert!(!theirs.contains_key(OsStr::new("AWS_ENDPOINT_URL_S3")));
        assert!(!theirs.contains_key(OsStr::new("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")));
    }

    #[test]
    fn commands_are_looked_for_before_anything_is_made() {
        let variables: Variables = [("PATH", "/nowhere:/bin")].into_iter().collect();
        assert!(find(&["sh".into()], &variables).is_ok());
        assert!(find(&["/bin/sh".into()], &variables).is_ok());
        let missing = find(&["no-such-program".into()], &variables).unwrap_err();
        assert_eq!(missing.ending(), Ending::Child(127));
    }

    fn shell_environment() -> BTreeMap<OsString, OsString> {
        [("PATH".into(), "/usr/bin:/bin".into())].into()
    }

    #[tokio::test]
    async fn a_probe_is_told_by_its_last_words_however_much_it_says() {
        let environment = shell_environment();
        assert_eq!(probe("echo fine >&2", &environment).await, Ok(()));
        let script = "head -c 1000000 /dev/zero | tr '\\0' x >&2; echo >&2; echo not yet >&2; exit 3";
        assert_eq!(probe(script, &environment).await, Err("not yet".to_owned()));
        assert_eq!(
            probe("exit 3", &environment).await,
            Err("exit status: 3".to_owned())
        );
        let left_behind = "sleep 1000 & echo no >&2; exit 1";
        assert_eq!(probe(left_behind, &environment).await, Err("no".to_owned()));

        let mut kept = Vec::new();
        keep_end(&mut tokio::io::repeat(b'x').take(1_000_000), &mut kept).await;
        assert!((KEPT_OF_A_PROBE / 2..=KEPT_OF_A_PROBE).contains(&kept.len()));
    }

    #[tokio::test]
    async fn what_a_dropped_probe_started_is_ended() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("pid");
        let script = format!("sleep 1000 & echo $! > {}; wait", file.display());
        let environment = shell_environment();
        let pid = || {
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            Pid::from_raw(text.strip_suffix('\n')?.parse().ok()?)
        };
        let started = async {
            while pid().is_none() {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            ended = probe(&script, &environment) => panic!("{ended:?}"),
            () = started => {}
        }
        let pid = pid().unwrap();
        // Nobody may have waited for it yet.
        let is_zombie = || {
            let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
            stat.is_ok_and(|stat| stat.contains(") Z "))
        };
        let ended = async {
            while rustix::process::test_kill_process(pid).is_ok() && !is_zombie() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), ended)
            .await
            .unwrap();
    }
}
