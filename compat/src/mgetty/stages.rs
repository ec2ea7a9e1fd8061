//! The stages of a line of mgetty, in the order of its life (§4).

use super::compile::{Audit, Compiler, GUARD, pid_file};
use super::handed_over::TAKE;
use super::ringing::{FAX_CALL, IDLE, TELLS, UP};
use super::values;
use super::{dialin, login_config, modem, ringing, texts};
use crate::plan::modes::Flag;
use crate::plan::setting::{Origin, Setting};
use crate::plan::stage::AuditFact::{Caller, CallerName, Connection, Line, Process, Program, Typed};
use crate::plan::stage::AuditPiece::{Fact, Text};
use crate::plan::stage::{
    Account, AccountHost, AccountKind, AdmitCall, AskName, AwaitByte, AwaitCarrier, AwaitFree, AwaitModem,
    CallEars, CallJudged, CallProgram, Decode, Device, End, Greet, HangUp, HangUpBy, Issue, JudgeCall, Knock,
    Level, Listen, LockFiles, LoginByRule, ModemLines, OnSignal, Open, Own, Parting, PidFile, PlannedStage,
    Quiet, ReadEars, Rule, Ruled, RuledProgram, RunChat, SetModes, Settle, Signal, Stage, TakeTerminal, Then,
    Visitor,
};
use crate::plan::text;
use crate::source::{FilePath, FileText, SourceMap};
use std::time::Duration;

const DIALOUT: &str = "dialout";
const PROBE: &str = "probe";
const GREET: &str = "greet";
const LOGIN: &str = "login";
const DENIED: &str = "denied";

/// How often a lock of somebody else's is looked at, and how long after its end once more (§4.9).
const LOOK_EVERY: Duration = Duration::from_secs(10);
const ONCE_MORE: Duration = Duration::from_secs(5);
/// What waits before a device is tried again that is not there (§10).
const ABSENT: Duration = Duration::from_secs(10);
/// The silence that ends a refused call (§4.10), and how long it is waited for.
const RANG_OUT: Duration = Duration::from_secs(8);
const TEN_MINUTES: Duration = Duration::from_secs(600);
/// How long a program may take that is told of a call.
const LIMIT: Duration = Duration::from_secs(30);
/// How long a line that babbles is waited for until it is quiet.
const BABBLE: Duration = Duration::from_secs(10);
/// The most of login.config and dialin.config that is read, and of an issue.
const MOST: usize = super::lines::LIMIT;
const ISSUE_LIMIT: usize = 64 << 10;
/// The longest name.
const LONGEST: usize = 63;
const EMSI_REQUEST: &[u8] = b"**EMSI_REQA77E\r\x11              \r";

macro_rules! audits {
    ($($name:ident = $begin:literal, $end:literal;)*) => {
        $(pub(super) const $name: Audit =
            &[Text($begin), Fact(Line), Text(", pid="), Fact(Process), Text($end)];)*
    };
}

audits! {
    GOT_HUP = "failed dev=", ", got signal 1, exiting";
    GOT_INT = "failed dev=", ", got signal 2, exiting";
    GOT_QUIT = "failed dev=", ", got signal 3, exiting";
    GOT_TERM = "failed dev=", ", got signal 15, exiting";
    GOT_USR2 = "exit dev=", ", got signal USR2, exiting";
    NO_INIT = "failed in mg_init_data, dev=", "";
    TOO_LATE = "failed dev=", ", login time out";
}

const MODEM_ERROR: Audit = &[
    Text("failed dev="),
    Fact(Line),
    Text(", pid="),
    Fact(Process),
    Text(", got modem error '"),
    Fact(Typed),
    Text("'"),
];
const REFUSED: Audit = &[
    Text("denied caller dev="),
    Fact(Line),
    Text(", pid="),
    Fact(Process),
    Text(", caller='"),
    Fact(Caller),
    Text("'"),
];

