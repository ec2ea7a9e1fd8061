//! Rings counted on the line of a modem that does not answer by itself.

use super::super::child::{Act, Script};
use super::*;
use polygetty_compat::mgetty::config::{Config, Sections, read};
use polygetty_compat::mgetty::options::{self, Asked};
use polygetty_compat::mgetty::ringing;
use polygetty_compat::plan::setting::Setting;
use polygetty_compat::plan::stage::{
    AwaitByte, End, Lock, LockFiles, LockFormat, OnSignal, Parting, PlannedStage, Then,
};
use polygetty_compat::site::Profile;
use polygetty_compat::source::SourceMap;
use proptest::prelude::*;

/// The statuses of lives that came to the stages behind.
const ANSWERED: u8 = 40;
const UP: u8 = 41;
const FAX: u8 = 42;

const SHUT: &str = "/etc/nologin.ttyS1";

fn config(text: &str) -> Config {
    let mut sources = SourceMap::default();
    let file = sources.add("mgetty.config".into(), text.as_bytes().to_vec());
    let Ok(Asked::Wait(typed)) = options::read(&[b"ttyS1".to_vec()]) else { panic!("no line") };
    read(Profile::Upstream, &typed.typed, Some((&sources, file)), Sections::Of(b"ttyS1")).config
}

/// Waits without the lock, then counts rings under it; `ATA` stands for all that comes after.
fn ring_plan(text: &str) -> LinePlan {
    let mut plan = plan("", "ttyS1 9600");
    let open = plan.stages.iter().find(|planned| matches!(planned.stage, Stage::Open(_))).unwrap().clone();
    let files = LockFiles {
        lines: Setting::built_in(vec![b"ttyS1".to_vec()]),
        dir: Setting::built_in("/var/lock".into()),
        of_parent: false,
    };
    let lock = Lock {
        files: files.clone(),
        format: Setting::built_in(LockFormat::Ascii),
        mode: 0o644,
        from_parent: false,
    };
    let byte = AwaitByte {
        discard_first: true,
        because: Setting::built_in(()),
        look: None,
        idle: Setting::built_in(None),
    };
    let behind = |mark, status| {
        PlannedStage::new(Stage::Close).mark(mark).end(End::Done, Then::Finish(status, Vec::new()))
    };
    let environment = [(b"TERM".to_vec(), b"dumb".to_vec())];
    let ata = Parting::Say(b"ATA\r".to_vec());
    plan.stages = vec![
        open,
        PlannedStage::new(Stage::Unlock).mark(ringing::IDLE),
        PlannedStage::new(Stage::AwaitByte(byte)).signal(Signal::Usr1, OnSignal::PickUp),
        PlannedStage::new(Stage::Lock(lock)),
        ringing::stage(&config(text), b"ttyS1", &environment)
            .end(End::Done, Then::Finish(ANSWERED, vec![ata])),
        behind(ringing::UP, UP),
        behind(ringing::FAX_CALL, FAX),
    ];
    plan
}

/// How a life ended: its status, how many seconds it took.
fn ring(text: &str, world: &mut World) -> (u8, u64) {
    let ended = run(&ring_plan(text), world);
    let last = world.deeds().last().map_or(0, |(at, _)| at.0.as_secs());
    (ended.status, last)
}

fn says(world: World, second: u64, bytes: &[u8]) -> World {
    world.at(secs(second), Happening::Bytes(bytes.to_vec()))
}

/// A world in which the modem says `RING` at these seconds.
fn rings_at(seconds: &[u64]) -> World {
    seconds.iter().fold(World::default(), |world, second| says(world, *second, b"\r\nRING\r\n"))
}

fn logged(world: &World, text: &str) -> bool {
    world.logged().iter().any(|(_, _, entry)| entry == text)
}

/// Whether it waits for the next call, without a lock, having answered none.
fn waits(world: &World) -> bool {
    world.waited_for_ever() && world.locks().is_empty() && world.said().is_empty()
}

