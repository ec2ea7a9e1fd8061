//! uugetty: locks, ringback and the timetable, where they take hours.

use super::*;
use crate::engine::world::Host;
use crate::rehearse::calendar::second as utc;
use crate::rehearse::locks::OURS;

/// The plan of `uugetty WORDS` with these lines in conf.uugetty.
fn shared(conf: &str, words: &str) -> LinePlan {
    let conf = format!("SYSTEM=host\nISSUE=Hi\\c\nCLEAR=NO\n{conf}\n");
    let mut reader =
        MapReader::default().file("/etc/gettydefs", G).file("/etc/conf.uugetty", &conf).device("ttyS1");
    let argv: Vec<Vec<u8>> =
        format!("uugetty {words}").split(' ').map(|word| word.as_bytes().to_vec()).collect();
    match compile(Persona::Uugetty, &argv, &Surroundings::default(), &mut reader) {
        Ok(Compiled::Plan(plan)) => *plan,
        other => panic!("no plan: {other:?}"),
    }
}

fn live_shared(conf: &str, world: &mut World) -> Ended<Became> {
    run(&shared(conf, "ttyS1 9600"), world)
}

fn ended_at(world: &World) -> u64 {
    world.now().0.as_secs()
}

const CALL: &str = "HANGUP=NO\nWAITFOR=RING\nCONNECT=\"\" ATA\\r CONNECT\\s\\A";

/// When the first ring comes.
const FIRST: u64 = 100;

/// Rings at these seconds, counted from the first, and a modem that answers ATA.
fn rings(at: &[u64]) -> World {
    let world = World::default().reply(b"ATA\r", secs(1), b"\r\nCONNECT 2400\r\n");
    at.iter().fold(world, |world, at| world.at(secs(FIRST + at), Happening::Bytes(b"\r\nRING\r\n".to_vec())))
}

/// When the call was answered, if it was; when the life ended, and how.
fn answered_at(conf: &str, at: &[u64]) -> (Option<u64>, u64, u8) {
    let mut world = rings(at);
    let ended = live_shared(&format!("{CALL}\nRINGBACK=YES\n{conf}"), &mut world);
    let answer = typed_at(&world).iter().find(|(_, bytes)| bytes == b"ATA\r").map(|(at, _)| at - FIRST);
    if answer.is_none() {
        assert_eq!(world.said(), b"", "nothing is sent before a call is accepted");
    }
    (answer, ended_at(&world) - FIRST, ended.status)
}

#[test]
fn gps_46_after_a_wait_it_ends_with_0_and_has_touched_nothing() {
    let mut world = World::default().at(secs(0), Happening::Lock("ttyS1", 77));
    world = world.at(secs(95), Happening::Unlock("ttyS1"));
    let ended = live_shared("INIT=\"\" AT\\r OK", &mut world);
    assert_eq!((ended.status, ended_at(&world)), (0, 120));
    assert_eq!(world.deeds(), []);
    assert!(world.owned.is_empty() && world.records.is_empty());
    let told = world.logged().iter().filter(|(_, _, text)| text.contains("is in use")).count();
    assert_eq!(told, 1, "{:?}", world.logged());
}

#[test]
fn gps_47_either_name_is_waited_for() {
    let mut world = World::default()
        .at(secs(0), Happening::Lock("ttyS9", 77))
        .at(secs(10), Happening::Unlock("ttyS9"))
        .at(secs(10), Happening::Lock("ttyS1", 78))
        .at(secs(40), Happening::Unlock("ttyS1"));
    let ended = live_shared("ALTLOCK=ttyS9", &mut world);
    assert_eq!((ended.status, ended_at(&world), world.deeds().len()), (0, 60, 0));
    let told = world.logged().iter().filter(|(_, _, text)| text.contains("is in use")).count();
    assert_eq!(told, 2, "each holder is told of: {:?}", world.logged());
}

#[test]
fn the_lock_comes_before_the_hang_up_and_goes_after_the_close() {
    let mut world = World::default().at(secs(60), Happening::Signal(Signal::Term));
    assert_eq!(live_shared("HANGUP=YES", &mut world).status, 1);
    let deeds: Vec<Deed> = world.deeds().into_iter().map(|(_, deed)| deed).collect();
    let place = |wanted: &Deed| deeds.iter().position(|deed| deed == wanted).expect("it is done");
    assert!(place(&Deed::Locked) < place(&Deed::Opened));
    assert!(place(&Deed::Locked) < place(&Deed::Speed(0)));
    assert_eq!(deeds.get(deeds.len() - 2..), Some(&[Deed::Closed, Deed::Unlocked][..]));
    assert!(world.locks().is_empty());
}

