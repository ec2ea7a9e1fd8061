//! Where the two families of gettydefs files differ. Everything else is one parser.

use crate::plan::modes::{Flag, SANE, Value};

/// How the lines of one entry become one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    /// With one blank, or with nothing if the line ended in a backslash, which is dropped (getty_ps, §3.1).
    Blank,
    /// With the line feed that stood there; it counts in a prompt and separates words elsewhere (SCO).
    LineFeed,
}

/// Which escapes a prompt may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escapes {
    /// Decimal, octal and hexadecimal numbers, `@` parameters (getty_ps, §5.1 and §5.2). In a flag field a
    /// backslash separates words.
    GettyPs,
    /// One to three octal digits, no parameters (System V, SCO). They work in every field.
    SystemV,
}

/// Sizes in bytes. Those of labels and prompts count what escapes stand for where they work in every field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// A label and a next-label.
    pub label: usize,
    /// A prompt.
    pub prompt: usize,
    /// An entry, its lines joined.
    pub entry: usize,
    /// What is longer is cut; otherwise it spoils the entry.
    pub cut: bool,
    /// What the original had room for: label, prompt. A longer one is worth a warning.
    pub original: Option<(usize, usize)>,
}

/// What `SANE` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sane {
    /// Flags that it sets.
    pub set: &'static [Flag],
    /// Flags that it clears.
    pub clear: &'static [Flag],
    /// A character size that holds where the field names none.
    pub size: Option<Value>,
    /// Whether it clears the delays.
    pub no_delays: bool,
}

/// A family of gettydefs files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// `\#` is a hash and separates nothing.
    pub quoted_hash: bool,
    /// How lines are joined.
    pub join: Join,
    /// A line that begins with `#` ends a complete entry and is a comment. Otherwise it always belongs to it.
    pub comment_ends_entry: bool,
    /// White space may stand before the label.
    pub indented_label: bool,
    /// The prompt's escapes.
    pub escapes: Escapes,
    /// Sizes.
    pub limits: Limits,
    /// What `SANE` does.
    pub sane: Sane,
    /// Whether there is a sixth field.
    pub sixth_field: bool,
    /// What BREAK does when the next-label is not defined, for people.
    pub lost_break: &'static str,
    /// What BREAK does when there is no next-label, for people.
    pub no_next: &'static str,
    /// What is used when a file has no entry, for people.
    pub built_in: &'static str,
}

/// getty_ps and uugetty (§3).
pub const GETTY_PS: Dialect = Dialect {
    quoted_hash: false,
    join: Join::Blank,
    comment_ends_entry: true,
    indented_label: false,
    escapes: Escapes::GettyPs,
    limits: Limits { label: 255, prompt: 255, entry: 8191, cut: true, original: Some((12, 80)) },
    sane: Sane { set: SANE, clear: &[], size: Some(Value::CS8), no_delays: false },
    sixth_field: false,
    lost_break: "BREAK leads to the first entry of the file",
    no_next: "BREAK leads to the first entry of the file",
    built_in: "getty uses the entry that is built in, 9600 bit/s",
};

/// SCO's getty (§4.1, §4.4).
pub const SCO: Dialect = Dialect {
    quoted_hash: true,
    join: Join::LineFeed,
    comment_ends_entry: false,
    indented_label: true,
    escapes: Escapes::SystemV,
    limits: Limits { label: 63, prompt: 511, entry: 4096, cut: false, original: None },
    sane: Sane { set: SCO_SANE, clear: SCO_NOT_SANE, size: None, no_delays: true },
    sixth_field: true,
    lost_break: "BREAK changes nothing: the line stays with this entry",
    no_next: "BREAK changes nothing: the line stays with this entry",
    built_in: "getty uses the entry that is built in, 300 bit/s",
};

const SCO_SANE: &[Flag] = &[
    Flag::CREAD,
    Flag::BRKINT,
    Flag::IGNPAR,
    Flag::ISTRIP,
    Flag::ICRNL,
    Flag::IXON,
    Flag::ISIG,
    Flag::ICANON,
    Flag::ECHO,
    Flag::ECHOK,
    Flag::OPOST,
    Flag::ONLCR,
];

const SCO_NOT_SANE: &[Flag] = &[
    Flag::CLOCAL,
    Flag::IGNBRK,
    Flag::PARMRK,
    Flag::INPCK,
    Flag::INLCR,
    Flag::IUCLC,
    Flag::IXOFF,
    Flag::XCASE,
    Flag::ECHOE,
    Flag::ECHONL,
    Flag::NOFLSH,
    Flag::OLCUC,
    Flag::OCRNL,
    Flag::ONOCR,
    Flag::ONLRET,
    Flag::OFILL,
    Flag::OFDEL,
];
