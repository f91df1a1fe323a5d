//! `daypass assume` against a sandbox that the test can look into: who one becomes, and what becomes of the secrets.

mod cache;
mod delivery;
mod mfa;
mod profiles;
mod real;
mod server;
mod shells;
mod terminal;

use crate::support::{World, texts};
use assert_cmd::Command;
use daypass_aws::{Connection, ConnectionSettings, Credentials, Probe};
use serde_json::Value;

/// A world in which `ann` is a user with a key, an MFA device, and roles that trust her.
pub(super) const SEED: &str = r#"{"accounts": {
  "111122223333": {
    "users": {
      "admin": {"attached": ["AdministratorAccess"], "access_keys": 1},
      "ann": {
        "access_keys": [{"id": "AKIAANNEXAMPLE000001", "secret": "ann/s3cr3t+of+the+longest+kind0000000001"}],
        "policies": {"may": {"Version": "2012-10-17", "Statement": [
          {"Effect": "Allow", "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"], "Resource": "*"},
          {"Effect": "Allow", "Action": "iam:ListMFADevices", "Resource": "arn:aws:iam::111122223333:user/ann"}
        ]}}
      },
      "bob": {
        "access_keys": [{"id": "AKIABOBEXAMPLE000001", "secret": "bob/s3cr3t+of+the+longest+kind0000000001"}]
      }
    },
    "mfa_devices": {"phone": {"user": "ann", "seed": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"}},
    "roles": {
      "Dev": {
        "path": "/team/",
        "trust": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
          "Principal": {"AWS": "arn:aws:iam::111122223333:user/ann"}, "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]}]},
        "policies": {"all": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}},
        "max_session": 14400
      },
      "Guarded": {
        "trust": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
          "Principal": {"AWS": "arn:aws:iam::111122223333:user/ann"}, "Action": "sts:AssumeRole",
          "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}]},
        "policies": {"all": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}}
      },
      "Other": {
        "trust": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
          "Principal": {"AWS": "arn:aws:iam::111122223333:user/ann"}, "Action": "sts:AssumeRole",
          "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}]}
      },
      "Vendor": {
        "trust": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
          "Principal": {"AWS": "arn:aws:iam::111122223333:user/ann"}, "Action": "sts:AssumeRole",
          "Condition": {"StringEquals": {"sts:ExternalId": "daypass-42"}}}]}
      },
      "Tagged": {
        "trust": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
          "Principal": {"AWS": "arn:aws:iam::111122223333:user/ann"}, "Action": ["sts:AssumeRole", "sts:TagSession"],
          "Condition": {"StringEquals": {"aws:RequestTag/team": "payments"}}}]},
        "policies": {"next": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}]}}
      },
      "Deeper": {
        "trust": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
          "Principal": {"AWS": "arn:aws:iam::111122223333:role/Tagged"}, "Action": ["sts:AssumeRole", "sts:TagSession"]}]},
        "policies": {"team": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
          "Condition": {"StringEquals": {"aws:PrincipalTag/team": "payments"}}}]}}
      }
    },
    "buckets": {"reports": {"objects": {"a.csv": "1,2"}}}
  },
  "222233334444": {
    "roles": {
      "Far": {
        "trust": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
          "Principal": {"AWS": "arn:aws:iam::111122223333:role/team/Dev"}, "Action": ["sts:AssumeRole", "sts:TagSession"]}]},
        "max_session": 43200
      }
    }
  }
}}"#;

pub(super) const ANN_SECRET: &str = "ann/s3cr3t+of+the+longest+kind0000000001";
pub(super) const DEVICE: &str = "arn:aws:iam::111122223333:mfa/phone";
pub(super) const DEV: &str = "arn:aws:iam::111122223333:role/team/Dev";
pub(super) const FAR: &str = "arn:aws:iam::222233334444:role/Far";

pub(super) fn world() -> World {
    World::seeded(SEED)
}

/// daypass as ann, whose key stands in the environment; its cache is the test's own.
pub(super) fn ann(world: &World) -> Command {
    let mut command = world.daypass();
    command
        .env("AWS_ACCESS_KEY_ID", "AKIAANNEXAMPLE000001")
        .env("AWS_SECRET_ACCESS_KEY", ANN_SECRET)
        .env("USER", "ann.other@example.com");
    own_cache(world, &mut command);
    command
}