#[test]
fn gps_49_a_lock_that_appears_while_it_waits_is_seen_within_half_a_minute() {
    for conf in [CALL, "HANGUP=NO\nWAITCHAR=YES"] {
        for appears in [1, 100, 129] {
            let mut world = World::default().at(secs(appears), Happening::Lock("ttyS1", 77));
            let ended = live_shared(conf, &mut world);
            assert_eq!((ended.status, world.said()), (0, Vec::new()));
            assert!((appears..=appears + 30).contains(&ended_at(&world)), "{}", ended_at(&world));
            assert_eq!(world.locks().get(&b"ttyS1"[..]), Some(&77));
        }
    }
}

#[test]
fn gps_49_what_arrives_under_a_foreign_lock_is_left_alone() {
    let mut world = World::default()
        .at(secs(100), Happening::Lock("ttyS1", 77))
        .at(secs(101), Happening::Bytes(b"CONNECT 2400\r\n".to_vec()));
    let ended = live_shared(CALL, &mut world);
    assert_eq!((ended.status, ended_at(&world), world.said()), (0, 101, Vec::new()));
    let after: Vec<_> = world.deeds().into_iter().filter(|(at, _)| at.0 >= secs(100)).collect();
    assert_eq!(after, [(Moment(secs(101)), Deed::Closed)], "no modes, no DTR, no lock");
}

#[test]
fn a_dialer_without_lock_files_is_given_way_to() {
    let mut world =
        World::default().at(secs(100), Happening::Claim(true)).at(secs(101), Happening::Bytes(b"x".to_vec()));
    let ended = live_shared(CALL, &mut world);
    assert_eq!((ended.status, world.said()), (0, Vec::new()));
    assert!(world.locks().is_empty());
    // And at the start the line counts as busy until it is over.
    let mut world = World::default()
        .at(secs(0), Happening::Claim(true))
        .at(secs(15), Happening::Claim(false))
        .at(secs(60), Happening::Signal(Signal::Term));
    assert_eq!(live_shared("", &mut world).status, 1);
    assert_eq!(typed_at(&world).first().map(|(at, _)| *at), Some(22), "20 s, and 2 on hook");
}

#[test]
fn gps_45_the_locks_are_the_next_programs() {
    let mut world = World::default().at(secs(60), Happening::Bytes(b"bob\r".to_vec()));
    let ended = live_shared("ALTLOCK=ttyS9", &mut world);
    let became = ended.became.expect("login runs");
    assert_eq!(became.locks, [b"ttyS1".to_vec(), b"ttyS9".to_vec()]);
    assert_eq!(world.locks().values().copied().collect::<Vec<_>>(), [OURS, OURS]);
}

#[test]
fn gps_73_a_lock_while_carrier_is_awaited() {
    let mut world = World::default().carrier(false).at(secs(100), Happening::Lock("ttyS1", 77));
    let ended = live_shared("HANGUP=NO\nINIT=\"\" AT\\r \\T3OK-A-", &mut world);
    assert_eq!((ended.status, world.said()), (0, b"AT\rA".to_vec()));
    assert!(ended_at(&world) <= 130);
}

#[test]
fn gps_53_the_second_call_is_answered() {
    assert_eq!(answered_at("", &[0, 4, 20]).0, Some(20));
}

#[test]
fn gps_54_a_first_call_that_rings_too_often_is_no_signal() {
    assert_eq!(answered_at("", &[0, 4, 8, 12, 16, 36]), (None, 36, 0));
}

#[test]
fn gps_55_no_second_call_and_a_first_call_anew() {
    assert_eq!(answered_at("", &[0]), (None, 60, 0));
    assert_eq!(answered_at("", &[0, 7, 20]).0, Some(20));
    // The rings before do not count: with at least two the one at 7 s begins again.
    assert_eq!(answered_at("MINRINGS=2", &[0, 4, 11, 24]), (None, 24, 0));
}

