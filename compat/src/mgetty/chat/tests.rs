//! Chats, as mgetty 1.2.1 sends them.

use super::*;
use crate::source::SourceMap;
use proptest::prelude::*;

fn script(text: &str) -> (Script, Vec<String>) {
    let mut sources = SourceMap::default();
    let file = sources.add("C".into(), text.as_bytes().to_vec());
    let mut findings = Vec::new();
    let place = |part: Range<usize>| Some(Span::new(file, part.start, part.end));
    let script = read(text.as_bytes(), &place, &mut findings);
    let told = |d: &Diagnostic| {
        format!("{}: {}", String::from_utf8_lossy(sources.slice(d.span.unwrap())).trim_end(), d.message)
    };
    (script, findings.iter().map(told).collect())
}

/// A script in letters: what is expected in brackets, `~` for each half second.
fn shown(script: &Script) -> String {
    let mut text = Vec::new();
    for field in &script.chat.fields {
        match field {
            Field::Expect(expect) => {
                assert_eq!(expect.otherwise, []);
                text.push(b'[');
                text.extend(expect.first.pattern.iter().map(|atom| match atom {
                    Atom::Byte(byte) => *byte,
                    Atom::Speed => panic!("mgetty has no speed mark"),
                }));
                if let Some(within) = expect.first.within {
                    text.extend(format!("|{}", within.as_secs()).bytes());
                }
                text.push(b']');
            }
            Field::Send(send) => {
                let mut parts = send.parts.iter();
                assert_eq!(parts.next(), Some(&SendPart::Pause(Duration::from_millis(50))));
                for part in parts {
                    match part {
                        SendPart::Bytes(bytes) => text.extend(bytes),
                        SendPart::Pause(time) => {
                            assert_eq!(*time, Duration::from_millis(500));
                            text.push(b'~');
                        }
                        other => panic!("{other:?}"),
                    }
                }
            }
        }
    }
    text.escape_ascii().to_string()
}

