//! Passwords, what was last used when, and the reports about both.
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
use common::{ACCOUNT, Cloud, allow};
use iam_sandbox::{Propagation, Settings};
use jiff::SignedDuration;

#[test]
fn login_profiles() {
    let cloud = Cloud::new();
    cloud.as_admin("CreateUser", &[("UserName", "ann")]).ok();
    let of = |operation: &str, more: &[(&str, &str)]| {
        let mut params = vec![("UserName", "ann")];
        params.extend_from_slice(more);
        cloud.as_admin(operation, &params)
    };
    assert_eq!(
        of("GetLoginProfile", &[]).refused(404, "NoSuchEntity"),
        "Login Profile for User ann cannot be found."
    );
    of("UpdateLoginProfile", &[("Password", "Correct-Horse-9")]).refused(404, "NoSuchEntity");
    of("DeleteLoginProfile", &[]).refused(404, "NoSuchEntity");
    let made = of(
        "CreateLoginProfile",
        &[("Password", "Correct-Horse-9"), ("PasswordResetRequired", "true")],
    )
    .ok();
    assert_eq!(made.text("PasswordResetRequired").unwrap(), "true");
    of("CreateLoginProfile", &[("Password", "Correct-Horse-9")]).refused(409, "EntityAlreadyExists");
    of("UpdateLoginProfile", &[("PasswordResetRequired", "false")]).ok();
    let got = of("GetLoginProfile", &[]).ok();
    assert_eq!(got.text("PasswordResetRequired").unwrap(), "false");
    assert_eq!(got.text("CreateDate").unwrap(), "2026-11-22T12:00:00Z");
    assert_eq!(
        of("DeleteUser", &[]).refused(409, "DeleteConflict"),
        "Cannot delete entity, must delete login profile first."
    );
    of("DeleteLoginProfile", &[]).ok();
    of("DeleteUser", &[]).ok();
    of("CreateLoginProfile", &[("Password", "Correct-Horse-9")]).refused(404, "NoSuchEntity");
}

/// "CreateLoginProfile" and "DeleteLoginProfile", IAM API Reference: EntityTemporarilyUnmodifiable.
#[test]
fn a_fresh_login_profile_cannot_be_changed_before_it_has_settled() {
    let cloud = Cloud::with(Settings {
        entropy: 3,
        propagation: Propagation::realistic(),
    });
    let params = [("UserName", "developer"), ("Password", "Correct-Horse-9")];
    cloud.as_admin("CreateLoginProfile", &params).ok();
    let delete = || cloud.as_admin("DeleteLoginProfile", &[("UserName", "developer")]);
    delete().refused(409, "EntityTemporarilyUnmodifiable");
    cloud.wait(SignedDuration::from_secs(61));
    delete().ok();
}

