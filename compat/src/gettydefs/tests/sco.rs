//! SCO's family: §4 of its getty, rule by rule.

use super::*;
use crate::diag::Severity;
use crate::plan::modes::Word;
use crate::source::{FilePath, MapReader, ProgramFacts};

fn sco(text: &str) -> Read {
    read_as(text.as_bytes(), &SCO, &SystemFacts::default())
}

/// An entry of this sixth field.
fn with_sixth(field: &str) -> Read {
    sco(&format!("m#B9600#B9600 SANE#p#m#{field}\n"))
}

fn labels(file: &Read) -> Vec<&str> {
    let whole = file.parsed.entries.iter().filter(|entry| entry.whole);
    whole.map(|entry| std::str::from_utf8(&entry.label).unwrap()).collect()
}

#[test]
fn sco_38_a_comment_takes_its_own_line_and_a_hash_inside_an_entry_separates() {
    let file =
        sco("# note\nm#B9600#B9600 SANE#login: #n\n\n# n follows\nn # B19200\n# B19200 SANE\n#n2: #m\n");
    assert_eq!(file.findings(), [""; 0]);
    assert_eq!(labels(&file), ["m", "n"]);
    let n = file.entry(1);
    assert_eq!(
        (n.last.modes.speed, n.prompt.as_slice(), n.next.as_slice()),
        (Some(19_200), &b"n2: "[..], &b"m"[..])
    );
}

#[test]
fn sco_39_a_line_of_blanks_ends_an_entry() {
    let file = sco("m#B9600#B9600#login: #n\n  \nn#B19200#B19200#n2: #m\n");
    assert_eq!(file.findings(), [""; 0]);
    for label in [b"m", b"n"] {
        assert!(find(&file.parsed.entries, label).is_some());
    }
}

#[test]
fn two_entries_without_an_empty_line_are_one() {
    let file = sco("m#B9600#B9600#l#n\nn#B9600#B9600#l#m\n");
    assert_eq!(file.findings(), ["2:1+1 GD05 error: no blank line before this entry"]);
    assert_eq!(labels(&file), ["m"]);
    // A next-label on a line of its own looks the same only at first sight.
    let file = sco("m#B9600#B9600#l#\nm # AUTO /bin/x\n");
    assert_eq!(file.findings(), [""; 0]);
    assert_eq!(sixth(file.entry(0)).unwrap().program, Some(("/bin/x".into(), vec![])));
}

