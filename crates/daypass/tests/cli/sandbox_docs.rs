//! What docs/sandbox.md shows works as it stands there.

use crate::real_programs::{virtual_environment, with_aws};
use crate::support::{Home, PATIENCE, binary, texts};

const PAGE: &str = include_str!("../../../../docs/sandbox.md");

/// The code block under `<!-- tested: NAME -->`.
fn snippet(name: &str) -> &'static str {
    let (_, rest) = PAGE.split_once(&format!("<!-- tested: {name} -->")).unwrap();
    let (_, code) = rest.split_once("```").unwrap();
    let (code, _) = code.split_once("```").unwrap();
    code.split_once('\n').unwrap().1
}

/// The folder of the binary first, then the tests' programs.
fn path() -> String {
    let programs = virtual_environment().join("bin");
    let own = binary().parent().unwrap().display().to_string();
    let rest = std::env::var("PATH").unwrap_or_default();
    format!("{own}:{}:{rest}", programs.display())
}

#[test]
fn the_example_is_a_world() {
    let home = Home::new();
    let seed = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/world.yaml");
    let output = with_aws(&home)
        .args(["sandbox", "exec", "--seed", seed, "--", "sh", "-c"])
        .arg(
            "aws s3 ls s3://reports --recursive && export AWS_ACCESS_KEY_ID=AKIAEXAMPLEEXAMPLE02 \
             AWS_SECRET_ACCESS_KEY='another example' && ! aws iam create-access-key --user-name bob",
        )
        .output()
        .unwrap();
    let (out, err) = texts(&output);
    assert_eq!(output.status.code(), Some(0), "{err}");
    assert!(out.contains("2026/q1.csv"), "{out}");
    assert!(
        err.contains("with an explicit deny in a service control policy"),
        "{err}"
    );
}

/// The fixture runs as pytest would run it: up to its `yield`, the test, and from there to its end.
#[test]
fn the_fixture_for_pytest_gives_a_fresh_aws() {
    let home = Home::new();
    home.file("conftest.py", snippet("conftest.py"));
    home.file("pytest.py", "def fixture(function):\n    return function\n");
    let script = home.file(
        "run.py",
        r#"
import os
import boto3, conftest

class MonkeyPatch:
    def setenv(self, name, value):
        os.environ[name] = value

for _ in range(2):
    fixture = conftest.aws(MonkeyPatch())
    next(fixture)
    iam = boto3.client("iam")
    iam.create_user(UserName="ann")
    print(len(iam.list_users()["Users"]))
    assert next(fixture, "ended") == "ended"
"#,
    );
    let output = home
        .daypass_like("python")
        .env("PATH", path())
        .arg(script)
        .timeout(PATIENCE)
        .output()
        .unwrap();
    let (out, err) = texts(&output);
    assert_eq!(out, "3\n3\n", "a fresh one each time: {err}");
}

#[test]
fn the_helper_for_node_gives_a_fresh_aws() {
    let home = Home::new();
    home.file("sandbox.mjs", snippet("sandbox.mjs"));
    let script = home.file(
        "run.mjs",
        r#"
import { startSandbox } from "./sandbox.mjs";
const end = await startSandbox();
const clock = await fetch(`${process.env.AWS_ENDPOINT_URL}/_sandbox/clock`, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ set: "2031-01-01T00:00:00Z", frozen: true }),
});
console.log((await clock.json()).now, process.env.AWS_ACCESS_KEY_ID.length);
end();
"#,
    );
    let node = std::process::Command::new("node").arg("--version").output();
    if node.is_err() {
        // Node is no part of what the tests set up; without it there is nothing that this could show.
        return;
    }
    let output = home
        .daypass_like("node")
        .env("PATH", path())
        .arg(script)
        .timeout(PATIENCE)
        .output()
        .unwrap();
    let (out, err) = texts(&output);
    assert_eq!(out, "2031-01-01T00:00:00Z 20\n", "{err}");
}