/// "Set an account password policy for IAM users", IAM User Guide: the default policy and custom ones.
#[test]
fn passwords_have_rules() {
    let cloud = Cloud::new();
    let set = |password: &str| {
        let params = [("UserName", "developer"), ("Password", password)];
        let made = cloud.as_admin("CreateLoginProfile", &params);
        if made.status == 409 {
            return cloud.as_admin("UpdateLoginProfile", &params);
        }
        made
    };
    assert_eq!(
        cloud
            .as_admin("GetAccountPasswordPolicy", &[])
            .refused(404, "NoSuchEntity"),
        format!("The Password Policy with domain name {ACCOUNT} cannot be found.")
    );
    cloud
        .as_admin("DeleteAccountPasswordPolicy", &[])
        .refused(404, "NoSuchEntity");
    for weak in ["Short-1", "alllowercase", "Onlyletters", "lower-and-symbols"] {
        set(weak).refused(400, "PasswordPolicyViolation");
    }
    set("Three-kinds").ok();
    cloud
        .as_admin(
            "UpdateAccountPasswordPolicy",
            &[
                ("MinimumPasswordLength", "12"),
                ("RequireNumbers", "true"),
                ("RequireSymbols", "true"),
                ("MaxPasswordAge", "90"),
                ("PasswordReusePrevention", "2"),
            ],
        )
        .ok();
    let policy = cloud.as_admin("GetAccountPasswordPolicy", &[]).ok();
    for (name, value) in [
        ("MinimumPasswordLength", "12"),
        ("RequireSymbols", "true"),
        ("RequireNumbers", "true"),
        ("RequireUppercaseCharacters", "false"),
        ("RequireLowercaseCharacters", "false"),
        ("AllowUsersToChangePassword", "false"),
        ("ExpirePasswords", "true"),
        ("MaxPasswordAge", "90"),
        ("PasswordReusePrevention", "2"),
    ] {
        assert_eq!(policy.text(name).as_deref(), Some(value), "{name}");
    }
    set("Three-kinds-").refused(400, "PasswordPolicyViolation");
    set("nothing but 12 letters").refused(400, "PasswordPolicyViolation");
    set("first-password-1").ok();
    set("second-password-2").ok();
    set("first-password-1").refused(400, "PasswordPolicyViolation");
    set("third-password-3").ok();
    set("first-password-1").ok();
    cloud
        .as_admin("UpdateAccountPasswordPolicy", &[("MinimumPasswordLength", "5")])
        .refused(400, "ValidationError");
    // What is not given goes back to its default.
    cloud.as_admin("UpdateAccountPasswordPolicy", &[]).ok();
    let policy = cloud.as_admin("GetAccountPasswordPolicy", &[]).ok();
    assert_eq!(policy.text("MinimumPasswordLength").unwrap(), "6");
    assert_eq!(policy.text("MaxPasswordAge"), None);
    cloud.as_admin("DeleteAccountPasswordPolicy", &[]).ok();
}

#[test]
fn users_change_their_own_password() {
    let cloud = Cloud::new();
    let developer = cloud.developer();
    let change = |old: &str, new: &str| {
        cloud.iam(
            &developer,
            "ChangePassword",
            &[("OldPassword", old), ("NewPassword", new)],
        )
    };
    let params = [("UserName", "developer"), ("Password", "First-password")];
    change("a", "b").refused(403, "AccessDenied");
    // "Permit IAM users to change their own passwords", IAM User Guide.
    cloud
        .as_admin(
            "UpdateAccountPasswordPolicy",
            &[("AllowUsersToChangePassword", "true")],
        )
        .ok();
    change("First-password", "Second-password").refused(404, "NoSuchEntity");
    cloud.as_admin("CreateLoginProfile", &params).ok();
    assert_eq!(
        change("Wrong-password", "Second-password").refused(403, "AccessDenied"),
        "The old password was incorrect."
    );
    change("First-password", "no").refused(400, "PasswordPolicyViolation");
    change("First-password", "Second-password").ok();
    change("First-password", "Third-password").refused(403, "AccessDenied");
    let deny = allow("iam:ChangePassword", "*").replace("Allow", "Deny");
    cloud
        .as_admin(
            "PutUserPolicy",
            &[
                ("UserName", "developer"),
                ("PolicyName", "no"),
                ("PolicyDocument", &deny),
            ],
        )
        .ok();
    assert!(
        change("Second-password", "Third-password")
            .refused(403, "AccessDenied")
            .contains("explicit deny")
    );
    let role = format!("arn:aws:iam::{ACCOUNT}:role/admin");
    let session = cloud.assume(&cloud.admin(), &role, &[]).ok().credentials();
    cloud
        .iam(
            &session,
            "ChangePassword",
            &[("OldPassword", "a"), ("NewPassword", "b")],
        )
        .refused(400, "InvalidUserType");
}

