//! Faxes: what the modem is told, and what is kept of what it says.

use polygetty::fax::Coding;
use polygetty::fax::chart::Chart;
use polygetty_platforms::Signal;

use super::scenario::Fact::{Audit, Bytes, Files, Lock, Mail, Pages, Records, Told};
use super::scenario::Step::{self, Ends, Hear, Listen, Modes as Look, Send, Told as Telling, Waiting};
use super::scenario::{Scenario, scenario};

pub(super) const OK: &[u8] = b"\r\nOK\r\n";
pub(super) const RING: &[u8] = b"\r\nRING\r\n";
pub(super) const CONNECT: &[u8] = b"\r\nCONNECT\r\n";
pub(super) const GREETING: &[u8] =
    b"\r\n+FCON\r\n\r\n+FTSI:\"+49 89 1234\"\r\n\r\n+FDCS:1,5,0,2,0,0,0,0\r\n\r\nOK\r\n";
pub(super) const GREETING_2_0: &[u8] =
    b"\r\n+FCO\r\n\r\n+FTI:\"+49 89 1234\"\r\n\r\n+FCS:1,5,0,2,0,0,0,0\r\n\r\nOK\r\n";
pub(super) const GOOD: &[u8] = b"\x10\x03\r\n+FPTS:1,1100,0,0\r\n\r\n+FET:0\r\n\r\nOK\r\n";
pub(super) const GOOD_2_0: &[u8] = b"\x10\x03\r\n+FPS:1,44C,0,0,0\r\n\r\n+FET:0\r\n\r\nOK\r\n";
pub(super) const BYE: &[u8] = b"\r\n+FHNG:000\r\n\r\nOK\r\n";
pub(super) const BYE_2_0: &[u8] = b"\r\n+FHS:00\r\n\r\nOK\r\n";
/// A page of a few bytes.
pub(super) const SMALL: &[u8] = b"\x00\x01\x02";

const TOLD: &str = "#!/bin/sh\nprintf '%s\\n' \"$@\" \"$CALLER_ID $DEVICE\" >@ROOT@/tmp/telling\n\
                    mv @ROOT@/tmp/telling @ROOT@/tmp/told\n";
/// Debian's gives it no words: its own sendmail reads addresses all the same.
const MAIL: &str = "#!/bin/sh\ncat >@ROOT@/tmp/mail\n";

/// What a modem of class 2 is told of faxes.
pub(super) const CLASS_2: &[&[u8]] = &[
    b"AT+FCLASS=2\r",
    b"AT+FCLASS=0\r",
    b"AT+FAA=1;+FCR=1\r",
    b"AT+FBOR=0\r",
    b"AT+FLID=\"0815\"\r",
    b"AT+FDCC=1,5,0,2,0,0,0,0\r",
];
/// And one of class 2.0.
pub(super) const CLASS_2_0: &[&[u8]] = &[
    b"AT+FCLASS=2.0\r",
    b"AT+FAA=1;+FCR=1\r",
    b"AT+FBO=1\r",
    b"AT+FNR=1,1,1,0\r",
    b"AT+FLI=\"0815\"\r",
    b"AT+FCC=1,5,0,2,0,0,0,0\r",
];

/// What a modem is told of faxes, and what it says to that.
pub(super) type Talk = [(&'static [u8], &'static [u8])];

/// A modem that is set up for faxes.
pub(super) fn set_up(name: &'static str, lines: &str, talk: &Talk) -> Scenario {
    let scenario = scenario(name)
        .config(&format!("data-only n\nnotify office\nfax-owner root\nfax-id 0815\n{lines}"))
        .program("etc/mgetty/new_fax", TOLD)
        .program("usr/sbin/sendmail", MAIL)
        .then([Hear(b"ATZ\r"), Send(OK)]);
    let heard = |scenario: Scenario, (command, answer): &(&'static [u8], &'static [u8])| {
        scenario.then([Hear(command), Send(answer)])
    };
    talk.iter().fold(scenario, heard).then([Waiting])
}

