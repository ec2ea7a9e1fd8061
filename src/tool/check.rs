//! What is wrong with a configuration file, on this system or on another.

use super::{complain, say};
use crate::real::{FileReader, Root, facts_on, surroundings};
use crate::report::diag::render;
use polygetty_compat::diag::{Diagnostic, Severity};
use polygetty_compat::dialer;
use polygetty_compat::getty_ps::compile::compile;
use polygetty_compat::gettydefs::{Dialect, GETTY_PS, SCO, parse, sixth};
use polygetty_compat::kind::{Kind, kind};
use polygetty_compat::mgetty::{callback, config, dialin, login_config};
use polygetty_compat::persona::{Family, Persona};
use polygetty_compat::plan::Compiled;
use polygetty_compat::sco::{devices, gettyacts};
use polygetty_compat::site;
use polygetty_compat::source::{FilePath, FileText, SourceMap, SourceReader};
use polygetty_compat::surroundings::Surroundings;
use polygetty_platforms::symbols::Os;
use std::ffi::OsString;
use std::io::IsTerminal;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

/// The largest file that is read.
const LARGEST: usize = 16 << 20;

/// What `check` is asked.
pub(super) struct Options {
    /// The system that the files are for.
    pub(super) os: Os,
    /// Whose gettydefs it is, if neither the site file nor the file itself tells it.
    pub(super) of: Option<Whose>,
    /// gettydefs, conf.getty, gettyacts, Devices, polygetty.toml and their like, a dialer's file,
    /// mgetty's four.
    pub(super) files: Vec<PathBuf>,
}

/// The two families of gettydefs.
#[derive(Clone, Copy)]
pub(super) enum Whose {
    /// getty_ps's.
    GettyPs,
    /// SCO's.
    Sco,
}

impl Whose {
    /// By the program's name.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "getty_ps" => Some(Self::GettyPs),
            "sco" | "sco_getty" => Some(Self::Sco),
            _ => None,
        }
    }
}

/// What came of one file.
enum Checked {
    /// Nothing to report, or nothing but notes.
    Clean,
    Findings,
    CannotLook,
}

/// Checks each file and says what is wrong with it. 0: nothing but notes, 1: errors or warnings, 2: a file could
/// not be looked at.
pub(super) fn check(root: &Root, options: &Options) -> u8 {
    let surroundings = Surroundings { system: facts_on(options.os), ..surroundings() };
    let of = options.of.or_else(|| whose_by_site(root, &surroundings));
    let mut status = 0;
    for file in &options.files {
        let path = FilePath(OsString::from(file).into_vec());
        status = status.max(match one(root, &path, of, &surroundings) {
            Checked::Clean => 0,
            Checked::Findings => 1,
            Checked::CannotLook => 2,
        });
    }
    status
}

/// Whose gettydefs is read here, if the site file says so for all lines.
fn whose_by_site(root: &Root, surroundings: &Surroundings) -> Option<Whose> {
    let mut reader = FileReader::new(root.clone());
    let site = site::read(&surroundings.system, surroundings.user, &mut reader);
    match site.values(None).persona()?.value {
        Family::GettyPs => Some(Whose::GettyPs),
        Family::Sco => Some(Whose::Sco),
        Family::Mgetty | Family::Dialer => None,
    }
}

fn one(root: &Root, path: &FilePath, of: Option<Whose>, surroundings: &Surroundings) -> Checked {
    let mut reader = FileReader::new(root.clone());
    let text = match reader.read(path, LARGEST) {
        Ok(text) => text,
        Err(error) => {
            complain(&format!("polygetty: {path}: {error}"));
            return Checked::CannotLook;
        }
    };
    match kind(path, &text.bytes) {
        Some(Kind::Gettydefs) => gettydefs(path, text, of, surroundings, &mut reader),
        Some(Kind::Gettyacts) => acts(path, text, surroundings.user),
        Some(Kind::Devices) => {
            let mut sources = SourceMap::default();
            let file = sources.add(path.clone(), text.bytes);
            report(path, &sources, &devices::check(&sources, file), "")
        }
        Some(Kind::Site) => {
            let site = site::judge(path.clone(), text, surroundings.user, &surroundings.system);
            report(path, &site.sources, &site.findings, "")
        }
        Some(Kind::Defaults(persona, line)) => defaults(root, path, persona, line, surroundings, &mut reader),
        Some(Kind::Dialer) => {
            let Some(absolute) = absolute(root, path) else { return no_directory(path) };
            let plan = dialer::compile::with_file(&absolute, surroundings, &mut reader);
            report(path, &plan.sources, &plan.findings, "")
        }
        Some(Kind::MgettyConfig) => {
            let mut sources = SourceMap::default();
            let file = sources.add(path.clone(), text.bytes);
            report(path, &sources, &config::check(&sources, file, &surroundings.system), "")
        }
        Some(Kind::LoginConfig) => {
            let mut sources = SourceMap::default();
            let distrust = login_config::distrust(path, &text);
            let file = sources.add(path.clone(), text.bytes);
            let rules = login_config::parse(&sources, file);
            let findings: Vec<Diagnostic> = distrust.into_iter().chain(rules.findings).collect();
            report(path, &sources, &findings, &entries(rules.rules.len()))
        }
        Some(Kind::DialinConfig) => {
            let mut sources = SourceMap::default();
            let file = sources.add(path.clone(), text.bytes);
            let (_, findings) = dialin::parse(&sources, file);
            report(path, &sources, &findings, "")
        }
        Some(Kind::CallbackConfig) => {
            let mut sources = SourceMap::default();
            let file = sources.add(path.clone(), text.bytes);
            report(path, &sources, &callback::config::check(&sources, file, &surroundings.system), "")
        }
        None => {
            complain(&format!(
                "polygetty: {path}: neither its name nor its text tells what it is; check knows gettydefs, \
                 conf.getty, gettyacts, Devices, polygetty.toml, a dialer's file and mgetty's four: give the file \
                 such a name"
            ));
            Checked::CannotLook
        }
    }
}

