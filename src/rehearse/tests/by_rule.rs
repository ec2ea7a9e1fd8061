//! mgetty's login: which program a name gets, as whom, and what it finds.

use super::*;
use crate::engine::world::Host;
use crate::rehearse::child::{Act, Script};
use crate::rehearse::locks::OURS;
use polygetty_compat::mgetty::compile::compile;
use polygetty_compat::plan::modes::{Char, Field, Flag, Value};
use polygetty_compat::plan::stage::AccountKind;
use polygetty_compat::site::parse;
use polygetty_compat::surroundings::SystemFacts;

const RULES: &str = "/etc/mgetty/login.config";
/// The beginning of a PPP caller's first frame.
const LCP: &[u8] = b"\x7e\xff\x7d\x23\xc0\x21";

/// The plan of mgetty on a line without a modem, with a site file.
fn direct_with(site: &str) -> LinePlan {
    let config = "direct yes\ndata-only yes\nissue-file \"\"\nfido-send-emsi no\ndebug 4\n";
    let mut reader = MapReader::default().file("/etc/mgetty/mgetty.config", config).device("ttyS1");
    let argv: Vec<Vec<u8>> = ["mgetty", "ttyS1"].iter().map(|word| word.as_bytes().to_vec()).collect();
    let surroundings = Surroundings {
        environment: vec![(b"CALLER_ID".to_vec(), b"old".to_vec()), (b"LANG".to_vec(), b"C".to_vec())],
        site: parse("/etc/polygetty.toml".into(), site.as_bytes().to_vec(), &SystemFacts::default()),
        ..Surroundings::default()
    };
    match compile(&argv, &surroundings, &mut reader) {
        Ok(Compiled::Plan(plan)) => *plan,
        other => panic!("no plan: {other:?}"),
    }
}

fn direct() -> LinePlan {
    direct_with("")
}

/// Somebody comes, and types this a minute later.
fn types(typed: &[u8]) -> World {
    World::default()
        .at(secs(10), Happening::Bytes(b"\r".to_vec()))
        .at(secs(70), Happening::Bytes(typed.to_vec()))
}

/// What became of a name under these rules.
fn became(rules: &str, typed: &[u8]) -> (Ended<Became>, World) {
    let mut world = types(typed).private_file(RULES, rules.as_bytes()).user("uucp").user("nobody");
    let ended = run(&direct(), &mut world);
    (ended, world)
}

fn words(became: &Became) -> Vec<String> {
    let shown = |word: &Vec<u8>| String::from_utf8_lossy(word).into_owned();
    became.program.arguments.iter().map(shown).collect()
}

fn logged(world: &World, level: Level) -> Vec<&str> {
    world.logged().iter().filter(|(_, of, _)| *of == level).map(|(_, _, text)| text.as_str()).collect()
}

fn variable<'b>(became: &'b Became, name: &str) -> Vec<&'b [u8]> {
    let all = became.program.environment.iter();
    all.filter(|(known, _)| known == name.as_bytes()).map(|(_, value)| value.as_slice()).collect()
}

#[test]
fn mg_56_the_login_program_gets_the_name_the_modes_and_the_lock() {
    let (ended, world) = became("", b"bob\r");
    let became = ended.became.expect("login");
    assert_eq!((words(&became), became.user.is_none()), (vec!["login".to_owned(), "bob".into()], true));
    assert_eq!(became.program.path, "/bin/login".into());
    assert!(became.program.shell.as_bytes().is_empty(), "no shell runs a text");
    for on in ["ICRNL", "ONLCR", "ICANON", "ECHO", "ECHOE", "ECHOK", "ISIG", "OPOST", "BRKINT", "IGNPAR"] {
        let flag = Flag::ALL.iter().find(|flag| flag.name() == on).expect("a flag");
        assert!(became.modes.has(*flag), "{on}");
    }
    for off in [Flag::IXON, Flag::IXOFF, Flag::IXANY, Flag::CLOCAL, Flag::IEXTEN, Flag::PARENB, Flag::CSTOPB]
    {
        assert!(!became.modes.has(off), "{}", off.name());
    }
    assert!(became.modes.has(Flag::HUPCL) && became.modes.has(Flag::CREAD));
    assert_eq!(became.modes.value(Field::CharSize), Some(Value::CS8));
    assert_eq!(became.modes.char(Char::Eof), Some(Some(4)));
    assert_eq!(variable(&became, "CALLER_ID"), [b"none"], "nothing of an earlier call is inherited");
    assert_eq!(variable(&became, "CONNECT"), [b"DIRECT"]);
    assert_eq!(
        (variable(&became, "DEVICE"), variable(&became, "LANG")),
        (vec![&b"ttyS1"[..]], vec![&b"C"[..]])
    );
    assert!(variable(&became, "CALLED_ID").is_empty());
    // MG-64
    assert_eq!(became.locks, [b"ttyS1"]);
    assert!(world.pid_files().is_empty(), "the program watches no line");
    assert_eq!(world.owned.last().map(|own| own.mode), Some(0o600));
}

