//! Records of utmp and wtmp files as bytes, for every shape that Linux programs write.
//!
//! All shapes are the same up to the exit status; what follows depends on how many bits the seconds have.
//! glibc writes 384 bytes with 32-bit seconds on x86, arm, riscv, powerpc and mips, so that 32-bit and
//! 64-bit programs share a file, and 400 with 64 on aarch64, s390x and loongarch64. musl has no functions
//! that write, but a structure for programs that do: 400 bytes, except 396 where an `int64_t` begins at
//! any multiple of four (i386). The seconds of the short record are unsigned: they end in 2106.

use std::ops::Range;

/// The kind of a record that init made for a process that it started.
pub const INIT_PROCESS: i16 = 5;
/// The kind of a record of a line where a name is waited for.
pub const LOGIN_PROCESS: i16 = 6;
/// The kind of a record of a session.
pub const USER_PROCESS: i16 = 7;
/// The kind of a record whose process has ended.
pub const DEAD_PROCESS: i16 = 8;
/// The kinds of records that hold something.
const KINDS: Range<i16> = 1..10;

/// Which byte of a number comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// the lowest
    Little,
    /// the highest
    Big,
}

/// How long a record is, which follows from its seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// 384 bytes: 32 bits of seconds
    Seconds32,
    /// 400 bytes: 64 bits of seconds, the record filled up to a multiple of eight
    Seconds64,
    /// 396 bytes: 64 bits of seconds, the record not filled up
    Seconds64Short,
}

/// How records lie in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// of the numbers
    pub order: Order,
    /// of the record
    pub shape: Shape,
}

/// A record, byte for byte but for its padding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// [`USER_PROCESS`] and so on
    pub kind: i16,
    /// the process
    pub pid: i32,
    /// the line without `/dev/`
    pub line: [u8; 32],
    /// what tells the record from others
    pub id: [u8; 4],
    /// who is on
    pub user: [u8; 32],
    /// from where
    pub host: [u8; 256],
    /// how the process ended: signal and status
    pub exit: [i16; 2],
    /// the session's leader
    pub session: i32,
    /// since 1970; cut to what the shape holds when it is written
    pub seconds: i64,
    /// and millionths
    pub micros: i32,
    /// the host's address
    pub address: [u8; 16],
}

impl Layout {
    /// What programs of this system write, if it is Linux: by C library and processor.
    pub const HERE: Self = Self {
        order: if cfg!(target_endian = "big") { Order::Big } else { Order::Little },
        shape: if cfg!(target_env = "gnu") {
            // The other 64-bit processors share their files with 32-bit programs.
            let alone =
                cfg!(any(target_arch = "aarch64", target_arch = "s390x", target_arch = "loongarch64"));
            if alone { Shape::Seconds64 } else { Shape::Seconds32 }
        } else if align_of::<u64>() == 4 {
            Shape::Seconds64Short
        } else {
            Shape::Seconds64
        },
    };

    /// A record's length in bytes.
    pub const fn size(self) -> usize {
        match self.shape {
            Shape::Seconds32 => 384,
            Shape::Seconds64 => 400,
            Shape::Seconds64Short => 396,
        }
    }

    /// The layout of a file of `length` bytes that begins with `head`: the one whose records fill it. If several do
    /// or, as after a torn write, none: the one that finds in `head` nothing but records of a kind there is, and empty ones.
    /// If that does not tell either (an empty file): this one.
    pub fn or_that_of(self, length: u64, head: &[u8]) -> Self {
        let fills = |layout: Self| length.is_multiple_of(layout.size() as u64);
        let fits = |layout: Self| {
            layout.entries(head).all(|entry| KINDS.contains(&entry.kind) || entry == Entry::EMPTY)
        };
        let shapes = [Shape::Seconds32, Shape::Seconds64, Shape::Seconds64Short];
        let layouts = shapes.map(|shape| Self { shape, ..self });
        layouts
            .into_iter()
            .max_by_key(|layout| (fills(*layout), fits(*layout), *layout == self))
            .unwrap_or(self)
    }

    /// The whole records of a file; what is left of a torn one at its end is not told.
    pub fn entries(self, file: &[u8]) -> impl Iterator<Item = Entry> {
        file.chunks_exact(self.size()).filter_map(move |record| self.decode(record))
    }

