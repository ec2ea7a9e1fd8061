//! mgetty on real lines: one function per case. The test is the modem.

mod calls;
mod config;
mod fax_calls;
mod fax_reception;
mod hobby;
mod init;
mod login;
mod signals;
mod typed;

use std::os::unix::fs::symlink;
use std::path::PathBuf;

use polygetty_rig::{Line, Recorded, Root, SOON, Spawned, until};

use crate::scene::start;

/// The name of the line in every case.
const LINE: &str = "ttyX";

const DEFAULTS: &[(&str, &str)] = &[
    ("toggle-dtr", "n"),
    ("data-only", "y"),
    ("init-chat", "\"\" ATZ OK"),
    ("fido-send-emsi", "no"),
    ("issue-file", ""),
];

/// A root, a modem on `ttyX`, and mgetty's files.
struct Scene {
    root: Root,
    modem: Line,
}

impl Scene {
    /// With the default configuration of the cases.
    fn new() -> Self {
        Self::with("")
    }

    /// With these lines of mgetty.config behind the default ones. A keyword named among them before the first
    /// section, or taken out by `-KEYWORD`, has no default line.
    fn with(lines: &str) -> Self {
        let scene = Self::without_config();
        scene.root.write("etc/mgetty/mgetty.config", config(lines));
        scene
    }

    /// Without any mgetty.config.
    fn without_config() -> Self {
        let root = Root::new();
        for name in ["dev", "var/run", "var/log/mgetty"] {
            std::fs::create_dir_all(root.path(name)).unwrap();
        }
        root.put_recorder("bin/login");
        let modem = Line::open();
        symlink(modem.device(), root.path("dev/ttyX")).unwrap();
        Self { root, modem }
    }

    /// Starts it on the line.
    #[track_caller]
    fn start(&self) -> Spawned {
        self.start_with(&[LINE])
    }

    /// The same with a command line of its own.
    #[track_caller]
    fn start_with(&self, arguments: &[&str]) -> Spawned {
        start(&self.root, "mgetty", arguments, &[])
    }

    /// The modem is initialised by the default chat, and mgetty waits for a call.
    #[track_caller]
    fn init(&mut self) {
        self.modem.expect(b"ATZ\r");
        self.modem.send(b"\r\nOK\r\n");
        self.waits();
    }

    /// It waits for a call: the lock is given back.
    #[track_caller]
    fn waits(&self) {
        let free = until(SOON, || self.lock().is_none().then_some(()));
        free.unwrap_or_else(|| panic!("it keeps the lock; log:\n{}", self.log()));
    }

    /// The telephone rings once.
    fn ring(&mut self) {
        self.modem.send(b"\r\nRING\r\n");
    }

    /// A call that is picked up at its first ring.
    #[track_caller]
    fn call(&mut self) {
        self.ring();
        self.modem.expect(b"ATA\r");
        self.modem.send(b"\r\nCONNECT 9600\r\n");
    }

    /// What is typed before the prompt behind a call without an issue.
    #[track_caller]
    fn expect_prompt(&mut self) {
        self.modem.expect(&prompt());
    }

    fn lock_file(&self) -> PathBuf {
        self.root.path("var/lock/LCK..ttyX")
    }

    /// The lock's text; `None`: there is none.
    fn lock(&self) -> Option<String> {
        std::fs::read_to_string(self.lock_file()).ok()
    }

    /// The names of locks and pid files that are left.
    fn left_behind(&self) -> Vec<String> {
        let names =
            ["var/lock", "var/run"].iter().flat_map(|dir| std::fs::read_dir(self.root.path(dir)).unwrap());
        names.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
    }

    /// The line's log.
    fn log(&self) -> String {
        let log = std::fs::read(self.root.path("var/log/mgetty/mg_ttyX.log")).unwrap_or_default();
        String::from_utf8_lossy(&log).into_owned()
    }

    /// Waits for a text in the line's log.
    #[track_caller]
    fn expect_log(&self, text: &str) {
        let found = until(SOON, || self.log().contains(text).then_some(()));
        found.unwrap_or_else(|| panic!("no {text:?} in the log:\n{}", self.log()));
    }

    /// Types a name and answers what login was given.
    #[track_caller]
    fn log_in(&mut self, name: &str) -> Recorded {
        self.modem.send(format!("{name}\r").as_bytes());
        self.modem.expect(format!("{name}\r\n").as_bytes());
        let recorded = self.root.recorded();
        assert_eq!(recorded.argv(), ["login", name]);
        recorded
    }
}

/// mgetty.config of the cases, see [`Scene::with`].
fn config(lines: &str) -> String {
    let global = || lines.lines().take_while(|line| !line.starts_with("port "));
    let named = |keyword: &str| {
        global()
            .any(|line| line.split(' ').next() == Some(keyword) || line.strip_prefix('-') == Some(keyword))
    };
    let defaults = DEFAULTS.iter().filter(|(keyword, _)| !named(keyword));
    let defaults = defaults.map(|(keyword, value)| format!("{keyword} {value}\n"));
    let own = lines.lines().filter(|line| !line.starts_with('-')).map(|line| format!("{line}\n"));
    defaults.chain(own).collect()
}

/// What is typed once a call is up, without an issue and with the built-in prompt.
fn prompt() -> Vec<u8> {
    format!("\r\r\n\r\n{}!login: ", node()).into_bytes()
}

/// The name of this machine.
fn node() -> String {
    polygetty_platforms::process::system_names().unwrap().node
}
