//! Modes through the kernel's own interface (TCGETS2, TCSETS2): any speed, split speeds, and no C
//! library in between whose speed numbers changed with its version.

use std::os::fd::{AsRawFd, BorrowedFd};

use nix::libc;

use crate::Errno;
use crate::modes::Attrs;
use crate::symbols::LINUX_SPEEDS;

pub(crate) const CHARS: usize = 19;
/// What switches a control character off; the kernel's `__DISABLED_CHAR`.
pub(crate) const DISABLED: u8 = 0;
pub(crate) const EOF: usize = libc::VEOF;
pub(crate) const EOL: usize = libc::VEOL;
pub(crate) const MIN: usize = libc::VMIN;
pub(crate) const TIME: usize = libc::VTIME;
/// True on sparc alone.
pub(crate) const SHARED_SLOTS: bool = libc::VMIN == libc::VEOF;

pub(crate) const SLOTS: &[(&str, usize)] = &[
    ("INTR", libc::VINTR),
    ("QUIT", libc::VQUIT),
    ("ERASE", libc::VERASE),
    ("KILL", libc::VKILL),
    ("EOF", EOF),
    ("EOL", EOL),
    ("EOL2", libc::VEOL2),
    ("SWTCH", libc::VSWTC),
    ("START", libc::VSTART),
    ("STOP", libc::VSTOP),
    ("SUSP", libc::VSUSP),
    ("WERASE", libc::VWERASE),
    ("REPRINT", libc::VREPRINT),
    ("DISCARD", libc::VDISCARD),
    ("LNEXT", libc::VLNEXT),
];

pub(crate) fn slot(name: &str) -> Option<usize> {
    SLOTS.iter().find(|(known, _)| *known == name).map(|(_, slot)| *slot)
}

/// The input speed's code lies this far above the output speed's.
const INPUT_SHIFT: u32 = 16;
const SPEED_BITS: u32 = libc::CBAUD | (libc::CBAUD << INPUT_SHIFT);

/// Speed in bit/s and its code.
const CODES: &[(u32, u32)] = &[
    (0, libc::B0),
    (50, libc::B50),
    (75, libc::B75),
    (110, libc::B110),
    (134, libc::B134),
    (150, libc::B150),
    (200, libc::B200),
    (300, libc::B300),
    (600, libc::B600),
    (1200, libc::B1200),
    (1800, libc::B1800),
    (2400, libc::B2400),
    (4800, libc::B4800),
    (9600, libc::B9600),
    (19200, libc::B19200),
    (38400, libc::B38400),
    (57600, libc::B57600),
    (115_200, libc::B115200),
    (230_400, libc::B230400),
    (460_800, libc::B460800),
    (500_000, libc::B500000),
    (576_000, libc::B576000),
    (921_600, libc::B921600),
    (1_000_000, libc::B1000000),
    (1_152_000, libc::B1152000),
    (1_500_000, libc::B1500000),
    (2_000_000, libc::B2000000),
    (2_500_000, libc::B2500000),
    (3_000_000, libc::B3000000),
    (3_500_000, libc::B3500000),
    (4_000_000, libc::B4000000),
];

/// The speeds of [`CODES`]; a test holds them equal.
pub(crate) const SPEEDS: &[u32] = LINUX_SPEEDS;

pub(crate) fn speed_fits(speed: u32) -> bool {
    speed <= 4_000_000
}

pub(crate) fn speed_code(speed: u32) -> Option<u32> {
    CODES.iter().find(|(known, _)| *known == speed).map(|(_, code)| *code)
}

/// The speed bits of the control word as `tcgetattr` would show them.
pub(crate) fn speed_bits(input: u32, output: u32) -> u32 {
    let code = |speed| speed_code(speed).unwrap_or(libc::BOTHER);
    let output_bits = code(output);
    // Code 0 for the input means "as the output".
    if input == output { output_bits } else { output_bits | code(input) << INPUT_SHIFT }
}

pub(crate) fn read(line: BorrowedFd<'_>) -> Result<Attrs, Errno> {
    let raw = kernel::get(line.as_raw_fd())?;
    let input_code = (raw.c_cflag >> INPUT_SHIFT) & libc::CBAUD;
    let output = speed_of(raw.c_cflag & libc::CBAUD, raw.c_ospeed);
    let input = if input_code == 0 { output } else { speed_of(input_code, raw.c_ispeed) };
    let words = [raw.c_iflag, raw.c_oflag, raw.c_cflag & !SPEED_BITS, raw.c_lflag];
    let mut chars = [DISABLED; CHARS];
    for (ours, theirs) in chars.iter_mut().zip(raw.c_cc) {
        *ours = theirs;
    }
    Ok(Attrs::from_slots(words, chars, (input, output), raw.c_line))
}

