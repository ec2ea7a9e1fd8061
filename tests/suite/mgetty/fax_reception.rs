//! Faxes on a real line: the test is a modem of class 2 or 2.0.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use polygetty::fax::Coding;
use polygetty::fax::chart::Chart;
use polygetty::fax::tiff::strips;
use polygetty_platforms::{Signal, process};
use polygetty_rig::{SOON, Spawned, until};

use super::scene::{SPOOL, Scene};

const GREETING: &[u8] = b"\r\n+FCON\r\n\r\n+FTSI:\"+49 89';x \"\r\n\r\n+FDCS:1,5,0,2,0,0,0,0\r\n\r\nOK\r\n";
const GOOD: &[u8] = b"\r\n+FPTS:1,1100,0,0\r\n\r\n+FET:0\r\n\r\nOK\r\n";
const BYE: &[u8] = b"\r\n+FHNG:000\r\n\r\nOK\r\n";

/// A fax call whose modem begins like this.
#[track_caller]
fn called(scene: &mut Scene, greeting: &[u8]) -> Spawned {
    let mgetty = scene.wait();
    scene.answer();
    scene.line.send(greeting);
    mgetty
}

/// A page, and what the modem says behind it.
#[track_caller]
fn page(scene: &mut Scene, data: &[u8], then: &[u8]) {
    scene.line.expect(b"AT+FDR\r");
    page_asked_for(scene, data, then);
}

#[track_caller]
fn page_asked_for(scene: &mut Scene, data: &[u8], then: &[u8]) {
    scene.line.send(b"\r\nCONNECT\r\n");
    scene.line.expect(b"\x12");
    scene.line.send(&[data, b"\x10\x03", then].concat());
}

#[track_caller]
fn bye(scene: &mut Scene) {
    scene.line.expect(b"AT+FDR\r");
    scene.line.send(BYE);
    scene.line.expect(b"ATH0\r");
}

#[track_caller]
fn audited(scene: &Scene, end: &str) {
    scene.expect_log(end);
    let log = scene.log();
    let entry = log.lines().find(|line| line.contains("##### fax dev=ttyX, pid=")).expect("an entry");
    assert!(entry.contains(end), "{entry}");
}

#[test]
fn mg_84_two_pages_of_class_2() {
    let us = process::effective_user();
    let mut scene = Scene::for_faxes(&format!("fax-owner {us}\nfax-mode 0640"));
    let mut mgetty = called(&mut scene, GREETING);
    page(&mut scene, b"\x00\x01\x10\x10\x02", GOOD);
    // The first page is whole before the second one is asked for.
    scene.line.expect(b"AT+FDR\r");
    assert!(scene.spooled()[0].ends_with(".01"), "{:?}", scene.spooled());
    page_asked_for(&mut scene, b"zz\x00\x03", GOOD);
    assert!(scene.lock().is_some(), "the line is ours");
    bye(&mut scene);
    assert_eq!(mgetty.exit_status(), 0);
    let [first, second] = &scene.spooled()[..] else { panic!("{:?}", scene.spooled()) };
    assert!(
        first.starts_with("ff") && first.ends_with("yX-49-89-x.01") && first.len() == 9 + 2 + 11,
        "{first}"
    );
    assert!(second.ends_with("yX-49-89-x.02"), "{second}");
    let read = |name: &String| std::fs::read(scene.root.path(SPOOL).join(name)).unwrap();
    assert_eq!((read(first), read(second)), (b"\x00\x01\x10\x02".to_vec(), b"\x00\x03".to_vec()));
    let facts = std::fs::metadata(scene.root.path(SPOOL).join(first)).unwrap();
    assert_eq!((facts.mode() & 0o7777, facts.uid()), (0o640, us));
    audited(&scene, "caller='none', name='', id='+49 89;x', +FHNG=000, pages=2/0, time=00:00:");
    let recorded = scene.root.recorded();
    let path = |name: &String| format!("/{SPOOL}/{name}");
    assert_eq!(recorded.argv(), ["/bin/new_fax", "0", "+49 89;x", "2", &path(first), &path(second)]);
    assert_eq!(
        (recorded.env("CALLER_ID").as_deref(), recorded.env("DEVICE").as_deref()),
        (Some("none"), Some("ttyX"))
    );
    assert!(scene.left_behind().is_empty(), "{:?}", scene.left_behind());
}

