//! The credential report ("Generate credential reports for your AWS account", IAM User Guide).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::{SignedDuration, Timestamp};

use super::checks::about_everything;
use super::mfa_devices;
use crate::operations::Operation;
use crate::operations::call::{Call, iso};
use crate::wire::Service::Iam;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::world::credential::AccessKeyRecord;
use crate::world::entity::User;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        service: Iam,
        name: "GenerateCredentialReport",
        authorize: about_everything,
        run: generate,
    },
    Operation {
        service: Iam,
        name: "GetCredentialReport",
        authorize: about_everything,
        run: get,
    },
];

/// A new report is made every four hours at most, by the page above.
const GOOD_FOR: SignedDuration = SignedDuration::from_hours(4);

const COLUMNS: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
    password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,\
    access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,\
    access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,\
    access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated";

fn generate(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let now = call.now();
    let made = call.account()?.reports.credentials.as_ref();
    if made.is_some_and(|(at, _)| now.duration_since(*at) < GOOD_FOR) {
        return Ok(Answer::fields(|xml| {
            xml.text("State", "COMPLETE");
        }));
    }
    let report = report(call)?;
    call.change(|account, _| account.reports.credentials = Some((now, report)));
    Ok(Answer::fields(|xml| {
        xml.text("State", "STARTED").text(
            "Description",
            "No report exists. Starting a new report generation task",
        );
    }))
}

fn get(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let made = call.account()?.reports.credentials.as_ref();
    let (at, report) = made.ok_or_else(|| {
        let message = "No credential report exists. Call GenerateCredentialReport to generate one.";
        ApiError::new(410, "ReportNotPresent", message)
    })?;
    if call.now().duration_since(*at) >= GOOD_FOR {
        let message = "The most recent credential report has expired. Call GenerateCredentialReport to generate a new one.";
        return Err(ApiError::new(410, "ReportExpired", message));
    }
    Ok(Answer::fields(|xml| {
        xml.text("Content", BASE64.encode(report))
            .text("ReportFormat", "text/csv")
            .text("GeneratedTime", iso(*at));
    }))
}

/// The report's own form of an instant.
fn date(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}

fn report(call: &Call<'_>) -> Result<String, ApiError> {
    let mut lines = vec![COLUMNS.to_owned(), root(call)?];
    let users: Vec<_> = call.account()?.users.all_seen(call.view).cloned().collect();
    for user in users {
        lines.push(line(call, &user)?);
    }
    Ok(lines.join("\n"))
}

/// A world does not say when its accounts were made: no later than the first user.
fn root(call: &Call<'_>) -> Result<String, ApiError> {
    let users = call.account()?.users.all_seen(call.view);
    let created = users.map(|user| user.created).min().unwrap_or(call.now());
    let keys = call.world.keys.values().filter_map(|key| key.seen(call.view));
    let keys: Vec<&AccessKeyRecord> = keys
        .filter(|key| key.user.is_none() && key.account == *call.account_id())
        .map(|key| &**key)
        .collect();
    let mut cells = vec![
        "<root_account>".to_owned(),
        format!("arn:aws:iam::{}:root", call.account_id()),
        date(created),
        "not_supported".to_owned(),
        "no_information".to_owned(),
        "not_supported".to_owned(),
        "not_supported".to_owned(),
        "false".to_owned(),
    ];
    cells.extend(credentials(call, &keys));
    Ok(cells.join(","))
}

fn line(call: &Call<'_>, user: &User) -> Result<String, ApiError> {
    let not_there = || "N/A".to_owned();
    let policy = call.account()?.password_policy.seen(call.view);
    let longest_age = policy.and_then(|policy| policy.longest_age);
    let changed = user.login.as_ref().map(|login| login.changed);
    let next = longest_age
        .zip(changed)
        .and_then(|(days, changed)| changed.checked_add(SignedDuration::from_hours(24 * days)).ok());
    let keys = call.world.keys_of(call.account_id(), &user.name, call.view);
    let keys: Vec<&AccessKeyRecord> = keys.iter().map(|key| &**key).collect();
    let mut devices = call.account()?.mfa_devices.all_seen(call.view);
    let mut cells = vec![
        user.name.clone(),
        user.arn(call.account_id()),
        date(user.created),
        user.login.is_some().to_string(),
        // Nobody signs in to a console here.
        changed.map_or_else(not_there, |_| "no_information".to_owned()),
        changed.map_or_else(not_there, date),
        next.map_or_else(not_there, date),
        devices
            .any(|device| mfa_devices::is_of(device, &user.name))
            .to_string(),
    ];
    cells.extend(credentials(call, &keys));
    Ok(cells.join(","))
}

/// The columns of two access keys and two certificates; nobody has certificates here.
fn credentials(call: &Call<'_>, keys: &[&AccessKeyRecord]) -> Vec<String> {
    let not_there = || "N/A".to_owned();
    let mut cells = Vec::new();
    for number in 0..2 {
        let key = keys.get(number);
        let used = key.and_then(|key| call.world.uses.keys.get(&key.id));
        cells.extend([
            key.is_some_and(|key| key.is_active).to_string(),
            key.map_or_else(not_there, |key| date(key.created)),
            used.map_or_else(not_there, |used| date(used.at)),
            used.map_or_else(not_there, |used| used.region.clone()),
            used.map_or_else(not_there, |used| used.service.clone()),
        ]);
    }
    for _ in 0..2 {
        cells.extend(["false".to_owned(), not_there()]);
    }
    cells
}