/// It says OK to all.
pub(super) fn ok(commands: &[&'static [u8]]) -> Vec<(&'static [u8], &'static [u8])> {
    commands.iter().map(|command| (*command, OK)).collect()
}

/// A call comes to a modem of class 2, which begins like this.
fn called(name: &'static str, greeting: &'static [u8]) -> Scenario {
    set_up(name, "modem-type cls2", &ok(CLASS_2)).then([Send(RING), Hear(b"ATA\r"), Send(greeting)])
}

/// The same with class 2.0, which takes flow control by its wires.
fn called_2_0(name: &'static str, greeting: &'static [u8]) -> Scenario {
    set_up(name, "modem-type c2.0", &ok(CLASS_2_0)).then([Send(RING), Hear(b"ATA\r"), Send(greeting)])
}

/// A page begins.
fn asked() -> [Step; 3] {
    [Hear(b"AT+FDR\r"), Send(CONNECT), Hear(b"\x12")]
}

/// A page, and what the modem says behind it.
pub(super) fn page(data: &'static [u8], then: &'static [u8]) -> [Step; 5] {
    let [ask, connect, go] = asked();
    [ask, connect, go, Send(data), Send(then)]
}

/// No page more.
pub(super) fn bye(then: &'static [u8]) -> [Step; 5] {
    [Hear(b"AT+FDR\r"), Send(then), Hear(b"ATH0\r"), Telling, Ends]
}

/// The call is over without a word more.
fn hangs_up() -> [Step; 4] {
    [Hear(b"ATH0\r"), Send(OK), Telling, Ends]
}

/// A call of class 2 with one page.
fn one(name: &'static str, data: &'static [u8]) -> Scenario {
    called(name, GREETING).then(page(data, GOOD)).then(bye(BYE))
}

/// A call of class 2.0 with one page.
fn one_2_0(name: &'static str, data: &'static [u8]) -> Scenario {
    let flow = [Hear(b"AT+FLO=2\r"), Send(OK)];
    called_2_0(name, GREETING_2_0).then(flow).then(page(data, GOOD_2_0)).then(bye(BYE_2_0))
}

/// A page of a chart as a modem passes it on.
fn chart(coding: Coding, aligned: bool, text: &str) -> &'static [u8] {
    Vec::leak(shielded(&Chart::with_text(1728, 300, text).sent(coding, aligned)))
}

fn shielded(data: &[u8]) -> Vec<u8> {
    data.iter().flat_map(|byte| std::iter::repeat_n(*byte, 1 + usize::from(*byte == 0x10))).collect()
}

/// A call whose sender has this name.
fn from(name: &'static str, greeting: &'static [u8]) -> Scenario {
    called(name, greeting).then(page(SMALL, GOOD)).then(bye(BYE))
}

/// A call whose first page is reported so, and is asked for again.
fn bad(name: &'static str, report: &'static [u8]) -> Scenario {
    called(name, GREETING)
        .then(page(SMALL, report))
        .then([Hear(b"AT+FPS=2\r"), Send(OK)])
        .then(page(b"\x00\x01\x03", GOOD))
        .then(bye(BYE))
}

/// A call that ends with these words of the modem in place of the greeting's end.
fn cut_at_once(name: &'static str, greeting: &'static [u8]) -> Scenario {
    called(name, greeting).then(hangs_up())
}

pub fn all() -> Vec<Scenario> {
    [sessions(), data(), senders(), counts(), ends()].into_iter().flatten().map(Scenario::tidy).collect()
}

