//! A world per test: a home directory of its own, and an embedded AWS that daypass reaches as it would reach an account.

use assert_cmd::Command;
use daypass_aws::{Clock, Connection, ConnectionSettings, Credentials, Lease, LeaseSettings, Stop};
use daypass_core::lease::{LeaseRequest, Readiness, Via};
use iam_policy::Document;
use iam_sandbox::server::{self, Running};
use iam_sandbox::{CallRecord, Sandbox, Seed, Settings};
use jiff::{SignedDuration, Timestamp};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Nothing here takes longer, on any machine.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) const ADMIN_ROLE: &str = "arn:aws:iam::111122223333:role/admin";

/// One bucket allowed, one denied.
pub(crate) const ONE_BUCKET: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"},
    {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::archive"}
  ]
}"#;

pub(crate) fn binary() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_daypass"))
}

/// A home directory, and nothing else of the machine's.
pub(crate) struct Home {
    directory: TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        let home = Home {
            directory: tempfile::tempdir().unwrap(),
        };
        // Once: several runs of one test read it at the same moment.
        home.file("policy.json", ONE_BUCKET);
        home
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// A directory whose inmost directories cannot be read, by root neither, to whom permissions are nothing: their paths
    /// are longer than systems take.
    pub(crate) fn bottomless(&self, name: &str) {
        let half = vec!["d".repeat(250); 9].join("/");
        let (upper, lower) = (self.path().join(name).join(&half), self.path().join("lower"));
        std::fs::create_dir_all(&upper).unwrap();
        std::fs::create_dir_all(lower.join(&half)).unwrap();
        std::fs::rename(lower, upper.join("lower")).unwrap();
    }

    /// A link to itself, which nobody can read.
    pub(crate) fn loop_at(&self, name: &str) {
        let path = self.path().join(name);
        std::os::unix::fs::symlink(path.file_name().unwrap(), &path).unwrap();
    }

    pub(crate) fn policy(&self) -> PathBuf {
        self.path().join("policy.json")
    }

    /// The environment of everything that runs in this home.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        let path = std::env::var("PATH").unwrap_or_default();
        let home = self.path().display().to_string();
        let mut variables = vec![
            ("PATH", path),
            ("HOME", home),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ];
        variables.push(("SHELL", "/bin/sh".to_owned()));
        variables
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }

    pub(crate) fn daypass(&self) -> Command {
        self.daypass_like(binary())
    }

    /// Another program, in the environment that daypass would have.
    pub(crate) fn daypass_like(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .envs(self.variables())
            .current_dir(self.path())
            .timeout(PATIENCE);
        command
    }
}

/// An embedded AWS outside of daypass, so that the test can see what daypass leaves there.
pub(crate) struct World {
    pub(crate) home: Home,
    pub(crate) sandbox: Arc<Sandbox>,
    server: Running,
    runtime: Runtime,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(Sandbox::new(Settings::default(), Timestamp::now()))
    }

    /// A world of its own making: a seed, as JSON.
    pub(crate) fn seeded(seed: &str) -> Self {
        Self::of_seed(&Seed::parse(seed).unwrap())
    }

    /// The same, as YAML.
    pub(crate) fn seeded_by_yaml(seed: &str) -> Self {
        let tree = daypass_core::policy_text::tree_of_yaml(seed).unwrap();
        Self::of_seed(&Seed::from_node(&tree).unwrap())
    }

    fn of_seed(seed: &Seed) -> Self {
        Self::with(Sandbox::from_seed(Settings::default(), seed, Timestamp::now()))
    }

    fn with(sandbox: Sandbox) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let sandbox = Arc::new(sandbox);
        let address = ([127, 0, 0, 1], 0).into();
        let server = runtime
            .block_on(server::start(Arc::clone(&sandbox), address, Timestamp::now))
            .unwrap();
        World {
            home: Home::new(),
            sandbox,
            server,
            runtime,
        }
    }

    pub(crate) fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    /// The environment of the sandbox's admin.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        let admin = self.sandbox.admin();
        let mut variables = self.home.variables();
        for (name, value) in [
            ("AWS_ENDPOINT_URL", self.url()),
            ("AWS_ACCESS_KEY_ID", admin.id),
            ("AWS_SECRET_ACCESS_KEY", admin.secret),
            ("AWS_REGION", "us-east-1".to_owned()),
        ] {
            variables.push((name.to_owned(), value));
        }
        variables
    }

    pub(crate) fn daypass(&self) -> Command {
        let mut command = self.home.daypass();
        command.envs(self.variables());
        command
    }

    /// The same as a process that can be sent signals.
    pub(crate) fn command(&self) -> std::process::Command {
        self.program(binary())
    }

    /// A shell in which daypass can be started.
    pub(crate) fn shell(&self, script: &str) -> std::process::Command {
        let mut shell = self.program("/bin/sh");
        shell.args(["-c", script]);
        shell
    }

    fn program(&self, program: impl AsRef<std::ffi::OsStr>) -> std::process::Command {
        let mut command = std::process::Command::new(program);
        command
            .env_clear()
            .envs(self.variables())
            .current_dir(self.home.path())
            .stdin(std::process::Stdio::null());
        command
    }

    /// A lease of one hour, made two hours ago by somebody whose machine died.
    pub(crate) fn leave_lease_of_two_hours_ago(&self) {
        fn then() -> Timestamp {
            Timestamp::now() - SignedDuration::from_hours(2)
        }
        let open = async {
            let admin = self.sandbox.admin();
            let connection = Connection::open(ConnectionSettings {
                region: Some("us-east-1".to_owned()),
                http_client: Some(iam_sandbox::sdk::http_client(Arc::clone(&self.sandbox), then)),
                credentials: Some(Credentials::from_key(admin.id, admin.secret)),
                clock: Clock::new(then),
                ..ConnectionSettings::default()
            });
            let request = LeaseRequest {
                document: Document::parse(ONE_BUCKET).unwrap(),
                managed_policies: Vec::new(),
                boundary: None,
                tags: Vec::new(),
                lasts: SignedDuration::from_hours(1),
                via: Via::Role,
            };
            let settings = LeaseSettings {
                readiness: Readiness::immediate(),
                entropy: None,
            };
            let never = Stop::default();
            let lease = Lease::open(
                &connection.await.unwrap(),
                request,
                &settings,
                &mut |_| {},
                &never,
            )
            .await;
            drop(lease.unwrap());
        };
        self.runtime.block_on(open);
    }

    /// The temporary roles that are there.
    pub(crate) fn leases(&self) -> Vec<String> {
        self.sandbox
            .role_names()
            .into_iter()
            .filter(|name| name.starts_with("daypass-try-"))
            .collect()
    }

    pub(crate) fn calls(&self, operation: &str) -> Vec<CallRecord> {
        self.sandbox
            .log()
            .into_iter()
            .filter(|call| call.operation == operation)
            .collect()
    }

    pub(crate) fn wait_for_call(&self, operation: &str) {
        until(&format!("{operation} was called"), || {
            !self.calls(operation).is_empty()
        });
    }
}

/// Waits for a condition.
pub(crate) fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}");
        std::thread::yield_now();
        std::thread::park_timeout(Duration::from_millis(5));
    }
}

/// Both streams as text.
pub(crate) fn texts(output: &std::process::Output) -> (String, String) {
    (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}
