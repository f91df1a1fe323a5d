//! ARNs of documents beside the forms that services' ARNs have.
//! Service Authorization Reference: "Resource types defined by" each service.

use std::collections::HashMap;
use std::sync::OnceLock;

use iam_catalog::{ArnFormat, ResourceType, Service};
use iam_policy::Value;

use crate::rules::wildcard::{Case, overlap};
use crate::rules::{arn, opened};

/// A part of an ARN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Partition,
    Region,
    Account,
    Resource,
}

/// An ARN or a pattern of ARNs as written, cut into its parts.
#[derive(Debug, Clone)]
pub(crate) struct WrittenArn<'d> {
    pub(crate) value: &'d Value,
    parts: [&'d str; 6],
    /// Whether anything is known of ARNs of its service.
    pub(crate) has_forms: bool,
    /// The forms whose resource part it can be.
    pub(crate) alike: Vec<&'static Form>,
}

/// The form of a type's ARNs, cut into its parts.
#[derive(Debug)]
pub(crate) struct Form {
    format: ArnFormat,
    parts: [&'static str; 6],
    /// Its resource part as a pattern: a variable part is one character at least.
    resource: String,
}

impl<'d> WrittenArn<'d> {
    /// `beside`: the services whose actions stand in the same statement; some of them have ARNs of other services.
    pub(crate) fn read(value: &'d Value, beside: &[Service]) -> Option<Self> {
        let parts = arn(&value.text)?;
        let [_, _, service, _, _, resource] = parts;
        let own = iam_catalog::service(service);
        let others = beside.iter().copied().filter(|other| own != Some(*other));
        let forms = || {
            own.into_iter()
                .chain(others.clone())
                .flat_map(forms)
                .filter(|form| form.parts.get(2) == Some(&service))
        };
        let wanted = opened(resource);
        Some(WrittenArn {
            value,
            parts,
            has_forms: forms().next().is_some(),
            alike: forms().filter(|form| form.may_have(&wanted)).collect(),
        })
    }

    pub(crate) fn service(&self) -> &'d str {
        let [_, _, service, ..] = self.parts;
        service
    }

    pub(crate) fn part(&self, part: Part) -> &'d str {
        at(self.parts, part)
    }
}

impl Form {
    fn cut(format: ArnFormat) -> Option<Self> {
        let parts = arn(format.as_str())?;
        let [.., resource] = parts;
        Some(Form {
            format,
            parts,
            resource: open_form(resource),
        })
    }

    pub(crate) fn part(&self, part: Part) -> &'static str {
        at(self.parts, part)
    }

    /// Whether the pattern, its variables opened, can be the resource part of such an ARN.
    fn may_have(&self, wanted: &str) -> bool {
        let literal = |text: &str| text.find(['*', '?']).unwrap_or(text.len());
        let both = literal(&self.resource).min(literal(wanted));
        // Most are told apart by how they begin.
        self.resource.as_bytes().get(..both) == wanted.as_bytes().get(..both)
            && overlap(&self.resource, wanted, Case::Differs)
    }

    /// Whether the pattern is about ARNs of this form: with a region and an account where it has them.
    /// (`ArnFormat::may_be` takes ARNs without a region for any form.)
    pub(crate) fn is_meant_by(&self, pattern: &str) -> bool {
        arn(pattern).is_some_and(|parts| {
            let [_, _, service, region, account, resource] = parts;
            Some(&service) == self.parts.get(2)
                && region.is_empty() == self.part(Part::Region).is_empty()
                && account.is_empty() == self.part(Part::Account).is_empty()
                && self.may_have(&opened(resource))
        })
    }

    /// `ArnFormat::may_be`, the plain cases decided by how the ARNs begin.
    pub(crate) fn may_be(&self, pattern: &str) -> bool {
        let Some([_, _, service, _, _, resource]) = arn(pattern) else {
            return self.format.may_be(pattern);
        };
        let literal = |text: &str| text.find(['*', '?', '$']).unwrap_or(text.len());
        let both = literal(&self.resource).min(literal(resource));
        Some(&service) == self.parts.get(2)
            && self.resource.as_bytes().get(..both) == resource.as_bytes().get(..both)
            && self.format.may_be(pattern)
    }

    /// An ARN of this form with names that nobody has in mind.
    pub(crate) fn some_arn(&self) -> String {
        let mut arn = String::new();
        let mut rest = self.format.as_str();
        while let Some((before, behind)) = rest.split_once("${") {
            arn.push_str(before);
            let (name, behind) = behind.split_once('}').unwrap_or((behind, ""));
            arn.push_str(if name == "Partition" { "aws" } else { "x7any7x" });
            rest = behind;
        }
        arn + rest
    }
}

/// The forms of a service's ARNs, cut once.
pub(crate) fn forms(service: Service) -> impl Iterator<Item = &'static Form> + Clone {
    types(service).iter().flat_map(|(_, forms)| forms)
}

/// The forms of one type's ARNs.
pub(crate) fn forms_of(kind: ResourceType) -> &'static [Form] {
    let found = types(kind.service())
        .iter()
        .find(|(name, _)| *name == kind.name());
    found.map_or(&[], |(_, forms)| forms.as_slice())
}

type Types = Vec<(&'static str, Vec<Form>)>;

fn types(service: Service) -> &'static Types {
    static ALL: OnceLock<HashMap<&'static str, OnceLock<Types>>> = OnceLock::new();
    static NONE: Types = Vec::new();
    let all = ALL.get_or_init(|| {
        iam_catalog::services()
            .map(|service| (service.prefix(), OnceLock::new()))
            .collect()
    });
    let read = |service: Service| {
        service
            .resource_types()
            .map(|kind| (kind.name(), kind.arn_formats().filter_map(Form::cut).collect()))
            .collect()
    };
    all.get(service.prefix())
        .map_or(&NONE, |types| types.get_or_init(|| read(service)))
}

fn at(parts: [&str; 6], part: Part) -> &str {
    let [_, partition, _, region, account, resource] = parts;
    match part {
        Part::Partition => partition,
        Part::Region => region,
        Part::Account => account,
        Part::Resource => resource,
    }
}

fn open_form(part: &str) -> String {
    let mut open = String::with_capacity(part.len());
    let mut rest = part;
    while let Some((before, behind)) = rest.split_once("${") {
        open.push_str(before);
        open.push_str("?*");
        rest = behind.split_once('}').map_or("", |(_, behind)| behind);
    }
    open.push_str(rest);
    open
}
