//! The direction of dependency, counted: who may name whom, where the system may be asked, and how long a
//! file may be. A rule takes a path and a text and answers what is wrong, so that the rules themselves are
//! tested on texts that break them.

use std::collections::BTreeSet;
use std::path::Path;

/// One thing that is not as it should be.
type Complaint = String;

/// A source file: its path from the project's top, and its parts.
struct Source {
    path: String,
    /// without comments
    code: String,
    /// without comments and without what stands in quotes
    bare: String,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        let text = production(path, text);
        Self { path: path.to_owned(), code: stripped(text, false), bare: stripped(text, true) }
    }

    fn is_in(&self, place: &str) -> bool {
        self.path.starts_with(place)
    }

    /// Whether a path such as `std::fs` is imported or named in full.
    fn names(&self, wanted: &str) -> bool {
        let begins = |path: &String| {
            path.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        };
        imports(&self.bare).iter().any(begins) || paths(&self.bare).iter().any(begins)
    }

    fn all_paths(&self) -> BTreeSet<String> {
        imports(&self.bare).into_iter().chain(paths(&self.bare)).collect()
    }

    fn has_word(&self, wanted: &str) -> bool {
        words(&self.bare).any(|word| word == wanted)
    }
}

/// Files that may name the platform layer besides `src/real` and the platform layer: what opens a line
/// before there is a plan, and the parts of the tool that show the system.
const SEES_PLATFORMS: &[&str] =
    &["src/real/", "platforms/", "tests/", "src/main.rs", "src/tool/", "src/persona"];

/// Files that may name the engine and the platform layer both: besides the real world, what puts a plan
/// on a line.
const SEES_BOTH: &[&str] = &["src/real/", "tests/", "src/main.rs", "src/tool/run_as.rs"];

const RULES: &[fn(&Source) -> Vec<Complaint>] = &[
    compat_is_pure,
    engine_is_plan_only,
    platforms_know_no_plan,
    fax_is_pure,
    system_is_asked_in_one_place,
    nobody_sees_the_tool,
];

/// Text to plan: no system, no clock, no files.
fn compat_is_pure(source: &Source) -> Vec<Complaint> {
    if !source.is_in("compat/") {
        return Vec::new();
    }
    let foreign = [
        "polygetty",
        "polygetty_platforms",
        "std::fs",
        "std::env",
        "std::net",
        "std::process",
        "std::thread",
        "std::os",
        "std::time::Instant",
        "std::time::SystemTime",
        "nix",
        "libc",
    ];
    foreign.iter().filter(|path| source.names(path)).map(|path| format!("names {path}")).collect()
}

/// What of std the engine may use: nothing that asks the system.
const ENGINE_STD: &[&str] = &[
    "std::borrow",
    "std::cell",
    "std::cmp",
    "std::collections",
    "std::fmt",
    "std::iter",
    "std::mem",
    "std::num",
    "std::ops",
    "std::rc",
    "std::slice",
    "std::str",
    "std::time::Duration",
];

/// The engine runs any plan: it knows neither systems nor the personas that plans come from.
fn engine_is_plan_only(source: &Source) -> Vec<Complaint> {
    if !source.is_in("src/engine/") {
        return Vec::new();
    }
    let mut complaints = Vec::new();
    for path in source.all_paths() {
        let below = |roof: &&str| path.starts_with(*roof);
        let fine = match path.split("::").next() {
            Some("std") => path == "std" || ENGINE_STD.iter().any(below),
            Some("polygetty_compat") => {
                path == "polygetty_compat"
                    || ["polygetty_compat::plan", "polygetty_compat::source"].iter().any(below)
            }
            Some("crate") => path == "crate" || path.starts_with("crate::engine"),
            Some(first) => !FOREIGN_CRATES.contains(&first),
            None => true,
        };
        if !fine {
            complaints.push(format!("names {path}"));
        }
    }
    for word in words(&source.code) {
        let lower = word.to_lowercase();
        let persona = ["getty_ps", "gettyps", "uugetty", "mgetty"].iter().any(|name| lower.contains(name));
        let sco = lower.split('_').any(|part| part == "sco") || word.starts_with("Sco");
        if persona || sco {
            complaints.push(format!("knows a persona: {word}"));
        }
    }
    complaints
}

