//! What each system does of what the platform layer asks of it: every function of the systems' folders, with what
//! it comes to on Linux, FreeBSD and illumos. The words are compared with the sources themselves, so that no
//! function is missing in one folder, and none does nothing without a reason that stands here.
#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods, clippy::indexing_slicing)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use What::{Absent, Done, Nothing, Unsupported};

/// What a function comes to on a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    /// It does its work.
    Done,
    /// The system lacks it, and what it ends with says so in these words.
    Unsupported(&'static str),
    /// There is nothing to do or to answer there, for this reason.
    Nothing(&'static str),
    /// Nobody asks for it there, for this reason.
    Absent(&'static str),
}

const SYSTEMS: [&str; 3] = ["linux", "freebsd", "illumos"];

const ALL: [What; 3] = [Done, Done, Done];
const NUMBERS: What = Nothing("locks have no device numbers in their names there");
const SPEEDS: What = Nothing("speeds are integers of their own there, not bits of a word");
const MODULES: What = Nothing("the line discipline is always there");
const NAMES: What = Nothing("a message shows the holder's number alone; ps(1) tells the name");

const RECORDS: What = Absent("the system makes its records itself");

/// Function, then Linux, FreeBSD, illumos.
const TABLE: &[(&str, [What; 3])] = &[
    ("account::login_record", ALL),
    ("account::users_on", ALL),
    ("account::append", [Done, RECORDS, Done]),
    ("account::session_of", [Done, RECORDS, Nothing("init's records of waiting lines name no session")]),
    ("line::controlling", ALL),
    ("line::lock", ALL),
    ("line::prepare", [MODULES, MODULES, Done]),
    ("lock::nodes", [NUMBERS, NUMBERS, Done]),
    ("modes::read", ALL),
    ("modes::slot", ALL),
    ("modes::speed_bits", [Done, SPEEDS, Done]),
    ("modes::speed_code", [Done, SPEEDS, Done]),
    ("modes::speed_fits", [Done, Nothing("any integer may be asked for; the driver decides"), Done]),
    ("modes::write", ALL),
    ("node::apply", ALL),
    (
        "node::revoke_line",
        [Done, Done, Unsupported("illumos cannot take a line from the programs that have it open")],
    ),
    ("paths::paths", ALL),
    ("process::close_on_exec_above_2", ALL),
    ("process::command_line", [Done, NAMES, NAMES]),
    ("process::program_name", [Done, NAMES, NAMES]),
    ("pty::slave_path", ALL),
    ("signal::sender", ALL),
];

/// The functions that a system's folder offers, each with its bodies (a system may have one for each C library).
fn functions(system: &str) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(system);
    let mut open = vec![top.clone()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            assert!(!text.contains("todo!(") && !text.contains("unimplemented!("), "{}", path.display());
            let inside = path.strip_prefix(&top).unwrap().to_str().unwrap();
            let module = inside.split(['/', '.']).next().unwrap();
            // Functions that two systems share lie beside the folders.
            for (_, rest) in text.match_indices("pub(crate) use ").map(|(at, _)| text.split_at(at)) {
                let names = rest[..rest.find(';').unwrap()].split(|c: char| !c.is_alphanumeric() && c != '_');
                for name in
                    names.filter(|name| TABLE.iter().any(|(row, _)| *row == format!("{module}::{name}")))
                {
                    found.entry(format!("{module}::{name}")).or_default().push("shared".into());
                }
            }
            // A function at the left margin, or one indented within a branch of cfg_if.
            for (at, _) in text.match_indices("pub(crate) fn ").chain(text.match_indices("\npub fn ")) {
                let rest = text[at..].split_once("fn ").unwrap().1;
                let indent = text[..at].len() - text[..at].rfind('\n').map_or(0, |end| end + 1);
                let name = &rest[..rest.find(['(', '<']).unwrap()];
                let body = body(rest, if text[at..].starts_with('\n') { 0 } else { indent });
                found.entry(format!("{module}::{name}")).or_default().push(body);
            }
        }
    }
    found
}

/// What stands between the braces of a function that is indented so far, comments left out.
fn body(text: &str, indent: usize) -> String {
    let end = text.find(&format!("\n{}}}", " ".repeat(indent))).unwrap();
    let begin = text[..end].find(" {\n").unwrap() + 2;
    let lines = text[begin..end].lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Whether a body does what its place in the table says.
fn agrees(body: &str, what: What) -> bool {
    let idle = ["Ok(())", "None", "Vec::new()", "0", "true", "()", ""].contains(&body);
    let refusal = body.lines().last().unwrap_or_default();
    let refusal = refusal.strip_prefix("Ok(Did::Unsupported(\"").and_then(|rest| rest.strip_suffix("\"))"));
    match what {
        Done => !idle && refusal.is_none(),
        Unsupported(why) => refusal == Some(why),
        Nothing(_) => idle,
        Absent(_) => false,
    }
}

#[test]
fn every_system_does_what_the_table_says() {
    let mut wrong = Vec::new();
    for (column, system) in SYSTEMS.into_iter().enumerate() {
        let there = functions(system);
        for (name, bodies) in &there {
            let Some((_, row)) = TABLE.iter().find(|(known, _)| known == name) else {
                wrong.push(format!("{system}: {name} is not in the table"));
                continue;
            };
            for body in bodies.iter().filter(|body| !agrees(body, row[column])) {
                wrong.push(format!("{system}: {name} is to be {:?}, and is: {body}", row[column]));
            }
        }
        let wanted = TABLE.iter().filter(|(_, row)| !matches!(row[column], Absent(_)));
        let missing = wanted.filter(|(name, _)| !there.contains_key(*name));
        wrong.extend(missing.map(|(name, _)| format!("{system}: no {name}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let names: BTreeSet<_> = TABLE.iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), TABLE.len(), "each once");
}

#[test]
fn a_body_that_does_nothing_is_seen() {
    let idle = "x(_line: L) -> Result<(), E> {\n    // Later.\n    Ok(())\n}\n";
    assert!(!agrees(&body(idle, 0), Done) && agrees(&body(idle, 0), MODULES));
    let refusing = "x() -> R {\n    Ok(Did::Unsupported(\"no\"))\n}\n";
    assert!(agrees(&body(refusing, 0), Unsupported("no")) && !agrees(&body(refusing, 0), Unsupported("yes")));
    assert!(!agrees(&body(refusing, 0), Done));
    let busy = "x() -> R {\n    let a = call()?;\n    Ok(a)\n}\n";
    assert!(agrees(&body(busy, 0), Done) && !agrees(&body(busy, 0), MODULES));
}
