//! Modes through the C library's plain structure: speeds are integers there.

use std::os::fd::{AsRawFd, BorrowedFd};

use nix::libc;

use crate::Errno;
use crate::modes::Attrs;

pub(crate) const CHARS: usize = libc::NCCS;
/// 0xff: a control character of 0 is a live NUL on FreeBSD.
pub(crate) const DISABLED: u8 = libc::_POSIX_VDISABLE;
pub(crate) const EOF: usize = libc::VEOF;
pub(crate) const EOL: usize = libc::VEOL;
pub(crate) const MIN: usize = libc::VMIN;
pub(crate) const TIME: usize = libc::VTIME;
pub(crate) const SHARED_SLOTS: bool = false;

pub(crate) const SLOTS: &[(&str, usize)] = &[
    ("INTR", libc::VINTR),
    ("QUIT", libc::VQUIT),
    ("ERASE", libc::VERASE),
    ("ERASE2", libc::VERASE2),
    ("KILL", libc::VKILL),
    ("EOF", EOF),
    ("EOL", EOL),
    ("EOL2", libc::VEOL2),
    ("START", libc::VSTART),
    ("STOP", libc::VSTOP),
    ("SUSP", libc::VSUSP),
    ("DSUSP", libc::VDSUSP),
    ("WERASE", libc::VWERASE),
    ("REPRINT", libc::VREPRINT),
    ("DISCARD", libc::VDISCARD),
    ("LNEXT", libc::VLNEXT),
    ("STATUS", libc::VSTATUS),
];

pub(crate) fn slot(name: &str) -> Option<usize> {
    SLOTS.iter().find(|(known, _)| *known == name).map(|(_, slot)| *slot)
}

pub(crate) const SPEEDS: &[u32] = &[
    0, 50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 7200, 9600, 14400, 19200, 28800, 38400,
    57600, 76800, 115_200, 230_400, 460_800, 500_000, 921_600, 1_000_000, 1_500_000, 2_000_000, 2_500_000,
    3_000_000, 3_500_000, 4_000_000,
];

pub(crate) fn speed_fits(_speed: u32) -> bool {
    true
}

/// None always: the control word holds no speed.
pub(crate) fn speed_code(_speed: u32) -> Option<u32> {
    None
}

pub(crate) fn speed_bits(_input: u32, _output: u32) -> u32 {
    0
}

pub(crate) fn read(line: BorrowedFd<'_>) -> Result<Attrs, Errno> {
    let raw = get(line)?;
    let words = [raw.c_iflag, raw.c_oflag, raw.c_cflag, raw.c_lflag];
    Ok(Attrs::from_slots(words, raw.c_cc, (raw.c_ispeed, raw.c_ospeed), 0))
}

pub(crate) fn write(line: BorrowedFd<'_>, attrs: &Attrs) -> Result<(), Errno> {
    let mut raw = get(line)?;
    [raw.c_iflag, raw.c_oflag, raw.c_cflag, raw.c_lflag] = attrs.words;
    raw.c_cc = attrs.slots();
    (raw.c_ispeed, raw.c_ospeed) = (attrs.input, attrs.output);
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
