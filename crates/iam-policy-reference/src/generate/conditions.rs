//! Conditions and request contexts over the same few keys and values.

use fastrand::Rng;
use iam_policy::{Context, Statement};

use super::words::{VARIABLES, bent, several};
use super::{chance, pick};

/// Operators that compare one type of value, keys of that type, and values: of policies, of requests.
struct Family {
    operators: &'static [&'static str],
    keys: &'static [&'static str],
    wanted: &'static [&'static str],
    given: &'static [&'static str],
}

const FAMILIES: &[Family] = &[
    Family {
        operators: &[
            "StringEquals",
            "StringNotEquals",
            "StringEqualsIgnoreCase",
            "StringNotEqualsIgnoreCase",
            "StringLike",
            "StringNotLike",
        ],
        keys: &[
            "aws:username",
            "AWS:USERNAME",
            "aws:PrincipalTag/Team",
            "aws:principaltag/TEAM",
            "aws:TagKeys",
        ],
        wanted: &[
            "bob", "Bob", "alice", "red", "b*", "?ob", "*", "", "$", "é", "red*",
        ],
        given: &["bob", "Bob", "alice", "red", "b*", "b?b", "", "$", "É", "é"],
    },
    Family {
        operators: &[
            "NumericEquals",
            "NumericNotEquals",
            "NumericLessThan",
            "NumericLessThanEquals",
            "NumericGreaterThan",
            "NumericGreaterThanEquals",
        ],
        keys: &["s3:max-keys", "aws:MultiFactorAuthAge"],
        wanted: &[
            "10",
            "9",
            "-1",
            "10.0",
            "10.5",
            "ten",
            "0",
            "-0",
            "100000000000000000000.1",
        ],
        given: &[
            "10",
            "010",
            "9.99",
            "-1",
            "10.50",
            "ten",
            "0",
            "",
            "100000000000000000000.2",
        ],
    },
    Family {
        operators: &[
            "DateEquals",
            "DateNotEquals",
            "DateLessThan",
            "DateLessThanEquals",
            "DateGreaterThan",
            "DateGreaterThanEquals",
        ],
        keys: &["aws:CurrentTime", "aws:TokenIssueTime"],
        wanted: &[
            "2026-01-01T00:00:00Z",
            "2026-01-01",
            "2026-01",
            "1767225600",
            "2025-12-31T23:59:59.5Z",
            "2026-01-01T01:00:00+01:00",
            "2026-01-01T00:00Z",
            "2026-01-01 00:00:00",
            "2026",
            "1767225600.0",
            "tomorrow",
            "2026-02-30",
        ],
        given: &[
            "2026-01-01T00:00:00Z",
            "2025-12-31T23:59:59Z",
            "2026-01-01T00:00:00.001Z",
            "2026-01-01",
            "1767225600",
            "1767225601",
            "2025-12-31T19:00:00-05:00",
            "2026-01-01T00:00:00+0000",
            "1767225600.5",
            "9.99",
            "2026-01T00:00Z",
            "never",
        ],
    },
    Family {
        operators: &["Bool"],
        keys: &["aws:SecureTransport", "aws:MultiFactorAuthPresent"],
        wanted: &["true", "false", "True", "yes"],
        given: &["true", "false", "TRUE", "yes", ""],
    },
    Family {
        operators: &["BinaryEquals"],
        keys: &["app:Blob"],
        wanted: &["QQ==", "QUI=", "QUJD", "", "QQ"],
        given: &["QQ==", "QUI=", "QUJD", "", "A"],
    },
    Family {
        operators: &["IpAddress", "NotIpAddress"],
        keys: &["aws:SourceIp"],
        wanted: &[
            "203.0.113.0/24",
            "203.0.113.7",
            "203.0.113.0/29",
            "203.0.113.129/25",
            "0.0.0.0/0",
            "2001:DB8:1234:5678::/64",
            "2001:db8::1",
            "::/0",
            "203.0.113.0/33",
            "office",
        ],
        given: &[
            "203.0.113.7",
            "203.0.113.200",
            "198.51.100.1",
            "2001:db8:1234:5678::9",
            "2001:db8:0::1",
            "office",
        ],
    },
    Family {
        operators: &["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"],
        keys: &["aws:SourceArn", "aws:PrincipalArn"],
        wanted: &[
            "*",
            "arn:aws:sns:*:*:topic",
            "arn:*:sns:us-east-1:111122223333:*",
            "arn:aws:sns:us-east-?:111122223333:topic",
            "arn:aws:*:111122223333:topic",
            "arn:aws:iam::111122223333:user/${aws:username}",
            "arn:aws:iam::111122223333:role/*",
            "${aws:PrincipalArn}",
            "a:b:c:d:e:*",
            "**",
            "arn:aws:someservice:*:111122223333:finance/*",
        ],
        given: &[
            "arn:aws:sns:us-east-1:111122223333:topic",
            "arn:aws:sns:us-east-1:111122223333:topic:extra",
            "arn:aws:iam::111122223333:user/bob",
            "arn:aws:iam::111122223333:role/app",
            "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt",
            "a:b:c:d:e:f:g",
            "topic",
            "",
        ],
    },
    Family {
        operators: &["Null"],
        keys: &[
            "aws:username",
            "aws:TagKeys",
            "aws:TokenIssueTime",
            "aws:SourceIp",
        ],
        wanted: &["true", "false", "True", "perhaps"],
        given: &[],
    },
];

fn family(rng: &mut Rng) -> Option<&'static Family> {
    // Strings are what most conditions compare.
    if chance(rng, 30) {
        FAMILIES.first()
    } else {
        rng.choice(FAMILIES)
    }
}

/// The statement with one more condition.
pub(super) fn add(rng: &mut Rng, statement: Statement) -> Statement {
    let Some(family) = family(rng) else {
        return statement;
    };
    let name = pick(rng, family.operators);
    let set = match rng.u8(..10) {
        0 => "ForAllValues:",
        1 => "ForAnyValue:",
        _ => "",
    };
    let operator = if name == "Null" {
        name.to_owned()
    } else {
        format!("{set}{name}{}", if chance(rng, 20) { "IfExists" } else { "" })
    };
    // Sometimes on a key of another type.
    let keys = if chance(rng, 5) {
        self::family(rng).map_or(family.keys, |other| other.keys)
    } else {
        family.keys
    };
    let values = several(rng, |rng| value(rng, family));
    statement.with_condition(&operator, pick(rng, keys), values)
}

fn value(rng: &mut Rng, family: &Family) -> String {
    match rng.u8(..10) {
        0..=2 if !family.given.is_empty() => pick(rng, family.given).to_owned(),
        3 if !family.given.is_empty() => {
            let given = pick(rng, family.given);
            bent(rng, given)
        }
        4 => pick(rng, VARIABLES).to_owned(),
        _ => pick(rng, family.wanted).to_owned(),
    }
}

/// A request context that holds some of the keys.
pub(super) fn context(rng: &mut Rng) -> Context {
    let mut context = Context::new();
    for family in FAMILIES.iter().filter(|family| !family.given.is_empty()) {
        for key in family.keys {
            if !chance(rng, 50) {
                continue;
            }
            let several = *key == "aws:TagKeys" || chance(rng, 5);
            let count = if several { rng.usize(0..=3) } else { 1 };
            let values: Vec<&str> = (0..count).map(|_| pick(rng, family.given)).collect();
            context.insert(*key, values);
        }
    }
    context
}
