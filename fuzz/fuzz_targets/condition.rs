//! Any operator, key and values mean the same to the engine and to the naive evaluator.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| iam_policy_reference::fuzz::condition(text));
