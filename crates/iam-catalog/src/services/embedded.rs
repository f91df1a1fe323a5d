//! The services as they are embedded: an index, and a block for each, unpacked on first use.
//! Written by `xtask/python/catalog_services.py`, whose `services` says what a line holds.

use super::{AccessLevel, ConditionKey};
use crate::Provenance;
use crate::unpack::unpacked;
use std::ops::Range;
use std::sync::OnceLock;

static INDEX: &[u8] = include_bytes!("../../data/services.index.zst");
static BLOCKS: &[u8] = include_bytes!("../../data/services.zst");

pub(super) struct Index {
    pub(super) source: Provenance,
    pub(super) dependents_source: Provenance,
    pub(super) shared_keys: Vec<ConditionKey>,
    pub(super) services: Vec<Entry>,
}

pub(super) struct Entry {
    pub(super) prefix: &'static str,
    pub(super) name: &'static str,
    pub(super) actions: usize,
    pub(super) resource_types: usize,
    pub(super) condition_keys: usize,
    frame: Range<usize>,
    text: OnceLock<String>,
    tables: OnceLock<Tables>,
}

/// What a service defines; the lists in its rows are read when they are asked for.
pub(super) struct Tables {
    pub(super) condition_keys: Vec<ConditionKey>,
    pub(super) resource_types: Vec<ResourceTypeRow>,
    pub(super) actions: Vec<ActionRow>,
}

#[derive(PartialEq, Eq)]
pub(super) struct ResourceTypeRow {
    pub(super) name: &'static str,
    pub(super) arn_formats: &'static str,
    pub(super) condition_keys: &'static str,
}

#[derive(PartialEq, Eq)]
pub(super) struct ActionRow {
    pub(super) name: &'static str,
    pub(super) access_level: AccessLevel,
    pub(super) resource_types: &'static str,
    pub(super) condition_keys: &'static str,
    pub(super) dependents: &'static str,
}

/// The index, unpacked once.
pub(super) fn index() -> &'static Index {
    static TEXT: OnceLock<String> = OnceLock::new();
    static READ: OnceLock<Index> = OnceLock::new();
    READ.get_or_init(|| Index::read(TEXT.get_or_init(|| unpacked(INDEX))))
}

/// What stands at the places that `list` names, told apart by `separator`.
pub(super) fn places<T: Copy>(
    rows: &'static [T],
    list: &'static str,
    separator: char,
) -> impl Iterator<Item = T> {
    list.split(separator)
        .filter_map(|place| rows.get(place.parse::<usize>().ok()?).copied())
}

impl Index {
    fn read(text: &'static str) -> Index {
        let mut lines = text.lines();
        let source = provenance(lines.next());
        let dependents_source = provenance(lines.next());
        let shared = lines.next().and_then(|count| count.parse().ok()).unwrap_or(0);
        let shared_keys = lines
            .by_ref()
            .take(shared)
            .filter_map(ConditionKey::read)
            .collect();
        let mut start = 0;
        let services = lines.filter_map(|line| {
            let mut fields = line.split('\t');
            let (prefix, name) = (fields.next()?, fields.next()?);
            let mut numbers = fields.map_while(|field| field.parse::<usize>().ok());
            let frame = start..numbers.next()?;
            start = frame.end;
            Some(Entry {
                prefix,
                name,
                actions: numbers.next()?,
                resource_types: numbers.next()?,
                condition_keys: numbers.next()?,
                frame,
                text: OnceLock::new(),
                tables: OnceLock::new(),
            })
        });
        Index {
            source,
            dependents_source,
            shared_keys,
            services: services.collect(),
        }
    }
}

impl Entry {
    pub(super) fn tables(&'static self) -> &'static Tables {
        self.tables.get_or_init(|| Tables::read(self.text()))
    }

    fn text(&'static self) -> &'static str {
        self.text
            .get_or_init(|| BLOCKS.get(self.frame.clone()).map(unpacked).unwrap_or_default())
    }
}

impl Tables {
    fn read(text: &'static str) -> Tables {
        let mut lines = text.lines();
        let mut counts = lines
            .next()
            .unwrap_or_default()
            .split(' ')
            .filter_map(|count| count.parse::<usize>().ok());
        let (keys, resource_types) = (counts.next().unwrap_or(0), counts.next().unwrap_or(0));
        Tables {
            condition_keys: lines.by_ref().take(keys).filter_map(ConditionKey::read).collect(),
            resource_types: lines
                .by_ref()
                .take(resource_types)
                .filter_map(ResourceTypeRow::read)
                .collect(),
            actions: lines.filter_map(ActionRow::read).collect(),
        }
    }
}

impl ResourceTypeRow {
    fn read(line: &'static str) -> Option<ResourceTypeRow> {
        let mut fields = line.split('\t');
        Some(ResourceTypeRow {
            name: fields.next()?,
            arn_formats: fields.next()?,
            condition_keys: fields.next()?,
        })
    }
}

impl ActionRow {
    fn read(line: &'static str) -> Option<ActionRow> {
        let mut fields = line.split('\t');
        Some(ActionRow {
            name: fields.next()?,
            access_level: match fields.next()? {
                "List" => AccessLevel::List,
                "Read" => AccessLevel::Read,
                "Write" => AccessLevel::Write,
                "Permissions" => AccessLevel::PermissionsManagement,
                "Tagging" => AccessLevel::Tagging,
                _ => return None,
            },
            resource_types: fields.next()?,
            condition_keys: fields.next()?,
            dependents: fields.next()?,
        })
    }
}

fn provenance(line: Option<&'static str>) -> Provenance {
    let (package, as_of) = line.and_then(|line| line.split_once('\t')).unwrap_or_default();
    Provenance { package, as_of }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line that cannot be read would be left out; so none is.
    #[test]
    fn every_line_is_read() {
        let mut frames = 0;
        for entry in &index().services {
            let tables = entry.tables();
            let read = (
                tables.condition_keys.len(),
                tables.resource_types.len(),
                tables.actions.len(),
            );
            let said = (entry.condition_keys, entry.resource_types, entry.actions);
            assert_eq!(read, said, "{}", entry.prefix);
            let counts = format!("{} {} {}", read.0, read.1, read.2);
            assert_eq!(
                entry.text().lines().next(),
                Some(counts.as_str()),
                "{}",
                entry.prefix
            );
            assert_eq!(
                entry.text().lines().count(),
                1 + read.0 + read.1 + read.2,
                "{}",
                entry.prefix
            );
            frames = entry.frame.end;
        }
        assert_eq!(frames, BLOCKS.len());
    }

    #[test]
    fn what_is_embedded_stays_small() {
        assert!(INDEX.len() + BLOCKS.len() < 350_000);
    }
}
