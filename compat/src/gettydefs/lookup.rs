//! gettydefs as a line reads it: from the first directory that has one.

use super::{Dialect, Entry, parse};
use crate::diag::{Code, Diagnostic, Severity};
use crate::plan::setting::Setting;
use crate::source::{FilePath, ReadError, SourceMap, SourceReader};
use crate::surroundings::SystemFacts;

/// LN05: the label of the command line is not in gettydefs.
const NO_LABEL: Code = Code::ln(5);
/// LN06: gettydefs cannot be read, or has no usable entry.
pub(crate) const NO_GETTYDEFS: Code = Code::ln(6);

/// The largest gettydefs that a line reads.
pub(crate) const LARGEST: usize = 4 << 20;

/// What a line finds.
#[derive(Default)]
pub(crate) struct Lookup {
    /// The entries that can be used, in the order of the file.
    pub(crate) entries: Vec<Entry>,
    /// The file, if there is one that can be read.
    pub(crate) path: Option<FilePath>,
    /// The first entry of the file is among them.
    pub(crate) first_is_whole: bool,
    /// Why the file that there is cannot be read, for people.
    pub(crate) unreadable: Option<String>,
}

/// Reads a line's gettydefs. At run time no mistake stops the search: each is a warning, and the rest is for
/// `getty -c` to say (getty_ps §3.1, SCO 4.1).
pub(crate) fn lookup(
    dialect: &Dialect,
    system: &SystemFacts,
    reader: &mut dyn SourceReader,
    sources: &mut SourceMap,
    findings: &mut Vec<Diagnostic>,
) -> Lookup {
    for dir in &system.config_dirs {
        let path = FilePath::from(format!("{dir}/gettydefs").as_str());
        match reader.read(&path, LARGEST) {
            Ok(read) => {
                let file = sources.add(path.clone(), read.bytes);
                let parsed = parse(sources, file, dialect, system);
                let mistakes =
                    parsed.findings.into_iter().filter(|finding| finding.severity == Severity::Error);
                findings
                    .extend(mistakes.map(|finding| Diagnostic { severity: Severity::Warning, ..finding }));
                return Lookup {
                    first_is_whole: parsed.entries.first().is_some_and(|entry| entry.whole),
                    entries: parsed.entries.into_iter().filter(|entry| entry.whole).collect(),
                    path: Some(path),
                    unreadable: None,
                };
            }
            Err(ReadError::Absent) => {}
            Err(error) => {
                let unreadable = Some(format!("cannot read {path}: {error}"));
                return Lookup { unreadable, ..Lookup::default() };
            }
        }
    }
    Lookup::default()
}

impl Lookup {
    /// No entry has the label; `used` stands in. `entry`: where the file has that one.
    pub(crate) fn no_such_label(
        &self,
        label: &Setting<Vec<u8>>,
        used: &[u8],
        entry: Option<&Entry>,
    ) -> Diagnostic {
        let file = self.path.as_ref().map(ToString::to_string).unwrap_or_default();
        let message = format!(
            "{file} has no entry \"{}\"; using the first, \"{}\"",
            label.value.escape_ascii(),
            used.escape_ascii()
        );
        Diagnostic::new(NO_LABEL, Severity::Error, message, entry.map(|entry| entry.label_span))
    }
}
