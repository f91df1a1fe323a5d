//! AssumeRoleWithWebIdentity: whoever brings a token of an OpenID Connect provider that the account knows, and that
//! the role trusts, gets a session of the role. The call is not signed; the token is the proof.

use std::sync::Arc;

use iam_policy::{AccountId, Arn, Principal, Source};

use super::session;
use crate::authorization::{Authorization, Check, Checks};
use crate::operations::call::Call;
use crate::operations::iam::tags_context;
use crate::web_identity::{Claims, Unreadable, read};
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::world::entity::{Role, arn};

/// What the request is about, its token proven.
struct Asked {
    role_arn: Arn,
    account: AccountId,
    role: Option<Arc<Role>>,
    /// The provider's ARN.
    provider: String,
    claims: Claims,
}

fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new(400, "InvalidIdentityToken", message)
}

fn asked(call: &Call<'_>) -> Result<Asked, ApiError> {
    let text = call.required("RoleArn")?;
    let malformed = || ApiError::validation("Request ARN is invalid");
    let role_arn: Arn = text.parse().map_err(|_| malformed())?;
    let account = role_arn
        .account()
        .filter(|_| role_arn.is_iam("role"))
        .ok_or_else(malformed)?;
    let (claims, provider) = proven(call, &account)?;
    let role = role_arn
        .iam_name()
        .and_then(|name| call.world.account(&account)?.roles.seen(name, call.view))
        .filter(|role| role.arn(&account) == text)
        .cloned();
    Ok(Asked {
        role_arn,
        account,
        role,
        provider,
        claims,
    })
}

/// The claims of the token, and the ARN of the provider that it is from.
fn proven(call: &Call<'_>, account: &AccountId) -> Result<(Claims, String), ApiError> {
    let token = call.required("WebIdentityToken")?;
    let (claims, is_signed) = read(&call.world.seal, token).map_err(|error| match error {
        Unreadable::NoToken => invalid(
            "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
        ),
        Unreadable::Missing(claim) => invalid(format!("Missing a required claim: {claim}")),
    })?;
    let url = claims.issuer.strip_prefix("https://").unwrap_or(&claims.issuer);
    let providers = call.world.account(account).map(|account| &account.oidc_providers);
    let provider = providers
        .and_then(|providers| call.seen(providers, url))
        .ok_or_else(|| {
            invalid(format!(
                "No OpenIDConnect provider found in your account for {}",
                claims.issuer
            ))
        })?;
    if !is_signed {
        return Err(invalid(
            "The signature of the token could not be verified with the keys of the identity provider",
        ));
    }
    if call.world.revoked_tokens.contains(token) {
        let message = "The identity provider rejected the claim: the token was revoked";
        return Err(ApiError::new(403, "IDPRejectedClaim", message));
    }
    let now = call.now().as_second();
    if now >= claims.expires {
        return Err(ApiError::new(
            400,
            "ExpiredTokenException",
            format!(
                "Token expired: current date/time {now} must be before the expiration date/time {}",
                claims.expires
            ),
        ));
    }
    // A token that names the party it was made for is held against that one.
    let mut audiences = claims.audiences.iter().chain(&claims.authorized_party);
    if !audiences.any(|audience| provider.clients.contains(audience)) {
        return Err(invalid("Incorrect token audience"));
    }
    Ok((claims, arn(account, "oidc-provider", "/", &provider.url)))
}

/// The keys that a token gives to conditions, in the trust policy and in the session's calls ("Available keys for
/// AWS OIDC federation", IAM User Guide). `aud` is the party that the token was made for, where it says so.
fn keys(claims: &Claims, provider: &str) -> Vec<(String, Vec<String>)> {
    let url = provider
        .split_once(":oidc-provider/")
        .map_or(provider, |(_, url)| url);
    let mut keys = vec![
        (format!("{url}:sub"), vec![claims.subject.clone()]),
        ("aws:FederatedProvider".to_owned(), vec![provider.to_owned()]),
    ];
    match &claims.authorized_party {
        Some(party) => {
            keys.push((format!("{url}:aud"), vec![party.clone()]));
            keys.push((format!("{url}:oaud"), claims.audiences.clone()));
        }
        None => keys.push((format!("{url}:aud"), claims.audiences.clone())),
    }
    if !claims.methods.is_empty() {
        keys.push((format!("{url}:amr"), claims.methods.clone()));
    }
    keys
}

pub(super) fn authorize(call: &Call<'_>) -> Result<Authorization, ApiError> {
    let asked = asked(call)?;
    let name = call.required("RoleSessionName")?;
    let trust = match &asked.role {
        Some(role) => Source::new(
            format!("trust policy of role {}", role.name),
            role.trust.effective(call.world, call.view),
        ),
        None => super::assume_role::no_role(&asked.role_arn),
    };
    let check = |action: &str| {
        let mut check = Check::new(action, asked.role_arn.as_str()).with("sts:RoleSessionName", name);
        for (key, values) in keys(&asked.claims, &asked.provider) {
            check = check.with(key, values);
        }
        for (key, value) in asked.role.iter().flat_map(|role| &role.tags) {
            check = check
                .with(format!("aws:ResourceTag/{key}"), value.as_str())
                .with(format!("iam:ResourceTag/{key}"), value.as_str());
        }
        if let Some(identity) = &asked.claims.source_identity {
            check = check.with("sts:SourceIdentity", identity.as_str());
        }
        if !asked.claims.transitive.is_empty() {
            check = check.with("sts:TransitiveTagKeys", asked.claims.transitive.clone());
        }
        check.owner = Some(asked.account.clone());
        check.trust = Some(trust.clone());
        check.principal = Some(Principal::IdentityProvider(asked.provider.clone()));
        tags_context(check, &asked.claims.tags)
    };
    let mut checks = Checks::new(check("sts:AssumeRoleWithWebIdentity"));
    if !asked.claims.tags.is_empty() {
        checks.push(check("sts:TagSession"));
    }
    if asked.claims.source_identity.is_some() {
        checks.push(check("sts:SetSourceIdentity"));
    }
    Ok(checks.required())
}

pub(super) fn run(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let asked = asked(call)?;
    // The authorizer has let nobody through to a role that is not there.
    let Some(role) = &asked.role else {
        return Err(ApiError::access_denied(format!(
            "{} cannot be assumed",
            asked.role_arn
        )));
    };
    let name = call.required("RoleSessionName")?.to_owned();
    let seconds = session::seconds(call, role)?;
    let policies = session::policies(call, &asked.account)?;
    let packed = session::packed_size(call, &asked.claims.tags)?;
    let kind = session::of_role(role, &name);
    let mut opened = session::opened(call, asked.account.clone(), seconds, kind);
    opened.policies = policies;
    opened.tags.clone_from(&asked.claims.tags);
    opened.transitive.clone_from(&asked.claims.transitive);
    opened.source_identity.clone_from(&asked.claims.source_identity);
    opened.carried = keys(&asked.claims, &asked.provider);
    let id = super::remember(call, opened.clone());
    Ok(Answer::fields(|xml| {
        super::write_credentials(xml, &id, &opened);
        xml.text("SubjectFromWebIdentityToken", &asked.claims.subject);
        session::write_user(xml, &asked.account, role, &name);
        xml.optional("PackedPolicySize", packed)
            .text("Provider", &asked.provider)
            .optional("Audience", asked.claims.audiences.first())
            .optional("SourceIdentity", opened.source_identity.as_ref());
    }))
}
