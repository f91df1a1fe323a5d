//! The web console, signed in: the URL is as secret as a password, so that no process's arguments have it.

use super::super::completions::deliver;
use super::Wanted;
use crate::exit::{Ending, Exit};
use crate::failure::Failure;
use crate::private_directory;
use crate::view;
use crate::whole_file::{self, Readers};
use daypass_aws::{Connection, ConnectionSettings, SignIn};
use iam_policy::Arn;
use rustix::termios::isatty;
use secrecy::{ExposeSecret, SecretString};
use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Opens the console, or prints the URL.
pub(super) async fn run(wanted: &Wanted<'_>) -> Result<Ending, Failure> {
    let to = sign_in(wanted)?;
    let session = wanted.session;
    let connection = Connection::open(ConnectionSettings {
        region: wanted.plan.region.clone(),
        credentials: Some(session.credentials.clone()),
        ..ConnectionSettings::default()
    })
    .await?;
    let url = connection
        .sign_in_url(&session.credentials, &to)
        .await
        .map_err(|error| {
            Failure::from(error).help(
                "AWS's sign-in takes sessions of roles only; it may also have ended a session early: try --refresh",
            )
        })?;
    // Whoever reads it from a pipe opens it in their own way.
    if !isatty(io::stdout()) {
        return deliver(url.expose_secret());
    }
    match opener(wanted).map(|opener| open(wanted, &opener, &url)) {
        Some(Ok(())) => {
            view::say(format_args!(
                "the console opens in your browser, as {}",
                wanted.who()
            ));
            Ok(Ending::Own(Exit::Done))
        }
        Some(Err(error)) => {
            view::warn(format_args!("no browser could be opened: {error}"));
            deliver(url.expose_secret())
        }
        None => deliver(url.expose_secret()),
    }
}

/// Where to sign in, for the role's partition and the destination that was asked for.
fn sign_in(wanted: &Wanted<'_>) -> Result<SignIn, Failure> {
    let arguments = wanted.arguments;
    let role: Option<Arn> = wanted.session.role.as_deref().and_then(|role| role.parse().ok());
    let partition = role.as_ref().map_or("aws", Arn::partition);
    let mut to = SignIn::of_partition(partition).ok_or_else(|| {
        Failure::bad_input(format!(
            "partition {partition} has no web console that is known here"
        ))
    })?;
    match &arguments.delivery.sign_in_url {
        Some(url) => to.endpoint.clone_from(url),
        // Credentials of another AWS are none of this one's business.
        None if is_elsewhere(wanted) => {
            return Err(Failure::bad_input(
                "--console signs in at AWS itself, and these credentials are of another endpoint",
            )
            .help("leave out --endpoint-url, and unset AWS_ENDPOINT_URL"));
        }
        None => {}
    }
    match arguments.delivery.destination.as_deref() {
        None => {}
        Some(url) if url.starts_with("https://") => url.clone_into(&mut to.destination),
        Some(service) if service.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') => {
            to.destination.push_str(service);
            to.destination.push_str("/home");
            if let Some(region) = wanted.region() {
                to.destination.push_str("?region=");
                to.destination.push_str(region);
            }
        }
        Some(other) => {
            return Err(Failure::bad_input(format!(
                "--destination {other}: write a service's name, such as s3, or a URL that begins with https://"
            )));
        }
    }
    Ok(to)
}

fn is_elsewhere(wanted: &Wanted<'_>) -> bool {
    let variables = &wanted.settings.variables;
    wanted.settings.endpoint_url.is_some()
        || wanted.plan.profile_endpoint.is_some()
        || ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS"]
            .iter()
            .any(|name| variables.get(name).is_some())
}

/// The program that opens a page.
fn opener(wanted: &Wanted<'_>) -> Option<PathBuf> {
    let variables = &wanted.settings.variables;
    if let Some(browser) = variables.get("BROWSER") {
        return Some(browser.into());
    }
    // Without a display there is no browser, whatever is installed.
    let has_display = cfg!(target_os = "macos")
        || ["DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"]
            .iter()
            .any(|name| variables.get(name).is_some());
    let program = if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    };
    let is_there = crate::child::find(&[program.into()], variables).is_ok();
    (has_display && is_there).then(|| program.into())
}

/// A page that only the user can read leads there: what a browser is started with, everybody on the machine can see.
fn open(wanted: &Wanted<'_>, opener: &PathBuf, url: &SecretString) -> io::Result<()> {
    let cache = wanted.settings.variables.cache_directory();
    let cache = cache.ok_or_else(|| io::Error::other("HOME is not set"))?;
    let directory = cache.join("daypass").join("console");
    private_directory::make(&directory)?;
    let page = directory.join("sign-in.html");
    let url = url.expose_secret().replace('&', "&amp;").replace('"', "&quot;");
    let text = format!(
        "<!doctype html><meta charset=\"utf-8\"><meta name=\"referrer\" content=\"no-referrer\">\
         <meta http-equiv=\"refresh\" content=\"0; url={url}\"><title>Signing in</title>"
    );
    whole_file::replace(&page, text.as_bytes(), Readers::Owner)?;
    let status = Command::new(opener)
        .arg(&page)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    if status.success() {
        Ok(())
    } else {
        Err(io::Error::other(status.to_string()))
    }
}