fn sessions() -> Vec<Scenario> {
    vec![
        one("fax, class 2: one page", SMALL),
        called("fax, class 2: two pages", GREETING)
            .then(page(SMALL, GOOD))
            .then(page(b"\x00\x01\x03\x04", b"\x10\x03\r\n+FPTS:1,900,0,0\r\n\r\n+FET:2\r\n\r\nOK\r\n"))
            .then(bye(BYE)),
        called("fax, class 2: three pages", GREETING)
            .then(page(SMALL, GOOD))
            .then(page(b"\x00\x01\x03\x04", GOOD))
            .then(page(b"\x00\x01\x05", GOOD))
            .then(bye(BYE)),
        called("fax, class 2: parameters change between pages", GREETING)
            .then(page(
                SMALL,
                b"\x10\x03\r\n+FPTS:1,1100,0,0\r\n\r\n+FDCS:0,3,0,2,1,0,0,0\r\n\r\n+FET:0\r\n\r\nOK\r\n",
            ))
            .then([Hear(b"AT+FDR\r"), Send(b"\r\n+FCFR\r\n\r\n+FDCS:0,3,0,2,1,0,0,0\r\n\r\nCONNECT\r\n")])
            .then([Hear(b"\x12"), Send(b"\x00\x01\x03"), Send(GOOD)])
            .then(bye(BYE)),
        called("fax, class 2: no +FET", GREETING)
            .then(page(SMALL, b"\x10\x03\r\n+FPTS:1,1100,0,0\r\n\r\nOK\r\n"))
            .then(bye(BYE)),
        called("fax, class 2: no +FPTS", GREETING)
            .then(page(SMALL, b"\x10\x03\r\n+FET:2\r\n\r\nOK\r\n"))
            .then(bye(BYE)),
        called("fax, class 2: hung up behind the page", GREETING)
            .then(page(SMALL, b"\x10\x03\r\n+FPTS:1,1100,0,0\r\n\r\n+FET:2\r\n\r\n+FHNG:000\r\n\r\nOK\r\n"))
            .then(hangs_up())
            .differs(&[Bytes], "FIX: 1.2.1 asks for a page though it knows that the call is over"),
        called("fax, class 2: normal resolution", b"\r\n+FCON\r\n\r\n+FDCS:0,5,0,2,0,0,0,0\r\n\r\nOK\r\n")
            .then(page(SMALL, GOOD))
            .then(bye(BYE)),
        called(
            "fax, class 2: words in one piece",
            b"\r\nFAX\r\n\r\n+FCON\r\n+FTSI:\"1\"\r\n+FDCS:0,5,0,2,0,0,0,0\r\nOK\r\n",
        )
        .then(page(SMALL, GOOD))
        .then(bye(BYE)),
        one_2_0("fax, class 2.0: one page", SMALL),
        called_2_0("fax, class 2.0: two pages", GREETING_2_0)
            .then([Hear(b"AT+FLO=2\r"), Send(OK)])
            .then(page(SMALL, GOOD_2_0))
            .then(page(b"\x00\x01\x03\x04", GOOD_2_0))
            .then(bye(BYE_2_0)),
        called_2_0("fax, class 2.0: ERROR to AT+FLO=2", GREETING_2_0)
            .then([Hear(b"AT+FLO=2\r"), Send(b"\r\nERROR\r\n"), Hear(b"AT+FLO=1\r"), Send(OK)])
            .then(page(SMALL, GOOD_2_0))
            .then(bye(BYE_2_0)),
        called("fax: switchbd", GREETING)
            .config("switchbd 19200")
            .then(asked())
            .then([Look, Send(SMALL), Send(GOOD)])
            .then(bye(BYE)),
        called("fax: fax-spool-in", GREETING)
            .config("fax-spool-in /nonexistent:@AT@/var/spool/fax/incoming:@AT@/tmp")
            .then(page(SMALL, GOOD))
            .then(bye(BYE)),
        called("fax: fax-rec-flow", GREETING)
            .config("fax-rec-flow rts")
            .then(page(b"\x00\x11\x13\x01", GOOD))
            .then(bye(BYE)),
        set_up("fax: while it rings", "modem-type cls2\nrings 4", &ok(CLASS_2))
            .then([Send(RING), Listen(1000), Send(GREETING)])
            .then(page(SMALL, GOOD))
            .then(bye(BYE)),
        set_up("fax: with caller and names", "modem-type cls2", &ok(CLASS_2))
            .then([Send(b"\r\nRING;0815;4711\r\n"), Hear(b"ATA\r"), Send(GREETING)])
            .then(page(SMALL, GOOD))
            .then(bye(BYE)),
        called("fax: USR2 within a page", GREETING)
            .then(asked())
            .then([
                Send(b"\x00\x01"),
                Listen(300),
                Step::Signal(Signal::SIGUSR2),
                Listen(300),
                Send(b"\x02"),
                Send(GOOD),
            ])
            .then(bye(BYE))
            .may_differ(&[Pages], "FIX, §10: a signal adds no byte; 1.2.1 keeps the last one twice"),
        called("fax: HUP when the call is over", GREETING)
            .then(page(SMALL, GOOD))
            .then([Hear(b"AT+FDR\r"), Send(BYE), Listen(500), Step::Signal(Signal::SIGHUP)])
            .then(hangs_up()),
        called("fax: fax-mode", GREETING)
            .config("fax-mode 0604\nfax-owner nobody\nfax-group nogroup")
            .then(page(SMALL, GOOD))
            .then(bye(BYE)),
        called("fax: diskspace", GREETING)
            .config("diskspace 2000000000")
            .then([Hear(b"AT+FDR\r"), Send(CONNECT), Listen(1500), Send(b"\r\n+FHNG:000\r\n\r\nOK\r\n")])
            .then(hangs_up())
            .differs(&[Bytes, Audit, Told], "FIX, §13.3: no page is asked for, and none is counted"),
    ]
}

