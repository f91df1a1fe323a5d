//! Questions to a person, before something is changed.

use crate::failure::Failure;
use crate::view;
use std::io::{BufRead, IsTerminal};

/// Whether somebody can be asked.
pub(crate) fn is_possible() -> bool {
    std::io::stdin().is_terminal()
}

/// Whether a person says yes; everything else is no. Where nobody can be asked, that is an error.
pub(crate) async fn agreed(question: &str) -> Result<bool, Failure> {
    if !is_possible() {
        return Err(Failure::bad_input("nobody can be asked: stdin is not a terminal")
            .help("add --yes to have it done without being asked"));
    }
    view::say(format_args!("\n{question} [y/N]"));
    // On a thread of its own, so that a signal need not wait for an answer.
    let read = tokio::task::spawn_blocking(|| {
        let mut answer = String::new();
        std::io::stdin().lock().read_line(&mut answer).map(|_| answer)
    });
    let answer = read.await.ok().and_then(Result::ok).unwrap_or_default();
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
