//! Credentials as other programs take them. The only place where secrets are written, because they were asked for.

use crate::cli::{CredentialFormat, Shell};
use daypass_aws::Credentials;
use jiff::Timestamp;
use secrecy::ExposeSecret;
use serde::Serialize;

/// The credentials in `format`. They are good until `ends_at`: STS gives no session of less than 15 minutes, and the lease
/// may end before that.
pub(crate) fn render(
    format: CredentialFormat,
    credentials: &Credentials,
    ends_at: Option<Timestamp>,
    region: Option<&str>,
) -> String {
    match format {
        CredentialFormat::Env => lines(Shell::Sh, &variables(credentials, ends_at, region)),
        CredentialFormat::Fish => lines(Shell::Fish, &variables(credentials, ends_at, region)),
        CredentialFormat::Powershell => lines(Shell::Powershell, &variables(credentials, ends_at, region)),
        CredentialFormat::Json | CredentialFormat::CredentialProcess => {
            as_json(format, credentials, ends_at, region)
        }
    }
}

/// Lines that set variables in a shell; each value is quoted so that the shell reads nothing into it.
pub(crate) fn lines(shell: Shell, variables: &[(&str, String)]) -> String {
    let lines: Vec<String> = match shell {
        Shell::Sh => return exports(variables),
        Shell::Fish => variables
            .iter()
            .map(|(name, value)| {
                let value = value.replace('\\', "\\\\").replace('\'', "\\'");
                format!("set -gx {name} '{value}'")
            })
            .collect(),
        Shell::Powershell => variables
            .iter()
            .map(|(name, value)| format!("$env:{name} = '{}'", value.replace('\'', "''")))
            .collect(),
    };
    lines.join("\n")
}

/// Shell lines that set variables; each value is quoted so that no shell reads anything into it.
pub(crate) fn exports(variables: &[(&str, String)]) -> String {
    let lines: Vec<String> = variables
        .iter()
        .map(|(name, value)| format!("export {name}={}", shell_word(value)))
        .collect();
    lines.join("\n")
}

fn variables(
    credentials: &Credentials,
    ends_at: Option<Timestamp>,
    region: Option<&str>,
) -> Vec<(&'static str, String)> {
    let mut variables = vec![
        ("AWS_ACCESS_KEY_ID", credentials.access_key_id.clone()),
        (
            "AWS_SECRET_ACCESS_KEY",
            credentials.secret_access_key.expose_secret().to_owned(),
        ),
    ];
    if let Some(token) = &credentials.session_token {
        variables.push(("AWS_SESSION_TOKEN", token.expose_secret().to_owned()));
    }
    if let Some(ends_at) = ends_at {
        // As `aws configure export-credentials --format env` names it.
        variables.push(("AWS_CREDENTIAL_EXPIRATION", ends_at.to_string()));
    }
    if let Some(region) = region {
        variables.push(("AWS_REGION", region.to_owned()));
        variables.push(("AWS_DEFAULT_REGION", region.to_owned()));
    }
    variables
}

/// `credential_process` expects exactly these keys (AWS SDKs and Tools Reference Guide, "Process credential provider");
/// our JSON has the region too.
fn as_json(
    format: CredentialFormat,
    credentials: &Credentials,
    ends_at: Option<Timestamp>,
    region: Option<&str>,
) -> String {
    let region = region.filter(|_| format == CredentialFormat::Json);
    let object = Handed {
        version: 1,
        access_key_id: &credentials.access_key_id,
        secret_access_key: credentials.secret_access_key.expose_secret(),
        session_token: credentials
            .session_token
            .as_ref()
            .map(ExposeSecret::expose_secret),
        expiration: ends_at.map(|ends_at| ends_at.to_string()),
        region,
    };
    // Text and numbers only: there is nothing in it that cannot be written as JSON.
    serde_json::to_string_pretty(&object).unwrap_or_default()
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Handed<'a> {
    version: u8,
    access_key_id: &'a str,
    secret_access_key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<&'a str>,
}

/// A value as a word of a shell's, which reads nothing into it.
pub(crate) fn shell_word(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=+@".contains(c);
    if !value.is_empty() && value.chars().all(plain) {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials() -> Credentials {
        Credentials {
            access_key_id: "ASIAEXAMPLE".to_owned(),
            secret_access_key: "a/b+c".to_owned().into(),
            session_token: Some("it's $HOME".to_owned().into()),
            expires_at: Some("2026-11-22T18:00:00Z".parse().unwrap()),
        }
    }

    fn end() -> Timestamp {
        "2026-11-22T17:50:00Z".parse().unwrap()
    }

    #[test]
    fn shells_read_nothing_into_values() {
        assert_eq!(
            render(
                CredentialFormat::Env,
                &credentials(),
                Some(end()),
                Some("eu-west-1")
            ),
            "export AWS_ACCESS_KEY_ID=ASIAEXAMPLE\nexport AWS_SECRET_ACCESS_KEY=a/b+c\n\
             export AWS_SESSION_TOKEN='it'\\''s $HOME'\n\
             export AWS_CREDENTIAL_EXPIRATION=2026-11-22T17:50:00Z\nexport AWS_REGION=eu-west-1\n\
             export AWS_DEFAULT_REGION=eu-west-1"
        );
    }

    #[test]
    fn credential_process_has_exactly_its_keys() {
        let text = render(
            CredentialFormat::CredentialProcess,
            &credentials(),
            Some(end()),
            Some("eu-west-1"),
        );
        let object: serde_json::Value = serde_json::from_str(&text).unwrap();
        let keys: Vec<_> = object.as_object().unwrap().keys().cloned().collect();
        assert_eq!(
            keys,
            [
                "AccessKeyId",
                "Expiration",
                "SecretAccessKey",
                "SessionToken",
                "Version"
            ]
        );
        assert_eq!(object["Expiration"], "2026-11-22T17:50:00Z", "the lease's end");
    }
}
