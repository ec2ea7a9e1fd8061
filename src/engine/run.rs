//! One life of a line: what it holds, what it has learnt, and the verbs that stages are made of.
//!
//! Verbs return `Result<_, Next>`; `?` leaves the stage when a signal, a hang-up or a dead line says so.

use super::audit;
use super::hear::caller::Call;
use super::hear::fax_model::Class;
use super::hear::lcp::LcpEar;
use super::stage;
use super::timetable::Timetable;
use super::world::{
    Did, Got, Heard, Holder, Host, KeptPage, Line, LineError, LogEntry, Moment, Note, Program, Queue, Watch,
};
use polygetty_compat::plan::LinePlan;
use polygetty_compat::plan::modes::{Char, Field, Flag, Modes};
use polygetty_compat::plan::speed::SpeedEntry;
use polygetty_compat::plan::stage::{Admitted, CallEars, Candidate, End, Level, Parting, Variable};
use polygetty_compat::source::FilePath;
use std::collections::VecDeque;
use std::time::Duration;

/// What leaves a stage before its own end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// The stage comes out like this.
    End(End),
    /// This life ends.
    Finish(u8, Vec<Parting>),
}

/// What a listening stage hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ear {
    /// A byte; a BREAK is a NUL.
    Byte(u8),
    /// The line was hung up.
    HungUp,
    /// The deadline.
    Until,
}

/// A subject of debug entries: its bit in the mask and its name (getty_ps §9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject(pub u32, pub &'static str);

impl Subject {
    /// The command line; the plan brings its entries.
    pub const OPTIONS: Self = Self(0o1, "D_OPT");
    /// The defaults file; the plan brings its entries.
    pub const DEFAULTS: Self = Self(0o2, "D_DEF");
    /// Records of who is on.
    pub const RECORDS: Self = Self(0o4, "D_UTMP");
    /// Chats.
    pub const CHAT: Self = Self(0o10, "D_INIT");
    /// Speed entries and modes.
    pub const ENTRIES: Self = Self(0o20, "D_GTAB");
    /// The run itself.
    pub const RUN: Self = Self(0o40, "D_RUN");
    /// Ringback.
    pub const RINGBACK: Self = Self(0o100, "D_RB");
    /// Lock files.
    pub const LOCKS: Self = Self(0o200, "D_LOCK");
    /// The timetable.
    pub const TIMETABLE: Self = Self(0o400, "D_SCH");
}

/// What was learnt while the name was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Learnt {
    /// Modes that are added to the final ones.
    pub flags: Vec<Flag>,
    /// Modes that are taken from them.
    pub without: Vec<Flag>,
    /// Seven bits and this parity (odd?), if the entry does not say.
    pub odd_parity: Option<bool>,
    /// The erase character that the caller used.
    pub erase: Option<u8>,
}

/// How far a caller has come who is asked for a name. What was typed in vain buys no more time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Asked {
    /// There was no prompt yet.
    #[default]
    Never,
    /// There was one.
    Once,
    /// The time is over, and the caller was told so.
    Warned,
}

/// A program that was chosen by the first bytes of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// The program, whole.
    pub program: Program,
    /// Where its choice stands, for people.
    pub origin: String,
}

/// A modem that takes faxes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaxModem {
    /// Its language.
    pub class: Class,
    /// What is odd about it.
    pub quirks: u32,
}

/// What came of a fax, so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReceivedFax {
    /// The sender's name; perhaps none.
    pub sender: Vec<u8>,
    /// How the modem ended it; below zero: it did not.
    pub code: i32,
    /// The pages that are kept.
    pub pages: Vec<KeptPage>,
    /// The file that holds all of them instead of one each.
    pub bundle: Option<FilePath>,
    /// How long it took.
    pub took: Duration,
}

impl ReceivedFax {
    /// Where its pages are.
    pub fn files(&self) -> Vec<&FilePath> {
        match &self.bundle {
            Some(path) => vec![path],
            None => self.pages.iter().map(|page| &page.path).collect(),
        }
    }
}

