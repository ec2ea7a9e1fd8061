//! Faxes that are received, within a whole life of mgetty: the modem is a script, the clock is virtual.

use super::super::child::{Act, Script};
use super::fax::plan;
use super::{Happening, World, run, secs};
use crate::engine::world::{LineError, WallTime};
use crate::rehearse::world::Deed;
use polygetty_compat::plan::stage::Signal;
use proptest::prelude::*;
use std::time::Duration;

pub(super) const SPOOL: &str = "/var/spool/fax/incoming";
pub(super) const NOTIFY: &str = "/etc/mgetty/new_fax";
const MAILER: &str = "/usr/sbin/sendmail";
pub(super) const SOON: Duration = Duration::from_millis(100);
pub(super) const GREETING: &[u8] =
    b"\r\n+FCON\r\n\r\n+FTSI:\"+49 89';x \"\r\n\r\n+FDCS:1,5,0,2,0,0,0,0\r\n\r\nOK\r\n";
pub(super) const READY: &[u8] = b"\r\nCONNECT\r\n";
pub(super) const GOOD: &[u8] = b"\r\n+FPTS:1,1100,0,0\r\n\r\n+FET:0\r\n\r\nOK\r\n";
const BYE: &[u8] = b"\r\n+FHNG:000\r\n\r\nOK\r\n";
/// Set up without a word: the class is known, and the modem is asked for nothing.
const QUIET: &str = "modem-type data\nmodem-check-time -1\n";

/// A modem that was initialised, is called at 100 s and says this, `ATA` answered; with room in the spool, and
/// programs to tell.
pub(super) fn called(greeting: &[u8]) -> World {
    let ends = Script { acts: vec![(secs(1), Act::Ends(0))], stubborn: false };
    let mut world = World::default()
        .clock(WallTime(0xfb00_d5f6 - 102), 0)
        .reply(b"ATZ\r", SOON, b"\r\nOK\r\n")
        .at(secs(100), Happening::Bytes(b"\r\nRING\r\n".to_vec()))
        .reply(b"ATA\r", secs(2), greeting)
        .program(NOTIFY, ends.clone())
        .program(MAILER, ends);
    world.spool.free.insert(SPOOL.into(), 1 << 20);
    world
}

/// A page that comes when it is asked for; then the modem says this.
pub(super) fn page(world: World, data: &[u8], then: &[u8]) -> World {
    let says = [data, b"\x10\x03", then].concat();
    world.reply(b"AT+FDR\r", SOON, READY).reply(b"\x12", SOON, &says)
}

pub(super) fn ends(world: World, with: &[u8]) -> World {
    world.reply(b"AT+FDR\r", SOON, with)
}

/// Two pages, the second after a stray word.
pub(super) fn two_pages() -> World {
    let world = page(called(GREETING), b"\x00\x01\x10\x10\x02", GOOD);
    ends(page(world, b"zz\x00\x03", GOOD), BYE)
}

pub(super) fn live(lines: &str, world: &mut World) -> u8 {
    run(&plan(&format!("{QUIET}{lines}")), world).status
}

pub(super) fn logged(world: &World, text: &str) -> bool {
    world.logged().iter().any(|(_, _, entry)| entry.contains(text))
}

#[track_caller]
pub(super) fn has(world: &World, text: &str) {
    assert!(logged(world, text), "{text} in {:#?}", world.logged());
}

/// The names of all whole pages and what they hold.
pub(super) fn whole(world: &World) -> Vec<(String, Vec<u8>)> {
    let pages = world.spool.pages().into_iter();
    pages.filter(|(_, (_, whole))| *whole).map(|(name, (bytes, _))| (name, bytes)).collect()
}

pub(super) fn told(world: &World) -> Vec<String> {
    let program = world.let_go.last().expect("a program is told");
    program.arguments.iter().map(|word| String::from_utf8(word.clone()).unwrap()).collect()
}

