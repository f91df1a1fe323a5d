//! Any text is a scenario or a list of complaints with places in the text, within bounded time; a scenario's decision and
//! its explanation agree, and the places of the explanation are in the text.
#![no_main]

use iam_policy::{Engine, Scenario};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match Scenario::parse(text) {
        Err(wrong) => {
            assert!(!wrong.is_empty());
            assert!(wrong.iter().all(|diagnostic| diagnostic.span.of(text).is_some()));
        }
        Ok(Scenario { policies, request, .. }) => {
            let engine = Engine::compile(&policies);
            let explanation = engine.explain(&request);
            assert_eq!(explanation.decision, engine.decide(&request));
            assert!(explanation.deciding.iter().all(|statement| statement.span.of(text).is_some()));
            assert!(explanation.near_misses.iter().all(|miss| miss.span.of(text).is_some()));
        }
    }
});
