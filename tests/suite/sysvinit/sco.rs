//! The lines of SCO's inittabs, as somebody would bring them along who names the persona in the site file.

use std::os::unix::fs::symlink;
use std::time::{Duration, Instant};

use polygetty_rig::{Line, Root, SOON, Spawned, until};

use super::machine::{Machine, root_folder};
use super::{PATIENT, expect_long_lives};

const SITE: &str = "persona = \"sco\"\n";

/// In order: the lines of the manual that a terminal is on.
const INITTAB: &str = "id:2:initdefault:
Se2A:234:respawn:/etc/getty -t60 tty2A 19200
Se1A:2:off:/etc/getty -t60 tty1A m
Se1a:234:respawn:/etc/getty tty1a m
co:s01234562:respawn:/etc/getty console console
S1:2:respawn:/usr/lib/uucp/uugetty -r -t 60 tty12 1200
";

/// A line of the inittab and what a caller must see of it.
struct Case {
    id: &'static str,
    device: &'static str,
    label: &'static str,
    /// `-r`: what the far end must send before there is a prompt
    first: &'static [u8],
    /// `-t`: how long silence at the prompt is borne
    patience: Option<Duration>,
}

const CASES: [Case; 4] = [
    Case { id: "Se2A", device: "tty2A", label: "19200", first: b"", patience: Some(Duration::from_secs(60)) },
    Case { id: "Se1a", device: "tty1a", label: "m", first: b"", patience: None },
    Case { id: "co", device: "console", label: "console", first: b"", patience: None },
    Case { id: "S1", device: "tty12", label: "1200", first: b"\r", patience: Some(Duration::from_secs(60)) },
];

/// A root with the labels that the lines name; the prompt tells which one it was.
fn folder() -> Option<Root> {
    let root = root_folder()?;
    let entry = |(label, speed)| {
        format!("{label}#B{speed} CS8 CLOCAL#B{speed} SANE -ISTRIP CLOCAL#{label} login: #{label}#\n\n")
    };
    let labels = [("m", 9600), ("19200", 19200), ("1200", 1200), ("console", 38400), ("o", 9600)];
    root.write("etc/gettydefs", labels.map(entry).concat());
    root.write("etc/polygetty.toml", SITE);
    root.write("etc/issue", "");
    Some(root)
}

/// What comes within a second of the prompt is thrown away. An erased line is told by CR LF: then it is over.
#[track_caller]
fn until_it_reads(line: &mut Line) {
    let read = until(SOON, || {
        line.send(b"\x15");
        line.rest(Duration::from_millis(200)).ends_with(b"\r\n").then_some(())
    });
    assert!(read.is_some(), "nobody reads what is typed at the prompt");
}

/// From the prompt into a session, and out of it; answers a moment of which the next life knows nothing yet.
#[track_caller]
fn log_in_and_out(line: &mut Line, getty: i32, device: &str) -> Instant {
    until_it_reads(line);
    line.send(b"bob\r");
    line.find(b"bob\r\n");
    line.find(b"$ ");
    line.send(b"echo I $PPID `tty` $USER; echo DO''NE\r");
    line.find(b"\r\nI ");
    let said = line.find(b"\r\nDONE\r\n");
    assert_eq!(String::from_utf8_lossy(&said), format!("{getty} /dev/{device} bob"));
    line.find(b"$ ");
    let still_on = Instant::now();
    line.send(b"exit\r");
    line.find(b"exit\r\n");
    still_on
}

#[test]
#[ignore = "root: runs sysvinit in a pid namespace"]
fn root_sco_inittab_lines_under_sysvinit() {
    let Some(root) = folder() else { return };
    let mut lines = CASES.map(|_| Line::open());
    let mut off = Line::open();
    let before = off.attrs();
    let devices = CASES.iter().map(|case| case.device).zip(&lines).chain([("tty1A", &off)]);
    let machine = Machine::boot(root, INITTAB, &devices.collect::<Vec<_>>());
    std::thread::scope(|scope| {
        for (case, line) in CASES.iter().zip(&mut lines) {
            let (thread, machine) = (std::thread::Builder::new().name(case.id.to_owned()), &machine);
            thread.spawn_scoped(scope, move || two_sessions_and_silence(machine, case, line)).unwrap();
        }
    });
    off.expect_silence(Duration::ZERO);
    assert_eq!(off.attrs(), before);
    assert!(machine.log_lines(&["tty1A"]).is_empty(), "{}", machine.log());
    assert!(machine.log_lines(&["respawning too fast"]).is_empty(), "{}", machine.log());
}

