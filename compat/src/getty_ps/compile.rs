//! From a command line and files to a plan: §10's order, with the values that §1 and §4 give.

use super::chat::{self, DEFAULT_CONNECT};
use super::defaults::{self, Defaults};
use super::entries::{Table, Wanted, is_label, table};
use super::options::{self, Invocation, Misuse, USAGE};
use crate::diag::{Diagnostic, Severity};
use crate::gettydefs::discipline;
use crate::operands::{self, exists, line_name};
use crate::persona::Persona;
use crate::plan::setting::{Origin, Setting};
use crate::plan::stage::{Device, OnSignal, Signal};
use crate::plan::{Compiled, Facility, Facts, LinePlan, Refusal, Version};
use crate::site::Values;
use crate::source::{FilePath, SourceMap, SourceReader};
use crate::surroundings::Surroundings;
use std::time::Duration;

/// Compiles.
pub fn compile(
    persona: Persona,
    argv: &[Vec<u8>],
    surroundings: &Surroundings,
    reader: &mut dyn SourceReader,
) -> Result<Compiled, Refusal> {
    let typed = options::read(argv.get(1..).unwrap_or(&[])).map_err(refusal)?;
    if let Some(path) = typed.check {
        return Ok(Compiled::Check(path));
    }
    let site = &surroundings.site;
    let mut compiler = Compiler {
        persona,
        surroundings,
        site: Values::default(),
        sources: site.sources.clone(),
        findings: site.findings.iter().chain(&typed.findings).cloned().collect(),
        defaults: Defaults::default(),
        typed,
    };
    compiler.plan(argv, reader).map(|plan| Compiled::Plan(Box::new(plan)))
}

fn refusal(misuse: Misuse) -> Refusal {
    let usage = USAGE.iter().map(ToString::to_string);
    match misuse {
        Misuse::Help => Refusal { status: 0, texts: usage.collect(), wait: Duration::ZERO },
        Misuse::Version => {
            let text = concat!("getty (polygetty) ", env!("CARGO_PKG_VERSION")).to_owned();
            Refusal { status: 0, texts: vec![text], wait: Duration::ZERO }
        }
        Misuse::Wrong(why) => Refusal {
            status: 2,
            texts: [why].into_iter().chain(usage).collect(),
            wait: Duration::from_secs(15),
        },
    }
}

pub(super) struct Compiler<'a> {
    pub(super) persona: Persona,
    pub(super) surroundings: &'a Surroundings,
    /// What the site file says for this line.
    pub(super) site: Values,
    pub(super) sources: SourceMap,
    pub(super) findings: Vec<Diagnostic>,
    pub(super) defaults: Defaults,
    pub(super) typed: Invocation,
}

/// The operands, put right.
pub(super) struct Operands {
    pub(super) line: Setting<Vec<u8>>,
    pub(super) label: Option<Setting<Vec<u8>>>,
    pub(super) term: Setting<Option<Vec<u8>>>,
}

pub(super) fn seconds(value: u32) -> Duration {
    Duration::from_secs(value.into())
}