    /// The record that bytes begin with; None: they end before it does.
    pub fn decode(self, bytes: &[u8]) -> Option<Entry> {
        let mut rest = Rest { order: self.order, bytes: bytes.get(..self.size())? };
        let kind = rest.short()?;
        rest.take::<2>()?;
        Some(Entry {
            kind,
            pid: rest.int()?,
            line: rest.take()?,
            id: rest.take()?,
            user: rest.take()?,
            host: rest.take()?,
            exit: [rest.short()?, rest.short()?],
            // A long in glibc, an int and padding in musl: the same bytes.
            session: if self.is_wide() { low_half(rest.long()?) } else { rest.int()? },
            seconds: if self.is_wide() { rest.long()? } else { i64::from(rest.int()?.cast_unsigned()) },
            micros: if self.is_wide() { low_half(rest.long()?) } else { rest.int()? },
            address: rest.take()?,
        })
    }

    /// A record's bytes, [`size`](Self::size) of them.
    pub fn encode(self, entry: &Entry) -> Vec<u8> {
        let mut out = Made { order: self.order, bytes: Vec::with_capacity(self.size()) };
        out.short(entry.kind);
        out.bytes.extend([0; 2]);
        out.int(entry.pid);
        out.bytes.extend(entry.line);
        out.bytes.extend(entry.id);
        out.bytes.extend(entry.user);
        out.bytes.extend(entry.host);
        out.short(entry.exit[0]);
        out.short(entry.exit[1]);
        if self.is_wide() {
            out.long(i64::from(entry.session));
            out.long(entry.seconds);
            out.long(i64::from(entry.micros));
        } else {
            out.int(entry.session);
            let seconds = entry.seconds.clamp(0, i64::from(u32::MAX));
            out.int(low_half(seconds));
            out.int(entry.micros);
        }
        out.bytes.extend(entry.address);
        // Reserved bytes, and what fills the record up.
        out.bytes.resize(self.size(), 0);
        out.bytes
    }

    const fn is_wide(self) -> bool {
        !matches!(self.shape, Shape::Seconds32)
    }
}

impl Entry {
    /// Nothing anywhere.
    pub const EMPTY: Self = Self {
        kind: 0,
        pid: 0,
        line: [0; 32],
        id: [0; 4],
        user: [0; 32],
        host: [0; 256],
        exit: [0; 2],
        session: 0,
        seconds: 0,
        micros: 0,
        address: [0; 16],
    };
}

/// A field that holds `text`: cut to its length, no NUL within, the rest zero.
pub fn field<const N: usize>(text: &[u8]) -> [u8; N] {
    let mut field = [0; N];
    let text = text.iter().take_while(|byte| **byte != 0);
    field.iter_mut().zip(text).for_each(|(slot, byte)| *slot = *byte);
    field
}

/// The text in a field.
pub fn text(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == 0).next().unwrap_or_default()
}

fn low_half(long: i64) -> i32 {
    long as i32
}

/// What of a record is yet to be read.
struct Rest<'a> {
    order: Order,
    bytes: &'a [u8],
}

impl Rest<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.bytes.split_first_chunk()?;
        self.bytes = rest;
        Some(*first)
    }

    /// The bytes of a number, the lowest first.
    fn number<const N: usize>(&mut self) -> Option<[u8; N]> {
        let mut bytes = self.take()?;
        if self.order == Order::Big {
            bytes.reverse();
        }
        Some(bytes)
    }

    fn short(&mut self) -> Option<i16> {
        self.number().map(i16::from_le_bytes)
    }

    fn int(&mut self) -> Option<i32> {
        self.number().map(i32::from_le_bytes)
    }

    fn long(&mut self) -> Option<i64> {
        self.number().map(i64::from_le_bytes)
    }
}

/// What of a record is written.
struct Made {
    order: Order,
    bytes: Vec<u8>,
}

impl Made {
    /// Takes the bytes of a number, the lowest first.
    fn number<const N: usize>(&mut self, mut bytes: [u8; N]) {
        if self.order == Order::Big {
            bytes.reverse();
        }
        self.bytes.extend(bytes);
    }

    fn short(&mut self, number: i16) {
        self.number(number.to_le_bytes());
    }

    fn int(&mut self, number: i32) {
        self.number(number.to_le_bytes());
    }

    fn long(&mut self, number: i64) {
        self.number(number.to_le_bytes());
    }
}

#[cfg(test)]
mod tests;
