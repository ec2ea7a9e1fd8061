//! A machine without hardware: Debian's sysvinit as process 1 of a pid namespace, with lines whose far ends the
//! test holds. `tests/root/sysvinit` makes and starts it.

use std::fs;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use polygetty_platforms::account::codec::LOGIN_PROCESS;
use polygetty_platforms::process;
use polygetty_rig::{Line, Root, SOON, Spawned, until};
use tempfile::TempDir;

use crate::records::{Entry, known, read_records};
use crate::scene::{self, PROGRAM, skipped};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/root/sysvinit");

/// A root folder with init, a shell, a login program, and the program under every name that getty had. None, and
/// it is said why: such machines cannot be made here.
pub fn root_folder() -> Option<Root> {
    if let Some(why) = impossible() {
        skipped(&why);
        return None;
    }
    let root = Root::new();
    let made = Command::new(SCRIPT).arg("make").arg(root.dir()).arg(PROGRAM).stdin(Stdio::null()).output();
    let made = made.unwrap_or_else(|error| panic!("{SCRIPT}: {error}"));
    let said = String::from_utf8_lossy(&made.stderr).into_owned();
    match made.status.code() {
        Some(0) => Some(root),
        Some(77) => {
            skipped(said.lines().last().unwrap_or("the packages cannot be had"));
            None
        }
        _ => panic!("{SCRIPT}: {}: {said}", made.status),
    }
}

/// Why there can be no such machine.
fn impossible() -> Option<String> {
    static IMPOSSIBLE: OnceLock<Option<String>> = OnceLock::new();
    let look = || {
        if !process::is_root() {
            return Some("needs root".to_owned());
        }
        let flags = ["--pid", "--fork", "--mount", "--uts", "--ipc", "--kill-child=KILL", "true"];
        if !known() {
            return Some("no utmp file of known shape here".to_owned());
        }
        for (program, arguments) in [
            ("unshare", &flags[..]),
            ("apt-get", &["--version"]),
            ("nsenter", &["--version"]),
            ("setpriv", &["--version"]),
        ] {
            match Command::new(program).args(arguments).stdin(Stdio::null()).output() {
                Ok(output) if output.status.success() => {}
                Ok(output) => {
                    return Some(format!("{program}: {}", String::from_utf8_lossy(&output.stderr).trim()));
                }
                Err(error) => return Some(format!("{program}: {error}")),
            }
        }
        None
    };
    IMPOSSIBLE.get_or_init(look).clone()
}

/// A machine that runs. It goes with this value: init, what init started, and the mounts, which nobody else has.
pub struct Machine {
    pub root: Root,
    /// what `unshare` has become of the script
    outside: Option<Spawned>,
    /// init's number outside
    init: i32,
    syslog: Syslog,
}

impl Machine {
    /// Boots: init does what the inittab says, on these devices.
    #[track_caller]
    pub fn boot(root: Root, inittab: &str, devices: &[(&str, &Line)]) -> Self {
        root.write("etc/inittab", inittab);
        let syslog = Syslog::start();
        let nodes = devices.iter().map(|(name, line)| format!("{name}={}", line.device().display()));
        let log = format!("log={}", syslog.path().display());
        let dir = root.dir().to_str().unwrap().to_owned();
        // If the test is killed, or the thread that we are, so is the machine.
        let words = ["--pdeathsig", "KILL", SCRIPT, "start", &dir, &log].map(str::to_owned);
        let words: Vec<String> = words.into_iter().chain(nodes).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let path = std::env::var("PATH").unwrap();
        let mut outside = Spawned::start(Path::new("setpriv"), &words, &[("PATH", &path)], &root);
        let children = format!("/proc/{0}/task/{0}/children", outside.pid());
        let init = until(SOON, || {
            let child = fs::read_to_string(&children).ok()?.trim().parse().ok()?;
            let name = fs::read_to_string(format!("/proc/{child}/comm")).ok()?;
            (name == "init\n").then_some(child)
        });
        let Some(init) = init else {
            panic!("init did not start; runs: {}; {}", outside.is_running(), outside.stderr());
        };
        Self { root, outside: Some(outside), init, syslog }
    }

