//! Diagnostics in full: one line that editors and scripts can follow, the source line, carets, what happens here and
//! what to write instead (getty_ps, §2.2).
//!
//! ```text
//! FILE:LINE:COL: error[GD03]: undefined symbol "HUPCLISIG"
//!   9600# B9600 CS8 # B9600 SANE HUPCLISIG #login: #9600
//!                                ^~~~~~~~~
//!   = here: getty skips the word and logs a warning
//!   = write: HUPCL ISIG
//! ```

use polygetty_compat::diag::{Diagnostic, Severity};
use polygetty_compat::source::{FileId, SourceMap, Span};

/// How to render.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether to use colours.
    pub colour: bool,
    /// Columns of the terminal. A longer source line is cut around its caret.
    pub width: usize,
}

impl From<bool> for Style {
    /// With colours for a terminal of the usual width, without them for a file or a pipe.
    fn from(colour: bool) -> Self {
        Self { colour, width: if colour { 80 } else { 160 } }
    }
}

/// Renders findings, each with its places, and counts them in the last line. No findings, no text.
pub fn render(sources: &SourceMap, findings: &[Diagnostic], style: impl Into<Style>) -> String {
    let mut page = Page { sources, style: style.into(), lines: Vec::new(), out: String::new() };
    for finding in findings {
        page.finding(finding);
    }
    if !findings.is_empty() {
        page.out.push_str(&counts(findings));
        page.out.push('\n');
    }
    page.out
}

/// `3 errors, 1 warning in 2 files`.
fn counts(findings: &[Diagnostic]) -> String {
    let some = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let severities = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")];
    let kinds: Vec<String> = severities
        .iter()
        .map(|(severity, what)| (findings.iter().filter(|f| f.severity == *severity).count(), what))
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| some(n, what))
        .collect();
    let mut files: Vec<FileId> = Vec::new();
    for span in findings.iter().filter_map(|f| f.span) {
        if !files.contains(&span.file) {
            files.push(span.file);
        }
    }
    match files.len() {
        0 => kinds.join(", "),
        n => format!("{} in {}", kinds.join(", "), some(n, "file")),
    }
}

struct Page<'a> {
    sources: &'a SourceMap,
    style: Style,
    /// Where each line of a file begins; made once, so that a file full of findings stays linear.
    lines: Vec<(FileId, Vec<usize>)>,
    out: String,
}

impl<'a> Page<'a> {
    fn finding(&mut self, finding: &Diagnostic) {
        let paint = match finding.severity {
            Severity::Error => "1;31",
            Severity::Warning => "1;33",
            Severity::Note => "1;36",
        };
        let head = self.painted(paint, &format!("{}[{}]:", finding.severity, finding.code));
        let place = finding.span.map(|span| self.place(span)).unwrap_or_default();
        self.out.push_str(&format!("{place}{head} {}\n", clean(&finding.message)));
        if let Some(span) = finding.span {
            self.excerpt(span, paint, finding.label.as_deref());
        }
        for also in &finding.also {
            let head = self.painted("1;36", "note:");
            let place = self.place(also.span);
            self.out.push_str(&format!("{place}{head} {}\n", clean(&also.label)));
            if finding.span.is_none_or(|span| self.line(span).1 != self.line(also.span).1) {
                self.excerpt(also.span, "1;36", None);
            }
        }
        for (lead, text) in [("= here:", &finding.here), ("= write:", &finding.write)] {
            if let Some(text) = text {
                let lead = self.painted("1", lead);
                self.out.push_str(&format!("  {lead} {}\n", clean(text)));
            }
        }
    }

