//! Which call shows whether an action is allowed, and what its answer says. Never one that changes anything.

use std::fmt;

use iam_catalog::AccessLevel;
use iam_policy::Arn;

use super::calls::{DRY_RUNS, ENDPOINTS, Endpoint, OF_BUCKET, OF_IAM, OF_OBJECT, Wire};
use super::expectation::Expectation;

/// A request that changes nothing, but for credentials and the host's region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HarmlessCall {
    /// The API operation.
    pub operation: String,
    /// The first part of the endpoint's host.
    pub host: &'static str,
    /// The service that it is signed for.
    pub signing: &'static str,
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Path and query, encoded.
    pub path_and_query: String,
    /// Headers beside those of signing.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: String,
}

/// Why no call is made for an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untried {
    /// It changes something, and has no dry run that is known here.
    Changes,
    /// Which one? The expectation names no resource, or a pattern.
    WhichResource,
    /// No harmless call is known for it.
    NoCall,
    /// The user asked for predictions only.
    NotAsked,
}

impl fmt::Display for Untried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Untried::Changes => "it would change something",
            Untried::WhichResource => "name one resource to try it on",
            Untried::NoCall => "no harmless call is known for it",
            Untried::NotAsked => "not asked for",
        })
    }
}

/// What a call showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tried {
    /// AWS did it, or would have.
    Allowed,
    /// AWS refused it for want of permission, in these words.
    Denied(String),
    /// AWS refused it for another reason, which tells nothing.
    Unclear(String),
    /// No call was made.
    Not(Untried),
}

/// The call that shows whether this is allowed.
///
/// # Errors
/// Why there is none.
pub fn trial(expectation: &Expectation) -> Result<HarmlessCall, Untried> {
    let (prefix, name) = expectation
        .action
        .split_once(':')
        .unwrap_or((&expectation.action, ""));
    let arn = expectation
        .resource
        .as_deref()
        .and_then(|text| text.parse::<Arn>().ok());
    if prefix == "s3" {
        return of_s3(&expectation.action, name, arn.as_ref());
    }
    let Some(endpoint) = ENDPOINTS.iter().find(|endpoint| endpoint.prefix == prefix) else {
        return Err(untried(&expectation.action));
    };
    // With a resource named, listing all would be about something else.
    if let Some((_, short)) = endpoint.plain.iter().find(|(plain, _)| *plain == name) {
        return Ok(plain(endpoint, name, short));
    }
    if prefix == "ec2" && DRY_RUNS.contains(&name) {
        let instance = arn
            .as_ref()
            .and_then(|arn| arn.resource().strip_prefix("instance/"));
        let instance = one(instance)?;
        return Ok(plain(
            endpoint,
            name,
            &format!("InstanceId.1={}", encoded(instance, "")),
        ));
    }
    let of_iam = OF_IAM.iter().find(|(.., operations)| operations.contains(&name));
    if let ("iam", Some((kind, parameter, _))) = (prefix, of_iam) {
        let arn = arn.as_ref().filter(|arn| arn.is_iam(kind));
        let named = if *kind == "policy" {
            arn.map(Arn::as_str)
        } else {
            arn.and_then(Arn::iam_name)
        };
        let named = one(named)?;
        return Ok(plain(
            endpoint,
            name,
            &format!("{parameter}={}", encoded(named, "")),
        ));
    }
    Err(untried(&expectation.action))
}

fn untried(action: &str) -> Untried {
    match iam_catalog::action(action).map(iam_catalog::Action::access_level) {
        Some(AccessLevel::List | AccessLevel::Read) | None => Untried::NoCall,
        Some(_) => Untried::Changes,
    }
}

/// A name that is one thing, not a pattern.
fn one(name: Option<&str>) -> Result<&str, Untried> {
    name.filter(|name| !name.is_empty() && !name.contains(['*', '?']))
        .ok_or(Untried::WhichResource)
}

fn plain(endpoint: &Endpoint, operation: &str, parameters: &str) -> HarmlessCall {
    let call = HarmlessCall {
        operation: operation.to_owned(),
        host: endpoint.host,
        signing: endpoint.signing,
        method: "POST",
        path_and_query: "/".to_owned(),
        headers: Vec::new(),
        body: String::new(),
    };
    match endpoint.wire {
        Wire::Query(version) => {
            let mut body = format!("Action={operation}&Version={version}");
            // All of EC2's operations take it; an answer of 412 says that it would have been done.
            if endpoint.prefix == "ec2" {
                body.push_str("&DryRun=true");
            }
            if !parameters.is_empty() {
                body.push('&');
                body.push_str(parameters);
            }
            HarmlessCall {
                headers: vec![(
                    "content-type",
                    "application/x-www-form-urlencoded; charset=utf-8".to_owned(),
                )],
                body,
                ..call
            }
        }
        Wire::Json(version, target) => HarmlessCall {
            headers: vec![
                ("content-type", format!("application/x-amz-json-{version}")),
                ("x-amz-target", format!("{target}.{operation}")),
            ],
            body: "{}".to_owned(),
            ..call
        },
        Wire::Get(path) => HarmlessCall {
            method: "GET",
            path_and_query: path.to_owned(),
            ..call
        },
    }
}