#[test]
fn mg_84_two_pages() {
    let mut world = two_pages();
    assert_eq!(live("notify office\nfax-owner joe\nfax-group fax\nfax-mode 0640", &mut world), 0);
    let name = |page: &str| format!("{SPOOL}/ffb00d5f6S1-49-89-x.{page}");
    let pages = [(name("01"), b"\x00\x01\x10\x02".to_vec()), (name("02"), b"\x00\x03".to_vec())];
    assert_eq!(whole(&world), pages);
    has(
        &world,
        "fax dev=ttyS1, pid=1000, caller='none', name='', id='+49 89;x', +FHNG=000, pages=2/0, time=00:00:00",
    );
    has(&world, "before the page there was zz");
    assert!(world.said().ends_with(b"AT+FDR\rATH0\r"), "{}", world.said().escape_ascii());
    assert_eq!(told(&world), [NOTIFY, "0", "+49 89;x", "2", &name("01"), &name("02")]);
    let environment = &world.let_go[0].environment;
    assert!(environment.contains(&(b"CALLER_ID".to_vec(), b"none".to_vec())), "{environment:?}");
    let mail = String::from_utf8(world.given[0].clone()).unwrap();
    assert!(mail.starts_with("Subject: fax from +49 89;x\nTo: office\nFrom: root (Fax Getty)\n\n"), "{mail}");
    assert!(mail.contains(&name("02")) && mail.contains("A fax was received."), "{mail}");
    assert_eq!(world.started[0].arguments, [&b"sendmail"[..], b"-t", b"-i"]);
    let to = &world.spool.owned[0];
    assert_eq!((to.owner.as_deref(), to.mode), (Some(&b"joe"[..]), 0o640));
    let record = world.records.last().unwrap();
    assert_eq!((&*record.user, &*record.host), (&b"fax_inc"[..], &b"+49 89;x"[..]));
    // 1.5 s lie before the last command.
    let said = |wanted: &[u8]| {
        let at = world.deeds().into_iter().rfind(|(_, deed)| *deed == Deed::Said(wanted.to_vec()));
        at.unwrap().0.0
    };
    assert!(said(b"ATH0\r") - said(b"AT+FDR") >= Duration::from_millis(1500));
    assert!(world.locks().is_empty());
}

#[test]
fn mg_85_a_modem_of_class_2_0() {
    let commands = [
        "AT+FCLASS=2.0",
        "AT+FAA=1;+FCR=1",
        "AT+FBO=1",
        "AT+FNR=1,1,1,0",
        "AT+FLI=\"\"",
        "AT+FCC=1,5,0,2,0,0,0,0",
    ];
    let receive = |flo: &[u8], counts: &[u8]| {
        let mut world = World::default().reply(b"ATZ\r", SOON, b"\r\nOK\r\n");
        for command in commands {
            world = world.reply(format!("{command}\r").as_bytes(), SOON, b"\r\nOK\r\n");
        }
        world = world
            .at(secs(100), Happening::Bytes(b"\r\nRING\r\n".to_vec()))
            .reply(b"ATA\r", secs(2), b"\r\n+FCO\r\n\r\n+FTI:\"1\"\r\n+FCS:0,5,0,2,0,0,0,0\r\n\r\nOK\r\n")
            .reply(b"AT+FLO=2\r", SOON, flo);
        if flo.starts_with(b"\r\nERROR") {
            world = world.reply(b"AT+FLO=1\r", SOON, b"\r\nOK\r\n");
        }
        world.spool.free.insert(SPOOL.into(), 1 << 20);
        let data = b"\x00\x10\x1a\x10\x10\x80";
        let mut world = ends(page(world, data, counts), b"\r\n+FHS:00\r\n\r\nOK\r\n");
        assert_eq!(live("modem-type c2.0", &mut world), 0);
        world
    };
    let world = receive(b"\r\nOK\r\n", b"\r\n+FPS:1,32,0,0\r\n+FET:0\r\nOK\r\n");
    let [(name, bytes)] = &whole(&world)[..] else { panic!("{:?}", world.spool.pages()) };
    assert_eq!(bytes, b"\x00\x10\x10\x10\x80");
    assert!(name.starts_with(&format!("{SPOOL}/fn")) && name.ends_with("S1-1.01"), "{name}");
    assert!(!world.said().windows(8).any(|said| said == b"AT+FPS=2"));
    let world = receive(b"\r\nERROR\r\n", b"\r\n+FPS:1,32,0,0\r\n+FET:0\r\nOK\r\n");
    has(&world, "+FHNG=000, pages=1/0");
    // A call that is lost while it is set up is over at once.
    let world = receive(b"\r\nNO CARRIER\r\n", b"");
    has(&world, "+FHNG=-04, pages=0/0, time=00:00:00");
}