/// "GetAccessKeyLastUsed", IAM API Reference.
#[test]
fn access_keys_remember_their_last_use() {
    let cloud = Cloud::new();
    let ann = cloud.user("ann", Some(&allow("s3:ListBucket", "*")));
    let used = |id: &str| cloud.as_admin("GetAccessKeyLastUsed", &[("AccessKeyId", id)]);
    let never = used(&ann.id).ok();
    assert_eq!(never.text("UserName").unwrap(), "ann");
    assert_eq!(never.text("ServiceName").unwrap(), "N/A");
    assert_eq!(never.text("Region").unwrap(), "N/A");
    assert_eq!(never.text("LastUsedDate"), None);
    cloud.wait(SignedDuration::from_hours(1));
    cloud.s3(&ann, "GET", "/reports", "").ok();
    let once = used(&ann.id).ok();
    assert_eq!(once.text("ServiceName").unwrap(), "s3");
    assert_eq!(once.text("LastUsedDate").unwrap(), "2026-11-22T13:00:00Z");
    // An attempt that is denied is a use.
    cloud.iam(&ann, "ListUsers", &[]).refused(403, "AccessDenied");
    assert_eq!(used(&ann.id).ok().text("ServiceName").unwrap(), "iam");
    used("AKIAIOSFODNN7EXAMPLE").refused(403, "AccessDenied");
    cloud
        .iam(&ann, "GetAccessKeyLastUsed", &[("AccessKeyId", &ann.id)])
        .refused(403, "AccessDenied");
}

/// "Generate credential reports for your AWS account", IAM User Guide.
#[test]
fn the_credential_report() {
    let cloud = Cloud::new();
    let generate = || {
        cloud
            .as_admin("GenerateCredentialReport", &[])
            .ok()
            .text("State")
            .unwrap()
    };
    let get = || cloud.as_admin("GetCredentialReport", &[]);
    get().refused(410, "ReportNotPresent");
    cloud.user("ann", None);
    cloud
        .as_admin(
            "CreateLoginProfile",
            &[("UserName", "ann"), ("Password", "Correct-Horse-9")],
        )
        .ok();
    cloud
        .as_admin("UpdateAccountPasswordPolicy", &[("MaxPasswordAge", "10")])
        .ok();
    cloud.mfa_device("ann");
    assert_eq!(generate(), "STARTED");
    assert_eq!(generate(), "COMPLETE");
    let report = get().ok();
    assert_eq!(report.text("ReportFormat").unwrap(), "text/csv");
    let text = String::from_utf8(BASE64.decode(report.text("Content").unwrap()).unwrap()).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    assert!(rows.iter().all(|row| row.len() == 22), "{text}");
    let cell = |user: &str, column: &str| {
        let at = rows[0].iter().position(|name| *name == column).unwrap();
        rows.iter().find(|row| row[0] == user).unwrap()[at]
    };
    assert_eq!(cell("<root_account>", "password_enabled"), "not_supported");
    assert_eq!(cell("ann", "password_enabled"), "true");
    assert_eq!(cell("ann", "password_last_changed"), "2026-11-22T12:00:00+00:00");
    assert_eq!(cell("ann", "password_next_rotation"), "2026-12-02T12:00:00+00:00");
    assert_eq!(cell("ann", "mfa_active"), "true");
    assert_eq!(cell("ann", "access_key_1_active"), "true");
    assert_eq!(cell("ann", "access_key_1_last_used_date"), "N/A");
    assert_eq!(cell("ann", "access_key_2_active"), "false");
    assert_eq!(cell("admin", "password_enabled"), "false");
    assert_eq!(cell("admin", "access_key_1_last_used_service"), "iam");
    assert_eq!(cell("admin", "mfa_active"), "false");
    cloud.wait(SignedDuration::from_hours(4));
    get().refused(410, "ReportExpired");
    assert_eq!(generate(), "STARTED");
    get().ok();
}

