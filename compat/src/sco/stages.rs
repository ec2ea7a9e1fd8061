//! The stages of a line of SCO's getty, in the binding order of its life (1.1).

use super::compile::Compiler;
use super::devices::{Dialer, lock_names};
use super::{gettyacts, issue, words};
use crate::plan::setting::{Origin, Setting};
use crate::plan::stage::{
    Account, Act, Acts, Admit, Admitted, AwaitByte, AwaitCarrier, AwaitFree, AwaitTaken, AwaitText, Decode,
    Detect, Device, End, Extras, Greet, HangUp, HangUpBy, Issue, Judge, Judged, Lock, LockFiles, Login,
    OnSignal, Open, Own, Parting, PlannedStage, ReadActs, ReadWords, RunDialer, SetModes, Signal, Stage,
    TakeTerminal, Then, Variable, Words,
};
use crate::source::{FilePath, FileText, SourceMap, SourceReader};
use std::time::Duration;

/// How often a line that waits looks at its locks (8.2, 8.4).
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How long a dialer may take that only prepares the modem (8.3).
const DIALER_LIMIT: Duration = Duration::from_secs(90);
/// How long to wait for a dial-out for which the line was given up (8.5).
const RELEASE: Duration = Duration::from_secs(60);
/// How long input is thrown away after a prompt.
const FLUSH: Duration = Duration::from_secs(1);
/// A getty that fails at once makes init give up on it.
const GUARD: Parting = Parting::Guard(Duration::from_secs(20));
const TEN: Duration = Duration::from_secs(10);
/// The longest line that a caller types.
const LONGEST: usize = 255;
/// The most of an issue file that is typed.
const ISSUE_LIMIT: usize = 64 << 10;
const GETTYACTS: &str = "/etc/gettyacts";
const PATH: &[u8] = b"/usr/bin:/bin:/usr/sbin:/sbin";
const CASE_WARNING: &[u8] = b"\r\nIf your terminal has lower case, please use it.\r\n";

fn finish(status: u8) -> Then {
    Then::Finish(status, Vec::new())
}

fn at(mark: &'static str) -> Then {
    Then::At(mark, Vec::new())
}

/// What cannot be now: under init, not tried again at once.
fn fail() -> Then {
    Then::Finish(1, vec![GUARD])
}

/// A pause before somebody tries again; init, which would be that, is made to wait longer.
fn ten() -> Vec<Parting> {
    vec![Parting::Pause(TEN), GUARD]
}

fn stage(stage: Stage) -> PlannedStage {
    PlannedStage::new(stage)
}

