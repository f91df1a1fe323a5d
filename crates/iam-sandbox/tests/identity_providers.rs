//! Identity providers, and sessions for those whom they vouch for.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use common::{ACCOUNT, Answer, Cloud, allow, query, statement};
use iam_sandbox::WebIdentity;
use jiff::SignedDuration;
use serde_json::json;

const ISSUER: &str = "https://token.actions.githubusercontent.com";
const SUBJECT: &str = "repo:octo/app:ref:refs/heads/main";
const AUDIENCE: &str = "sts.amazonaws.com";

fn provider(cloud: &Cloud) -> String {
    cloud
        .as_admin(
            "CreateOpenIDConnectProvider",
            &[("Url", ISSUER), ("ClientIDList.member.1", AUDIENCE)],
        )
        .ok()
        .text("OpenIDConnectProviderArn")
        .unwrap()
}

fn trust(provider: &str, conditions: &str) -> String {
    let actions = r#"["sts:AssumeRoleWithWebIdentity","sts:TagSession","sts:SetSourceIdentity"]"#;
    statement(&format!(
        r#""Effect":"Allow","Principal":{{"Federated":"{provider}"}},"Action":{actions},"Condition":{conditions}"#
    ))
}

fn strict(provider: &str) -> String {
    let conditions = json!({ "StringEquals": {
        "token.actions.githubusercontent.com:aud": AUDIENCE,
        "token.actions.githubusercontent.com:sub": SUBJECT,
        "sts:RoleSessionName": "deploy",
    }});
    trust(provider, &conditions.to_string())
}

/// Unsigned, as every SDK sends it.
fn assume(cloud: &Cloud, role: &str, token: &str, more: &[(&str, &str)]) -> Answer {
    let mut params = vec![
        ("RoleArn", role),
        ("RoleSessionName", "deploy"),
        ("WebIdentityToken", token),
    ];
    params.extend_from_slice(more);
    cloud.send(query("sts", "AssumeRoleWithWebIdentity", &params))
}

fn token(cloud: &Cloud, identity: &WebIdentity) -> String {
    cloud.sandbox.web_identity_token(identity, cloud.now.get())
}

fn identity() -> WebIdentity {
    WebIdentity::new(ISSUER, SUBJECT, AUDIENCE)
}

/// "AssumeRoleWithWebIdentity", AWS STS API Reference.
#[test]
fn a_token_opens_the_role_that_trusts_it() {
    let cloud = Cloud::new();
    let provider = provider(&cloud);
    let role = cloud.role("deploy", &strict(&provider), Some(&allow("s3:ListBucket", "*")));
    let assumed = assume(&cloud, &role, &token(&cloud, &identity()), &[]).ok();
    assert_eq!(cloud.sandbox.log().pop().unwrap().principal, provider);
    assert_eq!(assumed.text("SubjectFromWebIdentityToken").unwrap(), SUBJECT);
    assert_eq!(assumed.text("Audience").unwrap(), AUDIENCE);
    assert_eq!(assumed.text("Provider").unwrap(), provider);
    assert_eq!(
        assumed.text("Arn").unwrap(),
        format!("arn:aws:sts::{ACCOUNT}:assumed-role/deploy/deploy")
    );
    assert_eq!(assumed.text("Expiration").unwrap(), "2026-11-22T13:00:00Z");
    let session = assumed.credentials();
    cloud.s3(&session, "GET", "/reports", "").ok();
    cloud.iam(&session, "ListUsers", &[]).refused(403, "AccessDenied");

    let denied = "Not authorized to perform sts:AssumeRoleWithWebIdentity";
    let other = WebIdentity {
        subject: "repo:octo/other:ref:refs/heads/main".to_owned(),
        ..identity()
    };
    assert_eq!(
        assume(&cloud, &role, &token(&cloud, &other), &[]).refused(403, "AccessDenied"),
        denied
    );
    let right = token(&cloud, &identity());
    let nowhere = role.replace("deploy", "nobody");
    assert_eq!(
        assume(&cloud, &nowhere, &right, &[]).refused(403, "AccessDenied"),
        denied
    );
    // A role that trusts an account does not trust a token.
    let admin = format!("arn:aws:iam::{ACCOUNT}:role/admin");
    assert_eq!(
        assume(&cloud, &admin, &right, &[]).refused(403, "AccessDenied"),
        denied
    );
    assume(&cloud, &role, &right, &[("DurationSeconds", "3601")]).refused(400, "ValidationError");
    assume(&cloud, "arn:aws:iam::aws:user/x/y", &right, &[]).refused(400, "ValidationError");
    assume(&cloud, &role, &right, &[("Policy", "{")]).refused(400, "MalformedPolicyDocument");
    let long = allow("s3:GetObject", &format!("arn:aws:s3:::{}", "x".repeat(1930)));
    let tags = [
        ("Policy", long.as_str()),
        (
            "PolicyArns.member.1.arn",
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
        ),
    ];
    assume(&cloud, &role, &right, &tags).refused(400, "PackedPolicyTooLarge");
    let narrow = allow("s3:ListBucket", "arn:aws:s3:::archive");
    let narrowed = assume(&cloud, &role, &right, &[("Policy", &narrow)]).ok();
    assert_eq!(narrowed.text("PackedPolicySize").unwrap(), "6");
    let narrowed = narrowed.credentials();
    cloud.s3(&narrowed, "GET", "/archive", "").ok();
    cloud
        .s3(&narrowed, "GET", "/reports", "")
        .refused(403, "AccessDenied");
}

