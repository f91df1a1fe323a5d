//! Entries put into texts of every kind: the text is kept, the entry is there.

use super::*;
use crate::team::tests::{Team, now, until};
use crate::team::{Rule, Term};
use iam_policy::syntax::{Node, NodeKind};
use proptest::prelude::*;

fn request() -> AccessRequest {
    AccessRequest {
        grantee: WrittenGrantee::User("bert@example.com".to_owned()),
        environments: vec!["prod".to_owned()],
        grants: vec!["reports".to_owned()],
        end: "2026-11-24T12:00:00Z".parse().unwrap(),
        description: None,
        reason: Some("Replication is stuck".to_owned()),
        ticket: None,
    }
}

#[track_caller]
fn edited(text: &str) -> String {
    let edited = request().added_to(Some(text)).unwrap();
    let entry = &edited.text[edited.entry.clone()];
    assert!(
        entry.starts_with("- user: bert") || entry.starts_with('{') || entry.starts_with("-  "),
        "{entry:?}"
    );
    assert!(entry.ends_with("stuck") || entry.ends_with('}'), "{entry:?}");
    edited.text
}

const LINES: &str = "    environment: prod\n    grant: reports\n    expiration_date: 2026-11-24T12:00:00Z\n    reason: Replication is stuck\n";

fn entry() -> String {
    format!("  - user: bert@example.com\n{LINES}")
}

#[test]
fn a_file_that_is_not_there_or_holds_nothing_begins() {
    let whole = format!("temporary-access:\n{}", entry());
    assert_eq!(request().added_to(None).unwrap().text, whole);
    assert_eq!(edited(""), whole);
    assert_eq!(edited("# nobody\n"), format!("# nobody\n{whole}"));
    assert_eq!(edited("# nobody"), format!("# nobody\n{}", whole.trim_end()));
    assert_eq!(edited("\u{feff}"), format!("\u{feff}{whole}"));
    assert_eq!(
        edited("# a\r\n"),
        format!("# a\r\n{}", whole.replace('\n', "\r\n"))
    );
}

#[test]
fn a_list_that_holds_nothing_begins() {
    let whole = format!("# a\ntemporary-access:\n{}", entry());
    for nothing in [" []", "", " ~", " null", " [ ]"] {
        assert_eq!(
            edited(&format!("# a\ntemporary-access:{nothing}\n")),
            whole,
            "{nothing:?}"
        );
    }
    assert_eq!(
        edited("temporary-access: [] # none\n\n# Like this:\n#  - user: a\n"),
        format!(
            "temporary-access: # none\n{}\n# Like this:\n#  - user: a\n",
            entry()
        )
    );
    // Without a line end at the end there is none afterwards.
    assert_eq!(
        edited("temporary-access: []"),
        format!("temporary-access:\n{}", entry().trim_end())
    );
}

#[test]
fn the_entry_is_written_as_the_others_are() {
    let old = "# Who\ntemporary-access:\n- user: a # his\n  environment: dev\n  grant: view\n  expiration_date: 2026-11-23 # soon\n  # of a\n\n# End\n";
    let indented = entry().replace("\n  ", "\n").replacen("  ", "", 1);
    let (above, below) = old.split_at(old.find("\n# End").unwrap());
    assert_eq!(edited(old), format!("{above}{indented}{below}"));

    let wide = "temporary-access:\n    -   user: a\n        grant: view\n";
    let written = edited(wide);
    assert!(
        written.starts_with(wide)
            && written.contains("\n    -   user: bert@example.com\n        environment: prod\n"),
        "{written}"
    );

    let parted = "temporary-access:\n  - user: a\n    grant: view\n\n  # b\n  - user: b\n    grant: view\n";
    assert_eq!(edited(parted), format!("{parted}\n{}", entry()));

    let crlf = "temporary-access:\r\n  - user: a\r\n    grant: view\r\n";
    assert_eq!(edited(crlf), format!("{crlf}{}", entry().replace('\n', "\r\n")));

    let alone = "temporary-access:\n  -\n    user: a\n    grant: view\n...\n";
    assert_eq!(
        edited(alone),
        alone.replace("...\n", &format!("{}...\n", entry()))
    );
}

