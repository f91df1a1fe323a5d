//! Tokens of identity providers, as AssumeRoleWithWebIdentity takes them: JSON Web Tokens. The sandbox stands in for
//! the providers too and signs with a key of its own, since nobody else has to check the signature.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use subtle::ConstantTimeEq;

use crate::seal::Seal;
use crate::world::entity::Tags;

/// Whom a token is about, who says so, and for whom.
#[derive(Clone, Debug, PartialEq)]
pub struct WebIdentity {
    /// The provider's URL, such as `https://token.actions.githubusercontent.com`: the claim `iss`.
    pub issuer: String,
    /// The claim `sub`.
    pub subject: String,
    /// The claim `aud`, such as `sts.amazonaws.com`.
    pub audience: String,
    /// How long the token is good for, from now on.
    pub lasts: SignedDuration,
    /// Claims beside these, or in their place.
    pub claims: BTreeMap<String, Value>,
}

impl WebIdentity {
    /// A token that is good for an hour, without claims of its own.
    pub fn new(
        issuer: impl Into<String>,
        subject: impl Into<String>,
        audience: impl Into<String>,
    ) -> WebIdentity {
        WebIdentity {
            issuer: issuer.into(),
            subject: subject.into(),
            audience: audience.into(),
            lasts: SignedDuration::from_hours(1),
            claims: BTreeMap::new(),
        }
    }
}

/// The token of an identity, issued at an instant of the world.
pub(crate) fn issue(seal: &Seal, identity: &WebIdentity, now: Timestamp) -> String {
    let issued = now.as_second();
    let mut claims = json!({
        "iss": identity.issuer,
        "sub": identity.subject,
        "aud": identity.audience,
        "iat": issued,
        "nbf": issued,
        "exp": issued.saturating_add(identity.lasts.as_secs()),
    });
    if let Some(fields) = claims.as_object_mut() {
        fields.extend(identity.claims.clone());
    }
    let header = json!({ "alg": "HS256", "kid": "sandbox", "typ": "JWT" });
    let encode = |part: &Value| BASE64.encode(part.to_string());
    let signed = format!("{}.{}", encode(&header), encode(&claims));
    let signature = seal.sign(signed.as_bytes());
    format!("{signed}.{}", BASE64.encode(signature))
}

/// Why a token cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    NoToken,
    Missing(&'static str),
}

/// What a token claims.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Claims {
    pub(crate) issuer: String,
    pub(crate) subject: String,
    pub(crate) audiences: Vec<String>,
    /// `azp`.
    pub(crate) authorized_party: Option<String>,
    /// `amr`: how the user signed in.
    pub(crate) methods: Vec<String>,
    /// In seconds since 1970.
    pub(crate) expires: i64,
    pub(crate) tags: Tags,
    pub(crate) transitive: Vec<String>,
    pub(crate) source_identity: Option<String>,
}

/// The claims of a token, and whether the sandbox has signed them.
pub(crate) fn read(seal: &Seal, token: &str) -> Result<(Claims, bool), Unreadable> {
    let (signed, signature) = token.rsplit_once('.').ok_or(Unreadable::NoToken)?;
    let (header, claims) = signed.split_once('.').ok_or(Unreadable::NoToken)?;
    let object = |part: &str| -> Option<Map<String, Value>> {
        serde_json::from_slice(&BASE64.decode(part).ok()?).ok()
    };
    let header = object(header).ok_or(Unreadable::NoToken)?;
    let claims = object(claims).ok_or(Unreadable::NoToken)?;
    let signature = BASE64.decode(signature).map_err(|_| Unreadable::NoToken)?;
    let is_signed = header.get("alg").and_then(Value::as_str) == Some("HS256")
        && bool::from(seal.sign(signed.as_bytes()).ct_eq(&signature));
    Ok((claimed(&claims)?, is_signed))
}

fn claimed(claims: &Map<String, Value>) -> Result<Claims, Unreadable> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
    let required = |name: &'static str| text(name).ok_or(Unreadable::Missing(name));
    let (tags, transitive) = session_tags(claims.get("https://aws.amazon.com/tags"));
    let audiences = texts(claims.get("aud"));
    if audiences.is_empty() {
        return Err(Unreadable::Missing("aud"));
    }
    Ok(Claims {
        issuer: required("iss")?,
        subject: required("sub")?,
        audiences,
        authorized_party: text("azp"),
        methods: texts(claims.get("amr")),
        expires: claims
            .get("exp")
            .and_then(Value::as_i64)
            .ok_or(Unreadable::Missing("exp"))?,
        tags,
        transitive,
        source_identity: text("https://aws.amazon.com/source_identity"),
    })
}

/// A string, or a list of them.
fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(values)) => values
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}

/// Session tags in a token ("Pass session tags in AWS STS: Passing session tags using AssumeRoleWithWebIdentity",
/// IAM User Guide).
fn session_tags(claim: Option<&Value>) -> (Tags, Vec<String>) {
    let tags = claim
        .and_then(|claim| claim.get("principal_tags"))
        .and_then(Value::as_object);
    let tags = tags.into_iter().flatten().filter_map(|(key, values)| {
        let value = texts(Some(values)).into_iter().next()?;
        Some((key.clone(), value))
    });
    let transitive = texts(claim.and_then(|claim| claim.get("transitive_tag_keys")));
    (tags.collect(), transitive)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_issued_is_read() {
        let seal = Seal::of(7);
        let mut identity = WebIdentity::new("https://id.example.com", "ann", "app");
        identity.lasts = SignedDuration::MAX;
        identity.claims.insert("amr".to_owned(), json!(["mfa", "pwd"]));
        identity.claims.insert("azp".to_owned(), json!("party"));
        let token = issue(&seal, &identity, Timestamp::UNIX_EPOCH);
        let (claims, is_signed) = read(&seal, &token).unwrap();
        assert!(is_signed);
        assert_eq!(claims.issuer, "https://id.example.com");
        assert_eq!(
            (claims.subject.as_str(), claims.audiences.as_slice()),
            ("ann", &["app".to_owned()][..])
        );
        assert_eq!(claims.methods, ["mfa", "pwd"]);
        assert_eq!(claims.authorized_party.as_deref(), Some("party"));
        assert_eq!(claims.expires, i64::MAX);
        assert!(!read(&Seal::of(8), &token).unwrap().1);
        for missing in ["iss", "sub", "aud", "exp"] {
            let mut without = identity.clone();
            without.claims.insert(missing.to_owned(), Value::Null);
            let token = issue(&seal, &without, Timestamp::UNIX_EPOCH);
            assert_eq!(read(&seal, &token), Err(Unreadable::Missing(missing)));
        }
    }

    proptest! {
        /// Nothing that anybody can write by hand is signed, and none of it breaks the reader.
        #[test]
        fn no_text_is_a_signed_token(
            header in "[ -~]{0,40}",
            claims in prop_oneof![
                "[ -~]{0,80}",
                Just(r#"{"iss":"https://id.example.com","sub":"ann","aud":["app"],"exp":1}"#.to_owned()),
            ],
            signature in prop::collection::vec(any::<u8>(), 0..40),
        ) {
            let seal = Seal::of(7);
            let token = format!(
                "{}.{}.{}",
                BASE64.encode(&header),
                BASE64.encode(&claims),
                BASE64.encode(&signature)
            );
            if let Ok((_, is_signed)) = read(&seal, &token) {
                prop_assert!(!is_signed);
            }
            let plain = format!("{header}.{claims}");
            prop_assert!(read(&seal, &plain).is_err());
        }
    }
}
