//! The stages of a line of mgetty, in the order of its life (§4).

use super::audits::{ANSWER_FAILED, GOT_HUP, MODEM_ERROR, NO_ANSWER, NO_INIT, REFUSED, TOO_LATE};
use super::compile::{Compiler, GUARD, pid_file};
use super::handed_over::TAKE;
use super::ringing::{FAX_CALL, IDLE, UP};
use super::settings::MOST;
use super::{call_files, login_config, modem, ringing};
use crate::plan::modes::Flag;
use crate::plan::setting::{Origin, Setting};
use crate::plan::stage::{
    AccountHost, AccountKind, AwaitByte, AwaitCarrier, AwaitFree, AwaitModem, Device, End, HangUp, HangUpBy,
    Knock, Level, Listen, ModemLines, OnSignal, Open, Own, Parting, PidFile, PlannedStage, Quiet, ReadEars,
    RunChat, SetModes, Settle, Signal, Stage, TakeTerminal, Then,
};
use std::time::Duration;

const DIALOUT: &str = "dialout";
const PROBE: &str = "probe";
const GREET: &str = "greet";
const LOGIN: &str = "login";
const DENIED: &str = "denied";

/// How long after the end of a lock of somebody else's it is looked at once more (§4.9).
const ONCE_MORE: Duration = Duration::from_secs(5);
/// What waits before a device is tried again that is not there (§10).
const ABSENT: Duration = Duration::from_secs(10);
/// The silence that ends a refused call (§4.10), and how long it is waited for.
const RANG_OUT: Duration = Duration::from_secs(8);
const TEN_MINUTES: Duration = Duration::from_secs(600);
/// How long a line that babbles is waited for until it is quiet.
const BABBLE: Duration = Duration::from_secs(10);

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
            read: ReadEars(call_files::ears),
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

    fn lock(&self) -> PlannedStage {
        stage(Stage::Lock(self.locked()))
            .end(End::Held, at(DIALOUT))
            .end(End::Broken, Then::Finish(30, vec![GUARD]))
    }

    pub(super) fn open(&self, device: &Setting<Device>) -> PlannedStage {
        let open = Open { device: device.clone(), tries: 1, pause: Duration::ZERO };
        stage(Stage::Open(open)).end(End::Gone, gone()).end(End::Busy, gone())
    }
}

fn too_late() -> Then {
    Then::Finish(0, vec![Parting::Audit(TOO_LATE), Parting::Pause(Duration::from_secs(3)), Parting::HangUp])
}
