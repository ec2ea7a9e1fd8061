//! From the first ring to the caller who is connected.

use super::scenario::Fact::{Audit, Environment, Records, Time};
use super::scenario::Step::{Ends, Hear, Listen, Put, Remove, Send, Waiting};
use super::scenario::{Scenario, scenario};

const RING: &[u8] = b"\r\nRING\r\n";

/// A call whose modem answers so; the caller then logs in.
fn answered(name: &'static str, connect: &'static [u8]) -> Scenario {
    scenario(name)
        .config(r"login-prompt \P \I \S>\040")
        .up()
        .then([Send(RING), Hear(b"ATA\r"), Send(connect), Hear(b"> ")])
        .types(b"bob\r")
}

/// Lines of caller identification between the first ring and the second; the caller then logs in.
fn identified(name: &'static str, lines: &'static [u8]) -> Scenario {
    scenario(name)
        .config("rings 2")
        .up()
        .then([Send(RING), Listen(300), Send(lines), Listen(1500), Send(RING), Hear(b"ATA\r")])
        .then([Send(b"\r\nCONNECT 9600\r\n"), Hear(b"login: ")])
        .types(b"bob\r")
}

/// A ring that tells numbers, and a program that is told of them.
fn told(name: &'static str, program: &'static str) -> Scenario {
    scenario(name)
        .config("cnd-program @ROOT@/bin/cnd\nmsn-list 4710 4711")
        .program("bin/cnd", program)
        .up()
        .then([Send(b"\r\nRING;0815;4711\r\n")])
}

const ACCEPT: &str =
    "#!/bin/sh\nprintf '%s\\n' \"$@\" \"$CALLER_ID $CALLER_NAME $DEVICE\" >>@ROOT@/tmp/told\n";
const REFUSE: &str = "#!/bin/sh\nprintf '%s\\n' \"$@\" >>@ROOT@/tmp/told\nexit 1\n";
const FIVE: &str = "#!/bin/sh\nprintf '%s\\n' \"$@\" >>@ROOT@/tmp/told\nexit 12\n";

fn dialin(name: &'static str, list: &'static str, ring: &'static [u8]) -> Scenario {
    scenario(name).file("etc/mgetty/dialin.config", list).up().then([Send(ring)])
}

fn nologin(name: &'static str) -> Scenario {
    scenario(name).up().then([Put("etc/nologin.@DEVID@", ""), Send(RING), Listen(1500)])
}

