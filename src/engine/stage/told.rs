//! What becomes of a modem's lines in a chat, beside being waited for.

use super::greet::moment;
use crate::engine::run::{Ear, Next, Run};
use crate::engine::world::Host;
use polygetty_compat::plan::stage::{Level, ModemLines};
use std::time::Duration;

/// The longest line; what is behind is dropped.
const LONGEST: usize = 4096;
/// The most that is kept of one chat, in bytes.
const MOST: usize = 64 << 10;
/// A line that tells of the call is waited for so long.
const REST: Duration = Duration::from_secs(1);

/// The lines of one chat.
pub(super) struct Told<'p> {
    becomes: &'p ModemLines,
    line: Vec<u8>,
    /// bytes of lines that were kept
    kept: usize,
    text: Vec<u8>,
}

impl<'p> Told<'p> {
    pub(super) fn new(becomes: &'p ModemLines) -> Self {
        Self { becomes, line: Vec::new(), kept: 0, text: Vec::new() }
    }

    /// One more byte. Blanks in front of a line are none of it.
    pub(super) fn feed<H: Host>(&mut self, run: &mut Run<'_, H>, byte: u8) {
        match byte {
            _ if *self.becomes == ModemLines::Nothing => {}
            b'\r' | b'\n' => self.end(run),
            b' ' | b'\t' if self.line.is_empty() => {}
            _ if self.line.len() < LONGEST => self.line.push(byte),
            _ => {}
        }
    }

    /// A chat may be over in the middle of the line that says how the modems found each other.
    pub(super) fn finish<H: Host>(&mut self, run: &mut Run<'_, H>) -> Result<(), Next> {
        let until = run.later(REST);
        while self.line.starts_with(b"CONNECT") {
            match run.hear(Some(until))? {
                Ear::Byte(byte) => self.feed(run, byte),
                Ear::HungUp | Ear::Until => return Ok(()),
            }
        }
        Ok(())
    }

    /// The chat is over.
    pub(super) fn close<H: Host>(mut self, run: &mut Run<'_, H>) {
        self.end(run);
        let ModemLines::Kept(Some(file)) = self.becomes else { return };
        if self.text.is_empty() {
            return;
        }
        let mut text = format!("--- {} ---\n", moment(&run.host.local(run.host.wall()))).into_bytes();
        text.append(&mut self.text);
        if let Err(error) = run.host.append(&file.value, &text) {
            let origin = run.plan.origin(&file.origin);
            run.log(Level::Error, &format!("cannot write {}: {error} ({origin})", file.value));
        }
    }

    fn end<H: Host>(&mut self, run: &mut Run<'_, H>) {
        let mut line = std::mem::take(&mut self.line);
        if line.is_empty() {
            return;
        }
        if *self.becomes == ModemLines::Call {
            run.call.hear(line.trim_ascii_end());
            return;
        }
        self.kept += line.len();
        if self.kept > MOST {
            return;
        }
        // Whoever looks at it has a terminal.
        for byte in &mut line {
            if byte.is_ascii_control() {
                *byte = b'_';
            }
        }
        if let ModemLines::Kept(Some(_)) = self.becomes {
            self.text.append(&mut line);
            self.text.push(b'\n');
        } else {
            run.log(Level::Info, &format!("*** {}", String::from_utf8_lossy(&line)));
        }
    }
}
