//! Values of options, parsed into types that cannot hold nonsense; each error says what would be right.

use daypass_core::expiry;
use daypass_core::role::{LONGEST_SESSION, SHORTEST_SESSION};
use iam_policy::{Arn, Principal};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;

/// AssumeRole's range: sessions of 15 minutes to 12 hours; a lease may be shorter, its own Deny ends it.
const SHORTEST: SignedDuration = SignedDuration::from_mins(1);
const LONGEST: SignedDuration = SignedDuration::from_hours(12);
const LEAST_SESSION: SignedDuration = SignedDuration::from_mins(15);

/// How long a lease lasts: `10m`, `1h 30m`, `PT2H`.
pub(crate) fn lasting(text: &str) -> Result<SignedDuration, String> {
    let lasts = duration(text)?;
    if lasts < SHORTEST || lasts > LONGEST {
        return Err("a temporary role lasts from 1m to 12h".to_owned());
    }
    Ok(lasts)
}

/// How long something may take at most: `15m`, `1h`.
pub(crate) fn bounded_duration(text: &str) -> Result<SignedDuration, String> {
    let lasts: Option<SignedDuration> = text.trim().parse().ok();
    lasts
        .filter(|lasts| lasts.is_positive() && *lasts <= SignedDuration::from_hours(24))
        .ok_or_else(|| "write it like 90s, 15m or 1h, at most 24h".to_owned())
}

/// How long from now access is to last: `2d`, `8h`, `1d12h`.
pub(crate) fn from_now(text: &str) -> Result<jiff::Span, String> {
    let lasts: Option<jiff::Span> = text.trim().parse().ok();
    lasts
        .filter(|lasts| lasts.is_positive())
        .ok_or_else(|| "write it like 2d, 8h or 1d12h (weeks, days, hours, minutes)".to_owned())
}

/// The longest session of a role: `1h` to `12h`.
pub(crate) fn session_length(text: &str) -> Result<SignedDuration, String> {
    let lasts: Option<SignedDuration> = text.trim().parse().ok();
    lasts
        .filter(|lasts| (SHORTEST_SESSION..=LONGEST_SESSION).contains(lasts))
        .ok_or_else(|| "a role's longest session has from 1h to 12h".to_owned())
}

/// When an access ends: an instant with its zone, or a day.
pub(crate) fn end(text: &str) -> Result<Timestamp, String> {
    expiry::end_of_text(text)
        .ok_or_else(|| "write a day like 2026-11-30, or an instant like 2026-11-30T18:00:00Z".to_owned())
}

/// How long a session lasts.
pub(crate) fn session_lasting(text: &str) -> Result<SignedDuration, String> {
    let lasts = duration(text)?;
    if lasts < LEAST_SESSION || lasts > LONGEST {
        return Err(
            "AWS's sessions last from 15m to 12h; for less there is `daypass try`, whose role ends when it is told to"
                .to_owned(),
        );
    }
    Ok(lasts)
}

fn duration(text: &str) -> Result<SignedDuration, String> {
    text.trim()
        .parse()
        .map_err(|_| "write it like 10m, 1h or 1h30m (hours, minutes, seconds)".to_owned())
}

/// A session's name or a source identity ("AssumeRole", AWS STS API Reference).
pub(crate) fn session_name(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "_=,.@-".contains(c);
    if (2..=64).contains(&text.len()) && text.chars().all(fits) {
        Ok(text.to_owned())
    } else {
        Err("it has 2 to 64 letters, digits and _ = , . @ -".to_owned())
    }
}

/// The code of an MFA device.
pub(crate) fn mfa_code(text: &str) -> Result<SecretString, String> {
    let code: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()) {
        Ok(code.into())
    } else {
        Err("a code has six digits".to_owned())
    }
}

/// The moment of a request: an instant, or a day for its beginning in UTC, as in test files.
pub(crate) fn moment(text: &str) -> Result<Timestamp, String> {
    let text = text.trim();
    let start = |day: Date| day.to_zoned(TimeZone::UTC).ok().map(|start| start.timestamp());
    let day = text.parse().ok().filter(|_| text.len() == "2026-11-30".len());
    text.parse().ok().or_else(|| day.and_then(start)).ok_or_else(|| {
        "write an instant with its zone, like 2026-11-30T18:00:00Z or 2026-11-30T18:00:00+01:00, or a day like \
         2026-11-30 for its beginning in UTC"
            .to_owned()
    })
}

/// The ARN of an IAM role.
pub(crate) fn role_arn(text: &str) -> Result<Arn, String> {
    const LIKE: &str = "a role's ARN looks like arn:aws:iam::111122223333:role/Admin";
    let arn = iam_arn(text, LIKE)?;
    if arn.resource().starts_with("role/") && arn.account().is_some() {
        Ok(arn)
    } else {
        Err(LIKE.to_owned())
    }
}

/// The ARN of a managed policy, AWS's or the account's own.
pub(crate) fn policy_arn(text: &str) -> Result<Arn, String> {
    const LIKE: &str = "a managed policy's ARN looks like arn:aws:iam::aws:policy/ReadOnlyAccess or \
                        arn:aws:iam::111122223333:policy/Mine";
    let arn = iam_arn(text, LIKE)?;
    if arn.resource().starts_with("policy/") {
        Ok(arn)
    } else {
        Err(LIKE.to_owned())
    }
}

/// The ARN of who may assume a role: a role, a user, or an account's root.
pub(crate) fn principal_arn(text: &str) -> Result<Arn, String> {
    const LIKE: &str = "it looks like arn:aws:iam::111122223333:role/Ci, :user/ann or :root";
    let arn = iam_arn(text, LIKE)?;
    let is_one = arn.resource() == "root"
        || ["role/", "user/"]
            .iter()
            .any(|kind| arn.resource().starts_with(kind));
    if is_one && arn.account().is_some() && !arn.resource().contains(['*', '?']) {
        Ok(arn)
    } else {
        Err(LIKE.to_owned())
    }
}