/// daypass without credentials in the environment: those of profiles alone.
pub(super) fn by_profile(world: &World) -> Command {
    let mut command = world.daypass();
    command
        .env_remove("AWS_ACCESS_KEY_ID")
        .env_remove("AWS_SECRET_ACCESS_KEY");
    own_cache(world, &mut command);
    command
}

/// A key of the test's own, so that tests neither share sessions nor leave keys in the kernel.
fn own_cache(world: &World, command: &mut Command) {
    command
        .env("XDG_RUNTIME_DIR", world.home.path())
        .env("DAYPASS_CACHE_KEY", "file");
}

pub(super) struct Answer {
    pub(super) code: i32,
    pub(super) out: String,
    pub(super) err: String,
}

pub(super) fn answer(command: &mut Command, arguments: &[&str]) -> Answer {
    let output = command.arg("assume").args(arguments).output().unwrap();
    let (out, err) = texts(&output);
    Answer {
        code: output.status.code().unwrap(),
        out,
        err,
    }
}

impl Answer {
    pub(super) fn ok(self) -> Self {
        assert_eq!(self.code, 0, "{}", self.err);
        self
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("{} {}", self.out, self.err))
    }
}

/// A way to AWS with the handed credentials.
fn connection(world: &World, handed: &Value) -> Connection {
    let text = |name: &str| handed[name].as_str().unwrap().to_owned();
    let credentials = Credentials {
        session_token: Some(text("SessionToken").into()),
        ..Credentials::from_key(text("AccessKeyId"), text("SecretAccessKey"))
    };
    let connection = Connection::open(ConnectionSettings {
        region: Some("us-east-1".to_owned()),
        endpoint_url: Some(world.url()),
        credentials: Some(credentials),
        ..ConnectionSettings::default()
    });
    world.block_on(connection).unwrap()
}

/// Who the handed credentials are, as AWS tells it.
pub(super) fn who(world: &World, handed: &Value) -> String {
    let connection = connection(world, handed);
    world.block_on(connection.caller()).unwrap().arn.to_string()
}

fn may(world: &World, handed: &Value, probe: &Probe) -> bool {
    let connection = connection(world, handed);
    world.block_on(connection.probe(probe)).unwrap().allowed
}

pub(super) const JSON: [&str; 2] = ["--format", "credential-process"];

#[test]
fn a_role_by_its_arn_and_by_its_name_with_its_path() {
    let world = world();
    for role in [DEV, "team/Dev", "role/team/Dev"] {
        let handed = answer(&mut ann(&world), &[&[role], &JSON[..]].concat())
            .ok()
            .json();
        let who = who(&world, &handed);
        assert!(
            who.starts_with("arn:aws:sts::111122223333:assumed-role/Dev/ann-other-"),
            "{who}"
        );
    }
    // Where it can be known that there is none, no other advice is given.
    let none = answer(&mut world.daypass(), &[&["Nobody"], &JSON[..]].concat());
    assert_eq!(none.code, 1, "{}", none.err);
    assert!(
        none.err.contains("NoSuchEntity") && !none.err.contains("--mfa"),
        "{}",
        none.err
    );
    // ann may not look roles up: the name alone is then a role without a path, and that one there is not.
    let refused = answer(&mut ann(&world), &[&["Dev"], &JSON[..]].concat());
    assert_eq!(refused.code, 1, "{}", refused.err);
    assert!(
        refused.err.contains("role: role Dev") && refused.err.contains(":user/ann"),
        "{}",
        refused.err
    );
    // Who may finds the path.
    let mut admin = world.daypass();
    own_cache(&world, &mut admin);
    let refused = answer(&mut admin, &[&["Dev"], &JSON[..]].concat());
    assert!(
        refused.code == 1 && refused.err.contains("AssumeRole"),
        "{}",
        refused.err
    );
    assert_eq!(world.calls("AssumeRole").last().unwrap().resource, DEV);
}

