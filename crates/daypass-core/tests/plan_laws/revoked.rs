//! Ending somebody's access: nothing that daypass gave them is left, and nobody else's is touched.

use std::collections::BTreeSet;

use daypass_core::plan::{Operation, Revocation, plan_revocation};
use daypass_core::team::Grantee;
use daypass_drawn::now;

use super::{done, operations, ours, plan, scenes};

#[test]
fn all_that_somebody_was_given_goes_and_nothing_else() {
    let (mut emptied, mut roles) = (0, 0);
    for (seed, scene) in scenes().step_by(3) {
        let teams: Vec<_> = scene.asked.teams.iter().map(|asked| asked.team.clone()).collect();
        let applied = done(seed, &plan(&scene.asked, &scene.observed), &scene.observed);
        let named: BTreeSet<Grantee> = scene
            .asked
            .teams
            .iter()
            .flat_map(|team| &team.grants)
            .filter_map(|grant| applied.find(&grant.grantee))
            .map(|(own, _)| own.clone())
            .collect();
        for grantee in named {
            let revocation = Revocation {
                grantee: grantee.clone(),
                grant: None,
            };
            let revoked = plan_revocation(&scene.asked, &applied, &revocation, now(), false);
            let after = done(seed, &revoked, &applied);
            let theirs = &after.principals[&grantee];
            let left: Vec<&String> = theirs
                .inline
                .keys()
                .filter(|name| ours::is_inline(&teams, name))
                .collect();
            assert!(left.is_empty(), "seed {seed}: {grantee} keeps {left:?}");
            for arn in &theirs.attached {
                assert!(
                    !ours::is_policy(&teams, arn) && !ours::is_marked(&teams, theirs, arn),
                    "seed {seed}: {grantee} keeps {arn}"
                );
            }
            // The roles that only they can assume go with it; every other principal is as before.
            let gone: BTreeSet<String> = operations(&revoked)
                .iter()
                .filter_map(|operation| match operation {
                    Operation::DeleteRole { role } => Some(role.to_string()),
                    _ => None,
                })
                .collect();
            roles += gone.len();
            for (who, before) in applied.principals.iter().filter(|(who, _)| **who != grantee) {
                if gone.contains(who.name()) {
                    let of_whom = before.tags.get("daypass:grantee").map(String::as_str);
                    let is_theirs = format!("{}/{}", grantee.kind(), grantee.name());
                    assert_eq!(of_whom, Some(is_theirs.as_str()), "seed {seed}");
                } else {
                    assert_eq!(after.principals.get(who), Some(before), "seed {seed}: {who}");
                }
            }
            assert_eq!(after.policies, applied.policies, "seed {seed}");
            assert_eq!(
                ours::theirs(&teams, &after),
                ours::theirs(&teams, &applied),
                "seed {seed}"
            );
            let again = plan_revocation(&scene.asked, &after, &revocation, now(), false);
            assert!(again.changes.is_empty(), "seed {seed}: {:#?}", again.changes);
            emptied += usize::from(!revoked.changes.is_empty());
        }
    }
    assert!(emptied > 50, "{emptied}");
    assert!(roles > 6, "{roles}");
}
