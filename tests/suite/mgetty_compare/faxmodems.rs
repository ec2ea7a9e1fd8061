//! What a modem is told before faxes can come, and modems that take it otherwise.

use super::faxes::{
    BYE, BYE_2_0, CLASS_2, CLASS_2_0, CONNECT, GOOD, GOOD_2_0, GREETING, GREETING_2_0, OK, RING, SMALL, bye,
    ok, page, set_up,
};
use super::scenario::Fact::{Audit, Bytes, Files, Lock, Mail, Node, Pages, Records, Status, Time, Told};
use super::scenario::Scenario;
use super::scenario::Step::{Hear, Listen, Send};

const MORE: &str = "§13.1: the first answer decides; what else 1.2.1 asks goes into its log alone";

/// A modem that was told nothing of faxes, and receives one.
fn unasked(name: &'static str, lines: &str) -> Scenario {
    set_up(name, lines, &[])
        .then([Send(RING), Hear(b"ATA\r"), Send(GREETING), Listen(1000), Send(CONNECT), Listen(1000)])
        .then([Send(SMALL), Send(GOOD), Listen(1000), Send(BYE), Listen(4000)])
        .tidy()
        .differs(
            &[Bytes, Time, Audit, Told, Mail, Pages, Records, Files],
            "§13.2: a fax begins with the modem's word; 1.2.1 drops one that it did not prepare the modem for",
        )
}

pub fn all() -> Vec<Scenario> {
    const ERROR: &[u8] = b"\r\nERROR\r\n";
    const RATHER: (&[u8], &[u8]) = (b"AT+FBO=0\r", OK);
    let class_2 = ok(CLASS_2);
    let without_order =
        [&ok(&CLASS_2_0[..2])[..], &[(CLASS_2_0[2], ERROR), RATHER], &ok(&CLASS_2_0[3..])].concat();
    let fax_only = ok(&[CLASS_2[0], b"AT+FAA=0;+FCR=1\r", CLASS_2[3], CLASS_2[4], CLASS_2[5]]);
    vec![
        set_up(
            "fax modem: fax-id",
            "modem-type cls2\nfax-id +49 89 1234",
            &[&class_2[..4], &ok(&[b"AT+FLID=\"+49 89 1234\"\r", CLASS_2[5]])].concat(),
        ),
        set_up(
            "fax modem: no fax-id",
            "modem-type cls2\nfax-id",
            &[&class_2[..4], &ok(&[b"AT+FLID=\"", CLASS_2[5]])].concat(),
        ),
        set_up(
            "fax modem: fax-id is not set",
            "",
            &[&class_2[..4], &ok(&[b"AT+FLID=\"", CLASS_2[5]])].concat(),
        )
        .only("toggle-dtr n\nmodem-type cls2\ninit-chat \"\" ATZ OK")
        .differs(&[Bytes], "it is empty then; Debian's is a blank"),
        set_up(
            "fax modem: the speed is refused",
            "modem-type cls2",
            &[&class_2[..5], &[(CLASS_2[5], ERROR), (b"AT+FDCC=1,3,0,2,0,0,0,0\r", OK)]].concat(),
        ),
        set_up(
            "fax modem: fax-max-speed",
            "modem-type cls2\nfax-max-speed 33600",
            &[&class_2[..5], &ok(&[b"AT+FDCC=1,D,0,2,0,0,0,0\r"])].concat(),
        ),
        set_up(
            "fax modem: it stays in class 2 (quirk 1)",
            "modem-type cls2\nmodem-quirks 1",
            &[&class_2[..1], &class_2[2..]].concat(),
        ),
        set_up("fax modem: the class is refused", "modem-type cls2", &[(CLASS_2[0], ERROR)]),
        set_up(
            "fax modem: no class at all",
            "",
            &[(b"ATI\r", ERROR), (CLASS_2_0[0], ERROR), (CLASS_2[0], ERROR)],
        )
        .differs(&[Bytes, Time], MORE),
        set_up(
            "fax modem: class 2.0, and then class 2",
            "",
            &[&[(&b"ATI\r"[..], &b"\r\nNew Modem\r\n\r\nOK\r\n"[..]), (CLASS_2_0[0], ERROR)], &class_2[..]]
                .concat(),
        ),
        set_up(
            "fax modem: a model that is known",
            "",
            &[&[(&b"ATI\r"[..], &b"\r\n14400\r\n\r\nOK\r\n"[..])], &class_2[..]].concat(),
        )
        .differs(&[Bytes, Time], MORE),
        set_up(
            "fax modem: a model that stays in class 2",
            "",
            &[&[(&b"ATI\r"[..], &b"\r\n962\r\n\r\nOK\r\n"[..])], &class_2[..1], &class_2[2..]].concat(),
        )
        .differs(&[Bytes, Time], MORE),
        set_up("fax modem: a model without faxes", "", &[(b"ATI\r", b"\r\n1281\r\n\r\nOK\r\n")])
            .differs(&[Bytes, Time], MORE),
        set_up(
            "fax modem: asked for its classes",
            "modem-type auto1",
            &[&[(&b"AT+FCLASS=?\r"[..], &b"\r\n0,1,2,8\r\n\r\nOK\r\n"[..])], &class_2[..]].concat(),
        ),
        set_up("fax modem: data", "modem-type data", &[]),
        unasked("fax modem: data, and a fax comes", "modem-type data"),
        unasked("fax modem: data-only, and a fax comes", "data-only y"),
        set_up("fax modem: ERROR to AT+FBO=1", "modem-type c2.0", &without_order)
            .then([Send(RING), Hear(b"ATA\r"), Send(GREETING_2_0), Hear(b"AT+FLO=2\r"), Send(OK)])
            .then(page(SMALL, GOOD_2_0))
            .then(bye(BYE_2_0))
            .tidy()
            .differs(&[Pages], "FIX, §13.3: a modem that keeps its bit order does not turn the pages' bits"),
        set_up("fax modem: bits in another order (quirk 2)", "modem-type cls2\nmodem-quirks 2", &class_2)
            .then([Send(RING), Hear(b"ATA\r"), Send(GREETING)])
            .then(page(SMALL, GOOD))
            .then(bye(BYE))
            .tidy()
            .differs(&[Pages], "FIX, §13.3: quirk 2 turns the bits; 1.2.1 has not made it"),
        set_up("fax modem: fax-only, a fax", "modem-type cls2\nfax-only y", &fax_only)
            .then([Send(RING), Hear(b"ATA\r"), Send(GREETING)])
            .then(page(SMALL, GOOD))
            .then(bye(BYE))
            .tidy(),
        set_up("fax modem: fax-only, a data call", "modem-type cls2\nfax-only y", &fax_only)
            .then([Send(RING), Hear(b"ATA\r"), Send(b"\r\nCONNECT 9600\r\n"), Listen(4000)])
            .tidy()
            .differs(&[Bytes, Status, Lock, Node, Records], "FIX, §4: a fax-only line lets nobody log in"),
        set_up("fax modem: a data call", "modem-type cls2", &ok(CLASS_2))
            .then([Send(RING), Hear(b"ATA\r"), Send(b"\r\nCONNECT 9600\r\n"), Hear(b"login: ")])
            .types(b"bob\r"),
    ]
}