#[test]
fn mg_86_a_bad_page_is_asked_for_again() {
    let bad = b"\r\n+FPTS:2,30,40,5\r\n+FET:0\r\nOK\r\n";
    for answer in [&b"\r\nOK\r\n"[..], b"\r\nERROR\r\n"] {
        let world = page(called(GREETING), b"\x00\x01", bad).reply(b"AT+FPS=2\r", SOON, answer);
        let mut world = ends(page(world, b"\x00\x02", GOOD), BYE);
        assert_eq!(live("", &mut world), 0);
        assert_eq!(whole(&world).len(), 2, "the bad page stays");
        has(&world, "+FHNG=000, pages=2/0");
    }
    let lost = b"\r\nNO CARRIER\r\n";
    let mut world = page(called(GREETING), b"\x00\x01", bad).reply(b"AT+FPS=2\r", SOON, lost);
    assert_eq!(live("", &mut world), 0);
    has(&world, "+FHNG=-04, pages=1/0, time=00:00:00");
    let mut world = ends(page(called(GREETING), b"\x00\x01", bad), BYE);
    live("modem-quirks 4", &mut world);
    has(&world, "+FHNG=000, pages=1/0");
}

#[test]
fn mg_87_a_call_without_a_page() {
    let mut world = called(b"\r\n+FCON\r\n\r\n+FTSI:\"123\"\r\n\r\n+FHNG:70\r\n\r\nOK\r\n");
    assert_eq!(live("", &mut world), 0);
    let record = world.records.last().unwrap();
    assert_eq!((&*record.user, &*record.host), (&b"fax_inc"[..], &b"123"[..]), "it was a call all the same");
    assert_eq!(told(&world), [NOTIFY, "70", "123", "0"]);
    has(&world, "id='123', +FHNG=070, pages=0/0");
    assert!(String::from_utf8_lossy(&world.given[0]).contains("+FHNG:70 (error in phase B)"));
    assert!(world.spool.pages().is_empty());
}

#[test]
fn a_call_that_ends_well_without_a_page_is_no_fax() {
    let mut world = called(b"\r\n+FCON\r\n\r\n+FHNG:0\r\n\r\nOK\r\n");
    assert_eq!(live("", &mut world), 0);
    assert_eq!(told(&world), [NOTIFY, "0", "", "0"]);
    let mail = String::from_utf8_lossy(&world.given[0]).into_owned();
    assert!(mail.contains("sent no page: +FHNG:0.") && !mail.contains("received"), "{mail}");
}

#[test]
fn mg_89_without_room_there_is_no_page() {
    let mut world = two_pages();
    assert_eq!(live("diskspace 99999999", &mut world), 0);
    has(&world, "Not enough space on /var/spool/fax/incoming - dropping line");
    has(&world, "+FHNG=-01, pages=0/0");
    assert!(world.spool.pages().is_empty() && !world.said().windows(6).any(|said| said == b"AT+FDR"));
    // The first directory with twice the room, else the last one.
    let choose = |a: Option<u64>, b: Option<u64>| {
        let mut world = two_pages();
        world.spool.free.clear();
        world.spool.free.extend(a.map(|free| ("/a".into(), free)));
        world.spool.free.extend(b.map(|free| ("/b".into(), free)));
        live("diskspace 100\nfax-spool-in /a:/b", &mut world);
        whole(&world).first().map(|(name, _)| name[..2].to_owned())
    };
    assert_eq!(choose(Some(200), Some(999)).as_deref(), Some("/a"));
    assert_eq!(choose(Some(199), Some(999)).as_deref(), Some("/b"));
    assert_eq!(choose(Some(199), Some(100)).as_deref(), Some("/b"));
    assert_eq!(choose(Some(199), Some(99)), None);
    assert_eq!(choose(None, Some(100)).as_deref(), Some("/b"));
    assert_eq!(choose(Some(100), None), None);
}