#[test]
fn escapes_work_in_every_field() {
    let file = sco(
        "a\\040\\#b # B9600 \\103S7 CLO\\\\CAL # B96\\0600 #\\c\\#\\@# a\\ \\#b # /bin/a\\ b \\101 c\\040d\n",
    );
    assert_eq!(file.findings(), [r#"1:25+8 GD03 error: undefined symbol "CLO\\CAL""#]);
    let entry = file.entry(0);
    assert_eq!((entry.label.as_slice(), entry.next.as_slice()), (&b"a #b"[..], &b"a #b"[..]));
    assert_eq!(entry.initial.modes, modes(&[], &[Value::CS7], Some(9600)));
    assert_eq!(entry.last.modes.speed, Some(9600));
    assert_eq!(entry.prompt, br"\c\#\@");
    let (program, words) = sixth(entry).unwrap().program.unwrap();
    assert_eq!((program, words), ("/bin/a b".into(), vec![b"A".to_vec(), b"c d".to_vec()]));
}

#[test]
fn white_space_counts_in_a_prompt_alone() {
    let file = sco("\t m\t \r\n #\tB9600 #B9600# a \r\n b #\t m \n# AUTO \n");
    assert_eq!(file.findings(), [""; 0]);
    let entry = file.entry(0);
    assert_eq!((entry.label.as_slice(), entry.prompt.as_slice()), (&b"m"[..], &b" a \n b "[..]));
    assert_eq!(sixth(entry), Ok(Sixth { auto: true, program: None }));
}

#[test]
fn sane_sets_and_clears_and_brings_no_size() {
    let all = "IGNBRK PARMRK INPCK INLCR IUCLC IXOFF XCASE ECHOE ECHONL NOFLSH OLCUC OCRNL ONOCR ONLRET OFILL OFDEL CLOCAL";
    let file = sco(&format!("m# B9600 {all} TAB3 CR1 FF1 SANE # B9600 SANE TAB3 ECHOE # p #m\n"));
    assert_eq!(file.codes(), vec!["GD12"; all.split(' ').count()]);
    assert_eq!(file.entry(0).initial.modes, modes(SCO.sane.set, &[], Some(9600)));
    let last = &file.entry(0).last.modes;
    assert!(last.has(Flag::ECHOE) && last.has(Flag::ISTRIP) && last.value(Field::Tab) == Some(Value::TAB3));
    assert_eq!(SCO.sane.set.iter().filter(|flag| flag.word() == Word::Input).count(), 5);
}

#[test]
fn flags_of_sco_alone_are_no_errors() {
    let file = sco("m# B9600 # B9600 SANE -ISTRIP RTSFLOW CTSFLOW ORTSFL SCANCODE # p #m\n");
    let worst = file.parsed.findings.iter().map(|finding| finding.severity).max();
    assert!(worst <= Some(Severity::Warning), "{:?}", file.findings());
    assert!(!file.entry(0).last.modes.has(Flag::ISTRIP));
    assert!(file.entry(0).last.modes.has(Flag::RTSFLOW) && file.entry(0).last.modes.has(Flag::CTSFLOW));
    assert!(file.entry(0).last.unknown.is_empty());
}

#[test]
fn what_is_too_long_spoils_an_entry_and_cuts_nothing() {
    let entry = |label: usize, prompt: &str, next: usize| {
        format!("{}#B9600#B9600#{prompt}#{}\n\nz#B9600#B9600#p#z\n", "l".repeat(label), "l".repeat(next))
    };
    let most = "p".repeat(511);
    for (text, invalid, codes) in [
        (entry(63, &most, 63), None, vec![]),
        // An escape is one byte.
        (entry(1, &r"\101".repeat(511), 1), None, vec![]),
        (entry(64, "p", 64), Some("label"), vec!["GD13", "GD13"]),
        (entry(1, &format!("{most}p"), 1), Some("login prompt"), vec!["GD13"]),
        (entry(1, &format!(" {} ", " ".repeat(4096)), 1), Some("login prompt"), vec!["GD16", "GD13"]),
    ] {
        let file = sco(&text);
        assert_eq!(
            (file.entry(0).invalid, file.codes()),
            (invalid, codes.iter().map(|c| (*c).to_owned()).collect())
        );
        assert_eq!(file.entry(0).whole, invalid.is_none());
        // It never ends the search.
        assert!(find(&file.parsed.entries, b"z").is_some());
    }
    let long = |words: usize| sco(&format!("m#B9600{}#B9600#p#m\n", " ".repeat(words)));
    assert!(long(4096 - 17).entry(0).whole);
    assert_eq!(long(4097 - 17).codes(), ["GD16"]);
}

#[test]
fn a_sixth_field_is_auto_a_program_or_both() {
    let program = |path: &str, words: &[&str]| {
        Some((FilePath::from(path), words.iter().map(|word| word.as_bytes().to_vec()).collect()))
    };
    for (field, auto, wanted) in [
        ("", false, None),
        ("  ", false, None),
        ("AUTO", true, None),
        (" AUTO  /etc/x ", true, program("/etc/x", &[])),
        ("/etc/x -a AUTO b", false, program("/etc/x", &["-a", "AUTO", "b"])),
    ] {
        let file = with_sixth(field);
        assert_eq!(file.findings(), [""; 0], "{field}");
        assert_eq!(sixth(file.entry(0)), Ok(Sixth { auto, program: wanted }), "{field}");
    }
    assert_eq!(sixth(sco("m#B9600#B9600#p#m\n").entry(0)), Ok(Sixth::default()));
}

#[test]
fn gd20_a_relative_program_spoils_the_entry() {
    for (field, shown, write) in [
        ("x/login", "\"x/login\"", "the program's whole path, from / on"),
        ("auto", "\"auto\"", "AUTO in capitals"),
        ("AUTO AUTO", "\"AUTO\"", "AUTO in capitals"),
    ] {
        let file = with_sixth(field);
        let width = field.len();
        assert_eq!(
            file.findings(),
            [format!("1:24+{width} GD20 error: login program {shown} is no absolute path")]
        );
        assert_eq!(file.parsed.findings[0].write.as_deref(), Some(write));
        assert_eq!((file.entry(0).whole, file.entry(0).invalid), (false, Some("login program")));
        assert!(sixth(file.entry(0)).is_err());
    }
}

#[test]
fn gd21_and_gd22_look_at_the_program() {
    let mut reader = MapReader::default().program("/bin/good");
    let good = ProgramFacts { exists: true, executable: true, writable_by_others: false };
    reader.programs.insert(b"/bin/text".to_vec(), ProgramFacts { executable: false, ..good });
    reader.programs.insert(b"/bin/open".to_vec(), ProgramFacts { writable_by_others: true, ..good });
    for (field, wanted) in [
        ("", None),
        ("AUTO", None),
        ("AUTO /bin/good x", None),
        ("/bin/none", Some("GD21: there is no program \"/bin/none\"")),
        ("/bin/text", Some("GD21: \"/bin/text\" cannot be executed")),
        ("AUTO /bin/open", Some("GD22: others than its owner can write \"/bin/open\"")),
    ] {
        let file = with_sixth(field);
        let finding = sixth::judge(file.entry(0), &mut reader);
        let told = finding.as_ref().map(|finding| format!("{}: {}", finding.code, finding.message));
        assert_eq!(told.as_deref(), wanted);
        if let Some(finding) = finding {
            assert_eq!(finding.severity, Severity::Warning);
            assert_eq!(file.at(finding.span.unwrap()), field);
            assert!(finding.here.is_some() && finding.write.is_some());
        }
    }
}

#[test]
fn gd15_more_than_six_fields_are_too_many() {
    let file = with_sixth("/bin/x # B50");
    assert_eq!(file.findings(), ["1:31+5 GD15 warning: text after the sixth field"]);
    assert_eq!(sixth(file.entry(0)).unwrap().program, Some(("/bin/x".into(), vec![])));
    assert!(file.entry(0).whole);
    let file = sco("m#B9600#B9600#p#m n#AUTO\n");
    assert_eq!(file.findings(), ["1:19+1 GD15 warning: text after the next-label"]);
    assert!(sixth(file.entry(0)).unwrap().auto);
}

#[test]
fn what_break_does_is_said_as_sco_does_it() {
    let here = |text: &str| sco(text).parsed.findings[0].here.clone().unwrap();
    let stays = "BREAK changes nothing: the line stays with this entry";
    assert_eq!(here("m#B9600#B9600#p#zzz\n"), stays);
    assert_eq!(here("m#B9600#B9600#p#\n"), stays);
    assert_eq!(here("# nothing\n"), "getty uses the entry that is built in, 300 bit/s");
}
