//! Whole calls to a line of mgetty, up to the name: what is typed, who is heard, and every way out.

use super::super::child::{Act, Script};
use super::*;
use crate::engine::run::Run;
use polygetty_compat::mgetty;
use polygetty_compat::plan::modes::{Flag, Modes};
use proptest::prelude::*;

const CONFIG: &str = "toggle-dtr n\ndata-only y\ninit-chat \"\" ATZ OK\nissue-file \nlogin-time 0\n";
const RULES: &str = "/AutoPPP/ - - /usr/sbin/machine @\n/FIDO/ - - /usr/sbin/machine @\n";
/// How long the modem takes to answer.
const TRAINING: Duration = Duration::from_secs(1);
const ASKS: &[u8] = b"login: ";
/// What comes with an empty issue.
const FIRST: &str = r"\r\r\n\r\nnode!login: ";
const FRAME: &[u8] = b"\x7e\xff\x7d\x23\xc0\x21";

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn mgetty_plan(config: &str) -> LinePlan {
    let config = format!("{CONFIG}{config}\n");
    let mut reader = MapReader::default().file("/etc/mgetty/mgetty.config", &config).device("ttyS1");
    let argv = [b"mgetty".to_vec(), b"ttyS1".to_vec()];
    match mgetty::compile::compile(&argv, &Surroundings::default(), &mut reader) {
        Ok(Compiled::Plan(plan)) => *plan,
        other => panic!("no plan: {other:?}"),
    }
}

/// A call is answered, and this comes with CONNECT.
fn rings(with_connect: &[u8]) -> World {
    World::default()
        .at(secs(10), Happening::Bytes(b"\r\nRING\r\n".to_vec()))
        .reply(b"ATZ\r", ms(50), b"\r\nOK\r\n")
        .reply(b"ATA\r", TRAINING, &[b"\r\nCONNECT 9600\r\n", with_connect].concat())
}

fn calls() -> World {
    rings(b"")
}

fn hears(world: World) -> World {
    world.private_file("/etc/mgetty/login.config", RULES.as_bytes())
}

/// At a prompt, a second later.
fn types(world: World, bytes: &[u8]) -> World {
    world.reply(ASKS, secs(1), bytes)
}

/// Who came in.
#[derive(Debug, PartialEq, Eq)]
enum Who {
    /// This one wants to log in, and finds the line so.
    Person(Vec<u8>, Box<Modes>),
    /// A program, by this name.
    Machine(Vec<u8>),
    /// Nobody; the life ended with this.
    Nobody(u8),
    /// Nobody, and it waits on.
    Waits,
}

/// One life.
fn who(config: &str, world: &mut World) -> Who {
    let ended = run(&mgetty_plan(config), world);
    match ended.became {
        Some(Became { program, modes, .. }) => {
            let word = program.arguments.get(1).cloned().unwrap_or_default();
            match program.path.base_name() {
                b"machine" => {
                    assert!(is_raw(&modes), "{modes:?}");
                    Who::Machine(word)
                }
                _ => Who::Person(word, Box::new(modes)),
            }
        }
        None if world.waited_for_ever() => Who::Waits,
        None => Who::Nobody(ended.status),
    }
}

fn is_raw(modes: &Modes) -> bool {
    ![Flag::ECHO, Flag::ICANON, Flag::ISIG, Flag::ICRNL, Flag::ONLCR, Flag::OPOST]
        .iter()
        .any(|flag| modes.has(*flag))
}

/// Who was let in by this name.
#[track_caller]
fn name(config: &str, world: &mut World) -> String {
    match who(config, world) {
        Who::Person(name, _) => name.escape_ascii().to_string(),
        other => panic!("{other:?}, {:?}", world.logged()),
    }
}

/// What was typed to the caller, and how long after CONNECT the first of it.
fn told(world: &World) -> (String, Option<Duration>) {
    let said: Vec<_> = world.deeds().into_iter().filter(|(_, deed)| matches!(deed, Deed::Said(_))).collect();
    let ata = said.iter().position(|(_, deed)| *deed == Deed::Said(b"ATA\r".to_vec())).expect("an answer");
    let (answered, after) = (said[ata].0, &said[ata + 1..]);
    let text =
        after.iter().flat_map(|(_, deed)| if let Deed::Said(bytes) = deed { bytes.clone() } else { vec![] });
    let text: Vec<u8> = text.collect();
    (text.escape_ascii().to_string(), after.first().map(|(at, _)| at.since(answered) - TRAINING))
}

