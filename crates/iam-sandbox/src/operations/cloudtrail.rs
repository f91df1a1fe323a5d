//! CloudTrail's event history: the call log, as an account sees it.

mod input;
mod told;

use super::Operation;
use super::call::Call;
use crate::authorization::{Authorization, Check};
use crate::event::Event;
use crate::record::CallRecord;
use crate::wire::Service::CloudTrail;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::wire::json::Json;
use input::Input;
use told::Told;

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    service: CloudTrail,
    name: "LookupEvents",
    authorize,
    run: lookup,
}];

/// "Event history": 90 days ("Working with CloudTrail event history", AWS CloudTrail User Guide).
const KEPT_SECONDS: i64 = 90 * 24 * 60 * 60;

/// "Actions, resources, and condition keys for AWS CloudTrail", Service Authorization Reference: no resource types.
fn authorize(call: &Call<'_>) -> Result<Authorization, ApiError> {
    Input::read(call)?;
    Authorization::one(Check::new("cloudtrail:LookupEvents", "*"))
}

/// "LookupEvents", AWS CloudTrail API Reference.
fn lookup(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let input = Input::read(call)?;
    let before = input.before(call)?;
    let oldest = call.now().as_second() - KEPT_SECONDS;
    // Of Insights events there are none.
    let log = call.log.iter().rev().take_while(|_| !input.wants_insights);
    let mut found = log
        .zip((0..=call.recorded).rev())
        .filter(|(record, number)| *number < before && record.at.as_second() >= oldest)
        .filter_map(|(record, number)| Some((visible(call, record)?, number)))
        .filter(|(told, _)| input.wants(told));
    let mut events = Vec::new();
    let mut last = 0;
    for (told, number) in found.by_ref().take(input.most) {
        last = number;
        events.push(told.json());
    }
    let mut answer = vec![("Events".to_owned(), Json::List(events))];
    if found.next().is_some() {
        answer.push(("NextToken".to_owned(), Json::Text(input.token(call, last))));
    }
    Ok(Answer::Json(Json::Object(answer)))
}

/// An account sees what its principals did, and who assumed its roles; each in the region of the call.
fn visible<'a>(call: &Call<'_>, record: &'a CallRecord) -> Option<Told<'a>> {
    let event: &Event = record.event.as_deref()?;
    let account = call.account_id();
    let is_own = event.caller.account == *account;
    let is_on_role = event.role_account.as_ref() == Some(account) && record.error_code.is_none();
    ((is_own || is_on_role) && *event.region == *call.region).then(|| Told::new(record, event, account))
}
