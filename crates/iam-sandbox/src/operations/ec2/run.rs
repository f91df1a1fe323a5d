//! RunInstances: records of instances, made as asked ("RunInstances", Amazon EC2 API Reference).

use super::describe::reservation;
use super::{end_dry_run, ids, invalid_value, missing, states, tags};
use crate::operations::call::Call;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::world::entity::{self, Tags};
use crate::world::storage::{Details, Goal, Instance, Life};

/// More than this in one request is over the account's limit.
const MOST: usize = 100;

/// What is to be launched, as far as permissions and records go.
pub(super) struct Launch {
    pub(super) image: String,
    pub(super) kind: String,
    pub(super) subnet: String,
    pub(super) groups: Vec<String>,
    pub(super) key_name: Option<String>,
    pub(super) profile: Option<Profile>,
    /// By the kind of resource that they are for.
    pub(super) tags: Vec<(String, Tags)>,
    count: usize,
    client_token: Option<String>,
}

/// An instance profile, as the answering replica knows it.
pub(super) struct Profile {
    pub(super) arn: String,
    /// The ARN of the role in it, which the caller passes on to EC2.
    pub(super) role: Option<String>,
}

impl Profile {
    fn of(call: &Call<'_>) -> Result<Option<Profile>, ApiError> {
        let arn = call.param("IamInstanceProfile.Arn");
        let Some(name) = call
            .param("IamInstanceProfile.Name")
            .or_else(|| arn?.rsplit('/').next())
        else {
            return Ok(None);
        };
        let (account, id) = (call.account()?, call.account_id());
        let known = account
            .instance_profiles
            .seen(name, call.view)
            .map(|known| Profile {
                arn: entity::arn(id, "instance-profile", &known.path, &known.name),
                role: known
                    .role
                    .as_ref()
                    .and_then(|role| account.roles.seen(role, call.view))
                    .map(|role| role.arn(id)),
            });
        match known {
            Some(known) if arn.is_none_or(|arn| arn == known.arn) => Ok(Some(known)),
            _ => {
                let (value, what) = arn.map_or((name, "name"), |arn| (arn, "arn"));
                Err(invalid_value(format!(
                    "Value ({value}) for parameter iamInstanceProfile.{what} is invalid. Invalid IAM Instance Profile {}",
                    if what == "name" { "name" } else { "ARN" }
                )))
            }
        }
    }
}

impl Launch {
    /// Reads the request. Images, subnets and security groups are not kept here: ids of the right form are believed.
    pub(super) fn of(call: &Call<'_>) -> Result<Launch, ApiError> {
        let image = call.param("ImageId").ok_or_else(|| missing("ImageId"))?;
        if !ids::is_id(image, "ami") {
            return Err(ApiError::new(
                400,
                "InvalidAMIID.Malformed",
                ids::malformed(image, "ami"),
            ));
        }
        let subnet = match call.param("SubnetId") {
            None => ids::default("subnet", call.account_id(), call.region),
            Some(id) if ids::is_id(id, "subnet") => id.to_owned(),
            Some(id) => {
                let message = format!("The subnet ID '{id}' does not exist");
                return Err(ApiError::new(400, "InvalidSubnetID.NotFound", message));
            }
        };
        let mut groups: Vec<String> = call
            .input
            .params
            .list("SecurityGroupId")
            .into_iter()
            .map(str::to_owned)
            .collect();
        if let Some(bad) = groups.iter().find(|id| !ids::is_id(id, "sg")) {
            return Err(ApiError::new(
                400,
                "InvalidGroupId.Malformed",
                ids::malformed(bad, "sg"),
            ));
        }
        for name in call.input.params.list("SecurityGroup") {
            if name != "default" {
                let message = format!("The security group '{name}' does not exist");
                return Err(ApiError::new(400, "InvalidGroup.NotFound", message));
            }
        }
        if groups.is_empty() {
            groups.push(ids::default("sg", call.account_id(), call.region));
        }
        let kind = call.param("InstanceType").unwrap_or("m1.small");
        if !kind
            .split_once('.')
            .is_some_and(|(family, size)| is_word(family) && is_word(size))
        {
            return Err(invalid_value(format!("Invalid value '{kind}' for InstanceType.")));
        }
        Ok(Launch {
            image: image.to_owned(),
            kind: kind.to_owned(),
            subnet,
            groups,
            key_name: call.param("KeyName").map(str::to_owned),
            profile: Profile::of(call)?,
            tags: tag_specifications(call)?,
            count: count(call)?,
            client_token: call.param("ClientToken").map(str::to_owned),
        })
    }

