//! The dialer on a line whose modem the test plays. Each case has a root and a line of its own; those that only
//! differ in what the modem says run beside each other.

mod sharing;
mod words;

use std::fs;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::time::Duration;

use polygetty_platforms::line::{Got, OpenLine};
use polygetty_platforms::modes::Attrs;
use polygetty_platforms::{Did, Signal};
use polygetty_rig::{Line, Root, SOON, Spawned, caps, shown, until};

use crate::scene::{PROGRAM, start};

const SETUP: &[u8] = b"ATE0Q0V1H0X4&C1&D2S0=0\r";

/// A line with a modem, somebody who keeps it open as cu and getty do, and a root.
struct Desk {
    root: Root,
    line: Line,
    spare: OpenLine,
    before: Attrs,
    _keep: OwnedFd,
}

impl Desk {
    fn new() -> Self {
        Self::with("")
    }

    /// With this file of the dialer.
    fn with(file: &str) -> Self {
        let (root, line) = (Root::new(), Line::open());
        if !file.is_empty() {
            root.write("etc/default/dialX", file);
        }
        let _keep = line.keep_open();
        let spare = OpenLine::open(&line.device()).unwrap();
        let mut before = spare.attrs().unwrap();
        assert_eq!(before.set_speeds(300, 300), Did::Done);
        spare.set_attrs(&before).unwrap();
        let before = line.attrs();
        Self { root, line, spare, before, _keep }
    }

    /// Runs the dialer; `LINE` is the line's name.
    #[track_caller]
    fn start(&self, arguments: &str) -> Spawned {
        let words = self.words(arguments);
        start(&self.root, "dialX", &words.iter().map(String::as_str).collect::<Vec<_>>(), &[])
    }

    fn words(&self, arguments: &str) -> Vec<String> {
        arguments.split(' ').map(|word| word.replace("LINE", self.line.name())).collect()
    }

    /// Runs it as a child of a program that has the line locked as getty does, and hears of USR2 in its way.
    #[track_caller]
    fn start_under_getty(&self, arguments: &str) -> Spawned {
        let script = format!(
            "#!/bin/sh\nlock={}\nprintf '%10d\\n' $$ > $lock\n\
             trap 'got=1; rm -f $lock; echo USR2 >> {}' USR2\n\
             {PROGRAM} --root {} as dialX \"$@\" &\necho $! > {}\n\
             while :; do got=; wait $!; status=$?; [ -z \"$got\" ] && break; done\nrm -f $lock\nexit $status\n",
            self.lock().display(),
            self.root.path("told").display(),
            self.root.dir().display(),
            self.root.path("pid").display(),
        );
        let getty = self.root.write_program("bin/getty", script);
        let words = self.words(arguments);
        Spawned::start(&getty, &words.iter().map(String::as_str).collect::<Vec<_>>(), &[], &self.root)
    }

    fn lock(&self) -> PathBuf {
        self.root.path(&format!("var/lock/LCK..{}", self.line.file_name()))
    }

    fn locks(&self) -> usize {
        fs::read_dir(self.root.path("var/lock")).unwrap().count()
    }

    /// The modem takes the first commands.
    #[track_caller]
    fn set_up(&mut self) {
        self.line.expect(b"AT\r");
        self.line.send(b"\r\nOK\r\n");
        self.line.expect(SETUP);
        self.line.send(b"\r\nOK\r\n");
    }

    /// The modem hears this, and says that.
    #[track_caller]
    fn answers(&mut self, heard: &[u8], says: &[u8]) {
        self.line.expect(heard);
        self.line.send(says);
    }

    /// Speed 0 is what drops DTR.
    #[track_caller]
    fn expect_hung_up(&self) {
        if caps().keeps_b0 {
            self.line.attrs_when("DTR low", |attrs| attrs.speeds().1 == 0);
        }
    }

    #[track_caller]
    fn expect_told(&self) {
        let told = || fs::read_to_string(self.root.path("told")).ok().filter(|text| text == "USR2\n");
        assert!(until(SOON, told).is_some(), "the parent was not told by USR2");
    }

    #[track_caller]
    fn expect_modes_back(&self) {
        assert_eq!(self.line.attrs(), self.before, "modes are not put back");
    }

    /// What is left on the line for the program that comes next.
    fn unread(&self) -> Vec<u8> {
        let mut bytes = [0; 256];
        match self.spare.read(&mut bytes) {
            Ok(Got::Bytes(count)) => bytes[..count].to_vec(),
            _ => Vec::new(),
        }
    }
}

/// Tries each case beside the others.
fn each<T: Sync>(cases: &[T], case: impl Fn(&T) + Sync) {
    std::thread::scope(|scope| {
        for one in cases {
            scope.spawn(|| case(one));
        }
    });
}

