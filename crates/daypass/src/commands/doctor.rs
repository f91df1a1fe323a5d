//! `daypass doctor`: one check after the other, each with what it found and what mends it. Nothing is changed.

mod permissions;

use crate::cli::DoctorArgs;
use crate::commands::not_written;
use crate::exit::{Ending, Exit};
use crate::failure::{Failure, interrupted};
use crate::interrupt::Interrupts;
use crate::place::Place;
use crate::session_cache::SessionCache;
use crate::settings::Settings;
use crate::view::doctor::{self as shown, Finding, Status};
use daypass_aws::Connection;
use daypass_core::expiry::instant;
use jiff::{SignedDuration, Timestamp};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

/// Signatures are refused when they are further off (IAM User Guide, "Elements of an AWS API request signature": five
/// minutes for most services).
const CLOCK_MUST: SignedDuration = SignedDuration::from_mins(5);
/// Codes of MFA devices change that often.
const CLOCK_SHOULD: SignedDuration = SignedDuration::from_secs(30);
/// A session that ends so soon may end in the middle of something.
const SESSION_SHOULD: SignedDuration = SignedDuration::from_mins(10);

/// Runs `daypass doctor`.
pub(crate) async fn run(arguments: DoctorArgs, settings: &Settings) -> Result<Ending, Failure> {
    let mut interrupts = Interrupts::listen().map_err(|error| Failure::no_signals(&error))?;
    let Ok(findings) = interrupts.unless(examine(&arguments, settings)).await else {
        return Err(interrupted());
    };
    let written = if arguments.json {
        shown::json(&findings)
    } else {
        shown::human(&findings)
    };
    if let Err(error) = written {
        return not_written(&error);
    }
    let failed = findings.iter().any(|finding| finding.status == Status::Wrong);
    Ok(Ending::Own(if failed { Exit::Failed } else { Exit::Done }))
}

async fn examine(arguments: &DoctorArgs, settings: &Settings) -> Vec<Finding> {
    let mut findings = vec![versions(), files(settings), keyring(settings)];
    let place = match Place::open(settings).await {
        Ok(place) => place,
        Err(failure) => {
            findings.push(of_failure("credentials", failure));
            return findings;
        }
    };
    findings.push(region(&place.connection));
    findings.push(endpoint(&place.connection));
    let clock = clock(&place.connection).await;
    let reached = clock.status != Status::Wrong || clock.found.contains("off");
    findings.push(clock);
    if !reached {
        // Whatever else is asked would wait as long for the same answer.
        return findings;
    }
    match credentials(&place.connection).await {
        (finding, false) => {
            findings.push(finding);
            return findings;
        }
        (finding, true) => findings.push(finding),
    }
    let acting = match &arguments.role {
        None => place.connection.clone(),
        Some(role) => match place.connection.assume(role).await {
            Ok(acting) => {
                findings.push(Finding::good("role", format!("{role} can be assumed")));
                acting
            }
            Err(error) => {
                findings.push(of_failure("role", Failure::from(error)));
                return findings;
            }
        },
    };
    findings.push(permissions::look(&acting, &place.connection).await);
    findings
}

fn versions() -> Finding {
    let catalog = iam_catalog::source();
    Finding::good(
        "versions",
        format!(
            "daypass {}, AWS's actions as of {}",
            env!("CARGO_PKG_VERSION"),
            catalog.as_of
        ),
    )
}

/// Secrets in files that others can read.
fn files(settings: &Settings) -> Finding {
    let variables = &settings.variables;
    let path = variables
        .get("AWS_SHARED_CREDENTIALS_FILE")
        .map(PathBuf::from)
        .or_else(|| {
            let home = variables.get("HOME")?;
            Some(PathBuf::from(home).join(".aws/credentials"))
        });
    let Some(path) = path.filter(|path| path.is_file()) else {
        return Finding::good("files", "no credentials file".to_owned());
    };
    let shown = path.display().to_string();
    match std::fs::metadata(&path) {
        Ok(found) if found.permissions().mode() & 0o077 != 0 => Finding::doubtful(
            "files",
            format!("{shown} can be read by others"),
            format!("chmod 600 {shown}"),
        ),
        Ok(_) => Finding::good("files", format!("{shown} is yours alone")),
        Err(error) => Finding::doubtful(
            "files",
            format!("{shown} cannot be looked at: {error}"),
            "check the permissions of the directory".to_owned(),
        ),
    }
}

