//! Actions and resources, and patterns that match them, nearly match them or do not.

use fastrand::Rng;

use super::{chance, pick};

/// Texts with variables: set, unset, with defaults, special characters, several values, unclosed.
pub(super) const VARIABLES: &[&str] = &[
    "${aws:username}",
    "${AWS:UserName}",
    "${aws:username, 'bob'}",
    "${aws:PrincipalTag/Team}",
    "${aws:PrincipalTag/Team, 'red'}",
    "${aws:TagKeys}",
    "${aws:TagKeys, 'bob'}",
    "${aws:nothing}",
    "${aws:nothing, 'b*'}",
    "${aws:nothing, ''}",
    "b${*}",
    "b${?}b",
    "${$}",
    "${*}*",
    "${aws:username",
    "$bob",
    "${aws:nothing,'bob'}",
    "${ aws:username }",
    "${aws:nothing, 'true'}",
    "${aws:SecureTransport}",
    "${aws:nothing, bob}",
    "${}",
    "${aws:nothing, 'b}b'}",
    "${aws:nothing, 'bob}",
];

pub(super) const ACCOUNTS: &[&str] = &["111122223333", "444455556666"];

pub(super) const ACTIONS: &[&str] = &[
    "s3:GetObject",
    "s3:GetObject",
    "s3:PutObject",
    "S3:getobject",
    "s3:ListBucket",
    "ec2:RunInstances",
    "iam:GetRole",
    "sts:AssumeRole",
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:TagSession",
    "sts:SetSourceIdentity",
    "sts:SetContext",
    "sts:GetCallerIdentity",
    "sts:GetSessionToken",
    "sts:GetFederationToken",
    "s3:PutBucketPolicy",
    "kms:Decrypt",
    "kms:RetireGrant",
    "kms:ListKeys",
];

const OBJECTS: &[&str] = &[
    "arn:aws:s3:::bucket",
    "arn:aws:s3:::bucket/bob",
    "arn:aws:s3:::bucket/bob/a:b",
    "arn:aws:s3:::bucket/red",
    "arn:aws:s3:::bucket/b*",
    "arn:aws:s3:::bucket/${aws:username}",
];
const ROLES: &[&str] = &[
    "arn:aws:iam::111122223333:role/target",
    "arn:aws:iam::111122223333:role/team/target",
    "arn:aws:iam::444455556666:role/target",
];
const KEYS: &[&str] = &[
    "arn:aws:kms:us-east-1:111122223333:key/1234abcd",
    "arn:aws:kms:us-east-1:444455556666:key/1234abcd",
    "arn:aws:kms:us-east-1:111122223333:alias/mine",
];
const OTHERS: &[&str] = &[
    "*",
    "not an arn",
    "arn:aws:ec2:us-east-1:111122223333:instance/i-1",
    "arn:aws:sqs:us-east-1:444455556666:queue",
];

/// A resource that fits the action, mostly.
pub(super) fn resource_for(rng: &mut Rng, action: &str) -> String {
    let fitting = match action.split_once(':').map(|(service, _)| service) {
        Some("s3" | "S3") => OBJECTS,
        Some("kms") => KEYS,
        Some("sts" | "iam") => ROLES,
        _ => OTHERS,
    };
    let among = if chance(rng, 90) {
        fitting
    } else {
        pick(rng, &[OBJECTS, ROLES, KEYS, OTHERS])
    };
    pick(rng, among).to_owned()
}

pub(super) fn action_patterns(rng: &mut Rng, action: &str) -> Vec<String> {
    several(rng, |rng| match rng.u8(..10) {
        0 => "*".to_owned(),
        1 => action
            .split_once(':')
            .map_or("*".to_owned(), |(service, _)| format!("{service}:*")),
        2 => action.to_uppercase(),
        3..=5 => bent(rng, action),
        6 => action.to_owned(),
        _ => pick(rng, ACTIONS).to_owned(),
    })
}

pub(super) fn resource_patterns(rng: &mut Rng, resource: &str) -> Vec<String> {
    several(rng, |rng| match rng.u8(..12) {
        0 => "*".to_owned(),
        1..=4 => bent(rng, resource),
        5 => resource.to_owned(),
        6 => resource.replace("bob", "${aws:username}"),
        7 => resource.replace("red", "${aws:PrincipalTag/Team, 'red'}"),
        8 => resource.replace('*', "${*}").replace('$', "${$}"),
        9 => {
            let variable = pick(rng, VARIABLES);
            format!("arn:aws:s3:::bucket/{variable}")
        }
        10 => "arn:aws:s3:::*".to_owned(),
        _ => {
            let among = pick(rng, &[OBJECTS, ROLES, KEYS, OTHERS]);
            pick(rng, among).to_owned()
        }
    })
}

/// One to three values, on rare occasions none.
pub(super) fn several(rng: &mut Rng, mut draw: impl FnMut(&mut Rng) -> String) -> Vec<String> {
    let count = if chance(rng, 1) {
        0
    } else {
        pick(rng, &[1, 1, 1, 2, 3])
    };
    (0..count).map(|_| draw(rng)).collect()
}

/// The text with a wildcard in it, or with a character too many or too few.
pub(super) fn bent(rng: &mut Rng, text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let (from, to) = (rng.usize(0..=characters.len()), rng.usize(0..=characters.len()));
    let (from, to) = (from.min(to), from.max(to));
    let head: String = characters.iter().take(from).collect();
    let tail: String = characters.iter().skip(to).collect();
    let tail_after_one: String = characters.iter().skip(from + 1).collect();
    match rng.u8(..8) {
        0..=2 => format!("{head}*"),
        3 => format!("{head}*{tail}"),
        4 => format!("*{tail}"),
        5 => format!("{head}?{tail_after_one}"),
        6 => format!("{head}?{}*", tail_after_one.chars().take(1).collect::<String>()),
        _ => format!("{head}{tail_after_one}"),
    }
}
