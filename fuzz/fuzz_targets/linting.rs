//! Any text, as a document of either format with comments, and as a list of what to ignore: findings have their places in
//! the text, and a mended text is a document that has nothing left to mend and says the same.
#![no_main]

use daypass_core::linting::{self, IgnoreList, Task};
use daypass_core::policy_text::{self, TextFormat};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let list = IgnoreList::read(text);
    if let Err(wrong) = &list {
        assert!(wrong.iter().all(|finding| finding.span.of(text).is_some()));
    }
    for name in ["p.json", "p.yaml"] {
        let task = Task::of(name, text);
        let linted = linting::lint(&task, Timestamp::UNIX_EPOCH);
        assert!(
            linted
                .findings
                .iter()
                .all(|finding| finding.span.of(text).is_some())
        );
        if let Some(mended) = linting::mend(&task, Timestamp::UNIX_EPOCH) {
            let again = Task::of(name, &mended.text);
            assert!(linting::lint(&again, Timestamp::UNIX_EPOCH).purpose.is_some());
            assert!(linting::mend(&again, Timestamp::UNIX_EPOCH).is_none());
            let parse =
                |text| policy_text::parse(text, TextFormat::of_name(Some(name), text)).expect("a document");
            let (before, after) = (parse(text), parse(&mended.text));
            let difference = iam_policy::compare(&before, &after);
            let differs = [
                &difference.gained,
                &difference.lost,
                &difference.denied,
                &difference.no_longer_denied,
            ];
            assert!(
                differs.iter().all(|patterns| patterns.is_empty()),
                "{difference:?}"
            );
        }
    }
});
