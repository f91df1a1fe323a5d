//! What LookupEvents is asked for: read from JSON, and held against CloudTrail's constraints, each with its own error
//! ("LookupEvents", AWS CloudTrail API Reference).

use iam_policy::syntax::{Node, NodeKind, parse_json};

use super::told::Told;
use crate::models::{Kind, Model};
use crate::operations::call::Call;
use crate::wire::Service;
use crate::wire::error::ApiError;

/// Both the default and the most.
const MOST: usize = 50;

/// What tokens begin with, so that nothing else that the sandbox has sealed is one.
const MARK: &str = "LookupEvents";

pub(super) struct Input {
    attribute: Option<(String, String)>,
    start: Option<f64>,
    end: Option<f64>,
    pub(super) wants_insights: bool,
    pub(super) most: usize,
    next: Option<String>,
}

impl Input {
    pub(super) fn read(call: &Call<'_>) -> Result<Input, ApiError> {
        let mut input = Input {
            attribute: None,
            start: None,
            end: None,
            wants_insights: false,
            most: MOST,
            next: None,
        };
        let body = std::str::from_utf8(&call.input.body).map_err(|_| malformed("The body is not UTF-8"))?;
        if body.trim().is_empty() {
            return Ok(input);
        }
        let node = parse_json(body).map_err(|_| malformed("The body is not valid JSON"))?;
        for (name, value) in object(&node, "The body")? {
            match name {
                // A null is nothing.
                _ if matches!(value.kind, NodeKind::Null) => {}
                "LookupAttributes" => input.attribute = attribute(value)?,
                "StartTime" => input.start = Some(number(value, name)?),
                "EndTime" => input.end = Some(number(value, name)?),
                "EventCategory" => input.wants_insights = is_insight(text(value, name)?)?,
                "MaxResults" => input.most = most(value)?,
                "NextToken" => input.next = Some(text(value, name)?.to_owned()),
                // As AWS does.
                _ => {}
            }
        }
        if let (Some(start), Some(end)) = (input.start, input.end)
            && start > end
        {
            return Err(ApiError::new(
                400,
                "InvalidTimeRangeException",
                "The start time must be before the end time.",
            ));
        }
        Ok(input)
    }

    /// Is it one of the events that are asked for?
    pub(super) fn wants(&self, told: &Told<'_>) -> bool {
        #[expect(
            clippy::cast_precision_loss,
            reason = "seconds, which a double holds for long"
        )]
        let at = told.seconds() as f64;
        let is_in_time = self.start.is_none_or(|start| at >= start) && self.end.is_none_or(|end| at <= end);
        is_in_time
            && self
                .attribute
                .as_ref()
                .is_none_or(|(key, value)| told.has(key, value))
    }

    /// The number of the call before which the page begins. The token only goes with the same question as before.
    pub(super) fn before(&self, call: &Call<'_>) -> Result<u64, ApiError> {
        let Some(token) = &self.next else {
            return Ok(u64::MAX);
        };
        let opened = call.world.seal.open(token);
        let number = opened.as_deref().and_then(|text| {
            let (number, question) = text.strip_prefix(MARK)?.trim_start().split_once(' ')?;
            (question == self.question(call)).then(|| number.parse().ok())?
        });
        number.ok_or_else(|| {
            ApiError::new(
                400,
                "InvalidNextTokenException",
                "The token is invalid, or was for a request with other parameters.",
            )
        })
    }

    /// What goes on behind the call of this number.
    pub(super) fn token(&self, call: &Call<'_>, number: u64) -> String {
        let text = format!("{MARK} {number} {}", self.question(call));
        call.world.seal.close(&text)
    }

    fn question(&self, call: &Call<'_>) -> String {
        let times = (self.start, self.end);
        format!(
            "{} {} {:?} {times:?}",
            call.account_id(),
            call.region,
            self.attribute
        )
    }
}

fn attribute(value: &Node) -> Result<Option<(String, String)>, ApiError> {
    let invalid = |message: &str| ApiError::new(400, "InvalidLookupAttributesException", message);
    let NodeKind::Array(items) = &value.kind else {
        return Err(malformed("LookupAttributes is not a list"));
    };
    let [item] = items.as_slice() else {
        return match items.len() {
            0 => Ok(None),
            _ => Err(invalid("The list of lookup attributes can have only one item.")),
        };
    };
    let (mut key, mut wanted) = (None, None);
    for (name, value) in object(item, "LookupAttributes")? {
        match name {
            "AttributeKey" => key = Some(text(value, name)?),
            "AttributeValue" => wanted = Some(text(value, name)?),
            _ => {}
        }
    }
    let (Some(key), Some(wanted)) = (key, wanted) else {
        return Err(invalid(
            "A lookup attribute needs an AttributeKey and an AttributeValue.",
        ));
    };
    let model = Model::of(Service::CloudTrail);
    let known = model.shape("LookupAttributeKey");
    if !known.is_some_and(|shape| matches!(&shape.kind, Kind::Enum(keys) if keys.contains(&key))) {
        return Err(invalid(&format!("{key} is not a lookup attribute.")));
    }
    let length = i64::try_from(wanted.chars().count()).unwrap_or(i64::MAX);
    let fits = model.shape("LookupAttributeValue").is_none_or(|shape| {
        shape.least.is_none_or(|least| length >= least) && shape.most.is_none_or(|most| length <= most)
    });
    if !fits {
        return Err(invalid(
            "The value of a lookup attribute has 1 to 2000 characters.",
        ));
    }
    Ok(Some((key.to_owned(), wanted.to_owned())))
}

fn is_insight(category: &str) -> Result<bool, ApiError> {
    if category == "insight" {
        return Ok(true);
    }
    Err(ApiError::new(
        400,
        "InvalidEventCategoryException",
        format!("{category} is not an event category: the only one is insight."),
    ))
}

fn most(value: &Node) -> Result<usize, ApiError> {
    let NodeKind::Number(text) = &value.kind else {
        return Err(malformed("MaxResults is not a number"));
    };
    let number: i64 = text
        .parse()
        .map_err(|_| malformed("MaxResults is not a whole number"))?;
    usize::try_from(number)
        .ok()
        .filter(|number| (1..=MOST).contains(number))
        .ok_or_else(|| {
            ApiError::new(
                400,
                "InvalidMaxResultsException",
                format!("MaxResults is {number}; it must be from 1 to {MOST}."),
            )
        })
}

fn object<'n>(node: &'n Node, what: &str) -> Result<impl Iterator<Item = (&'n str, &'n Node)>, ApiError> {
    let NodeKind::Object(members) = &node.kind else {
        return Err(malformed(&format!("{what} is not an object")));
    };
    Ok(members.iter().map(|member| (member.key.as_str(), &member.value)))
}

fn text<'n>(node: &'n Node, name: &str) -> Result<&'n str, ApiError> {
    match &node.kind {
        NodeKind::String(text) => Ok(text),
        _ => Err(malformed(&format!("{name} is not a string"))),
    }
}

/// Seconds since 1970, maybe with a point.
fn number(node: &Node, name: &str) -> Result<f64, ApiError> {
    let parsed = match &node.kind {
        NodeKind::Number(text) => text.parse().ok(),
        _ => None,
    };
    parsed.ok_or_else(|| malformed(&format!("{name} is not a number of seconds")))
}

fn malformed(message: &str) -> ApiError {
    ApiError::new(400, "SerializationException", message)
}
