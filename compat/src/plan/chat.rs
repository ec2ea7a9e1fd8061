//! Chats: alternating expects and sends, as UUCP wrote them.

use std::time::Duration;

/// A script; fields alternate, beginning with an expect.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chat {
    /// The fields in order.
    pub fields: Vec<Field>,
    /// The script as it was written, for people.
    pub written: Vec<u8>,
}

/// One field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// Wait for something.
    Expect(Expect),
    /// Send something.
    Send(Send),
}

/// An expect field: a word, and what to send and expect instead when it does not come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expect {
    /// What is waited for first.
    pub first: Word,
    /// Sub-sends, each with the word that is waited for after it. A field that ends in a sub-send (`None`) counts
    /// as matched after it.
    pub otherwise: Vec<(Send, Option<Word>)>,
}

/// A word to wait for. An empty one matches at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Word {
    /// What must arrive.
    pub pattern: Vec<Atom>,
    /// How long this word may take, if it says so itself.
    pub within: Option<Duration>,
    /// All eight bits count; else bit 7 is ignored on both sides.
    pub exact: bool,
    /// So long after this byte it counts as come, though it has not; at once, if another byte comes in its place.
    pub or_after: Option<(u8, Duration)>,
}

/// A piece of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Atom {
    /// This byte.
    Byte(u8),
    /// The speed mark: the longest run of digits, decided by the first byte that is none.
    Speed,
}

/// What a send field does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Send {
    /// In order.
    pub parts: Vec<SendPart>,
}

/// A piece of a send field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendPart {
    /// Bytes, as they are.
    Bytes(Vec<u8>),
    /// Send what was given so far, then wait.
    Pause(Duration),
    /// A BREAK of this length.
    Break(Duration),
    /// From here on an expect without a time of its own takes this long.
    Patience(Duration),
}

impl Chat {
    /// Whether the script can learn a speed.
    pub fn has_speed_mark(&self) -> bool {
        let marks = |word: &Word| word.pattern.contains(&Atom::Speed);
        self.fields.iter().any(|field| match field {
            Field::Send(_) => false,
            Field::Expect(expect) => {
                marks(&expect.first)
                    || expect.otherwise.iter().any(|(_, word)| word.as_ref().is_some_and(marks))
            }
        })
    }
}
