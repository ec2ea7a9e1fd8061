//! A root of its own for each test: configuration, login program, records and log live below it.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::TempDir;

use crate::programs::{beside_programs, program};
use crate::{Recorded, SOON, starting, until};

/// The gettydefs of the acceptance cases.
pub const GETTYDEFS: &str = "# comment first
9600# B9600 CS8 # B9600 SANE -ISTRIP CLOCAL #@S login: #2400

2400# B2400 CS8 # B2400 CS8 OPOST ISIG ICANON ECHO #login2400: #9600
";

/// A directory that the program takes for `/`; it goes with this value.
#[derive(Debug)]
pub struct Root {
    dir: TempDir,
    started: AtomicUsize,
}

impl Root {
    /// An empty one: `etc`, `bin`, `run` and `var/log` are there. No `dev`: lines are the system's.
    pub fn new() -> Self {
        let dir = TempDir::with_prefix_in("root-", beside_programs()).expect("make a root");
        for name in ["etc", "bin", "run", "var/log", "var/lock"] {
            fs::create_dir_all(dir.path().join(name)).expect("make a directory of the root");
        }
        Self { dir, started: AtomicUsize::new(0) }
    }

    /// Where it is.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// A path below it; `name` without leading slash.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file only its owner may change.
    pub fn write(&self, name: &str, contents: impl AsRef<[u8]>) -> PathBuf {
        let path = self.place(name);
        fs::write(&path, contents).unwrap_or_else(|error| panic!("write {name}: {error}"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("set a file's mode");
        path
    }

    /// Writes a program. A process of its own does that: nobody can run what somebody has open for writing, and if we
    /// had, so would every child that another thread starts meanwhile, until it runs its own program.
    pub fn write_program(&self, name: &str, contents: impl AsRef<[u8]>) -> PathBuf {
        let path = self.place(name);
        let mut writer = Command::new("/bin/sh");
        writer.args(["-c", r#"cat >"$0" && chmod 755 "$0""#]).arg(&path).stdin(Stdio::piped());
        let mut writer = {
            let _alone = starting();
            writer.spawn().expect("start a shell")
        };
        let mut input = writer.stdin.take().expect("it was asked for");
        input.write_all(contents.as_ref()).unwrap_or_else(|error| panic!("write {name}: {error}"));
        drop(input);
        let status = writer.wait().expect("wait for a shell");
        assert!(status.success(), "write {name}: {status}");
        path
    }

    /// The path of a file, in a directory that is there.
    fn place(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a file has a directory")).expect("make a directory");
        path
    }

    /// Puts the recorder at `name`.
    pub fn put_recorder(&self, name: &str) {
        // A link, for the copy would have to be written.
        fs::hard_link(program("recorder"), self.path(name)).expect("link the recorder into the root");
    }

    /// What the login program was given; waits for it.
    #[track_caller]
    pub fn recorded(&self) -> Recorded {
        let file = self.path("recorded");
        match until(SOON, || fs::read_to_string(&file).ok()) {
            Some(text) => Recorded::parse(&text),
            None => panic!("no login program was run; log:\n{}", self.log()),
        }
    }

    /// Whether a login program was run.
    pub fn was_logged_in(&self) -> bool {
        self.path("recorded").exists()
    }

    /// What was logged so far.
    pub fn log(&self) -> String {
        let log = fs::read(self.path("var/log/polygetty.log")).unwrap_or_default();
        String::from_utf8_lossy(&log).into_owned()
    }

    /// The lines of the log that hold all of `words`.
    pub fn log_lines(&self, words: &[&str]) -> Vec<String> {
        self.log()
            .lines()
            .filter(|line| words.iter().all(|word| line.contains(word)))
            .map(str::to_owned)
            .collect()
    }

    /// Waits for a line of the log that holds all of `words`.
    #[track_caller]
    pub fn expect_log(&self, words: &[&str]) -> String {
        let found = until(SOON, || self.log_lines(words).into_iter().next());
        found.unwrap_or_else(|| panic!("no line with {words:?} in the log:\n{}", self.log()))
    }

    pub(crate) fn next_number(&self) -> usize {
        self.started.fetch_add(1, Ordering::Relaxed)
    }
}

impl Default for Root {
    fn default() -> Self {
        Self::new()
    }
}
