//! The pages of a call as one file, within a whole life of mgetty. The world's file is a line for each page, and what
//! is in it.

use super::fax_reception::{
    GOOD, GREETING, NOTIFY, READY, SOON, SPOOL, called, counted, ends, has, live, logged, page, told,
    two_pages, whole,
};
use super::{Happening, World, secs};
use crate::engine::world::LineError;
use polygetty_compat::plan::stage::Signal;
use std::time::Duration;

const TIFF: &str = "fax-format tiff\n";

fn name(suffix: &str) -> String {
    format!("{SPOOL}/ffb00d5f6S1-49-89-x.{suffix}")
}

#[test]
fn mg_90_a_call_is_one_file() {
    let mut world = two_pages();
    assert_eq!(live("fax-format tiff\nnotify office\nfax-owner joe\nfax-mode 0640", &mut world), 0);
    let held = b"vr=1 wd=0 df=0 lines=1100\n\x00\x01\x10\x02vr=1 wd=0 df=0 lines=1100\n\x00\x03";
    assert_eq!(whole(&world), [(name("tif"), held.to_vec())]);
    assert_eq!(world.spool.pages().len(), 1, "nothing is left beside it");
    has(&world, "+FHNG=000, pages=2/0");
    assert_eq!(told(&world), [NOTIFY, "0", "+49 89;x", "2", &name("tif")]);
    let mail = String::from_utf8(world.given[0].clone()).unwrap();
    assert!(
        mail.contains("Pages:      2\n") && mail.ends_with(&format!("Files:\n  {}\n", name("tif"))),
        "{mail}"
    );
    let to = world.spool.owned.last().unwrap();
    assert_eq!((world.spool.owned.len(), to.owner.as_deref(), to.mode), (3, Some(&b"joe"[..]), 0o640));
}

#[test]
fn mg_90_each_page_has_what_was_agreed_for_it() {
    let other = b"\r\n+FPTS:1,2200,0,0\r\n+FET:0\r\n+FDCS:0,5,2,2,1,0,0,0\r\nOK\r\n";
    let pages = || {
        let world = page(page(called(GREETING), b"\x00one", other), b"\x00two", GOOD);
        ends(page(world, b"", GOOD), b"\r\n+FHNG:70\r\n\r\nOK\r\n")
    };
    let mut world = pages();
    assert_eq!(live(TIFF, &mut world), 0);
    let held = b"vr=1 wd=0 df=0 lines=2200\n\x00onevr=0 wd=2 df=1 lines=1100\n\x00two";
    assert_eq!(whole(&world), [(name("tif"), held.to_vec())], "the first page names it");
    assert_eq!(told(&world)[1..], ["70", "+49 89;x", "2", &name("tif")], "the good pages");
    // A modem whose counts mean nothing is not believed here either.
    let mut world = pages();
    live("fax-format tiff\nmodem-quirks 4", &mut world);
    let held = b"vr=1 wd=0 df=0 lines=?\n\x00onevr=0 wd=2 df=1 lines=?\n\x00two";
    assert_eq!(whole(&world), [(name("tif"), held.to_vec())]);
}

#[test]
fn mg_90_without_pages_there_is_no_file() {
    let mut world = called(b"\r\n+FCON\r\n\r\n+FTSI:\"123\"\r\n\r\n+FHNG:70\r\n\r\nOK\r\n");
    assert_eq!(live(TIFF, &mut world), 0);
    assert_eq!(told(&world), [NOTIFY, "70", "123", "0"]);
    assert!(world.spool.pages().is_empty() && !logged(&world, "TIFF"));
}

#[test]
fn mg_90_without_room_for_it_the_pages_stay() {
    let mut world = two_pages();
    world.spool.full_after = Some(20);
    assert_eq!(live(TIFF, &mut world), 0);
    assert_eq!(whole(&world).len(), 2);
    assert_eq!(world.spool.pages().len(), 2, "nothing of it is left");
    assert_eq!(told(&world)[1..], ["0", "+49 89;x", "2", &name("01"), &name("02")]);
    has(&world, "no TIFF file in /var/spool/fax/incoming: no space left; each page stays a file (");
}

/// What is told of is there and whole, and has all pages that are claimed; how many that are.
fn is_true(world: &World, what: &str) -> usize {
    let whole = whole(world);
    let bundled = whole.iter().filter(|(name, _)| name.ends_with(".tif"));
    let pages = |bytes: &[u8]| bytes.windows(3).filter(|there| there == b"vr=").count();
    let bundled: usize = bundled.map(|(_, bytes)| pages(bytes)).sum();
    let single = whole.iter().filter(|(name, _)| !name.ends_with(".tif")).count();
    let Some((_, claimed)) = counted(world) else {
        assert_eq!(single + bundled, 0, "{what}");
        return 0;
    };
    assert!(bundled == claimed || single == claimed, "{what}: {claimed} of {whole:?}");
    if let Some(program) = world.let_go.last() {
        let told: Vec<String> =
            program.arguments[4..].iter().map(|word| String::from_utf8(word.clone()).unwrap()).collect();
        assert!(told.iter().all(|path| whole.iter().any(|(name, _)| name == path)), "{what}: {told:?}");
        let as_one = told.iter().any(|path| path.ends_with(".tif"));
        assert_eq!(told.len(), if as_one { 1 } else { claimed }, "{what}: {told:?}");
        assert_eq!(as_one, claimed > 0 && bundled == claimed, "{what}: {told:?}");
        assert!(as_one || claimed == 0 || logged(world, "no TIFF file in "), "{what}: no word of why");
    }
    claimed
}

#[test]
fn mg_90_whatever_call_fails_every_page_is_somewhere() {
    let mut clean = two_pages();
    live(TIFF, &mut clean);
    let (mut stayed, mut beside) = (0, 0);
    for at in 1..=clean.calls() {
        for error in [LineError::HungUp, LineError::Failed("x".into())] {
            let mut world = two_pages().fail(at, error);
            live(TIFF, &mut world);
            is_true(&world, &format!("call {at}"));
            stayed += usize::from(logged(&world, "no TIFF file in "));
            beside += usize::from(logged(&world, "stays beside the TIFF file"));
            assert!(world.locks().is_empty(), "call {at}");
        }
    }
    // To make it, to begin, write and finish it; and to remove each page.
    assert_eq!((stayed, beside), (8, 4));
}

#[test]
fn mg_90_whenever_it_is_cut_the_good_pages_are_one_file() {
    let happenings = [Happening::HangUp, Happening::Signal(Signal::Hup), Happening::Signal(Signal::Term)];
    let mut found = [0; 3];
    for (after, happening) in (0..40).flat_map(|step| happenings.iter().map(move |h| (step * 50, h))) {
        let mut world = two_pages().at(Duration::from_millis(102_000 + after), happening.clone());
        live(TIFF, &mut world);
        found[is_true(&world, &format!("{after}"))] += 1;
    }
    assert!(found.iter().all(|times| *times > 0), "{found:?}");
    let world = page(called(GREETING), b"\x00\x01", GOOD).reply(b"AT+FDR\r", SOON, READY);
    let mut world = world.reply(b"\x12", SOON, b"\x00half").at(secs(110), Happening::Signal(Signal::Term));
    assert_eq!(live(TIFF, &mut world), 10);
    assert_eq!(whole(&world).len(), 1);
    assert!(world.spool.pages().contains_key(&name("02")), "the half page stays partial");
    assert_eq!(told(&world)[4], name("tif"));
}
