//! A line that a getty shares with dialers, and who has it by the marks that programs leave.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::time::Duration;

use polygetty_platforms::symbols::Os;
use polygetty_platforms::{Signal, people, process};
use polygetty_rig::{Line, Root, SOON, Spawned, until};

use crate::scene::{self, PROGRAM};

/// Where the programs of this system put their locks: a getty must meet them there.
const LOCKS: &str = "/var/lock";

/// What shares the line with dialers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Getty {
    /// getty_ps's: it waits for a ring of the modem that it initialises
    Uugetty,
    /// SCO's: Devices tells it that the line is shared, and any byte is a caller's
    Sco,
    /// mgetty: likewise with a modem, and it looks at locks only when it hears something
    Mgetty,
}

impl Getty {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Uugetty, Self::Sco, Self::Mgetty];

    /// How soon it notices what happens to a lock: uugetty looks every 30 s, SCO's getty every 5, mgetty every 10 and
    /// once more 5 later; a busy machine may be late.
    pub fn look(self) -> Duration {
        Duration::from_secs(match self {
            Self::Uugetty => 40,
            Self::Sco => 15,
            Self::Mgetty => 25,
        })
    }
}

const SESSION: &str = "#!/bin/sh\nfor name; do :; done\necho Hello $name\nexec sleep 600\n";

const CONF: &str = "HANGUP=NO\nSYSTEM=host\nISSUE=Hi\\c\nCLEAR=NO\nINIT=\"\" AT\\r OK\\r\\n\nWAITFOR=RING\n\
                    CONNECT=\"\" ATA\\r CONNECT\n";

const MGETTY: &str = "speed 9600\ndata-only yes\ntoggle-dtr no\nport-owner uucp\nport-group dialout\n\
                      init-chat \"\" AT OK\nissue-file Hi\nlogin-prompt login:\\040\n";

/// The line with its locks, and the root in which the getty has its files. The locks go with this value.
pub struct Desk {
    pub getty: Getty,
    pub root: Root,
    pub line: Line,
}

impl Desk {
    /// A line on which nobody is; it belongs to those who dial, as a modem's line does.
    pub fn new(getty: Getty) -> Self {
        let root = Root::new();
        let mut taken = Vec::new();
        let desk = loop {
            let line = Line::open();
            if files_of(&line).iter().any(|file| file.exists()) {
                // Left by somebody else, who had this number before.
                taken.push(line);
            } else {
                break Self { getty, root, line };
            }
        };
        let uucp = people::user(b"uucp").unwrap().map(|user| user.uid);
        let dialout = people::group(b"dialout").unwrap();
        chown(desk.line.device(), uucp, dialout).unwrap();
        fs::set_permissions(desk.line.device(), fs::Permissions::from_mode(0o660)).unwrap();
        desk.root.write_program("bin/session", SESSION);
        match getty {
            Getty::Uugetty => desk.for_uugetty(),
            Getty::Sco => desk.for_sco(),
            Getty::Mgetty => desk.for_mgetty(),
        }
        desk
    }

    fn for_uugetty(&self) {
        let login = self.root.path("bin/session");
        self.root.write("conf", format!("{CONF}LOGIN={}\n", login.display()));
        // As an inittab starts it.
        symlink(PROGRAM, self.root.path("bin/uugetty")).unwrap();
    }

    /// Its files are at fixed places, so it runs below the root; but its locks are where the dialers have theirs.
    fn for_sco(&self) {
        let entry = "9600#B9600 CLOCAL#B9600 SANE CLOCAL#login: #9600#/bin/session\n";
        self.root.write("etc/gettydefs", entry);
        let row = format!("Direct {} - 9600 direct\n", self.line.name());
        self.root.write("usr/lib/uucp/Devices", row);
        self.share_locks();
    }

    /// Likewise.
    fn for_mgetty(&self) {
        self.root.write("etc/mgetty/mgetty.config", MGETTY);
        let rules = self.root.write("etc/mgetty/login.config", "* - - /bin/session @\n");
        fs::set_permissions(rules, fs::Permissions::from_mode(0o600)).unwrap();
        self.share_locks();
    }

    fn share_locks(&self) {
        fs::remove_dir(self.root.path("var/lock")).unwrap();
        symlink(LOCKS, self.root.path("var/lock")).unwrap();
    }