#[test]
fn mg_89_a_directory_in_which_no_page_can_be_made_is_passed_over() {
    let choose = |unfit: &[&str]| {
        let mut world = two_pages();
        world.spool.free = ["/a", "/b", "/c"].map(|dir| (dir.into(), 1 << 20)).into();
        world.spool.unfit = unfit.iter().copied().map(String::from).collect();
        assert_eq!(live("fax-spool-in /a:/b:/c", &mut world), 0);
        world
    };
    let world = choose(&["/a", "/b"]);
    let names: Vec<String> = whole(&world).into_iter().map(|(name, _)| name).collect();
    assert!(names.len() == 2 && names.iter().all(|name| name.starts_with("/c/")), "{names:?}");
    has(&world, "+FHNG=000, pages=2/0");
    for dir in ["/a", "/b"] {
        let text = format!("cannot make a page in {dir}: no inode left (");
        let times = world.logged().iter().filter(|(_, _, entry)| entry.contains(&text)).count();
        assert_eq!(times, 1, "{dir} is tried once a call");
    }

    // With none left, the modem hears that we want no more of it.
    let world = choose(&["/a", "/b", "/c"]);
    has(&world, "+FHNG=-01, pages=0/0");
    assert!(world.spool.pages().is_empty() && world.said().contains(&0x18));
}

#[test]
fn a_disk_that_fills_up_loses_no_page_that_is_whole() {
    let mut world = two_pages();
    world.spool.full_after = Some(5);
    assert_eq!(live("", &mut world), 0);
    has(&world, "+FHNG=-01, pages=1/0");
    assert_eq!(whole(&world).len(), 1);
}

#[test]
fn a_silent_modem_is_said_to_have_another_speed() {
    let mut world = called(b"\r\n+FCON\r\n\x80\xf0\x80");
    assert_eq!(live("switchbd 19200", &mut world), 0);
    has(&world, "switchbd");
    has(&world, "+FHNG=-06, pages=0/0, time=00:02:00");
    assert!(world.deeds().iter().any(|(_, deed)| *deed == Deed::Speed(19_200)));
}

#[test]
fn a_page_that_does_not_go_on_stays_partial() {
    let mut world = called(GREETING).reply(b"AT+FDR\r", SOON, READY).reply(b"\x12", SOON, b"\x00half a page");
    assert_eq!(live("", &mut world), 0);
    has(&world, "+FHNG=-01, pages=0/0, time=00:01:00");
    assert!(whole(&world).is_empty());
    assert_eq!(world.spool.pages().values().next().unwrap().0, b"\x00half a page");
    // Nor does noise that is no page.
    let mut world = called(GREETING).reply(b"AT+FDR\r", SOON, READY).reply(b"\x12", SOON, b"");
    world = (103..300).fold(world, |world, at| world.at(secs(at), Happening::Bytes(b"U".to_vec())));
    live("", &mut world);
    has(&world, "+FHNG=-01, pages=0/0, time=00:01:00");
}

#[test]
fn an_empty_page_is_no_success() {
    let mut world = ends(page(called(GREETING), b"", GOOD), BYE);
    live("", &mut world);
    has(&world, "+FHNG=-01, pages=0/0");
}

#[test]
fn pages_without_end_are_no_fax() {
    for data in [&b""[..], b"\x00\x01"] {
        let mut world = (0..1005).fold(called(GREETING), |world, _| page(world, data, GOOD));
        assert_eq!(live("", &mut world), 0);
        has(&world, "too many pages: that is no fax");
        let pages = whole(&world).len();
        assert_eq!(pages, if data.is_empty() { 0 } else { 999 });
        has(&world, &format!("+FHNG=-05, pages={pages}/0"));
        assert!(world.said().ends_with(b"ATH0\r") && world.locks().is_empty());
    }
}

