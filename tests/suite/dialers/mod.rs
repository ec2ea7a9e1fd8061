//! uugetty, SCO's getty and mgetty beside the real programs that dial out, on one line: `cargo test -- --ignored root_`.
//!
//! The test is the modem. Every case is tried with every program at once, for uugetty looks for others every
//! 30 seconds, SCO's getty every 5, mgetty every 10, and some cases wait for that.

mod desk;
mod dialer;

use std::time::Duration;

use polygetty_platforms::Signal;
use polygetty_rig::{SOON, Spawned, until};

use crate::scene::skipped;
use desk::{Desk, Getty};
use dialer::{Dialer, Kind};

/// Tries one case with each getty and each program, each on a line of its own.
fn with_each(case: fn(Kind, Desk)) {
    with(&Getty::ALL, case);
}

fn with(gettys: &[Getty], case: fn(Kind, Desk)) {
    if let Some(why) = desk::impossible() {
        return skipped(why);
    }
    std::thread::scope(|scope| {
        for kind in Kind::ALL {
            if kind.program().is_none() {
                skipped(&format!("{} (package {}) is not installed", kind.name(), kind.package()));
                continue;
            }
            for getty in gettys {
                let thread = std::thread::Builder::new().name(format!("{} beside {getty:?}", kind.name()));
                thread.spawn_scoped(scope, move || case(kind, Desk::new(*getty))).unwrap();
            }
        }
    });
}

/// While a dialer has the line, the getty that init has started leaves it alone. Where no lock file tells it that,
/// SCO's getty and mgetty cannot open the line, and end; under init they live for 20 s and 15 s.
#[track_caller]
fn expect_kept_away(kind: Kind, desk: &mut Desk, getty: &mut Spawned) {
    if kind == Kind::Picocom && desk.getty != Getty::Uugetty {
        let modes = desk.line.attrs();
        let status = if desk.getty == Getty::Sco { 1 } else { 30 };
        assert_eq!(getty.exit_status_within(desk.getty.look()), status, "{}", desk.root.log());
        desk.root.expect_log(&["flock"]);
        assert_eq!(desk.line.attrs(), modes, "the getty moved the modes of a line that is taken");
        return desk.line.expect_silence(Duration::from_millis(50));
    }
    desk.expect_kept_away(getty);
}

/// The line is free again, and the next getty waits on it: the one that waited for that ends.
/// Where no lock file told it that the line is taken, uugetty only could not open it, and goes on itself.
#[track_caller]
fn expect_next(kind: Kind, desk: &mut Desk, mut waited: Spawned) {
    match (kind, desk.getty) {
        (Kind::Picocom, Getty::Uugetty) => return desk.expect_waiting(&waited),
        (Kind::Picocom, Getty::Sco | Getty::Mgetty) => {}
        _ => assert_eq!(waited.exit_status_within(desk.getty.look()), 0, "{}", waited.stderr()),
    }
    desk.line.expect_silence(Duration::from_millis(50));
    assert!(desk.is_free());
    desk.waiting();
}

#[test]
#[ignore = "root: a getty shares a line with the system's own dialers"]
fn root_dialers_dial_out_while_a_getty_waits() {
    with_each(|kind, mut desk| {
        let getty = desk.waiting();
        let mut dialer = Dialer::connected(kind, &mut desk);
        let modes = desk.line.attrs();
        dialer.call(&mut desk.line);
        dialer.expect_holds(&desk);
        // The getty sees a byte that the dialer has not read yet, and need not wait for its look. It may have seen
        // one before.
        dialer.stop();
        desk.line.send(b"not-yours\r\n");
        let mut getty = desk.expect_gives_way(getty);
        dialer.go_on();
        dialer.expect_heard("not-yours");
        dialer.expect_holds(&desk);
        assert_eq!(desk.line.attrs(), modes, "the getty moved modes when it left");

        if kind == Kind::Picocom && desk.getty != Getty::Uugetty {
            // No lock file names it: the line is thought free, and init starts the next.
            assert_eq!(getty.exit_status(), 0, "{}", desk.root.log());
            getty = desk.start();
        }
        expect_kept_away(kind, &mut desk, &mut getty);
        dialer.expect_holds(&desk);
        dialer.hang_up(&mut desk);
        expect_next(kind, &mut desk, getty);
    });
}

