//! Any text, as a document of either format with comments, and as a list of what to ignore: findings have their places in
//! the text, and a mended text is a document that has nothing left to mend.
#![no_main]

use daypass_core::linting::{self, IgnoreList, Task};
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
        }
    }
});
