//! A modem's line under init, through calls, a program that dials out, and a kill. The test is the modem.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use polygetty_platforms::modes::Attrs;
use polygetty_rig::{Line, SOON, Spawned, until};

use super::machine::{Machine, root_folder};
use super::{LOOK, PATIENT, gettydefs};
use crate::scene::skipped;

const CONF: &str = r#"INIT="" ATZ\r OK
WAITFOR=RING
CONNECT="" ATA\r CONNECT\s\A
HANGUPSECS=1
"#;

const INITTAB: &str = "id:3:initdefault:\nS2:3:respawn:/sbin/uugetty ttyS2 M19200\n";

/// The machine, its modem, and the terminal at which somebody dials out.
struct Desk {
    machine: Machine,
    modem: Line,
    screen: Line,
}

impl Desk {
    fn new() -> Option<Self> {
        let root = root_folder()?;
        root.write("etc/gettydefs", gettydefs());
        root.write("etc/conf.uugetty", CONF);
        root.write("etc/issue", "");
        let (modem, screen) = (Line::open(), Line::open());
        let machine = Machine::boot(root, INITTAB, &[("ttyS2", &modem), ("ttyp0", &screen)]);
        Some(Self { machine, modem, screen })
    }

    fn lock(&self) -> PathBuf {
        self.machine.root.path("var/lock/LCK..ttyS2")
    }

    /// Who has the lock, by the number that stands in it.
    fn holder(&self) -> Option<i32> {
        fs::read_to_string(self.lock()).ok()?.trim().parse().ok()
    }

    /// The modem is initialised, and then left alone until it rings.
    #[track_caller]
    fn expect_init(&mut self) {
        self.modem.find_within(b"ATZ\r", PATIENT);
        assert!(self.holder().is_some(), "INIT without a lock");
        self.modem.send(b"ATZ\r\r\nOK\r\n");
        until(SOON, || self.holder().is_none().then_some(())).expect("the lock is given back after INIT");
        self.modem.expect_waiting();
    }

    /// A call up to the prompt; answers the number of the one that prompts.
    #[track_caller]
    fn call(&mut self) -> i32 {
        self.modem.send(b"\r\nRING\r\n");
        self.modem.expect(b"ATA\r");
        self.modem.send(b"\r\nCONNECT 19200/ARQ\r\n");
        self.modem.find(b"M19200 login: ");
        let getty = self.machine.getty("S2", "ttyS2");
        assert_eq!(self.holder(), Some(getty));
        getty
    }

    /// The one uugetty that runs.
    #[track_caller]
    fn uugetty(&self) -> i32 {
        let found = until(SOON, || match self.machine.processes("uugetty")[..] {
            [one] => Some(one),
            _ => None,
        });
        found.unwrap_or_else(|| panic!("not one uugetty: {:?}", self.machine.processes("uugetty")))
    }

    /// From the prompt into a session.
    #[track_caller]
    fn log_in(&mut self, getty: i32) {
        self.modem.send(b"bob\r");
        self.modem.find(b"$ ");
        self.modem.send(b"echo I $PPID `tty`; echo DO''NE\r");
        self.modem.find(b"\r\nI ");
        let said = self.modem.find(b"\r\nDONE\r\n");
        assert_eq!(String::from_utf8_lossy(&said), format!("{getty} /dev/ttyS2"));
        self.modem.find(b"$ ");
        assert_eq!(self.holder(), Some(getty), "in the session");
    }

    /// Somebody sits down at the terminal and gets the line.
    #[track_caller]
    fn dial(&mut self) -> Spawned {
        let cu = ["sh", "-c", "exec </dev/ttyp0 >/dev/ttyp0 2>&1 cu -l ttyS2 -s 19200"];
        let dialer = self.machine.run(&[&["setsid"], &cu[..]].concat());
        self.screen.find(b"Connected.");
        // Before that a carriage return would become a line feed.
        self.screen.attrs_when("cu's raw modes", |attrs| attrs.flag("ICRNL") == Some(false));
        dialer
    }

    /// Nothing moves the line: who waits for it neither writes nor changes modes.
    #[track_caller]
    fn expect_untouched(&mut self, modes: &Attrs) {
        self.modem.expect_silence(Duration::from_millis(300));
        assert_eq!(&self.modem.attrs(), modes);
    }
}