impl Compiler<'_> {
    pub(super) fn stages(&self, reader: &mut dyn SourceReader) -> Vec<PlannedStage> {
        let (typed, line) = (self.typed, &self.operands.line);
        let shared = self.shared.is_some();
        let device = self.device(reader);
        let look =
            shared.then(|| AwaitFree { files: self.locks(), look_every: LOOK_EVERY, settle: Duration::ZERO });
        let lock = || {
            let lock = Lock {
                files: self.locks(),
                format: self.knobs.lock_format.clone(),
                mode: 0o644,
                from_parent: typed.no_hang_up,
            };
            stage(Stage::Lock(lock)).end(End::Held, at("waitlock")).end(End::Broken, fail())
        };
        let open = || {
            let open = Open { device: device.clone(), tries: 1, pause: TEN };
            stage(Stage::Open(open)).end(End::Gone, fail()).end(End::Busy, fail())
        };
        let initial =
            || stage(Stage::Modes(SetModes { changes: Vec::new(), drain: Duration::ZERO, discard: true }));
        // Our own hang-up and revoke send us HUP.
        let deaf = |stage: PlannedStage| stage.signal(Signal::Hup, OnSignal::Drop);
        // Whoever wants to dial out may ask for a line that only waits (8.5).
        let gives_way = |stage: PlannedStage| {
            let stage = if shared {
                stage
                    .signal(Signal::Usr1, OnSignal::End(End::Released))
                    .end(End::Released, at("release"))
                    .end(End::Held, at("waitlock"))
            } else {
                stage
            };
            stage.end(End::HungUp, finish(0))
        };
        let mut plan = Vec::new();
        let mut add = |stage: PlannedStage| plan.push(stage);

        // S2, S3: the lock before what would cut off a running dial-out.
        let id = line.value.get(line.value.len().saturating_sub(4)..).unwrap_or(&line.value).to_vec();
        add(stage(Stage::Account(Account::waits(line.value.clone(), id))));
        if shared {
            add(lock());
        }
        // S4, S5. The node is opened first: what is no terminal keeps its owner.
        let own = Own::waiting(device.value.clone(), shared);
        add(deaf(open()));
        add(stage(Stage::Own(own)));
        let dialer = self.dialer();
        if !typed.no_hang_up {
            if dialer.is_none() {
                let time = Setting::built_in(Duration::from_secs(1));
                add(deaf(stage(Stage::HangUp(HangUp { time, by: HangUpBy::Speed0 }))));
                add(deaf(initial()));
            }
            add(deaf(stage(Stage::Revoke)));
        }
        let waits_for_call = typed.fax || self.knobs.dialer_connect.value;
        if let Some(dialer) = dialer {
            if waits_for_call {
                // Kept open, or the dialer's own close would drop DTR and the call.
                add(deaf(open()));
            } else {
                add(deaf(stage(Stage::Close)));
            }
            let run = stage(Stage::RunDialer(self.run_dialer(dialer, waits_for_call, look.as_ref())));
            add(deaf(gives_way(run))
                .end(End::Connected, at("up"))
                .end(End::Fax, at("fax"))
                .end(End::Busy, at("busy"))
                .end(End::Failed, Then::Finish(1, ten())));
        } else {
            add(deaf(stage(Stage::Close)));
        }
        // S6
        add(gives_way(open()));
        add(initial());
        if shared {
            add(stage(Stage::Unlock));
        }
        add(gives_way(stage(Stage::AwaitCarrier(AwaitCarrier { look: look.clone() }))));
        // S7, S8
        if shared || typed.wait_for_byte {
            let because = match self.shared {
                Some(shared) => Setting::new((), Origin::File(shared.entry)),
                None => Setting::new((), Origin::Rule("-r")),
            };
            add(gives_way(stage(Stage::AwaitByte(AwaitByte {
                discard_first: false,
                because,
                look: look.clone(),
                idle: Setting::built_in(None),
            }))));
            if shared {
                add(lock());
            }
            let first = AwaitText {
                word: Setting::built_in(None),
                written: Vec::new(),
                within: TEN,
                goodbye: Some(0x04),
                keep: typed.detect.value.is_some(),
            };
            add(stage(Stage::AwaitText(first))
                .end(End::Left, at("goodbye"))
                .end(End::HungUp, at("goodbye"))
                .end(End::Done, at("terminal")));
        }
        if dialer.is_some() {
            add(open().mark("up"));
        }
        if shared {
            add(lock().mark("terminal"));
        }
        // A caller's byte is waiting, perhaps: what has arrived stays.
        let modes = SetModes { changes: Vec::new(), drain: Duration::ZERO, discard: false };
        let modes = stage(Stage::Modes(modes));
        add(if shared { modes } else { modes.mark("terminal") });
        add(stage(Stage::TakeTerminal(TakeTerminal { steal: true })).end(End::Refused, fail()));
        // S9
        if let Some(window) = self.window() {
            add(stage(Stage::Detect(self.detect(Some(window), b"")))
                .end(End::Machine, at("machine"))
                .end(End::HungUp, finish(0)));
        }
        // S10, S11
        add(stage(Stage::Greet(greet(b"\r\n", "/etc/default/issue", false)))
            .mark("greet")
            .end(End::HungUp, finish(0)));
        let backslashes = self.knobs.issue_backslashes.value;
        add(stage(Stage::Greet(greet(b"", "/etc/issue", backslashes))).end(End::HungUp, finish(0)));
        add(stage(Stage::ReadWords(self.read_words()))
            .end(End::Timeout, finish(1))
            .end(End::Left, finish(0))
            .end(End::HungUp, finish(0))
            .end(End::NextSpeed, at("greet")));
        let login = || stage(Stage::Login(self.login())).end(End::Gone, finish(0));
        add(login().end(End::Failed, fail()));
        // What follows is reached by its marks alone.
        if typed.detect.value.is_some() {
            add(login().mark("machine").end(End::Failed, at("greet")));
        }
        if dialer.is_some() {
            add(open().mark("fax"));
            add(lock());
            add(stage(Stage::TakeTerminal(TakeTerminal { steal: true })).end(End::Refused, fail()));
            add(stage(Stage::Detect(self.detect(None, gettyacts::FAX))).end(End::Missed, fail()));
            add(login().end(End::Failed, fail()));
            add(stage(Stage::Close).mark("busy"));
            add(stage(Stage::Unlock).end(End::Done, Then::At("waitlock", ten())));
        }
        if shared || typed.wait_for_byte {
            add(stage(Stage::Close).mark("goodbye").end(End::Done, Then::Finish(0, ten())));
        }
        if let Some(look) = look {
            add(stage(Stage::Close).mark("waitlock"));
            let finish = |stage: PlannedStage| {
                stage.end(End::Done, finish(0)).end(End::Freed, finish(0)).end(End::Broken, fail())
            };
            add(finish(stage(Stage::AwaitFree(look.clone()))));
            add(stage(Stage::Close).mark("release"));
            add(stage(Stage::Unlock));
            add(stage(Stage::AwaitTaken(AwaitTaken { look, within: RELEASE }))
                .end(End::Held, at("waitlock"))
                .end(End::Missed, Then::Finish(0, Vec::new()))
                .end(End::Broken, fail()));
        }
        plan
    }

    /// The device that is opened: where dialers have one of their own for a shared line, that.
    fn device(&self, reader: &mut dyn SourceReader) -> Setting<Device> {
        let name = &self.operands.line;
        let twin = self.shared.and_then(|_| (self.surroundings.system.call_out)(&name.value));
        let path = twin.map(|twin| Device::named(&twin).path).filter(|path| reader.device_exists(path));
        name.as_mapped(|name| match &path {
            Some(path) => Device { name: name.clone(), path: path.clone() },
            None => Device::named(name),
        })
    }

    fn locks(&self) -> LockFiles {
        let fold = self.knobs.lock_fold.value;
        let lines = self.operands.line.as_mapped(|line| lock_names(line, fold));
        LockFiles { lines, dir: self.knobs.lock_dir.clone(), of_parent: false }
    }

    fn run_dialer(&self, dialer: &Dialer, waits: bool, look: Option<&AwaitFree>) -> RunDialer {
        let typed = self.typed;
        let mut arguments = vec![dialer.path.as_bytes().to_vec(), b"-h".to_vec()];
        if typed.fax {
            arguments.push(b"-f".to_vec());
        }
        if self.knobs.dialer_connect.value {
            arguments.push(b"-c".to_vec());
        }
        if typed.debug.value > 0 {
            arguments.extend([b"-x".to_vec(), typed.debug.value.to_string().into_bytes()]);
        }
        arguments.push(self.operands.line.value.clone());
        // Empty: the speed of the entry in force.
        let any = matches!(dialer.speed.as_slice(), b"Any" | b"-");
        arguments.push(if any { Vec::new() } else { dialer.speed.clone() });
        RunDialer {
            program: Setting::new(dialer.path.clone(), dialer.origin.clone()),
            arguments,
            environment: self.clean(),
            limit: (!waits).then_some(DIALER_LIMIT),
            answers: self.knobs.dialer_connect.value,
            traced: typed.debug.value > 0,
            fax: self.knobs.fax_code.clone(),
            data: self.knobs.data_code.clone(),
            look: look.cloned(),
        }
    }

    fn window(&self) -> Option<Setting<Duration>> {
        let detect = &self.typed.detect;
        detect.value.map(|window| Setting {
            value: window,
            origin: detect.origin.clone(),
            overrode: Vec::new(),
        })
    }

    fn detect(&self, window: Option<Setting<Duration>>, protocol: &'static [u8]) -> Detect {
        let mut environment = self.clean();
        environment.retain(|(name, _)| name == b"PATH" || name == b"TERM");
        environment.push((b"GETTY_LINE".to_vec(), self.operands.line.value.clone()));
        Detect {
            window,
            protocol,
            file: Setting::built_in(FilePath::from(GETTYACTS)),
            trusted: self.surroundings.user,
            read: ReadActs(acts),
            limit: gettyacts::LIMIT,
            environment,
        }
    }

    fn read_words(&self) -> ReadWords {
        let (typed, line) = (self.typed, &self.operands.line.value);
        let flush = if typed.no_flush {
            Setting::new(Duration::ZERO, Origin::Rule("-n"))
        } else if (self.surroundings.system.is_screen)(line) {
            Setting::new(Duration::ZERO, Origin::Rule("a screen of this machine"))
        } else {
            Setting::built_in(FLUSH)
        };
        ReadWords {
            timeout: typed.timeout.clone(),
            flush,
            case_warning: CASE_WARNING.to_vec(),
            longest: LONGEST,
            admit: Admit(admit),
        }
    }

    fn login(&self) -> Login {
        let system = &self.surroundings.system;
        let words = Words {
            before: (system.login_options)(&self.operands.line.value),
            stranger: (!self.typed.any_user).then(|| b"baduser".to_vec()),
            extras: if system.login_takes_words { Extras::Arguments } else { Extras::Environment },
            judge: Judge(judge),
        };
        Login {
            program: self.knobs.login.clone(),
            argument_0: b"login".to_vec(),
            shell: "/bin/sh".into(),
            term: self.operands.term.as_mapped(|term| term.clone().unwrap_or_default()),
            environment: self.clean(),
            mailer: None,
            words: Some(words),
        }
    }

    /// What every program of ours is told (10).
    fn clean(&self) -> Vec<Variable> {
        let mut all = vec![(b"PATH".to_vec(), PATH.to_vec())];
        if let Some(term) = &self.operands.term.value {
            all.push((b"TERM".to_vec(), term.clone()));
        }
        for name in ["TZ", "LANG"] {
            let value = self.surroundings.variable(name);
            let clean = |value: &&[u8]| {
                value.len() <= 256
                    && value.iter().all(|byte| byte.is_ascii_graphic() && !b"/%".contains(byte))
            };
            // A zone's name has a slash; as a path it would be a file of somebody's choice.
            let zone = |value: &&[u8]| {
                name == "TZ"
                    && value.len() <= 256
                    && value.first().is_some_and(u8::is_ascii_alphanumeric)
                    && !value.windows(2).any(|pair| pair == b"..")
                    && value.iter().all(|byte| byte.is_ascii_graphic() && *byte != b'%')
            };
            if let Some(value) = value.filter(|value| clean(value) || zone(value)) {
                all.push((name.as_bytes().to_vec(), value.to_vec()));
            }
        }
        all
    }
}