#[test]
fn the_command_has_the_roles_credentials_and_nothing_else_of_aws() {
    let world = world();
    let mut command = ann(&world);
    command
        .env("AWS_PROFILE", "prod")
        .env("AWS_SECURITY_TOKEN", "old")
        .env("AWS_WEB_IDENTITY_TOKEN_FILE", "/token")
        .env("DAYPASS_CACHE_PASSPHRASE", "passphrase in clear");
    let shown = answer(&mut command, &[DEV, "--", "env"]).ok();
    let names: Vec<&str> = shown
        .out
        .lines()
        .filter_map(|line| line.split_once('=').map(|(name, _)| name))
        .filter(|name| name.starts_with("AWS_") || name.starts_with("DAYPASS_"))
        .collect();
    let mut names = names;
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "AWS_ACCESS_KEY_ID",
            "AWS_CONFIG_FILE",
            "AWS_CREDENTIAL_EXPIRATION",
            "AWS_DEFAULT_REGION",
            "AWS_EC2_METADATA_DISABLED",
            "AWS_ENDPOINT_URL",
            "AWS_REGION",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
            "AWS_SHARED_CREDENTIALS_FILE",
            "DAYPASS_EXPIRES_AT",
            "DAYPASS_ROLE_ARN",
        ]
    );
    assert!(
        !shown.out.contains(ANN_SECRET) && shown.out.contains("AWS_ACCESS_KEY_ID=ASIA"),
        "{}",
        shown.out
    );
    assert!(
        shown.out.contains(&format!("DAYPASS_ROLE_ARN={DEV}")),
        "{}",
        shown.out
    );
    assert_eq!(
        answer(&mut ann(&world), &[DEV, "--", "sh", "-c", "exit 7"]).code,
        7
    );
    assert_eq!(
        answer(&mut ann(&world), &[DEV, "--", "no-such-program"]).code,
        127
    );
}

#[test]
fn a_subshell_tells_who_one_is_in_its_prompt() {
    let world = world();
    let output = ann(&world)
        .args(["assume", DEV])
        .write_stdin("echo prompt $PS1; exit 5")
        .output()
        .unwrap();
    let (out, err) = texts(&output);
    assert_eq!(output.status.code(), Some(5), "{err}");
    assert!(out.starts_with("prompt [Dev until "), "{out}");
    assert!(
        err.contains("You are arn:aws:iam::") && err.contains("left)"),
        "{err}"
    );
}

#[test]
fn a_session_is_narrowed() {
    let world = world();
    let policy = world.home.policy();
    let policy = policy.to_str().unwrap();
    let session = |arguments: &[&str]| {
        answer(&mut ann(&world), &[&[DEV], arguments, &JSON[..]].concat())
            .ok()
            .json()
    };
    let lists_buckets = |handed: &Value| may(&world, handed, &Probe::ListBuckets);
    let regions = |handed: &Value| may(&world, handed, &Probe::DescribeRegions);
    assert!(lists_buckets(&session(&[])));
    let narrowed = session(&["--session-policy", policy]);
    assert!(!lists_buckets(&narrowed) && !regions(&narrowed));
    let reports = Probe::ListObjects {
        bucket: "reports".to_owned(),
    };
    assert!(may(&world, &narrowed, &reports), "what both allow");
    let reader = session(&["--read-only"]);
    assert!(lists_buckets(&reader) && regions(&reader));
    let both = answer(
        &mut ann(&world),
        &[DEV, "--read-only", "--session-policy", policy],
    );
    assert_eq!(both.code, 2, "{}", both.err);
    let wrong = answer(&mut ann(&world), &[DEV, "--session-policy", "nowhere.json"]);
    assert_eq!(wrong.code, 2, "{}", wrong.err);
}

#[test]
fn session_tags_source_identity_and_external_id() {
    let world = world();
    let tagged = [
        DEV,
        "--tag",
        "team=payments",
        "--transitive-tag",
        "team",
        "--source-identity",
        "ann",
        "--session-name",
        "chosen",
        "--for",
        "15m",
        "--format",
        "credential-process",
    ];
    let handed = answer(&mut ann(&world), &tagged).ok().json();
    assert_eq!(
        who(&world, &handed),
        "arn:aws:sts::111122223333:assumed-role/Dev/chosen"
    );
    let vendor = "arn:aws:iam::111122223333:role/Vendor";
    let refused = answer(&mut ann(&world), &[&[vendor], &JSON[..]].concat());
    assert_eq!(refused.code, 1, "{}", refused.err);
    assert!(refused.err.contains("--external-id ID"), "{}", refused.err);
    answer(
        &mut ann(&world),
        &[&[vendor, "--external-id", "daypass-42"], &JSON[..]].concat(),
    )
    .ok();
    let wrong = answer(&mut ann(&world), &[DEV, "--tag", "a=b", "--transitive-tag", "c"]);
    assert!(
        wrong.code == 2 && wrong.err.contains("there is no such tag"),
        "{}",
        wrong.err
    );
}

