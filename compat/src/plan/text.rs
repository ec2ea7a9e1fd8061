//! Text to type on a line: bytes, and parameters whose value is known only when they are typed.

/// A parameter of an issue or a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Param {
    /// The line's speed at this moment, in digits.
    Speed,
    /// The date, MM/DD/YY.
    Date,
    /// The time, HH:MM:SS, local, 24 h.
    Time,
    /// The line's name without `/dev/`.
    Line,
    /// The node name, or what stands for it.
    System,
    /// The node's full name in the network's naming system.
    FullName,
    /// How many users are signed on.
    Users,
    /// `1 User`, `2 Users`.
    UsersInWords,
    /// The version text.
    Version,
    /// The machine's kind.
    Machine,
    /// The system's name.
    OsName,
    /// The system's release.
    OsRelease,
    /// The version that the system says of itself.
    OsVersion,
    /// The day of the week and the date, `Sat Nov 21 2026`.
    DayAndDate,
    /// The date and the time as ctime(3) has them, `Sat Nov  7 09:58:00 2026`.
    Moment,
    /// The date without leading zeros and with its whole year, `11/7/2026`.
    PlainDate,
    /// The caller's number, or `none`.
    Caller,
    /// What the modem said behind `CONNECT`.
    Connect,
}

/// A piece of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Bytes as they are. When typed, LF becomes CR LF and NUL is left out.
    Bytes(Vec<u8>),
    /// Bytes as they are. When typed, nothing is added and nothing is left out.
    Raw(Vec<u8>),
    /// A value to be filled in; it is never expanded again.
    Param(Param),
    /// These, with their values filled in, but no more than so many bytes of them.
    AtMost(usize, Vec<Piece>),
}

impl Piece {
    fn mentions(&self, wanted: Param) -> bool {
        match self {
            Self::Bytes(_) | Self::Raw(_) => false,
            Self::Param(param) => *param == wanted,
            Self::AtMost(_, pieces) => pieces.iter().any(|piece| piece.mentions(wanted)),
        }
    }
}

/// A text with its escapes decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// Its pieces, in order.
    pub pieces: Vec<Piece>,
}

impl Text {
    /// Text that is nothing but bytes.
    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self { pieces: vec![Piece::Bytes(bytes.into())] }
    }

    /// Bytes to which nothing is added when they are typed.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self { pieces: vec![Piece::Raw(bytes.into())] }
    }

    /// Adds one byte.
    pub fn push(&mut self, byte: u8) {
        if let Some(Piece::Bytes(bytes)) = self.pieces.last_mut() {
            bytes.push(byte);
        } else {
            self.pieces.push(Piece::Bytes(vec![byte]));
        }
    }

    /// Adds one byte to which nothing is added when it is typed.
    pub fn push_raw(&mut self, byte: u8) {
        if let Some(Piece::Raw(bytes)) = self.pieces.last_mut() {
            bytes.push(byte);
        } else {
            self.pieces.push(Piece::Raw(vec![byte]));
        }
    }

    /// Adds a parameter.
    pub fn push_param(&mut self, param: Param) {
        self.pieces.push(Piece::Param(param));
    }

    /// Whether a parameter occurs.
    pub fn mentions(&self, param: Param) -> bool {
        self.pieces.iter().any(|piece| piece.mentions(param))
    }
}