/// "AssumeRoleWithWebIdentity", AWS STS API Reference: its errors.
#[test]
fn tokens_that_prove_nothing() {
    let cloud = Cloud::new();
    let role_for = |arn: &str| cloud.role("deploy", &strict(arn), None);
    let expected = format!("arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com");
    let role = role_for(&expected);
    let try_it = |token: &str| assume(&cloud, &role, token, &[]);
    let right = token(&cloud, &identity());
    assert_eq!(
        try_it(&right).refused(400, "InvalidIdentityToken"),
        format!("No OpenIDConnect provider found in your account for {ISSUER}")
    );
    assert_eq!(provider(&cloud), expected);
    try_it(&right).ok();
    for wrong in ["rubbish", "a.b.c", "....", &right[..right.len() / 2]] {
        assert!(
            try_it(wrong)
                .refused(400, "InvalidIdentityToken")
                .contains("not a valid JWT")
        );
    }
    // Other claims under the same signature, no signature at all, and another issuer's.
    let (header, rest) = right.split_once('.').unwrap();
    let (claims, signature) = rest.split_once('.').unwrap();
    let altered = String::from_utf8(BASE64.decode(claims).unwrap()).unwrap();
    let altered = BASE64.encode(altered.replace("octo/app", "octo/bad"));
    try_it(&format!("{header}.{altered}.{signature}")).refused(400, "InvalidIdentityToken");
    let unsigned = BASE64.encode(r#"{"alg":"none"}"#);
    try_it(&format!("{unsigned}.{claims}.")).refused(400, "InvalidIdentityToken");
    let stranger = Cloud::with(iam_sandbox::Settings {
        entropy: 8,
        ..iam_sandbox::Settings::default()
    });
    let foreign = token(&stranger, &identity());
    try_it(&foreign).refused(400, "InvalidIdentityToken");
    let audience = WebIdentity {
        audience: "somebody-else".to_owned(),
        ..identity()
    };
    assert_eq!(
        try_it(&token(&cloud, &audience)).refused(400, "InvalidIdentityToken"),
        "Incorrect token audience"
    );
    let mut nobody = identity();
    nobody.claims.insert("sub".to_owned(), json!(null));
    assert_eq!(
        try_it(&token(&cloud, &nobody)).refused(400, "InvalidIdentityToken"),
        "Missing a required claim: sub"
    );
    cloud.sandbox.clock().move_by(SignedDuration::from_mins(61));
    assert!(
        try_it(&right)
            .refused(400, "ExpiredTokenException")
            .starts_with("Token expired: current date/time")
    );
    let fresh = token(&cloud, &identity());
    try_it(&fresh).ok();
    cloud.sandbox.revoke_web_identity_token(&fresh);
    try_it(&fresh).refused(403, "IDPRejectedClaim");
}

/// "Pass session tags in AWS STS", IAM User Guide: in the token's claims. And what of a token a session keeps
/// ("Available keys for AWS OIDC federation").
#[test]
fn what_a_token_passes_on() {
    let cloud = Cloud::new();
    let provider = provider(&cloud);
    let by_tag = statement(&format!(
        r#""Effect":"Allow","Action":"s3:ListBucket","Resource":"*","Condition":{{"StringEquals":{{
            "aws:PrincipalTag/team":"a","aws:SourceIdentity":"ann","aws:FederatedProvider":"{provider}",
            "token.actions.githubusercontent.com:sub":"{SUBJECT}"}}}}"#
    ));
    let open = trust(&provider, "{}");
    let role = cloud.role("deploy", &open, Some(&by_tag));
    let mut tagged = identity();
    tagged.claims.insert(
        "https://aws.amazon.com/tags".to_owned(),
        json!({ "principal_tags": { "team": ["a"] }, "transitive_tag_keys": ["team"] }),
    );
    tagged
        .claims
        .insert("https://aws.amazon.com/source_identity".to_owned(), json!("ann"));
    let plain = assume(&cloud, &role, &token(&cloud, &identity()), &[]).ok();
    cloud
        .s3(&plain.credentials(), "GET", "/reports", "")
        .refused(403, "AccessDenied");
    let session = assume(&cloud, &role, &token(&cloud, &tagged), &[]).ok();
    assert_eq!(session.text("SourceIdentity").unwrap(), "ann");
    cloud.s3(&session.credentials(), "GET", "/reports", "").ok();
    // Both take a permission in the trust policy.
    let bare = open.replace(r#","sts:TagSession""#, "");
    cloud
        .as_admin(
            "UpdateAssumeRolePolicy",
            &[("RoleName", "deploy"), ("PolicyDocument", &bare)],
        )
        .ok();
    assert_eq!(
        assume(&cloud, &role, &token(&cloud, &tagged), &[]).refused(403, "AccessDenied"),
        "Not authorized to perform sts:TagSession"
    );
}

