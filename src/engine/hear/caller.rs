//! What modems tell of a call (§5.2, §6.1): who calls, whom, and how the modems found each other. All of it comes
//! from strangers: it is cut, and nothing of it that a shell or a terminal would act on is kept.

/// The longest value, in bytes.
pub const LONGEST: usize = 80;
/// The number of a caller who is not known.
pub const UNKNOWN: &[u8] = b"none";

/// A call, as far as the modem spoke of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Call {
    /// The caller's number, or why there is none.
    pub caller: Option<Vec<u8>>,
    /// The caller's name, or why there is none.
    pub name: Option<Vec<u8>>,
    /// The day, as the telephone company says it.
    pub date: Option<Vec<u8>>,
    /// The time, likewise.
    pub time: Option<Vec<u8>>,
    /// The number that was called.
    pub called: Option<Vec<u8>>,
    /// Messages: the first and the second.
    pub messages: [Option<Vec<u8>>; 2],
    /// The speed between the modems.
    pub carrier: Option<Vec<u8>>,
    /// Their protocol.
    pub protocol: Option<Vec<u8>>,
    /// What stood behind `CONNECT`; empty where nothing did.
    pub connect: Option<Vec<u8>>,
}

/// What a line told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// The caller's number, in the middle of a block of lines that stands for a ring.
    Block,
    /// The caller's number.
    Caller,
    /// The caller's name.
    Name,
    /// The day.
    Date,
    /// The time.
    Time,
    /// The number that was called.
    Called,
    /// A message.
    Message,
    /// The speed between the modems.
    Carrier,
    /// Their protocol.
    Protocol,
    /// The call is up.
    Connect,
}

/// How lines begin, and what they tell. None begins like one further up unless that one is longer.
const LINES: &[(&str, Told)] = &[
    ("NMBR =", Told::Block),
    ("NMBR=", Told::Block),
    ("DDN_NMBR=", Told::Caller),
    ("NBR=", Told::Caller),
    ("CALLER NUMBER:", Told::Caller),
    ("CALLER'S NUMBER:", Told::Caller),
    ("CallerID:", Told::Caller),
    ("Diverting number:", Told::Caller),
    ("FM:", Told::Caller),
    ("+CLIP:", Told::Caller),
    ("REASON FOR NO CALLER NUMBER:", Told::Caller),
    ("NAME =", Told::Name),
    ("NAME=", Told::Name),
    ("CALLER NAME:", Told::Name),
    ("REASON FOR NO CALLER NAME:", Told::Name),
    ("DATE =", Told::Date),
    ("DATE=", Told::Date),
    ("TIME =", Told::Time),
    ("TIME=", Told::Time),
    ("TIME:", Told::Time),
    ("NDID=", Told::Called),
    ("CALLED NUMBER:", Told::Called),
    ("TO:", Told::Called),
    ("MESG =", Told::Message),
    ("CARRIER ", Told::Carrier),
    ("+MCR:", Told::Carrier),
    ("PROTOCOL:", Told::Protocol),
    ("+MRR:", Told::Protocol),
    ("CONNECT ", Told::Connect),
];

impl Call {
    /// Takes a line, without its end and the blanks before it. None: it tells nothing.
    pub fn hear(&mut self, line: &[u8]) -> Option<Told> {
        if line == b"CONNECT" {
            self.connect = Some(Vec::new());
            return Some(Told::Connect);
        }
        if line.first().is_some_and(u8::is_ascii_digit) {
            let digits = line.iter().take_while(|byte| byte.is_ascii_digit()).count();
            self.caller = clean(line.get(..digits).unwrap_or_default());
            return Some(Told::Caller);
        }
        let (begin, told) = LINES.iter().find(|(begin, _)| line.starts_with(begin.as_bytes()))?;
        let value = line.get(begin.len()..).unwrap_or_default().trim_ascii();
        match told {
            Told::Caller if *begin == "FM:" => self.caller_and_called(value),
            Told::Caller if *begin == "+CLIP:" => self.caller = clean(clip(value)),
            Told::Caller | Told::Block => self.caller = clean(value),
            Told::Name => self.name = clean(value),
            Told::Date => self.date = clean(value),
            Told::Time => self.time = clean(value),
            Told::Called => self.called = clean(value),
            Told::Message => self.message(value),
            Told::Carrier => self.carrier = clean(value),
            Told::Protocol => self.protocol = clean(value),
            Told::Connect => self.connect = Some(clean(value).unwrap_or_default()),
        }
        Some(*told)
    }