fn of_s3(action: &str, name: &str, arn: Option<&Arn>) -> Result<HarmlessCall, Untried> {
    let get = |path_and_query: String| HarmlessCall {
        operation: name.to_owned(),
        host: "s3",
        signing: "s3",
        method: "GET",
        path_and_query,
        headers: Vec::new(),
        body: String::new(),
    };
    if name == "ListAllMyBuckets" {
        return Ok(get("/".to_owned()));
    }
    let resource = arn
        .filter(|arn| arn.service() == "s3" && arn.account_part().is_empty())
        .map(Arn::resource);
    if let Some((_, query)) = OF_BUCKET.iter().find(|(known, _)| *known == name) {
        let bucket = one(resource.filter(|resource| !resource.contains('/')))?;
        return Ok(get(format!("/{}{query}", encoded(bucket, ""))));
    }
    if let Some((_, query)) = OF_OBJECT.iter().find(|(known, _)| *known == name) {
        let (bucket, key) = one(resource)?.split_once('/').ok_or(Untried::WhichResource)?;
        let key = one(Some(key))?;
        let mut call = get(format!("/{}/{}{query}", encoded(bucket, ""), encoded(key, "/")));
        if name == "GetObject" {
            call.headers.push(("range", "bytes=0-0".to_owned()));
        }
        return Ok(call);
    }
    Err(untried(action))
}