/// "Refine permissions in AWS using last accessed information", IAM User Guide.
#[test]
fn services_last_accessed() {
    let cloud = Cloud::new();
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:ListBucket","ec2:*"],"Resource":"*"}]}"#;
    let ann = cloud.user("ann", Some(policy));
    let arn = format!("arn:aws:iam::{ACCOUNT}:user/ann");
    cloud.s3(&ann, "GET", "/reports", "").ok();
    let generate = |arn: &str| {
        let params = [("Arn", arn), ("Granularity", "ACTION_LEVEL")];
        cloud.as_admin("GenerateServiceLastAccessedDetails", &params)
    };
    let job = generate(&arn).ok().text("JobId").unwrap();
    assert_eq!(job.len(), 36);
    let details = cloud
        .as_admin("GetServiceLastAccessedDetails", &[("JobId", &job)])
        .ok();
    assert_eq!(details.text("JobStatus").unwrap(), "COMPLETED");
    assert_eq!(details.text("JobType").unwrap(), "ACTION_LEVEL");
    assert_eq!(details.texts("ServiceNamespace"), ["ec2", "s3"]);
    assert_eq!(details.texts("LastAuthenticatedEntity"), [arn.as_str()]);
    assert_eq!(details.texts("TotalAuthenticatedEntities"), ["0", "1"]);
    assert_eq!(details.texts("ActionName"), ["ListBucket"]);
    let first = cloud
        .as_admin(
            "GetServiceLastAccessedDetails",
            &[("JobId", &job), ("MaxItems", "1")],
        )
        .ok();
    assert_eq!(first.texts("ServiceNamespace"), ["ec2"]);
    let second = cloud
        .as_admin(
            "GetServiceLastAccessedDetails",
            &[("JobId", &job), ("Marker", &first.text("Marker").unwrap())],
        )
        .ok();
    assert_eq!(second.texts("ServiceNamespace"), ["s3"]);
    let entities = |service: &str| {
        cloud.as_admin(
            "GetServiceLastAccessedDetailsWithEntities",
            &[("JobId", &job), ("ServiceNamespace", service)],
        )
    };
    let found = entities("s3").ok();
    assert_eq!(found.texts("Type"), ["USER"]);
    assert_eq!(found.texts("LastAuthenticated"), ["2026-11-22T12:00:00Z"]);
    assert!(entities("ec2").ok().texts("LastAuthenticated").is_empty());
    entities("iam").refused(404, "NoSuchEntity");
    let unknown = "00000000-0000-0000-0000-000000000000";
    cloud
        .as_admin("GetServiceLastAccessedDetails", &[("JobId", unknown)])
        .refused(404, "NoSuchEntity");
    generate(&arn.replace("ann", "nobody")).refused(404, "NoSuchEntity");
    generate("arn:aws:s3:::not-an-entity").refused(400, "InvalidInput");

    // A policy's report is about whoever holds it; a group's about its members.
    let admins = "arn:aws:iam::aws:policy/AdministratorAccess";
    let job = generate(admins).ok().text("JobId").unwrap();
    let params = [("JobId", job.as_str()), ("ServiceNamespace", "iam")];
    let holders = cloud
        .as_admin("GetServiceLastAccessedDetailsWithEntities", &params)
        .ok();
    assert_eq!(holders.texts("Name"), ["admin", "admin"]);
    assert_eq!(holders.texts("Type"), ["USER", "ROLE"]);

    let granting = cloud
        .as_admin(
            "ListPoliciesGrantingServiceAccess",
            &[
                ("Arn", &arn),
                ("ServiceNamespaces.member.1", "s3"),
                ("ServiceNamespaces.member.2", "iam"),
            ],
        )
        .ok();
    assert_eq!(granting.texts("ServiceNamespace"), ["s3", "iam"]);
    assert_eq!(granting.texts("PolicyName"), ["inline"]);
    assert_eq!(granting.texts("EntityName"), ["ann"]);
}

/// Tools that remove users ask for these first.
#[test]
fn nobody_has_certificates_or_ssh_keys() {
    let cloud = Cloud::new();
    for (operation, list) in [
        ("ListSSHPublicKeys", "SSHPublicKeys"),
        ("ListSigningCertificates", "Certificates"),
        ("ListServiceSpecificCredentials", "ServiceSpecificCredentials"),
    ] {
        let listed = cloud.as_admin(operation, &[("UserName", "developer")]).ok();
        assert_eq!(listed.text(list).as_deref(), Some(""), "{operation}");
        cloud
            .as_admin(operation, &[("UserName", "nobody")])
            .refused(404, "NoSuchEntity");
        cloud
            .iam(&cloud.developer(), operation, &[])
            .refused(403, "AccessDenied");
    }
    let all = cloud
        .as_admin("ListServiceSpecificCredentials", &[("AllUsers", "true")])
        .ok();
    assert_eq!(all.text("IsTruncated").unwrap(), "false");
    let listed = cloud.as_admin("ListServerCertificates", &[]).ok();
    assert_eq!(listed.text("ServerCertificateMetadataList").as_deref(), Some(""));
}
