//! A dialer beside others: strangers, the program that runs it, and those who dial out while it waits.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use polygetty_platforms::Signal;
use polygetty_rig::{caps, shown, until};

use super::{Desk, each};
use crate::scene::stat;

/// A process that lives until it is dropped, to have locks.
struct Stranger(std::process::Child);

impl Stranger {
    fn new() -> Self {
        Self(Command::new("sleep").arg("600").stdin(Stdio::null()).spawn().expect("start sleep"))
    }

    fn locks(&self, desk: &Desk) {
        fs::write(desk.lock(), format!("{:>10}\n", self.0.id())).unwrap();
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_strangers_lock_keeps_it_away() {
    each(&["LINE 5551212 9600", "-h LINE 9600", "-hc LINE 9600"], |arguments| {
        let stranger = Stranger::new();
        let mut desk = Desk::new();
        stranger.locks(&desk);
        let mut dialer = desk.start(arguments);
        assert_eq!(dialer.exit_status(), 0x81, "{}", dialer.stderr());
        desk.expect_modes_back();
        desk.line.expect_silence(Duration::from_millis(50));
        assert_eq!(desk.locks(), 1);
    });
}

#[test]
fn the_advisory_lock_of_who_runs_it_is_no_strangers() {
    let mut desk = Desk::new();
    assert_eq!(desk.spare.claim(true), Ok(true));
    let mut dialer = desk.start("LINE 5551212 9600");
    assert_eq!(dialer.exit_status(), 0x81, "{}", dialer.stderr());
    // A getty has the files as well.
    let mut getty = desk.start_under_getty("LINE 5551212 9600");
    desk.set_up();
    desk.answers(b"ATDT5551212\r", b"\r\nCONNECT 9600\r\n");
    assert_eq!(getty.exit_status(), 0, "{}", getty.stderr());
    assert!(!desk.root.path("told").exists(), "USR2 is for who waits for a call");
}

#[test]
fn who_dials_out_while_it_waits_loses_no_byte_to_it() {
    let (stranger, mut desk) = (Stranger::new(), Desk::new());
    let mut getty = desk.start_under_getty("-h -c LINE 9600");
    desk.set_up();
    desk.expect_told();
    stranger.locks(&desk);
    let modes = desk.line.attrs();
    desk.line.send(b"OK\r\n");
    assert_eq!(getty.exit_status(), 0x81, "{}", getty.stderr());
    assert_eq!(shown(&desk.unread()), "OK<CR><LF>");
    assert_eq!(desk.line.attrs(), modes);
    desk.line.expect_silence(Duration::from_millis(50));
}

#[test]
fn a_signal_during_somebody_elses_call_touches_nothing() {
    for held in [true, false] {
        let (stranger, mut desk) = (Stranger::new(), Desk::new());
        let mut getty = desk.start_under_getty("-h -c LINE 9600");
        desk.set_up();
        desk.expect_told();
        // What the dialer has set, it would put back.
        let modes = desk.line.attrs();
        if held {
            stranger.locks(&desk);
        }
        let pid = fs::read_to_string(desk.root.path("pid")).unwrap().trim().parse().unwrap();
        polygetty_platforms::process::send(pid, Signal::SIGTERM).unwrap();
        assert_eq!(getty.exit_status(), 0x82, "{}", getty.stderr());
        assert_eq!(desk.line.attrs(), if held { modes } else { desk.before });
        desk.line.expect_silence(Duration::from_millis(50));
    }
}

#[test]
fn it_does_not_outlive_its_getty() {
    let mut desk = Desk::new();
    let getty = desk.start_under_getty("-h -c LINE 9600");
    desk.set_up();
    desk.expect_told();
    let pid: i32 = fs::read_to_string(desk.root.path("pid")).unwrap().trim().parse().unwrap();
    getty.signal(Signal::SIGKILL);
    drop(getty);
    let ended = until(Duration::from_secs(20), || (!runs(pid)).then_some(()));
    assert!(ended.is_some(), "process {pid} waits for a call, for nobody");
    desk.expect_modes_back();
}

/// Whether the process does anything; one that nobody has reaped does not.
fn runs(pid: i32) -> bool {
    match stat(Path::new("/proc"), pid, 0) {
        Some(state) => state != "Z",
        None => !caps().proc_self && polygetty_platforms::process::is_alive(pid),
    }
}
