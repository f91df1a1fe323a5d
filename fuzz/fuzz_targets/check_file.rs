//! Any text is a check file or a list of complaints with places in the text, within bounded time; and what is then tried
//! is well formed.
#![no_main]

use daypass_core::check::{CheckFile, trial};
use daypass_core::policy_text::TextFormat;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for format in [TextFormat::Json, TextFormat::Yaml] {
        match CheckFile::parse(text, format) {
            Err(wrong) => {
                assert!(!wrong.is_empty());
                assert!(wrong.iter().all(|diagnostic| diagnostic.span.of(text).is_some()));
            }
            Ok(file) => {
                assert!(!file.expectations.is_empty());
                for call in file.expectations.iter().filter_map(|expectation| trial(expectation).ok()) {
                    assert!(call.path_and_query.starts_with('/') && call.path_and_query.is_ascii());
                    assert!(call.path_and_query.chars().all(|c| c.is_ascii_graphic()));
                }
            }
        }
    }
});
