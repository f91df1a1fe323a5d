//! A person at a terminal: what is shown, what is typed, and the prompt of a subshell.

use super::ANN_SECRET;
use crate::support::{World, binary, until};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::sync::{Arc, Mutex};

/// daypass as ann, under a terminal of its own.
pub(super) struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    shown: Arc<Mutex<String>>,
    keys: Box<dyn Write + Send>,
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    pub(super) fn start(world: &World, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let size = PtySize {
            rows: 24,
            cols: 80,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(binary());
        command.env_clear();
        for (name, value) in world.variables() {
            command.env(name, value);
        }
        command.env("AWS_ACCESS_KEY_ID", "AKIAANNEXAMPLE000001");
        command.env("AWS_SECRET_ACCESS_KEY", ANN_SECRET);
        command.env("TERM", "dumb");
        for (name, value) in variables {
            command.env(name, value);
        }
        command.args(arguments);
        command.cwd(world.home.path());
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let shown = Arc::new(Mutex::new(String::new()));
        let screen = Arc::clone(&shown);
        std::thread::spawn(move || {
            let mut buffer = [0; 1024];
            while let Ok(length @ 1..) = reader.read(&mut buffer) {
                screen
                    .lock()
                    .unwrap()
                    .push_str(&String::from_utf8_lossy(&buffer[..length]));
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Terminal {
            child,
            shown,
            keys,
            _master: pair.master,
        }
    }

    pub(super) fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    pub(super) fn shown(&self) -> String {
        self.shown.lock().unwrap().clone()
    }

    pub(super) fn succeeds(&mut self) -> bool {
        let mut status = None;
        until("it ends", || {
            status = self.child.try_wait().unwrap();
            status.is_some()
        });
        status.unwrap().success()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}
