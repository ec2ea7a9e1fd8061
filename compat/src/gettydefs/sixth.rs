//! The sixth field of SCO's gettydefs: `[AUTO] [PROGRAM [WORDS]]` (§4.2).

use super::{Entry, Parsed, quoted};
use crate::diag::{Code, Diagnostic, Severity, by_place};
use crate::escape::{system_v_bytes, system_v_words};
use crate::source::{FilePath, ProgramFacts, SourceReader, Span};

/// GD20: the program is no absolute path.
pub const RELATIVE: Code = Code::gd(20);
/// GD21: the program is missing or cannot be executed.
pub const NO_PROGRAM: Code = Code::gd(21);
/// GD22: others than its owner can write the program.
pub const WRITABLE: Code = Code::gd(22);

/// What a sixth field says. An empty or absent one says nothing: login, after a prompt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sixth {
    /// No prompt and no name: the program gets the line's name.
    pub auto: bool,
    /// The program in login's place, and the words that stand before the name.
    pub program: Option<(FilePath, Vec<Vec<u8>>)>,
}

/// Reads the sixth field of an entry. An entry that is whole has one that can be read.
pub fn sixth(entry: &Entry) -> Result<Sixth, Box<Diagnostic>> {
    match &entry.sixth {
        Some((field, span)) => read(field, *span),
        None => Ok(Sixth::default()),
    }
}

/// Reads a field; `span` is its place. GD20.
pub(super) fn read(field: &[u8], span: Span) -> Result<Sixth, Box<Diagnostic>> {
    let mut words =
        system_v_words(field).map(|word| system_v_bytes(field.get(word).unwrap_or(&[]))).peekable();
    let auto = words.next_if(|word| word == b"AUTO").is_some();
    let Some(program) = words.next() else { return Ok(Sixth { auto, program: None }) };
    let program = FilePath(program);
    if !program.is_absolute() || program.as_bytes().contains(&0) {
        let message = format!("login program {} is no absolute path", quoted(program.as_bytes()));
        let write = match program.as_bytes() {
            word if word.eq_ignore_ascii_case(b"AUTO") => "AUTO in capitals",
            _ => "the program's whole path, from / on",
        };
        return Err(Box::new(
            Diagnostic::new(RELATIVE, Severity::Error, message, span)
                .here("getty does not use the entry")
                .write(write),
        ));
    }
    Ok(Sixth { auto, program: Some((program, words.collect())) })
}

/// Adds what is odd about the login programs that entries name.
pub fn with_programs(mut parsed: Parsed, reader: &mut dyn SourceReader) -> Parsed {
    let named = parsed.entries.iter().filter(|entry| entry.whole);
    parsed.findings.extend(named.filter_map(|entry| judge(entry, reader)));
    by_place(&mut parsed.findings);
    parsed
}

/// What is odd about an entry's login program itself: GD21, GD22.
pub(super) fn judge(entry: &Entry, reader: &mut dyn SourceReader) -> Option<Diagnostic> {
    let (_, span) = entry.sixth.as_ref()?;
    let (path, _) = sixth(entry).ok()?.program?;
    let warning = |code, message| Diagnostic::new(code, Severity::Warning, message, *span);
    let name = quoted(path.as_bytes());
    match reader.program(&path) {
        ProgramFacts { exists: false, .. } => Some(
            warning(NO_PROGRAM, format!("there is no program {name}"))
                .here("nobody can log in by this entry")
                .write("a program that is there, or nothing for login"),
        ),
        ProgramFacts { executable: false, .. } => Some(
            warning(NO_PROGRAM, format!("{name} cannot be executed"))
                .here("nobody can log in by this entry")
                .write(format!("chmod +x {path}")),
        ),
        ProgramFacts { writable_by_others: true, .. } => Some(
            warning(WRITABLE, format!("others than its owner can write {name}"))
                .here("root runs it for every caller")
                .write(format!("chmod go-w {path}")),
        ),
        _ => None,
    }
}
