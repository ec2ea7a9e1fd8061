//! What mgetty does between RING and CONNECT, by the plan that its configuration makes.

use super::super::child::{Act, Script};
use super::*;
use crate::engine::world::{ChildIo, FileError, Host};
use polygetty_compat::mgetty::compile::compile;
use proptest::prelude::*;

/// The fixture of the acceptance cases.
const CONF: &str =
    "toggle-dtr n\ndata-only y\ninit-chat \"\" ATZ OK\nissue-file\nfido-send-emsi no\nmodem-check-time -1\n";
const DIALIN: &str = "/etc/mgetty/dialin.config";

/// The plan for `mgetty ttyS1` with these lines in mgetty.config behind those of the fixture.
fn plan(conf: &str) -> LinePlan {
    let mut reader = MapReader::default().file("/etc/mgetty/mgetty.config", &format!("{CONF}{conf}\n"));
    let argv = [b"mgetty".to_vec(), b"ttyS1".to_vec()];
    match compile(&argv, &Surroundings::default(), &mut reader) {
        Ok(Compiled::Plan(plan)) => *plan,
        other => panic!("no plan: {other:?}"),
    }
}

/// A modem that was initialised, and at 100 s says this.
fn says(bytes: &[u8]) -> World {
    World::default()
        .reply(b"ATZ\r", Duration::from_millis(10), b"\r\nOK\r\n")
        .at(secs(100), Happening::Bytes(bytes.to_vec()))
}

/// It rings once, and answers `ATA` with this.
fn answers(bytes: &[u8]) -> World {
    says(b"\r\nRING\r\n").reply(b"ATA\r", secs(2), bytes)
}

fn call(conf: &str, world: &mut World) -> u8 {
    run(&plan(conf), world).status
}

fn logged(world: &World, text: &str) -> bool {
    world.logged().iter().any(|(_, _, entry)| entry.contains(text))
}

#[track_caller]
fn has(world: &World, text: &str) {
    assert!(logged(world, text), "{text} in {:#?}", world.logged());
}

/// When the call was answered, in milliseconds.
fn answered(world: &World) -> Option<u128> {
    let ata = |(at, deed): (Moment, Deed)| (deed == Deed::Said(b"ATA\r".to_vec())).then_some(at);
    world.deeds().into_iter().find_map(ata).map(|at| at.0.as_millis())
}

/// What the record of the line shows once a call is up.
fn shown(world: &World) -> String {
    world.records.last().map(|record| record.host.escape_ascii().to_string()).unwrap_or_default()
}

fn program(world: World, acts: &[(Duration, Act)]) -> World {
    world.program("/bin/sh", Script { acts: acts.to_vec(), stubborn: false })
}

fn ends(world: World, status: u8) -> World {
    program(world, &[(Duration::from_millis(20), Act::Ends(status))])
}

/// The words and the variables that the last program was given.
fn told(world: &World) -> (Vec<String>, Vec<String>) {
    let program = world.started.last().expect("a program is told");
    let text = |bytes: &[u8]| bytes.escape_ascii().to_string();
    let variable = |(name, value): &(Vec<u8>, Vec<u8>)| format!("{}={}", text(name), text(value));
    (
        program.arguments.iter().map(|word| text(word)).collect(),
        program.environment.iter().map(variable).collect(),
    )
}

#[test]
fn a_call_is_answered_and_what_connects_is_known() {
    let mut world = answers(b"\r\nCONNECT 9600\r\n");
    call("", &mut world);
    assert_eq!((answered(&world), shown(&world).as_str()), (Some(100_050), "9600"));
    // A modem that says no number, one without line feeds, one that goes on, and one that echoes.
    for (said, host) in [
        (&b"\r\nCONNECT\r\n"[..], ""),
        (b"\rCONNECT 14400/ARQ\r", "14400/ARQ"),
        (b"ATA\r\r\n  CONNECT 2400 \r\nbob", "2400"),
    ] {
        let mut world = answers(said);
        call("", &mut world);
        assert!(answered(&world).is_some());
        assert_eq!(shown(&world), host, "{}", said.escape_ascii());
    }
    // A chat that ends in the middle of that line.
    let mut world = answers(b"\r\nCONNECT 9600\r\n");
    call("answer-chat \"\" ATA CONNECT", &mut world);
    assert_eq!(shown(&world), "9600");
    // A modem that answers by itself.
    let mut world = says(b"\r\nRING\r\n\r\nCONNECT 19200\r\n");
    call("rings 5", &mut world);
    assert_eq!((answered(&world), shown(&world).as_str()), (None, "19200"));
}