#[test]
fn mg_56_a_line_that_ended_with_lf_is_not_mapped() {
    let became = became("", b"joe\n").0.became.expect("login");
    assert_eq!(words(&became), ["login", "joe"]);
    assert!(!became.modes.has(Flag::ICRNL) && !became.modes.has(Flag::ONLCR));
}

#[test]
fn mg_68_a_file_that_others_can_read_has_no_say() {
    let mut world = types(b"bob\r").file(RULES, b"* - - /bin/other @\n");
    let ended = run(&direct(), &mut world);
    assert_eq!(words(&ended.became.unwrap()), ["login", "bob"]);
    let fatal = logged(&world, Level::Fatal);
    assert_eq!(fatal.len(), 1, "{:?}", world.logged());
    assert!(fatal.iter().all(|text| text.contains("login.config ignored, wrong permissions")), "{fatal:?}");
}

#[test]
fn a_file_that_cannot_be_read_has_no_say_either_and_that_is_an_error() {
    let long = ["# ".repeat(1 << 20).as_bytes(), b"\n* - - /bin/other @\n"].concat();
    let mut world = types(b"bob\r").private_file(RULES, &long);
    let ended = run(&direct(), &mut world);
    assert_eq!(words(&ended.became.unwrap()), ["login", "bob"]);
    assert!(logged(&world, Level::Error).iter().any(|text| text.contains("it is too long")));
    let (_, world) = became("", b"bob\r");
    assert!(logged(&world, Level::Error).is_empty(), "an empty one is none: {:?}", world.logged());
}

#[test]
fn mg_69_an_unknown_account_runs_nothing() {
    let (ended, world) = became("a* nosuchuser - /bin/prog @\n* - - /bin/login @\n", b"alice\r");
    assert_eq!((ended.status, ended.became), (1, None));
    let fatal = logged(&world, Level::Fatal);
    assert!(fatal[0].contains("there is no account \"nosuchuser\": nothing is run"), "{fatal:?}");
    assert!(fatal[0].contains("login.config:1:"), "{fatal:?}");
    assert!(world.records.iter().all(|record| record.kind == AccountKind::Login));
    assert!(world.locks().is_empty() && world.pid_files().is_empty());
    assert!(logged(&world, Level::Audit).is_empty());
}

#[test]
fn mg_69_whatever_fails_on_the_way_nothing_runs_as_root() {
    let rules = "a* uucp - /bin/prog @\n* uucp - /bin/login @\n";
    let calls = became(rules, b"alice\r").1.calls();
    let mut refusals = 0;
    for call in 1..=calls {
        let mut world = types(b"alice\r").private_file(RULES, rules.as_bytes()).user("uucp");
        world = world.fail(call, LineError::Failed("I/O error".into()));
        let ended = run(&direct(), &mut world);
        if let Some(became) = ended.became {
            // Without the file the login program, which looks after itself, is run as root; nothing else is.
            let by_default = became.program.path == "/bin/login".into() && became.user.is_none();
            let unread = logged(&world, Level::Error).iter().any(|text| text.contains("cannot read"));
            assert!(became.user.is_some() || (by_default && unread), "call {call}: {became:?}");
        } else {
            refusals +=
                u32::from(logged(&world, Level::Fatal).iter().any(|text| text.contains("cannot look up")));
        }
    }
    assert_eq!(refusals, 1, "of {calls} calls one looks the account up");
}

#[test]
fn mg_70_a_rule_names_the_account_and_the_record() {
    let (ended, world) = became("b* uucp bb /bin/prog @\n", b"bob\r");
    let became = ended.became.unwrap();
    assert_eq!(
        became.user.as_ref().map(|user| (user.uid, user.gid, user.groups.clone())),
        Some((1001, 1001, vec![1001]))
    );
    let record = world.records.last().unwrap();
    assert_eq!(
        (record.user.as_slice(), record.kind, record.host.as_slice()),
        (&b"bb"[..], AccountKind::User, &b"DIRECT"[..])
    );
    assert_eq!(record.line, b"ttyS1");
}

