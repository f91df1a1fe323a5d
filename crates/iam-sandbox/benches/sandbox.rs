//! Calls per second and memory of the sandbox, beside moto's server where one is named: the same calls, signed alike,
//! from one client over loopback, on connections that are kept. `cargo xtask bench sandbox` runs it.
//!
//! `SANDBOX_SERVER` names the crate's `serve` example, `MOTO_SERVER` a `moto_server`. Both enforce IAM.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    missing_docs,
    reason = "a benchmark"
)]

#[path = "../tests/common/client.rs"]
mod client;

use std::io::{BufRead, BufReader, Lines};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use client::{Connection, Credentials, Signed, form, s3};

/// How long each measurement takes.
const LASTS: Duration = Duration::from_secs(2);
/// How many calls are made in one run without a single wrong answer.
const WITHOUT_ERROR: usize = 100_000;
const AT_ONCE: usize = 64;
/// How many calls of each kind come before memory is looked at.
const CALLS_ALIKE: usize = 500;

struct Server {
    name: &'static str,
    child: Child,
    addr: SocketAddr,
    credentials: Credentials,
    /// Kept open: the server goes on writing to it.
    _output: Option<Lines<BufReader<ChildStdout>>>,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn sandbox(program: &str) -> Server {
        let mut child = Command::new(program).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut value = |name: &str| {
            let line = lines
                .find(|line| line.as_ref().unwrap().contains(name))
                .unwrap()
                .unwrap();
            line.split_once('=').unwrap().1.to_owned()
        };
        let url = value("AWS_ENDPOINT_URL");
        let credentials = Credentials {
            id: value("AWS_ACCESS_KEY_ID"),
            secret: value("AWS_SECRET_ACCESS_KEY"),
        };
        Server {
            name: "iam-sandbox",
            child,
            addr: url.strip_prefix("http://").unwrap().parse().unwrap(),
            credentials,
            _output: Some(lines),
        }
    }

