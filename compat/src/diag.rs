//! One type for everything that polygetty has to say about somebody's text.
//!
//! A diagnostic has a code that never changes its meaning, points at bytes, says what the program does with them
//! here, and what to write instead. `report` renders it in full; the log takes one line of it.

use crate::source::{SourceMap, Span};
use std::cmp::Ordering;
use std::fmt;

/// How bad it is. Errors decide exit statuses; the rest is advice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Works, but hardly as meant.
    Warning,
    /// The text does not mean anything as it stands.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// A diagnostic's code: two letters of the subject, two digits.
///
/// GD gettydefs, CG conf.getty, GA gettyacts, DV Devices, SF the site file, LN line, device and permissions; of
/// mgetty MC mgetty.config, LC login.config, DC dialin.config.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code {
    subject: [u8; 2],
    number: u8,
}

impl Code {
    /// A gettydefs code, `GDnn`.
    pub const fn gd(number: u8) -> Self {
        Self { subject: *b"GD", number }
    }

    /// A conf.getty code, `CGnn`.
    pub const fn cg(number: u8) -> Self {
        Self { subject: *b"CG", number }
    }

    /// A gettyacts code, `GAnn`.
    pub const fn ga(number: u8) -> Self {
        Self { subject: *b"GA", number }
    }

    /// A Devices code, `DVnn`.
    pub const fn dv(number: u8) -> Self {
        Self { subject: *b"DV", number }
    }

    /// A site file code, `SFnn`.
    pub const fn sf(number: u8) -> Self {
        Self { subject: *b"SF", number }
    }

    /// A mgetty.config code, `MCnn`.
    pub const fn mc(number: u8) -> Self {
        Self { subject: *b"MC", number }
    }

    /// A login.config code, `LCnn`.
    pub const fn lc(number: u8) -> Self {
        Self { subject: *b"LC", number }
    }

    /// A dialin.config code, `DCnn`.
    pub const fn dc(number: u8) -> Self {
        Self { subject: *b"DC", number }
    }

    /// A code about the line, its device or permissions, `LNnn`.
    pub const fn ln(number: u8) -> Self {
        Self { subject: *b"LN", number }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b] = self.subject;
        write!(f, "{}{}{:02}", char::from(a), char::from(b), self.number)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// A second place that belongs to a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Also {
    /// Where.
    pub span: Span,
    /// Why it is shown, such as "first defined here".
    pub label: String,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The code.
    pub code: Code,
    /// How bad.
    pub severity: Severity,
    /// What is wrong, without place and without full stop.
    pub message: String,
    /// The bytes it is about; `None` for a finding about an argument or the system.
    pub span: Option<Span>,
    /// A few words to stand at the caret.
    pub label: Option<String>,
    /// Other places that belong to it.
    pub also: Vec<Also>,
    /// What the program does with the text here.
    pub here: Option<String>,
    /// What to write instead.
    pub write: Option<String>,
}

// Each is called in so many places that its code there would be as much again as all of this file.
impl Diagnostic {
    /// A finding about `span`.
    #[inline(never)]
    pub fn new(
        code: Code,
        severity: Severity,
        message: impl Into<String>,
        span: impl Into<Option<Span>>,
    ) -> Self {
        Self {
            code,
            severity,
            message: message.into(),
            span: span.into(),
            label: None,
            also: Vec::new(),
            here: None,
            write: None,
        }
    }

    /// Adds the words at the caret.
    #[inline(never)]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.label = Some(text.into());
        self
    }

    /// Adds a second place.
    #[inline(never)]
    pub fn also(mut self, span: Span, label: impl Into<String>) -> Self {
        self.also.push(Also { span, label: label.into() });
        self
    }

    /// Adds what the program does here.
    #[inline(never)]
    pub fn here(mut self, text: impl Into<String>) -> Self {
        self.here = Some(text.into());
        self
    }

    /// Adds what to write instead.
    #[inline(never)]
    pub fn write(mut self, text: impl Into<String>) -> Self {
        self.write = Some(text.into());
        self
    }

    /// The finding as one line for the log: `file:line:column: message (here; write: …)`. A control character of
    /// somebody's text or path is shown as its escape, so that it moves no cursor and begins no line.
    pub fn one_line(&self, sources: &SourceMap) -> String {
        let mut line = match self.span {
            Some(span) => format!("{}: {} [{}]", sources.place(span), self.message, self.code),
            None => format!("{} [{}]", self.message, self.code),
        };
        for (lead, text) in [("; ", &self.here), ("; write: ", &self.write)] {
            if let Some(text) = text {
                line.push_str(lead);
                line.push_str(text);
            }
        }
        line.chars().map(|c| if c.is_control() { c.escape_default().to_string() } else { c.into() }).collect()
    }
}
/// LN08: there is more to say about the files than is said.
pub const MORE: Code = Code::ln(8);

/// At most so many findings: init starts a line again and again, and a file of nothing but mistakes must not fill
/// the log each time. Errors stay before the rest.
const MOST_FINDINGS: usize = 50;

/// Puts findings in the order of their places.
pub fn by_place(findings: &mut [Diagnostic]) {
    order(findings, |one, other| (one.span, one.code).cmp(&(other.span, other.code)));
}

/// One sort for every order: each more would add as much to the program as a stage does.
fn order(findings: &mut [Diagnostic], by: fn(&Diagnostic, &Diagnostic) -> Ordering) {
    findings.sort_by(by);
}

pub(crate) fn bounded(mut findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    if findings.len() > MOST_FINDINGS {
        let more = findings.len() - MOST_FINDINGS;
        order(&mut findings, |one, other| other.severity.cmp(&one.severity));
        findings.truncate(MOST_FINDINGS);
        findings.push(Diagnostic::new(MORE, Severity::Warning, left_out(more), None));
    }
    findings
}

/// That there are so many more.
pub(crate) fn left_out(more: usize) -> String {
    match more {
        1 => "1 more finding is left out".into(),
        _ => format!("{more} more findings are left out"),
    }
}
