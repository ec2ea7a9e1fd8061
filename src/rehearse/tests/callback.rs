//! callback, by the plan that is made of its file: what takes minutes, and what no pty can be made to do.

use super::*;
use polygetty_compat::mgetty::callback::compile::compile;

const MGETTY: i32 = 77;
const WATCHED: &str = "/var/run/mgetty.pid.ttyX";
const OK: &[u8] = b"\r\nOK\r\n";
const BUSY: &[u8] = b"\r\nBUSY\r\n";
const CONNECT: &[u8] = b"\r\nCONNECT 9600\r\n";

/// The plan of `callback WORDS` with these lines of callback.config.
fn plan(config: &str, words: &str) -> LinePlan {
    let config = format!("delay 0\ndelay-randomize 0\n{config}\n");
    let mut reader = MapReader::default().file("/etc/mgetty/callback.config", &config);
    let argv: Vec<Vec<u8>> =
        format!("callback {words}").split(' ').map(|word| word.as_bytes().to_vec()).collect();
    match compile(&argv, &Surroundings::default(), &mut reader) {
        Ok(Compiled::Plan(plan)) => *plan,
        other => panic!("no plan: {other:?}"),
    }
}

fn live(config: &str, words: &str, world: &mut World) -> u8 {
    run(&plan(config, words), world).status
}

/// A watched line, and a modem that takes modem-init.
fn modem() -> World {
    World::default()
        .at(secs(0), Happening::PidFile(WATCHED, MGETTY))
        .reply(b"ATQ0V1H0\r", Duration::from_millis(100), OK)
        .reply(b"AT+FCLASS=0\r", Duration::from_millis(100), OK)
}

/// The same where everybody is busy.
fn all_busy(dial: &[u8]) -> World {
    (0..100).fold(modem(), |world, _| world.reply(dial, Duration::from_millis(100), BUSY))
}

/// When numbers were dialled, in seconds.
fn dialled(world: &World) -> Vec<(u64, Vec<u8>)> {
    let dials = |(_, bytes): &(u64, Vec<u8>)| bytes.starts_with(b"ATD");
    typed_at(world).into_iter().filter(dials).collect()
}

fn ended_at(world: &World) -> u64 {
    world.deeds().last().map_or(0, |(at, _)| at.0.as_secs())
}

#[test]
fn mg_108_numbers_are_tried_until_the_time_is_over() {
    let config = "dial-prefix ATDP\nretry-time 2\nmax-time 5";
    let mut world = all_busy(b"ATDP111\r");
    assert_eq!(live(config, "-d -l ttyX 111", &mut world), 10);
    let number = || b"ATDP111\r".to_vec();
    assert_eq!(dialled(&world), [(4, number()), (6, number()), (8, number())]);
    assert_eq!(ended_at(&world), 9);
    assert!(world.locks().is_empty());

    let mut world = all_busy(b"ATDT111\r");
    assert_eq!(live("dial-prefix ATDT\nretry-time 1\nmax-time 2", "-d -l ttyX 111", &mut world), 10);
    assert_eq!(dialled(&world).len(), 2);
}

#[test]
fn without_a_retry_time_there_is_a_second_between_attempts() {
    let mut world = all_busy(b"ATD111\r");
    assert_eq!(live("retry-time 0\nmax-time 3", "-d -l ttyX 111", &mut world), 10);
    assert_eq!(dialled(&world).len(), 3);
    let mut world = modem().at(secs(0), Happening::Lock("ttyX", 99));
    assert_eq!(live("retry-time 0\nmax-time 3", "-d -l ttyX 111", &mut world), 10);
    assert!(world.logged().iter().filter(|entry| entry.2.contains("is in use")).count() <= 4);
}

#[test]
fn a_hang_up_of_whom_we_left_ends_nothing() {
    let hung_up = || all_busy(b"ATD111\r").at(secs(3), Happening::Signal(Signal::Hup));
    let mut world = hung_up();
    live("max-time 1", "-l ttyX 111", &mut world);
    assert_eq!(dialled(&world).len(), 1);
    let mut world = hung_up();
    assert_eq!(live("max-time 1", "-d -l ttyX 111", &mut world), 10);
    assert_eq!(dialled(&world), []);
}

#[test]
fn several_numbers_are_tried_in_turn_and_a_silent_modem_is_one_failure() {
    let mut world = modem()
        .reply(b"ATD111\r", secs(1), b"\r\nRINGING\r\n")
        .reply(b"ATD222\r", secs(1), b"\r\nNO DIAL TONE\r\n")
        .reply(b"ATD111\r", secs(1), CONNECT)
        .answers_signals(secs(1));
    assert_eq!(live("", "-d -l ttyX 111 222", &mut world), 0);
    let at: Vec<u64> = dialled(&world).into_iter().map(|(at, _)| at).collect();
    // 180 s for the first, then 30 s of retry-time each.
    assert_eq!(at, [4, 214, 245]);
    assert!(world.said().windows(8).any(|said| said == b"ATD111\r\r"), "the modem is told to stop");
}

#[test]
fn the_shortest_delay_is_four_seconds_and_the_spread_comes_on_top() {
    for (config, first) in
        [("delay 20\ndelay-randomize 10", 29), ("delay 1", 4), ("delay 0\ndelay-randomize 8", 7)]
    {
        let mut world = all_busy(b"ATD111\r");
        assert_eq!(live(&format!("max-time 1\n{config}"), "-d -l ttyX 111", &mut world), 10);
        assert_eq!(dialled(&world).first().map(|(at, _)| *at), Some(first), "{config}");
    }
}