/// When this was typed, counted from the first byte that the caller got.
fn when(world: &World, text: &[u8]) -> Duration {
    let said = |wanted: &[u8]| {
        let found = world.deeds().into_iter().find(|(_, deed)| {
            matches!(deed, Deed::Said(bytes) if bytes.windows(wanted.len()).any(|window| window == wanted))
        });
        found.unwrap_or_else(|| panic!("no {}", wanted.escape_ascii())).0
    };
    said(text).since(said(ASKS))
}

fn audited(world: &World, text: &str) -> bool {
    world.logged().iter().any(|(_, level, entry)| *level == Level::Audit && entry == text)
}

fn mapped(modes: &Modes) -> [bool; 2] {
    [modes.has(Flag::ICRNL), modes.has(Flag::ONLCR)]
}

#[test]
fn mg_53_what_comes_after_connect_and_when() {
    let mut world = calls();
    assert_eq!(who("", &mut world), Who::Waits);
    let (text, after) = told(&world);
    assert_eq!(text, FIRST);
    assert!((ms(700)..=ms(1000)).contains(&after.unwrap()), "{after:?}");
    assert_eq!(world.owned.last().map(|own| own.mode), Some(0o600));
}

#[test]
fn mg_54_an_issue_file() {
    let mut world = calls().file("/etc/i", b"Hi \\P\n");
    who("issue-file /etc/i", &mut world);
    assert_eq!(told(&world).0, r"\rHi ttyS1\n\r\r\nnode!login: ");
    // What a command says is typed as it is.
    let script =
        Script { acts: vec![(ms(10), Act::Says(b"a \\P\nb\n")), (ms(20), Act::Ends(0))], stubborn: false };
    let mut world = calls().program("/bin/sh", script);
    who("issue-file !greeting", &mut world);
    assert_eq!(told(&world).0, r"\ra \\P\nb\n\r\nnode!login: ");
    assert_eq!(world.started.first().map(|program| program.arguments[2].clone()), Some(b"greeting".to_vec()));
    let mut world = calls();
    who("issue-file /etc/missing", &mut world);
    assert_eq!(told(&world).0, r"\r\r\nnode!login: ");
}

/// What a caller sees up to the end of the prompt.
fn prompted(config: &str) -> String {
    let mut world = calls();
    who(config, &mut world);
    told(&world).0
}

#[test]
fn mg_12_a_prompt_of_two_lines_and_a_blank() {
    assert_eq!(prompted("login-prompt a\\\nb@\\040"), r"\r\r\n\r\nabnode ");
}

#[test]
fn mg_55_numbers_and_letters_of_prompts() {
    assert_eq!(prompted(r"login-prompt \033|\65|\0x41|\q|\@|@"), r"\r\r\n\r\n\x1b|A|A|q|@|node");
}

#[test]
fn mg_56_the_end_of_the_line_says_how_ends_of_lines_are_mapped() {
    for (typed, echo, maps) in
        [(&b"bob\r"[..], r"bob\r\n", [true, true]), (b"bob\n", r"bob\n\r", [false, false])]
    {
        let mut world = types(calls(), typed);
        let Who::Person(name, modes) = who("", &mut world) else { panic!("nobody") };
        assert_eq!((name, told(&world).0), (b"bob".to_vec(), format!("{FIRST}{echo}")));
        assert_eq!(mapped(&modes), maps);
        assert!(!world.noted.windows(3).any(|window| window == b"bob"), "{}", world.noted.escape_ascii());
    }
    // Also where the entry maps them.
    let gettydefs = "9600# B9600 # B9600 SANE ONLCR #login: #9600\n";
    let config = format!("{CONFIG}use-gettydefs yes\ngettydefs 9600\n");
    let mut reader = MapReader::default()
        .file("/etc/mgetty/mgetty.config", &config)
        .file("/etc/gettydefs", gettydefs)
        .device("ttyS1");
    let argv = [b"mgetty".to_vec(), b"ttyS1".to_vec()];
    let Ok(Compiled::Plan(plan)) = mgetty::compile::compile(&argv, &Surroundings::default(), &mut reader)
    else {
        panic!("no plan")
    };
    assert_eq!(mapped(&plan.entries[0].final_modes), [true, true]);
    let mut world = calls();
    let mut life = Run::new(&plan, plan.entries[0].clone(), &mut world);
    life.learnt.without = vec![Flag::ICRNL];
    assert_eq!(mapped(&life.final_modes()), [false, true]);
}

