//! From a command line and files to a plan: §10's order, with the values that §1 and §4 give.

use super::chat::{self, DEFAULT_CONNECT};
use super::defaults::{self, Defaults};
use super::entries::{Table, Wanted, table};
use super::environment::{environment, term};
use super::options::{self, Invocation, Misuse, USAGE};
use crate::diag::{Diagnostic, Severity};
use crate::escape;
use crate::gettydefs::discipline;
use crate::persona::Persona;
use crate::plan::modes::Flag;
use crate::plan::setting::{Origin, Setting};
use crate::plan::stage::{
    Account, Answer, AwaitByte, AwaitCarrier, AwaitFree, AwaitText, Decode, Device, End, Greet, HangUp,
    Issue, Level, Lock, LockFormat, Login, Mailer, OnSignal, Open, Own, Parting, PlannedStage, ReadName,
    Ringback, RunChat, Schedule, SetModes, Settle, Signal, Stage, TakeTerminal, Then, WeekMinute,
};
use crate::plan::text::Text;
use crate::plan::{Facts, LinePlan, Refusal, Version};
use crate::source::{FilePath, SourceMap, SourceReader};
use crate::surroundings::Surroundings;
use std::time::Duration;

/// What a command line asks for.
#[derive(Debug)]
pub enum Compiled {
    /// To wait on a line.
    Plan(Box<LinePlan>),
    /// To check a gettydefs file.
    Check(FilePath),
}

const LOOK_EVERY: Duration = Duration::from_secs(30);
const PATIENCE: Duration = Duration::from_secs(30);
const GUARD: Parting = Parting::Guard { within: Duration::from_secs(5), pause: Duration::from_secs(10) };
/// The longest name, in bytes (§6.8).
const LONGEST_NAME: usize = 255;
/// The most of an issue file that is typed.
const ISSUE_LIMIT: usize = 64 << 10;

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
    let mut compiler = Compiler {
        persona,
        surroundings,
        sources: SourceMap::default(),
        findings: typed.findings.clone(),
        defaults: Defaults::default(),
        typed,
    };
    compiler.plan(reader).map(|plan| Compiled::Plan(Box::new(plan)))
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
            wait: Duration::from_secs(10),
        },
    }
}

struct Compiler<'a> {
    persona: Persona,
    surroundings: &'a Surroundings,
    sources: SourceMap,
    findings: Vec<Diagnostic>,
    defaults: Defaults,
    typed: Invocation,
}

/// The operands, put right.
struct Operands {
    line: Setting<Vec<u8>>,
    label: Option<Setting<Vec<u8>>>,
    term: Setting<Option<Vec<u8>>>,
}

fn finish(status: u8) -> Then {
    Then::Finish(status, Vec::new())
}

/// The end of a life that failed: under init, never at once.
fn fail() -> Then {
    Then::Finish(255, vec![GUARD])
}

fn seconds(value: u32) -> Duration {
    Duration::from_secs(value.into())
}

