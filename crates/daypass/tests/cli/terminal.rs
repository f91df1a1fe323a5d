//! Under a real terminal, as people use it: Ctrl-C reaches the child from the terminal itself, and the terminal is left as
//! it was.

use crate::access_world::Access;
use crate::support::{World, binary, until};
use iam_sandbox::{Fault, FaultKind};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const CTRL_C: &[u8] = b"\x03";

/// A program under a terminal of its own.
struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    shown: Arc<Mutex<String>>,
    window: Option<Window>,
}

/// The end of the terminal that a person sees and types into.
struct Window {
    keys: Box<dyn Write + Send>,
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    /// Reads what is shown, until `last` is, or until the end.
    fn start(world: &World, program: &str, arguments: &[&str], last: Option<&'static str>) -> Self {
        let size = PtySize {
            rows: 24,
            cols: 80,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(program);
        command.env_clear();
        command.args(arguments);
        command.cwd(world.home.path());
        command.env("TERM", "xterm-256color");
        for (name, value) in world.variables() {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let shown = Arc::new(Mutex::new(String::new()));
        let screen = Arc::clone(&shown);
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = reader.read(&mut buffer) {
                let mut screen = screen.lock().unwrap();
                screen.push_str(&String::from_utf8_lossy(&buffer[..length]));
                if last.is_some_and(|last| screen.contains(last)) {
                    break;
                }
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Terminal {
            child,
            shown,
            window: Some(Window {
                keys,
                _master: pair.master,
            }),
        }
    }

    fn try_policy(world: &World, arguments: &[&str]) -> Self {
        world.home.policy();
        let all: Vec<&str> = ["try", "policy.json"].iter().chain(arguments).copied().collect();
        Terminal::start(world, binary().to_str().unwrap(), &all, None)
    }

    fn press(&mut self, keys: &[u8]) {
        let window = self.window.as_mut().unwrap();
        window.keys.write_all(keys).unwrap();
        window.keys.flush().unwrap();
    }

    fn shown(&self) -> String {
        self.shown.lock().unwrap().clone()
    }

    fn wait_for(&self, text: &str) {
        until(&format!("the terminal shows {text:?}"), || {
            self.shown().contains(text)
        });
    }

    fn code(&mut self) -> u32 {
        let mut status = None;
        until("it ends", || {
            status = self.child.try_wait().unwrap();
            status.is_some()
        });
        status.unwrap().exit_code()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

fn throttled(operation: &str) -> Fault {
    Fault {
        operation: Some(operation.to_owned()),
        skip: 0,
        times: usize::MAX,
        kind: FaultKind::Throttle,
    }
}

#[test]
fn ctrl_c_ends_the_child_and_then_the_role() {
    let world = World::new();
    let mut terminal = Terminal::try_policy(&world, &["--", "sh", "-c", "echo it runs; exec sleep 1000"]);
    terminal.wait_for("it runs");
    terminal.press(CTRL_C);
    assert_eq!(terminal.code(), 130, "{}", terminal.shown());
    assert!(world.leases().is_empty());
}

#[test]
fn ctrl_c_is_the_childs_to_decide_on() {
    let world = World::new();
    // Whenever it comes: what is begun only after it would not be ended by it.
    let script = "trap 'echo caught once; caught=1' INT; echo it runs; until [ -n \"$caught\" ]; do sleep 0.05; done; \
                  echo going on; exit 4";
    let mut terminal = Terminal::try_policy(&world, &["--", "sh", "-c", script]);
    terminal.wait_for("it runs");
    terminal.press(CTRL_C);
    assert_eq!(terminal.code(), 4, "{}", terminal.shown());
    // From the terminal alone, not a second time from us.
    assert_eq!(
        terminal.shown().matches("caught once").count(),
        1,
        "{}",
        terminal.shown()
    );
    terminal.wait_for("going on");
    assert!(world.leases().is_empty());
}

#[test]
fn ctrl_c_during_set_up_leaves_nothing() {
    let world = World::new();
    let kind = FaultKind::Delay(Duration::from_secs(3));
    world.sandbox.inject(Fault {
        operation: Some("PutRolePolicy".to_owned()),
        skip: 0,
        times: 1,
        kind,
    });
    let mut terminal = Terminal::try_policy(&world, &["--", "sh", "-c", "echo it runs"]);
    world.wait_for_call("PutRolePolicy");
    terminal.press(CTRL_C);
    assert_eq!(terminal.code(), 130, "{}", terminal.shown());
    terminal.wait_for("nothing is left behind");
    assert!(!terminal.shown().contains("it runs"));
    assert!(world.leases().is_empty());
}

#[test]
fn a_second_ctrl_c_during_cleanup_tells_what_is_left() {
    let world = World::new();
    world.sandbox.inject(throttled("DeleteRole"));
    let mut terminal = Terminal::try_policy(&world, &["--", "sh", "-c", "echo it runs; exec sleep 1000"]);
    terminal.wait_for("it runs");
    terminal.press(CTRL_C);
    world.wait_for_call("DeleteRole");
    terminal.press(CTRL_C);
    assert_eq!(terminal.code(), 1, "{}", terminal.shown());
    let [role] = world.leases().try_into().unwrap();
    terminal.wait_for("may be left behind");
    let shown = terminal.shown().replace("\r\n", " ");
    assert!(
        shown.contains("daypass cleanup --leases --lease") && shown.contains(&role),
        "{shown}"
    );
}

#[test]
fn a_hung_up_terminal_leaves_nothing() {
    let world = World::new();
    world.home.policy();
    let arguments = [
        "try",
        "policy.json",
        "--",
        "sh",
        "-c",
        "echo it runs; exec sleep 1000",
    ];
    let mut terminal = Terminal::start(&world, binary().to_str().unwrap(), &arguments, Some("it runs"));
    terminal.wait_for("it runs");
    // The window is closed: nobody reads what cleanup says, and it cleans up all the same.
    terminal.window = None;
    assert_eq!(terminal.code(), 129);
    assert!(world.leases().is_empty());
}

#[test]
fn a_child_that_dies_in_raw_mode_does_not_take_the_terminal_with_it() {
    let world = World::new();
    world.home.policy();
    let script = "stty -echo raw; kill -KILL $$";
    let daypass = binary();
    let outer = format!(
        "'{}' try policy.json -- sh -c '{script}'; echo code $?; stty -a",
        daypass.display()
    );
    let mut terminal = Terminal::start(&world, "/bin/sh", &["-c", &outer], None);
    assert_eq!(terminal.code(), 0, "{}", terminal.shown());
    terminal.wait_for("code 137");
    let shown = terminal.shown();
    let (_, modes) = shown.split_once("code 137").unwrap();
    let modes: Vec<&str> = modes.split([' ', ';', '\r', '\n']).collect();
    assert!(
        modes.contains(&"echo") && modes.contains(&"icanon") && !modes.contains(&"-echo"),
        "{modes:?}"
    );
    assert!(world.leases().is_empty());
}

#[test]
fn an_interactive_subshell_gives_the_terminal_back() {
    let world = World::new();
    let mut terminal = Terminal::try_policy(&world, &["--for", "5m"]);
    terminal.wait_for("`exit` ends it");
    terminal.press(b"echo until=$DAYPASS_EXPIRES_AT; exit 6\r");
    assert_eq!(terminal.code(), 6, "{}", terminal.shown());
    assert!(terminal.shown().contains("until=20"), "{}", terminal.shown());
    assert!(world.leases().is_empty());
}

#[test]
fn the_live_demo_asks_first() {
    let world = World::new();
    let demo = |keys: &[u8]| {
        let mut terminal = Terminal::start(&world, binary().to_str().unwrap(), &["demo", "--live"], None);
        terminal.wait_for("[y/N]");
        assert!(terminal.shown().contains("111122223333"), "{}", terminal.shown());
        terminal.press(keys);
        (terminal.code(), terminal.shown())
    };
    assert_eq!(demo(b"\r").0, 0);
    assert_eq!(demo(CTRL_C).0, 130);
    assert!(world.calls("CreateUser").is_empty());
    let (code, shown) = demo(b"y\r");
    assert_eq!(code, 0, "{shown}");
    assert_eq!(world.calls("CreateUser").len(), 1);
    assert_eq!(world.sandbox.user_names(), ["admin", "developer"]);
}

#[test]
fn ctrl_c_in_the_live_demo_takes_everything_down() {
    let world = World::new();
    let kind = FaultKind::Delay(Duration::from_secs(3));
    world.sandbox.inject(Fault {
        operation: Some("CreatePolicy".to_owned()),
        skip: 0,
        times: 1,
        kind,
    });
    let arguments = ["demo", "--live", "--yes"];
    let mut terminal = Terminal::start(&world, binary().to_str().unwrap(), &arguments, None);
    world.wait_for_call("CreatePolicy");
    terminal.press(CTRL_C);
    assert_eq!(terminal.code(), 130, "{}", terminal.shown());
    assert_eq!(world.sandbox.user_names(), ["admin", "developer"]);
    assert_eq!(world.sandbox.role_names(), ["admin"]);
    assert!(world.sandbox.policy_arns().is_empty());
}

#[test]
fn an_apply_and_a_revocation_ask_first() {
    let access = Access::new();
    let daypass = binary();
    let start = |arguments: &[&str]| {
        let terminal = Terminal::start(&access.world, daypass.to_str().unwrap(), arguments, None);
        terminal.wait_for("[y/N]");
        terminal
    };
    let mut terminal = start(&["apply", "payments"]);
    terminal.wait_for("Make 8 changes in 2 accounts?");
    terminal.press(b"\r");
    assert_eq!(terminal.code(), 0, "{}", terminal.shown());
    terminal.wait_for("Nothing was changed.");
    assert!(access.world.calls("CreatePolicy").is_empty());

    let mut terminal = start(&["apply", "payments"]);
    terminal.press(b"y\r");
    assert_eq!(terminal.code(), 0, "{}", terminal.shown());
    terminal.wait_for("8 changes made.");

    let mut terminal = start(&["revoke", "--user", "cora"]);
    terminal.wait_for("End all access of user cora that daypass gave in 1 account now?");
    terminal.press(b"y\r");
    assert_eq!(terminal.code(), 0, "{}", terminal.shown());
    assert_eq!(access.world.calls("DeleteRole").len(), 1);
}

/// A file from Windows, with everything wrong at once: what is told fits the terminal.
#[test]
fn what_is_told_of_test_files_fits_the_terminal() {
    let world = World::new();
    let text = "policies: {identity: {document: {Statement: {Effect: Allow, Action: 's3:*', Resource: '*'}}}}\r\n\
                cases:\r\n  - deny: s3:GetObject\r\n    on: arn:aws:s3:::reports\r\n    at: tomorrow\r\n";
    world.home.file("odd.test.yaml", text);
    let mut terminal = Terminal::start(
        &world,
        binary().to_str().unwrap(),
        &["test", "odd.test.yaml"],
        None,
    );
    terminal.wait_for("could not be run");
    assert_eq!(terminal.code(), 2);
    let shown = terminal.shown();
    let plain = anstream::adapter::strip_str(&shown).to_string();
    assert!(plain.contains("at `tomorrow` is relative"), "{plain}");
    for line in plain.lines() {
        // A quotation is cut by the renderer; file names and ARNs stay whole.
        assert!(line.trim_end().chars().count() <= 80, "{line}");
    }
}
