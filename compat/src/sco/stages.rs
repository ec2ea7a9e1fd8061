//! The stages of a line of SCO's getty, in the binding order of its life (1.1).

use super::compile::Compiler;
use super::gettyacts;
use super::settings::greet;
use crate::plan::setting::{Origin, Setting};
use crate::plan::stage::{
    Account, AwaitByte, AwaitCarrier, AwaitFree, AwaitTaken, AwaitText, End, HangUp, HangUpBy, Lock,
    OnSignal, Open, Own, Parting, PlannedStage, SetModes, Signal, Stage, TakeTerminal, Then,
};
use crate::source::SourceReader;
use std::time::Duration;

/// How often a line that waits looks at its locks (8.2, 8.4).
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How long to wait for a dial-out for which the line was given up (8.5).
const RELEASE: Duration = Duration::from_secs(60);
/// A getty that fails at once makes init give up on it.
const GUARD: Parting = Parting::Guard(Duration::from_secs(20));
const TEN: Duration = Duration::from_secs(10);
fn finish(status: u8) -> Then {
    Then::Finish(status, Vec::new())
}

fn at(mark: &'static str) -> Then {
    Then::At(mark, Vec::new())
}

/// What cannot be now: under init, not tried again at once.
fn fail() -> Then {
    Then::Finish(1, vec![GUARD])
}

/// A pause before somebody tries again; init, which would be that, is made to wait longer.
fn ten() -> Vec<Parting> {
    vec![Parting::Pause(TEN), GUARD]
}

fn stage(stage: Stage) -> PlannedStage {
    PlannedStage::new(stage)
}

