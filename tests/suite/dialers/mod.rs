//! uugetty beside the real programs that dial out, on one line: `cargo test -- --ignored root_`.
//!
//! The test is the modem. Every case is tried with every program at once, for uugetty looks for others every
//! 30 seconds and some cases wait for that.

mod desk;
mod dialer;

use std::time::Duration;

use polygetty_rig::Spawned;

use crate::scene::skipped;
use desk::{Desk, LOOK};
use dialer::{Dialer, Kind};

/// Tries one case with each program, each on a line of its own.
fn with_each(case: fn(Kind)) {
    if let Some(why) = desk::impossible() {
        return skipped(why);
    }
    std::thread::scope(|scope| {
        for kind in Kind::ALL {
            if kind.program().is_none() {
                skipped(&format!("{} (package {}) is not installed", kind.name(), kind.package()));
                continue;
            }
            let thread = std::thread::Builder::new().name(kind.name().to_owned());
            thread.spawn_scoped(scope, move || case(kind)).unwrap();
        }
    });
}

/// The line is free again, and the modem is initialised: by the next uugetty, for the one that waited ends.
/// Where no lock file told it that the line is taken, it only could not open it, and goes on itself.
#[track_caller]
fn expect_next(kind: Kind, desk: &mut Desk, mut waited: Spawned) {
    if kind == Kind::Picocom {
        return desk.expect_waiting(&waited);
    }
    assert_eq!(waited.exit_status_within(LOOK), 0, "{}", waited.stderr());
    desk.line.expect_silence(Duration::from_millis(50));
    assert!(desk.is_free());
    desk.waiting();
}

#[test]
#[ignore = "root: uugetty shares a line with the system's own dialers"]
fn root_dialers_dial_out_while_uugetty_waits() {
    with_each(|kind| {
        let mut desk = Desk::new();
        let mut getty = desk.waiting();
        let mut dialer = Dialer::connected(kind, &mut desk);
        let modes = desk.line.attrs();
        dialer.call(&mut desk.line);
        dialer.expect_holds(&desk);
        // uugetty sees a byte that the dialer has not read yet, and need not wait for its look. It may have seen
        // one before.
        dialer.stop();
        desk.line.send(b"not-yours\r\n");
        assert_eq!(getty.exit_status(), 0, "{}", getty.stderr());
        dialer.go_on();
        dialer.expect_heard("not-yours");
        dialer.expect_holds(&desk);
        assert_eq!(desk.line.attrs(), modes, "uugetty moved modes when it left");

        // init starts the next.
        let mut getty = desk.uugetty();
        desk.expect_kept_away(&mut getty);
        dialer.expect_holds(&desk);
        dialer.hang_up(&mut desk);
        expect_next(kind, &mut desk, getty);
    });
}

#[test]
#[ignore = "root: uugetty shares a line with the system's own dialers"]
fn root_a_dialer_that_says_nothing_is_noticed_by_the_look() {
    with_each(|kind| {
        let mut desk = Desk::new();
        let mut getty = desk.waiting();
        let mut dialer = Dialer::connected(kind, &mut desk);
        if kind == Kind::Picocom {
            // The look is for lock files; of this one uugetty hears by the first byte.
            return;
        }
        let modes = desk.line.attrs();
        assert_eq!(getty.exit_status_within(LOOK), 0, "{}", getty.stderr());
        assert_eq!(desk.line.attrs(), modes, "uugetty moved modes when it left");
        dialer.expect_holds(&desk);
        dialer.call(&mut desk.line);
    });
}

#[test]
#[ignore = "root: uugetty shares a line with the system's own dialers"]
fn root_uugetty_waits_for_a_dialer_that_came_first() {
    with_each(|kind| {
        let mut desk = Desk::new();
        let mut dialer = Dialer::connected(kind, &mut desk);
        let mut getty = desk.uugetty();
        desk.expect_kept_away(&mut getty);
        dialer.call(&mut desk.line);
        desk.expect_kept_away(&mut getty);
        dialer.expect_holds(&desk);
        dialer.hang_up(&mut desk);
        expect_next(kind, &mut desk, getty);
    });
}

#[test]
#[ignore = "root: uugetty shares a line with the system's own dialers"]
fn root_dialers_are_refused_while_a_caller_is_on() {
    with_each(|kind| {
        let mut desk = Desk::new();
        let getty = desk.waiting();
        desk.ring();
        let ours = [Some(getty.pid()); 2];
        assert_eq!(desk.locks(), ours, "at the prompt");
        let modes = desk.line.attrs();
        Dialer::start(kind, &desk).expect_refused();
        assert_eq!(desk.locks(), ours, "at the prompt");
        assert_eq!(desk.line.attrs(), modes);
        desk.line.expect_silence(Duration::from_millis(50));

        // login and the session that it becomes keep the number, and with it the locks.
        desk.line.send(b"bob\r");
        desk.line.find(b"Hello bob\r\n");
        assert_eq!(desk.locks(), ours, "in the session");
        let modes = desk.line.attrs();
        Dialer::start(kind, &desk).expect_refused();
        assert_eq!(desk.line.attrs(), modes);
        desk.line.expect_silence(Duration::from_millis(50));

        // The session's lock is root's, and others cannot remove it; the next uugetty does.
        drop(getty);
        let _getty = desk.waiting();
        Dialer::connected(kind, &mut desk).call(&mut desk.line);
    });
}

#[test]
#[ignore = "root: uugetty shares a line with the system's own dialers"]
fn root_the_lock_of_a_dialer_that_was_killed_is_no_lock() {
    with_each(|kind| {
        let mut desk = Desk::new();
        let dialer = Dialer::connected(kind, &mut desk);
        dialer.kill();
        assert_eq!(desk.is_free(), kind == Kind::Picocom, "what {} leaves: {:?}", kind.name(), desk.locks());
        let getty = desk.waiting();

        // Another, while uugetty waits; nobody has noticed when the telephone rings.
        let dialer = Dialer::connected(kind, &mut desk);
        dialer.kill();
        desk.ring();
        assert_eq!(desk.locks(), [Some(getty.pid()); 2]);
    });
}
