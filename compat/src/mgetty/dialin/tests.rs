//! dialin.config, word by word.

use super::*;
use proptest::prelude::*;

struct Read {
    sources: SourceMap,
    patterns: Vec<Pattern>,
    findings: Vec<Diagnostic>,
}

fn read(text: &[u8]) -> Read {
    let mut sources = SourceMap::default();
    let file = sources.add("D".into(), text.to_vec());
    let (patterns, findings) = parse(&sources, file);
    Read { sources, patterns, findings }
}

impl Read {
    fn told(&self) -> Vec<String> {
        let told =
            |d: &Diagnostic| format!("{} {}: {}", self.sources.place(d.span.unwrap()), d.code, d.message);
        self.findings.iter().map(told).collect()
    }

    fn accepts(&self, caller: &str) -> bool {
        let caller = Some(caller.as_bytes()).filter(|caller| !caller.is_empty());
        matches!(decide(&self.patterns, caller), Decision::Accept(_))
    }
}

#[test]
fn the_first_word_that_fits_decides() {
    let read = read(b"!123 , 55\t99\n!all\n");
    assert_eq!(read.told(), [""; 0]);
    for (caller, accepted) in [
        ("1234", false),
        ("123", false),
        ("12", false),
        ("559", true),
        ("99", true),
        ("995", true),
        ("7", false),
        ("", false),
    ] {
        assert_eq!(read.accepts(caller), accepted, "{caller}");
    }
    let Decision::Refuse(span) = decide(&read.patterns, Some(b"1234")) else { panic!() };
    assert_eq!(read.sources.slice(span), b"!123");
}

#[test]
fn callers_without_a_number_are_none() {
    assert!(!read(b"!none").accepts(""));
    assert!(read(b"!none").accepts("123"));
    assert!(read(b"none !all").accepts(""));
    assert!(!read(b"!n").accepts(""));
    for text in [&b""[..], b"\n\n", b"# !all\n", b"5"] {
        assert!(read(text).accepts("") && read(text).accepts("123"), "{text:?}");
    }
}

#[test]
fn comments_are_whole_lines() {
    let read = read(b"# !12\n!34 # 5\n #6\r\n7\r\n");
    assert_eq!(
        read.told(),
        [
            "D:2:5 DC02: \"#\" is the beginning of no number",
            "D:3:2 DC02: \"#6\" is the beginning of no number"
        ]
    );
    assert!(read.accepts("12") && !read.accepts("34") && read.accepts("5"));
    assert_eq!(read.patterns.last().unwrap().callers, Callers::Beginning(b"7".to_vec()));
}

#[test]
fn words_that_do_more_than_they_look_are_said() {
    let alone = read(b"5 ! 12\n");
    assert_eq!(
        alone.told(),
        ["D:1:3 DC03: a ! without a number", "D:1:5 DC01: no caller comes to this word"]
    );
    assert!(alone.accepts("5") && !alone.accepts("12"));
    let after = read(b"all !5\n!6");
    assert_eq!(after.told(), ["D:1:5 DC01: no caller comes to this word"]);
    assert_eq!(read(b"ALL !!5 5-5").told().len(), 3);
    let long = [b"!".to_vec(), vec![b'1'; 200], b" !2".to_vec()].concat();
    let long = read(&long);
    assert_eq!(long.told(), ["D:1:1 DC04: a word of 201 bytes"]);
    assert!(!long.accepts("2"));
}

proptest! {
    #[test]
    fn any_file_decides(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just(b"!".to_vec()),
                Just(b" all ".to_vec()),
                Just(b"\n#".to_vec()),
                Just(b",".to_vec()),
                Just(b"12".to_vec()),
                Just(b"none\r\n".to_vec()),
                proptest::collection::vec(any::<u8>(), 0..9),
            ],
            0..100,
        ),
        caller in proptest::collection::vec(any::<u8>(), 0..9),
    ) {
        let bytes = pieces.concat();
        let read = read(&bytes);
        for finding in &read.findings {
            let Some(span) = finding.span else { continue };
            prop_assert!(finding.here.is_some() && finding.write.is_some());
            prop_assert!(!read.sources.slice(span).is_empty());
        }
        match decide(&read.patterns, Some(&caller)) {
            Decision::Refuse(span) => prop_assert!(read.sources.slice(span).starts_with(b"!")),
            Decision::Accept(Some(span)) => prop_assert!(!read.sources.slice(span).starts_with(b"!")),
            Decision::Accept(None) => {}
        }
    }
}