#[test]
fn mg_39_the_modem_finds_no_carrier() {
    let mut world = answers(b"\r\nNO CARRIER\r\n");
    assert_eq!(call("", &mut world), 1);
    has(&world, "failed A_FAIL dev=ttyS1, pid=1000, caller='none', conn='', name=''");
    has(&world, "found action string: ``NO CARRIER''");
    assert!(world.locks().is_empty());
}

#[test]
fn mg_40_the_modem_does_not_answer_in_time() {
    let mut world = answers(b"");
    assert_eq!(call("answer-chat-timeout 5", &mut world), 1);
    has(&world, "failed timeout dev=ttyS1, pid=1000, caller='none', conn='', name=''");
    let end = world.logged().last().unwrap().0;
    assert_eq!(end.0.as_secs(), 105);
    assert!(world.locks().is_empty());
}

#[test]
fn mg_41_a_signal_answers_at_once() {
    let world = World::default().reply(b"ATZ\r", Duration::ZERO, b"OK\r");
    let mut world = world.at(secs(100), Happening::Signal(Signal::Usr1));
    call("rings 3", &mut world);
    assert_eq!(answered(&world), Some(100_050));
}

#[test]
fn mg_45_the_second_call_is_answered() {
    let ring = |world: World, second| world.at(secs(second), Happening::Bytes(b"\r\nRING\r\n".to_vec()));
    let mut world = ring(ring(says(b"\r\nRING\r\n"), 106), 128);
    call("ringback y\nringback-time 30", &mut world);
    assert_eq!(answered(&world), Some(128_050));
    let mut world = ring(says(b"\r\nRING\r\n"), 106);
    call("ringback y\nringback-time 30", &mut world);
    has(&world, "missed ringback!");
    assert!(world.waited_for_ever() && answered(&world).is_none());
}

const BLOCK: &[u8] =
    b"\r\nRING\r\n\r\nDATE = 1120\r\nTIME = 1312\r\nNMBR = 5551234\r\nNAME = O'HARA \"X\"\x01;ls\r\n";

#[test]
fn mg_46_what_the_modem_tells_of_the_caller() {
    let mut world = ends(says(BLOCK), 0).reply(b"ATA\r", secs(1), b"\r\nCONNECT 9600\r\n");
    call("rings 2\ncnd-program /bin/cnd", &mut world);
    let at = answered(&world).unwrap();
    assert!((100_500..101_000).contains(&at), "{at}");
    let (words, variables) = told(&world);
    assert_eq!(words[3..], ["sh", "ttyS1", "5551234", "O HARA  X   ls", "0", ""]);
    for variable in [
        "CALLER_ID=5551234",
        "CALL_DATE=1120",
        "CALL_TIME=1312",
        "CALLER_NAME=O HARA  X   ls",
        "DEVICE=ttyS1",
    ] {
        assert!(variables.iter().any(|known| known == variable), "{variable} in {variables:?}");
    }
    assert_eq!(world.outputs, [ChildIo::Console]);
    assert_eq!(shown(&world), "5551234");
    // What comes behind RING in one read is there for the chats that follow.
    let mut world = ends(says(BLOCK), 0).reply(b"ATA\r", secs(1), b"\r\nCONNECT 9600\r\n");
    call("rings 1\nget-cnd-chat \"\" AT+VRID OK", &mut world);
    assert_eq!(shown(&world), "5551234");
}

