//! An embedded AWS with the accounts that a team's files are about: each with the deployer role, and with everybody whom the
//! files name. `--sandbox` tries a whole apply on it.

use crate::failure::Failure;
use crate::place::{Embedded, Place, World};
use daypass_core::plan::AccountAsked;
use daypass_core::team::Grantee;
use iam_sandbox::{Propagation, Seed};
use serde_json::{Map, Value, json};
use std::net::Ipv4Addr;

/// Starts it. The caller is the admin of the first account.
pub(crate) async fn start(asked: &[AccountAsked]) -> Result<Place, Failure> {
    let seed = Seed::parse(&seed(asked).to_string()).map_err(|wrong| {
        let why = wrong
            .iter()
            .map(|one| one.message.as_str())
            .collect::<Vec<_>>()
            .join("; ");
        Failure::failed("the accounts of these files cannot be embedded").why(why)
    })?;
    let world = World {
        seed: Some(seed),
        entropy: 0,
        propagation: Propagation::none(),
    };
    Place::in_sandbox(Embedded::with_world(world, (Ipv4Addr::LOCALHOST, 0).into()).await?).await
}

fn seed(asked: &[AccountAsked]) -> Value {
    let first = asked
        .first()
        .map(|account| account.account.to_string())
        .unwrap_or_default();
    let accounts: Map<String, Value> = asked
        .iter()
        .map(|one| (one.account.to_string(), account(one, &first)))
        .collect();
    json!({ "accounts": accounts })
}

fn account(asked: &AccountAsked, caller: &str) -> Value {
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "AWS": format!("arn:aws:iam::{caller}:root") },
            "Action": "sts:AssumeRole",
        }],
    });
    let by_service = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": "ec2.amazonaws.com" },
            "Action": "sts:AssumeRole",
        }],
    });
    let (mut users, mut groups, mut roles) = (Map::new(), Map::new(), Map::new());
    let open = asked
        .teams
        .iter()
        .flat_map(|team| &team.grants)
        .map(|grant| &grant.grantee);
    let ended = asked
        .teams
        .iter()
        .flat_map(|team| &team.ended)
        .map(|grant| &grant.grantee);
    for grantee in open.chain(ended) {
        match grantee {
            Grantee::User(name) => users.insert(name.to_string(), json!({})),
            Grantee::Group(name) => groups.insert(name.to_string(), json!({})),
            Grantee::Role(name) => roles.insert(name.to_string(), json!({ "trust": by_service })),
        };
    }
    roles.insert(
        asked.settings.deployer_role.to_string(),
        json!({ "trust": trust, "attached": ["AdministratorAccess"] }),
    );
    json!({ "users": users, "groups": groups, "roles": roles })
}
