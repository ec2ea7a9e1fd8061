use super::*;
use crate::getty_ps::compile::compile;
use crate::persona::Persona;
use crate::plan::Compiled;
use crate::plan::stage::Stage;
use crate::source::MapReader;
use crate::surroundings::Surroundings;
use proptest::prelude::*;

/// Every key, with a value that is not the built-in one.
const EVERYTHING: &str = r#"persona = "sco"
[lock]
dir = "/locks"
format = "binary"
[log]
facility = "local3"
dir = "/logs"
level = "info"
[login]
program = "/opt/login"
supervise = true
[record]
dir = "/records"
[sco]
fax_code = 0x41
data_code = 33
dialer_connect = true
lock_fold = "always"
issue_escapes = "percent"
intr = "del"
[mgetty]
profile = "debian"
"#;

fn parsed(text: impl AsRef<[u8]>) -> Site {
    parse("/etc/polygetty.toml".into(), text.as_ref().to_vec(), &SystemFacts::default())
}

/// Code, line, column and advice of each finding.
fn found(site: &Site) -> Vec<(String, usize, usize, String)> {
    let told = |finding: &Diagnostic| {
        let place = finding.span.map(|span| site.sources.place(span));
        let (line, column) = place.map_or((0, 0), |place| (place.line, place.column));
        (finding.code.to_string(), line, column, finding.write.clone().unwrap_or_default())
    };
    site.findings.iter().map(told).collect()
}

fn assert_everything(values: &Values, line_of: impl Fn(&Origin) -> usize) {
    fn check<T: PartialEq + std::fmt::Debug>(
        said: impl Into<Option<Setting<T>>>,
        value: T,
        line: usize,
        line_of: &impl Fn(&Origin) -> usize,
    ) {
        let said = said.into().expect("a value");
        assert_eq!((&said.value, line_of(&said.origin)), (&value, line));
    }
    let (at, system) = (&line_of, SystemFacts::default());
    check(values.persona(), Family::Sco, 1, at);
    check(values.lock_dir(&system), "/locks".into(), 3, at);
    check(values.lock_format(), LockFormat::Binary, 4, at);
    check(values.log(Facility::Auth).facility, Facility::Local(3), 6, at);
    check(values.log_dir(), "/logs".into(), 7, at);
    check(values.log(Facility::Auth).level, Level::Info, 8, at);
    check(values.login(&system), "/opt/login".into(), 10, at);
    check(values.supervise(), true, 11, at);
    check(values.record_dir(), "/records".into(), 13, at);
    check(values.fax_code(), 0x41, 15, at);
    check(values.data_code(), 33, 16, at);
    check(values.dialer_connect(), true, 17, at);
    check(values.lock_fold(), LockFold::Always, 18, at);
    check(values.issue_escapes(&SystemFacts::default()), IssueEscapes::Percent, 19, at);
    check(values.intr(), 0x7f, 20, at);
    check(values.profile(), Profile::Debian, 22, at);
}

#[test]
fn each_word_stands_for_what_it_says() {
    let log = |word: &str| {
        parsed(format!("log.facility = \"{word}\"\n")).values(None).log(Facility::Auth).facility.value
    };
    for facility in Facility::ALL {
        assert_eq!(log(facility.name()), facility);
    }
    for family in Family::ALL {
        let site = parsed(format!("persona = \"{}\"\n", family.name()));
        assert_eq!(site.values(None).persona().map(|said| said.value), Some(family));
    }
    for (text, level) in
        [("error", Level::Error), ("warning", Level::Warning), ("info", Level::Info), ("debug", Level::Debug)]
    {
        assert_eq!(
            parsed(format!("log.level = \"{text}\"")).values(None).log(Facility::Auth).level.value,
            level
        );
    }
    for (text, fold) in [("auto", LockFold::Auto), ("always", LockFold::Always), ("never", LockFold::Never)] {
        assert_eq!(parsed(format!("sco.lock_fold = \"{text}\"")).values(None).lock_fold().value, fold);
    }
    for (text, byte) in [("^C", 3), ("^c", 3), ("^[", 27), ("^?", 0x7f), ("DEL", 0x7f)] {
        assert_eq!(parsed(format!("sco.intr = '{text}'")).values(None).intr().value, byte, "{text}");
    }
    for (text, yes) in [("true", true), ("false", false), ("'yes'", true), ("'no'", false)] {
        assert_eq!(parsed(format!("sco.dialer_connect = {text}")).values(None).dialer_connect().value, yes);
    }
    for (text, format) in [("ascii", LockFormat::Ascii), ("binary", LockFormat::Binary)] {
        assert_eq!(parsed(format!("lock.format = \"{text}\"")).values(None).lock_format().value, format);
    }
    assert_eq!(parsed("mgetty.profile = 'upstream'").values(None).profile().value, Profile::Upstream);
    let escapes = parsed("sco.issue_escapes = 'agetty'").values(None).issue_escapes(&SystemFacts::default());
    assert_eq!(escapes.value, IssueEscapes::Agetty);
    let plain = parsed("").values(None);
    assert_eq!((plain.fax_code().value, plain.data_code().value, plain.intr().value), (0x40, 0x20, 3));
}