pub fn all() -> Vec<Scenario> {
    let denied = [Listen(10_500)];
    let answers = || [Hear(b"ATA\r"), Send(b"\r\nCONNECT 9600\r\n"), Hear(b"login: ")];
    vec![
        scenario("rings: one").call(),
        scenario("rings: three of three")
            .config("rings 3")
            .up()
            .then([Send(RING), Listen(1500), Send(RING), Listen(1500), Send(RING)])
            .then(answers()),
        scenario("rings: one of two, and a call later")
            .config("rings 2")
            .up()
            .then([Send(RING), Listen(12_000), Send(RING), Listen(1000), Send(RING)])
            .then(answers()),
        scenario("rings: one of three").config("rings 3").up().then([Send(RING), Listen(12_000)]),
        scenario("rings: none, but junk").up().then([Send(b"garbage\r\n"), Ends]).tidy(),
        scenario("rings: NO CARRIER instead").up().then([Send(b"\r\nNO CARRIER\r\n"), Ends]).tidy_lock(),
        scenario("rings: RING without CR and LF around").up().then([Send(b"RING\r")]).then(answers()),
        scenario("rings: in two pieces")
            .up()
            .then([Send(b"\r\nRI"), Listen(400), Send(b"NG\r\n")])
            .then(answers()),
        scenario("rings: the modem answers by itself")
            .config("rings 5")
            .up()
            .then([Send(RING), Listen(1000), Send(b"\r\nCONNECT 14400\r\n"), Hear(b"login: ")])
            .types(b"bob\r")
            .differs(
                &[Audit, Environment, Records],
                "FIX, §6.1: the line of a call that the modem answers is read, too",
            ),
        scenario("rings: ringback")
            .config("ringback y\nringback-time 30")
            .up()
            .then([Send(RING), Listen(1000), Send(RING), Listen(22_000), Send(RING)])
            .then(answers()),
        scenario("rings: ringback is missed").config("ringback y\nringback-time 30").up().then([
            Send(RING),
            Listen(1000),
            Send(RING),
            Listen(50_000),
        ]),
        scenario("rings: distinctive, by number")
            .config("cnd-program @ROOT@/bin/cnd")
            .program("bin/cnd", ACCEPT)
            .up()
            .then([Send(b"\r\nRING 2\r\n")])
            .then(answers()),
        scenario("rings: distinctive, by letter")
            .config("cnd-program @ROOT@/bin/cnd")
            .program("bin/cnd", ACCEPT)
            .up()
            .then([Send(b"\r\nRING B\r\n")])
            .then(answers()),
        answered("answer: CONNECT alone", b"\r\nCONNECT\r\n"),
        answered("answer: CONNECT and a speed", b"\r\nCONNECT 33600\r\n"),
        answered("answer: CONNECT and words", b"\r\nCONNECT 115200/V34/LAPM/V42BIS/33600:TX/31200:RX\r\n"),
        answered(
            "answer: CARRIER and PROTOCOL before CONNECT",
            b"\r\nCARRIER 33600\r\n\r\nPROTOCOL: LAP-M\r\n\r\nCONNECT 115200\r\n",
        ),
        answered("answer: autobauding, CONNECT 2400", b"\r\nCONNECT 2400\r\n").config("autobauding y"),
        answered("answer: autobauding, CONNECT alone", b"\r\nCONNECT\r\n").config("autobauding y"),
        answered("answer: autobauding, an odd speed", b"\r\nCONNECT 33600\r\n").config("autobauding y"),
        scenario("answer: NO CARRIER")
            .up()
            .then([Send(RING), Hear(b"ATA\r"), Send(b"\r\nNO CARRIER\r\n"), Ends])
            .tidy(),
        scenario("answer: BUSY").up().then([Send(RING), Hear(b"ATA\r"), Send(b"\r\nBUSY\r\n"), Ends]).tidy(),
        scenario("answer: silence")
            .config("answer-chat-timeout 5")
            .up()
            .then([Send(RING), Hear(b"ATA\r"), Ends])
            .tidy(),
        scenario("answer: own answer-chat").config(r#"answer-chat "" AT\dH1A CONNECT \c \n"#).up().then([
            Send(RING),
            Hear(b"H1A\r"),
            Send(b"\r\nCONNECT 9600\r\n"),
            Hear(b"login: "),
        ]),
        scenario("caller: NMBR alone")
            .config("rings 2")
            .up()
            .then([Send(RING), Listen(300), Send(b"\r\nNMBR = 5551234\r\n"), Listen(5000), Send(RING)])
            .then(answers())
            .types(b"bob\r")
            .differs(&[Time], "§5.1: a block counts as a ring; Debian's counts its NAME line alone"),
        identified(
            "caller: a whole block",
            b"\r\nDATE = 1120\r\nTIME = 1312\r\nNMBR = 5551234\r\nNAME = O'HARA \"X\"\r\n",
        )
        .differs(&[Audit, Environment], "FIX, §5.2: bytes that become blanks leave none at the end"),
        identified("caller: bytes that are special to shells", b"\r\nNAME = $(touch /x);`y`\r\n")
            .differs(&[Audit, Environment], "FIX, §5.2: such bytes become blanks"),
        identified("caller: +CLIP", b"\r\n+CLIP: \"123\",129\r\n"),
        identified("caller: digits alone", b"\r\n0123456x\r\n"),
        identified(
            "caller: CALLER NUMBER and CALLED NUMBER",
            b"\r\nCALLER NUMBER: 42\r\nCALLED NUMBER: 43\r\n",
        ),
        identified("caller: unknown", b"\r\nREASON FOR NO CALLER NUMBER: P\r\n"),
        scenario("caller: numbers in the ring")
            .up()
            .then([Send(b"\r\nRING;0815;4711\r\n")])
            .then(answers())
            .types(b"bob\r"),
        dialin("dialin.config: accepted", "!123 , 55\t99\n!all\n", b"\r\nRING;5599;\r\n").then(answers()),
        dialin("dialin.config: refused by number", "!123 , 55\t99\n!all\n", b"\r\nRING;1234;\r\n")
            .then(denied.clone()),
        dialin("dialin.config: refused with all", "!123 , 55\t99\n!all\n", RING).then(denied.clone()),
        dialin("dialin.config: none", "!none\n", RING).then(denied),
        told("cnd-program: accepts", ACCEPT).then(answers()),
        told("cnd-program: refuses", REFUSE).then([Listen(10_500)]),
        told("cnd-program: is not there", "").config("cnd-program /nonexistent/cnd").then(answers()),
        scenario("cid-program: says when")
            .config("rings 5\ncid-program @ROOT@/bin/cid")
            .program("bin/cid", FIVE)
            .up()
            .then([Send(b"\r\nRING;0815;\r\n"), Listen(2000), Send(b"\r\nRING;0815;\r\n")])
            .then(answers()),
        scenario("get-cnd-chat")
            .config("get-cnd-chat \"\" AT#CID? OK")
            .up()
            .then([Send(RING), Hear(b"AT#CID?\r"), Send(b"\r\nNMBR = 77\r\n\r\nOK\r\n")])
            .then(answers())
            .types(b"bob\r"),
        nologin("nologin: the call is not answered").then([Listen(11_000)]),
        nologin("nologin: it is removed").then([Remove("etc/nologin.@DEVID@"), Send(RING)]).then(answers()),
        nologin("nologin: the modem answers").then([Send(b"\r\nCONNECT 9600\r\n"), Ends]).tidy_lock(),
        scenario("blocking: a modem")
            .config("blocking y")
            .then([Hear(b"ATZ\r"), Send(b"\r\nOK\r\n"), Ends])
            .tidy(),
        scenario("direct: a byte")
            .config("direct y")
            .then([Waiting, Send(b"x"), Hear(b"login: ")])
            .types(b"bob\r"),
        scenario("direct: -r and -b").arguments(&["-r", "-b", "@DEV@"]).then([Listen(4000)]),
    ]
}