#[test]
fn brackets_stay_brackets() {
    let entry = "{user: bert@example.com, environment: prod, grant: reports, expiration_date: \"2026-11-24T12:00:00Z\", reason: Replication is stuck}";
    assert_eq!(
        edited("temporary-access: [{user: a}, ] # x\n"),
        format!("temporary-access: [{{user: a}}, {entry}, ] # x\n")
    );
    assert_eq!(
        edited("temporary-access: [ # none\n  ]\n"),
        format!("temporary-access: [{entry} # none\n  ]\n")
    );
    assert_eq!(
        edited("temporary-access:\n  [\n    {user: a}\n  ]\n"),
        format!("temporary-access:\n  [\n    {{user: a}},\n    {entry}\n  ]\n")
    );
    let json = edited("{\"temporary-access\": []}\n");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["temporary-access"][0]["reason"], "Replication is stuck");
}

#[test]
fn blank_lines_that_a_text_keeps_are_its_own() {
    let kept = "temporary-access:\n  - user: a\n    grant: view\n    reason: |+\n      Why\n\n\n";
    assert_eq!(edited(kept), format!("{kept}{}", entry()));
}

#[test]
fn what_cannot_be_edited_is_told() {
    let error = request().added_to(Some("temporary-access: [\n")).unwrap_err();
    assert!(matches!(error, EditError::NotYaml(_)), "{error:?}");
    let error = request()
        .added_to(Some("temporary-access: {user: a}\n"))
        .unwrap_err();
    let EditError::NoPlace { entry } = error else {
        panic!("{error:?}")
    };
    assert!(
        entry.starts_with("- user: bert@example.com\n  environment: prod\n"),
        "{entry}"
    );
}

#[test]
fn ends_are_absolute() {
    let zone = jiff::tz::TimeZoneDatabase::bundled()
        .get("Europe/Berlin")
        .unwrap();
    let after = |text: &str, zone: &TimeZone| {
        AccessEnd::after(now(), text.parse().unwrap(), zone).map(|end| end.as_str().to_owned())
    };
    assert_eq!(
        after("2d", &TimeZone::UTC).as_deref(),
        Some("2026-11-24T12:00:00Z")
    );
    assert_eq!(after("90m", &zone).as_deref(), Some("2026-11-22T14:30:00+01:00"));
    assert_eq!(after("0s", &zone), None);
    assert_eq!(after("-2d", &zone), None);
    // The clocks go back on October the 25th: a day later it is as late on the clock.
    let before: Timestamp = "2026-10-24T12:00:00.9Z".parse().unwrap();
    let end = AccessEnd::after(before, "1d".parse().unwrap(), &zone).unwrap();
    assert_eq!(end.as_str(), "2026-10-25T14:00:00+01:00");
    assert_eq!(end.instant(&zone).unwrap().to_string(), "2026-10-25T13:00:00Z");
    let day: AccessEnd = "2026-11-30".parse().unwrap();
    assert_eq!(
        day.instant(&TimeZone::UTC).unwrap().to_string(),
        "2026-12-01T00:00:00Z"
    );
    assert!("2d".parse::<AccessEnd>().is_err() && "tomorrow".parse::<AccessEnd>().is_err());
}

fn asked(team: &Team) -> Requested {
    request_access(&team.settings_file(), &team.texts(), &request(), now())
}

