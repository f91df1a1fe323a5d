//! Virtual MFA devices ("Assign a virtual MFA device in the AWS Management Console", IAM User Guide).

use super::described;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::checks::{about as about_entity, about_everything, about_user_or_self};
use super::entity::{newest as newest_entity, not_found};
use super::kept::{about, about_new as about_new_kept, newest, remove, write};
use super::paging::page;
use super::{grammar, tags};
use crate::authorization::Authorization;
use crate::operations::Operation;
use crate::operations::call::{Call, iso};
use crate::totp;
use crate::wire::Service::Iam;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::wire::png;
use crate::world::entity::{User, arn};
use crate::world::identity::{Assignment, MfaDevice};

/// MFA devices per user ("IAM and AWS STS quotas", IAM User Guide).
const MOST: usize = 8;
/// Bytes of a seed: 64 letters in base 32, as AWS's seeds have.
const SEED_LENGTH: usize = 40;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        service: Iam,
        name: "CreateVirtualMFADevice",
        authorize: about_new,
        run: create,
    },
    Operation {
        service: Iam,
        name: "DeleteVirtualMFADevice",
        authorize: about::<MfaDevice>,
        run: delete,
    },
    Operation {
        service: Iam,
        name: "EnableMFADevice",
        authorize: about_entity::<User>,
        run: enable,
    },
    Operation {
        service: Iam,
        name: "ResyncMFADevice",
        authorize: about_entity::<User>,
        run: resync,
    },
    Operation {
        service: Iam,
        name: "DeactivateMFADevice",
        authorize: about_user_or_self,
        run: deactivate,
    },
    Operation {
        service: Iam,
        name: "ListMFADevices",
        authorize: about_user_or_self,
        run: list_of_user,
    },
    Operation {
        service: Iam,
        name: "ListVirtualMFADevices",
        authorize: about_everything,
        run: list_virtual,
    },
    Operation {
        service: Iam,
        name: "GetMFADevice",
        authorize: about_user_or_self,
        run: get,
    },
];

fn about_new(call: &Call<'_>) -> Result<Authorization, ApiError> {
    let name = grammar::name(call, "VirtualMFADeviceName")?;
    let path = grammar::path(call, "Path");
    about_new_kept(call, arn(call.account_id(), "mfa", &path, &name))
}

fn create(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let device = MfaDevice {
        name: grammar::name(call, "VirtualMFADeviceName")?,
        path: grammar::path(call, "Path"),
        seed: call.random.bytes(SEED_LENGTH),
        tags: tags::read(call, "Tags")?,
        assignment: None,
    };
    let serial = device.serial(call.account_id());
    if call.account()?.mfa_devices.newest(&serial).is_some() {
        return Err(ApiError::already_exists(
            "MFADevice entity at the same path and name already exists.",
        ));
    }
    let seed = totp::base32(&device.seed);
    let alias = call.account()?.alias.newest().map(|alias| alias.0.clone());
    let account = alias.unwrap_or_else(|| call.account_id().to_string());
    let link = format!("otpauth://totp/{}@{account}?secret={seed}", device.name);
    let answer = Answer::fields(|xml| {
        xml.element("VirtualMFADevice", |xml| {
            xml.text("SerialNumber", &serial)
                .text("Base32StringSeed", BASE64.encode(&seed))
                .text("QRCodePNG", BASE64.encode(png::qr_code(&link)));
            if !device.tags.is_empty() {
                tags::write_list(xml, &device.tags);
            }
        });
    });
    write(call, device);
    Ok(answer)
}

fn delete(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let device = newest::<MfaDevice>(call)?;
    if device.assignment.is_some() {
        return Err(ApiError::delete_conflict(
            "MFA VirtualDevice in use. Must deactivate first.",
        ));
    }
    let serial = device.serial(call.account_id());
    call.world.uses.mfa_steps.remove(&serial);
    remove(call, &*device);
    Ok(Answer::Empty)
}

/// The device that the request names, if it is this user's.
fn assigned(call: &Call<'_>, user: &User) -> Result<(MfaDevice, Assignment), ApiError> {
    let device = MfaDevice::clone(&*newest::<MfaDevice>(call)?);
    let assignment = device.assignment.clone();
    match assignment.filter(|assignment| assignment.user.eq_ignore_ascii_case(&user.name)) {
        Some(assignment) => Ok((device, assignment)),
        None => Err(not_assigned(&device.serial(call.account_id()), &user.name)),
    }
}

fn not_assigned(serial: &str, user: &str) -> ApiError {
    ApiError::no_such_entity(format!("MFA device {serial} for user {user} cannot be found."))
}

/// The step of the second code, and the drift that the two codes tell.
fn synchronized(call: &Call<'_>, device: &MfaDevice) -> Result<(i64, i64), ApiError> {
    let first = call.required("AuthenticationCode1")?;
    let second = call.required("AuthenticationCode2")?;
    totp::synchronize(&device.seed, first, second, call.real_now).ok_or_else(|| {
        ApiError::new(
            403,
            "InvalidAuthenticationCode",
            "Authentication code for device is not valid.",
        )
    })
}