#[test]
fn a_directory_that_anybody_may_write_to_is_told_of() {
    let mut scene = Scene::for_faxes("");
    let open = std::fs::Permissions::from_mode(0o1777);
    std::fs::set_permissions(scene.root.path(SPOOL), open).unwrap();
    let mut mgetty = called(&mut scene, GREETING);
    page(&mut scene, b"\x00\x01", GOOD);
    bye(&mut scene);
    assert_eq!(mgetty.exit_status(), 0);
    assert_eq!(scene.root.recorded().argv()[3], "1", "who is told may be done after mgetty");
    scene.expect_log(&format!("anybody may write to /{SPOOL}"));
    assert_eq!(scene.spooled().len(), 1, "the page is kept all the same");
}

#[test]
fn mg_85_a_page_of_class_2_0() {
    let mut scene = Scene::for_faxes("modem-type c2.0");
    let mut mgetty = scene.start();
    scene.initialise();
    for command in
        ["+FCLASS=2.0", "+FAA=1;+FCR=1", "+FBO=1", "+FNR=1,1,1,0", "+FLI=\"\"", "+FCC=1,5,0,2,0,0,0,0"]
    {
        scene.line.expect(format!("AT{command}\r").as_bytes());
        scene.line.send(b"\r\nOK\r\n");
    }
    scene.waits();
    scene.answer();
    scene.line.send(b"\r\n+FCO\r\n\r\n+FTI:\"1\"\r\n\r\n+FCS:0,5,0,2,0,0,0,0\r\n\r\nOK\r\n");
    scene.line.expect(b"AT+FLO=2\r");
    scene.line.send(b"\r\nERROR\r\n");
    scene.line.expect(b"AT+FLO=1\r");
    scene.line.send(b"\r\nOK\r\n");
    // Every byte comes through, those for flow control as well.
    let data = [&b"\x00\x10\x1a\x10\x10\x80"[..], b"\x11\x13\x0d\x0a\xff\x03\x1a"].concat();
    page(&mut scene, &data, b"\r\n+FPS:1,32,0\r\n+FET:2\r\nOK\r\n");
    scene.line.expect(b"AT+FDR\r");
    scene.line.send(b"\r\n+FHS:00\r\n\r\nOK\r\n");
    scene.line.expect(b"ATH0\r");
    assert_eq!(mgetty.exit_status(), 0);
    assert_eq!(scene.root.recorded().argv()[3], "1", "who is told may be done after mgetty");
    let [name] = &scene.spooled()[..] else { panic!("{:?}", scene.spooled()) };
    assert!(name.starts_with("fn") && name.ends_with("yX-1.01"), "{name}");
    let whole = b"\x00\x10\x10\x10\x80\x11\x13\x0d\x0a\xff\x03\x1a";
    assert_eq!(std::fs::read(scene.root.path(SPOOL).join(name)).unwrap(), whole);
}

#[test]
fn mg_86_a_bad_page_is_asked_for_again() {
    let mut scene = Scene::for_faxes("");
    let mut mgetty = called(&mut scene, GREETING);
    page(&mut scene, b"\x00\x01", b"\r\n+FPTS:2,30,40,5\r\n\r\n+FET:0\r\n\r\nOK\r\n");
    scene.line.expect(b"AT+FPS=2\r");
    scene.line.send(b"\r\nOK\r\n");
    bye(&mut scene);
    assert_eq!(mgetty.exit_status(), 0);
    assert_eq!(scene.root.recorded().argv()[3], "1", "who is told may be done after mgetty");
    assert_eq!(scene.spooled().len(), 1, "the bad page stays");
}

#[test]
fn mg_87_a_call_without_a_page() {
    let mut scene = Scene::for_faxes("");
    let mut mgetty = called(&mut scene, b"\r\n+FCON\r\n\r\n+FTSI:\"123\"\r\n\r\n+FHNG:70\r\n\r\nOK\r\n");
    scene.line.expect(b"ATH0\r");
    assert_eq!(mgetty.exit_status(), 0);
    assert_eq!(scene.root.recorded().argv(), ["/bin/new_fax", "70", "123", "0"]);
    audited(&scene, "id='123', +FHNG=070, pages=0/0");
}