#[test]
fn mg_71_nine_arguments_and_a_warning() {
    let (ended, world) = became("* - - /bin/prog 1 2 3 4 5 6 7 8 9 10 11\n", b"bob\r");
    assert_eq!(words(&ended.became.unwrap()), ["prog", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    assert_eq!(logged(&world, Level::Warning).len(), 1, "{:?}", world.logged());
}

#[test]
fn mg_72_rules_of_calls_that_we_made_are_not_for_those_that_come() {
    let rules = "!version 2\n* Y - - /bin/back @\n* N - - /bin/there @\n";
    assert_eq!(words(&became(rules, b"bob\r").0.became.unwrap()), ["there", "bob"]);
}

#[test]
fn mg_73_a_program_that_cannot_run_ends_the_life_with_255_and_nothing_is_kept() {
    let calls = became("", b"bob\r").1.calls();
    let mut world = types(b"bob\r").fail(calls, LineError::Failed("No such file or directory".into()));
    let ended = run(&direct(), &mut world);
    assert_eq!((ended.status, ended.became), (255, None));
    let fatal = logged(&world, Level::Fatal);
    assert!(fatal[0].starts_with("cannot execute '/bin/login': No such file or directory"), "{fatal:?}");
    assert!(world.locks().is_empty() && world.pid_files().is_empty());
}

#[test]
fn a_relative_program_is_refused() {
    let (ended, world) = became("* - - bin/prog @\n", b"bob\r");
    assert_eq!((ended.status, ended.became), (1, None));
    assert!(logged(&world, Level::Fatal)[0].contains("cannot execute 'bin/prog': no absolute path"));
}

#[test]
fn mg_77_the_audit_entry_is_read_by_programs() {
    let (_, world) = became("", b"bob\r");
    let wanted = format!(
        "data dev=ttyS1, pid={OURS}, caller='none', conn='DIRECT', name='', cmd='/bin/login', user='bob'"
    );
    assert_eq!(logged(&world, Level::Audit), [wanted.as_str()]);
    // Nothing that was typed ends the quotes.
    let (_, world) = became("", b"o'b', cmd='x\r");
    let audit = logged(&world, Level::Audit);
    assert!(audit[0].ends_with("cmd='/bin/login', user='o?b?, cmd=?x'"), "{audit:?}");
}

#[test]
fn mg_97_a_ppp_caller_finds_the_line_raw() {
    let rules = "/AutoPPP/ - a_ppp /usr/sbin/pppd debug require-chap\n";
    let mut world = World::default().private_file(RULES, rules.as_bytes()).carrier(true);
    world = world.at(secs(10), Happening::Bytes(LCP.to_vec())).at(secs(12), Happening::Bytes(LCP.to_vec()));
    let ended = run(&direct(), &mut world);
    let became = ended.became.expect("pppd");
    assert_eq!(words(&became), ["pppd", "debug", "require-chap"]);
    assert!(became.user.is_none());
    for off in [Flag::ECHO, Flag::ICANON, Flag::OPOST, Flag::ICRNL, Flag::ISIG, Flag::CLOCAL] {
        assert!(!became.modes.has(off), "{}", off.name());
    }
    assert_eq!(world.owned.last().map(|own| own.mode), Some(0o600), "heard before the prompt");
    let record = world.records.last().unwrap();
    assert_eq!((record.user.as_slice(), record.kind), (&b"a_ppp"[..], AccountKind::User));
    assert!(logged(&world, Level::Audit)[0].ends_with("cmd='/usr/sbin/pppd', user='/AutoPPP/'"));
    assert!(!world.logged().iter().any(|(_, _, text)| text.contains("DCD is low")));
}

#[test]
fn mg_98_the_first_rule_that_fits() {
    for rules in ["", "# nothing\n", "* - - /bin/login @\n"] {
        let (ended, world) = became(rules, b"joe\r");
        assert_eq!(words(&ended.became.unwrap()), ["login", "joe"], "{rules:?}");
        assert!(world.records.iter().all(|record| record.kind == AccountKind::Login), "{rules:?}");
    }
    let (ended, world) = became("* nobody @ /bin/false\n", b"evil\r");
    let became_false = ended.became.unwrap();
    assert_eq!(
        (words(&became_false), became_false.user.map(|user| user.uid)),
        (vec!["false".to_owned()], Some(1002))
    );
    assert_eq!(world.records.last().unwrap().user, b"evil");
    let two = "gu* - - /bin/upper @\nguest - - /bin/lower @\n";
    assert_eq!(words(&became(two, b"guest\r").0.became.unwrap()), ["upper", "guest"]);
}

#[test]
fn low_carrier_is_warned_of() {
    let mut world = types(b"bob\r").carrier(false);
    assert!(run(&direct(), &mut world).became.is_some());
    assert_eq!(logged(&world, Level::Warning), ["WARNING: starting login while DCD is low!"]);
}

/// A life that stays beside a login program that does this.
fn beside(script: Script, world: World) -> (u8, World) {
    let plan = direct_with("[login]\nsupervise = true\n");
    assert!(plan.stages.iter().all(|planned| !matches!(planned.stage, Stage::TakeTerminal(_))));
    let mut world = world.program("/bin/login", script);
    let ended = run(&plan, &mut world);
    assert!(ended.became.is_none() && !world.waited_for_ever());
    (ended.status, world)
}

fn acts(after: u64, act: Act) -> Script {
    Script { acts: vec![(secs(after), act)], ..Script::default() }
}

#[test]
fn whoever_stays_ends_as_the_program_does_and_hangs_up() {
    let (status, world) = beside(acts(600, Act::Ends(16)), types(b"bob\r").carrier(true));
    assert_eq!(status, 16);
    let became = world.on_line.first().expect("it had the line");
    assert_eq!(words(became), ["login", "bob"]);
    assert!(became.modes.has(Flag::ICANON) && !became.modes.has(Flag::CLOCAL));
    assert!((670..=672).contains(&world.now().0.as_secs()), "{:?}", world.now());
    let deeds = world.deeds();
    assert!(!deeds.iter().any(|(_, deed)| matches!(deed, Deed::TookTerminal | Deed::Stopped(_))));
    let unlocked = deeds.iter().rfind(|(_, deed)| *deed == Deed::Unlocked).expect("the lock is given back");
    assert!(unlocked.0.0 >= secs(670), "it was ours as long as the program ran");
}

#[test]
fn when_carrier_goes_the_program_is_told_asked_and_made_to_end() {
    let stubborn = Script { stubborn: true, ..Script::default() };
    let world = types(b"bob\r").carrier(true).at(secs(300), Happening::Carrier(false));
    let (status, world) = beside(stubborn, world);
    assert_eq!(status, 128 + 9);
    let deeds: Vec<(u64, Deed)> =
        world.deeds().into_iter().map(|(at, deed)| (at.0.as_secs(), deed)).collect();
    let end: Vec<_> =
        deeds.into_iter().filter(|(_, d)| matches!(d, Deed::ToldOfHangUp | Deed::Stopped(_))).collect();
    assert_eq!(end, [(300, Deed::ToldOfHangUp), (305, Deed::Stopped(false)), (310, Deed::Stopped(true))]);
    // One that ends when it is asked to.
    let world = types(b"bob\r").carrier(true).at(secs(300), Happening::Carrier(false));
    assert_eq!(beside(Script::default(), world).0, 128 + 15);
}

#[test]
fn a_carrier_that_never_came_ends_nothing() {
    let (status, world) = beside(acts(600, Act::Ends(0)), types(b"bob\r").carrier(false));
    assert_eq!((status, world.now().0.as_secs()), (0, 670));
    let late = types(b"bob\r").carrier(false).at(secs(100), Happening::Carrier(true));
    let late = late.at(secs(200), Happening::Carrier(false));
    let (_, world) = beside(acts(600, Act::Ends(0)), late);
    assert!(world.deeds().contains(&(Moment(secs(200)), Deed::ToldOfHangUp)));
}

#[test]
fn a_login_program_that_clears_the_line_does_not_end_its_own_call() {
    let world = types(b"bob\r").carrier(true).at(secs(71), Happening::HangUp);
    let (status, world) = beside(acts(600, Act::Ends(3)), world);
    assert_eq!((status, world.now().0.as_secs()), (3, 670));
}

#[test]
fn a_signal_to_whoever_stays_ends_the_program_first() {
    let world = types(b"bob\r").carrier(true).at(secs(300), Happening::Signal(Signal::Term));
    let (status, world) = beside(Script::default(), world);
    assert_eq!(status, 10);
    assert!(world.deeds().contains(&(Moment(secs(300)), Deed::ToldOfHangUp)));
    assert!(logged(&world, Level::Audit).iter().any(|text| text.contains("got signal 15")));
    assert!(world.locks().is_empty());
}

#[test]
fn beside_a_program_that_cannot_run_there_is_nobody_to_stay() {
    let plan = direct_with("[login]\nsupervise = true\n");
    let mut world = types(b"bob\r");
    let ended = run(&plan, &mut world);
    assert_eq!((ended.status, world.locks().len()), (255, 0));
    assert!(logged(&world, Level::Fatal)[0].starts_with("cannot execute '/bin/login'"));
}
