//! A case as read: what is expected of which actions on which resources, and whether AWS can be asked that at all.

use std::collections::HashMap;

use iam_policy::syntax::{Node, nearest};
use iam_policy::{Decision, PolicyKind, Span};

use super::super::actions::{ActionNames, expand_actions};
use super::super::sense::{ActedOn, Oddity, odd_resource};
use super::super::shape::{CASE, REASON};
use super::circumstances::{Circumstances, circumstances};
use super::{Expectation, ExpectedReason};
use crate::team::finding::{Place, Rule};
use crate::team::reader::{At, Fields, Reader, shortened};

/// A case as read.
#[derive(Debug)]
pub(in super::super) struct CaseDraft {
    pub(in super::super) span: Span,
    pub(in super::super) name: Option<String>,
    pub(in super::super) expectation: Expectation,
    pub(in super::super) actions: Vec<String>,
    /// As written, wildcards included.
    pub(in super::super) written_actions: Vec<String>,
    pub(in super::super) resources: Vec<String>,
    pub(in super::super) circumstances: Circumstances,
    pub(in super::super) reason: Option<ExpectedReason>,
}

/// What actions can be about, each as written looked up once.
#[derive(Debug, Default)]
pub(super) struct Fitting {
    known: HashMap<String, ActedOn>,
}

impl Fitting {
    fn acted_on(&mut self, action: &str) -> &ActedOn {
        self.known
            .entry(action.to_owned())
            .or_insert_with(|| ActedOn::of(action))
    }
}

pub(super) fn case(
    reader: &mut Reader<'_>,
    node: &Node,
    nth: usize,
    defaults: &Circumstances,
    fitting: &mut Fitting,
) -> Option<CaseDraft> {
    let what = format!("case {}", nth + 1);
    let fields = reader.fields(node, &what, &CASE)?;
    let name = reader.optional_text(fields, "name").map(|name| name.value);
    let (expectation, key) = if fields.get("allow").is_some() {
        (Expectation::Allow, "allow")
    } else {
        (Expectation::Deny, "deny")
    };
    let mut entries: Vec<At<String>> = Vec::new();
    let mut actions: Vec<String> = Vec::new();
    let items = fields
        .get(key)
        .map(|node| reader.one_or_list(node, key))
        .unwrap_or_default();
    for item in items {
        if let Some(text) = reader.text(item, key) {
            for action in expanded(reader, &text) {
                if !actions.contains(&action) {
                    actions.push(action);
                }
            }
            entries.push(text);
        }
    }
    let items = fields
        .get("on")
        .map(|node| reader.one_or_list(node, "on"))
        .unwrap_or_default();
    let mut written: Vec<At<String>> = Vec::new();
    for item in items {
        if let Some(text) = reader.text(item, "on") {
            resource(reader, &text);
            written.push(text);
        }
    }
    never_on(reader, &entries, &written, fitting);
    let mut resources: Vec<String> = written.into_iter().map(|text| text.value).collect();
    if resources.is_empty() {
        resources.push("*".to_owned());
    }
    let own = circumstances(reader, fields);
    let circumstances = own.or(defaults);
    if !circumstances.names_principal {
        let help =
            "add `principal` to it, or to `defaults`: arn:aws:iam::111122223333:role/app, for instance";
        reader.error(
            first_line(node),
            Rule::MissingKey,
            format!("{what} has no principal"),
            help,
        );
    }
    let reason = fields
        .get("reason")
        .and_then(|node| reason(reader, node, expectation));
    Some(CaseDraft {
        span: first_line(node),
        name,
        expectation,
        actions,
        written_actions: entries.into_iter().map(|text| text.value).collect(),
        resources,
        circumstances,
        reason,
    })
}

/// The first key and value of a case: enough to find it by.
fn first_line(node: &Node) -> Span {
    let first = node.as_object().and_then(|members| members.first());
    first.map_or(node.span, |member| {
        Span::new(member.key_span.start(), member.value.span.end())
    })
}

/// The actions; a name that is nearly an action's is taken for a mistake: a deny of it would prove nothing.
fn expanded(reader: &mut Reader<'_>, text: &At<String>) -> Vec<String> {
    let quoted = shortened(&text.value);
    let as_of = iam_catalog::source().as_of;
    match expand_actions(&text.value) {
        ActionNames::Known(names) => return names,
        ActionNames::Unknown { near: Some(near) } => {
            let message = format!("AWS had no action `{quoted}` as of {as_of}");
            let help = format!("did you mean {near}?");
            reader
                .findings
                .error(&text.place, Rule::WrongValue, message, help);
        }
        ActionNames::Unknown { near: None } => {
            let message = format!("AWS had no action `{quoted}` as of {as_of}");
            let help = "see that it is right; an action that AWS has added since is not known here";
            reader
                .findings
                .warning(&text.place, Rule::WrongValue, message, help);
            return vec![text.value.clone()];
        }
        ActionNames::None { near } => {
            let message = format!("`{quoted}` stands for no action");
            let help = match near {
                Some(near) => format!("did you mean {near}?"),
                None => "write it as s3:GetObject or s3:Get*; `daypass actions` lists them".to_owned(),
            };
            reader
                .findings
                .error(&text.place, Rule::WrongValue, message, help);
        }
    }
    Vec::new()
}