    /// Starts the getty as init does.
    #[track_caller]
    pub fn start(&self) -> Spawned {
        let line = self.line.name();
        match self.getty {
            Getty::Uugetty => {
                let conf = self.root.path("conf");
                let arguments = ["-d", conf.to_str().unwrap(), line, "9600", "vt100"];
                Spawned::start(&self.root.path("bin/uugetty"), &arguments, &[], &self.root)
            }
            Getty::Sco => scene::start(&self.root, "sco_getty", &["-n", line, "9600"], &[]),
            Getty::Mgetty => scene::start(&self.root, "mgetty", &[line], &[]),
        }
    }

    /// Starts the getty, answers its INIT if it has one, and sees that it waits for a caller with the line left to
    /// others.
    #[track_caller]
    pub fn waiting(&mut self) -> Spawned {
        let getty = self.start();
        self.expect_waiting(&getty);
        getty
    }

    /// The same with a getty that runs; it may be about to notice that the line is free.
    #[track_caller]
    pub fn expect_waiting(&mut self, getty: &Spawned) {
        if self.getty != Getty::Sco {
            self.line.expect_within(b"AT\r", self.getty.look());
            let ours = [Some(getty.pid()); 2];
            assert_eq!(self.locks(), ours, "both names are locked during INIT");
            self.line.send(b"OK\r\n");
        } else {
            let opened = until(SOON, || self.is_open_in(getty).then_some(()));
            assert!(opened.is_some(), "it did not open the line: {}", self.root.log());
        }
        self.line.expect_waiting();
        let free = until(SOON, || self.is_free().then_some(()));
        assert!(free.is_some(), "locks are kept while it waits: {:?}, {:?}", self.locks(), self.flock());
        // A session leader that ends hangs up its own terminal, and whoever dials on it.
        let terminal = scene::stat(Path::new("/proc"), getty.pid(), 4);
        assert_eq!(terminal.as_deref(), Some("0"), "the line is the terminal of a getty that waits");
    }

    /// A getty that waited for a caller notices that somebody dials out: uugetty ends and init starts the next, SCO's
    /// getty closes the line. Answers the one that now waits for the dialer's end.
    #[track_caller]
    pub fn expect_gives_way(&mut self, mut getty: Spawned) -> Spawned {
        if self.getty == Getty::Uugetty {
            assert_eq!(getty.exit_status_within(self.getty.look()), 0, "{}", getty.stderr());
            return self.start();
        }
        let closed = until(self.getty.look(), || (!self.is_open_in(&getty)).then_some(()));
        assert!(closed.is_some(), "it keeps the line: {}", self.root.log());
        getty
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

    /// The getty has no time for anything until it is continued.
    #[track_caller]
    pub fn stop(&self, getty: &Spawned) {
        getty.signal(Signal::SIGSTOP);
        let stopped = until(SOON, || (state(getty.pid()) == Some('T')).then_some(()));
        assert!(stopped.is_some(), "the getty does not stop");
    }

    /// The getty runs and, while somebody else has the line, neither opens it nor writes a byte. Where no lock file
    /// tells of that, it opens the line to find that out, and closes it again.
    #[track_caller]
    pub fn expect_kept_away(&mut self, getty: &mut Spawned) {
        let modes = self.line.attrs();
        let tries = self.locks() == [None; 2];
        let end = std::time::Instant::now() + Duration::from_secs(1);
        while std::time::Instant::now() < end {
            assert!(
                getty.is_running(),
                "the getty ended although the line is taken; {}{}",
                getty.stderr(),
                self.root.log()
            );
            let closed = || (!self.is_open_in(getty)).then_some(());
            assert!(
                closed().is_some() || tries && until(SOON, closed).is_some(),
                "the getty opened a line that is taken"
            );
            assert_eq!(self.line.attrs(), modes, "the getty moved the modes of a line that is taken");
            self.line.expect_silence(Duration::from_millis(20));
        }
    }

    /// A caller rings, is answered, and has the prompt.
    #[track_caller]
    pub fn ring(&mut self) {
        if self.getty == Getty::Sco {
            self.line.send(b"\r");
            return self.line.expect(b"\r\nlogin: ");
        }
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

/// The letter of a process's state. None: it is gone.
pub fn state(pid: i32) -> Option<char> {
    scene::stat(Path::new("/proc"), pid, 0)?.chars().next()
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