#[test]
fn mg_81_the_call_is_handed_over_once_and_the_lock_is_left_to_who_has_it() {
    let mut world = modem().reply(b"ATD111\r", secs(20), CONNECT).answers_signals(secs(3));
    assert_eq!(live("", "-d -l ttyX 111", &mut world), 0);
    assert!(world.said().ends_with(b"Connection established, please wait...\r\n"));
    let signals: Vec<Deed> = world
        .deeds()
        .into_iter()
        .map(|(_, deed)| deed)
        .filter(|deed| matches!(deed, Deed::Signalled(..)))
        .collect();
    assert_eq!(signals, [Deed::Signalled(MGETTY, Signal::Usr1)]);
    let last = world.logged().last().unwrap();
    assert_eq!((last.1, last.2.as_str()), (Level::Audit, "callback: success, device=/dev/ttyX, mgetty=77"));
}

#[test]
fn mg_107_an_mgetty_that_does_not_answer_has_thirty_seconds() {
    // A signal of somebody else is no answer.
    let mut world = modem()
        .reply(b"ATD111\r", secs(6), CONNECT)
        .at(secs(20), Happening::SignalFrom(Signal::Usr1, 1234, 0));
    assert_eq!(live("", "-d -l ttyX 111", &mut world), 5);
    let sorry = typed_at(&world).into_iter().find(|(_, bytes)| bytes.starts_with(b"\r\nSorry"));
    assert_eq!(sorry.map(|(at, _)| at), Some(40));
    assert_eq!(ended_at(&world), 45);
    assert!(world.locks().is_empty());
}

#[test]
fn mg_82_and_106_lines_that_cannot_be_had() {
    let mut world = World::default();
    assert_eq!(live("", "-d -l ttyX 111", &mut world), 2);
    assert!(world.locks().is_empty() && world.said().is_empty());

    // One that is in use is waited for, but not for ever.
    let mut world = modem().at(secs(0), Happening::Lock("ttyX", 5));
    assert_eq!(live("max-time 100", "-d -l ttyX 111", &mut world), 10);
    assert_eq!(world.logged().last().map(|(at, ..)| at.0.as_secs()), Some(104));
    let mut world =
        all_busy(b"ATD111\r").at(secs(0), Happening::Lock("ttyX", 5)).at(secs(50), Happening::Unlock("ttyX"));
    assert_eq!(live("max-time 100", "-d -l ttyX 111", &mut world), 10);
    assert_eq!(dialled(&world).first().map(|(at, _)| *at), Some(64));

    let mut world = modem()
        .at(secs(0), Happening::Lock("ttyX", 5))
        .at(secs(0), Happening::PidFile("/var/run/mgetty.pid.ttyY", MGETTY))
        .reply(b"ATD111\r", secs(1), CONNECT)
        .answers_signals(secs(1));
    assert_eq!(live("", "-d -l ttyX:ttyY 111", &mut world), 0);
}

#[test]
fn mg_102_and_103_what_is_asked_and_said() {
    let mut world = all_busy(b"ATD5551234\r").typed(b"5551").typed(b"234\n");
    assert_eq!(live("max-time 1", "-l ttyX", &mut world), 10);
    let told = String::from_utf8(world.told.clone()).unwrap();
    assert!(told.starts_with("Telephone number for callback: callback goes on in the background"), "{told}");
    assert!(world.deeds().iter().any(|(_, deed)| *deed == Deed::Detached));
    assert_eq!(dialled(&world).first().map(|(_, bytes)| bytes.clone()), Some(b"ATD5551234\r".to_vec()));
    for typed in [&b"\n"[..], b"5;6\n", b"   \n"] {
        let mut world = modem().typed(typed);
        assert_eq!(live("", "-l ttyX", &mut world), 2);
        assert!(world.deeds().is_empty(), "nothing is done before the number is known");
    }
}

#[test]
fn a_modem_that_does_not_answer_and_a_signal_end_it() {
    let mut world = World::default().at(secs(0), Happening::PidFile(WATCHED, MGETTY));
    assert_eq!(live("", "-d -l ttyX 111", &mut world), 10);
    assert!(world.locks().is_empty());
    for signal in [Signal::Hup, Signal::Int, Signal::Quit, Signal::Term] {
        let mut world = all_busy(b"ATD111\r").at(secs(10), Happening::Signal(signal));
        assert_eq!(live("", "-d -l ttyX 111", &mut world), 10);
        assert!(world.locks().is_empty());
    }
}

#[test]
fn a_signal_hangs_up_what_is_being_dialled() {
    let hangs_up = |when: u64| {
        let mut world = modem().at(secs(when), Happening::Signal(Signal::Term));
        assert_eq!(live("", "-d -l ttyX 111", &mut world), 10);
        world.deeds().iter().any(|(_, deed)| *deed == Deed::Speed(0))
    };
    assert!(!hangs_up(2), "there is no line yet");
    assert!(hangs_up(30));
}

#[test]
fn who_hangs_up_to_be_called_back_is_called() {
    let early = Duration::from_millis(500);
    let mut world = all_busy(b"ATD111\r").at(early, Happening::Signal(Signal::Hup));
    assert_eq!(live("max-time 1", "-l ttyX 111", &mut world), 10);
    assert_eq!(dialled(&world).len(), 1);
}

#[test]
fn whatever_fails_the_lock_goes() {
    let mut world = modem().reply(b"ATD111\r", secs(1), CONNECT).answers_signals(secs(1));
    assert_eq!(live("", "-l ttyX 111", &mut world), 0);
    for call in 1..=world.calls() {
        let error = LineError::Failed("made to fail".into());
        let mut world =
            modem().reply(b"ATD111\r", secs(1), CONNECT).answers_signals(secs(1)).fail(call, error);
        live("max-time 60", "-l ttyX 111", &mut world);
        assert!(world.locks().is_empty(), "after call {call}");
        assert!(!world.waited_for_ever(), "after call {call}");
    }
}
