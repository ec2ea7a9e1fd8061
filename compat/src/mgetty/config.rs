//! mgetty.config (§2): every value, and which source gave it. The command line is stronger than a section of the
//! file that names the line, a later section stronger than an earlier one, the lines before the first section
//! weaker than all sections; what nobody sets is the profile's.

use super::chat::{self, Script};
use super::keywords::{self, Held};
use super::lines::{self, Line};
use super::values::{Flow, Issue, ModemType};
use crate::diag::{Code, Diagnostic, Severity, bounded, by_place};
use crate::gettydefs::{is_named_speed, nearest};
use crate::plan::setting::{Origin, Setting};
use crate::site::Profile;
use crate::source::{FileId, FilePath, SourceMap, Span};
use crate::surroundings::{Speed, SystemFacts};
use std::ops::Range;
use std::time::Duration;

/// MC01: a keyword that does not exist.
pub const UNKNOWN: Code = Code::mc(1);
/// MC09: a line is too long.
pub const LONG: Code = Code::mc(9);
/// MC10: the name of a section is odd.
pub const SECTION: Code = Code::mc(10);

/// MC11: a comment that ends in a backslash takes the next line along.
pub const COMMENT: Code = Code::mc(11);
/// MC12: a speed that lines of the system do not have.
pub const SPEED: Code = Code::mc(12);

/// What the log says of a line that means nothing, in two records that are searched for.
const FOUL: &str = "something foul in config line: ";

/// The values for one line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // each is the keyword of its name; the manual page says what it does
pub struct Config {
    pub speed: Setting<u32>,
    pub switchbd: Setting<u32>,
    pub direct: Setting<bool>,
    pub blocking: Setting<bool>,
    pub port_owner: Setting<Option<Vec<u8>>>,
    pub port_group: Setting<Option<Vec<u8>>>,
    pub port_mode: Setting<u32>,
    pub toggle_dtr: Setting<bool>,
    pub toggle_dtr_waittime: Setting<Duration>,
    pub open_delay: Setting<Option<Duration>>,
    pub need_dsr: Setting<bool>,
    pub data_only: Setting<bool>,
    pub fax_only: Setting<bool>,
    pub modem_type: Setting<ModemType>,
    pub modem_quirks: Setting<u32>,
    pub init_chat: Setting<Script>,
    pub force_init_chat: Setting<Script>,
    pub post_init_chat: Setting<Option<Script>>,
    pub data_flow: Setting<Flow>,
    pub fax_rec_flow: Setting<Flow>,
    pub modem_check_time: Setting<Option<Duration>>,
    pub rings: Setting<u32>,
    pub msn_list: Setting<Vec<Vec<u8>>>,
    pub get_cnd_chat: Setting<Option<Script>>,
    pub cid_program: Setting<Option<Vec<u8>>>,
    pub cnd_program: Setting<Option<Vec<u8>>>,
    pub answer_chat: Setting<Script>,
    pub answer_chat_timeout: Setting<Duration>,
    pub autobauding: Setting<bool>,
    pub ringback: Setting<bool>,
    pub ringback_time: Setting<Duration>,
    pub ignore_carrier: Setting<bool>,
    pub issue_file: Setting<Issue>,
    pub prompt_waittime: Setting<Duration>,
    pub login_prompt: Setting<Vec<u8>>,
    pub login_time: Setting<Option<Duration>>,
    pub fido_send_emsi: Setting<bool>,
    pub login_env_ttyprompt_hack: Setting<bool>,
    /// Relative to the directory of the configuration.
    pub login_conf_file: Setting<FilePath>,
    pub fax_id: Setting<Vec<u8>>,
    pub fax_max_speed: Setting<u32>,
    /// In KB.
    pub diskspace: Setting<u64>,
    pub notify: Setting<Option<Vec<u8>>>,
    pub fax_owner: Setting<Option<Vec<u8>>>,
    pub fax_group: Setting<Option<Vec<u8>>>,
    pub fax_mode: Setting<u32>,
    pub fax_spool_in: Setting<Vec<FilePath>>,
    pub debug: Setting<u32>,
    pub statistics_chat: Setting<Option<Script>>,
    pub statistics_file: Setting<Option<FilePath>>,
    pub gettydefs: Setting<Vec<u8>>,
    pub term: Setting<Option<Vec<u8>>>,
    pub fax_tiff: Setting<bool>,
    pub fax_notify_program: Setting<Option<FilePath>>,
    pub wait_for_cr: Setting<bool>,
    pub use_gettydefs: Setting<bool>,
}

/// A keyword that the command line sets.
pub type Typed = (&'static str, Setting<Vec<u8>>);

/// Whose lines count.
#[derive(Clone, Copy, Debug)]
pub enum Sections<'a> {
    /// Those of this line, named without `/dev/`.
    Of(&'a [u8]),
    /// None: only what stands before the first section.
    Global,
    /// All: somebody wants the file checked.
    All,
}

/// A line that means nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foul {
    /// The line, blanks put in order.
    pub line: Vec<u8>,
    /// Its keyword, if there is no such keyword.
    pub unknown: Option<Vec<u8>>,
}

