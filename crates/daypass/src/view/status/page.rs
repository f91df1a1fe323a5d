//! Who has what, as one page that needs nothing but a browser: a timeline by account and person, a filter, and all that
//! is known of a grant when it is opened.

use super::timeline::Timeline;
use super::{AccountStatus, Status, drift_told, form_told, in_short};
use crate::view::plan::{count, left, place, said};
use daypass_core::plan::{Holding, State};
use daypass_core::team::{Grantee, TeamName};
use jiff::Timestamp;
use std::fmt::Write as _;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The page. Its script runs by `mark`, which nobody can guess before the page is written.
pub(crate) fn page(status: &Status, mark: &str) -> String {
    let timeline = Timeline::of(status.holdings(), status.at);
    let teams: Vec<&str> = status.teams.iter().map(TeamName::as_str).collect();
    let teams = escaped(&teams.join(", "));
    let at = escaped(&moment(status.at));
    let mut body = String::new();
    for account in &status.accounts {
        section(&mut body, account, status, timeline);
    }
    let all = count(status.holdings().count(), "grant");
    let legend = legend(status);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
         script-src 'nonce-{mark}'\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>Access of {teams}</title>\n<style>\n{STYLE}</style>\n</head>\n\
         <body style=\"--now-at:{now:.3}%\">\n<header>\n<h1>Who has what <span>{teams}</span></h1>\n\
         <p class=\"at\">As of <time datetime=\"{at}\">{at}</time>. {summary}.</p>\n\
         <div class=\"tools\"><label for=\"filter\">Filter</label>\n\
         <input id=\"filter\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\" \
         placeholder=\"person, account, grant, ticket\" aria-describedby=\"keys\">\n\
         <output id=\"shown\" for=\"filter\">{all}</output>\n\
         <span id=\"keys\"><kbd>/</kbd> filter <kbd>&uarr;</kbd><kbd>&darr;</kbd> move <kbd>Enter</kbd> open</span></div>\n\
         <ul class=\"legend\">{legend}</ul>\n</header>\n<main>\n{body}</main>\n\
         <p id=\"nothing\" hidden>Nothing fits the filter.</p>\n\
         <script nonce=\"{mark}\">\n{SCRIPT}</script>\n</body>\n</html>",
        now = timeline.percent(status.at),
        summary = escaped(&status.summary()),
    )
}

/// What the bars stand for, with their numbers. Permanent access is apart: its bars end nowhere.
fn legend(status: &Status) -> String {
    let active = || status.holdings().filter(|holding| holding.state == State::Active);
    let permanent = active().filter(|holding| holding.ends_at.is_none()).count();
    let mut samples = vec![
        ("permanent", permanent, "permanent"),
        ("active", active().count() - permanent, "temporary"),
    ];
    let others = super::STATES.into_iter().filter(|state| *state != State::Active);
    samples.extend(others.map(|state| (class(state), status.count(state), in_short(state))));
    let mut legend = String::from("<li><span class=\"sample now\"></span>this moment</li>");
    for (class, many, told) in samples.into_iter().filter(|(_, many, _)| *many > 0) {
        let _ = write!(
            legend,
            "<li><span class=\"sample {class}\"></span>{many} {told}</li>"
        );
    }
    legend
}

fn section(text: &mut String, account: &AccountStatus, status: &Status, timeline: Timeline) {
    let _ = writeln!(
        text,
        "<section class=\"account\">\n<h2>{} <span>{}</span></h2>",
        escaped(&account.names()),
        account.account
    );
    let held = match &account.found {
        Ok(held) => held,
        Err(failure) => {
            let error = escaped(&failure.error.to_string());
            let _ = writeln!(text, "<p class=\"error\">Not read: {error}</p>\n</section>");
            return;
        }
    };
    for change in &held.drift {
        let _ = writeln!(
            text,
            "<p class=\"drift\">Drift: {}</p>",
            escaped(&drift_told(change))
        );
    }
    for problem in &held.problems {
        let told = format!("{}: {}", problem.message, problem.help);
        let _ = writeln!(text, "<p class=\"error\">{}</p>", escaped(&told));
    }
    if held.holdings.is_empty() {
        text.push_str("<p class=\"empty\">Nobody has anything of daypass&#39;s.</p>\n");
    } else {
        rows(text, account, &held.holdings, status.at, timeline);
    }
    text.push_str("</section>\n");
}

