//! Locks of others, and signals.

use polygetty_platforms::Signal;

use super::scenario::Fact::{Audit, Bytes, Litter, Lock as LockFile, Node, Records, Status};
use super::scenario::Step::{self, Ends, Hear, Listen, Lock, Send, Signal as Sent, Unlock, Waiting};
use super::scenario::{Foreign, Scenario, scenario};

const EMPTY: &str =
    "FIX, §8: an empty lock is somebody's who is writing; 1.2.1 takes stray bytes for a number";

/// A lock is there before the life begins.
fn at_start(name: &'static str, foreign: Foreign) -> Scenario {
    scenario(name).then([Lock(foreign), Listen(3000), Unlock, Ends])
}

/// It comes while the line waits, and then bytes do.
fn waiting(name: &'static str, foreign: Foreign) -> Scenario {
    scenario(name).up().then([Lock(foreign), Send(b"\r\nOK\r\n")])
}

fn ringing(name: &'static str) -> Scenario {
    scenario(name).config("rings 4").up().then([Send(b"\r\nRING\r\n"), Listen(1000)])
}

fn answering(name: &'static str, signal: Signal) -> Scenario {
    scenario(name).up().then([Send(b"\r\nRING\r\n"), Hear(b"ATA\r"), Listen(300), Sent(signal), Listen(2000)])
}

fn connect() -> [Step; 2] {
    [Send(b"\r\nCONNECT 9600\r\n"), Hear(b"login: ")]
}

pub fn all() -> Vec<Scenario> {
    vec![
        at_start("lock at the start: ten digits", Foreign::Ascii).tidy(),
        at_start("lock at the start: binary", Foreign::Binary).tidy().logs(&["found binary lock file"]),
        at_start("lock at the start: words behind the number", Foreign::Wordy).tidy(),
        scenario("lock at the start: of nobody").then([Lock(Foreign::Stale)]).up(),
        scenario("lock at the start: empty")
            .then([Lock(Foreign::Empty), Listen(3000)])
            .may_differ(&[Bytes, LockFile, Litter, Records, Node], EMPTY),
        waiting("lock while it waits: ten digits", Foreign::Ascii).then([Listen(3000), Unlock, Ends]).tidy(),
        waiting("lock while it waits: binary", Foreign::Binary).then([Listen(3000), Unlock, Ends]).tidy(),
        waiting("lock while it waits: of nobody", Foreign::Stale).then([Ends]).tidy(),
        waiting("lock while it waits: empty", Foreign::Empty)
            .then([Listen(3000)])
            .may_differ(&[LockFile, Litter, Records, Status], EMPTY),
        scenario("lock while it waits: no byte").up().then([
            Lock(Foreign::Ascii),
            Listen(3000),
            Unlock,
            Listen(500),
        ]),
        scenario("signal: HUP while the modem is asked").then([
            Hear(b"ATZ\r"),
            Sent(Signal::SIGHUP),
            Listen(500),
            Send(b"\r\nOK\r\n"),
            Waiting,
        ]),
        scenario("signal: TERM while the modem is asked")
            .then([Hear(b"ATZ\r"), Sent(Signal::SIGTERM), Ends])
            .tidy(),
        scenario("signal: HUP while it waits").up().then([Sent(Signal::SIGHUP), Listen(1500)]),
        scenario("signal: TERM while it waits").up().then([Sent(Signal::SIGTERM), Ends]).tidy(),
        scenario("signal: INT while it waits").up().then([Sent(Signal::SIGINT), Ends]).tidy(),
        scenario("signal: USR2 while it waits").up().then([Sent(Signal::SIGUSR2), Ends]).tidy(),
        scenario("signal: USR1 while it waits")
            .config("rings 3")
            .up()
            .then([Sent(Signal::SIGUSR1), Hear(b"ATA\r")])
            .then(connect()),
        ringing("signal: HUP while it rings").then([Sent(Signal::SIGHUP), Ends]).tidy(),
        ringing("signal: TERM while it rings").then([Sent(Signal::SIGTERM), Ends]).tidy(),
        ringing("signal: USR2 while it rings").then([Sent(Signal::SIGUSR2), Ends]).tidy(),
        ringing("signal: USR1 while it rings").then([Sent(Signal::SIGUSR1), Listen(2000)]).differs(
            &[Bytes, Audit, LockFile, Litter],
            "§10: a ring at any time; 1.2.1 gives up a call that is interrupted",
        ),
        answering("signal: HUP while it answers", Signal::SIGHUP).then([Ends]).tidy(),
        answering("signal: TERM while it answers", Signal::SIGTERM).then([Ends]).tidy(),
        answering("signal: USR2 while it answers", Signal::SIGUSR2).then(connect()),
        scenario("signal: HUP at the prompt").call().then([Sent(Signal::SIGHUP), Ends]).tidy(),
        scenario("signal: TERM at the prompt").call().then([Sent(Signal::SIGTERM), Ends]).tidy(),
        scenario("signal: USR2 at the prompt")
            .call()
            .then([Sent(Signal::SIGUSR2), Listen(1000)])
            .types(b"bob\r"),
        scenario("signal: USR1 at the prompt")
            .call()
            .then([Sent(Signal::SIGUSR1), Listen(1000)])
            .types(b"bob\r"),
    ]
}