const DATA: Audit = &[
    Text("data dev="),
    Fact(Line),
    Text(", pid="),
    Fact(Process),
    Text(", caller='"),
    Fact(Caller),
    Text("', conn='"),
    Fact(Connection),
    Text("', name='"),
    Fact(CallerName),
    Text("', cmd='"),
    Fact(Program),
    Text("', user='"),
    Fact(Typed),
    Text("'"),
];

macro_rules! failed {
    ($($name:ident = $how:literal;)*) => {
        $(const $name: Audit = &[
            Text($how),
            Fact(Line),
            Text(", pid="),
            Fact(Process),
            Text(", caller='"),
            Fact(Caller),
            Text("', conn='"),
            Fact(Connection),
            Text("', name='"),
            Fact(CallerName),
            Text("'"),
        ];)*
    };
}

failed! {
    NO_ANSWER = "failed timeout dev=";
    ANSWER_FAILED = "failed A_FAIL dev=";
}

fn at(mark: &'static str) -> Then {
    Then::At(mark, Vec::new())
}

fn stage(stage: Stage) -> PlannedStage {
    PlannedStage::new(stage)
}

/// The device is not there, or the modem no more: init must not spin.
fn gone() -> Then {
    let text = "cannot get terminal line, or its modem: exiting";
    Then::Finish(30, vec![Parting::Log(Level::Fatal, text), Parting::Pause(ABSENT), GUARD])
}