/// Sees from outside with which status a process ends, for init tells nobody. None: there is no strace.
struct Watch {
    pid: i32,
    strace: Option<(Spawned, PathBuf)>,
}

impl Watch {
    fn over(machine: &Machine, pid: i32) -> Self {
        let strace = Path::new("/usr/bin/strace");
        if !strace.exists() {
            skipped("the exit status of a getty under init: there is no strace");
            return Self { pid, strace: None };
        }
        let outside = machine.number_outside(pid).to_string();
        let file = machine.root.path("trace");
        let words =
            ["-q", "-e", "trace=none", "-e", "signal=none", "-o", file.to_str().unwrap(), "-p", &outside];
        let mut tracer = Spawned::start(strace, &words, &[], &machine.root);
        let status = format!("/proc/{outside}/status");
        let traced = until(SOON, || {
            let status = fs::read_to_string(&status).ok()?;
            (!status.contains("TracerPid:\t0\n")).then_some(())
        });
        if traced.is_none() && !tracer.is_running() {
            skipped(&format!("the exit status of a getty under init: {}", tracer.stderr().trim()));
            return Self { pid, strace: None };
        }
        traced.expect("strace follows");
        Self { pid, strace: Some((tracer, file)) }
    }

    /// It ends; and without strace, too, nobody goes on before init knows that.
    #[track_caller]
    fn expect_status(self, machine: &Machine, wanted: i32) {
        let gone = until(LOOK, || machine.parent(self.pid).is_none().then_some(()));
        assert!(gone.is_some(), "process {} does not end: {}", self.pid, machine.log());
        let Some((mut tracer, file)) = self.strace else { return };
        tracer.exit_status();
        let said = fs::read_to_string(file).unwrap();
        assert!(said.contains(&format!("+++ exited with {wanted} +++")), "{said}");
    }
}

#[test]
#[ignore = "root: runs sysvinit in a pid namespace"]
fn root_uugetty_line_lives_through_calls_a_dial_out_and_a_kill() {
    let Some(mut desk) = Desk::new() else { return };
    let mut last = None;
    for _ in 0..3 {
        desk.expect_init();
        let getty = desk.call();
        assert_ne!(Some(getty), last, "init started no other");
        desk.log_in(getty);
        desk.modem.send(b"exit\r");
        desk.modem.find(b"exit\r\n");
        last = Some(getty);
    }
    desk.expect_init();

    // Somebody dials out. The first byte from the modem tells uugetty, and it leaves without a word.
    let mut dialer = desk.dial();
    let waiting = desk.uugetty();
    let watch = Watch::over(&desk.machine, waiting);
    let modes = desk.modem.attrs();
    desk.screen.send(b"ATDT5551212\r");
    desk.modem.expect(b"ATDT5551212\r");
    desk.modem.send(b"\r\nCONNECT 19200\r\n");
    desk.screen.find(b"CONNECT 19200");
    watch.expect_status(&desk.machine, 0);
    desk.machine.expect_log(&["uugetty[", "waits until it is free"], 1, SOON);
    let next = desk.uugetty();
    assert_ne!(next, waiting);
    desk.expect_untouched(&modes);
    for word in ["Welcome", "to the far end"] {
        desk.modem.send(format!("{word}\r\n").as_bytes());
        desk.screen.find(word.as_bytes());
        desk.screen.send(b"yes\r");
        desk.modem.expect(b"yes\r");
    }
    desk.expect_untouched(&modes);
    assert_eq!(desk.uugetty(), next, "one waits; init starts no others");

    // The call is over; whoever waits looks every 30 seconds, and init starts the next.
    let watch = Watch::over(&desk.machine, next);
    desk.screen.send(b"~.\r");
    assert_eq!(dialer.exit_status_within(PATIENT), 0, "{}", dialer.stderr());
    watch.expect_status(&desk.machine, 0);
    desk.expect_init();

    // Somebody kills the session. Its lock stays, and the next takes it over.
    let getty = desk.call();
    desk.log_in(getty);
    assert_eq!(desk.machine.run(&["kill", "-9", &getty.to_string()]).exit_status(), 0);
    desk.expect_init();
    let named = format!("LCK..ttyS2 named process {getty}, which is dead: removed");
    desk.machine.expect_log(&["uugetty[", &named], 1, SOON);
    let next = desk.call();
    assert_ne!(next, getty);
    assert!(desk.machine.log_lines(&["respawning too fast"]).is_empty(), "{}", desk.machine.log());
}
