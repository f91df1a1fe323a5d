//! Any text is a policy document or a list of complaints with places in the text; a document survives printing.
#![no_main]

use iam_lint::{DocumentUse, lint};
use iam_policy::Document;
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match Document::parse(text) {
        Err(wrong) => {
            assert!(!wrong.is_empty());
            assert!(wrong.iter().all(|diagnostic| diagnostic.span.of(text).is_some()));
        }
        Ok(document) => {
            for finding in lint(&document, DocumentUse::Identity, Timestamp::UNIX_EPOCH) {
                assert!(finding.span.of(text).is_some());
            }
            for printed in [document.to_json(), document.to_minified()] {
                let again = Document::parse(&printed).expect("what is printed parses");
                assert!(document.same_meaning(&again), "{printed}");
            }
        }
    }
});
