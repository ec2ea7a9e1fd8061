//! What a modem says in lines while it receives a fax (mgetty, 13.2). The sender's name comes from strangers.

use super::fax_model::Class;

/// The longest name of a sender, in bytes.
pub const LONGEST: usize = 20;
/// The most of the parameters that is kept, in bytes.
const PARAMETERS: usize = 40;

/// A page could not be had or kept.
pub const PAGE_FAILED: i32 = -1;
/// The modem says that something else ended the call.
pub const ENDED: i32 = -4;
/// It said what does not belong here.
pub const UNEXPECTED: i32 = -5;
/// It said nothing in time.
pub const TIMEOUT: i32 = -6;

/// Lines that end a call, and the code of each.
const OVER: &[(&[u8], i32)] = &[
    (b"BUSY", -2),
    (b"NO DIALTONE", -3),
    (b"NO DIAL TONE", -3),
    (b"ERROR", ENDED),
    (b"NO CARRIER", ENDED),
    (b"NO ANSWER", ENDED),
    (b"CONNECTION CLOSED", ENDED),
];

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaxLine {
    /// `OK`
    Ok,
    /// `CONNECT`: a page follows.
    Connect,
    /// The sender's name; perhaps empty.
    Sender(Vec<u8>),
    /// What the machines have agreed upon.
    Parameters(Parameters),
    /// How a page has come; none where the modem counts no lines.
    Page(Option<Count>),
    /// The modem has hung up, with this code; 0: all is well.
    HungUp(i32),
    /// The call is over for another reason.
    Over(i32),
    /// Nothing that matters.
    Other,
}

/// What the machines have agreed upon.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters {
    /// As the modem says it.
    pub text: Vec<u8>,
    /// The lines of a page are far apart.
    pub coarse: bool,
    /// What a page looks like.
    pub format: PageFormat,
}

/// What a page looks like, as the codes of the parameters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PageFormat {
    /// Its resolution.
    pub vr: u8,
    /// Its width.
    pub wd: u8,
    /// How it is coded.
    pub df: u8,
}

/// The lines of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// All.
    pub lines: u32,
    /// Bad ones.
    pub bad: u32,
}

impl Count {
    /// Whether nobody can read the page.
    pub fn is_bad(self) -> bool {
        self.lines < 50 || self.bad > self.lines / 10 + 30 || self.bad > 500
    }
}

/// Reads a line, without its end. `decimal`: lines are counted in decimal digits in class 2.0, too.
pub fn read(line: &[u8], class: Class, decimal: bool) -> FaxLine {
    let line = line.trim_ascii();
    let behind = |words: &[&str]| words.iter().find_map(|word| line.strip_prefix(word.as_bytes()));
    if let Some(name) = behind(&["+FTSI:", "+FTI:"]) {
        return FaxLine::Sender(sender(name));
    }
    if let Some(text) = behind(&["+FDCS:", "+FCS:"]) {
        return FaxLine::Parameters(parameters(text));
    }
    if let Some(text) = behind(&["+FPTS:", "+FPS:"]) {
        let radix = if class == Class::TwoZero && !decimal { 16 } else { 10 };
        return FaxLine::Page(count(text, radix));
    }
    if let Some(code) = behind(&["+FHNG:", "+FHS:"]) {
        // What is no code is no success.
        return FaxLine::HungUp(number(code, 10).and_then(|n| i32::try_from(n).ok()).unwrap_or(UNEXPECTED));
    }
    if line == b"OK" {
        return FaxLine::Ok;
    }
    if line.starts_with(b"CONNECT") && !line.starts_with(b"CONNECTION") {
        return FaxLine::Connect;
    }
    let over = OVER.iter().find(|(word, _)| line.starts_with(word));
    over.map_or(FaxLine::Other, |(_, code)| FaxLine::Over(*code))
}

/// A name that nothing minds: printable, without quotes, bounded.
fn sender(text: &[u8]) -> Vec<u8> {
    let plain = text.iter().copied().filter(|byte| matches!(byte, b' '..=b'~') && !b"\"'".contains(byte));
    let plain: Vec<u8> = plain.skip_while(|byte| *byte == b' ').take(LONGEST).collect();
    plain.trim_ascii_end().to_vec()
}

fn parameters(text: &[u8]) -> Parameters {
    let text: Vec<u8> =
        text.trim_ascii().iter().copied().filter(u8::is_ascii_graphic).take(PARAMETERS).collect();
    let code = |at: usize| {
        let field = text.split(|byte| *byte == b',').nth(at).and_then(|field| number(field, 16));
        field.and_then(|code| u8::try_from(code).ok())
    };
    let coarse = matches!(code(0), Some(0 | 8));
    let of = |at| code(at).unwrap_or(0);
    let format = PageFormat { vr: of(0), wd: of(2), df: of(4) };
    Parameters { text, coarse, format }
}

fn count(text: &[u8], radix: u32) -> Option<Count> {
    let mut fields = text.split(|byte| *byte == b',').skip(1);
    let lines = number(fields.next()?, radix)?;
    let bad = fields.next().and_then(|field| number(field, radix)).unwrap_or(0);
    Some(Count { lines, bad })
}