impl Compiler<'_> {
    pub(super) fn stages(&self) -> Vec<PlannedStage> {
        let config = self.config;
        let direct = config.direct.value;
        let device = &self.typed.device;
        let mut plan = Vec::new();
        let mut add = |stage: PlannedStage| plan.push(stage);
        // The hang-up at the start is ours.
        let deaf = |stage: PlannedStage| stage.signal(Signal::Hup, OnSignal::Drop);
        let lock = |says: &'static str| self.lock().says(Level::Info, says);

        // 1
        add(deaf(stage(Stage::PidFile(PidFile { path: Setting::built_in(pid_file(&device.value.name)) }))));
        add(deaf(lock("check for lockfiles")));
        // 2. The node is opened first: what is no terminal keeps its owner.
        let blocking = config.blocking.value;
        if blocking {
            // Whoever dials out has the line while nobody calls.
            add(deaf(stage(Stage::Unlock)));
        }
        add(deaf(self.open(device)));
        if blocking {
            add(deaf(stage(Stage::AwaitCarrier(AwaitCarrier { look: Some(self.look()) })))
                .end(End::Held, at(DIALOUT))
                .end(End::HandedOver, at(TAKE))
                .end(End::HungUp, gone()));
            add(deaf(lock("locking the line")));
        }
        add(deaf(stage(Stage::Own(self.own(device)))));
        add(deaf(stage(Stage::Settle(Settle::pause(Setting::built_in(Duration::from_millis(500)))))));
        // 3
        add(deaf(stage(Stage::Modes(SetModes::default()))));
        if config.toggle_dtr.value && !blocking {
            let time = config.toggle_dtr_waittime.clone();
            add(deaf(
                stage(Stage::HangUp(HangUp { time, by: HangUpBy::Dtr }))
                    .says(Level::Info, "lowering DTR to reset Modem"),
            ));
            add(deaf(stage(Stage::Modes(SetModes::default()))));
        }
        let delay = config.open_delay.as_mapped(|delay| delay.unwrap_or_default());
        add(deaf(stage(Stage::Settle(Settle {
            quiet: Some(Quiet { time: Duration::from_millis(100), within: BABBLE }),
            ..Settle::pause(delay)
        })))
        .end(End::HungUp, gone()));
        // 4
        let text = "init chat failed, exiting...";
        let failed = Then::Finish(1, vec![Parting::Log(Level::Fatal, text), Parting::Audit(NO_INIT), GUARD]);
        let mut init = (!direct).then(|| modem::init(config, &failed));
        if let Some(init) = &mut init {
            if config.need_dsr.value {
                init.look_first(AwaitModem {
                    because: config.need_dsr.as_mapped(|_| ()),
                    look_every: Duration::from_secs(60),
                });
            }
            add(deaf(init.first.clone()));
            let mut ready = Vec::new();
            if let Some(mut chat) = modem::unheeded("statistics-chat", &config.statistics_chat) {
                let file = &config.statistics_file;
                chat.lines = ModemLines::Kept(file.value.clone().map(|path| file.as_mapped(|_| path)));
                ready.push(stage(Stage::Chat(chat)));
            }
            ready.extend(self.prepare_fax().map(|fax| stage(Stage::PrepareFax(fax))));
            ready.extend(
                modem::unheeded("post-init-chat", &config.post_init_chat)
                    .map(|chat| stage(Stage::Chat(chat))),
            );
            // The mark must stand somewhere.
            ready.push(stage(Stage::Settle(Settle::pause(Setting::built_in(Duration::ZERO)))));
            for (at, mut each) in ready.into_iter().enumerate() {
                if at == 0 {
                    each = each.mark(modem::READY);
                }
                add(deaf(each.end(End::HungUp, gone())));
            }
        }
        // 5
        add(deaf(
            stage(Stage::Settle(Settle::until_quiet(Duration::from_millis(300), BABBLE)))
                .mark(IDLE)
                .end(End::HungUp, gone()),
        ));
        if !blocking {
            add(deaf(stage(Stage::Unlock)));
            let wait = AwaitByte {
                discard_first: false,
                because: Setting::built_in(()),
                look: None,
                idle: match direct {
                    true => Setting::new(None, Origin::Rule("direct: there is no modem to ask")),
                    false => config.modem_check_time.clone(),
                },
            };
            let wait = deaf(stage(Stage::AwaitByte(wait)))
                .says(Level::Info, "waiting...")
                .signal(Signal::Usr1, self.unless_handed_over(OnSignal::PickUp))
                .end(End::HandedOver, at(TAKE))
                .end(End::HungUp, gone());
            add(if direct { wait } else { wait.end(End::Idle, at(PROBE)) });
            // 6
            add(lock("locking the line"));
        }
        // With `blocking` somebody is on the line when it is open: nobody else is waited for.
        if direct {
            add(stage(Stage::Connected(b"DIRECT".to_vec())));
        } else {
            add(ringing::stage(config, &device.value.name, &self.environment()));
            // 7
            let chat = modem::unheeded("get-cnd-chat", &config.get_cnd_chat);
            if let Some(mut chat) = chat {
                chat.lines = ModemLines::Call;
                add(stage(Stage::Chat(chat)).end(End::HungUp, gone()));
            }
            add(stage(Stage::AdmitCall(self.admit()))
                .end(End::Refused, Then::At(DENIED, vec![Parting::Audit(REFUSED)])));
        }
        // 8
        let busy = |stage: PlannedStage| stage.signal(Signal::Usr2, OnSignal::Drop);
        let terminal = || stage(Stage::TakeTerminal(TakeTerminal { steal: true }));
        let hung_up = || Then::Finish(10, vec![Parting::Audit(GOT_HUP)]);
        // The line is the terminal of one session: of the program's, if that runs beside us.
        let beside = self.knobs.supervise.value;
        if !direct {
            if !beside {
                add(busy(terminal()));
            }
            let failed = |audit| Then::Finish(1, vec![Parting::Audit(audit), GUARD]);
            let mut answer = busy(stage(Stage::Answer(modem::answer(config))))
                .end(End::Failed, failed(NO_ANSWER))
                .end(End::NoCarrier, failed(ANSWER_FAILED))
                .end(End::HungUp, failed(ANSWER_FAILED))
                .end(End::Fax, at(FAX_CALL));
            if config.fax_only.value {
                let text = "a data call on a line for faxes alone: hung up";
                answer = answer
                    .end(End::Done, Then::Finish(1, vec![Parting::Log(Level::Error, text), Parting::HangUp]));
            }
            add(answer);
        }
        // 9
        let login_config = self.file(&config.login_conf_file);
        // Before anybody is heard: a PPP caller's login comes without what follows.
        let mode = Setting::built_in(0o600);
        add(busy(stage(Stage::Own(Own::mode(device.value.clone(), mode)))).mark(UP));
        if !beside {
            add(busy(terminal()));
        }
        add(busy(stage(Stage::Listen(Listen {
            file: login_config.clone(),
            trusted: self.surroundings.user,
            limit: MOST,
            read: ReadEars(ears),
        }))));
        let machine =
            |stage: PlannedStage| busy(stage).end(End::Machine, at(LOGIN)).end(End::HungUp, hung_up());
        let ppp = || Some(Setting::built_in(login_config::PPP.to_vec()));
        add(machine(stage(Stage::Settle(Settle {
            ppp: ppp(),
            ..Settle::until_quiet(Duration::from_millis(300), BABBLE)
        }))));
        if !config.ignore_carrier.value {
            let changes = vec![(Flag::CLOCAL, false)];
            add(busy(stage(Stage::Modes(SetModes { changes, ..SetModes::default() }))));
        }
        add(busy(stage(Stage::Account(self.account(AccountKind::Login, "LOGIN", AccountHost::Call)))));
        let knock = config.wait_for_cr.value.then(|| Knock {
            because: config.wait_for_cr.as_mapped(|_| ()),
            any_of: b"\r\n".to_vec(),
            within: self.login_time().value,
        });
        add(machine(stage(Stage::Settle(Settle {
            time: config.prompt_waittime.clone(),
            quiet: None,
            knock,
            ppp: ppp(),
        })))
        .end(End::Timeout, too_late()));
        // 10
        let blocked = Then::Finish(10, Vec::new());
        add(busy(stage(Stage::Greet(self.greet()))).mark(GREET).end(End::HungUp, blocked));
        add(machine(stage(Stage::AskName(self.ask_name())))
            .end(End::Timeout, too_late())
            .end(End::Left, Then::Finish(0, Vec::new()))
            .end(End::Empty, at(GREET))
            .end(End::Aborted, Then::Finish(0, vec![Parting::Audit(MODEM_ERROR)])));
        // 11
        add(busy(stage(Stage::LoginByRule(self.login(login_config))))
            .mark(LOGIN)
            .end(End::Refused, Then::Finish(1, vec![GUARD]))
            .end(End::Failed, Then::Finish(255, vec![GUARD]))
            .end(End::HungUp, hung_up()));
        // The next one waits for the line's first byte again.
        add(stage(Stage::Close).end(End::Done, Then::Finish(0, Vec::new())));
        if !direct {
            self.aside(&mut plan, init.map(|init| init.aside).unwrap_or_default());
        }
        // 14
        plan.push(stage(Stage::Close).mark(DIALOUT));
        plan.push(stage(Stage::Account(self.account(AccountKind::User, "dialout", AccountHost::Holder))));
        let free = AwaitFree { settle: ONCE_MORE, ..self.look() };
        plan.push(
            stage(Stage::AwaitFree(free))
                .end(End::Done, Then::Finish(0, Vec::new()))
                .end(End::Freed, Then::Finish(0, Vec::new()))
                .end(End::HandedOver, at(TAKE))
                .end(End::Broken, Then::Finish(0, vec![GUARD])),
        );
        // 15
        plan.extend(self.take(&hung_up()));
        plan
    }

    /// The stages that only a jump reaches.
    fn aside(&self, plan: &mut Vec<PlannedStage>, init: Vec<PlannedStage>) {
        let deaf = |stage: PlannedStage| stage.signal(Signal::Hup, OnSignal::Drop);
        plan.extend(init.into_iter().map(deaf));
        // A refused caller may let it ring on.
        plan.push(
            stage(Stage::Settle(Settle::until_quiet(RANG_OUT, TEN_MINUTES)))
                .mark(DENIED)
                .end(End::Done, at(IDLE))
                .end(End::HungUp, gone()),
        );
        // 13
        plan.push(deaf(self.lock().mark(PROBE)));
        let probe = || RunChat {
            name: "modem check",
            chat: modem::chat_of(b"\"\" AT OK"),
            patience: Duration::from_secs(10),
            verdicts: Vec::new(),
            lines: ModemLines::Nothing,
        };
        plan.push(deaf(stage(Stage::Chat(probe())).end(End::Done, at(IDLE)).end(End::HungUp, gone())));
        plan.push(deaf(
            stage(Stage::Chat(probe()))
                .end(End::Done, at(IDLE))
                .end(End::Failed, gone())
                .end(End::HungUp, gone()),
        ));
        // 12
        plan.extend(self.fax_call());
    }

    pub(super) fn locks(&self) -> LockFiles {
        LockFiles {
            lines: self.typed.device.as_mapped(|device| vec![device.name.clone()]),
            dir: self.knobs.lock_dir.clone(),
            of_parent: false,
        }
    }

    fn look(&self) -> AwaitFree {
        AwaitFree { files: self.locks(), look_every: LOOK_EVERY, settle: Duration::ZERO }
    }

    fn lock(&self) -> PlannedStage {
        stage(Stage::Lock(self.locked()))
            .end(End::Held, at(DIALOUT))
            .end(End::Broken, Then::Finish(30, vec![GUARD]))
    }

    pub(super) fn open(&self, device: &Setting<Device>) -> PlannedStage {
        let open = Open { device: device.clone(), tries: 1, pause: Duration::ZERO };
        stage(Stage::Open(open)).end(End::Gone, gone()).end(End::Busy, gone())
    }

    fn own(&self, device: &Setting<Device>) -> Own {
        let config = self.config;
        Own {
            device: device.value.clone(),
            owner: config.port_owner.value.clone().map(|owner| config.port_owner.as_mapped(|_| owner)),
            groups: config.port_group.as_mapped(|group| group.iter().cloned().collect()),
            mode: config.port_mode.clone(),
        }
    }

    pub(super) fn account(&self, kind: AccountKind, user: &'static str, host: AccountHost) -> Account {
        let line = self.typed.device.value.name.clone();
        let id = line.get(line.len().saturating_sub(4)..).unwrap_or(&line).to_vec();
        Account { line, id, user, kind, host }
    }

    fn admit(&self) -> AdmitCall {
        let config = self.config;
        let program = config.cnd_program.value.clone().map(|command| CallProgram {
            command: config.cnd_program.as_mapped(|_| command),
            shell: "/bin/sh".into(),
            limit: LIMIT,
            environment: self.environment(),
            tells: TELLS,
        });
        AdmitCall {
            callers: self.file(&Setting::built_in("dialin.config".into())),
            limit: MOST,
            judge: JudgeCall(judge),
            program,
        }
    }

    fn greet(&self) -> Greet {
        let issue = self.config.issue_file.as_mapped(|issue| match issue {
            values::Issue::File(path) => Issue::File(path.clone(), Decode(texts::issue)),
            values::Issue::Text(text) => Issue::Text(texts::literal(text)),
            values::Issue::Command(command) => Issue::Command(command.clone(), Decode(texts::written)),
        });
        Greet { clear: Setting::built_in(None), lead: b"\r".to_vec(), issue, limit: ISSUE_LIMIT }
    }

    /// How long a caller has. Who is on a line without a modem may take all day.
    fn login_time(&self) -> Setting<Option<Duration>> {
        match self.config.blocking.value {
            true => Setting::new(None, Origin::Rule("blocking: the line is for one terminal")),
            false => self.config.login_time.clone(),
        }
    }

    fn ask_name(&self) -> AskName {
        let config = self.config;
        AskName {
            lead: b"\r\n",
            mailers_asked: config
                .fido_send_emsi
                .value
                .then(|| config.fido_send_emsi.as_mapped(|_| EMSI_REQUEST)),
            timeout: self.login_time(),
            warning: text::Text::raw(b"\r\n\x07\r\nPlease log in now: one minute is left.\r\n"),
            grace: Duration::from_secs(60),
            goodbye: text::Text::raw(b"\r\n\x07\r\nThe time for your login is over. Goodbye.\r\n"),
            longest: LONGEST,
            modem_words: &["NO CARRIER", "ERROR"],
            ppp: login_config::PPP,
            mailer: login_config::MAILER,
            untold: config
                .login_env_ttyprompt_hack
                .value
                .then(|| config.login_env_ttyprompt_hack.as_mapped(|_| "TTYPROMPT")),
        }
    }

    fn login(&self, file: Setting<FilePath>) -> LoginByRule {
        LoginByRule {
            file,
            trusted: self.surroundings.user,
            limit: MOST,
            rule: Rule(rule),
            login: self.knobs.login.clone(),
            environment: self.environment(),
            tells: TELLS,
            audit: DATA,
            low_carrier: "WARNING: starting login while DCD is low!",
            supervise: self.knobs.supervise.clone(),
        }
    }
}