fn platforms_know_no_plan(source: &Source) -> Vec<Complaint> {
    let foreign = ["polygetty", "polygetty_compat"].into_iter().filter(|path| source.names(path));
    if source.is_in("platforms/") {
        foreign.map(|path| format!("names {path}")).collect()
    } else {
        Vec::new()
    }
}

/// Bytes of a page in, bytes of a picture or a file out.
fn fax_is_pure(source: &Source) -> Vec<Complaint> {
    if !source.is_in("src/fax/") {
        return Vec::new();
    }
    let fine = |path: &String| match path.split("::").next() {
        Some("std") => path == "std" || ENGINE_STD.iter().any(|roof| path.starts_with(*roof)),
        Some("crate") => path.starts_with("crate::fax"),
        Some(first) => !FOREIGN_CRATES.contains(&first) && first != "polygetty_compat",
        None => true,
    };
    source.all_paths().iter().filter(|path| !fine(path)).map(|path| format!("names {path}")).collect()
}

/// `unsafe` and the name of the system belong to the platform layer, and only the real world joins it
/// with the engine.
fn system_is_asked_in_one_place(source: &Source) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    if !source.is_in("platforms/") {
        let words = ["unsafe", "target_os"].into_iter().filter(|word| source.has_word(word));
        complaints.extend(words.map(|word| format!("says {word}")));
    }
    let may = |places: &[&str]| places.iter().any(|place| source.is_in(place));
    let platforms = source.names("polygetty_platforms");
    if platforms && !may(SEES_PLATFORMS) {
        complaints.push("names polygetty_platforms".to_owned());
    }
    if platforms && (source.names("crate::engine") || source.names("polygetty::engine")) && !may(SEES_BOTH) {
        complaints.push("names the engine and polygetty_platforms".to_owned());
    }
    complaints
}

fn nobody_sees_the_tool(source: &Source) -> Vec<Complaint> {
    let may = ["src/tool/", "src/tool.rs", "src/main.rs", "tests/"].iter().any(|place| source.is_in(place));
    let sees = source.names("crate::tool") || source.names("polygetty::tool");
    if sees && !may { vec!["names the tool".to_owned()] } else { Vec::new() }
}

/// A file has one subject; this many lines without tests are two of them.
const TOO_LONG: usize = 450;

fn too_long(path: &str, text: &str) -> Option<Complaint> {
    let lines = production(path, text).lines().count();
    (lines > TOO_LONG && !path.starts_with("tests/")).then(|| format!("{path}: {lines} lines without tests"))
}

/// The text without its unit tests: from `#[cfg(test)]` over `mod tests {` on, or all of a file of tests.
fn production<'a>(path: &str, text: &'a str) -> &'a str {
    let tests =
        ["/tests.rs", "/tests/"].iter().any(|part| path.contains(part)) && !path.starts_with("tests/");
    if tests {
        return "";
    }
    text.find("#[cfg(test)]\nmod tests {").map_or(text, |at| &text[..at])
}

/// Code with blanks in place of comments, and of what stands in quotes if `quotes` says so.
fn stripped(text: &str, quotes: bool) -> String {
    let bytes = text.as_bytes();
    let at = |index: usize| bytes.get(index).copied().unwrap_or(0);
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    while from < bytes.len() {
        let rest = &text[from..];
        let raw = raw_string(rest);
        let (length, keep) = if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), false)
        } else if rest.starts_with("/*") {
            (block_comment(rest), false)
        } else if let Some(length) = raw.filter(|_| from == 0 || !is_word(at(from - 1))) {
            (length, !quotes)
        } else if at(from) == b'"' {
            (quoted(rest), !quotes)
        } else if at(from) == b'\'' && (at(from + 1) == b'\\' || rest.chars().nth(2) == Some('\'')) {
            let close = rest.char_indices().skip(if at(from + 1) == b'\\' { 3 } else { 2 });
            let end =
                close.into_iter().find(|(_, letter)| *letter == '\'').map_or(rest.len(), |(end, _)| end + 1);
            (end, !quotes)
        } else {
            (rest.chars().next().map_or(1, char::len_utf8), true)
        };
        let part = &rest[..length];
        if keep {
            out.push_str(part);
        } else {
            out.extend(part.chars().map(|letter| if letter == '\n' { '\n' } else { ' ' }));
        }
        from += length;
    }
    out
}

