//! The fixture of the acceptance cases: a root, a line, and getty_ps on it.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use polygetty_platforms::process;
use polygetty_rig::{GETTYDEFS, Line, Root, SOON, Spawned, until};

/// The program under test.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_polygetty");

/// What a caller sees first.
pub const P: &[u8] = b"\rHihost login: ";

/// The prompt alone, as it comes again after an empty name.
pub const PROMPT: &[u8] = b"host login: ";

/// What the caller sees first at label 2400.
pub const P2400: &[u8] = b"\rHilogin2400: ";

const DEFAULTS: &[(&str, &str)] =
    &[("HANGUP", "NO"), ("SYSTEM", "host"), ("ISSUE", r"Hi\c"), ("CLEAR", "NO"), ("LOGIN", "/bin/recorder")];

/// A root and a line. Start a getty on it after all files are written.
pub struct Scene {
    pub root: Root,
    pub line: Line,
}

impl Scene {
    /// The fixture as it is.
    pub fn new() -> Self {
        Self::with("")
    }

    /// The fixture with these lines of conf.getty before its own. A keyword named here, or taken out by
    /// `-KEYWORD`, has no line of the fixture.
    pub fn with(lines: &str) -> Self {
        let scene = Self::without_defaults();
        scene.root.write("etc/conf.getty", defaults(lines));
        scene
    }

    /// The fixture for a shared line: these lines are conf.uugetty's.
    pub fn shared(lines: &str) -> Self {
        let scene = Self::without_defaults();
        scene.root.write("etc/conf.uugetty", defaults(lines));
        scene
    }

    /// Without any conf.getty.
    pub fn without_defaults() -> Self {
        let root = Root::new();
        root.write("etc/gettydefs", GETTYDEFS);
        root.put_recorder("bin/recorder");
        Self { root, line: Line::open() }
    }

    /// With another gettydefs.
    pub fn gettydefs(self, text: &str) -> Self {
        self.root.write("etc/gettydefs", text);
        self
    }

    /// Starts getty_ps. Arguments are separated by blanks; `LINE` is the line's name.
    #[track_caller]
    pub fn start(&self, arguments: &str) -> Spawned {
        self.start_in(arguments, &[])
    }

    /// Starts uugetty.
    #[track_caller]
    pub fn start_uugetty(&self, arguments: &str) -> Spawned {
        let arguments: Vec<String> =
            arguments.split(' ').filter(|word| !word.is_empty()).map(|word| self.named(word)).collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        start(&self.root, "uugetty", &arguments, &[])
    }

    /// Where the line's lock is, by its whole name.
    pub fn lock(&self) -> std::path::PathBuf {
        self.root.path(&format!("var/lock/LCK..{}", self.line.file_name()))
    }

    /// The names in the lock directory.
    pub fn locks(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.root.path("var/lock")).expect("the lock directory");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// The same with an environment.
    #[track_caller]
    pub fn start_in(&self, arguments: &str, environment: &[(&str, &str)]) -> Spawned {
        let arguments: Vec<String> =
            arguments.split(' ').filter(|word| !word.is_empty()).map(|word| self.named(word)).collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        start(&self.root, "getty_ps", &arguments, environment)
    }

    fn named(&self, word: &str) -> String {
        word.replace("LINE", self.line.name())
    }

    /// The modem connects: the caller's first RING is answered with ATA.
    #[track_caller]
    pub fn ring(&mut self) {
        self.line.expect_waiting();
        self.line.send(b"\r\nRING\r\n");
        self.line.expect(b"ATA\r");
    }

    /// Types `bob` and answers what login was given.
    #[track_caller]
    pub fn log_in(&mut self) -> polygetty_rig::Recorded {
        self.line.send(b"bob\r");
        self.line.expect(b"bob\r\n");
        let recorded = self.root.recorded();
        assert_eq!(recorded.argv(), ["login", "bob"]);
        recorded
    }
}

/// conf.getty of the fixture, see [`Scene::with`].
pub fn defaults(lines: &str) -> String {
    let named = |key: &str| {
        lines.lines().any(|line| line.split('=').next() == Some(key) || line.strip_prefix('-') == Some(key))
    };
    let own = lines.lines().filter(|line| !line.starts_with('-')).map(|line| format!("{line}\n"));
    let rest = DEFAULTS.iter().filter(|(key, _)| !named(key)).map(|(key, value)| format!("{key}={value}\n"));
    own.chain(rest).collect()
}

/// Starts the program as a persona below a root.
#[track_caller]
pub fn start(root: &Root, persona: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Spawned {
    let dir = root.dir().to_str().expect("the root's path is UTF-8");
    let all = [&["--root", dir, "as", persona], arguments].concat();
    Spawned::start(Path::new(PROGRAM), &all, environment, root)
}

/// The same with a fault planned: `--fail-call 7`, `--die-at-call 7`.
#[track_caller]
pub fn start_with_fault(root: &Root, fault: &[&str], persona: &str, arguments: &[&str]) -> Spawned {
    let dir = root.dir().to_str().expect("the root's path is UTF-8");
    let all = [&["--root", dir], fault, &["as", persona], arguments].concat();
    Spawned::start(Path::new(PROGRAM), &all, &[], root)
}

/// A process that does nothing, and so may hold a lock.
pub struct Living(Child);

impl Living {
    /// Starts one.
    pub fn new() -> Self {
        let child = Command::new("sleep").arg("600").stdin(Stdio::null()).spawn().expect("start sleep");
        let living = Self(child);
        // Where a child is not waited for until it has begun its program, it has our name for a while; and when it has
        // its own, a moment passes until it has words, where the system tells them.
        let words = |pid| process::command_line(pid, 80);
        let has_words = words(process::pid()).is_some();
        let begun = || {
            let is_named = process::program_name(living.pid()).is_none_or(|name| name == "sleep");
            (is_named && (!has_words || words(living.pid()).is_some())).then_some(())
        };
        until(SOON, begun).expect("sleep begins");
        living
    }

    /// Its number.
    pub fn pid(&self) -> i32 {
        i32::try_from(self.0.id()).expect("a pid is an int")
    }
}

impl Drop for Living {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The number of a process that is gone.
pub fn dead() -> i32 {
    let mut child = Command::new("true").spawn().expect("start true");
    let pid = i32::try_from(child.id()).expect("a pid is an int");
    child.wait().expect("it ends");
    pid
}

/// A field of what a folder like /proc says of a process, counted from its state. None: it is gone, or there is no /proc.
pub fn stat(proc: &Path, pid: i32, field: usize) -> Option<String> {
    let stat = std::fs::read_to_string(proc.join(format!("{pid}/stat"))).ok()?;
    // A program's name may hold anything.
    stat.rsplit_once(") ")?.1.split(' ').nth(field).map(str::to_owned)
}

/// What a lock file of this process says.
pub fn ascii(pid: i32) -> Vec<u8> {
    format!("{pid:>10}\n").into_bytes()
}

/// Says why a test looks at nothing.
pub fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}
