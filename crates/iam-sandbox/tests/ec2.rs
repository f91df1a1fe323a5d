//! EC2's instances: launched, stopped, started, terminated, tagged; and what each of that must be allowed to do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

mod common;

use common::{ACCOUNT, Answer, Cloud, Key};
use iam_sandbox::{Propagation, Settings};
use jiff::SignedDuration;

const IMAGE: (&str, &str) = ("ImageId", "ami-0abcdef1234567890");

fn run(cloud: &Cloud, key: &Key, more: &[(&str, &str)]) -> Answer {
    let mut params = vec![IMAGE, ("MinCount", "1"), ("MaxCount", "1")];
    params.extend_from_slice(more);
    cloud.ask(key, "ec2", "RunInstances", &params)
}

fn web(cloud: &Cloud) -> String {
    let filter = [("Filter.1.Name", "tag:Name"), ("Filter.1.Value.1", "web")];
    let found = cloud
        .ask(&cloud.admin(), "ec2", "DescribeInstances", &filter)
        .ok();
    found.text("instanceId").unwrap()
}

/// The state that DescribeInstances tells, and none once it is not shown any more.
fn state(cloud: &Cloud, id: &str) -> Option<String> {
    let filter = [("Filter.1.Name", "instance-id"), ("Filter.1.Value.1", id)];
    let found = cloud
        .ask(&cloud.admin(), "ec2", "DescribeInstances", &filter)
        .ok();
    found.texts("name").into_iter().next()
}

/// "Amazon EC2 instance state changes", Amazon EC2 User Guide.
#[test]
fn an_instance_lives_and_ends() {
    let cloud = Cloud::with(Settings {
        entropy: 7,
        propagation: Propagation::realistic(),
    });
    let admin = cloud.admin();
    let launched = run(&cloud, &admin, &[("InstanceType", "t3.nano")]).ok();
    let id = launched.text("instanceId").unwrap();
    assert_eq!(launched.text("name").as_deref(), Some("pending"));
    assert_eq!(state(&cloud, &id).as_deref(), Some("pending"));
    let tell = |operation: &str| cloud.ask(&admin, "ec2", operation, &[("InstanceId.1", &id)]);
    tell("StopInstances").refused(400, "IncorrectInstanceState");
    for (operation, on_the_way, arrived) in [
        ("StartInstances", "pending", "running"),
        ("StopInstances", "stopping", "stopped"),
        ("StartInstances", "pending", "running"),
        ("TerminateInstances", "shutting-down", "terminated"),
    ] {
        let told = tell(operation).ok();
        assert_eq!(told.texts("name")[0], on_the_way, "{operation}");
        assert_eq!(state(&cloud, &id).as_deref(), Some(on_the_way));
        cloud.wait(SignedDuration::from_secs(6));
        assert_eq!(state(&cloud, &id).as_deref(), Some(arrived));
    }
    tell("StartInstances").refused(400, "IncorrectInstanceState");
    cloud.wait(SignedDuration::from_mins(61));
    assert_eq!(state(&cloud, &id), None);
    tell("TerminateInstances").refused(400, "InvalidInstanceID.NotFound");
}

/// "Ensuring idempotency in Amazon EC2 API requests", Amazon EC2 Developer Guide.
/// What a policy says of an instance by its ARN holds in the next process, too; secrets are nobody's to know beforehand.
#[test]
fn a_world_starts_with_the_same_ids_whatever_its_entropy() {
    let [one, other] = [1, 2].map(|entropy| {
        let cloud = Cloud::with(Settings {
            entropy,
            ..Settings::default()
        });
        let ids = |operation: &str, element: &str| cloud.as_admin(operation, &[]).ok().texts(element);
        let ids = (
            ids("ListUsers", "UserId"),
            ids("ListRoles", "RoleId"),
            cloud.sandbox.instance_arns(),
        );
        (ids, cloud.admin())
    });
    assert_eq!(one.0, other.0);
    assert_eq!((one.0.0.len(), one.0.2.len()), (2, 2));
    assert_ne!(one.1.id, other.1.id);
    assert_ne!(one.1.secret, other.1.secret);

    let seed = r#"{"accounts": {"111122223333": {"users": {"ann": {"access_keys": 1}}, "instances": [{}]}}}"#;
    let seed = iam_sandbox::Seed::parse(seed).unwrap();
    let [one, other] = [1, 2].map(|entropy| {
        let settings = Settings {
            entropy,
            ..Settings::default()
        };
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        let sandbox = iam_sandbox::Sandbox::from_seed(settings, &seed, now);
        (
            sandbox.instance_arns(),
            sandbox.access_keys("ann").remove(0).secret,
        )
    });
    assert_eq!(one.0, other.0);
    assert_ne!(one.1, other.1);
}

