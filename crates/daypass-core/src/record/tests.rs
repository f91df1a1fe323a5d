use super::*;

fn used(pairs: &[(&str, &str)]) -> Vec<Used> {
    let pairs = pairs.iter().map(|(action, resource)| Used {
        action: (*action).to_owned(),
        resource: (*resource).to_owned(),
    });
    pairs.collect()
}

fn none() -> BTreeSet<String> {
    BTreeSet::new()
}

fn statements(document: &Document) -> Vec<String> {
    let joined = |texts: Vec<&str>| texts.join(" ");
    document
        .statements
        .iter()
        .map(|statement| {
            let resources = statement.resource.as_ref().unwrap().resources.texts().collect();
            format!(
                "{} on {}",
                joined(statement.action.actions.texts().collect()),
                joined(resources)
            )
        })
        .collect()
}

/// What IAM decides listings on: `policy path /` is no ARN, and of users' paths a policy cannot speak (Service
/// Authorization Reference, IAM: ListPolicies and ListUsers have no resource types).
#[test]
fn what_a_policy_cannot_name_is_everything() {
    let did = used(&[
        ("iam:ListPolicies", "policy path /"),
        ("iam:ListUsers", "arn:aws:iam::111122223333:user/"),
        ("iam:GetUser", "arn:aws:iam::111122223333:user/bert"),
    ]);
    for widen in [false, true] {
        let told = statements(&policy_for(did.clone(), &none(), widen));
        assert!(
            told.contains(&"iam:ListPolicies iam:ListUsers on *".to_owned()),
            "{told:?}"
        );
    }
}

#[test]
fn actions_on_the_same_resources_are_one_statement() {
    let did = used(&[
        ("s3:getobject", "arn:aws:s3:::b/x/1"),
        ("s3:GetObject", "arn:aws:s3:::b/x/2"),
        ("s3:PutObject", "arn:aws:s3:::b/x/2"),
        ("s3:PutObject", "arn:aws:s3:::b/x/1"),
        ("s3:ListBucket", "arn:aws:s3:::b"),
        ("ec2:DescribeInstances", "*"),
        ("ec2:DescribeRegions", "*"),
        ("s3:ListBucket", "arn:aws:s3:::b"),
    ]);
    assert_eq!(
        statements(&policy_for(did.clone(), &none(), false)),
        [
            "ec2:DescribeInstances ec2:DescribeRegions on *",
            "s3:GetObject s3:PutObject on arn:aws:s3:::b/x/1 arn:aws:s3:::b/x/2",
            "s3:ListBucket on arn:aws:s3:::b",
        ]
    );
    assert_eq!(
        statements(&policy_for(did, &none(), true)),
        [
            "ec2:DescribeInstances ec2:DescribeRegions on *",
            "s3:GetObject s3:PutObject on arn:aws:s3:::b/*",
            "s3:ListBucket on arn:aws:s3:::b",
        ]
    );
}

#[test]
fn what_was_made_on_the_way_is_all_of_its_kind() {
    let instance = |id: &str| format!("arn:aws:ec2:us-east-1:111122223333:instance/{id}");
    let (there, new) = (instance("i-0aaaaaaaaaaaaaaaa"), instance("i-0bbbbbbbbbbbbbbbb"));
    let did = used(&[("ec2:StopInstances", &there), ("ec2:TerminateInstances", &new)]);
    assert_eq!(
        statements(&policy_for(did, &BTreeSet::from([new.clone()]), false)),
        [
            format!("ec2:StopInstances on {there}"),
            format!("ec2:TerminateInstances on {}", instance("*")),
        ]
    );
}

/// "Virtual hosting of buckets", Amazon S3 User Guide.
#[test]
fn a_bucket_stands_in_its_address() {
    for (host, bucket) in [
        ("reports.s3.amazonaws.com", Some("reports")),
        ("reports.s3.eu-central-1.amazonaws.com", Some("reports")),
        ("reports.s3.dualstack.eu-central-1.amazonaws.com", Some("reports")),
        ("reports.s3-fips.us-east-1.amazonaws.com", Some("reports")),
        ("reports.s3-accelerate.amazonaws.com", Some("reports")),
        (
            "my.s3.reports.s3.cn-north-1.amazonaws.com.cn",
            Some("my.s3.reports"),
        ),
        ("s3.eu-central-1.amazonaws.com", None),
        ("ap-111122223333.s3-accesspoint.us-east-1.amazonaws.com", None),
        (
            "b--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com",
            None,
        ),
        ("sqs.us-east-1.amazonaws.com", None),
        ("reports.s3.example.com", None),
        ("127.0.0.1:4566", None),
    ] {
        assert_eq!(bucket_of_host(host), bucket, "{host}");
    }
    let there = Whereabouts {
        partition: "aws".to_owned(),
        account: "111122223333".parse().unwrap(),
        region: Some("eu-central-1".to_owned()),
        bucket: Some("reports".to_owned()),
    };
    let of = |operation: &str| derived("S3", operation, &there).used;
    assert_eq!(
        of("ListObjectsV2"),
        used(&[("s3:ListBucket", "arn:aws:s3:::reports")])
    );
    assert_eq!(
        of("PutObject"),
        used(&[("s3:PutObject", "arn:aws:s3:::reports/*")])
    );
    assert_eq!(of("ListBuckets"), used(&[("s3:ListAllMyBuckets", "*")]));
    let copied = of("CopyObject");
    let on = |action: &str| -> Vec<&str> {
        let of_action = copied.iter().filter(|one| one.action == action);
        of_action.map(|one| one.resource.as_str()).collect()
    };
    assert_eq!(on("s3:PutObject"), ["arn:aws:s3:::reports/*"]);
    assert!(on("s3:GetObject").contains(&"arn:aws:s3:::*/*"), "{copied:?}");
}

