//! mgetty's line of an inittab, through calls, a change of its configuration, and a dial-out. The test is the modem.

use std::time::Duration;

use polygetty_rig::{Line, SOON, Spawned, until};

use super::machine::{Machine, root_folder};
use super::{LOOK, PATIENT, expect_long_lives};

const INITTAB: &str = "id:3:initdefault:\nS3:345:respawn:/sbin/mgetty -x3 ttyS3\n";
const CONFIG: &str = "data-only yes\n";

/// The machine, its modem, and the terminal at which somebody dials out.
struct Desk {
    machine: Machine,
    modem: Line,
    screen: Line,
}

impl Desk {
    fn new() -> Option<Self> {
        let root = root_folder()?;
        root.write("etc/mgetty/mgetty.config", CONFIG);
        root.write("etc/issue", "");
        let (modem, screen) = (Line::open(), Line::open());
        let machine = Machine::boot(root, INITTAB, &[("ttyS3", &modem), ("ttyp0", &screen)]);
        Some(Self { machine, modem, screen })
    }

    /// Who has the lock, by the number that stands in it.
    fn holder(&self) -> Option<i32> {
        std::fs::read_to_string(self.machine.root.path("var/lock/LCK..ttyS3")).ok()?.trim().parse().ok()
    }

    /// The line's own log.
    fn log(&self) -> String {
        std::fs::read_to_string(self.machine.root.path("var/log/mgetty.ttyS3")).unwrap_or_default()
    }

    /// The modem is initialised, and then left alone until it rings. Whoever waits for the end of a dial-out looks every
    /// 10 seconds, and once more 5 later.
    #[track_caller]
    fn expect_init(&mut self) {
        for command in ["ATQ0V1H0\r", "ATS0=0Q0&D3&C1\r"] {
            self.modem.find_within(command.as_bytes(), LOOK);
            assert!(self.holder().is_some(), "{command:?} without a lock");
            self.modem.send(b"\r\nOK\r\n");
        }
        until(SOON, || self.holder().is_none().then_some(())).expect("the lock is given back after init");
        self.modem.expect_waiting();
    }

    /// A call up to the prompt; answers the number of the one that prompts.
    #[track_caller]
    fn call(&mut self) -> i32 {
        self.modem.send(b"\r\nRING\r\n");
        self.modem.expect(b"ATA\r");
        self.modem.send(b"\r\nCONNECT 38400\r\n");
        self.modem.find(b"!login: ");
        let getty = self.machine.getty("S3", "ttyS3");
        assert_eq!(self.holder(), Some(getty));
        getty
    }

    /// From the prompt into a session, and out of it.
    #[track_caller]
    fn log_in_and_out(&mut self, getty: i32) {
        self.modem.send(b"bob\r");
        self.modem.find(b"$ ");
        self.modem.send(b"echo I $PPID `tty`; echo DO''NE\r");
        self.modem.find(b"\r\nI ");
        let said = self.modem.find(b"\r\nDONE\r\n");
        assert_eq!(String::from_utf8_lossy(&said), format!("{getty} /dev/ttyS3"));
        self.modem.find(b"$ ");
        assert_eq!(self.holder(), Some(getty), "in the session");
        self.modem.send(b"exit\r");
        self.modem.find(b"exit\r\n");
    }

    /// The one mgetty that runs.
    #[track_caller]
    fn mgetty(&self) -> i32 {
        let found = until(SOON, || match self.machine.processes("mgetty")[..] {
            [one] => Some(one),
            _ => None,
        });
        found.unwrap_or_else(|| panic!("not one mgetty: {:?}", self.machine.processes("mgetty")))
    }

    /// Somebody sits down at the terminal and gets the line.
    #[track_caller]
    fn dial(&mut self) -> Spawned {
        // The shell stays: nsenter would stop with a child that is stopped.
        let cu = "exec </dev/ttyp0 >/dev/ttyp0 2>&1; cu -l ttyS3 -s 38400; exit $?";
        let dialer = self.machine.run(&["setsid", "sh", "-c", cu]);
        self.screen.find(b"Connected.");
        // Before that a carriage return would become a line feed.
        self.screen.attrs_when("cu's raw modes", |attrs| attrs.flag("ICRNL") == Some(false));
        dialer
    }

    /// Signals both processes of cu's, and waits until they are in this state.
    #[track_caller]
    fn signal_cu(&self, signal: &str, state: &str) {
        let status = self.machine.run(&["killall", &format!("-{signal}"), "cu"]).exit_status();
        assert_eq!(status, 0, "killall -{signal} cu");
        let is = |pid: &i32| self.machine.state(*pid).as_deref() == Some(state);
        let all = until(SOON, || self.machine.processes("cu").iter().all(is).then_some(()));
        assert!(all.is_some(), "cu is not in state {state} after {signal}");
    }
}