fn greet(lead: &[u8], issue: &str, backslashes: bool) -> Greet {
    let decode = if backslashes { issue::decode_with_backslashes } else { issue::decode_percent };
    Greet {
        clear: Setting::built_in(None),
        lead: lead.to_vec(),
        issue: Setting::built_in(Issue::File(issue.into(), Decode(decode))),
        limit: ISSUE_LIMIT,
    }
}

fn admit(line: &[u8], upper: bool) -> Admitted {
    let mut words = words::split(line);
    if upper {
        words = words::lower(&words);
    }
    let mut words = words.into_iter();
    let name = words.next().filter(|name| words::check_name(name).is_ok());
    Admitted { name, words: words.collect() }
}

fn judge(typed: &[Vec<u8>], use_as: Extras) -> Judged {
    let passed = match use_as {
        Extras::Environment => words::Passed::AsVariables,
        Extras::Arguments => words::Passed::AsArguments,
    };
    let extras = words::judge(typed, passed);
    Judged {
        variables: extras.environment(),
        arguments: extras.arguments(),
        refused: extras.refused.iter().map(words::Refused::text).collect(),
    }
}

fn acts(path: &FilePath, text: &FileText) -> Acts {
    let mut sources = SourceMap::default();
    if let Some(finding) = gettyacts::distrusted(path, text) {
        return Acts { acts: Vec::new(), findings: vec![finding.one_line(&sources)] };
    }
    let file = sources.add(path.clone(), text.bytes.clone());
    let mut findings = Vec::new();
    let acts = gettyacts::parse(&sources, file, &mut findings).into_iter().map(|act| Act {
        protocol: act.protocol,
        program: act.program,
        arguments: act.arguments,
        bytes: act.bytes,
        place: sources.place(act.span).to_string(),
    });
    Acts {
        acts: acts.collect(),
        findings: findings.iter().map(|finding| finding.one_line(&sources)).collect(),
    }
}
