//! A question from flags: one principal, the policies of files, every action on every resource.

use super::{Cut, live};
use crate::cli::{AnswerFormat, LeveledPolicy, QuestionArgs, SimulateArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::policy_named::NamedPolicy;
use crate::settings::Settings;
use crate::simulation::{Answered, Texts, Written};
use crate::view::simulate::question as shown;
use crate::view::{self, simulate};
use daypass_core::policy_test::{
    ActedOn, ActionNames, Oddity, expand_actions, odd_key, odd_resource, odd_value,
};
use iam_policy::{Decision, Engine, Level, PolicySet, Principal, Request, Source};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The policies that the flags name, each read once.
#[derive(Default)]
struct Shelf {
    policies: Vec<NamedPolicy>,
}

impl Shelf {
    fn source(&mut self, named: &str) -> Result<Source, Failure> {
        let known = self.policies.iter().find(|policy| policy.name == named);
        let found = match known.cloned() {
            Some(known) => known,
            None => NamedPolicy::find(named)?,
        };
        if !self.policies.iter().any(|policy| policy.name == found.name) {
            self.policies.push(found.clone());
        }
        Ok(Source::new(found.name, found.document))
    }

    /// All policies of one kind.
    fn list(&mut self, flag: &str, names: &[String]) -> Result<Vec<Source>, Failure> {
        let mut seen = BTreeSet::new();
        names
            .iter()
            .map(|named| {
                let source = self.source(named)?;
                if seen.insert(source.name.clone()) {
                    Ok(source)
                } else {
                    Err(Failure::bad_input(format!("{flag} {named} is given twice"))
                        .help("leave one of them out"))
                }
            })
            .collect()
    }

    /// One policy, of a kind of which there is no more than one.
    fn one(&mut self, named: Option<&String>) -> Result<Option<Source>, Failure> {
        named.map(|named| self.source(named)).transpose()
    }

    /// Policies of an organization, in the order in which the levels are named first.
    fn levels(&mut self, flag: &str, given: &[LeveledPolicy]) -> Result<Option<Vec<Level>>, Failure> {
        let mut levels: Vec<(&str, Vec<String>)> = Vec::new();
        for policy in given {
            match levels.iter_mut().find(|(level, _)| *level == policy.level) {
                Some((_, names)) => names.push(policy.policy.clone()),
                None => levels.push((&policy.level, vec![policy.policy.clone()])),
            }
        }
        let levels: Vec<Level> = levels
            .into_iter()
            .map(|(name, policies)| {
                let policies = self.list(flag, &policies)?;
                Ok(Level {
                    name: name.to_owned(),
                    policies,
                })
            })
            .collect::<Result<_, Failure>>()?;
        Ok((!levels.is_empty()).then_some(levels))
    }
}

/// Answers the question; the exit code says whether all of it is allowed.
pub(super) fn run(arguments: &SimulateArgs, settings: &Settings) -> Result<Exit, Cut> {
    let question = &arguments.question;
    let mut shelf = Shelf::default();
    let policies = Arc::new(policy_set(question, &mut shelf)?);
    if policies.identity.is_empty() && !arguments.live && !has_other_policies(&policies) {
        let failure = Failure::bad_input("there is no policy to ask")
            .help("name one with --identity, --resource-policy or --trust; or ask AWS about the principal's own with --live");
        return Err(failure.into());
    }
    look_at(question)?;
    let requests = requests(question)?;
    let engine = Engine::compile(&policies);
    let answers: Vec<Answered> = requests
        .iter()
        .map(|request| Answered {
            policies: Arc::clone(&policies),
            explanation: engine.explain(request),
        })
        .collect();
    let live = if arguments.live {
        Some(live::ask(&policies, &requests, settings)?)
    } else {
        None
    };
    let files: Vec<(String, Written<'_>)> = shelf
        .policies
        .iter()
        .map(|policy| (policy.name.clone(), Written::whole(&policy.name, &policy.text)))
        .collect();
    let texts = Texts::Each(&files);
    match arguments.format {
        AnswerFormat::Human => view::deliver(&shown::in_words(&answers, texts, live.as_ref()))?,
        AnswerFormat::Json => {
            let mut lines = Vec::new();
            for answered in &answers {
                let live = live
                    .as_ref()
                    .and_then(|live| Some((live.operation, live.of(&answered.explanation)?)));
                simulate::json::append_question(&mut lines, answered, texts, live);
            }
            simulate::write(arguments.format, &lines)?;
        }
    }
    let decisions = |answered: &Answered| match live.as_ref().filter(|live| live.asks_for_the_account) {
        // Nothing was given that could be asked here: the answer is AWS's.
        Some(live) => live.of(&answered.explanation).map(|simulated| simulated.decision),
        None => Some(answered.explanation.decision),
    };
    let all_allowed = answers
        .iter()
        .all(|answered| decisions(answered) == Some(Decision::Allow));
    Ok(if all_allowed { Exit::Done } else { Exit::Denied })
}

fn has_other_policies(policies: &PolicySet) -> bool {
    policies.resource.is_some() || policies.trust.is_some()
}

fn policy_set(question: &QuestionArgs, shelf: &mut Shelf) -> Result<PolicySet, Failure> {
    let some = |sources: Vec<Source>| (!sources.is_empty()).then_some(sources);
    Ok(PolicySet {
        identity: shelf.list("--identity", &question.identity)?,
        resource: shelf.one(question.resource_policy.as_ref())?,
        boundary: some(shelf.list("--boundary", &question.boundary)?),
        session: some(shelf.list("--session", &question.session)?),
        trust: shelf.one(question.trust.as_ref())?,
        scp: shelf.levels("--scp", &question.scp)?,
        rcp: shelf.levels("--rcp", &question.rcp)?,
        endpoint: shelf.one(question.endpoint_policy.as_ref())?,
    })
}

/// Looks for what no request of AWS's has: asked about it, policies answer all the same.
fn look_at(question: &QuestionArgs) -> Result<(), Failure> {
    let resources: Vec<&str> = question.resources.iter().map(String::as_str).collect();
    if let Some(resource) = resources.iter().find(|resource| !is_resource(resource)) {
        return Err(Failure::bad_input(format!("--resource: `{resource}` is no ARN")).help(
            "write it as arn:aws:s3:::bucket/key; leave --resource out, or write '*', for actions that take none",
        ));
    }
    for (key, value) in &question.context {
        for odd in [odd_key(key), odd_value(key, value)].into_iter().flatten() {
            tell(&format!("--context {key}={value}"), odd)?;
        }
    }
    if resources.is_empty() {
        return Ok(());
    }
    let acted_on: Vec<ActedOn> = question
        .actions
        .iter()
        .map(|action| ActedOn::of(action))
        .collect();
    for (action, acted_on) in question.actions.iter().zip(&acted_on) {
        if !resources.iter().any(|resource| acted_on.includes(resource)) {
            tell("--action", odd_resource(action, &resources))?;
        }
    }
    let is_stranger = |resource: &&&str| !acted_on.iter().any(|acted_on| acted_on.includes(resource));
    // Where none fits any, that is told already.
    let strangers: Vec<&&str> = resources.iter().filter(is_stranger).collect();
    if strangers.len() < resources.len() {
        for resource in strangers {
            view::warn(format_args!("none of the actions is ever on {resource}"));
        }
    }
    Ok(())
}

/// `*` or an ARN; a pattern of ARNs is asked about as it stands.
fn is_resource(text: &str) -> bool {
    text == "*" || text.starts_with("arn:") && (text.split(':').count() >= 6 || text.contains('*'))
}

/// A certain mistake ends it; one that may be none is told.
fn tell(flag: &str, odd: Oddity) -> Result<(), Failure> {
    if odd.is_certain {
        return Err(Failure::bad_input(format!("{flag}: {}", odd.message)).help(odd.help));
    }
    view::warn(format_args!("{}; {}", odd.message, odd.help));
    Ok(())
}

/// Every action on every resource, with what follows from principal, moment and resource in the context.
fn requests(question: &QuestionArgs) -> Result<Vec<Request>, Failure> {
    let principal: &Principal = match &question.principal {
        Some(principal) => principal,
        None => return Err(Failure::bad_input("who asks? Name the --principal")),
    };
    let now = question.at.unwrap_or_else(Timestamp::now);
    let resources = if question.resources.is_empty() {
        &["*".to_owned()][..]
    } else {
        &question.resources
    };
    let mut requests = Vec::new();
    for action in actions(&question.actions)? {
        for resource in resources {
            let mut request = Request::new(principal.clone(), &action, resource);
            request.resource_account.clone_from(&question.resource_account);
            for (key, value) in &question.context {
                let mut values = request.context.get(key).unwrap_or_default().to_vec();
                values.push(value.clone());
                request.context.insert(key, values);
            }
            request.fill_in(now);
            requests.push(request);
        }
    }
    Ok(requests)
}

/// The actions, wildcards filled in; a name that AWS does not have is told and asked for all the same.
fn actions(given: &[String]) -> Result<Vec<String>, Failure> {
    let mut all: Vec<String> = Vec::new();
    for text in given {
        let names = match expand_actions(text) {
            ActionNames::Known(names) => names,
            ActionNames::Unknown { near } => {
                let near = near
                    .map(|near| format!("; did you mean {near}?"))
                    .unwrap_or_default();
                view::warn(format_args!(
                    "{text} is no action that AWS is known to have{near}"
                ));
                vec![text.clone()]
            }
            ActionNames::None { near } => {
                let failure = Failure::bad_input(format!("`{text}` stands for no action"));
                return Err(match near {
                    Some(near) => failure.help(format!("did you mean {near}?")),
                    None => {
                        failure.help("write it as s3:GetObject or 's3:Get*'; `daypass actions` lists them")
                    }
                });
            }
        };
        all.extend(names);
    }
    let mut seen = BTreeSet::new();
    all.retain(|action| seen.insert(action.to_ascii_lowercase()));
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_expanded_once_each() {
        let given = ["s3:GetObjectTor*".to_owned(), "S3:getobjecttorrent".to_owned()];
        assert_eq!(actions(&given).unwrap(), ["s3:GetObjectTorrent"]);
        assert!(actions(&["s3:Nothing*".to_owned()]).is_err());
        assert!(actions(&["GetObject".to_owned()]).is_err());
    }
}