/// Nobody has said a name in time (§6.4).
fn too_late() -> Then {
    Then::Finish(0, vec![Parting::Audit(TOO_LATE), Parting::Pause(Duration::from_secs(3)), Parting::HangUp])
}

fn judge(path: &FilePath, text: &FileText, caller: Option<&[u8]>) -> CallJudged {
    let mut sources = SourceMap::default();
    let file = sources.add(path.clone(), text.bytes.clone());
    let (patterns, findings) = dialin::parse(&sources, file);
    let (refused, span) = match dialin::decide(&patterns, caller) {
        dialin::Decision::Accept(span) => (false, span),
        dialin::Decision::Refuse(span) => (true, Some(span)),
    };
    CallJudged {
        refused,
        place: span.map(|span| sources.place(span).to_string()).unwrap_or_default(),
        findings: findings.iter().map(|finding| finding.one_line(&sources)).collect(),
    }
}

/// A file that others than root can write has no say.
fn rules(path: &FilePath, text: &FileText, sources: &mut SourceMap) -> (login_config::Rules, Option<String>) {
    if let Some(finding) = login_config::distrust(path, text) {
        return (login_config::Rules::default(), Some(finding.one_line(sources)));
    }
    let file = sources.add(path.clone(), text.bytes.clone());
    (login_config::parse(sources, file), None)
}