/// gettydefs, as the family reads it whose it is; where nobody says whose, that is guessed, and said.
fn gettydefs(
    path: &FilePath,
    text: FileText,
    of: Option<Whose>,
    surroundings: &Surroundings,
    reader: &mut FileReader,
) -> Checked {
    let mut sources = SourceMap::default();
    let file = sources.add(path.clone(), text.bytes);
    let read = |dialect: &Dialect| parse(&sources, file, dialect, &surroundings.system);
    let as_sco = read(&SCO);
    let sco = match of {
        Some(whose) => matches!(whose, Whose::Sco),
        None => as_sco.entries.iter().any(|entry| entry.sixth.is_some()),
    };
    let parsed = if sco { sixth::with_programs(as_sco, reader) } else { read(&GETTY_PS) };
    let guessed = of.is_none();
    let mut counted = entries(parsed.entries.len());
    if guessed {
        counted.push_str(if sco { "read as SCO's, " } else { "read as getty_ps's, " });
    }
    let checked = report(path, &sources, &parsed.findings, &counted);
    if guessed && !parsed.findings.is_empty() {
        say(match sco {
            true => "Read as SCO's, for an entry has a sixth field; --as getty_ps if it is not.",
            false => "Read as getty_ps's, for no entry has a sixth field; --as sco if it is SCO's.",
        });
    }
    checked
}

/// gettyacts: who may write it, and what is in it. Who checks a file of his own will have root install it.
fn acts(path: &FilePath, mut text: FileText, user: u32) -> Checked {
    if text.owner == user {
        text.owner = 0;
    }
    let mut findings: Vec<Diagnostic> = gettyacts::distrusted(path, &text).into_iter().collect();
    let mut sources = SourceMap::default();
    let file = sources.add(path.clone(), text.bytes);
    gettyacts::parse(&sources, file, &mut findings);
    report(path, &sources, &findings, "")
}

/// A defaults file is read as the program would read it that is started with it.
fn defaults(
    root: &Root,
    path: &FilePath,
    persona: Persona,
    line: Option<Vec<u8>>,
    surroundings: &Surroundings,
    reader: &mut FileReader,
) -> Checked {
    let Some(absolute) = absolute(root, path) else {
        return no_directory(path);
    };
    let line = line.unwrap_or_else(|| b"ttyS0".to_vec());
    let argv = [persona.program().as_bytes().to_vec(), b"-d".to_vec(), absolute.as_bytes().to_vec(), line];
    match compile(persona, &argv, surroundings, reader) {
        Ok(Compiled::Plan(plan)) => {
            // What is wrong elsewhere, with gettydefs or the line itself, is not this file's fault.
            let here = |finding: &&Diagnostic| {
                finding.span.is_some_and(|span| plan.sources.path(span.file) == absolute)
            };
            let findings: Vec<Diagnostic> = plan.findings.iter().filter(here).cloned().collect();
            report(path, &plan.sources, &findings, "")
        }
        Ok(Compiled::Check(_) | Compiled::Say(..)) => Checked::CannotLook,
        Err(refusal) => {
            refusal.texts.iter().for_each(|text| complain(&format!("polygetty: {path}: {text}")));
            Checked::CannotLook
        }
    }
}

fn no_directory(path: &FilePath) -> Checked {
    complain(&format!("polygetty: {path}: there is no working directory to find it from"));
    Checked::CannotLook
}

/// The findings, or one line that says that there are none.
fn report(path: &FilePath, sources: &SourceMap, findings: &[Diagnostic], counted: &str) -> Checked {
    if findings.is_empty() {
        say(&format!("{path}: {counted}nothing to report"));
        return Checked::Clean;
    }
    let colour = std::io::stdout().is_terminal() && surroundings().variable("NO_COLOR").is_none();
    say(render(sources, findings, colour).trim_end());
    match findings.iter().all(|finding| finding.severity == Severity::Note) {
        true => Checked::Clean,
        false => Checked::Findings,
    }
}

fn entries(count: usize) -> String {
    if count == 1 { "1 entry, ".into() } else { format!("{count} entries, ") }
}

/// Below a root, or from where we are.
fn absolute(root: &Root, path: &FilePath) -> Option<FilePath> {
    if path.is_absolute() || root.dir().is_some() {
        let slash = if path.is_absolute() { &b""[..] } else { b"/" };
        return Some(FilePath([slash, path.as_bytes()].concat()));
    }
    let here = std::env::current_dir().ok()?;
    Some(FilePath(OsString::from(here.join(PathBuf::from(OsString::from_vec(path.0.clone())))).into_vec()))
}