fn data() -> Vec<Scenario> {
    vec![
        one("fax data: DLE DLE", b"\x00\x01\x10\x10\x02\x10\x10\x10\x10"),
        one("fax data: DLE SUB in class 2", b"\x00\x01\x10\x1a\x02"),
        one_2_0("fax data: DLE SUB in class 2.0", b"\x00\x10\x1a\x10\x10\x80"),
        one("fax data: DLE and another byte", b"\x00\x01\x10\x41\x02\x10\x00\x10\xff\x03\x10\x11"),
        one_2_0("fax data: DLE and another byte in class 2.0", b"\x00\x01\x10\x41\x02\x10\x00\x03"),
        one("fax data: bytes before the first 00", b"zz\r\n\xff\x00\x03"),
        one("fax data: DLE before the first 00", b"zz\x10\x10\x03\x00"),
        one("fax data: DLE and another byte before the first 00", b"zz\x10\x41\x05\x00\x06"),
        one(
            "fax data: bytes that are special to lines",
            b"\x00\x11\x13\x0d\x0a\xff\x03\x1a\x04\x7f\x1c\x15\x80\x8d\x91\x93",
        ),
        one_2_0(
            "fax data: bytes that are special to lines, class 2.0",
            b"\x00\x11\x13\x0d\x0a\xff\x03\x1a\x04\x7f\x1c",
        ),
        one("fax data: words of the modem", b"\x00\x01\r\nNO CARRIER\r\n+FHNG:000\r\nOK\r\nERROR\r\n"),
        one("fax data: all bytes", Vec::leak((0..=255).filter(|byte| *byte != 0x10).collect())),
        called("fax data: the end comes in two pieces", GREETING)
            .then(asked())
            .then([
                Send(b"\x00\x01\x10"),
                Listen(300),
                Send(b"\x03\r\n+FPTS:1,1100,0,0\r\n\r\n+FET:2\r\n"),
                Listen(300),
                Send(OK),
            ])
            .then(bye(BYE)),
        called("fax data: DLE DLE ETX", GREETING)
            .then(page(b"\x00\x10\x10\x03\x10\x10", GOOD))
            .then(bye(BYE)),
        called("fax data: a byte at a time", GREETING)
            .then(asked())
            .then(
                [0x10, 0x41, 0x00, 0x10, 0x10, 0x01, 0x10, 0x10].map(|byte: u8| Send(Vec::leak(vec![byte]))),
            )
            .then([Send(GOOD)])
            .then(bye(BYE)),
        one("fax data: a long page", {
            let lines: Vec<u8> =
                (0..200_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
            Vec::leak(shielded(&[&[0, 1][..], &lines].concat()))
        }),
        one("fax data: a page, lines aligned", chart(Coding::OneDimensional, true, "POLYGETTY")),
        one("fax data: a page, lines not aligned", chart(Coding::OneDimensional, false, "POLYGETTY")),
        one("fax data: a page in two dimensions", chart(Coding::TwoDimensional, false, "POLYGETTY")),
        one_2_0("fax data: a page in class 2.0", chart(Coding::OneDimensional, true, "CLASS 2.0")),
        called("fax data: three pages of a chart", GREETING)
            .then(page(chart(Coding::OneDimensional, true, "ONE"), GOOD))
            .then(page(chart(Coding::OneDimensional, false, "TWO"), GOOD))
            .then(page(chart(Coding::TwoDimensional, true, "THREE"), GOOD))
            .then(bye(BYE)),
    ]
}

fn senders() -> Vec<Scenario> {
    vec![
        from("fax id: none", b"\r\n+FCON\r\n\r\n+FDCS:1,5,0,2,0,0,0,0\r\n\r\nOK\r\n"),
        from("fax id: empty", b"\r\n+FCON\r\n\r\n+FTSI:\"\"\r\n\r\n+FDCS:1,5,0,2,0,0,0,0\r\n\r\nOK\r\n"),
        from("fax id: blanks around", b"\r\n+FCON\r\n\r\n+FTSI:\"      +49 89 12    \"\r\n\r\n+FDCS:1,5,0,2,0,0,0,0\r\n\r\nOK\r\n"),
        from("fax id: without quotes", b"\r\n+FCON\r\n\r\n+FTSI: 4711\r\n\r\n+FDCS:1,5,0,2,0,0,0,0\r\n\r\nOK\r\n"),
        from("fax id: bytes that are special to shells", b"\r\n+FCON\r\n\r\n+FTSI:\"+49 89';x \"\r\n\r\n+FDCS:1,5,0,2,0,0,0,0\r\n\r\nOK\r\n"),
        from("fax id: more of them", b"\r\n+FCON\r\n\r\n+FTSI:\"$(id)`a`&b|c\\d\"\r\n\r\n+FDCS:1,5,0,2,0,0,0,0\r\n\r\nOK\r\n"),
        from("fax id: a path", b"\r\n+FCON\r\n\r\n+FTSI:\"../../etc/x\"\r\n\r\n+FDCS:1,5,0,2,0,0,0,0\r\n\r\nOK\r\n"),
        from("fax id: bytes that are not ASCII", b"\r\n+FCON\r\n\r\n+FTSI:\"M\xfcller\x01\x1b 7\"\r\n\r\n+FDCS:1,5,0,2,0,0,0,0\r\n\r\nOK\r\n"),
        from("fax id: twenty characters", b"\r\n+FCON\r\n\r\n+FTSI:\"12345678901234567890\"\r\n\r\n+FDCS:1,5,0,2,0,0,0,0\r\n\r\nOK\r\n"),
        from("fax id: more than twenty", b"\r\n+FCON\r\n\r\n+FTSI:\"1234567890123456789012345\"\r\n\r\n+FDCS:1,5,0,2,0,0,0,0\r\n\r\nOK\r\n")
.differs(&[Audit, Told, Mail, Pages, Records, Files], "FIX, §13.2: no more of it than a sender can have"),
    ]
}

fn counts() -> Vec<Scenario> {
    vec![
        bad("fax count: too few lines", b"\x10\x03\r\n+FPTS:2,30,40,5\r\n\r\n+FET:0\r\n\r\nOK\r\n"),
        bad("fax count: too many bad lines", b"\x10\x03\r\n+FPTS:1,1000,131,5\r\n\r\n+FET:0\r\n\r\nOK\r\n"),
        bad("fax count: 501 bad lines", b"\x10\x03\r\n+FPTS:1,9000,501,5\r\n\r\n+FET:0\r\n\r\nOK\r\n"),
        called("fax count: just good enough", GREETING)
            .then(page(SMALL, b"\x10\x03\r\n+FPTS:1,1000,130,5\r\n\r\n+FET:0\r\n\r\nOK\r\n"))
            .then(bye(BYE)),
        called("fax count: fifty lines", GREETING)
            .then(page(SMALL, b"\x10\x03\r\n+FPTS:1,50,0,0\r\n\r\n+FET:0\r\n\r\nOK\r\n"))
            .then(bye(BYE)),
        called("fax count: bad, without counts", GREETING)
            .then(page(SMALL, b"\x10\x03\r\n+FPTS:2\r\n\r\n+FET:0\r\n\r\nOK\r\n"))
            .then(bye(BYE)),
        called("fax count: not believed (quirk 4)", GREETING)
            .config("modem-quirks 4")
            .then(page(SMALL, b"\x10\x03\r\n+FPTS:2,30,40,5\r\n\r\n+FET:0\r\n\r\nOK\r\n"))
            .then(bye(BYE)),
        called_2_0("fax count: class 2.0, in hexadecimal", GREETING_2_0)
            .then([Hear(b"AT+FLO=2\r"), Send(OK)])
            .then(page(SMALL, b"\x10\x03\r\n+FPS:1,32,f,0,0\r\n\r\n+FET:0\r\n\r\nOK\r\n"))
            .then(page(b"\x00\x01\x03", b"\x10\x03\r\n+FPS:1,31,0,0,0\r\n\r\n+FET:0\r\n\r\nOK\r\n"))
            .then([Hear(b"AT+FPS=2\r"), Send(OK)])
            .then(bye(BYE_2_0)),
        called_2_0("fax count: class 2.0, in decimal (quirk 0x80)", GREETING_2_0)
            .config("modem-quirks 0x80")
            .then([Hear(b"AT+FLO=2\r"), Send(OK)])
            .then(page(SMALL, b"\x10\x03\r\n+FPS:1,49,0,0,0\r\n\r\n+FET:0\r\n\r\nOK\r\n"))
            .then([Hear(b"AT+FPS=2\r"), Send(OK)])
            .then(bye(BYE_2_0)),
        called("fax count: ERROR to AT+FPS=2", GREETING)
            .then(page(SMALL, b"\x10\x03\r\n+FPTS:2,30,40,5\r\n\r\n+FET:0\r\n\r\nOK\r\n"))
            .then([Hear(b"AT+FPS=2\r"), Send(b"\r\nERROR\r\n")])
            .then(bye(BYE))
            .differs(
                &[Audit, Told],
                "FIX: the pages behind it are received all the same; for 1.2.1 the call is over",
            ),
    ]
}

fn ends() -> Vec<Scenario> {
    vec![
        cut_at_once(
            "fax end: +FHNG before data",
            b"\r\n+FCON\r\n\r\n+FTSI:\"123\"\r\n\r\n+FHNG:70\r\n\r\nOK\r\n",
        ),
        cut_at_once(
            "fax end: NO CARRIER before data",
            b"\r\n+FCON\r\n\r\n+FTSI:\"123\"\r\n\r\nNO CARRIER\r\n",
        ),
        cut_at_once("fax end: ERROR before data", b"\r\n+FCON\r\n\r\nERROR\r\n"),
        called("fax end: none with a CONNECT before data", b"\r\n+FCON\r\n\r\nCONNECT\r\n\r\nOK\r\n")
            .then(page(SMALL, GOOD))
            .then(bye(BYE)),
        called("fax end: none with an OK before CONNECT", GREETING)
            .then([
                Hear(b"AT+FDR\r"),
                Send(OK),
                Listen(300),
                Send(CONNECT),
                Hear(b"\x12"),
                Send(SMALL),
                Send(GOOD),
            ])
            .then(bye(BYE)),
        called("fax end: ERROR to AT+FDR", GREETING)
            .then([Hear(b"AT+FDR\r"), Send(b"\r\nERROR\r\n")])
            .then(hangs_up()),
        called("fax end: +FHNG to the first AT+FDR", GREETING)
            .then([Hear(b"AT+FDR\r"), Send(b"\r\n+FHNG:20\r\n\r\nOK\r\n")])
            .then(hangs_up()),
        called("fax end: NO CARRIER to AT+FDR", GREETING)
            .then([Hear(b"AT+FDR\r"), Send(b"\r\nNO CARRIER\r\n")])
            .then(hangs_up()),
        called("fax end: NO CARRIER behind a page", GREETING)
            .then(page(SMALL, b"\x10\x03\r\nNO CARRIER\r\n"))
            .then(hangs_up()),
        called("fax end: NO CARRIER to the second AT+FDR", GREETING)
            .then(page(SMALL, GOOD))
            .then([Hear(b"AT+FDR\r"), Send(b"\r\nNO CARRIER\r\n")])
            .then(hangs_up()),
        called("fax end: +FHNG with a code behind a page", GREETING)
            .then(page(SMALL, GOOD))
            .then(page(b"\x00\x01\x03", b"\x10\x03\r\n+FHNG:92\r\n\r\nOK\r\n"))
            .then(hangs_up()),
        called_2_0("fax end: +FHS with a code", GREETING_2_0)
            .then([Hear(b"AT+FLO=2\r"), Send(OK)])
            .then(page(SMALL, b"\x10\x03\r\n+FHS:5A\r\n\r\nOK\r\n"))
            .then(hangs_up()),
        called("fax end: an empty page", GREETING)
            .then(page(b"", GOOD))
            .then(bye(BYE))
            .differs(&[Audit, Told, Pages, Files], "FIX: a page without a byte is none, and no success"),
        called("fax end: the line is lost within a page", GREETING)
            .then(asked())
            .then([Send(b"\x00\x01\x02\x03"), Listen(1500), Step::Signal(Signal::SIGHUP), Ends, Listen(1500)])
            .differs(&[Lock], "FIX, §8: 1.2.1 leaves its lock")
            .differs(&[Audit, Told, Mail], "FIX: a call that is cut is told of, too")
            .differs(&[Pages, Files], "FIX, §13.3: what a cut call leaves keeps the name of a part"),
    ]
}
