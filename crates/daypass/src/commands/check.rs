//! `daypass check`: expectations in, each tried and predicted, verdicts out.

use crate::cli::{CheckArgs, CheckFormat};
use crate::commands::not_written;
use crate::exit::{Ending, Exit};
use crate::failure::{Failure, interrupted};
use crate::interrupt::Interrupts;
use crate::place::Place;
use crate::policy_file::PolicyFile;
use crate::settings::Settings;
use crate::view::check as shown;
use crate::view::progress::Spinner;
use daypass_aws::{AwsError, Connection, PrincipalPolicies, SessionDemands, observe_role};
use daypass_core::check::{CheckFile, Checked, Expectation, Predictor, Tried, Untried, Verdict, trial};
use iam_policy::{AccountId, Arn};

/// What was found.
struct Found {
    /// Whose permissions these are.
    subject: String,
    account: AccountId,
    checked: Vec<Checked>,
    unread: Vec<String>,
}

/// Runs `daypass check`.
pub(crate) async fn run(arguments: CheckArgs, settings: &Settings) -> Result<Ending, Failure> {
    let file = match &arguments.file {
        Some(path) => read(&PolicyFile::new(path))?,
        None => CheckFile::default(),
    };
    let mut interrupts = Interrupts::listen().map_err(|error| Failure::no_signals(&error))?;
    let Ok(found) = interrupts.unless(check(&arguments, &file, settings)).await else {
        return Err(interrupted());
    };
    let found = found?;
    let report = shown::Report {
        subject: &found.subject,
        account: &found.account,
        checked: &found.checked,
        unread: &found.unread,
    };
    let written = match arguments.format {
        CheckFormat::Human => shown::human(&report),
        CheckFormat::Json => shown::json(&report),
        CheckFormat::Junit => shown::junit(&report),
    };
    if let Err(error) = written {
        return not_written(&error);
    }
    let any = |verdict| found.checked.iter().any(|checked| checked.verdict() == verdict);
    Ok(Ending::Own(if any(Verdict::Differs) {
        Exit::Denied
    } else if any(Verdict::Open) {
        Exit::Failed
    } else {
        Exit::Done
    }))
}

fn read(file: &PolicyFile) -> Result<CheckFile, Failure> {
    let text = file.read()?;
    CheckFile::parse(&text.text, text.format()).map_err(|diagnostics| Failure::Document {
        name: text.name.clone(),
        text: text.text.clone(),
        diagnostics,
    })
}

async fn check(arguments: &CheckArgs, file: &CheckFile, settings: &Settings) -> Result<Found, Failure> {
    let place = Place::open(settings).await?;
    let caller = place.connection.caller().await?;
    let asked = arguments.role.as_ref().or(file.role.as_ref());
    // Who is in the role already, as under `assume`, is checked as such: no role has to let in itself.
    let own_role = caller.arn.role_session().map(|(role, _)| role);
    let role = match asked {
        Some(name) if own_role == Some(name.as_str()) => None,
        Some(text) => Some(role_arn(&place.connection, text).await?),
        None => None,
    };
    let role = role.filter(|role| !is_session_of(&caller.arn, role));
    let subject = role.as_ref().unwrap_or(&caller.arn).clone();
    let spinner = Spinner::new();
    spinner.show("reading policies");
    let mut read = place.connection.policies_of(&subject).await?;
    let acting = match (&role, arguments.predict) {
        (_, true) => None,
        (None, false) => Some(place.connection.clone()),
        (Some(role), false) => {
            let demands = SessionDemands {
                external_id: arguments.external_id.clone(),
                mfa: arguments.mfa_serial.clone().zip(arguments.mfa_code.clone()),
            };
            spinner.show("assuming the role");
            Some(
                place
                    .connection
                    .assume_session_with(role, &demands)
                    .await
                    .map_err(not_assumed)?,
            )
        }
    };
    if let (Some(acting), Some(_), false) = (&acting, &role, read.policies.unread.is_empty()) {
        // Whom we come from may not read them; the role itself may, perhaps.
        if let Some(whole) = read_by_itself(acting, &subject).await {
            read = whole;
        }
    }
    let now = place.connection.clock().now();
    let predictor = Predictor::new(&read.policies, read.principal.clone(), now);
    let expectations: Vec<&Expectation> = file
        .expectations
        .iter()
        .chain(&arguments.allowed)
        .chain(&arguments.denied)
        .collect();
    let mut checked = Vec::new();
    for (at, expectation) in expectations.iter().enumerate() {
        spinner.show(format_args!("trying ({} of {})", at + 1, expectations.len()));
        let tried = match (trial(expectation), &acting) {
            (Err(why), _) => Tried::Not(why),
            (Ok(_), None) => Tried::Not(Untried::NotAsked),
            (Ok(call), Some(acting)) => acting.try_call(&call).await?,
        };
        checked.push(Checked {
            expectation: (*expectation).clone(),
            predicted: predictor.predict(expectation),
            tried,
        });
    }
    Ok(Found {
        subject: subject.to_string(),
        account: caller.account,
        checked,
        unread: read.policies.unread,
    })
}

async fn read_by_itself(acting: &Connection, subject: &Arn) -> Option<PrincipalPolicies> {
    let read = acting.policies_of(subject).await.ok()?;
    read.policies.unread.is_empty().then_some(read)
}

/// A role by its ARN, or by its name in the caller's account.
async fn role_arn(connection: &Connection, text: &str) -> Result<Arn, Failure> {
    if text.starts_with("arn:") {
        return crate::cli::role_arn(text)
            .map_err(|wrong| Failure::bad_input(format!("role {text}: {wrong}")));
    }
    match observe_role(connection, text).await {
        Ok(Some(role)) => Ok(role.arn),
        Ok(None) => {
            let account = connection.caller().await?.account;
            Err(
                Failure::failed(format!("there is no role {text} in account {account}"))
                    .help("name it by its ARN if it is in another account"),
            )
        }
        Err(error) if error.is_access_denied() => Err(Failure::from(error)
            .why(format!("so it is not known what role {text} is"))
            .help("name it by its ARN")),
        Err(error) => Err(error.into()),
    }
}

/// A session's ARN has its role's name without the path.
fn is_session_of(caller: &Arn, role: &Arn) -> bool {
    let of_session = caller.role_session().map(|(role, _)| role);
    of_session.is_some() && of_session == role.iam_name() && caller.account() == role.account()
}

fn not_assumed(error: AwsError) -> Failure {
    let denied = error.is_access_denied();
    let failure = Failure::from(error);
    if denied {
        failure.help(
            "does it take MFA? --mfa-serial and --mfa-code, or run the check inside: daypass assume ROLE -- daypass \
             check FILE",
        )
    } else {
        failure
    }
}