impl Compiler<'_> {
    fn plan(&mut self, argv: &[Vec<u8>], reader: &mut dyn SourceReader) -> Result<LinePlan, Refusal> {
        let operands = self.operands(reader)?;
        self.site = self.surroundings.site.values(Some(&operands.line.value));
        let dirs = &self.surroundings.system.config_dirs;
        let given = self.typed.defaults.as_ref().map(|name| name.value.as_slice());
        let places = defaults::places(self.persona.program(), &operands.line.value, given, dirs);
        self.defaults =
            defaults::read(&places, self.surroundings.user, reader, &mut self.sources, &mut self.findings);

        let hang_up = self.hang_up();
        let wanted = Wanted { label: operands.label.as_ref(), hang_up: hang_up.is_some() };
        let Table { entries, start } =
            table(&wanted, &self.surroundings.system, reader, &mut self.sources, &mut self.findings);
        let debug = self.overruled(self.typed.debug.clone(), |d, f| d.number("DEBUG", 8, f), 0);
        let facts = Facts {
            device: operands.line.as_mapped(|name| Device::named(name)),
            system: match self.defaults.text("SYSTEM") {
                Some(name) => name.map(Some),
                None => Setting::built_in(None),
            },
            version: self.version(),
            term: operands.term.clone(),
        };
        let stages = self.stages(&facts, &operands, hang_up, reader);
        let traces = self.traces(argv);
        Ok(LinePlan {
            program: self.persona.program(),
            persona: Setting::built_in(self.persona),
            log: self.site.log(Facility::Auth),
            facts,
            entries,
            start,
            stages,
            signals: vec![
                (Signal::Int, OnSignal::Drop),
                (Signal::Hup, OnSignal::Finish(0, Vec::new())),
                (Signal::Term, OnSignal::Finish(1, Vec::new())),
                (Signal::Quit, OnSignal::Finish(1, Vec::new())),
            ],
            findings: crate::diag::bounded(std::mem::take(&mut self.findings)),
            debug,
            traces,
            says: Vec::new(),
            under_init: self.surroundings.under_init,
            sources: std::mem::take(&mut self.sources),
        })
    }

    /// What the debug mask's two lowest bits show: the command line and the defaults file (§9).
    fn traces(&self, argv: &[Vec<u8>]) -> Vec<(u32, String)> {
        const OPTIONS: u32 = 0o1;
        const DEFAULTS: u32 = 0o2;
        let typed = argv.iter().enumerate().skip(1);
        let typed = typed.map(|(at, word)| (OPTIONS, format!("D_OPT: argument {at}: {}", show(word))));
        let filed = self.defaults.values().map(|(keyword, value, span)| {
            let place = self.sources.place(span);
            (DEFAULTS, format!("D_DEF: {keyword}={} ({}:{})", show(value), place.path, place.line))
        });
        typed.chain(filed).collect()
    }

    /// Line, label, type, discipline; with the orders that other gettys had (§1).
    fn operands(&mut self, reader: &mut dyn SourceReader) -> Result<Operands, Refusal> {
        let mut words: Vec<Setting<Vec<u8>>> = self.typed.operands.clone();
        // `-a ttyMS1 ttyMS0 9600` of 2.1.0: the option took a value. `-a tty1 console` did not, where gettydefs
        // has a label of that name.
        let system = &self.surroundings.system;
        if self.typed.bare_a
            && exists(reader, words.first())
            && exists(reader, words.get(1))
            && !words.get(1).is_some_and(|word| is_label(&word.value, system, reader))
        {
            let device = words.remove(0);
            let message =
                format!("-a takes \"{}\" for the device of INIT, as getty_ps 2.1 did", show(&device.value));
            self.findings.push(
                Diagnostic::new(options::INIT_OPERAND, Severity::Note, message, None)
                    .write(format!("-a{}", show(&device.value))),
            );
            self.typed.init_line = Some(device);
        }
        operands::put_right(&mut words, reader, &mut self.findings);
        let mut words = words.into_iter();
        let line = words.next().ok_or_else(|| refusal(Misuse::Wrong("no line given".into())))?;
        let name = line_name(&line.value).ok_or_else(|| {
            refusal(Misuse::Wrong(format!("\"{}\" is no name of a line below /dev", show(&line.value))))
        })?;
        let line = Setting::new(name, line.origin);
        let label = words.next();
        let term = match words.next() {
            Some(term) => term.map(Some),
            None => self.ttytype(&line.value, reader),
        };
        if let Some(word) = words.next()
            && discipline(&word.value).is_none()
        {
            let message = format!("no line discipline \"{}\"; LDISC0 is used", show(&word.value));
            self.findings
                .push(Diagnostic::new(options::DISCIPLINE, Severity::Warning, message, None).write("LDISC0"));
        }
        Ok(Operands { line, label, term })
    }

    /// The type of this line in `/etc/ttytype`, if that file exists: rows of `type line`.
    fn ttytype(&mut self, line: &[u8], reader: &mut dyn SourceReader) -> Setting<Option<Vec<u8>>> {
        let path = FilePath::from("/etc/ttytype");
        let Ok(text) = reader.read(&path, defaults::LARGEST) else { return Setting::built_in(None) };
        let file = self.sources.add(path, text.bytes);
        let mut at = 0;
        for row in self.sources.bytes(file).split(|byte| *byte == b'\n') {
            let mut words = row.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
            if let (Some(term), Some(name)) = (words.next(), words.next())
                && name == line
            {
                let span = crate::source::Span::new(file, at, at + row.len());
                return Setting::new(Some(term.to_vec()), Origin::File(span));
            }
            at += row.len() + 1;
        }
        Setting::built_in(None)
    }

    /// A value of the file, else of the command line, else built in.
    pub(super) fn overruled<T: Clone>(
        &mut self,
        typed: Option<Setting<T>>,
        filed: impl FnOnce(&Defaults, &mut Vec<Diagnostic>) -> Option<Setting<T>>,
        built_in: T,
    ) -> Setting<T> {
        let mut setting = typed.unwrap_or_else(|| Setting::built_in(built_in));
        if let Some(filed) = filed(&self.defaults, &mut self.findings) {
            setting.overrule(filed.value, filed.origin);
        }
        setting
    }

    pub(super) fn yes(
        &mut self,
        keyword: &'static str,
        typed: Option<Setting<bool>>,
        built_in: bool,
    ) -> Setting<bool> {
        self.overruled(typed, |defaults, findings| defaults.yes(keyword, findings), built_in)
    }

    /// How long the line hangs up at the start; `None`: it does not.
    fn hang_up(&mut self) -> Option<Setting<Duration>> {
        let stay_up = self.typed.stay_up.clone().map(|origin| Setting::new(false, origin));
        let wanted = self.yes("HANGUP", stay_up, true);
        let time = self.overruled(self.typed.hang_up.clone(), |d, f| d.number("HANGUPSECS", 10, f), 2);
        wanted.value.then(|| time.map(seconds))
    }

    fn version(&mut self) -> Setting<Version> {
        match self.defaults.text("VERSION") {
            Some(text) if text.value.starts_with(b"/") => text.map(|path| Version::File(FilePath(path))),
            Some(text) => text.map(Version::Text),
            None => match &self.surroundings.system.version_file {
                Some(path) => Setting::new(Version::File(path.clone()), Origin::Platform),
                None => Setting::new(Version::System, Origin::Platform),
            },
        }
    }

    pub(super) fn chat(&mut self, keyword: &'static str) -> Option<Setting<crate::plan::chat::Chat>> {
        let text = self.defaults.text(keyword)?;
        let span = self.defaults.span(keyword);
        let chat = chat::read(&text.value, span, &mut self.findings);
        (!chat.fields.is_empty()).then(|| text.map(|_| chat))
    }

    pub(super) fn connect(&mut self) -> Option<Setting<crate::plan::chat::Chat>> {
        let mut setting = self.typed.connect.clone().map(|text| (text, None));
        if let Some(filed) = self.defaults.text("CONNECT") {
            let span = self.defaults.span("CONNECT");
            setting = Some(match setting {
                Some((mut typed, _)) => {
                    typed.overrule(filed.value, filed.origin);
                    (typed, span)
                }
                None => (filed, span),
            });
        }
        let (text, span) = setting?;
        let is_default = text.value == b"DEFAULT";
        let script = if is_default { DEFAULT_CONNECT } else { &text.value };
        let chat = chat::read(script, span.filter(|_| !is_default), &mut self.findings);
        (!chat.fields.is_empty()).then(|| text.map(|_| chat))
    }

    /// WAITFOR or `-w`: the word, and how it was written.
    pub(super) fn wait_for(&mut self) -> Option<(Setting<crate::plan::chat::Word>, Vec<u8>)> {
        let mut setting = self.typed.wait_for.clone();
        let mut span = None;
        if let Some(filed) = self.defaults.text("WAITFOR") {
            span = self.defaults.span("WAITFOR");
            match &mut setting {
                Some(typed) => typed.overrule(filed.value, filed.origin),
                None => setting = Some(filed),
            }
        }
        let text = setting.filter(|text| !text.value.is_empty())?;
        let word = chat::read_word(&text.value, span, &mut self.findings);
        let written = text.value.clone();
        Some((text.map(|_| word), written))
    }
}

pub(crate) fn show(word: &[u8]) -> String {
    word.escape_ascii().to_string()
}