#[test]
#[ignore = "root: runs sysvinit in a pid namespace"]
fn mg_109_root_mgettys_line_under_sysvinit() {
    let Some(mut desk) = Desk::new() else { return };
    desk.expect_init();
    let first = desk.call();
    // What is written during a call holds from the next life on: init starts it while we still look at the last one.
    desk.machine.root.write("etc/mgetty/mgetty.config", format!("{CONFIG}rings 2\n"));
    desk.log_in_and_out(first);
    let audit = format!(
        "##### data dev=ttyS3, pid={first}, caller='none', conn='38400', name='', cmd='/bin/login', user='bob'\n"
    );
    assert!(desk.log().contains(&audit), "{}", desk.log());
    assert!(!desk.log().contains("waiting..."), "-x3 has warnings, and no more: {}", desk.log());

    desk.expect_init();
    desk.modem.send(b"\r\nRING\r\n");
    desk.modem.expect_silence(Duration::from_millis(500));
    let second = desk.call();
    assert_ne!(second, first, "init started no other");
    desk.log_in_and_out(second);
    desk.expect_init();

    // Somebody dials out beside one that waits: not a byte of it is taken, and the line comes back by itself.
    let mut dialer = desk.dial();
    let waiting = desk.mgetty();
    let modes = desk.modem.attrs();
    desk.screen.send(b"ATDT5551212\r");
    desk.modem.expect(b"ATDT5551212\r");
    for word in ["CONNECT 38400", "Welcome", "to the far end"] {
        desk.modem.send(format!("\r\n{word}\r\n").as_bytes());
        desk.screen.find(word.as_bytes());
        desk.screen.send(b"yes\r");
        desk.modem.expect(b"yes\r");
    }
    desk.modem.expect_silence(Duration::from_millis(300));
    assert_eq!(desk.modem.attrs(), modes);
    assert_eq!(desk.mgetty(), waiting, "one waits; init starts no others");
    // Of a byte that cu reads at once it hears nothing, and it waits on. One that cu has not read yet tells it to close
    // the line.
    desk.signal_cu("STOP", "T");
    desk.modem.send(b"not yours\r\n");
    let open = format!("ls -l /proc/{waiting}/fd | grep -q ttyS3");
    let closed = until(PATIENT, || (desk.machine.run(&["sh", "-c", &open]).exit_status() != 0).then_some(()));
    assert!(closed.is_some(), "it keeps the line: {}", desk.log());
    desk.signal_cu("CONT", "S");
    desk.screen.find(b"not yours");
    desk.screen.send(b"\r");
    desk.modem.expect(b"\r");
    desk.screen.send(b"~.\r");
    assert_eq!(dialer.exit_status_within(PATIENT), 0, "{}", dialer.stderr());
    desk.expect_init();
    assert_ne!(desk.mgetty(), waiting);
    assert!(desk.machine.log_lines(&["respawning too fast"]).is_empty(), "{}", desk.machine.log());
}

#[test]
#[ignore = "root: runs sysvinit in a pid namespace"]
fn mg_109_root_lines_that_cannot_be_make_no_storm() {
    let Some(root) = root_folder() else { return };
    root.write("etc/mgetty/mgetty.config", CONFIG);
    // Beside them one that does make a storm, or init's silence would prove nothing; and a modem that says ERROR.
    let inittab = "id:3:initdefault:\nS4:3:respawn:/sbin/mgetty ttyS4\nS5:3:respawn:/sbin/mgetty ttyS5 -m '\"\" ATZ OK'\n\
                   S6:3:respawn:/sbin/mgetty -Q ttyS6\nno:3:respawn:/bin/false\n";
    let mut modem = Line::open();
    let machine = Machine::boot(root, inittab, &[("ttyS5", &modem)]);
    machine.expect_log(&["init", "\"no\" respawning too fast"], 1, PATIENT);
    std::thread::scope(|scope| {
        scope.spawn(|| expect_long_lives(&machine, "S4", &["mgetty[", "cannot open /dev/ttyS4"]));
        let refused =
            scope.spawn(|| expect_long_lives(&machine, "S5", &["mgetty[", "failed in mg_init_data"]));
        scope.spawn(|| expect_long_lives(&machine, "S6", &["mgetty[", "usage: mgetty"]));
        scope.spawn(|| {
            until(Duration::from_secs(120), || {
                modem.offer(b"\r\nERROR\r\n");
                std::thread::sleep(Duration::from_millis(300));
                refused.is_finished().then_some(())
            });
            refused.join().unwrap();
        });
    });
}