fn enable(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let user = newest_entity::<User>(call)?;
    let mut device = MfaDevice::clone(&*newest::<MfaDevice>(call)?);
    if device.assignment.is_some() {
        return Err(ApiError::already_exists(
            "MFA Device is already in use. It must be deactivated before it can be enabled again.",
        ));
    }
    if devices_of(call, &user.name)?.len() >= MOST {
        return Err(ApiError::limit_exceeded(format!(
            "Cannot exceed quota for MFADevicesPerUser: {MOST}"
        )));
    }
    let (step, drift) = synchronized(call, &device)?;
    device.assignment = Some(Assignment {
        user: user.name.clone(),
        enabled: call.now(),
        drift,
    });
    take(call, &device, step);
    write(call, device);
    Ok(Answer::Empty)
}

/// No code up to this step works again.
fn take(call: &mut Call<'_>, device: &MfaDevice, step: i64) {
    let serial = device.serial(call.account_id());
    call.world.uses.mfa_steps.insert(serial, step);
}

fn resync(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let user = newest_entity::<User>(call)?;
    let (mut device, mut assignment) = assigned(call, &user)?;
    let (step, drift) = synchronized(call, &device)?;
    assignment.drift = drift;
    device.assignment = Some(assignment);
    take(call, &device, step);
    write(call, device);
    Ok(Answer::Empty)
}

fn named_user(call: &Call<'_>) -> Result<Arc<User>, ApiError> {
    let name = grammar::named_or_self(call)?;
    let user = call.account()?.users.newest(&name);
    user.cloned().ok_or_else(|| not_found::<User>(&name))
}

fn deactivate(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let user = named_user(call)?;
    let (mut device, _) = assigned(call, &user)?;
    device.assignment = None;
    write(call, device);
    Ok(Answer::Empty)
}

/// The devices that are a user's, as the last writes left them.
pub(super) fn devices_of(call: &Call<'_>, user: &str) -> Result<Vec<Arc<MfaDevice>>, ApiError> {
    Ok(call
        .account()?
        .mfa_devices
        .all_newest()
        .filter(|device| is_of(device, user))
        .cloned()
        .collect())
}

pub(super) fn is_of(device: &MfaDevice, user: &str) -> bool {
    let assignment = device.assignment.as_ref();
    assignment.is_some_and(|assignment| assignment.user.eq_ignore_ascii_case(user))
}

/// Gives a renamed user's devices the new name.
pub(super) fn rename(call: &mut Call<'_>, old: &str, new: &str) -> Result<(), ApiError> {
    for device in devices_of(call, old)? {
        let mut device = MfaDevice::clone(&device);
        if let Some(assignment) = &mut device.assignment {
            new.clone_into(&mut assignment.user);
        }
        write(call, device);
    }
    Ok(())
}

fn list_of_user(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let name = grammar::named_or_self(call)?;
    let account = call.account()?;
    let user = call
        .seen(&account.users, &name)
        .ok_or_else(|| not_found::<User>(&name))?;
    let devices: Vec<_> = account
        .mfa_devices
        .all_seen(call.view)
        .filter(|device| is_of(device, &user.name))
        .collect();
    let page = page(call, devices, |device| device.serial(call.account_id()))?;
    Ok(Answer::fields(|xml| {
        xml.list("MFADevices", "member", &page.items, |xml, device| {
            xml.text("UserName", &user.name)
                .text("SerialNumber", device.serial(call.account_id()))
                .optional("EnableDate", device.assignment.as_ref().map(|a| iso(a.enabled)));
        });
        page.write_end(xml);
    }))
}

fn list_virtual(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let status = call.param("AssignmentStatus").unwrap_or("Any");
    let account = call.account()?;
    let devices: Vec<_> = account
        .mfa_devices
        .all_seen(call.view)
        .filter(|device| match status {
            "Assigned" => device.assignment.is_some(),
            "Unassigned" => device.assignment.is_none(),
            _ => true,
        })
        .collect();
    let page = page(call, devices, |device| device.serial(call.account_id()))?;
    // A list shows neither seeds nor tags ("ListVirtualMFADevices", IAM API Reference).
    Ok(Answer::fields(|xml| {
        xml.list("VirtualMFADevices", "member", &page.items, |xml, device| {
            xml.text("SerialNumber", device.serial(call.account_id()));
            let Some(assignment) = &device.assignment else {
                return;
            };
            xml.text("EnableDate", iso(assignment.enabled));
            if let Some(user) = call.seen(&account.users, &assignment.user) {
                xml.element("User", |xml| described::user(call, xml, user, false));
            }
        });
        page.write_end(xml);
    }))
}

fn get(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let user = grammar::named_or_self(call)?;
    let device = super::kept::seen::<MfaDevice>(call)?;
    let serial = device.serial(call.account_id());
    let assignment = device
        .assignment
        .as_ref()
        .filter(|assignment| assignment.user.eq_ignore_ascii_case(&user))
        .ok_or_else(|| not_assigned(&serial, &user))?;
    Ok(Answer::fields(|xml| {
        xml.text("UserName", &assignment.user)
            .text("SerialNumber", &serial)
            .text("EnableDate", iso(assignment.enabled));
    }))
}