fn line_in(site: &Site) -> impl Fn(&Origin) -> usize {
    |origin| match origin {
        Origin::File(span) => site.sources.place(*span).line,
        other => panic!("{other:?} is no place in a file"),
    }
}

#[test]
fn every_key_has_its_place_and_its_line() {
    let site = parsed(EVERYTHING);
    assert_eq!(found(&site), []);
    assert_everything(&site.values(None), line_in(&site));
    assert_everything(&site.values(Some(b"ttyS1")), line_in(&site));
    assert_eq!(site.values(None).held.len(), keys::KEYS.len(), "a key is not tried");
}

#[test]
fn every_key_can_be_one_lines_own() {
    let of_line: String = EVERYTHING
        .lines()
        .map(|row| match row.strip_prefix('[') {
            Some(table) => format!("[line.\"pts/3\".{table}\n"),
            None if row.starts_with("persona") => format!("line.\"pts/3\".{row}\n"),
            None => format!("{row}\n"),
        })
        .collect();
    let site = parsed(&of_line);
    assert_eq!(found(&site), []);
    assert_everything(&site.values(Some(b"pts/3")), line_in(&site));
    assert_everything(&site.values(Some(b"/dev/pts/3")), line_in(&site));
    assert!(site.names(b"/dev/pts/3") && !site.names(b"pts/4"));
    assert!(site.values(Some(b"pts/4")).held.is_empty() && site.values(None).held.is_empty());
}

#[test]
fn a_lines_value_overrules_the_general_one() {
    let site = parsed(
        "[line.ttyS1]\nlock.dir = \"/b\"\nsco = { lock_fold = \"never\" }\n[lock]\ndir = \"/a\"\nformat = \"ascii\"\n",
    );
    let values = site.values(Some(b"ttyS1"));
    let dir = values.lock_dir(&SystemFacts::default());
    assert_eq!((dir.value, dir.overrode.len()), ("/b".into(), 1));
    assert_eq!(line_in(&site)(&dir.overrode[0]), 5);
    assert_eq!(line_in(&site)(&values.lock_format().origin), 6);
    assert_eq!(values.lock_fold().value, LockFold::Never);
    assert_eq!(site.values(Some(b"ttyS2")).lock_dir(&SystemFacts::default()).value, "/a".into());
}