impl Foul {
    /// The two log entries that scripts search for. Bytes that cannot be printed become `_`.
    pub fn log(&self) -> [String; 2] {
        let shown = |bytes: &[u8]| {
            let plain = |byte: &u8| if matches!(byte, b' '..=b'~') { char::from(*byte) } else { '_' };
            bytes.iter().map(plain).collect::<String>()
        };
        let why = match &self.unknown {
            Some(keyword) => format!("    (keyword '{}' not found)", shown(keyword)),
            None => "    (most likely syntax error)".into(),
        };
        [format!("{FOUL}'{}'", shown(&self.line)), why]
    }
}

/// What came of a file and a command line.
#[derive(Clone, Debug)]
pub struct Read {
    /// The values.
    pub config: Config,
    /// What is odd about them.
    pub findings: Vec<Diagnostic>,
    /// The lines that were skipped, for the log.
    pub foul: Vec<Foul>,
    /// The speeds that lines of the file name, and whether for faxes alone.
    speeds: Vec<(u32, bool, Span)>,
}

/// Reads a file for one line, under what was typed.
pub fn read(
    profile: Profile,
    typed: &[Typed],
    file: Option<(&SourceMap, FileId)>,
    sections: Sections<'_>,
) -> Read {
    let config = Config::built_in(profile);
    let mut reader = Reader { config, findings: Vec::new(), foul: Vec::new(), speeds: Vec::new() };
    if let Some((sources, file)) = file {
        reader.file(sources.bytes(file), file, sections);
    }
    for (keyword, value) in typed {
        reader.typed(keyword, value);
    }
    let Reader { config, findings, foul, speeds } = reader;
    Read { config, findings: bounded(findings), foul, speeds }
}

/// Everything that is odd about a file, the sections of all lines included.
pub fn check(sources: &SourceMap, file: FileId, system: &SystemFacts) -> Vec<Diagnostic> {
    let Read { mut findings, speeds, .. } =
        read(Profile::Upstream, &[], Some((sources, file)), Sections::All);
    for (speed, for_fax, span) in speeds {
        if is_refused(speed, system) {
            findings.push(
                Diagnostic::new(
                    SPEED,
                    Severity::Error,
                    format!("{speed} bit/s is no speed of {}", system.name),
                    span,
                )
                .here(match for_fax {
                    true => "mgetty ends at once (exit 2), but where data-only is set",
                    false => "mgetty ends at once (exit 2)",
                })
                .write("a speed that the line and the modem have, such as 38400"),
            );
        }
    }
    by_place(&mut findings);
    bounded(findings)
}

/// Whether a line is a file's first: a keyword and a value that it may have.
pub(crate) fn begins(line: &[u8]) -> bool {
    let end = line.iter().position(|byte| matches!(byte, b' ' | b'\t')).unwrap_or(line.len());
    let (word, value) = line.split_at(end);
    let value = value.trim_ascii();
    if word == b"port" {
        return !value.is_empty() && !value.contains(&b' ');
    }
    keywords::find(word).is_some_and(|known| {
        let mut findings = Vec::new();
        let length = value.len();
        let mut says = Says { keyword: known.name, length, place: &|_| None, findings: &mut findings };
        known.read(value, &mut says).is_some() && findings.is_empty()
    })
}

/// A speed without a name is refused, as mgetty did, though Linux can be asked for any number.
pub(super) fn is_refused(speed: u32, system: &SystemFacts) -> bool {
    speed == 0 || !is_named_speed(speed) || matches!((system.speed)(speed), Speed::Refused(_))
}

impl Config {
    /// What the program holds for itself.
    pub fn built_in(profile: Profile) -> Self {
        keywords::built_in(profile)
    }

    /// Why no line can be run with these values (exit 2), and what says them.
    pub fn refusal(&self, system: &SystemFacts) -> Option<(String, &Origin)> {
        if is_refused(self.speed.value, system) {
            return Some((format!("invalid port speed: {}", self.speed.value), &self.speed.origin));
        }
        let fax = self.switchbd.value;
        (!self.data_only.value && fax != 0 && is_refused(fax, system))
            .then(|| (format!("invalid fax reception switch speed: {fax}"), &self.switchbd.origin))
    }
}

struct Reader {
    config: Config,
    findings: Vec<Diagnostic>,
    foul: Vec<Foul>,
    speeds: Vec<(u32, bool, Span)>,
}

impl Reader {
    fn file(&mut self, bytes: &[u8], file: FileId, sections: Sections<'_>) {
        let mut counts = true;
        for line in lines::lines(bytes, file) {
            let line = match line {
                Ok(line) => line,
                Err(lines::Odd::Long(span)) => {
                    self.findings.push(lines::long(LONG, span));
                    continue;
                }
                Err(lines::Odd::Comment(span)) => {
                    self.findings.push(lines::comment(COMMENT, span));
                    continue;
                }
            };
            let text = line.text();
            let end = text.iter().position(|byte| *byte == b' ').unwrap_or(text.len());
            let keyword = text.get(..end).unwrap_or_default();
            let value = (end + 1).min(text.len())..text.len();
            if keyword == b"port" {
                counts = section(&line, value, sections, &mut self.findings);
            } else if counts {
                self.line(&line, keyword, value);
            }
        }
    }

