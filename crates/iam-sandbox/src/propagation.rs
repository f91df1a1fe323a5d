//! How long a change takes to reach each replica.
//! IAM is eventually consistent ("Changes that I make are not always immediately visible", IAM User Guide).

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

use crate::random::Random;

/// How many replicas answer reads and decide on requests.
pub const REPLICAS: usize = 4;

/// The model of how changes travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Propagation(Model);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
enum Model {
    #[default]
    None,
    Realistic,
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
        Propagation(Model::None)
    }

    /// Each change reaches each replica after a lag of its own: median 3 s, usually under 10 s, rarely up to
    /// 60 s. A replica applies one entity's changes in their order and never goes back.
    pub const fn realistic() -> Propagation {
        Propagation(Model::Realistic)
    }

    /// When a change made at `at` is applied by each replica.
    pub(crate) fn applied_at(self, at: Timestamp, random: &mut Random) -> [Timestamp; REPLICAS] {
        match self.0 {
            Model::None => [at; REPLICAS],
            Model::Realistic => {
                [(); REPLICAS].map(|()| at.checked_add(realistic_lag(random)).unwrap_or(Timestamp::MAX))
            }
        }
    }
}

fn realistic_lag(random: &mut Random) -> SignedDuration {
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

impl fmt::Display for Propagation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Model::None => "none",
            Model::Realistic => "realistic",
        })
    }
}

/// A name that is no propagation model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not a propagation model: it is `none` or `realistic`")]
pub struct UnknownPropagation {
    /// What was given.
    pub name: String,
}

impl FromStr for Propagation {
    type Err = UnknownPropagation;

    fn from_str(name: &str) -> Result<Propagation, UnknownPropagation> {
        match name {
            "none" => Ok(Propagation::none()),
            "realistic" => Ok(Propagation::realistic()),
            _ => Err(UnknownPropagation {
                name: name.to_owned(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for model in [Propagation::none(), Propagation::realistic()] {
            assert_eq!(model.to_string().parse(), Ok(model));
        }
        assert!(
            "fast"
                .parse::<Propagation>()
                .unwrap_err()
                .to_string()
                .contains("`none` or `realistic`")
        );
    }

    #[test]
    fn realistic_lags_are_as_documented() {
        let mut random = Random::new(1);
        let mut lags: Vec<SignedDuration> = (0..20_000).map(|_| realistic_lag(&mut random)).collect();
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
}
