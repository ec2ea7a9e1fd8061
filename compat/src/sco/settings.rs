//! What the stages of a line are told, and what is done with a caller's words once they are there.

use super::compile::Compiler;
use super::devices::{Dialer, lock_names};
use super::{gettyacts, issue, words};
use crate::plan::setting::{Origin, Setting};
use crate::plan::stage::{
    Act, Acts, Admit, Admitted, AwaitFree, Decode, Detect, Device, Extras, Greet, Issue, Judge, Judged,
    LockFiles, Login, ReadActs, ReadWords, RunDialer, Variable, Words,
};
use crate::source::{FilePath, FileText, SourceMap, SourceReader};
use std::time::Duration;

/// How long a dialer may take that only prepares the modem (8.3).
const DIALER_LIMIT: Duration = Duration::from_secs(90);
/// How long input is thrown away after a prompt.
const FLUSH: Duration = Duration::from_secs(1);
/// The longest line that a caller types.
const LONGEST: usize = 255;
/// The most of an issue file that is typed.
const ISSUE_LIMIT: usize = 64 << 10;
const GETTYACTS: &str = "/etc/gettyacts";
const PATH: &[u8] = b"/usr/bin:/bin:/usr/sbin:/sbin";
const CASE_WARNING: &[u8] = b"\r\nIf your terminal has lower case, please use it.\r\n";

impl Compiler<'_> {
    /// The device that is opened: where dialers have one of their own for a shared line, that.
    pub(super) fn device(&self, reader: &mut dyn SourceReader) -> Setting<Device> {
        let name = &self.operands.line;
        let twin = self.shared.and_then(|_| (self.surroundings.system.call_out)(&name.value));
        let path = twin.map(|twin| Device::named(&twin).path).filter(|path| reader.device_exists(path));
        name.as_mapped(|name| match &path {
            Some(path) => Device { name: name.clone(), path: path.clone() },
            None => Device::named(name),
        })
    }

    pub(super) fn locks(&self) -> LockFiles {
        let fold = self.knobs.lock_fold.value;
        let lines = self.operands.line.as_mapped(|line| lock_names(line, fold));
        LockFiles { lines, dir: self.knobs.lock_dir.clone(), of_parent: false }
    }

    pub(super) fn run_dialer(&self, dialer: &Dialer, waits: bool, look: Option<&AwaitFree>) -> RunDialer {
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

    pub(super) fn window(&self) -> Option<Setting<Duration>> {
        let detect = &self.typed.detect;
        detect.value.map(|window| Setting {
            value: window,
            origin: detect.origin.clone(),
            overrode: Vec::new(),
        })
    }

    pub(super) fn detect(&self, window: Option<Setting<Duration>>, protocol: &'static [u8]) -> Detect {
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

    pub(super) fn read_words(&self) -> ReadWords {
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

    pub(super) fn login(&self) -> Login {
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

pub(super) fn greet(lead: &[u8], issue: &str, backslashes: bool) -> Greet {
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
