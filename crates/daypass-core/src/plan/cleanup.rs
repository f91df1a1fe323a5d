//! Tidying away what IAM has ended already, told by the account's own marks: an entry that is no longer in the files is
//! cleaned up as well, and a grant that was renewed is another thing than its older, ended one.

use jiff::Timestamp;

use super::asked::AccountAsked;
use super::change::{AccountPlan, Why};
use super::difference::{Changes, Comparison};
use super::observed::ObservedAccount;
use super::order::{GroupMarks, ordered};
use super::owned::Owned;
use super::wanted::Wanted;
use super::{Options, finished};

/// What has ended by `now`, of the teams that are asked about; with `every_team` of all whose marks the account carries,
/// whether their files are here or not.
pub fn plan_cleanup(
    asked: &AccountAsked,
    observed: &ObservedAccount,
    now: Timestamp,
    every_team: bool,
) -> AccountPlan {
    let asked = if every_team {
        asked.with_every_team(observed)
    } else {
        asked.clone()
    };
    // Nobody asks for anything, and of what is not asked for only the ended goes.
    let nothing = Wanted::default();
    let owned = Owned::new(&asked, observed, Options::default());
    let changes = Comparison::new(&asked, observed, &owned, &nothing, now, Options::default()).changes();
    let has_ended = |why: &[Why]| matches!(why.first(), Some(Why::Ended { .. }));
    let ended = Changes {
        ended: changes.ended,
        unused: changes
            .unused
            .into_iter()
            .filter(|change| has_ended(&change.why))
            .collect(),
        ..Changes::default()
    };
    let changes = ordered(ended, observed, &GroupMarks::new());
    finished(&asked, observed, changes, Vec::new())
}
