//! Any texts are the files of a team or findings with places in these texts, within bounded time.
#![no_main]

use daypass_core::team::{FileText, TeamTexts, check};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|texts: (&str, &str, &str, &str, &str)| {
    let file = |path: &str, text: &str| FileText {
        path: path.into(),
        text: Some(text.to_owned()),
    };
    let (settings, accounts, policies, permanent, temporary) = texts;
    let team = TeamTexts {
        team: "team".parse().expect("a team's name"),
        accounts: file("accounts", accounts),
        policies: file("policies", policies),
        permanent: file("permanent", permanent),
        temporary: file("temporary", temporary),
    };
    let settings = file("settings", settings);
    let now = "2026-11-22T12:00:00Z".parse().expect("an instant");
    let checked = check(&settings, std::slice::from_ref(&team), now);
    for finding in &checked.findings {
        let files = [
            &settings,
            &team.accounts,
            &team.policies,
            &team.permanent,
            &team.temporary,
        ];
        let of = files
            .into_iter()
            .find(|file| file.path == finding.place.file)
            .expect("one of the files");
        assert!(
            finding
                .place
                .span
                .of(of.text.as_deref().unwrap_or_default())
                .is_some(),
            "{finding:?}"
        );
    }
});
