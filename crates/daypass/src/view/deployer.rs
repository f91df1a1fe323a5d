//! The deployer role: what is to be done, and the role as other tools make it.

mod cloudformation;
mod shell;
mod terraform;

use super::paint::{GOOD, QUIET, STRONG, paint};
use crate::cli::DeployerFormat;
use daypass_aws::{DeployerFound, DeployerStep};
use daypass_core::deployer::{DeployerRole, POLICY_NAME};
use iam_policy::Document;
use std::io;

/// Prints the role for another tool.
pub(crate) fn print(format: DeployerFormat, role: &DeployerRole) -> io::Result<()> {
    super::deliver(&match format {
        DeployerFormat::Cli => shell::commands(role),
        DeployerFormat::Cloudformation => cloudformation::template(role),
        DeployerFormat::Terraform => terraform::configuration(role),
    })
}

/// What there is of the role, and what is to be done.
pub(crate) fn found(role: &DeployerRole, found: &DeployerFound) {
    for other in &found.besides {
        super::warn(format_args!("the role has {other} besides, which stays"));
    }
    if let Some(boundary) = &found.boundary {
        super::note(format_args!(
            "the role has the permissions boundary {boundary}, which stays"
        ));
    }
    if found.steps.is_empty() {
        super::result(format_args!("Nothing to do: {} is as it is to be.", role.arn));
        return;
    }
    super::result(format_args!(
        "{} {}",
        paint(STRONG, &role.arn),
        paint(QUIET, "is to be")
    ));
    for step in &found.steps {
        super::result(format_args!("\n{}", described(role, step)));
    }
}

fn described(role: &DeployerRole, step: &DeployerStep) -> String {
    let changed = |what: &str, before: Option<&str>, document: &Document| {
        let now = indented(&pretty(document));
        match before {
            Some(before) => format!("{step}: {what}\n  was {before}\n  becomes\n{now}"),
            None => format!("{step}: {what}\n{now}"),
        }
    };
    match step {
        DeployerStep::CreateRole => {
            let created = changed("whom it lets in", None, &role.trust);
            match &role.boundary {
                Some(boundary) => format!("{created}\n  with the permissions boundary {boundary}"),
                None => created,
            }
        }
        DeployerStep::UpdateTrust { before } => changed("whom it lets in", Some(before), &role.trust),
        DeployerStep::PutPolicy { before } => changed(
            &format!("what it may, as {POLICY_NAME}"),
            before.as_deref(),
            &role.policy,
        ),
        DeployerStep::PutBoundary { before } => format!(
            "{step}: {}, was {}",
            role.boundary
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            before.as_deref().unwrap_or("none")
        ),
    }
}

/// Says that it is done.
pub(crate) fn made(role: &DeployerRole) {
    super::result(format_args!(
        "\n{} {} is as it is to be. It may take some seconds until it can be assumed everywhere.",
        paint(GOOD, "Done:"),
        role.arn
    ));
}

/// A document for people, in the order in which they write it.
fn pretty(document: &Document) -> String {
    document.to_json().trim_end().to_owned()
}

fn indented(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("    {line}")).collect();
    lines.join("\n")
}
