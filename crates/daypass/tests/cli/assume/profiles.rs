//! Profiles as ROLE: chains of any depth, MFA asked for by the files, and mistakes in them.

use super::{ANN_SECRET, DEVICE, FAR, JSON, answer, by_profile, who, world};
use crate::support::World;
use jiff::Timestamp;

fn files(world: &World, config: &str) {
    let directory = world.home.path().join(".aws");
    std::fs::create_dir_all(&directory).unwrap();
    std::fs::write(directory.join("config"), config).unwrap();
    let credentials =
        format!("[ann]\naws_access_key_id = AKIAANNEXAMPLE000001\naws_secret_access_key = {ANN_SECRET}\n");
    std::fs::write(directory.join("credentials"), credentials).unwrap();
}

const CHAIN: &str = "\
[profile dev]
role_arn = arn:aws:iam::111122223333:role/team/Dev
source_profile = ann
role_session_name = ann
region = eu-west-3
[profile far]
role_arn = arn:aws:iam::222233334444:role/Far
source_profile = dev
duration_seconds = 43200
[profile guarded]
role_arn = arn:aws:iam::111122223333:role/Guarded
source_profile = ann
mfa_serial = arn:aws:iam::111122223333:mfa/phone
[profile vendor]
role_arn = arn:aws:iam::111122223333:role/Vendor
source_profile = ann
external_id = daypass-42
[profile program]
credential_process = cat creds.json
";

#[test]
fn a_chain_into_another_account_lasts_an_hour_and_says_so() {
    let world = world();
    files(&world, CHAIN);
    let answered = answer(&mut by_profile(&world), &[&["far"], &JSON[..]].concat()).ok();
    let handed = answered.json();
    assert!(who(&world, &handed).starts_with("arn:aws:sts::222233334444:assumed-role/Far/"));
    assert!(
        answered
            .err
            .contains(&format!("the session of {FAR} lasts one hour"))
            && answered.err.contains("role chaining"),
        "{}",
        answered.err
    );
    let end: Timestamp = handed["Expiration"].as_str().unwrap().parse().unwrap();
    assert!((59..=60).contains(&end.duration_since(Timestamp::now()).as_mins()));
    // The role on the way is kept too, and is the session that `dev` asks for.
    let calls = world.calls("AssumeRole").len();
    let dev = answer(&mut by_profile(&world), &[&["dev"], &JSON[..]].concat()).ok();
    assert_eq!(
        who(&world, &dev.json()),
        "arn:aws:sts::111122223333:assumed-role/Dev/ann"
    );
    assert_eq!(world.calls("AssumeRole").len(), calls);
}

#[test]
fn a_chain_that_begins_in_a_role_is_told_by_aws_and_shortened() {
    let world = world();
    files(&world, CHAIN);
    // The session of Dev stands in the environment: that it is a role's, only AWS knows.
    let dev = answer(&mut by_profile(&world), &[&["dev"], &JSON[..]].concat())
        .ok()
        .json();
    let mut command = by_profile(&world);
    for (name, member) in [
        ("AWS_ACCESS_KEY_ID", "AccessKeyId"),
        ("AWS_SECRET_ACCESS_KEY", "SecretAccessKey"),
        ("AWS_SESSION_TOKEN", "SessionToken"),
    ] {
        command.env(name, dev[member].as_str().unwrap());
    }
    let answered = answer(&mut command, &[&[FAR, "--for", "8h"], &JSON[..]].concat()).ok();
    assert!(answered.err.contains("lasts one hour"), "{}", answered.err);
}

#[test]
fn a_profile_asks_for_mfa_and_external_ids_itself() {
    let world = world();
    files(&world, CHAIN);
    answer(&mut by_profile(&world), &[&["vendor"], &JSON[..]].concat()).ok();
    let code = world.sandbox.mfa_code(DEVICE, Timestamp::now()).unwrap();
    let with_code = ["guarded", "--mfa-code", code.as_str()];
    answer(&mut by_profile(&world), &[&with_code[..], &JSON[..]].concat()).ok();
    answer(&mut by_profile(&world), &[&["guarded"], &JSON[..]].concat()).ok();
    assert!(
        world.calls("ListMFADevices").is_empty(),
        "the file names the device"
    );
}

#[test]
fn the_profiles_region_is_the_childs_and_the_source_is_an_option() {
    let world = world();
    files(&world, CHAIN);
    let mut command = by_profile(&world);
    command.env_remove("AWS_REGION");
    let shown = answer(&mut command, &["dev", "--", "sh", "-c", "echo $AWS_REGION"]).ok();
    assert_eq!(shown.out, "eu-west-3\n");
    let far = answer(
        &mut by_profile(&world),
        &[&["--profile", "dev", FAR], &JSON[..]].concat(),
    )
    .ok();
    assert!(who(&world, &far.json()).contains(":assumed-role/Far/"));
    let both = answer(&mut by_profile(&world), &["--profile", "dev", "far"]);
    assert!(
        both.code == 2 && both.err.contains("write role/far"),
        "{}",
        both.err
    );
}