fn rows(text: &mut String, account: &AccountStatus, holdings: &[Holding], at: Timestamp, timeline: Timeline) {
    let marks = timeline.marks();
    let line = |(percent, _): &(f64, String)| format!("<i style=\"left:{percent:.3}%\"></i>");
    let label = |(percent, told): &(f64, String)| format!("<span style=\"left:{percent:.3}%\">{told}</span>");
    let _ = writeln!(
        text,
        "<div class=\"rows\"><div class=\"lines\" aria-hidden=\"true\">{}<b></b></div>\n\
         <div class=\"axis\" aria-hidden=\"true\"><div>{}</div></div>",
        marks.iter().map(line).collect::<String>(),
        marks.iter().map(label).collect::<String>()
    );
    let mut last: Option<&Grantee> = None;
    for holding in holdings {
        if last != Some(&holding.principal) {
            if last.is_some() {
                text.push_str("</div>\n");
            }
            let _ = writeln!(
                text,
                "<div class=\"person\"><h3><span>{}</span> {}</h3>",
                holding.principal.kind(),
                escaped(holding.principal.name())
            );
            last = Some(&holding.principal);
        }
        row(text, account, holding, at, timeline);
    }
    text.push_str("</div>\n</div>\n");
}

fn row(text: &mut String, account: &AccountStatus, holding: &Holding, at: Timestamp, timeline: Timeline) {
    let details = details(account, holding, at);
    let searched: String = details
        .iter()
        .map(|(_, told)| told.to_lowercase())
        .collect::<Vec<_>>()
        .join(" ");
    let told = told(holding, at);
    let _ = writeln!(
        text,
        "<details class=\"{}\" data-text=\"{}\">\n<summary><span class=\"grant\">{}</span><span \
         class=\"track\">{}</span><span class=\"until\">{}</span></summary>\n<dl>",
        class(holding.state),
        escaped(&searched),
        escaped(&holding.grant),
        bar(holding, timeline),
        escaped(&told)
    );
    for (name, told) in &details {
        let _ = writeln!(text, "<dt>{name}</dt><dd>{}</dd>", escaped(told));
    }
    text.push_str("</dl>\n</details>\n");
}

fn bar(holding: &Holding, timeline: Timeline) -> String {
    let begin = holding.starts_at.map_or(0.0, |start| timeline.percent(start));
    let end = holding.ends_at.map_or(100.0, |end| timeline.percent(end));
    let goes_on = holding.ends_at.is_none_or(|end| timeline.ends_before(end));
    let mut class = String::from("bar");
    if goes_on {
        class.push_str(" on");
    }
    if holding.ends_at.is_none() {
        class.push_str(" permanent");
    }
    format!(
        "<span class=\"{class}\" style=\"left:{begin:.3}%;width:{:.3}%\"></span>",
        (end - begin).max(0.0)
    )
}

/// The words beside the bar; whoever cannot see the bar needs no more.
fn told(holding: &Holding, at: Timestamp) -> String {
    let short = |time: Timestamp| time.strftime("%-d %b %H:%M").to_string();
    let term = match (holding.starts_at, holding.ends_at) {
        (Some(start), _) if at < start => format!("from {}", short(start)),
        (_, None) => "permanent".to_owned(),
        (_, Some(end)) if end <= at => format!("ended {} ago", left(at.duration_since(end))),
        (_, Some(end)) => format!("{} left", left(end.duration_since(at))),
    };
    match holding.state {
        State::Active | State::NotBegun => term,
        State::Ended => format!("{term}, not cleaned up"),
        State::NotAsked | State::Missing => format!("{term}, {}", in_short(holding.state)),
    }
}

/// All that is known, by name.
fn details(account: &AccountStatus, holding: &Holding, at: Timestamp) -> Vec<(&'static str, String)> {
    let mut details = vec![
        ("Who", holding.principal.to_string()),
        ("Where", account.title()),
        ("Grant", format!("{} of team {}", holding.grant, holding.team)),
        ("State", in_short(holding.state).to_owned()),
    ];
    if let Some(start) = holding.starts_at {
        details.push(("Begins", moment(start)));
    }
    details.push(match holding.ends_at {
        None => ("Ends", "never, until its entry is removed".to_owned()),
        Some(end) if end <= at => ("Ended", moment(end)),
        Some(end) => (
            "Ends",
            format!("{}, in {}", moment(end), left(end.duration_since(at))),
        ),
    });
    if let Some(form) = holding.form {
        let names = holding.delivered_by.join(", ");
        details.push(("Delivered as", format!("{}: {names}", form_told(form))));
    }
    for source in &holding.sources {
        details.push(("Asked for in", format!("{}{}", place(source), said(source))));
    }
    if holding.sources.is_empty() {
        details.push(("Asked for in", "no file any more".to_owned()));
    }
    details
}

/// An instant, to the second.
fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn class(state: State) -> &'static str {
    match state {
        State::Active => "active",
        State::NotBegun => "later",
        State::Ended => "ended",
        State::NotAsked => "unasked",
        State::Missing => "missing",
    }
}

/// Text that is text, wherever it stands in the page.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(
            escaped("</script><b a=\"1\" b='2'>&amp;"),
            "&lt;/script&gt;&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;amp;"
        );
        assert!(!SCRIPT.contains("</script") && !STYLE.contains("</style"));
    }
}
