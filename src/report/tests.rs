//! What a check prints: the listing of getty_ps, and diagnostics in full.

use super::diag::{Style, render};
use super::gettydefs::{Checked, check};
use polygetty_compat::diag::{Code, Diagnostic, Severity};
use polygetty_compat::plan::modes::{Flag, Modes, Value, Word};
use polygetty_compat::source::{FileId, FilePath, FileText, ReadError, SourceMap, Span};
use polygetty_compat::surroundings::SystemFacts;
use proptest::prelude::*;

/// Linux's words for the modes that occur here (getty_ps, §3.4).
fn linux(modes: &Modes) -> [u64; 4] {
    let bit = |flag| match flag {
        Flag::BRKINT => 0o2,
        Flag::IGNPAR => 0o4,
        Flag::ISTRIP => 0o40,
        Flag::ICRNL => 0o400,
        Flag::IXON => 0o2000,
        Flag::IXANY => 0o4000,
        Flag::OPOST => 0o1,
        Flag::ONLCR => 0o4,
        Flag::CREAD => 0o200,
        Flag::PARENB => 0o400,
        Flag::PARODD => 0o1000,
        Flag::HUPCL => 0o2000,
        Flag::CLOCAL => 0o4000,
        Flag::ISIG => 0o1,
        Flag::ICANON => 0o2,
        Flag::ECHO => 0o10,
        Flag::ECHOE => 0o20,
        Flag::ECHOK => 0o40,
        other => panic!("no bit for {other:?} in this table"),
    };
    let word = |word| modes.flags().filter(|flag| flag.word() == word).map(bit).sum::<u64>();
    let size = modes.values().map(|value| match value {
        Value::CS7 => 0o40,
        Value::CS8 => 0o60,
        other => panic!("no bits for {other:?} in this table"),
    });
    let speed = match modes.speed {
        None | Some(0) => 0,
        Some(2400) => 0o13,
        Some(4800) => 0o14,
        Some(9600) => 0o15,
        other => panic!("no code for {other:?} in this table"),
    };
    [
        word(Word::Input),
        word(Word::Output),
        word(Word::Control) + size.sum::<u64>() + speed,
        word(Word::Local),
    ]
}

fn checked(text: &[u8]) -> Checked {
    let text = FileText { bytes: text.to_vec(), owner: 0, mode: 0o644 };
    check(&"/etc/gettydefs".into(), Ok(text), &SystemFacts::default(), &linux, false)
}

fn lines(bytes: &[u8]) -> Vec<&str> {
    std::str::from_utf8(bytes).unwrap().lines().collect()
}

/// The lines of standard error that scripts look for.
fn heads(checked: &Checked) -> Vec<&str> {
    lines(&checked.stderr)
        .into_iter()
        .filter(|line| line.contains(": error[") || line.contains(": warning["))
        .collect()
}

/// The text of the source line above the carets that belong to a first line, and what the carets mark.
fn marked<'a>(checked: &'a Checked, head: &str) -> &'a str {
    let lines = lines(&checked.stderr);
    let at = lines.iter().position(|line| line.starts_with(head)).unwrap();
    let (source, carets) = (lines[at + 1], lines[at + 2]);
    let column = carets.find('^').unwrap();
    assert!(
        carets[..column].chars().all(|c| c == ' ') && carets[column + 1..].chars().all(|c| c == '~'),
        "{carets}"
    );
    &source[column..carets.len()]
}

#[test]
fn gps_62_a_clean_file_is_listed_in_octal() {
    let good = checked(b"9600# B9600 CS8 # B9600 SANE -ISTRIP CLOCAL #login: #9600\n");
    let wanted = "\
*** First Entry ***
9600# B9600 CS8 # B9600 SANE -ISTRIP CLOCAL #login: #9600

id: \"9600\"
initial termio flags:
 iflag: 0, oflag: 0, cflag: 75, lflag: 0
 line disc: 0
final termio flags:
 iflag: 6406, oflag: 5, cflag: 6275, lflag: 73
 line disc: 0
login prompt: \"login: \"
next id: \"9600\"

*** Check Complete ***
";
    assert_eq!(String::from_utf8_lossy(&good.stdout), wanted);
    assert_eq!(String::from_utf8_lossy(&good.stderr), "");
    assert_eq!(good.status, 0);
}

