//! SCO's getty, where it takes a modem, a dialer or minutes.

mod faults;

use super::*;
use crate::engine::world::Host;
use crate::rehearse::child::{Act, Script};
use crate::rehearse::locks::OURS;
use polygetty_compat::sco;
use polygetty_compat::surroundings::Surroundings;

const G: &str =
    "m#B9600#B9600 SANE TAB3 ECHOE#login: #n#/bin/stub\n\nn#B19200#B19200 SANE#n2: #m#/bin/stub\n";
const DIRECT: &str = "Direct ttyS1 - 9600 direct\n";
const DIALER: &str = "ACU ttyS1 - 9600 /bin/dialX\n";

/// The plan of `sco_getty WORDS ttyS1 m` with this Devices file.
fn sco_plan(devices: &str, words: &str) -> LinePlan {
    let mut reader =
        MapReader::default().file("/etc/gettydefs", G).file("/usr/lib/uucp/Devices", devices).device("ttyS1");
    let line = format!("sco_getty {words} ttyS1 m");
    let argv: Vec<Vec<u8>> = line.split_whitespace().map(|word| word.as_bytes().to_vec()).collect();
    match sco::compile::compile(Persona::Sco, &argv, &Surroundings::default(), &mut reader) {
        Ok(Compiled::Plan(plan)) => *plan,
        other => panic!("no plan: {other:?}"),
    }
}

fn live_sco(devices: &str, words: &str, world: &mut World) -> Ended<Became> {
    run(&sco_plan(devices, words), world)
}

fn ended_at(world: &World) -> f64 {
    world.now().0.as_secs_f64()
}

fn typed(world: World, at: f64, bytes: &[u8]) -> World {
    world.at(Duration::from_secs_f64(at), Happening::Bytes(bytes.to_vec()))
}

#[test]
fn sco_18_each_prompt_has_its_own_time() {
    let mut world = typed(World::default(), 1.5, b"\r");
    let ended = live_sco("", "-hn -t 2", &mut world);
    assert_eq!(ended.status, 1);
    assert_eq!(ended_at(&world), 3.5);
    let said = world.said();
    assert_eq!(said.windows(7).filter(|window| *window == b"login: ").count(), 2);
}

#[test]
fn sco_45_an_end_of_file_first_is_no_caller() {
    let mut world = typed(World::default(), 20.0, b"\x04");
    let ended = live_sco(DIRECT, "-n", &mut world);
    assert_eq!(ended.status, 0);
    assert_eq!(world.said(), b"");
    let closed = world.deeds().iter().rev().find(|(_, deed)| *deed == Deed::Closed).unwrap().0;
    assert_eq!(
        (closed.0.as_secs(), ended_at(&world)),
        (20, 30.0),
        "the line is closed first, then 10 s pass"
    );
    assert!(world.locks().is_empty());
}

#[test]
fn sco_51_a_dialer_that_fails_is_told_in_words() {
    let script = Script { acts: vec![(secs(3), Act::Ends(0x8e))], stubborn: false };
    let mut world = World::default().program("/bin/dialX", script);
    let ended = live_sco(DIALER, "", &mut world);
    assert_eq!((ended.status, ended_at(&world)), (1, 13.0));
    assert_eq!(world.said(), b"");
    let told =
        world.logged().iter().any(|(_, _, text)| text.contains("no carrier") && text.contains("/bin/dialX"));
    assert!(told, "{:?}", world.logged());
}

#[test]
fn sco_52_a_dialer_that_finds_the_line_in_use() {
    let script = Script { acts: vec![(secs(1), Act::Ends(0x81))], stubborn: false };
    let mut world = World::default().program("/bin/dialX", script);
    let ended = live_sco(DIALER, "", &mut world);
    assert_eq!((ended.status, ended_at(&world)), (0, 11.0));
    assert_eq!(world.said(), b"");
    let unlocked = world.deeds().iter().find(|(_, deed)| *deed == Deed::Unlocked).unwrap().0;
    assert_eq!(unlocked.0.as_secs(), 1, "whoever has it finds no lock of ours");
}