#[test]
fn of_an_operation_alone_the_types_of_resource_are_known() {
    let here = Whereabouts {
        partition: "aws".to_owned(),
        account: "111122223333".parse().unwrap(),
        region: Some("eu-central-1".to_owned()),
        bucket: None,
    };
    let of = |service: &str, operation: &str| derived(service, operation, &here);
    assert_eq!(
        of("SQS", "SendMessage").used,
        used(&[("sqs:SendMessage", "arn:aws:sqs:eu-central-1:111122223333:*")])
    );
    assert_eq!(
        of("EC2", "DescribeInstances").used,
        used(&[("ec2:DescribeInstances", "*")])
    );
    assert_eq!(of("STS", "GetCallerIdentity"), Derived::default());
    assert_eq!(of("Brand New", "DoIt").used, used(&[("brandnew:DoIt", "*")]));
    assert!(
        of("Lambda", "CreateFunction20150331")
            .used
            .iter()
            .all(|used| used.action.starts_with("lambda:"))
    );
    assert!(of("Lambda", "CreateFunction").perhaps.contains("iam:PassRole"));
}

/// Whoever does what these are about can give themselves more, and is told so whether it was recorded or written; and a
/// whole service is too much for one policy.
const TELLS_OF_DANGER: [&str; 6] = [
    "bucket-policy-escalation",
    "creates-any-service-linked-role",
    "escalates-privileges",
    "escalates-through-resources",
    "passes-any-role",
    "size-quota",
];

/// The findings of a recorded policy that are more than notes.
fn warnings(used: Vec<Used>, widen: bool) -> Vec<String> {
    let text = policy_for(used, &BTreeSet::new(), widen).to_json();
    let document = Document::parse(&text).unwrap_or_else(|wrong| panic!("{wrong:#?}\n{text}"));
    let now = "2026-11-30T12:00:00Z".parse().unwrap();
    iam_lint::lint(&document, iam_lint::DocumentUse::Identity, now)
        .into_iter()
        .filter(|finding| finding.level > iam_lint::Level::Note && !TELLS_OF_DANGER.contains(&finding.rule))
        .map(|finding| format!("{}: {}", finding.rule, finding.span.of(&text).unwrap_or_default()))
        .collect()
}

/// A service's actions, each on a resource of each of its types: what was done is right, and is not told to be wrong.
#[test]
fn what_is_recorded_passes_lint() {
    let mut told = Vec::new();
    for service in iam_catalog::services() {
        let mut did = Vec::new();
        for action in service.actions() {
            let types = action.resource_types();
            let formats = types
                .flat_map(|resource| resource.resource_type.arn_formats())
                .filter(|format| !format.as_str().contains("${Vendor}"));
            let before = did.len();
            did.extend(formats.map(|format| Used {
                action: action.to_string(),
                resource: named(format.as_str()),
            }));
            if did.len() == before {
                did.push(Used {
                    action: action.to_string(),
                    resource: "*".to_owned(),
                });
            }
        }
        told.extend(warnings(did, false));
    }
    assert_eq!(told, Vec::<String>::new());
}

/// Of operations alone, which SDKs report: what is told is that a wildcard is wide, never that something is wrong.
#[test]
fn what_is_derived_is_no_mistake() {
    let here = Whereabouts {
        partition: "aws".to_owned(),
        account: "111122223333".parse().unwrap(),
        region: Some("eu-central-1".to_owned()),
        bucket: None,
    };
    let mut told = Vec::new();
    for service in iam_catalog::services() {
        let known = service.actions().map(|action| action.to_string());
        let did: Vec<Used> = known
            .flat_map(|action| {
                let (service, operation) = action.split_once(':').unwrap();
                derived(service, operation, &here).used
            })
            .filter(|used| iam_catalog::action(&used.action).is_some())
            .collect();
        if did.is_empty() {
            continue;
        }
        told.extend(warnings(did.clone(), false));
        told.extend(warnings(did, true));
    }
    assert_eq!(told, Vec::<String>::new());
}

/// A form of ARNs with something for each of its parts.
fn named(form: &str) -> String {
    let mut text = String::new();
    let mut rest = form;
    while let Some((before, behind)) = rest.split_once("${") {
        let (name, after) = behind.split_once('}').unwrap();
        text.push_str(before);
        text.push_str(match name {
            "Partition" => "aws",
            "Account" => "111122223333",
            "Region" => "eu-central-1",
            _ => "example",
        });
        rest = after;
    }
    text.push_str(rest);
    text
}