    /// A file of the machine as init sees it, mounts and all.
    fn seen_by_init(&self, name: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}/root/{name}", self.init))
    }

    /// Starts a program in the machine, as its root.
    #[track_caller]
    pub fn run(&self, words: &[&str]) -> Spawned {
        let init = self.init.to_string();
        let all = [&["-t", &init, "-m", "-u", "-i", "-p", "-r", "--"], words].concat();
        let environment = [("PATH", "/sbin:/bin:/usr/bin"), ("HOME", "/root"), ("TERM", "vt100")];
        Spawned::start(Path::new("nsenter"), &all, &environment, &self.root)
    }

    /// The processes of this name, in the machine's numbers.
    pub fn processes(&self, name: &str) -> Vec<i32> {
        let entries = fs::read_dir(self.seen_by_init("proc")).unwrap();
        let numbers = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        let named = |pid: &i32| {
            let comm = fs::read_to_string(self.seen_by_init(&format!("proc/{pid}/comm"))).unwrap_or_default();
            comm.trim_end() == name
        };
        numbers.filter(named).collect()
    }

    /// A field of what the system says of a process, counted from its state. None: it is gone.
    fn stat(&self, pid: i32, field: usize) -> Option<String> {
        scene::stat(&self.seen_by_init("proc"), pid, field)
    }

    /// The letter of a process's state.
    pub fn state(&self, pid: i32) -> Option<String> {
        self.stat(pid, 0)
    }

    /// A process's parent, in the machine's numbers. None: it is gone.
    pub fn parent(&self, pid: i32) -> Option<i32> {
        self.stat(pid, 1)?.parse().ok()
    }

    /// When init started a process, after the system's own start.
    pub fn started(&self, pid: i32) -> Option<Duration> {
        // In ticks, of which every Linux shows a hundred in a second.
        Some(Duration::from_millis(self.stat(pid, 19)?.parse::<u64>().ok()? * 10))
    }

    /// A process's number outside.
    #[track_caller]
    pub fn number_outside(&self, pid: i32) -> i32 {
        let namespace = |number: &str| fs::read_link(format!("/proc/{number}/ns/pid")).ok();
        let ours = namespace(&self.init.to_string());
        let numbers =
            fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let found = numbers.filter(|number| namespace(number) == ours).find(|number| {
            let status = fs::read_to_string(format!("/proc/{number}/status")).unwrap_or_default();
            let names = status.lines().find_map(|line| line.strip_prefix("NSpid:"));
            names.and_then(|names| names.split_whitespace().last()) == Some(&pid.to_string())
        });
        found.unwrap_or_else(|| panic!("no process {pid} in the machine")).parse().unwrap()
    }

    /// Waits until a getty of init's stands in the records as the one that waits for a name on this entry's line, and
    /// answers its number.
    #[track_caller]
    pub fn getty(&self, id: &str, line: &str) -> i32 {
        let right = |entry: &&Entry| entry.kind == LOGIN_PROCESS && entry.id == id.as_bytes();
        let pid = until(SOON, || {
            let records = read_records(&self.root, "run/utmp");
            let here: Vec<&Entry> = records.iter().filter(right).collect();
            let [entry] = here[..] else { return None };
            (entry.line == line.as_bytes() && self.parent(entry.pid) == Some(1)).then_some(entry.pid)
        });
        let Some(pid) = pid else {
            panic!("no getty {id} on {line}: {:?}\n{}", read_records(&self.root, "run/utmp"), self.log());
        };
        // One record for the line, and it is the one that init had made.
        let records = read_records(&self.root, "run/utmp");
        let alike = |entry: &&Entry| entry.line == line.as_bytes() || entry.id == id.as_bytes();
        assert_eq!(records.iter().filter(alike).count(), 1, "{records:?}");
        pid
    }

    /// What the machine's programs, init too, said to syslog.
    pub fn log(&self) -> String {
        self.syslog.said().into_iter().map(|(_, text)| text + "\n").collect()
    }

    /// The lines of the log that hold all of `words`, with the time each came.
    pub fn log_lines(&self, words: &[&str]) -> Vec<(Instant, String)> {
        let mut said = self.syslog.said();
        said.retain(|(_, text)| words.iter().all(|word| text.contains(word)));
        said
    }

    /// Waits until so many lines of the log hold all of `words`; answers the last of them.
    #[track_caller]
    pub fn expect_log(&self, words: &[&str], count: usize, within: Duration) -> String {
        let found = until(within, || self.log_lines(words).into_iter().nth(count - 1));
        let found =
            found.unwrap_or_else(|| panic!("not {count} lines with {words:?} in the log:\n{}", self.log()));
        found.1
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        drop(self.outside.take());
        let folder = format!("/proc/{}", self.init);
        let gone = until(SOON, || (!Path::new(&folder).exists()).then_some(()));
        if gone.is_none() && !std::thread::panicking() {
            panic!("init, {} outside, is still there", self.init);
        }
    }
}

type Said = Vec<(Instant, String)>;

/// The socket that is the machine's /dev/log, and what was said to it.
struct Syslog {
    dir: TempDir,
    said: Arc<Mutex<Said>>,
    listener: Option<JoinHandle<()>>,
}

impl Syslog {
    fn start() -> Self {
        // Not below the root: a socket's path has about a hundred bytes.
        let dir = TempDir::with_prefix("log-").unwrap();
        let socket = UnixDatagram::bind(dir.path().join("log")).unwrap();
        let said = Arc::new(Mutex::new(Said::new()));
        let ours = Arc::clone(&said);
        let listener = std::thread::spawn(move || {
            let mut bytes = [0; 8192];
            // An empty message is our own, and the last.
            while let Ok(count @ 1..) = socket.recv(&mut bytes) {
                let text = String::from_utf8_lossy(&bytes[..count]).trim_end_matches(['\0', '\n']).to_owned();
                ours.lock().unwrap().push((Instant::now(), text));
            }
        });
        Self { dir, said, listener: Some(listener) }
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("log")
    }

    fn said(&self) -> Said {
        self.said.lock().unwrap().clone()
    }
}

impl Drop for Syslog {
    fn drop(&mut self) {
        let ended = UnixDatagram::unbound().and_then(|socket| socket.send_to(b"", self.path()));
        if let (Ok(_), Some(listener)) = (ended, self.listener.take()) {
            let _ = listener.join();
        }
    }
}
