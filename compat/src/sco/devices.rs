//! The Devices file of UUCP: whether a line is shared with dial-out programs, and its dialer program (§8.1, §8.3).

use crate::diag::{Code, Diagnostic, Severity};
use crate::plan::setting::Origin;
use crate::site::LockFold;
use crate::source::{FileId, FilePath, SourceMap, Span};

/// DV01: an entry has too few fields.
pub const FIELDS: Code = Code::dv(1);
/// DV02: an entry begins with a blank, and is not read.
pub const INDENTED: Code = Code::dv(2);
/// DV03: a line names two dialer programs.
pub const SECOND_DIALER: Code = Code::dv(3);
/// DV04: a line is too long.
pub const LONG: Code = Code::dv(4);

/// The largest file that is read.
pub const LIMIT: usize = 1 << 20;
/// The longest line that is read.
const LONGEST: usize = 1024;
/// More findings than this say nothing more.
const MOST_FINDINGS: usize = 64;

/// What Devices says of a line that it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// The first entry that names the line.
    pub entry: Span,
    /// The program that prepares the modem, if an entry has one.
    pub dialer: Option<Dialer>,
}

/// A dialer program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialer {
    /// The program.
    pub path: FilePath,
    /// The speed field as it is written: a number, a range, `Any` or `-`.
    pub speed: Vec<u8>,
    /// Where it was named.
    pub origin: Origin,
}

/// Whether the file names this line (without `/dev/`), and what is odd about the entries that do.
pub fn shared(
    sources: &SourceMap,
    file: FileId,
    line: &[u8],
    findings: &mut Vec<Diagnostic>,
) -> Option<Shared> {
    let mut found: Option<Shared> = None;
    for entry in entries(sources.bytes(file), file) {
        if !entry.tty().is_some_and(|tty| is_same(tty, line)) {
            continue;
        }
        if let Some(fault) = entry.fault() {
            add(findings, fault);
            continue;
        }
        let shared = found.get_or_insert(Shared { entry: entry.span, dialer: None });
        let Some((path, span)) = entry.program() else { continue };
        match &shared.dialer {
            Some(first) if first.path != path => add(findings, second(&first.origin, span)),
            Some(_) => {}
            None => {
                let speed = entry.field(3).unwrap_or_default().to_vec();
                shared.dialer = Some(Dialer { path, speed, origin: Origin::File(span) });
            }
        }
    }
    found
}

/// Everything that is odd about the file.
pub fn check(sources: &SourceMap, file: FileId) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    entries(sources.bytes(file), file)
        .filter_map(|entry| entry.fault())
        .for_each(|fault| add(&mut findings, fault));
    findings
}

/// The names under which a line is locked, sorted: its own, and the folded one if that is another.
pub fn lock_names(line: &[u8], fold: LockFold) -> Vec<Vec<u8>> {
    let mut names = vec![line.to_vec()];
    let folds = match fold {
        LockFold::Auto => is_sco_name(line),
        LockFold::Always => true,
        LockFold::Never => false,
    };
    if folds {
        names.push(line.to_ascii_lowercase());
    }
    names.sort_unstable();
    names.dedup();
    names
}

/// `tty`, digits, one letter, digits or nothing. Folding `ttyS0` would hide it from every other program of Linux.
fn is_sco_name(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"tty") else { return false };
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    match rest.get(digits..) {
        Some([letter, board @ ..]) if digits > 0 => {
            letter.is_ascii_alphabetic() && board.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    }
}

/// Whether two names are one port: `tty1a` and `tty1A` are, `ttyS0` is itself alone.
fn is_same(a: &[u8], b: &[u8]) -> bool {
    let folds = |name: &[u8]| name.starts_with(b"tty") && !name.starts_with(b"ttyS");
    a == b || (folds(a) && folds(b) && a.eq_ignore_ascii_case(b))
}

/// One line of the file that is neither empty nor a comment.
struct Entry<'a> {
    text: &'a [u8],
    span: Span,
    fields: Vec<(&'a [u8], Span)>,
}

