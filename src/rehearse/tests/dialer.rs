//! A dialer: the waits that last for minutes or days, and every call of the system that can fail.

use super::*;
use crate::engine::world::Host;
use crate::rehearse::locks::PARENT;
use polygetty_compat::dialer::compile::compile as dialer;

fn dial_plan(words: &str) -> LinePlan {
    let argv: Vec<Vec<u8>> =
        format!("dialX {words}").split(' ').map(|word| word.as_bytes().to_vec()).collect();
    dialer(&argv, &Surroundings::default(), &mut MapReader::default()).expect("a plan")
}

/// The status, and how many seconds it took.
fn dial(words: &str, world: &mut World) -> (u8, u64) {
    let ended = run(&dial_plan(words), world);
    (ended.status, world.now().0.as_secs())
}

/// A modem that takes commands, in a world whose line is locked for us.
fn modem() -> World {
    World::default().modem(Modem::new(9600)).at(secs(0), Happening::Lock("ttyS1", PARENT))
}

/// When this was done first.
fn when(world: &World, wanted: impl Fn(&Deed) -> bool) -> Option<Moment> {
    world.deeds().into_iter().find(|(_, deed)| wanted(deed)).map(|(at, _)| at)
}

fn says(text: &'static [u8]) -> impl Fn(&Deed) -> bool {
    move |deed| matches!(deed, Deed::Said(bytes) if bytes == text)
}

/// As long as getty lets a dialer run that does not wait for a call.
const LIMIT: u64 = 90;

#[test]
fn a_modem_that_is_off_is_given_up_in_time() {
    for words in ["-h ttyS1 9600", "-hcf ttyS1 9600", "ttyS1 5551212 9600"] {
        let mut world = World::default().modem(Modem::silent());
        let (status, seconds) = dial(words, &mut world);
        assert_eq!(status, 0x88, "{words}");
        assert!(seconds < 20, "{words}: {seconds} s");
        assert!(world.locks().is_empty());
    }
}

#[test]
fn a_call_that_nobody_takes_is_given_up_in_time_and_hung_up() {
    let mut world =
        World::default().reply(b"AT\r", secs(2), b"\r\nOK\r\n").reply(b"S0=0\r", secs(4), b"\r\nOK\r\n");
    let (status, seconds) = dial("ttyS1 5551212 9600", &mut world);
    assert_eq!(status, 0x88);
    assert!((60..LIMIT).contains(&seconds), "{seconds} s");
    let dialled = when(&world, says(b"ATDT5551212\r")).expect("it dials");
    let hung_up = world.deeds().into_iter().rev().find(|(_, deed)| *deed == Deed::Speed(0));
    assert!(hung_up.expect("it hangs up").0 >= dialled.after(secs(60)));
}

#[test]
fn a_line_that_never_falls_silent_gets_no_more_time() {
    let (status, seconds) = dial("-h ttyS1 9600", &mut World::default().babbling());
    assert_eq!(status, 0x88);
    assert!(seconds < 20, "{seconds} s");
    let ready =
        || World::default().babbling().reply(b"AT\r", secs(0), b"OK").reply(b"S0=0\r", secs(0), b"OK");
    let (status, seconds) = dial("ttyS1 5 9600", &mut ready());
    assert_eq!(status, 0x88);
    assert!((60..LIMIT).contains(&seconds), "{seconds} s");
    // Nor the line's lock: it is given back again and again.
    let mut world = ready().at(secs(100), Happening::Signal(Signal::Term));
    assert_eq!(dial("-h -c ttyS1 9600", &mut world), (0x82, 101));
    let unlocked = world.deeds().into_iter().filter(|(_, deed)| *deed == Deed::Unlocked).count();
    assert!(unlocked > 20, "{unlocked} times");
}