#[test]
fn a_profile_that_is_a_key_or_a_program() {
    let world = world();
    files(&world, CHAIN);
    let handed = answer(&mut by_profile(&world), &[&["ann"], &JSON[..]].concat())
        .ok()
        .json();
    assert!(
        handed["AccessKeyId"].as_str().unwrap().starts_with("ASIA"),
        "a session"
    );
    assert_eq!(who(&world, &handed), "arn:aws:iam::111122223333:user/ann");
    let narrowed = answer(&mut by_profile(&world), &["ann", "--read-only"]);
    assert!(
        narrowed.code == 2 && narrowed.err.contains("assumes no role"),
        "{}",
        narrowed.err
    );
    world.home.file("creds.json", handed.to_string());
    let passed_on = answer(&mut by_profile(&world), &[&["program"], &JSON[..]].concat()).ok();
    assert_eq!(passed_on.json()["AccessKeyId"], handed["AccessKeyId"]);
}

/// The portal of IAM Identity Center, for so many requests ("GetRoleCredentials", IAM Identity Center Portal API Reference).
fn portal(requests: usize) -> (String, std::thread::JoinHandle<Vec<String>>) {
    use std::io::{BufRead, BufReader, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = std::thread::spawn(move || {
        let answer = |_| {
            let (mut stream, _) = listener.accept().unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let head: Vec<String> = lines
                .map(Result::unwrap)
                .take_while(|line| !line.is_empty())
                .collect();
            let body = r#"{"roleCredentials": {"accessKeyId": "ASIASSO", "secretAccessKey": "s", "sessionToken": "t",
                "expiration": 1900000000000}}"#;
            write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            )
            .unwrap();
            head.join("\n")
        };
        (0..requests).map(answer).collect()
    });
    (url, asked)
}

#[test]
fn a_profile_that_signs_in_by_sso() {
    let world = world();
    files(
        &world,
        "[sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://corp.awsapps.com/start\n\
         [profile sso]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Dev\n",
    );
    let refused = answer(&mut by_profile(&world), &["sso"]);
    assert_eq!(refused.code, 2, "{}", refused.err);
    assert!(
        refused.err.contains("aws sso login --profile sso"),
        "{}",
        refused.err
    );

    // What `aws sso login` leaves; the file's name is the SHA-1 of the session's.
    let tokens = world.home.path().join(".aws/sso/cache");
    std::fs::create_dir_all(&tokens).unwrap();
    let token = r#"{"accessToken": "signed-in", "expiresAt": "2099-01-01T00:00:00Z", "region": "us-east-1",
        "startUrl": "https://corp.awsapps.com/start"}"#;
    std::fs::write(
        tokens.join("ee0bfd2552fbd840c02cc48b6e823320543c450f.json"),
        token,
    )
    .unwrap();
    let (url, asked) = portal(1);
    let handed = || {
        let mut command = by_profile(&world);
        command.env("AWS_ENDPOINT_URL_SSO", &url);
        answer(&mut command, &[&["sso"], &JSON[..]].concat()).ok().json()
    };
    assert_eq!(handed()["AccessKeyId"], "ASIASSO");
    let [asked] = asked.join().unwrap().try_into().unwrap();
    assert!(
        asked.contains("/federation/credentials?role_name=Dev&account_id=111122223333")
            && asked.contains("signed-in"),
        "{asked}"
    );
    // The second time nobody is asked: it is kept as any other.
    assert_eq!(handed()["AccessKeyId"], "ASIASSO");
}

#[test]
fn mistakes_are_told_at_their_line_and_nothing_is_called() {
    let world = world();
    files(
        &world,
        "[profile a]\nrole_arn = arn:aws:iam::111122223333:role/X\nsource_profile = an\n",
    );
    let refused = answer(&mut by_profile(&world), &["a"]);
    assert_eq!(refused.code, 2);
    assert!(
        refused.err.contains("config:3: there is no profile an") && refused.err.contains("did you mean a"),
        "{}",
        refused.err
    );
    files(&world, "[profile a\nno equals s3cr3t\n");
    let refused = answer(&mut by_profile(&world), &["a"]);
    assert!(
        refused.code == 2 && refused.err.contains("config:1:") && !refused.err.contains("s3cr3t"),
        "{}",
        refused.err
    );
    assert!(world.sandbox.log().is_empty());
}

#[test]
fn no_credentials_are_never_others() {
    let world = world();
    files(&world, CHAIN);
    // The environment has the admin's key; a profile that cannot be is the end all the same.
    let mut command = world.daypass();
    let refused = answer(&mut command, &["--profile", "nope", FAR]);
    assert_eq!(refused.code, 2, "{}", refused.err);
    assert!(world.sandbox.log().is_empty());
}