/// How long output may stand still before the line counts as dead: nobody reads a line that is held by XOFF or
/// a modem that has dropped CTS, and a getty must not hang on it for ever.
const STUCK: Duration = Duration::from_secs(60);
/// What came before a deadline is heard even if we are so much late: the machine was busy.
const LATE: Duration = Duration::from_secs(1);

/// One life.
pub struct Run<'a, H: Host> {
    /// The plan.
    pub plan: &'a LinePlan,
    /// The world.
    pub host: &'a mut H,
    /// The open line; it is closed before the locks go.
    pub line: Option<H::Line>,
    /// The line's locks.
    pub locks: Option<H::Locks>,
    /// The file that says that we watch the line; it goes last.
    pub pid_file: Option<H::PidFile>,
    /// Who had the line when we found it in use.
    pub holder: Option<Holder>,
    /// Who is heard beside people; None: whoever a stage listens for.
    pub ears: Option<CallEars>,
    /// What was read and not used yet: CONNECT and what follows it may come in one read.
    pub reader: VecDeque<u8>,
    /// What may be the beginning of a PPP caller's frame: it can end in a later stage.
    pub ppp: LcpEar,
    /// The entry in force; its speed may have been learnt from a modem.
    pub entry: SpeedEntry,
    /// What was learnt while the name was read.
    pub learnt: Learnt,
    /// The name.
    pub name: Vec<u8>,
    /// When the time for a name is over.
    pub name_until: Option<Moment>,
    /// How far the caller has come with it.
    pub asked: Asked,
    /// Variables that the login program gets beside those of the plan.
    pub variables: Vec<Variable>,
    /// What a mailer said that called in place of a person.
    pub machine: Option<Vec<u8>>,
    /// The program that the first bytes of the call chose.
    pub chosen: Option<Chosen>,
    /// The words after the name.
    pub words: Admitted,
    /// The byte that woke a waiting line, if it counts.
    pub first_byte: Option<u8>,
    /// How often it has rung.
    pub rings: u32,
    /// Which ring it was; 0 where there is but one.
    pub distinctive: i32,
    /// We called the caller back.
    pub called_back: bool,
    /// The process that has the line and hands its call over to us.
    pub handed_over: Option<i32>,
    /// The line that we call on, where there was a choice.
    pub candidate: Option<&'a Candidate>,
    /// The number that was asked for.
    pub number: Option<Vec<u8>>,
    /// When no call is tried any more.
    pub calls_until: Option<Moment>,
    /// The process that has taken our call over.
    pub watcher: Option<i32>,
    /// What the modem told of the call.
    pub call: Call,
    /// What the modem is to faxes, if it takes any.
    pub fax: Option<FaxModem>,
    /// The fax that is received, or was.
    pub received: ReceivedFax,
    /// The call is over by itself: that the line is hung up is no news.
    pub is_over: bool,
    /// A signal asks that a call be picked up.
    pub pick_up: bool,
    /// When the word that was waited for had come.
    pub heard_word: Option<Moment>,
    /// When calls are taken, if not always.
    pub timetable: Option<Timetable>,
    /// The place of the stage in the plan.
    pub at: usize,
    /// While a name is read, notes count bytes only.
    pub secret: bool,
    /// Read no byte before it is needed: what follows is for another program.
    pub sip: bool,
    /// The modes that the line had when it was first opened.
    pub found: Option<Modes>,
}

impl<'a, H: Host> Run<'a, H> {
    /// A life that has not begun.
    pub fn new(plan: &'a LinePlan, entry: SpeedEntry, host: &'a mut H) -> Self {
        Self {
            plan,
            host,
            line: None,
            locks: None,
            pid_file: None,
            holder: None,
            ears: None,
            reader: VecDeque::new(),
            ppp: LcpEar::default(),
            entry,
            learnt: Learnt::default(),
            name: Vec::new(),
            name_until: None,
            asked: Asked::Never,
            variables: Vec::new(),
            machine: None,
            chosen: None,
            words: Admitted::default(),
            first_byte: None,
            rings: 0,
            distinctive: 0,
            called_back: false,
            handed_over: None,
            candidate: None,
            number: None,
            calls_until: None,
            watcher: None,
            call: Call::default(),
            fax: None,
            received: ReceivedFax::default(),
            is_over: false,
            pick_up: false,
            heard_word: None,
            timetable: None,
            at: 0,
            secret: false,
            sip: false,
            found: None,
        }
    }

