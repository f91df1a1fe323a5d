//! From what a program did to the smallest readable policy that allows it: each action on the resources that it was
//! done on, actions on the same resources together.

use std::collections::{BTreeMap, BTreeSet};

use iam_catalog::{action, actions_of};
use iam_policy::{AccountId, Document, Statement};

/// An action that was needed, on a resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Used {
    /// Such as `s3:GetObject`.
    pub action: String,
    /// An ARN, a pattern of ARNs where the resource is not known, or `*`.
    pub resource: String,
}

/// Where calls were made, as far as it tells ARNs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whereabouts {
    /// Such as `aws`.
    pub partition: String,
    /// The caller's account.
    pub account: AccountId,
    /// The region, where it is known.
    pub region: Option<String>,
}

/// What a call needs of which only the operation is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Derived {
    /// Each action on every resource of the types that it can be about, in the account.
    pub used: Vec<Used>,
    /// Actions that services ask for besides, for some requests: `iam:PassRole` and the like.
    pub perhaps: BTreeSet<String>,
}

/// More patterns than these for one action say no more than `*`.
const MOST_FORMS: usize = 4;

/// The policy that allows what was used, and nothing else.
///
/// `widen`: resources of one kind become a pattern of all of that kind: `arn:aws:s3:::bucket/*` in place of each object.
/// Without it there is no wildcard in the policy that is not in a resource already.
pub fn policy_for(used: impl IntoIterator<Item = Used>, widen: bool) -> Document {
    let mut by_action: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for Used { action, resource } in used {
        let resource = match resource {
            _ if !can_be_named(&action, &resource) => "*".to_owned(),
            resource if widen => widened(&resource),
            resource => resource,
        };
        by_action.entry(spelt(&action)).or_default().insert(resource);
    }
    let mut by_resources: BTreeMap<BTreeSet<String>, BTreeSet<String>> = BTreeMap::new();
    for (action, resources) in by_action {
        // What is on everything is on each.
        let resources = if resources.contains("*") {
            BTreeSet::from(["*".to_owned()])
        } else {
            resources
        };
        by_resources.entry(resources).or_default().insert(action);
    }
    let mut statements: Vec<(BTreeSet<String>, BTreeSet<String>)> = by_resources
        .into_iter()
        .map(|(resources, actions)| (actions, resources))
        .collect();
    // By what is done, as a person looks for it.
    statements.sort();
    let statements = statements
        .into_iter()
        .map(|(actions, resources)| Statement::allow().with_actions(actions).with_resources(resources));
    Document::new(statements.collect())
}

/// What a call needs, by the operation's name alone: on which resources it was, SDKs do not tell.
///
/// `service` and `operation` are as in client-side monitoring: see [`actions_of`].
pub fn derived(service: &str, operation: &str, whereabouts: &Whereabouts) -> Derived {
    let mut derived = Derived::default();
    for name in actions_of(service, operation) {
        if needs_nothing(&name) {
            continue;
        }
        let Some(known) = action(&name) else {
            derived.used.push(Used {
                action: name,
                resource: "*".to_owned(),
            });
            continue;
        };
        derived
            .perhaps
            .extend(known.dependent_actions().map(str::to_owned));
        let types: Vec<_> = known.resource_types().collect();
        let named_by_all = types.iter().filter(|resource| resource.required);
        let mut forms: Vec<String> = named_by_all
            .flat_map(|resource| resource.resource_type.arn_formats())
            .map(|format| filled(format.as_str(), whereabouts))
            .collect();
        let others = types.iter().any(|resource| !resource.required);
        if forms.is_empty() || others || forms.len() > MOST_FORMS {
            forms = if types.is_empty() || types.len() > MOST_FORMS {
                vec!["*".to_owned()]
            } else {
                let all = types
                    .iter()
                    .flat_map(|resource| resource.resource_type.arn_formats());
                all.map(|format| filled(format.as_str(), whereabouts)).collect()
            };
        }
        // A backup has the ARN of the service whose data it is, and AWS takes no wildcard for the service of an ARN (IAM User
        // Guide, "IAM JSON policy elements: Resource").
        if forms.iter().any(|form| form.split(':').nth(2) == Some("*")) {
            forms = vec!["*".to_owned()];
        }
        derived.used.extend(forms.into_iter().map(|resource| Used {
            action: name.clone(),
            resource,
        }));
    }
    derived
}

/// "No permissions are required to perform this operation" (STS API reference, GetCallerIdentity).
fn needs_nothing(action: &str) -> bool {
    action.eq_ignore_ascii_case("sts:GetCallerIdentity")
}

