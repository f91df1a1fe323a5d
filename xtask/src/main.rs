//! daypass.
fn main() {}
