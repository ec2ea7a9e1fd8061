//! Stages of lines on which a caller may type more than a name, or be a program.

use super::{AwaitFree, Variable};
use crate::plan::setting::Setting;
use crate::source::{FilePath, FileText};
use std::time::Duration;

/// [`Stage::RunDialer`](super::Stage::RunDialer)
///
/// The program's last byte says what came of it: 0 the modem is ready; 1 to 15 a call is up at the speed of that
/// code; from 128 on a failure (SCO, 8.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunDialer {
    /// The program.
    pub program: Setting<FilePath>,
    /// Its arguments; the first is its name for itself. The last one, the speed, follows the entry if it is empty.
    pub arguments: Vec<Vec<u8>>,
    /// Its environment, whole.
    pub environment: Vec<Variable>,
    /// How long it may take; `None`: it waits for a call.
    pub limit: Option<Duration>,
    /// 0 means that a call is up.
    pub answers: bool,
    /// What it says goes to the log.
    pub traced: bool,
    /// The byte for a fax call.
    pub fax: Setting<u8>,
    /// The byte for a data call.
    pub data: Setting<u8>,
    /// When it says by USR2 that the modem waits for a call, the locks go and are looked at from then on.
    pub look: Option<AwaitFree>,
}

/// A program that is chosen by the first bytes of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// The name of its protocol.
    pub protocol: Vec<u8>,
    /// The program.
    pub program: FilePath,
    /// Its arguments, without its own name.
    pub arguments: Vec<Vec<u8>>,
    /// The bytes that it is called by; none: it is chosen by its protocol's name alone.
    pub bytes: Vec<u8>,
    /// Where it stands, for people: file, line and column.
    pub place: String,
}

/// What a file of acts holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acts {
    /// The acts, in the file's order.
    pub acts: Vec<Act>,
    /// What is wrong with it, a line each.
    pub findings: Vec<String>,
}

/// How a file of acts is read: its path, its text and whose it is. Pure.
#[derive(Clone, Copy)]
pub struct ReadActs(pub fn(&FilePath, &FileText) -> Acts);

/// [`Stage::Detect`](super::Stage::Detect)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detect {
    /// How long to listen; `None`: the act of `protocol` is chosen without a byte.
    pub window: Option<Setting<Duration>>,
    /// The one protocol that counts; empty: every act that has bytes.
    pub protocol: &'static [u8],
    /// The file, which is read when the call is up. It must be root's, and nobody else may write it.
    pub file: Setting<FilePath>,
    /// Who may own the file beside root: who we are.
    pub trusted: u32,
    /// How it is read.
    pub read: ReadActs,
    /// The most of it that is read, in bytes.
    pub limit: usize,
    /// The environment of the programs; the protocol's name is added.
    pub environment: Vec<Variable>,
}

/// [`Stage::ReadWords`](super::Stage::ReadWords)
///
/// Seven bits count; a byte without any is a BREAK. What is typed comes back as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadWords {
    /// How long each prompt waits for a complete line.
    pub timeout: Setting<Option<Duration>>,
    /// How long after a prompt what is typed is thrown away.
    pub flush: Setting<Duration>,
    /// What is typed to the first line without a lower-case letter.
    pub case_warning: Vec<u8>,
    /// The longest line, in bytes.
    pub longest: usize,
    /// What a line says.
    pub admit: Admit,
}

/// What a line says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Admitted {
    /// The first word; `None`: no name that a program may see.
    pub name: Option<Vec<u8>>,
    /// The other words.
    pub words: Vec<Vec<u8>>,
}

/// Takes a line apart: its bytes, and whether its letters are to be made small. Pure.
#[derive(Clone, Copy)]
pub struct Admit(pub fn(&[u8], bool) -> Admitted);

/// What a program is told beside the name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// What stands before the name.
    pub before: Vec<Vec<u8>>,
    /// The name in place of one that the system does not know.
    pub stranger: Option<Vec<u8>>,
    /// What becomes of the words after the name; an entry's own program has them as arguments.
    pub extras: Extras,
    /// What of them a program may see.
    pub judge: Judge,
}

/// What becomes of the words after a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extras {
    /// Variables of the environment.
    Environment,
    /// Further arguments, for a login program that makes variables of them.
    Arguments,
}

/// The words after a name, judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// As variables.
    pub variables: Vec<Variable>,
    /// As arguments.
    pub arguments: Vec<Vec<u8>>,
    /// What was refused, a line each for the log, without any value.
    pub refused: Vec<String>,
}

/// Judges words for their use. Pure.
#[derive(Clone, Copy)]
pub struct Judge(pub fn(&[Vec<u8>], Extras) -> Judged);

pure! { ReadActs Admit Judge }
