//! A propagation model as text, to and fro.

use std::fmt;
use std::str::FromStr;

use jiff::SignedDuration;

use super::{ChangeKind, Lag, Propagation};

/// No change of AWS's takes so long; a larger number is a slip.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);

/// A text that is no propagation model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnknownPropagation {
    /// A lag that is none.
    #[error(
        "`{text}` is no lag: it is `none`, `realistic`, a duration such as `5s` (a day at most), or a range such as \
         `5s..20s`"
    )]
    Lag {
        /// What was given.
        text: String,
    },
    /// A kind of change that there is not.
    #[error("there is no kind of change `{name}`: they are {}", kinds())]
    Kind {
        /// What was given.
        name: String,
    },
    /// A lag for all kinds that does not come first.
    #[error("`{text}` is for all kinds of change and comes first; for one kind write it as KIND={text}")]
    NotFirst {
        /// What was given.
        text: String,
    },
    /// Two lags for one kind.
    #[error("`{name}` is given twice")]
    Twice {
        /// The kind.
        name: &'static str,
    },
}

fn kinds() -> String {
    ChangeKind::ALL.map(ChangeKind::name).join(", ")
}

impl FromStr for Propagation {
    type Err = UnknownPropagation;

    fn from_str(text: &str) -> Result<Propagation, UnknownPropagation> {
        let mut model = Propagation::none();
        let mut given = Vec::new();
        for (place, part) in text.split(',').map(str::trim).enumerate() {
            match part.split_once('=') {
                None if place == 0 => model = Propagation::all(part.parse()?),
                None => {
                    let lag: Lag = part.parse()?;
                    return Err(UnknownPropagation::NotFirst {
                        text: lag.to_string(),
                    });
                }
                Some((name, lag)) => {
                    let kind = ChangeKind::ALL
                        .into_iter()
                        .find(|kind| kind.name() == name.trim());
                    let kind = kind.ok_or_else(|| UnknownPropagation::Kind {
                        name: name.trim().to_owned(),
                    })?;
                    if given.contains(&kind) {
                        return Err(UnknownPropagation::Twice { name: kind.name() });
                    }
                    given.push(kind);
                    model = model.with(kind, lag.trim().parse()?);
                }
            }
        }
        Ok(model)
    }
}

impl FromStr for Lag {
    type Err = UnknownPropagation;

    fn from_str(text: &str) -> Result<Lag, UnknownPropagation> {
        let wrong = || UnknownPropagation::Lag {
            text: text.to_owned(),
        };
        let duration = |text: &str| {
            let read: Option<SignedDuration> = text.trim().parse().ok();
            read.filter(|read| *read <= LONGEST)
                .and_then(|read| u32::try_from(read.as_millis()).ok())
                .ok_or_else(wrong)
        };
        Ok(match text {
            "none" => Lag::None,
            "realistic" => Lag::Realistic,
            _ => {
                let (least, most) = text.split_once("..").unwrap_or((text, text));
                let (least, most) = (duration(least)?, duration(most)?);
                if least > most {
                    return Err(wrong());
                }
                Lag::Between(least, most)
            }
        })
    }
}

/// `1m30s`, which parses again.
fn duration(milliseconds: u32) -> impl fmt::Display {
    format!("{:#}", SignedDuration::from_millis(i64::from(milliseconds))).replace(' ', "")
}

impl fmt::Display for Lag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Lag::None => f.write_str("none"),
            Lag::Realistic => f.write_str("realistic"),
            Lag::Between(least, most) if least == most => duration(*least).fmt(f),
            Lag::Between(least, most) => write!(f, "{}..{}", duration(*least), duration(*most)),
        }
    }
}

impl fmt::Display for Propagation {
    /// The lag that most kinds have, and those of the others.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lags = self.lags;
        let count = |lag: &Lag| lags.iter().filter(|other| *other == lag).count();
        let most = lags
            .iter()
            .max_by_key(|lag| count(lag))
            .copied()
            .unwrap_or_default();
        write!(f, "{most}")?;
        for (kind, lag) in ChangeKind::ALL.iter().zip(lags) {
            if lag != most {
                write!(f, ",{}={lag}", kind.name())?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Propagation {
        text.parse().unwrap_or_else(|wrong| panic!("{text}: {wrong}"))
    }

    #[test]
    fn models_round_trip() {
        for text in [
            "none",
            "realistic",
            "5s",
            "1s..2m",
            "realistic,access-keys=30s",
            "roles=5s..20s",
            "none, trust = 1s , other=realistic",
            "500ms,users=none",
        ] {
            assert_eq!(parsed(&parsed(text).to_string()), parsed(text), "{text}");
        }
        assert_eq!(parsed("none").to_string(), "none");
        assert_eq!(
            parsed("realistic,access-keys=30s").to_string(),
            "realistic,access-keys=30s"
        );
    }

    #[test]
    fn what_is_not_named_has_the_first_lag_or_none() {
        let model = parsed("roles=5s..20s");
        assert_eq!(model.lag(ChangeKind::Roles), Lag::Between(5000, 20_000));
        assert_eq!(model.lag(ChangeKind::Users), Lag::None);
        let model = parsed("realistic,access-keys=30s");
        assert_eq!(model.lag(ChangeKind::AccessKeys), Lag::Between(30_000, 30_000));
        assert_eq!(model.lag(ChangeKind::Trust), Lag::Realistic);
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (text, told) in [
            ("fast", "`fast` is no lag: it is `none`, `realistic`"),
            ("", "`` is no lag"),
            ("none,", "`` is no lag"),
            ("-5s", "`-5s` is no lag"),
            ("20s..5s", "`20s..5s` is no lag"),
            ("25h", "a day at most"),
            (
                "rules=5s",
                "no kind of change `rules`: they are users, groups, roles, trust",
            ),
            ("roles=5s,none", "comes first"),
            ("roles=5s,roles=6s", "`roles` is given twice"),
            ("roles=", "`` is no lag"),
        ] {
            let wrong = text.parse::<Propagation>().unwrap_err().to_string();
            assert!(wrong.contains(told), "{text}: {wrong}");
        }
    }
}
