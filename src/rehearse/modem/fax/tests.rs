use super::*;
use crate::engine::hear::fax_page::FaxPage as Ear;

const ALL: Moment = Moment(Duration::from_secs(3600));

fn modem() -> Modem {
    let mut modem = Modem::new(2400).with_fax();
    assert_eq!(told(&mut modem, "ATE0"), "ATE0\r\r\nOK\r\n");
    modem
}

/// What the modem says by the end of time.
fn said(modem: &mut Modem) -> Vec<u8> {
    let mut all = Vec::new();
    for says in modem.speak(ALL) {
        if let Says::Bytes(bytes) = says {
            all.extend(bytes);
        }
    }
    all
}

fn told(modem: &mut Modem, command: &str) -> String {
    modem.hear(format!("{command}\r").as_bytes(), Moment::default());
    String::from_utf8(said(modem)).unwrap()
}

fn page(data: &[u8]) -> FaxPage {
    FaxPage { data: data.into(), lines: 300, bad: 0, codes: [1, 0, 0] }
}

fn call(pages: &[&[u8]]) -> FaxCall {
    let pages = pages.iter().map(|data| page(data)).collect();
    FaxCall { station: "+49 89 1".into(), pages, ..FaxCall::default() }
}

fn answered(modem: &mut Modem, class: &str, call: FaxCall) -> String {
    assert_eq!(told(modem, &format!("AT+FCLASS={class}")), "\r\nOK\r\n");
    modem.fax_call(Moment::default(), call);
    let rings = modem.speak(Moment::default());
    assert_eq!(rings, [Says::Bytes(b"\r\nRING\r\n".to_vec())]);
    told(modem, "ATA")
}

/// Asks for a page, and hears it and what follows.
fn asked(modem: &mut Modem) -> Vec<u8> {
    let connect = told(modem, "AT+FDR");
    assert!(connect.ends_with("CONNECT\r\n"), "{connect}");
    modem.hear(b"\x12", Moment::default());
    said(modem)
}

#[test]
fn a_modem_without_faxes_knows_none_of_their_commands() {
    let mut modem = Modem::new(2400);
    told(&mut modem, "ATE0");
    for command in ["AT+FCLASS=?", "AT+FCLASS=2", "AT+FDR"] {
        assert_eq!(told(&mut modem, command), "\r\nERROR\r\n", "{command}");
    }
    assert_eq!(told(&mut modem, "ATI"), "\r\nOK\r\n");
}

#[test]
fn all_that_sets_it_up_is_taken() {
    let mut modem = modem();
    assert_eq!(told(&mut modem, "AT+FCLASS=?"), "\r\n0,1,2,2.0\r\n\r\nOK\r\n");
    assert_eq!(told(&mut modem, "ATI"), "\r\nSIMULATED\r\n\r\nOK\r\n");
    for command in ["+FCLASS=0", "+FAA=1;+FCR=1", "+FLID=\"x\"", "+FCC=1,5,0,2,0,0,0,0"] {
        assert_eq!(told(&mut modem, &format!("AT{command}")), "\r\nOK\r\n", "{command}");
    }
    assert_eq!(told(&mut modem, "AT+FDR"), "\r\nERROR\r\n", "there is no call");
}

#[test]
fn two_pages_of_class_2() {
    let mut modem = modem();
    let greeting = answered(&mut modem, "2", call(&[b"\0\x01\x10\x10\x02", b"\0\x03"]));
    assert_eq!(greeting, "\r\n+FCON\r\n\r\n+FTSI:\"+49 89 1\"\r\n\r\n+FDCS:1,5,0,2,0,0,0,0\r\n\r\nOK\r\n");
    let end = b"\r\n+FPTS:1,300,0,0\r\n\r\n+FET:0\r\n\r\nOK\r\n";
    assert_eq!(asked(&mut modem), [&b"\0\x01\x10\x10\x10\x10\x02\x10\x03"[..], end].concat());
    let end = b"\r\n+FPTS:1,300,0,0\r\n\r\n+FET:2\r\n\r\nOK\r\n";
    assert_eq!(asked(&mut modem), [&b"\0\x03\x10\x03"[..], end].concat());
    assert_eq!(told(&mut modem, "AT+FDR"), "\r\n+FHNG:000\r\n\r\nOK\r\n");
    assert_eq!(told(&mut modem, "ATH0"), "\r\nOK\r\n");
    modem.fax_call(Moment::default(), call(&[]));
    assert_eq!(modem.speak(Moment::default()).len(), 1, "and it rings again");
}

