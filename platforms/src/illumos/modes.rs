//! Modes through the C library's plain structure, whose speeds are codes in the control word.
//!
//! The `termios` crate's constants are complete here; nix's type would clear the speed (B0 hangs the
//! line up) at every change.

use std::os::fd::{AsRawFd, BorrowedFd};

use nix::libc;
use termios::os::illumos as header;

use crate::Errno;
use crate::modes::Attrs;
use crate::symbols::ILLUMOS_SPEEDS;

pub(crate) const CHARS: usize = libc::NCCS;
pub(crate) const DISABLED: u8 = libc::_POSIX_VDISABLE;
pub(crate) const EOF: usize = libc::VEOF;
pub(crate) const EOL: usize = libc::VEOL;
pub(crate) const MIN: usize = libc::VMIN;
pub(crate) const TIME: usize = libc::VTIME;
/// MIN and TIME lie where EOF and EOL are, by ICANON.
pub(crate) const SHARED_SLOTS: bool = true;

pub(crate) const SLOTS: &[(&str, usize)] = &[
    ("INTR", header::VINTR),
    ("QUIT", header::VQUIT),
    ("ERASE", header::VERASE),
    ("ERASE2", header::VERASE2),
    ("KILL", header::VKILL),
    ("EOF", EOF),
    ("EOL", EOL),
    ("EOL2", header::VEOL2),
    ("SWTCH", header::VSWTCH),
    ("START", header::VSTART),
    ("STOP", header::VSTOP),
    ("SUSP", header::VSUSP),
    ("DSUSP", header::VDSUSP),
    ("REPRINT", header::VREPRINT),
    ("DISCARD", header::VDISCARD),
    ("WERASE", header::VWERASE),
    ("LNEXT", header::VLNEXT),
    ("STATUS", header::VSTATUS),
];

pub(crate) fn slot(name: &str) -> Option<usize> {
    SLOTS.iter().find(|(known, _)| *known == name).map(|(_, slot)| *slot)
}

pub(crate) const SPEEDS: &[u32] = ILLUMOS_SPEEDS;

/// Codes above this are stored less 16, with the extension bit.
const LOW_CODES: u32 = header::CBAUD;
const INPUT_SHIFT: u32 = 16;
const SPEED_BITS: u32 = header::CBAUD | header::CBAUDEXT | header::CIBAUD | header::CIBAUDEXT;

pub(crate) fn speed_fits(speed: u32) -> bool {
    SPEEDS.contains(&speed)
}

/// The code is the speed's place in the list, 0 to 31.
pub(crate) fn speed_code(speed: u32) -> Option<u32> {
    let code = SPEEDS.iter().position(|known| *known == speed)? as u32;
    Some(if code > LOW_CODES { (code & LOW_CODES) | header::CBAUDEXT } else { code })
}

pub(crate) fn speed_bits(input: u32, output: u32) -> u32 {
    let extended = |bits: u32| bits & header::CBAUDEXT != 0;
    let output = speed_code(output).unwrap_or(0);
    let input = speed_code(input).unwrap_or(0);
    let input_bits =
        ((input & LOW_CODES) << INPUT_SHIFT) | if extended(input) { header::CIBAUDEXT } else { 0 };
    output | input_bits
}

fn speeds_in(control: u32) -> (u32, u32) {
    let speed = |code: u32, extended: bool| {
        let at = code + if extended { LOW_CODES + 1 } else { 0 };
        SPEEDS.get(at as usize).copied().unwrap_or(0)
    };
    let output = speed(control & header::CBAUD, control & header::CBAUDEXT != 0);
    let input = speed((control & header::CIBAUD) >> INPUT_SHIFT, control & header::CIBAUDEXT != 0);
    // Input code 0 means "as the output".
    (if input == 0 { output } else { input }, output)
}

pub(crate) fn read(line: BorrowedFd<'_>) -> Result<Attrs, Errno> {
    let raw = get(line)?;
    let words = [raw.c_iflag, raw.c_oflag, raw.c_cflag & !SPEED_BITS, raw.c_lflag];
    Ok(Attrs::from_slots(words, raw.c_cc, speeds_in(raw.c_cflag), 0))
}

pub(crate) fn write(line: BorrowedFd<'_>, attrs: &Attrs) -> Result<(), Errno> {
    let mut raw = get(line)?;
    let [i, o, c, l] = attrs.words;
    (raw.c_iflag, raw.c_oflag, raw.c_lflag) = (i, o, l);
    raw.c_cflag = (c & !SPEED_BITS) | speed_bits(attrs.input, attrs.output);
    raw.c_cc = attrs.slots();
    // SAFETY: the structure outlives the call, which only reads it.
    Errno::result(unsafe { libc::tcsetattr(line.as_raw_fd(), libc::TCSANOW, &raw) }).map(drop)
}

fn get(line: BorrowedFd<'_>) -> Result<libc::termios, Errno> {
    // SAFETY: the structure is integers and arrays of them; all bits zero is a value of it.
    let mut raw: libc::termios = unsafe { std::mem::zeroed() };
    // SAFETY: the structure outlives the call, which writes it.
    Errno::result(unsafe { libc::tcgetattr(line.as_raw_fd(), &mut raw) })?;
    Ok(raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_survive_their_codes() {
        for speed in SPEEDS {
            assert_eq!(speeds_in(speed_bits(*speed, *speed)), (*speed, *speed));
        }
        assert_eq!(speed_code(9600), Some(header::B9600));
        assert_eq!(speed_code(115_200), Some(2 | header::CBAUDEXT));
    }
}
