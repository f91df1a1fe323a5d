//! What `daypass init` has written, and what to do next.

use super::paint::{QUIET, STRONG, paint};
use crate::cli::{CiChoice, InitArgs};
use crate::commands::init::Fate;
use crate::scaffold::Layout;
use std::io;
use std::path::{Path, PathBuf};

/// A line for each file.
pub(crate) fn files(files: &[(PathBuf, Fate)]) -> io::Result<()> {
    let lines: Vec<String> = files
        .iter()
        .map(|(path, fate)| {
            let path = path.display();
            match fate {
                Fate::Written => format!("wrote     {path}"),
                Fate::Replaced => format!("replaced  {path}"),
                Fate::Same => paint(QUIET, format_args!("the same  {path}")),
                Fate::Kept => format!(
                    "kept      {path} {}",
                    paint(QUIET, "(it is there; --force writes it anew)")
                ),
            }
        })
        .collect();
    super::deliver(&lines.join("\n"))
}

/// What to do next.
pub(crate) fn next(layout: &Layout, arguments: &InitArgs) -> io::Result<()> {
    let dir = match layout.directory.to_str() {
        Some("") => String::new(),
        _ => format!(
            " --dir {}",
            super::credentials::shell_word(&layout.directory.display().to_string())
        ),
    };
    let team = &arguments.team;
    let mut steps = vec![
        format!(
            "put the accounts of the team into aws-accounts/{team}.yaml, and what can be granted into aws-policies/{team}.yaml"
        ),
        format!("daypass validate --all{dir}"),
        format!(
            "daypass bootstrap --team {team} --account dev --trust ARN{dir}   makes the deployer role in an account, for who ARN is"
        ),
    ];
    match arguments.ci {
        CiChoice::None => {}
        CiChoice::GitHub => steps.push("set up the variables that .github/workflows/daypass.yml names, and put your teams into .github/CODEOWNERS".to_owned()),
        CiChoice::GitLab => steps.push("set up the variables that .gitlab-ci.yml names, and put your groups into .gitlab/CODEOWNERS".to_owned()),
    }
    let mut lines = vec![String::new(), paint(STRONG, "Next:")];
    for (number, step) in steps.iter().enumerate() {
        lines.push(format!("  {}. {step}", number + 1));
    }
    let text = lines.join("\n");
    super::deliver(&super::terminal::wrapped(&text, super::terminal::width()))
}

/// What to do next with a function.
pub(crate) fn next_for_lambda(directory: &Path) -> io::Result<()> {
    let here = super::credentials::shell_word(&directory.display().to_string());
    let text = format!(
        "\n{}\n  1. put the program into {here}/package/daypass, built for aarch64-unknown-linux-musl\n  \
         2. put the team files into {here}/package/access\n  \
         3. aws cloudformation package and deploy, as the head of {here}/template.yaml says\n  \
         4. daypass bootstrap --trust with the role that the stack tells, in each account",
        paint(STRONG, "Next:")
    );
    super::deliver(&super::terminal::wrapped(&text, super::terminal::width()))
}