#[test]
fn words_that_end_a_call_have_their_codes() {
    for (says, code) in [
        (&b"\r\nNO CARRIER\r\n"[..], "-04"),
        (b"\r\nERROR\r\n", "-04"),
        (b"\r\nBUSY\r\n", "-02"),
        (b"\r\nNO DIALTONE\r\n", "-03"),
        (b"\r\nOK\r\n", "-06"),
        (b"\r\n+FHNG:x\r\n", "-05"),
        (b"", "-06"),
    ] {
        let mut world = ends(page(called(GREETING), b"\x00\x01", GOOD), says);
        assert_eq!(live("", &mut world), 0);
        has(&world, &format!("+FHNG={code}, pages=1/0"));
        assert_eq!(told(&world)[3], "1", "the page that came is told of");
    }
}

#[test]
fn what_nobody_waits_for_ends_nothing() {
    let world = called(b"\r\n+FCON\r\n\r\nCONNECT\r\n\r\nOK\r\n");
    let world = world.reply(b"AT+FDR\r", SOON, b"\r\nOK\r\n\r\nCONNECT\r\n");
    let data = [b"\x00\x01\x10\x03", GOOD].concat();
    let mut world = ends(world.reply(b"\x12", SOON, &data), BYE);
    assert_eq!(live("", &mut world), 0);
    has(&world, "+FHNG=000, pages=1/0");
    // It did not say how far apart the lines are.
    assert!(whole(&world)[0].0.starts_with(&format!("{SPOOL}/fn")), "{:?}", world.spool.pages());
}

#[test]
fn a_hang_up_ends_it_with_5_until_the_modem_has_hung_up() {
    let partial = || called(GREETING).reply(b"AT+FDR\r", SOON, READY).reply(b"\x12", SOON, b"\x00half");
    for happening in [Happening::Signal(Signal::Hup), Happening::HangUp] {
        let mut world = partial().at(secs(110), happening);
        assert_eq!(live("", &mut world), 5);
        has(&world, "+FHNG=-04, pages=0/0");
        assert!(whole(&world).is_empty() && world.spool.pages().len() == 1);
        assert_eq!(told(&world)[1], "-4");
    }
    // It hangs up 103 s after the start, and then 1.5 s pass.
    let mut world = two_pages().at(Duration::from_millis(104_000), Happening::Signal(Signal::Hup));
    assert_eq!(live("", &mut world), 0);
    has(&world, "+FHNG=000, pages=2/0");
}

#[test]
fn a_signal_that_ends_us_loses_no_page() {
    let world = page(called(GREETING), b"\x00\x01", GOOD).reply(b"AT+FDR\r", SOON, READY);
    let mut world = world.reply(b"\x12", SOON, b"\x00half").at(secs(110), Happening::Signal(Signal::Term));
    assert_eq!(live("", &mut world), 10);
    has(&world, "+FHNG=-05, pages=1/0");
    has(&world, "got signal 15");
    assert_eq!((whole(&world).len(), told(&world)[3].as_str()), (1, "1"));
    let mut world = two_pages().at(Duration::from_millis(102_300), Happening::Signal(Signal::Usr2));
    assert_eq!(live("", &mut world), 0);
    has(&world, "signal USR2: not now");
}

#[test]
fn who_is_not_there_is_not_told() {
    let mut world = two_pages();
    assert_eq!(live("notify\nfax-notify-program /bin/none", &mut world), 0);
    assert!(world.given.is_empty() && world.let_go.is_empty());
    has(&world, "cannot run /bin/none: no such file");
    // A mail program that hangs delays the program, and no more.
    let mut world = two_pages().program(MAILER, Script::default());
    assert_eq!(live("", &mut world), 0);
    has(&world, "takes too long");
    assert_eq!(told(&world)[1], "0");
}

#[test]
fn what_holds_pages_back_eats_none_of_their_bytes() {
    use polygetty_compat::plan::modes::Flag;
    use polygetty_compat::plan::stage::Stage;
    for (word, rts, xon) in
        [("both", true, true), ("hard", true, false), ("soft", false, true), ("none", false, false)]
    {
        let plan = plan(&format!("fax-rec-flow {word}"));
        let flow = plan.stages.iter().find_map(|planned| match &planned.stage {
            Stage::ReceiveFax(fax) => Some(fax.flow.value.clone()),
            _ => None,
        });
        let wanted = vec![(Flag::CRTSCTS, rts), (Flag::IXON, false), (Flag::IXOFF, xon)];
        assert_eq!(flow, Some(wanted), "{word}");
    }
}