pub(crate) fn write(line: BorrowedFd<'_>, attrs: &Attrs) -> Result<(), Errno> {
    // Read first: whatever this structure holds that Attrs does not is kept.
    let mut raw = kernel::get(line.as_raw_fd())?;
    let [i, o, c, l] = attrs.words;
    (raw.c_iflag, raw.c_oflag, raw.c_lflag) = (i, o, l);
    raw.c_cflag = (c & !SPEED_BITS) | speed_bits(attrs.input, attrs.output);
    raw.c_line = attrs.discipline;
    for (theirs, ours) in raw.c_cc.iter_mut().zip(attrs.slots()) {
        *theirs = ours;
    }
    (raw.c_ispeed, raw.c_ospeed) = (attrs.input, attrs.output);
    kernel::set(line.as_raw_fd(), &raw)
}

fn speed_of(code: u32, number: u32) -> u32 {
    if code == libc::BOTHER {
        return number;
    }
    CODES.iter().find(|(_, known)| *known == code).map_or(number, |(speed, _)| *speed)
}

#[cfg(not(any(target_arch = "powerpc", target_arch = "powerpc64")))]
mod kernel {
    use super::{Errno, libc};
    use std::os::fd::RawFd;

    pub(super) fn get(line: RawFd) -> Result<libc::termios2, Errno> {
        // SAFETY: the structure is integers and arrays of them; all bits zero is a value of it.
        let mut raw: libc::termios2 = unsafe { std::mem::zeroed() };
        // SAFETY: TCGETS2 writes one termios2 to the pointer, which outlives the call.
        match Errno::result(unsafe { libc::ioctl(line, libc::TCGETS2, &mut raw) }) {
            Err(error) if is_unknown(error) => {
                // SAFETY: TCGETS writes the same structure but for the two numbers at its end.
                Errno::result(unsafe { libc::ioctl(line, libc::TCGETS, &mut raw) })
            }
            answer => answer,
        }?;
        Ok(raw)
    }

    pub(super) fn set(line: RawFd, raw: &libc::termios2) -> Result<(), Errno> {
        // SAFETY: TCSETS2 reads one termios2 from the pointer, which outlives the call.
        match Errno::result(unsafe { libc::ioctl(line, libc::TCSETS2, std::ptr::from_ref(raw)) }) {
            Err(error) if is_unknown(error) => {
                if raw.c_cflag & libc::CBAUD == libc::BOTHER {
                    return Err(Errno::EINVAL);
                }
                // SAFETY: TCSETS reads the same structure but for the two numbers at its end.
                Errno::result(unsafe { libc::ioctl(line, libc::TCSETS, std::ptr::from_ref(raw)) })
            }
            answer => answer,
        }
        .map(drop)
    }

    /// Every Linux knows both calls; what plays Linux (qemu's user mode, some containers) may know but the older
    /// ones, which have the speeds with a code alone. What is no terminal refuses those, too.
    fn is_unknown(error: Errno) -> bool {
        [Errno::ENOSYS, Errno::ENOTTY].contains(&error)
    }
}

/// PowerPC's only termios has always held integer speeds. The numbers are the kernel's; glibc's
/// `ioctl` rewrites them for its own larger structure, so the call goes straight to the kernel.
#[cfg(any(target_arch = "powerpc", target_arch = "powerpc64"))]
mod kernel {
    use super::{Errno, libc};
    use std::os::fd::RawFd;

    #[repr(C)]
    #[derive(Clone, Copy, Default)]
    pub(super) struct Termios {
        pub c_iflag: u32,
        pub c_oflag: u32,
        pub c_cflag: u32,
        pub c_lflag: u32,
        pub c_cc: [u8; 19],
        pub c_line: u8,
        pub c_ispeed: u32,
        pub c_ospeed: u32,
    }

    const TCGETS: libc::c_ulong = 0x402c_7413;
    const TCSETS: libc::c_ulong = 0x802c_7414;

    pub(super) fn get(line: RawFd) -> Result<Termios, Errno> {
        let mut raw = Termios::default();
        // SAFETY: TCGETS writes one kernel termios (44 bytes, as above) to the pointer, which outlives the call.
        Errno::result(unsafe { libc::syscall(libc::SYS_ioctl, line, TCGETS, &mut raw) })?;
        Ok(raw)
    }

    pub(super) fn set(line: RawFd, raw: &Termios) -> Result<(), Errno> {
        // SAFETY: TCSETS reads one kernel termios from the pointer, which outlives the call.
        Errno::result(unsafe { libc::syscall(libc::SYS_ioctl, line, TCSETS, std::ptr::from_ref(raw)) })
            .map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_speeds_is_that_of_the_codes() {
        assert!(SPEEDS.iter().eq(CODES.iter().map(|(speed, _)| speed)));
        assert!(SPEEDS.is_sorted());
    }

    #[test]
    fn split_and_odd_speeds_use_the_codes_the_kernel_expects() {
        assert_eq!(speed_bits(9600, 9600), libc::B9600);
        assert_eq!(speed_bits(75, 1200), libc::B1200 | libc::B75 << INPUT_SHIFT);
        assert_eq!(speed_bits(31250, 31250), libc::BOTHER);
    }
}
