//! The programs that people dial out with: how each is started, spoken to and ended, and what it leaves on a
//! line that it has.

use std::fs;
use std::os::unix::fs::chown;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use polygetty_platforms::people;
use polygetty_rig::{Line, SOON, Spawned, until};
use tempfile::TempDir;

use super::desk::{self, Desk, comm};

/// One of the programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Taylor UUCP's, for people; as user uucp, whoever starts it
    Cu,
    /// Taylor UUCP's, for mail and news: nobody sits before it
    Uucico,
    /// locks the name with its slash
    Minicom,
    /// has no lock file at all, but flock(2) on the line
    Picocom,
}

impl Kind {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Cu, Self::Uucico, Self::Minicom, Self::Picocom];

    /// The program's name, of its process too.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cu => "cu",
            Self::Uucico => "uucico",
            Self::Minicom => "minicom",
            Self::Picocom => "picocom",
        }
    }

    /// Debian's package.
    pub fn package(self) -> &'static str {
        if self == Self::Uucico { "uucp" } else { self.name() }
    }

    /// Where it is; None: not installed.
    pub fn program(self) -> Option<&'static str> {
        let places = match self {
            Self::Cu => ["/usr/bin/cu", ""],
            Self::Uucico => ["/usr/lib/uucp/uucico", "/usr/sbin/uucico"],
            Self::Minicom => ["/usr/bin/minicom", ""],
            Self::Picocom => ["/usr/bin/picocom", ""],
        };
        places.into_iter().find(|place| Path::new(place).exists())
    }
}

/// A program that dials on the line of a desk, and the one who sits before it.
pub struct Dialer {
    kind: Kind,
    process: Spawned,
    /// the terminal that it runs on
    screen: Line,
    /// what uucico needs, where its user can read and write
    spool: Option<TempDir>,
}

