//! The fixture of mgetty's cases: a root, a line whose modem the test plays, and mgetty on it.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use polygetty_platforms::process;
use polygetty_rig::{Line, Recorded, Root, SOON, Spawned, until};

use crate::scene::start;

const DEFAULTS: &[(&str, &str)] = &[
    ("toggle-dtr", "n"),
    ("data-only", "y"),
    ("init-chat", "\"\" ATZ OK"),
    ("fido-send-emsi", "no"),
    ("issue-file", ""),
];
/// A modem that is not asked whether it takes faxes, though mgetty takes them; and a program that is told of each.
const FAX: &str = "data-only no\nmodem-type data\nnotify\nfax-notify-program /bin/new_fax\n";
const DIRECTORY_OF_LOGS: &str = "var/log/mgetty";

/// Where faxes are kept.
pub const SPOOL: &str = "var/spool/fax/incoming";

/// A root with mgetty's files, and a line. Start mgetty on it after all files are written.
pub struct Scene {
    pub root: Rc<Root>,
    /// The far end: the test is the modem.
    pub line: Line,
    /// What mgetty calls the line.
    name: String,
}

impl Scene {
    /// On `ttyX`, with the default configuration of the cases.
    pub fn new() -> Self {
        Self::with("")
    }

    /// With these lines of mgetty.config behind the default ones, see [`config`].
    pub fn with(lines: &str) -> Self {
        let scene = Self::without_config();
        scene.configure(lines);
        scene
    }

    /// Without any mgetty.config.
    pub fn without_config() -> Self {
        Self::on("ttyX")
    }

    /// On a line of this name, without any mgetty.config.
    pub fn on(name: &str) -> Self {
        let mut scene = Self::at(Rc::new(Root::new()));
        std::fs::create_dir_all(scene.root.path("dev")).unwrap();
        symlink(scene.line.device(), scene.root.path("dev").join(name)).unwrap();
        scene.name = name.to_owned();
        scene
    }

    /// The same as [`Scene::with`] on a line that has no name but its own: that has a slash.
    pub fn on_a_pty(lines: &str) -> Self {
        let scene = Self::at(Rc::new(Root::new()));
        scene.configure(lines);
        scene
    }

    /// The same as [`Scene::with`] for calls of fax machines.
    pub fn for_faxes(lines: &str) -> Self {
        let scene = Self::with(&format!("{FAX}{lines}"));
        std::fs::create_dir_all(scene.root.path(SPOOL)).unwrap();
        scene.root.put_recorder("bin/new_fax");
        scene
    }

    /// One more line of this root, by its own name.
    pub fn beside(&self) -> Self {
        Self::opened(Rc::clone(&self.root))
    }

    fn at(root: Rc<Root>) -> Self {
        for name in ["var/run", DIRECTORY_OF_LOGS] {
            std::fs::create_dir_all(root.path(name)).unwrap();
        }
        root.put_recorder("bin/login");
        Self::opened(root)
    }

    fn opened(root: Rc<Root>) -> Self {
        let line = Line::open();
        let name = line.name().to_owned();
        Self { root, line, name }
    }

    /// Logs lie in `var/log` itself: the directory for them is not there.
    pub fn without_directory_of_logs(self) -> Self {
        std::fs::remove_dir(self.root.path(DIRECTORY_OF_LOGS)).unwrap();
        self
    }

    /// Writes mgetty.config with these lines behind the default ones, see [`config`].
    pub fn configure(&self, lines: &str) {
        self.root.write("etc/mgetty/mgetty.config", config(lines));
    }

    /// What mgetty calls the line.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Starts it on the line.
    #[track_caller]
    pub fn start(&self) -> Spawned {
        self.start_with(&[&self.name])
    }

    /// The same with a command line of its own.
    #[track_caller]
    pub fn start_with(&self, arguments: &[&str]) -> Spawned {
        start(&self.root, "mgetty", arguments, &[])
    }

    /// The modem takes the default chat; what follows is up to the test.
    #[track_caller]
    pub fn initialise(&mut self) {
        self.line.expect(b"ATZ\r");
        self.line.send(b"\r\nOK\r\n");
    }

    /// The same, and mgetty waits for a call.
    #[track_caller]
    pub fn init(&mut self) {
        self.initialise();
        self.waits();
    }

    /// It waits for a call: the lock is given back.
    #[track_caller]
    pub fn waits(&self) {
        let free = until(SOON, || self.lock().is_none().then_some(()));
        free.unwrap_or_else(|| panic!("it keeps the lock; log:\n{}", self.log()));
    }