/// A form of ARNs as a pattern: what is known is put in, the rest is any.
fn filled(form: &str, whereabouts: &Whereabouts) -> String {
    let mut pattern = String::new();
    let mut rest = form;
    while let Some((before, behind)) = rest.split_once("${") {
        let (name, after) = behind.split_once('}').unwrap_or((behind, ""));
        pattern.push_str(before);
        pattern.push_str(match name {
            "Partition" => &whereabouts.partition,
            "Account" => whereabouts.account.as_str(),
            "Region" => whereabouts.region.as_deref().unwrap_or("*"),
            _ => "*",
        });
        rest = after;
    }
    pattern.push_str(rest);
    pattern
}

/// Whether a policy can name this resource for the action. AWS decides some on what is no ARN (`policy path /`), and lists
/// what has a path on ARNs that no action is documented to take.
fn can_be_named(action: &str, resource: &str) -> bool {
    let takes_any = iam_catalog::action(action).is_none_or(|known| known.resource_types().next().is_some());
    takes_any && resource.parse::<iam_policy::Arn>().is_ok()
}

/// All resources of the same kind: `arn:aws:s3:::bucket/*` for an object, `...:role/*` for a role. A resource without
/// parts stays.
fn widened(resource: &str) -> String {
    let Some((place, _)) = resource.match_indices(':').nth(4) else {
        return resource.to_owned();
    };
    let (head, name) = resource.split_at(place + 1);
    match name.find(['/', ':']) {
        Some(at) => {
            let kind = name.get(..=at).unwrap_or(name);
            format!("{head}{kind}*")
        }
        None => resource.to_owned(),
    }
}