impl Compiler<'_> {
    pub(super) fn stages(&self, reader: &mut dyn SourceReader) -> Vec<PlannedStage> {
        let (typed, line) = (self.typed, &self.operands.line);
        let shared = self.shared.is_some();
        let device = self.device(reader);
        let look =
            shared.then(|| AwaitFree { files: self.locks(), look_every: LOOK_EVERY, settle: Duration::ZERO });
        let lock = || {
            let lock = Lock {
                files: self.locks(),
                format: self.knobs.lock_format.clone(),
                mode: 0o644,
                from_parent: typed.no_hang_up,
            };
            stage(Stage::Lock(lock)).end(End::Held, at("waitlock")).end(End::Broken, fail())
        };
        let open = || {
            let open = Open { device: device.clone(), tries: 1, pause: TEN };
            stage(Stage::Open(open)).end(End::Gone, fail()).end(End::Busy, fail())
        };
        let initial =
            || stage(Stage::Modes(SetModes { changes: Vec::new(), drain: Duration::ZERO, discard: true }));
        // Our own hang-up and revoke send us HUP.
        let deaf = |stage: PlannedStage| stage.signal(Signal::Hup, OnSignal::Drop);
        // Whoever wants to dial out may ask for a line that only waits (8.5).
        let gives_way = |stage: PlannedStage| {
            let stage = if shared {
                stage
                    .signal(Signal::Usr1, OnSignal::End(End::Released))
                    .end(End::Released, at("release"))
                    .end(End::Held, at("waitlock"))
            } else {
                stage
            };
            stage.end(End::HungUp, finish(0))
        };
        let mut plan = Vec::new();
        let mut add = |stage: PlannedStage| plan.push(stage);

        // S2, S3: the lock before what would cut off a running dial-out.
        let id = line.value.get(line.value.len().saturating_sub(4)..).unwrap_or(&line.value).to_vec();
        add(stage(Stage::Account(Account::waits(line.value.clone(), id))));
        if shared {
            add(lock());
        }
        // S4, S5. The node is opened first: what is no terminal keeps its owner.
        let own = Own::waiting(device.value.clone(), shared);
        add(deaf(open()));
        add(stage(Stage::Own(own)));
        let dialer = self.dialer();
        if !typed.no_hang_up {
            if dialer.is_none() {
                let time = Setting::built_in(Duration::from_secs(1));
                add(deaf(stage(Stage::HangUp(HangUp { time, by: HangUpBy::Speed0 }))));
                add(deaf(initial()));
            }
            add(deaf(stage(Stage::Revoke)));
        }
        let waits_for_call = typed.fax || self.knobs.dialer_connect.value;
        if let Some(dialer) = dialer {
            if waits_for_call {
                // Kept open, or the dialer's own close would drop DTR and the call.
                add(deaf(open()));
            } else {
                add(deaf(stage(Stage::Close)));
            }
            let run = stage(Stage::RunDialer(self.run_dialer(dialer, waits_for_call, look.as_ref())));
            add(deaf(gives_way(run))
                .end(End::Connected, at("up"))
                .end(End::Fax, at("fax"))
                .end(End::Busy, at("busy"))
                .end(End::Failed, Then::Finish(1, ten())));
        } else {
            add(deaf(stage(Stage::Close)));
        }
        // S6
        add(gives_way(open()));
        add(initial());
        if shared {
            add(stage(Stage::Unlock));
        }
        add(gives_way(stage(Stage::AwaitCarrier(AwaitCarrier { look: look.clone() }))));
        // S7, S8
        if shared || typed.wait_for_byte {
            let because = match self.shared {
                Some(shared) => Setting::new((), Origin::File(shared.entry)),
                None => Setting::new((), Origin::Rule("-r")),
            };
            add(gives_way(stage(Stage::AwaitByte(AwaitByte {
                discard_first: false,
                because,
                look: look.clone(),
                idle: Setting::built_in(None),
            }))));
            if shared {
                add(lock());
            }
            let first = AwaitText {
                word: Setting::built_in(None),
                written: Vec::new(),
                within: TEN,
                goodbye: Some(0x04),
                keep: typed.detect.value.is_some(),
            };
            add(stage(Stage::AwaitText(first))
                .end(End::Left, at("goodbye"))
                .end(End::HungUp, at("goodbye"))
                .end(End::Done, at("terminal")));
        }
        if dialer.is_some() {
            add(open().mark("up"));
        }
        if shared {
            add(lock().mark("terminal"));
        }
        // A caller's byte is waiting, perhaps: what has arrived stays.
        let modes = SetModes { changes: Vec::new(), drain: Duration::ZERO, discard: false };
        let modes = stage(Stage::Modes(modes));
        add(if shared { modes } else { modes.mark("terminal") });
        add(stage(Stage::TakeTerminal(TakeTerminal { steal: true })).end(End::Refused, fail()));
        // S9
        if let Some(window) = self.window() {
            add(stage(Stage::Detect(self.detect(Some(window), b"")))
                .end(End::Machine, at("machine"))
                .end(End::HungUp, finish(0)));
        }
        // S10, S11
        add(stage(Stage::Greet(greet(b"\r\n", "/etc/default/issue", false)))
            .mark("greet")
            .end(End::HungUp, finish(0)));
        let backslashes = self.knobs.issue_backslashes.value;
        add(stage(Stage::Greet(greet(b"", "/etc/issue", backslashes))).end(End::HungUp, finish(0)));
        add(stage(Stage::ReadWords(self.read_words()))
            .end(End::Timeout, finish(1))
            .end(End::Left, finish(0))
            .end(End::HungUp, finish(0))
            .end(End::NextSpeed, at("greet")));
        let login = || stage(Stage::Login(self.login())).end(End::Gone, finish(0));
        add(login().end(End::Failed, fail()));
        // What follows is reached by its marks alone.
        if typed.detect.value.is_some() {
            add(login().mark("machine").end(End::Failed, at("greet")));
        }
        if dialer.is_some() {
            add(open().mark("fax"));
            add(lock());
            add(stage(Stage::TakeTerminal(TakeTerminal { steal: true })).end(End::Refused, fail()));
            add(stage(Stage::Detect(self.detect(None, gettyacts::FAX))).end(End::Missed, fail()));
            add(login().end(End::Failed, fail()));
            add(stage(Stage::Close).mark("busy"));
            add(stage(Stage::Unlock).end(End::Done, Then::At("waitlock", ten())));
        }
        if shared || typed.wait_for_byte {
            add(stage(Stage::Close).mark("goodbye").end(End::Done, Then::Finish(0, ten())));
        }
        if let Some(look) = look {
            add(stage(Stage::Close).mark("waitlock"));
            let finish = |stage: PlannedStage| {
                stage.end(End::Done, finish(0)).end(End::Freed, finish(0)).end(End::Broken, fail())
            };
            add(finish(stage(Stage::AwaitFree(look.clone()))));
            add(stage(Stage::Close).mark("release"));
            add(stage(Stage::Unlock));
            add(stage(Stage::AwaitTaken(AwaitTaken { look, within: RELEASE }))
                .end(End::Held, at("waitlock"))
                .end(End::Missed, Then::Finish(0, Vec::new()))
                .end(End::Broken, fail()));
        }
        plan
    }
}
