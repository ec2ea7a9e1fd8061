//! getty_ps in the simulated world: what takes too long, or needs signals that no pty has.

mod ask_name;
mod by_rule;
mod callback;
mod chats;
mod dialer;
mod dialout;
mod fax;
mod fax_bundle;
mod fax_reception;
mod mgetty_calls;
mod mgetty_life;
mod own;
mod pid_file;
mod rings;
mod sco;
mod settle;
mod shared;
mod texts;

use super::modem::{Modem, Says};
use super::world::{Became, Deed, Happening, World};
use crate::engine::world::{LineError, Moment, WallTime};
use crate::engine::{Ended, run};
use polygetty_compat::getty_ps::compile::compile;
use polygetty_compat::persona::Persona;
use polygetty_compat::plan::Compiled;
use polygetty_compat::plan::LinePlan;
use polygetty_compat::plan::stage::{Issue, Level, Signal, Stage};
use polygetty_compat::sco::issue::{decode_with_backslashes, prompt};
use polygetty_compat::source::MapReader;
use polygetty_compat::surroundings::Surroundings;
use std::time::Duration;

const G: &str = "# comment first\n9600# B9600 CS8 # B9600 SANE -ISTRIP CLOCAL #@S login: #2400\n\n2400# B2400 CS8 # B2400 CS8 OPOST ISIG ICANON ECHO #login2400: #9600\n";
const P: &[u8] = b"\rHihost login: ";