fn encoded(text: &str, keep: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || keep.as_bytes().contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

/// What was asked for is configured nowhere, is not there, or is empty: told only to whom it may be told.
const TOLD_TO_THE_ALLOWED: [&str; 9] = [
    "InvalidRange",
    "NoSuchBucketPolicy",
    "NoSuchCORSConfiguration",
    "NoSuchEntity",
    "NoSuchLifecycleConfiguration",
    "NoSuchPublicAccessBlockConfiguration",
    "NoSuchTagSet",
    "NoSuchWebsiteConfiguration",
    "ServerSideEncryptionConfigurationNotFoundError",
];

/// What an answer says about permission: its HTTP status, AWS's error code and message.
pub fn judge(status: u16, code: Option<&str>, message: &str) -> Tried {
    let code = code.unwrap_or_default();
    // The last part: JSON services write `com.amazonaws.kms#AccessDeniedException:http://...`.
    let plain = code.rsplit('#').next().unwrap_or(code);
    let plain = plain.split(':').next().unwrap_or(plain);
    match (status, plain) {
        (200..300, _) | (412, "DryRunOperation") => Tried::Allowed,
        (404 | 416, code) if TOLD_TO_THE_ALLOWED.contains(&code) => Tried::Allowed,
        (
            _,
            "AccessDenied"
            | "AccessDeniedException"
            | "UnauthorizedOperation"
            | "AuthorizationError"
            | "AuthorizationErrorException"
            | "NotAuthorized"
            | "UnauthorizedException",
        ) => Tried::Denied(if message.is_empty() {
            plain.to_owned()
        } else {
            message.to_owned()
        }),
        (_, "") => Tried::Unclear(format!("HTTP {status}")),
        (_, code) => Tried::Unclear(code.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Expected;

    fn call(text: &str) -> Result<HarmlessCall, Untried> {
        trial(&Expectation::parse(text, Expected::Allowed).unwrap())
    }

    #[test]
    fn calls_are_as_each_service_takes_them() {
        let written = [
            "iam:ListUsers",
            "iam:GetRole on arn:aws:iam::111122223333:role/team/Dev",
            "iam:GetPolicy on arn:aws:iam::aws:policy/ReadOnlyAccess",
            "ec2:DescribeInstances",
            "ec2:TerminateInstances on arn:aws:ec2:us-east-1:111122223333:instance/i-0123456789abcdef0",
            "s3:ListAllMyBuckets",
            "s3:ListBucket on arn:aws:s3:::reports",
            "s3:GetObject on arn:aws:s3:::reports/2026/q 1.csv",
            "s3:GetBucketPolicy on arn:aws:s3:::reports",
            "kms:ListKeys",
            "lambda:ListFunctions",
        ]
        .map(|text| {
            let call = call(text).unwrap_or_else(|why| panic!("{text}: {why}"));
            let headers: Vec<String> = call
                .headers
                .iter()
                .map(|(name, value)| format!("{name}: {value}"))
                .collect();
            format!(
                "{text}\n  {} {} {} [{}] {}",
                call.method,
                call.host,
                call.path_and_query,
                headers.join(", "),
                call.body
            )
        });
        insta::assert_snapshot!(written.join("\n"));
    }

    #[test]
    fn what_cannot_be_tried_safely_is_not() {
        for (text, why) in [
            ("iam:CreateUser", Untried::Changes),
            ("s3:DeleteBucket on arn:aws:s3:::reports", Untried::Changes),
            ("s3:PutObject on arn:aws:s3:::reports/x", Untried::Changes),
            (
                "sts:AssumeRole on arn:aws:iam::111122223333:role/x",
                Untried::Changes,
            ),
            ("s3:GetObject", Untried::WhichResource),
            ("s3:GetObject on arn:aws:s3:::reports/*", Untried::WhichResource),
            ("s3:ListBucket on arn:aws:s3:::reports/x", Untried::WhichResource),
            ("ec2:StopInstances", Untried::WhichResource),
            ("iam:GetUser", Untried::WhichResource),
            ("organizations:ListAccounts", Untried::NoCall),
            (
                "kms:GetKeyPolicy on arn:aws:kms:us-east-1:111122223333:key/x",
                Untried::NoCall,
            ),
        ] {
            assert_eq!(call(text), Err(why), "{text}");
        }
    }

    // The promise itself, over all of AWS's actions: what is called only lists or reads, or is one of EC2's dry runs.
    #[test]
    fn nothing_that_is_called_changes_anything() {
        let resources = [
            None,
            Some("arn:aws:s3:::reports"),
            Some("arn:aws:s3:::reports/key"),
            Some("arn:aws:iam::111122223333:user/x"),
            Some("arn:aws:iam::111122223333:role/x"),
            Some("arn:aws:iam::111122223333:group/x"),
            Some("arn:aws:iam::111122223333:policy/x"),
            Some("arn:aws:ec2:us-east-1:111122223333:instance/i-1"),
        ];
        let mut called = std::collections::BTreeSet::new();
        for action in iam_catalog::services().flat_map(iam_catalog::Service::actions) {
            for resource in resources {
                let name = format!("{}:{}", action.service().prefix(), action.name());
                let expectation = Expectation {
                    action: name.clone(),
                    resource: resource.map(str::to_owned),
                    expected: Expected::Allowed,
                };
                let Ok(call) = trial(&expectation) else { continue };
                called.insert(name.clone());
                let reads = matches!(action.access_level(), AccessLevel::List | AccessLevel::Read);
                let is_dry_run = call.signing == "ec2" && call.body.contains("&DryRun=true");
                assert!(
                    reads || is_dry_run,
                    "{name} is called, and it is {:?}",
                    action.access_level()
                );
                assert_eq!(call.signing == "ec2", is_dry_run, "{name}");
            }
        }
        // And every call of the tables is one of an action that AWS has.
        let in_tables = ENDPOINTS
            .iter()
            .map(|endpoint| endpoint.plain.len())
            .sum::<usize>()
            + OF_IAM
                .iter()
                .map(|(.., operations)| operations.len())
                .sum::<usize>()
            + DRY_RUNS.len()
            + OF_BUCKET.len()
            + OF_OBJECT.len()
            + 1;
        assert_eq!(called.len(), in_tables, "{called:?}");
    }

    #[test]
    fn answers_are_told_apart() {
        for (status, code, tried) in [
            (200, None, Tried::Allowed),
            (206, None, Tried::Allowed),
            (412, Some("DryRunOperation"), Tried::Allowed),
            (404, Some("NoSuchBucketPolicy"), Tried::Allowed),
            (403, Some("AccessDenied"), Tried::Denied("no".to_owned())),
            (403, Some("UnauthorizedOperation"), Tried::Denied("no".to_owned())),
            (
                400,
                Some("com.amazonaws.kms#AccessDeniedException"),
                Tried::Denied("no".to_owned()),
            ),
            (
                403,
                Some("AccessDeniedException:http://internal/"),
                Tried::Denied("no".to_owned()),
            ),
            // Told before anybody looks at permissions, or after; or of something else altogether.
            (
                404,
                Some("NoSuchBucket"),
                Tried::Unclear("NoSuchBucket".to_owned()),
            ),
            (404, Some("NoSuchKey"), Tried::Unclear("NoSuchKey".to_owned())),
            (
                403,
                Some("ExpiredToken"),
                Tried::Unclear("ExpiredToken".to_owned()),
            ),
            (503, None, Tried::Unclear("HTTP 503".to_owned())),
        ] {
            assert_eq!(judge(status, code, "no"), tried, "{status} {code:?}");
        }
    }
}
