//! A Hayes modem's dialer, as SCO's getty and UUCP programs run one for a line of `/usr/lib/uucp/Devices`:
//! `PATH -h [-f] [-c] [-x N] tty speed` to make a modem ready for calls, `PATH [-x N] tty number speed` to call.
//!
//! Its exit status is its answer: see [`status`].

pub mod command;
pub mod compile;
mod file;
mod stages;

#[cfg(test)]
mod tests;

/// Exit statuses, as SCO's dialers have them.
pub mod status {
    /// The modem is ready, or the call is up at the speed that was asked for.
    pub const DONE: u8 = 0;
    /// With `-f`: a program calls, or a person; no fax machine.
    pub const DATA_CALL: u8 = 0x20;
    /// With `-f`: a fax machine calls.
    pub const FAX_CALL: u8 = 0x40;
    /// It failed in a way that has no status of its own.
    pub const GENERAL: u8 = 0x80;
    /// Somebody else has the line.
    pub const IN_USE: u8 = 0x81;
    /// Ended by a signal.
    pub const KILLED: u8 = 0x82;
    /// The command line is wrong.
    pub const ARGUMENTS: u8 = 0x83;
    /// What should be called is no number.
    pub const NUMBER: u8 = 0x84;
    /// The speed is none, or the line cannot have it.
    pub const SPEED: u8 = 0x85;
    /// The line cannot be opened.
    pub const OPEN: u8 = 0x86;
    /// The line's modes cannot be set.
    pub const IOCTL: u8 = 0x87;
    /// The modem did not answer in time.
    pub const TIMEOUT: u8 = 0x88;
    /// The telephone line is dead.
    pub const NO_DIAL_TONE: u8 = 0x89;
    /// The number is busy.
    pub const BUSY: u8 = 0x8d;
    /// The modems did not find each other.
    pub const NO_CARRIER: u8 = 0x8e;
    /// Nobody picks up.
    pub const NO_ANSWER: u8 = 0x8f;

    /// The speeds that a status can tell, with the codes that termio gave them.
    pub const SPEEDS: &[(u32, u8)] = &[
        (50, 1),
        (75, 2),
        (110, 3),
        (134, 4),
        (150, 5),
        (200, 6),
        (300, 7),
        (600, 8),
        (1200, 9),
        (1800, 10),
        (2400, 11),
        (4800, 12),
        (9600, 13),
        (19_200, 14),
        (38_400, 15),
    ];
}
