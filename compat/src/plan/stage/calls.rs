//! Stages of lines that take calls: who is let in, who is heard, and which program a caller gets.

use super::{AuditPiece, CallFact, CallProgram, Variable};
use crate::plan::setting::Setting;
use crate::plan::text::Text;
use crate::source::{FilePath, FileText};
use std::time::Duration;

/// [`Stage::AwaitModem`](super::Stage::AwaitModem)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwaitModem {
    /// What asked for it.
    pub because: Setting<()>,
    /// How often to look at its wires.
    pub look_every: Duration,
}

/// [`Stage::AdmitCall`](super::Stage::AdmitCall)
///
/// The file is asked first; a program is not told of a call that the file refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdmitCall {
    /// The file that says whose calls are answered; it is read anew for each call. Everybody's, if there is none.
    pub callers: Setting<FilePath>,
    /// The most of it that is read, in bytes.
    pub limit: usize,
    /// How it is read.
    pub judge: JudgeCall,
    /// A program that refuses a call by status 1.
    pub program: Option<CallProgram>,
}

/// What a file says of a caller.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallJudged {
    /// The call is not answered.
    pub refused: bool,
    /// What of the file decided, for people; empty if nothing did.
    pub place: String,
    /// What is wrong with the file, a line each.
    pub findings: Vec<String>,
}

/// Asks a file about a caller: its path, its text, and the caller's number if it is known. Pure.
#[derive(Clone, Copy)]
pub struct JudgeCall(pub fn(&FilePath, &FileText, Option<&[u8]>) -> CallJudged);

/// [`Stage::Listen`](super::Stage::Listen)
///
/// Which programs that call in place of a person are heard by the stages that follow: only those that a file has a
/// place for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen {
    /// The file; it is read anew for each call.
    pub file: Setting<FilePath>,
    /// Who may own the file beside root: who we are.
    pub trusted: u32,
    /// The most of it that is read, in bytes.
    pub limit: usize,
    /// How it is read.
    pub read: ReadEars,
}

/// Who is heard beside people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallEars {
    /// PPP, by an LCP frame.
    pub ppp: bool,
    /// FidoNet mailers, by TSYNC, YOOHOO or EMSI.
    pub mailers: bool,
}

/// Asks a file who is heard: its path, its text, and whether we called the caller back. Pure.
#[derive(Clone, Copy)]
pub struct ReadEars(pub fn(&FilePath, &FileText, bool) -> CallEars);

/// [`Stage::AskName`](super::Stage::AskName)
///
/// The prompt is the entry's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskName {
    /// Typed in front of each prompt.
    pub lead: &'static [u8],
    /// Typed before the first prompt: mailers answer it.
    pub mailers_asked: Option<Setting<&'static [u8]>>,
    /// How long a caller has; then comes a warning.
    pub timeout: Setting<Option<Duration>>,
    /// The warning.
    pub warning: Text,
    /// How long a caller has after that.
    pub grace: Duration,
    /// What is typed when that is over, too.
    pub goodbye: Text,
    /// The longest name, in bytes.
    pub longest: usize,
    /// Lines that no person types: the modem's own words.
    pub modem_words: &'static [&'static str],
    /// The name of a PPP caller.
    pub ppp: &'static [u8],
    /// What the name of a mailer begins with, which nobody can type.
    pub mailer: u8,
    /// Nobody is asked: the login program shows no prompt of its own, for this variable has it.
    pub untold: Option<Setting<&'static str>>,
}

/// [`Stage::LoginByRule`](super::Stage::LoginByRule)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginByRule {
    /// The file of rules; it is read anew for each call.
    pub file: Setting<FilePath>,
    /// Who may own the file beside root: who we are.
    pub trusted: u32,
    /// The most of it that is read, in bytes.
    pub limit: usize,
    /// How it is read.
    pub rule: Rule,
    /// The program where no rule fits.
    pub login: Setting<FilePath>,
    /// The environment, to which what is known of the call is added.
    pub environment: Vec<Variable>,
    /// The variables for that.
    pub tells: &'static [(&'static str, CallFact)],
    /// The entry of the log for those who count calls.
    pub audit: &'static [AuditPiece],
    /// What is said where carrier is known to be low.
    pub low_carrier: &'static str,
    /// Stay until the program ends, and end it when the call is over.
    pub supervise: Setting<bool>,
}

/// Somebody who wants to log in.
#[derive(Clone, Copy, Debug, Default)]
pub struct Visitor<'a> {
    /// The name; a mailer's begins with a byte that nobody can type.
    pub name: &'a [u8],
    /// We called back.
    pub called_back: bool,
    /// What the modem said of the connection, if anything.
    pub connect: Option<&'a [u8]>,
    /// The caller's number, if it is known.
    pub caller: Option<&'a [u8]>,
}

/// What a file of rules says of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruled {
    /// The program; or why nothing runs.
    pub program: Result<RuledProgram, String>,
    /// What decided, for people: file, line and column; empty: no rule fits.
    pub place: String,
    /// Why the file has no say, if others than root can change it.
    pub distrust: Option<String>,
    /// What is wrong with the file, a line each.
    pub findings: Vec<String>,
}

/// The program for somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuledProgram {
    /// Its file; its path is absolute.
    pub path: FilePath,
    /// Its arguments; the first is its name for itself.
    pub arguments: Vec<Vec<u8>>,
    /// The account that it runs as; None: as root.
    pub account: Option<Vec<u8>>,
    /// The user to record as logged in, if one is to be.
    pub record: Option<Vec<u8>>,
}

/// Asks a file of rules about somebody: its path, its text (None: there is no file, or it cannot be read), the visitor,
/// and the program where no rule fits. Pure.
#[derive(Clone, Copy)]
pub struct Rule(pub fn(&FilePath, Option<&FileText>, &Visitor<'_>, &FilePath) -> Ruled);

pure! { JudgeCall ReadEars Rule }
