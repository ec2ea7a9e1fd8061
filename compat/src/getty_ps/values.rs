//! The values that stages get from the command line and the defaults file (§1, §4.3).

use super::compile::{Compiler, seconds, show};
use super::environment::{environment, term};
use crate::diag::{Code, Diagnostic, Severity};
use crate::escape;
use crate::operands::line_name;
use crate::persona::Persona;
use crate::plan::setting::{Origin, Setting};
use crate::plan::stage::{
    Decode, Device, Ears, EmsiLine, Greet, Issue, LockFormat, Login, ReadName, Ringback, WeekMinute,
};
use crate::plan::text::Text;
use crate::source::{FilePath, SourceReader};

/// The longest name, in bytes (§6.8).
const LONGEST_NAME: usize = 255;
/// The longest EMSI sequence that is passed on, in bytes (§6.4).
const LONGEST_EMSI: usize = 8191;
/// The most of an issue file that is typed.
const ISSUE_LIMIT: usize = 64 << 10;

impl Compiler<'_> {
    /// The line as it is opened. Where dialers have a device of their own for it, a shared line is that one: an open
    /// dial-in device would shut them out (platforms of BSD's and System V's kind).
    pub(super) fn opened(&self, line: &Setting<Device>, reader: &mut dyn SourceReader) -> Setting<Device> {
        let shared = self.persona == Persona::Uugetty;
        let twin = shared.then(|| (self.surroundings.system.call_out)(&line.value.name)).flatten();
        match twin.map(|name| Device::named(&name).path).filter(|path| reader.device_exists(path)) {
            Some(path) => line.as_mapped(|device| Device { name: device.name.clone(), path }),
            None => line.clone(),
        }
    }

    /// INITLINE, else ALTLINE, else `-aDEV`, else the line.
    pub(super) fn init_device(&mut self, main: &Setting<Device>) -> Setting<Device> {
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
                self.findings.push(Diagnostic::new(Code::ln(7), Severity::Error, message, span));
                main.clone()
            }
        }
    }

    /// The line, and ALTLOCK; without that, the init device if it is another (§4.3).
    pub(super) fn lock_names(
        &mut self,
        main: &Setting<Device>,
        init: &Setting<Device>,
        apart: bool,
    ) -> Setting<Vec<Vec<u8>>> {
        let first = main.value.name.clone();
        let alternate = self.defaults.text("ALTLOCK").filter(|name| !name.value.is_empty());
        match alternate.map(|name| (line_name(&name.value), name)) {
            Some((Some(alternate), name)) => name.map(|_| vec![first, alternate]),
            Some((None, name)) => {
                let message = format!("\"{}\" is no name of a line below /dev", show(&name.value));
                let span = self.defaults.span("ALTLOCK");
                self.findings.push(
                    Diagnostic::new(Code::ln(7), Severity::Error, message, span)
                        .here("only the line itself is locked")
                        .write("ALTLOCK=ttyS1"),
                );
                main.as_mapped(|_| vec![first])
            }
            None if apart => init.as_mapped(|device| vec![first, device.name.clone()]),
            None => main.as_mapped(|_| vec![first]),
        }
    }

    pub(super) fn lock_dir(&mut self) -> Setting<FilePath> {
        let general = self.site.lock_dir(&self.surroundings.system);
        above(general, self.defaults.path("LOCKDIR", &mut self.findings))
    }

    pub(super) fn lock_format(&mut self) -> Setting<LockFormat> {
        let general = self.site.lock_format();
        let Some(format) = self.defaults.text("LOCKFMT") else { return general };
        if format.value.eq_ignore_ascii_case(b"BINARY") {
            return above(general, Some(format.map(|_| LockFormat::Binary)));
        }
        if !format.value.eq_ignore_ascii_case(b"ASCII") {
            let message = format!("\"{}\" is no format of lock files", show(&format.value));
            let span = self.defaults.span("LOCKFMT");
            self.findings.push(
                Diagnostic::new(Code::cg(13), Severity::Warning, message, span)
                    .here("the line is skipped")
                    .write("ASCII or BINARY"),
            );
            return general;
        }
        above(general, Some(format.map(|_| LockFormat::Ascii)))
    }

    /// What asked for one character: `-r`, or WAITCHAR. WAITCHAR=NO cancels `-r`.
    pub(super) fn wait_char(&mut self) -> Option<Setting<()>> {
        let typed = self.typed.delay.as_ref().map(|delay| delay.as_mapped(|_| true));
        let wanted = self.yes("WAITCHAR", typed, false);
        wanted.value.then(|| wanted.map(|_| ()))
    }

    pub(super) fn schedule(&mut self) -> Option<Setting<Vec<(WeekMinute, WeekMinute)>>> {
        let text = self.defaults.text("SCHED")?;
        let span = self.defaults.span("SCHED");
        let mut ranges = Vec::new();
        for word in text.value.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()) {
            match range(word) {
                Some(range) => ranges.push(range),
                None => {
                    let message = format!("\"{}\" is no range of days and times", show(word));
                    self.findings.push(
                        Diagnostic::new(Code::cg(9), Severity::Error, message, span)
                            .here("the range is skipped")
                            .write("D:H:M-D:H:M, such as 1:8:00-1:18:00 for Monday from 8 to 18"),
                    );
                }
            }
        }
        (!ranges.is_empty()).then(|| text.map(|_| ranges))
    }

    pub(super) fn ringback(&mut self, word: Option<&crate::plan::chat::Word>) -> Option<Ringback> {
        let typed = self.typed.ringback.clone().map(|origin| Setting::new(true, origin));
        let wanted = self.yes("RINGBACK", typed, false);
        if !wanted.value {
            return None;
        }
        let Some(word) = word else {
            let span = if let Origin::File(span) = wanted.origin { Some(span) } else { None };
            let message = "RINGBACK without WAITFOR has no ring to count";
            self.findings.push(
                Diagnostic::new(Code::cg(8), Severity::Error, message, span)
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
                because: wanted.map(|_| ()),
                word: word.clone(),
                between: earliest.map(|_| between),
                gap,
                rings: fewest.map(|_| rings),
            });
        }
        let span = self.defaults.span("RINGBACK");
        let message = "MINRINGS, MAXRINGS, INTERRING, MINRBTIME and MAXRBTIME contradict each other";
        self.findings.push(
            Diagnostic::new(Code::cg(8), Severity::Error, message, span)
                .here("1 to 3 rings, 6 s apart at most, second call after 8 to 60 s"),
        );
        Some(Ringback {
            because: wanted.map(|_| ()),
            word: word.clone(),
            between: Setting::built_in((8, 60)),
            gap: Setting::built_in(6),
            rings: Setting::built_in((1, 3)),
        })
    }

    pub(super) fn greet(&mut self, term: &Setting<Option<Vec<u8>>>, reader: &mut dyn SourceReader) -> Greet {
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

    /// The FidoNet mailer (§6.4).
    pub(super) fn mailer(&mut self) -> Option<Setting<FilePath>> {
        self.defaults.path("FIDO", &mut self.findings)
    }

    /// Whom the name reader tells from a person. Without a mailer an EMSI line is still no name.
    fn ears(&mut self, mailer: Option<&Setting<FilePath>>) -> Setting<Ears> {
        let emsi = self.yes("EMSI", None, false);
        let Some(mailer) = mailer else {
            if emsi.value {
                let span = self.defaults.span("EMSI");
                let message = "EMSI without FIDO: there is no mailer to run";
                self.findings.push(
                    Diagnostic::new(Code::cg(12), Severity::Warning, message, span)
                        .here("EMSI is neither asked for nor answered")
                        .write("FIDO=/path/of/the/mailer"),
                );
            }
            return Setting::built_in(Ears { sync: false, emsi: EmsiLine::Nothing });
        };
        if emsi.value {
            return emsi.map(|_| Ears { sync: true, emsi: EmsiLine::Machine(LONGEST_EMSI) });
        }
        mailer.as_mapped(|_| Ears { sync: true, emsi: EmsiLine::Nothing })
    }

    pub(super) fn read_name(&mut self, mailer: Option<&Setting<FilePath>>) -> ReadName {
        let timeout = self.overruled(self.typed.timeout.clone(), |d, f| d.number("TIMEOUT", 10, f), 0);
        let ears = self.ears(mailer);
        ReadName {
            discard_first: true,
            timeout: timeout.map(|time| (time > 0).then(|| seconds(time))),
            warn_case: self.yes("WARNCASE", None, false),
            case_warning: b"\r\nIf your terminal has lower case, please use it.\r\nIf it has not, type your name once more.\r\n".to_vec(),
            dash_refusal: b"A name does not begin with \"-\".\r\n".to_vec(),
            length_refusal: b"A name has 255 characters at most.\r\n".to_vec(),
            longest: LONGEST_NAME,
            ears,
        }
    }

    pub(super) fn login(
        &mut self,
        given: &Setting<Option<Vec<u8>>>,
        mailer: Option<Setting<FilePath>>,
    ) -> Login {
        let general = self.site.login(&self.surroundings.system);
        let term = term(given, self.surroundings);
        Login {
            program: above(general, self.defaults.path("LOGIN", &mut self.findings)),
            argument_0: b"login".to_vec(),
            shell: "/bin/sh".into(),
            environment: environment(&term.value, self.surroundings),
            term,
            mailer,
            words: None,
        }
    }
}

/// What the persona's own file says, if it says something, before what is general.
fn above<T>(mut general: Setting<T>, own: Option<Setting<T>>) -> Setting<T> {
    if let Some(own) = own {
        general.overrule(own.value, own.origin);
    }
    general
}

fn decode(bytes: &[u8]) -> Text {
    escape::text(bytes).0
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
