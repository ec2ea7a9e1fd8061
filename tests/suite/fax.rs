//! `polygetty fax`, and the files that are made of pages, as other programs read them.

use polygetty::fax::chart::Chart;
use polygetty::fax::page::Page;
use polygetty::fax::tiff::{Sheet, TiffFax, strips};
use polygetty::fax::{Coding, width_of_session};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::scene::{PROGRAM, skipped};
use polygetty_rig::Root;

const PAGE: &str = "ffb00d5f6P0-49-89-x-123.01";

/// A page, and its file in the spool.
fn received(root: &Root, name: &str) -> Chart {
    let chart = Chart::with_text(1728, 400, "POLYGETTY");
    root.write(name, chart.sent(Coding::OneDimensional, true));
    chart
}

fn fax(root: &Root, words: &[&str]) -> Output {
    let dir = root.dir().to_str().unwrap();
    Command::new(PROGRAM)
        .args([&["--root", dir, "fax"], words].concat())
        .stdin(Stdio::null())
        .env_clear()
        .output()
        .expect("the program starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Width, height and dots of a picture, 1 for black, as Python's zlib has them.
pub fn picture(path: &Path) -> Option<(u32, u32, Vec<u8>)> {
    const READ: &str = "
import struct, sys, zlib
data = open(sys.argv[1], 'rb').read()
assert data[:8] == b'\\x89PNG\\r\\n\\x1a\\n'
at, packed = 8, b''
while at < len(data):
    length, name = struct.unpack('>I4s', data[at:at + 8])
    part = data[at + 8:at + 8 + length]
    assert struct.unpack('>I', data[at + 8 + length:at + 12 + length])[0] == zlib.crc32(name + part)
    if name == b'IHDR': width, height, *rest = struct.unpack('>IIBBBBB', part)
    if name == b'IDAT': packed += part
    at += 12 + length
assert rest == [1, 0, 0, 0, 0], rest
lines, size = zlib.decompress(packed), width // 8 + 1
above = bytes(size - 1)
assert len(lines) == size * height
sys.stdout.buffer.write(struct.pack('>II', width, height))
for at in range(0, len(lines), size):
    assert lines[at] == 2
    above = bytes((a + b) & 255 for a, b in zip(above, lines[at + 1:at + size]))
    sys.stdout.buffer.write(bytes(255 - a for a in above))
";
    let output = Command::new("python3").args(["-c", READ]).arg(path).output().ok()?;
    assert!(output.status.success(), "{}", text(&output.stderr));
    let number = |at: usize| u32::from_be_bytes(output.stdout[at..at + 4].try_into().unwrap());
    Some((number(0), number(4), output.stdout[8..].to_vec()))
}

#[test]
fn a_page_that_nobody_is_told_of_is_no_success() {
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else {
        return skipped("there is no /dev/full");
    };
    let root = Root::new();
    received(&root, PAGE);
    for words in [&["fax"][..], &["fax", "--json"]] {
        let mut child = Command::new(PROGRAM);
        child.arg("--root").arg(root.dir()).args(words).arg(PAGE).stdout(full.try_clone().unwrap());
        let output = child.stderr(Stdio::piped()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert_eq!(text(&output.stderr), "polygetty: standard output takes no more\n");
    }
}

#[test]
fn a_tiff_file_of_the_other_byte_order_is_known_for_one() {
    let root = Root::new();
    root.write("x.tif", b"MM\0\x2a\0\0\0\x08\0\0\0\0\0\0");
    let output = fax(&root, &["x.tif"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("a TIFF, but not one that was made of faxes here"), "{output:?}");
}

#[test]
fn a_page_is_told_and_its_picture_is_what_was_sent() {
    let root = Root::new();
    let chart = received(&root, PAGE);
    let told = fax(&root, &["--png", "page.png", PAGE]);
    assert_eq!(told.status.code(), Some(0), "{}", text(&told.stderr));
    assert_eq!(
        text(&told.stdout),
        format!(
            "{PAGE}: page 1, line P0, from -49-89-x-123, T.4 one-dimensional\n\
             \x20 1728 dots by 400 lines, 204 x 196 dpi: 215 x 51 mm\n\
             \x20 no bad line\n\
             \x20 drawn: page.png, 1728 x 400\n"
        )
    );
    match picture(&root.path("page.png")) {
        Some((width, height, dots)) => {
            assert_eq!((width, height), (1728, 400));
            assert!(dots == chart.dots, "the picture is not what was sent");
        }
        None => skipped("python3 is missing"),
    }
}

#[test]
fn pages_of_normal_resolution_are_drawn_as_high_as_they_are() {
    let root = Root::new();
    let chart = received(&root, "fnb00d5f6P0.01");
    received(&root, "fnb00d5f6P0.02");
    let told = fax(&root, &["--png", "out.d/page.png", "fnb00d5f6P0.01", "fnb00d5f6P0.02"]);
    assert_eq!(told.status.code(), Some(2), "the directory is missing: {}", text(&told.stdout));
    assert!(text(&told.stdout).contains("no bad line"), "told all the same: {}", text(&told.stdout));
    assert!(!text(&told.stderr).contains("os error"), "{}", text(&told.stderr));
    assert!(
        text(&told.stderr).contains("fnb00d5f6P0.01: cannot draw out.d/page.png: "),
        "{}",
        text(&told.stderr)
    );
    std::fs::create_dir(root.path("out.d")).unwrap();
    let told = fax(&root, &["--png", "out.d/page.png", "fnb00d5f6P0.01", "fnb00d5f6P0.02"]);
    let shown = text(&told.stdout);
    assert_eq!(told.status.code(), Some(0), "{shown}{}", text(&told.stderr));
    assert!(shown.contains("204 x 98 dpi: 215 x 103 mm"), "{shown}");
    assert!(shown.contains("drawn: out.d/page.png, 1728 x 800\n"), "{shown}");
    assert!(shown.contains("drawn: out.d/page-2.png, 1728 x 800\n"), "{shown}");
    if let Some((_, height, dots)) = picture(&root.path("out.d/page-2.png")) {
        let twice: Vec<u8> = chart.dots.chunks(216).flat_map(|line| [line, line].concat()).collect();
        assert!(height == 800 && dots == twice);
    }
}

#[test]
fn a_damaged_page_is_a_page_and_says_so() {
    let root = Root::new();
    let mut data = Chart::with_text(1728, 400, "POLYGETTY").sent(Coding::OneDimensional, true);
    let eol = data.windows(2).position(|two| two[0] & 0x0f == 0 && two[1] == 1).unwrap();
    data[eol + 3] ^= 0x55;
    let reversed: Vec<u8> = data.iter().map(|byte| byte.reverse_bits()).collect();
    root.write(".ffb00d5f6S1.02.part", reversed);
    let told = fax(&root, &[".ffb00d5f6S1.02.part"]);
    let shown = text(&told.stdout);
    assert_eq!(told.status.code(), Some(1), "{shown}{}", text(&told.stderr));
    assert!(shown.contains("bad lines: 1, the first is 1\n"), "{shown}");
    assert!(shown.contains("modem-quirks 0x02"), "{shown}");
    assert!(shown.contains("the call ended within this page"), "{shown}");
}

#[test]
fn what_is_no_page_is_refused_and_the_rest_is_told() {
    let root = Root::new();
    received(&root, "page");
    root.write("letter", "Dear Sir or Madam,\n");
    root.write("other.tif", b"II\x2a\0\x08\0\0\0\0\0");
    let told = fax(&root, &["letter", "none", "other.tif", "page"]);
    let (shown, errors) = (text(&told.stdout), text(&told.stderr));
    assert_eq!(told.status.code(), Some(2), "{shown}{errors}");
    assert!(errors.contains("letter: no page of a fax") && errors.contains("none: "), "{errors}");
    assert!(errors.contains("other.tif: a TIFF, but"), "{errors}");
    assert!(shown.starts_with("page: T.4") && shown.contains("196 dpi is a guess"), "{shown}");
    assert_eq!(fax(&root, &[]).status.code(), Some(64));
    assert_eq!(fax(&root, &["--png"]).status.code(), Some(64));
}

/// `--png *.01` names a fax where the picture's name should be.
#[test]
fn no_picture_is_drawn_over_what_is_none() {
    let root = Root::new();
    received(&root, "page.01");
    received(&root, "page.02");
    let fax_there = std::fs::read(root.path("page.01")).unwrap();
    let told = fax(&root, &["--png", "page.01", "page.02"]);
    let errors = text(&told.stderr);
    assert_eq!(told.status.code(), Some(2), "{errors}");
    assert!(errors.contains("page.02: cannot draw page.01: it is there and is no picture"), "{errors}");
    assert!(std::fs::read(root.path("page.01")).unwrap() == fax_there, "the fax is gone");
    // A picture of before, or a file that has nothing in it, is what --png is for.
    root.write("page.png", "");
    for _ in 0..2 {
        let told = fax(&root, &["--png", "page.png", "page.02"]);
        assert_eq!(told.status.code(), Some(0), "{}", text(&told.stderr));
    }
}

#[test]
fn a_page_that_is_lost_in_a_file_is_told_of_and_the_others_keep_their_numbers() {
    let root = Root::new();
    let (mut file, _) = call(&[(1, 0, 0), (1, 0, 0), (1, 0, 0)]);
    root.write("cut.tif", &file[..file.len() - 2000]);
    // The second page's coding, entry 259 of its directory, is another's.
    let places = file.windows(4).enumerate().filter(|(_, part)| *part == [3, 1, 3, 0]).map(|(at, _)| at);
    let place = places.collect::<Vec<_>>()[1];
    file[place + 8] = 5;
    root.write("other.tif", file);
    for (name, lost, there) in [("cut.tif", 3, [1, 2]), ("other.tif", 2, [1, 3])] {
        let told = fax(&root, &[name]);
        let (shown, errors) = (text(&told.stdout), text(&told.stderr));
        assert_eq!(told.status.code(), Some(2), "{shown}{errors}");
        assert!(errors.contains(&format!("{name}: page {lost} cannot be read")), "{errors}");
        let headings: Vec<&str> = shown.lines().filter(|line| line.contains(": page ")).collect();
        assert_eq!(headings, there.map(|number| format!("{name}: page {number}, T.4 one-dimensional")));
    }
}

#[test]
fn a_name_cannot_steer_the_terminal() {
    let root = Root::new();
    received(&root, "\u{1b}[2J\u{9b}31m\npage 7");
    let told = fax(&root, &["\u{1b}[2J\u{9b}31m\npage 7", "\u{1b}[mnone"]);
    let shown = text(&told.stdout) + &text(&told.stderr);
    assert!(shown.contains("\\x1b[2J\\x9b31m\\npage 7: T.4"), "{shown:?}");
    assert!(shown.contains("\\x1b[mnone: no such file"), "{shown:?}");
}

#[test]
fn pages_are_told_to_programs() {
    let root = Root::new();
    received(&root, PAGE);
    root.write("call.tif", call(&[(0, 0, 0), (1, 0, 1)]).0);
    let told = fax(&root, &["--json", PAGE, "call.tif"]);
    assert_eq!(told.status.code(), Some(0), "{}", text(&told.stderr));
    let shown = text(&told.stdout);
    for line in [
        "\"file\": \"ffb00d5f6P0-49-89-x-123.01\"",
        "\"sender\": \"-49-89-x-123\"",
        "\"coding\": \"T.4 one-dimensional\"",
        "\"dpi_down\": 196",
        "\"dpi_down\": 98",
        "\"coding\": \"T.4 two-dimensional\"",
        "\"first_bad_line\": null",
        "\"bits_reversed\": false",
    ] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
}

/// A file of pages with these vr, wd and df, and what is on them.
fn call(sheets: &[(u8, u8, u8)]) -> (Vec<u8>, Vec<Chart>) {
    let mut fax = TiffFax::begin(b"+49 89 1234", b"2026:11:21 12:00:00");
    let mut charts = Vec::new();
    for (vr, wd, df) in sheets.iter().copied() {
        let chart = Chart::with_text(width_of_session(wd), 300, "POLYGETTY");
        let data = chart.sent(Coding::of_session(df), true);
        assert!(fax.page(&data, &Sheet { vr, wd, df, lines: None }));
        charts.push(chart);
    }
    (fax.finish().unwrap(), charts)
}

/// What a program of libtiff says, which must be content. None: it is not here.
fn libtiff(program: &str, words: &[&Path]) -> Option<String> {
    let output = Command::new(program).args(words).stdin(Stdio::null()).output().ok()?;
    let said = text(&output.stdout) + &text(&output.stderr);
    assert!(output.status.success(), "{program}: {said}");
    assert!(output.stderr.is_empty(), "{program}: {said}");
    Some(said)
}

#[test]
fn mg_90_libtiff_reads_the_file_of_a_call() {
    let root = Root::new();
    let (file, charts) = call(&[(1, 0, 0), (0, 0, 0), (1, 0, 1), (2, 1, 3), (8, 2, 0)]);
    let file: PathBuf = root.write("call.tif", file);
    let Some(said) = libtiff("tiffinfo", &[&file]) else {
        return skipped("tiffinfo of libtiff is missing");
    };
    let of = |wanted: &str| {
        let lines = said.lines().map(str::trim).filter(|line| line.starts_with(wanted));
        lines.map(|line| line[wanted.len()..].trim().to_owned()).collect::<Vec<_>>()
    };
    let widths = ["1728", "1728", "1728", "2048", "2432"];
    assert_eq!(of("Image Width:"), widths.map(|width| format!("{width} Image Length: 300")));
    assert_eq!(
        of("Resolution:"),
        ["196", "98", "196", "391", "98"].map(|down| format!("204, {down} pixels/inch"))
    );
    let (t4, t6) = ("CCITT Group 3", "CCITT Group 4");
    assert_eq!(of("Compression Scheme:"), [t4, t4, t4, t6, t4]);
    assert_eq!(of("Photometric Interpretation:"), ["min-is-white"; 5]);
    assert_eq!(of("Page Number:"), ["0-5", "1-5", "2-5", "3-5", "4-5"]);
    assert_eq!(of("HostComputer:"), ["+49 89 1234"; 5]);
    assert_eq!(of("DateTime:"), ["2026:11:21 12:00:00"; 5]);
    assert_eq!(of("Subfile Type:"), ["multi-page document (2 = 0x2)"; 5]);
    assert_eq!(of("FillOrder:"), ["msb-to-lsb"; 5]);

    // What libtiff reads of each page is what was sent.
    for (number, chart) in charts.iter().enumerate() {
        let page = format!("{},{number}", file.display());
        let plain = root.path(&format!("{number}.tif"));
        let words =
            [Path::new("-c"), Path::new("none"), Path::new("-r"), Path::new("999"), Path::new(&page), &plain];
        if libtiff("tiffcp", &words).is_none() {
            return skipped("tiffcp of libtiff is missing");
        }
        let plain = std::fs::read(plain).unwrap();
        assert!(
            plain.windows(chart.dots.len()).any(|part| part == chart.dots),
            "page {number}: libtiff reads other dots"
        );
    }
    if libtiff("tiff2pdf", &[Path::new("-o"), &root.path("call.pdf"), &file]).is_none() {
        return skipped("tiff2pdf of libtiff is missing");
    }
    assert!(std::fs::read(root.path("call.pdf")).unwrap().starts_with(b"%PDF"));
}

#[test]
fn what_libtiff_codes_is_read() {
    let root = Root::new();
    let (file, charts) = call(&[(1, 0, 0)]);
    let file = root.write("call.tif", file);
    for (option, coding) in [
        ("g3:1d", Coding::OneDimensional),
        ("g3:1d:fill", Coding::OneDimensional),
        ("g3:2d", Coding::TwoDimensional),
        ("g3:2d:fill", Coding::TwoDimensional),
        ("g4", Coding::T6),
    ] {
        let made = root.path("made.tif");
        let words = ["-L", "-f", "msb2lsb", "-r", "999", "-c", option].map(Path::new);
        if libtiff("tiffcp", &[&words[..], &[&file, &made]].concat()).is_none() {
            return skipped("tiffcp of libtiff is missing");
        }
        let made = std::fs::read(made).unwrap();
        let found = strips(&made);
        let [strip] = found[..] else { panic!("{option}: {} strips", found.len()) };
        assert_eq!(strip.coding, coding, "{option}");
        let read = Page::read(strip.data, strip.width, strip.coding);
        assert!(read.dots == charts[0].dots, "{option}: {} of {} lines bad", read.bad, read.lines);
        assert_eq!(read.bad, 0, "{option}");
    }
}

/// The sample that the README shows is what it says it is.
#[test]
fn the_sample_is_a_page_of_the_chart_and_its_picture() {
    const TEXT: &str = "A TEST PAGE OF POLYGETTY\n\nThe quick brown fox jumps over the lazy dog.\n\
                        +49 89 1234, page 1, 196 lines per inch\n";
    let page = include_bytes!("../../packaging/samples/fax-page/ff6a2f3c0S1-49-89-1234.01");
    let picture = include_bytes!("../../packaging/samples/fax-page/page.png");
    assert!(Chart::with_text(1728, 600, TEXT).sent(Coding::OneDimensional, true) == page, "another page");
    assert!(polygetty::fax::png::png(&Page::find(page).unwrap(), 196) == picture, "another picture");
}

/// As mgetty runs it, for a sender who would rather be a command.
#[test]
fn the_packaged_new_fax_draws_the_pages_and_logs_what_they_are() {
    let root = Root::new();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/packaging/examples/new_fax");
    let log = root.path("log");
    root.write_program("bin/logger", format!("#!/bin/sh\necho \"$4\" >>'{}'\n", log.display()));
    std::os::unix::fs::symlink(PROGRAM, root.path("bin/polygetty")).unwrap();
    received(&root, PAGE);
    let page = root.path(PAGE);
    let sender = "$(touch x)`touch x`; -n";
    let run = |words: &[&str]| {
        let path = format!("{}:/usr/bin:/bin", root.path("bin").display());
        let mut new_fax = Command::new("/bin/sh");
        new_fax.arg(script).args(words).env_clear().env("PATH", path).current_dir(root.dir());
        let output = new_fax.stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success() && output.stdout.is_empty(), "{}", text(&output.stderr));
        let logged = std::fs::read(&log).unwrap();
        std::fs::remove_file(&log).unwrap();
        text(&logged)
    };
    let logged = run(&["0", sender, "1", page.to_str().unwrap()]);
    assert!(logged.starts_with(&format!("fax from {sender}: code 0, pages: 1\n")), "{logged}");
    assert!(
        logged.contains("page 1, line P0, from -49-89-x-123") && logged.contains("no bad line"),
        "{logged}"
    );
    let picture = root.path(&format!("{PAGE}.png"));
    assert_eq!(std::fs::metadata(picture).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!root.path("x").exists());
    assert_eq!(run(&["70", "", "0"]), "fax from (anonymous sender): code 70, pages: 0\n");
}