#[test]
fn sco_80_two_of_them_do_not_talk_to_each_other() {
    // What one says is what the other hears: if each is silent as long as the other is, both are for ever.
    let mut said = Vec::new();
    for _ in 0..2 {
        let mut world = World::default().at(secs(60), Happening::Signal(Signal::Term));
        if !said.is_empty() {
            world = typed(world, 1.0, &said);
        }
        let ended = live_sco(DIRECT, "-n", &mut world);
        assert_eq!((ended.status, ended_at(&world)), (143, 60.0));
        said = world.said();
        assert_eq!(said, b"");
    }
    // One byte of noise wakes one of them, and its prompt the other: that is what the first byte is for.
    let mut world = typed(World::default(), 10.0, b"x").at(secs(60), Happening::Signal(Signal::Term));
    live_sco(DIRECT, "-n", &mut world);
    assert!(!world.said().is_empty(), "the test would see a byte");
}

#[test]
fn a_dialer_that_takes_too_long_is_ended() {
    for (stubborn, stops, total) in [(false, &[false][..], 100.0), (true, &[false, true], 105.0)] {
        let script = Script { acts: vec![(secs(500), Act::Ends(0))], stubborn };
        let mut world = World::default().program("/bin/dialX", script);
        let ended = live_sco(DIALER, "", &mut world);
        assert_eq!(
            (ended.status, ended_at(&world)),
            (1, total),
            "90 s, 5 s more for one that does not listen, 10 s"
        );
        let stopped = world.deeds().into_iter().filter_map(|(_, deed)| match deed {
            Deed::Stopped(by_force) => Some(by_force),
            _ => None,
        });
        assert_eq!(stopped.collect::<Vec<_>>(), stops);
        assert!(world.logged().iter().any(|(_, _, text)| text.contains("timeout")), "{:?}", world.logged());
    }
}

#[test]
fn a_dialer_may_wait_for_a_call_for_days() {
    let day = Duration::from_secs(86_400);
    let acts = vec![(secs(4), Act::Signals(Signal::Usr2)), (day * 3, Act::Ends(0x20))];
    let mut world = World::default().program("/bin/dialX", Script { acts, stubborn: false });
    world = world.at(day * 3 + secs(1), Happening::Signal(Signal::Term));
    let ended = live_sco(DIALER, "-fn", &mut world);
    assert_eq!(ended.status, 143);
    let deeds = world.deeds();
    let locked: Vec<(u64, bool)> = deeds
        .iter()
        .filter_map(|(at, deed)| match deed {
            Deed::Locked => Some((at.0.as_secs(), true)),
            Deed::Unlocked => Some((at.0.as_secs(), false)),
            _ => None,
        })
        .take(3)
        .collect();
    assert_eq!(
        locked,
        [(0, true), (4, false), (259_200, true)],
        "free while it waits, ours once the call is up"
    );
    assert!(!world.said().is_empty(), "the prompt");
}

#[test]
fn the_dialers_own_lock_is_nobody_elses() {
    let acts = vec![(secs(4), Act::Signals(Signal::Usr2)), (secs(60), Act::Ends(0x20))];
    let mut world = World::default().program("/bin/dialX", Script { acts, stubborn: false });
    // It rings after half a minute: the dialer locks the line, reads, answers.
    world = world.at(secs(30), Happening::Lock("ttyS1", OURS + 1)).at(secs(60), Happening::Unlock("ttyS1"));
    world = world.at(secs(90), Happening::Signal(Signal::Term));
    let ended = live_sco(DIALER, "-fn", &mut world);
    assert_eq!(ended.status, 143, "{:?}", world.logged());
    assert!(!world.said().is_empty(), "the prompt");
    assert!(
        !world.deeds().iter().any(|(_, deed)| matches!(deed, Deed::Stopped(_))),
        "the dialer was left alone"
    );
}

#[test]
fn a_caller_without_carrier_is_waited_for_with_an_eye_on_the_locks() {
    let mut world = World::default().carrier(false).at(secs(12), Happening::Lock("ttyS1", 77));
    world = world.at(secs(40), Happening::Unlock("ttyS1"));
    let ended = live_sco(DIRECT, "-n", &mut world);
    assert_eq!(ended.status, 0);
    assert!(ended_at(&world) >= 40.0 && ended_at(&world) <= 46.0, "{}", ended_at(&world));
    assert_eq!(world.said(), b"");
    assert_ne!(world.locks().get(&b"ttyS1"[..]), Some(&OURS));
}

#[test]
fn a_release_that_nobody_uses_ends_after_a_minute() {
    let mut world = World::default().at(secs(7), Happening::Signal(Signal::Usr1));
    let ended = live_sco(DIRECT, "-n", &mut world);
    assert_eq!((ended.status, ended_at(&world)), (0, 67.0));
    assert_eq!(world.said(), b"");
}