#[test]
fn mg_57_keys_that_take_back() {
    let mut world = types(calls(), b" -bo\x08\x7fobby\x15bobby\r");
    assert_eq!(name("", &mut world), "bobby");
    let rub = r"\x08 \x08";
    assert_eq!(told(&world).0, format!(r"{FIRST} {rub}-{rub}bo{rub}{rub}obby\r\nnode!login: bobby\r\n"));
    // Also in the middle of what may have been a frame.
    let mut world = types(hears(calls()), b"x\x7e\xff\x03bob\r");
    assert_eq!(name("", &mut world), "bob");
    assert_eq!(told(&world).0, format!(r"{FIRST}x~{rub}\r\nnode!login: bob\r\n"));
}

#[test]
fn mg_58_no_name_is_an_option() {
    let mut world = types(calls(), b"-froot\r");
    assert_eq!(name("", &mut world), "froot");
    assert_eq!(told(&world).0, format!(r"{FIRST}-\x08 \x08froot\r\n"));
}

#[test]
fn mg_59_keys_to_leave_by() {
    for leaves in [&b"\x04"[..], b"\x1c", b"bob\x1c"] {
        assert_eq!(who("", &mut types(calls(), leaves)), Who::Nobody(0));
    }
    assert_eq!(name("", &mut types(calls(), b"bo\x04b\r")), "bob");
}

#[test]
fn mg_60_the_modems_own_words_are_no_names() {
    for word in ["NO CARRIER", "ERROR"] {
        let mut world = types(calls(), format!("{word}\r").as_bytes());
        assert_eq!(who("", &mut world), Who::Nobody(0));
        let text = format!("failed dev=ttyS1, pid=1000, got modem error '{word}'");
        assert!(audited(&world, &text), "{:?}", world.logged());
        assert!(world.locks().is_empty());
    }
    assert_eq!(name("", &mut types(calls(), b"ERRORS\r")), "ERRORS");
}

#[test]
fn mg_61_a_long_name() {
    let mut world = types(calls(), &[&[b'a'; 100][..], b"\r"].concat());
    assert_eq!(name("", &mut world), "a".repeat(63));
    let beyond = r"a\x08 \x08".repeat(37);
    assert_eq!(told(&world).0, format!(r"{FIRST}{}{beyond}\r\n", "a".repeat(63)));
    let long = [&[b'\0', b'\x80', b'\xe1', b'\x01'].repeat(10_000)[..], b"\n"].concat();
    assert_eq!(name("", &mut types(calls(), &long)), "a".repeat(63));
}

#[test]
fn an_empty_name_brings_the_issue_too() {
    let world = types(types(types(calls(), b"\r"), b"\n"), b"ROOT\r");
    let mut world = world.file("/etc/i", b"Hi\n");
    assert_eq!(name("issue-file /etc/i", &mut world), "ROOT");
    let whole = r"\rHi\n\r\r\nnode!login: ";
    assert_eq!(told(&world).0, format!(r"{whole}\r\n{whole}\n\r{whole}ROOT\r\n"));
}

#[test]
fn mg_62_a_caller_who_types_nothing() {
    let mut world = calls();
    assert_eq!(who("login-time 4", &mut world), Who::Nobody(0));
    let said = told(&world).0;
    let warning = r"\r\n\x07\r\nPlease log in now: one minute is left.\r\n\r\nnode!login: ";
    assert_eq!(said, format!(r"{FIRST}{warning}\r\n\x07\r\nThe time for your login is over. Goodbye.\r\n"));
    assert_eq!(when(&world, b"one minute"), secs(4));
    assert_eq!(when(&world, b"Goodbye"), secs(64));
    assert!(audited(&world, "failed dev=ttyS1, pid=1000, login time out"));
    assert!(world.locks().is_empty());
    let hung_up = world.deeds().into_iter().rev().find(|(_, deed)| *deed == Deed::Speed(0));
    assert_eq!(hung_up.map(|(at, _)| at), world.deeds().last().map(|(at, _)| *at));
}

