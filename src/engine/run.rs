//! One life of a line: what it holds, what it has learnt, and the verbs that stages are made of.
//!
//! Verbs return `Result<_, Next>`; `?` leaves the stage when a signal, a hang-up or a dead line says so.

use super::hear::caller::Call;
use super::hear::lcp::LcpEar;
use super::timetable::Timetable;
use super::world::{Did, Holder, Host, LogEntry, Moment};
use polygetty_compat::plan::LinePlan;
use polygetty_compat::plan::modes::Modes;
use polygetty_compat::plan::speed::SpeedEntry;
use polygetty_compat::plan::stage::{Admitted, CallEars, Candidate, End, Level, Parting, Variable};
use std::collections::VecDeque;
use std::time::Duration;

mod learnt;
mod modes;
mod parting;
mod talk;

pub use learnt::{Asked, Chosen, FaxModem, Learnt, ReceivedFax};
pub use talk::Ear;

/// What leaves a stage before its own end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// The stage comes out like this.
    End(End),
    /// This life ends.
    Finish(u8, Vec<Parting>),
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

    /// The line's name for people.
    pub fn line_name(&self) -> String {
        let device = self.candidate.map_or(&self.plan.facts.device.value, |line| &line.device);
        String::from_utf8_lossy(&device.name).into_owned()
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
