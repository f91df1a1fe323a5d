//! The page of `daypass status --html`, in a browser: it needs nothing but itself, light and dark, by mouse and keyboard.

use crate::access_world::Access;
use crate::browser::{Browser, DOWN, ENTER, ESCAPE, TAB};
use serde_json::{Value, json};
use std::path::PathBuf;

/// The world of the tests, with names and reasons that would be markup if they were not escaped.
fn page() -> (Access, PathBuf) {
    let access = Access::new();
    access.write(
        "permanent-access",
        "permanent-access:\n  - users: [bert@example.com]\n    environments: [dev, prod]\n    grants: [reports]\n    \
         description: \"</script><script>document.title='taken'</script><img src=x onerror=alert(1)> & 'more'\"\n",
    );
    let applied = access.run(&["apply", "payments", "--account", "prod", "--yes"]);
    assert_eq!(applied.code, 0, "{}", applied.err);
    let ran = access.run(&["status", "payments", "--html", "status.html"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("status.html is written"), "{}", ran.err);
    let file = access.world.home.path().join("status.html");
    (access, file)
}

const VISIBLE: &str = "[...document.querySelectorAll('details')].filter(row => row.checkVisibility()).length";
const FOCUSED: &str =
    "document.activeElement.querySelector('.grant')?.textContent ?? document.activeElement.id";

#[test]
fn the_page_shows_grants_in_a_browser_and_is_used_by_mouse_and_keyboard() {
    let (_access, file) = page();
    let text = std::fs::read_to_string(&file).unwrap();
    for elsewhere in ["http://", "https://", "src=\"", "@import", "url("] {
        assert!(!text.contains(elsewhere), "{elsewhere}");
    }
    let Some(browser) = Browser::open() else { return };
    browser.resize(1280, 900);
    browser.show(&file);
    assert_eq!(browser.value("document.title"), json!("Access of payments"));
    assert_eq!(
        browser.value("performance.getEntriesByType('resource').length"),
        json!(0)
    );
    assert_eq!(browser.complaints(), json!([]));
    let all = browser.value(VISIBLE);
    assert_eq!(all, json!(6));

    // Each bar is where its dates say.
    let bar = |grant: &str, what: &str| {
        let of = format!(
            "(() => {{ const row = [...document.querySelectorAll('details')].find(row => row.dataset.text.includes('{grant}')); \
             const track = row.querySelector('.track').getBoundingClientRect(); \
             const bar = row.querySelector('.bar').getBoundingClientRect(); return {what}; }})()"
        );
        browser.value(&of).as_f64().unwrap()
    };
    let now = "document.querySelector('.lines b').getBoundingClientRect().left + 1";
    assert!(bar("repair the payments", &format!("bar.right - ({now})")) > 10.0);
    assert!(bar("repair the payments", "track.right - bar.right") > 5.0);
    assert!(bar("2020-01-01", &format!("bar.right - ({now})")) < 0.0);
    assert!(bar("onerror", "track.right - bar.right").abs() < 1.0);

    // By mouse: details on click, as text and never as markup.
    browser.click("details summary");
    assert_eq!(
        browser.value("document.querySelectorAll('details[open]').length"),
        json!(1)
    );
    browser.click("details[open] summary");
    assert_eq!(
        browser.value("document.querySelectorAll('img, script').length"),
        json!(1)
    );
    assert_eq!(
        browser.value("document.body.textContent.includes(\"onerror=alert(1)> & 'more'\")"),
        json!(true)
    );

    // By keyboard alone: to the filter, words, to the row, open, and all again.
    browser.press("/pay-42");
    assert_eq!(browser.value(VISIBLE), json!(1));
    assert_eq!(
        browser.value("document.getElementById('shown').textContent"),
        json!("1 of 6 grants")
    );
    assert_eq!(
        browser.value(
            "[...document.querySelectorAll('.account h2')].filter(one => one.checkVisibility()).length"
        ),
        json!(1)
    );
    browser.press(DOWN);
    assert_eq!(browser.value(FOCUSED), json!("break-glass"));
    browser.press(ENTER);
    let opened: Value = browser.value("document.querySelector('details[open] dl').innerText");
    let opened = opened.as_str().unwrap();
    assert!(opened.contains("Replication is stuck; PAY-42"), "{opened}");
    assert!(
        opened.contains("an inline policy: daypass=payments=break-glass="),
        "{opened}"
    );
    browser.press(ESCAPE);
    assert_eq!(browser.value(VISIBLE), all);
    browser.press("/no such grant");
    assert_eq!(browser.value(VISIBLE), json!(0));
    assert_eq!(
        browser.value("document.getElementById('nothing').checkVisibility()"),
        json!(true)
    );
    browser.press(ESCAPE);
    browser.press(TAB);
    assert_ne!(browser.value(FOCUSED), json!("filter"), "Tab goes on to the rows");
    assert_eq!(browser.complaints(), json!([]));
}

#[test]
fn the_page_is_readable_in_light_and_dark_and_in_narrow_windows() {
    let (_access, file) = page();
    let Some(browser) = Browser::open() else { return };
    // Contrast of text with the ground, as WCAG 2.2 computes it: 4.5 is wanted of text ("Contrast (Minimum)").
    let contrast = "(() => { const light = color => { const [r, g, b] = color.match(/[\\d.]+/g).map(Number).map(v => v / 255) \
                    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; }; \
                    const ground = light(getComputedStyle(document.body).backgroundColor); \
                    const texts = [...document.querySelectorAll('h1, h2, h3, .at, .grant, .until, .legend li, .drift, .axis span')]; \
                    return Math.min(...texts.map(one => { const text = light(getComputedStyle(one).color); \
                    return (Math.max(ground, text) + 0.05) / (Math.min(ground, text) + 0.05); })); })()";
    let mut grounds = Vec::new();
    for scheme in ["light", "dark"] {
        browser.prefer(scheme);
        browser.show(&file);
        grounds.push(browser.value("getComputedStyle(document.body).backgroundColor"));
        let least = browser.value(contrast).as_f64().unwrap();
        assert!(least >= 4.5, "{scheme}: {least}");
    }
    assert_ne!(grounds[0], grounds[1]);
    for width in [1600, 1280, 700, 500] {
        browser.resize(width, 900);
        browser.show(&file);
        let beyond =
            browser.value("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        assert_eq!(beyond, json!(0), "nothing is beyond the right edge at {width}");
    }
}
