//! Worlds from seed files: what is in them is there and in force, what is wrong is told, and a dump is a seed again.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

mod common;

use std::cell::Cell;

use common::{Cloud, Key, allow};
use iam_policy::Diagnostic;
use iam_sandbox::{Sandbox, Seed, SeedFormat, Settings};
use jiff::Timestamp;
use proptest::prelude::*;

const WHOLE: &str = r#"{
  "accounts": {
    "111122223333": {
      "policies": {
        "read-reports": {
          "path": "/data/",
          "description": "Reports, to read",
          "tags": {"team": "data"},
          "versions": {
            "v1": {"document": {"Version": "2012-10-17", "Statement": [
              {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}},
            "v3": {"document": {"Version": "2012-10-17", "Statement": [
              {"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "*"}]}}
          }
        }
      },
      "groups": {"readers": {"attached": "read-reports"}},
      "users": {
        "ann": {
          "path": "/people/",
          "tags": {"team": "data", "Site": "north"},
          "groups": ["Readers"],
          "policies": {"assume": {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}]}},
          "boundary": "arn:aws:iam::aws:policy/PowerUserAccess",
          "access_keys": [{"id": "AKIAANNANNANNANNANN1", "secret": "ann's secret"}, {"active": false}],
          "login": {"password": "Correct-horse-1", "reset": true}
        }
      },
      "roles": {
        "deploy": {
          "trust": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
            "Principal": {"AWS": ["arn:aws:iam::111122223333:user/people/ann", "444455556666"]}}]},
          "attached": ["arn:aws:iam::aws:policy/AmazonS3FullAccess"],
          "max_session": 7200,
          "description": "Deploys"
        }
      },
      "buckets": {
        "team-europe": {"region": "eu-central-1", "tags": {"team": "data"}},
        "team-reports": {
          "objects": {"q1.csv": "month,orders\n", "logo.png": {"base64": "iVBORw0K", "content_type": "image/png",
            "metadata": {"by": "ann"}}}
        }
      },
      "instances": [{"tags": {"Name": "web"}, "type": "m7g.large", "state": "stopped"}],
      "alias": "example-main",
      "password_policy": {"minimum_length": 12, "require_numbers": true},
      "mfa_devices": {"anns-phone": {"user": "ann", "seed": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"}},
      "instance_profiles": {"web": {"role": "deploy"}},
      "oidc_providers": {"https://token.example.com": {"clients": ["app"], "thumbprints": "a9d53002e97e00e0"}},
      "saml_providers": {"corp": {"metadata": "<EntityDescriptor/>"}}
    },
    "444455556666": {
      "users": {"bob": {"access_keys": [{"id": "AKIABOBBOBBOBBOBBOB1", "secret": "bob's secret"}],
        "attached": ["AdministratorAccess"]}},
      "roles": {"admin": {"attached": "AdministratorAccess", "trust": {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "sts:AssumeRole"}]}}}
    }
  },
  "organization": {
    "management": 111122223333,
    "policies": {
      "no-keys": {"type": "scp", "document": {"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Action": "iam:CreateAccessKey", "Resource": "*"}]}},
      "org-only": {"type": "rcp", "document": {"Version": "2012-10-17", "Statement": [
        {"Sid": "OrgOnly", "Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}]}},
      "s3-only": {"type": "scp", "document": {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}}
    },
    "root": {"units": {"workloads": {"scps": "no-keys", "accounts": {"444455556666": {"rcps": ["org-only"]}}}}}
  }
}"#;

fn parsed(json: &str) -> Seed {
    Seed::parse(json).unwrap_or_else(|wrong| panic!("{}", told(json, &wrong)))
}

fn told(text: &str, wrong: &[Diagnostic]) -> String {
    let lines = wrong.iter().map(|one| {
        let (line, column) = one.span.line_and_column(text);
        let help = one
            .help
            .as_ref()
            .map(|help| format!(" ({help})"))
            .unwrap_or_default();
        format!("{line}:{column} {}{help}", one.message)
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn cloud(json: &str) -> Cloud {
    let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
    Cloud {
        sandbox: Sandbox::from_seed(Settings::default(), &parsed(json), now),
        now: Cell::new(now),
    }
}

fn key(id: &str, secret: &str) -> Key {
    Key {
        id: id.to_owned(),
        secret: secret.to_owned(),
        token: None,
    }
}

fn ann() -> Key {
    key("AKIAANNANNANNANNANN1", "ann's secret")
}

fn bob() -> Key {
    key("AKIABOBBOBBOBBOBBOB1", "bob's secret")
}

#[test]
fn what_a_seed_holds_is_there_and_in_force() {
    let cloud = cloud(WHOLE);
    let who = cloud.ask(&ann(), "sts", "GetCallerIdentity", &[]).ok();
    assert_eq!(
        who.text("Arn").unwrap(),
        "arn:aws:iam::111122223333:user/people/ann"
    );
    // By way of her group.
    assert!(
        cloud
            .s3(&ann(), "GET", "/team-reports/q1.csv", "")
            .ok()
            .body
            .starts_with("month")
    );
    cloud
        .s3(&ann(), "PUT", "/team-reports/q1.csv", "x")
        .refused(403, "AccessDenied");
    // Her group may not, the role may.
    let role = "arn:aws:iam::111122223333:role/deploy";
    let session = cloud
        .assume(&ann(), role, &[("DurationSeconds", "7200")])
        .ok()
        .credentials();
    cloud.s3(&session, "PUT", "/team-reports/q1.csv", "x").ok();
    // Another account, by a role there.
    let admin = cloud.admin();
    let other = cloud
        .assume(&admin, "arn:aws:iam::444455556666:role/admin", &[])
        .ok()
        .credentials();
    let users = cloud.iam(&other, "ListUsers", &[]).ok();
    assert_eq!(users.texts("UserName"), ["bob"]);

    let policy = [("PolicyArn", "arn:aws:iam::111122223333:policy/data/read-reports")];
    let policy = cloud.iam(&admin, "GetPolicy", &policy).ok();
    assert_eq!(policy.text("DefaultVersionId").unwrap(), "v3");
    assert_eq!(policy.text("AttachmentCount").unwrap(), "1");
    let user = cloud.iam(&admin, "GetUser", &[("UserName", "ann")]).ok();
    assert_eq!(user.texts("Key"), ["team", "Site"]);
    assert!(user.body.contains("PowerUserAccess"), "{}", user.body);
    let keys = cloud.iam(&admin, "ListAccessKeys", &[("UserName", "ann")]).ok();
    let mut states = keys.texts("Status");
    states.sort();
    assert_eq!(states, ["Active", "Inactive"]);
    let head = cloud.s3(&admin, "HEAD", "/team-reports/logo.png", "").ok();
    assert_eq!(head.response.headers()["content-type"], "image/png");
    assert_eq!(head.response.headers()["x-amz-meta-by"], "ann");
    let instances = cloud.ask(&admin, "ec2", "DescribeInstances", &[]).ok();
    assert_eq!(instances.texts("instanceType"), ["m7g.large"]);
    assert!(
        instances.body.contains("<name>stopped</name>"),
        "{}",
        instances.body
    );

    let list = |operation: &str, element: &str| cloud.iam(&admin, operation, &[]).ok().texts(element);
    assert_eq!(
        list("ListAccountAliases", "AccountAliases"),
        ["<member>example-main</member>"]
    );
    assert_eq!(list("GetAccountPasswordPolicy", "MinimumPasswordLength"), ["12"]);
    let serial = "arn:aws:iam::111122223333:mfa/anns-phone";
    assert_eq!(list("ListVirtualMFADevices", "SerialNumber"), [serial]);
    assert_eq!(list("ListInstanceProfiles", "RoleName"), ["deploy"]);
    let provider = "arn:aws:iam::111122223333:oidc-provider/token.example.com";
    assert_eq!(list("ListOpenIDConnectProviders", "Arn"), [provider]);
    assert_eq!(
        list("ListSAMLProviders", "Arn"),
        ["arn:aws:iam::111122223333:saml-provider/corp"]
    );
    let login = cloud.iam(&admin, "GetLoginProfile", &[("UserName", "ann")]).ok();
    assert_eq!(login.text("PasswordResetRequired").unwrap(), "true");
}

#[test]
fn control_policies_hold_for_the_accounts_they_are_above() {
    let cloud = cloud(WHOLE);
    let create = [("UserName", "bob")];
    let message = cloud
        .iam(&bob(), "CreateAccessKey", &create)
        .refused(403, "AccessDenied");
    assert!(
        message.contains("with an explicit deny in a service control policy"),
        "{message}"
    );
    cloud.iam(&bob(), "ListUsers", &[]).ok();
    // Not for the management account.
    cloud
        .iam(&cloud.admin(), "CreateAccessKey", &[("UserName", "ann")])
        .refused(409, "LimitExceeded");
    cloud
        .iam(&cloud.admin(), "CreateAccessKey", &[("UserName", "admin")])
        .ok();
    // An RCP holds for whoever comes to the account's resources.
    cloud.s3(&bob(), "PUT", "/bobs-bucket", "").ok();
    cloud.s3(&bob(), "PUT", "/bobs-bucket/key", "text").ok();
    let message = cloud
        .s3(&bob(), "GET", "/bobs-bucket/key", "")
        .refused(403, "AccessDenied");
    assert!(
        message.contains("with an explicit deny in a resource control policy"),
        "{message}"
    );
}

/// Detached `FullAWSAccess` leaves what other SCPs allow, at every level ("SCP evaluation", AWS Organizations User Guide).
#[test]
fn without_full_access_a_level_allows_what_its_scps_allow() {
    let narrowed = WHOLE.replace(
        r#"{"scps": "no-keys", "accounts""#,
        r#"{"scps": "s3-only", "full_access": false, "accounts""#,
    );
    let cloud = cloud(&narrowed);
    cloud.s3(&bob(), "GET", "/", "").ok();
    let message = cloud.iam(&bob(), "ListUsers", &[]).refused(403, "AccessDenied");
    assert!(message.contains("no service control policy allows"), "{message}");
    let nothing = WHOLE.replace(
        r#"{"scps": "no-keys", "accounts""#,
        r#"{"full_access": false, "accounts""#,
    );
    let cloud = crate::cloud(&nothing);
    cloud.s3(&bob(), "GET", "/", "").refused(403, "AccessDenied");
}

#[test]
fn policies_can_name_the_organization() {
    let policy = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"},
        "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shared/*",
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-shared12345"}}}]}"#;
    let shared = |id: &str| {
        format!(
            r#"{{"accounts": {{
            "111122223333": {{"buckets": {{"shared": {{"objects": {{"key": "text"}}, "policy": {policy}}}}}}},
            "444455556666": {{"users": {{"bob": {{"access_keys": [{{"id": "AKIABOBBOBBOBBOBBOB1",
              "secret": "bob's secret"}}], "attached": "AmazonS3FullAccess"}}}}}}}},
            "organization": {{"id": "{id}"}}}}"#
        )
    };
    cloud(&shared("o-shared12345"))
        .s3(&bob(), "GET", "/shared/key", "")
        .ok();
    cloud(&shared("o-other1234567"))
        .s3(&bob(), "GET", "/shared/key", "")
        .refused(403, "AccessDenied");
}

/// The admin of a seed's first account is made only where the seed has none.
#[test]
fn the_admin_is_the_seeds_own_if_it_has_one() {
    let seed = r#"{"accounts": {"444455556666": {"users": {"Admin": {"attached": ["IAMReadOnlyAccess"],
        "access_keys": [{"id": "AKIAADMINADMINADMIN1", "secret": "s"}]}}}}}"#;
    let cloud = cloud(seed);
    assert_eq!(cloud.admin().id, "AKIAADMINADMINADMIN1");
    assert_eq!(cloud.sandbox.account().to_string(), "444455556666");
    cloud.iam(&cloud.admin(), "ListUsers", &[]).ok();
    cloud
        .iam(&cloud.admin(), "CreateUser", &[("UserName", "x")])
        .refused(403, "AccessDenied");
    let made = crate::cloud(r#"{"accounts": {"444455556666": null}}"#);
    made.iam(&made.admin(), "CreateUser", &[("UserName", "x")]).ok();
}

