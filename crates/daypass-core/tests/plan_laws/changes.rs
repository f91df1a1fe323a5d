//! Plans change what they should, in an order that IAM takes, and then there is nothing left to do.

use daypass_core::plan::{Form, ObservedAccount, Operation, PolicyText, Thing, Why, inline_limit};
use daypass_core::team::{Grantee, TeamName};
use daypass_drawn::account::reads;
use daypass_drawn::{Draw, Scene, checked};

use crate::reached::Reached;
use crate::{calls, carry_out, done, operations, ours, plan, scenes};

fn teams(scene: &Scene) -> Vec<TeamName> {
    scene.asked.teams.iter().map(|team| team.team.clone()).collect()
}

/// Without the ids of versions, which count how often something was written.
fn compared(account: &ObservedAccount) -> ObservedAccount {
    let mut account = account.clone();
    for policy in account.policies.values_mut() {
        policy.versions.clear();
    }
    account
}

#[test]
fn a_plan_carried_out_leaves_nothing_to_do_and_nothing_of_others_changed() {
    let mut reached = Reached::default();
    for (seed, scene) in scenes() {
        let teams = teams(scene);
        let first = plan(&scene.asked, &scene.observed);
        let after = &carry_out(seed, &first, &scene.observed, |state, operation| {
            assert!(
                ours::may(&teams, state, operation),
                "seed {seed}: {operation} is not ours to make"
            );
        });
        assert_eq!(
            ours::theirs(&teams, &scene.observed),
            ours::theirs(&teams, after),
            "seed {seed}"
        );
        for (who, arn) in ours::their_attachments(&teams, &scene.observed) {
            assert!(
                after.principals[&who].attached.contains(&arn),
                "seed {seed}: {arn} of {who}"
            );
        }
        for (who, arn) in ours::their_attachments(&teams, after) {
            let was = &scene.observed.principals[&who];
            assert!(
                was.attached.contains(&arn),
                "seed {seed}: {arn} of {who} is not marked"
            );
        }
        let second = plan(&scene.asked, after);
        assert_eq!(calls(&second), [""; 0], "seed {seed}\n{:#?}", calls(&first));
        assert_eq!(second.problems, first.problems, "seed {seed}");
        note(&mut reached, scene, &first);
    }
    reached.assert(
        2,
        &[
            "inline",
            "policies",
            "role",
            "attached",
            "of a user",
            "of a role",
            "of a group",
            "replaced",
            "ended",
            "not asked",
            "problem",
            "update of a role",
            "five versions",
            "mark of a group",
            "another team",
            "boundary",
            "mfa",
            "starts later",
            "drift",
            "written otherwise",
        ],
    );
}

fn note(reached: &mut Reached, scene: &Scene, first: &daypass_core::plan::AccountPlan) {
    reached.note("valid", true);
    for change in &first.changes {
        match change.delivery.as_ref().map(|delivered| delivered.form) {
            Some(Form::Inline) => reached.note("inline", true),
            Some(Form::Policies(_)) => reached.note("policies", true),
            Some(Form::Role) => reached.note("role", true),
            Some(Form::Attached) => reached.note("attached", true),
            None => {}
        }
        match &change.principal {
            Some(Grantee::User(_)) => reached.note("of a user", true),
            Some(Grantee::Role(_)) => reached.note("of a role", true),
            Some(Grantee::Group(_)) => reached.note("of a group", true),
            None => {}
        }
        reached.note("replaced", change.why.contains(&Why::Replaced));
        reached.note("ended", matches!(change.why.first(), Some(Why::Ended { .. })));
        reached.note("not asked", change.why.contains(&Why::NotAsked));
        reached.note("drift", change.drift.is_some());
        reached.note("starts later", change.starts_at.is_some());
        let is_update = change.kind == daypass_core::plan::ChangeKind::Update;
        reached.note("update of a role", change.thing == Thing::Role && is_update);
    }
    let is = |test: &dyn Fn(&Operation) -> bool| operations(first).iter().any(test);
    reached.note(
        "five versions",
        is(&|one| matches!(one, Operation::DeletePolicyVersion { .. })),
    );
    reached.note(
        "mark of a group",
        is(&|one| matches!(one, Operation::PutInlinePolicy { name, .. } if name.ends_with("==attached"))),
    );
    reached.note(
        "boundary",
        is(&|one| {
            matches!(
                one,
                Operation::CreateRole {
                    boundary: Some(_),
                    ..
                }
            )
        }),
    );
    reached.note("mfa", is(&|one| matches!(one, Operation::PutInlinePolicy { document, .. } if document.contains("MultiFactor"))));
    reached.note("problem", !first.problems.is_empty());
    reached.note("another team", scene.looked_at < scene.teams.len());
    let cora = scene
        .asked
        .teams
        .iter()
        .flat_map(|team| &team.grants)
        .any(|grant| grant.grantee.name() == "cora");
    reached.note("written otherwise", cora);
}