    /// Writes to the log.
    pub fn log(&mut self, level: Level, text: &str) {
        self.host.log(LogEntry { level, text });
    }

    /// Writes a debug entry if its subject is wanted.
    pub fn debug(&mut self, subject: Subject, text: &str) {
        if self.plan.debug.value & subject.0 != 0 {
            // The subjects' names are those of a log that all lines share.
            let text = match self.is_followed() {
                true => text.to_owned(),
                false => format!("{}: {text}", subject.1),
            };
            self.log(Level::Debug, &text);
        }
    }

    /// Whether the line has a log of its own, which follows what is said and heard byte by byte.
    pub fn is_followed(&self) -> bool {
        self.plan.log.line.is_some()
    }

    /// This much later than now.
    pub fn later(&self, time: Duration) -> Moment {
        self.host.now().after(time)
    }

    /// The open line; a stage that needs one ends as `gone` without it.
    pub fn line(&mut self) -> Result<&mut H::Line, Next> {
        self.line.as_mut().ok_or(Next::End(End::Gone))
    }

    /// Lets time pass, whatever the line says.
    pub fn pause(&mut self, time: Duration) -> Result<(), Next> {
        let until = self.later(time);
        loop {
            match self.host.wait(Watch::nothing(), Some(until)) {
                Heard::Signal(caught) => self.on_signal(caught)?,
                Heard::Until => return Ok(()),
                Heard::Readable | Heard::HungUp | Heard::Carrier(_) | Heard::Writable | Heard::Child(_) => {}
            }
        }
    }

    /// The next byte, a hang-up, or the deadline.
    pub fn hear(&mut self, until: Option<Moment>) -> Result<Ear, Next> {
        loop {
            if let Some(byte) = self.reader.pop_front() {
                if self.is_followed() && !self.secret {
                    self.host.note(Note::Taken(byte));
                }
                return Ok(Ear::Byte(byte));
            }
            match self.wait_for(until, true, None)? {
                // Who never pauses is heard beyond the deadline, but not for ever.
                Heard::Readable if until.is_some_and(|until| self.host.now().since(until) > LATE) => {
                    return Ok(Ear::Until);
                }
                Heard::Readable => {
                    if !self.read()? {
                        return Ok(Ear::HungUp);
                    }
                }
                Heard::HungUp => return Ok(Ear::HungUp),
                Heard::Until => return Ok(Ear::Until),
                Heard::Signal(_) | Heard::Carrier(_) | Heard::Writable | Heard::Child(_) => {}
            }
        }
    }

    /// Waits on the line; signals are dealt with here.
    pub fn wait_for(
        &mut self,
        until: Option<Moment>,
        readable: bool,
        carrier: Option<bool>,
    ) -> Result<Heard, Next> {
        loop {
            let line = Some(self.line.as_ref().ok_or(Next::End(End::Gone))?);
            let heard =
                self.host.wait(Watch { line, readable, writable: false, carrier, child: None }, until);
            match heard {
                Heard::Signal(caught) => self.on_signal(caught)?,
                other => return Ok(other),
            }
        }
    }

