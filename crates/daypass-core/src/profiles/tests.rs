//! The files as people have them, their mistakes, and ours among their profiles.

use super::*;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use secrecy::ExposeSecret;

fn read(config: &str, credentials: &str) -> Profiles {
    Profiles::read(("config", config), ("credentials", credentials)).unwrap()
}

const CONFIG: &str = "\
# comment
[default]
region = eu-west-1

[profile base]
mfa_serial = arn:aws:iam::111122223333:mfa/ann
s3 =
  max_concurrent_requests = 20
[profile \"first\"]  ; a comment
Role_Arn = arn:aws:iam::111122223333:role/path/First # why
source_profile=base
external_id = a#b;c
duration_seconds = 3600
[profile second]
role_arn = arn:aws:iam::222233334444:role/Second
source_profile = first
role_session_name = ann
mfa_serial = arn:aws:iam::111122223333:mfa/other
region = us-east-2
endpoint_url = http://127.0.0.1:9
[services local]
dynamodb =
  endpoint_url = http://localhost:8000
[sso-session corp]
sso_region = us-east-1
sso_start_url = https://corp.awsapps.com/start#/
[profile sso]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Dev
[profile by-sso]
role_arn = arn:aws:iam::111122223333:role/X
source_profile = sso
[profile machine]
role_arn = arn:aws:iam::111122223333:role/X
credential_source = Ec2InstanceMetadata
[profile itself]
role_arn = arn:aws:iam::111122223333:role/X
source_profile = itself
[profile program]
credential_process = /opt/creds --for 'ann b'
[profile web]
role_arn = arn:aws:iam::111122223333:role/X
web_identity_token_file = /token
";

const CREDENTIALS: &str = "\
[base]
aws_access_key_id = AKIABASE
aws_secret_access_key = base/secret+1=
[itself]
aws_access_key_id = ASIAITSELF
aws_secret_access_key = s
aws_session_token = t
";

#[test]
fn a_chain_of_profiles() {
    let chain = read(CONFIG, CREDENTIALS).chain("second").unwrap();
    let Base::Keys {
        profile,
        access_key_id,
        secret_access_key,
        session_token: None,
    } = &chain.base
    else {
        panic!("{chain:?}");
    };
    assert_eq!((profile.as_str(), access_key_id.as_str()), ("base", "AKIABASE"));
    assert_eq!(secret_access_key.expose_secret(), "base/secret+1=");
    let [first, second] = chain.hops.as_slice() else {
        panic!("{chain:?}");
    };
    assert_eq!(first.role.as_str(), "arn:aws:iam::111122223333:role/path/First");
    assert_eq!(first.external_id.as_deref(), Some("a#b;c"));
    assert_eq!(first.lasts, Some(SignedDuration::from_hours(1)));
    assert_eq!(second.session_name.as_deref(), Some("ann"));
    assert_eq!(
        second.mfa_serial.as_deref(),
        Some("arn:aws:iam::111122223333:mfa/other")
    );
    assert_eq!(chain.region.as_deref(), Some("us-east-2"));
    assert_eq!(chain.endpoint_url.as_deref(), Some("http://127.0.0.1:9"));
    assert_eq!(
        chain.mfa_serial.as_deref(),
        Some("arn:aws:iam::111122223333:mfa/ann")
    );
}

#[test]
fn every_kind_of_source() {
    let profiles = read(CONFIG, CREDENTIALS);
    let base = |name: &str| profiles.chain(name).unwrap().base;
    assert!(matches!(base("machine"), Base::InstanceMetadata));
    assert!(
        matches!(base("itself"), Base::Keys { access_key_id, session_token: Some(_), .. } if access_key_id == "ASIAITSELF")
    );
    assert!(
        matches!(base("program"), Base::Provided { settings, .. } if settings[0].1 == "/opt/creds --for 'ann b'")
    );
    assert!(
        matches!(base("by-sso"), Base::Provided { profile, settings } if profile == "sso" && settings.len() == 3)
    );
    let web = profiles.chain("web").unwrap();
    assert!(web.hops.is_empty() && matches!(web.base, Base::Provided { .. }));
    assert!(profiles.chain("base").unwrap().hops.is_empty());
}

#[test]
fn debug_shows_no_secret() {
    let profiles = read(CONFIG, CREDENTIALS);
    let shown = format!("{profiles:?} {:?}", profiles.chain("first"));
    assert!(
        shown.contains("AKIABASE") && !shown.contains("base/secret"),
        "{shown}"
    );
}

#[test]
fn what_is_wrong_in_the_lines_is_told_at_once_and_without_them() {
    let config = "region = x\n[profile a\nfine = 1\n[profile b]\n  indented\nno equals s3cr3t\n= s3cr3t\n";
    let defects = Profiles::read(("config", config), ("credentials", "[x]\nAKIA s3cr3t\n")).unwrap_err();
    let told: Vec<String> = defects.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "config:1: a setting before the first section",
            "config:2: this section's heading is not closed, or something stands behind it",
            "config:5: an indented line that goes on with nothing",
            "config:6: a line that is no setting: it has no `=`",
            "config:7: a setting without a name",
            "credentials:2: a line that is no setting: it has no `=`",
        ]
    );
    assert!(!format!("{defects:?}").contains("s3cr3t"));
}

