//! Chats with a modem, and the speed that it tells (getty_ps §5.3, §5.4).

use super::told::Told;
use crate::engine::hear::word::WordFinder;
use crate::engine::run::{Ear, Next, Run, Subject};
use crate::engine::world::{Did, Host, Line, Moment, Note};
use polygetty_compat::plan::chat::{Atom, Chat, Expect, Field, Send, SendPart, Word};
use polygetty_compat::plan::setting::Setting;
use polygetty_compat::plan::stage::{Answer, End, Level, ModemLines, RunChat, Verdict};
use std::time::Duration;

/// How long what was sent may take to leave before a pause or a BREAK begins.
const DRAIN: Duration = Duration::from_secs(5);

/// How a chat came out.
enum Talk {
    /// Every expect was met; the digits of the last speed mark that matched.
    Through(Option<Vec<u8>>),
    /// The modem has said one of the words that end a chat.
    Ended(End, String),
    /// This did not come, in this time; this came instead. Nothing more was tried.
    Missed { word: Word, within: Duration, heard: Vec<u8>, hung_up: bool },
}

/// Runs a chat such as INIT.
pub(super) fn chat<H: Host>(run: &mut Run<'_, H>, stage: &RunChat) -> Result<End, Next> {
    let mut talker = Talker::new(stage.patience, &stage.verdicts, &stage.lines);
    let talk = talker.talk(run, &stage.chat.value);
    talker.told.close(run);
    let talk = talk?;
    Ok(outcome(run, stage.name, &stage.chat, talk))
}

/// Picks a call up and takes the speed that the modem tells.
pub(super) fn answer<H: Host>(run: &mut Run<'_, H>, stage: &Answer) -> Result<End, Next> {
    run.sip = stage.leave_rest;
    let lines = if stage.tells { &ModemLines::Call } else { &ModemLines::Nothing };
    let mut talker = Talker::new(stage.patience, &stage.verdicts, lines);
    let mut talk = talker.talk(run, &stage.chat.value);
    if matches!(talk, Ok(Talk::Through(_)))
        && let Err(next) = talker.told.finish(run)
    {
        talk = Err(next);
    }
    talker.told.close(run);
    run.sip = false;
    let talk = talk?;
    if let Talk::Through(Some(digits)) = &talk {
        take_speed(run, digits);
    }
    if matches!(talk, Talk::Through(_)) && stage.speed_from_call.value {
        take_speed_of_call(run);
    }
    Ok(outcome(run, stage.name, &stage.chat, talk))
}

/// The speed that the modem said with `CONNECT` becomes the line's, if it can be (mgetty, 6.1).
pub(super) fn take_speed_of_call<H: Host>(run: &mut Run<'_, H>) {
    let Some(speed) = run.call.speed().filter(|bps| *bps > 0 && run.host.speed_fits(*bps)) else {
        let said = run.call.connect.as_deref().unwrap_or_default().escape_ascii().to_string();
        return run.log(Level::Error, &format!("autobauding: cannot parse 'CONNECT {said}'"));
    };
    run.entry.initial.speed = Some(speed);
    run.entry.final_modes.speed = Some(speed);
    run.log(Level::Info, &format!("autobauding: {speed} bit/s"));
    run.set_initial(&[]);
}

/// How the stage comes out, said in the log if that is not well.
fn outcome<H: Host>(run: &mut Run<'_, H>, name: &str, chat: &Setting<Chat>, talk: Talk) -> End {
    match talk {
        Talk::Through(_) => End::Done,
        Talk::Ended(end, word) => {
            if run.is_followed() {
                run.log(Level::Info, &format!("found action string: ``{word}''"));
            }
            let level = if end == End::Done || end == End::Fax { Level::Info } else { Level::Notice };
            run.log(level, &format!("{name} ended: the modem said {word}"));
            end
        }
        Talk::Missed { hung_up, .. } => {
            complain(run, name, chat, talk);
            if hung_up { End::HungUp } else { End::Failed }
        }
    }
}

/// The entry of this label, else this speed, else a warning (GPS-38 to GPS-40).
pub(super) fn take_speed<H: Host>(run: &mut Run<'_, H>, digits: &[u8]) {
    let shown = digits.escape_ascii().to_string();
    if let Some(entry) = run.plan.entries.iter().find(|entry| entry.label == digits) {
        run.entry = entry.clone();
        run.debug(Subject::ENTRIES, &format!("the modem says {shown}: entry \"{shown}\""));
    } else {
        let speed = shown.parse::<u32>().ok().filter(|bps| *bps > 0 && run.host.speed_fits(*bps));
        let Some(speed) = speed else {
            let now = run.entry.initial.speed.unwrap_or(0);
            let text = format!(
                "the modem says {shown}: no gettydefs entry of that label, and no speed of this line; stays at {now}"
            );
            run.log(Level::Warning, &text);
            return;
        };
        run.entry.initial.speed = Some(speed);
        run.entry.final_modes.speed = Some(speed);
        run.debug(
            Subject::ENTRIES,
            &format!("the modem says {shown}: that speed, in entry \"{}\"", run.entry.label.escape_ascii()),
        );
    }
    run.set_initial(&[]);
}

