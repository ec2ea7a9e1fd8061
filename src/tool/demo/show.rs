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
    waiting: Option<(Who, Vec<u8>, Duration)>,
}

impl Show {
    /// The heading.
    pub(super) fn begin(line: &str, name: &str) {
        say(&format!(
            "A call comes in on /dev/{line}, and {name} takes it.\n\
             The configuration is built in; --show-config prints it.\n"
        ));
        say("  s      modem                  getty                        caller");
    }

    /// Somebody says something.
    pub(super) fn said(&mut self, who: Who, bytes: &[u8], now: Duration) {
        match &mut self.waiting {
            Some((last, text, _)) if *last == who => text.extend_from_slice(bytes),
            _ => {
                self.flush();
                self.waiting = Some((who, bytes.to_vec(), now));
            }
        }
        let ends =
            self.waiting.as_ref().is_some_and(|(_, text, _)| matches!(text.last(), Some(b'\n' | b'\r')));
        if ends && who != Who::Getty {
            self.flush();
        }
    }

    /// A remark on what getty does.
    pub(super) fn remark(&mut self, text: &str, now: Duration) {
        self.flush();
        row(Who::Getty, text, now);
    }

    /// Prints what is waiting, a row for each line of it.
    pub(super) fn flush(&mut self) {
        if let Some((who, bytes, now)) = self.waiting.take() {
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
