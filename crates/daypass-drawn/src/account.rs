//! An account as other people left it.

use std::collections::{BTreeMap, BTreeSet};

use daypass_core::plan::{
    AttachmentLimits, ObservedAccount, ObservedPolicy, ObservedPrincipal, PolicyText, PolicyVersion,
};
use daypass_core::team::Grantee;
use iam_policy::{AccountId, Arn};

use crate::draw::Draw;

/// Who is there, by kind, path and name.
const PRINCIPALS: [(&str, &str, &str); 9] = [
    ("user", "/", "bert"),
    ("user", "/people/", "Cora"),
    ("user", "/", "dora"),
    ("user", "/", "a.b"),
    ("user", "/", "stranger"),
    ("group", "/", "crew"),
    ("group", "/people/", "Night"),
    ("role", "/", "robot"),
    ("role", "/service/", "deploy"),
];

/// An account with everybody and nothing else.
pub fn bare(id: &AccountId) -> ObservedAccount {
    let mut account = ObservedAccount::empty(id.clone());
    for (kind, path, name) in PRINCIPALS {
        let arn: Arn = account.arn(kind, path, name).parse().unwrap();
        let grantee = match kind {
            "user" => Grantee::User(name.parse().unwrap()),
            "group" => Grantee::Group(name.parse().unwrap()),
            _ => Grantee::Role(name.parse().unwrap()),
        };
        let trust = (kind == "role").then(|| {
            PolicyText::new(
                r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#,
            )
        });
        account.principals.insert(
            grantee,
            ObservedPrincipal {
                arn,
                inline: BTreeMap::new(),
                attached: BTreeSet::new(),
                tags: BTreeMap::new(),
                boundary: None,
                trust,
            },
        );
    }
    for name in ["local-tools", "local-boundary"] {
        policy(&mut account, "/", name, name, 1);
    }
    account
}

/// A customer managed policy that allows `s3:GetObject` in the bucket of `says`, with so many versions.
pub fn policy(account: &mut ObservedAccount, path: &str, name: &str, says: &str, versions: u32) {
    let arn: Arn = account.arn("policy", path, name).parse().unwrap();
    let versions = (1..=versions)
        .map(|number| PolicyVersion {
            id: format!("v{number}"),
            is_default: number == 1,
            created: None,
        })
        .collect();
    let document = PolicyText::new(reads(says));
    account.policies.insert(
        arn.clone(),
        ObservedPolicy {
            arn,
            document,
            versions,
        },
    );
}

/// A document that allows `s3:GetObject` in a bucket.
pub fn reads(bucket: &str) -> String {
    let bucket = bucket.to_ascii_lowercase();
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::{bucket}/*"}}]}}"#
    )
}

/// An account with other people's things in it: they take room, have names like ours, and are not ours.
pub fn draw(draw: &mut Draw, id: &AccountId) -> ObservedAccount {
    let mut account = bare(id);
    let local: Arn = account.arn("policy", "/", "local-tools").parse().unwrap();
    let aws = [
        "AmazonSQSReadOnlyAccess",
        "IAMReadOnlyAccess",
        "AmazonEC2ReadOnlyAccess",
    ];
    let mut foreign: Vec<Arn> = aws
        .iter()
        .map(|name| format!("arn:aws:iam::aws:policy/{name}").parse().unwrap())
        .collect();
    foreign.push(local);
    for number in 0..8 {
        let name = format!("other-{number}");
        policy(&mut account, "/others/", &name, &name, 1);
        foreign.push(account.arn("policy", "/others/", &name).parse().unwrap());
    }
    account.attachments = AttachmentLimits {
        is_known: true,
        ..AttachmentLimits::default()
    };
    if draw.percent(20) {
        account.attachments.user = 20;
    }
    // Somebody else's, at the name of one of ours.
    if draw.percent(10) {
        policy(&mut account, "/others/", "t-reports", "others", 2);
    }
    if draw.percent(10) {
        policy(&mut account, "/", "T-Adm", "others", 1);
    }
    for (grantee, principal) in &mut account.principals {
        if draw.percent(50) {
            continue;
        }
        if draw.percent(60) {
            let most = match grantee {
                Grantee::User(_) => 2_048,
                Grantee::Group(_) => 5_120,
                Grantee::Role(_) => 10_240,
            };
            let size = draw.up_to(most - 200);
            let text = reads(&format!("theirs/{}", "x".repeat(size)));
            principal.inline.insert(
                (*draw.one(&["theirs", "daypass-theirs", "daypass=", "temp-x-y-z"])).to_owned(),
                PolicyText::new(text),
            );
        }
        let many = *draw.one(&[0, 1, 2, 5, 9]);
        principal.attached = draw.some(&foreign, many, many).into_iter().collect();
        if !matches!(grantee, Grantee::Group(_)) {
            let many = *draw.one(&[1, 3, 45, 49, 50]);
            principal.tags = (0..many)
                .map(|n| (format!("theirs{n}"), "x".to_owned()))
                .collect();
            principal.tags.insert("theirs0".to_owned(), "y".to_owned());
        }
        if matches!(grantee, Grantee::User(_)) && draw.percent(20) {
            principal.boundary = "arn:aws:iam::aws:policy/AdministratorAccess".parse().ok();
        }
    }
    account
}