#[test]
fn mg_88_who_is_told_gets_words_and_mail_has_no_more_headers() {
    let mut scene = Scene::for_faxes("notify office");
    scene.root.write_program(
        "usr/sbin/sendmail",
        format!("#!/bin/sh\necho \"$@\" > {0}/argv\ncat > {0}/mail\n", scene.root.dir().display()),
    );
    let greeting = b"\r\n+FCON\r\n\r\n+FTSI:\"+49 89';x \"\r\n\r\n+FHNG:2\r\n\r\nOK\r\n";
    let mut mgetty = called(&mut scene, greeting);
    scene.line.expect(b"ATH0\r");
    assert_eq!(mgetty.exit_status(), 0);
    let recorded = scene.root.recorded();
    assert_eq!(recorded.argv(), ["/bin/new_fax", "2", "+49 89;x", "0"]);
    let (pid, session): (i32, i32) = (recorded.number("pid"), recorded.number("sid"));
    assert_eq!(pid, session, "it has a session of its own");
    let mail = std::fs::read_to_string(scene.root.path("mail")).unwrap();
    assert!(mail.starts_with("Subject: fax from +49 89;x\nTo: office\nFrom: root (Fax Getty)\n\n"), "{mail}");
    assert!(mail.contains("+FHNG:2 (the call was aborted)"), "{mail}");
    assert_eq!(std::fs::read_to_string(scene.root.path("argv")).unwrap(), "-t -i\n");
}

#[test]
fn mg_89_without_room_no_page_is_asked_for() {
    let mut scene = Scene::for_faxes("diskspace 99999999999");
    let mut mgetty = called(&mut scene, GREETING);
    scene.line.expect(b"ATH0\r");
    assert_eq!(mgetty.exit_status(), 0);
    assert_eq!(scene.root.recorded().argv()[3], "0", "who is told may be done after mgetty");
    assert!(scene.spooled().is_empty());
    scene.expect_log("Not enough space on /var/spool/fax/incoming - dropping line");
    audited(&scene, "+FHNG=-01, pages=0/0");
}

#[test]
fn mg_101_a_fax_is_no_login() {
    let mut scene = Scene::for_faxes("");
    let mut mgetty = called(&mut scene, GREETING);
    page(&mut scene, b"\x00\x01", GOOD);
    bye(&mut scene);
    assert_eq!(mgetty.exit_status(), 0);
    assert_eq!(scene.spooled().len(), 1);
    assert_eq!(scene.root.recorded().argv()[0], "/bin/new_fax", "login is not run");
    assert_eq!(scene.line.rest(std::time::Duration::from_millis(100)), b"", "nobody is asked for a name");
}

#[test]
fn mg_90_the_pages_of_a_call_are_one_tiff_file() {
    let us = process::effective_user();
    let mut scene = Scene::for_faxes(&format!("fax-format tiff\nfax-owner {us}\nfax-mode 0640"));
    let mut mgetty = called(&mut scene, GREETING);
    let first = Chart::with_text(1728, 300, "POLYGETTY").sent(Coding::OneDimensional, true);
    let second = Chart::with_text(1728, 200, "AGAIN").sent(Coding::TwoDimensional, true);
    page(&mut scene, &shielded(&first), b"\r\n+FPTS:1,300,0,0\r\n+FET:0\r\n+FDCS:0,5,0,2,1,0,0,0\r\nOK\r\n");
    // The second one is counted here.
    page(&mut scene, &shielded(&second), b"\r\n+FET:2\r\n\r\nOK\r\n");
    scene.line.expect(b"AT+FDR\r");
    assert!(scene.spooled().len() == 2 && scene.spooled()[1].ends_with(".02"), "{:?}", scene.spooled());
    scene.line.send(BYE);
    scene.line.expect(b"ATH0\r");
    assert_eq!(mgetty.exit_status(), 0);
    let [name] = &scene.spooled()[..] else { panic!("{:?}", scene.spooled()) };
    assert!(name.starts_with("ff") && name.ends_with("yX-49-89-x.tif"), "{name}");
    audited(&scene, "+FHNG=000, pages=2/0");
    assert_eq!(scene.root.recorded().argv()[1..], ["0", "+49 89;x", "2", &format!("/{SPOOL}/{name}")]);
    let path = scene.root.path(SPOOL).join(name);
    let facts = std::fs::metadata(&path).unwrap();
    assert_eq!((facts.mode() & 0o7777, facts.uid()), (0o640, us));
    let file = std::fs::read(&path).unwrap();
    let strips: Vec<(&[u8], u32, u16, Coding)> =
        strips(&file).iter().map(|strip| (strip.data, strip.lines, strip.down, strip.coding)).collect();
    assert_eq!(strips.len(), 2);
    assert!(strips[0] == (&first, 300, 196, Coding::OneDimensional), "the first page as it came");
    assert!(strips[1] == (&second, 200, 98, Coding::TwoDimensional), "the second page as it came");
    let Ok(said) = std::process::Command::new("tiffinfo").arg(&path).output() else {
        return crate::scene::skipped("tiffinfo of libtiff is missing");
    };
    assert!(said.status.success() && said.stderr.is_empty(), "{said:?}");
    let said = String::from_utf8(said.stdout).unwrap();
    for wanted in
        ["Image Length: 300", "Image Length: 200", "204, 196 pixels/inch", "204, 98 pixels/inch", "+49 89;x"]
    {
        assert!(said.contains(wanted), "{wanted} in {said}");
    }
}

