//! Help, completions and man pages.

use crate::support::{Home, binary, texts};

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
        &["assume", "--help"],
        &["profile", "clean", "--help"],
        &["shell-init", "--help"],
        &["simulate", "--help"],
        &["actions", "--help"],
        &["policy", "--help"],
        &["policy", "show", "--help"],
        &["policy", "list", "--help"],
        &["catalog", "--help"],
        &["cleanup", "--help"],
        &["check", "--help"],
        &["whoami", "--help"],
        &["doctor", "--help"],
        &["role", "--help"],
        &["role", "create", "--help"],
        &["role", "show", "--help"],
        &["role", "delete", "--help"],
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
fn the_models_of_delay_are_listed() {
    assert!(said(&["completions", "bash"]).contains("none realistic"));
    assert!(said(&["sandbox", "start", "--help"]).contains("[possible values: none, realistic]"));
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
        "daypass-simulate.1",
        "daypass-actions.1",
        "daypass-policy-show.1",
        "daypass-catalog.1",
        "daypass-cleanup.1",
        "daypass-role-create.1",
        "daypass-sandbox-exec.1",
        "daypass-demo.1",
    ] {
        assert!(home.path().join("pages").join(page).is_file(), "{page}");
    }
    let page = std::fs::read_to_string(home.path().join("pages/daypass-try.1")).unwrap();
    assert!(!page.contains("EXTRA"), "{page}");
    for part in [
        ".SH \"EXAMPLES\"\n.nf\nWhat can this document do?",
        ".SH \"WHICH \\-\\-via IS RIGHT\"\n.nf\nrole     A role",
        ".fi\n.PP\nWhatever happens",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
}

#[test]
fn what_cannot_be_written_is_a_failure() {
    let home = Home::new();
    for arguments in [
        &["demo"][..],
        &["man"],
        &["completions", "bash"],
        &["actions", "*"],
        &["policy", "list"],
        &["catalog"],
        &["sandbox", "start"],
    ] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let output = std::process::Command::new(binary())
            .env_clear()
            .envs(home.variables())
            .args(arguments)
            .stdout(full)
            .output()
            .unwrap();
        let said = texts(&output).1;
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
        assert!(said.contains("cannot write to stdout"), "{arguments:?}: {said}");
    }
}

#[test]
fn a_reader_that_has_read_enough_is_no_failure() {
    let home = Home::new();
    for arguments in [
        &["demo"][..],
        &["man"],
        &["completions", "bash"],
        &["actions", "*"],
        &["policy", "show", "ReadOnlyAccess"],
        &["catalog"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = std::process::Command::new(binary())
            .env_clear()
            .envs(home.variables())
            .args(arguments)
            .stdout(writer)
            .output()
            .unwrap();
        assert_eq!(
            (output.status.code(), texts(&output).1.as_str()),
            (Some(0), ""),
            "{arguments:?}"
        );
    }
}
