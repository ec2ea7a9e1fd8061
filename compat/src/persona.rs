//! The names we answer to.

/// A program that polygetty can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Persona {
    /// getty of getty_ps.
    Getty,
    /// uugetty of getty_ps: getty, and the locks of UUCP.
    Uugetty,
    /// getty of SCO OpenServer.
    Sco,
    /// The same under its other name; both behave alike.
    ScoUugetty,
}

impl Persona {
    /// The program of this name, without directory.
    pub fn by_name(name: &[u8]) -> Option<Self> {
        match name {
            b"getty" | b"getty_ps" | b"agetty" => Some(Self::Getty),
            b"uugetty" => Some(Self::Uugetty),
            b"sco_getty" => Some(Self::Sco),
            b"sco_uugetty" => Some(Self::ScoUugetty),
            _ => None,
        }
    }

    /// Its name in the log and in the names of its files.
    pub fn program(self) -> &'static str {
        match self {
            Self::Getty | Self::Sco => "getty",
            Self::Uugetty | Self::ScoUugetty => "uugetty",
        }
    }
}
