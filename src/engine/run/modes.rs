//! The line's modes: the entry's, and what was learnt beside it.

use super::{Run, Subject};
use crate::engine::world::{Host, Line, Note};
use polygetty_compat::plan::modes::{Char, Field, Flag, Modes, Value};
use polygetty_compat::plan::stage::Level;

impl<H: Host> Run<'_, H> {
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
}
