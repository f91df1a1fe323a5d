//! `daypass catalog`: what is known of AWS, and as of when.

use crate::cli::{CatalogArgs, ListFormat};
use crate::commands::completions::deliver;
use crate::exit::Ending;
use crate::failure::Failure;
use crate::view::catalog::{self, Part};
use iam_catalog::{
    Service, dependent_actions_source, managed_policies, managed_policies_source, services,
    shared_condition_keys, source,
};

/// Runs `daypass catalog`.
pub(crate) fn run(arguments: &CatalogArgs) -> Result<Ending, Failure> {
    let sum = |count: fn(Service) -> usize| services().map(count).sum::<usize>();
    let parts = [
        Part {
            what: "services",
            source: source(),
            counts: vec![
                ("services", services().len()),
                ("actions", sum(Service::action_count)),
                ("resource types", sum(Service::resource_type_count)),
                (
                    "condition keys",
                    sum(Service::condition_key_count) + shared_condition_keys().len(),
                ),
            ],
        },
        Part {
            what: "dependent actions",
            source: dependent_actions_source(),
            counts: Vec::new(),
        },
        Part {
            what: "AWS managed policies",
            source: managed_policies_source(),
            counts: vec![("AWS managed policies", managed_policies().len())],
        },
    ];
    deliver(&match (arguments.format, arguments.version) {
        (ListFormat::Json, _) => catalog::json(&parts),
        (ListFormat::Human, true) => catalog::sources(&parts),
        (ListFormat::Human, false) => catalog::in_full(&parts),
    })
}
