//! Every terminal symbol a gettydefs file may hold, and its bit on each system.
//!
//! The columns are plain data, so that a Linux machine can check the other two. Linux numbers are
//! those of x86, Arm, RISC-V and s390; on other processors the C library's constants replace them
//! (see [`here`](super::here)). FreeBSD's and illumos's numbers are those of their `termios.h`.

use super::Cell::{self, Flag, None, Value};
use super::Word::{Control, Input, Local, Output};

/// One symbol and what it is on each system.
pub(crate) struct Row {
    pub name: &'static str,
    pub linux: Cell,
    pub freebsd: Cell,
    pub illumos: Cell,
}

const CASE: Cell = None("FreeBSD's terminals know no upper-case mode");
const FILL: Cell = None("FreeBSD sends no fill characters");
const DELAY: Cell = None("FreeBSD has no output delays");
const NO_UTF8: Cell = None("illumos has no UTF-8 erase");
const NO_MARK: Cell = None("FreeBSD has no mark or space parity");
const LINUX_SYSV: Cell = None("a System V bit that Linux never had");
const FREEBSD_SYSV: Cell = None("a System V bit that FreeBSD never had");
const LINUX_BSD: Cell = None("a BSD bit that Linux lacks");
const ILLUMOS_BSD: Cell = None("a BSD bit that illumos lacks");
const HALF_DUPLEX: Cell = None("no system toggles RTS for half-duplex modems any more");
const SCANCODE: Cell = None("keyboard scan codes were SCO's alone");
const EXCLUSIVE: Cell = None("exclusive use is asked for when the line is opened, not by a mode");

const fn row(name: &'static str, linux: Cell, freebsd: Cell, illumos: Cell) -> Row {
    Row { name, linux, freebsd, illumos }
}
const fn i(mask: u32) -> Cell {
    Flag(Input, mask)
}
const fn o(mask: u32) -> Cell {
    Flag(Output, mask)
}
const fn c(mask: u32) -> Cell {
    Flag(Control, mask)
}
const fn l(mask: u32) -> Cell {
    Flag(Local, mask)
}
const fn size(mask: u32, value: u32) -> Cell {
    Value(Control, "CSIZE", mask, value)
}
const fn delay(group: &'static str, mask: u32, value: u32) -> Cell {
    Value(Output, group, mask, value)
}

/// Both directions of hardware flow control on illumos: output by CTS, input by RTS.
const ILLUMOS_BOTH: u32 = 0o30000000000;

