//! Several accounts in a sandbox in this process, each with a deployer role, and a team's files about them.

#![allow(dead_code, unreachable_pub, reason = "each test uses its own part of it")]
#![allow(clippy::format_collect, reason = "few lines")]

use std::time::Duration;

use daypass_aws::{Credentials, Fleet, FleetSettings, FleetWatch};
use daypass_core::deployer::{DeployerOptions, DeployerRole};
use daypass_core::plan::AccountAsked;
use daypass_core::team::{FileText, TeamTexts, check, settings_of};
use iam_policy::{AccountId, Document};
use iam_sandbox::{Fault, FaultKind};
use jiff::Timestamp;

use crate::world::World;

pub const MAIN: &str = "111122223333";

/// The account with this number.
pub fn account(number: usize) -> AccountId {
    format!("{:012}", 100_000_000_000 + number).parse().unwrap()
}

/// What the deployer role may, and not a call more: every test here works with it.
pub fn deployer_policy(account: AccountId) -> Document {
    deployer(account).policy
}

/// The deployer role as `bootstrap` makes it, for the main account.
pub fn deployer(account: AccountId) -> DeployerRole {
    let options = DeployerOptions {
        account,
        partition: "aws".to_owned(),
        role_name: None,
        trusted: vec![format!("arn:aws:iam::{MAIN}:root").parse().unwrap()],
        organization: None,
        boundary: None,
        read_only: false,
        adopts: false,
    };
    let file = FileText {
        path: "daypass.yaml".into(),
        text: None,
    };
    DeployerRole::new(&settings_of(&file).unwrap(), &options).unwrap()
}

impl World {
    /// Makes accounts, each with a deployer role that lets in the admin of the main account, and these users.
    pub async fn with_accounts(self, count: usize, users: &[&str]) -> World {
        let mut admins = Vec::new();
        for number in 0..count {
            let key = self.sandbox.add_account(&account(number), self.clock.now());
            let iam = self.iam_as(&Credentials::from_key(key.id, key.secret));
            for user in users {
                iam.create_user().user_name(*user).send().await.unwrap();
            }
            admins.push(iam);
        }
        // Users are there since long, and known everywhere, in this world's time; the role is new.
        tokio::time::sleep(Duration::from_mins(10)).await;
        for (number, iam) in admins.iter().enumerate() {
            let trust = format!(
                r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{MAIN}:root"}},"Action":"sts:AssumeRole"}}]}}"#
            );
            iam.create_role()
                .role_name("AWSSelfServeDeployer")
                .assume_role_policy_document(trust)
                .send()
                .await
                .unwrap();
            iam.put_role_policy()
                .role_name("AWSSelfServeDeployer")
                .policy_name("daypass-deployer")
                .policy_document(deployer_policy(account(number)).to_minified())
                .send()
                .await
                .unwrap();
        }
        self
    }

    /// A fresh fleet, as a process of its own would have.
    pub fn fleet(&self) -> Fleet {
        self.fleet_with(FleetSettings::default())
    }

    pub fn fleet_with(&self, settings: FleetSettings) -> Fleet {
        Fleet::new(self.admin.clone(), settings, FleetWatch::nobody())
    }

    /// Every call is answered so much later.
    pub fn delay(&self, latency: Duration) {
        self.sandbox.inject(Fault {
            operation: None,
            skip: 0,
            times: usize::MAX,
            kind: FaultKind::Delay(latency),
        });
    }
}

/// The files of a team `team`.
#[derive(Debug, Clone, Default)]
pub struct Files {
    pub accounts: usize,
    pub policies: String,
    pub permanent: String,
    pub temporary: String,
}

impl Files {
    pub fn asked(&self, now: Timestamp) -> Vec<AccountAsked> {
        let file = |path: &str, text: String| FileText {
            path: path.into(),
            text: Some(text),
        };
        let accounts: String = (0..self.accounts)
            .map(|number| format!("  env{number}: \"{}\"\n", account(number)))
            .collect();
        let texts = TeamTexts {
            team: "team".parse().unwrap(),
            accounts: file("aws-accounts/team.yaml", format!("aws-accounts:\n{accounts}")),
            policies: file(
                "aws-policies/team.yaml",
                format!("aws-policies:\n{}", self.policies),
            ),
            permanent: file(
                "permanent-access/team.yaml",
                format!("permanent-access:\n{}", self.permanent),
            ),
            temporary: file(
                "temporary-access/team.yaml",
                format!("temporary-access:\n{}", self.temporary),
            ),
        };
        let settings = FileText {
            path: "daypass.yaml".into(),
            text: None,
        };
        let checked = check(&settings, &[texts], now);
        let desired = checked
            .desired
            .unwrap_or_else(|| panic!("{:#?}", checked.findings));
        AccountAsked::of(&desired)
    }
}
