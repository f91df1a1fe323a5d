//! The deployer role's policy is enough, and nothing in it is too much: everything that daypass does in an account works as
//! a role with exactly this policy, and without any one of its actions something of it does not.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]
#![allow(clippy::format_push_string, reason = "few lines")]

mod fleet_world;
mod world;

use daypass_aws::{AccountOutcome, Credentials, Instructions, What, Work, find_deployer, make_deployer_step};
use daypass_core::deployer::PERMISSIONS;
use daypass_core::plan::{AccountAsked, Options};
use iam_policy::Document;
use iam_sandbox::Propagation;
use tokio_util::sync::CancellationToken;

use fleet_world::{Files, account, deployer, deployer_policy};
use world::World;

const DEPLOYER: &str = "AWSSelfServeDeployer";

fn policy() -> Document {
    deployer_policy(account(0))
}

/// The same without one of its actions.
fn without(operation: &str) -> Document {
    let text = policy().to_minified();
    let action = format!("\"iam:{operation}\"");
    let less = text
        .replace(&format!("{action},"), "")
        .replace(&format!(",{action}"), "");
    assert_ne!(text, less, "{operation}");
    Document::parse(&less).unwrap()
}

/// What went wrong in the scenes, if anything.
struct Scenes {
    world: World,
    iam: aws_sdk_iam::Client,
    wrong: Vec<String>,
}

impl Scenes {
    async fn begin(policy: &Document) -> Scenes {
        let world = World::new(7, Propagation::none())
            .await
            .with_accounts(1, &["bert", "cora", "dora"])
            .await;
        let key = world.sandbox.add_account(&account(0), world.clock.now());
        let iam = world.iam_as(&Credentials::from_key(key.id, key.secret));
        iam.put_role_policy()
            .role_name(DEPLOYER)
            .policy_name("daypass-deployer")
            .policy_document(policy.to_minified())
            .send()
            .await
            .unwrap();
        for role in ["service", "nightly"] {
            let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
            iam.create_role()
                .role_name(role)
                .assume_role_policy_document(trust)
                .send()
                .await
                .unwrap();
        }
        for group in ["team", "ops"] {
            iam.create_group().group_name(group).send().await.unwrap();
        }
        Scenes {
            world,
            iam,
            wrong: Vec::new(),
        }
    }

    async fn plan(&mut self, files: &Files) -> Option<Instructions> {
        let asked: Vec<AccountAsked> = files.asked(self.world.clock.now());
        let work = Work::of(What::Apply(Options::default()));
        let planned = self.world.fleet().plan(&asked, &work).await.remove(0);
        match planned {
            Ok(plan) => Some(Instructions {
                asked: asked.into_iter().next()?,
                plan,
                work: Some(work),
                verify: false,
            }),
            Err(failure) => {
                self.wrong.push(failure.to_string());
                None
            }
        }
    }

    async fn carry_out(&mut self, instructions: Option<Instructions>) {
        let Some(instructions) = instructions else { return };
        let stop = CancellationToken::new();
        let outcome: AccountOutcome = self
            .world
            .fleet()
            .execute(vec![instructions], &stop)
            .await
            .remove(0);
        self.wrong.extend(outcome.error.map(|error| error.to_string()));
        for failed in outcome.failed {
            self.wrong.push(format!("{}: {}", failed.operation, failed.error));
        }
    }

    async fn apply(&mut self, files: &Files) {
        let instructions = self.plan(files).await;
        self.carry_out(instructions).await;
    }

    /// Whether to go on: what has failed once makes the rest no clearer.
    fn is_well(&self) -> bool {
        self.wrong.is_empty()
    }
}

/// A team that uses everything. `version` is in the document of a policy.
fn files(version: usize) -> Files {
    Files {
        accounts: 1,
        policies: format!(
            r#"
  reports:
    custom_statements:
      - effect: Allow
        actions: [s3:GetObject]
        resources: ["arn:aws:s3:::reports-{version}/*"]
  view:
    managed_policies: ["arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"]
  power:
    managed_policies: ["arn:aws:iam::aws:policy/PowerUserAccess"]
    custom_statements:
      - effect: Allow
        actions: [sqs:SendMessage]
        resources: ["*"]
    delivery: role
"#
        ),
        permanent: "  - {user: bert, role: service, group: team, environment: env0, grants: [reports, view]}\n".to_owned(),
        temporary: "  - {user: cora, role: nightly, group: ops, environment: env0, grant: reports, expiration_date: 2026-11-24}\n  \
                    - {user: dora, environment: env0, grant: power, expiration_date: 2026-11-24}\n"
            .to_owned(),
    }
}

fn bounded(boundary: &str) -> Files {
    let mut bounded = files(1);
    bounded.policies += &format!(
        "    boundary: arn:aws:iam::aws:policy/{boundary}
"
    );
    bounded
}

