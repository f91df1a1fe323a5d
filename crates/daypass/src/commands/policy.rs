//! `daypass policy`: AWS managed policies and their documents.

use crate::cli::{ListFormat, PolicyArgs, PolicyCommand, PolicyListArgs, PolicyShowArgs};
use crate::commands::completions::deliver;
use crate::exit::Ending;
use crate::failure::Failure;
use crate::view;
use iam_catalog::{ManagedPolicy, find_managed_policy, managed_policies, managed_policies_matching};
use iam_policy::Document;
use iam_policy::syntax::nearest;
use std::io::IsTerminal;

/// Runs `daypass policy`.
pub(crate) fn run(arguments: &PolicyArgs) -> Result<Ending, Failure> {
    match &arguments.command {
        PolicyCommand::Show(arguments) => show(arguments),
        PolicyCommand::List(arguments) => list(arguments),
    }
}

fn show(arguments: &PolicyShowArgs) -> Result<Ending, Failure> {
    let asked = &arguments.policy;
    let policy = find_managed_policy(asked).ok_or_else(|| no_policy(asked))?;
    let document = Document::parse(policy.document())
        .map_err(|_| Failure::failed(format!("the document of {asked} cannot be read; this is a bug")))?;
    if std::io::stdout().is_terminal() {
        view::policies::about(&policy);
    }
    deliver(&document.to_json())
}

fn list(arguments: &PolicyListArgs) -> Result<Ending, Failure> {
    let found: Vec<ManagedPolicy> = match arguments.pattern.as_deref() {
        None => managed_policies().collect(),
        Some(pattern) if pattern.contains(['*', '?']) => managed_policies_matching(pattern).collect(),
        Some(part) => managed_policies()
            .filter(|policy| has_word(policy.name, part))
            .collect(),
    };
    if let (true, Some(pattern)) = (found.is_empty(), &arguments.pattern) {
        return Err(none_listed(pattern));
    }
    deliver(&match arguments.format {
        ListFormat::Human => view::policies::listed(&found),
        ListFormat::Json => view::policies::json(&found),
    })
}

/// Whether a word of the name begins with the part, in any case: `ec2` is of `AmazonEC2FullAccess`, and `nope` is not of
/// `AmazonOpenSearchServiceFullAccess`. Words begin with capitals, digits, and behind what is neither letter nor digit.
fn has_word(name: &str, part: &str) -> bool {
    let mut before = ' ';
    name.char_indices().any(|(at, character)| {
        let begins = character.is_uppercase()
            || !before.is_alphanumeric()
            || character.is_ascii_digit() && !before.is_ascii_digit();
        before = character;
        let here = name.get(at..at.saturating_add(part.len()));
        begins && here.is_some_and(|here| here.eq_ignore_ascii_case(part))
    })
}

fn none_listed(pattern: &str) -> Failure {
    if pattern.contains(['*', '?']) {
        let failure = Failure::failed(format!("no AWS managed policy has a name like `{pattern}`"));
        return failure.help("a pattern is for the whole name: `*PART*` for those with PART in it");
    }
    let failure = Failure::failed(format!(
        "no AWS managed policy has a word in its name that begins with `{pattern}`"
    ));
    let anywhere = managed_policies_matching(&format!("*{pattern}*")).count();
    match nearest(pattern, managed_policies().map(|policy| policy.name)) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None if anywhere > 0 => failure.help(format!(
            "daypass policy list '*{pattern}*'   lists the {anywhere} that have it somewhere"
        )),
        None => failure
            .help("only AWS's own are known here, not those of an account; `daypass policy list` has all"),
    }
}

/// Policies of an account's own are not known here, and a misspelt name is likely.
fn no_policy(asked: &str) -> Failure {
    let name = asked.rsplit('/').next().unwrap_or(asked);
    let failure = Failure::failed(format!("there is no AWS managed policy `{asked}`"));
    let near = managed_policies_matching(name)
        .next()
        .map(|policy| policy.name)
        .or_else(|| nearest(name, managed_policies().map(|policy| policy.name)));
    match near.and_then(find_managed_policy) {
        // The right name under another path or account.
        Some(policy) if policy.name == name => failure.help(format!("did you mean {}?", policy.arn)),
        Some(policy) => failure.help(format!("did you mean `{}`?", policy.name)),
        None if asked.starts_with("arn:") && !asked.contains(":iam::aws:policy/") => {
            failure.help("only AWS's own are known here, not those of an account")
        }
        None => failure.help("daypass policy list PART   lists those with PART in their names"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_begins_a_word() {
        for (name, part) in [
            ("AmazonS3FullAccess", "s3"),
            ("AmazonEC2ReadOnlyAccess", "readonly"),
            ("AWSLambda_FullAccess", "lambda"),
            ("AWSLambda_FullAccess", "full"),
            ("ReadOnlyAccess", "ReadOnlyAccess"),
            ("IAMFullAccess", "iam"),
        ] {
            assert!(has_word(name, part), "{name} {part}");
        }
        for (name, part) in [
            ("AmazonOpenSearchServiceFullAccess", "nope"),
            ("AWSLambda_FullAccess", "ambda"),
        ] {
            assert!(!has_word(name, part), "{name} {part}");
        }
        assert!(
            managed_policies()
                .filter(|policy| has_word(policy.name, "ec2"))
                .count()
                > 20
        );
    }
}