#[test]
fn launching() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    let token = [("ClientToken", "once")];
    let first = run(&cloud, &admin, &token).ok().text("instanceId");
    assert_eq!(run(&cloud, &admin, &token).ok().text("instanceId"), first);
    run(
        &cloud,
        &admin,
        &[("ClientToken", "once"), ("InstanceType", "t3.large")],
    )
    .refused(400, "IdempotentParameterMismatch");
    let ask = |params: &[(&str, &str)]| cloud.ask(&admin, "ec2", "RunInstances", params);
    let count = |least, most| ask(&[IMAGE, ("MinCount", least), ("MaxCount", most)]);
    assert_eq!(count("2", "3").ok().texts("instanceId").len(), 3);
    count("3", "2").refused(400, "InvalidParameterCombination");
    count("0", "2").refused(400, "InvalidParameterValue");
    count("101", "101").refused(400, "InstanceLimitExceeded");
    ask(&[("ImageId", "web"), ("MinCount", "1"), ("MaxCount", "1")]).refused(400, "InvalidAMIID.Malformed");
    run(&cloud, &admin, &[("SubnetId", "x")]).refused(400, "InvalidSubnetID.NotFound");
    run(&cloud, &admin, &[("SecurityGroupId.1", "x")]).refused(400, "InvalidGroupId.Malformed");
    run(&cloud, &admin, &[("SecurityGroup.1", "none")]).refused(400, "InvalidGroup.NotFound");
    run(&cloud, &admin, &[("InstanceType", "large")]).refused(400, "InvalidParameterValue");
    run(&cloud, &admin, &[("IamInstanceProfile.Name", "none")]).refused(400, "InvalidParameterValue");
    run(&cloud, &admin, &[("TagSpecification.1.ResourceType", "moon")]).refused(400, "InvalidParameterValue");
    run(&cloud, &admin, &[("DryRun", "true")]).refused(412, "DryRunOperation");
}

/// "Example policies to control access the Amazon EC2 API: Restrict tagging", Amazon EC2 User Guide.
#[test]
fn tags_on_launch_want_a_permission_of_their_own() {
    let cloud = Cloud::new();
    let launch = r#"{"Effect":"Allow","Action":"ec2:RunInstances","Resource":[
        "arn:aws:ec2:us-east-1::image/*","arn:aws:ec2:us-east-1:*:subnet/*","arn:aws:ec2:us-east-1:*:network-interface/*",
        "arn:aws:ec2:us-east-1:*:security-group/*","arn:aws:ec2:us-east-1:*:volume/*","arn:aws:ec2:us-east-1:*:key-pair/*"]},
        {"Effect":"Allow","Action":"ec2:RunInstances","Resource":"arn:aws:ec2:us-east-1:*:instance/*",
         "Condition":{"StringLike":{"ec2:InstanceType":"t3.*"}}}"#;
    let key = cloud.user(
        "launcher",
        Some(&format!(r#"{{"Version":"2012-10-17","Statement":[{launch}]}}"#)),
    );
    let tags = [
        ("InstanceType", "t3.nano"),
        ("TagSpecification.1.ResourceType", "instance"),
        ("TagSpecification.1.Tag.1.Key", "team"),
        ("TagSpecification.1.Tag.1.Value", "a"),
    ];
    run(&cloud, &key, &tags[..1]).ok();
    run(&cloud, &key, &[("InstanceType", "m5.large")]).refused(403, "UnauthorizedOperation");
    let denial = run(&cloud, &key, &tags).refused(403, "UnauthorizedOperation");
    assert!(
        denial.contains(&format!(
            "ec2:CreateTags on resource: arn:aws:ec2:us-east-1:{ACCOUNT}:instance/*"
        )),
        "{denial}"
    );
    let with_tags = format!(
        r#"{{"Version":"2012-10-17","Statement":[{launch},{{"Effect":"Allow","Action":"ec2:CreateTags","Resource":"*",
            "Condition":{{"StringEquals":{{"ec2:CreateAction":"RunInstances","aws:RequestTag/team":"a"}}}}}}]}}"#
    );
    let params = [
        ("UserName", "launcher"),
        ("PolicyName", "inline"),
        ("PolicyDocument", with_tags.as_str()),
    ];
    cloud.iam(&cloud.admin(), "PutUserPolicy", &params).ok();
    run(&cloud, &key, &tags).ok();
    // The permission is for launching only.
    let web = web(&cloud);
    let tag = [
        ("ResourceId.1", web.as_str()),
        ("Tag.1.Key", "team"),
        ("Tag.1.Value", "a"),
    ];
    cloud
        .ask(&key, "ec2", "CreateTags", &tag)
        .refused(403, "UnauthorizedOperation");
}