/// The length of the raw string that stands here.
fn raw_string(text: &str) -> Option<usize> {
    let body = text.strip_prefix("br").or_else(|| text.strip_prefix('r'))?;
    let hashes = body.len() - body.trim_start_matches('#').len();
    let open = body[hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let length = open.find(&close).map_or(open.len(), |end| end + close.len());
    Some(text.len() - open.len() + length)
}

fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0usize;
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if text[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|letter: char| !letter.is_alphanumeric() && letter != '_').filter(|word| !word.is_empty())
}

/// Every path written out with `::` in code, longest form.
fn paths(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let split = |letter: char| !letter.is_alphanumeric() && letter != '_' && letter != ':';
    for part in code.split(split).filter(|part| part.contains("::")) {
        found.push(part.trim_matches(':').to_owned());
    }
    found
}

/// Every path that `use` brings in, groups taken apart.
fn imports(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find("use ") {
        let starts = at == 0 || !is_word(rest.as_bytes()[at - 1]);
        let item = rest[at + 4..].split(';').next().unwrap_or_default();
        if starts {
            expand("", &item.split_whitespace().collect::<Vec<_>>().join(" "), &mut found);
        }
        rest = &rest[at + 4..];
    }
    found
}

fn expand(before: &str, item: &str, found: &mut Vec<String>) {
    let item = item.trim();
    let Some((head, group)) = item.split_once('{') else {
        let name = item.split(" as ").next().unwrap_or_default().trim();
        let path =
            if name == "self" { before.trim_end_matches(':').to_owned() } else { format!("{before}{name}") };
        found.push(path);
        return;
    };
    let group = group.strip_suffix('}').unwrap_or(group);
    let (mut depth, mut start) = (0, 0);
    let before = format!("{before}{}", head.trim());
    for (at, letter) in group.char_indices().chain([(group.len(), ',')]) {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                if !group[start..at].trim().is_empty() {
                    expand(&before, &group[start..at], found);
                }
                start = at + 1;
            }
            _ => {}
        }
    }
}

/// Crates the engine does without. A test compares it with the manifest.
const FOREIGN_CRATES: &[&str] = &[
    "annotate_snippets",
    "lexopt",
    "log",
    "serde",
    "serde_json",
    "tempfile",
    "toml_parser",
    "nix",
    "libc",
    "polygetty_platforms",
];

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files of the project, with their paths from its top.
fn files() -> Vec<(String, String)> {
    let (mut files, mut open) = (Vec::new(), Vec::new());
    open.extend(["src", "compat", "platforms", "tests/rig", "tests/suite"].map(|place| top().join(place)));
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(dir).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                if path.file_name().is_some_and(|name| name != "target") {
                    open.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(top()).unwrap().to_str().unwrap().to_owned();
                files.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(files.len() > 50, "the walk found the sources");
    files
}

fn complaints(path: &str, text: &str) -> Vec<Complaint> {
    let source = Source::new(path, text);
    let told = RULES.iter().flat_map(|rule| rule(&source));
    told.map(|complaint| format!("{path} {complaint}")).collect()
}

#[test]
fn dependencies_point_one_way() {
    let all: Vec<_> = files().iter().flat_map(|(path, text)| complaints(path, text)).collect();
    assert!(all.is_empty(), "{all:#?}");
}

#[test]
fn no_file_has_two_subjects() {
    let all: Vec<_> = files().iter().filter_map(|(path, text)| too_long(path, text)).collect();
    assert!(all.is_empty(), "{all:#?}");
}

#[test]
fn unsafe_code_is_forbidden_outside_the_platform_layer() {
    for file in [
        "src/lib.rs",
        "src/main.rs",
        "compat/src/lib.rs",
        "platforms/tests/conformance/main.rs",
        "tests/rig/src/lib.rs",
        "tests/suite/main.rs",
    ] {
        let text = std::fs::read_to_string(top().join(file)).unwrap();
        assert!(text.contains("#![forbid(unsafe_code)]"), "{file}");
    }
}

#[test]
fn every_crate_of_the_manifest_is_kept_from_the_engine() {
    let manifest = std::fs::read_to_string(top().join("Cargo.toml")).unwrap();
    let section = manifest.split("\n[dependencies]\n").nth(1).unwrap().split("\n[").next().unwrap();
    for line in section.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        let name = line.split(['.', '=', ' ']).next().unwrap().replace('-', "_");
        let own = ["polygetty_compat", "thiserror"].contains(&name.as_str());
        assert!(own || FOREIGN_CRATES.contains(&name.as_str()), "{name}");
    }
}

