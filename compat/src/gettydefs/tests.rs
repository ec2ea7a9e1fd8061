//! gettydefs, rule by rule and code by code.

mod sco;

use super::*;
use crate::plan::modes::{Field, Flag, Modes, Value};
use proptest::prelude::*;

/// A system that lacks what FreeBSD lacks, as far as these tests go.
fn bare_system() -> SystemFacts {
    SystemFacts {
        name: "FreeBSD",
        no_flag: vec![(Flag::IUCLC, "there is no such bit")],
        no_value: vec![(Value::NL1, "there are no delays")],
        ..SystemFacts::default()
    }
}

struct Read {
    sources: SourceMap,
    parsed: Parsed,
}

fn read_as(text: &[u8], dialect: &Dialect, system: &SystemFacts) -> Read {
    let mut sources = SourceMap::default();
    let file = sources.add("g".into(), text.to_vec());
    let parsed = parse(&sources, file, dialect, system);
    Read { sources, parsed }
}

fn read(text: &str) -> Read {
    read_as(text.as_bytes(), &GETTY_PS, &SystemFacts::default())
}

impl Read {
    /// Each finding as `line:column-width code severity message`.
    fn findings(&self) -> Vec<String> {
        let line = |d: &Diagnostic| {
            let span = d.span.unwrap();
            let place = self.sources.place(span);
            let (width, code, severity) = (span.end - span.start, d.code, d.severity);
            format!("{}:{}+{width} {code} {severity}: {}", place.line, place.column, d.message)
        };
        self.parsed.findings.iter().map(line).collect()
    }

    fn codes(&self) -> Vec<String> {
        self.parsed.findings.iter().map(|d| d.code.to_string()).collect()
    }

    fn entry(&self, n: usize) -> &Entry {
        &self.parsed.entries[n]
    }

    /// The source bytes of a span.
    fn at(&self, span: Span) -> &str {
        std::str::from_utf8(self.sources.slice(span)).unwrap()
    }
}

/// The modes of a flag field.
fn field(words: &str) -> Flags {
    read(&format!("a# {words} # B9600 #login: #a\n")).entry(0).initial.clone()
}

fn modes(flags: &[Flag], values: &[Value], speed: Option<u32>) -> Modes {
    let mut modes = Modes::default();
    modes.speed = speed;
    modes.set_all(flags, true);
    values.iter().for_each(|value| modes.put(*value));
    modes
}

const GOOD: &str = "9600# B9600 CS8 # B9600 SANE -ISTRIP CLOCAL #@S login: #9600\n";

// What is read

#[test]
fn an_entry_has_five_fields_and_each_its_place() {
    let file = read(GOOD);
    assert_eq!(file.findings(), [""; 0]);
    let entry = file.entry(0);
    assert_eq!((entry.label.as_slice(), file.at(entry.label_span)), (&b"9600"[..], "9600"));
    assert_eq!((entry.prompt.as_slice(), file.at(entry.prompt_span)), (&b"@S login: "[..], "@S login: "));
    assert_eq!((entry.next.as_slice(), file.at(entry.next_span)), (&b"9600"[..], "9600"));
    assert_eq!(entry.next_span.start, GOOD.len() - 5);
    assert_eq!(file.at(entry.span), GOOD.trim_end());
    assert_eq!(entry.text, GOOD.trim_end().as_bytes());
    assert_eq!(entry.initial.modes, modes(&[], &[Value::CS8], Some(9600)));
    assert!(entry.initial.speed_named && entry.initial.size_named && !entry.initial.parity_named);
    let words: Vec<&str> = entry.last.words.iter().map(|(_, span)| file.at(*span)).collect();
    assert_eq!(words, ["B9600", "SANE", "-ISTRIP", "CLOCAL"]);
    assert!(entry.whole && entry.invalid.is_none() && entry.sixth.is_none());
}

