//! From the issue over the name to the login program.

use crate::plan::setting::Setting;
use crate::plan::text::Text;
use crate::source::FilePath;
use std::time::Duration;

/// An issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Issue {
    /// This text.
    Text(Text),
    /// What this file holds when it is typed; its escapes are those of the dialect.
    File(FilePath, Decode),
    /// What this command of the shell writes; the same.
    Command(Vec<u8>, Decode),
}

/// How a file that is read late becomes text. Pure.
#[derive(Clone, Copy)]
pub struct Decode(pub fn(&[u8]) -> Text);

pure! { Decode }

/// [`Stage::Greet`](super::Stage::Greet)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Greet {
    /// What clears the screen of the terminal's type.
    pub clear: Setting<Option<Vec<u8>>>,
    /// What is typed before the issue.
    pub lead: Vec<u8>,
    /// The issue.
    pub issue: Setting<Issue>,
    /// How much of an issue file is typed, in bytes.
    pub limit: usize,
}

/// [`Stage::ReadName`](super::Stage::ReadName)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadName {
    /// Throw away what has arrived before the first prompt.
    pub discard_first: bool,
    /// How long a caller has, from the first prompt at this speed.
    pub timeout: Setting<Option<Duration>>,
    /// A name without lower-case letters is asked for once more.
    pub warn_case: Setting<bool>,
    /// What is typed then.
    pub case_warning: Vec<u8>,
    /// What is typed to a name that looks like an option.
    pub dash_refusal: Vec<u8>,
    /// What is typed to a name that is too long.
    pub length_refusal: Vec<u8>,
    /// The longest name, in bytes.
    pub longest: usize,
    /// Which programs that call in place of a person are heard.
    pub ears: Setting<Ears>,
}

/// What tells a FidoNet mailer from a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ears {
    /// TSYNC (two bytes AE) and YOOHOO (two bytes F1), of FTS-0001 and FTS-0006.
    pub sync: bool,
    /// A line with an EMSI sequence.
    pub emsi: EmsiLine,
}

/// What a typed line with `*` and `EMSI_` in it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EmsiLine {
    /// A name like any other.
    #[default]
    Name,
    /// No name: the prompt comes again.
    Nothing,
    /// A mailer's call, of at most this many bytes; such calls are asked for before the prompt.
    Machine(usize),
}

/// A variable of the login program's environment.
pub type Variable = (Vec<u8>, Vec<u8>);

/// [`Stage::Login`](super::Stage::Login)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The program. Its only argument is the name, unless `words` says otherwise.
    pub program: Setting<FilePath>,
    /// Its name for itself, argument 0; a mailer's is the last part of its path.
    pub argument_0: Vec<u8>,
    /// The shell that runs it if it is text without `#!`.
    pub shell: FilePath,
    /// The terminal's type, which is also in the environment.
    pub term: Setting<Vec<u8>>,
    /// The whole environment.
    pub environment: Vec<Variable>,
    /// The program for a mailer that called; its only argument is what the mailer said.
    pub mailer: Option<Setting<FilePath>>,
    /// What else the program is told, where that is more than a name. An entry's own program has precedence.
    pub words: Option<super::Words>,
}
