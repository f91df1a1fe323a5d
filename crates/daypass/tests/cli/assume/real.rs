//! The real AWS CLI and boto3 with what they were given: a process, a profile, a server.

use super::{DEV, ann, answer, world};
use crate::real_programs::virtual_environment;
use crate::support::{World, binary, texts};
use assert_cmd::Command;

fn path() -> String {
    let directory = binary().parent().unwrap().display().to_string();
    let programs = virtual_environment().join("bin").display().to_string();
    format!(
        "{directory}:{programs}:{}",
        std::env::var("PATH").unwrap_or_default()
    )
}

/// A program of the virtual environment that finds no credentials but those of the files.
fn program(world: &World, name: &str) -> Command {
    let mut command = world
        .home
        .daypass_like(virtual_environment().join("bin").join(name));
    command
        .env("PATH", path())
        .env("AWS_ENDPOINT_URL", world.url())
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("XDG_RUNTIME_DIR", world.home.path())
        .env("DAYPASS_CACHE_KEY", "file");
    command
}

fn is_dev(output: &std::process::Output) {
    let (out, err) = texts(output);
    assert!(
        out.contains("arn:aws:sts::111122223333:assumed-role/Dev/"),
        "{out}{err}"
    );
}

#[test]
fn a_profile_of_a_process_and_one_that_was_written() {
    let world = world();
    let directory = world.home.path().join(".aws");
    std::fs::create_dir(&directory).unwrap();
    let config = format!(
        "[profile by-process]\ncredential_process = daypass --profile ann assume {DEV} --format credential-process\n"
    );
    std::fs::write(directory.join("config"), config).unwrap();
    let credentials = format!(
        "[ann]\naws_access_key_id = AKIAANNEXAMPLE000001\naws_secret_access_key = {}\n",
        super::ANN_SECRET
    );
    std::fs::write(directory.join("credentials"), credentials).unwrap();
    answer(&mut ann(&world), &[DEV, "--write-profile", "written"]).ok();
    for profile in ["by-process", "written"] {
        let mut aws = program(&world, "aws");
        is_dev(
            &aws.args(["--profile", profile, "sts", "get-caller-identity"])
                .output()
                .unwrap(),
        );
        let mut python = program(&world, "python");
        let script = format!(
            "import boto3; print(boto3.Session(profile_name='{profile}').client('sts').get_caller_identity()['Arn'])"
        );
        is_dev(&python.args(["-c", &script]).output().unwrap());
    }
}

#[test]
fn a_server_and_a_command() {
    let world = world();
    let run = |arguments: &[&str]| {
        let mut command = ann(&world);
        command.env("PATH", path());
        let all = [&["assume", DEV][..], arguments].concat();
        command.args(all).output().unwrap()
    };
    is_dev(&run(&["--server", "--", "aws", "sts", "get-caller-identity"]));
    let script = "import boto3; c = boto3.client('sts'); print(c.get_caller_identity()['Arn'])";
    is_dev(&run(&["--server", "--", "python", "-c", script]));
    is_dev(&run(&["--", "aws", "sts", "get-caller-identity"]));
}

#[test]
fn read_only_reads_and_does_not_write() {
    let world = world();
    let run = |arguments: &[&str]| {
        let mut command = ann(&world);
        command.env("PATH", path());
        let all = [&["assume", DEV, "--read-only", "--", "aws"][..], arguments].concat();
        command.args(all).output().unwrap()
    };
    let listed = run(&["s3", "ls", "s3://reports"]);
    assert!(texts(&listed).0.contains("a.csv"), "{}", texts(&listed).1);
    let written = run(&["s3api", "delete-object", "--bucket", "reports", "--key", "a.csv"]);
    assert!(
        texts(&written).1.contains("AccessDenied"),
        "{}",
        texts(&written).1
    );
}
