//! A whole life of a team's access against moto's server: an AWS that is not ours. It enforces nothing, so this is about the
//! calls: that another reading of AWS's API takes them, and tells what we have written.

use crate::real_programs::virtual_environment;
use crate::support::{Home, PATIENCE, texts, until};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The account that moto is when nobody says otherwise.
const ACCOUNT: &str = "123456789012";
const ANYBODY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}"#;

fn environment() -> PathBuf {
    match std::env::var_os("DAYPASS_TEST_MOTO") {
        Some(environment) => environment.into(),
        None => panic!("moto's server is set up by `cargo xtask test`, which runs this test"),
    }
}

/// moto's server, ended with the test.
struct Moto {
    process: Child,
    url: String,
}

impl Moto {
    fn start() -> Moto {
        // Free at this moment; nobody else takes it on purpose.
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let process = Command::new(environment().join("bin/python"))
            .args(["-m", "moto.server", "-H", "127.0.0.1", "-p", &port.to_string()])
            .env("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let moto = Moto {
            process,
            url: format!("http://127.0.0.1:{port}"),
        };
        until("moto's server answers", || answers(port));
        moto
    }

    fn variables(&self) -> [(&'static str, String); 4] {
        [
            ("AWS_ENDPOINT_URL", self.url.clone()),
            ("AWS_ACCESS_KEY_ID", "anybody".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "nothing secret".to_owned()),
            ("AWS_REGION", "us-east-1".to_owned()),
        ]
    }

    /// The real AWS CLI.
    fn aws(&self, home: &Home, arguments: &[&str]) -> String {
        let output = home
            .daypass_like(virtual_environment().join("bin/aws"))
            .envs(self.variables())
            .env("AWS_DEFAULT_REGION", "us-east-1")
            .args(arguments)
            .output()
            .unwrap();
        let (said, told) = texts(&output);
        assert!(output.status.success(), "{arguments:?}: {told}");
        said
    }

    fn daypass(&self, home: &Home, arguments: &[&str]) -> (String, i32) {
        let output = home
            .daypass()
            .envs(self.variables())
            .args(arguments)
            .output()
            .unwrap();
        let (said, told) = texts(&output);
        (format!("{said}{told}"), output.status.code().unwrap())
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn answers(port: u16) -> bool {
    let address = ([127, 0, 0, 1], port).into();
    let Ok(mut stream) = TcpStream::connect_timeout(&address, Duration::from_secs(1)) else {
        return false;
    };
    let asked = stream.write_all(b"GET /moto-api/ HTTP/1.0\r\n\r\n");
    let mut first = [0; 4];
    asked.is_ok() && stream.set_read_timeout(Some(PATIENCE)).is_ok() && stream.read_exact(&mut first).is_ok()
}

const POLICIES: &str = "\
aws-policies:
  reports:
    description: Read the monthly reports
    custom_statements:
      - effect: Allow
        actions: [s3:GetObject]
        resources: [\"arn:aws:s3:::reports/*\"]
  view:
    managed_policies: [\"arn:aws:iam::aws:policy/job-function/ViewOnlyAccess\"]
";

fn files(home: &Home, permanent: &str, temporary: &str) {
    let directories = [
        "aws-accounts",
        "aws-policies",
        "permanent-access",
        "temporary-access",
    ];
    for directory in directories {
        std::fs::create_dir_all(home.path().join(directory)).unwrap();
    }
    home.file(
        "aws-accounts/team.yaml",
        format!("aws-accounts:\n  dev: \"{ACCOUNT}\"\n"),
    );
    home.file("aws-policies/team.yaml", POLICIES);
    home.file(
        "permanent-access/team.yaml",
        format!("permanent-access:\n{permanent}"),
    );
    home.file(
        "temporary-access/team.yaml",
        format!("temporary-access:\n{temporary}"),
    );
}

#[test]
fn another_aws_takes_every_call_and_tells_what_was_written() {
    let (home, moto) = (Home::new(), Moto::start());
    for user in ["bert", "cora"] {
        moto.aws(&home, &["iam", "create-user", "--user-name", user]);
    }
    moto.aws(&home, &["iam", "create-group", "--group-name", "writers"]);
    let role = [
        "iam",
        "create-role",
        "--role-name",
        "AWSSelfServeDeployer",
        "--assume-role-policy-document",
        ANYBODY,
    ];
    moto.aws(&home, &role);
    let before = everything(&home, &moto);

    let permanent = "  - {users: [bert], groups: [writers], environments: [dev], grants: [reports, view]}\n";
    let end = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(48);
    let temporary = format!(
        "  - {{user: cora, environment: dev, grant: reports, expiration_date: {end}}}\n  - {{user: cora, environment: dev, grant: view, expiration_date: {end}}}\n"
    );
    files(&home, permanent, &temporary);
    let (said, code) = moto.daypass(&home, &["apply", "team", "--yes"]);
    assert_eq!(code, 0, "{said}");
    let (said, code) = moto.daypass(&home, &["plan", "team", "--detailed-exitcode"]);
    assert_eq!(code, 0, "nothing is left to do: {said}");
    assert_ne!(everything(&home, &moto), before);

    // Another document for a policy that is there: a second version.
    home.file(
        "aws-policies/team.yaml",
        POLICIES.replace("s3:GetObject", "s3:GetObject*"),
    );
    let (said, code) = moto.daypass(&home, &["apply", "team", "--yes"]);
    assert_eq!(code, 0, "{said}");

    files(&home, "", "");
    let (said, code) = moto.daypass(&home, &["apply", "team", "--yes", "--max-removals", "100"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(everything(&home, &moto), before, "nothing of ours is left");
}

/// What of the account access is made of.
const ACCESS: &str = "{users: UserDetailList[].[UserName, UserPolicyList, AttachedManagedPolicies, Tags[]], \
    groups: GroupDetailList[].[GroupName, GroupPolicyList, AttachedManagedPolicies], \
    roles: RoleDetailList[].[RoleName, RolePolicyList, AttachedManagedPolicies, Tags[]], policies: Policies[].Arn}";

/// All of the account's access that is not AWS's own.
fn everything(home: &Home, moto: &Moto) -> String {
    moto.aws(
        home,
        &[
            "iam",
            "get-account-authorization-details",
            "--filter",
            "User",
            "Role",
            "Group",
            "LocalManagedPolicy",
            "--query",
            ACCESS,
        ],
    )
}