#[test]
fn a_call_is_dialled_and_its_speed_is_the_status() {
    let cases = [
        ("LINE 5551212 9600", "5551212", "CONNECT 9600", 0),
        ("LINE 9=555-12*#@!wTp 2400", "9W555,12*#@!WTP", "CONNECT 14400/ARQ/V32/LAPM/V42BIS", 0),
        ("-x 9 LINE 1 1200-9600", "1", "CONNECT", 13),
        ("LINE 2 Any", "2", "CARRIER 9600\r\n\r\nPROTOCOL: ERROR-CONTROL/LAPM\r\n\r\nCONNECT 115200", 13),
        ("LINE 3 19200-115200", "3", "CONNECT 1200", 15),
    ];
    each(&cases, |(arguments, number, says, status)| {
        let mut desk = Desk::new();
        let mut dialer = desk.start(arguments);
        desk.expect_hung_up();
        desk.set_up();
        assert_eq!(desk.locks(), 2, "the line is locked by both of its names");
        let command = format!("ATDT{number}\r");
        desk.answers(command.as_bytes(), format!("\r\n{says}\r\nlogin: ").as_bytes());
        assert_eq!(dialer.exit_status(), *status, "{arguments}: {}", dialer.stderr());
        // The far end's first words are for the program that had it called, and nothing is echoed to it.
        assert_eq!(shown(&desk.unread()), "login: ");
        let modes = desk.line.attrs();
        assert_eq!((modes.flag("ECHO"), modes.flag("HUPCL")), (Some(false), Some(false)));
        assert_ne!(modes.speeds().1, 300);
        assert_eq!(desk.locks(), 0);
    });
}

#[test]
fn a_call_that_does_not_come_about_has_its_status() {
    let cases = [
        ("BUSY", 0x8d),
        ("NO CARRIER", 0x8e),
        ("NO ANSWER", 0x8f),
        ("NO DIALTONE", 0x89),
        ("NO DIAL TONE", 0x89),
        ("ERROR", 0x80),
    ];
    each(&cases, |(says, status)| {
        let mut desk = Desk::new();
        let mut dialer = desk.start("LINE 5551212 9600");
        desk.set_up();
        desk.answers(b"ATDT5551212\r", format!("\r\n{says}\r\n").as_bytes());
        desk.expect_hung_up();
        assert_eq!(dialer.exit_status(), *status, "{says}: {}", dialer.stderr());
        desk.expect_modes_back();
        assert_eq!(desk.locks(), 0);
        assert!(dialer.stderr().contains(says), "{}", dialer.stderr());
    });
}

#[test]
fn a_modem_that_echoes_and_says_much_is_understood() {
    let mut desk = Desk::new();
    let mut dialer = desk.start("-x 1 LINE 5551212 9600");
    desk.answers(b"AT\r", b"AT\r\r\nOK\r\n");
    desk.answers(SETUP, &[SETUP, b"\r\nOK\r\n"].concat());
    desk.line.expect(b"ATDT5551212\r");
    for _ in 0..32 {
        desk.line.send(&[0xa5; 1000]);
        desk.line.send(&[b'\n'; 1000]);
        desk.line.send(b"CONNEC BUS\x1b[2J NO CARR\0\r\n\xff\xfe");
    }
    desk.line.send(b"\r\nBUSY\r\n");
    assert_eq!(dialer.exit_status(), 0x8d, "{}", dialer.stderr());
    desk.expect_modes_back();
    assert!(dialer.stderr().len() < 60_000, "a pipe that nobody reads takes no more");
}

#[test]
fn a_modem_that_says_nothing_is_not_waited_for_long() {
    let mut desk = Desk::with("INIT=\"\" AT\\r OK\\T3\n");
    let mut dialer = desk.start("-h LINE 9600");
    desk.line.expect(b"AT\r");
    assert_eq!(dialer.exit_status(), 0x88);
    desk.expect_modes_back();
    let said = dialer.stderr();
    assert!(said.contains("the modem sent nothing") && said.contains("/etc/default/dialX:1"), "{said}");
}

#[test]
fn h_makes_the_modem_pick_up_by_itself_and_keep_quiet() {
    let mut desk = Desk::new();
    let mut dialer = desk.start("-h LINE 1200-9600");
    desk.expect_hung_up();
    desk.set_up();
    desk.answers(b"ATS0=1\r", b"\r\nOK\r\n");
    desk.line.expect(b"ATQ1\r");
    assert_eq!(dialer.exit_status(), 0, "{}", dialer.stderr());
    desk.expect_modes_back();
    assert_eq!(desk.locks(), 0);
    assert_eq!(dialer.stderr(), "");
}

