//! `cargo xtask picture`: docs/demo.svg, drawn from what `daypass demo` really prints.
//! The demo runs twice, and a picture is drawn only if both said the same: it must not change by itself.

use std::path::{Path, PathBuf};
use std::process::Command;

use anstyle::{Color, RgbColor};
use anstyle_svg::{Palette, Term};

use crate::process::{self, Error};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing; fail if docs/demo.svg is not what would be drawn
    #[arg(long)]
    check: bool,
    /// A daypass that is built already, in place of a release build
    #[arg(long, value_name = "PATH")]
    program: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let program = if let Some(program) = &arguments.program {
        program.clone()
    } else {
        process::run(process::cargo().args(["build", "--release", "--package", "daypass"]))?;
        process::target().join("release/daypass")
    };
    let first = demo(&program)?;
    let second = demo(&program)?;
    if let Some((one, other)) = first
        .lines()
        .zip(second.lines())
        .find(|(one, other)| one != other)
    {
        return Err(Error::Differs {
            what: format!("two runs of the demo differ:\n  {one}\n  {other}"),
            help: "a picture must be the same on every machine: keep times and random names out of the demo"
                .to_owned(),
        });
    }
    let svg = draw(&first);
    let path = process::root().join("docs/demo.svg");
    if arguments.check {
        let there = std::fs::read_to_string(&path).unwrap_or_default();
        return if there == svg {
            Ok(())
        } else {
            Err(Error::Differs {
                what: format!("{} is not what the demo prints now", path.display()),
                help: "run `cargo xtask picture` and commit the picture".to_owned(),
            })
        };
    }
    std::fs::write(&path, svg).map_err(|source| Error::File {
        path: path.clone(),
        source,
    })?;
    process::say(&format!("Drew {}", path.display()));
    Ok(())
}

fn demo(program: &Path) -> Result<String, Error> {
    let mut demo = Command::new(program);
    demo.args(["demo", "--color", "always"]);
    // The width of the terminal that the picture shows; nothing of the caller's own AWS set-up is wanted.
    demo.env("COLUMNS", "100")
        .env_remove("NO_COLOR")
        .env_remove("AWS_PROFILE");
    Ok(String::from_utf8_lossy(&process::output(&mut demo)?).into_owned())
}

/// A dark terminal whose sixteen colours can all be read on its background.
const PALETTE: Palette = Palette([
    RgbColor(0x48, 0x4f, 0x58),
    RgbColor(0xff, 0x7b, 0x72),
    RgbColor(0x3f, 0xb9, 0x50),
    RgbColor(0xd2, 0x99, 0x22),
    RgbColor(0x58, 0xa6, 0xff),
    RgbColor(0xbc, 0x8c, 0xff),
    RgbColor(0x39, 0xc5, 0xcf),
    RgbColor(0xb1, 0xba, 0xc4),
    RgbColor(0x6e, 0x76, 0x81),
    RgbColor(0xff, 0xa1, 0x98),
    RgbColor(0x56, 0xd3, 0x64),
    RgbColor(0xe3, 0xb3, 0x41),
    RgbColor(0x79, 0xc0, 0xff),
    RgbColor(0xd2, 0xa8, 0xff),
    RgbColor(0x56, 0xd4, 0xdd),
    RgbColor(0xf0, 0xf6, 0xfc),
]);
const TEXT: RgbColor = RgbColor(0xc9, 0xd1, 0xd9);
const BACKGROUND: RgbColor = RgbColor(0x0d, 0x11, 0x17);

fn draw(output: &str) -> String {
    let term = Term::new()
        .palette(PALETTE)
        .fg_color(Color::Rgb(TEXT))
        .bg_color(Color::Rgb(BACKGROUND));
    let svg = term.render_svg(&format!("$ cargo run --release -- demo\n{output}"));
    // Dimmed text is there to be read, too.
    svg.replace(".dimmed { opacity: 0.4; }", ".dimmed { opacity: 0.7; }")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_and_text_are_in_the_picture() {
        let svg = draw("\u{1b}[1;32mallowed\u{1b}[0m <by> a role\n");
        assert!(svg.starts_with("<svg"), "{svg}");
        assert!(svg.contains(">allowed</tspan>"), "{svg}");
        assert!(svg.contains("&lt;by&gt; a role"), "{svg}");
        assert!(!svg.contains('\u{1b}'), "{svg}");
        assert_eq!(svg, draw("\u{1b}[1;32mallowed\u{1b}[0m <by> a role\n"));
    }
}
