//! What the values of mgetty.config may be (§2.1), and how each is written.

use super::config::Says;
use crate::diag::Code;
use crate::source::FilePath;

/// MC02: a value that means nothing.
pub const SYNTAX: Code = Code::mc(2);
/// MC03: a number with something behind it.
pub const JUNK: Code = Code::mc(3);
/// MC04: a yes or no that is read otherwise than it looks.
pub const UNCLEAR: Code = Code::mc(4);
/// MC05: a mode in decimal digits.
pub const MODE: Code = Code::mc(5);

/// What holds the flow of data back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// RTS and CTS.
    Hard,
    /// XON and XOFF.
    Soft,
    /// Either.
    Both,
    /// Nothing.
    None,
}

/// What the modem can do with faxes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModemType {
    /// It is asked who it is.
    Auto,
    /// It is asked which classes it has.
    AskClasses,
    /// Class 2.
    Class2,
    /// Class 2.0.
    Class20,
    /// Nothing.
    Data,
}

/// What a caller sees before the prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Issue {
    /// What stands in this file.
    File(FilePath),
    /// What this command writes.
    Command(Vec<u8>),
    /// This text and a line end; perhaps nothing but the line end.
    Text(Vec<u8>),
}

impl Issue {
    pub(super) fn read(text: &[u8]) -> Self {
        match text {
            [b'/', ..] => Self::File(text.into()),
            [b'!', command @ ..] => Self::Command(command.to_vec()),
            _ => Self::Text(text.to_vec()),
        }
    }
}

/// A number as strtol(3) reads one: the base by its prefix, saturating. How many bytes belong to it comes second.
fn number(text: &[u8]) -> Option<(i64, usize)> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    if !digits.first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let (radix, skip) = match digits {
        [b'0', b'x' | b'X', digit, ..] if digit.is_ascii_hexdigit() => (16, 2),
        [b'0', ..] => (8, 0),
        _ => (10, 0),
    };
    let values = digits.iter().skip(skip).map_while(|byte| char::from(*byte).to_digit(radix));
    let (value, used) = values.fold((0i64, skip), |(value, used), digit| {
        (value.saturating_mul(radix.into()).saturating_add(digit.into()), used + 1)
    });
    let sign = text.len() - digits.len();
    Some((if sign > 0 { -value } else { value }, sign + used))
}

impl Says<'_> {
    /// A number; none: a syntax error.
    pub(super) fn number(&mut self, text: &[u8]) -> Option<i64> {
        let Some((value, used)) = number(text) else {
            let message = format!("{} wants a number", self.keyword);
            self.warn(SYNTAX, 0..text.len(), message, "it is ignored", "a number of digits");
            return None;
        };
        let behind = text.get(used..).unwrap_or_default();
        if !behind.is_empty() {
            let message = format!("the number ends before \"{}\"", behind.escape_ascii());
            self.warn(JUNK, used..text.len(), message, &format!("taken for {value}"), &value.to_string());
        }
        Some(value)
    }

    /// Permission bits. Three octal digits are what they look like; the original read them as a decimal number.
    pub(super) fn mode(&mut self, text: &[u8]) -> Option<u32> {
        if let [a @ b'1'..=b'7', b @ b'0'..=b'7', c @ b'0'..=b'7'] = text {
            let mode = [a, b, c].iter().fold(0, |mode, digit| mode * 8 + u32::from(*digit - b'0'));
            let message = format!("{} without a leading zero", self.keyword);
            let here = format!("taken for 0{mode:o}; mgetty took it for a decimal number");
            self.warn(MODE, 0..3, message, &here, &format!("0{mode:o}"));
            return Some(mode);
        }
        // The digits of an octal number end before an 8, and what is left of 0999 is a file that nobody may read.
        let digits = text.iter().take_while(|byte| byte.is_ascii_digit());
        if text.starts_with(b"0") && digits.into_iter().any(|digit| *digit >= b'8') {
            let message = format!("\"{}\" is no mode", text.escape_ascii());
            self.warn(MODE, 0..text.len(), message, "it is ignored", "four octal digits, such as 0660");
            return None;
        }
        let value = self.number(text)?;
        let Some(mode) = u32::try_from(value).ok().filter(|mode| *mode <= 0o7777) else {
            let message = format!("{value} is no mode");
            self.warn(MODE, 0..text.len(), message, "it is ignored", "four octal digits, such as 0660");
            return None;
        };
        if !text.starts_with(b"0") {
            let message = format!("{} in decimal digits", self.keyword);
            self.warn(MODE, 0..text.len(), message, &format!("taken for 0{mode:o}"), "0660, in octal digits");
        }
        Some(mode)
    }

    /// Yes or no. Nothing at all is yes.
    pub(super) fn yes(&mut self, text: &[u8]) -> bool {
        let yes = match text.first() {
            None | Some(b'y' | b'Y' | b't' | b'T') => true,
            _ => text.starts_with(b"on"),
        };
        let written = text.to_ascii_lowercase();
        let fits = match written.as_slice() {
            b"" | b"yes" | b"true" | b"on" | b"y" | b"t" => yes,
            b"no" | b"false" | b"off" | b"n" | b"f" => !yes,
            _ => false,
        };
        if !fits {
            let here = if yes { "taken for yes" } else { "taken for no" };
            let message = format!("\"{}\" is neither yes nor no", text.escape_ascii());
            self.warn(UNCLEAR, 0..text.len(), message, here, "yes or no");
        }
        yes
    }

    pub(super) fn flow(&mut self, text: &[u8]) -> Option<Flow> {
        const WORDS: [(&[u8], Flow); 6] = [
            (b"rts", Flow::Hard),
            (b"hard", Flow::Hard),
            (b"xon", Flow::Soft),
            (b"soft", Flow::Soft),
            (b"both", Flow::Both),
            (b"none", Flow::None),
        ];
        let flow = WORDS.iter().find(|(word, _)| text.starts_with(word)).map(|(_, flow)| *flow);
        if flow.is_none() {
            let message = format!("\"{}\" is no kind of flow control", text.escape_ascii());
            self.warn(SYNTAX, 0..text.len(), message, "it is ignored", "hard, soft, both or none");
        }
        flow
    }

    pub(super) fn modem_type(&mut self, text: &[u8]) -> Option<ModemType> {
        let write = "auto, auto1, cls2, c2.0 or data";
        Some(match text {
            b"auto" => ModemType::Auto,
            b"auto1" => ModemType::AskClasses,
            b"cls2" => ModemType::Class2,
            b"c2.0" => ModemType::Class20,
            b"data" => ModemType::Data,
            b"cls1" | b"c1.0" => {
                let message = "faxes of class 1 are not received".to_owned();
                self.warn(SYNTAX, 0..text.len(), message, "taken for data: data calls alone", write);
                ModemType::Data
            }
            _ => {
                let message = format!("\"{}\" is no type of modem", text.escape_ascii());
                self.warn(SYNTAX, 0..text.len(), message, "it is ignored", write);
                return None;
            }
        })
    }
}
