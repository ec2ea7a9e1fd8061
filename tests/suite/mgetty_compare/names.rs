//! What a caller sees and types.

use super::scenario::Fact::{Audit, Bytes, Environment, Litter, Login, Modes, Status};
use super::scenario::Step::{Ends, Hear, Listen, Send};
use super::scenario::{Scenario, scenario};

fn typed(name: &'static str, keys: &'static [u8]) -> Scenario {
    scenario(name).call().types(keys)
}

/// Keys one by one, as a person types.
fn slowly(name: &'static str, keys: &'static [u8]) -> Scenario {
    scenario(name).call().then(keys.chunks(1).flat_map(|key| [Send(key), Listen(80)])).then([Ends])
}

const MAPPED: &str = "FIX, §6.5: no CR is mapped for a program";
const ECHOED: &str = "FIX, §6.5: a frame is not echoed";

const PPP: &str = "/AutoPPP/ - a_ppp @AT@/bin/recorder debug require-chap\n* - - @AT@/bin/recorder @\n";

fn frame(name: &'static str, bytes: &'static [u8]) -> Scenario {
    scenario(name).rules(PPP).call().then([Send(bytes), Listen(2500)])
}

fn greets(name: &'static str, lines: &'static str) -> Scenario {
    scenario(name).config(lines).call()
}

pub fn all() -> Vec<Scenario> {
    vec![
        typed("name: CR ends it", b"bob\r"),
        typed("name: LF ends it", b"joe\n"),
        typed("name: capitals", b"ROOT\r"),
        slowly("name: BS and DEL", b"boxb\x08\x7fb\r"),
        slowly("name: ^U", b"foo\x15bob\r"),
        slowly("name: ^C", b"foo\x03bob\r"),
        slowly("name: BS on nothing", b"\x08\x7fbob\r"),
        slowly("name: ^Q, ^S, ESC and 0", b"b\x11\x13\x1bo\x00b\r"),
        slowly("name: ^D inside", b"bo\x04b\r"),
        typed("name: ^D first", b"\x04").tidy_lock(),
        typed("name: ^\\", b"bo\x1c").tidy_lock(),
        slowly("name: a blank first", b"  bob\r"),
        typed("name: -froot", b"-froot\r"),
        typed("name: with parity bits", b"\xe2\xef\xe2\x8d"),
        slowly("name: other control bytes", b"b\x02o\x07b\r").differs(&[Bytes, Audit, Login], "FIX, §6.4: control bytes are no part of a name"),
        typed("name: two words", b"bob x y\r"),
        typed("name: NO CARRIER", b"NO CARRIER\r").tidy_lock(),
        typed("name: ERROR", b"ERROR\r").tidy_lock(),
        scenario("name: empty, then one")
            .config("issue-file Welcome")
            .call()
            .then([Send(b"\r"), Hear(b"login: "), Send(b"\n"), Hear(b"login: ")])
            .types(b"bob\r"),
        typed(
            "name: a hundred letters",
            b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r",
        )
        .differs(&[Bytes, Audit, Login], "FIX, §6.4: 63 letters are kept"),
        scenario("name: silence longer than login-time").config("login-time 3").call().then([Listen(6000)])
            .differs(&[Bytes], "FIX, §6.4: 1.2.1 looks at its watch only when a byte comes"),
        frame("PPP: a plain frame", b"\x7e\xff\x03\xc0\x21").differs(&[Bytes], ECHOED).differs(&[Modes], MAPPED),
        frame("PPP: an escaped 03", b"\x7e\xff\x7d\x23\xc0\x21").differs(&[Bytes], ECHOED).differs(&[Modes], MAPPED),
        frame("PPP: ff escaped too", b"\x7e\x7d\xdf\x7d\x23\xc0\x21").differs(&[Bytes], ECHOED).differs(&[Modes], MAPPED),
        frame("PPP: another protocol", b"\x7e\xff\x7d\x23\xc0\x23"),
        frame("PPP: no 7e", b"\xff\x7d\x23\xc0\x21"),
        scenario("PPP: no line for it")
            .call()
            .then([Send(b"\x7e\xff\x7d\x23\xc0\x21"), Listen(2500)])
            .differs(
                &[Bytes, Status, Audit, Login, Environment, Modes, Litter],
                "FIX, §6.5: without a line for it nobody is called /AutoPPP/",
            ),
        greets("greeting: an issue file", "issue-file @AT@/etc/hello")
            .file("etc/hello", "Hi \\P on @\nspeed \\S\n"),
        greets("greeting: literal text", r"issue-file Hi \P on @"),
        greets("greeting: a command", r"issue-file !echo 'Hello @ \P'; echo there"),
        greets("greeting: no such file", "issue-file /etc/nonexistent"),
        greets(
            "greeting: escapes of the prompt",
            r"login-prompt \033|\65|\0x41|\q|\@|@|\n\r\t|\s \m \R \V|\P \L|\Y|\I|\S|\N \U|\D login:\040",
        ),
        greets("greeting: prompt-waittime", "prompt-waittime 3000"),
        greets("greeting: EMSI request", "fido-send-emsi y"),
        scenario("greeting: login-env-ttyprompt-hack")
            .config("login-env-ttyprompt-hack y")
            .call()
            .then([Ends])
            .differs(&[Modes], "§7.3: the modes of every login; with the hack 1.2.1 leaves ixon and ixany"),
    ]
}
