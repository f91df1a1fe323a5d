//! Actions: a line each, or one in full.

use super::columns::{Cell, table};
use super::paint::{QUIET, STRONG, TITLE, WARNING, paint};
use super::terminal;
use anstyle::Style;
use iam_catalog::{AccessLevel, Action, ActionResource, ConditionKey};
use serde_json::{Value, json};

/// However narrow the terminal, so much of the last column is shown.
const LEAST: usize = 8;

/// A line for each: name, access level, how many condition keys, resource types as far as they fit.
pub(crate) fn listed(actions: &[Action]) -> String {
    let title = "resource types";
    let widest = |text: &dyn Fn(&Action) -> usize| actions.iter().map(text).max().unwrap_or(0);
    let names = widest(&|action| action.to_string().len());
    let levels = widest(&|action| short(action.access_level()).len()).max("access".len());
    // Two columns before each column.
    let taken = 2 + names + 2 + levels + 2 + "keys".len() + 2;
    let rest = terminal::width().map(|width| width.saturating_sub(taken).max(LEAST));
    let rows: Vec<_> = actions
        .iter()
        .map(|action| {
            let types: Vec<String> = action.resource_types().map(marked).collect();
            let level = action.access_level();
            vec![
                Cell::plain(action.to_string()),
                Cell::styled(style(level), short(level)),
                Cell::number(action.all_condition_keys().len()),
                Cell::plain(fitting(&types, rest)),
            ]
        })
        .collect();
    table(&["action", "access", "keys", title], &rows)
}

/// Each in full.
pub(crate) fn in_full(actions: &[Action]) -> String {
    let shown = actions.iter().map(|action| one_in_full(*action));
    shown.collect::<Vec<_>>().join("\n\n")
}

/// For a program, all that is known of them.
pub(crate) fn json(actions: &[Action]) -> String {
    let actions: Vec<Value> = actions.iter().map(|action| object(*action)).collect();
    format!("{:#}", json!({ "actions": actions }))
}

fn one_in_full(action: Action) -> String {
    let level = action.access_level();
    let mut parts = vec![format!(
        "{}  {}  {}",
        paint(STRONG, action),
        paint(style(level), level),
        paint(QUIET, action.service().name())
    )];
    parts.push(resources_in_full(action));
    let keys = action.all_condition_keys();
    if !keys.is_empty() {
        parts.push(keys_in_full(action, &keys));
    }
    let dependents: Vec<&str> = action.dependent_actions().collect();
    if !dependents.is_empty() {
        let text = format!("  Needs as well: {}", dependents.join(", "));
        parts.push(terminal::wrapped(&text, terminal::width()));
    }
    if action.resource_types().any(|resource| resource.required) {
        parts.push(paint(QUIET, "  * named by every request"));
    }
    parts.join("\n\n")
}

/// The resource types with their ARNs: side by side, or where that is too wide, one below the other.
fn resources_in_full(action: Action) -> String {
    let resources: Vec<(String, &str)> = action
        .resource_types()
        .flat_map(|resource| {
            let names = std::iter::once(marked(resource)).chain(std::iter::repeat(String::new()));
            let formats = resource.resource_type.arn_formats();
            names.zip(formats.map(iam_catalog::ArnFormat::as_str))
        })
        .collect();
    if resources.is_empty() {
        return "  Acts on no resource: a statement that allows it names `*`.".to_owned();
    }
    let widest = |lengths: &mut dyn Iterator<Item = usize>| lengths.max().unwrap_or(0);
    let names = widest(&mut resources.iter().map(|(name, _)| name.len()));
    let formats = widest(&mut resources.iter().map(|(_, format)| format.len()));
    if terminal::width().is_some_and(|width| 2 + names + 2 + formats > width) {
        let lines = resources.iter().map(|(name, format)| match name.as_str() {
            "" => format!("    {}", paint(QUIET, format)),
            name => format!("  {name}\n    {}", paint(QUIET, format)),
        });
        return format!(
            "  {}\n{}",
            paint(QUIET, "resource type, its ARN"),
            lines.collect::<Vec<_>>().join("\n")
        );
    }
    let rows: Vec<_> = resources
        .into_iter()
        .map(|(name, format)| vec![Cell::plain(name), Cell::plain(format)])
        .collect();
    table(&["resource type", "ARN"], &rows)
}

