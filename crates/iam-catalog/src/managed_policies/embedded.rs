//! The managed policies as they are embedded: an index and blocks of documents, each unpacked on first use.
//! Written by `xtask/python/catalog.py`, whose `managed_policies` says what a line of the index holds.

use std::ops::Range;
use std::sync::OnceLock;

use super::ManagedPolicy;
use crate::Provenance;
use crate::unpack::unpacked;

static INDEX: &[u8] = include_bytes!("../../data/managed-policies.index.zst");
static BLOCKS: &[u8] = include_bytes!("../../data/managed-policies.zst");

/// Where a document stands: the block, and the bytes in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    block: usize,
    start: usize,
    end: usize,
}

pub(super) struct Embedded {
    pub(super) source: Provenance,
    pub(super) policies: Vec<ManagedPolicy>,
    blocks: Vec<Block>,
}

struct Block {
    frame: Range<usize>,
    text: OnceLock<String>,
}

/// The index, unpacked once (about a millisecond).
pub(super) fn embedded() -> &'static Embedded {
    static TEXT: OnceLock<String> = OnceLock::new();
    static EMBEDDED: OnceLock<Embedded> = OnceLock::new();
    EMBEDDED.get_or_init(|| Embedded::read(TEXT.get_or_init(|| unpacked(INDEX))))
}

impl Embedded {
    fn read(index: &'static str) -> Embedded {
        let mut lines = index.lines();
        let (package, as_of) = lines
            .next()
            .and_then(|line| line.split_once('\t'))
            .unwrap_or_default();
        let mut start = 0;
        let blocks = lines.next().unwrap_or_default().split(' ').filter_map(|end| {
            let frame = start..end.parse().ok()?;
            start = frame.end;
            let text = OnceLock::new();
            Some(Block { frame, text })
        });
        Embedded {
            source: Provenance { package, as_of },
            blocks: blocks.collect(),
            policies: lines.filter_map(policy).collect(),
        }
    }

    /// What was embedded is whole, as a test shows; were it not, the document would be empty, which is no policy.
    pub(super) fn document(&'static self, place: Place) -> &'static str {
        self.blocks
            .get(place.block)
            .map(Block::text)
            .and_then(|text| text.get(place.start..place.end))
            .unwrap_or_default()
    }
}

impl Block {
    fn text(&self) -> &str {
        self.text
            .get_or_init(|| BLOCKS.get(self.frame.clone()).map(unpacked).unwrap_or_default())
    }
}

fn policy(line: &'static str) -> Option<ManagedPolicy> {
    let mut fields = line.split('\t');
    let arn = fields.next()?;
    let path_and_name = arn.strip_prefix("arn:aws:iam::aws:policy")?;
    let (path, name) = path_and_name.split_at_checked(path_and_name.rfind('/')? + 1)?;
    Some(ManagedPolicy {
        arn,
        path,
        name,
        version: fields.next()?,
        created: fields.next()?,
        updated: fields.next()?,
        place: Place {
            block: fields.next()?.parse().ok()?,
            start: fields.next()?.parse().ok()?,
            end: fields.next()?.parse().ok()?,
        },
    })
}
