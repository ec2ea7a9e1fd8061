//! The stages of a getty_ps line, in the order of §10.

use super::compile::{Compiler, Operands, seconds};
use crate::persona::Persona;
use crate::plan::Facts;
use crate::plan::modes::Flag;
use crate::plan::setting::Setting;
use crate::plan::stage::{
    Account, Answer, AwaitByte, AwaitCarrier, AwaitFree, AwaitText, Device, End, HangUp, HangUpBy, Level,
    Lock, LockFiles, ModemLines, OnSignal, Open, Own, Parting, PlannedStage, RunChat, Schedule, SetModes,
    Settle, Signal, Stage, TakeTerminal, Then,
};
use crate::source::SourceReader;
use std::time::Duration;

const LOOK_EVERY: Duration = Duration::from_secs(30);
const PATIENCE: Duration = Duration::from_secs(30);
/// sysvinit puts an entry aside for five minutes when it starts it eleven times within two: 15 s make nine.
/// (§1 has 10 s, which make twelve.)
const GUARD: Parting = Parting::Guard(Duration::from_secs(15));

fn finish(status: u8) -> Then {
    Then::Finish(status, Vec::new())
}

/// The end of a life that failed: under init, never at once.
fn fail() -> Then {
    Then::Finish(255, vec![GUARD])
}

/// The id of a record for which init has made none: the last four characters of the line, as init and agetty have it.
fn record_id(line: &[u8]) -> Vec<u8> {
    line.get(line.len().saturating_sub(4)..).unwrap_or(line).to_vec()
}

