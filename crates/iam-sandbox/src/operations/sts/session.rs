//! What the operations that hand out a session of a role have in common: its policies, its tags, its answer.

use iam_policy::AccountId;

use crate::authorization::attached_document;
use crate::operations::call::Call;
use crate::operations::iam::policy_text;
use crate::wire::error::ApiError;
use crate::wire::xml::Xml;
use crate::world::credential::{Session, SessionKind, SessionPolicy};
use crate::world::entity::{PolicyText, Role};

/// Characters of session policies ("AssumeRole", AWS STS API Reference). AWS packs policies and tags before it
/// measures them, in a form that it does not tell; here the characters count.
const PACKED_LIMIT: usize = 2048;
/// Managed policies that can be passed as session policies, by the same page.
const MOST_POLICY_ARNS: usize = 10;

/// A session that begins now, without policies and tags.
pub(super) fn opened(call: &mut Call<'_>, account: AccountId, seconds: i64, kind: SessionKind) -> Session {
    Session {
        secret: call.random.secret(),
        token: call.random.session_token(),
        account,
        issued: call.now(),
        expires: super::expiry(call, seconds),
        kind,
        policies: None,
        tags: Vec::new(),
        transitive: Vec::new(),
        source_identity: None,
        mfa: None,
        carried: Vec::new(),
    }
}

/// A session's kind that stands for a role.
pub(super) fn of_role(role: &Role, session_name: &str) -> SessionKind {
    SessionKind::Role {
        role_name: role.name.clone(),
        role_path: role.path.clone(),
        role_id: role.id.clone(),
        session_name: session_name.to_owned(),
    }
}

/// The managed policies that the request passes by their ARNs.
fn policy_arns<'c>(call: &'c Call<'_>) -> Result<Vec<&'c str>, ApiError> {
    let members = call.input.params.members("PolicyArns");
    if members.len() > MOST_POLICY_ARNS {
        return Err(ApiError::validation(format!(
            "The number of policy ARNs must not be greater than {MOST_POLICY_ARNS}"
        )));
    }
    let arns = members.into_iter().map(|member| {
        call.param(&format!("{member}.arn"))
            .ok_or_else(|| ApiError::missing("PolicyArns.arn"))
    });
    arns.collect()
}

/// Session policies, inline and by ARN; nothing where none is passed.
pub(super) fn policies(call: &Call<'_>, account: &AccountId) -> Result<Option<Vec<SessionPolicy>>, ApiError> {
    let mut policies = Vec::new();
    if let Some(text) = call.param("Policy") {
        policies.push(SessionPolicy {
            name: "session policy".to_owned(),
            text: policy_text::session(text)?,
        });
    }
    for arn in policy_arns(call)? {
        let document = call
            .world
            .account(account)
            .and_then(|account| attached_document(account, call.view, arn))
            .ok_or_else(|| {
                ApiError::malformed_policy(format!("Policy {arn} does not exist or is not attachable."))
            })?;
        let text = PolicyText {
            text: document.to_minified(),
            document,
            pins: Vec::new(),
        };
        policies.push(SessionPolicy {
            name: format!("session policy {arn}"),
            text,
        });
    }
    Ok((!policies.is_empty()).then_some(policies))
}

/// How much of the space for policies and tags is taken, in percent, if any; an error if it is more than there is.
pub(super) fn packed_size(call: &Call<'_>, tags: &[(String, String)]) -> Result<Option<usize>, ApiError> {
    let length = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
    let policy = call.param("Policy").map_or(0, length);
    let arns: usize = policy_arns(call)?.into_iter().map(length).sum();
    let tags: usize = tags.iter().map(|(key, value)| length(key) + length(value)).sum();
    let percent = (policy + arns + tags).saturating_mul(100).div_ceil(PACKED_LIMIT);
    match percent {
        0 => Ok(None),
        1..=100 => Ok(Some(percent)),
        _ => Err(ApiError::new(
            400,
            "PackedPolicyTooLarge",
            format!("Packed policy consumes {percent}% of allotted space, please use smaller policy."),
        )),
    }
}

/// How long the session of a role lasts.
pub(super) fn seconds(call: &Call<'_>, role: &Role) -> Result<i64, ApiError> {
    let seconds = call.number("DurationSeconds").unwrap_or(3600);
    if seconds > role.max_session {
        return Err(ApiError::validation(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ));
    }
    Ok(seconds)
}

/// `<AssumedRoleUser>`.
pub(super) fn write_user(xml: &mut Xml, account: &AccountId, role: &Role, session_name: &str) {
    xml.element("AssumedRoleUser", |xml| {
        xml.text("AssumedRoleId", format_args!("{}:{session_name}", role.id))
            .text(
                "Arn",
                format_args!("arn:aws:sts::{account}:assumed-role/{}/{session_name}", role.name),
            );
    });
}
