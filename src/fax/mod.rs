//! Fax pages: what a machine sent, as lines of dots, as a picture for people, and as the file of a call. Bytes in, bytes
//! out; nothing here touches the system.

pub mod bits;
pub mod chart;
mod codes;
pub mod name;
pub mod page;
pub mod png;
pub mod tiff;

/// How the lines of a page are coded, by recommendations T.4 and T.6.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Coding {
    /// Each line by itself.
    OneDimensional,
    /// Lines by themselves, and lines by what differs from the one before; a bit after each EOL tells which.
    TwoDimensional,
    /// All by what differs from the one before, without EOLs.
    T6,
}

impl Coding {
    /// By the code that the modem reports for a session: `df` of `+FDCS` and `+FCS`. Uncompressed mode (2) is
    /// two-dimensional otherwise.
    pub fn of_session(df: u8) -> Self {
        match df {
            0 => Self::OneDimensional,
            3 => Self::T6,
            _ => Self::TwoDimensional,
        }
    }

    /// As people name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::OneDimensional => "T.4 one-dimensional",
            Self::TwoDimensional => "T.4 two-dimensional",
            Self::T6 => "T.6",
        }
    }
}

/// The dots of a line, by the modem's code for a session's width.
pub fn width_of_session(wd: u8) -> u16 {
    match wd {
        1 => 2048,
        2 => 2432,
        _ => 1728,
    }
}

/// Dots per inch across the page.
pub const ACROSS: u16 = 204;

/// Dots per inch down the page, by the modem's code for a session's resolution. 8, 0x10 and 0x20 are codes of modems
/// that count in inches: 100, 200 and 400 lines, near enough.
pub fn down_of_session(vr: u8) -> u16 {
    match vr {
        0 | 8 => NORMAL,
        2 | 4 | 0x20 => SUPERFINE,
        _ => FINE,
    }
}

/// [`down_of_session`] of 3.85 lines per millimetre.
pub const NORMAL: u16 = 98;
/// Of 7.7.
pub const FINE: u16 = 196;
/// Of 15.4.
pub const SUPERFINE: u16 = 391;
