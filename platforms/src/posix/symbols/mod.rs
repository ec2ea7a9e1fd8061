//! The names of terminal flags, fields and speeds, and what they are on each system.
//!
//! One table serves all dialects: the symbols of gettydefs as getty_ps, SCO and System V spell them,
//! and the systems' own extensions. A known symbol without a bit on a system is [`Symbol::NoBit`]
//! with the reason; only a name that no system has is [`Symbol::Unknown`].

mod table;

#[cfg(test)]
mod tests;

use crate::os;
pub(crate) use table::{ILLUMOS_SPEEDS, LINUX_SPEEDS, ROWS, Row, SPEEDS};

/// The systems in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Os {
    /// Linux, any C library.
    Linux,
    /// FreeBSD 14 and its like.
    FreeBsd,
    /// illumos.
    Illumos,
}

impl Os {
    /// The system this program was built for.
    pub const HERE: Self = os::HERE;

    /// Every system in the table.
    pub const ALL: [Self; 3] = [Self::Linux, Self::FreeBsd, Self::Illumos];

    /// Its name as its makers write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Linux => "Linux",
            Self::FreeBsd => "FreeBSD",
            Self::Illumos => "illumos",
        }
    }
}

/// The four words of a terminal's modes, in the order `stty -g` and `getty -c` print them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// c_iflag
    Input,
    /// c_oflag
    Output,
    /// c_cflag
    Control,
    /// c_lflag
    Local,
}

/// What a symbol is on one system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symbol {
    /// Bits that are set or cleared together.
    Flag {
        /// the word they are in
        word: Word,
        /// the bits
        mask: u64,
    },
    /// One value of a field of several bits: the field is replaced.
    Value {
        /// the word it is in
        word: Word,
        /// the field's name, such as `CSIZE`
        group: &'static str,
        /// the field
        mask: u64,
        /// what the field holds then
        value: u64,
    },
    /// A speed in bit/s; 134 stands for 134.5, 0 hangs up.
    Speed(u32),
    /// A line discipline by its number.
    Discipline(u8),
    /// A set of flags that each dialect defines for itself (`SANE`).
    Composite,
    /// Known, but this system has no such bit or speed; the reason is a clause for the log.
    NoBit(&'static str),
    /// No system has it.
    Unknown,
}

/// Whether the lines of a system run at a speed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fits {
    /// They do.
    Yes,
    /// It depends on the hardware; the reason is a clause for people.
    Perhaps(&'static str),
    /// They do not: the system refuses, and the line keeps the speed that it has.
    No(&'static str),
}

/// One entry of the table, without the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    Flag(Word, u32),
    /// word, name of the field, field, value
    Value(Word, &'static str, u32, u32),
    Discipline(u8),
    Composite,
    None(&'static str),
}

/// What `name` is on the system this program runs on. Names are upper case, without `-`.
pub fn symbol(name: &str) -> Symbol {
    match find(name) {
        Some(row) => to_symbol(here(row)),
        None => speed_symbol(Os::HERE, name),
    }
}

/// What `name` is on the named system; on Linux as on x86, Arm, RISC-V and s390.
pub fn symbol_on(system: Os, name: &str) -> Symbol {
    match find(name) {
        Some(row) => to_symbol(row.on(system)),
        None => speed_symbol(system, name),
    }
}

/// What becomes of a symbol that the named system stores and nobody there acts on. None: it acts, or it is
/// [no bit](Symbol::NoBit).
pub fn without_effect(system: Os, name: &str) -> Option<&'static str> {
    let (names, reason) = match system {
        Os::Linux => (table::LINUX_STORES, "Linux keeps the bit, and nothing there acts on it"),
        Os::FreeBsd => return None,
        Os::Illumos => (table::ILLUMOS_STORES, "illumos keeps the bit, and nothing there acts on it"),
    };
    names.contains(&name).then_some(reason)
}

/// Whether lines of the named system run at so many bit/s. 0, the hang-up, fits everywhere.
pub fn speed_on(system: Os, speed: u32) -> Fits {
    match system {
        Os::Linux if LINUX_SPEEDS.contains(&speed) => Fits::Yes,
        Os::Linux if speed <= 4_000_000 => Fits::Perhaps(
            "Linux sets it as a number, and a UART runs at the nearest speed that its clock allows",
        ),
        Os::Linux => Fits::No("no port of Linux is that fast"),
        Os::FreeBsd if speed == 0 || uart_reaches(speed) => Fits::Yes,
        Os::FreeBsd => {
            Fits::Perhaps("FreeBSD's 16550 driver refuses it and keeps the old speed; USB ports may take it")
        }
        Os::Illumos if ILLUMOS_SPEEDS.contains(&speed) => Fits::Yes,
        Os::Illumos => Fits::No("illumos has no code for this speed"),
    }
}

/// Whether a 16550 at the usual 1.8432 MHz comes within 3 % of a speed, which is what FreeBSD's driver asks for.
fn uart_reaches(speed: u32) -> bool {
    const FASTEST: u32 = 115_200;
    let divisor = (2 * FASTEST / speed).div_ceil(2);
    (1..=0xffff).contains(&divisor) && (FASTEST / divisor).abs_diff(speed) * 1000 <= speed * 30
}

/// Every name of the table, without the speeds.
pub fn names() -> impl Iterator<Item = &'static str> {
    ROWS.iter().map(|row| row.name)
}

impl Row {
    pub(crate) fn on(&self, system: Os) -> Cell {
        match system {
            Os::Linux => self.linux,
            Os::FreeBsd => self.freebsd,
            Os::Illumos => self.illumos,
        }
    }
}

/// A row's entry for this system with the numbers of the C library, where it has the name: on some
/// processors Linux's differ from the table.
pub(crate) fn here(row: &Row) -> Cell {
    let known = |name: &str| os::symbols::CONSTANTS.iter().find(|(n, _)| *n == name).map(|(_, value)| *value);
    match (row.on(Os::HERE), known(row.name)) {
        (Cell::Flag(word, _), Some(mask)) => Cell::Flag(word, mask),
        (Cell::Value(word, group, mask, _), Some(value)) => {
            Cell::Value(word, group, known(group).unwrap_or(mask), value)
        }
        (cell, _) => cell,
    }
}

fn find(name: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.name == name)
}

fn to_symbol(cell: Cell) -> Symbol {
    match cell {
        Cell::Flag(word, mask) => Symbol::Flag { word, mask: mask.into() },
        Cell::Value(word, group, mask, value) => {
            Symbol::Value { word, group, mask: mask.into(), value: value.into() }
        }
        Cell::Discipline(number) => Symbol::Discipline(number),
        Cell::Composite => Symbol::Composite,
        Cell::None(reason) => Symbol::NoBit(reason),
    }
}

fn speed_symbol(system: Os, name: &str) -> Symbol {
    let speed = match name {
        "EXTA" => 19200,
        "EXTB" => 38400,
        _ => match name.strip_prefix('B').map(plain_number) {
            Some(Some(speed)) if SPEEDS.contains(&speed) => speed,
            _ => return Symbol::Unknown,
        },
    };
    match system {
        Os::Illumos if !ILLUMOS_SPEEDS.contains(&speed) => {
            Symbol::NoBit("illumos has no code for this speed")
        }
        _ => Symbol::Speed(speed),
    }
}

/// Digits only, no sign and no leading zero: `B+50` and `B050` are no speeds.
fn plain_number(digits: &str) -> Option<u32> {
    let plain = digits.bytes().all(|b| b.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
    plain.then(|| digits.parse().ok()).flatten()
}
