//! Any text is an ARN, an account or a principal that prints as it was read, or it is none.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| iam_policy_reference::fuzz::arn(text));
