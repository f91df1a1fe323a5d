//! A real browser, headless, driven by the WebDriver protocol (W3C, "WebDriver") on loopback.

use crate::support::{PATIENCE, until};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Keys, as WebDriver writes them ("Element Send Keys", normalised key values).
pub(crate) const DOWN: &str = "\u{e015}";
pub(crate) const ENTER: &str = "\u{e007}";
pub(crate) const ESCAPE: &str = "\u{e00c}";
pub(crate) const TAB: &str = "\u{e004}";

/// What drives Chromium; none where somebody has said that there is none.
fn driver() -> Option<PathBuf> {
    match std::env::var_os("DAYPASS_TEST_BROWSER") {
        Some(none) if none == "none" => None,
        Some(path) => Some(PathBuf::from(path)),
        None => panic!(
            "these tests need Chromium and its driver: run `cargo xtask test`, which sets them up, or set \
             DAYPASS_TEST_BROWSER=none to leave them out"
        ),
    }
}

/// A window of a browser of its own.
pub(crate) struct Browser {
    driver: Child,
    port: u16,
    session: String,
    profile: tempfile::TempDir,
}

impl Browser {
    /// Opens a window; `None`, said aloud, where there is to be no browser.
    pub(crate) fn open() -> Option<Browser> {
        let Some(driver) = driver() else {
            // Past the harness, which shows what a test prints only when it fails.
            let aloud =
                b"NOT RUN: DAYPASS_TEST_BROWSER=none leaves out every test of the page in a browser\n";
            std::io::stderr().write_all(aloud).unwrap();
            return None;
        };
        let mut driver = Command::new(driver)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(driver.stdout.take().unwrap());
        let port = port(&mut said);
        // It must not wait for a reader.
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        let profile = tempfile::tempdir().unwrap();
        let mut browser = Browser {
            driver,
            port,
            session: String::new(),
            profile,
        };
        let folder = format!("--user-data-dir={}", browser.profile.path().display());
        let arguments = [
            "--headless=new",
            // Tests may run as root, in a container: the page is ours, and nothing else is opened.
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            &folder,
        ];
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": { "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL" },
        } } });
        let answer = browser.request("POST", "/session", &wanted);
        answer["sessionId"]
            .as_str()
            .unwrap()
            .clone_into(&mut browser.session);
        Some(browser)
    }

    /// Opens a file, as from a disk.
    pub(crate) fn show(&self, file: &Path) {
        self.ask(
            "POST",
            "url",
            &json!({ "url": format!("file://{}", file.display()) }),
        );
    }

    /// Resizes the window.
    pub(crate) fn resize(&self, width: u32, height: u32) {
        self.ask(
            "POST",
            "window/rect",
            &json!({ "width": width, "height": height }),
        );
    }

    /// What the person prefers: `light` or `dark`.
    pub(crate) fn prefer(&self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        let command = json!({ "cmd": "Emulation.setEmulatedMedia", "params": { "features": features } });
        self.ask("POST", "goog/cdp/execute", &command);
    }

    /// What an expression of JavaScript is in the page.
    pub(crate) fn value(&self, expression: &str) -> Value {
        let script = json!({ "script": format!("return {expression}"), "args": [] });
        self.ask("POST", "execute/sync", &script)
    }

    /// Presses keys, each down and up, wherever the focus is.
    pub(crate) fn press(&self, keys: &str) {
        let actions: Vec<Value> = keys
            .chars()
            .flat_map(|key| {
                ["keyDown", "keyUp"].map(|what| json!({ "type": what, "value": key.to_string() }))
            })
            .collect();
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": actions });
        self.ask("POST", "actions", &json!({ "actions": [keyboard] }));
    }

    /// Clicks the first element that the selector finds.
    pub(crate) fn click(&self, selector: &str) {
        let found = self.ask(
            "POST",
            "element",
            &json!({ "using": "css selector", "value": selector }),
        );
        let id = found
            .as_object()
            .unwrap()
            .values()
            .next()
            .unwrap()
            .as_str()
            .unwrap()
            .to_owned();
        self.ask("POST", &format!("element/{id}/click"), &json!({}));
    }

    /// What the page or the browser has complained about.
    pub(crate) fn complaints(&self) -> Value {
        self.ask("POST", "se/log", &json!({ "type": "browser" }))
    }

    fn ask(&self, method: &str, what: &str, body: &Value) -> Value {
        self.request(method, &format!("/session/{}/{what}", self.session), body)
    }

    fn request(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = body.to_string();
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\nContent-Length: \
             {}\r\nConnection: close\r\n\r\n{body}",
            self.port,
            body.len()
        )
        .unwrap();
        let mut answer = BufReader::new(stream);
        let (mut line, mut length) = (String::new(), 0);
        while answer.read_line(&mut line).unwrap() > 0 && line.trim() != "" {
            let (name, value) = line.split_once(':').unwrap_or_default();
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().unwrap();
            }
            line.clear();
        }
        let mut text = vec![0; length];
        answer.read_exact(&mut text).unwrap();
        let told: Value = serde_json::from_slice(&text).unwrap();
        assert!(told["value"]["error"].is_null(), "{method} {path}: {told:#}");
        told["value"].clone()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Closing the session ends Chromium, also after a test that failed; its driver is ended by us.
        if let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)) {
            let session = &self.session;
            let _ = stream.set_read_timeout(Some(PATIENCE));
            let _ = write!(
                stream,
                "DELETE /session/{session} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
            );
            let _ = stream.read(&mut [0; 64]);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// The port that the driver says it listens on.
fn port(said: &mut impl BufRead) -> u16 {
    let mut port = None;
    until("the browser's driver listens", || {
        let mut line = String::new();
        assert!(
            said.read_line(&mut line).unwrap() > 0,
            "the browser's driver has ended"
        );
        let behind = line.split("successfully on port ").nth(1);
        port = behind.and_then(|rest| rest.trim().trim_end_matches('.').parse().ok());
        port.is_some()
    });
    port.unwrap()
}
