//! Speed entries: what a gettydefs label stands for, and the ring that BREAK walks.

use super::modes::Modes;
use super::setting::Origin;
use super::text::Text;
use crate::source::FilePath;

/// One entry of gettydefs, compiled: its modes are complete, with what the persona forces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpeedEntry {
    /// The label that a command line, a next-label or a modem's digits name.
    pub label: Vec<u8>,
    /// The modes while a name is read.
    pub initial: Modes,
    /// The modes that the login program finds; learnt ones are added.
    pub final_modes: Modes,
    /// Whether the final field names a character size or parity, so that a learnt one must not overrule it.
    pub final_names_size: bool,
    /// The prompt.
    pub prompt: Text,
    /// The entry that BREAK leads to, by its place in the plan's list; `None`: BREAK stays here.
    pub next: Option<usize>,
    /// The program that this entry runs in place of the login program.
    pub program: Option<EntryProgram>,
    /// Nobody is asked for a name: the program is told the line's.
    pub auto: bool,
    /// Where the entry stands.
    pub origin: Origin,
}

/// A program that a speed entry names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryProgram {
    /// Its file.
    pub path: FilePath,
    /// Its arguments before the name, without its own.
    pub arguments: Vec<Vec<u8>>,
}