#[test]
fn open_id_connect_providers() {
    let cloud = Cloud::new();
    let arn = provider(&cloud);
    let create = |url: &str| cloud.as_admin("CreateOpenIDConnectProvider", &[("Url", url)]);
    assert_eq!(
        create(ISSUER).refused(409, "EntityAlreadyExists"),
        format!("Provider with url {ISSUER} already exists.")
    );
    for wrong in [
        "http://id.example.com",
        "id.example.com",
        "https://",
        "https://id.example.com?x=1",
    ] {
        create(wrong).refused(400, "InvalidInput");
    }
    let of = |operation: &str, more: &[(&str, &str)]| {
        let mut params = vec![("OpenIDConnectProviderArn", arn.as_str())];
        params.extend_from_slice(more);
        cloud.as_admin(operation, &params)
    };
    for _ in 0..2 {
        of("AddClientIDToOpenIDConnectProvider", &[("ClientID", "app")]).ok();
    }
    let got = of("GetOpenIDConnectProvider", &[]).ok();
    assert_eq!(got.text("Url").unwrap(), "token.actions.githubusercontent.com");
    assert!(
        got.body
            .contains("<member>sts.amazonaws.com</member><member>app</member>")
    );
    of("RemoveClientIDFromOpenIDConnectProvider", &[("ClientID", "app")]).ok();
    of("RemoveClientIDFromOpenIDConnectProvider", &[("ClientID", "app")]).ok();
    let thumbprint = "a".repeat(40);
    of(
        "UpdateOpenIDConnectProviderThumbprint",
        &[("ThumbprintList.member.1", &thumbprint)],
    )
    .ok();
    let many: Vec<(String, String)> = (1..=6)
        .map(|n| (format!("ThumbprintList.member.{n}"), thumbprint.clone()))
        .collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    assert_eq!(
        of("UpdateOpenIDConnectProviderThumbprint", &many).refused(400, "InvalidInput"),
        "Thumbprint list must contain fewer than 5 entries."
    );
    let got = of("GetOpenIDConnectProvider", &[]).ok();
    assert!(got.body.contains(&format!(
        "<ThumbprintList><member>{thumbprint}</member></ThumbprintList>"
    )));
    let listed = cloud.as_admin("ListOpenIDConnectProviders", &[]).ok();
    assert_eq!(listed.texts("Arn"), [arn.as_str()]);
    for n in 2..=100 {
        of(
            "AddClientIDToOpenIDConnectProvider",
            &[("ClientID", &format!("app-{n}"))],
        )
        .ok();
    }
    of("AddClientIDToOpenIDConnectProvider", &[("ClientID", "one-more")]).refused(409, "LimitExceeded");
    // "It does not fail or return an error if you call the operation for a provider that does not exist."
    of("DeleteOpenIDConnectProvider", &[]).ok();
    of("DeleteOpenIDConnectProvider", &[]).ok();
    for operation in ["GetOpenIDConnectProvider", "ListOpenIDConnectProviderTags"] {
        of(operation, &[]).refused(404, "NoSuchEntity");
    }
    let foreign = [(
        "OpenIDConnectProviderArn",
        "arn:aws:iam::999999999999:oidc-provider/x",
    )];
    cloud
        .as_admin("GetOpenIDConnectProvider", &foreign)
        .refused(400, "InvalidInput");
}