#[test]
fn mg_47_who_is_answered_and_who_is_not() {
    let list = b"!123 , 55\t99\n!all\n";
    for (line, is_answered) in
        [("RING;1234;", false), ("RING;559;", true), ("RING;99;", true), ("RING;5;", false), ("RING", false)]
    {
        let mut world = says(format!("\r\n{line}\r\n").as_bytes()).file(DIALIN, list);
        call("", &mut world);
        assert_eq!(answered(&world).is_some(), is_answered, "{line}");
        assert_eq!(logged(&world, "denied caller dev=ttyS1, pid=1000, caller='"), !is_answered, "{line}");
    }
    let mut world = says(b"\r\nRING;1234;\r\n").file(DIALIN, list);
    call("", &mut world);
    has(&world, "/etc/mgetty/dialin.config:1:1 refuses caller 1234");
    let unlocked = world.deeds().into_iter().rev().find(|(_, deed)| *deed == Deed::Unlocked).unwrap().0;
    assert_eq!(unlocked.0.as_millis(), 108_300); // eight seconds of silence, and the 0.3 s of every wait
    assert!(world.waited_for_ever() && world.locks().is_empty());
}

#[test]
fn a_list_that_is_odd_or_cannot_be_read_is_told_of() {
    let mut world = answers(b"\r\nCONNECT\r\n").file(DIALIN, b"abc\n");
    call("", &mut world);
    let warned = |(_, level, text): &(Moment, Level, String)| {
        *level == Level::Warning && text.contains("is the beginning of no number")
    };
    assert!(world.logged().iter().any(warned), "{:#?}", world.logged());
    // The file that is read for the call is the one that fails.
    let mut whole = answers(b"\r\nCONNECT\r\n").file(DIALIN, b"!all\n");
    call("", &mut whole);
    let answered_somehow = (1..=whole.calls()).filter(|at| {
        let mut world =
            answers(b"\r\nCONNECT\r\n").file(DIALIN, b"!all\n").fail(*at, LineError::Failed("I/O".into()));
        call("", &mut world);
        let is = answered(&world).is_some();
        assert_eq!(is, logged(&world, "cannot read /etc/mgetty/dialin.config: I/O; every call is answered"));
        is
    });
    assert_eq!(answered_somehow.count(), 1);
}

#[test]
fn a_list_that_is_longer_than_what_is_read_of_it_is_told_of() {
    let cut = "/etc/mgetty/dialin.config is longer than";
    let whole = |length: usize| [b"#".repeat(length - 6).as_slice(), b"\n!all\n"].concat();
    let limit = polygetty_compat::mgetty::LIMIT;
    let mut world = answers(b"\r\nCONNECT\r\n").file(DIALIN, &whole(limit));
    call("", &mut world);
    assert!(answered(&world).is_none() && !logged(&world, cut));
    // One byte more: it is told of, and what is read still counts.
    let mut world = answers(b"\r\nCONNECT\r\n").file(DIALIN, &[whole(limit).as_slice(), b"\n"].concat());
    call("", &mut world);
    assert!(answered(&world).is_none());
    let told = |(_, level, text): &(Moment, Level, String)| *level == Level::Error && text.starts_with(cut);
    assert!(world.logged().iter().any(told), "{:#?}", world.logged());
    let far = [b"#".repeat(limit).as_slice(), b"\n!all\n"].concat();
    let mut world = answers(b"\r\nCONNECT\r\n").file(DIALIN, &far);
    call("", &mut world);
    assert!(answered(&world).is_some(), "what is cut off refuses nobody");
    assert!(world.logged().iter().any(told), "{:#?}", world.logged());
}