#[test]
fn tags_decide_who_may_stop_what() {
    let cloud = Cloud::new();
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ec2:StopInstances","ec2:StartInstances"],
        "Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"a"}}}]}"#;
    let key = cloud.user("operator", Some(policy));
    let web = web(&cloud);
    let stop = |dry: &str| {
        cloud.ask(
            &key,
            "ec2",
            "StopInstances",
            &[("InstanceId.1", web.as_str()), ("DryRun", dry)],
        )
    };
    let denial = stop("true").refused(403, "UnauthorizedOperation");
    assert!(
        denial.contains(". Encoded authorization failure message: "),
        "{denial}"
    );
    let tag = |operation: &str, params: &[(&str, &str)]| {
        let mut all = vec![("ResourceId.1", web.as_str())];
        all.extend_from_slice(params);
        cloud.ask(&cloud.admin(), "ec2", operation, &all)
    };
    tag("CreateTags", &[("Tag.1.Key", "team"), ("Tag.1.Value", "a")]).ok();
    stop("true").refused(412, "DryRunOperation");
    stop("false").ok();
    // Only a tag that has this value goes.
    tag("DeleteTags", &[("Tag.1.Key", "team"), ("Tag.1.Value", "b")]).ok();
    stop("false").ok();
    tag("DeleteTags", &[("Tag.1.Key", "team")]).ok();
    stop("false").refused(403, "UnauthorizedOperation");
    tag("CreateTags", &[("Tag.1.Key", "aws:x")]).refused(400, "InvalidParameterValue");
    let many: Vec<(String, String)> = (0..50)
        .map(|n| (format!("Tag.{}.Key", n + 1), format!("k{n}")))
        .collect();
    let many: Vec<(&str, &str)> = many
        .iter()
        .map(|(name, key)| (name.as_str(), key.as_str()))
        .collect();
    tag("CreateTags", &many).refused(400, "TagLimitExceeded");
}

#[test]
fn finding_instances() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    let ask = |params: &[(&str, &str)]| cloud.ask(&admin, "ec2", "DescribeInstances", params);
    run(&cloud, &admin, &[("MaxCount", "9"), ("InstanceType", "t3.nano")]).ok();
    let mut seen = Vec::new();
    let mut token = String::new();
    loop {
        let mut params = vec![("MaxResults", "5")];
        if !token.is_empty() {
            params.push(("NextToken", token.as_str()));
        }
        let page = ask(&params).ok();
        seen.extend(page.texts("instanceId"));
        match page.text("nextToken") {
            Some(next) => token = next,
            None => break,
        }
    }
    assert_eq!(seen.len(), ask(&[]).ok().texts("instanceId").len());
    let small = [("Filter.1.Name", "instance-type"), ("Filter.1.Value.1", "*.nano")];
    assert!(!ask(&small).ok().texts("instanceId").is_empty());
    ask(&[("Filter.1.Name", "colour"), ("Filter.1.Value.1", "x")]).refused(400, "InvalidParameterValue");
    ask(&[("MaxResults", "4")]).refused(400, "InvalidParameterValue");
    ask(&[("MaxResults", "5"), ("InstanceId.1", &seen[0])]).refused(400, "InvalidParameterCombination");
    ask(&[("NextToken", "x")]).refused(400, "InvalidNextToken");
    assert_eq!(
        ask(&[("InstanceId.1", "web")]).refused(400, "InvalidInstanceID.Malformed"),
        "Invalid id: \"web\" (expecting \"i-...\")"
    );
    assert_eq!(
        ask(&[("InstanceId.1", "i-0123456789abcdef0")]).refused(400, "InvalidInstanceID.NotFound"),
        "The instance ID 'i-0123456789abcdef0' does not exist"
    );
    let regions = cloud
        .ask(&admin, "ec2", "DescribeRegions", &[])
        .ok()
        .texts("regionName");
    assert!(regions.contains(&"us-east-1".to_owned()) && !regions.contains(&"me-south-1".to_owned()));
}

/// "Grant a user permissions to pass a role to an AWS service", IAM User Guide.
#[test]
fn an_instance_profile_wants_its_role_passed() {
    let cloud = Cloud::new();
    let trust = common::statement(
        r#""Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole""#,
    );
    let role = cloud.role("server", &trust, None);
    let admin = |operation: &str, params: &[(&str, &str)]| cloud.iam(&cloud.admin(), operation, params).ok();
    admin("CreateInstanceProfile", &[("InstanceProfileName", "profile")]);
    let add = [("InstanceProfileName", "profile"), ("RoleName", "server")];
    admin("AddRoleToInstanceProfile", &add);
    let key = cloud.user("launcher", Some(&common::allow("ec2:RunInstances", "*")));
    let profile = [("IamInstanceProfile.Name", "profile")];
    let denial = run(&cloud, &key, &profile).refused(403, "UnauthorizedOperation");
    assert!(
        denial.contains(&format!("iam:PassRole on resource: {role} ")),
        "{denial}"
    );
    let policy = common::statement(&format!(
        r#""Effect":"Allow","Action":"iam:PassRole","Resource":"{role}","Condition":{{"StringEquals":{{"iam:PassedToService":"ec2.amazonaws.com"}}}}"#
    ));
    admin(
        "PutUserPolicy",
        &[
            ("UserName", "launcher"),
            ("PolicyName", "pass"),
            ("PolicyDocument", &policy),
        ],
    );
    let launched = run(&cloud, &key, &profile).ok();
    let arn = launched.text("arn").unwrap();
    assert!(arn.ends_with(":instance-profile/profile"), "{arn}");
    run(&cloud, &key, &[("IamInstanceProfile.Arn", &arn)]).ok();
}