#[test]
fn words_are_expected_and_sent_in_turn() {
    // Each line was run by mgetty 1.2.1, but for the octal numbers.
    for (text, wanted) in [
        (r#""" AT&F1 OK ATS0=0 OK AT#CID=1 OK"#, r"[]AT&F1\r[OK]ATS0=0\r[OK]AT#CID=1\r[OK]"),
        (r#""" AT+X="a b" OK AT"c d"e OK"#, r"[]AT+X=a b\r[OK]ATc de\r[OK]"),
        (r#""" "g\"h\\\"i" OK"#, r#"[]g\"h\"i\r[OK]"#),
        (r#""" AT\\\\O OK"#, r"[]AT\\O\r[OK]"),
        (r#""" A\\\\101 \\101K"#, r"[]A\\101\r[\\101K]"),
        (r#""" \d\dAT\c OK"#, r"[]~~AT[OK]"),
        (r#""" ATA CONNECT \c \n"#, r"[]ATA\r[CONNECT][\n]"),
        (r#""" \d\020\003\d\d\d+++\d\d\d\r\dATH0"#, r"[]~\x10\x03~~~+++~~~\r~ATH0\r"),
        (r#""" AT\101\134d \377"#, r"[]ATA\\d\r[\xff]"),
        (r#""" "AT unfinished  OK"#, r"[]AT unfinished  OK\r"),
        (r#"OK"#, "[OK]"),
        ("", ""),
        ("   ", ""),
        (r#""" """#, r"[]\r"),
    ] {
        assert_eq!(script(text), (script(text).0, vec![]), "{text}");
        assert_eq!(shown(&script(text).0), wanted, "{text}");
    }
}

#[test]
fn directives_take_a_word_and_leave_the_turn_as_it_is() {
    let (read, told) = script(r#"TIMEOUT 2 "" ATZ OK TIMEOUT 60 ATDT CONNECT"#);
    assert_eq!(told, ["TIMEOUT: a directive where something is sent"]);
    assert_eq!(shown(&read), r"[|2]ATZ\r[OK|2]TIMEOUT\r[60|2]ATDT\r[CONNECT|2]");
    let (read, told) = script(r#"ABORT BUSY TIMEOUT 45 "" ATZ ABORT "NO CARRIER" OK"#);
    assert_eq!((shown(&read).as_str(), told), (r"[|45]ATZ\r[OK|45]", vec![]));
    let word = |abort: &Abort| {
        let byte = |atom: &Atom| if let Atom::Byte(byte) = atom { *byte } else { 0 };
        (String::from_utf8(abort.word.pattern.iter().map(byte).collect()).unwrap(), abort.from)
    };
    let aborts: Vec<_> = read.aborts.iter().map(word).collect();
    assert_eq!(aborts, [("BUSY".to_owned(), 0), ("NO CARRIER".to_owned(), 2)]);
    let verdicts = read.verdicts(FAILURES, End::Failed);
    assert_eq!((verdicts.len(), verdicts.last().unwrap().word.pattern.len()), (8, 10));
    assert_eq!(verdicts.iter().map(|verdict| verdict.from).collect::<Vec<_>>(), [0, 0, 0, 0, 0, 0, 0, 2]);
    assert!(verdicts.iter().all(|verdict| verdict.end == End::Failed));
    for (text, wanted) in [
        ("TIMEOUT", "TIMEOUT: TIMEOUT without a number of seconds"),
        ("TIMEOUT soon \"\" AT", "soon: TIMEOUT without a number of seconds"),
        ("ABORT", "ABORT: ABORT without a word"),
        ("ABORT \"\" \"\" AT", "\"\": ABORT without a word"),
    ] {
        assert_eq!(script(text).1, [wanted], "{text}");
    }
    let longest = script("TIMEOUT 99999999999999999999999 OK").0;
    assert_eq!(shown(&longest), "[OK|3600]");
}

#[test]
fn what_was_hardly_meant_is_said() {
    for (text, wanted) in [
        (r"'' ATZ OK", "'': '' is no empty word"),
        (r#""" ATZ OK-AT-OK"#, "OK-AT-OK: there are no sub-expects with dashes"),
        (r#""" AT\N3 OK"#, r"AT\N3: \N has no meaning"),
        (r#""" AT\\N3 OK"#, r"AT\\N3: \N has no meaning"),
        (r#""" AT\ OK"#, ""),
        (r#""" AT\"#, r"AT\: a backslash at the end"),
        (r#""" ATZ \d"#, r"\d: \d is for what is sent"),
        (r#""" ATZ LAP-M OK"#, ""),
    ] {
        let wanted: Vec<&str> = Some(wanted).filter(|wanted| !wanted.is_empty()).into_iter().collect();
        assert_eq!(script(text).1, wanted, "{text}");
    }
    let long = "OK AT ".repeat(MOST);
    let (read, told) = script(&long);
    assert_eq!((read.chat.fields.len(), told.len()), (MOST, 1));
}

proptest! {
    #[test]
    fn any_text_is_a_chat(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just("TIMEOUT ".to_owned()),
                Just("ABORT ".to_owned()),
                Just("\"".to_owned()),
                Just("\\".to_owned()),
                Just(" 9".to_owned()),
                Just("\\777".to_owned()),
                Just("\\\\d \\c".to_owned()),
                "[ -~]{0,8}",
            ],
            0..60,
        ),
    ) {
        let text = pieces.concat();
        let (read, _) = script(&text);
        prop_assert!(read.chat.fields.len() <= MOST && read.aborts.len() <= MOST);
        for (at, field) in read.chat.fields.iter().enumerate() {
            prop_assert_eq!(matches!(field, Field::Expect(_)), at % 2 == 0);
        }
        prop_assert!(read.aborts.iter().all(|abort| abort.from <= read.chat.fields.len()));
        prop_assert!(read.aborts.iter().all(|abort| !abort.word.pattern.is_empty()));
    }
}
