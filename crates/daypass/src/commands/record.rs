//! `daypass record`: a command is run, and what its AWS calls needed becomes a policy document.

use crate::child::{self, Access, Identity, NotRun, Ran};
use crate::cli::RecordArgs;
use crate::exit::Ending;
use crate::failure::{Failure, interrupted};
use crate::interrupt::Interrupts;
use crate::monitoring::{Calls, Monitor, Outcome};
use crate::place::{Embedded, Place, SANDBOX_REGION};
use crate::settings::{Settings, Variables};
use crate::view::{self, record as shown};
use crate::whole_file::{self, Readers};
use daypass_aws::Caller;
use daypass_core::record::{Derived, Used, Whereabouts, bucket_of_host, derived, policy_for};
use iam_policy::Decision;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::Path;

/// Calls of one run that are looked at: as many as the embedded AWS remembers.
const MOST_CALLS: usize = 10_000;

/// Runs `daypass record`.
pub(crate) async fn run(arguments: RecordArgs, settings: &Settings) -> Result<Ending, Failure> {
    if let Err(not_started) = child::find(&arguments.command, &settings.variables) {
        view::failure(&Failure::from(&not_started));
        return Ok(not_started.ending());
    }
    if let Some(parent) = arguments.out.as_deref().and_then(Path::parent)
        && !parent.as_os_str().is_empty()
        && !parent.is_dir()
    {
        // Not after the command has run, whose policy would be lost.
        return Err(Failure::bad_input(format!(
            "--out: there is no directory {}",
            parent.display()
        )));
    }
    let mut interrupts = Interrupts::listen().map_err(|error| Failure::no_signals(&error))?;
    let Ok(place) = interrupts.unless(Place::open(settings)).await else {
        return Err(interrupted());
    };
    let place = place?;
    let caller = match interrupts.unless(place.connection.caller()).await {
        Ok(caller) => caller?,
        Err(_) => return Err(interrupted()),
    };
    let monitor = Monitor::start().await.map_err(|error| {
        Failure::failed("cannot listen on loopback for the AWS calls of the command").why(error.to_string())
    })?;
    let environment = environment(&place, settings, monitor.port());
    // What is there already is there again when the policy is tried.
    let before = place.embedded.as_ref().map(Before::of).unwrap_or_default();
    let ran = child::run(&arguments.command, &environment, &mut interrupts).await;
    let calls = monitor.finish().await;
    let ran: Ran = match ran {
        Ok(ran) => ran,
        Err(NotRun::Interrupted) => return Err(interrupted()),
        Err(NotRun::NotStarted(not_started)) => {
            view::failure(&Failure::from(&not_started));
            return Ok(not_started.ending());
        }
    };
    view::calls::show(&calls);
    let recorded = match &place.embedded {
        Some(embedded) => seen_by(embedded, &caller, &calls, &before),
        None => told_by_sdk(&calls, &caller, place.connection.region()),
    };
    if recorded.used.is_empty() {
        shown::nothing(recorded.any_call, place.embedded.is_some());
        return Ok(Ending::of_child(ran.status));
    }
    shown::made(&recorded.used, &recorded.made);
    let document = policy_for(recorded.used, &recorded.made, arguments.wildcards);
    shown::sizes(&document);
    match &arguments.out {
        Some(path) => {
            whole_file::replace(path, format!("{}\n", document.to_json()), Readers::AsBefore).map_err(
                |error| Failure::failed(format!("cannot write {}", path.display())).why(error.to_string()),
            )?;
            shown::written(path, &arguments.command, settings);
        }
        None => {
            view::deliver(&document.to_json())
                .map_err(|error| Failure::failed("cannot write the document").why(error.to_string()))?;
        }
    }
    Ok(Ending::of_child(ran.status))
}

/// What a run needed.
struct Recorded {
    used: Vec<Used>,
    /// Resources that the command has made and that AWS has named.
    made: BTreeSet<String>,
    /// Whether any call was seen.
    any_call: bool,
}

/// The embedded AWS before the command runs.
#[derive(Default)]
struct Before {
    instances: BTreeSet<String>,
    /// How many calls are in its log: our own.
    calls: u64,
}

impl Before {
    fn of(embedded: &Embedded) -> Before {
        Before {
            instances: instances(embedded),
            calls: embedded.sandbox.log_after(0, MOST_CALLS).next,
        }
    }
}

/// What it answers to operations that it does not have.
const UNKNOWN: [&str; 3] = ["InvalidAction", "NotImplemented", "UnknownOperationException"];

/// The instances that there are: of all that the embedded AWS makes, these have names that nobody chooses.
fn instances(embedded: &Embedded) -> BTreeSet<String> {
    embedded.sandbox.instance_arns().into_iter().collect()
}