#[test]
fn empty_names_and_half_ones_buy_no_time() {
    // CR a second after each of three prompts, then half a name.
    let world = (0..3).fold(calls(), |world, _| types(world, b"\r"));
    let mut world = types(world, b"bo").reply(ASKS, secs(10), b"b\r");
    assert_eq!(name("login-time 5", &mut world), "b");
    assert_eq!(when(&world, b"one minute"), secs(5));
    // What was held back goes with it.
    let mut world = types(types(hears(calls()), b"\x7e"), b"bob\r");
    assert_eq!(name("login-time 5", &mut world), "bob");
    // Neither do they after the warning.
    let world = types(calls().reply(ASKS, secs(6), b"").reply(ASKS, secs(20), b"\r"), b"bo");
    let mut world = world;
    assert_eq!(who("login-time 5", &mut world), Who::Nobody(0));
    assert_eq!(told(&world).0.matches("one minute").count(), 1);
    assert_eq!(when(&world, b"Goodbye"), secs(65));
    // Who never pauses is no different.
    let mut world = calls().babbling();
    assert!(matches!(who("login-time 5\ninit-chat \"\"", &mut world), Who::Nobody(_)));
    // No limit: a day is nothing.
    let mut world = calls().reply(ASKS, secs(86_400), b"bob\r");
    assert_eq!(name("login-time 0", &mut world), "bob");
}

#[test]
fn mg_63_a_caller_who_hangs_up() {
    let mut world = calls().at(secs(20), Happening::HangUp);
    assert_eq!(who("", &mut world), Who::Nobody(10));
    assert!(audited(&world, "failed dev=ttyS1, pid=1000, got signal 1, exiting"));
    assert!(world.locks().is_empty() && world.pid_files().is_empty());
    let mut world = calls().at(secs(20), Happening::Signal(Signal::Hup));
    assert_eq!(who("", &mut world), Who::Nobody(10));
    assert!(audited(&world, "failed dev=ttyS1, pid=1000, got signal 1, exiting"));
}

#[test]
fn a_line_that_takes_no_output_for_a_minute() {
    let mut world = calls().at(ms(11_500), Happening::Stuck);
    assert_eq!(who("", &mut world), Who::Nobody(10));
    assert_eq!(told(&world).0, "");
    let warned = world.logged().iter().find(|(_, _, text)| text == "ttyS1 took no output for 60 s");
    assert!(warned.is_some_and(|(at, ..)| (secs(71)..secs(73)).contains(&at.0)), "{:?}", world.logged());
    assert!(world.locks().is_empty());
}

#[test]
fn a_signal_to_end_idle_lines_does_not_end_a_call() {
    let mut world = types(calls().at(ms(12_100), Happening::Signal(Signal::Usr2)), b"bob\r");
    assert_eq!(name("", &mut world), "bob");
    let said =
        |(_, level, text): &&(Moment, Level, String)| *level == Level::Info && text == "signal USR2: not now";
    assert_eq!(world.logged().iter().filter(said).count(), 1);
    // What is dropped everywhere is dropped without a word.
    let mut world = types(calls().at(ms(12_100), Happening::Signal(Signal::Usr1)), b"bob\r");
    assert_eq!(name("", &mut world), "bob");
    assert!(!world.logged().iter().any(|(_, _, text)| text.contains("USR1")));
}

#[test]
fn mg_64_the_lock_is_the_login_programs() {
    let mut world = types(calls(), b"bob\r");
    assert_eq!(name("", &mut world), "bob");
    assert_eq!(world.locks().keys().collect::<Vec<_>>(), [b"ttyS1"]);
    assert!(world.pid_files().is_empty());
    assert_eq!(world.owned.last().map(|own| own.mode), Some(0o600));
}