    fn line(&mut self, line: &Line, keyword: &[u8], value: Range<usize>) {
        let text = line.text().get(value.clone()).unwrap_or_default();
        let Some(known) = keywords::find(keyword) else {
            let message = format!("there is no keyword \"{}\"", keyword.escape_ascii());
            let finding = Diagnostic::new(UNKNOWN, Severity::Warning, message, line.span(0..keyword.len()))
                .here("the line is skipped");
            let near = nearest(keyword, keywords::names());
            self.findings.push(match near {
                Some(near) => finding.write(near),
                None => finding.write("a keyword of mgetty.config, in small letters"),
            });
            self.foul.push(Foul { line: line.text().to_vec(), unknown: Some(keyword.to_vec()) });
            return;
        };
        let start = value.start;
        let place = |part: Range<usize>| match text.is_empty() {
            true => Some(line.whole()),
            false => Some(line.span(start + part.start..start + part.end)),
        };
        let length = text.len();
        let mut says = Says { keyword: known.name, length, place: &place, findings: &mut self.findings };
        match known.read(text, &mut says) {
            Some(held) => {
                match (known.name, &held) {
                    // No speed for faxes is 0.
                    ("switchbd", Held::Number(0)) => {}
                    (name @ ("speed" | "switchbd"), Held::Number(speed)) => {
                        let speed = u32::try_from(*speed).unwrap_or(0);
                        self.speeds.push((speed, name == "switchbd", line.whole()));
                    }
                    _ => {}
                }
                known.assign(&mut self.config, held, Origin::File(line.whole()), &mut says);
            }
            None => self.foul.push(Foul { line: line.text().to_vec(), unknown: None }),
        }
    }

    fn typed(&mut self, keyword: &str, value: &Setting<Vec<u8>>) {
        let Some(known) = keywords::find(keyword.as_bytes()) else { return };
        let mut findings = Vec::new();
        let length = value.value.len();
        let mut says = Says { keyword: known.name, length, place: &|_| None, findings: &mut findings };
        // A number that is none is 0, as atoi(3) has it.
        let held = known.read(&value.value, &mut says).or(known.is_number().then_some(Held::Number(0)));
        if let Some(held) = held {
            known.assign(&mut self.config, held, value.origin.clone(), &mut says);
        }
        for mut finding in findings {
            if let Origin::Argument(at) = value.origin {
                finding.message = format!("argument {at}: {}", finding.message);
            }
            self.findings.push(finding);
        }
    }
}

/// Where findings about one value go.
pub(super) struct Says<'a> {
    pub(super) keyword: &'static str,
    /// The value's, in bytes.
    pub(super) length: usize,
    pub(super) place: &'a dyn Fn(Range<usize>) -> Option<Span>,
    pub(super) findings: &'a mut Vec<Diagnostic>,
}

impl Says<'_> {
    /// A warning about a part of the value.
    pub(super) fn warn(&mut self, code: Code, part: Range<usize>, message: String, here: &str, write: &str) {
        self.findings.push(
            Diagnostic::new(code, Severity::Warning, message, (self.place)(part)).here(here).write(write),
        );
    }

    /// The script of a value.
    pub(super) fn script(&mut self, text: &[u8]) -> Script {
        chat::read(text, self.place, self.findings)
    }
}

/// Whether the lines of a section count.
pub(super) fn section(
    line: &Line,
    name: Range<usize>,
    sections: Sections<'_>,
    findings: &mut Vec<Diagnostic>,
) -> bool {
    let written = line.text().get(name.clone()).unwrap_or_default();
    let pattern = written.strip_prefix(b"/dev/").unwrap_or(written);
    if pattern.is_empty() || pattern.contains(&b' ') {
        findings.push(
            Diagnostic::new(SECTION, Severity::Error, "this is no name of a line", line.whole())
                .here("the section is for no line")
                .write("port and one name, such as port ttyS1; ? stands for any one character"),
        );
    } else if pattern.iter().any(|byte| matches!(byte, b'*' | b'[' | b'{')) {
        let message = format!("\"{}\" is compared as it stands, but for ?", pattern.escape_ascii());
        findings.push(
            Diagnostic::new(SECTION, Severity::Warning, message, line.span(name))
                .here("it matches no line of another name")
                .write("? for any one character, or a section for each line"),
        );
    }
    match sections {
        Sections::All => true,
        Sections::Global => false,
        Sections::Of(device) => !pattern.is_empty() && matches(pattern, device),
    }
}

/// Whether a section's name is this line's: `?` is any one character, and where the name has ended, `?` is nothing.
fn matches(pattern: &[u8], device: &[u8]) -> bool {
    let alike = pattern.iter().zip(device).all(|(wanted, byte)| *wanted == b'?' || wanted == byte);
    let surplus = pattern.get(device.len()..).unwrap_or_default();
    alike && device.len() <= pattern.len() && surplus.iter().all(|byte| *byte == b'?')
}

#[cfg(test)]
mod tests;
