//! Help, completions and man pages.

use crate::support::{Home, texts};

fn said(arguments: &[&str]) -> String {
    let output = Home::new().daypass().args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", texts(&output).1);
    texts(&output).0
}

#[test]
fn help_teaches_by_example() {
    for command in [
        &["--help"][..],
        &["try", "--help"],
        &["cleanup", "--help"],
        &["sandbox", "--help"],
        &["sandbox", "exec", "--help"],
        &["demo", "--help"],
        &["completions", "--help"],
        &["man", "--help"],
    ] {
        let help = said(command);
        assert!(
            help.contains("EXAMPLES") && help.contains("$ daypass"),
            "{command:?}: {help}"
        );
    }
    let help = said(&["try", "--help"]);
    assert!(
        help.contains("WHICH --via IS RIGHT") && help.contains("explicit Deny"),
        "{help}"
    );
}

#[test]
fn completions_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = said(&["completions", shell]);
        assert!(
            script.contains("daypass") && script.contains("managed-policy"),
            "{shell}"
        );
    }
}

#[test]
fn man_pages() {
    assert!(said(&["man"]).contains(".TH daypass 1"));
    let home = Home::new();
    let output = home.daypass().args(["man", "--out", "pages"]).output().unwrap();
    assert!(output.status.success(), "{}", texts(&output).1);
    for page in [
        "daypass.1",
        "daypass-try.1",
        "daypass-cleanup.1",
        "daypass-sandbox-exec.1",
        "daypass-demo.1",
    ] {
        assert!(home.path().join("pages").join(page).is_file(), "{page}");
    }
}
