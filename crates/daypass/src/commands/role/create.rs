//! `daypass role create`: shows what it makes, makes it, waits until it is ready.

use super::half_way;
use crate::ask;
use crate::cli::RoleCreateArgs;
use crate::commands::not_written;
use crate::exit::{Ending, Exit};
use crate::failure::{Failure, interrupted};
use crate::interrupt::Interrupts;
use crate::place::Place;
use crate::policy_file::PolicyFile;
use crate::settings::Settings;
use crate::view;
use crate::view::progress::Spinner;
use crate::view::role::{self as shown, Made, Outcome};
use daypass_aws::{
    Caller, Proof, ProofError, change_role, has_github_provider, missing_policies, observe_role,
};
use daypass_core::lease::Readiness;
use daypass_core::role::{Change, ObservedRole, RoleWish, Standing, WantedRole, plan};
use iam_lint::DocumentUse;
use iam_policy::{Arn, Document};
use jiff::SignedDuration;

/// Whether the caller's own policies allow it too is not known: then so long, and no failure.
const WHERE_OWN_POLICIES_COUNT: SignedDuration = SignedDuration::from_secs(20);

/// The role wanted, the role there, and who asks.
struct Compared {
    place: Place,
    caller: Caller,
    wanted: WantedRole,
    observed: Option<ObservedRole>,
    changes: Vec<Change>,
}

/// Runs `daypass role create`.
pub(super) async fn run(arguments: RoleCreateArgs, settings: &Settings) -> Result<Ending, Failure> {
    let policy = match &arguments.policy {
        Some(path) => Some(document(path, settings.verbose)?),
        None => None,
    };
    let mut interrupts = Interrupts::listen().map_err(|error| Failure::no_signals(&error))?;
    let Ok(compared) = interrupts.unless(compare(&arguments, policy, settings)).await else {
        return Err(interrupted());
    };
    let compared = compared?;
    let report = |outcome| Made {
        wanted: &compared.wanted,
        account: &compared.caller.account,
        observed: compared.observed.as_ref(),
        changes: &compared.changes,
        outcome,
        json: arguments.json,
    };
    if compared.changes.is_empty() {
        return finished(&report(Outcome::AlreadySo));
    }
    if arguments.dry_run {
        return finished(&report(Outcome::WouldChange));
    }
    let is_new = compared.observed.is_none();
    shown::announce(&report(Outcome::WouldChange));
    if !is_new && !arguments.yes {
        if !ask::is_possible() {
            let ending = finished(&report(Outcome::Pending))?;
            view::say("Nothing was changed. Add --yes to change it without being asked.");
            return Ok(match ending {
                Ending::Own(Exit::Done) => Ending::Own(Exit::Pending),
                other => other,
            });
        }
        let Ok(agreed) = interrupts.unless(ask::agreed("Change it?")).await else {
            return Err(interrupted());
        };
        if !agreed? {
            view::say("Nothing was changed.");
            return Ok(Ending::Own(Exit::Pending));
        }
    }
    let name = &arguments.name;
    let spinner = Spinner::new();
    match interrupts.unless(make(&compared, &spinner)).await {
        Ok(made) => made.map_err(|error| half_way(error, resume_help(&arguments)))?,
        Err(_) => {
            return Err(
                Failure::failed(format!("stopped before all of role {name} was done"))
                    .help(resume_help(&arguments)),
            );
        }
    }
    let waited = interrupts.unless(wait(&compared, &spinner)).await;
    drop(spinner);
    match waited {
        Err(_) => {
            return Err(Failure::told(
                Exit::Interrupted,
                format!("interrupted; role {name} is made, and may take some seconds to be known everywhere"),
            ));
        }
        Ok(waited) => waited?,
    }
    finished(&report(if is_new { Outcome::Made } else { Outcome::Changed }))
}

fn document(path: &std::path::Path, verbose: bool) -> Result<Document, Failure> {
    let text = PolicyFile::new(path).read()?;
    let document = text.parse()?;
    text.lint(&document, DocumentUse::Identity, verbose)?;
    Ok(document)
}

