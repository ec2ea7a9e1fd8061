//! A line that uugetty shares with a dialer, and who has it by the marks that programs leave.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::time::Duration;

use polygetty_platforms::symbols::Os;
use polygetty_platforms::{people, process};
use polygetty_rig::{Line, Root, SOON, Spawned, until};

use crate::scene::PROGRAM;

/// Where the programs of this system put their locks: uugetty must meet them there.
const LOCKS: &str = "/var/lock";

/// uugetty looks for others every 30 s; a busy machine may be late.
pub const LOOK: Duration = Duration::from_secs(40);

const CONF: &str = "HANGUP=NO\nSYSTEM=host\nISSUE=Hi\\c\nCLEAR=NO\nINIT=\"\" AT\\r OK\\r\\n\nWAITFOR=RING\n\
                    CONNECT=\"\" ATA\\r CONNECT\n";

/// The line with its locks, and the root in which uugetty has its files. The locks go with this value.
pub struct Desk {
    pub root: Root,
    pub line: Line,
    conf: PathBuf,
}

impl Desk {
    /// A line on which nobody is; it belongs to those who dial, as a modem's line does.
    pub fn new() -> Self {
        let root = Root::new();
        let login = root.write_program("bin/session", "#!/bin/sh\necho Hello $1\nexec sleep 600\n");
        let conf = root.write("conf", format!("{CONF}LOGIN={}\n", login.display()));
        // As an inittab starts it.
        symlink(PROGRAM, root.path("bin/uugetty")).unwrap();
        let mut taken = Vec::new();
        let desk = loop {
            let line = Line::open();
            if files_of(&line).iter().any(|file| file.exists()) {
                // Left by somebody else, who had this number before.
                taken.push(line);
            } else {
                break Self { root, line, conf };
            }
        };
        let uucp = people::user(b"uucp").unwrap().map(|user| user.uid);
        let dialout = people::group(b"dialout").unwrap();
        chown(desk.line.device(), uucp, dialout).unwrap();
        fs::set_permissions(desk.line.device(), fs::Permissions::from_mode(0o660)).unwrap();
        desk
    }

    /// Starts uugetty as init does.
    #[track_caller]
    pub fn uugetty(&self) -> Spawned {
        let arguments = ["-d", self.conf.to_str().unwrap(), self.line.name(), "9600", "vt100"];
        Spawned::start(&self.root.path("bin/uugetty"), &arguments, &[], &self.root)
    }

    /// Starts uugetty, answers its INIT, and sees that it waits for a ring with the line left to others.
    #[track_caller]
    pub fn waiting(&mut self) -> Spawned {
        let getty = self.uugetty();
        self.expect_waiting(&getty);
        getty
    }

    /// The same with a uugetty that runs; it may be about to notice that the line is free.
    #[track_caller]
    pub fn expect_waiting(&mut self, getty: &Spawned) {
        self.line.expect_within(b"AT\r", LOOK);
        let ours = [Some(getty.pid()); 2];
        assert_eq!(self.locks(), ours, "both names are locked during INIT");
        self.line.send(b"OK\r\n");
        let free = until(SOON, || self.is_free().then_some(()));
        assert!(free.is_some(), "locks are kept after INIT: {:?}, {:?}", self.locks(), self.flock());
        self.line.expect_waiting();
        // A session leader that ends hangs up its own terminal, and whoever dials on it.
        let stat = fs::read_to_string(format!("/proc/{}/stat", getty.pid())).unwrap();
        let terminal = stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(4)).unwrap();
        assert_eq!(terminal, "0", "the line is the terminal of a uugetty that waits");
    }

    /// Whom the lock files of the line name: `LCK..pts_3`, then `LCK..3`.
    pub fn locks(&self) -> [Option<i32>; 2] {
        files_of(&self.line).map(|file| holder(&file))
    }

    /// Who holds flock(2) on the line.
    pub fn flock(&self) -> Option<i32> {
        let node = fs::metadata(self.line.device()).ok()?;
        let (major, minor) = (node.dev() >> 8 & 0xfff, node.dev() & 0xff | node.dev() >> 12 & 0xf_ff00);
        let wanted = format!("{major:02x}:{minor:02x}:{}", node.ino());
        let table = fs::read_to_string("/proc/locks").unwrap_or_default();
        table.lines().find_map(|row| {
            let mut words = row.split_whitespace().skip(1);
            let (kind, pid, place) = (words.next()?, words.nth(2)?, words.next()?);
            (kind == "FLOCK" && place == wanted).then(|| pid.parse().ok())?
        })
    }

    /// The system that uucico calls: it locks that too, so each line has its own.
    pub fn far(&self) -> String {
        format!("far{}", self.line.name().rsplit('/').next().unwrap_or_default())
    }

    /// Whether nobody has left a mark.
    pub fn is_free(&self) -> bool {
        files_of(&self.line).iter().all(|file| !file.exists()) && self.flock().is_none()
    }

    /// Whether the process has the line open.
    pub fn is_open_in(&self, process: &Spawned) -> bool {
        let open = fs::read_dir(format!("/proc/{}/fd", process.pid())).into_iter().flatten().flatten();
        open.filter_map(|fd| fs::read_link(fd.path()).ok()).any(|path| path == self.line.device())
    }

    /// uugetty runs and, while somebody else has the line, neither opens it nor writes a byte.
    #[track_caller]
    pub fn expect_kept_away(&mut self, getty: &mut Spawned) {
        let modes = self.line.attrs();
        let end = std::time::Instant::now() + Duration::from_secs(1);
        while std::time::Instant::now() < end {
            assert!(getty.is_running(), "uugetty ended although the line is taken; {}", getty.stderr());
            assert!(!self.is_open_in(getty), "uugetty opened a line that is taken");
            assert_eq!(self.line.attrs(), modes, "uugetty moved the modes of a line that is taken");
            self.line.expect_silence(Duration::from_millis(20));
        }
    }

    /// A caller rings, is answered, and has the prompt.
    #[track_caller]
    pub fn ring(&mut self) {
        self.line.send(b"\r\nRING\r\n");
        self.line.expect(b"ATA\r");
        self.line.send(b"\r\nCONNECT 9600\r\n");
        self.line.expect(b"\rHi");
        self.line.find(b"login: ");
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let system = Path::new(LOCKS).join(format!("LCK..{}", self.far()));
        for file in files_of(&self.line).into_iter().chain([system]) {
            let _ = fs::remove_file(file);
        }
    }
}

/// The names differ by program: cu and uucico take the last part of a line's name, minicom makes `_` of `/`.
fn files_of(line: &Line) -> [PathBuf; 2] {
    let last = line.name().rsplit('/').next().unwrap_or_default();
    [line.file_name().as_str(), last].map(|name| Path::new(LOCKS).join(format!("LCK..{name}")))
}

fn holder(file: &Path) -> Option<i32> {
    fs::read_to_string(file).ok()?.trim().parse().ok()
}

/// What the process is, by the system's word.
pub fn comm(pid: i32) -> String {
    fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default().trim_end().to_owned()
}

/// Why nothing of this can be tried here.
pub fn impossible() -> Option<&'static str> {
    if !process::is_root() {
        return Some("needs root");
    }
    // Elsewhere dialers have other names for locks, and no /proc tells who holds what.
    (Os::HERE != Os::Linux).then_some("looks at /proc and /var/lock of Linux")
}
