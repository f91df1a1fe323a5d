//! Serves a sandbox on loopback until it is interrupted, and prints what a shell needs to use it:
//! `eval "$(cargo run --example serve)" &` or read the lines and copy them.
//! Arguments, all optional: port, entropy, propagation (`none` or `realistic`).
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example is a shell of its own"
)]

use std::error::Error;
use std::sync::Arc;

use iam_sandbox::{Sandbox, Settings};
use jiff::Timestamp;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let port: u16 = arguments.next().map_or(Ok(0), |text| text.parse())?;
    let entropy: u64 = arguments.next().map_or(Ok(0), |text| text.parse())?;
    let propagation = arguments
        .next()
        .map_or(Ok(iam_sandbox::Propagation::none()), |text| text.parse())?;
    let sandbox = Arc::new(Sandbox::new(Settings { entropy, propagation }, Timestamp::now()));
    let running =
        iam_sandbox::server::start(sandbox.clone(), ([127, 0, 0, 1], port).into(), Timestamp::now).await?;
    println!("export AWS_ENDPOINT_URL={}", running.url());
    println!("export AWS_ACCESS_KEY_ID={}", sandbox.admin().id);
    println!("export AWS_SECRET_ACCESS_KEY={}", sandbox.admin().secret);
    println!("export AWS_DEFAULT_REGION=us-east-1");
    if let Some(developer) = sandbox.access_keys("developer").first() {
        println!("# user developer: {} {}", developer.id, developer.secret);
    }
    std::future::pending().await
}