/// What the last entry for those who count faxes says: the code and the pages.
pub(super) fn counted(world: &World) -> Option<(String, usize)> {
    let entry = world.logged().iter().rev().find(|(_, _, text)| text.starts_with("fax dev="))?;
    let behind = |word: &str| entry.2.split(word).nth(1).unwrap().to_owned();
    let code = behind("+FHNG=")[..3].to_owned();
    Some((code, behind("pages=").split('/').next().unwrap().parse().unwrap()))
}

#[test]
fn whatever_call_fails_no_whole_page_is_lost_and_none_is_claimed() {
    let mut clean = two_pages();
    live("", &mut clean);
    assert_eq!(counted(&clean), Some(("000".into(), 2)));
    for at in 1..=clean.calls() {
        for error in [LineError::HungUp, LineError::Failed("x".into())] {
            let mut world = two_pages().fail(at, error);
            live("", &mut world);
            let pages = whole(&world).len();
            match counted(&world) {
                Some((code, claimed)) => {
                    assert_eq!(claimed, pages, "call {at}: {:?}", world.logged());
                    assert!(code != "000" || pages == 2, "call {at}: a false success");
                }
                None => assert_eq!(pages, 0, "call {at}"),
            }
            let count = |wanted: &Deed| world.deeds().iter().filter(|(_, deed)| deed == wanted).count();
            assert_eq!(count(&Deed::Opened), count(&Deed::Closed), "call {at}");
            assert!(world.locks().is_empty(), "call {at}");
        }
    }
}

#[test]
fn whenever_it_is_cut_what_is_told_is_there() {
    let happenings = [Happening::HangUp, Happening::Signal(Signal::Hup), Happening::Signal(Signal::Term)];
    for (after, happening) in (0..40).flat_map(|step| happenings.iter().map(move |h| (step * 50, h))) {
        let mut world = two_pages().at(Duration::from_millis(102_000 + after), happening.clone());
        let status = live("", &mut world);
        assert!([0, 1, 5, 10].contains(&status), "{after}: {status}");
        let pages = whole(&world).len();
        if let Some((code, claimed)) = counted(&world) {
            assert_eq!(claimed, pages, "{after}");
            assert!(code != "000" || pages == 2, "{after}");
            assert_eq!(told(&world)[3], pages.to_string(), "{after}");
        } else {
            assert_eq!(pages, 0, "{after}");
        }
        assert!(world.locks().is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]
    #[test]
    fn whatever_is_said_it_comes_to_an_end(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just(READY.to_vec()), Just(GOOD.to_vec()), Just(b"\r\nOK\r\n".to_vec()),
                Just(b"\x00\x01\x10\x03".to_vec()), Just(b"\x10\x03".to_vec()), Just(BYE.to_vec()),
                Just(b"\r\n+FTSI:\"$(x)'\n;\x1b\r\n".to_vec()), Just(b"\r\n+FPTS:1,1\r\n".to_vec()),
                proptest::collection::vec(any::<u8>(), 0..5000),
            ],
            0..30,
        ),
    ) {
        let mut world = called(b"\r\n+FCON\r\n");
        for (at, bytes) in (103..).zip(&pieces) {
            world = world.at(secs(at), Happening::Bytes(bytes.clone()));
        }
        prop_assert_eq!(live("", &mut world), 0);
        let (code, claimed) = counted(&world).expect("an entry");
        prop_assert_eq!(claimed, whole(&world).len());
        prop_assert!(code != "000" || pieces.iter().any(|piece| piece.windows(5).any(|w| w == b"+FHNG")));
        let words = told(&world);
        prop_assert!(words[2].len() <= 20 && words[2].bytes().all(|b| matches!(b, b' '..=b'~') && b != b'\''));
        prop_assert!(world.logged().iter().all(|(_, _, text)| text.len() < 1000));
        prop_assert!(world.locks().is_empty());
    }
}
