//! What goes over a line, for people.

use crate::engine::world::Note;

/// The longest entry of a trace, in bytes of the line.
const LONGEST_ENTRY: usize = 256;
/// The most of a trace, as it is written: a pipe takes that much although nobody reads it.
const LONGEST_TRACE: usize = 48 << 10;
/// What time and name add to an entry.
const AROUND_ENTRY: usize = 64;

/// What goes over the line, for people: an entry of the log for each line of it.
#[derive(Default)]
pub(super) struct Trace {
    /// heard since the last entry
    heard: Vec<u8>,
    /// bytes that were written
    told: usize,
}

impl Trace {
    /// Takes a note of the line.
    pub(super) fn take(&mut self, note: Note<'_>) {
        match note {
            Note::Heard(bytes) => self.hear(bytes),
            Note::Said(bytes) => {
                self.tell_rest();
                log::debug!("sent {}", bytes.escape_ascii());
            }
            Note::Stage(at, name) => {
                self.tell_rest();
                log::debug!("{}. {name}", at + 1);
            }
            Note::Speed(bps, _) => log::debug!("{bps} bit/s"),
            Note::HeardSecret(_) | Note::Taken(_) | Note::Behind(_) | Note::Line(_) => {}
        }
    }

    fn hear(&mut self, bytes: &[u8]) {
        self.heard.extend_from_slice(bytes);
        while let Some(end) = self.heard.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.heard.drain(..=end).collect();
            self.tell(&line);
        }
        if self.heard.len() >= LONGEST_ENTRY {
            self.tell_rest();
        }
    }

    fn tell_rest(&mut self) {
        let heard = std::mem::take(&mut self.heard);
        self.tell(&heard);
    }

    fn tell(&mut self, heard: &[u8]) {
        if heard.is_empty() || self.told > LONGEST_TRACE {
            return;
        }
        let entry = format!("heard {}", heard.escape_ascii());
        self.told += entry.len() + AROUND_ENTRY;
        if self.told > LONGEST_TRACE {
            log::debug!("the line says too much: what is heard from here on is not shown");
        } else {
            log::debug!("{entry}");
        }
    }
}

impl Drop for Trace {
    fn drop(&mut self) {
        self.tell_rest();
    }
}
