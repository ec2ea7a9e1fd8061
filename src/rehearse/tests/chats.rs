//! Chats as mgetty.config has them: their time, the words that end them, and what is tried when they fail.

use super::*;
use polygetty_compat::mgetty::config::{Config, Sections, read};
use polygetty_compat::mgetty::modem::{READY, answer, init, unheeded};
use polygetty_compat::plan::stage::{End, Parting, PlannedStage, SetModes, Then};
use polygetty_compat::site::Profile;
use polygetty_compat::source::SourceMap;

const FAILED: u8 = 1;
const FORCE: &[&[u8]] = &[b"\x10\x03", b"+++", b"\r", b"ATQ0V1H0\r"];

fn config(text: &str) -> Config {
    let mut sources = SourceMap::default();
    let file = sources.add("C".into(), text.as_bytes().to_vec());
    read(Profile::Upstream, &[], Some((&sources, file)), Sections::Of(b"ttyS1")).config
}

/// A plan that opens the line, does these stages, and ends with 0.
fn plan_of(stages: Vec<PlannedStage>, aside: Vec<PlannedStage>) -> LinePlan {
    let mut plan = plan("", "ttyS1 9600");
    plan.stages.retain(|planned| matches!(planned.stage, Stage::Open(_)));
    plan.stages.extend(stages);
    let ready = PlannedStage::new(Stage::Modes(SetModes::default()));
    plan.stages.push(ready.mark(READY).end(End::Done, Then::Finish(0, Vec::new())));
    plan.stages.extend(aside);
    plan
}

fn initialise(text: &str, world: &mut World) -> u8 {
    let log = Parting::Log(Level::Notice, "failed in mg_init_data");
    let init = init(&config(text), &Then::Finish(FAILED, vec![log]));
    let status = run(&plan_of(vec![init.first], init.aside), world).status;
    let logged = world.logged().iter().any(|(_, _, text)| text == "failed in mg_init_data");
    assert_eq!(logged, status == FAILED, "{:?}", world.logged());
    status
}

/// When each piece was typed, in milliseconds.
fn typed(world: &World) -> Vec<(u128, Vec<u8>)> {
    let said = |(at, deed): (Moment, Deed)| {
        if let Deed::Said(bytes) = deed { Some((at.0.as_millis(), bytes)) } else { None }
    };
    world.deeds().into_iter().filter_map(said).collect()
}

fn words(world: &World) -> Vec<Vec<u8>> {
    typed(world).into_iter().map(|(_, bytes)| bytes).collect()
}

fn warned(world: &World, wanted: &str) -> bool {
    world.logged().iter().any(|(_, level, text)| *level == Level::Warning && text.contains(wanted))
}

#[test]
fn mg_17_the_built_in_init_chat() {
    let ok = b"\r\nOK\r\n";
    let mut world =
        World::default().reply(b"ATQ0V1H0\r", secs(1), ok).reply(b"ATS0=0Q0&D3&C1\r", secs(1), ok);
    assert_eq!(initialise("", &mut world), 0);
    assert_eq!(typed(&world), [(550, b"ATQ0V1H0\r".to_vec()), (1600, b"ATS0=0Q0&D3&C1\r".to_vec())]);
}

#[test]
fn a_silent_modem_is_shaken_once() {
    let mut world = World::default();
    assert_eq!(initialise("init-chat \"\" ATZ OK\n", &mut world), FAILED);
    let typed = typed(&world);
    let said: Vec<&[u8]> = typed.iter().map(|(_, bytes)| bytes.as_slice()).collect();
    assert_eq!(said, [&[&b"ATZ\r"[..]], FORCE].concat());
    let times: Vec<u128> = typed.iter().map(|(at, _)| *at).collect();
    assert_eq!(times, [50, 20_600, 22_100, 23_600, 24_100]);
    assert_eq!(world.deeds().last().map(|(at, _)| at.0.as_millis()), Some(44_100));
}

#[test]
fn a_modem_that_is_shaken_awake_is_initialised_anew() {
    let mut world = World::default()
        .reply(b"ATQ0V1H0\r", secs(1), b"\r\nOK\r\nOK and more that is dropped")
        .reply(b"ATZ\r", secs(2), b"\r\nOK\r\n");
    assert_eq!(initialise("init-chat \"\" ATZ OK\n", &mut world), 0);
    assert_eq!(words(&world).last().unwrap(), b"ATZ\r");
    assert_eq!(words(&world).iter().filter(|said| *said == b"ATZ\r").count(), 2);
    let end = world.deeds().last().unwrap().0.0.as_secs();
    assert_eq!(end, 27, "an OK from before the second init-chat is no answer to it");
    // One that falls silent again is given up.
    let mut world = World::default().reply(b"ATQ0V1H0\r", secs(1), b"\r\nOK\r\n");
    assert_eq!(initialise("init-chat \"\" ATZ OK\n", &mut world), FAILED);
    assert_eq!(words(&world).iter().filter(|said| *said == b"\x10\x03").count(), 1);
}