#[test]
fn mg_48_a_program_refuses_the_call() {
    let mut world = ends(says(b"\r\nRING;0815;4711\r\n"), 1);
    call("cnd-program /bin/cnd", &mut world);
    assert_eq!(told(&world).0, ["sh", "-c", r#"/bin/cnd \"$@\""#, "sh", "ttyS1", "0815", "", "0", "4711"]);
    assert_eq!(answered(&world), None);
    has(&world, "denied caller dev=ttyS1, pid=1000, caller='0815'");
    // Any other status, one that cannot be run, one that hangs: the call is answered.
    for (acts, text) in [
        (vec![(secs(1), Act::Ends(2))], "ended with 2"),
        (vec![(secs(1), Act::Ends(127))], "cannot be run"),
        (Vec::new(), "is stopped after 30 s"),
    ] {
        let mut world = program(says(b"\r\nRING\r\n"), &acts);
        call("cnd-program /bin/cnd", &mut world);
        assert!(answered(&world).is_some(), "{text}");
        has(&world, text);
    }
    let mut world = says(b"\r\nRING\r\n");
    call("cnd-program /bin/cnd", &mut world);
    assert!(answered(&world).is_some());
    has(&world, "cannot run /bin/cnd: no such file");
    // Whom the list refuses, the program is not told of.
    let mut world = ends(says(b"\r\nRING\r\n"), 0).file(DIALIN, b"!all");
    call("cnd-program /bin/cnd", &mut world);
    assert!(answered(&world).is_none() && world.started.is_empty());
}

#[test]
fn mg_49_a_program_says_how_often_it_rings() {
    let world = says(b"\r\nRING;0815;\r\n").at(secs(106), Happening::Bytes(b"\r\nRING\r\n".to_vec()));
    let mut world = ends(world, 12);
    call("rings 5\ncid-program /bin/cid", &mut world);
    assert_eq!(answered(&world), Some(106_050));
}

#[test]
fn mg_50_a_hostile_name_is_one_word() {
    let mut world = ends(says(b"\r\nRING\r\nNAME = $(touch /x) --help -x\r\nNMBR = -rf /\r\n"), 0);
    call("rings 2\ncnd-program /bin/cnd", &mut world);
    let (words, _) = told(&world);
    assert_eq!(words.len(), 9);
    assert_eq!(words[2], r#"/bin/cnd \"$@\""#);
    assert_eq!(words[5..7], ["rf /", "(touch /x) --help -x"]);
}

#[test]
fn mg_51_a_mobile_telephones_number() {
    let mut world = ends(says(b"\r\nRING\r\n+CLIP: \"123\",129\r\n\r\nRING\r\n"), 0);
    call("rings 2\ncnd-program /bin/cnd", &mut world);
    assert!(told(&world).1.contains(&"CALLER_ID=123".to_owned()));
}

#[test]
fn mg_52_nothing_is_left_of_a_refused_call() {
    let world = says(b"\r\nRING;123;4711\r\n").at(secs(200), Happening::Bytes(b"\r\nRING\r\n".to_vec()));
    let mut world = ends(world, 0).file(DIALIN, b"!123");
    call("cnd-program /bin/cnd", &mut world);
    let (_, variables) = told(&world);
    assert!(variables.contains(&"CALLER_ID=none".to_owned()), "{variables:?}");
    assert!(!variables.iter().any(|known| known.starts_with("CALLED_ID")), "{variables:?}");
    assert_eq!(world.started.len(), 1);
}

/// The speeds that the line was set to, without the hang-up of somebody who never says a name.
fn speeds(world: &World) -> Vec<u32> {
    let speed = |(_, deed)| if let Deed::Speed(bps) = deed { Some(bps) } else { None };
    world.deeds().into_iter().filter_map(speed).filter(|bps| *bps > 0).collect()
}

#[test]
fn mg_74_the_line_takes_the_speed_that_the_modem_says() {
    for (said, bps) in [("CONNECT 2400", 2400), ("CONNECT", 300), ("CONNECT 9600/ARQ", 9600)] {
        let mut world = answers(format!("\r\n{said}\r\n").as_bytes());
        call("autobauding y", &mut world);
        assert_eq!(speeds(&world), [38400, bps], "{said}");
        let mut world = answers(format!("\r\n{said}\r\n").as_bytes());
        call("", &mut world);
        assert_eq!(speeds(&world), [38400], "{said}");
    }
    for said in ["33600", "0", "99999999999", "fast"] {
        let mut world = answers(format!("\r\nCONNECT {said}\r\n").as_bytes());
        call("autobauding y", &mut world);
        assert_eq!(speeds(&world), [38400], "{said}");
        let text = format!("autobauding: cannot parse 'CONNECT {said}'");
        let error = |(_, level, entry): &(_, Level, String)| *level == Level::Error && *entry == text;
        assert!(world.logged().iter().any(error), "{:#?}", world.logged());
    }
    let mut world = says(b"\r\nRING\r\n\r\nCONNECT 19200\r\n");
    call("rings 3\nautobauding y", &mut world);
    assert_eq!(speeds(&world), [38400, 19200]);
}

#[test]
fn mg_75_how_the_modems_found_each_other() {
    let mut plan = plan("");
    let said = b"\r\nCARRIER 33600\r\n\r\nPROTOCOL: LAP-M\r\n\r\nCONNECT 115200\r\n";
    // What the call's own programs are told is what the audit has.
    for planned in &mut plan.stages {
        if let Stage::Answer(_) = planned.stage {
            let failed = planned.then(polygetty_compat::plan::stage::End::Failed).clone();
            planned.ends.push((polygetty_compat::plan::stage::End::Done, failed));
        }
    }
    let mut world = answers(said);
    run(&plan, &mut world);
    has(&world, "caller='none', conn='115200/33600 LAP-M', name=''");
}

#[test]
fn mg_99_the_second_call_is_another_callers() {
    let from = |world: World, second, number: &str| {
        let said = format!("\r\nRING\r\nNMBR = {number}\r\n");
        world.at(secs(second), Happening::Bytes(said.into_bytes()))
    };
    let conf = "ringback y\nringback-time 60\nrings 2";
    let two = || from(says(b"\r\nRING\r\nNMBR = 111\r\n"), 120, "222");
    let mut world = two();
    call(conf, &mut world);
    assert_eq!(answered(&world), None);
    let mut world = from(two(), 140, "222");
    call(conf, &mut world);
    assert!(answered(&world).is_some_and(|at| (140_000..141_000).contains(&at)));
}

#[test]
fn a_modem_that_answers_in_digits() {
    let mut world = World::default().reply(b"ATZ\r", Duration::from_millis(10), b"ATZ\r0\r");
    assert_eq!(call("force-init-chat \"\" AT OK", &mut world), 1);
    has(&world, "the modem sent ATZ\\r0\\r; the modem answers in digits: ATV1");
    has(&world, "failed in mg_init_data, dev=ttyS1, pid=1000");
}

#[test]
fn what_the_modem_says_of_itself_is_kept() {
    let says = |conf: &str| {
        let world = World::default().clock(WallTime(1_795_087_195), 0);
        let said = b"ATI6\r\r\nRate 33600\r\n  Errors\x1b 0\r\n\r\nOK\r\n";
        let mut world =
            world.reply(b"ATZ\r", Duration::ZERO, b"OK\r\n").reply(b"ATI6\r", Duration::ZERO, said);
        call(&format!("statistics-chat \"\" ATI6 OK\n{conf}"), &mut world);
        world
    };
    let world = says("statistics-file /var/log/stat");
    let text = String::from_utf8_lossy(world.text_of("/var/log/stat").expect("a file")).into_owned();
    assert_eq!(text, "--- Thu Nov 19 11:19:55 2026 ---\nATI6\nRate 33600\nErrors_ 0\nOK\n");
    assert!(!logged(&world, "*** Rate"));
    has(&says(""), "*** Rate 33600");
}

#[test]
fn lines_without_end_and_storms_do_no_harm() {
    let long = [b"RING\r\nNMBR = ".to_vec(), b"5".repeat(4096), b"\r\nRING\r\n".to_vec()].concat();
    let mut world = ends(says(&long), 0);
    call("rings 2\ncnd-program cnd", &mut world);
    assert_eq!(told(&world).0[5].len(), 80);
    let storm = b"NMBR = 5\rRING\r".repeat(20_000);
    let mut world = says(&storm).reply(b"ATA\r", secs(1), b"\r\nCONNECT 9600\r\n");
    call("rings 2", &mut world);
    assert!(answered(&world).is_some());
    // A statistics chat of a modem that never stops.
    let babble = b"x".repeat(1 << 20);
    let world = World::default().reply(b"ATZ\r", Duration::ZERO, b"OK\r\n");
    let mut world = world.reply(b"ATI6\r", Duration::ZERO, &babble);
    call("statistics-chat \"\" ATI6 OK\nstatistics-file /s", &mut world);
    assert!(world.text_of("/s").is_none_or(|text| text.len() < 5000));
    assert_eq!(world.append(&"/s".into(), b""), Ok::<(), FileError>(()));
}

#[test]
fn the_line_s_log_says_what_is_sent_and_waited_for() {
    let mut world = answers(b"\r\nCONNECT 9600\r\n");
    call("", &mut world);
    let at = |text: &str| world.logged().iter().position(|(_, _, entry)| entry == text);
    for text in [
        "send: ATZ[0d]",
        "waiting for ``OK''",
        "send: ATA[0d]",
        "waiting for ``CONNECT''",
        "waiting for ``_''",
    ] {
        assert!(at(text).is_some(), "{text} in {:#?}", world.logged());
    }
    assert!(at("send: ATZ[0d]") < at("waiting for ``OK''"));
    // Without such a log, nothing of it is said.
    let mut plan = plan("");
    plan.log.line = None;
    let mut world = answers(b"\r\nCONNECT 9600\r\n");
    run(&plan, &mut world);
    assert!(!logged(&world, "send: ") && !logged(&world, "waiting for ``CONNECT"));
}

#[test]
fn whatever_call_fails_the_line_is_closed_and_unlocked() {
    let world = || {
        let world = ends(says(BLOCK), 0).reply(b"AT+VRID\r", secs(1), b"NMBR = 5\r\nOK\r\n");
        world.reply(b"ATA\r", secs(1), b"\r\nCONNECT 9600\r\n").file(DIALIN, b"all")
    };
    let conf = "rings 2\ncnd-program cnd\nget-cnd-chat \"\" AT+VRID OK\nautobauding y\nstatistics-file /s\n\
                statistics-chat \"\" ATI OK";
    let mut clean = world();
    call(conf, &mut clean);
    for at in 1..=clean.calls() {
        for error in [LineError::HungUp, LineError::Failed("x".into())] {
            let mut world = world().fail(at, error);
            call(conf, &mut world);
            let count = |wanted: &Deed| world.deeds().iter().filter(|(_, deed)| deed == wanted).count();
            assert_eq!(count(&Deed::Opened), count(&Deed::Closed), "call {at}");
            assert!(world.locks().is_empty(), "call {at}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn whatever_is_said_behind_the_ring_it_comes_to_an_end(
        pieces in proptest::collection::vec(
            (
                100_000u64..130_000,
                prop_oneof![
                    Just(b"\r\nNMBR = $(x)\r\n".to_vec()),
                    Just(b"\r\nCONNECT 9600/'; x".to_vec()),
                    Just(b"OK\r".to_vec()),
                    Just(b"CONNECT".to_vec()),
                    Just(b"\rRING\r".to_vec()),
                    proptest::collection::vec(any::<u8>(), 0..6000),
                ],
            ),
            0..30,
        ),
        baud in any::<bool>(),
    ) {
        let world = pieces.iter().fold(says(b"\r\nRING\r\n"), |world, (at, bytes)| {
            world.at(Duration::from_millis(*at), Happening::Bytes(bytes.clone()))
        });
        let mut world = ends(world, 0);
        let conf = format!(
            "cnd-program cnd\nget-cnd-chat \"\" AT OK\nanswer-chat-timeout 9\nautobauding {}",
            if baud { "y" } else { "n" }
        );
        let ended = run(&plan(&conf), &mut world);
        // What was said behind CONNECT may be a name.
        prop_assert!(ended.became.is_some() || world.locks().is_empty());
        for program in &world.started {
            prop_assert_eq!(program.arguments.len(), 9);
            prop_assert!(program.arguments[2] == b"cnd \"$@\"");
            let hostile = |byte: &u8| !matches!(byte, b' '..=b'~') || b"'\"`$\\;&|<>".contains(byte);
            let [_, _, _, _, _, caller, name, _, called] = &*program.arguments else { unreachable!() };
            prop_assert!([caller, name, called].iter().all(|word| !word.starts_with(b"-")));
            prop_assert!(program.arguments[4..].iter().all(|word| word.len() <= 80 && !word.iter().any(hostile)));
        }
        prop_assert!(world.logged().iter().all(|(_, _, text)| text.len() < 1000));
        prop_assert!(world.records.iter().all(|record| record.host.len() <= 80));
    }
}
