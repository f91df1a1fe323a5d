//! Any text is a policy test file or findings with places in it, and what can be run runs, within bounded time.
#![no_main]

use daypass_core::policy_test::{Draft, Found, RunSettings};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let now = "2026-11-22T12:00:00Z".parse().expect("an instant");
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    match Draft::read("x.test.yaml", text).suite(&Found::default(), now) {
        Err(findings) => {
            for finding in findings {
                assert!(finding.place.span.of(body).is_some(), "{finding:?}");
            }
        }
        Ok(suite) => {
            let questions: usize = suite
                .cases
                .iter()
                .map(|case| case.actions.len() * case.resources.len())
                .sum();
            // `*:*` on a hundred resources is right, and takes its time.
            if questions < 1_000 {
                let run = suite.run(now, RunSettings { coverage: true });
                assert_eq!(run.cases.len(), suite.cases.len());
            }
        }
    }
});