#[test]
fn gps_85_the_numbers_of_ringback() {
    let conf = "MINRINGS=2\nMAXRINGS=2\nMINRBTIME=10\nMAXRBTIME=40\nINTERRING=5";
    assert_eq!(answered_at(conf, &[0, 15]), (None, 15, 0));
    assert_eq!(answered_at(conf, &[0, 3, 18]).0, Some(18));
    assert_eq!(answered_at(conf, &[0, 3, 44]), (None, 43, 0));
}

#[test]
fn a_storm_of_rings_is_no_call() {
    let mut world = (0..5000u64).fold(World::default(), |w, n| {
        w.at(Duration::from_millis(n * 20), Happening::Bytes(b"RING".to_vec()))
    });
    let ended = live_shared(&format!("{CALL}\nRINGBACK=YES"), &mut world);
    assert_eq!((ended.status, world.said()), (0, Vec::new()));
    assert!(world.locks().is_empty());
}

const TALK: &str = "INIT=\"\" ATI\\r OK\nOFF=\"\" ATH\\r\nWAITFOR=RING";

/// What was sent in one life that begins at this moment of UTC, local time being the same; how long it took.
fn scheduled(conf: &str, from: i64, more: impl FnOnce(World) -> World) -> (World, Ended<Became>) {
    let mut world = more(World::default().clock(WallTime(from), 0).modem(Modem::new(2400)));
    let ended = live_shared(&format!("HANGUP=NO\n{TALK}\n{conf}"), &mut world);
    (world, ended)
}

#[test]
fn gps_56_outside_its_hours_the_modem_gets_off() {
    // A Monday.
    let (world, ended) = scheduled("SCHED=1:8:00-1:18:00", utc(2026, 11, 23, 7, 59), |world| world);
    assert_eq!(world.said(), b"ATH\r");
    assert_eq!((ended.status, ended_at(&world)), (0, 60));
    assert!(world.locks().is_empty());
    let closed = world.deeds().iter().rposition(|(_, deed)| *deed == Deed::Closed);
    let unlocked = world.deeds().iter().rposition(|(_, deed)| *deed == Deed::Unlocked);
    assert!(
        closed < unlocked && world.deeds().last().unwrap().0 == Moment::default(),
        "asleep without the line"
    );
}

#[test]
fn gps_57_the_end_of_its_hours_ends_an_idle_life_and_no_call() {
    let (world, ended) = scheduled("SCHED=1:8:00-1:18:00", utc(2026, 11, 23, 10, 0), |world| world);
    assert_eq!(world.said(), b"ATI\r");
    assert_eq!((ended.status, ended_at(&world)), (0, 8 * 3600));

    let call = 8 * 3600 - 60;
    let conf = "CONNECT=\"\" ATA\\r CONNECT\\s\\A\nSCHED=1:8:00-1:18:00";
    let (world, ended) = scheduled(conf, utc(2026, 11, 23, 10, 0), |world| {
        world.at(secs(call), Happening::Call).at(secs(call + 600), Happening::Bytes(b"bob\r".to_vec()))
    });
    assert!(ended.became.is_some(), "{:?}", world.logged());
    assert!(ended_at(&world) >= call + 600);
}

#[test]
fn gps_86_two_ranges() {
    let sched = "SCHED=1:8:0-1:12:0 3:8:0-3:12:0";
    let (world, _) = scheduled(sched, utc(2026, 11, 25, 9, 0), |world| world);
    assert_eq!(world.said(), b"ATI\r");
    let (world, ended) = scheduled(sched, utc(2026, 11, 23, 13, 0), |world| world);
    assert_eq!((world.said(), ended.status), (b"ATH\r".to_vec(), 0));
    assert_eq!(world.wall(), WallTime(utc(2026, 11, 25, 8, 0)));
}

#[test]
fn a_clock_that_is_set_is_noticed_within_half_an_hour() {
    let (world, ended) = scheduled("SCHED=1:8:00-1:18:00", utc(2026, 11, 23, 1, 0), |world| {
        world.at(secs(3700), Happening::SetClock(6 * 3600))
    });
    // At 2:01 somebody makes it eight; the look at what would have been 2:30 sees it.
    assert_eq!((world.said(), ended.status, ended_at(&world)), (b"ATH\r".to_vec(), 0, 5400));
}

