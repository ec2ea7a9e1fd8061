//! The stages of callback, in their order.

use super::{LONGEST, number, status};
use crate::plan::modes::Flag;
use crate::plan::setting::Setting;
use crate::plan::stage::AuditFact::{Line, Watcher};
use crate::plan::stage::AuditPiece::{self, Fact, Text};
use crate::plan::stage::{
    Ask, Candidate, ChooseLine, Delay, Detach, Dial, End, HandOver, Level, OnSignal, Parting, PlannedStage,
    ReadNumber, SetModes, Signal, Stage, Then,
};
use std::time::Duration;

/// How long the modem has to answer that the call is up, or not.
const ANSWER: Duration = Duration::from_secs(180);
/// What it says of a call that does not come about.
const FAILURES: &[&str] =
    &["ERROR", "OK", "BUSY", "NO DIALTONE", "NO DIAL TONE", "NO CARRIER", "NO ANSWER", "RING"];
const SUCCESS: &[AuditPiece] =
    &[Text("callback: success, device=/dev/"), Fact(Line), Text(", mgetty="), Fact(Watcher)];
const SORRY: &[u8] = b"\r\nSorry, nobody takes the call over. Goodbye.\r\n";

/// What the command line and the file come to.
pub(super) struct Parts {
    pub(super) numbers: Vec<Setting<Vec<u8>>>,
    /// What is said before we go into the background; None: we stay.
    pub(super) leaves: Option<String>,
    pub(super) delay: Setting<Duration>,
    pub(super) spread: Setting<u32>,
    pub(super) candidates: Setting<Vec<Candidate>>,
    pub(super) retry: Setting<Duration>,
    pub(super) within: Setting<Duration>,
}

fn ends(status: u8, why: &'static str) -> Then {
    Then::Finish(status, vec![Parting::Log(Level::Fatal, why)])
}

pub(super) fn stages(parts: Parts) -> Vec<PlannedStage> {
    let stage = PlannedStage::new;
    let mut plan = Vec::new();
    if parts.numbers.is_empty() {
        let ask = Ask {
            prompt: b"Telephone number for callback: ",
            longest: 2 * LONGEST,
            number: ReadNumber(number),
        };
        let no = || Then::Finish(status::MISUSE, Vec::new());
        plan.push(stage(Stage::Ask(ask)).end(End::Empty, no()).end(End::Refused, no()));
    }
    let leaves = parts.leaves.is_some();
    if let Some(text) = parts.leaves {
        plan.push(
            // Who wants to be called back hangs up; and our terminal's session ends with the one who goes.
            stage(Stage::Detach(Detach { text, pause: Duration::from_secs(1) }))
                .signal(Signal::Hup, OnSignal::Drop)
                .end(End::Failed, ends(status::FORK, "cannot go into the background")),
        );
    }
    let delay = Delay { time: parts.delay, spread: parts.spread, least: Duration::from_secs(4) };
    let mut delay = stage(Stage::Delay(delay));
    if leaves {
        // One that came while we left.
        delay = delay.signal(Signal::Hup, OnSignal::Drop);
    }
    plan.push(delay);
    let choose =
        ChooseLine { candidates: parts.candidates, retry: parts.retry.clone(), within: parts.within };
    plan.push(
        stage(Stage::ChooseLine(choose))
            .end(End::Busy, ends(status::NO_CALL, "all lines are in use: gives up"))
            .end(End::Gone, ends(status::MISUSE, "there is no line that works and has an mgetty")),
    );
    let set = SetModes { discard: true, ..SetModes::default() };
    plan.push(
        stage(Stage::Modes(set)).end(End::Failed, ends(status::NO_CALL, "cannot set the modes of the line")),
    );
    let gives_up =
        |why| Then::Finish(status::NO_CALL, vec![Parting::Log(Level::Fatal, why), Parting::HangUp]);
    let dial = Dial {
        numbers: parts.numbers,
        patience: ANSWER,
        up: "CONNECT",
        failures: FAILURES,
        retry: parts.retry,
    };
    plan.push(
        stage(Stage::Dial(dial))
            .end(End::Failed, gives_up("modem-init failed: gives up"))
            .end(End::NoAnswer, gives_up("no connection in time: gives up"))
            .end(End::HungUp, gives_up("the line was hung up: gives up")),
    );
    let changes = vec![(Flag::CLOCAL, false)];
    plan.push(stage(Stage::Modes(SetModes { changes, ..SetModes::default() })));
    let hand_over = HandOver {
        text: b"Connection established, please wait...\r\n",
        pause: Duration::from_millis(300),
        patience: Duration::from_secs(30),
        audit: SUCCESS,
    };
    let sorry = vec![
        Parting::Log(Level::Fatal, "mgetty does not take the call"),
        Parting::Say(SORRY.to_vec()),
        Parting::Pause(Duration::from_secs(5)),
        Parting::HangUp,
    ];
    plan.push(
        stage(Stage::HandOver(hand_over))
            .end(End::Done, Then::Finish(0, Vec::new()))
            .end(End::HungUp, ends(status::HAND_OVER, "the line was hung up"))
            .end(End::Missed, Then::Finish(status::HAND_OVER, sorry)),
    );
    plan
}

pub(super) fn signals() -> Vec<(Signal, OnSignal)> {
    // The mgetty may have the line open as well: our end alone would leave the modem calling.
    let ends = || OnSignal::Finish(status::NO_CALL, vec![Parting::HangUp]);
    vec![
        (Signal::Hup, ends()),
        (Signal::Int, ends()),
        (Signal::Quit, ends()),
        (Signal::Term, ends()),
        (Signal::Usr1, OnSignal::Drop),
        (Signal::Usr2, OnSignal::Drop),
    ]
}
