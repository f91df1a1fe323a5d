//! Grants by which a grantee could give themselves more, or longer: the ways of `iam_lint::escalation`, and those that
//! daypass itself opens, asked of the policy engine for who has the grant.

use iam_lint::escalation::Asker;
use iam_policy::{AccountId, Arn, Document, Engine, PolicySet, Principal, Source};
use jiff::Timestamp;

use super::desired::TeamPolicy;
use super::names::{Grantee, RoleName};

/// The engine over a policy's documents; it is the same for all of its grants.
pub(super) fn engine_of(policy: &TeamPolicy) -> Engine {
    let managed = policy.managed.iter().filter_map(|arn| {
        let document = Document::parse(iam_catalog::managed_policy(arn.as_str())?).ok()?;
        Some(Source::new(arn.to_string(), document))
    });
    let own = policy
        .document
        .iter()
        .map(|document| Source::new(policy.name.as_str(), document.clone()));
    Engine::compile(&PolicySet {
        identity: own.chain(managed).collect(),
        ..PolicySet::default()
    })
}

/// The ways by which `grantee` could extend their own access in `account`: those that lead to more by themselves. What
/// leads to the permissions of something that is there depends on what is there.
pub(super) fn ways(
    engine: &Engine,
    grantee: &Grantee,
    account: &AccountId,
    deployer: &RoleName,
    now: Timestamp,
) -> Vec<&'static str> {
    let Some(asker) = asker(grantee, account, now) else {
        return Vec::new();
    };
    let mut ways: Vec<&'static str> = asker
        .ways(engine)
        .filter(|way| way.certain)
        .map(|way| way.name)
        .collect();
    let arn = |resource: String| format!("arn:aws:iam::{account}:{resource}");
    // Whoever is the deployer gives anybody anything. What allows every role is told as such, by the linter: whether the
    // deployer role lets them in depends on its trust policy.
    let may_assume = |role: &str| asker.allows(engine, "sts:AssumeRole", arn(format!("role/{role}")), None);
    if may_assume(deployer.as_str()) && !may_assume("any-role") {
        ways.push("sts:AssumeRole of the deployer role");
    }
    // What carries no mark of daypass's is somebody else's, and stays when the entry goes.
    let untag = match grantee {
        Grantee::User(name) => Some(("iam:UntagUser", format!("user/{name}"))),
        Grantee::Role(name) => Some(("iam:UntagRole", format!("role/{name}"))),
        Grantee::Group(_) => None,
    };
    if let Some((action, whose)) = untag
        && asker.allows(engine, action, arn(whose), None)
    {
        ways.push(match grantee {
            Grantee::User(_) => "iam:UntagUser, by which their attachments lose daypass's marks and stay",
            _ => "iam:UntagRole, by which its attachments lose daypass's marks and stay",
        });
    }
    ways
}

fn asker(grantee: &Grantee, account: &AccountId, now: Timestamp) -> Option<Asker> {
    let iam = |resource: &str| Arn::from_parts("aws", "iam", "", account.as_str(), resource).ok();
    let (principal, arn) = match grantee {
        Grantee::User(name) => user(iam(&format!("user/{name}"))?),
        // A group's member, whoever that is.
        Grantee::Group(_) => user(iam("user/member")?),
        Grantee::Role(name) => {
            let role = iam(&format!("role/{name}"))?;
            (Principal::session_of(&role, "session").ok()?, role)
        }
    };
    Some(Asker::new(principal, arn, account.clone(), now))
}

fn user(arn: Arn) -> (Principal, Arn) {
    (Principal::User { arn: arn.clone() }, arn)
}
