//! gettyacts, field by field.

use super::*;
use proptest::prelude::*;

struct Read {
    sources: SourceMap,
    acts: Vec<Act>,
    findings: Vec<Diagnostic>,
}

fn read(text: &[u8]) -> Read {
    let mut sources = SourceMap::default();
    let file = sources.add("A".into(), text.to_vec());
    let mut findings = Vec::new();
    let acts = parse(&sources, file, &mut findings);
    Read { sources, acts, findings }
}

impl Read {
    /// Each finding as `line:column CODE: message`.
    fn told(&self) -> Vec<String> {
        let told = |finding: &Diagnostic| {
            let place = self.sources.place(finding.span.unwrap());
            format!("{}:{} {}: {}", place.line, place.column, finding.code, finding.message)
        };
        self.findings.iter().map(told).collect()
    }

    fn names(&self) -> Vec<&str> {
        self.acts.iter().map(|act| std::str::from_utf8(&act.protocol).unwrap()).collect()
    }
}

#[test]
fn an_entry_is_a_protocol_a_program_its_arguments_and_bytes() {
    let text = b"# SCO's own\n\nPPP:/usr/lib/ppp/ppp:-u nppp:0x7e 0xff\r\n \nSLIP:/usr/sbin/diplogin::0300 69\nFAX:/f:-l  in:\n";
    let read = read(text);
    assert_eq!(read.told(), [""; 0]);
    let [ppp, slip, fax] = read.acts.as_slice() else { panic!("{:?}", read.acts) };
    assert_eq!((ppp.protocol.as_slice(), ppp.program.clone()), (&b"PPP"[..], "/usr/lib/ppp/ppp".into()));
    assert_eq!((&ppp.arguments, &ppp.bytes), (&vec![b"-u".to_vec(), b"nppp".to_vec()], &vec![0x7e, 0xff]));
    assert_eq!(read.sources.slice(ppp.span), b"PPP:/usr/lib/ppp/ppp:-u nppp:0x7e 0xff");
    assert_eq!((slip.arguments.len(), &slip.bytes), (0, &vec![0xc0, 0x45]));
    assert_eq!((fax.protocol.as_slice(), fax.arguments.len(), fax.bytes.len()), (FAX, 2, 0));
    // No quoting and no shell.
    assert_eq!(self::read(b"P:/p:'a b' $X `c`:1").acts[0].arguments.len(), 4);
}

#[test]
fn a_byte_is_hexadecimal_octal_or_decimal() {
    for (word, wanted) in [
        ("0x7e", Some(0x7e)),
        ("0XFF", Some(0xff)),
        ("0x0", Some(0)),
        ("0x007e", Some(0x7e)),
        ("0176", Some(0o176)),
        ("0377", Some(0xff)),
        ("0", Some(0)),
        ("126", Some(126)),
        ("255", Some(255)),
        ("256", None),
        ("0400", None),
        ("0x100", None),
        ("08", None),
        ("0x", None),
        ("+1", None),
        ("-1", None),
        ("7e", None),
        ("x", None),
        ("1,2", None),
        ("99999999999999999999", None),
    ] {
        assert_eq!(byte(word.as_bytes()), wanted, "{word}");
    }
}

#[test]
fn a_bad_entry_is_left_out_and_a_later_good_one_works() {
    let read = read(
        b"P:/stub::300\nP:rel:x:0x1\nP:/stub:x\nP:/stub:::1\n:/stub::1\nP Q:/stub::1\nP:/stub:x:\nP:/stub:x:1 rub\nFAX:/stub::rub\nGOOD:/stub:x:0x1\n",
    );
    assert_eq!(
        read.told(),
        [
            "1:10 GA05: \"300\" is no byte",
            "2:3 GA04: the program is no absolute path",
            "3:1 GA02: 3 fields where an entry has four",
            "4:1 GA02: 5 fields where an entry has four",
            "5:1 GA03: this is no name of a protocol",
            "6:1 GA03: this is no name of a protocol",
            "7:10 GA06: no bytes to listen for",
            "8:13 GA05: \"rub\" is no byte",
            "9:12 GA05: \"rub\" is no byte",
        ]
    );
    assert_eq!(read.names(), ["GOOD"]);
    assert!(read.findings.iter().all(|finding| finding.severity == Severity::Error));
}