#[test]
fn mg_34_junk_on_the_line() {
    let mut world = says(World::default(), 100, b"garbage\r\n");
    assert_eq!(ring("", &mut world), (0, 110));
    let warned = |(_, level, text): &(Moment, Level, String)| {
        *level == Level::Warning && text == "huh? Junk on the line?"
    };
    assert!(world.logged().iter().any(warned) && world.locks().is_empty());
}

#[test]
fn mg_35_too_few_rings() {
    let mut world = rings_at(&[100]);
    ring("rings 3", &mut world);
    assert!(logged(&world, "phone stopped ringing (rings=1, dev=ttyS1, pid=1000, caller='none')"));
    let unlocked = world.deeds().into_iter().rev().find(|(_, deed)| *deed == Deed::Unlocked);
    assert_eq!(unlocked.map(|(at, _)| at), Some(Moment(secs(110))));
    assert!(waits(&world));
}

#[test]
fn a_call_is_answered_at_the_ring_that_was_asked_for() {
    assert_eq!(ring("", &mut rings_at(&[100])), (ANSWERED, 100));
    assert_eq!(ring("rings 3", &mut rings_at(&[100, 106, 112])), (ANSWERED, 112));
    // Ten seconds are the longest gap, and another call counts anew.
    assert_eq!(ring("rings 2", &mut rings_at(&[100, 109])), (ANSWERED, 109));
    assert_eq!(ring("rings 2", &mut rings_at(&[100, 111, 117])), (ANSWERED, 117));
    assert_eq!(ring("rings 1\nport ttyS1\nrings 2", &mut rings_at(&[100, 106])), (ANSWERED, 106));
}

#[test]
fn mg_36_no_call_is_answered_on_a_shut_line() {
    let mut world = rings_at(&[100]).file(SHUT, b"");
    ring("", &mut world);
    assert!(logged(&world, "rejected, rings=1") && waits(&world));
}

#[test]
fn mg_37_the_line_is_opened_between_two_rings() {
    let mut world = rings_at(&[100, 106]).file(SHUT, b"").at(secs(103), Happening::Remove(SHUT));
    assert_eq!(ring("", &mut world), (ANSWERED, 106));
    // The rings before that were rings, too.
    let mut world = rings_at(&[100, 106]).file(SHUT, b"").at(secs(103), Happening::Remove(SHUT));
    assert_eq!(ring("rings 2", &mut world), (ANSWERED, 106));
}

#[test]
fn mg_38_a_modem_that_answers_by_itself_on_a_shut_line() {
    let mut world = says(rings_at(&[100]).file(SHUT, b""), 103, b"\r\nCONNECT 9600\r\n");
    assert_eq!(ring("", &mut world), (20, 108));
    assert_eq!(world.said(), b"\r\n\r\nSorry, no login allowed\r\n\r\nGoodbye...\r\n\r\n");
}

#[test]
fn a_fax_on_a_shut_line_is_not_received() {
    let mut world = says(rings_at(&[100]).file(SHUT, b""), 103, b"\r\n+FCON\r\n");
    assert_eq!(ring("", &mut world), (20, 103));
    assert!(world.said().is_empty());
}

#[test]
fn mg_41_a_signal_answers_whatever_has_rung() {
    let usr1 = |second, world: World| world.at(secs(second), Happening::Signal(Signal::Usr1));
    assert_eq!(ring("rings 3", &mut usr1(100, World::default())), (ANSWERED, 100));
    assert_eq!(ring("rings 3", &mut usr1(102, rings_at(&[100]))), (ANSWERED, 102));
    assert_eq!(ring("rings 3\nringback y", &mut usr1(102, rings_at(&[100]))), (ANSWERED, 102));
    assert_eq!(ring("rings 3", &mut usr1(102, rings_at(&[100]).file(SHUT, b""))), (ANSWERED, 102));
}

