//! Any text is a policy document in YAML or a list of complaints with places in the text, within bounded time; what
//! JSON prints, YAML reads the same.
#![no_main]

use daypass_core::policy_text::{TextFormat, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match parse(text, TextFormat::Yaml) {
        Err(wrong) => {
            assert!(!wrong.is_empty());
            assert!(wrong.iter().all(|diagnostic| diagnostic.span.of(text).is_some()));
        }
        Ok(document) => {
            let printed = document.to_json();
            let again = parse(&printed, TextFormat::Yaml).expect("JSON is YAML");
            assert!(document.same_meaning(&again), "{printed}");
        }
    }
});