#[test]
#[ignore = "root: a getty shares a line with the system's own dialers"]
fn root_a_dialer_that_says_nothing_is_noticed_by_the_look() {
    with(&[Getty::Uugetty, Getty::Sco], |kind, mut desk| {
        let getty = desk.waiting();
        let mut dialer = Dialer::connected(kind, &mut desk);
        if kind == Kind::Picocom {
            // The look is for lock files; of this one a getty hears by the first byte.
            return;
        }
        let modes = desk.line.attrs();
        let _getty = desk.expect_gives_way(getty);
        assert_eq!(desk.line.attrs(), modes, "the getty moved modes when it left");
        dialer.expect_holds(&desk);
        dialer.call(&mut desk.line);
    });
}

#[test]
#[ignore = "root: a getty shares a line with the system's own dialers"]
fn root_a_getty_waits_for_a_dialer_that_came_first() {
    with_each(|kind, mut desk| {
        let mut dialer = Dialer::connected(kind, &mut desk);
        let mut getty = desk.start();
        expect_kept_away(kind, &mut desk, &mut getty);
        dialer.call(&mut desk.line);
        if getty.is_running() {
            desk.expect_kept_away(&mut getty);
        }
        dialer.expect_holds(&desk);
        dialer.hang_up(&mut desk);
        expect_next(kind, &mut desk, getty);
    });
}

#[test]
#[ignore = "root: a getty shares a line with the system's own dialers"]
fn root_dialers_are_refused_while_a_caller_is_on() {
    with_each(|kind, mut desk| {
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

        // The session's lock is root's, and others cannot remove it; the next getty does.
        drop(getty);
        let _getty = desk.waiting();
        Dialer::connected(kind, &mut desk).call(&mut desk.line);
    });
}

#[test]
#[ignore = "root: a getty shares a line with the system's own dialers"]
fn root_the_lock_of_a_dialer_that_was_killed_is_no_lock() {
    with_each(|kind, mut desk| {
        let dialer = Dialer::connected(kind, &mut desk);
        dialer.kill();
        assert_eq!(desk.is_free(), kind == Kind::Picocom, "what {} leaves: {:?}", kind.name(), desk.locks());
        let getty = desk.waiting();

        // Another, while the getty waits; nobody has noticed when the telephone rings: not even by a look, for which
        // there is no time.
        desk.stop(&getty);
        let dialer = Dialer::connected(kind, &mut desk);
        dialer.kill();
        getty.signal(Signal::SIGCONT);
        desk.ring();
        assert_eq!(desk.locks(), [Some(getty.pid()); 2]);
    });
}

#[test]
#[ignore = "root: a getty shares a line with the system's own dialers"]
fn root_a_getty_of_sco_makes_room_when_it_is_asked() {
    with(&[Getty::Sco], |kind, mut desk| {
        let mut getty = desk.waiting();
        // kill(1), as an operator's script would.
        let words = ["-USR1", &getty.pid().to_string()].map(str::to_owned);
        let status = std::process::Command::new("/bin/kill").args(words).status().expect("run kill");
        assert!(status.success());
        let closed = until(SOON, || (!desk.is_open_in(&getty)).then_some(()));
        assert!(closed.is_some(), "the line is not closed: {}", desk.root.log());
        assert!(desk.is_free() && getty.is_running(), "{}", desk.root.log());
        let mut dialer = Dialer::connected(kind, &mut desk);
        dialer.call(&mut desk.line);
        desk.expect_kept_away(&mut getty);
        if kind == Kind::Picocom {
            // No lock file tells of it: the getty waits for somebody else until its minute is over.
            return;
        }
        // Who dials and is gone before the next look is not noticed.
        desk.root.expect_log(&["in use", kind.name()]);
        dialer.hang_up(&mut desk);
        expect_next(kind, &mut desk, getty);
    });
}
