//! The stages of a dialer, in their order.

use super::command::{Command, Job};
use super::status;
use crate::plan::chat::{Atom, Chat, Word};
use crate::plan::setting::{Origin, Setting};
use crate::plan::stage::{
    Answer, AwaitByte, AwaitFree, AwaitText, Device, End, HangUp, HangUpBy, Lock, LockFiles, LockFormat,
    ModemLines, OnSignal, Open, Parting, PlannedStage, RunChat, SetModes, Settle, Signal, Stage, TellSpeed,
    Then, Verdict,
};
use std::time::Duration;

/// What is sent and waited for.
pub(super) struct Chats {
    pub(super) init: Setting<Chat>,
    pub(super) hang_up: Setting<Chat>,
    pub(super) auto: Setting<Chat>,
    pub(super) class: Vec<Setting<Chat>>,
    pub(super) ring: Setting<(Word, Vec<u8>)>,
    pub(super) answer: Setting<Chat>,
    pub(super) fax: Setting<Vec<Word>>,
    pub(super) dial: Setting<Chat>,
}

/// How long an expect may take that says nothing itself.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long DTR is low: a modem must see it for as long as its S25 says.
const ON_HOOK: Duration = Duration::from_secs(1);
/// How long a modem that sees DTR again needs before it takes a command.
const WAKES: Duration = Duration::from_millis(500);
/// What follows the last OK.
const TAIL: Duration = Duration::from_millis(300);
/// A ring's text is there at once, or it is none.
const RING: Duration = Duration::from_secs(3);
/// As often as getty itself looks.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// What a modem says of a call that does not come about, and how the stage comes out.
const FAILURES: &[(&[u8], End)] = &[
    (b"BUSY", End::Engaged),
    (b"NO CARRIER", End::NoCarrier),
    (b"NO DIALTONE", End::NoDialTone),
    (b"NO DIAL TONE", End::NoDialTone),
    (b"NO ANSWER", End::NoAnswer),
    // At the start of a line alone: CONNECT 2400/ERROR-CONTROL is a call.
    (b"\nERROR", End::Refused),
];

fn verdict(bytes: &[u8], end: End) -> Verdict {
    let pattern = bytes.iter().map(|byte| Atom::Byte(*byte)).collect();
    Verdict { word: Word { pattern, ..Word::default() }, from: 0, end }
}

/// How each of the ends fails: those of any command, then those of a call.
const STATUSES: &[(End, u8)] = &[
    (End::Refused, status::GENERAL),
    (End::Failed, status::TIMEOUT),
    (End::HungUp, status::GENERAL),
    (End::Engaged, status::BUSY),
    (End::NoCarrier, status::NO_CARRIER),
    (End::NoDialTone, status::NO_DIAL_TONE),
    (End::NoAnswer, status::NO_ANSWER),
];

/// Names the way of every end that a command's chat, or a call's, can fail by.
fn failing(mut stage: PlannedStage, partings: &[Parting]) -> PlannedStage {
    let of_command = if matches!(stage.stage, Stage::Answer(_)) { STATUSES.len() } else { 3 };
    for (end, status) in STATUSES.iter().take(of_command) {
        stage = stage.end(*end, Then::Finish(*status, partings.to_vec()));
    }
    stage
}

type Signals = Vec<(Signal, OnSignal)>;

fn on_signals(partings: &[Parting]) -> Signals {
    let ends = || OnSignal::Finish(status::KILLED, partings.to_vec());
    [Signal::Term, Signal::Int, Signal::Hup, Signal::Quit].map(|signal| (signal, ends())).into()
}

/// The stages, and what a signal does in most of them.
pub(super) fn stages(
    command: &Command,
    chats: &Chats,
    device: &Setting<Device>,
    files: &LockFiles,
) -> (Vec<PlannedStage>, Signals) {
    let hang_up = (!chats.hang_up.value.fields.is_empty()).then(|| run_chat("HANGUP", &chats.hang_up));
    let mut gives_up = vec![Parting::HangUp, Parting::Pause(ON_HOOK)];
    gives_up.extend(hang_up.clone().map(|chat| Parting::Chat(Box::new(chat))));
    gives_up.push(Parting::PutBack);

    let mut plan = Vec::new();
    plan.push(lock(files));
    let open = Open { device: device.clone(), tries: 1, pause: Duration::ZERO };
    plan.push(
        PlannedStage::new(Stage::Open(open))
            .end(End::Busy, Then::Finish(status::IN_USE, Vec::new()))
            .end(End::Gone, Then::Finish(status::OPEN, Vec::new())),
    );
    let time = Setting::built_in(ON_HOOK);
    plan.push(PlannedStage::new(Stage::HangUp(HangUp { time, by: HangUpBy::Speed0 })));
    let set = SetModes { discard: true, ..SetModes::default() };
    let refused = Then::Finish(status::IOCTL, vec![Parting::PutBack]);
    plan.push(PlannedStage::new(Stage::Modes(set)).end(End::Failed, refused));
    plan.push(PlannedStage::new(Stage::Settle(Settle::pause(Setting::built_in(WAKES)))));
    // A modem without DTR on its cable; what it says to that is its own affair.
    plan.extend(hang_up.map(|chat| PlannedStage::new(Stage::Chat(chat))));
    let mut init = run_chat("INIT", &chats.init);
    init.verdicts = vec![verdict(b"\nERROR", End::Refused)];
    plan.push(failing(PlannedStage::new(Stage::Chat(init)), &gives_up));
    match &command.job {
        Job::Ready => {
            let mut auto = run_chat("AUTO", &chats.auto);
            auto.verdicts = vec![verdict(b"\nERROR", End::Refused)];
            let ready = Then::Finish(status::DONE, vec![Parting::PutBack]);
            plan.push(failing(PlannedStage::new(Stage::Chat(auto)), &gives_up).end(End::Done, ready));
        }
        Job::Wait { fax } => {
            waits(&mut plan, *fax, chats, files);
            let mut words: Vec<Verdict> = Vec::new();
            if *fax {
                let word = |word: &Word| Verdict { word: word.clone(), from: 0, end: End::Fax };
                words.extend(chats.fax.value.iter().map(word));
            }
            let keep = vec![Parting::KeepCall];
            plan.push(
                call("ANSWER", &chats.answer, words, &gives_up)
                    .mark("answer")
                    .end(End::Fax, Then::Finish(status::FAX_CALL, keep)),
            );
            let same = if *fax { status::DATA_CALL } else { status::DONE };
            plan.push(tell_speed(command, same));
        }
        Job::Dial(_) => {
            plan.push(call("DIAL", &chats.dial, Vec::new(), &gives_up));
            plan.push(tell_speed(command, status::DONE));
        }
    }
    let signals = on_signals(&gives_up);
    (plan, signals)
}

