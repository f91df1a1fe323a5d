//! What became of a request: the entry and where it stands, who has what until when, and what to commit.

use super::credentials::shell_word;
use super::paint::{QUIET, STRONG, paint};
use crate::team_files::TeamsFound;
use daypass_core::team::{AccessRequest, EditedFile, Grant, Place, Term};
use jiff::tz::TimeZone;
use std::fmt::Write;
use std::io;

/// An entry that was added, or would be.
pub(crate) struct Added<'a> {
    pub(crate) request: &'a AccessRequest,
    pub(crate) file: &'a EditedFile,
    pub(crate) path: &'a str,
    pub(crate) extended: &'a [Grant],
    pub(crate) dry_run: bool,
    pub(crate) zone: &'a TimeZone,
}

/// Shows the entry and what to do next.
pub(crate) fn added(added: &Added<'_>, found: &TeamsFound) -> io::Result<()> {
    let text = &added.file.text;
    let line = text
        .get(..added.file.entry.start)
        .unwrap_or_default()
        .matches('\n')
        .count()
        + 1;
    let verb = if added.dry_run { "Would add to" } else { "Added to" };
    let mut out = format!("{verb} {}:{line}\n\n", added.path);
    for written in entry(added.file).lines() {
        let _ = writeln!(out, "  {written}");
    }
    let begins = if added.dry_run {
        "would have"
    } else {
        "has, once this is merged and applied,"
    };
    let _ = writeln!(
        out,
        "\n{} {begins} {} in {} until {}.",
        added.request.grantee.name(),
        added.request.grants.join(", "),
        added.request.environments.join(", "),
        end_of(added.request, added.zone),
    );
    for old in added.extended {
        let _ = writeln!(
            out,
            "That extends what {} has of {} {} ({}), whose entry can stay.",
            old.grantee,
            old.policy.key,
            until(old.term, added.zone),
            place(&old.why.place, found)
        );
    }
    if !added.dry_run {
        let _ = write!(out, "\n{}\n{}", paint(STRONG, "Next:"), git(added));
    }
    super::deliver(out.trim_end())
}

/// Says that nothing is to be done.
pub(crate) fn held(
    request: &AccessRequest,
    grants: &[Grant],
    found: &TeamsFound,
    zone: &TimeZone,
) -> io::Result<()> {
    let mut out = format!("Nothing to do: {} has this already.", request.grantee.name());
    for grant in grants {
        let _ = write!(
            out,
            "\n  {} {}  {}",
            grant.policy.key,
            until(grant.term, zone),
            paint(QUIET, place(&grant.why.place, found))
        );
    }
    super::deliver(&out)
}

/// The entry's lines, as far to the left as they go.
fn entry(file: &EditedFile) -> String {
    let written = file.text.get(file.entry.clone()).unwrap_or_default();
    let before = file.text.get(..file.entry.start).unwrap_or_default();
    let indent = before.len() - before.trim_end_matches(' ').len();
    let unindented = written.lines().map(|line| {
        let blanks = line.len() - line.trim_start_matches(' ').len();
        line.get(blanks.min(indent)..).unwrap_or_default()
    });
    unindented.collect::<Vec<_>>().join("\n")
}

fn end_of(request: &AccessRequest, zone: &TimeZone) -> String {
    match request.end.instant(zone) {
        Some(end) if end.to_string() != request.end.as_str() => format!("{end} ({})", request.end.as_str()),
        Some(end) => end.to_string(),
        None => request.end.as_str().to_owned(),
    }
}

fn until(term: Term, zone: &TimeZone) -> String {
    match term {
        Term::Permanent => "for good".to_owned(),
        Term::Until { end, .. } if *zone == TimeZone::UTC => format!("until {end}"),
        Term::Until { end, .. } => {
            format!(
                "until {end} ({})",
                end.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z")
            )
        }
    }
}

fn place(place: &Place, found: &TeamsFound) -> String {
    let (line, _) = place.span.line_and_column(found.text(&place.file));
    format!("{}:{line}", place.file)
}

/// Commands that a shell takes as they stand.
fn git(added: &Added<'_>) -> String {
    let request = added.request;
    let who = request.grantee.name();
    let name = who.split('@').next().unwrap_or(who);
    let branch: String = format!("access/{name}-{}", request.grants.join("-"))
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "/-_".contains(c) {
                c
            } else {
                '-'
            }
        })
        .collect();
    let subject = format!(
        "{who}: {} in {} until {}",
        request.grants.join(", "),
        request.environments.join(", "),
        request.end.as_str()
    );
    let mut message = format!("-m {}", shell_word(&subject));
    if let Some(reason) = &request.reason {
        let _ = write!(message, " -m {}", shell_word(reason));
    }
    format!(
        "  git switch -c {}\n  git add {}\n  git commit {message}\n  git push -u origin HEAD",
        shell_word(&branch),
        shell_word(added.path),
    )
}