    fn moto(program: &str) -> Server {
        let addr = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let child = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", &addr.port().to_string()])
            // From then on it enforces IAM as well; before, it takes any credentials.
            .env("INITIAL_NO_AUTH_ACTION_COUNT", SET_UP_CALLS.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let deadline = Instant::now() + Duration::from_mins(1);
        while std::net::TcpStream::connect(addr).is_err() {
            assert!(Instant::now() < deadline, "moto's server does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        Server {
            name: "moto",
            child,
            addr,
            credentials: Credentials {
                id: "AKIAIOSFODNN7EXAMPLE".into(),
                secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into(),
            },
            _output: None,
        }
    }

    /// The most memory that it has had, in MiB, where the system tells.
    fn memory(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
        let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
        Some(kib / 1024.0)
    }
}

/// How many calls [`set_up`] makes.
const SET_UP_CALLS: usize = 6;

/// A user who may do what is measured, a role, a bucket and an object. Gives the user's credentials.
async fn set_up(server: &Server) -> Credentials {
    let mut connection = Connection::open(server.addr).await;
    let admin = &server.credentials;
    let allow = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sts:*","iam:GetUser","s3:GetObject","s3:ListBucket"],"Resource":"*"}]}"#;
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}"#;
    let mut ask = async |request: Signed| {
        let (status, body) = connection.ask(&request).await;
        assert!(status < 300, "{status} {body}");
        body
    };
    let host = server.addr.to_string();
    let iam = |operation, params: &[(&str, &str)]| form(&host, "iam", operation, params, admin);
    ask(iam("CreateUser", &[("UserName", "bench")])).await;
    let policy = [
        ("UserName", "bench"),
        ("PolicyName", "bench"),
        ("PolicyDocument", allow),
    ];
    ask(iam("PutUserPolicy", &policy)).await;
    let role = [("RoleName", "bench"), ("AssumeRolePolicyDocument", trust)];
    ask(iam("CreateRole", &role)).await;
    ask(s3(&host, "PUT", "/bench-bucket", "", admin)).await;
    ask(s3(&host, "PUT", "/bench-bucket/object", &"x".repeat(1024), admin)).await;
    let key = ask(iam("CreateAccessKey", &[("UserName", "bench")])).await;
    let text = |name: &str| {
        let rest = key.split_once(&format!("<{name}>")).unwrap().1;
        rest.split_once('<').unwrap().0.to_owned()
    };
    Credentials {
        id: text("AccessKeyId"),
        secret: text("SecretAccessKey"),
    }
}

/// What is measured, with the status that it must be answered with.
fn calls(server: &Server, key: &Credentials) -> Vec<(&'static str, Signed, u16)> {
    let host = server.addr.to_string();
    let account = if server.name == "moto" {
        "123456789012"
    } else {
        "111122223333"
    };
    let role = format!("arn:aws:iam::{account}:role/bench");
    let assume = [("RoleArn", role.as_str()), ("RoleSessionName", "bench")];
    vec![
        (
            "GetCallerIdentity",
            form(&host, "sts", "GetCallerIdentity", &[], key),
            200,
        ),
        (
            "GetUser",
            form(&host, "iam", "GetUser", &[("UserName", "bench")], key),
            200,
        ),
        ("AssumeRole", form(&host, "sts", "AssumeRole", &assume, key), 200),
        (
            "GetObject",
            s3(&host, "GET", "/bench-bucket/object", "", key),
            200,
        ),
        (
            "ListUsers, denied",
            form(&host, "iam", "ListUsers", &[], key),
            403,
        ),
    ]
}

/// Calls per second on so many connections.
async fn rate(addr: SocketAddr, call: &Signed, wanted: u16, at_once: usize) -> f64 {
    let begin = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..at_once {
        let call = call.clone();
        tasks.spawn(async move {
            let mut connection = Connection::open(addr).await;
            let mut count = 0u32;
            while begin.elapsed() < LASTS {
                let (status, body) = connection.ask(&call).await;
                assert_eq!(status, wanted, "{body}");
                count += 1;
            }
            count
        });
    }
    let count: u32 = tasks.join_all().await.into_iter().sum();
    f64::from(count) / begin.elapsed().as_secs_f64()
}

/// The same number of calls for each server, before any of them is hurried: what they keep of them is then alike.
async fn alike(server: &Server, key: &Credentials) {
    let mut connection = Connection::open(server.addr).await;
    for (_, call, wanted) in calls(server, key) {
        for _ in 0..CALLS_ALIKE {
            let (status, body) = connection.ask(&call).await;
            assert_eq!(status, wanted, "{body}");
        }
    }
    if let Some(memory) = server.memory() {
        println!(
            "memory of {} after {CALLS_ALIKE} calls of each kind: {memory:.1} MiB",
            server.name
        );
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut servers = Vec::new();
    let sandbox = std::env::var("SANDBOX_SERVER").expect("SANDBOX_SERVER names the example `serve`, built");
    servers.push(Server::sandbox(&sandbox));
    servers.extend(
        std::env::var("MOTO_SERVER")
            .ok()
            .map(|program| Server::moto(&program)),
    );
    let mut results: Vec<Vec<(&str, [f64; 2])>> = Vec::new();
    for server in &servers {
        let key = set_up(server).await;
        alike(server, &key).await;
        let mut rows = Vec::new();
        for (name, call, wanted) in calls(server, &key) {
            let one = rate(server.addr, &call, wanted, 1).await;
            let many = rate(server.addr, &call, wanted, AT_ONCE).await;
            rows.push((name, [one, many]));
        }
        results.push(rows);
    }
    println!(
        "{:<20} {:>12} {:>12} {:>10}",
        "calls per second", servers[0].name, "moto", "times"
    );
    for (row, (name, ours)) in results[0].iter().enumerate() {
        for (column, how) in ["one by one", "64 at once"].into_iter().enumerate() {
            let theirs = results.get(1).map(|rows| rows[row].1[column]);
            let beside = theirs.map_or(String::new(), |theirs| {
                format!(" {theirs:>12.0} {:>9.0}x", ours[column] / theirs)
            });
            println!("{:<20} {:>12.0}{beside}  {how}", name, ours[column]);
        }
    }
    without_error(&servers[0]).await;
}

/// Many calls of all kinds, one by one and 64 at once; each is answered as it must be.
async fn without_error(server: &Server) {
    // The set-up's names are taken by now; the key that it made is gone with it, so the administrator calls.
    let calls: Vec<(Signed, u16)> = calls(server, &server.credentials)
        .into_iter()
        .map(|(_, call, _)| (call, 200))
        .collect();
    for at_once in [1, AT_ONCE] {
        let begin = Instant::now();
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..at_once {
            let (calls, addr) = (calls.clone(), server.addr);
            tasks.spawn(async move {
                let mut connection = Connection::open(addr).await;
                for (call, wanted) in calls.iter().cycle().take(WITHOUT_ERROR.div_ceil(at_once)) {
                    let (status, body) = connection.ask(call).await;
                    assert_eq!(status, *wanted, "{body}");
                }
            });
        }
        tasks.join_all().await;
        println!(
            "{WITHOUT_ERROR} calls of all kinds, {at_once} at a time: no error, {:.1} s",
            begin.elapsed().as_secs_f64()
        );
    }
    if let Some(memory) = server.memory() {
        println!("most memory after all that, a session kept for each AssumeRole: {memory:.1} MiB");
    }
}
