//! Chats.

use super::*;

fn script(text: &[u8]) -> (Vec<Field>, Vec<String>) {
    let mut findings = Vec::new();
    let chat = chat::read(text, None, &mut findings);
    (chat.fields, findings.into_iter().map(|finding| finding.message).collect())
}

fn bytes(text: &[u8]) -> Vec<Atom> {
    text.iter().map(|byte| Atom::Byte(*byte)).collect()
}

fn expected(field: &Field) -> &Expect {
    match field {
        Field::Expect(expect) => expect,
        Field::Send(send) => panic!("{send:?} is sent"),
    }
}

fn sent(field: &Field) -> &[SendPart] {
    match field {
        Field::Send(send) => &send.parts,
        Field::Expect(expect) => panic!("{expect:?} is expected"),
    }
}

#[test]
fn gps_35_an_expect_field_holds_what_to_try_instead() {
    let (fields, complaints) = script(br#""" AT\r OK\T3-ATZ\r-OK\r\n ATM0\r OK"#);
    assert!(complaints.is_empty());
    assert_eq!(fields.len(), 5);
    assert_eq!(expected(&fields[0]).first, Word::default());
    assert_eq!(sent(&fields[1]), [SendPart::Bytes(b"AT\r".to_vec())]);
    let field = expected(&fields[2]);
    assert_eq!(
        field.first,
        Word { pattern: bytes(b"OK"), within: Some(Duration::from_secs(3)), ..Word::default() }
    );
    let [(send, Some(word))] = &field.otherwise[..] else { panic!("{field:?}") };
    assert_eq!(send.parts, [SendPart::Bytes(b"ATZ\r".to_vec())]);
    assert_eq!(word.pattern, bytes(b"OK\r\n"));
}

#[test]
fn gps_37_a_dash_in_a_send_is_a_dash() {
    let (fields, _) = script(br#""" ATDT555-12\s3\055\r"#);
    assert_eq!(sent(&fields[1]), [SendPart::Bytes(b"ATDT555-12 3-\r".to_vec())]);
    let (fields, _) = script(br#""" A\pB\dC"#);
    let pause = |seconds| SendPart::Pause(Duration::from_secs(seconds));
    let part = |text: &[u8]| SendPart::Bytes(text.to_vec());
    assert_eq!(sent(&fields[1]), [part(b"A"), pause(1), part(b"B"), pause(2), part(b"C")]);
}

#[test]
fn gps_42_default_stands_for_its_script() {
    let plan = plan("getty pts/3", with_conf("CONNECT=DEFAULT\n"));
    let answer = stage!(plan, Answer).expect("an answer");
    let mut pattern = bytes(b"CONNECT ");
    pattern.push(Atom::Speed);
    assert_eq!(expected(&answer.chat.value.fields[0]).first.pattern, pattern);
    assert!(answer.chat.value.has_speed_mark());
}

#[test]
fn gps_82_escapes_in_an_expect_field() {
    let (fields, _) = script(br"a\sb\0x41");
    assert_eq!(expected(&fields[0]).first.pattern, bytes(b"a bA"));
}

#[test]
fn gps_83_breaks_and_times() {
    let (fields, _) = script(br#""" A\KB\r \T010OK"#);
    let part = |text: &[u8]| SendPart::Bytes(text.to_vec());
    assert_eq!(sent(&fields[1]), [part(b"A"), SendPart::Break(Duration::from_millis(250)), part(b"B\r")]);
    let within = |text: &[u8]| expected(&script(text).0[0]).first.within.map(|time| time.as_secs());
    assert_eq!(within(br"\T010OK"), Some(8));
    assert_eq!(within(br"\T0x5OK"), Some(5));
    assert_eq!((within(br"OK\T1"), within(br"OK\T999"), within(b"OK")), (Some(3), Some(255), None));
    let (fields, _) = script(br#""" \T7AT\r"#);
    assert_eq!(sent(&fields[1]), [SendPart::Patience(Duration::from_secs(7)), part(b"AT\r")]);
}

#[test]
fn gps_84_two_tries_in_one_field() {
    let (fields, _) = script(br#""" AT\r \T3OK-ATZ\r-\T3OK-ATH\r-\T3OK"#);
    let field = expected(&fields[2]);
    assert_eq!(field.otherwise.len(), 2);
    assert!(
        field.otherwise.iter().all(|(_, word)| {
            word.as_ref().is_some_and(|word| word.within == Some(Duration::from_secs(3)))
        })
    );
    let (fields, _) = script(b"OK-ATZ x");
    assert_eq!(expected(&fields[0]).otherwise[0].1, None);
    assert_eq!(sent(&fields[1]), [SendPart::Bytes(b"x".to_vec())]);
}

#[test]
fn mistakes_in_a_chat_are_said() {
    for (text, about) in [
        (&br#""" AT\A"#[..], "\\A belongs"),
        (br"OK\Tx", "\\T without"),
        (br"OK\p", "\\p, \\d and \\K belong"),
        (br"OK\", "a backslash with nothing"),
        (br"OK\300", "a number above 255"),
    ] {
        let (_, complaints) = script(text);
        assert_eq!(complaints.len(), 1, "{complaints:?}");
        assert!(complaints[0].starts_with(about), "{complaints:?}");
    }
    let plan = plan("getty pts/3", with_conf("INIT=\"\" AT\\A\n"));
    assert_eq!(
        codes(&plan.findings, Code::cg(7))[0].one_line(&plan.sources).split(' ').next(),
        Some("/etc/conf.getty:1:11:")
    );
}

proptest! {
    #[test]
    fn any_bytes_are_a_chat_whose_fields_alternate(text: Vec<u8>) {
        let (fields, _) = script(&text);
        for (index, field) in fields.iter().enumerate() {
            prop_assert_eq!(index % 2 == 0, matches!(field, Field::Expect(_)));
        }
    }

    #[test]
    fn any_chat_letters_are_a_chat(text in r#"[-\\ "TApdKc0-9x]{0,40}"#) {
        let (fields, _) = script(text.as_bytes());
        prop_assert!(fields.len() <= text.len());
    }

    #[test]
    fn any_bytes_are_a_defaults_file(text: Vec<u8>) {
        let mut sources = SourceMap::default();
        let file = sources.add("f".into(), text.clone());
        let mut findings = Vec::new();
        let defaults = parse(&sources, file, &mut findings);
        for keyword in KEYWORDS {
            if let Some(span) = defaults.span(keyword) {
                prop_assert!(span.end <= text.len());
            }
        }
    }

    #[test]
    fn any_values_make_a_whole_plan_or_a_refusal(
        keywords in proptest::collection::vec((0..KEYWORDS.len(), r#"(YES|NO|[-\\ "/TA0-9:a-z]{0,12})"#), 0..20),
        words in proptest::collection::vec(r"(-[aghHrtwdDRCx]|[0-9a-z/.-]{0,6}|pts/3)", 0..6),
    ) {
        let conf: String = keywords.iter().map(|(at, value)| format!("{}={value}\n", KEYWORDS[*at])).collect();
        let mut argv = vec![b"uugetty".to_vec()];
        argv.extend(words.iter().map(|word| word.as_bytes().to_vec()));
        let mut reader = world().file("/etc/conf.uugetty", &conf);
        if let Ok(Compiled::Plan(plan)) = compile(Persona::Uugetty, &argv, &Surroundings::default(), &mut reader) {
            assert_marks_exist(&plan);
        }
    }
}
