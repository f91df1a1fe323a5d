//! `daypass actions`: what actions there are, and what they act on.

use crate::cli::{ActionsArgs, ListFormat};
use crate::exit::{Ending, Exit};
use crate::failure::Failure;
use crate::view;
use iam_catalog::{Action, actions_matching, service, services};
use iam_policy::syntax::nearest;
use std::collections::BTreeMap;

/// How many names are offered for one that there is not.
const OFFERED: usize = 2;

/// Runs `daypass actions`.
pub(crate) fn run(arguments: &ActionsArgs) -> Result<Ending, Failure> {
    if let Some(prefix) = &arguments.service
        && service(prefix).is_none()
    {
        return Err(no_service(prefix));
    }
    let of_service = |action: &Action| {
        let wanted = arguments.service.as_deref();
        wanted.is_none_or(|prefix| prefix.eq_ignore_ascii_case(action.service().prefix()))
    };
    let levels: Vec<_> = arguments
        .access_level
        .iter()
        .map(|choice| choice.level())
        .collect();
    let everything = ["*".to_owned()];
    let patterns = if arguments.patterns.is_empty() {
        everything.as_slice()
    } else {
        arguments.patterns.as_slice()
    };
    // By service and name, each once, whatever patterns it is in.
    let mut found = BTreeMap::new();
    let mut missing = Vec::new();
    for pattern in patterns {
        let full = whole_pattern(pattern, arguments.service.as_deref());
        let mut any = false;
        for action in actions_matching(&full).filter(of_service) {
            any = true;
            if levels.is_empty() || levels.contains(&action.access_level()) {
                let key = (action.service().prefix(), action.name().to_ascii_lowercase());
                found.insert(key, action);
            }
        }
        if !any {
            missing.push(no_action(pattern, &full));
        }
    }
    let found: Vec<Action> = found.into_values().collect();
    if found.is_empty() && missing.is_empty() {
        return Err(Failure::failed("none of these actions has such an access level")
            .help("leave out --access-level to see them all"));
    }
    let in_full = arguments.detail || (found.len() == 1 && patterns.len() == 1 && is_exact(patterns));
    let text = match arguments.format {
        ListFormat::Json => view::actions::json(&found),
        ListFormat::Human if in_full => view::actions::in_full(&found),
        ListFormat::Human => view::actions::listed(&found),
    };
    if !(found.is_empty() && arguments.format == ListFormat::Human)
        && let Err(error) = view::deliver(&text)
    {
        return super::not_written(&error);
    }
    for failure in &missing {
        view::failure(failure);
    }
    Ok(Ending::Own(if missing.is_empty() {
        Exit::Done
    } else {
        Exit::Failed
    }))
}

fn is_exact(patterns: &[String]) -> bool {
    !patterns.iter().any(|pattern| pattern.contains(['*', '?']))
}

/// A pattern as in a policy: a name alone is one of the service that was asked for, else of any.
fn whole_pattern(pattern: &str, service: Option<&str>) -> String {
    if pattern.contains(':') {
        pattern.to_owned()
    } else {
        format!("{}:{pattern}", service.unwrap_or("*"))
    }
}

fn no_service(prefix: &str) -> Failure {
    let failure = Failure::failed(format!("there is no service `{prefix}`"));
    match nearest(prefix, services().map(iam_catalog::Service::prefix)) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure
            .help("a service is named by what stands before the colon of its actions, such as s3 or logs"),
    }
}

/// Why a pattern stands for nothing, with the names that may have been meant.
fn no_action(pattern: &str, full: &str) -> Failure {
    let (prefix, name) = full.split_once(':').unwrap_or(("*", full));
    let any_service = prefix.contains(['*', '?']);
    let known = service(prefix);
    if known.is_none() && !any_service {
        return match known_elsewhere(prefix, name) {
            Some(near) => Failure::failed(format!("there is no service `{prefix}`"))
                .help(format!("did you mean {near}?")),
            None => no_service(prefix),
        };
    }
    let failure = Failure::failed(format!("there is no action `{pattern}`"));
    if let Some(service) = service(pattern) {
        let (prefix, name) = (service.prefix(), service.name());
        return failure.help(format!("daypass actions '{prefix}:*'   lists those of {name}"));
    }
    let offered = match known {
        Some(service) => near_names(name, service.actions().map(Action::name))
            .iter()
            .map(|name| format!("`{}:{name}`", service.prefix()))
            .collect::<Vec<_>>(),
        None => near_names(name, actions_matching("*").map(Action::name))
            .iter()
            .map(|name| format!("`{name}`"))
            .collect(),
    };
    if !offered.is_empty() {
        return failure.help(format!("did you mean {}?", offered.join(" or ")));
    }
    match known {
        Some(service) => failure.help(format!(
            "daypass actions '{}:*'   lists those of {}",
            service.prefix(),
            service.name()
        )),
        None => failure.help("a name without a service is looked for in all; `*` stands for any characters"),
    }
}

/// The service with the nearest prefix, when it has the action.
fn known_elsewhere(prefix: &str, name: &str) -> Option<String> {
    let near = nearest(prefix, services().map(iam_catalog::Service::prefix))?;
    let full = format!("{near}:{name}");
    actions_matching(&full)
        .next()
        .is_some()
        .then(|| format!("`{full}`"))
}

/// The nearest names, the nearest first.
fn near_names<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    let plain: String = name.chars().filter(|c| !matches!(c, '*' | '?')).collect();
    if plain.is_empty() {
        return Vec::new();
    }
    let mut names: Vec<&str> = names.collect();
    let mut near = Vec::new();
    while near.len() < OFFERED
        && let Some(next) = nearest(&plain, names.iter().copied())
    {
        near.push(next);
        names.retain(|name| *name != next);
    }
    near
}