fn two_sessions_and_silence(machine: &Machine, case: &Case, line: &mut Line) {
    let mut last = None;
    let mut before = Instant::now();
    for _ in 0..2 {
        let getty = up_to_the_prompt(machine, case, line);
        assert_ne!(Some(getty), last, "{}: init started no other", case.id);
        before = log_in_and_out(line, getty, case.device);
        last = Some(getty);
    }
    let getty = up_to_the_prompt(machine, case, line);
    let Some(patience) = case.patience else { return };
    let number = format!("getty[{getty}]");
    machine.expect_log(&[&number, "no name within 60 s"], 1, patience + PATIENT);
    let (at, _) = machine.log_lines(&[&number, "no name within 60 s"]).remove(0);
    assert!(at - before > patience, "{:?} after the session before", at - before);
    assert_ne!(up_to_the_prompt(machine, case, line), getty);
}

/// Answers the number of the getty that prompts.
#[track_caller]
fn up_to_the_prompt(machine: &Machine, case: &Case, line: &mut Line) -> i32 {
    if !case.first.is_empty() {
        line.expect_waiting();
        line.send(case.first);
    }
    line.find_within(format!("\r\n{} login: ", case.label).as_bytes(), PATIENT);
    machine.getty(case.id, case.device)
}

const MODEM: &str = "id:2:initdefault:\nS3:2:respawn:/etc/getty -f -s 30 -x 1 tty2A o\n";

/// The manual's entry for PPP, with Linux's bytes.
const PPP: &str = "PPP:/usr/sbin/ppp:-u nppp:0x7e 0xff 0x7d 0x23\n";

/// A machine whose line has a modem, which the test is, and a terminal at which somebody dials out.
struct Desk {
    machine: Machine,
    modem: Line,
    screen: Line,
}

impl Desk {
    fn new() -> Option<Self> {
        let root = folder()?;
        root.write("usr/lib/uucp/Devices", "ACU tty2A - 9600 /usr/lib/uucp/dialHA24\n");
        symlink("/sbin/polygetty", root.path("usr/lib/uucp/dialHA24")).unwrap();
        root.write("etc/gettyacts", PPP);
        root.write_program("usr/sbin/ppp", "#!/bin/sh\necho $GETTY_PROTOCOL on $GETTY_LINE: $*. `tty`.\n");
        let (modem, screen) = (Line::open(), Line::open());
        let machine = Machine::boot(root, MODEM, &[("tty2A", &modem), ("ttyp0", &screen)]);
        Some(Self { machine, modem, screen })
    }

    fn lock(&self) -> Option<i32> {
        std::fs::read_to_string(self.machine.root.path("var/lock/LCK..tty2A")).ok()?.trim().parse().ok()
    }

    /// The dialer readies the modem, and then anybody may have it.
    #[track_caller]
    fn expect_ready(&mut self) {
        for command in ["AT\r", "ATE0Q0V1H0X4&C1&D2S0=0\r", "AT+FCLASS=2\r"] {
            self.modem.find_within(command.as_bytes(), PATIENT);
            assert!(self.lock().is_some(), "{command:?} without a lock");
            self.modem.send(b"\r\nOK\r\n");
        }
        until(SOON, || self.lock().is_none().then_some(())).expect("the lock is given back");
        self.modem.expect_silence(Duration::from_millis(300));
    }

    /// A call, up to the moment when the modems are connected.
    #[track_caller]
    fn call(&mut self) {
        self.modem.send(b"\r\nRING\r\n");
        self.modem.expect(b"ATA\r");
        self.modem.send(b"\r\nCONNECT 9600\r\n");
    }

    /// The one getty, and its dialer if there is one.
    #[track_caller]
    fn getty(&self) -> i32 {
        let found = until(SOON, || match self.machine.processes("getty")[..] {
            [one] => Some(one),
            _ => None,
        });
        found.unwrap_or_else(|| panic!("not one getty: {:?}", self.machine.processes("getty")))
    }

    /// Somebody sits down at the terminal and gets the line.
    #[track_caller]
    fn dial(&mut self) -> Spawned {
        let cu = "exec </dev/ttyp0 >/dev/ttyp0 2>&1 cu -l tty2A -s 9600";
        let dialer = self.machine.run(&["setsid", "sh", "-c", cu]);
        self.screen.find(b"Connected.");
        // Before that a carriage return would become a line feed.
        self.screen.attrs_when("cu's raw modes", |attrs| attrs.flag("ICRNL") == Some(false));
        dialer
    }

    /// A dial-out from the first byte to the last, beside a getty that leaves the line alone.
    #[track_caller]
    fn dial_out(&mut self, mut dialer: Spawned, getty: i32) {
        let modes = self.modem.attrs();
        self.screen.send(b"ATDT5551212\r");
        self.modem.expect(b"ATDT5551212\r");
        for word in ["CONNECT 9600", "Welcome", "to the far end"] {
            self.modem.send(format!("\r\n{word}\r\n").as_bytes());
            self.screen.find(word.as_bytes());
            self.screen.send(b"yes\r");
            self.modem.expect(b"yes\r");
        }
        let named = format!("getty[{getty}]");
        self.machine.expect_log(&[&named, "in use", "(cu)"], 1, PATIENT);
        let without_dialer = until(SOON, || self.machine.processes("dialHA24").is_empty().then_some(()));
        assert!(without_dialer.is_some(), "the getty's dialer stays");
        assert_eq!(self.getty(), getty, "one waits; init starts no others");
        self.modem.expect_silence(Duration::from_millis(300));
        assert_eq!(self.modem.attrs(), modes);
        self.screen.send(b"~.");
        assert_eq!(dialer.exit_status_within(PATIENT), 0, "{}", dialer.stderr());
    }
}