/// As AWS's pages spell the action.
fn spelt(name: &str) -> String {
    action(name).map_or_else(|| name.to_owned(), |known| known.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(pairs: &[(&str, &str)]) -> Vec<Used> {
        let pairs = pairs.iter().map(|(action, resource)| Used {
            action: (*action).to_owned(),
            resource: (*resource).to_owned(),
        });
        pairs.collect()
    }

    fn statements(document: &Document) -> Vec<String> {
        let joined = |texts: Vec<&str>| texts.join(" ");
        document
            .statements
            .iter()
            .map(|statement| {
                let resources = statement.resource.as_ref().unwrap().resources.texts().collect();
                format!(
                    "{} on {}",
                    joined(statement.action.actions.texts().collect()),
                    joined(resources)
                )
            })
            .collect()
    }

    /// What IAM decides listings on: `policy path /` is no ARN, and of users' paths a policy cannot speak (Service
    /// Authorization Reference, IAM: ListPolicies and ListUsers have no resource types).
    #[test]
    fn what_a_policy_cannot_name_is_everything() {
        let did = used(&[
            ("iam:ListPolicies", "policy path /"),
            ("iam:ListUsers", "arn:aws:iam::111122223333:user/"),
            ("iam:GetUser", "arn:aws:iam::111122223333:user/bert"),
        ]);
        for widen in [false, true] {
            let told = statements(&policy_for(did.clone(), widen));
            assert!(
                told.contains(&"iam:ListPolicies iam:ListUsers on *".to_owned()),
                "{told:?}"
            );
        }
    }

    #[test]
    fn actions_on_the_same_resources_are_one_statement() {
        let did = used(&[
            ("s3:getobject", "arn:aws:s3:::b/x/1"),
            ("s3:GetObject", "arn:aws:s3:::b/x/2"),
            ("s3:PutObject", "arn:aws:s3:::b/x/2"),
            ("s3:PutObject", "arn:aws:s3:::b/x/1"),
            ("s3:ListBucket", "arn:aws:s3:::b"),
            ("ec2:DescribeInstances", "*"),
            ("ec2:DescribeRegions", "*"),
            ("s3:ListBucket", "arn:aws:s3:::b"),
        ]);
        assert_eq!(
            statements(&policy_for(did.clone(), false)),
            [
                "ec2:DescribeInstances ec2:DescribeRegions on *",
                "s3:GetObject s3:PutObject on arn:aws:s3:::b/x/1 arn:aws:s3:::b/x/2",
                "s3:ListBucket on arn:aws:s3:::b",
            ]
        );
        assert_eq!(
            statements(&policy_for(did, true)),
            [
                "ec2:DescribeInstances ec2:DescribeRegions on *",
                "s3:GetObject s3:PutObject on arn:aws:s3:::b/*",
                "s3:ListBucket on arn:aws:s3:::b",
            ]
        );
    }

    #[test]
    fn of_an_operation_alone_the_types_of_resource_are_known() {
        let here = Whereabouts {
            partition: "aws".to_owned(),
            account: "111122223333".parse().unwrap(),
            region: Some("eu-central-1".to_owned()),
        };
        let of = |service: &str, operation: &str| derived(service, operation, &here);
        assert_eq!(
            of("SQS", "SendMessage").used,
            used(&[("sqs:SendMessage", "arn:aws:sqs:eu-central-1:111122223333:*")])
        );
        assert_eq!(
            of("EC2", "DescribeInstances").used,
            used(&[("ec2:DescribeInstances", "*")])
        );
        assert_eq!(of("STS", "GetCallerIdentity"), Derived::default());
        assert_eq!(of("Brand New", "DoIt").used, used(&[("brandnew:DoIt", "*")]));
        assert!(
            of("Lambda", "CreateFunction20150331")
                .used
                .iter()
                .all(|used| used.action.starts_with("lambda:"))
        );
        assert!(of("Lambda", "CreateFunction").perhaps.contains("iam:PassRole"));
    }

    /// Whoever does what these are about can give themselves more, and is told so whether it was recorded or written; and a
    /// whole service is too much for one policy.
    const TELLS_OF_DANGER: [&str; 6] = [
        "bucket-policy-escalation",
        "creates-any-service-linked-role",
        "escalates-privileges",
        "escalates-through-resources",
        "passes-any-role",
        "size-quota",
    ];

    /// The findings of a recorded policy that are more than notes.
    fn warnings(used: Vec<Used>, widen: bool) -> Vec<String> {
        let text = policy_for(used, widen).to_json();
        let document = Document::parse(&text).unwrap_or_else(|wrong| panic!("{wrong:#?}\n{text}"));
        let now = "2026-11-30T12:00:00Z".parse().unwrap();
        iam_lint::lint(&document, iam_lint::DocumentUse::Identity, now)
            .into_iter()
            .filter(|finding| {
                finding.level > iam_lint::Level::Note && !TELLS_OF_DANGER.contains(&finding.rule)
            })
            .map(|finding| format!("{}: {}", finding.rule, finding.span.of(&text).unwrap_or_default()))
            .collect()
    }

    /// A service's actions, each on a resource of each of its types: what was done is right, and is not told to be wrong.
    #[test]
    fn what_is_recorded_passes_lint() {
        let mut told = Vec::new();
        for service in iam_catalog::services() {
            let mut did = Vec::new();
            for action in service.actions() {
                let types = action.resource_types();
                let formats = types
                    .flat_map(|resource| resource.resource_type.arn_formats())
                    .filter(|format| !format.as_str().contains("${Vendor}"));
                let before = did.len();
                did.extend(formats.map(|format| Used {
                    action: action.to_string(),
                    resource: named(format.as_str()),
                }));
                if did.len() == before {
                    did.push(Used {
                        action: action.to_string(),
                        resource: "*".to_owned(),
                    });
                }
            }
            told.extend(warnings(did, false));
        }
        assert_eq!(told, Vec::<String>::new());
    }

    /// Of operations alone, which SDKs report: what is told is that a wildcard is wide, never that something is wrong.
    #[test]
    fn what_is_derived_is_no_mistake() {
        let here = Whereabouts {
            partition: "aws".to_owned(),
            account: "111122223333".parse().unwrap(),
            region: Some("eu-central-1".to_owned()),
        };
        let mut told = Vec::new();
        for service in iam_catalog::services() {
            let known = service.actions().map(|action| action.to_string());
            let did: Vec<Used> = known
                .flat_map(|action| {
                    let (service, operation) = action.split_once(':').unwrap();
                    derived(service, operation, &here).used
                })
                .filter(|used| iam_catalog::action(&used.action).is_some())
                .collect();
            if did.is_empty() {
                continue;
            }
            told.extend(warnings(did.clone(), false));
            told.extend(warnings(did, true));
        }
        assert_eq!(told, Vec::<String>::new());
    }

    /// A form of ARNs with something for each of its parts.
    fn named(form: &str) -> String {
        let mut text = String::new();
        let mut rest = form;
        while let Some((before, behind)) = rest.split_once("${") {
            let (name, after) = behind.split_once('}').unwrap();
            text.push_str(before);
            text.push_str(match name {
                "Partition" => "aws",
                "Account" => "111122223333",
                "Region" => "eu-central-1",
                _ => "example",
            });
            rest = after;
        }
        text.push_str(rest);
        text
    }
}
