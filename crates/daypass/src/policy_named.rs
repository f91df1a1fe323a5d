//! A policy as people name it on the command line: a file, stdin, or one of AWS's managed policies.

use crate::failure::Failure;
use crate::policy_file::PolicyFile;
use daypass_core::policy_test::{KnownPolicy, aws_policy};
use iam_catalog::managed_policies;
use iam_policy::syntax::nearest;
use iam_policy::{Diagnostic, Document};
use std::path::Path;
use std::sync::Arc;

/// A policy that was found.
#[derive(Debug, Clone)]
pub(crate) struct NamedPolicy {
    /// The file, `<stdin>`, or the name of AWS's policy.
    pub(crate) name: String,
    /// Its text, which the document's places point into.
    pub(crate) text: String,
    /// What it says.
    pub(crate) document: Arc<Document>,
}

impl NamedPolicy {
    /// Finds and parses it. A file comes before a managed policy of the same name.
    pub(crate) fn find(named: &str) -> Result<NamedPolicy, Failure> {
        if !Path::new(named).exists() && named != "-" {
            if let Some(policy) = aws_policy(named) {
                return Self::managed(&policy);
            }
            if let Some(failure) = no_such_policy(named) {
                return Err(failure);
            }
        }
        let policy = PolicyFile::new(Path::new(named)).read()?;
        let document = policy.parse()?;
        let text = policy.text;
        Ok(NamedPolicy {
            name: policy.name,
            text,
            document: Arc::new(document),
        })
    }

    /// A managed policy, printed as a person would read it.
    fn managed(policy: &KnownPolicy) -> Result<NamedPolicy, Failure> {
        let broken = |_: Vec<Diagnostic>| {
            let name = policy.name;
            Failure::failed(format!("the document of {name} cannot be read; this is a bug"))
        };
        let text = Document::parse(policy.document).map_err(broken)?.to_json();
        let document = Document::parse(&text).map_err(broken)?;
        Ok(NamedPolicy {
            name: policy.name.to_owned(),
            text,
            document: Arc::new(document),
        })
    }
}

/// Why something that is no file is no managed policy either; nothing where it was plainly meant as a file.
fn no_such_policy(named: &str) -> Option<Failure> {
    if named.starts_with("arn:") {
        let failure = Failure::bad_input(format!("{named} is not known here"));
        return Some(
            failure.help(
                "AWS's own managed policies are; save the document of another to a file, and name that",
            ),
        );
    }
    let is_path = named.contains(['/', '.']);
    let near = nearest(named, managed_policies().map(|policy| policy.name)).filter(|_| !is_path)?;
    let failure = Failure::bad_input(format!(
        "there is no file `{named}`, and no AWS managed policy of this name"
    ));
    Some(failure.help(format!("did you mean {near}?")))
}
