//! How long a change takes to reach each replica, for each kind of change.
//! IAM is eventually consistent ("Changes that I make are not always immediately visible", IAM User Guide).

mod grammar;

use jiff::{SignedDuration, Timestamp};

use crate::random::Random;

pub use grammar::UnknownPropagation;

/// How many replicas answer reads and decide on requests.
pub const REPLICAS: usize = 4;

/// The model of how changes travel: a lag for each kind of change.
///
/// As text it is a lag for all kinds, or lags for some of them, or both: `none`, `realistic`, `5s`,
/// `realistic,access-keys=30s`, `roles=5s..20s,trust=none`. A lag is `none`, `realistic`, a duration, or two durations
/// with `..` between them, of which each replica draws one in between. What is not named has no lag, unless the text
/// begins with one for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Propagation {
    lags: [Lag; ChangeKind::ALL.len()],
}

/// How long a change travels to one replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Lag {
    /// Not at all.
    #[default]
    None,
    /// Median 3 s, usually under 10 s, rarely up to 60 s.
    Realistic,
    /// Anything from the first to the second number of milliseconds, each as likely as another.
    Between(u32, u32),
}

/// What a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// A user that comes, goes, or gets another name, tags or groups.
    Users,
    /// The same of a group.
    Groups,
    /// The same of a role.
    Roles,
    /// The trust policy of a role that is there.
    Trust,
    /// A customer managed policy: that it is there, and its versions.
    Policies,
    /// The inline policies, attachments and boundary of a user, group or role that is there.
    Permissions,
    /// An access key.
    AccessKeys,
    /// Anything else that IAM keeps.
    Other,
}

impl ChangeKind {
    /// All of them.
    pub const ALL: [ChangeKind; 8] = [
        ChangeKind::Users,
        ChangeKind::Groups,
        ChangeKind::Roles,
        ChangeKind::Trust,
        ChangeKind::Policies,
        ChangeKind::Permissions,
        ChangeKind::AccessKeys,
        ChangeKind::Other,
    ];

    /// Its name in the text form of a model.
    pub const fn name(self) -> &'static str {
        match self {
            ChangeKind::Users => "users",
            ChangeKind::Groups => "groups",
            ChangeKind::Roles => "roles",
            ChangeKind::Trust => "trust",
            ChangeKind::Policies => "policies",
            ChangeKind::Permissions => "permissions",
            ChangeKind::AccessKeys => "access-keys",
            ChangeKind::Other => "other",
        }
    }
}

/// `realistic`: half of all lags are below this.
const MEDIAN_SECONDS: f64 = 3.0;
/// `realistic`: the spread of the logarithm of the lag; with 0.7 some 96 of 100 lags are below 10 seconds.
const SPREAD: f64 = 0.7;
/// `realistic`: one change in this many, on one replica, is a straggler.
const STRAGGLER_ONE_IN: f64 = 200.0;
/// `realistic`: the longest lag there is.
const LONGEST_SECONDS: f64 = 60.0;

impl Propagation {
    /// Every change is seen everywhere at once.
    pub const fn none() -> Propagation {
        Propagation::all(Lag::None)
    }

    /// Each change reaches each replica after a lag of its own: median 3 s, usually under 10 s, rarely up to
    /// 60 s. A replica applies one entity's changes in their order and never goes back.
    pub const fn realistic() -> Propagation {
        Propagation::all(Lag::Realistic)
    }

    /// The same lag for every kind of change.
    pub const fn all(lag: Lag) -> Propagation {
        Propagation {
            lags: [lag; ChangeKind::ALL.len()],
        }
    }

    /// The same model with another lag for one kind of change.
    #[must_use]
    pub fn with(mut self, kind: ChangeKind, lag: Lag) -> Propagation {
        for (known, slot) in ChangeKind::ALL.iter().zip(&mut self.lags) {
            if *known == kind {
                *slot = lag;
            }
        }
        self
    }

    /// The lag of one kind of change.
    pub fn lag(&self, kind: ChangeKind) -> Lag {
        let mut pairs = ChangeKind::ALL.iter().zip(self.lags);
        pairs
            .find(|(known, _)| **known == kind)
            .map_or(Lag::None, |(_, lag)| lag)
    }

    /// When a change made at `at` is applied by each replica.
    pub(crate) fn applied_at(
        &self,
        kind: ChangeKind,
        at: Timestamp,
        random: &mut Random,
    ) -> [Timestamp; REPLICAS] {
        let lag = self.lag(kind);
        [(); REPLICAS].map(|()| at.checked_add(lag.draw(random)).unwrap_or(Timestamp::MAX))
    }
}

impl Lag {
    fn draw(self, random: &mut Random) -> SignedDuration {
        match self {
            Lag::None => SignedDuration::ZERO,
            Lag::Realistic => realistic(random),
            Lag::Between(least, most) => {
                let spread = f64::from(most.saturating_sub(least));
                let seconds = (f64::from(least) + spread * random.fraction()) / 1000.0;
                SignedDuration::try_from_secs_f64(seconds).unwrap_or(SignedDuration::ZERO)
            }
        }
    }
}

fn realistic(random: &mut Random) -> SignedDuration {
    let seconds = if random.fraction() < 1.0 / STRAGGLER_ONE_IN {
        10.0 + random.fraction() * (LONGEST_SECONDS - 10.0)
    } else {
        // Box and Muller: two uniform numbers make a normal one. 1 - x keeps the logarithm away from zero.
        let radius = (-2.0 * (1.0 - random.fraction()).ln()).sqrt();
        let normal = radius * (std::f64::consts::TAU * random.fraction()).cos();
        MEDIAN_SECONDS * (SPREAD * normal).exp()
    };
    SignedDuration::try_from_secs_f64(seconds.min(LONGEST_SECONDS)).unwrap_or(SignedDuration::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn realistic_lags_are_as_documented() {
        let mut random = Random::new(1);
        let mut lags: Vec<SignedDuration> = (0..20_000).map(|_| realistic(&mut random)).collect();
        lags.sort();
        let median = lags[lags.len() / 2].as_secs_f64();
        assert!((2.7..3.3).contains(&median), "median {median}");
        let under_ten = lags.iter().filter(|l| l.as_secs() < 10).count();
        assert!(
            (18_600..19_600).contains(&under_ten),
            "{under_ten} of 20000 under ten seconds"
        );
        let longest = lags.last().unwrap().as_secs_f64();
        assert!((30.0..=60.0).contains(&longest), "longest {longest}");
        assert!(lags[0].is_positive());
    }

    #[test]
    fn a_range_is_filled_and_kept_to() {
        let mut random = Random::new(1);
        let lags: Vec<_> = (0..1000)
            .map(|_| Lag::Between(5000, 20_000).draw(&mut random))
            .collect();
        assert!(lags.iter().all(|lag| (5000..=20_000).contains(&lag.as_millis())));
        assert!(lags.iter().any(|lag| lag.as_secs() < 6) && lags.iter().any(|lag| lag.as_secs() >= 19));
        let exactly = Lag::Between(500, 500).draw(&mut random);
        assert_eq!(exactly, SignedDuration::from_millis(500));
    }
}