#[test]
fn each_mistake_has_its_code_its_place_and_advice() {
    for (text, code, line, column, write) in [
        ("\nlock = { dir = /x }\n", "SF03", 2, 16, "dir = \"/path/of/it\""),
        ("[lock\ndir = \"/x\"\n", "SF01", 1, 6, ""),
        ("a = \"\n", "SF01", 1, 6, ""),
        ("persona \"sco\"\n", "SF01", 1, 9, ""),
        ("[line.pts/3]\n", "SF01", 1, 10, ""),
        ("\n  perzona = \"sco\"\n", "SF02", 2, 3, "persona"),
        ("[lokc]\ndir = \"/x\"\nformat = 3\n", "SF02", 1, 2, "lock"),
        ("[lock]\nfromat = \"ascii\"\n", "SF02", 2, 1, "format"),
        ("[lock]\nq = 1\n", "SF02", 2, 1, "dir, format"),
        ("[line.ttyS1.lock]\ndirr = \"/x\"\n", "SF02", 2, 1, "dir"),
        ("[line.ttyS1]\npersno = \"sco\"\n", "SF02", 2, 1, "persona"),
        ("[lock]\ndir = 3\n", "SF03", 2, 7, "dir = \"/path/of/it\""),
        ("lock = 3\n", "SF03", 1, 8, ""),
        ("line = 3\n", "SF03", 1, 8, "[line.ttyS1]"),
        ("line.ttyS1 = 3\n", "SF03", 1, 14, ""),
        ("persona = true\n", "SF03", 1, 11, "persona = \"getty_ps\""),
        ("[sco]\nfax_code = \"64\"\n", "SF03", 2, 12, "fax_code = 0x40"),
        ("[sco]\ndialer_connect = 1\n", "SF03", 2, 18, "dialer_connect = true"),
        ("[sco]\nintr = 3\n", "SF03", 2, 8, "intr = \"del\""),
        ("lock.dir.x = 3\n", "SF03", 1, 10, ""),
        ("[[lock]]\ndir = \"/x\"\n", "SF03", 1, 7, ""),
        ("persona = [\"sco\"]\n", "SF03", 1, 11, "persona = \"getty_ps\""),
        ("[persona]\n", "SF03", 1, 9, "persona = \"getty_ps\""),
        ("persona = \"soc\"\n", "SF04", 1, 11, "\"sco\""),
        ("[lock]\nformat = \"ASCI\"\n", "SF04", 2, 10, "\"ascii\""),
        ("[log]\nfacility = \"x\"\n", "SF04", 2, 12, "\"auth\", \"daemon\", \"user\", \"uucp\""),
        ("[sco]\nfax_code = 0x80\n", "SF04", 2, 12, "0x40"),
        ("[sco]\nfax_code = 0\n", "SF04", 2, 12, "0x40"),
        ("[sco]\nintr = \"C\"\n", "SF04", 2, 8, "\"^C\" or \"del\""),
        ("[line.\"../x\"]\npersona = \"sco\"\n", "SF04", 1, 7, "[line.ttyS1]"),
        ("[login]\nprogram = \"login\"\n", "SF05", 2, 11, "\"/path/of/it\""),
        ("[lock]\ndir = \"/a\"\ndir = \"/b\"\n", "SF08", 3, 1, ""),
        ("[lock]\ndir = \"/a\"\n[lock]\n", "SF08", 3, 2, ""),
        ("[lock]\nformat = \"svr4\"\n", "SF09", 2, 10, "\"ascii\""),
    ] {
        let told = found(&parsed(text));
        assert_eq!(told.len(), 1, "{text:?}: {told:?}");
        let (found_code, found_line, found_column, found_write) = &told[0];
        assert_eq!((found_code.as_str(), *found_line, *found_column), (code, line, column), "{text:?}");
        assert!(found_write.starts_with(write) && found_write.is_empty() == write.is_empty(), "{told:?}");
    }
}

#[test]
fn what_is_right_beside_a_mistake_holds() {
    let site = parsed(
        "persona = \"sco\n[lock]\ndir = \"/a\"\nformat = ascii\ndir = \"/b\"\n[log\nlevel = \"info\"\n",
    );
    let values = site.values(None);
    assert_eq!(values.lock_dir(&SystemFacts::default()).value, "/a".into());
    assert_eq!(values.held.len(), 1, "{values:?}");
    let codes: Vec<String> = found(&site).into_iter().map(|told| told.0).collect();
    assert_eq!(codes, ["SF01", "SF03", "SF08", "SF01"]);
}

