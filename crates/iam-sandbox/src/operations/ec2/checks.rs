//! What EC2's operations require ("Actions, resources, and condition keys for Amazon EC2", Service Authorization
//! Reference).

use super::run::Launch;
use super::{ids, tags};
use crate::authorization::{Authorization, Check, Checks};
use crate::operations::call::Call;
use crate::wire::error::ApiError;
use crate::world::entity::Tags;
use crate::world::storage::Instance;

/// Describe operations take no resource.
pub(super) fn anything(call: &Call<'_>) -> Result<Authorization, ApiError> {
    Authorization::one(check(call, &call.action(), "*"))
}

fn check(call: &Call<'_>, action: &str, resource: impl Into<String>) -> Check {
    Check::new(action, resource).with("ec2:Region", call.region)
}

/// The ARN of a resource of the caller's account and region, from its kind and id.
fn arn(call: &Call<'_>, kind: &str, id: &str) -> String {
    format!("arn:aws:ec2:{}:{}:{kind}/{id}", call.region, call.account_id())
}

fn with_tags(check: Check, tags: &Tags) -> Check {
    tags.iter().fold(check, |check, (key, value)| {
        check
            .with(format!("aws:ResourceTag/{key}"), value.as_str())
            .with(format!("ec2:ResourceTag/{key}"), value.as_str())
    })
}

fn with_request_tags(check: Check, tags: &Tags) -> Check {
    if tags.is_empty() {
        return check;
    }
    let keys: Vec<String> = tags.iter().map(|(key, _)| key.clone()).collect();
    tags.iter()
        .fold(check.with("aws:TagKeys", keys), |check, (key, value)| {
            check.with(format!("aws:RequestTag/{key}"), value.as_str())
        })
}

/// A check about an instance, which may not be there.
fn about(call: &Call<'_>, id: &str) -> Result<Check, ApiError> {
    let check = check(call, &call.action(), arn(call, "instance", id)).with("ec2:InstanceID", id);
    let known = ids::here(call)?.find(|instance| instance.id == id);
    Ok(match known {
        Some(instance) => with_instance(check, instance),
        None => check,
    })
}

fn with_instance(check: Check, instance: &Instance) -> Check {
    let check = check
        .with("ec2:InstanceType", instance.kind.as_str())
        .with("ec2:AvailabilityZone", format!("{}a", instance.region))
        .with("ec2:Tenancy", "default")
        .with("ec2:RootDeviceType", "ebs")
        .with("ec2:EbsOptimized", "false");
    let check = match &instance.details.profile {
        Some(profile) => check.with("ec2:InstanceProfile", profile.as_str()),
        None => check,
    };
    with_tags(check, &instance.tags)
}

fn all(checks: Vec<Check>, parameter: &str) -> Result<Authorization, ApiError> {
    let mut checks = checks.into_iter();
    let mut all = Checks::new(checks.next().ok_or_else(|| super::missing(parameter))?);
    checks.for_each(|check| all.push(check));
    Ok(all.required())
}

/// Each instance that the request names.
pub(super) fn instances(call: &Call<'_>) -> Result<Authorization, ApiError> {
    let checks: Result<Vec<Check>, ApiError> = ids::instances(call)?
        .into_iter()
        .map(|id| about(call, id))
        .collect();
    all(checks?, "InstanceId")
}

/// Each resource that is to be tagged or untagged.
pub(super) fn tagged(call: &Call<'_>) -> Result<Authorization, ApiError> {
    let changed = tags::of_request(call)?;
    let checks: Result<Vec<Check>, ApiError> = call
        .input
        .params
        .list("ResourceId")
        .into_iter()
        .map(|id| {
            tags::kind(id)?;
            Ok(with_request_tags(about(call, id)?, &changed))
        })
        .collect();
    all(checks?, "ResourceId")
}

/// RunInstances is about everything that an instance is made of, its tags want ec2:CreateTags, and the role of its
/// profile iam:PassRole ("Example policies to control access the Amazon EC2 API", Amazon EC2 User Guide).
pub(super) fn new_instances(call: &Call<'_>) -> Result<Authorization, ApiError> {
    let launch = Launch::of(call)?;
    let action = "ec2:RunInstances";
    let of = |kind: &str, id: &str| check(call, action, arn(call, kind, id));
    let zone = format!("{}a", call.region);
    let vpc = arn(call, "vpc", &ids::default("vpc", call.account_id(), call.region));
    let instance = of("instance", "*")
        .with("ec2:InstanceType", launch.kind.as_str())
        .with("ec2:AvailabilityZone", zone.as_str())
        .with("ec2:Tenancy", "default")
        .with("ec2:RootDeviceType", "ebs")
        .with("ec2:EbsOptimized", "false");
    let instance = match &launch.profile {
        Some(profile) => instance.with("ec2:InstanceProfile", profile.arn.as_str()),
        None => instance,
    };
    let image = check(
        call,
        action,
        format!("arn:aws:ec2:{}::image/{}", call.region, launch.image),
    )
    .with("ec2:Owner", "amazon")
    .with("ec2:ImageType", "machine")
    .with("ec2:RootDeviceType", "ebs")
    .with("ec2:Public", "true");
    let mut checks = Checks::new(with_request_tags(instance, launch.tags_of("instance")));
    checks.push(image);
    checks.push(
        of("subnet", &launch.subnet)
            .with("ec2:Vpc", vpc.as_str())
            .with("ec2:AvailabilityZone", zone.as_str()),
    );
    let interface = of("network-interface", "*")
        .with("ec2:Vpc", vpc.as_str())
        .with("ec2:Subnet", arn(call, "subnet", &launch.subnet))
        .with("ec2:AvailabilityZone", zone.as_str());
    checks.push(with_request_tags(interface, launch.tags_of("network-interface")));
    for group in &launch.groups {
        checks.push(of("security-group", group).with("ec2:Vpc", vpc.as_str()));
    }
    let volume = of("volume", "*")
        .with("ec2:AvailabilityZone", zone)
        .with("ec2:VolumeType", "gp3")
        .with("ec2:VolumeSize", "8")
        .with("ec2:Encrypted", "false");
    checks.push(with_request_tags(volume, launch.tags_of("volume")));
    if let Some(key) = &launch.key_name {
        checks.push(of("key-pair", key));
    }
    for (kind, tags) in launch.tags.iter().filter(|(_, tags)| !tags.is_empty()) {
        let check =
            check(call, "ec2:CreateTags", arn(call, kind, "*")).with("ec2:CreateAction", "RunInstances");
        checks.push(with_request_tags(check, tags));
    }
    if let Some(role) = launch.profile.as_ref().and_then(|profile| profile.role.as_ref()) {
        let check =
            Check::new("iam:PassRole", role.as_str()).with("iam:PassedToService", "ec2.amazonaws.com");
        checks.push(check);
    }
    Ok(checks.required())
}