/// The data of a page as a modem passes it on.
fn shielded(data: &[u8]) -> Vec<u8> {
    let mut shielded = Vec::new();
    for byte in data {
        shielded.extend(if *byte == 0x10 { &[0x10, 0x10][..] } else { std::slice::from_ref(byte) });
    }
    shielded
}

#[test]
fn mg_90_a_file_that_cannot_be_made_leaves_the_pages() {
    let mut scene = Scene::for_faxes("fax-format tiff");
    let mut mgetty = called(&mut scene, GREETING);
    page(&mut scene, b"\x00\x01", GOOD);
    scene.line.expect(b"AT+FDR\r");
    // Somebody has another name for the page: it is not read.
    let dir = scene.root.path(SPOOL);
    std::fs::hard_link(dir.join(&scene.spooled()[0]), dir.join("other")).unwrap();
    scene.line.send(BYE);
    scene.line.expect(b"ATH0\r");
    assert_eq!(mgetty.exit_status(), 0);
    let names = scene.spooled();
    assert!(names.len() == 2 && names[0].ends_with(".01"), "{names:?}");
    assert_eq!(scene.root.recorded().argv()[3..], ["1", &format!("/{SPOOL}/{}", names[0])]);
    scene.expect_log("no TIFF file in /var/spool/fax/incoming: ");
}

/// Half a page has come.
fn half_a_page(scene: &mut Scene) -> Spawned {
    let mgetty = called(scene, GREETING);
    page(scene, b"\x00\x01", GOOD);
    scene.line.expect(b"AT+FDR\r");
    scene.line.send(b"\r\nCONNECT\r\n");
    scene.line.expect(b"\x12");
    scene.line.send(&[0; 9000]);
    let begun = || scene.spooled().iter().any(|name| is_partial(scene, name)).then_some(());
    until(SOON, begun).expect("the second page is begun");
    mgetty
}

fn is_partial(scene: &Scene, name: &str) -> bool {
    let length = |path: &Path| std::fs::metadata(path).map_or(0, |facts| facts.len());
    name.starts_with('.') && name.ends_with(".02.part") && length(&scene.root.path(SPOOL).join(name)) > 0
}

#[test]
fn mg_84_what_a_cut_call_leaves_is_plainly_partial() {
    for (how, status) in [(Signal::SIGHUP, Some(5)), (Signal::SIGTERM, Some(10)), (Signal::SIGKILL, None)] {
        let mut scene = Scene::for_faxes("");
        let mut mgetty = half_a_page(&mut scene);
        mgetty.signal(how);
        match status {
            Some(status) => {
                assert_eq!(mgetty.exit_status(), status, "{how}");
                assert_eq!(scene.root.recorded().argv()[3], "1", "{how}: the page that came is told of");
                assert!(scene.log().contains("pages=1/0"), "{how}");
            }
            None => drop(until(SOON, || mgetty.ended()).expect("it is killed")),
        }
        let names = scene.spooled();
        assert_eq!(names.len(), 2, "{how}: {names:?}");
        assert!(is_partial(&scene, &names[0]) && names[1].ends_with(".01"), "{how}: {names:?}");
    }
}

#[test]
fn mg_84_a_directory_that_cannot_be_written_takes_no_page() {
    if process::is_root() {
        return crate::scene::skipped("root may write everywhere");
    }
    let mut scene = Scene::for_faxes("");
    let dir = scene.root.path(SPOOL);
    std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o555)).unwrap();
    let mut mgetty = called(&mut scene, GREETING);
    scene.line.expect(b"ATH0\r");
    assert_eq!(mgetty.exit_status(), 0);
    scene.expect_log("cannot keep faxes in /var/spool/fax/incoming");
    audited(&scene, "+FHNG=-01, pages=0/0");
    std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o755)).unwrap();
}
