//! The table against what plans call and against what AWS defines, and the documents against the engine and the quotas.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::plan::Operation;
use crate::team::{FileText, Grantee, settings_of};

fn settings(text: &str) -> TeamSettings {
    let file = FileText {
        path: "daypass.yaml".into(),
        text: Some(text.to_owned()),
    };
    settings_of(&file).unwrap()
}

fn options() -> DeployerOptions {
    DeployerOptions {
        account: "444455556666".parse().unwrap(),
        partition: "aws".to_owned(),
        role_name: None,
        trusted: vec!["arn:aws:iam::111122223333:role/ci".parse().unwrap()],
        organization: None,
        boundary: None,
        read_only: false,
        adopts: false,
    }
}

fn pretty(document: &Document) -> String {
    document.to_json()
}

#[test]
fn the_role_reads_well() {
    let role = DeployerRole::new(&settings(""), &options()).unwrap();
    insta::assert_snapshot!(format!(
        "{}\n{}\n{}",
        role.arn,
        pretty(&role.trust),
        pretty(&role.policy)
    ));
}

/// Of everything that a plan may hold.
fn operations() -> Vec<Operation> {
    let arn = || {
        "arn:aws:iam::444455556666:policy/daypass/x"
            .parse::<Arn>()
            .unwrap()
    };
    let role = || "x".parse::<RoleName>().unwrap();
    let text = String::new;
    let mut all = vec![
        Operation::CreatePolicy {
            arn: arn(),
            document: text(),
            description: text(),
            tags: BTreeMap::new(),
        },
        Operation::CreatePolicyVersion {
            arn: arn(),
            document: text(),
        },
        Operation::DeletePolicyVersion {
            arn: arn(),
            version: text(),
        },
        Operation::DeletePolicy { arn: arn() },
        Operation::CreateRole {
            arn: arn(),
            trust: text(),
            description: text(),
            boundary: None,
            tags: BTreeMap::new(),
        },
        Operation::UpdateTrust {
            role: role(),
            trust: text(),
        },
        Operation::PutBoundary {
            role: role(),
            boundary: arn(),
        },
        Operation::DeleteBoundary { role: role() },
        Operation::DeleteRole { role: role() },
    ];
    let principals = [
        Grantee::User("x".parse().unwrap()),
        Grantee::Role(role()),
        Grantee::Group("x".parse().unwrap()),
    ];
    for principal in principals {
        let who = || principal.clone();
        all.push(Operation::AttachPolicy {
            principal: who(),
            arn: arn(),
        });
        all.push(Operation::DetachPolicy {
            principal: who(),
            arn: arn(),
        });
        all.push(Operation::PutInlinePolicy {
            principal: who(),
            name: text(),
            document: text(),
        });
        all.push(Operation::DeleteInlinePolicy {
            principal: who(),
            name: text(),
        });
        if !matches!(principal, Grantee::Group(_)) {
            all.push(Operation::Tag {
                principal: who(),
                tags: BTreeMap::new(),
            });
            all.push(Operation::Untag {
                principal: who(),
                keys: Vec::new(),
            });
        }
    }
    all
}

#[test]
fn what_plans_call_is_allowed_and_nothing_else_is() {
    let table: BTreeSet<&str> = PERMISSIONS
        .iter()
        .map(|permission| permission.operation)
        .collect();
    assert_eq!(table.len(), PERMISSIONS.len(), "each once");
    let called: BTreeSet<&str> = operations().iter().map(Operation::api_name).collect();
    // What is read before and between, and what making things with tags takes.
    let besides = BTreeSet::from([
        "GetAccountAuthorizationDetails",
        "GetAccountSummary",
        "GetPolicy",
        "GetPolicyVersion",
        "GetRole",
        "ListPolicyVersions",
        "TagPolicy",
    ]);
    assert_eq!(table, called.union(&besides).copied().collect());
}

/// Service Authorization Reference: which actions take a resource, and of which type.
#[test]
fn resources_are_as_narrow_as_aws_takes_them() {
    for permission in PERMISSIONS {
        let wanted = match permission.scope {
            Scope::Account => None,
            Scope::AnyPolicy | Scope::OurPolicies => Some("policy"),
            Scope::OurRoles | Scope::Roles => Some("role"),
            Scope::Users => Some("user"),
            Scope::Groups => Some("group"),
        };
        let action = iam_catalog::action(&format!("iam:{}", permission.operation)).unwrap();
        let types: Vec<&str> = action
            .resource_types()
            .map(|one| one.resource_type.name())
            .collect();
        match wanted {
            None => assert!(types.is_empty(), "{}: {types:?}", permission.operation),
            Some(wanted) => assert!(types.contains(&wanted), "{}: {types:?}", permission.operation),
        }
    }
}

#[test]
fn options_change_what_they_say() {
    let role = |text: &str, options: &DeployerOptions| DeployerRole::new(&settings(text), options).unwrap();
    let looks = role(
        "",
        &DeployerOptions {
            read_only: true,
            ..options()
        },
    );
    assert_eq!(looks.name.as_str(), "AWSSelfServeDeployerReadOnly");
    let text = looks.policy.to_minified();
    assert!(
        !["Create", "Put", "Attach", "Delete", "Tag"]
            .iter()
            .any(|verb| text.contains(&format!("iam:{verb}"))),
        "{text}"
    );
    let elsewhere = role("policy_path: /access/\ndeployer_role: Door\n", &options());
    assert_eq!(elsewhere.arn, "arn:aws:iam::444455556666:role/Door");
    let text = elsewhere.policy.to_minified();
    assert!(
        text.contains("policy/access/*") && text.contains("role/access/*") && !text.contains("/daypass/"),
        "{text}"
    );
    let adopts = role(
        "",
        &DeployerOptions {
            adopts: true,
            ..options()
        },
    );
    assert!(!adopts.policy.to_minified().contains("policy/daypass/*"));
    let china = DeployerOptions {
        partition: "aws-cn".to_owned(),
        organization: Some("o-a1b2c3d4e5".to_owned()),
        ..options()
    };
    let china = role("", &china);
    assert!(
        !china.policy.to_minified().contains("arn:aws:"),
        "{}",
        china.policy.to_minified()
    );
    assert!(
        china
            .trust
            .to_minified()
            .contains(r#""StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}"#)
    );
}

/// "IAM and AWS STS quotas": 10,240 characters of inline policies for a role, 2,048 of a trust policy.
#[test]
fn it_fits() {
    let path = format!("policy_path: /{}/\n", "p".repeat(500));
    let role = DeployerRole::new(&settings(&path), &options()).unwrap();
    assert!(role.policy.to_minified().len() <= 10_240);
    assert!(role.trust.to_minified().len() <= 2_048);
}