    /// Reads what is there into the reader; false when the line has ended.
    fn read(&mut self) -> Result<bool, Next> {
        let mut buffer = [0u8; 512];
        let most = if self.sip { 1 } else { buffer.len() };
        let got = self.line()?.read(buffer.get_mut(..most).unwrap_or_default());
        match got {
            Ok(Got::Bytes(n)) => {
                let bytes = buffer.get(..n).unwrap_or(&buffer);
                self.reader.extend(bytes);
                self.host.note(if self.secret { Note::HeardSecret(n) } else { Note::Heard(bytes) });
                Ok(true)
            }
            Ok(Got::Nothing) => Ok(true),
            Ok(Got::End) | Err(LineError::HungUp) => Ok(false),
            Err(error) => {
                self.log(Level::Error, &format!("cannot read from {}: {error}", self.line_name()));
                Ok(false)
            }
        }
    }

    /// Types bytes. Ends the stage as hung up if the line is dead or takes nothing for a minute.
    pub fn say(&mut self, bytes: &[u8]) -> Result<(), Next> {
        let mut rest = bytes;
        let mut until = self.later(STUCK);
        while !rest.is_empty() {
            match self.line()?.write(rest) {
                Ok(0) => {
                    let line = self.line.as_ref();
                    let watch = Watch { line, readable: false, writable: true, carrier: None, child: None };
                    match self.host.wait(watch, Some(until)) {
                        Heard::Signal(caught) => self.on_signal(caught)?,
                        Heard::HungUp => return Err(Next::End(End::HungUp)),
                        Heard::Until => {
                            let text =
                                format!("{} took no output for {} s", self.line_name(), STUCK.as_secs());
                            self.log(Level::Warning, &text);
                            return Err(Next::End(End::HungUp));
                        }
                        Heard::Writable | Heard::Readable | Heard::Carrier(_) | Heard::Child(_) => {}
                    }
                }
                Ok(n) => {
                    let (said, left) = rest.split_at(n.min(rest.len()));
                    self.host.note(Note::Said(said));
                    rest = left;
                    until = self.later(STUCK);
                }
                Err(LineError::HungUp) => return Err(Next::End(End::HungUp)),
                Err(error) => {
                    self.log(Level::Error, &format!("cannot write to {}: {error}", self.line_name()));
                    return Err(Next::End(End::HungUp));
                }
            }
        }
        Ok(())
    }

    /// Text with CR LF as this line wants it: one that maps LF itself (OPOST, ONLCR) would make CR CR LF of that.
    pub fn lines(&self, text: &[u8]) -> Vec<u8> {
        if !(self.entry.initial.has(Flag::OPOST) && self.entry.initial.has(Flag::ONLCR)) {
            return text.to_vec();
        }
        let mut out = Vec::with_capacity(text.len());
        for (at, byte) in text.iter().enumerate() {
            if !(*byte == b'\r' && text.get(at + 1) == Some(&b'\n')) {
                out.push(*byte);
            }
        }
        out
    }

    /// Waits until what was written has left, or `limit` is over. A line that cannot tell is taken at its word.
    pub fn drain(&mut self, limit: Duration) -> Result<(), Next> {
        let until = self.later(limit);
        while let Some(unsent) = self.line.as_ref().and_then(Line::unsent).filter(|n| *n > 0) {
            if self.host.now() >= until {
                return Ok(());
            }
            let bps = self.entry.initial.speed.filter(|bps| *bps > 0).unwrap_or(9600);
            let bits = u64::try_from(unsent).unwrap_or(u64::MAX).saturating_mul(10_000);
            let estimate = Duration::from_millis((bits / u64::from(bps)).clamp(5, 1000));
            self.pause(estimate.min(until.since(self.host.now())))?;
        }
        Ok(())
    }

    /// Throws away what has arrived.
    pub fn discard(&mut self) {
        self.reader.clear();
        self.ppp = LcpEar::default();
        if let Some(line) = &mut self.line {
            let _ = line.discard(Queue::Input); // a line that is gone says so at the next read
        }
    }