/// The table. Order matters to [`read_back`](crate::modes::read_back): of two names for the same
/// bits the first is the one that is reported.
#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    row("IGNBRK",  i(0o1),      i(0x1),    i(0o1)),
    row("BRKINT",  i(0o2),      i(0x2),    i(0o2)),
    row("IGNPAR",  i(0o4),      i(0x4),    i(0o4)),
    row("PARMRK",  i(0o10),     i(0x8),    i(0o10)),
    row("INPCK",   i(0o20),     i(0x10),   i(0o20)),
    row("ISTRIP",  i(0o40),     i(0x20),   i(0o40)),
    row("INLCR",   i(0o100),    i(0x40),   i(0o100)),
    row("IGNCR",   i(0o200),    i(0x80),   i(0o200)),
    row("ICRNL",   i(0o400),    i(0x100),  i(0o400)),
    row("IUCLC",   i(0o1000),   CASE,      i(0o1000)),
    row("IXON",    i(0o2000),   i(0x200),  i(0o2000)),
    row("IXANY",   i(0o4000),   i(0x800),  i(0o4000)),
    row("IXOFF",   i(0o10000),  i(0x400),  i(0o10000)),
    row("IMAXBEL", i(0o20000),  i(0x2000), i(0o20000)),
    row("IUTF8",   i(0o40000),  i(0x4000), NO_UTF8),
    row("DOSMODE", LINUX_SYSV,  FREEBSD_SYSV, i(0o100000)),

    row("OPOST",   o(0o1),      o(0x1),    o(0o1)),
    row("OLCUC",   o(0o2),      CASE,      o(0o2)),
    row("ONLCR",   o(0o4),      o(0x2),    o(0o4)),
    row("OCRNL",   o(0o10),     o(0x10),   o(0o10)),
    row("ONOCR",   o(0o20),     o(0x20),   o(0o20)),
    row("ONLRET",  o(0o40),     o(0x40),   o(0o40)),
    row("OFILL",   o(0o100),    FILL,      o(0o100)),
    row("OFDEL",   o(0o200),    FILL,      o(0o200)),
    row("ONOEOT",  LINUX_BSD,   o(0x8),    ILLUMOS_BSD),
    row("PAGEOUT", LINUX_SYSV,  FREEBSD_SYSV, o(0o200000)),
    row("WRAP",    LINUX_SYSV,  FREEBSD_SYSV, o(0o400000)),

    row("NL0",  delay("NLDLY", 0o400, 0),           DELAY, delay("NLDLY", 0o400, 0)),
    row("NL1",  delay("NLDLY", 0o400, 0o400),       DELAY, delay("NLDLY", 0o400, 0o400)),
    row("CR0",  delay("CRDLY", 0o3000, 0),          DELAY, delay("CRDLY", 0o3000, 0)),
    row("CR1",  delay("CRDLY", 0o3000, 0o1000),     DELAY, delay("CRDLY", 0o3000, 0o1000)),
    row("CR2",  delay("CRDLY", 0o3000, 0o2000),     DELAY, delay("CRDLY", 0o3000, 0o2000)),
    row("CR3",  delay("CRDLY", 0o3000, 0o3000),     DELAY, delay("CRDLY", 0o3000, 0o3000)),
    row("TAB0", delay("TABDLY", 0o14000, 0),        delay("TABDLY", 0x4, 0), delay("TABDLY", 0o14000, 0)),
    row("TAB1", delay("TABDLY", 0o14000, 0o4000),   DELAY, delay("TABDLY", 0o14000, 0o4000)),
    row("TAB2", delay("TABDLY", 0o14000, 0o10000),  DELAY, delay("TABDLY", 0o14000, 0o10000)),
    row("TAB3", delay("TABDLY", 0o14000, 0o14000),  delay("TABDLY", 0x4, 0x4), delay("TABDLY", 0o14000, 0o14000)),
    row("XTABS", delay("TABDLY", 0o14000, 0o14000), delay("TABDLY", 0x4, 0x4), delay("TABDLY", 0o14000, 0o14000)),
    row("OXTABS", delay("TABDLY", 0o14000, 0o14000), delay("TABDLY", 0x4, 0x4), delay("TABDLY", 0o14000, 0o14000)),
    row("BS0",  delay("BSDLY", 0o20000, 0),         DELAY, delay("BSDLY", 0o20000, 0)),
    row("BS1",  delay("BSDLY", 0o20000, 0o20000),   DELAY, delay("BSDLY", 0o20000, 0o20000)),
    row("VT0",  delay("VTDLY", 0o40000, 0),         DELAY, delay("VTDLY", 0o40000, 0)),
    row("VT1",  delay("VTDLY", 0o40000, 0o40000),   DELAY, delay("VTDLY", 0o40000, 0o40000)),
    row("FF0",  delay("FFDLY", 0o100000, 0),        DELAY, delay("FFDLY", 0o100000, 0)),
    row("FF1",  delay("FFDLY", 0o100000, 0o100000), DELAY, delay("FFDLY", 0o100000, 0o100000)),
    // A group's own name sets all of its bits, as the C constant would.
    row("NLDLY",  o(0o400),    DELAY,  o(0o400)),
    row("CRDLY",  o(0o3000),   DELAY,  o(0o3000)),
    row("TABDLY", o(0o14000),  o(0x4), o(0o14000)),
    row("BSDLY",  o(0o20000),  DELAY,  o(0o20000)),
    row("VTDLY",  o(0o40000),  DELAY,  o(0o40000)),
    row("FFDLY",  o(0o100000), DELAY,  o(0o100000)),

    row("CS5",    size(0o60, 0),    size(0x300, 0),     size(0o60, 0)),
    row("CS6",    size(0o60, 0o20), size(0x300, 0x100), size(0o60, 0o20)),
    row("CS7",    size(0o60, 0o40), size(0x300, 0x200), size(0o60, 0o40)),
    row("CS8",    size(0o60, 0o60), size(0x300, 0x300), size(0o60, 0o60)),
    row("CSIZE",  c(0o60),    c(0x300),  c(0o60)),
    row("CSTOPB", c(0o100),   c(0x400),  c(0o100)),
    row("CREAD",  c(0o200),   c(0x800),  c(0o200)),
    row("PARENB", c(0o400),   c(0x1000), c(0o400)),
    row("PARODD", c(0o1000),  c(0x2000), c(0o1000)),
    row("HUPCL",  c(0o2000),  c(0x4000), c(0o2000)),
    row("CLOCAL", c(0o4000),  c(0x8000), c(0o4000)),
    // One name for mark or space parity, whichever the system calls it.
    row("CMSPAR", c(0o10000000000), NO_MARK, c(0o4000000)),
    row("PAREXT", c(0o10000000000), NO_MARK, c(0o4000000)),
    row("CRTSCTS",  c(0o20000000000), c(0x30000), c(0o20000000000)),
    row("CTSFLOW",  c(0o20000000000), c(0x10000), c(0o20000000000)),
    row("RTSFLOW",  c(0o20000000000), c(0x20000), c(0o10000000000)),
    row("CRTSXOFF", c(0o20000000000), c(0x20000), c(0o10000000000)),
    row("CRTSFL",   c(0o20000000000), c(0x30000), c(ILLUMOS_BOTH)),
    row("CCTS_OFLOW", c(0o20000000000), c(0x10000), c(0o20000000000)),
    row("CRTS_IFLOW", c(0o20000000000), c(0x20000), c(0o10000000000)),
    row("ORTSFL",   HALF_DUPLEX, HALF_DUPLEX, HALF_DUPLEX),
    row("CDTR_IFLOW", LINUX_BSD, c(0x40000),  ILLUMOS_BSD),
    row("CDSR_OFLOW", LINUX_BSD, c(0x80000),  ILLUMOS_BSD),
    row("CCAR_OFLOW", LINUX_BSD, c(0x100000), ILLUMOS_BSD),
    row("MDMBUF",     LINUX_BSD, c(0x100000), ILLUMOS_BSD),
    row("CNO_RTSDTR", LINUX_BSD, c(0x200000), ILLUMOS_BSD),
    row("CIGNORE",  LINUX_BSD, None("FreeBSD obeys CIGNORE once and does not store it"), ILLUMOS_BSD),
    row("RCV1EN",   LINUX_SYSV, FREEBSD_SYSV, c(0o10000)),
    row("XMT1EN",   LINUX_SYSV, FREEBSD_SYSV, c(0o20000)),
    row("LOBLK",    LINUX_SYSV, FREEBSD_SYSV, c(0o40000)),
    row("SCANCODE", SCANCODE,   SCANCODE,     SCANCODE),

    row("ISIG",    l(0o1),      l(0x80),       l(0o1)),
    row("ICANON",  l(0o2),      l(0x100),      l(0o2)),
    row("XCASE",   l(0o4),      CASE,          l(0o4)),
    row("ECHO",    l(0o10),     l(0x8),        l(0o10)),
    row("ECHOE",   l(0o20),     l(0x2),        l(0o20)),
    row("ECHOK",   l(0o40),     l(0x4),        l(0o40)),
    row("ECHONL",  l(0o100),    l(0x10),       l(0o100)),
    row("NOFLSH",  l(0o200),    l(0x8000_0000), l(0o200)),
    row("TOSTOP",  l(0o400),    l(0x40_0000),  l(0o400)),
    row("ECHOCTL", l(0o1000),   l(0x40),       l(0o1000)),
    row("ECHOPRT", l(0o2000),   l(0x20),       l(0o2000)),
    row("ECHOKE",  l(0o4000),   l(0x1),        l(0o4000)),
    row("FLUSHO",  l(0o10000),  l(0x80_0000),  l(0o20000)),
    row("PENDIN",  l(0o40000),  None("FreeBSD drops PENDIN"),  l(0o40000)),
    row("IEXTEN",  l(0o100000), l(0x400),      l(0o100000)),
    row("EXTPROC", l(0o200000), None("FreeBSD drops EXTPROC"), l(0o200000)),
    row("ALTWERASE",  LINUX_BSD, l(0x200),      ILLUMOS_BSD),
    row("NOKERNINFO", LINUX_BSD, l(0x200_0000), ILLUMOS_BSD),
    row("DEFECHO", LINUX_SYSV, FREEBSD_SYSV, l(0o10000)),
    row("XCLUDE",  EXCLUSIVE,  EXCLUSIVE,    EXCLUSIVE),

    row("LDISC0", Cell::Discipline(0), Cell::Discipline(0), Cell::Discipline(0)),
    row("SANE",   Cell::Composite,     Cell::Composite,     Cell::Composite),
];