#[test]
fn a_file_has_sixty_four_entries_of_thirty_two_bytes() {
    let entry = |n: usize, bytes: usize| format!("P{n}:/p::{}\n", format!("{n} ").repeat(bytes));
    let most: String = (1..=66).map(|n| entry(n, 1)).collect();
    let file = read(most.as_bytes());
    assert_eq!(
        (file.acts.len(), file.told()),
        (64, vec!["65:1 GA07: more than 64 entries".into(), "66:1 GA07: more than 64 entries".into()])
    );
    assert_eq!(read(entry(1, 32).as_bytes()).acts[0].bytes.len(), 32);
    let long = read(entry(1, 33).as_bytes());
    assert_eq!((long.acts.len(), long.told()), (0, vec!["1:72 GA07: more than 32 bytes".into()]));
    let line = format!("P:/p:{}:1\n", "x ".repeat(600));
    assert_eq!(read(line.as_bytes()).told(), ["1:1 GA07: line of 1207 bytes"]);
}

#[test]
fn an_entry_that_never_matches_is_said() {
    let told = |text: &str| read(text.as_bytes()).told();
    // The shorter one is complete first, wherever it stands.
    assert_eq!(told("A:/a::1 2\nB:/b::1 2 3\n"), ["2:1 GA08: B never takes a call"]);
    assert_eq!(told("B:/b::1 2 3\nA:/a::1 2\n"), ["1:1 GA08: B never takes a call"]);
    assert_eq!(told("B:/b::1 2 3 4\nA:/a::2 3\n"), ["1:1 GA08: B never takes a call"]);
    // Two that end together: the first in the file.
    assert_eq!(told("A:/a::2\nB:/b::1 2\n"), ["2:1 GA08: B never takes a call"]);
    assert_eq!(told("B:/b::1 2\nA:/a::2\n"), [""; 0]);
    assert_eq!(told("A:/a::1\nB:/b::1\n"), ["2:1 GA08: B never takes a call"]);
    assert_eq!(told("A:/a::1 2\nB:/b::2 1\nFAX:/f::\n"), [""; 0]);
}

#[test]
fn a_file_that_others_can_write_is_none() {
    let text = |owner, mode| FileText { bytes: Vec::new(), owner, mode };
    for (owner, mode, trusted) in
        [(0, 0o644, true), (0, 0o400, true), (0, 0o666, false), (0, 0o620, false), (7, 0o644, false)]
    {
        let finding = distrusted(&"/etc/gettyacts".into(), &text(owner, mode));
        assert_eq!(finding.is_none(), trusted, "{owner} {mode:o}");
        assert!(finding.is_none_or(|finding| finding.code == UNTRUSTED && finding.write.is_some()));
    }
}

proptest! {
    #[test]
    fn any_file_is_read(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just(b"PPP:/p:a b:0x7e 0377\n".to_vec()),
                Just(b"\n".to_vec()),
                Just(b":".to_vec()),
                Just(b"FAX".to_vec()),
                Just(b" /x".to_vec()),
                Just(b" 0x1".to_vec()),
                proptest::collection::vec(any::<u8>(), 0..6),
            ],
            0..200,
        ),
    ) {
        let bytes = pieces.concat();
        let read = read(&bytes);
        prop_assert!(read.acts.len() <= MOST && read.findings.len() <= MOST_FINDINGS);
        for act in &read.acts {
            prop_assert!(act.bytes.len() <= MOST_BYTES && act.program.is_absolute());
            prop_assert!(!act.bytes.is_empty() || act.protocol == FAX);
            prop_assert!(!act.protocol.is_empty() && act.protocol.iter().all(u8::is_ascii_graphic));
            prop_assert!(act.arguments.iter().all(|word| !word.is_empty()));
            prop_assert!(act.span.start < act.span.end && act.span.end <= bytes.len());
        }
        for finding in &read.findings {
            let span = finding.span.unwrap();
            prop_assert!(span.start < span.end && span.end <= bytes.len(), "{finding:?}");
            prop_assert!(finding.here.is_some() && finding.write.is_some());
        }
    }
}