    /// The bytes of the line in which a span begins, that line's number from 1, and its first byte's offset.
    fn line(&mut self, span: Span) -> (&'a [u8], usize, usize) {
        let bytes = self.sources.bytes(span.file);
        if !self.lines.iter().any(|(file, _)| *file == span.file) {
            let ends = bytes.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(at, _)| at + 1);
            self.lines.push((span.file, std::iter::once(0).chain(ends).collect()));
        }
        let known = self.lines.iter().find(|(file, _)| *file == span.file);
        let starts = known.map_or(&[][..], |(_, starts)| starts);
        let number = starts.partition_point(|start| *start <= span.start);
        let start = number.checked_sub(1).and_then(|i| starts.get(i)).copied().unwrap_or(0);
        let end = starts.get(number).map_or(bytes.len(), |next| next - 1);
        let line = bytes.get(start..end).unwrap_or(&[]);
        (line.strip_suffix(b"\r").unwrap_or(line), number, start)
    }

    /// `file:line:column: `, in a file's own bytes but for those that could play with a terminal.
    fn place(&mut self, span: Span) -> String {
        let (_, number, start) = self.line(span);
        format!("{}:{number}:{}: ", clean(&self.sources.path(span.file).to_string()), span.start - start + 1)
    }

    /// The source line and its carets; nothing for an empty line.
    fn excerpt(&mut self, span: Span, paint: &str, label: Option<&str>) {
        let (line, _, start) = self.line(span);
        if line.is_empty() {
            return;
        }
        let from = (span.start - start).min(line.len());
        let to = (span.end - start).clamp(from, line.len());
        let view = View::new(line, from, to, self.style.width.saturating_sub(2));
        let mut carets = "^".to_owned();
        carets.push_str(&"~".repeat(view.marked.saturating_sub(1)));
        if let Some(label) = label {
            carets.push(' ');
            carets.push_str(&clean(label));
        }
        let carets = self.painted(paint, &carets);
        self.out.push_str(&format!("  {}\n  {}{carets}\n", view.text, " ".repeat(view.before)));
    }

    fn painted(&self, paint: &str, text: &str) -> String {
        if self.style.colour { format!("\x1b[{paint}m{text}\x1b[m") } else { text.to_owned() }
    }
}

/// The part of a source line that fits, a printable character for each column.
struct View {
    text: String,
    /// Columns before the marked part.
    before: usize,
    /// Columns of the marked part.
    marked: usize,
}

impl View {
    fn new(line: &[u8], from: usize, to: usize, width: usize) -> Self {
        const DOTS: &str = "...";
        let wide = |range: &[u8]| range.iter().map(|b| cell(*b).len()).sum::<usize>();
        // Every byte takes a column at least, so a line that is longer need not be looked at whole.
        let fits = line.len() <= width && wide(line) <= width;
        let (lo, hi) = if fits { (0, line.len()) } else { window(line, from, to, width.saturating_sub(6)) };
        let part = |range: std::ops::Range<usize>| line.get(range).unwrap_or(&[]);
        let lead = if lo > 0 { DOTS } else { "" };
        let mut text = lead.to_owned();
        text.extend(part(lo..hi).iter().map(|b| cell(*b)));
        if hi < line.len() {
            text.push_str(DOTS);
        }
        Self { text, before: lead.len() + wide(part(lo..from)), marked: wide(part(from..to.min(hi))) }
    }
}

/// The bytes around `from..to` whose columns fit into `room`: the marked ones first, then as many on either side.
fn window(line: &[u8], from: usize, to: usize, room: usize) -> (usize, usize) {
    let (mut lo, mut hi, mut used) = (from, from, 0);
    let mut take = |at: usize| {
        let columns = line.get(at).map_or(usize::MAX, |b| cell(*b).len());
        let fits = columns <= room.saturating_sub(used);
        if fits {
            used += columns;
        }
        fits
    };
    while hi < to && take(hi) {
        hi += 1;
    }
    let (mut left, mut right) = (true, hi >= to);
    while left || right {
        left = left && lo > 0 && take(lo - 1);
        lo -= usize::from(left);
        right = right && take(hi);
        hi += usize::from(right);
    }
    (lo, hi)
}

/// What stands for one byte of a source line.
fn cell(byte: u8) -> String {
    match byte {
        b'\t' => " ".to_owned(),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("\\x{byte:02x}"),
    }
}

/// Text without characters that could play with a terminal.
fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}