#[test]
fn a_modem_that_is_still_in_a_call_is_called_back() {
    let mut desk = Desk::new();
    let mut dialer = desk.start("-h LINE 9600");
    desk.line.expect(b"AT\r");
    // It took that for the caller's data.
    desk.answers(b"+++", b"\r\nOK\r\n");
    desk.answers(SETUP, b"\r\nOK\r\n");
    desk.answers(b"ATS0=1\r", b"\r\nOK\r\n");
    assert_eq!(dialer.exit_status(), 0, "{}", dialer.stderr());
}

#[test]
fn c_waits_for_the_call_and_picks_it_up() {
    for (arguments, status) in [("-h -c LINE 2400", 0), ("-hc LINE 300-2400", 11)] {
        let mut desk = Desk::new();
        let mut getty = desk.start_under_getty(arguments);
        desk.answers(b"AT\r", b"\r\nOK\r\n");
        desk.line.expect(SETUP);
        // With the modem's answer it goes on, and the parent takes the lock away.
        assert_eq!(desk.locks(), 1, "the parent's lock is ours");
        desk.line.send(b"\r\nOK\r\n");
        desk.expect_told();
        desk.line.expect_silence(Duration::from_millis(300));
        assert_eq!(desk.locks(), 0, "others may dial out while it waits");
        // Noise, and then the call.
        desk.line.send(b"\x00\xff~\r\n");
        desk.line.send(b"\r\nRING\r\n");
        desk.line.expect(b"ATA\r");
        assert_eq!(desk.locks(), 2, "and not while a call comes in");
        desk.line.send(b"\r\nCONNECT 2400\r\n");
        assert_eq!(getty.exit_status(), status, "{}", getty.stderr());
        assert_eq!(desk.unread(), b"");
        assert_eq!(desk.locks(), 0);
    }
}

#[test]
fn f_tells_fax_from_data() {
    let no_class: &[(&[u8], &[u8])] =
        &[(b"AT+FCLASS=2\r", b"\r\nERROR\r\n"), (b"AT+FCLASS=2.0\r", b"\r\nERROR\r\n")];
    let class_2: &[(&[u8], &[u8])] = &[(b"AT+FCLASS=2\r", b"\r\nOK\r\n")];
    let class_2_0: &[(&[u8], &[u8])] = &[no_class[0], (b"AT+FCLASS=2.0\r", b"\r\nOK\r\n")];
    let cases = [
        (class_2, "\r\n+FCON\r\n", 0x40),
        (class_2, "\r\nDATA\r\n\r\nCONNECT 9600\r\n", 0x20),
        (class_2_0, "\r\n+FCO\r\n", 0x40),
        (no_class, "\r\nCONNECT FAX\r\n", 0x40),
        (no_class, "\r\nCONNECT 9600/ARQ\r\n", 0x20),
        (no_class, "\r\nNO CARRIER\r\n", 0x8e),
    ];
    each(&cases, |(class, says, status)| {
        let mut desk = Desk::new();
        let mut getty = desk.start_under_getty("-h -f -c -x 1 LINE 9600");
        desk.set_up();
        for (heard, says) in *class {
            desk.answers(heard, says);
        }
        desk.expect_told();
        desk.line.send(b"\r\nRING\r\n");
        desk.answers(b"ATA\r", says.as_bytes());
        assert_eq!(getty.exit_status(), *status, "{says:?}: {}", getty.stderr());
    });
}

#[test]
fn a_signal_hangs_up_and_puts_the_modes_back() {
    each(&[Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP, Signal::SIGQUIT], |signal| {
        let mut desk = Desk::with("HANGUP=\"\" +++\\p OK\\T3 ATH\\r OK\\T3\n");
        let mut dialer = desk.start("LINE 5551212 9600");
        desk.answers(b"+++", b"\r\nOK\r\n");
        desk.answers(b"ATH\r", b"\r\nOK\r\n");
        desk.set_up();
        desk.line.expect(b"ATDT5551212\r");
        dialer.signal(*signal);
        desk.expect_hung_up();
        desk.answers(b"+++", b"\r\nOK\r\n");
        desk.answers(b"ATH\r", b"\r\nOK\r\n");
        assert_eq!(dialer.exit_status(), 0x82, "{signal}: {}", dialer.stderr());
        desk.expect_modes_back();
        assert_eq!(desk.locks(), 0);
    });
}

#[test]
fn a_second_signal_cuts_short_what_takes_time_and_puts_the_modes_back() {
    let mut desk = Desk::with("HANGUP=\"\" +++\\r OK\\T60\n");
    let mut dialer = desk.start("LINE 5551212 9600");
    desk.answers(b"+++\r", b"\r\nOK\r\n");
    desk.set_up();
    desk.line.expect(b"ATDT5551212\r");
    dialer.signal(Signal::SIGTERM);
    desk.expect_hung_up();
    dialer.signal(Signal::SIGTERM);
    assert_eq!(dialer.exit_status(), 0x82, "{}", dialer.stderr());
    desk.expect_modes_back();
    desk.line.expect_silence(Duration::from_millis(50));
}