fn secs(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// The plan of `getty WORDS` with these lines in conf.getty.
fn plan(conf: &str, words: &str) -> LinePlan {
    let conf = format!("HANGUP=NO\nSYSTEM=host\nISSUE=Hi\\c\nCLEAR=NO\n{conf}\n");
    let mut reader =
        MapReader::default().file("/etc/gettydefs", G).file("/etc/conf.getty", &conf).device("ttyS1");
    let argv: Vec<Vec<u8>> =
        format!("getty {words}").split(' ').map(|word| word.as_bytes().to_vec()).collect();
    match compile(Persona::Getty, &argv, &Surroundings::default(), &mut reader) {
        Ok(Compiled::Plan(plan)) => *plan,
        other => panic!("no plan: {other:?}"),
    }
}

fn live(conf: &str, words: &str, world: &mut World) -> Ended<Became> {
    run(&plan(conf, words), world)
}

/// When each piece was typed, in whole seconds.
fn typed_at(world: &World) -> Vec<(u64, Vec<u8>)> {
    let said = |(at, deed): (Moment, Deed)| {
        if let Deed::Said(bytes) = deed { Some((at.0.as_secs(), bytes)) } else { None }
    };
    world.deeds().into_iter().filter_map(said).collect()
}

#[test]
fn gps_16_the_time_for_a_name_is_not_bought_by_empty_names() {
    let mut world = (1..20)
        .fold(World::default(), |world, second| world.at(secs(second), Happening::Bytes(b"\r".to_vec())));
    let ended = live("", "-t 3 ttyS1 9600", &mut world);
    assert_eq!(ended.status, 1);
    assert!(world.said().ends_with(b"\r\nTimed out after 3 seconds.\r\n"));
    let deeds = world.deeds();
    assert!(deeds.contains(&(Moment(secs(3)), Deed::Speed(0))), "{deeds:?}");
    assert_eq!(deeds.last(), Some(&(Moment(secs(8)), Deed::Closed)));
}

#[test]
fn gps_23_how_long_the_line_is_on_hook() {
    let on_hook = |conf: &str, words: &str| {
        let mut reader =
            MapReader::default().file("/etc/gettydefs", G).file("/etc/conf.getty", conf).device("ttyS1");
        let argv: Vec<Vec<u8>> =
            format!("getty {words}").split(' ').map(|word| word.as_bytes().to_vec()).collect();
        let Ok(Compiled::Plan(plan)) = compile(Persona::Getty, &argv, &Surroundings::default(), &mut reader)
        else {
            panic!("no plan")
        };
        let mut world = World::default();
        run(&plan, &mut world);
        let speeds: Vec<(Moment, u32)> = world
            .deeds()
            .into_iter()
            .filter_map(|(at, deed)| if let Deed::Speed(bps) = deed { Some((at, bps)) } else { None })
            .collect();
        match speeds.as_slice() {
            [(from, 0), (until, 9600), ..] => Some(until.since(*from).as_secs()),
            _ => None,
        }
    };
    assert_eq!(on_hook("HANGUP=YES", "-h ttyS1 9600"), Some(2));
    assert_eq!(on_hook("HANGUP=YES", "-H 5 ttyS1 9600"), Some(5));
    assert_eq!(on_hook("HANGUPSECS=1", "-H 5 ttyS1 9600"), Some(1));
    assert_eq!(on_hook("HANGUP=NO", "ttyS1 9600"), None);
    assert_eq!(on_hook("", "-h ttyS1 9600"), None); // GPS-80
    assert_eq!(on_hook("", "ttyS1 9600"), Some(2));
}

#[test]
fn gps_33_what_arrives_in_the_delay_is_dropped() {
    let mut world = World::default()
        .at(secs(5), Happening::Bytes(b"x".to_vec()))
        .at(secs(6), Happening::Bytes(b"junk".to_vec()))
        .at(secs(9), Happening::Bytes(b"bob\r".to_vec()));
    let ended = live("WAITCHAR=YES\nDELAY=2", "ttyS1 9600", &mut world);
    assert_eq!(typed_at(&world).first().map(|(at, _)| *at), Some(7));
    assert_eq!(ended.became.unwrap().program.arguments, [b"login".to_vec(), b"bob".to_vec()]);
}

#[test]
fn gps_37_pauses_between_what_is_sent() {
    let mut world = World::default();
    let ended = live(r#"INIT="" A\pB\dC\r OK"#, "ttyS1 9600", &mut world);
    assert_eq!(ended.status, 255);
    assert_eq!(typed_at(&world), [(0, b"A".to_vec()), (1, b"B".to_vec()), (3, b"C\r".to_vec())]);
}

#[test]
fn gps_44_noise_is_no_ring() {
    let mut world = World::default().at(secs(3600), Happening::Bytes(b"NOISE".to_vec()));
    let ended = live("WAITFOR=RING", "ttyS1 9600", &mut world);
    assert_eq!((ended.status, world.said()), (0, Vec::new()));
    assert_eq!(world.deeds().last().map(|(at, _)| *at), Some(Moment(secs(3630))));
}

#[test]
fn gps_73_nothing_is_typed_before_carrier() {
    let mut world = World::default()
        .carrier(false)
        .reply(b"AT\r", Duration::from_millis(100), b"\r\nOK\r\n")
        .at(secs(7200), Happening::Carrier(true))
        .at(secs(7210), Happening::Bytes(b"bob\r".to_vec()));
    let ended = live(r#"INIT="" AT\r OK\r\n"#, "ttyS1 9600", &mut world);
    let deeds = world.deeds();
    let at = |wanted: &Deed, from: usize| {
        deeds.iter().skip(from).position(|(_, deed)| deed == wanted).map(|at| at + from)
    };
    let init = at(&Deed::Said(b"AT\r".to_vec()), 0).expect("INIT is sent");
    let closed = at(&Deed::Closed, init).expect("the line is closed after INIT");
    let opened = at(&Deed::Opened, closed).expect("and opened again");
    assert!(opened > closed);
    assert!(deeds.iter().skip(opened).all(|(at, deed)| !matches!(deed, Deed::Said(_)) || at.0 >= secs(7200)));
    let typed: Vec<u8> =
        typed_at(&world).into_iter().filter(|(at, _)| *at == 7200).flat_map(|(_, bytes)| bytes).collect();
    assert_eq!(typed, P);
    assert!(ended.became.is_some());
}

#[test]
fn gps_79_the_word_may_come_in_pieces() {
    let mut world = World::default()
        .at(secs(60), Happening::Bytes(b"\r\nRI".to_vec()))
        .at(secs(70), Happening::Bytes(b"NG".to_vec()));
    live("", "-w RING ttyS1 9600", &mut world);
    assert_eq!(typed_at(&world).first().map(|(at, _)| *at), Some(70));
    assert_eq!(world.said(), P);
}

#[test]
fn gps_81_a_day_of_silence() {
    let mut world = World::default().at(secs(86_400), Happening::Bytes(b"bob\r".to_vec()));
    let ended = live("", "ttyS1 9600", &mut world);
    assert_eq!(ended.became.unwrap().program.arguments.get(1).unwrap(), b"bob");
    let mut world = World::default();
    let ended = live("", "ttyS1 9600", &mut world);
    assert!(world.waited_for_ever() && ended.status == 1);
}

#[test]
fn gps_83_break_and_the_time_of_an_expect() {
    let fails_after = |script: &str| {
        let mut world = World::default();
        let ended = live(&format!("INIT={script}"), "ttyS1 9600", &mut world);
        assert_eq!(ended.status, 255, "{script}");
        let end = world.deeds().last().map(|(at, _)| at.0).unwrap();
        (world, end)
    };
    let (world, end) = fails_after(r#""" A\KB\r OK"#);
    let quarter = Moment(Duration::from_millis(250));
    let breaks: Vec<(Moment, Deed)> = world
        .deeds()
        .into_iter()
        .filter(|(_, deed)| matches!(deed, Deed::Break(_) | Deed::Said(_)))
        .collect();
    let wanted = [
        (Moment::default(), Deed::Said(b"A".to_vec())),
        (Moment::default(), Deed::Break(true)),
        (quarter, Deed::Break(false)),
        (quarter, Deed::Said(b"B\r".to_vec())),
    ];
    assert_eq!(breaks, wanted);
    assert_eq!(end, quarter.0 + secs(30));
    assert_eq!(fails_after(r#""" AT\r \T010OK"#).1, secs(8));
    assert_eq!(fails_after(r#""" AT\r \T0x5OK"#).1, secs(5));
    let (world, end) = fails_after(r#""" \T7AT\r OK"#);
    assert_eq!((world.said(), end), (b"AT\r".to_vec(), secs(7)));
}

#[test]
fn gps_84_sub_sends_one_after_the_other() {
    let script = r#"INIT="" AT\r \T3OK-ATZ\r-\T3OK-ATH\r-\T3OK"#;
    let mut world = World::default();
    let ended = live(script, "ttyS1 9600", &mut world);
    assert_eq!(typed_at(&world), [(0, b"AT\r".to_vec()), (3, b"ATZ\r".to_vec()), (6, b"ATH\r".to_vec())]);
    assert_eq!((ended.status, world.deeds().last().map(|(at, _)| at.0)), (255, Some(secs(9))));
    let failed = world
        .logged()
        .iter()
        .any(|(_, level, text)| *level == Level::Error && text.starts_with("warning: INIT sequence failed"));
    assert!(failed, "{:?}", world.logged());
    let mut world = World::default().reply(b"ATH\r", Duration::from_millis(10), b"OK\r\n");
    live(script, "ttyS1 9600", &mut world);
    assert!(world.said().ends_with(P));
}

#[test]
fn gps_38_a_call_through_the_modem() {
    let conf = "INIT=\"\" AT&F\\sE0\\sS0=0\\r OK\\r\\n\nWAITFOR=RING\nCONNECT=\"\" ATA\\r CONNECT\\s\\A";
    let mut world = World::default()
        .modem(Modem::new(2400))
        .at(secs(30), Happening::Call)
        .at(secs(40), Happening::Bytes(b"anna\r".to_vec()));
    let ended = live(conf, "ttyS1 9600", &mut world);
    let became = ended.became.expect("login runs");
    assert_eq!(became.program.arguments, [b"login".to_vec(), b"anna".to_vec()]);
    assert_eq!(became.modes.speed, Some(2400));
    let said = world.said();
    assert!(said.windows(11).any(|window| window == b"login2400: "), "{}", said.escape_ascii());
}

#[test]
fn a_signal_ends_a_life_with_the_status_of_the_plan() {
    for (signal, status) in [(Signal::Term, 1), (Signal::Quit, 1), (Signal::Hup, 0)] {
        let mut world = World::default().at(secs(10), Happening::Signal(signal));
        assert_eq!(live("", "ttyS1 9600", &mut world).status, status, "{}", signal.name());
        assert!(!world.waited_for_ever());
    }
    let mut world = World::default()
        .at(secs(10), Happening::Signal(Signal::Int))
        .at(secs(20), Happening::Bytes(b"bob\r".to_vec()));
    assert!(live("", "ttyS1 9600", &mut world).became.is_some());
}

#[test]
fn whatever_call_fails_a_life_ends_and_closes_the_line() {
    let conf = "INIT=\"\" AT\\r OK\\r\\n\nWAITFOR=RING\nCONNECT=\"\" ATA\\r CONNECT\\s\\A\nTIMEOUT=60";
    let world = || {
        World::default()
            .modem(Modem::new(2400))
            .at(secs(30), Happening::Call)
            .at(secs(40), Happening::Bytes(b"anna\r".to_vec()))
    };
    let mut clean = world();
    assert!(live(conf, "ttyS1 9600", &mut clean).became.is_some());
    let errors = [
        LineError::HungUp,
        LineError::Busy,
        LineError::Gone("x".into()),
        LineError::Refused("x".into()),
        LineError::Failed("x".into()),
    ];
    for call in 1..=clean.calls() {
        for error in &errors {
            let mut world = world().fail(call, error.clone());
            live(conf, "ttyS1 9600", &mut world);
            assert!(!world.waited_for_ever(), "call {call}: {error}");
            let count = |wanted: &Deed| world.deeds().iter().filter(|(_, deed)| deed == wanted).count();
            assert_eq!(count(&Deed::Opened), count(&Deed::Closed), "call {call}: {error}");
        }
    }
}

#[test]
fn the_modem_answers_as_modems_do() {
    let talk = |commands: &[&str]| {
        let mut modem = Modem::new(9600);
        modem.hear(b"ATE0\r", Moment::default());
        modem.speak(Moment(secs(1)));
        let mut said = Vec::new();
        for (second, command) in (2u64..).zip(commands) {
            modem.hear(command.as_bytes(), Moment(secs(second)));
            for says in modem.speak(Moment(secs(second) + Duration::from_millis(900))) {
                if let Says::Bytes(bytes) = says {
                    said.extend(bytes);
                }
            }
        }
        String::from_utf8(said).unwrap()
    };
    assert_eq!(talk(&["AT&F&D2S0=0\r"]), "\r\nOK\r\n");
    assert_eq!(talk(&["at\r"]), "\r\nOK\r\n");
    assert_eq!(talk(&["AT$\r"]), "\r\nERROR\r\n");
    assert_eq!(talk(&["ATV0\r", "AT\r"]), "0\r0\r");
    assert_eq!(talk(&["hello\r"]), "");
    assert_eq!(talk(&["ATA\r", "", ""]), "\r\nNO CARRIER\r\n");
}

#[test]
fn what_cannot_be_opened_keeps_its_owner_and_gets_no_record() {
    let mut world = World::default().without_line();
    assert_eq!(live("", "ttyS1 9600", &mut world).status, 255);
    assert!(world.records.is_empty() && world.owned.is_empty());
    let mut world = World::default();
    live("", "ttyS1 9600", &mut world);
    assert_eq!((world.records.len(), world.owned.len()), (1, 1));
}

#[test]
fn a_call_that_is_hung_up_while_the_modems_train_is_not_connected() {
    let mut modem = Modem::new(2400);
    modem.hear(b"ATE0\r", Moment::default());
    modem.speak(Moment(secs(1)));
    modem.call(Moment(secs(2)));
    modem.call(Moment(secs(3))); // it is ringing already
    modem.hear(b"ATA\r", Moment(secs(4)));
    modem.caller_hangs_up(Moment(secs(5)));
    let said = modem.speak(Moment(secs(60)));
    let text: Vec<u8> = said
        .into_iter()
        .filter_map(|says| if let Says::Bytes(bytes) = says { Some(bytes) } else { None })
        .flatten()
        .collect();
    assert!(!text.windows(7).any(|window| window == b"CONNECT"), "{}", text.escape_ascii());
    assert!(text.ends_with(b"NO CARRIER\r\n") && !modem.is_online());
}

#[test]
fn a_number_that_is_busy_is_not_when_it_is_dialled_again() {
    let mut modem = Modem::new(2400).finding_busy(1);
    modem.hear(b"ATE0\r", Moment::default());
    modem.speak(Moment(secs(1)));
    for (second, result) in [(2, "\r\nBUSY\r\n"), (9, "\r\nCONNECT 2400\r\n")] {
        modem.hear(b"ATD5551234\r", Moment(secs(second)));
        let says = modem.speak(Moment(secs(second + 5)));
        assert_eq!(says.first(), Some(&Says::Bytes(result.as_bytes().to_vec())));
        assert_eq!(modem.is_online(), result.contains("CONNECT"));
    }
}

#[test]
fn gps_28_what_the_parameters_stand_for() {
    // 2026-03-07 03:05:06 UTC, an hour behind local time
    let mut world = World::default().clock(WallTime(1_772_852_706), 3600).users(2);
    let mut reader = MapReader::default()
        .file("/etc/gettydefs", G)
        .file("/etc/conf.getty", "HANGUP=NO\nCLEAR=NO\nISSUE=@D|@T|@L|@U|@u|@B|@F|@@\\c\n")
        .device("pts/7");
    let argv = [b"getty".to_vec(), b"pts/7".to_vec(), b"9600".to_vec()];
    let Ok(Compiled::Plan(plan)) = compile(Persona::Getty, &argv, &Surroundings::default(), &mut reader)
    else {
        panic!("no plan")
    };
    run(&plan, &mut world);
    let said = world.said();
    assert_eq!(
        said.escape_ascii().to_string(),
        r"\r03/07/26|04:05:06|pts/7|2|2 Users|9600|node.example|@node login: "
    );
}

#[test]
fn a_raw_text_is_typed_as_it_is() {
    let mut world = World::default().clock(WallTime(1_772_852_706), 3600);
    let mut plan = plan("", "ttyS1 9600");
    let greeting = plan.stages.iter_mut().find_map(|planned| match &mut planned.stage {
        Stage::Greet(greet) => Some(greet),
        _ => None,
    });
    greeting.unwrap().issue.value = Issue::Text(decode_with_backslashes(br"\\d: \d"));
    plan.entries.iter_mut().for_each(|entry| entry.prompt = prompt(br"\r\na\n\000@\@: "));
    run(&plan, &mut world);
    assert_eq!(world.said().escape_ascii().to_string(), r"\r\\d: Sat Mar 07 2026\r\na\n\x00host@: ");
}

/// 64 KiB of a noisy line, without the bytes that answer something.
fn noise(seed: u64, without: &[u8]) -> Vec<u8> {
    let mut state = seed;
    let mut bytes = Vec::new();
    while bytes.len() < 64 << 10 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let byte = state.to_be_bytes()[0];
        if !without.contains(&byte) && !without.contains(&(byte & 0x7f)) {
            bytes.push(byte);
        }
    }
    bytes
}

#[test]
fn gps_71_noise_at_every_wait() {
    let seed = 2026;
    // Noise without the letters that make the word up never becomes it.
    let mut init = World::default().at(secs(1), Happening::Bytes(noise(seed, b"K")));
    assert_eq!(live(r#"INIT="" AT\r OK"#, "ttyS1 9600", &mut init).status, 255);
    let mut ring = World::default().at(secs(1), Happening::Bytes(noise(seed, b"R")));
    assert_eq!(live("WAITFOR=RING", "ttyS1 9600", &mut ring).status, 0);
    assert_eq!(ring.said(), b"");
    let mut answer = World::default().at(secs(1), Happening::Bytes(noise(seed, b"C")));
    assert_eq!(live(r#"CONNECT="" ATA\r CONNECT\s\A"#, "ttyS1 9600", &mut answer).status, 255);
    // At the prompt: the line is as good as new after it.
    let mut name = World::default()
        .at(secs(1), Happening::Bytes(noise(seed, b"\0\x04\x1c\r\n")))
        .at(secs(60), Happening::Bytes(b"\x15bob\r".to_vec()));
    let became = live("", "ttyS1 9600", &mut name).became.expect("login runs");
    assert_eq!(became.program.arguments.get(1).map(Vec::as_slice), Some(&b"bob"[..]));
}
