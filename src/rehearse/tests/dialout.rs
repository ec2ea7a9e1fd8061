//! A line of mgetty that others dial out on.

use super::fax::plan;
use super::{Happening, World, run, secs};
use crate::engine::world::Moment;
use crate::rehearse::world::Deed;
use polygetty_compat::plan::stage::{AccountKind, Signal};
use std::time::Duration;

const DIALER: i32 = 77;

fn modem() -> World {
    World::default().reply(b"ATZ\r", Duration::from_millis(100), b"\r\nOK\r\n")
}

/// When the life ended, in seconds: the last entry of its log is that the line is free.
fn freed(world: &World) -> u64 {
    let (at, _, text) = world.logged().last().unwrap();
    assert!(text.contains("is free again"), "{:?}", world.logged());
    at.0.as_secs()
}

#[test]
fn mg_28_a_lock_at_the_start_is_waited_for_without_touching_the_line() {
    let mut world =
        modem().at(secs(0), Happening::Lock("ttyS1", DIALER)).at(secs(7205), Happening::Unlock("ttyS1"));
    let ended = run(&plan("data-only y"), &mut world);
    assert_eq!((ended.status, world.said()), (0, Vec::new()));
    assert!(world.deeds().iter().all(|(_, deed)| !matches!(deed, Deed::Opened)), "{:?}", world.deeds());
    // A look at 7210, and another one five seconds later.
    assert_eq!(freed(&world), 7215);
    assert_eq!(world.records.len(), 1);
    let record = &world.records[0];
    assert_eq!((record.kind, record.user.as_slice()), (AccountKind::User, &b"dialout"[..]));
    assert_eq!((record.line.as_slice(), record.id.as_slice()), (&b"ttyS1"[..], &b"tyS1"[..]));
    assert_eq!(record.host, b"cu -l ttyS1");
}

#[test]
fn mg_28_who_takes_the_line_from_another_is_waited_for_too() {
    let mut world = modem()
        .at(secs(0), Happening::Lock("ttyS1", DIALER))
        .at(secs(95), Happening::Unlock("ttyS1"))
        .at(secs(103), Happening::Lock("ttyS1", DIALER + 1))
        .at(secs(200), Happening::Unlock("ttyS1"));
    let ended = run(&plan("data-only y"), &mut world);
    assert_eq!(ended.status, 0);
    assert!((210..=216).contains(&freed(&world)), "{:?}", world.logged());
}

#[test]
fn mg_100_a_line_that_was_taken_while_it_waited_is_closed_and_left_when_it_is_free() {
    let mut world = modem()
        .at(secs(100), Happening::Lock("ttyS1", DIALER))
        .at(secs(101), Happening::Bytes(b"\r\nOK\r\n".to_vec()))
        .at(secs(500), Happening::Unlock("ttyS1"));
    let ended = run(&plan("data-only y"), &mut world);
    assert_eq!((ended.status, world.said()), (0, b"ATZ\r".to_vec()));
    let closed = world.deeds().into_iter().rfind(|(_, deed)| *deed == Deed::Closed);
    assert_eq!(closed.map(|(at, _)| at), Some(Moment(secs(101))));
    assert!((500..=516).contains(&freed(&world)), "{:?}", world.logged());
    assert_eq!(world.records.last().map(|record| record.kind), Some(AccountKind::User));
}

#[test]
fn mg_100_what_dials_out_is_no_reason_to_ignore_a_signal() {
    let mut world =
        modem().at(secs(0), Happening::Lock("ttyS1", DIALER)).at(secs(33), Happening::Signal(Signal::Term));
    assert_eq!(run(&plan("data-only y"), &mut world).status, 10);
}

#[test]
fn mg_34_junk_is_told_after_ten_seconds_without_a_ring() {
    let mut world = modem().at(secs(60), Happening::Bytes(b"garbage\r\n".to_vec()));
    let ended = run(&plan("data-only y"), &mut world);
    assert_eq!((ended.status, world.said()), (0, b"ATZ\r".to_vec()));
    let junk = world.logged().iter().find(|(_, _, text)| text.contains("huh? Junk on the line?"));
    assert_eq!(junk.map(|(at, _, _)| at.0.as_secs()), Some(70));
    assert!(world.locks().is_empty());
}

/// The processes that were sent a signal.
fn signalled(world: &World) -> Vec<i32> {
    let pid = |(_, deed)| if let Deed::Signalled(pid, Signal::Usr1) = deed { Some(pid) } else { None };
    world.deeds().into_iter().filter_map(pid).collect()
}

#[test]
fn mg_81_a_call_is_taken_over_in_every_state_without_the_lock() {
    // While it waits; while it waits for a free line; before it has looked at the lock at all.
    for (locked, signalled_at) in [(100, 100), (100, 130), (0, 40), (0, 0)] {
        let mut world = modem()
            .file("/etc/mgetty/login.config", b"")
            .at(secs(locked), Happening::Lock("ttyS1", DIALER))
            .at(secs(signalled_at), Happening::SignalFrom(Signal::Usr1, DIALER, 0));
        if signalled_at > 100 {
            // The dialer's modem answers: the line is left to it first.
            world = world.at(secs(101), Happening::Bytes(b"\r\nOK\r\n".to_vec()));
        }
        world = world.at(secs(signalled_at + 5), Happening::Bytes(b"bob\r".to_vec()));
        let ended = run(&plan("data-only y"), &mut world);
        let became = ended.became.unwrap_or_else(|| panic!("{locked} {signalled_at}: {:?}", world.logged()));
        assert_eq!(became.program.arguments, [b"login".to_vec(), b"bob".to_vec()]);
        assert_eq!(became.locks, [b"ttyS1".to_vec()]);
        assert_eq!(signalled(&world), [DIALER]);
        let said = world.said();
        assert!(said.windows(7).any(|said| said == b"...ok\r\n"), "{}", said.escape_ascii());
        assert!(!said.windows(3).any(|said| said == b"ATA"), "{}", said.escape_ascii());
    }
}

#[test]
fn mg_83_a_signal_of_anybody_else_hands_nothing_over() {
    for (pid, uid) in [(DIALER, 1000), (DIALER + 1, 0), (0, 0), (1, 0)] {
        let mut world = modem()
            .at(secs(0), Happening::Lock("ttyS1", DIALER))
            .at(secs(40), Happening::SignalFrom(Signal::Usr1, pid, uid))
            .at(secs(95), Happening::Unlock("ttyS1"));
        let ended = run(&plan("data-only y"), &mut world);
        assert_eq!((ended.status, world.said()), (0, Vec::new()), "{pid} {uid}");
        assert_eq!(signalled(&world), [0; 0]);
    }
}

#[test]
fn a_call_that_is_lost_before_it_is_taken_ends_the_life() {
    let mut world = modem()
        .at(secs(0), Happening::Lock("ttyS1", DIALER))
        .at(secs(3), Happening::SignalFrom(Signal::Usr1, DIALER, 0))
        .at(secs(3), Happening::Lock("ttyS1", DIALER + 1));
    // The signal is looked at with the lock as it is then.
    world = world.at(secs(30), Happening::Unlock("ttyS1"));
    let ended = run(&plan("data-only y"), &mut world);
    assert_eq!((ended.status, world.said()), (0, Vec::new()));
    assert_eq!(signalled(&world), [0; 0]);
}