#[test]
fn what_they_have_already_is_told() {
    let until = |end| until("bert@example.com", "prod", "reports", end);
    for held in [until("2026-11-24T12:00:00Z"), until("2026-11-26")] {
        let Requested::Held(grants) = asked(&Team::new().temporary(&held)) else {
            panic!("{held} {:?}", asked(&Team::new().temporary(&held)))
        };
        assert_eq!(
            (grants.len(), &*grants[0].why.place.file),
            (1, "temporary-access/team.yaml")
        );
    }
    let for_good = "  - user: bert@example.com\n    environments: [\"*\"]\n    grants: [reports]\n";
    let Requested::Held(grants) = asked(&Team::new().permanent(for_good)) else {
        panic!()
    };
    assert_eq!(grants[0].term, Term::Permanent);
    // What ends earlier is extended, and its entry stays.
    let Requested::Added {
        file,
        grants,
        extended,
        ..
    } = asked(&Team::new().temporary(&until("2026-11-23")))
    else {
        panic!()
    };
    assert_eq!((grants.len(), extended.len()), (1, 1));
    assert!(file.text.contains(&until("2026-11-23")));
    let other = Team::new().temporary(&until("2026-11-23").replace("prod", "dev"));
    let Requested::Added { extended, .. } = asked(&other) else {
        panic!()
    };
    assert_eq!(extended, []);
}

#[test]
fn what_is_wrong_is_found_before_it_is_written() {
    let mut wanted = request();
    wanted.grants = vec!["report".to_owned()];
    let ask = |team: &Team, wanted: &AccessRequest| {
        request_access(&team.settings_file(), &team.texts(), wanted, now())
    };
    let Requested::Wrong { text, findings } = ask(&Team::new(), &wanted) else {
        panic!()
    };
    assert!(text.is_some_and(|text| text.contains("grant: report\n")));
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].rule, Rule::UnknownGrant);
    let mut far = request();
    far.end = "2026-12-30".parse().unwrap();
    let Requested::Wrong { findings, .. } = ask(&Team::new(), &far) else {
        panic!()
    };
    assert_eq!(findings[0].rule, Rule::EndTooFar);
    let mut past = request();
    past.end = "2026-11-01".parse().unwrap();
    let Requested::Wrong { findings, .. } = ask(&Team::new(), &past) else {
        panic!()
    };
    assert_eq!(findings[0].rule, Rule::EndPassed);
    // What was wrong before is told as it stands in the file.
    let broken = Team::new().permanent("  - user: a\n");
    let Requested::Wrong { text: None, findings } = ask(&broken, &request()) else {
        panic!()
    };
    assert_eq!(findings.len(), 2);
}

/// The file as edited is a team's: the new entry grants, and the old ones still do.
#[test]
fn the_new_entry_grants() {
    let team = Team::new().temporary(&until("a", "dev", "view", "2026-11-23"));
    let text = edited(team.temporary.as_deref().unwrap());
    let mut with = team.clone();
    with.temporary = Some(text);
    assert_eq!(
        with.grants(),
        [
            "111122223333 user a view until 2026-11-24T00:00:00Z",
            "444455556666 user bert reports until 2026-11-24T12:00:00Z"
        ]
    );
}