impl<'a> Entry<'a> {
    fn field(&self, n: usize) -> Option<&'a [u8]> {
        self.fields.get(n).map(|(field, _)| *field)
    }

    /// The line's name, less what stands behind a comma.
    fn tty(&self) -> Option<&'a [u8]> {
        self.field(1).and_then(|tty| tty.split(|b| *b == b',').next())
    }

    /// The dialer, if it is a program and no name of the Dialers file.
    fn program(&self) -> Option<(FilePath, Span)> {
        let (dialer, span) = self.fields.get(4)?;
        dialer.starts_with(b"/").then(|| (FilePath::from(*dialer), *span))
    }

    /// Why it is no entry.
    fn fault(&self) -> Option<Diagnostic> {
        let warning =
            |code, message: String, span| Diagnostic::new(code, Severity::Warning, message, Some(span));
        if self.text.len() > LONGEST {
            let (is, head) =
                (self.text.len(), Span::new(self.span.file, self.span.start, self.span.start + 1));
            return Some(
                warning(LONG, format!("line of {is} bytes"), head)
                    .here("it is ignored")
                    .write(format!("at most {LONGEST} bytes")),
            );
        }
        let (_, first) = self.fields.first()?;
        if self.text.first().is_some_and(|b| matches!(b, b' ' | b'\t')) {
            let blanks = Span::new(self.span.file, self.span.start, first.start);
            return Some(
                warning(INDENTED, "this entry begins with a blank".into(), blanks)
                    .here("it is ignored, as a comment is")
                    .write("the type in the first column"),
            );
        }
        let count = self.fields.len();
        (count < 5).then(|| {
            let fields = if count == 1 { "1 field".to_owned() } else { format!("{count} fields") };
            warning(FIELDS, format!("{fields} where an entry has at least five"), self.span)
                .here("it is ignored; a line that only it names is not shared")
                .write("TYPE LINE DIALER-LINE SPEED DIALER, with - for what is not there")
        })
    }
}

fn entries(bytes: &[u8], file: FileId) -> impl Iterator<Item = Entry<'_>> {
    let mut next = 0;
    bytes.split_inclusive(|b| *b == b'\n').filter_map(move |line| {
        let from = next;
        next += line.len();
        let text = line.trim_ascii_end();
        let shown = text.trim_ascii_start();
        if shown.is_empty() || shown.starts_with(b"#") {
            return None;
        }
        let mut fields = Vec::new();
        let mut at = from;
        for field in text.get(..LONGEST.min(text.len())).unwrap_or(text).split(|b| matches!(b, b' ' | b'\t'))
        {
            if !field.is_empty() {
                fields.push((field, Span::new(file, at, at + field.len())));
            }
            at += field.len() + 1;
        }
        Some(Entry { text, span: Span::new(file, from, from + text.len()), fields })
    })
}

fn second(first: &Origin, span: Span) -> Diagnostic {
    let message = "a second dialer program for this line";
    let finding = Diagnostic::new(SECOND_DIALER, Severity::Warning, message, span)
        .here("getty runs the first one")
        .write("one dialer program for all entries of a line");
    match first {
        Origin::File(first) => finding.also(*first, "the first one"),
        _ => finding,
    }
}

