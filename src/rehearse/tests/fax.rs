//! A modem that is asked whether it takes faxes, within a whole life of mgetty.

use super::{Happening, Modem, World, run, secs};
use crate::engine::Ended;
use crate::rehearse::world::{Became, Deed};
use polygetty_compat::mgetty::compile::compile;
use polygetty_compat::plan::stage::{Level, Signal};
use polygetty_compat::plan::{Compiled, LinePlan};
use polygetty_compat::source::MapReader;
use polygetty_compat::surroundings::Surroundings;
use std::time::Duration;

const OK: &[u8] = b"\r\nOK\r\n";
const ERROR: &[u8] = b"\r\nERROR\r\n";

/// The plan of `mgetty ttyS1` with these lines in mgetty.config.
pub(super) fn plan(lines: &str) -> LinePlan {
    let text = format!("toggle-dtr n\ninit-chat \"\" ATZ OK\n{lines}\n");
    let mut reader = MapReader::default().file("/etc/mgetty/mgetty.config", &text).device("ttyS1");
    let argv = [b"mgetty".to_vec(), b"ttyS1".to_vec()];
    match compile(&argv, &Surroundings::default(), &mut reader) {
        Ok(Compiled::Plan(plan)) => *plan,
        other => panic!("no plan: {other:?}"),
    }
}

/// A modem that gives these answers; each follows what is told here, and `ATZ` is answered.
fn modem(answers: &[(&str, &[u8])]) -> World {
    let soon = Duration::from_millis(100);
    let start = World::default().reply(b"ATZ\r", soon, OK).at(secs(300), Happening::Signal(Signal::Term));
    answers.iter().fold(start, |world, (to, says)| {
        let says = [to.as_bytes(), b"\r", says].concat(); // it echoes
        world.reply(format!("{to}\r").as_bytes(), soon, &says)
    })
}

/// A life up to its end by TERM, after the line has waited for a call.
fn live(lines: &str, world: &mut World) -> Ended<Became> {
    let ended = run(&plan(lines), world);
    assert!(says(world, "waiting..."), "{:?}", world.logged());
    assert_eq!(ended.status, 10);
    ended
}

fn says(world: &World, words: &str) -> bool {
    world.logged().iter().any(|(_, _, text)| text.contains(words))
}

fn warnings(world: &World) -> Vec<&str> {
    let loud = world.logged().iter().filter(|(_, level, _)| *level == Level::Warning);
    loud.map(|(_, _, text)| text.as_str()).filter(|text| !text.contains("root")).collect()
}

/// What was typed after the initialisation.
fn typed(world: &World) -> Vec<String> {
    let said = String::from_utf8(world.said()).unwrap();
    let commands = said.strip_prefix("ATZ\r").unwrap();
    commands.split_terminator('\r').map(str::to_owned).collect()
}

#[test]
fn mg_24_a_bit_order_that_is_refused_is_left() {
    let mut world = modem(&[
        ("AT+FCLASS=2.0", OK),
        ("AT+FAA=1;+FCR=1", OK),
        ("AT+FBO=1", ERROR),
        ("AT+FBO=0", OK),
        ("AT+FNR=1,1,1,0", OK),
        ("AT+FLI=\"49 89 1\"", OK),
        ("AT+FCC=1,5,0,2,0,0,0,0", OK),
    ]);
    live("modem-type c2.0\nfax-id 49 89 1", &mut world);
    assert_eq!(
        typed(&world),
        [
            "AT+FCLASS=2.0",
            "AT+FAA=1;+FCR=1",
            "AT+FBO=1",
            "AT+FBO=0",
            "AT+FNR=1,1,1,0",
            "AT+FLI=\"49 89 1\"",
            "AT+FCC=1,5,0,2,0,0,0,0"
        ]
    );
    assert_eq!(warnings(&world), ["the modem does not take AT+FBO=1"]);
    // 50 ms before each: the modem has just answered.
    let said = world.deeds().into_iter();
    let times: Vec<Duration> = said
        .filter(|(_, deed)| matches!(deed, Deed::Said(bytes) if bytes.starts_with(b"AT")))
        .map(|(at, _)| at.0)
        .collect();
    for pair in times.windows(2) {
        assert_eq!(pair[1] - pair[0], Duration::from_millis(150), "{times:?}");
    }
}

const CLASS_2: [&str; 6] =
    ["AT+FCLASS=2", "AT+FCLASS=0", "AT+FAA=1;+FCR=1", "AT+FBOR=0", "AT+FLID=\"\"", "AT+FDCC=1,5,0,2,0,0,0,0"];

#[test]
fn mg_25_class_2_is_set_up_with_these_commands_and_no_others() {
    let mut world = modem(&CLASS_2.map(|command| (command, OK)));
    live("modem-type cls2", &mut world);
    assert_eq!(typed(&world), CLASS_2);
    assert_eq!(warnings(&world), [""; 0]);
}