#[test]
fn saml_providers() {
    let cloud = Cloud::new();
    let metadata = |end: &str| {
        format!(
            r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" validUntil="{end}"><!--{}--></md:EntityDescriptor>"#,
            "x".repeat(1000)
        )
    };
    let create = |name: &str, text: &str| {
        cloud.as_admin(
            "CreateSAMLProvider",
            &[("Name", name), ("SAMLMetadataDocument", text)],
        )
    };
    for wrong in ["x".repeat(1000), format!("<html>{}</html>", "x".repeat(1000))] {
        assert_eq!(
            create("corp", &wrong).refused(400, "InvalidInput"),
            "Could not parse metadata"
        );
    }
    let first = metadata("2027-01-01T00:00:00Z");
    let arn = create("corp", &first).ok().text("SAMLProviderArn").unwrap();
    assert_eq!(arn, format!("arn:aws:iam::{ACCOUNT}:saml-provider/corp"));
    create("corp", &first).refused(409, "EntityAlreadyExists");
    let of = |operation: &str, more: &[(&str, &str)]| {
        let mut params = vec![("SAMLProviderArn", arn.as_str())];
        params.extend_from_slice(more);
        cloud.as_admin(operation, &params)
    };
    let got = of("GetSAMLProvider", &[]).ok();
    assert_eq!(got.text("ValidUntil").unwrap(), "2027-01-01T00:00:00Z");
    assert_eq!(got.text("SAMLMetadataDocument").unwrap(), first);
    let second = metadata("2028-01-01T00:00:00Z");
    let update = of(
        "UpdateSAMLProvider",
        &[
            ("SAMLMetadataDocument", &second),
            ("AssertionEncryptionMode", "Allowed"),
            ("AddPrivateKey", "key"),
        ],
    );
    assert_eq!(update.ok().text("SAMLProviderArn").unwrap(), arn);
    let got = of("GetSAMLProvider", &[]).ok();
    assert_eq!(got.text("ValidUntil").unwrap(), "2028-01-01T00:00:00Z");
    assert_eq!(got.text("AssertionEncryptionMode").unwrap(), "Allowed");
    let key = got.text("KeyId").unwrap();
    of("UpdateSAMLProvider", &[("AddPrivateKey", "key")]).ok();
    of("UpdateSAMLProvider", &[("AddPrivateKey", "key")]).refused(409, "LimitExceeded");
    of("UpdateSAMLProvider", &[("RemovePrivateKey", &key)]).ok();
    of("UpdateSAMLProvider", &[("RemovePrivateKey", &key)]).refused(404, "NoSuchEntity");
    let listed = cloud.as_admin("ListSAMLProviders", &[]).ok();
    assert_eq!(listed.texts("Arn"), [arn.as_str()]);
    of("DeleteSAMLProvider", &[]).ok();
    of("DeleteSAMLProvider", &[]).refused(404, "NoSuchEntity");
    of("GetSAMLProvider", &[]).refused(404, "NoSuchEntity");
}