/// An undefined symbol, a missing field, a label that was there before, and a good entry.
const THREE: &[u8] = b"# speeds\n\
9600# B9600 CS8 FOO # B9600 SANE #login: #2400\n\n\
2400# B2400\n# B2400 SANE\n\n\
9600# B9600 # B9600 SANE #login: #9600\n\n\
4800# B4800 # B4800 SANE CLOCAL #login: #4800\n";

#[test]
fn gps_63_three_mistakes_are_reported_in_one_pass() {
    let bad = checked(THREE);
    assert_eq!(
        heads(&bad),
        [
            "/etc/gettydefs:2:17: error[GD03]: undefined symbol \"FOO\"",
            "/etc/gettydefs:4:1: error[GD02]: no login prompt: 2 # where an entry has four",
            "/etc/gettydefs:7:1: error[GD04]: label \"9600\" is defined twice",
        ]
    );
    assert_eq!(marked(&bad, "/etc/gettydefs:2:17:"), "FOO");
    assert_eq!(marked(&bad, "/etc/gettydefs:4:1:"), "2400");
    assert_eq!(marked(&bad, "/etc/gettydefs:7:1:"), "9600");
    assert_eq!(lines(&bad.stderr).last(), Some(&"3 errors in 1 file"));
    assert_eq!(bad.status, 1);

    let out = lines(&bad.stdout);
    assert_eq!(
        out.iter().filter(|line| line.ends_with(" Entry ***") && !line.contains("Invalid")).count(),
        4
    );
    let at = out.iter().position(|line| *line == "*** parsing error: undefined symbol: FOO ***").unwrap();
    assert_eq!(
        out[at - 2..at + 3],
        [
            "9600# B9600 CS8 FOO # B9600 SANE #login: #2400",
            "",
            "*** parsing error: undefined symbol: FOO ***",
            "*** checking continued ***",
            "id: \"9600\"",
        ]
    );
    let at = out.iter().position(|line| *line == "*** Invalid Entry ***").unwrap();
    assert_eq!(
        out[at - 2..at + 3],
        [
            "2400# B2400 # B2400 SANE",
            "",
            "*** Invalid Entry ***",
            "*** checking continued ***",
            "id: \"2400\"",
        ]
    );
    assert!(out.contains(&"id: \"4800\""));
    assert_eq!(out[out.len() - 2..], ["*** 3 errors found ***", "*** Check Complete ***"]);
    assert!(out.iter().all(|line| !line.contains("halted")));
}