async fn compare(
    arguments: &RoleCreateArgs,
    policy: Option<Document>,
    settings: &Settings,
) -> Result<Compared, Failure> {
    let place = Place::open(settings).await?;
    let connection = &place.connection;
    let caller = connection.caller().await?;
    let wish = RoleWish {
        name: arguments.name.clone(),
        trusts: arguments.trusts.clone(),
        require_mfa: arguments.require_mfa,
        external_id: arguments.external_id.clone(),
        session_tags: arguments.session_tags,
        attach: arguments.attach.clone(),
        policy,
        boundary: arguments.boundary.clone(),
        max_session: arguments.max_session,
        expires: arguments.expires,
    };
    let now = connection.clock().now();
    let wanted = WantedRole::new(&wish, &caller.arn, &caller.account, now)?;
    let observed = observe_role(connection, arguments.name.as_str()).await?;
    if let Some(foreign) = observed
        .as_ref()
        .filter(|role| role.standing() == Standing::Foreign)
    {
        return Err(Failure::failed(format!(
            "there is a role {} in account {} that daypass has not made: it is left as it is",
            foreign.name, caller.account
        ))
        .why(foreign.arn.to_string())
        .help("take another name: names of roles are unique in an account, whatever their path"));
    }
    let changes = plan(&wanted, observed.as_ref());
    check_there(&place, &wanted, &changes).await?;
    Ok(Compared {
        place,
        caller,
        wanted,
        observed,
        changes,
    })
}

/// What the role refers to must be there, before anything is made.
async fn check_there(place: &Place, wanted: &WantedRole, changes: &[Change]) -> Result<(), Failure> {
    let needed: Vec<Arn> = changes
        .iter()
        .filter_map(|change| match change {
            Change::Attach(arn) | Change::SetBoundary { to: arn, .. } => Some(arn),
            Change::Create { boundary, .. } => boundary.as_ref(),
            _ => None,
        })
        .cloned()
        .collect();
    let missing = missing_policies(&place.connection, &needed).await?;
    if let Some(arn) = missing.first() {
        return Err(Failure::failed(format!("there is no managed policy {arn}"))
            .help("daypass policy list PART   lists AWS's own; nothing was made"));
    }
    if !changes.is_empty()
        && wanted.needs_github()
        && has_github_provider(&place.connection).await? == Some(false)
    {
        return Err(
            Failure::failed("this account does not know GitHub's identity provider yet").help(
                "aws iam create-open-id-connect-provider --url https://token.actions.githubusercontent.com \
             --client-id-list sts.amazonaws.com",
            ),
        );
    }
    Ok(())
}

async fn make(compared: &Compared, spinner: &Spinner) -> Result<(), daypass_aws::AwsError> {
    for change in &compared.changes {
        spinner.show(change.operation());
        change_role(&compared.place.connection, compared.wanted.name.as_str(), change).await?;
    }
    Ok(())
}

/// Waits until the role can be assumed, where the caller is let in at all.
async fn wait(compared: &Compared, spinner: &Spinner) -> Result<(), Failure> {
    let Compared {
        place,
        caller,
        wanted,
        ..
    } = compared;
    let newly_trusted = |change: &Change| matches!(change, Change::Create { .. } | Change::SetTrust { .. });
    if !wanted.lets_in(&caller.arn) || !compared.changes.iter().any(newly_trusted) {
        return Ok(());
    }
    let Ok(role) = wanted.arn.parse::<Arn>() else {
        return Ok(());
    };
    let proof = if wanted.require_mfa {
        Proof::Read
    } else {
        Proof::Assume {
            external_id: wanted.external_id.as_deref(),
        }
    };
    let by_own_policies = !wanted.names(&caller.arn) && proof != Proof::Read;
    let readiness = if by_own_policies {
        Readiness {
            give_up_after: place.readiness.give_up_after.min(WHERE_OWN_POLICIES_COUNT),
            ..place.readiness
        }
    } else {
        place.readiness
    };
    spinner.show("waiting until the role is ready");
    let waited = place
        .connection
        .wait_for_role(&role, proof, readiness, |(done, wanted)| {
            spinner.show(format_args!(
                "waiting until the role is ready ({done} of {wanted} proofs)"
            ));
        })
        .await;
    match waited {
        Ok(()) => Ok(()),
        Err(ProofError::TooLong { .. }) if by_own_policies => {
            spinner.say(format_args!(
                "note: {} cannot assume it: the trust is in the account, so a policy of their own has to allow \
                 sts:AssumeRole on {role}",
                caller.arn
            ));
            Ok(())
        }
        Err(ProofError::TooLong { seconds, last }) => {
            let failure = Failure::failed(format!(
                "role {} is made, and could not be assumed within {seconds} s",
                wanted.name
            ));
            Err(match last {
                Some(last) => failure.why(last.to_string()).help_of(&last),
                None => failure,
            })
        }
        Err(ProofError::Aws(error)) => Err(Failure::from(error).why(format!(
            "role {} is made; whether it is ready is not known",
            wanted.name
        ))),
    }
}

fn resume_help(arguments: &RoleCreateArgs) -> String {
    format!(
        "the same command goes on from here (with --yes where nobody can be asked); `daypass role delete {}` removes \
         what is there",
        arguments.name
    )
}

fn finished(made: &Made<'_>) -> Result<Ending, Failure> {
    match shown::finish(made) {
        Ok(()) => Ok(Ending::Own(Exit::Done)),
        Err(error) => not_written(&error),
    }
}
