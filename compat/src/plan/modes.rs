//! Terminal modes by name: what gettydefs symbols mean before a system turns them into bits.
//!
//! A flag here is a name that some `gettydefs` file uses. Whether a system has a bit for it is the platform's
//! knowledge; a [`Modes`] only says which names are on.

/// The word of termios in which a symbol lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Word {
    /// `c_iflag`
    Input,
    /// `c_oflag`
    Output,
    /// `c_cflag`
    Control,
    /// `c_lflag`
    Local,
}

macro_rules! flags {
    ($($word:ident: $($name:ident)*;)*) => {
        /// A flag that is on or off.
        #[allow(missing_docs, clippy::upper_case_acronyms)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Flag { $($($name,)*)* }

        impl Flag {
            /// Every flag, in the order of gettydefs(5).
            pub const ALL: &'static [Flag] = &[$($(Flag::$name,)*)*];

            /// The symbol as gettydefs spells it.
            pub fn name(self) -> &'static str {
                match self { $($(Flag::$name => stringify!($name),)*)* }
            }

            /// The word it lives in.
            pub fn word(self) -> Word {
                match self { $($(Flag::$name => Word::$word,)*)* }
            }
        }
    };
}

flags! {
    Input: IGNBRK BRKINT IGNPAR PARMRK INPCK ISTRIP INLCR IGNCR ICRNL IUCLC IXON IXANY IXOFF IMAXBEL IUTF8 DOSMODE;
    Output: OPOST OLCUC ONLCR OCRNL ONOCR ONLRET OFILL OFDEL PAGEOUT WRAP;
    Control: CSTOPB CREAD PARENB PARODD HUPCL CLOCAL LOBLK CRTSCTS CMSPAR PAREXT CTSFLOW RTSFLOW CRTSXOFF CRTSFL ORTSFL RCV1EN XMT1EN;
    Local: ISIG ICANON XCASE ECHO ECHOE ECHOK ECHONL NOFLSH XCLUDE TOSTOP ECHOCTL ECHOPRT ECHOKE IEXTEN DEFECHO FLUSHO PENDIN;
}

impl Flag {
    /// The flag of this name, spelt exactly.
    pub fn by_name(name: &[u8]) -> Option<Self> {
        Self::ALL.iter().copied().find(|flag| flag.name().as_bytes() == name)
    }

    fn bit(self) -> u128 {
        1 << (self as u8)
    }
}

macro_rules! fields {
    ($($field:ident $mask:literal: $($value:ident)*;)*) => {
        /// A field of several bits, of which exactly one value holds.
        #[allow(missing_docs)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field { $($field,)* }

        /// A named value of a [`Field`].
        #[allow(missing_docs)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Value { $($($value,)*)* }

        impl Field {
            /// Every field.
            pub const ALL: &'static [Field] = &[$(Field::$field,)*];

            /// The symbol that means the whole mask (`NLDLY`), which gettydefs takes for the field's last value.
            pub fn mask_name(self) -> &'static str {
                match self { $(Field::$field => $mask,)* }
            }

            /// Its values, lowest first.
            pub fn values(self) -> &'static [Value] {
                match self { $(Field::$field => &[$(Value::$value,)*],)* }
            }
        }

        impl Value {
            /// Every value.
            pub const ALL: &'static [Value] = &[$($(Value::$value,)*)*];

            /// The symbol as gettydefs spells it.
            pub fn name(self) -> &'static str {
                match self { $($(Value::$value => stringify!($value),)*)* }
            }

            /// The field it is a value of.
            pub fn field(self) -> Field {
                match self { $($(Value::$value => Field::$field,)*)* }
            }
        }
    };
}

fields! {
    CharSize "CSIZE": CS5 CS6 CS7 CS8;
    NewLine "NLDLY": NL0 NL1;
    Return "CRDLY": CR0 CR1 CR2 CR3;
    Tab "TABDLY": TAB0 TAB1 TAB2 TAB3;
    Backspace "BSDLY": BS0 BS1;
    VerticalTab "VTDLY": VT0 VT1;
    FormFeed "FFDLY": FF0 FF1;
}

impl Value {
    /// The value of this name (`XTABS` is `TAB3`; a mask's name is its last value, getty_ps §3.3).
    pub fn by_name(name: &[u8]) -> Option<Self> {
        if name == b"XTABS" {
            return Some(Self::TAB3);
        }
        let by_mask = || {
            let field =
                Field::ALL.iter().find(|f| **f != Field::CharSize && f.mask_name().as_bytes() == name)?;
            field.values().last().copied()
        };
        Self::ALL.iter().copied().find(|v| v.name().as_bytes() == name).or_else(by_mask)
    }
}

/// A control character's place.
#[allow(missing_docs)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Char {
    Intr,
    Quit,
    Erase,
    Kill,
    Eof,
    Eol,
    Start,
    Stop,
    Susp,
}

impl Char {
    /// All, in their order.
    pub const ALL: &[Self] = &[
        Self::Intr,
        Self::Quit,
        Self::Erase,
        Self::Kill,
        Self::Eof,
        Self::Eol,
        Self::Start,
        Self::Stop,
        Self::Susp,
    ];

    /// The name the platform layer knows it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Intr => "INTR",
            Self::Quit => "QUIT",
            Self::Erase => "ERASE",
            Self::Kill => "KILL",
            Self::Eof => "EOF",
            Self::Eol => "EOL",
            Self::Start => "START",
            Self::Stop => "STOP",
            Self::Susp => "SUSP",
        }
    }
}