#[test]
fn bounds() {
    let codes = |text: Vec<u8>| found(&parsed(text)).into_iter().map(|told| told.0).collect::<Vec<_>>();
    assert_eq!(codes(b"[lock]\ndir = \"/\xff\"\n".to_vec()), ["SF01"]);
    assert_eq!(codes(b"\n".repeat(MOST_LINES)), Vec::<String>::new());
    assert_eq!(codes(b"\n".repeat(MOST_LINES + 1)), ["SF07"]);
    assert_eq!(codes(b"x\n".repeat(MOST_LINES)).len(), MOST_FINDINGS + 1);
    let mut reader = MapReader::default().file("/etc/polygetty.toml", &" ".repeat(LARGEST + 1));
    let site = read(&SystemFacts::default(), 0, &mut reader);
    assert_eq!(found(&site), [("SF07".to_owned(), 0, 0, String::new())]);
}

#[test]
fn svr4_is_fine_where_locks_have_numbers() {
    let system = SystemFacts { numbered_locks: true, ..SystemFacts::default() };
    let site = parse("/etc/polygetty.toml".into(), b"lock.format = \"svr4\"\n".to_vec(), &system);
    assert_eq!(found(&site), []);
    let format = site.values(None).lock_format();
    assert_eq!((format.value, line_in(&site)(&format.origin)), (LockFormat::Ascii, 1));
}

#[test]
fn the_ports_directory_comes_first() {
    let system =
        SystemFacts { config_dirs: vec!["/usr/local/etc".into(), "/etc".into()], ..SystemFacts::default() };
    let mut reader = MapReader::default().file("/etc/polygetty.toml", "persona = \"sco\"\n");
    let persona = |site: &Site| site.values(None).persona().map(|persona| persona.value);
    assert_eq!(persona(&read(&system, 0, &mut reader)), Some(Family::Sco));
    reader = reader.file("/usr/local/etc/polygetty.toml", "");
    assert_eq!(persona(&read(&system, 0, &mut reader)), None);
    assert!(found(&read(&system, 0, &mut MapReader::default())).is_empty());
}

/// A file with an owner and a mode.
struct Owned(MapReader, u32, u32);

impl SourceReader for Owned {
    fn read(&mut self, path: &FilePath, limit: usize) -> Result<FileText, ReadError> {
        self.0.read(path, limit).map(|text| FileText { owner: self.1, mode: self.2, ..text })
    }
    fn device_exists(&mut self, path: &FilePath) -> bool {
        self.0.device_exists(path)
    }
    fn program(&mut self, path: &FilePath) -> crate::source::ProgramFacts {
        SourceReader::program(&mut self.0, path)
    }
    fn clear_screen(&mut self, term: &[u8]) -> Option<Vec<u8>> {
        self.0.clear_screen(term)
    }
}

#[test]
fn what_others_can_write_chooses_no_program() {
    let text = "persona = \"sco\"\nlogin.program = \"/x\"\nlock.dir = \"/l\"\n[line.a]\npersona = \"sco\"\n";
    for (owner, mode, user, trusted) in [
        (0, 0o644, 1000, true),
        (1000, 0o600, 1000, true),
        (1000, 0o644, 0, false),
        (0, 0o664, 0, false),
        (0, 0o646, 0, false),
    ] {
        let mut reader = Owned(MapReader::default().file("/etc/polygetty.toml", text), owner, mode);
        let site = read(&SystemFacts::default(), user, &mut reader);
        let values = site.values(Some(b"a"));
        assert_eq!(values.persona().is_some(), trusted, "{owner} {mode:o}");
        let login = values.login(&SystemFacts::default());
        assert_eq!(login.origin != Origin::Platform, trusted, "{owner} {mode:o}");
        assert_eq!(values.lock_dir(&SystemFacts::default()).value, "/l".into());
        let lines: Vec<usize> = found(&site).iter().filter(|t| t.0 == "SF06").map(|told| told.1).collect();
        assert_eq!(lines, if trusted { vec![] } else { vec![1, 2, 5] });
    }
}

#[test]
fn a_run_warns_of_a_name_that_check_calls_an_error() {
    let mut reader = MapReader::default().file("/etc/polygetty.toml", "perzona = \"sco\"\n");
    assert_eq!(parsed("perzona = \"sco\"\n").findings[0].severity, Severity::Error);
    assert_eq!(read(&SystemFacts::default(), 0, &mut reader).findings[0].severity, Severity::Warning);
}

