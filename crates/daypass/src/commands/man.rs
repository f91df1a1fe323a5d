//! `daypass man`: man pages from the command line itself.

use super::completions::deliver;
use crate::cli::{Cli, ManArgs};
use crate::exit::{Ending, Exit};
use crate::failure::Failure;
use clap::CommandFactory;
use clap_mangen::Man;
use std::fmt::Write as _;
use std::io;
use std::path::Path;

/// Prints the main page, or writes a page per command.
pub(crate) fn run(arguments: &ManArgs) -> Result<Ending, Failure> {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    if let Some(directory) = &arguments.out {
        let written = std::fs::create_dir_all(directory).and_then(|()| write_all(&command, directory));
        written.map_err(|error| {
            Failure::failed(format!("cannot write man pages into {}", directory.display()))
                .why(error.to_string())
        })?;
        return Ok(Ending::Own(Exit::Done));
    }
    let page =
        page(&command).map_err(|error| Failure::failed("cannot make the man page").why(error.to_string()))?;
    deliver(String::from_utf8_lossy(&page).trim_end())
}

fn write_all(command: &clap::Command, directory: &Path) -> io::Result<()> {
    for subcommand in command.get_subcommands().filter(|command| !command.is_hide_set()) {
        write_all(subcommand, directory)?;
    }
    let name = Man::new(command.clone()).get_filename();
    std::fs::write(directory.join(name), page(command)?)
}

/// A page whose sections after the options are those of the help, their lines as they were written.
fn page(command: &clap::Command) -> io::Result<Vec<u8>> {
    let man = Man::new(command.clone());
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.get_subcommands().any(|command| !command.is_hide_set()) {
        man.render_subcommands_section(&mut page)?;
    }
    if let Some(help) = command.get_after_help() {
        page.extend_from_slice(sections(&help.to_string()).as_bytes());
    }
    if command.get_version().is_some() {
        man.render_version_section(&mut page)?;
    }
    Ok(page)
}

/// Sections of a help text: a heading begins with a word in capitals, its lines are indented, other text is prose.
fn sections(help: &str) -> String {
    let mut roff = String::new();
    let mut quoting = false;
    for line in help.lines() {
        if let Some(text) = line.strip_prefix("  ") {
            if !quoting {
                roff.push_str(".nf\n");
            }
            quoting = true;
            roff.push_str(&escaped(text));
        } else if line.trim().is_empty() {
            // Within quoted lines an empty one stays; elsewhere what follows begins by itself.
            if !quoting {
                continue;
            }
        } else {
            if quoting {
                roff.push_str(".fi\n");
            }
            let first = line.split(' ').next().unwrap_or_default();
            let is_heading = first.len() > 1 && first.chars().all(|c| c.is_ascii_uppercase());
            if is_heading {
                let _ = write!(roff, ".SH \"{}\"", escaped(line));
            } else if quoting {
                let _ = write!(roff, ".PP\n{}", escaped(line));
            } else {
                roff.push_str(&escaped(line));
            }
            quoting = false;
        }
        roff.push('\n');
    }
    if quoting {
        roff.push_str(".fi\n");
    }
    roff
}

/// Text that comes out as it stands, also when it is copied into a shell: groff_char(7).
fn escaped(text: &str) -> String {
    let mut roff = String::new();
    // At the beginning of a line it would be a request.
    if text.starts_with('.') {
        roff.push_str("\\&");
    }
    for c in text.chars() {
        match c {
            '\\' => roff.push_str("\\(rs"),
            '-' => roff.push_str("\\-"),
            '"' => roff.push_str("\\(dq"),
            '\'' => roff.push_str("\\(aq"),
            '`' => roff.push_str("\\(ga"),
            '~' => roff.push_str("\\(ti"),
            '^' => roff.push_str("\\(ha"),
            c => roff.push(c),
        }
    }
    roff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_keep_their_lines() {
        let help = "EXAMPLES\n  Do it\n    $ daypass try \"x\" --for 1m\n\n  .hidden\n\nWHICH --via IS RIGHT\n  a  b\n\nThe end.\nReally.";
        assert_eq!(
            sections(help),
            ".SH \"EXAMPLES\"\n.nf\nDo it\n  $ daypass try \\(dqx\\(dq \\-\\-for 1m\n\n\\&.hidden\n\n.fi\n\
             .SH \"WHICH \\-\\-via IS RIGHT\"\n.nf\na  b\n\n.fi\n.PP\nThe end.\nReally.\n"
        );
    }
}