/// What the embedded AWS decided on for the command's own credentials.
fn seen_by(embedded: &Embedded, caller: &Caller, calls: &Calls, before: &Before) -> Recorded {
    let page = embedded.sandbox.log_after(before.calls, MOST_CALLS);
    // What it does not have, it does not decide on: nothing is known of what such a call needs. Nor where a call fails
    // before that, on what it asks for.
    let (mut missing, mut undecided) = (BTreeSet::new(), BTreeSet::new());
    for call in calls
        .iter()
        .filter(|call| matches!(call.outcome, Outcome::Failed(_)))
    {
        let mut same = page.calls.iter().filter(|seen| seen.operation == call.operation);
        let is_unknown = |code: &Option<String>| code.as_deref().is_some_and(|code| UNKNOWN.contains(&code));
        let name = format!("{} {}", call.service, call.operation);
        if same.clone().all(|seen| is_unknown(&seen.error_code)) {
            missing.insert(name);
        } else if same.all(|seen| seen.checked.is_empty() && seen.error_code.is_some()) {
            undecided.insert(name);
        }
    }
    let address = embedded.address();
    let strayed = calls
        .past(&address.to_string())
        .map(|call| format!("{} {}", call.service, call.operation))
        .collect::<BTreeSet<_>>();
    missing.extend(strayed);
    view::calls::past_the_sandbox(calls, address);
    shown::missing(&missing);
    shown::undecided(&undecided);
    if page.missed > 0 {
        view::warn(format_args!(
            "the first {} calls are forgotten: what only they needed is not in the policy",
            page.missed
        ));
    }
    let own = caller.arn.to_string();
    let any_call = !calls.is_empty() || !page.calls.is_empty();
    let mut used = Vec::new();
    let mut denied = BTreeSet::new();
    let mut others = BTreeSet::new();
    for call in page.calls {
        if call.principal != own {
            // What a session may that the command has taken on is another policy's matter.
            others.extend((!call.principal.is_empty()).then_some(call.principal));
            continue;
        }
        for checked in call.checked {
            if checked.decision == Decision::Allow {
                used.push(Used {
                    action: checked.action,
                    resource: checked.resource,
                });
            } else {
                denied.insert(format!("{} on {}", checked.action, checked.resource));
            }
        }
    }
    shown::denied(&denied);
    shown::others(&others);
    let now = instances(embedded);
    Recorded {
        used,
        made: now.difference(&before.instances).cloned().collect(),
        any_call,
    }
}

/// What follows from the operations that the SDK told of.
fn told_by_sdk(calls: &Calls, caller: &Caller, region: Option<&str>) -> Recorded {
    let somewhere = Whereabouts {
        partition: caller.arn.partition().to_owned(),
        account: caller.account.clone(),
        region: region.map(str::to_owned),
        bucket: None,
    };
    let mut used = Vec::new();
    let mut perhaps = BTreeSet::new();
    let mut denied = BTreeSet::new();
    for call in calls.iter() {
        match &call.outcome {
            Outcome::Denied(_) => {
                denied.insert(format!("{} {}", call.service, call.operation));
            }
            // An error that is not about permissions comes after they were looked at.
            Outcome::Allowed | Outcome::Failed(_) => {
                let mut places: BTreeSet<Whereabouts> = calls
                    .attempts_at(call)
                    .map(|attempt| Whereabouts {
                        region: attempt.region.clone().or_else(|| somewhere.region.clone()),
                        bucket: bucket_of_host(&attempt.host).map(str::to_owned),
                        ..somewhere.clone()
                    })
                    .collect();
                if places.is_empty() {
                    places.insert(somewhere.clone());
                }
                for place in places {
                    let Derived {
                        used: more,
                        perhaps: others,
                    } = derived(&call.service, &call.operation, &place);
                    used.extend(more);
                    perhaps.extend(others);
                }
            }
            Outcome::NoAnswer(_) => {}
        }
    }
    perhaps.retain(|action| !used.iter().any(|one| one.action.eq_ignore_ascii_case(action)));
    shown::denied(&denied);
    shown::by_type(&used, &perhaps);
    Recorded {
        used,
        made: BTreeSet::new(),
        any_call: !calls.is_empty(),
    }
}

/// The embedded AWS's admin; in an account the user's own environment, as it is.
fn environment(place: &Place, settings: &Settings, monitor: u16) -> BTreeMap<OsString, OsString> {
    if let Some(embedded) = &place.embedded {
        let admin = embedded.admin();
        let access = Access {
            identity: Identity::Credentials(&admin),
            region: Some(settings.region.as_deref().unwrap_or(SANDBOX_REGION)),
            endpoint: place.endpoint(),
            monitor: Some(monitor),
        };
        return child::environment(&settings.variables, &access);
    }
    let own: &Variables = &settings.variables;
    let mut environment: BTreeMap<OsString, OsString> = own
        .iter()
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    child::report_to(&mut environment, monitor);
    let named = [
        ("AWS_PROFILE", &settings.profile),
        ("AWS_REGION", &settings.region),
        ("AWS_DEFAULT_REGION", &settings.region),
        ("AWS_ENDPOINT_URL", &settings.endpoint_url),
    ];
    for (name, value) in named {
        if let Some(value) = value {
            environment.insert(name.into(), value.into());
        }
    }
    environment
}