/// A tag counts in the trust policy, in the session, and if it is transitive in the sessions behind it too ("Pass session
/// tags in AWS STS", IAM User Guide).
#[test]
fn session_tags_are_in_force_and_the_transitive_ones_go_on() {
    let world = world();
    let [tagged, deeper] = ["Tagged", "Deeper"].map(|name| format!("arn:aws:iam::111122223333:role/{name}"));
    let without = answer(&mut ann(&world), &[&[&*tagged], &JSON[..]].concat());
    assert_eq!(without.code, 1, "{}", without.err);
    for (transitive, goes_on) in [(&["--transitive-tag", "team"][..], true), (&[], false)] {
        let arguments = [&[&*tagged, "--tag", "team=payments"], transitive, &JSON[..]].concat();
        let first = answer(&mut ann(&world), &arguments).ok().json();
        let mut next = ann(&world);
        for (variable, member) in [
            ("AWS_ACCESS_KEY_ID", "AccessKeyId"),
            ("AWS_SECRET_ACCESS_KEY", "SecretAccessKey"),
            ("AWS_SESSION_TOKEN", "SessionToken"),
        ] {
            next.env(variable, first[member].as_str().unwrap());
        }
        let second = answer(&mut next, &[&[&*deeper], &JSON[..]].concat()).ok().json();
        assert_eq!(
            may(&world, &second, &Probe::ListBuckets),
            goes_on,
            "{transitive:?}"
        );
    }
}

#[test]
fn durations_are_bounded() {
    let world = world();
    let lasts = |arguments: &[&str]| {
        let handed = answer(&mut ann(&world), &[arguments, &JSON[..]].concat())
            .ok()
            .json();
        let end: jiff::Timestamp = handed["Expiration"].as_str().unwrap().parse().unwrap();
        end.duration_since(jiff::Timestamp::now()).as_mins()
    };
    assert!((59..=60).contains(&lasts(&[DEV])));
    assert!((239..=240).contains(&lasts(&[DEV, "--for", "4h"])));
    let too_long = answer(&mut ann(&world), &[&[DEV, "--for", "5h"], &JSON[..]].concat());
    assert_eq!(too_long.code, 1);
    assert!(
        too_long.err.contains("MaxSessionDuration") && too_long.err.contains("--for"),
        "{}",
        too_long.err
    );
    let too_short = answer(&mut ann(&world), &[DEV, "--for", "5m"]);
    assert!(
        too_short.code == 2 && too_short.err.contains("daypass try"),
        "{}",
        too_short.err
    );
}

#[test]
fn what_is_no_role_is_told_before_anything_is_called() {
    let world = world();
    for role in [
        "arn:aws:iam::111122223333:user/ann",
        "no such",
        "",
        "arn:aws:s3:::x",
    ] {
        let refused = answer(&mut ann(&world), &[role]);
        assert_eq!(refused.code, 2, "{role}: {}", refused.err);
    }
    assert!(world.sandbox.log().is_empty());
}

#[test]
fn the_sandbox_needs_no_account() {
    let home = crate::support::Home::new();
    let mut command = home.daypass();
    let shown = answer(
        &mut command,
        &[
            "--sandbox",
            "admin",
            "--",
            "sh",
            "-c",
            "echo $DAYPASS_ROLE_ARN; exit 3",
        ],
    );
    assert_eq!(
        (shown.code, shown.out.as_str()),
        (3, "arn:aws:iam::111122223333:role/admin\n")
    );
    let refused = answer(&mut home.daypass(), &["--sandbox", "admin", "--format", "env"]);
    assert_eq!(refused.code, 2, "{}", refused.err);
    assert!(!home.path().join(".cache").exists(), "nothing of it is kept");
}