#[test]
#[ignore = "root: runs sysvinit in a pid namespace"]
fn root_sco_line_with_a_dialer_lives_through_calls_and_dial_outs() {
    let Some(mut desk) = Desk::new() else { return };
    desk.expect_ready();

    // A person calls. -s 30: there is no prompt before three seconds have gone.
    let before = Instant::now();
    desk.call();
    desk.modem.find(b"\r\no login: ");
    assert!(before.elapsed() > Duration::from_secs(3), "no time to detect anything");
    let getty = desk.machine.getty("S3", "tty2A");
    assert_eq!(desk.lock(), Some(getty));
    log_in_and_out(&mut desk.modem, getty, "tty2A");
    desk.expect_ready();

    // A program calls.
    desk.call();
    desk.modem.send(crate::sco::PPPD);
    desk.modem.expect(b"PPP on tty2A: -u nppp. /dev/tty2A.");
    desk.expect_ready();

    // Somebody dials out beside a dialer that waits for a call; one look later nobody is in the way.
    let getty = desk.getty();
    let dialer = desk.dial();
    desk.dial_out(dialer, getty);
    desk.expect_ready();

    // Somebody asks for the line first.
    let getty = desk.getty();
    assert_eq!(desk.machine.run(&["kill", "-USR1", &getty.to_string()]).exit_status(), 0);
    let alone = until(PATIENT, || desk.machine.processes("dialHA24").is_empty().then_some(()));
    assert!(alone.is_some(), "the dialer stays");
    let dialer = desk.dial();
    desk.dial_out(dialer, getty);
    desk.expect_ready();

    // cu is killed, and its lock stays. Who waits for it notices, and the next takes it over.
    let getty = desk.getty();
    let dialer = desk.dial();
    desk.machine.expect_log(&[&format!("getty[{getty}]"), "in use", "(cu)"], 1, PATIENT);
    let holder = desk.lock().expect("cu has locked the line");
    assert_eq!(desk.machine.run(&["killall", "-9", "cu"]).exit_status(), 0);
    drop(dialer);
    desk.expect_ready();
    assert_ne!(desk.getty(), getty);
    let named = format!("named process {holder}, which is dead: removed");
    desk.machine.expect_log(&["getty[", &named], 1, SOON);
    desk.call();
    desk.modem.find(b"\r\no login: ");
    assert!(desk.machine.log_lines(&["respawning too fast"]).is_empty(), "{}", desk.machine.log());
}

#[test]
#[ignore = "root: runs sysvinit in a pid namespace"]
fn root_sco_lines_that_cannot_be_make_no_storm() {
    let Some(root) = folder() else { return };
    // Beside them one that does make a storm, or init's silence would prove nothing.
    let inittab = "id:2:initdefault:\nSe4a:2:respawn:/etc/getty tty4a m\nSe5A:2:respawn:/etc/getty tty5A m\n\
                   Se6A:2:respawn:/etc/getty -x 1 tty6A m\nSe7A:2:respawn:/etc/getty\nno:2:respawn:/bin/false\n";
    let devices = "ACU tty5A - 9600 /usr/lib/uucp/dialnone\nDirect tty6A - 9600 direct\n";
    root.write("usr/lib/uucp/Devices", devices);
    root.write_program("usr/lib/uucp/dialnone", "#!/bin/sh\nexit 142\n");
    let (line, mut leaving) = (Line::open(), Line::open());
    let machine = Machine::boot(root, inittab, &[("tty5A", &line), ("tty6A", &leaving)]);
    machine.expect_log(&["init", "\"no\" respawning too fast"], 1, PATIENT);
    std::thread::scope(|scope| {
        scope.spawn(|| expect_long_lives(&machine, "Se4a", &["getty[", "cannot open /dev/tty4a"]));
        scope.spawn(|| expect_long_lives(&machine, "Se5A", &["getty[", "no carrier (0x8e"]));
        let left =
            scope.spawn(|| expect_long_lives(&machine, "Se6A", &["getty[", "waiting for a character"]));
        // The far end of this one says goodbye whenever it is listened to.
        scope.spawn(|| {
            until(Duration::from_secs(120), || {
                leaving.offer(b"\x04");
                std::thread::sleep(Duration::from_millis(300));
                left.is_finished().then_some(())
            });
            left.join().unwrap();
        });
        scope.spawn(|| expect_long_lives(&machine, "Se7A", &["getty[", "no terminal line specified"]));
    });
}
