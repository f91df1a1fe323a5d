//! docs/developer-role.md, run as it stands: its files written, its commands typed one after the other into one shell.

use crate::real_programs::with_aws;
use crate::support::{Home, binary, texts};

const PAGE: &str = include_str!("../../../../docs/developer-role.md");
/// Between the outputs of two commands.
const MARK: &str = "=== next ===";

#[test]
fn the_walkthrough_of_a_developer_role() {
    let home = Home::new();
    let mut start = None;
    let mut typed: Vec<(&str, &str)> = Vec::new();
    // A closing fence begins what is between two blocks.
    for block in PAGE.split("\n```").skip(1).step_by(2) {
        let (information, text) = block.split_once('\n').unwrap();
        match information.split(' ').collect::<Vec<_>>().as_slice() {
            [_, file] => drop(home.file(file, format!("{text}\n"))),
            ["console"] => {
                let line = text.strip_prefix("$ ").unwrap();
                let (command, output) = line.split_once('\n').unwrap_or((line, ""));
                if start.is_none() {
                    start = Some(command);
                } else {
                    typed.push((command, output));
                }
            }
            other => panic!("a block of {other:?}"),
        }
    }
    assert!(typed.len() >= 10, "{typed:?}");
    let lines = typed.iter().map(|(command, _)| {
        format!(
            "{command}
echo '{MARK}'
"
        )
    });
    let script: String = lines.collect();
    let start = start.unwrap().strip_prefix("daypass ").unwrap();
    let mut words: Vec<&str> = start.split(' ').collect();
    words.extend(["-ec", &script]);
    let own = binary().parent().unwrap().display().to_string();
    let mut command = with_aws(&home);
    let path = command
        .get_envs()
        .find(|(name, _)| *name == "PATH")
        .and_then(|(_, value)| value);
    let path = format!("{own}:{}", path.unwrap().to_str().unwrap());
    let output = command
        .env("PATH", path)
        .env("DAYPASS_CACHE_KEY", "file")
        .env("TMPDIR", home.path())
        .args(words)
        .output()
        .unwrap();
    let (out, err) = texts(&output);
    let shown: Vec<&str> = out.split(MARK).map(|text| text.trim_matches('\n')).collect();
    for ((command, expected), shown) in typed.iter().zip(&shown) {
        assert_eq!(shown, expected, "$ {command}\n{err}");
    }
    assert_eq!(output.status.code(), Some(0), "{err}");
}
