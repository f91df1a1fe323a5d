//! Any texts are the two AWS files or defects in their lines; of every profile there is a chain or a defect, and a profile of
//! ours is set and removed without touching the rest.
#![no_main]

use daypass_core::profiles::{Profiles, TemporaryProfile, remove_temporary, set_temporary, temporary_profiles};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|texts: (&str, &str)| {
    let (config, credentials) = texts;
    match Profiles::read(("config", config), ("credentials", credentials)) {
        Ok(profiles) => {
            for name in profiles.names() {
                let _ = profiles.chain(name);
            }
        }
        Err(defects) => {
            for defect in defects {
                let place = defect.place.expect("a line");
                let text = if &*place.path == "config" { config } else { credentials };
                assert!((1..=text.lines().count()).contains(&place.line), "{place}");
            }
        }
    }
    let ours = TemporaryProfile {
        name: "daypass-fuzz".to_owned(),
        of: "role".to_owned(),
        access_key_id: "ASIA".to_owned(),
        secret_access_key: "secret".into(),
        session_token: None,
        region: None,
        expires_at: "2026-11-22T18:00:00Z".parse().expect("an instant"),
    };
    let is_ours = |name: &str| name == ours.name;
    let before = temporary_profiles(credentials);
    if let Ok(set) = set_temporary(credentials, &ours) {
        assert!(temporary_profiles(&set).iter().any(|(name, _)| is_ours(name)));
        if !before.iter().any(|(name, _)| is_ours(name)) {
            assert!(set.starts_with(credentials));
            let removed = remove_temporary(&set, |name, _| is_ours(name));
            assert_eq!(removed.trim_end(), credentials.trim_end());
        }
    }
});
