//! The fixture of mgetty's acceptance cases: a root, a line, a modem that the test plays, and mgetty on it.

use std::path::PathBuf;

use polygetty_rig::{Line, Root, SOON, Spawned, until};

use crate::scene::start;

/// What every case begins with.
const CONFIG: &str = "toggle-dtr n
data-only y
init-chat \"\" ATZ OK
fido-send-emsi no
issue-file
";

/// A root and a line with a modem that the test plays.
pub struct Modem {
    pub root: Root,
    pub line: Line,
}

impl Modem {
    /// The fixture, with these lines of mgetty.config behind its own: the later line counts.
    pub fn with(lines: &str) -> Self {
        let root = Root::new();
        root.write("etc/mgetty/mgetty.config", format!("{CONFIG}{lines}"));
        std::fs::create_dir_all(root.path("var/run")).expect("make a directory of the root");
        std::fs::create_dir_all(root.path("var/log/mgetty")).expect("make a directory of the root");
        root.put_recorder("bin/recorder");
        Self { root, line: Line::open() }
    }

    /// The fixture as it is.
    pub fn new() -> Self {
        Self::with("")
    }

    /// Starts mgetty.
    #[track_caller]
    pub fn start(&self) -> Spawned {
        start(&self.root, "mgetty", &[self.line.name()], &[])
    }

    /// The modem takes its initialisation; what follows is up to the test.
    #[track_caller]
    pub fn initialise(&mut self) {
        self.line.expect(b"ATZ\r");
        self.line.send(b"\r\nOK\r\n");
    }

    /// The same, and mgetty waits for a call.
    #[track_caller]
    pub fn wait(&mut self) -> Spawned {
        let getty = self.start();
        self.initialise();
        self.expect_log("waiting...");
        // The line is let go of right before it says so.
        assert!(!self.lock().exists(), "nobody has the line while it waits");
        getty
    }

    /// A call comes in and is picked up.
    #[track_caller]
    pub fn answer(&mut self) {
        self.line.send(b"\r\nRING\r\n");
        self.line.expect(b"ATA\r");
        self.line.send(b"\r\nCONNECT 9600\r\n");
    }

    /// Where the line's lock is.
    pub fn lock(&self) -> PathBuf {
        self.root.path(&format!("var/lock/LCK..{}", self.line.file_name()))
    }

    /// The names of all locks there are.
    pub fn locks(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.root.path("var/lock")).expect("the lock directory");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    }

    /// The line's own log so far.
    pub fn log(&self) -> String {
        let name = format!("var/log/mgetty/mg_{}.log", self.line.name().replace('/', "-"));
        String::from_utf8_lossy(&std::fs::read(self.root.path(&name)).unwrap_or_default()).into_owned()
    }

    /// Waits until the line's own log says this.
    #[track_caller]
    pub fn expect_log(&self, text: &str) {
        let said = until(SOON, || self.log().contains(text).then_some(()));
        assert!(said.is_some(), "{text:?} is not in the line's log:\n{}", self.log());
    }

    /// How many descriptors of a process are the line; None: it cannot be told here.
    pub fn open_in(&self, pid: i32) -> Option<usize> {
        let device = self.line.device();
        let fds = std::fs::read_dir(format!("/proc/{pid}/fd")).ok()?;
        Some(fds.flatten().filter(|fd| std::fs::read_link(fd.path()).is_ok_and(|to| to == device)).count())
    }
}
