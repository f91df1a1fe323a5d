//! MFA with real one-time codes: asked for once, refused when wrong, old or used, whoever types or prints them.

use super::terminal::Terminal;
use super::{ANN_SECRET, DEV, DEVICE, JSON, ann, answer, who, world};
use crate::support::{World, binary, until};
use jiff::{SignedDuration, Timestamp};

const GUARDED: &str = "arn:aws:iam::111122223333:role/Guarded";
const OTHER: &str = "arn:aws:iam::111122223333:role/Other";

/// The code that the device shows at a moment; those after this one are good too, one step on.
fn code(world: &World, ago: i64) -> String {
    let at = Timestamp::now() - SignedDuration::from_secs(ago);
    world.sandbox.mfa_code(DEVICE, at).unwrap()
}

#[test]
fn one_code_serves_all_roles() {
    let world = world();
    let refused = answer(&mut ann(&world), &[&[GUARDED], &JSON[..]].concat());
    assert_eq!(refused.code, 1);
    assert!(
        refused
            .err
            .contains("if its trust policy asks for MFA: add --mfa"),
        "{}",
        refused.err
    );
    let code = code(&world, 0);
    let with_code = [&[GUARDED, "--mfa-code", &code], &JSON[..]].concat();
    let handed = answer(&mut ann(&world), &with_code).ok().json();
    assert!(who(&world, &handed).contains(":assumed-role/Guarded/"));
    // The device was found, and no code is asked for again: neither for another role nor for one that does without.
    for role in [OTHER, DEV, GUARDED] {
        answer(&mut ann(&world), &[&[role, "--mfa"], &JSON[..]].concat()).ok();
    }
    assert_eq!(world.calls("ListMFADevices").len(), 1);
    assert_eq!(world.calls("GetSessionToken").len(), 1);
}

#[test]
fn codes_that_are_wrong_old_or_used_are_refused_with_advice() {
    let world = world();
    let given = |code: &str| {
        let arguments = [GUARDED, "--no-cache", "--mfa-serial", DEVICE, "--mfa-code", code];
        answer(&mut ann(&world), &[&arguments[..], &JSON[..]].concat())
    };
    // A device whose clock is ten minutes behind.
    for wrong in [code(&world, 600), "000000".to_owned()] {
        let refused = given(&wrong);
        assert_eq!(refused.code, 1, "{}", refused.err);
        assert!(
            refused.err.contains("each is good once") && refused.err.contains("the device's clock"),
            "{}",
            refused.err
        );
        assert!(!refused.err.contains(&wrong), "{}", refused.err);
    }
    let good = code(&world, 0);
    given(&good).ok();
    assert_eq!(given(&good).code, 1, "it was used");
    assert_eq!(given("12345").code, 2, "five digits");
    let unknown = [
        GUARDED,
        "--mfa-serial",
        "arn:aws:iam::111122223333:mfa/nope",
        "--mfa-code",
        "123456",
    ];
    let refused = answer(&mut ann(&world), &[&unknown[..], &JSON[..]].concat());
    assert!(
        refused.err.contains("this device is not yours"),
        "{}",
        refused.err
    );
}

#[test]
fn a_command_prints_the_code() {
    let world = world();
    let file = world
        .home
        .file("code", format!("\n{}\nignored\n", code(&world, 0)));
    let command = format!("cat {}", file.display());
    answer(
        &mut ann(&world),
        &[&[GUARDED, "--mfa-command", &command], &JSON[..]].concat(),
    )
    .ok();
    let said = |command: &str| {
        let arguments = [OTHER, "--no-cache", "--mfa-command", command];
        let refused = answer(&mut ann(&world), &[&arguments[..], &JSON[..]].concat());
        assert_eq!(refused.code, 1, "{}", refused.err);
        refused.err
    };
    let err = said("echo hunter2");
    assert!(
        err.contains("a code has six digits") && !err.contains("hunter2\n"),
        "{err}"
    );
    assert!(said("exit 3").contains("exit status: 3"));
}