/// Tells of actions that are on none of the resources, and of resources that none of the actions is on. In between not
/// every action need be on every resource: buckets and their objects are listed together, as in policies.
fn never_on(
    reader: &mut Reader<'_>,
    entries: &[At<String>],
    resources: &[At<String>],
    fitting: &mut Fitting,
) {
    if resources.is_empty() {
        return;
    }
    let texts: Vec<&str> = resources.iter().map(|text| text.value.as_str()).collect();
    let mut is_met = vec![false; resources.len()];
    let mut tell = |place: &Place, odd: Oddity| {
        reader
            .findings
            .warning(place, Rule::WrongValue, odd.message, odd.help);
    };
    let mut any_fits = false;
    for entry in entries {
        let acted_on = fitting.acted_on(&entry.value);
        let fits: Vec<bool> = texts.iter().map(|text| acted_on.includes(text)).collect();
        for (is_met, fits) in is_met.iter_mut().zip(&fits) {
            *is_met |= fits;
        }
        if fits.contains(&true) {
            any_fits = true;
            continue;
        }
        let place = match resources {
            [only] => &only.place,
            _ => &entry.place,
        };
        tell(place, odd_resource(&entry.value, &texts));
    }
    let strangers = resources
        .iter()
        .zip(is_met)
        .filter(|(_, is_met)| any_fits && !is_met);
    for (resource, _) in strangers {
        let odd = match entries {
            [only] => odd_resource(&only.value, &[&resource.value]),
            _ => Oddity {
                is_certain: false,
                message: format!("none of the actions is ever on {}", shortened(&resource.value)),
                help: "name a resource that one of them is about, or leave it out".to_owned(),
            },
        };
        tell(&resource.place, odd);
    }
}

fn resource(reader: &mut Reader<'_>, text: &At<String>) {
    let is_right = text.value == "*" || text.value.starts_with("arn:") && text.value.split(':').count() >= 6;
    // `arn:aws:s3*` is a pattern of ARNs too.
    let is_pattern = text.value.starts_with("arn:") && text.value.contains('*');
    if !is_right && !is_pattern {
        let message = format!("`{}` is no ARN", shortened(&text.value));
        let help = "write it as arn:aws:s3:::bucket/key, or `*` for every resource that the action has";
        reader
            .findings
            .error(&text.place, Rule::WrongValue, message, help);
    }
}

fn reason(reader: &mut Reader<'_>, node: &Node, expectation: Expectation) -> Option<ExpectedReason> {
    if node.as_object().is_none() {
        let statement = reader.text(node, "reason")?;
        return Some(ExpectedReason {
            statement: Some(statement.value),
            ..ExpectedReason::default()
        });
    }
    let fields = reader.fields(node, "the reason", &REASON)?;
    let decisions = [Decision::Allow, Decision::ImplicitDeny, Decision::ExplicitDeny];
    let decision = choice(reader, fields, "decision", &decisions, Decision::as_str);
    if let Some(decision) = &decision
        && !expectation.is_met_by(decision.value)
    {
        let message = format!(
            "the case expects {}, and its reason says {}",
            expectation.as_str(),
            decision.value
        );
        reader
            .findings
            .error(&decision.place, Rule::WrongValue, message, "");
    }
    Some(ExpectedReason {
        decision: decision.map(|decision| decision.value),
        statement: reader.optional_text(fields, "statement").map(|text| text.value),
        policy: choice(reader, fields, "policy", &PolicyKind::ALL, PolicyKind::as_str).map(|kind| kind.value),
        key: reader.optional_text(fields, "key").map(|text| text.value),
    })
}

/// One of several values, by its name.
fn choice<T: Copy>(
    reader: &mut Reader<'_>,
    fields: Fields<'_>,
    key: &str,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Option<At<T>> {
    let text = reader.optional_text(fields, key)?;
    if let Some(found) = all.iter().find(|value| name(**value) == text.value) {
        return Some(At {
            value: *found,
            place: text.place,
        });
    }
    let names: Vec<&str> = all.iter().map(|value| name(*value)).collect();
    let help = match nearest(&text.value, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it is one of {}", names.join(", ")),
    };
    let message = format!("unknown {key} `{}`", shortened(&text.value));
    reader
        .findings
        .error(&text.place, Rule::WrongValue, message, help);
    None
}
