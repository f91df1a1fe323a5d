//! `daypass whoami`: who one is, and what one may do, in short.

use crate::cli::WhoamiArgs;
use crate::commands::not_written;
use crate::exit::{Ending, Exit};
use crate::failure::{Failure, interrupted};
use crate::interrupt::Interrupts;
use crate::place::Place;
use crate::settings::Settings;
use crate::view::whoami::{self as shown, Breadth, Me, Share};
use daypass_aws::{PrincipalPolicies, SessionFacts};
use daypass_core::check::Predictor;
use iam_catalog::AccessLevel;

/// What programs that hand out sessions set for those who use them.
const EXPIRATION_VARIABLES: [&str; 2] = ["AWS_CREDENTIAL_EXPIRATION", "AWS_SESSION_EXPIRATION"];

/// Runs `daypass whoami`.
pub(crate) async fn run(arguments: WhoamiArgs, settings: &Settings) -> Result<Ending, Failure> {
    let mut interrupts = Interrupts::listen().map_err(|error| Failure::no_signals(&error))?;
    let Ok(me) = interrupts.unless(look(settings)).await else {
        return Err(interrupted());
    };
    let me = me?;
    let written = if arguments.json {
        shown::json(&me)
    } else {
        shown::human(&me)
    };
    match written {
        Ok(()) => Ok(Ending::Own(Exit::Done)),
        Err(error) => not_written(&error),
    }
}

async fn look(settings: &Settings) -> Result<Me, Failure> {
    let place = Place::open(settings).await?;
    let connection = &place.connection;
    let identity = connection.identity().await?;
    let arn = &identity.caller.arn;
    let facts = if identity.is_temporary {
        let session = arn.role_session().map(|(_, session)| session);
        connection.session_facts(&identity.access_key_id, session).await?
    } else {
        SessionFacts {
            // A long-term key brings no MFA (IAM User Guide, "Secure API access with MFA").
            mfa: Some(false),
            ..SessionFacts::default()
        }
    };
    let told = EXPIRATION_VARIABLES
        .iter()
        .find_map(|name| settings.variables.text(name)?.parse().ok())
        .filter(|_| identity.is_temporary);
    let ends = identity.expires_at.or(told).or(facts.ends);
    let read = connection.policies_of(arn).await?;
    let now = connection.clock().now();
    Ok(Me {
        region: connection.region().map(str::to_owned),
        breadth: breadth(&read, now),
        policies: read.names,
        boundary: read
            .policies
            .set
            .boundary
            .iter()
            .flatten()
            .map(|source| source.name.clone())
            .next(),
        unread: read.policies.unread,
        identity,
        facts,
        ends,
        now,
    })
}

/// How many of the known actions are allowed on every resource, by access level.
fn breadth(read: &PrincipalPolicies, now: jiff::Timestamp) -> Option<Breadth> {
    if !read.policies.unread.is_empty() {
        return None;
    }
    let predictor = Predictor::new(&read.policies, read.principal.clone(), now);
    let levels = [
        AccessLevel::List,
        AccessLevel::Read,
        AccessLevel::Write,
        AccessLevel::Tagging,
        AccessLevel::PermissionsManagement,
    ];
    let mut shares: Vec<Share> = levels
        .into_iter()
        .map(|level| Share {
            level: level.as_str(),
            allowed: 0,
            of: 0,
        })
        .collect();
    for action in iam_catalog::services().flat_map(iam_catalog::Service::actions) {
        // Whether a role can be assumed is for its trust policy to say.
        if action.service().prefix() == "sts" && action.name().starts_with("AssumeRole") {
            continue;
        }
        let level = action.access_level().as_str();
        if let Some(share) = shares.iter_mut().find(|share| share.level == level) {
            share.of += 1;
            let name = format!("{}:{}", action.service().prefix(), action.name());
            share.allowed += usize::from(predictor.allows_everywhere(&name));
        }
    }
    Some(Breadth { shares })
}