/// Symbols that Linux's terminals store and no driver acts on.
pub(crate) const LINUX_STORES: &[&str] = &[
    "XCASE", "OFILL", "OFDEL", "FLUSHO", "NL1", "NLDLY", "CR1", "CR2", "CR3", "CRDLY", "TAB1", "TAB2", "BS1",
    "BSDLY", "VT1", "VTDLY", "FF1", "FFDLY",
];

/// Bits of SCO's and of the 386's that illumos has a place for and no use.
pub(crate) const ILLUMOS_STORES: &[&str] =
    &["DOSMODE", "PAGEOUT", "WRAP", "DEFECHO", "LOBLK", "RCV1EN", "XMT1EN"];

/// Every speed that one of the three systems has a `B` constant for, in bit/s, and those of MIDI (31250) and DMX
/// (250000), which have none; 134 stands for 134.5.
pub(crate) const SPEEDS: &[u32] = &[
    0, 50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 7200, 9600, 14400, 19200, 28800, 31250,
    38400, 57600, 76800, 115_200, 153_600, 230_400, 250_000, 307_200, 460_800, 500_000, 576_000, 921_600,
    1_000_000, 1_152_000, 1_500_000, 2_000_000, 2_500_000, 3_000_000, 3_500_000, 4_000_000,
];

/// The speeds Linux has a name for; it takes any other as a number.
pub(crate) const LINUX_SPEEDS: &[u32] = &[
    0, 50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400, 57600, 115_200,
    230_400, 460_800, 500_000, 576_000, 921_600, 1_000_000, 1_152_000, 1_500_000, 2_000_000, 2_500_000,
    3_000_000, 3_500_000, 4_000_000,
];

/// The speeds illumos has a code for; it can run no other.
pub(crate) const ILLUMOS_SPEEDS: &[u32] = &[
    0, 50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400, 57600, 76800,
    115_200, 153_600, 230_400, 307_200, 460_800, 921_600, 1_000_000, 1_152_000, 1_500_000, 2_000_000,
    2_500_000, 3_000_000, 3_500_000, 4_000_000,
];