fn complain<H: Host>(run: &mut Run<'_, H>, name: &str, chat: &Setting<Chat>, missed: Talk) {
    let Talk::Missed { word, within, heard, hung_up } = missed else { return };
    let origin = run.plan.origin(&chat.origin);
    let wanted: String = word.pattern.iter().map(shown).collect();
    if run.is_followed() && !hung_up {
        let text = format!("timeout in chat script, waiting for `{}'", followed(&word));
        run.log(Level::Info, &text);
    }
    let why = if hung_up {
        format!("the line was hung up while \"{wanted}\" was expected")
    } else {
        format!("no \"{wanted}\" within {} s", within.as_secs())
    };
    let line = run.line_name();
    let got = if heard.is_empty() {
        format!("the modem sent nothing. Is it on, and is {line} its port?")
    } else {
        let tail = heard.get(heard.len().saturating_sub(60)..).unwrap_or(&heard);
        let digits = if is_in_digits(&heard) { "; the modem answers in digits: ATV1" } else { "" };
        format!("the modem sent {}{digits}", tail.escape_ascii())
    };
    run.log(Level::Error, &format!("warning: {name} sequence failed: {why} ({origin}); {got}"));
}

/// Whether the last line of an answer is a number, as after `ATV0`.
fn is_in_digits(heard: &[u8]) -> bool {
    let mut lines = heard.split(|byte| matches!(byte, b'\r' | b'\n')).rev();
    lines
        .find(|line| !line.is_empty())
        .is_some_and(|line| line.len() <= 2 && line.iter().all(u8::is_ascii_digit))
}

/// A word as the log of a line has it.
fn followed(word: &Word) -> String {
    let shown = |atom: &Atom| match atom {
        Atom::Byte(byte @ b' '..=b'~') => char::from(*byte),
        Atom::Byte(_) | Atom::Speed => '_',
    };
    word.pattern.iter().map(shown).collect()
}

/// An atom as chat traces show it: `[speed]` for the mark, `^X` for control bytes (§9).
fn shown(atom: &Atom) -> String {
    match atom {
        Atom::Speed => "[speed]".into(),
        Atom::Byte(byte) if *byte < 0x20 => format!("^{}", char::from(byte ^ 0x40)),
        Atom::Byte(byte) => byte.escape_ascii().to_string(),
    }
}

/// Bytes as chat traces show them (§9).
fn traced(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| shown(&Atom::Byte(*byte))).collect()
}

/// Bytes as the log of a line has them.
fn streamed(bytes: &[u8]) -> String {
    let shown = |byte: &u8| match byte {
        b' '..=b'~' => char::from(*byte).to_string(),
        byte => format!("[{byte:02x}]"),
    };
    bytes.iter().map(shown).collect()
}

/// One chat while it runs: how long an expect may take, which field it has come to, and the words that end it, which
/// are heard whatever it waits for.
struct Talker<'p> {
    patience: Duration,
    field: usize,
    verdicts: Vec<(WordFinder, &'p Verdict)>,
    told: Told<'p>,
}

impl<'p> Talker<'p> {
    fn new(patience: Duration, verdicts: &'p [Verdict], lines: &'p ModemLines) -> Self {
        let finder = |verdict: &'p Verdict| (WordFinder::new(&verdict.word), verdict);
        Self { patience, field: 0, verdicts: verdicts.iter().map(finder).collect(), told: Told::new(lines) }
    }

    fn talk<H: Host>(&mut self, run: &mut Run<'_, H>, chat: &Chat) -> Result<Talk, Next> {
        let mut digits = None;
        for (at, field) in chat.fields.iter().enumerate() {
            self.field = at;
            match field {
                Field::Send(send) => transmit(run, send, &mut self.patience)?,
                Field::Expect(expect) => match self.meet(run, expect)? {
                    Talk::Through(learnt) => digits = learnt.or(digits),
                    ended => return Ok(ended),
                },
            }
        }
        Ok(Talk::Through(digits))
    }

