//! MFA devices and what their codes are good for.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use common::{ACCOUNT, Cloud, allow, trust};
use hmac::{Hmac, Mac};
use iam_sandbox::{Sandbox, Seed, Settings};
use jiff::SignedDuration;
use sha1::Sha1;

/// The code that an authenticator app shows: RFC 6238, from the seed as CreateVirtualMFADevice answers it.
fn app(seed: &str, seconds: i64) -> String {
    let letters = String::from_utf8(BASE64.decode(seed).unwrap()).unwrap();
    assert_eq!(letters.len(), 64);
    let values = letters.bytes().map(|letter| match letter {
        b'A'..=b'Z' => letter - b'A',
        b'2'..=b'7' => letter - b'2' + 26,
        other => panic!("{other} is not base 32"),
    });
    let bits: Vec<u8> = values
        .flat_map(|value| (0..5).rev().map(move |bit| (value >> bit) & 1))
        .collect();
    let key: Vec<u8> = bits
        .chunks_exact(8)
        .map(|byte| byte.iter().fold(0, |byte, bit| (byte << 1) | bit))
        .collect();
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).unwrap();
    mac.update(&(seconds / 30).to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let at = usize::from(digest[19] & 15);
    let number = u32::from_be_bytes(digest[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

#[test]
fn the_life_of_a_device() {
    let cloud = Cloud::new();
    cloud.user("ann", None);
    let created = cloud
        .as_admin(
            "CreateVirtualMFADevice",
            &[("VirtualMFADeviceName", "phone"), ("Path", "/staff/")],
        )
        .ok();
    let serial = created.text("SerialNumber").unwrap();
    assert_eq!(serial, format!("arn:aws:iam::{ACCOUNT}:mfa/staff/phone"));
    let picture = BASE64.decode(created.text("QRCodePNG").unwrap()).unwrap();
    assert!(picture.starts_with(b"\x89PNG\r\n\x1a\n"));
    assert_eq!(
        cloud
            .as_admin(
                "CreateVirtualMFADevice",
                &[("VirtualMFADeviceName", "phone"), ("Path", "/staff/")]
            )
            .refused(409, "EntityAlreadyExists"),
        "MFADevice entity at the same path and name already exists."
    );
    let seed = created.text("Base32StringSeed").unwrap();
    let now = cloud.now.get().as_second();
    let enable = |first: i64, second: i64| {
        cloud.as_admin(
            "EnableMFADevice",
            &[
                ("UserName", "ann"),
                ("SerialNumber", &serial),
                ("AuthenticationCode1", &app(&seed, now + first)),
                ("AuthenticationCode2", &app(&seed, now + second)),
            ],
        )
    };
    // The codes must follow each other.
    for (first, second) in [(0, 0), (0, -30), (-60, 0), (900, 930)] {
        assert_eq!(
            enable(first, second).refused(403, "InvalidAuthenticationCode"),
            "Authentication code for device is not valid."
        );
    }
    enable(-30, 0).ok();
    enable(-30, 0).refused(409, "EntityAlreadyExists");

    let listed = cloud.as_admin("ListMFADevices", &[("UserName", "ann")]).ok();
    assert_eq!(listed.texts("SerialNumber"), [serial.as_str()]);
    assert_eq!(listed.text("EnableDate").unwrap(), "2026-11-22T12:00:00Z");
    let got = cloud
        .as_admin("GetMFADevice", &[("UserName", "ann"), ("SerialNumber", &serial)])
        .ok();
    assert_eq!(got.text("UserName").unwrap(), "ann");
    cloud
        .as_admin(
            "GetMFADevice",
            &[("UserName", "admin"), ("SerialNumber", &serial)],
        )
        .refused(404, "NoSuchEntity");
    let virtual_ones = |status: &str| {
        cloud
            .as_admin("ListVirtualMFADevices", &[("AssignmentStatus", status)])
            .ok()
    };
    assert_eq!(virtual_ones("Assigned").text("UserName").unwrap(), "ann");
    assert!(virtual_ones("Unassigned").texts("SerialNumber").is_empty());
    assert!(
        virtual_ones("Any").text("Base32StringSeed").is_none(),
        "seeds are told once"
    );

    let delete = || cloud.as_admin("DeleteVirtualMFADevice", &[("SerialNumber", &serial)]);
    delete().refused(409, "DeleteConflict");
    cloud
        .as_admin(
            "DeactivateMFADevice",
            &[("UserName", "admin"), ("SerialNumber", &serial)],
        )
        .refused(404, "NoSuchEntity");
    cloud
        .as_admin(
            "DeactivateMFADevice",
            &[("UserName", "ann"), ("SerialNumber", &serial)],
        )
        .ok();
    assert_eq!(virtual_ones("Unassigned").texts("SerialNumber").len(), 1);
    delete().ok();
    delete().refused(404, "NoSuchEntity");
    let wrong = cloud.as_admin(
        "EnableMFADevice",
        &[
            ("UserName", "ann"),
            ("SerialNumber", &serial),
            ("AuthenticationCode1", "000000"),
            ("AuthenticationCode2", "000001"),
        ],
    );
    wrong.refused(404, "NoSuchEntity");
}

#[test]
fn a_user_with_a_device_stays_and_takes_it_along() {
    let cloud = Cloud::new();
    cloud.as_admin("CreateUser", &[("UserName", "ann")]).ok();
    let serial = cloud.mfa_device("ann");
    assert_eq!(
        cloud
            .as_admin("DeleteUser", &[("UserName", "ann")])
            .refused(409, "DeleteConflict"),
        "Cannot delete entity, must delete MFA device first."
    );
    cloud
        .as_admin("UpdateUser", &[("UserName", "ann"), ("NewUserName", "anna")])
        .ok();
    let listed = cloud.as_admin("ListMFADevices", &[("UserName", "anna")]).ok();
    assert_eq!(listed.texts("SerialNumber"), [serial.as_str()]);
    // "IAM and AWS STS quotas", IAM User Guide: 8 devices for a user.
    for number in 2..=8 {
        let name = format!("more-{number}");
        cloud.as_admin("CreateUser", &[("UserName", &name)]).ok();
        let serial = cloud.mfa_device(&name);
        cloud
            .as_admin(
                "DeactivateMFADevice",
                &[("UserName", &name), ("SerialNumber", &serial)],
            )
            .ok();
        let code = |seconds: i64| {
            let at = cloud.now.get() - SignedDuration::from_secs(seconds);
            cloud.sandbox.mfa_code(&serial, at).unwrap()
        };
        let enabled = |user: &str| {
            cloud.as_admin(
                "EnableMFADevice",
                &[
                    ("UserName", user),
                    ("SerialNumber", &serial),
                    ("AuthenticationCode1", &code(30)),
                    ("AuthenticationCode2", &code(0)),
                ],
            )
        };
        enabled("anna").ok();
    }
    let ninth = cloud
        .as_admin("CreateVirtualMFADevice", &[("VirtualMFADeviceName", "ninth")])
        .ok();
    let serial = ninth.text("SerialNumber").unwrap();
    let refused = cloud.as_admin(
        "EnableMFADevice",
        &[
            ("UserName", "anna"),
            ("SerialNumber", &serial),
            ("AuthenticationCode1", "123456"),
            ("AuthenticationCode2", "123456"),
        ],
    );
    refused.refused(409, "LimitExceeded");
}

/// "GetSessionToken", AWS STS API Reference, and "Secure API access with MFA", IAM User Guide.
#[test]
fn a_session_with_mfa_may_what_asks_for_it() {
    let cloud = Cloud::new();
    let careful = allow("*", "*").replace(
        "\"Effect\"",
        "\"Condition\":{\"Bool\":{\"aws:MultiFactorAuthPresent\":\"true\"},\"NumericLessThan\":{\"aws:MultiFactorAuthAge\":\"600\"}},\"Effect\"",
    );
    let ann = cloud.user("ann", Some(&careful));
    let serial = cloud.mfa_device("ann");
    let code = || cloud.sandbox.mfa_code(&serial, cloud.now.get()).unwrap();
    let session = |serial: &str, code: &str| {
        cloud.ask(
            &ann,
            "sts",
            "GetSessionToken",
            &[("SerialNumber", serial), ("TokenCode", code)],
        )
    };
    cloud.s3(&ann, "GET", "/reports", "").refused(403, "AccessDenied");
    let plain = cloud.ask(&ann, "sts", "GetSessionToken", &[]).ok().credentials();
    cloud
        .s3(&plain, "GET", "/reports", "")
        .refused(403, "AccessDenied");
    cloud
        .iam(&plain, "ListUsers", &[])
        .refused(403, "InvalidClientTokenId");

    let right = code();
    let wrong = format!("{:06}", (right.parse::<u32>().unwrap() + 1) % 1_000_000);
    let message = "MultiFactorAuthentication failed with invalid MFA one time pass code. ";
    assert_eq!(session(&serial, &wrong).refused(403, "AccessDenied"), message);
    let unknown = format!("arn:aws:iam::{ACCOUNT}:mfa/other");
    assert!(
        session(&unknown, &right)
            .refused(403, "AccessDenied")
            .contains("verify your MFA serial number is valid and associated with this user")
    );
    let alone = cloud.ask(&ann, "sts", "GetSessionToken", &[("SerialNumber", &serial)]);
    assert!(alone.refused(403, "AccessDenied").contains("must provide both"));

    let proven = session(&serial, &right).ok().credentials();
    assert_eq!(
        session(&serial, &right).refused(403, "AccessDenied"),
        message,
        "a code works once"
    );
    cloud.s3(&proven, "GET", "/reports", "").ok();
    cloud.iam(&proven, "ListUsers", &[]).ok();
    cloud.sandbox.clock().move_by(SignedDuration::from_mins(11));
    cloud
        .s3(&proven, "GET", "/reports", "")
        .refused(403, "AccessDenied");
    // Another's device is no proof.
    let bob = cloud.user("bob", None);
    cloud.wait(SignedDuration::from_secs(30));
    let borrowed = cloud.ask(
        &bob,
        "sts",
        "GetSessionToken",
        &[("SerialNumber", &serial), ("TokenCode", &code())],
    );
    borrowed.refused(403, "AccessDenied");
}

/// "AssumeRole", AWS STS API Reference: SerialNumber and TokenCode.
#[test]
fn a_role_that_wants_mfa() {
    let cloud = Cloud::new();
    let careful = trust(ACCOUNT).replace(
        "\"Effect\"",
        "\"Condition\":{\"Bool\":{\"aws:MultiFactorAuthPresent\":\"true\"},\"NumericLessThan\":{\"aws:MultiFactorAuthAge\":\"3600\"}},\"Effect\"",
    );
    let conditional = allow("s3:*", "*").replace(
        "\"Effect\"",
        "\"Condition\":{\"Bool\":{\"aws:MultiFactorAuthPresent\":\"true\"}},\"Effect\"",
    );
    let role = cloud.role("careful", &careful, Some(&conditional));
    let ann = cloud.user("ann", Some(&allow("sts:AssumeRole", "*")));
    let serial = cloud.mfa_device("ann");
    let code = || cloud.sandbox.mfa_code(&serial, cloud.now.get()).unwrap();
    cloud.assume(&ann, &role, &[]).refused(403, "AccessDenied");
    let given = code();
    let with_code = || cloud.assume(&ann, &role, &[("SerialNumber", &serial), ("TokenCode", &given)]);
    let session = with_code().ok().credentials();
    with_code().refused(403, "AccessDenied");
    // "The temporary credentials returned by AssumeRole do not include MFA information in the context."
    cloud
        .s3(&session, "GET", "/reports", "")
        .refused(403, "AccessDenied");

    // A session of GetSessionToken brings its proof along; how old that is counts.
    cloud.wait(SignedDuration::from_secs(30));
    let proven = cloud
        .ask(
            &ann,
            "sts",
            "GetSessionToken",
            &[("SerialNumber", &serial), ("TokenCode", &code())],
        )
        .ok()
        .credentials();
    cloud.assume(&proven, &role, &[]).ok();
    cloud.sandbox.clock().move_by(SignedDuration::from_hours(2));
    cloud.assume(&proven, &role, &[]).refused(403, "AccessDenied");
    // A role has no device of its own.
    let admin = format!("arn:aws:iam::{ACCOUNT}:role/admin");
    let chained = cloud.assume(&cloud.admin(), &admin, &[]).ok().credentials();
    let params = [("SerialNumber", serial.as_str()), ("TokenCode", "123456")];
    cloud
        .assume(&chained, &role, &params)
        .refused(403, "AccessDenied");
}

#[test]
fn a_device_whose_clock_is_off_is_synchronized() {
    let cloud = Cloud::new();
    let ann = cloud.user("ann", None);
    let serial = cloud.mfa_device("ann");
    cloud.wait(SignedDuration::from_mins(10));
    // Two minutes ahead.
    let shown = |seconds: i64| {
        let at = cloud.now.get() + SignedDuration::from_secs(120 + seconds);
        cloud.sandbox.mfa_code(&serial, at).unwrap()
    };
    let session = |code: &str| {
        cloud.ask(
            &ann,
            "sts",
            "GetSessionToken",
            &[("SerialNumber", &serial), ("TokenCode", code)],
        )
    };
    session(&shown(0)).refused(403, "AccessDenied");
    let resync = |first: &str, second: &str| {
        cloud.as_admin(
            "ResyncMFADevice",
            &[
                ("UserName", "ann"),
                ("SerialNumber", &serial),
                ("AuthenticationCode1", first),
                ("AuthenticationCode2", second),
            ],
        )
    };
    resync(&shown(0), &shown(0)).refused(403, "InvalidAuthenticationCode");
    resync(&shown(-30), &shown(0)).ok();
    cloud.wait(SignedDuration::from_secs(30));
    session(&shown(0)).ok();
    let other = cloud.as_admin(
        "ResyncMFADevice",
        &[
            ("UserName", "developer"),
            ("SerialNumber", &serial),
            ("AuthenticationCode1", "123456"),
            ("AuthenticationCode2", "123456"),
        ],
    );
    other.refused(404, "NoSuchEntity");
}

/// The policy with which users look after their own devices ("AWS: Allows MFA-authenticated IAM users to manage their
/// own credentials", IAM User Guide).
#[test]
fn users_manage_their_own_devices() {
    let cloud = Cloud::new();
    let own = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":["iam:CreateVirtualMFADevice","iam:DeleteVirtualMFADevice"],"Resource":"arn:aws:iam::*:mfa/${aws:username}"},
        {"Effect":"Allow","Action":["iam:EnableMFADevice","iam:ListMFADevices","iam:ResyncMFADevice","iam:DeactivateMFADevice"],"Resource":"arn:aws:iam::*:user/${aws:username}"}]}"#;
    let ann = cloud.user("ann", Some(own));
    let make = |name: &str| cloud.iam(&ann, "CreateVirtualMFADevice", &[("VirtualMFADeviceName", name)]);
    make("bob").refused(403, "AccessDenied");
    let serial = make("ann").ok().text("SerialNumber").unwrap();
    let code = |seconds: i64| {
        let at = cloud.now.get() + SignedDuration::from_secs(seconds);
        cloud.sandbox.mfa_code(&serial, at).unwrap()
    };
    let enable = |user: &str| {
        cloud.iam(
            &ann,
            "EnableMFADevice",
            &[
                ("UserName", user),
                ("SerialNumber", &serial),
                ("AuthenticationCode1", &code(-30)),
                ("AuthenticationCode2", &code(0)),
            ],
        )
    };
    enable("developer").refused(403, "AccessDenied");
    enable("ann").ok();
    let listed = cloud.iam(&ann, "ListMFADevices", &[]).ok();
    assert_eq!(listed.texts("UserName"), ["ann"]);
    cloud
        .iam(&ann, "DeactivateMFADevice", &[("SerialNumber", &serial)])
        .ok();
    cloud
        .iam(&ann, "DeleteVirtualMFADevice", &[("SerialNumber", &serial)])
        .ok();
}

/// Devices of other accounts show their codes too: the serial number says whose one is.
#[test]
fn codes_of_a_second_account() {
    let world = r#"{"accounts": {"111122223333": {}, "444455556666": {
        "users": {"eve": {}}, "mfa_devices": {"phone": {"user": "eve"}}}}}"#;
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    let sandbox = Sandbox::from_seed(Settings::default(), &Seed::parse(world).unwrap(), now);
    assert!(
        sandbox
            .mfa_code("arn:aws:iam::444455556666:mfa/phone", now)
            .is_some()
    );
    assert!(
        sandbox
            .mfa_code("arn:aws:iam::111122223333:mfa/phone", now)
            .is_none()
    );
    assert!(sandbox.mfa_code("phone", now).is_none());
}