#[test]
fn rule_1_an_empty_line_the_end_or_a_comment_ends_an_entry() {
    let body = |next| format!("# B9600 # B9600 #l#{next}");
    let (a, b) = (body("b"), body("a"));
    for text in [
        format!("a{a}\n\nb{b}\n"),
        format!("a{a}\n \t \nb{b}"),
        format!("a{a}\n#\nb{b}\n\n\n"),
        format!("#\n\na{a}\r\n\r\nb{b}\r\n"),
    ] {
        let file = read(&text);
        assert_eq!(file.findings(), [""; 0], "{text}");
        let labels: Vec<&[u8]> = file.parsed.entries.iter().map(|e| e.label.as_slice()).collect();
        assert_eq!(labels, [b"a", b"b"], "{text}");
    }
}

#[test]
fn rule_2_a_hash_line_inside_an_incomplete_entry_belongs_to_it() {
    let file = read("a# B9600\n# B2400 SANE\n# login: \n#a\n# a comment # B50\n");
    assert_eq!(file.codes(), ["GD10"]);
    let entry = file.entry(0);
    assert_eq!(entry.text, b"a# B9600 # B2400 SANE # login:  #a");
    assert_eq!(entry.last.modes.speed, Some(2400));
    assert_eq!(entry.prompt, b" login:  ");
}

#[test]
fn gps_70_an_entry_may_be_split_over_lines() {
    let file = read("9600# B9600 CS8\n# B9600 SANE #login: #9600\n");
    assert_eq!(file.findings(), [""; 0]);
    assert_eq!(file.parsed.entries.len(), 1);
    let entry = file.entry(0);
    assert_eq!(entry.text, b"9600# B9600 CS8 # B9600 SANE #login: #9600");
    assert!(entry.last.modes.has(Flag::ICANON));
    assert_eq!(file.sources.place(entry.prompt_span).to_string(), "g:2:15");
}

#[test]
fn rule_3_lines_are_joined_with_a_blank_or_a_backslash() {
    let file = read("a# B9600 CS8\nCLOCAL # B9600 #log\\\nin: #a\n");
    let entry = file.entry(0);
    assert_eq!(entry.text, b"a# B9600 CS8 CLOCAL # B9600 #login: #a");
    assert_eq!(entry.initial.modes, modes(&[Flag::CLOCAL], &[Value::CS8], Some(9600)));
    assert_eq!(entry.prompt, b"login: ");
    assert_eq!(file.at(entry.prompt_span), "log\\\nin: ");
    assert_eq!(file.at(entry.initial.words[2].1), "CLOCAL");

    // A line end separates flags even where a backslash joins the lines.
    let file = read("a# B9600 CS8\\\nCLOCAL # B9600 #login: #a\n");
    assert_eq!(file.findings(), [""; 0]);
    assert!(file.entry(0).initial.modes.has(Flag::CLOCAL));
    // A backslash alone joins nothing to nothing.
    assert_eq!(read(&format!("\\\n{GOOD}")).entry(0).text, GOOD.trim_end().as_bytes());
    // An even number of backslashes ends no line.
    let file = read("a# B9600 # B9600 #x\\\\\ny#a\n");
    assert_eq!(file.entry(0).prompt, br"x\\ y");
}

#[test]
fn rule_4_carriage_returns_before_line_feeds_are_dropped() {
    let file = read("a# B9600 CS8\r\n# B9600 FOO #login: #a\r\n\r\n");
    assert_eq!(file.findings(), ["2:9+3 GD03 error: undefined symbol \"FOO\""]);
    let entry = file.entry(0);
    assert_eq!(entry.text, b"a# B9600 CS8 # B9600 FOO #login: #a");
    assert_eq!(file.at(entry.span), "a# B9600 CS8\r\n# B9600 FOO #login: #a");
    assert_eq!(entry.next, b"a");
}