#[test]
fn a_page_of_class_2_0() {
    let mut modem = modem();
    let greeting = answered(&mut modem, "2.0", call(&[b"\0\x10\x01\x10\x10\x10\x02"]));
    assert_eq!(greeting, "\r\n+FCO\r\n\r\n+FTI:\"+49 89 1\"\r\n\r\n+FCS:1,5,0,2,0,0,0,0\r\n\r\nOK\r\n");
    assert_eq!(told(&mut modem, "AT+FLO=2"), "\r\nOK\r\n");
    let end = b"\r\n+FPS:1,12C,0,0\r\n\r\n+FET:2\r\n\r\nOK\r\n";
    assert_eq!(asked(&mut modem), [&b"\0\x10\x10\x01\x10\x1a\x10\x10\x02\x10\x03"[..], end].concat());
    assert_eq!(told(&mut modem, "AT+FDR"), "\r\n+FHS:00\r\n\r\nOK\r\n");
}

#[test]
fn a_page_comes_as_fast_as_a_line_carries_it() {
    let mut modem = modem();
    answered(&mut modem, "2", call(&[&[0; 900]]));
    told(&mut modem, "AT+FDR");
    modem.hear(b"\x12", Moment::default());
    let half = modem.speak(Moment(Duration::from_millis(20 + 249)));
    assert_eq!(half.len(), 5);
    assert!(half.iter().all(|says| *says == Says::Bytes(vec![0; PIECE])));
    assert_eq!(modem.due(), Some(Moment(Duration::from_millis(20 + 250))));
    assert!(said(&mut modem).starts_with(&[0; 450]));
}

#[test]
fn a_bad_page_comes_once_more() {
    let mut modem = modem();
    let mut call = call(&[&[0; 200], &[1; 200]]);
    call.pages[0].bad = 100;
    call.noise = Noise { before: b"xx".into(), spoilt: 9, seed: 5 };
    answered(&mut modem, "2", call.clone());
    let first = asked(&mut modem);
    assert!(first.starts_with(b"xx\0") && !first.starts_with(&[&b"xx"[..], &[0; 200]].concat()));
    assert!(first.windows(18).any(|part| part == b"\r\n+FPTS:1,300,100,"));
    assert_eq!(told(&mut modem, "AT+FPS=2"), "\r\nOK\r\n");
    assert!(asked(&mut modem).starts_with(&[&[0; 200][..], b"\x10\x03\r\n+FPTS:1,300,0,"].concat()));
    let second = asked(&mut modem);
    let mut spoilt = [1; 200];
    call.noise.spoil(1, &mut spoilt);
    assert_ne!(spoilt, [1; 200]);
    assert!(second.starts_with(&[b"xx", &spoilt[..], b"\x10\x03\r\n+FPTS:1,300,0,"].concat()));
}

#[test]
fn what_is_stuffed_is_what_an_ear_takes_out() {
    let data: Vec<u8> = (0..2000u32).map(|n| if n % 3 == 0 { (n >> 3) as u8 } else { 0x10 }).collect();
    for class_2_0 in [false, true] {
        let mut sent = Vec::new();
        shield(&data, class_2_0, &mut sent);
        sent.extend([DLE, ETX]);
        let (mut ear, mut heard) = (Ear::new(false), Vec::new());
        assert!(sent.iter().any(|byte| ear.feed(*byte, &mut heard)));
        assert_eq!(heard, data);
    }
}

#[test]
fn a_sender_hangs_up_early() {
    for (class, code, end) in [
        ("2", Some(91), "\x10\x03\r\n+FHNG:091\r\n\r\nOK\r\n"),
        ("2.0", Some(91), "\x10\x03\r\n+FHS:91\r\n\r\nOK\r\n"),
        ("2.0", None, "\r\nNO CARRIER\r\n"),
    ] {
        let mut modem = modem();
        let mut call = call(&[&[0; 200], &[0; 200]]);
        call.hangs_up = Some(HangsUp { after: 300, code });
        answered(&mut modem, class, call);
        asked(&mut modem);
        assert_eq!(asked(&mut modem), [&[0; 100][..], end.as_bytes()].concat());
        assert_eq!(told(&mut modem, "AT+FDR"), "\r\nERROR\r\n");
    }
}

#[test]
fn the_computer_cancels_a_page() {
    let mut modem = modem();
    answered(&mut modem, "2", call(&[&[0; 900]]));
    told(&mut modem, "AT+FDR");
    modem.hear(b"\x12", Moment::default());
    assert_eq!(modem.speak(Moment(THINKS)).len(), 1);
    modem.hear(b"\x18", Moment(THINKS));
    assert_eq!(said(&mut modem), b"\x10\x03\r\n+FHNG:002\r\n\r\nOK\r\n");
}

#[test]
fn who_calls_between_two_words_is_cut_off_between_them() {
    let mut modem = modem();
    answered(&mut modem, "2", call(&[&[0; 9]]));
    asked(&mut modem);
    modem.caller_hangs_up(Moment::default());
    assert_eq!(said(&mut modem), b"\r\nNO CARRIER\r\n");
}