#[test]
fn what_is_wrong_in_a_chain_is_told_at_its_place() {
    let config = "\
[profile lone]
role_arn = arn:aws:iam::111122223333:role/X
[profile typo]
role_arn = arn:aws:iam::111122223333:role/X
source_profile = lne
[profile a]
role_arn = arn:aws:iam::111122223333:role/X
source_profile = b
[profile b]
role_arn = arn:aws:iam::111122223333:role/X
source_profile = a
[profile both]
role_arn = arn:aws:iam::111122223333:role/X
source_profile = a
credential_source = Environment
[profile arn]
role_arn = role/X
source_profile = a
[profile long]
role_arn = arn:aws:iam::111122223333:role/X
source_profile = a
duration_seconds = 1h
[profile source]
role_arn = arn:aws:iam::111122223333:role/X
credential_source = Moon
[profile half]
aws_access_key_id = AKIA
[profile empty]
region = x
[profile nosession]
sso_session = nope
sso_account_id = 1
sso_role_name = x
[profile itself]
role_arn = arn:aws:iam::111122223333:role/X
source_profile = itself
";
    let profiles = read(config, "");
    let told = |name: &str| profiles.chain(name).unwrap_err().to_string();
    insta::assert_snapshot!(
        [
            "lone",
            "typo",
            "a",
            "both",
            "arn",
            "long",
            "source",
            "half",
            "empty",
            "nosession",
            "itself",
            "lon"
        ]
        .map(|name| {
            let help = profiles.chain(name).unwrap_err().help.unwrap_or_default();
            format!("{}\n  {help}", told(name))
        })
        .join("\n")
    );
}

#[test]
fn the_prefixed_default_replaces_the_other() {
    let profiles = read(
        "[default]\nregion = a\noutput = json\n[profile default]\nregion = b\n[default]\nregion = c\n",
        "",
    );
    let default = profiles.get("default").unwrap();
    assert_eq!((default.get("region"), default.get("output")), (Some("b"), None));
}

fn temporary(name: &str) -> TemporaryProfile {
    TemporaryProfile {
        name: name.to_owned(),
        of: "arn:aws:iam::111122223333:role/Dev".to_owned(),
        access_key_id: "ASIAEXAMPLE".to_owned(),
        secret_access_key: "secret".into(),
        session_token: Some("token".into()),
        region: Some("eu-west-1".to_owned()),
        expires_at: "2026-11-22T18:00:00Z".parse().unwrap(),
    }
}

#[test]
fn a_temporary_profile_is_set_replaced_and_removed() {
    let theirs = "# mine\n[default]\naws_access_key_id = AKIA # key\n\n# and more\n[other]\nx = 1";
    let once = set_temporary(theirs, &temporary("dev")).unwrap();
    insta::assert_snapshot!(once);
    assert!(once.starts_with(theirs));
    let twice = set_temporary(&once, &temporary("dev")).unwrap();
    assert_eq!(twice, once);
    assert_eq!(
        temporary_profiles(&once),
        [("dev".to_owned(), temporary("dev").expires_at)]
    );
    assert_eq!(remove_temporary(&once, |_, _| false), once);
    assert_eq!(remove_temporary(&once, |_, _| true), format!("{theirs}\n"));
    assert_eq!(
        set_temporary(theirs, &temporary("other")),
        Err(EditError::NotOurs {
            name: "other".to_owned(),
            line: 6
        })
    );
    for name in ["", "a b", "x]\n[default", "é"] {
        assert!(set_temporary("", &temporary(name)).is_err(), "{name:?}");
    }
}

#[test]
fn what_follows_a_temporary_profile_stays_where_it_is() {
    let after = "\n# about other\n[other]\nx = 1\n";
    let mut later = temporary("dev");
    later.expires_at += SignedDuration::from_hours(1);
    let text = set_temporary("", &temporary("dev")).unwrap() + after;
    let replaced = set_temporary(&text, &later).unwrap();
    assert!(
        replaced.ends_with(after) && replaced.contains("19:00"),
        "{replaced}"
    );
    assert_eq!(remove_temporary(&replaced, |_, _| true), after);
}

proptest! {
    /// Whatever stands in the file: what is theirs is read as before, and ours is gone again when it is removed.
    #[test]
    fn nothing_of_others_is_lost(lines in proptest::collection::vec(
        prop_oneof![Just("[a]"), Just("[b]"), Just("x = 1"), Just("y = 2 # c"), Just("# comment"), Just(""), Just("  z")], 0..12,
    ), ends in any::<bool>()) {
        let mut text = lines.join("\n");
        if ends && !text.is_empty() {
            text.push('\n');
        }
        let now = Timestamp::UNIX_EPOCH;
        let set = set_temporary(&text, &temporary("dev")).unwrap();
        prop_assert!(set.starts_with(&text));
        let removed = remove_temporary(&set, |_, end| end > now);
        prop_assert_eq!(removed.trim_end(), text.trim_end());
        let (before, after) = (
            Profiles::read(("", ""), ("c", &text)),
            Profiles::read(("", ""), ("c", &set)),
        );
        match (before, after) {
            (Ok(before), Ok(after)) => {
                for name in ["a", "b"] {
                    for setting in ["x", "y"] {
                        let of = |profiles: &Profiles| profiles.get(name).and_then(|found| found.get(setting)).map(str::to_owned);
                        prop_assert_eq!(of(&before), of(&after));
                    }
                }
                prop_assert_eq!(after.get("dev").and_then(|dev| dev.get("aws_session_token")), Some("token"));
            }
            (Err(before), Err(after)) => prop_assert_eq!(before.len(), after.len()),
            other => prop_assert!(false, "{other:?}"),
        }
    }

    /// Any text is read, or told to be wrong.
    #[test]
    fn reading_ends(config in ".{0,200}", credentials in "(\\[|\\]|=| |\n|#|a|profile ){0,40}") {
        if let Ok(profiles) = Profiles::read(("a", &config), ("b", &credentials)) {
            for name in profiles.names() {
                let _ = profiles.chain(name);
            }
        }
    }
}
