//! Cleanup removes exactly what has ended, whenever it runs, and what others did is as it was.

use daypass_core::plan::{ObservedAccount, mark, plan_cleanup};
use daypass_core::team::{Grantee, TeamName};
use daypass_drawn::{Draw, now};
use jiff::{SignedDuration, Timestamp};

use crate::reached::Reached;
use crate::{calls, carry_out, done, ours, plan, scenes};

/// The ends of everything of ours, as names and tags tell them.
fn ends(teams: &[TeamName], account: &ObservedAccount) -> Vec<(String, Option<Timestamp>)> {
    let read = |text: &str| {
        let digits = |part: &&str| part.len() == 16 && part.ends_with('Z') && part.as_bytes()[8] == b'T';
        text.split(['=', '-'])
            .rfind(digits)
            .map(|end| end.parse::<Timestamp>().unwrap())
    };
    let mut found = Vec::new();
    for (who, principal) in &account.principals {
        if ours::is_role(teams, who, principal) {
            let end = principal.tags[mark::TAG_EXPIRES].parse().unwrap();
            found.push((who.to_string(), Some(end)));
            continue;
        }
        let inline = principal
            .inline
            .keys()
            .filter(|name| ours::is_inline(teams, name));
        found.extend(inline.map(|name| (format!("{who} {name}"), read(name))));
        let attached = principal
            .attached
            .iter()
            .filter(|arn| ours::is_policy(teams, arn));
        found.extend(attached.map(|arn| (format!("{who} {arn}"), read(arn.iam_name().unwrap()))));
    }
    let policies = account.policies.keys().filter(|arn| ours::is_policy(teams, arn));
    found.extend(policies.map(|arn| (arn.to_string(), read(arn.iam_name().unwrap()))));
    found
}

#[test]
fn decision_2_at_any_moment_exactly_what_has_ended_goes_and_a_second_time_nothing() {
    let mut reached = Reached::default();
    for (seed, scene) in scenes() {
        let draw = &mut Draw::new(seed);
        let first = plan(&scene.asked, &scene.observed);
        let applied = done(seed, &first, &scene.observed);
        for account in [&scene.observed, &applied] {
            let every_team = draw.percent(50);
            let all = ["t", "t-x", "T", "pay.ments"].map(|name| name.parse().unwrap());
            let of_asked: Vec<TeamName> = scene.asked.teams.iter().map(|team| team.team.clone()).collect();
            let teams = if every_team { all.to_vec() } else { of_asked };
            let hours = i64::try_from(draw.up_to(160)).unwrap();
            let at = now() + SignedDuration::from_hours(hours);
            let cleanup = plan_cleanup(&scene.asked, account, at, every_team);
            let after = carry_out(seed, &cleanup, account, |state, operation| {
                assert!(ours::may(&teams, state, operation), "seed {seed}: {operation}");
            });
            let is_over = |end: &Option<Timestamp>| end.is_some_and(|end| end <= at);
            let before = ends(&teams, account);
            let left = ends(&teams, &after);
            let should: Vec<_> = before.iter().filter(|(_, end)| !is_over(end)).cloned().collect();
            assert_eq!(left, should, "seed {seed}: at {at}\n{:#?}", calls(&cleanup));
            assert_eq!(
                ours::theirs(&teams, account),
                ours::theirs(&teams, &after),
                "seed {seed}"
            );
            assert_eq!(
                ours::their_attachments(&teams, account),
                ours::their_attachments(&teams, &after),
                "seed {seed}"
            );
            let again = plan_cleanup(&scene.asked, &after, at, every_team);
            assert_eq!(calls(&again), [""; 0], "seed {seed}");
            reached.note("ended", left.len() < before.len());
            reached.note("going on", left.iter().any(|(_, end)| end.is_some()));
            reached.note("permanent", left.iter().any(|(_, end)| end.is_none()));
            let has_role = |account: &ObservedAccount| {
                account
                    .principals
                    .keys()
                    .filter(|who| matches!(who, Grantee::Role(_)))
                    .count()
            };
            reached.note("role gone", has_role(&after) < has_role(account));
        }
    }
    reached.assert(5, &["ended", "going on", "permanent", "role gone"]);
}