#[test]
fn getty_ps_takes_from_it_what_its_own_file_leaves_open() {
    let plan = |conf: &str| {
        let mut reader = MapReader::default()
            .file("/etc/gettydefs", "9600# B9600 CS8 # B9600 SANE #login: #9600\n")
            .file("/etc/conf.uugetty", conf)
            .device("ttyS1");
        let surroundings = Surroundings { site: parsed(EVERYTHING), ..Surroundings::default() };
        let argv = [b"uugetty".to_vec(), b"ttyS1".to_vec()];
        match compile(Persona::Uugetty, &argv, &surroundings, &mut reader) {
            Ok(Compiled::Plan(plan)) => *plan,
            other => panic!("{other:?}"),
        }
    };
    let settings = |conf: &str| {
        let plan = plan(conf);
        let mut shown = Vec::new();
        for planned in &plan.stages {
            match &planned.stage {
                Stage::Lock(lock) => {
                    shown.push((lock.files.dir.value.to_string(), plan.origin(&lock.files.dir.origin)));
                    shown.push((format!("{:?}", lock.format.value), plan.origin(&lock.format.origin)));
                }
                Stage::Login(login) => {
                    shown.push((login.program.value.to_string(), plan.origin(&login.program.origin)));
                    let overrode = login.program.overrode.iter().map(|origin| plan.origin(origin));
                    shown.extend(overrode.map(|origin| ("overruled".to_owned(), origin)));
                }
                _ => {}
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        shown.retain(|pair| seen.insert(pair.clone()));
        shown
    };
    let told = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    };
    let site = |line: usize| format!("/etc/polygetty.toml:{line}");
    assert_eq!(settings(""), told(&[("/locks", &site(3)), ("Binary", &site(4)), ("/opt/login", &site(10))]));
    assert_eq!(
        settings("LOCKDIR=/d\nLOCKFMT=ASCII\nLOGIN=/bin/l\n"),
        told(&[
            ("/d", "/etc/conf.uugetty:1"),
            ("Ascii", "/etc/conf.uugetty:2"),
            ("/bin/l", "/etc/conf.uugetty:3"),
            ("overruled", &site(10)),
        ])
    );
    let log = plan("").log;
    assert_eq!((log.facility.value, log.level.value), (Facility::Local(3), Level::Info));
}

/// A text that looks like a site file, mostly.
fn likely() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("[lock]"),
        Just("[line.ttyS1"),
        Just("]"),
        Just("line.\"pts/3\"."),
        Just("persona"),
        Just("lock.dir"),
        Just("fax_code"),
        Just(" = "),
        Just("\"sco\""),
        Just("\"/x\""),
        Just("0x40"),
        Just("{"),
        Just("}"),
        Just("["),
        Just(","),
        Just("\n"),
        Just("\n"),
        Just("'"),
        Just("#"),
        Just("\u{fc}"),
    ];
    proptest::collection::vec(word, 0..40).prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn any_bytes_are_a_site_file_or_findings(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let site = parsed(&bytes);
        prop_assert!(site.findings.iter().all(|finding| finding.span.is_some()));
    }

    #[test]
    fn every_value_stands_where_its_origin_says(text in likely()) {
        let site = parsed(&text);
        for line in [None, Some(&b"ttyS1"[..]), Some(b"pts/3")] {
            let values = site.values(line);
            if let Some(persona) = values.persona() {
                let Origin::File(span) = persona.origin else { panic!("{persona:?}") };
                prop_assert_eq!(site.sources.slice(span), b"\"sco\"");
            }
            if let Some(dir) = values.path("lock", "dir") {
                let Origin::File(span) = dir.origin else { panic!("{dir:?}") };
                prop_assert_eq!(site.sources.slice(span), b"\"/x\"");
            }
        }
        for finding in &site.findings {
            prop_assert!(finding.span.is_some_and(|span| span.end <= text.len().max(1)));
        }
    }
}
