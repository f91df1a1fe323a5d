//! The same question put to AWS: its policy simulator, with the policies of the files or with the principal's own.

use crate::commands::block_on_result;
use crate::failure::{Failure, interrupted};
use crate::interrupt::Interrupts;
use crate::place::Place;
use crate::settings::Settings;
use daypass_aws::{Simulated, SimulatorContext, SimulatorQuestion};
use iam_policy::{Document, Explanation, PolicySet, Principal, Request, Source};

/// What AWS says.
#[derive(Debug)]
pub(crate) struct LiveAnswers {
    /// The operation that was called.
    pub(crate) operation: &'static str,
    /// Whether the principal's policies were looked at as they are in the account.
    pub(crate) asks_for_the_account: bool,
    answers: Vec<Simulated>,
}

impl LiveAnswers {
    /// AWS's answer to one of the questions.
    pub(crate) fn of(&self, explanation: &Explanation) -> Option<&Simulated> {
        self.answers.iter().find(|simulated| {
            simulated.action.eq_ignore_ascii_case(&explanation.action)
                && simulated.resource == explanation.resource
        })
    }
}

/// Asks AWS. With identity policies of files it is about those; without, about those that the principal has.
pub(super) fn ask(
    policies: &PolicySet,
    requests: &[Request],
    settings: &Settings,
) -> Result<LiveAnswers, Failure> {
    let Some(first) = requests.first() else {
        return Err(Failure::bad_input("there is nothing to ask"));
    };
    let question = question(policies, requests, first)?;
    block_on_result(async {
        let mut interrupts = Interrupts::listen().map_err(|error| Failure::no_signals(&error))?;
        let asking = async {
            let place = Place::open(settings).await?;
            Ok::<_, Failure>(place.connection.simulate(&question).await?)
        };
        let answers = match interrupts.unless(asking).await {
            Ok(answers) => answers?,
            Err(_) => return Err(interrupted()),
        };
        Ok(LiveAnswers {
            operation: question.operation(),
            asks_for_the_account: question.source.is_some(),
            answers,
        })
    })
}

fn question(
    policies: &PolicySet,
    requests: &[Request],
    first: &Request,
) -> Result<SimulatorQuestion, Failure> {
    let left_out = [
        ("session policies", policies.session.is_some()),
        ("trust policies", policies.trust.is_some()),
        ("resource control policies", policies.rcp.is_some()),
        ("VPC endpoint policies", policies.endpoint.is_some()),
    ];
    if let Some((what, _)) = left_out.into_iter().find(|(_, is_there)| *is_there) {
        return Err(
            Failure::bad_input(format!("--live: AWS's policy simulator takes no {what}"))
                .help("ask without --live, or leave them out"),
        );
    }
    let source = if policies.identity.is_empty() {
        match &first.principal {
            Principal::User { arn } => Some(arn.clone()),
            Principal::RoleSession { role: Some(role), .. } => Some(role.clone()),
            _ => {
                return Err(Failure::bad_input(
                    "--live without --identity is about a user's or a role's own policies",
                )
                .help("name the user or the role as --principal, or a document with --identity"));
            }
        }
    } else {
        None
    };
    let caller = match &first.principal {
        Principal::User { arn } => Some(arn.clone()),
        _ if policies.resource.is_some() => {
            return Err(Failure::bad_input(
                "--live with --resource-policy: AWS's policy simulator takes a user as caller only",
            )
            .help("name a user as --principal, or ask without --live"));
        }
        _ => None,
    };
    let unique = |texts: &mut dyn Iterator<Item = &str>| {
        let mut all: Vec<String> = Vec::new();
        for text in texts {
            if !all.iter().any(|known| known == text) {
                all.push(text.to_owned());
            }
        }
        all
    };
    let documents = documents(policies);
    Ok(SimulatorQuestion {
        context: context(first, &documents, source.is_some()),
        source,
        caller,
        identity: texts(&policies.identity),
        boundary: policies.boundary.as_deref().map(texts).unwrap_or_default(),
        resource_policy: policies
            .resource
            .as_ref()
            .map(|source| source.document.to_minified()),
        organization: policies
            .scp
            .iter()
            .flatten()
            .map(|level| texts(&level.policies))
            .collect(),
        actions: unique(&mut requests.iter().map(|request| request.action.as_str())),
        resources: unique(&mut requests.iter().map(|request| request.resource.as_str())),
        resource_owner: first.resource_account.clone(),
    })
}

fn texts(sources: &[Source]) -> Vec<String> {
    sources
        .iter()
        .map(|source| source.document.to_minified())
        .collect()
}

fn documents(policies: &PolicySet) -> Vec<&Document> {
    let levels = policies.scp.iter().flatten().flat_map(|level| &level.policies);
    policies
        .identity
        .iter()
        .chain(policies.boundary.iter().flatten())
        .chain(&policies.resource)
        .chain(levels)
        .map(|source| &*source.document)
        .collect()
}

/// The keys that the policies look at. Of a principal's own policies it is not known here which those are: it gets all.
fn context(request: &Request, documents: &[&Document], all: bool) -> Vec<SimulatorContext> {
    let texts: Vec<String> = documents
        .iter()
        .map(|document| document.to_minified().to_lowercase())
        .collect();
    let is_looked_at = |key: &str| {
        let key = key.to_lowercase();
        all || texts.iter().any(|text| text.contains(&key))
    };
    // Several resources have several accounts and regions; AWS knows them from the ARNs.
    let of_resource = ["aws:ResourceAccount", "aws:RequestedRegion"];
    request
        .context
        .iter()
        .filter(|(key, _)| is_looked_at(key) && !of_resource.iter().any(|own| own.eq_ignore_ascii_case(key)))
        .map(|(key, values)| SimulatorContext {
            key: key.to_owned(),
            values: values.to_vec(),
        })
        .collect()
}