impl Dialer {
    /// Starts it. It has the line, or was refused, some time after.
    #[track_caller]
    pub fn start(kind: Kind, desk: &Desk) -> Self {
        let screen = Line::open();
        let device = desk.line.device();
        let device = device.to_str().unwrap();
        let spool = (kind == Kind::Uucico).then(|| spool(desk));
        let far = desk.far();
        let configuration = spool.as_ref().map(|dir| dir.path().join("config").display().to_string());
        let mut words = vec![kind.program().unwrap()];
        match kind {
            Kind::Cu => words.extend(["-l", device, "-s", "9600"]),
            Kind::Uucico => {
                let configuration = configuration.as_deref().unwrap();
                words.extend(["--nodetach", "--nouuxqt", "--force", "-I", configuration, "-S", &far]);
            }
            Kind::Minicom => words.extend(["-b", "9600", "-D", device]),
            Kind::Picocom => words.extend(["-b", "9600", device]),
        }
        desk.root.write(".minirc.dfl", "pu rtscts No\npu minit \npu mreset \npu mhangup \n");
        // On a terminal of its own, as a login on it would start it.
        let terminal = screen.device();
        let on_terminal = ["sh", "-c", r#"exec <>"$0" >&0 2>&1; exec "$@""#, terminal.to_str().unwrap()];
        let arguments = [&on_terminal[..], &words].concat();
        let home = desk.root.dir().to_str().unwrap();
        let environment = [("TERM", "vt100"), ("HOME", home), ("PATH", "/usr/bin:/bin"), ("LC_ALL", "C")];
        let process = Spawned::start(Path::new("/usr/bin/setsid"), &arguments, &environment, &desk.root);
        Self { kind, process, screen, spool }
    }

    /// Starts it and sees from outside that it has the line.
    #[track_caller]
    pub fn connected(kind: Kind, desk: &mut Desk) -> Self {
        let mut dialer = Self::start(kind, desk);
        match kind {
            Kind::Cu => drop(dialer.screen.find(b"Connected.")),
            Kind::Uucico => drop(desk.line.find(b"ATZ\r")),
            Kind::Minicom => drop(dialer.screen.find(b"special keys")),
            Kind::Picocom => drop(dialer.screen.find(b"Terminal ready")),
        }
        if kind != Kind::Uucico {
            // What is typed before that, CR say, is changed on the way.
            dialer.screen.attrs_when("a raw screen", |attrs| attrs.flag("ICRNL") == Some(false));
        }
        dialer.expect_holds(desk);
        dialer
    }

    /// It has the line, by the mark that it makes.
    #[track_caller]
    pub fn expect_holds(&self, desk: &Desk) {
        let pid = self.process.pid();
        assert_eq!(
            self.mark(desk),
            Some(pid),
            "{}: {:?}, {:?}",
            self.kind.name(),
            desk.locks(),
            desk.flock()
        );
        assert_eq!(comm(pid), self.kind.name());
    }

    /// Who has made the mark that this program makes.
    fn mark(&self, desk: &Desk) -> Option<i32> {
        let [whole, last] = desk.locks();
        match self.kind {
            Kind::Cu | Kind::Uucico => last,
            Kind::Minicom => whole,
            Kind::Picocom => desk.flock(),
        }
    }

    /// Dials. The modem connects, and whatever it and the far end say arrives, to the last byte.
    #[track_caller]
    pub fn call(&mut self, line: &mut Line) {
        let welcome: Vec<String> = (0..100).map(|number| format!("far-{number:03}-end")).collect();
        if self.kind == Kind::Uucico {
            line.send(b"\r\nOK\r\n");
            line.expect(b"ATDT5551212\r");
            line.send(b"\r\nCONNECT 9600\r\n");
            for word in welcome {
                line.send(format!("{word}\r\n").as_bytes());
                self.expect_heard(&word);
            }
            line.send(b"far login: ");
            line.expect(b"us\r");
            return;
        }
        self.screen.send(b"ATDT5551212\r");
        line.expect(b"ATDT5551212\r");
        line.send(b"\r\nCONNECT 9600\r\n");
        self.expect_heard("CONNECT 9600");
        for word in welcome {
            line.send(format!("{word}\r\n").as_bytes());
            self.expect_heard(&word);
        }
    }

    /// This came from the modem, in one piece.
    #[track_caller]
    pub fn expect_heard(&mut self, word: &str) {
        let Some(spool) = &self.spool else {
            self.screen.find(word.as_bytes());
            return;
        };
        // Its log of the chat, a piece a row: icexpect: Got "..."
        let heard = || -> String {
            let log = fs::read_to_string(spool.path().join("Debug")).unwrap_or_default();
            let pieces = log.lines().filter_map(|row| row.split_once("Got \""));
            pieces.map(|(_, piece)| piece.split('"').next().unwrap_or_default()).collect()
        };
        let found = until(SOON, || heard().contains(word).then_some(()));
        assert!(found.is_some(), "uucico did not hear {word}: {}", heard());
    }

    /// For a while the machine has no time for it: what comes from the modem lies on the line, where anybody
    /// could take it, until this is [continued](Self::go_on).
    pub fn stop(&self) {
        self.signal("STOP");
        self.expect_all_are('T');
    }

    /// It runs again.
    pub fn go_on(&self) {
        self.signal("CONT");
    }

    /// Signals all that it started, too: cu has a child that reads.
    fn signal(&self, name: &str) {
        let group = format!("-{}", self.process.pid());
        let status = Command::new("/bin/kill").args(["-s", name, "--", &group]).status().expect("run kill");
        assert!(status.success(), "kill -s {name} -- {group}");
    }

    /// Waits until it and its children are in this state, or gone.
    #[track_caller]
    fn expect_all_are(&self, state: char) {
        let pid = self.process.pid().to_string();
        let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
        let is = |pid: &str| desk::state(pid.parse().unwrap()).is_none_or(|now| now == state);
        let all = || children.split_whitespace().chain([pid.as_str()]).all(is).then_some(());
        assert!(until(SOON, all).is_some(), "{} or a child of it is not in state {state}", self.kind.name());
    }

    /// The call is over, and the program ends and takes its lock along.
    #[track_caller]
    pub fn hang_up(&mut self, desk: &mut Desk) {
        match self.kind {
            Kind::Cu => {
                self.screen.send(b"\r");
                desk.line.expect(b"\r");
                self.screen.send(b"~.\r");
            }
            Kind::Uucico => desk.line.send(b"\r\nNO CARRIER\r\n"),
            // Leave without a reset of the modem, and yes.
            Kind::Minicom => {
                self.screen.send(b"\x01q");
                self.screen.find(b"Yes");
                self.screen.send(b"\r");
            }
            Kind::Picocom => self.screen.send(b"\x01\x18"),
        }
        let status = self.process.exit_status_within(Duration::from_secs(20));
        assert_eq!(status, i32::from(self.kind == Kind::Uucico), "{}: {}", self.kind.name(), self.said());
        assert_ne!(self.mark(desk), Some(self.process.pid()), "{} left its lock", self.kind.name());
    }

    /// Somebody kills it, and what it had locked stays behind.
    #[track_caller]
    pub fn kill(self) {
        // Stopped first: a child that is about to die could still read what the modem says next.
        self.stop();
        self.signal("KILL");
        self.expect_all_are('Z');
    }

    /// It does not get the line, and says why.
    #[track_caller]
    pub fn expect_refused(mut self) {
        let status = self.process.exit_status();
        let why = match self.kind {
            Kind::Cu => "Line in use",
            Kind::Uucico => "ports in use",
            Kind::Minicom => "is locked",
            Kind::Picocom => "cannot lock",
        };
        let said = self.said();
        assert!(status == 1 && said.contains(why), "{} ended with {status}: {said}", self.kind.name());
        // A line that it may not open is no proof of a lock.
        assert!(!said.contains("denied") && !said.contains("Stale"), "{said}");
    }

    /// What it showed, or wrote into its log.
    fn said(&mut self) -> String {
        let screen = self.screen.rest(Duration::from_millis(50));
        let log = self.spool.as_ref().map(|dir| fs::read(dir.path().join("Log")).unwrap_or_default());
        String::from_utf8_lossy(&[screen, log.unwrap_or_default()].concat()).into_owned()
    }
}

/// The least that Taylor UUCP needs to call one system with one modem. It does not lose patience: a call is over when
/// the test says so.
fn spool(desk: &Desk) -> TempDir {
    // Not below the root: uucico runs as its own user, who may have no way there.
    let dir = TempDir::with_prefix("uucp-").unwrap();
    let at = dir.path().display();
    let files = [
        (
            "config",
            format!(
                "nodename near\nspool {at}/spool\npubdir {at}/pub\nlogfile {at}/Log\nstatfile {at}/Stats\n\
                 debugfile {at}/Debug\nsysfile {at}/sys\nportfile {at}/port\ndialfile {at}/dial\n\
                 callfile {at}/call\npasswdfile {at}/passwd\ndebug chat\n"
            ),
        ),
        (
            "sys",
            format!(
                "system {}\ntime any\nport modem\nphone 5551212\ncall-login us\ncall-password secret\n\
                 chat ogin: \\L word: \\P\nchat-fail NO\\sCARRIER\nchat-timeout 300\n",
                desk.far()
            ),
        ),
        (
            "port",
            format!(
                "port modem\ntype modem\ndevice {}\nspeed 9600\ncarrier false\ndialer hayes\n",
                desk.line.device().display()
            ),
        ),
        ("dial", "dialer hayes\nchat \"\" ATZ OK ATDT\\T CONNECT\nchat-timeout 300\n".to_owned()),
        ("call", String::new()),
        ("passwd", String::new()),
    ];
    let uucp = people::user(b"uucp").unwrap().map(|user| user.uid);
    for (name, text) in files {
        fs::write(dir.path().join(name), text).unwrap();
    }
    for name in ["spool", "pub"] {
        fs::create_dir(dir.path().join(name)).unwrap();
        chown(dir.path().join(name), uucp, None).unwrap();
    }
    chown(dir.path(), uucp, None).unwrap();
    dir
}