/// Lets init start lives until this moment; when INIT and OFF were sent, in local time.
fn week(sched: &str, zone: &[(i64, i64)], from: i64, until: i64) -> Vec<(String, &'static str)> {
    let mut world = World::default().zone(WallTime(from), zone).modem(Modem::new(2400));
    let plan = shared(&format!("HANGUP=NO\n{TALK}\n{sched}"), "ttyS1 9600");
    while world.wall().0 < until {
        assert_eq!(run(&plan, &mut world).status, 0);
        assert!(!world.waited_for_ever());
    }
    let sent = |(at, deed): (Moment, Deed)| {
        let Deed::Said(bytes) = deed else { return None };
        let wall = from + i64::try_from(at.0.as_secs()).unwrap();
        let local = world.local(WallTime(wall));
        let what = if bytes.starts_with(b"ATI") { "on" } else { "off" };
        Some((format!("{}.{} {}:{:02}", local.day, local.month, local.hour, local.minute), what))
    };
    world.deeds().into_iter().filter_map(sent).collect()
}

fn texts(list: &[(&str, &'static str)]) -> Vec<(String, &'static str)> {
    list.iter().map(|(at, what)| ((*at).to_owned(), *what)).collect()
}

#[test]
fn a_week_of_the_timetable_in_which_summer_time_ends() {
    // Central Europe, 25 October 2026: at 1:00 UTC three o'clock becomes two.
    let zone = [(i64::MIN, 7200), (utc(2026, 10, 25, 1, 0), 3600)];
    let sched = "SCHED=1:8:00-1:18:00 3:22:30-4:6:15 0:1:30-0:2:30 0:9:00-0:9:01";
    let sent = week(sched, &zone, utc(2026, 10, 18, 22, 0), utc(2026, 10, 26, 6, 0));
    let wanted = [
        ("19.10 0:00", "off"),
        ("19.10 8:00", "on"),
        ("19.10 18:00", "off"),
        ("21.10 22:30", "on"),
        ("22.10 6:15", "off"),
        ("25.10 1:30", "on"),
        ("25.10 2:30", "off"),
        // The hour from two to three comes twice, and so does the first half of it.
        ("25.10 2:00", "on"),
        ("25.10 2:30", "off"),
        ("25.10 9:00", "on"),
        ("25.10 9:01", "off"),
    ];
    assert_eq!(sent, texts(&wanted));
}

#[test]
fn a_week_of_the_timetable_in_which_summer_time_begins() {
    // 29 March 2026: at 1:00 UTC two o'clock becomes three.
    let zone = [(i64::MIN, 3600), (utc(2026, 3, 29, 1, 0), 7200)];
    let sent = week(
        "SCHED=0:2:15-0:4:00 0:2:00-0:3:00 1:8:00-1:8:30",
        &zone,
        utc(2026, 3, 28, 23, 0),
        utc(2026, 3, 30, 7, 0),
    );
    let wanted = [
        ("29.3 0:00", "off"),
        ("29.3 3:00", "on"),
        ("29.3 4:00", "off"),
        ("30.3 8:00", "on"),
        ("30.3 8:30", "off"),
    ];
    assert_eq!(sent, texts(&wanted));
}

#[test]
fn whatever_call_fails_no_lock_is_left_and_no_foreign_one_is_taken() {
    let conf = format!("INIT=\"\" AT\\r OK\\r\\n\n{CALL}\nTIMEOUT=60\nALTLOCK=ttyS9");
    let world = || {
        World::default()
            .modem(Modem::new(2400))
            .at(secs(30), Happening::Call)
            .at(secs(40), Happening::Bytes(b"anna\r".to_vec()))
            .at(secs(7200), Happening::Signal(Signal::Term))
    };
    let mut clean = world();
    assert!(live_shared(&conf, &mut clean).became.is_some());
    for call in 1..=clean.calls() {
        let errors =
            [LineError::HungUp, LineError::Busy, LineError::Gone("x".into()), LineError::Failed("x".into())];
        for error in errors {
            let mut world = world().fail(call, error.clone());
            let became = live_shared(&conf, &mut world).became.is_some();
            assert_eq!(world.locks().len(), if became { 2 } else { 0 }, "call {call}: {error}");
            let count = |wanted: &Deed| world.deeds().iter().filter(|(_, deed)| deed == wanted).count();
            assert_eq!(count(&Deed::Opened), count(&Deed::Closed), "call {call}: {error}");
        }
    }
}