#[test]
fn mg_65_ppp_callers_at_the_prompt() {
    for frame in [&b"\x7e\xff\x03\xc0\x21"[..], FRAME, b"\x7e\x7d\xdf\x7d\x23\xc0\x21"] {
        let mut world = types(hears(calls()), &[frame, b"rest\r"].concat());
        assert_eq!(who("", &mut world), Who::Machine(b"/AutoPPP/".to_vec()), "{frame:x?}");
        assert_eq!(told(&world).0, FIRST);
        // In two parts, with time between them: nothing is echoed meanwhile.
        let mut world =
            types(hears(calls()), &frame[..3]).at(secs(60), Happening::Bytes(frame[3..].to_vec()));
        assert_eq!(who("", &mut world), Who::Machine(b"/AutoPPP/".to_vec()), "{frame:x?}");
        assert_eq!(told(&world).0, FIRST);
    }
    for (other, echo) in
        [(&b"\x7e\xff\x7d\x23\xc0\x23"[..], r"~\x08 \x08}#@#"), (b"\xff\x7d\x23\xc0\x21", "}#@!")]
    {
        let mut world = types(hears(calls()), other);
        assert_eq!(who("", &mut world), Who::Waits, "{other:x?}");
        assert_eq!(told(&world).0, format!("{FIRST}{echo}"), "{other:x?}");
    }
}

#[test]
fn mg_66_ppp_callers_who_do_not_wait_for_a_prompt() {
    let mut world = hears(rings(FRAME));
    assert_eq!(who("", &mut world), Who::Machine(b"/AutoPPP/".to_vec()));
    assert_eq!(told(&world).0, "");
    assert_eq!(world.owned.last().map(|own| own.mode), Some(0o600));
    // Half before the prompt, half behind it.
    let (begin, end) = FRAME.split_at(3);
    let mut world = types(hears(rings(begin)), end);
    assert_eq!(who("", &mut world), Who::Machine(b"/AutoPPP/".to_vec()));
    assert_eq!(told(&world).0, FIRST);
    // The first half is nobody's name if no frame comes of it.
    let mut world = types(hears(rings(begin)), b"bob\r");
    assert_eq!(name("", &mut world), "bob");
    assert_eq!(told(&world).0, format!(r"{FIRST}bob\r\n"));
}

#[test]
fn mg_67_whoever_has_no_line_in_the_file_is_not_heard() {
    for bytes in [FRAME, b"\xae", b"\xf1", b"**EMSI_INQC816"] {
        assert_eq!(who("", &mut types(calls(), bytes)), Who::Waits);
        assert_eq!(who("", &mut rings(bytes)), Who::Waits);
        let mut world =
            types(calls().private_file("/etc/mgetty/login.config", b"* - - /bin/login @\n"), bytes);
        assert_eq!(who("", &mut world), Who::Waits);
        // A file that others can write has no say.
        let mut world = types(calls().file("/etc/mgetty/login.config", RULES.as_bytes()), bytes);
        assert_eq!(who("", &mut world), Who::Waits);
    }
    // What settles is dropped then, too.
    let mut world = types(rings(b"\x7e\xff"), b"bob\r");
    assert_eq!(name("", &mut world), "bob");
    let ppp_alone =
        types(calls().private_file("/etc/mgetty/login.config", b"/AutoPPP/ - - /bin/login @\n"), b"\xae\r");
    assert_eq!(name("", &mut { ppp_alone }), ".");
}

#[test]
fn mailers_at_the_prompt() {
    for (said, word) in [
        (&b"\xae"[..], &b"tsync"[..]),
        (b"\r\xf1", b"yoohoo"),
        (b"**EMSI_INQC816\r", b"**EMSI_INQC816"),
        (b"x**EMSI_INQC816**EMSI_INQC816\r", b"**EMSI_INQC816**EMSI_INQC816"),
    ] {
        let mut world = types(hears(calls()), said);
        assert_eq!(who("", &mut world), Who::Machine(word.to_vec()));
    }
    // A packet without an end is nobody, and its time ends.
    let endless = [&b"**EMSI_"[..], &[b'x'; 20_000]].concat();
    assert_eq!(who("login-time 5", &mut types(hears(calls()), &endless)), Who::Nobody(0));
    let Who::Machine(word) = who("", &mut types(hears(calls()), &[&endless[..], b"\r"].concat())) else {
        panic!("nobody")
    };
    assert_eq!(word.len(), 1000);
}

#[test]
fn mailers_are_asked_once_and_only_if_that_is_asked_for() {
    let mut world = types(types(calls(), b"\r"), b"x\x15");
    assert_eq!(who("fido-send-emsi yes", &mut world), Who::Waits);
    let asks = format!(r"**EMSI_REQA77E\r\x11{}\r", " ".repeat(14));
    let whole = r"\r\n\r\nnode!login: ";
    assert_eq!(told(&world).0, format!(r"\r\r\n{asks}\r\nnode!login: \r\n\r{whole}x\r\nnode!login: "));
}