#[test]
fn rule_5_labels_words_prompts_and_next_labels() {
    let file = read("a \t# B9600\\CS7\tCLOCAL# B9600 #\t  log  in:\\s #\t a \n");
    assert_eq!(file.findings(), [""; 0]);
    let entry = file.entry(0);
    assert_eq!(entry.label, b"a");
    assert_eq!(entry.initial.modes, modes(&[Flag::CLOCAL], &[Value::CS7], Some(9600)));
    assert_eq!(entry.prompt, b"\t  log  in:\\s ");
    assert_eq!(entry.next, b"a");
}

#[test]
fn rule_6_a_hash_in_the_prompt_ends_it_whatever_stands_before() {
    let file = read("a# B9600 # B9600 #\\35\\043\\0x23#a\n\nb# B9600 # B9600 #1\\#b\n");
    assert_eq!(file.entry(0).prompt, br"\35\043\0x23");
    assert_eq!(file.entry(1).prompt, br"1\");
    assert_eq!(file.findings(), ["3:20+1 GD17 warning: backslash at the prompt's end"]);
}

#[test]
fn rule_7_long_labels_and_prompts_are_cut() {
    let (label, prompt) = ("l".repeat(300), "p".repeat(300));
    let file = read(&format!("{label}# B9600 # B9600 #{prompt}#{label}\n"));
    let entry = file.entry(0);
    assert_eq!((entry.label.len(), entry.prompt.len(), entry.next.len()), (255, 255, 255));
    assert!(entry.whole);
    // The next-label is cut as the label is, so the entry still leads to itself.
    assert_eq!(file.codes(), ["GD13", "GD13", "GD13"]);
    assert_eq!(file.parsed.findings[0].here.as_deref(), Some("getty uses the first 255 bytes"));

    let long = |n: usize| format!("a#{}B9600 # B9600 #l#a\n", " ".repeat(n));
    assert!(read(&long(8192 - 21)).entry(0).whole);
    let file = read(&long(8193 - 21));
    assert_eq!(file.findings(), ["1:1+1 GD16 error: entry of 8192 bytes, at most 8191 are possible"]);
    assert!(!file.entry(0).whole);
}

#[test]
fn find_takes_the_first_whole_entry_with_the_label() {
    let file = read("a# B9600 # B9600\n\na# B300 # B300 #l#a\n\na# B600 # B600 #l#a\n");
    assert_eq!(file.codes(), ["GD02", "GD04"]);
    let (place, entry) = find(&file.parsed.entries, b"a").unwrap();
    assert_eq!((place, entry.initial.modes.speed), (1, Some(300)));
    assert!(find(&file.parsed.entries, b"A").is_none());
}

// What flags mean

#[test]
fn flags_are_set_and_cleared_from_left_to_right() {
    assert_eq!(field("B9600 ECHO -ECHO").modes, modes(&[], &[], Some(9600)));
    assert_eq!(field("B9600 -ECHO ECHO").modes, modes(&[Flag::ECHO], &[], Some(9600)));
    let sane = field("SANE").modes;
    assert_eq!(sane, modes(crate::plan::modes::SANE, &[Value::CS8], None));
    assert!(!field("SANE -ISTRIP").modes.has(Flag::ISTRIP));
    assert!(field("-ISTRIP SANE").modes.has(Flag::ISTRIP));
    let undefined = field("-SANE - -FOO");
    assert_eq!(undefined.modes, Modes::default());
    assert_eq!(undefined.unknown.len(), 3);
}

#[test]
fn gps_67_the_last_value_of_a_field_holds() {
    for (words, speed, size) in [
        ("B9600 B2400", Some(2400), None),
        ("B9600 -B9600", None, None),
        ("B9600 -B2400", Some(9600), None),
        ("B0", Some(0), None),
        ("EXTA", Some(19_200), None),
        ("EXTB", Some(38_400), None),
        ("B57600", Some(57_600), None),
        ("B76800", Some(76_800), None),
        ("B4000000", Some(4_000_000), None),
        ("SANE CS7", None, Some(Value::CS7)),
        ("CS7 SANE", None, Some(Value::CS7)),
        ("CS7 CS6", None, Some(Value::CS6)),
        ("CS5", None, Some(Value::CS5)),
        ("CS7 -CS8", None, Some(Value::CS7)),
        ("CS7 -CS7", None, None),
        ("CS7 -CS7 SANE", None, Some(Value::CS8)),
    ] {
        let flags = field(words);
        assert_eq!((flags.modes.speed, flags.modes.value(Field::CharSize)), (speed, size), "{words}");
        assert_eq!(flags.speed_named, speed.is_some(), "{words}");
    }
    assert!(!field("SANE").size_named);
    assert!(field("CS5").size_named);
    let file = read("a# B9600 B2400 # B2400 #l#a\n");
    assert_eq!(file.findings(), ["1:10+5 GD09 warning: two speeds, 9600 and 2400 bit/s"]);
}

#[test]
fn a_mask_is_all_of_its_field() {
    for (words, field_, value) in [
        ("CRDLY", Field::Return, Some(Value::CR3)),
        ("CR1 -CRDLY", Field::Return, None),
        ("CR1 CR2", Field::Return, Some(Value::CR2)),
        ("XTABS", Field::Tab, Some(Value::TAB3)),
        ("TAB3 -XTABS", Field::Tab, None),
        ("NLDLY", Field::NewLine, Some(Value::NL1)),
        ("FFDLY -FF0", Field::FormFeed, Some(Value::FF1)),
    ] {
        assert_eq!(field(words).modes.value(field_), value, "{words}");
    }
}

#[test]
fn other_symbols_are_known() {
    assert_eq!(field("LDISC0").line_discipline, Some(0));
    assert_eq!(field("LDISC0 -LDISC0").line_discipline, None);
    assert_eq!((discipline(b"LDISC0"), discipline(b"LDISC1")), (Some(0), None));
    for words in ["LOBLK XCLUDE", "CRTSCTS CMSPAR IUTF8 IMAXBEL", "EXTPROC -CNO_RTSDTR"] {
        assert_eq!(field(words).unknown, [], "{words}");
    }
    assert!(field("-PARENB").parity_named && field("PARODD").parity_named && !field("CSTOPB").parity_named);
}

// What is wrong

/// Every code: the text, and what is found in it.
#[test]
fn every_code_is_found_at_its_place() {
    let rest = "# B9600 # B9600 SANE #l#a\n";
    let loops = "b# B9600 # B9600 #l#c\n\nc# B9600 # B9600 #l#b\n";
    let table: &[(String, &[&str])] = &[
        (format!("a B9600 {rest}"), &["1:1+1 GD01 error: no # after the label \"a\""]),
        ("hello\n".into(), &["1:1+5 GD01 error: no # after the label \"hello\""]),
        ("a B9600 # B9600 SANE #l#a\n".into(), &["1:1+1 GD01 error: no # after the label \"a\""]),
        (format!(" {rest}"), &["1:2+1 GD01 error: the label is blank"]),
        (format!("  a{rest}"), &["1:3+1 GD01 error: the label is blank"]),
        ("a# B9600\n".into(), &["1:1+1 GD02 error: no final flags: 1 # where an entry has four"]),
        ("\na# B9600# B9600\n".into(), &["2:1+1 GD02 error: no login prompt: 2 # where an entry has four"]),
        ("a# B9600# B9600#l:\n".into(), &["1:1+1 GD02 error: no next-label: 3 # where an entry has four"]),
        (
            "a# B9600 FLUX # B9600 -SANE - #l#a\n".into(),
            &[
                "1:10+4 GD03 error: undefined symbol \"FLUX\"",
                "1:23+5 GD03 error: undefined symbol \"-SANE\"",
                "1:29+1 GD03 error: undefined symbol \"-\"",
            ],
        ),
        (
            format!("a{rest}\na{rest}\na{rest}"),
            &[
                "3:1+1 GD04 error: label \"a\" is defined twice",
                "5:1+1 GD04 error: label \"a\" is defined twice",
            ],
        ),
        (
            format!("a{rest}b # B9600 X # B9600 #l#zz\n"),
            &[
                "2:1+1 GD05 error: no blank line before this entry",
                "2:11+1 GD03 error: undefined symbol \"X\"",
                "2:24+2 GD06 error: next-label \"zz\" is not defined",
            ],
        ),
        ("a# B9600 # B9600 #l#zzz\n".into(), &["1:21+3 GD06 error: next-label \"zzz\" is not defined"]),
        (
            format!("a# B9600 # B9600 #l#b\n\n{loops}"),
            &["1:21+1 GD07 warning: BREAK never leads back to \"a\""],
        ),
        ("a# CS8 ## l#a\n".into(), &["1:4+3 GD08 warning: no speed", "1:8+1 GD08 warning: no speed"]),
        ("a# B0 CS8 # B9600 #l#a\n".into(), &["1:4+2 GD08 warning: no speed but B0"]),
        (
            "a# B9600 CS7 CS8 # B9600 B19200 EXTA #l#a\n".into(),
            &[
                "1:14+3 GD09 warning: two character sizes, CS7 and CS8",
                "1:26+6 GD09 warning: two speeds, 9600 and 19200 bit/s",
                "1:33+4 GD10",
            ],
        ),
        (
            "a# B9600 # SANE B2400 #l#a\n".into(),
            &["1:17+5 GD10 note: the speed changes from 9600 to 2400 bit/s"],
        ),
        (
            "a# B9600 IUCLC -IUCLC NL1 # B9600 #l#a\n".into(),
            &[
                "1:10+5 GD11 warning: symbol without effect on FreeBSD",
                "1:23+3 GD11 warning: symbol without effect on FreeBSD",
            ],
        ),
        (
            "a# B4000000 # B4000000 MDMBUF #l#a\n".into(),
            &[
                "1:4+8 GD11 warning: 4000000 bit/s is no speed of FreeBSD",
                "1:15+8 GD11 warning: 4000000 bit/s is no speed of FreeBSD",
                "1:24+6 GD11 warning: symbol without effect on FreeBSD",
            ],
        ),
        (
            "a# B9600 PARODD # B9600 PARENB PARODD #l#a\n".into(),
            &["1:10+6 GD12 warning: PARODD without PARENB"],
        ),
        (
            "a# B9600 -ISTRIP SANE -IXON # B9600 -IXON SANE -IXON #l#a\n".into(),
            &["1:10+7 GD12 warning: -ISTRIP before SANE"],
        ),
        (
            "label-of-13-b# B9600 # B9600 #l#label-of-13-b\n".into(),
            &["1:1+13 GD13 warning: label of 13 bytes"],
        ),
        (
            format!("a# B9600 # B9600 #{}#a\n", "p".repeat(81)),
            &["1:19+81 GD13 warning: login prompt of 81 bytes"],
        ),
        (
            "a# B9600 # B9600 #l#a # AUTO /bin/x \n".into(),
            &["1:23+13 GD15 warning: text after the next-label"],
        ),
        ("a# B9600 # B9600 #l#a#\n".into(), &["1:22+1 GD15 warning: text after the next-label"]),
        ("a# B9600 # B9600 #l#a\nand more\n".into(), &["2:1+8 GD15 warning: text after the next-label"]),
        (
            "a# B96\0 # B9600 #l#a\n# \0\0\n".into(),
            &["1:4+4 GD08", "1:7+1 GD16 error: NUL byte", "2:3+1 GD16 error: 2 NUL bytes in this line"],
        ),
        (
            "a# B9600 # B9600 #@x \\300 @@ @S @ \\#a\n".into(),
            &[
                "1:19+2 GD17 warning: unknown parameter \"@x\"",
                "1:22+4 GD17 warning: \"\\300\" is no byte: above 255",
                "1:33+2 GD17 warning: unknown parameter \"@ \"",
                "1:35+1 GD17 warning: backslash at the prompt's end",
            ],
        ),
        ("".into(), &["1:1+0 GD18 error: no entry in this file"]),
        ("# nothing\n\n#\n".into(), &["1:1+0 GD18 error: no entry in this file"]),
        ("a# B9600 # B9600 #l#\n".into(), &["1:20+1 GD19 warning: no next-label"]),
    ];
    for (text, wanted) in table {
        let found = read_as(text.as_bytes(), &GETTY_PS, &bare_system());
        let findings = found.findings();
        assert_eq!(findings.len(), wanted.len(), "{text:?}: {findings:#?}");
        for (is, wanted) in findings.iter().zip(*wanted) {
            assert!(is.starts_with(wanted), "{text:?}: {is} is not {wanted}");
        }
        for finding in &found.parsed.findings {
            assert!(finding.here.is_some() && finding.write.is_some(), "{finding:?} helps nobody");
        }
    }
}

#[test]
fn gps_64_a_swallowed_entry_is_named_and_is_not_found() {
    let file = read("a# B9600 # B9600 #l#b\nb# B9600 # B9600 #l#a\n");
    assert_eq!(file.findings(), ["2:1+1 GD05 error: no blank line before this entry"]);
    assert_eq!(file.parsed.entries.len(), 1);
    assert_eq!(file.entry(0).next, b"b");
    assert!(find(&file.parsed.entries, b"b").is_none());
    assert_eq!(file.at(file.entry(0).span).lines().count(), 2);
}

#[test]
fn gps_66_only_the_entry_that_is_left_behind_is_reported() {
    let entry = |label: &str, next: &str| format!("{label}# B9600 # B9600 #l#{next}\n\n");
    let codes = |chain: &[(&str, &str)]| {
        let text: String = chain.iter().map(|(label, next)| entry(label, next)).collect();
        read(&text)
            .findings()
            .iter()
            .map(|f| f.split(' ').take(2).collect::<Vec<_>>().join(" "))
            .collect::<Vec<_>>()
    };
    assert_eq!(codes(&[("a", "b"), ("b", "c"), ("c", "b")]), ["1:21+1 GD07"]);
    assert_eq!(codes(&[("b", "c"), ("c", "b"), ("x", "a"), ("a", "b")]), ["5:21+1 GD07", "7:21+1 GD07"]);
    assert_eq!(codes(&[("a", "b"), ("b", "a"), ("c", "c")]), [""; 0]);
    assert_eq!(codes(&[("a", "b"), ("b", "zzz")]), ["3:21+3 GD06"]);
}

#[test]
fn gd04_points_at_both_places() {
    let file = read(&format!("{GOOD}\n{GOOD}"));
    let finding = &file.parsed.findings[0];
    assert_eq!(file.findings(), ["3:1+4 GD04 error: label \"9600\" is defined twice"]);
    assert_eq!(file.sources.place(finding.also[0].span).to_string(), "g:1:1");
}

#[test]
fn gps_65_a_real_files_mistakes_and_what_to_write() {
    let file = read(
        "4800v23# B4800 CS7 PARENB -PARODD GLOBAL # B4800 ISTRIP CS7 CREAD HUPCLISIG ICANON #@S login: #4800v23\n",
    );
    assert_eq!(
        file.findings(),
        [
            "1:35+6 GD03 error: undefined symbol \"GLOBAL\"",
            "1:67+9 GD03 error: undefined symbol \"HUPCLISIG\""
        ]
    );
    let hints: Vec<_> = file.parsed.findings.iter().map(|f| f.write.as_deref().unwrap()).collect();
    assert_eq!(hints, ["CLOCAL", "HUPCL ISIG"]);
}

#[test]
fn a_word_of_foreign_bytes_is_shown_as_escapes() {
    let file = read_as(b"a# B9600 \xe9\x1b # B9600 #l#a\n", &GETTY_PS, &SystemFacts::default());
    assert_eq!(file.findings(), [r#"1:10+2 GD03 error: undefined symbol "\xe9\x1b""#]);
}

// The other family

/// A dialect as unlike getty_ps as the type allows.
const OTHER: Dialect = Dialect {
    quoted_hash: true,
    join: Join::LineFeed,
    comment_ends_entry: false,
    indented_label: true,
    escapes: Escapes::SystemV,
    limits: Limits { label: 8, prompt: 20, entry: 100, cut: false, original: None },
    sane: Sane { set: &[Flag::CREAD], clear: &[Flag::CLOCAL], size: None, no_delays: true },
    sixth_field: true,
    lost_break: "BREAK changes nothing",
    no_next: "BREAK changes nothing",
    built_in: "no getty",
};

#[test]
fn another_dialect_quotes_hashes_and_has_a_sixth_field() {
    let system = SystemFacts::default();
    let file = read_as(
        b" a # B9600 CLOCAL TAB3\nCS7 SANE\n# B9600 #\\#1\nlogin: #a\n# AUTO /bin/x  \n",
        &OTHER,
        &system,
    );
    assert_eq!(file.findings(), ["1:12+6 GD12 warning: CLOCAL before SANE"]);
    let entry = file.entry(0);
    assert_eq!((entry.label.as_slice(), entry.prompt.as_slice()), (&b"a"[..], &b"\\#1\nlogin: "[..]));
    assert_eq!(entry.initial.modes, modes(&[Flag::CREAD], &[Value::CS7], Some(9600)));
    let (sixth, span) = entry.sixth.as_ref().unwrap();
    assert_eq!((sixth.as_slice(), file.at(*span)), (&b"AUTO /bin/x"[..], "AUTO /bin/x"));
    assert_eq!(file.sources.place(*span).to_string(), "g:5:3");

    let file = read_as(b"123456789# B9600 # B9600 #\\777#123456789\n", &OTHER, &system);
    assert_eq!(file.codes(), ["GD13", "GD17", "GD13"]);
    assert_eq!((file.entry(0).whole, file.entry(0).invalid), (false, Some("label")));
    let file = read_as(b"a B9600 # B9600\n", &OTHER, &system);
    assert_eq!((file.codes(), file.entry(0).invalid), (vec!["GD01".to_owned()], Some("label")));
    let file = read_as(b"a # B9600 # B9600\n", &OTHER, &system);
    assert_eq!((file.codes(), file.entry(0).invalid), (vec!["GD02".to_owned()], Some("login prompt")));
}

// Size and rubbish

#[test]
fn the_ring_is_known_after_two_steps_an_entry() {
    const N: usize = 10_000;
    // One long way into a ring of two, then every entry straight into it, then a way that ends.
    let long: Vec<_> = (0..N).map(|i| Some(if i + 1 < N { i + 1 } else { N - 2 })).collect();
    let backwards: Vec<_> = (0..N).map(|i: usize| Some(i.saturating_sub(1))).collect();
    let ends: Vec<_> = (0..N).map(|i| (i + 1 < N).then_some(i + 1)).collect();
    for (after, returning, trapped) in [(long, 2, N - 2), (backwards, 1, N - 1), (ends, 0, 0)] {
        let (fates, steps) = chain::fates(&after);
        let count = |wanted| fates.iter().filter(|fate| **fate == wanted).count();
        assert_eq!(count(chain::Fate::Returns), returning);
        assert_eq!(count(chain::Fate::Trapped), trapped);
        assert!(steps <= 2 * N, "{steps} steps");
    }
}

#[test]
fn ten_thousand_entries_are_one_file() {
    const N: usize = 10_000;
    let entry = |i: usize| format!("L{i}# B9600 CS8 # B9600 SANE FOO #login: #L{}\n\n", (i + 1) % N);
    let text: String = (0..N).map(entry).collect();
    let file = read(&text);
    assert_eq!(file.parsed.entries.len(), N);
    assert_eq!(file.parsed.findings.len(), N);
    assert!(file.parsed.findings.is_sorted_by_key(|f| f.span));
    assert_eq!(file.parsed.findings.iter().filter(|f| f.code == Code::gd(3)).count(), N);
    assert_eq!(find(&file.parsed.entries, b"L9999").unwrap().0, N - 1);
}

/// Bytes that make gettydefs files more often than chance does.
fn rubbish() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"#".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"\r\n".to_vec()),
        Just(b"\\".to_vec()),
        Just(b"\\\n".to_vec()),
        Just(b" ".to_vec()),
        Just(b"@".to_vec()),
        Just(b"9600# B9600 CS8 # B2400 -ISTRIP SANE #@S \\400 #9600".to_vec()),
        Just(b"SANE".to_vec()),
        Just(b"-".to_vec()),
        Just(b"PARODD".to_vec()),
        Just(b"AUTO /bin/x".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..6),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn nothing_panics_and_every_place_is_in_the_file(bytes in rubbish(), family in 0..3usize) {
        let dialect = [&GETTY_PS, &OTHER, &SCO][family];
        let other = family > 0;
        let file = read_as(&bytes, dialect, &bare_system());
        let inside = |span: Span| span.start <= span.end && span.end <= bytes.len();
        for finding in &file.parsed.findings {
            prop_assert!(finding.span.is_some_and(inside), "{finding:?}");
            prop_assert!(finding.also.iter().all(|also| inside(also.span)), "{finding:?}");
            prop_assert!(finding.here.is_some() && finding.write.is_some(), "{finding:?}");
        }
        prop_assert!(file.parsed.findings.is_sorted_by_key(|f| f.span));
        let mut end = 0;
        for entry in &file.parsed.entries {
            prop_assert!(entry.span.start >= end && inside(entry.span));
            end = entry.span.end;
            for span in [entry.label_span, entry.prompt_span, entry.next_span] {
                prop_assert!(span.start >= entry.span.start && span.end <= end, "{entry:?}");
            }
            for (word, span) in entry.initial.words.iter().chain(&entry.last.words) {
                let written = file.sources.slice(*span);
                prop_assert!(written == word.as_slice() || (other && written.contains(&b'\\')), "{written:?}");
            }
            prop_assert_eq!(entry.whole, entry.invalid.is_none());
            if let (true, Some((field, span))) = (dialect.sixth_field, &entry.sixth) {
                prop_assert_eq!(file.sources.slice(*span).len() >= field.len(), true);
                prop_assert!(!entry.whole || sixth(entry).is_ok());
            }
        }
    }

    #[test]
    fn a_good_entry_is_read_as_it_was_written(
        label in "[A-Za-z0-9_.-]{1,12}",
        names in proptest::collection::vec((0..Flag::ALL.len(), any::<bool>()), 0..12),
        speed in prop_oneof![Just(300u32), Just(9600), Just(38_400), Just(115_200)],
        prompt in "[ -\"$-?A-\\[\\]-~]{0,80}",
        split in any::<bool>(),
    ) {
        let mut wanted = modes(&[], &[], Some(speed));
        let mut words = format!("B{speed}");
        for (flag, on) in &names {
            let flag = Flag::ALL[*flag];
            wanted.set(flag, *on);
            words.push_str(if *on { " " } else { " -" });
            words.push_str(flag.name());
        }
        let seam = if split { "\n" } else { " " };
        let text = format!("{label}#{words}{seam}#{words} CS7{seam}#{prompt}#{label}\n");
        let file = read(&text);
        prop_assert_eq!(file.parsed.entries.len(), 1);
        let entry = file.entry(0);
        prop_assert!(entry.whole, "{:?}", file.findings());
        prop_assert_eq!(&entry.initial.modes, &wanted);
        wanted.put(Value::CS7);
        prop_assert_eq!(&entry.last.modes, &wanted);
        prop_assert_eq!(&entry.prompt, prompt.as_bytes());
        prop_assert_eq!(file.sources.slice(entry.prompt_span), prompt.as_bytes());
        prop_assert_eq!((&entry.label, &entry.next), (&label.clone().into_bytes(), &label.into_bytes()));
        prop_assert!(file.codes().iter().all(|code| code == "GD12"), "{:?}", file.findings());
    }
}
