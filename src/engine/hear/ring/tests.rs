//! What modems say while it rings, byte by byte.

use super::*;
use proptest::prelude::*;

/// Words of a call that is over.
const OVER: &[&str] = &["ERROR", "BUSY", "NO CARRIER", "NO DIAL TONE", "+FHNG:"];

fn numbers() -> Vec<Vec<u8>> {
    ["0815", "4711", "99"].iter().map(|number| number.as_bytes().to_vec()).collect()
}

/// What was heard, and the call, as far as it is known.
struct Listened {
    heard: Vec<Heard>,
    call: Call,
    distinctive: i32,
    longest: usize,
}

fn listen(said: &[u8]) -> Listened {
    let (numbers, words) = (numbers(), RingWords { fax: &["+FCON", "+FCO\r", "FAX"], over: OVER.to_vec() });
    let mut ear = RingEar::new(&numbers, &words);
    let heard = said.iter().filter_map(|byte| ear.feed(*byte)).collect();
    let (distinctive, longest) = (ear.distinctive(), ear.line.capacity());
    Listened { heard, call: ear.into_call(), distinctive, longest }
}

/// How many rings, which one, who calls and who is called.
fn ring(said: &str) -> (usize, i32, String, String) {
    let listened = listen(said.as_bytes());
    let rings = listened.heard.iter().filter(|heard| **heard == Heard::Ring).count();
    let shown = |value: &Option<Vec<u8>>| value.as_deref().unwrap_or(b"-").escape_ascii().to_string();
    (rings, listened.distinctive, shown(&listened.call.caller), shown(&listened.call.called))
}

#[test]
fn lines_that_ring() {
    // Where mgetty 1.2.1 was asked, it said the same, but for what the last lines say.
    for (said, rings, distinctive, caller, called) in [
        ("\r\nRING\r\n", 1, 0, "-", "-"),
        ("\r\nRING\r\n\r\nRING\r\n", 2, 0, "-", "-"),
        ("\r\n  RING \r\n", 1, 0, "-", "-"),
        ("RING", 0, 0, "-", "-"),
        ("xRING\r\n", 0, 0, "-", "-"),
        ("ring\r\n", 0, 0, "-", "-"),
        ("RING 1\r\n", 1, 1, "-", "-"),
        ("RING 0\r\n", 1, 0, "-", "-"),
        ("RING A\r\n", 1, 1, "-", "-"),
        ("RING B\r\nRING\r\n", 2, 2, "-", "-"),
        ("RING a\r\n", 1, 1, "-", "-"),
        ("RING Z\r\n", 1, 26, "-", "-"),
        ("RING 10\r\n", 1, 0, "10", "-"),
        ("RING 12345\r\n", 1, 0, "12345", "-"),
        ("RING 12345 99\r\n", 1, 3, "12345", "99"),
        ("RING 1 2\r\n", 1, 0, "1", "2"),
        ("RING: 7 DN1 0815 2\r\n", 1, 1, "0815", "-"),
        ("RING: 3 DN2 \r\n", 1, 2, "-", "-"),
        ("RING;0815;4711\r\n", 1, 2, "0815", "4711"),
        ("RING;0815\r\n", 1, 0, "0815", "-"),
        ("RING/4711\r\n", 1, 2, "-", "4711"),
        ("RING/004711/1\r\n", 1, 0, "004711", "1"),
        ("RING;1;0494711/99\r\n", 1, 2, "1", "0494711/99"),
        ("FM:0123 TO:99\r\n", 1, 3, "0123", "99"),
        ("FM:0123TO:99\r\n", 1, 3, "0123", "99"),
        ("FM:01234 \r\nTO:0815\r\n", 2, 1, "01234", "0815"),
        ("\x10R\x10R", 2, 0, "-", "-"),
        ("\x10h", 1, -104, "-", "-"),
        ("\x10p\x10x\x10\x10", 1, -112, "-", "-"),
        ("DRON=12\r\nRING\r\n", 1, 1, "-", "-"),
        ("DRON=12\r\nDROF=40\r\nDRON=4\r\nDROF=40\r\nRING\r\n", 1, 13, "-", "-"),
        // mgetty took an empty word for the caller, and passed over empty fields.
        ("RINGING\r\n", 1, 0, "-", "-"),
        ("RING AB\r\n", 1, 0, "-", "-"),
        ("RING;;99\r\n", 1, 3, "-", "99"),
        ("RING: 12\r\n", 1, 0, "-", "-"),
        ("RING/\r\nRING\r\n", 2, 0, "-", "-"),
    ] {
        assert_eq!(ring(said), (rings, distinctive, caller.into(), called.into()), "{said:?}");
    }
}