/// Everything that daypass does in an account. Gives what went wrong.
async fn all_scenes(policy: &Document) -> Vec<String> {
    let mut scenes = Scenes::begin(policy).await;
    // Made, bounded otherwise, not bounded any more, and with a later end.
    scenes.apply(&bounded("PowerUserAccess")).await;
    if scenes.is_well() {
        scenes.apply(&bounded("AdministratorAccess")).await;
    }
    if scenes.is_well() {
        scenes.apply(&files(1)).await;
    }
    let mut later = files(1);
    later.temporary = later.temporary.replace("2026-11-24", "2026-11-25");
    if scenes.is_well() {
        scenes.apply(&later).await;
    }
    // More versions than IAM keeps.
    for version in 2..8 {
        if scenes.is_well() {
            scenes.apply(&files(version)).await;
        }
    }
    // More attachments than IAM takes by default: the account is asked for its own quota.
    if scenes.is_well() {
        let mut many = files(7);
        many.policies.push_str("  many:\n    managed_policies:\n");
        for name in [
            "AmazonS3",
            "AmazonEC2",
            "AmazonSQS",
            "AmazonSNS",
            "AmazonRDS",
            "AmazonVPC",
            "AmazonKinesis",
            "AmazonElastiCache",
            "AmazonDynamoDB",
            "AmazonRoute53",
        ] {
            many.policies
                .push_str(&format!("      - arn:aws:iam::aws:policy/{name}ReadOnlyAccess\n"));
        }
        many.permanent
            .push_str("  - {user: bert, environment: env0, grant: many}\n");
        drop(scenes.plan(&many).await);
    }
    // Nobody has anything any more.
    let nothing = Files {
        accounts: 1,
        ..Files::default()
    };
    if scenes.is_well() {
        scenes.apply(&nothing).await;
    }
    // Somebody else is at work on the account meanwhile.
    if scenes.is_well() {
        let planned = scenes.plan(&files(1)).await;
        meanwhile(&scenes.iam, planned.as_ref()).await;
        scenes.carry_out(planned).await;
    }
    scenes.wrong
}

/// Makes what the plan would make, otherwise: the policy in as many versions as there can be, and the role.
async fn meanwhile(iam: &aws_sdk_iam::Client, planned: Option<&Instructions>) {
    use daypass_core::plan::Operation;
    let Some(planned) = planned else { return };
    let operations = planned.plan.changes.iter().flat_map(|change| &change.operations);
    for operation in operations {
        match operation {
            Operation::CreatePolicy { arn, .. } => {
                let other = |number: usize| {
                    format!(
                        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Deny","Action":"s3:GetObject","Resource":"arn:aws:s3:::v{number}/*"}}]}}"#
                    )
                };
                iam.create_policy()
                    .policy_name(arn.iam_name().unwrap())
                    .path(arn.iam_path().unwrap())
                    .policy_document(other(1))
                    .send()
                    .await
                    .unwrap();
                for number in 2..6 {
                    iam.create_policy_version()
                        .policy_arn(arn.as_str())
                        .policy_document(other(number))
                        .send()
                        .await
                        .unwrap();
                }
            }
            Operation::CreateRole { arn, trust, .. } => {
                iam.create_role()
                    .role_name(arn.iam_name().unwrap())
                    .path(arn.iam_path().unwrap())
                    .assume_role_policy_document(trust)
                    .send()
                    .await
                    .unwrap();
            }
            _ => {}
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_policy_is_enough() {
    assert_eq!(all_scenes(&policy()).await, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn no_action_of_it_is_too_much() {
    let mut needless = Vec::new();
    for permission in PERMISSIONS {
        if all_scenes(&without(permission.operation)).await.is_empty() {
            needless.push(permission.operation);
        }
    }
    assert_eq!(needless, [""; 0]);
}

/// Who has the deployer role cannot widen it.
#[tokio::test(start_paused = true)]
async fn the_role_cannot_change_itself() {
    let mut scenes = Scenes::begin(&policy()).await;
    let mut files = files(1);
    files.permanent = format!("  - {{role: {DEPLOYER}, environment: env0, grant: view}}\n");
    scenes.apply(&files).await;
    assert!(
        scenes.wrong.iter().any(|wrong| wrong.contains("explicit deny")),
        "{:#?}",
        scenes.wrong
    );
}

/// Nobody waits between the two: what is new is not known everywhere yet, at every replica by another time.
#[tokio::test(start_paused = true)]
async fn apply_right_after_bootstrap_succeeds_while_changes_travel() {
    for seed in 0..12 {
        let world = World::new(seed, Propagation::realistic()).await;
        let key = world.sandbox.add_account(&account(0), world.clock.now());
        let credentials = Credentials::from_key(key.id, key.secret);
        let iam = world.iam_as(&credentials);
        for user in ["bert", "cora"] {
            iam.create_user().user_name(user).send().await.unwrap();
        }
        // The people are there since long.
        tokio::time::sleep(std::time::Duration::from_mins(10)).await;
        let admin = world.connection_as(credentials).await;
        let role = deployer(account(0));
        let found = find_deployer(&admin, &role).await.unwrap();
        assert!(!found.steps.is_empty());
        for step in &found.steps {
            make_deployer_step(&admin, &role, step).await.unwrap();
        }
        let team = Files {
            permanent: "  - {users: [bert, cora], environments: [env0], grants: [reports, view]}\n"
                .to_owned(),
            temporary: "  - {user: cora, environment: env0, grant: power, expiration_date: 2026-11-24}\n"
                .to_owned(),
            ..files(1)
        };
        let work = Work::of(What::Apply(Options::default()));
        let asked = team.asked(world.clock.now());
        let fleet = world.fleet();
        let plan = fleet
            .plan(&asked, &work)
            .await
            .remove(0)
            .unwrap_or_else(|failure| panic!("seed {seed}: {failure}"));
        let instructions = Instructions {
            asked: asked[0].clone(),
            plan,
            work: Some(work),
            verify: false,
        };
        let outcomes = fleet.execute(vec![instructions], &CancellationToken::new()).await;
        assert!(outcomes[0].is_complete(), "seed {seed}: {:#?}", outcomes[0]);
        assert!(outcomes[0].done.len() > 4);
    }
}
