//! The examples in docs/ are run: a block that names a file is that file, and a console block is what a shell shows.

use crate::support::{Home, PATIENCE, binary, texts};
use assert_cmd::Command;
use std::path::{Path, PathBuf};

/// A fenced block: what stands behind the fence, and its lines.
fn blocks(page: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in page.lines() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(_), Some(block)) => blocks.push(block),
            (Some(information), None) => open = Some((information.to_owned(), String::new())),
            (None, Some((information, text))) => open = Some((information, text + line + "\n")),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    blocks
}

fn page(name: &str) -> String {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    std::fs::read_to_string(docs.join(name)).unwrap()
}

#[test]
fn the_examples_of_simulate() {
    assert!(examples_hold("simulate.md") >= 3);
}

#[test]
fn the_examples_of_test() {
    assert!(examples_hold("test.md") >= 4);
}

#[test]
fn the_examples_of_diff() {
    assert!(examples_hold("diff.md") >= 2);
}

#[test]
fn the_examples_of_fmt() {
    assert!(examples_hold("fmt.md") >= 3);
}

#[test]
fn the_examples_of_the_lints() {
    assert!(examples_hold("lint.md") >= 3);
}

#[test]
fn the_examples_of_the_catalog() {
    assert!(examples_hold("catalog.md") >= 4);
}

#[test]
fn the_examples_of_assume() {
    assert!(examples_hold("assume.md") >= 2);
}

#[test]
fn the_examples_of_roles() {
    assert!(examples_hold("role.md") >= 2);
}

#[test]
fn the_examples_of_apply() {
    assert!(examples_hold("apply.md") >= 1);
}

#[test]
fn the_examples_of_status() {
    assert!(examples_hold("status.md") >= 2);
}

#[test]
fn the_examples_of_checks() {
    assert!(examples_hold("check.md") >= 1);
}

#[test]
fn the_examples_of_whoami() {
    assert!(examples_hold("whoami.md") >= 1);
}

/// Runs the examples of a page, and counts the commands.
fn examples_hold(name: &str) -> usize {
    let home = Home::new();
    let directory: PathBuf = binary().parent().unwrap().to_owned();
    let mut commands = 0;
    for (information, text) in blocks(&page(name)) {
        let words: Vec<&str> = information.split(' ').collect();
        match words.as_slice() {
            [_, file] => {
                if let Some(folder) = home.path().join(file).parent() {
                    std::fs::create_dir_all(folder).unwrap();
                }
                home.file(file, text);
            }
            // Typed in accounts of one's own.
            ["sh"] => {}
            ["console"] => {
                let (command, expected) = text.strip_prefix("$ ").unwrap().split_once('\n').unwrap();
                let path =
                    std::env::join_paths([directory.as_path(), Path::new("/usr/bin"), Path::new("/bin")]);
                let mut shell = Command::new("/bin/sh");
                shell
                    .env_clear()
                    .envs(home.variables())
                    .env("PATH", path.unwrap())
                    .current_dir(home.path());
                let output = shell.args(["-c", command]).timeout(PATIENCE).output().unwrap();
                let (said, told) = texts(&output);
                assert_eq!(said, expected, "$ {command}\n{told}");
                commands += 1;
            }
            other => panic!("a block of {other:?}"),
        }
    }
    commands
}
