//! From what a program did to the smallest readable policy that allows it: each action on the resources that it was
//! done on, actions on the same resources together.

#[cfg(test)]
mod tests;

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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Whereabouts {
    /// Such as `aws`.
    pub partition: String,
    /// The caller's account.
    pub account: AccountId,
    /// The region, where it is known.
    pub region: Option<String>,
    /// The bucket of Amazon S3, where it is known.
    pub bucket: Option<String>,
}

/// What a call needs of which only the operation is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Derived {
    /// Each action on every resource of the types that it can be about, in the account.
    pub used: Vec<Used>,
    /// Actions that services ask for besides, for some requests: `iam:PassRole` and the like.
    pub perhaps: BTreeSet<String>,
}

/// Stands for a bucket's name in forms of ARNs.
const BUCKET: &str = "${BucketName}";
/// More patterns than these for one action say no more than `*`.
const MOST_FORMS: usize = 4;

/// The policy that allows what was used, and nothing else.
///
/// `widen`: resources of one kind become a pattern of all of that kind: `arn:aws:s3:::bucket/*` in place of each object.
/// Without it there is no wildcard in the policy that is not in a resource already, but for what was `made` on the way under
/// a name that AWS chose (an instance's id): of that it has all of the kind, as the next one has another name.
pub fn policy_for(used: impl IntoIterator<Item = Used>, made: &BTreeSet<String>, widen: bool) -> Document {
    let mut by_action: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for Used { action, resource } in used {
        let resource = match resource {
            _ if !can_be_named(&action, &resource) => "*".to_owned(),
            resource if widen || made.contains(&resource) => widened(&resource),
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

/// The bucket that a host is the address of, where its name is in it: `reports.s3.eu-central-1.amazonaws.com`.
///
/// "Virtual hosting of buckets", Amazon S3 User Guide: regional, global, dual-stack, FIPS and accelerated endpoints. Access
/// points and directory buckets have addresses of their own kinds, which are none of these.
pub fn bucket_of_host(host: &str) -> Option<&str> {
    const OTHERS: [&str; 4] = ["-accesspoint", "-object-lambda", "-outposts", "-control"];
    let stem = [".amazonaws.com", ".amazonaws.com.cn"]
        .iter()
        .find_map(|end| host.strip_suffix(end))?;
    let (bucket, behind) = stem.rfind(".s3").and_then(|at| stem.split_at_checked(at))?;
    let behind = behind.strip_prefix(".s3")?;
    let is_of_buckets = behind.is_empty()
        || behind.starts_with('.')
        || behind.starts_with('-') && !OTHERS.iter().any(|other| behind.starts_with(other));
    (is_of_buckets && !bucket.is_empty()).then_some(bucket)
}

/// What a call needs, by the operation's name and where it went: on which resources it was, SDKs do not tell.
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
        // A copy reads from where another header says, and is sent to where it writes.
        let is_source = name.starts_with("s3:Get") && operation.contains("Copy");
        if let Some(bucket) = whereabouts.bucket.as_ref().filter(|_| !is_source) {
            let formats = known
                .resource_types()
                .flat_map(|resource| resource.resource_type.arn_formats());
            let of_buckets = formats.filter(|format| format.as_str().contains(BUCKET));
            let named: BTreeSet<String> = of_buckets
                .map(|format| filled(&format.as_str().replace(BUCKET, bucket), whereabouts))
                .collect();
            if !named.is_empty() {
                derived.used.extend(named.into_iter().map(|resource| Used {
                    action: name.clone(),
                    resource,
                }));
                continue;
            }
        }
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