fn add(findings: &mut Vec<Diagnostic>, finding: Diagnostic) {
    if findings.len() < MOST_FINDINGS {
        findings.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    struct Read {
        sources: SourceMap,
        shared: Option<Shared>,
        findings: Vec<Diagnostic>,
        all: Vec<Diagnostic>,
    }

    fn read(text: &[u8], line: &str) -> Read {
        let mut sources = SourceMap::default();
        let file = sources.add("D".into(), text.to_vec());
        let mut findings = Vec::new();
        let shared = shared(&sources, file, line.as_bytes(), &mut findings);
        let all = check(&sources, file);
        Read { sources, shared, findings, all }
    }

    impl Read {
        fn told(&self) -> Vec<String> {
            let told =
                |d: &Diagnostic| format!("{} {}: {}", self.sources.place(d.span.unwrap()), d.code, d.message);
            self.findings.iter().map(told).collect()
        }
    }

    #[test]
    fn a_line_that_is_named_is_shared() {
        for text in [
            "Direct tty1A - 9600 direct\n",
            "# x\n\nACU,eg\ttty1A,M\t-\t2400-9600\thayes \\T\r\n",
            "somewhere tty1A - Any direct",
            "ACU cul0 - 300 x\nACU tty1A - 300 x\n",
        ] {
            let read = read(text.as_bytes(), "tty1A");
            assert_eq!((read.told(), read.all.len()), (vec![], 0), "{text}");
            let shared = read.shared.unwrap();
            assert_eq!(shared.dialer, None, "{text}");
            assert!(read.sources.slice(shared.entry).windows(5).any(|w| w == b"tty1A"), "{text}");
        }
        assert_eq!(read(b"Direct tty1A - 9600 direct\n", "tty2A").shared, None);
        assert_eq!(read(b"Direct x tty1A 9600 direct\n", "tty1A").shared, None);
        assert_eq!(read(b"", "tty1A").shared, None);
    }

    #[test]
    fn indented_lines_comments_and_short_ones_share_nothing() {
        let indented = read(b" Direct L - 9600 direct\n", "L");
        assert_eq!(
            (indented.shared.clone(), indented.told()),
            (None, vec!["D:1:1 DV02: this entry begins with a blank".into()])
        );
        let comment = read(b"#Direct L - 9600 direct\n # Direct L - 9600 direct\n", "L");
        assert_eq!((comment.shared.clone(), comment.told()), (None, vec![]));
        let short = read(b"\nDirect L - 9600\n", "L");
        assert_eq!(
            (short.shared.clone(), short.told()),
            (None, vec!["D:2:1 DV01: 4 fields where an entry has at least five".into()])
        );
        let long = read(format!("Direct L - 9600 {}\n", "x".repeat(1100)).as_bytes(), "L");
        assert_eq!((long.shared.clone(), long.told()), (None, vec!["D:1:1 DV04: line of 1116 bytes".into()]));
        // A good entry for the line counts, whatever stands before; and other lines' faults are not this line's.
        let both = read(b"Direct L - 9600\nDirect M - 9600\nDirect L - 9600 direct\n", "L");
        assert!(both.shared.is_some());
        assert_eq!((both.findings.len(), both.all.len()), (1, 2));
    }

    #[test]
    fn small_and_capital_letters_are_one_port_of_sco() {
        for (named, line, same) in [
            ("tty1a", "tty1A", true),
            ("tty1A", "tty1a", true),
            ("ttyS0", "ttyS0", true),
            ("ttyS0", "ttys0", false),
            ("ttys0", "ttyS0", false),
            ("TTY1A", "tty1A", false),
            ("cua1a", "cua1A", false),
        ] {
            let text = format!("Direct {named} - 9600 direct\n");
            assert_eq!(read(text.as_bytes(), line).shared.is_some(), same, "{named} {line}");
        }
    }

    #[test]
    fn the_first_dialer_that_is_a_program_is_the_lines() {
        let text =
            "ACU L - 300 hayes\nACU L - 2400-9600 /usr/lib/uucp/atdial\nACU L - Any /x\nACU L - 1 /x\n";
        let read = read(text.as_bytes(), "L");
        assert_eq!(
            read.told(),
            [
                "D:3:13 DV03: a second dialer program for this line",
                "D:4:11 DV03: a second dialer program for this line"
            ]
        );
        assert_eq!(read.sources.place(read.findings[0].also[0].span).line, 2);
        let shared = read.shared.unwrap();
        assert_eq!(read.sources.place(shared.entry).line, 1);
        let dialer = shared.dialer.unwrap();
        assert_eq!(
            (dialer.path, dialer.speed.as_slice()),
            ("/usr/lib/uucp/atdial".into(), &b"2400-9600"[..])
        );
        let Origin::File(span) = dialer.origin else { panic!("{:?}", dialer.origin) };
        assert_eq!(read.sources.slice(span), b"/usr/lib/uucp/atdial");
    }

    #[test]
    fn the_first_of_two_equal_dialers_gives_the_speed() {
        let read = read(b"ACU L - 2400 /x\nACU L - 1200 /x\n", "L");
        assert_eq!((read.told(), read.shared.unwrap().dialer.unwrap().speed), (vec![], b"2400".to_vec()));
    }

    #[test]
    fn names_of_locks_are_folded_where_sco_would() {
        let names = |line: &str, fold| {
            let names = lock_names(line.as_bytes(), fold);
            names.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect::<Vec<_>>().join(" ")
        };
        for (line, auto, always) in [
            ("tty1A", "tty1A tty1a", "tty1A tty1a"),
            ("tty1a", "tty1a", "tty1a"),
            ("tty2A15", "tty2A15 tty2a15", "tty2A15 tty2a15"),
            ("ttyS0", "ttyS0", "ttyS0 ttys0"),
            ("tty12", "tty12", "tty12"),
            ("ttyA", "ttyA", "ttyA ttya"),
            ("tty1Ab", "tty1Ab", "tty1Ab tty1ab"),
            ("pts/3", "pts/3", "pts/3"),
        ] {
            assert_eq!(names(line, LockFold::Auto), auto);
            assert_eq!(names(line, LockFold::Always), always);
            assert_eq!(names(line, LockFold::Never), line);
        }
    }

    proptest! {
        #[test]
        fn any_file_is_read(
            pieces in proptest::collection::vec(
                prop_oneof![
                    Just(b"ACU tty1a,M - Any /x\n".to_vec()),
                    Just(b"\n".to_vec()),
                    Just(b" ".to_vec()),
                    Just(b"#".to_vec()),
                    Just(b"tty1A /".to_vec()),
                    proptest::collection::vec(any::<u8>(), 0..9),
                ],
                0..200,
            ),
        ) {
            let bytes = pieces.concat();
            let read = read(&bytes, "tty1A");
            prop_assert!(read.findings.len() <= read.all.len().max(MOST_FINDINGS) && read.all.len() <= MOST_FINDINGS);
            for finding in read.findings.iter().chain(&read.all) {
                let span = finding.span.unwrap();
                prop_assert!(span.start < span.end && span.end <= bytes.len(), "{finding:?}");
                prop_assert!(finding.here.is_some() && finding.write.is_some());
            }
            if let Some(shared) = read.shared {
                prop_assert!(shared.entry.end <= bytes.len());
                prop_assert!(shared.dialer.is_none_or(|dialer| dialer.path.is_absolute()));
            }
        }
    }
}