#[test]
fn the_rules_catch_what_breaks_them() {
    let samples = [
        ("compat/src/a.rs", "use polygetty_platforms::modes;", "names polygetty_platforms"),
        ("compat/src/a.rs", "fn f() { let _ = std::fs::read(\"x\"); }", "names std::fs"),
        ("compat/src/a.rs", "use std::{fmt, env};", "names std::env"),
        ("compat/src/a.rs", "use std::time::{Duration, Instant};", "names std::time::Instant"),
        ("compat/src/a.rs", "#[cfg(target_os = \"linux\")] fn f() {}", "says target_os"),
        ("compat/src/a.rs", "unsafe fn f() {}", "says unsafe"),
        (
            "src/engine/a.rs",
            "use polygetty_platforms::wait::Watch;",
            "names polygetty_platforms::wait::Watch",
        ),
        (
            "src/engine/a.rs",
            "use polygetty_compat::{plan::LinePlan, diag::Code};",
            "names polygetty_compat::diag::Code",
        ),
        ("src/engine/a.rs", "use std::time::Instant;", "names std::time::Instant"),
        ("src/engine/a.rs", "fn f(l: &crate::real::Root) {}", "names crate::real::Root"),
        ("src/engine/a.rs", "use crate::{engine::run::Run, tool};", "names crate::tool"),
        ("src/engine/a.rs", "use log::info;", "names log::info"),
        ("src/engine/a.rs", "fn as_uugetty() {}", "knows a persona: as_uugetty"),
        ("src/engine/a.rs", "enum E { ScoGetty }", "knows a persona: ScoGetty"),
        ("src/engine/a.rs", "let name = \"mgetty\";", "knows a persona: mgetty"),
        ("platforms/src/a.rs", "use polygetty_compat::plan::LinePlan;", "names polygetty_compat"),
        ("src/report/a.rs", "use polygetty_platforms::Did;", "names polygetty_platforms"),
        (
            "src/tool/a.rs",
            "use polygetty_platforms::Did; use crate::engine::run;",
            "names the engine and polygetty_platforms",
        ),
        ("src/real/a.rs", "use crate::tool::demo;", "names the tool"),
        ("src/fax/a.rs", "use std::fs::File;", "names std::fs::File"),
        ("src/fax/a.rs", "use crate::real::Root;", "names crate::real::Root"),
        ("src/report/a.rs", "fn f() { unsafe { g() } }", "says unsafe"),
    ];
    for (path, text, wanted) in samples {
        let told = complaints(path, text);
        assert!(told.contains(&format!("{path} {wanted}")), "{text:?} in {path}: {told:?}");
    }
    let long = "fn f() {}\n".repeat(TOO_LONG + 1);
    assert!(too_long("src/a.rs", &long).is_some());
}

#[test]
fn the_rules_let_pass_what_is_fine() {
    let samples = [
        ("compat/src/a.rs", "// std::fs is not ours, nor unsafe\nuse std::{borrow::Cow, fmt};\n"),
        ("compat/src/a.rs", "fn f() {}\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n"),
        (
            "compat/src/a.rs",
            "const S: &str = r#\"unsafe \"std::env\" target_os\"#; const C: char = '\"'; const D: u8 = b'\\'';",
        ),
        ("compat/src/tests.rs", "use std::fs;"),
        ("compat/src/lib.rs", "#![forbid(unsafe_code)]"),
        ("src/engine/a.rs", "/* mgetty /* and */ uugetty */ use polygetty_compat::plan::{self, chat::Chat};"),
        (
            "src/engine/a.rs",
            "use std::collections::BTreeMap; use crate::engine::{hear, run::Run}; use super::x;",
        ),
        ("src/engine/a.rs", "fn scope() { let score = 1; }"),
        ("src/real/a.rs", "use crate::engine::world::Host; use polygetty_platforms::wait;"),
        ("platforms/src/a.rs", "#[cfg(target_os = \"linux\")] fn f() { unsafe { g() } }"),
    ];
    for (path, text) in samples {
        assert_eq!(complaints(path, text), Vec::<String>::new(), "{text:?} in {path}");
    }
    let tested = format!("fn f() {{}}\n#[cfg(test)]\nmod tests {{\n{}}}\n", "fn f() {}\n".repeat(TOO_LONG));
    assert_eq!(too_long("src/a.rs", &tested), None);
}
