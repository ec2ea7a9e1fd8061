//! The stages that talk to the modem (§3): how it is initialised, how it answers, and the chats whose outcome does not
//! matter.

use super::chat::{FAILURES, FAX, HANG_UPS, Script, exactly, read};
use super::config::Config;
use crate::plan::chat::{Atom, Chat, Field};
use crate::plan::setting::{Origin, Setting};
use crate::plan::stage::{
    Answer, AwaitModem, End, Level, Mark, ModemLines, Parting, PlannedStage, RunChat, SetModes, Stage, Then,
    Verdict,
};
use std::time::Duration;

/// The mark of the stage that follows once the modem is initialised.
pub const READY: Mark = "ready";
const RESCUE: Mark = "rescue";
const OFF: Mark = "off";
const PLAIN: Mark = "plain init";

/// How long each answer may take to a command that initialises the modem.
const INIT: Duration = Duration::from_secs(20);
/// How long in the chats whose outcome does not matter.
const STEP: Duration = Duration::from_secs(10);
/// How long a line that ended in a carriage return waits for its line feed.
const LINE_END: Duration = Duration::from_secs(1);
/// What initialises a modem that knows nothing else.
const PLAIN_INIT: &[u8] = br#""" ATS0=0 OK"#;
/// The place of the second command's answer in a chat of two.
const SECOND_ANSWER: usize = 4;

/// How the modem is initialised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Init {
    /// The init-chat. It goes on with the next stage, which must have the mark [`READY`].
    pub first: PlannedStage,
    /// The stages that only a jump reaches, in their order: what is tried if a modem says nothing, or knows the
    /// built-in commands not.
    pub aside: Vec<PlannedStage>,
}

/// Initialises the modem: init-chat; if something that it waits for does not come, force-init-chat and init-chat once
/// more. A word that ends a chat ends it for good: the modem is there, and does not want to. What failed for good
/// comes out as `failed` says.
pub fn init(config: &Config, failed: &Then) -> Init {
    let chat = |name, script: &Setting<Script>| {
        let mut run = run_chat(name, script, INIT);
        run.verdicts = script.value.verdicts(FAILURES, End::Refused);
        run
    };
    let stage = |run: RunChat| {
        PlannedStage::new(Stage::Chat(run))
            .end(End::Failed, failed.clone())
            .end(End::Refused, failed.clone())
            .end(End::HungUp, failed.clone())
    };
    let mut run = chat("init-chat", &config.init_chat);
    let is_ours = config.init_chat.origin == Origin::BuiltIn;
    if is_ours {
        run.verdicts.insert(0, Verdict { word: exactly(b"ERROR"), from: SECOND_ANSWER, end: End::Missed });
    }
    let initialise = || {
        let plain = Then::At(
            PLAIN,
            vec![Parting::Log(
                Level::Warning,
                "the modem does not take the second command of the built-in init-chat: ATS0=0 in its place",
            )],
        );
        let stage = stage(run.clone());
        if is_ours { stage.end(End::Missed, plain) } else { stage }
    };
    let mut first = initialise();
    first.ends.retain(|(end, _)| *end != End::Failed);
    first = first.end(
        End::Failed,
        Then::At(RESCUE, vec![Parting::Log(Level::Warning, "init-chat failed: force-init-chat is tried")]),
    );
    let ready = Then::At(READY, Vec::new());
    let discard = SetModes { discard: true, ..SetModes::default() };
    let mut aside = vec![
        stage(chat("force-init-chat", &config.force_init_chat)).mark(RESCUE),
        PlannedStage::new(Stage::Modes(discard)).end(End::Failed, failed.clone()),
        initialise().end(End::Done, ready.clone()),
    ];
    if is_ours {
        let script = Setting::built_in(read(PLAIN_INIT, &|_| None, &mut Vec::new()));
        aside.push(stage(chat("init-chat", &script)).mark(PLAIN).end(End::Done, ready));
    }
    Init { first, aside }
}

/// Picks a call up: [`End::Failed`] if what is waited for does not come, [`End::NoCarrier`] if the modem says that
/// there is no connection, [`End::Fax`] if a fax machine calls.
pub fn answer(config: &Config) -> Answer {
    let script = &config.answer_chat;
    let mut verdicts = script.value.verdicts(&[FAILURES, HANG_UPS].concat(), End::NoCarrier);
    let fax = |word: &&str| Verdict { word: exactly(word.as_bytes()), from: 0, end: End::Fax };
    verdicts.extend(FAX.iter().map(fax));
    let mut chat = chat(script);
    // Not every modem ends its lines in a line feed.
    if let Some(Field::Expect(last)) = chat.value.fields.last_mut()
        && last.first.pattern == [Atom::Byte(b'\n')]
    {
        last.first.or_after = Some((b'\r', LINE_END));
    }
    Answer {
        name: "answer-chat",
        chat,
        patience: config.answer_chat_timeout.value,
        verdicts,
        leave_rest: false,
        tells: true,
        speed_from_call: config.autobauding.clone(),
    }
}

/// What is said to the modem on the way, and does not matter: post-init-chat, get-cnd-chat, statistics-chat.
pub fn unheeded(name: &'static str, script: &Setting<Option<Script>>) -> Option<RunChat> {
    let given = script.value.clone()?;
    let given = script.as_mapped(|_| given);
    let mut run = run_chat(name, &given, STEP);
    run.verdicts = given.value.verdicts(&[], End::Failed);
    Some(run)
}

impl Init {
    /// When the modem says nothing, its wires are looked at before anything else is tried.
    pub fn look_first(&mut self, wait: AwaitModem) {
        for (_, then) in &mut self.first.ends {
            if let Then::At(mark, _) = then
                && *mark == RESCUE
            {
                *mark = OFF;
            }
        }
        self.aside.insert(0, PlannedStage::new(Stage::AwaitModem(wait)).mark(OFF));
    }
}

/// A chat that stands in no file.
pub(super) fn chat_of(script: &[u8]) -> Setting<Chat> {
    chat(&Setting::built_in(read(script, &|_| None, &mut Vec::new())))
}

fn run_chat(name: &'static str, script: &Setting<Script>, patience: Duration) -> RunChat {
    RunChat { name, chat: chat(script), patience, verdicts: Vec::new(), lines: ModemLines::Nothing }
}

pub(super) fn chat(script: &Setting<Script>) -> Setting<Chat> {
    script.as_mapped(|script| script.chat.clone())
}

#[cfg(test)]
mod tests;