    /// Sets modes; what the line did not keep is a debug entry, for no caller is lost by it (§3.5). False: the
    /// system refused, and the log says why.
    pub fn set_modes(&mut self, modes: &Modes) -> bool {
        let Some(line) = &mut self.line else { return false };
        match line.set_modes(modes) {
            Ok(kept) => {
                if !kept.differences.is_empty() {
                    let text = format!("{} did not keep {}", self.line_name(), kept.differences.join(", "));
                    self.debug(Subject::ENTRIES, &text);
                }
                true
            }
            Err(error) => {
                let text = format!("cannot set the modes of {}: {error}", self.line_name());
                self.log(Level::Warning, &text);
                false
            }
        }
    }

    /// Sets the entry's initial modes with some flags otherwise. False: the system refused.
    pub fn set_initial(&mut self, changes: &[(Flag, bool)]) -> bool {
        let mut modes = self.entry.initial.clone();
        for (flag, on) in changes {
            modes.set(*flag, *on);
        }
        let set = self.set_modes(&modes);
        let speed = modes.speed.unwrap_or(0);
        self.host.note(Note::Speed(speed, &self.entry.label));
        set
    }

    /// The final modes: the entry's, and what was learnt (§3.5).
    pub fn final_modes(&self) -> Modes {
        let mut modes = self.entry.final_modes.clone();
        modes.set_all(&self.learnt.flags, true);
        modes.set_all(&self.learnt.without, false);
        if let Some(odd) = self.learnt.odd_parity
            && !self.entry.final_names_size
        {
            use polygetty_compat::plan::modes::Value;
            modes.put(Value::CS7);
            modes.set(Flag::PARENB, true);
            modes.set(Flag::PARODD, odd);
            debug_assert_eq!(modes.value(Field::CharSize), Some(Value::CS7));
        }
        if let Some(erase) = self.learnt.erase {
            modes.put_char(Char::Erase, Some(erase));
        }
        modes
    }

    /// The line's name for people.
    pub fn line_name(&self) -> String {
        let device = self.candidate.map_or(&self.plan.facts.device.value, |line| &line.device);
        String::from_utf8_lossy(&device.name).into_owned()
    }

    /// Does what a parting says. A signal in the middle cuts short what takes time, for the life ends anyway; the
    /// line is hung up and its modes are put back all the same.
    pub fn part(&mut self, partings: &[Parting]) {
        let mut hurry = false;
        for parting in partings {
            let done = match parting {
                Parting::Log(level, text) => {
                    self.log(*level, text);
                    Ok(())
                }
                Parting::Audit(pieces) => {
                    let text = audit::entry(self, pieces);
                    self.log(Level::Audit, &text);
                    Ok(())
                }
                Parting::HangUp => {
                    let mut modes = self.entry.initial.clone();
                    modes.speed = Some(0);
                    self.set_modes(&modes);
                    Ok(())
                }
                Parting::PutBack => {
                    if let Some(modes) = self.found.clone() {
                        self.set_modes(&modes);
                    }
                    Ok(())
                }
                Parting::KeepCall => {
                    self.set_initial(&[(Flag::HUPCL, false)]);
                    Ok(())
                }
                Parting::UnlessHeld(files) => match stage::look(self, files) {
                    Ok(None) => Ok(()),
                    Ok(Some(_)) | Err(_) => return,
                },
                _ if hurry => Ok(()),
                Parting::Say(bytes) => self.say(bytes).and_then(|()| self.drain(Duration::from_secs(5))),
                Parting::Chat(chat) => {
                    self.set_initial(&[]);
                    stage::chat(self, chat).map(drop)
                }
                Parting::Pause(time) => self.pause(*time),
                Parting::Guard(life) if self.plan.under_init => {
                    self.pause(Moment(*life).since(self.host.now()))
                }
                Parting::Guard(_) => Ok(()),
            };
            hurry |= matches!(done, Err(Next::Finish(..)));
        }
    }

    /// Logs, at debug level, what a system lacks.
    pub fn lacking(&mut self, subject: Subject, what: &str, did: Result<Did, String>) {
        match did {
            Ok(Did::Done) => {}
            Ok(Did::Unsupported(why)) => self.debug(subject, &format!("{what}: {why}")),
            Err(why) => self.debug(subject, &format!("{what}: {why}")),
        }
    }
}
