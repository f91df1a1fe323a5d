//! What both demos have in common: a user who may do nothing, and a role that may list buckets.

use crate::failure::Failure;
use crate::view::story;
use daypass_aws::{AwsError, Connection, Probe, ProbeAnswer, Walkthrough, WalkthroughPart};

/// Makes the whole cast, part by part; `stopped` is asked before each.
pub(super) async fn make(cast: &mut Walkthrough, stopped: impl Fn() -> bool) -> Result<(), AwsError> {
    for part in WalkthroughPart::ALL {
        if stopped() {
            return Ok(());
        }
        cast.make(part).await?;
        story::did(described(part, cast));
    }
    Ok(())
}

fn described(part: WalkthroughPart, cast: &Walkthrough) -> String {
    let (user, role, policy) = (cast.user_name(), cast.role_name(), cast.policy_name());
    match part {
        WalkthroughPart::User => format!("user {user}, who may do nothing"),
        WalkthroughPart::AccessKey => format!("an access key for {user}"),
        WalkthroughPart::Role => format!("role {role}, which trusts {user}"),
        WalkthroughPart::Policy => format!("managed policy {policy}, which allows s3:ListAllMyBuckets"),
        WalkthroughPart::Attachment => format!("{policy} attached to {role}"),
        WalkthroughPart::UserPolicy => format!("inline policy that lets {user} assume {role}"),
    }
}

/// Takes the cast down, part by part.
pub(super) async fn tear_down(cast: &Walkthrough) -> Result<(), Failure> {
    let mut tell = |what: String| story::removed(what);
    cast.tear_down(&mut tell).await.map_err(|left| {
        let failure = left
            .into_iter()
            .fold(Failure::failed("not everything could be removed"), Failure::why);
        failure.help("remove these by hand; they are all under the path /daypass/demo/")
    })
}

/// Makes a harmless call that has to go through.
pub(super) async fn must_be_allowed(
    who: &Connection,
    probe: &Probe,
    call: &str,
) -> Result<ProbeAnswer, Failure> {
    let answer = who.probe(probe).await?;
    if !answer.allowed {
        let said = answer.message.or(answer.code).unwrap_or_default();
        return Err(Failure::failed(format!("{call} was denied, and should not have been")).why(said));
    }
    story::allowed(call, &answer.items);
    Ok(answer)
}

/// Makes a harmless call that IAM has to refuse.
pub(super) async fn must_be_denied(
    who: &Connection,
    probe: &Probe,
    call: &str,
) -> Result<ProbeAnswer, Failure> {
    let answer = who.probe(probe).await?;
    if answer.allowed
        || !matches!(
            answer.code.as_deref(),
            Some("AccessDenied" | "UnauthorizedOperation")
        )
    {
        let said = answer.code.unwrap_or_else(|| "allowed".to_owned());
        return Err(
            Failure::failed(format!("{call} should have been denied")).why(format!("the answer: {said}"))
        );
    }
    Ok(answer)
}