impl Compiler<'_> {
    fn plan(&mut self, reader: &mut dyn SourceReader) -> Result<LinePlan, Refusal> {
        let operands = self.operands(reader)?;
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
        Ok(LinePlan {
            program: self.persona.program(),
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
            findings: std::mem::take(&mut self.findings),
            debug,
            under_init: self.surroundings.under_init,
            sources: std::mem::take(&mut self.sources),
        })
    }

    /// Line, label, type, discipline; with the orders that other gettys had (§1).
    fn operands(&mut self, reader: &mut dyn SourceReader) -> Result<Operands, Refusal> {
        let mut words: Vec<Setting<Vec<u8>>> = self.typed.operands.clone();
        let exists = |reader: &mut dyn SourceReader, word: Option<&Setting<Vec<u8>>>| {
            word.and_then(|word| line_name(&word.value))
                .is_some_and(|name| reader.device_exists(&Device::named(&name).path))
        };
        if self.typed.bare_a && exists(reader, words.first()) && exists(reader, words.get(1)) {
            // `-a ttyMS1 ttyMS0 9600` of 2.1.0: the option took a value.
            let device = words.remove(0);
            let message =
                format!("-a takes \"{}\" for the device of INIT, as getty_ps 2.1 did", show(&device.value));
            self.findings.push(
                Diagnostic::new(options::INIT_OPERAND, Severity::Note, message, None)
                    .write(format!("-a{}", show(&device.value))),
            );
            self.typed.init_line = Some(device);
        }
        if !exists(reader, words.first()) && exists(reader, words.get(1)) {
            let (label, line) = (words.first().map(|w| show(&w.value)), words.get(1).map(|w| show(&w.value)));
            let (label, line) = (label.unwrap_or_default(), line.unwrap_or_default());
            let message =
                format!("there is no /dev/{label}: \"{label} {line}\" is taken for \"{line} {label}\"");
            self.findings.push(
                Diagnostic::new(options::SWAPPED, Severity::Warning, message, None)
                    .write(format!("{line} {label}")),
            );
            words.swap(0, 1);
        }
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
    fn overruled<T: Clone>(
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

    fn yes(&mut self, keyword: &'static str, typed: Option<Setting<bool>>, built_in: bool) -> Setting<bool> {
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

    fn chat(&mut self, keyword: &'static str) -> Option<Setting<crate::plan::chat::Chat>> {
        let text = self.defaults.text(keyword)?;
        let span = self.defaults.span(keyword);
        let chat = chat::read(&text.value, span, &mut self.findings);
        (!chat.fields.is_empty()).then(|| text.map(|_| chat))
    }

    fn connect(&mut self) -> Option<Setting<crate::plan::chat::Chat>> {
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
    fn wait_for(&mut self) -> Option<(Setting<crate::plan::chat::Word>, Vec<u8>)> {
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

    fn stages(
        &mut self,
        facts: &Facts,
        operands: &Operands,
        hang_up: Option<Setting<Duration>>,
        reader: &mut dyn SourceReader,
    ) -> Vec<PlannedStage> {
        let main = facts.device.clone();
        let init = self.init_device(&main);
        let apart = init.value != main.value;
        let uucp = self.persona == Persona::Uugetty;
        let locks = self.lock_names(&main, &init, apart);
        let look = uucp.then(|| AwaitFree { names: locks.clone(), look_every: LOOK_EVERY });
        let init_chat = self.chat("INIT");
        let off_chat = self.chat("OFF");
        let connect = self.connect();
        let wait_for = self.wait_for();
        let wait_char = self.wait_char();
        let delay = self.overruled(self.typed.delay.clone(), |d, f| d.number("DELAY", 10, f), 0);
        let schedule = self.schedule();
        let waits = wait_char.is_some() || wait_for.is_some();

        let mut plan = Vec::new();
        let mut add = |stage: PlannedStage| plan.push(stage);
        let set_initial = || {
            let set = SetModes { changes: Vec::new(), drain: Duration::ZERO, discard: true };
            PlannedStage::new(Stage::Modes(set))
        };
        // Our own hang-up and revoke send us HUP: dropped where they happen (§10.6).
        let deaf = |stage: PlannedStage| stage.signal(Signal::Hup, OnSignal::Drop);
        let open = |device: &Setting<Device>, tries: u8| {
            let pause = Duration::from_secs(10);
            PlannedStage::new(Stage::Open(Open { device: device.clone(), tries, pause }))
        };
        let lock = |compiler: &Self| {
            let stage = Lock {
                names: locks.clone(),
                dir: compiler.lock_dir(),
                format: compiler.lock_format(),
                mode: 0o444,
            };
            PlannedStage::new(Stage::Lock(stage)).end(End::Broken, Then::Finish(0, vec![GUARD]))
        };

        // 1
        if let Some(look) = &look {
            add(PlannedStage::new(Stage::AwaitFree(look.clone())).mark("free").end(End::Freed, finish(0)));
            add(lock(self).end(End::Held, Then::At("free", Vec::new())));
        }
        // 2
        let own = if uucp {
            Own {
                device: main.value.clone(),
                owner: "uucp",
                groups: &["dialout", "uucp", "tty"],
                mode: 0o660,
            }
        } else {
            Own { device: main.value.clone(), owner: "root", groups: &["tty"], mode: 0o620 }
        };
        add(PlannedStage::new(Stage::Own(own)));
        add(PlannedStage::new(Stage::Account(Account { line: main.value.name.clone(), user: "LOGIN" })));
        // 3, 4
        add(deaf(open(&main, 4).end(End::Busy, fail()).end(End::Gone, fail())));
        add(deaf(PlannedStage::new(Stage::TakeTerminal(TakeTerminal { steal: true }))));
        if let Some(time) = hang_up {
            add(deaf(PlannedStage::new(Stage::HangUp(HangUp { time }))));
        }
        add(deaf(set_initial()));
        add(deaf(PlannedStage::new(Stage::Revoke)));
        add(deaf(PlannedStage::new(Stage::Close)));
        // 5, 6
        if init_chat.is_some() || off_chat.is_some() || waits {
            add(open(&init, 1).end(End::Busy, finish(0)).end(End::Gone, fail()));
            add(set_initial());
        }
        if let Some(ranges) = &schedule {
            let stage = Schedule { ranges: ranges.clone(), sleep: false };
            add(PlannedStage::new(Stage::Schedule(stage)).end(End::Edge, Then::At("off", Vec::new())));
        }
        // 7
        if let Some(chat) = init_chat {
            let changes = vec![(Flag::CLOCAL, true), (Flag::ICRNL, false), (Flag::ICANON, false)];
            add(PlannedStage::new(Stage::Modes(SetModes { changes, drain: Duration::ZERO, discard: true })));
            let stage = RunChat { name: "INIT", chat, patience: PATIENCE };
            add(PlannedStage::new(Stage::Chat(stage)).end(End::Failed, fail()).end(End::HungUp, fail()));
            add(set_initial());
        }
        if uucp {
            add(PlannedStage::new(Stage::Unlock));
        }
        // 8
        if waits {
            let because = wait_for.as_ref().map(|(word, _)| word.as_mapped(|_| ())).or(wait_char);
            let because = because.unwrap_or_else(|| Setting::built_in(()));
            let stage = AwaitByte { discard_first: true, because, look: look.clone() };
            add(PlannedStage::new(Stage::AwaitByte(stage))
                .end(End::Held, finish(0))
                .end(End::Edge, finish(0))
                .end(End::HungUp, finish(0)));
            if uucp {
                add(lock(self).end(End::Held, finish(0)));
            }
            let text = match &wait_for {
                Some((word, written)) => AwaitText {
                    word: word.as_mapped(|word| Some(word.clone())),
                    written: written.clone(),
                    within: PATIENCE,
                },
                None => AwaitText { word: Setting::built_in(None), written: Vec::new(), within: PATIENCE },
            };
            add(PlannedStage::new(Stage::AwaitText(text))
                .end(End::Missed, finish(0))
                .end(End::HungUp, finish(0)));
        }
        // A ringing modem must not see DTR fall: on one device the next Open comes before the close. Twins exclude
        // each other (FreeBSD), and after INIT alone the line is closed so that carrier can be waited for.
        if apart || !waits {
            add(PlannedStage::new(Stage::Close));
        }
        // 9
        add(open(&main, 1).end(End::Busy, finish(0)).end(End::Gone, fail()));
        if wait_for.is_none() {
            if uucp {
                add(PlannedStage::new(Stage::Unlock));
            }
            let stage = AwaitCarrier { look };
            add(PlannedStage::new(Stage::AwaitCarrier(stage))
                .end(End::Held, finish(0))
                .end(End::Edge, finish(0))
                .end(End::HungUp, finish(0)));
        }
        // 10
        if uucp {
            add(lock(self).end(End::Held, finish(0)));
        }
        add(PlannedStage::new(Stage::TakeTerminal(TakeTerminal { steal: true })));
        // What followed RING belongs to the call; only a line on which nothing was read yet is emptied.
        add(PlannedStage::new(Stage::Modes(SetModes {
            changes: Vec::new(),
            drain: Duration::ZERO,
            discard: !waits,
        })));
        // 11
        if waits && delay.value > 0 {
            add(PlannedStage::new(Stage::Settle(Settle { time: delay.map(seconds) }))
                .end(End::HungUp, finish(0)));
        }
        if let Some(stage) = self.ringback(wait_for.as_ref().map(|(word, _)| &word.value)) {
            add(PlannedStage::new(Stage::Ringback(stage)).end(End::Missed, finish(0)));
        }
        // 12
        if let Some(chat) = connect {
            let stage = Answer { name: "CONNECT", chat, patience: PATIENCE };
            add(PlannedStage::new(Stage::Answer(stage)).end(End::Failed, fail()).end(End::HungUp, fail()));
        }
        // 13
        add(PlannedStage::new(Stage::Greet(self.greet(&operands.term, reader)))
            .mark("greet")
            .end(End::HungUp, finish(0)));
        let read = self.read_name();
        let timed_out = read.timeout.value.map_or(0, |time| time.as_secs());
        let parting = vec![
            Parting::Say(format!("\r\nTimed out after {timed_out} seconds.\r\n").into_bytes()),
            Parting::Log(Level::Notice, "no name in time"),
            Parting::HangUp,
            Parting::Pause(Duration::from_secs(5)),
        ];
        add(PlannedStage::new(Stage::ReadName(read))
            .end(End::Timeout, Then::Finish(1, parting))
            .end(End::Left, finish(0))
            .end(End::HungUp, finish(0))
            .end(End::NextSpeed, Then::At("greet", Vec::new())));
        // 14
        let login = self.login(&operands.term);
        add(PlannedStage::new(Stage::Login(login)).end(End::Failed, fail()).end(End::Gone, finish(0)));
        // 15
        if let Some(ranges) = schedule {
            let mark = if let Some(chat) = off_chat {
                add(PlannedStage::new(Stage::Chat(RunChat { name: "OFF", chat, patience: PATIENCE }))
                    .mark("off")
                    .end(End::Failed, fail()));
                None
            } else {
                Some("off")
            };
            let mut close = PlannedStage::new(Stage::Close);
            close.mark = mark;
            add(close);
            if uucp {
                add(PlannedStage::new(Stage::Unlock));
            }
            add(PlannedStage::new(Stage::Schedule(Schedule { ranges, sleep: true }))
                .end(End::Edge, finish(0)));
        }
        plan
    }

    /// INITLINE, else ALTLINE, else `-aDEV`, else the line.
    fn init_device(&mut self, main: &Setting<Device>) -> Setting<Device> {
        let mut named = self.typed.init_line.clone();
        if let Some(filed) = self.defaults.text("INITLINE").or_else(|| self.defaults.text("ALTLINE")) {
            match &mut named {
                Some(typed) => typed.overrule(filed.value, filed.origin),
                None => named = Some(filed),
            }
        }
        let Some(named) = named else { return main.clone() };
        match line_name(&named.value) {
            Some(name) => named.map(|_| Device::named(&name)),
            None => {
                let message = format!(
                    "\"{}\" is no name of a line below /dev; INIT is run on the line itself",
                    show(&named.value)
                );
                let span = if let Origin::File(span) = named.origin { Some(span) } else { None };
                self.findings.push(Diagnostic::new(crate::diag::Code::ln(7), Severity::Error, message, span));
                main.clone()
            }
        }
    }

    /// The line, and ALTLOCK; without that, the init device if it is another (§4.3).
    fn lock_names(
        &self,
        main: &Setting<Device>,
        init: &Setting<Device>,
        apart: bool,
    ) -> Setting<Vec<Vec<u8>>> {
        let first = main.value.name.clone();
        match self.defaults.text("ALTLOCK") {
            Some(alternate) => alternate.map(|name| vec![first, line_name(&name).unwrap_or(name)]),
            None if apart => init.as_mapped(|device| vec![first, device.name.clone()]),
            None => main.as_mapped(|_| vec![first]),
        }
    }

    fn lock_dir(&self) -> Setting<Option<FilePath>> {
        match self.defaults.text("LOCKDIR") {
            Some(dir) => dir.map(|dir| Some(FilePath(dir))),
            None => Setting::new(None, Origin::Platform),
        }
    }

    fn lock_format(&self) -> Setting<Option<LockFormat>> {
        match self.defaults.text("LOCKFMT") {
            Some(format) => format.map(|name| {
                Some(if name.eq_ignore_ascii_case(b"BINARY") {
                    LockFormat::Binary
                } else {
                    LockFormat::Ascii
                })
            }),
            None => Setting::new(None, Origin::Platform),
        }
    }

    /// What asked for one character: `-r`, or WAITCHAR. WAITCHAR=NO cancels `-r`.
    fn wait_char(&mut self) -> Option<Setting<()>> {
        let typed = self.typed.delay.as_ref().map(|delay| delay.as_mapped(|_| true));
        let wanted = self.yes("WAITCHAR", typed, false);
        wanted.value.then(|| wanted.map(|_| ()))
    }

    fn schedule(&mut self) -> Option<Setting<Vec<(WeekMinute, WeekMinute)>>> {
        let text = self.defaults.text("SCHED")?;
        let span = self.defaults.span("SCHED");
        let mut ranges = Vec::new();
        for word in text.value.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()) {
            match range(word) {
                Some(range) => ranges.push(range),
                None => {
                    let message = format!("\"{}\" is no range of days and times", show(word));
                    self.findings.push(
                        Diagnostic::new(crate::diag::Code::cg(9), Severity::Error, message, span)
                            .here("the range is skipped")
                            .write("D:H:M-D:H:M, such as 1:8:00-1:18:00 for Monday from 8 to 18"),
                    );
                }
            }
        }
        (!ranges.is_empty()).then(|| text.map(|_| ranges))
    }

    fn ringback(&mut self, word: Option<&crate::plan::chat::Word>) -> Option<Ringback> {
        let typed = self.typed.ringback.clone().map(|origin| Setting::new(true, origin));
        let wanted = self.yes("RINGBACK", typed, false);
        if !wanted.value {
            return None;
        }
        let Some(word) = word else {
            let span = if let Origin::File(span) = wanted.origin { Some(span) } else { None };
            let message = "RINGBACK without WAITFOR has no ring to count";
            self.findings.push(
                Diagnostic::new(crate::diag::Code::cg(8), Severity::Error, message, span)
                    .here("it is ignored")
                    .write("WAITFOR=RING"),
            );
            return None;
        };
        let mut number = |keyword, built_in| self.overruled(None, |d, f| d.number(keyword, 10, f), built_in);
        let (earliest, latest) = (number("MINRBTIME", 8), number("MAXRBTIME", 60));
        let gap = number("INTERRING", 6);
        let (fewest, most) = (number("MINRINGS", 1), number("MAXRINGS", 3));
        let sane = fewest.value <= most.value
            && gap.value <= earliest.value
            && earliest.value <= latest.value
            && latest.value <= 86_400;
        if sane {
            let between = (earliest.value, latest.value);
            let rings = (fewest.value, most.value);
            return Some(Ringback {
                word: word.clone(),
                between: earliest.map(|_| between),
                gap,
                rings: fewest.map(|_| rings),
            });
        }
        let span = self.defaults.span("RINGBACK");
        let message = "MINRINGS, MAXRINGS, INTERRING, MINRBTIME and MAXRBTIME contradict each other";
        self.findings.push(
            Diagnostic::new(crate::diag::Code::cg(8), Severity::Error, message, span)
                .here("1 to 3 rings, 6 s apart at most, second call after 8 to 60 s"),
        );
        Some(Ringback {
            word: word.clone(),
            between: Setting::built_in((8, 60)),
            gap: Setting::built_in(6),
            rings: Setting::built_in((1, 3)),
        })
    }

    fn greet(&mut self, term: &Setting<Option<Vec<u8>>>, reader: &mut dyn SourceReader) -> Greet {
        let clear = self.yes("CLEAR", None, true);
        let clear = if clear.value {
            term.as_mapped(|term| term.as_deref().and_then(|term| reader.clear_screen(term)))
        } else {
            clear.map(|_| None)
        };
        let issue = match self.defaults.text("ISSUE") {
            None => Setting::built_in(Issue::File("/etc/issue".into(), Decode(decode))),
            Some(text) if text.value.starts_with(b"/") => {
                text.map(|path| Issue::File(FilePath(path), Decode(decode)))
            }
            Some(text) => text.map(|text| {
                let (mut text, open_end) = escape::text(&text);
                if !open_end {
                    text.push(b'\n');
                }
                Issue::Text(text)
            }),
        };
        Greet { clear, lead: b"\r".to_vec(), issue, limit: ISSUE_LIMIT }
    }

    fn read_name(&mut self) -> ReadName {
        let timeout = self.overruled(self.typed.timeout.clone(), |d, f| d.number("TIMEOUT", 10, f), 0);
        let fido = self.defaults.path("FIDO", &mut self.findings);
        let emsi = self.yes("EMSI", None, false);
        let mailer = match fido {
            Some(path) => Some(path.map(|program| Mailer { program: Some(program), emsi: emsi.value })),
            None if emsi.value => Some(emsi.map(|emsi| Mailer { program: None, emsi })),
            None => None,
        };
        ReadName {
            discard_first: true,
            timeout: timeout.map(|time| (time > 0).then(|| seconds(time))),
            warn_case: self.yes("WARNCASE", None, false),
            case_warning: b"\r\nIf your terminal has lower case, please use it.\r\nIf it has not, type your name once more.\r\n".to_vec(),
            dash_refusal: b"A name does not begin with \"-\".\r\n".to_vec(),
            length_refusal: b"A name has 255 characters at most.\r\n".to_vec(),
            longest: LONGEST_NAME,
            mailer,
        }
    }

    fn login(&mut self, given: &Setting<Option<Vec<u8>>>) -> Login {
        let built_in = Setting::new(self.surroundings.system.login.clone(), Origin::Platform);
        let term = term(given, self.surroundings);
        Login {
            program: self.defaults.path("LOGIN", &mut self.findings).unwrap_or(built_in),
            argument_0: b"login".to_vec(),
            shell: "/bin/sh".into(),
            environment: environment(&term.value, self.surroundings),
            term,
        }
    }
}

fn decode(bytes: &[u8]) -> Text {
    escape::text(bytes).0
}

fn show(word: &[u8]) -> String {
    word.escape_ascii().to_string()
}

/// A line's name without `/dev/`; `None` for what could lead elsewhere.
fn line_name(word: &[u8]) -> Option<Vec<u8>> {
    let name = word.strip_prefix(b"/dev/").unwrap_or(word);
    let parts_fit =
        name.split(|byte| *byte == b'/').all(|part| !part.is_empty() && part != b"." && part != b"..");
    (parts_fit && !name.contains(&0)).then(|| name.to_vec())
}

/// `D:H:M-D:H:M`, day 0 being Sunday.
fn range(word: &[u8]) -> Option<(WeekMinute, WeekMinute)> {
    let mut ends = word.split(|byte| *byte == b'-').map(|end| {
        let numbers: Vec<u16> = end
            .split(|byte| *byte == b':')
            .map(|text| std::str::from_utf8(text).ok()?.parse().ok())
            .collect::<Option<_>>()?;
        match numbers.as_slice() {
            [day @ 0..=6, hour @ 0..=23, minute @ 0..=59] => Some(day * 1440 + hour * 60 + minute),
            _ => None,
        }
    });
    match (ends.next(), ends.next(), ends.next()) {
        (Some(Some(from)), Some(Some(until)), None) => Some((from, until)),
        _ => None,
    }
}