fn run_chat(name: &'static str, chat: &Setting<Chat>) -> RunChat {
    RunChat { name, chat: chat.clone(), patience: PATIENCE, verdicts: Vec::new(), lines: ModemLines::Nothing }
}

fn lock(files: &LockFiles) -> PlannedStage {
    let lock = Lock {
        files: files.clone(),
        format: Setting::built_in(LockFormat::Ascii),
        mode: 0o444,
        from_parent: false,
    };
    PlannedStage::new(Stage::Lock(lock))
        .end(End::Held, Then::Finish(status::IN_USE, Vec::new()))
        .end(End::Broken, Then::Finish(status::GENERAL, Vec::new()))
}

/// The call itself; a word that is not of the failing ones goes before them.
fn call(name: &'static str, chat: &Setting<Chat>, words: Vec<Verdict>, partings: &[Parting]) -> PlannedStage {
    let failures = FAILURES.iter().map(|(bytes, end)| verdict(bytes, *end));
    let mut verdicts: Vec<Verdict> = words.into_iter().chain(failures).collect();
    if chat.value.has_speed_mark() {
        // One that tells no speed is not waited for until the time is over.
        verdicts.push(verdict(b"CONNECT\r", End::Done));
    }
    let stage = Answer {
        name,
        chat: chat.clone(),
        patience: PATIENCE,
        verdicts,
        leave_rest: true,
        tells: false,
        speed_from_call: Setting::built_in(false),
    };
    failing(PlannedStage::new(Stage::Answer(stage)), partings)
}

fn tell_speed(command: &Command, same: u8) -> PlannedStage {
    let asked = command.speed.as_mapped(|bps| command.exact.then_some(*bps));
    PlannedStage::new(Stage::TellSpeed(TellSpeed { asked, same, statuses: status::SPEEDS }))
}

/// What comes before a call is picked up. Others may dial out meanwhile: see, lock, read.
fn waits(plan: &mut Vec<PlannedStage>, fax: bool, chats: &Chats, files: &LockFiles) {
    if fax {
        // A modem that knows no class takes data calls all the same, and may tell fax from them by its own words.
        plan.extend(chats.class.iter().map(|chat| {
            let mut chat = run_chat("CLASS", chat);
            chat.verdicts = vec![verdict(b"\nERROR", End::Refused)];
            PlannedStage::new(Stage::Chat(chat)).end(End::Done, Then::At("ready", Vec::new()))
        }));
    }
    // The end of the last OK would look like a call.
    plan.push(PlannedStage::new(Stage::Settle(Settle::pause(Setting::built_in(TAIL)))).mark("ready"));
    plan.push(PlannedStage::new(Stage::Unlock));
    plan.push(PlannedStage::new(Stage::TellParent));
    let look = Some(AwaitFree { files: files.clone(), look_every: LOOK_EVERY, settle: Duration::ZERO });
    let because = Setting::new((), Origin::Rule("-c or -f: the dialer waits for the call"));
    // Once somebody else has the line nothing is done to it, for a signal either.
    let gone = vec![Parting::UnlessHeld(Box::new(files.clone())), Parting::PutBack];
    let wait = AwaitByte { discard_first: false, because, look, idle: Setting::built_in(None) };
    let mut wait = PlannedStage::new(Stage::AwaitByte(wait))
        .mark("wait")
        .end(End::Held, Then::Finish(status::IN_USE, Vec::new()))
        .end(End::Orphaned, Then::Finish(status::KILLED, gone.clone()))
        .end(End::HungUp, Then::Finish(status::GENERAL, Vec::new()));
    wait.signals = on_signals(&gone);
    plan.push(wait);
    plan.push(lock(files));
    let (word, written) = chats.ring.value.clone();
    let ring = AwaitText {
        word: chats.ring.as_mapped(|_| Some(word)),
        written,
        within: RING,
        goodbye: None,
        keep: false,
    };
    plan.push(
        PlannedStage::new(Stage::AwaitText(ring))
            .end(End::Done, Then::At("answer", Vec::new()))
            .end(End::Missed, Then::GoOn)
            .end(End::HungUp, Then::Finish(status::GENERAL, Vec::new())),
    );
    // Noise: the line is anybody's again.
    plan.push(PlannedStage::new(Stage::Unlock).end(End::Done, Then::At("wait", Vec::new())));
}