fn ears(path: &FilePath, text: &FileText, called_back: bool) -> CallEars {
    let (rules, _) = rules(path, text, &mut SourceMap::default());
    let listens = |name| login_config::listens(&rules.rules, name, called_back);
    CallEars { ppp: listens(login_config::PPP), mailers: listens(login_config::FIDO) }
}

fn rule(path: &FilePath, text: Option<&FileText>, visitor: &Visitor<'_>, login: &FilePath) -> Ruled {
    let mut sources = SourceMap::default();
    let (rules, distrust) = match text {
        Some(text) => rules(path, text, &mut sources),
        None => Default::default(),
    };
    let findings = rules.findings.iter().map(|finding| finding.one_line(&sources));
    let findings = findings.collect();
    let decision = login_config::rule(&rules.rules, visitor, login, |account| Some(account.to_vec()));
    let (program, span) = match decision {
        login_config::Decision::Run(run) => {
            let program = RuledProgram {
                path: run.program,
                arguments: run.arguments,
                account: run.account,
                record: run.record,
            };
            (Ok(program), run.entry)
        }
        login_config::Decision::Refuse(refused) => {
            let span = match &refused {
                login_config::Refused::NoAccount(_, span) | login_config::Refused::Relative(_, span) => *span,
            };
            (Err(refused.text()), Some(span))
        }
    };
    let place = span.map(|span| sources.place(span).to_string()).unwrap_or_default();
    Ruled { program, place, distrust, findings }
}
