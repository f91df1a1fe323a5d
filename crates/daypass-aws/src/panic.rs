//! A panic as a value, so that what was made can still be removed.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

/// Runs `work`; a panic in it is an error with the panic's message.
pub async fn contain_panic<T>(work: impl Future<Output = T>) -> Result<T, String> {
    let mut work = pin!(work);
    std::future::poll_fn(move |context| {
        // Nothing of `work` is used after a panic but its drop, so no broken invariant can be seen.
        match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
            Ok(poll) => poll.map(Ok),
            Err(panic) => Poll::Ready(Err(message(panic.as_ref()))),
        }
    })
    .await
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "panic".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_becomes_an_error() {
        assert_eq!(contain_panic(async { 7 }).await, Ok(7));
        let contained = contain_panic(async {
            tokio::task::yield_now().await;
            panic!("broken {}", 1)
        });
        let outcome: Result<(), String> = contained.await;
        assert_eq!(outcome, Err("broken 1".to_owned()));
    }
}