#[test]
fn mg_25_faxes_alone_stay_in_their_class() {
    let stays = |command: &&str| !command.contains("FCLASS=0");
    let commands: Vec<String> =
        CLASS_2.iter().filter(|c| stays(c)).map(|command| command.replace("FAA=1", "FAA=0")).collect();
    let answers: Vec<(&str, &[u8])> = commands.iter().map(|command| (command.as_str(), OK)).collect();
    let mut world = modem(&answers);
    live("modem-type cls2\nfax-only yes", &mut world);
    assert_eq!(typed(&world), commands);
    // A modem that must not leave its class takes data calls all the same.
    let mut world = modem(&CLASS_2.map(|command| (command, OK)));
    live("modem-type cls2\nmodem-quirks 1", &mut world);
    assert!(!typed(&world).contains(&"AT+FCLASS=0".to_owned()) && typed(&world).contains(&CLASS_2[2].into()));
}

#[test]
fn mg_26_without_a_fax_class_the_line_waits_for_data() {
    let mut world = modem(&[("ATI", ERROR), ("AT+FCLASS=2.0", ERROR), ("AT+FCLASS=2", ERROR)]);
    live("", &mut world);
    assert_eq!(typed(&world), ["ATI", "AT+FCLASS=2.0", "AT+FCLASS=2"]);
    assert!(warnings(&world).iter().any(|text| text.contains("no class 2/2.0 faxmodem")));
    // The same from a modem that knows no fax commands, and says OK to ATI without a number.
    let mut world = World::default().modem(Modem::new(9600)).at(secs(60), Happening::Signal(Signal::Term));
    live("", &mut world);
    assert_eq!(typed(&world), ["ATI", "AT+FCLASS=2.0", "AT+FCLASS=2"]);
}

#[test]
fn a_modem_that_says_nothing_is_left_alone_after_ten_seconds_each() {
    let mut world = modem(&[]);
    live("", &mut world);
    assert_eq!(typed(&world), ["ATI", "AT+FCLASS=2.0", "AT+FCLASS=2"]);
    let waiting = world.logged().iter().find(|(_, _, text)| text == "waiting...").unwrap();
    assert_eq!(waiting.0.0.as_secs(), 31);
}

#[test]
fn the_model_tells_the_class_and_what_is_odd() {
    let first = |number: &str, answers: &[(&str, &[u8])]| {
        let said = format!("\r\n{number}\r\n\r\nOK\r\n").into_bytes();
        let all: Vec<(&str, &[u8])> =
            [("ATI", said.as_slice())].into_iter().chain(answers.iter().copied()).collect();
        let mut world = modem(&all);
        live("", &mut world);
        typed(&world)
    };
    assert_eq!(first("1496", &[("AT+FCLASS=2.0", OK)])[..3], ["ATI", "AT+FCLASS=2.0", "AT+FAA=1;+FCR=1"]);
    assert_eq!(first("33600", &[("AT+FCLASS=2", OK)])[..3], ["ATI", "AT+FCLASS=2", "AT+FCLASS=0"]);
    assert_eq!(first("288", &[("AT+FCLASS=2", OK)])[..3], ["ATI", "AT+FCLASS=2", "AT+FAA=1;+FCR=1"]);
    let refused = [("AT+FCLASS=2", ERROR), ("AT+FCLASS=2.0", OK)];
    assert_eq!(first("14400", &refused)[..3], ["ATI", "AT+FCLASS=2", "AT+FCLASS=2.0"]);
    assert_eq!(first("1444", &[]), ["ATI"]);
    assert_eq!(first("0815", &[("AT+FCLASS=2.0", ERROR)])[..3], ["ATI", "AT+FCLASS=2.0", "AT+FCLASS=2"]);
}

#[test]
fn a_modem_lists_its_classes() {
    let first = |said: &[u8]| {
        let mut world = modem(&[("AT+FCLASS=?", said), ("AT+FCLASS=2", OK)]);
        live("modem-type auto1", &mut world);
        typed(&world)[1..].iter().take(1).cloned().collect::<Vec<_>>()
    };
    assert_eq!(first(b"\r\n0,1,2\r\n\r\nOK\r\n"), ["AT+FCLASS=2"]);
    assert_eq!(first(b"\r\n0,2,2.0\r\n\r\nOK\r\n"), ["AT+FCLASS=2.0"]);
    assert_eq!(first(b"\r\n0,1\r\n\r\nOK\r\n"), [""; 0]);
    assert_eq!(first(ERROR), ["AT+FCLASS=2.0"]);
}

#[test]
fn a_speed_that_is_refused_becomes_9600() {
    let up_to = |speed: u32, digit: &str| {
        let fast = format!("AT+FDCC=1,{digit},0,2,0,0,0,0");
        let mut answers: Vec<(&str, &[u8])> = CLASS_2[..5].iter().map(|command| (*command, OK)).collect();
        answers.push((&fast, ERROR));
        let mut world = modem(&answers);
        live(&format!("modem-type cls2\nfax-max-speed {speed}"), &mut world);
        let all = typed(&world);
        assert_eq!(all[5], fast);
        all[6..].to_vec()
    };
    assert_eq!(up_to(14400, "5"), ["AT+FDCC=1,3,0,2,0,0,0,0"]);
    assert_eq!(up_to(33600, "D"), ["AT+FDCC=1,3,0,2,0,0,0,0"]);
    assert_eq!(up_to(9600, "3"), [""; 0]);
    assert_eq!(up_to(2400, "0"), [""; 0]);
}

#[test]
fn a_modem_that_goes_ends_it() {
    let mut world = modem(&[("ATI", b"")]).at(secs(3), Happening::HangUp);
    assert_eq!(run(&plan(""), &mut world).status, 30);
}
