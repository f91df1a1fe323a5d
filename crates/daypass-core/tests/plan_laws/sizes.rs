//! Validation and plans measure alike: what the one lets pass, the other delivers, where nobody else takes the room.

use daypass_core::plan::TeamAsked;
use daypass_core::team::Term;
use daypass_drawn::{account, dev};

use crate::reached::Reached;
use crate::{plan, scenes};

#[test]
fn what_validation_lets_pass_has_room_in_an_empty_account() {
    let mut reached = Reached::default();
    let bare = account::bare(&dev());
    for (seed, scene) in scenes() {
        for team in &scene.asked.teams {
            for grant in &team.grants {
                let mut alone = scene.asked.clone();
                alone.teams = vec![TeamAsked {
                    team: team.team.clone(),
                    grants: vec![grant.clone()],
                    ended: Vec::new(),
                }];
                let plan = plan(&alone, &bare);
                if bare.find(&grant.grantee).is_none() {
                    reached.note("nobody", plan.problems.len() == 1);
                    continue;
                }
                assert_eq!(plan.problems, [], "seed {seed}");
                reached.note("permanent", grant.term == Term::Permanent);
                reached.note("for a time", grant.term != Term::Permanent);
                reached.note(
                    "with MFA",
                    grant.policy.require_mfa && !grant.policy.managed.is_empty(),
                );
            }
        }
    }
    reached.assert(5, &["nobody", "permanent", "for a time", "with MFA"]);
}
