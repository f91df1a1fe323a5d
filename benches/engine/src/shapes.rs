//! The policies and questions of the benchmark, as text, the same for every engine.

use serde_json::{Value, json};

/// Policies of one principal, and questions about it.
pub struct Shape {
    pub name: &'static str,
    pub policies: Vec<String>,
    pub questions: Vec<Asked>,
}

/// One question.
pub struct Asked {
    pub action: String,
    pub resource: String,
    pub context: Vec<(&'static str, &'static str)>,
}

pub const PRINCIPAL: &str = "arn:aws:iam::111122223333:user/alice";
pub const ACCOUNT: &str = "111122223333";

/// Names of operations as AWS forms them: a verb and a noun.
const SERVICES: [&str; 40] = [
    "s3", "ec2", "iam", "sqs", "sns", "rds", "ecs", "eks", "ecr", "kms", "ssm", "logs", "glue", "athena", "lambda",
    "dynamodb", "kinesis", "firehose", "events", "states", "cloudwatch", "cloudtrail", "cloudformation", "route53",
    "acm", "waf", "elasticloadbalancing", "autoscaling", "batch", "codebuild", "codecommit", "codedeploy",
    "codepipeline", "config", "guardduty", "inspector", "macie2", "secretsmanager", "organizations", "backup",
];
const VERBS: [&str; 10] = [
    "Get", "List", "Describe", "Create", "Delete", "Update", "Put", "Tag", "Start", "Stop",
];
const NOUNS: [&str; 10] = [
    "Object", "Instance", "Policy", "Queue", "Topic", "Cluster", "Key", "Task", "Table", "Stream",
];

fn action(service: usize, number: usize) -> String {
    let verb = VERBS[number % 10];
    let noun = NOUNS[(number / 10) % 10];
    format!("{}:{verb}{noun}", SERVICES[service % 40])
}

fn resource(service: usize, number: usize) -> String {
    let service = SERVICES[service % 40];
    format!("arn:aws:{service}:eu-central-1:{ACCOUNT}:thing/team-{number}/*")
}

fn document(statements: Vec<Value>) -> String {
    let document = json!({ "Version": "2012-10-17", "Statement": statements });
    serde_json::to_string_pretty(&document).expect("made of strings")
}

const CONTEXT: [(&str, &str); 6] = [
    ("aws:CurrentTime", "2026-01-01T00:00:00Z"),
    ("aws:PrincipalArn", PRINCIPAL),
    ("aws:PrincipalTag/team", "blue"),
    ("aws:SecureTransport", "true"),
    ("aws:SourceIp", "203.0.113.7"),
    ("aws:username", "alice"),
];

fn asked(action: &str, resource: &str) -> Asked {
    Asked {
        action: action.to_owned(),
        resource: resource.to_owned(),
        context: CONTEXT.to_vec(),
    }
}

pub fn all() -> Vec<Shape> {
    vec![five_statements(), many_actions(), many_policies()]
}

/// What a person writes by hand.
fn five_statements() -> Shape {
    let document = json!({
        "Version": "2012-10-17",
        "Statement": [
            { "Sid": "List", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::reports" },
            { "Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject", "s3:GetObjectVersion"], "Resource": "arn:aws:s3:::reports/*" },
            { "Sid": "Own", "Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::home/${aws:username}/*" },
            { "Sid": "Look", "Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*",
              "Condition": { "IpAddress": { "aws:SourceIp": "203.0.113.0/24" } } },
            { "Sid": "Plain", "Effect": "Deny", "Action": "*", "Resource": "*",
              "Condition": { "Bool": { "aws:SecureTransport": "false" } } },
        ]
    });
    Shape {
        name: "5 statements",
        policies: vec![serde_json::to_string_pretty(&document).expect("made of strings")],
        questions: vec![
            asked("s3:GetObject", "arn:aws:s3:::reports/2026/january.csv"),
            asked("s3:PutObject", "arn:aws:s3:::home/alice/notes.txt"),
            asked("s3:PutObject", "arn:aws:s3:::home/bob/notes.txt"),
            asked("ec2:DescribeInstances", "*"),
            asked("s3:DeleteObject", "arn:aws:s3:::reports/2026/january.csv"),
            asked("iam:CreateUser", "arn:aws:iam::111122223333:user/eve"),
        ],
    }
}

/// Five statements for each of forty services, with conditions; the questions go to all of them.
fn many_actions() -> Shape {
    let statements = (0..200)
        .map(|number| {
            let (service, team) = (number % 40, number / 40);
            let actions: Vec<String> = (0..20).map(|n| action(service, team * 20 + n)).collect();
            let condition = match number % 3 {
                0 => json!({ "StringEquals": { "aws:PrincipalTag/team": ["red", "blue"] } }),
                1 => json!({ "IpAddress": { "aws:SourceIp": ["198.51.100.0/24", "203.0.113.0/24"] } }),
                _ => json!({ "DateLessThan": { "aws:CurrentTime": "2027-01-01T00:00:00Z" } }),
            };
            json!({
                "Sid": format!("S{number}"), "Effect": if number % 10 == 9 { "Deny" } else { "Allow" },
                "Action": actions, "Resource": resource(service, team), "Condition": condition,
            })
        })
        .collect();
    let questions = (0..64)
        .map(|n: usize| {
            let (service, number) = (n * 7 % 40, n * 13 % 100);
            // Every fourth asks for another team's.
            let team = if n % 4 == 3 { 9 } else { number / 20 };
            asked(&action(service, number), &resource(service, team).replace('*', "one"))
        })
        .collect();
    Shape {
        name: "200 x 20 actions",
        policies: vec![document(statements)],
        questions,
    }
}

/// Policies as they get attached over the years: globs, several services each, a Deny here and there.
fn many_policies() -> Shape {
    let statement = |policy: usize, n: usize| {
        let service = (policy * 3 + n) % 40;
        let name = SERVICES[service];
        let actions = match n % 3 {
            0 => vec![format!("{name}:Get*"), format!("{name}:List*"), format!("{name}:Describe*")],
            1 => (0..6).map(|k| action(service, policy + k)).collect(),
            _ => vec![format!("{name}:{}*", VERBS[policy % 10])],
        };
        let effect = if n == 9 { "Deny" } else { "Allow" };
        json!({
            "Sid": format!("P{policy}S{n}"), "Effect": effect, "Action": actions, "Resource": resource(service, policy),
        })
    };
    let policies = (0..50)
        .map(|policy| document((0..10).map(|n| statement(policy, n)).collect()))
        .collect();
    let questions = (0..64)
        .map(|n: usize| {
            let policy = n * 11 % 50;
            let service = (policy * 3 + n % 10) % 40;
            asked(&action(service, n * 3 % 100), &resource(service, policy).replace('*', "one"))
        })
        .collect();
    Shape {
        name: "50 policies (500)",
        policies,
        questions,
    }
}
