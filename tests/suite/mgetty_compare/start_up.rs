//! From the command line to the line that waits.

use super::scenario::Fact::{Audit, Bytes, Files, Litter, Lock, Said, Status, Time};
use super::scenario::Step::{Ends, Hear, Listen, Send, Waiting};
use super::scenario::{Scenario, scenario};

const USAGE: &str = "FIX, §1: misuse is told on standard error, too; 1.2.1 only logs it";

pub fn all() -> Vec<Scenario> {
    vec![
        scenario("start: the modem says OK").up().then([Listen(500)]),
        scenario("start: the modem says ERROR").then([Hear(b"ATZ\r"), Send(b"\r\nERROR\r\n"), Ends]).tidy(),
        scenario("start: the modem is silent").then([Hear(b"ATZ\r"), Ends]).tidy(),
        scenario("start: force-init-chat wakes the modem").then([
            Hear(b"ATZ\r"),
            Hear(b"ATQ0V1H0\r"),
            Send(b"\r\nOK\r\n"),
            Hear(b"ATZ\r"),
            Send(b"\r\nOK\r\n"),
            Waiting,
        ]),
        scenario("start: the built-in init-chat")
            .only("toggle-dtr n\ndata-only y")
            .then([Hear(b"ATQ0V1H0\r"), Send(b"\r\nOK\r\n"), Hear(b"AT\r"), Send(b"\r\nOK\r\n"), Waiting]),
        scenario("start: the built-in second command gets ERROR")
            .only("toggle-dtr n\ndata-only y")
            .then([Hear(b"ATQ0V1H0\r"), Send(b"\r\nOK\r\n"), Hear(b"AT\r"), Send(b"\r\nERROR\r\n"), Listen(4000)])
            .differs(&[Bytes, Status, Lock, Audit, Litter], "FIX, §3: ATS0=0 for modems that refuse more"),
        scenario("start: pauses, \\c and backslashes in a chat")
            .config(r#"init-chat "" \dATE0\c OK \d\dAT\\\\O OK AT&F1 OK"#)
            .then([Hear(b"ATE0"), Send(b"OK\r\n"), Hear(b"AT\\O\r"), Send(b"OK\r\n"), Hear(b"AT&F1\r"), Send(b"OK\r\n"), Waiting]),
        scenario("start: echo and noise before OK")
            .then([Hear(b"ATZ\r"), Send(b"ATZ\r\r\n\xff\x00}{\r\nVERSION 3\r\nOK\r\n"), Waiting]),
        scenario("start: TIMEOUT in a chat")
            .config(r#"init-chat TIMEOUT 2 "" ATZ OK"#)
            .then([Listen(5000)])
            .differs(&[Bytes], "§3: TIMEOUT is a word of the chat language; 1.2.1 waits for it"),
        scenario("start: post-init-chat and statistics-chat")
            .config("post-init-chat \"\" ATL0 OK\nstatistics-chat \"\" AT&V1 OK\nstatistics-file @AT@/tmp/told.stat")
            .then([
                Hear(b"ATZ\r"),
                Send(b"\r\nOK\r\n"),
                Hear(b"AT&V1\r"),
                Send(b"\r\nLast call 2400\r\n\r\nOK\r\n"),
                Hear(b"ATL0\r"),
                Send(b"\r\nERROR\r\n"),
                Waiting,
            ])
            .differs(&[Files], "FIX, §11: what is written about calls is not for everybody to read"),
        scenario("start: DTR is toggled").config("toggle-dtr y\ntoggle-dtr-waittime 1500")
            .up()
            .differs(&[Time], "§15: without modem lines, DTR falls by speed 0; 1.2.1 does not wait where it cannot"),
        scenario("start: open-delay").config("open-delay 2000").up(),
        scenario("start: speed and port-mode").config("speed 115200\nport-owner nobody\nport-group nogroup\nport-mode 0604").up(),
        scenario("start: sections of ports")
            .config("rings 1\nport ttyQ9\nspeed 300\nport pts/????\nspeed 19200\nport @DEV@\ninit-chat \"\" ATX3 OK")
            .then([Hear(b"ATX3\r"), Send(b"\r\nOK\r\n"), Waiting]),
        scenario("start: an unknown keyword")
            .config("bogus-keyword 7")
            .logs(&["something foul in config line: 'bogus-keyword 7'", "(keyword 'bogus-keyword' not found)"])
            .up(),
        scenario("start: without mgetty.config").only("").then([Hear(b"ATQ0V1H0\r"), Send(b"\r\nOK\r\n"), Listen(1000)]),
        scenario("start: /dev/ before the name").arguments(&["/dev/@DEV@"]).up(),
        scenario("start: options behind the name")
            .arguments(&["-D", "/dev/@DEV@", "-m", r#""" ATM0 OK"#, "-x", "5"])
            .then([Hear(b"ATM0\r"), Send(b"\r\nOK\r\n"), Waiting]),
        scenario("start: options win over the file")
            .config("speed 9600\nrings 7")
            .arguments(&["-s", "57600", "-n", "1", "-p", "name? ", "@DEV@"])
            .up()
            .then([Send(b"\r\nRING\r\n"), Hear(b"ATA\r"), Send(b"\r\nCONNECT\r\n"), Hear(b"name? ")]),
        scenario("start: -n swallows -r").arguments(&["-n", "-r", "@DEV@"]).up(),
        scenario("words: -V").arguments(&["-V"]).then([Ends]).differs(&[Said], "the name and the paths are ours"),
        scenario("words: -c")
            .file("etc/gettydefs", "9600# B9600 CS8 # B9600 SANE CLOCAL #login: #9600\n\n")
            .arguments(&["-c", "/etc/gettydefs"])
            .then([Ends])
            .differs(&[Status, Said, Files], "§1: -c checks gettydefs; Debian's has no support for it"),
        scenario("words: an unknown option").arguments(&["-Q", "@DEV@"]).then([Ends]).differs(&[Said, Files], USAGE),
        scenario("words: no line").arguments(&[]).then([Ends]).differs(&[Said, Files], USAGE),
        scenario("words: an odd speed").arguments(&["-s", "12345", "@DEV@"]).then([Ends]).differs(&[Said, Files], USAGE),
        scenario("words: a device elsewhere").arguments(&["/etc/passwd"])
            .then([Ends])
            .differs(&[Status, Said, Files, Litter], "FIX, §1: a line is below /dev; 1.2.1 changes the owner of any file"),
        scenario("words: a device above /dev")
            .arguments(&["../etc/x"])
            .then([Ends])
            .differs(&[Status, Said, Files, Litter], "FIX, §1: a line is below /dev"),
        scenario("words: a device that is not there").arguments(&["ttyQ99"])
            .then([Ends])
            .tidy()
            .differs(&[Time], "FIX, §10: 10 s, or init disables the entry"),
    ]
}
