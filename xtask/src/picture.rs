//! `cargo xtask picture`: docs/demo.svg, drawn from what `daypass demo` really prints.
//! The demo runs twice, and a picture is drawn only if both said the same: it must not change by itself.

use std::process::Command;

use anstyle_svg::Term;

use crate::process::{self, Error};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing; fail if docs/demo.svg is not what would be drawn
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    process::run(process::cargo().args(["build", "--release", "--package", "daypass"]))?;
    let first = demo()?;
    let second = demo()?;
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

fn demo() -> Result<String, Error> {
    let mut demo = Command::new(process::target().join("release/daypass"));
    demo.args(["demo", "--color", "always"])
        .current_dir(process::root());
    // The width of the terminal that the picture shows; nothing of the caller's own AWS set-up is wanted.
    demo.env("COLUMNS", "100")
        .env_remove("NO_COLOR")
        .env_remove("AWS_PROFILE");
    Ok(String::from_utf8_lossy(&process::output(&mut demo)?).into_owned())
}

fn draw(output: &str) -> String {
    Term::new().render_svg(&format!("$ cargo run --release -- demo\n{output}"))
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