#[test]
fn a_call_that_comes_after_a_week_is_picked_up() {
    let week = secs(7 * 24 * 3600);
    let noise =
        (1..100u64).fold(modem(), |world, n| world.at(secs(n * 5000), Happening::Bytes(b"\0".to_vec())));
    let mut world = noise.at(week, Happening::Call);
    let (status, seconds) = dial("-h -c ttyS1 1200-9600", &mut world);
    assert_eq!(status, 13);
    assert!(seconds - week.as_secs() < 10);
    let told: Vec<Moment> =
        world.deeds().into_iter().filter(|(_, deed)| *deed == Deed::ToldParent).map(|(at, _)| at).collect();
    assert!(told.len() == 1 && told < vec![Moment(secs(10))], "{told:?}");
    assert!(when(&world, says(b"ATA\r")).expect("it answers") >= Moment(week));
    assert!(world.locks().is_empty());
}

#[test]
fn noise_is_no_call_and_the_line_is_anybodys_again() {
    let mut world = modem()
        .at(secs(100), Happening::Bytes(b"RIN\xff".to_vec()))
        .at(secs(200), Happening::Signal(Signal::Term));
    assert_eq!(dial("-h -c ttyS1 9600", &mut world), (0x82, 200));
    let (locked, unlocked) = (when(&world, |d| *d == Deed::Locked), when(&world, |d| *d == Deed::Unlocked));
    assert_eq!((locked, unlocked), (Some(Moment(secs(100))), Some(Moment(secs(103)))));
    assert_eq!(when(&world, says(b"ATA\r")), None);
}

#[test]
fn whoever_dials_out_while_it_waits_is_left_alone() {
    let mut world = modem().at(secs(300_000), Happening::Lock("ttyS1", 77));
    let (status, seconds) = dial("-h -f -c ttyS1 9600", &mut world);
    assert_eq!(status, 0x81);
    assert!((300_000..=300_005).contains(&seconds));
    let last = world.deeds().pop().expect("deeds");
    assert_eq!(last.1, Deed::Closed);
    let touched = world.deeds().into_iter().filter(|(at, deed)| at.0 > secs(60) && *deed != Deed::Closed);
    assert_eq!(touched.collect::<Vec<_>>(), []);
}

#[test]
fn without_its_getty_it_ends() {
    let mut world = modem().at(secs(3600), Happening::Orphaned);
    let (status, seconds) = dial("-h -c ttyS1 9600", &mut world);
    assert_eq!(status, 0x82);
    assert!((3600..=3605).contains(&seconds));
}

#[test]
fn a_signal_at_any_second_ends_it_and_leaves_no_lock() {
    for second in 0..12 {
        let mut world = World::default()
            .modem(Modem::new(9600))
            .at(Duration::from_millis(second * 400), Happening::Signal(Signal::Hup));
        let (status, seconds) = dial("-h ttyS1 9600", &mut world);
        assert!(status == 0x82 || status == 0 && second > 6, "{second}: {status:#x}");
        assert!(seconds < 10 && world.locks().is_empty());
    }
}

#[test]
fn whatever_the_system_refuses_it_ends_with_a_status_of_the_contract() {
    for words in ["-h ttyS1 9600", "-hc ttyS1 9600", "ttyS1 5551212 1200-9600"] {
        let begin = || World::default().modem(Modem::new(9600)).at(secs(60), Happening::Call);
        let mut whole = begin();
        let (status, _) = dial(words, &mut whole);
        assert!(status < 0x10, "{words}: {status:#x}");
        for call in 1..=whole.calls() {
            let error =
                if call % 2 == 0 { LineError::HungUp } else { LineError::Failed("made to fail".into()) };
            let mut world = begin().fail(call, error).at(secs(600), Happening::Signal(Signal::Term));
            let (status, _) = dial(words, &mut world);
            assert!(status < 0x10 || (0x80..=0x8f).contains(&status), "{words}, call {call}: {status:#x}");
            assert!(world.locks().is_empty(), "{words}, call {call}");
            assert!(!world.waited_for_ever(), "{words}, call {call}");
        }
    }
}