    /// The tags for one kind of resource.
    pub(super) fn tags_of(&self, kind: &str) -> &Tags {
        static NONE: Tags = Tags::new();
        let own = self.tags.iter().find(|(known, _)| known == kind);
        own.map_or(&NONE, |(_, tags)| tags)
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn tag_specifications(call: &Call<'_>) -> Result<Vec<(String, Tags)>, ApiError> {
    const KINDS: [&str; 5] = [
        "instance",
        "volume",
        "network-interface",
        "elastic-gpu",
        "spot-instances-request",
    ];
    let params = &call.input.params;
    let mut found: Vec<(String, Tags)> = Vec::new();
    for member in params.members("TagSpecification") {
        let kind = params
            .get(&format!("{member}.ResourceType"))
            .ok_or_else(|| missing("ResourceType"))?;
        if !KINDS.contains(&kind) {
            return Err(invalid_value(format!(
                "'{kind}' is not a valid taggable resource type for this operation."
            )));
        }
        let tags = tags::under(call, &format!("{member}.Tag"));
        if tags.is_empty() {
            return Err(invalid_value("Tag specification must have at least one tag"));
        }
        tags::check(&tags)?;
        if found.iter().any(|(known, _)| known == kind) {
            return Err(invalid_value(format!(
                "Duplicate tag specifications of the resource type '{kind}'"
            )));
        }
        found.push((kind.to_owned(), tags));
    }
    Ok(found)
}

/// As many as MaxCount, since here there is always room.
fn count(call: &Call<'_>) -> Result<usize, ApiError> {
    let number = |name: &str| {
        let text = call.param(name).ok_or_else(|| missing(name))?;
        text.parse::<usize>()
            .ok()
            .filter(|count| *count > 0)
            .ok_or_else(|| {
                let parameter = name.replacen('M', "m", 1);
                invalid_value(format!(
                    "Value ({text}) for parameter {parameter} is invalid. Minimum value is 1."
                ))
            })
    };
    let (least, most) = (number("MinCount")?, number("MaxCount")?);
    if least > most {
        return Err(ApiError::new(
            400,
            "InvalidParameterCombination",
            "The value for MinCount cannot be greater than MaxCount.",
        ));
    }
    if least > MOST {
        let message = format!(
            "You have requested more instances ({least}) than your current instance limit of {MOST} allows for the \
             specified instance type. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment \
             to this limit."
        );
        return Err(ApiError::new(400, "InstanceLimitExceeded", message));
    }
    Ok(most.min(MOST))
}

pub(super) fn run(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let launch = Launch::of(call)?;
    end_dry_run(call)?;
    // The same token launches once ("Ensuring idempotency in Amazon EC2 API requests").
    let launched: Vec<String> = ids::here(call)?
        .filter(|instance| {
            launch.client_token.is_some() && instance.details.client_token == launch.client_token
        })
        .map(|instance| instance.id.clone())
        .collect();
    let ids = if launched.is_empty() {
        create(call, &launch)
    } else {
        launched
    };
    let made: Vec<&Instance> = ids::here(call)?
        .filter(|instance| ids.contains(&instance.id))
        .collect();
    if made
        .iter()
        .any(|made| made.image != launch.image || made.kind != launch.kind)
    {
        return Err(ApiError::new(
            400,
            "IdempotentParameterMismatch",
            "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
        ));
    }
    Ok(Answer::fields(|xml| {
        // Whoever just launched it sees it pending.
        let pending: Vec<Instance> = made
            .iter()
            .map(|made| Instance {
                life: Life {
                    takes: jiff::SignedDuration::MAX,
                    ..made.life
                },
                ..(*made).clone()
            })
            .collect();
        reservation(xml, call, &pending.iter().collect::<Vec<_>>());
    }))
}

fn create(call: &mut Call<'_>, launch: &Launch) -> Vec<String> {
    let (now, takes) = (call.now(), states::takes(call));
    let region = call.region.to_owned();
    call.change(|account, stamp| {
        let reservation = stamp.random.resource_id("r");
        let mut ids = Vec::new();
        for launch_index in 0..launch.count {
            // The second half of the default VPC's first subnet, in the order of launching.
            let place = account.instances.len() + 4;
            let address = format!("172.31.{}.{}", place / 250 % 16, place % 250 + 1);
            let id = stamp.random.resource_id("i");
            let mut instance = Instance::new(id.clone(), &region, &launch.kind, now, &address);
            instance.reservation.clone_from(&reservation);
            instance.image.clone_from(&launch.image);
            instance.tags.clone_from(launch.tags_of("instance"));
            instance.life = Life {
                goal: Goal::Running,
                since: now,
                takes,
            };
            instance.details = Details {
                key_name: launch.key_name.clone(),
                subnet: Some(launch.subnet.clone()),
                security_groups: launch.groups.clone(),
                client_token: launch.client_token.clone(),
                launch_index,
                profile: launch.profile.as_ref().map(|profile| profile.arn.clone()),
            };
            account.instances.push(instance);
            ids.push(id);
        }
        // What has been terminated long ago need not be kept.
        account.instances.retain(|instance| !instance.life.is_gone(now));
        ids
    })
}
