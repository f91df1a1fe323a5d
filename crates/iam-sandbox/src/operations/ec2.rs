//! A little of EC2: regions and instances as records, with DryRun.

use super::Operation;
use super::call::{Call, iso};
use crate::authorization::{Authorization, Check};
use crate::wire::Service::Ec2;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::wire::xml::Xml;
use crate::world::storage::Instance;

/// Regions that an account has without opting in.
const REGIONS: [&str; 17] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        service: Ec2,
        name: "DescribeRegions",
        authorize: anything,
        run: describe_regions,
    },
    Operation {
        service: Ec2,
        name: "DescribeInstances",
        authorize: anything,
        run: describe_instances,
    },
];

/// Describe operations take no resource ("Actions, resources, and condition keys for Amazon EC2", Service
/// Authorization Reference).
fn anything(call: &Call<'_>) -> Result<Authorization, ApiError> {
    Authorization::one(Check::new(call.action(), "*").with("ec2:Region", call.region))
}

/// With DryRun a permitted request ends here ("DescribeInstances", Amazon EC2 API Reference).
fn end_dry_run(call: &Call<'_>) -> Result<(), ApiError> {
    if call
        .param("DryRun")
        .is_some_and(|text| text.eq_ignore_ascii_case("true"))
    {
        return Err(ApiError::new(
            412,
            "DryRunOperation",
            "Request would have succeeded, but DryRun flag is set.",
        ));
    }
    Ok(())
}

/// The filters of a request: each a name and the values of which one must match.
fn filters(call: &Call<'_>) -> Vec<(String, Vec<String>)> {
    let params = &call.input.params;
    params
        .members("Filter")
        .into_iter()
        .filter_map(|member| {
            let name = params.get(&format!("{member}.Name"))?.to_owned();
            let values = params
                .list(&format!("{member}.Value"))
                .into_iter()
                .map(str::to_owned)
                .collect();
            Some((name, values))
        })
        .collect()
}

fn unknown_filter(name: &str) -> ApiError {
    ApiError::new(
        400,
        "InvalidParameterValue",
        format!("The filter '{name}' is invalid"),
    )
}

/// Filter values may hold `*` and `?` ("Filtering your resources", Amazon EC2 User Guide).
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // Where the last star stood, and how much of the text it has taken so far.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || text.get(t) == Some(c) => {
                p += 1;
                t += 1;
            }
            _ => match &mut star {
                Some((at, taken)) => {
                    *taken += 1;
                    (p, t) = (*at + 1, *taken);
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|c| *c == '*')
}

fn describe_regions(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    end_dry_run(call)?;
    let names = call.input.params.list("RegionName");
    if let Some(unknown) = names.iter().find(|name| !REGIONS.contains(name)) {
        return Err(ApiError::new(
            400,
            "InvalidParameterValue",
            format!("Invalid region: {unknown}"),
        ));
    }
    let filters = filters(call);
    let mut found = Vec::new();
    for region in REGIONS
        .iter()
        .filter(|region| names.is_empty() || names.contains(region))
    {
        let mut is_wanted = true;
        for (name, values) in &filters {
            let own = match name.as_str() {
                "region-name" => (*region).to_owned(),
                "endpoint" => format!("ec2.{region}.amazonaws.com"),
                "opt-in-status" => "opt-in-not-required".to_owned(),
                _ => return Err(unknown_filter(name)),
            };
            is_wanted &= values.iter().any(|value| matches(value, &own));
        }
        if is_wanted {
            found.push(region);
        }
    }
    Ok(Answer::fields(|xml| {
        xml.list("regionInfo", "item", found, |xml, region| {
            xml.text("regionName", region)
                .text("regionEndpoint", format_args!("ec2.{region}.amazonaws.com"))
                .text("optInStatus", "opt-in-not-required");
        });
    }))
}

fn describe_instances(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    end_dry_run(call)?;
    let ids = call.input.params.list("InstanceId");
    let here: Vec<&Instance> = call
        .account()?
        .instances
        .iter()
        .filter(|instance| instance.region == call.region)
        .collect();
    if let Some(unknown) = ids
        .iter()
        .find(|id| !here.iter().any(|instance| instance.id == **id))
    {
        return Err(ApiError::new(
            400,
            "InvalidInstanceID.NotFound",
            format!("The instance ID '{unknown}' does not exist"),
        ));
    }
    let filters = filters(call);
    let mut found = Vec::new();
    for instance in here
        .into_iter()
        .filter(|instance| ids.is_empty() || ids.contains(&instance.id.as_str()))
    {
        let mut is_wanted = true;
        for (name, values) in &filters {
            let own = attribute(instance, name)?;
            is_wanted &= own
                .iter()
                .any(|own| values.iter().any(|value| matches(value, own)));
        }
        if is_wanted {
            found.push(instance);
        }
    }
    let owner = call.account_id();
    Ok(Answer::fields(|xml| {
        xml.list("reservationSet", "item", found, |xml, instance| {
            xml.text("reservationId", instance.id.replacen("i-", "r-", 1))
                .text("ownerId", owner)
                .element("groupSet", |_| {})
                .list("instancesSet", "item", [instance], describe);
        });
    }))
}

/// What an instance has for a filter.
fn attribute(instance: &Instance, filter: &str) -> Result<Vec<String>, ApiError> {
    let tags = || instance.tags.iter();
    Ok(match filter {
        "instance-id" => vec![instance.id.clone()],
        "instance-type" => vec![instance.kind.clone()],
        "instance-state-name" => vec!["running".to_owned()],
        "private-ip-address" => vec![instance.private_address.clone()],
        "tag-key" => tags().map(|(key, _)| key.clone()).collect(),
        "tag-value" => tags().map(|(_, value)| value.clone()).collect(),
        other => match other.strip_prefix("tag:") {
            Some(wanted) => tags()
                .filter(|(key, _)| key == wanted)
                .map(|(_, value)| value.clone())
                .collect(),
            None => return Err(unknown_filter(other)),
        },
    })
}

fn describe(xml: &mut Xml, instance: &Instance) {
    xml.text("instanceId", &instance.id)
        .element("instanceState", |xml| {
            xml.text("code", 16).text("name", "running");
        })
        .text("instanceType", &instance.kind)
        .text("launchTime", iso(instance.launched))
        .element("placement", |xml| {
            xml.text("availabilityZone", format_args!("{}a", instance.region))
                .text("tenancy", "default");
        })
        .text("privateIpAddress", &instance.private_address)
        .text("architecture", "x86_64")
        .list("tagSet", "item", &instance.tags, |xml, (key, value)| {
            xml.text("key", key).text("value", value);
        });
}