#[test]
fn a_signal_answers_one_call() {
    let mut plan = ring_plan("rings 3");
    let ringing =
        plan.stages.iter_mut().find(|planned| matches!(planned.stage, Stage::AwaitRing(_))).unwrap();
    ringing.ends.retain(|(end, _)| *end != End::Done);
    ringing.ends.push((End::Done, Then::At(ringing::IDLE, vec![Parting::Say(b"ATA\r".to_vec())])));
    let mut world = rings_at(&[100, 200]).at(secs(102), Happening::Signal(Signal::Usr1));
    run(&plan, &mut world);
    assert_eq!(typed_at(&world), [(102, b"ATA\r".to_vec())]);
    let stopped = "phone stopped ringing (rings=1, dev=ttyS1, pid=1000, caller='none')";
    assert!(logged(&world, stopped), "{:?}", world.logged());
}

#[test]
fn what_the_modem_says_in_place_of_a_ring() {
    for (said, status) in [
        ("CONNECT 9600\r\n", UP),
        ("\r\nCONNECT\r\n", UP),
        ("\r\n+FCON\r\n", FAX),
        ("+FCO\r\n", FAX),
        ("\r\nNO CARRIER\r\n", 20),
        ("NO DIAL TONE\r\n", 20),
        ("ERROR\r\n", 20),
        ("+FHNG:001\r\n", 20),
    ] {
        let mut world = says(rings_at(&[100]), 103, said.as_bytes());
        assert_eq!(ring("rings 5", &mut world), (status, 103), "{said}");
        let failed = logged(&world, "failed A_FAIL dev=ttyS1, pid=1000, caller='none'");
        assert_eq!(failed, status == 20, "{said}");
        assert!(world.locks().is_empty());
    }
}

#[test]
fn mg_45_the_first_call_is_a_sign() {
    let conf = "ringback y\nringback-time 30";
    assert_eq!(ring(conf, &mut rings_at(&[100, 106, 128])), (ANSWERED, 128));
    let mut world = rings_at(&[100, 106]);
    ring(conf, &mut world);
    let missed = world.logged().iter().find(|(_, _, text)| text == "missed ringback!");
    assert_eq!(missed.map(|(at, ..)| *at), Some(Moment(secs(106 + 17 + 30))));
    assert!(waits(&world));
    // One call that rings on is one call, and a second one may be too short.
    let mut world = rings_at(&[100, 116, 132, 148]);
    ring(conf, &mut world);
    assert!(logged(&world, "missed ringback!") && waits(&world));
    let mut world = rings_at(&[100, 120]);
    ring("ringback y\nrings 2", &mut world);
    assert!(logged(&world, "phone stopped ringing (rings=1, dev=ttyS1, pid=1000, caller='none')"));
    assert!(waits(&world));
}

#[test]
fn mg_99_the_second_call_is_another_callers() {
    let conf = "ringback y\nringback-time 60\nrings 2";
    let from = |world, second, number: &str| {
        says(world, second, format!("\r\nRING\r\nNMBR = {number}\r\n").as_bytes())
    };
    let two = |first, second| from(from(World::default(), 100, first), 120, second);
    let mut world = two("111", "222");
    ring(conf, &mut world);
    assert!(logged(&world, "missed ringback!") && waits(&world));
    assert_eq!(ring(conf, &mut from(two("111", "222"), 140, "222")), (ANSWERED, 140));
    assert_eq!(ring(conf, &mut two("111", "111")), (ANSWERED, 120));
    // Who hides the number may be anybody.
    assert_eq!(ring(conf, &mut two("P", "222")), (ANSWERED, 120));
    assert_eq!(ring(conf, &mut two("111", "P")), (ANSWERED, 120));
}

#[test]
fn lines_about_the_caller_count_as_a_ring_once_they_are_complete() {
    let block = b"\r\nDATE = 1120\r\nTIME = 1312\r\nNMBR = 5551234\r\nNAME = O'HARA \"X\"\x01;ls\r\n";
    let mut world = says(rings_at(&[100]), 102, block);
    run(&ring_plan("rings 2"), &mut world);
    let answered = world.deeds().into_iter().find(|(_, deed)| *deed == Deed::Said(b"ATA\r".to_vec()));
    assert_eq!(answered.map(|(at, _)| at), Some(Moment(Duration::from_millis(102_500))));
    // A ring behind them is one more.
    assert_eq!(ring("rings 2", &mut says(World::default(), 100, b"NMBR = 5\r\nRING\r\n")), (ANSWERED, 100));
    let mut world = says(rings_at(&[100]), 102, block);
    ring("rings 9", &mut world);
    assert!(logged(&world, "phone stopped ringing (rings=2, dev=ttyS1, pid=1000, caller='5551234')"));
}

