//! What modems tell of a call, line by line.

use super::*;

fn hear(lines: &[&[u8]]) -> (Call, Vec<Option<Told>>) {
    let mut call = Call::default();
    let told = lines.iter().map(|line| call.hear(line)).collect();
    (call, told)
}

fn caller(line: &str) -> Option<String> {
    let (call, _) = hear(&[line.as_bytes()]);
    call.caller.map(|caller| caller.escape_ascii().to_string())
}

#[test]
fn a_callers_number_in_every_format() {
    for line in [
        "NMBR = 5551234",
        "NMBR=5551234",
        "NMBR =5551234 ",
        "DDN_NMBR= 5551234",
        "NBR=5551234",
        "CALLER NUMBER: 5551234",
        "CALLER'S NUMBER: 5551234",
        "CallerID: 5551234",
        "Diverting number:5551234",
        "FM:5551234",
        "FM:5551234 TO:99",
        "+CLIP: \"5551234\",129",
        "+CLIP: 5551234,129",
        "5551234",
        "5551234 extra",
    ] {
        assert_eq!(caller(line).as_deref(), Some("5551234"), "{line}");
    }
    assert_eq!(caller("REASON FOR NO CALLER NUMBER: Private").as_deref(), Some("Private"));
    for line in
        ["NMBR = ", "NMBR=", "+CLIP: \"\",128", "+CLIP: \"", "FM:", "nmbr = 5", "XNMBR = 5", "RING", ""]
    {
        assert_eq!(caller(line), None, "{line}");
    }
}

#[test]
fn everything_else_that_is_told() {
    let (call, told) = hear(&[
        b"NAME = O'HARA \"X\"\x01;ls",
        b"DATE = 1120",
        b"TIME = 1312",
        b"NDID= 4711",
        b"MESG = one",
        b"MESG = two",
        b"CARRIER 33600",
        b"PROTOCOL: LAP-M",
        b"CONNECT 115200",
        b"CONNECTED",
    ]);
    let text = |value: &Option<Vec<u8>>| value.as_deref().unwrap_or_default().escape_ascii().to_string();
    assert_eq!(text(&call.name), "O HARA  X   ls");
    assert_eq!(
        (text(&call.date), text(&call.time), text(&call.called)),
        ("1120".into(), "1312".into(), "4711".into())
    );
    assert_eq!((text(&call.messages[0]), text(&call.messages[1])), ("one".into(), "two".into()));
    assert_eq!(call.connection(), b"115200/33600 LAP-M");
    assert_eq!((told.len(), told.last()), (10, Some(&None)));
    assert_eq!(call.number(), UNKNOWN);
    for (lines, connection) in [
        (&[&b"CONNECT"[..]][..], ""),
        (&[b"CONNECT", b"CARRIER 9600"], "9600"),
        (&[b"CONNECT 9600/ARQ"], "9600/ARQ"),
        (&[b"+MRR: X", b"CONNECT 9600"], "9600 X"),
    ] {
        assert_eq!(hear(lines).0.connection(), connection.as_bytes());
    }
}

#[test]
fn names_can_do_nothing() {
    let hostile = b"NAME = $(touch /x) `id` \\n a&b|c<d>e\x80\xff\x1b[2J";
    assert_eq!(
        hear(&[hostile]).0.name.map(|name| name.escape_ascii().to_string()).as_deref(),
        Some("(touch /x)  id   n a b c d e   [2J")
    );
    let long = [b"NAME = ".to_vec(), vec![b'a'; 4096]].concat();
    assert_eq!(hear(&[&long]).0.name.map(|name| name.len()), Some(LONGEST));
}

#[test]
fn a_message_may_spell_the_number() {
    assert_eq!(caller("MESG = 030431323334").as_deref(), Some("1234"));
    assert_eq!(caller("MESG = 030531323334"), None);
    assert_eq!(caller("MESG = 020431323334"), None);
    assert_eq!(caller("MESG = 0304gggggggg"), None);
    assert_eq!(caller("MESG = 03zz31"), None);
    assert_eq!(caller("MESG = 0300"), None);
    let (call, _) = hear(&[b"NMBR = 55", b"MESG = 030431323334"]);
    assert_eq!(call.number(), b"55");
}

#[test]
fn the_speed_of_a_connection_stands_in_front() {
    for (line, speed) in [
        ("CONNECT 2400", Some(2400)),
        ("CONNECT 14400/ARQ", Some(14_400)),
        ("CONNECT", Some(300)),
        ("CONNECT FAST", None),
        ("CONNECT 99999999999999", Some(999_999_999)),
        ("BUSY", None),
    ] {
        assert_eq!(hear(&[line.as_bytes()]).0.speed(), speed, "{line}");
    }
}
