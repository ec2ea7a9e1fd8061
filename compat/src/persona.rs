//! The names we answer to.

/// A program that polygetty can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Persona {
    /// getty of getty_ps.
    Getty,
    /// uugetty of getty_ps: getty, and the locks of UUCP.
    Uugetty,
    /// A dialer for Devices lines, as SCO's getty and UUCP programs run one.
    Dialer,
}

impl Persona {
    /// The program of this name, without directory.
    pub fn by_name(name: &[u8]) -> Option<Self> {
        match name {
            b"getty" | b"getty_ps" | b"agetty" => Some(Self::Getty),
            b"uugetty" => Some(Self::Uugetty),
            _ if name.starts_with(b"dial") => Some(Self::Dialer),
            _ => None,
        }
    }

    /// Its name in the log and in the names of its files.
    pub fn program(self) -> &'static str {
        match self {
            Self::Getty => "getty",
            Self::Uugetty => "uugetty",
            Self::Dialer => "dialer",
        }
    }
}
