//! What a life learns of its caller and its modem.

use crate::engine::hear::fax_model::Class;
use crate::engine::world::{KeptPage, Program};
use polygetty_compat::plan::modes::Flag;
use polygetty_compat::source::FilePath;
use std::time::Duration;

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

    /// How long it took: hours, minutes and seconds.
    pub fn time(&self) -> String {
        let secs = self.took.as_secs();
        format!("{:02}:{:02}:{:02}", secs / 3600, secs / 60 % 60, secs % 60)
    }
}