#[test]
fn nobody_to_ask_is_told() {
    let world = world();
    // In a session of its own a process has no terminal.
    let mut detached = world.home.daypass_like("setsid");
    detached
        .envs(world.variables())
        .env("AWS_ACCESS_KEY_ID", "AKIAANNEXAMPLE000001")
        .env("AWS_SECRET_ACCESS_KEY", ANN_SECRET)
        .arg("--wait")
        .arg(binary())
        .args(["assume", GUARDED, "--mfa", "--no-cache"])
        .args(JSON);
    let output = detached.output().unwrap();
    let (_, err) = crate::support::texts(&output);
    assert_eq!(output.status.code(), Some(2), "{err}");
    assert!(
        err.contains("there is no terminal") && err.contains("--mfa-command"),
        "{err}"
    );
}

#[test]
fn only_a_users_key_proves_mfa() {
    let world = world();
    let handed = answer(&mut ann(&world), &[&[DEV], &JSON[..]].concat())
        .ok()
        .json();
    let mut command = ann(&world);
    for (name, member) in [
        ("AWS_ACCESS_KEY_ID", "AccessKeyId"),
        ("AWS_SECRET_ACCESS_KEY", "SecretAccessKey"),
        ("AWS_SESSION_TOKEN", "SessionToken"),
    ] {
        command.env(name, handed[member].as_str().unwrap());
    }
    let refused = answer(&mut command, &[GUARDED, "--mfa"]);
    assert_eq!(refused.code, 2, "{}", refused.err);
    assert!(refused.err.contains("not a user's access key"), "{}", refused.err);
}

#[test]
fn a_user_without_a_device_is_told_how_to_get_one() {
    let world = world();
    // bob may not even ask which devices he has.
    let mut command = ann(&world);
    command.env("AWS_ACCESS_KEY_ID", "AKIABOBEXAMPLE000001").env(
        "AWS_SECRET_ACCESS_KEY",
        "bob/s3cr3t+of+the+longest+kind0000000001",
    );
    let refused = answer(&mut command, &[GUARDED, "--mfa", "--mfa-code", "123456"]);
    assert_eq!(refused.code, 1, "{}", refused.err);
    assert!(
        refused.err.contains("ListMFADevices") && refused.err.contains("--mfa-serial"),
        "{}",
        refused.err
    );
    let admin = world
        .daypass()
        .args(["assume", "Dev", "--mfa", "--no-cache", "--mfa-code", "123456"])
        .output();
    let (_, err) = crate::support::texts(&admin.unwrap());
    assert!(err.contains("you have no MFA device"), "{err}");
}

/// A session that AWS has ended, as when the other clock is ahead, is forgotten and begun anew.
#[test]
fn a_session_that_aws_no_longer_takes_is_begun_again() {
    let world = world();
    let with = |code: &str, role: &str| {
        answer(
            &mut ann(&world),
            &[&[role, "--mfa-code", code], &JSON[..]].concat(),
        )
    };
    with(&code(&world, 30), GUARDED).ok();
    world.sandbox.clock().move_by(SignedDuration::from_hours(13));
    with(&code(&world, 0), OTHER).ok();
    assert_eq!(world.calls("GetSessionToken").len(), 2);
}

#[test]
fn the_terminal_is_asked_and_may_be_mistyped() {
    let world = world();
    let arguments = [
        "assume",
        GUARDED,
        "--mfa",
        "--no-cache",
        "--",
        "sh",
        "-c",
        "echo it runs",
    ];
    let mut terminal = Terminal::start(&world, &arguments, &[]);
    let asked = |terminal: &Terminal, times: usize| {
        until("a code is asked for", || {
            terminal
                .shown()
                .matches(&format!("MFA code of {DEVICE}: "))
                .count()
                == times
        });
    };
    asked(&terminal, 1);
    terminal.press("what?\r");
    asked(&terminal, 2);
    terminal.press("000000\r");
    asked(&terminal, 3);
    terminal.press(&format!("{}\r", code(&world, 0)));
    until("it runs", || terminal.shown().contains("it runs"));
    assert!(terminal.succeeds(), "{}", terminal.shown());
    assert!(terminal.shown().contains("a code has six digits"));
}