/// What a program that is asked about the rings is told, and its variables.
fn told(world: &World) -> (String, String) {
    let program = world.started.first().expect("it is asked");
    assert_eq!(world.started.len(), 1);
    let words = program.arguments.iter().skip(2).map(|word| word.escape_ascii().to_string());
    let variables = program.environment.iter();
    let variables =
        variables.map(|(name, value)| format!("{}={}", name.escape_ascii(), value.escape_ascii()));
    (words.collect::<Vec<_>>().join("|"), variables.collect::<Vec<_>>().join("|"))
}

fn asked(world: World, acts: Vec<(Duration, Act)>) -> World {
    world.program("/bin/sh", Script { acts, stubborn: true })
}

#[test]
fn mg_49_a_program_says_how_often_it_rings() {
    let ends = |status| vec![(Duration::from_millis(10), Act::Ends(status))];
    let twelve = says(World::default(), 100, b"\r\nRING;0815;4711\r\n");
    let mut world = asked(says(twelve, 106, b"\r\nRING\r\n"), ends(12));
    assert_eq!(ring("rings 5\ncid-program /bin/cid -x\nmsn-list 11 4711", &mut world), (ANSWERED, 106));
    let (words, variables) = told(&world);
    assert_eq!(words, r#"/bin/cid -x \"$@\"|sh|ttyS1|0815||1|4711"#);
    assert_eq!(variables, "TERM=dumb|CALLER_ID=0815|CALLED_ID=4711|CONNECT=");
    // Nobody knows who calls: it is asked at the third ring. Ten and less say nothing.
    let mut world = asked(rings_at(&[100, 106, 112, 118, 124]), ends(10));
    assert_eq!(ring("rings 5\ncid-program /bin/cid", &mut world), (ANSWERED, 124));
    assert_eq!(told(&world).0, r#"/bin/cid \"$@\"|sh|ttyS1|none||0|"#);
    let asked_at = world.logged().iter().find(|(_, _, text)| text == "/bin/cid ended with 10");
    assert_eq!(asked_at.map(|(at, ..)| at.0.as_secs()), Some(112));
}

#[test]
fn nothing_of_the_first_call_is_told_of_the_second() {
    let first = says(World::default(), 100, b"\r\nRING;0815;4711\r\n");
    let then = |seconds: &[u64], world| {
        seconds.iter().fold(world, |world, second| says(world, *second, b"\r\nRING\r\n"))
    };
    let world = then(&[130, 136, 142], first);
    let mut world = asked(world, vec![(Duration::from_millis(10), Act::Ends(12))]);
    assert_eq!(ring("rings 3\nringback y\ncid-program cid", &mut world), (ANSWERED, 142));
    let callers: Vec<&[u8]> = world.started.iter().map(|program| program.arguments[5].as_slice()).collect();
    assert_eq!(callers, [b"0815".as_slice(), b"none"]);
}

#[test]
fn a_program_that_hangs_is_ended_and_the_call_answered() {
    let mut world = asked(rings_at(&[100, 106, 112, 118, 124, 130, 136, 142, 148]), Vec::new());
    let (status, seconds) = ring("rings 4\ncid-program /bin/cid", &mut world);
    assert_eq!((status, seconds), (ANSWERED, 112 + 30 + 5));
    assert!(world.deeds().iter().any(|(_, deed)| *deed == Deed::Stopped(true)));
    assert!(logged(&world, "/bin/cid is stopped after 30 s"));
    // One that cannot be run changes nothing.
    assert_eq!(ring("cid-program /bin/cid\nrings 3", &mut rings_at(&[100, 105, 110])), (ANSWERED, 110));
}

#[test]
fn a_signal_ends_a_program_that_is_asked() {
    let mut world =
        asked(rings_at(&[100, 106, 112]), Vec::new()).at(secs(120), Happening::Signal(Signal::Term));
    assert_eq!(ring("rings 4\ncid-program /bin/cid", &mut world), (1, 125));
    assert!(world.locks().is_empty());
}

#[test]
fn a_storm_of_rings_fills_neither_log_nor_memory() {
    let storm = b"RING\r".repeat(50_000);
    let mut world = says(World::default(), 100, &storm).file(SHUT, b"");
    ring("rings 3", &mut world);
    assert!(logged(&world, "rejected, rings=50000") && waits(&world));
    assert!(world.logged().len() < 150, "{} entries", world.logged().len());
    assert!(world.calls() < 500, "{} calls", world.calls());
    let long = [b"NMBR = ".to_vec(), b"5".repeat(4096), b"\r\n".to_vec()].concat();
    let mut world = says(World::default(), 100, &long);
    ring("rings 3", &mut world);
    let caller = "5".repeat(80);
    let text = format!("phone stopped ringing (rings=1, dev=ttyS1, pid=1000, caller='{caller}')");
    assert!(logged(&world, &text), "{:?}", world.logged());
}

#[test]
fn a_line_that_never_falls_silent_is_junk() {
    let (status, seconds) = ring("", &mut World::default().babbling());
    assert!(status == 0 && seconds <= 12, "{status} after {seconds} s");
}

#[test]
fn whatever_call_fails_the_line_is_closed_and_unlocked() {
    let world = || asked(rings_at(&[100, 106, 112]), vec![(secs(1), Act::Ends(12))]);
    let conf = "rings 3\ncid-program /bin/cid";
    let mut clean = world();
    ring(conf, &mut clean);
    for call in 1..=clean.calls() {
        for error in [LineError::HungUp, LineError::Failed("x".into())] {
            let mut world = world().fail(call, error);
            ring(conf, &mut world);
            let count = |wanted: &Deed| world.deeds().iter().filter(|(_, deed)| deed == wanted).count();
            assert_eq!(count(&Deed::Opened), count(&Deed::Closed), "call {call}");
            assert!(world.locks().is_empty(), "call {call}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn whatever_is_said_while_it_rings_it_comes_to_an_end(
        pieces in proptest::collection::vec(
            (
                0u64..200_000,
                prop_oneof![
                    Just(b"\r\nRING\r\n".to_vec()),
                    Just(b"\rRING;1;".to_vec()),
                    Just(b"\rNMBR = 12\r".to_vec()),
                    Just(b"NAME = \x1b$(x)".to_vec()),
                    Just(b"\r\nDRON=12\r\n".to_vec()),
                    proptest::collection::vec(any::<u8>(), 0..300),
                ],
            ),
            0..60,
        ),
        rings in 1u32..12,
        ringback in any::<bool>(),
        shut in any::<bool>(),
        status in any::<u8>(),
    ) {
        let world = pieces.iter().fold(World::default(), |world, (at, bytes)| {
            world.at(Duration::from_millis(*at), Happening::Bytes(bytes.clone()))
        });
        let world = if shut { world.file(SHUT, b"") } else { world };
        let mut world = asked(world, vec![(secs(1), Act::Ends(status))]).at(secs(100), Happening::Remove(SHUT));
        let conf = format!("rings {rings}\ncid-program cid\nringback {}", if ringback { "y" } else { "n" });
        let (status, seconds) = ring(&conf, &mut world);
        prop_assert!([0, 1, 20, 30, ANSWERED, UP, FAX].contains(&status), "{status}");
        prop_assert!(seconds < 600 && world.locks().is_empty());
        for program in &world.started {
            prop_assert!(program.arguments.iter().all(|word| word.len() <= 80));
            prop_assert!(program.arguments[2] == b"cid \"$@\"");
        }
        prop_assert!(world.logged().iter().all(|(_, _, text)| text.len() < 300));
    }
}