#[test]
fn an_error_ends_a_configured_chat_at_once() {
    for word in ["ERROR", "NO DIAL TONE", "BUSY"] {
        let mut world = World::default().reply(b"ATZ\r", secs(1), format!("\r\n{word}\r\n").as_bytes());
        assert_eq!(initialise("init-chat \"\" ATZ OK\n", &mut world), FAILED, "{word}");
        assert_eq!(words(&world), [b"ATZ\r"]);
        assert_eq!(world.deeds().last().unwrap().0.0.as_secs(), 1);
    }
}

#[test]
fn mg_20_an_error_to_the_second_built_in_command() {
    let modem = || {
        World::default().reply(b"ATQ0V1H0\r", secs(0), b"\r\nOK\r\n").reply(
            b"ATS0=0Q0&D3&C1\r",
            secs(0),
            b"\r\nERROR\r\n",
        )
    };
    let mut world = modem().reply(b"ATS0=0\r", secs(0), b"\r\nOK\r\n");
    assert_eq!(initialise("", &mut world), 0);
    assert_eq!(words(&world), [&b"ATQ0V1H0\r"[..], b"ATS0=0Q0&D3&C1\r", b"ATS0=0\r"]);
    assert!(warned(&world, "ATS0=0 in its place"));
    let mut world = modem().reply(b"ATS0=0\r", secs(0), b"\r\nERROR\r\n");
    assert_eq!(initialise("", &mut world), FAILED);
    assert_eq!(words(&world).len(), 3);
    // The first command is one that every modem knows.
    let mut world = World::default().reply(b"ATQ0V1H0\r", secs(0), b"\r\nERROR\r\n");
    assert_eq!(initialise("", &mut world), FAILED);
    assert_eq!(words(&world), [b"ATQ0V1H0\r"]);
}

#[test]
fn mg_21_four_backslashes_are_one_on_the_wire() {
    let mut world = World::default().reply(br"AT\O", secs(0), b"OK");
    assert_eq!(initialise("init-chat \"\" AT\\\\\\\\O OK\n", &mut world), 0);
    assert_eq!(words(&world), [br"AT\O".iter().copied().chain([b'\r']).collect::<Vec<u8>>()]);
}

#[test]
fn mg_22_pauses_and_sends_without_an_end() {
    let mut world = World::default().reply(b"AB", secs(0), b"OK");
    assert_eq!(initialise("init-chat \"\" \\dA\\d\\dB\\c OK\n", &mut world), 0);
    assert_eq!(typed(&world), [(550, b"A".to_vec()), (1550, b"B".to_vec())]);
}

#[test]
fn mg_23_the_chat_says_how_long_it_waits() {
    let mut world = World::default();
    assert_eq!(initialise("init-chat TIMEOUT 2 \"\" ATZ OK\n", &mut world), FAILED);
    let typed = typed(&world);
    assert_eq!(typed.first(), Some(&(50, b"ATZ\r".to_vec())));
    // A breath and half a second after the two seconds.
    assert_eq!(typed.get(1), Some(&(2_600, b"\x10\x03".to_vec())));
}

#[test]
fn one_command_after_another() {
    let text = "init-chat \"\" AT&F1 OK ATS0=0 OK AT#CID=1 OK\n";
    let commands: [&[u8]; 3] = [b"AT&F1\r", b"ATS0=0\r", b"AT#CID=1\r"];
    let modem = |answers: usize| {
        let some = commands.iter().take(answers);
        some.fold(World::default(), |world, to| world.reply(to, secs(3), b"\r\nOK\r\n"))
    };
    let mut world = modem(3);
    assert_eq!(initialise(text, &mut world), 0);
    assert_eq!(words(&world), commands);
    let mut world = modem(2);
    assert_eq!(initialise(text, &mut world), FAILED);
    let typed = typed(&world);
    let last = typed.iter().find(|(_, said)| said == b"AT#CID=1\r").unwrap().0;
    assert_eq!(typed.get(3), Some(&(last + 20_550, b"\x10\x03".to_vec())));
}

#[test]
fn a_word_ends_a_chat_from_its_place_on() {
    let text = "init-chat \"\" ATZ OK ATX3 ABORT NOPE OK\n";
    let modem = |first: &[u8], second: &[u8]| {
        World::default().reply(b"ATZ\r", secs(1), first).reply(b"ATX3\r", secs(1), second)
    };
    let mut world = modem(b"NOPE OK", b"OK");
    assert_eq!(initialise(text, &mut world), 0);
    let mut world = modem(b"OK", b"NOPE OK");
    assert_eq!(initialise(text, &mut world), FAILED);
    assert_eq!(words(&world).len(), 2);
    // Half of it before its place is no word.
    let text = "init-chat \"\" ATZ NO ATX3 ABORT NOPE OK\n";
    let mut world = modem(b"NO", b"PE OK");
    assert_eq!(initialise(text, &mut world), 0);
}

