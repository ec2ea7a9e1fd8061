//! What the stages of a line are told: its locks and its node, its greeting, what decides about a call.

use super::audits::DATA;
use super::compile::Compiler;
use super::ringing::TELLS;
use super::{call_files, login_config, texts, values};
use crate::plan::setting::{Origin, Setting};
use crate::plan::stage::{
    Account, AccountHost, AccountKind, AdmitCall, AskName, AwaitFree, CallProgram, Decode, Device, Greet,
    Issue, JudgeCall, LockFiles, LoginByRule, Own, Rule,
};
use crate::plan::text;
use crate::source::FilePath;
use std::time::Duration;

/// How often a lock of somebody else's is looked at (§4.9).
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// How long a program may take that is told of a call.
const LIMIT: Duration = Duration::from_secs(30);
/// The most of login.config and dialin.config that is read, and of an issue.
pub(super) const MOST: usize = super::lines::LIMIT;
const ISSUE_LIMIT: usize = 64 << 10;
/// The longest name.
const LONGEST: usize = 63;
const EMSI_REQUEST: &[u8] = b"**EMSI_REQA77E\r\x11              \r";

impl Compiler<'_> {
    pub(super) fn locks(&self) -> LockFiles {
        LockFiles {
            lines: self.typed.device.as_mapped(|device| vec![device.name.clone()]),
            dir: self.knobs.lock_dir.clone(),
            of_parent: false,
        }
    }

    pub(super) fn look(&self) -> AwaitFree {
        AwaitFree { files: self.locks(), look_every: LOOK_EVERY, settle: Duration::ZERO }
    }

    pub(super) fn own(&self, device: &Setting<Device>) -> Own {
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

    pub(super) fn admit(&self) -> AdmitCall {
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
            judge: JudgeCall(call_files::judge),
            program,
        }
    }

    pub(super) fn greet(&self) -> Greet {
        let issue = self.config.issue_file.as_mapped(|issue| match issue {
            values::Issue::File(path) => Issue::File(path.clone(), Decode(texts::issue)),
            values::Issue::Text(text) => Issue::Text(texts::literal(text)),
            values::Issue::Command(command) => Issue::Command(command.clone(), Decode(texts::written)),
        });
        Greet { clear: Setting::built_in(None), lead: b"\r".to_vec(), issue, limit: ISSUE_LIMIT }
    }

    /// How long a caller has. Who is on a line without a modem may take all day.
    pub(super) fn login_time(&self) -> Setting<Option<Duration>> {
        match self.config.blocking.value {
            true => Setting::new(None, Origin::Rule("blocking: the line is for one terminal")),
            false => self.config.login_time.clone(),
        }
    }

    pub(super) fn ask_name(&self) -> AskName {
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

    pub(super) fn login(&self, file: Setting<FilePath>) -> LoginByRule {
        LoginByRule {
            file,
            trusted: self.surroundings.user,
            limit: MOST,
            rule: Rule(call_files::rule),
            login: self.knobs.login.clone(),
            environment: self.environment(),
            tells: TELLS,
            audit: DATA,
            low_carrier: "WARNING: starting login while DCD is low!",
            supervise: self.knobs.supervise.clone(),
        }
    }
}