/// A line's modes. Flags that are not on are off; a field without a value has its lowest one; a speed or a control
/// character that is not named stays as the line has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Modes {
    on: u128,
    /// by field
    values: [Option<Value>; Field::ALL.len()],
    /// by their places, in the order of [`Char`]; the inner `None` is one that is switched off
    chars: [Option<Option<u8>>; Char::ALL.len()],
    /// Speed in bit/s, both ways. `Some(0)` drops DTR.
    pub speed: Option<u32>,
    /// VMIN and VTIME (tenths of a second).
    pub min_time: Option<(u8, u8)>,
}

impl Modes {
    /// Whether a flag is on.
    pub fn has(&self, flag: Flag) -> bool {
        self.on & flag.bit() != 0
    }

    /// Turns a flag on or off.
    pub fn set(&mut self, flag: Flag, on: bool) {
        if on {
            self.on |= flag.bit();
        } else {
            self.on &= !flag.bit();
        }
    }

    /// Turns several flags on or off.
    pub fn set_all(&mut self, flags: &[Flag], on: bool) {
        for flag in flags {
            self.set(*flag, on);
        }
    }

    /// The flags that are on.
    pub fn flags(&self) -> impl Iterator<Item = Flag> + '_ {
        Flag::ALL.iter().copied().filter(|flag| self.has(*flag))
    }

    /// The value of a field, if one was named.
    pub fn value(&self, field: Field) -> Option<Value> {
        self.values.get(field as usize).copied().flatten()
    }

    /// Gives a field a value.
    pub fn put(&mut self, value: Value) {
        if let Some(place) = self.values.get_mut(value.field() as usize) {
            *place = Some(value);
        }
    }

    /// Forgets a field's value.
    pub fn clear(&mut self, field: Field) {
        if let Some(place) = self.values.get_mut(field as usize) {
            *place = None;
        }
    }

    /// The values that were named.
    pub fn values(&self) -> impl Iterator<Item = Value> + '_ {
        self.values.iter().flatten().copied()
    }

    /// Sets a control character; `None` switches it off.
    pub fn put_char(&mut self, which: Char, byte: Option<u8>) {
        if let Some(place) = self.chars.get_mut(which as usize) {
            *place = Some(byte);
        }
    }

    /// The keys of a session as the old gettys set them, but for `intr`, on which they differ; bytes come one by one
    /// where lines are not made.
    pub fn put_session_keys(&mut self, intr: u8) {
        for (which, byte) in [
            (Char::Intr, Some(intr)),
            (Char::Quit, Some(0x1c)),
            (Char::Erase, Some(0x7f)),
            (Char::Kill, Some(0x15)),
            (Char::Eof, Some(0x04)),
            (Char::Eol, None),
            (Char::Start, Some(0x11)),
            (Char::Stop, Some(0x13)),
            (Char::Susp, Some(0x1a)),
        ] {
            self.put_char(which, byte);
        }
        self.min_time = Some((1, 0));
    }

    /// A control character, if one was set; the inner `None` is one that is switched off.
    pub fn char(&self, which: Char) -> Option<Option<u8>> {
        self.chars.get(which as usize).copied().flatten()
    }

    /// The control characters that were set.
    pub fn chars(&self) -> impl Iterator<Item = (Char, Option<u8>)> + '_ {
        Char::ALL.iter().filter_map(|which| Some((*which, self.char(*which)?)))
    }
}

/// What getty_ps's `SANE` switches on (§3.3).
pub const SANE: &[Flag] = &[
    Flag::BRKINT,
    Flag::IGNPAR,
    Flag::ISTRIP,
    Flag::ICRNL,
    Flag::IXON,
    Flag::IXANY,
    Flag::OPOST,
    Flag::ONLCR,
    Flag::CREAD,
    Flag::HUPCL,
    Flag::ISIG,
    Flag::ICANON,
    Flag::ECHO,
    Flag::ECHOE,
    Flag::ECHOK,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flag_has_a_bit_of_its_own() {
        assert!(Flag::ALL.len() <= 128);
        let mut modes = Modes::default();
        for flag in Flag::ALL {
            assert!(!modes.has(*flag));
            modes.set(*flag, true);
            assert_eq!(Flag::by_name(flag.name().as_bytes()), Some(*flag));
        }
        assert_eq!(modes.flags().count(), Flag::ALL.len());
    }

    #[test]
    fn keys_are_remembered_each_at_its_place() {
        for (place, which) in Char::ALL.iter().enumerate() {
            assert_eq!(place, *which as usize);
            let mut modes = Modes::default();
            modes.put_char(*which, None);
            assert_eq!(modes.char(*which), Some(None));
            assert_eq!(modes.chars().collect::<Vec<_>>(), [(*which, None)]);
        }
        assert_eq!(Char::ALL.last(), Some(&Char::Susp));
    }

    #[test]
    fn a_masks_name_is_its_last_value() {
        assert_eq!(Value::by_name(b"CRDLY"), Some(Value::CR3));
        assert_eq!(Value::by_name(b"XTABS"), Some(Value::TAB3));
        assert_eq!(Value::by_name(b"CSIZE"), None);
        assert_eq!(Value::by_name(b"CS7"), Some(Value::CS7));
    }
}