    /// The caller's number, or [`UNKNOWN`].
    pub fn number(&self) -> &[u8] {
        self.caller.as_deref().unwrap_or(UNKNOWN)
    }

    /// What programs are told of the connection: `115200/33600 LAP-M`, as much of it as is known.
    pub fn connection(&self) -> Vec<u8> {
        let mut text = self.connect.clone().unwrap_or_default();
        for (between, value) in [(b'/', &self.carrier), (b' ', &self.protocol)] {
            if let Some(value) = value {
                if !text.is_empty() {
                    text.push(between);
                }
                text.extend_from_slice(value);
            }
        }
        text
    }

    /// The speed that a modem names in front of all else it says of the connection; 300 if it names none (§6.1).
    /// None: it names something else.
    pub fn speed(&self) -> Option<u32> {
        let text = self.connect.as_deref()?;
        if text.is_empty() {
            return Some(300);
        }
        let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).take(9);
        digits.fold(None, |speed: Option<u32>, digit| Some(speed.unwrap_or(0) * 10 + u32::from(digit - b'0')))
    }

    /// Who calls and who is called, from ISDN adapters: each word that says something.
    pub(super) fn numbers(&mut self, caller: &[u8], called: &[u8]) {
        let (caller, called) = (clean(caller), clean(called));
        self.caller = caller.or(self.caller.take());
        self.called = called.or(self.called.take());
    }

    /// `FM:0123 TO:99`, with or without the second half.
    fn caller_and_called(&mut self, value: &[u8]) {
        let at = value.windows(3).position(|window| window == b"TO:").unwrap_or(value.len());
        let called = value.get(at + 3..).unwrap_or_default();
        self.numbers(value.get(..at).unwrap_or_default(), called);
    }

    /// A message; the number of a caller who had none may be in it: `03`, how many digits, and each as `3d`.
    fn message(&mut self, value: &[u8]) {
        let [first, second] = &mut self.messages;
        let place = if first.is_none() { first } else { second };
        *place = clean(value);
        if self.caller.is_none()
            && let Some(digits) = spelt(value)
        {
            self.caller = clean(&digits);
        }
    }
}

/// The number of `+CLIP: "0815",129`; empty where the network keeps it back.
fn clip(value: &[u8]) -> &[u8] {
    let (value, end) = match value.strip_prefix(b"\"") {
        Some(quoted) => (quoted, b'"'),
        None => (value, b','),
    };
    value.split(|byte| *byte == end).next().unwrap_or_default()
}

/// The digits of a message of kind 3.
fn spelt(value: &[u8]) -> Option<Vec<u8>> {
    let [b'0', b'3', high, low, rest @ ..] = value else { return None };
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let count = usize::try_from(digit(high)? * 16 + digit(low)?).ok()?;
    let pairs = rest.chunks_exact(2).take(count);
    let digits: Vec<u8> = pairs.filter_map(|pair| pair.get(1).copied()).collect();
    (digits.len() == count && count > 0 && digits.iter().all(u8::is_ascii_digit)).then_some(digits)
}

/// What is kept of a stranger's words. None: nothing is left.
fn clean(text: &[u8]) -> Option<Vec<u8>> {
    let plain = |byte: &u8| match byte {
        b'\'' | b'"' | b'`' | b'$' | b'\\' | b';' | b'&' | b'|' | b'<' | b'>' => b' ',
        b' '..=b'~' => *byte,
        _ => b' ',
    };
    let text: Vec<u8> = text.trim_ascii().iter().take(LONGEST).map(plain).collect();
    let mut kept = text.trim_ascii();
    // A program that is given it may take it for an option.
    while let [b'-' | b' ', rest @ ..] = kept {
        kept = rest;
    }
    (!kept.is_empty()).then(|| kept.to_vec())
}

#[cfg(test)]
mod tests;
