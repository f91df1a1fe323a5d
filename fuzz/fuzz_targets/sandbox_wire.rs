#![no_main]
//! Requests to the sandbox: query strings, headers, XML, chunked bodies. No panic, no hang, always an answer.

#[path = "../../crates/iam-sandbox/tests/common/sign.rs"]
mod sign;
#[path = "../../crates/iam-sandbox/tests/common/wire.rs"]
mod wire;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wire::feed(bytes));