#[test]
fn a_block_about_the_caller_is_told_from_rings() {
    let Listened { heard, call, .. } =
        listen(b"\r\nDATE = 1120\r\nTIME = 1312\r\nNMBR = 5551234\r\nNAME = X\r\n\r\nRING\r\n");
    let told = Heard::Told;
    assert_eq!(heard, [told(Told::Date), told(Told::Time), Heard::Block, told(Told::Name), Heard::Ring]);
    assert_eq!(call.number(), b"5551234");
    // With the parts of a ring, the ring itself is still to come.
    let heard = listen(b"DRON=12\r\nNMBR = 55\r\n").heard;
    assert_eq!(heard, [Heard::Other, told(Told::Caller)]);
}

#[test]
fn other_words_of_the_modem() {
    for (said, wanted) in [
        ("CONNECT 9600\r", Heard::Connect),
        ("CONNECT\r", Heard::Connect),
        ("CONNECTED\r", Heard::Other),
        ("+FCON\r", Heard::Fax),
        ("+FCO\r", Heard::Fax),
        ("FAX\r", Heard::Fax),
        ("NO CARRIER\r", Heard::Failed("NO CARRIER")),
        ("NO DIAL TONE\r", Heard::Failed("NO DIAL TONE")),
        ("+FHNG:001\r", Heard::Failed("+FHNG:")),
        ("BUSY\r", Heard::Failed("BUSY")),
        ("NAME = BUSY\r", Heard::Told(Told::Name)),
        ("OK\r", Heard::Other),
    ] {
        assert_eq!(listen(said.as_bytes()).heard, [wanted], "{said}");
    }
}

#[test]
fn another_call_knows_nothing_of_the_last_one() {
    let words = RingWords::default();
    let mut ear = RingEar::new(&[], &words);
    for byte in b"DRON=1\r\nRING B\r\nNMBR = 1\r\nNAME = a\r\nMESG = b\r\nCARRIER 9600\r\n" {
        ear.feed(*byte);
    }
    assert_eq!((ear.call().number(), ear.distinctive()), (&b"1"[..], 2));
    ear.next_call();
    assert_eq!((ear.call(), ear.distinctive(), ear.is_inside()), (&Call::default(), 0, false));
    assert_eq!("RING\r".bytes().filter_map(|byte| ear.feed(byte)).collect::<Vec<_>>(), [Heard::Ring]);
    assert_eq!((ear.distinctive(), ear.into_call().number()), (0, &b"none"[..]));
}

#[test]
fn a_line_without_end_is_cut() {
    let said = [b"NAME = ".to_vec(), vec![b'x'; 4096], b"\r\nRING\r\n".to_vec()].concat();
    let Listened { heard, call, .. } = listen(&said);
    assert_eq!(heard, [Heard::Told(Told::Name), Heard::Ring]);
    assert_eq!(call.name.as_ref().map(Vec::len), Some(80));
}

proptest! {
    #[test]
    fn whatever_is_said_nothing_grows(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just(b"\r\nRING ".to_vec()),
                Just(b"RING;".to_vec()),
                Just(b"\rNMBR = ".to_vec()),
                Just(b"\nMESG = 0304".to_vec()),
                Just(b"\rFM:1TO:".to_vec()),
                Just(b"\r+CLIP: \"".to_vec()),
                Just(b"\rDROF=99".to_vec()),
                Just(b"\rCONNECT ".to_vec()),
                Just(vec![0x10]),
                Just(b"\r".to_vec()),
                proptest::collection::vec(any::<u8>(), 0..200),
            ],
            0..60,
        ),
    ) {
        let said = pieces.concat();
        let Listened { heard, call, longest, .. } = listen(&said);
        prop_assert!(heard.len() <= said.len());
        prop_assert!(longest <= 2 * LONGEST);
        for value in [&call.caller, &call.name, &call.called, &call.connect, &call.messages[1], &call.carrier] {
            let value = value.as_deref().unwrap_or_default();
            prop_assert!(value.len() <= 80);
            prop_assert!(value.iter().all(|b| matches!(b, b' '..=b'~') && !b"'\"`$\\;&|<>".contains(b)));
        }
        prop_assert!(call.connection().len() <= 242);
    }
}
