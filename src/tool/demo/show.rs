//! The talk of modem, getty and caller, in columns as it happens.

use super::super::say;
use std::time::Duration;

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    Modem,
    Getty,
    Caller,
}

/// What is between getty and the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// A modem: getty's words may be commands to it.
    Modem,
    /// A cable: getty's words are for a person, and get the modem's column too.
    Cable,
}

/// Prints lines of talk; pieces of one speaker are joined until the line ends.
pub(super) struct Show {
    way: Way,
    waiting: Option<(Who, Vec<u8>, Duration)>,
}

impl Show {
    /// The heading.
    pub(super) fn begin(way: Way, what: &str) -> Self {
        say(&format!("{what}\nThe configuration is built in; --show-config prints it.\n"));
        say(match way {
            Way::Modem => "  s      modem                  getty                        caller",
            Way::Cable => "  s      getty                                            caller",
        });
        Self { way, waiting: None }
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
        self.row(Who::Getty, text, now);
    }

    /// Prints what is waiting, a row for each line of it.
    pub(super) fn flush(&mut self) {
        if let Some((who, bytes, now)) = self.waiting.take() {
            for part in bytes.split_inclusive(|byte| *byte == b'\n') {
                let keep = part.strip_suffix(b"\r\n").unwrap_or(part);
                let text = match (who, self.way) {
                    // What is typed to a modem shows its CR; what a person reads does not.
                    (Who::Getty, Way::Modem) if keep.len() == part.len() => shown(keep),
                    _ => shown(keep.trim_ascii()),
                };
                if !text.is_empty() {
                    self.row(who, &text, now);
                }
            }
        }
    }

    fn row(&self, who: Who, text: &str, now: Duration) {
        let column = match (who, self.way) {
            (Who::Modem, _) | (Who::Getty, Way::Cable) => 9,
            (Who::Getty, Way::Modem) => 32,
            (Who::Caller, Way::Modem) => 61,
            (Who::Caller, Way::Cable) => 58,
        };
        let time = format!("{:>3}.{:02}", now.as_secs(), now.subsec_millis() / 10);
        say(format!("{time}{:width$}{text}", "", width = column - time.len()).trim_end());
    }
}

/// Text, with what is no letter as its escape.
fn shown(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string().replace("\\\"", "\"")
}