#[test]
fn every_bit_of_an_answer_counts() {
    let parity: Vec<u8> = b"OK".iter().map(|byte| byte | 0x80).collect();
    let mut world = World::default().reply(b"ATZ\r", secs(1), &parity);
    assert_eq!(initialise("init-chat TIMEOUT 3 \"\" ATZ OK\n", &mut world), FAILED);
    let mut world = World::default().reply(b"ATZ\r", secs(1), b"\x7f\xff");
    assert_eq!(initialise("init-chat \"\" ATZ \\377 AT \"\"\n", &mut world), 0);
    // Elsewhere bit 7 does not count.
    let mut world = World::default().reply(b"ATZ\r", secs(1), &parity);
    live("INIT=\"\" ATZ\\r OK", "ttyS1 9600", &mut world);
    assert!(world.said().ends_with(P), "{:?}", world.said().escape_ascii().to_string());
}

#[test]
fn a_line_of_the_modem_ends_without_a_line_feed_too() {
    for (said, after) in [
        (&b"CONNECT 9600\r"[..], 8),
        (b"CONNECT 9600\r\x7e\xff\x7d\x23", 7), // a caller who does not wait is not made to
        (b"CONNECT 9600\r\n", 7),
    ] {
        let mut world = World::default().reply(b"ATA\r", secs(7), said);
        assert_eq!(answers("", &mut world), (0, after), "{}", said.escape_ascii());
    }
    let mut world = World::default().reply(b"ATA\r", secs(7), b"CONNECT 9600");
    assert_eq!(answers("", &mut world), (10, 87));
    // A time-out that comes first is one.
    let mut world = World::default()
        .reply(b"ATA\r", secs(7), b"CONNECT 9600")
        .at(Duration::from_millis(86_900), Happening::Bytes(b"\r".to_vec()));
    assert_eq!(answers("", &mut world), (10, 87));
    // And such an end is not taken for a word that was sent for.
    let mut world = World::default().reply(b"ATA\r", secs(1), b"ATA\r");
    assert_eq!(answers("answer-chat \"\" ATA CONNECT\n", &mut world), (10, 80));
}

/// How the answer comes out, after how many seconds.
fn answers(text: &str, world: &mut World) -> (u8, u64) {
    let end = |stage: PlannedStage, (end, status)| stage.end(end, Then::Finish(status, Vec::new()));
    let ends = [(End::Failed, 10), (End::NoCarrier, 11), (End::Fax, 12), (End::HungUp, 13)];
    let stage = ends.into_iter().fold(PlannedStage::new(Stage::Answer(answer(&config(text)))), end);
    let status = run(&plan_of(vec![stage], Vec::new()), world).status;
    (status, world.deeds().last().unwrap().0.0.as_secs())
}

#[test]
fn what_a_modem_says_to_ata() {
    for (said, status) in [
        (&b"\r\nCONNECT 9600\r\n"[..], 0),
        (b"\r\nRING\r\nCARRIER 33600\r\nCONNECT 115200\r\n", 0),
        (b"\r\nNO CARRIER\r\n", 11),
        (b"\r\nNO ANSWER\r\n", 11),
        (b"\r\n+FHNG:70\r\n", 11),
        (b"\r\n+FCON\r\n", 12),
        (b"\r\nFAX\r\n", 12),
        (b"\r\n+FCO\r\n", 12),
    ] {
        let mut world = World::default().reply(b"ATA\r", secs(7), said);
        assert_eq!(answers("", &mut world), (status, 7), "{}", said.escape_ascii());
    }
    assert_eq!(answers("", &mut World::default()), (10, 80));
    // MG-40
    assert_eq!(answers("answer-chat-timeout 5\n", &mut World::default()), (10, 5));
}

#[test]
fn a_chat_that_does_not_matter_waits_ten_seconds_a_step() {
    let config = config("post-init-chat \"\" ATM0 OK ATL0 OK\n");
    let chat = unheeded("post-init-chat", &config.post_init_chat).unwrap();
    let mut world = World::default().reply(b"ATM0\r", secs(9), b"ERROR\r\nOK");
    let ended = run(&plan_of(vec![PlannedStage::new(Stage::Chat(chat))], Vec::new()), &mut world);
    assert_eq!(ended.status, 0);
    assert_eq!(words(&world), [b"ATM0\r", b"ATL0\r"]);
    assert_eq!(world.deeds().last().unwrap().0.0.as_secs(), 19);
}