/// The number that a text begins with, up to 65535.
fn number(text: &[u8], radix: u32) -> Option<u32> {
    let text = text.trim_ascii_start();
    let mut number = None;
    for digit in text.iter().map_while(|byte| char::from(*byte).to_digit(radix)) {
        number = Some((number.unwrap_or(0u32) * radix + digit).min(0xffff));
    }
    number
}

/// What a code means, for people.
pub fn meaning(code: i32) -> &'static str {
    match code {
        PAGE_FAILED => "a page could not be received or kept",
        -2 => "the line was busy",
        -3 => "there was no dial tone",
        ENDED => "the call was cut off",
        UNEXPECTED => "the modem said something unexpected",
        TIMEOUT => "the modem said nothing in time",
        0 => "all is well",
        1 => "it rang, and no fax machine was there",
        2 => "the call was aborted",
        3 => "no loop current",
        10 | 11 => "the machines did not find each other (phase A)",
        20..=28 | 40..=47 | 50..=58 => "an error of the sending side",
        70 => "error in phase B",
        71 => "RSPREC error",
        72 => "COMREC error",
        73 => "T2: no page followed in time",
        74 => "T1 timeout after EOM",
        90 => "error in phase C",
        91 => "no end of line for 5 seconds",
        92 | 94 => "bad checksum",
        93 => "the modem's buffer ran over: the computer was too slow, or flow control does not work",
        100..=103 => "error in phase D",
        _ => "unknown code",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(line: &str) -> FaxLine {
        read(line.as_bytes(), Class::Two, false)
    }

    #[test]
    fn mg_88_a_sender_s_name_holds_nothing_that_hurts() {
        for (line, name) in [
            ("+FTSI:\"+49 89';x \"", "+49 89;x"),
            ("+FTI:  \"  a\"b'c  \"", "abc"),
            ("+FTSI:\x01\x7f\u{e9}5\x1b[2J", "5[2J"),
            ("+FTSI:123456789012345678901234567890", "12345678901234567890"),
            ("+FTSI:", ""),
            ("+FTSI:\"          \"", ""),
        ] {
            assert_eq!(said(line), FaxLine::Sender(name.into()), "{line}");
        }
    }

    #[test]
    fn lines_are_told_by_how_they_begin() {
        let agreed = |text: &str, coarse, [vr, wd, df]: [u8; 3]| {
            let format = PageFormat { vr, wd, df };
            FaxLine::Parameters(Parameters { text: text.into(), coarse, format })
        };
        assert_eq!(said("+FDCS: 1,5,0,2,0,0,0,0"), agreed("1,5,0,2,0,0,0,0", false, [1, 0, 0]));
        assert_eq!(said("+FCS:0,5"), agreed("0,5", true, [0; 3]));
        assert_eq!(said("+FDCS:8,5"), agreed("8,5", true, [8, 0, 0]));
        assert_eq!(said("+FCS:20,D,1,2,3"), agreed("20,D,1,2,3", false, [0x20, 1, 3]));
        assert_eq!(said("+FCS:fff,5,x,2,1"), agreed("fff,5,x,2,1", false, [0, 0, 1]));
        assert_eq!(said("+FDCS:"), agreed("", false, [0; 3]));
        assert_eq!(said("+FHNG:70"), FaxLine::HungUp(70));
        assert_eq!(said("+FHS: 000"), FaxLine::HungUp(0));
        assert_eq!((said("+FHNG:"), said("+FHNG:x")), (FaxLine::HungUp(-5), FaxLine::HungUp(-5)));
        assert_eq!(said("+FHNG:99999999999"), FaxLine::HungUp(0xffff));
        assert_eq!((said("OK"), said(" CONNECT")), (FaxLine::Ok, FaxLine::Connect));
        assert_eq!((said("NO CARRIER"), said("BUSY")), (FaxLine::Over(-4), FaxLine::Over(-2)));
        assert_eq!((said("NO DIALTONE"), said("ERROR")), (FaxLine::Over(-3), FaxLine::Over(-4)));
        for other in ["", "+FCFR", "+FET:0", "AT+FDR", "OKAY", "+FNSS:1"] {
            assert_eq!(said(other), FaxLine::Other, "{other}");
        }
    }

    #[test]
    fn mg_86_a_page_is_bad_by_its_lines() {
        let bad = |line: &str, class, decimal| match read(line.as_bytes(), class, decimal) {
            FaxLine::Page(count) => count.map(Count::is_bad),
            other => panic!("{other:?}"),
        };
        let two = |line: &str| bad(line, Class::Two, false);
        assert_eq!((two("+FPTS:1"), two("+FPTS:"), two("+FPTS:1,x")), (None, None, None));
        assert_eq!(two("+FPTS:2,30,40,5"), Some(true));
        assert_eq!((two("+FPTS:1,49"), two("+FPTS:1,50")), (Some(true), Some(false)));
        assert_eq!((two("+FPTS:1,1000,130,5"), two("+FPTS:1,1000,131,5")), (Some(false), Some(true)));
        assert_eq!((two("+FPTS:1,9000,500"), two("+FPTS:1,9000,501")), (Some(false), Some(true)));
        // 32 hexadecimal is 50, 30 is 48.
        assert_eq!(bad("+FPS:1,32,0", Class::TwoZero, false), Some(false));
        assert_eq!(bad("+FPS:1,32,0", Class::TwoZero, true), Some(true));
        assert_eq!(bad("+FPS:1,ffffffffffff,0", Class::TwoZero, false), Some(false));
    }
}