    /// An expect field: the word, or each sub-send and its word.
    fn meet<H: Host>(&mut self, run: &mut Run<'_, H>, expect: &Expect) -> Result<Talk, Next> {
        let mut talk = self.listen(run, &expect.first)?;
        for (send, word) in &expect.otherwise {
            if !matches!(talk, Talk::Missed { hung_up: false, .. }) {
                return Ok(talk);
            }
            transmit(run, send, &mut self.patience)?;
            talk = match word {
                Some(word) => self.listen(run, word)?,
                None => Talk::Through(None), // a field that ends in a sub-send counts as matched (§5.3)
            };
        }
        Ok(talk)
    }

    /// Waits for one word. Bytes behind it stay for the next.
    fn listen<H: Host>(&mut self, run: &mut Run<'_, H>, word: &Word) -> Result<Talk, Next> {
        let mut finder = WordFinder::new(word);
        if finder.is_empty() {
            return Ok(Talk::Through(None));
        }
        let within = word.within.unwrap_or(self.patience);
        let until = run.later(within);
        let missed = |finder: &WordFinder, hung_up| {
            Ok(Talk::Missed { word: word.clone(), within, heard: finder.heard().to_vec(), hung_up })
        };
        if run.is_followed() {
            run.log(Level::Info, &format!("waiting for ``{}''", followed(word)));
            run.log(Level::Debug, "got: ");
        }
        let found = |run: &mut Run<'_, H>, digits| {
            if run.is_followed() {
                run.host.note(Note::Behind(" ** found **"));
            }
            Ok(Talk::Through(digits))
        };
        let mut enough: Option<Moment> = None;
        loop {
            match run.hear(Some(enough.map_or(until, |enough| enough.min(until))))? {
                Ear::Byte(byte) => {
                    // What comes in place of the byte that may be left out is not ours.
                    if enough.is_some()
                        && let (Some((last, _)), [Atom::Byte(wanted)]) = (word.or_after, &*word.pattern)
                        && byte != last
                        && byte != *wanted
                    {
                        run.reader.push_front(byte);
                        return found(run, None);
                    }
                    self.told.feed(run, byte);
                    let verdict = self.judge(byte);
                    if let Some(came) = finder.feed(byte) {
                        if !run.is_followed() {
                            let heard = traced(finder.heard());
                            run.debug(Subject::CHAT, &format!("got it: {heard}"));
                        }
                        return found(run, came.digits);
                    }
                    if let Some(verdict) = verdict {
                        let said: String = verdict.word.pattern.iter().map(shown).collect();
                        return Ok(Talk::Ended(verdict.end, said));
                    }
                    let after = word.or_after.filter(|(last, _)| *last == byte);
                    enough = enough.or(after.map(|(_, time)| run.later(time)));
                }
                Ear::HungUp => return missed(&finder, true),
                Ear::Until if enough.is_some_and(|enough| enough <= until) => {
                    return found(run, None);
                }
                Ear::Until => return missed(&finder, false),
            }
        }
    }

    /// The verdict that ends with this byte. One whose place has not come hears nothing yet.
    fn judge(&mut self, byte: u8) -> Option<&'p Verdict> {
        let mut ended = None;
        let field = self.field;
        for (finder, verdict) in self.verdicts.iter_mut().filter(|(_, verdict)| verdict.from <= field) {
            if finder.feed(byte).is_some() {
                ended = ended.or(Some(*verdict));
            }
        }
        ended
    }
}

fn transmit<H: Host>(run: &mut Run<'_, H>, send: &Send, patience: &mut Duration) -> Result<(), Next> {
    if run.is_followed() {
        let sent = send.parts.iter().map(|part| match part {
            SendPart::Bytes(bytes) => streamed(bytes),
            SendPart::Pause(_) | SendPart::Break(_) | SendPart::Patience(_) => String::new(),
        });
        let sent: String = sent.collect();
        run.log(Level::Info, &format!("send: {sent}"));
    }
    for part in &send.parts {
        match part {
            SendPart::Bytes(bytes) => {
                if !run.is_followed() {
                    run.debug(Subject::CHAT, &format!("sending {}", traced(bytes)));
                }
                run.say(bytes)?;
            }
            SendPart::Pause(time) => {
                run.drain(DRAIN)?;
                run.pause(*time)?;
            }
            SendPart::Break(time) => {
                run.drain(DRAIN)?;
                send_break(run, *time)?;
            }
            SendPart::Patience(time) => *patience = *time,
        }
    }
    Ok(())
}

fn send_break<H: Host>(run: &mut Run<'_, H>, time: Duration) -> Result<(), Next> {
    let did = run.line()?.set_break(true).map_err(|error| error.to_string());
    let works = did == Ok(Did::Done);
    run.lacking(Subject::CHAT, "BREAK", did);
    let waited = run.pause(time);
    if works {
        let _ = run.line()?.set_break(false); // the pause may have been cut short by a signal: end it first
    }
    waited
}