    /// Started and initialised, it says that it waits for a call.
    #[track_caller]
    pub fn wait(&mut self) -> Spawned {
        // Lives before this one have waited, too.
        let said = |scene: &Self| scene.log().matches("waiting...").count();
        let before = said(self);
        let mgetty = self.start();
        self.initialise();
        let waits = until(SOON, || (said(self) > before).then_some(()));
        waits.unwrap_or_else(|| panic!("it does not wait; log:\n{}", self.log()));
        // The line is let go of right before it says so.
        assert_eq!(self.lock(), None, "nobody has the line while it waits");
        mgetty
    }

    /// The telephone rings once.
    pub fn ring(&mut self) {
        self.line.send(b"\r\nRING\r\n");
    }

    /// A call comes in, and is picked up at this ring.
    #[track_caller]
    pub fn answer(&mut self) {
        self.ring();
        self.line.expect(b"ATA\r");
    }

    /// The same, and the modems find each other.
    #[track_caller]
    pub fn call(&mut self) {
        self.answer();
        self.line.send(b"\r\nCONNECT 9600\r\n");
    }

    /// What is typed before the prompt behind a call without an issue.
    #[track_caller]
    pub fn expect_prompt(&mut self) {
        self.line.expect(&prompt());
    }

    /// Types a name and answers what login was given.
    #[track_caller]
    pub fn log_in(&mut self, name: &str) -> Recorded {
        self.line.send(format!("{name}\r").as_bytes());
        self.line.expect(format!("{name}\r\n").as_bytes());
        let recorded = self.root.recorded();
        assert_eq!(recorded.argv(), ["login", name]);
        recorded
    }

    /// Where the line's lock is.
    pub fn lock_file(&self) -> PathBuf {
        self.root.path(&format!("var/lock/LCK..{}", self.name.replace('/', "_")))
    }

    /// The lock's text; `None`: there is none.
    pub fn lock(&self) -> Option<String> {
        text(self.lock_file())
    }

    /// Where it says which process watches the line.
    pub fn pid_file(&self) -> PathBuf {
        self.root.path(&format!("var/run/mgetty.pid.{}", self.name_in_files()))
    }

    /// The names of all locks there are.
    pub fn locks(&self) -> Vec<String> {
        self.names_in("var/lock")
    }

    /// The names of locks and pid files that are left.
    pub fn left_behind(&self) -> Vec<String> {
        [self.locks(), self.names_in("var/run")].concat()
    }

    /// The names of what lies where faxes are kept, in order.
    pub fn spooled(&self) -> Vec<String> {
        let mut names = self.names_in(SPOOL);
        names.sort();
        names
    }

    fn names_in(&self, directory: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.root.path(directory)).unwrap();
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
    }

    /// Where the line's log is.
    pub fn log_file(&self) -> PathBuf {
        let (directory, name) = (self.root.path(DIRECTORY_OF_LOGS), self.name_in_files());
        match directory.exists() {
            true => directory.join(format!("mg_{name}.log")),
            false => self.root.path(&format!("var/log/mgetty.{name}")),
        }
    }

    fn name_in_files(&self) -> String {
        self.name.replace('/', "-")
    }

    /// The line's log so far.
    pub fn log(&self) -> String {
        text(self.log_file()).unwrap_or_default()
    }

    /// Waits for a text in the line's log.
    #[track_caller]
    pub fn expect_log(&self, text: &str) {
        let found = until(SOON, || self.log().contains(text).then_some(()));
        found.unwrap_or_else(|| panic!("no {text:?} in the log:\n{}\n{}", self.log(), self.root.log()));
    }

    /// How many descriptors of a process are the line; `None`: it cannot be told here.
    pub fn open_in(&self, pid: i32) -> Option<usize> {
        open(&self.line.device(), pid)
    }

    /// What waits closes its log, right after it has said there that it waits: then it may be rotated away.
    #[track_caller]
    pub fn log_rests(&self, pid: i32) {
        let rests = || open(&self.log_file(), pid).is_none_or(|count| count == 0).then_some(());
        until(SOON, rests).unwrap_or_else(|| panic!("it keeps its log open:\n{}", self.log()));
    }
}

/// How many descriptors of a process are this file; `None`: it cannot be told here.
fn open(file: &Path, pid: i32) -> Option<usize> {
    let fds = std::fs::read_dir(format!("/proc/{pid}/fd")).ok()?;
    Some(fds.flatten().filter(|fd| std::fs::read_link(fd.path()).is_ok_and(|to| to == file)).count())
}

/// What a file says; `None`: it is not there.
pub fn text(file: PathBuf) -> Option<String> {
    std::fs::read(file).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// mgetty.config of the cases: the default lines, and these. A keyword named among them before the first section, or
/// taken out by `-KEYWORD`, has no default line.
pub fn config(lines: &str) -> String {
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
pub fn prompt() -> Vec<u8> {
    format!("\r\r\n\r\n{}!login: ", node()).into_bytes()
}

/// The name of this machine.
pub fn node() -> String {
    process::system_names().unwrap().node
}
