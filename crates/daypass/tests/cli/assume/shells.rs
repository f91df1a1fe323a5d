//! What shells make of it: bash, and zsh and fish as people have them.

use super::terminal::Terminal;
use super::{ANN_SECRET, DEV, world};
use crate::support::{World, binary, texts, until};
use std::io::Write;
use std::process::Output;

/// The shells that are tried. zsh and fish are left out, aloud, where somebody has said that they are not there.
fn shells() -> &'static [&'static str] {
    match std::env::var_os("DAYPASS_TEST_SHELLS") {
        Some(none) if none == "none" => {
            // Past the harness, which shows what a test prints only when it fails.
            let aloud = b"NOT RUN: DAYPASS_TEST_SHELLS=none leaves out zsh and fish\n";
            std::io::stderr().write_all(aloud).unwrap();
            &["bash"]
        }
        Some(_) => &["bash", "zsh", "fish"],
        None => panic!(
            "these tests need zsh and fish: run `cargo xtask test`, which sets them up, or set \
             DAYPASS_TEST_SHELLS=none to leave them out"
        ),
    }
}

/// Runs a script as ann, with no start-up file and daypass on the path.
fn run(world: &World, shell: &str, script: &str) -> Output {
    let bare: &[&str] = match shell {
        "bash" => &["--norc"],
        "zsh" => &["-f"],
        _ => &["--no-config"],
    };
    let directory = binary().parent().unwrap().display().to_string();
    let path = std::env::var("PATH").unwrap();
    let mut command = world.home.daypass_like(shell);
    command
        .envs(world.variables())
        .env("PATH", format!("{directory}:{path}"))
        .env("AWS_ACCESS_KEY_ID", "AKIAANNEXAMPLE000001")
        .env("AWS_SECRET_ACCESS_KEY", ANN_SECRET)
        .env("XDG_RUNTIME_DIR", world.home.path())
        .env("DAYPASS_CACHE_KEY", "file")
        .args(bare)
        .args(["-c", script]);
    command.output().unwrap()
}

#[test]
fn the_shells_function_sets_the_variables_of_the_shell() {
    let world = world();
    for shell in shells() {
        let (begin, code) = match *shell {
            "fish" => ("daypass shell-init fish | source", "$status"),
            _ => (&*format!("eval \"$(daypass shell-init {shell})\""), "$?"),
        };
        let script = format!(
            "{begin}; assume {DEV} -- sh -c 'echo child $DAYPASS_ROLE_ARN'; \
             assume {DEV} || exit 9; echo \"$AWS_ACCESS_KEY_ID\"; \
             assume arn:aws:iam::111122223333:role/Nope 2>/dev/null; echo code {code}; \
             assume {DEV} --refresh || exit 9; assume --clear; echo code {code}; \
             echo \"cleared:$AWS_SESSION_TOKEN:$AWS_ACCESS_KEY_ID\"; assume --clear; echo code {code}"
        );
        let (out, err) = texts(&run(&world, shell, &script));
        let lines: Vec<&str> = out.lines().collect();
        assert_eq!(lines.len(), 6, "{shell}: {out}{err}");
        assert_eq!(lines[0], format!("child {DEV}"), "{shell}: {out}{err}");
        assert!(lines[1].starts_with("ASIA"), "{shell}: {out}{err}");
        // A second one begins from what was there before the first, which comes back in the end.
        let end = ["code 1", "code 0", "cleared::AKIAANNEXAMPLE000001", "code 0"];
        assert_eq!(lines[2..], end, "{shell}: {out}{err}");
    }
}

/// The completions are those of the shell itself: asked for in fish, registered in bash and zsh.
#[test]
fn completions_are_taken_by_the_shells() {
    let world = world();
    for shell in shells() {
        let (script, said) = match *shell {
            "fish" => (
                "daypass completions fish | source; complete --do-complete 'daypass shell-in'",
                "shell-init",
            ),
            "zsh" => (
                "autoload -U compinit; compinit -u -d \"$HOME/.zcompdump\"; source <(daypass completions zsh); echo ${_comps[daypass]}",
                "daypass",
            ),
            _ => (
                "eval \"$(daypass completions bash)\"; complete -p daypass",
                "daypass",
            ),
        };
        let output = run(&world, shell, script);
        let (out, err) = texts(&output);
        assert!(output.status.success() && err.is_empty(), "{shell}: {err}");
        assert!(out.contains(said), "{shell}: {out}");
    }
}

/// The user's own start-up file is read, and its prompt stays, behind ours.
#[test]
fn the_prompt_tells_the_role_and_the_time_that_is_left() {
    for shell in shells() {
        let world = world();
        match *shell {
            "bash" => world.home.file(".bashrc", "PS1='mine> '\nMARK=set-by-them\n"),
            "zsh" => world
                .home
                .file(".zshrc", "PROMPT='mine> '\nMARK=set-by-them\nunsetopt ZLE\n"),
            _ => {
                std::fs::create_dir_all(world.home.path().join(".config/fish")).unwrap();
                let theirs = "function fish_prompt; echo -n 'mine> '; end\nset MARK set-by-them\n";
                world.home.file(".config/fish/config.fish", theirs)
            }
        };
        let path = std::env::split_paths(&std::env::var_os("PATH").unwrap())
            .map(|folder| folder.join(shell))
            .find(|file| file.is_file())
            .unwrap();
        let arguments = ["assume", DEV, "--no-cache", "--for", "1h"];
        let mut terminal = Terminal::start(&world, &arguments, &[("SHELL", path.to_str().unwrap())]);
        until("the prompt is shown", || {
            terminal.shown().contains("[Dev 60m] mine> ")
        });
        let ended = match *shell {
            "fish" => "echo $MARK; set DAYPASS_EXPIRES_EPOCH 0\r",
            _ => "echo $MARK; DAYPASS_EXPIRES_EPOCH=0\r",
        };
        terminal.press(ended);
        until("it has ended", || terminal.shown().contains("[Dev ended] mine> "));
        assert!(
            terminal.shown().contains("set-by-them\r\n"),
            "{shell}: {}",
            terminal.shown()
        );
        terminal.press("exit\r");
        assert!(terminal.succeeds(), "{shell}");
    }
}
