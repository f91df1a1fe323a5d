//! Every error that the sandbox can make has a code, and a status, that AWS has. Which operation answers which code is
//! held by every other test: `Cloud` looks through its calls when it ends.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    missing_docs,
    reason = "test code"
)]

mod common;

use std::path::{Path, PathBuf};

use common::codes::Codes;

/// Of the files that make errors, these take the code from elsewhere: a fault says itself what it is.
const FROM_ELSEWHERE: [(&str, usize); 2] = [("handle.rs", 1), ("operations/s3/buckets.rs", 1)];

/// What is a policy document is asked by S3 as well.
const SHARED: [&str; 1] = ["operations/iam/policy_text.rs"];

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

/// The status and code of each `ApiError::new(400, "Code", ...)`; the number of those that are not written so.
fn constructions(text: &str) -> (Vec<(u16, String)>, usize) {
    let mut found = Vec::new();
    let mut others = 0;
    for after in text.split("ApiError::new(").skip(1) {
        let mut arguments = after.splitn(3, ',').map(str::trim);
        let status = arguments.next().and_then(|status| status.parse().ok());
        let code = arguments
            .next()
            .and_then(|code| code.strip_prefix('"')?.strip_suffix('"'));
        match (status, code) {
            (Some(status), Some(code)) => found.push((status, code.to_owned())),
            _ => others += 1,
        }
    }
    (found, others)
}

#[test]
fn every_code_and_status_is_awss() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut seen = 0;
    for file in files {
        let name = file
            .strip_prefix(&root)
            .unwrap()
            .to_str()
            .unwrap()
            .replace('\\', "/");
        let (found, others) = constructions(&std::fs::read_to_string(&file).unwrap());
        let allowed = FROM_ELSEWHERE.iter().find(|(file, _)| *file == name);
        assert_eq!(
            others,
            allowed.map_or(0, |(_, number)| *number),
            "{name}: a code that is not written out"
        );
        // What stands in the folder of a service's operations is answered by that service alone.
        let services: Vec<&str> = Codes::services()
            .filter(|_| !SHARED.contains(&name.as_str()))
            .filter(|service| {
                name == format!("operations/{service}.rs")
                    || name.starts_with(&format!("operations/{service}/"))
            })
            .collect();
        for (status, code) in found {
            seen += 1;
            let mut candidates =
                Codes::services().filter(|service| services.is_empty() || services.contains(service));
            assert!(
                candidates.any(|service| {
                    let codes = Codes::of(service);
                    codes.has_anywhere(&code)
                        && codes
                            .statuses
                            .get(code.as_str())
                            .is_none_or(|known| *known == status)
                }),
                "{name}: {status} {code}"
            );
        }
    }
    assert!(seen > 40, "{seen}");
}
