//! Speed entries: what a gettydefs label stands for, and the ring that BREAK walks.

use super::modes::Modes;
use super::setting::Origin;
use super::text::Text;

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
    /// The entry that BREAK leads to, by its place in the plan's list.
    pub next: usize,
    /// Where the entry stands.
    pub origin: Origin,
}
