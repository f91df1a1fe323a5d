//! Help, completions and man pages.

use crate::support::{Home, World, binary, texts};

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
        assert!(script.contains("DAYPASS_COMPLETE"), "{shell}: {script}");
        let script = said(&["completions", "--static", shell]);
        assert!(
            script.contains("daypass") && script.contains("managed-policy"),
            "{shell}"
        );
    }
}

#[test]
fn the_models_of_delay_are_listed() {
    assert!(said(&["completions", "--static", "bash"]).contains("none realistic"));
    assert!(said(&["sandbox", "start", "--help"]).contains("[possible values: none, realistic]"));
}

/// What bash is told when this has been typed; the last word is being written.
fn completed(command: &mut assert_cmd::Command, words: &[&str]) -> Vec<String> {
    let output = command
        .env("DAYPASS_COMPLETE", "bash")
        .env("_CLAP_COMPLETE_INDEX", (words.len() - 1).to_string())
        .env("_CLAP_IFS", "\n")
        .arg("--")
        .args(words)
        .output()
        .unwrap();
    let (out, err) = texts(&output);
    assert_eq!((output.status.code(), err.as_str()), (Some(0), ""), "{words:?}");
    out.lines().map(str::to_owned).collect()
}

#[test]
fn profiles_roles_and_teams_are_completed() {
    let world = World::new();
    for name in ["DeveloperRole", "Other"] {
        let made = world.daypass().args(["role", "create", name]).output().unwrap();
        assert!(made.status.success());
    }
    let home = &world.home;
    std::fs::create_dir(home.path().join(".aws")).unwrap();
    home.file(
        ".aws/config",
        "[default]\n[profile dev]\nregion = us-east-1\n[sso-session x]\n",
    );
    home.file(".aws/credentials", "[deploy]\n");
    std::fs::create_dir_all(home.path().join("aws/temporary-access")).unwrap();
    home.file("aws/temporary-access/payments.yaml", "");
    let said = |words: &[&str]| completed(&mut world.daypass(), words);

    assert_eq!(said(&["daypass", "role", "delete", "Dev"]), ["DeveloperRole"]);
    let shown = said(&["daypass", "role", "show", ""]);
    assert!(
        shown.contains(&"DeveloperRole".to_owned()) && shown.contains(&"Other".to_owned()),
        "{shown:?}"
    );
    assert_eq!(said(&["daypass", "check", "--role", "D"]), ["DeveloperRole"]);
    assert!(!said(&["daypass", "check", "--role", "de"]).contains(&"dev".to_owned()));
    assert_eq!(
        said(&["daypass", "--profile", "de"]),
        ["default", "deploy", "dev"]
    );
    assert_eq!(said(&["daypass", "whoami", "--profile", "dev"]), ["dev"]);
    assert_eq!(said(&["daypass", "validate", "--dir", "aws", "p"]), ["payments"]);
    let arns = said(&[
        "daypass",
        "doctor",
        "--role",
        "arn:aws:iam::111122223333:role/daypass/role/O",
    ]);
    assert_eq!(arns, ["arn:aws:iam::111122223333:role/daypass/role/Other"]);
    assert_eq!(said(&["daypass", "assume", "de"]), ["default", "deploy", "dev"]);
    assert_eq!(said(&["daypass", "assume", "Dev"]), ["DeveloperRole"]);
    assert!(said(&["daypass", "ro"]).contains(&"role".to_owned()));
    // Where nothing can be asked nothing is said, and nothing is waited for.
    let nobody = completed(&mut home.daypass(), &["daypass", "role", "delete", "Dev"]);
    assert_eq!(nobody, Vec::<String>::new());
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
