//! The talk of modem, getty and caller, in three columns as it happens.

use super::super::say;
use std::time::Duration;

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    Modem,
    Getty,
    Caller,
}

/// Prints lines of talk; pieces of one speaker are joined until the line ends.
#[derive(Default)]
pub(super) struct Show {
    waiting: Vec<(Who, Vec<u8>)>,
}

impl Show {
    /// The heading.
    pub(super) fn begin(line: &str, name: &str) {
        say(&format!(
            "A call comes in on /dev/{line}: {name}, configuration built in (--show-config prints it).\n"
        ));
        say("  s      modem                  getty                        caller");
    }

    /// Somebody says something.
    pub(super) fn said(&mut self, who: Who, bytes: &[u8], now: Duration) {
        match self.waiting.last_mut() {
            Some((last, text)) if *last == who => text.extend_from_slice(bytes),
            _ => {
                self.flush(now);
                self.waiting.push((who, bytes.to_vec()));
            }
        }
        let ends = self.waiting.last().is_some_and(|(_, text)| matches!(text.last(), Some(b'\n' | b'\r')));
        if ends && who != Who::Getty {
            self.flush(now);
        }
    }

    /// A remark on what getty does.
    pub(super) fn remark(&mut self, text: &str, now: Duration) {
        self.flush(now);
        row(Who::Getty, text, now);
    }

    /// Prints what is waiting, a row for each line of it.
    pub(super) fn flush(&mut self, now: Duration) {
        for (who, bytes) in self.waiting.drain(..) {
            for part in bytes.split_inclusive(|byte| *byte == b'\n') {
                let keep = part.strip_suffix(b"\r\n").unwrap_or(part);
                let text = match who {
                    // What is typed to a modem shows its CR; what a person reads does not.
                    Who::Getty if keep.len() == part.len() => keep.escape_ascii().to_string(),
                    _ => keep.trim_ascii().escape_ascii().to_string(),
                };
                if !text.is_empty() {
                    row(who, &text, now);
                }
            }
        }
    }
}

fn row(who: Who, text: &str, now: Duration) {
    let column = match who {
        Who::Modem => 9,
        Who::Getty => 32,
        Who::Caller => 61,
    };
    let time = format!("{:>6.2}", now.as_secs_f64());
    say(format!("{time}{:width$}{text}", "", width = column - time.len()).trim_end());
}
