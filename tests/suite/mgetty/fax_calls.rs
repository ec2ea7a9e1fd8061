//! Whole calls of a fax machine on a real line: the simulated modem takes them, and whatever becomes of it there.

mod damage;
mod disk;
mod played;

use std::process::{Command, Output, Stdio};

use polygetty::fax::Coding;
use polygetty::fax::chart::Chart;
use polygetty::rehearse::modem::{FaxCall, FaxPage, HangsUp};
use polygetty_rig::Root;

use crate::fax::picture;
use crate::mgetty::scene::SPOOL;
use crate::scene::{PROGRAM, skipped};
use played::Played;

/// Three pages, in both codings of T.4 and two widths. In each there are lines whose data is full of DLEs: 20 white dots
/// and 10 black ones, over and over.
fn charts(lines: u16) -> [(Chart, Coding); 3] {
    let page = |width, text, coding| {
        let mut chart = Chart::with_text(width, lines, text);
        for down in 40..lines * 3 / 4 {
            for along in (30 + down..width - 60).filter(|along| (along - down) % 30 >= 20) {
                chart.dot(along, down);
            }
        }
        (chart, coding)
    };
    [
        page(1728, "THE FIRST PAGE", Coding::OneDimensional),
        page(1728, "THE SECOND", Coding::TwoDimensional),
        page(2048, "AND A WIDE ONE", Coding::OneDimensional),
    ]
}

fn call(lines: u16) -> FaxCall {
    let pages = charts(lines).iter().map(|(chart, coding)| FaxPage::of(chart, *coding)).collect();
    FaxCall { station: "+49 89 1234".into(), pages, ..FaxCall::default() }
}

fn fax(root: &Root, words: &[&str]) -> Output {
    let dir = root.dir().to_str().unwrap();
    let mut fax = Command::new(PROGRAM);
    fax.args([&["--root", dir, "fax"], words].concat()).stdin(Stdio::null()).env_clear();
    fax.output().expect("the program starts")
}

/// Draws the pages of files, and compares each with what was sent.
fn draws(root: &Root, files: &[String]) {
    let words: Vec<&str> =
        ["--png", "page.png"].into_iter().chain(files.iter().map(String::as_str)).collect();
    let told = fax(root, &words);
    assert_eq!(told.status.code(), Some(0), "{told:?}");
    for ((chart, _), name) in charts(120).iter().zip(["page.png", "page-2.png", "page-3.png"]) {
        let Some((width, height, dots)) = picture(&root.path(name)) else {
            return skipped("python3 is missing");
        };
        assert_eq!((width, height), (u32::from(chart.width), 120), "{name}");
        assert!(dots == chart.dots, "{name} is not what was sent");
    }
}

#[test]
fn mg_85_three_pages_are_what_was_sent_dot_by_dot() {
    for page in &call(120).pages {
        let has = |wanted: &[u8]| page.data.windows(wanted.len()).any(|part| part == wanted);
        assert!(has(b"\x10") && has(b"\x10\x10"), "a page without what must be stuffed shows nothing");
    }
    for class in ["c2.0", "cls2"] {
        let mut played = Played::begin(&format!("modem-type {class}\n"), call(120));
        played.play();
        assert_eq!(played.status(), Some(0), "{class}");
        let names = played.scene.spooled();
        assert_eq!(names.len(), 3, "{class}: {names:?}");
        for ((name, page), number) in names.iter().zip(&call(120).pages).zip(1..) {
            assert!(name.ends_with(&format!("yX-49-89-1234.{number:02}")), "{class}: {name}");
            assert!(played.kept(name) == page.data, "{class}: {name}");
        }
        played.check(class);
        assert!(played.scene.log().contains("+FHNG=000, pages=3/0"), "{class}: {}", played.scene.log());
        let paths: Vec<String> = names.iter().map(|name| format!("{SPOOL}/{name}")).collect();
        draws(&played.scene.root, &paths);
    }
}

#[test]
fn mg_90_three_pages_of_class_2_0_are_one_tiff_file() {
    let mut played = Played::begin("modem-type c2.0\nfax-format tiff\n", call(120));
    played.play();
    assert_eq!(played.status(), Some(0));
    played.check("tiff");
    let [name] = &played.scene.spooled()[..] else { panic!("{:?}", played.scene.spooled()) };
    draws(&played.scene.root, &[format!("{SPOOL}/{name}")]);
    let path = played.scene.root.path(SPOOL).join(name);
    let Ok(said) = Command::new("tiffinfo").arg(path).output() else {
        return skipped("tiffinfo of libtiff is missing");
    };
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.status.success() && said.stderr.is_empty(), "{said:?}");
    assert_eq!(text.matches("Image Length: 120").count(), 3, "{text}");
    assert_eq!(text.matches("Image Width: 2048").count(), 1, "{text}");
}

/// The modem calls a page bad, and it comes once more.
#[test]
fn mg_86_a_bad_page_comes_once_more() {
    let mut call = call(120);
    call.pages[1].bad = 99;
    call.noise.spoilt = 40;
    call.noise.before = b"\x7e\xff}#".into();
    let mut played = Played::begin("modem-type c2.0\n", call.clone());
    played.play();
    assert_eq!(played.status(), Some(0));
    played.check("a bad page");
    let names = played.scene.spooled();
    assert_eq!(names.len(), 4, "{names:?}");
    assert!(played.kept(&names[1]) != call.pages[1].data, "it came spoilt");
    assert!(played.kept(&names[2]) == call.pages[1].data, "it comes as it was sent");
    assert!(played.scene.log().contains("before the page there was ~\\xff}#"), "{}", played.scene.log());
}

/// The modem ends the data properly, and then says that the call is lost: what came is kept, and nobody is told that all
/// is well.
#[test]
fn mg_87_a_sender_that_is_lost_within_a_page() {
    let mut call = call(120);
    let after = call.pages[0].data.len() + 3000;
    call.hangs_up = Some(HangsUp { after, code: Some(91) });
    let mut played = Played::begin("modem-type c2.0\n", call.clone());
    played.play();
    assert_eq!(played.status(), Some(0));
    played.check("a lost sender");
    let names = played.scene.spooled();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(played.kept(&names[1]) == call.pages[1].data[..3000], "what came of the second page");
    assert!(played.scene.log().contains("+FHNG=091, pages=2/0"), "{}", played.scene.log());
    assert_eq!(played.scene.root.recorded().argv()[1], "91");
}
