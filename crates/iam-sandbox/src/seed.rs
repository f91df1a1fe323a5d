//! Worlds as text: what a seed file holds, read with every mistake told at its place, and a world written down again
//! in the same form. `docs/sandbox.md` has the reference of the form, `docs/sandbox-seed.schema.json` its JSON Schema.

mod accounts;
mod build;
mod dump;
mod entities;
mod identity;
mod naming;
mod organization;
mod parts;
mod policies;
mod reader;
mod references;
mod resources;
mod yaml;

use iam_policy::syntax::{Limits, Node, parse_json_within};
use iam_policy::{Diagnostic, Span};
use jiff::Timestamp;

use crate::sandbox::{Sandbox, Settings};
pub use parts::Seed;
use reader::Reader;
use references::References;

/// A world may hold many policies and the texts of objects.
const LIMITS: Limits = Limits {
    bytes: 16 * 1024 * 1024,
    depth: 128,
};

/// How a world is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeedFormat {
    /// JSON, in one line.
    Json,
    /// YAML, for people.
    Yaml,
}

impl Seed {
    /// Reads a seed from JSON text.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the text. Text that is not JSON gives one diagnostic.
    pub fn parse(json: &str) -> Result<Seed, Vec<Diagnostic>> {
        Seed::from_node(&parse_json_within(json, LIMITS)?)
    }

    /// Reads a seed from a tree, which may come from another format than JSON, such as YAML.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the text.
    pub fn from_node(root: &Node) -> Result<Seed, Vec<Diagnostic>> {
        let mut reader = Reader::default();
        let fields = reader.fields(root, "a seed", &["accounts", "organization"]);
        let mut references = References::default();
        let accounts = match fields.get("accounts") {
            Some(node) => accounts::read(&mut reader, &mut references, node),
            None => Vec::new(),
        };
        if accounts.is_empty()
            && fields
                .get("accounts")
                .is_none_or(|node| node.as_object().is_some())
        {
            let help = "write `accounts:` with an account's id under it, such as \"111122223333\"";
            reader.say_with_help(
                Span::new(root.span.start(), root.span.start()),
                "a world has at least one account",
                help,
            );
        }
        references.check(&mut reader, &accounts);
        let organization = fields
            .get("organization")
            .and_then(|node| organization::read(&mut reader, node, &accounts));
        let default = accounts.first().map(|account| account.id.clone());
        reader.finish(default.map(|default| Seed {
            default,
            accounts,
            organization,
        }))
    }
}

impl Sandbox {
    /// A sandbox with the world of a seed, in which it is `now`, and which every replica knows. Its first account is the
    /// default account; the user `admin` there, who is made if the seed has none, is [`Sandbox::admin`].
    pub fn from_seed(settings: Settings, seed: &Seed, now: Timestamp) -> Sandbox {
        build::sandbox(settings, seed, now)
    }

    /// The world as the last writes left it, as a seed that makes the same world: accounts, IAM's entities with their ids
    /// and access keys (with their secrets), buckets with their objects, instances, the organization. Temporary
    /// credentials, the clock and the log are not in it.
    pub fn dump(&self, format: SeedFormat) -> String {
        let world = dump::world(&self.lock().world, &self.account());
        match format {
            SeedFormat::Json => format!("{world}\n"),
            SeedFormat::Yaml => yaml::written(&world),
        }
    }
}

#[cfg(test)]
mod schema_tests;