#[test]
fn three_mistakes_as_a_person_reads_them() {
    insta::assert_snapshot!(String::from_utf8(checked(THREE).stderr).unwrap(), @r#"
    /etc/gettydefs:2:17: error[GD03]: undefined symbol "FOO"
      9600# B9600 CS8 FOO # B9600 SANE #login: #2400
                      ^~~
      = here: getty skips the word and logs a warning
      = write: FF0 or FF1
    /etc/gettydefs:4:1: error[GD02]: no login prompt: 2 # where an entry has four
      2400# B2400
      ^~~~
      = here: getty does not use the entry; an empty line, a comment or the file's end came too early
      = write: 2400# INITIAL FLAGS # FINAL FLAGS #PROMPT#NEXT-LABEL
    /etc/gettydefs:7:1: error[GD04]: label "9600" is defined twice
      9600# B9600 # B9600 SANE #login: #9600
      ^~~~
    /etc/gettydefs:2:1: note: first defined here
      9600# B9600 CS8 FOO # B9600 SANE #login: #2400
      ^~~~
      = here: the first one is used; this entry is never reached
      = write: another label, or only one of the two entries
    3 errors in 1 file
    "#);
}

#[test]
fn warnings_and_notes_as_a_person_reads_them() {
    let text = b"a# B9600 B2400 # B9600 -ISTRIP SANE #\\300 #b\n\nb# B9600 # B9600 PARODD #l#b # AUTO\n";
    let odd = checked(text);
    insta::assert_snapshot!(String::from_utf8(odd.stderr).unwrap(), @r#"
    /etc/gettydefs:1:10: warning[GD09]: two speeds, 9600 and 2400 bit/s
      a# B9600 B2400 # B9600 -ISTRIP SANE #\300 #b
               ^~~~~
    /etc/gettydefs:1:4: note: named here before
      = here: the last one holds: B2400
      = write: B2400 alone
    /etc/gettydefs:1:18: note[GD10]: the speed changes from 2400 to 9600 bit/s
      a# B9600 B2400 # B9600 -ISTRIP SANE #\300 #b
                       ^~~~~
    /etc/gettydefs:1:10: note: initial speed
      = here: a name is typed at 2400 bit/s, the session runs at 9600
      = write: B2400 in both fields, unless the modem changes its speed too
    /etc/gettydefs:1:24: warning[GD12]: -ISTRIP before SANE
      a# B9600 B2400 # B9600 -ISTRIP SANE #\300 #b
                             ^~~~~~~
    /etc/gettydefs:1:32: note: SANE undoes it here
      = here: words are applied left to right, so ISTRIP ends up set
      = write: SANE -ISTRIP
    /etc/gettydefs:1:38: warning[GD17]: "\300" is no byte: above 255
      a# B9600 B2400 # B9600 -ISTRIP SANE #\300 #b
                                           ^~~~
      = here: the number is taken modulo 256: it types byte 44
      = write: \44 if that byte is meant; numbers are decimal, with a leading 0 octal
    /etc/gettydefs:1:44: warning[GD07]: BREAK never leads back to "a"
      a# B9600 B2400 # B9600 -ISTRIP SANE #\300 #b
                                                 ^
      = here: the next-labels from "b" on end in a loop without this entry; a caller who has passed it cannot come back
      = write: next-labels that make one ring
    /etc/gettydefs:3:18: warning[GD12]: PARODD without PARENB
      b# B9600 # B9600 PARODD #l#b # AUTO
                       ^~~~~~
      = here: parity is off; PARODD only says which kind it would be
      = write: PARENB PARODD
    /etc/gettydefs:3:30: warning[GD15]: text after the next-label
      b# B9600 # B9600 PARODD #l#b # AUTO
                                   ^~~~~~
      = here: getty ignores it; a login program in a sixth field is SCO's
      = write: nothing after the next-label; a # that belongs to the prompt as \35
    6 warnings, 1 note in 1 file
    "#);
    assert_eq!(odd.status, 0);
    assert!(!String::from_utf8(odd.stdout).unwrap().contains("errors found"));
}

#[test]
fn gps_64_a_missing_blank_line_is_reported_at_the_second_entry() {
    let bad = checked(b"a# B9600 # B9600 #l#a\nb# B9600 # B9600 #l#a\n");
    assert_eq!(heads(&bad), ["/etc/gettydefs:2:1: error[GD05]: no blank line before this entry"]);
    assert_eq!(bad.status, 1);
    assert!(lines(&bad.stdout).contains(&"a# B9600 # B9600 #l#a b# B9600 # B9600 #l#a"));
}

#[test]
fn gps_65_glued_flags_get_the_hint_to_part_them() {
    let bad = checked(
        b"4800v23# B4800 CS7 PARENB -PARODD GLOBAL # B4800 ISTRIP CS7 CREAD HUPCLISIG ICANON #@S login: #4800v23\n",
    );
    assert_eq!(heads(&bad).len(), 2);
    assert_eq!(marked(&bad, "/etc/gettydefs:1:35: error[GD03]: undefined symbol \"GLOBAL\""), "GLOBAL");
    assert_eq!(marked(&bad, "/etc/gettydefs:1:67: error[GD03]: undefined symbol \"HUPCLISIG\""), "HUPCLISIG");
    assert!(lines(&bad.stderr).contains(&"  = write: HUPCL ISIG"));
    assert!(lines(&bad.stdout).contains(&"*** parsing error: undefined symbol: HUPCLISIG ***"));
}

#[test]
fn gps_66_an_undefined_next_label_fails_the_check_and_a_closed_ring_does_not() {
    let ring = checked(b"a# B9600 # B9600 #l#b\n\nb# B9600 # B9600 #l#c\n\nc# B9600 # B9600 #l#b\n");
    assert_eq!(heads(&ring), ["/etc/gettydefs:1:21: warning[GD07]: BREAK never leads back to \"a\""]);
    assert_eq!(ring.status, 0);
    let lost = checked(b"a# B9600 # B9600 #l#zzz\n");
    assert_eq!(heads(&lost), ["/etc/gettydefs:1:21: error[GD06]: next-label \"zzz\" is not defined"]);
    assert_eq!(lost.status, 1);
}

#[test]
fn gps_67_the_last_speed_and_the_named_size_are_listed() {
    let file = checked(b"a# B9600 B2400 # B2400 SANE CS7 #l#b\n\nb# B2400 # B2400 CS7 SANE #l#a\n");
    assert_eq!(heads(&file), ["/etc/gettydefs:1:10: warning[GD09]: two speeds, 9600 and 2400 bit/s"]);
    let flags: Vec<&str> =
        lines(&file.stdout).into_iter().filter(|line| line.starts_with(" iflag")).collect();
    let sane = " iflag: 6446, oflag: 5, cflag: 2253, lflag: 73";
    let speed = " iflag: 0, oflag: 0, cflag: 13, lflag: 0";
    assert_eq!(flags, [speed, sane, speed, sane]);
}

#[test]
fn gps_68_an_unreadable_file_is_status_2_and_an_empty_one_status_1() {
    let system = SystemFacts::default();
    for (error, words) in [
        (ReadError::Absent, "getty: /no/file: no such file\n"),
        (ReadError::Failed("Permission denied".into()), "getty: /no/file: Permission denied\n"),
    ] {
        let lost = check(&"/no/file".into(), Err(error), &system, &linux, false);
        assert_eq!((lost.stdout.as_slice(), lost.status), (&b""[..], 2));
        assert_eq!(String::from_utf8(lost.stderr).unwrap(), words);
    }
    let empty = checked(b"");
    assert_eq!(heads(&empty), ["/etc/gettydefs:1:1: error[GD18]: no entry in this file"]);
    assert_eq!(empty.stdout, b"*** 1 errors found ***\n*** Check Complete ***\n");
    assert_eq!(empty.status, 1);
}

#[test]
fn a_long_entry_and_signed_symbols_keep_the_original_words() {
    let file = checked(format!("a#{}B9600 -SANE - # B9600 #l#a", " ".repeat(8200)).as_bytes());
    let out = lines(&file.stdout);
    let at = out.iter().position(|line| line.contains("parsing error")).unwrap();
    let wanted = ["line too long", "undefined symbol: SANE", "undefined symbol: "];
    for (n, wanted) in wanted.iter().enumerate() {
        assert_eq!(out[at + 2 * n], format!("*** parsing error: {wanted} ***"));
        assert_eq!(out[at + 2 * n + 1], "*** checking continued ***");
    }
    assert!(out.contains(&"*** 3 errors found ***"));
    // No line of it reaches the terminal whole.
    assert!(lines(&file.stderr).iter().all(|line| line.len() <= 160), "{:?}", lines(&file.stderr));
    assert_eq!(marked(&file, "/etc/gettydefs:1:8209:"), "-SANE");
}

// The renderer

fn one(line: &[u8], start: usize, end: usize) -> (SourceMap, Diagnostic) {
    let mut sources = SourceMap::default();
    let file: FileId = sources.add(FilePath::from("f"), line.to_vec());
    (sources, Diagnostic::new(Code::cg(1), Severity::Warning, "odd", Span::new(file, start, end)))
}

fn rendered(line: &[u8], start: usize, end: usize, width: usize) -> Vec<String> {
    let (sources, finding) = one(line, start, end);
    render(&sources, &[finding], Style { colour: false, width }).lines().map(str::to_owned).collect()
}

#[test]
fn nothing_to_report_is_no_text() {
    assert_eq!(render(&SourceMap::default(), &[], false), "");
}

#[test]
fn tabs_are_one_blank_and_foreign_bytes_are_escapes() {
    assert_eq!(rendered(b"a\tbc\td\r\n", 2, 4, 80)[..3], ["f:1:3: warning[CG01]: odd", "  a bc d", "    ^~"]);
    assert_eq!(
        rendered(b"\xe9\0x\x1b[31m", 2, 4, 80)[..3],
        ["f:1:3: warning[CG01]: odd", r"  \xe9\x00x\x1b[31m", "          ^~~~~",]
    );
}

#[test]
fn carets_end_with_the_line_and_stand_behind_it_if_they_must() {
    assert_eq!(rendered(b"ab\ncd\n", 1, 5, 80)[1..3], ["  ab", "   ^"]);
    assert_eq!(rendered(b"ab\ncd\n", 2, 2, 80)[1..3], ["  ab", "    ^"]);
    assert_eq!(rendered(b"ab\ncd\n", 6, 6, 80)[..2], ["f:3:1: warning[CG01]: odd", "1 warning in 1 file"]);
}

#[test]
fn a_long_line_is_cut_around_its_carets() {
    let mut line = "x".repeat(8192).into_bytes();
    line[4000..4003].copy_from_slice(b"odd");
    for (start, end) in [(4000, 4003), (0, 3), (8189, 8192), (8192, 8192), (0, 8192), (100, 8000)] {
        for width in [0, 5, 20, 80, 160] {
            let lines = rendered(&line, start, end, width);
            let (source, carets) = (&lines[1], &lines[2]);
            assert!(
                source.len() <= width.max(8) && carets.len() <= width.max(8) + 1,
                "{start} {width}: {source}"
            );
            assert_eq!(carets.trim_start().trim_end_matches('~'), "^");
            if (start, width) == (4000, 20) {
                assert_eq!((source.as_str(), carets.as_str()), ("  ...xxxxxoddxxxx...", "          ^~~"));
            }
        }
    }
}

#[test]
fn colours_only_when_asked() {
    let (sources, finding) = one(b"abc", 1, 2);
    let before = finding.span.map(|span| Span::new(span.file, 0, 1)).unwrap();
    let finding = finding.label("this").also(before, "and this").write("more");
    let plain = render(&sources, std::slice::from_ref(&finding), false);
    assert_eq!(
        plain,
        "f:1:2: warning[CG01]: odd\n  abc\n   ^ this\nf:1:1: note: and this\n  = write: more\n1 warning in 1 file\n"
    );
    let colour = render(&sources, &[finding], true);
    assert!(colour.starts_with("f:1:2: \x1b[1;33mwarning[CG01]:\x1b[m odd\n"));
    let mut bare = colour.clone();
    for paint in ["\x1b[1;33m", "\x1b[1;36m", "\x1b[1m", "\x1b[m"] {
        bare = bare.replace(paint, "");
    }
    assert_eq!(bare, plain);
}

#[test]
fn a_finding_without_a_place_and_a_hostile_path() {
    let mut sources = SourceMap::default();
    let file = sources.add("a\x1b]0;x\x07\nb".into(), b"text".to_vec());
    let nowhere = Diagnostic::new(Code::ln(1), Severity::Error, "no \x1b modem", None);
    let note = Diagnostic::new(Code::cg(2), Severity::Note, "here", Span::new(file, 0, 4));
    let text = render(&sources, &[nowhere.clone(), nowhere, note], false);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "error[LN01]: no ? modem");
    assert_eq!(lines[2], "a\\x1b]0;x\\x07\\nb:1:1: note[CG02]: here");
    assert_eq!(lines.last(), Some(&"2 errors, 1 note in 1 file"));
}

proptest! {
    #[test]
    fn any_file_is_checked_to_the_end(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just(&b"9600# B9600 CS8 # SANE FOO #@x\\#9600"[..]),
                Just(&b"#"[..]),
                Just(&b"\n"[..]),
                Just(&b"\\\r\n"[..]),
                Just(&b"\t\x00\xff\x1b "[..]),
                Just(&b"abcdefghijklmnopqrstuvwxyz abcdefghijklmnopqrstuvwxyz"[..]),
            ],
            0..60,
        ),
        width in 8usize..100,
    ) {
        let text = FileText { bytes: pieces.concat(), owner: 0, mode: 0 };
        let style = Style { colour: false, width };
        let done = check(&"g".into(), Ok(text), &SystemFacts::default(), &|_| [1, 2, 3, 4], style);
        prop_assert!(done.stdout.ends_with(b"*** Check Complete ***\n"));
        let stderr = String::from_utf8(done.stderr).unwrap();
        prop_assert!(stderr.chars().all(|c| c == '\n' || (' '..='~').contains(&c)));
        let errors = stderr.lines().filter(|line| line.contains(": error[GD")).count();
        prop_assert_eq!(done.status, u8::from(errors > 0));
        let counted = format!("*** {errors} errors found ***\n");
        prop_assert_eq!(errors > 0, done.stdout.windows(counted.len()).any(|w| w == counted.as_bytes()));
        // Carets stay under their source line.
        let lines: Vec<&str> = stderr.lines().collect();
        for pair in lines.windows(2).filter(|pair| pair[1].trim_start().starts_with('^')) {
            prop_assert!(pair[0].len() <= width.max(8) && pair[1].len() <= pair[0].len() + 1, "{:?}", pair);
        }
    }
}