impl Compiler<'_> {
    /// The stages.
    pub(super) fn stages(
        &mut self,
        facts: &Facts,
        operands: &Operands,
        hang_up: Option<Setting<Duration>>,
        reader: &mut dyn SourceReader,
    ) -> Vec<PlannedStage> {
        let main = self.opened(&facts.device, reader);
        let init = self.init_device(&main);
        let apart = init.value != main.value;
        let uucp = self.persona == Persona::Uugetty;
        let files =
            LockFiles { lines: self.lock_names(&main, &init, apart), dir: self.lock_dir(), of_parent: false };
        let format = self.lock_format();
        let look =
            uucp.then(|| AwaitFree { files: files.clone(), look_every: LOOK_EVERY, settle: Duration::ZERO });
        let init_chat = self.chat("INIT");
        let off_chat = self.chat("OFF");
        let connect = self.connect();
        let wait_for = self.wait_for();
        let wait_char = self.wait_char();
        let delay = self.overruled(self.typed.delay.clone(), |d, f| d.number("DELAY", 10, f), 0);
        let schedule = self.schedule();
        let waits = wait_char.is_some() || wait_for.is_some();

        let mut plan = Vec::new();
        let mut add = |stage: PlannedStage| plan.push(stage);
        let set_initial = || {
            let set = SetModes { changes: Vec::new(), drain: Duration::ZERO, discard: true };
            PlannedStage::new(Stage::Modes(set))
        };
        // A modem that is spoken to has no carrier yet, and its CR must arrive as it is (§10.7).
        let set_for_chat = || {
            let changes = vec![(Flag::CLOCAL, true), (Flag::ICRNL, false), (Flag::ICANON, false)];
            PlannedStage::new(Stage::Modes(SetModes { changes, drain: Duration::ZERO, discard: true }))
        };
        // Only a shared line can be held by others, and only a timetable has edges.
        let has_edges = schedule.is_some();
        let gives_way = |mut stage: PlannedStage| {
            if uucp {
                stage = stage.end(End::Held, finish(0));
            }
            if has_edges {
                stage = stage.end(End::Edge, finish(0));
            }
            stage.end(End::HungUp, finish(0))
        };
        // Our own hang-up and revoke send us HUP: dropped where they happen (§10.6).
        let deaf = |stage: PlannedStage| stage.signal(Signal::Hup, OnSignal::Drop);
        let open = |device: &Setting<Device>, tries: u8| {
            let pause = Duration::from_secs(10);
            PlannedStage::new(Stage::Open(Open { device: device.clone(), tries, pause }))
        };
        // What is no lock file counts as a held one (§7.1), but nobody gives it back: init is not made to spin.
        let broken = || Then::Finish(0, vec![GUARD]);
        let lock = || {
            let stage =
                Lock { files: files.clone(), format: format.clone(), mode: 0o444, from_parent: false };
            PlannedStage::new(Stage::Lock(stage)).end(End::Broken, broken())
        };

        // 1
        if let Some(look) = &look {
            add(PlannedStage::new(Stage::AwaitFree(look.clone()))
                .mark("free")
                .end(End::Freed, finish(0))
                .end(End::Broken, broken()));
            add(lock().end(End::Held, Then::At("free", Vec::new())));
        }
        // 2, 3, 4
        let own = Own::waiting(main.value.clone(), uucp);
        // Opened first: what is no terminal, /dev/null say, must keep its owner and mode.
        add(deaf(open(&main, 4).end(End::Busy, fail()).end(End::Gone, fail())));
        add(PlannedStage::new(Stage::Own(own)));
        let line = main.value.name.clone();
        add(PlannedStage::new(Stage::Account(Account::waits(line.clone(), record_id(&line)))));
        add(deaf(PlannedStage::new(Stage::TakeTerminal(TakeTerminal { steal: true }))));
        if let Some(time) = hang_up {
            add(deaf(PlannedStage::new(Stage::HangUp(HangUp { time, by: HangUpBy::Speed0 }))));
        }
        add(deaf(set_initial()));
        add(deaf(PlannedStage::new(Stage::Revoke)));
        add(deaf(PlannedStage::new(Stage::Close)));
        // 5, 6
        let opens_init = init_chat.is_some() || off_chat.is_some() || waits;
        if opens_init {
            add(open(&init, 1).end(End::Busy, finish(0)).end(End::Gone, fail()));
            add(set_initial());
        }
        if let Some(ranges) = &schedule {
            let stage = Schedule { ranges: ranges.clone(), sleep: false };
            add(PlannedStage::new(Stage::Schedule(stage)).end(End::Edge, Then::At("off", Vec::new())));
        }
        // 7
        if let Some(chat) = init_chat {
            add(set_for_chat());
            let stage = RunChat {
                name: "INIT",
                chat,
                patience: PATIENCE,
                verdicts: Vec::new(),
                lines: ModemLines::Nothing,
            };
            add(PlannedStage::new(Stage::Chat(stage)).end(End::Failed, fail()).end(End::HungUp, fail()));
            add(set_initial());
        }
        if uucp && waits {
            add(PlannedStage::new(Stage::Unlock));
        }
        // 8
        if waits {
            let because = wait_for.as_ref().map(|(word, _)| word.as_mapped(|_| ())).or(wait_char);
            let because = because.unwrap_or_else(|| Setting::built_in(()));
            // On a shared line what has arrived was thrown away under the lock; now it may be a dialer's.
            let stage = AwaitByte {
                discard_first: !uucp,
                because,
                look: look.clone(),
                idle: Setting::built_in(None),
            };
            add(gives_way(PlannedStage::new(Stage::AwaitByte(stage))));
            if uucp {
                add(lock().end(End::Held, finish(0)));
            }
            let text = match &wait_for {
                Some((word, written)) => AwaitText {
                    word: word.as_mapped(|word| Some(word.clone())),
                    written: written.clone(),
                    within: PATIENCE,
                    goodbye: None,
                    keep: false,
                },
                None => AwaitText {
                    word: Setting::built_in(None),
                    written: Vec::new(),
                    within: PATIENCE,
                    goodbye: None,
                    keep: false,
                },
            };
            add(PlannedStage::new(Stage::AwaitText(text))
                .end(End::Missed, finish(0))
                .end(End::HungUp, finish(0)));
        }
        // A ringing modem must not see DTR fall: on one device the next Open comes before the close. Twins exclude
        // each other (FreeBSD), and after INIT alone the line is closed so that carrier can be waited for.
        if opens_init && (apart || !waits) {
            add(PlannedStage::new(Stage::Close));
        }
        // 9
        add(open(&main, 1).end(End::Busy, finish(0)).end(End::Gone, fail()));
        if wait_for.is_none() {
            if uucp {
                add(PlannedStage::new(Stage::Unlock));
            }
            let stage = AwaitCarrier { look };
            add(gives_way(PlannedStage::new(Stage::AwaitCarrier(stage))));
        }
        // 10
        if uucp {
            add(lock().end(End::Held, finish(0)));
        }
        add(PlannedStage::new(Stage::TakeTerminal(TakeTerminal { steal: true })));
        // What followed RING belongs to the call; only a line on which nothing was read yet is emptied.
        add(PlannedStage::new(Stage::Modes(SetModes {
            changes: Vec::new(),
            drain: Duration::ZERO,
            discard: !waits,
        })));
        // 11
        if waits && delay.value > 0 {
            add(PlannedStage::new(Stage::Settle(Settle::pause(delay.map(seconds))))
                .end(End::HungUp, finish(0)));
        }
        if let Some(stage) = self.ringback(wait_for.as_ref().map(|(word, _)| &word.value)) {
            add(PlannedStage::new(Stage::Ringback(stage))
                .end(End::Missed, finish(0))
                .end(End::HungUp, finish(0)));
        }
        // 12
        if let Some(chat) = connect {
            let stage = Answer {
                name: "CONNECT",
                chat,
                patience: PATIENCE,
                verdicts: Vec::new(),
                leave_rest: false,
                tells: false,
                speed_from_call: Setting::built_in(false),
            };
            add(PlannedStage::new(Stage::Answer(stage)).end(End::Failed, fail()).end(End::HungUp, fail()));
        }
        // 13
        add(PlannedStage::new(Stage::Greet(self.greet(&operands.term, reader)))
            .mark("greet")
            .end(End::HungUp, finish(0)));
        let mailer = self.mailer();
        let read = self.read_name(mailer.as_ref());
        let timeout = read.timeout.value;
        let mut name = PlannedStage::new(Stage::ReadName(read));
        if let Some(time) = timeout {
            let text = format!("\r\nTimed out after {} seconds.\r\n", time.as_secs());
            let parting = vec![
                Parting::Say(text.into_bytes()),
                Parting::Log(Level::Notice, "no name in time"),
                Parting::HangUp,
                Parting::Pause(Duration::from_secs(5)),
            ];
            name = name.end(End::Timeout, Then::Finish(1, parting));
        }
        add(name
            .end(End::Left, finish(0))
            .end(End::HungUp, finish(0))
            .end(End::NextSpeed, Then::At("greet", Vec::new())));
        // 14
        let login = self.login(&operands.term, mailer);
        add(PlannedStage::new(Stage::Login(login)).end(End::Failed, fail()).end(End::Gone, finish(0)));
        // 15
        if let Some(ranges) = schedule {
            let mark = if let Some(chat) = off_chat {
                add(set_for_chat().mark("off"));
                add(PlannedStage::new(Stage::Chat(RunChat {
                    name: "OFF",
                    chat,
                    patience: PATIENCE,
                    verdicts: Vec::new(),
                    lines: ModemLines::Nothing,
                }))
                .end(End::Failed, fail())
                .end(End::HungUp, fail()));
                None
            } else {
                Some("off")
            };
            let mut close = PlannedStage::new(Stage::Close);
            close.mark = mark;
            add(close);
            if uucp {
                add(PlannedStage::new(Stage::Unlock));
            }
            add(PlannedStage::new(Stage::Schedule(Schedule { ranges, sleep: true }))
                .end(End::Edge, finish(0)));
        }
        plan
    }
}

#[cfg(test)]
mod tests {
    use super::record_id;

    #[test]
    fn gps_72_ids_are_the_ends_of_names() {
        for (line, id) in
            [("ttyS1", "tyS1"), ("tty1", "tty1"), ("pts/12", "s/12"), ("ttyUSB10", "SB10"), ("co", "co")]
        {
            assert_eq!(record_id(line.as_bytes()), id.as_bytes(), "{line}");
        }
        assert_eq!(record_id(b""), b"");
    }
}
