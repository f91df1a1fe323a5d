//! Any text is a policy document or a list of complaints with places in the text; a document survives printing, is
//! linted, and means the same to the engine and to the naive evaluator.
#![no_main]

use iam_lint::{DocumentUse, lint};
use iam_policy::Document;
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    iam_policy_reference::fuzz::document(text);
    if let Ok(document) = Document::parse(text) {
        for purpose in [
            DocumentUse::Identity,
            DocumentUse::Trust,
            DocumentUse::ResourcePolicy,
            DocumentUse::Scp,
            DocumentUse::Rcp,
        ] {
            for finding in lint(&document, purpose, Timestamp::UNIX_EPOCH) {
                assert!(finding.span.of(text).is_some());
            }
        }
    }
});
