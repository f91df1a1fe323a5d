//! DescribeInstances, and an instance as XML.

use super::filters::{self, Filter};
use super::{end_dry_run, ids, paging};
use crate::operations::call::{Call, iso};
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::wire::xml::Xml;
use crate::world::storage::{Goal, Instance};

pub(super) fn instances(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let wanted = ids::instances(call)?;
    let most = paging::size(call, !wanted.is_empty())?;
    ids::all_exist(call, &wanted)?;
    end_dry_run(call)?;
    let filters = filters::of(call);
    let mut found = Vec::new();
    for instance in
        ids::here(call)?.filter(|instance| wanted.is_empty() || wanted.contains(&instance.id.as_str()))
    {
        let mut is_wanted = true;
        for filter in &filters {
            is_wanted &= filter.takes(&attribute(call, instance, filter)?);
        }
        if is_wanted {
            found.push(instance);
        }
    }
    let page = paging::page(call, &found, most, |instance| instance.id.clone())?;
    Ok(Answer::fields(|xml| {
        xml.element("reservationSet", |xml| {
            for together in page
                .items
                .chunk_by(|one, other| one.reservation == other.reservation)
            {
                xml.element("item", |xml| reservation(xml, call, together));
            }
        })
        .optional("nextToken", page.next);
    }))
}

/// What an instance has for a filter.
fn attribute(call: &Call<'_>, instance: &Instance, filter: &Filter) -> Result<Vec<String>, ApiError> {
    let (code, state) = instance.life.state(call.now());
    let details = &instance.details;
    let one = |text: &str| vec![text.to_owned()];
    let maybe = |text: &Option<String>| text.iter().cloned().collect();
    Ok(match filter.name.as_str() {
        "architecture" => one("x86_64"),
        "availability-zone" => vec![format!("{}a", instance.region)],
        "client-token" => maybe(&details.client_token),
        "iam-instance-profile.arn" => maybe(&details.profile),
        "image-id" => one(&instance.image),
        "instance-id" => one(&instance.id),
        "instance-state-code" => vec![code.to_string()],
        "instance-state-name" => one(state),
        "instance-type" => one(&instance.kind),
        "instance.group-id" | "group-id" => groups(call, instance),
        "key-name" => maybe(&details.key_name),
        "launch-time" => vec![iso(instance.launched).replace('Z', ".000Z")],
        "owner-id" => one(call.account_id().as_str()),
        "private-dns-name" => vec![private_name(instance)],
        "private-ip-address" => one(&instance.private_address),
        "reservation-id" => one(&instance.reservation),
        "root-device-type" => one("ebs"),
        "subnet-id" => vec![subnet(call, instance)],
        "tenancy" => one("default"),
        "vpc-id" => vec![ids::default("vpc", call.account_id(), call.region)],
        _ => return filter.of_tags(&instance.tags).ok_or_else(|| filter.unknown()),
    })
}

fn subnet(call: &Call<'_>, instance: &Instance) -> String {
    let own = instance.details.subnet.clone();
    own.unwrap_or_else(|| ids::default("subnet", call.account_id(), call.region))
}

fn groups(call: &Call<'_>, instance: &Instance) -> Vec<String> {
    if instance.details.security_groups.is_empty() {
        vec![ids::default("sg", call.account_id(), call.region)]
    } else {
        instance.details.security_groups.clone()
    }
}

fn private_name(instance: &Instance) -> String {
    let address = instance.private_address.replace('.', "-");
    match instance.region.as_str() {
        "us-east-1" => format!("ip-{address}.ec2.internal"),
        region => format!("ip-{address}.{region}.compute.internal"),
    }
}

/// A reservation and those of its instances that are shown.
pub(super) fn reservation(xml: &mut Xml, call: &Call<'_>, instances: &[&Instance]) {
    xml.optional("reservationId", instances.first().map(|first| &first.reservation))
        .text("ownerId", call.account_id())
        .element("groupSet", |_| {})
        .list("instancesSet", "item", instances, |xml, instance| {
            describe(xml, call, instance);
        });
}

fn describe(xml: &mut Xml, call: &Call<'_>, instance: &Instance) {
    let (code, state) = instance.life.state(call.now());
    let ends = instance.life.goal != Goal::Running;
    xml.text("instanceId", &instance.id)
        .text("imageId", &instance.image)
        .element("instanceState", |xml| {
            xml.text("code", code).text("name", state);
        })
        .text("privateDnsName", private_name(instance))
        .text("dnsName", "");
    if ends {
        let at = instance.life.since.strftime("%Y-%m-%d %H:%M:%S GMT");
        xml.text("reason", format_args!("User initiated ({at})"))
            .element("stateReason", |xml| {
                xml.text("code", "Client.UserInitiatedShutdown")
                    .text("message", "Client.UserInitiatedShutdown: User initiated shutdown");
            });
    } else {
        xml.text("reason", "");
    }
    xml.optional("keyName", instance.details.key_name.as_ref())
        .text("amiLaunchIndex", instance.details.launch_index)
        .element("productCodes", |_| {})
        .text("instanceType", &instance.kind)
        .text("launchTime", iso(instance.launched))
        .element("placement", |xml| {
            xml.text("availabilityZone", format_args!("{}a", instance.region))
                .text("groupName", "")
                .text("tenancy", "default");
        })
        .element("monitoring", |xml| {
            xml.text("state", "disabled");
        })
        .text("architecture", "x86_64")
        .text("rootDeviceType", "ebs")
        .text("rootDeviceName", "/dev/xvda")
        .text("virtualizationType", "hvm")
        .text("hypervisor", "xen")
        .text("ebsOptimized", false);
    // What has been terminated has no network any more.
    if instance.life.goal != Goal::Terminated {
        xml.text("subnetId", subnet(call, instance))
            .text("vpcId", ids::default("vpc", call.account_id(), call.region))
            .text("privateIpAddress", &instance.private_address)
            .text("sourceDestCheck", true)
            .list("groupSet", "item", groups(call, instance), |xml, group| {
                let is_default = group == ids::default("sg", call.account_id(), call.region);
                xml.text("groupId", &group)
                    .text("groupName", if is_default { "default" } else { &group });
            });
    }
    xml.optional("clientToken", instance.details.client_token.as_ref());
    if let Some(profile) = &instance.details.profile {
        xml.element("iamInstanceProfile", |xml| {
            xml.text("arn", profile);
        });
    }
    xml.list("tagSet", "item", &instance.tags, |xml, (key, value)| {
        xml.text("key", key).text("value", value);
    });
}