#[test]
fn a_crash_anywhere_and_a_plan_anew_end_where_the_plan_would_have() {
    let mut reached = Reached::default();
    for (seed, scene) in scenes() {
        let draw = &mut Draw::new(seed);
        let first = plan(&scene.asked, &scene.observed);
        let chance = if operations(&first).len() > 8 { 15 } else { 100 };
        let mut stopped = Vec::new();
        let whole = carry_out(seed, &first, &scene.observed, |state, _| {
            if draw.percent(chance) {
                stopped.push(state.clone());
            }
        });
        let whole = compared(&whole);
        for state in &stopped {
            let again = plan(&scene.asked, state);
            let after = done(seed, &again, state);
            assert!(
                compared(&after) == whole,
                "seed {seed}\n{:#?}\n{:#?}",
                calls(&first),
                calls(&again)
            );
            assert_eq!(calls(&plan(&scene.asked, &after)), [""; 0], "seed {seed}");
            reached.note("crash", true);
        }
    }
    reached.assert(400, &["crash"]);
}

#[test]
fn the_order_of_files_and_entries_changes_no_call() {
    let mut many = 0;
    for (seed, scene) in scenes() {
        let draw = &mut Draw::new(seed);
        let mut teams = scene.teams[..scene.looked_at].to_vec();
        draw.shuffle(&mut teams);
        for team in &mut teams {
            draw.shuffle(&mut team.permanent);
            draw.shuffle(&mut team.temporary);
        }
        let desired = checked(&teams).unwrap();
        let mut asked = daypass_core::plan::AccountAsked::of(&desired);
        asked.retain(|asked| asked.account == daypass_drawn::dev());
        let shuffled = plan(&asked[0], &scene.observed);
        let first = plan(&scene.asked, &scene.observed);
        assert_eq!(calls(&shuffled), calls(&first), "seed {seed}");
        assert!(operations(&shuffled) == operations(&first), "seed {seed}");
        many += usize::from(operations(&first).len() > 3);
    }
    assert!(many > 70, "{many}");
}

/// No room for anything: no attachment more, and inline policies full of other people's.
fn filled(mut account: ObservedAccount) -> ObservedAccount {
    account.attachments.user = 0;
    account.attachments.role = 0;
    account.attachments.group = 0;
    for (who, principal) in &mut account.principals {
        let used: usize = principal.inline.values().map(PolicyText::size).sum();
        let bare = PolicyText::new(reads("")).size();
        let left = inline_limit(who).saturating_sub(used + bare);
        let theirs = PolicyText::new(reads(&"x".repeat(left)));
        principal.inline.insert("they-fill-it".to_owned(), theirs);
    }
    account
}

#[test]
fn what_cannot_be_delivered_keeps_what_is_there() {
    let mut reached = Reached::default();
    for (seed, scene) in scenes() {
        let first = plan(&scene.asked, &scene.observed);
        let full = filled(done(seed, &first, &scene.observed));
        let second = plan(&scene.asked, &full);
        let after = done(seed, &second, &full);
        for problem in &second.problems {
            let who = problem.principal.as_ref().unwrap();
            let Some(before) = full.principals.get(who) else {
                continue;
            };
            let inline = format!("daypass={}={}=", problem.team, problem.grant);
            for (name, text) in before.inline.iter().filter(|(name, _)| name.starts_with(&inline)) {
                let kept = after.principals[who].inline.get(name);
                assert_eq!(kept, Some(text), "seed {seed}: {name} of {who}");
                reached.note("inline", true);
            }
            let path = format!("/daypass/team/{}/", problem.team);
            let between = if problem.team.as_str().contains('-') {
                '='
            } else {
                '-'
            };
            let exactly = format!("{}{between}{}", problem.team, problem.grant);
            for arn in before.attached.iter().filter(|arn| arn.iam_path() == Some(&path)) {
                let name = arn.iam_name().unwrap();
                if name == exactly || name.starts_with(&format!("{exactly}==")) {
                    assert!(
                        after.principals[who].attached.contains(arn),
                        "seed {seed}: {arn} of {who}"
                    );
                    reached.note("attached", true);
                }
            }
        }
        reached.note("problem", !second.problems.is_empty());
        assert_eq!(calls(&plan(&scene.asked, &after)), [""; 0], "seed {seed}");
    }
    reached.assert(10, &["problem", "inline", "attached"]);
}