/// What seals the sessions that `assume` keeps.
fn keyring(settings: &Settings) -> Finding {
    match SessionCache::of(&settings.variables).and_then(|cache| cache.key_place()) {
        Some(place) => Finding::good("keyring", format!("sessions are sealed with a key in {place}")),
        None => Finding::doubtful(
            "keyring",
            "there is no place for a key, so `assume` keeps no sessions and asks for MFA each time"
                .to_owned(),
            "set HOME, and XDG_RUNTIME_DIR or TMPDIR, or DAYPASS_CACHE_PASSPHRASE (docs/assume.md)"
                .to_owned(),
        ),
    }
}

fn region(connection: &Connection) -> Finding {
    match connection.region() {
        Some(region) => Finding::good("region", region.to_owned()),
        None => Finding::doubtful(
            "region",
            "none is named; IAM is asked in us-east-1, and other services too".to_owned(),
            "set AWS_REGION, add `region` to the profile, or --region".to_owned(),
        ),
    }
}

fn endpoint(connection: &Connection) -> Finding {
    match connection.endpoint_url() {
        None => Finding::good("endpoint", "AWS's own".to_owned()),
        Some(url) if url.contains("127.0.0.1") || url.contains("localhost") => {
            Finding::good("endpoint", format!("{url}: an AWS on this machine, no account"))
        }
        Some(url) => Finding::doubtful(
            "endpoint",
            format!("every call goes to {url}"),
            "if that is not meant: unset AWS_ENDPOINT_URL, or remove endpoint_url from the profile"
                .to_owned(),
        ),
    }
}

async fn clock(connection: &Connection) -> Finding {
    let (there, here) = match connection.time_there().await {
        Ok(Some(times)) => times,
        Ok(None) => {
            return Finding::doubtful(
                "clock",
                "the answer says no time, as AWS's do".to_owned(),
                "is that an AWS endpoint? Check --endpoint-url and proxies".to_owned(),
            );
        }
        Err(error) => return of_failure("network", Failure::from(error)),
    };
    let off = here.duration_since(there).abs();
    let words = format!("{} s off AWS's", off.as_secs());
    let mend = "set the clock by NTP: timedatectl set-ntp true, or your system's settings".to_owned();
    if off >= CLOCK_MUST {
        Finding::wrong("clock", format!("{words}: signatures are refused"), mend)
    } else if off >= CLOCK_SHOULD {
        Finding::doubtful(
            "clock",
            format!("{words}: codes of MFA devices may be refused"),
            mend,
        )
    } else {
        // The answer's time is of whole seconds, and some way off.
        Finding::good("clock", "right".to_owned())
    }
}

/// Whether somebody can be asked for at all, and who that is.
async fn credentials(connection: &Connection) -> (Finding, bool) {
    let identity = match connection.identity().await {
        Ok(identity) => identity,
        Err(error) => return (of_failure("credentials", Failure::from(error)), false),
    };
    let now = connection.clock().now();
    let who = format!("{} in account {}", identity.caller.arn, identity.caller.account);
    let finding = match identity.expires_at {
        _ if identity.caller.arn.resource() == "root" => Finding::doubtful(
            "credentials",
            format!("{who}: the root user, which can assume no role and is denied nothing"),
            "use a user or a role instead (IAM User Guide, \"Root user best practices\")".to_owned(),
        ),
        Some(end) if ends_soon(end, now) => Finding::doubtful(
            "credentials",
            format!("{who}, only until {}", instant(end)),
            "sign in again before you begin something".to_owned(),
        ),
        _ => Finding::good("credentials", who),
    };
    (finding, true)
}

fn ends_soon(end: Timestamp, now: Timestamp) -> bool {
    end.duration_since(now) < SESSION_SHOULD
}

/// A failure as a finding: what and why in a line, the advice as what mends it.
fn of_failure(check: &'static str, failure: Failure) -> Finding {
    match failure {
        Failure::Told { what, why, help, .. } => {
            let found = std::iter::once(what).chain(why).collect::<Vec<_>>().join("; ");
            Finding::wrong(check, found, help.join("; "))
        }
        Failure::Document { name, .. } | Failure::Findings { name, .. } => {
            Finding::wrong(check, format!("{name} is wrong"), String::new())
        }
    }
}
