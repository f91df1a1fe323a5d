//! The time that a timeline shows: from when to when, where an instant stands on it, and what is written at its marks.

use daypass_core::plan::Holding;
use jiff::{SignedDuration, Timestamp};

/// More of what is to come, or was, would make hours too small to see.
const MOST: SignedDuration = SignedDuration::from_hours(31 * 24);
const LEAST: SignedDuration = SignedDuration::from_hours(24);
/// So many marks can be read beside each other.
const MARKS: i64 = 8;
const STEPS_IN_HOURS: [i64; 8] = [3, 6, 12, 24, 2 * 24, 4 * 24, 7 * 24, 14 * 24];

/// A stretch of time around the moment that was asked about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timeline {
    from: Timestamp,
    to: Timestamp,
}

impl Timeline {
    /// Shows what ends within a month, and of what has begun or ended no more than that again.
    pub(super) fn of<'a>(holdings: impl Iterator<Item = &'a Holding> + Clone, at: Timestamp) -> Timeline {
        let ends = holdings.clone().filter_map(|holding| holding.ends_at);
        let starts = holdings.filter_map(|holding| holding.starts_at);
        let ahead = ends.clone().map(|end| end.duration_since(at)).max();
        let ahead = ahead.unwrap_or(LEAST).clamp(LEAST, MOST);
        let behind = ends.chain(starts).map(|one| at.duration_since(one)).max();
        let behind = behind.unwrap_or_default().clamp(ahead / 8, ahead);
        // Some air on both sides, so that an end is seen to be one.
        let air = (ahead + behind) / 25;
        Timeline {
            from: at.checked_sub(behind + air).unwrap_or(at),
            to: at.checked_add(ahead + air).unwrap_or(at),
        }
    }

    /// Where an instant stands, in percent; at an edge when it is beyond it.
    pub(super) fn percent(&self, at: Timestamp) -> f64 {
        let whole = self.to.duration_since(self.from).as_secs_f64().max(1.0);
        (at.duration_since(self.from).as_secs_f64() / whole * 100.0).clamp(0.0, 100.0)
    }

    /// Whether an instant is beyond the right edge.
    pub(super) fn ends_before(&self, at: Timestamp) -> bool {
        at > self.to
    }

    /// Marks at whole hours or days of UTC, with what is written there.
    pub(super) fn marks(&self) -> Vec<(f64, String)> {
        let hours = self.to.duration_since(self.from).as_hours();
        let fits = |step: &i64| hours / step < MARKS;
        let step = STEPS_IN_HOURS.into_iter().find(fits).unwrap_or(28 * 24) * 3600;
        let first = self.from.as_second().div_euclid(step) + 1;
        let marks = (first..).map(|nth| Timestamp::from_second(nth * step));
        marks
            .map_while(Result::ok)
            .take_while(|mark| *mark < self.to)
            .map(|mark| {
                let is_midnight = mark.as_second().rem_euclid(24 * 3600) == 0;
                let form = if is_midnight { "%-d %b" } else { "%H:%M" };
                (self.percent(mark), mark.strftime(form).to_string())
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use daypass_core::plan::State;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn until(end: Option<&str>) -> Holding {
        Holding {
            principal: daypass_core::team::Grantee::User("bert".parse().unwrap()),
            team: "team".parse().unwrap(),
            grant: "reports".to_owned(),
            form: None,
            delivered_by: Vec::new(),
            starts_at: None,
            ends_at: end.map(at),
            state: State::Active,
            sources: Vec::new(),
        }
    }

    fn labels(timeline: Timeline) -> String {
        let marks = timeline.marks();
        assert!(marks.iter().all(|(percent, _)| (0.0..=100.0).contains(percent)));
        assert!((1..=8).contains(&marks.len()), "{marks:?}");
        marks
            .into_iter()
            .map(|(_, text)| text)
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn it_reaches_to_the_last_end_within_bounds() {
        let now = at("2026-11-29T12:00:00Z");
        let of = |holdings: &[Holding]| Timeline::of(holdings.iter(), now);
        assert_eq!(labels(of(&[])), "12:00 18:00 30 Nov 06:00 12:00");
        assert_eq!(labels(of(&[until(None)])), "12:00 18:00 30 Nov 06:00 12:00");
        let week = [until(Some("2026-12-05T00:00:00Z"))];
        assert_eq!(labels(of(&week)), "29 Nov 30 Nov 1 Dec 2 Dec 3 Dec 4 Dec 5 Dec");
        let year = [
            until(Some("2027-11-01T00:00:00Z")),
            until(Some("2020-01-01T00:00:00Z")),
        ];
        let timeline = of(&year);
        assert_eq!(labels(timeline), "5 Nov 19 Nov 3 Dec 17 Dec 31 Dec");
        assert!(timeline.ends_before(at("2027-11-01T00:00:00Z")));
        assert!(timeline.percent(at("2027-11-01T00:00:00Z")) > 99.9);
        assert!(timeline.percent(at("2020-01-01T00:00:00Z")) < 0.1);
        assert!((timeline.percent(now) - 50.0).abs() < 1.0);
    }
}