/// The id of an organization (AWS Organizations API Reference, Organization: `^o-[a-z0-9]{10,32}$`).
pub(crate) fn organization(text: &str) -> Result<String, String> {
    let id = text.strip_prefix("o-").unwrap_or_default();
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if (10..=32).contains(&id.len()) && id.chars().all(fits) {
        Ok(text.to_owned())
    } else {
        Err("an organization's id looks like o-a1b2c3d4e5".to_owned())
    }
}

/// A tag, `KEY=VALUE`; the value may be empty.
pub(crate) fn tag(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write it as KEY=VALUE".to_owned()),
    }
}

/// A condition key and a value of it; the value may be empty.
pub(crate) fn context_entry(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if key.contains(':') => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write it as KEY=VALUE, such as aws:SourceIp=192.0.2.7".to_owned()),
    }
}

/// Who asks. A role's ARN stands for a session of it.
pub(crate) fn principal(text: &str) -> Result<Principal, String> {
    daypass_core::policy_test::principal(text).map_err(|error| error.to_string())
}

/// The name of a region; it becomes part of host names.
pub(crate) fn region(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !text.is_empty() && text.chars().all(fits) {
        Ok(text.to_owned())
    } else {
        Err("a region looks like us-east-1 or eu-central-1".to_owned())
    }
}

/// The address of an AWS endpoint.
pub(crate) fn endpoint_url(text: &str) -> Result<String, String> {
    let rest = text
        .strip_prefix("http://")
        .or_else(|| text.strip_prefix("https://"));
    match rest {
        Some(host) if !host.is_empty() && !host.starts_with('/') => Ok(text.trim_end_matches('/').to_owned()),
        _ => Err("write it as http://HOST:PORT or https://HOST".to_owned()),
    }
}

fn iam_arn(text: &str, like: &str) -> Result<Arn, String> {
    let arn: Arn = text.trim().parse().map_err(|_| like.to_owned())?;
    if arn.service() == "iam" {
        Ok(arn)
    } else {
        Err(like.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_humane_and_bounded() {
        for (text, minutes) in [
            ("1h", 60),
            ("90m", 90),
            ("1h30m", 90),
            ("1h 30m", 90),
            ("PT2H", 120),
            (" 12h ", 720),
        ] {
            assert_eq!(lasting(text), Ok(SignedDuration::from_mins(minutes)), "{text}");
        }
        for text in ["", "1", "soon", "59s", "12h1s", "13h", "-1h", "1d", "9999999999h"] {
            assert!(lasting(text).is_err(), "{text}");
        }
    }

    #[test]
    fn days_are_days() {
        for text in ["2d", "1d12h", "1w", "90m", "P2D"] {
            assert!(from_now(text).is_ok(), "{text}");
        }
        for text in ["", "2", "-2d", "0d", "tomorrow", "2026-11-30"] {
            assert!(from_now(text).is_err(), "{text}");
        }
    }

    #[test]
    fn arns_are_of_the_right_kind() {
        assert!(role_arn("arn:aws:iam::111122223333:role/team/Admin").is_ok());
        for text in [
            "Admin",
            "arn:aws:iam::111122223333:user/x",
            "arn:aws:s3:::bucket",
            "arn:aws:iam::1:role/x",
            "",
        ] {
            assert!(role_arn(text).is_err(), "{text}");
        }
        assert!(policy_arn("arn:aws:iam::aws:policy/job-function/Billing").is_ok());
        assert!(policy_arn("arn:aws:iam::111122223333:role/x").is_err());
    }

    #[test]
    fn sessions_and_codes() {
        assert!(session_lasting("15m").is_ok() && session_lasting("14m59s").is_err());
        assert!(session_name("ann@example.com").is_ok());
        assert!(session_name("a").is_err() && session_name("ann smith").is_err());
        assert!(mfa_code("123 456\n").is_ok());
        for wrong in ["", "12345", "1234567", "12345a"] {
            assert!(mfa_code(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn regions_are_names() {
        assert!(region("us-gov-west-1").is_ok());
        for text in ["", "US-EAST-1", "us east 1", "evil.example/", "us-east-1\n"] {
            assert!(region(text).is_err(), "{text}");
        }
    }

    #[test]
    fn context_entries_and_principals() {
        let entry = |key: &str, value: &str| Ok((key.to_owned(), value.to_owned()));
        assert_eq!(
            context_entry("aws:PrincipalTag/a=b=c"),
            entry("aws:PrincipalTag/a", "b=c")
        );
        assert_eq!(context_entry("s3:prefix="), entry("s3:prefix", ""));
        assert!(context_entry("SourceIp=x").is_err() && context_entry("aws:SourceIp").is_err());
        let session = principal("arn:aws:iam::111122223333:role/p/app").unwrap();
        assert!(
            matches!(session, Principal::RoleSession { role: Some(_), .. }),
            "{session}"
        );
        assert!(principal("bob").is_err());
    }

    #[test]
    fn tags_and_addresses() {
        assert_eq!(tag("a=b=c"), Ok(("a".to_owned(), "b=c".to_owned())));
        assert_eq!(tag("a="), Ok(("a".to_owned(), String::new())));
        assert!(tag("=b").is_err() && tag("a").is_err());
        assert_eq!(
            endpoint_url("http://127.0.0.1:4566/"),
            Ok("http://127.0.0.1:4566".to_owned())
        );
        assert!(endpoint_url("127.0.0.1:4566").is_err() && endpoint_url("http://").is_err());
    }
}
