//! Any pattern matches the same texts for the engine as for the naive evaluator, and long ones in bounded time.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| iam_policy_reference::fuzz::pattern(text));