/// The keys with their types, and with which resource types a request carries them, where it is not with all.
fn keys_in_full(action: Action, keys: &[ConditionKey]) -> String {
    let own: Vec<ConditionKey> = action.condition_keys().collect();
    let with = |key: &ConditionKey| -> Vec<String> {
        if own.contains(key) {
            return Vec::new();
        }
        action
            .resource_types()
            .filter(|resource| keys_of(*resource).contains(key))
            .map(|resource| resource.resource_type.name().to_owned())
            .collect()
    };
    let names = keys.iter().map(|key| key.name.len()).max().unwrap_or(0);
    let types = keys.iter().map(|key| key.type_name().len()).max().unwrap_or(0);
    let taken = 2 + names + 2 + types + 2;
    let rest = terminal::width().map(|width| width.saturating_sub(taken).max(LEAST));
    let rows: Vec<_> = keys
        .iter()
        .map(|key| {
            vec![
                Cell::plain(key.name),
                Cell::plain(key.type_name()),
                Cell::styled(QUIET, fitting(&with(key), rest)),
            ]
        })
        .collect();
    let only_own = keys.iter().all(|key| own.contains(key));
    table(
        &["condition key", "type", if only_own { "" } else { "only with" }],
        &rows,
    )
}

fn keys_of(resource: ActionResource) -> Vec<ConditionKey> {
    let of_type = resource.resource_type.condition_keys();
    let mut keys: Vec<ConditionKey> = resource.condition_keys().collect();
    keys.extend(of_type.filter(|key| !resource.condition_keys().any(|own| own == *key)));
    keys
}

fn object(action: Action) -> Value {
    let keys = |keys: Vec<ConditionKey>| -> Vec<Value> {
        keys.iter()
            .map(|key| json!({ "name": key.name, "type": key.type_name() }))
            .collect()
    };
    let resources: Vec<Value> = action
        .resource_types()
        .map(|resource| {
            json!({
                "name": resource.resource_type.name(),
                "required": resource.required,
                "arn_formats": resource.resource_type.arn_formats().map(iam_catalog::ArnFormat::as_str).collect::<Vec<_>>(),
                "condition_keys": keys(keys_of(resource)),
            })
        })
        .collect();
    json!({
        "action": action.to_string(),
        "service": action.service().name(),
        "access_level": action.access_level().as_str(),
        "resource_types": resources,
        "condition_keys": keys(action.condition_keys().collect()),
        "dependent_actions": action.dependent_actions().collect::<Vec<_>>(),
    })
}

fn marked(resource: ActionResource) -> String {
    let mark = if resource.required { "*" } else { "" };
    format!("{}{mark}", resource.resource_type.name())
}

/// The widest level is cut to a word that tells as much.
fn short(level: AccessLevel) -> &'static str {
    match level {
        AccessLevel::PermissionsManagement => "Permissions",
        other => other.as_str(),
    }
}

fn style(level: AccessLevel) -> Style {
    match level {
        AccessLevel::List | AccessLevel::Read => Style::new(),
        AccessLevel::Write | AccessLevel::Tagging => TITLE,
        AccessLevel::PermissionsManagement => WARNING,
    }
}

/// The names that fit, separated by commas, and how many more there are.
fn fitting(names: &[String], width: Option<usize>) -> String {
    let whole = names.join(", ");
    let Some(width) = width else { return whole };
    if whole.chars().count() <= width {
        return whole;
    }
    (1..names.len())
        .rev()
        .filter_map(|shown| {
            let text = names.get(..shown)?.join(", ");
            Some(format!("{text} +{}", names.len() - shown))
        })
        .find(|text| text.chars().count() <= width)
        .unwrap_or_else(|| {
            let more = names.len().saturating_sub(1);
            let more = if more == 0 {
                String::new()
            } else {
                format!(" +{more}")
            };
            let first = names.first().map_or("", String::as_str);
            // One column for the mark that it was cut.
            let room = width.saturating_sub(more.len() + 1);
            let cut: String = first.chars().take(room).collect();
            format!("{cut}…{more}")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_do_not_fit_are_counted() {
        let names = ["bucket*", "object", "accesspoint"].map(str::to_owned);
        assert_eq!(fitting(&names, None), "bucket*, object, accesspoint");
        assert_eq!(fitting(&names, Some(28)), "bucket*, object, accesspoint");
        assert_eq!(fitting(&names, Some(27)), "bucket*, object +1");
        assert_eq!(fitting(&names, Some(12)), "bucket* +2");
        assert_eq!(fitting(&names, Some(8)), "buck… +2");
        assert_eq!(fitting(&["accesspointobject".to_owned()], Some(8)), "accessp…");
        assert_eq!(fitting(&[], Some(3)), "");
    }
}