#[test]
fn a_login_program_that_asks_by_itself() {
    let mut world = calls();
    let config = "login-env-ttyprompt-hack yes\nlogin-prompt hi\\nlogin: ";
    let Became { program, modes, .. } = run(&mgetty_plan(config), &mut world).became.expect("a program");
    assert_eq!((program.arguments, mapped(&modes)), (vec![b"login".to_vec()], [true, true]));
    // The same text, without what leads to it.
    assert_eq!(told(&world).0, r"\r\r\n\r\nhi\nlogin:");
    let variable = (b"TTYPROMPT".to_vec(), b"hi\nlogin:".to_vec());
    assert!(program.environment.contains(&variable), "{:?}", program.environment);
}

#[test]
fn mg_96_a_caller_who_must_type_first_in_a_whole_call() {
    let at = |world: World, bytes: &[u8]| world.at(secs(20), Happening::Bytes(bytes.to_vec()));
    let mut world = types(at(calls(), b"\r"), b"bob\r");
    assert_eq!(name("wait-for-cr yes", &mut world), "bob");
    let (text, after) = told(&world);
    assert_eq!(text, format!(r"{FIRST}bob\r\n"));
    assert!(after.unwrap() > secs(5));
    let mut world = hears(at(calls(), FRAME));
    assert_eq!(who("wait-for-cr yes", &mut world), Who::Machine(b"/AutoPPP/".to_vec()));
    assert_eq!(told(&world).0, "");
    // A frame is nothing where nobody listens, and silence is no caller.
    let mut world = at(calls(), FRAME);
    assert_eq!(who("wait-for-cr yes\nlogin-time 60", &mut world), Who::Nobody(0));
    assert_eq!(told(&world).0, "");
    assert!(audited(&world, "failed dev=ttyS1, pid=1000, login time out"));
}

#[test]
fn whatever_call_fails_a_call_has_an_end() {
    let plan = mgetty_plan("login-time 60");
    let world = || types(types(hears(calls()), b"\r"), b"\x04");
    let mut clean = world();
    assert_eq!(run(&plan, &mut clean).status, 0);
    for call in 1..=clean.calls() {
        for error in [LineError::HungUp, LineError::Gone("x".into()), LineError::Failed("x".into())] {
            let mut world = world().fail(call, error.clone());
            let status = run(&plan, &mut world).status;
            // Who did not hear the prompt well says nothing more, and one whose modem was not heard rings no more.
            assert!([0, 1, 10, 30].contains(&status), "call {call}: {error}: {status}");
            let count = |wanted: &Deed| world.deeds().iter().filter(|(_, deed)| deed == wanted).count();
            assert_eq!(count(&Deed::Opened), count(&Deed::Closed), "call {call}: {error}");
            assert!(world.locks().is_empty() && world.pid_files().is_empty(), "call {call}: {error}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_a_caller_sends_a_call_has_an_end(said in proptest::collection::vec(
        prop_oneof![
            any::<u8>().prop_map(|byte| vec![byte]),
            Just(FRAME[..4].to_vec()),
            Just(b"\x7d".to_vec()),
            Just(b"**EMSI_".to_vec()),
            Just(b"\r".to_vec()),
            Just(vec![b'\0'; 100]),
        ], 0..200), armed in any::<bool>())
    {
        let world = types(calls(), &said.concat());
        let mut world = if armed { hears(world) } else { world };
        match who("login-time 60", &mut world) {
            Who::Person(name, _) => {
                prop_assert!((1..=63).contains(&name.len()));
                prop_assert!(name.iter().all(|byte| (b' '..0x7f).contains(byte)));
                prop_assert!(!matches!(name.first(), Some(b' ' | b'-')));
            }
            Who::Machine(word) => {
                prop_assert!(armed && word.len() <= 1000);
                prop_assert!(word.iter().all(|byte| (b' '..0x7f).contains(byte)));
            }
            Who::Nobody(status) => prop_assert_eq!(status, 0),
            Who::Waits => prop_assert!(false, "it waits for ever"),
        }
    }
}