#[test]
fn everything_wrong_is_told_at_once_and_at_its_place() {
    let json = r#"{
  "accounts": {
    "1234": {},
    "111122223333": {
      "user": {},
      "groups": {"readers": {"attached": ["ReadOnlyAcess"]}},
      "users": {
        "ann smith": {"groups": ["raeders"], "tags": {"a": [], "A": "x"}},
        "bob": {"boundry": "x", "access_keys": [{"id": "ASIA1"}, {}, {}], "path": "people"},
        "BOB": {"created": "yesterday"}
      },
      "roles": {
        "deploy": {"max_session": 60},
        "build": {"trust": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
          "Principal": {"AWS": "arn:aws:iam::111122223333:user/nobody"}}]}},
        "run": {"trust": {"Version": "2012-10-17", "Statement": [{"Efect": "Allow"}]}},
        "test": {"trust": "not JSON"}
      },
      "policies": {
        "none": {},
        "both": {"document": {"Version": "2012-10-17", "Statement": []}, "versions": {"v1": {}}},
        "odd": {"versions": {"one": {}, "v2": {}}, "default": "v7"},
        "principal": {"document": {"Version": "2012-10-17", "Statement": [
          {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}}
      },
      "buckets": {"Bad": {}, "good": {"region": "EU", "objects": {"a": {"text": "x", "base64": "eA=="}, "b": {"base64": "%"}}}},
      "instances": {"web": {}}
    }
  },
  "organization": {"management": "999988887777", "policies": {"p": {"type": "tag"}, "q": {"type": "rcp", "document": {
    "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}}},
    "root": {"scps": ["qq"], "accounts": ["111122223333", "111122223333"]}}
}"#;
    let wrong = Seed::parse(json).unwrap_err();
    insta::assert_snapshot!(told(json, &wrong));
    for (json, message) in [
        ("", "1:1"),
        ("[]", "a seed must be an object"),
        ("{}", "a world has at least one account"),
        (r#"{"accounts": {}}"#, "a world has at least one account"),
        (r#"{"accounts": []}"#, "`accounts` must be an object"),
        (r#"{"acounts": {}}"#, "did you mean `accounts`?"),
    ] {
        let told = told(json, &Seed::parse(json).unwrap_err());
        assert!(told.contains(message), "{json}: {told}");
    }
}

#[test]
fn a_dump_is_a_seed_of_the_same_world() {
    let cloud = cloud(WHOLE);
    let first = cloud.sandbox.dump(SeedFormat::Json);
    let again = crate::cloud(&first);
    assert_eq!(again.sandbox.dump(SeedFormat::Json), first);
    assert_eq!(again.admin().id, cloud.admin().id);
    // The small world too, which no seed has made.
    let small = Cloud::new().sandbox.dump(SeedFormat::Json);
    let again = crate::cloud(&small);
    assert_eq!(again.sandbox.dump(SeedFormat::Json), small);
    insta::assert_snapshot!(cloud.sandbox.dump(SeedFormat::Yaml));
}

/// Who was named and is gone stands in the dump by id, and nobody of that name made later is let in.
#[test]
fn a_principal_that_is_gone_stays_gone_in_the_dump() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    cloud.user("ann", None);
    cloud.role(
        "shared",
        &common::trust("arn:aws:iam::111122223333:user/ann"),
        None,
    );
    let keys = cloud.iam(&admin, "ListAccessKeys", &[("UserName", "ann")]).ok();
    let key = keys.text("AccessKeyId").unwrap();
    cloud
        .iam(
            &admin,
            "DeleteAccessKey",
            &[("UserName", "ann"), ("AccessKeyId", &key)],
        )
        .ok();
    cloud.iam(&admin, "DeleteUser", &[("UserName", "ann")]).ok();
    let ann = cloud.user("ann", Some(&allow("sts:AssumeRole", "*")));
    let role = "arn:aws:iam::111122223333:role/shared";
    cloud.assume(&ann, role, &[]).refused(403, "AccessDenied");
    let again = crate::cloud(&cloud.sandbox.dump(SeedFormat::Json));
    again.assume(&ann, role, &[]).refused(403, "AccessDenied");
    again.ask(&ann, "sts", "GetCallerIdentity", &[]).ok();
}

/// One of the changes that a property test makes.
#[derive(Clone, Debug)]
enum Change {
    User(u8),
    DeleteUser(u8),
    UserPolicy(u8),
    Key(u8),
    Group(u8),
    Join(u8, u8),
    Role(u8),
    Attach(u8),
    Policy(u8),
    Version(u8),
    Bucket(u8),
    Object(u8, String),
    Tag(u8, String),
    Login(u8),
    Mfa(u8),
    Profile(u8),
    ProfileRole(u8),
    Oidc(u8),
    Saml(u8),
    Alias(u8),
    PasswordPolicy,
    Instance,
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let name = 0u8..3;
    let change = prop_oneof![
        name.clone().prop_map(Change::User),
        name.clone().prop_map(Change::DeleteUser),
        name.clone().prop_map(Change::UserPolicy),
        name.clone().prop_map(Change::Key),
        name.clone().prop_map(Change::Group),
        (name.clone(), name.clone()).prop_map(|(user, group)| Change::Join(user, group)),
        name.clone().prop_map(Change::Role),
        name.clone().prop_map(Change::Attach),
        name.clone().prop_map(Change::Policy),
        name.clone().prop_map(Change::Version),
        name.clone().prop_map(Change::Bucket),
        name.clone().prop_map(Change::Login),
        name.clone().prop_map(Change::Mfa),
        name.clone().prop_map(Change::Profile),
        name.clone().prop_map(Change::ProfileRole),
        name.clone().prop_map(Change::Oidc),
        name.clone().prop_map(Change::Saml),
        name.clone().prop_map(Change::Alias),
        Just(Change::PasswordPolicy),
        Just(Change::Instance),
        (name.clone(), any::<String>()).prop_map(|(name, text)| Change::Object(name, text)),
        (name, "[a-zA-Z0-9 +=.:/@-]{0,40}").prop_map(|(name, text)| Change::Tag(name, text)),
    ];
    prop::collection::vec(change, 0..40)
}

/// What cannot be done, as making a user twice, is refused and changes nothing.
fn apply(cloud: &Cloud, change: &Change) -> common::Answer {
    let admin = cloud.admin();
    let iam = |operation: &str, params: &[(&str, &str)]| cloud.iam(&admin, operation, params);
    let arn = |kind: &str, name: &u8| format!("arn:aws:iam::{}:{kind}/e{name}", common::ACCOUNT);
    let document = allow("s3:Get*", "arn:aws:s3:::x/*");
    match change {
        Change::User(name) => iam(
            "CreateUser",
            &[("UserName", &format!("e{name}")), ("Path", "/a/b/")],
        ),
        Change::DeleteUser(name) => iam("DeleteUser", &[("UserName", &format!("e{name}"))]),
        Change::UserPolicy(name) => iam(
            "PutUserPolicy",
            &[
                ("UserName", &format!("e{name}")),
                ("PolicyName", "p"),
                ("PolicyDocument", &document),
            ],
        ),
        Change::Key(name) => iam("CreateAccessKey", &[("UserName", &format!("e{name}"))]),
        Change::Group(name) => iam("CreateGroup", &[("GroupName", &format!("e{name}"))]),
        Change::Join(user, group) => {
            let (user, group) = (format!("e{user}"), format!("e{group}"));
            iam("AddUserToGroup", &[("UserName", &user), ("GroupName", &group)])
        }
        Change::Role(name) => {
            let user = format!("arn:aws:iam::{}:user/a/b/e{name}", common::ACCOUNT);
            let trust = common::trust(&user);
            let name = format!("e{name}");
            iam(
                "CreateRole",
                &[("RoleName", &name), ("AssumeRolePolicyDocument", &trust)],
            )
        }
        Change::Attach(name) => {
            let arn = arn("policy", name);
            iam(
                "AttachRolePolicy",
                &[("RoleName", &format!("e{name}")), ("PolicyArn", &arn)],
            )
        }
        Change::Policy(name) => iam(
            "CreatePolicy",
            &[("PolicyName", &format!("e{name}")), ("PolicyDocument", &document)],
        ),
        Change::Version(name) => iam(
            "CreatePolicyVersion",
            &[
                ("PolicyArn", &arn("policy", name)),
                ("PolicyDocument", &document),
                ("SetAsDefault", "true"),
            ],
        ),
        Change::Bucket(name) => cloud.s3(&admin, "PUT", &format!("/bucket-{name}"), ""),
        Change::Object(name, text) => cloud.s3(&admin, "PUT", &format!("/bucket-{name}/k"), text),
        Change::Login(name) => iam(
            "CreateLoginProfile",
            &[("UserName", &format!("e{name}")), ("Password", "Correct-horse-1")],
        ),
        Change::Mfa(name) => iam(
            "CreateVirtualMFADevice",
            &[("VirtualMFADeviceName", &format!("e{name}"))],
        ),
        Change::Profile(name) => iam(
            "CreateInstanceProfile",
            &[("InstanceProfileName", &format!("e{name}"))],
        ),
        Change::ProfileRole(name) => {
            let name = format!("e{name}");
            iam(
                "AddRoleToInstanceProfile",
                &[("InstanceProfileName", &name), ("RoleName", &name)],
            )
        }
        Change::Oidc(name) => {
            let url = format!("https://token.example.com/{name}");
            iam(
                "CreateOpenIDConnectProvider",
                &[("Url", &url), ("ClientIDList.member.1", "app")],
            )
        }
        Change::Saml(name) => {
            let metadata = format!("<EntityDescriptor>{}</EntityDescriptor>", "x".repeat(1000));
            iam(
                "CreateSAMLProvider",
                &[("Name", &format!("e{name}")), ("SAMLMetadataDocument", &metadata)],
            )
        }
        Change::Alias(name) => iam(
            "CreateAccountAlias",
            &[("AccountAlias", &format!("alias-{name}"))],
        ),
        Change::PasswordPolicy => iam(
            "UpdateAccountPasswordPolicy",
            &[
                ("MinimumPasswordLength", "12"),
                ("RequireNumbers", "true"),
                ("MaxPasswordAge", "90"),
            ],
        ),
        Change::Instance => cloud.ask(
            &admin,
            "ec2",
            "RunInstances",
            &[
                ("ImageId", "ami-0abcdef1234567890"),
                ("MinCount", "1"),
                ("MaxCount", "1"),
            ],
        ),
        Change::Tag(name, text) => iam(
            "TagUser",
            &[
                ("UserName", &format!("e{name}")),
                ("Tags.member.1.Key", "k"),
                ("Tags.member.1.Value", text),
            ],
        ),
    }
}

/// The property below says something, since each of its changes can be made.
#[test]
fn each_change_can_be_made() {
    let cloud = Cloud::new();
    for change in [
        Change::User(0),
        Change::UserPolicy(0),
        Change::Key(0),
        Change::Group(1),
        Change::Join(0, 1),
        Change::Role(0),
        Change::Policy(0),
        Change::Version(0),
        Change::Attach(0),
        Change::Bucket(0),
        Change::Object(0, "text".to_owned()),
        Change::Tag(0, "value".to_owned()),
        Change::Login(0),
        Change::Mfa(0),
        Change::Profile(0),
        Change::ProfileRole(0),
        Change::Oidc(0),
        Change::Saml(0),
        Change::Alias(0),
        Change::PasswordPolicy,
        Change::Instance,
        Change::User(2),
        Change::DeleteUser(2),
    ] {
        let answer = apply(&cloud, &change);
        assert!((200..300).contains(&answer.status), "{change:?}: {}", answer.body);
    }
    let dump = cloud.sandbox.dump(SeedFormat::Json);
    assert_eq!(crate::cloud(&dump).sandbox.dump(SeedFormat::Json), dump);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever is done to a world: its dump makes a world with the same dump.
    #[test]
    fn any_world_is_its_dump(changes in changes()) {
        let cloud = Cloud::new();
        for change in &changes {
            apply(&cloud, change);
        }
        let dump = cloud.sandbox.dump(SeedFormat::Json);
        let seed = Seed::parse(&dump);
        prop_assert!(seed.is_ok(), "{}\n{dump}", told(&dump, &seed.unwrap_err()));
        let again = crate::cloud(&dump).sandbox.dump(SeedFormat::Json);
        prop_assert_eq!(again, dump);
    }
}