/// A value without its places.
fn plain(node: &Node) -> String {
    match &node.kind {
        NodeKind::Array(items) => format!("[{}]", items.iter().map(plain).collect::<Vec<_>>().join(",")),
        NodeKind::Object(members) => {
            let members = members
                .iter()
                .map(|member| format!("{:?}:{}", member.key, plain(&member.value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        other => format!("{other:?}"),
    }
}

fn list(text: &str) -> Vec<String> {
    let root = crate::policy_text::tree_of_yaml(text).unwrap();
    root.get("temporary-access")
        .and_then(Node::as_array)
        .unwrap_or_default()
        .iter()
        .map(plain)
        .collect()
}

/// One entry as somebody may have written it, its lines ending in `\n`.
fn old_entry() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        Just("dev".to_owned()),
        Just("'it''s # no comment'".to_owned()),
        Just("\"a: \\\"b\\\"\"".to_owned()),
        Just("dev  # a comment".to_owned()),
        Just("[dev, prod]".to_owned()),
        Just("|\n        text\n        # text too".to_owned()),
        Just("|+\n        text\n\n".to_owned()),
        Just(">-\n        folded\n\n        text".to_owned()),
        Just("several\n        lines".to_owned()),
        Just("ünï".to_owned()),
    ];
    let comment = prop_oneof![
        Just(String::new()),
        Just("# c\n".to_owned()),
        Just("\n".to_owned()),
        Just("      # deep\n".to_owned())
    ];
    let fields = prop::collection::vec((value, comment), 1..4);
    (fields, any::<bool>()).prop_map(|(fields, in_braces)| {
        if in_braces {
            return "- {user: a, grant: [b]} # braces\n".to_owned();
        }
        let lines = fields.into_iter().enumerate().map(|(number, (value, comment))| {
            let before = if number == 0 { "- " } else { "  " };
            format!("{before}key{number}: {value}\n{comment}")
        });
        lines.collect()
    })
}

/// A file: entries at some indentation, comments around them, line ends of some kind, with the last one or without.
fn old_file() -> impl Strategy<Value = String> {
    let around = || {
        prop_oneof![
            Just(""),
            Just("# a comment\n"),
            Just("\n# another\n\n"),
            Just("---\n")
        ]
    };
    let after = prop_oneof![
        Just(""),
        Just("# a comment\n"),
        Just("\n\n  # set in\n"),
        Just("...\n"),
        Just("\n\n")
    ];
    (
        around(),
        prop::collection::vec(old_entry(), 0..4),
        after,
        0..4usize,
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(before, entries, after, indent, crlf, last_end)| {
            let mut text = format!("{before}temporary-access:\n");
            for entry in entries {
                for line in entry.split_inclusive('\n') {
                    let blank = line == "\n";
                    text.push_str(&" ".repeat(if blank { 0 } else { indent }));
                    text.push_str(line);
                }
            }
            text.push_str(after);
            if !last_end {
                text.truncate(text.trim_end_matches('\n').len());
            }
            if crlf { text.replace('\n', "\r\n") } else { text }
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn the_text_is_kept_and_the_entry_is_there(
        old in old_file(),
        reason in "\\PC{1,20}",
        user in "[a-zA-Z0-9+=,._@-]{1,12}",
        grants in prop::collection::vec("[A-Za-z0-9+,.@_-]{1,8}", 1..3),
    ) {
        let mut wanted = request();
        wanted.grantee = WrittenGrantee::User(user);
        wanted.reason = Some(reason);
        wanted.grants = grants;
        let before = list(&old);
        let edited = match wanted.added_to(Some(&old)) {
            // A text that keeps its line ends, and has none at the end of the file, would get one.
            Err(EditError::NoPlace { .. }) if old.contains('|') && !old.ends_with('\n') => return Err(TestCaseError::reject("kept")),
            other => other.unwrap(),
        };
        let after = list(&edited.text);
        prop_assert_eq!(&after[..before.len()], &before[..]);
        prop_assert_eq!(after.len(), before.len() + 1);
        let expected = wanted.fields().into_iter().map(|field| {
            let text = |text: &String| format!("String({text:?})");
            let value = match &field.value {
                Value::Text(value) | Value::Moment(value) => text(value),
                Value::List(values) => format!("[{}]", values.iter().map(text).collect::<Vec<_>>().join(",")),
            };
            format!("{:?}:{value}", field.key)
        });
        prop_assert_eq!(after.last().unwrap(), &format!("{{{}}}", expected.collect::<Vec<_>>().join(",")));
        // What stood before the entry and what stood behind it are the old text.
        let (head, tail) = (&edited.text[..edited.entry.start], &edited.text[edited.entry.end..]);
        let kept = (0..=old.len()).filter(|at| old.is_char_boundary(*at)).any(|at| {
            let blank = |more: &str| more.chars().all(|c| " \r\n".contains(c));
            head.strip_prefix(&old[..at]).is_some_and(blank) && tail.strip_suffix(&old[at..]).is_some_and(blank)
        });
        prop_assert!(kept, "{:?} -> {:?}", old, edited.text);
        prop_assert_eq!(edited.text.ends_with('\n'), old.ends_with('\n'));
        // Every line ends as the lines did.
        let crlf = |text: &str| text.matches("\r\n").count();
        if crlf(&old) > 0 {
            prop_assert_eq!(crlf(&edited.text), edited.text.matches('\n').count());
        } else {
            prop_assert_eq!(crlf(&edited.text), 0);
        }
    }
}
